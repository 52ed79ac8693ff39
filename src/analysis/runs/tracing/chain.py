"""What a row of a table rests on: the target of the plan, the verdict, the forecast, the observations."""

from __future__ import annotations

from analysis.exceptions import Text
from analysis.narrative.reckoning import CELL, reckoned
from analysis.narrative.sources import ADDRESS, Unknown
from analysis.runs.tracing.nodes import Node, unknown
from analysis.runs.tracing.origins import observation
from analysis.runs.tracing.sentences import Mark
from analysis.runs.tracing.tables import KEY, Line, RunTables, number

_FORECAST = ("forecast", "lower_80", "upper_80", "p_miss")
_NEEDS = {  # columns of a verdict to what they rest on; all others rest on all of it
    "latest_value": ("latest",), "latest_year": ("latest",), "baseline_value": ("baseline",),
    "baseline_year": ("baseline",), "target_value": ("plan",), **dict.fromkeys(_FORECAST, ("forecast", "plan")),
    "observed_aarc": ("baseline", "latest"),
}  # fmt: skip


def of_mark(run: RunTables, mark: Mark, seen: set[str]) -> Node:
    """Return a printed number with the cells it is reckoned from; what is in `seen` is not told again."""
    if mark.form == "text":
        said = Text(f"引文 {mark.text} ← {mark.origin}", f"quotation {mark.text} ← {mark.origin}")
        return Node("quotation", said, {"text": mark.text, "origin": mark.origin}, of_origin(run, mark.origin, seen))
    try:
        value = f"{reckoned(run.sources, mark.origin):.10g}"
    except Unknown:
        value = ""
    same = f" = {value}" if value else ""
    said = Text(f"数字 {mark.text} ← {mark.origin}{same}", f"number {mark.text} ← {mark.origin}{same}")
    facts = {"text": mark.text, "id": mark.id, "origin": mark.origin, "value": value, "form": mark.form}
    return Node("number", said, facts, of_origin(run, mark.origin, seen))


def of_origin(run: RunTables, origin: str, seen: set[str]) -> tuple[Node, ...]:
    """Return the cells and counts an origin names."""
    out = []
    for found in CELL.finditer(origin):
        table, address = found[1], found[2]
        column = origin[found.end() :].removeprefix(".").split(" ")[0].strip(")")
        name = f"{found[0]}.{column}"
        out.append(_above(name) if name in seen else of_cell(run, table, address, column))
        seen.add(name)
    for name in [part.split("}")[0] for part in origin.split("{")[1:]]:
        out.append(_above(name) if name in seen else of_count(run, name))
        seen.add(name)
    return tuple(out)


def _above(name: str) -> Node:
    return Node("above", Text(f"{name}：见上", f"{name}: see above"), {"origin": name})


def of_count(run: RunTables, name: str) -> Node:
    """Return a declared count: how it is counted stands in `narrative.counts`."""
    try:
        value = f"{reckoned(run.sources, f'{{{name}}}'):.0f}"
    except Unknown:
        return unknown(f"没有名为 {name} 的计数", f"no count is named {name}")
    table = "tables/alerts.csv" if name.startswith("alerts/") else "tables/assessments.csv"
    said = Text(
        f"计数 {name} = {value}，由 {table} 等文件逐行计得", f"count {name} = {value}, of rows of {table} and others"
    )
    return Node("count", said, {"name": name, "value": value})


def of_cell(run: RunTables, table: str, address: str, column: str = "") -> Node:
    """Return a cell of a table, or a whole row where no column is named, with what it rests on."""
    names = ADDRESS.get(table, ())
    given = tuple(address.split(","))
    if table == "rules":
        return _threshold(run, address, column)
    key = dict(zip(names, (*given, *["_T"] * (len(names) - len(given))), strict=True))
    if table == "observations":
        return observation(run, *given)
    rows = run.find(f"plan/{table}" if names == ("id",) else table, **key)
    if not rows:
        said = Text(f"{table}[{address}]", f"{table}[{address}]")
        return Node("row", said, below=(unknown("运行中没有这一行", "the run has no such row"),))
    line = rows[0]
    value = f".{column} = {number(line.cells.get(column, ''))}" if column else ""
    zh, en = f"（{line.file} 第 {line.number} 行）", f" ({line.file} line {line.number})"
    facts = {"table": table, "address": address, "column": column, "value": line.cells.get(column, "")}
    lies = {"file": line.file, "line": line.number}
    name = f"{table}[{address}]{value}"
    return Node("row", Text(name + zh, name + en), {**facts, **lies}, tuple(_below(run, table, line, column)))


def _threshold(run: RunTables, address: str, column: str) -> Node:
    """Return a setting of the run's rules, which rests on nothing but their file."""
    name, file = ".".join(filter(None, (address, column))), "inputs/rules.yaml"
    try:
        value = f"{run.sources.cell('rules', address, column):g}"
    except Unknown:
        return Node("row", Text(name, name), below=(unknown("规则中没有这一项", "the rules have no such setting"),))
    facts = {"table": "rules", "address": address, "column": column, "value": value, "file": file}
    return Node("row", Text(f"{name} = {value}（{file}）", f"{name} = {value} ({file})"), facts)


def _below(run: RunTables, table: str, line: Line, column: str) -> list[Node]:
    row = line.cells
    if table in ("targets", "measures", "goals"):
        return _wording(row)
    if table == "assessments":
        return _verdict(run, line, column)
    if row.get("target"):
        return [verdict(run, row["target"])]
    if table == "forecasts":
        return [series(run, row["series_id"].split("|"))]
    if row.get("series_id"):
        return [series(run, row["series_id"].split("|"), row.get("year", ""))]
    if table == "equity":
        return _groups(run, row)
    if row.get("indicator") and row.get("ref_area") and row.get("time_period"):
        return [observation(run, row["indicator"], row["ref_area"], row["time_period"])]
    if row.get("indicator"):
        return [series(run, [row["indicator"], run.area])]
    return [unknown("由多行算出，见该表的说明", "made of many rows; see the page on the tables")]


