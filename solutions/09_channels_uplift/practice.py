# %% [markdown]
# # 09 练习：营销渠道与增益
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 09 课程
#
# - 标着「全员必做」的 7 题用鼠标选或填数，合计 60 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
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
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression
from smeprofile import ask
from smeprofile.cases import campaign as case
from smeprofile.charts import PALETTE, show, theme

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **响应率** = 来申请的次数 ÷ 这一组的触达次数（一户进一次活动算一次，对照组没有联系也算；每户只进一次时，就是户数），干预组、对照组各用各的；**增益** = 干预组响应率 − 对照组响应率，单位是百分点。
# - 区间是百分之九十五的区间。只有抽签分出来的组才叫实验。
# - 行内规则（本课程设定）：同一客户一季至多联系一次；登记为免打扰的一律不联系；征信数据不得用于营销圈选。
#
# ## 一、A/B 结果与样本量（全员必做）
#
# 五个试验的结果（教学例子）。横线是增益的区间，竖线是零。

# %% tags=["hide-input"]
_trials = pd.DataFrame(
    {
        "怎么分的组": ["抽签", "抽签", "抽签", "客户经理挑人", "抽签"],
        "渠道": ["电话", "电话", "短信", "走访", "走访"],
        "对照组": ["5,000 户，来 2.0%", "600 户，来 2.0%", "20,000 户，来 3.0%", "没被挑的 28,000 户，来 2.0%", "40,000 户，来 3.0%"],
        "干预组": ["5,000 户，来 3.0%", "600 户，来 3.0%", "20,000 户，来 2.6%", "挑中的 2,000 户，来 4.5%", "40,000 户，来 3.26%"],
        "差（百分点）": [1.0, 1.0, -0.4, 2.5, 0.26],
        "区间": ["0.39 到 1.61", "−0.77 到 2.77", "−0.72 到 −0.08", "1.58 到 3.42", "0.02 到 0.50"],
        "联系一次（元）": ["12", "12", "0.1", "120", "120"],
    },
    index=list("甲乙丙丁戊"),
)  # fmt: skip
_low, _high = [0.39, -0.77, -0.72, 1.58, 0.02], [1.61, 2.77, -0.08, 3.42, 0.50]
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.hlines(list("戊丁丙乙甲"), _low[::-1], _high[::-1], color=PALETTE[0], linewidth=3)
axes.plot(_trials["差（百分点）"][::-1], list("戊丁丙乙甲"), "o", color=PALETTE[2])
axes.axvline(0, color="#000000", linewidth=1)
axes.set(title="五个试验的差和区间", xlabel="干预组 − 对照组（百分点）", ylabel="")
show(figure, "五个试验的差和区间：甲、丁、戊在零右边，乙跨过零，丙在零左边，数见下表。")
_trials

# %% [markdown] task="ab" track="all"
# ### 第 1 题　A/B 结果判读（8 分，全员必做）
#
# 每份给一个结论。一笔进件值 8,000 元（仿真参数）；每多来一笔的成本 = 联系一次的成本 ÷ 增益。甲乙丙丁戊都按计划做完，没有中途停。

