"""Who lags behind, where chance does not explain it: groups of people, and the parts of the area, by indicator."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.data.forms.labels import breakdown_name
from analysis.exceptions import Lang, Text
from analysis.marks import cell
from analysis.narrative.words import UNITS
from analysis.plan import Indicator, Plan

SIGNIFICANT = 0.05  # false discovery rate of all pairs of a plan
_PEOPLE = {"F": Text("女性", "girls and women"), "M": Text("男性", "boys and men")}
_LANGS: tuple[Lang, ...] = ("zh", "en")


def differing(equity: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of groups whose difference chance does not explain, with the false discovery rate held."""
    tested = equity["p_value"].notna()  # for the public the adjusted one is left out
    apart = (equity["difference_low"] > 0) | (equity["difference_high"] < 0)
    adjusted = equity["p_adjusted"]
    return equity[apart & ~(adjusted > SIGNIFICANT) & ~(tested & adjusted.isna())]


def lagging(
    equity: pd.DataFrame, funnel: pd.DataFrame, plan: Plan, names: Mapping[str, Text], parts: Text = UNITS
) -> dict[str, tuple[Text, ...]]:
    """Return by indicator half sentences on who lags: groups, then parts of the area beyond the 99.8 % limits.

    Parameters
    ----------
    equity, funnel : DataFrame
        Tables of these names.
    plan : Plan
    names : mapping of str to Text
        Names of areas by code.
    parts : Text
        The word for the areas below, such as subdistricts.
    """
    found: dict[str, list[Text]] = {}
    for row in differing(equity).to_dict("records"):
        if row["indicator"] not in found and plan.has_indicator(str(row["indicator"])):
            indicator = plan.indicator(str(row["indicator"]))
            found[indicator.id] = [_pair({str(name): cell for name, cell in row.items()}, indicator, dict(plan.sexes))]
    for row in funnel[funnel["label"] == "worse"].to_dict("records"):
        indicator, code = plan.indicator(str(row["indicator"])), str(row["ref_area"])
        place = f"funnel[{indicator.id},{code}]"
        own, centre = (_shown(f"{place}.{name}", row[name], indicator) for name in ("obs_value", "centre"))
        side = ("低于", "below") if row["obs_value"] < row["centre"] else ("高于", "above")
        area = names.get(code, Text(code, code))
        said = Text(
            f"{area.zh}为{own.zh}，明显{side[0]}各{parts.zh}的中心水平（{centre.zh}）",
            f"{area.en}, at {own.en}, lies clearly {side[1]} the centre of all {parts.en} ({centre.en})",
        )
        found.setdefault(indicator.id, []).append(said)
    return {id: tuple(said) for id, said in found.items()}


def _pair(row: Mapping[str, object], indicator: Indicator, sexes: Mapping[str, Text]) -> Text:
    """Return two groups, the one that is worse off first."""
    first, second = str(row["first"]), str(row["second"])
    place = f"equity[{indicator.id},{row['dimension']},{first},{second}]"
    columns = ((first, "first_value"), (second, "second_value"))
    values = [(code, float(str(row[column])), column) for code, column in columns]
    worse, better = sorted(values, key=lambda one: one[1], reverse=indicator.direction == "lower_is_better")
    own, other = (_shown(f"{place}.{column}", value, indicator) for _, value, column in (worse, better))
    called = {**_PEOPLE, **sexes}
    who, whom = (called.get(code) or breakdown_name(str(row["dimension"]), code) for code in (worse[0], better[0]))
    side = ("高于", "above") if worse[1] > better[1] else ("低于", "below")
    return Text(
        f"{who.zh}（{own.zh}）{side[0]}{whom.zh}（{other.zh}）", f"{who.en} ({own.en}) {side[1]} {whom.en} ({other.en})"
    )


def _shown(origin: str, value: float, indicator: Indicator) -> Text:
    return Text(*(cell(origin, value, indicator.unit, indicator.decimals, lang) for lang in _LANGS))
