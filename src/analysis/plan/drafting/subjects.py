"""Whose number it is: names out of the words before a value, joint names split, short names completed."""

from __future__ import annotations

import re

from analysis.plan.drafting.words import BODIES, LEADING, MEASURED, PERSONS

_JOINTS = re.compile(r"、|以及|(?<![共总饱温调])和(?![谐睦平解])|(?<![普涉以顾])及(?![时格其])|(?<!参)与(?!会)")
_ENDS_PERSON = re.compile(f"{PERSONS.pattern}$")
_ENDS_BODY = re.compile(f"{BODIES.pattern}$")
_ENDS_RATE = re.compile(r"(?:率|比例|比重|占比|人数|数量|标准|年限|寿命)$")
_AGE = re.compile(r"\d+(?:—\d+)?(?:周?岁|个月)(?:及?以[上下内]|内)?")
_SHORT = re.compile(
    r"^(?:其)?(?:总|平均|总体)?(?:覆盖率|普及率|占比|比例|达标率|合格率|完成率|率|参与率|建成率|设置率|配备率|数量|人数|总数|面积|满意度|满意率)$"
)
_LEVELS = ("省", "市", "州", "县", "区", "旗", "乡", "镇", "村")
_PAID = re.compile(r"(?:标准|补贴|津贴|待遇)$")
_ATTRIBUTE = re.compile(
    r"[\u4e00-\u9fff]{2}(?:率|比例|比重|占比|人数|数量|标准|年限|寿命)$|预期寿命$|受教育年限$|(?:率|比例|比重|占比)$"
)


def tidy(text: str) -> str:
    """Return a name without what leads into it or is left over at its ends."""
    text = re.sub(r"^[，、；：。“”]+|[，、；：。“”的\0]+$", "", text)
    text, before = re.sub(r"以[^，。；]{1,16}?为单位", "", text), None
    while before != text:
        before = text
        text = re.sub(r"^(?:\0|，)+", "", text)
        lead = LEADING.match(text)
        if lead and lead.end() < len(text) and not re.match(r"率|的", text[lead.end() :]):
            text = text[lead.end() :]
    return re.sub(r"\0", "", text)


def _parts(text: str) -> list[str]:
    """Return a text parted at its joints, none of them within brackets."""
    parts, depth, start = [], 0, 0
    place = 0
    while place < len(text):
        depth = max(0, depth + (text[place] in "（“") - (text[place] in "）”"))
        joint = _JOINTS.match(text, place) if depth == 0 and place > start else None
        if joint:
            parts.append(text[start:place])
            start = place = joint.end()
        else:
            place += 1
    parts.append(text[start:])
    return [one for one in parts if one]


def split(subject: str, wanted: int = 0, both: bool = False) -> list[str]:
    """Return the single names of a joint one.

    Parameters
    ----------
    subject : str
        Such as 新生儿、婴儿和5岁以下儿童死亡率.
    wanted : int
        How many names there are values for; 0 or 1 where one value is for all.
    both : bool
        Whether the sentence says 均, 都 or 各: the value is for each.

    Returns
    -------
    list of str
        The subject alone where its joints join something else (公办校和民办校在校学生占比).
    """
    parts = _parts(subject)
    if len(parts) < 2:
        return [subject]
    measured = [bool(_ENDS_RATE.search(one)) for one in parts]
    if all(measured) and wanted in (0, 1, len(parts)):
        return _with_front(parts)
    if wanted == len(parts) and (measured[-1] or MEASURED.search(parts[-1])):
        return _with_front(_with_end(parts))
    if wanted == len(parts):
        return parts
    whole = _merged(parts, measured)
    if both and wanted <= 1 and len(whole) > 1 and measured[-1] and not all(measured) and sum(measured) > 1:
        return _with_front(whole)
    among = re.search(r"中(?:的)?[^中、]{1,12}(?:比例|比重|占比|率)$", parts[-1])
    if both and wanted <= 1 and among and "和" in subject:
        whole = [one for one in re.split("和|及|以及", subject) if one]
        return [one if one.endswith(among.group()) else one + among.group() for one in whole]
    merged = _merged(parts, measured)
    if (
        len(merged) > 1
        and len(merged) in (wanted, wanted or len(merged))
        and (wanted != 1 or all(map(_ENDS_RATE.search, merged)))
    ):
        return _with_front(merged)
    persons = all(_ENDS_PERSON.search(one) for one in parts[:-1])
    if wanted <= 1 and measured[-1] and persons and (both or _PAID.search(parts[-1])):
        return _with_front(_with_end(parts))
    end = _ATTRIBUTE.search(parts[-1])
    alike = parts[-1][: end.start()][-2:] if end else ""
    if both and wanted <= 1 and alike and all(one.endswith(alike) for one in parts[:-1]):
        return [*(one + end.group() for one in parts[:-1]), parts[-1]] if end else parts
    if wanted <= 1 and measured[-1] and both and _tail(parts[-1]) and "的" not in parts[0]:
        return _with_end(parts)
    return [subject]


