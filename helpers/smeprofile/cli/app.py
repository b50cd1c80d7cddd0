"""The application that commands are added to, and what they share."""

from typing import Annotated

import typer

app = typer.Typer(
    help="小微企业客户画像实训", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
Names = Annotated[list[str] | None, typer.Argument(help="模块编号或全名，如 02；不写则全部")]


def report(result: object) -> None:
    """Say what came of a command; exit code 1 unless all of it went well."""
    typer.echo(str(result))
    if not result.ok:
        raise typer.Exit(1)
