"""What a class reads, put into its place: libraries, course, and for the instructors the answers."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import distributions, entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from smeprofile.buildcache import FOLDER, PACKAGE, digest
from smeprofile.data import load
from smeprofile.errors import UserError
from smeprofile.hub.place import Place, open_to_all
from smeprofile.notebooks.bundle import CHECKOUT, files_of, wheel
from smeprofile.paths import HOME_VARIABLE, home, solutions
from smeprofile.simulate import LARGE

_SCRIPT = """#!{python} -P
import sys
from {module} import {top}
if __name__ == "__main__":  # processes started side by side read this file again
    sys.exit({call}())
"""


def install(place: Place, edition: Path) -> None:
    """Bring libraries, course and answers in ``place`` up to what ``edition`` and this process have."""
    _libraries(place)
    for name in LARGE:  # nobody could make them in a course that is read-only
        load(name)
    _replaced(place.course, lambda new: _course(edition, new))
    for name in ("course", "datasets"):
        _replaced(place.staff / name, lambda new, name=name: _same(place.course / name, new))
    _replaced(place.staff / "solutions", lambda new: shutil.copytree(solutions(), new))
    known = place.staff / FOLDER  # what sources ask of this bank, else minutes of the first release
    known.mkdir(exist_ok=True)
    for record in (home() / FOLDER).glob("truth-*.json"):
        shutil.copy(record, known)
    _give(known, place.owner)
    _grading(place, edition)


def as_owner(place: Place, *arguments: str) -> str:
    """Run a command of ours as the owner of the gradebook; return what it says.

    Raises ``UserError`` with its own words when it fails.
    """
    env = {HOME_VARIABLE: str(place.staff), "LANG": "C.UTF-8", "PATH": os.defpath}
    done = subprocess.run(
        [place.python, "-P", "-m", "smeprofile", *arguments],
        cwd=place.staff, env=env, capture_output=True, text=True,
        user=place.owner, group=f"{place.prefix}class", extra_groups=[],
    )  # fmt: skip
    if done.returncode:
        raise UserError(done.stderr.strip().removeprefix("错误："))
    return done.stdout.strip()


def _libraries(place: Place) -> None:
    """Have the libraries of this process once more, where learners can read but not write them.

    Files are linked where that can be, so it costs seconds and no room, and needs no network.
    """
    here, venv = Path(sys.prefix), place.root / "venv"
    installed = sorted((d.name, d.version) for d in distributions())
    source = [
        (p.name, p.read_bytes().hex())
        for p in sorted(PACKAGE.rglob("*"))
        if p.suffix != ".pyc" and p.is_file()
    ]
    stamp, made_of = venv / "made-of", digest(installed, source, sys.version)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == made_of:
        return
    site = Path("lib", f"python3.{sys.version_info.minor}", "site-packages")
    with TemporaryDirectory(dir=place.root) as folder:
        new = Path(folder) / "venv"
        done = subprocess.run(
            [_interpreter(), "-m", "venv", "--without-pip", str(new)],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise UserError(f"建不了学员的程序环境：{(done.stdout + done.stderr).strip()}。")
        ours = shutil.ignore_patterns(
            "smeprofile", "smeprofile-*", "*smeprofile.pth", "__editable__*"
        )
        for part in (site, Path("share"), Path("etc")):
            if (here / part).is_dir():
                shutil.copytree(
                    here / part, new / part, symlinks=True, dirs_exist_ok=True,
                    copy_function=_link, ignore=ours if part == site else None,
                )  # fmt: skip
        name, _ = wheel(Path(folder))
        with zipfile.ZipFile(Path(folder) / name) as archive:
            archive.extractall(new / site)
        # Nobody else can write what Python would keep of its reading.
        subprocess.run([new / "bin" / "python", "-m", "compileall", "-q", "-j0", new / site], check=False, capture_output=True)  # fmt: skip
        for entry in entry_points(group="console_scripts"):  # nbgrader calls alembic by name
            top = entry.attr.split(".")[0]
            script = new / "bin" / entry.name
            script.write_text(_SCRIPT.format(python=place.python, module=entry.module, top=top, call=entry.attr))  # fmt: skip
            script.chmod(0o755)
        (new / stamp.name).write_text(made_of, encoding="ascii")
        subprocess.run(["chmod", "-R", "go+rX,go-w", str(new)], check=True)
        if venv.exists():  # servers run from it: never half of it
            venv.rename(Path(folder) / "old")
        new.rename(venv)


def _interpreter() -> str:
    """Return a Python of this version that every account can run."""
    for found in (
        sys._base_executable,
        shutil.which(f"python3.{sys.version_info.minor}", path=os.defpath),
    ):
        if found and open_to_all(Path(found)):
            return found
    raise UserError(
        f"学员运行不了 {sys._base_executable}：它在别人进不去的目录里。"
        f"请装系统的 python3.{sys.version_info.minor}。"
    )


def _course(edition: Path, new: Path) -> None:
    for path in files_of(edition):
        target = new / path.relative_to(edition)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copytree(edition / "datasets" / "large", new / "datasets" / "large", dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "u+w,go+rX,go-w", str(new)], check=True)


def _grading(place: Place, edition: Path) -> None:
    """Make the gradebook's folder unless it is there; it is its owner's from the first."""

    def fill(new: Path) -> None:
        new.mkdir()
        shutil.copy(CHECKOUT / "grading" / "nbgrader_config.py", new)
        if (noted := edition / "grading" / "released.json").is_file():
            shutil.copy(noted, new)
        _give(new, place.owner)

    if not (grading := place.staff / "grading").exists():
        _replaced(grading, fill)


def _replaced(folder: Path, fill: Callable[[Path], object]) -> None:
    """Have what ``fill`` writes into a new folder stand in place of ``folder``.

    Whenever it is killed, the next run finds the folder as it was or as it should be.
    """
    new, old = (folder.with_name(f".{folder.name}.{state}") for state in ("new", "old"))
    if old.exists() and not folder.exists():  # killed between the two renames
        old.rename(folder)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    fill(new)
    if folder.exists():  # somebody may be reading in it
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _same(folder: Path, new: Path) -> None:
    shutil.copytree(folder, new, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _give(folder: Path, owner: str) -> None:
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner)
