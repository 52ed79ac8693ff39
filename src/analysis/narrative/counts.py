"""The counts documents may say, each declared once as a query on the files of a run.

A name is a pattern whose groups stand in the conditions. A condition on a column is `a|b` (one of these), `!=a`, or
`<`, `<=`, `>`, `>=` and a number; `{as_of}` is the last year known to the run. Columns `lead` and
`domain` are those of the row's target by the plan. Verdicts of all targets, of a domain or of a goal or measure are
tallied once (`_tallies`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from operator import ge, gt, le, lt

from analysis.data.disclosure import WITHHELD
from analysis.narrative.counts_of_reports import RECKONED_OF_REPORTS, REPORTED, Count
from analysis.narrative.sources import Row, Sources, Unknown

# verdicts as documents count them: what has passed unmet, and coverage that is counted and not yet full, apart
_VERDICTS = ("met", "missed", "on_track", "at_risk", "off_track", "open", "no_data", "qualitative")
_TALLIES = {
    **{name: (name,) for name in _VERDICTS},
    "total": _VERDICTS,
    "judged": _VERDICTS[:-2],
    "favourable": ("met", "on_track"),
}
_OF_TARGET = ("lead", "domain")  # columns of a row's target, by the plan
_FEW = 5  # events of the last year below which a verdict is not firm
_GRADES = ("strong", "moderate", "weak", "none")  # the best first


_MISSED = {"status": "off_track", "timing": "due"}  # said apart from what is only expected
_OPEN = {"timing": "ahead", "target_value": ">=-1e300"}
DECLARED: dict[str, Count] = {
    "facts/goals": Count("plan/goals"),
    "facts/measures": Count("plan/measures"),
    "facts/unconfirmed_departments": Count("plan/departments", {"confirmed": "!=yes"}),
    "facts/alerts": Count("alerts"),
    "alerts/grave": Count("alerts", {"level": "red|orange"}),
    "alerts/(?P<level>red|orange|yellow|blue)": Count("alerts", {"level": "{level}"}),
    "alerts/(?P<rule>target_missed|target_unlikely|far_short|volatile)": Count("alerts", {"rule": "{rule}"}),
    "adjust/(?P<kind>easier|stricter)": Count("details", {"proposal": "{kind}"}),
    "suppressed/cells": Count("observations", {"obs_status": "C"}),
    "suppressed/targets": Count("assessments", {"reason": WITHHELD.zh}),
    "due/total": Count("assessments", {"timing": "due"}),
    "due/met": Count("assessments", {"timing": "due", "status": "met"}),
    "due/missed": Count("assessments", _MISSED),
    "due/no_data": Count("assessments", {"timing": "due", "status": "no_data"}),
    "open/total": Count("assessments", {**_OPEN, "at_target": "yes|no"}),
    "open/at_target": Count("assessments", {**_OPEN, "at_target": "yes"}),
    "causes": Count("assessments", {"status": "at_risk|off_track|no_data"}),
    "department/(?P<code>[^/]+)/targets": Count("assessments", {"lead": "{code}"}),
    "department/(?P<code>[^/]+)/alerts": Count("alerts", {"lead": "{code}"}),
    "department/(?P<code>[^/]+)/(?P<level>red|orange)": Count("alerts", {"lead": "{code}", "level": "{level}"}),
    "region/districts": Count("summary", {"level": "district"}),
    "region/done": Count("summary", {"level": "district", "state": "done"}),
    "region/not_done": Count("summary", {"level": "district", "state": "!=done"}),
    "region/compared": Count("district_funnel"),
    "region/beyond": Count("district_funnel", {"label": "better|worse"}),
    "region/both": Count("rollup", {"obs_value": ">=-1e300", "reported": ">=-1e300"}),
    "rollup/(?P<cover>\\w+)": Count("rollup", {"cover": "{cover}"}),
    "verdicts/(?P<target>[^/]+)/(?P<status>\\w+)": Count("verdicts", {"target": "{target}", "status": "{status}"}),
    **REPORTED,  # before those of a domain, whose name may be any
    "(?P<domain>[^/]+)/goals": Count("plan/goals", {"domain": "{domain}"}),
    "(?P<domain>[^/]+)/due": Count("assessments", {"timing": "due", "domain": "{domain}"}),
    "(?P<domain>[^/]+)/due_met": Count("assessments", {"timing": "due", "status": "met", "domain": "{domain}"}),
}


def counted(sources: Sources, name: str) -> float:
    """Return a declared count.

    Raises
    ------
    Unknown
        No count of this name is declared.
    """
    if name in _RECKONED:
        return float(_RECKONED[name](sources))
    if name in RECKONED_OF_REPORTS:
        return RECKONED_OF_REPORTS[name](sources)
    if found := re.fullmatch(r"effects/(\w+)", name):
        return float(_measures_of(sources, found[1]))
    if found := re.fullmatch(r"outcome/([^/]+)/(\w+)", name):
        return float(_outcome(sources, found[1], found[2]))
    if found := re.fullmatch(r"latest/(\d{4}|total)", name):
        ends = list(_last_years(sources).values())
        return float(len(ends) if found[1] == "total" else ends.count(int(found[1])))
    if found := re.fullmatch(r"firm/([^/]+)", name):
        return float(_firm(sources)[found[1]])
    for pattern, count in DECLARED.items():
        if found := _compiled(pattern).fullmatch(name):
            return float(_matching(sources, count, found.groupdict() | {"as_of": str(sources.as_of)}))
    found = re.fullmatch(r"((?:parent/)?[^/]+)/(\w+)", name)  # of all targets, a domain's, a goal's: after other names
    if not found or found[2] not in _TALLIES:
        raise Unknown(name)
    tally = sources.once("tallies", _tallies)[found[1]]
    return float(sum(tally[one] for one in _TALLIES[found[2]]))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matching(sources: Sources, count: Count, words: Mapping[str, str]) -> int:
    asked = {column: _condition(condition.format(**words)) for column, condition in count.where.items()}
    about = sources.once("subjects", _subjects) if count.table in ("assessments", "alerts") else {}
    rows = sources.rows(count.table)
    for column, holds in asked.items():
        if about and column in _OF_TARGET:
            rows = [row for row in rows if holds(about[row["target"]][column])]
        else:
            rows = [row for row in rows if holds(row.get(column, ""))]
    return len(rows)


def _condition(text: str) -> Callable[[str], bool]:
    """Return the test of a cell that a condition describes; an empty cell is on no side of a number."""
    if text.startswith("!="):
        return lambda cell: cell != text[2:]
    if text[:1] not in ("<", ">"):
        return frozenset(text.split("|")).__contains__
    operator = text[:2] if text[1] == "=" else text[0]
    compare, bound = _OPERATORS[operator], float(text[len(operator) :])
    return lambda cell: cell != "" and compare(float(cell), bound)


_OPERATORS = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _subjects(sources: Sources) -> dict[str, Row]:
    """Return domain, lead department, parent and theme of each target, by the files of the plan."""
    domains = {row["id"]: row["domain"] for part in ("goals", "measures") for row in sources.rows(f"plan/{part}")}
    leads = {row["indicator"]: row["department"] for row in sources.rows("plan/indicators")}
    told = {
        (row["domain"], id): row["id"] for row in sources.rows("plan/themes") for id in row["indicators"].split(";")
    }
    return {
        row["id"]: {
            "domain": domains[row["parent"]],
            "lead": leads.get(row["indicator"], ""),
            "parent": row["parent"],
            "theme": told.get((domains[row["parent"]], row["indicator"]), row["parent"]),
            "indicator": row["indicator"],
        }
        for row in sources.rows("plan/targets")
    }


def _tallies(sources: Sources) -> defaultdict[str, Counter[str]]:
    """Return the verdicts of `all` targets, of those of each domain, and of each `parent/<goal or measure>`."""
    about, found = sources.once("subjects", _subjects), defaultdict[str, Counter[str]](Counter)
    for row in sources.rows("assessments"):
        subject = about[row["target"]]
        for scope in ("all", subject["domain"], f"parent/{subject['parent']}"):
            found[scope][_group(row)] += 1
    return found


def _measures_of(sources: Sources, grade: str) -> int:
    """Return how many measures have a grade as the best of their tests; one without a test has none."""
    best = dict.fromkeys((row["id"] for row in sources.rows("plan/measures")), "none")
    for row in sources.rows("effects"):
        best[row["measure"]] = min(best[row["measure"]], row["grade"], key=_GRADES.index)
    return list(best.values()).count(grade)


def _outcome(sources: Sources, measure: str, status: str) -> int:
    """Return how many targets on the indicators of a measure, but not its own, have a status."""
    own = {row["id"] for row in sources.rows("plan/targets") if row["parent"] == measure}
    named = {row["indicator"] for row in sources.rows("plan/targets") if row["id"] in own and row["indicator"]}
    for row in sources.rows("plan/measures"):
        if row["id"] == measure:
            named |= set(filter(None, row.get("indicators", "").split(";")))
    return sum(
        _group(row) == status
        for row in sources.rows("assessments")
        if row["target"] not in own and row["indicator"] in named
    )


def _group(row: Row) -> str:
    if row["status"] == "qualitative" and row.get("at_target") == "no":
        return "open"
    return "missed" if row["status"] == "off_track" and row.get("timing") == "due" else row["status"]


def _last_years(sources: Sources) -> dict[str, int]:
    """Return the last year with a value of each indicator that has one."""
    ends: dict[str, int] = {}
    for row in sources.rows("assessments"):
        if row["latest_year"] and row["indicator"] != "_Z":
            ends[row["indicator"]] = max(ends.get(row["indicator"], 0), int(float(row["latest_year"])))
    return ends


def _firm(sources: Sources) -> Counter[str]:
    """Return in how many districts each target is off track on a verdict that nothing small turns."""
    held = {(row["ref_area"], row["target"]): row for row in sources.rows("support")}

    def holds(row: Row) -> bool:
        own = held.get((row["ref_area"], row["target"]), {})
        events = own.get("numerator", "")
        return not own.get("flips") and (events == "" or float(events) >= _FEW)

    return Counter(row["target"] for row in sources.rows("verdicts") if row["status"] == "off_track" and holds(row))


def _ledger(sources: Sources) -> int:
    if (sources.folder / "inputs" / "ledger.csv").is_file():
        return len(sources.rows("ledger"))
    return sum(row["level"] in ("red", "orange") for row in sources.rows("alerts"))


def _problems(sources: Sources) -> int:
    """Return how many problems the red and orange alerts are: those on one theme or indicator are one."""
    grave = {row["target"] for row in sources.rows("alerts") if row["level"] in ("red", "orange")}
    return sum(not grave.isdisjoint(own) for own in _kin(sources, [row["target"] for row in sources.rows("alerts")]))


def _ledger_problems(sources: Sources) -> int:
    if (sources.folder / "inputs" / "ledger.csv").is_file():
        return len(_kin(sources, [row["target"] for row in sources.rows("ledger")]))
    grave = [row["target"] for row in sources.rows("alerts") if row["level"] in ("red", "orange")]
    return len(_kin(sources, grave))


def _kin(sources: Sources, targets: list[str]) -> list[set[str]]:
    """Return targets as groups that share a theme or an indicator, directly or through another one."""
    about = sources.once("subjects", _subjects)

    def keys(target: str) -> set[tuple[str, str]]:
        own = about.get(target, {"id": target})  # one the plan no longer has is alone
        return {(name, own[name]) for name in ("theme", "indicator", "id") if own.get(name)}

    groups: list[tuple[set[str], set[tuple[str, str]]]] = []
    for target in targets:
        ids, shared = {target}, keys(target)
        for one in [one for one in groups if one[1] & shared]:
            groups.remove(one)
            ids, shared = ids | one[0], shared | one[1]
        groups.append((ids, shared))
    return [ids for ids, _ in groups]


def _differing(sources: Sources) -> int:
    """Return how many values an area reported itself are more than half a percent off the sum of its districts."""
    both = [(float(row["obs_value"]), float(row["reported"])) for row in sources.rows("rollup")
            if row["obs_value"] and row["reported"]]  # fmt: skip
    return sum(abs(summed - reported) > 0.005 * abs(reported) for summed, reported in both)


def _off_track(sources: Sources) -> Counter[str]:
    return Counter(row["target"] for row in sources.rows("verdicts") if row["status"] == "off_track")


def _spread(sources: Sources) -> dict[str, float]:
    """Return phi of each indicator that districts are compared on."""
    return {row["indicator"]: float(row["phi"] or 0) for row in sources.rows("district_funnel")}


def _ranked(sources: Sources, column: str, upper: bool) -> int:
    rows = sources.rows("league")
    return sum((float(row[column]) <= len(rows) / 2) == upper for row in rows)


_RECKONED: dict[str, Callable[[Sources], int]] = {
    "ledger/entries": _ledger,
    "ledger/problems": _ledger_problems,
    "problems": _problems,
    "region/differing": _differing,
    "region/off_track_targets": lambda sources: len(_firm(sources)),
    "region/hardest": lambda sources: max(_firm(sources).values(), default=0),
    "region/hardest_tied": lambda sources: list(_firm(sources).values()).count(max(_firm(sources).values(), default=0)),
    "region/not_firm": lambda sources: sum(_off_track(sources).values()) - sum(_firm(sources).values()),
    "region/compared_indicators": lambda sources: len(_spread(sources)),
    "region/overdispersed": lambda sources: sum(phi > 1 for phi in _spread(sources).values()),
    "region/upper": lambda sources: _ranked(sources, "rank_high", upper=True),
    "region/lower": lambda sources: _ranked(sources, "rank_low", upper=False),
}
