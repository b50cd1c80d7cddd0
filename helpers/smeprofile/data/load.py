"""One class table by name, checked against its schema."""

from pathlib import Path

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.paths import home
from smeprofile.schemas import conform, table_schema, validate


def load(name: str, *, root: Path | None = None) -> pd.DataFrame:
    """Return the class table ``name``; ``SCHEMAS[name].row`` says what one row is.

    The large tables (``simulate.LARGE``) are made from the seed on first use, all at once, and
    made again when the course was updated since. Raises ``UserError`` for a name that is not in
    the dictionary (listing those that are), a table not built yet or that can't be made here, and
    a file that breaks the dictionary's rules.

    >>> load("nothing")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 没有名为 nothing 的表。现有：customers、owners、...
    """
    from smeprofile.data import large  # the whole simulation: slow to import

    table = table_schema(name)
    root = root or home()
    if name in large.LARGE:
        path = large.ensure(name, root)
    else:
        path = root / "datasets" / "tables" / f"{name}.parquet"
    if not path.is_file():
        raise UserError(f"找不到班级数据 {path}。请先运行 smeprofile build。")
    try:
        frame = pd.read_parquet(path)
        if set(table.names) <= set(frame.columns):
            frame = conform(name, frame)
    except (OSError, ValueError, TypeError):
        raise UserError(
            f"读不了班级数据 {path}，文件可能已损坏。请重新运行 smeprofile build。"
        ) from None
    return validate(name, frame)
