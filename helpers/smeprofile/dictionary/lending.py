"""Lending, from the application to the last repayment, and what credit reports show."""

from smeprofile.dictionary import values
from smeprofile.dictionary.base import (
    BRANCH,
    CHANNEL,
    CUSTOMER,
    PRODUCT,
    TableSchema,
    count,
    day,
    flag,
    ident,
    moment,
    money,
    number,
    rate,
    text,
)

_APPLICATION = ident("application_id", "进件编号", "P")
_FACILITY = ident("facility_id", "授信编号", "K")
_LOAN = ident("loan_id", "借据编号", "L")
_METHOD = text("repayment_method", "还款方式", "约定的还款方式", allowed=values.REPAYMENT_METHODS)

# One field per line, as on the data page.
# fmt: off
INQUIRIES = TableSchema(
    "inquiries", "征信查询",
    purpose="统计查询次数，并检查本行每次查询有没有授权",
    row="一次征信报告查询：本行发起的，或本行某份报告里显示的他行查询",
    keys=("inquiry_id",),
    columns=(
        ident("inquiry_id", "报告编号", "Q"),
        CUSTOMER,
        moment("inquired_at", "查询时间", "北京时间"),
        text("institution", "机构", "发起查询的机构：本行或虚构的他行"),
        text("reason", "原因", "查询原因；只有“贷款审批”反映客户在找贷款", allowed=values.REASONS),
        ident("consent_id", "授权编号", "A", "本行查询时登记的授权；没有登记则缺失，本人查询和他行"
              "查询一律缺失",
              nullable=True),
        ident("seen_in_id", "见于报告", "Q", "他行查询才有：显示它的那份本行报告的编号；"
              "那份报告的查询时间以前不得使用", nullable=True),
    ),
    not_for="营销圈选；使用未通过授权检查的查询；把没有报告的客户的他行查询当作 0 次（其实是不知道），"
    "最近一份报告以后的也一样",
    source="查询的频率和原因构成都是仿真参数；没有授权、用途不符、先查后签、撤回以后又查的，只放在五份原始导出"
    "的客户里；查询个人信息须书面同意并约定用途，"
    "出自《征信业管理条例》（2013）第十八条，企业信息由本课程比照设定",
)

EXTERNAL_LOANS = TableSchema(
    "external_loans", "他行贷款",
    purpose="看客户在其他机构的授信、负债、到期与逾期",
    row="一份本行查得的征信报告里、一家机构的一条贷款",
    keys=("inquiry_id", "institution"),
    columns=(
        CUSTOMER,
        ident("inquiry_id", "报告编号", "Q", "本行哪一份报告"),
        text("institution", "机构", "虚构的放贷机构"),
        money("credit_line_cny", "授信额度", "该机构给的授信"),
        money("balance_cny", "余额", "报告日的贷款余额"),
        day("maturity_date", "到期日", "报告上的到期日"),
        count("dpd", "逾期天数", "天", "报告日的逾期天数"),
    ),
    not_for="营销圈选；把同一客户几份报告的余额相加；把没有报告当作没有他行贷款；把报告日的余额当作今天的",
    source="有他行贷款的比例、金额、期限和逾期都是仿真参数",
)

APPLICATIONS = TableSchema(
    "applications", "进件",
    purpose="看谁在什么时候、从哪个渠道、为什么来借钱",
    row="一笔贷款申请",
    keys=("application_id",),
    columns=(
        _APPLICATION,
        CUSTOMER,
        moment("applied_at", "进件时间", "北京时间"),
        PRODUCT,
        CHANNEL,
        text("kind", "种类", "新增，或原授信到期前的续贷", allowed=values.APPLICATION_KINDS),
        money("amount_cny", "金额", "申请金额；不等于真实需求，也不等于批下来的额度"),
        count("tenor_months", "期限", "月", "申请的期限", minimum=1),
        _METHOD,
        text("purpose", "用途", "客户申报的贷款用途", allowed=values.LOAN_PURPOSES),
        ident("contact_id", "触达编号", "T", "由哪次营销触达带来；客户自己来的为缺失", nullable=True),
    ),
    not_for="把没有进件当作没有需求；把有触达编号的进件全都算作营销的增量（有的客户本来就会来）",
    source="资金需求按 2010 年《流动资金贷款管理暂行办法》附件的公式从真实收入、利润率和周转次数算出；"
    "何时申请、申请多少、选哪种产品与渠道、触达的作用都是仿真参数",
)

