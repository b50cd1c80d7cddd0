"""The command line: thin wrappers, Chinese messages, exit code 0 only when all went well."""

import sys
from importlib import import_module

import typer

import smeprofile.quick  # noqa: F401 — before anything of Jupyter is imported
from smeprofile import usage
from smeprofile.cli.app import app
from smeprofile.disk import in_words
from smeprofile.errors import UserError

__all__ = ["app", "main"]
for _whose in ("trainee", "instructor", "maintainer"):  # as the help lists them
    import_module(f"{__name__}.{_whose}")


def main() -> None:
    """Run the command line; every failure is one line of Chinese on stderr."""
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        if code == 130:  # some versions of typer make this of Ctrl-C, and say nothing
            raise KeyboardInterrupt
    except UserError as error:
        code = _fail(str(error), 1)
    except _USAGE_ERROR as error:
        code = _fail(usage.in_chinese(error.format_message()), 2)
    except ModuleNotFoundError as error:  # of an extra: a gradebook on PostgreSQL, the Hub
        code = _fail(_what_to_install(error), 1)
    except OSError as error:  # an output that can't be written, a disk that is full
        code = _fail(f"{in_words(error)}。请检查路径和权限。", 1)
    except (KeyboardInterrupt, typer.Abort):
        code = _fail("已取消。", 130)
    sys.exit(code or 0)


def _what_to_install(error: ModuleNotFoundError) -> str:
    extra = {"psycopg": "cluster", "dask": "cluster", "jupyterhub": "hub", "pyspark": "spark"}
    top = str(error.name).partition(".")[0]
    if top not in extra:
        raise error
    return f"没有装 {top}。请先运行 pip install -c requirements.lock -e '.[{extra[top]}]'。"


def _fail(message: str, code: int) -> int:
    typer.echo(f"错误：{message}", err=True)
    return code


# typer carries its own copy of click in some versions; this finds the class either way.
_USAGE_ERROR = typer.BadParameter.__base__
