"""The data of many areas cut into one data folder each, so that whoever evaluates an area reads that area alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pyarrow import parquet

from analysis.data.areas import DISTRICT, AreaTree
from analysis.data.observations import AREAS, about, current, observations_file
from analysis.data.store import open_store
from analysis.exceptions import Text, Where, usage, wrong_data
from analysis.places import inside, shown
from analysis.runs.datasets import unknown_then, vintages_of
from analysis.runs.files import write_table, write_text
from analysis.runs.from_database import copy_provenance
from analysis.runs.reviewing import any_unreviewed, nothing_reviewed, with_unreviewed
from analysis.schema import read_table
from analysis.schema.blocks import raw_blocks

_AT_ONCE = 400  # files held open; more areas than that take another reading of the source
_LARGEST = 1 << 16  # rows of an area kept before they are written


@dataclass(frozen=True)
class Source:
    """Where the data of many areas come from: a data folder or a database, as it was known by a vintage.

    `latest` takes of each value in the database the last vintage alone; small cells are suppressed vintage by vintage,
    that public results need them all. Of a database only what was reviewed counts, unless `include_unreviewed`.
    """

    folder: Path | None
    db: str | None = None
    as_of_vintage: str | None = None
    latest: bool = False
    include_unreviewed: bool = False

    def areas(self) -> pd.DataFrame:
        """Return the `AREAS` table.

        Raises
        ------
        UsageError
            There is none: nobody knows then which district lies where.
        """
        if self.db is not None:
            store = open_store(self.db)
            table = AREAS.build(store.areas().assign(share=float("nan")))
            store.close()
            return table
        assert self.folder is not None
        path = self.folder / "areas.csv"
        if not path.is_file():
            raise usage(
                Text("数据文件夹中没有 areas.csv", "there is no areas.csv in the data folder"),
                Where(file=shown(self.folder)),
                Text("areas.csv：code、parent、level 等列", "areas.csv with code, parent, level"),
                Text("请补上各级地区的隶属关系。", "Say in it which area lies below which."),
            )
        return read_table(path, AREAS)

    def about(self) -> dict[str, Any]:
        """Return what `dataset.yaml` says, or the notices of the database."""
        if self.db is not None:
            store = open_store(self.db)
            notice = store.notice(reviewed=not self.include_unreviewed)
            store.close()
            return {
                "simulated": bool(notice.zh),
                "reviewed": True,
                "notice_zh": notice.zh,
                "notice_en": notice.en,
            }
        return about(self.folder or Path())


def cut(source: Source, codes: Sequence[str], areas: pd.DataFrame, about: dict[str, Any], folder: Path) -> list[str]:
    """Write a data folder for each area: its own rows and those of the streets below it, its notice, its place.

    Cells are passed on as they stand; the gate each area's data go through later names what is wrong in them. An area
    without a row gets no folder. A source may also hold a data folder for each area, named by its code.

    Parameters
    ----------
    source : Source
    codes : sequence of str
        Districts, and the areas above them that may report values of their own.
    areas : DataFrame
        `AREAS` of the source.
    about : dict
        What `dataset.yaml` of each folder says: `source.about()`.
    folder : Path
        Written to: `<code>/observations.parquet` (or .csv), `areas.csv`, `dataset.yaml`.

    Returns
    -------
    list of str
        The areas with data that were not reviewed; their `dataset.yaml` says so.

    Raises
    ------
    DataError
        The source has no column `ref_area`, or is no table at all.
    """
    tree, unreviewed = AreaTree.of(areas), []
    if source.db is not None:
        unreviewed = _from_store(source, codes, tree, folder)
    elif (found := observations_file(source.folder or Path())) is not None:
        for first in range(0, len(codes), _AT_ONCE):
            _from_file(found, source.as_of_vintage, codes[first : first + _AT_ONCE], tree, folder)
    else:
        _from_folders(source, codes, folder)
    if source.as_of_vintage is not None and not any(inside(folder, code).is_dir() for code in codes):
        raise unknown_then(source.as_of_vintage, _vintages(source, codes))
    for code in codes:
        if inside(folder, code).is_dir():
            near = {code, *tree.above(code), *tree.below(code)}
            write_table(areas[areas["code"].isin(near)], inside(folder, code) / "areas.csv")
            said = about_unreviewed(about) if code in unreviewed else about
            write_text(yaml.safe_dump(said, allow_unicode=True), inside(folder, code) / "dataset.yaml")
    return unreviewed


def about_unreviewed(about: dict[str, Any]) -> dict[str, Any]:
    """Return what `dataset.yaml` says, with the words on unreviewed data."""
    notice = with_unreviewed(Text(about["notice_zh"], about["notice_en"]))
    return {**about, "reviewed": False, "notice_zh": notice.zh, "notice_en": notice.en}


def _from_file(path: Path, as_of: str | None, codes: Sequence[str], tree: AreaTree, folder: Path) -> None:
    kept: dict[str, list[pa.Table]] = {code: [] for code in codes}
    with ExitStack() as stack:
        writers: dict[str, parquet.ParquetWriter] = {}

        def flush(code: str) -> None:
            rows = pa.concat_tables(kept[code], promote_options="default")
            if code not in writers:
                inside(folder, code).mkdir(parents=True, exist_ok=True)
                file = inside(folder, code) / "observations.parquet"
                writers[code] = stack.enter_context(parquet.ParquetWriter(file, rows.schema))
            writers[code].write_table(rows)
            kept[code] = []

        for code, rows in _owned(path, as_of, codes, tree):
            kept[code].append(rows)
            if sum(table.num_rows for table in kept[code]) >= _LARGEST:
                flush(code)
        for code in codes:
            if kept[code]:
                flush(code)


def _owned(path: Path, as_of: str | None, codes: Sequence[str], tree: AreaTree) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each block that belong to one of the areas and were known by a vintage."""
    wanted, owner = set(codes), dict[str, str]()
    for block in _known_then(path, as_of):
        if "ref_area" not in block.column_names:
            raise wrong_data(
                Text("缺少列 ref_area", "no column ref_area"),
                Where(file=shown(path)),
                Text("observations 表的列", "the columns of the table observations"),
                Text("请补上地区代码一列。", "Add the column with the codes of the areas."),
            )
        if not block.num_rows:
            continue
        named = pc.utf8_trim_whitespace(pc.fill_null(block["ref_area"], "")).combine_chunks().dictionary_encode()
        owner |= tree.district_of([code for code in named.dictionary.to_pylist() if code not in owner])
        owners = np.array([owner[code] for code in named.dictionary.to_pylist()], object)[named.indices.to_numpy()]
        order = np.argsort(owners, kind="stable")  # rows of an area stay in the order of the file
        names, starts = np.unique(owners[order], return_index=True)
        together = block.take(order)
        for code, first, last in zip(names, starts, [*starts[1:], len(order)], strict=True):
            if code in wanted:
                yield code, together.slice(first, last - first)


