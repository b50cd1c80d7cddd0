"""What a trainee answers outside code: one file beside the notebooks, handed in with them.

Self-check questions, surveys and graded choices all go there by name. An answer is right, wrong or
an error (nothing that can be judged); no entry, or a value of null, is untried.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError

FILE = "answers.json"
LIMIT_BYTES = 2**20
VALUE_LIMIT_BYTES = 64 * 2**10
EARLIER_KEPT = 20
DEPTH_LIMIT = 20
_DIGITS_LIMIT = 100
_NAME = r"^[a-z][a-z0-9_]{0,39}$"
_NAME_RULE = "不能当名称：要以小写字母开头，只含小写字母、数字和 _，至多 40 个字符"
_PATIENCE_SECONDS = 5
_TOO_DEEP = f"嵌套超过 {DEPTH_LIMIT} 层"
_RULES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不该有这一项",
    "unexpected_keyword_argument": "不该有这一项",
    "string_pattern_mismatch": _NAME_RULE,
    "format": "应为 1",
    "outcome": "应为 right、wrong、error 或 null",
    "attempts": "应为 0 或正整数",
    "hints": "应为 0 或正整数",
    "earlier": f"应为列表，至多 {EARLIER_KEPT} 项",
}

Outcome = Literal["right", "wrong", "error"] | None
_Change = Callable[["Answer | None"], "Answer | None"]
_Count = Annotated[int, Field(strict=True, ge=0)]


@dataclass(frozen=True)
class Answer:
    """One item's answer: the present value, how it was judged, what came before it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    value: JsonValue
    outcome: Outcome
    attempts: _Count
    hints: _Count  # the highest tier seen
    earlier: Annotated[tuple[JsonValue, ...], Field(max_length=EARLIER_KEPT)]  # oldest first


_UNTRIED = Answer(None, None, 0, 0, ())


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Annotated[int, Field(strict=True, ge=1, le=1)]
    answers: dict[Annotated[str, Field(pattern=_NAME)], Answer]


def read_answers(data: bytes) -> dict[str, Answer]:
    """Return name → answer of an ``answers.json``; ``ValueError`` says what is wrong, and where.

    >>> read_answers(b'{"format": 1, "answers": {"cash_flow": 3}}')
    Traceback (most recent call last):
    ...
    ValueError: answers.json 读不出来：answers.cash_flow 应为“字段: 内容”
    """
    try:
        return _File.model_validate(_plain_json(data)).answers
    except ValidationError as error:
        reason = _reason(error)
    except RecursionError:
        reason = _TOO_DEEP
    except UnicodeError:
        reason = "不是 UTF-8 文本"
    except json.JSONDecodeError as error:
        reason = f"第 {error.lineno} 行不是合法的 JSON"
    except ValueError as error:
        reason = str(error)
    raise ValueError(f"{FILE} 读不出来：{reason}")


def _plain_json(data: bytes) -> JsonValue:
    if len(data) > LIMIT_BYTES:
        raise ValueError(f"超过 {LIMIT_BYTES // 2**20} MB")
    hooks = {"parse_constant": _number, "parse_float": _number, "parse_int": _number}
    value = json.loads(data.decode(), object_pairs_hook=_unique, **hooks)
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [child for item in level for child in _children(item)]
    if level:
        raise ValueError(_TOO_DEEP)
    json.dumps(value, ensure_ascii=False).encode()  # fails on half a surrogate pair
    return value


def _number(text: str) -> int | float:
    if len(text) > _DIGITS_LIMIT or not math.isfinite(float(text)):
        raise ValueError(f"{text:.20} 不是能用的数")
    return int(text) if text.removeprefix("-").isdecimal() else float(text)


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise ValueError(f"{key:.40} 出现了两次")
    return dict(pairs)


def _children(item: JsonValue) -> Iterable[JsonValue]:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])).removesuffix(".[key]")
    rule = _RULES.get(first["type"]) or _RULES.get(where.split(".")[-1], "应为“字段: 内容”")
    return f"{where:.80} {rule}".lstrip()


