"""The data structure definition and its codelists, complete for a plan, its areas and the data that go out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import sdmx
from sdmx.message import StructureMessage
from sdmx.model import common, v21

from analysis.data.exchange.codes import encode
from analysis.data.exchange.columns import AGENCY, ATTRIBUTES, COLUMN, DIMENSIONS, FLOW, NAMES, VERSION
from analysis.data.forms.labels import LABELS, STATUS_LABELS, breakdown_name
from analysis.exceptions import Text
from analysis.formats import unit_name
from analysis.places import whole
from analysis.plan import Plan
from analysis.schema import OBSERVATIONS, TOTAL

_CHINESE = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_NAMES = {
    "INDICATOR": Text("指标", "Indicator"),
    "REF_AREA": Text("地区", "Reference area"),
    "SEX": Text("性别", "Sex"),
    "AGE": Text("年龄", "Age"),
    "RESIDENCE": Text("城乡", "Residence"),
    "GROUP": Text("群体", "Group"),
    "SOURCE": Text("来源", "Source"),
    "VINTAGE": Text("报送批次", "Vintage"),
    "TIME_PERIOD": Text("年份", "Time period"),
    "OBS_VALUE": Text("数值", "Observation value"),
    "NUMERATOR": Text("分子", "Numerator"),
    "DENOMINATOR": Text("分母", "Denominator"),
    "UNIT_MEASURE": Text("计量单位", "Unit of measure"),
    "OBS_STATUS": Text("数据状态", "Observation status"),
    "NOTE": Text("说明", "Note"),
}
_LISTS = {"UNIT_MEASURE": "CL_UNIT"}  # codelists are called after their component otherwise
_TYPES = {
    **dict.fromkeys(("OBS_VALUE", "NUMERATOR", "DENOMINATOR"), common.FacetValueType.double),
    "TIME_PERIOD": common.FacetValueType.observationalTimePeriod,
}
_MANDATORY = ("UNIT_MEASURE", "OBS_STATUS")


def structure(plan: Plan, areas: pd.DataFrame, observations: pd.DataFrame | None = None) -> StructureMessage:
    """Return the data structure definition with concepts, codelists and data flow.

    Parameters
    ----------
    plan : Plan
        Defines the indicators.
    areas : DataFrame
        An `AREAS` table.
    observations : DataFrame, optional
        Data whose areas, ages, groups and units are in the codelists too, where nothing else names them. Indicators,
        sexes, residences and statuses are those defined, whatever the data hold.
    """
    agency = common.Agency(id=AGENCY)
    concepts: Any = common.ConceptScheme(id="CS_OBSERVATIONS", maintainer=agency, version=VERSION, name=_both(_TITLE))
    for name in NAMES:
        concepts.append(common.Concept(id=name, name=_both(_NAMES[name])))
    dsd = _dsd(agency, plan)
    message = StructureMessage()
    message.concept_scheme[concepts.id] = concepts
    codelists = {}
    for name, codes in _codes(plan, areas, OBSERVATIONS.empty() if observations is None else observations).items():
        id = _LISTS.get(name, f"CL_{name}")
        made: Any = common.Codelist(id=id, maintainer=agency, version=VERSION, name=_both(_NAMES[name]))
        for code, label in codes.items():
            made.append(common.Code(id=encode(code), name=_both(label)))
        message.codelist[made.id] = codelists[name] = made
    for component in [*dsd.dimensions, *dsd.attributes, *dsd.measures]:
        component.concept_identity = concepts[component.id]
        component.local_representation = _representation(component.id, codelists)
    message.structure[dsd.id] = dsd
    flow: Any = v21.DataflowDefinition(
        id=FLOW, maintainer=agency, version=VERSION, name=_both(plan.title), structure=dsd
    )
    message.dataflow[flow.id] = flow
    message.header.id = FLOW
    message.header.sender = common.Agency(id=encode(plan.area))
    return message


def write_structure(
    plan: Plan, areas: pd.DataFrame, path: Path, observations: pd.DataFrame | None = None
) -> StructureMessage:
    """Write the data structure definition and its codelists (`structure`) as SDMX-ML, and return them."""
    made = structure(plan, areas, observations)
    write_message(made, path)
    return made


def write_message(message: StructureMessage, path: Path) -> None:
    """Write a structure as SDMX-ML, whole or not at all."""
    with whole(path) as aside:
        aside.write_bytes(sdmx.to_xml(message, pretty_print=True))


_TITLE = Text("监测指标观测值", "Observations of monitored indicators")


def _codes(plan: Plan, areas: pd.DataFrame, observations: pd.DataFrame) -> dict[str, dict[str, Text]]:
    """Return the codes of each codelist by component, as ids with their names."""
    lists: dict[str, dict[str, Text]] = {
        "INDICATOR": {one.id: one.name for one in plan.indicators},
        "REF_AREA": {
            plan.area: plan.area_name,
            **{row["code"]: Text(row["name_zh"], row["name_en"]) for row in areas.to_dict("records")},
        },
        "UNIT_MEASURE": {one.unit: Text(unit_name(one.unit), unit_name(one.unit, "en")) for one in plan.indicators},
        "OBS_STATUS": STATUS_LABELS,
    }
    for name in LABELS:
        named = {code: breakdown_name(name, code) for code in LABELS[name]}
        lists[name.upper()] = {TOTAL: Text("合计", "Total"), **named}
    for name in ("REF_AREA", "AGE", "GROUP", "UNIT_MEASURE"):
        for code in sorted(observations[COLUMN[name]].unique()):
            if code:
                fallback = (unit_name(code), unit_name(code, "en")) if name == "UNIT_MEASURE" else (code, code)
                lists[name].setdefault(code, Text(*fallback))
    return lists


def _both(text: Text) -> dict[str, str]:
    """Return a name by language, as SDMX keeps it (xml:lang); an English name that is Chinese is left out."""
    names = {"zh": text.zh, "en": text.en}
    return {lang: name for lang, name in names.items() if name and (lang == "zh" or not _CHINESE.search(name))}


def _dsd(agency: common.Agency, plan: Plan) -> Any:
    dsd: Any = v21.DataStructureDefinition(id=FLOW, maintainer=agency, version=VERSION, name=_both(plan.title))
    for name in DIMENSIONS[:-1]:
        dsd.dimensions.append(common.Dimension(id=name))
    dsd.dimensions.append(common.TimeDimension(id="TIME_PERIOD"))
    dsd.measures.append(v21.PrimaryMeasure(id="OBS_VALUE"))
    for name in ATTRIBUTES:
        status = common.UsageStatus.mandatory if name in _MANDATORY else common.UsageStatus.conditional
        dsd.attributes.append(
            common.DataAttribute(id=name, related_to=v21.PrimaryMeasureRelationship(), usage_status=status)
        )
    return dsd


def _representation(name: str, codelists: dict[str, Any]) -> common.Representation:
    if name in codelists:
        return common.Representation(enumerated=codelists[name])
    kind = _TYPES.get(name, common.FacetValueType.string)
    return common.Representation(non_enumerated=[common.Facet(value_type=kind)])
