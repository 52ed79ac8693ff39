"""How the sheets of a form look: their colours, the row of headings, the page they are printed on, their lock."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

INPUT, LOCKED, GREY = PatternFill("solid", fgColor="FFF9E5"), PatternFill("solid", fgColor="F2F2F2"), "808080"
LINE = Border(*[Side("thin", color="BFBFBF")] * 4)
HEADER = 4  # the row of headings


def set_up(page: Worksheet, columns: Iterable[tuple[str, int]], notice: str, heights: tuple[int, int]) -> None:
    """Write the headings of a sheet, and set its print and its lock.

    Parameters
    ----------
    page : Worksheet
    columns : iterable of (str, int)
        Heading and width of each column, in characters.
    notice : str
        What its footer says before the page number, such as that data are simulated.
    heights : tuple of int [points]
        Of the title's row and of the headings'.
    """
    page["A3"].font = Font("SimSun", 9, color=GREY)
    page.oddFooter.center.text = (f"{notice}    " if notice else "") + "第 &P 页，共 &N 页"
    for j, (heading, width) in enumerate(columns, start=1):
        cell = page.cell(HEADER, j, heading)
        cell.font, cell.border, cell.fill = Font("SimHei", 10), LINE, PatternFill("solid", fgColor="DDEBF7")
        cell.alignment = Alignment("center", "center", wrap_text=True)
        page.column_dimensions[get_column_letter(j)].width = width
    page.row_dimensions[1].height, page.row_dimensions[HEADER].height = heights
    page.freeze_panes = page.cell(HEADER + 1, 3)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADER}:{HEADER}"
    page.protection.sheet = True  # without a password: it keeps from slips, not from intent
    page.protection.formatColumns = page.protection.formatRows = page.protection.insertRows = False
