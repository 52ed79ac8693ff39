"""Where the data of a run come from, and how they are kept in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from analysis.data.observations import AREAS, BORDERS, ISSUED_FILE, DataSet, known_then, observations_file, read_dataset
from analysis.exceptions import Fault, Text, UsageError, Where, one_of, usage
from analysis.gate.settings import has_values, usual_data
from analysis.places import folder_of
from analysis.runs.files import write_table, write_text
from analysis.runs.reviewing import any_unreviewed, nothing_reviewed, with_unreviewed

MONTHLY_FILE = "monthly.csv"
OF_REGIONS = ("summary.csv", "verdicts.csv", "support.csv", "rollup.csv")
BESIDE = ("areas.csv", "dataset.yaml", MONTHLY_FILE, BORDERS, ISSUED_FILE, *OF_REGIONS)


def dataset_of(
    db: str | None,
    data: Path | str | None,
    as_of_vintage: str | None = None,
    area: str | None = None,
    latest: bool = False,
    needed: bool = True,
    reviewed: bool = False,
) -> DataSet:
    """Return the data of a database, of a data folder, or of the default data folder.

    Of a database, which may hold a whole province, nothing else is read than `area` with what lies below it and the
    names of what lies above it; with `latest` of each value the last vintage alone, which is what `current` chooses
    from. With `reviewed` nothing counts but what was reviewed. An area without data is refused where they are `needed`.
    A data folder is always read whole. Of either only what was known by `as_of_vintage` is returned, revised values as
    they were then.

    Raises
    ------
    UsageError
        The database holds no data, or none of the area; nothing was known by the vintage; nothing was reviewed.
    """
    if db is None:
        folder = folder_of(data) if data is not None else usual_data(needed)
        whole = read_dataset(folder, trusted=not needed and not has_values(folder))
        then = known_then(whole.observations, as_of_vintage)
        if as_of_vintage is not None and not len(then):
            raise unknown_then(as_of_vintage, sorted(set(whole.observations["vintage"].astype(str))))
        return whole if len(then) == len(whole.observations) else replace(whole, observations=then)
    from analysis.data.store import open_store

    store = open_store(db)
    observations = store.observations(area, as_of_vintage, latest, reviewed=reviewed)
    areas, notice = store.areas(area).assign(share=float("nan")), store.notice(area, reviewed)
    waiting = store.waiting(area, as_of_vintage) if reviewed and not len(observations) else 0
    others = store.observed_areas() if not len(observations) else []
    vintages = store.vintages(area) if as_of_vintage is not None and not len(observations) else []
    store.close()
    if waiting:
        raise nothing_reviewed(waiting)
    if as_of_vintage is not None and vintages:
        raise unknown_then(as_of_vintage, vintages)
    if area is not None and others and area not in others and needed:
        raise UsageError((no_area(area, others),))
    if not len(observations) and (needed or not others):
        raise usage(
            Text("数据库中没有数据", "the database holds no data"),
            Where(item="--db"),
            Text("已报送的数据", "submitted data"),
            Text("请先执行 workbench ingest。", "Run `workbench ingest` first."),
        )
    table = AREAS.build(areas) if len(areas) else AREAS.empty()
    return DataSet(observations, table, bool(notice.zh), notice, reviewed=True if reviewed else None)


def how_reviewed(db: str | None, area: str, as_of_vintage: str | None, include_unreviewed: bool) -> dict[str, int]:
    """Return for the record whether unreviewed data counted, and how many submissions about the area were left out."""
    out = {"include_unreviewed": include_unreviewed, "waiting": 0}
    if db is not None and not include_unreviewed:
        from analysis.data.store import open_store

        store = open_store(db)
        out["waiting"] = store.waiting(area, as_of_vintage)
        store.close()
    return out


def said_unreviewed(
    dataset: DataSet, used: pd.DataFrame, db: str, as_of_vintage: str | None, area: str | None, latest: bool
) -> DataSet:
    """Return a data set of a database, with the words on unreviewed data where there are any among the rows `used`."""
    from analysis.data.store import open_store

    store = open_store(db)
    known = store.observations(area, as_of_vintage, latest, reviewed=True)
    store.close()
    if not any_unreviewed(used, known):
        return replace(dataset, reviewed=True)
    return replace(dataset, reviewed=False, notice=with_unreviewed(dataset.notice))


def no_area(area: str, areas: Sequence[str]) -> Fault:
    """Return the fault of an area that is not among those with data."""
    return Fault(
        Text(f"数据中没有地区 {area}", f"the data have no area {area}"),
        Where(file="observations.csv", column="ref_area"),
        one_of(areas),
        Text("请核对 --area、--plan 与 --data 是否配套。", "Check that --area, --plan and --data belong together."),
    )


def unknown_then(vintage: str, vintages: Sequence[str]) -> UsageError:
    """Return the error that nothing was known by a vintage; `vintages` are those of the data, the first first."""
    return usage(
        Text(f"{vintage} 时还没有任何数据", f"nothing was known by {vintage}"),
        Where(item=f"vintage (--as-of-vintage) = {vintage}"),
        Text(f"{vintages[0]} 或以后的批次", f"{vintages[0]} or a later vintage") if vintages else Text("", ""),
        Text("请核对 --as-of-vintage。", "Check --as-of-vintage."),
    )


def vintages_of(db: str | None, data: Path | str | None) -> list[str]:
    """Return every vintage of a database, of a data folder, or of the default data folder, the first first."""
    if db is None:
        return sorted(set(dataset_of(None, data).observations["vintage"].astype(str)))
    from analysis.data.store import open_store

    store = open_store(db)
    found = store.vintages()
    store.close()
    return found


def copy_dataset(dataset: DataSet, source: Path, then: bool, folder: Path) -> None:
    """Copy a data folder as it is: the observations that are read, and what lies beside them.

    Of two files of observations only the one `read_dataset` takes is copied, so that nobody takes the other for the
    data of the run. Where the data set is what was known `then`, by an earlier vintage, that is written in place of the
    folder's own observations; monthly values have no vintage and are left out.
    """
    read = observations_file(source)
    own = [] if then or read is None else [read.name]
    names = [*own, *(name for name in BESIDE if name != MONTHLY_FILE or not then)]
    for name in names:
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    if then:
        write_dataset(dataset, folder)


def write_dataset(dataset: DataSet, folder: Path) -> None:
    """Write a data set as a data folder."""
    write_table(dataset.observations, folder / "observations.csv")
    if len(dataset.areas):
        write_table(dataset.areas, folder / "areas.csv")
    if len(dataset.issued):
        write_table(dataset.issued, folder / ISSUED_FILE)
    about: dict[str, object] = {"simulated": dataset.simulated}
    about |= {} if dataset.reviewed is None else {"reviewed": dataset.reviewed}
    about |= {"notice_zh": dataset.notice.zh, "notice_en": dataset.notice.en}
    write_text(yaml.safe_dump(about, allow_unicode=True), folder / "dataset.yaml")
