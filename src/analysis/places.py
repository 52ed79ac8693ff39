"""Where a workspace and what the package carries are; no absolute path is ever written into a result.

A workspace is a folder of one's own: plans, data, notebooks, reports, and the settings that mark it. What the package
carries (registry, rules, published values, examples, notebooks) is read wherever a workspace has none of its own. In a
clone of the repository the two are one folder.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.exceptions import EnvironmentFailure, Text, Where, machine_failed, usage, wrong_data

CHOSEN = "WORKBENCH_ROOT"  # the variable of the environment that names the workspace
SETTINGS = "data/defaults.yaml"  # what a command uses when it is told nothing; marks a workspace
SOURCE = Path(__file__).resolve().parent
# beside the code once it is installed as a wheel; in a clone of the repository, the clone
CARRIED = SOURCE / "carried" if (SOURCE / "carried").is_dir() else SOURCE.parents[1]


def is_workspace(folder: Path) -> bool:
    """Return whether a folder is a workspace: it has its settings, and a place for plans."""
    return (folder / SETTINGS).is_file() and (folder / "data" / "plans").is_dir()


def _workspace() -> Path:
    """Return the workspace: the one named, else that of the current folder, else the clone the code runs from."""
    if named := os.environ.get(CHOSEN):
        return Path(named).absolute()
    try:
        here = Path.cwd()
    except OSError:  # the current folder was deleted
        return CARRIED
    found = next((folder for folder in (here, *here.parents) if is_workspace(folder)), None)
    return found or (here if CARRIED.is_relative_to(SOURCE) else CARRIED)


ROOT = _workspace()


def own_or_carried(*names: str) -> Path:
    """Return the path of a file or folder of the workspace where it has it, else of the one the package carries."""
    own = ROOT.joinpath(*names)
    return own if own.exists() else CARRIED.joinpath(*names)


def own_and_carried(*names: str) -> list[Path]:
    """Return the workspace's folder of that name and the package's, the workspace's first, without those missing."""
    return [path for base in dict.fromkeys((ROOT, CARRIED)) if (path := base.joinpath(*names)).is_dir()]


PLANS = ROOT / "data" / "plans"
REGISTRY = own_or_carried("data", "registry", "indicators.csv")
RULES = own_or_carried("data", "rules", "default.yaml")
NOTEBOOKS = own_or_carried("notebooks")
REPORTS = ROOT / "reports"
# names of devices, with and without an ending, in any folder of Windows; the superscripts count there as digits
_DEVICES = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(?:[.:].*)?", re.IGNORECASE
)
_NO_FILE = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]')


def folder_of(path: Path | str) -> Path:
    """Return a folder as it was named: from the current folder, else the workspace, else what the package carries."""
    given = Path(path)
    return given if given.is_dir() or given.is_absolute() else _elsewhere(given)


def file_of(path: Path | str) -> Path:
    """Return a file as it was named: from the current folder, else the workspace, else what the package carries."""
    given = Path(path)
    return given if given.is_file() or given.is_absolute() else _elsewhere(given)


def _elsewhere(given: Path) -> Path:
    found = (base / given for base in (ROOT, CARRIED))
    return next((path for path in found if path.exists()), ROOT / given)


def shown(path: Path | str) -> str:
    """Return `path` as it may be printed: relative to the current folder, workspace or package, else its name."""
    resolved = Path(path).resolve()
    for base in (Path.cwd(), ROOT.resolve(), CARRIED):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    return Path(path).name


def is_reserved(name: str) -> bool:
    """Return whether Windows keeps a file name for a device, such as CON, nul.csv or COM1."""
    return _DEVICES.fullmatch(name) is not None


def inside(folder: Path, *names: str) -> Path:
    """Return the path of a file below `folder` whose name is made of data: an id, a title, a name out of a file.

    Parameters
    ----------
    folder : Path
        Chosen by the program or the user; need not exist yet.
    *names : str
        Folders and file below it, each one name, not a path.

    Raises
    ------
    DataError
        A name is no file name on every system (a separator, `..`, a control or bidi character, a device of Windows, a
        dot or blank at its end, over 255 bytes), or a link leads out of the folder. Nothing was written.
    """
    path = folder
    for name in names:
        path = path / name
        if not _is_file_name(name):
            raise _outside(folder, name)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _outside(folder, "/".join(names))
    return path


