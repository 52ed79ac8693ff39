"""Tables as offices send them, and what each of their cells means.

    python tests/tables/build.py OUT

writes the workbooks, delimited copies and, where LibreOffice is installed, a conversion of each, with `truth.json`
beside the folder OUT. The conversions kept in `files` were made by LibreOffice 7.4.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import children, women
from tables.sheet import Book, delimited

FILTERS = {"ods": "ods", "xls": "xls:MS Excel 97", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
FILTERS["csv"] = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
# a csv says nothing of raised marks, of what is hidden, of further sheets
_NO_CSV = {"t05", "t06", "t09", "w05", "w08", "w11"}
_DELIMITED = {
    "w01": (";", "utf-8-sig", True),
    "w06": ("\t", "utf-16", False),
    "t03": ("\t", "gb18030", False),
    "t04": (",", "gb18030", False),
    "w03": (";", "utf-8", True),
    "t01": (",", "utf-8-sig", False),
}


def books() -> list[Book]:
    """Return every workbook, made anew."""
    return [make() for make in (*women.TABLES, *children.TABLES)]


def build(folder: Path, convert: bool = True) -> list[dict[str, Any]]:
    """Write every file into a folder and return the truth of each, conversions by reference to their original."""
    folder.mkdir(parents=True, exist_ok=True)
    out, endings = [], ("ods", "xls", "xlsx", "csv")
    for i, book in enumerate(books()):
        path = book.save(folder)
        out.append(checked(book.truth()))
        if book.name[:3] in _DELIMITED:
            delimiter, encoding, comma = _DELIMITED[book.name[:3]]
            name = f"{book.name}_{encoding}.csv"
            (folder / name).write_bytes(delimited(book.pages[0], delimiter, encoding, comma))
            out.append(book.truth(name, first_only=True))
        ending = endings[i % 4]
        if ending == "csv" and book.name[:3] in _NO_CSV:
            ending = endings[i % 3]
        if convert and shutil.which("soffice"):
            name = converted(path, ending)
            whole = book.truth(name, computed=True, first_only=ending == "csv")
            same = not any(page.formulas for page in book.pages) and ending != "csv"
            out.append({"file": name, "same_as": path.name} if same else whole)
    return out


def converted(path: Path, ending: str) -> str:
    """Save a workbook another way by LibreOffice, beside it; return the name."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
        command += [FILTERS[ending], "--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        name = f"{path.stem}_lo.{ending}"
        shutil.copyfile(Path(folder) / f"{path.stem}.{ending}", path.parent / name)
    return name


def written(truths: list[dict[str, Any]]) -> str:
    """Return the truth as JSON with a line for each cell; breakdowns in total are left out."""
    files = []
    for one in truths:
        parts = []
        for name, content in one.items():
            if name in ("cells", "missing", "ask") and content:
                lines = [json.dumps(_short(line), ensure_ascii=False) for line in content]
                parts.append(f'"{name}": [\n' + ",\n".join(lines) + "\n]")
            else:
                parts.append(f'"{name}": {json.dumps(content, ensure_ascii=False)}')
        files.append("{" + ",\n".join(parts) + "}")
    return "[\n" + ",\n".join(files) + "\n]\n"


def _short(line: Any) -> Any:
    return {k: v for k, v in line.items() if v != "_T"} if isinstance(line, dict) else line


def checked(truth: dict[str, Any]) -> dict[str, Any]:
    """Return a truth in which no cell is told of twice."""
    places = [(cell["sheet"], cell["cell"]) for cell in truth["cells"]]
    places += [(sheet, cell) for sheet, cell, _ in (*truth["missing"], *truth["ask"])]
    twice = {place for place in places if places.count(place) > 1}
    assert not twice, (truth["file"], twice)
    return truth


def main() -> None:
    """Build into the folder named on the command line."""
    folder = Path(sys.argv[1])
    truths = build(folder)
    (folder.parent / "truth.json").write_text(written(truths), encoding="utf-8")
    print(f"{len(truths)} files, {sum(len(one.get('cells', [])) for one in truths)} cells")


if __name__ == "__main__":
    main()
