"""Each defect of a bank's own tables shows when on, touches nothing else, and is off by itself."""

from datetime import date

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.schemas import conform, validate
from smeprofile.simulate import Setting, whole_tables
from smeprofile.simulate.report import simulate
from smeprofile.simulate.spoil import SPOILERS

SIZE = (1200, 14, date(2026, 2, 28), 3)


def bank(*defects, chunk=5000):
    setting = Setting(*SIZE, grain="txn", defects=frozenset(defects))
    tables = whole_tables(setting, truth=True, size=chunk)
    return {name: table.to_pandas() for name, table in tables.items()}


@pytest.fixture(scope="module")
def clean():
    return bank()


@pytest.fixture(scope="module")
def all_on():
    return bank(*SPOILERS)


def share_changed(one, other, column):
    return (one[column].astype(object) != other[column].astype(object)).mean()


SIGNS = {
    "wrong_industry": lambda c, s: 0.01 < share_changed(c["customers"], s["customers"], "industry_code") < 0.04,
    "mixed_units": lambda c, s: (s["customers"]["annual_revenue_cny"] < c["customers"]["annual_revenue_cny"] / 100).any(),
    "foreign_capital": lambda c, s: share_changed(c["customers"].dropna(), s["customers"].dropna(), "subscribed_capital_cny") < 0.1
    and (s["customers"]["subscribed_capital_cny"] < c["customers"]["subscribed_capital_cny"]).any(),
    "duplicate_customers": lambda c, s: s["customers"]["uscc"].duplicated().any() and not s["customers"]["customer_id"].duplicated().any(),
    "survivors_only": lambda c, s: (s["customers"]["registration_status"] == "存续").all()
    and set(s["flows"]["customer_id"]) < set(c["flows"]["customer_id"]),
    "missing_holidays": lambda c, s: 0 < len(c["flows"]) - len(s["flows"]) < 0.05 * len(c["flows"]),
    "own_transfers": lambda c, s: (s["flows"]["summary"] == "往来款").sum() > (c["flows"]["summary"] == "往来款").sum(),
    "red_letters": lambda c, s: (c["invoices"]["amount_cny"] < 0).any() and not (s["invoices"]["amount_cny"] < 0).any(),
    "early_arrival": lambda c, s: (s["tax"]["arrived_date"] < c["tax"]["arrived_date"]).all(),
    "mixed_reasons": lambda c, s: (s["inquiries"]["reason"] == "贷款审批").sum() > (c["inquiries"]["reason"] == "贷款审批").sum(),
    "lost_withdrawals": lambda c, s: 0 < s["consents"]["withdrawn_date"].notna().sum() < c["consents"]["withdrawn_date"].notna().sum(),
    "wrong_dpd": lambda c, s: (s["drawdowns"]["dpd"] < c["drawdowns"]["dpd"]).any(),
    "utc_times": lambda c, s: (c["applications"]["applied_at"] - s["applications"]["applied_at"] == pd.Timedelta(hours=8)).all(),
    "immature_settled": lambda c, s: (s["drawdowns"]["settled_date"] > pd.Timestamp(SIZE[2])).any(),
}  # fmt: skip


def test_every_defect_is_watched():
    assert set(SIGNS) == set(SPOILERS)


def test_all_defects_together_leave_none_of_the_deregistered(all_on):
    firms = all_on["customers"]
    assert (firms["registration_status"] == "存续").all() and firms["uscc"].duplicated().any()


@pytest.mark.parametrize("name", SPOILERS)
def test_a_defect_shows_when_on_and_touches_its_own_tables_only(clean, name):
    spoilt = bank(name)
    assert SIGNS[name](clean, spoilt)
    if touched := SPOILERS[name].tables:
        assert [n for n in clean if not clean[n].equals(spoilt[n])] == [
            n for n in clean if n in touched
        ]


@pytest.mark.parametrize("name", SPOILERS)
def test_no_defect_shows_of_itself(clean, name):
    assert not SIGNS[name](clean, clean)


def test_the_truth_is_never_spoilt(clean, all_on):
    assert all(clean[n].equals(all_on[n]) for n in clean if n.startswith("truth_"))


def test_spoilt_tables_still_have_the_form_the_dictionary_says(all_on):
    for name, frame in all_on.items():
        validate(name, conform(name, frame))


def test_defects_do_not_depend_on_the_chunks(all_on):
    parts = bank(*SPOILERS, chunk=170)
    for name in all_on:
        pd.testing.assert_frame_equal(all_on[name], parts[name], check_dtype=False)


def test_an_unknown_defect_is_refused_with_the_list_of_those_there_are(tmp_path):
    with pytest.raises(UserError, match=r"没有这种数据缺陷：typo[\s\S]*wrong_dpd"):
        simulate(9, 1, date(2025, 12, 31), 1, "month", out=tmp_path / "out", defects=["typo"])
    assert list(tmp_path.iterdir()) == []


def test_those_put_in_are_listed(tmp_path):
    lines = simulate(60, 3, date(2025, 12, 31), 1, "txn", out=tmp_path, workers=1, defects=["all"])
    assert [f"缺陷 {name}：{s.text}" for name, s in SPOILERS.items()] == lines[-len(SPOILERS) :]
