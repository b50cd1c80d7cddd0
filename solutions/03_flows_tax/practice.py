# %% [markdown]
# # 03 练习：流水与税票分析
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 03 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 56 分；标着「分析岗」的 4 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面写明按代价给分的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看客户，之后的数据都不能用

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import show, theme
from smeprofile.statements import evidence

theme()

# %% [markdown]
# ## 一、读流水图（全员必做）
#
# 下面是从班级数据里挑出的几户。柱子是每月进账，分成货款、往来款、其他；折线是每月**含税净开票**（没有的月份没有点）。表里是近 12 个月的指标。

# %% tags=["hide-input"]
CUSTOMERS = {{ truth.flow_customers }}
_firms = sp.load("customers")
_flows, _invoices = (t[t["customer_id"].isin(CUSTOMERS)] for t in (sp.load("flows"), sp.load("invoices_monthly")))
_profile = evidence(_flows, _invoices, as_of=AS_OF).join(_firms.set_index("customer_id")["industry"])
LETTERS = dict(zip(CUSTOMERS, "ABCDEFGH", strict=False))
_months = pd.date_range(end=pd.Timestamp(AS_OF), periods=12, freq="ME").to_period("M").to_timestamp()

figure, grid = plt.subplots((len(CUSTOMERS) + 1) // 2, 2, figsize=(10, 2.2 * ((len(CUSTOMERS) + 1) // 2)), sharex=True)
for (who, letter), axes in zip(LETTERS.items(), grid.flat, strict=False):
    came = _flows[(_flows["customer_id"] == who) & (_flows["direction"] == "in")]
    kind = came["summary"].where(came["summary"].isin(["货款", "往来款"]), "其他")
    monthly = came["amount_cny"].groupby([came["date"].dt.to_period("M").dt.to_timestamp(), kind]).sum().unstack(fill_value=0)
    monthly = monthly.reindex(index=_months, columns=["货款", "往来款", "其他"], fill_value=0).fillna(0) / 1e4
    bottom = 0 * monthly["货款"]
    for name, colour, hatch in (("货款", "#0072B2", ""), ("往来款", "#E69F00", "///"), ("其他", "#999999", "...")):
        axes.bar(range(12), monthly[name], bottom=bottom, color=colour, hatch=hatch, label=name)
        bottom = bottom + monthly[name]
    issued = _invoices[_invoices["customer_id"] == who].set_index("month")
    issued = ((issued["sales_cny"] - issued["red_cny"] + issued["vat_cny"]) / 1e4).reindex(_months)
    axes.plot(range(12), issued, color="black", marker="o", markersize=3, label="含税净开票")
    axes.set(title=letter, ylabel="万元", xticks=range(12), xticklabels=[f"{m:%m}" for m in _months])
for axes in grid.flat[len(CUSTOMERS) :]:
    axes.set_axis_off()
grid.flat[0].legend(fontsize=8, ncols=2)
figure.tight_layout()
show(figure, f"{len(CUSTOMERS)} 户客户近 12 个月每月进账的堆叠柱和含税净开票的折线，指标见下表。")

# %% [markdown]
# 同一批客户的指标。票流比 = 有效流入 ÷ 含税净开票；快进快出率是进来两天内原额转走的占比。这里没有列同业的中位数：钱没有原样转走的几户里，票流比不到 0.5 的，比哪个行业的中位数都低一截，本行只看到一小块；0.7 以上的，大部分看得到。

# %% tags=["hide-input"]
shown = pd.DataFrame(
    {
        "行业": _profile["industry"],
        "有效流入（万元）": (_profile["effective_inflow_cny"] / 1e4).round(1),
        "票流比": _profile["flow_invoice_ratio"].round(2),
        "快进快出率": _profile["pass_through_rate"].map("{:.0%}".format),
        "整数交易占比": _profile["round_share"].map("{:.1%}".format),
        "夜间交易占比": _profile["night_share"].map("{:.1%}".format),
        "付款方数": _profile["n_counterparties_12m"],
    }
).rename(index=LETTERS).sort_index().rename_axis("客户")
shown

# %% [markdown] task="verdicts" track="all"
# ### 第 1 题　真实、存疑，还是证据不足（16 分，全员必做）
#
# 给每户选一个判断。**按代价给分**（万元/户，仿真参数）：
#
# | 其实是 ＼ 判成 | 真实 | 存疑 | 证据不足，须核实 |
# |---|---|---|---|
# | 真实：钱是卖货来的，大部分走本行 | 0 | 6（丢了好客户） | 1（白跑一趟） |
# | 存疑：几户互相倒账做流水 | 30（放出去收不回） | 0 | 2 |
# | 证据不足：生意是真的，本行只看到一小块 | 10（额度给错） | 6 | 0 |
#
# 全判“须核实”得 0 分：人手有限，跑不过来；误判的代价合计不比它小的，也得 0 分。误判的代价越小，得分越高。

# %% answer="verdicts" tags=["hide-input"]
verdicts = ask.choices(
    "verdicts",
    {letter: _profile.loc[who, "industry"] for who, letter in LETTERS.items()},
    ["真实", "存疑", "证据不足，须核实"],
)
# BEGIN SOLUTION
verdicts = {{ truth.flow_verdicts }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每户都选了。

# %% check="verdicts" points=16
todo = [key for key, choice in verdicts.items() if choice not in ("真实", "存疑", "证据不足，须核实")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(verdicts) == set(LETTERS.values()), "客户应和上面的图一样，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import share_of_points, tell

_truth = {{ truth.flow_verdicts }}
_costs = {
    ("真实", "存疑"): 6, ("真实", "证据不足，须核实"): 1,
    ("存疑", "真实"): 30, ("存疑", "证据不足，须核实"): 2,
    ("证据不足，须核实", "真实"): 10, ("证据不足，须核实", "存疑"): 6,
}
tell(verdicts, _truth, _costs, always="证据不足，须核实", unit="万元")
round(16 * share_of_points(verdicts, _truth, _costs, always="证据不足，须核实"), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="verdicts"
# 先看快进快出率，再看票流比和同业比。讲评时问全班：哪一种错最贵？为什么“都去核实”不是好答案？真值是仿真里的隐藏变量：团伙、本行结算占比。

# %% sample="verdicts" mistake="看见进账就当真" says="判成“真实”" earns=0
verdicts = {{ truth.flow_all_real }}

# %% sample="verdicts" mistake="全部推给核实" says="不动脑筋" earns=0
verdicts = {{ truth.flow_all_unproved }}

# %% [markdown] task="entries" track="all"
# ### 第 2 题　这笔进账算不算销售（8 分，全员必做）
#
# 一家食品厂三月的八笔进账。给每笔选 `算` 或 `不算`。

# %% answer="entries" tags=["hide-input"]
entries = ask.choices(
    "entries",
    {
        "e1": "3 日，超市付货款 28 万元。",
        "e2": "5 日，本企业在他行的账户转入 40 万元，摘要“同名划转”。",
        "e3": "8 日，本行发放流动资金贷款 60 万元。",
        "e4": "10 日，包装厂退回上月多付的货款 3 万元。",
        "e5": "12 日，股东的另一家公司转入 50 万元，摘要“往来款”。",
        "e6": "15 日，某贸易公司付货款 80 万元；16 日，原额 80 万元付给该公司的关联企业。",
        "e7": "20 日，学校食堂付货款 15 万元。",
        "e8": "26 日晚 10 点，夜市摊主们的扫码货款合计 2 万元。",
    },
    ["算", "不算"],
)
# BEGIN SOLUTION
entries = {"e1": "算", "e2": "不算", "e3": "不算", "e4": "不算", "e5": "不算", "e6": "不算", "e7": "算", "e8": "算"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题。

# %% check="entries" points=8
todo = [key for key, choice in entries.items() if choice not in ("算", "不算")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(entries) == {f"e{n}" for n in range(1, 9)}, "应有 e1 到 e8 八笔，请不要增删。"
# BEGIN HIDDEN TESTS
assert entries["e2"] == "不算", "e2：同名划转是左口袋进右口袋。算进去，客户倒两次手，额度就多给一倍。"
assert entries["e3"] == "不算", "e3：放款不是收入，将来要还。算进去，等于用贷款证明还得起贷款。"
assert entries["e6"] == "不算", "e6：进来次日原额转走，摘要写着货款也不算：这是做流水最常见的样子，按它放款会收不回来。"
assert entries["e4"] == "不算" and entries["e5"] == "不算", "e4、e5：退款和往来款都没有卖出东西，算进去就虚增了销售。"
assert entries["e8"] == "算", "e8：夜里入账不等于假。夜市、餐饮本来就在夜里收钱；一概剔除，会误伤真做生意的人。"
assert entries["e1"] == "算" and entries["e7"] == "算", "e1、e7：正常货款要留下，剔多了会低估好客户，额度给少了他就去别家。"
# END HIDDEN TESTS

# %% [markdown] discussion="entries"
# 问两句：交出去一件货没有？钱留下来没有？摘要只是线索。

# %% sample="entries" mistake="同名划转未剔" says="左口袋"
entries = {"e1": "算", "e2": "算", "e3": "不算", "e4": "不算", "e5": "不算", "e6": "不算", "e7": "算", "e8": "算"}

# %% sample="entries" mistake="放款未剔" says="放款不是收入"
entries = {"e1": "算", "e2": "不算", "e3": "算", "e4": "不算", "e5": "不算", "e6": "不算", "e7": "算", "e8": "算"}

# %% sample="entries" mistake="快进快出未剔" says="原额转走"
entries = {"e1": "算", "e2": "不算", "e3": "不算", "e4": "不算", "e5": "不算", "e6": "算", "e7": "算", "e8": "算"}

# %% sample="entries" mistake="夜间一概当假" says="夜里入账"
entries = {"e1": "算", "e2": "不算", "e3": "不算", "e4": "不算", "e5": "不算", "e6": "不算", "e7": "算", "e8": "不算"}

# %% [markdown]
# ## 二、交叉检验（全员必做）
#
# 三条路互相对：流水、开票、成本。

# %% [markdown] task="ipc" track="all"
# ### 第 3 题　四条路估销售额（10 分，全员必做）
#
# 走访一家金属制品厂，带回下面这张单子（教学例子，增值税税率 13%，金额都是近 12 个月的）：
#
# | 问到、看到的 | 数 | 从哪来 |
# |---|---|---|
# | 本行有效流入（含税） | 452 万元 | 流水，已剔除不是销售的 |
# | 走本行的占比 | 50% | 客户说，财务也这样说 |
# | 净开票额（不含税） | 640 万元 | 税务数据，已冲红 |
# | 开票率 | 80% | 同业访谈 |
# | 有票的进货（不含税） | 448 万元 | 进项发票 |
# | 进货占销售额 | 70% | 客户说材料占七成，仓库主管也这样说 |
# | 电费 | 8.8 万元 | 电费单，全厂一块表 |
# | 电费占销售额 | 1.1% | 同业中位数 |
#
# 估这家厂的**年销售额（不含税）**，单位万元；再算进货这条路和另外三条差多少。

# %% answer="ipc" tags=["hide-input"]
ipc = ask.number(
    "ipc",
    {
        "m1": "流水法：有效流入 ÷ (1 + 税率) ÷ 走本行的占比",
        "m2": "开票法：净开票额 ÷ 开票率",
        "m3": "成本法（进货）：进货 ÷ 进货占销售额",
        "m4": "成本法（电费）：电费 ÷ 电费占销售额",
        "m5": "进货这条路，比另外三条路低百分之几",
    },
    units={"m1": "万元", "m2": "万元", "m3": "万元", "m4": "万元", "m5": "%"},
)
# BEGIN SOLUTION
ipc = {"m1": 800, "m2": 800, "m3": 640, "m4": 800, "m5": 20}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="ipc" points=10
todo = [key for key, value in ipc.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert all(100 < ipc[key] < 5000 for key in ("m1", "m2", "m3", "m4")), "销售额都该在几百到几千万元之间：看看单位是不是万元，是乘还是除。"
# BEGIN HIDDEN TESTS
assert abs(ipc["m1"] - 904) > 5, "m1：流水是含税的，开票不含税，要先除以 1.13。不除，会以为客户有一成多的收入没开票。"
assert abs(ipc["m1"] - 800) < 2, f"m1：452 ÷ 1.13 ÷ 50%，现填 {ipc['m1']:g}。本行只看到一半，要除以占比。"
assert abs(ipc["m2"] - 512) > 2, "m2：开票额是销售额的八成，反推销售额要除以 80%，不是乘。乘了，越不开票的客户看着越小。"
assert abs(ipc["m2"] - 800) < 2, f"m2：640 ÷ 80%，现填 {ipc['m2']:g}。"
assert abs(ipc["m3"] - 1493.3) > 5, "m3：要除以进货占比 70%，不是除以 1 − 70%。除错了，估出来大一倍多，会误以为客户在瞒收入。"
assert abs(ipc["m3"] - 640) < 2, f"m3：448 ÷ 70%，现填 {ipc['m3']:g}。"
assert abs(ipc["m4"] - 800) < 2, f"m4：8.8 ÷ 1.1%，现填 {ipc['m4']:g}。"
assert min(abs(abs(ipc["m5"]) - v) for v in (0.2, 20)) < 0.011, f"m5：(800 − 640) ÷ 800，是两成，现填 {ipc['m5']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="ipc"
# 四条路三条都到 800，剩下一条就是线索。让学员说出“还要看哪一张单子”。

# %% sample="ipc" mistake="流水没有去税" says="含税"
ipc = {"m1": 904, "m2": 800, "m3": 640, "m4": 800, "m5": 20}

# %% sample="ipc" mistake="开票率用乘法" says="不是乘"
ipc = {"m1": 800, "m2": 512, "m3": 640, "m4": 800, "m5": 20}

# %% sample="ipc" mistake="除以一减进货占比" says="1 − 70%"
ipc = {"m1": 800, "m2": 800, "m3": 1493.3, "m4": 800, "m5": 87}

# %% [markdown] task="explain" track="all"
# ### 第 4 题　哪一条要解释，怎么解释（8 分，全员必做）
#
# 接着第 3 题：流水、开票、电费三条路都到 800 万元，进货这条路差了两成。

# %% answer="explain" tags=["hide-input"]
explain = ask.choices(
    "explain",
    {
        "x1": "差多少以内可以不解释？",
        "x2": "哪一条路必须解释？",
        "x3": "最说得通的原因是？",
        "x4": "下次去要带回什么证据？",
        "x5": "在解释清楚以前，按哪个数测额度？",
    },
    {
        "x1": ["一成以内", "三成以内", "多少都要按平均数"],
        "x2": ["流水法", "开票法", "进货", "电费"],
        "x3": ["销售额虚报了两成", "有一部分进货没有发票", "电表坏了"],
        "x4": ["老板的口头保证", "入库单、送货单和付给散户的转账", "再要一份财务报表"],
        "x5": ["四个数的平均", "最高的 800 万元", "最低的 640 万元"],
    },
)
# BEGIN SOLUTION
explain = {"x1": "一成以内", "x2": "进货", "x3": "有一部分进货没有发票", "x4": "入库单、送货单和付给散户的转账", "x5": "最低的 640 万元"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题。

# %% check="explain" points=8
todo = [key for key, choice in explain.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(explain) == {f"x{n}" for n in range(1, 6)}, "应有 x1 到 x5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
assert explain["x5"] != "四个数的平均", "x5：平均会把错的那条路掺进来，差距就看不见了。没解释清楚以前，按最低的数测，给错了也亏得少。"
assert explain["x1"] == "一成以内", "x1：差一成以内算对上；放到三成，两成的窟窿就没人问了，虚报的也会混过去。"
assert explain["x2"] == "进货", "x2：三条路都到 800 万元，只有进货对不上，它必须解释。"
assert explain["x3"] == "有一部分进货没有发票", "x3：要是销售额虚报，电费不会跟着虚：三条独立的路都到 800 万元，说明少的是进货的票。冤枉客户虚报，生意就丢了。"
assert explain["x4"].startswith("入库单"), "x4：口头保证和再一份报表都是他自己说的；要别人留下的凭证。没有凭证，尽职免责时说不清。"
assert explain["x5"] == "最低的 640 万元", "x5：解释清楚以前，按最低的数测额度。"
# END HIDDEN TESTS

# %% [markdown] discussion="explain"
# 重点在 x3：为什么不是“虚报”？因为几条路互相独立，要一起造假很难。

# %% sample="explain" mistake="取平均了事" says="掺进来"
explain = {"x1": "一成以内", "x2": "进货", "x3": "有一部分进货没有发票", "x4": "入库单、送货单和付给散户的转账", "x5": "四个数的平均"}

# %% sample="explain" mistake="差得多也放过" says="窟窿"
explain = {"x1": "三成以内", "x2": "进货", "x3": "有一部分进货没有发票", "x4": "入库单、送货单和付给散户的转账", "x5": "最低的 640 万元"}

# %% sample="explain" mistake="一有差距就说虚报" says="三条独立的路"
explain = {"x1": "一成以内", "x2": "进货", "x3": "销售额虚报了两成", "x4": "入库单、送货单和付给散户的转账", "x5": "最低的 640 万元"}

# %% [markdown] task="equity" track="all"
# ### 第 5 题　权益检验（8 分，全员必做）
#
# 一家商贸公司：年初所有者权益 260 万元；老板说全年利润 60 万元；年中追加投入 20 万元；分红和给家里提款 30 万元。年末盘点：资产合计 545 万元，负债合计 300 万元。填三个数，单位万元。

# %% answer="equity" tags=["hide-input"]
equity = ask.number(
    "equity",
    {"q1": "应有权益", "q2": "盘点出来的权益", "q3": "缺口：应有减盘点"},
    units={"q1": "万元", "q2": "万元", "q3": "万元"},
)
# BEGIN SOLUTION
equity = {"q1": 310, "q2": 245, "q3": 65}
# END SOLUTION

# %% [markdown]
# 检查第 5 题。

# %% check="equity" points=8
todo = [key for key, value in equity.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(equity) == {"q1", "q2", "q3"}, "应有 q1 到 q3 三个数，请不要增删。"
# BEGIN HIDDEN TESTS
assert equity["q1"] not in (340, 290), "q1：分红提款要减，追加投入要加。漏了一项，就会冤枉客户，或者放过抽走的钱。"
assert equity["q1"] == 310, f"q1：260 + 60 + 20 − 30，现填 {equity['q1']:g}。"
assert equity["q2"] != 545, "q2：权益 = 资产 − 负债；把资产当成权益，借来的钱就成了自己的。"
assert equity["q2"] == 245, f"q2：545 − 300，现填 {equity['q2']:g}。"
assert equity["q3"] == 65, f"q3：310 − 245，现填 {equity['q3']:g}。缺口超过应有的两成：利润说高了、钱被抽走，或拿去还了没说的借款，问到凭证再谈额度。"
# END HIDDEN TESTS

# %% [markdown] discussion="equity"
# 缺口 65 万元比他说的全年利润还多：利润这个数第一个不能信。

# %% sample="equity" mistake="漏了提款" says="分红提款要减"
equity = {"q1": 340, "q2": 245, "q3": 95}

# %% sample="equity" mistake="资产当权益" says="借来的钱"
equity = {"q1": 310, "q2": 545, "q3": -235}

# %% [markdown] task="holiday" track="all"
# ### 第 6 题　春节前后的报表（6 分，全员必做）
#
# 去年春节在 2 月 10 日，今年在 1 月 29 日。某户流水（万元）：去年 1 月 100、2 月 40、3 月 95；今年 1 月 62、2 月 82、3 月 98。给每句话选 `对` 或 `错`。

# %% answer="holiday" tags=["hide-input"]
holiday = ask.choices(
    "holiday",
    {
        "h1": "今年 2 月同比翻了一倍，说明生意爆发，应当提额。",
        "h2": "今年 1 月同比跌了近四成，应当列入预警。",
        "h3": "一、二月合并，同比只增长了百分之几，基本持平。",
        "h4": "比较今年 2 月和今年 1 月（环比），能避开春节的影响。",
        "h5": "3 月没有春节，同比可以直接看。",
    },
    ["对", "错"],
)
# BEGIN SOLUTION
holiday = {"h1": "错", "h2": "错", "h3": "对", "h4": "错", "h5": "对"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="holiday" points=6
todo = [key for key, choice in holiday.items() if choice not in ("对", "错")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(holiday) == {f"h{n}" for n in range(1, 6)}, "应有 h1 到 h5 五句，请不要增删。"
# BEGIN HIDDEN TESTS
assert holiday["h1"] == "错", "h1：去年 2 月过节，今年 2 月没过节，比的不是同样的日子。照翻倍去提额，多给的额度没有生意撑着。"
assert holiday["h2"] == "错", "h2：今年 1 月过节停工。每年节后都这样预警，客户经理会白跑，真预警就没人信了。"
assert holiday["h4"] == "错", "h4：环比更糟，一个月过节一个月不过节，正好撞上。"
assert holiday["h3"] == "对", "h3：(62 + 82) ÷ (100 + 40) − 1 约 3%。"
assert holiday["h5"] == "对", "h5：两年的 3 月都没有春节，可以比。"
# END HIDDEN TESTS

# %% [markdown] discussion="holiday"
# 银行里最常见的两种乱子：节后集中预警、节后集中提额，都是同一个比法错。

# %% sample="holiday" mistake="春节错月当爆发" says="比的不是同样的日子"
holiday = {"h1": "对", "h2": "错", "h3": "对", "h4": "错", "h5": "对"}

# %% sample="holiday" mistake="春节错月当断崖" says="过节停工"
holiday = {"h1": "错", "h2": "对", "h3": "对", "h4": "错", "h5": "对"}

# %% sample="holiday" mistake="用环比躲春节" says="环比更糟"
holiday = {"h1": "错", "h2": "错", "h3": "对", "h4": "对", "h5": "对"}

# %% [markdown]
# ## 三、写成函数（分析岗）

# %% [markdown] task="inflow" track="analyst"
# ### 第 7 题　有效流入（12 分，分析岗）
#
# 写函数 `effective_inflow(flows)`，返回每户有效流入（元）的 Series，索引是 `customer_id`，`flows` 里每户一行，没有的记 0：
#
# - `flows` 一行一笔：`customer_id, date, direction, amount_cny, summary`；`direction` 是 `"in"` 或 `"out"`，金额都是正数；
# - 只算 `direction` 为 `"in"`、`summary` 为 `"货款"` 的；
# - 再剔除**快进快出**：这笔货款到账当天起两天内（含当天、次日、第三天），同一客户有**金额相同**的一笔付出，摘要是 `货款`、`往来款` 或 `同名划转`，且金额不小于 1,000 元。

# %% answer="inflow"
def effective_inflow(flows):
    # BEGIN SOLUTION
    came = flows[(flows["direction"] == "in") & (flows["summary"] == "货款")]
    went = flows[(flows["direction"] == "out") & flows["summary"].isin(["货款", "往来款", "同名划转"]) & (flows["amount_cny"] >= 1000)]
    both = came.reset_index().merge(went, on=["customer_id", "amount_cny"], suffixes=("", "_out"))
    days = (both["date_out"] - both["date"]).dt.days
    passed = both.loc[days.between(0, 2), "index"]
    kept = came[~came.index.isin(passed)]
    return kept.groupby("customer_id")["amount_cny"].sum().reindex(flows["customer_id"].unique(), fill_value=0.0)
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：两笔货款，一笔同名划转。

# %% check="inflow" points=12
def _entries(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "direction", "amount_cny", "summary"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


_simple = _entries(
    ("C1", "2025-03-01", "in", 5000.0, "货款"),
    ("C1", "2025-03-05", "in", 7000.0, "货款"),
    ("C1", "2025-03-06", "in", 9000.0, "同名划转"),
)
assert float(effective_inflow(_simple)["C1"]) == 12_000, f"只有两笔货款 12000 元是销售，现为 {float(effective_inflow(_simple)['C1']):g}：同名划转没有剔掉。"
# BEGIN HIDDEN TESTS
_loan = _entries(("C1", "2025-03-01", "in", 5000.0, "货款"), ("C1", "2025-03-02", "in", 90_000.0, "贷款发放"), ("C1", "2025-03-03", "in", 800.0, "退款"), ("C1", "2025-03-04", "in", 3000.0, "往来款"))
assert float(effective_inflow(_loan)["C1"]) == 5000, "贷款发放、退款、往来款都不是销售：把放款算进去，等于用贷款证明还得起贷款。"
_out = _entries(("C1", "2025-03-01", "in", 5000.0, "货款"), ("C1", "2025-03-09", "out", 3000.0, "货款"))
assert float(effective_inflow(_out)["C1"]) == 5000, "付出去的货款是进货，不能加进来，也不用减掉：要的是卖了多少，不是净流入。"
_pass = _entries(("C1", "2025-03-01", "in", 80_000.0, "货款"), ("C1", "2025-03-03", "out", 80_000.0, "往来款"), ("C1", "2025-03-10", "in", 6000.0, "货款"))
assert float(effective_inflow(_pass)["C1"]) == 6000, "80000 元进来两天内原额转走，是快进快出，要剔：不剔，做流水的客户额度最高。"
_late = _entries(("C1", "2025-03-01", "in", 80_000.0, "货款"), ("C1", "2025-03-04", "out", 80_000.0, "货款"))
assert float(effective_inflow(_late)["C1"]) == 80_000, "第四天才付出，不算快进快出：窗口放得太宽，会把正常进货也当成做假。"
_before = _entries(("C1", "2025-03-03", "in", 80_000.0, "货款"), ("C1", "2025-03-01", "out", 80_000.0, "货款"))
assert float(effective_inflow(_before)["C1"]) == 80_000, "先付出、后收款，不是快进快出：看先后。"
_wage = _entries(("C1", "2025-03-01", "in", 30_000.0, "货款"), ("C1", "2025-03-02", "out", 30_000.0, "工资"), ("C1", "2025-03-05", "in", 500.0, "货款"), ("C1", "2025-03-05", "out", 500.0, "货款"))
assert float(effective_inflow(_wage)["C1"]) == 30_500, "拿货款发工资是正常经营；小额的同额进出是碰巧：都不剔。"
_two = _entries(("C1", "2025-03-01", "in", 80_000.0, "货款"), ("C2", "2025-03-02", "out", 80_000.0, "货款"))
_both = effective_inflow(_two)
assert float(_both["C1"]) == 80_000 and float(_both["C2"]) == 0, "别的客户付出同样的钱，和 C1 无关；没有货款收入的 C2 应为 0。"
# END HIDDEN TESTS

# %% [markdown] discussion="inflow"
# 和 `sp.profile` 的标签“有效流入”同一口径，可以互相核对。连接用“客户 + 金额”，再用天数筛，不用双重循环。

# %% sample="inflow" mistake="同名划转未剔" says="同名划转没有剔掉"
def effective_inflow(flows):
    return flows[flows["direction"] == "in"].groupby("customer_id")["amount_cny"].sum()

# %% sample="inflow" mistake="放款未剔" says="用贷款证明"
def effective_inflow(flows):
    came = flows[(flows["direction"] == "in") & (flows["summary"] != "同名划转")]
    return came.groupby("customer_id")["amount_cny"].sum().reindex(flows["customer_id"].unique(), fill_value=0.0)

# %% sample="inflow" mistake="快进快出未剔" says="原额转走"
def effective_inflow(flows):
    came = flows[(flows["direction"] == "in") & (flows["summary"] == "货款")]
    return came.groupby("customer_id")["amount_cny"].sum().reindex(flows["customer_id"].unique(), fill_value=0.0)

# %% sample="inflow" mistake="算成净流入" says="不是净流入"
def effective_inflow(flows):
    goods = flows[flows["summary"] == "货款"]
    signed = goods["amount_cny"].where(goods["direction"] == "in", -goods["amount_cny"])
    return signed.groupby(goods["customer_id"]).sum().reindex(flows["customer_id"].unique(), fill_value=0.0)

# %% [markdown] task="balance" track="analyst"
# ### 第 8 题　日均余额（10 分，分析岗）
#
# 写函数 `avg_daily_balance(flows, opening_cny, start, end)`，返回从 `start` 到 `end`（都含）的日均余额（元）：
#
# - `flows` 是**一户**的流水：`date, direction, amount_cny`，可能有 `start` 以前和 `end` 以后的，也可能一笔也没有；
# - `opening_cny` 是 `start` 前一天的日终余额；
# - 日均 = 每个**自然日**的日终余额之和 ÷ 自然日数；没有交易的日子沿用前一天。

# %% answer="balance"
def avg_daily_balance(flows, opening_cny, start, end):
    # BEGIN SOLUTION
    days = pd.date_range(start, end)
    net = flows["amount_cny"].where(flows["direction"] == "in", -flows["amount_cny"])
    by_day = net.groupby(flows["date"]).sum().reindex(days, fill_value=0.0)
    return float((opening_cny + by_day.cumsum()).mean())
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：四天里只有第一天和第四天有交易。

# %% check="balance" points=10
def _day(*rows):
    frame = pd.DataFrame(rows, columns=["date", "direction", "amount_cny"])
    return frame.assign(date=pd.to_datetime(frame["date"]), amount_cny=frame["amount_cny"].astype(float))


_four = _day(("2025-03-07", "in", 100.0), ("2025-03-10", "in", 300.0))
_got = avg_daily_balance(_four, 0.0, "2025-03-07", "2025-03-10")
assert math.isclose(_got, 175), f"(100 + 100 + 100 + 400) ÷ 4 = 175，现为 {_got}：周末也是自然日，余额沿用周五的。"
# BEGIN HIDDEN TESTS
_opening = avg_daily_balance(_four, 1000.0, "2025-03-07", "2025-03-10")
assert math.isclose(_opening, 1175), f"期初余额 1000 元也在账上，应为 1175，现为 {_opening}：忘了期初，老存款户看着像没存款。"
_spent = avg_daily_balance(_day(("2025-03-07", "in", 100.0), ("2025-03-08", "out", 60.0)), 0.0, "2025-03-07", "2025-03-08")
assert math.isclose(_spent, 70), f"付出去的要减：(100 + 40) ÷ 2 = 70，现为 {_spent}。"
_outside = avg_daily_balance(_day(("2025-03-01", "in", 900.0), ("2025-03-08", "in", 100.0), ("2025-03-20", "in", 500.0)), 0.0, "2025-03-08", "2025-03-09")
assert math.isclose(_outside, 100), f"期间以外的流水不能算：期初余额已经含了以前的，现为 {_outside}。"
_same = avg_daily_balance(_day(("2025-03-08", "in", 100.0), ("2025-03-08", "in", 200.0), ("2025-03-09", "out", 50.0)), 0.0, "2025-03-08", "2025-03-09")
assert math.isclose(_same, 275), f"同一天几笔先合并再看日终：(300 + 250) ÷ 2 = 275，现为 {_same}。"
_none = avg_daily_balance(_day(), 500.0, "2025-03-01", "2025-03-31")
assert math.isclose(_none, 500), f"一笔交易也没有，余额就是期初的 500，现为 {_none}。"
# END HIDDEN TESTS

# %% [markdown] discussion="balance"
# 先按日合并、补齐日历，再累计。交易日口径常见于照抄基金净值的写法，用在存款上就错了。

# %% sample="balance" mistake="按有交易的日子算日均" says="周末也是自然日"
def avg_daily_balance(flows, opening_cny, start, end):
    inside = flows[flows["date"].between(pd.Timestamp(start), pd.Timestamp(end))]
    net = inside["amount_cny"].where(inside["direction"] == "in", -inside["amount_cny"])
    by_day = net.groupby(inside["date"]).sum()
    return float((opening_cny + by_day.cumsum()).mean()) if len(by_day) else opening_cny

# %% sample="balance" mistake="忘了期初余额" says="忘了期初"
def avg_daily_balance(flows, opening_cny, start, end):
    net = flows["amount_cny"].where(flows["direction"] == "in", -flows["amount_cny"])
    by_day = net.groupby(flows["date"]).sum().reindex(pd.date_range(start, end), fill_value=0.0)
    return float(by_day.cumsum().mean())

# %% sample="balance" mistake="期间以外的也算进去" says="期间以外"
def avg_daily_balance(flows, opening_cny, start, end):
    net = flows["amount_cny"].where(flows["direction"] == "in", -flows["amount_cny"])
    by_day = net.groupby(flows["date"]).sum()
    days = pd.date_range(min([pd.Timestamp(start), *by_day.index]), end)
    ends = opening_cny + by_day.reindex(days, fill_value=0.0).cumsum()
    return float(ends.loc[str(start):].mean())

# %% [markdown] task="invoices" track="analyst"
# ### 第 9 题　净开票、集中度、票流比（12 分，分析岗）
#
# 写函数 `invoice_tags(invoices, inflow_cny)`，返回字典 `{"net_cny", "buyer_hhi", "flow_invoice_ratio"}`：
#
# - `invoices` 是**一户**近 12 个月的发票：`direction`（`销项`、`进项`）、`amount_cny`（不含税，红字记负数）、`vat_rate`、`counterparty`、`is_red`、`is_void`；
# - `net_cny`　销项净额：红字冲减，作废不算；
# - `buyer_hhi`　各购方净额占比的平方和；净额不为正的购方不计；
# - `flow_invoice_ratio`　`inflow_cny`（有效流入，含税）÷ 含税净开票额；含税额 = 金额 × (1 + 税率)；
# - 净额不为正时，后两项为 `math.nan`。

# %% answer="invoices"
def invoice_tags(invoices, inflow_cny):
    # BEGIN SOLUTION
    sold = invoices[(invoices["direction"] == "销项") & ~invoices["is_void"]]
    net = float(sold["amount_cny"].sum())
    by_buyer = sold.groupby("counterparty")["amount_cny"].sum()
    by_buyer = by_buyer[by_buyer > 0]
    with_vat = float((sold["amount_cny"] * (1 + sold["vat_rate"])).sum())
    if net <= 0:
        return {"net_cny": net, "buyer_hhi": math.nan, "flow_invoice_ratio": math.nan}
    return {
        "net_cny": net,
        "buyer_hhi": float(((by_buyer / by_buyer.sum()) ** 2).sum()),
        "flow_invoice_ratio": inflow_cny / with_vat,
    }
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：两家购方，各开一张。

# %% check="invoices" points=12
def _tickets(*rows):
    columns = ["direction", "amount_cny", "vat_rate", "counterparty", "is_red", "is_void"]
    return pd.DataFrame(rows, columns=columns).astype({"amount_cny": float, "vat_rate": float, "is_red": bool, "is_void": bool})


_plain = _tickets(("销项", 600, 0.13, "甲", False, False), ("销项", 400, 0.13, "乙", False, False))
_out = invoice_tags(_plain, 565.0)
assert math.isclose(_out["net_cny"], 1000), f"净开票应为 1000，现为 {_out['net_cny']}。"
assert math.isclose(_out["buyer_hhi"], 0.52), f"集中度应为 0.6² + 0.4² = 0.52，现为 {_out['buyer_hhi']}：占比用 0–1，不用百分数。"
# BEGIN HIDDEN TESTS
assert math.isclose(_out["flow_invoice_ratio"], 0.5), (
    f"票流比应为 565 ÷ 1130 = 0.5，现为 {_out['flow_invoice_ratio']}：流水含税、开票不含税，要先换成含税再比，不然每户都像少开了票。"
)
_red = invoice_tags(_tickets(("销项", 600, 0.13, "甲", False, False), ("销项", 400, 0.13, "乙", False, False), ("销项", -400, 0.13, "乙", True, False)), 678.0)
assert math.isclose(_red["net_cny"], 600), f"乙的票已全部红冲，净开票应为 600，现为 {_red['net_cny']}：红冲未净，年底冲业绩的客户会被高估。"
assert math.isclose(_red["buyer_hhi"], 1), f"只剩甲一家，集中度应为 1，现为 {_red['buyer_hhi']}：净额不为正的购方不计。"
_void = invoice_tags(_tickets(("销项", 600, 0.13, "甲", False, False), ("销项", 900, 0.13, "乙", False, True)), 678.0)
assert math.isclose(_void["net_cny"], 600), f"作废的票不算，净开票应为 600，现为 {_void['net_cny']}：作废的票没有卖出东西。"
_bought = invoice_tags(_tickets(("销项", 600, 0.13, "甲", False, False), ("进项", 900, 0.13, "丙", False, False)), 678.0)
assert math.isclose(_bought["net_cny"], 600), f"进项是进货的票，不能算进销售，现为 {_bought['net_cny']}。"
_rates = invoice_tags(_tickets(("销项", 1000, 0.13, "甲", False, False), ("销项", 1000, 0.06, "乙", False, False)), 2190.0)
assert math.isclose(_rates["flow_invoice_ratio"], 1), "各张票税率不同，要逐张换算，不能用一个税率。"
_nothing = invoice_tags(_tickets(("销项", 100, 0.13, "甲", False, False), ("销项", -100, 0.13, "甲", True, False)), 50.0)
assert math.isnan(_nothing["buyer_hhi"]) and math.isnan(_nothing["flow_invoice_ratio"]), "净额为零时后两项应为缺失：除以零得无穷大，会排成票流比最高的客户。"
# END HIDDEN TESTS

# %% [markdown] discussion="invoices"
# 红字记负数，直接相加就冲减了；先筛掉作废。难点是集中度要在**净额**上算。

# %% sample="invoices" mistake="红冲未净" says="红冲未净"
def invoice_tags(invoices, inflow_cny):
    sold = invoices[(invoices["direction"] == "销项") & ~invoices["is_void"] & ~invoices["is_red"]]
    by_buyer = sold.groupby("counterparty")["amount_cny"].sum()
    with_vat = (sold["amount_cny"] * (1 + sold["vat_rate"])).sum()
    return {"net_cny": sold["amount_cny"].sum(), "buyer_hhi": ((by_buyer / by_buyer.sum()) ** 2).sum(), "flow_invoice_ratio": inflow_cny / with_vat}

# %% sample="invoices" mistake="含税与不含税混比" says="换成含税"
def invoice_tags(invoices, inflow_cny):
    sold = invoices[(invoices["direction"] == "销项") & ~invoices["is_void"]]
    net = sold["amount_cny"].sum()
    by_buyer = sold.groupby("counterparty")["amount_cny"].sum().loc[lambda s: s > 0]
    return {"net_cny": net, "buyer_hhi": ((by_buyer / by_buyer.sum()) ** 2).sum(), "flow_invoice_ratio": inflow_cny / net}

# %% sample="invoices" mistake="作废的票也算" says="作废的票不算"
def invoice_tags(invoices, inflow_cny):
    sold = invoices[invoices["direction"] == "销项"]
    by_buyer = sold.groupby("counterparty")["amount_cny"].sum().loc[lambda s: s > 0]
    with_vat = (sold["amount_cny"] * (1 + sold["vat_rate"])).sum()
    return {"net_cny": sold["amount_cny"].sum(), "buyer_hhi": ((by_buyer / by_buyer.sum()) ** 2).sum(), "flow_invoice_ratio": inflow_cny / with_vat}

# %% [markdown] task="spring" track="analyst"
# ### 第 10 题　避开春节的同比（10 分，分析岗）
#
# 写函数 `spring_growth(monthly, year)`：`monthly` 是一户每月有效流入的 Series，索引是每月第一天（`Timestamp`），缺的月份就是没有数据。返回 Series，索引依次是 `"1–2月"`、`"3月"` … `"12月"`，值是 `year` 年对上一年的同比增速：
#
# - 一、二月**合并**后再比；
# - 任何一边缺月份（合并时缺其中一个月也算缺），或上一年的数为 0，这一项为 `math.nan`。

# %% answer="spring"
def spring_growth(monthly, year):
    # BEGIN SOLUTION
    def total(of_year, months):
        return sum(monthly.get(pd.Timestamp(of_year, month, 1), math.nan) for month in months)

    spans = {"1–2月": (1, 2)} | {f"{month}月": (month,) for month in range(3, 13)}
    growth = {}
    for name, months in spans.items():
        now, before = total(year, months), total(year - 1, months)
        growth[name] = now / before - 1 if before else math.nan
    return pd.Series(growth)
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：春节从二月挪到一月，合计没有变。

# %% check="spring" points=10
def _series(values):
    return pd.Series({pd.Timestamp(key): float(value) for key, value in values.items()}, dtype=float)


def _grown(monthly, year):
    return spring_growth(monthly, year).rename(lambda name: str(name).replace("-", "–"))  # 1-2月 和 1–2月 都算对


_moved = _series({"2024-01-01": 100, "2024-02-01": 40, "2025-01-01": 60, "2025-02-01": 80, "2024-03-01": 90, "2025-03-01": 99})
_growth = _grown(_moved, 2025)
assert list(_growth.index)[:2] == ["1–2月", "3月"], f"索引应从“1–2月”“3月”开始，现为 {list(_growth.index)[:2]}：一、二月要合并成一项，分开看会被春节骗。"
assert math.isclose(_growth["1–2月"], 0, abs_tol=1e-9), f"一、二月合计都是 140，同比应为 0，现为 {_growth['1–2月']}。"
# BEGIN HIDDEN TESTS
assert len(_growth) == 11, f"应有 11 项（1–2 月合并，3 到 12 月各一），现为 {len(_growth)}。"
assert math.isclose(_growth["3月"], 0.1), "三月：99 ÷ 90 − 1 = 10%。"
assert math.isnan(_growth["4月"]), "四月没有数据，应为缺失：当成 0 就变成跌了百分之百，好客户会被预警。"
_half = _grown(_series({"2024-01-01": 100, "2024-02-01": 40, "2025-01-01": 60}), 2025)
assert math.isnan(_half["1–2月"]), "今年二月还没有数据，一、二月合并就是缺失：拿一个月比两个月，人人都腰斩。"
_zero = _grown(_series({"2024-03-01": 0, "2025-03-01": 50}), 2025)
assert math.isnan(_zero["3月"]), "上一年为 0，增速没有意义，应为缺失；无穷大会排到增长榜第一。"
_other = _grown(_series({"2023-03-01": 80, "2024-03-01": 100, "2025-03-01": 50}), 2024)
assert math.isclose(_other["3月"], 0.25), "要比的是 year 年和它的上一年，不是数据里最后两年。"
# END HIDDEN TESTS

# %% [markdown] discussion="spring"
# 元宵落在三月初的年份，三月也会受影响；更细的做法是按春节对齐，把节前、节中、节后各几周分开比。

# %% sample="spring" mistake="春节错月：逐月同比" says="分开看会被春节骗"
def spring_growth(monthly, year):
    return pd.Series({f"{m}月": monthly.get(pd.Timestamp(year, m, 1), math.nan) / monthly.get(pd.Timestamp(year - 1, m, 1), math.nan) - 1 for m in range(1, 13)})

# %% sample="spring" mistake="缺月份当成 0" says="当成 0 就变成"
def spring_growth(monthly, year):
    def total(y, months):
        return sum(monthly.get(pd.Timestamp(y, m, 1), 0) for m in months)

    spans = {"1–2月": (1, 2)} | {f"{m}月": (m,) for m in range(3, 13)}
    return pd.Series({k: (total(year, v) / total(year - 1, v) - 1 if total(year - 1, v) else -1.0) for k, v in spans.items()})

# %% sample="spring" mistake="拿一个月比两个月" says="拿一个月比两个月"
def spring_growth(monthly, year):
    def total(y, months):
        found = [monthly[pd.Timestamp(y, m, 1)] for m in months if pd.Timestamp(y, m, 1) in monthly]
        return sum(found) if found else math.nan

    spans = {"1–2月": (1, 2)} | {f"{m}月": (m,) for m in range(3, 13)}
    return pd.Series({k: total(year, v) / total(year - 1, v) - 1 for k, v in spans.items()})

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
