"""Counts of one year drawn street by street, split by sex and age, so that parts add up and nest.

A count that is part of another (neonatal within infant deaths) is drawn from the other's count, so that it
never exceeds it anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.data.shapes import Shape
from analysis.plan import Indicator

AGES = {"Y0T4": 0.24, "Y5T9": 0.28, "Y10T14": 0.29, "Y15T17": 0.19}
SEXES = {"M": 0.52, "F": 0.48}


@dataclass(frozen=True)
class District:
    """The streets and towns: codes, shares of the people (adding to one), and which are rural."""

    codes: tuple[str, ...]
    shares: np.ndarray
    rural: np.ndarray


@dataclass(frozen=True)
class Draw:
    """Counts and people of one year by street, by sex and by age."""

    street: np.ndarray
    people: np.ndarray
    sex: np.ndarray
    sex_people: np.ndarray
    age: np.ndarray
    age_people: np.ndarray


def draw(
    indicator: Indicator,
    shape: Shape,
    district: District,
    rate: float,
    people: float,
    whole: tuple[Draw, float] | None,
    rng: np.random.Generator,
) -> Draw:
    """Return one year's counts.

    Parameters
    ----------
    rate : float
        Underlying level as a share of `people`.
    people : float
        Denominator of the district.
    whole : tuple, optional
        The draw this count is part of, with its underlying rate.
    """
    size = np.maximum(np.round(people * district.shares), 1).astype(int)
    capped = indicator.unit == "percent" and indicator.upper is not None
    if whole is not None:
        street = rng.binomial(whole[0].street, min(rate / whole[1], 1.0))
    else:
        street = _streets(indicator, shape, district, rate, size, capped, rng)
    total, everybody = int(street.sum()), int(size.sum())
    sexes, ages = np.array(list(SEXES.values())), np.array(list(AGES.values()))
    by_sex, by_age = _sizes(everybody, sexes), _sizes(everybody, ages)
    if whole is not None:
        sex = rng.multivariate_hypergeometric(whole[0].sex, total)
        age = rng.multivariate_hypergeometric(whole[0].age, total)
    else:
        weights = sexes * np.array([shape.male_level, 1.0])
        sex = _split(total, by_sex, weights / weights.sum(), capped, rng)
        age = _split(total, by_age, ages, capped, rng)
    return Draw(street, size, sex, by_sex, age, by_age)


def _streets(
    indicator: Indicator,
    shape: Shape,
    district: District,
    rate: float,
    size: np.ndarray,
    capped: bool,
    rng: np.random.Generator,
) -> np.ndarray:
    relative = np.where(district.rural, shape.rural_level, 1.0)
    relative = relative / (relative * district.shares).sum()
    failing = np.array([bool(shape.failing_area) and code.endswith(shape.failing_area) for code in district.codes])
    local = rate * relative * np.where(failing, 1 + shape.failing_effect, 1.0)
    if indicator.statistic == "poisson":
        return np.asarray(rng.poisson(local * size))
    if indicator.statistic == "binomial" and capped:
        return np.asarray(rng.binomial(size, np.clip(local, 0, 1)))
    return np.asarray(np.round(local * size).astype(int))


def _sizes(people: int, shares: np.ndarray) -> np.ndarray:
    sizes: np.ndarray = np.floor(people * shares).astype(int)
    sizes[0] += people - sizes.sum()
    return sizes


def _split(events: int, sizes: np.ndarray, weights: np.ndarray, capped: bool, rng: np.random.Generator) -> np.ndarray:
    """Split a count; of a share the rarer of events and non-events is split, so no part exceeds its people."""
    shares = sizes / sizes.sum()
    inverted = capped and events * 2 > sizes.sum()
    rare = int(sizes.sum()) - events if inverted else events
    chance = np.clip(2 * shares - weights if inverted else weights, 0, None)
    split = rng.multinomial(rare, chance / chance.sum())
    if capped:
        split = np.minimum(split, sizes)
        split[int(np.argmax(sizes - split))] += rare - split.sum()
    counts: np.ndarray = sizes - split if inverted else split
    return counts