DECISIONS = TableSchema(
    "decisions", "审批",
    purpose="看历史策略批了谁、拒了谁、用时多久、客户接不接受",
    row="一笔进件的审批结果",
    keys=("application_id",),
    columns=(
        _APPLICATION,
        CUSTOMER,
        moment("decided_at", "审批时间", "北京时间；减进件时间是自然小时，不是工作小时"),
        flag("is_approved", "是否批准", "批准不等于放款，还要客户接受"),
        flag("is_auto", "是否自动审批", "由系统审批，没有人工介入"),
        flag("is_random_approval", "是否随机放行", "不看历史策略的结论、随机批准的一小部分；"
             "用来衡量被拒客户的真实表现"),
        number("score", "评分", "历史策略的评分，高为安全；其他模型不要拿它当特征"),
        text("reason", "原因", "拒绝原因；批准的为缺失", allowed=values.REFUSAL_REASONS,
             nullable=True),
        money("credit_line_cny", "授信额度", "批准的额度；拒绝的为缺失", nullable=True),
        rate("annual_rate", "年利率", "批准的价格，写成小数，4.5% 记 0.045；拒绝的为缺失",
             nullable=True),
        count("tenor_months", "期限", "月", "批准的期限；拒绝的为缺失", minimum=1, nullable=True),
        flag("is_accepted", "是否接受", "客户接受了报价；拒绝的记否"),
    ),
    not_for="只用批准的客户建模，却推断全部申请人（样本选择偏差）；把历史策略的结论当作客户好坏的真值",
    source="历史策略有意带偏差，另有 2–5% 随机放行，都是仿真参数；客户因价格流失的弹性拟合自 2020 年"
    "全国大学生数学建模竞赛 C 题附件 3（2019 年数据），改写成与当期市场价之差，不代表今天的市场",
)

FACILITIES = TableSchema(
    "facilities", "授信",
    purpose="计算额度使用率，认出首贷户与续贷",
    row="一笔客户接受并生效的授信",
    keys=("facility_id",),
    columns=(
        _FACILITY,
        _APPLICATION,
        CUSTOMER,
        PRODUCT,
        BRANCH,
        money("credit_line_cny", "授信额度", "合同约定的最高可用额度；不等于已经用掉的钱"),
        rate("annual_rate", "年利率", "写成小数，4.5% 记 0.045；已到期的授信也保留"),
        text("security", "担保方式", "主要担保方式", allowed=values.SECURITIES),
        _METHOD,
        day("start_date", "起始日", "额度生效的日期"),
        day("maturity_date", "到期日", "额度到期的日期；早于观察点的不再是可用额度"),
        flag("is_first_loan", "首贷户", "客户在任何机构的第一笔授信"),
        ident("renewal_of", "续自", "K", "续的是哪一笔授信；新增的为缺失", nullable=True),
    ),
    not_for="把授信额度当作贷款余额；把新旧两笔续贷的额度相加",
    source="利率由当期公布的 LPR 加产品加点和风险加点得出，加点是仿真参数；额度规则、担保构成和首贷占比也是"
    "仿真参数",
)

