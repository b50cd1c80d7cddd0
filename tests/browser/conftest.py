"""A classroom and a browser page for each file of tests."""

import pytest

from classroom import Classroom, browser_page


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A trainee alone: nothing is released, the course lies in the workspace."""
    room = Classroom(tmp_path_factory.mktemp("face"))
    room.open_lab()
    yield room
    room.close()


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A trainee whose instructor has handed module 02 out; it waits to be fetched."""
    room = Classroom(tmp_path_factory.mktemp("class"))
    room.run("release", "02")
    room.open_lab()
    yield room
    room.close()


@pytest.fixture(scope="module")
def page(classroom, chromium):
    with browser_page(chromium) as page:
        yield page
