# %% [markdown]
# # 01 政策口径与画像概念
#
# **时长** 60 分钟 · **前置** 无 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# {{ cohort.bank.region }}支行要给分行写普惠小微的工作报告。秘书从一份讲义里抄来两句话：“全国小微企业已超过五千七百万户”，“做了客户画像，贷款增长百分之三十”。行长圈了出来：
#
# > **这两个数能写进报告吗？我们自己有多少户小微、多少贷款算普惠，到底怎么数？**
#
# 数错了口径，报告就是假报告。学完这一课，请你替他把这一页改好。

# %% [markdown]
# ## 学完你能
#
# 1. **划型**：按现行办法判断一户企业是微、小、中、大，说得出是哪一项定的（练习第 1、7 题）。
# 2. **判定**一户的贷款算不算普惠型小微，分得清几把不同的尺（练习第 2、8 题）。
# 3. **订正**没有来源、没有口径、没有对照的数字（练习第 3、4、9 题）。
# 4. **选用**能说明规模和经营的指标，不把注册资本当成到账的钱（练习第 5 题）。
# 5. **对应**政策要求和支行自己的考核、定价、免责、队伍（练习第 6 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`smeprofile` 是本课程的程序包；`fact` 从事实登记里取数，每个数都查得到来源。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.card import browse
from smeprofile.charts import show, theme
from smeprofile.facts import fact, fact_number
from smeprofile.rules import SIZE_CLASSES, size_classes
from smeprofile.widgets import size_boundary

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 两张表都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生：
#
# | 表 | 一行是什么 | 这一课用它的哪几列 |
# |---|---|---|
# | `customers` | 一户在本行开户的企业 | 行业、从业人数、营业收入、资产总额、认缴与实缴资本、参保人数 |
# | `facilities` | 一笔授信 | 授信额度、起始日、到期日、续自哪一笔 |
#
# 只看还没注销的企业。登记机关说“存续”，只说明它没有注销，不说明它还在经营。

# %%
customers = sp.load("customers").query("registration_status != '注销'")
facilities = sp.load("facilities")
shown = {"customer_id": "客户号", "industry": "行业", "n_staff": "从业人数", "annual_revenue_cny": "营业收入（元）", "total_assets_cny": "资产总额（元）", "subscribed_capital_cny": "认缴资本（元）"}
customers[list(shown)].rename(columns=shown).head(3).style.format(precision=0, thousands=",").hide()

# %% [markdown]
# ## 1　划型：取最低的一档
#
# 现行标准：{{ fact("size_rule") }}。修订的动态：{{ cite("size_rule_revision") }}；用之前到官网核对。
#
# 规则只有两句话，却最容易记反：
#
# - **大、中、小型**须各项指标**同时**达到下限，差一项就下划一档；
# - **微型**是只要有**一项**低于下限。
#
# 两句合起来就是一句：**每一项各看各的档，取最低的一档。** 各行业看的指标不一样：工业、批发、零售看人数和收入，建筑看收入和资产，租赁和商务服务看人数和资产，农林牧渔只看收入。

# %% [markdown]
# **先猜**：一家批发商年收入一亿元，只有几名员工，它是中型还是微型？**再动**：选“批发业”，把收入拉到头，再把人数一格一格往下拉。**再解释**：是哪一项定的？

# %% tags=["hide-input"]
size_boundary(
    {"批发业": "F51", "零售业": "F52", "工业": "C33", "建筑业": "E49", "软件和信息技术服务业": "I65", "餐饮业": "H62", "道路运输业": "G54", "租赁和商务服务业": "L72", "农林牧渔业": "A01"}
)

# %% [markdown]
# 现在看自己的客户。用三种常见的错法各划一遍，算一算和正确划型不同的占多少。把不看的指标设成极大，它就不会成为短板；行业本来就不看这一项的，不数。

