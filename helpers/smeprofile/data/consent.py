"""What may be used for what: the authorisation matrix, and consents day by day."""

from datetime import date

import pandas as pd

VERDICTS = ("可用", "无授权", "授权已撤回", "授权用途不符", "查询早于授权", "观察点之后")
# Reason of an inquiry → the purpose its consent must name.
_PURPOSE_OF = {"贷款审批": "授信审批", "贷后管理": "贷后管理"}
_USES = ("营销圈选", "授信审批", "贷后管理")

_CREDIT_18 = "《征信业管理条例》（2013）第十八条：查询个人信息须取得本人书面同意并约定用途"
_CREDIT_13 = "《征信业管理条例》（2013）第十三条：采集个人信息须经本人同意；本课程对银行同样从严"
_CREDIT_14 = (
    "《征信业管理条例》（2013）第十四条：征信机构采集收入、存款、纳税额等须告知不良后果并取得书面同意；"
    "本课程对银行同样从严"
)
_MEASURES = "《征信业务管理办法》（中国人民银行令〔2021〕第4号）：信用信息含替代数据"
_PIPL_24 = "《个人信息保护法》（2021）第二十四条：自动化营销须同时给出非个性化选项或便捷的拒绝方式"
_NO_TARGETING = "授信用途的同意不含营销，本课程设定征信数据一律不得用于营销圈选（零容忍）"
_FIRM = "法律未就企业信息作同样规定，以下为本课程设定的行内规则："

# (data item, subject) → verdict and basis for 营销圈选, 授信审批, 贷后管理.
_MATRIX = {
    ("征信报告", "企业"): (
        ("禁止", f"{_FIRM}{_NO_TARGETING}"),
        ("需授权", f"{_FIRM}企业征信查询也须书面授权并约定用途"),
        ("需授权", f"{_FIRM}须有约定为贷后管理的书面授权"),
    ),
    ("征信报告", "企业主个人"): (
        ("禁止", f"{_CREDIT_18}；{_NO_TARGETING}"),
        ("需授权", _CREDIT_18),
        ("需授权", f"{_CREDIT_18}；授信审批的同意不能代替"),
    ),
    ("纳税数据", "企业"): (
        ("需授权", f"{_FIRM}须有约定为营销的授权"),
        ("需授权", f"{_MEASURES}；{_FIRM}须企业授权后取得"),
        ("需授权", f"{_MEASURES}；{_FIRM}须有约定为贷后管理的授权"),
    ),
    ("纳税数据", "企业主个人"): (
        ("需授权", f"{_CREDIT_14}；{_PIPL_24}"),
        ("需授权", _CREDIT_14),
        ("需授权", _CREDIT_14),
    ),
    ("流水数据", "企业"): (
        ("需授权", f"{_FIRM}须有约定为营销的授权"),
        ("允许", f"{_FIRM}本行账户的企业流水可用于本行授信；他行流水须授权"),
        ("允许", f"{_FIRM}本行账户的企业流水可用于贷后管理；他行流水须授权"),
    ),
    ("流水数据", "企业主个人"): (
        ("需授权", f"{_CREDIT_14}；{_PIPL_24}"),
        ("需授权", _CREDIT_14),
        ("需授权", _CREDIT_14),
    ),
    ("联系方式", "企业"): (
        ("允许", f"{_FIRM}企业公开的联系方式可用，但须剔除免打扰客户"),
        ("允许", f"{_FIRM}办理业务所需"),
        ("允许", f"{_FIRM}办理业务所需"),
    ),
    ("联系方式", "企业主个人"): (
        ("需授权", f"{_PIPL_24}；本课程从严，须先取得同意，并剔除免打扰客户"),
        ("需授权", _CREDIT_13),
        ("需授权", _CREDIT_13),
    ),
    ("APP行为", "企业"): (
        ("需授权", f"{_FIRM}须有约定为营销的授权"),
        ("需授权", f"{_MEASURES}；{_FIRM}须有约定为授信审批的授权"),
        ("需授权", f"{_MEASURES}；{_FIRM}须有约定为贷后管理的授权"),
    ),
    ("APP行为", "企业主个人"): (
        ("需授权", f"{_PIPL_24}；本课程从严，须先取得同意"),
        ("需授权", f"{_MEASURES}；{_CREDIT_13}"),
        ("需授权", f"{_MEASURES}；{_CREDIT_13}"),
    ),
}


