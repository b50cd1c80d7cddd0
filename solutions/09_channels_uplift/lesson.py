# %% [markdown]
# # 09 营销渠道与增益
#
# **时长** 75 分钟 · **前置** 07 需求预测 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 季度会上，营销部报喜：“客户经理挑出来联系的客户，来申请的比例高过别人一大截。”{{ cohort.bank.region }}的一位支行行长听完，问：
#
# > **这些人里，有多少是你不打电话也会来的？下个月走访、电话的名额就这么多，到底该给谁？多给我一个走访名额，值多少钱？**
#
# 学完这一课，请你用算出来的数回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **判读**一次 A/B 结果：怎么分的组、区间在哪边、每多来一笔要多少钱（练习第 1、12 题）。
# 2. **计算**样本量，**说出**偷看的代价（练习第 2、3 题）。
# 3. **写出**增益模型，用 Qini 和 IPW **检验**它（练习第 8、9、10 题）。
# 4. **审核**触达名单，**排定**每周拜访，**决定**留谁、赢回谁（练习第 4、5、6 题）。
# 5. **求解**产品 × 渠道的分配，**解释**影子价格，**组成**一份全年方案（练习第 7、11 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`qini_explorer` 和 `channel_capacity` 是这一课的两个控件。`VALUE` 是仿真参数，本行要换成自己的。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.cases import campaign as case
from smeprofile.charts import PALETTE, show, theme
from smeprofile.uplift import FEATURES, TLearner, allocate, best_round, by_group, cross_fitted, described, difference
from smeprofile.uplift import experiment, false_alarms, policy_value, qini_curve, qini_error, round_of, sample_size, shadow_words
from smeprofile.widgets import channel_capacity, qini_explorer

theme()
END = pd.Timestamp(AS_OF)
VALUE = 8_000  # 仿真参数：一笔进件给银行带来的价值，元（已扣没批的、没接受的）

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `contacts` | 一户进入一次活动 | 对照组没有联系，也占一行；`is_randomised` 为真的才是抽签的实验 |
# | `contact_responses` | 这一次的结果 | 对照组也有人自己来；只看当月 |
# | `channels` | 一条渠道 | 单次成本、每月容量；容量缺失是不限，不是零 |
# | `consents` | 一份授权 | 营销用途要单独授权；征信报告没有营销这一种 |
#
# **响应率**的分母是触达次数。**增益** = 干预组响应率 − 对照组响应率，单位是百分点。

# %%
NAMES = ("customers", "contacts", "contact_responses", "applications", "financials")
tables = {name: sp.load(name) for name in NAMES}
channels = sp.load("channels").set_index("channel_id")
products = sp.load("products").set_index("product_id")
trial = experiment(tables)  # 只有抽签的行
asked, alone = (trial.loc[trial["is_treated"] == arm, "responded"] for arm in (True, False))
shown, yes = trial.head(3), {True: "是", False: "否"}
pd.DataFrame({"触达日期": shown["contact_date"].dt.strftime("%Y-%m-%d"), "产品": shown["product_id"].map(products["name"]), "渠道": shown["channel_id"].map(channels["name"]), "联系了": shown["is_treated"].map(yes), "来申请了": shown["responded"].map(yes)})

# %% [markdown]
# ## 1　响应不等于增益
#
# 三种客户放在一起比：抽签没联系的、抽签联系了的、客户经理自己挑了联系的。

# %%
every = tables["contacts"].merge(tables["contact_responses"][["contact_id", "responded"]], on="contact_id")
picked = every.loc[~every["is_randomised"] & every["is_treated"], "responded"].astype(float)
whole = difference(asked, alone)
rates = pd.Series({"没联系（抽签）": whole.control, "联系了（抽签）": whole.treated, "客户经理挑了联系的": picked.mean()}) * 100
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar_label(axes.barh(rates.index[::-1], rates[::-1], color=[PALETTE[2], PALETTE[0], PALETTE[5]]), fmt="%.2f", padding=3)
axes.set(title=f"没人联系也来 {whole.control:.1%}；联系真正多来的是 {whole.effect * 100:.2f} 个百分点", xlabel="当月来申请的占比（%）", ylabel="")
axes.set_xlim(0, rates.max() * 1.2)
show(figure)
print(f"增益的区间 {whole.low * 100:.2f} 到 {whole.high * 100:.2f} 个百分点；客户经理挑的比抽签联系的{'高' if picked.mean() > whole.treated else '低'} {abs(picked.mean() - whole.treated) * 100:.2f} 个百分点：这一段说不清是人挑得不同，还是渠道、产品不同，没有对照就分不开。")

# %% [markdown]
# **读图：银行因此改做什么**　报效果只报“抽签联系的减抽签没联系的”。客户经理挑的没有对照：他们挑流水大的，本来就和别人不同，那一根柱子里挑了多少、联系了多少，谁也分不开。每月留一部分客户抽签，是以后还能知道真话的唯一办法。
#
# 响应率高的客群，增益也高吗？按“前三年来没来申请过”分，两张图一起看：

