"""What a trace is asked of: a run, a bundle as it came, the folder it was unpacked to, or that of a reproduction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.exceptions import Text, Where, WorkbenchError, wrong_data
from analysis.places import shown
from analysis.runs.reproduction.archive import read_zip
from analysis.runs.reproduction.limits import check_limits
from analysis.runs.reproduction.replay import read_record
from analysis.runs.run import Run, open_run

RECORD = "reproduction.json"


@contextmanager
def opened(name: str) -> Iterator[Run]:
    """Yield the run that is meant; nothing of a bundle is executed, and its unpacked copy is gone afterwards.

    Parameters
    ----------
    name : str
        A run folder, its name in `reports/`, a bundle (zip), the folder a bundle was unpacked to, or the folder of a
        reproduction: of that the run made again here, else what was received.

    Raises
    ------
    UsageError
        There is no such run or file.
    DataError
        The bundle is refused, or its files are not those of a run.
    """
    path = Path(name)
    if path.is_file():
        with tempfile.TemporaryDirectory() as room:
            folder = Path(room) / path.stem
            read_zip(path, folder)
            yield from _received(folder, path)
    elif (path / RECORD).is_file():
        own = next((one for one in (path / "run", path / "received") if (one / "run.json").is_file()), path)
        yield from _received(own, own)
    else:
        yield open_run(name)


def _received(folder: Path, named: Path) -> Iterator[Run]:
    check_limits(folder)
    read_record(folder)
    try:
        yield Run(folder)
    except WorkbenchError:
        raise
    except Exception as error:  # files of unknown origin may be anything
        raise wrong_data(
            Text(
                f"其中的文件不是一次运行的文件（{type(error).__name__}）",
                f"its files are no run's ({type(error).__name__})",
            ),
            Where(file=shown(named)),
            Text("workbench bundle 生成的成果包", "a bundle made by `workbench bundle`"),
            Text("请先用 workbench reproduce 复算，看哪些文件有问题。", "See by `workbench reproduce` which of them."),
        ) from error
