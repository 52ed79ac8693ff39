"""A plan drafted from its document: domains, goals, measures, targets, indicators, and the fate of every numeral."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.formats import amount
from analysis.places import shown
from analysis.plan.drafting import fates
from analysis.plan.drafting.found import ASK, LIKELY, SURE, Asked, Fate
from analysis.plan.drafting.front import Front, front_of
from analysis.plan.drafting.matching import OPEN, Drafted, Matcher
from analysis.plan.drafting.numerals import numerals
from analysis.plan.drafting.outline import Item, Outline, outline
from analysis.plan.drafting.sentence import read_sentence
from analysis.plan.drafting.source import Line, read_document
from analysis.plan.drafting.texts import sentences
from analysis.plan.registry import Registry, registry

_TOPICS = (
    ("health", "健康|卫生|医疗"),
    ("safety", "安全"),
    ("education", "教育|学习|成长成才"),
    ("economy", "经济|就业|创业"),
    ("decision", "决策|参政|管理"),
    ("welfare", "福利|社会保障|民生"),
    ("family", "家庭|家风|婚恋"),
    ("environment", "环境"),
    ("law", "法律|法治|权益|犯罪"),
    ("culture", "文化"),
    ("thought", "思想|道德|价值"),
    ("participation", "参与|融入|组织"),
)
_DUTY = re.compile(r"（?[（【](?:责任|牵头|主责|配合|负责)(?:单位|部门)[：:]([^）】]*)[）】]")


@dataclass(frozen=True)
class Clause:
    """A goal or a measure with its id."""

    id: str
    item: Item
    domain: str
    departments: tuple[str, ...] = ()


@dataclass
class DraftTarget:
    """A target with its place in the plan."""

    id: str
    parent: Clause
    asked: Asked
    indicator: Drafted | None
    conflicts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Counted:
    """One numeral of the document: where it stands and what became of it."""

    line: int
    place: str
    sentence: str
    fate: Fate
    targets: tuple[str, ...]


@dataclass
class DraftPlan:
    """Everything drafted from one document."""

    file: str
    front: Front
    domains: dict[str, str]  # title by id
    goals: list[Clause]
    measures: list[Clause]
    targets: list[DraftTarget]
    indicators: list[Drafted]
    departments: dict[str, str]  # name by code
    numerals: list[Counted]
    entries: int  # numbers of headings and items, counted and not listed

    def open(self) -> int:
        """Return how many targets and numerals a person has to decide."""
        return sum(one.asked.sure == ASK for one in self.targets) + sum(one.fate.sure == ASK for one in self.numerals)


def draft_plan(path: Path, years: tuple[int, int] | None = None, known: Registry | None = None) -> DraftPlan:
    """Return the plan drafted from a document.

    Parameters
    ----------
    path : Path
        The document (`source.read_document`).
    years : (int, int), optional
        First and last year where the document names none.
    known : Registry, optional
        The standard indicators, the project's own by default.

    Raises
    ------
    UsageError, DataError
        The document cannot be read, or holds no single plan with years and goals.
    """
    lines = read_document(path)
    found = outline(lines)
    front = front_of(lines, found, shown(path), years)
    return _Drafting(shown(path), front, found, known or registry()).plan(lines)


class _Drafting:
    def __init__(self, file: str, front: Front, found: Outline, known: Registry) -> None:
        self.found, self.front, self.matcher = found, front, Matcher(known)
        self.ids = _domain_ids(found.domains)
        self.out = DraftPlan(file, front, {id: title for title, id in self.ids.items()}, [], [], [], [], {}, [], 0)

    def plan(self, lines: Sequence[Line]) -> DraftPlan:
        for item in self.found.items:
            self._clause(item)
        self._outside()
        self._conflicts()
        out = self.out
        out.indicators = list(self.matcher.rows.values())
        for one in out.indicators:
            out.departments.setdefault(one.department, one.department)
        out.numerals.sort(key=lambda one: (one.line, one.fate.start))
        out.entries = sum(bool(one.mark) for one in self.found.root.walk())
        return out

    def _clause(self, item: Item) -> None:
        domain = self.ids[item.domain]
        held = self.out.goals if item.part == "goal" else self.out.measures
        number = sum(one.domain == domain for one in held) + 1
        duty = [name for said in _DUTY.findall(item.text) for name in re.split("[、，；]", said) if name]
        clause = Clause(f"{domain}.{item.part}.{number:02d}", item, domain, tuple(dict.fromkeys(duty)))
        held.append(clause)
        self.out.departments |= {name: name for name in duty}
        before = len(self.out.targets)
        for sentence in sentences(_DUTY.sub("", item.text)):
            said = read_sentence(sentence, self.front.period, item.part)
            made = [self._target(one, clause) for one in said.asked]
            for fate in said.fates:
                of = tuple(x.id for x in made if fate.start in x.asked.numerals)
                self.out.numerals.append(Counted(item.line, item.clause, sentence, fate, of))
        if item.part == "goal" and len(self.out.targets) == before:
            plain = Asked("", "gap_or_qualitative", "", item.text)
            plain.why.append("定性目标，须有佐证材料。")
            if re.search(r"高于.{0,12}平均|低于.{0,12}平均|居.{0,8}前列", item.text):
                plain.doubt(LIKELY, "与其他地区比较的目标，暂按定性目标登记。")
            self._target(plain, clause)

    def _target(self, one: Asked, clause: Clause) -> DraftTarget:
        number = sum(other.parent.id == clause.id for other in self.out.targets) + 1
        indicator = self.matcher.indicator(one, clause.domain) if one.name or one.value is not None else None
        target = DraftTarget(f"{clause.id}.t{number}", clause, one, indicator)
        self.out.targets.append(target)
        return target

    def _outside(self) -> None:
        """Give a fate to each numeral outside goals and measures."""
        reasons = {
            "running": fates.OUTSIDE,
            "general": "总体要求中的数，不是发展目标",
            "background": fates.PAST,
            "within": "引导语或说明中的数，不是条款",
        }
        period = self.front.period
        for node, place in self.found.outside:
            for one in numerals(node.text):
                role = fates.TABLE if node.table else fates.role_of(one, node.text, (period.first, period.last))
                reason = role or (fates.HEAD if node.style and node.is_title else reasons[place])
                grade = ASK if node.table else LIKELY if reason == fates.HEAD else SURE
                fate = Fate(one.text, one.start, False, reason, grade)
                where = "".join(x.mark for x in node.path()) or "正文之前"
                self.out.numerals.append(Counted(node.line, where, node.text[:200], fate, ()))

    def _conflicts(self) -> None:
        """Note targets of one indicator with different values: a measure's and a goal's, or in the same year."""
        by: dict[str, list[DraftTarget]] = {}
        for one in self.out.targets:
            if one.indicator is not None and one.asked.value is not None and one.asked.kind not in _UNLIKE:
                by.setdefault(one.indicator.id, []).append(one)
        for same in by.values():
            for place, one in enumerate(same):
                for other in same[:place]:
                    apart = (one.parent.item.part != other.parent.item.part and one.asked.year is None) or (
                        one.asked.year == other.asked.year and one.parent.id != other.parent.id
                    )
                    if apart and one.asked.value != other.asked.value:
                        one.conflicts.append(other.id)
                        other.conflicts.append(one.id)
                        one.asked.doubt(LIKELY, f"与 {other.parent.item.clause} 的数值不一致。")


_UNLIKE = ("relative_to_baseline", "growth_rate_change", "yearly_change_band", "compound_growth")


def _domain_ids(titles: Sequence[str]) -> dict[str, str]:
    """Return an id by the title of each domain: the topic its words name, or its number."""
    ids: dict[str, str] = {}
    for number, title in enumerate(titles, 1):
        topic = next(
            (code for code, words in _TOPICS if re.search(words, title) and code not in ids.values()), f"d{number}"
        )
        ids[title] = topic
    return ids


def text_of(one: Asked) -> str:
    """Return the sentence of one target: its own where it says nothing else, else one put together from its facts."""
    if one.kind == "above_area":
        return one.sentence
    if one.value is None or one.kind in ("gap_or_qualitative", "direction"):
        return one.sentence if one.kind == "gap_or_qualitative" and not one.comparison else _wordless(one)
    due = f"到{one.year}年，" if one.year else ""
    soft = "力争" if one.soft else ""
    value = _number(one.value, one.unit) if one.upper is None else f"{one.value:g}—{_number(one.upper, one.unit)}"
    since = f"比{one.baseline}年" if one.baseline else ""
    if one.kind == "growth_rate_change":
        return f"{due}{soft}{one.name}的年均增幅比基线下降{value}。"
    if one.kind == "relative_to_baseline":
        return f"{due}{soft}{one.name}{since}{'下降' if one.comparison == '<=' else '提高'}{value}。"
    if one.kind == "yearly_change_band":
        return f"{due}{soft}{one.name}每年{'下降' if one.comparison == 'down' else '提高'}{value}。"
    if one.kind == "compound_growth":
        return f"{due}{soft}{one.name}年均提高{value}以上。"
    if one.kind == "yearly_amount":
        name = re.sub("^每(?:学)?年", "", one.name)  # said once
        return f"{soft}{name}每年{'不超过' if one.comparison in ('<', '<=') else '不少于'}{value}。"
    if one.kind == "approximate":
        return f"{due}{soft}{one.name}达到{value}左右。"
    verb = {"reach_and_hold": "保持在", "every_subunit": "在每个单位均"}.get(one.kind, "")
    sign = {"<": "低于", "<=": "不超过", ">": "高于", ">=": "达到", "=": "为"}.get(one.comparison, "达到")
    tail = "以上" if one.kind == "reach_and_hold" and one.comparison in (">", ">=") else ""
    return f"{due}{soft}{one.name}{verb}{'' if verb == '保持在' and tail else sign}{value}{tail}。"


def _wordless(one: Asked) -> str:
    if one.comparison == "narrow":
        return f"{one.name}的差距缩小。"
    how = {"every_year": "逐年", "trend": "持续", "clearly": "明显", "end": "实现"}.get(one.manner, "")
    return f"{'力争' if one.soft else ''}{one.name}{how}{'降低' if one.comparison == 'down' else '提高'}。"


def _number(value: float, unit: str) -> str:
    digits = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    return amount(value, unit, "zh", digits)


def summary_counts(plan: DraftPlan) -> Counter[str]:
    """Return how many numerals have each fate."""
    return Counter("目标" if one.fate.target else one.fate.reason for one in plan.numerals)


__all__ = ["OPEN", "Clause", "Counted", "DraftPlan", "DraftTarget", "draft_plan", "summary_counts", "text_of"]
