"""A plan's document as lines: Word, PDF with text, plain text, Markdown; what cannot be read is refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.gate.text_files import text_of
from analysis.places import existing, shown
from analysis.plan.drafting.texts import clean

KINDS = (".docx", ".pdf", ".txt", ".md")
LARGEST = 50 * 1024 * 1024  # bytes of a document, and of the parts of a packed one
FEWEST = 30  # signs on an average page below which a PDF holds pictures of pages, not text
_EXPECTED = Text("一份规划文本：docx、带文字的 pdf、txt、md", "the text of one plan as docx, pdf with text, txt or md")
_END = "。；：！？…”）"
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节篇条部]|第[一二三四五六七八九十]{1,3}部分|[一二三四五六七八九十]{1,3}、"
    r"|（[一二三四五六七八九十]{1,3}）|\d{1,3}(?:[.、．]|(?:\.\d{1,2}){1,3})|（\d{1,2}）|\d{1,2}）|[①-⑳]|#{1,6}\s*|专栏\d|(?:目标|措施|任务|指标|举措)(?:[一二三四五六七八九十]{1,3}|\d{1,2})[：、.．]"
)

_VALUE = re.compile(
    r"\d+(?:\.\d+)?(?:[%‰—]|/10?万|个百分点|[个名所张元万亿倍岁年])|\d+[.．]\d+(?![\d.]|[\u4e00-\u9fff（ ])"
)


@dataclass(frozen=True)
class Line:
    """One paragraph: its text in one writing, its number in the file, the heading level the file itself gives it."""

    text: str
    number: int
    heading: int = 0  # 1 the widest; 0 where the file marks none
    table: bool = False


def read_document(path: Path) -> list[Line]:
    """Return the paragraphs of a document in their order.

    Parameters
    ----------
    path : Path
        A .docx, .pdf, .txt or .md file of at most 50 MB.

    Returns
    -------
    list of Line
        No empty ones; lines that a page or an editor broke are put together; cells of tables are marked.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        It is of another kind, broken, protected, too large, or holds no text (a scanned PDF).
    """
    existing(path, _EXPECTED)
    kind = path.suffix.lower()
    if kind not in KINDS:
        action = Text("请在 Word 或 WPS 中另存为 docx 后重试。", "Save it as docx in Word or WPS, then try again.")
        raise _refused(path, Text(f"文件类型 {kind or '未知'}", f"a file of kind {kind or 'unknown'}"), action)
    if path.stat().st_size > LARGEST:
        action = Text("请删去图片后另存，或只保留规划正文。", "Save it without pictures, or the plan's text alone.")
        raise _refused(path, Text("文件超过 50 MB", "a file of over 50 MB"), action)
    read = {".docx": _word, ".pdf": _pdf, ".txt": _plain, ".md": _markdown}[kind]
    lines = [line for line in read(path) if line.text]
    if not lines:
        action = Text("请核对是否选对了文件。", "Check whether it is the right file.")
        raise _refused(path, Text("文件里没有文字", "a file without text"), action)
    return lines


def _refused(path: Path, found: Text, action: Text) -> DataError:
    return DataError((Fault(found, Where(file=shown(path)), _EXPECTED, action),))


def _text(path: Path) -> str:
    if path.stat().st_size == 0:
        return ""
    text, faults = text_of(path, LARGEST)
    if faults:
        action = Text(
            "请另存为 UTF-8 编码的文本，或改用 Word 文件。", "Save it as text in UTF-8, or use the Word file."
        )
        raise DataError([Fault(one.found, one.where, _EXPECTED, action) for one in faults])
    return text


def _plain(path: Path) -> Iterator[Line]:
    text = _text(path)
    yield from _joined([clean(line) for line in text.splitlines()])


def _markdown(path: Path) -> Iterator[Line]:
    text = _text(path)
    waiting: list[tuple[int, str]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        head = re.match(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$", raw)
        bold = re.fullmatch(r"\s*(?:\*\*|__)(.+?)(?:\*\*|__)\s*", raw)
        table = raw.count("|") >= 2
        if head or bold or table or not raw.strip() or re.match(r"\s*(?:[-*+]|\d+[.)])\s", raw):
            yield from _joined([one for _, one in waiting], [at for at, _ in waiting])
            waiting = []
        if head:
            yield Line(clean(_unmarked(head.group(2))), number, len(head.group(1)))
        elif bold:
            yield Line(clean(_unmarked(bold.group(1))), number)
        elif table:
            yield Line(clean(_unmarked(raw.replace("|", " | "))), number, table=True)
        elif raw.strip():
            waiting.append((number, clean(_unmarked(re.sub(r"^\s*[-*+]\s+", "", raw)))))
    yield from _joined([one for _, one in waiting], [at for at, _ in waiting])


def _unmarked(text: str) -> str:
    return re.sub(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)", lambda one: one.group(1) or "", text)


def _joined(lines: list[str], numbers: list[int] | None = None, width: int = 0) -> Iterator[Line]:
    """Yield paragraphs: a line that goes on in the next is put together with it.

    A line goes on where no mark ends it and the next begins no numbered heading, unless it is a heading itself: short,
    without a comma. `width` is that of a full line, where pages break lines: a shorter one ends its paragraph.
    """
    held, first = "", 0
    last = ""
    for place, text in enumerate(lines):
        number = numbers[place] if numbers else place + 1
        ended = not last or last[-1] in _END or _is_heading(held) or (width and len(last) < width)
        if held and (not text or ended or _begins(text, last)):
            yield Line(held, first)
            held = ""
        first = first if held else number
        held += text
        last = text
    yield Line(held, first)


def _begins(text: str, last: str) -> bool:
    """Return whether a line begins an item or heading; 4.2‰ behind a comma goes on with the line before."""
    return _NUMBERED.match(text) is not None and last[-1] not in "，、（" and not _VALUE.match(text)


def _is_heading(text: str) -> bool:
    return len(text) <= 30 and not re.search("[，；。、]", _NUMBERED.sub("", text, count=1))


def _word(path: Path) -> Iterator[Line]:
    from docx import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > 4 * LARGEST:
                raise ValueError
        document = Document(str(path))
    except Exception as error:  # python-docx raises whatever its parts do: KeyError, ValueError, lxml's own
        action = Text("请在 Word 或 WPS 中打开并另存为 docx。", "Open it in Word or WPS and save it as docx.")
        raise _refused(
            path, Text("Word 文件已损坏或被加密", "a Word file that is broken or protected"), action
        ) from error
    counters: dict[tuple[int, int], int] = {}
    for number, one in enumerate(document.iter_inner_content(), 1):
        if isinstance(one, Paragraph):
            for part in one.text.split("\n"):
                yield Line(_listed(one, document, counters) + clean(part), number, _level(one))
        elif isinstance(one, Table):
            for row in one.rows:
                yield Line(
                    clean(" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells))), number, table=True
                )


def _level(paragraph: Any) -> int:
    """Return the heading level of a paragraph's style; 0 where it is none."""
    found = re.fullmatch(r"(?:heading|标题)\s*(\d)", paragraph.style.name if paragraph.style is not None else "", re.I)
    return int(found.group(1)) if found else 0


