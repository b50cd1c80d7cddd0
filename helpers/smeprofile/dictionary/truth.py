"""What only the generator knows; for scoring and instructors, never handed to trainees."""

from smeprofile.dictionary import values
from smeprofile.dictionary.base import (
    CHANNEL,
    CUSTOMER,
    PRODUCT,
    TableSchema,
    count,
    day,
    flag,
    ident,
    money,
    month,
    number,
    rate,
    text,
)

_HIDDEN = "发给学员；当作特征；拿去和真实企业比较"

# One field per line, as on the data page.
# fmt: off
TRUTH_CUSTOMERS = TableSchema(
    "truth_customers", "客户真值",
    purpose="核对画像、分群、需求与增益模型认得准不准",
    row="一户客户不随时间变的隐藏特征",
    keys=("customer_id",),
    columns=(
        CUSTOMER,
        number("quality", "经营质量", "标准化的潜变量，高为好；违约风险随它下降"),
        rate("honesty", "诚信", "申报与真实相符的程度，1 为完全相符"),
        number("price_sensitivity", "价格敏感", "潜变量，1 左右为一般，高为更在意利率", minimum=0),
        number("speed_sensitivity", "时效敏感", "潜变量，1 左右为一般，高为更在意放款快慢", minimum=0),
        rate("settlement_share", "本行结算占比", "真实销售额里经本行账户收款的比例"),
        rate("invoiced_share", "开票率", "真实销售额里开票的比例"),
        number("net_margin", "净利率", "净利润占真实销售额的比例，亏损为负", minimum=-1, maximum=1),
        number("own_funds_share", "自有资金占比", "自有资金占营运资金量的比例；超过 1 就没有缺口", minimum=0),
        number("frailty", "脆弱项", "客户自己的违约倾向，其他变量解释不了的部分，高为易违约"),
        count("ring_id", "团伙编号", "", "同一造假团伙的编号；不属于任何团伙为缺失", nullable=True),
        text("uplift_type", "增益类型", "被联系之后的反应类型", allowed=values.UPLIFT_TYPES),
        day("shutdown_month", "停业月份", "停业当月的第一天；没有停业为缺失", nullable=True),
        day("exit_month", "退出月份", "从登记机关注销当月的第一天；没有退出为缺失", nullable=True),
        day("first_credit_month", "首次用信月份", "在任何机构第一次取得授信当月的第一天；从未用信（白户）为缺失", nullable=True),
    ),
    not_for=_HIDDEN,
    source="各项潜变量的分布都是仿真参数；净利率的中位数以 4–6% 为校准目标",
)

TRUTH_MONTHS = TableSchema(
    "truth_months", "月度真值",
    purpose="核对生命周期阶段、真实收入、需求和风险的估计",
    row="一户客户一个月的真实状态",
    keys=("customer_id", "month"),
    columns=(
        CUSTOMER,
        month("当月第一天"),
        text("stage", "生命周期阶段", "不由年龄决定", allowed=values.STAGES),
        text("operating", "经营状态", "与登记状态是两回事：存续的企业也可能已经停业或成为空壳",
             allowed=values.OPERATING),
        money("revenue_cny", "营业收入", "真实的当月销售额，不含增值税"),
        money("need_cny", "资金需求", "真实的营运资金量减自有资金，未扣已有贷款；没有缺口为 0"),
        rate("default_hazard", "违约风险率", "若有贷款，当月开始违约的概率；没有计入利率和大额到期的影响"),
        rate("exit_hazard", "退出风险率", "还在册的企业当月退出的概率"),
    ),
    not_for=_HIDDEN,
    source="退出风险率取工商总局 2013 年生存研究（第 1、2、3 年死亡率 1.6%、6.3%、9.5%，第 4–7 年取 8.5%，"
    "以后为仿真参数）；收入的季节取北大 OSOME 2024 年各季推算的指数 0.95、0.88、1.05、1.12；需求按 2010 年"
    "《流动资金贷款管理暂行办法》附件的公式；阶段转移、自回归、春节降幅和违约风险率是仿真参数",
)

TRUTH_OUTCOMES = TableSchema(
    "truth_outcomes", "潜在结果真值",
    purpose="核对增益模型与触达名单",
    row="一户客户对一种产品、一条渠道，在最后一个月联系与不联系的两种结果",
    keys=("customer_id", "product_id", "channel_id"),
    columns=(
        CUSTOMER,
        PRODUCT,
        CHANNEL,
        rate("p0", "不联系的进件概率", "最后一个月不联系时进件的概率"),
        rate("p1", "联系的进件概率", "最后一个月联系时进件的概率；与前者之差是真实增益"),
        flag("y0", "不联系是否进件", "按不联系的概率抽出的结果"),
        flag("y1", "联系是否进件", "按联系的概率抽出的结果；现实里两者只能看到一个"),
    ),
    not_for=_HIDDEN,
    source="自然进件率和各增益类型、渠道的增量都是仿真参数",
)

TRUTH_APPLICATIONS = TableSchema(
    "truth_applications", "进件真值",
    purpose="核对评分卡与定价，被拒的进件也有真值",
    row="一笔进件的真实风险",
    keys=("application_id",),
    columns=(
        ident("application_id", "进件编号", "P"),
        CUSTOMER,
        rate("pd_12m", "12 个月违约概率", "如果放款，12 个月内逾期达到 90 天以上的真实概率"),
        rate("lgd", "违约损失率", "如果违约，损失占违约时余额的比例"),
    ),
    not_for=_HIDDEN,
    source="违约概率由申请当月的违约风险率推算，违约损失率按担保方式设定，都是仿真参数",
)
