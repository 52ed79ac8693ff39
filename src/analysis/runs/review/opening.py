"""`workbench review open`: a draft goes out for comments, a workbook for each department and the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.data.store import Store
from analysis.data.store.evidence_files import Kept, place_of
from analysis.data.store.review_comments import department_known
from analysis.data.store.review_states import ReviewMove, check_new_version
from analysis.data.store.reviews import DocumentReviews, Made
from analysis.gate.given import check_day
from analysis.places import REPORTS, inside
from analysis.runs.files import write_bytes
from analysis.runs.folders import in_use
from analysis.runs.hashes import sha256_of
from analysis.runs.review.comment_book import Sent, write_comment_book
from analysis.runs.review.document import Reviewed, passages, stamp

REVIEWS = "review"  # below reports/: what goes out


@dataclass(frozen=True)
class Opened:
    """A version that was opened: its id and number, where its files lie, how many paragraphs and departments."""

    id: int
    version: int
    folder: Path
    paragraphs: int
    departments: int


def open_review(
    store: Store, document: Reviewed, to: Sequence[str], who: str, due: str = "", out: Path | None = None
) -> Opened:
    """Open the next version of a document for consultation, and write what goes out.

    Parameters
    ----------
    to : sequence of str
        Codes of departments; all of the plan where it is empty.
    who : str
        Who opens it.
    due : str
        The day comments are due, such as 2026-12-31; may be empty.
    out : Path, optional
        A new folder; one below `reports/review/` by default.

    Raises
    ------
    UsageError
        The version before is under way, a department is unknown, the day is none, or the folder is in use.
    """
    plan = document.run.plan
    known = [one.code for one in plan.departments]
    for code in to:
        department_known(code, known)
    if due:
        check_day(due)
    codes = list(dict.fromkeys(to)) or known
    reviews = DocumentReviews(store)
    before = reviews.last(document.about)
    check_new_version(before["state"] if before else None, before["version"] if before else 0)
    version = 1 + (before["version"] if before else 0)
    about = document.about
    name = f"{about.plan}-{about.ref_area}-{about.year}-{about.document}-{about.audience}-v{version}"
    folder = out if out is not None else inside(REPORTS, REVIEWS, name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise in_use(folder)
    edition = document.edition("consultation", version)
    said = passages(document.document, document.lang)
    move = ReviewMove("consultation", who, "evaluator", document.sha256)
    made = Made(str(document.run.record["id"]), document.lang, keep(store, edition))
    id = reviews.open(about, document.title, move, made, said, codes, due)
    for file, content in edition.items():
        write_bytes(content, inside(folder, file))
    meta = {"review": str(id), "plan": about.plan, "document": about.document, "version": str(version)}
    for code in codes:
        own = {**meta, "department": code, "sha256": document.sha256}
        department = plan.department_name(code)(document.lang)
        notice = document.run.notice(document.lang)
        sent = Sent(document.title, stamp("consultation", version)(document.lang), department, due, notice, own)
        write_bytes(write_comment_book(said, sent, document.lang), inside(folder, f"{code}.xlsx"))
    return Opened(id, version, folder, len(said), len(codes))


def keep(store: Store, edition: Mapping[str, bytes]) -> dict[str, str]:
    """Keep the files of a step beside the database, and return their SHA-256 by name."""
    place = Kept(place_of(store))
    out = {}
    for name, content in edition.items():
        out[name] = digest = sha256_of(content)
        if place.state(digest) != "kept":
            write_bytes(content, place.path(digest))
    return out