# %%
HUGE = np.full(len(customers), 1e15)
given = customers["industry_code"], customers["n_staff"], customers["annual_revenue_cny"], customers["total_assets_cny"]
code, staff, revenue, assets = (column.to_numpy() for column in given)
right = size_classes(code, staff, revenue, assets)
alone = [size_classes(code, staff, HUGE, HUGE), size_classes(code, HUGE, revenue, HUGE), size_classes(code, HUGE, HUGE, assets)]
used = [grades != "大型" for grades in alone]  # 没有用到的指标一律是“大型”
best = np.max([np.where(u, [SIZE_CLASSES.index(g) for g in grades], 0) for u, grades in zip(used, alone, strict=True)], axis=0)
wrong = pd.Series(
    {
        "只看营业收入": (alone[1] != right)[used[1]].mean(),
        "只看从业人数": (alone[0] != right)[used[0]].mean(),
        "达到一项就算": (np.array(SIZE_CLASSES)[best] != right).mean(),
    }
)

# %% [markdown]
# 画出来，看哪一种划错的占比最高。

# %%
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.barh(wrong.index[::-1], wrong.to_numpy()[::-1] * 100, color="#D55E00")
axes.set(title=f"“{wrong.idxmax()}”划错的占比最高：{wrong.max():.0%}", xlabel="划错的占比（%，只数行业要看这一项的）")
axes.bar_label(axes.containers[0], fmt="%.0f%%", padding=3)
axes.margins(x=0.12)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　划型交给系统按三项指标自动算，客户经理只核对**填进去的数**：人数是年末从业人员，不是参保人数；收入是全年的，新企业要年化；单位是万元还是元。划错的每一户，都会让统计和优惠政策跟着错。

# %% [markdown]
# **自测 1**　先想哪一项是短板，再选。

# %% tags=["hide-input"]
ask.single(
    "wholesale_four",
    "一家批发业企业：年末从业人员 4 人，全年营业收入 1 亿元。划成哪一型？",
    [*SIZE_CLASSES],
    key=fact("size_wholesale_micro_example"),
    why={
        "微型": "人数低于小型的下限，一项不够就是微型：收入再高也不算。",
        "小型": "小型须人数和收入同时达到下限。人数这一项没有达到。",
        "中型": "这是只看了收入。把它当中型，这户就领不到小微的政策，统计也少报一户。",
        "大型": "收入再高，也要人数同时达到大型的下限。",
    },
    hints=(
        "批发业看哪两项指标？这两项各在哪一档？",
        "大中小型要求各项“同时”达到，微型只要“一项”不够：取最低的一档。",
        "相近的例子：工业企业从业人员三百人、收入一千九百九十九万元。人数够中型，收入差一点点，所以是小型。",
    ),
)

# %% [markdown]
# 新企业不满一年，还没有全年的收入，要先年化。算法借自小额贷款免增值税的公告：{{ cite("annualise_rule") }}；划型标准里没有查到年化的写法，用之前先问统计岗。
#
# **自测 2**　自己算一次。

# %% tags=["hide-input"]
ask.numeric(
    "annualised",
    "一家零售店成立 4 个月，一共卖了 40 万元。照这个算法，全年的营业收入是多少万元？",
    key=120,
    unit="万元",
    why="40 ÷ 4 × 12 = 120 万元。零售业小型的收入下限是 100 万元，所以收入这一项够小型。",
    near={
        40: "没有年化。把四个月当一年，刚开业的店都会被划成微型。",
        160: "40 × 4 不对：先除以存续月数，再乘 12。",
        10: "这是每月的收入，还要乘 12。",
    },
    hints=("40 万元是几个月卖出来的？", "先算一个月卖多少，再乘 12。", "相近的例子：6 个月卖了 90 万元，一个月 15 万元，一年就是 180 万元。"),
)

