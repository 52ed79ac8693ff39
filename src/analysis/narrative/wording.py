"""Sentences from facts. Nothing here computes: numbers arrive as text, or are counts."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.narrative.facts import Change, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.words import STATUS

_MOVED = {-1: ("下降", "down"), 0: ("持平", "unchanged"), 1: ("提高", "up")}


def method(facts: Facts, lang: Lang) -> str:
    """Say how the evaluation was done."""
    goals, measures, targets = facts.said("goals"), facts.said("measures"), facts.tally.said("total")
    if lang == "zh":
        scope = "（资料可得部分）" if facts.partial else ""
        return (
            f"本报告依据《{facts.plan.zh}》监测评估要求编制，评估对象为{facts.area.zh}，数据截至{facts.as_of}年。"
            f"规划{scope}{goals}项主要目标、{measures}项策略措施中，共整理出{targets}条可对照的具体目标，"
            f"逐条给出判定和依据，无一遗漏。有年度数据的指标预测至{facts.end_year}年，以达标概率判定。"
        )
    scope = " (the part a source is at hand for)" if facts.partial else ""
    return (
        f"This report covers {facts.area.en} with data up to {facts.as_of}. The plan{scope} has {goals} goals "
        f"and {measures} measures, from which {targets} targets were drawn; each has a verdict and its "
        f"evidence. Indicators with annual data are forecast to {facts.end_year} and judged by the probability of "
        "meeting the target."
    )


def overall(facts: Facts, lang: Lang) -> tuple[str, str]:
    """Return the judgement sentence on the whole plan, and the counts behind it."""
    tally = facts.tally
    if lang == "zh":
        lead = _LEAD[tally.pace].zh
        return f"规划实施{lead}。", (
            f"{tally.said('total')}条目标中，{_counts(tally, 'zh')}。已达标和有望达标合计{tally.said('favourable')}条，"
            f"占全部目标的{tally.rate(False)}，占可用数据评判的{tally.said('judged')}条目标的{tally.rate(True)}。"
        )
    return f"Implementation is {_LEAD[tally.pace].en}.", (
        f"Of {tally.said('total')} targets, {_counts(tally, 'en')}. Met or on track: {tally.said('favourable')}, "
        f"{tally.rate(False)} of all and {tally.rate(True)} of the {tally.said('judged')} that could be judged by data."
    )


def domain(fact: DomainFact, lang: Lang) -> tuple[str, str]:
    """Return the judgement sentence on a domain, and its counts."""
    tally = fact.tally
    if not tally.judged:
        if lang == "zh":
            return (
                f"{fact.title.zh}领域以佐证材料评定为主。",
                f"{tally.said('total')}条目标中，{_counts(tally, 'zh')}。",
            )
        return (
            f"{fact.title.en} is judged mainly by evidence.",
            f"Of {tally.said('total')} targets, {_counts(tally, 'en')}.",
        )
    if lang == "zh":
        goals = tally.values.count(f"{fact.id}/goals", fact.goals)
        return f"{fact.title.zh}领域{_LEAD[tally.pace].zh}。", (
            f"{goals}项主要目标及相应措施共{tally.said('total')}条目标，其中{_counts(tally, 'zh')}。"
        )
    return f"{fact.title.en}: {_LEAD[tally.pace].en}.", f"Of {tally.said('total')} targets, {_counts(tally, 'en')}."


def indicator(fact: TargetFact, lang: Lang) -> str:
    """Say where an indicator stands: value, change on last year and on the baseline, distance, outlook."""
    parts = []
    if lang == "zh":
        parts.append(f"{fact.name.zh}{fact.latest_year}年为{fact.latest.zh}")
        if fact.on_last_year:
            parts.append(f"比上年{_moved(fact.on_last_year, lang)}")
        if fact.on_baseline and fact.base_year != fact.latest_year:
            parts.append(f"比{fact.base_year}年{_moved(fact.on_baseline, lang)}")
        return "，".join(parts) + f"；{_outlook(fact, lang)}{_events(fact, lang)}"
    parts.append(f"{fact.name.en} was {fact.latest.en} in {fact.latest_year}")
    if fact.on_last_year:
        parts.append(f"{_moved(fact.on_last_year, lang)} on the year before")
    if fact.on_baseline and fact.base_year != fact.latest_year:
        parts.append(f"{_moved(fact.on_baseline, lang)} on {fact.base_year}")
    return ", ".join(parts) + f"; {_outlook(fact, lang)}{_events(fact, lang)}"


def _events(fact: TargetFact, lang: Lang) -> str:
    """Say which years were treated as a special event or as a change of definition."""
    shocks, breaks = fact.shocks(lang), fact.breaks(lang)
    if lang == "zh":
        said = f"{shocks}作为特殊事件年份，预测时降低权重。" if shocks else ""
        return said + (f"{breaks}口径有变化，前后水平不直接比较。" if breaks else "")
    said = f" {shocks}: a special event, weighed down in the forecast." if shocks else ""
    return said + (f" Definition changed in {breaks}: levels before and after are not compared." if breaks else "")


def _outlook(fact: TargetFact, lang: Lang) -> str:
    status = STATUS[fact.status](lang)
    if lang == "zh":
        if fact.status == "met":
            return f"{fact.year}年目标（{fact.bound.zh}）已达到。"
        if fact.status == "no_data":
            return f"对{fact.year}年目标{status}。"
        if fact.status == "qualitative":
            return f"{fact.year}年目标为{fact.bound.zh}，尚未完成，以佐证材料评定。"
        if fact.p_met.zh == "—":
            return f"{fact.year}年目标（{fact.bound.zh}）未达到。"
        return f"{fact.year}年目标为{fact.bound.zh}，达标概率{fact.p_met.zh}，{status}。"
    if fact.status == "met":
        return f"the {fact.year} target ({fact.bound.en}) is met."
    if fact.status == "no_data":
        return f"the {fact.year} target cannot be judged."
    if fact.status == "qualitative":
        return f"the {fact.year} target is {fact.bound.en}: not yet done, judged by evidence."
    if fact.p_met.en == "—":
        return f"the {fact.year} target ({fact.bound.en}) was missed."
    return f"the {fact.year} target is {fact.bound.en}, probability {fact.p_met.en}: {status.lower()}."


def _moved(move: Change, lang: Lang) -> str:
    zh, en = _MOVED[move.sign]
    if move.sign == 0:
        return zh if lang == "zh" else en
    return f"{zh}{move.size.zh}" if lang == "zh" else f"{en} {move.size.en}"


def _counts(tally: Tally, lang: Lang) -> str:
    if lang == "zh":
        return "、".join(
            f"{STATUS[status].zh}{tally.said(status)}条" for status, count in tally.counts.items() if count
        )
    return ", ".join(
        f"{tally.said(status)} {STATUS[status].en.lower()}" for status, count in tally.counts.items() if count
    )


_LEAD = {
    "good": Text("总体进展顺利", "going well"),
    "mixed": Text("进展平稳，部分目标需要加力", "steady, with some targets in need of effort"),
    "scarce": Text("可评判的目标不够多，尚难作总体判断", "not to be judged as a whole: too few targets have data"),
    "slow": Text("进展偏慢，多数目标需要加力", "slow, with most targets in need of effort"),
}