def _merged(parts: list[str], measured: list[bool]) -> list[str]:
    """Return the parts put together up to each that ends in a measure."""
    merged, held = [], ""
    for one, ends in zip(parts, measured, strict=True):
        held = f"{held}和{one}" if held else one
        if ends:
            merged.append(held)
            held = ""
    if held and merged:
        merged[-1] += f"和{held}"
    return merged or [held]


def _tail(last: str) -> str:
    """Return what the last of several parts says of all of them: the words behind its persons, else its measure."""
    for pattern in (PERSONS, BODIES):
        ends = [one.end() for one in pattern.finditer(last)]
        if ends and MEASURED.search(last[ends[-1] :]):
            return last[ends[-1] :]
    end = _ATTRIBUTE.search(last)
    return end.group() if end else ""


def _with_end(parts: list[str]) -> list[str]:
    tail = _tail(parts[-1])
    run = re.match(rf"(?:{BODIES.pattern})+", parts[-1])
    if run and MEASURED.search(parts[-1][run.end() :]) and all(_ENDS_BODY.search(one) for one in parts[:-1]):
        tail = parts[-1][run.end() :]
    if parts[-1][0] in _LEVELS and all(one in _LEVELS for one in parts[:-1]):
        return [*(one + parts[-1][1:] for one in parts[:-1]), parts[-1]]
    return [one if one == parts[-1] or MEASURED.search(one) else one + tail for one in parts]


def _with_front(parts: list[str]) -> list[str]:
    """Return the parts, those that name nobody with the persons of the first: 儿童超重率, 肥胖率."""
    first = parts[0]
    found = re.match(rf".*?{PERSONS.pattern}", first)
    front = found.group() if found and not MEASURED.fullmatch(first[found.end() :] or " ") else ""
    if not front or front == first:
        return parts
    return [one if PERSONS.search(one) or BODIES.match(one) or _AGE.search(one) else front + one for one in parts]


def completed(name: str, before: str) -> str:
    """Return a name made whole by the one before it in the sentence.

    Parameters
    ----------
    name : str
        As it stands before its value; may be empty, a measure alone (覆盖率), or persons alone (初中生).
    before : str
        The name before, or the words of the clause before; empty for none.
    """
    if not name:
        return before
    if not before:
        return name
    if _SHORT.match(name):
        found = re.match(rf"(.*)(?:{_SHORT.pattern.strip('^$')})$", before)
        base = found.group(1) if found and found.group(1) else before
        return name if base == name else base + name
    if MEASURED.search(name) or not (_ENDS_PERSON.search(name) or _ENDS_BODY.search(name)) or len(name) > 12:
        return name
    if not PERSONS.search(before) and _ENDS_PERSON.search(name) and MEASURED.search(before):
        return name + before
    persons = list(PERSONS.finditer(before)) or list(BODIES.finditer(before))
    if (
        persons and persons[-1].end() == len(before) and MEASURED.search(before[: persons[-1].start()])
    ):  # the measure first: 每天睡眠时间小学生
        return before[: persons[-1].start()] + name
    tail = _tail(before)
    return name + tail if tail else name