# %% [markdown]
# ## 2　普惠：同一批贷款，几把尺
#
# 划型说的是**企业**，普惠说的是**贷款**。金融监管总局口径：**单户授信总额 {{ fact("inclusive_line") }}及以下**的{{ fact("inclusive_counts") }}。
#
# 三个词最要紧：**单户**（不是单笔）、**授信**（不是余额）、**总额**（几笔要加起来）。授信只用来**划线**；报出去的数是**贷款余额**和**有贷款余额的户数**，没用的额度不算贷款。
#
# 另有几把尺，名字像，用处不同：
#
# | 尺 | 上限 | 管什么 |
# |---|---|---|
# | 金融监管总局 普惠型小微 | {{ cite("inclusive_line") }} | 监管统计、考核、尽职免责 |
# | 增值税 小额贷款 | {{ cite("tax_small_line") }} | 利息收入免征增值税，不设利率条件 |
# | 增值税 普惠型 | {{ cite("tax_inclusive_line") }} | 免征增值税。办法一：利率不高于同期限 LPR 的 {{ fact("vat_lpr_multiple") }}的免征，超过的全额征；办法二：只对超过的那部分利息征。{{ fact("vat_second_way") }} |
# | 央行 定向降准考核 | {{ cite("pbc_line_2018") }}；{{ cite("pbc_line_2019") }} | 历史口径，前后不可比 |
#
# 网上流传“普惠上限已提到两千万元”。那说的不是金融监管总局口径：它公布的统计和免责文件仍写 {{ fact("inclusive_line") }}。

# %% [markdown]
# 在自己的授信上量一量。有效授信：已生效、没到期、没有被已生效的续贷接替；按户加总。

# %%
day = pd.Timestamp(AS_OF)
live = facilities[(facilities["start_date"] <= day) & (facilities["maturity_date"] > day)]
live = live[~live["facility_id"].isin(facilities.loc[facilities["start_date"] <= day, "renewal_of"])]
lines = live.groupby("customer_id")["credit_line_cny"].agg(["sum"]).join(customers.set_index("customer_id")["size_class"], how="inner")
lines["is_small"] = lines["size_class"].isin(["小型", "微型"])

counted = pd.Series(
    {
        "正确：小微企业、单户合计": lines["is_small"] & (lines["sum"] <= fact_number("inclusive_line") * 1e4),
        "误：拿税务的小额线来量": lines["is_small"] & (lines["sum"] <= fact_number("tax_small_line") * 1e4),
        "误：不看划型": lines["sum"] <= fact_number("inclusive_line") * 1e4,
        "误：拿央行 2018 年的旧线来量": lines["is_small"] & (lines["sum"] <= fact_number("pbc_line_2018") * 1e4),
    }
)

# %% [markdown]
# 四种数法，数出来的户数和额度各是多少：

# %%
sizes = pd.DataFrame(
    {
        "户数": {name: int(chosen.sum()) for name, chosen in counted.items()},
        "授信总额（亿元）": {name: round(lines.loc[chosen, "sum"].sum() / 1e8, 2) for name, chosen in counted.items()},
    }
)
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(sizes.index[::-1], sizes["授信总额（亿元）"].iloc[::-1], color=["#999999"] * 3 + ["#0072B2"])
missed = 1 - sizes["授信总额（亿元）"].iloc[1] / sizes["授信总额（亿元）"].iloc[0]
axes.set(title=f"拿错一把尺，划进普惠的授信少了 {missed:.0%}", xlabel="划进普惠的授信总额（亿元）")
axes.bar_label(axes.containers[0], fmt="%.2f", padding=3)
axes.margins(x=0.12)
show(figure)
sizes

# %% [markdown]
# **读图：银行因此改做什么**　统计模板里把口径写死：谁的口径、哪个年份、单户还是单笔、授信还是余额。换口径的那一期，新旧两个数并排报，不连成一条线。多报少报都会在检查时被翻出来。

