"""`workbench feedback`: files that came in, their answers, and what became of each for the next report."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from analysis.data.grid.delimited import decoded
from analysis.data.store.feedback import KINDS, NOT_ANSWERED, OUTCOMES, Register, Said
from analysis.exceptions import DataError, Fault, Lang, Text, Where
from analysis.places import existing, shown
from analysis.plan import Plan
from analysis.runs.publishing.pages import FORM, LABELS

_MOST_BYTES = 200_000
_FIELDS = {"publication": 80, "document": 80, "section": 500, "kind": 80, "contact": 500, "said": 20_000}  # most signs
_FILE = Text("反馈页生成的 JSON 或文本文件", "the JSON or text file of the feedback page")


def read_feedback(path: Path) -> Said:
    """Return what a feedback file says.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        It is too large, no text, no feedback, or says nothing.
    """
    existing(path, _FILE)
    raw = path.read_bytes()
    if len(raw) > _MOST_BYTES:
        raise _refused(path, Text("文件过大", "the file is too large"))
    read = decoded(raw)
    if read is None or "\x00" in read[0]:
        raise _refused(path, Text("不是文本文件", "no text file"))
    content = read[0].lstrip("\ufeff").strip()
    found = _of_json(path, content) if content.startswith("{") else _of_lines(path, content)
    said = {name: _clean(str(found.get(name) or "")) for name in _FIELDS}
    if not said["said"]:
        raise _refused(path, Text("没有写意见", "it says nothing"))
    if any(len(said[name]) > most for name, most in _FIELDS.items()):
        raise _refused(path, Text("文字过长", "it is too long"))
    names = {name(lang): code for code, name in KINDS.items() for lang in ("zh", "en")}
    kind = names.get(said["kind"], said["kind"])
    said["kind"] = kind if kind in KINDS else "other"
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Said(**said, sha256=digest, file=path.name)


def import_feedback(register: Register, plan: Plan, path: Path, who: str) -> tuple[int | None, Text]:
    """Keep a feedback file; returns its id (None where it came before), and what a person should know of it.

    Raises
    ------
    UsageError, DataError
        As `read_feedback`, or nobody is named.
    """
    found = read_feedback(path)
    row = register.publication(found.publication) if found.publication else None
    about = (str(row["plan"]), str(row["ref_area"])) if row is not None else (plan.id, plan.area)
    remark = Text("", "")
    if row is None:
        said = found.publication[:40] or "—"
        remark = Text(f"没有公开编号 {said}，按本规划登记", f"there is no publication {said}: kept under this plan")
    return register.receive(*about, found, who), remark


def became(register: Register, plan: str, area: str) -> pd.DataFrame:
    """Return what became of each entry, for the next publication or report; nothing personal is in it.

    Returns
    -------
    DataFrame
        Columns number, publication, document, kind, outcome (empty while it is being dealt with), summary, answer, at.
    """
    table = register.entries(plan, area)
    kept = table[["id", "publication", "document", "kind", "outcome", "summary", "answer", "answered_at"]]
    return kept.rename(columns={"id": "number", "answered_at": "at"}).reset_index(drop=True)


def lines_of_feedback(register: Register, plan: Plan, lang: Lang, contacts: bool = False) -> tuple[list[str], int]:
    """Return a line for each entry, and how many have no answer; addresses only where they are asked for."""
    lines, left = list[str](), 0
    for row in register.entries(plan.id, plan.area).to_dict("records"):
        outcome = OUTCOMES[row["outcome"]] if row["outcome"] else NOT_ANSWERED
        left += not row["outcome"]
        about = f"{row['id']:>4}  {row['at'][:10]}  {row['document'] or '—':<10} {KINDS[row['kind']](lang)}"
        more = f"  {row['contact']}" if contacts and row["contact"] else ""
        lines.append(f"{about}  [{outcome(lang)}]  {' '.join(row['said'].split())[:60]}{more}")
    zh, en = f"反馈 {len(lines)} 条，未答复 {left} 条", f"{len(lines)} entries, {left} not answered"
    return [*lines, zh if lang == "zh" else en], left


def _of_json(path: Path, content: str) -> dict[str, object]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or read.get("form") != FORM:
        raise _refused(path, Text("不是反馈文件", "no feedback file"))
    return {str(name): value for name, value in read.items() if isinstance(value, str)}


def _of_lines(path: Path, content: str) -> dict[str, object]:
    """Return the fields of a text file; all that follows the last label is what is said."""
    labels = {text(lang).strip(): name for name, text in LABELS.items() for lang in ("zh", "en")}
    labels |= {label.replace("：", ":"): name for label, name in labels.items()}
    found: dict[str, object] = {}
    lines = content.splitlines()
    for i, line in enumerate(lines):
        label = next((one for one in labels if line.strip().startswith(one)), "")
        if not label:
            continue
        rest = line.strip().removeprefix(label).strip()
        if labels[label] == "said":
            found["said"] = "\n".join([rest, *lines[i + 1 :]]).strip()
            break
        found[labels[label]] = rest
    if "said" not in found:
        raise _refused(path, Text("找不到“意见：”一行", "there is no line 'Feedback:'"))
    return found


def _clean(text: str) -> str:
    """Return a text without signs nobody sees; line breaks stay."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()


def _refused(path: Path, found: Text) -> DataError:
    todo = Text("请对方用反馈页重新生成后发来。", "Ask for a file made by the feedback page.")
    return DataError((Fault(found, Where(file=shown(path)), _FILE, todo),))
