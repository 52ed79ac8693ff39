"""The opinion on a reproduction, as HTML its notebook displays."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, head, table
from analysis.export.reports.reproduction_inputs import beside, inputs_paragraph, unproven
from analysis.export.sections import paragraph
from analysis.marks import to_html
from analysis.narrative import reproduction as said
from analysis.narrative.reproduction import HEADINGS, Opinion


def checked(opinion: Opinion, lang: Lang) -> str:
    """Return title, level, the state of the bundle and how it was run again."""
    lead, text = said.conclusion(opinion, lang)
    zh = lang == "zh"
    parts = [
        f"<h1>{to_html(said.TITLE(lang))}</h1>",
        _heading(0, lang),
        paragraph(text, lead),
        inputs_paragraph(opinion, lang),
        table(said.about_table(opinion, lang), "复现对象与复算人" if zh else "What was run again, by whom"),
        beside(opinion, _heading(1, lang), lang),
        unproven(opinion, _heading(2, lang), lang),
        _heading(3, lang),
        paragraph(said.bundle(opinion, lang)),
    ]
    if opinion.record["integrity"]["faults"]:
        parts.append(table(said.faults_table(opinion, lang), "与清单不符之处" if zh else "Faults of the bundle"))
    parts += [_heading(4, lang), paragraph(said.process(opinion, lang))]
    if left_out := said.not_asked(opinion.record, lang):
        parts.append(paragraph(left_out))
    if opinion.record["failed"]:
        parts += [paragraph("复算中的问题：" if zh else "What went wrong:"), bullets(opinion.record["failed"])]
    return "".join(parts)


def compared(opinion: Opinion, lang: Lang) -> str:
    """Return the comparison, the cells and the versions that differ, and what the levels mean."""
    zh = lang == "zh"
    parts = []
    for number, frame, caption, none in (
        (5, said.files_table(opinion, lang), ("比对结果", "Compared"), ("没有可比对的文件。", "Nothing to compare.")),
        (6, said.differences_table(opinion, lang), ("首批不一致之处", "First differences"), ("没有不一致。", "None.")),
        (7, said.versions_table(opinion, lang), ("版本差异", "Versions"), ("版本全部相同。", "None.")),
    ):
        body = table(frame, caption[not zh]) if len(frame) else paragraph(none[not zh])
        parts += [_heading(number, lang), body]
    parts += [_heading(8, lang), table(said.levels_table(lang), "复现等级" if zh else "Levels of reproduction")]
    by_hand = "复算人签署（手写）" if zh else "Filled in by hand"
    return "".join([*parts, _heading(9, lang), table(said.signature_table(opinion, lang), by_hand)])


def _heading(place: int, lang: Lang) -> str:
    return head(2, HEADINGS[place](lang), place + 1, lang)
