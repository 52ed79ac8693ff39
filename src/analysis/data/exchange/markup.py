"""SDMX-ML as rows: structure-specific and generic data, attributes on every level, read without a tree in memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException  # the type alone; files are parsed by defusedxml
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import InputSource

from defusedxml import sax
from defusedxml.common import DefusedXmlException

from analysis.data.exchange.columns import (
    AGENCY,
    ASIDE,
    FLOW,
    NAMES,
    canonical,
    guarded,
    is_foreign,
    no_data,
    taken,
)
from analysis.data.exchange.levels import ACTION, Observed
from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.places import shown

_DATA = (
    "StructureSpecificData",
    "StructureSpecificTimeSeriesData",
    "GenericData",
    "GenericTimeSeriesData",
)
_OTHERS = {
    "Structure": Text("数据结构文件，不是数据", "a structure file, not data"),
    "RegistryInterface": Text("注册系统的应答，不是数据", "a response of a registry, not data"),
    "SubmitStructureResponse": Text("注册系统的应答，不是数据", "a response of a registry, not data"),
    "GenericMetadata": Text("元数据文件，不是数据", "a metadata file, not data"),
    "StructureSpecificMetadata": Text("元数据文件，不是数据", "a metadata file, not data"),
    "MetadataSet": Text("元数据文件，不是数据", "a metadata file, not data"),
    **dict.fromkeys(
        ("CompactData", "UtilityData", "CrossSectionalData"), Text("SDMX 2.0 数据文件", "data of SDMX 2.0")
    ),
}
# of a data set and of elements, and no components of the data
_CONTROL = {
    "type", "schemaLocation", "dataScope", "structureRef", "setID", "validFromDate", "validToDate", "publicationYear",
    "publicationPeriod", "reportingBeginDate", "reportingEndDate", "lang",
}  # fmt: skip
_LEVELS = ("DataSet", "Group", "Atts", "Series", "Obs")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NOBODY = ("", "none", "unknown", "na", "n/a")


def sdmx_rows(path: Path, known: Collection[str] = ()) -> list[list[Any]]:
    """Return the observations of an SDMX-ML file as rows with a header, as `forms.reading` takes them.

    Structure-specific data of 2.1 and 3.0 and generic data of 2.1; of several levels the nearest counts (observation,
    series, group, data set). Without a SOURCE the sender in the header is the source.

    Parameters
    ----------
    path : Path
    known : collection of str
        Ids of indicators and areas known here, for files that do not use the workbench's codes.

    Returns
    -------
    list of rows
        The header, then a row an observation: `NAMES`, what else was sent, and `SET_ASIDE`, which says why a row is
        no data (rows to delete, multiplied values, components not known here).

    Raises
    ------
    DataError
        The file is no SDMX-ML data (with what it is), is damaged, or holds declarations of entities.
    """
    message = _Message(path)
    parser = sax.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(message)
    source = InputSource()
    try:
        with path.open(encoding=_encoding(path), newline="") as stream:
            source.setCharacterStream(stream)
            parser.parse(source)
    except DefusedXmlException:
        raise no_sdmx(path, Text("含有实体或 DTD 声明", "declarations of entities or a DTD")) from None
    except SAXParseException as error:
        found = Text(f"XML 有误（{error.getMessage()}）", f"broken XML ({error.getMessage()})")
        raise no_sdmx(path, found, error.getLineNumber()) from None
    except (UnicodeError, LookupError):
        raise no_sdmx(path, Text("文字编码与声明不符", "not in the encoding it declares")) from None
    if not message.observed.rows:
        raise no_sdmx(path, Text("数据文件中没有一个观测值（Obs）", "a data file without one observation (Obs)"))
    return _table(message, known)


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(400)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = _DECLARED.match(head)
    name = found[1].decode("ascii").lower() if found else "utf-8"
    return {"utf-8": "utf-8-sig", "gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)


def _table(message: _Message, known: Collection[str]) -> list[list[Any]]:
    names = message.observed.names
    others = [name for name in names if name not in NAMES and name != ACTION]
    foreign = [name for name in others if is_foreign(name)]
    place = {name: j for j, name in enumerate(names)}
    out: list[list[Any]] = [[*NAMES, *others, ASIDE]]
    for row in message.observed.rows:
        cells = {name: row[j] or "" if j < len(row) else "" for name, j in place.items()}
        if not cells["SOURCE"] and message.sender.lower() not in _NOBODY:
            cells["SOURCE"] = message.sender
        why = no_data(cells.get(ACTION) or message.action, {name: cells[name] for name in foreign})
        out.append([*(guarded(n, taken(n, cells[n], message.ours, known)) for n in (*NAMES, *others)), why])
    return out


class _Message(ContentHandler):
    """Takes the elements of a message one after the other; only the rows are kept."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.observed = path, Observed()
        self.sender, self.action, self.ours = "", "", False
        self._open: list[str] = []
        self._text: list[str] = []
        self._component, self._at = "", "TIME_PERIOD"
        self._error = ""

    def startElement(self, name: str, attrs: Any) -> None:
        """Take the start of an element."""
        local = name.rpartition(":")[2]
        own = {key: value for key, value in attrs.items() if key != "xmlns" and not key.startswith("xmlns:")}
        if not self._open:
            self._root(local, dict(attrs.items()))
        self._open.append(local)
        self._text = []
        if "Header" in self._open:
            self._header(local, own)
        elif local == "ErrorMessage":
            self._error = own.get("code", "")
        elif "DataSet" in self._open and "Annotations" not in self._open:
            self._data(local, own)

    def characters(self, content: str) -> None:
        """Take text."""
        self._text.append(content)

    def endElement(self, name: str) -> None:
        """Take the end of an element."""
        local, text = self._open.pop(), "".join(self._text).strip()
        if "Header" in self._open:
            self.action = text if local == "DataSetAction" else self.action
            self.ours = self.ours or f"{AGENCY}:{FLOW}(" in text
        elif "ErrorMessage" in self._open and local == "Text" and text:
            self._error += f" {text}"
        elif not self._open and local == "Error":
            raise self._no(Text(f"错误信息，不是数据：{self._error}", f"an error message, not data: {self._error}"))
        elif local in _LEVELS and ("DataSet" in self._open or local == "DataSet"):
            self.observed.close()
        elif local == "Value" and self._component and text:
            self.observed.put(self._component, text, more=True)
        elif local == "Comp":
            self._component = ""
        self._text = []

    def _root(self, local: str, attrs: dict[str, str]) -> None:
        if local == "Error":
            return
        if local in _OTHERS:
            raise self._no(_OTHERS[local])
        if local not in _DATA:
            raise self._no(Text(f"根元素为 {local}，不是 SDMX-ML", f"the root element {local}, no SDMX-ML"))
        if any("/v2_0/" in value for value in attrs.values()):
            raise self._no(_OTHERS["CompactData"])

    def _header(self, local: str, own: dict[str, str]) -> None:
        if local == "Sender" and not self.sender:
            self.sender = own.get("id", "")
        if own.get("agencyID") == AGENCY and own.get("id") == FLOW:
            self.ours = True
        if own.get("dimensionAtObservation", "AllDimensions") != "AllDimensions":
            self._at = canonical(own["dimensionAtObservation"])

    def _data(self, local: str, own: dict[str, str]) -> None:
        if local in _LEVELS:
            self.observed.open("Group" if local == "Atts" else local)
            said = {key.rpartition(":")[2]: value for key, value in own.items()}
            for id in sorted(said.keys() - _CONTROL, key=lambda id: id not in NAMES):  # the exact names first
                self._say(ACTION if id == "action" else id, said[id])
        elif local == "Comp":
            self._component = canonical(own.get("id", ""))
        elif local == "Value" and "id" in own and not self._component:
            self._say(own["id"], own.get("value", ""), key=self._open[-2].endswith("Key"))
        elif local == "ObsDimension":
            self.observed.put(canonical(own.get("id", self._at)), own.get("value", ""))
        elif local == "ObsValue":
            self.observed.put("OBS_VALUE", own.get("value", ""))

    def _say(self, id: str, value: str, key: bool = False) -> None:
        """Take a component by the name it has here; its own where that was told already, unless both are notes."""
        name = canonical(id)
        if name != id and name != "NOTE" and self.observed.told(name):
            name = id
        self.observed.put(name, value, key, more=name == "NOTE")

    def _no(self, found: Text) -> DataError:
        locator: Any = getattr(self, "_locator", None)  # set by the parser
        return no_sdmx(self.path, found, locator.getLineNumber() if locator else None)


def no_sdmx(path: Path, found: Text, line: int | None = None) -> DataError:
    """Return the fault of a file that is no SDMX-ML data, with what it is."""
    return wrong_data(
        found,
        Where(file=shown(path), row=line),
        Text("SDMX-ML 2.1 或 3.0 数据文件，不含外部实体", "an SDMX-ML data file (2.1 or 3.0) without entities"),
        Text("请由发送方的系统重新导出数据，或改用 SDMX-CSV。", "Export the data again, or use SDMX-CSV."),
    )
