"""The life of a version of a document: 征求意见稿 → 送审稿 → 定稿 → 已发布, or 退回修改; who may move it, and when."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.exceptions import Text, UsageError, Where, listed, usage

REVIEW_STATES = {
    "consultation": Text("征求意见稿", "draft for consultation"),
    "for_approval": Text("送审稿", "draft for approval"),
    "final": Text("定稿", "final"),
    "published": Text("已发布", "published"),
    "returned": Text("退回修改", "returned"),
}
REVIEW_ROLES = {
    "evaluator": Text("评估组", "evaluator"),
    "approver": Text("协调机构审批人", "approver of the coordinating group"),
    "publisher": Text("发布人", "publisher"),
}
REVIEW_MOVES = {  # from: {to: the role that may}; a version that was returned is followed by a new one
    "consultation": {"for_approval": "evaluator", "returned": "evaluator"},
    "for_approval": {"final": "approver", "returned": "approver"},
    "final": {"published": "publisher", "returned": "approver"},
    "published": {},
    "returned": {},
}
APPROVED = ("final", "published")  # what is never overwritten
ENDED = ("published", "returned")  # after which a new version may be opened


@dataclass(frozen=True)
class ReviewMove:
    """One step: to which state, by whom in which role, why, and the SHA-256 of the document's content now."""

    to: str
    who: str
    role: str
    sha256: str
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """What is known of a version when it is moved.

    Parameters
    ----------
    state : str
    sha256 : str
        Of the document's content at its last step.
    hands : frozenset of str
        Who opened it, moved it as evaluator, or answered comments on it.
    unanswered : int
        Comments without an answer.
    """

    state: str
    sha256: str
    hands: frozenset[str] = frozenset()
    unanswered: int = 0


def same_name(name: str) -> str:
    """Return a name to compare by: `张 三` and `张三`, `LI` and `ｌｉ` are one person."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def check_review_move(now: Standing, move: ReviewMove) -> None:
    """Refuse a step that is not allowed.

    Nobody approves or returns as approver what they opened, submitted or answered comments on. No comment is left
    without an answer when a draft goes to approval. What is approved and published is what was submitted, by its hash.

    Raises
    ------
    UsageError
        With what was tried and what is allowed from here.
    """
    allowed = REVIEW_MOVES[now.state]
    if allowed.get(move.to) != move.role:
        raise _refused(move, Text(f"{REVIEW_STATES[now.state].zh}不能这样办理", f"not from {now.state}"), steps(now))
    if not same_name(move.who):
        raise _refused(move, Text("没有写明经办人", "no name"), Text("经办人姓名或工号", "who does it"))
    if move.role == "approver" and same_name(move.who) in {same_name(one) for one in now.hands}:
        raise _refused(
            move,
            Text(f"{move.who}不能审批自己经手的文件", f"{move.who} cannot approve a document of their own hands"),
            Text("另一人", "somebody else"),
        )
    if move.to == "returned" and not move.reason.strip():
        raise _refused(move, Text("退回没有写明原因", "a return without a reason"), Text("退回原因", "a reason"))
    if move.to == "for_approval" and now.unanswered:
        raise usage(
            Text(f"还有 {now.unanswered} 条意见没有答复", f"{now.unanswered} comments have no answer"),
            Where(item=f"--to {move.to}"),
            Text("每条意见都有采纳情况", "an answer to every comment"),
            Text(
                "请用 workbench review answer 导出采纳情况表，填好后导入。",
                "Export the table by `workbench review answer`, fill it in and import it.",
            ),
        )
    if move.to in APPROVED and move.sha256 != now.sha256:
        raise usage(
            Text("文件内容与上一步不同", "the document is not the one of the step before"),
            Where(item=f"--to {move.to}"),
            Text(f"内容的 SHA-256 为 {now.sha256[:12]}…", f"content with the SHA-256 {now.sha256[:12]}..."),
            Text(
                "请恢复当时的运行文件夹；确需改动的，退回修改后开新版本。",
                "Put the run back as it was; to change it, return it and open a new version.",
            ),
        )


def check_new_version(state: str | None, version: int) -> None:
    """Refuse to open a version while the one before is under way; `state` None where there is none."""
    if state is None or state in ENDED:
        return
    name = REVIEW_STATES[state]
    raise usage(
        Text(f"第{version}版还在办理：{name.zh}", f"version {version} is under way: {name.en}"),
        Where(item="--document"),
        Text("上一版已发布或已退回修改", "the version before published or returned"),
        Text(
            "请继续办理，或退回：workbench review advance … --to returned --reason 原因。",
            "Go on with it, or return it: workbench review advance ... --to returned --reason TEXT.",
        ),
    )


def steps(now: Standing) -> Text:
    """Return what is allowed from a state, in words."""
    allowed = [(REVIEW_STATES[to], REVIEW_ROLES[role]) for to, role in REVIEW_MOVES[now.state].items()]
    zh = "、".join(f"{to.zh}（{role.zh}）" for to, role in allowed) or "已是终态，改动须开新版本"
    en = ", ".join(f"{to.en} by the {role.en}" for to, role in allowed) or "nothing: open a new version"
    return Text(zh, en)


def must_be(state: str, wanted: Iterable[str], what: Text) -> None:
    """Refuse what a version's state does not allow; `what` is what was tried."""
    names = [REVIEW_STATES[one] for one in wanted]
    if state in wanted:
        return
    raise usage(
        Text(f"现为{REVIEW_STATES[state].zh}，{what.zh}", f"it is {REVIEW_STATES[state].en}: {what.en}"),
        Where(),
        Text(listed(one.zh for one in names).zh, listed(one.en for one in names).en),
        Text("请用 workbench review list 核对。", "Check by `workbench review list`."),
    )


def _refused(move: ReviewMove, found: Text, expected: Text) -> UsageError:
    return usage(found, Where(item=f"--to {move.to}"), expected, Text("请按流程办理。", "Follow the order of steps."))
