# %% [markdown]
# # 13 练习：动态画像与风险预警
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 13 课程
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
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask, monitor
from smeprofile.cases import early_warning
from smeprofile.charts import PALETTE, show, theme
from smeprofile.monitor import orders

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **事件**是首次 M1：上个月末没有逾期、这个月末有贷款逾期一到三十天，是一段逾期的第一个月末；还清以后再逾期，另算一起；**提前期** = 首次预警到逾期第一天的天数。
# - 预警在**六个月**以内兑现才算命中；没看满六个月的，**还不知道**，不是误报，也不进分母；就算已经逾期了，也先不算命中。
# - 逾期当天或以后才响的预警，叫不醒任何人，不算命中。
# - 数据都是合成的。挽回几成、花几小时，都是仿真参数。
#
# ## 一、派工单（全员必做）
#
# 下面是本行观察点当天的一部分预警，挑过，好让几种派法分得出高下（平常的单子，差距可能小些）。客户经理一个人，这个月能拿出来的小时有限。先看清单，再看每条预警“后来变坏”的长期比例。

# %% tags=["hide-input"]
LIST = pd.DataFrame({{ truth.alert_list }}).set_index("row")
HOURS = 22  # 这个月能用在预警上的小时
_sheet = monitor.sheet(LIST).rename_axis("编号")
_sheet

# %% [markdown]
# 每条预警的长期比例（由仿真的真值平均得出；行里要用自己的历史），和两种处置。几条一起响的，按比例最高的那一条算，不要相加。

# %% tags=["hide-input"]
RATES = pd.Series({{ truth.alert_rates }})
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.barh(RATES.index[::-1], RATES[::-1] * 100, color=PALETTE[0])
axes.bar_label(axes.containers[0], fmt="{:.1f}%", padding=3)
axes.set(title=f"响了“{RATES.idxmax()}”的，六个月内变坏的机会最大", xlabel="六个月内变坏的比例（%）", ylabel="", xlim=(0, RATES.max() * 115))
show(figure, f"各条预警六个月内变坏的比例：{'，'.join(f'{name} {rate:.1%}' for name, rate in RATES.items())}。")
pd.DataFrame({"花几小时": [orders.HOURS[a] for a in orders.HOURS], "没有逾期的，挽回损失的几成": [f"{orders.SAVED[a]:.0%}" for a in orders.HOURS]}, index=list(orders.HOURS))

# %% [markdown] task="worklist" track="all"
# ### 第 1 题　派工单（13 分，全员必做）
#
# 给每条预警选一种处置。**合计不能超过 22 小时**：上门走访四小时，电话核实一小时；先不派、转催收不占。已经逾期的归催收，工单救不回来；没有逾期的转催收，客户要投诉。
#
# 一张工单值多少 = 变坏的机会 × 余额 × 损失率 × 挽回几成 − 小时 × 60 元。损失率（仿真参数）：抵押 28%，保证 38%，信用 72%。
#
# **按隐藏真值给分**：每户真实的机会由仿真给出，反馈里也不说是谁。得分 =（你的 − 抽签派的平均）÷（参考答案的 − 抽签派的平均），达到九成五就满分。

