"""A file is written whole or not at all."""

import pytest

from smeprofile.disk import in_words, write_file


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    write_file(tmp_path / "a.bin", b"old")
    with pytest.raises(TypeError):
        write_file(tmp_path / "a.bin", "not bytes")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.bin", b"old")]


def test_folders_are_made_on_the_way(tmp_path):
    write_file(tmp_path / "一" / "二" / "a.txt", b"x")
    assert (tmp_path / "一" / "二" / "a.txt").read_bytes() == b"x"


def test_refusal_names_the_file_and_the_reason(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError) as refused:
        write_file(tmp_path / "file" / "a.txt", b"x")
    assert in_words(refused.value).endswith("不是文件夹") or "同名文件" in in_words(refused.value)
