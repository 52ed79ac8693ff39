"""Imports run downwards only, and nothing in the code knows a district."""

import ast
from pathlib import Path

import analysis

SRC = Path(analysis.__file__).parent
LAYERS = [
    {"exceptions"},
    {"places", "formats", "marks", "sketch"},
    {"document"},
    {"gate"},
    {"schema"},
    {"plan"},
    {"data"},
    {"models"},
    {"evaluation"},
    {"assessment"},
    {"effects"},
    {"narrative"},
    {"pipeline"},
    {"export"},
    {"runs"},
    {"explore"},
    {"library"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def _modules():
    return sorted(SRC.rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def _imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            parts = (node.module or "").split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]


def test_every_room_has_a_layer():
    rooms = {_room(path) for path in _modules()} - {"__init__"}
    assert rooms <= set(RANK)


def test_imports_run_downwards():
    wrong = [
        (str(path.relative_to(SRC)), target)
        for path in _modules()
        for target in _imports(path)
        if target in RANK and _room(path) in RANK and RANK[target] > RANK[_room(path)]
    ]
    assert not wrong


def test_models_know_no_files_and_no_plan():
    for path in (SRC / "models").glob("*.py"):
        assert not {"plan", "data"} & set(_imports(path))
        assert "open(" not in path.read_text(encoding="utf-8")


def test_assessment_fits_no_model():
    for path in (SRC / "assessment").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "statsmodels" not in text
        assert "models.forecasting" not in text


def test_the_code_knows_no_district():
    for path in [*_modules(), *SRC.rglob("*.j2"), *SRC.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        for name in ("铁西", "鞍山", "Tiexi", "tiexi", "Anshan", "210303"):
            assert name not in text, (path.name, name)


def test_functions_fit_a_screen_and_files_stay_short():
    for path in _modules():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 300, path.name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 80, (path.name, node.name)
