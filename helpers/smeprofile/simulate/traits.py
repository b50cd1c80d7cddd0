"""What a customer is: hidden traits and registered facts, each a function of its number alone."""

from dataclasses import dataclass

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import Setting

YEAR = 365.25
_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"  # no firm is called so
_WORDS = [word for trade in a.TRADES.values() for word in trade.words]
_FIRST_WORD = np.cumsum([0, *(len(t.words) for t in a.TRADES.values())])[:-1]
_N_WORDS = np.array([len(t.words) for t in a.TRADES.values()])


@dataclass(frozen=True)
class Traits:
    """One element per customer of a chunk; ``who`` is the customer's number, from 1."""

    who: np.ndarray
    trade: np.ndarray  # position in a.CODES
    region: np.ndarray
    branch: np.ndarray
    established: np.ndarray  # day numbers
    opened: np.ndarray
    quality: np.ndarray  # standard normal
    honesty: np.ndarray  # 0-1
    frailty: np.ndarray
    log_sales: np.ndarray  # of a mean month, before growth
    staff: np.ndarray
    assets_share: np.ndarray
    margin: np.ndarray
    settlement: np.ndarray  # share of sales through this bank
    invoiced: np.ndarray  # share of sales
    own_funds: np.ndarray  # share of working capital
    power_share: np.ndarray
    price_sensitivity: np.ndarray
    speed_sensitivity: np.ndarray
    uplift: np.ndarray  # position in UPLIFT_TYPES
    ring: np.ndarray  # fraud ring, -1 for none
    collateral: np.ndarray  # bool: has property to mortgage
    shares_tax: np.ndarray
    cash_months: np.ndarray
    takes_credit: np.ndarray  # bool: would borrow at all
    do_not_contact: np.ndarray


def column(field: str) -> np.ndarray:
    """Return a field of all ``Trade``s, in the order of ``CODES``."""
    return np.array([getattr(trade, field) for trade in a.TRADES.values()], dtype=float)


def traits(setting: Setting, low: int, high: int) -> Traits:
    """Return the traits of customers ``low`` + 1 to ``high``."""
    d, who = setting.draws, np.arange(low + 1, high + 1)
    trade = d.choice("trade", setting.terms.trade_shares, who)
    age = _ages(d, who)
    # Most accounts are opened soon after the firm is founded.
    opened_share = d.uniform("opened", who) ** 2.2 * 0.97
    established = setting.end_day - np.floor(age * YEAR).astype(np.int64) - 1
    opened = established + np.floor(age * YEAR * opened_share).astype(np.int64)
    quality, honesty = d.normal("quality", who), 1 - 0.6 * d.uniform("honesty", who) ** 4
    region = d.choice("region", setting.terms.region_shares, who)
    log_sales = (
        np.log(column("turnover_cny")[trade] / 12)
        + 0.88 * d.normal("size", who) + 0.22 * quality
        + 0.20 * np.log((1 + np.minimum(age, 12)) / 4.5)
        - 0.10 * setting.terms.is_county[region] - 0.18
    )  # fmt: skip
    sales_year = np.exp(log_sales) * 12
    heads = sales_year / column("per_head_cny")[trade] * np.exp(0.45 * d.normal("staff", who))
    uplift = d.choice("uplift", a.UPLIFT_SHARES, who)
    young = age < 4
    return Traits(
        who=who, trade=trade, region=region,
        branch=region * a.BRANCHES_PER_REGION + d.integers("branch", 0, a.BRANCHES_PER_REGION, who),
        established=established, opened=opened, quality=quality, honesty=honesty,
        frailty=0.8 * d.normal("frailty", who),
        log_sales=log_sales,
        staff=np.maximum(np.round(heads + 0.5 * d.uniform("staff_round", who)), 1).astype(np.int64),
        assets_share=column("assets_share")[trade] * np.exp(0.35 * d.normal("assets", who)),
        margin=np.clip(0.05 + 0.022 * d.normal("margin", who) + 0.010 * quality, -0.06, 0.2),
        settlement=0.12 + 0.83 * _beta22(d.uniform("settlement", who)),
        invoiced=np.clip(
            column("invoiced_share")[trade] * (0.7 + 0.3 * honesty)
            * np.exp(0.12 * d.normal("invoiced", who)), 0.02, 1.0,
        ),
        own_funds=np.clip(0.56 + 0.30 * d.normal("own_funds", who), 0.05, 1.6),
        power_share=column("power_share")[trade] * np.exp(0.25 * d.normal("power", who)),
        price_sensitivity=np.exp(0.4 * d.normal("price", who)) * np.where(young, 0.8, 1.1),
        speed_sensitivity=np.exp(0.4 * d.normal("speed", who)) * np.where(young, 1.5, 0.8),
        uplift=uplift,
        ring=np.where(
            d.uniform("in_ring", who) < 0.006,
            d.integers("ring", 0, max(1, round(setting.customers * 0.006 / 6)), who), -1,
        ),
        collateral=d.uniform("collateral", who) < np.clip(
            0.12 + 0.02 * np.minimum(age, 10) + 0.10 * (log_sales > np.log(4e5)), 0, 0.75
        ),
        shares_tax=d.uniform("shares_tax", who) < 0.58,
        cash_months=np.exp(np.log(0.75) + 0.55 * d.normal("cash", who) + 0.12 * quality),
        takes_credit=d.uniform("takes_credit", who) < 0.74,
        do_not_contact=d.uniform("no_contact", who) < 0.06,
    )  # fmt: skip


