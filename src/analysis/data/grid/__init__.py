"""Spreadsheets and text files as grids of cells: what is visible, hidden, merged, not computed."""

from analysis.data.grid.grid import Book, Grid
from analysis.data.grid.opening import open_book

__all__ = ["Book", "Grid", "open_book"]
