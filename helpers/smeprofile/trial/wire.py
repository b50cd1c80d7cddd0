"""What crosses between a learner's box and the judge's: plain values, and references to the rest.

Encoded as JSON and raw bytes, never as a pickle; decoding can make nothing but the types named
here. Whatever a learner's box sends is a claim: a value that is none of these is refused.
"""

import datetime as dt
import json
import math
import pathlib
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

MOST_BYTES = 64_000_000  # of one message
MOST_TEXT = 32_000_000  # of it as JSON, which takes twenty times that when it is read
MOST_BLOBS = 100_000
_NUMBERS = "biufcmM"  # kinds of numpy arrays that are sent as they lie in memory
_WRAPPED = pd.arrays.NumpyExtensionArray, pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray
_DEPTH = 60
Encoded = Any


class Gone(Exception):
    """The other side has ended, or says what is no message."""


class Uncrossable(TypeError):
    """A value that can't cross, or an operation that is not done across."""


class Line:
    """One end of a socket, spoken over in messages."""

    def __init__(self, end: socket.socket):
        self.end, self._come = end, bytearray()

    def send(self, message: Encoded, blobs: Sequence[bytes] = (), *, handing: int | None = None) -> None:  # fmt: skip
        """Send one message, and with it the open file ``handing``.

        Raises ``Gone`` when nobody listens, ``Uncrossable`` when it is too large.
        """
        text = json.dumps(message, ensure_ascii=True).encode()
        head = struct.pack(f">II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs))
        if len(text) > MOST_TEXT or len(text) + sum(map(len, blobs)) > MOST_BYTES:
            raise Uncrossable("too large to cross")
        try:
            self.end.sendall(b"".join((head, text, *blobs)))
            if handing is not None:
                socket.send_fds(self.end, [b"f"], [handing])
        except OSError:
            raise Gone from None

    def receive(self, until: float | None = None) -> tuple[Encoded, list[bytes]]:
        """Return the next message and its blobs.

        Raises ``Gone`` at its end and for a message that is none or too large; ``TimeoutError``
        when the next isn't there at the moment ``until``: it can be waited for once more.
        """
        n_text, n_blobs = struct.unpack(">II", self._first(8, until))
        if n_blobs > MOST_BLOBS or n_text > MOST_TEXT:
            raise Gone
        begin = 8 + 8 * n_blobs
        sizes = struct.unpack(f">{n_blobs}Q", self._first(begin, until)[8:])
        size = begin + n_text + sum(sizes)
        if size > MOST_BYTES + begin:
            raise Gone
        whole = self._first(size, until)
        self._come = bytearray()
        blobs, at = [], begin + n_text
        for length in sizes:
            blobs.append(whole[at : at + length])
            at += length
        try:
            return json.loads(whole[begin : begin + n_text]), blobs
        except (ValueError, RecursionError):
            raise Gone from None

    def handed(self) -> socket.socket:
        """Return the socket that comes with the message just received."""
        try:
            found = socket.recv_fds(self.end, 1, 1)[1]
        except OSError:
            raise Gone from None
        if not found:
            raise Gone
        return socket.socket(fileno=found[0])

    def _first(self, size: int, until: float | None) -> bytes:
        """Return the first ``size`` bytes of the message; never reads past them."""
        while len(self._come) < size:
            if until is not None:
                self.end.settimeout(max(0.001, until - time.monotonic()))
            try:
                part = self.end.recv(min(size - len(self._come), 1 << 20))
            except TimeoutError:
                raise
            except OSError:
                raise Gone from None
            if not part:
                raise Gone
            self._come += part
        return bytes(self._come[:size])


# --- values ------------------------------------------------------------------------------------


class Encoder:
    """Turns values into messages; ``refer`` makes a reference of what is no plain value."""

    def __init__(self, refer: Callable[[object], Encoded]):
        self.refer, self.blobs = refer, []

    def __call__(self, value: object, depth: int = 0) -> Encoded:
        """Return the encoded ``value``, its bytes in ``blobs``; raises ``Uncrossable``."""
        if depth > _DEPTH:
            raise Uncrossable("nested too deeply to cross")
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, np.generic) and value.dtype.kind in _NUMBERS:
            return ["number", value.dtype.str, value.tobytes().hex()]
        for kind, encode in _ENCODERS.items():
            if isinstance(value, kind):
                return encode(self, value, depth + 1)
        return self.refer(value)

    def blob(self, content: bytes) -> int:
        """Return the place of ``content`` among the blobs."""
        self.blobs.append(content)
        return len(self.blobs) - 1

    def all(self, values: object, depth: int) -> list[Encoded]:
        """Return the encoded ``values``, in order."""
        return [self(value, depth) for value in values]

    def array(self, array: object, depth: int) -> Encoded:
        """Return an encoded array of numpy's or pandas's."""
        if isinstance(array, np.ndarray):
            if array.dtype.kind in _NUMBERS:
                data = np.ascontiguousarray(array).tobytes()
                return ["array", array.dtype.str, list(array.shape), self.blob(data)]
            if array.dtype.kind in "OUS":
                return ["objects", list(array.shape), self.all(array.ravel().tolist(), depth)]
        elif isinstance(array, pd.Categorical):
            codes, labels = self.array(array.codes, depth), self(array.categories, depth)
            return ["categories", codes, labels, bool(array.ordered)]
        elif isinstance(array.dtype, pd.StringDtype):
            missing = "nan" if array.dtype.na_value is np.nan else "NA"
            texts = [None if pd.isna(text) else str(text) for text in array]
            return ["strings", missing, texts]
        elif isinstance(array.dtype, pd.DatetimeTZDtype):
            days = np.asarray(array.view("i8"))
            return ["zoned", self.array(days, depth), array.dtype.unit, str(array.dtype.tz)]
        elif isinstance(array, pd.arrays.IntervalArray):
            ends = self(array.left, depth), self(array.right, depth)
            return ["intervals", *ends, array.closed]
        elif isinstance(array, pd.arrays.PeriodArray):
            return ["periods", self.array(array.asi8, depth), array.freqstr]
        elif hasattr(array, "_mask"):
            parts = self.array(array._data, depth), self.array(array._mask, depth)
            return ["masked", array.dtype.name, *parts]
        elif isinstance(array, _WRAPPED):
            return self.array(array.to_numpy(), depth)
        elif isinstance(array.dtype, pd.SparseDtype):
            return self.array(np.asarray(array), depth)
        elif isinstance(array.dtype, pd.ArrowDtype):
            return self.array(
                pd.Series(array).convert_dtypes(dtype_backend="numpy_nullable").array, depth
            )
        raise Uncrossable(f"an array of {array.dtype} can't cross")