# %% [markdown]
# **自测 3**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "which_count",
    "下面哪些算金融监管总局口径的“普惠型小微企业贷款”？",
    ["微型企业，单户授信合计 1000 万元", "小型企业，两笔授信，700 万元和 400 万元", "中型企业，授信 300 万元", "个体工商户，经营性贷款 150 万元", "小型企业，授信 120 万元"],
    key=["微型企业，单户授信合计 1000 万元", "个体工商户，经营性贷款 150 万元", "小型企业，授信 120 万元"],
    why={
        "微型企业，单户授信合计 1000 万元": "“及以下”含本数，算。",
        "小型企业，两笔授信，700 万元和 400 万元": "按单户合计是 1100 万元，超过上限，两笔都不算。",
        "中型企业，授信 300 万元": "金额再小，企业是中型就不算。",
        "个体工商户，经营性贷款 150 万元": "个体工商户贷款也在里面。",
        "小型企业，授信 120 万元": "100 万元是增值税的小额线，不是普惠的线。",
    },
    hints=("逐条问三件事：借的人是谁？一共给了他多少？线是哪一家的线？", "看“单户授信总额”，不看单笔；含 1000 万元本数。", "相近的例子：微型企业三笔授信各 300 万元，合计 900 万元，算。"),
)

# %% [markdown]
# ## 3　两个流传很广的数
#
# ### 五千七百万户
#
# 把同一时期有来源的几个数摆在一起，看讲义里的数是谁。

# %%
official = pd.Series(
    {
        "中小微企业，2022 年末": fact_number("smes_2022"),
        "全部企业，2022 年末（推算）": fact_number("firms_2022"),
        "全部企业，2023 年 9 月末": fact_number("firms_2023q3"),
        "中小企业，2024 年末": fact_number("smes_2024"),
    }
)
claim = 5700  # 讲义里的数：“2022 年底的小微企业”
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(official.index[::-1], official.to_numpy()[::-1], color="#0072B2")
axes.axvline(claim, color="#D55E00", linestyle="--", label="讲义里的数")
axes.set(title="讲义里的“小微企业数”，比同期的中小微合计还多", xlabel="万户")
axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28))
show(figure)

# %% [markdown]
# - 超过 {{ cite("smes_2022") }}：这是**中小微**合计，小微只是其中一部分。
# - {{ cite("firms_2023q3") }}：这是**全部企业**，和讲义的数相近，但对象、时点都不同，不能说它就是来源。
#
# **读图：银行因此改做什么**　数字进报告以前过三关：**谁数的、数的是谁、哪一天。** 三关缺一关，就写“来源不明”，不写进报告。
#
# ### 增长百分之三十
#
# 贷款增长了，是画像的功劳，还是大家都在涨？把同一口径的全行业增速画出来。

# %%
years = [2020, 2021, 2022, 2023, 2024, 2025]
grown = [fact_number("inclusive_growth_2020"), fact_number("inclusive_growth_2021"), fact_number("inclusive_growth_2022"),
         fact_number("inclusive_growth_2023"), fact_number("inclusive_growth_2024"), fact_number("inclusive_growth_2025")]
market = [100 * rate for rate in grown]
claimed = 30
over = pd.Series([claimed - rate for rate in market], index=years)
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.plot([str(year) for year in years], market, marker="o", color="#0072B2", label="全行业普惠型小微同比增速")
axes.axhline(claimed, color="#D55E00", linestyle="--", label="宣传的增速")
axes.set(title=f"同样的增速，2022 年只比大盘多 {over[2022]:.0f} 个百分点，2024 年多 {over[2024]:.0f} 个", xlabel="年份", ylabel="同比增速（%）", ylim=(0, 36))
axes.legend(loc="lower left")
show(figure)

# %% [markdown]
# 全行业增速（金融监管总局口径）：2020 年 {{ fact("inclusive_growth_2020") }}，2022 年 {{ fact("inclusive_growth_2022") }}，2024 年 {{ fact("inclusive_growth_2024") }}，2025 年 {{ fact("inclusive_growth_2025") }}。来源见事实登记。
#
# **读图：银行因此改做什么**　说“有效”，要拿**没有做的**来比：没做画像的支行，同一时间，同一口径。只说增长，不说有效。模块 11 会用双重差分真做一遍，增量是多少就写多少。

