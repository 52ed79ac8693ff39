"""Districts add up to a city and a province: counts are added, rates worked out anew, never averaged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.schema import BREAKDOWNS, OBSERVATIONS, ROLLUP, TOTAL, is_total

SOURCE, VINTAGE = "ROLLUP", "rolled-up"
ADDED = ("count", "ten_thousand_m2", "hundred_million_yuan", "ten_thousand_yuan")  # amounts: values themselves add up
LEAST = 0.9  # share of the people that has to be covered before a sum stands for the whole
_SAME = 0.02  # two districts' factors between counts and value may differ by rounding, not by more
_KEY = ["indicator", *BREAKDOWNS]


def roll_up(
    observations: pd.DataFrame, area: str, districts: Sequence[str], reported: pd.DataFrame, least: float = LEAST
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations of an area made of its districts, and what each of them rests on.

    A rate is the sum of the numerators over the sum of the denominators; an amount is the sum of the values. A value
    stands only where the districts that reported hold at least `least` of the people (for amounts: of the districts);
    below that, and for what has neither counts nor an amount, the value the area reported itself is taken, if any.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`, one row a series and year, of the districts.
    area : str
        Code of the area.
    districts : sequence of str
        All districts of the area, also those without a row. A part of the people (a sex, town or country) is taken of
        the districts that ever reported it.
    reported : DataFrame
        `OBSERVATIONS` of the area itself.
    least : float

    Returns
    -------
    observations : DataFrame
        An `OBSERVATIONS` table; where not all districts are in, the status is E and the note says how many.
    rollup : DataFrame
        A `ROLLUP` table.
    """
    own = observations[observations["ref_area"].isin(list(districts))]
    if not len(own):
        return OBSERVATIONS.build(reported), ROLLUP.empty()
    wide = _wide(own, districts)
    units = own.drop_duplicates("indicator").set_index("indicator")["unit"]
    table = pd.DataFrame({name: np.nan for name in ("numerator", "denominator", "value")}, index=wide["value"].index)
    counted = wide["numerator"].notna() & (wide["denominator"] > 0)
    factor = _factors(wide, counted, units)
    amounts = table.index.get_level_values("indicator").isin(own.loc[own["unit"].isin(ADDED), "indicator"])
    usable = counted.to_numpy() & factor.notna().to_numpy()[:, None]
    valued = wide["value"].notna().to_numpy()
    present = pd.DataFrame(np.where(amounts[:, None], valued, usable), counted.index, counted.columns)
    table["numerator"] = wide["numerator"].where(present).sum(axis=1, min_count=1)
    table["denominator"] = wide["denominator"].where(present).sum(axis=1, min_count=1)
    table["value"] = factor * table["numerator"] / table["denominator"]
    table.loc[amounts, "value"] = wide["value"].where(present).sum(axis=1, min_count=1)[amounts]
    table = _covered(table.assign(amount=amounts), wide, present, least)
    return _rows(table, own, units, area, reported), _rollup(table, reported)


def compared(observations: pd.DataFrame, parent: str, children: Sequence[str]) -> pd.DataFrame:
    """Return what children add up to beside what the parent reports, only where every child is in.

    Returns
    -------
    DataFrame
        indicator, time_period, breakdowns, unit, ref_area; numerator, denominator, obs_value from the counts; `own`,
        the value the parent reports itself, and `difference` (own less rolled up).
    """
    reported = OBSERVATIONS.build(observations[observations["ref_area"] == parent])
    made, rollup = roll_up(observations, parent, children, reported, least=1.0)
    keys = ["indicator", "time_period", *BREAKDOWNS]
    whole = rollup[rollup["cover"] == "complete"][[*keys, "reported"]].rename(columns={"reported": "own"})
    columns = [*keys, "unit", "ref_area", "numerator", "denominator", "obs_value"]
    out = made[made["source"] == SOURCE][columns].merge(whole, on=keys)
    return out.assign(difference=out["own"] - out["obs_value"])


