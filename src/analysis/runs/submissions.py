"""`workbench ingest`: files in, each in a transaction of its own; a wide table first asks for its mapping."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.forms.opening import Options
from analysis.data.forms.reading import SIMULATED, FileRead, needs_mapping, read_file
from analysis.data.impossible import impossible
from analysis.data.observations import DataSet, read_dataset
from analysis.data.reading import ASIDE, FOUND, PROPOSED, Reading, accepted_table, quarantine_table
from analysis.data.store import Store
from analysis.data.store.reports import AnnualReports
from analysis.data.store.states import Sender
from analysis.data.store.tables import KEY
from analysis.data.wide.confirmed import Decisions, content_of, reuse
from analysis.data.wide.mapping_book import write_mapping
from analysis.data.wide.mapping_reading import read_mapping
from analysis.data.wide.tables import WideTable
from analysis.exceptions import Text, Where, WorkbenchError, usage
from analysis.places import file_of, folder_of
from analysis.plan import Plan
from analysis.runs.files import cannot_write
from analysis.runs.hashes import sha256
from analysis.runs.reported import copied_folder, with_evidence
from analysis.schema.reported import DEPARTMENT_TABLES, EVIDENCE_FILES, GROUP_RATINGS


@dataclass(frozen=True)
class Ingested:
    """What became of a file: its reading and submission, or why it was refused as a whole.

    `mapping` is the workbook that was written for a person to look at; nothing was stored then. `reused` are the files
    whose confirmed mapping served for this one.
    """

    file: str
    reading: Reading | None
    submission: int | None
    refused: WorkbenchError | None
    remarks: tuple[Text, ...] = ()
    mapping: Path | None = None
    to_look_at: int = 0
    reused: tuple[str, ...] = ()


def ingest(
    files: Sequence[Path],
    plan: Plan,
    store: Store,
    who: str,
    options: Options = Options(),  # noqa: B008 - frozen
    mapping: Path | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Ingested]:
    """Read and store files, each in a transaction of its own; one that is refused stops no other.

    Parameters
    ----------
    files : sequence of Path
        A folder is a data folder (`observations.csv`); its areas and its notice of simulated data are kept too.
    plan, store, who
        Where the data belong, and who reports them.
    options : Options
    mapping : Path, optional
        The confirmed mapping of the one file given.
    progress : callable
        Told that one more file is done.
    """
    out = []
    for file in files:
        try:
            if folder_of(file).is_dir():
                out.append(_folder(folder_of(file), plan, store, who, options))
            else:
                out.append(_file(file, plan, store, who, options, mapping))
        except WorkbenchError as error:
            out.append(Ingested(file.name, None, None, error))
        progress(1)
    return out


def _folder(file: Path, plan: Plan, store: Store, who: str, options: Options) -> Ingested:
    dataset = read_dataset(file)
    store.set_areas(dataset.areas)
    reading = _reading_of(dataset, file.name, plan)
    reports = copied_folder(file, plan)
    own = {one.name: reports[one.name] for one in DEPARTMENT_TABLES if one.name in reports}
    count = reading.rows + sum(len(table) for table in own.values())
    reading = replace(reading, rows=count, reports=own, evidence=reports.get(EVIDENCE_FILES.name))
    year = _last_year(reading, options.year)
    sender = Sender(plan.id, options.area or plan.area, options.department or "all", year, who)
    id, _ = store.submit(reading, sender, dataset.notice)
    if GROUP_RATINGS.name in reports:
        AnnualReports(store).put_ratings(reports[GROUP_RATINGS.name])
    return Ingested(file.name, reading, id, None)


def _file(file: Path, plan: Plan, store: Store, who: str, options: Options, mapping: Path | None) -> Ingested:
    source, known = file_of(file), store.areas()
    areas: Mapping[str, str] = dict(zip(known["code"], known["name_zh"], strict=True))
    decisions = read_mapping(mapping, plan, areas, sha256(source)) if mapping is not None and source.is_file() else None
    before: list[WideTable] = []
    reused: list[str] = []

    def settle(table: WideTable) -> bool:
        before.append(replace(table, rows=dict(table.rows), columns=dict(table.columns), paths=dict(table.paths)))
        if decisions is not None:
            decisions.settle(table)
            return True
        kept = store.mapping(plan.id, table.shape)
        if kept is None or not reuse(table, kept[0], kept[1]):
            return False
        reused.append(kept[1])
        return True

    read = read_file(source, plan, areas, options, settle)
    if not read.settled:
        return _asked(file, plan, areas, options, read, before)
    reading = _decided(read.reading, decisions) if decisions is not None else read.reading
    reading, lacking = with_evidence(reading, source, store)
    if not reading.rows:
        raise usage(
            Text("表中没有填报任何数据", "nothing was filled in"),
            Where(file=file.name),
            Text("至少一行填有数值或数据状态", "at least one row with a value or a status"),
            Text("请填报后再报；确无数据的行请选 M 缺报。", "Fill it in; mark what is missing with M."),
        )
    about = read.about
    own = options.department or about.get("department", "") or "unknown"
    told = options.year or (int(about["year"]) if about.get("year", "").isdigit() else None)
    area = options.area or about.get("area") or plan.area
    notice = SIMULATED if read.simulated else None
    id, _ = store.submit(reading, Sender(plan.id, area, own, _last_year(reading, told), who), notice)
    for table, plain in zip(read.tables, before, strict=True):
        if decisions is not None:
            store.keep_mapping(plan.id, table.shape, content_of(table, plain), file.name, who)
    return Ingested(file.name, reading, id, None, (*read.remarks, *lacking), reused=tuple(dict.fromkeys(reused)))


def _asked(
    file: Path, plan: Plan, areas: Mapping[str, str], options: Options, read: FileRead, tables: Sequence[WideTable]
) -> Ingested:
    out = file.with_name(f"{file.name}.mapping.xlsx")
    try:
        count = write_mapping(out, read.reading.figures(), tables, plan, areas, options.area or "")
    except OSError as error:
        raise cannot_write(out, error) from error
    refused = needs_mapping(file.name, out.name)
    return Ingested(file.name, None, None, refused, read.remarks, mapping=out, to_look_at=count)


def _decided(reading: Reading, decisions: Decisions) -> Reading:
    """Return the reading with the proposed values that a person decided on taken, or set aside."""
    if not decisions.values or not (reading.quarantined["state"] == PROPOSED).any():
        return reading
    taken: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    named = [*KEY, "vintage"]
    keys = set(reading.accepted[named].itertuples(index=False, name=None))
    for found in reading.quarantined.to_dict("records"):
        row = {str(name): cell for name, cell in found.items()}
        waits = row["state"] == PROPOSED and '"table"' not in row["proposal"]  # a report's rows are not in the mapping
        answer = decisions.values.get((row["sheet"], row["cell"])) if waits else None
        proposal = json.loads(row["proposal"]) if answer else {}
        key = tuple(proposal.get(name) for name in named)
        if answer and key in keys:
            zh, en = f"同一指标、地区、年份和分组已有数值：{row['reason_zh']}", f"taken elsewhere: {row['reason_en']}"
            left.append({**row, "state": ASIDE, "proposal": "", "reason_zh": zh, "reason_en": en})
        elif answer:
            keys.add(key)
            note = "；".join(part for part in (proposal["note"], f"经核对：{row['reason_zh']}") if part)
            taken.append({**proposal, "note": note, "sheet": row["sheet"], "row": row["row"]})
        elif answer is None:
            left.append(row)
        else:
            zh, en = f"经核对不采用：{row['reason_zh']}", f"declined: {row['reason_en']}"
            left.append({**row, "state": ASIDE, "proposal": "", "reason_zh": zh, "reason_en": en})
    more = accepted_table(taken)
    accepted = pd.concat([reading.accepted, more], ignore_index=True) if taken else reading.accepted
    return replace(reading, accepted=accepted, quarantined=quarantine_table(left))


def _reading_of(dataset: DataSet, name: str, plan: Plan) -> Reading:
    """Return a data folder as it was read: rows that cannot be are set aside."""
    table = dataset.observations
    digest = hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()
    placed = table.assign(sheet="", row=range(2, len(table) + 2))
    aside = {i: (column, reason) for i, column, reason in impossible(table, plan)}
    kept = np.ones(len(table), bool)
    kept[list(aside)] = False
    rows = [
        {
            **{name: str(table[name].iloc[i]) for name in FOUND},
            **{"sheet": "", "row": i + 2, "cell": column, "state": ASIDE, "proposal": ""},
            **{"reason_zh": reason.zh, "reason_en": reason.en, "raw": json.dumps([str(v) for v in table.iloc[i]])},
        }
        for i, (column, reason) in aside.items()
    ]
    return Reading(name, digest, len(table), placed[kept].reset_index(drop=True), quarantine_table(rows))


def _last_year(reading: Reading, year: int | None) -> int:
    years = pd.to_numeric(reading.accepted["time_period"])
    return year or (int(years.max()) if len(years) else 0)
