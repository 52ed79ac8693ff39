"""A simulated province (模拟数据，仅供演示): what its districts send month by month, as text that COPY reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.observations import read_dataset
from analysis.data.store.blocks import blocks_of
from analysis.data.store.tables import ORDER
from analysis.exceptions import Text
from analysis.places import ROOT

STREETS = 14
MONTHS = [f"{year}-{month:02d}" for year in range(2011, 2027) for month in range(1, 13)][2:183]  # to March 2026
DRAWS = 8
NOTICE = Text("模拟数据，仅供演示", "simulated data, for demonstration only")


def district_rows(draw: int) -> pd.DataFrame:
    """Return a simulated district, @A@: the demo district's keys, 14 streets, counts drawn anew."""
    table = read_dataset(ROOT / "data" / "demo", trusted=True).observations
    codes = sorted(set(table["ref_area"]), key=lambda code: (len(code), code))
    parts = [table[table["ref_area"] == codes[0]].assign(ref_area="@A@")]
    for i in range(STREETS):
        own = table[table["ref_area"] == codes[1 + i % (len(codes) - 1)]]
        parts.append(own.assign(ref_area=f"@A@S{i + 1:02d}"))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(list(ORDER), ignore_index=True)
    again = np.random.default_rng(draw).poisson(rows["numerator"].fillna(0)).astype(float)
    scale = again / rows["numerator"].where(rows["numerator"] > 0)
    return rows.assign(
        numerator=rows["numerator"].where(rows["numerator"].isna(), again),
        obs_value=(rows["obs_value"] * scale.fillna(1)).round(4),
        vintage="@V@", submission="@S@", sheet="", row=range(2, len(rows) + 2),
    )  # fmt: skip


def lines(rows: pd.DataFrame) -> str:
    """Return rows as COPY reads them."""
    return str(rows.to_csv(sep="\t", index=False, header=False, na_rep="\\N", lineterminator="\n"))


@dataclass(frozen=True)
class Deliveries:
    """The text of a delivery up to each year, for each draw, and that of its blocks."""

    names: list[str]
    rows: dict[tuple[int, int], str]
    blocks: dict[int, str]
    size: dict[int, int]

    @classmethod
    def drawn(cls) -> Deliveries:
        """Draw the districts."""
        rows, blocks, size = {}, {}, {}
        for draw in range(DRAWS):
            table = district_rows(draw)
            for year in range(2010, 2026):
                own = table[table["time_period"] <= year]
                rows[draw, year] = lines(own)
                size[year] = len(own)
                if draw == 0:
                    blocks[year] = lines(blocks_of(own))
        return cls(list(table.columns), rows, blocks, size)

    @property
    def of_a_district(self) -> int:
        """Return the rows a district sends in all."""
        return sum(self.size[last_year(month)] for month in MONTHS)


def last_year(month: str) -> int:
    """Return the last year a delivery holds."""
    return min(2025, int(month[:4]) - 1)


def area_table(districts: list[str]) -> pd.DataFrame:
    """Return the areas: the province, its districts and their streets."""
    rows = [("21", "模拟省", "Simulated province", "", "province")]
    for code in districts:
        rows.append((code, f"模拟区县{code}", f"Simulated district {code}", "21", "district"))
        for i in range(1, STREETS + 1):
            rows.append((f"{code}S{i:02d}", f"模拟街道{i:02d}", f"Simulated street {i}", code, "street"))
    return pd.DataFrame(rows, columns=["code", "name_zh", "name_en", "parent", "level"])
