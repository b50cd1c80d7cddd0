"""A backup holds all that grading knows, and comes back whole or not at all, on any engine."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from conftest import missing
from smeprofile.errors import UserError
from smeprofile.grading import backup, deadline, feedback, grade, release, restore
from smeprofile.grading.course import CONFIG_FILE, Course, open_course
from smeprofile.grading.roster import Learner, keep
from smeprofile.grading.tables import connection
from tiny_course import zip_of

made_restore = sys.modules["smeprofile.grading.restore"]
DUE = datetime(2026, 1, 5, 10, tzinfo=UTC)  # 18:00 in Shanghai
EVERYTHING = ("source", "submitted", "autograded", "feedback", "roster.csv", "released.json",
              "comments.csv")  # fmt: skip


@pytest.fixture(scope="module")
def full(tiny):
    """A course with late work graded, an extension, a mark by hand and an appeal."""
    from smeprofile.grading import collect

    course = open_course()
    release("02")
    deadline("02", "2026-01-05 18:00")
    for learner, hours in (("ann", 0), ("ben", 30)):
        zip_of(tiny / "zips", learner, DUE + timedelta(hours=hours))
    collect(tiny / "zips")
    (course.root / "comments.csv").write_text("题目,评语\n,写得清楚\n", encoding="utf-8")
    keep(course, [Learner(who, "安", "一支行", "", "analyst") for who in ("ann", "ben")])
    grade()
    deadline("02", "2026-01-06 08:00", learner="ben")
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("stage-check", "practice", "02_tiny", "ann")
        mark.manual_score, mark.extra_credit = 1.1, 0.3
        gradebook.db.commit()
    with connection(course) as database:  # a table that nobody here knows
        database.execute(
            text("CREATE TABLE notes (id INTEGER PRIMARY KEY, note VARCHAR(9), x FLOAT)")
        )
        database.execute(text("INSERT INTO notes VALUES (1, '好', 0.1), (2, NULL, 3)"))
    grade(["02_tiny"], learner="ann", again="复核")
    feedback()
    return course


@pytest.fixture(scope="module")
def packed(full, tmp_path_factory):
    return backup(tmp_path_factory.mktemp("packed") / "all.zip", course=full).path


def at(folder, **config):
    """An empty course directory, with the settings of ours."""
    folder.mkdir()
    course = open_course()
    own = course.config.copy()
    own.CourseDirectory.root = str(folder)
    own.CourseDirectory.update(config)
    return Course(folder, own)


def state(course, folder):
    """All that a course knows, as a backup of it says; the settings are each course's own."""
    path = folder / f"{course.root.name}-{len(list(folder.iterdir()))}.zip"
    with zipfile.ZipFile(backup(path, course=course).path) as archive:
        names = set(archive.namelist()) - {"manifest.json", f"files/{CONFIG_FILE}"}
        return {name: archive.read(name) for name in names}


def files(root):
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for name in EVERYTHING
        for p in [root / name, *(root / name).rglob("*")]
        if p.is_file()
    }


def test_the_same_state_gives_the_same_bytes(full, packed, tmp_path):
    assert backup(tmp_path / "again.zip", course=full).path.read_bytes() == packed.read_bytes()


