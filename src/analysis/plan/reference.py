"""The format of a plan folder as a page, from the declared tables: each file, column, allowed value and example."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.formats import UNIT_NAMES
from analysis.plan.clause_words import GAP_DIMENSIONS, MANNERS
from analysis.plan.fields import ENTRIES, KEYS, OPTIONAL
from analysis.plan.tables import ALL, COMPLETE, FIRST_YEAR, LAST_YEAR, NAMES, RANGES
from analysis.plan.tables import OPTIONAL as UNNEEDED
from analysis.plan.targets import KINDS
from analysis.schema.tables import Column, Table

PAGE = "docs/plan-format.md"
_HEAD = {  # of plan.yaml: what it says, an example
    "id": ("name of the plan in commands and folders", "xx-2021-2030"),
    "title_zh": ("title", "某区儿童发展规划（2021—2030年）"),
    "title_en": ("English title", ""),
    "area": ("code of the area, as in the data", '"000000"'),
    "area_name_zh": ("name of the area; the code where it is left out", "某区"),
    "area_name_en": ("English name of the area", ""),
    "start_year": ("first year", "2021"),
    "end_year": ("last year; the year of targets that name none", "2030"),
    "baseline_year": ("year that changes are counted from", "2020"),
    "milestones": ("years in which it sets values, within first and last", "[2025, 2030]"),
    "partial": ("true where only a part of the document is entered", "false"),
    "sources": ("documents the plan was read from", ""),
    "source_precedence": ("of two sources of one value the first here counts", "[来源1]"),
    "female_zh": ("its word for those of sex F, where not 女性", "女童"),
    "female_en": ("the same in English", "girls"),
    "male_zh": ("its word for those of sex M, where not 男性", "男童"),
    "male_en": ("the same in English", "boys"),
    "domains": ("fields of the plan, in their order", "{id: health, title_zh: 健康}"),
}
_COLUMNS: dict[str, tuple[str, str]] = {  # by column, or table and column: what it says, an example
    "id": ("name, used once", "health.goal.03.t1"),
    "domain": ("id of a domain of plan.yaml", "health"),
    "number": ("place in the domain", "3"),
    "title_zh": ("what the clause asks", "新生儿死亡率控制在3‰以下"),
    "title_en": ("the same in English", ""),
    "clause": ("where it stands in the document", "二（一）主要目标3"),
    "departments": ("codes of responsible departments", "health;education"),
    "goals": ("ids of the goals a measure serves", "health.goal.03"),
    "areas": ("codes of the areas a measure is taken in, where not all", ""),
    "input_zh": ("what was put into a measure, as reported", ""),
    "input_en": ("the same in English", ""),
    "start_year": ("first year of a measure, where not the plan's", "2023"),
    "indicators": ("ids of indicators a measure names beside its own targets'", ""),
    "themes.id": ("name of a theme, used once", "health.survival"),
    "themes.title_zh": ("what documents call it", "婴幼儿死亡防控"),
    "themes.indicators": (
        "ids of the indicators told together, each in one theme of a domain",
        "health.nmr;health.imr",
    ),
    "code": ("code of a department", "health"),
    "name_zh": ("name", "卫生健康局"),
    "name_en": ("English name", ""),
    "basis_zh": ("where its duty is written", "规划条款所列责任单位"),
    "basis_en": ("the same in English", ""),
    "confirmed": ("no while the duty is only assumed", "no"),
    "indicators.indicator": (
        "id of the indicator, used once; a code of the registry takes its cells from there",
        "health.nmr",
    ),
    "standard": ("code of the standard indicator (`workbench plan indicators`) that fills empty cells", "health.nmr"),
    "aliases": ("further names it is reported under", "新生儿死亡比"),
    "definition_zh": ("what is counted", "年内28天以内死亡的活产儿数与活产数之比"),
    "definition_en": ("the same in English", ""),
    "formula_zh": ("how it is worked out", ""),
    "formula_en": ("the same in English", ""),
    "numerator_zh": ("numerator", "28天以内死亡数"),
    "numerator_en": ("the same in English", ""),
    "denominator_zh": ("denominator", "活产数"),
    "denominator_en": ("the same in English", ""),
    "indicators.unit": ("unit of its values; the codes stand below", "per_1000"),
    "direction": ("which values are better", "lower_is_better"),
    "lower_bound": ("least value there can be, in its unit; by the unit where empty", "0"),
    "upper_bound": ("greatest value, in its unit; by the unit where empty", ""),
    "period_type": ("what its years are", "calendar_year"),
    "disaggregations": ("breakdowns it is reported by", "sex;residence"),
    "statistic": ("what its noise is", "poisson"),
    "decimals": ("digits behind the point it is published with", "1"),
    "source_zh": ("who reports it", "妇幼健康年报"),
    "source_en": ("the same in English", ""),
    "department": ("code of the department that reports it", "health"),
    "sample": ("yes where the denominator is a sample", "no"),
    "population": ("of a sample: the indicator whose denominator is the whole group", ""),
    "count_unit_zh": ("what one unit of the numerator is called", "例死亡"),
    "count_unit_en": ("the same in English, singular/plural", "death/deaths"),
    "parent": ("id of its goal or measure", "health.goal.03"),
    "targets.indicator": ("id of its indicator; empty for a qualitative goal", "health.nmr"),
    "kind": ("kind of target; what each needs stands below", "upper_bound"),
    "comparison": ("what a value has to be against the target's", "<="),
    "value": ("target value, in `unit`; of a range the low end; a change is a positive number", "3.0"),
    "value_upper": ("high end of a range", ""),
    "targets.unit": ("the indicator's unit, or that of a change", "per_1000"),
    "year": ("year it is due", "2025"),
    "year_assumed": ("yes where the document names no year", "no"),
    "baseline_year": ("year a change is counted from", "2020"),
    "strength": ("soft where the clause's word is weaker than a commitment", "hard"),
    "sex": ("whom it is about: _T all, M, F", "_T"),
    "age": ("_T all, or a code such as Y0T4", "_T"),
    "residence": ("_T all, U urban, R rural", "_T"),
    "group": ("_T all, or a code of a group", "_T"),
    "subunit": ("of every_subunit: the sub-units", "street"),
    "text_zh": ("the target in words; keep the clause's operative words", "到2025年，新生儿死亡率控制在3.0‰以下。"),
    "text_en": ("the same in English", ""),
    "note_zh": ("what is to be known of it", "原文未注明年份，按规划末年评判。"),
    "note_en": ("the same in English", ""),
    "conflicts_with": ("ids of targets that ask for something else of the same", ""),
    "manner": ("of a direction: how it is tested, trend where empty", "trend"),
    "gap_dimensions": ("of a gap that narrows: between whom", "residence"),
    "against": ("of above_area: code of the area to be better than; empty: the one directly above", ""),
}
_SIGNS = """## Signs and changes

