"""What one learner tries on another, on the answers and on the class, as that learner's account."""

import json
import pwd
import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest

from classroom import MODULE
from smeprofile.notebooks import read_source

pytestmark = pytest.mark.full
ANN, BEN = "1001", "1002"


@pytest.fixture(scope="module")
def at_work(room):
    """Both have their course open and have handed in; the gradebook holds feedback."""
    room.desk("release", "02")
    for who in (ANN, BEN):
        with room.learner(who) as trainee:
            for action in ("fetch", "submit"):
                asked = {"action": action, "module": MODULE}
                trainee.ask("POST", "smeprofile/act", json=asked)
    room.desk("collect", "02")
    room.desk("grade", "02")
    room.desk("feedback", "02")
    return room


def ben(room, script):
    """Run a script as Ben; return his exit code and everything he sees."""
    done = room.as_account(BEN, script)
    return done.returncode, done.stdout + done.stderr


def inbound(room):
    return room.place.exchange / room.place.cohort_id / "inbound"


@pytest.mark.parametrize(
    "what",
    [
        "{ann}", "{ann}/workspace", "{ann}/workspace/" + MODULE + "/practice.ipynb",
        "{ann}/workspace/.smeprofile", "{ann}/.jupyter-run", "{course_home}",
        "{place}/staff", "{place}/staff/grading/gradebook.db", "{place}/staff/grading/roster.csv",
        "{place}/staff/solutions", "{place}/staff/grading/source", "{place}/hub",
        "{place}/hub/cookie_secret", "{place}/hub/hub.sqlite", "{place}/passwords.csv",
        "{place}/exchange/{cohort}/inbound", "{place}/exchange/{cohort}/feedback", "{checkout}",
    ],
)  # fmt: skip
def test_what_is_not_theirs_can_not_be_read(at_work, what):
    room = at_work
    path = what.format(
        ann=pwd.getpwnam(room.account(ANN)).pw_dir, place=room.root, checkout=room.home,
        course_home=pwd.getpwnam(room.place.owner).pw_dir, cohort=room.place.cohort_id,
    )  # fmt: skip
    code, said = ben(room, f"ls {path}/ || cat {path}")
    assert code != 0 and "Permission denied" in said, said


@pytest.mark.parametrize(
    "attempt",
    [
        "touch {place}/course/x", "touch {place}/course/course/" + MODULE + "/x",
        "touch {place}/venv/lib/x", "echo 1 >> {place}/venv/bin/python", "rm {place}/venv/bin/smeprofile",
        "touch {place}/exchange/{cohort}/outbound/x", "touch {place}/exchange/{cohort}/feedback/x",
        "mv {place}/exchange/{cohort} {place}/exchange/gone", "rm -r {place}/exchange/{cohort}/inbound",
        "mv {place}/exchange/{cohort}/outbound/" + MODULE + " {place}/exchange/mine",
        "touch {place}/hub/x", "touch {place}/x",
    ],
)  # fmt: skip
def test_what_is_everybodys_can_not_be_changed(at_work, attempt):
    command = attempt.format(place=at_work.root, cohort=at_work.place.cohort_id)
    code, said = ben(at_work, command)
    assert code != 0 and re.search("Permission denied|not permitted", said), said


def test_no_hidden_test_lies_where_a_learner_can_read(at_work):
    source = read_source(at_work.home / "solutions" / MODULE / "practice.py")
    text = (at_work.home / "solutions" / MODULE / "practice.py").read_text("utf-8")
    hidden = re.findall(r"# BEGIN HIDDEN TESTS\n(.*?)# END HIDDEN TESTS", text, re.DOTALL)
    lines = {line.strip() for block in hidden for line in block.splitlines() if len(line) > 40}
    assert len(lines) > 5 and source.exercises
    patterns = at_work.folder / "patterns"
    patterns.write_text("\n".join(sorted(lines)), "utf-8")
    patterns.chmod(0o644)
    _, said = ben(at_work, f"grep -rIlF -f {patterns} {at_work.root} /home 2>/dev/null")
    assert said == ""


