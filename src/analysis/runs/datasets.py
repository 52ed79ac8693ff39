"""Where the data of a run come from, and how they are kept in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from analysis.data.observations import AREAS, ISSUED_FILE, DataSet, read_dataset
from analysis.exceptions import Fault, Text, UsageError, Where, usage
from analysis.places import ROOT, defaults
from analysis.runs.files import write_table, write_text


def dataset_of(
    db: str | None,
    data: Path | str | None,
    as_of_vintage: str | None = None,
    area: str | None = None,
    latest: bool = False,
    needed: bool = True,
) -> DataSet:
    """Return the data of a database, of a data folder, or of the default data folder.

    Of a database, which may hold a whole province, nothing else is read than `area` with what lies below it and the
    names of what lies above it; with `latest` of each value the last vintage alone, which is what `current` chooses
    from. An area without data is refused where they are `needed`. A data folder is always read whole.

    Raises
    ------
    UsageError
        The database holds no data, or none of the area.
    """
    if db is None:
        return read_dataset(data if data is not None else ROOT / str(defaults()["data"]))
    from analysis.data.store import open_store

    store = open_store(db)
    observations = store.observations(area, as_of_vintage, latest)
    areas, notice = store.areas(area).assign(share=float("nan")), store.notice(area)
    others = store.observed_areas() if not len(observations) else []
    store.close()
    if area is not None and others and area not in others and needed:
        raise UsageError((no_area(area, others),))
    if not len(observations) and (needed or not others):
        raise usage(
            Text("数据库中没有数据", "the database holds no data"),
            Where(item="--db"),
            Text("已报送的数据", "submitted data"),
            Text("请先执行 workbench ingest。", "Run `workbench ingest` first."),
        )
    return DataSet(observations, AREAS.build(areas) if len(areas) else AREAS.empty(), bool(notice.zh), notice)


def no_area(area: str, areas: Sequence[str]) -> Fault:
    """Return the fault of an area that is not among those with data."""
    return Fault(
        Text(f"数据中没有地区 {area}", f"the data have no area {area}"),
        Where(file="observations.csv", column="ref_area"),
        Text(f"下列之一：{'、'.join(areas[:20])}", f"one of: {', '.join(areas[:20])}"),
        Text("请核对 --area、--plan 与 --data 是否配套。", "Check that --area, --plan and --data belong together."),
    )


def write_dataset(dataset: DataSet, folder: Path) -> None:
    """Write a data set as a data folder."""
    write_table(dataset.observations, folder / "observations.csv")
    if len(dataset.areas):
        write_table(dataset.areas, folder / "areas.csv")
    if len(dataset.issued):
        write_table(dataset.issued, folder / ISSUED_FILE)
    about = {"simulated": dataset.simulated, "notice_zh": dataset.notice.zh, "notice_en": dataset.notice.en}
    write_text(yaml.safe_dump(about, allow_unicode=True), folder / "dataset.yaml")