class Answers:
    """The answers kept in one folder; nothing is written before the first change.

    Whatever changes something raises ``UserError`` when it can't be written, and the old file
    stays whole.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     answers = Answers(Path(folder))
    ...     _ = answers.put("cash_flow", "甲", outcome="wrong")
    ...     answers.put("cash_flow", "乙", outcome="right")
    Answer(value='乙', outcome='right', attempts=2, hints=0, earlier=('甲',))
    """

    def __init__(self, folder: Path):
        self._trouble: str | None = None
        self._set_aside_as: str | None = None
        self._path = Path(folder).absolute() / FILE

    @property
    def all(self) -> dict[str, Answer]:
        """Name → answer, sorted by name; empty when the file can't be read (see ``notice``)."""
        try:
            found = self._read()
        except ValueError as error:
            self._trouble = f"{error}。所以都算没有作答；下次保存时，这个文件会改名留存。"
        except OSError as error:
            self._trouble = f"读不了 {in_words(error)}。所以都算没有作答。"
        else:
            self._trouble = None
            return found
        return {}

    @property
    def notice(self) -> str | None:
        """What is wrong with the file now, or became of one that couldn't be read."""
        return self._trouble or self._set_aside_as

    def get(self, name: str) -> Answer | None:
        """Return the answer called ``name``, or None."""
        return self.all.get(_checked(name))

    def put(
        self, name: str, value: JsonValue, *, outcome: Outcome = None, counts: bool = True
    ) -> Answer:
        """Save ``value`` and return the answer; a different former value goes to ``earlier``.

        ``counts`` says whether this is an attempt.
        """
        return self._change(name, lambda old: _after(old or _UNTRIED, value, outcome, counts))

    def update(self, name: str, change: Callable[[JsonValue], JsonValue]) -> Answer:
        """Save what ``change`` makes of the value in the file (None: there is none), not an attempt.

        Nobody else writes meanwhile, so that two open copies of a form keep each other's work.
        """

        def changed(old: Answer | None) -> Answer:
            old = old or _UNTRIED
            return _after(old, change(old.value), None, counts=False)

        return self._change(name, changed)

    def hint(self, name: str, n: int) -> None:
        """Remember that hint ``n`` (from 1) was seen; the answer itself stays as it is."""

        def change(old: Answer | None) -> Answer:
            old = old or _UNTRIED
            return replace(old, hints=max(n, old.hints))

        self._change(name, change)

    def undo(self, name: str) -> Answer | None:
        """Go back to the value before, at first to none; the outcome is then to be judged anew."""
        return self._change(name, lambda old: old and _before(old))

    def reset(self, name: str) -> None:
        """Forget this one item: value, attempts, hints and all."""
        self._change(name, lambda _: None)

    def restore(self, name: str, answer: Answer) -> None:
        """Put back an answer that was reset, as it was."""
        self._change(name, lambda _: answer)

    def _read(self) -> dict[str, Answer]:
        try:
            with self._path.open("rb") as file:
                return read_answers(file.read(LIMIT_BYTES + 1))
        except FileNotFoundError:
            return {}

    def _change(self, name: str, change: _Change) -> Answer | None:
        """Read, change and write one item while no other kernel can; return what it became."""
        _checked(name)
        try:
            with FileLock(self._path.with_name(".answers.lock"), timeout=_PATIENCE_SECONDS):
                return self._rewrite(name, change)
        except Timeout:
            raise UserError(f"{FILE} 正被别的程序占用，没有保存。请稍等再试。") from None
        except OSError as error:
            raise UserError(f"没有保存 {FILE}：{in_words(error)}。请检查后再试一次。") from None

    def _rewrite(self, name: str, change: _Change) -> Answer | None:
        try:
            answers, broken = self._read(), None
        except ValueError as error:
            answers, broken = {}, error
        new = change(answers.get(name))
        changed = {key: answer for key, answer in answers.items() if key != name}
        changed |= {} if new is None else {name: new}
        data = _bytes(changed)
        if data == _bytes(answers):
            return new
        try:
            checked = read_answers(data)
        except ValueError as error:
            reason = str(error).partition("：")[2]
            raise UserError(f"没有保存这个回答：{FILE} 会{reason}。请改短些再试。") from None
        if broken:
            self._set_aside(broken)
        write_file(self._path, data)
        return checked.get(name)

    def _set_aside(self, error: ValueError) -> None:
        """Keep the unreadable file under another name: something may be rescued by hand."""
        n = 1
        while (aside := self._path.with_name(f"answers.broken-{n}.json")).exists():
            n += 1
        self._path.rename(aside)
        self._trouble = None
        self._set_aside_as = f"{error}。它已改名为 {aside.name} 留存，现在从头记录。"


def _after(old: Answer, value: JsonValue, outcome: Outcome, counts: bool) -> Answer:
    text = _json(value)
    if len(text.encode(errors="replace")) > VALUE_LIMIT_BYTES:
        raise UserError(f"这个回答超过 {VALUE_LIMIT_BYTES // 2**10} KB，没有保存。请写短一些。")
    replaced = old.value is not None and _json(old.value) != text
    earlier = (*old.earlier, old.value) if replaced else old.earlier
    return Answer(value, outcome, old.attempts + counts, old.hints, earlier[-EARLIER_KEPT:])


def _before(answer: Answer) -> Answer:
    *earlier, value = answer.earlier or (None,)
    return replace(answer, value=value, outcome=None, earlier=tuple(earlier))


def _checked(name: str) -> str:
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"{name!r} {_NAME_RULE}。")
    return name


def _json(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _bytes(answers: dict[str, Answer]) -> bytes:
    content = {"format": 1, "answers": {name: asdict(answers[name]) for name in answers}}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode(errors="surrogatepass")


@cache
def here() -> Answers:
    """Return the answers beside the running notebook: a later ``os.chdir`` doesn't move them.

    >>> here() is here()
    True
    """
    return Answers(Path.cwd())
