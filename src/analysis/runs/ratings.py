"""The evaluation group's sheet: the departments' grades and evidence beside its own, out and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.look import HEADER
from analysis.data.forms.opening import META, Options, open_submission
from analysis.data.forms.values import SetAside
from analysis.data.grid.grid import address, is_blank
from analysis.data.reported.duties import by_evidence, lead_of
from analysis.data.reported.labels import RUBRIC
from analysis.data.reported.rows import Given, read_row
from analysis.data.reported.sheets import RATINGS_SHEET, header_of
from analysis.data.reported.template import add_rubric, fill_row, put_head, put_rules
from analysis.data.store import open_store
from analysis.data.store.reports import AnnualReports, Rating
from analysis.exceptions import DataError, Fault, Lang, Text, Where, wrong_data
from analysis.formats import plain
from analysis.places import shown, whole
from analysis.plan import Plan, Target

_DONE = Text("请更正后重新导入。", "Correct it and import again.")


def write_sheet(plan: Plan, area: str, year: int, db: str | None, out: Path) -> int:
    """Write the sheet of the evaluation group: each target without annual data, with what its department says.

    Returns
    -------
    int
        How many targets it lists.
    """
    store = open_store(db)
    tables = AnnualReports(store).tables(plan.id, area)
    notice = store.notice(area).zh
    store.close()
    own = tables["self_assessments"]
    said = {row["target"]: row for row in own[own["year"] == year].to_dict("records")}
    ratings = tables["group_ratings"]
    rated = {row["target"]: row for row in ratings[ratings["year"] == year].to_dict("records")}
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = RATINGS_SHEET.name
    rows = [_row(plan, one, said.get(one.id, {}), rated.get(one.id, {})) for one in plan.targets if by_evidence(one)]
    put_head(page, RATINGS_SHEET, plan, "", year, notice)
    for i, row in enumerate(rows, start=HEADER + 1):
        fill_row(page, i, RATINGS_SHEET, row, unlocked=False)
    put_rules(page, RATINGS_SHEET, HEADER + max(len(rows), 1), year, 0)
    add_rubric(book)
    meta = book.create_sheet(META)
    for pair in (("plan", plan.id), ("year", str(year)), ("area", area), ("form", "ratings")):
        meta.append(list(pair))
    meta.sheet_state = "hidden"
    with whole(out) as aside:
        book.save(aside)
    return len(rows)


def _row(plan: Plan, target: Target, said: dict[Any, Any], rated: dict[Any, Any]) -> dict[str, Any]:
    grade = str(said.get("grade", ""))
    counted = ""
    if said and said["done"] == said["done"]:
        of = "" if said["total"] != said["total"] else f"/{plain(said['total'], 0)}"
        counted = f"（{plain(said['done'], 0)}{of}）"
    return {
        **{"target": target.id, "title": target.text.zh, "_clause": target.clause},
        "_department": plan.department_name(lead_of(plan, target)).zh,
        "_self": (RUBRIC[grade].name.zh if grade else "未自评" if not counted else "") + counted,
        **{"_reason": said.get("reason", ""), "_evidence": said.get("evidence", "")},
        "grade": RUBRIC[rated["grade"]].name.zh if rated else None,
        **{name: rated.get(name) for name in ("reason", "evidence_seen")},
    }


def read_sheet(plan: Plan, path: Path, who: str, db: str | None) -> int:
    """Read the sheet of the evaluation group back and keep its ratings, all or none; returns how many.

    Raises
    ------
    DataError
        It has no such sheet, or with every row that cannot be read: its cell and why.
    UsageError
        A rating does not hold (`data.store.reports.check_rating`).
    """
    opened = open_submission(path, plan, {}, Options())
    given = Given(plan, opened.context.area, "", opened.context.year, True)
    ratings: list[Rating] = []
    faults: list[Fault] = []
    found = False
    for grid in opened.book.sheets:
        header = header_of(grid.name, grid.rows)
        if header is None or header[0] is not RATINGS_SHEET:
            continue
        found, (_, top, places) = True, header
        for i in range(top + 1, len(grid.rows)):
            cells = {column: grid.cell(i, j) for column, j in places.items()}
            filled = [one.column for one in RATINGS_SHEET.free if not is_blank(cells.get(one.column))]
            if not filled:
                continue
            try:
                row, doubts = read_row(RATINGS_SHEET, cells, given, i)
                if doubts:
                    raise SetAside(*doubts[0])
            except SetAside as fault:
                at = address(i, places.get(fault.column, places[filled[0]]))
                wanted = Text("列表中的等级和规划的目标", "a grade of the list and a target of the plan")
                where = Where(file=shown(path), item=f"{grid.name}!{at}")
                faults.append(Fault(fault.reason, where, wanted, _DONE))
                continue
            ratings.append(Rating(row["target"], row["year"], row["grade"], row["reason"], row["evidence_seen"]))
    if not found:
        raise wrong_data(
            Text("找不到评定表", "no sheet of ratings"),
            Where(file=shown(path)),
            Text("workbench ratings export 写出的表", "the sheet of `workbench ratings export`"),
            _DONE,
        )
    if faults:
        raise DataError(faults)
    store = open_store(db)
    count = AnnualReports(store).rate(plan.id, opened.context.area, ratings, who)
    store.close()
    return count


def lines_side_by_side(plan: Plan, area: str, year: int, db: str | None, lang: Lang) -> list[str]:
    """Return a line for each target that a department or the group graded in a year, with how far they are apart."""
    store = open_store(db)
    tables = AnnualReports(store).tables(plan.id, area)
    store.close()
    sides = []
    for name in ("self_assessments", "group_ratings"):
        own = tables[name][tables[name]["year"] == year]
        sides.append(dict(zip(own["target"], own["grade"], strict=True)))
    grades, lines = list(RUBRIC), []
    for target in plan.targets:
        mine, theirs = (side.get(target.id, "") for side in sides)
        if not mine and not theirs:
            continue
        names = [RUBRIC[one].name(lang) if one else "—" for one in (mine, theirs)]
        apart = grades.index(mine) - grades.index(theirs) if mine and theirs else 0
        said = "" if not apart else f"  部门高 {apart} 级" if lang == "zh" else f"  department {apart:+d}"
        if apart < 0 and lang == "zh":
            said = f"  部门低 {-apart} 级"
        lines.append(f"{target.id:<28} {names[0]:<6} {names[1]:<6}{said}")
    return lines
