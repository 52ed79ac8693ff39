"""A trace as a tree: what is said at each step, with the same as values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.exceptions import Lang, Text


@dataclass(frozen=True)
class Node:
    """One step of a trace.

    Parameters
    ----------
    kind : str
        sentence, number, count, row, target, verdict, forecast, series, observation, input, form, submission, review or
        unknown: what is not recorded, with the reason.
    said : Text
        The step in words.
    facts : mapping
        The step as values, for programs.
    below : tuple of Node
        What it rests on.
    """

    kind: str
    said: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    below: tuple[Node, ...] = ()

    def lines(self, lang: Lang) -> list[str]:
        """Return the tree as lines to print."""
        out = [self.said(lang)]
        for place, node in enumerate(self.below):
            last = place == len(self.below) - 1
            first, *rest = node.lines(lang)
            out.append(("└─ " if last else "├─ ") + first)
            out += [("   " if last else "│  ") + line for line in rest]
        return out

    def as_values(self, lang: Lang) -> dict[str, Any]:
        """Return the tree as plain values, for JSON."""
        own = {"kind": self.kind, "said": self.said(lang), **self.facts}
        return {**own, "below": [one.as_values(lang) for one in self.below]} if self.below else own

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for one in self.below:
            yield from one.walk()


def unknown(zh: str, en: str) -> Node:
    """Return the step that is not recorded, with the reason why."""
    return Node("unknown", Text(f"未记录：{zh}", f"not recorded: {en}"), {"reason_zh": zh, "reason_en": en})
