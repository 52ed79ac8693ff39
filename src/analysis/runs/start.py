"""What a process of the project's own does before anything else; nothing that is imported does it for its host."""

from __future__ import annotations

import os
import sys


def start() -> None:
    """Set this process up: one BLAS thread, and no second lost on import; to be called before numpy is imported.

    Two BLAS threads slow 14-point series tenfold. `jsonschema` would compile a grammar of international addresses when
    it is first imported, which takes a second; nothing here needs it, and `jsonschema` does without it.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