def authorisation_matrix() -> pd.DataFrame:
    """Return one row per data item × subject × use: ``verdict`` (允许/需授权/禁止) and ``basis``.

    Where no cited provision decides, ``basis`` says that the rule is the course's own.

    >>> matrix = authorisation_matrix().set_index(["data_item", "subject", "use"])
    >>> matrix.loc[("征信报告", "企业", "营销圈选"), "verdict"]
    '禁止'
    """
    rows = [
        (item, subject, use, verdict, basis)
        for (item, subject), cells in _MATRIX.items()
        for use, (verdict, basis) in zip(_USES, cells, strict=True)
    ]
    return pd.DataFrame(rows, columns=["data_item", "subject", "use", "verdict", "basis"])


def consent_on(
    consents: pd.DataFrame, customer_id: str, data_item: str, purpose: str, day: date | str
) -> bool:
    """Say whether the customer's consent to this use of this item was in force on ``day``.

    In force means from the day it was granted to the day before it was withdrawn.

    >>> signed = pd.DataFrame({"customer_id": ["C000001"], "data_item": ["征信报告"],
    ...     "purpose": ["授信审批"], "granted_date": pd.to_datetime(["2025-03-01"]),
    ...     "withdrawn_date": pd.to_datetime(["2025-06-01"])})
    >>> [consent_on(signed, "C000001", "征信报告", "授信审批", day)
    ...  for day in ("2025-02-28", "2025-03-01", "2025-05-31", "2025-06-01")]
    [False, True, True, False]
    """
    when = pd.Timestamp(day).normalize()
    withdrawn = consents["withdrawn_date"]
    in_force = (consents["granted_date"] <= when) & (withdrawn.isna() | (when < withdrawn))
    same_use = (consents["data_item"] == data_item) & (consents["purpose"] == purpose)
    return bool((in_force & same_use & (consents["customer_id"] == customer_id)).any())


def usable_inquiries(
    inquiries: pd.DataFrame, consents: pd.DataFrame, *, as_of: date | str
) -> pd.DataFrame:
    """Return ``inquiries`` with a ``verdict``: may this one be used on ``as_of``, or why not.

    The first that applies, in this order: 观察点之后 (made later than that day) · 可用 (the firm's
    own inquiry needs no consent to the bank) · 无授权 (none noted, or it is another customer's or
    for other data) · 授权用途不符 · 查询早于授权 · 授权已撤回 (on or before ``as_of``:
    a report lawfully fetched earlier is not used any more either) · 可用.

    Inquiries by others, made under consents given to them, are known only from the bank's own
    report that shows them (``seen_in_id``, where there is such a column): they get the verdict of
    that report, and 无授权 where it isn't among ``inquiries``.
    """
    verdict = _own_verdict(inquiries, consents, pd.Timestamp(as_of).normalize())
    if "seen_in_id" in inquiries:
        of_report = verdict.set_axis(inquiries["inquiry_id"])
        shown = inquiries["seen_in_id"]
        verdict = verdict.mask(shown.notna(), shown.map(of_report).fillna("无授权"))
    return inquiries.assign(verdict=verdict)


def _own_verdict(inquiries: pd.DataFrame, consents: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    signed = consents.set_index("consent_id").add_prefix("consent_")
    held = inquiries.join(signed, on="consent_id")
    end = as_of + pd.Timedelta(days=1)
    own = held["reason"] == "本人查询"
    wrong = (held["consent_customer_id"] != held["customer_id"]) | (
        held["consent_data_item"] != "征信报告"
    )
    rules = (
        (held["inquired_at"] >= end, "观察点之后"),
        (own, "可用"),
        (wrong, "无授权"),
        (held["consent_purpose"] != held["reason"].map(_PURPOSE_OF), "授权用途不符"),
        (held["inquired_at"] < held["consent_granted_date"], "查询早于授权"),
        (held["consent_withdrawn_date"] < end, "授权已撤回"),
    )
    verdict = pd.Series("可用", index=inquiries.index)
    for applies, name in reversed(rules):
        verdict = verdict.mask(applies, name)
    return verdict
