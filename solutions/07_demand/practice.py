# %% [markdown]
# # 07 练习：需求预测
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 07 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面写明按秩相关系数给分的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看客户，之后的数据都不能用
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from sklearn.linear_model import LinearRegression, LogisticRegression
from smeprofile import ask
from smeprofile.charts import show, theme
from smeprofile.demand import censored_mean, working_capital

theme()

# %% [markdown]
# ## 一、要多少（全员必做）
#
# 下面几户是从班级数据里挑的，都有缺口。数取自最近一份已取得的报表：
#
# - **自有资金**取流动资产减负债总额，不低于零（本课程设定）；
# - **现有流贷**取本行贷款余额；他行的在征信里，这里不能用，当作没有；其他渠道资金当作零；
# - 预计增长率都取零。

# %% tags=["hide-input"]
CUSTOMERS = {{ truth.demand_customers }}
LETTERS = dict(zip(CUSTOMERS, "ABCDEF", strict=True))
_books = sp.load("financials")
_books = _books[_books["customer_id"].isin(CUSTOMERS) & (_books["arrived_date"] <= AS_OF)].sort_values("year")
_books = _books.groupby("customer_id").tail(1).set_index("customer_id").sort_index()
_loans = sp.load("drawdowns").groupby("customer_id")["balance_cny"].sum().reindex(_books.index, fill_value=0)
_revenue, _days = _books["revenue_cny"] / 1e4, working_capital(_books)["turnover_days"]
_own = (_books["current_assets_cny"] - _books["liabilities_cny"]).clip(lower=0) / 1e4
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.6))
left.bar(list(LETTERS.values()), _revenue, color="#0072B2")
left.set(title="年销售收入", ylabel="万元")
right.bar(list(LETTERS.values()), _days, color="#E69F00")
right.set(title="周转天数合计", ylabel="天")
figure.tight_layout()
show(figure, f"{len(_books)} 户客户的年销售收入和周转天数合计两张柱形图，数见下表。")
shown = pd.DataFrame(
    {
        "行业": sp.load("customers").set_index("customer_id")["industry"].reindex(_books.index),
        "年销售收入（万元）": _revenue.map("{:,.1f}".format),
        "销售利润率": (_books["net_profit_cny"] / _books["revenue_cny"]).map("{:.1%}".format),
        "周转天数合计（天）": _days.map("{:.1f}".format),
        "自有资金（万元）": _own.map("{:,.1f}".format),
        "现有流贷（万元）": (_loans / 1e4).map("{:,.1f}".format),
    }
).rename(index=LETTERS).rename_axis("客户")
shown

# %% [markdown] task="ranking" track="all"
# ### 第 1 题　先找缺口大的（12 分，全员必做）
#
# 给六户按**新增额度缺口**从大到小排名次，1 是最大，6 是最小，名次不能重复。缺口 = 年销售收入 × (1 − 销售利润率) × 周转天数合计 ÷ 360 − 自有资金 − 现有流贷。可以先估，再用计算器核对。
#
# **按秩相关系数给分**：你的名次与算得的名次，Spearman 系数 × 12 分，负的记 0。相邻两户排反只扣一点。

