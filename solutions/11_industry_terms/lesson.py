# %% [markdown]
# # 11 案例二　行业精准营销
#
# **时长** 75 分钟 · **前置** 08 产品设计与定价、09 营销渠道与增益 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 公司部送来一份总结：“制造、服务各配一套利率和还款方式，新放款比推行以前增长了三成还不止，建议全行推开。”{{ cohort.bank.region }}的行长在旁边批了三问：
#
# > **大盘本来就在涨，多出来的是方案的功劳，还是大家都有的？增的是放款、余额，还是客户？坏账呢？**
#
# 学完这一课，请你用有对照的数回答他。增量有多少，就写多少；看不清，就写看不清。

# %% [markdown]
# ## 学完你能
#
# 1. **区分**毛增长与增量，扣掉对照组的变化再报数（练习第 2、7 题）。
# 2. **设计**一次有对照的试点：按支行抽签、错峰上线、验推行前的走势、按支行数样本（练习第 3、8、9 题）。
# 3. **拆开**平均利率的变化：多少是价，多少只是结构（练习第 4、11 题）。
# 4. **匹配**还款方式与回款节奏，把一次性费用算进年化（练习第 5、6、10 题）。
# 5. **设计**两个行业各一套方案，在没见过的市场上经得起检验（练习第 1 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是数据的最后一天。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`did` 是双重差分，`terms_desk` 是这一课的控件：两行业方案台。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask, did, pricing
from smeprofile.cases import industry, mix, rollout
from smeprofile.charts import PALETTE, show, theme
from smeprofile.facts import fact_number
from smeprofile.widgets import terms_desk

theme()
END = pd.Timestamp(AS_OF)

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。第 1、4、5 节看班级数据；第 2、3、7 节在另造的市场里推行方案。
#
# | 数据 | 一行是什么 | 留意 |
# |---|---|---|
# | `facilities` | 一笔授信 | `renewal_of` 有值的是续贷，不算新增 |
# | `flows_monthly` | 一户一月的流水合计 | 只看得见经过本行的钱 |
# | 试点面板 | 一家支行、一个月、一个行业 | `start` 是哪个月起用新方案；空着的，年内不用 |
#
# **制造**是门类 C；**服务**是门类 H、I、L、M、O；批发零售、建筑、运输归“其他”，不在本案例里。先看班级数据里两个行业的新增授信。

# %%
lines = sp.load("facilities").query("renewal_of.isna()")
lines = lines.merge(sp.load("customers")[["customer_id", "industry_code"]], on="customer_id")
lines["sector"] = sp.bank.sector_of(lines["industry_code"].str[0])
lines["year"] = np.select([lines["start_date"] > END - pd.DateOffset(years=n) for n in (1, 2)], ["近一年", "前一年"], "更早")
two = lines[lines["sector"].isin(industry.INDUSTRIES) & (lines["year"] != "更早")]
seen = two.groupby(["sector", "year"]).agg(新增授信=("facility_id", "size"), 中位额度万元=("credit_line_cny", lambda x: x.median() / 1e4), 中位利率=("annual_rate", "median"))
seen.map("{:,.4g}".format).assign(中位利率=seen["中位利率"].map("{:.2%}".format)).rename_axis(["行业", "年"]).reset_index()

# %% [markdown]
# ## 1　毛增长不是增量
#
# **毛增长** = 推行以后 ÷ 推行以前 − 1。它把大盘的增长、季节、全行的活动，都算成了方案的功劳。**增量** = 实际的 − 没有这套方案也会有的。
#
# 大盘涨了多少有公开的数：普惠型小微企业贷款余额的同比（金融监管总局口径），近年最高的是 {{ cite("inclusive_growth_2020") }}，最近的是 {{ cite("inclusive_growth_2025") }}。同样一句“增长三成”，放在不同的年份，分量不一样：

# %%
years = ["2020", "2021", "2022", "2023", "2024", "2025"]
market_growth = pd.Series({year: fact_number(f"inclusive_growth_{year}") * 100 for year in years})
above = 30 - market_growth
figure, axes = plt.subplots(figsize=(7.5, 3))
axes.bar(years, market_growth, color=PALETTE[5], label="大盘本来就有的")
axes.bar(years, above.clip(lower=0), bottom=market_growth, color=PALETTE[1], hatch="//", edgecolor="white", label="三成里多出来的")
axes.axhline(30, color=PALETTE[2], linestyle="--")
for year in years:
    axes.text(year, 31, f"{above[year]:+.1f}", ha="center", fontsize=9)
axes.set(title=f"同样说三成，{above.idxmin()} 年比大盘{'多' if above.min() > 0 else '少'} {abs(above.min()):.1f} 个百分点，{above.idxmax()} 年多 {above.max():.1f} 个", xlabel="年", ylabel="同比（%；虚线是三成）", ylim=(0, 40))
axes.legend(loc="upper right", ncols=2, fontsize=9)
show(figure)

# %% [markdown]
# 大盘的同比只能当参照，不能当对照：它和你的支行不在一个市场里，口径也是余额，不是放款。换成我们自己的班级数据，不推任何方案，近一年比前一年涨了多少？

