"""What the commands of the data room do: forms out, files in, the quality report, exchange."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.data import exchange
from analysis.data.forms.reading import read_submission
from analysis.data.forms.template import write_template
from analysis.data.observations import DataSet, current, read_dataset
from analysis.data.reading import Reading, quarantine_table
from analysis.data.store import Store, open_store
from analysis.data.store.states import STATE_NAMES
from analysis.data.store.store import Sender
from analysis.exceptions import Lang, Text, Where, WorkbenchError, usage
from analysis.plan import Plan


@dataclass(frozen=True)
class Ingested:
    """What became of a file: its reading and submission, or why it was refused as a whole."""

    file: str
    reading: Reading | None
    submission: int | None
    refused: WorkbenchError | None


def write_forms(plan: Plan, department: str, year: int, area: str, dataset: DataSet, out: Path) -> dict[str, int]:
    """Write the form of one department to `out`, or of all of them (`all`) into the folder `out`.

    Returns
    -------
    dict
        Rows of each file written.
    """
    last = current(dataset.observations, plan.source_precedence)
    last = last[last["time_period"] == year - 1]
    names = dict(zip(dataset.areas["code"], dataset.areas["name_zh"], strict=True))
    below = {code: names[code] for code in dataset.parts_of(area)}
    if department != "all":
        return {out.name: write_template(out, plan, department, area, year, below, last, dataset.notice.zh)}
    codes = sorted({one.department for one in plan.indicators})
    return {
        f"{code}-{year}.xlsx": write_template(
            out / f"{code}-{year}.xlsx", plan, code, area, year, below, last, dataset.notice.zh
        )
        for code in codes
    }


def ingest(
    files: Sequence[Path],
    plan: Plan,
    store: Store,
    who: str,
    department: str = "",
    year: int | None = None,
    area: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Ingested]:
    """Read and store files, each in a transaction of its own; one that is refused stops no other.

    A folder is a data folder (`observations.csv`); its areas and its notice of simulated data are kept too.
    """
    out = []
    for file in files:
        try:
            out.append(_ingest_one(file, plan, store, who, department, year, area))
        except WorkbenchError as error:
            out.append(Ingested(file.name, None, None, error))
        progress(1)
    return out


def _ingest_one(
    file: Path, plan: Plan, store: Store, who: str, department: str, year: int | None, area: str | None
) -> Ingested:
    if file.is_dir():
        dataset = read_dataset(file)
        store.set_areas(dataset.areas)
        reading, notice = _reading_of(dataset, file.name), dataset.notice
        sender = Sender(plan.id, area or plan.area, department or "all", _last_year(reading, year), who)
    else:
        areas = store.areas()
        names: Mapping[str, str] = dict(zip(areas["code"], areas["name_zh"], strict=True))
        reading, about = read_submission(file, plan, area, year, names)
        notice = None
        own = department or about.get("department", "") or "unknown"
        told = year or (int(about["year"]) if about.get("year", "").isdigit() else None)
        sender = Sender(plan.id, area or about.get("area") or plan.area, own, _last_year(reading, told), who)
    if not reading.rows:
        raise usage(
            Text("表中没有填报任何数据", "nothing was filled in"),
            Where(file=file.name),
            Text("至少一行填有数值或数据状态", "at least one row with a value or a status"),
            Text("请填报后再报；确无数据的行请选 M 缺报。", "Fill it in; mark what is missing with M."),
        )
    id, _ = store.submit(reading, sender, notice)
    return Ingested(file.name, reading, id, None)


def _reading_of(dataset: DataSet, name: str) -> Reading:
    table = dataset.observations
    digest = hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()
    accepted = table.assign(sheet="", row=range(2, len(table) + 2))
    return Reading(name, digest, len(table), accepted, quarantine_table([]))


def _last_year(reading: Reading, year: int | None) -> int:
    years = pd.to_numeric(reading.accepted["time_period"])
    return year or (int(years.max()) if len(years) else 0)


def expect_all(plan: Plan, area: str | None, year: int, due: str, db: str | None) -> int:
    """Note that every department with an indicator owes its data of a year by a date; returns how many.

    Raises
    ------
    UsageError
        `due` is no date.
    """
    try:
        date.fromisoformat(due)
    except ValueError:
        raise usage(
            Text(f"“{due}”不是日期", f"'{due}' is no date"),
            Where(item="--due"),
            Text("年-月-日，如 2027-03-31", "year-month-day, such as 2027-03-31"),
            Text("请更正 --due。", "Correct --due."),
        ) from None
    departments = sorted({one.department for one in plan.indicators})
    store = open_store(db)
    for department in departments:
        store.expect(plan.id, area or plan.area, department, year, due)
    store.close()
    return len(departments)


def export(dataset: DataSet, plan: Plan, path: Path, structure: Path | None = None) -> int:
    """Write all observations as SDMX (by the file's ending .csv or .xml), on request the structure they keep to."""
    exchange.export(dataset.observations, path, plan, dataset.areas, structure)
    return len(dataset.observations)


def timeliness(submissions: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return for each department and year when its data were due and came, and by how many days late."""
    late = (pd.to_datetime(submissions["at"].str[:10]) - pd.to_datetime(submissions["due"])).dt.days
    table = pd.DataFrame(
        {
            "department": [plan.department_name(code)(lang) for code in submissions["department"]],
            "year": submissions["year"],
            "state": [STATE_NAMES[state](lang) for state in submissions["state"]],
            "due": submissions["due"].fillna("—"),
            "at": submissions["at"].str[:10].fillna("—"),
            "late": late.map(lambda days: "—" if pd.isna(days) else str(max(int(days), 0))),
        }
    )
    zh = ["部门", "年份", "状态", "应报日期", "报送日期", "迟报天数"]
    table.columns = pd.Index(zh if lang == "zh" else ["Department", "Year", "State", "Due", "Received", "Days late"])
    return table