def _listed(paragraph: Any, document: Any, counters: dict[tuple[int, int], int]) -> str:
    """Return the number Word itself puts before a paragraph of a numbered list, which stands nowhere in its text."""
    given = _numbering(paragraph)
    if given is None or given.numId is None or not paragraph.text.strip() or _NUMBERED.match(clean(paragraph.text)):
        return ""
    key = (given.numId.val, given.ilvl.val if given.ilvl is not None else 0)
    counters[key] = counters.get(key, 0) + 1
    for other in [one for one in counters if one[0] == key[0] and one[1] > key[1]]:
        del counters[other]
    shape = _shape(document, *key)
    return re.sub(r"%\d", lambda _: _count(counters[key], shape[1]), shape[0], count=1) if shape else ""


def _numbering(paragraph: Any) -> Any:
    """Return a paragraph's own list, else that of its style or of a style this is based on; None for none."""
    held = [paragraph._p]
    style = paragraph.style
    while style is not None:
        held.append(style.element)
        style = style.base_style
    for one in held:
        if one.pPr is not None and one.pPr.numPr is not None:
            return one.pPr.numPr
    return None


def _shape(document: Any, list_id: int, level: int) -> tuple[str, str] | None:
    """Return the text of a list's level, such as `（%1）`, and its numerals; None for bullets and unknown lists."""
    try:
        root = document.part.numbering_part.element
        space = root.nsmap["w"]
        number = next(one for one in root.findall(f"{{{space}}}num") if one.get(f"{{{space}}}numId") == str(list_id))
        base = number.find(f"{{{space}}}abstractNumId").get(f"{{{space}}}val")
        shapes = next(x for x in root.findall(f"{{{space}}}abstractNum") if x.get(f"{{{space}}}abstractNumId") == base)
        one = next(x for x in shapes.findall(f"{{{space}}}lvl") if x.get(f"{{{space}}}ilvl") == str(level))
        text = one.find(f"{{{space}}}lvlText").get(f"{{{space}}}val")
        kind = one.find(f"{{{space}}}numFmt").get(f"{{{space}}}val")
    except (KeyError, StopIteration, AttributeError, NotImplementedError):
        return None
    return (clean(text), kind) if "%" in text and kind != "bullet" else None


