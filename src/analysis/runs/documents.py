"""The official documents of a run: which notebook makes each, and what the notebooks call."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.data.missing import missing_register
from analysis.data.review import marked
from analysis.data.store.ledger import LEDGER_STATES
from analysis.exceptions import Lang, Text, Where, usage
from analysis.export.exporters import GongwenDocxExporter, GongwenPdfExporter
from analysis.export.html import GongwenHTMLExporter
from analysis.export.reports.work import opened
from analysis.models import forecast
from analysis.narrative import beside, statistics
from analysis.narrative.facts import Facts
from analysis.runs.report import area_names
from analysis.runs.rounds import trend_series
from analysis.runs.run import LEDGER_FILE, Run
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
REGION = "region"  # the report of an area made of districts
NOTEBOOK_OF = {**DOCUMENTS, REGION: "21_region_report"}
EXPORTERS: dict[str, Any] = {"html": GongwenHTMLExporter, "docx": GongwenDocxExporter, "pdf": GongwenPdfExporter}


def check_documents(documents: str) -> list[str]:
    """Return the kinds of documents asked for, in their usual order; `all` is every one, `none` is none."""
    if documents in ("all", "none"):
        return list(DOCUMENTS) if documents == "all" else []
    names = {one.strip() for one in documents.split(",") if one.strip()}
    if unknown := sorted(names - set(DOCUMENTS)):
        raise usage(
            Text(f"没有文件 {'、'.join(unknown)}", f"unknown document {', '.join(unknown)}"),
            Where(item="--documents"),
            Text("all、none 或 " + "、".join(DOCUMENTS), "all, none or " + ", ".join(DOCUMENTS)),
            Text("请更正 --documents。", "Correct --documents."),
        )
    return [kind for kind in DOCUMENTS if kind in names]


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


def parameters_of(kind: str, lang: Lang, author: str, department: str | None) -> dict[str, str | None]:
    """Return the parameters of a document's notebook."""
    more = {"department": department} if kind == "department" and department else {}
    return {"run": ".", "lang": lang, "author": author, **more}


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


def ledger_entries(run: Run, facts: Facts, lang: Lang) -> pd.DataFrame:
    """Return the ledger the run holds; without one, the red and orange alerts as entries not yet started."""
    if not (run.folder / LEDGER_FILE).is_file():
        return opened(facts.grave, LEDGER_STATES["not_started"](lang))
    own = pd.read_csv(run.folder / LEDGER_FILE, dtype=str, keep_default_na=False)
    states = [LEDGER_STATES[str(state)](lang) for state in own["state"]]
    digest = own["evidence_sha256"].str[:8]
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