# %%
groups = trial["n_applied"].gt(0).map({True: "申请过", False: "没有申请过"})
told = by_group(trial, groups) * 100
times, gap = told.loc["申请过", "treated"] / told.loc["没有申请过", "treated"], told.loc["申请过", "effect"] - told.loc["没有申请过", "effect"]
apart = (told["high"] - told["low"]).pow(2).sum() ** 0.5 / 2  # 两个增益之差的区间半宽
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True)
left.barh(told.index, told["treated"], color=PALETTE[0])
left.set(title=f"响应率差 {times:.1f} 倍", xlabel="联系以后来的占比（%）")
right.errorbar(told["effect"], told.index, xerr=[told["effect"] - told["low"], told["high"] - told["effect"]], fmt="o", color=PALETTE[2], capsize=4)
right.axvline(0, color="#000000", linewidth=1)
right.set(title=f"增益差 {abs(gap):.2f} 个百分点，{'分得出' if abs(gap) > apart else '在误差里'}", xlabel="增益（百分点，横线是区间）", ylim=(-0.6, 1.6))
figure.tight_layout()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　左图像是在说“多联系申请过的”；右图才是联系的功劳：两群的增益分不出高下的，名额就不该照左图倾斜。申请过的人本来就常来，不联系也来。名单照左图排，名额大半给了自己会来的人。**高响应不等于高增益**。
#
# **自测 1**　给谁打。

# %% tags=["hide-input"]
ask.single(
    "who_first",
    "抽签试验：甲群不联系来 6%，联系后来 6.3%；乙群不联系来 1%，联系后来 2.2%。名额只够一个群，给谁？",
    ["甲群，响应率高", "乙群，多来的多", "两群一样，平均分", "先给甲群，剩下的给乙群"],
    key="乙群，多来的多",
    why={
        "甲群，响应率高": "甲只多来 0.3 个百分点，多数人本来就会来。",
        "乙群，多来的多": "乙多来 1.2 个百分点，是甲的四倍。",
        "两群一样，平均分": "每个名额在乙群换来的是甲群的四倍。",
        "先给甲群，剩下的给乙群": "名额只够一个群，给了甲，乙就没有了。",
    },
    hints=("不打电话，这两群各会来多少？", "增益 = 联系后来的 − 不联系也来的。", "相近的例子：给天天来的熟客发优惠券，和给路过的人发，哪张券换来的新客多？"),
)

# %% [markdown]
# 再看渠道。增益除联系一次的成本，就是**每多来一笔要多少钱**。

# %%
by_channel = by_group(trial, trial["channel_id"].map(channels["name"]))
cost = channels.set_index("name")["unit_cost_cny"].astype(float)
each = (cost.reindex(by_channel.index) / by_channel["effect"]).where(by_channel["low"] > 0)
cheap = each.idxmin() if each.notna().any() else None
title = f"分得出高下的渠道里，{cheap}最省：每多来一笔 {each.min():,.0f} 元" if cheap else "没有一条渠道的增益分得出零"
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.errorbar(by_channel["effect"] * 100, by_channel.index, xerr=[(by_channel["effect"] - by_channel["low"]) * 100, (by_channel["high"] - by_channel["effect"]) * 100], fmt="o", color=PALETTE[0], capsize=4)
axes.axvline(0, color="#000000", linewidth=1)
axes.set(title=title, xlabel="增益（百分点，横线是区间）", ylabel="")
show(figure)
pd.DataFrame({"增益（百分点）": (by_channel["effect"] * 100).round(2), "联系一次（元）": cost.reindex(by_channel.index), "每多来一笔（元）": each.map("{:,.0f}".format).where(each.notna(), "分不出，不算")})

# %% [markdown]
# **读图：银行因此改做什么**　先看横线过不过零，再看成本除以增益，和一笔的价值比。走访一次的成本是电话的好几倍，增益也要高出好几倍才比得过：走访的名额留给要谈抵押、要看现场的客户。几乎不要钱的渠道，增益小到分不出也可以发，但**发得多会退订**，下一次就没有机会了。
#
# **自测 2**　算一笔账。

# %% tags=["hide-input"]
ask.numeric(
    "each",
    "园区活动一户 60 元，抽签试验的增益是 0.8 个百分点。每多来一笔要多少元？",
    key=7500,
    unit="元",
    why="60 ÷ 0.008 = 7,500 元：联系一百二十五户才多来一笔。",
    near={75: "0.8 个百分点是 0.008，不是 0.8。", 48: "这是相乘，应是成本除以增益。", 1875: "你除的像是响应率；本来就会来的不能算成活动的功劳。"},
    hints=("联系一百户，花多少钱？多来几户？", "每多来一笔 = 成本 ÷ 增益。", "相近的例子：短信一条一角，增益 0.1 个百分点：0.1 ÷ 0.001 = 100 元。"),
)

# %% [markdown]
# ## 2　要多少人，看几次
#
# 效果越小，要的人越多，而且是**平方**地多。下图按本行对照组的响应率，算每组至少要几户（误报机会百分之五、把握百分之八十，两比例比较的常用公式）。

# %%
lifts = np.array([0.002, 0.003, 0.005, 0.01, 0.015])
needed = pd.Series([sample_size(whole.control, whole.control + lift) for lift in lifts], index=[f"{lift * 100:g}" for lift in lifts])
a_branch = tables["customers"]["branch_id"].value_counts().median()
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.bar_label(axes.bar(needed.index, needed, color=PALETTE[0]), fmt="{:,.0f}", padding=2)
axes.axhline(a_branch / 2, color=PALETTE[2], linestyle="--", label="一个支行全部客户的一半")
axes.set(title=f"想看清半个百分点，每组要 {needed['0.5']:,.0f} 户", xlabel="想看清的增益（百分点）", ylabel="每组户数（对数刻度）", yscale="log", ylim=(needed.min() / 3, needed.max() * 3))
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　柱子高过虚线的，一个支行把全部客户拿来也分不出。支行的活动要几家合着做，或者做几个月；做之前先算户数，不够就不做，省下的钱去做一个看得清的。
#
# ### 偷看
#
# 试验做到一半，谁都想看一眼。看一次，误报的机会是百分之五；每看一次、显著就停，会变成多少？拿**没有任何效果**的试验仿真二十万次：

