"""Offers: what a strategy's targeting returns, checked row by row."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import MONTHS, OFFERS_MOST, RATE_MOST
from smeprofile.dictionary import REPAYMENT_METHODS
from smeprofile.errors import UserError
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.approach import CONTACT_CHANNELS

PRODUCTS, CHANNELS = tuple(a.PRODUCTS), tuple(a.CHANNELS)
CONTACTS = tuple(CHANNELS[k] for k in CONTACT_CHANNELS)
# column → what it is
COLUMNS = {
    "customer_id": "客户编号，画像里有的",
    "product_id": f"产品，{'、'.join(PRODUCTS)}",
    "channel_id": f"渠道，{'、'.join(CONTACTS)}",
    "credit_line_cny": "最多给多少额度，元，大于 0、至多 1 亿",
    "annual_rate": f"年利率，0–{RATE_MOST:g}（百分数先除以 100）",
    "repayment_method": f"还款方式，{'、'.join(REPAYMENT_METHODS)}",
    "month": f"第几个月联系，1–{MONTHS} 的整数",
}
_MOST_CNY = 100_000_000


@dataclass(frozen=True)
class Offers:
    """Checked offers, in the order given: one element each; ``who`` are positions of customers."""

    who: np.ndarray
    product: np.ndarray
    channel: np.ndarray
    line: np.ndarray
    rate: np.ndarray
    method: np.ndarray
    month: np.ndarray  # from 0

    def only(self, which: np.ndarray) -> "Offers":
        """Return the offers that ``which`` says."""
        return Offers(**{name: column[which] for name, column in vars(self).items()})


def no_offers() -> Offers:
    """Return no offer at all."""
    whole, number = np.zeros(0, np.int64), np.zeros(0)
    return Offers(whole, whole, whole, number, number, whole, whole)


def checked(frame: object, ids: pd.Index) -> Offers:
    """Return ``frame`` as offers to the customers ``ids``.

    Raises ``UserError`` that names row, column and rule: a missing column, an unknown customer,
    product, channel or method, what isn't a finite number within its bounds, a second offer to
    the same customer in one month. Further columns are left aside.

    >>> row = {"customer_id": "C1", "product_id": "F1", "channel_id": "H4", "month": 1,
    ...     "credit_line_cny": 2e5, "annual_rate": 4.5, "repayment_method": "随借随还"}
    >>> checked(pd.DataFrame([row]), pd.Index(["C1"]))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 报价方案第 1 行的 annual_rate 是 4.5，应为：年利率，0–0.24（百分数先除以 100）。
    """
    if frame is None:
        return no_offers()
    if not isinstance(frame, pd.DataFrame):
        raise UserError(f"targeting 应返回表（DataFrame），返回的是 {type(frame).__name__}。")
    frame = pd.DataFrame(frame)  # of a subclass only the data
    if len(frame) > OFFERS_MOST * len(ids):
        raise UserError(
            f"报价方案有 {len(frame):,} 行：一户一月至多一行，总共不能超过 {OFFERS_MOST * len(ids):,}。"
        )
    if lacking := [name for name in COLUMNS if name not in frame.columns]:
        raise UserError(f"报价方案缺列 {lacking[0]}（{COLUMNS[lacking[0]]}）。")
    if not frame.columns.is_unique:
        raise UserError("报价方案有重名的列，每个列名只能出现一次。")
    offers = Offers(
        who=_place(frame, "customer_id", ids),
        product=_place(frame, "product_id", pd.Index(PRODUCTS)),
        channel=_place(frame, "channel_id", pd.Index(CHANNELS), CONTACT_CHANNELS),
        line=_number(frame, "credit_line_cny", 1, _MOST_CNY),
        rate=_number(frame, "annual_rate", 0, RATE_MOST),
        method=_place(frame, "repayment_method", pd.Index(REPAYMENT_METHODS)),
        month=_number(frame, "month", 1, MONTHS, whole=True).astype(np.int64) - 1,
    )
    twice = pd.Series(offers.who * MONTHS + offers.month).duplicated().to_numpy()
    if twice.any():
        row = int(twice.argmax())
        raise UserError(
            f"报价方案第 {row + 1} 行：客户 {ids[offers.who[row]]} 在第 {offers.month[row] + 1} 个月已有一行，"
            "一户一月至多联系一次。"
        )
    return offers


def _place(frame, name: str, known: pd.Index, allowed: np.ndarray | None = None) -> np.ndarray:
    column = frame[name]
    try:
        codes, distinct = pd.factorize(column)
        found = known.get_indexer(pd.Index(np.asarray(distinct, dtype=object)))
        at = np.append(found, -1)[codes]
    except Exception:  # objects that a hostile strategy made up: not hashable, raising, …
        raise UserError(f"报价方案的 {name} 应全是文字：{COLUMNS[name]}。") from None
    bad = at < 0 if allowed is None else ~np.isin(at, allowed)
    if bad.any():
        _refuse(name, int(bad.argmax()), column.iloc[int(bad.argmax())])
    return at.astype(np.int64)


def _number(frame, name: str, low: float, high: float, *, whole: bool = False) -> np.ndarray:
    column = frame[name]
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column, errors="coerce")
    if pd.api.types.is_complex_dtype(column):
        raise UserError(f"报价方案的 {name} 应为：{COLUMNS[name]}。")
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    with np.errstate(invalid="ignore"):
        bad = ~((values >= low) & (values <= high))
        bad |= (values != np.floor(values)) if whole else False
    if bad.any():
        _refuse(name, int(bad.argmax()), frame[name].iloc[int(bad.argmax())])
    return values


def _refuse(name: str, row: int, value: object) -> None:
    plain = type(value) in (str, int, float) or isinstance(value, np.number)
    shown = value if plain else type(value).__name__
    raise UserError(f"报价方案第 {row + 1} 行的 {name} 是 {shown!s:.30}，应为：{COLUMNS[name]}。")
