"""What a reader of a notebook is told, and what it keeps from cell to cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.document.model import Footnote, Unshown
from analysis.exceptions import Lang, Text

MOST_ROWS = 1000  # of a table; what a longer one holds belongs into a file
MOST_TEXT, MOST_LINES = 20_000, 400  # characters and lines of printed text


@dataclass(frozen=True)
class Settings:
    """How a notebook is read.

    Parameters
    ----------
    lang : zh or en
        Language of what the reader itself says, such as notes on rows left out.
    folder : Path, optional
        Folder of the notebook: pictures are read from it and from nowhere else.
    code, stderr : bool
        Whether source code and what was printed as errors are shown.
    """

    lang: Lang = "zh"
    folder: Path | None = None
    code: bool = False
    stderr: bool = False


@dataclass
class Reading:
    """One notebook being read.

    Parameters
    ----------
    settings : Settings
    known : set of str
        Ids of the tables and figures of the whole notebook; a sentence that points elsewhere is left out.
    widgets : mapping
        State of each widget by its id.
    """

    settings: Settings = field(default_factory=Settings)
    known: frozenset[str] | None = None
    widgets: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)  # of the cell being read
    cell: int = 0
    footnotes: list[Footnote] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)  # id of a footnote to its mark

    def say(self, zh: str, en: str) -> str:
        """Return a sentence of the reader in the language of the document."""
        return Text(zh, en)(self.settings.lang)

    def unshown(self, what: Text, why: Text) -> Unshown:
        """Return the name of something that cannot be shown, to stand in its place."""
        return Unshown(what(self.settings.lang), why(self.settings.lang))

    def cut(self, rows: int) -> str:
        """Return the note below a table of which only the first rows are shown."""
        return self.say(
            f"共{rows:,}行，此处列出前{MOST_ROWS:,}行。", f"{rows:,} rows; the first {MOST_ROWS:,} are shown."
        )

    def mark(self, id: str) -> str:
        """Return the mark of a footnote of the markdown cell being read; notes are counted through the notebook."""
        return self.notes.setdefault(f"{self.cell}.{id}", str(len(self.notes) + 1))
