"""A bundle is whole, signed, and read with distrust: what no bundle holds is refused before anything is unpacked."""

import json
import shutil
import stat
import subprocess
import zipfile
from types import SimpleNamespace

import pytest
from conftest import WORKBENCH
from rocrate.rocrate import ROCrate

from analysis.exceptions import DataError, EnvironmentFailure, UsageError
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.archive import Limits, read_zip, write_zip
from analysis.runs.reproduction.bundle import write_bundle
from analysis.runs.reproduction.cells import Unreadable
from analysis.runs.reproduction.manifest import MANIFEST, SIGNATURE, check_manifest, new_key
from analysis.runs.reproduction.office import parts_of
from analysis.runs.run import Run


@pytest.fixture(scope="session")
def bundle(national_run, tmp_path_factory):
    """Return the bundle of the national run, and the folder it unpacks to."""
    folder = tmp_path_factory.mktemp("bundle")
    made = write_bundle(Run(national_run[0]), folder / "national.zip")
    return made, folder


@pytest.fixture
def unpacked(bundle, tmp_path):
    names = read_zip(bundle[0].path, tmp_path / "received")
    return tmp_path / "received", names


def test_equal_runs_give_equal_bytes_and_no_time_of_the_build(bundle, national_run, tmp_path):
    again = write_bundle(Run(national_run[0]), tmp_path / "again.zip")
    assert again.sha256 == bundle[0].sha256
    with zipfile.ZipFile(again.path) as archive:
        assert {one.date_time for one in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}


def test_the_time_of_a_bundle_is_the_one_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    write_zip({"a": b"1"}, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].date_time == (2001, 9, 9, 1, 46, 40)


def test_a_bundle_holds_results_inputs_code_and_a_manifest_of_all(unpacked):
    folder, names = unpacked
    for name in ("ro-crate-metadata.json", "run.json", "inputs/plan/plan.yaml", "tables/assessments.csv",
                 "notebooks/04_midterm_evaluation.ipynb", "documents/midterm.pdf", "code/requirements.lock",
                 "code/src/analysis/cli/runs.py", "code/notebooks/04_midterm_evaluation.ipynb"):  # fmt: skip
        assert name in names
    assert not check_manifest(folder, names).faults
    done = subprocess.run(["sha256sum", "--check", "--quiet", MANIFEST], cwd=folder, check=False, capture_output=True)
    assert done.returncode == 0


def test_the_crate_describes_every_file_and_every_notebook_as_an_action(unpacked):
    folder, names = unpacked
    crate = ROCrate(str(folder))
    described = {one.id for one in crate.data_entities}
    assert {name for name in names if not name.startswith(("code/", MANIFEST))} - {
        "ro-crate-metadata.json"
    } <= described
    for one in crate.data_entities:
        assert sha256(folder / one.id) == one["sha256"]
    actions = {one.id: one for one in crate.contextual_entities if one.type == "CreateAction"}
    record = json.loads((folder / "run.json").read_text())
    assert {f"#{one['name']}" for one in record["notebooks"]} < set(actions)
    midterm = actions["#04_midterm_evaluation"]
    assert {one.id for one in midterm["result"]} >= {"documents/midterm.pdf", "notebooks/04_midterm_evaluation.ipynb"}
    assert {one["name"] for one in midterm["object"]} >= {"inputs/plan/targets.csv", "04_midterm_evaluation/lang"}


@pytest.mark.parametrize(
    "name", ["tables/forecasts.csv", "inputs/plan/targets.csv", "run.json", "documents/annual.docx"]
)
def test_a_changed_file_is_named(unpacked, name):
    folder, names = unpacked
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert check_manifest(folder, names).faults == ((name, "changed"),)


def test_missing_and_added_files_are_named(unpacked):
    folder, names = unpacked
    (folder / "new.csv").write_text("1")
    faults = check_manifest(folder, [*(one for one in names if one != "run.json"), "new.csv"]).faults
    assert set(faults) == {("run.json", "missing"), ("new.csv", "unlisted")}
    (folder / MANIFEST).write_text("nonsense")
    assert (MANIFEST, "unreadable") in check_manifest(folder, names).faults


def test_a_signature_is_verified_and_its_signer_compared(national_run, tmp_path):
    mark = new_key(tmp_path / "own.pem")
    new_key(tmp_path / "other.pem")
    assert stat.S_IMODE((tmp_path / "own.pem").stat().st_mode) == 0o600
    with pytest.raises(UsageError):
        new_key(tmp_path / "own.pem")
    write_bundle(Run(national_run[0]), tmp_path / "signed.zip", tmp_path / "own.pem")
    folder = tmp_path / "received"
    names = read_zip(tmp_path / "signed.zip", folder)
    plain = check_manifest(folder, names)
    assert (plain.signature, plain.fingerprint, plain.trusted, plain.faults) == ("valid", mark, False, ())
    assert check_manifest(folder, names, tmp_path / "own.pem.pub").trusted
    assert check_manifest(folder, names, tmp_path / "other.pem.pub").faults
    with pytest.raises(UsageError):
        check_manifest(folder, names, tmp_path / "own.pem")
    lines = (folder / MANIFEST).read_text().replace("a", "b", 1)
    (folder / MANIFEST).write_text(lines)
    assert (SIGNATURE, "signature") in check_manifest(folder, names).faults


