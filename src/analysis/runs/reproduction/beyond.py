"""What a level does not prove, gathered for the opinion: the inputs beside references, a sample, and who signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.exceptions import Text, Where, usage
from analysis.runs.files import write_table
from analysis.runs.reproduction.inputs_truth import changes_table, truth_of
from analysis.runs.reproduction.known_keys import KnownKey, known_keys, signer
from analysis.runs.reproduction.manifest import Integrity
from analysis.runs.reproduction.received import read_or_why
from analysis.runs.reproduction.references import Reference, given_references
from analysis.runs.reproduction.sampling import sample_of, write_sample

CHANGES = "input_changes.csv"


@dataclass(frozen=True)
class Asked:
    """What an assessor asks beyond the level.

    Attributes
    ----------
    against : tuple of Path
        Earlier runs, bundles, plans, data or rules to compare with, beside what is installed.
    seed, sample : int, optional
        Of the sample to trace by hand; the seed follows from the bundle, the size from what it is to find.
    headline : bool
        Judge the run again with the references where they differ.
    keys : Path, optional
        The list of known keys; that of the workspace without it.
    """

    against: tuple[Path, ...] = ()
    seed: int | None = None
    sample: int | None = None
    headline: bool = True
    keys: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """What was asked, read and found in order before anything was unpacked."""

    asked: Asked
    references: list[Reference]
    keys: list[KnownKey]


def prepare(asked: Asked) -> Prepared:
    """Read what the assessor names.

    Raises
    ------
    UsageError
        A path of `against` holds nothing to compare with, or the size of the sample is none.
    DataError
        A reference or the list of known keys breaks its gate.
    """
    if asked.sample is not None and asked.sample < 1 or asked.seed is not None and asked.seed < 0:
        raise usage(
            Text("样本量或种子不可用", "the size of the sample or the seed cannot be used"),
            Where(item="--sample, --seed"),
            Text("样本量至少为1，种子不小于0", "a sample of at least 1, a seed of at least 0"),
            Text("请更正 --sample 或 --seed。", "Correct --sample or --seed."),
        )
    return Prepared(asked, given_references(asked.against), known_keys(asked.keys))


def beyond(
    prepared: Prepared, folder: Path, names: tuple[str, str], integrity: Integrity, key: Path | None, bundle_sha256: str
) -> Mapping[str, Any]:
    """Return the facts of what the level does not prove, and write their tables.

    Parameters
    ----------
    folder : Path
        Of the reproduction.
    names : (str, str)
        Of the unpacked bundle and of the run made again, within it.
    integrity : Integrity
        What the check of the manifest found.
    key : Path, optional
        The public key the bundle has to be signed with.
    """
    received, again, asked = folder / names[0], folder / names[1], prepared.asked
    own = read_or_why(received)
    inputs, changes = truth_of(own, received, again, prepared.references, asked.headline)
    sample, drawn = sample_of(own, received, again, changes, bundle_sha256, asked.seed, asked.sample)
    write_table(changes_table(changes), folder / CHANGES)
    write_sample(sample, drawn, folder)
    signed = signer(integrity.fingerprint, integrity.signature, key, integrity.trusted, prepared.keys)
    return {"inputs": inputs, "sample": sample, "signer": signed}
