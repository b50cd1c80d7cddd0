"""Commands of the instructor.

Imports stand inside the commands: ``smeprofile submit`` should not wait for seaborn.
"""

from pathlib import Path
from typing import Annotated

import typer

from smeprofile.cli.app import Names, app, report
from smeprofile.errors import UserError


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(help="花名册 xlsx，写全班")],
    drop: Annotated[bool, typer.Option("--drop", help="去掉名单上有、花名册里没有的学员")] = False,
) -> None:
    """导入花名册（工号、姓名、支行、邮箱、轨道）。"""
    from smeprofile import grading

    typer.echo(str(grading.import_roster(file, drop=drop)))


@app.command()
def release(module: Annotated[str, typer.Argument(help="模块编号或全名")]) -> None:
    """把一个模块发放给学员。"""
    from smeprofile import grading

    typer.echo(str(grading.release(module)))


@app.command()
def collect(
    what: Annotated[str, typer.Argument(help="模块、放着 zip 的文件夹，或一个 zip")],
) -> None:
    """收作业：从交换区，或收一个文件夹里的 zip；写一个 zip 就收那一个，旧的也收。"""
    from smeprofile import grading

    report(grading.collect(what))


@app.command()
def mark(
    port: Annotated[int | None, typer.Option(help="端口；不写则自动选")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器")] = False,
) -> None:
    """打开批改台（formgrader），给书面题评分、写评语、改分。"""
    from smeprofile.grading import formgrader

    formgrader.run(port, not no_browser)


@app.command()
def deadline(
    module: Annotated[str, typer.Argument(help="模块编号或全名；不写则列出全部")] = "",
    when: Annotated[list[str] | None, typer.Argument(help="截止时间，如 2026-12-01 18:00")] = None,
    learner: Annotated[str, typer.Option("--for", help="只给这位学员延期")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="去掉截止时间或延期")] = False,
) -> None:
    """定截止时间、给学员延期，或看现在怎么定的。"""
    from smeprofile import grading

    said = grading.deadline(module, " ".join(when or []), learner=learner, remove=remove)
    typer.echo(said)


@app.command()
def grade(
    assignments: Names = None,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="把成绩写成 JSON")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="同时批改几份，默认每核一份")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask 调度器的地址，如 tcp://10.0.0.5:8786；用它的机器批改")
    ] = None,
    pages: Annotated[bool, typer.Option("--feedback", help="边批改边写好反馈并发还")] = False,
    learner: Annotated[str, typer.Option(help="只批这位学员的")] = "",
    again: Annotated[bool, typer.Option("--again", help="没有变化也重批一次（复核）")] = False,
    why: Annotated[str, typer.Option(help="复核的理由，和分数一起留存")] = "",
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

    if again != bool(why.strip()):
        raise UserError("复核要同时写 --again 和 --why 理由。")
    result = grading.grade(
        _slugs(assignments, root),
        root=root,
        json_path=json_path,
        sandbox=sandbox,
        workers=workers,
        learner=learner,
        again=why,
        cluster=cluster,
        feedback=pages,
    )
    report(result)


@app.command()
def feedback(
    assignments: Names = None,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
) -> None:
    """写好反馈网页并发还学员。"""
    from smeprofile import grading

    course = grading.open_course(root) if root else None
    report(grading.feedback(_slugs(assignments, root), course=course))


@app.command()
def needs(
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 grading")] = None,
) -> None:
    """看全班的问卷和前测：能力缺口、每人的路径、本班版本的参数。"""
    from smeprofile import grading

    report(grading.needs(out))


@app.command()
def overview(
    assignments: Names = None,
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 grading")] = None,
    export: Annotated[
        Path | None, typer.Option(help="另写一张成绩表，.csv 或 .xlsx，给培训平台")
    ] = None,
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="用化名，不写支行")] = False,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
) -> None:
    """看全班：谁卡在哪道题，犯了什么错，讲评先讲什么。"""
    from smeprofile import grading

    names = _slugs(assignments, root)
    report(grading.overview(names, out=out, export=export, hide_names=pseudonyms, root=root))


