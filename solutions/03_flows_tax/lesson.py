# %% [markdown]
# # 03 流水与税票分析
#
# **时长** 75 分钟 · **前置** 02 数据收集、授权与清洗 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 客户经理带回一沓流水，说“这户一年走账一千多万，额度给三百万没问题”。{{ cohort.bank.region }}支行的行长翻了翻，只问一句：
#
# > **这里面有多少是真卖货的钱？这家企业一年到底卖多少，你凭什么知道？**
#
# 流水会虚，发票会少，嘴会说大。学完这一课，请你用三样东西互相对，回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **剔除**不是销售的钱，算出有效流入（练习第 2、7 题）。
# 2. **计算**日均余额：按自然日，不按有交易的日子（练习第 8 题）。
# 3. **冲减**红字发票、剔除作废，算净开票、集中度和票流比（练习第 9 题）。
# 4. **合并**一、二月再比同比，不被春节错月骗（练习第 6、10 题）。
# 5. **交叉检验**：用流水、开票、成本三法估销售额，差得多的要有解释；再做权益检验（练习第 3、4、5 题）。
# 6. **判断**一份流水是真实、存疑，还是证据不足须核实，并说出判错的代价（练习第 1 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`flow_filter` 和 `cross_check` 是这一课的两个控件。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import show, theme
from smeprofile.statements import evidence
from smeprofile.widgets import cross_check, flow_filter

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。逐笔流水只给了一部分客户。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `flows` | 一笔收或付 | 金额都是正数，收付另有一列；只有“货款”收入是销售回款，是价税合计（含增值税） |
# | `balances` | 一户一月的余额 | 日均按自然日，没交易的日子沿用前一天 |
# | `invoices` | 一张发票 | 不含税；红字记负数；作废的不算；授权后直连取得，本课程设定开票当天到行 |
# | `flows_monthly` | 一户一月的流水合计 | 看季节用 |

# %%
customers = sp.load("customers").query("registration_status != '注销'")
flows = sp.load("flows")
flows = flows[flows["customer_id"].isin(customers["customer_id"])]
told = flows["customer_id"].unique()  # 有逐笔流水的客户
invoices = sp.load("invoices")
invoices = invoices[invoices["customer_id"].isin(told)]
shown = {"customer_id": "客户号", "date": "日期", "hour": "几点", "direction": "收付", "amount_cny": "金额（元）", "summary": "摘要", "counterparty": "对手"}
flows[list(shown)].head(4).replace({"in": "收", "out": "付"}).rename(columns=shown)

# %% [markdown]
# ## 1　钱进来，不等于卖了货
#
# 账户收进来的钱，有五种：**货款**、自己账户之间的**同名划转**、银行放的**贷款**、退回来的**退款**、股东和关联方的**往来款**。只有货款是销售。货款里还要再剔一种：进来两天内又原额转走的**快进快出**，往来款里更常见（两日、一千元以上是本课程设定）。
#
# 把一年的全部流入当销售，每户会高估多少？

