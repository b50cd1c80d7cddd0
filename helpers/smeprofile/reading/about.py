"""What a build was made of: so that what changed between two can be put down to something."""

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

from smeprofile.buildcache import PACKAGE
from smeprofile.params import Cohort
from smeprofile.paths import solutions
from smeprofile.simulate import manifest

ABOUT = "build.json"


def about(cohort: Cohort, course: Path, modules: Iterable[str]) -> str:
    """Return as JSON the parameters, the sums of data, texts and code, and the versions of libraries.

    A cohort's secret isn't among them.
    """
    told = {
        "parameters": cohort.model_dump(mode="json"),
        "data": {
            name: entry["sha256"]
            for name, entry in manifest.read(course / "datasets").tables.items()
        },
        "texts": {
            f"{slug}/{path.name}": _sum(path)
            for slug in ("items", *sorted(set(modules)))
            for path in sorted((solutions() / slug).glob("*.py"))
        },
        "code": {
            path.relative_to(PACKAGE).as_posix(): _sum(path)
            for path in sorted(PACKAGE.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        },
        "libraries": {d.metadata["Name"].lower(): d.version for d in distributions()}
        | {"python": platform.python_version()},
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