- `>=` and `<=` hold at the value itself, `>` and `<` do not. A range is one target: the low end in `value`, the high
  in `value_upper`.
- A change is a positive number; `comparison` says which way. 比2020年下降30%: kind `relative_to_baseline`, comparison
  `<=`, value 30, unit `percent_of_baseline`; a rise by 30 %: `>=`. 年均增长6%以上: `compound_growth`, `>=`, 6,
  `percent_per_year`. 每年下降0.5—1个百分点: `yearly_change_band`, `down`, 0.5 and 1, `percentage_points`.
  年均增幅下降80%: `growth_rate_change`, `<=`, 80, `percent_of_baseline`.
- 翻一番 is `relative_to_baseline`, `>=`, 100. 100%, 全覆盖, a count and a project are kind `milestone`.
- 40%左右 is `approximate`: `>=` where more is better, `<=` where less is, `=` where both sides count; how far off a
  value may be is the rules' `approximate`. 每年0.2万人次以上 is `yearly_amount`: each year of the plan up to `year` has
  to bring it. 高于全市平均水平 is `above_area`, `>`, without a value; 高于全市平均水平2个百分点: value 2 in the
  indicator's unit. The area is the one directly above in `areas.csv`, or the one named in `against`; its own values
  have to be among the observations.
- A direction has no value: `down` or `up` and a `manner`. A gap is `gap_or_qualitative` with `narrow`; without a
  comparison it is judged by evidence.
