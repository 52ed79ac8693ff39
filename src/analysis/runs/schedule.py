"""Tasks that build on one another, some at a time: what depends on a failed one is left out and said so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Ended(Generic[T]):
    """How a task ended: with a result, with an error, or never begun because of the tasks it needs."""

    name: str
    result: T | None = None
    error: Exception | None = None
    without: tuple[str, ...] = ()


_LOOK = 0.1  # seconds between two looks at what running tasks have left already


def carry_out(
    needs: Mapping[str, Sequence[str]],
    work: Callable[[str], T],
    at_once: int,
    began: Callable[[str], None] = lambda name: None,
    usable: Callable[[str], bool] = lambda name: False,
    eager: Collection[str] = (),
) -> Iterator[Ended[T]]:
    """Yield how each task ended, as it ends.

    Parameters
    ----------
    needs : mapping
        Task to the tasks it needs; a need that is no key is taken as done before. Of the tasks that can begin, the one
        with the most tasks in a row behind it does, then the one with the earliest key.
    work : callable
        Does one task, in a thread.
    at_once : int
    began : callable
        Told the name of each task as it begins.
    usable : callable
        Tells of a running task whether it has made already what `eager` tasks need of it: they then begin before it
        has ended. Should it fail after all, those that have begun go on.
    eager : collection of str
        The tasks for which that is enough; all others wait for the end of what they need.
    """
    left = {name: {one for one in before if one in needs} for name, before in needs.items()}
    lost: set[str] = set()
    early: set[str] = set()  # running, with all made that eager tasks need
    running: dict[Future[T], str] = {}

    def begin(name: str) -> T:
        began(name)
        return work(name)

    order = _longest_first(left)
    with ThreadPoolExecutor(at_once) as pool:
        while left or running:
            for name in [name for name, before in left.items() if before & lost]:
                without = tuple(sorted(left.pop(name) & lost))
                lost.add(name)
                yield Ended(name, without=without)
            ready = [name for name in order if name in left and not left[name] - (early if name in eager else set())]
            for name in ready[: at_once - len(running)]:
                del left[name]
                running[pool.submit(begin, name)] = name
            ended = wait(running, _LOOK if eager else None, FIRST_COMPLETED).done
            early |= {name for name in running.values() if name not in early and usable(name)}
            for future in ended:
                name, error = running.pop(future), future.exception()
                early.discard(name)
                if error is None:
                    for before in left.values():
                        before.discard(name)
                    yield Ended(name, result=future.result())
                elif isinstance(error, Exception):
                    lost.add(name)
                    yield Ended(name, error=error)
                else:
                    raise error


def _longest_first(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the tasks, those first behind which the longest row of others waits."""
    behind: dict[str, list[str]] = {name: [] for name in needs}
    for name, before in needs.items():
        for one in before:
            behind[one].append(name)

    @cache
    def length(name: str) -> int:
        return 1 + max(map(length, behind[name]), default=0)

    return sorted(needs, key=lambda name: -length(name))
