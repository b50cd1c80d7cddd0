"""How the bank reaches its customers, under which consent, and what it has to offer."""

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
    text,
)

_ANY_METHOD = "|".join(values.REPAYMENT_METHODS)
_CONTACT = ident("contact_id", "触达编号", "T")

# One field per line, as on the data page.
# fmt: off
CONTACTS = TableSchema(
    "contacts", "触达",
    purpose="与触达响应合用，估计触达带来的增量",
    row="一户客户进入一次营销活动；对照组没有被联系，也占一行",
    keys=("contact_id",),
    columns=(
        _CONTACT,
        CUSTOMER,
        day("contact_date", "触达日期", "联系的日期；对照组为本应联系的日期"),
        PRODUCT,
        CHANNEL,
        flag("is_randomised", "是否随机", "是为随机实验；否为客户经理或模型挑选的，与客户意愿有关"),
        flag("is_treated", "是否干预", "是为联系了；否为对照，没有联系"),
    ),
    not_for="用非随机的行估计触达的增量（挑选有偏）；联系免打扰的客户",
    source="实验的规模与分组、历史名单的挑选偏差都是仿真参数",
)

CONTACT_RESPONSES = TableSchema(
    "contact_responses", "触达响应",
    purpose="看触达之后客户有没有进件、有没有反感",
    row="一次触达的结果，对照组也有",
    keys=("contact_id",),
    columns=(
        _CONTACT,
        CUSTOMER,
        flag("responded", "是否响应", "触达当月进件；对照组也会有自己来的"),
        day("response_date", "响应日期", "触达日期以后、当月进件的日期，没有响应则缺失；对照组没有被联系，从同一天起看", nullable=True),
        flag("opted_out", "是否退订", "客户因此要求不再联系"),
    ),
    not_for="把响应率当作增益（要减去对照组的响应率）；把当月还没过完的触达当作没有响应",
    source="自然进件率、触达的增量和退订率都是仿真参数，随客户的增益类型、阶段、产品与渠道而不同",
)

CUSTOMER_SURVEY = TableSchema(
    "customer_survey", "客户需求调查",
    purpose="了解客户自述的需求与偏好，与实际行为对照",
    row="一户客户的一份答卷",
    keys=("survey_id",),
    columns=(
        ident("survey_id", "答卷编号", "S"),
        CUSTOMER,
        day("survey_date", "调查日期", "答卷当天"),
        flag("wants_loan", "是否想贷款", "客户自述近期有没有贷款打算"),
        money("amount_wanted_cny", "想贷金额", "不想贷款或没有答的为缺失，不是 0", nullable=True),
        count("tenor_months", "期限", "月", "想要的期限；不想贷款或没有答的为缺失", minimum=1, nullable=True),
        text("repayment_method", "还款方式", "想要的还款方式；不想贷款或没有答的为缺失",
             allowed=values.REPAYMENT_METHODS, nullable=True),
        text("top_concern", "最关心", "最在意的一项", allowed=values.CONCERNS),
        ident("channel_id", "渠道编号", "H", "客户最愿意用的渠道；见渠道表 channels", digits="+"),
    ),
    not_for="把自述当作行为；把答卷的客户当作全部客户（愿意答的与不愿意答的不同）",
    source="作答率、自述与真实需求的偏差、偏好的分布都是仿真参数",
)

CONSENTS = TableSchema(
    "consents", "授权",
    purpose="判断一项数据在某天能不能用于某个用途",
    row="一户客户就一项数据、一种用途签的一份授权",
    keys=("consent_id",),
    columns=(
        ident("consent_id", "授权编号", "A"),
        CUSTOMER,
        text("data_item", "数据项", "授权使用的数据", allowed=values.DATA_ITEMS),
        text("purpose", "用途", "约定的用途", allowed=values.PURPOSES),
        day("granted_date", "授权日期", "从这一天起可用"),
        day("withdrawn_date", "撤回日期", "从这一天起不可用；没有撤回为缺失，观察点以后的撤回不可知，也为缺失",
            nullable=True),
    ),
    not_for="把一种用途的授权当作另一种用途的授权；撤回以后继续使用",
    source="各项授权的签署率和撤回率都是仿真参数；查询个人信息须书面同意并约定用途，出自《征信业管理条例》"
    "（2013）第十八条，其他数据和企业信息由本课程比照设定",
)

