"""What a name is: one pattern for the ids of plans, domains, clauses, indicators, targets, departments and codes."""

from __future__ import annotations

import re

from analysis.exceptions import Fault, Text, Where

# letters of any script, digits, dot, underline, hyphen; they become parts of file names, addresses and joined keys
NAME = re.compile(
    r"(?!.*\.\.)(?=[^.-])(?:[^\W\d\u00b2\u00b3\u00b9\u2070-\u218f\u2460-\u24ff\u2776-\u2793\u3220-\u33ff\uff00-\uffef]"
    r"|[0-9.-]){1,80}(?<!\.)"
)
# what no document can hold: control characters, half surrogates, no characters
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def is_name(text: str) -> bool:
    """Return whether `text` may be an id."""
    return NAME.fullmatch(text) is not None


def no_name(text: str, where: Where) -> Fault:
    """Return the fault of an id that is no name."""
    said = UNWRITABLE.sub("�", text[:80] + "…" * (len(text) > 80))
    return Fault(
        Text(f"编号“{said}”", f"the id '{said}'"),
        where,
        Text(
            "由字母（含汉字）、数字、“.”、“_”、“-”组成，以字母、数字或“_”开头，不含空格和“..”，至多 80 字",
            "letters (also Chinese), digits, '.', '_' and '-', beginning with a letter, digit or '_', "
            "without blanks and '..', at most 80 signs",
        ),
        Text("请改写编号，并同时改写引用它的各处。", "Write another id, also where it is referred to."),
    )


def unwritable(text: str, where: Where) -> Fault:
    """Return the fault of a text with signs that no document can hold."""
    found = UNWRITABLE.search(text)
    code = f"U+{ord(found.group()):04X}" if found else ""
    return Fault(
        Text(f"不可见的控制字符 {code}", f"the control character {code}"),
        where,
        Text("可以打印的文字", "text that can be printed"),
        Text("请重新输入该处文字。", "Type the text again."),
    )
