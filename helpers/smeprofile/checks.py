"""A failed check in the trainee's notebook: what it says, without Python's traceback above it.

An IPython extension, loaded by the kernels of ``smeprofile lab``; grading doesn't use it.
"""

from types import TracebackType

from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Show an assertion that carries a message as that message alone."""
    shell.set_custom_exc((AssertionError,), _tell)


def _tell(
    shell: InteractiveShell,
    kind: type,
    error: AssertionError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    if not str(error):  # nothing was said to a person: the traceback is all there is
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    else:
        shell._showtraceback(kind, error, [f"检查未通过：{error}"])
