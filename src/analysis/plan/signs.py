"""Signs that no document can hold, and the fault of a text with one."""

from __future__ import annotations

import re

from analysis.exceptions import Fault, Text, Where

# what no document can hold: control characters, half surrogates, no characters
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


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
