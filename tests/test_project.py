"""Settings that must agree do agree, and nothing points at a package host."""

import re
import subprocess
import tomllib
from itertools import chain

import pytest
import yaml

from conftest import ROOT


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def name(requirement):
    return re.match(r"[A-Za-z0-9_.-]+", requirement)[0].lower().replace("_", "-")


def test_conda_environment_is_python_and_this_package(project, environment):
    python, pip, packages = environment["dependencies"]
    assert python == "python" + project["requires-python"]
    assert (pip, packages["pip"]) == ("pip", ["-c requirements.lock", "-e ."])


def test_every_dependency_is_locked_and_says_why(project):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {name(line) for line in lock if "==" in line}
    extras = project["optional-dependencies"].values()
    wanted = {name(d) for d in [*project["dependencies"], *chain.from_iterable(extras)]}
    assert wanted - locked == set()
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^  "[A-Za-z][^"]*[<>=][^"]*",(.*)$', text, flags=re.MULTILINE)
    assert [reason for reason in listed if "#" not in reason] == []


def test_no_file_names_a_package_host():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org"]
    found = [
        (path, host)
        for path in files.stdout.split()
        for host in hosts
        if (ROOT / path).is_file() and host.encode() in (ROOT / path).read_bytes()
    ]
    assert found == []


def test_lock_holds_versions_only():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    odd = [x for x in lines if not re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+", x)]
    assert odd == []


def test_readme_lists_every_module_and_command():
    from smeprofile.cli import app
    from smeprofile.params import load_cohort

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [c.name or c.callback.__name__ for c in app.registered_commands]
    assert [c for c in commands if f"smeprofile {c}" not in text] == []
    assert [m.slug for m in load_cohort(root=ROOT).modules if m.title not in text] == []


# Lowest first; a module may import only from those before it, or from its own package.
ORDER = [
    "quick",
    "errors",
    "rows",
    "sandbox",
    "nursery",
    "trial",
    "explain",
    "kernel",
    "moves",
    "paths",
    "buildcache",
    "disk",
    "cells",
    "uscc",
    "dictionary",
    "rules",
    "params",
    "facts",
    "schemas",
    "intake",
    "simulate",
    "data",
    "statements",
    "tags",
    "segments",
    "credit",
    "demand",
    "sba",
    "pricing",
    "uplift",
    "effect",
    "did",
    "bank",
    "partner",
    "monitor",
    "charts",
    "tables",
    "answers",
    "learner",
    "items",
    "verdicts",
    "cases",
    "ask",
    "widgets",
    "card",
    "notebooks",
    "reading",
    "drift",
    "workspace",
    "packet",
    "deadlines",
    "submit",
    "translation",
    "start",
    "serve",
    "lab",
    "grading",
    "hub",
    "evaluation",
    "rehearse",
    "usage",
    "cli",
]


def test_imports_go_one_way():
    package = ROOT / "helpers" / "smeprofile"
    upward = [
        (path.relative_to(package).as_posix(), found)
        for path in package.rglob("*.py")
        if (own := path.relative_to(package).parts[0].removesuffix(".py")) in ORDER
        for found in re.findall(
            r"^ *from smeprofile\.(\w+)|^ *from smeprofile import (\w+)",
            path.read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
        for name in found
        if name in ORDER and ORDER.index(name) > ORDER.index(own)
    ]
    assert upward == []


def test_every_module_has_its_place_in_the_order():
    package = ROOT / "helpers" / "smeprofile"
    names = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/*.py")}
    assert names - set(ORDER) - {"__init__", "__main__"} == set()
