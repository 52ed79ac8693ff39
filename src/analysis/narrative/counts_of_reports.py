"""The counts documents may say of annual reports and judgements, each declared once (`narrative.counts`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.narrative.sources import Sources


@dataclass(frozen=True)
class Count:
    """The number of rows of a table that meet all conditions."""

    table: str
    where: Mapping[str, str] = field(default_factory=dict)


REPORTED: dict[str, Count] = {
    "measures/total": Count("measure_status"),
    "measures/differ": Count("measure_status", {"differ": "yes"}),
    "measures/evidenced": Count("measure_status", {"state": "completed", "evidence": "yes"}),
    "measures/(?P<state>not_begun|under_way|completed|not_reported)": Count("measure_status", {"state": "{state}"}),
    "measures/(?P<code>[^/]+)/total": Count("measure_status", {"lead": "{code}"}),
    "measures/(?P<code>[^/]+)/(?P<state>\\w+)": Count("measure_status", {"lead": "{code}", "state": "{state}"}),
    "reports/due": Count("department_status"),
    "reports/received": Count("department_status", {"state": "reported|verified|approved|archived"}),
    "reports/owing": Count("department_status", {"state": "expected|returned"}),
    "reports/late": Count("department_status", {"late": "yes"}),
    "reports/returned": Count("department_status", {"returned": ">=1"}),
    "judgements/total": Count("judgements"),
    "judgements/capped": Count("judgements", {"capped": "yes"}),
    "judgements/optimistic": Count("judgements", {"apart": ">0"}),
    "judgements/modest": Count("judgements", {"apart": "<0"}),
    "judgements/basis/(?P<value>\\w+)": Count("judgements", {"basis": "{value}"}),
    "judgements/grade/(?P<value>\\w+)": Count("judgements", {"grade": "{value}"}),
    "judgements/outcome/(?P<value>\\w+)": Count("judgements", {"outcome": "{value}"}),
}


def _year(sources: Sources) -> str:
    """Return the year of the reports a run counts."""
    return max((row["year"] for row in sources.rows("measure_status")), default="")


def _given(table: str) -> Callable[[Sources], float]:
    return lambda sources: float(sum(row["year"] == _year(sources) for row in sources.rows(table)))


def _money(sources: Sources) -> float:
    """Return the money put into measures, in ten thousand yuan."""
    return sum(float(row["money"]) for row in sources.rows("measure_status") if row["money"])


def _explained(sources: Sources) -> float:
    """Return how many alerted targets have a cause."""
    said = {row["target"] for row in sources.rows("causes") if row["year"] == _year(sources)}
    return float(len(said & {row["target"] for row in sources.rows("alerts")}))


RECKONED_OF_REPORTS: dict[str, Callable[[Sources], float]] = {
    "causes/given": _given("causes"),
    "causes/explained": _explained,
    "practices/given": _given("practices"),
    "plans/given": _given("next_year"),
    "measures/money": _money,
}