# %%
sums = two.pivot_table(index="sector", columns="year", values="credit_line_cny", aggfunc="sum")
itself = sums["近一年"] / sums["前一年"] - 1
top = itself.idxmax()
print(f"什么方案也没有推，{top}业的新增授信额度近一年{'涨' if itself[top] > 0 else '跌'}了 {abs(itself[top]):.0%}：要是这一年正好推了方案，这都会写进总结里。")
pd.DataFrame({"前一年（万元）": sums["前一年"] / 1e4, "近一年（万元）": sums["近一年"] / 1e4}).map("{:,.0f}".format).assign(毛增长=itself.map("{:+.0%}".format)).rename_axis("行业")

# %% [markdown]
# **读图：银行因此改做什么**　总结里凡是写“增长”的，后面一定跟一句“同期没有推行的支行增长多少”。没有这一句，退回重写。
#
# **自测 1**　自己扣一次。

# %% tags=["hide-input"]
ask.numeric(
    "increment",
    "试点支行的新放款从 1,000 万元到 1,500 万元；没有推行的支行同期涨了 25%。若没有方案，试点支行也会照 25% 涨。方案带来的增量是多少万元？",
    key=250,
    unit="万元",
    why="没有方案也会有 1,000 × 1.25 = 1,250 万元；实际 1,500 万元，增量 250 万元，相当于多了两成。",
    near={500: "这是毛增长：把大家都有的 250 万元也算成了自己的。", 375: "不是拿 1,500 乘 25%：对照的涨幅要乘在推行以前的数上。"},
    hints=("没有这套方案，会是多少？", "先把推行以前的数乘上对照的涨幅，再和实际的比。", "相近的例子：从 200 到 300，对照涨一成：没有方案是 220，增量 80。"),
)

# %% [markdown]
# ## 2　对照从哪里来：按支行抽签、错峰上线
#
# 两个行业、全行支行，同一天一起换成新方案，**就没有对照了**：前后不同的，可能是方案，也可能是季节。不如**错峰**：支行抽签分批，一批第五个月起，一批第九个月起，最后一批年内照旧（支行太少就只分两批）。没轮到的支行，就是轮到的支行的对照。
#
# 为什么按支行、不按客户？同一家支行里两套价目表，客户一问就露馅，也难解释；客户经理也会把好客户挑进新方案。为什么抽签？让支行自愿报名，报名的多半本来就在涨。
#
# 造一个市场，三万位客户；新方案先用：两个行业的利率都不动，能分期的产品都改成**分期还本**。统一方案是照旧：行里的风险定价，客户自己选怎么还。

# %%
pilot = sp.bank.market(customers=30_000, seed=11)
terms = industry.UNIFORM | {"m2": "分期还本", "s2": "分期还本"}
starts = rollout.lots(pilot, seed=11)
panel = rollout.rolled_out(terms, pilot, starts, seed=1)
whole = rollout.by_branch(panel)  # 两个行业加总：一行是一家支行、一个月
print(f"{len(starts)} 家支行：" + "，".join(f"第 {int(m)} 个月起 {n} 家" for m, n in starts.value_counts().sort_index().items()) + f"，年内照旧 {starts.isna().sum()} 家")
whole[["branch_id", "month", "start", "n_new", "lent_cny", "balance_cny", "lent_each"]].round(0).head(3)

# %% [markdown]
# `lent_each` 是每户新放款（元／户·月）：支行有大有小，除以客户数再比。按批次画出来：

# %%
wave = whole["start"].map(lambda m: "年内照旧" if pd.isna(m) else f"第 {int(m)} 个月起")
monthly = whole.groupby([wave, "month"])["lent_each"].mean().unstack(0)
gross = did.gross_growth(whole, "lent_each")
old = monthly["年内照旧"]
after, before = (np.concatenate([old[(old.index >= m) == on] for m in starts.dropna()]) for on in (True, False))
itself = after.mean() / before.mean() - 1
figure, axes = plt.subplots(figsize=(7.5, 3.2))
for name, style, colour in zip(monthly, ("--", "o-", "s-"), (PALETTE[3], PALETTE[0], PALETTE[1]), strict=False):
    axes.plot(monthly.index, monthly[name], style, color=colour, label=name)
for month in sorted(starts.dropna().unique()):
    axes.axvline(month - 0.5, color=PALETTE[2], linewidth=1)
axes.set(title=f"推行的前后比 {gross:+.0%}；年内照旧的支行，同样的月份也 {itself:+.0%}", xlabel="月（竖线是上线）", ylabel="每户新放款（元／户·月）", xticks=range(1, 13))
axes.legend(fontsize=9)
show(figure)

# %% [markdown]
# **双重差分**（DiD）= 推行支行的变化 − 同期没有推行的支行的变化。第二批上线以后，第一批**不能**再当它的对照：第一批自己也在新方案里。所以每个月只拿“还没有轮到的”来比。
#
# 仿真有一样现实里没有的东西：同一年、同样的运气，把方案抽掉再走一遍。拿它当真值，看两种算法谁准。

# %%
without = rollout.by_branch(rollout.rolled_out(industry.UNIFORM, pilot, starts, seed=1))
on = did.is_on(whole)
rows = {}
for name, outcome in (("新放款", "lent_each"), ("余额", "balance_each")):
    true = whole.loc[on, outcome].mean() / without.loc[on, outcome].mean() - 1
    told = did.growth(whole, outcome)
    rows[name] = {"毛增长": did.gross_growth(whole, outcome), "DiD 增量": told.value, "区间下": told.low, "区间上": told.high, "真的增量": true}
