"""Two texts beside each other: the same, numbers within a tolerance, near, or other words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

TOLERANCE = 1e-9
NEAR = 1e-3, 1e-6  # relative to the larger number, and absolute: what other versions of a solver may come to
Weight = Literal["same", "claim", "looks", "numbers", "words"]
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])", re.ASCII)
_WHOLE = re.compile(r"[-+\d]+", re.ASCII)


@dataclass(frozen=True)
class Pair:
    """A place of two files with what they hold there (None where one has no such place).

    Attributes
    ----------
    weight : Weight, optional
        What a difference here comes to, where that is not read from the two texts.
    feature : str
        What stands here that no run writes, such as `hidden` text; a key of `narrative.reproduction.FEATURES`.
    """

    place: str
    theirs: str | None
    ours: str | None
    weight: Weight | None = None
    feature: str = ""


class Unreadable(Exception):
    """A received file is not what its name says, or larger than anything that is read; `feature` says which."""

    def __init__(self, said: str, feature: str = "unreadable") -> None:
        super().__init__(said)
        self.feature = feature


def same_words(theirs: str, ours: str) -> bool:
    """Return whether two texts are equal but for their numbers."""
    return _NUMBER.split(theirs) == _NUMBER.split(ours)


def apart(theirs: str, ours: str) -> float | None:
    """Return how far apart the numbers of two texts are at most (0 for equal texts), None where the texts differ.

    Whole numbers have to be equal; others may be apart by the tolerance, relative to the larger of them and 1.
    """
    if theirs == ours:
        return 0.0
    if not same_words(theirs, ours):
        return None
    largest = 0.0
    for left, right in _different(theirs, ours):
        first, second = float(left), float(right)
        distance = abs(first - second) / max(1.0, abs(first), abs(second))
        if _WHOLE.fullmatch(left + right) or not distance <= TOLERANCE:
            return None
        largest = max(largest, distance)
    return largest


def near(theirs: str, ours: str) -> bool:
    """Return whether two texts have the same words and whole numbers, and decimals that another solver may come to."""
    if not same_words(theirs, ours):
        return False
    for left, right in _different(theirs, ours):
        first, second = float(left), float(right)
        allowed = NEAR[0] * max(abs(first), abs(second)) + NEAR[1]
        if _WHOLE.fullmatch(left + right) or not abs(first - second) <= allowed:
            return False
    return True


def _different(theirs: str, ours: str) -> list[tuple[str, str]]:
    both = zip(_NUMBER.findall(theirs), _NUMBER.findall(ours), strict=True)
    return [(left, right) for left, right in both if left != right]


def weight_of(pair: Pair) -> tuple[Weight, float]:
    """Return what the difference of a pair comes to, and how far apart its numbers are within the tolerance."""
    if pair.weight is not None:
        return pair.weight, 0.0
    if pair.theirs is None or pair.ours is None:
        return "words", 0.0
    distance = apart(pair.theirs, pair.ours)
    if distance is not None:
        return "same", distance
    return ("numbers" if near(pair.theirs, pair.ours) else "words"), 0.0


def side_by_side(
    theirs: Sequence[str], ours: Sequence[str], place: Callable[[int], str], feature: Callable[[str], str]
) -> Iterator[Pair]:
    """Yield the pieces of two texts from the first to the last that is not equal, features they have more of first.

    Parameters
    ----------
    place : callable
        The name of a piece by its number, from 0.
    feature : callable
        What a piece holds that no run writes, empty for nothing.
    """
    most = min(len(theirs), len(ours))
    start = next((k for k in range(most) if theirs[k] != ours[k]), most)
    end = next((k for k in range(most - start) if theirs[-1 - k] != ours[-1 - k]), most - start)
    left, right = theirs[start : len(theirs) - end], ours[start : len(ours) - end]
    known = Counter(kind for one in right if (kind := feature(one)))
    for number, one in enumerate(left, start):
        if kind := feature(one):
            known[kind] -= 1
            if known[kind] < 0:
                yield Pair(place(number), one, None, "words", kind)
    for number, (one, other) in enumerate(zip_longest(left, right), start):
        yield Pair(place(number), one, other)
