"""Which further counts to hide, so that no hidden one can be worked out: the least costly choice, by cutting planes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from analysis.data.disclosure.equations import System
from analysis.data.disclosure.sums import Cell

ROUNDS = 60
_NEAR = 1e-5


class Attack:
    """What a reader can work out of one table, given what of it is hidden: linear programmes over its equations.

    Parameters
    ----------
    one : System
    hidden : array of bool (n,)
    tables : list of array (n,), optional
        Changes that leave every sum as it is, found before; those of hidden cells serve again, new ones are added.

    References
    ----------
    Fischetti and Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
    Management Science 47: the attacker's problems and the cuts their duals give.
    """

    def __init__(self, one: System, hidden: np.ndarray, tables: list[np.ndarray] | None = None) -> None:
        self.tables = [] if tables is None else tables
        self.one, self.columns = one, np.flatnonzero(hidden)
        self.rows = np.flatnonzero(one.matrix[:, self.columns].any(axis=1))
        self.down, self.up = one.values - one.low, one.high - one.values
        self.part = csr_array(one.matrix[np.ix_(self.rows, self.columns)])
        self.bounds = np.column_stack([-self.down, self.up])[self.columns]

    def known(self, needed: Mapping[int, float]) -> list[int]:
        """Return the wanted unknowns of which a reader knows more than is allowed.

        `needed` holds how far apart its possible values must lie. A table found possible for one unknown serves for
        all: each programme pushes one up or down with all its weight, and those not done yet with ever less.
        """
        place = {int(i): at for at, i in enumerate(self.columns)}
        least = np.array([needed.get(int(i), 0.0) for i in self.columns])
        fixed = np.ones(len(self.one.values), bool)
        fixed[self.columns] = False
        before = [np.zeros(len(self.columns)), *(one[self.columns] for one in self.tables if not one[fixed].any())]
        highest, lowest = np.max(before, axis=0), np.min(before, axis=0)
        out, open_ = list[int](), [place[int(i)] for i in self.columns if i in needed]
        while open_ := [at for at in open_ if highest[at] - lowest[at] < least[at] - _NEAR]:
            first, *others = open_
            for sign in (-1.0, 1.0):
                cost = np.zeros(len(self.columns))
                cost[others] = -np.maximum(0.5 ** np.arange(1, len(open_)), 1e-3)
                cost[first] = 10 * sign
                at, _ = self._solved(cost)
                whole = np.zeros(len(fixed))
                whole[self.columns] = at
                self.tables.append(whole)
                highest, lowest = np.maximum(highest, at), np.minimum(lowest, at)
                if highest[first] - lowest[first] >= least[first] - _NEAR:
                    break
            else:
                out.append(int(self.columns[first]))
            open_ = others
        return out

    def width(self, i: int) -> tuple[float, np.ndarray]:
        """Return how far apart the possible values of an unknown lie, and the credit each unknown has in it.

        Whatever is hidden, the width is at most the sum of the credits of what is.
        """
        credit, at = np.zeros(len(self.one.values)), int(np.searchsorted(self.columns, i))
        for sign in (1.0, -1.0):
            cost, whole = np.zeros(len(self.columns)), np.zeros(len(credit))
            cost[at] = whole[i] = sign
            _, duals = self._solved(cost)
            left = whole - duals @ self.one.matrix[self.rows]
            left[np.abs(left) < 1e-9] = 0
            credit += np.maximum(left, 0) * self.down + np.maximum(-left, 0) * self.up
        return float(credit[self.columns].sum()), credit

    def _solved(self, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the changes that cost least and leave every sum as it is, and the duals of the sums."""
        if not len(self.rows):
            return np.where(cost > 0, self.bounds[:, 0], np.where(cost < 0, self.bounds[:, 1], 0)), np.zeros(0)
        done = linprog(cost, A_eq=self.part, b_eq=np.zeros(len(self.rows)), bounds=self.bounds)
        if done.status != 0:
            raise ArithmeticError(done.message)
        return done.x, done.eqlin.marginals


def protect(
    systems: Sequence[System], cells: Sequence[Cell], costs: Mapping[Cell, float], small: Collection[Cell], width: float
) -> set[Cell]:
    """Return the cells to hide: those that are small, and the least costly others that keep a reader from any hidden.

    Of every hidden cell, in every system, a reader must think values possible that lie `width` apart, or as far apart
    as they would were all cells hidden. Where the solver has no answer, or none after `ROUNDS` rounds, all are hidden.

    Parameters
    ----------
    systems : sequence of System
        The tables published of the same cells, such as those of several vintages.
    cells : sequence of Cell
        What may be hidden; the order decides between choices that cost the same.
    costs : mapping
    small : collection of Cell
        Hidden in any case.
    width : float
    """
    try:
        return _least(systems, cells, costs, small, width)
    except ArithmeticError:  # an attack that could not be reckoned is not a failed attack
        return set(cells)


