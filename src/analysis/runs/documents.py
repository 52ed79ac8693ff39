"""The official documents of a run: which notebook makes each, and what the notebooks call."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import nbformat
import pandas as pd

from analysis.data.missing import missing_register
from analysis.data.review import marked
from analysis.data.store import open_store
from analysis.data.store.ledger import LEDGER_STATES, Ledger
from analysis.exceptions import DataError, Lang, NotebookError, Text, Where, usage, wrong_data
from analysis.export.exporters import GongwenDocxExporter, GongwenPdfExporter
from analysis.export.html import GongwenHTMLExporter, export_html
from analysis.export.reading_back import pdf_text, word_text
from analysis.export.reports.work import opened
from analysis.marks import to_html
from analysis.models import forecast
from analysis.narrative import beside, statistics
from analysis.narrative.checking import check_page, check_text, faults
from analysis.narrative.facts import Facts
from analysis.narrative.saying import title
from analysis.places import NOTEBOOKS
from analysis.runs.files import write_bytes
from analysis.runs.notebooks import execute
from analysis.runs.parameters import check
from analysis.runs.report import area_names, facts_of
from analysis.runs.rounds import trend_series
from analysis.runs.run import Run
from analysis.schema import OBSERVATIONS, series_id

DOCUMENTS = {
    "midterm": "04_midterm_evaluation",
    "annual": "11_annual_report",
    "final": "12_final_evaluation",
    "yearbook": "13_yearbook",
    "notice": "14_alert_notice",
    "ledger": "15_rectification_ledger",
    "department": "16_department_pages",
}
_TAKES = {"ledger": ("db",), "department": ("db", "department")}
AT_ONCE = min(2, os.cpu_count() or 1)
EXPORTERS: dict[str, Any] = {"html": GongwenHTMLExporter, "docx": GongwenDocxExporter, "pdf": GongwenPdfExporter}


@dataclass(frozen=True)
class Made:
    """A finished document: kind, title, files, the seconds each step took, and the numbers checked."""

    kind: str
    title: str
    files: tuple[str, ...]
    seconds: dict[str, float]
    numbers: dict[str, int]


def check_formats(formats: str) -> list[str]:
    """Return the formats asked for; refuse one that does not exist, before anything is run."""
    names = [one.strip() for one in formats.split(",") if one.strip()]
    unknown = [one for one in names if one not in EXPORTERS]
    if unknown or not names:
        raise usage(
            Text(f"不支持的格式 {'、'.join(unknown)}", f"unknown format {', '.join(unknown)}"),
            Where(item="--formats"),
            Text("、".join(EXPORTERS), ", ".join(EXPORTERS)),
            Text("请更正 --formats。", "Correct --formats."),
        )
    return names


def check_parameters(kinds: Sequence[str], lang: Lang, author: str, **more: str | None) -> None:
    """Check the parameters of every document's notebook before the first is run."""
    for kind in kinds:
        check(NOTEBOOKS / f"{DOCUMENTS[kind]}.ipynb", _parameters(kind, lang, author, more))


def _parameters(kind: str, lang: Lang, author: str, more: Mapping[str, str | None]) -> dict[str, str | None]:
    given = {name: value for name, value in more.items() if name in _TAKES.get(kind, ())}
    return {"run": ".", "lang": lang, "author": author, **given}


def make(
    run: Run,
    kinds: Sequence[str],
    formats: Sequence[str],
    lang: Lang,
    progress: Callable[[str], None],
    author: str = "",
    **more: str | None,
) -> tuple[list[Made], list[str]]:
    """Execute the notebooks of some documents and export each; a failed one stops no other.

    Parameters
    ----------
    run : Run
        Its tables are finished.
    kinds, formats : sequence of str
        Keys of `DOCUMENTS` and `EXPORTERS`.
    more
        Further parameters of the notebooks that declare them, such as `department` and `db`.

    Returns
    -------
    made, failed
        The documents, and messages of those that could not be made.
    """
    made: list[Made] = []
    failed: list[str] = []
    # kernels work in processes of their own: while one document is exported here, the next are executed
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {kind: pool.submit(_executed, run, kind, _parameters(kind, lang, author, more)) for kind in kinds}
        for kind in kinds:
            progress(kind)
            try:
                seconds = {"notebook": waiting[kind].result()}
                made.append(export(run, kind, formats, lang, author, seconds, more.get("db")))
            except (NotebookError, DataError) as error:
                failed.append(error.message(lang))
    return made, failed


def _executed(run: Run, kind: str, parameters: Mapping[str, str | None]) -> float:
    """Execute the notebook of a document; returns the seconds it took."""
    began = datetime.now(UTC)
    name = f"{DOCUMENTS[kind]}.ipynb"
    execute(NOTEBOOKS / name, run.folder / "notebooks" / name, parameters, run.folder)
    return (datetime.now(UTC) - began).total_seconds()


