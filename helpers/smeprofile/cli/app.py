"""The application that commands are added to, and what they share."""

from collections.abc import Callable
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from smeprofile.usage import help_in_chinese


class _InChinese:
    def get_help(self, ctx: typer.Context) -> str:
        return help_in_chinese(super().get_help(ctx))


class _Command(_InChinese, TyperCommand): ...


class _Group(_InChinese, TyperGroup): ...


class _App(typer.Typer):
    def command(self, name: str | None = None) -> Callable[[Callable], Callable]:
        return super().command(name, cls=_Command)


app = _App(help="小微企业客户画像实训", add_completion=False, rich_markup_mode=None, cls=_Group)
Names = Annotated[list[str] | None, typer.Argument(help="模块编号或全名，如 02；不写则全部")]


def report(result: object) -> None:
    """Say what came of a command; exit code 1 unless all of it went well."""
    typer.echo(str(result))
    if not result.ok:
        raise typer.Exit(1)
