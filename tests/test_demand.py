"""Two-part demand: smearing, calibration, time; and the 2010 working-capital formula."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression

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
    told = evaluate(amount, model.predict_probability(x), model.predict_amount(x))
    assert told["auc"] > 0.65 and told["average_precision"] > told["base_rate"]
    assert 0 < told["pinball_cny"] == pytest.approx(told["mae_cny"] / 2)


def test_rows_in_any_order_give_the_same_model():
    x, amount = sample(1_000)
    order = np.random.default_rng(3).permutation(len(x))
    one, other = TwoPart().fit(x, amount), TwoPart().fit(x.iloc[order], amount.iloc[order])
    assert one.smearing == other.smearing
    assert (one.predict(x) == other.predict(x)).all()


def test_a_feature_nobody_has_is_left_out_and_said_so():
    x, amount = sample()
    model = TwoPart().fit(x.assign(is_tech=pd.array([None] * len(x), dtype="boolean")), amount)
    assert model.findings == ["特征 is_tech 在有需要的客户里有数据的不到 30 户，没有使用。"]
    assert len(model.predict(x)) == len(x)


def test_a_second_fit_forgets_the_first_and_leaves_the_given_models_alone():
    x, amount = sample()
    model = TwoPart(classifier=LogisticRegression(), regressor=LinearRegression(), cap_cny=1e5)
    model.fit(x, amount.clip(upper=100_000)).fit(x, amount.clip(upper=100_000))
    assert len(model.findings) == 1
    assert not hasattr(model.classifier, "coef_") and not hasattr(clone(model), "smearing")


def test_nothing_is_learned_from_ids_texts_or_rows_that_do_not_match():
    x, amount = sample(100)
    with pytest.raises(UserError, match="列 customer_id 不能作特征"):
        TwoPart().fit(x.assign(customer_id=range(100)), amount)
    with pytest.raises(UserError, match="列 region 不能作特征"):
        TwoPart().fit(x.assign(region="甲"), amount)
    with pytest.raises(UserError, match="先按客户对齐"):
        TwoPart().fit(x, amount.sample(frac=1, random_state=1))
    with pytest.raises(UserError, match="不能为负"):
        TwoPart().fit(x, -amount)
    with pytest.raises(UserError, match="先用 fit"):
        TwoPart().predict(x)


def test_equal_predictions_stay_in_one_bin_whatever_the_order():
    p = np.array([0.1] * 30 + [0.5] * 40 + [0.9] * 30)
    needed = pd.Series(np.arange(100) % 3 == 0)
    order = np.random.default_rng(1).permutation(100)
    table = calibration(needed, p)
    assert table.equals(calibration(needed.iloc[order], p[order]))
    assert table["n"].tolist() == [30, 40, 30]


def test_an_evaluation_needs_both_kinds_and_rows_that_match():
    with pytest.raises(UserError, match="也有不需要的客户"):
        evaluate(pd.Series([1.0, 2.0]), [0.1, 0.2], [1, 2])
    with pytest.raises(UserError, match="probability 有 1 行，应为 2 行"):
        evaluate(pd.Series([1.0, None]), [0.1], [1, 2])
    with pytest.raises(UserError, match="amount_cny 第 2 行缺失"):
        evaluate(pd.Series([1.0, None]), [0.1, 0.2], [1, None])


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
    with pytest.raises(UserError, match="1 行没有日期"):
        time_split(frame.assign(day=frame["day"].mask(frame.index == 3)), "day", "2025-01-08")


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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"net_profit_cny": None}, "有缺失"),
        ({"inventory_cny": None}, "有缺失"),
        ({"revenue_cny": 0.0}, "收入或成本不大于 0"),
        ({}, ""),
    ],
)
def test_every_missing_need_has_its_reason(change, words):
    told = working_capital(accounts(**change)).iloc[0]
    assert words in told["why_not"] and np.isnan(told["need_cny"]) == bool(told["why_not"])


def test_the_gap_takes_off_all_other_money_and_is_unknown_without_it():
    need = working_capital(accounts())["need_cny"][0]
    told = {"own_funds_cny": 20.0, "loans_cny": 30.0, "other_channels_cny": 10.0}
    assert working_capital(accounts(), **told)["gap_cny"][0] == pytest.approx(need - 60)
    assert working_capital(accounts(), **{**told, "loans_cny": 1e6})["gap_cny"][0] == 0
    for name in told:
        assert np.isnan(working_capital(accounts(), **{**told, name: np.nan})["gap_cny"][0])


def test_accounts_without_a_column_are_told_which():
    with pytest.raises(UserError, match="流贷测算需要列 advance_cny，现在没有"):
        working_capital(accounts().drop(columns="advance_cny"))


def test_the_profiles_tag_is_this_formula():
    """One definition in two languages: pandas here, expressions in the profile."""
    f = tables()["financials"]
    f = f[f["arrived_date"] <= pd.Timestamp(END)].sort_values("year")
    last = f.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    before = f.set_index(["customer_id", "year"])["revenue_cny"]
    keys = pd.MultiIndex.from_arrays([last.index, last["year"] - 1])
    ratio = last["revenue_cny"] / before.reindex(keys).to_numpy() - 1
    growth = ratio.clip(-0.3, 0.3).fillna(0.0)
    told = profiled().set_index("customer_id").loc[last.index]
    own = (last["current_assets_cny"] - last["liabilities_cny"]).clip(lower=0)
    loans = told["loan_balance_cny"].fillna(0) + told["external_balance_cny"].fillna(0)
    options = {"own_funds_cny": own, "loans_cny": loans, "other_channels_cny": 0.0}
    gap = working_capital(last, growth=growth, **options)["gap_cny"]
    np.testing.assert_allclose(told["working_capital_gap_cny"], gap, atol=0.006)


def test_series_in_another_order_say_of_each_customer_what_is_so_of_it():
    accounts = pd.DataFrame(
        {"revenue_cny": [3600.0, 0.0], "cost_cny": 1800.0, "net_profit_cny": 360.0,
         "inventory_cny": 450.0, "receivable_cny": 300.0, "prepaid_cny": 0.0,
         "payable_cny": 150.0, "advance_cny": 0.0}, index=["K2", "K1"])  # fmt: skip
    own = pd.Series({"K1": 0.0, "K2": 300.0, "K3": 0.0})
    told = working_capital(accounts, own_funds_cny=own, loans_cny=200.0, other_channels_cny=0.0)
    assert told["why_not"].to_dict() == {"K2": "", "K1": "收入或成本不大于 0"}
    assert told["gap_cny"]["K2"] == 310
