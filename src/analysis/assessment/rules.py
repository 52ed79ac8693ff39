"""The thresholds of verdicts and alerts: one YAML, a documented local choice, printed in every report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.places import RULES, shown


@dataclass(frozen=True)
class Rules:
    """Thresholds on P(met), the least number of observed years, and the level of each alert."""

    id: str
    minimum_points: int
    on_track: float
    at_risk: float
    unlikely: float
    levels: dict[str, str]

    def status(self, p_met: float) -> str:
        """Return the verdict on a future target met with probability `p_met`."""
        if p_met >= self.on_track:
            return "on_track"
        return "at_risk" if p_met >= self.at_risk else "off_track"


def read_rules(path: Path = RULES) -> Rules:
    """Return the rules in `path`.

    Raises
    ------
    DataError
        A threshold is missing, or they do not fall in order.
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        cuts = raw["probability_met"]
        rules = Rules(
            id=f"{raw['id']}-{raw['version']}",
            minimum_points=int(raw["minimum_points"]),
            on_track=float(cuts["on_track"]),
            at_risk=float(cuts["at_risk"]),
            unlikely=float(cuts["unlikely"]),
            levels=dict(raw["levels"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, f"{error}") from error
    if not 1 > rules.on_track > rules.at_risk > rules.unlikely > 0:
        raise _broken(path, "1 > on_track > at_risk > unlikely > 0")
    return rules


def _broken(path: Path, what: str) -> DataError:
    return wrong_data(
        Text(f"规则文件有误：{what}", f"the rules are broken: {what}"),
        Where(file=shown(path)),
        Text(
            "与 data/rules/default.yaml 相同的键，阈值由高到低",
            "the keys of data/rules/default.yaml, cuts falling",
        ),
        Text("请对照默认规则改正。", "Correct it after the default rules."),
    )
