"""The year a sheet is about, from its name, its title and what was told; where they disagree it has none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.exceptions import Text
from analysis.gate.periods import FIRST, LAST
from analysis.gate.texts import text

_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年(?!\s*\d{1,2}\s*月|初|起|版)")
_SPAN = re.compile(r"\d{4}\s*年?\s*[-–—~～至]\s*\d{2,4}")


def years_in(said: str) -> set[int]:
    """Return the years a name or title says it is about; a span of years and a date say none."""
    plain = text(said)
    years = [plain] if re.fullmatch(r"\d{4}", plain) else _YEAR.findall(_SPAN.sub("", plain))
    found = {int(one) for one in years}
    return {year for year in found if FIRST <= year <= LAST}


def year_of(sheet: str, titles: Iterable[str], told: int | None) -> tuple[int | None, Text | None]:
    """Return the year of a sheet's rows that have none of their own, or why there is none.

    Parameters
    ----------
    sheet : str
        Its name.
    titles : iterable of str
        What stands above its header.
    told : int or None
        What the form or the command says.

    Returns
    -------
    year, fault
        `fault` is None where nothing contradicts; both are None where nothing says a year.
    """
    by_name = years_in(sheet)
    by_title = set().union(*(years_in(one) for one in titles))
    said = {
        "工作表名": by_name if len(by_name) == 1 else set(),
        "标题": by_title if len(by_title) == 1 else set(),
        "填报年份或 --year": {told} if told else set(),
    }
    years = set().union(*said.values())
    if len(years) == 1:
        return years.pop(), None
    if not years:
        return None, None
    shown = "、".join(f"{name} {'、'.join(map(str, sorted(own))) or '未写'}" for name, own in said.items())
    names = {"工作表名": "sheet", "标题": "title", "填报年份或 --year": "told"}
    english = ", ".join(f"{names[name]} {', '.join(map(str, sorted(own))) or '-'}" for name, own in said.items())
    return None, Text(f"年份不一致：{shown}", f"the years disagree: {english}")
