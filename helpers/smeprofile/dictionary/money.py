"""Money in and out: account flows and balances, invoices and tax returns."""

from smeprofile.dictionary import values
from smeprofile.dictionary.base import (
    CUSTOMER,
    TableSchema,
    count,
    day,
    flag,
    money,
    month,
    rate,
    text,
)

_SUMMARIES = dict.fromkeys(summary for both in values.FLOW_SUMMARIES.values() for summary in both)
_SEASON = (
    "季节取北大 OSOME 调查 2024 年四个季度的营业收入推算的指数 0.95、0.88、1.05、1.12"
    "（平台小微和个体为主，不代表法人企业），春节日期取自历法，春节前后的降幅是仿真参数"
)

# One field per line, as on the data page.
# fmt: off
FLOWS = TableSchema(
    "flows", "流水",
    purpose="计算有效流入等行为标签，辨认虚增的流水",
    row="一笔本行账户的收或付",
    keys=("flow_id",),
    columns=(
        count("flow_id", "流水号", "", "客户号的数字乘 1,000,000 再加户内序号"),
        CUSTOMER,
        day("date", "日期", "入账日期；节假日也可以有"),
        count("hour", "入账时点", "时", "入账的钟点，北京时间；22:00 到次日 05:59 算夜间", maximum=23),
        text("direction", "方向", "in 收，out 付", allowed=values.FLOW_DIRECTIONS),
        money("amount_cny", "金额", "本笔金额，收付都记正数；货款是价税合计，含增值税", minimum=0.01),
        money("balance_cny", "余额", "按流水号次序记账后的账户余额；日内先记收、后记付（仿真设定），与钟点先后不一定一致"),
        text("counterparty", "对手方", "虚构的对手方名称"),
        text("summary", "摘要", "退款、贷款发放只在收，工资、税费、房租、水电费、还款只在付；收款里只有“货款”是销售"
             "回款", allowed=_SUMMARIES),
    ),
    not_for="直接把收入各笔加总当作销售收入：同名划转、贷款发放、退款、往来款都不是；"
    "把表里没有的客户当作没有收入（那是没有提供逐笔流水）；把本行流水当作客户的全部流水",
    source="月销售额按一阶自回归加行业与阶段趋势生成，在本行结算的比例、拆成各笔的方式、对手方集中度、"
    "夜间占比和划转噪声都是仿真参数；他行贷款的放款和还款不走本行账户（仿真从简），课程数据里看不出隐性负债；" + _SEASON,
)

FLOWS_MONTHLY = TableSchema(
    "flows_monthly", "月度流水",
    purpose="不看逐笔也能算有效流入、支出结构和夜间占比",
    row="一户客户一个月的流水合计",
    keys=("customer_id", "month"),
    columns=(
        CUSTOMER,
        month("当月第一天"),
        count("n_in", "收款笔数", "笔", "当月收的笔数"),
        count("n_out", "付款笔数", "笔", "当月付的笔数"),
        count("n_night", "夜间笔数", "笔", "22:00 到次日 05:59 的收付笔数"),
        money("in_cny", "流入合计", "下面五项流入之和，不是销售收入"),
        money("out_cny", "流出合计", "下面八项流出之和"),
        money("sales_in_cny", "货款流入", "摘要为货款的收入，含增值税；再剔除快进快出才是有效流入"),
        money("refund_in_cny", "退款流入", "付出去的货款退回来，不是销售"),
        money("own_in_cny", "同名划转流入", "客户从自己别处的账户转来，不是销售"),
        money("loan_in_cny", "贷款流入", "银行放款，不是销售"),
        money("current_in_cny", "往来款流入", "与股东、关联方等的资金往来，不是销售"),
        money("purchase_out_cny", "货款流出", "付给供应商的货款"),
        money("wage_out_cny", "工资流出", "代发工资"),
        money("tax_out_cny", "税费流出", "缴纳的税费"),
        money("rent_out_cny", "房租流出", "付出的房租"),
        money("utility_out_cny", "水电费流出", "付出的水电费"),
        money("repay_out_cny", "还款流出", "偿还贷款的本金、利息和罚息"),
        money("own_out_cny", "同名划转流出", "转到客户自己别处的账户，不是成本"),
        money("current_out_cny", "往来款流出", "与股东、关联方等的资金往来，不是成本"),
    ),
    not_for="把流入合计当作销售收入；把本行流水当作客户的全部流水",
    source="由 flows 逐笔相加，一分不差；" + _SEASON + "；其余为仿真参数",
)

