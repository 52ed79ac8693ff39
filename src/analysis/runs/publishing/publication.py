"""`workbench publish`: approved documents of a public run as one folder for any web server, with hashes and changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis.data.store import Store
from analysis.data.store.evidence_files import Kept, place_of
from analysis.data.store.feedback import Register
from analysis.data.store.review_states import APPROVED, REVIEW_STATES, ReviewMove
from analysis.data.store.reviews import DocumentReviews, Made
from analysis.exceptions import DataError, Fault, Lang, Text, Where, check_known, usage
from analysis.places import REPORTS, inside, shown
from analysis.runs.files import write_bytes, write_text
from analysis.runs.folders import in_use
from analysis.runs.hashes import sha256_of
from analysis.runs.publishing.changes import changed_verdicts, verdicts_of
from analysis.runs.publishing.pages import Listed, Publication, feedback_page, feedback_text, index_page
from analysis.runs.publishing.register import became
from analysis.runs.review.document import Reviewed, reviewed
from analysis.runs.run import Run

SUMS = "SHA256SUMS.txt"
FOLDER = "publication"  # below reports/


@dataclass(frozen=True)
class Published:
    """What was published: the name of the publication, its folder, its files with their SHA-256, verdicts changed."""

    name: str
    folder: Path
    files: Mapping[str, str]
    changed: int | None


def publish(
    store: Store, run: Run, who: str, out: Path | None = None, kinds: Sequence[str] = (), mail: str = ""
) -> Published:
    """Write approved documents of a run for the public into a new folder, and note the publication.

    The files are the bytes that were approved, found by their hash beside the database, not made again.

    Parameters
    ----------
    kinds : sequence of str
        Documents; all that are approved where it is empty.
    mail : str
        Address for feedback, printed on its page; may be empty.

    Raises
    ------
    UsageError
        The run is not for the public, a document is not approved or was changed since, or the folder is in use.
    DataError
        Approved files are missing or changed; nothing was written.
    """
    _check_public(run)
    reviews, register = DocumentReviews(store), Register(store)
    chosen = _approved(reviews, run, kinds)
    name = register.next_name(str(run.record["plan"]), run.area, run.as_of)
    folder = out if out is not None else inside(REPORTS, FOLDER, name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise in_use(folder)
    contents = _bytes_of(store, reviews, chosen)
    lang: Lang = chosen[0][0].lang
    last = register.last_publication(str(run.record["plan"]), run.area)
    verdicts = verdicts_of(run)
    before = json.loads(last["verdicts"]) if last is not None else None
    rows = None if before is None else changed_verdicts(before, verdicts, run.plan, lang)
    about = Publication(name, run.plan.title, run.as_of, date.today(), run.notice, mail, last["name"] if last else "")
    listed = [_listed(reviews, own, row) for own, row in chosen]
    answers = became(register, str(run.record["plan"]), run.area)
    contents["index.html"] = index_page(about, listed, rows, answers, lang).encode()
    contents["feedback.html"] = feedback_page(about, listed, lang).encode()
    contents["feedback.txt"] = feedback_text(about, lang).encode("utf-8-sig")
    files = {file: sha256_of(content) for file, content in sorted(contents.items())}
    moves = {}
    for own, row in chosen:
        if row["state"] == "final":
            kept = reviews.files(int(row["id"]), "final")
            move = ReviewMove("published", who, "publisher", own.sha256)
            moves[int(row["id"])] = move, Made(str(run.record["id"]), own.lang, kept)
    try:
        for file, content in contents.items():
            write_bytes(content, inside(folder, *file.split("/")))
        write_text("".join(f"{digest}  {file}\n" for file, digest in files.items()), folder / SUMS)
        said = {"plan": str(run.record["plan"]), "ref_area": run.area, "year": run.as_of, "name": name, "who": who}
        register.publish(said, moves, files, verdicts)
    except BaseException:  # a folder nobody published must not lie there
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Published(name, folder, files, None if rows is None else len(rows))


def _check_public(run: Run) -> None:
    if run.public:
        return
    raise usage(
        Text("该运行供内部使用，小单元格未作保密处理", "the run is for internal use: its small cells are shown"),
        Where(file=shown(run.folder)),
        Text("公开版的运行", "a run for the public"),
        Text(
            "请执行 workbench evaluate --audience public，对其文件征求意见、审定后再发布。",
            "Run `workbench evaluate --audience public`, have its documents reviewed and approved, then publish.",
        ),
    )


def _approved(reviews: DocumentReviews, run: Run, kinds: Sequence[str]) -> list[tuple[Reviewed, dict[str, Any]]]:
    """Return the documents to publish with their versions.

    Raises
    ------
    UsageError
        One that was asked for, or all, are not approved: the state of each and what to do.
    """
    there = [str(one["kind"]) for one in run.record.get("documents", [])]
    check_known(Text("该运行没有文件", "the run has no document"), kinds, there, Where(item="--document"))
    found, left = [], list[Text]()
    for kind in kinds or there:
        own = reviewed(run, kind)
        row = reviews.last(own.about)
        state = "" if row is None else str(row["state"])
        if row is not None and state in APPROVED:
            found.append((own, {str(name): value for name, value in row.items()}))
            continue
        name = REVIEW_STATES[state] if state else Text("未征求意见", "never opened for comments")
        left.append(Text(f"{kind}：{name.zh}", f"{kind}: {name.en}"))
    changed = [own for own, row in found if reviews.steps(int(row["id"]))["sha256"].iloc[-1] != own.sha256]
    if changed:
        raise usage(
            Text("文件内容与审定时不同", "the document is not the one that was approved"),
            Where(file=shown(run.folder), item=changed[0].kind),
            Text("审定时的运行", "the run as it was approved"),
            Text("请用审定时的运行文件夹发布。", "Publish the run that was approved."),
        )
    if not found or (kinds and left):
        zh, en = "；".join(one.zh for one in left), "; ".join(one.en for one in left)
        raise usage(
            Text(f"没有审定，不能发布：{zh}", f"not approved: {en}"),
            Where(file=shown(run.folder)),
            Text("定稿", "final documents"),
            Text(
                "请先审定：workbench review advance RUN --document 文件 --to final --who 姓名 --role approver。",
                "Have them approved: workbench review advance RUN --document KIND --to final --who NAME "
                "--role approver.",
            ),
        )
    return found


def _bytes_of(
    store: Store, reviews: DocumentReviews, chosen: Sequence[tuple[Reviewed, Mapping[str, Any]]]
) -> dict[str, bytes]:
    """Return the approved files, by their path in the publication."""
    kept, out, faults = Kept(place_of(store)), dict[str, bytes](), list[Fault]()
    for _, row in chosen:
        for name, digest in reviews.files(int(row["id"]), "final").items():
            state = kept.state(digest)
            if state == "kept":
                out[f"documents/{name}"] = kept.path(digest).read_bytes()
                continue
            gone = Text("审定的文件已丢失", "an approved file is missing")
            other = Text("审定的文件已被改动", "an approved file was changed")
            expected = Text(f"SHA-256 {digest[:16]}…", f"SHA-256 {digest[:16]}...")
            todo = Text("请从备份恢复数据库旁的文件夹。", "Restore the folder beside the database.")
            place = Where(file=shown(kept.path(digest)), item=name)
            faults.append(Fault(gone if state == "missing" else other, place, expected, todo))
    if faults:
        raise DataError(faults)
    return out


def _listed(reviews: DocumentReviews, own: Reviewed, row: Mapping[str, Any]) -> Listed:
    steps = reviews.steps(int(row["id"]))
    approved = str(steps[steps["state"] == "final"]["at"].iloc[-1])[:10]
    return Listed(own.kind, own.title, int(row["version"]), approved, reviews.files(int(row["id"]), "final"))
