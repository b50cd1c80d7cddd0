"""The step that runs a submission: nbgrader's Execute, in a sandbox and before a judge."""

import hashlib
import json
import os
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from ipykernel.ipkernel import IPythonKernel
from nbclient import NotebookClient
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_solution
from traitlets import Integer

from smeprofile.disk import write_file
from smeprofile.grading.turns import aside
from smeprofile.notebooks.execute import joined
from smeprofile.nursery import LEARNER, nursery
from smeprofile.paths import class_data
from smeprofile.sandbox import refuse_without
from smeprofile.trial import Message, Say, Terms, Told, plan, trial
from smeprofile.trial.plan import Check, imports, is_check, planned, until_own

OPEN = "SMEPROFILE_NO_SANDBOX"  # set: learners' code runs as who grades
PROVED = ".judged"  # a folder of the course: masters that were judged both ways
_CUT = {"RunStopped", "TimeoutError", "CellTimeoutError"}  # how a check ends that wasn't run whole
_CUT_SHORT = ("error", "cut short")
_JUDGED_WITH = ("numpy", "pandas", "scikit-learn", "scipy", "ipykernel")
BESIDE = "beside"  # in a check's metadata: why it was run in the learner's process
_PLANS: dict[str, dict[str, Check]] = {}
_PLANNING = threading.Lock()
Step = tuple[NotebookNode, ResourcesDict]


