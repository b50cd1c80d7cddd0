"""``datasets/manifest.json``: rows and SHA-256 of every class table, also of those not committed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.params import secret_fingerprint
from smeprofile.simulate.files import json_text
from smeprofile.simulate.writer import sha256_of

NAME = "manifest.json"
Entry = dict[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What a build made: per table its ``file`` under datasets/, ``rows`` and ``sha256``.

    ``pyarrow`` wrote it: another version writes other bytes. ``is_secret``: the seed isn't the
    public one of ``cohort.yml``, so nobody without the secret can make these tables again;
    ``secret`` tells it from others (:func:`smeprofile.params.secret_fingerprint`).
    """

    pyarrow: str
    is_secret: bool
    tables: dict[str, Entry]
    secret: str = ""


def read(datasets: Path) -> Manifest:
    """Return the manifest in the folder ``datasets``; ``UserError`` where there is none."""
    path = datasets / NAME
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise UserError(f"读不了班级数据的清单 {path}。请先运行 smeprofile build。") from None


def write(datasets: Path, tables: Mapping[str, Entry], *, is_secret: bool) -> str:
    """Write the manifest of ``tables`` and return its SHA-256."""
    content = {"pyarrow": pa.__version__, "is_secret": is_secret, "tables": dict(tables)}
    if is_secret:
        content["secret"] = secret_fingerprint()
    write_file(datasets / NAME, json_text(content))
    return sha256_of(datasets / NAME)


def described(files: Mapping[str, Path], large: Collection[str]) -> dict[str, Entry]:
    """Return the entries of the parquet ``files`` by table name."""
    return {
        name: {
            "file": f"{'large' if name in large else 'tables'}/{name}.parquet",
            "rows": pq.read_metadata(path).num_rows,
            "sha256": sha256_of(path),
        }
        for name, path in files.items()
    }
