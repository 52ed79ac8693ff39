"""The head of a plan out of its document: title, area, first and last year; refusals where there is no single plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.plan.drafting.found import ASK, LIKELY, SURE
from analysis.plan.drafting.kinds import Period
from analysis.plan.drafting.outline import Outline
from analysis.plan.drafting.source import Line
from analysis.plan.drafting.tree import Node

_SPAN = re.compile(r"(20\d\d)年?(?:—|-|至|到)(20\d\d)年?")
_TITLE = re.compile(r"^《?[^。；]{2,60}?(?:规划|纲要|行动计划|实施方案|计划|方案)(?:》|纲要)?(?:（[^）]*）)?》?$")
_FIVE = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030), "十六五": (2031, 2035)}
_AREA = re.compile(
    r"^(?:《)?(?P<area>[\u4e00-\u9fff]{2,24}?(?:自治区|自治州|自治县|新区|开发区|省|市|州|盟|县|区|旗|镇)(?![\u4e00-\u9fff]{0,4}(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?!域))|全国|中国)"
)
_LONGEST, _SHORTEST = 20, 3  # years of a plan


@dataclass
class Front:
    """Title, area and years of a plan, with what a person has to decide about them."""

    title: str
    area: str
    period: Period
    sure: str = SURE
    why: list[str] = field(default_factory=list)


def front_of(lines: Sequence[Line], found: Outline, file: str, years: tuple[int, int] | None = None) -> Front:
    """Return the head of a plan.

    Parameters
    ----------
    lines : sequence of Line
        The document's.
    found : Outline
        Its parts.
    file : str
        The name shown.
    years : (int, int), optional
        First and last year as the user gives them; read from the document otherwise.

    Raises
    ------
    DataError
        The document says no period, holds two plans, or has neither goals nor measures.
    """
    _one_plan(lines, found, file)
    _has_items(lines, found, file)
    titles = _titles(lines)
    dated = [one for one in titles if _SPAN.search(one)]
    title = (dated or titles or [""])[0]
    front = Front(title, "", Period(0, 0, 0))
    span = years or _named_span(title)
    if span is None:
        span = _guessed_span(lines)
        if span is None:
            raise _no_years(lines, found, file)
        front.sure = LIKELY
        front.why.append(f"规划期取自正文（{span[0]}—{span[1]}年），请核对。")
    front.period = Period(span[0], span[1], span[0] - 1)
    if not title:
        front.title, front.sure = re.sub(r"\.\w+$", "", file), ASK
        front.why.append("文中没有找到规划名称，暂用文件名，请填写。")
    area = _AREA.match(title)
    front.area = area.group("area") if area else ""
    if not front.area:
        front.sure = ASK
        front.why.append("没有读出地区名称，请填写。")
    return front


def _titles(lines: Sequence[Line]) -> list[str]:
    """Return what may be the title among the first lines, each with the years in brackets of the line behind it."""
    found = []
    for one, after in zip(lines[:40], [*lines[1:40], Line("", 0)], strict=False):
        if _TITLE.match(one.text) and not one.table:
            years = after.text if re.fullmatch(r"（[^）]*20\d\d[^）]*）", after.text) else ""
            found.append(one.text.strip("《》") + years)
    return found


def _named_span(text: str) -> tuple[int, int] | None:
    found = _SPAN.search(text)
    if found and _SHORTEST <= int(found.group(2)) - int(found.group(1)) <= _LONGEST:
        return int(found.group(1)), int(found.group(2))
    return next((span for name, span in _FIVE.items() if name in text), None)


def _guessed_span(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return the span named in the text that holds most of the years named as due; of equal ones the later."""
    text = "\n".join(one.text for one in lines)
    spans = Counter((int(a), int(b)) for a, b in _SPAN.findall(text) if _SHORTEST <= int(b) - int(a) <= _LONGEST)
    spans.update({span: text.count(f"“{name}”") for name, span in _FIVE.items() if f"“{name}”" in text and not spans})
    due = [int(one) for one in re.findall(r"(?:到|至)(20\d\d)年", text)]
    ranked = sorted(spans, key=lambda one: (sum(one[0] <= year <= one[1] for year in due), one[0]))
    return ranked[-1] if ranked and (due or spans) else None


