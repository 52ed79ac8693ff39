"""What `workbench plan new` prints: what was found, and what a person has to decide."""

from __future__ import annotations

from pathlib import Path

from analysis.exceptions import Lang, Text, Where, usage
from analysis.places import shown
from analysis.plan.drafting import fates
from analysis.plan.drafting.book import write_book
from analysis.plan.drafting.draft import DraftPlan, draft_plan, summary_counts
from analysis.plan.drafting.found import ASK, LIKELY, SURE
from analysis.plan.targets import KINDS

BOOK = "plan.xlsx"
_MOST = 12  # lines of one list


def draft_book(source: Path, out: Path | None, years: str, lang: Lang) -> str:
    """Write the workbook of a plan's document and return what is to be said of it.

    Parameters
    ----------
    source : Path
        The document.
    out : Path, optional
        The folder of the workbook; one named as the document, in the current folder, where none is given.
    years : str
        First and last year, such as 2021-2030; empty where the document says them.
    lang : Lang
        Of what is said.

    Raises
    ------
    UsageError, DataError
        As `draft.draft_plan`; years that are none; a workbook is there already, which somebody may have filled in.
    """
    span = _years(years)
    path = (out if out is not None else Path(source.stem)) / BOOK
    if path.exists():
        raise usage(
            Text("工作簿已经存在，可能已有人修改", "the workbook is there already, and may have been filled in"),
            Where(file=shown(path), item="--out"),
            Text("还没有 plan.xlsx 的文件夹", "a folder without a plan.xlsx"),
            Text("请换一个文件夹，或先移走旧的工作簿。", "Choose another folder, or move the old one away."),
        )
    plan = draft_plan(source, span)
    write_book(path, plan)
    return said_of(plan, shown(path), lang)


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = text.replace("—", "-").partition("-")
    if not (first.isdigit() and last.isdigit() and 1950 <= int(first) < int(last) <= 2100):
        raise usage(
            Text(f"“{text[:40]}”", f"'{text[:40]}'"),
            Where(item="--years"),
            Text("起止年份，如 2021-2030", "first and last year, such as 2021-2030"),
            Text("请更正 --years。", "Correct --years."),
        )
    return int(first), int(last)


def said_of(plan: DraftPlan, path: str, lang: Lang) -> str:
    """Return what was found in a document, and what is open, as text."""
    zh = lang == "zh"
    front, counts = plan.front, summary_counts(plan)
    grades = [sum(one.asked.sure == grade for one in plan.targets) for grade in (SURE, LIKELY, ASK)]
    numbers = sum(one.asked.value is not None for one in plan.targets)
    standard = sum(bool(one.standard) for one in plan.indicators)
    listed = "，".join(f"{name} {count}" for name, count in counts.most_common())
    kinds: dict[str, int] = {}
    for one in plan.targets:
        kinds[one.asked.kind] = kinds.get(one.asked.kind, 0) + 1
    of_kinds = ("、" if zh else ", ").join(f"{KINDS[kind].title(lang)} {count}" for kind, count in kinds.items())
    period = front.period
    lines = [
        f"{front.title}（{period.first}—{period.last}）" if zh else f"{front.title} ({period.first}-{period.last})",
        f"领域 {len(plan.domains)} 个，目标 {len(plan.goals)} 项，措施 {len(plan.measures)} 项。"
        if zh
        else f"{len(plan.domains)} domains, {len(plan.goals)} goals, {len(plan.measures)} measures.",
        f"具体目标 {len(plan.targets)} 条，其中含数值 {numbers} 条："
        f"确定 {grades[0]}，请核对 {grades[1]}，请决定 {grades[2]}。"
        if zh
        else f"{len(plan.targets)} targets, {numbers} with a number: "
        f"{grades[0]} sure, {grades[1]} to check, {grades[2]} to decide.",
        f"类型：{of_kinds}。" if zh else f"Kinds: {of_kinds}.",
        f"指标 {len(plan.indicators)} 个，对应标准指标 {standard} 个，新拟 {len(plan.indicators) - standard} 个。"
        if zh
        else f"{len(plan.indicators)} indicators: {standard} standard, {len(plan.indicators) - standard} drafted anew.",
        f"数字 {len(plan.numerals)} 处，另有条目编号 {plan.entries} 个。去向：{listed}。"
        if zh
        else f"{len(plan.numerals)} numerals, {plan.entries} numbers of entries beside. Fates: {listed}.",
        "",
        "须由人决定：" if zh else "To be decided by a person:",
        *_open(plan, zh),
        "",
        f"请核对 {path}，然后运行：workbench plan build {path}"
        if zh
        else f"Review {path}, then: workbench plan build {path}",
    ]
    return "\n".join(lines)


def _open(plan: DraftPlan, zh: bool) -> list[str]:
    lines = [
        f"  规划编号和地区代码（“规划”页）{''.join(plan.front.why)}"
        if zh
        else "  id and area code of the plan (sheet 规划)"
    ]
    rows = [(one.id, one.parent.item.clause, "".join(one.asked.why)) for one in plan.targets if one.asked.sure == ASK]
    lines += [f"  {id}  {clause}  {why}" for id, clause, why in rows[:_MOST]]
    if len(rows) > _MOST:
        lines.append(f"  ……另有 {len(rows) - _MOST} 条目标" if zh else f"  ... and {len(rows) - _MOST} more targets")
    new = sum(not one.standard for one in plan.indicators)
    lines.append(
        f"  新拟指标 {new} 个的定义、来源和责任部门"
        if zh
        else f"  definition, source and department of {new} drafted indicators"
    )
    heads = [one for one in plan.numerals if one.fate.reason == fates.HEAD]
    tables = [one for one in plan.numerals if one.fate.reason == fates.TABLE]
    undecided = [one for one in plan.numerals if one.fate.reason == fates.UNKNOWN]
    if heads:
        places = "、".join(dict.fromkeys(one.sentence[:20] for one in heads[:4]))
        lines.append(
            f"  标题中的数字 {len(heads)} 处未作目标：{places}"
            if zh
            else f"  {len(heads)} numerals in headings are no targets: {places}"
        )
    if tables:
        lines.append(
            f"  表格中的数字 {len(tables)} 处没有读取，请在“具体目标”页补录"
            if zh
            else f"  {len(tables)} numerals in tables were not read"
        )
    if undecided:
        lines.append(
            f"  没有判断出去向的数字 {len(undecided)} 处（“数字清单”橙色行）"
            if zh
            else f"  {len(undecided)} numerals without a fate"
        )
    return lines