PRODUCTS = TableSchema(
    "products", "产品",
    purpose="给客户选产品、额度、期限和还款方式",
    row="一种在售的贷款产品",
    keys=("product_id",),
    columns=(
        ident("product_id", "产品编号", "F", "F 加序号", digits="+"),
        text("name", "名称", "产品名称（虚构）"),
        text("security", "担保方式", "要求的担保方式", allowed=values.SECURITIES),
        money("min_line_cny", "最低额度", "单户起点"),
        money("max_line_cny", "最高额度", "单户上限"),
        count("max_tenor_months", "最长期限", "月", "单笔最长的期限", minimum=1),
        text("repayment_methods", "可选还款方式", f"一种或几种，用“、”隔开：{'、'.join(values.REPAYMENT_METHODS)}",
             pattern=rf"^({_ANY_METHOD})(、({_ANY_METHOD}))*$"),
        number("spread", "加点", "在 1 年期 LPR 上的加点，写成小数，0.027 即 270 个基点；客户的风险加点另计",
               minimum=-1, maximum=1),
    ),
    not_for="把加点当作最终年利率；当作任何真实银行的产品",
    source="产品、额度、期限和加点都是仿真参数",
)

CHANNELS = TableSchema(
    "channels", "渠道",
    purpose="比较渠道的成本与容量，安排触达名单",
    row="一条营销或受理渠道",
    keys=("channel_id",),
    columns=(
        ident("channel_id", "渠道编号", "H", "H 加序号", digits="+"),
        text("name", "名称", "渠道名称"),
        money("unit_cost_cny", "单次成本", "触达一户一次的成本；客户自己来的渠道为 0"),
        count("monthly_capacity", "每月容量", "户", "全行一个月最多触达的户数；不设上限为缺失，不是 0",
              nullable=True),
    ),
    not_for="把缺失的容量当作 0；只比单次成本、不比每户增益的成本",
    source="成本与容量都是仿真参数",
)

BRANCHES = TableSchema(
    "branches", "支行",
    purpose="按支行汇总，或分批试点",
    row="一家支行",
    keys=("branch_id",),
    columns=(
        BRANCH,
        text("name", "名称", "虚构的支行名称"),
        text("region", "所属区", "支行所在的区县（虚构）"),
        count("n_rm", "客户经理人数", "人", "负责小微客户的客户经理"),
    ),
    not_for="不看客户构成就给支行排名",
    source="支行的数目、所在区和客户经理人数都是仿真参数",
)

LPR = TableSchema(
    "lpr", "贷款市场报价利率",
    purpose="给贷款定价，判断利率相对 LPR 的高低",
    row="一次 LPR 变动，从公布那天起适用，到下一行以前不变",
    keys=("date",),
    columns=(
        day("date", "日期", "公布的日期"),
        number("lpr_1y", "1 年期 LPR", "年利率，写成小数，3.00% 记 0.03", minimum=0, maximum=1),
        number("lpr_5y", "5 年期以上 LPR", "年利率，写成小数，3.50% 记 0.035", minimum=0, maximum=1),
    ),
    not_for="用放款当天以后才公布的报价；用 1 年期去比 5 年期以上的贷款",
    source="公开的报价，不是仿真：2019 年 8 月 20 日改革后首期为 1 年期 4.25%、5 年期以上 4.85%，"
    "整理自 GitHub 上的 x-zx/open-data",
)

APP_EVENTS = TableSchema(
    "app_events", "APP 行为",
    purpose="看客户何时登录、测额与申请",
    row="一次手机银行里的操作",
    keys=("event_id",),
    columns=(
        ident("event_id", "事件编号", "E", "E 加 7 位数字", digits="{7}"),
        CUSTOMER,
        text("event", "事件", "操作的种类", allowed=values.APP_EVENTS),
        moment("occurred_at", "发生时间", "北京时间；源日志是 UTC"),
    ),
    not_for="没有营销授权就用于营销圈选；把没有登录当作没有经营；把表里没有的客户当作不用手机银行",
    source="只有五份原始导出里的那些客户有；使用的客户比例、频率和事件构成都是仿真参数",
)

VISITS = TableSchema(
    "visits", "走访",
    purpose="访谈记录编码的素材",
    row="一次客户经理的走访",
    keys=("visit_id",),
    columns=(
        ident("visit_id", "走访编号", "V", "V 加 6 位数字", digits="{6}"),
        CUSTOMER,
        day("visit_date", "走访日期", "走访当天"),
        text("note", "纪要", "访谈记录原文"),
    ),
    not_for="从纪要推断客户没有说过的事；把走访到的客户当作全部客户",
    source="只有五份原始导出里的那些客户有；纪要从编写的句子里抽取，主题的比例和走访的频率都是仿真参数",
)