# %% answer="ab" tags=["hide-input"]
ab = ask.choices(
    "ab",
    {
        "a1": "甲",
        "a2": "乙",
        "a3": "丙",
        "a4": "丁",
        "a5": "戊",
        "a6": "乙的结果，怎么向行长说？",
    },
    {
        **dict.fromkeys(
            ["a1", "a2", "a3", "a4", "a5"],
            ("有效，划算，可以推广", "有效，但不划算", "没有分出高下", "有害，停下", "不能判：没有可比的对照"),
        ),
        "a6": ["证明没有效果，停掉", "有效，多来 1 个百分点", "还不知道：可能少 0.8，也可能多 2.8，要加样本"],
    },
)
# BEGIN SOLUTION
ab = {
    "a1": "有效，划算，可以推广", "a2": "没有分出高下", "a3": "有害，停下", "a4": "不能判：没有可比的对照",
    "a5": "有效，但不划算", "a6": "还不知道：可能少 0.8，也可能多 2.8，要加样本",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是都选了。

# %% check="ab" points=8
todo = [key for key, choice in ab.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(ab) == {f"a{n}" for n in range(1, 7)}, "应有 a1 到 a6 六问，请不要增删。"
# BEGIN HIDDEN TESTS
assert ab["a4"] == "不能判：没有可比的对照", "a4：挑中的人本来就不同，差的 2.5 个百分点里有多少是挑出来的、多少是走访带来的，分不开。照这个加人走访，钱花在本来就会来的客户身上。"
assert not ab["a2"].startswith("有效"), "a2：区间从负到正，零在里面。把它当有效，下一批很可能一户也不多来。"
assert ab["a2"] == "没有分出高下", "a2：每组才 600 户，区间很宽，没有分出高下。"
assert ab["a6"] != "证明没有效果，停掉", "a6：没有分出高下，不等于没有效果。差可能有 2.8 个百分点，就此停掉，丢的是一条好渠道。"
assert ab["a6"].startswith("还不知道"), "a6：把区间的两头都说出来，再说要加多少样本；只说一个点，行长会当成定数。"
assert ab["a3"] == "有害，停下", "a3：整个区间都在零的左边，联系了反而少来。接着发，每发一万条就赶走几十户。"
assert ab["a5"] != "有效，划算，可以推广", "a5：增益 0.26 个百分点，走访一次 120 元，每多来一笔要 4.6 万元，一笔只值 8,000 元。只看显著不看成本，越推广亏得越多。"
assert ab["a5"] == "有效，但不划算", "a5：区间在零的右边，有效；再用成本 ÷ 增益和一笔的价值比。"
assert ab["a1"] == "有效，划算，可以推广", "a1：抽签、按计划做完，区间在零的右边；12 ÷ 1% = 1,200 元一笔，低于 8,000 元。该推广的不推广，也是损失。"
# END HIDDEN TESTS

# %% [markdown] discussion="ab"
# 读一份结果问四句：怎么分的组、按计划做完没有、区间在零的哪边、成本除以增益是多少。乙和甲的差一样大，只是人数不够。

# %% sample="ab" mistake="高响应=高增益：挑的人当实验" says="差的 2.5 个百分点"
ab = {"a1": "有效，划算，可以推广", "a2": "没有分出高下", "a3": "有害，停下", "a4": "有效，划算，可以推广", "a5": "有效，但不划算", "a6": "还不知道：可能少 0.8，也可能多 2.8，要加样本"}

# %% sample="ab" mistake="区间含零当有效" says="零在里面"
ab = {"a1": "有效，划算，可以推广", "a2": "有效，划算，可以推广", "a3": "有害，停下", "a4": "不能判：没有可比的对照", "a5": "有效，但不划算", "a6": "有效，多来 1 个百分点"}

# %% sample="ab" mistake="没分出高下当没有效果" says="不等于没有效果"
ab = {"a1": "有效，划算，可以推广", "a2": "没有分出高下", "a3": "有害，停下", "a4": "不能判：没有可比的对照", "a5": "有效，但不划算", "a6": "证明没有效果，停掉"}

# %% sample="ab" mistake="只看显著不看成本" says="每多来一笔要 4.6 万元"
ab = {"a1": "有效，划算，可以推广", "a2": "没有分出高下", "a3": "有害，停下", "a4": "不能判：没有可比的对照", "a5": "有效，划算，可以推广", "a6": "还不知道：可能少 0.8，也可能多 2.8，要加样本"}

# %% [markdown] task="size" track="all"
# ### 第 2 题　样本量（8 分，全员必做）
#
# 想知道打电话能不能把响应率从一个数提到另一个数。**每组**至少要（本课程用的估算，误报机会 5%、把握 80%）：
#
# > 每组户数 ≈ 16 × p × (1 − p) ÷ d²
#
# p 是两组响应率的平均，d 是两组的差，都写成小数（3% 写 0.03）。两组一样大。数差在半成以内都算对。
#
# 月数填小数；s5 的支行每月只有 650 户可以参加，干预、对照各一半。

# %% answer="size" tags=["hide-input"]
size = ask.number(
    "size",
    {
        "s1": "从 2% 提到 3%，每组要几户",
        "s2": "从 2% 提到 3%，两组一共要几户",
        "s3": "效果小一半，从 2% 提到 2.5%，每组要几户",
        "s4": "效果小一半，每组户数是 s1 的几倍",
        "s5": "只在这个支行做 2% 提到 3% 的试验，要几个月",
    },
    units={"s1": "户", "s2": "户", "s3": "户", "s4": "倍", "s5": "个月"},
)
# BEGIN SOLUTION
size = {"s1": 3900, "s2": 7800, "s3": 14076, "s4": 3.6, "s5": 12}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都填了。

# %% check="size" points=8
todo = [key for key, value in size.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(size) == {f"s{n}" for n in range(1, 6)}, "应有 s1 到 s5 五个数，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.uplift import sample_size


def _about(value, right, off=0.055):
    return abs(value / right - 1) < off


_one, _half = sample_size(0.02, 0.03), sample_size(0.02, 0.025)
assert size["s1"] >= 100, f"s1：现填 {size['s1']:g} 户。百分数要写成小数，3% 写 0.03；差是 0.01，平方是 0.0001。每组只做几户，什么也看不出来，钱白花。"
assert _about(size["s1"], _one), f"s1：16 × 0.025 × 0.975 ÷ 0.01² = 3,900，现填 {size['s1']:g}（精确的公式是 {_one:,}）。"
assert not _about(size["s2"], _one), "s2：题目问两组一共，你只算了一组。没有给对照留人，试验做完也没有可比的。"
assert _about(size["s2"], 2 * _one), f"s2：两组一样大，3,900 × 2，现填 {size['s2']:g}。"
assert not _about(size["s4"], 2, 0.1), "s4：差在分母里要平方，效果小一半，户数不是两倍，是将近四倍。按两倍备样本，做完多半分不出高下，再做一遍。"
assert _about(size["s3"], _half), f"s3：16 × 0.0225 × 0.9775 ÷ 0.005² = 14,076，现填 {size['s3']:g}。"
assert _about(size["s4"], _half / _one), f"s4：14,076 ÷ 3,900，现填 {size['s4']:g}。"
assert not _about(size["s5"], 6), "s5：每月的 650 户要分成两组，你把 650 户全当成了一组。试验只做到一半就下结论，区间会宽得没法用。"
assert _about(size["s5"], 12), f"s5：7,800 ÷ 650 = 12 个月，现填 {size['s5']:g}。一个支行做不动，要几个支行合着做。"
# END HIDDEN TESTS

# %% [markdown] discussion="size"
# 16 来自 2 × (1.96 + 0.84)²，约 15.7。精确公式是 3,826 和 13,809。讲评时问：十二个月里产品、利率、节日都在变，还算同一个试验吗？

# %% sample="size" mistake="百分数没写成小数" says="百分数要写成小数"
size = {"s1": 39, "s2": 78, "s3": 141, "s4": 3.6, "s5": 0.1}

# %% sample="size" mistake="忘了对照组也要人" says="你只算了一组"
size = {"s1": 3900, "s2": 3900, "s3": 14076, "s4": 3.6, "s5": 12}

# %% sample="size" mistake="效果小一半，样本翻一倍" says="是将近四倍"
size = {"s1": 3900, "s2": 7800, "s3": 7800, "s4": 2, "s5": 12}

# %% sample="size" mistake="每月的户数没有分两组" says="全当成了一组"
size = {"s1": 3900, "s2": 7800, "s3": 14076, "s4": 3.6, "s5": 6}

# %% [markdown]
# 下一题的试验看了五次（教学例子）。p 值是“假如没有效果，差这么大的机会”，事先约定低于 0.05 算有效、**只看第五次**。

# %% tags=["hide-input"]
pd.DataFrame(
    {"每组已有（户）": ["4,000", "8,000", "12,000", "16,000", "20,000"], "增益（百分点）": ["0.44", "0.42", "0.41", "0.28", "0.22"], "p 值": [0.21, 0.09, 0.04, 0.11, 0.16]},
    index=[f"第 {n} 次" for n in range(1, 6)],
)  # fmt: skip

# %% [markdown] task="peek" track="all"
# ### 第 3 题　偷看（7 分，全员必做）
#
# 看上面的表回答。每次看都用 0.05 的门槛，一显著就停，叫偷看。

# %% answer="peek" tags=["hide-input"]
peek = ask.choices(
    "peek",
    {
        "p1": "按事先的约定，结论是？",
        "p2": "第三次看到 0.04 就停下，宣布有效。假如其实没有效果，这样看五次，误报的机会约是？",
        "p3": "为什么不是 1 − 0.95⁵ ≈ 23%？",
        "p4": "业务急，真想中途看，怎么办？",
        "p5": "第三次就停、按 0.41 个百分点写进明年的计划，会怎样？",
    },
    {
        "p1": ["有效：第三次 p 值 0.04", "没有分出高下：第五次 p 值 0.16", "证明无效"],
        "p2": ["5%", "14%", "23%", "50%"],
        "p3": ["五次看的客户大半是同一批，不是五次独立的机会", "就是 23%", "人越多，误报会自己消失"],
        "p4": ["谁急谁先看，显著就停", "事先写明看几次，每次的门槛都更严", "看了不写进报告"],
        "p5": ["差不多，试验是抽签的", "效果被高估：停在运气最好的时候，计划完不成"],
    },
)
# BEGIN SOLUTION
peek = {
    "p1": "没有分出高下：第五次 p 值 0.16", "p2": "14%", "p3": "五次看的客户大半是同一批，不是五次独立的机会",
    "p4": "事先写明看几次，每次的门槛都更严", "p5": "效果被高估：停在运气最好的时候，计划完不成",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都选了。

# %% check="peek" points=7
todo = [key for key, choice in peek.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(peek) == {f"p{n}" for n in range(1, 6)}, "应有 p1 到 p5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.uplift import false_alarms

_alarm = float(false_alarms(5)[-1])  # 没有效果的二十万次试验，各看五次
_nearest = min(("5%", "14%", "23%", "50%"), key=lambda shown: abs(float(shown[:-1]) / 100 - _alarm))
assert peek["p2"] != "5%", f"p2：5% 是只看一次的误报。看五次、显著就停，仿真的误报率约 {_alarm:.0%}：每七个没用的活动，就有一个被误报成“有效果”（一半看着变好，一半看着变坏），照着推广或叫停都是白费。"
assert peek["p2"] == _nearest, f"p2：仿真二十万次没有效果的试验，各看五次，误报率约 {_alarm:.0%}：五次机会不独立，比 23% 低，比 5% 高得多。误报当真，活动费就白花。"
assert peek["p1"] != "有效：第三次 p 值 0.04", "p1：约定是只看第五次。中途挑一次好看的来报，等于没有约定；推广以后多半落空。"
assert peek["p1"].startswith("没有分出高下"), "p1：p 值 0.16 是没有分出高下，不是证明无效；停掉可能丢了一条有用的渠道。"
assert peek["p3"].startswith("五次看的客户"), "p3：第五次的两万户里，有一万六千户第四次就看过。人再多，每看一次还是多一次机会。"
assert peek["p4"].startswith("事先写明"), "p4：可以中途看，但次数和门槛要事先写明，每次都比 0.05 严；临时决定看，就又成了偷看。"
assert peek["p5"].startswith("效果被高估"), "p5：显著就停，停的正是运气最好的时候。照 0.41 备人手和额度，一半是空的。"
# END HIDDEN TESTS

# %% [markdown] discussion="peek"
# 现场可以扔硬币演示：扔一百次，每二十次看一眼，看谁“显著偏正面”过。

# %% sample="peek" mistake="偷看：误报率还当 5%" says="是只看一次的误报"
peek = {"p1": "没有分出高下：第五次 p 值 0.16", "p2": "5%", "p3": "五次看的客户大半是同一批，不是五次独立的机会", "p4": "事先写明看几次，每次的门槛都更严", "p5": "效果被高估：停在运气最好的时候，计划完不成"}

# %% sample="peek" mistake="偷看：显著就停" says="等于没有约定"
peek = {"p1": "有效：第三次 p 值 0.04", "p2": "14%", "p3": "五次看的客户大半是同一批，不是五次独立的机会", "p4": "谁急谁先看，显著就停", "p5": "差不多，试验是抽签的"}

# %% sample="peek" mistake="当成五次独立的机会" says="五次机会不独立"
peek = {"p1": "没有分出高下：第五次 p 值 0.16", "p2": "23%", "p3": "就是 23%", "p4": "事先写明看几次，每次的门槛都更严", "p5": "效果被高估：停在运气最好的时候，计划完不成"}

# %% [markdown]
# ## 二、联系谁，怎么排（全员必做）
#
# 上季度抽签试验的结果，按客群分（教学例子，每群两组各一万户）：

# %% tags=["hide-input"]
_groups = pd.DataFrame(
    {"不联系也来（%）": [9.0, 1.2, 4.0, 2.0], "联系以后来（%）": [9.2, 2.8, 3.4, 2.9]},
    index=["A　常来办业务的老客户", "B　没在本行借过的制造户", "C　嫌电话烦的商户", "D　开户两三年的小店"],
)
figure, axes = plt.subplots(figsize=(7, 2.8))
_place = np.arange(4)
axes.barh(_place + 0.2, _groups["联系以后来（%）"][::-1], height=0.38, color=PALETTE[0], label="联系以后来")
axes.barh(_place - 0.2, _groups["不联系也来（%）"][::-1], height=0.38, color=PALETTE[1], label="不联系也来")
axes.set(yticks=_place, yticklabels=_groups.index[::-1], title="两根柱子的差才是增益", xlabel="来申请的占比（%）")
axes.legend(loc="center right")
show(figure, "四个客群联系以后来和不联系也来的占比：A 9.2 和 9.0，B 2.8 和 1.2，C 3.4 和 4.0，D 2.9 和 2.0。")

# %% [markdown] task="listing" track="all"
# ### 第 4 题　触达名单（11 分，全员必做）
#
# 先选客群（g），再逐行审一份电话名单（r）：每行留下，或选删去的理由。本行的电话一个月最多 6,000 户，名单按次序打。
#
# **给分**：每错一处扣 3 分，扣完为止。**零容忍**：让征信数据留在名单里，或让免打扰的留在名单里，整题 0 分。

# %% answer="listing" tags=["hide-input"]
listing = ask.choices(
    "listing",
    {
        "g1": "名额只够一个客群，先给谁？",
        "g2": "哪个客群一户也不要打？",
        "r1": "B 群，九个月没有联系过。",
        "r2": "B 群，缺口很大；客户资料上登记着免打扰。",
        "r3": "D 群，三周前刚打过一次电话。",
        "r4": "C 群，上次没有接电话。",
        "r5": "D 群，半年没有联系过；从征信报告看到他在别家的贷款下月到期，因此排到最前。",
        "r6": "D 群，半年没有联系过。",
        "r7": "A 群，已经约好明天自己来办续贷。",
        "r8": "B 群，去年打过一次；该删的都删了、重新排过以后，还在第 6,001 行。",
    },
    {
        **dict.fromkeys(["g1", "g2"], ("A", "B", "C", "D")),
        **dict.fromkeys(
            [f"r{n}" for n in range(1, 9)],
            ("留下", "删：免打扰", "删：重复触达", "删：反作用", "删：用了征信数据", "删：不打也会来", "移到下月：超过容量"),
        ),
    },
)
# BEGIN SOLUTION
listing = {
    "g1": "B", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "删：重复触达", "r4": "删：反作用",
    "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都选了。

# %% check="listing" points=11
todo = [key for key, choice in listing.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(listing) == {"g1", "g2", *(f"r{n}" for n in range(1, 9))}, "应有 g1、g2 和 r1 到 r8，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.data import authorisation_matrix
from smeprofile.verdicts import remark

_basis = authorisation_matrix().set_index(["data_item", "subject", "use"]).loc[("征信报告", "企业主个人", "营销圈选"), "basis"]
_right = {
    "g1": "B", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "删：重复触达", "r4": "删：反作用",
    "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量",
}  # fmt: skip
_why = {
    "g1": "g1：响应率最高的不是增益最大的。A 不打也来，多来的只有 0.2 个百分点；B 多来 1.6。打给 A，名额换来的是本来就会来的人。",
    "g2": "g2：C 打了反而少来 0.6 个百分点，是反作用：电话费花出去，还把人赶走。",
    "r1": "r1：没有违反规则，增益又最大，应留下；删掉它就丢了最该打的人。",
    "r3": "r3：重复触达。三周前刚打过，一季至多一次；再打一次增益更小，退订和投诉更多。",
    "r4": "r4：C 群打了反而少来，没有接电话也不该再打。",
    "r6": "r6：半年没有联系，D 群多来 0.9 个百分点，应留下。",
    "r7": "r7：约好了明天来，不打也会来，这通电话一户也多不来。",
    "r8": "r8：超容。一个月只打得了 6,000 户，排在后面的名单是空话；移到下月，先打前面的。",
}
_wrong = [key for key, choice in listing.items() if choice != _right[key]]
_points = max(0, 11 - 3 * len(_wrong))
_bad = [key for key in _wrong if key in ("r2", "r5") and not listing[key].startswith("删")]
_legal = max(0, 11 - 3 * (len(_wrong) - len(_bad)))
assert "r5" not in _bad, f"r5：征信数据用于营销圈选是零容忍，整题 0 分。依据：{_basis}。零容忍的（{'、'.join(_bad)}）都按规矩删掉，这题能得 {_legal} 分。"
assert "r2" not in _bad, f"r2：登记为免打扰的客户留在了名单里（移到下月也一样），整题 0 分。依据：《个人信息保护法》（2021）第二十四条，自动化营销须同时给出不针对个人特征的选项，或者便捷的拒绝方式；行内规则一律不联系。删掉这一行，这题能得 {_legal} 分。"
for _key in _wrong:
    remark(_why.get(_key, f"{_key}：删对了，理由不对：先看规则，再看增益。理由写错，下一份名单还会犯。"))
_points
# END HIDDEN TESTS

# %% [markdown] discussion="listing"
# 审名单的次序：先看能不能（征信、免打扰、一季一次），再看值不值（增益），最后看打不打得完（容量）。r5 的客户本来可以留在名单里，错在排到最前的理由：那一列数据不能出现在营销名单上，整行退回重排。

# %% sample="listing" mistake="征信数据用于营销圈选" says="征信数据用于营销圈选是零容忍"
listing = {"g1": "B", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "删：重复触达", "r4": "删：反作用", "r5": "留下", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量"}

# %% sample="listing" mistake="忽略免打扰" says="登记为免打扰的客户留在了名单里"
listing = {"g1": "B", "g2": "C", "r1": "留下", "r2": "留下", "r3": "删：重复触达", "r4": "删：反作用", "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量"}

# %% sample="listing" mistake="高响应=高增益" says="响应率最高的不是增益最大的" earns=8
listing = {"g1": "A", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "删：重复触达", "r4": "删：反作用", "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量"}

# %% sample="listing" mistake="重复触达" says="三周前刚打过，一季至多一次" earns=8
listing = {"g1": "B", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "留下", "r4": "删：反作用", "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "移到下月：超过容量"}

# %% sample="listing" mistake="超容" says="排在后面的名单是空话" earns=8
listing = {"g1": "B", "g2": "C", "r1": "留下", "r2": "删：免打扰", "r3": "删：重复触达", "r4": "删：反作用", "r5": "删：用了征信数据", "r6": "留下", "r7": "删：不打也会来", "r8": "留下"}

# %% [markdown]
# 下一题的八户（教学例子）。期望收益 = 多来的概率 × 一笔的价值。路程是到那个地方来回的时间：同一个地方去几户都只算一次。

# %% tags=["hide-input"]
STOPS = pd.DataFrame(
    {
        "place": ["产业园区", "产业园区", "产业园区", "五金商圈", "五金商圈", "县城", "县城", "支行对面"],
        "travel_minutes": [60, 60, 60, 50, 50, 180, 180, 10],
        "minutes": [50, 50, 40, 60, 40, 60, 60, 30],
        "value_cny": [900.0, 700.0, 500.0, 1300.0, 650.0, 2000.0, 400.0, 300.0],
    },
    index=list("甲乙丙丁戊己庚辛"),
)
_names = {"place": "在哪里", "travel_minutes": "路程（分钟，一个地方一次）", "minutes": "谈（分钟）", "value_cny": "期望收益（元）"}
STOPS.assign(value_cny=STOPS["value_cny"].map("{:,.0f}".format)).rename(columns=_names)

# %% [markdown] task="visits" track="all"
# ### 第 5 题　每周拜访清单（10 分，全员必做）
#
# 这周你只有 **420 分钟**能在外面跑。每户选去还是不去（7 分：期望收益不高于“照收益从高到低、装得下就去”的不得分，到最好的排法的九成五得满分，中间按比例）；超时的整题 0 分。
#
# 再答三问（每问 1 分；违反征信数据规矩的，整题 0 分）：丁是五金批发商，二月、八月是旺季，备货要提前两个月付款，现在是五月底。

# %% answer="visits" tags=["hide-input"]
visits = ask.choices(
    "visits",
    {
        **{name: f"{row['place']}，谈 {row['minutes']} 分钟，{row['value_cny']:,.0f} 元" for name, row in STOPS.iterrows()},
        "w1": "为何现在去丁？",
        "w2": "第一句问什么？",
        "w3": "哪一句不能许诺？",
    },
    {
        **dict.fromkeys("甲乙丙丁戊己庚辛", ("去", "不去")),
        "w1": ["六月要付备货款，办手续要时间", "八月旺季再去，生意好", "月底要冲任务"],
        "w2": ["下一批货什么时候付款、多少、货款几时收回", "征信上看你在别家有贷款，要不要转过来", "要不要贷款，利率很低"],
        "w3": ["这周给你要备的材料清单", "放心，一定批，三百万没问题", "几天内答复批不批"],
    },
)
# BEGIN SOLUTION
visits = {
    "甲": "去", "乙": "去", "丙": "去", "丁": "去", "戊": "去", "己": "不去", "庚": "不去", "辛": "去",
    "w1": "六月要付备货款，办手续要时间",
    "w2": "下一批货什么时候付款、多少、货款几时收回",
    "w3": "放心，一定批，三百万没问题",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了，时间够不够。

# %% check="visits" points=10
todo = [key for key, choice in visits.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
_chosen = STOPS[[visits[name] == "去" for name in STOPS.index]]
_minutes = _chosen["minutes"].sum() + _chosen.drop_duplicates("place")["travel_minutes"].sum()
assert _minutes <= 420, f"一共要 {_minutes} 分钟，超过 420 分钟：排不下的那几户会被爽约，下次就不见你了。"
# BEGIN HIDDEN TESTS
from smeprofile.uplift import best_round as _best_round
from smeprofile.verdicts import remark as _remark, share_of_profit

_names_best, _most = _best_round(STOPS, 420)
_idle = 3950.0  # 己、丁、戊：照收益从高到低，装得下就去
_value = float(_chosen["value_cny"].sum())
_share = share_of_profit(_value, _most, _idle)
_talk = [
    (visits["w1"].startswith("六月"), "w1：用款的月份倒着推。旺季里才去，货款早付了；为冲任务去，客户听得出来。"),
    (visits["w2"].startswith("下一批货"), "w2：先问生意和用途。拿征信来开口是把征信数据用于营销，零容忍；一上来谈利率，谈成的是别家。"),
    (visits["w3"].startswith("放心"), "w3：批不批、批多少由审批定。许诺了批不下来，客户误了付款，投诉的是你。"),
]
assert not visits["w2"].startswith("征信"), "w2：拿征信报告来开口，是把征信数据用于营销，零容忍，整题 0 分。"
if _share < 1:
    _remark(f"你的排法期望收益 {_value:,.0f} 元，用 {_minutes} 分钟；420 分钟里最好的是 {_most:,.0f} 元。看看路程：一个地方跑一趟，能带上几户？")
for _good, _text in _talk:
    if not _good:
        _remark(_text)
round(7 * _share + sum(good for good, _ in _talk), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="visits"
# 己的收益最高，连路带谈四个小时，抵得上园区和商圈五户里的大半。县城攒够几户、约在同一天再去。

# %% sample="visits" mistake="照收益从高到低排" says="一个地方跑一趟" earns=3
visits = {"甲": "不去", "乙": "不去", "丙": "不去", "丁": "去", "戊": "去", "己": "去", "庚": "不去", "辛": "不去", "w1": "六月要付备货款，办手续要时间", "w2": "下一批货什么时候付款、多少、货款几时收回", "w3": "放心，一定批，三百万没问题"}

# %% sample="visits" mistake="超时" says="超过 420 分钟"
visits = {"甲": "去", "乙": "去", "丙": "去", "丁": "去", "戊": "去", "己": "去", "庚": "去", "辛": "去", "w1": "六月要付备货款，办手续要时间", "w2": "下一批货什么时候付款、多少、货款几时收回", "w3": "放心，一定批，三百万没问题"}

# %% sample="visits" mistake="征信数据用于营销" says="拿征信报告来开口"
visits = {"甲": "去", "乙": "去", "丙": "去", "丁": "去", "戊": "去", "己": "不去", "庚": "不去", "辛": "去", "w1": "六月要付备货款，办手续要时间", "w2": "征信上看你在别家有贷款，要不要转过来", "w3": "放心，一定批，三百万没问题"}

# %% sample="visits" mistake="旺季才去、许诺一定批" says="用款的月份倒着推" earns=8
visits = {"甲": "去", "乙": "去", "丙": "去", "丁": "去", "戊": "去", "己": "不去", "庚": "不去", "辛": "去", "w1": "八月旺季再去，生意好", "w2": "下一批货什么时候付款、多少、货款几时收回", "w3": "几天内答复批不批"}

# %% [markdown] task="keep" track="all"
# ### 第 6 题　客户维系与流失挽留（7 分，全员必做）
#
# 六户（教学例子）。利润是留住以后一年的，让价只有留下的客户才花钱。**让价值不值** = 让价后留下的概率 × (利润 − 让价) 和 不让价留下的概率 × 利润 哪个大；**赢回值不值** = 赢回的概率 × 利润 − 联系的成本。
#
# | 户 | 情况 | 利润 | 不动 | 动了 | 花费 |
# |---|---|---|---|---|---|
# | k1 | 贷款 60 天后到期，别家在抢 | 12,000 元 | 留下 50% | 让价后留下 80% | 让价 3,000 元 |
# | k2 | 贷款 60 天后到期，没有听说别家 | 12,000 元 | 留下 90% | 让价后留下 95% | 让价 3,000 元 |
# | k3 | 40 天后到期，流入连跌三个月、断票、上月逾期 20 天，说不让价就走 | 15,000 元 | 不知道 | 不知道 | 让价 3,000 元 |
# | k4 | 去年转走，登记免打扰 | 20,000 元 | – | 赢回 15% | 联系 200 元 |
# | k5 | 半年前转走，没有退订 | 6,000 元 | – | 赢回 10% | 联系 200 元 |
# | k6 | 三年前转走，没有退订 | 6,000 元 | – | 赢回 2% | 联系 200 元 |

# %% answer="keep" tags=["hide-input"]
keep = ask.choices(
    "keep",
    {
        "k1": "60 天后到期，别家在抢。",
        "k2": "60 天后到期，没有听说别家。",
        "k3": "流入连跌、断票、逾期过，说不让价就走。",
        "k4": "去年转走，登记免打扰。",
        "k5": "半年前转走，没有退订。",
        "k6": "三年前转走，没有退订。",
    },
    ["让价挽留", "不让价，到期前谈好续贷", "不让价、不加额，先查原因", "赢回：联系一次", "不联系"],
)
# BEGIN SOLUTION
keep = {"k1": "让价挽留", "k2": "不让价，到期前谈好续贷", "k3": "不让价、不加额，先查原因", "k4": "不联系", "k5": "赢回：联系一次", "k6": "不联系"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都选了。

# %% check="keep" points=7
todo = [key for key, choice in keep.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(keep) == {f"k{n}" for n in range(1, 7)}, "应有 k1 到 k6 六户，请不要增删。"
# BEGIN HIDDEN TESTS
assert keep["k4"] != "赢回：联系一次", "k4：登记了免打扰，利润再高也不能联系。依据：《个人信息保护法》（2021）第二十四条和行内规则；一通电话换来投诉。"
assert keep["k3"] != "让价挽留", "k3：流入连跌、断票、逾期，是风险在走下坡，不是客户在比价。让价留下来的，是别家不要的贷款。"
assert keep["k2"] != "让价挽留", "k2：95% × 9,000 = 8,550 元，不让价 90% × 12,000 = 10,800 元。他本来就会留下，让的价白送了。"
assert keep["k6"] != "赢回：联系一次", "k6：2% × 6,000 = 120 元，不够联系的 200 元。走了三年的逐户去追，花的比赢回的多。"
assert keep["k1"] == "让价挽留", "k1：80% × 9,000 = 7,200 元，不让价 50% × 12,000 = 6,000 元。该让的不让，丢的是好客户。"
assert keep["k5"] == "赢回：联系一次", "k5：10% × 6,000 − 200 = 400 元，值得联系一次；没有问一声就放掉，白送给别家。"
assert keep["k2"] == "不让价，到期前谈好续贷", "k2：到期前谈好续贷就行；不去谈，到期那天他可能已经在别家签了字。"
assert keep["k3"].startswith("不让价、不加额"), "k3：先查原因，续不续、怎么还，按风险那一套办；不闻不问，到期那天就是逾期。"
assert keep["k4"] == "不联系" and keep["k6"] == "不联系", "k4、k6：一个不能联系，一个不值得联系；没有可让的价，也没有可续的贷。"
# END HIDDEN TESTS

# %% [markdown] discussion="keep"
# 挽留也是增益：看动了以后多留下多少，不看留下多少。k2 留下的概率最高，让价的增益最小。

# %% sample="keep" mistake="谁都让价：高留存当高增益" says="让的价白送了"
keep = {"k1": "让价挽留", "k2": "让价挽留", "k3": "不让价、不加额，先查原因", "k4": "不联系", "k5": "赢回：联系一次", "k6": "不联系"}

# %% sample="keep" mistake="拿让价留住变坏的客户" says="是别家不要的贷款"
keep = {"k1": "让价挽留", "k2": "不让价，到期前谈好续贷", "k3": "让价挽留", "k4": "不联系", "k5": "赢回：联系一次", "k6": "不联系"}

# %% sample="keep" mistake="忽略免打扰" says="登记了免打扰，利润再高"
keep = {"k1": "让价挽留", "k2": "不让价，到期前谈好续贷", "k3": "不让价、不加额，先查原因", "k4": "赢回：联系一次", "k5": "赢回：联系一次", "k6": "不联系"}

# %% sample="keep" mistake="走了的都去追" says="不够联系的 200 元"
keep = {"k1": "让价挽留", "k2": "不让价，到期前谈好续贷", "k3": "不让价、不加额，先查原因", "k4": "不联系", "k5": "赢回：联系一次", "k6": "赢回：联系一次"}

# %% [markdown]
# ## 三、一年的营销方案（全员必做）
#
# 方案由仿真银行演一年。联系时带着报价：本来就会来的客户，也照报价的产品和价格办，所以多赚的不全是多来的人。

# %% [markdown] task="campaign" track="all"
# ### 第 7 题　一年的营销方案（9 分，全员必做）
#
# 选六项，组成一份全年方案。价格按挂牌价加 0.5 个百分点（支行权限以内），审批按课程的参考策略，人人相同。快速贷按等额本息还。走访一次 120 元，电话 12 元，推送 5 分；走访、电话有每月容量，超过的联系不成。
#
# 选好以后运行下一格，看它在一个**练习市场**里比“什么营销也不做”多赚多少；可以反复改。批改用的是**另一个没见过的市场**。多赚到参考方案的 95% 得满分，低于它按比例给，比不做还差的 0 分。
#
# **违规 0 分**：联系免打扰的客户；征信数据用于圈选；同一客户一季联系超过一次（本题设定的行内规则）。

# %% answer="campaign" tags=["hide-input"]
campaign = ask.choices(
    "campaign",
    {
        "y1": "产品",
        "y2": "渠道",
        "y3": "联系谁",
        "y4": "多久一次",
        "y5": "挑客户用的数据",
        "y6": "登记为免打扰的客户",
    },
    case.FORM,
)
# BEGIN SOLUTION
campaign = {{ truth.uplift_campaign }}
# END SOLUTION

# %% [markdown]
# 运行这一格，在练习市场里试你的方案。多赚的数有运气在里面，看大小和正负，不必计较零头。

# %% tags=["hide-input"]
PRACTICE = sp.bank.market(customers=3_000, seed=9)
case.tried(case.named(campaign), PRACTICE, [1, 2, 3, 4])

# %% [markdown]
# 检查第 7 题：是不是都选了。

# %% check="campaign" points=9
todo = [key for key, choice in campaign.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(campaign) == {f"y{n}" for n in range(1, 7)}, "应有 y1 到 y6 六项，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark as _say

_size, _seed = {{ truth.uplift_market }}
_exam = sp.bank.market(customers=_size, seed=_seed)
_share, _broken, _told = case.marked(case.named(campaign), case.named({{ truth.uplift_campaign }}), _exam, {{ truth.uplift_lucks }})
assert not _broken, f"{_broken}"
_say(_told)
round(9 * _share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="campaign"
# 每月一次在账上可能更高：报价改变了本来就会来的人。可退订、投诉成倍地多，练习市场的表里看得见，规则先于利润。走访一户一百多元，多来的不够路费：走访的名额留给要谈抵押、要见现场的客户。

# %% sample="campaign" mistake="征信数据用于营销圈选" says="营销圈选用了征信报告"
campaign = {"y1": "快速贷", "y2": "APP 推送", "y3": "所有没有贷款的", "y4": "每季一次", "y5": "再加征信报告里的他行贷款", "y6": "从名单里剔除"}

# %% sample="campaign" mistake="忽略免打扰" says="联系了登记为免打扰的客户"
campaign = {"y1": "快速贷", "y2": "APP 推送", "y3": "所有没有贷款的", "y4": "每季一次", "y5": "登记、报表、过去的进件", "y6": "照样联系，多一个机会"}

# %% sample="campaign" mistake="重复触达" says="重复触达：每月一次"
campaign = {"y1": "快速贷", "y2": "APP 推送", "y3": "所有没有贷款的", "y4": "每月一次", "y5": "登记、报表、过去的进件", "y6": "从名单里剔除"}

# %% sample="campaign" mistake="超容" says="超出客户经理走访的容量"
campaign = {"y1": "快速贷", "y2": "客户经理走访", "y3": "所有没有贷款的", "y4": "每季一次", "y5": "登记、报表、过去的进件", "y6": "从名单里剔除"}

# %% sample="campaign" mistake="产品选错" says="行里还不如不做"
campaign = {"y1": "抵押贷", "y2": "APP 推送", "y3": "所有没有贷款的", "y4": "每季一次", "y5": "登记、报表、过去的进件", "y6": "从名单里剔除"}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="learner" track="analyst"
# ### 第 8 题　T-learner（9 分，分析岗）
#
# 写函数 `uplift_of(rows, new, features)`，返回 `new` 每行的增益，一个 Series，索引同 `new`：
#
# - `rows` 一行一次触达：`features` 各列、`is_randomised`、`is_treated`、`responded`（后三列是布尔）；**只用随机的行**训练；
# - 干预组、对照组各训练一个 `LogisticRegression(max_iter=1000)`；
# - 增益 = 干预模型的概率 − 对照模型的概率。

# %% answer="learner"
def uplift_of(rows, new, features):
    # BEGIN SOLUTION
    told = rows[rows["is_randomised"]]
    chance = {}
    for arm in (True, False):
        part = told[told["is_treated"] == arm]
        model = LogisticRegression(max_iter=1000).fit(part[features], part["responded"])
        chance[arm] = model.predict_proba(new[features])[:, 1]
    return pd.Series(chance[True] - chance[False], index=new.index)
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：四种客户，两种不联系也常来，两种联系了才来。

# %% check="learner" points=9
_rng = np.random.default_rng(4)
_n = 6000
_rows = pd.DataFrame({"comes": _rng.integers(0, 2, _n).astype(float), "moved": _rng.integers(0, 2, _n).astype(float)})
_rows["is_randomised"] = True
_rows["is_treated"] = _rng.random(_n) < 0.7
_rows["responded"] = _rng.random(_n) < 0.05 + 0.30 * _rows["comes"] + 0.15 * _rows["moved"] * _rows["is_treated"]
_new = pd.DataFrame({"comes": [1.0, 0.0], "moved": [0.0, 1.0]}, index=["常来的", "说得动的"])
_got = uplift_of(_rows.copy(), _new.copy(), ["comes", "moved"])
assert isinstance(_got, pd.Series) and list(_got.index) == ["常来的", "说得动的"], "应返回 Series，索引和 new 一样。"
assert _got["常来的"] < 0.2, "这是“联系以后来的概率”，不是增益：还要减去不联系也来的概率。照响应率排名单，打的全是本来就会来的人。"
# BEGIN HIDDEN TESTS
assert _got["说得动的"] > 0, "增益的符号反了：应是干预减对照。照反的排，先打的是最不该打的。"
_picked = _rows.assign(is_randomised=False, is_treated=True, responded=_rows["comes"] > 0)
_both = uplift_of(pd.concat([_rows, _picked, _picked], ignore_index=True), _new.copy(), ["comes", "moved"])
assert abs(_both["常来的"] - _got["常来的"]) < 0.02, "客户经理挑的行也进了训练：挑的是本来就会来的人，增益被抬高。名单会一直去找这些人，越找越像有效。"
_want = {}
for _arm in (True, False):
    _part = _rows[_rows["is_treated"] == _arm]
    _fit = LogisticRegression(max_iter=1000).fit(_part[["comes", "moved"]], _part["responded"])
    _want[_arm] = _fit.predict_proba(_new)[:, 1]
assert np.allclose(_got, _want[True] - _want[False], atol=0.005), f"增益应为 {(_want[True] - _want[False]).round(3).tolist()}，现为 {_got.round(3).tolist()}：两组要各训练一个模型；合成一个模型，人人的增益方向都一样，挑不出人。"
# END HIDDEN TESTS

# %% [markdown] discussion="learner"
# 只用一个逻辑回归、把“联系没有”当一个变量，每人的增益只随响应率变：又成了按响应率排。两个模型才分得开。`smeprofile.uplift.TLearner` 还可以换别的分类器。

# %% sample="learner" mistake="高响应=高增益" says="照响应率排名单"
def uplift_of(rows, new, features):
    part = rows[rows["is_randomised"] & rows["is_treated"]]
    model = LogisticRegression(max_iter=1000).fit(part[features], part["responded"])
    return pd.Series(model.predict_proba(new[features])[:, 1], index=new.index)

# %% sample="learner" mistake="用了非随机的行" says="挑的行也进了训练"
def uplift_of(rows, new, features):
    chance = {}
    for arm in (True, False):
        part = rows[rows["is_treated"] == arm]
        chance[arm] = LogisticRegression(max_iter=1000).fit(part[features], part["responded"]).predict_proba(new[features])[:, 1]
    return pd.Series(chance[True] - chance[False], index=new.index)

# %% sample="learner" mistake="符号反了" says="增益的符号反了"
def uplift_of(rows, new, features):
    told, chance = rows[rows["is_randomised"]], {}
    for arm in (True, False):
        part = told[told["is_treated"] == arm]
        chance[arm] = LogisticRegression(max_iter=1000).fit(part[features], part["responded"]).predict_proba(new[features])[:, 1]
    return pd.Series(chance[False] - chance[True], index=new.index)

# %% sample="learner" mistake="合成一个模型" says="人人的增益方向都一样"
def uplift_of(rows, new, features):
    told = rows[rows["is_randomised"]]
    model = LogisticRegression(max_iter=1000).fit(told[[*features, "is_treated"]].astype(float), told["responded"])
    asked, alone = (model.predict_proba(new[features].assign(is_treated=arm))[:, 1] for arm in (1.0, 0.0))
    return pd.Series(asked - alone, index=new.index)

# %% [markdown] task="qini" track="analyst"
# ### 第 9 题　Qini 曲线（8 分，分析岗）
#
# 写函数 `qini(score, treated, responded)`，返回一个列表，长度比行数多一。约定：
#
# - 按 `score` **从高到低**排（并列按出现先后）；
# - 第 k 个数（从 0 数起）看前 k 行：干预组来的户数 − 对照组来的户数 × 前 k 行的干预户数 ÷ 对照户数；
# - 前 k 行里还没有对照时，减去的一项记 0；第 0 个数是 0。
#
# 三个参数是同样长的 Series（`treated`、`responded` 是布尔）。

# %% answer="qini"
def qini(score, treated, responded):
    # BEGIN SOLUTION
    order = np.argsort(-score.to_numpy(dtype=float), kind="stable")
    t, y = treated.to_numpy()[order], responded.to_numpy()[order]
    n_treated, n_control = t.cumsum(), (~t).cumsum()
    alone = (y & ~t).cumsum() * n_treated / np.maximum(n_control, 1)
    return [0.0, *((y & t).cumsum() - alone).tolist()]
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：六行的小例子。

# %% check="qini" points=8
_score = pd.Series([0.1, 0.6, 0.5, 0.4, 0.3, 0.2])
_treated = pd.Series([True, True, True, False, True, False])
_responded = pd.Series([False, True, True, True, False, False])
_curve = [float(v) for v in qini(_score, _treated, _responded)]
assert len(_curve) == 7 and _curve[0] == 0, f"六行应有七个数，第 0 个是 0，现有 {len(_curve)} 个。"
assert np.allclose(_curve[1:3], [1, 2]), f"前两行都是干预组、都来了，应为 1、2，现为 {_curve[1:3]}：先按 score 从高到低排；次序反了，名单最前面是最不该打的。"
# BEGIN HIDDEN TESTS
assert not np.isclose(_curve[3], 1), "第三行是对照，也来了：对照要按干预 ÷ 对照的户数放大（1 × 2 ÷ 1 = 2）再减。两组人数不同，不折算，增益凭空多出来。"
assert np.allclose(_curve, [0, 1, 2, 0, -1, 0.5, 0]), f"七个数应为 0、1、2、0、−1、0.5、0，现为 {[round(v, 3) for v in _curve]}：每一步只看前 k 行的户数，不用全部的户数。"
_ties = qini(pd.Series([1.0, 1.0, 1.0]), pd.Series([False, True, True]), pd.Series([True, False, True]))
assert np.allclose(_ties, [0, 0, -1, -1]), f"并列的按出现先后，应为 0、0、−1、−1，现为 {[float(v) for v in _ties]}。"
_late = qini(pd.Series([1.0, 3.0, 2.0], index=[7, 8, 9]), pd.Series([False, True, True], index=[7, 8, 9]), pd.Series([True, True, False], index=[7, 8, 9]))
assert np.allclose(_late, [0, 1, 1, -1]), f"索引不是从 0 开始时也要对，应为 0、1、1、−1，现为 {[float(v) for v in _late]}。"
# END HIDDEN TESTS

# %% [markdown] discussion="qini"
# 最后一个数是全部联系多来的户数，和怎么排无关。班级数据的完整曲线见课程第 3 节。

# %% sample="qini" mistake="两组人数不同没有折算" says="增益凭空多出来"
def qini(score, treated, responded):
    order = np.argsort(-score.to_numpy(dtype=float), kind="stable")
    t, y = treated.to_numpy()[order], responded.to_numpy()[order]
    return [0.0, *((y & t).cumsum() - (y & ~t).cumsum()).astype(float).tolist()]

# %% sample="qini" mistake="从低到高排" says="次序反了"
def qini(score, treated, responded):
    order = np.argsort(score.to_numpy(dtype=float), kind="stable")
    t, y = treated.to_numpy()[order], responded.to_numpy()[order]
    alone = (y & ~t).cumsum() * t.cumsum() / np.maximum((~t).cumsum(), 1)
    return [0.0, *((y & t).cumsum() - alone).tolist()]

# %% sample="qini" mistake="用全部的户数折算" says="每一步只看前 k 行"
def qini(score, treated, responded):
    order = np.argsort(-score.to_numpy(dtype=float), kind="stable")
    t, y = treated.to_numpy()[order], responded.to_numpy()[order]
    return [0.0, *((y & t).cumsum() - (y & ~t).cumsum() * t.sum() / (~t).sum()).tolist()]

# %% [markdown] task="policy" track="analyst"
# ### 第 10 题　一个方案值多少：IPW（7 分，分析岗）
#
# 写函数 `policy_value(responded, treated, policy, treated_share)`，用一次随机试验估“按方案联系，人均来几笔”，返回一个数：
#
# - `policy` 是布尔 Series，方案要不要联系这一行；实际分到的组和方案一致的行才算；
# - 每行除以它**分到那一组的机会**：干预组是 `treated_share`，对照组是 `1 − treated_share`；
# - 对**全部行**求平均（不一致的行算 0）。

# %% answer="policy"
def policy_value(responded, treated, policy, treated_share):
    # BEGIN SOLUTION
    chance = np.where(treated, treated_share, 1 - treated_share)
    return float((responded.astype(float) * (treated == policy) / chance).mean())
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：十行，干预占七成。

# %% check="policy" points=7
_treated = pd.Series([True] * 7 + [False] * 3)
_responded = pd.Series([True, True, True, False, False, False, False, True, False, False])
_all, _none = pd.Series([True] * 10), pd.Series([False] * 10)
assert math.isclose(policy_value(_responded, _treated, _all, 0.7), 3 / 7), f"全部联系：3 ÷ 0.7 ÷ 10 = 0.4286，现为 {policy_value(_responded, _treated, _all, 0.7):.4f}：对全部十行求平均，不一致的行算 0。"
# BEGIN HIDDEN TESTS
_left = float(policy_value(_responded, _treated, _none, 0.7))
assert not math.isclose(_left, 1 / 7, rel_tol=1e-6), "对照组也除以了干预的机会：对照只占三成，每一行要代表更多的人。除错了，不联系的价值被压低，什么方案看着都有效。"
assert math.isclose(_left, 1 / 3), f"都不联系：1 ÷ 0.3 ÷ 10 = 0.3333，现为 {_left:.4f}。"
_some = pd.Series([True, False, False, False, False, False, False, False, True, True])
_mixed = float(policy_value(_responded, _treated, _some, 0.7))
assert not math.isclose(_mixed, 1.0), "你只对一致的行求了平均，没有除以机会：哪一组人多，哪一组就占便宜。拿这个数比方案，比的是分组的比例。"
assert math.isclose(_mixed, (1 / 0.7 + 1 / 0.3) / 10), f"第 1 行和第 8 行都一致又都来了：(1 ÷ 0.7 + 1 ÷ 0.3) ÷ 10 = 0.4762，现为 {_mixed:.4f}。"
# END HIDDEN TESTS

# %% [markdown] discussion="policy"
# 试验只做一次，能估任何方案。代价是只用得上一致的行：方案和试验的比例差得越远，区间越宽。

# %% sample="policy" mistake="两组都除以干预的机会" says="每一行要代表更多的人"
def policy_value(responded, treated, policy, treated_share):
    return float((responded.astype(float) * (treated == policy) / treated_share).mean())

# %% sample="policy" mistake="只对一致的行求平均" says="比的是分组的比例"
def policy_value(responded, treated, policy, treated_share):
    return float(responded[treated == policy].mean())

# %% [markdown] task="allocate" track="analyst"
# ### 第 11 题　产品 × 渠道分配（9 分，分析岗）
#
# 写函数 `allocate(value, cost, capacity, blocked)`，用 `linprog(…, method="highs")` 求最好的分法，返回字典 `{"total", "plan", "shadow"}`：
#
# - `value` 一行一户、一列一种“产品 × 渠道”，列名写成 `"快速贷@电话"`，值是联系以后多来的收益（元）；`cost`、`capacity` 是按**渠道**（`@` 后面的）的字典，联系一次的成本和名额；
# - 最大化 Σ x ×（收益 − 成本），0 ≤ x，每户所有列合计不超过 1，**每个渠道**的各产品合计不超过名额；
# - `blocked` 是布尔 Series（索引同 `value`），免打扰的客户 x 全为 0；
# - `total` 是最大的合计（元）；`plan` 是和 `value` 同样行列的表；`shadow` 是字典，每个渠道的**影子价格**：名额多一个，合计多几元（正数或 0）。

# %% answer="allocate"
def allocate(value, cost, capacity, blocked):
    # BEGIN SOLUTION
    n, m = value.shape
    channels = [name.split("@")[1] for name in value.columns]
    worth = value.to_numpy(dtype=float) - np.array([cost[c] for c in channels])
    once = np.kron(np.eye(n), np.ones(m))  # 每户一行
    room = np.array([np.tile([float(c == name) for c in channels], n) for name in capacity])
    most = [*np.ones(n), *capacity.values()]
    bounds = [(0, 0 if quiet else None) for quiet in blocked for _ in range(m)]
    found = linprog(-worth.ravel(), A_ub=np.vstack([once, room]), b_ub=most, bounds=bounds, method="highs")
    plan = pd.DataFrame(found.x.reshape(n, m), index=value.index, columns=value.columns)
    shadow = dict(zip(capacity, (-found.ineqlin.marginals[n:]).tolist(), strict=True))
    return {"total": float(-found.fun), "plan": plan, "shadow": shadow}
    # END SOLUTION


# %% [markdown]
# 检查第 11 题：四户，走访一个名额、电话两个名额。

# %% check="allocate" points=9
_value = pd.DataFrame(
    {"快速贷@走访": [500.0, 480.0, 300.0, 900.0], "快速贷@电话": [150.0, 90.0, 60.0, 200.0], "设备贷@走访": [520.0, 200.0, 250.0, 100.0]},
    index=["甲", "乙", "丙", "丁"],
)  # fmt: skip
_quiet = pd.Series([False, False, False, True], index=_value.index)
_told = allocate(_value, {"走访": 120, "电话": 12}, {"走访": 1, "电话": 2}, _quiet)
assert {"total", "plan", "shadow"} <= set(_told), "应返回 total、plan、shadow 三项。"
assert _told["plan"].shape == _value.shape, "plan 的行列应和 value 一样。"
assert _told["plan"].loc["丁"].abs().sum() < 1e-6, "丁登记了免打扰，计划里却联系了他：收益再高也不行，一次联系换来投诉。"
# BEGIN HIDDEN TESTS
_plan = _told["plan"]
assert (_plan.sum(axis=1) <= 1 + 1e-6).all(), "有一户被联系了不止一次：一户至多选一种产品、一个渠道，重复触达让人退订。"
assert _plan[["快速贷@走访", "设备贷@走访"]].to_numpy().sum() <= 1 + 1e-6, "走访的名额超了：同一渠道的各种产品合在一起算容量。排了跑不完，后面的客户等不到人。"
assert not math.isclose(_told["total"], 690, abs_tol=0.01), "没有减联系的成本：不算成本，走访永远最好。"
assert math.isclose(_told["total"], 546, abs_tol=0.01), f"最大的合计应为 546 元（乙走访，甲、丙打电话），现为 {_told['total']:,.2f}。"
assert _told["shadow"]["走访"] > 0, f"走访的影子价格应是正数，现为 {_told['shadow']['走访']:.2f}：linprog 求的是最小，边际值要变号。写成负的，就会以为名额越多越亏。"
_wide = pd.DataFrame({"快速贷@走访": [500.0, 420.0, 300.0], "快速贷@电话": [100.0, 80.0, 70.0]}, index=list("abc"))
_free = pd.Series(False, index=_wide.index)
_more = allocate(_wide, {"走访": 120, "电话": 12}, {"走访": 2, "电话": 5}, _free)
assert math.isclose(_more["total"], 738, abs_tol=0.01), f"a、b 走访，c 打电话：380 + 300 + 58 = 738 元，现为 {_more['total']:,.2f}。"
assert 122 - 1e-6 <= _more["shadow"]["走访"] <= 232 + 1e-6, f"走访多一个名额，c 从电话改走访，多 180 − 58 = 122 元，现为 {_more['shadow']['走访']:.2f}。"
assert abs(_more["shadow"]["电话"]) < 1e-6, "电话没有用完，影子价格应为 0：再多的名额也不值钱。"
_poor = allocate(_wide - 500, {"走访": 120, "电话": 12}, {"走访": 2, "电话": 5}, _free)
assert math.isclose(_poor["total"], 0, abs_tol=1e-6), "联系谁都亏时，应一户也不联系，合计 0：约束写成了等于 1？"
# END HIDDEN TESTS

# %% [markdown] discussion="allocate"
# 几种分法一样好时，求解器给的影子价格是“少一个会少几元”，不一定等于“多一个会多几元”；报给行长以前，把名额加一再解一遍。课程里的 `smeprofile.uplift.allocate` 就是这样做的。

# %% sample="allocate" mistake="忽略免打扰" says="丁登记了免打扰"
def allocate(value, cost, capacity, blocked):
    n, m = value.shape
    channels = [name.split("@")[1] for name in value.columns]
    worth = value.to_numpy(dtype=float) - np.array([cost[c] for c in channels])
    once = np.kron(np.eye(n), np.ones(m))
    room = np.array([np.tile([float(c == name) for c in channels], n) for name in capacity])
    found = linprog(-worth.ravel(), A_ub=np.vstack([once, room]), b_ub=[*np.ones(n), *capacity.values()], bounds=(0, None), method="highs")
    plan = pd.DataFrame(found.x.reshape(n, m), index=value.index, columns=value.columns)
    return {"total": float(-found.fun), "plan": plan, "shadow": dict(zip(capacity, (-found.ineqlin.marginals[n:]).tolist(), strict=True))}

# %% sample="allocate" mistake="超容：每种产品各算容量" says="走访的名额超了"
def allocate(value, cost, capacity, blocked):
    n, m = value.shape
    channels = [name.split("@")[1] for name in value.columns]
    worth = value.to_numpy(dtype=float) - np.array([cost[c] for c in channels])
    once, room = np.kron(np.eye(n), np.ones(m)), np.tile(np.eye(m), n)
    bounds = [(0, 0 if quiet else None) for quiet in blocked for _ in range(m)]
    found = linprog(-worth.ravel(), A_ub=np.vstack([once, room]), b_ub=[*np.ones(n), *(capacity[c] for c in channels)], bounds=bounds, method="highs")
    plan = pd.DataFrame(found.x.reshape(n, m), index=value.index, columns=value.columns)
    return {"total": float(-found.fun), "plan": plan, "shadow": dict.fromkeys(capacity, 1.0)}

# %% sample="allocate" mistake="没有减联系的成本" says="没有减联系的成本"
def allocate(value, cost, capacity, blocked):
    n, m = value.shape
    channels = [name.split("@")[1] for name in value.columns]
    once = np.kron(np.eye(n), np.ones(m))
    room = np.array([np.tile([float(c == name) for c in channels], n) for name in capacity])
    bounds = [(0, 0 if quiet else None) for quiet in blocked for _ in range(m)]
    found = linprog(-value.to_numpy().ravel(), A_ub=np.vstack([once, room]), b_ub=[*np.ones(n), *capacity.values()], bounds=bounds, method="highs")
    plan = pd.DataFrame(found.x.reshape(n, m), index=value.index, columns=value.columns)
    return {"total": float(-found.fun), "plan": plan, "shadow": dict(zip(capacity, (-found.ineqlin.marginals[n:]).tolist(), strict=True))}

# %% sample="allocate" mistake="影子价格的符号" says="边际值要变号"
def allocate(value, cost, capacity, blocked):
    n, m = value.shape
    channels = [name.split("@")[1] for name in value.columns]
    worth = value.to_numpy(dtype=float) - np.array([cost[c] for c in channels])
    once = np.kron(np.eye(n), np.ones(m))
    room = np.array([np.tile([float(c == name) for c in channels], n) for name in capacity])
    bounds = [(0, 0 if quiet else None) for quiet in blocked for _ in range(m)]
    found = linprog(-worth.ravel(), A_ub=np.vstack([once, room]), b_ub=[*np.ones(n), *capacity.values()], bounds=bounds, method="highs")
    plan = pd.DataFrame(found.x.reshape(n, m), index=value.index, columns=value.columns)
    return {"total": float(-found.fun), "plan": plan, "shadow": dict(zip(capacity, found.ineqlin.marginals[n:].tolist(), strict=True))}

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="own" track="analyst"
# ### 第 12 题　你的支行：试验说了什么（7 分，分析岗）
#
# 用 `customers`、`contacts`、`contact_responses` 三张表，只看**你的支行**（`BRANCH`）客户的**随机**触达（`is_randomised`）。响应率的分母是触达次数。给变量 `effect` 赋一个字典，值用普通的数：
#
# - `"n_treated"`、`"n_control"`　干预、对照各几次；
# - `"effect"`　干预响应率 − 对照响应率，小数（一个百分点是 0.01）；
# - `"low"`、`"high"`　95% 区间：`effect` ∓ 1.96 × √(p₁(1−p₁)/n₁ + p₀(1−p₀)/n₀)。
#
# 有一组一次也没有时，`effect`、`low`、`high` 记 `None`。

# %% answer="own"
# BEGIN SOLUTION
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_rows = sp.load("contacts").query("is_randomised and customer_id in @_mine")
_rows = _rows.merge(sp.load("contact_responses")[["contact_id", "responded"]], on="contact_id")
_one, _none = (_rows.loc[_rows["is_treated"] == arm, "responded"].astype(float) for arm in (True, False))
effect = {"n_treated": len(_one), "n_control": len(_none), "effect": None, "low": None, "high": None}
if len(_one) and len(_none):
    _p, _q = float(_one.mean()), float(_none.mean())
    _away = 1.96 * math.sqrt(_p * (1 - _p) / len(_one) + _q * (1 - _q) / len(_none))
    effect |= {"effect": _p - _q, "low": _p - _q - _away, "high": _p - _q + _away}
# END SOLUTION

# %% [markdown]
# 检查第 12 题：五个数在不在，大小像不像。

# %% check="own" points=7
assert set(effect) == {"n_treated", "n_control", "effect", "low", "high"}, "应有 n_treated、n_control、effect、low、high 五项，请不要增删。"
assert isinstance(effect["n_treated"], int) and isinstance(effect["n_control"], int), "户次应是普通的整数：外面套一层 int(…)。"
assert effect["effect"] is None or abs(effect["effect"]) <= 1, "effect 是小数，一个百分点写 0.01，不是 1。"
# BEGIN HIDDEN TESTS
_every = sp.load("contacts").merge(sp.load("contact_responses")[["contact_id", "responded"]], on="contact_id")
_every = _every.merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_lots = _every[_every["is_randomised"]]
_here = _lots[_lots["branch_id"] == BRANCH]
_n1, _n0 = int(_here["is_treated"].sum()), int((~_here["is_treated"]).sum())
assert effect["n_treated"] == _n1 or effect["n_treated"] != int(_lots["is_treated"].sum()), "你算的是全行的，题目只要你的支行（BRANCH）：全行有效，不等于你的支行也分得出来。"
assert effect["n_treated"] == _n1 or effect["n_treated"] != int(_every.loc[_every["branch_id"] == BRANCH, "is_treated"].sum()), "客户经理自己挑的也算进去了：挑的人本来就会来，增益会被抬高，明年照这个加人，加的是空的。"
assert (effect["n_treated"], effect["n_control"]) == (_n1, _n0), f"户次不对，现为 {effect['n_treated']}、{effect['n_control']}：看看支行、随机、干预三个条件。分母错了，增益跟着错。"
if _n1 and _n0:
    _p1, _p0 = (float(_here.loc[_here["is_treated"] == _arm, "responded"].mean()) for _arm in (True, False))
    _off = 1.96 * math.sqrt(_p1 * (1 - _p1) / _n1 + _p0 * (1 - _p0) / _n0)
    assert effect["effect"] is not None, "两组都有人，应有增益和区间，不是 None。"
    assert math.isclose(_p0, 0) or not math.isclose(effect["effect"], _p1, abs_tol=1e-5), "你报的是干预组的响应率，没有减对照：本来就会来的也算成了电话的功劳。"
    assert math.isclose(effect["effect"], _p1 - _p0, abs_tol=1e-5), f"effect 应是干预减对照，现为 {effect['effect']:.5f}：看看有没有减反；减反了，有效的会被当成有害停掉。"
    assert math.isclose(effect["low"], _p1 - _p0 - _off, abs_tol=1e-4) and math.isclose(effect["high"], _p1 - _p0 + _off, abs_tol=1e-4), f"区间应是 effect ∓ 1.96 倍的标准误，现为 {effect['low']:.5f} 到 {effect['high']:.5f}：两组各用各的户次。区间算窄了，没分出高下的会被当成有效。"
else:
    assert effect["effect"] is None and effect["low"] is None and effect["high"] is None, "有一组是空的，没有可比的，应记 None：硬报一个数，下面就会照着加人。"
# END HIDDEN TESTS

# %% [markdown] discussion="own"
# 讲评时各报各的区间：有几个支行的区间含零？全行分得出高下，是因为人多；支行一级多半分不出，不能据此说某个支行的电话没用。

# %% sample="own" mistake="用了全行的数据" says="你算的是全行的"
_rows = sp.load("contacts").query("is_randomised").merge(sp.load("contact_responses")[["contact_id", "responded"]], on="contact_id")
_one, _none = (_rows.loc[_rows["is_treated"] == arm, "responded"].astype(float) for arm in (True, False))
_away = 1.96 * math.sqrt(_one.mean() * (1 - _one.mean()) / len(_one) + _none.mean() * (1 - _none.mean()) / len(_none))
_gap = float(_one.mean() - _none.mean())
effect = {"n_treated": len(_one), "n_control": len(_none), "effect": _gap, "low": _gap - _away, "high": _gap + _away}

# %% sample="own" mistake="用了非随机的行" says="客户经理自己挑的也算进去了"
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_rows = sp.load("contacts").query("customer_id in @_mine").merge(sp.load("contact_responses")[["contact_id", "responded"]], on="contact_id")
_one, _none = (_rows.loc[_rows["is_treated"] == arm, "responded"].astype(float) for arm in (True, False))
_gap = float(_one.mean() - _none.mean())
effect = {"n_treated": len(_one), "n_control": len(_none), "effect": _gap, "low": _gap - 0.01, "high": _gap + 0.01}

# %% sample="own" mistake="高响应=高增益" says="没有减对照"
_mine = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_rows = sp.load("contacts").query("is_randomised and customer_id in @_mine").merge(sp.load("contact_responses")[["contact_id", "responded"]], on="contact_id")
_one, _none = (_rows.loc[_rows["is_treated"] == arm, "responded"].astype(float) for arm in (True, False))
_p = float(_one.mean())
effect = {"n_treated": len(_one), "n_control": len(_none), "effect": _p, "low": _p - 0.01, "high": _p + 0.01}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
