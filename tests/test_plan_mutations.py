"""Whatever is done to the files of a plan: it is read, or refused with its faults; what is read can be checked."""

import contextlib
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.exceptions import Text, WorkbenchError
from analysis.places import PLANS
from analysis.plan import read_plan
from analysis.plan.check import report
from analysis.plan.copying import copy_plan

FILES = ["plan.yaml", "departments.csv", "goals.csv", "measures.csv", "indicators.csv", "targets.csv"]
ODD = [
    *("", " ", ";", "|", "..", "/", "\\", "０", "１２", "12%", "-1", "1e400", "nan", "inf", "③", "2030.0", "2030年"),
    *(
        "\x00",
        "\x0b",
        "\ud7ff",
        "\ufffe",
        '"',
        "'",
        "\t",
        "\r",
        "\n",
        "\u2028",
        "&a",
        "*a",
        "!!python/object:os.system",
    ),
    *("[", "{", "?", "~", "null", "true", "_T", "health", "health.goal.01", "health.nmr", "percent", "%", "per_1000"),
    *("down", "narrow", "<=", "direction", "milestone", "gap_or_qualitative", "yes", "9" * 30, "a" * 200, "2021-01-01"),
    *("é", "𠮷"),
]


def _mutated(raw: bytes, how: str, chance: random.Random) -> bytes:
    """Return the bytes of a file with one change."""
    if how == "bytes":
        place = chance.randrange(len(raw) + 1)
        return raw[:place] + chance.randbytes(chance.randrange(1, 6)) + raw[place + chance.randrange(4) :]
    if how == "cut":
        return raw[: chance.randrange(len(raw) + 1)]
    if how == "random":
        return chance.randbytes(chance.randrange(200))
    if how == "encoding":
        return raw.decode("utf-8", "replace").encode(
            chance.choice(["gb18030", "utf-16", "utf-16-le", "utf-8-sig", "big5"]), "replace"
        )
    lines = raw.decode("utf-8", "replace").split("\n")
    place = chance.randrange(len(lines))
    if how == "line":
        lines[place : place + 1] = chance.choice([[], [lines[place]] * 2, [chance.choice(ODD)], [lines[place], ""]])
    elif how == "column":
        column, odd = chance.randrange(25), chance.choice([None, *ODD])
        rows = [line.split(",") for line in lines]
        for cells in rows:
            if odd is None:
                del cells[column : column + 1]
            else:
                cells[column : column + 1] = [odd]
        lines = [",".join(cells) for cells in rows]
    else:
        sign = "," if "," in lines[place] else ":"
        cells = lines[place].split(sign)
        cells[chance.randrange(len(cells))] = chance.choice(ODD)
        lines[place] = sign.join(cells)
    return "\n".join(lines).encode("utf-8", "replace")


HOW = ["cell", "cell", "cell", "line", "column", "bytes", "cut", "random", "encoding"]
CHANGES = st.lists(
    st.tuples(st.sampled_from(FILES), st.sampled_from(HOW), st.integers(0, 2**32)), min_size=1, max_size=3
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the place of a copy of a small plan."""
    return tmp_path_factory.mktemp("mutated") / "plan"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_a_plan_is_read_or_refused_with_its_faults(folder: Path, changes):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PLANS / "national-2021-2030", folder)
    for name, how, seed in changes:
        path = folder / name
        path.write_bytes(_mutated(path.read_bytes(), how, random.Random(seed)))
    try:
        plan = read_plan(folder)
    except WorkbenchError as error:
        assert error.faults
        for fault in error.faults:
            assert fault.where.file
            assert all(
                isinstance(part, Text) and part.zh and part.en for part in (fault.found, fault.expected, fault.action)
            )
        for lang in ("zh", "en"):
            error.message(lang, most=1000).encode("utf-8")
        with contextlib.suppress(WorkbenchError):
            read_plan(folder, trusted=True)
        return
    shutil.rmtree(folder.parent / "copy", ignore_errors=True)
    copy_plan(folder, folder.parent / "copy")
    assert read_plan(folder.parent / "copy", trusted=True) == plan
    for lang in ("zh", "en"):
        report(plan, lang).encode("utf-8")
        assert all(one.name(lang) and one.definition(lang) for one in plan.indicators)
        assert all(one.text(lang) for one in plan.targets)
    str(plan), plan._repr_html_(), [str(one) + one._repr_html_() for one in plan.targets]
