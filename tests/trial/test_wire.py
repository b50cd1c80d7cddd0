"""What crosses comes out as it went in; what is no value is refused."""

import datetime as dt
import json
import math
import pickle
import socket
import time
from collections import deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from smeprofile.trial.wire import Decoder, Encoder, Gone, Line, Uncrossable

DAYS = pd.date_range("2025-01-31", periods=3, freq="ME")
FRAME = pd.DataFrame(
    {
        "name": ["甲", None, "丙"],
        "cny": [1.5, np.nan, -0.0],
        "n": pd.array([1, None, 3], dtype="Int64"),
        "yes": [True, False, True],
        "day": DAYS,
        "zone": DAYS.tz_localize("Asia/Shanghai"),
        "kind": pd.Categorical(["a", "b", "a"], ordered=True),
        "band": pd.cut([1, 5, 9], [0, 4, 8, 12]),
        "month": DAYS.to_period("M"),
        "any": [1, "x", (2, 3)],
    },
    index=pd.MultiIndex.from_tuples([("x", 1), ("x", 2), ("y", 1)], names=["a", None]),
)
VALUES = [
    None, True, 3, 2.5, math.inf, "文字", "\ud800", 10**30, 3 + 4j, b"\0\xff", [1, [2]], (1, "a"), {1, 2},
    frozenset({"a"}), {"a": 1, 2: [3], (4,): None}, range(0, 9, 2), slice(1, None),
    dt.date(2025, 12, 31), dt.datetime(2025, 1, 2, 3, 4, tzinfo=dt.UTC), dt.time(1, 2),
    dt.timedelta(days=1, seconds=2), Decimal("0.1"), Fraction(1, 3), deque([1, 2]), Path("a/b"), np.float64(1.5), np.int8(3),
    np.datetime64("2025-01-01"), np.bool_(True), pd.NaT, pd.NA, pd.Timestamp("2025-01-01", tz="UTC"),
    pd.Timedelta("1D"), pd.Period("2025-01", "M"), pd.Interval(0, 1, closed="left"),
    np.arange(6.0).reshape(2, 3), np.array(["a", None], dtype=object), np.array([], dtype="i4"),
    FRAME, FRAME["cny"], FRAME.index, DAYS, pd.RangeIndex(3), pd.Series([1, 2], name="x"),
    pd.DataFrame({"a": [1], "b": [2]})[["b", "a"]], pd.DataFrame([[1, 2]], columns=["a", "a"]),
    pd.Series(["a", None], dtype="string"), pd.Index(["a", "b"], name="k"), pd.DataFrame(index=[1, 2]),
]  # fmt: skip


def crossed(value):
    encoder = Encoder(lambda value: ["ref", 7])
    text = json.dumps(encoder(value))
    return Decoder(encoder.blobs, lambda parts: parts)(json.loads(text))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_come_out_as_they_went_in(value):
    got = crossed(value)
    assert type(got) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(got, value, check_freq=False)
        assert list(got.dtypes) == list(value.dtypes)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(got, value)
    elif isinstance(value, pd.Index):
        pd.testing.assert_index_equal(got, value, exact=True)
    elif isinstance(value, np.ndarray):
        assert (got.dtype, got.shape, got.tolist()) == (value.dtype, value.shape, value.tolist())
    elif value is pd.NaT or value is pd.NA:
        assert got is value
    else:
        assert got == value


def test_a_subclass_comes_out_as_what_it_holds():
    class Always(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    class Table(pd.DataFrame):
        def __len__(self):
            return 3

    assert type(crossed(Always(1))) is float
    assert crossed(Always(1)) != 2
    assert len(crossed(Table({"a": [1]}))) == 1


def test_other_things_are_referred_to_and_modules_are_not_plain():
    assert crossed(len) == [7]
    assert crossed({"f": len})["f"] == [7]


def test_a_value_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(Uncrossable, match="nested too deeply"):
        crossed(loop)


@pytest.mark.parametrize(
    "claim",
    [
        {}, [], ["no such"], ["list"], ["list", 3], ["array", "O", [1], 0], ["array", "f8", [9], 0],
        ["array", "f8", [-1, -1], 0], ["array", "f8", [1], 5], ["objects", [10**12], []],
        ["frame", 1, 2, 3], ["masked", "object", [], []], ["timestamp", "x", "ns", None],
        ["index", ["bytes", 0], ["a"], None], ["set", [["list", [1]]]], ["text"], ["range", 0],
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_is_refused(claim):
    with pytest.raises(Uncrossable):
        Decoder([b"12345678"], lambda parts: parts)(claim)


def test_nothing_is_ever_unpickled(monkeypatch):
    monkeypatch.setattr(pickle, "loads", lambda *args: pytest.fail("unpickled"))
    monkeypatch.setattr(pickle, "Unpickler", lambda *args: pytest.fail("unpickled"))
    crossed(FRAME)
    crossed(pickle.dumps(FRAME))


@pytest.fixture
def lines():
    """The two ends of one line."""
    one, other = socket.socketpair()
    with one, other:
        yield Line(one), Line(other)


def test_a_message_that_comes_in_pieces_is_waited_for(lines):
    one, other = lines
    one.send(["a", 1], [b"blob"])
    whole = other.end.recv(1000)
    one.end.sendall(whole[:11])
    with pytest.raises(TimeoutError):
        other.receive(time.monotonic() + 0.05)
    one.end.sendall(whole[11:])
    assert other.receive(time.monotonic() + 1) == (["a", 1], [b"blob"])


def test_a_file_is_handed_over_with_its_message(lines):
    one, other = lines
    inner, outer = socket.socketpair()
    with inner, outer:
        one.send(["take"], handing=inner.fileno())
        assert other.receive()[0] == ["take"]
        with other.handed() as taken:
            outer.sendall(b"here")
            assert taken.recv(9) == b"here"


@pytest.mark.parametrize(
    "said",
    [b"\xff" * 8, b"\0\0\0\2\0\0\0\0no", b"\0\0\0\1\0\0\0\1" + b"\xff" * 8, b"\0\0"],
    ids=["too large", "no JSON", "a large blob", "cut"],
)
def test_what_is_no_message_ends_the_line(lines, said):
    one, other = lines
    one.end.sendall(said)
    one.end.close()
    with pytest.raises(Gone):
        other.receive(time.monotonic() + 1)


def test_arrow_and_sparse_columns_come_out_as_plain_ones():
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="int64[pyarrow]"),
            "text": pd.array(["甲", None, "丙"], dtype="string[pyarrow]").astype(
                pd.ArrowDtype(pa.string())
            ),
            "one": pd.arrays.SparseArray([0, 1, 0]),
        }
    )
    got = crossed(frame)
    assert got["n"].tolist() == [1, pd.NA, 3] and got["text"].tolist() == ["甲", pd.NA, "丙"]
    assert got["one"].tolist() == [0, 1, 0]