- Where the document names no year, `year` is the plan's last and `year_assumed` yes.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join(
        (
            "# Format of a plan",
            "",
            "A plan is a folder of `plan.yaml` and five tables in CSV (UTF-8). `workbench plan new --from FILE` drafts",
            "it from the plan's document, `workbench plan build` writes it, `workbench plan check FOLDER` names every",
            "fault. Made from the declared tables by `UPDATE_PAGE=1 python -m pytest tests/test_plan_format.py`.",
            "",
            "English cells may all be left empty. Several names in a cell are parted by `;`. Ids are letters (also",
            "Chinese), digits, `.`, `_` and `-`, at most 64.",
            "",
            *_yaml(),
            *(line for table in (*ALL, *UNNEEDED) for line in _table(table)),
            *_kinds(),
            _SIGNS,
            *_words(),
        )
    )


def _yaml() -> Iterator[str]:
    yield from ("## plan.yaml", "", "| key | needed | what it says | example |", "|---|---|---|---|")
    for key in (*KEYS, *OPTIONAL):
        what, example = _HEAD[key]
        if key in ENTRIES:
            must, may = ENTRIES[key]
            what += f"; each has {', '.join(must)}" + (f", and may have {', '.join(may)}" if may else "")
        yield f"| {key} | {'yes' if key in KEYS else ''} | {what} | {_code(example)} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    free = " The file may be left out." if table in UNNEEDED else ""
    yield from (f"## {table.name}.csv", "", f"One row each by `{table.key[0]}`.{free}", "")
    yield from ("| column | needed | type | what it says | example |", "|---|---|---|---|---|")
    for column in table.columns:
        what, example = _COLUMNS.get(f"{table.name}.{column.name}") or _COLUMNS[column.name]
        needed = "yes" if column.required else "¹" if table.name == "indicators" and column.name in COMPLETE else ""
        yield f"| {column.name} | {needed} | {_kind(table, column)} | {what} | {_code(example)} |"
    yield ""
    if table.name == "indicators":
        yield from ("¹ needed here or in the registry, by `standard`.", "")


def _code(example: str) -> str:
    return f"`{example}`" if example else ""


def _kind(table: Table, column: Column) -> str:
    if column.choices and column.name != "kind":
        return ", ".join(f"`{one}`" for one in column.choices)
    if column.name in RANGES:
        low, high = RANGES[column.name]
        return f"whole number, {low}-{high}"
    if column.kind in ("number", "integer"):
        return "number" if column.kind == "number" else "whole number"
    if column.name == "kind":
        return "a kind of target"
    return "id" if column.name in NAMES.get(table.name, ()) else "text"


def _kinds() -> Iterator[str]:
    yield from ("## Kinds of targets", "", "| kind | 中文 | needs | comparisons |", "|---|---|---|---|")
    for kind, cls in KINDS.items():
        signs = ", ".join(f"`{one}`" if one else "none" for one in cls.comparisons)
        yield f"| {kind} | {cls.title.zh} | {', '.join(cls.needs)} | {signs} |"
    yield ""


def _words() -> Iterator[str]:
    yield from ("## Words", "", "| column | value | 中文 | what it says |", "|---|---|---|---|")
    for column, known in (("manner", MANNERS), ("gap_dimensions", GAP_DIMENSIONS)):
        for code, text in known.items():
            yield f"| {column} | {code} | {text.zh} | {text.en} |"
    yield from (
        "",
        f"Years lie within {FIRST_YEAR}-{LAST_YEAR}.",
        "",
        "## Units",
        "",
        "| code | 中文 | English |",
        "|---|---|---|",
    )
    for unit, (zh, en) in UNIT_NAMES.items():
        yield f"| {unit} | {zh} | {en} |"
    yield from (
        "| percentage_points | 个百分点 | of a yearly change |",
        "| percent_of_baseline | % | of a change since the baseline |",
    )
    yield from ("| percent_per_year | % | of growth a year |", "")
