"""The quality report of a data set: every check, what is missing, and how a notebook shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.data.missing import missing_register
from analysis.data.observations import DataSet, current
from analysis.data.quality import CheckResult, run_checks
from analysis.data.reading import quarantine_table
from analysis.exceptions import Lang, Text
from analysis.plan import Plan
from analysis.runs.files import write_table


@dataclass(frozen=True)
class Quality:
    """The quality report: every check, what is missing, and the quarantine still open."""

    checks: list[CheckResult]
    missing: pd.DataFrame
    quarantine: pd.DataFrame

    @property
    def errors(self) -> int:
        """Return how many rows cannot be right."""
        return sum(len(one.rows) for one in self.checks if one.severity == "error")

    def write(self, folder: Path) -> None:
        """Write findings.csv (with what is expected and what to do: do_zh, do_en), missing.csv and quarantine.csv."""
        found = [
            one.rows.assign(check=one.check, severity=one.severity, do_zh=one.remedy.zh, do_en=one.remedy.en)
            for one in self.checks
            if len(one.rows)
        ]
        table = pd.concat(found) if found else pd.DataFrame(columns=["check", "severity"])
        write_table(table, folder / "findings.csv")
        write_table(self.missing, folder / "missing.csv")
        write_table(self.quarantine, folder / "quarantine.csv")


def quality(plan: Plan, dataset: DataSet, area: str, year: int, quarantine: pd.DataFrame | None = None) -> Quality:
    """Return the quality report of a data set for a year; what is later than it and than today is still to come."""
    known = current(dataset.observations, plan.source_precedence)
    missing = missing_register(known, plan, area, year, f"{year + 1}-03-31")
    found = run_checks(dataset.observations, plan, dataset.areas, max(year, date.today().year))
    return Quality(found, missing, quarantine_table([]) if quarantine is None else quarantine)


def check_tables(report: Quality, plan: Plan, lang: Lang) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the report as a notebook shows it: checks with their counts, the rows found, what is missing."""
    zh = lang == "zh"
    grave = {"error": Text("错误", "error"), "warning": Text("提示", "warning")}
    counts = [(one.title(lang), grave[one.severity](lang), len(one.rows)) for one in report.checks]
    names = ["检查", "性质", "条数"] if zh else ["Check", "Severity", "Rows"]
    checks = pd.DataFrame(counts, columns=names)
    found = [
        (plan.indicator(row["indicator"]).name(lang), row["ref_area"], row["time_period"], row[f"reason_{lang}"])
        for one in report.checks
        for row in one.rows.head(20).to_dict("records")
    ]
    rows = pd.DataFrame(
        found, columns=["指标", "地区", "年份", "问题"] if zh else ["Indicator", "Area", "Year", "Found"]
    )
    gaps = [
        (
            plan.indicator(row["indicator"]).name(lang),
            row[f"missing_{lang}"],
            plan.department_name(row["department"])(lang),
            row["due"],
            "—" if pd.isna(row["sample"]) else f"{row['sample']:,} ({row['basis']})",
        )
        for row in report.missing.to_dict("records")
    ]
    heads = ["指标", "缺项", "责任部门", "应报日期", "专项调查样本量"]
    if not zh:
        heads = ["Indicator", "Missing", "Department", "Due", "Sample of a survey"]
    return checks, rows, pd.DataFrame(gaps, columns=heads)
