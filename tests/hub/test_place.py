"""What can be told of the class on the Hub without starting one."""

import os
import re
import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader
from openpyxl import Workbook
from traitlets.config import Config, PyFileConfigLoader

from conftest import ROOT
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import Course
from smeprofile.grading.roster import Learner, keep
from smeprofile.hub import Place, accounts, install, launch, plan, run
from smeprofile.hub.place import VARIABLE, noted, open_to_all
from smeprofile.hub.spawner import ClassLogin, memory_group
from smeprofile.params import load_cohort

HUB = ROOT / "grading" / "hub"


def learner(number):
    return Learner(number, "安", "总行", "", "rm")


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path, "c1", "sme-", 8100, {"sme-1001": "1001"}, ["sme-teacher"])
    made.note()
    (made.state / "desk_token").write_text("t" * 64)
    return made


@pytest.fixture
def settings(place, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(place.root))
    monkeypatch.setenv("SMEPROFILE_SECRET", "not-for-learners-at-all")
    return PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        (["A1", "a1"], "A1 和 a1 会用同一个系统账号 sme-a1"),
        (["course"], "course（课程自己的账号） 和 course 会用同一个系统账号"),
        (["teacher"], "teacher 和 teacher 会用同一个系统账号"),
        (["x" * 29], "太长"),
    ],
)
def test_a_class_list_that_makes_no_accounts_is_refused(numbers, says):
    with pytest.raises(UserError, match=re.escape(says)):
        plan(map(learner, numbers), ["teacher"], "sme-")


def test_the_note_is_read_as_it_was_written(place):
    assert noted(place.root) == place


def test_a_broken_note_is_named(place):
    (place.root / "hub" / "class.json").write_text("{")
    with pytest.raises(UserError, match=r"class\.json"):
        noted(place.root)


def filled(new):
    new.mkdir()
    (new / "lesson").write_text("新的")


def cut_short(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "left", [("course", ".course.new"), (".course.old", ".course.new"), ("course", ".course.old")]
)
def test_a_swap_killed_at_any_step_is_made_whole_by_the_next_run(tmp_path, left):
    for name in left:
        (tmp_path / name).mkdir()
        (tmp_path / name / "lesson").write_text("旧的")
    install._replaced(tmp_path / "course", filled)
    assert list(tmp_path.iterdir()) == [tmp_path / "course"]
    assert (tmp_path / "course" / "lesson").read_text() == "新的"


def test_what_a_killed_swap_put_aside_is_put_back_before_anything_else(tmp_path):
    (tmp_path / ".course.old").mkdir()
    with pytest.raises(KeyboardInterrupt):
        install._replaced(tmp_path / "course", cut_short)
    assert list(tmp_path.iterdir()) == [tmp_path / "course"]


def test_the_gradebooks_folder_is_never_there_before_its_owner_has_it(place, monkeypatch):
    place.staff.mkdir()
    grading, given = place.staff / "grading", []
    monkeypatch.setattr(install, "_give", cut_short)
    with pytest.raises(KeyboardInterrupt):
        install._grading(place, ROOT)
    assert not grading.exists()
    monkeypatch.setattr(install, "_give", lambda folder, owner: given.append((folder.name, owner)))
    for _ in range(2):
        install._grading(place, ROOT)
    assert given == [(".grading.new", "sme-course")]
    assert [path.name for path in place.staff.iterdir()] == ["grading"]
    assert (grading / "nbgrader_config.py").is_file()


def test_first_passwords_are_roots_alone_from_the_first_byte(tmp_path, monkeypatch):
    modes = []

    def watched(path, data):
        write_file(path, data)
        modes.append(path.stat().st_mode & 0o777)

    monkeypatch.setattr(accounts, "write_file", watched)
    usual = os.umask(0o022)
    try:
        accounts._note(tmp_path / "passwords.csv", [("1001", "安", "abc")])
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(usual)
    assert modes == [0o600]


def test_where_all_may_write_nobody_moves_or_lists_anothers(place):
    for folder, (_, mode) in place.rights().items():
        if mode & 0o002:
            assert mode & 0o1000, folder  # sticky
            assert folder == place.exchange or not mode & 0o004, folder


def test_learners_servers_get_no_secret_and_instructors_do(settings):
    (desk, idle) = settings.JupyterHub.services
    assert "SMEPROFILE_SECRET" not in settings.Spawner.environment
    assert desk["environment"]["SMEPROFILE_SECRET"] == "not-for-learners-at-all"
    assert "environment" not in idle


def test_only_the_class_comes_in_and_only_instructors_to_the_desk(settings):
    assert settings.Authenticator.allowed_users == {"sme-1001", "sme-teacher"}
    roles = {role["name"]: role for role in settings.JupyterHub.load_roles}
    assert roles["desk"]["groups"] == ["formgrade-c1"]
    assert settings.JupyterHub.load_groups["formgrade-c1"] == {"users": ["sme-teacher"]}
    assert "admin_users" not in settings.Authenticator
    assert not any("admin" in s for role in roles.values() for s in role["scopes"])


def test_who_is_off_the_list_is_kept_out_though_the_hub_knew_them(settings, monkeypatch):
    there = ["root", "sme-1001", "sme-1002", "sme-teacher", "sme2-1001"]
    monkeypatch.setattr("pwd.getpwall", lambda: [SimpleNamespace(pw_name=name) for name in there])
    assert ClassLogin(config=settings).blocked_users == {"sme-1002"}


def test_without_a_certificate_the_door_is_for_this_machine_only(settings, place):
    assert settings.JupyterHub.bind_url == "http://127.0.0.1:8100"


