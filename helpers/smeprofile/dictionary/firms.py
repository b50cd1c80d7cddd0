"""Who the customers are: firms, their owners, statements, guarantees and troubles with the law."""

from smeprofile.dictionary import values
from smeprofile.dictionary.base import (
    BRANCH,
    CUSTOMER,
    TableSchema,
    count,
    day,
    flag,
    ident,
    money,
    rate,
    text,
)

# One field per line, as on the data page.
# fmt: off
CUSTOMERS = TableSchema(
    "customers", "客户",
    purpose="客户的基本事实，其余各表都靠它的客户号相连",
    row="一户观察点及以前在本行开户的企业",
    keys=("customer_id",),
    columns=(
        CUSTOMER,
        text("name", "名称", "虚构的企业名称；同名不等于同一户"),
        text("uscc", "统一社会信用代码", "GB 32100-2015；地区段 990000 不存在；无法核实的记为缺失",
             pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$", nullable=True),
        text("industry_code", "行业代码", "GB/T 4754-2017 门类字母加大类两位数",
             allowed=values.INDUSTRIES),
        text("industry", "行业", "行业代码对应的大类名称"),
        text("region", "所属区", "银行所在市（虚构）的区县"),
        BRANCH,
        ident("controller_id", "实际控制人编号", "O", "即股东表里的 owner_id；几户企业可以同属一人",
              digits="{8,11}"),
        day("established_date", "成立日期", "营业执照上的成立日期"),
        day("opened_date", "开户日期", "在本行开立结算账户的日期"),
        text("registration_status", "登记状态", "观察点的登记状态；存续只说明没有注销，不等于还在正常经营",
             allowed=values.REGISTRATION_STATUSES),
        day("deregistered_date", "注销日期", "未注销则缺失", nullable=True),
        money("subscribed_capital_cny", "认缴资本", "登记的注册资本，是承诺而不是到账的钱；"
              "外币按参数文件的汇率折算；没填则缺失", nullable=True),
        money("paid_in_capital_cny", "实缴资本", "已经到账的资本；没填是缺失，不是 0", nullable=True),
        count("n_insured", "参保人数", "人", "缴纳社会保险的人数；没有数据则缺失", nullable=True),
        count("n_staff", "从业人数", "人", "划型用的从业人员数；与参保人数不是一回事"),
        money("annual_revenue_cny", "年营业收入", "客户申报的近 12 个月营业收入；成立不足 12 个月的，"
              "按存续期收入除以存续月数再乘 12 年化"),
        money("total_assets_cny", "资产总额", "资产负债表上的资产合计"),
        text("size_class", "划型", "按行业、从业人数、营业收入和资产总额计算；是计算结果，不是客户自称",
             allowed=values.SIZE_CLASSES),
        flag("is_tech", "科技型", "已获认定的科技型或专精特新企业；否表示没有认定，不表示没有技术"),
        flag("owns_premises", "场地自有", "经营场地归企业所有"),
        money("avg_daily_balance_cny", "日均余额", "近 12 个月日终存款余额之和除以自然日数"),
        day("updated_at", "更新时间", "核心系统里这条记录最近一次更新的日期"),
        flag("do_not_contact", "免打扰", "客户要求不再接受营销联系"),
    ),
    not_for="把认缴资本当作实力或收入；把存续当作正常经营；把免打扰客户列入营销名单",
    source="行业构成接近第五次全国经济普查（2023 年末，批发零售 30.6%、租赁商务 13.8%、制造 12.2%），"
    "再按本行客群调整（仿真参数）；企业年龄和退出取工商总局 2013 年对 2000 年以来新设企业的生存研究"
    "（现存企业不满 5 年的占 49.4%、5–10 年 32.9%、10 年以上 17.7%；第 1、2、3 年死亡率 1.6%、6.3%、"
    "9.5%，第 4–7 年取 8.5%，以后递减的数值为仿真参数）；划型按国家统计局 2017 年《统计上大中小微型企业"
    "划分办法》。资本、人数、资产、余额和各区占比是仿真参数",
)

OWNERS = TableSchema(
    "owners", "股东",
    purpose="看股权集中度和实际控制人，把同一人控制的企业与配偶合并看",
    row="一户企业的一名股东或实际控制人的配偶",
    keys=("customer_id", "owner_id"),
    columns=(
        CUSTOMER,
        ident("owner_id", "股东编号", "O", "同一人在几户企业里用同一个编号", digits="{8,11}"),
        text("name", "名称", "虚构的姓名或企业名称"),
        text("kind", "种类", "股东是自然人还是法人", allowed=values.OWNER_KINDS),
        rate("share", "股权比例", "占本企业股权的比例；没有持股的配偶为 0"),
        flag("is_controller", "是否实际控制人", "与客户表的实际控制人编号一致"),
        text("relation", "关系", "与实际控制人的关系；“本人”即实际控制人",
             allowed=values.OWNER_RELATIONS),
        text("gender", "性别", "法人股东为缺失；只用于检查审批是否公平",
             allowed=values.GENDERS, nullable=True),
        count("birth_year", "出生年份", "", "公历年份；法人股东为缺失", minimum=1900, maximum=2100,
              nullable=True),
    ),
    not_for="按性别决定批不批、给什么价；未经本人同意把个人信息用于营销",
    source="股东人数、股权比例、关系、性别和年龄都是仿真参数，姓名一看便知是虚构的",
)

FINANCIALS = TableSchema(
    "financials", "财务报表",
    purpose="测算流动资金需求，计算资产负债率、流动比率等指标",
    row="一户企业一个会计年度的报表",
    keys=("customer_id", "year"),
    columns=(
        CUSTOMER,
        count("year", "会计年度", "", "公历年份；收入、成本、利润和现金流是全年数，其余是年末数", minimum=1900, maximum=2100),
        money("revenue_cny", "营业收入", "不含增值税"),
        money("cost_cny", "营业成本", "存货、预付和应付的周转天数用它作分母"),
        money("net_profit_cny", "净利润", "亏损为负", minimum=None),
        money("total_assets_cny", "资产总额", "年末数"),
        money("current_assets_cny", "流动资产", "年末数"),
        money("inventory_cny", "存货", "年末数"),
        money("receivable_cny", "应收账款", "年末数；周转天数用营业收入作分母"),
        money("prepaid_cny", "预付账款", "年末数"),
        money("liabilities_cny", "负债总额", "年末数；可以大于资产总额（资不抵债）"),
        money("current_liabilities_cny", "流动负债", "年末数"),
        money("payable_cny", "应付账款", "年末数"),
        money("advance_cny", "预收账款", "年末数；周转天数用营业收入作分母"),
        money("operating_cash_flow_cny", "经营性现金流净额", "净流出为负", minimum=None),
        flag("is_audited", "是否审计", "经过会计师事务所审计"),
        day("arrived_date", "取得日期", "本行拿到这份资料的日期；在这之前的观察点不能用"),
    ),
    not_for="不与流水、开票核对就当作真实收入；在取得日期以前的观察点使用；"
    "周转天数合计不大于 0 时套用流贷测算公式",
    source="科目按 2010 年《流动资金贷款管理暂行办法》附件的需求量测算公式所需设置；"
    "利润率、周转天数、审计比例和报表的美化程度都是仿真参数",
)

GUARANTEES = TableSchema(
    "guarantees", "对外担保",
    purpose="看客户替别人担了多少保，发现担保圈",
    row="一份客户作保证人的担保",
    keys=("guarantee_id",),
    columns=(
        ident("guarantee_id", "担保编号", "G"),
        CUSTOMER,
        text("debtor", "债务人", "被担保的一方，虚构的名称"),
        text("creditor", "债权人", "接受担保的一方，虚构的机构"),
        money("amount_cny", "金额", "担保金额；是或有负债，债务人不还时才要代偿"),
        day("start_date", "起始日", "担保责任开始的日期"),
        day("end_date", "终止日", "担保责任结束的日期；观察点以后的仍未解除"),
    ),
    not_for="把担保金额当作客户自己的借款；没有记录就断定没有对外担保",
    source="担保的多少和金额都是仿真参数；债务人都不是本行客户，课程数据里没有担保圈",
)

LEGAL_EVENTS = TableSchema(
    "legal_events", "涉诉与处罚",
    purpose="核查客户的涉诉、被执行、行政处罚和经营异常",
    row="一起公开的司法或行政事项",
    keys=("event_id",),
    columns=(
        ident("event_id", "事件编号", "E"),
        CUSTOMER,
        day("date", "日期", "公开的日期；在这之前的观察点不能用"),
        text("kind", "种类", "诉讼被告不等于败诉；被执行才是已生效而没有履行",
             allowed=values.LEGAL_KINDS),
        money("amount_cny", "金额", "标的或罚款；没有金额的事项为缺失，不是 0", nullable=True),
    ),
    not_for="把“诉讼被告”当作败诉；没有记录就断定没有纠纷",
    source="各类事项的频率、金额及其与经营状况的关系都是仿真参数",
)