# %% answer="worklist" tags=["hide-input"]
_titles = {row: f"{t['客户']}，{t['余额（万元）']} 万元，{t['担保']}，{t['响着的预警']}" for row, t in _sheet.to_dict("index").items()}
worklist = ask.choices("worklist", _titles, list(orders.HOURS))
# BEGIN SOLUTION
worklist = {{ truth.alert_orders }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是都选了，有没有超过小时。

# %% check="worklist" points=13
todo = [key for key, choice in worklist.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(worklist) == set(LIST.index), "客户应和上面的清单一样，请不要增删。"
_hours = orders.hours_of(worklist)
assert _hours <= HOURS, f"合计 {_hours} 小时，超过了 {HOURS} 小时。排不下的工单月底还躺在系统里，等于没有派：先排重的。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark, share_of_profit

_loss, _mark = {{ truth.alert_losses }}, {{ truth.alert_yardsticks }}
_late = {row for row in LIST.index if LIST.at[row, "dpd"] > 0}
_value = sum(orders.worth(_loss[row], worklist[row], is_overdue=row in _late) for row in _loss)
remark(f"按真值，你的工单净省下 {_value:,.0f} 元；抽签派四百次平均 {_mark['idle']:,.0f} 元，参考答案 {_mark['reference']:,.0f} 元；看得见真值的上界 {_mark['bound']:,.0f} 元，谁也够不着。")
_wasted = [row for row in _late if worklist[row] in ("电话核实", "上门走访")]
if _wasted:
    remark(f"有 {len(_wasted)} 张工单派给了已经逾期的：预警在逾期之后才响，小时花掉了，一分也没有多挽回。那是催收的活。")
_dunned = [row for row in worklist if row not in _late and worklist[row] == "转催收"]
if _dunned:
    remark(f"有 {len(_dunned)} 户没有逾期，你转了催收：客户没有欠账，一上来就催，会投诉，也会走人。")
_habit = orders.habit(LIST, worklist)
_share = share_of_profit(_value - _mark["idle"], _mark["reference"] - _mark["idle"], 0.0)
if "上门走访" not in worklist.values():
    remark("一张上门的也没有：电话只挽回一小块，最重的几户该上门。")
elif _share < 1 and not _wasted and _habit == "条数":
    remark("你去的多是条数多的：条数多不等于损失大，几条轻的加起来还是轻的。")
elif _share < 1 and not _wasted and _habit == "余额":
    remark("你去的全是余额大的：余额大、有押品、预警又轻的，去了也省不下多少。机会、余额、损失率三个乘起来再排。")
elif _share < 1:
    remark("机会、余额、损失率三个乘起来，从大到小排，小时用完为止。少一个因子，名额就给错人。")
round(13 * _share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="worklist"
# 三个因子相乘，再从大到小派。余额小的，再重的预警也不值四小时；有押品的，损失率低一截。两户差不多的时候，先去能早点见到老板的。真值和长期比例的差，就是这份清单看不见的东西：人品、家里的事、别家的债。

# %% sample="worklist" mistake="按客户号顺着派" says="机会、余额、损失率三个乘起来，从大到小排" earns={{ truth.alert_orders_by_number_earns }}
worklist = {{ truth.alert_orders_by_number }}

# %% sample="worklist" mistake="预警在逾期之后才响：逾期的先跑" says="派给了已经逾期的" earns={{ truth.alert_orders_late_first_earns }}
worklist = {{ truth.alert_orders_late_first }}

# %% sample="worklist" mistake="数预警条数" says="你去的多是条数多的" earns={{ truth.alert_orders_by_count_earns }}
worklist = {{ truth.alert_orders_by_count }}

# %% sample="worklist" mistake="只看余额" says="你去的全是余额大的" earns={{ truth.alert_orders_by_balance_earns }}
worklist = {{ truth.alert_orders_by_balance }}

# %% sample="worklist" mistake="没有逾期就转催收" says="你转了催收" earns=0
worklist = {{ truth.alert_orders_dunned }}

# %% [markdown]
# ## 二、预警台（全员必做）
#
# 第 1 题看一份清单，这一题定规矩：照你的规矩派一整年。门槛、次序、逾期的归谁、派什么，一次定下来。课程第 5 节的预警台可以试，用的是另一年的数据。

# %% [markdown] task="desk" track="all"
# ### 第 2 题　定一套规矩（9 分，全员必做）
#
# 一家没有见过的仿真银行，每月只有二十四小时给预警；同一户三个月内不派第二次。其余几条（存款骤降、负债偏重、有过逾期、额度用满）照课程的门槛。“预期损失” = 最重那条预警的长期比例 × 余额 × 损失率。
#
# **按没见过的银行给分**：得分 =（你的一年净省下 − 现行做法）÷（参考答案 − 现行做法），达到九成五就满分。

# %% answer="desk" tags=["hide-input"]
desk = ask.choices("desk", early_warning.TITLES, early_warning.OPTIONS)
# BEGIN SOLUTION
desk = {{ truth.alert_desk_reference }}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是五条都选了。

# %% check="desk" points=9
todo = [row for row, choice in desk.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(desk) == set(early_warning.FIELDS), "应有 d1 到 d5 五条，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark, share_of_profit

_worth, _best, _old = {{ truth.alert_desk_values }}, {{ truth.alert_desk_reference }}, {{ truth.alert_desk_old }}
_mine, _top, _low = (_worth[early_warning.code_of(one)] for one in (dict(desk), _best, _old))
remark(f"没见过的银行，一年净省下 {_mine / 1e4:.1f} 万元；现行做法 {_low / 1e4:.1f} 万元，参考答案 {_top / 1e4:.1f} 万元。")
_points = share_of_profit(_mine - _low, _top - _low, 0.0)
for _line in early_warning.advice(desk) if _points < 1 else []:
    remark(_line)
round(9 * _points, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="desk"
# 次序对了，门槛宽一点窄一点差别不大：人手就这么多，排在后面的本来就轮不到。次序错了，门槛怎么调都补不回来。

# %% sample="desk" mistake="照现行做法" says="条数多不等于损失大" earns=0
desk = {{ truth.alert_desk_old }}

# %% sample="desk" mistake="预警在逾期之后才响：逾期排最前" says="工单救不回来" earns={{ truth.alert_desk_late_first_earns }}
desk = {{ truth.alert_desk_late_first }}

# %% sample="desk" mistake="按客户号派" says="等于抽签" earns={{ truth.alert_desk_by_number_earns }}
desk = {{ truth.alert_desk_by_number }}

# %% [markdown]
# ## 三、读预警（全员必做）
#
# 六条预警的来历（教学例子），今天是 2025 年 12 月 31 日：
#
# | 编号 | 预警 | 首次响 | 后来 |
# |---|---|---|---|
# | 甲 | 流入断崖 | 2025-03-31 | 2025-06-15 起逾期 |
# | 乙 | 当前逾期 | 2025-06-30 | 2025-06-22 起逾期 |
# | 丙 | 临近还本 | 2025-04-30 | 今天还没有逾期 |
# | 丁 | 流入骤降 | 2025-10-31 | 今天还没有逾期 |
# | 戊 | 存款骤降 | 2025-01-31 | 2025-11-22 起逾期 |
# | 己 | 有过逾期 | 2025-08-31 | 2025-07-22 首次逾期，8 月还上 |

# %% [markdown] task="reading" track="all"
# ### 第 3 题　这条预警响得怎么样（9 分，全员必做）
#
# 六条各选一个结论，只对表里写的那一次逾期判；再答三问。窗口是六个月。

# %% answer="reading" tags=["hide-input"]
reading = ask.choices(
    "reading",
    {
        "a1": "甲",
        "a2": "乙",
        "a3": "丙",
        "a4": "丁",
        "a5": "戊",
        "a6": "己",
        "a7": "甲的提前期是几天？",
        "a8": "这六条的误报占比，怎么算？",
        "a9": "乙这样的规则，怎么改？",
    },
    {
        **dict.fromkeys(["a1", "a2", "a3", "a4", "a5", "a6"], ("响对了，有提前期", "响晚了，逾期之后", "误报", "还不知道")),
        "a7": ["15 天", "76 天", "91 天"],
        "a8": ["2 ÷ 3：只数响在前面、看满了的", "2 ÷ 6", "3 ÷ 6：没逾期的都算误报"],
        "a9": ["留着，命中率最高", "转给催收，预警另找逾期以前的信号", "门槛调低一点"],
    },
)
# BEGIN SOLUTION
reading = {
    "a1": "响对了，有提前期", "a2": "响晚了，逾期之后", "a3": "误报", "a4": "还不知道", "a5": "误报", "a6": "响晚了，逾期之后",
    "a7": "76 天", "a8": "2 ÷ 3：只数响在前面、看满了的", "a9": "转给催收，预警另找逾期以前的信号",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都选了。

# %% check="reading" points=9
todo = [key for key, choice in reading.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(reading) == {f"a{n}" for n in range(1, 10)}, "应有 a1 到 a9 九问，请不要增删。"
# BEGIN HIDDEN TESTS
assert reading["a2"] != "响对了，有提前期" and reading["a6"] != "响对了，有提前期", "a2、a6：比一比两个日子，预警响的时候客户已经逾期了。把这种也算命中，命中率漂亮，一户也没有提前救到。"
assert reading["a4"] != "误报", "a4：丁才响了两个月，六个月没有满，还不知道。当成误报，最新的预警永远最差，好规则会被停掉。"
assert reading["a5"] != "响对了，有提前期", "a5：戊过了六个月才逾期，窗口以外。窗口不写死，什么预警等得够久都会“命中”。"
assert reading["a1"] == "响对了，有提前期", "a1：先响，六个月以内逾期。这样的预警也不认，就没有一条能用了。"
assert reading["a2"] == reading["a6"] == "响晚了，逾期之后", "a2、a6：都响在逾期之后，叫不醒任何人。"
assert reading["a3"] == "误报", "a3：看满了六个月没有逾期，是误报。误报不丢人，要数清楚：它占的是人手。"
assert reading["a4"] == "还不知道" and reading["a5"] == "误报", "a4、a5：丁的窗口没满；戊的窗口满了，没有兑现。混在一起，规则的好坏就分不清。"
assert reading["a7"] == "76 天", "a7：3 月 31 日到 6 月 15 日，是 76 天。天数错了，排不出上门的日程。"
assert reading["a8"].startswith("2 ÷ 3"), "a8：响晚了的两条、没看满的一条都不在分母里；看满的甲、丙、戊里，丙和戊没有兑现。分母不对，两条规则没法比。"
assert reading["a9"].startswith("转给催收"), "a9：逾期以后才响，门槛怎么调都没有提前期。留它在预警里，人手都给了已经坏的。"
# END HIDDEN TESTS

# %% [markdown] discussion="reading"
# 己最容易看漏：“有过逾期”对下一次逾期有一点用，对这一次没有。同一条规则，看哪一次事件，结论不一样。

# %% sample="reading" mistake="预警在逾期之后才响，也算命中" says="比一比两个日子"
reading = {"a1": "响对了，有提前期", "a2": "响对了，有提前期", "a3": "误报", "a4": "还不知道", "a5": "误报", "a6": "响对了，有提前期", "a7": "76 天", "a8": "2 ÷ 3：只数响在前面、看满了的", "a9": "留着，命中率最高"}

# %% sample="reading" mistake="没看满的当误报" says="六个月没有满，还不知道"
reading = {"a1": "响对了，有提前期", "a2": "响晚了，逾期之后", "a3": "误报", "a4": "误报", "a5": "误报", "a6": "响晚了，逾期之后", "a7": "76 天", "a8": "3 ÷ 6：没逾期的都算误报", "a9": "转给催收，预警另找逾期以前的信号"}

# %% sample="reading" mistake="窗口不写死" says="窗口以外"
reading = {"a1": "响对了，有提前期", "a2": "响晚了，逾期之后", "a3": "误报", "a4": "还不知道", "a5": "响对了，有提前期", "a6": "响晚了，逾期之后", "a7": "76 天", "a8": "2 ÷ 3：只数响在前面、看满了的", "a9": "转给催收，预警另找逾期以前的信号"}

# %% [markdown] task="counts" track="all"
# ### 第 4 题　命中、误报、赶上几成（9 分，全员必做）
#
# 某支行半年的账（教学例子）。预警一共两百条，首次 M1 一共四十五起：
#
# | 预警 | 条 | 其中六个月内逾期 |
# |---|---|---|
# | 响的时候已经逾期 | 20 | – |
# | 响的时候没有逾期，已看满六个月 | 120 | 18 |
# | 响的时候没有逾期，没看满，也还没有逾期 | 60 | – |
#
# | 首次 M1 | 起 |
# |---|---|
# | 逾期以前六个月内响过 | 18 |
# | 只在逾期以后响过 | 9 |
# | 从来没有响过 | 18 |
#
# 占比保留一位小数；c7 保留一位小数。

# %% answer="counts" tags=["hide-input"]
counts = ask.number(
    "counts",
    {
        "c1": "命中率（看满的里面，六个月内逾期的）",
        "c2": "误报占比",
        "c3": "赶上几成（四十五起里，逾期以前响过的）",
        "c4": "把没看满的当误报，命中率像是",
        "c5": "把逾期以后响的也算赶上，像是",
        "c6": "一个人每月 40 小时给预警，上门一次 4 小时，每月最多去",
        "c7": "看满的每条都上门一次，平均花几小时碰上一起 M1",
    },
    units={"c1": "%", "c2": "%", "c3": "%", "c4": "%", "c5": "%", "c6": "户", "c7": "小时"},
)
# BEGIN SOLUTION
counts = {"c1": 15, "c2": 85, "c3": 40, "c4": 10, "c5": 60, "c6": 10, "c7": 26.7}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都填了。百分数填 33 或 0.33 都可以（只是写法的例子）。

# %% check="counts" points=9
todo = [key for key, value in counts.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(counts) == {f"c{n}" for n in range(1, 8)}, "应有 c1 到 c7 七个数，请不要增删。"
# BEGIN HIDDEN TESTS
_percent = {key: counts[key] * (100 if 0 < counts[key] < 1 else 1) for key in ("c1", "c2", "c3", "c4", "c5")}
assert abs(_percent["c1"] - 10) > 0.2, "c1：你把没看满的六十条也放进了分母。它们还不知道，放进去，越新的规则命中率越低。"
assert abs(_percent["c3"] - 60) > 0.2, "c3：逾期以后才响的九起也算赶上了。报表说赶上六成，实际只有四成有时间去救。"
assert abs(_percent["c1"] - 9) > 0.2, "c1：分母用了全部两百条。已经逾期的、没看满的都不该在里面，混进去就不知道规则准不准。"
assert abs(_percent["c1"] - 15) < 0.2, f"c1：18 ÷ 120，现填 {counts['c1']:g}。"
assert abs(_percent["c2"] - 85) < 0.2, f"c2：1 − 15%，现填 {counts['c2']:g}。误报多半是常态，要紧的是每条误报花几小时。"
assert abs(_percent["c3"] - 40) < 0.2, f"c3：18 ÷ 45，现填 {counts['c3']:g}。"
assert abs(_percent["c4"] - 10) < 0.2, f"c4：18 ÷（120 + 60），现填 {counts['c4']:g}。"
assert abs(_percent["c5"] - 60) < 0.2, f"c5：（18 + 9）÷ 45，现填 {counts['c5']:g}。"
assert counts["c6"] == 10, f"c6：40 ÷ 4，现填 {counts['c6']:g}。"
assert abs(counts["c7"] - 26.7) < 0.1, f"c7：120 × 4 ÷ 18 = 26.7 小时，现填 {counts['c7']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="counts"
# 命中率、赶上几成、提前期三个数一起报：只报命中率，把门槛调到最严就好看；只报赶上几成，把门槛调到最松就好看。

# %% sample="counts" mistake="没看满的当误报" says="它们还不知道"
counts = {"c1": 10, "c2": 90, "c3": 40, "c4": 10, "c5": 60, "c6": 10, "c7": 40}

# %% sample="counts" mistake="预警在逾期之后才响，也算赶上" says="只有四成有时间去救"
counts = {"c1": 15, "c2": 85, "c3": 60, "c4": 10, "c5": 60, "c6": 10, "c7": 26.7}

# %% sample="counts" mistake="分母用了全部预警" says="分母用了全部两百条"
counts = {"c1": 9, "c2": 91, "c3": 40, "c4": 10, "c5": 60, "c6": 10, "c7": 44.4}

# %% [markdown] task="drift" track="all"
# ### 第 5 题　漂移从哪里来（9 分，全员必做）
#
# 六张漂移报表（教学例子），十箱，参照期是去年全年。先判来历，再答三问。0.1、0.25 两条线是经验值，不是规定。

# %% answer="drift" tags=["hide-input"]
drift = ask.choices(
    "drift",
    {
        "p1": "月货款流入：2 月对去年 10 月，PSI 0.31；2 月对去年 2 月，0.02。",
        "p2": "“有没有触达编号”：登记系统上线那个月起，PSI 从 0.00 跳到 1.20；通过率、坏账率都没有动。",
        "p3": "进件的经营年限：园区支行开业以后连升三季到 0.28；新来的坏账率高 0.6 个百分点。",
        "p4": "某支行一个月只有 60 户进件，PSI 0.19；全行同月 0.01。",
        "p5": "存款余额：某月起 PSI 8.4，新的数差不多都是旧的万分之一。",
        "p6": "评分：最近一个月 PSI 0.12，多出来的全在“缺失”一箱；这个月的进件有一些还没有审批完。",
        "p7": "全行评分 PSI 0.27，查明是客群真变了。先做什么？",
        "p8": "PSI 只有 0.02，模型就一定没有问题吗？",
        "p9": "算 PSI 的箱子，用哪一段数据切？",
    },
    {
        **dict.fromkeys(["p1", "p2", "p3", "p4", "p5", "p6"], ("季节", "数据口径或录入", "客群真变了", "样本小，正常晃动")),
        "p7": ["当天停用模型", "看分组坏账率、KS、校准，再定改不改，写下来", "等审计来问"],
        "p8": ["一定没有", "不一定：来的人没变，坏账率也可能变了"],
        "p9": ["参照期切好，以后不动", "每期用当期的重切", "两期合起来切"],
    },
)
# BEGIN SOLUTION
drift = {
    "p1": "季节", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "样本小，正常晃动", "p5": "数据口径或录入", "p6": "数据口径或录入",
    "p7": "看分组坏账率、KS、校准，再定改不改，写下来", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "参照期切好，以后不动",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="drift" points=9
todo = [key for key, choice in drift.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(drift) == {f"p{n}" for n in range(1, 10)}, "应有 p1 到 p9 九问，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.monitor import expected_noise

assert drift["p1"] != "客群真变了", "p1：和去年同月比只有 0.02，是春节。把季节当成客群变了，每年二月都要重做一次模型。"
assert drift["p4"] != "客群真变了", f"p4：60 户、十箱，什么也没变，PSI 平均也有 {expected_noise(60, 6_000):.2f}。拿它去问责支行，问的是运气。"
assert drift["p6"] != "客群真变了", "p6：最近进件的评分还没有出来，缺失的一箱当然变多。等审批完再算；现在就换模型，是拿没到的数据下结论。"
assert drift["p9"] == "参照期切好，以后不动", "p9：尺子每期都变：这个月的 0.15 和上个月的 0.15 不是一把尺子量的，趋势比不了，也对不上建模时的箱子。"
assert drift["p7"] != "当天停用模型", "p7：分布变了，名次可能还准。当天停用，审批全靠人，进件全压在柜台。"
assert drift["p8"].startswith("不一定"), "p8：PSI 只看来的是什么人，不看坏账率。只盯 PSI，经济转差的时候一声不响。"
assert drift["p1"] == "季节", "p1：跨季节的两个月比不了，和去年同月比。比错了，每年都虚惊一场。"
assert drift["p2"] == "数据口径或录入", "p2：跳变正好在系统上线那个月，业务指标没有动：是登记的口径变了。去改客群策略，钱白花。"
assert drift["p3"] == "客群真变了", "p3：连升三季，有来由，坏账率也跟着动。还当成晃动，定价和额度就落在后面。"
assert drift["p4"] == "样本小，正常晃动", "p4：样本小，先合几个月再看。一个月一个月地追，追的是运气。"
assert drift["p5"] == "数据口径或录入", "p5：差一万倍，是元和万元混了。照它算预警，全行存款都“骤降”。"
assert drift["p6"] == "数据口径或录入", "p6：缺失是因为还没有审批完。先补齐再下结论。"
assert drift["p7"].startswith("看分组坏账率"), "p7：漂移是问号，不是判决；也不能没有人管。"
# END HIDDEN TESTS

# %% [markdown] discussion="drift"
# 漂移报表的四问：同月比了没有？口径动了没有？样本够不够？坏账率跟着动没有？四问都答了，再谈要不要重做。

# %% sample="drift" mistake="把季节当客群变了" says="和去年同月比只有 0.02"
drift = {"p1": "客群真变了", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "样本小，正常晃动", "p5": "数据口径或录入", "p6": "数据口径或录入", "p7": "看分组坏账率、KS、校准，再定改不改，写下来", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "参照期切好，以后不动"}

# %% sample="drift" mistake="小样本当漂移" says="问的是运气"
drift = {"p1": "季节", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "客群真变了", "p5": "数据口径或录入", "p6": "数据口径或录入", "p7": "看分组坏账率、KS、校准，再定改不改，写下来", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "参照期切好，以后不动"}

# %% sample="drift" mistake="没到的数据当漂移" says="拿没到的数据下结论"
drift = {"p1": "季节", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "样本小，正常晃动", "p5": "数据口径或录入", "p6": "客群真变了", "p7": "看分组坏账率、KS、校准，再定改不改，写下来", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "参照期切好，以后不动"}

# %% sample="drift" mistake="每期重切分箱" says="不是一把尺子量的"
drift = {"p1": "季节", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "样本小，正常晃动", "p5": "数据口径或录入", "p6": "数据口径或录入", "p7": "看分组坏账率、KS、校准，再定改不改，写下来", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "每期用当期的重切"}

# %% sample="drift" mistake="一漂移就停用" says="审批全靠人"
drift = {"p1": "季节", "p2": "数据口径或录入", "p3": "客群真变了", "p4": "样本小，正常晃动", "p5": "数据口径或录入", "p6": "数据口径或录入", "p7": "当天停用模型", "p8": "不一定：来的人没变，坏账率也可能变了", "p9": "参照期切好，以后不动"}

# %% [markdown]
# ## 四、预警能拿来做什么（全员必做）
#
# 预警是为贷后管理算的。拿去做别的，先问一句：客户同意过吗？

# %% [markdown] task="use" track="all"
# ### 第 6 题　用途与分寸（9 分，全员必做）
#
# 七件事，各选一项。“违规，不能做”：没有授权，或者泄露了信息，做一次违规一次。“改了才能做”：目的和数据都有依据，只是做法不妥。**零容忍**：把征信数据用于营销的，选了“可以做”，整题 0 分。

# %% answer="use" tags=["hide-input"]
use = ask.choices(
    "use",
    {
        "u1": "本行流水显示流入骤降，客户经理打电话问经营情况。",
        "u2": "贷后查征信（有约定为贷后管理的书面授权），看到别家的贷款下月到期，把名单转给营销，推介置换贷。",
        "u3": "客户只签过授信审批的征信授权。为了预警，每月自动查一次他的个人征信。",
        "u4": "一条预警响了，系统当晚把未用额度压到零，没有人核实，也没有告诉客户。",
        "u5": "上门没有见到老板，把他个人征信上的逾期讲给合伙人听，请合伙人转告。",
        "u6": "某行业的误报多一倍。建议：这个行业一律不再续贷。",
        "u7": "预警的有效期是七天。手上是三周前的清单，今天照着去上门。",
    },
    ["可以做", "违规，不能做", "改了才能做"],
)
# BEGIN SOLUTION
use = {"u1": "可以做", "u2": "违规，不能做", "u3": "违规，不能做", "u4": "改了才能做", "u5": "违规，不能做", "u6": "改了才能做", "u7": "改了才能做"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都选了。

# %% check="use" points=9
todo = [key for key, choice in use.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(use) == {f"u{n}" for n in range(1, 8)}, "应有 u1 到 u7 七件，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.data import authorisation_matrix

_basis = authorisation_matrix().set_index(["data_item", "subject", "use"])["basis"]
assert use["u2"] != "可以做", f"u2：征信数据用于营销圈选是零容忍，整题 0 分。依据：{_basis['征信报告', '企业主个人', '营销圈选']}。"
assert use["u3"] != "可以做", f"u3：授信审批的授权不管贷后。依据：{_basis['征信报告', '企业主个人', '贷后管理']}。每月一查，每月违规一次。"
assert use["u5"] != "可以做", "u5：把老板个人的征信讲给别人听，是泄露个人信息。客户一告一个准，贷款也更难收回。"
assert use["u4"] != "可以做", "u4：预警大半是误报。一条就压光额度，好客户当晚断了周转，没病压出病来；先核实，再按合同办，并告诉客户。"
assert use["u6"] != "可以做", "u6：误报多是规则不合这个行业（比如季节不同），错在规则，不在客户。一刀切，好客户全赶走。"
assert use["u7"] != "可以做", "u7：三周前的预警，可能早就停了，也可能已经逾期。先重算再出门，不然白跑，或跑错。"
assert use["u1"] == "可以做", "u1：本行流水可用于本行贷后管理，打电话核实正是它的用处。这也不做，预警就白算了。"
assert use["u2"] == use["u3"] == use["u5"] == "违规，不能做", "u2、u3、u5：没有授权，或者泄露了信息，先停下来。u3 要另签约定为贷后管理的书面授权，才谈得上查。"
assert use["u4"] == use["u6"] == use["u7"] == "改了才能做", "u4、u6、u7：出发点没有错，做法要改：先核实、改规则、先重算。全停掉，风险就没有人管。"
# END HIDDEN TESTS

# %% [markdown] discussion="use"
# u4 再问一步：合同里写没写“经营恶化可以压降”？写了，也要核实、留痕、告知。u6 的改法在课程第 6 节：分行业看误报，规则不合这个行业的改规则，不把行业拉黑。

# %% sample="use" mistake="征信数据用于营销圈选" says="征信数据用于营销圈选是零容忍"
use = {"u1": "可以做", "u2": "可以做", "u3": "违规，不能做", "u4": "改了才能做", "u5": "违规，不能做", "u6": "改了才能做", "u7": "改了才能做"}

# %% sample="use" mistake="审批的授权拿来做贷后" says="授信审批的授权不管贷后"
use = {"u1": "可以做", "u2": "违规，不能做", "u3": "可以做", "u4": "改了才能做", "u5": "违规，不能做", "u6": "改了才能做", "u7": "改了才能做"}

# %% sample="use" mistake="一条预警就压光额度" says="没病压出病来"
use = {"u1": "可以做", "u2": "违规，不能做", "u3": "违规，不能做", "u4": "可以做", "u5": "违规，不能做", "u6": "改了才能做", "u7": "改了才能做"}

# %% sample="use" mistake="过期的预警照用" says="先重算再出门"
use = {"u1": "可以做", "u2": "违规，不能做", "u3": "违规，不能做", "u4": "改了才能做", "u5": "违规，不能做", "u6": "改了才能做", "u7": "可以做"}

# %% [markdown]
# ## 五、写成函数（分析岗）

# %% [markdown] task="update" track="analyst"
# ### 第 7 题　增量更新（9 分，分析岗）
#
# 写函数 `update(sums, rows)`，把新到的流水并进状态，返回新的状态：
#
# - `sums` 一行一户一月：`customer_id`、`month`（文本，形如 `"2025-11"`）、`sales_cny`、`n`；
# - `rows` 一行一笔：`customer_id`、`date`（时间戳）、`direction`、`summary`、`amount_cny`；
# - 只数**收进来的货款**（`direction` 为 `"in"` 且 `summary` 为 `"货款"`）；冲正的金额是负数，照样相加，笔数也加一；
# - 补录的按**它自己的日期**归月；第一次出现的客户、月份，加新行；
# - 结果四列齐全，按 `customer_id`、`month` 排好，行号从零起，`sales_cny` 保留两位小数，`n` 是整数；不改动传入的表；
# - 分几次并、按什么次序并，都和一次全量算的一样。

# %% answer="update"
def update(sums, rows):
    # BEGIN SOLUTION
    new = rows[(rows["direction"] == "in") & (rows["summary"] == "货款")]
    new = new.assign(month=new["date"].dt.strftime("%Y-%m"), sales_cny=new["amount_cny"], n=1)
    both = pd.concat([sums, new[list(sums.columns)]])
    made = both.groupby(["customer_id", "month"], as_index=False)[["sales_cny", "n"]].sum()
    return made.assign(sales_cny=made["sales_cny"].astype(float).round(2), n=made["n"].astype(int))
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：十二月第一次并入一户，再并入同一月的一笔。

# %% check="update" points=9
def _rows(*told):
    made = pd.DataFrame(told, columns=["customer_id", "date", "amount_cny", "direction", "summary"])
    return made.assign(date=pd.to_datetime(made["date"]))


_none = pd.DataFrame({"customer_id": pd.Series(dtype=str), "month": pd.Series(dtype=str), "sales_cny": pd.Series(dtype=float), "n": pd.Series(dtype=int)})
_one = update(_none, _rows(("A", "2025-12-03", 100.0, "in", "货款")))
assert list(getattr(_one, "columns", [])) == ["customer_id", "month", "sales_cny", "n"], "应返回四列的表：是不是还没有作答，或忘了写 return？"
_two = update(_one, _rows(("A", "2025-12-20", 50.0, "in", "货款")))
assert not (len(_two) == 1 and _two["sales_cny"].iloc[0] == 50), "后来的盖掉了先来的：并入是相加，不是替换。盖掉的那一截流入，画像上就成了骤降。"
assert len(_two) == 1 and _two["sales_cny"].iloc[0] == 150 and _two["n"].iloc[0] == 2, "同一户同一月应是一行，150 元、2 笔。"
# BEGIN HIDDEN TESTS
def _same(a, b):
    return a.to_dict("list") == b.to_dict("list")


_kept = _two.copy()
_late = update(_two, _rows(("A", "2025-10-31", 70.0, "in", "货款"), ("A", "2026-01-05", 10.0, "in", "货款")))
assert _same(_two, _kept), "传入的表被改动了：状态写坏一次，之后每天都错，还查不出是哪一天。"
_months = dict(zip(_late["month"], _late["sales_cny"], strict=True))
assert "2025-10" in _months and _months["2025-12"] == 150, "补录的没有归到它自己的月份。十月的钱记进今天，十月像断流，今天像暴涨。"
assert _months == {"2025-10": 70.0, "2025-12": 150.0, "2026-01": 10.0}, f"应是三个月，各归各月，现为 {_months}。漏掉哪个月，哪个月就成了断流。"
_new = update(_two, _rows(("B", "2025-12-05", 30.0, "in", "货款")))
assert set(_new["customer_id"]) == {"A", "B"}, "第一次出现的客户没有加进来：新开户的永远没有画像。"
_red = update(_two, _rows(("A", "2025-12-21", -40.0, "in", "货款")))
assert _red["sales_cny"].iloc[0] != 150, "冲正的负数没有冲掉：退回去的货款还算收入，虚的流入越滚越大。"
assert _red["sales_cny"].iloc[0] == 110 and _red["n"].iloc[0] == 3, "冲正应为 150 − 40 = 110 元，笔数 3。"
_other = update(_two, _rows(("A", "2025-12-22", 900.0, "in", "贷款发放"), ("A", "2025-12-22", 60.0, "out", "货款")))
assert _same(_other, _two), "只数收进来的货款：贷款发放、付出去的货款都不是销售。把借来的钱当生意，越借画像越好。"
_rng = np.random.default_rng(13)
_many = pd.DataFrame({"customer_id": _rng.choice(list("CBA"), 300), "date": pd.Timestamp("2025-09-01") + pd.to_timedelta(_rng.integers(0, 120, 300), "D"), "amount_cny": _rng.integers(-5_000, 90_000, 300) / 100, "direction": _rng.choice(["in", "out"], 300), "summary": _rng.choice(["货款", "往来款"], 300)})
_state = _none
for _part in np.array_split(np.arange(300), 7):
    _state = update(_state, _many.iloc[_part])
_whole = update(_none, _many)
assert _same(_state, _whole), "分七次并的和一次全量算的不一样：增量和全量对不上，两张报表各说各话，没有人敢用。"
_want = _many[(_many["direction"] == "in") & (_many["summary"] == "货款")]
_want = _want.groupby([_want["customer_id"], _want["date"].dt.strftime("%Y-%m")])["amount_cny"].agg(["sum", "size"]).round(2)
assert _state["sales_cny"].tolist() == _want["sum"].tolist() and _state["n"].tolist() == _want["size"].tolist(), "和逐笔加总的对不上，或没有按客户、月份排好。对不上账的状态，一条预警也不能信。"
assert list(_state.index) == list(range(len(_state))), "行号应从零起。"
# END HIDDEN TESTS

# %% [markdown] discussion="update"
# 能相加的（金额、笔数）才能增量；均值、名次、分位不能，要由和再算。包里的 `monitor.Live` 和 `sp.update` 就是这个道理；它们不收补录（会说清为什么），要改历史就全量重算。

# %% sample="update" mistake="全量重算代替增量却不一致：后来的盖掉先来的" says="后来的盖掉了先来的"
def update(sums, rows):
    new = rows[(rows["direction"] == "in") & (rows["summary"] == "货款")]
    new = new.assign(month=new["date"].dt.strftime("%Y-%m"))
    made = new.groupby(["customer_id", "month"])["amount_cny"].agg(["sum", "size"]).set_axis(["sales_cny", "n"], axis=1).reset_index()
    return pd.concat([sums, made]).drop_duplicates(["customer_id", "month"], keep="last").sort_values(["customer_id", "month"], ignore_index=True)

# %% sample="update" mistake="补录记进当月" says="补录的没有归到它自己的月份"
def update(sums, rows):
    new = rows[(rows["direction"] == "in") & (rows["summary"] == "货款")]
    new = new.assign(month=rows["date"].max().strftime("%Y-%m"), sales_cny=new["amount_cny"], n=1)
    return pd.concat([sums, new[list(sums.columns)]]).groupby(["customer_id", "month"], as_index=False)[["sales_cny", "n"]].sum()

# %% sample="update" mistake="冲正没有冲掉" says="冲正的负数没有冲掉"
def update(sums, rows):
    new = rows[(rows["direction"] == "in") & (rows["summary"] == "货款") & (rows["amount_cny"] > 0)]
    new = new.assign(month=new["date"].dt.strftime("%Y-%m"), sales_cny=new["amount_cny"], n=1)
    return pd.concat([sums, new[list(sums.columns)]]).groupby(["customer_id", "month"], as_index=False)[["sales_cny", "n"]].sum()

# %% sample="update" mistake="贷款发放也当销售" says="把借来的钱当生意"
def update(sums, rows):
    new = rows[rows["direction"] == "in"]
    new = new.assign(month=new["date"].dt.strftime("%Y-%m"), sales_cny=new["amount_cny"], n=1)
    return pd.concat([sums, new[list(sums.columns)]]).groupby(["customer_id", "month"], as_index=False)[["sales_cny", "n"]].sum()

# %% [markdown] task="asof" track="analyst"
# ### 第 8 题　只看观察点以前（8 分，分析岗）
#
# 写函数 `fallen(monthly, as_of)`，返回客户号的列表，从小到大：
#
# - `monthly` 一行一户一月：`customer_id`、`month`（当月第一天）、`sales_in_cny`；可能有 `as_of` 以后的月份；
# - 站在 `as_of`（文本，形如 `"2025-11-17"`）那天，只用**已经过完**的月份：月末那天算过完，月中算没有过完；
# - 最近三个过完的月份合计，比上年同期三个月合计，降得**比三成多**的，报；
# - 六个月里缺任何一个月的，不知道，不报；上年同期合计不大于零的，不报。不做春节调整。

# %% answer="asof"
def fallen(monthly, as_of):
    # BEGIN SOLUTION
    last = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M") - 1
    ago = last.ordinal - monthly["month"].dt.to_period("M").astype("int64")
    parts = [monthly[ago.between(low, low + 2)].groupby("customer_id")["sales_in_cny"] for low in (0, 12)]
    now, before = (part.sum().where(part.count() == 3) for part in parts)
    change = (now / before.where(before > 0) - 1).dropna()
    return sorted(change.index[change < -0.3])
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：甲降了一半，乙没有降。

# %% check="asof" points=8
_months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")


def _told(**told):
    return pd.concat([pd.DataFrame({"customer_id": who, "month": _months[: len(v)], "sales_in_cny": v}) for who, v in told.items()], ignore_index=True)


_two = _told(甲=[10.0] * 21 + [5.0] * 3, 乙=[10.0] * 24)
_got = fallen(_two, "2025-12-31")
assert isinstance(_got, list), "应返回一个列表：是不是还没有作答，或忘了写 return？"
assert _got == ["甲"], f"2025-12-31 那天，应只报甲，现为 {_got}。"
# BEGIN HIDDEN TESTS
assert fallen(_two, "2025-09-30") == [], "站在九月底，十到十二月还没有发生，你却用上了：未来数据。回测时样样准，上线后一条也抓不到。"
_mid = _told(甲=[10.0] * 23 + [0.5], 乙=[10.0] * 24)
assert fallen(_mid, "2025-12-15") == [], "十二月还没有过完，只有半个月的钱，你拿它和整月比了：每到月中，满屏都是骤降。"
assert fallen(_mid, "2025-12-31") == ["甲"], "12 月 31 日是月末，十二月已经过完，应报甲。少看一个月，就晚报一个月。"
_gap = _told(甲=[10.0] * 24, 乙=[10.0] * 24)
_gap = _gap[~((_gap["customer_id"] == "甲") & (_gap["month"] == "2025-11-01"))]
assert fallen(_gap, "2025-12-31") == [], "甲缺一个月的数据，你当成了零：没有数据不等于没有生意，系统断一天就误报一片。"
assert fallen(_told(甲=[0.0] * 12 + [10.0] * 12), "2025-12-31") == [], "上年同期是零，谈不上降。除以零报出来的预警，没有人看得懂。"
_feb = _told(甲=[10.0] * 24, 乙=[10.0] * 11 + [2.0] * 3 + [10.0] * 10)
assert fallen(_feb, "2025-02-28") == [], "2025-02-28：乙的上年同期要有 2023 年 12 月，没有，不知道，不报。"
_rng = np.random.default_rng(8)
_more = _told(**{f"C{k}": _rng.uniform(0.2, 10, 24).tolist() for k in range(40)})
for _day in ("2025-06-30", "2025-08-31", "2025-10-14"):
    _cut = (pd.Timestamp(_day) + pd.Timedelta(days=1)).to_period("M").start_time
    assert fallen(_more, _day) == fallen(_more[_more["month"] < _cut], _day), "在后面添上未来的月份，结果就变了：观察点以后的数据漏进来了，历史成绩是假的。"
    assert fallen(_more.sample(frac=1, random_state=1), _day) == fallen(_more, _day), "行的次序一变，结果就变：不要指望表是排好的。"
# END HIDDEN TESTS

# %% [markdown] discussion="asof"
# 最省事的自查：把观察点以后的行删掉再算一遍，一个字都不许变。每条预警上线前都做一次。

# %% sample="asof" mistake="未来数据" says="未来数据"
def fallen(monthly, as_of):
    ordered = monthly.sort_values("month").groupby("customer_id")["sales_in_cny"]
    told = {who: v.to_numpy() for who, v in ordered}
    return sorted(who for who, v in told.items() if len(v) >= 15 and v[-15:-12].sum() > 0 and v[-3:].sum() / v[-15:-12].sum() - 1 < -0.3)

# %% sample="asof" mistake="没过完的月份也用" says="拿它和整月比了"
def fallen(monthly, as_of):
    ago = pd.Timestamp(as_of).to_period("M").ordinal - monthly["month"].dt.to_period("M").astype("int64")
    parts = [monthly[ago.between(low, low + 2)].groupby("customer_id")["sales_in_cny"] for low in (0, 12)]
    now, before = (part.sum().where(part.count() == 3) for part in parts)
    change = (now / before.where(before > 0) - 1).dropna()
    return sorted(change.index[change < -0.3])

# %% sample="asof" mistake="缺失当 0" says="没有数据不等于没有生意"
def fallen(monthly, as_of):
    last = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M") - 1
    ago = last.ordinal - monthly["month"].dt.to_period("M").astype("int64")
    now, before = (monthly[ago.between(low, low + 2)].groupby("customer_id")["sales_in_cny"].sum() for low in (0, 12))
    change = (now / before.where(before > 0) - 1).dropna()
    return sorted(change.index[change < -0.3])

# %% [markdown] task="psi" track="analyst"
# ### 第 9 题　PSI（8 分，分析岗）
#
# 写函数 `psi(reference, now, bins=10)`，返回一个数：
#
# - 箱子**只用参照期**切：`np.quantile` 取 `bins` 等分的内侧切点，去掉重复的；
# - 落在切点上的算左边一箱（`np.searchsorted(edges, x, side="left")`）；
# - **缺失单独一箱**，两边都没有缺失时不要这一箱；
# - 每箱的户数各加 0.5 再算占比，空箱才不会出无穷大；
# - PSI = Σ（现占比 − 参照占比）× ln（现占比 ÷ 参照占比）。

# %% answer="psi"
def psi(reference, now, bins=10):
    # BEGIN SOLUTION
    sides = [np.asarray(side, dtype=float) for side in (reference, now)]
    known = sides[0][~np.isnan(sides[0])]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = []
    for side in sides:
        missing = np.isnan(side)
        place = np.searchsorted(edges, side[~missing], side="left")
        counts.append([*np.bincount(place, minlength=len(edges) + 1), missing.sum()])
    counts = np.array(counts, dtype=float)
    counts = counts[:, : -1 if counts[:, -1].sum() == 0 else None] + 0.5
    e, a = counts / counts.sum(axis=1, keepdims=True)
    return float(((a - e) * np.log(a / e)).sum())
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：一样的两期是零，整体挪一截就大于 0.25。

# %% check="psi" points=8
_base = [float(n) for n in range(200)]
_got = psi(_base, _base)
assert isinstance(_got, int | float | np.number), f"应返回一个数，现为 {type(_got).__name__}：NoneType 是还没有作答，或忘了写 return；一整列要先算成一个数。"
assert abs(_got) < 1e-9, f"两期一样，PSI 应为 0，现为 {_got:g}。"
_moved = [n + 100 for n in _base]
_far = psi(_base, _moved)
assert _far > 0.25, f"整体挪了一半，PSI 应大于 0.25，现为 {_far:g}：看看各箱是不是都算了、都加起来了。漏了，客群换了还报平安。"
# BEGIN HIDDEN TESTS
from smeprofile.credit import psi as _psi

_rng = np.random.default_rng(9)
_ref, _now = _rng.normal(600, 40, 3_000), _rng.normal(580, 60, 900)


def _want(ref, new, bins=10):
    return _psi(pd.Series(ref), pd.Series(new), bins=bins)


def _cut_by(side):
    edges = np.unique(np.quantile(side, np.linspace(0, 1, 11)[1:-1]))
    e, a = ((np.bincount(np.searchsorted(edges, x, side="left"), minlength=10) + 0.5) / (len(x) + 5) for x in (_ref, _now))
    return float((a - e) @ np.log(a / e))


assert math.isfinite(psi(_base, [500.0] * 50)), "有空箱就出了无穷大：户数没有各加 0.5。报表上一格“无穷大”，没有人知道漂了多少。"
_mine = psi(_ref.copy(), _now.copy())
assert not math.isclose(_mine, _cut_by(_now), rel_tol=1e-6), "你用当期切的箱子：箱子每期都变，这个月和上个月不是一把尺子，趋势比不了。"
assert not math.isclose(_mine, _cut_by(np.concatenate([_ref, _now])), rel_tol=1e-6), "你把两期合起来切箱子：当期一变，箱子跟着变，对不上建模时的箱子，各月也比不了。"
_holes = np.where(_rng.uniform(size=900) < 0.3, np.nan, _now)
assert not math.isclose(psi(_ref.copy(), _holes.copy()), _want(_ref, _holes[~np.isnan(_holes)]), rel_tol=1e-4), "缺失的被丢掉了：三成没有数据，是最大的漂移，PSI 却说没事。"
assert math.isclose(_mine, _want(_ref, _now), rel_tol=1e-6), f"3,000 对 900 户应为 {_want(_ref, _now):.4f}，现为 {_mine:.4f}：看看公式是不是（现 − 参照）× ln（现 ÷ 参照），每箱加 0.5。只算一半的式子，漂移报小一半。"
assert math.isclose(psi(_ref.copy(), _holes.copy()), _want(_ref, _holes), rel_tol=1e-6), "带缺失时不对：缺失单独一箱，也各加 0.5。缺失放错箱，漂移就算到别的客户头上。"
_ties = _rng.integers(0, 10, 500).astype(float)
assert math.isclose(psi(_ties.copy(), _ties[:100].copy(), 4), _want(_ties, _ties[:100], 4), rel_tol=1e-6), "切点有重复（或值落在切点上）时不对：先去重，落在切点上的算左边一箱。取整的金额都在切点上，一错一大片。"
# END HIDDEN TESTS

# %% [markdown] discussion="psi"
# 包里的 `credit.psi` 同一约定，`monitor.drift_table` 给出逐箱的部分：报告里把漂移最大的那一箱写出来，比一个总数有用。

# %% sample="psi" mistake="用当期切箱" says="你用当期切的箱子"
def psi(reference, now, bins=10):
    edges = np.unique(np.quantile(now, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, s, side="left"), minlength=len(edges) + 1) + 0.5 for s in (reference, now)]
    e, a = (c / c.sum() for c in counts)
    return float(((a - e) * np.log(a / e)).sum())

# %% sample="psi" mistake="两期合起来切箱" says="你把两期合起来切箱子"
def psi(reference, now, bins=10):
    edges = np.unique(np.quantile(np.concatenate([reference, now]), np.linspace(0, 1, bins + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, s, side="left"), minlength=len(edges) + 1) + 0.5 for s in (reference, now)]
    e, a = (c / c.sum() for c in counts)
    return float(((a - e) * np.log(a / e)).sum())

# %% sample="psi" mistake="空箱成了无穷大" says="有空箱就出了无穷大"
def psi(reference, now, bins=10):
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1]))
    e, a = (np.bincount(np.searchsorted(edges, s, side="left"), minlength=len(edges) + 1) / len(s) for s in (np.asarray(reference, float), np.asarray(now, float)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(((a - e) * np.log(a / e)).sum())

# %% sample="psi" mistake="缺失丢掉" says="缺失的被丢掉了"
def psi(reference, now, bins=10):
    sides = [np.asarray(s, float) for s in (reference, now)]
    sides = [s[~np.isnan(s)] for s in sides]
    edges = np.unique(np.quantile(sides[0], np.linspace(0, 1, bins + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, s, side="left"), minlength=len(edges) + 1) + 0.5 for s in sides]
    e, a = (c / c.sum() for c in counts)
    return float(((a - e) * np.log(a / e)).sum())

# %% sample="psi" mistake="只算一边" says="只算一半的式子"
def psi(reference, now, bins=10):
    sides = [np.asarray(s, float) for s in (reference, now)]
    edges = np.unique(np.quantile(sides[0], np.linspace(0, 1, bins + 1)[1:-1]))
    counts = []
    for s in sides:
        hole = np.isnan(s)
        counts.append([*np.bincount(np.searchsorted(edges, s[~hole], side="left"), minlength=len(edges) + 1), hole.sum()])
    counts = np.array(counts, float)
    counts = counts[:, : -1 if counts[:, -1].sum() == 0 else None] + 0.5
    e, a = counts / counts.sum(axis=1, keepdims=True)
    return float((a * np.log(a / e)).sum())

# %% [markdown] task="judge" track="analyst"
# ### 第 10 题　提前期与误报（9 分，分析岗）
#
# 写函数 `judged(alerts, events, last)`，返回字典：
#
# - `alerts` 一行一条预警：`customer_id`、`as_of`（时间戳）；一户可以有多条；
# - `events` 一行一户：`customer_id`、`m1_date`（首次 M1 的第一天）；没有逾期的客户没有行；
# - `last` 是数据的最后一天（文本）；窗口六个月，用 `pd.DateOffset(months=6)`：`as_of < m1_date <= as_of + 六个月` 算命中；
# - `"n_late"`　`as_of >= m1_date` 的条数：逾期之后才响；
# - `"n_unripe"`　其余的里面，`as_of + 六个月 > last` 的条数：还不知道；
# - `"precision"`　再其余的（看满了的）里面，命中的占比，0–1；一条也没有时记 `None`；
# - `"lead_days"`　每个命中的客户取**最早**一条命中的预警，到 `m1_date` 的天数，各户的**中位数**；没有时记 `None`。没看满的不算。

# %% answer="judge"
def judged(alerts, events, last):
    # BEGIN SOLUTION
    window = pd.DateOffset(months=6)
    t = alerts.merge(events, on="customer_id", how="left")
    late = t["m1_date"].notna() & (t["as_of"] >= t["m1_date"])
    unripe = ~late & (t["as_of"] + window > pd.Timestamp(last))
    ripe = t[~late & ~unripe]
    hit = ripe["m1_date"].notna() & (ripe["m1_date"] <= ripe["as_of"] + window)
    told = {"n_late": int(late.sum()), "n_unripe": int(unripe.sum()), "precision": None, "lead_days": None}
    if len(ripe):
        told["precision"] = float(hit.mean())
    if hit.any():
        first = ripe[hit].groupby("customer_id").agg(a=("as_of", "min"), m=("m1_date", "min"))
        told["lead_days"] = float((first["m"] - first["a"]).dt.days.median())
    return told
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：一条命中，一条误报。

# %% check="judge" points=9
def _alerts(*told):
    made = pd.DataFrame(told, columns=["customer_id", "as_of"])
    return made.assign(as_of=pd.to_datetime(made["as_of"]))


def _events(*told):
    made = pd.DataFrame(told, columns=["customer_id", "m1_date"])
    return made.assign(m1_date=pd.to_datetime(made["m1_date"]))


_got = judged(_alerts(("A", "2025-03-31"), ("B", "2025-03-31")), _events(("A", "2025-06-22")), "2025-12-31")
assert isinstance(_got, dict) and set(_got) == {"n_late", "n_unripe", "precision", "lead_days"}, "应返回四项的字典：是不是还没有作答，或忘了写 return？"
assert _got == {"n_late": 0, "n_unripe": 0, "precision": 0.5, "lead_days": 83}, f"应是命中率 0.5、提前 83 天，现为 {_got}。"
# BEGIN HIDDEN TESTS
_late = judged(_alerts(("A", "2025-06-30"), ("B", "2025-03-31")), _events(("A", "2025-06-22")), "2025-12-31")
assert _late["precision"] != 0.5, "预警在逾期之后才响，你也算命中了：谁都能“预警”已经发生的事，命中率漂亮，一户也没有提前救到。"
assert _late == {"n_late": 1, "n_unripe": 0, "precision": 0.0, "lead_days": None}, f"逾期之后才响的记进 n_late，不进命中率的分母，现为 {_late}。"
assert judged(_alerts(("A", "2025-06-22")), _events(("A", "2025-06-22")), "2025-12-31")["n_late"] == 1, "逾期当天才响的，也是响晚了。"
_young = judged(_alerts(("A", "2025-03-31"), ("B", "2025-10-31")), _events(("A", "2025-06-22")), "2025-12-31")
assert _young["precision"] != 0.5, "没看满的当成了误报：六个月没有到，不知道。越新的规则看起来越差，好规则会被停掉。"
assert _young == {"n_late": 0, "n_unripe": 1, "precision": 1.0, "lead_days": 83}, f"没看满的记进 n_unripe，现为 {_young}。"
_early = judged(_alerts(("A", "2025-11-30"), ("B", "2025-03-31")), _events(("A", "2025-12-22")), "2025-12-31")
assert _early["precision"] == 0.0 and _early["n_unripe"] == 1, "没看满、却已经逾期的，也先不算：只收坏消息不收好消息，最近几个月的命中率会虚高。"
_far = judged(_alerts(("A", "2025-01-31"), ("B", "2025-01-31")), _events(("A", "2025-11-22")), "2025-12-31")
assert _far["precision"] == 0.0, "过了六个月才逾期的，不算命中：窗口不写死，等得够久什么都“命中”。"
_many = judged(_alerts(("A", "2025-05-31"), ("A", "2025-03-31"), ("A", "2025-04-30")), _events(("A", "2025-06-22")), "2025-12-31")
assert _many["lead_days"] != 22, "提前期要从最早一条命中的预警算起。从最后一条算，响得越勤提前期越短，人手就配错了。"
assert _many["lead_days"] == 83 and _many["precision"] == 1.0, f"一户三条，提前期从 3 月 31 日算起是 83 天，现为 {_many['lead_days']}。"
_three = judged(_alerts(("A", "2025-03-31"), ("B", "2025-06-11"), ("C", "2025-06-20")), _events(("A", "2025-06-22"), ("B", "2025-06-22"), ("C", "2025-06-22")), "2025-12-31")
assert _three["lead_days"] == 11, f"三户各提前 83、11、2 天，中位数是 11，现为 {_three['lead_days']}：均值会被一户拉长，排班就排松了。"
assert judged(_alerts(("A", "2025-11-30")), _events(), "2025-12-31") == {"n_late": 0, "n_unripe": 1, "precision": None, "lead_days": None}, "一条看满的也没有，应记 None：记 0 就成了“全是误报”。"
# END HIDDEN TESTS

# %% [markdown] discussion="judge"
# 没看满却已经逾期的那一条最难：直觉想算它命中。可是同一天响、同样没看满、还没有逾期的，你一条也没有算；只收一边，就偏了。

# %% sample="judge" mistake="预警在逾期之后才响，也算命中" says="你也算命中了"
def judged(alerts, events, last):
    t = alerts.merge(events, on="customer_id", how="left")
    gap = (t["m1_date"] - t["as_of"]).dt.days.abs()
    hit = gap <= 183
    return {"n_late": 0, "n_unripe": 0, "precision": float(hit.mean()), "lead_days": float(gap[hit].median()) if hit.any() else None}

# %% sample="judge" mistake="没看满的当误报" says="没看满的当成了误报"
def judged(alerts, events, last):
    t = alerts.merge(events, on="customer_id", how="left")
    late = t["m1_date"].notna() & (t["as_of"] >= t["m1_date"])
    ripe = t[~late]
    hit = ripe["m1_date"].notna() & (ripe["m1_date"] <= ripe["as_of"] + pd.DateOffset(months=6))
    first = ripe[hit].groupby("customer_id").agg(a=("as_of", "min"), m=("m1_date", "min"))
    return {"n_late": int(late.sum()), "n_unripe": 0, "precision": float(hit.mean()) if len(ripe) else None, "lead_days": float((first["m"] - first["a"]).dt.days.median()) if hit.any() else None}

# %% sample="judge" mistake="提前期从最后一条算" says="从最后一条算"
def judged(alerts, events, last):
    window = pd.DateOffset(months=6)
    t = alerts.merge(events, on="customer_id", how="left")
    late = t["m1_date"].notna() & (t["as_of"] >= t["m1_date"])
    unripe = ~late & (t["as_of"] + window > pd.Timestamp(last))
    ripe = t[~late & ~unripe]
    hit = ripe["m1_date"].notna() & (ripe["m1_date"] <= ripe["as_of"] + window)
    lead = (ripe["m1_date"] - ripe["as_of"]).dt.days[hit].groupby(ripe["customer_id"]).min()
    return {"n_late": int(late.sum()), "n_unripe": int(unripe.sum()), "precision": float(hit.mean()) if len(ripe) else None, "lead_days": float(lead.median()) if hit.any() else None}

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="branch" track="analyst"
# ### 第 11 题　你的支行：今天的清单（8 分，分析岗）
#
# 站在观察点（`AS_OF`），用 `customers` 和 `drawdowns` 两张表，只看**你的支行**（`BRANCH`）的客户。`drawdowns` 的 `balance_cny`、`dpd` 是这一天的快照；余额大于零的借据才算在账。给变量 `mine` 赋一个字典，值用普通的整数（`int(…)`），都按**客户数**，一户几笔借据只算一户：
#
# - `"n_borrowers"`　有在账借据的客户；
# - `"n_late"`　其中最重的一笔已经逾期（`dpd` 大于零）的；
# - `"n_m1"`　其中最重的一笔逾期一到三十天的；
# - `"n_due"`　**没有一笔逾期**，又有一次还本的在账借据（`repayment_method` 是 `"随借随还"`、`"先息后本"`、`"到期一次还本付息"`）在观察点以后一到一百八十天（含）到期的。

# %% answer="branch"
# BEGIN SOLUTION
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_notes = sp.load("drawdowns").query("balance_cny > 0 and customer_id in @_here")
_worst = _notes.groupby("customer_id")["dpd"].max()
_soon = (_notes["maturity_date"] - _day).dt.days.between(1, 180) & _notes["repayment_method"].isin(["随借随还", "先息后本", "到期一次还本付息"])
_fine = _notes["customer_id"].isin(_worst.index[_worst == 0])
mine = {"n_borrowers": len(_worst), "n_late": int((_worst > 0).sum()), "n_m1": int(_worst.between(1, 30).sum()), "n_due": int(_notes.loc[_soon & _fine, "customer_id"].nunique())}
# END SOLUTION

# %% [markdown]
# 检查第 11 题：四个数在不在，是不是整数。

# %% check="branch" points=8
assert set(mine) == {"n_borrowers", "n_late", "n_m1", "n_due"}, "应有 n_borrowers、n_late、n_m1、n_due 四项，请不要增删。"
assert all(isinstance(value, int) for value in mine.values()), "四个都应是普通的整数：外面套一层 int(…)。"
assert mine["n_m1"] <= mine["n_late"] <= mine["n_borrowers"], "逾期的不会比有贷的多，M1 不会比逾期的多。"
# BEGIN HIDDEN TESTS
_last = pd.Timestamp(AS_OF)
_all = sp.load("drawdowns").query("balance_cny > 0").merge(sp.load("customers")[["customer_id", "branch_id"]], on="customer_id")
_own = _all[_all["branch_id"] == BRANCH]
_dpd = _own.groupby("customer_id")["dpd"].max()
assert mine["n_borrowers"] == len(_dpd) or mine["n_borrowers"] != _all["customer_id"].nunique(), "你算的是全行的，题目只要你的支行（BRANCH）：全行的清单派不到你的人手。"
assert mine["n_borrowers"] == len(_dpd) or mine["n_borrowers"] != len(_own), "你数的是借据，题目要客户：一户三笔，会派出三张工单去敲同一扇门。"
assert mine["n_borrowers"] == len(_dpd), f"有贷客户数不对，现为 {mine['n_borrowers']}：余额大于零的借据，按客户去重。底数错了，占比都站不住。"
assert mine["n_late"] == (_dpd > 0).sum(), f"n_late 不对，现为 {mine['n_late']}：看最重的一笔。漏掉的那户，今天就该有人打电话。"
assert mine["n_m1"] == _dpd.between(1, 30).sum(), f"n_m1 不对，现为 {mine['n_m1']}：最重的一笔一到三十天，两头都含。分错档，催收派错人。"
_near = _own[(_own["maturity_date"] - _last).dt.days.between(1, 180) & _own["repayment_method"].isin(["随借随还", "先息后本", "到期一次还本付息"])]
_wanted = _near.loc[_near["customer_id"].map(_dpd) == 0, "customer_id"].nunique()
assert mine["n_due"] == _wanted or mine["n_due"] != _near["customer_id"].nunique(), "已经逾期的也放进了到期预警：预警在逾期之后才响，那是催收的清单。放在一起，人手先给了救不回来的。"
assert mine["n_due"] == _wanted, f"n_due 不对，现为 {mine['n_due']}：没有一笔逾期、一次还本、一到一百八十天（含），按客户去重。漏一户，就少一次提前上门。"
# END HIDDEN TESTS

# %% [markdown] discussion="branch"
# 每人的支行由工号和班级密钥决定。讲评时各报各的 n_due，再问：一个客户经理这个月跑得完吗？跑不完先去谁？

# %% sample="branch" mistake="用了全行的数据" says="你算的是全行的"
_day = pd.Timestamp(AS_OF)
_notes = sp.load("drawdowns").query("balance_cny > 0")
_worst = _notes.groupby("customer_id")["dpd"].max()
mine = {"n_borrowers": len(_worst), "n_late": int((_worst > 0).sum()), "n_m1": int(_worst.between(1, 30).sum()), "n_due": 0}

# %% sample="branch" mistake="数借据不数客户" says="你数的是借据"
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_notes = sp.load("drawdowns").query("balance_cny > 0 and customer_id in @_here")
mine = {"n_borrowers": len(_notes), "n_late": int((_notes["dpd"] > 0).sum()), "n_m1": int(_notes["dpd"].between(1, 30).sum()), "n_due": 0}

# %% sample="branch" mistake="预警在逾期之后才响：逾期的也进到期清单" says="已经逾期的也放进了到期预警"
_day = pd.Timestamp(AS_OF)
_here = sp.load("customers").query("branch_id == @BRANCH")["customer_id"]
_notes = sp.load("drawdowns").query("balance_cny > 0 and customer_id in @_here")
_worst = _notes.groupby("customer_id")["dpd"].max()
_soon = (_notes["maturity_date"] - _day).dt.days.between(1, 180) & _notes["repayment_method"].isin(["随借随还", "先息后本", "到期一次还本付息"])
mine = {"n_borrowers": len(_worst), "n_late": int((_worst > 0).sum()), "n_m1": int(_worst.between(1, 30).sum()), "n_due": int(_notes.loc[_soon, "customer_id"].nunique())}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
