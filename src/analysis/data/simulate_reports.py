"""Simulated annual reports of departments: what people would report of a plan, drawn from a stream of its own.

The figures of the data set are not touched. Every text is made of the plan's own words and says that it is simulated.
Among the departments are the late, the returned, those with thin evidence, those who grade themselves too well, and
causes that fit the figures and such as do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.reported.duties import Duties, by_evidence, duties_of, lead_of, owing_departments
from analysis.data.reported.labels import needs_evidence
from analysis.data.simulate_words import (
    CAUSES_THAT_DO_NOT,
    CAUSES_THAT_FIT,
    DIFFICULTIES,
    DONE,
    HELD,
    MARK,
    OUTPUTS,
    PLACES,
    PRACTICES,
    REASONS,
    REMEDIES,
    RETURNS,
)
from analysis.plan import Measure, Plan, Target
from analysis.schema import is_total
from analysis.schema.reported import GRADES, REPORT_TABLES

Rows = dict[str, list[dict[str, Any]]]
_LATE, _RETURNED, _OPTIMISTIC, _NO_EVIDENCE, _LOST = 0.16, 0.12, 0.35, 0.22, 0.07  # shares
_LEADS, _SUPPORTS, _RATED = 0.95, 0.55, 0.8  # of departments that report a measure, of targets that are rated
_UNFIT = 0.25  # of causes


def simulate_reports(
    plan: Plan, area: str, observations: pd.DataFrame, years: Sequence[int], seed: int
) -> dict[str, pd.DataFrame]:
    """Return the simulated reports of all departments, as the tables of `schema.reported`.

    Parameters
    ----------
    plan : Plan
    area : str
    observations : DataFrame
        The simulated `OBSERVATIONS`: causes are given for what falls short in them.
    years : sequence of int
        In the last one some departments have not reported yet, and one has its report back.
    seed : int
        Each department and year draws from a stream of its own.
    """
    short = {year: list(_falling_short(plan, area, observations, year)) for year in years}
    drawn = _Drawn(plan, area, seed, short, {name: [] for name in REPORT_TABLES})
    for code in owing_departments(plan):
        duties = duties_of(plan, code)
        for year in years:
            drawn.department(duties, year, last=year == max(years))
    for year in sorted(years)[-2:]:
        drawn.ratings(year)
    return {
        name: table.build(pd.DataFrame(drawn.rows[name], columns=table.names)) for name, table in REPORT_TABLES.items()
    }


def _falling_short(plan: Plan, area: str, observations: pd.DataFrame, year: int) -> Iterator[Target]:
    """Yield the targets of a number that the last value of a year misses."""
    known = observations[is_total(observations) & (observations["ref_area"] == area)]
    known = known[known["obs_value"].notna() & (known["time_period"] <= year)].sort_values("time_period")
    last = known.groupby("indicator")["obs_value"].last().to_dict()
    for one in plan.targets:
        value = last.get(one.indicator)
        if not one.is_plain or one.value is None or value is None:
            continue
        if (value > one.value) if one.lower_is_better else (value < one.value):
            yield one


def _reason(grade: str, target: Target, rng: np.random.Generator) -> str:
    return MARK + str(rng.choice(REASONS[grade])).format(goal=target.text.zh.rstrip("。"))


@dataclass
class _Drawn:
    """Reports about to be drawn."""

    plan: Plan
    area: str
    seed: int
    short: dict[int, list[Target]]
    rows: Rows

    def stream(self, *words: object) -> np.random.Generator:
        """Return the stream of random numbers of a subject."""
        return np.random.default_rng([self.seed, *f"reports/{'/'.join(map(str, words))}".encode()])

    def department(self, duties: Duties, year: int, last: bool) -> None:
        """Draw all that a department reports of a year, and when."""
        rng = self.stream(duties.department, year)
        about = {"plan": self.plan.id, "ref_area": self.area, "department": duties.department, "year": year}
        if not self._received(about, rng, last):
            return
        for one in (*duties.leads, *duties.supports):
            lead = one in duties.leads
            if rng.random() < (_LEADS if lead else _SUPPORTS):
                self._measure(about, one, lead, year, rng)
        for target in duties.targets:
            self._assessment(about, target, year, rng)
        for target in self.short[year]:
            if lead_of(self.plan, target) == duties.department:
                self._cause(about, target, rng)
        if duties.leads:
            self._words(about, duties, year, rng)

    def _received(self, about: dict[str, Any], rng: np.random.Generator, last: bool) -> bool:
        """Note when a report came and what became of it; return whether there is one that counts."""
        due = date(about["year"] + 1, 3, 31)
        drawn, days, back = rng.random(), int(rng.integers(2, 40)), rng.random() < _RETURNED
        late = drawn < _LATE
        came = due + timedelta(days=days if late else -days)
        state = "archived" if not last else "verified" if drawn < 0.75 else "reported"
        if last and rng.random() < 0.2:
            state, back = ("expected", False) if rng.random() < 0.4 else ("returned", True)
        row = {**about, "state": state, "due": due.isoformat(), "returned": int(back)}
        row["received"] = "" if state == "expected" else came.isoformat()
        row["days_late"] = None if state == "expected" else days if late else 0
        row["returned_why"] = MARK + str(rng.choice(RETURNS)) if back else ""
        self.rows["received"].append(row)
        return state not in ("expected", "returned")

    def _measure(self, about: dict[str, Any], one: Measure, lead: bool, year: int, rng: np.random.Generator) -> None:
        own = self.stream(one.id)
        begins, pace = own.uniform(-0.55, 0.35), own.uniform(0.06, 0.2)
        through = begins + pace * (year - self.plan.start_year + 1) + (0 if lead else rng.normal(0, 0.08))
        state = "not_begun" if through < 0.18 else "completed" if through > 0.95 else "under_way"
        row = {**about, "measure": one.id, "state": state, "money": None, "money_unit": "", "output": None}
        row |= {"output_unit": "", "difficulty": "", "evidence": "", "done": ""}
        if state != "not_begun":
            said = str(rng.choice(DONE)).format(title=one.title.zh, times=int(rng.integers(1, 5)))
            row["done"] = MARK + said
            if lead or rng.random() < 0.3:
                row |= {"money": round(float(np.exp(rng.normal(3.2, 1.1))), 1), "money_unit": "ten_thousand_yuan"}
            unit = str(rng.choice(OUTPUTS))
            row |= {"output": float(rng.integers(1, 60)), "output_unit": unit}
            row["evidence"] = self._file(about, f"{one.id}-{year}", rng)
        if state != "completed" and rng.random() < 0.45:
            row["difficulty"] = MARK + str(rng.choice(DIFFICULTIES))
        self.rows["measure_reports"].append(row)

    def _file(self, about: dict[str, Any], name: str, rng: np.random.Generator) -> str:
        """Return the name of a file of evidence, and note it; sometimes there is none, or it did not come along."""
        drawn = rng.random()
        if drawn < _NO_EVIDENCE:
            return ""
        file = f"模拟-{about['department']}-{name}.pdf"
        lost = drawn < _NO_EVIDENCE + _LOST
        digest = "" if lost else hashlib.sha256(f"{MARK}{file}".encode()).hexdigest()
        size = None if lost else int(rng.integers(40_000, 900_000))
        state = "absent" if lost else "kept"
        self.rows["evidence_files"].append({**about, "file": file, "sha256": digest, "bytes": size, "state": state})
        return file

    def true_grade(self, target: Target, year: int) -> int:
        """Return the place among the grades a target really has in a year."""
        own = self.stream(target.id)
        level = own.uniform(-0.2, 1.6) + own.uniform(0.25, 0.55) * (year - self.plan.start_year)
        return int(np.clip(np.floor(level), 0, len(GRADES) - 1))

    def _assessment(self, about: dict[str, Any], target: Target, year: int, rng: np.random.Generator) -> None:
        row = {**about, "target": target.id, "grade": "", "done": None, "total": None}
        counted = target.kind == "milestone" and bool(target.value)
        if counted:
            row |= self._counts(target, year)
        if not counted or rng.random() < 0.4:
            better = int(rng.random() < _OPTIMISTIC)
            row["grade"] = GRADES[min(self.true_grade(target, year) + better, len(GRADES) - 1)]
        row["reason"] = _reason(str(row["grade"]), target, rng)
        wanted = not row["grade"] or needs_evidence(str(row["grade"]))
        row["evidence"] = self._file(about, f"{target.id}-{year}", rng) if wanted else ""
        self.rows["self_assessments"].append(row)

    def _counts(self, target: Target, year: int) -> dict[str, float]:
        """Return how many of a target's parts are done by a year, never fewer than the year before."""
        own = self.stream("counts", target.id)
        total = float(own.integers(8, 40)) if target.unit == "percent" else float(target.value or 1)
        share = np.clip(own.uniform(0.1, 0.5) + own.uniform(0.05, 0.2) * (year - self.plan.start_year), 0, 1)
        done = round(total * share, 1) if total != int(total) else float(np.floor(total * share + 0.3))
        return {"done": min(done, total), "total": total}

    def _cause(self, about: dict[str, Any], target: Target, rng: np.random.Generator) -> None:
        if rng.random() < 0.15:
            return
        name = self.plan.indicator(target.indicator).name.zh
        pool = CAUSES_THAT_DO_NOT if rng.random() < _UNFIT else CAUSES_THAT_FIT
        helped = str(rng.choice(["yes", "partly", "partly", "no", "unknown"]))
        self.rows["causes"].append(
            {
                **{**about, "target": target.id, "cause": MARK + str(rng.choice(pool)).format(name=name)},
                **{"last_measure": MARK + str(rng.choice(HELD)).format(name=name), "helped": helped},
                **{"measure": MARK + str(rng.choice(REMEDIES)).format(name=name), "evidence": ""},
            }
        )

    def _words(self, about: dict[str, Any], duties: Duties, year: int, rng: np.random.Generator) -> None:
        """Draw a practice now and then, and plans for the next year."""
        if rng.random() < 0.7:
            one = duties.leads[int(rng.integers(len(duties.leads)))]
            before, after = sorted(int(x) for x in rng.integers(20, 95, 2))
            title, content, result = PRACTICES[int(rng.integers(len(PRACTICES)))]
            said: dict[str, Any] = {"title": MARK + title, "content": MARK + content.format(title=one.title.zh)}
            said |= {"since": int(rng.integers(self.plan.start_year, year + 1))}
            said |= {"result": MARK + result.format(before=before, after=after), "place": str(rng.choice(PLACES))}
            self.rows["practices"].append({**about, "number": 1, **said, "evidence": ""})
        count = min(len(duties.leads), int(rng.integers(1, 4)))
        for number, i in enumerate(sorted(rng.choice(len(duties.leads), count, replace=False)), start=1):
            one = duties.leads[int(i)]
            money = round(float(np.exp(rng.normal(3.0, 0.9))), 1)
            self.rows["next_year"].append(
                {
                    **{**about, "number": number, "measure": one.id},
                    "action": f"{MARK}继续落实“{one.title.zh}”",
                    "goal": f"{MARK}完成年度任务的{int(rng.integers(80, 101))}%",
                    **{"money": money, "money_unit": "ten_thousand_yuan", "deadline": f"{year + 1}年12月"},
                }
            )

    def _seen_by_group(self, target: Target, year: int) -> str:
        """Return the grade the group finds: that of the counts where there are some, else the true one."""
        if target.kind != "milestone" or not target.value:
            return GRADES[self.true_grade(target, year)]
        counts = self._counts(target, year)
        share = counts["done"] / counts["total"]
        return "reached" if share >= 1 else "mostly" if share >= 0.7 else "under_way" if share > 0 else "not_begun"

    def ratings(self, year: int) -> None:
        """Draw the evaluation group's own grades of a year."""
        for target in self.plan.targets:
            rng = self.stream("group", target.id, year)
            if not by_evidence(target) or rng.random() > _RATED or (target.kind == "milestone" and rng.random() < 0.5):
                continue
            grade = self._seen_by_group(target, year)
            seen = f"{MARK}查阅部门报送材料，实地查看{int(rng.integers(2, 9))}处" if needs_evidence(grade) else ""
            reason = _reason(grade, target, rng)
            row = {"plan": self.plan.id, "ref_area": self.area, "year": year, "target": target.id, "grade": grade}
            row |= {"reason": reason, "evidence_seen": seen, "who": "模拟评估员", "at": f"{year + 1}-05-15"}
            self.rows["group_ratings"].append(row)
