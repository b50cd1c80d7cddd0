"""Observed tables about the firm: customers, owners, statements, guarantees, legal events."""

import numpy as np
import pyarrow as pa

from smeprofile import uscc
from smeprofile.dictionary import (
    GENDERS,
    INDUSTRIES,
    LEGAL_KINDS,
    OWNER_KINDS,
    OWNER_RELATIONS,
    REGISTRATION_STATUSES,
)
from smeprofile.rules import size_classes
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import columns as c
from smeprofile.simulate import invoices, marketing, traits
from smeprofile.simulate.bureau import guarantees, legal_events
from smeprofile.simulate.chunk import Chunk, Rows
from smeprofile.simulate.plans import NEVER
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.traits import customer_ids, event_ids

CAPITALS_WAN = np.array([10, 30, 50, 100, 200, 300, 500, 1000, 1200, 3000])
_CAPITAL_SHARES = (0.08, 0.08, 0.18, 0.24, 0.14, 0.08, 0.11, 0.05, 0.02, 0.02)
_CODES, _TITLES = np.array(a.CODES), np.array([INDUSTRIES[code] for code in a.CODES])
_TECH = np.array([{"I": 0.14, "M": 0.10, "C": 0.07}.get(code[0], 0.008) for code in a.CODES])


def branch_ids(setting: Setting) -> np.ndarray:
    """Return all branch ids by position."""
    count = len(setting.terms.regions) * a.BRANCHES_PER_REGION
    return np.array([f"B{k + 1:02d}" for k in range(count)])


def capital(setting: Setting, who: np.ndarray) -> Rows:
    """Return subscribed and paid-in capital in 万 of ``currency`` (position; 0 is yuan).

    Subscribed capital says nothing of a firm's size: it is a promise. NaN: not on record.
    """
    d, rates = setting.draws, (("CNY", 1.0), *setting.fx_rates)
    foreign = d.uniform("foreign", who) < 0.04
    currency = np.where(foreign, d.integers("currency", 1, len(rates), who), 0)
    wan = CAPITALS_WAN[d.choice("capital", _CAPITAL_SHARES, who)].astype(float)
    paid_share = np.array([0, 0.1, 0.3, 0.5, 1])[d.choice("paid", (15, 15, 20, 15, 35), who)]
    blank = d.uniform("no_capital", who) < 0.03
    unknown = blank | (d.uniform("no_paid", who) < 0.15)
    rate = np.array([value for _, value in rates])[currency]
    wan = np.where(blank, np.nan, wan)
    paid = np.where(unknown, np.nan, np.round(wan * paid_share, 2))
    return {"wan": wan, "paid_wan": paid, "currency": currency, "rate": rate}


def deregistered(x: Chunk) -> np.ndarray:
    """Return the day each customer left the register by the last day, or NEVER."""
    return np.where(x.life.exit_day <= x.setting.end_day, x.life.exit_day, NEVER)