# %%
alarms = false_alarms(10) * 100
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.plot(range(1, 11), alarms, marker="o", color=PALETTE[2], label="显著就停")
axes.axhline(5, color="#000000", linestyle="--", linewidth=1, label="只看最后一次")
axes.set(title=f"看五次、显著就停，没有效果的试验有 {alarms[4]:.0f}% 被误报成“有效果”", xlabel="看了几次", ylabel="误报率（%）", ylim=(0, alarms.max() * 1.25), xticks=range(1, 11))
axes.legend(loc="lower right")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　试验前写一张纸：做多少户、哪天看、看什么数。要中途看也可以，次数和更严的门槛写在纸上。偷看停下来的，效果还会**高估**：停的正是运气最好的那一刻。
#
# **自测 3**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "peeking",
    "试验计划做三个月。第一个月看，p 值 0.03，已经显著，可以提前宣布有效。",
    verdicts=("对", "错"),
    reasons=["没有事先约定中途看，误报的机会不再是百分之五", "p 值要低于 0.01 才算", "三个月的数据才够新", "显著了就是显著了"],
    key=("错", "没有事先约定中途看，误报的机会不再是百分之五"),
    why={
        "对": "每看一次多一次碰运气的机会，而且停在最好看的时候。",
        "没有事先约定中途看，误报的机会不再是百分之五": "要看就事先约定次数和门槛；没约定，就等到最后。",
        "p 值要低于 0.01 才算": "换一个门槛，临时决定看，还是偷看。",
        "三个月的数据才够新": "新不新不是问题，问题是多看了一次。",
        "显著了就是显著了": "看得够勤，什么活动都能碰上一次显著。",
    },
    hints=("假如活动没有用，你每个月看一次，会不会有一次碰巧好看？", "误报率要按“打算看几次”来算。", "相近的例子：投篮投到进为止再宣布命中，能说投得准吗？"),
)

# %% [markdown]
# ## 3　谁会被说动：增益模型
#
# 一户客户，联系了就看不到“没联系会怎样”，所以**一户的增益永远看不见**，只能比一群人。想象里有四种人：
#
# | 类型 | 不联系 | 联系了 | 该怎么办 |
# |---|---|---|---|
# | 可说服 | 不来 | 来 | 名额给他 |
# | 自然响应 | 来 | 来 | 不用联系，备好人手接待 |
# | 无动于衷 | 不来 | 不来 | 不联系 |
# | 反作用 | 来 | 不来 | 千万别联系 |
#
# **T-learner**（两个模型相减）把人群分得很细：联系了的训练一个模型，没联系的训练一个，两个概率相减。
#
# 用的都是联系**之前**知道、营销可以用的：登记、报表、过去的进件、最近被联系过几次，加上这次用什么产品、什么渠道。过去的进件只数到联系那个**月的月初**：对照组有人月中自己来了，数到联系那一天，就把答案漏进了特征。每户用没见过它的模型来打分。

# %%
offers = pd.get_dummies(trial[["product_id", "channel_id"]], dtype=float)
x = trial[FEATURES].join(offers)
told = cross_fitted(x, trial["is_treated"], trial["responded"], trial["customer_id"])
curves = {
    "按增益": qini_curve(told["uplift"], trial["is_treated"], trial["responded"]),
    "按响应": qini_curve(told["response"], trial["is_treated"], trial["responded"]),
}
first = {name: float(np.interp(0.3, curve["share"], curve["extra"])) for name, curve in curves.items()}
error = qini_error(told["uplift"], told["response"], trial["is_treated"], trial["responded"], share=0.3, draws=60)
lead = first["按增益"] - first["按响应"]
verdict = "超过两个标准误，分得出" if abs(lead) > 2 * error else "不到两个标准误，分不出高下"
print(f"联系前三成：按增益排多来 {first['按增益']:,.0f} 笔，按响应排 {first['按响应']:,.0f} 笔，随便挑约 {0.3 * curves['按增益']['extra'].iloc[-1]:,.0f} 笔。差 {lead:,.0f} 笔，标准误 {error:,.0f}：{verdict}。")

# %% [markdown]
# 先别急着夸模型。名单的一行是“客户 × 产品 × 渠道”，把好渠道的行排到前面，也算“排得好”。要是只挑渠道、客户随便，同样多行能多来几笔？

# %%
names = trial["channel_id"].map(channels["name"])
top = by_channel["effect"].nlargest(2).index  # 增益最高的两条渠道
blind = 0.3 * trial["is_treated"].sum() * by_group(trial, names.isin(top)).loc[True, "effect"]
chance = names.isin(top) + np.random.default_rng(1).random(len(trial))  # 只看渠道，客户随便
error = qini_error(told["uplift"], chance, trial["is_treated"], trial["responded"], share=0.3, draws=60)
skill = first["按增益"] - blind
print(f"只在{'、'.join(top)}的行里随便挑同样多行，约多来 {blind:,.0f} 笔：按增益排的 {first['按增益']:,.0f} 笔里，{'大半' if blind > first['按增益'] / 2 else '不到一半'}是渠道的功劳。")
print(f"挑客户的本事是两者之差 {skill:,.0f} 笔，标准误 {error:,.0f}：{'分得出' if skill > 2 * error else '还分不出'}。")

# %% [markdown]
# **Qini 曲线**：按一种排法从头联系起，横轴是联系了名单的前几成，纵轴是**多来**了几笔（干预组来的，减去对照组折算过来的）。越往左上拱越好；直线是随便挑。
#
# 各渠道一次的成本差得远，混在一条线上，就说不清花了多少钱。所以先定渠道，**每条线只用这一条渠道的行、这一条渠道的成本**。换一个渠道，挑客户的本事还在不在？

