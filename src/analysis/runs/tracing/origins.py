"""Where an observation of a run comes from: its row of the data, the submission, the cell of the form, the reviews."""

from __future__ import annotations

from pathlib import Path

from analysis.exceptions import Text
from analysis.narrative.sources import Row
from analysis.runs.tracing.nodes import Node, unknown
from analysis.runs.tracing.tables import KEY, Line, RunTables, number

_VALUES = ("obs_value", "numerator", "denominator")


def observation(run: RunTables, *address: str) -> Node:
    """Return an observation with all that is known of its origin.

    Parameters
    ----------
    address : str
        Indicator, area, year, and the codes of sex, age, residence and group; those left out are totals.
    """
    key = (*address, *["_T"] * (len(KEY) - len(address)))
    found = run.find("observations", **dict(zip(KEY, key, strict=True)))
    if not found:
        zh, en = "tables/observations.csv 中没有这一行", "there is no such row in tables/observations.csv"
        return Node("observation", Text(*[f"实际值 {' '.join(key[:3])}", f"observation {' '.join(key[:3])}"]),
                    below=(unknown(zh, en),))  # fmt: skip
    line = found[0]
    row = line.cells
    parts = {name: row.get(name, "") for name in (*KEY, *_VALUES, "unit", "obs_status", "source", "vintage")}
    counts = f"（{number(row['numerator'])}/{number(row['denominator'])}）" if row.get("numerator") else ""
    value = number(row["obs_value"]) or "—"
    codes = ", ".join(f"{name} {row[name]}" for name in KEY[3:] if row[name] != "_T")
    about = f"{row['indicator']} {row['ref_area']} {row['time_period']}{'，' + codes if codes else ''}"
    zh = f"实际值 {about}：{value}{counts} {row['unit']}，状态 {row['obs_status']}，来源 {row['source']}（{_at(line)}）"
    counts = counts.replace("（", " (").replace("）", ")")
    en = f"observation {about.replace('，', ', ')}: {value}{counts} {row['unit']}, status {row['obs_status']}"
    en += f", source {row['source']} ({_at(line, True)})"
    note = (Node("note", Text(f"备注：{row['note']}", f"note: {row['note']}")),) if row.get("note") else ()
    return Node("observation", Text(zh, en), {**parts, "file": line.file, "line": line.number},
                (*note, *_given(run, row)))  # fmt: skip


def _given(run: RunTables, row: Row) -> tuple[Node, ...]:
    """Return the row of the run's copy of its data that was chosen, and what it comes from."""
    rows = run.given.get(tuple(row[name] for name in KEY), [])
    same = [one for one in rows if all(one.cells.get(name) == row[name] for name in ("source", "vintage"))]
    others = [one.cells for one in rows if one not in same]
    if not same:
        zh, en = "运行所带数据不是 CSV，查不到行号", "the run's copy of the data is no CSV: no line can be named"
        return (*_form(run, row), unknown(zh, en))
    line = same[0]
    vintage = row["vintage"]
    zh, en = f"批次 {vintage}，{_at(line)}", f"vintage {vintage}, {_at(line, True)}"
    if others:
        listed = ", ".join(f"{one.get('source')} {one.get('vintage')}: {number(one['obs_value'])}" for one in others)
        zh, en = f"{zh}；未采用：{listed}", f"{en}; not chosen: {listed}"
    facts = {"vintage": vintage, "file": line.file, "line": line.number, "not_chosen": len(others)}
    return (Node("input", Text(zh, en), facts, _form(run, row)),)


def _form(run: RunTables, row: Row) -> tuple[Node, ...]:
    """Return the cell an observation was entered in, and the submission with its reviews."""
    known = run.cells.get(tuple(row[name] for name in (*KEY, "source", "vintage")))
    if known is None:
        return (_without_form(run),)
    cell = known.cells
    about = next(one.cells for one in run.provenance("submissions") if one.cells["submission"] == cell["submission"])
    file = about["file"] or (f"SHA-256 {about['sha256'][:8]}" if about["sha256"] else "")
    facts = {name: cell[name] for name in ("submission", "sheet", "row", "cell")}
    facts |= {name: about[name] for name in ("file", "sha256", "department", "year", "state")}
    said = _place(file, cell)
    below = [_review(one.cells) for one in run.provenance("steps") if one.cells["submission"] == cell["submission"]]
    zh = f"报送 {cell['submission']}（{about['department']}，{about['year']}），现状态 {about['state']}"
    en = f"submission {cell['submission']} ({about['department']}, {about['year']}), state {about['state']}"
    of = Node("submission", Text(zh, en), {"submission": cell["submission"]}, tuple(below))
    return (Node("form", said, facts, (of,)),)


def _place(file: str, cell: Row) -> Text:
    """Return file, sheet and cell in words; a message without cells has the number of its record."""
    sheet = (f"，工作表 {cell['sheet']}", f", sheet {cell['sheet']}") if cell["sheet"] else ("", "")
    if Path(file).suffix.lower() in (".xml", ".sdmx"):
        order = int(cell["row"] or 1) - 1
        return Text(f"文件 {file}，第 {order} 条观测", f"file {file}, observation no. {order}")
    if cell["cell"]:
        cells = cell["cell"].replace("、", ", ")
        return Text(f"文件 {file}{sheet[0]}，单元格 {cell['cell']}", f"file {file}{sheet[1]}, cell {cells}")
    if cell["row"]:
        said = Text(
            "（单元格未记录：由人确认或旧版录入）", " (cell not recorded: confirmed by a person, or entered before)"
        )
        row = cell["row"]
        return Text(f"文件 {file}{sheet[0]}，第 {row} 行{said.zh}", f"file {file}{sheet[1]}, row {row}{said.en}")
    return Text(f"文件 {file}，未记录位置", f"file {file}, no place recorded")


def _review(step: Row) -> Node:
    who = step["who"] or "—"
    zh = f"{step['state']}：{step['role']} {who}，{step['at']}"
    en = f"{step['state']}: {step['role']} {who}, {step['at']}"
    facts = {name: step[name] for name in ("state", "role", "who", "at")}
    return Node("review", Text(zh, en), facts)


def _without_form(run: RunTables) -> Node:
    """Return why no form is known."""
    data = str(run.record.get("data") or "")
    if run.record.get("part_of") == "database":
        return unknown(
            "该运行是一次评估多个地区时由数据库切出的一份，没有带上报送出处，可用 --db 在数据库中查",
            "the run is one of many areas, its data cut out of a database without the forms; ask the database by --db",
        )
    if data != "database":
        return unknown(
            f"数据来自数据文件夹 {data}，其中没有表格文件和单元格",
            f"the data are a folder, {data}: it names no form or cell",
        )
    if not run.provenance("cells"):
        return unknown(
            "该运行没有带上报送出处，可用 --db 在数据库中查",
            "the run does not hold the forms; ask the database by --db",
        )
    return unknown("运行所带出处中没有这一行", "the row is not among those whose form the run holds")


def _at(line: Line, english: bool = False) -> str:
    return f"{line.file} line {line.number}" if english else f"{line.file} 第 {line.number} 行"