def customers(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``customers``."""
    s, t, d = x.setting, x.t, x.setting.draws
    money, year, gone = capital(s, t.who), x.last_year, deregistered(x)
    revenue = np.round(year["sales"] * np.exp(0.06 * d.normal("declared", t.who)) / 100) * 100
    assets = np.maximum(revenue, 3.6 * np.exp(t.log_sales)) * t.assets_share
    assets = np.round(assets / 100) * 100
    code = _CODES[t.trade]
    size = size_classes(code, t.staff, revenue, assets)
    no_insured = d.uniform("no_insured", t.who) < 0.08
    insured = np.round(t.staff * np.array([0, 0.5, 1.0])[d.choice("insured", (1, 3, 6), t.who)])
    owns = (t.collateral & (d.uniform("premises", t.who) < 0.6)) | (
        d.uniform("premises2", t.who) < 0.06
    )
    stale = np.floor(np.minimum(s.end_day - t.opened, 300) * d.uniform("updated", t.who))
    holder = marketing.controllers(s, t)
    return {
        "customer_id": c.texts(x.ids),
        "name": c.texts(x.names),
        "uscc": c.texts(codes(x)),
        "industry_code": c.texts(code),
        "industry": c.texts(_TITLES[t.trade]),
        "region": c.words(s.terms.region_names, t.region),
        "branch_id": c.words(branch_ids(s), t.branch),
        "controller_id": c.texts(customer_ids(holder, "O")),
        "established_date": c.days(t.established),
        "opened_date": c.days(t.opened),
        "registration_status": c.words(REGISTRATION_STATUSES, (gone < NEVER).astype(int)),
        "deregistered_date": c.days(gone),
        "subscribed_capital_cny": _capital_cny(money, "wan"),
        "paid_in_capital_cny": _capital_cny(money, "paid_wan"),
        "n_insured": c.whole(insured, no_insured),
        "n_staff": c.whole(t.staff),
        "annual_revenue_cny": c.numbers(revenue, digits=2),
        "total_assets_cny": c.numbers(assets, digits=2),
        "size_class": c.texts(size),
        "is_tech": c.flags(d.uniform("tech", t.who) < _TECH[t.trade]),
        "owns_premises": c.flags(owns),
        "avg_daily_balance_cny": c.yuan(year["balance"]),
        "updated_at": c.days(np.minimum(s.end_day - stale.astype(int), gone)),
        "do_not_contact": c.flags(t.do_not_contact | opted_out(x)),
    }


def opted_out(x: Chunk) -> np.ndarray:
    """Say who asked, when contacted, not to be contacted again, by the last day."""
    rows, out = x.lending.book.all("contacts"), np.zeros(len(x.t.who), bool)
    if rows:
        out[rows["who"][rows["opted_out"] & (rows["day"] <= x.setting.end_day)]] = True
    return out


def _capital_cny(money: Rows, field: str) -> pa.Array:
    wan = money[field]
    missing = np.isnan(wan)
    return c.numbers(np.where(missing, 0, wan) * 10_000 * money["rate"], missing, digits=2)


def codes(x: Chunk) -> np.ndarray:
    """Return each customer's credit code: well formed, of a region that does not exist.

    The serial is the customer's number sent through a fixed permutation of the eight digits.
    """
    serial = (x.t.who.astype(object) * 38_270_417 + x.setting.seed % 10**8) % 10**8
    return np.array([uscc.make(int(n)) for n in serial], dtype=object)


SPOUSES = 10_000_000  # so far from who controls several firms is who they are married to


def owners(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``owners``."""
    rows, holder = x.owners, marketing.controllers(x.setting, x.t)
    number = x.t.who[rows["who"]]
    first = rows["slot"] == 0
    of_several = holder[rows["who"]] != number
    owner = np.where(
        first, customer_ids(holder[rows["who"]], "O"), event_ids("O", number, rows["slot"])
    )
    spouse = customer_ids(holder[rows["who"]] + SPOUSES, "O")
    owner = np.where(of_several & (rows["role"] == 1), spouse, owner)
    digits = np.char.replace(owner.astype("U12"), "O", "")
    name = np.where(
        rows["firm"], np.char.add("虚构持股公司", digits), np.char.add("虚构人", digits)
    )
    firm = rows["firm"]
    return {
        "customer_id": c.words(x.ids, rows["who"]),
        "owner_id": c.texts(owner),
        "name": c.texts(name),
        "kind": c.words(OWNER_KINDS, firm.astype(int)),
        "share": c.numbers(rows["share"], digits=4),
        "is_controller": c.flags(first),
        "relation": c.words(OWNER_RELATIONS, rows["role"]),
        "gender": c.words(GENDERS, np.where(firm, -1, np.where(rows["male"], 0, 1))),
        "birth_year": c.whole(rows["born"], firm),
    }


def financials(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``financials``."""
    rows = invoices.statements(x.setting, x.t, x.life, x.rolling_year)
    if not rows:
        return {}
    names = {
        "revenue_cny": "revenue", "cost_cny": "cost", "net_profit_cny": "profit",
        "total_assets_cny": "assets", "current_assets_cny": "current", "inventory_cny": "stock",
        "receivable_cny": "receivable", "prepaid_cny": "prepaid", "liabilities_cny": "liabilities",
        "current_liabilities_cny": "current_liabilities", "payable_cny": "payable",
        "advance_cny": "advance", "operating_cash_flow_cny": "cash_flow",
    }  # fmt: skip
    return {
        "customer_id": c.words(x.ids, rows["who"]),
        "year": c.whole(rows["year"]),
        **{column: c.numbers(rows[name], digits=2) for column, name in names.items()},
        "is_audited": c.flags(rows["audited"]),
        "arrived_date": c.days(rows["arrived"]),
    }


def guarantees_(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``guarantees``."""
    rows = guarantees(x.setting, x.t, x.life, traits.pool_size(x.setting))
    return {
        "guarantee_id": c.texts(event_ids("G", x.t.who[rows["who"]], rows["serial"])),
        "customer_id": c.words(x.ids, rows["who"]),
        "debtor": c.texts(traits.pool_names(x.setting)[rows["debtor"]]),
        "creditor": c.words(a.OTHER_BANKS, rows["creditor"]),
        "amount_cny": c.numbers(rows["amount"], digits=2),
        "start_date": c.days(rows["day"]),
        "end_date": c.days(rows["end"]),
    }


def legal(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``legal_events``."""
    rows = legal_events(x.setting, x.t, x.life, x.lending.book.hazard)
    return {
        "event_id": c.texts(event_ids("E", x.t.who[rows["who"]], rows["serial"])),
        "customer_id": c.words(x.ids, rows["who"]),
        "date": c.days(rows["day"]),
        "kind": c.words(LEGAL_KINDS, rows["kind"]),
        "amount_cny": c.numbers(rows["amount"], rows["kind"] == 3, digits=2),
    }
