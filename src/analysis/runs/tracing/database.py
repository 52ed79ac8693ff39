"""The forms of a run that does not hold them itself, asked of the database it was made from."""

from __future__ import annotations

import csv
import io

from analysis.runs.run import Run
from analysis.runs.tracing.tables import Line, RunTables

FILE = "--db"


class WithDatabase(RunTables):
    """The files of a run, its provenance read from a database where the run holds none."""

    def __init__(self, run: Run, db: str) -> None:
        super().__init__(run.folder, run.record)
        self._asked: dict[str, list[Line]] | None = None
        self._db = db

    def provenance(self, name: str) -> list[Line]:
        """Return a table of provenance: the run's own, else that of the database, persons left out for the public."""
        own = super().provenance(name)
        if own:
            return own
        if self._asked is None:
            self._asked = self._ask()
        return self._asked[name]

    def _ask(self) -> dict[str, list[Line]]:
        from analysis.data.store import open_store

        public = self.record.get("audience") == "public"
        store = open_store(self._db)
        reviewed = not self.record.get("include_unreviewed")
        cells = store.cells(self.area, self.record.get("as_of_vintage"), False, reviewed)
        submitted, steps = store.provenance(sorted(int(one) for one in cells["submission"].unique()))
        store.close()
        if public:
            submitted, steps = submitted.assign(file=""), steps.assign(who="")
        tables = {"cells": cells, "submissions": submitted, "steps": steps}
        return {name: _lines(table.to_csv(index=False)) for name, table in tables.items()}


def _lines(text: str) -> list[Line]:
    return [Line(FILE, number, dict(row)) for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2)]