# %%
day = pd.Timestamp(AS_OF)
year = flows[(flows["date"] > day - pd.DateOffset(years=1)) & (flows["direction"] == "in")]
by_kind = year.groupby(["customer_id", "summary"])["amount_cny"].sum().unstack(fill_value=0)
by_kind = by_kind[by_kind["货款"] > 0]
over = by_kind.sum(axis=1) / by_kind["货款"] - 1
bins = [-0.001, 0.001, 0.1, 0.3, 1, float("inf")]
labels = ["没有高估", "一成以内", "一成到三成", "三成到一倍", "一倍以上"]
shares = pd.cut(over, bins, labels=labels).value_counts(normalize=True, sort=False)
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar(shares.index, shares * 100, color=["#009E73", "#56B4E9", "#E69F00", "#D55E00", "#000000"])
axes.set(title=f"把全部流入当销售，{(over > 0.1).mean():.0%} 的客户被高估一成以上", xlabel="高估多少", ylabel="客户占比（%）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　额度按**去税后的**有效流入测：有效流入 ÷ (1 + 税率)，再看走本行的占比；不按流入合计测。高估一成，额度就多给一成；多给的那一成，大多来自划转和放款，没有生意撑着，做流水的也混在里面。

# %% [markdown]
# 挑几户来动手：一户很干净，一户自己倒手多，一户借款多，一户快进快出多。程序按数据挑，没有看答案；练习第 1 题的客户不在里面。

# %%
issued = sp.load("invoices_monthly")
issued = issued[issued["customer_id"].isin(told)]
tags = evidence(flows, issued, as_of=AS_OF).join(customers.set_index("customer_id")["industry_code"])
kept = {{ truth.flow_customers }}  # 留给练习的客户
busy = by_kind[(by_kind["货款"] > by_kind["货款"].median()) & ~by_kind.index.isin(kept)]
part = busy.div(busy["货款"], axis=0)
moved = part["同名划转"].idxmax()
picked = {
    "甲：看着最干净的": part.sum(axis=1).idxmin(),
    "乙：同名划转最多的": moved,
    "丙：贷款发放最多的": part["贷款发放"].drop(moved).idxmax(),
    "丁：快进快出最多的": tags["pass_through_rate"].reindex(busy.index).idxmax(),
}

# %% [markdown]
# **先猜**：丁户全部流入里，真卖货的占几成？**再动**：选丁，从上到下一项一项**勾上**。**再解释**：哪一项一勾，柱子掉得最多？为什么？往来款里原样走掉的，算在快进快出那一项。

# %% tags=["hide-input"]
flow_filter(flows, picked, as_of=AS_OF)

# %% [markdown]
# **银行因此改做什么**　流水分析表上分开列：流入合计、逐项剔除、有效流入。只报一个“走账多少”的，退回重做。

# %% [markdown]
# **自测 1**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "not_sales",
    "一家五金厂三月的入账里，下面哪几笔要从销售里剔掉？",
    ["老客户的货款 12 万元", "老板另一家行的同名账户转入 30 万元", "本行放的流动资金贷款 50 万元", "供应商退回的货款 2 万元", "货款 40 万元，次日原额转给付款方的关联公司"],
    key=["老板另一家行的同名账户转入 30 万元", "本行放的流动资金贷款 50 万元", "供应商退回的货款 2 万元", "货款 40 万元，次日原额转给付款方的关联公司"],
    why={
        "老客户的货款 12 万元": "这是卖货的钱，留下。",
        "老板另一家行的同名账户转入 30 万元": "左口袋进右口袋，没有卖出一件货。",
        "本行放的流动资金贷款 50 万元": "借来的钱将来要还；算成销售，等于用贷款证明还得起贷款。",
        "供应商退回的货款 2 万元": "是付出去的钱退回来，不是收入。",
        "货款 40 万元，次日原额转给付款方的关联公司": "摘要写着货款，钱却原样走了：像是刷出来的。",
    },
    hints=("逐笔问：企业因为这笔钱，交出去一件货或一次服务了吗？", "只有销售回款留下；摘要会骗人，还要看钱有没有原样走掉。", "相近的例子：你从工资卡转一千元到另一张卡，这个月多赚了一千元吗？"),
)

# %% [markdown]
# ## 2　日均余额：周末也是一天
#
# 日均余额是日终余额对**自然日**求平均：没有交易的日子，钱还在账上，沿用前一天。只按有交易的日子算，会怎样？

