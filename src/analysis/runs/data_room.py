"""What the commands of the data room do: forms out, files in, the quality report, exchange."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.data import exchange
from analysis.data.forms.template import write_template
from analysis.data.observations import DataSet, current
from analysis.data.reported.duties import owing_departments
from analysis.data.store import open_store
from analysis.data.store.states import STATE_NAMES
from analysis.exceptions import Lang
from analysis.gate.given import check_day
from analysis.places import inside
from analysis.plan import Plan
from analysis.runs.reported import known_for
from analysis.schema import ALERTS


def write_forms(
    plan: Plan,
    department: str,
    year: int,
    area: str,
    dataset: DataSet,
    out: Path,
    reports: dict[str, pd.DataFrame] | None = None,
    alerts: pd.DataFrame | None = None,
) -> dict[str, int]:
    """Write the form of one department to `out`, or of all of them (`all`) into the folder `out`.

    Last year's values, and the notice of the data set about them, come into a form only where they are of its area.
    `reports` are the annual reports known of the area, `alerts` those to be explained (target, level).

    Returns
    -------
    dict
        Rows of figures of each file written; a department without an indicator has none.
    """
    last = current(dataset.observations, plan.source_precedence)
    last = last[last["time_period"] == year - 1]
    names = dict(zip(dataset.areas["code"], dataset.areas["name_zh"], strict=True))
    below = {code: names[code] for code in dataset.parts_of(area)}
    notice, asked = dataset.notice.zh, ALERTS.empty() if alerts is None else alerts

    def write(code: str, path: Path) -> int:
        known = known_for(plan, code, year, reports, asked, notice)
        return write_template(path, plan, code, area, year, below, last, notice, known)

    if department != "all":
        return {out.name: write(department, out)}
    return {name: write(code, inside(out, name)) for code, name in _files(plan, year)}


def _files(plan: Plan, year: int) -> list[tuple[str, str]]:
    return [(code, f"{code}-{year}.xlsx") for code in owing_departments(plan)]


def expect_all(plan: Plan, area: str | None, year: int, due: str, db: str | None) -> int:
    """Note that every department owes its figures and its report of a year by a date; returns how many owe anything.

    Raises
    ------
    UsageError
        `due` is no date.
    """
    check_day(due)
    departments = owing_departments(plan)
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