@app.command()
def effect(
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 grading/effect")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="把数字写成 JSON")] = None,
    form: Annotated[
        Path | None,
        typer.Option("--follow-up-form", help="只写一张 7、30、60、90 天跟踪表（xlsx）"),
    ] = None,
    follow_up: Annotated[Path | None, typer.Option(help="先读入填好的跟踪表（xlsx）")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="另给每位学员写个人报告")] = False,
    names: Annotated[bool, typer.Option("--names", help="用真实姓名，不用化名")] = False,
    bank: Annotated[bool, typer.Option("--bank/--no-bank", help="运行仿真银行（第四级）")] = True,
) -> None:
    """看培训效果：学会没有、多大把握、不能得出什么、课程先改什么。"""
    from smeprofile import evaluation
    from smeprofile.evaluation.bankresult import CUSTOMERS

    if form is not None:
        typer.echo(evaluation.follow_up_form(form))
        return
    result = evaluation.effect(
        out,
        json_path=json_path,
        follow_up=follow_up,
        personal=personal,
        show_names=names,
        customers=CUSTOMERS if bank else 0,
    )
    report(result)


@app.command()
def similar(
    assignment: Annotated[str, typer.Argument(help="模块编号或全名")],
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 grading")] = None,
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="用化名")] = False,
    root: Annotated[Path | None, typer.Option(help="任一 nbgrader 课程目录")] = None,
) -> None:
    """找出很相似的作答，并排列出，请人核对；不改分数。"""
    from smeprofile import grading

    (name,) = _slugs([assignment], root)
    report(grading.similar(name, out=out, hide_names=pseudonyms, root=root))


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
        asked = f"真的要删除 {learner_id} 的全部记录吗？删了找不回来。确定请输入 是"
        sure = yes or typer.prompt(asked, default="否") == "是"
        typer.echo(grading.erase(learner_id) if sure else "没有删除。")


@app.command()
def teach(
    names: Names = None,
    out: Annotated[Path | None, typer.Option(help="输出目录；不写则是 dist/teaching")] = None,
) -> None:
    """写带教材料：可读的参考答案笔记本和带教要点（有答案，别发给学员）。"""
    from smeprofile.notebooks.teaching import teach

    typer.echo(str(teach(names or [], out)))


@app.command()
def gradebook(
    backup: Annotated[Path | None, typer.Option(help="把成绩册和作业写成 zip")] = None,
    restore: Annotated[Path | None, typer.Option(help="从这个 zip 恢复；现有的先备份")] = None,
) -> None:
    """备份或恢复成绩册、作业、反馈和名单。"""
    from smeprofile import grading

    if (backup is None) == (restore is None):
        raise UserError("要写 --backup 文件.zip 或 --restore 文件.zip，只写一样。")
    typer.echo(str(grading.backup(backup) if backup else grading.restore(restore)))


@app.command()
def hub(
    roster: Annotated[Path | None, typer.Argument(help="花名册 xlsx；不写则用上次的")] = None,
    place: Annotated[Path, typer.Option(help="班级的目录")] = Path("/srv/smeprofile"),
    teacher: Annotated[
        list[str] | None, typer.Option(help="老师的登录名，可写几次；起初是 teacher")
    ] = None,
    prefix: Annotated[str, typer.Option(help="系统账号的前缀；起初是 sme-")] = "",
    port: Annotated[int, typer.Option(help="端口，后面三个也用；起初是 8000")] = 0,
    prepare: Annotated[bool, typer.Option("--prepare", help="备好账号和目录，不启动")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="花名册里没有的学员，不再让登录")] = False,
) -> None:
    """给全班开课：按花名册建账号和目录，启动 JupyterHub（Linux，root）。"""
    from smeprofile import hub

    hub.run(
        roster, root=place, teachers=teacher or (), prefix=prefix, port=port, start=not prepare,
        drop=drop,
    )  # fmt: skip


def _slugs(names: list[str] | None, root: Path | None) -> list[str]:
    """Return full module names; a course directory of others has names of its own."""
    if root is not None:
        return names or []
    from smeprofile.params import load_cohort

    return [load_cohort().module(name).slug for name in names or []]
