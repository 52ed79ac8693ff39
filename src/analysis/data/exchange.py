"""District to city to province: SDMX structures, SDMX-ML and SDMX-CSV, and what counts add up to."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import sdmx
from defusedxml import ElementTree
from sdmx.message import DataMessage, StructureMessage
from sdmx.model import common, v21

from analysis.data.forms.labels import LABELS, STATUS_LABELS, STATUS_LABELS_EN, breakdown_name
from analysis.data.forms.safety import safe_cell
from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.places import shown
from analysis.plan import Plan
from analysis.schema import OBSERVATIONS, TOTAL

AGENCY, FLOW = "CHILD_PLAN", "CHILD_INDICATORS"
DIMENSIONS = ("INDICATOR", "REF_AREA", "SEX", "AGE", "RESIDENCE", "GROUP", "SOURCE", "VINTAGE", "TIME_PERIOD")
ATTRIBUTES = ("NUMERATOR", "DENOMINATOR", "UNIT_MEASURE", "OBS_STATUS", "NOTE")
_COLUMN = {**{name: name.lower() for name in (*DIMENSIONS, *ATTRIBUTES)}, "UNIT_MEASURE": "unit"}

_TITLE = Text("儿童发展规划监测指标", "Indicators of the children's development plan")
_LISTS = {
    "INDICATOR": Text("指标", "Indicators"),
    "REF_AREA": Text("地区", "Areas"),
    "OBS_STATUS": Text("数据状态", "Observation status"),
    "SEX": Text("性别", "Sex"),
    "AGE": Text("年龄", "Age"),
    "RESIDENCE": Text("城乡", "Residence"),
}


def structure(plan: Plan, areas: pd.DataFrame) -> StructureMessage:
    """Return the data structure definition and codelists: indicators, areas (GB/T 2260), breakdowns, OBS_STATUS."""
    agency = common.Agency(id=AGENCY)
    lists: dict[str, dict[str, Text]] = {
        "INDICATOR": {one.id: one.name for one in plan.indicators},
        "REF_AREA": {row["code"]: Text(row["name_zh"], row["name_en"]) for row in areas.to_dict("records")},
        "OBS_STATUS": {code: Text(label, STATUS_LABELS_EN[code]) for code, label in STATUS_LABELS.items()},
        **{
            name.upper(): {TOTAL: Text("合计", "Total"), **{code: breakdown_name(name, code) for code in LABELS[name]}}
            for name in ("sex", "age", "residence")
        },
    }
    message = StructureMessage()
    codelists = {}
    for name, codes in lists.items():
        made: Any = common.Codelist(id=f"CL_{name}", maintainer=agency, version="1.0", name=_both(_LISTS[name]))
        for code, label in codes.items():
            made.append(common.Code(id=code.replace(".", "-"), name=_both(label)))
        message.codelist[made.id] = codelists[name] = made
    dsd = _dsd(agency)
    for component in [*dsd.dimensions, *dsd.attributes]:
        if component.id in codelists:
            component.local_representation = common.Representation(enumerated=codelists[component.id])
    message.structure[dsd.id] = dsd
    return message


def write_structure(plan: Plan, areas: pd.DataFrame, path: Path) -> None:
    """Write the data structure definition and its codelists as SDMX-ML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(sdmx.to_xml(structure(plan, areas), pretty_print=True))
    aside.replace(path)


def _both(text: Text) -> dict[str, str]:
    """Return a name by language, as SDMX keeps it (xml:lang)."""
    return {"zh": text.zh, "en": text.en}


def _dsd(agency: common.Agency) -> Any:
    dsd: Any = v21.DataStructureDefinition(id=FLOW, maintainer=agency, version="1.0", name=_both(_TITLE))
    for name in DIMENSIONS[:-1]:
        dsd.dimensions.append(common.Dimension(id=name))
    dsd.dimensions.append(common.TimeDimension(id="TIME_PERIOD"))
    dsd.measures.append(v21.PrimaryMeasure(id="OBS_VALUE"))
    for name in ATTRIBUTES:
        dsd.attributes.append(common.DataAttribute(id=name, related_to=v21.PrimaryMeasureRelationship()))
    return dsd


