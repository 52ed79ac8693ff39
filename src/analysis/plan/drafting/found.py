"""What a sentence was understood to ask for, and what each numeral of it is."""

from __future__ import annotations

from dataclasses import dataclass, field

SURE, LIKELY, ASK = "确定", "请核对", "请决定"  # how sure: taken as it stands, to be looked at, to be decided


@dataclass
class Asked:
    """One target as a sentence has it, before it is matched with an indicator.

    `unit` is a unit of `analysis.formats`; `why` says what a person should look at, `numerals` where in the sentence
    its numbers stand. `year` is None where the sentence names none.
    """

    name: str
    kind: str
    comparison: str
    sentence: str
    value: float | None = None
    upper: float | None = None
    unit: str = ""
    year: int | None = None
    baseline: int | None = None
    soft: bool = False
    manner: str = ""
    gaps: tuple[str, ...] = ()
    subunit: str = ""
    sure: str = SURE
    why: list[str] = field(default_factory=list)
    numerals: tuple[int, ...] = ()

    def doubt(self, grade: str, reason: str) -> None:
        """Note a reason to look; the grade only falls."""
        order = (SURE, LIKELY, ASK)
        self.sure = order[max(order.index(self.sure), order.index(grade))]
        if reason not in self.why:
            self.why.append(reason)


@dataclass(frozen=True)
class Fate:
    """What became of one numeral: `target` with the ids of its targets, or no target with the reason."""

    text: str
    start: int
    target: bool
    reason: str
    sure: str = SURE


@dataclass
class Said:
    """A sentence read: its targets and the fate of each of its numerals."""

    sentence: str
    asked: list[Asked]
    fates: list[Fate]
