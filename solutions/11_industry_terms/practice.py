# %% [markdown]
# # 11 练习：行业精准营销
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 11 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 59 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
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
from scipy.optimize import brentq
from smeprofile import ask
from smeprofile.cases import industry
from smeprofile.charts import PALETTE, show, theme
from smeprofile.widgets import terms_desk

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **制造**是门类 C，**服务**是门类 H、I、L、M、O，其余是“其他”。**新放款**是当月放出去的钱，**余额**是月末还欠着的钱。
# - **毛增长** = 推行后 ÷ 推行前 − 1；**增量** = 实际的 − 没有方案也会有的。
# - **价** = 各行业利率的变化，按**后一年**的占比加权；**结构** = 占比的变化，乘**前一年**的利率。
# - **APR** = 12 × 月内部收益率；一次性费用在第一天从到手的钱里扣。数据和市场都是合成的。

# %% [markdown]
# ## 一、两行业方案台（全员必做）
#
# 一个练习用的小市场。统一方案：行里的风险定价不加不减，客户自己选怎么还。**先猜，再动，再解释**：哪一条动利润最多？哪一条让放款额涨、客户却没有多？

# %% tags=["hide-input"]
terms_desk(sp.bank.market(customers=3_000, seed=11))

# %% [markdown] task="terms" track="all"
# ### 第 1 题　给两个行业各定一套方案（16 分，全员必做）
#
# 给制造、服务各定利率和还款方式，再定两条规矩。准入、额度、触达都照旧。总行的授权（本案例设定）：制造七成、服务三成加权，**平均加点不得大于零**。方案台可以随便试，它不打分。
#
# **按没见过的市场给分**：得分 =（你的 V − 统一方案的 V）÷（参考答案的 V − 统一方案的 V），达到九成五就满分。**违规得 0 分**，反馈会说哪一条、依据是什么、若合规能得多少。

