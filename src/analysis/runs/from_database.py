"""What a run keeps of a database beside its observations, so that nothing it is made of needs the database again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.places import make_folder
from analysis.runs.files import write_table
from analysis.runs.hashes import hashes_of
from analysis.runs.locking import hold
from analysis.schema import OBSERVATIONS, read_table
from analysis.schema.provenance import CELLS, PROVENANCE_TABLES

if TYPE_CHECKING:
    from analysis.runs.run import Run

LEDGER_FILE = "inputs/ledger.csv"
PROVENANCE = "provenance"  # the folder of the tables `schema.provenance`, in the run's inputs


def keep_ledger(run: Run, db: str) -> None:
    """Copy the run's entries of the ledger of a database into the run, so that its documents need no database.

    The run is under way from then on: its documents have to be made again with these entries (`evaluate`).

    Raises
    ------
    UsageError
        Another process works on the run, or there is no such database.
    """
    hold(run.folder)
    copy_ledger(db, run.folder, run.plan.id, run.area, run.record["audience"] == "public")
    run.note(status="running", inputs=hashes_of(run.folder / "inputs"))


def copy_ledger(db: str, folder: Path, plan: str, area: str, public: bool) -> None:
    """Write the entries of a plan and area into a run folder, for the public without the persons in charge."""
    from analysis.data.store import open_store
    from analysis.data.store.ledger import Ledger

    store = open_store(db)
    own = Ledger(store).entries(plan, area)
    store.close()
    write_table(own.assign(person="") if public else own, folder / LEDGER_FILE)  # the public need not know who


def copy_provenance(
    db: str, inputs: Path, observed: pd.DataFrame, area: str, cut: tuple[str | None, bool, bool], public: bool
) -> None:
    """Write where each observation of a run comes from: form, sheet and cell, submission, and who reviewed it when.

    Parameters
    ----------
    db : str
    inputs : Path
        The inputs of the run.
    observed : DataFrame
        The run's `OBSERVATIONS`; of others nothing is written.
    area : str
    cut : tuple
        As of which vintage, the last of each value alone, what was reviewed alone: as the observations were read.
    public : bool
        Roles in place of names: persons and the names of files, which may be theirs, are left out.
    """
    from analysis.data.store import open_store

    store = open_store(db)
    cells = store.cells(area, *cut)
    key = [name for name in CELLS.key if name in OBSERVATIONS.names]
    cells = CELLS.build(cells.merge(observed[key], on=key)) if len(cells) else cells
    submitted, steps = store.provenance(sorted(int(one) for one in cells["submission"].unique()))
    store.close()
    _write({"cells": cells, "submissions": submitted, "steps": steps}, inputs / PROVENANCE, public)


def carry_provenance(data: Path, inputs: Path, observed: pd.DataFrame, public: bool) -> None:
    """Write into a run what a data folder cut from a database holds of where its values come from; nothing without."""
    if not (data / PROVENANCE).is_dir():
        return
    tables = {name: read_table(data / PROVENANCE / f"{name}.csv", table) for name, table in PROVENANCE_TABLES.items()}
    key = [name for name in CELLS.key if name in OBSERVATIONS.names]
    tables["cells"] = CELLS.build(tables["cells"].merge(observed[key], on=key))
    _write(tables, inputs / PROVENANCE, public)


def _write(tables: dict[str, pd.DataFrame], folder: Path, public: bool) -> None:
    """Write the tables; for the public without persons and without the names of files, which may be theirs."""
    unnamed = {"submissions": "file", "steps": "who"} if public else {}
    make_folder(folder)
    for name, table in tables.items():
        write_table(table.assign(**{unnamed[name]: ""}) if name in unnamed else table, folder / f"{name}.csv")