# %%
last = flows[flows["date"] > day - pd.DateOffset(years=1)].sort_values("flow_id")
ends = last.groupby(["customer_id", "date"])["balance_cny"].last()
traded = ends.groupby("customer_id").mean()
months = sp.load("balances")
months = months[(months["month"] > day - pd.DateOffset(years=1)) & months["customer_id"].isin(traded.index)]
weighted = (months["avg_daily_cny"] * months["n_days"]).groupby(months["customer_id"]).sum()
natural = weighted / months.groupby("customer_id")["n_days"].sum()
ratio = (traded / natural)[natural > 1000]
figure, axes = plt.subplots(figsize=(7, 2.6))
sns.histplot(ratio.clip(0.5, 2), bins=30, color="#0072B2", ax=axes)
axes.axvline(1, color="#D55E00", linestyle="--")
axes.set(title=f"只按有交易的日子算，{((ratio - 1).abs() > 0.05).mean():.0%} 的客户差了半成以上", xlabel="算错的日均 ÷ 正确的日均（两端截断）", ylabel="户数")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　存款贡献、利率优惠都看日均。算错的客户里，有人白拿了优惠，有人该得没得。系统口径写明：自然日、日终、含节假日。

# %% [markdown]
# **自测 2**　自己算一次。

# %% tags=["hide-input"]
ask.numeric(
    "daily",
    "周五日终余额 10 万元，周六、周日没有交易，周一日终 40 万元。这四天的日均余额是多少万元？",
    key=17.5,
    unit="万元",
    why="(10 + 10 + 10 + 40) ÷ 4 = 17.5 万元。周末两天沿用周五的余额。",
    near={25: "这是 (10 + 40) ÷ 2，只数了有交易的两天；日均被抬高，客户白拿了优惠。", 12.5: "周六、周日不是零：钱还在账上。"},
    hints=("周六晚上，账上有多少钱？", "没有交易的日子沿用前一天的日终余额，也要计入。", "相近的例子：第一天 6 万元，第二天没交易，第三天 9 万元：(6 + 6 + 9) ÷ 3 = 7 万元。"),
)

# %% [markdown]
# ## 3　发票：先净额，再比流水
#
# 开票额要**冲减红字、剔除作废**，还要换算成**含税**才能和流水比。**票流比** = 有效流入 ÷ 含税净开票额。先看算得粗一点，会错多少。

# %%
sold = invoices[(invoices["direction"] == "销项") & (invoices["date"] > day - pd.DateOffset(years=1))]
blue = sold[~sold["is_red"]].groupby("customer_id")["amount_cny"].sum()
net = sold[~sold["is_void"]].groupby("customer_id")["amount_cny"].sum().reindex(blue.index, fill_value=0)
gap = (blue / net - 1)[net > 0]
print(f"红字和作废都不扣：平均多算 {gap.mean():.1%}，最多的一户多算 {gap.max():.0%}")

# %% [markdown]
# 红字通常不多，可一旦集中在年初，冲的又是上年年底的票，就要问是不是“年底冲业绩、过了年再冲红”。接着看票流比：各行业差别多大？

# %%
both = tags[tags["flow_invoice_ratio"].notna()].copy()
names = {"C": "制造", "E": "建筑", "F": "批发零售", "G": "交通运输", "H": "住宿餐饮", "I": "信息软件", "L": "租赁商务", "M": "科技服务", "O": "居民服务"}
both["行业"] = both["industry_code"].str[0].map(names).fillna("其他")
order = both.groupby("行业")["flow_invoice_ratio"].median().sort_values().index
figure, axes = plt.subplots(figsize=(7, 3.4))
sns.boxplot(both, x="flow_invoice_ratio", y="行业", order=order, color="#56B4E9", showfliers=False, ax=axes)
axes.axvline(1, color="#D55E00", linestyle="--")
middle = both.groupby("行业")["flow_invoice_ratio"].median()
axes.set(title=f"{order[-1]}的票流比中位数是{order[0]}的 {middle[order[-1]] / middle[order[0]]:.1f} 倍", xlabel="票流比（有效流入 ÷ 含税净开票额）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　票流比只和**同行业**比。餐饮、居民服务面对个人，很多不开票，票流比高是常态：**税票弱，不等于经营弱**。反过来，票流比远低于同业，多半是钱走了别家，先去要他行流水，不要急着说他虚开。

# %% [markdown]
# **自测 3**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "weak_invoices",
    "一家餐馆近一年开票只有流水的一半，所以它经营很差，或者流水是假的。",
    verdicts=("对", "错"),
    reasons=["餐饮面对个人，很多不开票，要和同业比", "开票少说明它在偷税，银行不该碰", "流水一定比发票可靠", "票流比只要大于一就好"],
    key=("错", "餐饮面对个人，很多不开票，要和同业比"),
    why={
        "对": "这样会把大多数好餐馆都拒掉。",
        "餐饮面对个人，很多不开票，要和同业比": "同业都这样，就不是它的问题。",
        "开票少说明它在偷税，银行不该碰": "个人不要发票，不等于没有申报。看申报的应税销售额。",
        "流水一定比发票可靠": "流水也会刷。两样要互相对。",
        "票流比只要大于一就好": "没有放之四海的线：不同行业的常态不同。",
    },
    hints=("这个行业的客人，吃完饭都要发票吗？", "同一个数，要和同一个行业比。", "相近的例子：药店的客人很少要发票，批发商的客人张张要。"),
)

