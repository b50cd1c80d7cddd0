"""Feedback pages: written while grading as by the command, once, with a text for every picture."""

import os
import sys
from functools import partial

import pytest

from shop_course import REFERENCE, course, hand_in, write
from smeprofile.grading import feedback, grade, run
from smeprofile.grading.course import LOG, STAMP, open_course
from smeprofile.sandbox import Limits
from smeprofile.trial import Terms

PICTURE = 'from IPython.display import HTML\nrate = 0.035\nHTML(\'<img src="data:,"><img alt="图" src="data:,">\')'


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("pages")
    write(root, ("source", "ps1"), course(REFERENCE))
    hand_in(root, "ann", course(REFERENCE, tests=False))
    hand_in(root, "ben", course(REFERENCE | {"rate": PICTURE}, tests=False))
    done = grade(root=root, feedback=True)
    assert done.ok, str(done)
    assert "已写好 2 份反馈" in str(done)
    assert "请把这些网页发还学员" in str(done) and done.returned.packed == []  # no workspace there
    return root


def page(root, learner):
    return root / "feedback" / learner / "ps1" / "p1.html"


def test_pages_written_while_grading_are_those_of_the_command(root):
    before = {who: page(root, who).read_bytes() for who in ("ann", "ben")}
    assert feedback(course=open_course(root)).ok
    assert {who: page(root, who).read_bytes() for who in ("ann", "ben")} == before


def test_what_has_its_page_is_not_written_again_and_a_missing_one_is(root):
    page(root, "ann").unlink()
    kept = page(root, "ben").stat().st_mtime_ns
    assert {row.status for row in grade(root=root, feedback=True).rows} == {"unchanged"}
    assert page(root, "ann").is_file()
    assert page(root, "ben").stat().st_mtime_ns == kept


def test_a_page_that_was_written_and_not_returned_is_returned_next_time(root):
    folder = page(root, "ann").parent
    (folder / ".returned").unlink()  # as a kill in between leaves it
    done = grade(root=root, feedback=True)
    assert [path.parent.parent.name for path in done.returned.by_hand] == ["ann"]
    assert grade(root=root, feedback=True).returned.by_hand == []


def test_a_page_returned_before_the_hand_in_was_graded_again_is_written_again(root):
    graded = (root / "autograded" / "ann" / "ps1" / STAMP).stat().st_mtime
    os.utime(page(root, "ann").parent / ".returned", (graded - 1, graded - 1))
    assert [p.parent.parent.name for p in grade(root=root, feedback=True).returned.by_hand] == [
        "ann"
    ]


def test_what_its_time_cut_short_is_told_and_can_be_graded_again(root, monkeypatch):
    hand_in(root, "cut", course(REFERENCE, tests=False))
    with monkeypatch.context() as patch:
        patch.setattr(run, "Terms", partial(Terms, limits=Limits(seconds=0)))
        for status in ("graded", "unchanged"):
            (row,) = grade(root=root, feedback=True, learner="cut").rows
            assert (row.status, row.score) == (status, 0)
            assert "整本用时超过上限" in row.note and "--again" in row.note
    (row,) = grade(["ps1"], root=root, feedback=True, learner="cut", again="机器忙").rows
    assert (row.status, row.score) == ("graded", 4) and "整本用时" not in row.note


def test_a_page_that_cannot_be_written_stops_no_other(root, monkeypatch):
    def full(course, assignment, learner):
        if learner == "ann":
            raise OSError(28, "No space left on device")

    for who in ("ann", "ben"):
        (page(root, who).parent / ".returned").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["smeprofile.grading.feedback"], "settle", full)
        graded, told = grade(root=root, feedback=True), feedback(course=open_course(root))
    for returned in (graded.returned, told):
        assert page(root, "ben") in returned.by_hand
        (line,) = returned.failed
        assert line.startswith("ann（ps1）：反馈没写成") and "No space left" in line
    assert not graded.ok
    assert "in full" in (root / LOG).read_text(encoding="utf-8")
    assert page(root, "ann") in grade(root=root, feedback=True).returned.by_hand


def test_a_picture_without_a_text_gets_one(root):
    text = page(root, "ben").read_text(encoding="utf-8")
    assert '<img alt="没有文字说明的图" src="data:,"><img alt="图" src="data:,">' in text