def test_a_backup_comes_back_into_an_empty_course(full, packed, tmp_path):
    other = at(tmp_path / "other")
    said = restore(packed, course=other)
    assert (said.before, files(other.root)) == (None, files(full.root))
    assert state(other, tmp_path) == state(full, tmp_path)
    with other.gradebook() as gradebook:
        late = gradebook.find_submission("02_tiny", "ben")
        assert late.extension == timedelta(hours=14)
        assert late.assignment.duedate == datetime(2026, 1, 5, 10)
        assert gradebook.find_submission("02_tiny", "ann").score == 4.4
    with connection(other) as database:
        rows = database.execute(text("SELECT id, note, x FROM notes ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(1, "好", 0.1), (2, None, 3.0)]


def test_settings_that_differ_are_put_beside_and_what_is_there_stays(full, packed, tmp_path):
    other = at(tmp_path / "other")
    (other.root / CONFIG_FILE).write_text("# db_url of now", encoding="utf-8")
    said = restore(packed, course=other)
    assert (other.root / CONFIG_FILE).read_text(encoding="utf-8") == "# db_url of now"
    assert said.settings.read_bytes() == (full.root / CONFIG_FILE).read_bytes()
    assert said.settings.name in str(said)


def test_the_same_settings_are_not_put_beside(full, packed, tmp_path):
    other = at(tmp_path / "other")
    shutil.copy(full.root / CONFIG_FILE, other.root)
    said = restore(packed, course=other)
    assert said.settings is None and not [*other.root.glob("*.restored")]


def test_comments_stay_where_the_backup_has_none(full, tmp_path):
    comments = full.root / "comments.csv"
    kept = comments.read_bytes()
    comments.unlink()
    path = backup(tmp_path / "without.zip", course=full).path
    comments.write_bytes(kept)
    restore(path, course=full)
    assert comments.read_bytes() == kept


def test_nothing_needs_grading_again_after_a_restore(packed, full, tiny):
    shutil.rmtree(full.root / "submitted" / "ben")
    restore(packed, course=full)
    assert {row.status for row in grade(course=full).rows} == {"unchanged"}


def test_what_was_there_is_backed_up_first_and_can_come_back(full, packed, tmp_path):
    other = at(tmp_path / "other")
    restore(packed, course=other)
    with other.gradebook() as gradebook:
        gradebook.add_student("new")
    (other.root / "submitted" / "new" / "02_tiny").mkdir(parents=True)
    (other.root / "submitted" / "new" / "02_tiny" / "a.txt").write_text("新", encoding="utf-8")
    there = state(other, tmp_path)
    said = restore(packed, course=other)
    assert state(other, tmp_path) == state(full, tmp_path)
    assert said.before.name.startswith("before-restore-")
    restore(said.before, course=other)
    assert state(other, tmp_path) == there


def test_a_restore_that_was_killed_is_noticed_and_done_again(full, packed, tmp_path):
    other = at(tmp_path / "other")
    restore(packed, course=other)
    with other.gradebook() as gradebook:
        gradebook.add_student("new")
    there = state(other, tmp_path)
    if (pid := os.fork()) == 0:
        real, n = Path.rename, iter(range(99))
        Path.rename = lambda self, to: os._exit(9) if next(n) == 3 else real(self, to)
        try:
            restore(packed, course=other)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    with pytest.raises(UserError, match=r"中途断了.*before-restore-"):
        open_course(other.root)
    said = restore(packed, course=other)
    assert state(other, tmp_path) == state(full, tmp_path)
    assert open_course(other.root).root == other.root and not [*other.root.glob(".restor*")]
    restore(said.before, course=other)
    assert state(other, tmp_path) == there


@pytest.fixture(scope="module")
def spare(full, tmp_path_factory):
    """A course with one learner's work, that nothing may happen to."""
    course = at(tmp_path_factory.mktemp("spare") / "other")
    with course.gradebook() as gradebook:
        gradebook.add_student("mine")
    (course.root / "submitted" / "mine").mkdir(parents=True)
    (course.root / "submitted" / "mine" / "a.txt").write_text("我的", encoding="utf-8")
    return course


@pytest.mark.parametrize("where", ["unpacking", "inserting", "moving", "the last step"])
def test_a_failure_in_the_middle_leaves_everything_as_it_was(packed, spare, tmp_path, where):
    before = state(spare, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        PLANTS[where](patch)
        with pytest.raises(UserError, match="没有恢复，一切照旧"):
            restore(packed, course=spare)
    assert state(spare, tmp_path) == before
    assert list(spare.root.glob(".restore-*")) == []


def disk_full(*_):
    raise OSError(28, "No space left on device", "磁盘")


def after_unpacking(patch):
    unpack = made_restore._unpack
    patch.setattr(made_restore, "_unpack", lambda *a: (unpack(*a), disk_full()))


def after_some_rows(patch):
    kept = made_restore._rows

    def rows(path, name, schema):
        yield from kept(path, name, schema)
        if name == "grade":
            disk_full()

    patch.setattr(made_restore, "_rows", rows)


def between_two_folders(patch):
    kept, calls = Path.rename, []

    def rename(path, target):
        calls.append(path)
        return disk_full() if len(calls) == 4 else kept(path, target)

    patch.setattr(Path, "rename", rename)


def at_the_commit(patch):
    patch.setattr("sqlalchemy.engine.Connection.commit", disk_full)


PLANTS = {
    "unpacking": after_unpacking,
    "inserting": after_some_rows,
    "moving": between_two_folders,
    "the last step": at_the_commit,
}


def rewritten(packed, path, *, manifest=None, change=None, add=None, drop=""):
    """Write a copy of a backup with something about it changed."""
    with zipfile.ZipFile(packed) as archive:
        entries = {n: archive.read(n) for n in archive.namelist() if n != drop}
    about = json.loads(entries["manifest.json"])
    entries |= change or {}
    if add:
        entries |= add
        about["sha256"] |= {name: sha256(data).hexdigest() for name, data in add.items()}
    entries["manifest.json"] = json.dumps(about | (manifest or {})).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"manifest": {"cohort_id": "other"}}, "它属于班次 other，现在是 tiny"),
        ({"manifest": {"format": 2}}, "格式不认识"),
        ({"manifest": {"tables": 3}}, "不是 smeprofile 的备份"),
        ({"change": {"tables/grade.jsonl": b""}}, "tables/grade.jsonl 在备份后被改过"),
        ({"drop": "tables/grade.jsonl"}, "列出的不一致"),
        ({"add": {"files/../../evil.py": b""}}, "不该有 files/../../evil.py"),
        ({"add": {"files/submitted/../evil.py": b""}}, "不该有"),
        ({"add": {"files/nbgrader_config.py/x": b""}}, "不该有 files/nbgrader_config.py/x"),
        ({"add": {"files/gradebook.db": b""}}, "不该有 files/gradebook.db"),
        ({"add": {"/etc/evil": b""}}, "不该有 /etc/evil"),
        ({"add": {"tables/course.jsonl": b'["a", "b"]\n'}}, "列数不对"),
        ({"add": {"tables/grade.jsonl": b""}}, "行数和 manifest.json 写的不一致"),
        ({"add": {"tables/alembic_version.jsonl": b'["old"]\n'}}, "nbgrader 的版本不一样"),
    ],
)
def test_a_foreign_or_changed_backup_is_refused_and_nothing_changes(
    packed, spare, tmp_path, made, says
):
    before = state(spare, tmp_path)
    with pytest.raises(UserError, match=says):
        restore(rewritten(packed, tmp_path / "bad.zip", **made), course=spare)
    assert state(spare, tmp_path) == before


