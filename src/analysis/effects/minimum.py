"""The gate on minimum data: which design needs what, and the reason where it is not there."""

from __future__ import annotations

from analysis.exceptions import Text

POINTS = 8  # of an interrupted series, before and after
YEARS_BEFORE = 3  # of a difference in differences
AREAS = 5  # of a difference in differences, at least COMPARISON of them without the measure
COMPARISON = 3
DONORS = 10  # of a synthetic control
DONOR_YEARS = 10  # before, of a synthetic control


def short_series(before: int, after: int) -> Text | None:
    """Return why an interrupted series cannot be judged, None where it can."""
    if before >= POINTS and after >= POINTS:
        return None
    return Text(
        f"间断序列要求实施前后各有{POINTS}年数据，现有实施前{before}年、实施后{after}年",
        f"an interrupted series needs {POINTS} years before and after; there are {before} and {after}",
    )


def few_areas(treated: int, control: int, before: int, after: int) -> Text | None:
    """Return why a difference in differences cannot be judged, None where it can."""
    if treated and control >= COMPARISON and treated + control >= AREAS and before >= YEARS_BEFORE and after:
        return None
    return Text(
        f"双重差分要求至少{AREAS}个地区（其中未实施的至少{COMPARISON}个）、实施前{YEARS_BEFORE}年和实施后数据，"
        f"现有实施地区{treated}个、对照地区{control}个、实施前{before}年、实施后{after}年",
        f"a difference in differences needs {AREAS} areas ({COMPARISON} of them without the measure), {YEARS_BEFORE} "
        f"years before and data after; there are {treated} with it, {control} without, {before} years before and "
        f"{after} after",
    )


def few_donors(donors: int, before: int, after: int) -> Text | None:
    """Return why a synthetic control cannot be judged, None where it can."""
    if donors >= DONORS and before >= DONOR_YEARS and after:
        return None
    return Text(
        f"合成控制要求{DONORS}个对照地区、实施前{DONOR_YEARS}年和实施后数据，"
        f"现有对照地区{donors}个、实施前{before}年、实施后{after}年",
        f"a synthetic control needs {DONORS} comparison areas, {DONOR_YEARS} years before and data after; there are "
        f"{donors} areas, {before} years before and {after} after",
    )
