# %% [markdown]
# # 10 练习：快速贷
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 10 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面另写了给分办法的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：数据的最后一天
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import heapq
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.cases import quick_loan
from smeprofile.cases.hours import hours_at, queue_at_load
from smeprofile.charts import PALETTE, show, theme
from smeprofile.widgets import approval_desk

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **时效**从进件算到有结果，批准、拒绝都算有结果；**P90** 是使全部进件里至少九成有结果的最小小时数，不插值；未决的算无穷大，留在分母里。
# - **自然小时**看墙上的钟；**工作小时**只数周一到周五 9:00–17:00，午休不扣，节假日不另算。
# - **通过率** = 批准 ÷ 全部进件；**人工率** = 转人工的进件 ÷ 全部进件；**12 个月坏账率**按户数，用信后十二个月内逾期超过九十天的期望户数 ÷ 用信户。
# - **V** 是快速贷自己一年的利润，已扣资金、税、审批、风险和资本成本。数据和市场都是合成的。

# %% [markdown]
# ## 一、审批台（全员必做）
#
# 一个练习用的小市场。客户自己来，不做触达；利率照旧。旧流程（本案例设定）：线上线下各四十分以内都转人工，额度按申请打五折。**先猜，再动，再解释**：动哪一条，时效降得最多？哪一条只动利润？

# %% tags=["hide-input"]
approval_desk(sp.bank.market(customers=3_000, seed=10))

# %% [markdown] task="policy" track="all"
# ### 第 1 题　定一套方案（14 分，全员必做）
#
# 给快速贷定分数线、人工带、额度，还有拒绝怎么说、要不要受理人工复核。利率、触达、数据来源都照旧。上面的审批台可以随便试，它不打分。
#
# **按没见过的市场给分**：得分 =（你的 V − 旧流程的 V）÷（参考答案的 V − 旧流程的 V），达到九成五就满分。时效、通过率、坏账率在反馈里并列，不计分。**违规得 0 分**，反馈会说哪一条、依据是什么、若合规能得多少。

