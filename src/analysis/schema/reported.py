"""What departments report of a plan beside figures, what the evaluation group says of it, and what follows from both.

Cells of `evidence` hold names of files, joined with `；`; the files themselves stay beside the database.
"""

from __future__ import annotations

from analysis.schema.table import Column, Table, ids
from analysis.schema.tables import STATUSES

MEASURE_STATES = ("not_begun", "under_way", "completed")
NOT_REPORTED = "not_reported"
GRADES = ("not_begun", "under_way", "mostly", "reached", "sustained")  # the lowest first
FREE_GRADES = ("not_begun", "under_way")  # that need no evidence; all above do
HELPED = ("yes", "partly", "no", "unknown")
MONEY_UNITS = ("yuan", "ten_thousand_yuan", "hundred_million_yuan")
RECEIVED_STATES = ("expected", "reported", "returned", "verified", "approved", "archived")
YES_NO = ("yes", "no")
BASES = ("data", "group", "department", "counts", "none")  # what a judgement rests on
VERDICTS = (*STATUSES, "missed", "open")  # what has passed unmet, and coverage counted and not yet full, apart
OUTCOMES = ("favourable", "progressing", "unfavourable", "undecided")

_OF = (*ids("plan ref_area department"), Column("year", "integer", minimum=1900))
_KEY = ("plan", "ref_area", "department", "year")
_MONEY = (
    Column("money", "number", required=False, minimum=0),
    Column("money_unit", required=False, choices=MONEY_UNITS),
)


def _texts(names: str) -> tuple[Column, ...]:
    """Return columns of text that may be empty."""
    return tuple(Column(name, required=False) for name in names.split())


MEASURE_REPORTS = Table(
    "measure_reports",
    (
        *_OF,
        *ids("measure"),
        Column("state", choices=MEASURE_STATES),
        Column("done", required=False),
        *_MONEY,
        Column("output", "number", required=False, minimum=0),
        *_texts("output_unit difficulty evidence"),
    ),
    (*_KEY, "measure"),
)

SELF_ASSESSMENTS = Table(
    "self_assessments",
    (
        *_OF,
        *ids("target"),
        Column("grade", required=False, choices=GRADES),  # none where counts alone are given
        Column("done", "number", required=False, minimum=0),  # 13 of
        Column("total", "number", required=False, minimum=0),  # 17
        *_texts("reason evidence"),
    ),
    (*_KEY, "target"),
)

CAUSES = Table(
    "causes",
    (
        *_OF,
        *ids("target"),  # of the alert
        Column("cause"),
        Column("last_measure", required=False),
        Column("helped", required=False, choices=HELPED),
        Column("measure", required=False),  # what is to be done about it
        Column("evidence", required=False),
    ),
    (*_KEY, "target"),
)

PRACTICES = Table(
    "practices",
    (
        *_OF,
        Column("number", "integer", minimum=1),
        Column("title"),
        Column("content", required=False),
        Column("since", "integer", required=False, minimum=1900),
        *_texts("result place evidence"),
    ),
    (*_KEY, "number"),
)

NEXT_YEAR = Table(
    "next_year",
    (
        *_OF,
        Column("number", "integer", minimum=1),
        *ids("(measure)"),
        Column("action"),
        Column("goal", required=False),
        *_MONEY,
        Column("deadline", required=False),
    ),
    (*_KEY, "number"),
)

GROUP_RATINGS = Table(
    "group_ratings",
    (
        *ids("plan ref_area"),
        Column("year", "integer", minimum=1900),
        *ids("target"),
        Column("grade", choices=GRADES),
        *_texts("reason evidence_seen who at"),
    ),
    ("plan", "ref_area", "year", "target"),
)

EVIDENCE_FILES = Table(
    "evidence_files",
    (
        *_OF,
        Column("file"),
        Column("sha256", required=False),
        Column("bytes", "integer", required=False, minimum=0),
        Column("state", choices=("kept", "absent")),
    ),
    (*_KEY, "file"),
)

RECEIVED = Table(
    "received",
    (
        *_OF,
        Column("state", choices=RECEIVED_STATES),
        *_texts("due received"),  # dates: 2027-03-31
        Column("days_late", "integer", required=False, minimum=0),
        Column("returned", "integer", required=False, minimum=0),  # how often
        *_texts("returned_why"),
    ),
    _KEY,
)

DEPARTMENT_TABLES = (MEASURE_REPORTS, SELF_ASSESSMENTS, CAUSES, PRACTICES, NEXT_YEAR)  # of one department's workbook
REPORT_TABLES = {one.name: one for one in (*DEPARTMENT_TABLES, GROUP_RATINGS, EVIDENCE_FILES, RECEIVED)}

MEASURE_STATUS = Table(
    "measure_status",
    (
        *ids("plan ref_area measure"),
        Column("year", "integer"),
        Column("state", choices=(*MEASURE_STATES, NOT_REPORTED)),
        Column("lead", required=False),
        *_texts("reporters owing"),  # codes of departments, joined with `;`
        Column("money", "number", required=False, minimum=0),  # ten thousand yuan, of all that report it
        Column("differ", choices=YES_NO),  # whether departments report different states
        Column("evidence", choices=YES_NO),
    ),
    ("plan", "ref_area", "measure"),
)

DEPARTMENT_STATUS = Table(
    "department_status",
    (
        *ids("plan ref_area department"),
        Column("year", "integer"),
        Column("state", choices=RECEIVED_STATES),
        Column("late", choices=YES_NO),
        *_texts("due received"),
        *(Column(name, "integer", required=False, minimum=0) for name in ("days_late", "returned")),
        *(Column(name, "integer", minimum=0) for name in ("measures", "completed", "under_way", "not_begun")),
        *(Column(name, "integer", minimum=0) for name in ("not_reported", "targets", "assessed")),
        *(Column(name, "integer", minimum=0) for name in ("causes", "practices", "plans")),
        Column("money", "number", required=False, minimum=0),  # ten thousand yuan
    ),
    ("plan", "ref_area", "department"),
)

JUDGEMENTS = Table(
    "judgements",
    (
        *ids("plan ref_area target"),
        Column("year", "integer"),
        Column("verdict", choices=VERDICTS),  # by data, as documents count them
        Column("basis", choices=BASES),
        Column("grade", required=False, choices=GRADES),  # what counts
        Column("group_grade", required=False, choices=GRADES),
        Column("department_grade", required=False, choices=GRADES),
        Column("department", required=False),
        Column("reported_year", "integer", required=False),
        Column("rated_year", "integer", required=False),
        Column("apart", "integer", required=False),  # grades the department stands above the group
        *(Column(name, "number", required=False, minimum=0) for name in ("done", "total", "share", "elapsed")),
        Column("evidence", choices=("kept", "absent", "none")),
        Column("capped", choices=YES_NO),  # lowered for want of evidence
        Column("outcome", choices=OUTCOMES),
        Column("reason"),
        Column("reason_en"),
    ),
    ("plan", "ref_area", "target"),
)

VERDICT_COUNTS = Table(
    "verdict_counts",
    (
        Column("basis", choices=("data", "evidence", "none", "all")),
        Column("outcome"),  # a verdict, a grade; of all targets one of OUTCOMES
        Column("targets", "integer", minimum=0),
    ),
    ("basis", "outcome"),
)

REPORTED_TABLES = (MEASURE_STATUS, DEPARTMENT_STATUS, JUDGEMENTS, VERDICT_COUNTS)
