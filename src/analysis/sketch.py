"""Small pictures as SVG text, for objects that show themselves in a notebook; no library, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK, ACCENT, TARGET, GREY = "#222222", "#1b6ca8", "#c0392b", "#bbbbbb"
_FONT = 'font-size="11" font-family="sans-serif"'


def svg(width: int, height: int, parts: Sequence[str], title: str) -> str:
    """Return a picture of `parts`; `title` is what a reader who cannot see it is told."""
    return (
        f'<svg role="img" aria-label="{escape(title)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK) -> str:
    """Return a line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" {_FONT}>{escape(words)}</text>'


def rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    """Return a filled rectangle."""
    size = f'width="{max(width, 0.0):.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"/>'


def path(points: Sequence[tuple[float, float]], colour: str, dashed: bool = False) -> str:
    """Return a line through points."""
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<polyline points="{listed}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def area(points: Sequence[tuple[float, float]], colour: str, opacity: float) -> str:
    """Return a filled shape."""
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{listed}" fill="{colour}" fill-opacity="{opacity:g}"/>'


def dot(x: float, y: float, colour: str) -> str:
    """Return a point."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'


def bars(rows: Sequence[tuple[str, int]], title: str, label: int = 150) -> str:
    """Return one bar a row with its name before and its count behind it; `label` is the room for names [pixel]."""
    most = max((count for _, count in rows), default=0) or 1
    parts = []
    for k, (name, count) in enumerate(rows):
        y, length = 18 * k, 180 * count / most
        parts += [
            text(label - 6, y + 12, name, "end"),
            rectangle(label, y + 2, length, 13, ACCENT),
            text(label + length + 4, y + 12, str(count)),
        ]
    return svg(label + 220, 18 * len(rows) + 2, parts, title)


def scale(low: float, high: float, start: float, end: float, value: float) -> float:
    """Return where `value` stands when `low` ... `high` is drawn from `start` to `end`."""
    return start + (value - low) / (high - low or 1.0) * (end - start)