def _least(
    systems: Sequence[System], cells: Sequence[Cell], costs: Mapping[Cell, float], small: Collection[Cell], width: float
) -> set[Cell]:
    place = {cell: j for j, cell in enumerate(cells)}
    views = [_View(one, place, width) for one in systems]
    fixed = np.array([cell in small for cell in cells], float)
    cuts = [cut for view in views for cut in view.single()]
    price = np.array([costs[cell] for cell in cells])
    for _ in range(ROUNDS):
        chosen = _cheapest(price, fixed, cuts)
        if chosen is None:
            break
        new = [cut for view in views for cut in view.broken(chosen)]
        if not new:
            return {cell for cell, hide in zip(cells, chosen, strict=True) if hide}
        cuts += new
    return set(cells)


def _cheapest(price: np.ndarray, fixed: np.ndarray, cuts: Sequence[_Cut]) -> np.ndarray | None:
    """Return the least costly choice of hidden cells that satisfies all cuts, None where the solver finds none."""
    if not cuts:
        return fixed > 0
    limits = LinearConstraint(csr_array(np.array([cut.credit for cut in cuts])), [cut.least for cut in cuts])
    whole = np.ones(len(price))
    done = milp(price, constraints=limits, integrality=whole, bounds=(fixed, whole), options={"mip_rel_gap": 0})
    return np.asarray(done.x > 0.5) if done.status == 0 else None


@dataclass(frozen=True)
class _Cut:
    credit: np.ndarray
    least: float


class _View:
    """One system, seen from the cells that may be hidden."""

    def __init__(self, one: System, place: Mapping[Cell, int], width: float) -> None:
        self.one, self.size = one, len(place)
        reported = np.flatnonzero(one.reported)
        self.at = np.full(len(one.values), -1)
        self.at[reported] = [place[cell] for i in reported if (cell := one.cells[i]) is not None]
        self.asked = np.flatnonzero(one.reported | one.implied)
        self.width, self.known, self.tables = width, dict[int, float](), list[np.ndarray]()

    def needed(self, i: int) -> float:
        """Return how far apart the possible values of a cell are to lie: as far as they would were all hidden."""
        if i not in self.known:
            self.known[i] = Attack(self.one, np.ones(len(self.one.values), bool)).width(i)[0]
        return min(self.width, self.known[i])

    def broken(self, chosen: np.ndarray) -> Iterator[_Cut]:
        """Yield a cut for each cell that a reader knows too well under a choice, which it rules out."""
        hidden = np.where(self.at >= 0, chosen[self.at], True)
        reader = Attack(self.one, hidden, self.tables)
        least = {int(i): min(self.width, self.known.get(int(i), self.width)) for i in self.asked if hidden[i]}
        for i in reader.known(least):
            width, credit = reader.width(i)
            if width < self.needed(i) - _NEAR:
                yield self._cut(i, credit, self.needed(i))

    def single(self) -> Iterator[_Cut]:
        """Yield what each sum by itself asks: a hidden cell can move as far only as the other hidden ones make up for.

        It rises where parts beside it fall, or the total rises; it falls by what is in it.
        """
        down, up = self.one.values - self.one.low, self.one.high - self.one.values
        for row in self.one.matrix:
            members = np.flatnonzero(row)
            for i in members:
                if self.at[i] < 0 or up[i] + down[i] < _NEAR:
                    continue
                same = np.sign(row) == np.sign(row[i])
                for ours, others in ((down[i], np.where(same, down, up)), (up[i], np.where(same, up, down))):
                    credit = np.zeros(len(row))
                    credit[members] = others[members]
                    credit[i] = ours
                    needed = min(self.width, credit.sum())
                    if needed > ours + credit[self.at < 0].sum() + _NEAR:
                        yield self._cut(int(i), credit, needed)

    def _cut(self, i: int, credit: np.ndarray, needed: float) -> _Cut:
        """Return: the credits of other hidden cells make up what cell `i`, where hidden, needs beyond its own."""
        others = credit.copy()
        others[i] = 0
        rest = needed - credit[i] - others[self.at < 0].sum()
        out = np.zeros(self.size)
        np.add.at(out, self.at[self.at >= 0], np.minimum(others, rest)[self.at >= 0])
        if self.at[i] < 0:  # nobody reported it: it is hidden whatever is chosen
            return _Cut(out, rest)
        out[self.at[i]] = -rest
        return _Cut(out, 0.0)
