"""Observed tables about lending: from application to recovery, and what the bureau shows."""

import numpy as np
import pyarrow as pa

from smeprofile.dictionary import (
    APPLICATION_KINDS,
    DATA_ITEMS,
    LOAN_PURPOSES,
    PURPOSES,
    REASONS,
    REFUSAL_REASONS,
    REPAYMENT_KINDS,
    REPAYMENT_METHODS,
    SECURITIES,
)
from smeprofile.rules import risk_classes
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import columns as c
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.firm_tables import branch_ids
from smeprofile.simulate.plans import NEVER
from smeprofile.simulate.setting import first_day
from smeprofile.simulate.traits import event_ids

_PRODUCTS, _CHANNELS = tuple(a.PRODUCTS), tuple(a.CHANNELS)
Columns = dict[str, pa.Array]


def applications(x: Chunk) -> Columns:
    """Return the columns of ``applications``."""
    rows, end = x.applications, (x.setting.end_day + 1) * 86400
    if not rows:
        return {}
    told = np.flatnonzero(rows["applied"] < end)
    rows = {name: values[told] for name, values in rows.items() if name != "row"}
    contact = x.contacts["of_app"][rows["app"]] if x.contacts else np.full(len(told), -1)
    return {
        "application_id": c.texts(rows["id"]),
        "customer_id": c.words(x.ids, rows["who"]),
        "applied_at": c.seconds(rows["applied"]),
        "product_id": c.words(_PRODUCTS, rows["product"]),
        "channel_id": c.words(_CHANNELS, rows["channel"]),
        "kind": c.words(APPLICATION_KINDS, rows["kind"]),
        "amount_cny": c.numbers(rows["asked"], digits=2),
        "tenor_months": c.whole(rows["tenor"]),
        "repayment_method": c.words(REPAYMENT_METHODS, rows["method"]),
        "purpose": c.words(LOAN_PURPOSES, rows["purpose"]),
        "contact_id": c.words(x.contacts["id"] if x.contacts else [], contact),
    }


def decisions(x: Chunk) -> Columns:
    """Return the columns of ``decisions``."""
    rows, end = x.applications, (x.setting.end_day + 1) * 86400
    if not rows:
        return {}
    told = np.flatnonzero(rows["d_decided"] < end)
    rows = {name: values[told] for name, values in rows.items() if name != "row"}
    refused = ~rows["d_approved"]
    return {
        "application_id": c.texts(rows["id"]),
        "customer_id": c.words(x.ids, rows["who"]),
        "decided_at": c.seconds(rows["d_decided"]),
        "is_approved": c.flags(rows["d_approved"]),
        "is_auto": c.flags(rows["d_auto"]),
        "is_random_approval": c.flags(rows["d_random"]),
        "score": c.numbers(rows["d_score"], digits=1),
        "reason": c.words(REFUSAL_REASONS, rows["d_reason"]),
        "credit_line_cny": c.numbers(rows["d_line"], refused, digits=2),
        "annual_rate": c.numbers(rows["d_rate"], refused, digits=4),
        "tenor_months": c.whole(rows["d_tenor"], refused),
        "is_accepted": c.flags(rows["d_accepted"]),
    }


def facilities(x: Chunk) -> Columns:
    """Return the columns of ``facilities``."""
    rows = x.facilities
    if not rows:
        return {}
    apps = x.applications
    before = np.where(rows["renewal_of"] >= 0, rows["row"][rows["renewal_of"]], -1)
    return {
        "facility_id": c.texts(rows["id"]),
        "application_id": c.texts(apps["id"][apps["row"][rows["app"]]]),
        "customer_id": c.words(x.ids, rows["who"]),
        "product_id": c.words(_PRODUCTS, rows["product"]),
        "branch_id": c.words(branch_ids(x.setting), x.t.branch[rows["who"]]),
        "credit_line_cny": c.numbers(rows["line"], digits=2),
        "annual_rate": c.numbers(rows["rate"], digits=4),
        "security": c.words(SECURITIES, rows["security"]),
        "repayment_method": c.words(REPAYMENT_METHODS, rows["method"]),
        "start_date": c.days(rows["day"]),
        "maturity_date": c.days(rows["maturity"]),
        "is_first_loan": c.flags(rows["is_first"]),
        "renewal_of": c.words(rows["id"], before),
    }


def drawdowns(x: Chunk) -> Columns:
    """Return the columns of ``drawdowns``; balance, dpd and class are those of the last day."""
    order = x.loan_order
    if not len(order):
        return {}
    loans = {name: values[order] for name, values in x.plans.loans.items()}
    lost, gone = loans["how"] == "lost", loans["how"] != ""
    at = np.full(loans["id"].max() + 1, -1)
    at[x.plans.loans["id"]] = np.arange(len(order))
    maturity = first_day(x.setting.months_all[0] + loans["start"] + loans["tenor"]) + a.DUE_DAY - 1
    fac = x.facilities
    return {
        "loan_id": c.texts(x.loan_ids[order]),
        "facility_id": c.texts(fac["id"][fac["row"][loans["facility"]]]),
        "customer_id": c.words(x.ids, loans["customer"]),
        "disbursed_date": c.days(loans["day"]),
        "maturity_date": c.days(maturity),
        "amount_cny": c.yuan(loans["fen"]),
        "annual_rate": c.numbers(loans["rate"], digits=4),
        "tenor_months": c.whole(loans["tenor"]),
        "repayment_method": c.words(REPAYMENT_METHODS, loans["method"]),
        "renewal_of": c.words(
            x.loan_ids, np.where(loans["renewal_of"] >= 0, at[loans["renewal_of"]], -1)
        ),
        "chain_id": c.texts(x.loan_ids[at[loans["chain"]]]),
        "settled_date": c.days(np.where(gone & ~lost, loans["end_day"], NEVER)),
        "written_off_date": c.days(np.where(lost, loans["end_day"], NEVER)),
        "balance_cny": c.yuan(loans["balance"]),
        "dpd": c.whole(loans["dpd"]),
        "risk_class": _classes(loans, ~gone),
    }


