"""Targets that every year has to meet: reached and kept, and so much each year."""

from __future__ import annotations

from analysis.assessment.bands import at_now, band_of, band_said, p_meets
from analysis.assessment.case import NOTHING, Case, Finding, joined
from analysis.assessment.limits import at_the_limit
from analysis.assessment.probability import p_all
from analysis.exceptions import Text
from analysis.formats import probability


def assess_hold(case: Case) -> Finding:
    """Judge reach-and-hold: every year from the first milestone on, the worst year counts."""
    start = min((year for year in case.plan.milestones if year <= case.year), default=case.year)
    return _every_year(case, start)


def assess_yearly(case: Case) -> Finding:
    """Judge an amount asked for each year: every year of the plan up to the target's has to bring it."""
    evidence = case.evidence()
    finding = _every_year(case, case.plan.start_year)
    last = min(case.year, evidence.latest_year or case.year)
    due = [year for year in range(case.plan.start_year, last + 1)]
    seen = [year for year in due if year in evidence.observed]
    done = [year for year in seen if p_meets(case, evidence, year) > 0.5]
    if not seen:
        return finding
    lacking = len(due) - len(seen)
    said = Text(
        f"规划期内{len(seen)}个有数据的年份中{len(done)}年达到" + (f"，另有{lacking}年没有数据。" if lacking else "。"),
        f"Of {len(seen)} observed years of the plan {len(done)} met it"
        + (f"; {lacking} have no data." if lacking else "."),
    )
    return Finding(
        finding.p_met, joined(finding.reason, said), finding.bound, finding.status, at_target=finding.at_target
    )


def _every_year(case: Case, start: int) -> Finding:
    target, evidence = case.target, case.evidence()
    assert target.value is not None
    if limit := at_the_limit(case, evidence, target.value):
        return limit
    band = band_of(target, case.rules.approximate)
    within = NOTHING if band is None else band_said(case, band)
    years = [year for year in range(start, case.year + 1) if evidence.known(year)]
    p = p_all(evidence, years, lambda year: p_meets(case, evidence, year))
    missed = [y for y in years if y in evidence.observed and p_meets(case, evidence, y) < 0.5]
    at = at_now(case, evidence)
    if missed:
        value, goal = case.shown(evidence.observed[missed[0]]), case.shown(target.value)
        side = "高于" if target.lower_is_better else "低于"
        zh = f"{side}要求的{goal.zh}" if band is None else "不在要求的范围内"
        en = f"beyond the bound of {goal.en}" if band is None else "outside what is asked"
        reason = Text(
            f"{missed[0]}年为{value.zh}，{zh}；自{start}年起须每年达到，已不能全部达到。",
            f"{value.en} in {missed[0]}, {en}: not every year from {start} meets it.",
        )
        return Finding(p, joined(reason, within), target.value, at_target=at)
    if case.year in evidence.observed:
        reason = Text(f"{years[0]}—{years[-1]}年每年都达到。", f"Met in every year {years[0]}-{years[-1]}.")
        return Finding(p, joined(reason, within), target.value, at_target=at)
    reason = Text(
        f"{years[0]}—{years[-1]}年每年都达到的概率{probability(p)}（以最差年份论）。",
        f"Probability that every year {years[0]}-{years[-1]} meets it: {probability(p, 'en')}.",
    )
    return Finding(p, joined(reason, within), target.value, at_target=at)
