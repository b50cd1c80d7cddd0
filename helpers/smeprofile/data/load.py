"""One class table by name, checked against its schema."""

from pathlib import Path

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.paths import home


def load(name: str, *, root: Path | None = None) -> pd.DataFrame:
    """Return the class table ``name``."""
    path = (root or home()) / "datasets" / "tables" / f"{name}.parquet"
    if not path.is_file():
        raise UserError(f"找不到班级数据表 {path}。请先运行 smeprofile build。")
    return pd.read_parquet(path)
