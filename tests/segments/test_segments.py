"""Segments don't depend on row order, ids or outliers; stage isn't age."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles import profiled
from smeprofile.errors import UserError
from smeprofile.segments import (
    STAGES,
    centres,
    choose_k,
    cluster,
    lrfmc,
    rank_transform,
    stage,
    stage_reasons,
)


@pytest.fixture(scope="module")
def values():
    return lrfmc(profiled()).dropna()


@pytest.mark.full
def test_the_same_customer_gets_the_same_segment_in_any_order(values):
    ranks = rank_transform(values)
    mixed = rank_transform(values.sample(frac=1, random_state=5))
    one, other = cluster(ranks, k=4, seed=3), cluster(mixed, k=4, seed=3)
    assert one.equals(other.reindex(one.index))
    assert sorted(one.unique()) == [1, 2, 3, 4]
    assert ranks.groupby(one).mean().mean(axis=1).is_monotonic_decreasing


def test_one_giant_moves_no_one_else(values):
    giant = values.copy()
    giant.loc[giant["monetary_cny"].idxmax(), "monetary_cny"] = 1e15
    assert rank_transform(values).equals(rank_transform(giant))


def test_overdue_is_no_dimension_of_value():
    assert not {"dpd", "max_dpd_12m", "risk_class"} & set(lrfmc(profiled()).columns)


def test_missing_is_neither_filled_nor_labelled(values):
    holes = rank_transform(values)
    holes.iloc[:5, 0] = np.nan
    labels = cluster(holes, k=3, seed=1)
    assert labels.iloc[:5].isna().all() and labels.iloc[5:].notna().all()


@pytest.mark.parametrize("name", ["customer_id", "industry_code", "uscc"])
def test_identifiers_codes_and_texts_are_refused(name):
    frame = pd.DataFrame({"monetary_cny": [0.1, 0.5, 0.9], name: [1, 2, 3]})
    with pytest.raises(UserError, match=f"列 {name} 不能用来分群"):
        cluster(frame, k=2, seed=1)
    with pytest.raises(UserError, match="不能用来分群"):
        choose_k(frame.rename(columns={name: "region"}).astype({"region": str}), ks=[2], seed=1)


def test_fewer_different_customers_than_clusters_are_refused():
    frame = pd.DataFrame({"monetary_cny": [0.1, 0.1, 0.9, None]})
    with pytest.raises(UserError, match="互不相同的客户只有 2 户，分不成 3 群"):
        cluster(frame, k=3, seed=1)
    with pytest.raises(UserError, match="分不成 3 群"):
        choose_k(frame, ks=[2, 3], seed=1)
    with pytest.raises(UserError, match="k 应从 2 起"):
        choose_k(frame, ks=[1, 2], seed=1)


def test_stability_tells_real_groups_from_cut_up_clouds():
    rng = np.random.default_rng(2)
    three = np.concatenate([rng.normal(m, 0.03, (60, 2)) for m in (0, 1, 2)])
    told = choose_k(pd.DataFrame(three), ks=[3, 7], seed=1, repeats=5)
    assert told.loc[3, "ari_low"] > 0.99 > told.loc[7, "ari_mean"]
    assert told.loc[3, "silhouette"] > told.loc[7, "silhouette"]


def test_stability_does_not_hang_on_the_order_of_the_rows(values):
    ranks = rank_transform(values)
    mixed = ranks.sample(frac=1, random_state=4)
    one, other = (choose_k(frame, ks=[3], seed=1, repeats=2) for frame in (ranks, mixed))
    assert one.equals(other)


def test_centres_are_in_units_a_banker_reads(values):
    table = centres(values, cluster(rank_transform(values), k=3, seed=1))
    assert table["n"].sum() == len(values) and table["share"].sum() == pytest.approx(1)
    assert table["monetary_cny"].max() > 1_000


def test_centres_go_by_customer_not_by_place(values):
    labels = cluster(rank_transform(values), k=3, seed=1)
    some = labels.mask(np.arange(len(labels)) < 5)
    told = centres(values, some)
    assert told.equals(centres(values, some.sample(frac=1, random_state=2)))
    assert told["n"].sum() == len(values) - 5


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30))
def test_ranks_keep_order_and_bounds(numbers):
    ranks = rank_transform(pd.DataFrame({"monetary_cny": numbers}))["monetary_cny"]
    assert ranks.between(0, 1).all()
    order = np.argsort(numbers, kind="stable")
    assert (np.diff(ranks.to_numpy()[order]) >= -1e-12).all()


def firm(**figures):
    usual = {"age_years": 8.0, "inflow_growth": 0.0, "inflow_growth_q1": 0.0,
             "inflow_growth_q2": 0.0, "inflow_cv": 0.2, "invoice_gap_months": 0,
             "new_buyer_share": 0.1, "noncurrent_asset_growth": 0.0}  # fmt: skip
    return pd.DataFrame([{**usual, **figures}])


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, "成熟"),
        ({"age_years": 20.0, "inflow_growth": 0.3}, "成长"),  # age isn't stage
        ({"age_years": 2.0, "inflow_growth": 0.3}, "初创"),
        ({"age_years": 2.0, "inflow_growth_q1": -0.1, "inflow_growth_q2": -0.1}, "衰退"),
        ({"inflow_growth_q1": -0.1}, "成熟"),  # one bad quarter isn't decline
        ({"invoice_gap_months": 2, "inflow_growth_q1": -0.01}, "衰退"),
        ({"invoice_gap_months": 3, "inflow_growth_q1": 0.2, "inflow_growth": 0.2}, "成长"),
        ({"new_buyer_share": 0.8, "noncurrent_asset_growth": 0.6}, "转型"),
        ({"new_buyer_share": 0.8}, "成熟"),
        ({"new_buyer_share": None, "noncurrent_asset_growth": 0.6}, "成熟"),
        ({"inflow_growth": -0.2}, "衰退"),
        ({"inflow_cv": 0.5}, None),  # neither grows nor shrinks, and isn't steady
        ({"inflow_cv": None}, None),
        ({"invoice_gap_months": 3, "inflow_growth_q1": None}, "衰退"),
        ({"inflow_growth": None, "inflow_growth_q1": None, "inflow_growth_q2": None}, None),
    ],
)
def test_stage_by_what_the_business_does(figures, expected):
    told = stage(firm(**figures))[0]
    assert told == expected or (expected is None and pd.isna(told))


def test_every_stage_comes_with_the_figures_that_decided():
    told, reasons = stage(profiled()), stage_reasons(profiled())
    assert set(told.dropna()) <= set(STAGES) and told.notna().sum() > 50
    assert (reasons.str.endswith("判断不了") == told.isna()).all()
    assert reasons[told.notna()].str.contains(r"\d").all()
    assert not reasons.str.contains("nan").any()


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({}, "近 12 个月有效流入变化 +0%，在 −5% 与 15% 之间，波动 0.20"),
        ({"inflow_cv": None}, "近 12 个月有效流入变化 +0%，在 −5% 与 15% 之间，"
         "但波动偏高或不详（缺），判断不了"),
        ({"invoice_gap_months": 3, "inflow_growth_q1": -0.1}, "断票 3 个月，近一季流入没有增长"),
        ({"invoice_gap_months": 3, "inflow_growth_q1": None},
         "断票 3 个月，近一季有没有增长看不出"),
        ({"new_buyer_share": 0.8, "noncurrent_asset_growth": 0.6},
         "新客户占比 80%，非流动资产增长 +60%"),
    ],
)  # fmt: skip
def test_reasons_say_only_what_is_known(figures, words):
    assert words == stage_reasons(firm(**figures))[0]


def test_no_customers_have_no_stage():
    assert len(stage(firm().iloc[:0])) == 0 == len(stage_reasons(firm().iloc[:0]))


def test_a_profile_without_flows_is_told_what_it_lacks():
    with pytest.raises(UserError, match=r"需要画像里的 inflow_growth，现在没有"):
        stage(profiled()[["customer_id", "age_years"]])
