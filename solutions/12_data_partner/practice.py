# %% [markdown]
# # 12 练习：科技公司×银行
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 12 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 4 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面另写了给分办法的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：数据的最后一天
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask, partner
from smeprofile.cases import data_partner
from smeprofile.charts import PALETTE, show, theme
from smeprofile.widgets import partner_desk

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **可用**的一行：信用代码写成一样后对得上；本行、对方两边的授权都是授信审批、进件日当天有效（授予当天起，撤回前一天止）；只用进件日以前（含当天）已产出的数据。（第 7 题不管数据有多旧；课程另有“超过一季的不用”。）
# - **ΔKS** = 加了对方数据的 KS − 只用本行的 KS，在时间外样本上、同一批客户成对地比；区间用有放回的重抽，跨过 0 就说不准。
# - **V** 是全行一年的利润，已扣资金、税、审批、资本成本和数据费，坏账按真实风险的期望计。数据、公司和市场都是合成的。

# %% [markdown]
# ## 一、数据合作台（全员必做）
#
# 练习用的市场，只管新进件；利率、额度、续贷照旧，不做触达。“现行”是只用本行数据、线不变。**先猜，再动，再解释**：换数据和换通过线，哪一样多赚？

# %% tags=["hide-input"]
partner_desk({{ truth.partner_desk }})

# %% [markdown] task="plan" track="all"
# ### 第 1 题　定一套合作方案（14 分，全员必做）
#
# 用谁的数据、线画在哪、查谁、查不到怎么办，还有授权、撤回和谁拍板。上面的合作台可以随便试，它不打分。
#
# **按没见过的市场给分**：得分 =（你的 V − 现行方案的 V）÷（参考答案的 V − 现行方案的 V），达到九成五就满分。参考答案是在练习用的市场上挑出来的，没有看过打分的市场。通过率、坏账率、时效在反馈里并列，不计分。**违规得 0 分**，反馈会说哪一条、依据是什么、若合规能得多少。

