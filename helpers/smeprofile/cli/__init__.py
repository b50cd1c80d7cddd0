"""The command line: thin wrappers, Chinese messages, exit code 0 only when all went well."""

import re
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
    except Exception as error:
        says = _DATABASES.get(_library(error))
        if says is None:
            raise
        code = _fail(says.format(where=_where(error), why=_why(error)), 1)
    sys.exit(code or 0)


# What raised is known by name: importing either library takes longer than most commands do.
_DATABASES = {
    "sqlalchemy": (
        "成绩册{where}读不了或写不了（{why}）。请检查路径、权限、磁盘空间，用数据库服务器的检查网络和 "
        "nbgrader_config.py 里的 db_url；别的批改正在运行的，等它结束再试。"
        "文件坏了的，把它改名，再运行 smeprofile gradebook --restore 备份.zip。"
    ),
    "duckdb": (
        "数据读不了或算不完（{why}）。文件坏了的请重新导出或重新生成；"
        "磁盘满了的请腾出空间；内存不够的请关掉别的程序或少给一些数据。"
    ),
}


def _library(error: Exception) -> str:
    """Return the database library that an error is of, if any."""
    tops = (kind.__module__.lstrip("_").partition(".")[0] for kind in type(error).__mro__)
    return next((top for top in tops if top in _DATABASES), "")


def _where(error: Exception) -> str:
    return "".join(f" {note} " for note in getattr(error, "__notes__", [])[:1])


def _why(error: Exception) -> str:
    """Return the first line of what the database itself said, never with a password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
    return re.sub(r"(?<=://)[^@\s]*(?=@)|(?<=password=)[^\s&]*", "***", said[0])


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
