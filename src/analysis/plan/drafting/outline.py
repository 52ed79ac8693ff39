"""The parts of a document: headings of any usual numbering, domains, the items of goals and of measures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.plan.drafting.numerals import number_of
from analysis.plan.drafting.source import Line

_CN = "一二三四五六七八九十百零〇"
# by kind of number, the widest first: what it looks like and where its number stands
STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"(第([{_CN}]{{1,3}}|\d{{1,2}})(?:部分|篇|编))[：、.]?(.*)")),
    ("chapter", re.compile(rf"(第([{_CN}]{{1,4}}|\d{{1,2}})章)[：、.]?(.*)")),
    ("section", re.compile(rf"(第([{_CN}]{{1,4}}|\d{{1,2}})节)[：、.]?(.*)")),
    ("article", re.compile(rf"(第([{_CN}]{{1,4}}|\d{{1,3}})条)[：、.]?(.*)")),
    ("cn", re.compile(rf"(([{_CN}]{{1,3}}))[、.．](.*)")),
    ("cn()", re.compile(rf"(（([{_CN}]{{1,3}})）)[、.]?(.*)")),
    ("1.1.1", re.compile(r"(\d{1,2}\.\d{1,2}\.(\d{1,2}))(?![\d%‰])[.、]?(.*)")),
    ("1.1", re.compile(r"(\d{1,2}\.(\d{1,2}))(?![\d.%‰])[、]?(.*)")),
    ("1.", re.compile(r"((\d{1,3}))[.、．](.*)")),
    ("(1)", re.compile(r"(（(\d{1,2})）)[、.]?(.*)")),
    ("1)", re.compile(r"((\d{1,2})）)(.*)")),
    ("①", re.compile(r"(([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳]))(.*)")),
)
RANK = {name: place for place, (name, _) in enumerate(STYLES)} | {"word": 7.5, "": 99}
_GOALS = re.compile(
    r"(?:(?:主要|发展|具体|总体|重点|核心|规划|工作|阶段|分类|分领域|约束性|预期性|量化|监测)*(?:目标|指标)(?:与任务|任务|要求|体系)?|目标任务)(?:如下)?$"
)
_MEASURES = re.compile(
    r"(?:(?:策略|主要|重点|工作|发展|实施|具体|支持|推进|政策|保障|落实|核心|关键)*(?:措施|举措|任务|策略|路径|行动|做法|工程|项目)(?:与措施|和措施|及措施|举措)?|策略与?和?措施|工作内容)(?:如下)?$"
)
_BOTH = re.compile(r"(?:目标|指标).*(?:措施|举措|任务|策略)|(?:措施|举措|策略).*目标")
_GENERAL = re.compile(r"总体目标|总目标|指导思想|基本原则|发展愿景|远景目标|编制(?:背景|依据)")
_RUNNING = re.compile(
    r"组织(?:实施|保障|领导|管理|落实)|监测(?:与|和)?(?:评估|评价)|规划实施|实施(?:机制|保障|与监测)|保障(?:措施|机制|体系)|考核|附则|附录|附件|名词解释"
)
_BACKGROUND = re.compile(r"前\s*言|序言|引言|背景|现状|回顾|基础|形势|成就|成效|机遇|挑战|问题")
_INLINE = re.compile(
    r"^[【〔\[]?((?:主要|发展|具体|总体)?(?:目标|指标)|(?:策略|主要|发展|重点|实施|工作)?(?:措施|举措|任务))[】〕\]]?[：:。]\s*(.+)"
)
PLAN_TITLE = re.compile(r"(?:规划|纲要|计划|方案)(?:（[^）]*）?)?$")
_SHORTEST_TITLE = 40  # signs: a longer numbered line is an item, not a heading


@dataclass
class Node:
    """A numbered line, or one without a number, with what stands under it."""

    text: str
    style: str
    mark: str
    number: int
    line: int
    table: bool = False
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None

    @property
    def is_title(self) -> bool:
        """Return whether it is a heading: short and no sentence."""
        return len(self.text) <= _SHORTEST_TITLE and not re.search("[，；。]", self.text.rstrip("。：；")) and bool(self.text)

    @property
    def title(self) -> str:
        """Return the heading without marks at its end."""
        return self.text.strip("。：；:【】〔〕[]《》 ")

    def walk(self) -> list[Node]:
        """Return the node and all under it, in their order."""
        return [self, *(one for child in self.children for one in child.walk())]

    def path(self) -> list[Node]:
        """Return the nodes from the outermost heading down to this one."""
        above = self.parent.path() if self.parent is not None else []
        return [*above, self] if self.parent is not None else []


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


def tree(lines: Sequence[Line]) -> Node:
    """Return the lines of a document under each other, by the kinds of their numbers and the file's own headings."""
    root = Node("", "root", "", 0, 0)
    stack = [root]
    for line in _unfolded(lines):
        style, mark, number, text = _number(line, stack)
        node = Node(text, style, mark, number, line.number, line.table)
        if style:
            stack = _opened(stack, style, number)
        node.parent = stack[-1]
        stack[-1].children.append(node)
        if style:
            stack.append(node)
    return root


