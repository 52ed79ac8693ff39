"""The sums between the counts of one table as a reader sees them: equations with unknowns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from analysis.data.disclosure.sums import Cell, Sum

DEATHS = ("nmr", "imr", "u5mr")  # ends of ids: neonatal deaths are infant deaths, those are deaths under five
_SAME = 0.5  # counts are whole: what differs by less is the same


@dataclass(frozen=True)
class Count:
    """A reported count: events, and the people they are among [persons], None where nobody said."""

    events: float
    people: float | None
    share: bool  # the people without the event count too

    def small(self, threshold: int) -> bool:
        """Return whether 1 to `threshold` - 1 people stand behind it, with the event or, of a share, without."""
        others = self.people - self.events if self.share and self.people is not None else 0
        return 0 < self.events < threshold or 0 < others < threshold


@dataclass(frozen=True)
class System:
    """The counts of a table, and the equations between them: `matrix` times any possible table is the same.

    Attributes
    ----------
    cells : tuple
        The unknowns; None for what is over where parts do not make up the whole.
    values : array (n,)
        A table that satisfies the sums: what was reported, and something possible for what was not.
    matrix : array (m, n)
    low, high : array (n,)
        What a reader knows of each count beforehand: none is negative, none is above its people.
    reported : array of bool (n,)
        What may be published or hidden; the rest no reader ever sees.
    implied : array of bool (n,)
        What was not reported, and is small, and follows where all else of a sum is published.
    """

    cells: tuple[Cell | None, ...]
    values: np.ndarray
    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reported: np.ndarray
    implied: np.ndarray


def system(counts: Mapping[Cell, Count], every: Collection[Sum], threshold: int) -> System:
    """Return the equations between counts that hold in fact; sums that do not hold tell a reader nothing.

    Parameters
    ----------
    counts : mapping
        What was reported.
    every : collection of Sum
        The sums that could hold.
    threshold : int
        Counts from 1 to below it are small.
    """
    held, implied = list[Sum](), set[Cell]()
    over = dict[int, float]()
    for total, parts in every:
        known = [part for part in parts if part in counts]
        if total not in counts:
            held.append((total, parts))
            continue
        rest = counts[total].events - sum(counts[part].events for part in known)
        missing = [part for part in parts if part not in counts]
        if abs(rest) < _SAME:
            held.append((total, tuple(known)))
        elif rest > 0:
            if not missing:
                over[len(held)] = rest
            if len(missing) == 1 and _rest(counts, total, known, rest).small(threshold):
                implied.add(missing[0])
            held.append((total, parts))
    cells = list(dict.fromkeys([*sorted(counts), *(one for total, parts in held for one in (total, *parts))]))
    place = {cell: i for i, cell in enumerate(cells)}
    inside = list(_inside(cells, counts))
    n, m = len(cells) + len(over) + len(inside), len(held) + len(inside)
    matrix, values = np.zeros((m, n)), np.full(n, np.nan)
    values[: len(counts)] = [counts[cell].events for cell in cells[: len(counts)]]
    for k, (total, parts) in enumerate(held):
        matrix[k, place[total]] = 1
        matrix[k, [place[part] for part in parts]] = -1
    for i, (k, rest) in enumerate(over.items(), start=len(cells)):
        matrix[k, i], values[i] = -1, rest
    for k, (part, whole) in enumerate(inside):
        own = len(cells) + len(over) + k
        matrix[len(held) + k, [place[whole], place[part], own]] = 1, -1, -1
    matrix, values = _completed(matrix, values)
    reported = np.arange(n) < len(counts)
    high = np.full(n, 4 * max(values.max(initial=0), threshold))
    for i, cell in enumerate(cells[: len(counts)]):
        people = counts[cell].people
        if people is not None:
            high[i] = max(people, values[i])
    return System(
        (*cells, *[None] * (n - len(cells))),
        values,
        matrix,
        np.zeros(n),
        high,
        reported,
        np.array([cell in implied for cell in cells] + [False] * (n - len(cells))),
    )


def _rest(counts: Mapping[Cell, Count], total: Cell, known: Collection[Cell], events: float) -> Count:
    """Return the count that follows for the one part nobody reported."""
    people = [counts[one].people for one in (total, *known)]
    left = None if None in people else 2 * (people[0] or 0) - sum(one or 0 for one in people)
    return Count(events, left, counts[total].share)


def _inside(cells: Collection[Cell], counts: Mapping[Cell, Count]) -> Iterator[tuple[Cell, Cell]]:
    """Yield pairs of which the deaths of the first are among those of the second."""
    for inner, outer in pairwise(DEATHS):
        for cell in cells:
            stem, _, name = cell.indicator.rpartition(".")
            whole = cell._replace(indicator=f"{stem}.{outer}")
            both = cell in counts and whole in counts and counts[cell].events <= counts[whole].events
            if name == inner and both:
                yield cell, whole


def _completed(matrix: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums with something possible for what nobody reported, without those that nothing satisfies."""
    unknown = np.isnan(values)
    if not unknown.any() or not len(matrix):
        return matrix, np.nan_to_num(values)
    m = len(matrix)
    known = matrix @ np.nan_to_num(values)
    both = np.hstack([matrix[:, unknown], np.eye(m), -np.eye(m)])
    cost = np.r_[np.zeros(unknown.sum()), np.ones(2 * m)]
    done = linprog(cost, A_eq=both, b_eq=-known)
    out = values.copy()
    out[unknown] = done.x[: unknown.sum()]
    return matrix[np.abs(matrix @ out) < _SAME], out
