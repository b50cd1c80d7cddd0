"""How long a build takes, beside a serial papermill loop over the same notebooks.

    python tests/bench/build.py [--modules N]

Works on a copy of this course with N more modules as ``smeprofile new-module`` writes them, their
data made before. The same notebooks are run both ways: every solution, every blank practice. Printed
are the seconds, their ratio, and those of a build with nothing to do and with one lesson changed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

CHECKOUT = Path(__file__).resolve().parents[2]


def command(*words: str, folder: Path) -> float:
    """Run ``smeprofile`` on the course in ``folder``; return the seconds."""
    env = os.environ | {"SMEPROFILE_HOME": str(folder)}
    start = time.perf_counter()
    call = [sys.executable, "-m", "smeprofile", *words]
    done = subprocess.run(call, env=env, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - start


def serial(folder: Path, scratch: Path) -> tuple[int, float]:
    """Run all notebooks one after another as papermill's users do; return how many and seconds."""
    os.environ["SMEPROFILE_HOME"] = str(folder)
    import nbformat
    import papermill

    from smeprofile.notebooks import as_trainee, master
    from smeprofile.notebooks.build import sources
    from smeprofile.notebooks.editions import parameters
    from smeprofile.notebooks.execute import run
    from smeprofile.params import load_cohort

    cohort = load_cohort()
    files = []
    for source in sources(folder / "solutions", cohort, []):
        whole = master(source, cohort)
        for solved in (True, False) if source.exercises else (True,):
            path = scratch / f"{len(files)}.ipynb"
            notebook = whole if solved else as_trainee(whole)
            nbformat.write(notebook, path)
            files.append((path, source, solved))
    start = time.perf_counter()
    for path, source, solved in files:
        if not solved:  # papermill ends at the first check that a blank fails, as it should
            run(nbformat.read(path, as_version=4), folder=scratch)
            continue
        asked = {c.source for c in source.cells if "parameters" in c.metadata.get("tags", [])}
        given = {k: v for k, v in parameters(cohort).items() if any(k in text for text in asked)}
        papermill.execute_notebook(
            str(path), str(path.with_suffix(".out.ipynb")), given, cwd=str(scratch),
            progress_bar=False, kernel_name="python3",
        )  # fmt: skip
    return len(files), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--modules", type=int, default=12)
    with TemporaryDirectory(prefix="smeprofile-bench-") as name:
        folder, scratch = Path(name) / "course", Path(name) / "scratch"
        scratch.mkdir()
        for part in ("solutions", "datasets", "course"):
            shutil.copytree(CHECKOUT / part, folder / part)
        shutil.copy(CHECKOUT / "README.md", folder / "README.md")
        print(f"data made or found in {command('build', folder=folder):.1f} s")
        for n in range(parser.parse_args().modules):
            command("new-module", f"{n + 20:02}_bench", "--title", f"试 {n}", folder=folder)
        shutil.rmtree(folder / "course")
        for proof in (folder / ".build").glob("proved*"):
            proof.unlink()
        full = command("build", folder=folder)
        nothing = command("build", folder=folder)
        lesson = next((folder / "solutions").glob("02_*/lesson.py"))
        lesson.write_text(lesson.read_text(encoding="utf-8") + "\n# %%\n1 + 1\n", encoding="utf-8")
        one = command("build", folder=folder)
        count, plain = serial(folder, scratch)
    print(f"{count} notebooks: full build {full:.1f} s, serial papermill {plain:.1f} s, "
          f"ratio {plain / full:.2f}")  # fmt: skip
    print(f"nothing to do {nothing:.2f} s; one lesson changed {one:.1f} s")


if __name__ == "__main__":
    main()
