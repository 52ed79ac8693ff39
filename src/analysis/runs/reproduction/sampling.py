"""The sample of a reproduction: drawn from the values of the received run, with forms to fill in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.observations import DataSet
from analysis.formats import amount
from analysis.pipeline import known_by
from analysis.plan import Plan
from analysis.runs.files import write_table
from analysis.runs.reproduction.changes import Change
from analysis.runs.reproduction.data_changes import Scope, key_of, revised, touched_targets
from analysis.runs.reproduction.received import Received, why_not
from analysis.runs.reproduction.references import below
from analysis.runs.reproduction.sample import POINTS, WRONG, Known, draw, frame, seed_of, size
from analysis.schema import ASSESSMENTS, BREAKDOWNS, DETAILS, SERIES, TABLES, TOTAL, VOLATILITY, Table, read_table

BLANK = ("found", "checked_by", "checked_on", "agrees")  # to be filled in by hand
FILE, FRAME = "sample.csv", "sample_frame.csv"
_FRAME = ["value", "targets", "reasons", "risk", "u", "chance", "drawn"]


def sample_of(
    own: Received | str,
    received: Path,
    again: Path,
    changes: Sequence[Change],
    bundle_sha256: str,
    seed: int | None = None,
    number: int | None = None,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return the sample of an unpacked bundle as facts for the record, and the whole population with its draw.

    Parameters
    ----------
    own : Received or str
        The inputs, or why they cannot be read.
    received, again : Path
        The unpacked bundle, and the run made again.
    changes : sequence of Change
        What was found to differ from the references: such values are drawn sooner.
    bundle_sha256 : str
        Gives the seed where none is chosen.
    seed, number : int, optional
    """
    chosen = seed_of(bundle_sha256) if seed is None else seed
    facts: dict[str, Any] = {
        "seed": chosen,
        "derived": seed is None,
        "size": size() if number is None else number,
        "wrong": WRONG,
    }
    none: dict[str, Any] = {"population": 0, "rows": [], "reasons": {}}
    if isinstance(own, str):
        return {**facts, **none, "why": own}, pd.DataFrame(columns=_FRAME)
    try:
        population = _population(own, received, again, changes)
        drawn = draw(population, chosen, int(facts["size"]))
    except Exception as error:  # received files may be anything: that no sample can be drawn is said in the opinion
        return {**facts, **none, "why": why_not(error)}, pd.DataFrame(columns=_FRAME)
    taken = drawn[drawn["drawn"] > 0].sort_values("drawn")
    rows = [_row(one, own.plan, own.data) for one in taken.to_dict("records")]
    facts |= {"found": 1 - (1 - WRONG) ** len(rows)}
    return {**facts, "population": len(drawn), "rows": rows, "reasons": _by_reason(drawn)}, drawn[_FRAME]


def _by_reason(drawn: pd.DataFrame) -> dict[str, list[int]]:
    """Return for each reason how many values have it, and how many of them were drawn."""
    own, taken = drawn["reasons"].str.split(";"), drawn["drawn"] > 0
    out = {}
    for name in POINTS:
        holds = own.map(lambda reasons, name=name: name in reasons)
        out[name] = [int(holds.sum()), int((holds & taken).sum())]
    return {name: counts for name, counts in out.items() if counts[0]}


def _population(own: Received, received: Path, again: Path, changes: Sequence[Change]) -> pd.DataFrame:
    as_of = int(own.record["as_of"])
    scope = Scope(own.area, below(own.area, (own.data,)), as_of)
    observed = known_by(own.data, own.plan, as_of)
    observed = observed[observed["ref_area"].isin({own.area, *scope.parts})]
    return frame(observed, own.plan, touched_targets(own.plan, scope), _known(own, received, again, changes))


def _known(own: Received, received: Path, again: Path, changes: Sequence[Change]) -> Known:
    run = again if (again / "tables" / "assessments.csv").is_file() else received
    assessments, details, restless = (_table(run, one) for one in (ASSESSMENTS, DETAILS, VOLATILITY))
    out = restless[restless["label"] != "noise"].dropna(subset=["year"])
    return Known(
        assessments,
        details,
        frozenset((str(name), int(year)) for name, year in zip(out["series_id"], out["year"], strict=True)),
        frozenset(details.loc[details["quality"].fillna("").astype(str) != "", "target"]),
        frozenset(one.item for one in changes if one.part == "data" and one.kind != "dropped"),
        frozenset(key_of(row) for row in revised(own.data.observations).to_dict("records")),
        own.rules.cuts,
    )


def _table(run: Path, table: Table) -> pd.DataFrame:
    path = run / "tables" / f"{table.name}.csv"
    return read_table(path, TABLES[table.name], trusted=True) if path.is_file() else table.empty()


def _row(one: dict[Any, Any], plan: Plan, data: DataSet) -> dict[str, Any]:
    """Return a drawn value as it is printed; cells of the form a later hand fills in are not kept here."""
    known = plan.has_indicator(one["indicator"])
    indicator = plan.indicator(one["indicator"]) if known else None
    counts = [one[name] for name in ("numerator", "denominator")]
    digits = len(f"{one['obs_value']:.4f}".rstrip("0").partition(".")[2])  # as reported, not as published
    department = plan.department_name(indicator.department) if indicator else None
    area = data.area_name(one["ref_area"])
    return {
        "number": int(one["drawn"]),
        "value": one["value"],
        **{name: str(one[name]) for name in (*SERIES, "source", "vintage", "unit", "obs_status")},
        "time_period": int(one["time_period"]),
        "obs_value": float(one["obs_value"]),
        **{name: None if cell != cell else float(cell) for name, cell in zip(("numerator", "denominator"), counts,
                                                                            strict=True)},
        "zh": indicator.name.zh if indicator else one["indicator"],
        "en": indicator.name.en if indicator else one["indicator"],
        "area_zh": area.zh,
        "area_en": area.en,
        "groups": [str(one[name]) for name in BREAKDOWNS if one[name] != TOTAL],
        "printed_zh": amount(one["obs_value"], one["unit"], "zh", digits),
        "printed_en": amount(one["obs_value"], one["unit"], "en", digits),
        "department_zh": department.zh if department else "",
        "department_en": department.en if department else "",
        "reasons": [name for name in str(one["reasons"]).split(";") if name],
        "targets": [name for name in str(one["targets"]).split(";") if name],
        "chance": round(float(one["chance"]), 4),
    }  # fmt: skip


def write_sample(facts: dict[str, Any], drawn: pd.DataFrame, folder: Path) -> None:
    """Write the sample with empty columns to fill in, and the population it was drawn from."""
    names = ["number", "indicator", "ref_area", *BREAKDOWNS, "time_period", "obs_value", "numerator", "denominator"]
    names += ["unit", "source", "vintage", "obs_status", "zh", "en", "department_zh", "reasons", "targets", "chance"]
    rows = [
        {**{name: row[name] for name in names}, **{name: ";".join(row[name]) for name in ("reasons", "targets")}}
        for row in facts["rows"]
    ]
    table = pd.DataFrame(rows, columns=names).rename(columns={"zh": "name_zh", "en": "name_en"})
    write_table(table.assign(**dict.fromkeys(BLANK, "")), folder / FILE)
    write_table(drawn, folder / FRAME)
