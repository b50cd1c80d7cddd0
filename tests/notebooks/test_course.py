"""The committed course is what its sources make, judged as they say, and told to learners so.

Minutes of notebooks, in one file so that they run once.
"""

from nbgrader.utils import is_grade

from smeprofile.buildcache import Cache
from smeprofile.grading.hidden import Secrets, verdict, visible
from smeprofile.notebooks import as_trainee, master
from smeprofile.notebooks import build as builder
from smeprofile.notebooks.runs import prove, shown_by
from smeprofile.notebooks.samples import with_samples
from smeprofile.params import load_cohort
from smeprofile.paths import home, solutions


def test_committed_course_is_current():
    """Every notebook runs, every sample is judged as its source says, every file is what they make."""
    assert builder.check().files == []


def test_feedback_tells_what_is_said_of_every_typical_mistake(tmp_path):
    """The build judges what a check says; this is what of it reaches the learner."""
    cohort, cache, withheld = load_cohort(), Cache(solutions().parent), []
    wanted = [run for run in builder.check().runs if run.kind == "samples"]
    prove(wanted, cache, home(), shown=True)
    for run in wanted:
        whole = master(run.source, cohort)
        checks = [c.source for c in whole.cells if is_grade(c)]
        shown = "\n".join(
            visible(c.source) if is_grade(c) else c.source for c in as_trainee(whole).cells
        )
        secrets = Secrets(checks, shown)
        told = {
            cell.id: verdict(cell.source, output, secrets)
            for cell in shown_by(run, cache).cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        }
        given = with_samples(whole, run.source, tmp_path).cells
        samples = [s for e in run.source.exercises.values() for s in e.samples if not e.rubric]
        judged = [c.id for c in given if c.id.startswith("sample-") and not c.id.endswith("-given")]
        withheld += [
            f"{run.name}：{sample.mistake}"
            for sample, cell_id in zip(samples, judged, strict=True)
            if cell_id in told and sample.says not in told[cell_id]
        ]
    assert withheld == []
