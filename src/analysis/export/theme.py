"""One look for all charts: a Chinese font by file, colours that survive black-and-white print."""

from __future__ import annotations

import warnings
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STATUS_COLOURS = {
    "met": "#1b6ca8",
    "on_track": "#5aa9d6",
    "at_risk": "#f2c14e",
    "missed": "#8c1c2b",
    "open": "#d9d2c3",
    "off_track": "#d1495b",
    "no_data": "#b8b8b8",
    "qualitative": "#dedede",
}
INK, ACCENT, TARGET = "#222222", "#1b6ca8", "#c0392b"
WIDTH = 6.7  # inches: the text width of an A4 page


def font_file() -> Path:
    """Return the packaged Chinese font (Noto Sans SC, SIL OFL)."""
    return Path(str(resources.files("pylopdf_fonts_zh_cn"))) / "NotoSansSC-Regular.otf"


@cache
def _font_name() -> str:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(font_file()))
    return font_manager.FontProperties(fname=str(font_file())).get_name()


def apply_theme() -> None:
    """Set seaborn's theme, and after it the font: `set_theme` alone would drop the Chinese font.

    A glyph the font lacks is an error, so that no box is ever drawn in silence.
    """
    import matplotlib as mpl
    import seaborn as sns

    name = _font_name()
    sns.set_theme(style="whitegrid", context="paper", font=name)
    mpl.rcParams.update(
        {
            "font.family": [name],
            "font.size": 10,
            "axes.titlesize": 11,
            "axes.titley": 1.0,  # no chart has ticks above it; looking for them takes a third of the drawing
            "axes.labelsize": 10,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "legend.fontsize": 9,
            "axes.unicode_minus": False,
            "axes.edgecolor": "#888888",
            "grid.color": "#e6e6e6",
            "figure.dpi": 110,
            "savefig.dpi": 160,
            "svg.fonttype": "path",
            "text.color": INK,
            "axes.labelcolor": INK,
        }
    )
    warnings.filterwarnings("error", message="Glyph .* missing from font")


def canvas(tall: float, rows: int = 1, columns: int = 1, wide: float = WIDTH, **more: Any) -> tuple[Figure, Any]:
    """Return a figure in the theme with its axes, as wide as the text unless said otherwise.

    Parameters
    ----------
    tall, wide : float [inch]
    rows, columns : int
        Of axes, where it is more than one.
    **more
        Options of `matplotlib.pyplot.subplots`.
    """
    import matplotlib.pyplot as plt

    apply_theme()
    return plt.subplots(rows, columns, figsize=(wide, tall), **{"layout": "constrained", **more})


def noticed(axes: Axes, notice: str) -> None:
    """Print the line everything carries, such as the notice of simulated data, in the lower right corner."""
    if notice:
        axes.text(0.99, 0.02, notice, transform=axes.transAxes, ha="right", va="bottom", fontsize=8, color="#777777")


def draw_once() -> None:
    """Draw a line of text nobody sees: fonts and caches are then ready in this process and in all forked from it."""
    from io import BytesIO

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    apply_theme()
    figure = Figure(figsize=(WIDTH, 3.1))
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([2020, 2021], [0, 1], label="实际值")
    axes.set_title("预热", loc="left")
    axes.legend()
    figure.savefig(BytesIO(), format="png")
