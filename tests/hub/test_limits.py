"""Memory is limited for each learner, and a server nobody uses is stopped."""

import time

import pytest

from classroom import MODULE

pytestmark = pytest.mark.full
WHO = "1001"


@pytest.fixture
def trainee(room):
    with room.learner(WHO) as made:
        made.start_kernel(f"{MODULE}/lesson.ipynb")
        yield made


def test_a_cell_that_takes_too_much_is_told_so_and_the_kernel_lives(trainee):
    assert "MemoryError" in trainee.run("much = bytearray(3 * 2**30)")
    assert trainee.run("print(1 + 1)").strip() == "2"


def test_many_processes_together_may_not_take_more_either(room, trainee):
    """Four of 900 MB are each below the limit of 2 GB, and together above."""
    script = "x = bytearray(900 * 2**20); x[::4096] = b'1' * len(x[::4096]); import time; time.sleep(30); print('had it')"
    code = (
        "import subprocess, sys\n"
        f"all = [subprocess.Popen([sys.executable, '-c', {script!r}]) for _ in range(4)]\n"
        "print(sorted(p.wait() for p in all))"
    )
    said = trainee.run(code)
    assert "-9" in said, said  # the system ended at least one
    assert room.server_of(WHO) is not None
    assert room.hub.poll() is None


def test_a_server_nobody_uses_is_stopped_and_saved_work_stays(room):
    kept = {"type": "file", "format": "text", "content": "写到一半"}
    with room.learner("1002") as trainee:
        trainee.ask("PUT", "api/contents/草稿.txt", json=kept)
        room.kill_hub()
        room.environment["SMEPROFILE_HUB_IDLE"] = "15"
        try:
            room.open()
            for _ in range(120):
                if room.server_of("1002") is None:
                    break
                time.sleep(1)
            assert room.server_of("1002") is None
        finally:
            del room.environment["SMEPROFILE_HUB_IDLE"]
            room.kill_hub()
            room.open()
        trainee.open()
        assert trainee.ask("GET", "api/contents/草稿.txt").json()["content"] == "写到一半"