class Run(Execute):
    """nbgrader's Execute in a sandbox, with the checks run by a judge the learner's code never enters.

    A cell that is dead, stuck or flooding loses only itself; it ends with an error.
    """

    iopub_timeout = Integer(12, help="seconds to take in what a stopped cell still has to say").tag(
        config=True
    )
    cell_bytes = Integer(4_000_000, help="of one cell's outputs; more interrupts it").tag(
        config=True
    )
    most_bytes = Integer(20_000_000, help="of all outputs; more is dropped").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict, km: object = None) -> Step:
        """Return the executed notebook; raises ``Unavailable`` where there can be no sandbox."""
        self._who = str(resources.get("nbgrader", {}).get("student", ""))
        if OPEN in os.environ:
            with aside():
                return super().preprocess(nb, resources, km)
        refuse_without()
        with aside(), nursery():  # others may use the gradebook meanwhile
            NotebookClient.__init__(self, nb, km)
            self.reset_execution_trackers()
            self._check_assign_resources(resources)
            master = self._master(resources)
            work = Path(resources["metadata"]["path"])
            self._try(nb, self._plan(nb, master, work), work, master)
        nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        self.set_widgets_metadata()
        return nb, self.resources

    def start_new_kernel(self, **options: object) -> None:
        """Start the kernel of a run that isn't isolated, and tell it whose work it runs."""
        super().start_new_kernel(env=dict(os.environ | {LEARNER: self._who}), **options)

    def _master(self, resources: ResourcesDict) -> NotebookNode | None:
        """Return the instructor's notebook; None where there is none."""
        known = resources.get("nbgrader", {})
        directory, self._papers = CourseDirectory(config=self.config), None
        with suppress(KeyError, OSError, ValueError):
            folder = directory.format_path(directory.source_directory, ".", known["assignment"])
            path = Path(folder, f"{known['notebook']}.ipynb")
            master = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
            self._papers = Path(folder)
            return master
        return None

    def _plan(self, nb: NotebookNode, master: NotebookNode | None, work: Path) -> dict[str, Check]:
        """Return grade_id → how it is judged: what comes out as it does in one process is apart."""
        if master is None:
            return planned(nb, is_ours=False)
        told = [(cell.source, cell.metadata) for cell in master.cells], _made_with()
        key = hashlib.sha256(repr(told).encode()).hexdigest()
        with _PLANNING:
            if key not in _PLANS:
                made = planned(master, is_ours="smeprofile" in master.metadata)
                if any(check.beside is None for check in made.values()):
                    root = CourseDirectory(config=self.config).root
                    kept = Path(root, PROVED, f"{key[:16]}.json")
                    made = self._proved(master, made, work, kept)
                _PLANS[key] = made
        return _PLANS[key]

    def _proved(
        self, master: NotebookNode, made: dict[str, Check], work: Path, kept: Path
    ) -> dict[str, Check]:
        """Leave apart only what the master's own answers were judged alike in both ways.

        What is found is kept where all of the master's answers pass: another failure may be a
        busy machine's, or of data that weren't there.
        """
        if kept.is_file():
            found = json.loads(kept.read_text(encoding="utf-8"))
        else:
            tried, noted = self._tried(master, made, work)
            apart = one = _ends(tried)  # a right answer that passes needs no second opinion
            if any(apart.values()):
                tried, _ = self._tried(master, {n: Check([], [], "") for n in made}, work)
                one = _ends(tried)
            if apart != one:  # once more: isolation is not given up for one bad moment
                tried, noted = self._tried(master, made, work)
                apart = _ends(tried)
            cut = [n for n in made if apart[n] != one[n] and _CUT_SHORT in (apart[n] + one[n])]
            if cut:
                raise RuntimeError(f"the master's own check of {', '.join(cut)} was cut short")
            found = {
                name: ["it ends otherwise apart", (), False]
                if one[name] != apart[name]
                # of an answer that is wrong nothing is learnt
                else [None, (), False]
                if any(kind == "error" for kind, _ in apart[name]) or name not in noted
                else [None, *noted[name]]
                for name in made
            }
            if not any(kind == "error" for ends in one.values() for kind, _ in ends):
                kept.parent.mkdir(exist_ok=True)
                write_file(kept, json.dumps(found, ensure_ascii=False).encode())
        return {
            name: replace(
                check, beside=check.beside or why, plain=tuple(plain), is_told_plainly=told
            )
            for name, check in made.items()
            for why, plain, told in [found[name]]
        }

    def _tried(
        self, nb: NotebookNode, plans: dict[str, Check], work: Path
    ) -> tuple[NotebookNode, dict[str, Told]]:
        again = type(self)(config=self.config)
        again._papers, again._who = self._papers, "reference"
        tried = nbformat.from_dict(nb)
        NotebookClient.__init__(again, tried)
        again.reset_execution_trackers()
        return tried, again._try(tried, plans, work, tried)

    def _try(
        self, nb: NotebookNode, plans: dict[str, Check], work: Path, master: NotebookNode | None
    ) -> dict[str, Told]:
        cells, checks = {}, {}
        for place, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if not cell.source.strip():
                continue
            cells[place] = cell.source
            cell.execution_count = len(cells)
            if is_check(cell) and (check := plans.get(cell.metadata.nbgrader.grade_id)):
                checks[place] = check
                if check.beside is not None:
                    cell.metadata.setdefault("smeprofile", {})[BESIDE] = check.beside
        terms = Terms(
            readable=tuple(class_data()), cell_seconds=self.timeout or 3600,
            grace_seconds=self.iopub_timeout, cell_bytes=self.cell_bytes, most_bytes=self.most_bytes, who=self._who,
        )  # fmt: skip
        sources = [cell.source for cell in (master or nb).cells if cell.cell_type == "code"]
        with ExitStack() as held:
            # What a learner hands in must not lie where the judge looks for modules.
            papers = self._papers or Path(held.enter_context(TemporaryDirectory()))
            noted = trial(
                cells, checks, self._take_in(nb), terms,
                work=work, papers=papers, imports=imports(*sources),
                n_shared=_n_shared(cells, master, checks) if self._papers else 0,
            )  # fmt: skip
        for place in cells:
            nb.cells[place].outputs = joined(nb.cells[place].outputs)
        return {nb.cells[place].metadata.nbgrader.grade_id: told for place, told in noted.items()}

    def _take_in(self, nb: NotebookNode) -> Say:
        at = None

        def say(place: int, message: Message) -> None:
            nonlocal at
            if place != at:
                at, self.clear_before_next_output = place, False
            header = {"msg_type": message["msg_type"]}
            whole = {"parent_header": {}, "header": header, "buffers": []} | message
            odd = (KeyError, TypeError, ValueError, AttributeError)  # as learners' widgets may be
            with suppress(*odd if message["msg_type"].startswith("comm_") else ()):
                self.process_message(whole, nb.cells[place], place)

        return say


def _n_shared(cells: dict[int, str], master: NotebookNode | None, checks: dict) -> int:
    """Return how many cells a notebook begins with as its master does, before the first answer."""
    own = [cell for cell in master.cells if cell.cell_type == "code" and cell.source.strip()]
    n = 0
    for cell, source in zip(own, until_own(cells.values()), strict=False):
        if is_check(cell) or is_solution(cell) or cell.source != source:
            break
        n += 1
    return n if any(check.beside is None for check in checks.values()) else 0


@cache
def _made_with() -> tuple[str, ...]:
    """Return what else decides how a master is judged: the judge's own code, and the libraries'."""
    sources = (
        path.read_text(encoding="utf-8") for path in sorted(Path(plan.__file__).parent.glob("*.py"))
    )
    return (sys.version, *(version(name) for name in _JUDGED_WITH), *sources)


def _ends(nb: NotebookNode) -> dict[str, object]:
    """Return grade_id → what decides its score: the error it ends with, or its value."""
    found = {}
    for cell in filter(is_check, nb.cells):
        values = [
            _CUT_SHORT
            if output.get("ename") in _CUT
            else (output.output_type, output.get("ename") or output.data.get("text/plain"))
            for output in cell.outputs
            if output.output_type in ("error", "execute_result")
        ]
        found[cell.metadata.nbgrader.grade_id] = values
    return found