# %% [markdown]
# ### 上下游集中度
#
# 集中度（HHI）是各对手份额的平方和：一家独大接近一，十家均分是十分之一。它是**风险**指标：最大的买家一停，现金流就断。**先猜**：集中度高的客户，平日的回款会不会也更起伏？

# %%
by_buyer = sold[~sold["is_void"]].groupby(["customer_id", "counterparty"])["amount_cny"].sum()
by_buyer = by_buyer[by_buyer > 0]
hhi = ((by_buyer / by_buyer.groupby("customer_id").transform("sum")) ** 2).groupby("customer_id").sum()
sales = year[year["summary"] == "货款"]
by_month = sales.groupby(["customer_id", sales["date"].dt.month])["amount_cny"].sum().unstack(fill_value=0)
uneven = (by_month.std(axis=1) / by_month.mean(axis=1)).reindex(hhi.index)
group = pd.cut(hhi.rename("集中度"), [0, 0.15, 0.3, 1.01], labels=["分散（0.15 以下）", "居中", "集中（0.3 以上）"])
pd.DataFrame({"户数": hhi.groupby(group, observed=True).size(), "月流入的起伏（标准差 ÷ 均值，中位数）": uneven.groupby(group, observed=True).median().round(2)})

# %% [markdown]
# 平日里差别不大：集中的风险不在平日的起伏，而在那一家停下来的那个月，平日的数据里没有那一天。
#
# **银行因此改做什么**　下游集中的，把最大买家的账期和信用写进报告，额度与那一家的回款挂钩；上游集中的，问断供了怎么办。

# %% [markdown]
# ## 4　春节会跑：一、二月合起来看
#
# 春节有时在一月，有时在二月。单看二月同比，会把“节日挪了”当成“生意变了”。

# %%
monthly = sp.load("flows_monthly")
monthly = monthly[monthly["month"] <= day]
old = customers.loc[customers["opened_date"] < day - pd.DateOffset(years=3), "customer_id"]
series = monthly[monthly["customer_id"].isin(old)].groupby("month")["sales_in_cny"].sum()
latest = series.index[series.index.month == 3].max().year  # 一到三月都有的最近一年
def growth(*numbers):
    now, before = (sum(series[pd.Timestamp(y, n, 1)] for n in numbers) for y in (latest, latest - 1))
    return now / before - 1


rates = pd.Series({"只看一月": growth(1), "只看二月": growth(2), "一、二月合并": growth(1, 2), "三月": growth(3)})

# %% [markdown]
# 画出来，比一比三种看法：

