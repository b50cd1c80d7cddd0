"""Graded by Dask's workers: the same scores and notes as here, and refusals that say why."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import inspect

from conftest import missing
from shop_course import REFERENCE, course, hand_in, write
from smeprofile.errors import UserError
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.grading.one import make_known
from smeprofile.grading.tables import TABLES
from smeprofile.sandbox import Unavailable, refuse_without

pytestmark = pytest.mark.full
KINDS = [REFERENCE, {}, REFERENCE | {"rate": "rate = 3.5"}, {"total": "import os\nos._exit(1)"}]


def write_class(root):
    write(root, ("source", "ps1"), course(REFERENCE))
    for n in range(12):
        hand_in(root, f"w{n:02}", course(KINDS[n % len(KINDS)], tests=False))
    broken = root / "submitted" / "w99" / "ps1"
    broken.mkdir(parents=True)
    (broken / "p1.ipynb").write_text("{", encoding="utf-8")


@pytest.fixture(scope="module")
def address():
    try:
        refuse_without()
    except Unavailable as why:
        missing(f"a sandbox ({why})")
    distributed = pytest.importorskip("dask.distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def postgres(tmp_path):
    """The address of a PostgreSQL server of our own, reached by a socket in a folder."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("PostgreSQL isn't installed (Debian: postgresql)")
    pytest.importorskip("psycopg")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path must be short
    user = "postgres" if os.geteuid() == 0 else None  # it refuses root
    if user:
        shutil.chown(folder, user)

    def run(program, *words):
        call = [programs[-1] / program, "-D", folder / "data", *words]
        subprocess.run(call, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-U", "grader", "--auth", "trust", "-E", "UTF8")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-k {folder} -c listen_addresses=", "start")
    yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    run("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # dask's own
def test_many_write_one_gradebook_on_a_server(address, postgres, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for root in (here, there):
        write_class(root)
    (there / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = {postgres!r}\n"
        "c.CourseDirectory.course_id = 'shop'\n",  # a server wants to know which course
        encoding="utf-8",
    )
    assert told(grade(root=there, cluster=address)) == told(grade(root=here))
    assert not [*there.glob("*.db"), *there.glob(".grading.lock")]
    with open_course(there).gradebook() as gradebook:
        assert gradebook.engine.dialect.name == "postgresql"
        assert len(gradebook.assignment_submissions("ps1")) == 12


def test_tables_are_made_before_many_want_them(tmp_path):
    write_class(tmp_path)
    shop = open_course(tmp_path)
    make_known(shop, "ps1")
    with shop.gradebook() as gradebook:
        there = set(inspect(gradebook.engine).get_table_names())
    assert {"smeprofile_hand_in_times", *TABLES.tables} <= there


def told(graded):
    return [(r.learner_id, r.score, r.checks, r.status, r.note) for r in graded.rows]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # dask's own
def test_a_cluster_grades_as_one_machine_does(address, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for root in (here, there):
        write_class(root)
    expected, found = grade(root=here), grade(root=there, cluster=address, feedback=True)
    assert told(found) == told(expected)
    assert len({row.score for row in found.rows}) > 3
    assert len(found.returned.by_hand) == 12
    again = grade(root=there, cluster=address, feedback=True)
    assert [r.status for r in again.rows] == ["unchanged"] * 12 + ["failed"]
    assert again.returned.by_hand == []


def test_without_dask_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    write_class(tmp_path)
    with pytest.raises(UserError, match=re.escape("-c requirements.lock -e '.[cluster]'")):
        grade(root=tmp_path, cluster="tcp://127.0.0.1:1")


def test_nobody_at_the_address_is_said(tmp_path, monkeypatch):
    pytest.importorskip("dask.distributed")
    monkeypatch.setattr("smeprofile.grading.cluster._SECONDS", 1)
    write_class(tmp_path)
    with pytest.raises(UserError, match="连不上 Dask 调度器 tcp"):
        grade(root=tmp_path, cluster="tcp://127.0.0.1:1")
