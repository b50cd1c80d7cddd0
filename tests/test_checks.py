"""A failed check tells its message; an assertion without one keeps its traceback."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook


@pytest.fixture(scope="module")
def outputs():
    sources = ("%load_ext smeprofile.checks", 'assert 1 == 2, "应为 2"', "assert 1 == 2", "1 / 0")
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    ran = NotebookClient(notebook, allow_errors=True).execute()
    return [cell.outputs[0] if cell.outputs else None for cell in ran.cells]


def test_message_stands_alone(outputs):
    assert outputs[1].traceback == ["检查未通过：应为 2"]


def test_it_is_still_an_error_to_jupyter(outputs):
    assert (outputs[1].output_type, outputs[1].ename) == ("error", "AssertionError")


def test_assertion_without_a_message_keeps_its_traceback(outputs):
    assert "assert" in "".join(outputs[2].traceback)


def test_other_errors_are_as_ever(outputs):
    assert outputs[3].ename == "ZeroDivisionError"
    assert len("".join(outputs[3].traceback).splitlines()) > 1