def verdict(run: RunTables, target: str) -> Node:
    """Return the verdict on a target with all it rests on."""
    found = run.find("assessments", target=target)
    if not found:
        return unknown(f"没有目标 {target} 的判定", f"there is no verdict on {target}")
    line = found[0]
    return Node("verdict", *_said_verdict(line), tuple(_verdict(run, line, "")))


def _said_verdict(line: Line) -> tuple[Text, dict[str, object]]:
    row = line.cells
    p = f"，P(未达标) {number(row['p_miss'])}" if row["p_miss"] else ""
    zh = f"判定 {row['target']}：{row['status']}{p}。{row['reason']}（{line.file} 第 {line.number} 行）"
    p = f", P(miss) {number(row['p_miss'])}" if row["p_miss"] else ""
    en = f"verdict {row['target']}: {row['status']}{p}. {row['reason_en']} ({line.file} line {line.number})"
    kept = ("target", "indicator", "status", "p_miss", "target_value", "latest_value", "latest_year")
    return Text(zh, en), {**{name: row[name] for name in kept}, "file": line.file, "line": line.number}


def _verdict(run: RunTables, line: Line, column: str) -> list[Node]:
    row = line.cells
    needs = _NEEDS.get(column, ("plan", "baseline", "latest", "forecast"))
    codes = [row[name] for name in KEY[3:]]
    out: list[Node] = []
    if "plan" in needs:
        out.append(of_cell(run, "targets", row["target"]))
    if row["indicator"] == "_Z" or not row["latest_year"]:
        return [*out, unknown("该目标没有指标数值", "the target has no values of an indicator")]
    for part in ("baseline", "latest"):
        if part in needs and row[f"{part}_year"]:
            out.append(observation(run, row["indicator"], row["ref_area"], row[f"{part}_year"], *codes))
    if "forecast" in needs and row["target_year"]:
        out += forecast(run, [row["indicator"], row["ref_area"], *codes], row["target_year"])
    return out


def forecast(run: RunTables, name: list[str], year: str) -> list[Node]:
    """Return the forecast of a series for a year: model, origin, median and 80 % interval; none where there is none."""
    found = {
        one.cells["output_type_id"]: one
        for one in run.find("forecasts", series_id="|".join(name), time_period=year, output_type="quantile")
    }
    if not found:
        return []
    own = {level: number(found[level].cells["value"]) for level in ("0.1", "0.5", "0.9") if level in found}
    first, last = min(one.number for one in found.values()), max(one.number for one in found.values())
    one = next(iter(found.values()))
    model, origin, file = one.cells["model"], one.cells["origin"], one.file
    said = "，".join(f"{level} 分位 {value}" for level, value in own.items())
    zh = f"预测 {year}：模型 {model}，起点 {origin}，{said}（{file} 第 {first}—{last} 行，共 {len(found)} 个分位）"
    said = ", ".join(f"quantile {level}: {value}" for level, value in own.items())
    en = (
        f"forecast {year}: model {model}, origin {origin}, {said} ({file} lines {first}-{last}, {len(found)} quantiles)"
    )
    facts = {"model": model, "origin": origin, "year": year, "quantiles": own, "file": file}
    return [Node("forecast", Text(zh, en), facts, (series(run, name),))]


def series(run: RunTables, name: list[str], year: str = "") -> Node:
    """Return the values a series holds, and the origin of one of them, by default the last."""
    key = dict(zip(KEY, (*name[:2], "", *name[2:], *["_T"] * (6 - len(name))), strict=False))
    del key["time_period"]
    rows = [one for one in run.find("observations", **key) if one.cells["obs_value"]]
    label = "|".join(part for part in name if part != "_T")
    if not rows:
        return unknown(f"序列 {label} 没有数值", f"the series {label} has no values")
    rows.sort(key=lambda one: int(one.cells["time_period"]))
    years = [one.cells["time_period"] for one in rows]
    shown = year if year in years else years[-1]
    zh = f"序列 {label}：{len(rows)} 个值，{years[0]}—{years[-1]}，其余各年用 workbench trace RUN '{name[0]} 年份' 查"
    en = f"series {label}: {len(rows)} values, {years[0]}-{years[-1]}; others by workbench trace RUN '{name[0]} YEAR'"
    facts = {"series": "|".join(name), "values": len(rows), "first": years[0], "last": years[-1]}
    return Node("series", Text(zh, en), facts, (observation(run, name[0], name[1], shown, *name[2:]),))


def _groups(run: RunTables, row: dict[str, str]) -> list[Node]:
    """Return the observations of the two groups an equity row compares."""
    if row["dimension"] not in KEY[3:]:
        return [series(run, [row["indicator"], run.area])]
    out = []
    for part in ("first", "second"):
        codes = [row[part] if name == row["dimension"] else "_T" for name in KEY[3:]]
        out.append(observation(run, row["indicator"], run.area, row["time_period"], *codes))
    return out


def _wording(row: dict[str, str]) -> list[Node]:
    text = Text(row.get("text_zh") or row.get("title_zh", ""), row.get("text_en") or row.get("title_en", ""))
    clause = row.get("clause", "")
    said = Text(f"规划 {clause}：{text.zh}", f"plan {clause}: {text.en}")
    return [Node("target", said, {"id": row["id"], "clause": clause, "value": row.get("value", "")})]