def _from_store(source: Source, codes: Sequence[str], tree: AreaTree, folder: Path) -> list[str]:
    """Write the rows of each area; returns the areas with unreviewed ones."""
    assert source.db is not None
    store, unreviewed = open_store(source.db), []
    for code in codes:
        asked = (code, source.as_of_vintage, source.latest, tree.level.get(code) == DISTRICT)
        rows = store.observations(*asked, reviewed=not source.include_unreviewed)
        if len(rows):
            inside(folder, code).mkdir(parents=True, exist_ok=True)
            rows.to_parquet(inside(folder, code) / "observations.parquet", index=False)
            known = source.as_of_vintage, source.latest, not source.include_unreviewed
            copy_provenance(source.db, inside(folder, code), rows, code, known, public=not source.latest)
            if source.include_unreviewed:
                last = current(rows) if source.latest else rows
                unreviewed += [code] if any_unreviewed(last, store.observations(*asked, reviewed=True)) else []
    waiting = sum(store.waiting(code, source.as_of_vintage) for code in codes) if not folder.is_dir() else 0
    store.close()
    if waiting:
        raise nothing_reviewed(waiting)
    return unreviewed


def _from_folders(source: Source, codes: Sequence[str], folder: Path) -> None:
    for code in codes:
        found = observations_file(inside(source.folder or Path(), code))
        if found is None:
            continue
        if source.as_of_vintage is None:
            inside(folder, code).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, inside(folder, code) / found.name)
            continue
        rows = pa.concat_tables(_known_then(found, source.as_of_vintage), promote_options="default")
        if rows.num_rows:
            inside(folder, code).mkdir(parents=True, exist_ok=True)
            parquet.write_table(rows, inside(folder, code) / "observations.parquet")


def _known_then(path: Path, as_of: str | None) -> Iterator[pa.Table]:
    """Yield a file block by block without the rows of later vintages; one without the column is for its gate."""
    for block in raw_blocks(path):
        if as_of is not None and "vintage" in block.column_names:
            named = pc.utf8_trim_whitespace(pc.fill_null(block["vintage"], ""))
            block = block.filter(pc.less_equal(named, as_of))
        yield block


def _vintages(source: Source, codes: Sequence[str]) -> list[str]:
    """Return the vintages of a source, the first first."""
    if source.db is not None:
        return vintages_of(source.db, None)
    base = source.folder or Path()
    files = [
        found for folder in (base, *(inside(base, code) for code in codes)) if (found := observations_file(folder))
    ]
    named = (block["vintage"] for path in files for block in raw_blocks(path) if "vintage" in block.column_names)
    return sorted({str(one) for column in named for one in pc.unique(column).to_pylist() if one})
