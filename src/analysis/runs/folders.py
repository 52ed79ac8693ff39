"""Where a new run is put: a folder of its own, what an interrupted preparation left taken away."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from analysis.exceptions import Text, UsageError, Where, usage
from analysis.places import REPORTS, cannot_write, inside, make_folder, shown
from analysis.runs.locking import LOCK, hold


def new_folder(out: Path | None, plan: str, as_of: int) -> Path:
    """Return a fresh folder; two runs started at once never share one."""
    if out is not None:
        if (out / LOCK).is_file() and not (out / "run.json").is_file():
            hold(out)  # what an interrupted preparation left may go, unless one is under way
            _empty(out)
        if out.exists() and (not out.is_dir() or any(one.name != LOCK for one in out.iterdir())):
            raise in_use(out)
        make_folder(out)
        hold(out)
        return out
    folder = numbered(f"{plan}-{as_of}-{date.today():%Y%m%d}")
    hold(folder)
    return folder


def numbered(stem: str, base: Path = REPORTS) -> Path:
    """Return a new folder in `base`, `reports/` by default, its name with the next number that is free."""
    make_folder(base)
    for number in range(1, 10000):
        folder = inside(base, f"{stem}-{number:02d}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise cannot_write(folder, error) from error
        return folder
    raise RuntimeError(stem)


def in_use(out: Path) -> UsageError:
    """Return the error of an output folder that holds something."""
    return usage(
        Text("输出位置已有内容", "the output folder is in use"),
        Where(file=shown(out)),
        Text("一个新文件夹或空文件夹", "a new or an empty folder"),
        Text("请更换 --out，已有内容不会被覆盖。", "Choose another --out; nothing is overwritten."),
    )


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != LOCK:
            one.unlink()


def never_prepared(folder: Path) -> Exception:
    """Return the error of a run that ended before its inputs were copied."""
    return usage(
        Text("该运行在准备输入时中断，没有可继续的内容", "the run was interrupted before its inputs were copied"),
        Where(file=shown(folder)),
        Text("已准备好的运行（有 run.json）", "a prepared run, one with a run.json"),
        Text("请重新执行原来的命令。", "Give the first command again."),
    )
