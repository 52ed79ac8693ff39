"""A Dask cluster of two worker processes: the bytes of one machine, and a worker killed in the middle."""

import os
import signal

import pytest
from distributed import LocalCluster
from fragile_work import once_killed
from test_batches import table_of

from analysis.runs import batches
from analysis.runs.batches import forecast_batches
from analysis.runs.distribution import spread


@pytest.fixture(scope="module")
def cluster():
    """Return a scheduler with two worker processes."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_worker_killed_in_the_middle_changes_no_byte(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "PART", 5)
    table_of(70).to_csv(tmp_path / "in.csv", index=False)
    forecast_batches(tmp_path / "in.csv", tmp_path / "alone.csv", 3, "trend_average", jobs=1)
    victims = [worker.pid for worker in cluster.workers.values()]
    done = []

    def kill_one(series):
        done.append(series)
        if len(done) == 3:
            os.kill(victims[0], signal.SIGKILL)

    forecast_batches(
        tmp_path / "in.csv",
        tmp_path / "spread.csv",
        3,
        "trend_average",
        scheduler=cluster.scheduler_address,
        step=kill_one,
    )
    assert len(done) > 3
    assert (tmp_path / "spread.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_work_that_kills_its_worker_once_is_done_elsewhere(cluster, tmp_path):
    tasks = [(number, str(tmp_path)) for number in range(6)]
    assert sorted(spread(once_killed, tasks, scheduler=cluster.scheduler_address)) == [0, 1, 4, 9, 16, 25]
