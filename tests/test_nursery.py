"""A forked kernel does what an ordinary one does, and leaves nothing behind."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from smeprofile.notebooks.execute import run
from smeprofile.nursery import nursery

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
CELLS = (
    "import numpy as np, pandas as pd, seaborn as sns, matplotlib.pyplot as plt, os, sys",
    "sns.histplot(pd.Series([1, 2, 2, 3])); plt.title('题')",
    "plt.plot([1, 2])\nplt.show()\nprint('好')",
    "from smeprofile.charts import theme\ntheme()\nplt.plot([3, 1])",
    "pd.DataFrame({'甲': [1.5]})",
    "import warnings; warnings.warn('注意')",
    "os.getcwd() == os.environ['PWD'], '' in sys.path, sys.argv[1:2]",
    "1 / 0",
)


def ran(folder):
    notebook = new_notebook(
        cells=[new_code_cell(source, id=f"c{n}") for n, source in enumerate(CELLS)]
    )
    done = run(notebook, folder=folder)
    text = json.dumps([cell.outputs for cell in done.cells], ensure_ascii=False, sort_keys=True)
    return re.sub(r"ipykernel_\d+/|0x[0-9a-f]+", "", text)


def test_outputs_are_those_of_an_ordinary_kernel(tmp_path):
    code = "import sys, test_nursery, pathlib; print(test_nursery.ran(pathlib.Path(sys.argv[1])))"
    place = Path(__file__).parent
    plain = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    with nursery() as told:
        forked = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=place, capture_output=True, text=True, check=True, env=os.environ | told,
        )  # fmt: skip
    assert "image/png" in forked.stdout and "ZeroDivisionError" in forked.stdout
    assert plain.stdout == forked.stdout


def test_pieces_of_a_stream_are_one_output_in_their_place(tmp_path):
    source = (
        "import sys, time\nfor n in range(3):\n    print(n, flush=True); time.sleep(0.3)\n"
        "print('!', file=sys.stderr, flush=True)\ndisplay(4)\nprint(5)"
    )
    (cell,) = run(new_notebook(cells=[new_code_cell(source)]), folder=tmp_path).cells
    told = [output.get("text") or output.data["text/plain"] for output in cell.outputs]
    assert told == ["0\n1\n2\n", "!\n", "4", "5\n"]


def test_kernels_are_gone_and_draw_other_numbers(tmp_path):
    code = (
        "import os, test_nursery, pathlib, nbformat.v4 as v\n"
        "from smeprofile.notebooks.execute import run\n"
        "for _ in range(2):\n"
        "    cell = v.new_code_cell('import numpy as np, os; print(np.random.rand(), os.getpid())')\n"
        "    done = run(v.new_notebook(cells=[cell]), folder=pathlib.Path('.'))\n"
        "    print(done.cells[0].outputs[0].text, end='')\n"
    )
    with nursery() as told:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parent,
            capture_output=True, text=True, check=True, env=os.environ | told,
        )  # fmt: skip
    drawn, pids = zip(*(line.split() for line in done.stdout.splitlines()), strict=True)
    assert len(set(drawn)) == 2
    end = time.time() + 10
    while any(psutil.pid_exists(int(pid)) for pid in pids) and time.time() < end:
        time.sleep(0.1)
    assert [pid for pid in pids if psutil.pid_exists(int(pid))] == []


def test_the_environment_is_as_it_was():
    before = dict(os.environ)
    with nursery():
        assert "smeprofile-fork" == os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"]
    assert before == dict(os.environ)