# %% answer="ranking" tags=["hide-input"]
ranking = ask.choices(
    "ranking",
    {letter: f"户　{shown.loc[letter, '行业']}" for letter in LETTERS.values()},
    ["1", "2", "3", "4", "5", "6"],
)
# BEGIN SOLUTION
ranking = {{ truth.demand_ranks }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每户都有名次，名次有没有重复。

# %% check="ranking" points=12
todo = [key for key, choice in ranking.items() if choice not in ("1", "2", "3", "4", "5", "6")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(ranking) == set(LETTERS.values()), "客户应和上面的图一样，请不要增删。"
assert len(set(ranking.values())) == 6, "名次有重复：两户并列，客户经理就不知道先去哪一户。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import rank_share, tell_ranks


def _numbers(ranks):
    return {who: int(rank) for who, rank in ranks.items()}


_truth = _numbers({{ truth.demand_ranks }})
_mistakes = {
    "这正是按销售收入排的：收入大的，可能周转快、自己的钱多，缺口反而小；照这个跑，一周的名额先花在缺得少的人身上。": _numbers({{ truth.demand_by_revenue }}),
    "这正是按营运资金量排的：忘了减已有的钱，会把额度给到手里有钱的人。": _numbers({{ truth.demand_by_need }}),
    "大小颠倒了：1 是缺口最大的。照这个跑，最缺钱的最后才去。": _numbers({{ truth.demand_reversed }}),
}
tell_ranks(_numbers(ranking), _truth, mistakes=_mistakes)
round(12 * rank_share(_numbers(ranking), _truth), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="ranking"
# 六户是程序挑的：按收入排、按营运资金量排，都和缺口对不上。讲评时问：哪一项把最大的收入变成了最小的缺口？他行贷款没有扣，走访时要问什么？

# %% sample="ranking" mistake="按销售收入排" says="按销售收入排"
ranking = {{ truth.demand_by_revenue }}

# %% sample="ranking" mistake="忘了减已有的钱" says="忘了减已有的钱"
ranking = {{ truth.demand_by_need }}

# %% sample="ranking" mistake="大小颠倒" says="大小颠倒"
ranking = {{ truth.demand_reversed }}

# %% sample="ranking" mistake="最大的两户排反" says="离得最远的一户" earns=11.31
ranking = {{ truth.demand_swapped }}

# %% [markdown] task="line" track="all"
# ### 第 2 题　流动资金贷款测算（12 分，全员必做）
#
# 一家包装厂（教学例子，单位万元，全年口径）：
#
# | 科目 | 数 | 科目 | 数 |
# |---|---|---|---|
# | 上年销售收入 | 3,600 | 年末应收 | 700 |
# | 上年销售成本 | 2,880 | 年末存货 | 480 |
# | 销售利润率 | 4% | 年末预付 | 80 |
# | 预计增长率 | 5% | 年末应付 | 320 |
# | 自有资金 | 260 | 年末预收 | 100 |
# | 现有流动资金贷款 | 200 | 其他渠道资金（股东借款） | 100 |
#
# 口径：一年按 **360 天**；应收、预收用收入，存货、预付、应付用成本；用年末数。每一步保留一位小数。

# %% answer="line" tags=["hide-input"]
line = ask.number(
    "line",
    {
        "m1": "存货周转天数",
        "m2": "预收周转天数",
        "m3": "周转天数合计",
        "m4": "一年周转次数",
        "m5": "营运资金量",
        "m6": "新增流动资金贷款额度",
    },
    units={"m1": "天", "m2": "天", "m3": "天", "m4": "次", "m5": "万元", "m6": "万元"},
)
# BEGIN SOLUTION
line = {"m1": 60, "m2": 10, "m3": 90, "m4": 4, "m5": 907.2, "m6": 347.2}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都填了。

# %% check="line" points=12
todo = [key for key, value in line.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(line) == {f"m{n}" for n in range(1, 7)}, "应有 m1 到 m6 六个数，请不要增删。"
# BEGIN HIDDEN TESTS
assert abs(line["m1"] - 60.83) > 0.2, "m1：题目的口径是一年三百六十天，你用了三百六十五天。算天数和算次数都用它，额度倒不变；一处三百六十、一处三百六十五，额度就错了。"
assert abs(line["m1"] - 48) > 0.2, "m1：你用收入作了存货的分母。存货在账上按成本记，分母不一致，天数偏短，额度就少给，好客户去了别家。"
assert abs(line["m1"] - 60) < 0.2, f"m1：480 ÷ 2,880 × 360，现填 {line['m1']:g}。"
assert abs(line["m2"] - 12.5) > 0.2, "m2：预收的分母是收入，你用了成本：它是买家按卖价先付的钱。天数算长了，会少给额度。"
assert abs(line["m2"] - 10) < 0.2, f"m2：100 ÷ 3,600 × 360，现填 {line['m2']:g}。"
assert abs(line["m3"] - 110) > 0.5, "m3：预收加上去了，符号反了。它是买家先垫给客户的钱，要减；加上去，营运资金量多算两成多，新增额度多给近六成，没有生意撑着。"
assert abs(line["m3"] - 100) > 0.5, "m3：漏了预收这一项，它要减。买家已经先垫了一部分，漏掉就多给额度。"
assert abs(line["m3"] - 90) < 0.5, f"m3：60 + 70 − 40 + 10 − 10，现填 {line['m3']:g}。"
assert abs(line["m4"] - 4) < 0.05, f"m4：360 ÷ 天数合计，现填 {line['m4']:g}。"
assert abs(line["m5"] - 907.2) < 2, f"m5：3,600 × (1 − 4%) × (1 + 5%) ÷ 4，现填 {line['m5']:g}。"
assert abs(line["m6"] - 447.2) > 2, "m6：漏扣了股东借来的 100 万元。同一个缺口，银行和股东各填一遍，多出来的钱会流到别处去。"
assert abs(line["m6"] - 347.2) < 2, f"m6：907.2 − 260 − 200 − 100，现填 {line['m6']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="line"
# 每个数旁边写分母。讲评时问：哪一个数最容易被客户说大？拿什么单据证明？

# %% sample="line" mistake="周转口径：存货用收入算" says="用收入作了存货的分母"
line = {"m1": 48, "m2": 10, "m3": 78, "m4": 4.6, "m5": 786.2, "m6": 226.2}

# %% sample="line" mistake="周转口径：预收用成本算" says="你用了成本"
line = {"m1": 60, "m2": 12.5, "m3": 87.5, "m4": 4.1, "m5": 882, "m6": 322}

# %% sample="line" mistake="周转口径：365 天" says="你用了三百六十五天"
line = {"m1": 60.8, "m2": 10.1, "m3": 91.3, "m4": 4, "m5": 907.2, "m6": 347.2}

# %% sample="line" mistake="周转口径：预收的符号" says="符号反了"
line = {"m1": 60, "m2": 10, "m3": 110, "m4": 3.3, "m5": 1108.8, "m6": 548.8}

# %% sample="line" mistake="漏了预收" says="漏了预收这一项"
line = {"m1": 60, "m2": 10, "m3": 100, "m4": 3.6, "m5": 1008, "m6": 448}

# %% sample="line" mistake="漏扣其他渠道资金" says="漏扣了股东借来"
line = {"m1": 60, "m2": 10, "m3": 90, "m4": 4, "m5": 907.2, "m6": 447.2}

# %% [markdown]
# ## 二、什么时候要、要哪一种（全员必做）
#
# 四户的教学例子：柱子是每月付出去的货款，折线是每月收回来的货款。

# %% tags=["hide-input"]
_firms = {
    "甲　月饼厂": ([2, 2, 2, 2, 3, 8, 30, 45, 30, 3, 2, 2], [2, 2, 2, 2, 2, 2, 3, 5, 20, 68, 22, 5]),
    "乙　年货批发": ([10, 4, 4, 4, 4, 4, 4, 5, 8, 15, 40, 55], [45, 60, 12, 5, 5, 5, 5, 5, 6, 8, 12, 20]),
    "丙　空调经销": ([4, 8, 25, 45, 40, 15, 6, 4, 4, 4, 4, 4], [5, 5, 5, 6, 8, 15, 40, 55, 25, 8, 5, 5]),
    "丁　早餐连锁": ([11, 10, 12, 11, 12, 11, 12, 11, 12, 11, 12, 11], [13, 12, 14, 13, 14, 13, 14, 13, 14, 13, 14, 13]),
}
figure, grid = plt.subplots(2, 2, figsize=(9, 4.6), sharex=True)
for (name, (paid, received)), axes in zip(_firms.items(), grid.flat, strict=True):
    axes.bar(range(1, 13), paid, color="#56B4E9", label="付出去的货款")
    axes.plot(range(1, 13), received, color="#000000", marker="o", markersize=4, label="收回来的货款")
    axes.set(title=name, ylabel="万元", xticks=range(1, 13), ylim=(0, 75))
grid.flat[0].legend(fontsize=8, loc="upper left")
for axes in grid[1]:
    axes.set_xlabel("月份")
figure.tight_layout()
show(figure, "四户的月度付款与收款：月饼厂七到九月付、十月收；年货批发十一二月付、一二月收；空调经销三到五月付、七八月收；早餐连锁每月差不多。")

# %% [markdown] task="season" track="all"
# ### 第 3 题　季节与时点（8 分，全员必做）
#
# 看图回答。从拜访到放款，办手续、备资料合计要**两个月**。钱从回款里还。

# %% answer="season" tags=["hide-input"]
season = ask.choices(
    "season",
    {
        "s1": "甲累计垫出去的钱，哪个月底最多？",
        "s2": "乙十一月就要大笔付款，最合适几月去拜访？",
        "s3": "丙的借款，几月还最稳？",
        "s4": "丁什么时候去？",
        "s5": "丙六月来说“旺季到了，再借一笔备货”，图上看怎么样？",
    },
    {
        "s1": ["8 月", "9 月", "10 月"],
        "s2": ["9 月", "11 月", "1 月"],
        "s3": ["6 月", "9 月", "次年 3 月"],
        "s4": ["等它的旺季", "没有季节，看有没有新店、设备的用途"],
        "s5": ["合理，六月正是付款的时候", "不合理，备货款三到五月已经付了，先问用途"],
    },
)
# BEGIN SOLUTION
season = {"s1": "9 月", "s2": "9 月", "s3": "9 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "不合理，备货款三到五月已经付了，先问用途"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题。

# %% check="season" points=8
todo = [key for key, choice in season.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(season) == {f"s{n}" for n in range(1, 6)}, "应有 s1 到 s5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
assert season["s1"] != "10 月", "s1：十月是收钱最多的月份，缺口正在合上。把收钱的高峰当成用钱的高峰，钱到的时候客户已经不缺了。"
assert season["s1"] == "9 月", "s1：八月付得最多，可九月付的仍比收的多，累计的缺口还在变大。只看付得最多的月份，额度和期限都会定短。"
assert season["s2"] == "9 月", "s2：用款月往前倒推两个月。付款时或旺季里才去，手续来不及，客户已经用了别家的钱。"
assert season["s3"] != "6 月", "s3：六月货款还没有收回来，到期日排在回款之前，好客户也会逾期。"
assert season["s3"] == "9 月", "s3：到八月底还差一点没收回，九月收上来就该还；放到次年，钱闲着半年，容易挪作他用。"
assert season["s4"].startswith("没有季节"), "s4：它每月都差不多，等不来旺季；看有没有开店、换设备的计划。"
assert season["s5"].startswith("不合理"), "s5：图上三到五月才是付款的时候。用途和时点对不上，钱多半去了别处。"
# END HIDDEN TESTS

# %% [markdown] discussion="season"
# 甲：柱子还高过折线的最后一个月，累计缺口最大；付款高峰和缺口高峰差一个月。丙的第五问练的是用途核实。

# %% sample="season" mistake="收钱高峰当用钱高峰" says="收钱的高峰"
season = {"s1": "10 月", "s2": "9 月", "s3": "9 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "不合理，备货款三到五月已经付了，先问用途"}

# %% sample="season" mistake="付款高峰当缺口高峰" says="额度和期限都会定短"
season = {"s1": "8 月", "s2": "9 月", "s3": "9 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "不合理，备货款三到五月已经付了，先问用途"}

# %% sample="season" mistake="旺季到了才去" says="手续来不及"
season = {"s1": "9 月", "s2": "1 月", "s3": "9 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "不合理，备货款三到五月已经付了，先问用途"}

# %% sample="season" mistake="到期日在回款之前" says="排在回款之前"
season = {"s1": "9 月", "s2": "9 月", "s3": "6 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "不合理，备货款三到五月已经付了，先问用途"}

# %% sample="season" mistake="用途与时点对不上" says="钱多半去了别处"
season = {"s1": "9 月", "s2": "9 月", "s3": "9 月", "s4": "没有季节，看有没有新店、设备的用途", "s5": "合理，六月正是付款的时候"}

# %% [markdown] task="stage" track="all"
# ### 第 4 题　生命周期与需求类型（8 分，全员必做）
#
# 给每户选**先谈哪一种**。阶段与产品的对应是本课程设定，见课程第 3 节。增速都已去掉季节。

# %% answer="stage" tags=["hide-input"]
stage = ask.choices(
    "stage",
    {
        "l1": "烘焙店，开了一年半，没有借过钱，想添一台烤箱。",
        "l2": "五金厂，开了四年，近一年流入涨 28%，订单排到三个月后，货款垫不过来。",
        "l3": "调味品批发，开了十五年，流入几年来上下不过 3%，只嫌利息贵。",
        "l4": "服装厂，开了十一年，流入连着两季同比跌 12%，断票三个月，想再借一笔。",
        "l5": "模具厂，开了十二年，近一年流入涨 30%，老客户加单，正在买机床。",
        "l6": "零件厂，开了九年，主业从灯具改做机器人关节，两项发明专利，正在建新线。",
    },
    ["首贷、创业担保", "循环额度、设备贷", "先息后本、中长期、票据", "重组、压降、还款计划", "项目贷、知识产权质押"],
)
# BEGIN SOLUTION
stage = {
    "l1": "首贷、创业担保", "l2": "循环额度、设备贷", "l3": "先息后本、中长期、票据",
    "l4": "重组、压降、还款计划", "l5": "循环额度、设备贷", "l6": "项目贷、知识产权质押",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 4 题。

# %% check="stage" points=8
todo = [key for key, choice in stage.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(stage) == {f"l{n}" for n in range(1, 7)}, "应有 l1 到 l6 六户，请不要增删。"
# BEGIN HIDDEN TESTS
assert stage["l5"] != "先息后本、中长期、票据", "l5：你把年限当成了阶段。它开了十二年，可流入在快涨、在扩产，照课程的表是成长期：先谈循环额度（垫订单）配设备贷（买机床）。当成熟户去谈，话题成了降价换品种，订单和机床的钱反而没人先问。"
assert stage["l4"] not in ("循环额度、设备贷", "先息后本、中长期、票据"), "l4：流入连跌又断票，是衰退期。再加额度是往漏水的桶里倒水，先谈怎么还。"
assert stage["l6"] != "循环额度、设备贷", "l6：主业变了，是转型期。循环额度太短，设备贷只管买设备，改造、调试、试产的钱不在里头；建新线的钱回得慢，先谈项目贷，不然回款还没有影子就到期了。"
assert stage["l1"] == "首贷、创业担保", "l1：没有借过钱的新户，额度小、要得急，先帮它借成第一笔；别的产品门槛高，会把它推给网贷。"
assert stage["l2"] == "循环额度、设备贷", "l2：快长的客户缺的是周转，循环额度随借随还；给错品种，订单就做不了。"
assert stage["l3"] == "先息后本、中长期、票据", "l3：成熟稳定，比的是价格和期限；拿首贷产品的价格去，会丢掉老客户。"
assert stage["l4"] == "重组、压降、还款计划", "l4：先谈重组和还款计划；别的都会让敞口更大。"
assert stage["l5"] == "循环额度、设备贷", "l5：成长期，机床用设备贷，期限和机床配。"
assert stage["l6"] == "项目贷、知识产权质押", "l6：转型期，用项目款，专利可以质押。"
# END HIDDEN TESTS

# %% [markdown] discussion="stage"
# l2、l5 阶段相同，年限差八年；l4、l5 年限相近，阶段相反。让学员说出各自看的是哪一个数。

# %% sample="stage" mistake="年限当阶段" says="把年限当成了阶段"
stage = {"l1": "首贷、创业担保", "l2": "循环额度、设备贷", "l3": "先息后本、中长期、票据", "l4": "重组、压降、还款计划", "l5": "先息后本、中长期、票据", "l6": "项目贷、知识产权质押"}

# %% sample="stage" mistake="衰退还加额度" says="往漏水的桶里倒水"
stage = {"l1": "首贷、创业担保", "l2": "循环额度、设备贷", "l3": "先息后本、中长期、票据", "l4": "循环额度、设备贷", "l5": "循环额度、设备贷", "l6": "项目贷、知识产权质押"}

# %% sample="stage" mistake="转型用短钱" says="回款还没有影子"
stage = {"l1": "首贷、创业担保", "l2": "循环额度、设备贷", "l3": "先息后本、中长期、票据", "l4": "重组、压降、还款计划", "l5": "循环额度、设备贷", "l6": "循环额度、设备贷"}

# %% [markdown]
# ## 三、先找谁，凭什么（全员必做）
#
# 先定阈值，再验收别人交来的预测。

# %% [markdown] task="threshold" track="all"
# ### 第 5 题　触达阈值（10 分，全员必做）
#
# 某支行 5,600 户，半年内真来申请的 600 户（上个半年的结果，教学例子）。概率已校准：
#
# | 阈值（概率不低于） | 上名单（户） | 其中真来的（户） |
# |---|---|---|
# | 40% | 100 | 48 |
# | 30% | 260 | 104 |
# | 20% | 700 | 216 |
# | 15% | 1,200 | 312 |
# | 10% | 2,000 | 420 |
# | 5% | 3,600 | 540 |
#
# 命中一户利润 2,400 元，拜访一户成本 360 元（仿真参数）。净收益 = 真来的 × 2,400 − 上名单 × 360。**查准率** = 真来的 ÷ 上名单；**查全率** = 名单里真来的 ÷ 600。
#
# 本题假定不去就不会来；不去也会来的，模块 09 再扣。阈值只能从表里选，名单上的都要去。t5、t6 的**名额有限**：5 名客户经理，每人每周 6 户，半年按 26 周，名单要跑得完。

# %% answer="threshold" tags=["hide-input"]
threshold = ask.number(
    "threshold",
    {
        "t1": "阈值 30% 的查准率",
        "t2": "阈值 30% 的查全率",
        "t3": "阈值 20% 的净收益",
        "t4": "名额管够，净收益最高的阈值",
        "t5": "名额有限，净收益最高的阈值",
        "t6": "用 t5 的阈值，漏掉几户真会来的",
    },
    units={"t1": "%", "t2": "%", "t3": "万元", "t4": "%", "t5": "%", "t6": "户"},
)
# BEGIN SOLUTION
threshold = {"t1": 40, "t2": 17.3, "t3": 26.64, "t4": 15, "t5": 20, "t6": 384}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="threshold" points=10
todo = [key for key, value in threshold.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(threshold) == {f"t{n}" for n in range(1, 7)}, "应有 t1 到 t6 六个数，请不要增删。"
# BEGIN HIDDEN TESTS
_table = pd.DataFrame({"at": [40, 30, 20, 15, 10, 5], "n": [100, 260, 700, 1200, 2000, 3600], "hit": [48, 104, 216, 312, 420, 540]})
_table["net"] = _table["hit"] * 2400 - _table["n"] * 360
_best = int(_table.loc[_table["net"].idxmax(), "at"])
_fits = int(_table.loc[_table.loc[_table["n"] <= 5 * 6 * 26, "net"].idxmax(), "at"])
_percent = {key: threshold[key] * (100 if 0 < threshold[key] < 1 else 1) for key in ("t1", "t2", "t4", "t5")}
assert abs(_percent["t1"] - 17.3) > 0.5, "t1、t2：查准率和查全率弄反了。查准看白跑多少，查全看漏掉多少；弄反了，会拿漏得多当跑得准。"
assert abs(_percent["t1"] - 40) < 0.5, f"t1：104 ÷ 260，现填 {threshold['t1']:g}。"
assert abs(_percent["t2"] - 17.3) < 0.5, f"t2：104 ÷ 600，现填 {threshold['t2']:g}。"
assert abs(threshold["t3"] - 51.84) > 0.1, "t3：忘了减拜访的成本。不算成本，名单越长越好，人会跑垮，钱也亏掉。"
assert abs(threshold["t3"] - 26.64) < 0.1, f"t3：216 × 2,400 − 700 × 360，单位万元，现填 {threshold['t3']:g}。"
assert abs(_percent["t4"] - 40) > 0.5, "t4：40% 的查准率最高，净收益却不高：只去最有把握的几户，漏掉了大半利润。"
assert abs(_percent["t4"] - 5) > 0.5, "t4：5% 命中最多，可最后加进来的多半白跑，成本超过了收益。"
assert abs(_percent["t4"] - _best) < 0.5, f"t4：逐行算净收益，最高的是 {_best}%：再往下，新加的客户命中不到 15%，不够 360 ÷ 2,400 的成本。"
assert abs(_percent["t5"] - 15) > 0.5, "t5：没有看名额。15% 的名单有 1,200 户，5 人半年只跑得了 780 户，剩下的去不了，名单成了空话。"
assert abs(_percent["t5"] - _fits) < 0.5, f"t5：名额 5 × 6 × 26 = 780 户，跑得完的名单里净收益最高的阈值是 {_fits}%。"
assert abs(threshold["t6"] - 384) < 0.5, f"t6：600 − 216，现填 {threshold['t6']:g}。漏掉的要写进报告：那是加人、换渠道的理由。"
# END HIDDEN TESTS

# %% [markdown] discussion="threshold"
# 人手管够时看新加的一段：从 15% 降到 10%，多去 800 户多命中 108 户，命中率低于保本的 15%。名额不够时，名额才是阈值。

# %% sample="threshold" mistake="查准率与查全率弄反" says="弄反了"
threshold = {"t1": 17.3, "t2": 40, "t3": 26.64, "t4": 15, "t5": 20, "t6": 384}

# %% sample="threshold" mistake="忘了拜访的成本" says="忘了减拜访的成本"
threshold = {"t1": 40, "t2": 17.3, "t3": 51.84, "t4": 15, "t5": 20, "t6": 384}

# %% sample="threshold" mistake="只看查准率" says="只去最有把握的几户"
threshold = {"t1": 40, "t2": 17.3, "t3": 26.64, "t4": 40, "t5": 20, "t6": 384}

# %% sample="threshold" mistake="只看命中多" says="最后加进来的多半白跑"
threshold = {"t1": 40, "t2": 17.3, "t3": 26.64, "t4": 5, "t5": 20, "t6": 384}

# %% sample="threshold" mistake="没有看名额" says="没有看名额"
threshold = {"t1": 0.4, "t2": 0.173, "t3": 26.64, "t4": 0.15, "t5": 0.15, "t6": 288}

# %% [markdown] task="usable" track="all"
# ### 第 6 题　这份测算或预测能不能用（8 分，全员必做）
#
# 给每份选一个结论。

# %% answer="usable" tags=["hide-input"]
usable = ask.choices(
    "usable",
    {
        "u1": "训练样本的答案到前年年底都已揭晓，测试用去年上半年的观察点，答案也都揭晓了；分十组，预测与实际相差不过两个百分点。用来定触达阈值。",
        "u2": "每户每月一行，随机留三成测试，AUC 0.95。用来向行长报效果。",
        "u3": "按时间切分，AUC 0.72；十组里每组的预测都是实际的三倍左右。用来算要派多少人。",
        "u4": "还是 u3 那一份，只用来排名单的先后。",
        "u5": "金额取对数做回归，预测值直接还原、加总，当作明年的信贷计划。",
        "u6": "四成申请正好是 50 万元，也就是产品上限；报告写“户均需求 38 万元”。",
        "u7": "一家餐饮公司周转天数合计是 −12 天，套公式得负数，取绝对值作额度。",
    },
    ["可以用", "退回：切分不对", "退回：没有校准", "退回：对数没有修正", "退回：把顶格当真", "退回：公式不适用"],
)
# BEGIN SOLUTION
usable = {
    "u1": "可以用", "u2": "退回：切分不对", "u3": "退回：没有校准", "u4": "可以用",
    "u5": "退回：对数没有修正", "u6": "退回：把顶格当真", "u7": "退回：公式不适用",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="usable" points=8
todo = [key for key, choice in usable.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(usable) == {f"u{n}" for n in range(1, 8)}, "应有 u1 到 u7 七份，请不要增删。"
# BEGIN HIDDEN TESTS
assert usable["u2"] == "退回：切分不对", "u2：同一户相邻的月份分在训练和测试两边，未来教了过去。上线后掉下来，报过的效果收不回。"
assert usable["u3"] == "退回：没有校准", "u3：排得对不等于概率准。照三倍的概率派人，三个里有两个白派。"
assert usable["u5"] == "退回：对数没有修正", "u5：对数的平均还原回来总是偏低，要乘残差还原后的平均。不乘，整年的计划从第一天就偏少。"
assert usable["u6"] == "退回：把顶格当真", "u6：正好在上限的只说明“至少”要这么多。当成正好，大需求全被看小，客户去别家补齐。"
assert usable["u7"] == "退回：公式不适用", "u7：天数合计不大于零，说明客户占用上下游的钱；硬套出来的额度没有用途，换别的办法判断。"
assert usable["u1"] == "可以用", "u1：时间切分、校准都做了，用途也对得上；什么都退回，名单就永远发不下去。"
assert usable["u4"] == "可以用", "u4：只排先后，看的是 AUC，概率整体偏大不影响次序；一概退回是浪费。"
# END HIDDEN TESTS

# %% [markdown] discussion="usable"
# u3 和 u4 是同一份预测，用途不同，结论不同：先问“拿来做什么”。

# %% sample="usable" mistake="随机切分时间数据" says="未来教了过去"
usable = {"u1": "可以用", "u2": "可以用", "u3": "退回：没有校准", "u4": "可以用", "u5": "退回：对数没有修正", "u6": "退回：把顶格当真", "u7": "退回：公式不适用"}

# %% sample="usable" mistake="没有校准也去算人手" says="三个里有两个白派"
usable = {"u1": "可以用", "u2": "退回：切分不对", "u3": "可以用", "u4": "可以用", "u5": "退回：对数没有修正", "u6": "退回：把顶格当真", "u7": "退回：公式不适用"}

# %% sample="usable" mistake="log 回变换无 smearing" says="还原回来总是偏低"
usable = {"u1": "可以用", "u2": "退回：切分不对", "u3": "退回：没有校准", "u4": "可以用", "u5": "可以用", "u6": "退回：把顶格当真", "u7": "退回：公式不适用"}

# %% sample="usable" mistake="额度封顶当真" says="大需求全被看小"
usable = {"u1": "可以用", "u2": "退回：切分不对", "u3": "退回：没有校准", "u4": "可以用", "u5": "退回：对数没有修正", "u6": "可以用", "u7": "退回：公式不适用"}

# %% sample="usable" mistake="天数不大于零硬套公式" says="硬套出来的额度"
usable = {"u1": "可以用", "u2": "退回：切分不对", "u3": "退回：没有校准", "u4": "可以用", "u5": "退回：对数没有修正", "u6": "退回：把顶格当真", "u7": "可以用"}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="capital" track="analyst"
# ### 第 7 题　流贷测算（8 分，分析岗）
#
# 写函数 `credit_gap(books, growth, own, loans, other)`，返回字典 `{"days", "need", "gap"}`，金额单位是元：
#
# - `books` 是一户一年的报表，一个字典：`revenue, cost, net_profit, inventory, receivable, prepaid, payable, advance`（收入、成本、净利润是全年数，其余是年末数）；
# - `days` = 存货 + 应收 − 应付 + 预付 − 预收的周转天数，一年 **360 天**；应收、预收用收入，其余三项用成本；
# - `need` = 收入 × (1 − 净利润 ÷ 收入) × (1 + `growth`) ÷ (360 ÷ `days`)；
# - `gap` = `need` − `own` − `loans` − `other`，不低于 0；
# - `days` 不大于 0 时公式不适用，`need`、`gap` 为 `math.nan`。

# %% answer="capital"
def credit_gap(books, growth, own, loans, other):
    # BEGIN SOLUTION
    by_cost = (books["inventory"] + books["prepaid"] - books["payable"]) / books["cost"]
    by_revenue = (books["receivable"] - books["advance"]) / books["revenue"]
    days = 360 * (by_cost + by_revenue)
    if days <= 0:
        return {"days": days, "need": math.nan, "gap": math.nan}
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360
    return {"days": days, "need": need, "gap": max(need - own - loans - other, 0.0)}
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：只有存货和应收，没有别的科目。

# %% check="capital" points=8
_firm = {"revenue": 3600.0, "cost": 1800.0, "net_profit": 360.0, "inventory": 450.0, "receivable": 300.0, "prepaid": 0.0, "payable": 0.0, "advance": 0.0}
_told = credit_gap(_firm, 0.0, 0.0, 0.0, 0.0)
assert math.isclose(_told["days"], 120), f"存货 450 ÷ 1800 × 360 = 90 天，应收 300 ÷ 3600 × 360 = 30 天，合计 120，现为 {_told['days']:g}：看看分母是收入还是成本，一年是不是 360 天。"
assert math.isclose(_told["need"], 1080), f"营运资金量应为 3600 × 0.9 ÷ 3 = 1080，现为 {_told['need']:g}。"
# BEGIN HIDDEN TESTS
_more = credit_gap(_firm | {"prepaid": 50.0, "payable": 150.0, "advance": 80.0}, 0.1, 0.0, 0.0, 0.0)
assert not math.isclose(_more["days"], 108), "预收被加上去了，应当减：买家先付的钱不用银行再垫。多给的额度没有生意撑着。"
assert not math.isclose(_more["days"], 102), "应付、预付的分母应是成本，你用了收入：供应商的账是按进价记的。应付要减，它的天数算短了，合计就从 92 天变成 102 天，额度多给。"
assert math.isclose(_more["days"], 92), f"90 + 30 − 30 + 10 − 8 = 92 天，现为 {_more['days']:g}。"
assert math.isclose(_more["need"], 910.8), f"3600 × 0.9 × 1.1 × 92 ÷ 360 = 910.8，现为 {_more['need']:g}。"
_rest = credit_gap(_firm, 0.0, 300.0, 200.0, 100.0)
assert not math.isclose(_rest["gap"], 580), "漏扣了 other：其他渠道的钱已经填了一部分缺口，银行再填一遍，多出来的会流到别处。"
assert math.isclose(_rest["gap"], 480), f"1080 − 300 − 200 − 100 = 480，现为 {_rest['gap']:g}。"
_rich = credit_gap(_firm, 0.0, 5000.0, 0.0, 0.0)
assert _rich["gap"] == 0, f"自有资金比营运资金量多，缺口应为 0，现为 {_rich['gap']:g}：负的额度加总起来，会把别人的缺口冲掉。"
_none = credit_gap(_firm | {"inventory": 20.0, "receivable": 30.0, "payable": 400.0}, 0.0, 0.0, 0.0, 0.0)
assert math.isnan(_none["need"]) and math.isnan(_none["gap"]), "天数合计不大于零，公式不适用，应为缺失：记成 0 就成了“没有需求”，其实是要换办法判断。"
# END HIDDEN TESTS

# %% [markdown] discussion="capital"
# 与 `smeprofile.demand.working_capital` 同一公式（2010 年办法附件），可以拿班级报表互相核对。

# %% sample="capital" mistake="周转口径：都用收入算" says="看看分母是收入还是成本"
def credit_gap(books, growth, own, loans, other):
    tied = books["inventory"] + books["receivable"] + books["prepaid"] - books["payable"] - books["advance"]
    days = 360 * tied / books["revenue"]
    if days <= 0:
        return {"days": days, "need": math.nan, "gap": math.nan}
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360
    return {"days": days, "need": need, "gap": max(need - own - loans - other, 0.0)}

# %% sample="capital" mistake="周转口径：预收的符号" says="预收被加上去了"
def credit_gap(books, growth, own, loans, other):
    days = 360 * ((books["inventory"] + books["prepaid"] - books["payable"]) / books["cost"] + (books["receivable"] + books["advance"]) / books["revenue"])
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360 if days > 0 else math.nan
    return {"days": days, "need": need, "gap": max(need - own - loans - other, 0.0)}

# %% sample="capital" mistake="周转口径：应付、预付用收入算" says="应付、预付的分母应是成本"
def credit_gap(books, growth, own, loans, other):
    on_revenue = books["prepaid"] - books["payable"] + books["receivable"] - books["advance"]
    days = 360 * (books["inventory"] / books["cost"] + on_revenue / books["revenue"])
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360 if days > 0 else math.nan
    return {"days": days, "need": need, "gap": max(need - own - loans - other, 0.0)}

# %% sample="capital" mistake="漏扣其他渠道资金" says="漏扣了 other"
def credit_gap(books, growth, own, loans, other):
    days = 360 * ((books["inventory"] + books["prepaid"] - books["payable"]) / books["cost"] + (books["receivable"] - books["advance"]) / books["revenue"])
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360 if days > 0 else math.nan
    return {"days": days, "need": need, "gap": max(need - own - loans, 0.0)}

# %% sample="capital" mistake="天数不大于零硬套公式" says="要换办法判断"
def credit_gap(books, growth, own, loans, other):
    days = 360 * ((books["inventory"] + books["prepaid"] - books["payable"]) / books["cost"] + (books["receivable"] - books["advance"]) / books["revenue"])
    need = (books["revenue"] - books["net_profit"]) * (1 + growth) * days / 360
    return {"days": days, "need": need, "gap": max(need - own - loans - other, 0.0)}

# %% [markdown] task="split" track="analyst"
# ### 第 8 题　按时间切分（8 分，分析岗）
#
# 写函数 `split_by_time(rows, cut, months)`，返回 `(train, test)` 两个表，行的次序和索引都不变：
#
# - `rows` 一行是一户在一个观察点：`customer_id, as_of, asked`；`asked` 说的是观察点**之后** `months` 个月里来没有来；
# - `train`：站在 `cut` 那天，答案**已经揭晓**的行，即观察点加 `months` 个月不晚于 `cut`；
# - `test`：观察点不早于 `cut` 的行；
# - 两边都不是的（答案跨过 `cut`）不用。

# %% answer="split"
def split_by_time(rows, cut, months):
    # BEGIN SOLUTION
    cut = pd.Timestamp(cut)
    known = rows["as_of"] + pd.DateOffset(months=months) <= cut
    return rows[known], rows[rows["as_of"] >= cut]
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：同一户，每季一个观察点，看之后半年。

# %% check="split" points=8
_days = pd.to_datetime(["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30"])
_rows = pd.DataFrame({"customer_id": "C1", "as_of": _days, "asked": [False, True, True, False, False, True]})
_train, _test = split_by_time(_rows, "2024-12-31", 6)
assert _test["as_of"].tolist() == list(_days[3:]), "测试应是切分点当天起的三行。随机切分会让同一户的后一季进训练、前一季进测试，未来教了过去，上线后一定掉下来。"
# BEGIN HIDDEN TESTS
assert _train["as_of"].tolist() != list(_days[:3]), "2024-09-30 那一行的答案要到 2025 年 3 月才揭晓，站在切分点那天还不知道：答案跨过切分点的行不能拿来训练。"
assert _train["as_of"].tolist() == list(_days[:2]), f"训练应是前两行，现为 {[f'{day:%Y-%m-%d}' for day in _train['as_of']]}。"
_whole = split_by_time(_rows, "2025-12-31", 6)
assert len(_whole[0]) == 6 and len(_whole[1]) == 0, "切分点在最后：六行的答案都揭晓了，测试是空表。"
_long = split_by_time(_rows, "2024-12-31", 9)
assert _long[0]["as_of"].tolist() == list(_days[:1]), "看之后九个月时，只有第一行的答案在切分点以前揭晓：要用 months，不能写死六个月。"
_mixed = _rows.iloc[[5, 1, 3, 0]]
_early, _late = split_by_time(_mixed, "2024-12-31", 6)
assert _early.index.tolist() == [1, 0] and _late.index.tolist() == [5, 3], "行的次序、索引都不要动。"
# END HIDDEN TESTS

# %% [markdown] discussion="split"
# `smeprofile.demand.time_split` 只按观察点切，答案跨过切分点的行要自己先去掉：课程第 4 节里观察点隔半年、看之后半年，正好不跨。

# %% sample="split" mistake="随机切分时间数据" says="未来教了过去，上线后"
def split_by_time(rows, cut, months):
    train = rows.sample(frac=0.5, random_state=1)
    return train, rows.drop(train.index)

# %% sample="split" mistake="答案跨过切分点" says="答案跨过切分点的行不能"
def split_by_time(rows, cut, months):
    return rows[rows["as_of"] < pd.Timestamp(cut)], rows[rows["as_of"] >= pd.Timestamp(cut)]

# %% sample="split" mistake="把六个月写死" says="不能写死六个月"
def split_by_time(rows, cut, months):
    known = rows["as_of"] + pd.DateOffset(months=6) <= pd.Timestamp(cut)
    return rows[known], rows[rows["as_of"] >= pd.Timestamp(cut)]

# %% [markdown] task="expected" track="analyst"
# ### 第 9 题　两部分模型（11 分，分析岗）
#
# 写函数 `expected_need(train, new, features)`，返回 `new` 每行的期望金额（元），一个 Series，索引同 `new`：
#
# - `train` 有 `features` 各列和 `amount_cny`；没有来的，`amount_cny` 是缺失**或** 0；
# - 第一部分：`LogisticRegression(max_iter=1000)`，全部行，来（金额大于 0）还是没来；
# - 第二部分：`LinearRegression()`，只用来了的行，对 `amount_cny` 的**自然对数**；
# - 还原时乘 Duan 修正系数：训练行残差（对数实际 − 对数预测）取 `exp` 后的平均数；
# - 期望金额 = 概率 × 修正后的金额。

# %% answer="expected"
def expected_need(train, new, features):
    # BEGIN SOLUTION
    came = train["amount_cny"] > 0  # 缺失也是没来
    chance = LogisticRegression(max_iter=1000).fit(train[features], came)
    logs = np.log(train.loc[came, "amount_cny"])
    size = LinearRegression().fit(train.loc[came, features], logs)
    smearing = np.exp(logs - size.predict(train.loc[came, features])).mean()
    amount = np.exp(size.predict(new[features])) * smearing
    return pd.Series(chance.predict_proba(new[features])[:, 1] * amount, index=new.index)
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：四户长得一样，两户来了，分别借十万元和四十万元。

# %% check="expected" points=11
_same = pd.DataFrame({"size": [0.0, 0.0, 0.0, 0.0], "amount_cny": [100_000.0, 400_000.0, None, 0.0]})
_one = pd.DataFrame({"size": [0.0]}, index=["新户"])
_got = expected_need(_same, _one, ["size"])
assert isinstance(_got, pd.Series) and list(_got.index) == ["新户"], "应返回 Series，索引和 new 一样。"
assert not math.isclose(_got["新户"], 250_000, rel_tol=0.02), "漏了第一部分：这是“来了要多少”，还要乘上会不会来的概率。不乘，备的资金会多出好几倍。"
# BEGIN HIDDEN TESTS
assert not math.isclose(_got["新户"], 100_000, rel_tol=0.02), "没有乘修正系数：对数的平均还原出来是 20 万元，真实的平均是 25 万元。少估两成，整年的信贷计划就偏少。"
assert not any(math.isclose(_got["新户"], _off, rel_tol=0.005) for _off in (127_154, 161_681)), "你用的是方差的一半，那要求残差正态；题目要 Duan 修正：残差取 exp 再平均，不挑分布。"
assert math.isclose(_got["新户"], 125_000, rel_tol=0.01), f"一半会来，来了平均 25 万元，期望应为 125,000，现为 {_got['新户']:,.0f}：看看没来的是不是也进了金额模型（0 的对数没有意义）。"
_rng = np.random.default_rng(3)
_x = pd.DataFrame({"size": _rng.normal(size=600), "age": _rng.normal(size=600)})
_came = _rng.uniform(size=600) < 1 / (1 + np.exp(1 - _x["size"]))
_x["amount_cny"] = np.exp(12 + 0.6 * _x["size"] - 0.3 * _x["age"] + _rng.normal(0, 0.9, 600)).where(_came)
_p = LogisticRegression(max_iter=1000).fit(_x[["size", "age"]], _came).predict_proba(_x[["size", "age"]])[:, 1]
_logs = np.log(_x.loc[_came, "amount_cny"])
_fit = LinearRegression().fit(_x.loc[_came, ["size", "age"]], _logs)
_rest = _logs - _fit.predict(_x.loc[_came, ["size", "age"]])
_want = _p * np.exp(_fit.predict(_x[["size", "age"]])) * np.exp(_rest).mean()
_all = expected_need(_x.copy(), _x.copy(), ["size", "age"])
assert not np.allclose(_all, _p * np.exp(_fit.predict(_x[["size", "age"]]) + _rest.var() / 2), rtol=1e-4), "你用的是方差的一半，那要求残差正态；题目要 Duan 修正：残差取 exp 再平均，不挑分布。"
assert np.allclose(_all, _want, rtol=0.01), "六百户的合计对不上：概率用全部行，金额只用来了的行，修正系数用训练行的残差。"
_zero = expected_need(_x.fillna({"amount_cny": 0.0}), _x, ["size", "age"])
assert np.allclose(_zero, _all, rtol=1e-6), "没来的记 0 和记缺失，应当一样。"
# END HIDDEN TESTS

# %% [markdown] discussion="expected"
# 只有一个常数特征时，修正以后正好等于算术平均：这就是修正系数在做的事。包里的 `TwoPart` 用没参加训练的残差（交叉验证），复杂的模型更要这样。

# %% sample="expected" mistake="log 回变换无 smearing" says="没有乘修正系数"
def expected_need(train, new, features):
    came = train["amount_cny"] > 0
    chance = LogisticRegression(max_iter=1000).fit(train[features], came)
    size = LinearRegression().fit(train.loc[came, features], np.log(train.loc[came, "amount_cny"]))
    return pd.Series(chance.predict_proba(new[features])[:, 1] * np.exp(size.predict(new[features])), index=new.index)

# %% sample="expected" mistake="漏了会不会来的概率" says="漏了第一部分"
def expected_need(train, new, features):
    came = train["amount_cny"] > 0
    logs = np.log(train.loc[came, "amount_cny"])
    size = LinearRegression().fit(train.loc[came, features], logs)
    smearing = np.exp(logs - size.predict(train.loc[came, features])).mean()
    return pd.Series(np.exp(size.predict(new[features])) * smearing, index=new.index)

# %% sample="expected" mistake="没来的也进了金额模型" says="没来的是不是也进了金额模型"
def expected_need(train, new, features):
    logs = np.log1p(train["amount_cny"].fillna(0))
    size = LinearRegression().fit(train[features], logs)
    came = train["amount_cny"] > 0
    chance = LogisticRegression(max_iter=1000).fit(train[features], came)
    return pd.Series(chance.predict_proba(new[features])[:, 1] * np.expm1(size.predict(new[features])), index=new.index)

# %% sample="expected" mistake="用方差的一半修正" says="残差正态"
def expected_need(train, new, features):
    came = train["amount_cny"] > 0
    chance = LogisticRegression(max_iter=1000).fit(train[features], came)
    logs = np.log(train.loc[came, "amount_cny"])
    size = LinearRegression().fit(train.loc[came, features], logs)
    rest = logs - size.predict(train.loc[came, features])
    factor = np.exp(rest.var() / 2)
    return pd.Series(chance.predict_proba(new[features])[:, 1] * np.exp(size.predict(new[features])) * factor, index=new.index)

# %% [markdown] task="calibrated" track="analyst"
# ### 第 10 题　分十组看校准（7 分，分析岗）
#
# 写函数 `calibration_table(asked, probability)`，返回一个表，索引是 1 到 10（1 是预测最低的一组），三列：
#
# - `n`　这组几户：按预测从低到高排，**户数均分**成十组（并列的按出现先后排；户数一定是十的倍数）；
# - `predicted`　这组预测概率的平均；
# - `actual`　这组实际来的占比，0–1。
#
# `asked` 是布尔 Series，`probability` 是同样长的 Series，索引相同。

# %% answer="calibrated"
def calibration_table(asked, probability):
    # BEGIN SOLUTION
    place = probability.rank(method="first")
    group = np.ceil(place * 10 / len(probability)).astype(int)
    frame = pd.DataFrame({"predicted": probability, "actual": asked.astype(float)})
    table = frame.groupby(group).mean()
    table.insert(0, "n", frame.groupby(group).size())
    return table
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：二十户，多数预测很低。

# %% check="calibrated" points=7
_p = pd.Series([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.80, 0.90])
_a = pd.Series([False] * 10 + [True, False, False, True, False, False, True, False, True, True])
_table = calibration_table(_a, _p)
assert list(_table.index) == list(range(1, 11)), f"应有 1 到 10 十组，现为 {list(_table.index)}。"
assert _table["n"].tolist() == [2] * 10, f"每组应为 2 户，现为 {_table['n'].tolist()}：按户数均分，不是按概率等宽切；等宽切，高概率的组只剩一两户，看不出准不准。"
# BEGIN HIDDEN TESTS
assert np.allclose(_table["predicted"].iloc[[0, 9]], [0.015, 0.85]), "predicted 是这组预测的平均：第 1 组 0.015，第 10 组 0.85；第 1 组应是预测最低的。"
assert _table["actual"].max() <= 1, "actual 是占比，不是户数：户数多的支行看着总是更准。"
assert np.allclose(_table["actual"].iloc[[0, 5, 8, 9]], [0, 0.5, 0.5, 1]), f"实际占比算错了，现为 {_table['actual'].tolist()}：要按预测分组，不是按实际分组；按实际分，每份预测看着都准，定出来的阈值全是错的。"
_mix = [3, 0, 19, 7, 12, 5, 1, 18, 9, 2, 15, 4, 17, 6, 11, 8, 13, 10, 16, 14]
assert np.allclose(calibration_table(_a[_mix], _p[_mix])["actual"], _table["actual"]), "行的次序打乱以后结果变了：要先按预测排队，不是按行的先后分组。"
_ties = calibration_table(_a, pd.Series([0.2] * 20))
assert _ties["n"].tolist() == [2] * 10, "预测全部相同也要均分成十组，并列的按出现先后。"
# END HIDDEN TESTS

# %% [markdown] discussion="calibrated"
# 包里的 `calibration` 让并列的留在一起，组的大小会不同；两种做法都可以，口径要写明。

# %% sample="calibrated" mistake="按概率等宽切组" says="按概率等宽切"
def calibration_table(asked, probability):
    group = pd.cut(probability, 10, labels=range(1, 11)).astype(int)
    frame = pd.DataFrame({"predicted": probability, "actual": asked.astype(float)})
    table = frame.groupby(group).mean().reindex(range(1, 11))
    table.insert(0, "n", frame.groupby(group).size().reindex(range(1, 11), fill_value=0))
    return table

# %% sample="calibrated" mistake="户数当占比" says="是占比，不是户数"
def calibration_table(asked, probability):
    group = np.ceil(probability.rank(method="first") * 10 / len(probability)).astype(int)
    return pd.DataFrame({"n": asked.groupby(group).size(), "predicted": probability.groupby(group).mean(), "actual": asked.groupby(group).sum()})

# %% sample="calibrated" mistake="按实际分组" says="按实际分，每份预测"
def calibration_table(asked, probability):
    order = pd.DataFrame({"a": asked, "p": probability}).sort_values(["a", "p"], kind="stable")
    group = np.repeat(range(1, 11), len(order) // 10)
    predicted = probability.sort_values().groupby(group).mean()
    return pd.DataFrame({"n": order.groupby(group).size(), "predicted": predicted, "actual": order["a"].astype(float).groupby(group).mean()})

# %% sample="calibrated" mistake="按行的先后分组" says="次序打乱以后"
def calibration_table(asked, probability):
    group = np.repeat(range(1, 11), len(asked) // 10)
    return pd.DataFrame({"n": asked.groupby(group).size(), "predicted": probability.groupby(group).mean(), "actual": asked.astype(float).groupby(group).mean()})

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="capped" track="analyst"
# ### 第 11 题　你的支行：顶格的申请（8 分，分析岗）
#
# 用 `customers`、`applications`、`products` 三张表，只看**你的支行**（`BRANCH`）客户的**新增**进件（`kind` 为 `"新增"`，续贷不算），进件时间不晚于观察点当天。申请金额达到所选产品的 `max_line_cny` 的，叫顶格：真实需求**至少**这么多。给变量 `capped` 赋一个字典，值用普通的数（`int(…)`、`float(…)`）：
#
# - `"n"`　进件笔数；
# - `"capped_share"`　顶格的占比，0–1；
# - `"floor_mean_cny"`　把顶格当正好算出的户均（按笔平均，元）：它只是下限；
# - `"need_mean_cny"`　按“至少这么多”估的户均（元），用 `censored_mean(金额, 上限)`，上限是每笔自己产品的；没有顶格的不到 10 笔时记 `None`。

# %% answer="capped"
# BEGIN SOLUTION
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_fresh = sp.load("applications").query("kind == '新增'")
_fresh = _fresh[_fresh["customer_id"].isin(_mine) & (_fresh["applied_at"] < pd.Timestamp(AS_OF) + pd.Timedelta(days=1))]
_caps = _fresh["product_id"].map(sp.load("products").set_index("product_id")["max_line_cny"]).astype(float)
_at_cap = _fresh["amount_cny"] >= _caps
capped = {
    "n": len(_fresh),
    "capped_share": float(_at_cap.mean()),
    "floor_mean_cny": float(_fresh["amount_cny"].mean()),
    "need_mean_cny": float(censored_mean(_fresh["amount_cny"], _caps)) if (~_at_cap).sum() >= 10 else None,
}
# END SOLUTION

# %% [markdown]
# 检查第 11 题：四个数在不在，大小像不像。

# %% check="capped" points=8
assert set(capped) == {"n", "capped_share", "floor_mean_cny", "need_mean_cny"}, "应有 n、capped_share、floor_mean_cny、need_mean_cny 四项，请不要增删。"
assert isinstance(capped["n"], int), "n 应是普通的整数：外面套一层 int(…)。"
assert 0 <= capped["capped_share"] <= 1, "capped_share 是 0–1 的占比，不是百分数，也不是笔数。"
# BEGIN HIDDEN TESTS
_all = sp.load("applications")
_all = _all[_all["applied_at"] < pd.Timestamp(AS_OF) + pd.Timedelta(days=1)].merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_all = _all.merge(sp.load("products")[["product_id", "max_line_cny"]], on="product_id")
_bank = _all[_all["kind"] == "新增"]
_here = _bank[_bank["branch_id"] == BRANCH]
_top = _here["amount_cny"] >= _here["max_line_cny"]
assert capped["n"] == len(_here) or capped["n"] != len(_bank), "你算的是全行的，题目只要你的支行（BRANCH）：各支行客户不同，拿全行的数给支行备资金，一定有多有少。"
assert capped["n"] == len(_here) or capped["n"] != (_all["branch_id"] == BRANCH).sum(), "续贷也算进去了：它是旧额度到期接着用，不是新的需求，混在一起会以为新客户来得多。"
assert capped["n"] == len(_here) or capped["n"] != (~_top).sum(), "你把顶格的删掉了：删掉的正是要得最多的人，户均会被压得最低。"
assert capped["n"] == len(_here), f"进件笔数不对，现为 {capped['n']}：看看支行、种类和观察点。漏数多数，备的资金都跟着错。"
assert math.isclose(capped["capped_share"], _top.mean(), abs_tol=1e-4), f"顶格占比不对，现为 {capped['capped_share']:.4f}：每笔和自己产品的上限比，达到上限就算。"
assert math.isclose(capped["floor_mean_cny"], _here["amount_cny"].mean(), rel_tol=1e-4), f"floor_mean_cny 是金额的算术平均，单位元，现为 {capped['floor_mean_cny']:,.0f}。"
if (~_top).sum() < 10:
    assert capped["need_mean_cny"] is None, "没有顶格的不到 10 笔，估不出来，应记 None：硬报一个数，下面就会照着备资金。"
else:
    _want = censored_mean(_here["amount_cny"], _here["max_line_cny"].astype(float))
    _given = capped["need_mean_cny"] or 0.0
    assert not _top.any() or not math.isclose(_given, _here["amount_cny"].mean(), rel_tol=1e-4), "你把顶格当成了正好要这么多：它只说明至少。照这个数配产品，大需求的客户要去别家补齐。"
    assert math.isclose(_given, _want, rel_tol=0.01), f"need_mean_cny 应由 censored_mean 算出，上限用每笔自己产品的，现为 {_given:,.0f}。"
# END HIDDEN TESTS

# %% [markdown] discussion="capped"
# 每人的支行由工号和班级密钥决定。讲评时各报各的顶格占比：差得多的支行，看看产品构成。Tobit 的数是外推，上限以上没有人看见过。

# %% sample="capped" mistake="用了全行的数据" says="你算的是全行的"
_fresh = sp.load("applications").query("kind == '新增'")
_caps = _fresh["product_id"].map(sp.load("products").set_index("product_id")["max_line_cny"]).astype(float)
capped = {
    "n": len(_fresh),
    "capped_share": float((_fresh["amount_cny"] >= _caps).mean()),
    "floor_mean_cny": float(_fresh["amount_cny"].mean()),
    "need_mean_cny": float(censored_mean(_fresh["amount_cny"], _caps)),
}

# %% sample="capped" mistake="额度封顶当真" says="当成了正好要这么多"
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_fresh = sp.load("applications").query("kind == '新增' and customer_id in @_mine")
_caps = _fresh["product_id"].map(sp.load("products").set_index("product_id")["max_line_cny"]).astype(float)
_mean = float(_fresh["amount_cny"].mean())
capped = {"n": len(_fresh), "capped_share": float((_fresh["amount_cny"] >= _caps).mean()), "floor_mean_cny": _mean, "need_mean_cny": _mean}

# %% sample="capped" mistake="把顶格的删掉" says="删掉的正是要得最多的人"
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_fresh = sp.load("applications").query("kind == '新增' and customer_id in @_mine")
_caps = _fresh["product_id"].map(sp.load("products").set_index("product_id")["max_line_cny"]).astype(float)
_left = _fresh[_fresh["amount_cny"] < _caps]
_mean = float(_left["amount_cny"].mean())
capped = {"n": len(_left), "capped_share": 0.0, "floor_mean_cny": _mean, "need_mean_cny": _mean}

# %% sample="capped" mistake="续贷也算成新需求" says="续贷也算进去了"
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_fresh = sp.load("applications").query("customer_id in @_mine")
_caps = _fresh["product_id"].map(sp.load("products").set_index("product_id")["max_line_cny"]).astype(float)
capped = {
    "n": len(_fresh),
    "capped_share": float((_fresh["amount_cny"] >= _caps).mean()),
    "floor_mean_cny": float(_fresh["amount_cny"].mean()),
    "need_mean_cny": float(censored_mean(_fresh["amount_cny"], _caps)),
}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