# %%
N_LIST, lists = 10_000, {}  # 仿真参数：名单的长度
for channel_id in ("H2", "H1"):
    name, rows = channels.loc[channel_id, "name"], trial["channel_id"] == channel_id
    arm, y = trial.loc[rows, "is_treated"], trial.loc[rows, "responded"]
    ranked = {"按增益": told.loc[rows, "uplift"], "按响应": told.loc[rows, "response"]}
    curves = {by: qini_curve(score, arm, y) for by, score in ranked.items()}
    lists[name] = (curves, int(arm.sum()), float(cost[name]))
    chance = pd.Series(np.random.default_rng(1).random(len(y)), index=y.index)  # 随便挑
    error = qini_error(ranked["按增益"], chance, arm, y, share=0.3, draws=60)
    line = curves["按增益"]
    lead = np.interp(0.3, line["share"], line["extra"]) - 0.3 * line["extra"].iloc[-1]
    print(f"{name}：联系前三成，按增益排比随便挑{'多' if lead > 0 else '少'}来 {abs(lead):,.0f} 笔，标准误 {error:,.0f}：{'分得出' if abs(lead) > 2 * error else '分不出'}。")

# %% [markdown]
# **先猜**：打电话该联系前几成？走访呢？**再动**：先动名单，再换渠道，最后把一笔的价值拉高、拉低。**再解释**：曲线贴着直线弯来弯去，是认得出人，还是误差？

# %% tags=["hide-input"]
qini_explorer(lists, n_listed=N_LIST, value_cny=VALUE)

# %% [markdown]
# 把两条渠道全部联系的账算出来：

# %%
for name, (curves, n, each_cost) in lists.items():
    extra = curves["按增益"]["extra"].iloc[-1] * N_LIST / n
    verdict = "一笔的价值高过它，名额有多少就打多少" if extra > 0 and N_LIST * each_cost / extra < VALUE else "比一笔的价值还贵，不分产品就不排（分产品见第 4 节）"
    print(f"{name}：全部联系多来 {extra:,.0f} 笔，每多来一笔 {N_LIST * each_cost / extra:,.0f} 元：{verdict}。" if extra > 0 else f"{name}：全部联系没有多来，不排。")

# %% [markdown]
# **银行因此改做什么**　先定渠道，再在同一渠道里看名单。排法和随便挑分不出的，不要在线上找“最好的几成”：那多半是误差；看全部联系一笔要多少钱，便宜的打满名额，贵的不排。分得出的，才谈截在哪里：再联系一成多花的钱，和多来的价值比，**往下走的那一段一户也不联系**。
#
# ### 不上线也能比方案：逆概率加权（IPW）
#
# 想知道“只联系增益最高的三成”值多少，不必再做一次试验：在原来的试验里挑出**分到的组正好和方案一致**的行，除以分到那一组的机会再平均。写成式子是 mean(Y·1[T = π] ÷ e)：Y 是来没来，T 是分到的组，π 是方案要他进的组，e 是分到那一组的机会。

# %%
share = float(trial["is_treated"].mean())
plans = {
    "谁也不联系": pd.Series(False, index=trial.index),
    "响应最高的三成": told["response"] >= told["response"].quantile(0.7),
    "增益最高的三成": told["uplift"] >= told["uplift"].quantile(0.7),
    "全部联系": pd.Series(True, index=trial.index),
}
worth = {name: policy_value(trial["responded"], trial["is_treated"], plan, treated_share=share) for name, plan in plans.items()}
base, most = worth["谁也不联系"], worth["全部联系"]
got = {name: f"{(value - base) / (most - base):.0%}" if most > base else "—" for name, value in worth.items()}
paid = trial["channel_id"].map(channels["unit_cost_cny"]).astype(float)  # 各行渠道自己的成本
spent = {name: f"{paid[plan].sum() / paid.sum():.0%}" for name, plan in plans.items()}
pd.DataFrame({"来申请的占比": pd.Series(worth).map("{:.2%}".format), "联系的占比": {name: f"{plan.mean():.0%}" for name, plan in plans.items()}, "花掉全部联系的几成钱": spent, "拿到全部联系的几成增益": got})

# %% [markdown]
# **银行因此改做什么**　只联系三成的行，不等于只花三成的钱：这里各渠道混排，排在前面的多是贵的渠道。看最后两列，花了几成、拿到几成，再算省的和丢的哪个大。两行差一点点不必争，先看误差。
#
# **自测 4**　自己算一个点。

# %% tags=["hide-input"]
ask.numeric(
    "one_point",
    "名单前三成里，干预组 700 户来了 28 户，对照组 300 户来了 6 户。联系这 700 户，多来了几户？",
    key=14,
    unit="户",
    why="对照组折算到 700 户：6 × 700 ÷ 300 = 14 户会自己来；28 − 14 = 14 户。",
    near={22: "28 − 6 不对：两组人数不同，要先折算到同样多户。", 28: "28 户里有一半不打也会来。", 2: "这是百分点：4% − 2%。"},
    hints=("如果对照组也有 700 户，会来几户？", "先把对照组折算成和干预组一样多，再相减。", "相近的例子：干预 200 户来 10，对照 100 户来 3：10 − 3 × 2 = 4 户。"),
)

# %% [markdown]
# ## 4　名额给谁：线性规划与影子价格
#
# 走访、电话、活动都有每月容量，还有预算。取客户最多的支行，抽一部分没有有效授信的客户，用模型给每户每种产品、每条渠道的增益打分，再求最好的分法：
#
# > 最大化 Σ 联系 ×（增益 × 一笔的价值 − 成本），每户至多一种产品走一条渠道，各渠道不超容量，总花费不超预算，**免打扰的一律是零**。
#
# 要占名额、要花钱的渠道，第 1 节里增益分不出零就先不排，排进来只是在分配误差。产品和渠道配成的每一格，也照这条办：区间过零的格先不排。格子多，单靠运气也会有一两格过线，所以排了还要留一部分抽签再看。几乎不要钱又不限量的推送、短信不占名额，另看退订（第 7 节）。

