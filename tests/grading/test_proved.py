"""What the master's own answers prove about how it is judged, and when that is kept."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from shop_course import mark
from smeprofile.grading.run import Run
from smeprofile.trial.plan import Check

PLAN = {"rate": Check([], ["rate"])}


def ended(kind=""):
    """A tried master whose one check ended with that error, or well."""
    outputs = [new_output("error", ename=kind, evalue="", traceback=[])] if kind else []
    own = mark("rate", grade=True, locked=True, points=1)
    return new_notebook(cells=[new_code_cell("assert rate", metadata=own, outputs=outputs)])


def proved(monkeypatch, tmp_path, *kinds):
    """Prove a master of which each try ends like that; the plan, and whether it was kept."""
    tries = iter(kinds)
    monkeypatch.setattr(Run, "_tried", lambda *_: (ended(next(tries)), {"rate": (("rate",), True)}))
    kept = tmp_path / "proved" / "x.json"
    made = Run()._proved(nbformat.from_dict(ended()), PLAN, tmp_path, kept)["rate"]
    assert next(tries, None) is None
    return made, kept.is_file()


def test_what_passes_is_judged_apart_and_that_is_kept(monkeypatch, tmp_path):
    made, is_kept = proved(monkeypatch, tmp_path, "")
    assert (made.beside, made.plain, is_kept) == (None, ("rate",), True)


def test_one_bad_moment_does_not_end_isolation(monkeypatch, tmp_path):
    made, is_kept = proved(monkeypatch, tmp_path, "LearnerError", "", "")
    assert (made.beside, is_kept) == (None, True)


def test_what_always_ends_otherwise_apart_is_run_beside(monkeypatch, tmp_path):
    made, is_kept = proved(monkeypatch, tmp_path, "LearnerError", "", "LearnerError")
    assert (made.beside, is_kept) == ("it ends otherwise apart", True)


def test_a_check_cut_short_decides_nothing(monkeypatch, tmp_path):
    with pytest.raises(RuntimeError, match="rate was cut short"):
        proved(monkeypatch, tmp_path, "RunStopped", "", "TimeoutError")
    assert not (tmp_path / "proved").exists()


def test_a_master_that_fails_both_ways_is_tried_again_next_time(monkeypatch, tmp_path):
    made, is_kept = proved(monkeypatch, tmp_path, "NameError", "NameError")
    assert (made.beside, made.plain, is_kept) == (None, (), False)
