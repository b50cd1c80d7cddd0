"""The command line: thin wrappers, Chinese messages, exit code 0 only when all went well.

Imports stand inside the commands: ``smeprofile submit`` should not wait for seaborn.
"""

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

import smeprofile.quick  # noqa: F401 — before anything of Jupyter is imported
from smeprofile import usage
from smeprofile.disk import in_words
from smeprofile.errors import UserError

app = typer.Typer(
    help="小微企业客户画像实训", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
Names = Annotated[list[str] | None, typer.Argument(help="模块编号或全名，如 02；不写则全部")]


@app.command()
def lab(
    workspace: Annotated[Path | None, typer.Option(help="学员工作目录")] = None,
    port: Annotated[int | None, typer.Option(help="端口；不写则自动选")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器")] = False,
) -> None:
    """打开中文 JupyterLab 的课程首页。"""
    from smeprofile import lab

    lab.run(workspace, port, not no_browser)


@app.command()
def submit(
    module: Annotated[str, typer.Argument(help="模块编号或全名")],
    zip_path: Annotated[Path | None, typer.Option("--zip", help="写成 zip 交给老师")] = None,
) -> None:
    """检查并提交一个模块的作业。"""
    from smeprofile import submit

    typer.echo(submit.run(module, zip_path))


@app.command()
def restore(
    module: Annotated[str | None, typer.Argument(help="模块编号或全名；不写则全部")] = None,
    number: Annotated[int | None, typer.Option(help="备份编号；不写则最新一份")] = None,
    list_only: Annotated[bool, typer.Option("--list", help="只列出有哪些备份")] = False,
    workspace: Annotated[Path | None, typer.Option(help="学员工作目录")] = None,
) -> None:
    """找回课程更新前的作业。"""
    from smeprofile import workspace as kept
    from smeprofile.params import load_cohort
    from smeprofile.paths import home

    folder = kept.locate(home(), workspace)
    if list_only:
        found = kept.backups(folder)
        lines = [f"{b.number}　{b.at:%Y-%m-%d %H:%M}　{'、'.join(b.files)}" for b in found]
    else:
        slug = module and load_cohort().module(module).slug
        lines = kept.restore(folder, slug, number)
        if lines:
            lines = [f"找回了 {len(lines)} 个文件（JupyterLab 里开着的请重新打开）：", *lines]
            lines.append("找回前的样子也留了一份：再运行一次 smeprofile restore 就能换回去。")
    typer.echo("\n".join(lines) or ("还没有备份。" if list_only else "和备份一样，没有动。"))


@app.command()
def build(
    names: Names = None,
    params: Annotated[Path | None, typer.Option(help="盖在 cohort.yml 上的参数文件")] = None,
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则写回课程")] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查哪些文件过期")] = False,
    bundle: Annotated[Path | None, typer.Option(help="生成学员包 zip")] = None,
) -> None:
    """由文本、参数和种子重新生成课程。"""
    from smeprofile.buildcache import is_settled

    chosen = names or []
    refused = params is not None and out is None
    if not refused and not (check and out) and is_settled(chosen, params, out):
        typer.echo("课程与源文件一致。" if check else "没有变化，不用重新生成。")
        if check or bundle is None:
            return
    from smeprofile.nursery import nursery

    # It imports what kernels need while we import what we need.
    with nullcontext() if check else nursery():
        _build(chosen, params, out, check, bundle)


def _build(
    chosen: list[str], params: Path | None, out: Path | None, check: bool, bundle: Path | None
) -> None:
    from smeprofile.notebooks import build as builder
    from smeprofile.notebooks.bundle import write_bundle

    if check:
        found = builder.check(chosen)
        for name in found.files:
            typer.echo(f"过期：{name}　{found.why[name]}")
        if found.files:
            raise UserError(f"{len(found.files)} 个文件与源文件不一致。请运行 smeprofile build。")
        typer.echo("课程与源文件一致。")
        return
    built = builder.build(chosen, params=params, out=out)
    typer.echo(
        f"已生成：{len(built.files)} 个文件有变化，位于 {built.out}；运行了 {built.n_run} 次笔记本。"
    )
    if bundle is not None:
        typer.echo(f"学员包：{write_bundle(bundle, built.out)}")


