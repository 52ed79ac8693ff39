"""Alerts grouped into problems: one problem is what one theme of the plan is about, the gravest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.exceptions import Lang, Text
from analysis.narrative.facts import GRAVE, AlertFact, Facts, TargetFact
from analysis.narrative.words import LEVEL

NEAR = 3  # pairs of signs a measure shares with the names of indicators it is about
NAMED = 2  # indicators that name a problem; the others are met in its text
_RANK = {level: rank for rank, level in enumerate(LEVEL)}


@dataclass(frozen=True)
class Problem:
    """Alerts that belong together, the gravest first."""

    alerts: tuple[AlertFact, ...]

    @property
    def gravest(self) -> AlertFact:
        """Return the alert that leads the problem."""
        return self.alerts[0]

    @property
    def targets(self) -> list[TargetFact]:
        """Return one target an indicator: the one of its gravest alert."""
        chosen: dict[str, TargetFact] = {}
        for one in self.alerts:
            chosen.setdefault(one.target.indicator, one.target)
        return list(chosen.values())

    @property
    def departments(self) -> list[Text]:
        """Return the lead departments, that of the gravest alert first."""
        return list(dict.fromkeys(one.department for one in self.alerts))

    @property
    def measures(self) -> list[Text]:
        """Return the plan's own measures whose wording is about the problem's indicators, the nearest first."""
        named = list(dict.fromkeys(one for alert in self.alerts for one in alert.measures))
        about = set().union(*(_pairs(one.name.zh) for one in self.targets)) if self.targets else set()
        near = {one: len(about & _pairs(one.zh)) for one in named}
        return sorted((one for one in named if near[one] >= NEAR), key=lambda one: -near[one])

    @property
    def clauses(self) -> list[str]:
        """Return the clauses of the plan's own measures, each once."""
        return list(dict.fromkeys(clause for one in self.alerts for clause in one.clauses))

    def title(self, lang: Lang, most: int = NAMED) -> str:
        """Return its theme, or the names of its first indicators, at most so many; one alone is called by its name."""
        themes = {one.theme_title(lang) for one in self.targets}
        if len(self.targets) > 1 and len(themes) == 1 and (theme := themes.pop()):
            return theme
        names = list(dict.fromkeys(one.name(lang) for one in self.targets))
        if lang == "zh":
            return "、".join(names[:most]) + ("等" if len(names) > most else "")
        return ", ".join(names[:most]) + (" and others" if len(names) > most else "")


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring signs of a text, by which two Chinese texts are near."""
    return {a + b for a, b in zip(text, text[1:], strict=False) if a.isalnum() and b.isalnum()}


def problems(facts: Facts, most: int | None = None) -> list[Problem]:
    """Return the problems behind the red and orange alerts, the gravest first.

    Alerts on targets of one theme are one problem (without themes those of one goal or measure), and so are alerts on
    one indicator, wherever the plan names it. Milder alerts join the problem they belong to and make none of their own.
    First come problems with a red alert, among them those whose year has passed, then those with more alerts.

    Parameters
    ----------
    facts : Facts
    most : int, optional
        How many are wanted; all without it.
    """
    groups: list[list[AlertFact]] = []
    for alert in facts.alerts:
        kin = [own for own in groups if any(belong(alert.target, one.target) for one in own)]
        groups = [own for own in groups if own not in kin] + [[*(one for own in kin for one in own), alert]]
    found = [Problem(tuple(sorted(own, key=_gravity))) for own in groups]
    grave = [one for one in found if one.gravest.level in GRAVE]
    return sorted(grave, key=_severity)[:most]


def belong(one: TargetFact, other: TargetFact) -> bool:
    """Return whether two targets are of one problem: of one theme, or on one indicator."""
    return one.theme == other.theme or bool(one.indicator and one.indicator == other.indicator)


def _gravity(alert: AlertFact) -> tuple[int, bool, float]:
    return _RANK[alert.level], alert.target.timing != "due", alert.target.chance


def _severity(problem: Problem) -> tuple[int, bool, int, float]:
    first = problem.gravest
    grave = sum(one.level in GRAVE for one in problem.alerts)
    return _RANK[first.level], not any(one.target.timing == "due" for one in problem.alerts), -grave, _gravity(first)[2]


def in_other_alerts(facts: Facts, told: Sequence[Problem]) -> list[AlertFact]:
    """Return the alerts that belong to none of the problems told, one an indicator, the gravest first."""
    seen = {one.target.indicator for problem in told for one in problem.alerts}
    rest: dict[str, AlertFact] = {}
    for one in sorted(facts.alerts, key=_gravity):
        if one.target.indicator not in seen:
            rest.setdefault(one.target.indicator, one)
    return list(rest.values())