# %% [markdown]
# **自测 4**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "thirty_percent",
    f"2022 年，做了画像的支行普惠贷款增长 30%，同期全行业增长 {fact('inclusive_growth_2022')}。所以画像带来了 30% 的增长。",
    verdicts=("对", "错"),
    reasons=["大部分增长没有画像也会有，要和没做画像的支行比", "全行业也在涨，所以画像一点用也没有", "增长 30% 高于全行业，所以都是画像带来的", "2022 年的数太旧，不能用"],
    key=("错", "大部分增长没有画像也会有，要和没做画像的支行比"),
    why={
        "对": "毛增长里有大盘、利率和季节的份。照这个数要预算，会为没有的效果付钱。",
        "大部分增长没有画像也会有，要和没做画像的支行比": "看增量：做了的减没做的。",
        "全行业也在涨，所以画像一点用也没有": "也不能这样说：比大盘多出来的部分，还要用对照组分清。",
        "增长 30% 高于全行业，所以都是画像带来的": "多出来的才可能是，还要排除这几家支行本来就好。",
        "2022 年的数太旧，不能用": "旧不旧不是问题，有没有对照才是。",
    },
    hints=("如果不做画像，这几家支行会涨多少？", "把增长拆成两份：大家都有的，和只有做了的才有的。", "相近的例子：夏天卖冰棍的都涨了三成，你家换了招牌也涨三成，招牌有用吗？"),
)

# %% [markdown]
# ### 会漂移的口径
#
# 再练一次眼力。央行公布的普惠小微贷款：{{ cite("pbc_balance_2024q1") }}，当季增加 {{ fact("pbc_increase_2024q1") }}；{{ cite("pbc_balance_2024h1") }}，上半年增加 {{ fact("pbc_increase_2024h1") }}。用余额减增量，倒推年初数：

# %%
start = pd.Series(
    {
        "用一季度倒推": fact_number("pbc_balance_2024q1") - fact_number("pbc_increase_2024q1"),
        "用上半年倒推": fact_number("pbc_balance_2024h1") - fact_number("pbc_increase_2024h1"),
    },
    name="年初余额（万亿元）",
)
start.round(2).to_frame()

# %% [markdown]
# 同一个年初，倒推出两个数：两次用的**不是同一把尺**（这是推断：一季度用过更宽的口径，后来又回来了）。拿二季度余额减一季度余额，会得出“贷款缩水”的错误结论。
#
# **银行因此改做什么**　每收到一期新数，先做这道减法。对不上，就停下来问口径，不急着写原因。

# %% [markdown]
# ## 4　画像的四面，和最不该信的一列
#
# 客户画像从四面看一户企业：**基本情况**（是谁）、**行为**（钱怎么进出）、**需求偏好**（要什么）、**信用状况**（还不还）。
#
# 最显眼的一列往往最没用：**注册资本**。它是认缴数：{{ fact("subscribed_since") }}起实行认缴制；新公司法要求有限责任公司 {{ cite("paid_in_years") }}内缴足，存量公司须在 {{ cite("paid_in_stock_until") }}以前把剩余的认缴期限调整到五年以内。看看各列和营业收入的秩相关（一为完全同序，零为没有关系）。

# %%
columns = {
    "认缴资本": "subscribed_capital_cny",
    "实缴资本": "paid_in_capital_cny",
    "参保人数": "n_insured",
    "从业人数": "n_staff",
    "资产总额": "total_assets_cny",
    "日均余额": "avg_daily_balance_cny",
}
alike = pd.Series({name: customers[column].corr(customers["annual_revenue_cny"], method="spearman") for name, column in columns.items()}).round(2) + 0
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.barh(alike.index[::-1], alike.to_numpy()[::-1], color="#0072B2")
axes.set(title=f"认缴、实缴资本和营业收入的秩相关只有 {alike['认缴资本']:.2f}、{alike['实缴资本']:.2f}", xlabel="和营业收入的秩相关系数", xlim=(-0.1, 1))
axes.bar_label(axes.containers[0], fmt="%.2f", padding=3)
axes.margins(x=0.12)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　规模看**经营里留下的数**：参保人数、日均余额，后面几课再加上开票额和有效流入；**实缴**也看不出规模，只说明股东投了多少；经营与否看**水电、社保、开票还有没有**。授信报告里“注册资本雄厚”这句话删掉。（这里的相关系数出自仿真，到本行要用本行的数据再算。）