def _encode_index(encoder: Encoder, index: pd.Index, depth: int) -> Encoded:
    names = encoder.all(index.names, depth)
    if isinstance(index, pd.RangeIndex):
        return ["range index", index.start, index.stop, index.step, names]
    if isinstance(index, pd.MultiIndex):
        levels = [encoder.array(level.array, depth) for level in index.levels]
        codes = [encoder.array(np.asarray(code, "i8"), depth) for code in index.codes]
        return ["multi index", levels, codes, names]
    freq = getattr(index, "freqstr", None) if isinstance(index, pd.DatetimeIndex) else None
    return ["index", encoder.array(index.array, depth), names, freq]


def _encode_frame(encoder: Encoder, frame: pd.DataFrame, depth: int) -> Encoded:
    columns = [encoder.array(frame.iloc[:, n].array, depth) for n in range(frame.shape[1])]
    return ["frame", encoder(frame.columns, depth), encoder(frame.index, depth), columns]


def _encode_series(encoder: Encoder, series: pd.Series, depth: int) -> Encoded:
    data, name = encoder.array(series.array, depth), encoder(series.name, depth)
    return ["series", data, encoder(series.index, depth), name]


def _encode_time(encoder: Encoder, time: pd.Timestamp, depth: int) -> Encoded:
    zone = None if time.tz is None else str(time.tz)
    return ["timestamp", int(time.asm8.astype("i8")), time.unit, zone]


def _simple(tag: str, text: Callable[[Any], Encoded]) -> Callable[[Encoder, object, int], Encoded]:
    return lambda encoder, value, depth: [tag, text(value)]


def _many(tag: str) -> Callable[[Encoder, object, int], Encoded]:
    return lambda encoder, values, depth: [tag, encoder.all(values, depth)]


