"""Every write goes one way: a name made of data leads nowhere else, and a file is whole or absent.

The modules that write by themselves are named here, each with the reason why that is no way around.
"""

import ast
from pathlib import Path

import pytest

import analysis

SRC = Path(analysis.__file__).parent
ALLOWED = {
    "places.py": "the way itself",
    "runs/files.py": "the way itself: writes to the path that `places.whole` yields",
    "plan/copying.py": "the fixed names of a plan's files in a new run folder; its own text through `whole`",
    "plan/drafting/book.py": "saves to the path that `whole` yields",
    "plan/drafting/building.py": "writes to the path that `whole` yields",
    "plan/drafting/quoting.py": "writes to the path that `whole` yields",
    "data/store/evidence_files.py": "writes to the path that `whole` yields",
    "runs/ratings.py": "saves to the path that `whole` yields",
    "data/forms/template.py": "saves to the path that `whole` yields",
    "data/forms/ledger_sheet.py": "saves to the path that `whole` yields",
    "data/wide/mapping_book.py": "saves to the path that `whole` yields",
    "data/exchange/writing.py": "writes to the path that `whole` yields",
    "data/exchange/structure.py": "writes to the path that `whole` yields",
    "data/grid/openxml.py": "a workbook put together in memory",
    "export/typeset.py": "fixed names and numbers in a temporary folder",
    "export/word_file.py": "saves into memory",
    "export/pictures.py": "fixed names in a temporary folder",
    "export/markup.py": "a text in memory",
    "library/folders.py": "a temporary folder of the process",
    "export/workbook.py": "saves into memory",
    "runs/review/document.py": "the JSON text of a document, to be hashed",
    "runs/review/books.py": "a workbook put together in memory",
    "export/html.py": "a font saved into memory",
    "export/figures.py": "a picture saved into memory",
    "export/theme.py": "a picture saved into memory",
    "runs/aside.py": "a place in a temporary folder, between two processes of one run",
    "runs/warm_parent.py": "file descriptors of its own process",
    "runs/locking.py": "the lock, a fixed name in a run folder",
    "runs/spool.py": "fixed names in a temporary folder",
    "runs/rows.py": "parts put together in the path that `whole` yields",
    "runs/folders.py": "the run folder itself, in reports/ or as the user named it",
    "runs/inputs.py": "the folders of data in a new run folder",
    "runs/run.py": "fixed names in a new run folder; the round is found by `inside`",
    "runs/site.py": "the chart library under a fixed name",
    "runs/datasets.py": "fixed names in a run folder",
    "runs/notebooks.py": "an installed notebook's own name, written aside and put in its place",
    "runs/training.py": "a practice form in the temporary folder of a notebook; its name by `inside`",
    "runs/regions/parts.py": "fixed names in the folders of areas, each by `inside`",
    "runs/regions/room.py": "fixed names in a new folder",
    "runs/regions/union.py": "a fixed name in the folder of an area, which is by `inside`",
    "runs/reproduction/archive.py": "each entry by `inside`, in a new folder",
    "runs/reproduction/replay.py": "the received inputs, which were unpacked by `inside`, copied as they are",
    "runs/scratch.py": "a copy of a run under fixed names, in a new folder of reports/scratch/",
    "runs/reproduction/inert.py": "received files that were unpacked by `inside`, with an ending more",
    "runs/reproduction/countersign.py": "a name made of a fingerprint, linked into place, which replaces nothing",
    "runs/reproduction/manifest.py": "keys, at the path the user named, never over an old one",
}
_METHODS = {"write_text", "write_bytes", "touch", "mkdir", "symlink_to", "hardlink_to"}
_TABLES = {"to_csv", "to_parquet", "to_excel", "to_json", "to_pickle", "savefig", "tofile"}
_MODULES = {
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "copyfileobj", "unpack_archive"},
    "os": {"replace", "rename", "renames", "mkdir", "makedirs", "link", "symlink", "open", "fdopen"},
    "tempfile": {"mkdtemp", "mkstemp"},
    "np": {"save", "savez", "savetxt"},
    "pickle": {"dump"},
    "json": {"dump"},
    "yaml": {"dump"},
    "nbformat": {"write"},
    "gzip": {"open"},
    "parquet": {"write_table", "ParquetWriter"},
    "zipfile": {"ZipFile"},
}


def writes(tree: ast.AST):
    """Yield the line and the name of each call that can write a file."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "") if isinstance(node.func, ast.Attribute) else ""
        keywords = {one.arg: one.value for one in node.keywords}
        if name == "open" and _writing(node.args, keywords, 0 if isinstance(node.func, ast.Attribute) else 1):
            yield node.lineno, "open"
        elif name == "ZipFile" and _writing(node.args, keywords, 1):
            yield node.lineno, "ZipFile"
        elif any(
            (
                (owner, name) == ("os", "open"),
                name in _MODULES.get(owner, ()) and name not in ("open", "ZipFile"),
                isinstance(node.func, ast.Attribute) and owner not in _MODULES and name in _METHODS,
                name in _TABLES and (node.args or {"path", "path_or_buf", "excel_writer", "fname"} & set(keywords)),
                name == "save" and len(node.args) == 1 and not keywords,  # `Run.save` takes a name too
                name in ("replace", "rename") and len(node.args) == 1 and not keywords and owner != "dataclasses",
            )
        ):
            yield node.lineno, f"{owner}.{name}"


def _writing(arguments, keywords, place):
    mode = keywords.get("mode", arguments[place] if len(arguments) > place else None)
    if not isinstance(mode, ast.Constant):  # `archive.open(part)` opens to read; `open(p, how)` may write
        return mode is not None and place == 1
    return set(str(mode.value)) <= set("rwaxbt+") and bool(set("wax+") & set(str(mode.value)))


def _found(path):
    return list(writes(ast.parse(path.read_text(encoding="utf-8"))))


def test_nothing_writes_around_the_one_way():
    around = {
        (name, line, what)
        for path in sorted(SRC.rglob("*.py"))
        if (name := path.relative_to(SRC).as_posix()) not in ALLOWED
        for line, what in _found(path)
    }
    assert not around


def test_every_exception_is_one():
    idle = [name for name in ALLOWED if not (SRC / name).is_file() or not _found(SRC / name)]
    assert not idle


@pytest.mark.parametrize(
    "code",
    [
        'open(p, "w")',
        'open(p, mode="ab")',
        'p.open("x")',
        "open(p, how)",
        "p.write_text(t)",
        "p.write_bytes(b)",
        "p.touch()",
        "p.mkdir()",
        "table.to_csv(p)",
        "table.to_csv(path_or_buf=p)",
        "table.to_parquet(p)",
        "figure.savefig(p)",
        "book.save(p)",
        "shutil.copyfile(a, b)",
        "shutil.move(a, b)",
        "os.replace(a, b)",
        "a.replace(b)",
        "a.rename(b)",
        'zipfile.ZipFile(p, "w")',
        "parquet.write_table(t, p)",
        "nbformat.write(n, p)",
    ],
)
def test_each_way_to_write_is_seen(code):
    assert list(writes(ast.parse(code)))


@pytest.mark.parametrize("code", ["open(p)", 'p.open("rb")', "table.to_csv(index=False)", 't.replace("a", "b")'])
def test_reading_is_no_write(code):
    assert not list(writes(ast.parse(code)))
