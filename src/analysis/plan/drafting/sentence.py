"""A sentence read: clause by clause, each value with the words before it; every numeral gets its fate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from analysis.plan.clause_words import soft_word
from analysis.plan.drafting import fates, wordless
from analysis.plan.drafting.found import ASK, LIKELY, SURE, Asked, Fate, Said
from analysis.plan.drafting.heads import Head, head_of
from analysis.plan.drafting.kinds import RATES, Period, asked
from analysis.plan.drafting.numerals import Numeral, numerals
from analysis.plan.drafting.subjects import completed, split, tidy
from analysis.plan.drafting.words import (
    ABOVE_AVERAGE,
    AFTER,
    BY_RATE,
    DONE,
    EACH,
    FIVE_YEARS,
    FORBIDS,
    MEASURED,
    PAST,
    PERIOD_END,
    PERSONS,
)

_BETWEEN = re.compile(r"(?:(?:的|及|或)?以[上下内]|左右)?(?:、|和|及|与|以及|；)(?:分别)?$")
_SHARE_OF = re.compile(r"(?:及?以上|以下|左右)?的(?!标准|目标|水平|速度|比例|幅度|要求)(?=[\u4e00-\u9fff])")
_VERB = re.compile(
    r"建立|建有|建成|设立|设有|设置|配备|达到|达标|开展|实现|拥有|接受|参加|纳入|完成|掌握|开设|具有|具备|享有|获得|得到|成为|通过|能够|普遍|都|均|参与|签订|创建|提供|养成|了解|知晓|进入"
)
_REQUIRED = re.compile(r"(?:至少|不少于|不低于|不得少于|最少)(?:有|配备|设立|设|开展|举办|参加|安排|接受|建立|建设|建|办好)?\0?$")
_COUNTS = ("所", "名", "人", "位", "个", "次", "项", "门", "处", "间", "场", "小时", "分钟", "学时", "课时", "支", "种", "节", "期", "套", "家", "张", "册")
_LEARNS = re.compile(r"(?:掌握|学会|参加|接受|养成|具备|阅读)(?:至少)?$")
_GENERIC = re.compile(r"(?:计划|预计|总|累计)*(?:投资|投入|建筑面积|面积|资金|经费|金额)?")
_YEAR_BEHIND = re.compile(r"(?:及?以[上下内]|左右)?（(?:到|至)?(20\d\d)年(?:底|末)?）")


@dataclass
class _State:
    """What a sentence said so far and later clauses leave out."""

    names: list[str] = field(default_factory=list)
    before: str = ""
    years: tuple[int, ...] = ()
    each: str = ""
    per: str = ""
    head: Head | None = None


@dataclass
class _Group:
    """Values that stand together, with the places of the words before and after them."""

    start: int
    values: list[Numeral]
    end: int


def read_sentence(sentence: str, period: Period, part: str = "goal") -> Said:
    """Return the targets of a sentence and the fate of each of its numerals.

    Parameters
    ----------
    sentence : str
        In one writing (`texts.clean`).
    period : Period
        First and last year of the plan and its baseline.
    part : str
        Where it stands: `goal`, `measure`, or anything else, where no number is a target.

    Returns
    -------
    Said
        Targets with and without numbers (directions, gaps that narrow, full coverage), each with how sure it is.
    """
    return _Reading(sentence, period, part).said()


class _Reading:
    def __init__(self, sentence: str, period: Period, part: str) -> None:
        self.text, self.period, self.part = sentence, period, part
        self.all = numerals(sentence)
        self.roles = {one.start: fates.role_of(one, sentence, (period.first, period.last)) for one in self.all}
        self.values = [one for one in self.all if not self.roles[one.start]]
        self.found: list[Asked] = []
        self.state = _State()

    def said(self) -> Said:
        if self.part not in ("goal", "measure"):
            return Said(self.text, [], [self._fate(one) for one in self.all])
        for start, end in _clauses(self.text):
            self._clause(start, end)
        self._forbidden()
        named = {one.name for one in self.found if one.value is not None}
        found = [one for one in self.found if one.kind != "direction" or one.name not in named or one.year != None]  # noqa: E711
        return Said(self.text, found, [self._fate(one) for one in self.all])

    def _clause(self, start: int, end: int) -> None:
        clause = self.text[start:end]
        values = [one for one in self.values if start <= one.start < end]
        each = EACH.search(clause)
        self.state.each = clause[each.start() : each.end()] if each else self.state.each
        if values:
            place = start
            for group in _groups(values, self.text):
                self._group(group, place, end, clause)
                place = group.end
            return
        years = [int(one.value) for one in self.all if start <= one.start < end and self.roles[one.start] == fates.TARGET_YEAR]
        five = PERIOD_END.search(clause)
        if five and not years:
            years = [FIVE_YEARS.get(five.group("five") or "", self.period.last)]
        self.state.years = tuple(years) or self.state.years
        more = wordless.read(clause, self.text, self.state.names, self.period)
        for one in more:
            one.year = one.year or (years[0] if years else self.state.years[0] if self.state.years and one.kind == "milestone" else None)
        if self.part == "measure":  # measures say what is done: only full coverage binds there
            more = [one for one in more if one.kind == "milestone"]
        self.found += more
        if names := [one.name for one in more if one.name]:
            self.state.names = names
        if tidy(clause) and not re.fullmatch(r"(?:到|至)?20\d\d年(?:底|末)?(?:前)?", clause.strip("，")):
            self.state.before = tidy(clause)

    def _group(self, group: _Group, place: int, end: int, clause: str) -> None:
        head = head_of(self.text[place : group.start], clause, self.period.first)
        first = group.values[0]
        if head.origin or self._past(head, place, group):
            for one in group.values:
                self.roles[one.start] = fates.BASE_VALUE if head.origin else fates.PAST
            self.state.names = split(head.name) if head.name else self.state.names
            return
        after = self.text[group.values[-1].end : end]
        if by := BY_RATE.match(after):
            head = replace(head, change=by.lastgroup or "", comparing="", yearly=head.yearly or "逐年" in by.group())
        if head.comparing in ("a", "b", "nb", "up") and re.search("平均", head.rest):
            self._above(head, group)
            return
        self.state.per = head.per or (self.state.per if not head.name or len(head.name) < 8 else "")
        head = _with_per(head, self.state.per)
        if self._shared_out(group, head, end) or self._required(group, head, after, place):
            return
        if not first.is_share and not head.per and not self._is_counted(head, first, after, place):
            for one in group.values:
                self.roles[one.start] = fates.BODY
            return
        years = head.years or ((self.period.last,) if head.period_end else ()) or self.state.years
        if behind := _YEAR_BEHIND.match(after):
            years = (int(behind.group(1)),)
        self.state.years = years
        names = self._names(head, group, first, years)
        self._ask(names, years, group, head, end)

    def _names(self, head: Head, group: _Group, first: Numeral, years: tuple[int, ...]) -> list[str]:
        """Return the names of a group's values, taken on from before where the words before them name nothing."""
        name, state = head.name, self.state
        if not first.is_share and not head.per and not MEASURED.search(name):
            name = self._thing(name, group)
            return [name]
        if not name and state.names:
            return state.names
        if not name or (name and not MEASURED.search(name) and first.is_share) or len(name) < 6:
            before = state.names[-1] if state.names else state.before if not name or MEASURED.search(name) else ""
            name = completed(name, before)
        wanted = len(group.values) if len(years) < 2 or len(group.values) != len(years) else 1
        if first.unit in ("名", "张", "个") and head.per and "每" not in name:
            name = f"每{head.per}人{name}"
        return split(name, wanted, head.both)

    def _above(self, head: Head, group: _Group) -> None:
        """Note a value against the mean of a wider area (高于全省平均水平2个百分点), for which there is no kind."""
        target = Asked("", "gap_or_qualitative", "", self.text, numerals=tuple(one.start for one in group.values))
        target.doubt(ASK, f"与上级地区平均水平比较（{head.word}{head.rest}{group.values[0].text}），暂按定性目标登记。")
        self.found.append(target)

    def _thing(self, name: str, group: _Group) -> str:
        """Return what is counted: the words behind the number, else those before it, with what they belong to."""
        before = self.state.names[-1] if self.state.names else self.state.before
        if completed(name, before) != name and PERSONS.search(name):
            return completed(name, before)
        stop = next((one.start for one in self.values if one.start >= group.end), len(self.text))
        behind = re.match(r"[^，。；]*", self.text[group.end : stop])
        noun = behind.group() if behind else ""
        if group.end + len(noun) == stop and "、" in noun:  # what follows belongs to the next number
            noun = noun[: noun.rfind("、")]
        noun = "" if re.match("、|和|以及", noun) else tidy(noun)
        place = re.sub(rf"(?:{DONE.pattern}|对|为|至少|不少于|计划|总)+$", "", name)
        if noun:
            return f"{place}{noun}数"
        return f"{re.sub('数$', '', before)}{name}" if before and _GENERIC.fullmatch(name) else name

    def _ask(self, names: list[str], years: tuple[int, ...], group: _Group, head: Head, end: int) -> None:
        values = group.values
        pairs = _paired(names, values, years)
        for name, one, year in pairs or [(names[0] if names else "", one, years[0] if years else None) for one in values]:
            stop = next((two.start for two in self.all if two.start >= one.end and two.start < end), end)
            after = self.text[one.end : stop]
            if not AFTER.match(after) and one is not values[-1]:
                after = self.text[values[-1].end : end]
            target = asked(name, one, head, after, year, self.text, self.period)
            self._doubts(target, one, head, bool(pairs))
            self.found.append(target)
        self.state.names, self.state.head = names, head

    def _doubts(self, target: Asked, one: Numeral, head: Head, paired: bool) -> None:
        if not paired:
            target.doubt(ASK, "数值的个数与名称或年份的个数对不上，请逐一核对。")
        if not target.name:
            target.doubt(ASK, "没有读出是什么指标。")
        elif target.unit in RATES and not MEASURED.search(target.name):
            target.doubt(LIKELY, "指标名称不完整，请核对。")
        if target.kind == "milestone" and not one.is_share:
            target.doubt(LIKELY, "数量或项目目标：办成与否，须有佐证材料。" if self.part == "measure" else "按数量完成与否评判。")
        if head.rest and len(head.rest) > 1:
            target.doubt(LIKELY, f"数值前另有“{head.rest}”，请核对。")
        if target.unit == "other":
            target.doubt(ASK, "没有读出单位。")
        if re.search("累计", self.text[: one.start]):
            target.why.append("原文为累计数。")
        if head.yearly and target.kind == "milestone":
            target.doubt(LIKELY, "原文为每年的数量。")

    def _past(self, head: Head, place: int, group: _Group) -> bool:
        """Return whether a value tells what has been: 截至2019年, 已达, 下降了."""
        before = self.text[place : group.start]
        if re.search(r"了$|(?:已|已经)(?:达|有|建|为|超|提|降|实|全)|同比", before):
            return True
        old = [one.value for one in self.all if place <= one.start < group.start and self.roles[one.start] == fates.YEAR]
        return bool(old) and max(old) < self.period.first and not head.change and not head.years

    def _is_counted(self, head: Head, one: Numeral, after: str, place: int) -> bool:
        """Return whether a number of things or of time is asked for: by a comparison, or by what is to be done."""
        before = self.text[place : one.start]
        if head.comparing and head.word not in ("占", "为", "实现", "保持", "稳定") or AFTER.match(after):
            return True
        if (head.change and one.unit) or one.unit == "番":
            return True
        if one.unit in ("比",):
            return bool(re.search("比", before))
        if one.unit in ("年",):
            return after.startswith("免费") or bool(re.search("年限", before))
        near = before[-14:] + "\0" + after[:6]
        return one.unit not in ("", "岁", "周岁", "号", "天", "日", "月", "周") and DONE.search(near + self.text[one.end : one.end + 18]) is not None

    def _shared_out(self, group: _Group, head: Head, end: int) -> bool:
        """Read 95%的城市社区和85%的农村社区建立家长学校: the names stand behind the values."""
        text, values = self.text, group.values
        if values[0].unit != "%" or not _SHARE_OF.match(text[values[0].end :]):
            return False
        rest = [one for one in self.values if values[0].start <= one.start < end and _SHARE_OF.match(text[one.end :])]
        nouns = []
        for place, one in enumerate(rest):
            begin = one.end + _SHARE_OF.match(text[one.end :]).end()  # type: ignore[union-attr]
            stop = rest[place + 1].start if place + 1 < len(rest) else end
            nouns.append(text[begin:stop].strip("，。；、和及与"))
        verb = _VERB.search(nouns[-1])
        does = nouns[-1][verb.start() :] if verb else ""
        nouns[-1] = nouns[-1][: verb.start()] if verb else nouns[-1]
        years = head.years or self.state.years
        for noun, one in zip(nouns, rest, strict=True):
            if any(one.start in target.numerals for target in self.found):
                continue
            name = f"{does}的{noun.strip('以上以下')}比例" if does else f"{head.name}{noun}比例"
            target = asked(name, one, head, text[one.end :], years[0] if years else None, text, self.period)
            target.doubt(LIKELY, "指标名称由句子拼成，请核对。")
            self.found.append(target)
        self.state.names = [one.name for one in self.found[-len(rest) :]]
        return True

    def _required(self, group: _Group, head: Head, after: str, place: int) -> bool:
        """Read what every body or person must have (每个乡镇至少1所) as the share of those that have it."""
        one = group.values[0]
        before = self.text[place : one.start]
        if len(group.values) > 1 or one.is_share or head.per or one.unit not in _COUNTS:
            return False
        least = head.comparing == "nb" or _REQUIRED.search(before) is not None or bool(re.match("及?以上", after))
        timed = one.unit in ("次", "场", "期", "节", "小时", "分钟", "学时", "课时") and least
        each = self.state.each or (timed and re.search(r"每[天日周]|每学[年期]|每年", before))
        learns = _LEARNS.search(before) and least and PERSONS.search(before)
        if not (each and (least or re.search(r"配备|设|建|有$|开展|举办", before[-8:]) and one.unit not in ("小时", "分钟")) or learns):
            return False
        whole = re.search(r"每年|每学年", before) and not self.state.each
        if whole and not (PERSONS.search(before) or re.search("学校|中小学|幼儿园|社区|村|机构|单位", before)):
            return False
        name = tidy(re.sub(r"(?:至少|不少于|不低于)[^，]{0,4}$", "", head.name or before))
        if each and not PERSONS.search(name) and not EACH.search(name) and self.state.each:
            name = re.split("至少|不少于|不低于|配备|设|建|开展", self.state.each)[0] + name
        limit = f"{'至少' if least else ''}{one.text}"
        tail = re.match(r"(?:及?以上)?([^，。；]{0,24})", after)
        self._share(f"{name}{limit}{tail.group(1) if tail else ''}的比例", one, head)
        return True

    def _share(self, name: str, one: Numeral, head: Head) -> None:
        year = head.years[0] if head.years else self.state.years[0] if self.state.years else None
        target = Asked(name, "milestone", ">=", self.text, 100.0, unit="percent", year=year, soft=head.soft)
        target.numerals = (one.start,)
        target.doubt(LIKELY, f"对每一个的要求（{one.text}）按达到要求的比例计。")
        self.found.append(target)

    def _forbidden(self) -> None:
        """Read 不得让未满八周岁儿童…: a rule of conduct, its age no value but its own target."""
        for one in self.all:
            rule = FORBIDS.search(self.text[: one.start])
            if self.roles[one.start] == fates.AGE and rule and not re.search("[，。；]", self.text[rule.start() : one.start]):
                stop = re.search("[，。；]", self.text[one.end :])
                name = tidy(self.text[rule.start() : one.end + (stop.start() if stop else len(self.text))])
                target = Asked(f"违反“{name}”的情况", "milestone", "=", self.text, 0.0, unit="count", numerals=(one.start,))
                target.doubt(LIKELY, "行为规则，以查实情况为佐证。")
                self.found.append(target)

    def _fate(self, one: Numeral) -> Fate:
        role = self.roles[one.start]
        if any(one.start in target.numerals for target in self.found):
            return Fate(one.text, one.start, True, "目标值" if not role else role)
        if role:
            return Fate(one.text, one.start, False, role, SURE)
        if self.part not in ("goal", "measure"):
            return Fate(one.text, one.start, False, fates.PAST if PAST.search(self.text) else fates.OUTSIDE, SURE)
        return Fate(one.text, one.start, False, fates.UNKNOWN, ASK)


