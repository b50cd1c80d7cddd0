# %% [markdown]
# # 07 需求预测
#
# **时长** 75 分钟 · **前置** 04 画像标签与客户分群 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 名单发下来，满满几页纸。{{ cohort.bank.region }}最大的支行，行长把名单往桌上一放：
#
# > **一周只跑得动这几户。先去找谁，什么时候去，带多大的额度去？你说他会来，凭什么？**
#
# 额度要算，时点要看，谁会来要预测，预测准不准要验。学完这一课，请你用算出来的数回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **测算**流动资金缺口：周转天数分清用收入还是用成本，扣齐三项已有的钱（练习第 1、2、7 题）。
# 2. **判断**需要会在哪个月来、要哪一种产品（练习第 3、4 题）。
# 3. **写出**两部分模型：会不会来 × 来了要多少，对数还原时做修正（练习第 9 题）。
# 4. **检验**一份预测能不能用：按时间切分、校准、看清顶格的金额（练习第 6、8、10、11 题）。
# 5. **选定**触达阈值：名额有限时先去找谁，放弃了谁（练习第 5 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`credit_gap` 和 `contact_threshold` 是这一课的两个控件。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import smeprofile as sp
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from smeprofile import ask
from smeprofile.charts import show, theme
from smeprofile.demand import FEATURES, TwoPart, calibration, censored_mean, panel, time_split, working_capital
from smeprofile.widgets import contact_threshold, credit_gap, line_of

theme()
END = pd.Timestamp(AS_OF)

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `financials` | 一户一年的报表 | 收入、成本、利润和现金流是全年数，其余是年末数；看取得日期 |
# | `applications` | 一笔进件 | 申请金额受产品上限限制，不等于真实需求 |
# | `facilities` | 一笔授信 | 还在有效期的客户不算新需求，到期前按续贷管 |
# | `customer_survey` | 一份答卷 | 自述，不等于行为 |
# | `flows_monthly` | 一户一月的流水合计 | 只汇总成行业的季节，不用来挑客户 |
#
# 名单要拿去营销，所以预测**不用**征信，也不用没有约定营销的流水和纳税数据（授权矩阵见模块 02）。

# %%
NAMES = ("customers", "applications", "facilities", "financials", "customer_survey", "products")
tables = {name: sp.load(name) for name in NAMES}
shown = {"customer_id": "客户号", "year": "年份", "revenue_cny": "收入", "cost_cny": "成本", "inventory_cny": "存货", "receivable_cny": "应收", "advance_cny": "预收", "arrived_date": "取得日期"}
money = [name for name in shown if name.endswith("_cny")]
books = tables["financials"].head(3)
books[list(shown)].assign(**(books[money] / 1e4).round(1)).rename(columns=shown).rename_axis(columns="金额：万元")

# %% [markdown]
# ## 1　要多少：流动资金贷款测算
#
# 现行规章是《流动资金贷款管理办法》（{{ fact("wc_rule") }}，转引）。常用的测算公式来自 2010 年办法的附件：
#
# - **营运资金量** = {{ fact("wc_formula") }}（转引）。
# - **周转次数** = {{ fact("wc_turnover") }}。应收、预收按**收入**算天数；存货、预付、应付按**成本**算。
# - **新增额度** = {{ fact("wc_new_line") }}。
#
# 收入要用全年口径。天数合计不大于零时公式不适用：客户占用着上下游的钱，改看现金流、订单和具体用途。
#
# 先看一户教学例子：一家配件厂，单位万元。

# %%
firm = {"revenue": 2400, "cost_share": 0.75, "growth": 10, "margin": 5, "receivable": 75, "advance": 15,
        "inventory": 90, "prepaid": 10, "payable": 40, "own": 180, "loans": 150, "other": 60}  # fmt: skip
told = line_of(firm)
steps = {
    "周转天数合计 = 90 + 75 − 40 + 10 − 15（天）": told["turnover_days"],
    "周转次数 = 360 ÷ 天数合计（次）": told["turns"],
    "营运资金量 = 2400 × (1 − 5%) × (1 + 10%) ÷ 次数（万元）": told["need_cny"],
    "新增额度 = 营运资金量 − 180 − 150 − 60（万元）": told["gap_cny"],
}
pd.Series(steps, name="得数").round(1).to_frame()

