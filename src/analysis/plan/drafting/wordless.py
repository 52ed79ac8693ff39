"""Targets without a numeral: directions, gaps that narrow, full coverage."""

from __future__ import annotations

import re

from analysis.plan.clause_words import soft_word
from analysis.plan.drafting.found import ASK, LIKELY, SURE, Asked
from analysis.plan.drafting.kinds import Period
from analysis.plan.drafting.subjects import split, tidy
from analysis.plan.drafting.words import (
    ABOVE_AVERAGE,
    AGAINST,
    ALL_OF,
    COUNTED,
    FALLS,
    FULL,
    MEASURED,
    NO_UNITS,
    RISES,
    lower_is_better,
)

_MANNERS = (("every_year", "逐年|每年"), ("clearly", "明显|显著|大幅"), ("trend", "持续|逐步|不断|稳步|继续|逐渐"))
_MOVES = re.compile(
    rf"(?P<name>[^，。；]+?)(?P<how>(?:逐年|每年|明显|显著|大幅度?|持续|逐步|不断|稳步|继续|逐渐|进一步|有所|实现|得到|切实|力争|巩固|均|都|有)*)"
    rf"(?:(?P<fall>{FALLS})|(?P<rise>{RISES}|巩固))(?:提高|降低|下降|巩固)?$"
)
_FIRST = re.compile(
    r"^(?P<how>(?:逐年|明显|持续|逐步|不断|稳步|进一步|有效|大幅度?)*)(?:(?P<fall>降低|减少)|(?P<rise>提高|提升|增加|扩大))(?P<name>[^，。；]+)$"
)
_EVERY = re.compile(r"(?<=[\u4e00-\u9fff）])(?:均|都)(?=(?:设立|建立|建有|配备|设有|建成|开设|配有))")
_NOUGHT = re.compile(r"(?:均|都)?(?:为|降为|降至|降到|保持在?|实现|动态)?(?:清零|零发生|(?<=[为到至在持现])零)$")
_THINGS = re.compile(r"(?:场所|设施|机构|数量|名额|学位|托位|床位|活动场地)$")
_GAP = re.compile(
    r"(?P<what>[^，。；]*?)(?:的)?(?:发展)?差距(?:逐步|明显|持续|不断|进一步|逐渐|有效|显著)*缩小|(?:逐步|明显|持续|不断|进一步|有效)*缩小(?P<that>[^，。；]*?)差距"
)
_BETWEEN = (("area", "地区|区域"), ("residence", "城乡"), ("sex", "性别|男女"))


