"""What a batch of series says about the trend's parameters: empirical Bayes over the grid."""

from __future__ import annotations

import numpy as np

from analysis.models.series import Array

_ROUNDS = 40


def learn(log_likelihood: Array, prior: Array, strength: float) -> Array:
    """Return the grid's weights after seeing the series of one group.

    The weights of the grid points are the mixing proportions of a finite mixture with known components,
    estimated by expectation-maximisation with a Dirichlet prior of mean `prior` and total `strength`.

    Parameters
    ----------
    log_likelihood : float array, shape (n, k)
    prior : float array, shape (k,), adding to one
    strength : float
        How many series the prior weighs as much as.

    Returns
    -------
    float array, shape (k,), adding to one

    References
    ----------
    Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", JRSS B 39 (1977);
    Robbins, "An empirical Bayes approach to statistics" (1956).
    """
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    weights = prior
    for _ in range(_ROUNDS):
        total = likelihood @ weights
        counted = weights * (likelihood.T @ (1.0 / np.maximum(total, 1e-300)))
        weights = (counted + strength * prior) / (len(likelihood) + strength)
    return np.asarray(weights)


def posterior(log_likelihood: Array, weights: Array) -> Array:
    """Return each series' own weights: the group's weights times its likelihood, rows adding to one."""
    own = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True)) * weights
    return np.asarray(own / own.sum(axis=1, keepdims=True))
