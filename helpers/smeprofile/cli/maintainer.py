"""Commands of the maintainer, and of who has a bank's data.

Imports stand inside the commands: ``smeprofile submit`` should not wait for seaborn.
"""

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smeprofile.cli.app import Names, app, report
from smeprofile.errors import UserError

if TYPE_CHECKING:
    from smeprofile.notebooks.build import Built


@app.command()
def build(
    names: Names = None,
    params: Annotated[Path | None, typer.Option(help="盖在 cohort.yml 上的参数文件")] = None,
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则写回课程")] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查哪些文件过期")] = False,
    bundle: Annotated[Path | None, typer.Option(help="生成学员包 zip")] = None,
    html: Annotated[
        Path | None, typer.Option(help="写不用 Jupyter 就能读的网页，到这个文件夹")
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="网页是教师版：带答案，可以和别的版本比较（drift）")
    ] = False,
) -> None:
    """由文本、参数和种子重新生成课程。"""
    from smeprofile.buildcache import is_settled

    chosen = names or []
    if html is not None and check:
        raise UserError("--check 只比较，不写网页：请分两次运行。")
    if check and (params or out or bundle):
        raise UserError("--check 只看本课程：不要和 --params、--out、--bundle 同写。")
    if answers and html is None:
        raise UserError("--answers 说的是网页的教师版：请同时写 --html 文件夹。")
    refused = params is not None and out is None
    if not (refused or html) and is_settled(chosen, params, out):
        typer.echo("课程与源文件一致。" if check else "没有变化，不用重新生成。")
        if check or bundle is None:
            return
    from smeprofile.nursery import nursery

    # It imports what kernels need while we import what we need.
    with nullcontext() if check else nursery():
        built = _build(chosen, params, out, check, bundle, shown=html is not None)
    if html is not None:
        from smeprofile.params import load_cohort
        from smeprofile.reading import write_reading

        cohort = load_cohort(params)
        typer.echo(write_reading(built.runs, cohort, html, course=built.out, answers=answers))


def _build(
    chosen: list[str],
    params: Path | None,
    out: Path | None,
    check: bool,
    bundle: Path | None,
    *,
    shown: bool,
) -> "Built":
    from smeprofile.notebooks import build as builder
    from smeprofile.notebooks.bundle import write_bundle
    from smeprofile.params import load_cohort, refuse_other_secret

    if out is not None:  # of the course itself, the build sees to it
        refuse_other_secret(load_cohort(params), out)
    if check:
        found = builder.check(chosen)
        for name in found.files:
            typer.echo(f"过期：{name}　{found.why[name]}")
        if found.files:
            raise UserError(f"{len(found.files)} 个文件与源文件不一致。请运行 smeprofile build。")
        typer.echo("课程与源文件一致。")
        return found
    built = builder.build(chosen, params=params, out=out, shown=shown)
    typer.echo(
        f"已生成：{len(built.files)} 个文件有变化，位于 {built.out}；运行了 {built.n_run} 次笔记本。"
    )
    if bundle is not None:
        typer.echo(f"学员包：{write_bundle(bundle, built.out)}")
    return built


@app.command()
def drift(
    before: Annotated[Path, typer.Argument(help="上一版：build --html 目录 --answers 写的")],
    after: Annotated[Path, typer.Argument(help="这一版，同样写出来的")],
    out: Annotated[Path, typer.Option(help="报告写到这个文件夹")] = Path("drift"),
) -> None:
    """比较两版课程：哪张图、哪张表、哪个判定变了，标准答案和句子还对不对。"""
    from smeprofile.drift import drift as compare

    typer.echo(str(compare(before, after, out)))


@app.command("new-module")
def new_module(
    slug: Annotated[str, typer.Argument(help="编号_英文名，如 15_visits")],
    title: Annotated[str, typer.Option(help="中文标题")] = "新模块",
) -> None:
    """写一个能通过全部测试的新模块，供改写。"""
    from smeprofile.notebooks.new_module import new_module as write

    for path in write(slug, title):
        typer.echo(f"已写 {path}")
    typer.echo("改好文本后运行 smeprofile build，再运行 make test。")


def _listed(names: list[str] | None) -> list[str] | None:
    if names and "help" in names:
        from smeprofile.simulate.report import listed

        typer.echo(listed())
        raise typer.Exit
    return names


@app.command()
def simulate(
    customers: Annotated[int, typer.Option(help="客户数")],
    end: Annotated[str, typer.Option(help="最后一天，如 2025-12-31")],
    out: Annotated[Path, typer.Option(help="输出目录，每张表一个 parquet")],
    months: Annotated[int, typer.Option(help="到最后一天为止的月数")] = 24,
    seed: Annotated[int, typer.Option(help="种子；同一种子，逐字节相同")] = 1,
    grain: Annotated[str, typer.Option(help="txn 逐笔，month 按月合计，both 两样都要")] = "month",
    truth: Annotated[Path | None, typer.Option(help="真值表的目录；不写则不输出真值")] = None,
    workers: Annotated[int | None, typer.Option(help="进程数；不写则按处理器核数")] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            help="放进一种数据缺陷，可写多次；all 是全部，help 列出有哪些",
            is_eager=True,
            callback=_listed,
        ),
    ] = None,
) -> None:
    """生成一家合成银行的全部数据表。"""
    from smeprofile.simulate.report import simulate

    for line in simulate(
        customers, months, _day(end), seed, grain, out=out, truth=truth, workers=workers,
        defects=defect or (),
    ):  # fmt: skip
        typer.echo(line)


@app.command()
def profile(
    data_dir: Annotated[
        Path, typer.Argument(help="表所在的文件夹：parquet、csv 或 xlsx，任意几张")
    ],
    as_of: Annotated[str, typer.Option(help="观察点，如 2025-12-31；之后的数据一概不看")],
    out: Annotated[
        Path, typer.Option(help="输出目录：profiles.parquet、coverage.json、report.html")
    ],
    use: Annotated[str, typer.Option(help="用途：授信审批、贷后管理 或 营销")] = "授信审批",
    mapping: Annotated[Path | None, typer.Option(help="列名对照文件 yaml")] = None,
    backend: Annotated[str, typer.Option(help="duckdb 或 spark")] = "duckdb",
    state: Annotated[
        Path | None, typer.Option(help="画像状态目录：只给新增的行，并入后再算")
    ] = None,
) -> None:
    """给一批客户画像：四个维度的标签、覆盖情况和报告。"""
    from rich.console import Console

    from smeprofile.card import run

    console = Console(stderr=True)
    with console.status("读取数据") as status:
        coverage = run(data_dir, _day(as_of), out, use=use, mapping=mapping, backend=backend,
                       kept=state, progress=status.update)  # fmt: skip
    counts = coverage["status"].value_counts()
    typer.echo("；".join(f"{name} {n} 个标签" for name, n in counts.items()) + "。")
    typer.echo(f"已写到 {out}：profiles.parquet、coverage.json、report.html。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"日期 {text} 写法不对，应形如 2025-12-31。") from None


@app.command()
def rehearse(
    learners: Annotated[int, typer.Option(help="模拟学员人数，1–500")] = 8,
    seed: Annotated[int, typer.Option(help="种子")] = 20251231,
    out: Annotated[Path | None, typer.Option(help="输出目录")] = None,
) -> None:
    """用一班模拟学员走完发放、提交、批改、反馈。"""
    from rich.console import Console

    from smeprofile.rehearse import rehearse

    done = rehearse(learners, seed, out)
    Console().print(done.table())
    report(done)