def export(observations: pd.DataFrame, path: Path) -> None:
    """Write observations as SDMX-CSV (.csv) or SDMX-ML (.xml), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    if path.suffix.lower() == ".xml":
        aside.write_bytes(sdmx.to_xml(_message(observations), pretty_print=False))
    else:
        with aside.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES])
            for row in _cells(observations):
                cells = [row[name] for name in (*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)]
                writer.writerow(["dataflow", f"{AGENCY}:{FLOW}(1.0)", "R", *map(safe_cell, cells)])
    aside.replace(path)


def _cells(observations: pd.DataFrame) -> Iterator[dict[str, str]]:
    for row in observations.astype(object).where(observations.notna(), None).to_dict("records"):
        named = {name: row[column] for name, column in {**_COLUMN, "OBS_VALUE": "obs_value"}.items()}
        yield {name: _plain(value) for name, value in named.items()}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return format(value, ".15g") if isinstance(value, float) else str(value)


def _message(observations: pd.DataFrame) -> DataMessage:
    dsd = _dsd(common.Agency(id=AGENCY))
    data: Any = v21.StructureSpecificDataSet(structured_by=dsd)
    made = []
    for row in _cells(observations):
        key = dsd.make_key(common.Key, {name: row[name] for name in DIMENSIONS})
        attributes = {
            name: common.AttributeValue(value=row[name], value_for=dsd.attributes.get(name))
            for name in ATTRIBUTES
            if row[name]
        }
        made.append(v21.Observation(dimension=key, value=row["OBS_VALUE"] or None, attached_attribute=attributes,
                                    value_for=dsd.measures[0]))  # fmt: skip
    data.add_obs(made)
    message = DataMessage(data=[data], observation_dimension=common.AllDimensions)
    message.header.id = FLOW
    return message


def sdmx_rows(path: Path) -> list[list[Any]]:
    """Return the observations of an SDMX-ML file as rows with a header, as `forms.reading` takes them.

    Structure-specific and generic data, version 2.1; attributes and dimensions by their ids.

    Raises
    ------
    DataError
        The file is no SDMX-ML, or holds declarations of entities.
    """
    try:
        root = ElementTree.parse(path, forbid_dtd=True).getroot()
    except Exception as error:
        raise _no_sdmx(path, type(error).__name__) from None
    rows = [_observed(element) for element in root.iter() if _local(element.tag) == "Obs"]
    if not rows:
        raise _no_sdmx(path, "no Obs")
    header = [*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES]
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _observed(element: Any) -> dict[str, str]:
    """Return one observation's cells: XML attributes (structure-specific) or Value elements (generic)."""
    found = {_local(name): value for name, value in element.attrib.items()}
    for part in element.iter():
        if _local(part.tag) == "Value" and "id" in part.attrib:
            found[part.attrib["id"]] = part.attrib.get("value", "")
        elif _local(part.tag) in ("ObsValue", "ObsDimension"):
            found["OBS_VALUE" if _local(part.tag) == "ObsValue" else "TIME_PERIOD"] = part.attrib.get("value", "")
    return found


def _no_sdmx(path: Path, what: str) -> DataError:
    return wrong_data(
        Text(f"不是可读的 SDMX-ML（{what}）", f"no SDMX-ML that can be read ({what})"),
        Where(file=shown(path)),
        Text("SDMX-ML 2.1 数据文件，不含外部实体", "an SDMX-ML 2.1 data file without entities"),
        Text("请由上级系统重新导出，或改用 SDMX-CSV。", "Export it again, or use SDMX-CSV."),
    )


assert {_COLUMN.get(name, name) for name in (*DIMENSIONS, *ATTRIBUTES)} | {"obs_value"} == set(OBSERVATIONS.names)