compared = pd.DataFrame(rows).T
first = compared.loc["新放款"]
inside = first["区间下"] <= first["真的增量"] <= first["区间上"]
print(f"新放款：毛增长 {first['毛增长']:+.0%}，DiD {first['DiD 增量']:+.0%}，真的 {first['真的增量']:+.0%}；DiD 的区间{'盖住了' if inside else '没有盖住'}真值")
compared.map("{:+.0%}".format)

# %% [markdown]
# **读表：银行因此改做什么**　这里只数这一年新开的额度，额度要几个月才用起来，所以不推方案，放款也会自己变，前后两段的平均本来就不一样；余额更是从零起步。毛增长把这些都算进去了。报数只报 DiD，并把区间写上：区间很宽，不是算得不好，是**只有这几家支行**。
#
# **自测 2**　挑一种上线办法。

# %% tags=["hide-input"]
ask.single(
    "design",
    "要知道两套方案有没有用，哪一种上线办法最能说明问题？",
    ["全部支行同一天上线，和去年比", "支行自愿报名，报了名的先上", "支行抽签分三批，隔四个月上一批，最后一批年内不上", "只挑最好的两家支行先试"],
    key="支行抽签分三批，隔四个月上一批，最后一批年内不上",
    why={
        "全部支行同一天上线，和去年比": "没有对照：今年和去年不同的不止方案。",
        "支行自愿报名，报了名的先上": "报名的本来就可能在涨，比出来的是支行，不是方案。",
        "支行抽签分三批，隔四个月上一批，最后一批年内不上": "抽签让两边平均来说一样，错峰让每个月都有对照。碰巧不一样的，看上线以前的走势。",
        "只挑最好的两家支行先试": "最好的本来就好；两家也太少。",
    },
    hints=("换成新方案的那个月，谁还是旧方案？", "两边除了方案，别的要一样：靠抽签。", "相近的例子：新药试验，抽签决定谁吃药。"),
)

# %% [markdown]
# ## 3　信不信得过：推行前的走势，和按支行数样本
#
# DiD 靠一个前提：没有方案，两边会**一起走**。以后的看不见，以前的看得见：推行以前两边若已经岔开，后面的差就说不清。把每个月离上线的远近排好，一个月一个月地比：

# %%
study, lean = did.event_study(whole, "lent_each"), did.pre_trend(whole, "lent_each")
fine = lean.p >= 0.05
figure, axes = plt.subplots(figsize=(7.5, 3.2))
for part, marker, colour in ((study[study.index < 0], "o", PALETTE[3]), (study[study.index >= 0], "s", PALETTE[0])):
    axes.errorbar(part.index, part["value"], yerr=[part["value"] - part["low"], part["high"] - part["value"]], fmt=marker, color=colour, capsize=3)
axes.axhline(0, color="#000000", linewidth=0.8)
axes.axvline(-0.5, color=PALETTE[2], linestyle="--")
axes.set(title=f"上线以前两边{'看不出' if fine else '已经'}岔开（斜率差的 p 值 {lean.p:.2f}）", xlabel="离上线的月数（虚线以左是上线以前）", ylabel="比还没轮到的（元／户·月）")
show(figure)
early = study[study.index < 0]
if not fine and early["low"].max() <= 0 <= early["high"].min():
    print(f"一个点一个点看都含零，连起来却往{'上' if lean.value > 0 else '下'}走：看走势看斜率，不看单点。")
print("看不出岔开，不等于一定没有岔开：支行少，小的差看不见。" if fine else "这一次已经岔开：抽签也会碰上坏运气。照实写，增量要打问号，别去换一个好看的签。")

# %% [markdown]
# **读图：银行因此改做什么**　验收试点，先看虚线左边，再看右边。左边在零上下，右边才有话说。
#
# 第二件事：**数支行，不数行**。面板的行数看着不少，可方案是按支行抽的，同一家支行的十二个月彼此相像。看余额这样压着上个月的存量，把每一行都当成独立的，误差会算得太小，**没有效果也会说有**；新放款月月是新的，会不会多误报，看下图。
#
# 拿没有方案的那一年，假装抽签推行，重复一百遍。真的没有效果，却报“有效果”（p 小于百分之五）的占几成？

# %%
rng = np.random.default_rng(11)
alarms = pd.DataFrame({name: did.false_alarms(without, outcome, rng, times=100) for name, outcome in (("新放款（每月新的）", "lent_each"), ("余额（压着上个月）", "balance_each"))})
figure, axes = plt.subplots(figsize=(7.5, 3))
places = np.arange(len(alarms))
for k, (name, colour, hatch) in enumerate(zip(alarms, (PALETTE[5], PALETTE[1]), ("", "//"), strict=True)):
    bars = axes.bar(places + (k - 0.5) * 0.38, alarms[name] * 100, 0.38, color=colour, hatch=hatch, edgecolor="white", label=name)
    axes.bar_label(bars, fmt="%.0f", fontsize=9)
