"""The data dictionary: every class table's names, 中文, types, units and rules, in one place."""

from dataclasses import dataclass

# Divisions of GB/T 4754-2017 that the class data use.
INDUSTRIES = {
    "C13": "农副食品加工业",
    "C33": "金属制品业",
    "C34": "通用设备制造业",
    "E49": "建筑安装业",
    "E50": "建筑装饰、装修和其他建筑业",
    "F51": "批发业",
    "F52": "零售业",
    "G54": "道路运输业",
    "H61": "住宿业",
    "H62": "餐饮业",
    "I65": "软件和信息技术服务业",
    "L71": "租赁业",
    "L72": "商务服务业",
    "M74": "专业技术服务业",
    "M75": "科技推广和应用服务业",
    "O80": "居民服务业",
    "O81": "机动车、电子产品和日用产品修理业",
}
REGIONS = (
    "湾东区",
    "湾西区",
    "临港区",
    "潮声区",
    "云渡县",
    "石礁县",
)  # districts of the bank's city, which is fictitious
DATA_ITEMS = ("征信报告", "纳税数据", "流水数据", "联系方式", "APP行为")
PURPOSES = ("授信审批", "贷后管理", "营销")
REASONS = ("贷款审批", "贷后管理", "本人查询")
TAX_STATUSES = ("已申报", "零申报", "未申报")
TAX_GRADES = ("A", "B", "M", "C", "D")
APP_EVENTS = ("登录", "测额", "申请", "还款查询")


@dataclass(frozen=True)
class Column:
    """One field. ``kind`` is one of 文本, 数字, 整数, 日期, 时间, 是否."""

    name: str
    title: str
    kind: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None

    @property
    def rule(self) -> str:
        """Return the allowed values in Chinese."""
        parts = ["、".join(self.allowed), f"格式 {self.pattern}" if self.pattern else ""]
        parts.append("" if self.minimum is None else f"≥ {self.minimum:g}")
        parts.append("可缺失" if self.nullable else "不可缺失")
        return "；".join(part for part in parts if part)


@dataclass(frozen=True)
class TableSchema:
    """One table: what a row is, its keys, its fields and what it must not be used for."""

    name: str
    title: str
    purpose: str
    row: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    not_for: str

    @property
    def names(self) -> list[str]:
        """Return the column names in order."""
        return [column.name for column in self.columns]


def _id(name: str, title: str, letter: str, digits: int = 6, **more) -> Column:
    meaning = more.pop("meaning", f"{letter} 加 {digits} 位数字")
    return Column(name, title, "文本", meaning, pattern=rf"^{letter}\d{{{digits}}}$", **more)


_CUSTOMER = _id("customer_id", "客户号", "C", meaning="合并重复客户号之后保留的那一个")