# %% [markdown]
# **自测 5**　同名的数，不是同一个数。

# %% tags=["hide-input"]
ask.judge(
    "subscribed",
    "一家公司注册资本一千万元，所以股东已经投入了一千万元，可以据此给较高的信用额度。",
    verdicts=("对", "错"),
    reasons=["注册资本是认缴数，要看实缴", "一千万元还不够高", "注册资本越高违约越少，有统计支持", "只要没有注销，注册资本就是真的"],
    key=("错", "注册资本是认缴数，要看实缴"),
    why={
        "对": "照认缴数给额度，等于相信一张没有兑现的承诺。",
        "注册资本是认缴数，要看实缴": "认缴是承诺，实缴才是到账的钱。",
        "一千万元还不够高": "高低不是问题，到没到账才是。",
        "注册资本越高违约越少，有统计支持": "这一课没有这样的统计。上面的图只拿认缴的数和营业收入比，几乎没有关系；和违约有没有关系，要用本行的数据另算。",
        "只要没有注销，注册资本就是真的": "存续只说明没注销，和钱到没到账无关。",
    },
    hints=("这一千万元，钱在哪里？", "注册资本登记的是股东“答应”投的钱。", "相近的例子：朋友答应年底借你十万元，你现在能拿它付货款吗？"),
)

# %% [markdown]
# ## 5　看一张四维画像卡
#
# 用班级数据给全部客户算标签（要算十几秒到半分钟），抽出一些做成卡片。“同业”比的是同门类、同划型的全部客户。缺的标签单列原因：没授权、没数据，都不是零。

# %%
names = ["customers", "owners", "flows_monthly", "balances", "invoices_monthly", "tax", "facilities", "drawdowns", "schedules", "repayments", "customer_survey", "consents", "legal_events"]
tables = {name: sp.load(name) for name in names}
profile = sp.profile(tables, as_of=AS_OF).sample(60, random_state=1)
print(f"抽出 {len(profile)} 户，每户 {profile.shape[1]} 列；抽查的这些户里，有开票数据的占 {profile['invoiced_12m_cny'].notna().mean():.0%}")

# %% [markdown]
# **先猜**：只看“基本情况”一面，你觉得这户值不值得去拜访？**再翻**：看完另外三面，改不改主意？**再解释**：是哪一个标签让你改的？点“下一户”多看几户。

# %% tags=["hide-input"]
browse(profile, flows_monthly=tables["flows_monthly"], names=[sp.load("branches"), sp.load("channels")])

# %% [markdown]
# **银行因此改做什么**　拜访前先看卡，带着卡上**缺的那几项**去问：没授权的请他签，没流水的请他带。卡上没有的，不写进报告。