worst = alarms.loc["逐行当独立", "余额（压着上个月）"]
axes.axhline(5, color=PALETTE[2], linestyle="--")
axes.set(title=f"看余额、逐行当独立：没有效果，{worst:.0%} 的时候说有", xlabel="误差怎么算", ylabel="误报（%；虚线是该有的 5）", xticks=places, xticklabels=alarms.index)
axes.legend(fontsize=9)
show(figure)
fresh = alarms.loc["逐行当独立", "新放款（每月新的）"]
print(f"新放款月月是新的，逐行当独立误报 {fresh:.0%}，{'这一次没有多误报' if fresh <= 0.1 else '也多误报了'}")

# %% [markdown]
# 四种算法：**逐行当独立**是普通回归的误差；**按支行聚类**让同一家支行的行彼此相关；**逐家去掉**是每次拿掉一家支行重算一遍，看结果晃多少（本课程用的）；**重新抽签**是假装签落在别的支行，看这么大的差有多常见。
#
# 还有一处要小心。最常见的写法是“支行、月份各放一组虚拟变量的回归”。它总会把早上线的也拿来给晚上线的当对照；效果若越来越大，算出来的就不是增量：

# %%
table = {}
for name, outcome in (("新放款", "lent_each"), ("余额", "balance_each")):
    told, plain = did.effect(whole, outcome), did.twfe(whole, outcome)
    chance = did.permuted_p(whole, outcome, np.random.default_rng(11), times=499)
    table[name] = {"真的": rollout.true_effect(whole, without, outcome), "错峰 DiD": told.value, "误差（逐家去掉）": told.error, "普通回归": plain.value, "误差（按支行聚类）": plain.error,
                   "误差（逐行当独立）": did.twfe(whole, outcome, by_branch=False).error, "重新抽签的 p 值": chance}
shown = pd.DataFrame(table).T
shown.map("{:,.0f}".format).assign(**{"重新抽签的 p 值": shown["重新抽签的 p 值"].map("{:.3f}".format)})

# %% [markdown]
# **读表：银行因此改做什么**　余额那一行，比一比普通回归的两种误差：逐行当独立的比按支行聚类的小出来的部分，是假的把握。报告里写明“样本是几家支行”，不写“样本是几百行”。
#
# 一次抽签的结果会晃。老师在另一个市场里抽了二十次签，每次都算 DiD 和区间，旁边放上真值和毛增长：

# %%
LOTS = pd.DataFrame({{ truth.industry_lots }}) * 100
covered = ((LOTS["low"] <= LOTS["true"]) & (LOTS["true"] <= LOTS["high"])).sum()
sure = (LOTS["low"] > 0).sum()
figure, axes = plt.subplots(figsize=(7.5, 3.4))
axes.errorbar(LOTS.index + 1, LOTS["seen"], yerr=[LOTS["seen"] - LOTS["low"], LOTS["high"] - LOTS["seen"]], fmt="o", color=PALETTE[0], capsize=3, label="DiD 和区间")
axes.plot(LOTS.index + 1, LOTS["true"], "D", color=PALETTE[2], label="真的增量")
axes.plot(LOTS.index + 1, LOTS["gross"], "x", color=PALETTE[3], label="毛增长")
axes.axhline(0, color="#000000", linewidth=0.8)
axes.set(title=f"{len(LOTS)} 次抽签：{covered} 次的区间盖住真值；只有 {sure} 次敢说“不是零”", xlabel="第几次抽签", ylabel="新放款增长（%）", ylim=(np.clip(LOTS["low"].min(), -200, 0) - 20, np.clip(LOTS["high"].max(), 150, 300) + 60), xticks=range(1, len(LOTS) + 1))
axes.legend(fontsize=9, ncols=3, loc="upper center")
show(figure)
print(f"平均：毛增长 {LOTS['gross'].mean():+.0f}%，DiD {LOTS['seen'].mean():+.0f}%，真的 {LOTS['true'].mean():+.0f}%")

# %% [markdown]
# **读图：银行因此改做什么**　看平均，DiD 和真值离得近，还是毛增长离得近？再看每一根线有多长：一年、几家支行、几笔大额，一次试点**说不准大小**。想说准：多几家支行、多试几个月、大额单列；或者照区间写：区间整个在零以上的，写“方向为正，大小看不清”；区间跨过零的，只能写“看不出有没有效果”。
#
# **自测 3**　看一份报告。

# %% tags=["hide-input"]
ask.judge(
    "rows",
    "试点报告：“六家支行推行，六家照旧，看了三千笔借据的余额，p 值小于千分之一，效果确凿。”这样说站得住吗？",
    verdicts=("站得住", "站不住"),
    reasons=["方案按支行推，样本是十二家支行，不是三千笔", "三千笔太少", "应当看毛增长", "p 值要小于万分之一"],
    key=("站不住", "方案按支行推，样本是十二家支行，不是三千笔"),
    why={
        "站得住": "一家支行来了个大项目，它名下几百笔一起变，却只是一件事。",
        "方案按支行推，样本是十二家支行，不是三千笔": "抽签的是支行，误差就按支行算。",
        "三千笔太少": "再多笔，也还是十二家支行。",
        "应当看毛增长": "毛增长连对照都没有。",
        "p 值要小于万分之一": "误差算错了，p 值多小都没有用。",
    },
    hints=("签是抽给谁的？", "同一家支行的借据，是一起变的。", "相近的例子：两个班比教法，样本是两个班，不是九十个学生。"),
)

