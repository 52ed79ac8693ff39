"""Every target judged by data or by evidence: the group's grade, else the department's, else what was counted.

No grade above under way counts without evidence. Nothing here is forecast: what is counted is held against the time
that has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.assessment.measure_status import kept_files
from analysis.data.reported.duties import lead_of
from analysis.data.reported.labels import RUBRIC, is_kept, needs_evidence
from analysis.exceptions import Text
from analysis.formats import plain
from analysis.plan import Plan, Target
from analysis.schema.reported import GRADES, JUDGEMENTS, OUTCOMES, VERDICT_COUNTS, VERDICTS

_BY_DATA = ("met", "missed", "on_track", "at_risk", "off_track", "open")
_OUTCOME = {
    **dict.fromkeys(("met", "on_track", "reached", "sustained"), "favourable"),
    **dict.fromkeys(("open", "at_risk", "under_way", "mostly"), "progressing"),  # neither safe nor failing
    **dict.fromkeys(("missed", "off_track", "not_begun"), "unfavourable"),
    **dict.fromkeys(("no_data", "qualitative", ""), "undecided"),
}


def verdict_of(row: Mapping[Any, Any]) -> str:
    """Return the verdict of a row of the assessments as documents count it: missed and open apart."""
    status = str(row["status"])
    if status == "qualitative" and row["at_target"] == "no":
        return "open"
    return "missed" if status == "off_track" and row["timing"] == "due" else status


@dataclass(frozen=True)
class Said:
    """What one side says of a target: the grade it gave, the one that counts, and why they differ."""

    given: str = ""
    counts: str = ""
    year: int | None = None
    evidence: str = "none"
    why: Text = Text("", "")

    @property
    def capped(self) -> bool:
        """Return whether the grade counts for less than was given."""
        return self.given != self.counts


def judgements(plan: Plan, assessments: pd.DataFrame, tables: Mapping[str, pd.DataFrame], as_of: int) -> pd.DataFrame:
    """Return a judgement of every target (`JUDGEMENTS`).

    A target that data judge keeps its verdict; grades given to it are shown beside. Of the others the evaluation
    group's last grade counts, else the lead department's, else what it counted.

    Parameters
    ----------
    plan : Plan
    assessments : DataFrame
        `ASSESSMENTS` of one area.
    tables : mapping of str to DataFrame
        `schema.reported`, of this plan and area.
    as_of : int
        Later reports and ratings are left out.
    """
    own = _last(tables["self_assessments"], as_of)
    rated = _last(tables["group_ratings"], as_of)
    kept = kept_files(tables)
    rows = []
    for row in assessments.to_dict("records"):
        target = plan.target(str(row["target"]))
        lead = lead_of(plan, target)
        mine = own.get(target.id, [])
        self_said = next((one for one in mine if one["department"] == lead), mine[0] if mine else None)
        group = next(iter(rated.get(target.id, [])), None)
        about = {"plan": plan.id, "ref_area": row["ref_area"], "target": target.id, "year": as_of}
        rows.append({**about, **_judged(plan, target, verdict_of(row), self_said, group, kept, as_of)})
    return JUDGEMENTS.build(pd.DataFrame(rows, columns=JUDGEMENTS.names))


def _last(table: pd.DataFrame, as_of: int) -> dict[str, list[dict[Any, Any]]]:
    """Return the rows of the last year of each target, by target."""
    known = table[table["year"] <= as_of]
    out: dict[str, list[dict[Any, Any]]] = {}
    for row in known.sort_values("year", kind="stable").to_dict("records"):
        before = out.get(row["target"], [])
        out[row["target"]] = [*(one for one in before if one["year"] == row["year"]), row]
    return out


def _judged(
    plan: Plan,
    target: Target,
    verdict: str,
    own: dict[Any, Any] | None,
    group: dict[Any, Any] | None,
    kept: Mapping[tuple[str, int], set[str]],
    as_of: int,
) -> dict[str, Any]:
    counted = _counted(target, own)
    department = _department(own, counted["share"], kept)
    rated = _group(group)
    by_data = verdict in _BY_DATA
    said = rated if rated.counts else department
    counts_only = own is not None and not own["grade"]
    basis = (
        "data" if by_data else "group" if rated.counts else "none" if not department.counts
        else "counts" if counts_only else "department"
    )  # fmt: skip
    grade = "" if by_data else said.counts
    apart = GRADES.index(department.given) - GRADES.index(rated.given) if department.given and rated.given else None
    elapsed = _elapsed(plan, target, as_of) if counted["share"] is not None else None
    reason = _reason(basis, said, department, rated, counted, elapsed)
    return {
        "verdict": verdict,
        "basis": basis,
        "grade": grade,
        "group_grade": rated.given,
        "department_grade": department.given,
        "department": "" if own is None else own["department"],
        "reported_year": department.year,
        "rated_year": rated.year,
        "apart": apart,
        **counted,
        "elapsed": elapsed,
        "evidence": said.evidence,
        "capped": "yes" if not by_data and said.capped else "no",
        "outcome": _OUTCOME[verdict if by_data else grade],
        "reason": reason.zh,
        "reason_en": reason.en,
    }


def _counted(target: Target, own: Mapping[Any, Any] | None) -> dict[str, float | None]:
    """Return what was counted of a target: done, of how many, and the share of what the target asks for."""
    none: dict[str, float | None] = {"done": None, "total": None, "share": None}
    if own is None or pd.isna(own["done"]):
        return none
    done = float(own["done"])
    total = None if pd.isna(own["total"]) else float(own["total"])
    return {"done": done, "total": total, "share": _share(target, done, total)}


def _share(target: Target, done: float, total: float | None) -> float | None:
    if target.value == 0:  # nothing of it may happen
        return 1.0 if done == 0 else 0.0
    if target.unit == "percent" and target.value:
        return None if not total else min(100 * done / total / target.value, 1.0)
    asked = target.value or total
    return min(done / asked, 1.0) if asked else None


def _elapsed(plan: Plan, target: Target, as_of: int) -> float:
    """Return the share of the time to a target's year that has passed: a count is held against nothing else."""
    end = target.year or plan.end_year
    years = end - plan.start_year + 1
    return min(max((as_of - plan.start_year + 1) / years, 0.0), 1.0) if years > 0 else 1.0


