"""Erasing a learner takes all that is theirs, wherever it lies, and nothing of anybody else."""

import pytest

from smeprofile.errors import UserError
from smeprofile.grading import erase
from smeprofile.grading.course import example_course

HAND_IN = "02_tiny+2026-01-05 09:00:00.000000 UTC+abc"


@pytest.fixture
def course():
    with example_course() as course:
        for name in ("inbound", "feedback"):
            (course.root / "exchange" / "c1" / name).mkdir(parents=True)
        yield course


@pytest.fixture
def inbound(course):
    """An exchange in which ann's and anna's hand-ins wait to be collected."""
    inbound = course.root / "exchange" / "c1" / "inbound"
    for learner in ("ann", "anna"):
        (inbound / f"{learner}+{HAND_IN}").mkdir()
    return inbound


def collected(course):
    """Put a hand-in of ann's where collecting puts it; return its folder."""
    folder = course.folder("submitted", "ann", "02_tiny")
    folder.mkdir(parents=True)
    (folder / "practice.ipynb").touch()
    return folder


def test_a_hand_in_that_was_never_collected_is_erased(course, inbound):
    assert "1 个作业、批改和反馈文件夹" in erase("ann", course=course)
    assert [path.name for path in inbound.iterdir()] == [f"anna+{HAND_IN}"]
    with pytest.raises(UserError, match="没有学员 ann 的任何记录"):
        erase("ann", course=course)


def test_an_erasure_cut_short_before_its_last_folder_is_finished(course):
    left = collected(course)
    (left / "practice.ipynb").unlink()
    erase("ann", course=course)
    assert not left.parent.exists()


def test_a_pattern_in_place_of_a_learner_erases_nobody(course, inbound):
    with pytest.raises(UserError, match=r"没有学员 \* 的任何记录"):
        erase("*", course=course)
    assert len(list(inbound.iterdir())) == 2


def test_a_link_in_the_exchange_goes_and_what_it_leads_to_stays(course, inbound, tmp_path):
    collected(course)
    (tmp_path / "theirs").write_text("别人的")
    (inbound / f"ann+{HAND_IN}2").symlink_to(tmp_path)
    erase("ann", course=course)
    assert [path.name for path in inbound.iterdir()] == [f"anna+{HAND_IN}"]
    assert (tmp_path / "theirs").read_text() == "别人的"


def test_a_page_is_whose_its_head_says_whatever_a_cell_of_it_shows(course, inbound):
    collected(course)
    pages = course.root / "exchange" / "c1" / "feedback"
    for learner, other in (("ann", "ben"), ("ben", "ann")):
        text = f"<p>模块：练习　学员：{learner}</p><table></table><p>学员：{other}</p>"
        (pages / f"{learner}.html").write_text(text, encoding="utf-8")
    erase("ann", course=course)
    assert [path.name for path in pages.iterdir()] == ["ben.html"]
