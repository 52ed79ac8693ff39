"""复现意见: the opinion on a reproduction as HTML, Word and PDF, made by its notebook from the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import nbformat

from analysis.exceptions import DataError, Lang, Text
from analysis.export.html import write_html
from analysis.export.reports import reproduction
from analysis.export.workbook import one_sheet
from analysis.gate.dated import made
from analysis.narrative.checking import check_page, faults
from analysis.narrative.reproduction import TITLE, Opinion
from analysis.narrative.reproduction_sample import sample_table
from analysis.places import NOTEBOOKS
from analysis.runs.exporting import in_formats, whole
from analysis.runs.files import write_bytes
from analysis.runs.notebooks import execute
from analysis.runs.reproduction.reproduce import RECORD

NOTEBOOK = "17_reproduction_opinion"
FORM = "sample.xlsx"


def read_opinion(record: str | Path) -> Opinion:
    """Return the opinion of a record written by `workbench reproduce`."""
    return Opinion(json.loads(Path(record).read_text(encoding="utf-8")))


def write_opinion(folder: Path, formats: Sequence[str], lang: Lang, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Execute the notebook of the opinion in the folder of a reproduction and export it; returns the files.

    Raises
    ------
    NotebookError
        A cell failed.
    DataError
        A number of the document resolves to nothing.
    """
    copy = folder / f"{NOTEBOOK}.ipynb"
    execute(notebooks / f"{NOTEBOOK}.ipynb", copy, {"record": RECORD, "lang": lang}, folder)
    notebook, opinion = nbformat.read(copy, as_version=4), read_opinion(folder / RECORD)
    for part in (reproduction.checked, reproduction.compared):
        part(opinion, lang)  # the numbers its sentences may show
    notice = Text(*(opinion.record["notice"] or ("", "")))
    document = whole(notebook, TITLE(lang), lang)
    page = write_html(document, TITLE(lang), notice(lang), lang)
    if found := faults(check_page(page, opinion.values.known, opinion.phrases), "opinion.html"):
        raise DataError(found)
    files = []
    for name, content in in_formats(formats, document, TITLE(lang), notice, lang, opinion.record["who"], page):
        path = folder / f"opinion.{name}"
        write_bytes(content, path)
        files.append(path)
    return [*files, *_form(folder, opinion, lang)]


def _form(folder: Path, opinion: Opinion, lang: Lang) -> list[Path]:
    """Write the sample as a workbook to be filled in; nothing where none was drawn."""
    table = sample_table(opinion.record, lang)
    if not len(table):
        return []
    path, named = folder / FORM, "人工核查样本" if lang == "zh" else "Values to trace"
    seed = opinion.record["sample"]["seed"]
    said = (
        f"成果包 {opinion.record['bundle']}，种子 {seed}"
        if lang == "zh"
        else (f"Bundle {opinion.record['bundle']}, seed {seed}")
    )
    write_bytes(one_sheet(table, named, said, lang, made()), path)
    return [path]