def _with_per(head: Head, per: str) -> Head:
    return replace(head, per=per) if per != head.per else head


def _clauses(text: str) -> list[tuple[int, int]]:
    """Return the places of the clauses between commas and semicolons, none of which stand in brackets or quotes."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth = max(0, depth + (sign in "（“《") - (sign in "）”》"))
        if sign in "，；。：！" and depth == 0:
            found.append((start, place))
            start = place + 1
    return [(a, b) for a, b in (*found, (start, len(text))) if b > a]


def _groups(values: list[Numeral], text: str) -> list[_Group]:
    """Return values that only a joint parts (3.0‰、4.5‰和5.5‰) together."""
    groups: list[_Group] = []
    for one in values:
        held = groups[-1] if groups else None
        if held and _BETWEEN.fullmatch(text[held.end : one.start]) and one.unit == held.values[-1].unit:
            held.values.append(one)
            held.end = one.end
        else:
            groups.append(_Group(one.start, [one], one.end))
    for group in groups:
        behind = AFTER.match(text[group.end :])
        group.end += behind.end() if behind else 0
    return groups


def _paired(names: list[str], values: list[Numeral], years: tuple[int, ...]) -> list[tuple[str, Numeral, int | None]]:
    """Return each name with its value and year; none where their numbers do not fit together."""
    due: tuple[int | None, ...] = years or (None,)
    if len(values) == 1:
        return [(name, values[0], year) for year in due for name in names]
    if len(due) == 1 and len(values) == len(names):
        return [(name, one, due[0]) for name, one in zip(names, values, strict=True)]
    if len(due) == len(values):
        return [(name, one, year) for year, one in zip(due, values, strict=True) for name in names]
    if len(values) == len(names) * len(due):
        return [
            (name, values[i * len(due) + j], year) for i, name in enumerate(names) for j, year in enumerate(due)
        ]
    return []
