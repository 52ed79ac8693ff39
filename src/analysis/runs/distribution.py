"""The one way work is spread: processes of this machine, or the workers of a Dask cluster where an address is given."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from analysis.exceptions import Text, Where, machine_failed, usage
from analysis.runs.start import start

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 20  # seconds until a scheduler has answered
ATTEMPTS = 4  # a worker may die; what it had not handed in is given out as often as this (by Dask's default, too)


def cores() -> int:
    """Return how many cores this process may use."""
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


def spread(
    work: Callable[[T], R],
    tasks: Sequence[T],
    jobs: int = 1,
    scheduler: str | None = None,
    needs: Sequence[Sequence[int]] | None = None,
) -> Iterator[R]:
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
    needs : sequence of sequences of int, optional
        For each task the places of the tasks that must have ended before it begins. On a cluster a task begins as soon
        as they have; processes of this machine do all that can begin, then what that made possible.

    Raises
    ------
    UsageError
        No scheduler answers at the address, or the packages for it are not installed.
    EnvironmentFailure
        Workers died again and again.
    """
    if scheduler is not None:
        yield from _cluster(work, tasks, scheduler, needs or [()] * len(tasks))
        return
    for some in [tasks] if needs is None else _in_turn(tasks, needs):
        yield from map(work, some) if jobs == 1 or len(some) < 2 else _processes(work, some, jobs)


def _in_turn(tasks: Sequence[T], needs: Sequence[Sequence[int]]) -> Iterator[list[T]]:
    """Yield the tasks that need no other, then those that need no other but these, and so on."""
    order = TopologicalSorter(dict(enumerate(needs)))
    order.prepare()
    while order.is_active():
        ready = sorted(order.get_ready())
        yield [tasks[place] for place in ready]
        order.done(*ready)


def _processes(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R]:
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    left = dict(enumerate(tasks))
    with parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1, initializer=start):
        for _ in range(ATTEMPTS):
            calls = (delayed(_placed)(work, place, task) for place, task in list(left.items()))
            results = Parallel(batch_size=1, return_as="generator_unordered")(calls)
            try:
                for place, result in results:
                    del left[place]
                    yield result
                return
            except (TerminatedWorkerError, BrokenProcessPool):
                continue
            finally:
                _close(results)
    raise _died("--jobs")


def _placed(work: Callable[[T], R], place: int, task: T) -> tuple[int, R]:
    return place, work(task)


def _after(work: Callable[[T], R], task: T, before: Sequence[Any]) -> R:
    """Do a task; what came of those before it is only waited for."""
    return work(task)


def _cluster(work: Callable[[T], R], tasks: Sequence[T], address: str, needs: Sequence[Sequence[int]]) -> Iterator[R]:
    """Hand the tasks to a Dask scheduler, which gives those of a dead worker to another one.

    Not through joblib: with a single worker left its Dask backend would do the work in this process.
    """
    with _client(address) as client:
        from distributed import KilledWorker, as_completed

        made: dict[int, Any] = {}
        for place in TopologicalSorter(dict(enumerate(needs))).static_order():
            before = [made[one] for one in needs[place]]
            made[place] = client.submit(_after, work, tasks[place], before, pure=False)
        futures = list(made.values())
        try:
            for future in as_completed(futures):
                yield future.result()
                future.release()
        except KilledWorker:
            raise _died("--scheduler") from None
        finally:
            client.cancel(futures)


def _died(option: str) -> Exception:
    return machine_failed(
        Text(f"工作进程 {ATTEMPTS} 次异常终止", f"workers died {ATTEMPTS} times"),
        Where(item=option),
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
    with client, client.as_current():
        yield client


def _no_scheduler(address: str, found: Text, action: Text) -> Exception:
    return usage(found, Where(item=f"--scheduler {address}"), Text("tcp://主机:8786", "tcp://host:8786"), action)