# In this order: the first that fits.
_ENCODERS: dict[type, Callable[[Encoder, Any, int], Encoded]] = {
    type(pd.NaT): _simple("NaT", lambda _: None),
    type(pd.NA): _simple("NA", lambda _: None),
    pd.Timestamp: _encode_time,
    pd.Timedelta: lambda e, value, d: ["span", int(value.asm8.astype("i8")), value.unit],
    pd.Period: lambda e, value, d: ["period", value.ordinal, value.freqstr],
    pd.Interval: lambda e, value, d: [
        "interval",
        *e.all((value.left, value.right), d),
        value.closed,
    ],
    pd.DataFrame: _encode_frame,
    pd.Series: _encode_series,
    pd.Index: _encode_index,
    np.ndarray: lambda e, value, d: e.array(value, d),
    pd.api.extensions.ExtensionArray: lambda e, value, d: ["bare", e.array(value, d)],
    bool: _simple("bool", bool),
    int: _simple("int", int),
    float: _simple("float", float),
    str: _simple("text", lambda value: str.__str__(value)),
    complex: lambda e, value, d: ["complex", value.real, value.imag],
    bytes: lambda e, value, d: ["bytes", e.blob(bytes(value))],
    list: _many("list"),
    tuple: _many("tuple"),
    set: _many("set"),
    frozenset: _many("frozenset"),
    dict: lambda e, value, d: ["dict", [e.all(item, d) for item in dict.items(value)]],
    type({}.keys()): _many("list"),
    type({}.values()): _many("list"),
    type({}.items()): _many("list"),
    range: lambda e, value, d: ["range", value.start, value.stop, value.step],
    slice: lambda e, value, d: ["slice", e.all((value.start, value.stop, value.step), d)],
    dt.datetime: _simple("datetime", dt.datetime.isoformat),
    dt.date: _simple("date", dt.date.isoformat),
    dt.time: _simple("time", dt.time.isoformat),
    dt.timedelta: lambda e, value, d: ["delta", value.days, value.seconds, value.microseconds],
    Decimal: _simple("decimal", str),
    Fraction: _simple("fraction", str),
    deque: _many("deque"),
    pathlib.PurePath: _simple("path", str),
}


PLAIN = tuple(_ENCODERS)


class Decoder:
    """Turns messages into values; ``resolve`` is given the references."""

    def __init__(self, blobs: list[bytes], resolve: Callable[[list], object]):
        self.blobs, self.resolve = blobs, resolve

    def __call__(self, encoded: Encoded, depth: int = 0) -> object:
        """Return the value; raises ``Uncrossable`` for what is none."""
        if encoded is None or type(encoded) in (bool, int, float, str):
            return encoded
        if not (isinstance(encoded, list) and encoded and depth < 4 * _DEPTH):
            raise Uncrossable("no value")
        tag, *parts = encoded
        if tag == "ref":
            return self.resolve(parts)
        try:
            return _DECODERS[tag](lambda part: self(part, depth + 1), self.blobs, *parts)
        except Uncrossable:
            raise
        except Exception:  # whatever the libraries say of data that don't fit together
            raise Uncrossable("no value") from None


def _array(dtype: str, shape: list[int], data: bytes) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind not in _NUMBERS or math.prod(shape) * kind.itemsize != len(data):
        raise Uncrossable("no array")
    return np.frombuffer(data, kind).reshape(shape).copy()


def _objects(shape: list[int], values: list) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = value
    return array.reshape(shape)


def _index(data: object, names: list, freq: str | None) -> pd.Index:
    index = pd.Index(data, dtype=data.dtype, name=names[0])
    if freq is not None:
        index.freq = freq
    return index


def _frame(columns: pd.Index, index: pd.Index, data: list) -> pd.DataFrame:
    series = (pd.Series(column, index, dtype=column.dtype) for column in data)
    frame = pd.DataFrame(dict(enumerate(series)), index)
    frame.columns = columns
    return frame


def _series(data: object, index: pd.Index, name: object) -> pd.Series:
    return pd.Series(data, index, dtype=data.dtype, name=name)


def _strings(missing: str, texts: list) -> object:
    kind = pd.StringDtype(na_value=np.nan if missing == "nan" else pd.NA)
    return pd.array(texts, dtype=kind)


def _timestamp(count: int, unit: str, zone: str | None) -> pd.Timestamp:
    time = pd.Timestamp(np.datetime64(count, unit))
    return time if zone is None else time.tz_localize("UTC").tz_convert(zone)


def _zoned(days: np.ndarray, unit: str, zone: str) -> object:
    return pd.DatetimeIndex(days.view(f"M8[{unit}]")).tz_localize("UTC").tz_convert(zone).array


