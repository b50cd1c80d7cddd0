"""The consented join: what is usable on the day, and what never is."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.errors import UserError
from smeprofile.partner import AFTER, PARTNER_FEATURES, USABLE, join_consented
from smeprofile.partner.pilot import ITEM
from smeprofile.uscc import make

CODE, OTHER = make(1), make(2)
DAY = pd.Timestamp("2025-06-10")


def applied(*days, code=CODE):
    return pd.DataFrame(
        {
            "customer_id": "C1",
            "uscc": code,
            "applied_date": pd.to_datetime(list(days) or [DAY]),
        }
    )


def delivered(*published, code=CODE, **values):
    rows = {"uscc": code, "published_date": pd.to_datetime(list(published))}
    figures = {name: range(1, len(published) + 1) for name in PARTNER_FEATURES}
    return pd.DataFrame(rows | figures | dict.fromkeys(AFTER, 9) | values)


def signed(key, who, granted="2025-01-01", withdrawn=None, purpose="授信审批", item=ITEM):
    return pd.DataFrame({
        key: [who], "data_item": item, "purpose": purpose,
        "granted_date": pd.to_datetime([granted]), "withdrawn_date": pd.to_datetime([withdrawn]),
    })  # fmt: skip


def why(apps=None, told=None, mine=None, theirs=None, **kept):
    made = join_consented(
        applied() if apps is None else apps,
        delivered("2025-06-06") if told is None else told,
        signed("customer_id", "C1") if mine is None else mine,
        signed("uscc", CODE) if theirs is None else theirs,
        **kept,
    )
    return made["why"].tolist()


def test_a_row_is_usable_with_both_consents_and_figures_published_by_the_day():
    assert why() == [USABLE]


def test_each_lack_has_its_reason():
    assert why(told=delivered("2025-06-06", code=OTHER)) == ["平台上没有这一户"]
    assert why(mine=signed("customer_id", "C2")) == ["本行没有取得授权"]
    assert why(theirs=signed("uscc", OTHER)) == ["对方没有取得授权"]
    assert why(theirs=signed("uscc", CODE, withdrawn="2025-06-10")) == ["授权已撤回"]
    assert why(told=delivered("2025-06-11")) == ["没有进件前的数据"]
    assert why(told=delivered("2025-01-06")) == ["没有进件前的数据"]


def test_another_purpose_or_item_or_a_later_signature_is_no_consent():
    for wrong in ({"purpose": "营销"}, {"item": "纳税数据"}, {"granted": "2025-06-11"}):
        assert why(mine=signed("customer_id", "C1", **wrong)) == ["本行没有取得授权"]
        assert why(theirs=signed("uscc", CODE, **wrong)) == ["对方没有取得授权"]


def test_consent_holds_from_the_day_granted_to_the_day_before_it_is_withdrawn():
    assert why(mine=signed("customer_id", "C1", granted="2025-06-10")) == [USABLE]
    assert why(mine=signed("customer_id", "C1", withdrawn="2025-06-11")) == [USABLE]


def test_codes_are_written_alike_but_never_guessed():
    for written in (CODE.lower(), f" {CODE[:8]} {CODE[8:]}"):
        assert why(told=delivered("2025-06-06", code=written), theirs=signed("uscc", written)) == [USABLE]  # fmt: skip
    wrong = CODE[:17] + ("A" if CODE[17] != "A" else "B")
    assert why(told=delivered("2025-06-06", code=wrong)) == ["平台上没有这一户"]


def test_the_newest_figures_published_by_the_day_are_taken_and_none_of_after():
    made = join_consented(
        applied(), delivered("2025-05-06", "2025-06-06", "2025-07-06"),
        signed("customer_id", "C1"), signed("uscc", CODE),
    )  # fmt: skip
    assert made["sales_3m_cny"].tolist() == [2]
    assert not set(AFTER) & set(made.columns)


def test_who_withdrew_since_is_left_out_of_models_only_when_today_is_named():
    left = signed("customer_id", "C1", withdrawn="2025-08-01")
    assert why(mine=left) == [USABLE]
    assert why(mine=left, today="2025-12-31") == ["授权已撤回"]


def test_missing_columns_are_named():
    with pytest.raises(UserError, match="applications 缺少列 uscc"):
        why(apps=applied().drop(columns="uscc"))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6), st.lists(st.integers(0, 400), max_size=6))  # fmt: skip
def test_one_row_an_application_in_order_and_nothing_from_later(asked, published):
    start = pd.Timestamp("2025-01-01")
    apps = applied(*(start + pd.Timedelta(days=d) for d in asked))
    told = delivered(*(start + pd.Timedelta(days=d) for d in published))
    told["growth_3m"] = [float(d) for d in published]
    made = join_consented(apps, told, signed("customer_id", "C1"), signed("uscc", CODE))
    assert made["applied_date"].tolist() == apps["applied_date"].tolist()
    for day, seen in zip(asked, made["growth_3m"], strict=True):
        known = [d for d in published if day - 92 <= d <= day]
        assert (max(known) == seen) if known else pd.isna(seen)
