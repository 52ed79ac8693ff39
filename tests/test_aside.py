"""Work done in processes beside the command: results and errors come back, a death is said; the order of tasks."""

import os
import threading
from pathlib import Path

import pytest

from analysis.exceptions import EnvironmentFailure, UsageError
from analysis.runs.aside import ahead, aside
from analysis.runs.schedule import carry_out

CHAINS = {"long1": (), "long2": ("long1",), "long3": ("long2",), "short": (), "pair1": (), "pair2": ("pair1",)}


@pytest.mark.parametrize("kernels", ["", "plain"])
def test_what_is_done_beside_the_command_comes_back(kernels, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_KERNELS", kernels)
    (tmp_path / "a.txt").write_text("模拟")
    assert aside("analysis.runs.hashes:hashes_of", tmp_path) == aside("analysis.runs.hashes:hashes_of", tmp_path)
    assert (aside("os:getpid") == os.getpid()) == (kernels == "plain")
    with pytest.raises(UsageError) as refused:
        aside("analysis.runs.kinds:check_formats", "odt")
    assert "odt" in str(refused.value) and refused.value.exit_code == 2


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux alone")
def test_a_process_that_dies_without_an_answer_is_tried_twice_and_said():
    with pytest.raises(EnvironmentFailure) as failed:
        aside("os:_exit", 1)
    assert "--resume" in str(failed.value)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux alone")
def test_what_is_done_ahead_is_there_in_all_that_is_forked_later_and_an_error_in_it_is_nobody_s():
    usual = aside("sys:getrecursionlimit")
    ahead("sys:setrecursionlimit", usual + 1)
    ahead("analysis.runs.report:read_ahead", Path("/no/such/run"))
    assert aside("sys:getrecursionlimit") == usual + 1
    ahead("sys:setrecursionlimit", usual)


def test_the_task_with_the_longest_row_behind_it_begins_first():
    began: list[str] = []
    ended = [one.name for one in carry_out(CHAINS, lambda name: name, 1, began.append)]
    assert began == ended == ["long1", "long2", "pair1", "long3", "short", "pair2"]


def test_what_needs_a_failed_task_is_left_out_and_the_others_are_done():
    def work(name: str) -> Path:
        if name == "long2":
            raise UsageError
        return Path(name)

    ended = {one.name: one for one in carry_out(CHAINS, work, 2)}
    assert isinstance(ended["long2"].error, UsageError) and ended["long3"].without == ("long2",)
    assert {name for name, one in ended.items() if one.result} == {"long1", "short", "pair1", "pair2"}


def test_an_eager_task_begins_when_what_it_needs_is_there_and_no_other_does():
    order: list[str] = []
    made = threading.Event()

    def work(name: str) -> str:
        order.append(f"{name} begins")
        if name == "tables":
            made.set()
            assert seen.wait(10)  # a chart is still being drawn while the eager one works
        if name == "eager":
            seen.set()
        order.append(f"{name} ends")
        return name

    seen = threading.Event()
    needs = {"tables": (), "eager": ("tables",), "patient": ("tables",)}
    ended = list(carry_out(needs, work, 2, usable=lambda name: made.is_set(), eager=["eager"]))
    assert {one.name for one in ended} == set(needs) and not any(one.error or one.without for one in ended)
    assert order.index("eager begins") < order.index("tables ends") < order.index("patient begins")


def test_an_eager_task_is_left_out_where_what_it_needs_failed_before_it_could_begin():
    def work(name: str) -> str:
        if name == "tables":
            raise UsageError
        return name

    ended = {one.name: one for one in carry_out({"tables": (), "eager": ("tables",)}, work, 2, eager=["eager"])}
    assert isinstance(ended["tables"].error, UsageError) and ended["eager"].without == ("tables",)
