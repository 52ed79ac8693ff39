"""The life of a submission: 未报 → 已报 → 退回 → 已核 → 已审批 → 已归档, and who may move it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.exceptions import Text, Where, usage

STATE_NAMES = {
    "expected": Text("未报", "expected"),
    "reported": Text("已报", "reported"),
    "returned": Text("退回", "returned"),
    "verified": Text("已核", "verified"),
    "approved": Text("已审批", "approved"),
    "archived": Text("已归档", "archived"),
}
ROLES = {
    "reporter": Text("部门填报人", "department reporter"),
    "reviewer": Text("统计审核人", "statistics reviewer"),
    "approver": Text("协调机构审批人", "approver of the coordinating group"),
    "archivist": Text("档案管理人", "archivist"),
}
_MOVES = {  # from: {to: the role that may}
    "expected": {"reported": "reporter"},
    "reported": {"returned": "reviewer", "verified": "reviewer"},
    "returned": {"reported": "reporter"},
    "verified": {"approved": "approver", "returned": "approver"},
    "approved": {"archived": "archivist"},
    "archived": {},
}


@dataclass(frozen=True)
class Sender:
    """Who reports what: the plan, area, department and year a file is about, and the reporter's name."""

    plan: str
    area: str
    department: str
    year: int
    who: str


@dataclass(frozen=True)
class Move:
    """One step in a submission's life: to which state, by whom in which role, and why."""

    to: str
    who: str
    role: str
    reason: str = ""


def check_move(state: str, reporter: str, before: list[Move], move: Move) -> None:
    """Refuse a step that is not allowed.

    Nobody reviews or approves what they reported, nor approves what they reviewed; a return needs a reason.

    Parameters
    ----------
    state : str
        Where the submission is.
    reporter : str
        Who reported it.
    before : list of Move
        Its steps so far.
    move : Move

    Raises
    ------
    UsageError
        With what was tried and what is allowed from here.
    """
    allowed = _MOVES[state]
    if allowed.get(move.to) != move.role:
        steps = [(STATE_NAMES[to], ROLES[role]) for to, role in allowed.items()]
        zh = "、".join(f"{to.zh}（{role.zh}）" for to, role in steps) or "已是终态"
        en = ", ".join(f"{to.en} by the {role.en}" for to, role in steps) or "nothing: it is final"
        raise _refused(move, Text(f"{STATE_NAMES[state].zh}的报送不能这样处理", f"not from {state}"), Text(zh, en))
    if not move.who.strip():
        raise _refused(move, Text("没有写明经办人", "no name"), Text("经办人姓名或工号", "who does it"))
    own = {reporter} if move.role in ("reviewer", "approver") else set()
    own |= {step.who for step in before if move.role == "approver" and step.role == "reviewer"}
    if move.who in own:
        raise _refused(
            move,
            Text(f"{move.who}不能审核或审批自己经手的数据", f"{move.who} cannot judge data of their own hands"),
            Text("另一人", "somebody else"),
        )
    if move.to == "returned" and not move.reason.strip():
        raise _refused(move, Text("退回没有写明原因", "a return without a reason"), Text("退回原因", "a reason"))


def _refused(move: Move, found: Text, expected: Text) -> Exception:
    to = STATE_NAMES.get(move.to)
    return usage(
        found,
        Where(item=f"→ {to.zh if to else move.to}"),
        expected,
        Text("请按流程办理。", "Follow the order of steps."),
    )
