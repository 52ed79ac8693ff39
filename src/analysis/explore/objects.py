"""A forecast and a verdict that show themselves: a table and a small chart in a notebook, lines in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis import sketch
from analysis.assessment.rules import Rules
from analysis.exceptions import Lang
from analysis.explore.words import model_label
from analysis.export.tables import html_table
from analysis.export.theme import STATUS_COLOURS
from analysis.formats import MISSING, amount, plain, probability
from analysis.narrative.words import STATUS, verdict_of
from analysis.plan import Indicator, Target

_LIGHT = ("at_risk", "no_data", "qualitative", "on_track")


def pill(status: str, lang: Lang, words: str = "") -> str:
    """Return a verdict as a coloured label that needs no style sheet, by its name or in `words`."""
    ink = sketch.INK if status in _LIGHT else "#ffffff"
    style = f"background:{STATUS_COLOURS[status]};color:{ink};padding:1px 8px;border-radius:8px"
    return f'<span style="{style}">{escape(words or STATUS[status](lang))}</span>'


@dataclass(frozen=True, eq=False)
class Forecast:
    """The forecast of one series: rows of the forecasts table, with the observed years before them.

    Parameters
    ----------
    indicator : Indicator
    table : DataFrame
        Rows of `FORECASTS`.
    history : DataFrame
        Rows of `OBSERVATIONS`.
    model : str
        A name of `models.model_names()`.
    notice : str
        What every page has to say of the data; empty where nothing.
    lang : zh or en
    until : int
        The last year shown.
    """

    indicator: Indicator
    table: pd.DataFrame
    history: pd.DataFrame
    model: str
    notice: str
    lang: Lang = "zh"
    until: int = 9999

    @property
    def years(self) -> pd.DataFrame:
        """Return one row a year: median, mean and the ends of the 80 and 95 % intervals, on the indicator's scale."""
        wide = self.table.assign(
            key=self.table["output_type_id"].where(self.table["output_type"] == "quantile", "mean")
        )
        wide = wide.pivot(index="time_period", columns="key", values="value")
        wide = wide.reindex(columns=["0.5", "mean", "0.1", "0.9", "0.025", "0.975"])
        wide.columns = pd.Index(["median", "mean", "lower_80", "upper_80", "lower_95", "upper_95"])
        return wide[wide.index <= self.until].reset_index()

    def _title(self) -> str:
        name = self.indicator.name(self.lang)
        label = model_label(self.model, self.lang)
        return f"{name}的预测（{label}）" if self.lang == "zh" else f"Forecast of {name} ({label})"

    def _rows(self) -> list[list[str]]:
        digits = self.indicator.decimals

        def span(row: Mapping[Any, Any], level: int) -> str:
            return f"{plain(row[f'lower_{level}'], digits)}—{plain(row[f'upper_{level}'], digits)}"

        unit = self.indicator.unit
        return [
            [
                str(row["time_period"]),
                amount(row["median"], unit, self.lang, digits),
                span(row, 80),
                span(row, 95),
            ]
            for row in self.years.to_dict("records")
        ]

    def __str__(self) -> str:
        """Return the forecast as a terminal shows it."""
        lines = ["  ".join(row) for row in self._rows()]
        return "\n".join([self._title(), *(f"  {line}" for line in lines), *filter(None, [self.notice])])

    def __repr__(self) -> str:
        """Return the forecast as a terminal shows it."""
        return str(self)

    def _repr_html_(self) -> str:
        zh = self.lang == "zh"
        heads = ["年份", "中位数", "80%区间", "95%区间"] if zh else ["Year", "Median", "80%", "95%"]
        rows = [[escape(text) for text in row] for row in self._rows()]
        table = html_table(heads, rows, self._title(), numbers=range(4))
        notice = f"<p>{escape(self.notice)}</p>" if self.notice else ""
        return f"<div>{fan(self.history, self.years, self._title())}{table}{notice}</div>"