# %%
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar(rates.index, rates * 100, color=["#999999", "#999999", "#0072B2", "#56B4E9"])
axes.axhline(0, color="black", linewidth=0.8)
swing = abs(rates["只看一月"] - rates["只看二月"]) * 100
axes.set(title=f"{latest} 年一月和二月的同比差了 {swing:.0f} 个百分点，合起来比是 {rates['一、二月合并']:+z.0%}", xlabel="", ylabel="同比增速（%）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　预警规则里，一、二月合并后再比；任何“单月同比”的报表，一月、二月都打上记号。否则每年春节后都会冤枉一批好客户。

# %% [markdown]
# **自测 4**　看日历再选。

# %% tags=["hide-input"]
ask.single(
    "spring",
    "去年春节在二月，今年在一月。今年二月流水同比涨了五成，一月跌了三成，一、二月合计持平。最合适的判断是？",
    ["二月爆发，尽快追加额度", "一月断崖，列入预警", "春节错月，合计持平：看三月再说", "数据错了，退回重报"],
    key="春节错月，合计持平：看三月再说",
    why={
        "二月爆发，尽快追加额度": "只是去年二月过节、今年二月没过节。照这个涨法给额度，多给了五成。",
        "一月断崖，列入预警": "今年一月过节，停工了。列入预警会冤枉好客户，也浪费人手。",
        "春节错月，合计持平：看三月再说": "合并以后没有变化。",
        "数据错了，退回重报": "数据没错，是比法错了。",
    },
    hints=("今年一月有几个工作日？去年一月呢？", "把两个月加起来再比。", "相近的例子：去年端午在五月、今年在六月，景区五月的客流同比跌、六月同比涨，合起来才看得出变没变。"),
)

# %% [markdown]
# ## 5　交叉检验：三条路走到同一个数
#
# 小微企业的报表常常没有审计。走访时用三条路各估一遍**年销售额（不含税）**：
#
# - **流水法**：有效流入 ÷ (1 + 税率) ÷ 走本行的占比；
# - **开票法**：净开票额 ÷ 开票率；
# - **成本法**：进货 ÷ 进货占销售额的比例；或电费 ÷ 电费占销售额的比例。控件里的电费只数从本行付出的，所以还要 ÷ 走本行的占比；手里有全厂电费单的，不用再除。
#
# 三个数差在一成以内，取中间；差得多的那一个，**必须有解释、有证据**。占比从哪来？问客户、问同业、看行业里其他客户的中位数。
#
# 留意：进货的起点假定同业也开票八成，电费只数本行付的。所以成本法用进货时和开票法、用电费时和流水法，共用一个假定，一起错也会对上。真要验，用全厂电费单、入库单。
#
# 泰隆银行把看人看货看表概括成“三品三表”：{{ cite("three_goods") }}。
#
# 先把每户四样数算出来，成本占比的起点取同门类的中位数，进货那一项先假定同业也开票八成；走本行的占比和开票率的起点，是客户说的六成、八成。

# %%
recent = flows[flows["date"] > day - pd.DateOffset(years=1)]
bought = invoices[(invoices["direction"] == "进项") & ~invoices["is_void"] & (invoices["date"] > day - pd.DateOffset(years=1))]
cases = tags[["industry_code", "effective_inflow_cny"]].rename(columns={"effective_inflow_cny": "inflow_cny"})
cases["invoiced_cny"] = net
cases["vat_rate"] = sold.groupby("customer_id")["vat_rate"].median()
cases["purchase_cny"] = bought.groupby("customer_id")["amount_cny"].sum()
cases["utility_cny"] = recent[recent["summary"] == "水电费"].groupby("customer_id")["amount_cny"].sum()
cases = cases[(cases["invoiced_cny"] > 5e5) & (cases["inflow_cny"] > 5e5)].dropna()
cases["settled"], cases["invoiced"] = 0.6, 0.8
section = cases["industry_code"].str[0]
cases["purchase_share"] = (0.8 * cases["purchase_cny"] / cases["invoiced_cny"]).groupby(section).transform("median").clip(0.05, 0.95)
cases["utility_share"] = (cases["utility_cny"] * (1 + cases["vat_rate"]) / cases["inflow_cny"]).groupby(section).transform("median")

# %% [markdown]
# 从不同行业各取一户，制造业在前。

# %%
shown = cases[section.isin(["C", "F", "H", "I"])].groupby(section).head(1).sort_values("industry_code")
shown = shown.set_axis([f"{names[code[0]]}（{who}）" for who, code in shown["industry_code"].items()])

# %% [markdown]
# **先猜**：客户说“六成走你们行，八成都开票”，三条路会对上吗？**再动**：换几户，拖一拖占比，看哪个数跟着变、差距怎么变。**再解释**：能让三个数对上的占比不止一组，你拖到的那一组说得通吗？下次走访要带回什么证据？

# %% tags=["hide-input"]
cross_check(shown)

# %% [markdown]
# **银行因此改做什么**　报告里写三个数和差距，不写一个“年销售额”。差一成以上的写明原因和证据；原因说不出来的，按最低的数测额度。

# %% [markdown]
# ### 权益检验
#
# 再做一道减法：**年初权益 + 全年利润 + 追加投入 − 分红提款 = 应有权益**。和年末盘点出来的权益比，少了一大块，不是利润没那么高，就是钱被抽走了，或者拿去还了没说出来的借款；反过来，盘点的比应有的多，才要查有没有漏记的负债。

# %%
start, profit, added, taken = 300, 48, 0, 20  # 万元，教学例子
should = start + profit + added - taken
assets_now, debts_now = 520, 250
actual = assets_now - debts_now
print(f"应有权益 {should} 万元，盘点权益 {actual} 万元，缺 {should - actual} 万元，占应有的 {(should - actual) / should:.0%}")

# %% [markdown]
# **银行因此改做什么**　缺口超过一成，先问三件事：利润是不是说高了、家里有没有大额支出、有没有拿钱去还民间借款的本息。问到凭证为止，再谈额度。

# %% [markdown]
# **自测 5**　算一算成本法。

# %% tags=["hide-input"]
ask.numeric(
    "by_power",
    "一家注塑厂一年电费 36 万元，同业电费约占销售额（不含税）的 4%。按电费估，它一年的销售额是多少万元？",
    key=900,
    unit="万元",
    why="36 ÷ 4% = 900 万元。客户自报一千八百万元的话，差了一倍，必须解释。",
    near={144: "36 × 4 不对：是除以占比。", 37.44: "36 × 1.04 不对：是除以占比。", 9: "小数点：4% 是 0.04。"},
    hints=("电费是销售额的百分之四，反过来，销售额是电费的多少倍？", "用电费除以占比。", "相近的例子：房租 12 万元，占销售额 6%，销售额约 200 万元。"),
)

# %% [markdown]
# ## 6　真实、存疑，还是证据不足
#
# 把客户放到一张图上：横轴是票流比和同业（同一个行业大类，零售只和零售比）中位数的比，一半以下就是本行只看到一小块；纵轴是**快进快出率**：货款和往来款里，两天内等额转走的占比。

# %%
plotted = both[both["flow_invoice_ratio"] > 0].copy()
peers = plotted.groupby("industry_code")["flow_invoice_ratio"].transform("median")
plotted["to_peers"] = plotted["flow_invoice_ratio"] / peers
doubtful, thin = plotted["pass_through_rate"] > 0.1, plotted["to_peers"] < 0.5
plotted["先看成"] = "可以先当真"
plotted.loc[thin, "先看成"] = "只看到一小块"
plotted.loc[doubtful, "先看成"] = "钱原样走了"
figure, axes = plt.subplots(figsize=(7, 3.6))
sns.scatterplot(plotted, x="to_peers", y="pass_through_rate", hue="先看成", style="先看成", palette={"可以先当真": "#0072B2", "只看到一小块": "#E69F00", "钱原样走了": "#D55E00"}, ax=axes)
axes.set(title=f"快进快出超过一成的只有 {doubtful.mean():.1%}，看不全的有 {thin.mean():.0%}", xlabel="票流比 ÷ 同业中位数", ylabel="快进快出率", xscale="log", xlim=(0.12, 6), xticks=[0.25, 0.5, 1, 2, 4], xticklabels=["0.25", "0.5", "1", "2", "4"])
axes.minorticks_off()
show(figure)

# %% [markdown]
# | 看到什么 | 判断 | 下一步 |
# |---|---|---|
# | 货款为主，票流对得上，进来的钱留在账上付货款、工资、水电 | **真实** | 有效流入去税后测额度 |
# | 进来就原额转走，几个对手互相倒（整数、夜间只作旁证：好生意也会有） | **存疑** | 不采信，查对手，必要时报告 |
# | 票流比不到同业中位数的一半（本行只看到一小块），但没有做假的样子 | **证据不足，须核实** | 要他行流水、去现场，不拒也不批 |
#
# **读图：银行因此改做什么**　“看不全”的比“做假”的多得多。把看不全的当成假的，会拒掉一大批好客户；把假的当成真的，一户亏掉的抵得上错拒五户好客户。三种判断，代价差得很远（下表是本课程的仿真参数，单位万元/户）：
#
# | 其实是 ＼ 判成 | 真实 | 存疑 | 证据不足，须核实 |
# |---|---|---|---|
# | 真实 | 0 | 6 | 1 |
# | 存疑 | 30 | 0 | 2 |
# | 证据不足 | 10 | 6 | 0 |

# %% [markdown]
# ## 回答行长
#
# 拿“丁”户来答：从“走账多少”，一步一步走到“凭什么知道”。

# %%
who = picked["丁：快进快出最多的"]
one = year[year["customer_id"] == who]
row = tags.loc[who]
pd.Series(
    {
        "走账（全部流入，万元）": f"{one['amount_cny'].sum() / 1e4:,.1f}",
        "其中货款（万元）": f"{one.loc[one['summary'] == '货款', 'amount_cny'].sum() / 1e4:,.1f}",
        "有效流入（再剔快进快出，万元）": f"{row['effective_inflow_cny'] / 1e4:,.1f}",
        "快进快出率（占货款和往来款）": f"{row['pass_through_rate']:.0%}",
        "含税净开票对得上吗（票流比）": "没有授权，看不到" if pd.isna(row["flow_invoice_ratio"]) else f"{row['flow_invoice_ratio']:.2f}",
        "夜间交易占比": f"{row['night_share']:.0%}",
        "结论": "存疑：不按走账给额度，先查对手" if row["pass_through_rate"] > 0.1 else "有效流入去税后可测额度",
    },
    name="丁户",
).to_frame()

# %% [markdown]
# ## 局限
#
# - 数据是合成的：做假的样子比真实世界单纯。真做假的会避开整数、拉长天数、换对手。
# - 逐笔流水只有本行的。他行、现金、个人卡里的钱看不见，所以“证据不足”不等于有问题。
# - 同业中位数也是看得见的客户的中位数：没授权开票数据的不在里面。
# - 夜间、整数这类线索会冤枉夜市和批发商；只能用来决定先问谁，不能单独用来拒绝。
# - 判错的代价是仿真参数，本行要用自己的利润和损失去定。

# %% [markdown]
# ## 要点
#
# 1. 只有货款是销售，还要剔快进快出；额度按去税后的有效流入测。
# 2. 日均按自然日；周末、节假日沿用前一天。
# 3. 开票先冲红、剔作废、换含税，再和同行业比票流比；税票弱不等于经营弱。
# 4. 一、二月合并再比同比。
# 5. 流水、开票、成本三法互相对，差一成以上要解释；再做权益检验。
# 6. 真实、存疑、证据不足是三种判断，代价不同；看不全不等于假。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块把这些数变成标签，给客户分群。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