@app.command("new-module")
def new_module(
    slug: Annotated[str, typer.Argument(help="编号_英文名，如 03_behaviour")],
    title: Annotated[str, typer.Option(help="中文标题")] = "新模块",
) -> None:
    """写一个能通过全部测试的新模块，供改写。"""
    from smeprofile.notebooks.new_module import new_module as write

    for path in write(slug, title):
        typer.echo(f"已写 {path}")
    typer.echo("改好文本后运行 smeprofile build，再运行 make test。")


@app.command()
def roster(file: Annotated[Path, typer.Argument(help="花名册 xlsx")]) -> None:
    """导入花名册（工号、姓名、支行、邮箱、轨道）。"""
    from smeprofile import grading

    typer.echo(str(grading.import_roster(file)))


@app.command()
def release(module: Annotated[str, typer.Argument(help="模块编号或全名")]) -> None:
    """把一个模块发放给学员。"""
    from smeprofile import grading

    typer.echo(str(grading.release(module)))


@app.command()
def collect(what: Annotated[str, typer.Argument(help="模块，或放着 zip 的文件夹")]) -> None:
    """收作业：从交换区，或从一个文件夹里的 zip。"""
    from smeprofile import grading

    _report(grading.collect(what))


@app.command()
def grade(
    assignments: Names = None,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="把成绩写成 JSON")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="同时批改几份，默认每核一份")] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox/--no-sandbox",
            help="每份作业在隔离的沙箱里运行；不隔离时学员的代码以你的身份运行",
        ),
    ] = True,
) -> None:
    """批改新的和改动过的提交。"""
    from smeprofile import grading

    names = _slugs(assignments, root)
    _report(grading.grade(names, root=root, json_path=json_path, sandbox=sandbox, workers=workers))


@app.command()
def feedback(
    assignments: Names = None,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
) -> None:
    """写好反馈网页并发还学员。"""
    from smeprofile import grading

    course = grading.open_course(root) if root else None
    _report(grading.feedback(_slugs(assignments, root), course=course))


@app.command()
def needs(
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 grading")] = None,
) -> None:
    """看全班的问卷和前测：能力缺口、每人的路径、本班版本的参数。"""
    from smeprofile import grading

    _report(grading.needs(out))


@app.command()
def learner(
    learner_id: Annotated[str, typer.Argument(help="学员编号")],
    export: Annotated[Path | None, typer.Option(help="把他的全部记录写成 zip")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="删除他的全部记录")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="删除时不再询问")] = False,
) -> None:
    """导出或删除一位学员的全部记录。"""
    from smeprofile import grading

    if export is None and not delete:
        raise UserError("要写 --export 文件.zip，或 --delete，或两样都写。")
    if export is not None:
        typer.echo(f"已写 {grading.export(learner_id, export)}")
    if delete:
        sure = yes or typer.confirm(f"真的要删除 {learner_id} 的全部记录吗？删了找不回来")
        typer.echo(grading.erase(learner_id) if sure else "没有删除。")


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
        typer.Option(help="放进一种数据缺陷，可写多次；all 是全部，help 列出有哪些"),
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
    _report(done)


def _slugs(names: list[str] | None, root: Path | None) -> list[str]:
    """Return full module names; a course directory of others has names of its own."""
    if root is not None:
        return names or []
    from smeprofile.params import load_cohort

    return [load_cohort().module(name).slug for name in names or []]


def _report(result: object) -> None:
    typer.echo(str(result))
    if not result.ok:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; every failure is one line of Chinese on stderr."""
    try:
        code = app(standalone_mode=False)
        if code == 130:  # some versions of typer make this of Ctrl-C, and say nothing
            raise KeyboardInterrupt
    except UserError as error:
        code = _fail(str(error), 1)
    except _USAGE_ERROR as error:
        code = _fail(usage.in_chinese(error.format_message()), 2)
    except OSError as error:  # an output that can't be written, a disk that is full
        code = _fail(f"{in_words(error)}。请检查路径和权限。", 1)
    except (KeyboardInterrupt, typer.Abort):
        code = _fail("已取消。", 130)
    sys.exit(code or 0)


def _fail(message: str, code: int) -> int:
    typer.echo(f"错误：{message}", err=True)
    return code


# typer carries its own copy of click in some versions; this finds the class either way.
_USAGE_ERROR = typer.BadParameter.__base__
