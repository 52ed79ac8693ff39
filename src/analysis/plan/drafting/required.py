"""Values that are no plain ones: shares named behind the number, what every body must have, what is forbidden."""

from __future__ import annotations

import re

from analysis.plan.drafting import fates
from analysis.plan.drafting.found import ASK, LIKELY, Asked
from analysis.plan.drafting.heads import Head
from analysis.plan.drafting.kinds import asked
from analysis.plan.drafting.measures import unit_of
from analysis.plan.drafting.numerals import Numeral
from analysis.plan.drafting.state import Group, Sentence
from analysis.plan.drafting.subjects import tidy
from analysis.plan.drafting.words import AGAINST, EACH, FORBIDS, PERSONS

_SHARE_OF = re.compile(r"(?:及?以上|以下|左右)?的(?!标准|目标|水平|速度|比例|幅度|要求)(?=[\u4e00-\u9fff])")
_REQUIRED = re.compile(
    r"(?:至少|不少于|不低于|不得少于|最少)(?:有|配备|设立|设|开展|举办|参加|安排|接受|建立|建设|建|办好)?\0?$"
)
_LEARNS = re.compile(r"(?:掌握|学会|参加|接受|养成|具备|阅读)(?:至少)?$")
_VERB = re.compile(
    r"建立|建有|建成|设立|设有|设置|配备|达到|达标|开展|实现|拥有|接受|参加|纳入|完成|掌握|开设|具有|具备|享有|获得|得到|成为|通过|能够|普遍|都|均|参与|签订|创建|提供|养成|了解|知晓|进入"
)
_COUNTS = (
    "所",
    "名",
    "人",
    "位",
    "个",
    "次",
    "项",
    "门",
    "处",
    "间",
    "场",
    "小时",
    "分钟",
    "学时",
    "课时",
    "支",
    "种",
    "节",
    "期",
    "套",
    "家",
    "张",
    "册",
)


def shared_out(of: Sentence, group: Group, head: Head, end: int) -> bool:
    """Read 95%的城市社区和85%的农村社区建立家长学校: the names stand behind the values."""
    text, values = of.text, group.values
    if values[0].unit != "%" or not _SHARE_OF.match(text[values[0].end :]):
        return False
    rest = [one for one in of.values if values[0].start <= one.start < end and _SHARE_OF.match(text[one.end :])]
    nouns = []
    for place, one in enumerate(rest):
        begin = one.end + _SHARE_OF.match(text[one.end :]).end()  # type: ignore[union-attr]
        stop = rest[place + 1].start if place + 1 < len(rest) else end
        nouns.append(text[begin:stop].strip("，。；、和及与"))
    verb = _VERB.search(nouns[-1])
    does = nouns[-1][verb.start() :] if verb else ""
    nouns[-1] = nouns[-1][: verb.start()] if verb else nouns[-1]
    of.state.years = years = head.years or of.state.years
    for noun, one in zip(nouns, rest, strict=True):
        if any(one.start in target.numerals for target in of.found):
            continue
        name = f"{does}的{noun}比例" if does else f"{head.name}{noun}比例"
        target = asked(name, one, head, text[one.end :], years[0] if years else None, text, of.period)
        target.doubt(LIKELY, "指标名称由句子拼成，请核对。")
        of.found.append(target)
    of.state.names = [one.name for one in of.found[-len(rest) :]]
    return True


def required(of: Sentence, group: Group, head: Head, after: str, place: int) -> bool:
    """Read what every body or person must have (每个乡镇至少1所) as the share of those that have it."""
    one = group.values[0]
    before = of.text[place : one.start]
    if len(group.values) > 1 or one.is_share or head.per or one.unit not in _COUNTS:
        return False
    least = head.comparing == "nb" or _REQUIRED.search(before) is not None or bool(re.match("及?以上", after))
    timed = one.unit in ("次", "场", "期", "节", "小时", "分钟", "学时", "课时") and (least or "每学" in before)
    both = head.both and re.search(r"(?:设置?|建有|建成|建立|配备|配有)$", before[-4:]) is not None
    each = of.state.each or both or (timed and re.search(r"每[天日周]|每学[年期]|每年", before))
    learns = _LEARNS.search(before) and least and PERSONS.search(before)
    if not (
        each
        and (least or re.search(r"配备|设|建|有$|开展|举办|组织", before[-8:]) and one.unit not in ("小时", "分钟"))
        or learns
    ):
        return False
    whole = re.search(r"每年|每学年", before) and not of.state.each
    subject = re.split(r"每年|每学年|每学期", before)[0]
    if whole and not (PERSONS.search(subject) or re.search("学校|中小学|幼儿园|社区|村|机构|单位", subject)):
        return False
    name = tidy(re.sub(r"(?:至少|不少于|不低于)[^，]{0,4}$", "", head.name or before))
    if each and not PERSONS.search(name) and not EACH.search(name) and of.state.each:
        name = re.split("至少|不少于|不低于|配备|设|建|开展", of.state.each)[0] + name
    limit = f"{'至少' if least else ''}{one.text}"
    tail = re.match(r"(?:及?以上)?([^，。；]{0,24})", after)
    share(of, f"{name}{limit}{tail.group(1) if tail else ''}的比例", one, head)
    return True


def share(of: Sentence, name: str, one: Numeral, head: Head) -> None:
    """Note that all are to meet a requirement: a share of 100 %."""
    year = head.years[0] if head.years else of.state.years[0] if of.state.years else None
    target = Asked(name, "milestone", ">=", of.text, 100.0, unit="percent", year=year, soft=head.soft)
    target.numerals = (one.start,)
    target.doubt(LIKELY, f"对每一个的要求（{one.text}）按达到要求的比例计。")
    of.found.append(target)


def forbidden(of: Sentence) -> None:
    """Read 不得让未满八周岁儿童…: a rule of conduct, its age no value but its own target."""
    for one in of.all:
        rule = FORBIDS.search(of.text[: one.start])
        if of.roles[one.start] == fates.AGE and rule and not re.search("[，。；]", of.text[rule.start() : one.start]):
            stop = re.search("[，。；]", of.text[one.end :])
            name = tidy(of.text[rule.start() : one.end + (stop.start() if stop else len(of.text))])
            target = Asked(f"违反“{name}”的情况", "milestone", "=", of.text, 0.0, unit="count", numerals=(one.start,))
            target.doubt(LIKELY, "行为规则，以查实情况为佐证。")
            of.found.append(target)


def above(of: Sentence, head: Head, group: Group) -> None:
    """Read a value against the mean of a wider area (高于全省平均水平2个百分点): by how much it is to be better."""
    one = group.values[0]
    target = Asked(head.name, "above_area", "<" if head.comparing == "b" else ">=", of.text, one.value)
    target.unit, target.numerals = unit_of(one, head.name, head.per), tuple(value.start for value in group.values)
    target.year = head.years[0] if head.years else None
    target.unit = "percent" if target.unit == "percentage_points" else target.unit
    target.doubt(ASK, f"与其他地区比较（{head.word}{head.rest}{one.text}）：{AGAINST}")
    of.found.append(target)
