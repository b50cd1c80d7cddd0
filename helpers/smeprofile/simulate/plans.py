"""Schedules and repayments, worked out from what happened to each loan note."""

from dataclasses import dataclass

import numpy as np

from smeprofile.dictionary import SECURITIES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.book import Book
from smeprofile.simulate.life import Life
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits

NEVER = 2**40
Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Plans:
    """One chunk's loans, schedule terms and repayments; money in fen, days as numbers.

    ``loans`` has one element per loan note, sorted by number; ``terms`` one per instalment of
    the plan in force; ``paid`` one per repayment (``loan`` is the position in ``loans``).
    """

    loans: Rows
    terms: Rows
    paid: Rows


def plans(setting: Setting, t: Traits, life: Life, book: Book) -> Plans:
    """Return the plans of a chunk as they stand on the last day."""
    loans = book.all("loans")
    if not loans:
        empty = np.zeros(0, np.int64)
        return Plans({}, {}, {"loan": empty})
    loans = {name: values[loans["day"] <= setting.end_day] for name, values in loans.items()}
    loans["fen"] = np.round(loans["amount"] * 100).astype(np.int64)
    loans |= _ends(setting, t, life, loans, book)
    terms = _terms(setting, loans)
    terms["paid_day"] = _paid_days(setting, loans, terms, book)
    paid = _repayments(setting, t, loans, terms)
    loans |= _snapshot(setting, loans, terms, paid)
    return Plans(loans, terms, paid)


def _ends(setting: Setting, t: Traits, life: Life, loans: Rows, book: Book) -> Rows:
    """Return how and on which day each loan ended by the last day ("" and NEVER if open)."""
    n, ends = len(loans["id"]), book.all("ends")
    how, day = np.full(n, "", dtype="U7"), np.full(n, NEVER)
    if not ends:
        return {"how": how, "end_day": day}
    at = np.searchsorted(loans["id"], ends["loan"])
    known = at < n
    at, kind, month = at[known], ends["how"][known], ends["month"][known]
    who = t.who[loans["customer"][at]]
    firsts = first_day(setting.months_all)[month]
    due = firsts + a.DUE_DAY - 1
    u = setting.draws.uniform("end_day", who, setting.months_all[month])
    end = np.select(
        [kind == "early", kind == "lost"], [due + 1 + np.floor(u * 6).astype(int), firsts + 26], due
    )
    gone = life.exit_day[loans["customer"][at]]
    end = np.where((kind != "lost") & (gone >= firsts), np.minimum(end, gone), end)
    told = end <= setting.end_day
    how[at[told]], day[at[told]] = kind[told], end[told]
    return {"how": how, "end_day": day}


def _terms(setting: Setting, loans: Rows) -> Rows:
    """Return the instalments: of the contract, cut short by early settlement or write-off."""
    firsts = first_day(np.append(setting.months_all, setting.months_all[-1] + np.arange(1, 140)))
    once = loans["method"] == 4
    n_terms = np.where(once, 1, loans["tenor"])
    loan = np.repeat(np.arange(len(n_terms)), n_terms)
    term = np.arange(len(loan)) - np.repeat(np.cumsum(n_terms) - n_terms, n_terms) + 1
    after = np.where(once[loan], loans["tenor"][loan], term)
    due = firsts[loans["start"][loan] + after] + a.DUE_DAY - 1
    before = np.where(
        term == 1, loans["day"][loan], firsts[loans["start"][loan] + after - 1] + a.DUE_DAY - 1
    )
    cum = _cumulative(loans, loan, term)
    last = np.where(term == 1, 0, np.concatenate([[0], cum[:-1]]) if len(cum) else cum)
    days = np.where((loans["method"][loan] >= 2) & ~once[loan] & (term > 1), 30, due - before)
    interest = _interest(loans["fen"][loan] - last, loans["rate"][loan], days)
    rows = {"loan": loan, "term": term, "due": due, "principal": cum - last, "interest": interest}
    end, how = loans["end_day"][loan], loans["how"][loan]
    kept = ~((how == "early") & (due > end)) & ~((how == "lost") & (due > end))
    early = np.flatnonzero(loans["how"] == "early")
    rows = {name: values[kept] for name, values in rows.items()}
    return _with_settlement(loans, rows, early)