def fan(history: pd.DataFrame, years: pd.DataFrame, title: str, width: int = 360, height: int = 120) -> str:
    """Return history and forecast as a small picture."""
    seen = history[history["obs_value"].notna()].sort_values("time_period")
    past = list(zip(seen["time_period"].astype(int), seen["obs_value"].astype(float), strict=True))
    if not past:
        return ""
    ahead = years.to_dict("records")
    values = [value for _, value in past] + [row[name] for row in ahead for name in ("lower_95", "upper_95")]
    first, last = past[0][0], max(past[-1][0], *(int(row["time_period"]) for row in ahead), past[0][0] + 1)

    def at(year: float, value: float) -> tuple[float, float]:
        return (
            sketch.scale(first, last, 44, width - 10, year),
            sketch.scale(min(values), max(values), height - 22, 8, value),
        )

    parts = []
    for level, opacity in ((95, 0.15), (80, 0.3)):
        upper = [past[-1], *((row["time_period"], row[f"upper_{level}"]) for row in ahead)]
        lower = [past[-1], *((row["time_period"], row[f"lower_{level}"]) for row in ahead)]
        parts.append(sketch.area([at(*p) for p in [*upper, *reversed(lower)]], sketch.ACCENT, opacity))
    middle = [past[-1], *((row["time_period"], row["median"]) for row in ahead)]
    parts += [
        sketch.path([at(*p) for p in middle], sketch.ACCENT, dashed=True),
        sketch.path([at(*p) for p in past], sketch.INK),
        *(sketch.dot(*at(*p), sketch.INK) for p in past),
        sketch.text(40, 14, f"{max(values):.3g}", "end"),
        sketch.text(40, height - 22, f"{min(values):.3g}", "end"),
        sketch.text(44, height - 5, str(first)),
        sketch.text(width - 10, height - 5, str(last), "end"),
    ]
    return sketch.svg(width, height, parts, title)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Verdicts on targets: rows of the assessments table with the targets they are about.

    Parameters
    ----------
    indicator : Indicator
    targets : sequence of Target
    table : DataFrame
        Rows of `ASSESSMENTS`.
    notice : str
        What every page has to say of the data; empty where nothing.
    rules : Rules
        The thresholds the verdicts follow.
    lang : zh or en
    note : str
        A sentence below the verdicts.
    """

    indicator: Indicator
    targets: Sequence[Target]
    table: pd.DataFrame
    notice: str
    rules: Rules
    lang: Lang = "zh"
    note: str = ""

    def _rows(self) -> list[tuple[tuple[str, str], list[str], float, str]]:
        """Return status with its words, texts, P(met) and reason of each target."""
        by_id = {one.id: one for one in self.targets}
        unit, digits = self.indicator.unit, self.indicator.decimals
        out = []
        for row in self.table.to_dict("records"):
            target = by_id[str(row["target"])]
            p = float("nan") if pd.isna(row["p_miss"]) else 1 - float(row["p_miss"])
            settled = row["status"] == "met" or row["p_miss"] == 1.0
            latest = amount(_number(row["latest_value"]), unit, self.lang, digits)
            if not pd.isna(row["latest_year"]):
                latest += f"（{row['latest_year']}）" if self.lang == "zh" else f" ({row['latest_year']})"
            texts = [
                target.text(self.lang),
                str(row["target_year"]),
                latest,
                amount(_number(row["target_value"]), unit, self.lang, digits),
                MISSING if settled else probability(p, self.lang),
            ]
            words = verdict_of(row, target.kind, self.rules)(self.lang)
            reason = str(row["reason" if self.lang == "zh" else "reason_en"])
            out.append(((str(row["status"]), words), texts, p, reason))
        return out

    def __str__(self) -> str:
        """Return the verdicts as a terminal shows them."""
        lines = [self.indicator.name(self.lang)]
        for (_, words), texts, _, reason in self._rows():
            lines += [f"  [{words}] {'  '.join(texts)}", f"    {reason}"]
        return "\n".join([*lines, *filter(None, [self.note, self.notice])])

    def __repr__(self) -> str:
        """Return the verdicts as a terminal shows them."""
        return str(self)

    def _repr_html_(self) -> str:
        zh = self.lang == "zh"
        heads = ["目标", "年份", "最近一年", "目标值", "达标概率", "判定", "依据"]
        if not zh:
            heads = ["Target", "Year", "Latest", "Target value", "P(met)", "Verdict", "Evidence"]
        rows = []
        for (status, words), texts, p, reason in self._rows():
            cells = [escape(text) for text in texts]
            cells[-1] += bar(p, self.rules.at_risk, heads[4])
            rows.append([*cells, pill(status, self.lang, words), escape(reason)])
        table = html_table(heads, rows, self.indicator.name(self.lang), numbers=(1, 2, 3, 4))
        notes = "".join(f"<p>{escape(text)}</p>" for text in (self.note, self.notice) if text)
        return f"<div>{table}{notes}</div>"


def bar(p: float, cut: float, title: str) -> str:
    """Return a probability as a small bar with a mark at a cut."""
    if p != p:
        return ""
    parts = [
        sketch.rectangle(0, 2, 80, 8, "#e6e6e6"),
        sketch.rectangle(0, 2, 80 * p, 8, sketch.ACCENT),
        sketch.rectangle(80 * cut - 0.5, 0, 1, 12, sketch.TARGET),
    ]
    return "<br>" + sketch.svg(80, 12, parts, f"{title} {p:.0%}")


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
