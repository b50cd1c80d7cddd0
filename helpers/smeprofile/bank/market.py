"""A market: a fresh synthetic bank, what may be seen of it, and its truth, which may not."""

import os
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from smeprofile.bank.course import course_setting
from smeprofile.bank.future import Truth, truth_of
from smeprofile.buildcache import Cache, digest, imported, versions
from smeprofile.errors import UserError
from smeprofile.paths import home
from smeprofile.simulate import Setting, whole_tables
from smeprofile.simulate.traits import customer_ids
from smeprofile.tags import TAGS, consent, profile

MONTHS = 24  # of history: what the tags' windows ask for
KEPT = 40  # files of profiles, of 2–10 MB
RANK = "_peer_rank"
_CODE = "from smeprofile.tags import profile\nfrom smeprofile.simulate import whole_tables"


@dataclass(frozen=True, repr=False)
class Market:
    """One market. Strategies are only ever given copies of ``profiles``; see ``market``."""

    setting: Setting
    _kept: dict = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Market({self.customers:,} 户，种子 {self.seed})"

    @property
    def customers(self) -> int:
        """How many customers it has."""
        return self.setting.customers

    @property
    def seed(self) -> int:
        """The seed it was made from."""
        return self.setting.seed

    @cached_property
    def ids(self) -> pd.Index:
        """The customers' ids, in order."""
        return pd.Index(customer_ids(self._truth.t.who).astype(object))

    @cached_property
    def _truth(self) -> Truth:
        return truth_of(self.setting)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {name: table.to_pandas() for name, table in whole_tables(self.setting).items()}

    def profiles(self, use: str = "营销", items: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Return a copy of the profiles as of the last day: one row per customer, in order.

        ``use``: 营销 or 授信审批, which decides by law and consent what is there. ``items``: the
        data items that may be used; tags made from others are left out (None: none is).
        """
        frame = self._profile(use)
        if items is None:
            return frame.copy()
        return frame[[name for name in frame.columns if _needs(name) <= set(items)]].copy()

    def _profile(self, use: str) -> pd.DataFrame:
        if use not in self._kept:
            file = self._file(use)
            if file is None or not file.is_file():
                made = profile(self._tables, self.setting.end, use=use)
                _keep(made, file)
                self._kept[use] = made
            else:
                self._kept[use] = pd.read_parquet(file)
        return self._kept[use]

    def _file(self, use: str) -> Path | None:
        """Where the profiles are kept, None where nothing can be: what they are made from names it."""
        try:
            cache = Cache(home())
        except UserError:
            return None
        sums = [cache.sum_of(path) for path in sorted(imported(_CODE))]
        name = digest(str(self.setting), use, sums, versions())[:24]
        return cache.folder / "markets" / f"{name}.parquet"


def market(customers: int = 10_000, seed: int = 3) -> Market:
    """Return a fresh market of so many customers: same seed, same market.

    A synthetic bank with this course's regions, industries, products and policy, seen on its
    observation date; ``seed`` is a whole number below 2**128. Its truth is made when it is first
    asked for (about 2 s for 10,000 customers), its profiles, too (about 20 s; kept in ``.build/``).
    Raises ``UserError`` for fewer than 1 or more than 20 million customers, and a seed that can't be.

    >>> market(customers=50, seed=1)
    Market(50 户，种子 1)
    """
    return _made(replace(
        course_setting(), customers=customers, seed=seed, months=MONTHS, grain="month", txn_customers=None,
        txn_months=None,
    ))  # fmt: skip


@lru_cache(maxsize=2)
def _made(setting: Setting) -> Market:
    """Return the market: the last ones are kept, for a cell that is run again."""
    return Market(setting)


def _needs(column: str) -> frozenset[str]:
    """Return the data items a column of the profiles is made from."""
    tag = TAGS.get(column.removesuffix(RANK))
    return frozenset(tag.items if tag else ())


def why_withheld(column: str, use: str, items: tuple[str, ...]) -> str:
    """Return in Chinese why a strategy isn't given a tag; empty where it is given, or is none.

    >>> why_withheld("external_balance_cny", "营销", ("流水数据",))
    '征信报告不得用于营销圈选'
    """
    lacking = _needs(column) - set(items)
    barred = [i for i in sorted(_needs(column)) if consent.verdict(i, use)[0] == "禁止"]
    if barred:
        return f"{'、'.join(barred)}不得用于营销圈选"
    if lacking:
        return f"sources 没有申报{'、'.join(sorted(lacking))}"
    tag = TAGS.get(column.removesuffix(RANK))
    return f"不得用于{use}" if tag and use not in tag.uses else ""


def _keep(frame: pd.DataFrame, file: Path | None) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.tmp")
        frame.to_parquet(draft)
        draft.replace(file)
        kept = sorted(file.parent.glob("*.parquet"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-KEPT]:  # each is made again if it is asked for
            old.unlink(missing_ok=True)
    except OSError:  # a folder that can't be written: it is made again next time
        pass