def _classes(loans: dict[str, np.ndarray], open_: np.ndarray) -> pa.Array:
    """Return the five-category class of the open loans: firms are non-retail debtors."""
    classes = np.full(len(open_), None, dtype=object)
    dpd = loans["dpd"][open_]
    classes[open_] = risk_classes(
        dpd, loans["balance"][open_] / 100, loans["customer"][open_], is_technical=dpd <= 7
    )
    return c.texts(classes, ~open_)


def schedules(x: Chunk) -> Columns:
    """Return the columns of ``schedules``."""
    terms = x.plans.terms
    if not len(x.loan_order):
        return {}
    order = _by_loan(x, terms["loan"], terms["term"])
    loan = terms["loan"][order]
    return {
        "customer_id": c.words(x.ids, x.plans.loans["customer"][loan]),
        "loan_id": c.words(x.loan_ids, loan),
        "term_no": c.whole(terms["term"][order]),
        "due_date": c.days(terms["due"][order]),
        "principal_cny": c.yuan(terms["principal"][order]),
        "interest_cny": c.yuan(terms["interest"][order]),
    }


def _by_loan(x: Chunk, loan: np.ndarray, *then: np.ndarray) -> np.ndarray:
    place = np.empty(len(x.loan_order), np.int64)
    place[x.loan_order] = np.arange(len(x.loan_order))
    return np.lexsort((*reversed(then), place[loan]))


def repayments(x: Chunk) -> Columns:
    """Return the columns of ``repayments``."""
    paid = x.plans.paid
    if not len(x.loan_order):
        return {}
    order = _by_loan(x, paid["loan"], paid["day"], paid["term"], paid["kind"])
    loan = paid["loan"][order]
    return {
        "customer_id": c.words(x.ids, x.plans.loans["customer"][loan]),
        "loan_id": c.words(x.loan_ids, loan),
        "term_no": c.whole(paid["term"][order]),
        "paid_date": c.days(paid["day"][order]),
        "kind": c.words(REPAYMENT_KINDS, paid["kind"][order]),
        "principal_cny": c.yuan(paid["principal"][order]),
        "interest_cny": c.yuan(paid["interest"][order]),
        "penalty_cny": c.yuan(paid["penalty"][order]),
    }


def consents(x: Chunk) -> Columns:
    """Return the columns of ``consents``."""
    rows = x.bureau.consents
    return {
        "consent_id": c.texts(event_ids("A", x.t.who[rows["who"]], rows["serial"])),
        "customer_id": c.words(x.ids, rows["who"]),
        "data_item": c.words(DATA_ITEMS, rows["item"]),
        "purpose": c.words(PURPOSES, rows["purpose"]),
        "granted_date": c.days(rows["granted"]),
        "withdrawn_date": c.days(rows["withdrawn"]),
    }


def inquiries(x: Chunk) -> Columns:
    """Return the columns of ``inquiries``."""
    rows = x.bureau.inquiries
    number = x.t.who[rows["who"]]
    who_asks = (*a.OTHER_BANKS, "客户本人", x.setting.bank)
    own = rows["institution"] < 0
    return {
        "inquiry_id": c.texts(event_ids("Q", number, rows["serial"])),
        "customer_id": c.words(x.ids, rows["who"]),
        "inquired_at": c.seconds(rows["second"]),
        "institution": c.words(who_asks, np.where(own, len(who_asks) - 1, rows["institution"])),
        "reason": c.words(REASONS, rows["reason"]),
        "consent_id": c.texts(event_ids("A", number, np.maximum(rows["consent"], 0)), ~own),
        "seen_in_id": c.texts(event_ids("Q", number, np.maximum(rows["shown_serial"], 0)), own),
    }


def external_loans(x: Chunk) -> Columns:
    """Return the columns of ``external_loans``."""
    rows = x.bureau.loans
    return {
        "customer_id": c.words(x.ids, rows["who"]),
        "inquiry_id": c.texts(event_ids("Q", x.t.who[rows["who"]], rows["serial"])),
        "institution": c.words(a.OTHER_BANKS, rows["institution"]),
        "credit_line_cny": c.numbers(rows["line"], digits=2),
        "balance_cny": c.numbers(rows["balance"], digits=2),
        "maturity_date": c.days(rows["maturity"]),
        "dpd": c.whole(rows["dpd"]),
    }
