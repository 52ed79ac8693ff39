"""The years that may be compared across a start: one definition only, special years left out, as many a side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from analysis.exceptions import Text


@dataclass(frozen=True)
class Window:
    """Years before and since a start that were measured alike.

    Parameters
    ----------
    before, after : tuple of int
        Years in order.
    notes : tuple of Text
        What was left out of the years that would have been compared otherwise.
    broken : Text, optional
        Why nothing is compared, where changes of definition leave fewer than `least` years on one side.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    notes: tuple[Text, ...] = ()
    broken: Text | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """Return all years compared."""
        return (*self.before, *self.after)


def comparable(
    years: Iterable[int],
    start: int,
    breaks: Collection[int] = (),
    shocks: Collection[int] = (),
    most: int | None = None,
    least: int = 1,
) -> Window:
    """Return the years that may be compared across `start`.

    Only the years of the definition that was valid when the measure began count: those from the last change up to
    `start` (its year measured anew) to the next change after it. Special years are left out.

    Parameters
    ----------
    years : iterable of int
        Years with a value.
    start : int
        First year under the measure.
    breaks, shocks : collections of int
        Years from which the definition is another one; years of a declared special event. Both may lack a value.
    most : int, optional
        As many years on either side, at most so many; all years by default.
    least : int
        Years a side that a change of definition must leave; below, nothing is compared.

    Returns
    -------
    Window
    """
    every = sorted(set(years))
    since = max((year for year in breaks if year <= start), default=None)
    until = min((year for year in breaks if year > start), default=None)
    alike = [y for y in every if (since is None or y >= since) and (until is None or y < until)]
    naive = _sides(every, start, most)
    found = _sides([year for year in alike if year not in shocks], start, most)
    span = range(min((*naive[0], start)), max((*naive[1], start)) + 1)
    changed = [b for b in (since, until) if b is not None and span.start < b < span.stop]
    if changed and min(map(len, found)) < min(least, *map(len, naive)):
        return Window(*found, broken=_broken(changed))
    notes = []
    if changed:
        notes.append(_only(changed))
    special = [year for year in every if year in shocks and year in span]
    if special:
        notes.append(_special(special))
    return Window(*found, tuple(notes))


def _sides(years: Sequence[int], start: int, most: int | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    before = tuple(year for year in years if year < start)
    after = tuple(year for year in years if year >= start)
    if most is None:
        return before, after
    each = min(len(before), len(after), most)
    return before[len(before) - each :], after[:each]


def listed(years: Iterable[int]) -> Text:
    """Return years as a list in words."""
    names = [str(year) for year in years]
    return Text("、".join(names), ", ".join(names))


def _broken(years: Sequence[int]) -> Text:
    when = listed(years)
    return Text(
        f"{when.zh}年统计口径变化，口径一致的年份不足，实施前后不作比较",
        f"the definition changed in {when.en}: too few years of one definition, before and after are not compared",
    )


def _only(years: Sequence[int]) -> Text:
    when = listed(years)
    return Text(
        f"{when.zh}年统计口径变化，只比较口径一致的年份",
        f"the definition changed in {when.en}: only years of one definition are compared",
    )


def _special(years: Sequence[int]) -> Text:
    when = listed(years)
    return Text(f"不计特殊事件年份{when.zh}年", f"special years left out: {when.en}")