# %% [markdown]
# ## 4　平均利率会骗人：价没变，结构变了
#
# 总结里还有一句：“两个行业平均利率上升，定价能力提高。”平均数里有两样东西：**价**（每个行业自己的利率变了没有）和**结构**（便宜的行业少了、贵的多了）。两样可以方向相反。每个行业都降、合计却升（结构压过了价），这叫**辛普森悖论**。造一个例子看（随机造的，不是班级数据）：

# %%
made = mix.reversal(np.random.default_rng(11))
then, now = (made[made["year"] == y].set_index("industry") for y in ("去年", "今年"))
parts = mix.mix_and_price(then, now)
figure, axes = plt.subplots(figsize=(6.5, 3))
for name, style, colour in (("制造", "o-", PALETTE[0]), ("服务", "s-", PALETTE[1])):
    axes.plot(["去年", "今年"], [then.loc[name, "rate"] * 100, now.loc[name, "rate"] * 100], style, color=colour, label=name)
axes.plot(["去年", "今年"], [parts["then"] * 100, parts["now"] * 100], "D--", color=PALETTE[3], label="合计平均")
axes.set(title=f"两个行业都降了，合计平均反而升 {(parts['now'] - parts['then']) * 100:.2f} 个百分点", ylabel="利率（%，按放款额）", xlim=(-0.3, 1.3))
axes.legend(fontsize=9)
show(figure)
print(f"拆开：价 {parts['price'] * 100:+.2f}，结构 {parts['mix'] * 100:+.2f} 个百分点，合计 {(parts['now'] - parts['then']) * 100:+.2f}")

# %% [markdown]
# 拆法：**价** = 各行业利率的变化，按今年的占比加权；**结构** = 占比的变化，乘去年的利率。两项加起来正好是合计的变化。再拆班级数据的两年（含“其他”）：

# %%
recent = lines[lines["year"] != "更早"].assign(interest=lambda t: t["annual_rate"] * t["credit_line_cny"])
sums = recent.groupby(["year", "sector"])[["credit_line_cny", "interest"]].sum()
rates = pd.DataFrame({"weight": sums["credit_line_cny"], "rate": sums["interest"] / sums["credit_line_cny"]})
ours = mix.mix_and_price(rates.loc["前一年"], rates.loc["近一年"])
same = ours["price"] * ours["mix"] >= 0
print(f"新增授信的平均利率从 {ours['then']:.2%} 到 {ours['now']:.2%}：价 {ours['price'] * 100:+.2f}，结构 {ours['mix'] * 100:+.2f} 个百分点；两样方向{'相同' if same else '相反，平均数少报了价的变化' if abs(ours['price']) > abs(ours['mix']) else '相反，平均数连方向都说反了'}。")
rates["rate"].unstack("year")[["前一年", "近一年"]].map("{:.2%}".format).rename_axis(index="行业", columns=None)

# %% [markdown]
# **读图：银行因此改做什么**　平均利率、平均坏账率、平均通过率，凡是跨行业的平均，旁边都放分行业的数和结构的变化。考核定价，考价，不考结构：否则支行少做便宜的制造业，平均利率就“提高”了。
#
# **自测 4**　想一想方向。

# %% tags=["hide-input"]
ask.single(
    "simpson",
    "制造的坏账率从 2.0% 降到 1.8%，服务的从 4.0% 降到 3.7%，两个行业合计的坏账率却从 2.4% 升到 2.9%。最可能是什么？",
    ["算错了，各部分都降，合计不可能升", "服务业占比变大了", "制造业占比变大了", "坏账确认变松了"],
    key="服务业占比变大了",
    why={
        "算错了，各部分都降，合计不可能升": "可以：合计是加权平均，权重变了，它就会动。",
        "服务业占比变大了": "坏账率高的那个行业占比大了，平均数就被拉上去。",
        "制造业占比变大了": "那样合计会降得更多。",
        "坏账确认变松了": "确认变松，两个行业和合计都只会往下走，解释不了合计为什么升。",
    },
    hints=("合计是两个行业的加权平均，权重是什么？", "哪个行业坏账率高？它占比变大，平均往哪边走？", "相近的例子：高个子班转来的人多了，全校平均身高会变，谁也没有长高。"),
)

# %% [markdown]
# ## 5　还款跟着回款走
#
# 制造业先垫料、后收款，账期长；餐饮、居民服务这样的服务业天天有进账；软件、商务服务按项目收款，和制造差不多。还款方式若和回款对不上，客户不是不想还，是**那个月没有钱**。
#
# 用两家教学例子看。两家都借六十万元、一年期、年利率 `5%`。制造半年才收一次款；服务月月有进账，本金不用每月还的时候，老板手里宽，每月剩的钱花掉三成，只留下七成：

# %%
firms = {"制造（半年一收款）": [-4.0] * 5 + [63.0] + [-4.0] * 5 + [63.0], "服务（月月有进账）": [6.2, 5.8, 6.0, 6.1, 6.4, 6.0, 5.8, 6.2, 6.0, 6.1, 6.3, 6.2]}
opening = {"制造（半年一收款）": 40, "服务（月月有进账）": 3}
cash = {}
for name, inflow in firms.items():
    for method in ("等额本息", "先息后本", "到期一次还本付息"):
        kept = 0.7 if name[:2] == "服务" and method != "等额本息" else 1.0  # 手里宽，剩的钱花掉三成
        payments = pricing.schedule(60, 0.05, 12, method)["payment_cny"]
        cash[name, method] = pricing.shortfall(payments, [kept * x for x in inflow], opening_cny=opening[name])
