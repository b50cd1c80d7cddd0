"""What a notebook imports, and sums that are remembered."""

import pytest

from smeprofile.buildcache import PACKAGE, Cache, imported


def names(code):
    return {path.relative_to(PACKAGE).as_posix() for path in imported(code)}


def test_only_what_is_imported_counts():
    assert {"__init__.py", "uscc.py"} == names("from smeprofile import uscc")
    assert {"__init__.py"} == names("import smeprofile as sp")


def test_public_names_lead_to_their_modules():
    assert "tags/profile.py" in names("import smeprofile as sp\nsp.profile")
    assert "tags/profile.py" in names("from smeprofile import profile")
    assert "tags/profile.py" not in names("import smeprofile as sp\nsp.load")


@pytest.mark.parametrize("file", ["rules/lpr.csv", "rules/sme_size_2017.json", "errors.py"])
def test_data_files_and_imports_of_imports_count(file):
    assert file in names("from smeprofile.tags import profile")


def test_a_sum_follows_the_file(tmp_path):
    cache, path = Cache(tmp_path), tmp_path / "a"
    assert "" == cache.sum_of(path)
    path.write_text("one")
    one = cache.sum_of(path)
    cache.write("some", {})
    assert one == Cache(tmp_path).sum_of(path) != ""
    path.write_text("other")
    assert one != Cache(tmp_path).sum_of(path)


def test_a_broken_record_is_none(tmp_path):
    cache = Cache(tmp_path)
    cache.write("some", {"a": 1})
    (cache.folder / "some.json").write_text("{")
    assert cache.read("some") is None is cache.read("none")
