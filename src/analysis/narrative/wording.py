"""Sentences from facts. Nothing here computes: numbers arrive as text, or are counts."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.formats import MISSING
from analysis.marks import quoted
from analysis.narrative.facts import DomainFact, Facts, Tally, TargetFact
from analysis.narrative.moving import compared, move_said
from analysis.narrative.words import STATUS


def known_until(facts: Facts, lang: Lang) -> str:
    """Say up to which year the data reach: of all indicators, or of how many of them which year is the last."""
    ends = [
        (quoted(f"assessments[{id}].latest_year", str(year)), facts.values.count(f"latest/{year}", number))
        for year, number, id in facts.latest
    ]
    if len(ends) < 2:
        year = ends[0][0] if ends else str(facts.as_of)
        return f"数据截至{year}年" if lang == "zh" else f"data up to {year}"
    total = facts.values.count("latest/total", sum(number for _, number, _ in facts.latest))
    if lang == "zh":
        each = "、".join(f"{number}项到{year}年" for year, number in ends)
        return f"各指标数据截止年份不同：有数据的{total}项指标中，{each}"
    each = ", ".join(f"{number} to {year}" for year, number in ends)
    return f"data that end in different years (of {total} indicators {each})"


def method(facts: Facts, lang: Lang) -> str:
    """Say how the evaluation was done."""
    goals, measures, targets = facts.said("goals"), facts.said("measures"), facts.tally.said("total")
    until = known_until(facts, lang)
    if lang == "zh":
        none = f"其中{facts.tally.said('qualitative')}条没有年度数据，以佐证材料评定，其余"
        split = f"{none if facts.tally.counts.get('qualitative') else ''}逐条给出判定和依据。"
        have = f"规划共{goals}项主要目标、{measures}项策略措施，整理出{targets}条可对照的具体目标，{split}"
        if facts.partial:
            have = (
                f"本次只收录有资料来源的{goals}项主要目标，整理出{targets}条可对照的具体目标，逐条给出判定和依据；"
                "规划的其他目标未作评估，结论不代表规划全部。"
            )
        return (
            f"本报告依据《{facts.plan.zh}》监测评估要求编制，评估对象为{facts.area.zh}，评估年份为{facts.as_of}年；{until}。"
            f"{have}年份已过的目标按实际值判定；尚未到期的，有足够年度数据的预测至{facts.end_year}年，按达标概率判断。"
        )
    have = f"The plan has {goals} goals and {measures} measures, from which {targets} targets were drawn; " + (
        f"{facts.tally.said('qualitative')} of them have no annual data and are judged by evidence, the others "
        "a verdict here."
        if facts.tally.counts.get("qualitative")
        else "each has a verdict here."
    )
    if facts.partial:
        have = (
            f"Only the {goals} goals that a source is at hand for are covered, with {targets} targets; each has a "
            "verdict and its evidence. Nothing is said of the plan's other goals."
        )
    return (
        f"This report covers {facts.area.en} as of {facts.as_of}, with {until}. {have} A target whose year has passed "
        f"is judged on the observed value; one still ahead, where there are enough annual data, on a forecast to "
        f"{facts.end_year} and the probability of meeting it."
    )


def overall(facts: Facts, lang: Lang, with_due: bool = True) -> tuple[str, str]:
    """Return the judgement sentence on the whole plan, and the counts behind it: what fell due first, where wanted."""
    tally = facts.tally
    if lang == "zh":
        lead = _LEAD[tally.pace].zh
        subject = "所收录目标" if facts.partial else "规划实施"
        return f"{subject}{lead}。", (standing(facts, "zh") if with_due else "") + (
            f"{tally.said('total')}条目标中，{_counts(tally, 'zh')}。已达标和有望达标合计{tally.said('favourable')}条，"
            f"占可用数据评判的{tally.said('judged')}条目标的{tally.rate(True)}。"
        )
    subject = "On the goals covered, implementation" if facts.partial else "Implementation"
    return f"{subject} is {_LEAD[tally.pace].en}.", (standing(facts, "en") if with_due else "") + (
        f"Of {tally.said('total')} targets, {_counts(tally, 'en')}. Met or on track: {tally.said('favourable')}, "
        f"{tally.rate(True)} of the {tally.said('judged')} that could be judged by data."
    )


def headline(facts: Facts, lang: Lang) -> str:
    """Return the conclusion in short, for a page of a leader's: what fell due, what is reached, how many go well."""
    tally = facts.tally
    if lang == "zh":
        lead = f"{'所收录目标' if facts.partial else '规划实施'}{_LEAD[tally.pace].zh}。"
        share = f"（{tally.rate(True)}）" if tally.judged else ""
        judged = f"可用数据评判的{tally.said('judged')}条目标中，已达标和有望达标{tally.said('favourable')}条{share}。"
        return f"{lead}{standing(facts, 'zh')}{judged}"
    lead = f"{'On the goals covered, implementation' if facts.partial else 'Implementation'} is {_LEAD[tally.pace].en}."
    share = f" ({tally.rate(True)})" if tally.judged else ""
    judged = (
        f"Of the {tally.said('judged')} targets judged by data {tally.said('favourable')} are met or on track{share}."
    )
    return f"{lead} {standing(facts, 'en')}{judged}"


