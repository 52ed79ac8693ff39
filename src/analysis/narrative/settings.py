"""The settings verdicts rest on, as a reader of the annex is shown them."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.marks import cell
from analysis.narrative.facts import Facts


def settings(facts: Facts, lang: Lang) -> list[tuple[str, str]]:
    """Return the settings a verdict rests on: what, and the value in force."""
    rules = facts.tally.rules
    zh = lang == "zh"

    def share(key: str, name: str, number: float) -> str:
        return cell(f"100 * rules[{key}].{name}", 100 * number, "percent", 0, lang)

    def whole(key: str, name: str, number: int) -> str:
        return cell(f"rules[{key}].{name}", number, "count", 0, lang, "plain")

    met, count, gap = "probability_met", rules.minimum_points, "人群差距"
    good, judged = rules.overall_good, rules.overall_judged
    rows = [
        ("有望达标：达标概率不低于", "On track: P(met) at least", share(met, "on_track", rules.on_track)),
        ("需关注：达标概率不低于", "At risk: P(met) at least", share(met, "at_risk", rules.at_risk)),
        ("预计难以达标：达标概率低于", "Unlikely: P(met) below", share(met, "unlikely", rules.unlikely)),
        ("临界：距分界不超过", "On the edge: no farther from a cut than", share("", "borderline", rules.borderline)),
        ("作预测所需的最少年数", "Fewest years for a forecast", whole("", "minimum_points", count)),
        (f"{gap}合并的年数", "Years a gap pools", whole("gap", "years", rules.gap_years)),
        (f"{gap}每侧最少例数", "Fewest events on either side", whole("gap", "fewest_events", rules.gap_events)),
        ("进展顺利：可评判目标中有利的占比不低于", "Going well: favourable at least", share("overall", "good", good)),
        ("作总体判断：可评判的占比不低于", "An adjective: judged at least", share("overall", "judged", judged)),
    ]
    return [(a if zh else b, number) for a, b, number in rows]