def _is_file_name(name: str) -> bool:
    plain = bool(name) and not _NO_FILE.search(name) and name[-1] not in ". " and not is_reserved(name)
    return plain and len(name.encode()) <= 255


def _outside(folder: Path, name: str) -> Exception:
    said = "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:120])
    return wrong_data(
        Text(f"“{said}”不能作为文件名", f"'{said}' cannot be the name of a file"),
        Where(file=shown(folder)),
        Text(
            "文件夹之内的普通文件名，不含路径、控制字符和系统保留名",
            "a plain name in the folder, no device",
        ),
        Text("未写入该文件；请改正产生该名称的数据。", "It was not written; correct the data that make this name."),
    )


_CSV = Text("一个 CSV 文件", "a CSV file")


def existing(path: Path | str, expected: Text = _CSV) -> Path:
    """Return the path of a file that exists (`file_of`); a `UsageError` says that it does not, and what was to be."""
    source = file_of(path)
    if not source.is_file():
        raise usage(
            Text("文件不存在", "the file does not exist"),
            Where(file=shown(source)),
            expected,
            Text("请核对路径和文件名。", "Check the path and the name."),
        )
    return source


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; at the end that file takes the place of `path`: whole or not at all.

    A link at `path` is replaced, never followed.

    Raises
    ------
    EnvironmentFailure
        The folder cannot be made or written, or has no room.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        os.replace(aside, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are not there yet; an `EnvironmentFailure` says why it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


_REASONS = {
    errno.ENOENT: Text("不存在", "it does not exist"),
    errno.EACCES: Text("没有权限", "no permission"),
    errno.EPERM: Text("没有权限", "no permission"),
    errno.EROFS: Text("只读的磁盘", "a read-only disk"),
    errno.ENOSPC: Text("磁盘空间不足", "no space left"),
    errno.EDQUOT: Text("配额已满", "the quota is used up"),
    errno.EISDIR: Text("是文件夹，不是文件", "a folder, not a file"),
    errno.ENOTDIR: Text("路径中有一段是文件，不是文件夹", "a part of the path is a file, not a folder"),
    errno.EEXIST: Text("同名文件已存在", "a file of that name is there"),
    errno.ENAMETOOLONG: Text("名称过长", "the name is too long"),
    errno.ELOOP: Text("链接循环", "links that lead in a circle"),
    errno.EMFILE: Text("同时打开的文件过多", "too many open files"),
    errno.EIO: Text("磁盘读写错误", "the disk failed"),
}
_WRITES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EEXIST)  # what only happens to who writes


def _reason(error: OSError) -> Text:
    said = error.strerror or str(error)[:120] or type(error).__name__
    return _REASONS.get(error.errno or 0, Text(said, said))


def machine_fault(error: OSError) -> EnvironmentFailure:
    """Return the error of the machine as what it was: which file, why, and whether it was read or written.

    Parameters
    ----------
    error : OSError
        As it reached the command: of a file, a folder, a device; one without a file's name has no place.
    """
    name = error.filename if isinstance(error.filename, str | os.PathLike) else None
    path = Path(name) if name else None
    if error.errno in _WRITES:
        return cannot_write(path, error)
    if path is not None and error.errno in (errno.EACCES, errno.EPERM):
        folder = path if path.exists() else path.parent
        if os.access(folder, os.R_OK | (os.X_OK if folder.is_dir() else 0)):  # it could be read: it was to be written
            return cannot_write(path, error)
    why = _reason(error)
    return machine_failed(
        Text(f"无法读取或使用（{why.zh}）", f"cannot be read or used ({why.en})"),
        Where(file=shown(path) if path is not None else None),
        Text("存在且可读取的文件或文件夹", "a file or folder that exists and may be read"),
        Text("请核对路径与权限后重试。", "Check the path and the permissions, then try again."),
    )


def cannot_write(path: Path | None, error: OSError) -> EnvironmentFailure:
    """Return the error of a place that cannot be written or has no room."""
    why = _reason(error)
    return machine_failed(
        Text(f"无法写入（{why.zh}）", f"cannot be written ({why.en})"),
        Where(file=shown(path) if path is not None else None),
        Text("可写且有空间的文件夹", "a folder that can be written and has room"),
        Text("请更换输出位置或释放空间后重试。", "Choose another place or make room."),
    )
