"""The document's own wording of each clause, kept beside the plan and nowhere else."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

from analysis.exceptions import DataError, Fault, Lang, Text, Where
from analysis.gate.names import likeness
from analysis.places import inside, shown, whole
from analysis.plan.drafting.outline import Item, outline
from analysis.plan.drafting.source import read_document
from analysis.plan.drafting.texts import clean
from analysis.plan.model import Goal, Measure, Plan
from analysis.plan.reader import folder_of, read_plan

QUOTES = "quotes.local.csv"  # left out of git and of every run: a plan is shared without its document's sentences
_ALIKE = 0.55  # likeness of a clause's title and the document's words from which they are taken for the same
_MOST = 10


def quote_plan(plan: str | Path, source: Path, lang: Lang) -> str:
    """Write the document's own words of each goal and measure beside the plan, and return what was matched.

    A clause is found by its number (二（一）主要目标3), else by its words where one alone is near.

    Parameters
    ----------
    plan : str or Path
        Id or folder.
    source : Path
        The document.
    lang : Lang
        Of what is said.

    Raises
    ------
    UsageError, PlanError, DataError
        There is no such plan or document, or no clause of it is found in the document; nothing was written.
    """
    known, folder = read_plan(plan), folder_of(plan)
    items = outline(read_document(source)).items
    found = _matched(known, items)
    clauses: list[Goal | Measure] = [*known.goals, *known.measures]
    if not found:
        raise DataError(
            (
                Fault(
                    Text("文中没有找到该规划的任何条款", "no clause of the plan in the document"),
                    Where(file=shown(source)),
                    Text(f"条款如 {clauses[0].clause}", f"clauses such as {clauses[0].clause}"),
                    Text("请核对规划和文本是否对应。", "Check whether plan and document belong together."),
                ),
            )
        )
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "clause", "text"))
    writer.writerows((one.id, one.clause, found[one.id]) for one in clauses if one.id in found)
    path = inside(folder, QUOTES)
    with whole(path) as aside:
        aside.write_text(text.getvalue(), encoding="utf-8", newline="")
    missing = [one.clause for one in clauses if one.id not in found]
    zh = lang == "zh"
    said = (
        f"{len(clauses)} 项目标和措施中，{len(found)} 项附上了原文：{shown(path)}（只留在本机）。"
        if zh
        else f"{len(found)} of {len(clauses)} goals and measures have their wording: {shown(path)} (this machine only)."
    )
    if missing:
        some = ("、" if zh else ", ").join(missing[:_MOST])
        said += (f"\n没有找到的条款 {len(missing)} 项：" if zh else f"\n{len(missing)} clauses not found: ") + some
    return said


def quotes_of(folder: Path) -> dict[str, str]:
    """Return the document's own words by the id of goals and measures; empty where none were attached."""
    path = folder / QUOTES
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as opened:
        return {row["id"]: row["text"] for row in csv.DictReader(opened)}


def _matched(plan: Plan, items: list[Item]) -> dict[str, str]:
    """Return the words of each clause found in the document, by its id."""
    numbered = {_number(one.clause): one for one in items}
    found: dict[str, str] = {}
    for part, clauses in (("goal", plan.goals), ("measure", plan.measures)):
        for clause in clauses:
            item = numbered.get(_number(clause.clause))
            if item is None or item.part != part:
                item = _by_words(clause.title.zh, [one for one in items if one.part == part])
            if item is not None:
                found[clause.id] = item.text
    return found


def _by_words(title: str, items: list[Item]) -> Item | None:
    ranked = sorted(
        ((likeness(title, one.text[: 2 * len(title)]), place) for place, one in enumerate(items)), reverse=True
    )
    if not ranked or ranked[0][0] < _ALIKE or (len(ranked) > 1 and ranked[1][0] > 0.9 * ranked[0][0]):
        return None
    return items[ranked[0][1]]


def _number(clause: str) -> str:
    return re.sub(r"[\s（）()：:.、]", "", clean(clause))
