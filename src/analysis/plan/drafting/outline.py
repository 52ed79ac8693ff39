"""The parts of a document: domains, the items of goals and of measures, each with its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.plan.drafting.source import Line
from analysis.plan.drafting.tree import GOALS, MEASURES, Node, tree

_BOTH = re.compile(r"(?:目标|指标).*(?:措施|举措|任务|策略)|(?:措施|举措|策略).*目标")
_GENERAL = re.compile(r"总体目标|总目标|指导思想|基本原则|发展愿景|远景目标|编制(?:背景|依据)")
_RUNNING = re.compile(
    r"组织(?:实施|保障|领导|管理|落实)|监测(?:与|和)?(?:评估|评价)|规划实施|实施(?:机制|保障|与监测)|保障(?:措施|机制|体系)|考核|附则|附录|附件|名词解释"
)
_BACKGROUND = re.compile(r"前\s*言|序言|引言|背景|现状|回顾|基础|形势|成就|成效|机遇|挑战|问题")
PLAN_TITLE = re.compile(r"(?:规划|纲要|计划|方案)(?:（[^）]*）?)?$")


@dataclass
class Item:
    """One goal or measure: where it stands, its own text and the nodes its sentences are in."""

    part: str  # goal or measure
    domain: str
    clause: str
    number: int
    text: str
    line: int


@dataclass
class Outline:
    """What was understood of a document: items, domains in their order, all lines that are in neither."""

    root: Node
    items: list[Item]
    domains: list[str]
    outside: list[tuple[Node, str]]
    used: set[int] = field(default_factory=set)  # of the nodes whose words stand in an item


def outline(lines: Sequence[Line]) -> Outline:
    """Return domains, goals and measures of a document.

    Parameters
    ----------
    lines : sequence of Line
        As `source.read_document` gives them.

    Returns
    -------
    Outline
        Without items where no heading of goals or measures, and no section with targets, was found.
    """
    root = tree(lines)
    found = Outline(root, [], [], [])
    taken: set[int] = set()
    for node in root.walk():
        part = _part(node)
        if part and id(node) not in taken and not any(id(one) in taken for one in node.path()[:-1]):
            for domain, block in _domains(node):
                _take(found, part, domain, node, block)
            taken.add(id(node))
            taken |= {id(one) for one in node.walk()}
    if not found.items:
        _by_sections(found, taken)
    found.outside = [(one, _place(one)) for one in root.walk() if id(one) not in found.used and one.text]
    return found


def _part(node: Node) -> str:
    """Return whether a node heads goals or measures; empty for neither."""
    title = node.title
    if not title or len(title) > 24 or not (node.style or node.children) or _BOTH.search(title):
        return ""
    above = " ".join(one.title for one in node.path()[:-1] if one.is_title)
    if _RUNNING.search(title) or _RUNNING.search(above) or (_GENERAL.search(title) and not node.children):
        return ""
    if _GENERAL.search(title) or _BACKGROUND.search(above):
        return ""
    if any(GOALS.fullmatch(one.title) or MEASURES.fullmatch(one.title) for one in node.walk()[1:]):
        return ""  # it holds such blocks itself
    if GOALS.search(title):
        return "goal"
    return "measure" if MEASURES.search(title) and not _GENERAL.search(above.split(" ")[-1] if above else "") else ""


def _domains(node: Node) -> list[tuple[str, Node]]:
    """Return the domains of a block of goals or measures: the heading above it, or the headings within."""
    inner = [one for one in node.children if one.is_title and one.children and not GOALS.search(one.title)]
    if (
        inner
        and len(inner) * 2 > len([one for one in node.children if one.style])
        and all(one.children for one in inner)
    ):
        return [(one.title, one) for one in inner]
    above = [one for one in node.path()[:-1] if one.is_title]
    bare = re.sub(rf"(?:的|—|：)?(?:{GOALS.pattern.rstrip('$')}|{MEASURES.pattern.rstrip('$')})$", "", node.title)
    if bare and len(bare) >= 2 and bare != node.title:
        return [(bare, node)]
    return [(above[-1].title if above else node.title, node)]


def _take(found: Outline, part: str, domain: str, head: Node, block: Node) -> None:
    """Note the items of a block: its numbered lines, or its paragraphs where none is numbered."""
    domain = domain or head.title
    if domain not in found.domains:
        found.domains.append(domain)
    numbered = [one for one in block.children if one.style]
    held = numbered or [one for one in block.children if not one.table]
    word = head.title if head.style == "word" or not head.mark else ""
    count = sum(one.domain == domain and one.part == part for one in found.items)
    for place, one in enumerate(held, 1):
        text = "".join(_ended(x.text) for x in one.walk() if not x.table)
        if not text:
            continue
        number = one.number or place
        found.items.append(Item(part, domain, _clause(one, head, word, number), count + place, text, one.line))
        found.used |= {id(x) for x in one.walk() if not x.table}
    for one in block.children:
        if part == "goal" and numbered and not one.style and not one.table and one.text:
            found.items.append(
                Item(part, domain, _clause(one, head, word, 0), count + len(held) + 1, one.text, one.line)
            )
            found.used.add(id(one))


def _ended(text: str) -> str:
    return text if not text or text[-1] in "。！？；：" else text + "。"


def _clause(one: Node, head: Node, word: str, number: int) -> str:
    """Return where an item stands: the marks of the headings above it and its number, such as 二（一）主要目标3."""
    path = [x for x in one.path()[:-1] if not (x.style.startswith("#") and not x.mark and PLAN_TITLE.search(x.title))]
    marks = [x.mark or ("" if x.style in ("word", "") else x.title) for x in path if x is not head]
    depth = path.index(head) if head in path else len(path)
    label = word or (head.mark + head.title)
    before = "".join(marks[:depth]) + label + "".join(marks[depth:])
    return f"{before}{one.mark if one.style not in ('1.', '') else number or ''}"


def _by_sections(found: Outline, taken: set[int]) -> None:
    """Take sections with values for domains, where the document names neither goals nor measures."""
    for node in found.root.walk():
        place = " ".join(one.title for one in node.path() if one.is_title)
        held = [one for one in node.children if len(one.text) > 15 and not one.table]
        if (
            not held
            or id(node) in taken
            or _RUNNING.search(place)
            or _BACKGROUND.search(place)
            or _GENERAL.search(place)
        ):
            continue
        if not node.is_title or not any(_AIMS.search(one.text) for one in held):
            continue
        taken |= {id(one) for one in node.walk()}
        for one in held:
            part = "goal" if _AIMS.search(one.text) else "measure"
            if node.title not in found.domains:
                found.domains.append(node.title)
            number = sum(x.domain == node.title and x.part == part for x in found.items) + 1
            marks = "".join(x.mark or x.title for x in one.path()[:-1] if x.style)
            text = "".join(_ended(x.text) for x in one.walk() if not x.table)
            found.used |= {id(x) for x in one.walk() if not x.table}
            found.items.append(Item(part, node.title, f"{marks}{one.mark or f'第{number}段'}", number, text, one.line))


_AIMS = re.compile(r"(?:到|至)20\d\d年|\d(?:\.\d+)?[%‰]|以上|以下|不低于|不少于|达到\d|全覆盖")


def _place(node: Node) -> str:
    """Return in which part of a plan a line outside goals and measures stands: background, general or running."""
    titles = " ".join(one.title for one in node.path() if one.is_title)
    if _RUNNING.search(titles):
        return "running"
    if _GENERAL.search(titles):
        return "general"
    return (
        "within" if any(GOALS.search(one.title) or MEASURES.search(one.title) for one in node.path()) else "background"
    )
