"""What was released stays as it is, whatever the Python; its data too."""

import pytest

from smeprofile.buildcache import digest
from smeprofile.errors import UserError
from smeprofile.notebooks import frozen, read_source
from tiny_course import PRACTICE

CHECK = """
def _f(a, *, b=1.5):
    return lambda: None
assert f"{_f(x):>{n}}" == u"是", "说明"
"""


def test_a_digest_is_the_same_on_every_python():
    assert digest(frozen.tested(CHECK)).startswith("f2ab1b3a5cbb")  # on 3.11, 3.12 and 3.13


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("b=1.5):", "b = 1.5):  # 说明", True),
        ('"说明"', '"另一句话"', True),
        ("b=1.5", "b=1.6", False),
        ("None", "0", False),
        ('u"是"', 'b"yes"', False),
        ("{n}", "{n}.2f", False),
        ("a, *, b", "a, b", False),
    ],
)
def test_what_is_asserted_counts_and_how_it_is_written_does_not(old, new, is_same):
    assert old in CHECK
    assert (frozen.tested(CHECK.replace(old, new)) == frozen.tested(CHECK)) == is_same


@pytest.fixture
def released(tmp_path, cohort):
    path = tmp_path / "02_tiny" / "practice.py"
    path.parent.mkdir()
    path.write_text(PRACTICE, encoding="utf-8")
    source = read_source(path)
    frozen.note(source, cohort, tmp_path)
    return source, tmp_path


@pytest.mark.parametrize(
    ("name", "value"), [("seed", 7), ("n_customers", 3000), ("fx_rates_cny", {"USD": 8.0})]
)
def test_the_data_of_a_class_that_has_them_are_frozen(released, cohort, name, value):
    source, root = released
    changed = cohort.model_copy(update={name: value})
    with pytest.raises(UserError, match=f"数据不能再变.*现在 {name}.*改了.*换一个 cohort_id"):
        frozen.refuse_changed(source, changed, root)
    frozen.refuse_changed(source, changed.model_copy(update={"cohort_id": "next"}), root)


def test_what_is_no_parameter_of_the_data_may_change(released, cohort):
    source, root = released
    changes = {
        "cohort_name": "二班",
        "pass_share": 0.7,
        "attempts": 3,
        "modules": cohort.modules[:1],
    }
    frozen.refuse_changed(source, cohort.model_copy(update=changes), root)


def test_another_secret_means_other_data_and_is_not_told(released, cohort, monkeypatch):
    source, root = released
    monkeypatch.setenv("SMEPROFILE_SECRET", "sixteen characters")
    with pytest.raises(UserError, match="班次密钥"):
        frozen.refuse_changed(source, cohort, root)