def _understood(lines: Sequence[Line], found: Outline) -> Text:
    heads = [one.mark + one.title for one in found.root.walk() if one.style and one.is_title][:6]
    shown = "；".join(heads) or "—"
    return Text(
        f"读到 {len(lines)} 段，标题如：{shown}；目标 {sum(x.part == 'goal' for x in found.items)} 项，"
        f"措施 {sum(x.part == 'measure' for x in found.items)} 项",
        f"{len(lines)} paragraphs with headings such as {shown}; {sum(x.part == 'goal' for x in found.items)} goals, "
        f"{sum(x.part == 'measure' for x in found.items)} measures",
    )


def _no_years(lines: Sequence[Line], found: Outline, file: str) -> DataError:
    return DataError(
        (
            Fault(
                _understood(lines, found) + Text("；没有规划起止年份", "; no first and last year"),
                Where(file=file),
                Text("名称或正文写明规划期，如 2021—2030年", "a period in the title or the text, such as 2021-2030"),
                Text("请用 --years 2021-2030 给出起止年份后重试。", "Give it with --years 2021-2030."),
            ),
        )
    )


def _one_plan(lines: Sequence[Line], found: Outline, file: str) -> None:
    """Refuse a file in which the widest numbers begin anew, with goals before and after: two plans."""
    top = [one for one in found.root.children if one.style in ("part", "chapter", "cn")]
    for place, one in enumerate(top):
        before = [x for x in top[:place] if x.style == one.style]
        if one.number != 1 or not before or before[-1].number < 2:
            continue
        parts = [{item.part for item in found.items if (item.line < one.line) is side} for side in (True, False)]
        if "goal" in parts[0] and "goal" in parts[1]:
            first, second = _title_near(found.root, before[0].line), _title_near(found.root, one.line)
            raise DataError(
                (
                    Fault(
                        Text(
                            f"像是两份规划：“{first}”与“{second}”（第 {one.line} 段起编号重新开始）",
                            f"it looks like two plans, '{first}' and '{second}' (numbers begin anew at {one.line})",
                        ),
                        Where(file=file, row=one.line),
                        Text("一份规划的文本", "the text of one plan"),
                        Text("请分成两个文件，各自运行一次。", "Make two files of it and run each by itself."),
                    ),
                )
            )


def _title_near(root: Node, line: int) -> str:
    titles = [one.text for one in root.walk() if one.line < line and _TITLE.match(one.text)]
    return titles[-1].strip("《》")[:40] if titles else f"第{line}段起的内容"


def _has_items(lines: Sequence[Line], found: Outline, file: str) -> None:
    if any(one.part == "goal" for one in found.items):
        return
    tables = sum(one.table for one in lines)
    what = Text(f"；其中表格 {tables} 行", f"; {tables} of them rows of tables") if tables else Text("", "")
    action = (
        Text(
            "表格中的指标不会自动读取：请在“主要目标”标题下逐条写成句子（如“到2025年，某某率达到90%以上”）后重试。",
            "Indicators in tables are not read: write them as sentences under a heading 主要目标, then try again.",
        )
        if tables
        else Text(
            "请核对是否为规划正文；标题须写明“主要目标”“策略措施”等，或为含有目标值的编号章节。",
            "Check that it is a plan; its headings have to name 主要目标 (goals) and 策略措施 (measures).",
        )
    )
    raise DataError(
        (
            Fault(
                _understood(lines, found) + what,
                Where(file=file),
                Text("写有主要目标的规划正文", "a plan with a part of goals (主要目标)"),
                action,
            ),
        )
    )