def export(
    run: Run,
    kind: str,
    formats: Sequence[str],
    lang: Lang,
    author: str,
    seconds: dict[str, float],
    db: str | None = None,
) -> Made:
    """Export one executed document in every format, its numbers checked; each file is whole or absent.

    Raises
    ------
    DataError
        A number of a file resolves to nothing, or a word contradicts its value; the file is not written.
    """
    facts = facts_of(run)
    if kind == "ledger":
        facts.values.count("ledger/entries", len(ledger_entries(run, facts, lang, db)))
    heading = title(kind, facts, lang)
    notebook = nbformat.read(run.folder / "notebooks" / f"{DOCUMENTS[kind]}.ipynb", as_version=4)
    page = export_html(notebook, heading, run.notice(lang), lang)
    checked = check_page(page, facts.values.known, facts.phrases)
    if found := faults(checked, f"{kind}.html"):
        raise DataError(found)
    files = []
    for name in formats:
        began = datetime.now(UTC)
        content = page.encode("utf-8") if name == "html" else _checked(name, notebook, heading, run, lang, author, page)
        path = run.folder / "documents" / f"{kind}.{name}"
        write_bytes(content, path)
        files.append(path.relative_to(run.folder).as_posix())
        seconds[name] = (datetime.now(UTC) - began).total_seconds()
    numbers = {name: getattr(checked, name) for name in ("values", "quoted", "years", "table")}
    return Made(kind, heading, tuple(files), {k: round(v, 2) for k, v in seconds.items()}, numbers)


def _checked(name: str, notebook: Any, heading: str, run: Run, lang: Lang, author: str, page: str) -> bytes:
    """Return a Word or PDF file whose numerals were read back from it and all stand in the checked page."""
    options = {"language": lang, "document_title": heading, "notice": run.notice(lang), "author": author}
    content, _ = EXPORTERS[name](**options).from_notebook_node(notebook)
    text = word_text(content) if name == "docx" else pdf_text(content)
    if strange := check_text(text, page + to_html(run.notice(lang))):
        raise wrong_data(
            Text(
                f"{name} 中的数字在网页版中没有：{'、'.join(strange[:10])}",
                f"numbers only in {name}: {', '.join(strange[:10])}",
            ),
            Where(file=f"{heading}.{name}"),
            Text("各格式数字一致", "the same numbers in every format"),
            Text("请保留该运行文件夹并反馈。", "Keep the run folder and report it."),
        )
    return bytes(content)


def missing_and_changed(run: Run, lang: Lang) -> pd.DataFrame:
    """Return years reported as missing, special events and changes of definition."""
    return marked(run.observations, run.plan, lang)


def better_streets(run: Run, lang: Lang) -> pd.DataFrame:
    """Return the streets that do better than chance explains."""
    table = run.table("funnel")
    return beside.funnel_table(table[table["label"] == "better"], run.plan, area_names(run), lang)


def causes(run: Run) -> dict[str, str]:
    """Return what the numbers show of each target missed or in doubt."""
    return statistics.causes(run.table("assessments"), run.table("details"), run.observations, run.plan)


def data_due(run: Run, lang: Lang) -> pd.DataFrame:
    """Return what each department owes: columns department, indicator, what is missing, due date."""
    due = missing_register(run.observations, run.plan, run.area, run.as_of, f"{run.as_of + 1}-03-31")
    names = ("指标", "缺项", "应报日期") if lang == "zh" else ("Indicator", "Missing", "Due")
    rows = [
        (row["department"], run.plan.indicator(row["indicator"]).name(lang), row[f"missing_{lang}"], row["due"])
        for row in due.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["department", *names])


def ledger_entries(run: Run, facts: Facts, lang: Lang, db: str | None = None) -> pd.DataFrame:
    """Return the ledger of a database; without one, the red and orange alerts as entries not yet started."""
    if db is None:
        return opened(facts.alerts, LEDGER_STATES["not_started"](lang))
    store = open_store(db)
    entries = Ledger(store).entries()
    store.close()
    own = entries[(entries["plan"] == run.plan.id) & (entries["area"] == run.area)]
    states = [LEDGER_STATES[str(state)](lang) for state in own["state"]]
    digest = own["evidence_sha256"].astype(str).str[:8]
    return own.assign(state=states, evidence=own["evidence"].where(digest == "", own["evidence"] + " " + digest))


def forecast_review(run: Run, lang: Lang, years: int = 5) -> pd.DataFrame:
    """Return how the forecasts one could have made in the last years turned out a year and three years ahead."""
    observed, rows = run.observations, []
    for origin in range(run.as_of - years, run.as_of):
        known = OBSERVATIONS.build(observed[observed["time_period"] <= origin])
        if not len(known):
            continue
        made, _ = forecast(trend_series(run.plan, known, origin), last_year=run.as_of)
        wide = made[made["output_type"] == "quantile"].pivot_table(
            index=["series_id", "time_period"], columns="output_type_id", values="value"
        )
        now = observed[observed["time_period"] > origin]
        seen = now.assign(series_id=series_id(now)).set_index(["series_id", "time_period"])["obs_value"]
        both = wide.join(seen.dropna(), how="inner")
        if len(both):
            inside = ((both["obs_value"] >= both["0.1"]) & (both["obs_value"] <= both["0.9"])).mean()
            above = (both["obs_value"] > both["0.5"]).mean()
            rows.append((origin, len(both), f"{inside:.0%}", f"{above:.0%}"))
    heads = ["预测年份", "已有实际值的预测数", "落在80%区间的比例", "高于预测中位数的比例"]
    en = ["Made in", "Forecasts with a value since", "Inside the 80% interval", "Above the median"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)


def note(run: Run, made: Sequence[Made]) -> None:
    """Add the documents to the run's record."""
    known = {one["kind"]: one for one in run.record.get("documents", [])}
    known |= {one.kind: {**asdict(one), "files": list(one.files)} for one in made}
    run.note(documents=list(known.values()))
