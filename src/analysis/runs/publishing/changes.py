"""What changed since the last publication: the verdicts of the targets, then and now."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.data.reported.labels import RUBRIC
from analysis.exceptions import Lang, Text
from analysis.narrative.words import STATUS
from analysis.plan import Plan
from analysis.runs.run import Run

_GRADE = "grade:"
_GONE = Text("不再评定", "no longer judged")
_NEW = Text("此前未评定", "not judged before")


def verdicts_of(run: Run) -> dict[str, str]:
    """Return the verdict of each target by id; of one judged by evidence `grade:` and its grade."""
    if not run.table_file("judgements").is_file():
        table = run.table("assessments")
        return dict(zip(table["target"].astype(str), table["status"].astype(str), strict=True))
    out = {}
    for row in run.table("judgements").to_dict("records"):
        by_grade = row["basis"] not in ("data", "none") and isinstance(row["grade"], str) and row["grade"]
        out[str(row["target"])] = f"{_GRADE}{row['grade']}" if by_grade else str(row["verdict"])
    return out


def verdict_name(code: str) -> Text:
    """Return a verdict or grade in words."""
    if code.startswith(_GRADE):
        grade = code.removeprefix(_GRADE)
        return RUBRIC[grade].name if grade in RUBRIC else Text(grade, grade)
    return STATUS.get(code, Text(code, code))


def changed_verdicts(before: Mapping[str, str], now: Mapping[str, str], plan: Plan, lang: Lang) -> list[list[str]]:
    """Return a row for each target whose verdict changed: the target's text, the verdict then, the verdict now.

    Parameters
    ----------
    before, now : mapping of str to str
        Verdicts by target, as of `verdicts_of`.
    """
    texts = {one.id: one.text for one in plan.targets}
    order = [*texts, *(one for one in {**before, **now} if one not in texts)]
    rows = []
    for target in order:
        was, is_ = before.get(target), now.get(target)
        if was == is_:
            continue
        words = [verdict_name(was) if was else _NEW, verdict_name(is_) if is_ else _GONE]
        rows.append([texts.get(target, Text(target, target))(lang), *(one(lang) for one in words)])
    return rows