SCHEMAS: dict[str, TableSchema] = {
    table.name: table
    for table in (
        TableSchema(
            "customers",
            "客户",
            "客户的基本事实，其余各表都靠它的客户号相连",
            "观察点及以前开户的一户小微企业",
            ("customer_id",),
            (
                _CUSTOMER,
                Column("name", "客户名称", "文本", "虚构的企业名称；同名不等于同一户"),
                Column(
                    "uscc",
                    "统一社会信用代码",
                    "文本",
                    "GB 32100-2015；地区段 990000 不存在；无法核实的记为缺失",
                    nullable=True,
                    pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$",
                ),
                Column(
                    "industry_code",
                    "行业代码",
                    "文本",
                    "GB/T 4754-2017 门类字母加大类两位数",
                    allowed=tuple(INDUSTRIES),
                ),
                Column("industry", "行业", "文本", "行业代码对应的大类名称"),
                Column("region", "所属区", "文本", "银行所在市（虚构）的区县", allowed=REGIONS),
                Column("established_date", "成立日期", "日期", "营业执照上的成立日期"),
                Column("opened_date", "开户日期", "日期", "在本行开立结算账户的日期"),
                Column(
                    "subscribed_capital_cny",
                    "认缴资本",
                    "数字",
                    "登记的注册资本，是承诺而不是到账的钱；外币按参数文件的汇率折算",
                    "元",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "paid_in_capital_cny",
                    "实缴资本",
                    "数字",
                    "已经到账的资本；没填是缺失，不是 0",
                    "元",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "n_insured",
                    "参保人数",
                    "整数",
                    "缴纳社会保险的人数",
                    "人",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "avg_daily_balance_cny",
                    "日均余额",
                    "数字",
                    "近一年日终存款余额的平均",
                    "元",
                    minimum=0,
                ),
                Column("updated_at", "更新时间", "日期", "核心系统里这条记录最近一次更新的日期"),
                Column("do_not_contact", "免打扰", "是否", "客户要求不再接受营销联系"),
            ),
            "认缴资本不得当作实力或收入；免打扰客户不得进入营销名单",
        ),
        TableSchema(
            "consents",
            "授权",
            "判断一项数据在某天能不能用于某个用途",
            "一户客户就一项数据、一种用途签的一份授权",
            ("consent_id",),
            (
                _id("consent_id", "授权编号", "A"),
                _CUSTOMER,
                Column("data_item", "数据项", "文本", "授权使用的数据", allowed=DATA_ITEMS),
                Column("purpose", "用途", "文本", "约定的用途", allowed=PURPOSES),
                Column("granted_date", "授权日期", "日期", "从这一天起可用"),
                Column(
                    "withdrawn_date",
                    "撤回日期",
                    "日期",
                    "从这一天起不可用；观察点以后的撤回不可知，记为缺失",
                    nullable=True,
                ),
            ),
            "不得把一种用途的授权当作另一种用途的授权",
        ),
        TableSchema(
            "inquiries",
            "征信查询",
            "统计查询次数，并检查每次查询有没有授权",
            "一次征信报告查询",
            ("inquiry_id",),
            (
                _id("inquiry_id", "报告编号", "Q"),
                _CUSTOMER,
                Column("inquired_at", "查询时间", "时间", "北京时间"),
                Column(
                    "reason", "查询原因", "文本", "只有“贷款审批”反映客户在找贷款", allowed=REASONS
                ),
                _id(
                    "consent_id",
                    "授权编号",
                    "A",
                    nullable=True,
                    meaning="查询时登记的授权；没有则缺失",
                ),
            ),
            "不得用于营销圈选；未通过授权检查的查询不得使用",
        ),
        TableSchema(
            "external_loans",
            "他行贷款",
            "看客户在其他机构的负债与逾期",
            "一份征信报告里、一家机构的一条贷款",
            ("inquiry_id", "institution"),
            (
                _CUSTOMER,
                _id("inquiry_id", "报告编号", "Q"),
                Column("institution", "机构", "文本", "虚构的放贷机构"),
                Column("balance_cny", "余额", "数字", "报告日的贷款余额", "元", minimum=0),
                Column("dpd", "逾期天数", "整数", "报告日的逾期天数", "天", minimum=0),
            ),
            "不得用于营销圈选；同一客户有多份报告时不得把余额相加",
        ),
        TableSchema(
            "tax",
            "纳税申报",
            "看开票规模、断票与红冲",
            "一户授权企业的一个所属月份（次月 15 日申报期满不晚于观察点）",
            ("customer_id", "month"),
            (
                _CUSTOMER,
                Column("month", "所属月份", "日期", "所属月份的第一天"),
                Column(
                    "status",
                    "申报状态",
                    "文本",
                    "零申报是真的 0，未申报是不知道",
                    allowed=TAX_STATUSES,
                ),
                Column(
                    "invoiced_cny",
                    "开票金额",
                    "数字",
                    "未扣红冲；未申报为缺失，零申报为 0",
                    "元",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "red_cny",
                    "红冲金额",
                    "数字",
                    "当月红字发票金额，记正数；未申报为缺失",
                    "元",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "tax_grade", "纳税信用等级", "文本", "最近一次评价的等级", allowed=TAX_GRADES
                ),
            ),
            "服务业开票率低，不得只凭开票少就断定经营弱",
        ),
        TableSchema(
            "flows",
            "流水",
            "计算有效流入等行为标签",
            "本行账户的一笔收或付",
            ("flow_id",),
            (
                _id("flow_id", "流水号", "F", 7),
                _CUSTOMER,
                Column("date", "日期", "日期", "入账日期"),
                Column("direction", "收付", "文本", "in 收，out 付", allowed=("in", "out")),
                Column("amount_cny", "金额", "数字", "本笔金额", "元", minimum=0),
                Column("counterparty", "对手方", "文本", "虚构的对手方名称"),
                Column("summary", "摘要", "文本", "柜面或系统写的摘要"),
            ),
            "含同名划转、贷款发放与退款，不得直接加总当作收入",
        ),
        TableSchema(
            "app_events",
            "APP 行为",
            "看客户何时登录、测额与申请",
            "手机银行里的一次操作",
            ("event_id",),
            (
                _id("event_id", "事件编号", "E", 7),
                _CUSTOMER,
                Column("event", "事件", "文本", "操作的种类", allowed=APP_EVENTS),
                Column("occurred_at", "发生时间", "时间", "北京时间；源日志是 UTC"),
            ),
            "没有营销授权的行为数据不得用于营销圈选",
        ),
        TableSchema(
            "visits",
            "走访",
            "访谈记录编码的素材",
            "客户经理的一次走访",
            ("visit_id",),
            (
                _id("visit_id", "走访编号", "V"),
                _CUSTOMER,
                Column("visit_date", "走访日期", "日期", "走访当天"),
                Column("note", "纪要", "文本", "访谈记录原文"),
            ),
            "不得从纪要推断客户没有说过的事",
        ),
    )
}