def test_an_unsigned_bundle_is_not_what_a_key_was_asked_for(unpacked, tmp_path):
    new_key(tmp_path / "own.pem")
    assert check_manifest(*unpacked, tmp_path / "own.pem.pub").faults


def test_openssl_agrees_with_the_signature(national_run, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    new_key(tmp_path / "own.pem")
    write_bundle(Run(national_run[0]), tmp_path / "signed.zip", tmp_path / "own.pem")
    folder = tmp_path / "received"
    read_zip(tmp_path / "signed.zip", folder)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{MANIFEST}.pub", "-rawin"]
    done = subprocess.run(
        [*command, "-in", MANIFEST, "-sigfile", SIGNATURE], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _zip(path, name="a.txt", content=b"1", **changes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("x", (2026, 1, 1, 0, 0, 0))
        info.filename, info.compress_type = name, changes.pop("compress_type", zipfile.ZIP_DEFLATED)
        for key, value in changes.items():
            setattr(info, key, value)
        archive.writestr(info, content)


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../up.txt", "a/../../up.txt", "a\\..\\b.txt", "C:\\x.txt", "a//b.txt", "./a.txt", "a\nb.txt"],
)
def test_paths_that_lead_elsewhere_are_refused(tmp_path, name):
    _zip(tmp_path / "a.zip", name)
    with pytest.raises(DataError):
        read_zip(tmp_path / "a.zip", tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path, kind):
    _zip(tmp_path / "a.zip", content=b"/etc/passwd", create_system=3, external_attr=(kind | 0o777) << 16)
    with pytest.raises(DataError):
        read_zip(tmp_path / "a.zip", tmp_path / "out")


def test_what_grows_beyond_reason_is_refused_before_it_is_unpacked(tmp_path):
    _zip(tmp_path / "bomb.zip", content=b"\0" * (64 << 20))
    with pytest.raises(DataError) as refused:
        read_zip(tmp_path / "bomb.zip", tmp_path / "out")
    assert "压缩比" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_bundle_the_disk_has_no_room_for_is_refused_before_a_byte_is_written(tmp_path, monkeypatch):
    write_zip({"a.bin": bytes(3 << 20)}, tmp_path / "a.zip")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 << 20))
    with pytest.raises(EnvironmentFailure) as refused:
        read_zip(tmp_path / "a.zip", tmp_path / "out", Limits(growth=10_000))
    assert "2 MB" in refused.value.message("zh") and "4 MB" in refused.value.message("en")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("name", ["theirs.xlsx", "theirs.docx"])
def test_an_office_file_that_grows_beyond_reason_is_not_read(tmp_path, name):
    _zip(tmp_path / name, content=b"0" * (300 << 20))
    with pytest.raises(Unreadable) as refused:
        parts_of(tmp_path / name)
    assert refused.value.feature == "too_large"


@pytest.mark.parametrize("limits", [Limits(files=1), Limits(file=100), Limits(all=150)])
def test_too_many_and_too_large_files_are_refused(tmp_path, limits):
    write_zip({"a.bin": bytes(range(100)), "b.bin": bytes(range(101))}, tmp_path / "a.zip")
    with pytest.raises(DataError):
        read_zip(tmp_path / "a.zip", tmp_path / "out", limits)


def test_a_file_larger_than_its_header_says_is_refused(tmp_path):
    write_zip({"a.bin": bytes(200) + bytes(range(200))}, tmp_path / "a.zip")
    content = bytearray((tmp_path / "a.zip").read_bytes())
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DataError):
        read_zip(tmp_path / "a.zip", tmp_path / "out")


def test_names_that_are_one_file_elsewhere_are_refused(tmp_path):
    write_zip({"a.txt": b"1", "A.txt": b"2"}, tmp_path / "a.zip")
    with pytest.raises(DataError):
        read_zip(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused_or_has_no_manifest(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    try:
        names = read_zip(tmp_path / "a.zip", tmp_path / "out")
    except DataError:
        return
    assert (MANIFEST, "unreadable") in check_manifest(tmp_path / "out", names).faults


def test_a_cut_bundle_is_refused_and_leaves_nothing(bundle, tmp_path):
    content = bundle[0].path.read_bytes()
    (tmp_path / "cut.zip").write_bytes(content[: len(content) // 2])
    done = subprocess.run(
        [str(WORKBENCH), "reproduce", str(tmp_path / "cut.zip"), "--out", str(tmp_path / "out")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "损坏" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_run_that_has_not_ended_cannot_be_bundled(national_run, tmp_path):
    shutil.copytree(national_run[0], tmp_path / "run")
    (tmp_path / "run" / "ro-crate-metadata.json").unlink()
    with pytest.raises(UsageError):
        write_bundle(Run(tmp_path / "run"), tmp_path / "a.zip")
