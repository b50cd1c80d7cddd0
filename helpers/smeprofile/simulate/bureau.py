"""Consents, the bank's own inquiries under them, and the reports they brought."""

from dataclasses import dataclass

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate import granting
from smeprofile.simulate.book import Book
from smeprofile.simulate.elsewhere import Elsewhere, others_inquiries, reports_show
from smeprofile.simulate.life import Life
from smeprofile.simulate.plans import NEVER, Plans
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits, running_number

# Positions in DATA_ITEMS and PURPOSES, share of customers who signed (of those who share tax data, for
# tax data), asked for within so many days of the account, and the name its random numbers go by.
_FORMS = (
    (1, 0, None, 300, "form1"),
    (1, 1, 0.80, 300, "form1_after"),
    (2, 0, 0.30, 500, "form2"),
    (3, 2, 0.45, 400, "form3"),
    (4, 2, 0.30, 600, "form4"),
    (1, 2, 0.35, 500, "form1_marketing"),
    (2, 2, 0.40, 500, "form2_marketing"),
)
Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Bureau:
    """Consents, inquiries (own and those a report showed) and the loans that reports showed."""

    consents: Rows
    inquiries: Rows
    loans: Rows


def bureau(
    setting: Setting, t: Traits, life: Life, e: Elsewhere, book: Book, plans: Plans
) -> Bureau:
    """Return one chunk's bureau records up to the last day.

    An inquiry is lawful here: under a consent for its purpose, granted that day or before and
    not withdrawn by then. Breaches are a planted defect of the class data, not of this bank.
    """
    end = setting.end_day
    signed, asked = _lending_consents(setting, t, book, plans)
    standing = _standing_consents(setting, t, life)
    consents = {name: np.concatenate([signed[name], standing[name]]) for name in signed}
    known = consents["granted"] <= end
    order = np.lexsort(
        (consents["purpose"], consents["item"], consents["granted"], consents["who"])
    )
    order = order[known[order]]
    place = np.full(len(known), -1)
    place[order] = np.arange(len(order))
    consents = {name: values[order] for name, values in consents.items()}
    consents["serial"] = running_number(consents["who"])
    told = np.minimum(end, life.exit_day[consents["who"]])  # who is gone withdraws nothing
    consents["withdrawn"] = np.where(consents["withdrawn"] <= told, consents["withdrawn"], NEVER)
    asked = {name: values[asked["second"] // 86400 <= end] for name, values in asked.items()}
    order = np.lexsort((asked["second"], asked["who"]))
    own = {name: values[order] for name, values in asked.items()}
    own["consent"] = consents["serial"][place[own["consent"]]] if len(order) else own["consent"]
    inquiries = _with_others(own, others_inquiries(setting, t, life, e))
    is_own = inquiries["institution"] < 0
    loans = reports_show(
        setting, t, life, e, inquiries["who"][is_own], inquiries["second"][is_own] // 86400
    )
    loans["who"] = inquiries["who"][is_own][loans["report"]]
    loans["serial"] = inquiries["serial"][is_own][loans["report"]]
    return Bureau(consents, inquiries, loans)


def _lending_consents(setting: Setting, t: Traits, book: Book, plans: Plans) -> tuple[Rows, Rows]:
    """Return a consent per application and per facility drawn on, and inquiries under them."""
    apps, decisions = book.all("applications"), book.all("decisions")
    d = setting.draws
    if not apps:
        none = np.zeros(0, np.int64)
        keys = ("who", "item", "purpose", "granted", "withdrawn")
        return dict.fromkeys(keys, none), dict.fromkeys(
            ("who", "second", "reason", "consent"), none
        )
    who, day = apps["who"], apps["applied"] // 86400
    at = (t.who[who], apps["month"] + setting.months_all[0])
    granted = day - np.where(d.uniform("signs", *at) < 0.2, d.integers("sign_days", 1, 5, *at), 0)
    granted = np.maximum(granted, np.minimum(first_day(at[1]), day))  # not before it was decided on
    wait = np.minimum(decisions["decided"] - apps["applied"], 30 * 3600)
    second = (
        apps["applied"] + 30 + np.floor(wait * (0.05 + 0.6 * d.uniform("looks", *at))).astype(int)
    )
    by_hand = granting.in_office(second, d.uniform("looks_desk", *at))
    second = np.where(decisions["auto"], second, np.minimum(by_hand, decisions["decided"] - 60))
    leaves = d.uniform("leaves", *at) < 0.035
    withdrawn = (
        second // 86400 + 20 + np.floor(-np.log(d.uniform("leaves_day", *at)) * 400).astype(int)
    )
    first = {
        "who": who, "item": np.zeros(len(who), int), "purpose": np.zeros(len(who), int),
        "granted": granted, "withdrawn": np.where(leaves, withdrawn, NEVER),
    }  # fmt: skip
    looks = {
        "who": who, "second": second, "reason": np.zeros(len(who), int),
        "consent": np.arange(len(who)),
    }  # fmt: skip
    after, later = _after_lending(setting, t, book, plans, len(who))
    return (
        {name: np.concatenate([first[name], after[name]]) for name in first},
        {name: np.concatenate([looks[name], later[name]]) for name in looks},
    )


def _after_lending(
    setting: Setting, t: Traits, book: Book, plans: Plans, n_before: int
) -> tuple[Rows, Rows]:
    """Return post-lending consents, one per facility with a loan, and quarterly inquiries."""
    loans, d = plans.loans, setting.draws
    keys = ("who", "item", "purpose", "granted", "withdrawn")
    if not loans or not len(loans["id"]):
        none = np.zeros(0, np.int64)
        return dict.fromkeys(keys, none), dict.fromkeys(
            ("who", "second", "reason", "consent"), none
        )
    facility, at = np.unique(loans["facility"], return_index=True)
    who, start = loans["customer"][at], loans["day"][at].copy()
    place = np.searchsorted(facility, loans["facility"])
    np.minimum.at(start, place, loans["day"])
    number = t.who[who]
    withdrawn = np.where(
        d.uniform("leaves_after", number, start) < 0.03,
        start
        + 30
        + np.floor(-np.log(d.uniform("leaves_after_day", number, start)) * 500).astype(int),
        NEVER,
    )
    consents = {
        "who": who, "item": np.zeros(len(who), int), "purpose": np.full(len(who), 1),
        "granted": start, "withdrawn": withdrawn,
    }  # fmt: skip
    parts = []
    for quarter in range(1, 13):
        day = start + 91 * quarter + d.integers("after_day", 0, 12, number, start, quarter)
        second = granting.weekday(day * 86400 + d.integers(
            "after_second", 9 * 3600, 17 * 3600, number, start, quarter
        ))  # fmt: skip
        day = second // 86400
        owes = (loans["day"] <= day[place]) & (day[place] < loans["end_day"])
        ok = (np.bincount(place[owes], minlength=len(day)) > 0) & (day < withdrawn)
        parts.append((who[ok], second[ok], n_before + np.flatnonzero(ok)))
    looks = {
        "who": np.concatenate([p[0] for p in parts]),
        "second": np.concatenate([p[1] for p in parts]),
        "consent": np.concatenate([p[2] for p in parts]),
    }
    looks["reason"] = np.ones(len(looks["who"]), int)
    return consents, looks


def _standing_consents(setting: Setting, t: Traits, life: Life) -> Rows:
    """Return consents not tied to a loan: tax data, own flows, marketing."""
    d, parts = setting.draws, []
    for item, purpose, share, within, name in _FORMS:
        signs = t.shares_tax if item == 1 else np.ones(len(t.who), bool)
        signs = signs if share is None else signs & (d.uniform(name, t.who) < share)
        who = np.flatnonzero(signs)
        number = t.who[who]
        granted = t.opened[who] + np.floor(within * d.uniform(f"{name}_day", number) ** 2).astype(
            int
        )
        there = granted <= life.exit_day[who]
        who, number, granted = who[there], number[there], granted[there]
        leaves = (d.uniform(f"{name}_leaves", number) < 0.06) & (share is not None)
        stays = 60 + np.floor(-np.log(d.uniform(f"{name}_stays", number)) * 700).astype(int)
        form = {
            "who": who, "item": np.full(len(who), item), "purpose": np.full(len(who), purpose),
            "granted": granted, "withdrawn": np.where(leaves, granted + stays, NEVER),
        }  # fmt: skip
        parts.append(form)
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def tax_consent_day(setting: Setting, t: Traits, life: Life) -> np.ndarray:
    """Return the day each customer let the bank have its tax data, or NEVER."""
    u = setting.draws.uniform("form1_day", t.who)
    day = t.opened + np.floor(300 * u**2).astype(int)
    return np.where(t.shares_tax & (day <= life.exit_day), day, NEVER)


def _with_others(own: Rows, others: Rows) -> Rows:
    """Return own inquiries and those by others that an own report later showed (two years)."""
    big = 10**6
    key = own["who"] * big + own["second"] // 86400
    at = np.searchsorted(key, others["who"] * big + others["day"] + 1)
    there = np.minimum(at, max(len(key) - 1, 0))
    if len(key):
        shown = (at < len(key)) & (key[there] // big == others["who"])
        shown &= key[there] % big - others["day"] <= 730
    else:
        shown = np.zeros(len(at), bool)
    seen = {name: values[shown] for name, values in others.items()}
    n, m = len(key), len(seen["who"])
    rows = {
        "who": np.concatenate([own["who"], seen["who"]]),
        "second": np.concatenate([own["second"], seen["second"]]),
        "reason": np.concatenate([own["reason"], seen["reason"]]),
        "institution": np.concatenate([np.full(n, -1), seen["institution"]]),
        "consent": np.concatenate([own["consent"], np.full(m, -1)]),
        "shown_by": np.concatenate([np.full(n, -1), there[shown]]),
    }
    order = np.lexsort((rows["institution"], rows["second"], rows["who"]))
    place = np.empty(n + m, np.int64)
    place[order] = np.arange(n + m)
    rows = {name: values[order] for name, values in rows.items()}
    rows["serial"] = running_number(rows["who"])
    rows["shown_serial"] = np.where(
        rows["shown_by"] >= 0,
        rows["serial"][place[np.maximum(rows["shown_by"], 0)]] if n else -1,
        -1,
    )
    return rows


def legal_events(setting: Setting, t: Traits, life: Life, default_hazard: np.ndarray) -> Rows:
    """Return lawsuits, enforcement, fines and irregular listings: likelier in trouble ([P])."""
    d, months = setting.draws, setting.months_all
    who = t.who[:, None]
    trouble = 1 + 8 * (life.operating > 0) + 120 * default_hazard
    happens = d.uniform("legal", who, months) < 0.0011 * trouble * life.on_books
    at, k = np.nonzero(happens)
    number, month = t.who[at], months[k]
    stopped = life.operating[at, k] > 0
    kind = np.where(
        d.uniform("legal_kind", number, month) < np.where(stopped, 0.75, 0.25),
        np.where(d.uniform("legal_ill", number, month) < 0.5, 3, 1),
        np.where(d.uniform("legal_well", number, month) < 0.7, 0, 2),
    )
    amount = np.exp(t.log_sales[at] + 0.9 * d.normal("legal_amount", number, month))
    amount *= np.array([0.6, 0.6, 0.03, 0.6])[kind]  # a fine is far less than what is sued for
    day = first_day(month) + d.integers("legal_day", 0, 28, number, month)
    rows = {"who": at, "day": day, "kind": kind, "amount": np.round(amount, -2)}
    return _told(setting, rows)


def guarantees(setting: Setting, t: Traits, life: Life, pool: int) -> Rows:
    """Return guarantees customers gave for others' loans ([P])."""
    d = setting.draws
    gives = np.flatnonzero((d.uniform("guarantees", t.who) < 0.05) & t.takes_credit)
    number = t.who[gives]
    start = t.opened[gives] + np.floor(
        d.uniform("guarantee_day", number) * np.maximum(setting.end_day - t.opened[gives], 1)
    ).astype(int)
    amount = np.exp(t.log_sales[gives]) * 12 * 0.12 * np.exp(0.6 * d.normal("guarantee", number))
    rows = {
        "who": gives, "day": start, "amount": np.ceil(amount / 10_000) * 10_000,
        "debtor": d.integers("debtor", 0, pool, number),
        "creditor": d.integers("creditor", 0, len(a.OTHER_BANKS), number),
        "end": start + 365 * d.integers("guarantee_years", 1, 4, number),
    }  # fmt: skip
    there = start <= life.exit_day[gives]
    return _told(setting, {name: values[there] for name, values in rows.items()})


def _told(setting: Setting, rows: Rows) -> Rows:
    told = rows["day"] <= setting.end_day
    order = np.lexsort((rows["day"], rows["who"]))
    order = order[told[order]]
    rows = {name: values[order] for name, values in rows.items()}
    rows["serial"] = running_number(rows["who"])
    return rows
