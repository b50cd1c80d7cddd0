"""A mistake in a source file is named before anything is built."""

import pytest

from smeprofile.errors import UserError
from smeprofile.notebooks import read_source

EXERCISE = """# %% [markdown] task="q" track="all"
# ### 第 1 题
# %% answer="q"
# BEGIN SOLUTION
x = 1
# END SOLUTION
# %% check="q" points=2
assert x == 1, "x 应为 1"
# %% sample="q" mistake="错一位" says="应为"
x = 2
"""


def source(tmp_path, text):
    path = tmp_path / "01_a" / "practice.py"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_exercise_is_read_with_all_its_parts(tmp_path):
    exercise = read_source(source(tmp_path, EXERCISE)).exercises["q"]
    assert (exercise.title, exercise.track, exercise.points) == ("第 1 题", "all", 2)
    assert [(s.mistake, s.says, s.source) for s in exercise.samples] == [
        ("错一位", "应为", "x = 2")
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points=2", "", "points"),
        ('track="all"', 'track="boss"', "track"),
        ("# END SOLUTION", "", "END SOLUTION"),
        (' says="应为"', "", "says"),
        ('task="q" ', 'taks="q" ', "taks"),
        ('answer="q"', 'answer="other"', "缺少"),
    ],
)
def test_mistake_in_a_header_is_named(tmp_path, old, new, says):
    with pytest.raises(UserError, match=says):
        read_source(source(tmp_path, EXERCISE.replace(old, new)))
