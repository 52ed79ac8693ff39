"""The page that leads to every area of an evaluation of many: its state, its verdicts, its own pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.html import finish_page, stylesheet
from analysis.export.policy import policy
from analysis.export.site_pages import environment
from analysis.export.tables import cell, html_table
from analysis.narrative.words import LEVEL, STATUS
from analysis.schema import LEVELS, STATUSES

_STATE = {
    "done": Text("已评估", "done"),
    "failed": Text("未完成", "failed"),
    "left_out": Text("未评估", "left out"),
}


def region_page(summary: pd.DataFrame, top: Text, unions: Sequence[str], notice: Text, lang: Lang) -> str:
    """Return the page.

    Parameters
    ----------
    summary : DataFrame
        A `SUMMARY` table of all areas.
    top : Text
        Name of the area everything lies in, empty where the areas were named one by one.
    unions : sequence of str
        Areas made of districts, the topmost last.
    """
    zh = lang == "zh"
    title = f"{top.zh}儿童发展规划监测评估" if zh else f"Monitoring and evaluation: {top.en}".rstrip(": ")
    rows = {str(row["ref_area"]): row for row in summary.to_dict("records")}
    made = [code for code in reversed(unions) if rows[code]["state"] == "done"]
    reports = [(f"areas/{code}/documents/region.html", rows[code][f"name_{lang}"]) for code in made]
    heads = ["地区", "情况", *(STATUS[one](lang) for one in STATUSES), *(LEVEL[one](lang) for one in LEVELS), "说明"]
    en = ["Area", "State", *heads[2:-1], "Reason"]
    order = [*reversed(unions), *(code for code in rows if code not in unions)]
    body = [_row(rows[code], lang) for code in order]
    page = (
        environment()
        .get_template("site/region.html.j2")
        .render(
            lang="zh-CN" if zh else "en",
            title=title,
            notice=notice(lang),
            css=stylesheet(),
            policy=policy(),
            reports=reports,
            report="地区评估报告" if zh else "Reports",
            areas="各地区" if zh else "Area by area",
            table=html_table(heads if zh else en, body, numbers=range(2, 2 + len(STATUSES) + len(LEVELS))),
            summary="数据表" if zh else "Table",
        )
    )
    return finish_page(page)


def _row(row: Mapping[Any, Any], lang: Lang) -> list[str]:
    name = cell(str(row[f"name_{lang}"]))
    done = row["state"] == "done"
    link = f'<a href="areas/{row["ref_area"]}/index.html">{name}</a>' if done else name
    counts = ["—" if pd.isna(row[one]) else str(row[one]) for one in (*STATUSES, *LEVELS)]
    return [
        link,
        cell(_STATE[str(row["state"])](lang)),
        *counts,
        cell(str(row["reason" if lang == "zh" else "reason_en"])),
    ]