def _unfolded(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, those that begin with 主要目标： or the like parted there."""
    out = []
    for line in lines:
        found = _INLINE.match(line.text)
        if found and not line.table:
            out += [Line(found.group(1), line.number), Line(found.group(2), line.number)]
        else:
            out.append(line)
    return out


def _number(line: Line, stack: list[Node]) -> tuple[str, str, int, str]:
    """Return the style, mark and number of a line, and the text behind them; no style for plain text."""
    text = line.text
    if line.table:
        return "", "", 0, text
    for style, pattern in STYLES:
        found = pattern.fullmatch(text)
        if found is None or (style in ("1.1", "1.1.1", "1.") and not _in_order(style, found, stack, text)):
            continue
        mark, number, rest = found.groups()
        return style, mark, _worth(number), rest.strip()
    if line.heading:
        return f"#{line.heading}", "", 0, text
    if (_GOALS.fullmatch(_bare(text)) or _MEASURES.fullmatch(_bare(text))) and len(text) < 16:
        return "word", "", 0, text
    return "", "", 0, text


def _bare(text: str) -> str:
    return text.strip("。：；:【】〔〕[]《》 ")


def _worth(number: str) -> int:
    if number in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(number) - ord("①") + 1
    try:
        return int(number_of(number))
    except ValueError:
        return 0


def _in_order(style: str, found: re.Match[str], stack: list[Node], text: str) -> bool:
    """Return whether a number in digits is that of an item: 5.3岁以下 is item 5 and 3岁, where item 4 came before."""
    last = next((one.number for one in reversed(stack) if one.style == style), 0)
    if style == "1.":
        return not re.match(r"\d{1,3}[.．]\d{1,2}(?=[\u4e00-\u9fff（])", text) or _whole(text, stack)
    whole = re.match(r"(\d{1,2})\.", text)
    plain = next((one.number for one in reversed(stack) if one.style == "1."), 0)
    if whole and _whole(text, stack):
        return False
    number = _worth(found.group(2))
    return number == 1 or number == last + 1 or not plain


def _whole(text: str, stack: list[Node]) -> bool:
    """Return whether a line such as 7.12岁 begins with item 7: it follows item 6, or a unit stands behind the rest."""
    found = re.match(r"(\d{1,3})[.．](\d{1,3})(.?)", text)
    if not found:
        return True
    item, behind = int(found.group(1)), found.group(3)
    last = next((one.number for one in reversed(stack) if one.style == "1."), 0)
    unit = behind in "岁周个月年名所家%‰——-日天度"
    return unit and item in (1, last + 1)


def _opened(stack: list[Node], style: str, number: int) -> list[Node]:
    """Return the stack a new numbered line hangs from."""
    styles = [one.style for one in stack]
    if style in styles:
        place = len(styles) - 1 - styles[::-1].index(style)
        return stack[:place]
    rank = RANK.get(style, -1 + int(style[1:]) / 10 if style.startswith("#") else 99)
    kept = list(stack)
    while len(kept) > 1 and RANK.get(kept[-1].style, -1 + int(kept[-1].style[1:]) / 10 if kept[-1].style[0:1] == "#" else 0) > rank:
        if number == 1 and style not in ("word",) and kept[-1].is_title and not kept[-1].style.startswith("#"):
            break  # a list that begins under a heading of a kind that is usually narrower
        kept.pop()
    return kept


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
    if any(_GOALS.fullmatch(one.title) or _MEASURES.fullmatch(one.title) for one in node.walk()[1:]):
        return ""  # it holds such blocks itself
    if _GOALS.search(title):
        return "goal"
    return "measure" if _MEASURES.search(title) and not _GENERAL.search(above.split(" ")[-1] if above else "") else ""


def _domains(node: Node) -> list[tuple[str, Node]]:
    """Return the domains of a block of goals or measures: the heading above it, or the headings within."""
    inner = [one for one in node.children if one.is_title and one.children and not _GOALS.search(one.title)]
    if inner and len(inner) * 2 > len([one for one in node.children if one.style]) and all(one.children for one in inner):
        return [(one.title, one) for one in inner]
    above = [one for one in node.path()[:-1] if one.is_title]
    bare = re.sub(rf"(?:的|—|：)?(?:{_GOALS.pattern.rstrip('$')}|{_MEASURES.pattern.rstrip('$')})$", "", node.title)
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
            found.items.append(Item(part, domain, _clause(one, head, word, 0), count + len(held) + 1, one.text, one.line))
            found.used.add(id(one))


def _ended(text: str) -> str:
    return text if not text or text[-1] in "。！？；：" else text + "。"


def _clause(one: Node, head: Node, word: str, number: int) -> str:
    """Return where an item stands: the marks of the headings above it, 主要目标 and its number, such as 二（一）主要目标3."""
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
        if not held or id(node) in taken or _RUNNING.search(place) or _BACKGROUND.search(place) or _GENERAL.search(place):
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
    return "within" if any(_GOALS.search(one.title) or _MEASURES.search(one.title) for one in node.path()) else "background"
