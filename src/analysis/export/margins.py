"""Room around the axes of a chart, worked out from the widths of the texts beside it.

matplotlib's constrained layout measures everything it draws, twice, which takes longer than drawing it: too long for
charts of which a report has a hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.export.theme import font_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EDGE = 4.0  # points left free at the edges of the picture


def fit(axes: Axes) -> None:
    """Place axes with a title above and a legend outside at the right, so that all their texts are inside the figure.

    Parameters
    ----------
    axes : Axes
        The only ones of their figure, everything drawn into them already; in the project's theme.
    """
    import matplotlib as mpl

    known = {str(name): value for name, value in mpl.rcParams.items()}
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide, tall = (72 * inches for inches in figure.get_size_inches())
    head = 1.25 * known["axes.titlesize"] + known["axes.titlepad"]
    foot = 1.25 * known["xtick.labelsize"] + _space(known, "xtick")
    figure.subplots_adjust(top=1 - (head + _EDGE) / tall, bottom=(foot + _EDGE) / tall)  # how many ticks depends on it
    ticks = axes.yaxis.get_major_formatter().format_ticks(list(axes.yaxis.get_majorticklocs()))
    left = max(text_width(one, known["ytick.labelsize"]) for one in ticks) + _space(known, "ytick")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_label_coords(0.5, 0.5)  # they have no label, but where it would be is otherwise looked for
    figure.subplots_adjust(left=(left + _EDGE) / wide, right=1 - (_legend(axes) + _EDGE) / wide)


def _space(known: dict[str, Any], axis: str) -> float:
    return float(known[f"{axis}.major.pad"] + known[f"{axis}.major.size"])


def _legend(axes: Axes) -> float:
    """Return the width of the legend with the space to the axes, in points."""
    legend = axes.get_legend()
    if legend is None:
        return 0.0
    texts = legend.get_texts()
    size = float(texts[0].get_fontsize()) if texts else 0.0
    around = legend.borderaxespad + 2 * legend.borderpad + legend.handlelength + legend.handletextpad
    return float(size * around + max((text_width(one.get_text(), size) for one in texts), default=0.0))


def text_width(text: str, size: float) -> float:
    """Return how wide a line of text is in the charts' font, in points."""
    from matplotlib.font_manager import get_font

    font = get_font(str(font_file()))
    font.set_size(size, 72)
    font.set_text(text)
    return float(font.get_width_height()[0] / 64)
