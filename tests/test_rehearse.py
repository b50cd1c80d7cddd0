"""The simulated class; that it goes the whole way is shown in ``grading/test_needs.py``."""

from collections import Counter

import pytest

from smeprofile.errors import UserError
from smeprofile.notebooks import read_source
from smeprofile.params import load_cohort
from smeprofile.paths import home
from smeprofile.rehearse import rehearse, simulate_class


def simulated(learners, seed):
    cohort = load_cohort()
    sources = [read_source(home() / "solutions" / m.slug / "practice.py") for m in cohort.modules]
    return list(simulate_class(sources, cohort, learners=learners, seed=seed))


def test_a_rehearsal_shows_all_kinds_of_answers():
    kinds = Counter(
        answer if isinstance(answer, str) else "mistake"
        for hand_in in simulated(20, seed=1)
        for answer in hand_in.answers.values()
    )
    assert min(kinds["right"], kinds["blank"], kinds["mistake"]) > 10


def test_same_seed_simulates_the_same_class():
    assert simulated(5, seed=9) == simulated(5, seed=9)


def test_better_learners_answer_more():
    class_ = simulated(200, seed=2)
    right = [sum(a == "right" for a in h.answers.values()) for h in class_]
    able = [n for n, h in zip(right, class_, strict=True) if h.learner.ability > 1]
    weak = [n for n, h in zip(right, class_, strict=True) if h.learner.ability < -1]
    assert sum(able) / len(able) > sum(weak) / len(weak)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "论文.docx").touch()
    with pytest.raises(UserError, match="已有别的文件"):
        rehearse(1, seed=1, out=tmp_path)


def test_number_of_learners_is_checked(tmp_path):
    with pytest.raises(UserError, match="1–500"):
        rehearse(0, seed=1, out=tmp_path)