# %%
pairs = by_group(trial, trial["product_id"] + "·" + trial["channel_id"])
clear = by_channel.index[by_channel["low"] > 0]  # 区间过零的渠道先不排；一条也没有，就都排
names = [c for c in channels.index if f"channel_id_{c}" in offers and (channels.loc[c, "name"] in clear or clear.empty)]
every_pair = [(p, c) for p in products.index if f"product_id_{p}" in offers for c in names]
menu = [(p, c) for p, c in every_pair if pairs["low"].get(f"{p}·{c}", -1) > 0] or every_pair
left_out = "、".join(f"{products.loc[p, 'name']}·{channels.loc[c, 'name']}" for p, c in every_pair if (p, c) not in menu)
print(f"分得出零的渠道里有 {len(every_pair)} 格，留下 {len(menu)} 格；不排的是：{left_out or '没有'}。")

# %% [markdown]
# 再取客户，给留下的每一格打分：

# %%
model = TLearner().fit(x, trial["is_treated"], trial["responded"])
branch = tables["customers"]["branch_id"].value_counts().idxmax()
lines = sp.load("facilities")
served = lines.loc[(lines["start_date"] <= END) & (lines["maturity_date"] > END), "customer_id"]
firms = tables["customers"].query("branch_id == @branch and registration_status == '存续' and customer_id not in @served")
part = firms.sample(min(500, len(firms)), random_state=1)
now = described(part[["customer_id"]].assign(contact_date=END), tables).set_index("customer_id")
gain, channel_of = pd.DataFrame(index=now.index), {}
for p, c in menu:
    row = dict.fromkeys(offers.columns, 0.0) | {f"channel_id_{c}": 1.0, f"product_id_{p}": 1.0}
    label = f"{products.loc[p, 'name']}·{channels.loc[c, 'name']}"
    gain[label], channel_of[label] = model.predict(now[FEATURES].assign(**row)), channels.loc[c, "name"]

# %% [markdown]
# 不是什么产品都报给谁：这个行业的进件里，要这种产品的占比不低于全行，才报；其余写成缺失，线性规划就不会选。

# %%
past = sp.load("applications")
section = tables["customers"].set_index("customer_id")["industry_code"].str[0]
common = pd.crosstab(past["customer_id"].map(section), past["product_id"], normalize="index")
suits = common.ge(past["product_id"].value_counts(normalize=True)).reindex(section.reindex(gain.index))
for label, (p, _) in zip(channel_of, menu, strict=True):
    gain[label] = gain[label].where(suits[p].eq(True).to_numpy())

# %% [markdown]
# 一笔进件值多少，各产品不同：按过去进件变成授信的占比 × 额度中位数 × 利差排出相对高低，平均是 `VALUE`。这里排的是收入，不是利润：没有扣预期损失、运营和办一笔的成本，也没有看额度用掉多少。信用类产品坏账多，价值因此偏高；上线以前要换成模块 08 的净收益再排一次。容量按户数摊到这部分客户，几种产品合用一条渠道的名额；预算是仿真参数。

# %%
size = len(part) / len(tables["customers"])
room = channels.loc[names].set_index("name")["monthly_capacity"].dropna().astype(float) * size
room = room.round().clip(lower=1)
BUDGET = 3_000  # 仿真参数：这部分客户一个月的营销费，元
quiet = part.set_index("customer_id")["do_not_contact"].reindex(gain.index)
lots = sp.load("facilities").groupby("product_id")["credit_line_cny"].agg(["median", "size"])
asked = past.groupby("product_id").size()
relative = (lots["median"] * products["spread"] * lots["size"] / asked).reindex(products.index)
relative /= (relative * asked).sum() / asked.sum()
weight = pd.Series({label: relative[p] for label, (p, _) in zip(channel_of, menu, strict=True)})

# %% [markdown]
# 解一次，看名额分给了哪些“产品·渠道”：

# %%
contact_cost = {label: cost[c] for label, c in channel_of.items()}
best = allocate(gain * weight * VALUE, contact_cost, room, channel_of=channel_of, budget_cny=BUDGET, blocked=quiet)
print(f"{len(part):,} 户里免打扰 {int(quiet.sum()):,} 户。{len(menu)} 种“产品·渠道”里，联系 {best.plan.to_numpy().sum():,.0f} 户，净收益 {best.value_cny:,.0f} 元。")
got = best.plan.sum().rename_axis("选择").reset_index(name="户")
got[["产品", "渠道"]] = got["选择"].str.split("·", expand=True)
table = got.pivot(index="产品", columns="渠道", values="户")[list(dict.fromkeys(channel_of.values()))]
total, most = table.sum().map("{:,.0f}".format), room.reindex(table.columns)
table = table.map(lambda v: "不排" if pd.isna(v) else f"{v:,.0f}")
table.loc["合计"], table.loc["容量"] = total, most.map(lambda v: "不限" if pd.isna(v) else f"{v:,.0f}")
table

# %% [markdown]
# **影子价格**：一条限制放宽一点，净收益多几元。用不完的限制，价格是零。名额的价格按个算，预算的价格按元算，不能直接比大小。
#
# **先猜**：哪几条限制会卡住？**再动**：把卡住的放宽，看净收益多多少，再看它的价格怎么变。**再解释**：一笔进件的价值从低拉到高，走访的名额从哪里开始值钱？