def _wide(own: pd.DataFrame, districts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return value, numerator and denominator as tables: a row a series and year, a column a district."""
    keyed = own.rename(columns={"obs_value": "value"}).set_index([*_KEY, "time_period", "ref_area"])
    return {
        name: keyed[name].unstack("ref_area").reindex(columns=list(districts)).sort_index()
        for name in ("value", "numerator", "denominator")
    }


def _factors(wide: dict[str, pd.DataFrame], counted: pd.DataFrame, units: pd.Series) -> pd.Series:
    """Return by what a ratio of counts becomes the value: of the unit, else what the districts agree on, else NaN."""
    rows = wide["value"].index
    named = units.reindex(rows.get_level_values("indicator"))
    known = pd.Series([SCALE.get(str(unit), np.nan) for unit in named], index=rows)
    seen = (wide["value"] * wide["denominator"] / wide["numerator"]).where(counted & (wide["numerator"] > 0))
    agreed = (seen.max(axis=1) - seen.min(axis=1)) <= _SAME * seen.median(axis=1).abs()
    return known.where(known.notna(), seen.median(axis=1).where(agreed))


def _covered(table: pd.DataFrame, wide: dict[str, pd.DataFrame], present: pd.DataFrame, least: float) -> pd.DataFrame:
    """Add how many districts are in, of how many, the share of the people they hold, and what that makes of the row."""
    known = wide["denominator"].groupby(level=_KEY)
    people = known.ffill().groupby(level=_KEY).bfill()
    people = people.T.fillna(people.mean(axis=1)).T.fillna(1.0)
    people.loc[table["amount"].to_numpy()] = 1.0
    ever = present.groupby(level=_KEY).transform("any")
    whole = np.logical_and.reduce([table.index.get_level_values(name) == TOTAL for name in BREAKDOWNS])
    asked = ever.to_numpy(bool) | whole[:, None]
    weight = people.to_numpy(float) * asked
    inside = present.to_numpy(bool)
    out = table.assign(
        areas=inside.sum(axis=1),
        of=np.maximum(asked.sum(axis=1), 1),
        coverage=(weight * inside).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12),
    )
    valued = wide["value"].notna().any(axis=1).to_numpy()
    out["cover"] = np.select(
        [out["areas"] == out["of"], out["coverage"] >= least, valued & (out["areas"] == 0)],
        ["complete", "partial", "no_counts"],
        "too_few",
    )
    out.loc[~out["cover"].isin(["complete", "partial"]), ["value", "numerator", "denominator"]] = np.nan
    return out


def _rows(table: pd.DataFrame, own: pd.DataFrame, units: pd.Series, area: str, reported: pd.DataFrame) -> pd.DataFrame:
    """Return the observations: sums, else what the area reported, else, of a whole, that the year is missing."""
    flags = own[own["obs_status"].isin(["B", "S"])].groupby([*_KEY, "time_period"])["obs_status"].min()
    made = table.reset_index()
    index = pd.MultiIndex.from_frame(made[[*_KEY, "time_period"]])
    held = made["cover"].isin(["complete", "partial"])
    plain = np.where(~held, "M", np.where(made["cover"] == "complete", "A", "E"))
    made["obs_status"] = np.where(held, flags.reindex(index).fillna(pd.Series(plain, index=index)), plain)
    counts = "汇总" + made["areas"].astype(str) + "/" + made["of"].astype(str) + "个县区"
    made["note"] = np.where(made["cover"] == "complete", "", counts)
    made["obs_value"], made["unit"] = made["value"].where(held), made["indicator"].map(units)
    counted = held & ~made["amount"].astype(bool)
    for name in ("numerator", "denominator"):
        made[name] = made[name].where(counted)
    made = made.assign(ref_area=area, source=SOURCE, vintage=VINTAGE)
    whole = is_total(made)
    stated = pd.MultiIndex.from_frame(reported[[*_KEY, "time_period"]])
    made, index = made[held | whole], index[(held | whole).to_numpy()]
    made = made[~((made["obs_status"] == "M").to_numpy() & index.isin(stated))]
    added = pd.MultiIndex.from_frame(made[[*_KEY, "time_period"]])
    return OBSERVATIONS.build(pd.concat([made[OBSERVATIONS.names], reported[~stated.isin(added)]]))


def _rollup(table: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    said = reported.set_index([*_KEY, "time_period"])["obs_value"]
    return ROLLUP.build(table.assign(obs_value=table["value"], reported=said.reindex(table.index)).reset_index())