def _beta22(u: np.ndarray) -> np.ndarray:
    """Return Beta(2, 2) numbers: the inverse of 3x² - 2x³."""
    return 0.5 - np.sin(np.arcsin(1 - 2 * u) / 3)


def _ages(draws, who: np.ndarray) -> np.ndarray:
    """Return ages in years on the last day, were the firm still in business.

    Drawn with the published shares divided by the chance to have stayed since the account was
    opened, so that those who did stay have the published ages.
    """
    years = np.arange(25)
    shares = np.concatenate(
        [np.full(high - low, share / (high - low)) for low, high, share in a.AGE_SHARES]
    )
    hazard = np.array([exit_by_year(year) for year in years])
    stayed = np.concatenate([[1.0], np.cumprod(1 - hazard)])[:25]
    since = np.array([np.mean(stayed[y] / stayed[: y + 1]) for y in years])
    year = draws.choice("age_year", shares / (0.35 * since + 0.65 * stayed), who)
    return year + draws.uniform("age_part", who)


def exit_by_year(year: int) -> float:
    """Return the yearly chance to leave the register in the ``year``-th year of life (from 0)."""
    return a.EXIT_BY_YEAR[min(year, len(a.EXIT_BY_YEAR) - 1)]


def names(setting: Setting, traits_: Traits) -> np.ndarray:
    """Return made-up names: city that does not exist, three calendar signs, trade."""
    d, who = setting.draws, traits_.who
    word = _FIRST_WORD[traits_.trade] + np.floor(
        d.uniform("name_word", who) * _N_WORDS[traits_.trade]
    ).astype(np.int64)
    signs = [np.array(list(_SIGNS))[d.integers(f"sign{k}", 0, 22, who)] for k in range(3)]
    middle = np.char.add(np.char.add(signs[0], signs[1]), signs[2])
    return np.char.add(
        np.char.add(np.char.add(setting.place, middle), np.array(_WORDS)[word]), "有限公司"
    )


def pool_size(setting: Setting) -> int:
    """Return how many trading partners there are beside the bank's own customers."""
    return min(max(500, setting.customers // 8), 20_000)


def pool_names(setting: Setting) -> np.ndarray:
    """Return the names of the trading partners, by number."""
    d, who = setting.draws, np.arange(pool_size(setting)) + 1
    towns = np.array(["北汀", "南淀", "西埭", "东涘", "中屿"])[d.integers("p_town", 0, 5, who)]
    signs = [np.array(list(_SIGNS))[d.integers(f"p_sign{k}", 0, 22, who)] for k in range(2)]
    word = np.array(_WORDS)[d.integers("p_word", 0, len(_WORDS), who)]
    return np.char.add(
        np.char.add(np.char.add(towns, np.char.add(signs[0], signs[1])), word), "有限公司"
    )


def customer_ids(who: np.ndarray, letter: str = "C") -> np.ndarray:
    """Return ids such as C00000123.

    >>> customer_ids(np.array([7])).tolist()
    ['C00000007']
    """
    return np.char.add(letter, _padded(who, 8))


def event_ids(letter: str, who: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Return ids of a customer's events: letter, customer's number, running number.

    >>> event_ids("L", np.array([7]), np.array([2])).tolist()
    ['L00000007002']
    """
    return np.char.add(customer_ids(who, letter), _padded(serial, 3))


def _padded(numbers: np.ndarray, digits: int) -> np.ndarray:
    if len(numbers) == 0:  # which zfill can't take
        return np.zeros(0, f"U{digits}")
    return np.char.zfill(np.asarray(numbers).astype(f"U{digits}"), digits)


def running_number(who: np.ndarray) -> np.ndarray:
    """Return 1, 2, 3 … within each run of equal ``who`` (which must be sorted).

    >>> running_number(np.array([5, 5, 8])).tolist()
    [1, 2, 1]
    """
    if len(who) == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], who[1:] != who[:-1]]))
    lengths = np.diff(np.append(starts, len(who)))
    return np.arange(len(who)) - np.repeat(starts, lengths) + 1