def _with_settlement(loans: Rows, rows: Rows, early: np.ndarray) -> Rows:
    """Return the instalments with one last term for each loan settled early."""
    if not len(early):
        return rows
    done = np.zeros(len(loans["id"]), np.int64)
    np.add.at(done, rows["loan"], rows["principal"])
    n_before = np.bincount(rows["loan"], minlength=len(done))
    since = np.array(loans["day"])
    np.maximum.at(since, rows["loan"], rows["due"])
    end, left = loans["end_day"][early], loans["fen"][early] - done[early]
    last = {
        "loan": early, "term": n_before[early] + 1, "due": end, "principal": left,
        "interest": _interest(left, loans["rate"][early], end - since[early]),
    }  # fmt: skip
    both = {name: np.concatenate([rows[name], last[name]]) for name in rows}
    order = np.lexsort((both["term"], both["loan"]))
    return {name: values[order] for name, values in both.items()}


def _cumulative(loans: Rows, loan: np.ndarray, term: np.ndarray) -> np.ndarray:
    """Return the principal due up to and with each term, in fen; the last is the whole."""
    fen, tenor, method = loans["fen"][loan], loans["tenor"][loan], loans["method"][loan]
    r = loans["rate"][loan] / 12
    annuity = ((1 + r) ** term - 1) / ((1 + r) ** tenor - 1)
    share = np.select([method == 2, method == 3], [annuity, term / tenor], 0.0)
    cum = np.round(fen * share).astype(np.int64)
    return np.where(term == np.where(method == 4, 1, tenor), fen, cum)


def _interest(fen: np.ndarray, rate: np.ndarray, days: np.ndarray) -> np.ndarray:
    return np.round(fen * rate * days / 360).astype(np.int64)


