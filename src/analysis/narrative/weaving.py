"""Several targets in one sentence: those that stand alike are told together, their values in one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from analysis.exceptions import Lang
from analysis.marks import is_marked_sentence, unmarked
from analysis.narrative.facts import TargetFact
from analysis.narrative.moving import compared, moves
from analysis.narrative.outlook import chances, gap_of, outlook
from analysis.narrative.wording import told

SEPARATE = {"zh": ("；", "、", "。"), "en": ("; ", ", ", ".")}


def joined(parts: Iterable[str], lang: Lang) -> str:
    """Return half sentences as one sentence; a quoted text that is a sentence already ends it. Empty for none."""
    between, _, end = SEPARATE[lang]
    text = ""
    for part in filter(None, (one.strip() for one in parts)):
        whole = is_marked_sentence(part)
        text += ("" if not text or is_marked_sentence(text) else between) + (part if whole else part.rstrip("。."))
    return text + end if text and not is_marked_sentence(text) else text


def listed(names: Iterable[str], lang: Lang) -> str:
    """Return names as a list within a sentence, each once."""
    return SEPARATE[lang][1].join(dict.fromkeys(names))


def woven(facts: Sequence[TargetFact], lang: Lang, as_of: int) -> str:
    """Return a sentence on targets: those that stand alike share one clause, in the order of the first of each."""
    kin: dict[tuple[object, ...], list[TargetFact]] = {}
    for one in facts:
        kin.setdefault(_like(one, as_of), []).append(one)
    return joined((_together(own, lang) if len(own) > 1 else standing(own[0], lang, as_of) for own in
                   kin.values()), lang)  # fmt: skip


def _like(fact: TargetFact, as_of: int) -> tuple[object, ...]:
    """Return what targets told in one clause share; what is told in its own words stands alone."""
    if fact.own_words or fact.worked_out or fact.by_unit or fact.latest_year != as_of or fact.borderline:
        return (fact.id,)
    gap = fact.distance is not None and fact.distance.sign != 0
    return fact.kind_id == "milestone", fact.timing, fact.year, fact.group, fact.at_target, gap, fact.verdict.zh


def standing(fact: TargetFact, lang: Lang, as_of: int, brief: bool = False, named: bool = True) -> str:
    """Return half a sentence on a target: value with its count, change, outlook.

    A `brief` one leaves out the change, for who has read it; one that is not `named` follows a sentence with the name.
    """
    if fact.reference is not None and fact.kind_id == "direction":
        return _directed(fact, lang, as_of, named)
    if fact.by_unit and fact.latest_year is not None:
        return _by_unit(fact, lang, named)
    if fact.own_words:
        return f"{fact.name(lang)}{'：' if lang == 'zh' else ': '}{told(fact, lang)}" if named else told(fact, lang)
    moved = "" if brief else since(fact, lang)
    between = "，" if lang == "zh" else ", "
    return f"{valued(fact, lang, as_of, named)}{f'{between}{moved}' if moved else ''}{between}{outlook(fact, lang)}"


def valued(fact: TargetFact, lang: Lang, as_of: int, named: bool = True) -> str:
    """Return name and last value, with its year where it is not that of the evaluation, and its count."""
    late = fact.latest_year != as_of
    count = behind(fact, lang)
    if lang == "zh":
        when = f"{fact.latest_year}年" if late or not named else ""
        return f"{fact.name.zh if named else ''}{when}为{fact.latest.zh}{f'（{count}）' if count else ''}"
    when = f"in {fact.latest_year} " if late else ""
    return f"{fact.name.en} {when}stood at {fact.latest.en}{f' ({count})' if count else ''}"


def behind(fact: TargetFact, lang: Lang) -> str:
    """Return the count behind a value where events are few: those of the year before beside rare ones."""
    events, earlier = fact.counted.events(lang), fact.counted.earlier(lang)
    if not events:
        return fact.count(lang)
    if not earlier:
        return events
    return f"{events}，上年{earlier}" if lang == "zh" else f"{events}, {earlier} the year before"


def since(fact: TargetFact, lang: Lang) -> str:
    """Return how a value moved since the baseline; where the years since went the other way, that too.

    Of rare events nothing is said: one year against another is chance. Their three years together stand instead.
    """
    if fact.counted.events(lang):
        return "" if fact.timing == "due" else fact.pooled(lang)  # one that is due has it with its verdict
    if fact.on_baseline is None or fact.base_year == fact.latest_year:
        return ""
    text = compared(fact, fact.on_baseline, f"{fact.base_year}年" if lang == "zh" else f"{fact.base_year}", lang)
    if fact.turned is not None:
        year, move = fact.turned
        word = moves(fact, move.sign)
        if lang == "zh":
            return f"{text}，但{year}年以来{word[0]}{move.size.zh}"
        return f"{text}, but {word[1]} {move.size.en} since {year}"
    last = fact.on_last_year
    if last is not None and last.sign * fact.on_baseline.sign < 0:
        with_what = "上年" if lang == "zh" else "the year before"
        return f"{text}，但{compared(fact, last, with_what, lang)}" if lang == "zh" else (
            f"{text} but {compared(fact, last, with_what, lang)}"
        )  # fmt: skip
    return text


def _by_unit(fact: TargetFact, lang: Lang, named: bool) -> str:
    """Return how many sub-units reach a target, by how much the weakest falls short, and whether all will."""
    return f"{units_said(fact, lang, named)}{'，' if lang == 'zh' else ', '}{_all_units(fact, lang)}"


def units_said(fact: TargetFact, lang: Lang, named: bool = True) -> str:
    """Return how many sub-units reach a target, and by how many people the weakest falls short."""
    zh = lang == "zh"
    more = [fact.weakest(lang), fact.counted.of(lang)]
    lacking = fact.counted.lacking(lang)
    if lacking and fact.at_target is False:
        more.append(f"还差{lacking}" if zh else f"{lacking} short")
    said = ("，" if zh else ", ").join(filter(None, more))
    bracket = (f"（{said}）" if zh else f" ({said})") if said and fact.at_target is False else ""
    name = fact.name(lang) if named else f"{fact.latest_year}年" if zh else f"In {fact.latest_year}"
    return f"{name}{'' if zh else ': '}{fact.latest(lang)}{bracket}"


def _all_units(fact: TargetFact, lang: Lang) -> str:
    """Return whether every unit is expected to reach a target."""
    zh, year = lang == "zh", fact.year
    if fact.timing == "due" or fact.status in ("met", "no_data"):
        return outlook(fact, lang)
    if fact.status == "on_track":
        return f"预计{year}年可全部达到" if zh else f"all of them expected to by {year}"
    if fact.status == "at_risk":
        return f"{year}年能否全部达到尚无把握" if zh else f"whether all of them will by {year} is open"
    return f"按现有趋势，到{year}年难以全部达到" if zh else f"at this pace not all of them will by {year}"


def _directed(fact: TargetFact, lang: Lang, as_of: int, named: bool) -> str:
    """Return where a direction without a number stands: against its base, what is expected of it."""
    return f"{against(fact, lang, as_of, named)}{'，' if lang == 'zh' else ', '}{_course(fact, lang)}"


def against(fact: TargetFact, lang: Lang, as_of: int, named: bool = True) -> str:
    """Return the value of a direction without a number, held against its base."""
    base, zh = fact.reference, lang == "zh"
    assert base is not None
    if zh:
        side = ("与", "持平") if base.sign == 0 else ("高于" if base.sign > 0 else "低于", "")
        held = f"{side[0]}{base.name.zh}的{base.value.zh}{side[1]}"
        held = f"对照{base.name.zh}的{base.value.zh}" if base.unclear else held
    else:
        side_en = (
            "against" if base.unclear else "level with" if base.sign == 0 else "above" if base.sign > 0 else "below"
        )
        year = unmarked(base.name.en)[:1].isdigit()
        held = f"{side_en} {base.value.en} in {base.name.en}" if year else f"{side_en} {base.name.en} ({base.value.en})"
    together = fact.pooled(lang) if fact.counted.events(lang) else ""
    return ("，" if zh else ", ").join(filter(None, (valued(fact, lang, as_of, named), together, held)))


def _course(fact: TargetFact, lang: Lang) -> str:
    """Return whether a direction without a number is kept so far, and whether it is expected to be."""
    zh = lang == "zh"
    if fact.status == "met":
        return "符合规划要求的方向" if zh else "in the direction asked for"
    if fact.reference is not None and fact.reference.unclear:
        return "人数少、年度间波动大，升降尚不能判断" if zh else "few cases that swing: no direction can be told"
    if fact.at_target and fact.status == "on_track":
        worse = fact.on_last_year is not None and worsened(fact, fact.on_last_year.sign)
        last = compared(fact, fact.on_last_year, "上年" if zh else "the year before", lang) if fact.on_last_year else ""
        if worse:
            return f"虽{last}，预计仍可保持" if zh else f"{last}, yet likely to be kept"
        return "符合规划要求的方向，预计可以保持" if zh else "in the direction asked for and likely to be kept"
    if fact.at_target and fact.p != fact.p:  # every single year was asked for, and one was not better
        word = moves(fact, -1 if fact.lower_is_better else 1)[0]
        return f"但没有做到逐年{word}" if zh else "but not better in every year, as the plan asks"
    if fact.status == "on_track":
        return f"预计{fact.year}年符合规划要求的方向" if zh else f"expected to turn by {fact.year}"
    if fact.at_target:
        return "能否保持尚无把握" if zh else "which may not last"
    if fact.status == "at_risk":
        return "与规划要求的方向不符，能否扭转尚无把握" if zh else "against what is asked for; whether it turns is open"
    if fact.status == "no_data":
        return "尚不能判断走向" if zh else "its course cannot be judged"
    return "与规划要求的方向不符，按现有趋势扭转的把握不大" if zh else "against what is asked for, and unlikely to turn"


def worsened(fact: TargetFact, sign: int) -> bool:
    """Return whether a move is against what the plan asks for."""
    return sign != 0 and (sign > 0) == fact.lower_is_better


def slipped(fact: TargetFact) -> bool:
    """Return whether a value was better the year before, by more than chance."""
    move = fact.on_last_year
    return move is not None and not fact.steady and worsened(fact, move.sign)


def _together(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return one clause on targets that stand alike."""
    zh = lang == "zh"
    values = [_with_count(one, lang) for one in own]
    moved = _moved_alike(own, lang)
    if zh:
        same = len({unmarked(one) for one in values}) == 1
        said = f"均为{values[0]}" if same else f"分别为{'、'.join(values)}"
        head = f"{listed((one.name.zh for one in own), lang)}{said}"
        return "，".join(filter(None, (head, moved, _outcome(own, lang))))
    head = f"{listed((one.name.en for one in own), lang)} stood at {', '.join(values)}"
    return ", ".join(filter(None, (head, moved, _outcome(own, lang))))