def standing(facts: Facts, lang: Lang) -> str:
    """Say how many targets fell due and were met, and how many later ones are at their level already."""
    count = facts.values.count
    due, open_numbers = facts.due, facts.open_numbers
    parts = []
    if due:
        years = sorted({one.year for one in due})
        met, lost = (sum(one.group == name for one in due) for name in ("met", "missed"))
        total, done, missed = (
            count(f"due/{name}", number) for name, number in (("total", len(due)), ("met", met), ("missed", lost))
        )
        unsaid = sum(one.status == "no_data" for one in due)
        more = count("due/no_data", unsaid) if unsaid else ""
        if lang == "zh":
            split = f"{done}条达标、{missed}条未达标" + (f"、{more}条无法判断" if more else "")
            split = "全部达标" if met == len(due) else "均未达标" if lost == len(due) else split
            parts.append(f"{'、'.join(map(str, years))}年到期的{total}条目标，{split}。")
        else:
            named = f"Of the {total} targets due in {', '.join(map(str, years))}"
            rest = f"; of {more} nothing can be said" if more else ""
            parts.append(f"{named} {done} were met and {missed} missed{rest}. ")
    if open_numbers:
        total = count("open/total", len(open_numbers))
        reached = count("open/at_target", sum(one.at_target is True for one in open_numbers))
        if lang == "zh":
            parts.append(f"尚未到期、设有数值并有数据的{total}条目标中，{reached}条的最近一年水平已达到目标要求。")
        else:
            parts.append(
                f"Of the {total} targets still ahead with a number and data, {reached} are at their level already. "
            )
    return "".join(parts)


def due_note(fact: TargetFact, lang: Lang) -> str:
    """Return what stands beside a verdict on a passed year: three years together, and what would turn it."""
    pooled, edge = fact.pooled(lang), ""
    if fact.borderline:
        edge = "临界" if lang == "zh" else "on the edge"
    return ("；" if lang == "zh" else "; ").join(filter(None, (pooled, edge))) or MISSING


def _but(fact: DomainFact, lang: Lang) -> str:
    """Return that targets which fell due were missed, where the word on the whole would not let one think so."""
    if fact.tally.pace not in ("good", "mixed") or not any(one.group == "missed" for one in fact.due):
        return ""
    every = all(one.group == "missed" for one in fact.due)
    if lang == "zh":
        return f"，但到期目标{'均' if every and len(fact.due) > 1 else '' if every else '有'}未达标"
    return f", yet {'all' if every else 'some'} of the targets due were missed"


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
        return f"{fact.title.zh}领域{_LEAD[tally.pace].zh}{_but(fact, 'zh')}。", (
            f"{goals}项主要目标及相应措施共{tally.said('total')}条目标，其中{_counts(tally, 'zh')}。"
        )
    return (
        f"{fact.title.en}: {_LEAD[tally.pace].en}{_but(fact, 'en')}.",
        f"Of {tally.said('total')} targets, {_counts(tally, 'en')}.",
    )


def indicator(fact: TargetFact, lang: Lang) -> str:
    """Say where an indicator stands: value, change on last year and on the baseline, distance, outlook."""
    if fact.own_words:  # the stored reason holds the values: gaps, directions, sub-units, short series
        return f"{fact.name(lang)}{'：' if lang == 'zh' else ': '}{told(fact, lang)}{events(fact, lang)}"
    parts, count = [], fact.count(lang)
    if lang == "zh":
        parts.append(f"{fact.name.zh}{fact.latest_year}年为{fact.latest.zh}{f'（{count}）' if count else ''}")
        if fact.on_last_year:
            parts.append(compared(fact, fact.on_last_year, "上年", lang))
        if fact.on_baseline and fact.base_year != fact.latest_year:
            parts.append(compared(fact, fact.on_baseline, f"{fact.base_year}年", lang))
        return "，".join(parts) + f"；{_outlook(fact, lang)}{events(fact, lang)}"
    parts.append(f"{fact.name.en} was {fact.latest.en}{f' ({count})' if count else ''} in {fact.latest_year}")
    if fact.on_last_year:
        parts.append(compared(fact, fact.on_last_year, "the year before", lang))
    if fact.on_baseline and fact.base_year != fact.latest_year:
        parts.append(compared(fact, fact.on_baseline, f"{fact.base_year}", lang))
    return ", ".join(parts) + f"; {_outlook(fact, lang)}{events(fact, lang)}"