@pytest.mark.parametrize(
    ("data", "says"),
    [(None, "找不到"), (b"", "不是完整的 zip"), (b"PK\x03\x04 cut", "不是完整的 zip")],
)
def test_what_is_no_zip_is_refused(full, tmp_path, data, says):
    path = tmp_path / "a.zip"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError, match=says):
        restore(path, course=full)


def test_a_truncated_backup_is_refused(packed, full, tmp_path):
    (tmp_path / "cut.zip").write_bytes(packed.read_bytes()[:-300])
    with pytest.raises(UserError, match="不是完整的 zip"):
        restore(tmp_path / "cut.zip", course=full)


def test_links_are_named_and_not_followed(full, tmp_path):
    other = at(tmp_path / "other")
    (other.root / "submitted").mkdir()
    (other.root / "submitted" / "link").symlink_to("/etc")
    os.mkfifo(other.root / "submitted" / "pipe")
    said = backup(tmp_path / "b.zip", course=other)
    assert said.left == ["submitted/link", "submitted/pipe"]
    assert not any("link" in name for name in zipfile.ZipFile(said.path).namelist())


@pytest.mark.parametrize("name", ["a.txt", "there.zip"])
def test_a_backup_never_replaces_a_file(full, tmp_path, name):
    (tmp_path / "there.zip").write_text("旧", encoding="utf-8")
    with pytest.raises(UserError, match=r"请换一个 \.zip 文件名"):
        backup(tmp_path / name, course=full)
    assert (tmp_path / "there.zip").read_text(encoding="utf-8") == "旧"


def test_another_courses_gradebook_in_the_same_database_is_left_alone(packed, tmp_path):
    other = at(tmp_path / "other")
    with other.gradebook() as gradebook:
        gradebook.db.execute(text("INSERT INTO course (id) VALUES ('theirs')"))
        gradebook.db.commit()
    with pytest.raises(UserError, match="还有别的课程 theirs"):
        restore(packed, course=other)


@pytest.fixture
def postgres(tmp_path):
    """The address of a PostgreSQL server of our own, run by an ordinary user."""
    pytest.importorskip("psycopg") if not os.environ.get("SMEPROFILE_NO_SKIP") else None
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing("postgresql")
    folder = Path("/tmp") / f"smeprofile-pg-{os.getpid()}"
    folder.mkdir()
    user = {}
    if os.geteuid() == 0:  # it refuses to run as root
        shutil.chown(folder, "nobody")
        user = {"user": "nobody", "extra_groups": []}

    def run(name, *options):
        command = [programs[-1] / name, "-D", folder / "data", *options]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **user)

    run("initdb", "-U", "grader", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-k {folder} -c listen_addresses=''", "start")
    try:
        yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.full
def test_a_gradebook_moves_to_postgresql_and_back_exactly(full, packed, postgres, tmp_path):
    theirs = at(tmp_path / "theirs", db_url=postgres)
    restore(packed, course=theirs)
    there = state(theirs, tmp_path)
    assert there == state(full, tmp_path)
    assert {row.status for row in grade(course=theirs).rows} == {"unchanged"}
    (row,) = grade(["02_tiny"], learner="ann", again="又一次", course=theirs).rows
    assert (row.status, row.score) == ("graded", 4.4)
    again = backup(tmp_path / "moved.zip", course=theirs).path
    home = at(tmp_path / "home")
    restore(again, course=home)
    assert state(home, tmp_path) == state(theirs, tmp_path)
    engine = create_engine(postgres)
    with engine.connect() as database:
        assert database.execute(text("SELECT count(*) FROM smeprofile_appeals")).scalar() == 2
    engine.dispose()
