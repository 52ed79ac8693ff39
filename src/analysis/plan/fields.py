"""The fields of `plan.yaml` as texts, names, lists and entries; each that is none is named with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.exceptions import Fault, Text, Where
from analysis.gate.ids import is_name, no_name
from analysis.gate.written import Said
from analysis.plan.signs import UNWRITABLE, unwritable

KEYS = ("id", "title_zh", "area", "start_year", "end_year", "baseline_year", "milestones", "domains")
SEXES = {"F": "female", "M": "male"}  # code of a breakdown: keys of the plan's own words for it, with _zh and _en
OPTIONAL = (
    *("title_en", "area_name_zh", "area_name_en", "partial", "sources", "source_precedence"),
    *(f"{key}_{lang}" for key in SEXES.values() for lang in ("zh", "en")),
)
ENTRIES = {
    "domains": (("id", "title_zh"), ("title_en",)),
    "sources": (("id", "title", "publisher", "date"), ("address",)),
}
_TRUTH = {"true": True, "yes": True, "on": True, "是": True, "false": False, "no": False, "off": False, "否": False}


@dataclass
class Fields:
    """What a file says by key; every fault that is met goes to `faults`."""

    file: str
    said: Mapping[str, Said]
    faults: list[Fault]

    def fault(self, key: str, line: int | None, found: Text, expected: Text, action: Text) -> None:
        """Note a fault of a key."""
        self.faults.append(Fault(found, Where(file=self.file, row=line, item=key), expected, action))

    def text(self, key: str, needed: bool = False) -> str:
        """Return a text; empty, and a fault, where it is none."""
        said = self.said.get(key)
        if said is None:
            return ""
        if isinstance(said.value, str) and UNWRITABLE.search(said.value):
            self.faults.append(unwritable(said.value, Where(file=self.file, row=said.line, item=key)))
        elif isinstance(said.value, list | dict) or (needed and said.text() is None):
            self.fault(
                key,
                said.line,
                Text(f"{said.short() or '空值'}", f"{said.short() or 'no value'}"),
                Text("一行文字", "a line of text"),
                Text(f"请填写 {key}。", f"Fill in {key}."),
            )
        return said.text() or ""

    def name(self, key: str) -> str:
        """Return an id; a fault where it is no name."""
        said = self.said.get(key)
        text = self.text(key, needed=True)
        if said is not None and text and not is_name(text):
            self.faults.append(no_name(text, Where(file=self.file, row=said.line, item=key)))
        return text

    def truth(self, key: str) -> bool:
        """Return yes or no; no where nothing is said."""
        said = self.said.get(key)
        if said is None or said.value is None:
            return False
        word = (said.text() or "").lower()
        if word not in _TRUTH:
            self.fault(
                key,
                said.line,
                Text(f"“{said.short()}”", f"'{said.short()}'"),
                Text("true 或 false", "true or false"),
                Text("请改正。", "Correct it."),
            )
        return _TRUTH.get(word, False)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a fault where it is none."""
        said = self.said.get(key)
        if said is None or said.value is None:
            return ()
        if isinstance(said.value, list) and all(one.text() for one in said.value):
            return tuple(one.text() or "" for one in said.value)
        self.fault(
            key,
            said.line,
            Text(f"“{said.short()}”", f"'{said.short()}'"),
            Text("列表，如 [来源1, 来源2]", "a list such as [one, two]"),
            Text("请写成列表；没有时写 []。", "Write a list; [] where there is none."),
        )
        return ()

    def entries(self, key: str) -> list[dict[str, str]]:
        """Return the entries of a list that are whole, each with the needed names and the optional ones it has."""
        said = self.said.get(key)
        if said is None or (said.value is None and key not in KEYS):
            return []
        needed, optional = ENTRIES[key]
        items = said.value if isinstance(said.value, list) else [said]
        whole: list[dict[str, str]] = []
        for number, item in enumerate(items, 1):
            fields = item.value if isinstance(item.value, dict) else {}
            texts = {name: one.text() or "" for name, one in fields.items() if not isinstance(one.value, list | dict)}
            must = needed if key in KEYS else needed[:1]  # a source may have no date
            right = set(needed) <= set(texts) == set(fields) <= {*needed, *optional}
            bad = next((text for text in texts.values() if UNWRITABLE.search(text)), None)
            if bad is not None:
                self.faults.append(unwritable(bad, Where(file=self.file, row=item.line, item=key)))
            elif right and all(texts[name] for name in must):
                whole.append(texts)
            else:
                self._incomplete(key, number, item)
        if not items:
            self._incomplete(key, 1, said)
        return whole

    def _incomplete(self, key: str, number: int, item: Said) -> None:
        needed, optional = ENTRIES[key]
        self.fault(
            key,
            item.line,
            Text(
                f"{key} 第 {number} 项：{item.short() or '空'}", f"entry {number} of {key}: {item.short() or 'empty'}"
            ),
            Text(
                f"每项含：{', '.join(needed)}；可有：{', '.join(optional)}",
                f"each entry has: {', '.join(needed)}; optional: {', '.join(optional)}",
            ),
            Text("请补全或更正该项。", "Complete or correct the entry."),
        )