# %% tags=["hide-input"]
channel_capacity(gain, contact_cost, room.to_dict(), channel_of=channel_of, weight=weight, value_cny=VALUE, budget_cny=BUDGET, blocked=quiet)

# %% [markdown]
# **银行因此改做什么**　向上要资源，拿影子价格说话：多一个名额值多少元，比招人、买系统的成本高才要。价格是零的名额不要再加，先问为什么用不完。价格只在眼前这一点上成立，放宽一截以后要再解一遍。
#
# **自测 5**　读一个影子价格。

# %% tags=["hide-input"]
ask.single(
    "shadow",
    "解出来：走访名额的影子价格 0 元，电话名额 35 元，预算 1 元能多赚 0 元。最该向行长要什么？",
    ["再招两名走访的客户经理", "再加一倍预算", "每通不到 35 元的外呼名额", "都不要，已经最好了"],
    key="每通不到 35 元的外呼名额",
    why={
        "再招两名走访的客户经理": "走访的名额没有用完，再多也不值钱。",
        "每通不到 35 元的外呼名额": "多一个电话名额多赚 35 元，比这便宜就划算；这 35 元已经扣过电话费。",
        "再加一倍预算": "预算没有用完，加了也花不出去。",
        "都不要，已经最好了": "在现有的限制里是最好的；电话的限制还能放宽。",
    },
    hints=("哪一条限制现在卡住了你？", "影子价格是放宽一个单位多赚的钱，零就是没有卡住。", "相近的例子：厨房只有一口锅，排着队；再买桌椅没有用，再买一口锅才多卖菜。"),
)

# %% [markdown]
# ## 5　谁不能在名单上
#
# 名单发出去以前，先过四道关。规矩写在前面：
#
# - **免打扰**：自动化营销要同时给出{{ cite("pipl_marketing") }}。行内规则（本课程设定）：登记了的一律不联系。
# - **重复触达**：行内规则（本课程设定）：同一客户一季至多一次。
# - **超容**：一个月打不完的，不是名单，是愿望。
# - **征信数据**：查询个人信息须{{ cite("report_consent") }}；授信用途的同意不含营销，**征信数据不得用于营销圈选，零容忍**。企业征信按本课程设定的行内规则，同样不得用。

# %%
consents = sp.load("consents").query("purpose == '营销'")
live = consents[consents["withdrawn_date"].isna() & (consents["granted_date"] <= END)]
quarter = tables["contacts"].query("is_treated")
lately = quarter.loc[quarter["contact_date"] > END - pd.DateOffset(months=3), "customer_id"]
people = firms["customer_id"]
pd.Series(
    {
        "没有有效授信的客户（户）": len(firms),
        "其中登记免打扰": int(firms["do_not_contact"].sum()),
        "其中近一季联系过": int(people.isin(lately).sum()),
        **{f"其中约定{item}可用于营销": int(people.isin(live.loc[live["data_item"] == item, "customer_id"]).sum()) for item in ("流水数据", "纳税数据", "征信报告")},
    },
    name=f"{sp.load('branches').set_index('branch_id').loc[branch, 'name']}（户）",
).to_frame()

# %% [markdown]
# **银行因此改做什么**　名单系统按这个次序过：能不能（免打扰、征信、一季一次）→ 值不值（增益）→ 打不打得完（容量）。表的最后一行是零不是漏签：**没有这一种授权**，谁签了也不能用来圈选。流水、纳税数据只用签过的那些户。
#
# **自测 6**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "not_on_list",
    "下面哪几行要从电话名单里删去？",
    ["三个月前退订过，缺口很大", "上周刚打过电话，说再想想", "半年没有联系，签过流水数据营销授权", "从征信报告看到他行贷款下月到期而排上来的", "没有签流水授权，按登记和报表排上来的"],
    key=["三个月前退订过，缺口很大", "上周刚打过电话，说再想想", "从征信报告看到他行贷款下月到期而排上来的"],
    why={
        "三个月前退订过，缺口很大": "退订就是免打扰，缺口再大也不联系。",
        "上周刚打过电话，说再想想": "一季至多一次；约好回访的走服务，不走营销名单。",
        "半年没有联系，签过流水数据营销授权": "可以留：授权的用途就是营销。",
        "从征信报告看到他行贷款下月到期而排上来的": "征信数据用于圈选，零容忍。",
        "没有签流水授权，按登记和报表排上来的": "可以留：没有用到流水。",
    },
    hints=("这一行是凭什么排上来的？客户说过不要吗？上次联系是哪天？", "先看能不能，再看值不值。", "相近的例子：体检报告能看病，不能拿去推销保险。"),
)

# %% [markdown]
# ## 6　这一周跑谁，谁快要走
#
# 走访最贵的不是油钱，是时间。**一个地方跑一趟**：园区、商圈、产业链上的几户约在同一天，路程只算一次。下表是教学例子：同样一天，两种排法。

# %%
stops = pd.DataFrame(
    {"place": ["园区"] * 4 + ["商圈"] * 2 + ["县城"], "travel_minutes": [60] * 4 + [40] * 2 + [200], "minutes": [45] * 6 + [60], "value_cny": [400.0, 380, 350, 300, 450, 420, 900]},
    index=["园区甲", "园区乙", "园区丙", "园区丁", "商圈甲", "商圈乙", "县城甲"],
)  # fmt: skip
batch, _ = best_round(stops, 400)
ways = {"照收益从高到低": ["县城甲", "商圈甲", "商圈乙"], "一个地方跑一趟": batch}
pd.DataFrame({name: {"去哪几户": "、".join(who), "用时（分钟）": f"{round_of(stops, who)[0]:.0f}", "期望收益（元）": f"{round_of(stops, who)[1]:,.0f}"} for name, who in ways.items()})

