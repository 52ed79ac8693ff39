"""Versions of a document: no path of steps breaks the rules, and the database keeps every one of them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from test_store import _closed, open_store, postgres, url  # noqa: F401 - fixtures

from analysis.data import store as stores
from analysis.data.store.review_comments import DECISIONS, Answer, Comment, Comments, Received
from analysis.data.store.review_states import (
    APPROVED,
    ENDED,
    REVIEW_MOVES,
    REVIEW_ROLES,
    REVIEW_STATES,
    ReviewMove,
    Standing,
    check_review_move,
)
from analysis.data.store.reviews import About, DocumentReviews, Made, Passage
from analysis.exceptions import DataError, UsageError

ABOUT = About("plan", "1", 2025, "midterm", "public")
MADE = Made("run", "zh", {"midterm.html": "f" * 64})
PASSAGES = [Passage(1, "一、总体", "总体情况"), Passage(2, "二、健康", "健康情况")]
WHO = ["甲", "乙", "丙"]


def opened(store, who="甲"):
    move = ReviewMove("consultation", who, "evaluator", "a" * 64)
    return DocumentReviews(store).open(ABOUT, "中期评估报告", move, MADE, PASSAGES, ["health", "education"])


def comment(number=1, text="请核实", **more):
    return Comment(number, f"征求意见表!D{number + 4}", text, **more)


def received(*comments, sha="1", department="health"):
    return Received("a.xlsx", sha.ljust(64, "0"), "workbook", department, comments)


def test_the_table_names_every_state_and_role_and_ends():
    assert set(REVIEW_MOVES) == set(REVIEW_STATES) and set(APPROVED) | set(ENDED) <= set(REVIEW_STATES)
    assert {role for own in REVIEW_MOVES.values() for role in own.values()} == set(REVIEW_ROLES)
    reached, found = {"consultation"}, {"consultation"}
    while found:
        found = {to for one in found for to in REVIEW_MOVES[one]} - reached
        reached |= found
    assert reached == set(REVIEW_STATES)
    assert all(not REVIEW_MOVES[one] for one in ENDED)


@pytest.mark.parametrize("state", REVIEW_STATES)
def test_every_pair_of_states_and_every_role_is_allowed_by_the_table_alone(state):
    for to, role in product(REVIEW_STATES, REVIEW_ROLES):
        move = ReviewMove(to, "丁", role, "a", "原因")
        if REVIEW_MOVES[state].get(to) == role:
            check_review_move(Standing(state, "a", frozenset({"甲"})), move)
            continue
        with pytest.raises(UsageError):
            check_review_move(Standing(state, "a", frozenset({"甲"})), move)


@pytest.mark.parametrize("name", ["甲一", "甲 一", " 甲一 ", "甲　一"])
def test_nobody_approves_what_went_through_their_hands(name):
    now = Standing("for_approval", "a", frozenset({"甲一"}))
    for to in ("final", "returned"):
        with pytest.raises(UsageError, match=r"不能审批自己|own hands"):
            check_review_move(now, ReviewMove(to, name, "approver", "a", "原因"))


@pytest.mark.parametrize(
    ("now", "move"),
    [
        (Standing("consultation", "a", unanswered=1), ReviewMove("for_approval", "甲", "evaluator", "b")),
        (Standing("for_approval", "a"), ReviewMove("final", "乙", "approver", "b")),
        (Standing("final", "a"), ReviewMove("published", "乙", "publisher", "b")),
        (Standing("for_approval", "a"), ReviewMove("returned", "乙", "approver", "a", " ")),
        (Standing("consultation", "a"), ReviewMove("for_approval", "　", "evaluator", "a")),
    ],
)
def test_what_is_lacking_is_refused_in_both_languages(now, move):
    with pytest.raises(UsageError) as refused:
        check_review_move(now, move)
    fault = refused.value.faults[0]
    assert all(part.zh and part.en for part in (fault.found, fault.expected, fault.action))


class Life(RuleBasedStateMachine):
    """Anybody tries anything: what the database then holds obeys the rules."""

    def __init__(self):
        super().__init__()
        self.store = stores.open_store("sqlite://")
        self.reviews = DocumentReviews(self.store)
        self.count = 0

    def teardown(self):
        self.store.close()

    @rule(who=st.sampled_from(WHO))
    def open(self, who):
        before = self.reviews.last(ABOUT)
        with suppress(UsageError):
            opened(self.store, who)
            assert before is None or before["state"] in ENDED

    @rule(to=st.sampled_from(list(REVIEW_STATES)), who=st.sampled_from(WHO), role=st.sampled_from(list(REVIEW_ROLES)),
          sha=st.sampled_from(["a" * 64, "b" * 64]))  # fmt: skip
    def move(self, to, who, role, sha):
        if (row := self.reviews.last(ABOUT)) is not None:
            with suppress(UsageError):
                self.reviews.move(row["id"], ReviewMove(to, who, role, sha, "原因"), MADE)

    @rule(number=st.integers(0, 2), answer=st.sampled_from([*DECISIONS, ""]), who=st.sampled_from(WHO))
    def comment_and_answer(self, number, answer, who):
        if (row := self.reviews.last(ABOUT)) is None:
            return
        own = Comments(self.reviews, row["id"])
        self.count += 1
        with suppress(UsageError):
            own.receive(received(comment(number, f"意见{self.count}"), sha=str(self.count)), "戊")
            assert row["state"] == "consultation"
            if answer:
                own.answer([Answer(int(own.table()["id"].max()), answer, "理由")], who)

    @invariant()
    def every_step_follows_the_one_before(self):
        for row in self.reviews.all().to_dict("records"):
            steps = self.reviews.steps(row["id"]).to_dict("records")
            assert [steps[0]["state"], steps[-1]["state"]] == ["consultation", row["state"]]
            hands = {row["opened_by"], *Comments(self.reviews, row["id"]).table()["answered_by"]}
            for before, step in zip(steps, steps[1:], strict=False):
                assert REVIEW_MOVES[before["state"]][step["state"]] == step["role"]
                hands |= {step["who"]} if step["role"] == "evaluator" else set()
                assert step["role"] != "approver" or step["who"] not in hands
                assert step["state"] not in APPROVED or step["sha256"] == before["sha256"]
            if {step["state"] for step in steps} & {"for_approval", *APPROVED}:
                assert (Comments(self.reviews, row["id"]).table()["decision"] != "").all()

    @invariant()
    def versions_count_and_one_alone_is_under_way(self):
        table = self.reviews.all()
        assert table["version"].tolist() == list(range(1, len(table) + 1))
        assert (~table["state"].isin(ENDED)).sum() <= 1


Life.TestCase.settings = settings(max_examples=6, stateful_step_count=15, deadline=None)
TestLife = Life.TestCase


def test_a_version_its_steps_paragraphs_and_departments_come_back(url):  # noqa: F811
    store = open_store(url)
    reviews = DocumentReviews(store)
    id = opened(store)
    assert reviews.passages(id) == PASSAGES and reviews.asked(id)["department"].tolist() == ["health", "education"]
    step = reviews.steps(id).iloc[0]
    assert (step["who"], step["role"], step["sha256"]) == ("甲", "evaluator", "a" * 64)
    assert reviews.files(id, "consultation") == dict(MADE.files) and reviews.files(id, "final") == {}
    with pytest.raises(UsageError, match="第1版|version 1"):
        opened(store)
    reviews.move(id, ReviewMove("returned", "甲", "evaluator", "a" * 64, "重做"), MADE)
    assert reviews.get(opened(store))["version"] == 2


def test_comments_are_kept_once_answered_with_a_reason_and_never_lost(url):  # noqa: F811
    store = open_store(url)
    reviews, id = DocumentReviews(store), opened(store)
    own = Comments(reviews, id)
    done = own.receive(received(comment(1), comment(2, "补充", wording="改为…")), "乙")
    assert (done.rows, done.taken, done.known) == (2, 2, 0)
    with pytest.raises(UsageError, match="已于|imported"):
        own.receive(received(comment(1)), "乙")
    again = own.receive(received(comment(1), comment(1, "又一条"), sha="2"), "乙")
    assert (again.rows, again.taken, again.known) == (2, 1, 1)
    ids = own.table()["id"].tolist()
    with pytest.raises(DataError):
        own.answer([Answer(ids[0], "adopted"), Answer(ids[1], "declined")], "甲")
    assert (own.table()["decision"] == "").all()
    move = ReviewMove("for_approval", "甲", "evaluator", "a" * 64)
    with pytest.raises(UsageError, match="3"):
        reviews.move(id, move, MADE)
    assert own.answer([Answer(one, "declined", "依据不足") for one in ids], "丙") == 3
    assert own.answer([Answer(ids[0], "adopted"), Answer(ids[1], "declined", "依据不足")], "丙") == 1
    reviews.move(id, move, MADE)
    for change in (lambda: own.receive(received(comment(2), sha="3"), "乙"),
                   lambda: own.answer([Answer(ids[0], "partly", "x")], "甲")):  # fmt: skip
        with pytest.raises(UsageError, match="送审稿|approval"):
            change()
    with pytest.raises(UsageError, match="丙"):  # who answered is no judge of it
        reviews.move(id, ReviewMove("final", "丙", "approver", "a" * 64), MADE)
    reviews.move(id, ReviewMove("final", "丁", "approver", "a" * 64), MADE)


def test_departments_that_send_at_once_lose_no_comment_and_one_opening_wins(url):  # noqa: F811
    open_store(url)

    def start(i):
        store = open_store(url)
        try:
            return opened(store, f"甲{i}")
        except UsageError:
            return None

    with ThreadPoolExecutor(4) as pool:
        ids = [one for one in pool.map(start, range(4)) if one]
    assert len(ids) == 1

    def send(i):
        own = Comments(DocumentReviews(open_store(url)), ids[0])
        for j in range(3):
            own.receive(received(comment(1, f"{i}-{j}"), sha=f"{i}{j}", department=f"d{i}"), "乙")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert len(Comments(DocumentReviews(open_store(url)), ids[0]).table()) == 12


def test_of_those_who_approve_at_once_one_does(url):  # noqa: F811
    id = opened(open_store(url))
    DocumentReviews(open_store(url)).move(id, ReviewMove("for_approval", "甲", "evaluator", "a" * 64), MADE)

    def approve(i):
        try:
            DocumentReviews(open_store(url)).move(id, ReviewMove("final", f"丁{i}", "approver", "a" * 64), MADE)
        except UsageError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve, range(4))) == 1
    assert DocumentReviews(open_store(url)).steps(id)["state"].tolist() == ["consultation", "for_approval", "final"]
