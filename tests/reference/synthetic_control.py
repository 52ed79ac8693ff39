"""Reference numbers for the synthetic control and the difference in differences, by published packages.

Run in an environment of its own (the packages are not dependencies of this project):

    pip install pysyncon==1.7.0 synthdid-py==0.1.0
    python tests/reference/synthetic_control.py > tests/reference/synthetic_control.json

The data are data/examples/cigarette_sales_us.csv: California took the measure in 1989. pysyncon fits the weights on the
yearly values before with equal weight each; synthdid-py is a port of the R package synthdid of Arkhangelsky et al.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from pysyncon import Synth
from synthdid import did_estimate, sc_estimate

DATA = Path(__file__).resolve().parents[2] / "data" / "examples" / "cigarette_sales_us.csv"
panel = pd.read_csv(DATA).pivot(index="time_period", columns="ref_area", values="obs_value")
own, donors = panel["California"], panel.drop(columns="California")
since = panel.index >= 1989

synth = Synth()
synth.fit(X0=donors[~since], X1=own[~since], Z0=donors[~since], Z1=own[~since], custom_V=np.ones((~since).sum()))
weights = pd.Series(np.asarray(synth.W, float), index=donors.columns)
gap = own - donors @ weights

ordered = np.vstack([donors.to_numpy().T, own.to_numpy()])
n0, t0 = donors.shape[1], int((~since).sum())
out = {
    "versions": {name: version(name) for name in ("pysyncon", "synthdid-py", "numpy", "scipy")},
    "pysyncon": {
        "weights": {name: round(float(w), 6) for name, w in weights.items() if w > 1e-4},
        "effect": round(float(gap[since].mean()), 6),
        "misfit_before": round(float(np.sqrt((gap[~since] ** 2).mean())), 6),
    },
    "synthdid": {
        "sc_estimate": round(float(sc_estimate(ordered, n0, t0)), 6),
        "did_estimate": round(float(did_estimate(ordered, n0, t0)), 6),
    },
}
print(json.dumps(out, indent=1))
