"""What stands behind a value and beside it: events, those a target allows, other levels, a yearly pace."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.assessment.case import FEW_EVENTS
from analysis.assessment.reach import valued
from analysis.exceptions import Lang, Text
from analysis.formats import BASE_UNITS, plain
from analysis.marks import cell, observed, quoted
from analysis.narrative.history import History, Key
from analysis.plan import Indicator, Target
from analysis.plan.display import in_units

NONE = Text("", "")
_EVENTS = ("per_1000", "per_10000", "per_100000")
SURE = 10  # events of three years below which nothing is said of a direction


@dataclass(frozen=True)
class Counted:
    """Counts of people, events, schools behind a target's last value; each empty where it says nothing.

    `events` and `earlier` are those of a rare event in the last year and the year before, `allowed` the most with which
    the target is met, `lacking` how many more are to be covered or fewer to be affected.
    """

    events: Text = NONE
    earlier: Text = NONE
    allowed: Text = NONE
    lacking: Text = NONE
    of: Text = NONE  # what a sub-unit counted, of how many


@dataclass(frozen=True)
class Level:
    """Another level to hold a value against: how it is named, its value, and on which side of it the value lies."""

    name: Text
    value: Text
    sign: int
    year: int = 0
    unclear: bool = False  # few events: one year and three years together, or two bases, do not say the same
    area: Text = NONE  # whose level it is
    own: Text = NONE  # the value of that year, where it is not the last one


def counted_of(target: Target, indicator: Indicator, beside: Mapping[Hashable, Any], before: Any, year: int) -> Counted:
    """Return the counts of one target.

    Parameters
    ----------
    target, indicator
    beside : mapping
        The target's row of `DETAILS`.
    before : tuple of float, optional
        Events and people of the year before, with the series' address: `(events, address)`.
    year : int
        The last year with a value.
    """
    own = f"details[{target.id}]"
    number = {name: known_number(beside, name) for name in ("numerator", "denominator", "allowed_events", "people")}
    rare = indicator.unit in _EVENTS and (number["numerator"] or 0) < FEW_EVENTS and number["numerator"] is not None
    told = rare and not indicator.sample
    return Counted(
        events=_units(indicator, f"{own}.numerator", number["numerator"]) if told else NONE,
        earlier=_units(indicator, before[1], before[0]) if told and before is not None else NONE,
        allowed=_units(indicator, f"{own}.allowed_events", number["allowed_events"]) if told else NONE,
        lacking=_lacking(target, indicator, own, number["people"]),
        of=_share(indicator, own, number) if target.subunit else NONE,
    )


def _lacking(target: Target, indicator: Indicator, own: str, people: float | None) -> Text:
    """Return the people to go, of a group that was counted whole: a sample says nothing of how many there are."""
    if indicator.sample or not valued(target) or not people:
        return NONE
    origin = f"{own}.people" if people > 0 else f"0 - {own}.people"
    return _units(indicator, origin, abs(people))


def _share(indicator: Indicator, own: str, number: Mapping[str, float | None]) -> Text:
    done, whole = number["numerator"], number["denominator"]
    if done is None or whole is None or indicator.sample:
        return NONE
    first = cell(f"{own}.numerator", done, "count", 0, form="plain")
    of = _units(indicator, f"{own}.denominator", whole)
    return Text(f"{first}/{of.zh}", f"{first} of {of.en}")


def _units(indicator: Indicator, origin: str, number: float | None) -> Text:
    if number is None or number != round(number):
        return NONE
    text = cell(origin, number, "count", 0, form="plain")
    return Text(in_units(indicator, text, "zh"), in_units(indicator, text, "en", number == 1))


def known_number(beside: Mapping[Hashable, Any], name: str) -> float | None:
    """Return a number of a row; None where the cell is empty or not there."""
    value = beside.get(name)
    return None if value is None or pd.isna(value) else float(value)


def reference(
    target: Target,
    indicator: Indicator,
    row: Mapping[Hashable, Any],
    history: History,
    key: Key,
    years: int,
    beside: Mapping[Hashable, Any],
) -> Level | None:
    """Return the base a direction is held against, with its years where the values say which they are.

    Of rare events it is unclear where the value goes unless one year, three years together and both bases agree.

    Parameters
    ----------
    years : int
        How many years up to the baseline a base has at most.
    """
    value, base_year = row["reference_value"], row["baseline_year"]
    if pd.isna(value) or pd.isna(row["latest_value"]) or pd.isna(base_year):
        return None
    value, last = float(value), int(base_year)
    past = history.values.get(key, {})
    span = [year for year in range(last - years + 1, last + 1) if year in past]
    named = [[last], span, span[1:]]

    def mean(own: list[int]) -> float:
        return sum(past[year] for year in own) / len(own)

    known = next((own for own in named if own and set(own) <= set(past) and abs(mean(own) - value) < 1e-3), [])
    shown = Text(*(_reference(target, value, indicator, lang) for lang in ("zh", "en")))
    behind = _behind(known, history, key, indicator)
    level = Text(f"{shown.zh}{indicator.measure_word}{behind.zh}", f"{shown.en}{behind.en}")
    side = side_of(float(row["latest_value"]), value, indicator.decimals)
    pooled, events = known_number(beside, "pooled_value"), known_number(beside, "pooled_events")
    unclear = False
    if indicator.unit in _EVENTS and pooled is not None and events is not None:
        second = isinstance(row.get("second_basis"), str) and row["second_basis"] != ""
        unclear = events < SURE or second or side_of(pooled, value, indicator.decimals) != side
    return Level(_years(known, key), level, side, unclear=unclear)


def _reference(target: Target, value: float, indicator: Indicator, lang: Lang) -> str:
    return cell(f"assessments[{target.id}].reference_value", value, indicator.unit, indicator.decimals, lang)


def _years(years: list[int], key: Key) -> Text:
    """Return the years of a base as text, each the mark of a year that was observed; neighbours are joined."""
    if not years:
        return Text("基期", "the base")
    said = [quoted(_cell(key, year, "time_period"), str(year)) for year in years]
    first, last = said[0], said[-1]
    if len(years) == 1:
        return Text(f"{first}年", first)
    if years[-1] - years[0] == len(years) - 1:
        return Text(f"{first}—{last}年平均", f"the mean of {first}-{last}")
    return Text(f"{'、'.join(said)}年平均", f"the mean of {', '.join(said)}")


def _cell(key: Key, year: int | None, column: str) -> str:
    """Return the origin of a cell of an observation."""
    return observed(key[0], key[1], year or 0, *key[2:]).replace(".obs_value", f".{column}")


def _behind(years: list[int], history: History, key: Key, indicator: Indicator) -> Text:
    """Return the events behind a base where they are few."""
    counts = history.counts.get(key, {})
    if not years or indicator.unit not in _EVENTS or any(year not in counts for year in years):
        return NONE
    events = sum(counts[year][0] for year in years)
    if events >= FEW_EVENTS or events != round(events):
        return NONE
    cells = (_cell(key, year, "numerator") for year in years)
    units = _units(indicator, " + ".join(cells), events)
    return Text(f"（{'共' if len(years) > 1 else ''}{units.zh}）", f" ({units.en})")


def side_of(value: float, other: float, decimals: int) -> int:
    """Return on which side of another level a value lies, as both are printed."""
    now, then = (float(plain(one, decimals).replace(",", "").replace("−", "-")) for one in (value, other))
    return (now > then) - (now < then)


def pace(target: Target, indicator: Indicator, row: Mapping[Hashable, Any], distance: float | None) -> Text:
    """Return the change a year that the target asks for from now on; empty where it is reached, or its year is here."""
    ahead = int(row["target_year"]) - int(row["latest_year"]) if pd.notna(row["latest_year"]) else 0
    if ahead < 2 or not distance or indicator.unit in _EVENTS:
        return NONE
    yearly, digits = abs(distance) / ahead, indicator.decimals
    if abs(round(yearly, digits) * ahead - abs(distance)) > 0.1 * abs(distance):  # as printed it would not get there
        digits += 1
    if round(yearly, digits) == 0:
        return NONE
    own = f"assessments[{target.id}]"
    origin = f"({own}.target_value - {own}.latest_value) / {ahead}"
    return Text(*(cell(origin, distance / ahead, indicator.unit, digits, lang, "change") for lang in ("zh", "en")))


def earlier_value(key: Key, year: int, history: History, indicator: Indicator) -> Text:
    """Return the value of the year before a target's last one; empty where there is none."""
    value = history.values.get(key, {}).get(year - 1)
    if value is None or history.broken(key, year - 1, year):
        return NONE
    origin = _cell(key, year - 1, "obs_value")
    return Text(*(cell(origin, value, indicator.unit, indicator.decimals, lang) for lang in ("zh", "en")))


