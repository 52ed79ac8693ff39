"""District to city to province: SDMX structures, SDMX-ML and SDMX-CSV that hold together.

What is written was checked against its own structure and can be read back as it was.
"""

from analysis.data.exchange.codes import decode, encode
from analysis.data.exchange.columns import AGENCY, ATTRIBUTES, DIMENSIONS, FLOW
from analysis.data.exchange.flat import is_sdmx_csv, sdmx_csv_rows
from analysis.data.exchange.markup import sdmx_rows
from analysis.data.exchange.structure import structure, write_structure
from analysis.data.exchange.writing import export

__all__ = [
    "AGENCY",
    "ATTRIBUTES",
    "DIMENSIONS",
    "FLOW",
    "decode",
    "encode",
    "export",
    "is_sdmx_csv",
    "sdmx_csv_rows",
    "sdmx_rows",
    "structure",
    "write_structure",
]