def events(fact: TargetFact, lang: Lang) -> str:
    """Say which years were treated as a special event or as a change of definition."""
    shocks, breaks = fact.shocks(lang), fact.breaks(lang)
    if lang == "zh":
        said = f"{shocks}作为特殊事件年份，预测时降低权重。" if shocks else ""
        return said + (f"{breaks}口径有变化，前后水平不直接比较。" if breaks else "")
    said = f" {shocks}: a special event, weighed down in the forecast." if shocks else ""
    return said + (f" Definition changed in {breaks}: levels before and after are not compared." if breaks else "")


_EDGE = {  # of what is ahead; what has passed says it in `due_note`
    "probability": Text("，属临界（接近判定分界）", ", near a cut"),
    "one_event": Text("，属临界（一例之差即改变判定）", ", on the edge"),
}


def _outlook(fact: TargetFact, lang: Lang) -> str:
    zh, word = lang == "zh", fact.verdict(lang)
    asked = f"{fact.year}年目标为{fact.bound.zh}" if zh else f"the {fact.year} target is {fact.bound.en}"
    if fact.passed.zh:
        asked = f"{fact.passed(lang)}{asked}"
    if fact.timing == "due":
        note = due_note(fact, lang)
        said = f"{asked}，{word}" if zh else f"the {fact.year} target of {fact.bound.en} was {word.lower()}"
        tail = "" if note == MISSING else f"（{note}）" if zh else f" ({note})"
        return f"{said}{tail}。" if zh else f"{said}{tail}."
    if fact.status in ("met", "no_data"):
        return f"{asked}，{word}。" if zh else f"{asked}: {word.lower()}."
    if fact.status == "qualitative":
        return f"{asked}，尚未完成，以佐证材料评定。" if zh else f"{asked}: not yet done, judged by evidence."
    edge = _EDGE[fact.borderline](lang) if fact.borderline else ""
    if fact.derived:  # the clause sets no such value: how it was worked out, and another base, stand in the reason
        return (
            f"{fact.passed(lang)}{word}{edge}。{fact.reason.zh}"
            if zh
            else f"{fact.passed(lang)}{word.lower()}{edge}. {fact.reason.en}"
        )
    passed = fact.timing == "awaiting"
    wait = ("，当年数据尚未报送" if zh else ", not reported yet") if passed else ""
    now = ""
    if fact.at_target and fact.status != "on_track":
        swing = fact.swing(lang)
        now = (
            f"目前已达到该水平{'，但' + swing if swing else ''}，"
            if zh
            else f"now at that level{', but ' + swing if swing else ''}, "
        )
    if zh:
        return f"{asked}{wait}，{now}达标概率{fact.p_met.zh}，{word}{edge}。"
    return f"{asked}{wait}: {now}probability {fact.p_met.en}, {word.lower()}{edge}."


def told(fact: TargetFact, lang: Lang) -> str:
    """Return the reason of a fact that holds its own values, after what passed, with the change on last year."""
    text, passed = fact.reason(lang), fact.passed(lang)
    if fact.kind_id != "direction":
        return f"{passed}{text}"
    if passed:  # no number is set for the years after it
        text = f"{passed}此后{text}" if lang == "zh" else f"{passed}after that {text[:1].lower()}{text[1:]}"
    if fact.on_last_year is None:
        return text
    if lang == "zh":
        return f"{text}{compared(fact, fact.on_last_year, '上年', lang)}。"
    moved = move_said(fact, fact.on_last_year, lang)  # holds the origin of its number, which keeps its case
    return f"{text} {moved[:1].upper()}{moved[1:]} on the year before."


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
    "scarce": Text("可用数据评判的目标偏少，不作总体判断", "not judged as a whole: too few targets have data"),
    "slow": Text(
        "进展偏慢，可评判目标半数以上尚未达到或没有把握",
        "slow, with more than half of the targets judged not met or not safe",
    ),
}
