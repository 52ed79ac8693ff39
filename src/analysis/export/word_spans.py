"""Lines of a Word document: runs in their look, fields that fill themselves in, links, formulas, small pictures."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from analysis.document.spans import Code, FootnoteRef, Link, Math, Picture, Reference, Span, Spans
from analysis.export.layout import Labels, fitted, merged
from analysis.export.pictures import for_word
from analysis.export.word_formulas import omml
from analysis.export.word_style import Profile, as_label, set_fonts

Font = tuple[str, float]  # name of the East-Asian font, size in points


def bookmark(place: int) -> str:
    """Return the name of the bookmark around the number of a captioned block."""
    return f"_Ref{100000000 + place}"


class Line:
    """Writes into paragraphs of one document."""

    def __init__(self, out: Any, profile: Profile, labels: Labels, names: tuple[str, str]) -> None:
        self.out, self.profile, self.labels, self.names = out, profile, labels, names
        self.looks: dict[Any, Any] = {}  # properties of a run by font, size and weight

    def spans(self, paragraph: Any, spans: Spans, font: Font, bold: bool = False) -> None:
        """Write spans into a paragraph; `bold` is the look of the paragraph itself."""
        for span in merged(spans):
            self._span(paragraph, span, font, bold or span.bold)

    def _span(self, paragraph: Any, span: Span, font: Font, bold: bool) -> None:
        if isinstance(span, Reference):
            found = self.labels.by_id.get(span.target)
            if found is None:
                self.run(paragraph, span.text, font, bold)
            else:
                said = f"{self.names[found.kind]}{found.number}"
                self.field(paragraph, f"REF {bookmark(found.place)} \\h", said, font)
        elif isinstance(span, FootnoteRef):
            run = self.run(paragraph, span.text, font, bold)
            run.font.superscript = True
            as_label(run)
        elif isinstance(span, Math) and (made := omml(span.text)) is not None:
            paragraph._p.append(made)
        elif isinstance(span, Picture) and span.image is not None:
            wide, tall = fitted(span.image, 60.0, 40.0)
            shape = paragraph.add_run().add_picture(BytesIO(for_word((span.image,))), width=Mm(wide), height=Mm(tall))
            shape._inline.docPr.set("descr", span.text)
        else:
            self._words(paragraph, span, font, bold)

    def _words(self, paragraph: Any, span: Span, font: Font, bold: bool) -> None:
        own = ("宋体", font[1] - 0.5) if isinstance(span, Code | Math) else font
        run = self.run(paragraph, span.text, own, bold)
        if span.italic:
            run.font.italic = True
        if span.struck:
            run.font.strike = True
        if span.place == "sub":
            run.font.subscript = True
        elif span.place:
            run.font.superscript = True
        if isinstance(span, Link) and span.href:
            link = OxmlElement("w:hyperlink")
            to = self.out.part.relate_to(span.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link.set(qn("r:id"), to)
            run._r.addprevious(link)
            link.append(run._r)

    def run(self, paragraph: Any, text: str, font: Font, bold: bool = False) -> Any:
        """Write a piece of text, its fonts named, and return its run."""
        run = paragraph.add_run(text)
        look = self.looks.get((font, bold))
        if look is None:
            set_fonts(run, *font, self.profile.latin, bold or None)
            self.looks[font, bold] = deepcopy(run._r.rPr)
        else:
            run._r.insert(0, deepcopy(look))
        return run

    def field(self, paragraph: Any, code: str, shown: str, font: Font) -> None:
        """Write a field that Word fills in, and what it shows until then."""
        for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
            run = self.run(paragraph, text if kind == "shown" else "", font)
            if kind in ("begin", "separate", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
            elif not kind:
                mark = OxmlElement("w:instrText")
                mark.set(qn("xml:space"), "preserve")
                mark.text = f" {text} "
                run._r.append(mark)