def _department(own: Mapping[Any, Any] | None, share: float | None, kept: Mapping[tuple[str, int], set[str]]) -> Said:
    if own is None:
        return Said()
    by_count = "" if share is None else "reached" if share >= 1 else "not_begun" if share <= 0 else "under_way"
    given = str(own["grade"]) or by_count
    evidence = _evidence(own, kept)
    counts, why = given, Text("", "")
    if given in ("reached", "sustained") and share is not None and share < 1:
        counts, why = "mostly", Text("计数未满", "the count is not full")
    if counts and needs_evidence(counts) and evidence != "kept":
        lacking = {
            "absent": Text("佐证材料未见", "the evidence is not there"),
            "none": Text("没有佐证材料", "no evidence"),
        }
        counts, why = "under_way", lacking[evidence]
    return Said(given, counts, int(own["year"]), evidence, why)


def _evidence(own: Mapping[Any, Any], kept: Mapping[tuple[str, int], set[str]]) -> str:
    if not str(own["evidence"]).strip():
        return "none"
    return "kept" if is_kept(own["evidence"], kept.get((own["department"], int(own["year"])), set())) else "absent"


def _group(row: Mapping[Any, Any] | None) -> Said:
    if row is None:
        return Said()
    given, seen = str(row["grade"]), bool(str(row["evidence_seen"]).strip())
    capped = needs_evidence(given) and not seen
    why = Text("没有写明查看的佐证", "no evidence seen is named") if capped else Text("", "")
    return Said(given, "under_way" if capped else given, int(row["year"]), "kept" if seen else "none", why)


def _reason(
    basis: str, said: Said, department: Said, rated: Said, counted: Mapping[str, float | None], elapsed: float | None
) -> Text:
    """Return in a sentence what the judgement rests on, and where department and group disagree."""
    if basis == "data":
        return Text("按年度数据判定。", "Judged by annual data.")
    if basis == "none":
        return Text("没有年度数据，也没有自评和评定。", "No annual data, no self-assessment, no rating.")
    name = RUBRIC[said.given].name
    who = {"group": Text("评估组评定为", "rated"), "department": Text("部门自评为", "self-assessed as")}
    first = who.get(basis, Text("按部门计数为", "by the department's count"))
    out = Text(f"{first.zh}“{name.zh}”", f"{first.en} '{name.en}'")
    if said.capped:
        less = RUBRIC[said.counts].name
        out += Text(f"，{said.why.zh}，按“{less.zh}”计", f", counted as '{less.en}': {said.why.en}")
    if counted["done"] is not None and elapsed is not None:
        of = Text("", "")
        if counted["total"] is not None:
            of = Text(f"，应完成{plain(counted['total'], 0)}", f" of {plain(counted['total'], 0)}")
        done = plain(counted["done"], 0 if float(counted["done"]).is_integer() else 1)
        out += Text(f"；已完成{done}{of.zh}，时间已过{elapsed:.0%}", f"; {done}{of.en} done, {elapsed:.0%} of the time")
    if basis == "group" and department.given and department.given != rated.given:
        other = RUBRIC[department.given].name
        out += Text(f"；部门自评为“{other.zh}”，与评估组不一致", f"; the department says '{other.en}': they disagree")
    return Text(f"{out.zh}。", f"{out.en[:1].upper()}{out.en[1:]}.")


def verdict_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many targets ended how (`VERDICT_COUNTS`): by data, by evidence, by neither, and all together.

    Parameters
    ----------
    table : DataFrame
        `JUDGEMENTS`. Every target is counted once among data, evidence and none, and once among all.
    """
    by_data, none = table["basis"] == "data", table["basis"] == "none"
    parts = {
        "data": (table.loc[by_data, "verdict"], _BY_DATA),
        "evidence": (table.loc[~by_data & ~none, "grade"], GRADES),
        "none": (table.loc[none, "verdict"], tuple(one for one in VERDICTS if one not in _BY_DATA)),
        "all": (table["outcome"], OUTCOMES),
    }
    rows = [(basis, name, int((cells == name).sum())) for basis, (cells, names) in parts.items() for name in names]
    return VERDICT_COUNTS.build(pd.DataFrame(rows, columns=VERDICT_COUNTS.names))
