"""Which data may be used for what, on which day."""

import re

import pandas as pd
import pytest

from smeprofile.data.consent import VERDICTS, authorisation_matrix, consent_on, usable_inquiries

CONSENTS = pd.DataFrame(
    [
        ("A000001", "C000001", "征信报告", "授信审批", "2025-03-01", None),
        ("A000002", "C000001", "征信报告", "贷后管理", "2025-03-01", None),
        ("A000003", "C000002", "征信报告", "授信审批", "2025-03-01", "2025-09-01"),
        ("A000004", "C000002", "纳税数据", "授信审批", "2025-03-01", None),
    ],
    columns=["consent_id", "customer_id", "data_item", "purpose", "granted_date", "withdrawn_date"],
).astype({"granted_date": "M8[us]", "withdrawn_date": "M8[us]"})


def verdict(customer_id, inquired_at, reason, consent_id, *, as_of="2025-12-31"):
    inquiry = pd.DataFrame(
        [("Q000001", customer_id, pd.Timestamp(inquired_at), reason, consent_id)],
        columns=["inquiry_id", "customer_id", "inquired_at", "reason", "consent_id"],
        index=[7],
    )
    return usable_inquiries(inquiry, CONSENTS, as_of=as_of)["verdict"].item()


@pytest.mark.parametrize(
    ("inquiry", "expected"),
    [
        (("C000001", "2025-05-01 10:00", "贷款审批", "A000001"), "可用"),
        (("C000001", "2025-03-01 00:00", "贷款审批", "A000001"), "可用"),
        (("C000001", "2025-05-01 10:00", "贷后管理", "A000002"), "可用"),
        (("C000001", "2025-05-01 10:00", "本人查询", None), "可用"),
        (("C000001", "2025-12-31 23:59", "贷款审批", "A000001"), "可用"),
        (("C000001", "2026-01-01 00:00", "贷款审批", "A000001"), "观察点之后"),
        (("C000001", "2025-05-01 10:00", "贷款审批", None), "无授权"),
        (("C000001", "2025-05-01 10:00", "贷款审批", "A999999"), "无授权"),
        (("C000002", "2025-05-01 10:00", "贷款审批", "A000001"), "无授权"),
        (("C000002", "2025-05-01 10:00", "贷款审批", "A000004"), "无授权"),
        (("C000001", "2025-05-01 10:00", "贷款审批", "A000002"), "授权用途不符"),
        (("C000001", "2025-02-28 23:59", "贷款审批", "A000001"), "查询早于授权"),
        (("C000002", "2025-09-01 09:00", "贷款审批", "A000003"), "授权已撤回"),
        (("C000002", "2025-05-01 10:00", "贷款审批", "A000003"), "授权已撤回"),
    ],
)
def test_each_inquiry_gets_its_verdict(inquiry, expected):
    assert verdict(*inquiry) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2025-08-31", "可用"), ("2025-09-01", "授权已撤回")]
)
def test_a_report_is_usable_to_the_day_before_withdrawal(as_of, expected):
    said = verdict("C000002", "2025-05-01 10:00", "贷款审批", "A000003", as_of=as_of)
    assert said == expected


def seen(reason, consent_id, *, seen_in):
    """The verdict on another bank's inquiry, shown by a report fetched under ``consent_id``."""
    rows = [
        ("Q000001", "C000001", "2025-05-01 10:00", reason, consent_id, None),
        ("Q000002", "C000001", "2025-03-20 10:00", "贷款审批", None, seen_in),
    ]
    columns = ["inquiry_id", "customer_id", "inquired_at", "reason", "consent_id", "seen_in_id"]
    inquiries = pd.DataFrame(rows, columns=columns, index=[3, 9])
    inquiries["inquired_at"] = pd.to_datetime(inquiries["inquired_at"])
    return usable_inquiries(inquiries, CONSENTS, as_of="2025-12-31").loc[9, "verdict"]


@pytest.mark.parametrize(
    ("reason", "consent_id", "expected"),
    [
        ("贷款审批", "A000001", "可用"),
        ("贷款审批", "A000002", "授权用途不符"),
        ("贷款审批", None, "无授权"),
    ],
)
def test_anothers_inquiry_is_as_usable_as_the_report_that_shows_it(reason, consent_id, expected):
    assert seen(reason, consent_id, seen_in="Q000001") == expected


def test_anothers_inquiry_without_its_report_is_not_usable():
    assert seen("贷款审批", "A000001", seen_in="Q999999") == "无授权"


def test_verdicts_are_the_six_announced():
    assert len(set(VERDICTS)) == 6


def test_one_purpose_does_not_stand_for_another():
    assert consent_on(CONSENTS, "C000001", "征信报告", "贷后管理", "2025-05-01")
    assert not consent_on(CONSENTS, "C000001", "征信报告", "营销", "2025-05-01")


def test_credit_reports_are_never_for_marketing():
    matrix = authorisation_matrix()
    rows = matrix[(matrix["data_item"] == "征信报告") & (matrix["use"] == "营销圈选")]
    assert rows["verdict"].tolist() == ["禁止", "禁止"]


def test_the_matrix_is_complete_and_every_cell_has_a_basis():
    matrix = authorisation_matrix()
    assert len(matrix) == 5 * 2 * 3 == len(matrix.drop_duplicates(["data_item", "subject", "use"]))
    assert set(matrix["verdict"]) == {"允许", "需授权", "禁止"}
    cited = matrix["basis"].str.contains(r"》（.*\d{4}.*）")
    own = matrix["basis"].str.contains("本课程设定")
    assert (cited | own).all()
    assert own[matrix["verdict"] == "禁止"].all()  # no law cited forbids what a person consents to


def test_only_checked_provisions_are_cited():
    articles = set(re.findall(r"《[^》]+》（[^）]*）(?:第[一二三四五六七八九十]+条)?",
                              " ".join(authorisation_matrix()["basis"])))  # fmt: skip
    assert articles == {
        "《征信业管理条例》（2013）第十三条", "《征信业管理条例》（2013）第十四条",
        "《征信业管理条例》（2013）第十八条", "《个人信息保护法》（2021）第二十四条",
        "《征信业务管理办法》（中国人民银行令〔2021〕第4号）",
    }  # fmt: skip