DRAWDOWNS = TableSchema(
    "drawdowns", "支用",
    purpose="看用款的频率和金额，计算 vintage、逾期与五级分类",
    row="一笔借据，即客户一次支用、本行一次放款；无还本续贷另立一笔",
    keys=("loan_id",),
    columns=(
        _LOAN,
        _FACILITY,
        CUSTOMER,
        day("disbursed_date", "放款日期", "借据起息的日期"),
        day("maturity_date", "到期日", "约定的到期日"),
        money("amount_cny", "金额", "放款本金；续贷的借据没有现金流出"),
        rate("annual_rate", "年利率", "写成小数，4.5% 记 0.045"),
        count("tenor_months", "期限", "月", "约定的期限", minimum=1),
        _METHOD,
        ident("renewal_of", "续自", "L", "无还本续贷所续的旧借据；不是续贷的为缺失", nullable=True),
        ident("chain_id", "续贷链", "L", "这串续贷的第一笔借据；没有续贷的就是自己"),
        day("settled_date", "结清日期", "本金还清、或由续贷的新借据接上的日期；还没有则缺失", nullable=True),
        day("written_off_date", "核销日期", "核销或转让出表的日期；没有则缺失；核销以后仍可能收回", nullable=True),
        money("balance_cny", "余额", "快照：数据最后一天的本金余额；已结清或已核销的为 0"),
        count("dpd", "逾期天数", "天", "快照：数据最后一天的逾期天数；没有逾期为 0"),
        text("risk_class", "五级分类", "快照：数据最后一天的分类；已结清或已核销的为缺失",
             allowed=values.RISK_CLASSES, nullable=True),
    ),
    not_for="把标明“快照”的列和结清、核销日期当作较早观察点的特征（那时还不知道，要用还款计划与还款重算）；"
    "不看续贷链就算续贷客户的坏账率；给还没到那个账龄的批次补 0",
    source="违约风险率、自愈、核销时点、违约损失率和回收时间都是仿真参数，按示范行的目标不良率校准；"
    "五级分类按银保监会、人民银行令 2023 年第 1 号（逾期即至少关注，操作性或技术性"
    "原因逾期 7 天以内除外；超过 90 天至少次级、超过 270 天至少可疑、超过 360 天损失）",
)

SCHEDULES = TableSchema(
    "schedules", "还款计划",
    purpose="与还款对照，算出每一天的逾期天数和余额",
    row="一笔借据在现行计划里的一期应还",
    keys=("loan_id", "term_no"),
    columns=(
        CUSTOMER,
        _LOAN,
        count("term_no", "期次", "", "从 1 起；提前结清的以一个最后期次收尾，核销、转让的到出表那天为止",
              minimum=1),
        day("due_date", "应还日", "这一期的最后还款日；次日起算逾期"),
        money("principal_cny", "本金", "应还本金；随借随还、先息后本和到期一次还本付息的，本金都在"
              "最后一期"),
        money("interest_cny", "利息", "应还利息，不含罚息"),
    ),
    not_for="用提前结清或核销的借据推断原来的计划（只剩实际执行的部分）；把观察点以后才到期的期次当作逾期",
    source="由金额、年利率、期限和还款方式逐期算出；应还日定在每月哪一天是仿真参数",
)

REPAYMENTS = TableSchema(
    "repayments", "还款",
    purpose="算实还、逾期、提前还款、核销与回收",
    row="一笔借据一个期次的一种还款或处置",
    keys=("loan_id", "term_no", "kind", "paid_date"),
    columns=(
        CUSTOMER,
        _LOAN,
        count("term_no", "期次", "", "对应还款计划的期次，续贷用到期那一期；核销、转让、回收不对应期次，记 0"),
        day("paid_date", "还款日期", "还款或处置发生的日期"),
        text("kind", "种类", "正常是到期日及以前按计划还，逾期是到期日以后才还，提前是早于计划结清，"
             "续贷是由新借据接上旧本金，核销是本金出表，转让是卖给第三方收到的价款（差额同日核销），"
             "回收是核销以后收到的钱",
             allowed=values.REPAYMENT_KINDS),
        money("principal_cny", "本金", "本次冲减的本金；续贷、核销没有现金，回收有现金但余额早已是 0"),
        money("interest_cny", "利息", "实收利息"),
        money("penalty_cny", "罚息", "逾期加收的利息"),
    ),
    not_for="把续贷、核销的本金当作收到的现金；以为没有还款记录就没有逾期（没还的期次在这张表里没有行）",
    source="按时、逾期、提前还款的概率，罚息倍数，核销与转让的条件，回收的金额和时间都是仿真参数",
)