def _with_count(fact: TargetFact, lang: Lang) -> str:
    count = behind(fact, lang)
    return fact.latest(lang) + ((f"（{count}）" if lang == "zh" else f" ({count})") if count else "")


def _moved_alike(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return the changes since the baseline where all went one way since one year."""
    moves_of = [one.on_baseline for one in own]
    plain = all(one.turned is None and not one.counted.events(lang) and one.base_year != one.latest_year for one in own)
    if not plain or any(move is None or move.sign == 0 for move in moves_of):
        return ""
    known = [move for move in moves_of if move is not None]
    words = {moves(one, move.sign) for one, move in zip(own, known, strict=True)}
    if len(words) > 1 or len({one.base_year for one in own}) > 1:
        return ""
    sizes, (zh, en) = [move.size(lang) for move in known], words.pop()
    if lang == "zh":
        return f"比{own[0].base_year}年分别{zh}{'、'.join(sizes)}"
    return f"{en} {', '.join(sizes)} on {own[0].base_year}"


def _each(own: Sequence[TargetFact], said: Callable[[TargetFact], str], lang: Lang) -> str:
    """Return what is said of each, once where it is the same of all."""
    texts = [said(one) for one in own]
    same = len({unmarked(text) for text in texts}) == 1
    return texts[0] if same else SEPARATE[lang][1].join(texts)


def _outcome(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return how targets that stand alike stand or will end."""
    zh, first = lang == "zh", own[0]
    bounds, year = _each(own, lambda one: one.bound(lang), lang), first.year
    if first.kind_id == "milestone":
        done = first.status == "met"
        if zh:
            return "已全部落实" if done else f"尚未达到{bounds}的要求"
        return "all done" if done else f"not yet at the {bounds} asked for"
    if first.timing == "due":
        met = first.status == "met"
        allowed = _allowed(own, lang)
        if zh:
            return f"均{'达到' if met else '未达到'}{year}年{bounds}的目标{'' if met else allowed}"
        return f"{'all met' if met else 'all missed'} the {year} target of {bounds}{'' if met else allowed}"
    if first.status in ("met", "on_track"):
        if first.at_target:
            return f"均已达到{year}年{bounds}的目标水平" if zh else f"all at the level of the {year} target of {bounds}"
        return f"预计均可达到{year}年{bounds}的目标" if zh else f"all expected to reach the {year} target of {bounds}"
    if first.at_target:
        return (
            f"目前均达到{year}年{bounds}的目标，能否稳住尚无把握"
            if zh
            else f"all at the {year} target of {bounds} for now, not safely"
        )
    gaps = _each(own, lambda one: gap_of(one, lang), lang)
    if zh:
        return f"距{year}年{bounds}的目标还差{gaps}，{chances(first, lang)}"
    return f"{gaps} from the {year} target of {bounds}, {chances(first, lang)}"


def _allowed(own: Sequence[TargetFact], lang: Lang) -> str:
    most = [one.counted.allowed(lang) for one in own]
    if not all(most):
        return ""
    said = SEPARATE[lang][1].join(most)
    return f"（相当于不超过{said}）" if lang == "zh" else f" (no more than {said})"


def pace_said(fact: TargetFact, lang: Lang) -> str:
    """Return what a target asks for a year from now on; empty where it is reached or nobody can say."""
    if not fact.pace(lang) or fact.at_target is not False or fact.distance is None:
        return ""
    word = moves(fact, fact.distance.sign)
    if lang == "zh":
        return f"{fact.name.zh}今后每年需{word[0]}{fact.pace.zh}"
    return f"{fact.name.en} has to go {word[1]} {fact.pace.en} a year"
