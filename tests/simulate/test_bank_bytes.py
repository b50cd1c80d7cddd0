"""Same seed, same bytes: whatever the chunks, the processes, or what else is written."""

import os
import signal
import subprocess
import sys
from datetime import date

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from smeprofile.errors import UserError
from smeprofile.simulate import Setting, whole_tables, write, writer

BANK = Setting(240, 9, date(2025, 12, 15), 2**100 + 7, grain="txn")
FIXED = {"products", "channels", "branches", "lpr"}


@pytest.fixture(scope="module")
def sums(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    return write(BANK, folder / "out", truth=folder / "truth", workers=1)


def again(tmp_path, **options):
    return write(BANK, tmp_path / "out", truth=tmp_path / "truth", **options)


def test_a_second_run_gives_the_same_bytes(sums, tmp_path):
    assert sums == again(tmp_path, workers=1)


@pytest.mark.parametrize("size", [37, 100, 1000])
def test_the_size_of_the_chunks_does_not_show(sums, tmp_path, size):
    assert sums == again(tmp_path, chunk=size, workers=1)


def test_the_number_of_processes_does_not_show(sums, tmp_path):
    assert sums == again(tmp_path, chunk=60, workers=2)


@pytest.mark.parametrize("name", ["flows", "drawdowns", "inquiries", "balances"])
def test_a_table_alone_is_the_same_as_with_all_others(sums, tmp_path, name):
    assert write(BANK, tmp_path, only={name}, workers=1) == {name: sums[name]}


def test_another_seed_is_another_bank(sums, tmp_path):
    other = Setting(240, 9, date(2025, 12, 15), 8, grain="txn")
    changed = write(other, tmp_path / "o", truth=tmp_path / "t", workers=1)
    assert FIXED == {name for name in sums if sums[name] == changed[name]}


@pytest.mark.parametrize("name", ["balances", "tax", "customers", "repayments"])
def test_either_grain_tells_the_same(name):
    month = Setting(150, 6, date(2025, 12, 31), 5, grain="month")
    txn = Setting(150, 6, date(2025, 12, 31), 5, grain="txn")
    assert whole_tables(month, only={name})[name].equals(whole_tables(txn, only={name})[name])


def test_monthly_tables_are_the_exact_sums_of_the_other_grain():
    monthly = whole_tables(Setting(150, 6, date(2025, 12, 31), 5), only={"flows_monthly"})
    single = whole_tables(Setting(150, 6, date(2025, 12, 31), 5, grain="txn"), only={"flows"})
    months, flows = (t.to_pandas() for t in (monthly["flows_monthly"], single["flows"]))
    flows = flows[flows["direction"] == "in"]
    month = flows["date"].dt.to_period("M").dt.start_time
    total = (flows["amount_cny"] * 100).round().groupby([flows["customer_id"], month]).sum()
    told = (months.set_index(["customer_id", "month"])["in_cny"] * 100).round()
    assert (told[told > 0] == total.reindex(told.index)[told > 0]).all()
    assert (told > 0).sum() == len(total)


def test_parquet_tells_nothing_of_the_machine(tmp_path):
    write(BANK, tmp_path, only={"customers"}, workers=1)
    assert pq.read_schema(tmp_path / "customers.parquet").metadata is None


def test_an_interrupted_run_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "customers.parquet").write_bytes(b"old")

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(BANK, tmp_path, chunk=60, workers=1, progress=stop)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("customers.parquet", b"old")]


_SLOW = """
import sys, time
from datetime import date
from pathlib import Path
from smeprofile.simulate import Setting, write
def tell(done, total):
    print(done, flush=True)
    time.sleep(0.2)
write(Setting(4000, 6, date(2025, 12, 31), 1), Path(sys.argv[1]), chunk=50, workers=1, progress=tell)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_ctrl_c_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "out"
    child = subprocess.Popen(
        [sys.executable, "-c", _SLOW, str(out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    child.stdout.readline()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode != 0
    assert not out.exists() or list(out.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_in_chinese(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="写不了仿真数据"):
        write(BANK, tmp_path / "file" / "out", workers=1)


def test_ids_are_unique_across_chunks(tmp_path):
    write(BANK, tmp_path, chunk=37, only={"inquiries", "drawdowns"}, workers=1)
    for name, key in (("inquiries", "inquiry_id"), ("drawdowns", "loan_id")):
        ids = pq.read_table(tmp_path / f"{name}.parquet")[key]
        assert len(ids) == pc.count_distinct(ids).as_py()


@pytest.mark.parametrize(
    ("error", "told"),
    [(OSError(28, "No space left on device"), UserError), (KeyboardInterrupt(), KeyboardInterrupt)],
)
def test_a_move_that_stops_half_way_leaves_all_as_they_were(tmp_path, monkeypatch, error, told):
    small = Setting(50, 3, date(2025, 12, 31), 1)
    write(small, tmp_path, workers=1)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    real, places = writer._move, []

    def stops(draft, path):
        places.append(path)
        if len(places) == 4:
            raise error
        real(draft, path)

    monkeypatch.setattr(writer, "_move", stops)
    with pytest.raises(told) as caught:
        write(Setting(50, 3, date(2025, 12, 31), 2), tmp_path, workers=1)
    assert told is not UserError or "磁盘满了" in str(caught.value)
    assert before == {p.name: p.read_bytes() for p in tmp_path.iterdir()}