def test_with_a_certificate_the_door_is_for_all_and_encrypted(place, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(place.root))
    (place.root / "tls.crt").touch()
    settings = PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()
    assert settings.JupyterHub.bind_url == "https://:8100"
    assert settings.JupyterHub.ssl_key == str(place.root / "tls.key")


def test_settings_without_a_place_say_what_to_do(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(UserError, match="请用 smeprofile hub 启动"):
        PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()


@pytest.mark.parametrize("name", sorted(p.name for p in (HUB / "templates").glob("*.html")))
def test_pages_are_chinese_without_script_or_anything_from_elsewhere(name):
    pages = Environment(loader=FileSystemLoader(HUB / "templates"), autoescape=True)
    told = {"base_url": "/hub/", "static_url": lambda path: f"/hub/static/{path}", "teachers": []}
    page = pages.get_template(name).render(
        told, user=None, default_server=None, status_code=404, spawn_url="/hub/spawn/a"
    )
    assert '<html lang="zh-CN">' in page and "<script" not in page and "//" not in page
    words = re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)
    assert re.findall("[A-Za-z]{3,}", words) == []


def test_memory_of_all_processes_is_limited_by_either_kind_of_control_group(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "memory").mkdir(parents=True)
    new.mkdir()
    (new / "cgroup.controllers").touch()
    group = memory_group("sme-1001", 2**30, groups=old)
    assert (group / "memory.limit_in_bytes").read_text() == str(2**30)
    group = memory_group("sme-1001", 2**30, groups=new)
    assert (group / "memory.max").read_text() == str(2**30)
    assert (new / "smeprofile" / "cgroup.subtree_control").read_text() == "+memory"


def as_root(monkeypatch, proxy="/usr/bin/proxy"):
    monkeypatch.setattr(launch.os, "geteuid", lambda: 0)
    monkeypatch.setattr(launch.shutil, "which", lambda _: proxy)


def test_who_is_not_root_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(launch.os, "geteuid", lambda: 1000)
    with pytest.raises(UserError, match="由 root 运行"):
        run(None, root=tmp_path)


def test_a_missing_proxy_is_named_with_how_to_get_it(tmp_path, monkeypatch):
    as_root(monkeypatch, proxy=None)
    with pytest.raises(UserError, match="apt install node-configurable-http-proxy"):
        run(None, root=tmp_path)


def test_the_first_time_a_class_list_is_needed(tmp_path, monkeypatch):
    as_root(monkeypatch)
    with pytest.raises(UserError, match="第一次要给出花名册"):
        run(None, root=tmp_path)


@pytest.mark.parametrize("port", [80, 65533])
def test_a_port_that_can_not_be_is_refused_and_nothing_is_made(tmp_path, monkeypatch, port):
    as_root(monkeypatch)
    with pytest.raises(UserError, match="端口要在 1024–65532 之间"):
        run(None, root=tmp_path / "class", port=port)
    assert list(tmp_path.iterdir()) == []


def test_one_place_is_for_one_class(place, monkeypatch):
    as_root(monkeypatch)
    with pytest.raises(UserError, match="里是班次 c1"):
        run(None, root=place.root)


class Made(Exception):
    """Accounts would be made now: nothing was refused."""


def made_now(of_class, **_):
    raise Made([account.login for account in of_class])


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A class of two that was opened before, and a class list that names one of them."""
    as_root(monkeypatch)
    made = Place(tmp_path / "class", load_cohort().cohort_id, port=8100, teachers=["sme-teacher"])
    made.note()
    course = Course(made.staff / "grading", Config())
    keep(course, [learner("1001"), learner("1002")])
    book = Workbook()
    for row in (["工号", "姓名", "支行", "邮箱", "轨道"], ["1001", "安", "总行", "", "客户经理"]):
        book.active.append(row)
    book.save(tmp_path / "part.xlsx")
    return made


def test_a_hub_that_runs_is_not_started_again(opened, monkeypatch):
    """A second one would end the running proxy before it finds its own port taken."""
    monkeypatch.setattr(launch.accounts, "make", made_now)
    with socket.create_server(("127.0.0.1", 0)) as hub:
        replace(opened, port=hub.getsockname()[1] - 2).note()
        with pytest.raises(UserError, match=r"正在运行.*Ctrl-C"):
            run(
                None, root=opened.root, port=9000
            )  # another door doesn't help: it is the same class
        with pytest.raises(Made):
            run(None, root=opened.root, start=False)
    with pytest.raises(Made):
        run(None, root=opened.root)


def test_a_list_of_part_of_the_class_locks_nobody_out_unasked(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(launch.accounts, "make", made_now)
    with pytest.raises(UserError, match=r"1002.*smeprofile hub 花名册\.xlsx --drop"):
        run(tmp_path / "part.xlsx", root=opened.root)
    with pytest.raises(Made, match=re.escape("['teacher', '1001']")):
        run(tmp_path / "part.xlsx", root=opened.root, drop=True)


def test_the_desks_own_list_drops_them_too(opened, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(install, "install", lambda *_: None)
    monkeypatch.setattr(install, "as_owner", lambda place, *words: said.append(words) or "")
    monkeypatch.setattr(launch.shutil, "chown", lambda *_: None)
    for drop in (False, True):
        launch._prepare(opened, tmp_path / "part.xlsx", drop=drop)
    copy = str(opened.staff / "roster.xlsx")
    assert said == [("roster", copy), ("roster", copy, "--drop")]


def test_what_everybody_can_read_is_known(tmp_path):
    path = tmp_path / "answers"
    path.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert not open_to_all(path)
    assert open_to_all(Path("/usr/bin"))