def events_before(key: Key, year: int, history: History) -> tuple[float, str] | None:
    """Return the events of the year before with the cell they stand in."""
    found = history.counts.get(key, {}).get(year - 1)
    if found is None:
        return None
    return found[0], _cell(key, year - 1, "numerator")


def parts(key: Key, years: tuple[int | None, int], history: History, indicator: Indicator, effects: Any) -> Text:
    """Return numerator and denominator at the baseline and now, where the denominator made most of the change.

    Parameters
    ----------
    years : tuple of int
        The baseline year and the last one.
    effects : tuple of float, optional
        What numerator and denominator added to the change.
    """
    by_numerator, by_denominator = effects
    if indicator.unit not in BASE_UNITS:  # of staff, beds, places a head; a share of a smaller group is no better
        return NONE
    if by_numerator is None or by_denominator is None or abs(by_denominator) <= abs(by_numerator):
        return NONE
    if by_denominator * (by_numerator + by_denominator) <= 0:
        return NONE
    counts = history.counts.get(key, {})
    first, last = (counts.get(year) if year is not None else None for year in years)
    if first is None or last is None or any(one != round(one) for one in (*first, *last)):
        return NONE
    said_zh, said_en = [], []
    named = (("numerator", indicator.numerator), ("denominator", indicator.denominator))
    for place, (column, name) in enumerate(named):
        then, now = (
            cell(_cell(key, year, column), one[place], form="plain")
            for year, one in zip(years, (first, last), strict=True)
        )
        moved = (last[place] > first[place]) - (last[place] < first[place])
        word = {1: ("增至", "up from"), -1: ("减至", "down from"), 0: ("", "")}[moved]
        said_zh.append(f"{name.zh}由{then}{word[0]}{now}" if moved else f"{name.zh}仍为{now}")
        said_en.append(f"{name.en} {word[1]} {then} to {now}" if moved else f"{name.en} still {now}")
    return Text("，".join(said_zh), ", ".join(said_en))


def steady(key: Key, years: tuple[int | None, int], history: History, indicator: Indicator) -> bool:
    """Return whether a share moved between two years by no more than chance: two standard errors of the change.

    Never of schools and the like: each is counted, and one more is one more.
    """
    first, last = years
    if first is None or first == last or indicator.of_bodies:
        return False
    counts, values = history.counts.get(key, {}), history.values.get(key, {})
    if indicator.unit != "percent" or not {first, last} <= set(counts) or not {first, last} <= set(values):
        return False
    shares = [min(max(values[y] / 100, 0.0), 1.0) for y in (first, last)]
    people = [counts[y][1] for y in (first, last)]
    if min(people) <= 0:
        return False
    spread = sum(share * (1 - share) / n for share, n in zip(shares, people, strict=True))
    return bool(abs(shares[1] - shares[0]) <= 2 * spread**0.5)
