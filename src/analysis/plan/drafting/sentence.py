"""A sentence read: clause by clause, each value with the words before it; every numeral gets its fate."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.plan.drafting import fates, required, wordless
from analysis.plan.drafting.found import ASK, LIKELY, SURE, Asked, Fate, Said
from analysis.plan.drafting.heads import Head, head_of
from analysis.plan.drafting.kinds import RATES, Period, asked
from analysis.plan.drafting.numerals import Numeral
from analysis.plan.drafting.state import Group, Sentence, clauses, groups_of, paired
from analysis.plan.drafting.subjects import completed, split, tidy
from analysis.plan.drafting.words import (
    AFTER,
    BY_RATE,
    DONE,
    EACH,
    FIVE_YEARS,
    MEASURED,
    PAST,
    PERIOD_END,
    PERSONS,
)

_GENERIC = re.compile(r"(?:计划|预计|总|累计)*(?:投资|投入|建筑面积|面积|资金|经费|金额)?")
_STAYS = re.compile(r"(.*?(?:率|比例|占比|人数|寿命|年限))(?=继续|维持|保持|稳定|逐步|稳步|持续|不断|明显|进一步|显著)")
_BUILDS = re.compile(r"^(?:建设|建成|新建|改建|扩建|设立|打造|创建|培育|新增|建立|改造|、)+")
_YEAR_BEHIND = re.compile(r"(?:及?以[上下内]|左右)?（(?:到|至)?(20\d\d)年(?:底|末)?）")


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


class _Reading(Sentence):
    def said(self) -> Said:
        if self.part not in ("goal", "measure"):
            return Said(self.text, [], [self._fate(one) for one in self.all])
        for start, end in clauses(self.text):
            self._clause(start, end)
        required.forbidden(self)
        named = {one.name for one in self.found if one.value is not None}
        found = [one for one in self.found if one.kind != "direction" or one.name not in named or one.year != None]  # noqa: E711
        return Said(self.text, found, [self._fate(one) for one in self.all])

    def _clause(self, start: int, end: int) -> None:
        clause = self.text[start:end]
        values = [one for one in self.values if start <= one.start < end]
        each = EACH.search(clause)
        goes_on = re.match(r"(?:并|且|和|及)?(?:至少|不少于|配备|设|建|有|开展)", clause) is not None
        self.state.each = clause[each.start() : each.end()] if each else self.state.each if goes_on else ""
        if values:
            place, before = start, len(self.found)
            for group in groups_of(values, self.text):
                self._group(group, place, end, start)
                place = group.end
            if len(self.found) > before or all(one.is_share for one in values):
                return
        years = [
            int(one.value)
            for one in self.all
            if start <= one.start < end and self.roles[one.start] == fates.TARGET_YEAR
        ]
        five = PERIOD_END.search(clause)
        if five and not years:
            years = [FIVE_YEARS.get(five.group("five") or "", self.period.last)]
        if years and not re.search("前[\u4e00-\u9fff]{2}", clause):  # 2023年底前完成搬迁: that clause's own year
            self.state.years, self.state.leading = tuple(years), True
            self.state.seen = tuple(dict.fromkeys((*self.state.seen, *years)))
        more = wordless.read(clause, self.text, self.state.names, self.period)
        for one in more:
            one.year = one.year or (
                years[0] if years else self.state.years[0] if self.state.years and one.kind == "milestone" else None
            )
        if self.part == "measure":  # measures say what is done: only full coverage binds there
            more = [one for one in more if one.kind == "milestone"]
        self.found += more
        if names := [one.name for one in more if one.name]:
            self.state.names = names
        if tidy(clause) and not re.fullmatch(r"(?:到|至)?20\d\d年(?:底|末)?(?:前)?", clause.strip("，")):
            kept = _STAYS.match(clause)
            self.state.before = tidy(kept.group(1) if kept else clause)

    def _group(self, group: Group, place: int, end: int, clause_start: int) -> None:
        clause = self.text[clause_start:end]
        head = head_of(self.text[place : group.start], clause, self.period.first)
        first = group.values[0]
        joined = place > clause_start and re.match("、|和|及", self.text[place:])
        self.state.per = head.per or (self.state.per if joined or not head.name else "")
        if head.origin or self._past(head, place, group):
            for one in group.values:
                self.roles[one.start] = fates.BASE_VALUE if head.origin else fates.PAST
            self.state.names = self._names(head, group, group.values[0], ()) if head.name else self.state.names
            return
        after = self.text[group.values[-1].end : end]
        if by := BY_RATE.match(after):
            head = replace(head, change=by.lastgroup or "", comparing="", yearly=head.yearly or "逐年" in by.group())
        if head.comparing in ("a", "b", "nb", "up") and re.search("平均", head.rest):
            required.above(self, head, group)
            return
        head = replace(head, per=self.state.per)
        if required.shared_out(self, group, head, end) or required.required(self, group, head, after, place):
            return
        counted = self._is_counted(head, first, after, place) or (joined and self.state.counted)
        self.state.counted = bool(counted)
        if not first.is_share and not head.per and not counted:
            for one in group.values:
                self.roles[one.start] = fates.BODY
            return
        years = self._years(head, group, after)
        names = self._names(head, group, first, years)
        self._ask(names, years, group, head, end)

    def _years(self, head: Head, group: Group, after: str) -> tuple[int, ...]:
        """Return the years of a group's values: its own, else those before it in the sentence that hold for it, too.

        到2025年，A率…，B率…: the year holds for both. A率2025年达到…，B率…: it holds for A alone.
        """
        own = head.years or ((self.period.last,) if head.period_end else ())
        if behind := _YEAR_BEHIND.match(after):
            own = (int(behind.group(1)),)
        state = self.state
        if own:
            state.seen = tuple(dict.fromkeys((*state.seen, *own)))
            state.years, state.leading = own, head.leading
            return own
        if head.name and head.separately and len(group.values) == len(state.seen) > 1 and len(split(head.name)) == 1:
            return state.seen
        if head.name and state.names and not state.leading and MEASURED.search(head.name):
            state.years = ()
        return state.years

    def _names(self, head: Head, group: Group, first: Numeral, years: tuple[int, ...]) -> list[str]:
        """Return the names of a group's values, taken on from before where the words before them name nothing."""
        name, state = head.name, self.state
        if not first.is_share and not head.per and not MEASURED.search(name):
            name = self._thing(name or head.rest, group)
            return [name]
        told = list(dict.fromkeys(state.told))
        if not name and head.separately and len(group.values) == len(told) > len(state.names):
            return told
        if not name and state.names:
            return state.names
        if not name or (name and not MEASURED.search(name) and first.is_share) or len(name) < 6:
            before = state.names[-1] if state.names else state.before
            name = completed(name, before)
        if head.word == "占" and first.is_share and not MEASURED.search(name) and state.names:
            name = f"{state.names[-1]}中{head.name}占比"
        wanted = len(group.values) if len(years) < 2 or len(group.values) != len(years) else 1
        if first.unit in ("名", "张", "个") and head.per and "每" not in name:
            name = f"每{head.per}人{name}"
        return split(name, wanted, head.both)

    def _thing(self, name: str, group: Group) -> str:
        """Return what is counted: the words behind the number, else those before it, with what they belong to."""
        before = self.state.names[-1] if self.state.names else self.state.before
        timed = group.values[0].unit in ("小时", "分钟", "次", "学时", "课时")
        if timed and completed(name, before) != name and PERSONS.search(name):
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
        name = _BUILDS.sub("", name) or name
        return f"{re.sub('数$', '', before)}{name}" if before and _GENERIC.fullmatch(name) else name

    def _ask(self, names: list[str], years: tuple[int, ...], group: Group, head: Head, end: int) -> None:
        values = group.values
        pairs = paired(names, values, years)
        for name, one, year in pairs or [
            (names[0] if names else "", one, years[0] if years else None) for one in values
        ]:
            stop = next((two.start for two in self.all if two.start >= one.end and two.start < end), end)
            after = self.text[one.end : stop]
            if not AFTER.match(after) and one is not values[-1]:
                after = self.text[values[-1].end : end]
            target = asked(name, one, head, after, year, self.text, self.period)
            self._doubts(target, one, head, bool(pairs))
            self.found.append(target)
        self.state.names, self.state.head = names, head
        self.state.told += names

    def _doubts(self, target: Asked, one: Numeral, head: Head, paired: bool) -> None:
        if not paired:
            target.doubt(ASK, "数值的个数与名称或年份的个数对不上，请逐一核对。")
        if not target.name:
            target.doubt(ASK, "没有读出是什么指标。")
        elif target.unit in RATES and not MEASURED.search(target.name):
            target.doubt(LIKELY, "指标名称不完整，请核对。")
        if target.kind == "milestone" and not one.is_share:
            target.doubt(
                LIKELY, "数量或项目目标：办成与否，须有佐证材料。" if self.part == "measure" else "按数量完成与否评判。"
            )
        if head.rest and len(head.rest) > 1:
            target.doubt(LIKELY, f"数值前另有“{head.rest}”，请核对。")
        if target.unit == "other":
            target.doubt(ASK, "没有读出单位。")
        if re.search("累计", self.text[: one.start]):
            target.why.append("原文为累计数。")

    def _past(self, head: Head, place: int, group: Group) -> bool:
        """Return whether a value tells what has been: 截至2019年, 已达, 下降了."""
        before = self.text[place : group.start]
        if re.search(r"了$|(?:已|已经)(?:达|有|建|为|超|提|降|实|全)|同比", before):
            return True
        old = [
            one.value for one in self.all if place <= one.start < group.start and self.roles[one.start] == fates.YEAR
        ]
        return bool(old) and max(old) < self.period.first and not head.change and not head.years

    def _is_counted(self, head: Head, one: Numeral, after: str, place: int) -> bool:
        """Return whether a number of things or of time is asked for: by a comparison, or by what is to be done."""
        before = self.text[place : one.start]
        if head.comparing and head.word not in ("占", "为", "实现", "保持", "稳定") or AFTER.match(after):
            return True
        if (head.change and one.unit) or one.unit == "番":
            return True
        if head.yearly and one.unit in ("人", "名", "万人", "人次", "万人次", "户", "场", "次", "期"):
            return True
        if one.unit in ("比",):
            return bool(re.search("比", before))
        if one.unit in ("年",):
            return after.startswith("免费") or bool(re.search("年限", before))
        near = before[-14:] + "\0" + after[:6]
        return (
            one.unit not in ("", "岁", "周岁", "号", "天", "日", "月", "周")
            and DONE.search(near + self.text[one.end : one.end + 18]) is not None
        )

    def _fate(self, one: Numeral) -> Fate:
        role = self.roles[one.start]
        if any(one.start in target.numerals for target in self.found):
            return Fate(one.text, one.start, True, role or "目标值")
        if role:
            return Fate(one.text, one.start, False, role, SURE)
        if self.part not in ("goal", "measure"):
            return Fate(one.text, one.start, False, fates.PAST if PAST.search(self.text) else fates.OUTSIDE, SURE)
        return Fate(one.text, one.start, False, fates.UNKNOWN, ASK)
