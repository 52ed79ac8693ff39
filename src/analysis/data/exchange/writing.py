"""Observations as SDMX-CSV 2.0 or SDMX-ML 2.1, checked first, row by row and whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from lxml import etree

from analysis.data.exchange.checking import check
from analysis.data.exchange.codes import encode
from analysis.data.exchange.columns import AGENCY, CODED, COLUMN, FLOW, NAMES, VERSION
from analysis.data.exchange.structure import structure, write_message
from analysis.data.forms.safety import safe_cell
from analysis.exceptions import Text, Where, usage
from analysis.places import shown, whole
from analysis.plan import Plan

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_SPACES = {
    "mes": f"{_SCHEMAS}/message",
    "com": f"{_SCHEMAS}/common",
    "ss": f"{_SCHEMAS}/data/structurespecific",
}
_DSD = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{FLOW}({VERSION})"


def export(
    observations: pd.DataFrame, path: Path, plan: Plan, areas: pd.DataFrame, structure_path: Path | None = None
) -> None:
    """Write observations as SDMX-CSV (.csv) or SDMX-ML (.xml), once they keep to their structure.

    Parameters
    ----------
    observations : DataFrame
        An `OBSERVATIONS` table.
    path : Path
        Ends in .csv, or in .xml or .sdmx.
    plan, areas
        What the codelists are made of, see `structure`.
    structure_path : Path, optional
        Where to write the structure the data were checked with.

    Raises
    ------
    DataError
        Rows break the structure; all are named and nothing is written.
    UsageError
        The file has another ending.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xml", ".sdmx"):
        raise usage(
            Text(f"不能导出为 {kind or path.name}", f"no export as {kind or path.name}"),
            Where(file=shown(path)),
            Text(".csv（SDMX-CSV）或 .xml（SDMX-ML）", ".csv (SDMX-CSV) or .xml (SDMX-ML)"),
            Text("请更改文件名的结尾。", "Change the ending of the name."),
        )
    made = structure(plan, areas, observations)
    check(observations, made)
    with whole(path) as aside:
        (_write_csv if kind == ".csv" else _write_xml)(observations, aside, plan)
        if structure_path is not None:
            write_message(made, structure_path)


def _write_csv(observations: pd.DataFrame, path: Path, plan: Plan) -> None:
    del plan
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")  # so that a lone line break of either kind is quoted
        writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *NAMES])
        for cells in _cells(observations):
            writer.writerow(["dataflow", f"{AGENCY}:{FLOW}({VERSION})", "R", *map(_safe, cells.items())])


def _safe(cell: tuple[str, str]) -> object:
    """Return a cell that no spreadsheet program runs; numbers are none of those."""
    name, value = cell
    return value if name in ("OBS_VALUE", "NUMERATOR", "DENOMINATOR") else safe_cell(value)


def _write_xml(observations: pd.DataFrame, path: Path, plan: Plan) -> None:
    mes, ss = f"{{{_SPACES['mes']}}}", f"{{{_SPACES['ss']}}}"
    about = {f"{ss}structureRef": FLOW, f"{ss}dataScope": "DataStructure", f"{ss}action": "Replace"}
    with etree.xmlfile(str(path), encoding="utf-8") as out:
        out.write_declaration()
        with out.element(f"{mes}StructureSpecificData", nsmap=_SPACES):
            out.write(_header(plan))
            with out.element(f"{mes}DataSet", about):
                for cells in _cells(observations):
                    out.write(etree.Element("Obs", {name: cell for name, cell in cells.items() if cell}))


def _header(plan: Plan) -> Any:
    mes, com = f"{{{_SPACES['mes']}}}", f"{{{_SPACES['com']}}}"
    header = etree.Element(f"{mes}Header", nsmap=_SPACES)
    for name, value in (("ID", FLOW), ("Test", "false"), ("Prepared", datetime.now(UTC).isoformat("T", "seconds"))):
        etree.SubElement(header, f"{mes}{name}").text = value
    etree.SubElement(header, f"{mes}Sender", id=encode(plan.area))
    about = {"structureID": FLOW, "dimensionAtObservation": "AllDimensions", "namespace": _DSD}
    holder = etree.SubElement(etree.SubElement(header, f"{mes}Structure", about), f"{com}Structure")
    etree.SubElement(holder, "Ref", {"agencyID": AGENCY, "id": FLOW, "version": VERSION, "class": "DataStructure"})
    return header


def _cells(observations: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Return the cells of each row by component, codes spelled as SDMX takes them."""
    columns = []
    for name in NAMES:
        cells = observations[COLUMN[name]]
        if name in CODED:
            codes = {id: encode(str(id)) for id in cells.unique()}
            columns.append([codes[id] for id in cells])
        else:
            columns.append([_plain(value) for value in cells.astype(object).where(cells.notna(), None)])
    for row in zip(*columns, strict=True):
        yield dict(zip(NAMES, row, strict=True))


def _plain(value: Any) -> str:
    """Return a number with as many digits as bring it back as it is."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    short = format(value, ".15g")
    return short if float(short) == value else repr(value)
