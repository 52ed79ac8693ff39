"""Documents of a run that were approved: what they are and rest on is never made again in that folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from analysis.exceptions import Text, Where, listed, usage
from analysis.places import shown
from analysis.runs.crate import write_crate
from analysis.runs.locking import hold, release
from analysis.runs.run import Run

APPROVED = "approved"  # in `run.json`: version, hash and time of each approved document


@contextmanager
def noted(run: Run, kind: str, version: int | None, sha256: str) -> Iterator[None]:
    """Hold a run while a document of it is approved, then note that in it; with no version, that it no longer is.

    Raises
    ------
    UsageError
        Another process works on the run; nothing was done.
    """
    hold(run.folder)
    try:
        yield
        own = dict(run.record.get(APPROVED, {}))
        own.pop(kind, None)
        if version is not None:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            own[kind] = {"version": version, "sha256": sha256, "at": at}
        run.note(**{APPROVED: own})
        write_crate(run)
    finally:
        release(run.folder)


def check_not_approved(run: Run, kinds: Iterable[str], left: Collection[str]) -> None:
    """Refuse to make an approved document again, or what it rests on.

    Parameters
    ----------
    kinds : iterable of str
        The documents to be made.
    left : collection of str
        Notebooks that would be run.

    Raises
    ------
    UsageError
        With the documents that are approved.
    """
    own = run.record.get(APPROVED) or {}
    if not own or not (set(own) & set(kinds) or left):
        return
    names = [f"{kind}（第{one['version']}版）" for kind, one in own.items()]
    en = [f"{kind} (version {one['version']})" for kind, one in own.items()]
    raise usage(
        Text(f"该运行的文件已审定：{listed(names).zh}", f"documents of this run are approved: {listed(en).en}"),
        Where(file=shown(run.folder)),
        Text("已审定的文件及其依据不再改动", "an approved document, and what it rests on, stay as they are"),
        Text("请另行评估：workbench evaluate --out 新文件夹。", "Evaluate anew: workbench evaluate --out NEW-FOLDER."),
    )