# %% [markdown]
# 公式不长，错法却不少。拿全部客户最近一年的报表，故意各错一处，看营运资金量会差多少。

# %%
books = tables["financials"].sort_values("year").groupby("customer_id").tail(1)
right = working_capital(books)["need_cny"]
slips = {
    "存货、应付也用收入算": books.assign(cost_cny=books["revenue_cny"]),
    "预收忘了减": books.assign(advance_cny=0.0),
    "预收当成加项": books.assign(advance_cny=-books["advance_cny"]),
    "应付忘了减": books.assign(payable_cny=0.0),
}
wrong = pd.DataFrame({name: working_capital(table)["need_cny"] / right - 1 for name, table in slips.items()})
middle = (wrong.median() * 100).sort_values()
worst = middle.abs().idxmax()
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(middle.index, middle, color=["#D55E00" if value > 0 else "#0072B2" for value in middle])
axes.set(title=f"“{worst}”错得最多：中位数{'多' if middle[worst] > 0 else '少'}算 {abs(middle[worst]):.0f}%", xlabel="营运资金量错了多少（%，中位数）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　多算的额度没有生意撑着，到期还不上；少算的，好客户去了别家。测算表上每个天数旁边写明分母，预收、应付写明是减项。全年天数用三百六十还是三百六十五都行，**算天数和算次数用同一个**。
#
# **先猜**：下面这户，应收慢收一个月和存货多压一个月，额度各涨多少，哪个多？**再动**：各拖三十天，看完一个先拖回原处。**再解释**：为什么一样多？要是多出来的是同样的**金额**，还一样吗？哪张单据能证明？

# %% tags=["hide-input"]
credit_gap(firm)

# %% [markdown]
# **银行因此改做什么**　谁要改一个天数，谁就交一张单据。收得慢、压得多，公式算出来的额度会变大，风险也变大：先问为什么慢，再谈给多少。
#
# **自测 1**　自己算一个天数。

# %% tags=["hide-input"]
ask.numeric(
    "stock_days",
    "一家食品厂全年收入 1,800 万元，成本 1,440 万元，年末存货 320 万元。按 360 天，存货周转天数是多少天？",
    key=80,
    unit="天",
    why="320 ÷ 1,440 × 360 = 80 天。存货是按成本记账的，分母用成本。",
    near={64: "你用了收入作分母。存货按成本记账，分母用成本；不然天数偏短，额度少给。", 81.1: "题目声明按 360 天。口径不统一，两个支行算出来就不一样。", 4.5: "这是一年周转几次，题目问几天。"},
    hints=("存货在账上是按卖价记，还是按买价记？", "存货、预付、应付用成本作分母；应收、预收用收入。", "相近的例子：应付 100 万元，成本 900 万元：100 ÷ 900 × 360 = 40 天。"),
)

# %% [markdown]
# ## 2　什么时候要：季节与时点
#
# 钱是旺季**之前**要的：先备货、先发工资，再卖货，最后收款。看看三年里，各月进件和货款流入相对全年平均的高低。

# %%
monthly = sp.load("flows_monthly")
span = (monthly["month"] > END - pd.DateOffset(months=36)) & (monthly["month"] <= END)
sales = monthly[span].groupby(monthly["month"].dt.month)["sales_in_cny"].sum()
came = tables["applications"].query("kind == '新增'")
came = came[came["applied_at"] > END - pd.DateOffset(months=36)]
asked = came.groupby(came["applied_at"].dt.month).size().reindex(range(1, 13), fill_value=0)
index = pd.DataFrame({"新增进件": asked / asked.mean(), "货款流入": sales / sales.mean()}).reindex(range(1, 13))
busiest, quietest = index["新增进件"].idxmax(), index["新增进件"].idxmin()
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(index.index, index["新增进件"], color="#56B4E9", label="新增进件")
axes.plot(index.index, index["货款流入"], color="#000000", marker="o", label="货款流入")
axes.set(title=f"{busiest} 月进件最旺，比最淡的 {quietest} 月多 {index['新增进件'][busiest] / index['新增进件'][quietest] - 1:.0%}", xlabel="月份", ylabel="全年平均 = 1", xticks=range(1, 13))
axes.set_ylim(0, index.max().max() * 1.25)
axes.legend(ncols=2, loc="upper left")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　拜访的日子倒着推：用款月 − 审批和办抵押的时间 − 备资料的时间。等旺季到了才去，客户已经借到了别家的钱。一、二月受春节影响，看合计，不看单月（模块 03）。
#
# 到期日也要对上：钱从回款来，还款日排在**回款之后**。应收收得慢的客户，旺季过了才最缺钱。
#
# **自测 2**　倒着推一次。

# %% tags=["hide-input"]
ask.single(
    "when_to_call",
    "一家空调经销商六、七月卖得最旺，四月要付厂家的备货款，买家两个月付款。办抵押贷要一个月。什么时候去找他、约定什么时候还？",
    ["二、三月去，九月以后还", "六月去，七月还", "四月去，五月还", "十二月去，次年十二月还"],
    key="二、三月去，九月以后还",
    why={
        "二、三月去，九月以后还": "四月用款，倒推一个月办手续、再留时间备资料；七月的货九月收到钱，还款排在后面。",
        "六月去，七月还": "旺季已到，备货款早付了；七月货款还没收回，到期必紧。",
        "四月去，五月还": "四月就要付款，来不及办；五月货还没卖。",
        "十二月去，次年十二月还": "太早，客户还没有订单；期限太长，旺季一过钱就闲着，容易挪作他用。",
    },
    hints=("哪一天钱要付出去？哪一天钱收得回来？", "拜访 = 用款月 − 办手续的时间；还款日排在回款之后。", "相近的例子：月饼厂七月买料，九月卖，十月收款：五、六月去，十一月还。"),
)

# %% [markdown]
# ## 3　要哪一种：生命周期与产品
#
# 同样缺五十万元，要的不是同一种钱。下表是**本课程设定**，不是行业统计；阶段怎么判定见模块 04。
#
# | 阶段 | 看什么认出来（本课程设定） | 常见的需要 | 先谈哪一种 |
# |---|---|---|---|
# | 初创 | 开办不超过三年 | 小额、急用、头一回借 | 首贷、创业担保、企业主贷款 |
# | 成长 | 去季节后的流入持续快增 | 周转跟不上，要添设备 | 循环额度、设备贷 |
# | 成熟 | 增速平、波动小 | 便宜、期限合适 | 先息后本、中长期、票据 |
# | 衰退 | 流入连着下滑，或断票 | 还得慢一点 | 重组、压降、还款计划，不加额度 |
# | 转型 | 主业或客户结构突变，又在投资 | 项目款、知识产权 | 项目贷、知识产权质押、担保 |
#
# **年限不等于阶段**：开了十年的也可能正在快长，开了两年的也可能已经在缩。
#
# **自测 3**　先认阶段，再选产品。

# %% tags=["hide-input"]
ask.judge(
    "old_firm",
    "一家模具厂开了十二年，近一年去季节的流入涨了三成，正要添两台机床。它年头久，按成熟期给先息后本就行。",
    verdicts=("对", "错"),
    reasons=["看流入增速它在成长期，添设备要用设备贷、循环额度配合", "开了十二年就是成熟期", "添设备说明它要转型，应当压降", "流入涨了就不缺钱"],
    key=("错", "看流入增速它在成长期，添设备要用设备贷、循环额度配合"),
    why={
        "对": "一年到期的先息后本去买用五年的机床，到期必还不上。",
        "看流入增速它在成长期，添设备要用设备贷、循环额度配合": "阶段看增速和波动；钱的期限要和用途配。",
        "开了十二年就是成熟期": "年限不等于阶段。",
        "添设备说明它要转型，应当压降": "主业没有变，是在扩产。",
        "流入涨了就不缺钱": "涨得快的，货款和应收先垫出去，往往更缺钱。",
    },
    hints=("它的生意在变大、变小，还是没变？", "阶段看去季节的增速，产品看钱用多久才回来。", "相近的例子：三十岁才开始跑步的人，教练不会按年龄给他老年人的计划。"),
)

# %% [markdown]
# ## 4　谁会来：两部分模型
#
# 大多数客户半年里一分钱也不来借，少数来的，金额又差得很远。一个模型装不下，拆成两个：**来的概率 × 来了要多少**。
#
# 每半年站一个观察点，一行是**一户在一个观察点**：左边是当天已知的，右边是之后半年的头一笔新增进件。最后一个观察点就是今天，答案还没有发生。

# %%
halves = [END - pd.DateOffset(months=6 * n) for n in range(6, -1, -1)]
rows = panel(tables, halves, horizon_months=6)
past, test = time_split(rows[rows["as_of"] < END], "as_of", str(halves[-2].date()))
today = rows[rows["as_of"] == END]
by_day = rows.groupby("as_of")["amount_cny"]
told = pd.DataFrame({"半年内来的占比": (by_day.count() / by_day.size()).map("{:.1%}".format), "金额中位数（万元）": (by_day.median() / 1e4).map("{:.1f}".format)}).where(by_day.count() > 0, "还不知道", axis=0)
told.assign(没有有效授信的客户=by_day.size()).rename_axis("观察点")

# %% [markdown]
# 金额先取对数再回归，大户才不会带偏。可是对数的平均数，还原回来**不是**金额的平均数，总是偏低。补救是乘上一个修正系数：残差（实际和预测之差）还原后的平均数，叫 Duan 修正（smearing）。不修正会少多少？

# %%
model = TwoPart().fit(past[FEATURES], past["amount_cny"])
with_need = test[test["amount_cny"].notna()]
predicted = model.predict_amount(with_need[FEATURES]).mean()
real = with_need["amount_cny"].mean()
means = pd.Series({"实际": real, "乘了修正系数": predicted, "没有修正": predicted / model.smearing}) / 1e4
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.barh(means.index[::-1], means[::-1], color=["#D55E00", "#0072B2", "#000000"])
axes.set(title=f"没有修正，户均只估到实际的 {means['没有修正'] / means['实际']:.0%}；修正后是 {means['乘了修正系数'] / means['实际']:.0%}", xlabel="来申请的客户，户均金额（万元）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　备多少资金、给支行定多少目标，都按这个数。不修正，整年的信贷计划从第一天就偏少。修正以后若还有差距，先看季节：上表里下半年（年中的观察点）来得多、借得大，模型没有季节；再看客户变没变。每半年要重估。
#
# ### 概率准不准：校准
#
# 概率排得对（AUC 高：会来的多半排在不来的前面）不等于概率准。把预测从低到高分十组，每组看**预测平均**和**实际占比**。另外训练一个“一比一抽样”的：来的和没来的各取一样多，常有人这样做。

# %%
came_in, stayed = past[past["amount_cny"].notna()], past[past["amount_cny"].isna()]
half = pd.concat([came_in, stayed.sample(min(len(came_in), len(stayed)), random_state=1)])
even = TwoPart().fit(half[FEATURES], half["amount_cny"])
needed = test["amount_cny"].notna()
tried = {"全部样本": model, "一比一抽样": even}
told = {name: m.predict_probability(test[FEATURES]) for name, m in tried.items()}
figure, axes = plt.subplots(figsize=(5.5, 3.6))
for (name, p), colour, mark in zip(told.items(), ("#0072B2", "#D55E00"), "os", strict=True):
    tenth = calibration(needed, p)
    axes.plot(tenth["predicted"], tenth["actual"], color=colour, marker=mark, label=f"{name}（AUC {roc_auc_score(needed, p):.2f}）")
axes.plot([0, 0.7], [0, 0.7], color="black", linestyle="--", linewidth=1, label="预测 = 实际")
axes.set(title=f"一比一抽样把平均概率说成 {told['一比一抽样'].mean():.0%}，实际 {needed.mean():.0%}", xlabel="预测概率（每组平均）", ylabel="实际来的占比")
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　先看图例里的 AUC：两种训练方法排得差不多好，名单的先后也差不多。可照“一比一”的概率去算要派多少人、能放多少款，就都不准了。只排序，看 AUC；要算人手、算收益、定阈值，先看校准。
#
# ### 准得可疑：随机切分时间数据
#
# 如果每个月站一个观察点，同一户相邻两个月的“之后半年”几乎是同一段日子。随机切分会让一户的一月进训练、二月进测试：**模型见过答案**。挑一部分客户，用容易记住答案的随机森林，两种切法各试一次。

# %%
part = {**tables, "customers": tables["customers"].iloc[:1500]}
often = panel(part, [END - pd.DateOffset(months=n) for n in range(30, 5, -1)], horizon_months=6).fillna(-1)
cut = END - pd.DateOffset(months=9)
closed = often[often["as_of"] + pd.DateOffset(months=6) <= cut]  # 切分点那天，答案已经揭晓的
ways = {
    "随机切分": train_test_split(often, test_size=0.3, random_state=1),
    "按时间切分": (closed, often[often["as_of"] >= cut]),
}
scores = {}
for name, (train, unseen) in ways.items():
    forest = RandomForestClassifier(60, min_samples_leaf=3, random_state=1)
    forest.fit(train[FEATURES], train["amount_cny"] > 0)
    scores[name] = roc_auc_score(unseen["amount_cny"] > 0, forest.predict_proba(unseen[FEATURES])[:, 1])

# %% [markdown]
# 同样的客户，同样的模型，只差在怎么切：

# %%
figure, axes = plt.subplots(figsize=(7, 2))
axes.barh(list(scores)[::-1], list(scores.values())[::-1], color=["#0072B2", "#D55E00"])
for place, value in enumerate(list(scores.values())[::-1]):
    axes.text(value, place, f" {value:.2f}", va="center")
more = scores["随机切分"] - scores["按时间切分"]
axes.set(title=f"随机切分的 AUC {'高出' if more > 0 else '低了'} {abs(more):.2f}{'：多出来的是偷看' if more > 0 else ''}", xlabel="AUC（0.5 是瞎猜）", xlim=(0.5, 1), ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　上线以后只有“按时间切分”的那个水平。验收一份预测，先问三句：训练截到哪天？训练样本的答案在切分点那天**揭晓了没有**？测试用的是之后的日子吗？
#
# **自测 4**　验收一份报告。

# %% tags=["hide-input"]
ask.single(
    "leak",
    "科技公司报告：“用过去两年每月一行的客户数据，随机留三成测试，AUC 0.93，预测三个月内的需求。”最该先做什么？",
    ["AUC 很高，先上线试用", "请他按时间切分重做，训练样本的答案要在切分点以前揭晓", "请他把测试比例提到五成", "请他换一个更复杂的模型"],
    key="请他按时间切分重做，训练样本的答案要在切分点以前揭晓",
    why={
        "AUC 很高，先上线试用": "同一户的相邻月份分在两边，模型见过答案。上线后掉下来，白跑的是客户经理。",
        "请他按时间切分重做，训练样本的答案要在切分点以前揭晓": "站在切分点那天，只能用那天已经知道的。",
        "请他把测试比例提到五成": "切的方法没有变，还是偷看。",
        "请他换一个更复杂的模型": "越复杂越会记答案，偷看得更多。",
    },
    hints=("同一户的三月在训练、四月在测试，两行的答案有几天是同一段？", "随机切分时间数据，未来会教给过去。", "相近的例子：月考的卷子昨天做过一遍，今天考了满分，能说明学会了吗？"),
)

# %% [markdown]
# ## 5　顶格的金额：只知道“至少这么多”
#
# 申请额受产品上限限制。正好顶在上限的，真实需求可能更大。先看哪种产品顶格最多。

# %%
caps = tables["products"].set_index("product_id")
fresh = tables["applications"].query("kind == '新增'").join(caps[["name", "max_line_cny"]], on="product_id")
fresh["at_cap"] = fresh["amount_cny"] >= fresh["max_line_cny"]
share = fresh.groupby("name")["at_cap"].mean()
product = share.idxmax()
one = fresh[fresh["name"] == product]
figure, axes = plt.subplots(figsize=(7, 2.6))
sns.histplot(one["amount_cny"] / 1e4, bins=30, color="#56B4E9", ax=axes)
axes.axvline(one["max_line_cny"].iloc[0] / 1e4, color="#D55E00", linestyle="--")
axes.set(title=f"{product}有 {share[product]:.0%} 的申请顶在上限", xlabel="申请金额（万元；虚线是产品上限）", ylabel="笔数")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　最右边那根柱子不是“大家都正好要这么多”，是上限把需求截断了。看户均以前，先看这一根有多高。
#
# 三种算法估“没有上限时户均要多少”：把顶格当真、把顶格的删掉、按“至少这么多”估（截断回归 Tobit，假定对数金额近似正态）。

# %%
cap = float(one["max_line_cny"].iloc[0])
guesses = {
    "把顶格的删掉": one.loc[~one["at_cap"], "amount_cny"].mean(),
    "把顶格当真": one["amount_cny"].mean(),
    "按至少这么多估（Tobit）": censored_mean(one["amount_cny"], cap),
}
pd.DataFrame({"户均（万元）": pd.Series(guesses) / 1e4, "顶格的怎么看": ["当没有来过", "当正好要这么多", "当至少要这么多"]}).round(1)

# %% [markdown]
# **银行因此改做什么**　删掉顶格的最偏，正好删掉了要得最多的人。报表上写明顶格占比，把户均写成“至少”；顶格的客户逐户问：还差多少，要不要换一个上限更高的产品。Tobit 的数是**外推**，上限以上没有人看见过，只用来提醒，不用来放款。

# %% [markdown]
# ## 6　先找谁：阈值与名额
#
# 有了准的概率，才谈得上阈值。取客户最多的支行，用最后一个已经揭晓的半年来试。下面两个数是**仿真参数**，本行要换成自己的。

# %%
VALUE, COST = 3_000, 300  # 仿真参数：命中一户带来的利润（已扣没批、没接受的）、拜访一户的成本，元
VISITS = 1  # 本课程设定：每名客户经理每周拜访的新客户数
branches = sp.load("branches").set_index("branch_id")
branch = test["branch_id"].value_counts().idxmax()
places = int(branches.loc[branch, "n_rm"] * VISITS * 26)
scored = pd.DataFrame({"probability": told["全部样本"], "asked": needed.to_numpy(), "branch_id": test["branch_id"].to_numpy()})
scored = scored[scored["branch_id"] == branch]
print(f"{branches.loc[branch, 'name']}：{len(scored):,} 户没有有效授信，半年名额 {places:,} 户；成本 ÷ 收益 = {COST / VALUE:.0%}")

# %% [markdown]
# **先猜**：阈值从高往低拉，净收益会一直涨吗？名额够和不够，最好的阈值一样吗？**再动**：先动阈值，再动名额。**再解释**：名额管够时，最好的阈值为什么靠近“成本 ÷ 收益”？

# %% tags=["hide-input"]
contact_threshold(scored, places=places, value_cny=VALUE, cost_cny=COST)

# %% [markdown]
# **银行因此改做什么**　名额够，阈值定在成本除以收益附近，概率必须校准过；名额不够，按概率从高到低排满为止，阈值只是结果。漏掉的也要写进报告：那是加人、换渠道的理由。这里把不去也会来的也算成拜访的功劳，只用来学阈值；要算拜访到底多带来几户，看增益（模块 09）。
#
# **自测 5**　算一个保本的阈值。

# %% tags=["hide-input"]
ask.numeric(
    "break_even",
    "拜访一户的成本 400 元，命中一户带来利润 2,500 元，概率已校准，人手管够。概率高于百分之几的客户值得去？",
    key=16,
    unit="%",
    why="去一户的期望收益是 概率 × 2,500 − 400，概率高于 400 ÷ 2,500 = 16% 才不亏。",
    near={0.16: "单位是 %，填 16。", 6.25: "除反了：成本除以收益。", 84: "这是 1 − 16%。"},
    hints=("去一百户，一共花多少钱？命中几户才够本？", "概率 × 收益 = 成本时不赚不亏。", "相近的例子：成本 100 元，利润 1,000 元：概率高于一成才值得去。"),
)

# %% [markdown]
# ## 7　数据看不见什么
#
# 进件 = **需要** × **知道本行** × **够得着**。没来的不等于不需要。现实里看不到真实需求；仿真里有真值，老师取了前面一小部分没有有效授信的客户来对照。真值不发给学员，这里只给合计的结果。

# %%
TRUTH = {{ truth.demand_seen }}
pd.Series(
    {
        "对照的客户（户）": f"{TRUTH['n']:,}",
        "真有资金需要的占比（5 万元以上，未扣他行贷款）": f"{TRUTH['needy_share']:.0%}",
        "真有需要的，半年内来本行申请的": f"{TRUTH['asked_of_needy']:.0%}",
        "需要最大的一成，半年内来申请的": f"{TRUTH['asked_of_most']:.0%}",
        "从来没有申请过的：需要最大的一成 / 全体对照客户": f"{TRUTH['never_of_most']:.0%} / {TRUTH['never_of_all']:.0%}",
        "预测概率最高的一成，半年内来申请的": f"{TRUTH['asked_of_top']:.0%}",
        "预测概率最高的一成，真有需要的": f"{TRUTH['needy_of_top']:.0%}",
        "AUC：认得出谁会申请": f"{TRUTH['auc_asked']:.2f}",
        "AUC：认得出谁真有需要": f"{TRUTH['auc_needy']:.2f}",
    },
    name="仿真真值",
).to_frame()

# %% [markdown]
# 把这张表读成一句话：

# %%
heads = "认得出谁会来，也就认得出谁缺钱" if TRUTH["auc_needy"] >= TRUTH["auc_asked"] - 0.02 else "认得出谁会来，不等于认得出谁缺钱"
fewer = "少" if TRUTH["asked_of_most"] < TRUTH["asked_of_needy"] else "多"
print(f"看两个 AUC：{heads}；模型挑出来的最高一成，{TRUTH['needy_of_top']:.0%} 真有需要。")
print(f"再看另一头：需要最大的一成里 {TRUTH['never_of_most']:.0%} 从来没有申请过，全体是 {TRUTH['never_of_all']:.0%}：没申请过不等于没需要；模型漏没漏，这张表看不出。")
print(f"需要最大的一成，半年里来的占比比“真有需要的”平均{fewer} {abs(TRUTH['asked_of_needy'] - TRUTH['asked_of_most']) * 100:.0f} 个百分点。")

# %% [markdown]
# 再看一样看得见的旁证：答过需求调查、说“想贷款”的，之后半年来了几成？

# %%
spoke = test[test["says_wants"].notna()]
went = spoke["amount_cny"].notna().groupby(spoke["says_wants"].map({1.0: "说想贷", 0.0: "说不想"})).agg(["size", "mean"])
went.assign(mean=went["mean"].map("{:.1%}".format)).set_axis(["户数", "半年内来申请的占比"], axis=1).rename_axis("答卷")

# %% [markdown]
# **银行因此改做什么**　模型学的是“谁会来申请”。没申请过的人里也有需要大的；名单只照概率排，排在后面的就一直没人去问。名单上留一小部分名额给**没申请过、测算缺口大**的，去了才知道；这部分的结果要单独记，下次训练用。
#
# **自测 6**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "never_applied",
    "三年没有来本行申请过的客户，说明没有资金需求，可以从名单里去掉。",
    verdicts=("对", "错"),
    reasons=["没申请可能是不知道、够不着，或者用着别家的钱", "没申请说明现金流好", "没申请的都有违约记录", "模型给的概率低就是没有需要"],
    key=("错", "没申请可能是不知道、够不着，或者用着别家的钱"),
    why={
        "对": "这样会把最大的一块没开发的需求丢掉，而且永远不会知道。",
        "没申请可能是不知道、够不着，或者用着别家的钱": "申请 = 需要 × 知道 × 够得着，三样缺一样都不来。",
        "没申请说明现金流好": "有的是，有的是借了利率更高的钱。看测算缺口。",
        "没申请的都有违约记录": "没有根据。",
        "模型给的概率低就是没有需要": "模型预测的是申请，不是需要。",
    },
    hints=("不来申请，有几种可能？", "进件是需要、知道、够得着三样相乘。", "相近的例子：一家店只统计进店的人，能知道路过的人饿不饿吗？"),
)

# %% [markdown]
# ## 回答行长
#
# 把今天的名单算出来：剔除免打扰和退订过的，按概率排满名额。

# %%
refused = set(tables["customers"].query("do_not_contact")["customer_id"])
refused |= set(sp.load("contact_responses").query("opted_out")["customer_id"])
mine = today[(today["branch_id"] == branch) & ~today["customer_id"].isin(refused)].copy()
mine["概率"], mine["金额"] = model.predict_probability(mine[FEATURES]), model.predict_amount(mine[FEATURES])
listed = mine.nlargest(places, "概率")
ahead = [(END + pd.DateOffset(months=n)).month for n in range(1, 7)]  # 今后半年的月份

# %% [markdown]
# “凭什么”要拿同一季节的来比，上一个半年和这次不是同一季节。退回去年这一天，只用那以前的数训练，再考一次：

# %%
before, year_ago = time_split(rows[rows["as_of"] < halves[-2]], "as_of", str(halves[-3].date()))
year_ago = year_ago[year_ago["branch_id"] == branch]
said = TwoPart().fit(before[FEATURES], before["amount_cny"]).predict_probability(year_ago[FEATURES]).mean()
came = year_ago["amount_cny"].notna().mean()
high = said > came * 1.05
print(f"本支行，{halves[-3]:%Y-%m-%d} 起的半年：预测 {said:.1%}，实际 {came:.1%}。{'这次的预测多半也偏高' if high else '看不出偏高'}：模型没有季节。")

# %% [markdown]
# 再看今后半年哪三个月进件较旺（三个月合着看，不受春节错月影响），把三个问题的答案列在一起：

# %%
soon = max((ahead[:3], ahead[3:]), key=lambda months: index.loc[months, "新增进件"].mean())
pd.Series(
    {
        "可以联系、没有有效授信的客户（户）": f"{len(mine):,}",
        "先去找谁：概率最高的（户，排满半年名额）": f"{len(listed):,}",
        "名单的实际阈值": f"{listed['概率'].min():.0%}",
        "预计半年内会来（户，含不去也会来的）": f"{listed['概率'].sum():,.0f}{'（多半偏高，看最后两行）' if high else ''}",
        "随便去同样多户，预计会来（户，含不去也会来的）": f"{mine['概率'].mean() * len(listed):,.0f}",
        "带多大的额度去：预计户均（万元）": f"{(listed['概率'] * listed['金额']).sum() / listed['概率'].sum() / 1e4:,.0f}",
        "什么时候去：今后半年进件较旺的三个月": f"{soon[0]}–{soon[2]} 月，资料要在这以前备齐",
        f"凭什么：{halves[-2]:%Y-%m-%d} 起的半年，预测平均 / 实际": f"{scored['probability'].mean():.1%} / {scored['asked'].mean():.1%}",
        f"凭什么：{halves[-3]:%Y-%m-%d} 起的半年（和这次同一季节），预测平均 / 实际": f"{said:.1%} / {came:.1%}",
    },
    name=branches.loc[branch, "name"],
).to_frame()

# %% [markdown]
# 户均只是备资金用的平均数；到了客户那里，额度按第一节的公式和单据逐户测。

# %% [markdown]
# ## 局限
#
# - 数据是合成的：利润率、周转天数、申请的快慢都是仿真参数，真实的关系更乱，AUC 会不一样。
# - 需求是看不见的。申请额受产品上限限制；批了多少又受审批限制，更不能当需求。
# - 他行贷款只在征信里，征信不得用于营销圈选；名单上的缺口因此偏大，授信时取得授权再扣。
# - 报表多数没有审计，自有资金常与真实的差很远；公式算出来的是起点，不是结论。
# - 模型照着历史学，历史上少去的县域、新户，它会继续少给。名单要按地区、年限看一眼构成。
# - 命中的收益、拜访的成本都是仿真参数。

# %% [markdown]
# ## 要点
#
# 1. 缺口 = 营运资金量 − 自有资金 − 现有流贷 − 其他渠道资金；应收、预收用收入，存货、预付、应付用成本；天数合计不大于零不套公式。
# 2. 拜访时点从用款月倒推，还款日排在回款之后；阶段看增速不看年限，产品看钱用多久。
# 3. 来的概率 × 来了要多少；对数还原要乘修正系数。
# 4. 按时间切分，训练的答案在切分点以前揭晓；AUC 管排序，校准管算账；顶格是“至少”。
# 5. 阈值看成本、收益和名额；留一点名额给没来过的人。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块给这些客户配产品、定价格。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
