"""Monitoring and evaluation of a children's development plan: forecasts, judgements, narratives."""

import sys

__version__ = "0.1.0"
# jsonschema would compile a grammar of international addresses on import, which takes a second; nothing here needs it
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
