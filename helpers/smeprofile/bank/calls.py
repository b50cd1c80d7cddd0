"""Calling a strategy's own code: quiet, for a limited time, its errors told in Chinese."""

import contextlib
import io
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from smeprofile.bank.assumptions import SECONDS
from smeprofile.bank.market import why_withheld
from smeprofile.errors import UserError

_OURS = str(Path(__file__).parent)


class _TooLong(BaseException):
    """Not an ``Exception``: a strategy that catches everything shouldn't catch this."""


def called(code: Callable, frame: pd.DataFrame, what: str, use: str, items: tuple) -> Any:
    """Return ``code(frame)``; ``UserError`` says which line failed and why, or that it took too long.

    What it prints is thrown away. On a main thread the code is stopped; elsewhere it is left
    behind, so a grader needs processes of its own, as trial has.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return _limited(code, frame)
    except _TooLong:
        raise UserError(
            f"{what} 运行超过 {SECONDS:g} 秒，已停止。请用整列运算代替逐户循环。"
        ) from None
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # SystemExit as well
        raise UserError(_told(error, what, use, items)) from None


def _limited(code: Callable, frame: pd.DataFrame) -> Any:
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM"):
        with _alarm():
            return code(frame)
    got: dict[str, Any] = {}

    def work() -> None:
        try:
            got["value"] = code(frame)
        except BaseException as error:
            got["error"] = error

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        raise _TooLong
    if "error" in got:
        raise got["error"]
    return got["value"]


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """Stop what runs too long; an alarm that somebody else has set rings on time all the same."""

    def stop(*_: object) -> None:
        raise _TooLong

    others, _ = signal.getitimer(signal.ITIMER_REAL)
    if 0 < others <= SECONDS:
        yield
        return
    before, start = signal.signal(signal.SIGALRM, stop), time.monotonic()
    # Again and again: code that swallows the first is stopped by the next.
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if others:
            left = others - (time.monotonic() - start)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))


def _told(error: BaseException, what: str, use: str, items: tuple) -> str:
    """Return the error in Chinese: the line of the strategy's own code, and the reason."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(_OURS)]
    where = f"第 {own[0].lineno} 行" if own else ""
    kind = type(error).__name__
    if isinstance(error, KeyError) and error.args:
        name = str(error.args[0]).strip("'[]\"")
        why = why_withheld(name, use, items)
        return f"{what} {where}用到的 {name:.60} 没有给你：{why or '画像里没有这一列'}。"
    try:
        reason = str(error)
    except BaseException:  # its own text raises, too
        reason = ""
    return f"{what} {where}出错（{kind:.40}）：{reason:.200}"
