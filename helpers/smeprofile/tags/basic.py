"""Basic facts: who the customer is."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.rules import SECTIONS, SIZE_CLASSES, size_bounds
from smeprofile.tags.clock import Clock, days_between, ratio, sum_of_shares
from smeprofile.tags.tag import Tag

_D = "基本情况"
_SNAPSHOT = "客户表最近一次更新"
_STALE = "没有登记，或客户表在观察点之后才更新"

TAGS = (
    Tag("age_years", "经营年限", _D, "观察点减成立日期，除以 365.25；年限不等于阶段", "成立至观察点",
        "年", "没有成立日期，或晚于观察点", ("customers.established_date",), valid_days=366),
    Tag("length_months", "关系月数", _D, "开户日期到观察点的整月数", "开户至观察点", "月",
        "没有开户日期", ("customers.opened_date",)),
    Tag("size_class", "划型", _D,
        "国家统计局 2017 年《统计上大中小微型企业划分办法》：各项指标分档，取最低一档", _SNAPSHOT,
        "—", _STALE + "，或行业不在办法内、缺少所需指标",
        ("customers.industry_code,n_staff,annual_revenue_cny,total_assets_cny",), valid_days=366),
    Tag("industry_section", "行业门类", _D, "GB/T 4754-2017 行业代码的门类字母", "不限", "—",
        "没有行业代码", ("customers.industry_code",), update="不定期", valid_days=366),
    Tag("industry", "行业", _D, "行业代码对应的名称", "不限", "—", "没有登记",
        ("customers.industry",), update="不定期", valid_days=366),
    Tag("region", "地区", _D, "所属区县", "不限", "—", "没有登记", ("customers.region",),
        update="不定期", valid_days=366),
    Tag("paid_in_ratio", "实缴认缴比", _D,
        "实缴资本除以认缴资本；认缴是承诺，不是到账的钱", _SNAPSHOT, "—",
        _STALE + "；没填是缺失，不是 0", ("customers.subscribed_capital_cny,paid_in_capital_cny",),
        valid_days=366),
    Tag("n_insured", "参保人数", _D, "缴纳社会保险的人数", _SNAPSHOT, "人", _STALE,
        ("customers.n_insured",), valid_days=366, peer=True),
    Tag("ownership_hhi", "股权集中度", _D, "股东持股比例的平方和", "股东表所载", "—",
        "没有股东记录", ("owners.owner_id,share",), valid_days=366),
    Tag("registration_status", "登记状态", _D, "观察点以前已注销的为注销（没有注销日期的看登记状态），其余为存续；存续不等于在经营",
        "观察点当天", "—", "不缺失", ("customers.registration_status,deregistered_date",),
        update="每日", valid_days=7),
    Tag("operating_status", "经营状态", _D,
        "最近 3 个完整的月有有效流入或蓝字开票为正常，都没有为停滞（本课程设定）", "最近 3 个完整的月",
        "—", "既没有完整月份的流水，也没有完整月份的开票",
        ("flows_monthly.month,sales_in_cny|flows.date,direction,amount_cny,summary|"
         "invoices_monthly.month,sales_cny,red_cny,n_sales|invoices.date,direction,amount_cny,is_red",)),
    Tag("controller_years", "控制人年限", _D,
        "同一实际控制人在本行最早一户企业的成立日期到观察点的年数；不等于从业年限", "不限", "年",
        "没有实际控制人或成立日期", ("customers.controller_id,established_date",),
        valid_days=366, personal=True),
    Tag("controller_age_years", "控制人年龄", _D, "观察点年份减出生年份", "不限", "岁",
        "没有出生年份，或控制人是法人", ("owners.is_controller,birth_year",), valid_days=366,
        personal=True),
    Tag("n_group_firms", "同控企业数", _D, "同一实际控制人名下、已在本行开户的企业数，含本户", "不限",
        "户", "没有实际控制人", ("customers.controller_id",), personal=True),
    Tag("is_tech", "科技型", _D, "已获认定的科技型或专精特新企业；否不表示没有技术", _SNAPSHOT, "—",
        _STALE, ("customers.is_tech",), valid_days=366),
    Tag("owns_premises", "场地自有", _D, "经营场地归企业所有", _SNAPSHOT, "—", _STALE,
        ("customers.owns_premises",), valid_days=366),
)  # fmt: skip


def features(tables: Mapping[str, ir.Table], clock: Clock) -> list[ir.Table]:
    """Return tables of one row per customer; the first holds everyone registered by then."""
    made = []
    if "customers" in tables:
        made += _from_customers(tables["customers"], clock)
    if "owners" in tables:
        made += _from_owners(tables["owners"], clock)
    return made


def registered(customers: ir.Table, clock: Clock) -> ir.Table:
    """Return the rows of customers whose account was open by the observation date.

    Industry codes get their section's letter, which many banks leave out.
    """
    since = ibis.coalesce(customers.opened_date, customers.established_date)
    t = customers.filter((since <= clock.as_of) | since.isnull())
    division = t.industry_code.left(2)
    letter = ibis.cases(
        *(
            (division.between(f"{first:02d}", f"{last:02d}"), name)
            for name, (_, first, last) in SECTIONS.items()
        ),
        else_="",
    )
    return t.mutate(industry_code=letter.concat(t.industry_code))


def _from_customers(customers: ir.Table, clock: Clock) -> list[ir.Table]:
    t = registered(customers, clock)
    t = t.mutate(size_number=_size_number(t))
    known = (t.updated_at <= clock.as_of) | t.updated_at.isnull()

    def snapshot(value: ir.Value) -> ir.Value:
        return known.ifelse(value, ibis.null(value.type()))

    size = ibis.cases(
        *((t.size_number == k, name) for k, name in enumerate(SIZE_CLASSES)),
        else_=ibis.null("string"),
    )
    undated = known & t.deregistered_date.isnull() & (t.registration_status == "注销")
    gone = (t.deregistered_date <= clock.as_of).fill_null(False) | undated.fill_null(False)
    # A year mistyped: its firm would be taken for one that has just begun.
    founded = (t.established_date <= clock.as_of).ifelse(t.established_date, ibis.null("date"))
    firms = t.select(
        "customer_id",
        "controller_id",
        established_date=founded,
        age_years=days_between(clock.as_of, founded).cast("float64") / 365.25,
        length_months=_months(clock, t.opened_date),
        size_class=snapshot(size),
        industry_section=t.industry_code.left(1),
        industry=t.industry,
        region=t.region,
        paid_in_ratio=snapshot(ratio(t.paid_in_capital_cny, t.subscribed_capital_cny)),
        n_insured=snapshot(t.n_insured),
        registration_status=gone.ifelse("注销", "存续"),
        is_tech=snapshot(t.is_tech),
        owns_premises=snapshot(t.owns_premises),
        opted_out_by_register=t.do_not_contact,
        name=t.name,
        branch_id=t.branch_id,
    )
    groups = firms.filter(firms.controller_id.notnull())
    groups = groups.group_by("controller_id").agg(
        first=groups.established_date.min(), n_group_firms=groups.count()
    )
    both = firms.left_join(groups, "controller_id")
    years = days_between(clock.as_of, both.first).cast("float64") / 365.25
    return [both.mutate(controller_years=years).drop("controller_id_right", "first")]


def _months(clock: Clock, since: ir.DateValue) -> ir.IntegerValue:
    day = clock.as_of.year * 12 + clock.as_of.month
    whole = day - (since.year() * 12 + since.month())
    return whole - (since.day() > clock.as_of.day).ifelse(1, 0)


def _size_number(t: ir.Table) -> ir.IntegerValue:
    """The rule of ``rules.size`` as an expression: place in ``SIZE_CLASSES``, −1 if unknown."""
    of = {
        "n_staff": t.n_staff.cast("float64"),
        "revenue_cny": t.annual_revenue_cny,
        "total_assets_cny": t.total_assets_cny,
    }
    branches = []
    for prefixes, bounds in size_bounds():
        grades = [_grade(of[name], lower) for name, lower in bounds.items()]
        lowest = grades[0] if len(grades) == 1 else ibis.least(*grades)
        code = [t.industry_code.startswith(prefix) for prefix in prefixes]
        branches.append((ibis.or_(*code), lowest))
    return ibis.cases(*branches, else_=ibis.null("int64")).fill_null(-1)


def _grade(value: ir.FloatingValue, lower: tuple[int, ...]) -> ir.IntegerValue:
    # A missing indicator must not count as the lowest grade: −9 makes the sum fall below 0.
    grade = value.isnull().ifelse(-9, 0)
    for bound in lower:
        grade = grade + (value >= bound).fill_null(False).ifelse(1, 0)
    return grade


def _from_owners(owners: ir.Table, clock: Clock) -> list[ir.Table]:
    t = owners
    shares = t.group_by("customer_id").agg(
        ownership_hhi=sum_of_shares(t.share * t.share),
        born=t.birth_year.min(where=t.is_controller),
    )
    age = clock.as_of.year - shares.born
    return [shares.select("customer_id", "ownership_hhi", controller_age_years=age)]


def operating_status(t: ir.Table) -> ir.StringValue:
    """Return whether money or invoices came in the last three months, from the joined table."""
    signs = [t[name] for name in ("recent_inflow", "recent_invoices") if name in t.columns]
    if not signs:
        return ibis.null("string")
    known, alive = ibis.coalesce(*signs).notnull(), ibis.literal(False)
    for sign in signs:
        alive = alive | (sign.fill_null(0) > 0)
    return ibis.cases((alive, "正常"), (known, "停滞"), else_=ibis.null("string"))