# %% [markdown]
# 每户带一张纸去：**为何现在**（用款的月份倒着推）、**问什么**（订单、付款、回款，不是“要不要贷款”）、**不许诺什么**（批不批、批多少、什么价）。泰隆银行每名客户经理约管 {{ cite("tailong_per_manager") }}。一人管这么多户，路程要合并。
#
# 维系先看**到期**：到期前两个月谈续贷，比走了再赢回便宜得多。看看本行未来三个月到期的，过去这样的客户续了几成：

# %%
due = lines[(lines["maturity_date"] > END) & (lines["maturity_date"] <= END + pd.DateOffset(months=3))]
past = lines[(lines["maturity_date"] > END - pd.DateOffset(months=15)) & (lines["maturity_date"] <= END - pd.DateOffset(months=3))]
renewed = set(lines["renewal_of"].dropna())
stayed = past["facility_id"].isin(renewed)
kept = stayed.groupby(past["product_id"].map(products["name"])).agg(["size", "mean"])
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar_label(axes.barh(kept.index, kept["mean"] * 100, color=PALETTE[0]), fmt="%.0f", padding=3)
axes.set(title=f"未来三个月到期 {len(due):,} 笔授信；截至三个月前的一年里到期的，续了 {stayed.mean():.0%}", xlabel="到期后有续贷的占比（%）", ylabel="", xlim=(0, 105))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　设备贷这类一次性的，还清就完，不算流失。其余没续的有三种：还清不要了、转去别家、本行不续，办法各不同：第一种不追，第二种算一算值不值得让价，第三种按风险那一套办（模块 05）。**挽留也看增益**：本来就会续的，让价是白送；流入连跌、断票、逾期的，让价留下来的是别家不要的贷款。

# %% [markdown]
# ## 7　一年的方案：交给仿真银行
#
# 前面只算一次联系。一年十二个月，联系会累、会退订，来的人要审批、会还也会坏。把几份方案放进仿真银行各演一年，和“什么营销也不做”比（同样的运气）。报价都是挂牌价加 0.5 个百分点（本课程设定的分支行权限上限），快速贷按等额本息；“不加价”的一行是照挂牌价报：

# %%
market = sp.bank.market(customers=3_000, seed=5)
lucks = [1, 2, 3, 4]
tried = {
    "APP 推送，每季一次": case.START,
    "电话，每季一次": case.START | {"channel": "电话"},
    "走访，每季一次": case.START | {"channel": "客户经理走访"},
    "APP 推送，抵押贷": case.START | {"product": "抵押贷"},
}
results = {name: case.told(choice, market, lucks) for name, choice in tried.items()}
results["APP 推送，每季一次，不加价"] = case.told(case.START, market, lucks, rate_addon=0.0)
once, often = results["APP 推送，每季一次"], case.told(case.START | {"rhythm": "每月一次"}, market, lucks)
gains = pd.Series({name: r.gain_cny / 1e4 for name, r in results.items()})

# %% [markdown]
# 画出来。联系时带着报价，本来就会来的也照报价办（价高一截，还款改成按月等额）：所以多赚的钱，不全是多来的人带来的，拿“不加价”的一行比一比。

# %%
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(gains.index[::-1], gains[::-1], color=[PALETTE[0] if g > 0 else PALETTE[2] for g in gains[::-1]])
axes.axvline(0, color="#000000", linewidth=1)
axes.set(title=f"几份方案里“{gains.idxmax()}”最好，{'多' if gains.max() > 0 else '少'}赚 {abs(gains.max()):,.1f} 万元", xlabel="比不营销多赚（V，万元）", ylabel="")
show(figure)
pd.DataFrame({name: {"多来的进件（笔）": f"{r.extra:,.1f}", "联系（次）": f"{r.contacts:,}", "超出容量（次）": f"{r.over_capacity:,}", "营销费（万元）": f"{r.cost_cny / 1e4:,.2f}", "退订（户）": f"{r.opt_outs:,}"} for name, r in results.items()}).T
# %% [markdown]
# 同样是推送，改成每月一次会怎样？这违反一季一次的规则，只在仿真里试：

# %%
for name, r in {"每季一次": once, "每月一次": often}.items():
    print(f"{name}：联系 {r.contacts:,} 次，多来 {r.extra:,.1f} 笔，退订 {r.opt_outs:,} 户，比不营销{'多' if r.gain_cny > 0 else '少'}赚 {abs(r.gain_cny) / 1e4:,.1f} 万元。")
books, more = often.gain_cny - once.gain_cny, often.extra - once.extra
print(f"每月一次账上{'多' if books > 0 else '少'} {abs(books) / 1e4:,.1f} 万元，可是违规；退订是 {often.opt_outs / max(once.opt_outs, 1):.1f} 倍，这些人第二年联系不上。")
print(f"多来的进件{'没有跟着涨，账上的钱多半是更多本来会来的人照这份报价办出来的' if more <= 0 < books else f'多 {more:,.1f} 笔' if more > 0 else '也少了'}。")

# %% [markdown]
# **读图：银行因此改做什么**　看营销费和多来的笔数：贵的渠道先花掉了多来的收益；计划超出容量的那些次，一次也没有联系成。产品也要紧：办一笔抵押贷的成本、坏账都不同，来得多不等于赚得多。一笔进件值多少，在这里不是第 4 节填的参数，是审批、办理、还款、坏账一笔一笔演出来的：参数填高了，纸上划算的渠道，演一年才见真章。
#
# 同一条渠道，这里数出来的增益和第 1 节的对不上，不奇怪：这里比的是全年，早来几个月的不算多来；产品、名单也不同。
#
# **重复触达**看上面那一行：联系多了几倍，多来了几笔，退订了几倍？账上的 V 只看十二个月，又把加价报给了本来就会来的人；退订的人第二年联系不上，账上看不见：所以要有规则。
#
# 换一个市场、换一年运气，数会变，先看正负和大小的次序。

