"""Module 14's truth: the reference beats the old plan where it marks; the customer has much to tell."""

import pandas as pd
import pytest

from conftest import ROOT
from smeprofile.bank import market
from smeprofile.cases import capstone
from smeprofile.cases.capstone_marking import marked_plan
from smeprofile.notebooks import read_module
from smeprofile.notebooks.truth import capstone as truth
from smeprofile.notebooks.truth import report_case
from smeprofile.tags import TAGS

WRONG = ("old", "over", "too_often", "disturbing", "bureau", "ahead", "deaf")

pytestmark = pytest.mark.full


@pytest.fixture(scope="module", params=[None, 77])
def bank(request, cohort):
    if request.param is None:
        return cohort
    return cohort.model_copy(update={"n_customers": 4_000, "seed": request.param})


def test_the_reference_earns_more_than_the_old_plan_and_less_than_the_bound(bank):
    told = truth.VALUES["capstone_yardsticks"](bank)
    assert told["old"] < told["reference"] < told["bound"]
    assert told["today"] < told["policy"] < told["bound"]
    assert told["list"] > 0


def test_only_the_reference_earns_points(bank):
    unseen = market(truth.MARKED, truth.VALUES["capstone_market_seed"](bank))
    lucks, yards = (truth.VALUES[f"capstone_{n}"](bank) for n in ("luck_seeds", "yardsticks"))
    assert marked_plan(capstone.REFERENCE, unseen, lucks, yards).share == 1.0
    points = [
        round(
            20 * marked_plan(truth.VALUES[f"capstone_{name}"](bank), unseen, lucks, yards).share, 2
        )
        for name in WRONG
    ]
    assert points == [0.0] * len(WRONG)


def test_markets_and_luck_are_the_cohorts_own(bank, cohort):
    other = cohort.model_copy(update={"seed": 4321})
    for name in ("capstone_market_seed", "capstone_luck_seeds"):
        assert truth.VALUES[name](bank) != truth.VALUES[name](other)


def test_the_customer_of_the_report_may_be_written_about(bank):
    row = report_case.VALUES["report_row"](bank)
    assert (row["consent_tax"], row["consent_report"]) == ("有效", "有效")
    assert not row["loan_balance_cny"] and row["registration_status"] == "存续"
    assert row["effective_inflow_cny"] > 0 and row["flow_invoice_ratio"] > 0
    assert row["days_since_report"] <= TAGS["days_since_report"].valid_days
    months = pd.DataFrame(report_case.VALUES["report_months"](bank))
    assert len(months) == 24 and months[1].sum() > 0


def test_the_words_of_the_report_are_the_cards(bank):
    row = report_case.VALUES["report_row"](bank)
    words = {
        n: make(bank)
        for n, make in report_case.VALUES.items()
        if n not in ("report_row", "report_months")
    }
    assert words["report_inflow"] == f"{row['effective_inflow_cny'] / 1e4:,.1f}"
    assert words["report_customer"] == row["customer_id"]
    assert not [name for name, text in words.items() if "nan" in text]
    assert 5 <= int(words["report_line"]) <= 50


def test_a_report_that_has_run_out_gives_no_facts_and_missing_is_not_nought():
    row = pd.Series({"as_of": pd.Timestamp("2025-12-31"), "days_since_report": 12, "external_balance_cny": 90_000.0,
                     "external_due_90d_cny": None, "n_inquiries_6m": None, "effective_inflow_cny": 1e6})  # fmt: skip
    told = report_case._bureau(row)
    assert "90 天内到期 未知" in told and "查询 未知" in told and "报告日 2025-12-19" in told
    old = pd.Series(row.to_dict() | {"days_since_report": 1084})
    assert "万元" not in report_case._bureau(old) + report_case._burden(old, 10)


def test_a_half_year_that_goes_the_other_way_is_told():
    ways = {"inflow_growth": 0.34, "inflow_trend": -0.2}
    assert "说不准" in report_case._trend(pd.Series(ways))
    assert "在变好" in report_case._trend(pd.Series(ways | {"inflow_trend": 0.1}))


def test_the_model_report_has_facts_inference_what_is_unverified_an_opinion_and_evidence(cohort):
    exercise = read_module(ROOT / "solutions", "14_graduation", "practice", cohort).exercises[
        "report"
    ]
    for part in ("事实", "推断", "未核实", "意见", "证据链"):
        assert f"、{part}**" in exercise.solution
    assert "{{" not in exercise.solution
    all_facts, copied = (sample.source for sample in exercise.samples)
    assert "未核实" not in all_facts and "拟同意" not in copied
