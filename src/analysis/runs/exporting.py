"""An executed document becomes files: HTML, Word, PDF, their numbers checked, each whole or absent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat

from analysis.document.model import Document, unshown
from analysis.document.reading import Settings, read_notebook
from analysis.exceptions import DataError, Lang, Text, Where, wrong_data
from analysis.export.exporters import GongwenDocxExporter, GongwenPdfExporter
from analysis.export.glyphs import check_glyphs
from analysis.export.html import write_html
from analysis.export.reading_back import pdf_text, word_text
from analysis.formats import day, probability
from analysis.marks import to_html
from analysis.narrative.checking import check_page, check_text, faults, own_words
from analysis.narrative.facts import Facts
from analysis.narrative.saying import title
from analysis.narrative.sources import Sources
from analysis.narrative.statistics import code_names
from analysis.runs.files import write_bytes
from analysis.runs.hashes import sha256
from analysis.runs.kinds import NOTEBOOK_OF, REGION
from analysis.runs.report import facts_of
from analysis.runs.run import Run

EXPORTERS: dict[str, Any] = {"docx": GongwenDocxExporter, "pdf": GongwenPdfExporter}


@dataclass(frozen=True)
class Made:
    """A finished document: kind, title, files with their hashes, the seconds each step took, the numbers checked."""

    kind: str
    title: str
    files: list[str]
    sha256: dict[str, str]
    seconds: dict[str, float]
    numbers: dict[str, int]


def export_of(folder: Path, *options: Any) -> dict[str, Any]:
    """Export one executed document of a run folder; `options` are those of `export` after the facts."""
    run = Run(folder)
    return asdict(export(run, facts_of(run), *options))


def export(run: Run, facts: Facts, kind: str, formats: Sequence[str], lang: Lang, author: str, spent: float) -> Made:
    """Export one executed document in every format.

    Parameters
    ----------
    facts : Facts
        Of the run; the document may quote their phrases.
    spent : float
        Seconds its notebook took, kept with the document.

    Raises
    ------
    DataError
        A number of a file resolves to nothing, or a word contradicts its value; the file is not written.
    """
    heading, seconds, began = title(kind, facts, lang), {"notebook": spent}, time.monotonic()
    notebook = nbformat.read(run.folder / "notebooks" / f"{NOTEBOOK_OF[kind]}.ipynb", as_version=4)
    document = whole(notebook, heading, lang)
    page = write_html(document, heading, run.notice(lang), lang)
    quoted = (*_quoted(run, facts, kind), *own_words(author), *run.plan.fronts.of(kind).quoted())
    checked = check_page(page, {}, quoted, Sources(run.folder, run.as_of, run.area))
    if found := faults(checked, f"{kind}.html"):
        raise DataError(found)
    files = []
    for name, content in in_formats(formats, document, heading, run.notice, lang, author, page):
        path = run.folder / "documents" / f"{kind}.{name}"
        write_bytes(content, path)
        files.append(path)
        seconds[name], began = time.monotonic() - began, time.monotonic()
    numbers = {name: getattr(checked, name) for name in ("values", "quoted", "years", "table")}
    hashes = {path.relative_to(run.folder).as_posix(): sha256(path) for path in files}
    return Made(kind, heading, list(hashes), hashes, {k: round(v, 2) for k, v in seconds.items()}, numbers)


def whole(notebook: Any, heading: str, lang: Lang) -> Document:
    """Return an executed notebook as a document that shows all it holds.

    Raises
    ------
    DataError
        Something cannot be shown: a document of the project would lose it.
    """
    document = read_notebook(notebook, Settings(lang))
    if lost := unshown(document.blocks):
        raise wrong_data(
            Text(
                f"文档中有内容无法显示：{'；'.join(lost[:5])}", f"the document cannot show all: {'; '.join(lost[:5])}"
            ),
            Where(file=heading),
            Text("各项内容都能显示", "all content shown"),
            Text("请保留该运行文件夹并反馈。", "Keep the run folder and report it."),
        )
    return document


def _quoted(run: Run, facts: Facts, kind: str) -> tuple[str, ...]:
    """Return the texts with numbers a document quotes beside those of the run's files."""
    sure, due = run.rules.on_track, date(run.as_of + 1, 3, 31)  # `documents.due_day`, which is slow to import
    days = (due.isoformat(), day(due, "zh"), day(due, "en"))
    fixed = (f"以{probability(sure)}概率达标", f"A year for {probability(sure, 'en')}", *days, *code_names())
    if kind != REGION:
        return (*facts.phrases, *fixed)
    from analysis.runs.regions.report import region_facts

    return (*region_facts(run).phrases, *facts.phrases, *fixed)


def in_formats(
    formats: Sequence[str], document: Document, heading: str, notice: Text, lang: Lang, author: str, page: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the file of each format; of Word and PDF the numerals were read back from the file.

    Raises
    ------
    DataError
        A numeral of a file is not in the checked page, or a character is in none of the packaged fonts.
    """
    options = {"language": lang, "document_title": heading, "notice": notice(lang), "author": author}
    for name in formats:
        if name == "html":
            yield name, page.encode("utf-8")
            continue
        check_glyphs(document, notice(lang))
        content = EXPORTERS[name](**options).written(document)
        text = word_text(content) if name == "docx" else pdf_text(content)
        if strange := check_text(text, page + to_html(notice(lang)), exact=name == "docx"):
            raise _only_there(name, heading, strange)
        yield name, content


def _only_there(name: str, heading: str, strange: Sequence[str]) -> DataError:
    return wrong_data(
        Text(
            f"{name} 中的数字在网页版中没有：{'、'.join(strange[:10])}",
            f"numbers only in {name}: {', '.join(strange[:10])}",
        ),
        Where(file=f"{heading}.{name}"),
        Text("各格式数字一致", "the same numbers in every format"),
        Text("请保留该运行文件夹并反馈。", "Keep the run folder and report it."),
    )