BALANCES = TableSchema(
    "balances", "月度余额",
    purpose="计算日均余额，看资金沉淀",
    row="一户客户一个月的账户余额",
    keys=("customer_id", "month"),
    columns=(
        CUSTOMER,
        month("当月第一天"),
        money("opening_cny", "月初余额", "等于上月的月末余额"),
        money("closing_cny", "月末余额", "等于月初余额加当月流入减当月流出"),
        money("avg_daily_cny", "当月日均余额", "当月每个自然日的日终余额之和除以自然日数；"
              "没有交易的日子沿用前一天的余额，也要计入"),
        money("min_daily_cny", "当月最低余额", "当月日终余额的最低值"),
        count("n_days", "自然日数", "天", "当月计入平均的自然日数；开户当月从开户日起算",
              minimum=1, maximum=31),
    ),
    not_for="把各月日均简单平均当作全年日均（应按自然日数加权）；把存款余额当作收入",
    source="由流水逐日推算，与 flows_monthly 的收支勾稽；开户时的起始余额是仿真参数",
)

INVOICES = TableSchema(
    "invoices", "发票",
    purpose="看开票规模、上下游集中度和红冲",
    row="一张增值税发票，客户是销方或购方",
    keys=("invoice_id",),
    columns=(
        count("invoice_id", "发票号", "", "客户号的数字乘 1,000,000 再加户内序号"),
        CUSTOMER,
        day("date", "日期", "开票日期"),
        text("direction", "方向", "销项是客户开给下游，进项是上游开给客户",
             allowed=values.INVOICE_DIRECTIONS),
        money("amount_cny", "金额", "不含增值税；红字发票记负数", minimum=None),
        rate("vat_rate", "增值税税率", "税率或征收率，连续 12 个月销售额到过 500 万元的按一般纳税人；含税额等于金额乘以 1 加税率"),
        text("counterparty", "对手方", "虚构的对手方名称"),
        flag("is_red", "红冲", "红字发票，用来冲减以前开的票"),
        flag("is_void", "作废", "作废的票不算收入；只有旧式发票能作废，本数据从 2024 年 12 月起没有作废票"),
    ),
    not_for="不剔除作废、不冲减红字就加总；用作废率比较 2024 年 12 月前后的客户；"
    "只凭开票少就断定经营弱（服务业开票率低）；不换算成含税额就与流水相比",
    source="开票率按行业设定，红冲率、作废率、税率、上下游集中度和不再作废的起始月都是仿真参数；"
    "销售额与流水同源；压货多的行业进货走在销售前面，提前多少也是仿真参数",
)

INVOICES_MONTHLY = TableSchema(
    "invoices_monthly", "月度发票",
    purpose="不看逐张也能算开票额、断票月数和红冲率",
    row="一户客户一个月的发票合计",
    keys=("customer_id", "month"),
    columns=(
        CUSTOMER,
        month("当月第一天"),
        count("n_sales", "销项张数", "张", "蓝字销项发票，不含作废"),
        money("sales_cny", "销项金额", "不含增值税、不含作废，未扣红冲"),
        count("n_red", "红冲张数", "张", "红字销项发票"),
        money("red_cny", "红冲金额", "红字销项金额，记正数；净开票额等于销项金额减红冲金额"),
        count("n_void", "作废张数", "张", "作废的销项发票，金额不计入合计"),
        count("n_purchases", "进项张数", "张", "进项发票，不含作废"),
        money("purchase_cny", "进项金额", "不含增值税"),
        money("vat_cny", "销项税额", "净开票额上的增值税，与流水相比时加上它；红冲多的月份可为负",
              minimum=None),
    ),
    not_for="不减红冲就当作收入；把授权以外、没有数据的月份当作断票",
    source="由 invoices 逐张相加；开票率、红冲率等都是仿真参数",
)

TAX = TableSchema(
    "tax", "纳税申报",
    purpose="看开票规模、断票、红冲与税负",
    row="一户授权企业的一个所属月份，申报期满（次月 15 日）不晚于观察点",
    keys=("customer_id", "month"),
    columns=(
        CUSTOMER,
        month("税款所属月份的第一天，不是申报的月份"),
        text("status", "申报状态", "零申报是真的 0，未申报是不知道", allowed=values.TAX_STATUSES),
        money("invoiced_cny", "开票金额", "未扣红冲；未申报为缺失，零申报为 0", nullable=True),
        money("red_cny", "红冲金额", "当月红字发票金额，记正数；未申报为缺失", nullable=True),
        money("taxable_sales_cny", "应税销售额", "申报表上的应税销售额，不含税；不一定等于开票额；"
              "未申报为缺失", nullable=True),
        money("vat_due_cny", "应纳增值税", "当月应纳税额；未申报为缺失；与应税销售额之比是税负率",
              nullable=True),
        text("tax_grade", "纳税信用等级", "最近一次评价的等级；按评价分 A 90 起、B 70–90、C 40–70、"
             "D 不到 40 或直接判级，M 是新设立，或没有收入且不低于 70（仿真只有新设立的：评价年度里或之后成立）", allowed=values.TAX_GRADES),
        day("arrived_date", "取得日期", "本行拿到这份资料的日期；在这之前的观察点不能用"),
    ),
    not_for="只凭开票少就断定经营弱（服务业开票率低）；把未申报当作 0；在取得日期以前的观察点使用",
    source="申报期满日取次月 15 日，开票率、零申报与未申报的比例、等级分布都是仿真参数；" + _SEASON,
)
