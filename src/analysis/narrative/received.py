"""What departments reported and how it was graded, as tables for who evaluates: owed, side by side, open."""

from __future__ import annotations

import pandas as pd

from analysis.data.reported.labels import RUBRIC
from analysis.data.store.states import STATE_NAMES
from analysis.exceptions import Lang, Text
from analysis.formats import MISSING
from analysis.plan import Plan

_YES = {"yes": Text("是", "yes"), "no": Text("否", "no")}
_OUTCOMES = {
    "favourable": Text("有利", "going well"),
    "progressing": Text("推进中", "under way"),
    "unfavourable": Text("不利", "going badly"),
    "undecided": Text("尚不能评定", "undecided"),
}
_FILES = {"absent": Text("没有收到", "never came"), "changed": Text("内容已变", "changed")}


def owed_table(status: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return what each department owed of a year and what came, those that owe most first.

    Parameters
    ----------
    status : DataFrame
        `department_status` of a run.
    plan : Plan
    lang : zh or en

    Returns
    -------
    DataFrame
        Department, state, due, received, late, measures reported of those it has, targets assessed of those it has.
    """
    order = {state: place for place, state in enumerate(("expected", "returned", "reported", "verified"))}
    rows = []
    for row in sorted(status.to_dict("records"), key=lambda one: (order.get(str(one["state"]), 9), one["department"])):
        measures, targets = int(row["measures"]), int(row["targets"])
        rows.append(
            (
                plan.department_name(str(row["department"]))(lang),
                STATE_NAMES[str(row["state"])](lang),
                _day(row["due"]),
                _day(row["received"]),
                _YES[str(row["late"])](lang),
                f"{measures - int(row['not_reported'])}/{measures}" if measures else MISSING,
                f"{int(row['assessed'])}/{targets}" if targets else MISSING,
            )
        )
    zh = ["部门", "状态", "应报日期", "收到日期", "迟报", "已报措施", "已自评目标"]
    en = ["Department", "State", "Due", "Received", "Late", "Measures reported", "Targets assessed"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def grades_table(judgements: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the targets judged by evidence with both grades side by side, those that differ most first.

    Parameters
    ----------
    judgements : DataFrame
        `judgements` of a run.
    plan : Plan
    lang : zh or en

    Returns
    -------
    DataFrame
        Target, clause, department, its own grade, the group's grade, what counts, whether evidence is kept.
    """
    by_evidence = judgements[judgements["basis"] != "data"]
    apart = pd.to_numeric(by_evidence["apart"], errors="coerce").fillna(0).abs()
    rows = []
    for row in by_evidence.loc[apart.sort_values(ascending=False, kind="stable").index].to_dict("records"):
        target = plan.target(str(row["target"]))
        department = "" if pd.isna(row["department"]) else str(row["department"])
        rows.append(
            (
                target.text(lang),
                target.clause,
                plan.department_name(department)(lang) if department else MISSING,
                _grade(row["department_grade"], lang),
                _grade(row["group_grade"], lang),
                _OUTCOMES[str(row["outcome"])](lang),
                _YES["yes" if row["evidence"] == "kept" else "no"](lang),
            )
        )
    zh = ["目标", "条款", "责任部门", "部门自评", "评估组评定", "结论", "有佐证"]
    en = ["Target", "Clause", "Department", "Own grade", "Group's grade", "Outcome", "Evidence kept"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def unproven_table(files: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the files of evidence that are not there or no longer what they were: department, year, file, state."""
    rows = [
        (plan.department_name(str(row["department"]))(lang), row["year"], row["file"], _FILES[str(row["state"])](lang))
        for row in files[files["state"].isin(list(_FILES))].to_dict("records")
    ]
    return pd.DataFrame(
        rows, columns=["部门", "年份", "文件", "状态"] if lang == "zh" else ["Department", "Year", "File", "State"]
    )


def _grade(code: object, lang: Lang) -> str:
    return RUBRIC[str(code)].name(lang) if isinstance(code, str) and code in RUBRIC else MISSING


def _day(value: object) -> str:
    return MISSING if pd.isna(value) or value == "" else str(value)  # type: ignore[call-overload]
