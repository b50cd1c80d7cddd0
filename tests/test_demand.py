"""Two-part demand: smearing, calibration, time; and the 2010 working-capital formula."""

import numpy as np
import pandas as pd
import pytest

from profiles import END, profiled, tables
from smeprofile.demand import TwoPart, calibration, evaluate, time_split, working_capital
from smeprofile.errors import UserError


def sample(n=4_000, seed=1):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"size": rng.uniform(0, 1, n), "noise": rng.normal(size=n)})
    asked = rng.uniform(size=n) < 0.1 + 0.6 * x["size"]
    amount = pd.Series(np.exp(11 + 1.5 * x["size"] + rng.normal(0, 0.8, n)))
    return x, amount.where(asked)


def test_the_mean_amount_is_not_the_exp_of_the_mean_logarithm():
    x, amount = sample()
    model = TwoPart().fit(x, amount)
    asked = amount.notna()
    unsmeared = model.predict_amount(x[asked]) / model.smearing
    assert model.predict_amount(x[asked]).mean() == pytest.approx(amount.mean(), rel=0.05)
    assert unsmeared.mean() < 0.85 * amount.mean()


def test_the_two_parts_multiply_and_are_calibrated():
    model, (x, amount) = TwoPart().fit(*sample()), sample(seed=2)
    product = model.predict_probability(x) * model.predict_amount(x)
    assert np.allclose(model.predict(x), product)
    assert model.predict(x).sum() == pytest.approx(amount.sum(), rel=0.1)
    table = calibration(amount.notna(), model.predict_probability(x))
    assert (table["predicted"] - table["actual"]).abs().max() < 0.1
    told = evaluate(amount, model, x)
    assert told["auc"] > 0.65 and told["average_precision"] > told["base_rate"]
    assert 0 < told["pinball_cny"] == pytest.approx(told["mae_cny"] / 2)


def test_amounts_that_sit_at_the_cap_are_reported():
    x, amount = sample()
    model = TwoPart(cap_cny=100_000.0).fit(x, amount.clip(upper=100_000))
    assert "截断" in model.findings[0]


def test_one_kind_of_customer_is_not_enough():
    x, amount = sample(100)
    with pytest.raises(UserError, match="既有需要的客户，也有不需要的客户"):
        TwoPart().fit(x, amount.fillna(1.0))


def test_the_future_is_never_trained_on():
    frame = pd.DataFrame({"day": pd.date_range("2025-01-01", periods=10)})
    train, test = time_split(frame, "day", "2025-01-08")
    assert train["day"].max() < test["day"].min() and len(train) + len(test) == 10


def accounts(**change):
    usual = {"revenue_cny": 1000.0, "cost_cny": 600.0, "net_profit_cny": 50.0, "inventory_cny": 100.0,
             "receivable_cny": 100.0, "prepaid_cny": 10.0, "payable_cny": 50.0, "advance_cny": 20.0}  # fmt: skip
    return pd.DataFrame([{**usual, **change}])


def test_each_turnover_has_its_own_denominator():
    days = 360 * ((100 + 10 - 50) / 600 + (100 - 20) / 1000)
    told = working_capital(accounts(), growth=0.1).iloc[0]
    assert told["turnover_days"] == pytest.approx(days)
    assert told["need_cny"] == pytest.approx(1000 * 0.95 * 1.1 * days / 360)


def test_where_suppliers_pay_for_everything_the_formula_says_nothing():
    told = working_capital(accounts(payable_cny=900.0)).iloc[0]
    assert np.isnan(told["need_cny"]) and "公式不适用" in told["why_not"]


def test_the_profiles_tag_is_this_formula():
    """One definition in two languages: pandas here, expressions in the profile."""
    f = tables()["financials"]
    f = f[f["arrived_date"] <= pd.Timestamp(END)].sort_values("year")
    last = f.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    before = f.set_index(["customer_id", "year"])["revenue_cny"]
    keys = pd.MultiIndex.from_arrays([last.index, last["year"] - 1])
    ratio = last["revenue_cny"] / before.reindex(keys).to_numpy() - 1
    growth = ratio.clip(-0.3, 0.3).fillna(0.0)
    need = working_capital(last, growth=growth)["need_cny"]
    told = profiled().set_index("customer_id").loc[last.index]
    own = (last["current_assets_cny"] - last["liabilities_cny"]).clip(lower=0)
    loans = told["loan_balance_cny"].fillna(0) + told["external_balance_cny"].fillna(0)
    gap = (need - own - loans).clip(lower=0)
    np.testing.assert_allclose(told["working_capital_gap_cny"], gap, atol=0.006)