# %% answer="plan" tags=["hide-input"]
plan = ask.choices("plan", data_partner.TITLES, data_partner.OPTIONS)
# BEGIN SOLUTION
plan = {{ truth.partner_reference }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是七条都选了。

# %% check="plan" points=14
todo = [row for row, choice in plan.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(plan) == set(data_partner.FIELDS), "应有 e1 到 e7 七条，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark

_marked = data_partner.marked(dict(plan), {{ truth.partner_marked }}, {{ truth.partner_reference }})
for _line in _marked.lines:
    remark(_line)
round(14 * _marked.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="plan"
# 四件事值得讲：一、查不到的一律不批，赔得最多；二、离线远的不查，数据费省一截，判决几乎不变；三、不花钱调自己的线，和花钱买数据，放在一张表上比；四、参考答案是在练习市场上挑的，到了打分的市场未必还是最好。把“买数据、线低二十分”和“不买、线低二十分”并排报：差多少 V、差多少坏账率。不买更好，就写不买。问全班：如果数据费涨一倍，你的方案变不变？

# %% sample="plan" mistake="现行方案，什么也没动" says="线不变多 0.0 万元" earns=0
plan = {{ truth.partner_as_usual }}

# %% sample="plan" mistake="查不到数据的一律不批" says="好客户一起挡在门外" earns=0
plan = {{ truth.partner_refuses }}

# %% sample="plan" mistake="线太高" says="通过线太高" earns=0
plan = {{ truth.partner_strict }}

# %% sample="plan" mistake="没有授权先查" says="没有两边的授权" earns=0
plan = {{ truth.partner_unsigned }}

# %% sample="plan" mistake="撤回以后接着用" says="授权撤回以后还在用" earns=0
plan = {{ truth.partner_withdrawn }}

# %% sample="plan" mistake="核心风控外包" says="把批不批交给了合作方" earns=0
plan = {{ truth.partner_outsourced }}

# %% [markdown]
# ## 二、合作的边界（全员必做）

# %% [markdown] task="kinds" track="all"
# ### 第 2 题　这是哪一种合作，用哪一条规则（10 分，全员必做）
#
# 四家公司的合作意向（教学例子）。k 行选是哪一种；r 行选**首先**要守（或违反）的那一条。

# %% answer="kinds" tags=["hide-input"]
kinds = ask.choices(
    "kinds",
    {
        "k1": "甲公司把商户的订单汇总卖给本行，按查得笔数收费；贷款全由本行出。它是",
        "k2": "乙公司推荐客户，并收客户增信服务费；贷款全由本行出，乙公司不出钱放贷。它是",
        "k3": "丙公司控股的民营银行与本行在同一笔贷款里各出一部分钱。它是",
        "k4": "丁公司只给一个“经营分”，本行自己定批不批，钱全由本行出。它是",
        "r1": "甲公司的合同，首先要守",
        "r2": "乙公司的合同，首先要守",
        "r3": "丙公司的合同，首先要守",
        "r4": "丁公司的“经营分”说算法保密、来源不便透露，首先违反",
    },
    {
        **{f"k{n}": list(partner.KINDS) for n in (1, 2, 3, 4)},
        **{f"r{n}": ["单笔合作方出资和两个余额上限", "客户授权，信用信息可解释、来源可追溯", "名单制，增信服务费计入综合融资成本", "本行出资不低于三成"] for n in (1, 2, 3, 4)},
    },
)
# BEGIN SOLUTION
kinds = {"k1": "数据采购", "k2": "助贷", "k3": "共同出资", "k4": "数据采购", "r1": "客户授权，信用信息可解释、来源可追溯", "r2": "名单制，增信服务费计入综合融资成本", "r3": "单笔合作方出资和两个余额上限", "r4": "客户授权，信用信息可解释、来源可追溯"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都选了。

# %% check="kinds" points=10
todo = [row for row, choice in kinds.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(kinds) == {f"{letter}{n}" for letter in "kr" for n in range(1, 5)}, "应有 k1 到 k4、r1 到 r4 八问，请不要增删。"
# BEGIN HIDDEN TESTS
_wrong_way = [row for row in ("r1", "r2", "r3", "r4") if kinds[row] == "本行出资不低于三成"]
assert not _wrong_way, f"{'、'.join(_wrong_way)}：三成管的是合作方出资，本行没有这个下限。方向弄反，该拦的放过去，对方一分钱风险也不担。"
assert kinds["k1"] != "共同出资" and kinds["k4"] != "共同出资", "k1、k4：钱全由本行出，没有共同出资。把买数据套进三成、一半那几条，合同白改，真正要守的授权反而没人管。"
assert kinds["k2"] != "共同出资", "k2：乙公司只收费，不出钱放贷，不是共同出资。当成共同出资，客户被收的增信费就没人算进成本。"
assert kinds["k1"] == "数据采购" and kinds["k4"] == "数据采购", "k1、k4：对方只给数据或分数，批不批、钱都是本行的，是数据采购。认错种类，就会拿错规则。"
assert kinds["k2"] == "助贷" and kinds["k3"] == "共同出资", "k2、k3：看谁出钱。只推客户、收费的是助贷，一笔贷款两家都出钱的是共同出资。认错种类，就会拿错规则。"
assert kinds["r1"] == "客户授权，信用信息可解释、来源可追溯", "r1：买数据先看授权和来源。来源说不清，客户一投诉，这批审批都要重看。"
assert kinds["r2"] == "名单制，增信服务费计入综合融资成本", "r2：助贷看名单和收费。费不算进成本，告诉客户的利率就是假的。"
assert kinds["r3"] == "单笔合作方出资和两个余额上限", "r3：共同出资才看这三条。漏了，余额可能早就超了。"
assert kinds["r4"] == "客户授权，信用信息可解释、来源可追溯", "r4：卖评分的机构，评价规则要可解释、来源可追溯。用了讲不出原因的分，拒绝客户时没有话说。"
# END HIDDEN TESTS

# %% [markdown] discussion="kinds"
# 现实里一份合同常常三样都有：先拆开，再各找各的规则。追问：如果甲公司还承诺“坏了由我回购”，变成了哪一种？

# %% sample="kinds" mistake="三成反向" says="三成管的是合作方出资"
kinds = {"k1": "数据采购", "k2": "助贷", "k3": "共同出资", "k4": "数据采购", "r1": "客户授权，信用信息可解释、来源可追溯", "r2": "名单制，增信服务费计入综合融资成本", "r3": "本行出资不低于三成", "r4": "客户授权，信用信息可解释、来源可追溯"}

# %% sample="kinds" mistake="买数据也套共同出资" says="钱全由本行出，没有共同出资"
kinds = {"k1": "共同出资", "k2": "助贷", "k3": "共同出资", "k4": "数据采购", "r1": "单笔合作方出资和两个余额上限", "r2": "名单制，增信服务费计入综合融资成本", "r3": "单笔合作方出资和两个余额上限", "r4": "客户授权，信用信息可解释、来源可追溯"}

# %% sample="kinds" mistake="助贷当共同出资" says="没人算进成本"
kinds = {"k1": "数据采购", "k2": "共同出资", "k3": "共同出资", "k4": "数据采购", "r1": "客户授权，信用信息可解释、来源可追溯", "r2": "单笔合作方出资和两个余额上限", "r3": "单笔合作方出资和两个余额上限", "r4": "客户授权，信用信息可解释、来源可追溯"}

# %% [markdown]
# 第 3 题要看的图：一笔助贷贷款（十万元，一年，等额本息，合同利率百分之六），首日另收增信服务费。

# %% tags=["hide-input"]
FEES = [0, 500, 1_000, 1_500, 2_000]
COSTS = {fee: 100 * partner.all_in_rate(100_000, 0.06, 12, "等额本息", fee_first_cny=fee) for fee in FEES}
figure, axes = plt.subplots(figsize=(7, 2.6))
bars = axes.bar([f"{fee:,}" for fee in FEES], list(COSTS.values()), color=PALETTE[0])
axes.bar_label(bars, fmt="{:.1f}")
axes.set(title="同一个合同利率，费越多，客户真正付的越高", xlabel="首日收的增信服务费（元）", ylabel="综合融资成本（年化 %）", ylim=(0, max(COSTS.values()) * 1.15))
show(figure)

# %% [markdown] task="limits" track="all"
# ### 第 3 题　几条线各是多少（9 分，全员必做）
#
# 本行一级资本净额 40 亿元，全部贷款 600 亿元。与丙公司**共同出资**：单笔贷款 100 万元；与丙公司的本行余额现在 9.2 亿元；与全部合作方的本行余额现在 120 亿元。与戊公司是**助贷**，看上面的图。

# %% answer="limits" tags=["hide-input"]
limits = ask.number(
    "limits",
    {
        "n1": "单笔 100 万元，丙公司至少出",
        "n2": "单笔 100 万元，本行最多出",
        "n3": "与丙公司的本行余额，最多是",
        "n4": "与丙公司，本行还能再放",
        "n5": "与全部合作方的本行余额，最多是",
        "n6": "戊公司首日收 1,000 元，综合融资成本约是",
        "n7": "同一笔，只说“年利率 6%”，少说了",
    },
    units={"n1": "万元", "n2": "万元", "n3": "亿元", "n4": "亿元", "n5": "亿元", "n6": "%", "n7": "个百分点"},
)
# BEGIN SOLUTION
limits = {"n1": 30, "n2": 70, "n3": 10, "n4": 0.8, "n5": 300, "n6": 7.9, "n7": 1.9}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="limits" points=9
todo = [row for row, value in limits.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(limits) == {f"n{k}" for k in range(1, 8)}, "应有 n1 到 n7 七个数，请不要增删。"
# BEGIN HIDDEN TESTS
_line = partner.boundary
_least, _one, _all = _line.PARTNER_LEAST, _line.ONE_PARTNER_MOST, _line.ALL_PARTNERS_MOST
_apr = 100 * partner.all_in_rate(100_000, 0.06, 12, "等额本息", fee_first_cny=1_000)
_said = limits["n6"] * (100 if 0 < limits["n6"] < 1 else 1)
assert not (limits["n1"] == 70 and limits["n2"] == 30), "n1、n2：弄反了。三成是合作方的下限，不是本行的上限；照你的填法，合作方出三成到七成的贷款明明合规，也全被拦下。"
assert limits["n3"] != 150, "n3：分母拿错了。单一合作方看一级资本净额，不是全部贷款；错一个分母，余额能超十几倍。"
assert limits["n5"] != 20, "n5：分母拿错了。全部合作方看本行全部贷款，不是资本。拿错分母，业务白停一大截。"
assert abs(_said - 7) > 0.15 or abs(_apr - 7) < 0.15, "n6：不能拿费除以贷款直接加到利率上。本金一个月一个月还掉，实际占用只有一半多，真实成本更高；少报的部分就是对客户隐瞒。"
assert abs(limits["n1"] - 100 * _least) < 0.01, f"n1：单笔里合作方不低于 {_least:.0%}，现填 {limits['n1']:g}。少了，对方不担风险。"
assert abs(limits["n2"] - 100 * (1 - _least)) < 0.01, f"n2：总额减去合作方至少出的，现填 {limits['n2']:g}。多了，风险全压在本行。"
assert abs(limits["n3"] - 40 * _one) < 0.01, f"n3：一级资本净额的 {_one:.0%}，现填 {limits['n3']:g}。超了就违规。"
assert abs(limits["n4"] - (40 * _one - 9.2)) < 0.01, f"n4：上限减去现有的 9.2 亿元，现填 {limits['n4']:g}。放多了，当天就超限。"
assert abs(limits["n5"] - 600 * _all) < 0.01, f"n5：本行全部贷款的 {_all:.0%}，现填 {limits['n5']:g}。"
assert abs(_said - _apr) < 0.15, f"n6：看图上 1,000 元那一根，约 {_apr:.1f}%，现填 {limits['n6']:g}。成本说低了，客户会来投诉。"
assert abs(limits["n7"] - (_apr - 6)) < 0.15, f"n7：综合融资成本减去合同利率，约 {_apr - 6:.1f}，现填 {limits['n7']:g}。这就是没有告诉客户的那一块。"
# END HIDDEN TESTS

# %% [markdown] discussion="limits"
# 一千元只是贷款的百分之一，年化却多出将近两个点：本金逐月还掉，平均只占用一半多。请学员说说怎么向客户解释。

# %% sample="limits" mistake="三成反向" says="三成是合作方的下限"
limits = {"n1": 70, "n2": 30, "n3": 10, "n4": 0.8, "n5": 300, "n6": 7.9, "n7": 1.9}

# %% sample="limits" mistake="单一合作方的分母拿成贷款" says="单一合作方看一级资本净额"
limits = {"n1": 30, "n2": 70, "n3": 150, "n4": 140.8, "n5": 300, "n6": 7.9, "n7": 1.9}

# %% sample="limits" mistake="全部合作方的分母拿成资本" says="业务白停"
limits = {"n1": 30, "n2": 70, "n3": 10, "n4": 0.8, "n5": 20, "n6": 7.9, "n7": 1.9}

# %% sample="limits" mistake="费直接加到利率上" says="不能拿费除以贷款直接加"
limits = {"n1": 30, "n2": 70, "n3": 10, "n4": 0.8, "n5": 300, "n6": 7, "n7": 1}

# %% [markdown] task="clauses" track="all"
# ### 第 4 题　合同条款能不能签（9 分，全员必做）
#
# 科技公司（设定有征信业务资质）发来的合同，八个条款。给每条选一项：可以签、要改、不能签。“要改”是业务上可以做、条款写得不够。

# %% answer="clauses" tags=["hide-input"]
clauses = ask.choices(
    "clauses",
    {
        "c1": "科技公司的系统直接给出批与不批，银行照单放款，以保证时效。",
        "c2": "科技公司提供每月经营数据，逐列写明产出日、口径和来源。",
        "c3": "分数线由科技公司按“行业最优”每周调整，银行不另行审批。",
        "c4": "银行可以随时停用，本行自己的模型保持在线。",
        "c5": "客户在平台注册时同意的“数据可共享给合作伙伴”，视同授信审批授权。",
        "c6": "为了对齐客户，银行把在本行签了授权的客户的信用代码哈希后发给对方，“哈希看不出是谁”。",
        "c7": "客户撤回授权后，已拉取的数据可继续用于下一次审批，期限三年。",
        "c8": "联邦建模的中间数不落盘；怎样加密，双方另行商定。",
    },
    ["可以签", "要改", "不能签"],
)
# BEGIN SOLUTION
clauses = {"c1": "不能签", "c2": "可以签", "c3": "不能签", "c4": "可以签", "c5": "不能签", "c6": "要改", "c7": "不能签", "c8": "要改"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都选了。

# %% check="clauses" points=9
todo = [row for row, choice in clauses.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(clauses) == {f"c{n}" for n in range(1, 9)}, "应有 c1 到 c8 八条，请不要增删。"
# BEGIN HIDDEN TESTS
assert clauses["c1"] == "不能签" and clauses["c3"] == "不能签", "c1、c3：批不批、线画在哪，是核心风控，要独立开展、严禁外包。交出去，坏账是银行的，线却在别人手里。"
assert clauses["c5"] == "不能签", "c5：笼统的“可共享”没有说给谁、做什么用，不是授信审批的授权。照它查一笔，违规一笔。"
assert clauses["c7"] == "不能签", "c7：撤回当天起就不能再用于新的审批（本课程的行内规则）。拿旧数据接着打分，客户一投诉就说不清。"
assert clauses["c6"] != "可以签", "c6：没在平台签授权的客户，对方拿自己的名单逐个算一遍，也认得出谁是本行的贷款客户。名单泄露，好客户第二天就被别家联系。"
assert clauses["c8"] != "可以签", "c8：残差不加密，对方看正负就知道谁坏了。加密留到“另行商定”，等于先让对方看明文。"
assert clauses["c2"] == "可以签", "c2：有产出日、口径、来源，正是要的。这样的条款也退回，就没有数据可验了。"
assert clauses["c4"] == "可以签", "c4：随时能停、自己的模型在线，才不会离不开供应商。删掉它，涨价的时候就没有退路。"
assert clauses["c6"] == "要改" and clauses["c8"] == "要改", "c6、c8：事情可以做，条款要改：c6 改用安全求交，只露出两边都授权的；c8 写明怎样加密。一概不签，合作就谈不下去。"
# END HIDDEN TESTS

# %% [markdown] discussion="clauses"
# c6 和 c8 最容易两头走：要么照签，要么一概拒绝。请学员把这两条改写成能签的样子。

# %% sample="clauses" mistake="核心风控外包" says="严禁外包"
clauses = {"c1": "可以签", "c2": "可以签", "c3": "要改", "c4": "可以签", "c5": "不能签", "c6": "要改", "c7": "不能签", "c8": "要改"}

# %% sample="clauses" mistake="平台协议当授权" says="不是授信审批的授权"
clauses = {"c1": "不能签", "c2": "可以签", "c3": "不能签", "c4": "可以签", "c5": "可以签", "c6": "要改", "c7": "不能签", "c8": "要改"}

# %% sample="clauses" mistake="撤回以后接着用" says="撤回当天起"
clauses = {"c1": "不能签", "c2": "可以签", "c3": "不能签", "c4": "可以签", "c5": "不能签", "c6": "要改", "c7": "可以签", "c8": "要改"}

# %% sample="clauses" mistake="哈希就安全" says="名单泄露"
clauses = {"c1": "不能签", "c2": "可以签", "c3": "不能签", "c4": "可以签", "c5": "不能签", "c6": "可以签", "c7": "不能签", "c8": "要改"}

# %% sample="clauses" mistake="不加密也行" says="残差不加密"
clauses = {"c1": "不能签", "c2": "可以签", "c3": "不能签", "c4": "可以签", "c5": "不能签", "c6": "要改", "c7": "不能签", "c8": "可以签"}

# %% [markdown]
# ## 三、读结果，做演练（全员必做）
#
# 三家科技公司的验证报告（教学例子），都在时间外样本上、成对地比：

# %% tags=["hide-input"]
_reports = {"甲公司": (0.060, 0.020, 0.100), "乙公司": (0.090, -0.030, 0.210), "丙公司": (-0.010, -0.040, 0.020)}
figure, axes = plt.subplots(figsize=(7, 2.4))
for _place, (_name, (_middle, _low, _high)) in enumerate(_reports.items()):
    axes.errorbar(_middle, _place, xerr=[[_middle - _low], [_high - _middle]], fmt="o", color=PALETTE[_place], capsize=5)
    axes.text(_high + 0.006, _place, f"{_low:+.2f} 到 {_high:+.2f}", va="center", fontsize=9)
axes.axvline(0, color=PALETTE[3], linewidth=1)
axes.set(title="三份报告：点是 ΔKS，横条是 95% 区间", xlabel="ΔKS（加对方数据减只用本行）", yticks=range(3), yticklabels=list(_reports), ylim=(-0.5, 2.5), xlim=(-0.08, 0.28))
show(figure, "三份报告的 ΔKS 和 95% 区间：甲公司 +0.06（+0.02 到 +0.10），乙公司 +0.09（−0.03 到 +0.21），丙公司 −0.01（−0.04 到 +0.02）。")

# %% [markdown] task="evidence" track="all"
# ### 第 5 题　增益有没有（8 分，全员必做）
#
# 看上面的图回答。三家的数据费一样。

# %% answer="evidence" tags=["hide-input"]
evidence = ask.choices(
    "evidence",
    {
        "v1": "哪一家可以说“有增益”？",
        "v2": "乙公司的点最高，最该做什么？",
        "v3": "丙公司能不能说“让本行变差了”？",
        "v4": "甲公司的增益只在查得到的客户（全部的三成）上量的，放到全部客户会",
        "v5": "报告里“历史黑名单”一列单独的 KS 有 0.85，最可能是",
        "v6": "“联邦建模，KS 比集中建模低一截”，最可能是",
        "v7": "批过的客户里有增益，能不能直接说“全部来申请的人里也有”？",
    },
    {
        "v1": ["甲公司", "乙公司", "甲、乙都可以"],
        "v2": ["签，点最高", "直接淘汰", "加大样本再量，区间跨过 0 说不准"],
        "v3": ["能", "不能，区间跨过 0"],
        "v4": ["被冲淡", "一样大", "变大"],
        "v5": ["贷后才有的信息，倒贴在过去的行上", "这家公司的数据特别好", "样本太小"],
        "v6": ["联邦天生就差", "加密的代价", "没有收敛，或两边的行没有对齐"],
        "v7": ["不能，被拒的人好坏没有看见，要靠随机放行的来估", "能"],
    },
)
# BEGIN SOLUTION
evidence = {"v1": "甲公司", "v2": "加大样本再量，区间跨过 0 说不准", "v3": "不能，区间跨过 0", "v4": "被冲淡", "v5": "贷后才有的信息，倒贴在过去的行上", "v6": "没有收敛，或两边的行没有对齐", "v7": "不能，被拒的人好坏没有看见，要靠随机放行的来估"}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="evidence" points=8
todo = [row for row, choice in evidence.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(evidence) == {f"v{n}" for n in range(1, 8)}, "应有 v1 到 v7 七问，请不要增删。"
# BEGIN HIDDEN TESTS
assert evidence["v1"] == "甲公司" and evidence["v2"] != "签，点最高", "v1、v2：只看了点，没看区间。乙公司的区间跨过 0，增益可能是运气；照点签约，年年付费，多半什么也没买到。"
assert evidence["v5"] == "贷后才有的信息，倒贴在过去的行上", "v5：好得不像话的一列，先查哪一天才有。用了贷后的列，上线以后全是空的，坏账没人拦。"
assert evidence["v7"] != "能", "v7：被拒的人没有好坏可看。只凭批过的样本就放宽，放进来的正是没见过的那一批。"
assert evidence["v2"] == "加大样本再量，区间跨过 0 说不准", "v2：跨过 0 是说不准，不是没有；淘汰也早了，可能丢掉真有用的数据。"
assert evidence["v3"] == "不能，区间跨过 0", "v3：区间跨过 0，也不能说变差了。说重了，同样是没有证据。"
assert evidence["v4"] == "被冲淡", "v4：七成客户分数没有变。按查得到的增益给全行报数，预算会落空。"
assert evidence["v6"] == "没有收敛，或两边的行没有对齐", "v6：联邦的权重和集中的一样。差一截说明做错了，别当成必须付的代价。"
# END HIDDEN TESTS

# %% [markdown] discussion="evidence"
# 请学员替乙公司算一算：区间要缩到不含 0，坏样本大约要几倍（误差和样本量的平方根成反比）？

# %% sample="evidence" mistake="只看点不看区间" says="只看了点，没看区间"
evidence = {"v1": "甲、乙都可以", "v2": "签，点最高", "v3": "不能，区间跨过 0", "v4": "被冲淡", "v5": "贷后才有的信息，倒贴在过去的行上", "v6": "没有收敛，或两边的行没有对齐", "v7": "不能，被拒的人好坏没有看见，要靠随机放行的来估"}

# %% sample="evidence" mistake="贷后特征当好数据" says="用了贷后的列"
evidence = {"v1": "甲公司", "v2": "加大样本再量，区间跨过 0 说不准", "v3": "不能，区间跨过 0", "v4": "被冲淡", "v5": "这家公司的数据特别好", "v6": "没有收敛，或两边的行没有对齐", "v7": "不能，被拒的人好坏没有看见，要靠随机放行的来估"}

# %% sample="evidence" mistake="拒绝样本偏差" says="被拒的人没有好坏可看"
evidence = {"v1": "甲公司", "v2": "加大样本再量，区间跨过 0 说不准", "v3": "不能，区间跨过 0", "v4": "被冲淡", "v5": "贷后才有的信息，倒贴在过去的行上", "v6": "没有收敛，或两边的行没有对齐", "v7": "能"}

# %% [markdown] task="drill" track="all"
# ### 第 6 题　授权与撤回的演练（8 分，全员必做）
#
# 今天是六月十日。六户的情况如下（教学例子；用途除注明外都是授信审批）。给每户今天的新进件选一种做法。表里的授权只管查、用平台的经营数据；六户的征信授权都另签好了。
#
# | 户 | 本行的授权 | 平台的授权 | 对方最近的数据 |
# |---|---|---|---|
# | 一 | 六月十日签 | 去年签 | 五月的，六月六日产出 |
# | 二 | 六月一日签 | 去年签，六月九日撤回 | 五月的，六月六日产出 |
# | 三 | 还没签，约好六月十二日来补签 | 去年签 | 五月的，六月六日产出 |
# | 四 | 六月一日签 | 去年签，用途是营销 | 五月的，六月六日产出 |
# | 五 | 六月一日签 | 去年签 | 五月的，要到六月十六日才产出；四月的，五月六日产出 |
# | 六 | 不肯签 | 去年签 | 五月的，六月六日产出 |

# %% answer="drill" tags=["hide-input"]
drill = ask.choices(
    "drill",
    {
        "w1": "第一户",
        "w2": "第二户",
        "w3": "第三户",
        "w4": "第四户",
        "w5": "第五户",
        "w6": "第六户",
        "w7": "第二户撤回以前批的那笔贷款",
    },
    {
        **{row: ["用五月的数据加本行分", "不查不用，按本行分审", "不批"] for row in ("w1", "w2", "w3", "w4", "w6")},
        "w5": ["用五月的数据加本行分", "用四月的数据加本行分", "不批"],
        "w7": ["照合同管；留审批记录，数据不再拿去打分、建模", "马上收回", "删掉全部审批记录"],
    },
)
# BEGIN SOLUTION
drill = {"w1": "用五月的数据加本行分", "w2": "不查不用，按本行分审", "w3": "不查不用，按本行分审", "w4": "不查不用，按本行分审", "w5": "用四月的数据加本行分", "w6": "不查不用，按本行分审", "w7": "照合同管；留审批记录，数据不再拿去打分、建模"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都选了。

# %% check="drill" points=8
todo = [row for row, choice in drill.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(drill) == {f"w{n}" for n in range(1, 8)}, "应有 w1 到 w7 七问，请不要增删。"
# BEGIN HIDDEN TESTS
_used = [row for row in ("w2", "w3", "w4", "w6") if drill[row] == "用五月的数据加本行分"]
assert not _used, f"{'、'.join(_used)}：没有有效的授权也用了。撤回的、补签的、用途不符的、不肯签的，都不能查；查一笔违规一笔，这笔审批也站不住。"
assert drill["w5"] != "用五月的数据加本行分", "w5：五月的要到十六日才产出，今天还没有。历史样本里这样连，就是偷看以后，验证好看，上线落空。"
_refused = [row for row in ("w1", "w2", "w3", "w4", "w5", "w6") if drill[row] == "不批"]
assert not _refused, f"{'、'.join(_refused)}：没有数据、没有授权不等于坏，退回本行分照审。一律不批，好客户一起推给别家。"
assert drill["w7"] != "马上收回", "w7：撤回的是数据授权，不是借款合同。无故收贷，先违约的是银行。"
assert drill["w7"] != "删掉全部审批记录", "w7：审批记录要留档，不然当时为什么批，说不清。"
assert drill["w1"] == "用五月的数据加本行分", "w1：授予当天就有效，数据也已产出，可以用。能用的不用，数据费和客户的授权都白费。"
assert drill["w5"] == "用四月的数据加本行分", "w5：四月的已经产出，也不太旧，用它。"
# END HIDDEN TESTS

# %% [markdown] discussion="drill"
# 第一户是边界：授予当天有效，撤回当天失效。请学员给第二户写一条日志：客户、撤回日、撤的哪一边、哪一刻停查停用、经办人。

# %% sample="drill" mistake="未授权也用" says="没有有效的授权也用了"
drill = {"w1": "用五月的数据加本行分", "w2": "用五月的数据加本行分", "w3": "用五月的数据加本行分", "w4": "用五月的数据加本行分", "w5": "用四月的数据加本行分", "w6": "不查不用，按本行分审", "w7": "照合同管；留审批记录，数据不再拿去打分、建模"}

# %% sample="drill" mistake="用了还没产出的数据" says="今天还没有"
drill = {"w1": "用五月的数据加本行分", "w2": "不查不用，按本行分审", "w3": "不查不用，按本行分审", "w4": "不查不用，按本行分审", "w5": "用五月的数据加本行分", "w6": "不查不用，按本行分审", "w7": "照合同管；留审批记录，数据不再拿去打分、建模"}

# %% sample="drill" mistake="不签授权就不批" says="没有授权不等于坏"
drill = {"w1": "用五月的数据加本行分", "w2": "不批", "w3": "不查不用，按本行分审", "w4": "不批", "w5": "用四月的数据加本行分", "w6": "不批", "w7": "照合同管；留审批记录，数据不再拿去打分、建模"}

# %% sample="drill" mistake="撤回就收贷" says="不是借款合同"
drill = {"w1": "用五月的数据加本行分", "w2": "不查不用，按本行分审", "w3": "不查不用，按本行分审", "w4": "不查不用，按本行分审", "w5": "用四月的数据加本行分", "w6": "不查不用，按本行分审", "w7": "马上收回"}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="join" track="analyst"
# ### 第 7 题　授权样本连接（12 分，分析岗）
#
# 写函数 `joined(applications, deliveries, bank, platform)`，返回一张新表：`applications` 的行和次序不变，多一列 `refund_rate`（没有可用数据的是缺失值）。**不要多别的列**，传进来的表不要改。
#
# - `applications`：`customer_id`、`uscc`、`applied_date`；
# - `deliveries`：`uscc`、`published_date`、`refund_rate`，还有贷后的 `collection_calls_3m`；同一户有很多个月；
# - `bank`：`customer_id`、`purpose`、`granted_date`、`withdrawn_date`（没撤回的是缺失值）；`platform` 一样，只是键是 `uscc`。
#
# 规则：`deliveries`、`platform` 里的 `uscc` 可能有空格、小写，先写成一样；两边各要有一份 `purpose` 为 `"授信审批"` 的授权在进件日有效（授予当天起，撤回前一天止）；取进件日以前（含当天）**最晚产出**的那一行。
#
# 提示：`.str.replace(" ", "").str.upper()`；`pd.merge_asof` 两边都要先按日期排好。一位客户可以签过好几份。

# %% answer="join"
def joined(applications, deliveries, bank, platform):
    # BEGIN SOLUTION
    def alike(table):
        return table.assign(uscc=table["uscc"].str.replace(" ", "").str.upper())

    def in_force(signed, key):
        both = rows[[key, "_n", "applied_date"]].merge(signed[signed["purpose"] == "授信审批"], on=key)
        held = both["withdrawn_date"].isna() | (both["applied_date"] < both["withdrawn_date"])
        return rows["_n"].isin(both.loc[held & (both["granted_date"] <= both["applied_date"]), "_n"])

    rows = applications.assign(_n=range(len(applications))).reset_index(drop=True)
    told = alike(deliveries)[["uscc", "published_date", "refund_rate"]].sort_values("published_date")
    found = pd.merge_asof(rows.sort_values("applied_date"), told, left_on="applied_date", right_on="published_date", by="uscc")
    rate = found.set_index("_n")["refund_rate"].sort_index()
    usable = in_force(bank, "customer_id") & in_force(alike(platform), "uscc")
    return applications.assign(refund_rate=rate.where(usable).to_numpy())
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：两笔进件，一笔两边都授权，一笔没有。

# %% check="join" points=12
def _day(*days):
    return pd.to_datetime(list(days))


_apps = pd.DataFrame({"customer_id": ["C1", "C2"], "uscc": ["91AB", "91CD"], "applied_date": _day("2025-06-10", "2025-06-10")})
_told = pd.DataFrame({"uscc": ["91AB", "91CD"], "published_date": _day("2025-06-06", "2025-06-06"), "refund_rate": [0.02, 0.05], "collection_calls_3m": [0, 9]})
_mine = pd.DataFrame({"customer_id": ["C1"], "purpose": ["授信审批"], "granted_date": _day("2025-06-01"), "withdrawn_date": _day(None)})
_theirs = pd.DataFrame({"uscc": ["91AB", "91CD"], "purpose": ["授信审批"] * 2, "granted_date": _day("2024-06-01", "2024-06-01"), "withdrawn_date": _day(None, None)})
_got = joined(_apps, _told, _mine, _theirs)
assert isinstance(_got, pd.DataFrame), "应返回一张表：是不是还没有作答，或忘了写 return？"
assert len(_got) == 2, f"应有 2 行，现有 {len(_got)} 行：连不上的也要留着，一笔进件只留一行。"
assert _got["refund_rate"].iloc[0] == 0.02, "第一笔两边都授权、数据已产出，应连上 0.02。"
# BEGIN HIDDEN TESTS
assert "collection_calls_3m" not in _got.columns, "把贷后的催收次数也连了进来：放款以前没有这一列，模型验证时漂亮，上线就瞎。"
assert list(_got.columns) == [*_apps.columns, "refund_rate"], "只多一列 refund_rate，别的列不要增减。"
assert _got["refund_rate"].isna().iloc[1], "第二笔在本行没有授权，你也连上了：未授权的行用一笔违规一笔，整个样本都不能用。"


def _one(apps=None, told=None, mine=None, theirs=None):
    apps = _apps.head(1) if apps is None else apps
    return joined(apps, _told.head(1) if told is None else told, _mine if mine is None else mine, _theirs.head(1) if theirs is None else theirs)["refund_rate"]


_later = pd.concat([_told.head(1), _told.head(1).assign(published_date=_day("2025-07-06"), refund_rate=0.90)])
_value = _one(told=_later).iloc[0]
assert _value != 0.90, "用了进件以后才产出的数据：这是偷看以后，训练时准，审批时还没有。"
assert _value == 0.02, "进件以前有数据，应取已经产出的那一行。"
_earlier = pd.concat([_told.head(1), _told.head(1).assign(published_date=_day("2025-05-06"), refund_rate=0.30)])
assert _one(told=_earlier).iloc[0] == 0.02, "有好几个月时，取最晚产出的一行，不是最早的，也不是平均。用旧的，客户早就变了。"
assert _one(told=_told.head(1).assign(published_date=_day("2025-06-10"))).iloc[0] == 0.02, "进件当天产出的也算已有。"
assert _one(told=_told.head(1).assign(uscc=" 91 ab ")).iloc[0] == 0.02 and _one(theirs=_theirs.head(1).assign(uscc="91ab")).iloc[0] == 0.02, "空格、小写的代码没有对上：先写成一样再连，不然有数据的客户当成没有。"
assert _one(theirs=_theirs.tail(1)).isna().all(), "平台那一边没有授权，你也连上了：两边都要有，少一边就是无授权使用。"
assert _one(theirs=_theirs.head(1).assign(purpose="营销")).isna().all() and _one(mine=_mine.assign(purpose="营销")).isna().all(), "授权的用途是营销，不能拿来审批：用途不符等于没有授权。"
assert _one(mine=_mine.assign(granted_date=_day("2025-06-12"))).isna().all(), "授权比进件晚，是补签：进件那天没有授权，不能用。"
assert _one(mine=_mine.assign(granted_date=_day("2025-06-10"))).iloc[0] == 0.02, "授予当天就有效。"
assert _one(mine=_mine.assign(withdrawn_date=_day("2025-06-10"))).isna().all() and _one(theirs=_theirs.head(1).assign(withdrawn_date=_day("2025-06-09"))).isna().all(), "已经撤回的还在用：撤回当天起就不能用，客户一投诉，这笔审批站不住。"
assert _one(mine=_mine.assign(withdrawn_date=_day("2025-06-11"))).iloc[0] == 0.02, "进件以后才撤回的，进件那天还有效。"
_again = pd.concat([_mine.assign(withdrawn_date=_day("2025-06-05")), _mine.assign(granted_date=_day("2025-06-08"))])
assert _one(mine=_again).tolist() == [0.02], "撤回以后又重新签的，应当可用，而且一笔进件只有一行。"
_back = joined(_apps.iloc[::-1], _told, _mine, _theirs)
assert _back["customer_id"].tolist() == ["C2", "C1"] and _back["refund_rate"].iloc[1] == 0.02, "行的次序要和 applications 一样：连接前排过序，要排回来，不然数据贴错了客户。"
# END HIDDEN TESTS

# %% [markdown] discussion="join"
# 最常见的错是只查一边的授权。`partner.join_consented` 用同一套规则，另加“超过一季的不用”，还说出每一行为什么不可用；实务里那一列原因比数据本身更常被问到。

# %% sample="join" mistake="未授权行" says="未授权的行用一笔违规一笔"
def joined(applications, deliveries, bank, platform):
    rows = applications.assign(_n=range(len(applications)))
    told = deliveries.assign(uscc=deliveries["uscc"].str.replace(" ", "").str.upper())[["uscc", "published_date", "refund_rate"]]
    found = pd.merge_asof(rows.sort_values("applied_date"), told.sort_values("published_date"), left_on="applied_date", right_on="published_date", by="uscc")
    return applications.assign(refund_rate=found.set_index("_n")["refund_rate"].sort_index().to_numpy())

# %% sample="join" mistake="贷后特征" says="贷后的催收次数"
def joined(applications, deliveries, bank, platform):
    told = deliveries.drop_duplicates("uscc", keep="last").drop(columns="published_date")
    made = applications.merge(told, on="uscc", how="left")
    return made.assign(refund_rate=made["refund_rate"].where(made["customer_id"].isin(bank["customer_id"])))

# %% sample="join" mistake="用了以后的数据" says="用了进件以后才产出的数据"
def joined(applications, deliveries, bank, platform):
    last = deliveries.sort_values("published_date").drop_duplicates("uscc", keep="last").set_index("uscc")["refund_rate"]
    rate = applications["uscc"].map(last)
    return applications.assign(refund_rate=rate.where(applications["customer_id"].isin(bank["customer_id"])))

# %% sample="join" mistake="只查本行的授权" says="两边都要有"
def joined(applications, deliveries, bank, platform):
    rows = applications.assign(_n=range(len(applications))).reset_index(drop=True)
    told = deliveries.assign(uscc=deliveries["uscc"].str.replace(" ", "").str.upper())[["uscc", "published_date", "refund_rate"]]
    found = pd.merge_asof(rows.sort_values("applied_date"), told.sort_values("published_date"), left_on="applied_date", right_on="published_date", by="uscc")
    rate = found.set_index("_n")["refund_rate"].sort_index()
    both = rows.merge(bank[bank["purpose"] == "授信审批"], on="customer_id")
    held = (both["granted_date"] <= both["applied_date"]) & (both["withdrawn_date"].isna() | (both["applied_date"] < both["withdrawn_date"]))
    return applications.assign(refund_rate=rate.where(rows["_n"].isin(both.loc[held, "_n"])).to_numpy())

# %% [markdown] task="gain" track="analyst"
# ### 第 8 题　ΔKS 和它的区间（10 分，分析岗）
#
# 写函数 `ks_gain(own, both, is_bad, draws)`，返回字典 `"difference"`、`"low"`、`"high"`：
#
# - `own`、`both`：两个风险分（数组，**越大越危险**），同一行是同一户；`is_bad`：0 或 1；
# - KS = 坏客户和好客户的累计分布的最大距离（绝对值）；同分的客户放在一起累计；
# - `"difference"` = `both` 的 KS − `own` 的 KS；
# - `draws`：每个元素是一组行号（有放回地抽的）。每组用**同一批行**算两个 KS 的差；`"low"`、`"high"` 是这些差的 2.5% 和 97.5% 分位（`np.quantile`）；只有一种结果的那组跳过。
#
# 提示：`scipy.stats.ks_2samp(坏的分, 好的分).statistic` 就是 KS。

# %% answer="gain"
def ks_gain(own, both, is_bad, draws):
    # BEGIN SOLUTION
    from scipy.stats import ks_2samp

    own, both, bad = np.asarray(own, float), np.asarray(both, float), np.asarray(is_bad) == 1

    def gain(rows):
        here = bad[rows]
        first, second = (ks_2samp(risk[rows][here], risk[rows][~here]).statistic for risk in (own, both))
        return second - first

    gains = [gain(np.asarray(rows)) for rows in draws if 0 < bad[np.asarray(rows)].sum() < len(rows)]
    low, high = np.quantile(gains, [0.025, 0.975])
    return {"difference": float(gain(np.arange(len(bad)))), "low": float(low), "high": float(high)}
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：四户，一个分数全对，一个分数错了两户。

# %% check="gain" points=10
_own, _both, _bad = np.array([1.0, 3.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 1])
_got = ks_gain(_own, _both, _bad, [np.arange(4)] * 3)
assert isinstance(_got, dict) and set(_got) == {"difference", "low", "high"}, "应返回 difference、low、high 三项：是不是还没有作答，或忘了写 return？"
assert not math.isclose(_got["difference"], -0.5), "差的方向反了：应是加了对方数据的减去只用本行的。反着报，有用的数据会被退掉。"
# BEGIN HIDDEN TESTS
_rng = np.random.default_rng(12)
_n = 240
_y = (_rng.uniform(size=_n) < 0.2).astype(int)
_a = np.round(_rng.normal(size=_n) + 0.4 * _y, 1)
_b = np.round(_a + 0.5 * _rng.normal(size=_n) + 0.5 * _y, 1)
_draws = [_rng.integers(0, _n, _n) for _ in range(60)]
_from = ks_gain(_a, _b, _y, _draws)


def _ks(risk, bad):
    cuts = np.unique(risk)
    good = np.searchsorted(np.sort(risk[bad == 0]), cuts, side="right") / (bad == 0).sum()
    wrong = np.searchsorted(np.sort(risk[bad == 1]), cuts, side="right") / (bad == 1).sum()
    return float(np.abs(good - wrong).max())


_want = _ks(_b, _y) - _ks(_a, _y)
_paired = np.quantile([_ks(_b[r], _y[r]) - _ks(_a[r], _y[r]) for r in _draws], [0.025, 0.975])
assert not math.isclose(_from["difference"], _ks(_b, _y)), "报的是加了数据的 KS，不是差。单个 KS 高，不等于数据有用，照它付费就白付。"
assert math.isclose(_got["difference"], 0.5), f"四户的例子，KS 从 0.5 到 1，差应为 0.5，现为 {_got['difference']:g}。"
assert math.isclose(_from["difference"], _want, abs_tol=1e-6), f"ΔKS 应为 {_want:.3f}，现为 {_from['difference']:.3f}：同分的放在一起累计，不能拆开。算错了，签不签都没有依据。"
_apart = np.quantile([_ks(_b[r], _y[r]) for r in _draws], 0.975) - np.quantile([_ks(_a[r], _y[r]) for r in _draws], 0.025)
assert not math.isclose(_from["high"], _apart, abs_tol=1e-6), "两个 KS 各算各的区间再相减，太宽了：要成对，同一组行先算差，再取分位。真有用的数据会被说成说不准。"
assert _from["low"] < _from["high"], "区间没有宽度：每一组要用抽出来的行，不是每次都用全部。没有区间，运气就当成了本事。"
assert math.isclose(_from["low"], _paired[0], abs_tol=1e-6) and math.isclose(_from["high"], _paired[1], abs_tol=1e-6), "区间不对：每组用同一批行算两个 KS 的差，取 2.5% 和 97.5% 分位。区间错了，说不准的会当成有增益。"
_one_sided = ks_gain(_own, _both, _bad, [np.arange(4), np.array([0, 0, 1, 1])])
assert math.isclose(_one_sided["low"], 0.5), "抽到只有好客户的那一组应当跳过。"
# END HIDDEN TESTS

# %% [markdown] discussion="gain"
# `partner.ks_difference` 同一套算法，先排好序再重抽，快得多。追问：为什么成对的区间比各算各的窄？两个分数的运气是同一批客户带来的，相减就抵掉了。

# %% sample="gain" mistake="方向反了" says="差的方向反了"
def ks_gain(own, both, is_bad, draws):
    from scipy.stats import ks_2samp

    bad = np.asarray(is_bad) == 1
    def gain(r):
        here = bad[r]
        return ks_2samp(own[r][here], own[r][~here]).statistic - ks_2samp(both[r][here], both[r][~here]).statistic
    gains = [gain(r) for r in draws if 0 < bad[r].sum() < len(r)]
    return {"difference": float(gain(np.arange(len(bad)))), "low": float(np.quantile(gains, 0.025)), "high": float(np.quantile(gains, 0.975))}

# %% sample="gain" mistake="报单个 KS" says="单个 KS 高"
def ks_gain(own, both, is_bad, draws):
    from scipy.stats import ks_2samp

    bad = np.asarray(is_bad) == 1
    def ks(r):
        return ks_2samp(both[r][bad[r]], both[r][~bad[r]]).statistic
    values = [ks(r) for r in draws if 0 < bad[r].sum() < len(r)]
    return {"difference": float(ks(np.arange(len(bad)))), "low": float(np.quantile(values, 0.025)), "high": float(np.quantile(values, 0.975))}

# %% sample="gain" mistake="区间不成对" says="太宽了"
def ks_gain(own, both, is_bad, draws):
    from scipy.stats import ks_2samp

    bad = np.asarray(is_bad) == 1
    def ks(risk, r):
        return ks_2samp(risk[r][bad[r]], risk[r][~bad[r]]).statistic
    kept, every = [r for r in draws if 0 < bad[r].sum() < len(r)], np.arange(len(bad))
    a, b = [ks(own, r) for r in kept], [ks(both, r) for r in kept]
    return {"difference": float(ks(both, every) - ks(own, every)), "low": float(np.quantile(b, 0.025) - np.quantile(a, 0.975)), "high": float(np.quantile(b, 0.975) - np.quantile(a, 0.025))}

# %% sample="gain" mistake="没有重抽" says="区间没有宽度"
def ks_gain(own, both, is_bad, draws):
    from scipy.stats import ks_2samp

    bad = np.asarray(is_bad) == 1
    value = float(ks_2samp(both[bad], both[~bad]).statistic - ks_2samp(own[bad], own[~bad]).statistic)
    return {"difference": value, "low": value, "high": value}

# %% [markdown] task="federated" track="analyst"
# ### 第 9 题　联邦的一轮（10 分，分析岗）
#
# 写函数 `one_round(x_bank, y, w_bank, x_partner, w_partner, rate)`，做纵向联邦逻辑回归的**一轮梯度下降**，返回字典：
#
# - `"w_bank"`、`"w_partner"`：更新后的权重；
# - `"to_bank"`：对方发给银行的数组；`"to_partner"`：银行发给对方的数组。
#
# `x_bank` 是 n×a 的数组（第一列是 1），`x_partner` 是 n×b，`y` 是 0 或 1（1 是坏）。步骤：
#
# 1. 对方算自己那部分的线性预测值（n 个数），发给银行；
# 2. 银行把两部分相加，得坏的概率 p = 1 ÷ (1 + e^(−和))；残差 = y − p，发给对方；
# 3. 两边各用残差改自己的权重：新权重 = 旧权重 + `rate` × (自己的列的转置 · 残差) ÷ n。
#
# 过线的只能是这两列中间数：**不能发标签，也不能发原始列**。不要改传进来的数组。

# %% answer="federated"
def one_round(x_bank, y, w_bank, x_partner, w_partner, rate):
    # BEGIN SOLUTION
    to_bank = x_partner @ w_partner
    chance = 1 / (1 + np.exp(-(x_bank @ w_bank + to_bank)))
    residual = y - chance
    return {
        "w_bank": w_bank + rate * x_bank.T @ residual / len(y),
        "w_partner": w_partner + rate * x_partner.T @ residual / len(y),
        "to_bank": to_bank,
        "to_partner": residual,
    }
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：四户，从零开始的一轮。

# %% check="federated" points=10
_xb, _xp = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0], [1.0, 0.0]]), np.array([[1.0], [0.0], [-1.0], [2.0]])
_y4 = np.array([1.0, 0.0, 0.0, 1.0])
_first = one_round(_xb, _y4, np.zeros(2), _xp, np.zeros(1), 0.5)
assert isinstance(_first, dict) and set(_first) == {"w_bank", "w_partner", "to_bank", "to_partner"}, "应返回四项：是不是还没有作答，或忘了写 return？"
assert np.shape(_first["to_bank"]) == (4,) and np.shape(_first["to_partner"]) == (4,), "过线的应各是 n 个数，一户一个：发出整张表，就把明细搬了家。"
# BEGIN HIDDEN TESTS
_sent = np.asarray(_first["to_partner"], float)
assert not np.allclose(_sent, _y4), "把好坏标签直接发给了对方：谁坏了，对方一清二楚，等于泄露了本行的信贷名单。"
assert not np.allclose(_sent, -(_y4 - 0.5)), "残差的符号反了：应是 y − p。权重会朝反方向走，越训越差，坏客户反而得高分。"
assert np.allclose(_sent, _y4 - 0.5), "从零开始时 p 都是一半，残差应是 y − 0.5。"
assert np.allclose(_first["w_bank"], 0.5 * _xb.T @ (_y4 - 0.5) / 4), "w_bank 不对：旧权重 + rate × (列的转置 · 残差) ÷ n。是不是忘了除以 n？步子太大，训练不收敛。"
assert np.allclose(_first["w_partner"], 0.5 * _xp.T @ (_y4 - 0.5) / 4), "w_partner 不对：对方也要用残差改自己的权重。不改，对方的数据就白买了。"
_r = np.random.default_rng(9)
_B, _P = np.column_stack([np.ones(300), _r.normal(size=(300, 2))]), _r.normal(size=(300, 2))
_truth = 1 / (1 + np.exp(-(_B @ [-0.8, 0.9, -0.4] + _P @ [0.7, -1.1])))
_Y = (_r.uniform(size=300) < _truth).astype(float)
_once = one_round(_B, _Y, np.array([0.1, 0.2, 0.3]), _P, np.array([-0.2, 0.4]), 0.3)
assert np.allclose(_once["to_bank"], _P @ [-0.2, 0.4]), "to_bank 应是对方自己的列乘自己的权重，一户一个数。"
_full = 1 / (1 + np.exp(-(_B @ [0.1, 0.2, 0.3] + _P @ [-0.2, 0.4])))
_alone = 1 / (1 + np.exp(-(_B @ [0.1, 0.2, 0.3])))
assert not np.allclose(_once["to_partner"], _Y - _alone), "银行算 p 时没有加上对方那一部分：等于两家各训各的，不是联邦，增益也就没有了。"
assert np.allclose(_once["to_partner"], _Y - _full), "残差应是 y − p，p 用两部分之和算。残差错了，两边的权重都跟着错，批错人。"
_wb, _wp = np.zeros(3), np.zeros(2)
for _ in range(400):
    _step = one_round(_B, _Y, _wb, _P, _wp, 1.0)
    _wb, _wp = np.asarray(_step["w_bank"], float), np.asarray(_step["w_partner"], float)
_p = 1 / (1 + np.exp(-(_B @ _wb + _P @ _wp)))
assert np.abs(np.column_stack([_B, _P]).T @ (_Y - _p) / 300).max() < 1e-3, "四百轮以后还没有走到集中建模的位置：检查两边的更新是不是用了同一个残差。走不到，联邦的分就比集中的差。"
# END HIDDEN TESTS

# %% [markdown] discussion="federated"
# 追问：对方收到残差，怎么看出谁坏了？正的就是坏。所以真实系统要加密残差；这里没有加密，只为看清算法。

# %% sample="federated" mistake="直接发标签" says="把好坏标签直接发给了对方"
def one_round(x_bank, y, w_bank, x_partner, w_partner, rate):
    to_bank = x_partner @ w_partner
    residual = y - 1 / (1 + np.exp(-(x_bank @ w_bank + to_bank)))
    return {"w_bank": w_bank + rate * x_bank.T @ residual / len(y), "w_partner": w_partner + rate * x_partner.T @ residual / len(y), "to_bank": to_bank, "to_partner": y}

# %% sample="federated" mistake="发了原始列" says="把明细搬了家"
def one_round(x_bank, y, w_bank, x_partner, w_partner, rate):
    residual = y - 1 / (1 + np.exp(-(x_bank @ w_bank + x_partner @ w_partner)))
    return {"w_bank": w_bank + rate * x_bank.T @ residual / len(y), "w_partner": w_partner + rate * x_partner.T @ residual / len(y), "to_bank": x_partner, "to_partner": residual}

# %% sample="federated" mistake="各训各的" says="没有加上对方那一部分"
def one_round(x_bank, y, w_bank, x_partner, w_partner, rate):
    to_bank = x_partner @ w_partner
    residual = y - 1 / (1 + np.exp(-(x_bank @ w_bank)))
    return {"w_bank": w_bank + rate * x_bank.T @ residual / len(y), "w_partner": w_partner + rate * x_partner.T @ residual / len(y), "to_bank": to_bank, "to_partner": residual}

# %% sample="federated" mistake="忘了除以户数" says="忘了除以 n"
def one_round(x_bank, y, w_bank, x_partner, w_partner, rate):
    to_bank = x_partner @ w_partner
    residual = y - 1 / (1 + np.exp(-(x_bank @ w_bank + to_bank)))
    return {"w_bank": w_bank + rate * x_bank.T @ residual, "w_partner": w_partner + rate * x_partner.T @ residual, "to_bank": to_bank, "to_partner": residual}

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="branch" track="analyst"
# ### 第 10 题　你的支行：有多少进件能连数据（10 分，分析岗）
#
# 和科技公司谈之前，先看自己的授权做得怎样。用 `customers`、`applications`、`consents` 三张表，只看**你的支行**（`BRANCH`）客户的**新增**进件（`kind` 为 `"新增"`），进件日在观察点前三年那一天以后（不含）、观察点当天及以前。给变量 `mine` 赋一个字典，值用普通的数（`int(…)`、`float(…)`）：
#
# - `"n"`　进件笔数；
# - `"in_force"`　进件日当天，**纳税数据**、用途**授信审批**的授权有效的笔数（授予当天起，撤回前一天止）；
# - `"gone_since"`　`in_force` 里面，到观察点当天已经没有一份有效授权的笔数：建模时要拿掉的；
# - `"usable_share"`　(`in_force` − `gone_since`) ÷ `n`，0–1；没有进件时记 `None`。
#
# 进件日只看日期，不看几点。一位客户可以签过好几份，有一份有效就算有效。

# %% answer="branch"
# BEGIN SOLUTION
_day_of = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("kind == '新增' and customer_id in @_here").copy()
_came["day"] = _came["applied_at"].dt.normalize()
_came = _came[(_came["day"] > _day_of - pd.DateOffset(years=3)) & (_came["day"] <= _day_of)]
_signed = sp.load("consents").query("data_item == '纳税数据' and purpose == '授信审批'")
_both = _came[["application_id", "customer_id", "day"]].merge(_signed, on="customer_id")
_both = _both[_both["granted_date"] <= _both["day"]]
_then = _both[_both["withdrawn_date"].isna() | (_both["day"] < _both["withdrawn_date"])]["application_id"].unique()
_pairs = _came[["application_id", "customer_id"]].merge(_signed, on="customer_id")
_now = _pairs[(_pairs["granted_date"] <= _day_of) & (_pairs["withdrawn_date"].isna() | (_day_of < _pairs["withdrawn_date"]))]["application_id"].unique()
_lost = len(set(_then) - set(_now))
mine = {"n": len(_came), "in_force": len(_then), "gone_since": _lost, "usable_share": (len(_then) - _lost) / len(_came) if len(_came) else None}
# END SOLUTION

# %% [markdown]
# 检查第 10 题：四个数在不在，大小像不像。

# %% check="branch" points=10
assert set(mine) == {"n", "in_force", "gone_since", "usable_share"}, "应有 n、in_force、gone_since、usable_share 四项，请不要增删。"
assert all(isinstance(mine[name], int) for name in ("n", "in_force", "gone_since")), "笔数应是普通的整数：外面套一层 int(…)。"
assert mine["gone_since"] <= mine["in_force"] <= mine["n"], "gone_since 是 in_force 的一部分，in_force 是 n 的一部分：笔数不要按授权的份数数。"
# BEGIN HIDDEN TESTS
_last = pd.Timestamp(AS_OF)
_all = sp.load("applications").merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_all["day"] = _all["applied_at"].dt.normalize()
_all = _all[(_all["day"] > _last - pd.DateOffset(years=3)) & (_all["day"] <= _last)]
_new = _all[_all["kind"] == "新增"]
_rows = _new[_new["branch_id"] == BRANCH]
_fits = mine["n"] == len(_rows)
assert _fits or mine["n"] != len(_new), "你算的是全行的，题目只要你的支行（BRANCH）：拿全行的授权率去谈，签了才发现自己连不上。"
assert _fits or mine["n"] != (_all["branch_id"] == BRANCH).sum(), "续贷也算进去了：续贷的客户早就签过，授权率会虚高。"
assert _fits, f"进件笔数不对，现为 {mine['n']}：看看支行、种类和三年的范围。分母不对，后面都站不住。"
_tax = sp.load("consents").query("data_item == '纳税数据' and purpose == '授信审批'")
_pair = _rows[["application_id", "customer_id", "day"]].merge(_tax[["customer_id", "granted_date", "withdrawn_date"]], on="customer_id")
_never = _pair["withdrawn_date"].isna()
_on_day = set(_pair.loc[(_pair["granted_date"] <= _pair["day"]) & (_never | (_pair["day"] < _pair["withdrawn_date"])), "application_id"])
_today = set(_pair.loc[(_pair["granted_date"] <= _last) & (_never | (_last < _pair["withdrawn_date"])), "application_id"])
_ever = _pair["application_id"].nunique()
assert mine["in_force"] == len(_on_day) or mine["in_force"] not in (len(_today), _ever), "签过、或观察点当天有效，都不等于进件那一天有效：后来补签的、进件以前撤回的不算。按这个数连，里面就有未授权的行。"
assert mine["in_force"] == len(_on_day), f"in_force 不对，现为 {mine['in_force']}：数据项、用途、授予日、撤回日四样都要看。多一笔就是一笔无授权使用。"
assert mine["gone_since"] == len(_on_day - _today), f"gone_since 不对，现为 {mine['gone_since']}：进件日有效、到观察点已经没有一份有效的。漏了，撤回的客户还留在建模样本里。"
if not len(_rows):
    assert mine["usable_share"] is None, "没有进件，说不出占比，应记 None：记 0 就成了一户也没有授权。"
else:
    assert isinstance(mine["usable_share"], int | float) and math.isclose(mine["usable_share"], len(_on_day & _today) / len(_rows), abs_tol=1e-6), "usable_share 不对：(in_force − gone_since) ÷ n，是 0–1 的数。分母用错，谈价钱时就高估了能用的量。"
# END HIDDEN TESTS

# %% [markdown] discussion="branch"
# 每人的支行由工号和班级密钥决定。讲评时各报各的可用比例，再问：差的支行，是没有签、签晚了，还是后来撤回了？三种毛病，三种办法。

# %% sample="branch" mistake="用了全行的数据" says="你算的是全行的"
_day_of = pd.Timestamp(AS_OF)
_came = sp.load("applications").query("kind == '新增'")
_came = _came[(_came["applied_at"].dt.normalize() > _day_of - pd.DateOffset(years=3)) & (_came["applied_at"].dt.normalize() <= _day_of)]
mine = {"n": len(_came), "in_force": 0, "gone_since": 0, "usable_share": 0.0}

# %% sample="branch" mistake="续贷也算进去" says="续贷也算进去了"
_day_of = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("customer_id in @_here")
_came = _came[(_came["applied_at"].dt.normalize() > _day_of - pd.DateOffset(years=3)) & (_came["applied_at"].dt.normalize() <= _day_of)]
mine = {"n": len(_came), "in_force": 0, "gone_since": 0, "usable_share": 0.0}

# %% sample="branch" mistake="按观察点的授权算" says="都不等于进件那一天有效"
_day_of = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("kind == '新增' and customer_id in @_here").copy()
_came = _came[(_came["applied_at"].dt.normalize() > _day_of - pd.DateOffset(years=3)) & (_came["applied_at"].dt.normalize() <= _day_of)]
_signed = sp.load("consents").query("data_item == '纳税数据' and purpose == '授信审批' and granted_date <= @_day_of")
_held = _signed[_signed["withdrawn_date"].isna() | (_signed["withdrawn_date"] > _day_of)]["customer_id"]
_n = int(_came["customer_id"].isin(_held).sum())
mine = {"n": len(_came), "in_force": _n, "gone_since": 0, "usable_share": _n / max(len(_came), 1)}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