# %% [markdown]
# ## 6　一页有日期的政策与考核要点
#
# 会议精神落到支行，是几条看得见的数。每条都有日期，过期要重新核对。《若干措施》指金融监管总局等八部门 2025 年 5 月 21 日的《支持小微企业融资的若干措施》；标“转引”的没有见到原文，出处逐条写在课程的事实登记里。
#
# | 要求 | 内容 | 支行落到哪里 |
# |---|---|---|
# | 中央精神 → 部门文件 | 《若干措施》：{{ fact("measures_spirit") }}，{{ fact("measures_2025") }}（转引） | 年度普惠工作方案 |
# | 投放 | 《若干措施》：加大{{ fact("measures_lend") }}（转引） | 首贷户、信用贷占比目标 |
# | 考核 | 分支行普惠指标权重不低于 {{ cite("branch_weight") }} | 支行绩效表 |
# | 定价 | 内部资金转移价格优惠不低于 {{ cite("ftp_discount_bp") }} | 贷款定价表 |
# | 容忍 | 普惠不良率可高于各项贷款，不超过 {{ cite("tolerance_points") }} | 风险限额 |
# | 免责 | 范围：{{ cite("diligence_rule") }} | 尽职留痕清单 |
# | 续贷 | {{ cite("renewal_scope") }} | 到期前清单 |
# | 队伍 | 《若干措施》：{{ fact("measures_units") }}（转引） | 专营机构、专职客户经理 |
# | 已变 | “两增两控”：{{ fact("two_increases") }}（转引） | 达标考核撤掉；增速、户数、不良、利率照常统计，以当年监管通知为准 |
#
# **专业队伍怎么建**　调查过的城商行里，设专营机构的占 {{ fact("city_banks_with_units") }}，有专职队伍的占 {{ cite("city_banks_with_staff") }}。一家以小微见长的银行，客户经理人均约管 {{ cite("tailong_per_manager") }}。算一算自己的支行：户数除以人均能管的户数，就是要配几个人；配不齐，就先用画像决定先管谁。
#
# **银行因此改做什么**　把这张表贴在支行，每行写上负责人和复核日期。文件更新了，先改表，再改考核。

# %% [markdown]
# ## 回答行长
#
# 两个数都不写，换成自己数得清、说得明的。先数贷款余额：划线用授信，授信到期、没还清的按余额算；报的是余额和有余额的户数。企业注销了、贷款还没还清或核销的，余额照数：注销不会让贷款从账上消失，所以划型从全部客户里取。

# %%
firms = tables["customers"].set_index("customer_id")  # 注销的也在里面
small = firms["size_class"].isin(["小型", "微型"])
owed = tables["drawdowns"].groupby("customer_id")["balance_cny"].sum().loc[lambda total: total > 0]
total = pd.concat([live.groupby("customer_id")["credit_line_cny"].sum(), owed], axis=1).max(axis=1)
loans = owed[small[owed.index] & (total[owed.index] <= fact_number("inclusive_line") * 1e4)]
closed = loans[firms.loc[loans.index, "registration_status"] == "注销"]
print(f"其中企业已注销、贷款还在账上的 {len(closed):,} 户，余额 {closed.sum() / 1e4:,.0f} 万元。")

# %% [markdown]
# 再摆成一张表：

# %%
pd.Series(
    {
        "还没注销的企业（户）": f"{len(customers):,}",
        "其中小微企业（户）": f"{int(small[customers['customer_id']].sum()):,}",
        "有有效授信的（户）": f"{len(lines):,}",
        "普惠型小微有贷户（户，含已注销、没还清的）": f"{len(loans):,}",
        "普惠型小微贷款余额（亿元）": f"{loans.sum() / 1e8:,.2f}",
        "口径": f"金融监管总局，单户授信总额 {fact('inclusive_line')}及以下（授信到期、没还清的按余额算），观察点 {AS_OF}",
        "增长的效果": "先写同比，不写“有效”；有对照支行以后再写增量",
    },
    name="可以写进报告的",
).to_frame()

# %% [markdown]
# ## 局限
#
# - 数据是合成的：各型占比、相关系数来自仿真，不能当作行业统计。
# - 划型标准正在修订；普惠、税收口径会变。本课登记了核对日期，用之前到官网再核对。
# - 有的数是转引，原文没有见到，登记里写明了。口径推断（央行的漂移）是推断，不是公告。
# - 画像卡只汇总**看得见**的：没授权、没留下记录的企业，卡片是空的，不等于它不好。

# %% [markdown]
# ## 要点
#
# 1. 划型：各项各看各的档，取最低的一档；先年化，先对单位。
# 2. 普惠：用单户、授信、总额划线，含本数，报的是贷款余额和有贷户；几把尺不混用。
# 3. 数字进报告过三关：谁数的、数的是谁、哪一天；说“有效”要有对照。
# 4. 注册资本是认缴数；规模看开票、流水、参保，投入看实缴。
# 5. 政策落到考核、定价、容忍、免责、续贷、队伍，每条都有日期。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块先问：手里的数据，哪些敢用。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