def test_another_process_tells_nothing_and_can_not_be_ended(at_work):
    for who in (ANN, "course"):
        process = at_work.processes(who)[0]
        code, said = ben(at_work, f"cat /proc/{process.pid}/environ; kill {process.pid}")
        assert code != 0 and "JUPYTERHUB" not in said and "SMEPROFILE" not in said
        assert process.is_running()
    code, said = ben(at_work, f"cat /proc/{at_work.hub.pid}/environ")
    assert code != 0 and "CONFIGPROXY" not in said


_LISTEN = """
import sys, zmq
heard = zmq.Context().socket(zmq.SUB)
heard.subscribe(b"")
for port in sys.argv[1:]:
    heard.connect(f"tcp://127.0.0.1:{port}")
print(heard.poll(6000))
"""


def test_a_kernel_can_not_be_listened_to(at_work):
    """Its channels are sockets in its learner's home; what it has open by TCP tells nothing."""
    with at_work.learner(ANN) as trainee:
        trainee.start_kernel(f"{MODULE}/practice.ipynb")
        heard, said = overheard(at_work, trainee)
    assert said.split() == list("01234567")
    assert heard == (0, "0\n")


def overheard(room, trainee):
    """Return what Ben hears on every port of Ann's kernels, and what Ann's cell prints meanwhile."""
    ports = {
        str(c.laddr.port)
        for process in room.processes(ANN)
        for c in process.net_connections("tcp")
        if c.status == "LISTEN" and process.pid != room.server_of(ANN).pid
    }
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(
            ben, room, f"python -c {shlex.quote(_LISTEN)} {' '.join(sorted(ports))}"
        )
        said = trainee.run("import time\nfor n in range(8): print(n); time.sleep(1)")
    return heard.result(), said


def test_ones_own_key_to_the_hub_opens_nothing_of_others(at_work):
    pid = at_work.server_of(BEN).pid
    script = f"tr '\\0' '\\n' < /proc/{pid}/environ | grep ^JUPYTERHUB_API_TOKEN= | cut -d= -f2"
    code, token = ben(at_work, script)
    assert code == 0 and len(token.strip()) > 20
    for path in ("users", f"users/{at_work.account(ANN)}", "services", "groups"):
        url = f"{at_work.at('/hub/api/')}{path}"
        _, said = ben(at_work, f"curl -s -H 'Authorization: token {token.strip()}' {url}")
        answer = json.loads(said)
        assert not answer or answer.get("status") in (403, 404), said


def test_work_under_anothers_name_is_not_taken(at_work):
    forged = f"{ANN}+{MODULE}+2099-01-01 00:00:00.000000 UTC+aaaa"
    code, said = ben(
        at_work,
        f"mkdir '{inbound(at_work)}/{forged}' && cd '{inbound(at_work)}/{forged}' && "
        f"cp ~/workspace/{MODULE}/practice.ipynb . && "
        "printf '2099-01-01 00:00:00.000000 UTC' > timestamp.txt && chmod -R a+rX .",
    )
    assert code == 0, said
    told = at_work.desk("collect", "02")
    assert f"没有收：署名 {ANN} 的一份由系统用户 {at_work.account(BEN)} 放进交换区" in told
    kept = at_work.place.staff / "grading" / "submitted" / ANN / MODULE / "timestamp.txt"
    assert not kept.read_text().startswith("2099")


def test_a_link_to_the_answers_brings_nothing(at_work):
    staff, name = at_work.place.staff, f"{BEN}+{MODULE}+2098-01-01 00:00:00.000000 UTC+bbbb"
    master = staff / "grading" / "source" / MODULE / "practice.ipynb"
    assert master.is_file()
    code, said = ben(
        at_work,
        f"mkdir '{inbound(at_work)}/{name}' && cd '{inbound(at_work)}/{name}' && "
        f"ln -s {master} practice.ipynb && printf '2098-01-01 00:00:00.000000 UTC' > timestamp.txt"
        " && chmod a+rx .",
    )
    assert code == 0, said
    at_work.desk("collect", "02")
    kept = staff / "grading" / "submitted" / BEN / MODULE
    assert kept.joinpath("timestamp.txt").read_text().startswith("2098")
    assert not (kept / "practice.ipynb").exists()


def test_folders_have_the_rights_that_were_written_down(at_work):
    for folder, (owner, mode) in at_work.place.rights().items():
        about = folder.stat()
        assert (pwd.getpwuid(about.st_uid).pw_name, about.st_mode & 0o7777) == (owner, mode), folder