_ARRAYS = {
    "int8": pd.arrays.IntegerArray, "int16": pd.arrays.IntegerArray,
    "int32": pd.arrays.IntegerArray, "int64": pd.arrays.IntegerArray,
    "uint8": pd.arrays.IntegerArray, "uint16": pd.arrays.IntegerArray,
    "uint32": pd.arrays.IntegerArray, "uint64": pd.arrays.IntegerArray,
    "float32": pd.arrays.FloatingArray, "float64": pd.arrays.FloatingArray,
    "boolean": pd.arrays.BooleanArray,
}  # fmt: skip
# Each is given the decoder of its parts, the blobs, and the parts.
_DECODERS: dict[str, Callable[..., object]] = {
    "NaT": lambda d, b, _: pd.NaT,
    "NA": lambda d, b, _: pd.NA,
    "number": lambda d, b, kind, text: _array(kind, [1], bytes.fromhex(text))[0],
    "timestamp": lambda d, b, count, unit, zone: _timestamp(count, unit, zone),
    "span": lambda d, b, count, unit: pd.Timedelta(np.timedelta64(count, unit)),
    "period": lambda d, b, ordinal, freq: pd.Period(ordinal=ordinal, freq=freq),
    "interval": lambda d, b, low, high, closed: pd.Interval(d(low), d(high), closed),
    "frame": lambda d, b, columns, index, data: _frame(
        d(columns), d(index), [d(column) for column in data]
    ),
    "series": lambda d, b, data, index, name: _series(d(data), d(index), d(name)),
    "index": lambda d, b, data, names, freq: _index(d(data), [d(name) for name in names], freq),
    "range index": lambda d, b, start, stop, step, names: pd.RangeIndex(
        start, stop, step, name=d(names[0])
    ),
    "multi index": lambda d, b, levels, codes, names: pd.MultiIndex(
        [d(level) for level in levels], [d(code) for code in codes], names=[d(n) for n in names]
    ),
    "bare": lambda d, b, array: d(array),
    "array": lambda d, b, kind, shape, place: _array(kind, shape, b[place]),
    "objects": lambda d, b, shape, values: _objects(shape, [d(value) for value in values]),
    "categories": lambda d, b, codes, labels, ordered: pd.Categorical.from_codes(
        d(codes), d(labels), ordered=ordered
    ),
    "strings": lambda d, b, missing, texts: _strings(missing, texts),
    "zoned": lambda d, b, days, unit, zone: _zoned(d(days), unit, zone),
    "intervals": lambda d, b, low, high, closed: pd.arrays.IntervalArray.from_arrays(
        d(low), d(high), closed
    ),
    "periods": lambda d, b, ordinals, freq: pd.PeriodIndex.from_ordinals(d(ordinals), freq=freq).array,
    "masked": lambda d, b, name, data, mask: _ARRAYS[name.lower()](d(data), d(mask)),
    "bool": lambda d, b, value: bool(value),
    "int": lambda d, b, value: int(value),
    "float": lambda d, b, value: float(value),
    "text": lambda d, b, value: str(value),
    "complex": lambda d, b, real, imaginary: complex(real, imaginary),
    "bytes": lambda d, b, place: bytes(b[place]),
    "list": lambda d, b, values: [d(value) for value in values],
    "tuple": lambda d, b, values: tuple(d(value) for value in values),
    "set": lambda d, b, values: {d(value) for value in values},
    "frozenset": lambda d, b, values: frozenset(d(value) for value in values),
    "dict": lambda d, b, items: {d(key): d(value) for key, value in items},
    "range": lambda d, b, start, stop, step: range(start, stop, step),
    "slice": lambda d, b, ends: slice(*(d(end) for end in ends)),
    "datetime": lambda d, b, text: dt.datetime.fromisoformat(text),
    "date": lambda d, b, text: dt.date.fromisoformat(text),
    "time": lambda d, b, text: dt.time.fromisoformat(text),
    "delta": lambda d, b, days, seconds, micro: dt.timedelta(days, seconds, micro),
    "decimal": lambda d, b, text: Decimal(text),
    "fraction": lambda d, b, text: Fraction(text),
    "deque": lambda d, b, values: deque(d(value) for value in values),
    "path": lambda d, b, text: pathlib.Path(text),
}  # fmt: skip
