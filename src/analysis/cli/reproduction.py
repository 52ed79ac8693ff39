"""`workbench bundle`, `workbench reproduce` and `workbench key`: a run that somebody else can check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, progress_bar, say
from analysis.cli.runs import FormatsOption
from analysis.places import existing


@app.command()
def bundle(
    run: Annotated[str, typer.Argument(metavar="RUN", help="运行文件夹或其名称 / a run folder or its name")],
    out: Annotated[Path | None, typer.Option(help="写入的 zip，默认与运行同名 / the zip")] = None,
    sign: Annotated[Path | None, typer.Option(help="签名用私钥（PEM） / private key to sign with")] = None,
    lang: LangOption = Language.zh,
) -> None:
    """把一次运行打成一个 RO-Crate 成果包 / one RO-Crate zip of a run."""
    from analysis.places import REPORTS, shown
    from analysis.runs.reproduction.bundle import write_bundle
    from analysis.runs.run import open_run

    made = open_run(run)
    done = write_bundle(made, out or REPORTS / f"{made.folder.name}.zip", sign)
    zh = lang.value == "zh"
    size = f"{done.size / 1e6:.1f} MB"
    if not done.code:
        say("代码在运行之后已改变，包内不含代码。" if zh else "The code has changed since the run: it is left out.")
    signed = ("，已签名" if zh else ", signed") if done.signed else ""
    said = f"{done.files} 个文件，{size}{signed}" if zh else f"{done.files} files, {size}{signed}"
    say(f"{shown(done.path)}: {said}\nSHA-256 {done.sha256}")


@app.command()
def reproduce(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="成果包 / the zip")],
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认 reports/ 下新建 / output folder")] = None,
    who: Annotated[str, typer.Option(help="复算人或机构，印在意见上 / who runs it again")] = "",
    key: Annotated[
        Path | None, typer.Option(help="应由此公钥签名（PEM） / the public key it has to be signed with")
    ] = None,
    bundled_code: Annotated[
        bool, typer.Option("--bundled-code", help="执行包内代码而非已安装的 / execute the code out of the bundle")
    ] = False,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="另与之对照的运行、包、规划、数据或规则，可重复 / also compare with this, repeatable"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="抽样种子，默认由成果包得出 / seed of the sample")] = None,
    sample: Annotated[int | None, typer.Option(help="抽样数量，默认 22 / how many values to trace")] = None,
    no_headline: Annotated[
        bool, typer.Option("--no-headline", help="不按参照重新评判 / do not judge again with the references")
    ] = False,
    known_keys: Annotated[
        Path | None, typer.Option(help="已知公钥名单，默认 keys/known_keys.yaml / list of known keys")
    ] = None,
    max_minutes: Annotated[float, typer.Option(help="复算至多用时，分钟 / how long the run again may take")] = 240.0,
    formats: FormatsOption = "html,docx,pdf",
    lang: LangOption = Language.zh,
) -> None:
    """复算一个成果包并出具复现意见，末行为等级 L0—L3 / re-run a bundle and say what differs."""
    from analysis.runs.kinds import check_formats
    from analysis.runs.reproduction.archive import BUNDLE

    wanted, zh = check_formats(formats), lang.value == "zh"
    existing(path, BUNDLE)  # before anything that takes seconds to import
    from analysis.runs.forked import PARENT

    PARENT.start()
    from analysis.marks import Values, unmarked
    from analysis.narrative.reproduction import not_asked
    from analysis.narrative.reproduction_inputs import said
    from analysis.narrative.reproduction_labels import LEVELS
    from analysis.places import shown
    from analysis.runs.reproduction.beyond import Asked
    from analysis.runs.reproduction.opinion import read_opinion, write_opinion
    from analysis.runs.reproduction.reproduce import RECORD, Request
    from analysis.runs.reproduction.reproduce import reproduce as run_again

    if bundled_code:
        say("注意：将执行成果包内的代码。" if zh else "Note: code out of the bundle will be executed.")
    bar = progress_bar(0, "reproduce")

    def step(name: str) -> None:
        bar.set_postfix_str(name)
        bar.update(1)
        if bar.disable:
            say(name)

    asked = Asked(tuple(against or ()), seed, sample, not no_headline, known_keys)
    folder = run_again(Request(path, out, who, key, bundled_code, asked, max_minutes), step)
    bar.close()
    for file in write_opinion(folder, wanted, lang.value):
        say(shown(file))
    record = read_opinion(folder / RECORD).record
    for file, kind in record["integrity"]["faults"][:10]:
        say(f"  {file}: {kind}")
    for one in [cell for file in record["files"] for cell in file["differences"]][:10]:
        say(f"  {one['file']}, {one['place']}: {one['theirs']} ≠ {one['ours']}")
    for message in record["failed"]:
        typer.echo(message, err=True)
    say(unmarked("".join(said(record, Values(), lang.value))))
    say(
        "所收成果包中浏览器可执行的文件已加后缀 .txt 保存；请查看 run/ 中由本机代码生成的页面。"
        if zh
        else "Received files a browser would execute are kept as .txt; the pages made here lie in run/."
    )
    if left_out := not_asked(record, lang.value):
        say(left_out)
    level = record["level"]
    say(f"{level} {LEVELS[level](lang.value)}")
    if level == "L3":
        raise typer.Exit(1)


@app.command()
def key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="新私钥文件，公钥写在旁边 / the new private key")],
    lang: LangOption = Language.zh,
) -> None:
    """生成一对签名密钥（Ed25519） / make a pair of keys to sign bundles with."""
    from analysis.places import shown
    from analysis.runs.reproduction.manifest import new_key

    mark = new_key(path)
    zh = lang.value == "zh"
    say(
        f"私钥 {shown(path)}（勿外传），公钥 {shown(path)}.pub"
        if zh
        else f"Private {shown(path)} (keep it), {shown(path)}.pub"
    )
    say(f"{'指纹' if zh else 'fingerprint'} {mark}")
