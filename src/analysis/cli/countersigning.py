"""`workbench countersign` and `workbench verify`: an assessor signs an opinion, and anybody verifies it later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say

if TYPE_CHECKING:
    from analysis.runs.reproduction.countersign import Verified


@app.command()
def countersign(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="workbench reproduce 的文件夹 / its folder")],
    key: Annotated[Path, typer.Option(help="私钥（PEM） / private key")],
    who: Annotated[str, typer.Option(help="签署人 / who signs")],
    org: Annotated[str, typer.Option(help="所在机构 / organisation")] = "",
    lang: LangOption = Language.zh,
) -> None:
    """副署复现意见，另存为一个文件 / countersign an opinion, in a file of its own."""
    from analysis.places import shown
    from analysis.runs.reproduction.countersign import countersign as sign

    path = sign(folder, key, who, org)
    say(f"{'副署' if lang.value == 'zh' else 'countersigned'} {shown(path)}")


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="副署文件或其文件夹 / a countersignature or its folder")],
    key: Annotated[Path | None, typer.Option(help="应由此公钥签署（PEM） / the public key expected")] = None,
    known_keys: Annotated[Path | None, typer.Option(help="已知公钥名单 / list of known keys")] = None,
    lang: LangOption = Language.zh,
) -> None:
    """核验副署：文件是否未变、由谁签署 / verify a countersignature: which files are unchanged, who signed."""
    from analysis.runs.reproduction.countersign import verify as check
    from analysis.runs.reproduction.known_keys import known_keys as listed

    known = {one.fingerprint: one.name for one in listed(known_keys)}
    found = check(path, key)
    for one in found:
        _tell(one, known.get(one.fingerprint, ""), lang.value == "zh")
    # with a key named, one has to be by it; those of others beside it need to hold only in themselves
    good = all(one.valid and all(state == "same" for _, state in one.files) for one in found)
    by_key = key is None or any(one.trusted for one in found)
    if not by_key:
        say("没有由指定公钥签署的副署。" if lang.value == "zh" else "None is signed by the key expected.")
    if not (good and by_key):
        raise typer.Exit(1)


def _tell(one: Verified, name: str, zh: bool) -> None:
    """Print what one countersignature says and whether it holds, the result last."""
    said = one.statement
    org = said["organisation"]
    who = f"{said['who']}（{org}）" if org and zh else f"{said['who']} ({org})" if org else said["who"]
    say(f"{one.file}: {who}, {said['when']}, {said['level']}")
    say(f"  {'成果包' if zh else 'bundle'} {said['bundle']}, SHA-256 {said['bundle_sha256']}")
    words = {"same": ("未变", "unchanged"), "changed": ("已改动", "changed"), "missing": ("缺失", "missing")}
    for file, state in one.files:
        say(f"  {words[state][not zh]}: {file}")
    for file in one.uncovered:
        say(f"  {'未签入' if zh else 'not covered'}: {file}")
    if not one.valid:
        say("  签名无效" if zh else "  the signature does not hold")
        return
    owner = f"，已知公钥：{name}" if zh and name else f", known as {name}" if name else ""
    say(f"  {'签名有效，公钥指纹' if zh else 'the signature holds, fingerprint'} {one.fingerprint}{owner}")
    if one.trusted is False:
        say("  不是指定的公钥" if zh else "  not the key expected")
    elif one.trusted is None and not name:
        say(
            "  未指定公钥，也不在已知名单中：签署人身份未核实"
            if zh
            else "  the key is not known: who signed is not verified"
        )
