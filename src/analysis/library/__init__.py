"""The door: an evaluation, its documents and forecasts for whoever writes Python; `analysis` itself offers them."""

from analysis.library.documents import Document, report
from analysis.library.evaluation import Evaluation
from analysis.library.forecasting import forecast
from analysis.library.opening import evaluate, open, read_data

__all__ = ["Document", "Evaluation", "evaluate", "forecast", "open", "read_data", "report"]
