"""The look of an official Word document by GB/T 9704-2012, as a profile that can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

LABEL = "List Label"  # character style of labels of list items and of footnote marks
LABEL_ID = LABEL.replace(" ", "")  # what Word calls a style of this name
FALLBACKS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}


@dataclass(frozen=True)
class Profile:
    """Sizes and fonts of a document; the defaults are those of GB/T 9704-2012, a local variant changes what it must.

    Margins in mm; `line` the exact height of a text line and all font sizes in points.
    """

    top: float = 37
    bottom: float = 35
    left: float = 28
    right: float = 26
    line: float = 28.95
    title: tuple[str, float] = ("方正小标宋简体", 22)
    body: tuple[str, float] = ("仿宋_GB2312", 16)
    headings: tuple[str, ...] = ("黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312")
    table: tuple[str, float] = ("宋体", 10.5)
    number: tuple[str, float] = ("宋体", 14)
    latin: str = "Times New Roman"


GB9704 = Profile()


def set_fonts(element: Any, east: str, size: float, latin: str, bold: bool | None = None) -> None:
    """Set the fonts of a run or a style: the East-Asian one by name, none left to the theme."""
    properties = element._element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), value)
    element.font.size = Pt(size)
    if bold is not None:
        element.font.bold = bold


def apply(document: Document, profile: Profile) -> None:
    """Set page, grid, fonts and styles of a new document."""
    _page(document, profile)
    styles = document.styles
    styles.add_style(LABEL, WD_STYLE_TYPE.CHARACTER)
    for size in styles.element.iter(qn("w:sz"), qn("w:szCs")):  # the grid counts in characters of the default size
        if size.getparent().getparent().tag == qn("w:rPrDefault"):
            size.set(qn("w:val"), str(int(2 * profile.body[1])))
    normal = styles["Normal"]
    set_fonts(normal, *profile.body, profile.latin)
    # The 22 x 28 grid is declared on the page and kept by exact lines and by drawing characters a quarter of a point
    # together (28 of 16 pt are 2 mm wider than the text area). Characters that snap to the grid themselves would be
    # spread over two cells by LibreOffice and break lines early around digits.
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")
    normal.element.rPr.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
    layout = normal.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(profile.line)
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = True
    off_grid(normal.element.get_or_add_pPr())
    title = styles["Title"]
    _plain_style(title, *profile.title, profile.latin)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(profile.line)
    for level, font in enumerate(profile.headings, start=1):
        style = styles[f"Heading {level}"]
        _plain_style(style, font, profile.body[1], profile.latin)
        style.paragraph_format.keep_with_next = True
        indent_first_line(style.element.get_or_add_pPr(), profile)
    caption = styles["Caption"]
    _plain_style(caption, "黑体", profile.table[1] + 0.5, profile.latin)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    caption.paragraph_format.space_before = caption.paragraph_format.space_after = Pt(4)
    caption.paragraph_format.keep_with_next = True


def as_label(run: Any) -> None:
    """Style a run as a label: it numbers a part of the document and is none of its numbers."""
    mark = OxmlElement("w:rStyle")
    mark.set(qn("w:val"), LABEL_ID)
    run._r.get_or_add_rPr().insert(0, mark)


def name_fallbacks(document: Document) -> None:
    """Name the fonts that stand in where one is not installed."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            root = etree.fromstring(part.blob)
            for name, other in FALLBACKS.items():
                font = etree.SubElement(root, qn("w:font"), {qn("w:name"): name})
                etree.SubElement(font, qn("w:altName"), {qn("w:val"): other})
            part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def off_grid(properties: Any) -> None:
    """Let paragraph properties not snap to the page's grid."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.insert_element_before(
        snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:rPr", "w:sectPr", "w:pPrChange"
    )


def single_spaced(paragraph: Any) -> None:
    """Space a paragraph by its own font, off the page's grid: tables, captions and pictures."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    off_grid(paragraph._p.get_or_add_pPr())


def indent_first_line(properties: Any, profile: Profile, level: int = 0) -> None:
    """Indent the first line by two characters, whatever the font size, and all lines by two more a level."""
    indent = properties.get_or_add_ind()
    if level:
        indent.set(qn("w:left"), str(int(2 * level * profile.body[1] * 20)))
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(int(2 * profile.body[1] * 20)))


def _plain_style(style: Any, font: str, size: float, latin: str) -> None:
    """Strip a built-in style of its theme: colour, border and spacing."""
    set_fonts(style, font, size, latin, bold=False)
    style.font.italic = False
    properties = style.element.get_or_add_pPr()
    for name in ("w:pBdr",):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    for found in style.element.get_or_add_rPr().findall(qn("w:color")):
        style.element.rPr.remove(found)
    for name in ("w:spacing", "w:kern"):
        for found in style.element.rPr.findall(qn(name)):
            style.element.rPr.remove(found)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _page(document: Document, profile: Profile) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(profile.top), Mm(profile.bottom)
    section.left_margin, section.right_margin = Mm(profile.left), Mm(profile.right)
    section.header_distance, section.footer_distance = Mm(20), Mm(28)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), "580")  # 22 lines
    width = (210 - profile.left - profile.right) / 25.4 * 72
    grid.set(qn("w:charSpace"), str(round((width / 28 - profile.body[1]) * 4096)))  # 28 characters
    document.settings.odd_and_even_pages_header_footer = True


def indented(properties: Any, profile: Profile, characters: int) -> None:
    """Indent all lines of a paragraph by some characters of the body."""
    properties.get_or_add_ind().set(qn("w:left"), str(int(characters * profile.body[1] * 20)))


def ruled(paragraph: Any) -> None:
    """Draw a line below a paragraph."""
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "888888")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def turned(document: Document, profile: Profile, sideways: bool) -> None:
    """Begin a new section whose pages lie sideways or stand upright; headers and footers go on.

    The first section is turned itself while nothing stands in it: no empty page goes before.
    """
    section = document.add_section() if len(document.element.body) > 1 else document.sections[0]
    long, short = Mm(297), Mm(210)
    upright = (profile.top, profile.bottom, profile.left, profile.right)
    top, bottom, left, right = (profile.left, profile.right, profile.top, profile.bottom) if sideways else upright
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if sideways else (short, long)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
