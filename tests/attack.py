"""What a reader of a public run's folder can work out: linear programmes over all it publishes, by no code of ours.

Nothing of `analysis` is imported: the sums are built from the published files alone. Every cell that a sum names is an
unknown where it is not published, totals too, whether a row was printed for it or not.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog, milp
from scipy.sparse import block_diag, csr_matrix

BREAKDOWNS = ["sex", "age", "residence", "group"]
KEY = ["indicator", "ref_area", "time_period", *BREAKDOWNS, "source", "vintage"]
SCALE = {"percent": 100, "per_1000": 1e3, "per_10000": 1e4, "per_100000": 1e5}
ALWAYS = {"sex": {"F", "M"}, "residence": {"R", "U"}, "age": set(), "group": set()}
RURAL = {"street": "U", "town": "R"}
DEATHS = ["nmr", "imr", "u5mr"]  # each is part of the next, whoever reads knows
TEXT = dict.fromkeys([*BREAKDOWNS, "indicator", "ref_area", "source", "vintage", "unit", "obs_status", "note"], str)
FREE = 1e7


@dataclass
class Found:
    """How wide the values are that a reader must still think possible of each hidden cell."""

    widths: dict[tuple, float] = field(default_factory=dict)
    impossible: list[tuple] = field(default_factory=list)  # tables whose sums contradict one another

    @property
    def recovered(self) -> list[tuple]:
        return sorted(key for key, width in self.widths.items() if width < 0.5)

    def narrow(self, threshold: float) -> list[tuple]:
        return sorted(key for key, width in self.widths.items() if width < threshold - 1e-6)


def published(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return every row of counts that a run's folder holds, its areas and its area."""
    places = [folder / "inputs" / "data", folder / "tables", folder / "indicators"]
    files = [path for place in places for path in sorted(place.glob("*.csv*"))]
    rows = [pd.read_csv(path, dtype=TEXT, keep_default_na=False, na_values=[""]) for path in files]
    tables = [one for one in rows if set(KEY) <= set(one) and "numerator" in one]
    assert tables
    table = pd.concat(tables, ignore_index=True)
    known = table.sort_values("numerator", na_position="last").drop_duplicates(KEY)  # published anywhere is published
    areas = pd.read_csv(folder / "inputs" / "data" / "areas.csv", dtype=str, keep_default_na=False)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return known.sort_values(KEY, ignore_index=True), areas, str(record["area"])


def attack(table: pd.DataFrame, areas: pd.DataFrame, whole: bool = False, nested: bool = True) -> Found:
    """Return how wide each hidden cell is that stands in `table`, by all the sums there are.

    `whole` looks for whole numbers (slow): what fractions allow and whole numbers do not.
    """
    found = Found()
    rows = [
        row for row in table.to_dict("records") if row["unit"] in SCALE and row["denominator"] == row["denominator"]
    ]
    groups = defaultdict(list)
    ages = defaultdict(set)
    for row in rows:
        stem, _, name = row["indicator"].rpartition(".")
        family = f"{stem}.deaths" if nested and name in DEATHS else row["indicator"]
        groups[family, int(row["time_period"]), row["source"], row["vintage"]].append(row)
        for one in ("age", "group"):
            ages[row["indicator"], one].add(row[one])
    for name, members in sorted(groups.items()):
        if any(row["obs_status"] == "C" for row in members):
            _attack_one(name, members, ages, areas, whole, found)
    return found


