"""The two test papers: what a learner sees (``datasets/papers``), and the keys that grading has.

A paper holds every variant of every item, without keys. Which variant a learner gets follows from
the seat, a hash of cohort and learner: neighbours have other numbers, a rerun the same ones.
"""

import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from smeprofile.errors import UserError
from smeprofile.items.blueprint import blueprint
from smeprofile.items.item import N_VARIANTS, Item, Variant, variants
from smeprofile.params import Cohort, with_secret
from smeprofile.paths import home

Form = Literal["pre", "post"]
FORMS = ("pre", "post")
_TITLES = {"pre": "前测卷", "post": "后测卷"}
FOLDER = Path("datasets") / "papers"
PAPERS_VARIABLE = "SMEPROFILE_PAPERS"  # a folder that stands in for it, while a build proves
Keys = dict[str, list[tuple[object, list[tuple[object, str]]]]]


class Shown(BaseModel):
    """One variant as a learner sees it: the stem, and which of the item's options in what order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stem: str
    order: list[int]


class Question(BaseModel):
    """One item of a paper."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    module: str
    kind: Literal["single", "multiple", "numeric", "judge"]
    unit: str
    options: list[str]
    variants: list[Shown]


class Paper(BaseModel):
    """A paper: its items in order, and which form of the item bank they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Form
    letter: Literal["A", "B"]
    items: list[Question]

    @property
    def title(self) -> str:
        """What the paper is called, in Chinese."""
        return f"{_TITLES[self.form]} {self.letter}"


def bank(solutions: Path) -> list[Item]:
    """Return all items below ``solutions/items``, in the blueprint's order.

    Raises ``UserError`` unless each objective has one item per form, of its Bloom level, and both
    forms the same kinds.
    """
    found = [item for path in sorted((solutions / "items").glob("*.py")) for item in _read(path)]
    cells = blueprint().cells
    for form in ("A", "B"):
        mine = sorted((i.objective, i.bloom) for i in found if i.form == form)
        if mine != sorted(cells.items()):
            odd = sorted(set(mine) ^ set(cells.items())) or "有目标重复出题"
            raise UserError(f"试题库的 {form} 卷和蓝图不合：{odd}。每个目标每卷一题，层次要相同。")
    kinds = {(i.objective, i.kind) for i in found}
    if len(kinds) > len(cells) or len({i.name for i in found}) < len(found):
        raise UserError("试题库里同一目标的 A、B 两题题型不同，或有两题重名。请改成一样的题型。")
    return found


def _read(path: Path) -> list[Item]:
    spec = importlib.util.spec_from_file_location(f"smeprofile_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise UserError(
            f"试题文件 {path} 第 {error.lineno} 行有语法错误（{error.msg}）。"
        ) from None
    return module.ITEMS


def in_order(items: list[Item], letter: str) -> list[Item]:
    """Return the items of form A or B in rounds, one of each module: who stops early met all modules."""
    mine = sorted((i for i in items if i.form == letter), key=lambda i: i.objective)
    groups: dict[str, list[Item]] = {}
    for item in mine:
        groups.setdefault(item.objective[:2], []).append(item)
    return [item for row in zip_longest(*groups.values()) for item in row if item]


def make_paper(items: list[Item], form: str, cohort: Cohort) -> tuple[Paper, Keys]:
    """Return a paper and its keys, numbers drawn from the seed: give ``with_secret(cohort)``."""
    letter, seed = getattr(cohort.item_forms, form), cohort.seed
    questions, keys = [], {}
    for item in in_order(items, letter):
        made = variants(item, seed)
        pool = sorted({option for variant in made for option in variant.options})
        shown = [
            Shown(stem=v.stem, order=[pool.index(option) for option in v.options]) for v in made
        ]
        questions.append(Question(name=item.name, module=item.objective[:2], kind=item.kind,
                                  unit=item.unit, options=pool, variants=shown))  # fmt: skip
        keys[item.name] = [
            (
                _pooled(item, v, pool, v.key),
                [(_pooled(item, v, pool, r), name) for r, name in v.wrong],
            )
            for v in made
        ]
    return Paper(form=form, letter=letter, items=questions), keys


def _pooled(item: Item, made: Variant, pool: list[str], answer: object) -> object:
    """Return an answer by positions in the pool: an option keeps its number wherever it stands."""
    at = [pool.index(option) for option in made.options]
    match item.kind:
        case "numeric":
            return answer
        case "single":
            return at[answer]
        case "multiple":
            return sorted(at[one] for one in answer)
    return [answer[0], at[answer[1]]]


def write_papers(items: list[Item], cohort: Cohort, folder: Path) -> None:
    """Write both papers as ``pre.json`` and ``post.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMS:
        paper, _ = make_paper(items, form, with_secret(cohort))
        text = json.dumps(paper.model_dump(), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{form}.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


def load_paper(form: str, *, root: Path | None = None) -> Paper:
    """Return the paper ``form`` ("pre" or "post") of the course; ``UserError`` if it can't be read.

    >>> load_paper("mid")
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 没有名为 mid 的试卷。只有 pre 和 post。
    """
    if form not in FORMS:
        raise UserError(f"没有名为 {form} 的试卷。只有 pre 和 post。")
    folder = os.environ.get(PAPERS_VARIABLE)
    path = (Path(folder) if folder and root is None else (root or home()) / FOLDER) / f"{form}.json"
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValidationError):
        raise UserError(
            f"试卷 {path} 缺失或已损坏。请重新解压课程包，或运行 smeprofile build。"
        ) from None


@lru_cache(maxsize=4)
def _parsed(data: bytes) -> Paper:
    return Paper.model_validate_json(data)


def seat_of(cohort_id: str, learner_id: str) -> str:
    """Return a learner's seat: eight hex digits in place of the id (who has the class list can match).

    >>> seat_of("class_1", "u001")
    '593ac833'
    """
    return hashlib.sha256(f"{cohort_id}/{learner_id}".encode()).hexdigest()[:8]


def variant_at(seat: str, name: str) -> int:
    """Return which variant of the item ``name`` lies at a seat.

    >>> variant_at("593ac833", "size_factory") < N_VARIANTS
    True
    """
    return hashlib.sha256(f"{seat}/{name}".encode()).digest()[0] % N_VARIANTS


def answers_of(keys: Keys, seat: str, wrong: Mapping[str, int] | None = None) -> dict[str, object]:
    """Return all right answers at a seat; for items in ``wrong``, what mistake number n leads to."""
    wrong, given = wrong or {}, {}
    for name, made in keys.items():
        key, mistakes = made[variant_at(seat, name)]
        given[name] = mistakes[wrong[name] % len(mistakes)][0] if name in wrong else key
    return given
