"""What the explorer returns: pictures and tables that show themselves in a notebook, and read as text in a terminal."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.export import figures
from analysis.export.sections import paragraph
from analysis.export.tables import frame_table
from analysis.runs.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A drawn chart with its caption; the exporters print both."""

    content: bytes
    caption: str

    @classmethod
    def of(cls, figure: Figure) -> Picture:
        """Return a figure drawn once, and close it."""
        caption = figures.title(figure)
        return cls(figures.png(figure), caption)

    def save(self, path: Path | str) -> None:
        """Write the chart as a PNG file."""
        write_bytes(self.content, Path(path))

    def __str__(self) -> str:
        """Return the caption."""
        return self.caption

    def __repr__(self) -> str:
        """Return the caption, as a terminal shows the chart."""
        return self.caption

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": b64encode(self.content).decode("ascii"), "text/plain": self.caption}
        return data, {"image/png": {"alt": self.caption}}


@dataclass(frozen=True)
class Sheet:
    """A table for a reader, with a line that says what it shows; `frame` holds it as a data frame."""

    frame: pd.DataFrame
    caption: str
    note: str = ""

    def __str__(self) -> str:
        """Return the table as text."""
        body = self.frame.to_string(index=False) if len(self.frame) else ""
        return "\n".join(part for part in (self.caption, body, self.note) if part)

    def __repr__(self) -> str:
        """Return the table as text, as a terminal shows it."""
        return str(self)

    def _repr_html_(self) -> str:
        table = frame_table(self.frame, self.caption) if len(self.frame) else paragraph(self.caption)
        return table + (paragraph(self.note) if self.note else "")