# %% [markdown]
# ## 8　数据看不见什么
#
# 每户的增益看不见。仿真里有真值，老师取了前面一部分客户来对照：用电话说一种产品，按真值、模型、响应、随便各排一次，**前两成**的客户装下了全部增益的几成？真值不发给学员，这里只给合计。这里的两个模型只用这部分客户的试验重新训练，不看产品和渠道，比第 3 节的弱。

# %%
TRUTH = {{ truth.uplift_seen }}
held = pd.Series(TRUTH["held"]) * 100
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.bar_label(axes.barh(held.index[::-1], held[::-1], color=[PALETTE[5], PALETTE[1], PALETTE[0], "#000000"]), fmt="%.0f", padding=3)
axes.set(title=f"前两成装下的真实增益：真值 {held['真值']:.0f}%，增益模型 {held['增益模型']:.0f}%，响应模型 {held['响应模型']:.0f}%", xlabel="占全部增益（%）", ylabel="", xlim=(min(0, held.min() * 1.2), held.max() * 1.2))
show(figure)
kinds = "、".join(f"{name} {share:.0%}" for name, share in TRUTH["types"].items())
print(f"对照 {TRUTH['n']:,} 户：{kinds}；真实增益平均 {TRUTH['mean'] * 100:.2f} 个百分点，{TRUTH['harmed']:.0%} 的客户联系了反而少来。")

# %% [markdown]
# **读图：银行因此改做什么**　看得见真值的那一根是上界，够不着：被说动的人，在登记、报表、过去的进件里长得和别人差不多。先比增益模型和响应模型：增益模型没有高过响应模型，就说明这点资料挑不出谁会被说动；再看它们离“随便挑”有多远：离得近，就老实按渠道和产品分，不要逐户挑。超过百分之百不是错：不去打扰反作用的人，总数就会更大。

# %% [markdown]
# ## 回答行长
#
# 三个问题，答案都在这张表里。走访没有用完的，先看“卡住的限制”里有没有预算：预算用完了，名额再多也跑不起；没有预算，就是没有更多划算的户可跑。

# %%
walk, calls = channels.loc["H1", "name"], gains["电话，每季一次"]
one = allocate(gain * weight * VALUE, contact_cost, room, channel_of=channel_of, budget_cny=BUDGET, blocked=quiet)
pd.Series(
    {
        "不打电话也会来的": f"抽签没联系的也来 {whole.control:.1%}；联系的 {whole.treated:.1%} 里，只有 {max(whole.effect, 0) / whole.treated:.0%} 是联系带来的",
        "名额给谁": "、".join(f"{name} {n:,.0f} 户" for name, n in one.plan.sum().nlargest(2).items() if n > 0.5) or "这样的价值下谁也不联系",
        "按什么排": "只排增益分得出零的产品·渠道；按增益 × 价值 − 成本，价值还没有扣预期损失和办理成本；先剔免打扰；不按响应率",
        "多一个走访名额值多少": next((line for line in shadow_words(one) if line.startswith(walk)), f"{walk}的增益分不出零，先不排"),
        "卡住的限制": "；".join(line.rstrip("。") for line in shadow_words(one) if "用完了" in line) or "没有一条卡住",
        "演一年": f"第 7 节里最好的是“{gains.idxmax()}”；电话比不营销{'多' if calls > 0 else '少'}赚 {abs(calls):.1f} 万元。第 7 节演的是快速贷、抵押贷，不是这份分配；这份分配还没有演过",
        "有多大把握": f"增益区间 {whole.low * 100:.2f} 到 {whole.high * 100:.2f} 个百分点；逐户的增益看不见，只说到客群和渠道",
    },
    name=sp.load("branches").set_index("branch_id").loc[branch, "name"],
).to_frame()

# %% [markdown]
# ## 局限
#
# - 数据是合成的：增益的大小、反作用的比例、渠道的高低都是仿真参数，真实的客户更杂，增益也会随竞争和利率变。
# - 一户的增益看不见，只能比一群人；支行一级的人数少，弱的效果淹没在误差里，分不出不等于没有。
# - 试验是那几年、那几种产品、随机的渠道做出来的：换了产品、价格、月份，要重新抽签。
# - 只看联系的当月。晚来的、后来才累的、因为被打扰以后再也不来的，都没有算进增益。
# - 同一户几个月里进过几次试验，行与行不完全独立，区间略偏窄。
# - 模型会一直找像过去客户的人。名单要看一眼构成，留一部分抽签，别把县域、新户越推越远。
# - 一笔进件的价值、名额、预算都是仿真参数。

# %% [markdown]
# ## 要点
#
# 1. 增益 = 抽签联系的 − 抽签没联系的；挑出来的没有对照；高响应不等于高增益。
# 2. 效果小一半，样本近四倍；看几次、门槛多严，事先写好，偷看会把误报率抬到两三倍。
# 3. T-learner 两个模型相减；Qini 看排得好不好，要在同一渠道里看；IPW 不上线也能比方案；差距先和误差比。
# 4. 名单先看能不能：免打扰、一季一次、征信零容忍；再看增益，再看容量。拜访一个地方跑一趟；挽留也看增益。
# 5. 线性规划分名额，影子价格说多一个名额值几元；方案放进仿真银行，看一年。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。后面的案例把产品、价格、渠道合在一起做。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
