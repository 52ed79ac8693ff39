"""The one-page brief (一图读懂): a verdict a domain, and five points a leader can say in a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.exceptions import Lang, Text
from analysis.marks import marked
from analysis.narrative.acts import acts, grave_part
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.midterm import listed
from analysis.narrative.moving import compared
from analysis.narrative.problem_rows import Units, by_indicator, gap, now
from analysis.narrative.problems import Problem, problems
from analysis.narrative.wording import standing

POINTS, GOOD = 5, 2  # points of the brief, and indicators named where things go well
_PACE = {
    "good": (Text("总体顺利", "going well"), "met"),
    "mixed": (Text("平稳", "steady"), "at_risk"),
    "slow": (Text("偏慢", "slow"), "off_track"),
    "scarce": (Text("不作总评", "open"), "no_data"),
}


@dataclass(frozen=True)
class Standing:
    """A domain in the strip: its title, its word with the colour's code, and its counts as marked text."""

    title: str
    word: Text
    code: str
    good: str
    doubtful: str


def strip(facts: Facts, lang: Lang) -> list[Standing]:
    """Return how each domain stands: how many targets are met or on track, how many in doubt."""
    return [_standing(one, lang) for one in facts.domains]


def _standing(one: DomainFact, lang: Lang) -> Standing:
    tally = one.tally
    word, code = _PACE[tally.pace]
    good, judged = (f"{{{tally.id}/{name}}}" for name in ("favourable", "judged"))
    return Standing(
        one.title(lang),
        word,
        code,
        tally.said("favourable"),
        _less(f"{judged} - {good}", tally.judged - tally.favourable),
    )


def _less(origin: str, number: int) -> str:
    return marked("", f"{number:,}", origin, "plain other 0")


def points(facts: Facts, lang: Lang, units: Units | None = None) -> list[tuple[str, str]]:
    """Return the five points, each a judgement and its evidence: what fell due, what goes well, what is weak.

    Parameters
    ----------
    facts : Facts
    lang : zh or en
    units : mapping, optional
        Of targets every sub-unit must reach, the one farthest from it, by name.

    Returns
    -------
    list of (lead, text)
        At most `POINTS`; fewer where there is less to say, never a filler.
    """
    out = [one for one in (_due(facts, lang), _good(facts, lang)) if one[1]]
    found = [grave_part(one) for one in problems(facts)]
    return out + [_weak(one, facts, lang, units) for one in found[: POINTS - len(out)]]


def _due(facts: Facts, lang: Lang) -> tuple[str, str]:
    if not facts.due:
        return "", ""
    missed = any(one.group == "missed" for one in facts.due)  # which ones, the gravest problems below say
    lead = ("到期目标部分达标。" if missed else "到期目标没有未达标的。") if lang == "zh" else (
        "Not all due targets were met." if missed else "No due target was missed."
    )  # fmt: skip
    return lead, standing(facts, lang).strip()


def _good(facts: Facts, lang: Lang) -> tuple[str, str]:
    """Return the indicators at their target that moved most since the baseline, in relation to where they were."""
    weak = {one.target.indicator for one in facts.grave}
    good = [
        one
        for one in facts.targets
        if one.in_goal and one.status in ("met", "on_track") and one.at_target and not one.unmoved
    ]
    moved = [(size, one) for one in good if (size := _improved(facts, one)) > 0]
    chosen: dict[str, TargetFact] = {}
    for _, one in sorted(moved, key=lambda pair: -pair[0]):
        if one.indicator not in weak:  # of two targets one may be met and the later one in doubt
            chosen.setdefault(one.indicator, one)
    told = list(chosen.values())[:GOOD]
    if not told:
        return "", ""
    zh = lang == "zh"
    said = []
    for one in told:
        assert one.on_baseline is not None
        change = compared(one, one.on_baseline, f"{one.base_year}年" if zh else f"{one.base_year}", lang)
        said.append(f"{one.name.zh}{one.latest.zh}，{change}" if zh else f"{one.name.en} {one.latest.en}, {change}")
    lead = "进展明显的方面。" if zh else "At the target, moved most."
    return lead, ("；" if zh else "; ").join(said) + ("，均已达到目标水平。" if zh else ".")


def _improved(facts: Facts, one: TargetFact) -> float:
    """Return by how much of its baseline an indicator has moved in the good direction, 0 where that is not known."""
    move, base = (facts.values.known.get(f"{one.id}/{name}") for name in ("on_baseline", "baseline"))
    if one.on_baseline is None or move is None or base is None or not base.number or not one.numeric:
        return 0.0
    return (-move.number if one.lower_is_better else move.number) / abs(base.number)


def _weak(problem: Problem, facts: Facts, lang: Lang, units: Units | None) -> tuple[str, str]:
    zh = lang == "zh"
    own = [one.target for one in problem.alerts]
    values = [_value(one, facts, lang, units) for one in by_indicator(own)[:2]]
    late = any(one.group == "missed" for one in own)
    who = listed((name(lang) for name in problem.departments), lang)
    act = acts(problem.targets, lang, 1)
    if zh:
        lead = f"{problem.title(lang, 1)}{'到期未达标' if late else '达标难度大'}。"
        return lead, f"{'；'.join(values)}。请{who}{act}。"
    lead = problem.title(lang, 1) + "."
    return lead, f"{'Missed when due' if late else 'Hard to reach'}: {'; '.join(values)}. {who} to {act}."


def _value(own: Sequence[TargetFact], facts: Facts, lang: Lang, units: Units | None) -> str:
    """Return an indicator with its last value and, in brackets, how far it is from its targets."""
    said = f"{own[0].name(lang)}{'' if lang == 'zh' else ' '}{now(own[0], lang, facts.as_of, units)}"
    lacking = gap(own, lang)
    if not lacking:
        return said
    return f"{said}（{lacking}）" if lang == "zh" else f"{said} ({lacking})"
