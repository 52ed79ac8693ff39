# ruff: noqa: E501 - a falsification a line reads as a table
"""Each falsification of a bundle, the worst level it may end at, and what has to be said of it.

A change is a function of the folder a bundle was unpacked to; hashes are taken to be made again after it. `wanted` is a
pattern of what the comparison says: the file, the place and the two texts.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdf
from PIL import Image, ImageDraw
from pypdf.annotations import FreeText
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from falsifications.tools import as_json, bomb, first, office, once, picture, rehash, rows, sub, swap


@dataclass(frozen=True)
class Falsification:
    """A change of an unpacked bundle, the best level it may still reach, and the pattern of what is said."""

    name: str
    change: Callable[[Path], object]
    wanted: str
    best: str = "L3"
    hashes: bool = True  # of the records are made again


def falsify(folder, one):
    """Change an unpacked bundle, and make the hashes of its records again."""
    one.change(folder)
    if one.hashes:
        rehash(folder)


def _page(folder):
    return first(folder, "documents/*.html")


def _word(folder):
    return first(folder, "documents/*.docx")


def _pdf(folder):
    return first(folder, "documents/*.pdf")


def _book(folder):
    return folder / "documents/tables.xlsx"


def _notebook(folder):
    return folder / "notebooks/03_target_assessment.ipynb"


def _rewritten(path, change):
    writer = pypdf.PdfWriter(clone_from=path)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    path.write_bytes(out.getvalue())


def _stamped(writer):
    page = writer.pages[0]
    extra = pypdf.generic.DecodedStreamObject()
    extra.set_data(b"q 1 0 0 rg 100 500 200 80 re f Q")
    page[NameObject("/Contents")] = pypdf.generic.ArrayObject([page["/Contents"], writer._add_object(extra)])


def _note(writer):
    note = FreeText(text="approved", rect=(50, 550, 200, 650))
    writer.add_annotation(page_number=0, annotation=note)


def _script(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    writer.root_object[NameObject("/OpenAction")] = action


def _opens(writer):
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("http://x.y")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def _chart(path, change):
    """Redraw the first picture a page carries inside."""
    text = path.read_text()
    found = re.search(r"data:image/png;base64,([\w+/=]+)", text)
    picture = Image.open(io.BytesIO(base64.b64decode(found[1])))
    out = io.BytesIO()
    change(picture).save(out, "PNG")
    path.write_text(text.replace(found[1], base64.b64encode(out.getvalue()).decode(), 1))


def _line(picture):
    changed = picture.convert("RGBA")
    ImageDraw.Draw(changed).line((20, 20, 200, 120), fill="red", width=3)
    return changed


def _faint(picture):
    changed = picture.convert("RGBA")
    changed.putpixel((5, 5), tuple(min(255, max(0, one - 6)) for one in changed.getpixel((5, 5))[:3]) + (255,))
    return changed


def _column_twice(lines):
    place = lines[0].split(",").index("status")
    return [f"{line},{'status' if k == 0 else 'on_track'}" for k, line in enumerate(lines)] if place else lines


def _less_likely(lines):
    table = list(csv.reader(lines))
    place = table[0].index("p_miss")
    row = next(row for row in table[1:] if row[place])
    row[place] = str(round(float(row[place]) * 0.9 + 0.001, 6))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue().splitlines()


def _row_twice(lines):
    return [*lines, lines[1].replace("on_track", "off_track").replace("no_data", "on_track")]


def _shifted(lines):
    heads = lines[0].split(",")
    return [",".join([heads[1], heads[0], *heads[2:]]), *lines[1:]]


def _first_sheet(name, change):
    return lambda folder: office(_book(folder), {f"xl/worksheets/sheet{name}.xml": change})


def _body(change):
    return lambda folder: office(_word(folder), {"word/document.xml": change})


_RUN = r"<w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t"
_MORE = "<w:p><w:r>{}<w:t>达标率百分之百</w:t></w:r></w:p>"


def _paragraph(inside):
    return _body(once(r"<w:sectPr", _MORE.format(inside) + "<w:sectPr"))


def _cell_metadata(value):
    value["cells"][2]["metadata"]["note"] = "checked"


def _text_output(value):
    cell = next(one for one in value["cells"] if one.get("outputs"))
    cell["outputs"][0]["data"]["text/plain"] = "all targets are met"


def _second_output(value):
    cell = next(one for one in value["cells"] if one.get("outputs"))
    script = {"application/javascript": "alert(1)"}
    cell["outputs"].append({"output_type": "display_data", "data": script, "metadata": {}})


def _attachment(value):
    value["cells"][0]["attachments"] = {"a.png": {"image/png": base64.b64encode(picture(9, 9)).decode()}}


def _source(value):
    value["cells"][3]["source"] = "pass"


def _order(value):
    cells = [one for one in value["cells"] if one["cell_type"] == "code"]
    cells[0]["execution_count"], cells[1]["execution_count"] = 2, 1


def _parameters(value):
    value["metadata"]["papermill"]["parameters"]["lang"] = "fr"


def _deep(depth):
    return b"[" * depth + b"]" * depth


def _kept(folder, name, change):
    as_json(folder / name, change)


def _headline(value):
    value["headline"] = {"met": 99}


def _title(value):
    value["documents"][0]["title"] = "另一份报告"


def _numbers(value):
    value["documents"][0]["numbers"]["values"] += 7


def _state(value):
    value["notebooks"][0]["warnings"] = 3


def _time(value):
    value["finished"] = "经国家统计局审定"


def _step(value):
    value["steps"][0]["state"] = "failed"


def _claim(value):
    value["packages"]["numpy"] = "9.9.9"


def _praise(value):
    value["python"] = "certified by the bureau of statistics"


def _crate_name(value):
    value["@graph"][1]["description"] = "Reviewed and approved"


def _crate_hash(value):
    one = next(one for one in value["@graph"] if one.get("@id") == "tables/alerts.csv")
    one["sha256"] = "0" * 64


def _dropped(folder):
    """Take a document out, and out of everything that lists it."""
    record = json.loads((folder / "run.json").read_text())
    for name in record["documents"][0]["files"]:
        (folder / name).unlink()
    record["documents"] = record["documents"][1:]
    (folder / "run.json").write_text(json.dumps(record))


def _fewer_formats(folder):
    """Take the Word files out and ask for none."""
    for path in folder.glob("documents/*.docx"):
        path.unlink()
    as_json(folder / "run.json", lambda value: value["options"].update(formats=["html", "pdf"]))


def _older_code(folder):
    swap(folder / "code/src/analysis/marks.py", '"""', '"""Changed. ')


def _older_code_claimed(folder):
    """Change the code and state its hash as it then is."""
    _older_code(folder)
    from analysis.runs.hashes import code_files, digest, hashes_of

    base = folder / "code/src/analysis"
    patterns = {path.suffix for path in code_files()}
    stated = digest(hashes_of(base, [path for path in base.rglob("*") if path.suffix in patterns]))
    as_json(folder / "environment.json", lambda value: value.update(code_sha256=stated))


TABLES = (
    Falsification("status of a target", lambda f: swap(f / "tables/assessments.csv", ",on_track,", ",at_risk,"),
                  r"assessments.*at_risk"),
    Falsification("probability of a miss", lambda f: rows(f / "tables/assessments.csv", _less_likely),
                  r"assessments.*p_miss"),
    Falsification("reason of a verdict", lambda f: sub(f / "tables/assessments.csv", r"(\d+年)为", r"\1约为"),
                  r"assessments.*reason"),
    Falsification("timing of a verdict", lambda f: swap(f / "tables/assessments.csv", ",ahead,", ",behind,"),
                  r"assessments.*timing"),
    Falsification("level of an alert", lambda f: sub(f / "tables/alerts.csv", r",(orange|red|yellow),", ",blue,"),
                  r"alerts.*blue"),
    Falsification("an alert taken out", lambda f: rows(f / "tables/alerts.csv", lambda x: x[:-1]), r"alerts"),
    Falsification("an alert added", lambda f: rows(f / "tables/alerts.csv", lambda x: [*x, x[1].replace("20", "19")]),
                  r"alerts"),
    Falsification("evidence of an alert", lambda f: sub(f / "tables/alerts.csv", "偏离较大|概率", "基本持平"),
                  r"alerts.*evidence"),
    Falsification("a column twice", lambda f: rows(f / "tables/assessments.csv", _column_twice),
                  r"assessments.*column_twice"),
    Falsification("a row twice, with another verdict", lambda f: rows(f / "tables/assessments.csv", _row_twice),
                  r"assessments.*row_twice"),
    Falsification("names of columns exchanged", lambda f: rows(f / "tables/assessments.csv", _shifted), r"assessments"),
    Falsification("rows in another order", lambda f: rows(f / "tables/forecasts.csv", lambda x: [x[0], *x[:0:-1]]),
                  r"forecasts.*order", "L2"),
    Falsification("a forecast by a tenth", lambda f: sub(f / "tables/forecasts.csv", r",(\d)(\d*\.\d+)\n", r",9\1\2\n"),
                  r"forecasts"),
    Falsification("a digit in full width", lambda f: sub(f / "tables/details.csv", r",(\d)\.(\d)", r",\1.２"),
                  r"details"),
    Falsification("a byte that is no UTF-8", lambda f: swap(f / "tables/assessments.csv", "on_track", b"on\xfftrack"),
                  r"assessments.*unreadable"),
    Falsification("a formula in a table", lambda f: sub(f / "tables/details.csv", r"\n(\w)", r"\n=HYPERLINK(1)\1"),
                  r"details"),
    Falsification("a value in a table of scenarios", lambda f: sub(f / "tables/scenarios.csv", r",\d+\.\d+", ",77.7"),
                  r"scenarios"),
    Falsification("a table taken out", lambda f: (f / "tables/equity.csv").unlink(), r"equity"),
    Falsification("verdicts taken out", lambda f: (f / "tables/assessments.csv").unlink(), r"assessments"),
    Falsification("the downloads of an indicator", lambda f: sub(first(f, "indicators/*.csv"), r",(\d+)\.", r",9\1."),
                  r"indicators/"),
    Falsification("a number below the tolerance",
                  lambda f: sub(f / "tables/forecasts.csv", r"(\d\d\.\d{7}\d*)\n", r"\g<1>00001\n"), r"", "L1"),
)  # fmt: skip
WORD = (
    Falsification("a word", _body(once(r"(<w:t[^>]*>)([^<\d]{4})", r"\1已经\2")), r"docx.*已经"),
    Falsification("a number", _body(once(r"(<w:t[^>]*>[^<]*\d)\.(\d)", r"\1\2.\2")), r"docx"),
    Falsification("a header", lambda f: office(_word(f), {"word/header1.xml": once("</w:p>", "<w:r><w:t>机密</w:t></w:r></w:p>")}),
                  r"docx.*header1.*机密"),
    Falsification("a footer", lambda f: office(_word(f), {"word/footer1.xml": once("</w:p>", "<w:r><w:t>审定</w:t></w:r></w:p>")}),
                  r"docx.*footer1.*审定"),
    Falsification("white text", _paragraph('<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'), r"docx.*hidden"),
    Falsification("vanished text", _paragraph("<w:rPr><w:vanish/></w:rPr>"), r"docx.*hidden"),
    Falsification("text of size 1", _paragraph('<w:rPr><w:sz w:val="2"/></w:rPr>'), r"docx.*hidden"),
    Falsification("a sentence made white", _body(once(_RUN, '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t')),
                  r"docx.*hidden"),
    Falsification("a sentence struck through", _body(once(_RUN, "<w:r><w:rPr><w:strike/></w:rPr><w:t")), r"docx.*strike"),
    Falsification("a style made white",
                  lambda f: office(_word(f), {"word/styles.xml": once(r"<w:rPr>", '<w:rPr><w:color w:val="FFFFFF"/>')}),
                  r"docx.*hidden"),
    Falsification("a field", _paragraph('</w:r><w:fldSimple w:instr="DATE"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r>'),
                  r"docx.*field"),
    Falsification("an instruction that fetches",
                  _paragraph('<w:instrText>INCLUDETEXT "http://a.b/c"</w:instrText>'), r"docx.*field"),
    Falsification("a tracked change",
                  _body(once(r"(<w:p>|<w:p [^>]*>)", r'\1<w:ins w:id="9" w:author="x"><w:r><w:t>是</w:t></w:r></w:ins>')),
                  r"docx.*tracked"),
    Falsification("a comment", lambda f: office(_word(f), added={
        "word/comments.xml": b'<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'}),
        r"docx.*comments"),
    Falsification("a macro", lambda f: office(_word(f), added={"word/vbaProject.bin": b"\xd0\xcf"}), r"docx.*macro"),
    Falsification("an embedded object", lambda f: office(_word(f), added={"word/embeddings/o.bin": b"MZ"}),
                  r"docx.*embedded_object"),
    Falsification("an external template", lambda f: office(_word(f), {"word/_rels/document.xml.rels": once(
        "</Relationships>", '<Relationship Id="r99" Type="t" Target="http://a.b" TargetMode="External"/></Relationships>')}),
        r"docx.*external"),
    Falsification("a text box", _paragraph("<w:pict><w:txbxContent><w:p><w:r><w:t>批准</w:t></w:r></w:p></w:txbxContent></w:pict>"),
                  r"docx.*textbox"),
    Falsification("a picture in Word exchanged", lambda f: office(_word(f), added={"word/media/image1.png": picture(400, 300)}),
                  r"docx.*image1"),
    Falsification("an entity from outside", lambda f: office(_word(f), {"word/settings.xml": lambda x: x.replace(
        "<w:settings", '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:settings', 1)}), r"docx.*doctype"),
    Falsification("a zip bomb in Word", lambda f: office(_word(f), added={"word/media/b.xml": b"0" * (300 << 20)}),
                  r"docx.*too_large"),
    Falsification("no zip at all", lambda f: _word(f).write_bytes(b"PK\x03\x04" + b"x" * 999), r"docx.*unreadable"),
)  # fmt: skip
BOOK = (
    Falsification("a cell", _first_sheet(2, once(r"<is><t>([^<]+)", r"<is><t>甲\1")), r"xlsx"),
    Falsification("a number format", lambda f: office(_book(f), {"xl/styles.xml": once(r'numFmtId="\d+"', 'numFmtId="13"')}),
                  r"xlsx.*styles"),
    Falsification("a hidden sheet", lambda f: office(_book(f), {"xl/workbook.xml": once(r'state="visible"', 'state="hidden"')}),
                  r"xlsx.*hidden"),
    Falsification("a hidden row", _first_sheet(2, once(r'<row r="4"', '<row r="4" hidden="1"')), r"xlsx.*hidden"),
    Falsification("a hidden column", _first_sheet(2, once(r"<col ", '<col hidden="1" ')), r"xlsx.*hidden"),
    Falsification("a formula", _first_sheet(7, once(r"<v>", "<f>1+1</f><v>")), r"xlsx.*formula"),
    Falsification("a conditional format", _first_sheet(2, once("</sheetData>", '</sheetData><conditionalFormatting sqref="A1"/>')),
                  r"xlsx.*conditional"),
    Falsification("a defined name", lambda f: office(_book(f), {"xl/workbook.xml": once(
        "</sheets>", "</sheets><definedNames><definedName name='n'>A1</definedName></definedNames>")}), r"xlsx.*definedName"),
    Falsification("an external workbook", lambda f: office(_book(f), added={"xl/externalLinks/externalLink1.xml": b"<a/>"}),
                  r"xlsx.*external"),
    Falsification("a million columns", _first_sheet(2, once("</row>", "<c/>" * 1_000_000 + "</row>")), r"xlsx"),
)  # fmt: skip
PDF = (
    Falsification("JavaScript in a PDF", lambda f: _rewritten(_pdf(f), _script), r"pdf.*script"),
    Falsification("an attachment of a PDF", lambda f: _rewritten(_pdf(f), lambda w: w.add_attachment("a.txt", b"x")),
                  r"pdf.*attachment"),
    Falsification("an annotation of a PDF", lambda f: _rewritten(_pdf(f), _note), r"pdf.*annotation"),
    Falsification("an action when it is opened", lambda f: _rewritten(_pdf(f), _opens), r"pdf.*action"),
    Falsification("a page of a PDF covered", lambda f: _rewritten(_pdf(f), _stamped), r"pdf.*page 1"),
    Falsification("a page of a PDF taken out", lambda f: _rewritten(_pdf(f), lambda w: w.remove_page(1)), r"pdf.*pages"),
    Falsification("a PDF written again, the same to see", lambda f: _rewritten(_pdf(f), lambda w: None), r"pdf", "L2"),
    Falsification("a PDF that is none", lambda f: _pdf(f).write_bytes(b"%PDF-1.7\n" + b"<" * 5000), r"pdf.*unreadable"),
)  # fmt: skip
PAGES = (
    Falsification("a word of a page", lambda f: sub(_page(f), r"(<p[^>]*>)", r"\1已达标"), r"html.*已达标"),
    Falsification("hidden text of a page",
                  lambda f: sub(_page(f), "</main>", '<p style="display:none">达标</p></main>'), r"html.*hidden"),
    Falsification("a page whose text is hidden", lambda f: sub(_page(f), "<p>|<p ", '<p hidden '), r"html.*hidden"),
    Falsification("a comment of a page", lambda f: sub(_page(f), "</main>", "<!-- 达标 --></main>"), r"html.*comment"),
    Falsification("a script of a page", lambda f: sub(_page(f), "</main>", "<script>1</script></main>"), r"html.*script"),
    Falsification("a link outside", lambda f: sub(_page(f), "</main>", '<img src="https://a.b/c"></main>'), r"html.*external"),
    Falsification("a colour of the style sheet", lambda f: sub(f / "assets/site.css", r"color:", "color:#fff;x:"), r"css"),
    Falsification("the chart library", lambda f: swap(f / "assets/plotly.min.js", "function", "functiom"), r"plotly"),
    Falsification("a chart redrawn", lambda f: _chart(_page(f), _line), r"html.*embedded"),
    Falsification("a chart a shade apart", lambda f: _chart(_page(f), _faint), r"html.*embedded", "L2"),
    Falsification("a picture that is a bomb", lambda f: sub(_page(f), r"(data:image/png;base64,)[\w+/=]+",
                  lambda m: m[1] + base64.b64encode(bomb(60_000, 60_000)).decode()), r"html.*too_large"),
    Falsification("the index", lambda f: sub(f / "index.html", "</main>|</body>", "<p>全部达标</p></body>"), r"index"),
    Falsification("a page of an indicator", lambda f: sub(first(f, "indicators/*.html"), "</main>|</body>", "x</body>"),
                  r"indicators"),
)  # fmt: skip
NOTEBOOKS = tuple(
    Falsification(name, lambda f, change=change: as_json(_notebook(f), change), wanted)
    for name, change, wanted in (
        ("source of a cell", _source, r"ipynb.*source"),
        ("output of a cell", _text_output, r"ipynb.*text/plain"),
        ("a script in an output", _second_output, r"ipynb.*javascript"),
        ("an attachment of a cell", _attachment, r"ipynb.*attachments"),
        ("order of execution", _order, r"ipynb.*execution_count"),
        ("metadata of a cell", _cell_metadata, r"ipynb.*metadata/note"),
        ("a parameter", _parameters, r"ipynb.*parameters"),
    )
) + (
    Falsification("a key of a notebook twice", lambda f: swap(_notebook(f), b'"cells"', b'"cells": [], "cells"'),
                  r"ipynb.*unreadable"),
    Falsification("a notebook that is broken", lambda f: _notebook(f).write_bytes(b'{"cells": ['), r"ipynb.*unreadable"),
    Falsification("a notebook that is deep", lambda f: _notebook(f).write_bytes(_deep(200_000)), r"ipynb.*unreadable"),
)  # fmt: skip
RECORDS = tuple(
    Falsification(name, lambda f, file=file, change=change: _kept(f, file, change), wanted, "L3", *more)
    for name, file, change, wanted, *more in (
        ("a headline in the record", "run.json", _headline, r"run\.json.*headline"),
        ("a title in the record", "run.json", _title, r"run\.json.*title"),
        ("counts in the record", "run.json", _numbers, r"run\.json.*numbers"),
        ("a warning in the record", "run.json", _state, r"run\.json.*warnings"),
        ("words where a time is", "run.json", _time, r"run\.json.*finished"),
        ("a state in the workflow", "workflow.json", _step, r"workflow\.json.*state"),
        ("words of the crate", "ro-crate-metadata.json", _crate_name, r"ro-crate.*description"),
        ("a hash in the crate", "ro-crate-metadata.json", _crate_hash, r"ro-crate.*sha256", False),
        ("praise where a version is", "environment.json", _praise, r"environment\.json.*python"),
    )
) + (
    Falsification("another plan in the record", lambda f: _kept(f, "run.json", lambda v: v.update(plan="x")), r"run\.json.*plan"),
    Falsification("another rule in the record", lambda f: _kept(f, "run.json", lambda v: v.update(rules="x")), r"run\.json.*rules"),
    Falsification("versions claimed", lambda f: _kept(f, "environment.json", _claim), r"environment\.json.*numpy", "L0"),
    Falsification("a word, and versions claimed", lambda f: (_kept(f, "environment.json", _claim),
                  sub(_page(f), r"(<p[^>]*>)", r"\1已达标")), r"html.*已达标"),
    Falsification("an environment that is a list", lambda f: (f / "environment.json").write_text("[]"), r"environment\.json"),
    Falsification("a crate that is deep", lambda f: (f / "ro-crate-metadata.json").write_bytes(_deep(200_000)),
                  r"ro-crate.*unreadable"),
    Falsification("a record without the documents", _dropped, r"documents/"),
    Falsification("a record that asks for fewer formats", _fewer_formats, r"documents/.*docx"),
)  # fmt: skip
FILES = (
    Falsification("a page that is not part of a run", lambda f: (f / "readme.html").write_text("<p>x"), r"readme.*foreign"),
    Falsification("a file left half written", lambda f: (f / "tables/.alerts.csv.7.part").write_text("x"), r"part.*foreign"),
    Falsification("a chart of the cache", lambda f: ((f / "charts").mkdir(), (f / "charts/a.png").write_bytes(picture(9, 9))),
                  r"charts.*foreign"),
    Falsification("a program beside the inputs", lambda f: (f / "inputs/plan/setup.py").write_text("1"), r"setup.*foreign"),
    Falsification("a lock", lambda f: (f / ".lock").write_text("x"), r"\.lock.*foreign"),
    Falsification("a file among the code", lambda f: (f / "code/src/sitecustomize.py").write_text("1"), r"sitecustomize.*foreign"),
    Falsification("code that is not what is stated", _older_code, r"code/.*code_hash"),
    Falsification("code that is stated to be other", _older_code_claimed, r"code/.*marks\.py", "L2"),
    Falsification("a lock file that is not what is stated",
                  lambda f: swap(f / "code/requirements.lock", "==", "== "), r"requirements\.lock"),
    Falsification("no code at all", lambda f: __import__("shutil").rmtree(f / "code"), r"", "L0"),
)  # fmt: skip
ALL = {
    f"{kind}: {one.name}": one
    for kind, cases in {"table": TABLES, "word": WORD, "workbook": BOOK, "pdf": PDF, "page": PAGES,
                        "notebook": NOTEBOOKS, "record": RECORDS, "file": FILES}.items()
    for one in cases
}  # fmt: skip
