"""Needs and preferences: what customers say, and what they have done."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.tags.clock import Clock, ratio
from smeprofile.tags.tag import Tag
from smeprofile.tags.wide import latest

_D = "需求偏好"
_SAID = "没有答过需求调查"
_ASKED = "没有进件"
_SURVEY = "customer_survey.survey_date"

TAGS = (
    Tag("wants_loan", "自述想贷款", _D, "最近一份答卷：近期有没有贷款打算；自述不等于行为",
        "最近一份答卷", "—", _SAID, (f"{_SURVEY},wants_loan",), valid_days=180),
    Tag("amount_wanted_cny", "自述想贷金额", _D, "最近一份答卷里想贷的金额", "最近一份答卷", "元",
        _SAID + "，或不想贷款、没有答", (f"{_SURVEY},amount_wanted_cny",), valid_days=180),
    Tag("stated_tenor_months", "自述期限偏好", _D, "最近一份答卷里想要的期限", "最近一份答卷", "月",
        _SAID + "，或没有答", (f"{_SURVEY},tenor_months",), valid_days=180),
    Tag("stated_repayment_method", "自述还款方式偏好", _D, "最近一份答卷里想要的还款方式",
        "最近一份答卷", "—", _SAID + "，或没有答", (f"{_SURVEY},repayment_method",),
        valid_days=180),
    Tag("stated_channel_id", "自述渠道偏好", _D, "最近一份答卷里最愿意用的渠道", "最近一份答卷", "—",
        _SAID, (f"{_SURVEY},channel_id",), valid_days=180),
    Tag("is_speed_sensitive", "时效敏感", _D, "最近一份答卷里最在意的是时效", "最近一份答卷", "—",
        _SAID, (f"{_SURVEY},top_concern",), valid_days=180),
    Tag("is_price_sensitive", "价格敏感", _D, "最近一份答卷里最在意的是价格", "最近一份答卷", "—",
        _SAID, (f"{_SURVEY},top_concern",), valid_days=180),
    Tag("revealed_tenor_months", "行为期限偏好", _D, "最近一笔进件申请的期限", "最近一笔进件", "月",
        _ASKED, ("applications.applied_at,tenor_months",), valid_days=180),
    Tag("revealed_repayment_method", "行为还款方式偏好", _D, "最近一笔进件选的还款方式",
        "最近一笔进件", "—", _ASKED, ("applications.applied_at,repayment_method",),
        valid_days=180),
    Tag("revealed_channel_id", "行为渠道偏好", _D, "最近一笔进件走的渠道", "最近一笔进件", "—",
        _ASKED, ("applications.applied_at,channel_id",), valid_days=180),
    Tag("n_applications_12m", "近 12 月进件数", _D, "进件笔数，含续贷", "最近 12 个月", "笔", _ASKED,
        ("applications.applied_at",)),
    Tag("declined_offer_rate", "放弃报价率", _D, "批准以后客户没有接受的占比；反映价格与时效的挑剔",
        "最近 24 个月", "—", "窗口内没有批准过", ("decisions.decided_at,is_approved,is_accepted",)),
    Tag("n_contacts_90d", "接触疲劳", _D, "真正联系过的营销触达次数；对照组没有联系，不算",
        "最近 90 天", "次", "触达表里从来没有这户",
        ("contacts.contact_date,is_treated",), update="每日", valid_days=7),
    Tag("do_not_contact", "免打扰", _D, "登记为免打扰，或在触达后要求不再联系；一经登记即适用",
        "全部历史", "—", "不缺失", ("customers.do_not_contact",), update="每日", valid_days=1),
    Tag("score", "内部评分", "信用状况", "最近一次审批时的评分，高为安全；不得再当作模型特征",
        "最近一次审批", "分", "没有审批过", ("decisions.decided_at,score",), update="审批时",
        valid_days=180, owner="风险管理部", marketing=False),
)  # fmt: skip


def features(tables: Mapping[str, ir.Table], clock: Clock) -> list[ir.Table]:
    """Return tables of one row per customer."""
    made = []
    if "customer_survey" in tables:
        made.append(_said(tables["customer_survey"], clock))
    if "applications" in tables:
        made.append(_applied(tables["applications"], clock))
    if "decisions" in tables:
        made.append(_decided(tables["decisions"], clock))
    if "contacts" in tables:
        made.append(_contacted(tables["contacts"], clock))
    if "contact_responses" in tables:
        t = tables["contact_responses"]
        t = t.filter(t.response_date.isnull() | (t.response_date <= clock.as_of))
        made.append(_refused(t, tables.get("contacts"), clock))
    return made


def _said(survey: ir.Table, clock: Clock) -> ir.Table:
    t = survey.filter(survey.survey_date <= clock.as_of)
    t = latest(t, t.survey_date, "survey_id")
    return t.select(
        "customer_id",
        "wants_loan",
        "amount_wanted_cny",
        stated_tenor_months=t.tenor_months,
        stated_repayment_method=t.repayment_method,
        stated_channel_id=t.channel_id,
        is_speed_sensitive=t.top_concern == "时效",
        is_price_sensitive=t.top_concern == "价格",
    )


def _applied(applications: ir.Table, clock: Clock) -> ir.Table:
    t = applications.filter(applications.applied_at.date() <= clock.as_of)
    counts = t.group_by("customer_id").agg(
        n_applications_12m=t.count(where=t.applied_at.date() > clock.months_before(12))
    )
    last = latest(t, t.applied_at, "application_id")
    last = last.select(
        "customer_id",
        revealed_tenor_months=last.tenor_months,
        revealed_repayment_method=last.repayment_method,
        revealed_channel_id=last.channel_id,
    )
    return last.join(counts, "customer_id")


def _decided(decisions: ir.Table, clock: Clock) -> ir.Table:
    t = decisions.filter(decisions.decided_at.date() <= clock.as_of)
    approved = t.is_approved & (t.decided_at.date() > clock.months_before(24))
    counts = t.group_by("customer_id").agg(
        declined_offer_rate=ratio(t.count(where=approved & ~t.is_accepted), t.count(where=approved))
    )
    last = latest(t, t.decided_at, "application_id").select("customer_id", "score")
    return last.join(counts, "customer_id")


def _contacted(contacts: ir.Table, clock: Clock) -> ir.Table:
    t = contacts.filter(contacts.contact_date <= clock.as_of)
    since = ibis.literal(clock.as_of) - ibis.interval(days=90)
    return t.group_by("customer_id").agg(
        n_contacts_90d=t.count(where=t.is_treated & (t.contact_date > since))
    )


def _refused(responses: ir.Table, contacts: ir.Table | None, clock: Clock) -> ir.Table:
    """Who asked not to be contacted again; of a contact that isn't listed, one must assume by then."""
    t = responses.filter(responses.opted_out)
    if contacts is not None:
        later = contacts.filter(contacts.contact_date > clock.as_of)
        t = t.join(later, "contact_id", how="anti")
    return t.group_by("customer_id").agg(opted_out_times=t.count())


def do_not_contact(t: ir.Table) -> ir.BooleanValue:
    """Return the register's flag or an opt-out, from the joined table."""
    flag = (
        t.opted_out_by_register.fill_null(False) if "opted_out_by_register" in t.columns else False
    )
    if "opted_out_times" in t.columns:
        return t.opted_out_times.notnull() | flag
    return flag if isinstance(flag, ir.Value) else ibis.literal(flag)