short = [f"{name[:2]}配“{method}”" for (name, method), left in cash.items() if left.min() < 0]

# %% [markdown]
# 线掉到零以下，就是那个月还不上：

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4))
looks = {"等额本息": ("-", PALETTE[0]), "先息后本": ("--", PALETTE[2]), "到期一次还本付息": (":", PALETTE[3])}
for place, name in zip(axes, firms, strict=True):
    for method, (style, colour) in looks.items():
        place.plot(cash[name, method].index, cash[name, method], style, color=colour, label=method)
    place.axhline(0, color="#000000", linewidth=0.8)
    place.set(title=name, xlabel="月", xticks=[1, 3, 6, 9, 12], ylabel="还款以后手里的钱（万元）")
axes[0].legend(fontsize=9, loc="upper left")
axes[0].set_ylim(top=130)
figure.suptitle(f"还不上的：{'、'.join(short)}" if short else "都还得上", x=0.02, ha="left", fontweight="bold")
figure.tight_layout()
show(figure, f"两家教学例子还款以后手里的钱。还不上的：{'、'.join(short) or '没有'}。")

# %% [markdown]
# **读图：银行因此改做什么**　配还款方式先画这张图：哪个月最低、低到多少。账期长的，本金排在收款的月份（先息后本，或按收款日约定还本）；天天有进账的，分期还，别把本金压到最后一个月：没有人替他攒着。
#
# 真实的客户看流水。班级数据里近一年新批的借款人，一期等额的还款、到期一次的本金，各相当于几个月的货款流入？

# %%
flows = sp.load("flows_monthly")
inflow = flows[flows["month"] > END - pd.DateOffset(years=1)].groupby("customer_id")["sales_in_cny"].agg(["mean", "std"])
borrowers = two[two["year"] == "近一年"].merge(inflow[inflow["mean"] > 0], left_on="customer_id", right_index=True)
line, rate = borrowers["credit_line_cny"], borrowers["annual_rate"] / 12
months = ((borrowers["maturity_date"] - borrowers["start_date"]).dt.days / 30.4).round()
burden = pd.DataFrame({
    "行业": borrowers["sector"], "月流入的波动（标准差 ÷ 均值）": borrowers["std"] / borrowers["mean"],
    "一期等额还款 ÷ 月流入": line * rate / (1 - (1 + rate) ** -months) / borrowers["mean"], "到期本金 ÷ 月流入": line / borrowers["mean"]})
middle = burden.groupby("行业").median()
apart = np.ptp(middle.iloc[:, 0])
print(f"第一列两个行业差 {apart:.2f}" + ("，几乎一样：这份数据里看不出“制造账期长、服务天天进账”" if apart < 0.05 else ""))
middle.map("{:.2f}".format)

# %% [markdown]
# **读表：银行因此改做什么**　到期本金一个月的流入还不上（见最后一列），借的时候就要问：这笔钱从哪里来？只看得见本行的流水，问清楚他行还有多少。第一列两个行业差得少的，行业就只是起点，一户一户看流水。
#
# **要老实说的一处**：仿真银行的坏账里，有“到期一次拿不出本金”的断崖，**没有**“分期那个月正好没收到款”的压力。所以后面的利润会偏爱分期；真的配方案，利润要看，上面这张现金流图也要看。

# %% [markdown]
# ## 6　一次性费用要算进年化
#
# “利率不变，只收百分之一的服务费。”这笔费由第三方收（教学例子）。这里只算账；小微贷款能不能收这笔费，先问合规。期限越短，这百分之一越贵：费用是**一次**收的，却只分摊在几个月里；客户第一天到手的钱也少了。把费率直接加在利率上，一年期还差得不多，半年期就差得远。

# %%
tenors = [3, 6, 12, 24]
apr = {m: pricing.annual_rates(pricing.schedule(100_000, 0.048, m, "先息后本")["payment_cny"], 100_000, fee_cny=1_000)["APR"] * 100 for m in tenors}
figure, axes = plt.subplots(figsize=(6.5, 3))
axes.plot(tenors, list(apr.values()), "o-", color=PALETTE[0], label="按现金流算的年化（APR）")
axes.axhline(5.8, color=PALETTE[2], linestyle="--", label="错：利率加费率")
for m, value in apr.items():
    axes.annotate(f"{value:.1f}", (m, value), xytext=(4, 6), textcoords="offset points")
axes.set(title=f"同样 4.8% 加 1% 的费：三个月期年化 {apr[3]:.1f}%，两年期 {apr[24]:.1f}%", xlabel="期限（月，先息后本）", ylabel="年化（%）", xticks=tenors, ylim=(4.5, 9.8))
axes.legend(fontsize=9)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　两套方案比价，一律比 APR：到手的钱是负的第 0 期，每期还款是正的，求内部收益率。合同、海报、客户经理嘴里说的，都用这一个数。第三方收的费也要算进来。
#
# **自测 5**　估一估。

