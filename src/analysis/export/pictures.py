"""Pictures in a form a writer can draw: Word knows no SVG, typst draws it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from analysis.document.spans import Image
from analysis.export.theme import font_file

_FINE = 200  # dots per inch


def for_word(images: Sequence[Image]) -> bytes:
    """Return the best of several forms of one picture that Word can draw; of SVG alone, a drawing of it."""
    found = next((one for one in images if one.media != "image/svg+xml"), None)
    return found.data if found is not None else rasterised(images[0])


def rasterised(image: Image) -> bytes:
    """Return an SVG picture as PNG."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "p.svg").write_bytes(image.data)
        (root / "main.typ").write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("p.svg")')
        made = typst.compile(
            str(root / "main.typ"),
            root=folder,
            format="png",
            ppi=_FINE,
            font_paths=[str(font_file().parent)],
            ignore_system_fonts=True,
        )
    return bytes(made)