def _count(number: int, kind: str) -> str:
    from analysis.formats import chinese

    return chinese(number) if "hinese" in kind and number < 100 else str(number)


def _pdf(path: Path) -> Iterator[Line]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(path)
        pages = [document[place].get_textpage().get_text_range() for place in range(len(document))]
    except (PdfiumError, ValueError, OSError) as error:
        action = Text("请解除密码，或改用 Word 文件。", "Remove the password, or use the Word file.")
        raise _refused(path, Text("PDF 已损坏或被加密", "a PDF that is broken or protected"), action) from error
    signs = sum(len(re.sub(r"\s", "", page)) for page in pages)
    if signs < FEWEST * max(len(pages), 1):
        found = Text(
            f"PDF 共 {len(pages)} 页，只有 {signs} 个字：是扫描件或图片，没有文字层",
            f"a PDF of {len(pages)} pages with {signs} signs: scanned pages without text",
        )
        action = Text(
            "请先做文字识别（OCR）并校对数字，或向印发单位索取 Word 文件，再重试。",
            "Have it recognised (OCR) and its numbers checked, or ask for the Word file, then try again.",
        )
        raise _refused(path, found, action)
    bodies = [[clean(line) for line in page.splitlines() if line.strip()] for page in pages]
    lines = [one for body in bodies for one in _without_page_numbers(body, _repeated(bodies))]
    lengths = sorted(len(one) for one in lines)
    width = int(0.8 * lengths[int(0.9 * (len(lengths) - 1))]) if lengths else 0
    yield from _joined(lines, width=width)


def _repeated(bodies: list[list[str]]) -> set[str]:
    """Return what stands at the head or foot of most pages: the running title."""
    ends = [one for body in bodies for one in {*body[:1], *body[-1:]}]
    return {one for one in ends if len(bodies) > 3 and ends.count(one) > len(bodies) / 2}


def _without_page_numbers(body: list[str], running: set[str]) -> list[str]:
    kept = [one for one in body if one not in running]
    for end in (0, -1):
        if kept and re.fullmatch(r"[-—–·第\s]*\d{1,3}[-—–·页\s]*(?:共\d+页)?", kept[end]):
            kept.pop(end)
    return kept