# %% tags=["hide-input"]
ask.numeric(
    "fee_rate",
    "借 10 万元，六个月，先息后本，年利率 4.8%，第一天付第三方 1% 服务费。年化（APR）约是百分之几？（保留一位小数）",
    key=round(apr[6], 1),
    tolerance=0.1,
    unit="%",
    why=f"到手 99,000 元，每月付息 400 元，第六个月还 10 万元：内部收益率折年 {apr[6]:.1f}%。一次的百分之一，半年摊完，一年就是百分之二还多。",
    near={5.8: "这是利率加费率：把半年的费当成一年的费。", 4.8: "费用漏掉了。"},
    hints=("一次的费用，分摊在几个月里？折成一年是多少？", "到手的钱也不是 10 万元了。", "相近的例子：三个月期，1% 的费，一年要收四次才够一年用。"),
)

# %% [markdown]
# ## 7　两行业方案台
#
# 换到一个没见过的小市场，给两个行业各定利率和还款方式。总行的规矩（本案例设定）：制造七成、服务三成加权，**平均加点不得大于零**，客户不能平均多付。利润 V 扣了资金、税、审批、期望的损失和资本成本。
#
# **先猜**：给制造降半个百分点，多来的客户补不补得上少收的利息？**再动**：一次只动一条。**再解释**：哪一条让放款额涨了三成，却没有多一位客户？

# %% tags=["hide-input"]
small = sp.bank.market(customers=4_000, seed=12)
terms_desk(small)

# %% [markdown]
# **银行因此改做什么**　说“增长”先说清楚是哪一个：放款额、余额、客户数。分期的客户第一个月就把额度全提走，放款额立刻多；以后一边还一边少，年末余额多不了那么多；客户数要看谁来申请、谁批得到，换一种还法改不了它。
#
# 把还款方式和利率分开看，各值多少：

# %%
plans = {"只让利 0.25": {"m1": "−0.25", "s1": "−0.25"}, "只让利 0.50": {"m1": "−0.50", "s1": "−0.50"}, "都到期还本": {"m2": "到期还本", "s2": "到期还本"},
         "只有制造分期": {"m2": "分期还本"}, "只有服务分期": {"s2": "分期还本"}, "都分期": {"m2": "分期还本", "s2": "分期还本"},
         "都分期，制造让、服务加": {"m2": "分期还本", "s2": "分期还本", "m1": "−0.25", "s1": "+0.50"}}  # fmt: skip
base = industry.years(industry.UNIFORM, small, [1, 2]).loc["合计"]
tried = pd.DataFrame({name: industry.years(industry.UNIFORM | change, small, [1, 2]).loc["合计"] for name, change in plans.items()}).T
gain, more = (tried["value_cny"] - base["value_cny"]) / 1e4, tried["n_lines"] / base["n_lines"] - 1
figure, axes = plt.subplots(figsize=(7.5, 3.2))
axes.barh(gain.index[::-1], gain[::-1], color=[PALETTE[0] if g > 0 else PALETTE[2] for g in gain[::-1]])
axes.axvline(0, color="#000000", linewidth=0.8)
axes.set(title=f"让利半个百分点：客户{'多' if more['只让利 0.50'] > 0 else '少'} {abs(more['只让利 0.50']):.0%}，利润{'多' if gain['只让利 0.50'] > 0 else '少'} {abs(gain['只让利 0.50']):.0f} 万元；最好的是“{gain.idxmax()}”", xlabel="比统一方案多的利润（万元）", ylabel="")
show(figure)
pd.DataFrame({"客户数": more, "放款额": tried["lent_cny"] / base["lent_cny"] - 1, "年末余额": tried["balance_cny"] / base["balance_cny"] - 1}).map("{:+.0%}".format)

# %% [markdown]
# **读图：银行因此改做什么**　在这个仿真里，值钱的是**还款方式**，不是分行业的价。为什么？客户对价的敏感，参考的是公开数据里利率与流失的曲线（年利率 `7.05%` 时流失 {{ cite("churn_705_a") }}；只当形状用），再调低了一些（仿真参数）；而且**两个行业的敏感程度是一样的**，按权重一加一减，正好抵掉。分行业定价要赚钱，前提是两个行业的弹性真的不同：先做第 2 节那样的试点去量，不要想当然。

# %% [markdown]
# ## 8　“增长三成”：检验这句话
#
# 老师用**八个没见过的市场**，每个市场整年全用一套方案，和统一方案比。参考方案是在另外几个市场上搜出来的，没有用过这八个。利润、坏账率按期望算，不靠当年碰巧。

# %%
CLAIM = pd.DataFrame({{ truth.industry_claim }})
wide = CLAIM.pivot(index="market", columns="plan")
def interval(values):
    means = np.random.default_rng(11).choice(values, (4_000, len(values))).mean(axis=1)  # 有放回地重抽市场
    return values.mean(), *np.quantile(means, [0.025, 0.975])


def told(name, plan, relative):
    values = (wide[name][plan] / wide[name]["统一方案"] - 1 if relative else wide[name][plan] - wide[name]["统一方案"]) * (100 if name != "value_cny" else 1e-4)
    return "{:+.2f}（{:+.2f} 到 {:+.2f}）".format(*interval(values.to_numpy()))


scale = {"新放款额增量（%）": ("lent_cny", True), "年末余额增量（%）": ("balance_cny", True), "客户数增量（%）": ("n_lines", True),
         "坏账率的差（百分点）": ("bad_rate_12m", False), "平均利率的差（百分点）": ("rate", False), "利润 V 的差（万元）": ("value_cny", False)}  # fmt: skip
