"""Where the data of a run come from, and how they are kept in it."""

from __future__ import annotations

from pathlib import Path

import yaml

from analysis.data.observations import AREAS, DataSet, read_dataset
from analysis.exceptions import Text, Where, usage
from analysis.places import ROOT, defaults
from analysis.runs.files import write_table, write_text


def dataset_of(db: str | None, data: Path | str | None, as_of_vintage: str | None = None) -> DataSet:
    """Return the data of a database, of a data folder, or of the default data folder."""
    if db is None:
        return read_dataset(data if data is not None else ROOT / str(defaults()["data"]))
    from analysis.data.store import open_store

    store = open_store(db)
    observations = store.observations(as_of_vintage=as_of_vintage)
    if not len(observations):
        raise usage(
            Text("数据库中没有数据", "the database holds no data"),
            Where(item="--db"),
            Text("已报送的数据", "submitted data"),
            Text("请先执行 workbench ingest。", "Run `workbench ingest` first."),
        )
    areas = store.areas().assign(share=float("nan"))
    notice = store.notice()
    store.close()
    return DataSet(observations, AREAS.build(areas) if len(areas) else AREAS.empty(), bool(notice.zh), notice)


def write_dataset(dataset: DataSet, folder: Path) -> None:
    """Write a data set as a data folder."""
    write_table(dataset.observations, folder / "observations.csv")
    if len(dataset.areas):
        write_table(dataset.areas, folder / "areas.csv")
    about = {"simulated": dataset.simulated, "notice_zh": dataset.notice.zh, "notice_en": dataset.notice.en}
    write_text(yaml.safe_dump(about, allow_unicode=True), folder / "dataset.yaml")