def read(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    """Return the targets of a clause that has no value.

    Parameters
    ----------
    clause : str
        Between two commas.
    sentence : str
        The whole of it, kept with each target.
    before : list of str
        Names of the targets before it in the sentence: a clause without a name of its own is about them.
    period : Period
        Of the plan.
    """
    clause = clause.strip("，。；：")
    for reader in (_above, _gap, _coverage, _nought, _direction):
        found = reader(clause, sentence, before, period)
        if found:
            return found
    return []


def _above(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    said = ABOVE_AVERAGE.search(clause)
    if not said or not (before or MEASURED.search(clause[: said.start()])):
        return []
    if re.search("前列|先进", said.group()):
        one = Asked("", "gap_or_qualitative", "", sentence)
        one.doubt(ASK, f"与其他地区比较（{said.group()}），暂按定性目标登记。")
        return [one]
    own = clause[: said.start()]
    name = tidy(re.sub(r"(?:到|至)?20\d\d年(?:底|末)?(?:前)?", "", own)) if MEASURED.search(own) else before[-1]
    less = said.group().startswith("低于") or (said.group().startswith(("优", "好")) and lower_is_better(name))
    equal = said.group().startswith(("不低于", "达到"))
    one = Asked(name, "above_area", "<" if less else ">=" if equal else ">", sentence, soft=bool(soft_word(clause)))
    one.doubt(ASK, f"与其他地区比较（{said.group()}）：{AGAINST}")
    return [one]


def _gap(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    said = _GAP.search(clause)
    if not said or not before:
        return []
    what = said.group("what") or said.group("that") or ""
    gaps = tuple(code for code, words in _BETWEEN if re.search(words, what))
    if not gaps:
        return []
    out = []
    for name in dict.fromkeys(before):
        one = Asked(name, "gap_or_qualitative", "narrow", sentence, baseline=period.base, gaps=gaps)
        one.doubt(LIKELY, f"基期取{period.base}年；请核对差距是谁与谁之间。")
        out.append(one)
    return out


def _coverage(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    full = FULL.search(clause)
    whole = None if full else ALL_OF.search(clause) or _EVERY.search(clause)
    hit = full or whole
    if not hit or "覆盖面" in clause:
        return []
    clause = re.sub(r"(?:到|至)?20\d\d年(?:底|末)?(?:前)?", lambda one: "\0" * len(one.group()), clause)
    name = clause[: hit.start()] if full else clause[: hit.start()] + clause[hit.end() :]
    name = re.sub(r"[“”]|(?:两个|三个)$", "", tidy(re.sub(r"(?:基本)?实现$|达到$|做到$", "", name)))
    name = name or (before[-1] if before else "")
    if not name and (behind := tidy(clause[hit.end() :])):
        name = behind
    if not name or (full and NO_UNITS.search(name)):
        return []
    parts = [part for part in re.split("、|以及", name) if part] if re.search("两个|三个|均|都", clause) else [name]
    parts = [one for one in parts if one != name] and _with_verb(parts) or parts
    out = []
    for part in parts:
        title = part if part.endswith(("率", "比例")) else f"{part}覆盖率"
        one = Asked(title, "milestone", ">=", sentence, 100.0, unit="percent", soft=bool(soft_word(clause)))
        one.doubt(LIKELY, f"原文为“{hit.group()}”，按100%计。")
        out.append(one)
    return out


def _nought(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    """Read 大班额比例为零, 案件数量零增长."""
    said = _NOUGHT.search(clause)
    name = tidy(clause[: said.start()]) if said else ""
    if not said or not COUNTED.search(name):
        return []
    share = re.search("率$|比例$|比重$|占比$", name) is not None
    one = Asked(name, "undated_bound" if share else "milestone", "<=" if share else "=", sentence, 0.0)
    one.unit, one.soft = "percent" if share else "count", bool(soft_word(clause))
    one.doubt(LIKELY, f"原文为“{said.group()}”，按0计。")
    return [one]


def _with_verb(parts: list[str]) -> list[str]:
    """Return parts, those without the verb of a later one with it: 督导员、主任配备."""
    verb = next((found.group() for one in parts if (found := re.search("配备|设立|建设|培训", one))), "")
    return [one if re.search("配备|设立|建设|培训", one) else one + verb for one in parts]


def _direction(clause: str, sentence: str, before: list[str], period: Period) -> list[Asked]:
    clause = re.sub(r"^(?:并|且|同时|其中|推动|促进|努力)", "", clause)
    said, first = _MOVES.match(clause), _FIRST.match(clause)
    how = ""
    if said and COUNTED.search(tidy(said.group("name"))):
        names, how = split(tidy(said.group("name"))), said.group("how")
        rises = said.group("fall") is None
    elif first and (COUNTED.search(first.group("name")) or _THINGS.search(first.group("name"))):
        names, how = split(tidy(first.group("name"))), first.group("how")
        rises = first.group("fall") is None
    elif before and (
        bare := re.fullmatch(rf"(?P<how>持续|逐步|不断|稳步|继续|逐年)+(?:(?P<fall>{FALLS})|{RISES})", clause)
    ):
        names, how = list(dict.fromkeys(before)), bare.group("how")
        rises = bare.group("fall") is None
    else:
        return []
    out = []
    for name in names:
        manner = next((code for code, words in _MANNERS if re.search(words, how)), "end")
        one = Asked(name, "direction", "up" if rises else "down", sentence, baseline=period.base, manner=manner)
        one.soft, one.sure = bool(soft_word(clause)), SURE
        one.why.append(f"基期取{period.base}年。")
        if rises == lower_is_better(name):
            one.doubt(ASK, "变动方向与指标的好坏相反，请核对。")
        elif first and not said:
            one.doubt(LIKELY, "指标名称由句子拼成，请核对。")
        out.append(one)
    return out
