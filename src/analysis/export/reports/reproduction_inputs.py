"""The chapters of the opinion on what a level does not prove, as HTML: the inputs beside references, and the sample."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, table
from analysis.export.sections import paragraph
from analysis.narrative import reproduction_inputs as inputs
from analysis.narrative import reproduction_sample as sample
from analysis.narrative.reproduction import Opinion

_SOURCE = 24  # characters of a source in a printed form; the workbook and the CSV file have all of it


def inputs_paragraph(opinion: Opinion, lang: Lang) -> str:
    """Return the paragraph that stands right under the level; nothing of a record that was made without it."""
    lead, text = inputs.said(opinion.record, opinion.values, lang)
    return paragraph(text, lead) if lead else ""


def beside(opinion: Opinion, heading: str, lang: Lang) -> str:
    """Return the chapter on the inputs: the references, what differs, and what that does to the verdicts."""
    zh, record = lang == "zh", opinion.record
    if (record.get("inputs") or {}).get("state") != "compared":
        none = "输入没有与参照比对。" if zh else "The inputs were not compared with references."
        return heading + paragraph(none)
    parts = [heading, table(inputs.references_table(record, lang), "参照与比对结果" if zh else "References")]
    if record["inputs"]["changes"]:
        parts.append(
            table(inputs.changes_table(record, lang), "主要不同之处" if zh else "What differs, the weightiest first")
        )
        more = "全部不同之处见 input_changes.csv。" if zh else "All of them stand in input_changes.csv."
        parts.append(paragraph(more))
    if (record["inputs"].get("headline") or {}).get("steps"):
        caption = "逐项换用参照后的判定" if zh else "Verdicts with one part after another as the reference has it"
        parts.append(table(inputs.steps_table(record, lang), caption))
        parts.append(
            table(inputs.verdicts_table(record, lang), "判定不同的目标" if zh else "Targets with another verdict")
        )
    return "".join([*parts, paragraph(inputs.revisions(record, opinion.values, lang))])


def unproven(opinion: Opinion, heading: str, lang: Lang) -> str:
    """Return the chapter on what was not proven: the items, how the sample was drawn, and the form to fill in."""
    zh, record = lang == "zh", opinion.record
    parts = [heading, paragraph(sample.unproven_lead(lang)), bullets(sample.unproven(lang), ordered=True)]
    parts += [paragraph(text) for text in sample.method(record, opinion.values, lang)]
    if (record.get("sample") or {}).get("rows"):
        parts.append(table(sample.reasons_table(record, lang), "抽样构成" if zh else "Reasons of risk"))
        parts.append(
            table(sample.sample_table(record, lang, _SOURCE), "人工核查样本" if zh else "Values to trace by hand")
        )
    return "".join(parts)
