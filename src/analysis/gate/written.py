"""YAML as it is written: every scalar as its own signs, with its line, so that no code, year or zero is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from analysis.exceptions import Fault, Text, Where

_PLAIN = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
}
_CHECK = Text("请核对该行及其上一行。", "Check that line and the one above it.")


@dataclass(frozen=True)
class Said:
    """What a place of the file says: a text, a list, a mapping by key, or None; and its line."""

    value: str | list[Said] | dict[str, Said] | None
    line: int

    def text(self) -> str | None:
        """Return a text as written; None for what is none, and for an empty one."""
        return self.value.strip() or None if isinstance(self.value, str) else None

    def short(self) -> str:
        """Return it as it may be quoted in a message."""
        if isinstance(self.value, dict):
            inner = ", ".join(f"{key}: {one.text() or '…'}" for key, one in list(self.value.items())[:8])
            return f"{{{inner}}}"[:120]
        if isinstance(self.value, list):
            return f"[{', '.join(one.text() or '…' for one in self.value[:8])}]"[:120]
        return (self.value or "")[:80]


@dataclass
class _Walk:
    file: str
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def said(self, node: Any) -> Said:
        line = node.start_mark.line + 1
        if id(node) in self.seen:
            self.faults.append(self._fault(line, Text("引用（&、*）", "an anchor (& and *)"), _KEYS))
            return Said(None, line)
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return Said(self._scalar(node, line), line)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return Said([self.said(one) for one in node.value], line)
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return Said(self._mapping(node), line)
        self._tag(node.tag, line)
        return Said(None, line)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> str | None:
        if node.tag not in _PLAIN:
            self._tag(node.tag, line)
        return None if node.tag.endswith(":null") else str(node.value)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Said]:
        found: dict[str, Said] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.faults.append(self._fault(line, Text("键不是文字", "a key that is no text"), _KEYS))
            elif name in found:
                first = found[name].line
                text = Text(
                    f"键 {name[:80]} 出现两次（另见第 {first} 行）", f"the key {name[:80]} twice (see line {first})"
                )
                self.faults.append(self._fault(line, text, Text("每个键只出现一次", "each key once")))
            else:
                found[name] = self.said(value)
        return found

    def _tag(self, tag: str, line: int) -> None:
        short = tag.replace("tag:yaml.org,2002:", "!!")[:80]
        self.faults.append(self._fault(line, Text(f"YAML 标签 {short}", f"the YAML tag {short}"), _KEYS))

    def _fault(self, line: int, found: Text, expected: Text) -> Fault:
        return Fault(found, Where(file=self.file, row=line), expected, _CHECK)


_KEYS = Text("只用“键: 值”、列表和文字", "keys with values, lists and text only")


def written(text: str, file: str) -> tuple[Said | None, list[Fault]]:
    """Return what a YAML text says, nothing of it converted, and the faults of its form with their lines."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        walk = _Walk(file)
        return (None, []) if node is None else (walk.said(node), walk.faults)
    except yaml.YAMLError as error:
        return None, [_unreadable(error, text, file)]
    except (RecursionError, ValueError, IndexError) as error:
        return None, [_unreadable(yaml.YAMLError(type(error).__name__), text, file)]


def _unreadable(error: yaml.YAMLError, text: str, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    position = getattr(error, "position", None)
    line = mark.line + 1 if mark is not None else None
    if line is None and isinstance(position, int):
        line = text[:position].count("\n") + 1
    tab = "\\t" in problem or line is not None and "\t" in "".join(text.splitlines()[line - 1 : line])
    return Fault(
        Text(f"YAML 格式有误（{problem}）", f"not YAML ({problem})"),
        Where(file=file, row=line),
        Text("成对的引号、半角冒号和一致的缩进", "quotes in pairs, plain colons and even indentation"),
        Text("请将制表符（Tab）改为空格。", "Write spaces in place of tabs.") if tab else _CHECK,
    )
