"""Zips from a folder: the newest is taken, the others are named, and any of them can be had."""

from datetime import UTC, datetime, timedelta

import pytest

from smeprofile.grading import collect, grade, release
from smeprofile.grading.course import open_course
from smeprofile.grading.roster import Learner, keep
from tiny_course import RIGHT, zip_of

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def course(tiny):
    release("02")
    return open_course()


@pytest.fixture
def zips(course, tmp_path):
    """Three zips of ann's, the middle one right."""
    for n, (name, answers) in enumerate([("a", {}), ("b", RIGHT), ("c", {})]):
        zip_of(tmp_path / "zips", "ann", NOON + timedelta(hours=n), answers, name=name)
    return tmp_path / "zips"


def test_zips_that_a_newer_one_replaces_are_named(zips):
    (flag,) = collect(zips).flags
    assert "ann（02_tiny）有 3 个 zip，只看最新的 c.zip，没有收 a.zip、b.zip。" in flag
    assert "smeprofile collect" in flag


def test_a_single_zip_is_taken_in_place_of_a_newer_one(course, zips):
    collect(zips)
    told = collect(zips / "b.zip")
    assert told.new == [("02_tiny", "ann")]
    assert told.flags == [
        "ann（02_tiny）换成了较早的一份；以后再收整个文件夹或交换区，又会收最新的。"
    ]
    stamp = course.folder("submitted", "ann", "02_tiny") / "timestamp.txt"
    assert stamp.read_text(encoding="utf-8") == "2026-01-05 13:00:00"
    assert grade(learner="ann").rows[0].score == 5.0
    assert collect(zips).new == [("02_tiny", "ann")]


def test_ids_that_differ_in_capitals_only_are_flagged(course, tmp_path):
    keep(course, [Learner("Zoe", "安三", "", "", "rm")])
    zip_of(tmp_path, "zoe", NOON, name="作业")
    told = collect(tmp_path)
    assert told.unlisted == ["zoe"]
    assert any("Zoe、zoe 只差大小写" in flag for flag in told.flags)


@pytest.mark.parametrize(
    "name", ["ben+02_tiny", "ben", "作业-ben", "周五 02_tiny (1)", "x9+02_tiny"]
)
def test_a_name_that_speaks_of_another_learner_is_flagged(course, tmp_path, name):
    keep(course, [Learner("ann", "安三", "", "", "rm"), Learner("ben", "周五", "", "", "rm")])
    zip_of(tmp_path, "ann", NOON, name=name)
    (flag,) = collect(tmp_path).flags
    who = "x9" if name.startswith("x9") else "ben"
    assert flag.startswith(f"请核对：{name}.zip 的文件名写的是 {who}，里面署名 ann")


@pytest.mark.parametrize("name", ["ann+02_tiny (1)", "安三", "作业", "bennet", "ben 和 ann"])
def test_a_name_that_speaks_of_nobody_else_is_not(course, tmp_path, name):
    keep(course, [Learner("ann", "安三", "", "", "rm"), Learner("ben", "周五", "", "", "rm")])
    zip_of(tmp_path, "ann", NOON, name=name)
    assert collect(tmp_path).flags == []
