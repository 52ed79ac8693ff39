"""Errors in four parts: what was found, where, what was expected, what to do; in Chinese and English."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Lang = Literal["zh", "en"]
LANGUAGE = "WORKBENCH_LANG"  # the environment's name for the language of messages


def language() -> Lang:
    """Return the language of messages that nobody chose: English where `WORKBENCH_LANG` is `en`, else Chinese."""
    return "en" if os.environ.get(LANGUAGE) == "en" else "zh"


@dataclass(frozen=True)
class Text:
    """A sentence in both languages."""

    zh: str
    en: str

    def __call__(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.zh if lang == "zh" else self.en

    def __add__(self, other: Text) -> Text:
        """Return both sentences one after the other."""
        return Text(self.zh + other.zh, self.en + other.en)


@dataclass(frozen=True)
class Where:
    """The place of a fault; what is unknown stays None. Kept as attributes for programs."""

    file: str | None = None
    row: int | None = None
    column: str | None = None
    item: str | None = None
    year: int | None = None

    def __call__(self, lang: Lang) -> str:
        """Return the place as one phrase, the widest part first."""
        zh = lang == "zh"
        parts = [
            self.file,
            self.row is not None and (f"第 {self.row} 行" if zh else f"row {self.row}"),
            self.column and (f"{self.column} 列" if zh else f"column {self.column}"),
            self.item,
            self.year is not None and (f"{self.year} 年" if zh else f"year {self.year}"),
        ]
        return ("，" if zh else ", ").join(str(part) for part in parts if part)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, in four parts."""

    found: Text
    where: Where
    expected: Text
    action: Text

    def message(self, lang: Lang) -> str:
        """Return the four parts on four short lines."""
        labels = ("发现", "位置", "应为", "处理") if lang == "zh" else ("Found", "Where", "Expected", "To do")
        parts = (self.found(lang), self.where(lang), self.expected(lang), self.action(lang))
        colon = "：" if lang == "zh" else ": "
        return "\n".join(f"  {name}{colon}{part}" for name, part in zip(labels, parts, strict=True) if part)


@dataclass(eq=False)  # an error is itself alone: `traceback`, `logging` and `unittest` keep errors in sets
class WorkbenchError(Exception):
    """Base of all errors a user can cause or meet; `exit_code` is that of the command.

    `message("zh")` and `message("en")` give both languages whenever asked; `str` speaks `lang`, where that is set on
    the error, else the language of the environment (`language`).
    """

    faults: Sequence[Fault] = field(default_factory=tuple)
    lang: Lang | None = field(default=None, init=False, repr=False)
    exit_code = 1

    def message(self, lang: Lang, most: int = 20) -> str:
        """Return all faults (at most `most`, the rest counted) as text without a traceback."""
        blocks = [fault.message(lang) for fault in self.faults[:most]]
        left = len(self.faults) - most
        if left > 0:
            blocks.append(f"  ……另有 {left} 处同类问题" if lang == "zh" else f"  ... and {left} more")
        return "\n\n".join(blocks)

    def __str__(self) -> str:
        """Return the message in the error's own language, else in that of the environment."""
        return self.message(self.lang or language())


class DataError(WorkbenchError):
    """The data are wrong: a column, a value, a key."""


class PlanError(DataError):
    """The plan's own files are wrong: a target without a year, a reference that leads nowhere."""

    def message(self, lang: Lang, most: int = 20) -> str:
        """Return all faults as text, and where the format of a plan is written."""
        said = super().message(lang, most)
        page = "格式说明：docs/plan-format.md" if lang == "zh" else "The format: docs/plan-format.md"
        return f"{said}\n\n  {page}" if said else said


class NotebookError(WorkbenchError):
    """A notebook failed while it ran."""


class UsageError(WorkbenchError):
    """The command or a parameter is wrong; nothing was run."""

    exit_code = 2


class EnvironmentFailure(WorkbenchError):
    """The machine failed: no kernel, no room, a folder that cannot be written."""

    exit_code = 3


def usage(found: Text, where: Where, expected: Text, action: Text) -> UsageError:
    """Return a `UsageError` of one fault."""
    return UsageError((Fault(found, where, expected, action),))


def listed(names: Iterable[object], most: int = 20) -> Text:
    """Return names as a list, the first `most` of them."""
    given = [str(one) for one in names]
    more = len(given) > most
    return Text("、".join(given[:most]) + "……" * more, ", ".join(given[:most]) + " ..." * more)


def nearest(name: str, known: Iterable[str], alike: float = 0.75) -> str:
    """Return the one of `known` that `name` is probably meant to be; empty where none is near."""
    return next(iter(get_close_matches(name[:80], sorted(set(known)), 1, alike)), "")


def meant(name: str, known: Iterable[str], action: Text) -> Text:
    """Return what to do about a name that is not known, with the one it is probably meant to be where one is near."""
    near = nearest(name, known)
    return Text(f"是否为 {near}？", f"Is it {near}? ") + action if near else action


def one_of(known: Iterable[object]) -> Text:
    """Return what was expected in place of a name that is not known: those that are."""
    return Text("下列之一：", "one of: ") + listed(known)


def no_such(what: Text, names: str | Iterable[str], known: Iterable[str], where: Where) -> UsageError:
    """Return the `UsageError` of names that are not known.

    Parameters
    ----------
    what : Text
        What is said before the names: there is no area.
    names : str or iterable of str
        Those asked for.
    known : iterable of str
        Those that exist.
    where : Where
        `item` is the option or parameter to correct.
    """
    asked, there = [names] if isinstance(names, str) else list(names), list(known)
    action = Text(f"请更正 {where.item}。", f"Correct {where.item}.")
    return usage(what + Text(" ", " ") + listed(asked), where, one_of(there), meant(asked[0], there, action))


def check_known(what: Text, names: Iterable[str], known: Iterable[str], where: Where) -> None:
    """Raise the `no_such` of the names that are not known, where there are any."""
    there = list(known)
    if unknown := [one for one in names if one not in there]:
        raise no_such(what, unknown, there, where)


def wrong_data(found: Text, where: Where, expected: Text, action: Text) -> DataError:
    """Return a `DataError` of one fault."""
    return DataError((Fault(found, where, expected, action),))


def machine_failed(found: Text, where: Where, expected: Text, action: Text) -> EnvironmentFailure:
    """Return an `EnvironmentFailure` of one fault."""
    return EnvironmentFailure((Fault(found, where, expected, action),))