def _attack_one(name, members, ages, areas, whole, found):
    cells = {(row["indicator"], row["ref_area"], *(row[one] for one in BREAKDOWNS)): row for row in members}
    place: dict[tuple, int] = {key: i for i, key in enumerate(cells)}
    sums = []
    for indicator in sorted({key[0] for key in cells}):
        own = {key for key in cells if key[0] == indicator}
        sums += list(_sums(indicator, own, ages, areas))
    for total, parts in sums:
        for key in (total, *parts):
            place.setdefault(key, len(place))
    low, high = np.zeros(len(place)), np.full(len(place), FREE)
    for key, row in cells.items():
        i, known = place[key], _events(row)
        ratio = max(row["denominator"], known if known == known else 0)
        low[i], high[i] = (known, known) if known == known else (0, ratio)
    equal = np.zeros((len(sums), len(place)))
    for k, (total, parts) in enumerate(sums):
        equal[k, place[total]] = 1
        for key in parts:
            equal[k, place[key]] -= 1
    within = [(key, (key[0].replace(f".{a}", f".{b}"), *key[1:])) for a, b in itertools.pairwise(DEATHS)
              for key in place if key[0].endswith(f".{a}")]  # fmt: skip
    within = [(inner, outer) for inner, outer in within if outer in place]
    upper = np.zeros((len(within), len(place)))
    for k, (inner, outer) in enumerate(within):
        upper[k, place[inner]], upper[k, place[outer]] = 1, -1
    hidden = [key for key, row in cells.items() if row["obs_status"] == "C" and _events(row) != _events(row)]
    if not hidden:
        return
    solve = _whole if whole else _blocks
    ends = solve([place[key] for key in hidden], equal, upper, low, high)
    if ends is None:
        found.impossible.append(name)
        return
    for key, (least, most) in zip(hidden, ends, strict=True):
        found.widths[*name, *key] = np.floor(most + 1e-5) - np.ceil(least - 1e-5)


def _events(row) -> float:
    if row["numerator"] == row["numerator"]:
        return float(row["numerator"])
    if row["obs_value"] == row["obs_value"]:
        return float(round(row["obs_value"] * row["denominator"] / SCALE[row["unit"]]))
    return float("nan")


def _sums(indicator, own, ages, areas):
    """Yield total and parts of every sum that an indicator's cells imply."""
    for n, one in enumerate(BREAKDOWNS, start=2):
        codes = (ages[indicator, one] if one in ("age", "group") else ALWAYS[one]) - {"_T"}
        if one == "group" and len(codes) < 2:
            continue
        for stem in sorted({(*key[:n], "_T", *key[n + 1 :]) for key in own if key[n] != "_T"}):
            if one != "group":  # groups need not make up the whole
                yield stem, [(*stem[:n], code, *stem[n + 1 :]) for code in sorted(codes)]
    level = dict(zip(areas["code"], areas["level"], strict=True))
    below = defaultdict(list)
    for code, parent in zip(areas["code"], areas["parent"], strict=True):
        below[parent].append(code)
    for parent, children in sorted(below.items()):
        for rest in sorted({key[2:] for key in own if key[1] in children}):
            yield (indicator, parent, *rest), [(indicator, child, *rest) for child in children]
            kinds = {level[child] for child in children}
            if rest[2] == "_T" and kinds == set(RURAL):
                for kind, code in RURAL.items():
                    parts = [(indicator, child, *rest) for child in children if level[child] == kind]
                    yield (indicator, parent, *rest[:2], code, *rest[3:]), parts


def _blocks(wanted, equal, upper, low, high):
    """Return the least and the most each wanted cell can be: one programme of many blocks."""
    n, m = len(low), 2 * len(wanted)
    cost = np.zeros((m, n))
    for k, i in enumerate(wanted):
        cost[2 * k, i], cost[2 * k + 1, i] = 1, -1
    done = linprog(
        cost.ravel(),
        A_eq=block_diag([csr_matrix(equal)] * m) if len(equal) else None,
        b_eq=np.zeros(m * len(equal)) if len(equal) else None,
        A_ub=block_diag([csr_matrix(upper)] * m) if len(upper) else None,
        b_ub=np.zeros(m * len(upper)) if len(upper) else None,
        bounds=np.column_stack([np.tile(low, m), np.tile(high, m)]),
    )
    if done.status != 0:
        return None
    at = done.x.reshape(m, n)
    return [(at[2 * k, i], at[2 * k + 1, i]) for k, i in enumerate(wanted)]


def _whole(wanted, equal, upper, low, high):
    ends = []
    limits = [(equal, 0, 0)] if len(equal) else []
    limits += [(upper, -np.inf, 0)] if len(upper) else []
    for i in wanted:
        both = []
        for sign in (1, -1):
            cost = np.zeros(len(low))
            cost[i] = sign
            done = milp(cost, constraints=limits, integrality=np.ones(len(low)), bounds=(low, high))
            if done.status != 0:
                return None
            both.append(done.x[i])
        ends.append(tuple(both))
    return ends
