"""The one way work is spread: processes of this machine, or the workers of a Dask cluster where an address is given."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from analysis.exceptions import Text, Where, machine_failed, usage

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 20  # seconds until a scheduler has answered
ATTEMPTS = 4  # a worker may die; what it had not handed in is given out again this often


def cores() -> int:
    """Return how many cores this process may use."""
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


def spread(work: Callable[[T], R], tasks: Sequence[T], jobs: int = 1, scheduler: str | None = None) -> Iterator[R]:
    """Yield what `work` makes of each task, as it is made.

    Tasks and results should be small: what is large lies in files that every worker can reach. A task may be begun
    twice when a worker dies, so `work` has to leave the same whether it ran once or twice.

    Parameters
    ----------
    work : callable
        A function of a module; an error of its own is raised here.
    tasks : sequence
    jobs : int
        Processes on this machine; 1 does the work in this one.
    scheduler : str, optional
        Address of a Dask scheduler (`tcp://host:8786`); its workers then do the work.

    Raises
    ------
    UsageError
        No scheduler answers at the address, or the packages for it are not installed.
    EnvironmentFailure
        Workers died again and again.
    """
    if scheduler is None and (jobs == 1 or len(tasks) < 2):
        yield from map(work, tasks)
        return
    left = dict(enumerate(tasks))
    with _workers(jobs, scheduler) as (parallel, died):
        for _ in range(ATTEMPTS):
            results = parallel(_one(work, place, task) for place, task in list(left.items()))
            try:
                for place, result in results:
                    del left[place]
                    yield result
                return
            except died:
                continue
            finally:
                _close(results)
    raise machine_failed(
        Text(f"工作进程 {ATTEMPTS} 次异常终止", f"workers died {ATTEMPTS} times"),
        Where(item="--scheduler" if scheduler else "--jobs"),
        Text("足够的内存", "enough memory for each worker"),
        Text(
            "请减少 --jobs 或增加内存后重新执行；已完成的部分会保留。",
            "Use fewer --jobs or more memory and run again; finished parts are kept.",
        ),
    )


def _close(results: Any) -> None:
    """Call off what has not begun; that it was begun for nothing needs no warning when the work has failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        results.close()


def _one(work: Callable[[T], R], place: int, task: T) -> Any:
    from joblib import delayed

    return delayed(_placed)(work, place, task)


def _placed(work: Callable[[T], R], place: int, task: T) -> tuple[int, R]:
    return place, work(task)


@contextmanager
def _workers(jobs: int, scheduler: str | None) -> Iterator[tuple[Callable[..., Any], Any]]:
    """Yield what hands tasks out, and the errors that tell of a dead worker."""
    from joblib import Parallel, parallel_config
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    def parallel(calls: Any) -> Any:
        return Parallel(n_jobs=jobs if scheduler is None else -1, batch_size=1, return_as="generator_unordered")(calls)

    if scheduler is None:
        with parallel_config("loky", inner_max_num_threads=1):
            yield parallel, (TerminatedWorkerError, BrokenProcessPool)
        return
    with _client(scheduler) as client, parallel_config("dask", client=client, wait_for_workers_timeout=60):
        from distributed import KilledWorker

        yield parallel, (KilledWorker,)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise _no_scheduler(
            address,
            Text("没有安装 distributed", "distributed is not installed"),
            Text("pip install 'child-plan-workbench[cluster]'", "pip install 'child-plan-workbench[cluster]'"),
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _no_scheduler(
            address,
            Text(f"连接不上（{type(error).__name__}）", f"it cannot be reached ({type(error).__name__})"),
            Text(
                "请核对地址，并确认 dask scheduler 已启动。",
                "Check the address and that a `dask scheduler` runs there.",
            ),
        ) from None
    with client:
        yield client


def _no_scheduler(address: str, found: Text, action: Text) -> Exception:
    return usage(found, Where(item=f"--scheduler {address}"), Text("tcp://主机:8786", "tcp://host:8786"), action)
