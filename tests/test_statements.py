"""Statements read entry by entry agree with the tags, and with what one counts by hand."""

import pandas as pd
import pytest

import smeprofile as sp
from conftest import ROOT
from smeprofile.statements import evidence, monthly_inflow, passed_through


@pytest.fixture(scope="module")
def some():
    """A hundred customers of the class, told entry by entry."""
    flows = sp.load("flows", root=ROOT)
    who = flows["customer_id"].drop_duplicates().sample(100, random_state=3)
    tables = {"flows": flows} | {
        name: sp.load(name, root=ROOT) for name in ("invoices_monthly", "customers")
    }
    return {name: t[t["customer_id"].isin(who)] for name, t in tables.items()}


@pytest.mark.parametrize("as_of", ["2025-12-31", "2025-12-15", "2025-11-30"])
def test_evidence_is_what_the_tags_say(some, as_of):
    found = evidence(some["flows"], some["invoices_monthly"], as_of=as_of)
    tags = sp.profile(some, as_of=as_of).set_index("customer_id").reindex(found.index)
    pd.testing.assert_frame_equal(
        found, tags[found.columns], check_dtype=False, check_names=False, rtol=1e-9
    )


def entries(*rows):
    frame = pd.DataFrame(rows, columns=["date", "direction", "amount_cny", "summary"])
    return frame.assign(customer_id="C1", date=pd.to_datetime(frame["date"]))


@pytest.mark.parametrize(
    ("went", "passes"),
    [
        (("2025-03-01", "out", 5000.0, "货款"), True),
        (("2025-03-03", "out", 5000.0, "同名划转"), True),
        (("2025-03-04", "out", 5000.0, "货款"), False),
        (("2025-02-28", "out", 5000.0, "货款"), False),
        (("2025-03-02", "out", 5000.0, "工资"), False),
        (("2025-03-02", "out", 5000.01, "货款"), False),
    ],
)
def test_money_passes_through_when_it_leaves_in_the_same_amount_within_two_days(went, passes):
    flows = entries(("2025-03-01", "in", 5000.0, "货款"), went)
    assert passes == passed_through(flows).iloc[0]


def test_a_repeated_index_does_not_mix_entries():
    flows = pd.concat([entries(("2025-03-01", "in", 5000.0, "货款"), ("2025-03-02", "out", 5000.0, "货款")),
                       entries(("2025-03-01", "in", 6000.0, "货款"))])  # fmt: skip
    assert [True, False, False] == passed_through(flows).tolist()


def test_months_without_an_entry_are_nothing():
    months = pd.date_range("2025-01-01", periods=3, freq="MS")
    flows = entries(("2025-02-10", "in", 700.0, "货款"), ("2025-02-11", "in", 900.0, "退款"))
    assert [0.0, 700.0, 0.0] == monthly_inflow(flows, months=months).tolist()
    assert [0.0, 1600.0, 0.0] == monthly_inflow(flows, months=months, leave_out=()).tolist()
