"""The computation of an evaluation, stage by stage, over tables alone: it knows no folder, no notebook, no document."""

from analysis.pipeline.series import elsewhere, known_by, trend_series
from analysis.pipeline.stages import STAGES, Pipeline

__all__ = ["STAGES", "Pipeline", "elsewhere", "known_by", "trend_series"]
