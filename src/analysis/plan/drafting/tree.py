"""The lines of a document under each other: headings and items of any usual numbering."""

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
    ("item", re.compile(rf"((?:目标|措施|任务|指标|举措)([{_CN}]{{1,3}}|\d{{1,2}}))[：、.．](.*)")),
    ("①", re.compile(r"(([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳]))(.*)")),
)
RANK = {name: place for place, (name, _) in enumerate(STYLES)} | {"word": 7.5, "": 99}
GOALS = re.compile(
    r"(?:(?:主要|发展|具体|总体|重点|核心|规划|工作|阶段|分类|分领域|约束性|预期性|量化|监测)*(?:目标|指标)(?:与任务|任务|要求|体系)?|目标任务)(?:如下)?$"
)
MEASURES = re.compile(
    r"(?:(?:策略|主要|重点|工作|发展|实施|具体|支持|推进|政策|保障|落实|核心|关键)*(?:措施|举措|任务|策略|路径|行动|做法|工程|项目)(?:与措施|和措施|及措施|举措)?|策略与?和?措施|工作内容)(?:如下)?$"
)
_INLINE = re.compile(
    r"^[【〔\[]?((?:主要|发展|具体|总体)?(?:目标|指标)|(?:策略|主要|发展|重点|实施|工作)?(?:措施|举措|任务))[】〕\]]?[：:。]\s*(.+)"
)
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
        return (
            len(self.text) <= _SHORTEST_TITLE
            and not re.search("[，；。]", self.text.rstrip("。：；"))
            and bool(self.text)
        )

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
    if (GOALS.fullmatch(_bare(text)) or MEASURES.fullmatch(_bare(text))) and len(text) < 16:
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
    while (
        len(kept) > 1
        and RANK.get(kept[-1].style, -1 + int(kept[-1].style[1:]) / 10 if kept[-1].style[0:1] == "#" else 0) > rank
    ):
        if number == 1 and style not in ("word",) and kept[-1].is_title and not kept[-1].style.startswith("#"):
            break  # a list that begins under a heading of a kind that is usually narrower
        kept.pop()
    return kept
