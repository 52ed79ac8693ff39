"""The end of an evaluation in sentences: alerts by colour, targets to look at again, what is not covered."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang
from analysis.narrative.facts import AlertFact, Facts
from analysis.narrative.saying import levels_said
from analysis.narrative.weaving import joined, listed, slipped
from analysis.narrative.words import LEVEL


def alert_lead(facts: Facts, lang: Lang) -> str:
    """Return the sentence that counts the alerts by level, and where the grave ones stand."""
    text = counted(facts, lang)
    if not facts.grave:
        return text
    return text + ("红色、橙色预警见下表。" if lang == "zh" else " Red and orange ones are in the table.")


def counted(facts: Facts, lang: Lang) -> str:
    """Return the sentence that counts the alerts by level, and what an alert is."""
    said = levels_said(facts, lang)
    if not said:
        return "本次没有预警。" if lang == "zh" else "There is no alert."
    if lang == "zh":
        return (
            f"按实际值和达标概率，本次共提示预警{facts.said('alerts')}条：{listed(said, lang)}。"
            "预警是统计判断，不作为责任认定。"
        )
    return (
        f"{facts.said('alerts')} alerts follow from the values and the probabilities: "
        f"{listed(said, lang)}. An alert is statistical, no finding of accountability."
    )


def milder(alerts: Sequence[AlertFact], lang: Lang) -> str:
    """Return the yellow and blue alerts by name, each colour that there is by itself."""
    said = []
    for level in ("yellow", "blue"):
        if names := listed((one.target.name(lang) for one in alerts if one.level == level), lang):
            said.append(
                f"{LEVEL[level].zh}预警涉及{names}" if lang == "zh" else f"{LEVEL[level].en} alerts concern {names}"
            )
    return joined(said, lang)


def proposals(facts: Facts, lang: Lang) -> list[str]:
    """Return the targets one may set anew, out of reach first: where each stands, and the value to look at."""
    said = []
    for one in sorted(facts.targets, key=lambda fact: fact.proposal):
        if one.proposal == "easier":
            said.append(
                f"{one.name.zh}现为{one.latest.zh}，{one.year}年目标{one.bound.zh}，按现有趋势预计为{one.proposed.zh}。"
                f"加大力度后仍不能加快的，可研究调整到{one.proposed.zh}。（{one.clause}）"
                if lang == "zh"
                else f"{one.name.en} stands at {one.latest.en}; the {one.year} target is {one.bound.en}, the trend "
                f"leads to {one.proposed.en}, a value to look at where more effort does not help. ({one.clause})"
            )
        elif one.proposal == "stricter" and not slipped(one):
            said.append(
                f"{one.name.zh}现为{one.latest.zh}，{one.year}年目标{one.bound.zh}已经达到，几乎可以确定保持，可研究"
                f"{'收紧' if one.less_is_better else '提高'}到{one.proposed.zh}。（{one.clause}）"
                if lang == "zh"
                else f"{one.name.en} stands at {one.latest.en}; the {one.year} target of {one.bound.en} is all but "
                f"certain, and {one.proposed.en} may be looked at. ({one.clause})"
            )
    return said


def limits(facts: Facts, lang: Lang, rated: bool = False) -> list[str]:
    """Return what the report does not cover, so that nobody takes silence for a finding.

    Targets without annual data are told elsewhere where they were `rated` by evidence.
    """
    waiting = facts.said("unconfirmed_departments")
    evidence = facts.tally.said("qualitative")
    if lang == "zh":
        said = [
            "策略措施的落实情况和经验做法以部门报送为准，未报送的不作推断；证据不足的措施不作因果评价。",
        ]
        if facts.tally.counts["qualitative"]:
            end = "按部门自评和评估组评定计入总体结论，不逐条列出" if rated else "须以佐证材料评定，本报告不作判断"
            said.append(f"{evidence}条目标没有年度数据，{end}。")
        if facts.unconfirmed_departments:
            said.append(f"{waiting}个责任部门按通常职责推定，须由规划实施单位确认。")
        return said
    said = [
        "What was done and learnt is told as departments report it; of measures without evidence no effect is claimed.",
    ]
    if facts.tally.counts["qualitative"]:
        end = "they count in the conclusion as they were rated" if rated else "they are judged by evidence, not here"
        said.append(f"{evidence} targets have no annual data; {end}.")
    if facts.unconfirmed_departments:
        said.append(f"{waiting} responsible departments are assumed and wait for confirmation.")
    return said
