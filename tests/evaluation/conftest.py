"""Classes that sat both tests, one large enough for items and one not."""

import pytest

from exam_class import write_class


@pytest.fixture(scope="module")
def class_of_40(tmp_path_factory):
    return write_class(tmp_path_factory.mktemp("forty"), 40)


@pytest.fixture(scope="module")
def class_of_9(tmp_path_factory):
    return write_class(tmp_path_factory.mktemp("nine"), 9, seed=2)
