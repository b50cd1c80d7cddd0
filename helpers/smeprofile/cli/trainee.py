"""Commands of the trainee.

Imports stand inside the commands: ``smeprofile submit`` should not wait for seaborn.
"""

from pathlib import Path
from typing import Annotated

import typer

from smeprofile.cli.app import app


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
