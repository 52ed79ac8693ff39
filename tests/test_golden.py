"""The demo district's verdicts and alerts are those that were read and kept: a change of a number is seen."""

import pandas as pd
import pytest
from golden.renew import COLUMNS, HERE, golden


@pytest.mark.parametrize("name", COLUMNS)
def test_the_demo_run_gives_the_golden_tables(demo_run, name):
    kept, now = pd.read_csv(HERE / f"{name}.csv"), golden(demo_run[0], name)
    pd.testing.assert_frame_equal(now, kept, rtol=1e-6, atol=1e-9)
