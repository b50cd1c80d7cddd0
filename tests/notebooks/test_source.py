"""A mistake in a source file is named before anything is built."""

import pytest

from smeprofile.errors import UserError
from smeprofile.notebooks import master, read_source

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


def test_a_file_of_another_encoding_is_named_with_its_line(tmp_path):
    path = source(tmp_path, EXERCISE)
    path.write_bytes(EXERCISE.encode("gbk"))
    with pytest.raises(UserError, match=r"01_a/practice\.py 第 2 行不是 UTF-8"):
        read_source(path)


@pytest.mark.parametrize(
    ("prose", "says"),
    [
        ("# 走访 {{ 一 二 }}", "第 1 行"),
        ("# 走访\n# {{ cohort.bnak.name }}", "bnak"),
        ("# {{ cohort.seed / 0 }}", "zero"),
        ('# {{ fact("none") }}', "没有 none"),
    ],
)
def test_what_can_not_be_filled_in_is_named_with_its_cell(tmp_path, cohort, prose, says):
    text = f"{EXERCISE}# %% [markdown]\n{prose}\n"
    with pytest.raises(UserError, match=rf"01_a/practice\.py 第 5 个单元：.*{says}"):
        master(read_source(source(tmp_path, text)), cohort)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points=2", "", "points"),
        ('track="all"', 'track="boss"', "track"),
        ("# END SOLUTION", "", "END SOLUTION"),
        (' says="应为"', "", "says"),
        ('task="q" ', 'taks="q" ', "taks"),
        ('answer="q"', 'answer="other"', "缺少"),
        ("points=2", "points=True", "points=正数"),
        ("\nx = 1\n", "\nx = (1\n", r"01_a/practice\.py 第 2 个单元第 2 行有语法错误.*x = \(1"),
        ("\nx = 2\n", "\nx == = 2\n", r"01_a/practice\.py 第 4 个单元第 1 行有语法错误"),
    ],
)
def test_mistake_in_a_header_is_named(tmp_path, old, new, says):
    with pytest.raises(UserError, match=says):
        read_source(source(tmp_path, EXERCISE.replace(old, new)))