# %% answer="terms" tags=["hide-input"]
terms = ask.choices("terms", industry.TITLES, industry.OPTIONS)
# BEGIN SOLUTION
terms = {{ truth.industry_reference }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是六条都选了。

# %% check="terms" points=16
todo = [row for row, choice in terms.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(terms) == set(industry.FIELDS), "应有 m1、m2、s1、s2、e1、e2 六条，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark

_marked = industry.marked(dict(terms), {{ truth.industry_table }}, {{ truth.industry_reference }})
for _line in _marked.lines:
    remark(_line)
round(16 * _marked.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="terms"
# 值钱的是还款方式：分期的额度用得满，本金不压在到期那一天。利率在两个行业之间一加一减，几乎抵掉：仿真里两个行业对价的敏感程度一样。讲评时问两句：现实里两个行业的弹性真一样吗，怎么量？仿真不知道“分期那个月没收到款”，你的制造客户能按月还吗？

# %% sample="terms" mistake="让利换增长" says="让了利，利息少收" earns=0
terms = {{ truth.industry_cheap }}

# %% sample="terms" mistake="本金都压在到期" says="本金压在到期那一天" earns=0
terms = {{ truth.industry_bullets }}

# %% sample="terms" mistake="平均加点大于零" says="客户平均多付了" earns=0
terms = {{ truth.industry_dear }}

# %% sample="terms" mistake="老客户多收" says="吃准了老客户不会走就多收" earns=0
terms = {{ truth.industry_loyal }}

# %% sample="terms" mistake="不给通用方案" says="却不给别的选项" earns=0
terms = {{ truth.industry_denied }}

# %% [markdown]
# ## 二、增长怎么读（全员必做）

# %% [markdown] task="growth" track="all"
# ### 第 2 题　毛增长与增量（8 分，全员必做）
#
# 六家支行抽签推行，六家照旧；推行前、推行后各四个月（教学例子，合计新放款，万元）：
#
# | 支行 | 推行前 | 推行后 |
# |---|---|---|
# | 推行的六家 | 2,000 | 3,000 |
# | 照旧的六家 | 1,600 | 2,080 |
#
# 抽签以前两组走势一样。假定没有方案，推行的支行会和照旧的支行涨得一样快（同样的百分比）。百分数保留一位小数。

# %% answer="growth" tags=["hide-input"]
growth = ask.number(
    "growth",
    {
        "g1": "推行的支行，毛增长",
        "g2": "照旧的支行，同期增长",
        "g3": "没有方案，推行的支行推行后会有多少",
        "g4": "方案带来的增量",
        "g5": "增量相当于多了百分之几（÷ 没有方案会有的）",
        "g6": "毛增长的 1,000 万元里，不是方案的占百分之几",
    },
    units={"g1": "%", "g2": "%", "g3": "万元", "g4": "万元", "g5": "%", "g6": "%"},
)
# BEGIN SOLUTION
growth = {"g1": 50, "g2": 30, "g3": 2600, "g4": 400, "g5": 15.4, "g6": 60}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都填了。

# %% check="growth" points=8
todo = [key for key, value in growth.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(growth) == {f"g{n}" for n in range(1, 7)}, "应有 g1 到 g6 六个数，请不要增删。"
assert not 0 < abs(growth["g1"]) < 1, "g1：单位是百分数，33% 填 33，不是 0.33（只是写法的例子）；g2、g5、g6 也一样。"
# BEGIN HIDDEN TESTS
_before, _after, _b0, _b1 = 2000, 3000, 1600, 2080
_would = _before * _b1 / _b0
_want = {"g1": 100 * (_after / _before - 1), "g2": 100 * (_b1 / _b0 - 1), "g3": _would, "g4": _after - _would, "g5": 100 * (_after / _would - 1), "g6": 100 * (_would - _before) / (_after - _before)}
assert growth["g4"] != _after - _before, "g4：你把毛增长当成了增量。照旧的支行什么也没推，也涨了；照毛增长发奖金、全行推开，钱花在大家都有的增长上。"
assert growth["g4"] != (_after - _before) - (_b1 - _b0), "g4：两组大小不一样，金额不能直接相减；照大支行的金额减小支行的，增量就虚了。题目说的是涨得一样快。"
assert abs(growth["g5"] - (_want["g1"] - _want["g2"])) > 0.05, "g5：两个涨幅相减是百分点，不是“多了百分之几”：分母要用没有方案会有的数，否则增量报高了。"
_off = {_key: abs(growth[_key] - _want[_key]) >= 0.06 for _key in _want}
assert not _off["g1"], f"g1：推行的支行，后 ÷ 前 − 1，现填 {growth['g1']:g}。这个数报错了，行长按错的增量定明年的目标。"
assert not _off["g2"], f"g2：照旧的支行，后 ÷ 前 − 1，现填 {growth['g2']:g}。这个数报错了，行长按错的增量定明年的目标。"
assert not _off["g3"], f"g3：推行前的数，乘上照旧支行的涨幅，现填 {growth['g3']:g}。这个数报错了，行长按错的增量定明年的目标。"
assert not _off["g4"], f"g4：实际的减去没有方案会有的，现填 {growth['g4']:g}。这个数报错了，行长按错的增量定明年的目标。"
assert not _off["g5"], f"g5：增量 ÷ 没有方案会有的，现填 {growth['g5']:g}。这个数报错了，行长按错的增量定明年的目标。"
assert not _off["g6"], f"g6：大家都有的那一块 ÷ 全部涨的，现填 {growth['g6']:g}。这个数报错了，行长按错的增量定明年的目标。"
# END HIDDEN TESTS

# %% [markdown] discussion="growth"
# 涨了五成，六成是大家都有的。再问：若这一年大盘没有涨，毛增长和增量会不会一样？会。所以同一套方案，放在大盘热的年份，总结总是好看。

# %% sample="growth" mistake="毛增长当增量" says="你把毛增长当成了增量"
growth = {"g1": 50, "g2": 30, "g3": 2000, "g4": 1000, "g5": 50, "g6": 0}

# %% sample="growth" mistake="金额直接相减" says="金额不能直接相减"
growth = {"g1": 50, "g2": 30, "g3": 2480, "g4": 520, "g5": 21, "g6": 48}

# %% sample="growth" mistake="百分点当百分之几" says="两个涨幅相减是百分点"
growth = {"g1": 50, "g2": 30, "g3": 2600, "g4": 400, "g5": 20, "g6": 60}

# %% [markdown] task="design" track="all"
# ### 第 3 题　哪一次试点说得出增量（8 分，全员必做）
#
# 六次试点，都报了“有效果”。逐个判断：说得出增量吗？说不出，最要紧的毛病是哪一个？

# %% answer="design" tags=["hide-input"]
design = ask.choices(
    "design",
    {
        "d1": "两个行业、全部支行同一天上线，和去年同期比",
        "d2": "支行自愿报名，报名的上线，没报名的当对照",
        "d3": "支行抽签分三批错峰上线，上线以前走势一样，误差按支行算",
        "d4": "支行抽签，一半上线；误差按四千笔借据、逐笔当独立来算",
        "d5": "支行抽签，一半上线；上线以前半年，两组的放款已经越走越远",
        "d6": "错峰上线，第二批上线以后，只拿早已上线的第一批当它的对照",
    },
    ["说得出", "没有对照", "两组本来就不一样", "误差算得太小", "对照也在新方案里"],
)
# BEGIN SOLUTION
design = {"d1": "没有对照", "d2": "两组本来就不一样", "d3": "说得出", "d4": "误差算得太小", "d5": "两组本来就不一样", "d6": "对照也在新方案里"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都选了。

# %% check="design" points=8
todo = [key for key, choice in design.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(design) == {f"d{n}" for n in range(1, 7)}, "应有 d1 到 d6 六条，请不要增删。"
# BEGIN HIDDEN TESTS
assert design["d1"] != "说得出", "d1：同时上线就没有对照。今年和去年不同的还有大盘、季节、全行的活动；把它们都算成方案的功劳，推开以后兑现不了。"
assert design["d1"] == "没有对照", "d1：同一天全部上线，没有一家照旧的支行可以比。"
assert design["d2"] != "说得出", "d2：报名的支行本来就可能在涨，比出来的是支行，不是方案；照它推开，没报名的支行做不到。"
assert design["d2"] == "两组本来就不一样", "d2：谁上线是自己挑的，两组本来就不一样。"
assert design["d5"] != "说得出", "d5：没有验上线以前的走势。上线以前已经岔开，上线以后的差里有多少是方案，说不清；照它推开，钱可能白花。"
assert design["d5"] == "两组本来就不一样", "d5：抽签也会碰上坏运气，两组走势本来就不同，不是误差的事。"
assert design["d4"] != "说得出", "d4：方案是按支行抽的，样本是支行。逐笔当独立，误差小得离谱，没有效果也会说有，白推一场。"
assert design["d4"] == "误差算得太小", "d4：有对照，也抽了签，毛病出在误差：没有按支行聚类。"
assert design["d6"] != "说得出", "d6：第一批自己也在新方案里，它的变化里有方案。拿它当对照，增量会被减掉一截，好方案被当成没用。"
assert design["d6"] == "对照也在新方案里", "d6：第一批自己也在新方案里，不能再当对照；要拿还没轮到的。"
assert design["d3"] == "说得出", "d3：有抽签、有错峰的对照、验了走势、按支行算误差：这一次说得出。把好的试点也否掉，就永远没有证据。"
# END HIDDEN TESTS

# %% [markdown] discussion="design"
# 错峰还有一个好处：每家支行最后都能上，没有人觉得被落下，行里更容易答应抽签。

# %% sample="design" mistake="同时上线也算" says="同时上线就没有对照"
design = {"d1": "说得出", "d2": "两组本来就不一样", "d3": "说得出", "d4": "误差算得太小", "d5": "两组本来就不一样", "d6": "对照也在新方案里"}

# %% sample="design" mistake="不验前趋势" says="没有验上线以前的走势"
design = {"d1": "没有对照", "d2": "两组本来就不一样", "d3": "说得出", "d4": "误差算得太小", "d5": "说得出", "d6": "对照也在新方案里"}

# %% sample="design" mistake="不按支行聚类" says="样本是支行"
design = {"d1": "没有对照", "d2": "两组本来就不一样", "d3": "说得出", "d4": "说得出", "d5": "两组本来就不一样", "d6": "对照也在新方案里"}

# %% sample="design" mistake="拿已上线的当对照" says="第一批自己也在新方案里"
design = {"d1": "没有对照", "d2": "两组本来就不一样", "d3": "说得出", "d4": "误差算得太小", "d5": "两组本来就不一样", "d6": "说得出"}

# %% sample="design" mistake="自愿报名也算" says="比出来的是支行"
design = {"d1": "没有对照", "d2": "说得出", "d3": "说得出", "d4": "误差算得太小", "d5": "两组本来就不一样", "d6": "对照也在新方案里"}

# %% [markdown] task="mean" track="all"
# ### 第 4 题　平均利率升了吗（9 分，全员必做）
#
# 某支行两年的新放款（教学例子）：
#
# | 行业 | 去年放款（万元） | 去年利率 | 今年放款（万元） | 今年利率 |
# |---|---|---|---|---|
# | 制造 | 8,000 | `4.20%` | 6,000 | `4.00%` |
# | 服务 | 2,000 | `6.20%` | 9,000 | `6.00%` |
#
# 合计平均利率按放款额加权。

# %% answer="mean" tags=["hide-input"]
mean = ask.choices(
    "mean",
    {
        "s1": "去年的合计平均利率",
        "s2": "今年的合计平均利率",
        "s3": "两个行业各自的利率",
        "s4": "合计变化里，价占多少（百分点）",
        "s5": "合计变化里，结构占多少（百分点）",
        "s6": "“平均利率上升，定价能力提高”，能这样说吗？",
        "s7": "考核支行的定价，该看",
    },
    {
        "s1": ["4.60%", "5.00%", "5.20%"],
        "s2": ["4.60%", "5.00%", "5.20%"],
        "s3": ["都降了", "都升了", "一升一降"],
        "s4": ["−0.20", "0.00", "+0.60", "+0.80"],
        "s5": ["−0.20", "0.00", "+0.60", "+0.80"],
        "s6": ["能，合计平均升了", "不能，价降了，是服务业占比大了", "不能，价降了，是制造业占比大了"],
        "s7": ["合计平均利率", "分行业的价，占比另列一栏"],
    },
)
# BEGIN SOLUTION
mean = {"s1": "4.60%", "s2": "5.20%", "s3": "都降了", "s4": "−0.20", "s5": "+0.80", "s6": "不能，价降了，是服务业占比大了", "s7": "分行业的价，占比另列一栏"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都选了。

# %% check="mean" points=9
todo = [key for key, choice in mean.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(mean) == {f"s{n}" for n in range(1, 8)}, "应有 s1 到 s7 七问，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.cases.mix import mix_and_price as _mix_and_price

_then = pd.DataFrame({"weight": [8000, 2000], "rate": [0.042, 0.062]}, index=["制造", "服务"])
_now = pd.DataFrame({"weight": [6000, 9000], "rate": [0.040, 0.060]}, index=["制造", "服务"])
_parts = _mix_and_price(_then, _now)
assert not mean["s6"].startswith("能"), "s6：各行业的价都降了，合计却升：占比变了，这是辛普森悖论。照合计说“定价能力提高”，下一步就是少做便宜的制造业来“提价”。"
assert not (mean["s1"] == "5.20%" and mean["s2"] == "5.00%"), "s1、s2：两个行业的利率直接相加除以二，没有按放款额加权：平均数连方向都反了，报表对不上利息收入。"
assert mean["s1"] == f"{_parts['then']:.2%}", "s1：各行业放款额乘利率，加起来，除以放款额合计。算错了，后面的变化都不对。"
assert mean["s2"] == f"{_parts['now']:.2%}", "s2：今年服务业的放款额比制造业多，要按放款额加权。算错了，看不见平均数升了。"
assert mean["s3"] == "都降了", "s3：两个行业都降了，一个一个看。看错了，会以为客户肯接受更高的价。"
assert mean["s4"] != "+0.60", "s4：那是合计的变化，里面有结构。把结构当成价，会以为客户肯付更多。"
_told = {key: f"{100 * value:+.2f}".replace("-", "−") for key, value in _parts.items()}
assert mean["s4"] == _told["price"], "s4：价 = 各行业利率的变化，按今年的占比加权；两个行业变化一样，加权还是它。"
assert mean["s5"] == _told["mix"], "s5：结构 = 占比的变化乘去年的利率；价和结构加起来要等于合计的变化。拆不平，就说不清是谁的功劳。"
assert mean["s6"] == "不能，价降了，是服务业占比大了", "s6：看看哪个行业利率高，哪个行业占比大了。"
assert mean["s7"] == "分行业的价，占比另列一栏", "s7：考核合计平均，支行只要换客户结构就能“提价”，便宜的好客户会被推出去。"
# END HIDDEN TESTS

# %% [markdown] discussion="mean"
# 请学员倒过来编一个：两个行业的坏账率都升，合计却降。再问：什么时候合计平均是该看的数？算利息收入的时候。

# %% sample="mean" mistake="只看合计（辛普森）" says="这是辛普森悖论"
mean = {"s1": "4.60%", "s2": "5.20%", "s3": "都降了", "s4": "+0.60", "s5": "0.00", "s6": "能，合计平均升了", "s7": "合计平均利率"}

# %% sample="mean" mistake="没有加权" says="没有按放款额加权"
mean = {"s1": "5.20%", "s2": "5.00%", "s3": "都降了", "s4": "−0.20", "s5": "0.00", "s6": "不能，价降了，是制造业占比大了", "s7": "分行业的价，占比另列一栏"}

# %% sample="mean" mistake="结构当成价" says="把结构当成价"
mean = {"s1": "4.60%", "s2": "5.20%", "s3": "都降了", "s4": "+0.60", "s5": "0.00", "s6": "不能，价降了，是服务业占比大了", "s7": "分行业的价，占比另列一栏"}

# %% [markdown]
# ## 三、怎么还、到底多贵（全员必做）
#
# 两家客户（教学例子）每月付完料款、工资、税以后剩下的钱，负的是要往外垫：

# %% tags=["hide-input"]
MAKER = [-4.0, -4.0, -4.0, -4.0, -4.0, 63.0, -4.0, -4.0, -4.0, -4.0, -4.0, 63.0]
SERVICE = [6.0] * 12
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True)
for _place, _name, _values, _colour in ((axes[0], "甲：模具厂，半年收一次款", MAKER, PALETTE[0]), (axes[1], "乙：快餐店，月月有进账", SERVICE, PALETTE[1])):
    _place.bar(range(1, 13), _values, color=_colour)
    for _month, _value in enumerate(_values, start=1):
        _place.text(_month, max(_value, 0) + 1, f"{_value:g}", ha="center", fontsize=8)
    _place.axhline(0, color="#000000", linewidth=0.8)
    _place.set(title=_name, xlabel="月", xticks=range(1, 13), ylim=(-10, 75))
axes[0].set_ylabel("还款以前剩的钱（万元）")
figure.tight_layout()
show(figure, "甲模具厂：每月往外垫 4 万元，第 6、第 12 个月各收 63 万元。乙快餐店：每月剩 6 万元。")

# %% [markdown] task="repay" track="all"
# ### 第 5 题　还款跟着回款走（9 分，全员必做）
#
# 甲手里有 25，乙手里有 3（都是万元）。两家都借 60，一年期，年利率 `5%`。三种还法每月大约要还（万元）：
#
# | 等额本息 | 先息后本 | 到期一次还本付息 |
# |---|---|---|
# | 每月 5.14 | 每月 0.25，最后一个月 60.25 | 最后一个月 63 |
#
# 乙的老板有个习惯：本金不用每月还的时候，每月剩的钱会花掉三成，只留下七成。借到的 60 当天就付了货款和装修，不在手里。

# %% answer="repay" tags=["hide-input"]
_when = ["不断", "第 1 个月", "第 3 个月", "第 5 个月", "第 12 个月"]
repay = ask.choices(
    "repay",
    {
        "r1": "甲配等额本息，第几个月还不上？",
        "r2": "甲配先息后本，第几个月还不上？",
        "r3": "乙配等额本息，第几个月还不上？",
        "r4": "乙配到期一次还本付息，第几个月还不上？",
        "r5": "甲该配哪一种？",
        "r6": "乙该配哪一种？",
        "r7": "“制造都先息后本，服务都等额”，能不能写成硬规矩？",
    },
    {"r1": _when, "r2": _when, "r3": _when, "r4": _when, "r5": ["等额本息", "先息后本"], "r6": ["等额本息", "到期一次还本付息"],
     "r7": ["能，行业定了就定了", "不能，行业只是起点，看这一家的回款"]},
)  # fmt: skip
# BEGIN SOLUTION
repay = {"r1": "第 3 个月", "r2": "不断", "r3": "不断", "r4": "第 12 个月", "r5": "先息后本", "r6": "等额本息", "r7": "不能，行业只是起点，看这一家的回款"}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="repay" points=9
todo = [key for key, choice in repay.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(repay) == {f"r{n}" for n in range(1, 8)}, "应有 r1 到 r7 七问，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile import pricing as _pricing


def _breaks(inflow, opening, method):
    cash = _pricing.shortfall(_pricing.schedule(60, 0.05, 12, method)["payment_cny"], inflow, opening_cny=opening)
    return "不断" if cash.min() >= 0 else f"第 {int(cash[cash < 0].index[0])} 个月"


_maker, _service = [-4.0] * 5 + [63.0] + [-4.0] * 5 + [63.0], [6.0] * 12
assert repay["r5"] != "等额本息", "r5：还款错配。甲半年才收一次款，每月还本，手里的钱第三个月就不够了；好客户被还款日逼成逾期。"
assert repay["r6"] != "到期一次还本付息", "r6：还款错配。乙天天有进账，本金压到最后一个月，没有人替他攒着，到期那天拿不出六十万。"
assert repay["r7"].startswith("不能"), "r7：同是制造，有人月结、有人半年结。照行业一刀切，照样错配，逾期的是本来还得起的客户。"
assert repay["r1"] == _breaks(_maker, 25, "等额本息"), "r1：手里的钱每月减 4 再减 5.14，一个月一个月地减，看哪个月先到零以下。看错了月份，就约错了还款日。"
assert repay["r2"] == _breaks(_maker, 25, "先息后本"), "r2：每月减 4 再减 0.25，到第六个月收款以前还剩多少，一个月一个月地减。看错了月份，就约错了还款日。"
assert repay["r3"] == _breaks(_service, 3, "等额本息"), "r3：每月进 6，还 5.14，手里的钱是多了还是少了。看错了，就给天天有进账的约了到期还。"
assert repay["r4"] == _breaks([0.7 * x for x in _service], 3, "到期一次还本付息"), "r4：每月只留下 6 的七成，攒十二个月，再还 63，够不够。看错了，到期那天拿不出六十多万。"
# END HIDDEN TESTS

# %% [markdown] discussion="repay"
# 方案台里利润偏爱分期，这一题甲却不能分期：仿真银行不知道分期那个月没收到款。两样都要看，先看还不还得上，再看赚不赚。折中的办法：甲按收款日约定还本，六月、十二月各还一半。

# %% sample="repay" mistake="账期长的配等额" says="甲半年才收一次款"
repay = {"r1": "不断", "r2": "不断", "r3": "不断", "r4": "第 12 个月", "r5": "等额本息", "r6": "等额本息", "r7": "不能，行业只是起点，看这一家的回款"}

# %% sample="repay" mistake="天天进账的配到期一次" says="没有人替他攒着"
repay = {"r1": "第 3 个月", "r2": "不断", "r3": "不断", "r4": "不断", "r5": "先息后本", "r6": "到期一次还本付息", "r7": "不能，行业只是起点，看这一家的回款"}

# %% sample="repay" mistake="照行业一刀切" says="照行业一刀切"
repay = {"r1": "第 3 个月", "r2": "不断", "r3": "不断", "r4": "第 12 个月", "r5": "先息后本", "r6": "等额本息", "r7": "能，行业定了就定了"}

# %% sample="repay" mistake="忘了每月要垫款" says="手里的钱每月减 4 再减 5.14"
repay = {"r1": "第 5 个月", "r2": "不断", "r3": "不断", "r4": "第 12 个月", "r5": "先息后本", "r6": "等额本息", "r7": "不能，行业只是起点，看这一家的回款"}

# %% [markdown] task="fee" track="all"
# ### 第 6 题　一次性费用算进年化（9 分，全员必做）
#
# 客户要借 20 万，先息后本，在两套方案里挑（教学例子）：
#
# - **甲**　年利率 `4.2%`，第一天从贷款里另付第三方 `1%` 服务费；
# - **乙**　年利率 `5.6%`，没有费用。
#
# 本题只算账；小微贷款能不能收这笔费，先问合规。
#
# 年化填百分数，保留一位小数。没有计算器也行，近似的算法：（全部利息 + 费用）÷ 到手的钱，再折成一年。

# %% answer="fee" tags=["hide-input"]
fee = ask.number(
    "fee",
    {
        "f1": "甲，第一天到手多少",
        "f2": "甲，每月付多少利息",
        "f3": "甲，半年期，年化是百分之几",
        "f4": "乙，半年期，年化是百分之几",
        "f5": "甲，一年期，年化是百分之几",
        "f6": "半年期，甲比乙贵几个百分点（便宜填负数）",
        "f7": "一年期，甲比乙贵几个百分点（便宜填负数）",
    },
    units={"f1": "元", "f2": "元", "f3": "%", "f4": "%", "f5": "%", "f6": "个百分点", "f7": "个百分点"},
)
# BEGIN SOLUTION
fee = {"f1": 198000, "f2": 700, "f3": 6.3, "f4": 5.6, "f5": 5.2, "f6": 0.7, "f7": -0.4}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都填了。

# %% check="fee" points=9
todo = [key for key, value in fee.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(fee) == {f"f{n}" for n in range(1, 8)}, "应有 f1 到 f7 七个数，请不要增删。"
assert not 0 < fee["f3"] < 1, "f3：单位是百分数，33% 填 33，不是 0.33（只是写法的例子）；f4 到 f7 也一样。"
# BEGIN HIDDEN TESTS
from smeprofile import pricing as _pricing

_apr = {n: 100 * _pricing.annual_rates(_pricing.schedule(200_000, 0.042, n, "先息后本")["payment_cny"], 200_000, fee_cny=2_000)["APR"] for n in (6, 12)}
assert abs(fee["f3"] - 5.2) > 0.05, "f3：一次性费用当成了一年的费率，直接加在利率上。费用半年就摊完了，一年要摊两回；照 5.2 报，客户以为甲便宜，其实更贵，这是误导。"
assert abs(fee["f3"] - 4.2) > 0.05, "f3：费用漏掉了。到手的钱少了，付的息一样多，年化不会还是合同利率。"
assert abs(fee["f1"] - 198_000) < 1, f"f1：20 万扣掉 1%，现填 {fee['f1']:g}。到手的钱算错，年化就错。"
assert abs(fee["f2"] - 700) < 1, f"f2：利息按借的 20 万算，不按到手的算：200,000 × 4.2% ÷ 12，现填 {fee['f2']:g}。"
assert abs(fee["f3"] - _apr[6]) < 0.11, f"f3：半年付息 4,200 元，加费用 2,000 元，除以到手的钱，再乘二折成一年，现填 {fee['f3']:g}。报低了就是误导客户。"
assert abs(fee["f4"] - 5.6) < 0.06, f"f4：没有费用，先息后本，年化就是合同利率，现填 {fee['f4']:g}。"
assert abs(fee["f5"] - _apr[12]) < 0.11, f"f5：一年付息 8,400 元，加费用 2,000 元，除以到手的钱，现填 {fee['f5']:g}。期限长，费用摊得薄。"
assert abs(fee["f6"] - (_apr[6] - 5.6)) < 0.16 and abs(fee["f7"] - (_apr[12] - 5.6)) < 0.16, "f6、f7：甲减乙。半年期和一年期，便宜的不是同一套：期限不同，同一笔费用的轻重不同，推错了客户多付钱。"
# END HIDDEN TESTS

# %% [markdown] discussion="fee"
# 半年期甲贵，一年期甲便宜：比价一定要说期限。再问：若客户三个月就提前还了，甲的年化是多少？费用不退，还要再高。

# %% sample="fee" mistake="一次性费用当 APR" says="直接加在利率上"
fee = {"f1": 198000, "f2": 700, "f3": 5.2, "f4": 5.6, "f5": 5.2, "f6": -0.4, "f7": -0.4}

# %% sample="fee" mistake="漏了费用" says="费用漏掉了"
fee = {"f1": 200000, "f2": 700, "f3": 4.2, "f4": 5.6, "f5": 4.2, "f6": -1.4, "f7": -1.4}

# %% sample="fee" mistake="利息按到手的算" says="利息按借的 20 万算"
fee = {"f1": 198000, "f2": 693, "f3": 6.2, "f4": 5.6, "f5": 5.2, "f6": 0.6, "f7": -0.4}

# %% [markdown]
# ## 四、评估（分析岗）

# %% [markdown] task="increment" track="analyst"
# ### 第 7 题　扣掉对照（9 分，分析岗）
#
# 写函数 `increment(panel)`。`panel` 一行是一家支行、一个月：`branch_id`、`month`、`start`、`lent_cny`。`start` 是上线的月份，所有上线的支行同一个月上线；缺失（NaN）的照旧，是对照。返回字典：
#
# - `"gross"`　上线支行的毛增长：上线后 ÷ 上线前 − 1（都是**一家支行一个月的平均**）；
# - `"control"`　对照支行同期的增长，前后用同一个月分开；
# - `"increment_cny"`　增量，元／支行·月：上线后的平均 − 上线前的平均 ×（1 + `control`）；
# - `"growth"`　增量 ÷ 没有方案会有的数。

# %% answer="increment"
def increment(panel):
    # BEGIN SOLUTION
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].mean()
    control = mean[False, True] / mean[False, False] - 1
    would = mean[True, False] * (1 + control)
    more = mean[True, True] - would
    return {"gross": float(mean[True, True] / mean[True, False] - 1), "control": float(control), "increment_cny": float(more), "growth": float(more / would)}
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：两家支行，四个月，第三个月上线。

# %% check="increment" points=9
_small = pd.DataFrame({"branch_id": ["甲"] * 4 + ["乙"] * 4, "month": [1, 2, 3, 4] * 2, "start": [3.0] * 4 + [math.nan] * 4, "lent_cny": [100.0, 100, 180, 180, 50, 50, 60, 60]})
_told = increment(_small)
assert isinstance(_told, dict), "应返回一个字典：是不是还没有作答，或忘了写 return？"
assert set(_told) == {"gross", "control", "increment_cny", "growth"}, "应有 gross、control、increment_cny、growth 四项，请不要增删。"
assert not math.isclose(_told["growth"], 0.8), "growth 是毛增长：对照也涨了两成，没有扣掉。照毛增长推开，钱花在大家都有的增长上。"
assert not math.isclose(_told["control"], 0.6), "control 里混进了上线的支行：对照只能是照旧的。混进去，方案的功劳被扣掉一截。"
assert math.isclose(_told["growth"], 0.5), f"没有方案是 100 × 1.2 = 120，实际 180，多了五成，现为 {_told['growth']:g}。"
# BEGIN HIDDEN TESTS
_rng = np.random.default_rng(11)
_rows = [(f"B{b:02d}", m, 9.0 if b < 5 else math.nan, float(1e6 * (1 + 0.2 * b) * (1 + 0.05 * m) * (1.3 if b < 5 and m >= 9 else 1) * _rng.uniform(0.8, 1.2))) for b in range(12) for m in range(1, 13)]
_panel = pd.DataFrame(_rows, columns=["branch_id", "month", "start", "lent_cny"])
_given = increment(_panel.copy())
_on, _ours = _panel["month"] >= 9, _panel["start"].notna()
_m = {(who, when): float(_panel.loc[(_ours == who) & (_on == when), "lent_cny"].mean()) for who in (True, False) for when in (True, False)}
_whole = float(_panel.loc[_on, "lent_cny"].mean() / _panel.loc[~_on, "lent_cny"].mean() - 1)
_wide = float(_panel.loc[_ours & _on, "lent_cny"].sum() / _panel.loc[_ours & ~_on, "lent_cny"].sum() - 1)
assert not math.isclose(_given["gross"], _wide, rel_tol=1e-9), "前后月数不一样，用合计比，长的一段自然多：要用一家支行一个月的平均。照合计报，八个月对四个月，好方案也像在跌。"
assert not math.isclose(_given["control"], _whole, rel_tol=1e-9), "control 里混进了上线的支行：对照只能是照旧的。混进去，方案的功劳被扣掉一截。"
assert math.isclose(_given["gross"], _m[True, True] / _m[True, False] - 1, rel_tol=1e-9), "gross 不对：上线的月份要从 start 里取，不要写死。月份切错了，推行前后混在一起。"
assert math.isclose(_given["control"], _m[False, True] / _m[False, False] - 1, rel_tol=1e-9), "control 不对：对照支行用同一个月分前后。分错了，季节就成了方案的功劳。"
_no = _m[True, False] * _m[False, True] / _m[False, False]
assert not math.isclose(_given["growth"], _given["gross"], rel_tol=1e-9), "growth 是毛增长，没有扣掉对照。照毛增长推开，钱花在大家都有的增长上。"
assert not math.isclose(_given["growth"], _given["gross"] - _given["control"], rel_tol=1e-9), "growth 是两个涨幅相减的百分点：要除以没有方案会有的数，否则报高了。"
assert math.isclose(_given["increment_cny"], _m[True, True] - _no, rel_tol=1e-9), "increment_cny 不对：两组大小不同，先把上线前的数乘上对照的涨幅，再减。直接减金额，大支行被减得太少。"
assert math.isclose(_given["growth"], _m[True, True] / _no - 1, rel_tol=1e-9), "growth 不对：增量 ÷ 没有方案会有的数。"
# END HIDDEN TESTS

# %% [markdown] discussion="increment"
# 用百分比平行，还是金额平行，是个假定：两组大小差得多，百分比平行通常更像。两种都算一遍，差得远就要说出来。

# %% sample="increment" mistake="毛增长当增量" says="growth 是毛增长"
def increment(panel):
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].mean()
    gross = mean[True, True] / mean[True, False] - 1
    return {"gross": gross, "control": mean[False, True] / mean[False, False] - 1, "increment_cny": mean[True, True] - mean[True, False], "growth": gross}

# %% sample="increment" mistake="对照里混进上线的" says="混进了上线的支行"
def increment(panel):
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].mean()
    gross = mean[True, True] / mean[True, False] - 1
    control = panel.loc[later, "lent_cny"].mean() / panel.loc[~later, "lent_cny"].mean() - 1
    would = mean[True, False] * (1 + control)
    return {"gross": gross, "control": control, "increment_cny": mean[True, True] - would, "growth": mean[True, True] / would - 1}

# %% sample="increment" mistake="前后用合计" says="前后月数不一样"
def increment(panel):
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].sum()
    control = mean[False, True] / mean[False, False] - 1
    would = mean[True, False] * (1 + control)
    return {"gross": mean[True, True] / mean[True, False] - 1, "control": control, "increment_cny": mean[True, True] - would, "growth": mean[True, True] / would - 1}

# %% sample="increment" mistake="涨幅相减" says="没有方案是 100 × 1.2"
def increment(panel):
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].mean()
    gross, control = mean[True, True] / mean[True, False] - 1, mean[False, True] / mean[False, False] - 1
    return {"gross": gross, "control": control, "increment_cny": mean[True, True] - mean[True, False] * (1 + control), "growth": gross - control}

# %% [markdown] task="staggered" track="analyst"
# ### 第 8 题　错峰上线的增量（9 分，分析岗）
#
# 写函数 `staggered(panel)`，返回增量（一个数，和 `lent_cny` 同单位）。`panel` 同第 7 题，但上线的支行分了**几批**，`start` 不同；缺失的年内不上线。每家支行每个月都有一行。算法：
#
# 1. 对每一批（`start` 为 g）、每个 g 以后（含 g）的月份 t：每家支行的**变化** = t 月的数 − 它在 g 以前各月的平均；
# 2. 这一批变化的平均，减去**到 t 月还没有上线**的支行（`start` 大于 t，或缺失）变化的平均；
# 3. 所有（g，t）按这一批的**支行数**加权平均。
#
# 提示：`panel.pivot(index="branch_id", columns="month", values="lent_cny")` 得到一行一家支行的表。

# %% answer="staggered"
def staggered(panel):
    # BEGIN SOLUTION
    wide = panel.pivot(index="branch_id", columns="month", values="lent_cny")
    start = panel.groupby("branch_id")["start"].first().reindex(wide.index).fillna(math.inf)
    effects, weights = [], []
    for g in sorted(start[start < math.inf].unique()):
        base = wide.loc[:, wide.columns < g].mean(axis=1)
        for t in wide.columns[wide.columns >= g]:
            change = wide[t] - base
            effects.append(change[start == g].mean() - change[start > t].mean())
            weights.append((start == g).sum())
    return float(np.average(effects, weights=weights))
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：三家支行，四个月；一家第二个月上线，效果 10；一家第四个月上线，效果 30；一家不上线。

# %% check="staggered" points=9
_three = pd.DataFrame({"branch_id": ["甲"] * 4 + ["乙"] * 4 + ["丙"] * 4, "month": [1, 2, 3, 4] * 3, "start": [2.0] * 4 + [4.0] * 4 + [math.nan] * 4, "lent_cny": [5.0, 17, 19, 21, 50, 52, 54, 86, 8, 10, 12, 14]})
_got = staggered(_three)
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert math.isclose(_got, 15), f"甲三个月各多 10，乙一个月多 30，平均 15，现为 {_got:g}：看看对照是不是只用了还没有上线的。"
# BEGIN HIDDEN TESTS
_rng = np.random.default_rng(12)
_starts = [5.0] * 5 + [9.0] * 3 + [math.nan] * 4
_rows = [(f"B{b:02d}", m, s, float(100 * b + 8 * m + (10 * (m - s + 1) if m >= s else 0) + _rng.normal(0, 3))) for b, s in enumerate(_starts) for m in range(1, 13)]
_panel = pd.DataFrame(_rows, columns=["branch_id", "month", "start", "lent_cny"]).sample(frac=1, random_state=1)


def _told(others, weigh=True):
    wide = _panel.pivot(index="branch_id", columns="month", values="lent_cny")
    start = _panel.groupby("branch_id")["start"].first().reindex(wide.index).fillna(math.inf)
    cells = []
    for g in (5, 9):
        change = wide.sub(wide.loc[:, : g - 1].mean(axis=1), axis=0)
        cells += [(change.loc[start == g, t].mean() - change.loc[others(start, g, t), t].mean(), (start == g).sum() if weigh else 1) for t in range(g, 13)]
    return float(np.average([c for c, _ in cells], weights=[w for _, w in cells]))


def _near(value):
    return math.isclose(_given, value, rel_tol=1e-6)


_given = staggered(_panel.copy())
_on = _panel["month"] >= _panel["start"]
assert not _near(float(_panel.loc[_on, "lent_cny"].mean() - _panel.loc[~_on, "lent_cny"].mean())), "上线的减没上线的，没有扣支行自己的底子，也没有扣一起涨的：大支行先上线，就显得方案有用。"
assert not _near(_told(lambda start, g, t: start != g)), "已经上线的支行也当了对照：它们自己也在新方案里，变化里有方案，增量被减掉一截，好方案被当成没用。"
assert not _near(_told(lambda start, g, t: start == math.inf)), "只拿年内不上线的当对照，还没轮到的没有用上：对照少了，数晃得更厉害，该看清的看不清。"
assert not _near(_told(lambda start, g, t: start > t, weigh=False)), "没有按支行数加权：三家一批和五家一批算得一样重，小批的运气被放大。"
assert _near(_told(lambda start, g, t: start > t)), f"应为 {_told(lambda start, g, t: start > t):.2f}，现为 {_given:.2f}：底子是 g 以前各月的平均，对照是 start 大于 t 或缺失的。算错了，增量报错。"
# END HIDDEN TESTS

# %% [markdown] discussion="staggered"
# 这就是课程里 `did.effect` 的算法。把“已经上线的”放回对照里再算一遍，看增量少了多少：效果越来越大的时候，少得最多。

# %% sample="staggered" mistake="已上线的当对照" says="看看对照是不是只用了还没有上线的"
def staggered(panel):
    wide = panel.pivot(index="branch_id", columns="month", values="lent_cny")
    start = panel.groupby("branch_id")["start"].first().reindex(wide.index).fillna(math.inf)
    effects, weights = [], []
    for g in sorted(start[start < math.inf].unique()):
        base = wide.loc[:, wide.columns < g].mean(axis=1)
        for t in wide.columns[wide.columns >= g]:
            change = wide[t] - base
            effects.append(change[start == g].mean() - change[start != g].mean())
            weights.append((start == g).sum())
    return float(np.average(effects, weights=weights))

# %% sample="staggered" mistake="只用年内不上线的" says="还没轮到的没有用上"
def staggered(panel):
    wide = panel.pivot(index="branch_id", columns="month", values="lent_cny")
    start = panel.groupby("branch_id")["start"].first().reindex(wide.index).fillna(math.inf)
    effects, weights = [], []
    for g in sorted(start[start < math.inf].unique()):
        base = wide.loc[:, wide.columns < g].mean(axis=1)
        for t in wide.columns[wide.columns >= g]:
            change = wide[t] - base
            effects.append(change[start == g].mean() - change[start == math.inf].mean())
            weights.append((start == g).sum())
    return float(np.average(effects, weights=weights))

# %% sample="staggered" mistake="各批一样重" says="没有按支行数加权"
def staggered(panel):
    wide = panel.pivot(index="branch_id", columns="month", values="lent_cny")
    start = panel.groupby("branch_id")["start"].first().reindex(wide.index).fillna(math.inf)
    effects = []
    for g in sorted(start[start < math.inf].unique()):
        base = wide.loc[:, wide.columns < g].mean(axis=1)
        for t in wide.columns[wide.columns >= g]:
            change = wide[t] - base
            effects.append(change[start == g].mean() - change[start > t].mean())
    return float(np.mean(effects))

# %% [markdown] task="cluster" track="analyst"
# ### 第 9 题　按支行数样本，验前趋势（8 分，分析岗）
#
# 写函数 `branch_test(panel)`。`panel` 同第 7 题（上线的同一个月上线），但一家支行一个月可能有**好几行**（两个行业各一行），先加总成一家支行一个月一个数。返回字典：
#
# - `"n"`　支行的家数（样本量）；
# - `"effect"`　上线支行的平均变化 − 对照支行的平均变化；一家支行的**变化** = 上线后各月的平均 − 上线前各月的平均；
# - `"error"`　误差：两组变化的样本方差（`ddof=1`）各除以家数，相加，开平方；
# - `"pre"`　前趋势：只看上线以前，把月份从中间分成两半（月数是奇数时，中间一个月归后半），变化 = 后半的平均 − 前半的平均；上线支行的平均 − 对照支行的平均。

# %% answer="cluster"
def branch_test(panel):
    # BEGIN SOLUTION
    first = panel["start"].min()
    wide = panel.groupby(["branch_id", "month"])["lent_cny"].sum().unstack()
    ours = panel.groupby("branch_id")["start"].first().reindex(wide.index).notna()
    before, after = wide.loc[:, wide.columns < first], wide.loc[:, wide.columns >= first]
    change = after.mean(axis=1) - before.mean(axis=1)
    half = before.shape[1] // 2
    lean = before.iloc[:, half:].mean(axis=1) - before.iloc[:, :half].mean(axis=1)
    error = math.sqrt(change[ours].var() / ours.sum() + change[~ours].var() / (~ours).sum())
    return {"n": len(wide), "effect": float(change[ours].mean() - change[~ours].mean()), "error": error, "pre": float(lean[ours].mean() - lean[~ours].mean())}
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：四家支行，四个月，第三个月上线。

# %% check="cluster" points=8
_values = [[1, 1, 5, 5], [2, 2, 8, 8], [1, 1, 2, 2], [3, 3, 6, 6]]
_four = pd.DataFrame([(f"B{b}", m + 1, 3.0 if b < 2 else math.nan, float(v)) for b, row in enumerate(_values) for m, v in enumerate(row)], columns=["branch_id", "month", "start", "lent_cny"])
_told = branch_test(_four)
assert isinstance(_told, dict), "应返回一个字典：是不是还没有作答，或忘了写 return？"
assert set(_told) == {"n", "effect", "error", "pre"}, "应有 n、effect、error、pre 四项，请不要增删。"
assert _told["n"] != len(_four), "n 是行数：方案是按支行上的，样本是四家支行，不是十六行。逐行当独立，误差小得离谱，没有效果也会说有。"
assert _told["n"] == 4, f"样本是四家支行，现为 {_told['n']}。"
assert math.isclose(_told["effect"], 3), f"上线支行平均变化 5，对照 2，差 3，现为 {_told['effect']:g}。"
# BEGIN HIDDEN TESTS
_rng = np.random.default_rng(13)
_rows = []
for _b in range(10):
    _level, _s = 20.0 * _b, 6.0 if _b < 4 else math.nan
    for _m in range(1, 13):
        _level = 0.9 * _level + _rng.normal(5, 4) + (2 if _b < 4 else 0)
        _cut = _rng.uniform(0.2, 0.8)
        _rows += [(f"B{_b:02d}", _m, _s, _level * _cut), (f"B{_b:02d}", _m, _s, _level * (1 - _cut))]
_panel = pd.DataFrame(_rows, columns=["branch_id", "month", "start", "lent_cny"]).sample(frac=1, random_state=2)
_wide = _panel.groupby(["branch_id", "month"])["lent_cny"].sum().unstack()
_ours = np.array([b < 4 for b in range(10)])
_change = (_wide.loc[:, 6:].mean(axis=1) - _wide.loc[:, :5].mean(axis=1)).to_numpy()
_lean = (_wide.loc[:, 3:5].mean(axis=1) - _wide.loc[:, 1:2].mean(axis=1)).to_numpy()
_gap = float(_wide.loc[_ours, :5].to_numpy().mean() - _wide.loc[~_ours, :5].to_numpy().mean())
_given = branch_test(_panel.copy())
assert _given["n"] == 10, f"样本是十家支行，现为 {_given['n']}：一家支行一个月的几行先加总。行数当样本，误差小得离谱，没有效果也会说有。"
assert not math.isclose(_given["effect"], float(_change[_ours].mean() - _change[~_ours].mean()) / 2, rel_tol=1e-6), "一家支行一个月有两行，你直接平均了，没有先加总：增量只剩一半。"
assert math.isclose(_given["effect"], float(_change[_ours].mean() - _change[~_ours].mean()), rel_tol=1e-6), f"effect 不对，现为 {_given['effect']:.3f}：先每家支行算变化，再两组平均相减。算错了，增量报错。"
_right = math.sqrt(_change[_ours].var(ddof=1) / 4 + _change[~_ours].var(ddof=1) / 6)
assert _given["error"] > 0.6 * _right, f"error 是 {_given['error']:.3f}，太小了：没有按支行聚类。同一家支行的月份彼此相像，逐行算误差，没有效果也会说有，白推一场。"
assert math.isclose(_given["error"], _right, rel_tol=1e-6), f"error 应为 {_right:.3f}，现为 {_given['error']:.3f}：两组变化的样本方差（ddof=1）各除以家数，相加开平方。"
assert not math.isclose(_given["pre"], _gap, rel_tol=1e-6), "pre 是上线以前的高低差，不是走势差：大小不同没关系，走得不同才要紧。前趋势没有验，后面的差说不清是谁的。"
assert math.isclose(_given["pre"], float(_lean[_ours].mean() - _lean[~_ours].mean()), rel_tol=1e-6), f"pre 不对，现为 {_given['pre']:.3f}：只用上线以前的月份，奇数个月时中间一个月归后半。"
# END HIDDEN TESTS

# %% [markdown] discussion="cluster"
# 先并到支行，再比：几行代码，误差就老实了。代价是自由度少：十家支行只有八个。想要把握大，多几家支行，不是多几行数据。

# %% sample="cluster" mistake="逐行当独立" says="n 是行数"
def branch_test(panel):
    first = panel["start"].min()
    ours, later = panel["start"].notna(), panel["month"] >= first
    mean = panel.groupby([ours, later])["lent_cny"].mean()
    var, n = panel.groupby([ours, later])["lent_cny"].var(), panel.groupby([ours, later])["lent_cny"].size()
    effect = mean[True, True] - mean[True, False] - mean[False, True] + mean[False, False]
    return {"n": len(panel), "effect": float(effect), "error": math.sqrt((var / n).sum()), "pre": 0.0}

# %% sample="cluster" mistake="误差没有按支行聚类" says="没有按支行聚类"
def branch_test(panel):
    first = panel["start"].min()
    wide = panel.groupby(["branch_id", "month"])["lent_cny"].sum().unstack()
    ours = panel.groupby("branch_id")["start"].first().reindex(wide.index).notna()
    before, after = wide.loc[:, wide.columns < first], wide.loc[:, wide.columns >= first]
    change = after.mean(axis=1) - before.mean(axis=1)
    half = before.shape[1] // 2
    lean = before.iloc[:, half:].mean(axis=1) - before.iloc[:, :half].mean(axis=1)
    rows = after.sub(before.mean(axis=1), axis=0)
    error = math.sqrt(rows[ours].stack().var() / rows[ours].size + rows[~ours].stack().var() / rows[~ours].size)
    return {"n": len(wide), "effect": float(change[ours].mean() - change[~ours].mean()), "error": error, "pre": float(lean[ours].mean() - lean[~ours].mean())}

# %% sample="cluster" mistake="前趋势只看高低" says="不是走势差"
def branch_test(panel):
    first = panel["start"].min()
    wide = panel.groupby(["branch_id", "month"])["lent_cny"].sum().unstack()
    ours = panel.groupby("branch_id")["start"].first().reindex(wide.index).notna()
    before, after = wide.loc[:, wide.columns < first], wide.loc[:, wide.columns >= first]
    change = after.mean(axis=1) - before.mean(axis=1)
    error = math.sqrt(change[ours].var() / ours.sum() + change[~ours].var() / (~ours).sum())
    return {"n": len(wide), "effect": float(change[ours].mean() - change[~ours].mean()), "error": error, "pre": float(before[ours].mean(axis=1).mean() - before[~ours].mean(axis=1).mean())}

# %% sample="cluster" mistake="没有先加总" says="没有先加总"
def branch_test(panel):
    first = panel["start"].min()
    wide = panel.groupby(["branch_id", "month"])["lent_cny"].mean().unstack()
    ours = panel.groupby("branch_id")["start"].first().reindex(wide.index).notna()
    before, after = wide.loc[:, wide.columns < first], wide.loc[:, wide.columns >= first]
    change = after.mean(axis=1) - before.mean(axis=1)
    half = before.shape[1] // 2
    lean = before.iloc[:, half:].mean(axis=1) - before.iloc[:, :half].mean(axis=1)
    error = math.sqrt(change[ours].var() / ours.sum() + change[~ours].var() / (~ours).sum())
    return {"n": len(wide), "effect": float(change[ours].mean() - change[~ours].mean()), "error": error, "pre": float(lean[ours].mean() - lean[~ours].mean())}

# %% [markdown] task="apr" track="analyst"
# ### 第 10 题　带费用的年化（7 分，分析岗）
#
# 写函数 `apr_with_fee(amount, rate, months, fee_share)`，返回 APR（小数，`6.2%` 写 `0.062`）：
#
# - 借 `amount` 元，先息后本，年利率 `rate`，每月付息 `amount * rate / 12`，第 `months` 个月还本；
# - 第一天从到手的钱里扣 `amount * fee_share`；
# - APR = 12 × 月内部收益率（使各期现金流现值之和为 0）。
#
# 提示：`brentq(函数, 下限, 上限, xtol=1e-12)` 求根，已导入。

# %% answer="apr"
def apr_with_fee(amount, rate, months, fee_share):
    # BEGIN SOLUTION
    paid = np.full(months, amount * rate / 12)
    paid[-1] += amount
    powers = np.arange(1, months + 1)
    month = brentq(lambda r: (paid * (1 + r) ** -powers).sum() - amount * (1 - fee_share), -0.5, 5, xtol=1e-12)
    return 12 * month
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：没有费用时，先息后本的 APR 就是合同利率。

# %% check="apr" points=7
_got = apr_with_fee(100_000, 0.048, 12, 0.0)
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert not math.isclose(_got, 1.004**12 - 1, abs_tol=1e-6), "这是复利的 EAR：题目要 APR，12 × 月内部收益率。两家银行一家报 APR、一家报 EAR，比出来的便宜是假的。"
assert math.isclose(_got, 0.048, abs_tol=1e-6), f"没有费用，应为 0.048，现为 {_got:.4f}。"
# BEGIN HIDDEN TESTS
from smeprofile import pricing as _pricing


def _want(amount, rate, months, share):
    paid = _pricing.schedule(amount, rate, months, "先息后本")["payment_cny"]
    return _pricing.annual_rates(paid, amount, fee_cny=amount * share)["APR"]


_got = apr_with_fee(100_000, 0.048, 6, 0.01)
assert not math.isclose(_got, 0.058, abs_tol=1e-6), "一次性费用当成了年费率，直接加在利率上。半年期一年要摊两回；照 5.8% 公示，客户比错了价，监管问起来是误导。"
assert not math.isclose(_got, 0.048 + 0.02, abs_tol=1e-6), "费用折成一年了，可到手的钱少了没有算：客户拿到的不是 100,000 元，年化报低了。"
for _case in ((100_000, 0.048, 6, 0.01), (50_000, 0.06, 3, 0.02), (1_000_000, 0.045, 24, 0.01), (80_000, 0.0, 12, 0.03), (200_000, 0.05, 1, 0.005)):
    _right = _want(*_case)
    assert math.isclose(apr_with_fee(*_case), _right, abs_tol=2e-6), f"apr_with_fee{_case} 应为 {_right:.5f}，现为 {apr_with_fee(*_case):.5f}：求内部收益率，不要近似；到手的钱扣掉费用，利息按借的本金算。报低了就是误导客户。"
# END HIDDEN TESTS

# %% [markdown] discussion="apr"
# 再画一条曲线：费率不变，期限从一个月到三年。短的那一头陡得惊人，“只收百分之一”最爱用在那里。

# %% sample="apr" mistake="一次性费用当 APR" says="直接加在利率上"
def apr_with_fee(amount, rate, months, fee_share):
    return rate + fee_share

# %% sample="apr" mistake="报成 EAR" says="这是复利的 EAR"
def apr_with_fee(amount, rate, months, fee_share):
    paid = np.full(months, amount * rate / 12)
    paid[-1] += amount
    powers = np.arange(1, months + 1)
    month = brentq(lambda r: (paid * (1 + r) ** -powers).sum() - amount * (1 - fee_share), -0.5, 5, xtol=1e-12)
    return (1 + month) ** 12 - 1

# %% sample="apr" mistake="到手的钱没有少" says="到手的钱少了没有算"
def apr_with_fee(amount, rate, months, fee_share):
    return rate + fee_share * 12 / months

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="branch" track="analyst"
# ### 第 11 题　你的支行：平均利率为什么变（8 分，分析岗）
#
# 用 `facilities` 和 `customers`，只看**你的支行**（客户的 `branch_id` 是 `BRANCH`）的**新增**授信（`renewal_of` 缺失）。近一年：`start_date` 晚于观察点前一年那一天；前一年：再往前推一年。行业按客户的 `industry_code` 第一个字母，用 `sp.bank.sector_of` 分成三类。给变量 `mine` 赋一个字典，值用普通的数：
#
# - `"n"`　两年合计的授信笔数；
# - `"then"`、`"now"`　前一年、近一年的平均利率，按 `credit_line_cny` 加权；
# - `"price"`　价：Σ 近一年占比 ×（近一年利率 − 前一年利率）；
# - `"mix"`　结构：Σ（近一年占比 − 前一年占比）× 前一年利率。
#
# 占比按额度。某一类在其中一年没有授信，那一年的利率就用另一年的。哪一年一笔也没有，后四项记 `None`。

# %% answer="branch"
# BEGIN SOLUTION
_day = pd.Timestamp(AS_OF)
_lines = sp.load("facilities").query("renewal_of.isna()")[["customer_id", "start_date", "credit_line_cny", "annual_rate"]]
_lines = _lines.merge(sp.load("customers")[["customer_id", "branch_id", "industry_code"]], on="customer_id")
_lines = _lines[(_lines["branch_id"] == BRANCH) & (_lines["start_date"] > _day - pd.DateOffset(years=2))]
_lines = _lines.assign(sector=sp.bank.sector_of(_lines["industry_code"].str[0]), interest=_lines["annual_rate"] * _lines["credit_line_cny"])
_late = _lines["start_date"] > _day - pd.DateOffset(years=1)
mine = {"n": len(_lines), "then": None, "now": None, "price": None, "mix": None}
if _late.any() and (~_late).any():
    _old, _new = (_lines[_which].groupby("sector")[["credit_line_cny", "interest"]].sum() for _which in (~_late, _late))
    _rates = pd.DataFrame({"old": _old["interest"] / _old["credit_line_cny"], "new": _new["interest"] / _new["credit_line_cny"]})
    _rates = _rates.bfill(axis=1).ffill(axis=1)
    _w0, _w1 = ((_sums["credit_line_cny"] / _sums["credit_line_cny"].sum()).reindex(_rates.index).fillna(0) for _sums in (_old, _new))
    mine |= {"then": float((_w0 * _rates["old"]).sum()), "now": float((_w1 * _rates["new"]).sum()),
             "price": float((_w1 * (_rates["new"] - _rates["old"])).sum()), "mix": float(((_w1 - _w0) * _rates["old"]).sum())}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 11 题：五个数在不在，拆得平不平。

# %% check="branch" points=8
assert set(mine) == {"n", "then", "now", "price", "mix"}, "应有 n、then、now、price、mix 五项，请不要增删。"
assert isinstance(mine["n"], int), "n 应是普通的整数：外面套一层 int(…)。"
assert mine["then"] is None or 0 < mine["then"] < 0.3, "利率是小数：4.8% 写 0.048。"
assert mine["then"] is None or math.isclose(mine["price"] + mine["mix"], mine["now"] - mine["then"], abs_tol=1e-6), "价和结构加起来，应等于近一年减前一年：拆不平，就说不清是谁的功劳。"
# BEGIN HIDDEN TESTS
from smeprofile.cases.mix import mix_and_price as _mix_and_price

_last = pd.Timestamp(AS_OF)
_all = sp.load("facilities").merge(sp.load("customers")[["customer_id", "branch_id", "industry_code"]], on="customer_id", suffixes=("_f", ""))
_all = _all[_all["start_date"] > _last - pd.DateOffset(years=2)]
_all["sector"] = sp.bank.sector_of(_all["industry_code"].str[0])
_all["interest"], _all["late"] = _all["annual_rate"] * _all["credit_line_cny"], _all["start_date"] > _last - pd.DateOffset(years=1)
_bank = _all[_all["renewal_of"].isna()]
_here = _bank[_bank["branch_id"] == BRANCH]
_fits = mine["n"] == len(_here)
assert _fits or mine["n"] != len(_bank), "你算的是全行的，题目只要你的支行（BRANCH）：全行的平均替不了你的支行，照它考核，板子打错了人。"
assert _fits or mine["n"] != (_all["branch_id"] == BRANCH).sum(), "续贷也算进去了：题目只看新增；续贷的是老客户，客户结构不同，混进来就分不清是价还是结构。"
assert _fits, f"笔数不对，现为 {mine['n']}：看看支行、新增和两年的范围。笔数不对，后面的拆分都站不住。"
if _here["late"].all() or not _here["late"].any():
    assert mine["then"] is None and mine["now"] is None and mine["price"] is None and mine["mix"] is None, "有一年一笔也没有，比不出变化，应记 None。"
else:
    _part = {_late: _here[_here["late"] == _late].groupby("sector").agg(weight=("credit_line_cny", "sum"), interest=("interest", "sum")) for _late in (False, True)}
    _told = _mix_and_price(*(_part[_late].assign(rate=lambda t: t["interest"] / t["weight"]) for _late in (False, True)))
    _plain = {_late: float(_here.loc[_here["late"] == _late, "annual_rate"].mean()) for _late in (False, True)}
    assert not math.isclose(mine["now"], _plain[True], abs_tol=1e-7) or math.isclose(_plain[True], _told["now"], abs_tol=1e-7), "没有按额度加权：一笔五万和一笔五百万算得一样重，和利息收入对不上。"
    for _key in ("then", "now"):
        assert math.isclose(mine[_key], _told[_key], abs_tol=1e-6), f"{_key} 不对，现为 {mine[_key]:.5f}：按额度加权。平均利率报错了，和利息收入对不上。"
    _mixed = abs(_told["mix"]) > 2e-6
    assert not (_mixed and math.isclose(mine["price"], _told["now"] - _told["then"], abs_tol=1e-6)), "price 是合计的变化，里面有结构：没有分行业，辛普森就藏在里面，换客户结构也成了“提价”。"
    assert math.isclose(mine["price"], _told["price"], abs_tol=1e-6), f"price 不对，现为 {mine['price']:.6f}：利率的变化按**近一年**的占比加权。"
    assert math.isclose(mine["mix"], _told["mix"], abs_tol=1e-6), f"mix 不对，现为 {mine['mix']:.6f}：占比的变化乘**前一年**的利率。"
# END HIDDEN TESTS

# %% [markdown] discussion="branch"
# 每人的支行由工号和班级密钥决定。讲评时各报各的价和结构，再问：平均利率变得最多的支行，变的是价还是客户？还要想到：价里也有 LPR 的下调，那不是谁的功劳。

# %% sample="branch" mistake="用了全行的数据" says="你算的是全行的"
_day = pd.Timestamp(AS_OF)
_lines = sp.load("facilities").query("renewal_of.isna()")
_lines = _lines[_lines["start_date"] > _day - pd.DateOffset(years=2)]
mine = {"n": len(_lines), "then": 0.05, "now": 0.05, "price": 0.0, "mix": 0.0}

# %% sample="branch" mistake="没有分行业（辛普森）" says="没有分行业"
_day = pd.Timestamp(AS_OF)
_lines = sp.load("facilities").query("renewal_of.isna()")[["customer_id", "start_date", "credit_line_cny", "annual_rate"]]
_lines = _lines.merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_lines = _lines[(_lines["branch_id"] == BRANCH) & (_lines["start_date"] > _day - pd.DateOffset(years=2))]
_late = _lines["start_date"] > _day - pd.DateOffset(years=1)
_then, _now = (float(np.average(_part["annual_rate"], weights=_part["credit_line_cny"])) for _part in (_lines[~_late], _lines[_late]))
mine = {"n": len(_lines), "then": _then, "now": _now, "price": _now - _then, "mix": 0.0}

# %% sample="branch" mistake="没有按额度加权" says="没有按额度加权"
_day = pd.Timestamp(AS_OF)
_lines = sp.load("facilities").query("renewal_of.isna()")[["customer_id", "start_date", "credit_line_cny", "annual_rate"]]
_lines = _lines.merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_lines = _lines[(_lines["branch_id"] == BRANCH) & (_lines["start_date"] > _day - pd.DateOffset(years=2))]
_late = _lines["start_date"] > _day - pd.DateOffset(years=1)
_then, _now = float(_lines.loc[~_late, "annual_rate"].mean()), float(_lines.loc[_late, "annual_rate"].mean())
mine = {"n": len(_lines), "then": _then, "now": _now, "price": _now - _then, "mix": 0.0}

# %% sample="branch" mistake="续贷也算进去" says="续贷也算进去了"
_day = pd.Timestamp(AS_OF)
_lines = sp.load("facilities")[["customer_id", "start_date", "credit_line_cny", "annual_rate"]]
_lines = _lines.merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_lines = _lines[(_lines["branch_id"] == BRANCH) & (_lines["start_date"] > _day - pd.DateOffset(years=2))]
mine = {"n": len(_lines), "then": 0.05, "now": 0.05, "price": 0.0, "mix": 0.0}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