def _paid_days(setting: Setting, loans: Rows, terms: Rows, book: Book) -> np.ndarray:
    """Return the day each term was paid by the last day, else NEVER."""
    paid = np.full(len(terms["loan"]), NEVER)
    events = book.all("payments")
    if events:
        at = np.searchsorted(loans["id"], events["loan"])
        ok = at < len(loans["id"])
        events = {name: values[ok] for name, values in events.items()}
        # The first event that reaches a term pays it: events come in order of month.
        order = np.lexsort((events["month"], at[ok]))
        key = at[ok][order] * 1000 + events["upto"][order]
        found = np.searchsorted(key, terms["loan"] * 1000 + terms["term"])
        there = np.minimum(found, len(key) - 1)
        has = (found < len(key)) & (key[there] // 1000 == terms["loan"])
        month = events["month"][order][there]
        day = (
            first_day(setting.months_all)[month] + a.DUE_DAY - 1 + events["late_days"][order][there]
        )
        paid = np.where(has, day, NEVER)
    early = (loans["how"] == "early")[terms["loan"]] & (
        terms["due"] == loans["end_day"][terms["loan"]]
    )
    paid = np.where(early, terms["due"], paid)
    # Who settles early or renews has paid what was due before.
    gone = np.isin(loans["how"], ["early", "renewed", "paid"])[terms["loan"]]
    paid = np.where(gone, np.minimum(paid, loans["end_day"][terms["loan"]]), paid)
    return np.where(paid <= setting.end_day, paid, NEVER)


def _repayments(setting: Setting, t: Traits, loans: Rows, terms: Rows) -> Rows:
    done = terms["paid_day"] < NEVER
    loan, term = terms["loan"][done], terms["term"][done]
    day, due = terms["paid_day"][done], terms["due"][done]
    principal, interest = terms["principal"][done], terms["interest"][done]
    how = loans["how"][loan]
    renewed = (how == "renewed") & (principal > 0) & (day == loans["end_day"][loan])
    kind = np.where(
        day > due, 1, np.where((how == "early") & (due == loans["end_day"][loan]), 2, 0)
    )
    late = np.maximum(day - due, 0)
    penalty = np.round(
        (principal + interest) * loans["rate"][loan] * a.BANK_TERMS["penalty_multiple"] * late / 360
    ).astype(np.int64)
    cash = {
        "loan": loan, "term": term, "day": day, "kind": kind,
        "principal": np.where(renewed, 0, principal), "interest": interest, "penalty": penalty,
    }  # fmt: skip
    rolled = {name: values[renewed] for name, values in cash.items()} | {
        "kind": np.full(renewed.sum(), 3), "principal": principal[renewed],
        "interest": np.zeros(renewed.sum(), np.int64), "penalty": np.zeros(renewed.sum(), np.int64),
    }  # fmt: skip
    parts = [cash, rolled, *_losses(setting, t, loans, terms)]
    rows = {name: np.concatenate([p[name] for p in parts]) for name in cash}
    order = np.lexsort((rows["kind"], rows["term"], rows["day"], rows["loan"]))
    return {name: values[order] for name, values in rows.items()}


def lgd(setting: Setting, t: Traits, loans: Rows) -> np.ndarray:
    """Return each loan's true loss given default: its security's mean, spread [P]."""
    mean = np.array([a.LGD[s] for s in SECURITIES])[loans["security"]]
    z = setting.draws.normal("lgd", t.who[loans["customer"]])
    return np.clip(mean + 0.16 * z, 0.02, 0.98)


def _losses(setting: Setting, t: Traits, loans: Rows, terms: Rows) -> list[Rows]:
    """Return write-offs and sales of bad loans, and what came back after."""
    at = np.flatnonzero(loans["how"] == "lost")
    done = np.zeros(len(loans["id"]), np.int64)
    is_paid = terms["paid_day"] < NEVER
    np.add.at(done, terms["loan"][is_paid], terms["principal"][is_paid])
    left = loans["fen"][at] - done[at]
    who, d = t.who[loans["customer"][at]], setting.draws
    sold = d.uniform("sold", who) < 0.2
    back = np.round(left * (1 - lgd(setting, t, loans)[at])).astype(np.int64)
    price = np.where(sold, np.round(back * 0.8).astype(np.int64), 0)
    day = loans["end_day"][at]

    def rows(which, days, kind, fen):
        n = int(which.sum())
        zero = np.zeros(n, np.int64)
        return {
            "loan": at[which], "term": zero, "day": days[which], "kind": np.full(n, kind),
            "principal": fen[which], "interest": zero, "penalty": zero,
        }  # fmt: skip

    parts = [rows(left > price, day, 4, left - price), rows(sold, day, 5, price)]
    mean_days = np.array([a.RECOVERY_MONTHS[s] for s in SECURITIES])[loans["security"][at]] * 30
    first = np.round(back * (0.35 + 0.4 * d.uniform("lump", who))).astype(np.int64)
    earlier = np.zeros_like(day)
    for slot, fen in enumerate((first, back - first)):
        spread = 0.25 + (1.2 + 0.8 * slot) * d.uniform("lump_day", who, 0, slot)
        days = day + np.round(mean_days * spread).astype(np.int64) + slot
        days += days == earlier  # one row per loan, kind and day
        earlier = days
        parts.append(rows(~sold & (days <= setting.end_day) & (fen > 0), days, 6, fen))
    return parts


def _snapshot(setting: Setting, loans: Rows, terms: Rows, paid: Rows) -> Rows:
    """Return principal and days past due on the last day."""
    gone = np.zeros(len(loans["id"]), np.int64)
    counts = paid["kind"] != 6
    np.add.at(gone, paid["loan"][counts], paid["principal"][counts])
    open_ = (terms["paid_day"] == NEVER) & (terms["due"] <= setting.end_day)
    oldest = np.full(len(gone), NEVER)
    np.minimum.at(oldest, terms["loan"][open_], terms["due"][open_])
    lost = loans["how"] == "lost"
    dpd = np.where((oldest < NEVER) & ~lost, setting.end_day - oldest, 0)
    return {"balance": loans["fen"] - gone, "dpd": dpd}
