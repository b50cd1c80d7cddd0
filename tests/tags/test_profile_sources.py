"""Any subset of tables; what isn't there, or may not be used, is absent and said so."""

import pandas as pd
import pytest

from profiles import END, flow, profiled, tables
from smeprofile.errors import UserError
from smeprofile.intake.check import always
from smeprofile.tags import TAGS, coverage, profile
from smeprofile.tags.pipeline import READ

LOANS = ("facilities", "drawdowns", "schedules", "repayments")


@pytest.mark.parametrize(
    ("names", "there", "not_there"),
    [
        (("invoices",), "buyer_hhi", "effective_inflow_cny"),
        (("flows",), "payer_top5_share", "invoiced_12m_cny"),
        (LOANS, "utilization", "age_years"),
    ],
)
def test_one_kind_of_table_is_enough_for_its_tags(names, there, not_there):
    some = {name: tables()[name] for name in names}
    told, covered = profile(some, END), coverage(some).set_index("tag")
    computed = covered.index[covered["status"] == "已计算"]
    assert set(computed) == set(told.columns) & set(TAGS)
    assert there in told.columns and not_there not in told.columns
    assert covered.loc[not_there, "reason"].startswith("缺 表 ")
    whole = profiled().set_index("customer_id")[there]
    alone = told.set_index("customer_id")[there].dropna()
    kept = whole.loc[alone.index].dropna()  # where the consents table lets it through
    assert len(kept) > 20 and kept.equals(alone[kept.index].astype(kept.dtype))


def test_a_missing_column_costs_only_the_tags_that_need_it():
    some = {"flows": tables()["flows"].drop(columns=["hour", "flow_id"])}
    told = profile(some, END)
    assert "payer_top5_share" in told.columns
    assert not {"night_share", "avg_daily_balance_cny"} & set(told.columns)
    assert "flows.hour" in coverage(some).set_index("tag").loc["night_share", "reason"]


@pytest.mark.parametrize(
    ("name", "lacking"),
    [("flows", "summary"), ("invoices", "amount_cny"), ("flows_monthly", "sales_in_cny"),
     ("invoices_monthly", "red_cny")],
)  # fmt: skip
def test_what_coverage_promises_is_in_the_profile(name, lacking):
    t = {n: tables()[n] for n in ("customers", name)}
    t[name] = t[name].drop(columns=lacking)
    told = coverage(t)
    assert set(told.loc[told["status"] == "已计算", "tag"]) <= set(profile(t, END).columns)


def test_without_its_consent_a_customers_tag_is_missing_and_says_why():
    told, consents = profiled(), tables()["consents"]
    tax = consents[(consents["data_item"] == "纳税数据") & (consents["purpose"] == "授信审批")]
    signed = told["customer_id"].isin(tax["customer_id"])
    assert (told.loc[~signed, "consent_tax"] == "无授权").all() and (~signed).sum() > 20
    assert told.loc[told["consent_tax"] != "有效", "invoiced_12m_cny"].isna().all()
    assert told.loc[told["consent_tax"] == "有效", "invoiced_12m_cny"].notna().sum() > 20


def test_a_withdrawn_consent_takes_the_tags_away_from_that_day_on():
    who = (
        profiled()
        .query("consent_report == '有效' and n_inquiries_6m.notna()")["customer_id"]
        .iloc[0]
    )
    consents = tables()["consents"].copy()
    own = (consents["customer_id"] == who) & (consents["data_item"] == "征信报告")
    consents.loc[own, "withdrawn_date"] = pd.Timestamp("2025-12-31")
    some = {n: tables()[n] for n in ("customers", "inquiries", "external_loans")}
    for as_of, state in (("2025-12-30", "有效"), ("2025-12-31", "已撤回")):
        told = profile({**some, "consents": consents}, as_of).set_index("customer_id").loc[who]
        assert told["consent_report"] == state
        assert pd.isna(told["external_balance_cny"]) == (state == "已撤回")


def test_credit_reports_never_serve_marketing():
    told = profile({n: tables()[n] for n in ("customers", "consents", "inquiries", "external_loans",
                                             "flows_monthly")}, END, use="营销")  # fmt: skip
    barred = {tag.name for tag in TAGS.values() if "征信报告" in tag.items or tag.personal}
    assert len(barred) > 8 and not barred & set(told.columns)
    assert told.loc[told["consent_flows"] != "有效", "effective_inflow_cny"].isna().all()


def test_without_a_consents_table_marketing_gets_nothing_and_credit_a_warning():
    some = {"flows": tables()["flows"], "tax": tables()["tax"]}
    with pytest.raises(UserError, match="没有授权表"):
        profile(some, END, use="营销")
    reason = coverage(some).set_index("tag").loc["vat_burden_rate", "reason"]
    assert "没有核对纳税数据的授权" in reason


def test_an_uncovered_inquiry_is_not_used():
    """The bank's own report counts only under the consent it names, for that purpose."""
    t = {n: tables()[n] for n in ("customers", "inquiries", "external_loans", "consents")}
    bare = {**t, "inquiries": t["inquiries"].assign(consent_id=pd.NA)}
    assert profile(t, END)["n_inquiries_6m"].notna().sum() > 20
    assert profile(bare, END)["n_inquiries_6m"].isna().all()


def test_a_report_under_a_withdrawn_consent_or_for_another_purpose_is_not_used():
    """A second consent, in force, doesn't bring back what was fetched under the first."""
    t = {n: tables()[n] for n in ("customers", "inquiries", "external_loans", "consents")}
    signed = t["consents"]
    signed = signed[(signed["data_item"] == "征信报告") & (signed["purpose"] == "授信审批")]
    again = signed.assign(consent_id=[f"again{n}" for n in range(len(signed))],
                          granted_date=pd.Timestamp(END), withdrawn_date=pd.NaT)  # fmt: skip
    ended = signed.assign(withdrawn_date=pd.Timestamp(END))
    for_care = signed.assign(purpose="贷后管理")
    asked = t["inquiries"].assign(reason="贷后管理")
    for changed in ({"consents": pd.concat([ended, again])},
                    {"consents": pd.concat([for_care, again]), "inquiries": asked}):  # fmt: skip
        told = profile({**t, **changed}, END)
        assert (told["consent_report"] == "有效").any()
        assert told["n_inquiries_6m"].isna().all()


def test_customers_who_came_later_have_no_profile():
    told = profiled(as_of=pd.Timestamp("2025-06-30").date())
    opened = tables()["customers"].set_index("customer_id")["opened_date"]
    assert set(told["customer_id"]) == set(opened.index[opened <= "2025-06-30"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"as_of": "2025-13-01"}, "不是日期"),
        ({"as_of": "1999-01-01"}, "没有已开户的客户"),
        ({"use": "炒股"}, "没有名为 炒股 的用途"),
        ({"backend": "oracle"}, "可选：duckdb、spark"),
    ],
)
def test_wrong_wishes_get_a_clear_answer(change, says):
    some = {"flows": pd.DataFrame([flow("2025-11-01", 1_000.0)])}
    wish = {"as_of": "2025-12-31", **change}
    with pytest.raises(UserError, match=says):
        profile(some, **wish)


def test_what_no_tag_reads_is_not_asked_to_be_right():
    spoilt = {
        name: t.assign(
            **dict.fromkeys({*t.columns} - READ.get(name, {*t.columns}) - always(name), "?")
        )
        for name, t in tables().items()
    }
    assert sum(t.eq("?").all().sum() for t in spoilt.values()) > 10
    assert profile(spoilt, END).equals(profiled())
