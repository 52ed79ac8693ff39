"""`workbench review advance`: from draft to approval; what is approved is kept by its hash and never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from analysis.data.store import Store
from analysis.data.store.review_comments import Comments
from analysis.data.store.review_states import APPROVED, REVIEW_MOVES, REVIEW_STATES, ReviewMove, check_review_move
from analysis.data.store.review_tables import REVIEWS
from analysis.data.store.reviews import DocumentReviews, Made, standing
from analysis.exceptions import Text, Where, check_known, usage
from analysis.places import shown
from analysis.runs.approved import noted
from analysis.runs.review.document import Reviewed
from analysis.runs.review.opening import keep


@dataclass(frozen=True)
class Advanced:
    """A version that was moved: its row before, its files with their SHA-256, and what a person should know."""

    review: Mapping[str, Any]
    files: Mapping[str, str]
    remarks: tuple[Text, ...]


def advance_review(store: Store, document: Reviewed, to: str, who: str, role: str, reason: str = "") -> Advanced:
    """Move the last version of a document on; a draft that goes to approval may be of another run than it was.

    Raises
    ------
    UsageError
        There is no version, or the step is not allowed; nothing is changed.
    """
    reviews = DocumentReviews(store)
    row = version_under_way(reviews, document)
    check_known(Text("没有状态", "there is no state"), [to], list(REVIEW_MOVES)[1:], Where(item="--to"))
    if to == "published":
        raise usage(
            Text("发布须写出公开文件夹", "publishing writes a folder"),
            Where(item="--to"),
            Text("workbench publish", "`workbench publish`"),
            Text(f"请用 workbench publish {shown(document.run.folder)} --who 姓名。", "Use `workbench publish`."),
        )
    move = ReviewMove(to, who, role, document.sha256, reason)
    with store.engine.connect() as connection:  # before anything is drawn: a refusal is quick and changes nothing
        own = connection.execute(select(REVIEWS).where(REVIEWS.c.id == row["id"])).mappings().one()
        check_review_move(standing(connection, own), move)
    files = {} if to == "returned" else keep(store, document.edition(to, int(row["version"])))
    made = Made(str(document.run.record["id"]), document.lang, files)
    if to not in APPROVED and row["state"] not in APPROVED:
        reviews.move(int(row["id"]), move, made)
    else:
        with noted(document.run, document.kind, int(row["version"]) if to in APPROVED else None, document.sha256):
            reviews.move(int(row["id"]), move, made)
    return Advanced(row, files, tuple(_remarks(reviews, row, to, document)))


def version_under_way(reviews: DocumentReviews, document: Reviewed) -> Mapping[str, Any]:
    """Return the last version of a document; a `UsageError` says that none was opened."""
    row = reviews.last(document.about)
    if row is not None:
        return {str(name): value for name, value in row.items()}
    raise usage(
        Text("该文件还没有征求意见", "the document was never opened for comments"),
        Where(file=shown(document.run.folder), item=document.kind),
        Text("征求意见稿", "a draft for consultation"),
        Text(
            f"请先执行 workbench review open {shown(document.run.folder)} --document {document.kind} --who 姓名。",
            f"Give workbench review open {shown(document.run.folder)} --document {document.kind} --who NAME first.",
        ),
    )


def _remarks(reviews: DocumentReviews, row: Mapping[str, Any], to: str, document: Reviewed) -> list[Text]:
    """Return what a person should know of a draft that goes to approval."""
    if to != "for_approval":
        return []
    own, out = Comments(reviews, int(row["id"])), list[Text]()
    steps = reviews.steps(int(row["id"]))
    adopted = int(own.table()["decision"].isin(["adopted", "partly"]).sum())
    if adopted and steps["sha256"].iloc[0] == document.sha256:
        out.append(
            Text(
                f"采纳了 {adopted} 条意见，但文件内容与{REVIEW_STATES['consultation'].zh}相同，请核对是否已修改。",
                f"{adopted} comments were adopted, yet the document is the one sent out: check that it was changed.",
            )
        )
    silent = silent_departments(reviews, int(row["id"]))
    if silent:
        names = [document.run.plan.department_name(code) for code in silent]
        zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        out.append(Text(f"{len(silent)} 个部门未反馈：{zh}。", f"{len(silent)} departments did not answer: {en}."))
    return out


def silent_departments(reviews: DocumentReviews, id: int) -> list[str]:
    """Return the departments that were asked and sent nothing, not even that they have no comments."""
    came = set(Comments(reviews, id).files()["department"])
    return [code for code in reviews.asked(id)["department"] if code not in came]
