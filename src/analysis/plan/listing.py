"""What `workbench plan indicators` prints: the standard indicators, or those a name may mean."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.exceptions import Lang
from analysis.formats import unit_name
from analysis.plan.registry import Registry, StandardIndicator


def listed(entries: Iterable[StandardIndicator], lang: Lang) -> str:
    """Return one line an entry: code, name, unit, synonyms."""
    zh = lang == "zh"
    lines = [_line(one, lang) for one in entries]
    total = f"标准指标 {len(lines)} 个。" if zh else f"{len(lines)} standard indicators."
    return "\n".join([*lines, "", total])


def looked_up(registry: Registry, name: str, lang: Lang) -> str:
    """Return the entry that is called `name`, with its definition; else the nearest with their likeness in percent."""
    zh = lang == "zh"
    found = registry.find(name)
    if found:
        return "\n".join([_line(found, lang), found.definition(lang)])
    near = registry.near(name)
    if not near:
        return (
            f"没有名为“{name}”或与之相近的标准指标。"
            if zh
            else f"No standard indicator is called '{name}', or nearly so."
        )
    head = (
        f"没有名为“{name}”的标准指标，相近的有（相似度，须人工确认）："
        if zh
        else f"No standard indicator is called '{name}'; near it (likeness, to be confirmed by a person):"
    )
    return "\n".join([head, *(f"{_percent(share):>4}  {_line(one, lang)}" for one, share in near)])


def _percent(share: float) -> str:
    """Return a likeness below 1 in whole percents; what is not the same name never shows 100 %."""
    return f"{min(round(share * 100), 99)}%"


def _line(one: StandardIndicator, lang: Lang) -> str:
    zh = lang == "zh"
    head = f"{one.code}  {one.name(lang)}{f'（{unit_name(one.unit)}）' if zh else f' ({unit_name(one.unit, lang)})'}"
    return f"{head}  {('、' if zh else '; ').join(one.synonyms)}".rstrip()