# %% answer="policy" tags=["hide-input"]
policy = ask.choices("policy", quick_loan.TITLES, quick_loan.OPTIONS)
# BEGIN SOLUTION
policy = {{ truth.quick_reference }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是七条都选了。

# %% check="policy" points=14
todo = [row for row, choice in policy.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(policy) == set(quick_loan.FIELDS), "应有 d1 到 d7 七条，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.cases.marking import marked_desk
from smeprofile.verdicts import remark

_unseen = sp.bank.market(customers=6_000, seed={{ truth.quick_market_seed }})
_marked = marked_desk(dict(policy), _unseen, {{ truth.quick_luck_seeds }}, {{ truth.quick_yardsticks }})
for _line in _marked.lines:
    remark(_line)
round(14 * _marked.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="policy"
# 三处最值钱：额度不打五折；人工带收窄，人工率到一成上下；线下一小段让人再看，救回首贷户。分数线往下放二十分，利润常常还能多一点，坏账率也多一截：利润差不多的时候，选坏账少、说得清的那一套。讲评时把全班的六个数列在一起，问：同样的利润，谁的客户等得最久？

# %% sample="policy" mistake="照旧都转人工" says="人工带太宽" earns=0
policy = {{ truth.quick_old }}

# %% sample="policy" mistake="线太高、额度太小" says="分数线太高" earns=0
policy = {{ truth.quick_strict }}

# %% sample="policy" mistake="拒绝不说真正的原因" says="拒绝而没有说明原因" earns=0
policy = {{ truth.quick_untold }}

# %% sample="policy" mistake="不受理人工复核" says="不给人工复核的途径" earns=0
policy = {{ truth.quick_deaf }}

# %% [markdown]
# ## 二、时效怎么读（全员必做）
#
# 某支行上周快速贷的二十件（教学例子），从快到慢排好，灰的是机器当场出的，橙的是人看的：

# %% tags=["hide-input"]
_machine = [0.1, 0.1, 0.2, 0.2, 0.2, 0.3, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5, 0.6, 0.7, 0.8]
_people = [18, 22, 26, 41, 70]
figure, axes = plt.subplots(figsize=(8, 2.8))
axes.bar(range(1, 16), _machine, color="#999999", label="机器")
axes.bar(range(16, 21), _people, color=PALETTE[1], label="人工")
for _place, _hours in enumerate(_machine + _people, start=1):
    axes.text(_place, _hours + 1, f"{_hours:g}", ha="center", va="bottom", fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
axes.axhline(24, color=PALETTE[2], linestyle="--")
axes.set(title="二十件里，人看的五件都在最后", xlabel="从快到慢的第几件（虚线是二十四小时）", ylabel="自然小时", xticks=range(1, 21), ylim=(0, 78))
axes.legend(loc="upper left")
show(figure, "二十件快速贷的时效，从快到慢：机器的十五件是 0.1、0.1、0.2、0.2、0.2、0.3、0.3、0.3、0.4、0.4、0.5、0.5、0.6、0.7、0.8 小时；人看的五件是 18、22、26、41、70 小时。")

# %% [markdown] task="speed" track="all"
# ### 第 2 题　均值与 P90（9 分，全员必做）
#
# 看上面的二十件回答。二十件合计 182.6 小时。

# %% answer="speed" tags=["hide-input"]
speed = ask.choices(
    "speed",
    {
        "c1": "均值约是多少小时？",
        "c2": "P90 是多少小时？",
        "c3": "24 小时以内有结果的占几成？",
        "c4": "海报上能写哪一句？",
        "c5": "机器的十五件再提速一倍，P90 怎么变？",
        "c6": "要让 P90 降到 24 小时以内，哪一条真的有用？",
    },
    {
        "c1": ["0.4", "9.1", "26", "70"],
        "c2": ["0.4", "9.1", "26", "41"],
        "c3": ["五成", "八成五", "九成"],
        "c4": ["平均九小时，24 小时内一定出结果", "九成客户 24 小时内有结果", "九成客户 30 小时内有结果"],
        "c5": ["降一半", "不变"],
        "c6": ["再提机器的速度", "少转三件人工", "把最慢的两件从报表里拿掉"],
    },
)
# BEGIN SOLUTION
speed = {"c1": "9.1", "c2": "26", "c3": "八成五", "c4": "九成客户 30 小时内有结果", "c5": "不变", "c6": "少转三件人工"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都选了。

# %% check="speed" points=9
todo = [key for key, choice in speed.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(speed) == {f"c{n}" for n in range(1, 7)}, "应有 c1 到 c6 六问，请不要增删。"
# BEGIN HIDDEN TESTS
assert speed["c2"] != "9.1" and not speed["c4"].startswith("平均"), "c2、c4：你用均值代替了 P90。均值九小时，可二十件里没有一件是九小时；照均值承诺，三件会超过 24 小时，海报就是投诉的证据。"
assert speed["c6"] != "把最慢的两件从报表里拿掉", "c6：拿掉最慢的，数好看了，客户还在等。少报的尾巴，会变成投诉和流失。"
assert speed["c2"] != "41", "c2：41 是第十九件。二十件的九成是十八件，多数一件，承诺就白白放慢了。"
assert speed["c2"] == "26", "c2：排在第十八的那一件是 26 小时。中位数只管一半客户，对外承诺不能用。"
assert speed["c4"] != "九成客户 24 小时内有结果", "c4：24 小时内只有十七件，八成五，不到九成。写上去就是不实宣传。"
assert speed["c1"] == "9.1", "c1：182.6 ÷ 20。"
assert speed["c3"] == "八成五", "c3：24 小时以内有十七件，十七除以二十。"
assert speed["c5"] == "不变", "c5：第十八件是人看的，机器再快也动不了它。钱花在已经很快的地方，客户感觉不到。"
assert speed["c6"] == "少转三件人工", "c6：P90 数到第十八件，要动的是人看的那几件。"
# END HIDDEN TESTS

# %% [markdown] discussion="speed"
# 转人工不超过两件（一成），P90 就完全由机器决定：这时 P90 很好看，后面那一成等了多久，要另报。

# %% sample="speed" mistake="均值代 P90" says="你用均值代替了 P90"
speed = {"c1": "9.1", "c2": "9.1", "c3": "八成五", "c4": "平均九小时，24 小时内一定出结果", "c5": "不变", "c6": "少转三件人工"}

# %% sample="speed" mistake="丢掉最慢的" says="拿掉最慢的"
speed = {"c1": "9.1", "c2": "26", "c3": "八成五", "c4": "九成客户 30 小时内有结果", "c5": "不变", "c6": "把最慢的两件从报表里拿掉"}

# %% sample="speed" mistake="八成五当九成" says="不实宣传"
speed = {"c1": "9.1", "c2": "26", "c3": "八成五", "c4": "九成客户 24 小时内有结果", "c5": "不变", "c6": "少转三件人工"}

# %% sample="speed" mistake="只顾机器提速" says="机器再快也动不了它"
speed = {"c1": "9.1", "c2": "26", "c3": "八成五", "c4": "九成客户 30 小时内有结果", "c5": "降一半", "c6": "少转三件人工"}

# %% [markdown] task="clock" track="all"
# ### 第 3 题　自然小时与工作小时（9 分，全员必做）
#
# 三件进件（教学例子，没有节假日）：
#
# | 件 | 进件 | 出结果 |
# |---|---|---|
# | 甲 | 周三 10:00 | 周四 11:00 |
# | 乙 | 周五 16:00 | 下周二 10:00 |
# | 丙 | 周六 20:00 | 下周一 9:30 |
#
# 海报写的是“24 小时内有结果”，客户看的是墙上的钟。

# %% answer="clock" tags=["hide-input"]
clock = ask.number(
    "clock",
    {
        "k1": "甲的自然小时",
        "k2": "甲的工作小时",
        "k3": "乙的自然小时",
        "k4": "乙的工作小时",
        "k5": "丙的自然小时",
        "k6": "丙的工作小时",
        "k7": "三件里，守住海报那句话的有几件",
    },
    units=dict.fromkeys(("k1", "k2", "k3", "k4", "k5", "k6"), "小时") | {"k7": "件"},
)
# BEGIN SOLUTION
clock = {"k1": 25, "k2": 9, "k3": 90, "k4": 10, "k5": 37.5, "k6": 0.5, "k7": 0}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都填了。

# %% check="clock" points=9
todo = [key for key, value in clock.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(clock) == {f"k{n}" for n in range(1, 8)}, "应有 k1 到 k7 七个数，请不要增删。"
# BEGIN HIDDEN TESTS
assert clock["k7"] != 3, "k7：你拿工作小时去对海报。客户数的是自然小时，三件都超过了 24；用工作小时充数，每一件都是投诉。"
assert not (clock["k1"] == 9 and clock["k2"] == 25), "k1、k2：自然小时和工作小时弄反了。反着填进报表，排班按客户的等待算，人手多配几倍。"
assert clock["k4"] not in (26, 58), "k4：周末也数进去了。周六、周日没有人办，算进工时，考核就冤枉了审批人。"
assert clock["k4"] != 42, "k4：周末扣对了，夜里却数进去了：一天只数 9:00–17:00 这八小时。算进工时，考核就冤枉了审批人。"
assert abs(clock["k1"] - 25) < 0.05, f"k1：周三 10:00 到周四 11:00，现填 {clock['k1']:g}。"
assert abs(clock["k2"] - 9) < 0.05, f"k2：周三 10:00–17:00 是七小时，周四 9:00–11:00 是两小时，现填 {clock['k2']:g}。"
assert abs(clock["k3"] - 90) < 0.05, f"k3：三天是 72 小时，再加周一 16:00 到周二 10:00 的 18 小时，现填 {clock['k3']:g}。"
assert abs(clock["k4"] - 10) < 0.05, f"k4：周五一小时，周一八小时，周二一小时，现填 {clock['k4']:g}。"
assert abs(clock["k5"] - 37.5) < 0.05, f"k5：周六 20:00 到周日 20:00 是 24 小时，再到周一 9:30 是 13.5 小时，现填 {clock['k5']:g}。"
assert abs(clock["k6"] - 0.5) < 0.05, f"k6：周末不数，周一 9:00–9:30 是半小时，现填 {clock['k6']:g}。"
assert clock["k7"] == 0, f"k7：看 k1、k3、k5，自然小时都超过 24，现填 {clock['k7']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="clock"
# 丙最说明问题：银行只用了半个工作小时，客户等了一天半。两种小时都报，各写清楚；海报只能用客户的那一种。

# %% sample="clock" mistake="工作小时充自然小时" says="你拿工作小时去对海报"
clock = {"k1": 25, "k2": 9, "k3": 90, "k4": 10, "k5": 37.5, "k6": 0.5, "k7": 3}

# %% sample="clock" mistake="自然小时与工作小时弄反" says="弄反了"
clock = {"k1": 9, "k2": 25, "k3": 10, "k4": 90, "k5": 0.5, "k6": 37.5, "k7": 0}

# %% sample="clock" mistake="周末也数进工作小时" says="周末也数进去了"
clock = {"k1": 25, "k2": 9, "k3": 90, "k4": 26, "k5": 37.5, "k6": 0.5, "k7": 0}

# %% [markdown] task="pending" track="all"
# ### 第 4 题　未决件（8 分，全员必做）
#
# 某支行上月快速贷进件一百件（教学例子），月末统计：
#
# | 一小时以内 | 1–24 小时 | 24–48 小时 | 48–72 小时 | 未决（都已等了 72 小时以上） |
# |---|---|---|---|---|
# | 60 件 | 18 件 | 6 件 | 4 件 | 12 件 |
#
# 占比保留一位小数；问“几小时以内”的，填那一档的上限。

# %% answer="pending" tags=["hide-input"]
pending = ask.number(
    "pending",
    {
        "p1": "未决占全部进件",
        "p2": "24 小时以内有结果的，占全部进件",
        "p3": "丢掉未决，24 小时以内的占比像是",
        "p4": "丢掉未决，P90 像是在几小时以内",
        "p5": "留着未决，P90 一定超过几小时",
        "p6": "再有几件出结果，才说得出 P90",
    },
    units={"p1": "%", "p2": "%", "p3": "%", "p4": "小时", "p5": "小时", "p6": "件"},
)
# BEGIN SOLUTION
pending = {"p1": 12, "p2": 78, "p3": 88.6, "p4": 48, "p5": 72, "p6": 2}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="pending" points=8
todo = [key for key, value in pending.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(pending) == {f"p{n}" for n in range(1, 7)}, "应有 p1 到 p6 六个数，请不要增删。"
# BEGIN HIDDEN TESTS
_percent = {key: pending[key] * (100 if 0 < pending[key] < 1 else 1) for key in ("p1", "p2", "p3")}
assert abs(_percent["p2"] - 88.6) > 0.2 and pending["p5"] != 48, "p2、p5：你把未决的丢掉了。丢掉的正是等得最久的十二件，报表越拖越好看，客户却在流失。"
assert abs(_percent["p1"] - 13.6) > 0.2, "p1：分母是全部一百件，不是有结果的八十八件。分母错了，支行之间没法比。"
assert abs(_percent["p1"] - 12) < 0.2, f"p1：12 ÷ 100，现填 {pending['p1']:g}。"
assert abs(_percent["p2"] - 78) < 0.2, f"p2：(60 + 18) ÷ 100，现填 {pending['p2']:g}。"
assert abs(_percent["p3"] - 88.6) < 0.2, f"p3：78 ÷ 88，现填 {pending['p3']:g}。"
assert pending["p4"] == 48, f"p4：八十八件的九成要数到第八十件，落在 24–48 小时这一档，现填 {pending['p4']:g}。"
assert pending["p5"] == 72, f"p5：有结果的只有八十八件，第九十件还没有出来，它已经等了 72 小时以上，现填 {pending['p5']:g}。"
assert pending["p6"] == 2, f"p6：要有九十件有结果，还差两件，现填 {pending['p6']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="pending"
# 丢掉未决，“九成在两天内”；留着，“九成要三天以上，还不知道多久”。同一个支行，同一个月。

# %% sample="pending" mistake="丢弃未决件" says="你把未决的丢掉了"
pending = {"p1": 12, "p2": 88.6, "p3": 88.6, "p4": 48, "p5": 48, "p6": 2}

# %% sample="pending" mistake="未决占比的分母错" says="不是有结果的八十八件"
pending = {"p1": 13.6, "p2": 78, "p3": 88.6, "p4": 48, "p5": 72, "p6": 2}

# %% [markdown]
# ## 三、规则与人手（全员必做）
#
# 先审规则，再数人手。

# %% [markdown] task="rules" track="all"
# ### 第 5 题　这条规则能不能用（9 分，全员必做）
#
# 业务部门报来七条准入规则。三关：**合法、说得清、有用**。给每条选一项：缺授权，或关掉客户权利的，选“不合法”；授权齐全、只是讲不出拒绝原因的，选“说不清”。

# %% answer="rules" tags=["hide-input"]
rules = ask.choices(
    "rules",
    {
        "r1": "客户已书面同意把征信用于授信审批；征信上当前有逾期的，不批，并说明原因。",
        "r2": "申请页没有征信授权。先查一下征信，批了再请客户补签。",
        "r3": "外购的“商誉分”低于五百的不批。评分方持牌、客户已授权，但算法保密，行里也讲不出是哪几项拉低了分。",
        "r4": "门店招牌是红色的转人工。试点里不转、由机器照批的四百户红招牌，坏账率 2.1%，别的也是 2.1%。",
        "r5": "为了守住时效，被机器拒绝的客户不再受理人工复核。",
        "r6": "开业不满一年的一律不批。试点里机器放过的，坏账率比别的高 1.5 个百分点；由人看过再批的，只高 0.2 个百分点。七成是首贷户。",
        "r7": "分数在线下十分以内的，由审批人再看一次，看完写明理由。",
    },
    ["可以用", "不合法", "说不清", "没有用", "改成转人工"],
)
# BEGIN SOLUTION
rules = {"r1": "可以用", "r2": "不合法", "r3": "说不清", "r4": "没有用", "r5": "不合法", "r6": "改成转人工", "r7": "可以用"}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="rules" points=9
todo = [key for key, choice in rules.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(rules) == {f"r{n}" for n in range(1, 8)}, "应有 r1 到 r7 七条，请不要增删。"
# BEGIN HIDDEN TESTS
assert rules["r5"] != "可以用", "r5：个人信息保护法第二十四条，个人有权拒绝仅由机器作的决定。关掉人工复核，时效是快了，一个投诉就能让整条产品线停下来。"
assert rules["r2"] != "可以用", "r2：查征信要事先书面同意并约定用途，补签不算。查一笔就违规一笔，还会在客户的征信上留下查询记录。"
assert rules["r3"] != "可以用", "r3：讲不出原因的分数，客户问起来没有话说，也不知道挡住的是谁。持牌、有授权，也替不了本行说清拒绝的原因。"
assert rules["r4"] != "可以用", "r4：不看人、照机器放，也不比别的差：转了只是白占审批人，后面的客户跟着等。"
assert rules["r6"] != "可以用", "r6：由人看过，只高 0.2 个百分点。该由人看的，一刀切掉，把首贷户一起挡在门外，丢的是明年的老客户。"
assert rules["r1"] == "可以用", "r1：有授权、有用途、说得清，挡的是正在逾期的人。这样的规则也退回，风险就没有人管了。"
assert rules["r7"] == "可以用", "r7：线附近让人再看，写明理由，机器和人各用所长。"
assert rules["r2"] == "不合法", "r2：缺的是授权，属于不合法。"
assert rules["r3"] == "说不清", "r3：毛病是讲不出原因。"
assert rules["r4"] == "没有用", "r4：看两边的坏账率，毛病是没有用。"
assert rules["r5"] == "不合法", "r5：剥夺了客户的权利，属于不合法。"
assert rules["r6"] == "改成转人工", "r6：由人看过就分得开，又多是首贷户，改成转人工。"
# END HIDDEN TESTS

# %% [markdown] discussion="rules"
# r4 和 r6 的差别：一个完全没有用，一个有一点用但代价太大。r5 可以追问：怎样既守时效又保留复核？复核的时效单独承诺、单独报。

# %% sample="rules" mistake="取消人工复核" says="个人有权拒绝仅由机器作的决定"
rules = {"r1": "可以用", "r2": "不合法", "r3": "说不清", "r4": "没有用", "r5": "可以用", "r6": "改成转人工", "r7": "可以用"}

# %% sample="rules" mistake="无授权先查征信" says="补签不算"
rules = {"r1": "可以用", "r2": "可以用", "r3": "说不清", "r4": "没有用", "r5": "不合法", "r6": "改成转人工", "r7": "可以用"}

# %% sample="rules" mistake="讲不出原因也照用" says="讲不出原因的分数"
rules = {"r1": "可以用", "r2": "不合法", "r3": "可以用", "r4": "没有用", "r5": "不合法", "r6": "改成转人工", "r7": "可以用"}

# %% sample="rules" mistake="没有用的规则占着人手" says="转了只是白占审批人"
rules = {"r1": "可以用", "r2": "不合法", "r3": "说不清", "r4": "可以用", "r5": "不合法", "r6": "改成转人工", "r7": "可以用"}

# %% sample="rules" mistake="一刀切挡住首贷户" says="一刀切掉"
rules = {"r1": "可以用", "r2": "不合法", "r3": "说不清", "r4": "没有用", "r5": "不合法", "r6": "可以用", "r7": "可以用"}

# %% [markdown]
# 第 6 题要看的图：三名审批人的队，忙碌率不同时人工件的 P90（来件和快慢随机，仿真参数，一件平均 1.5 小时）。

# %% tags=["hide-input"]
QUEUE = {load: hours_at(queue_at_load(load / 100, reviewers=3, mean_hours=1.5, cases=12_000, seed=6)) for load in (60, 70, 80, 90, 95)}
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar([f"{load}%" for load in QUEUE], list(QUEUE.values()), color=PALETTE[0])
for _place, _hours in enumerate(QUEUE.values()):
    axes.text(_place, _hours, f"{_hours:.1f}", ha="center", va="bottom")
axes.set(title="忙碌率越高，多一件带来的等待越长", xlabel="忙碌率", ylabel="人工件的 P90（工作小时）", ylim=(0, QUEUE[95] * 1.15))
show(figure)

# %% [markdown] task="capacity" track="all"
# ### 第 6 题　人工带装得下多少（9 分，全员必做）
#
# 三名审批人，每人每天能看 8 小时，一件平均看 1.5 小时；快速贷每天进件 80 件。忙碌率 = 每天要看的小时 ÷ 每天能看的小时。件数往下取整，q6 保留一位小数；q7 还是三个人，忙碌率不超过 80%。

# %% answer="capacity" tags=["hide-input"]
capacity = ask.number(
    "capacity",
    {
        "q1": "三个人每天一共能看",
        "q2": "忙碌率不超过 80%，每天最多转人工",
        "q3": "按 q2，人工率最高是",
        "q4": "现在人工率是 20%，忙碌率是",
        "q5": "人工率还是 20%，加一名审批人，忙碌率是",
        "q6": "图上 95% 的 P90 是 80% 的几倍",
        "q7": "进件涨到 100 件，人工率最高是",
    },
    units={"q1": "小时", "q2": "件", "q3": "%", "q4": "%", "q5": "%", "q6": "倍", "q7": "%"},
)
# BEGIN SOLUTION
capacity = {{ truth.quick_capacity }}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="capacity" points=9
todo = [key for key, value in capacity.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(capacity) == {f"q{n}" for n in range(1, 8)}, "应有 q1 到 q7 七个数，请不要增删。"
# BEGIN HIDDEN TESTS
_percent = {key: capacity[key] * (100 if 0 < capacity[key] <= 1 else 1) for key in ("q3", "q4", "q5", "q7")}
_times = QUEUE[95] / QUEUE[80]
assert capacity["q2"] != 16, "q2：你按忙到十成算的。来件有密有疏，忙到十成的队会一直长下去，客户等不起。"
assert capacity["q2"] not in (13, 20), "q2：先乘八成再除以一件的小时，件数往下取整。多转的每一件都排在别人前面。"
assert abs(_percent["q4"] - 67) > 1, "q4：你忘了一件要看 1.5 小时，只数了件数。照这样排班，队天天长。"
assert abs(capacity["q1"] - 24) < 0.05, f"q1：3 × 8，现填 {capacity['q1']:g}。"
assert capacity["q2"] == 12, f"q2：24 × 80% ÷ 1.5 = 12.8，往下取 12，现填 {capacity['q2']:g}。"
assert abs(_percent["q3"] - 15) < 0.3, f"q3：12 ÷ 80，现填 {capacity['q3']:g}。"
assert abs(_percent["q4"] - 100) < 0.5, f"q4：80 × 20% × 1.5 ÷ 24，现填 {capacity['q4']:g}：已经忙到十成，队只会越来越长。"
assert abs(_percent["q5"] - 75) < 0.5, f"q5：24 ÷ 32，现填 {capacity['q5']:g}。"
assert abs(capacity["q6"] - _times) < 0.11, f"q6：用图上的两个数相除，约 {_times:.1f} 倍，现填 {capacity['q6']:g}。"
assert abs(_percent["q7"] - 12) < 0.3, f"q7：能看的还是 12 件，12 ÷ 100，现填 {capacity['q7']:g}：进件多了，人工带要收窄，不然时效就丢了。"
# END HIDDEN TESTS

# %% [markdown] discussion="capacity"
# 人手定了，人工率就定了：先有产能，后有人工带。进件涨四分之一，带子要跟着收，这一步常常没有人做。

# %% sample="capacity" mistake="忙到十成" says="你按忙到十成算的"
capacity = {"q1": 24, "q2": 16, "q3": 20, "q4": 100, "q5": 75, "q6": 3, "q7": 16}

# %% sample="capacity" mistake="忘了一件要看多久" says="只数了件数"
capacity = {"q1": 24, "q2": 12, "q3": 15, "q4": 67, "q5": 50, "q6": 3, "q7": 12}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="percentile" track="analyst"
# ### 第 7 题　带未决的 P90（8 分，分析岗）
#
# 写函数 `hours_p90(hours)`，返回一个数（小时）：
#
# - `hours` 是列表，一件一个数；还没有结果的是 `None` 或 `float("nan")`；
# - P90 = 使**全部**进件里至少九成有结果的最小小时数，取某一件的时效，**不插值**；
# - 未决的算无穷大：超过一成未决时返回 `math.inf`；
# - 一件也没有时返回 `math.nan`。
#
# 提示：二十件要数到第十八件。`math.ceil(0.9 * n - 1e-9)` 可以免得浮点数多数一件。

# %% answer="percentile"
def hours_p90(hours):
    # BEGIN SOLUTION
    told = sorted(math.inf if hour is None or math.isnan(hour) else float(hour) for hour in hours)
    if not told:
        return math.nan
    return told[math.ceil(0.9 * len(told) - 1e-9) - 1]
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：十件，都有结果。

# %% check="percentile" points=8
_ten = [0.2, 0.3, 0.3, 0.5, 0.6, 1, 2, 20, 30, 70]
_got = hours_p90(_ten)
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert not math.isclose(_got, sum(_ten) / 10), "这是均值。均值代 P90，等得最久的一成看不见，承诺出去就守不住。"
# BEGIN HIDDEN TESTS
assert not math.isclose(_got, 34), "你用了插值。约定是取排在第九的那一件；插出来的小时数没有一位客户经历过，投诉来了对不上。"
assert _got == 30, f"十件里排在第九的是 30 小时，现为 {_got:g}。"
_waiting = hours_p90([1, 2, 3, 4, 5, 6, 7, 8, None, float("nan")])
assert _waiting != 8, "你把未决的丢掉了：八件有结果、两件未决，只有八成，P90 还不知道。丢掉等得最久的，报表越拖越好看。"
assert _waiting != 7, "你把未决的当成零小时：等得最久的两件排到了最前面，成了最快的。越拖，报表越好看。"
assert _waiting == math.inf, f"两成未决时应返回 math.inf，现为 {_waiting}：还不知道就写不知道，报一个数出去守不住。"
assert hours_p90([5, None, 1, 2, 3, 4, 6, 7, 8, 9]) == 9, "十件里只有一件未决，九成已有结果：应是第九件的 9 小时。次序是乱的，要先排队。"
assert hours_p90([float(n) for n in range(1, 21)]) == 18, "二十件应数到第十八件。浮点数的 0.9 × 20 可能多数一件，看看提示。"
assert hours_p90([7.0]) == 7 and math.isnan(hours_p90([])), "只有一件时就是它；一件也没有时返回 math.nan，不是 0。"
# END HIDDEN TESTS

# %% [markdown] discussion="percentile"
# 包里的 `smeprofile.cases.hours.hours_at` 同一约定。不同软件的百分位有九种插法，对外承诺前写明是哪一种。

# %% sample="percentile" mistake="均值代 P90" says="这是均值"
def hours_p90(hours):
    told = [hour for hour in hours if hour is not None and not math.isnan(hour)]
    return sum(told) / len(told) if told else math.nan

# %% sample="percentile" mistake="丢弃未决件" says="你把未决的丢掉了"
def hours_p90(hours):
    told = sorted(hour for hour in hours if hour is not None and not math.isnan(hour))
    return told[math.ceil(0.9 * len(told) - 1e-9) - 1] if told else math.nan

# %% sample="percentile" mistake="用了插值" says="你用了插值"
def hours_p90(hours):
    told = [math.inf if hour is None or math.isnan(hour) else hour for hour in hours]
    return float(np.quantile(told, 0.9)) if told else math.nan

# %% sample="percentile" mistake="未决当零" says="你把未决的当成零小时"
def hours_p90(hours):
    told = sorted(0.0 if hour is None or math.isnan(hour) else hour for hour in hours)
    return told[math.ceil(0.9 * len(told) - 1e-9) - 1] if told else math.nan

# %% [markdown] task="working" track="analyst"
# ### 第 8 题　两个时刻之间的工作小时（8 分，分析岗）
#
# 写函数 `working_hours(start, end)`，返回一个数：
#
# - `start`、`end` 是 `pd.Timestamp`，`start` 不晚于 `end`；
# - 只数周一到周五 9:00–17:00，一天 8 小时；节假日不另算；
# - 两头都可能在夜里、周末；可能隔几个星期。

# %% answer="working"
def working_hours(start, end):
    # BEGIN SOLUTION
    total = 0.0
    for day in pd.date_range(start.normalize(), end.normalize()):
        if day.day_of_week < 5:
            opens, closes = day + pd.Timedelta(hours=9), day + pd.Timedelta(hours=17)
            total += max((min(end, closes) - max(start, opens)) / pd.Timedelta(hours=1), 0.0)
    return total
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：周三 14:00 到周四 10:00。

# %% check="working" points=8
_got = working_hours(pd.Timestamp("2025-06-04 14:00"), pd.Timestamp("2025-06-05 10:00"))
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert not math.isclose(_got, 20), "这是自然小时。拿它考核审批人，连睡觉都算上班；反过来拿工作小时对外说，客户要投诉。"
assert math.isclose(_got, 4), f"周三三小时加周四一小时，应为 4，现为 {_got:g}。"
# BEGIN HIDDEN TESTS
def _between(start, end):
    return working_hours(pd.Timestamp(start), pd.Timestamp(end))


assert not math.isclose(_between("2025-06-06 16:00", "2025-06-10 10:00"), 26), "周末也数成了上班：周六、周日没有人办。算进工时，周五的件个个超时。"
assert math.isclose(_between("2025-06-06 16:00", "2025-06-10 10:00"), 10), "周五 16:00 到下周二 10:00 应为 1 + 8 + 1 = 10。"
assert math.isclose(_between("2025-06-07 20:00", "2025-06-09 09:30"), 0.5), "周六晚上进件，周一 9:30 出结果：应为 0.5，从周一开门数起。"
assert math.isclose(_between("2025-06-04 20:00", "2025-06-05 08:00"), 0), "从关门到开门以前，没有一个工作小时：当天 17:00 以后、9:00 以前都不算，也不能是负数。"
assert math.isclose(_between("2025-06-04 07:00", "2025-06-04 22:00"), 8), "一整天是 8 小时，不是 15 小时：开门前、关门后不算。"
assert math.isclose(_between("2025-06-04 10:15", "2025-06-04 10:45"), 0.5), "同一天里相隔半小时，应为 0.5。"
assert math.isclose(_between("2025-06-02 09:00", "2025-06-23 09:00"), 120), "隔了三个星期，应为 3 × 5 × 8 = 120：是不是只减了一个周末？"
# END HIDDEN TESTS

# %% [markdown] discussion="working"
# 逐日数最稳；`smeprofile.cases.hours.work_hours` 用整列运算，数万件也快。真实系统还要接节假日表和调休。

# %% sample="working" mistake="自然小时当工作小时" says="这是自然小时"
def working_hours(start, end):
    return (end - start) / pd.Timedelta(hours=1)

# %% sample="working" mistake="周末也数成上班" says="周末也数成了上班"
def working_hours(start, end):
    total = 0.0
    for day in pd.date_range(start.normalize(), end.normalize()):
        opens, closes = day + pd.Timedelta(hours=9), day + pd.Timedelta(hours=17)
        total += max((min(end, closes) - max(start, opens)) / pd.Timedelta(hours=1), 0.0)
    return total

# %% sample="working" mistake="夜里也算" says="不是 15 小时"
def working_hours(start, end):
    if start.normalize() == end.normalize():
        return (end - start) / pd.Timedelta(hours=1)
    total = 0.0
    for day in pd.date_range(start.normalize(), end.normalize()):
        if day.day_of_week < 5:
            opens, closes = day + pd.Timedelta(hours=9), day + pd.Timedelta(hours=17)
            total += max((min(end, closes) - max(start, opens)) / pd.Timedelta(hours=1), 0.0)
    return total

# %% sample="working" mistake="只减一个周末" says="是不是只减了一个周末"
def working_hours(start, end):
    total, weekend = 0.0, 0
    for day in pd.date_range(start.normalize(), end.normalize()):
        if day.day_of_week >= 5 and weekend < 2:
            weekend += 1
            continue
        opens, closes = day + pd.Timedelta(hours=9), day + pd.Timedelta(hours=17)
        total += max((min(end, closes) - max(start, opens)) / pd.Timedelta(hours=1), 0.0)
    return total

# %% [markdown] task="queue" track="analyst"
# ### 第 9 题　排队仿真（9 分，分析岗）
#
# 写函数 `queue_p90(arrivals, services, reviewers, until)`，返回人工件的 P90（小时）：
#
# - `arrivals` 是各件到达的小时，从早到晚；`services` 是各件要看几小时，一样长；
# - `reviewers` 名审批人，先到先办；轮到的件交给**最早空出来**的那一位；
# - 一件的时效 = 办完的时刻 − 到达的时刻，含排队；
# - 在 `until` 这一刻看：办完的时刻晚于它的，还没有结果，时效算无穷大；
# - P90 照第 7 题的约定：全部件里排在第 `math.ceil(0.9 * n - 1e-9)` 的那一件。
#
# 提示：`heapq` 已导入，放各位审批人空出来的时刻正合适。

# %% answer="queue"
def queue_p90(arrivals, services, reviewers, until):
    # BEGIN SOLUTION
    free, told = [0.0] * reviewers, []
    for arrived, work in zip(arrivals, services, strict=True):
        done = max(heapq.heappop(free), arrived) + work
        heapq.heappush(free, done)
        told.append(done - arrived if done <= until else math.inf)
    return sorted(told)[math.ceil(0.9 * len(told) - 1e-9) - 1]
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：三件同时到，各看两小时，一名审批人。

# %% check="queue" points=9
_got = queue_p90([0, 0, 0], [2, 2, 2], 1, 100)
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert not math.isclose(_got, 2), "没有排队：三件一个人看，第三件要等四小时。不算排队，人工带划多宽都显得来得及。"
assert math.isclose(_got, 6), f"三件的时效是 2、4、6 小时，P90 是第三件，应为 6，现为 {_got:g}。"
# BEGIN HIDDEN TESTS
from smeprofile.cases.hours import queue_hours as _queue_hours

assert not math.isclose(queue_p90([0, 0, 0], [2, 2, 2], 2, 100), 6), "加了一名审批人，时效没有变：reviewers 没有用上。照这样算，加人永远没有用。"
assert math.isclose(queue_p90([0, 0, 0], [2, 2, 2], 2, 100), 4) and math.isclose(queue_p90([0, 0, 0], [2, 2, 2], 3, 100), 2), "两名审批人应为 4，三名应为 2。"
assert not math.isclose(queue_p90([0, 1, 2], [5, 1, 9], 2, 100), 12), "轮流分件了：第三件来的时候，第二位已经空着，却排在第一位后面等。有人闲着，有人排队，时效白白变慢。"
assert math.isclose(queue_p90([0, 1, 2], [5, 1, 9], 2, 100), 9), "第三件由先空出来的那一位接着看，不用等，时效就是它的九小时。"
_late = queue_p90([0, 0, 0], [2, 2, 2], 1, 5)
assert _late != 4, "办到一半的你丢掉了：第三件六点才办完，五点看还没有结果。丢掉它，忙的时候反而显得快。"
assert _late == math.inf, f"三件里只有两件有结果，不到九成，应为 math.inf，现为 {_late}。"
assert math.isclose(queue_p90(list(range(0, 100, 10)), [1] * 9 + [50], 1, 95), 1), "十件里九件办完，未决一件，P90 是第九件的 1 小时。"
assert math.isclose(queue_p90([10, 30], [1, 1], 1, 100), 1), "没有人排队的时候，时效就是看的小时：审批人要等件来，不能在件来以前就开始。"
_rng = np.random.default_rng(10)
_arrive, _work = np.cumsum(_rng.exponential(0.6, 400)).tolist(), _rng.exponential(1.5, 400).tolist()
_want = hours_at(_queue_hours(_arrive, _work, 3))
_mine = queue_p90(_arrive, _work, 3, 1e9)
assert not math.isclose(_mine, float(np.mean(_queue_hours(_arrive, _work, 3))), rel_tol=1e-6), "你报的是均值，题目要 P90。"
assert math.isclose(_mine, _want, rel_tol=1e-6), f"四百件、三名审批人的 P90 应为 {_want:.2f}，现为 {_mine:.2f}：看看是不是交给最早空出来的那一位，先到先办。"
# END HIDDEN TESTS

# %% [markdown] discussion="queue"
# 再用它画忙碌率和 P90：从八成到九成五，曲线陡起来。行里有真实的到达时间戳，就直接喂真实的，不要造。

# %% sample="queue" mistake="没有排队" says="不算排队"
def queue_p90(arrivals, services, reviewers, until):
    told = sorted(work if arrived + work <= until else math.inf for arrived, work in zip(arrivals, services, strict=True))
    return told[math.ceil(0.9 * len(told) - 1e-9) - 1]

# %% sample="queue" mistake="没有用上审批人数" says="reviewers 没有用上"
def queue_p90(arrivals, services, reviewers, until):
    free, told = 0.0, []
    for arrived, work in zip(arrivals, services, strict=True):
        free = max(free, arrived) + work
        told.append(free - arrived if free <= until else math.inf)
    return sorted(told)[math.ceil(0.9 * len(told) - 1e-9) - 1]

# %% sample="queue" mistake="丢弃未决件" says="办到一半的你丢掉了"
def queue_p90(arrivals, services, reviewers, until):
    free, told = [0.0] * reviewers, []
    for arrived, work in zip(arrivals, services, strict=True):
        done = max(heapq.heappop(free), arrived) + work
        heapq.heappush(free, done)
        if done <= until:
            told.append(done - arrived)
    return sorted(told)[math.ceil(0.9 * len(told) - 1e-9) - 1]

# %% sample="queue" mistake="轮流分件" says="轮流分件了"
def queue_p90(arrivals, services, reviewers, until):
    free, told = [0.0] * reviewers, []
    for n, (arrived, work) in enumerate(zip(arrivals, services, strict=True)):
        who = n % reviewers
        free[who] = max(free[who], arrived) + work
        told.append(free[who] - arrived if free[who] <= until else math.inf)
    return sorted(told)[math.ceil(0.9 * len(told) - 1e-9) - 1]

# %% [markdown] task="search" track="analyst"
# ### 第 10 题　搜参数，报成绩（9 分，分析岗）
#
# 每套方案在每个种子上的利润已经算好，放在表 `results` 里：一行一套方案（索引是方案名），一列一个种子，单位万元。写函数 `pick_and_report(results, train, test)`，返回字典：
#
# - `"plan"`　**只看** `train` 各列，平均利润最高的方案名；并列取排在前面的；
# - `"reported"`　这套方案在 `test` 各列的平均利润（对外只报这个数）；
# - `"shrinkage"`　它在 `train` 的平均减去在 `test` 的平均：训练成绩里有多少是运气。
#
# `train`、`test` 是列名的列表，不重叠；`results` 里可能还有别的列，不用。

# %% answer="search"
def pick_and_report(results, train, test):
    # BEGIN SOLUTION
    trained = results[train].mean(axis=1)
    plan = trained.idxmax()
    reported = float(results.loc[plan, test].mean())
    return {"plan": plan, "reported": reported, "shrinkage": float(trained[plan]) - reported}
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：两套方案，两个训练种子，一个测试种子。

# %% check="search" points=9
_two = pd.DataFrame({"s1": [10.0, 8.0], "s2": [12.0, 9.0], "s9": [7.0, 5.0]}, index=["甲", "乙"])
_told = pick_and_report(_two, ["s1", "s2"], ["s9"])
assert set(_told) == {"plan", "reported", "shrinkage"}, "应有 plan、reported、shrinkage 三项，请不要增删。"
assert _told["plan"] == "甲", f"训练平均 11 对 8.5，应选甲，现为 {_told['plan']}。"
# BEGIN HIDDEN TESTS
_grid = pd.DataFrame(
    {"s1": [10.0, 4.0, 8.0, 1.0], "s2": [12.0, 6.0, 8.0, 1.0], "s8": [3.0, 9.0, 8.5, 0.0], "s9": [5.0, 11.0, 9.0, 0.0], "别的": [0.0, 0.0, 0.0, 900.0]},
    index=["稳一", "测试冠军", "合计冠军", "旁列冠军"],
)
_told = pick_and_report(_grid, ["s1", "s2"], ["s8", "s9"])
assert _told["plan"] != "测试冠军", "你在测试集上挑了方案：挑过的种子不再是没见过的，报出去的数里有运气，上线后那一块利润不会来。"
assert _told["plan"] != "合计冠军", "你把训练和测试合着挑：测试的种子也参加了挑选，成绩就不是没见过的成绩了。"
assert _told["plan"] != "旁列冠军", "用到了 train、test 以外的列：别的列不是这次的种子，混进来，挑出来的方案没有人验过。"
assert _told["plan"] == "稳一", f"只看训练两列，平均最高的是“稳一”，现为“{_told['plan']}”。"
assert not math.isclose(_told["reported"], 11), "你报的是训练成绩。训练时最好的里面有运气，照它报，行长按虚高的数定了目标。"
assert math.isclose(_told["reported"], 4), f"reported 应是“稳一”在测试两列的平均 4，现为 {_told['reported']:g}。"
assert math.isclose(_told["shrinkage"], 7), f"shrinkage 应为 11 − 4 = 7，现为 {_told['shrinkage']:g}：是训练减测试，正的说明训练成绩虚高。"
_other = pick_and_report(_grid.assign(s8=[0.0, 50.0, 0.0, 0.0]), ["s1", "s2"], ["s8", "s9"])
assert _other["plan"] == _told["plan"], "只改了测试列，选的方案就变了：挑选时看过测试的数。"
_tie = pick_and_report(pd.DataFrame({"a": [5.0, 5.0], "b": [1.0, 9.0]}, index=["先", "后"]), ["a"], ["b"])
assert _tie["plan"] == "先", "并列取排在前面的，不能再用测试分高下。"
assert pick_and_report(_grid, ["s8", "s9"], ["s1", "s2"])["plan"] == "测试冠军", "train、test 换了列以后结果不对：不要写死列名。"
# END HIDDEN TESTS

# %% [markdown] discussion="search"
# 试的方案越多，训练冠军的运气越大，回落也越大。真要再改方案，就再留一组没用过的种子。

# %% sample="search" mistake="测试集上调参" says="你在测试集上挑了方案"
def pick_and_report(results, train, test):
    tested = results[test].mean(axis=1)
    plan = tested.idxmax()
    return {"plan": plan, "reported": float(tested[plan]), "shrinkage": float(results.loc[plan, train].mean() - tested[plan])}

# %% sample="search" mistake="训练测试合着挑" says="合着挑"
def pick_and_report(results, train, test):
    plan = results[train + test].mean(axis=1).idxmax()
    reported = float(results.loc[plan, test].mean())
    return {"plan": plan, "reported": reported, "shrinkage": float(results.loc[plan, train].mean()) - reported}

# %% sample="search" mistake="报训练成绩" says="你报的是训练成绩"
def pick_and_report(results, train, test):
    trained = results[train].mean(axis=1)
    plan = trained.idxmax()
    return {"plan": plan, "reported": float(trained[plan]), "shrinkage": float(trained[plan] - results.loc[plan, test].mean())}

# %% sample="search" mistake="用了别的列" says="train、test 以外的列"
def pick_and_report(results, train, test):
    plan = results.mean(axis=1).idxmax()
    reported = float(results.loc[plan, test].mean())
    return {"plan": plan, "reported": reported, "shrinkage": float(results.loc[plan, train].mean()) - reported}

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="branch" track="analyst"
# ### 第 11 题　你的支行：快速贷的时效（8 分，分析岗）
#
# 用 `customers`、`applications`、`decisions` 三张表，只看**你的支行**（`BRANCH`）客户的快速贷（`product_id` 为 `"F1"`）**新增**进件（`kind` 为 `"新增"`），进件时间晚于观察点前三年那一天、不晚于观察点当天。`decisions` 里没有行的进件还没有结果，留在分母里。给变量 `mine` 赋一个字典，值用普通的数（`int(…)`、`float(…)`）：
#
# - `"n"`　进件笔数；
# - `"hours_p90"`　P90（**自然小时**），照第 7 题的约定；没有进件时记 `None`；
# - `"within_24_share"`　24 自然小时以内有结果的占比，0–1；没有进件时记 `None`；
# - `"approval_rate"`　批准 ÷ 全部进件，0–1；没有进件时记 `None`。

# %% answer="branch"
# BEGIN SOLUTION
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("product_id == 'F1' and kind == '新增'")
_came = _came[_came["customer_id"].isin(_here) & (_came["applied_at"] >= _day - pd.DateOffset(years=3) + pd.Timedelta(days=1)) & (_came["applied_at"] < _day + pd.Timedelta(days=1))]
_came = _came.merge(sp.load("decisions")[["application_id", "decided_at", "is_approved"]], on="application_id", how="left")
_waited = ((_came["decided_at"] - _came["applied_at"]) / pd.Timedelta(hours=1)).fillna(math.inf).sort_values()
mine = {"n": len(_came), "hours_p90": None, "within_24_share": None, "approval_rate": None}
if len(_came):
    mine["hours_p90"] = float(_waited.iloc[math.ceil(0.9 * len(_waited) - 1e-9) - 1])
    mine["within_24_share"] = float((_waited <= 24).mean())
    mine["approval_rate"] = float(_came["is_approved"].eq(True).mean())
# END SOLUTION

# %% [markdown]
# 检查第 11 题：四个数在不在，大小像不像。

# %% check="branch" points=8
assert set(mine) == {"n", "hours_p90", "within_24_share", "approval_rate"}, "应有 n、hours_p90、within_24_share、approval_rate 四项，请不要增删。"
assert isinstance(mine["n"], int), "n 应是普通的整数：外面套一层 int(…)。"
assert mine["n"] == 0 or all(0 <= mine[name] <= 1 for name in ("within_24_share", "approval_rate")), "两个占比是 0–1 的数，不是百分数，也不是笔数。"
# BEGIN HIDDEN TESTS
_last = pd.Timestamp(AS_OF)
_all = sp.load("applications").query("product_id == 'F1'")
_all = _all[(_all["applied_at"] >= _last - pd.DateOffset(years=3) + pd.Timedelta(days=1)) & (_all["applied_at"] < _last + pd.Timedelta(days=1))]
_all = _all.merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_all = _all.merge(sp.load("decisions")[["application_id", "decided_at", "is_approved"]], on="application_id", how="left")
_all["hours"] = (_all["decided_at"] - _all["applied_at"]) / pd.Timedelta(hours=1)
_bank = _all[_all["kind"] == "新增"]
_mine = _bank[_bank["branch_id"] == BRANCH]
_fits = mine["n"] == len(_mine)
assert _fits or mine["n"] != len(_bank), "你算的是全行的，题目只要你的支行（BRANCH）：全行的时效替不了你的支行，照它贴海报，守不住的是你。"
assert _fits or mine["n"] != (_all["branch_id"] == BRANCH).sum(), "续贷也算进去了：续贷提前两周就来办，时效不是新客户的时效。"
assert _fits or mine["n"] != (_bank["branch_id"].eq(BRANCH) & _bank["hours"].notna()).sum(), "还没有结果的你丢掉了：等得最久的不在表里，时效就虚了。"
assert _fits, f"进件笔数不对，现为 {mine['n']}：看看支行、产品、种类和三年的范围。笔数不对，后面的占比都站不住。"
if not len(_mine):
    assert mine["hours_p90"] is None and mine["within_24_share"] is None and mine["approval_rate"] is None, "没有进件，说不出时效，应记 None：记 0 就成了最快的支行。"
else:
    _want, _decided = hours_at(_mine["hours"]), _mine["hours"].dropna()
    _given = mine["hours_p90"]
    assert isinstance(_given, int | float), "hours_p90 应是一个数。"
    assert math.isclose(_given, _want, rel_tol=1e-6) or not (len(_decided) and math.isclose(_given, _decided.mean(), rel_tol=1e-6)), "你拿均值代替了 P90：尾巴上的一成客户看不见，承诺守不住。"
    assert math.isclose(_given, _want, rel_tol=1e-6), f"hours_p90 不对，现为 {_given:.2f} 小时：自然小时，排好队取第 math.ceil(0.9 × n) 件，不插值。报错了，海报就写错了。"
    assert math.isclose(mine["within_24_share"], (_mine["hours"] <= 24).mean(), abs_tol=1e-6), "within_24_share 不对：24 小时以内有结果的 ÷ 全部进件。"
    assert math.isclose(mine["approval_rate"], _mine["is_approved"].eq(True).mean(), abs_tol=1e-6), "approval_rate 不对：批准的 ÷ 全部进件，未决的留在分母里。"
# END HIDDEN TESTS

# %% [markdown] discussion="branch"
# 每人的支行由工号和班级密钥决定。讲评时各报各的 P90 和 24 小时以内占比，再问：差得多的支行，是人工件多，还是件数少、晃得厉害？

# %% sample="branch" mistake="用了全行的数据" says="你算的是全行的"
_day = pd.Timestamp(AS_OF)
_came = sp.load("applications").query("product_id == 'F1' and kind == '新增'")
_came = _came[(_came["applied_at"] >= _day - pd.DateOffset(years=3) + pd.Timedelta(days=1)) & (_came["applied_at"] < _day + pd.Timedelta(days=1))]
_came = _came.merge(sp.load("decisions")[["application_id", "decided_at", "is_approved"]], on="application_id", how="left")
_waited = ((_came["decided_at"] - _came["applied_at"]) / pd.Timedelta(hours=1)).fillna(math.inf).sort_values()
mine = {"n": len(_came), "hours_p90": float(_waited.iloc[math.ceil(0.9 * len(_waited) - 1e-9) - 1]), "within_24_share": float((_waited <= 24).mean()), "approval_rate": float(_came["is_approved"].eq(True).mean())}

# %% sample="branch" mistake="均值代 P90" says="你拿均值代替了 P90"
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("product_id == 'F1' and kind == '新增' and customer_id in @_here")
_came = _came[(_came["applied_at"] >= _day - pd.DateOffset(years=3) + pd.Timedelta(days=1)) & (_came["applied_at"] < _day + pd.Timedelta(days=1))]
_came = _came.merge(sp.load("decisions")[["application_id", "decided_at", "is_approved"]], on="application_id", how="left")
_waited = (_came["decided_at"] - _came["applied_at"]) / pd.Timedelta(hours=1)
mine = {"n": len(_came), "hours_p90": float(_waited.mean()), "within_24_share": float((_waited <= 24).mean()), "approval_rate": float(_came["is_approved"].eq(True).mean())}

# %% sample="branch" mistake="续贷也算进去" says="续贷也算进去了"
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_came = sp.load("applications").query("product_id == 'F1' and customer_id in @_here")
_came = _came[(_came["applied_at"] >= _day - pd.DateOffset(years=3) + pd.Timedelta(days=1)) & (_came["applied_at"] < _day + pd.Timedelta(days=1))]
_came = _came.merge(sp.load("decisions")[["application_id", "decided_at", "is_approved"]], on="application_id", how="left")
_waited = ((_came["decided_at"] - _came["applied_at"]) / pd.Timedelta(hours=1)).fillna(math.inf).sort_values()
mine = {"n": len(_came), "hours_p90": float(_waited.iloc[math.ceil(0.9 * len(_waited) - 1e-9) - 1]), "within_24_share": float((_waited <= 24).mean()), "approval_rate": float(_came["is_approved"].eq(True).mean())}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
