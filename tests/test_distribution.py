"""Work spread over processes: a dead worker costs time, an error is the caller's."""

import pytest
from fragile_work import always_killed, failing, once_killed

from analysis.exceptions import EnvironmentFailure, UsageError
from analysis.runs.distribution import spread


def test_a_killed_process_costs_time_only(tmp_path):
    tasks = [(number, str(tmp_path)) for number in range(6)]
    assert sorted(spread(once_killed, tasks, jobs=2)) == [0, 1, 4, 9, 16, 25]


def test_workers_that_die_again_and_again_are_said(monkeypatch):
    monkeypatch.setattr("analysis.runs.distribution.ATTEMPTS", 2)
    with pytest.raises(EnvironmentFailure, match="工作进程 2 次异常终止"):
        list(spread(always_killed, [1, 2], jobs=2))


def test_an_error_of_the_work_is_the_callers():
    with pytest.raises(ValueError, match="1"):
        list(spread(failing, [1, 1], jobs=2))


def test_no_scheduler_at_the_address(monkeypatch):
    monkeypatch.setattr("analysis.runs.distribution.PATIENCE", 1)
    with pytest.raises(UsageError, match="连接不上"):
        list(spread(once_killed, [1, 2], scheduler="tcp://127.0.0.1:1"))