pd.DataFrame({plan: {name: told(key, plan, relative) for name, (key, relative) in scale.items()} for plan in ("参考方案", "只让利")})

# %% [markdown]
# 括号里是平均数的区间：把八个市场有放回地重抽四千遍，去掉两头各百分之二点五。逐个市场看三种“增长”：

# %%
grown = pd.DataFrame({name: (wide[key]["参考方案"] / wide[key]["统一方案"] - 1) * 100 for name, key in (("新放款额", "lent_cny"), ("年末余额", "balance_cny"), ("客户数", "n_lines"))})
passed = (grown >= 30).sum()
worse = wide["bad_rate_12m"]["参考方案"] - wide["bad_rate_12m"]["统一方案"]
figure, axes = plt.subplots(figsize=(7.5, 3.2))
for name, marker, colour in zip(grown, ("o-", "s--", "D:"), (PALETTE[0], PALETTE[1], PALETTE[3]), strict=True):
    axes.plot(grown.index, grown[name], marker, color=colour, label=name)
axes.axhline(30, color=PALETTE[2])
axes.set(title=f"够三成的市场：新放款额 {passed['新放款额']} 个，年末余额 {passed['年末余额']} 个，客户数 {passed['客户数']} 个", xlabel=f"第几个市场（共 {len(grown)} 个；红线是三成）", ylabel="比统一方案（%）", xticks=list(grown.index))
axes.set_ylim(top=max(40, grown.max().max()) * 1.25)
axes.legend(fontsize=9, ncols=3, loc="upper center")
show(figure)
low, high = interval(worse.to_numpy() * 100)[1:]
bads = "没有升" if high <= 0 else "升了一点" if low > 0 else "说不准升没升"
print(f"坏账率：区间 {low:+.3f} 到 {high:+.3f} 个百分点，{bads}；{(worse <= 0).sum()} 个市场不升，{(worse > 0).sum()} 个市场升。")

# %% [markdown]
# **读图：银行因此改做什么**　“增长三成”这句话，先问口径，再问对照，再问坏账。放款额增得多，是因为分期的客户一次提满、提得早；这是**用得多、用得早**，不是客户多。提得多，债就重；坏账率动没动，看上面那一行。

# %% [markdown]
# ## 回答行长
#
# 把三问的答案列在一起，都来自没见过的市场。

# %%
mean = grown.mean()
richer = (wide["value_cny"]["参考方案"] - wide["value_cny"]["统一方案"]) / 1e4
pd.Series(
    {
        "是方案的，还是大家都有的": f"二十次试点，毛增长平均 {LOTS['gross'].mean():+.0f}%，真是方案的只有 {LOTS['true'].mean():+.0f}%（新放款）",
        "增的是什么": "，".join(f"{name} {value:+.0f}%" for name, value in mean.items()),
        "够不够三成": f"八个市场里，新放款额够的 {passed['新放款额']} 个，余额够的 {passed['年末余额']} 个，客户数够的 {passed['客户数']} 个",
        "坏账呢": f"平均 {worse.mean() * 100:+.3f} 个百分点（区间 {low:+.3f} 到 {high:+.3f}），{bads}",
        "赚不赚": f"平均多 {richer.mean():.1f} 万元，{(richer > 0).sum()} 个市场为正",
        "一次试点看得清吗": f"二十次里 {sure} 次敢说“不是零”：多几家支行，或多试几个月",
    },
    name="参考方案",
).to_frame()

# %% [markdown]
# ## 局限
#
# - 全是合成数据。客户对价、对还款方式的反应是仿真参数：来不来申请和利率无关，还款方式不改变接不接受，**真实客户会挑**。
# - 仿真银行不知道“分期那个月没收到款”，偏爱分期；按现金流配的方案，它看不出好处。
# - 仿真里支行之间只差大小和地方，没有哪家行长特别能干；真实的支行差得多，更要抽签，也更要看推行前的走势。
# - 一年看不完坏账：到期还本的，要到第二年才见分晓。账上用期望损失补，补得准不准靠模型。
# - 按行业定价，同一行业里要同一把尺：不能{{ cite("pipl_price") }}；按画像推的方案，要同时给{{ cite("pipl_marketing") }}。
# - 重抽市场的区间只说市场之间的晃动，不说参数猜错了会怎样。
# - DiD 的区间说的是九成五，各批支行数相近时大致做得到；有一边只剩两三家、另一边很多，就偏窄，仿真里只有八成多到九成盖住真值。这时要看重新抽签的 p 值。

# %% [markdown]
# ## 要点
#
# 1. 毛增长里有大盘；扣掉对照的变化，才是增量。
# 2. 按支行抽签、错峰上线；每个月只拿还没轮到的来比；先看上线以前，再看以后。
# 3. 样本是支行，不是行；看余额这样的存量，逐行算误差往往太小。
# 4. 跨行业的平均，拆成价和结构再说话。
# 5. 还款跟着回款走；一次性费用按现金流算进年化，不是加在利率上。
# 6. 说“增长”要说清哪一个；做到没做到，照实写。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一个案例和科技公司合作：外面的数据值多少钱，边界在哪里。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
