# %% [markdown]
# # 13 动态画像与风险预警
#
# **时长** 75 分钟 · **前置** 04 画像标签与客户分群、05 信贷行为分析 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# {{ cohort.bank.region }}的行长翻着去年的坏账名单，对风险部说：
#
# > **预警系统一年响了几千次，可坏消息我都是先从逾期表上看到的。它到底早了几天？白跑了几趟？我就这么几个人，明天先去谁家？**
#
# 学完这一课，请你用三个数回答他：提前了几天，误报占几成，同样的人手能少损失多少钱。

# %% [markdown]
# ## 学完你能
#
# 1. **更新**画像：每天只并入新的流水，和全量重算一分不差；不用观察点以后的数据（练习第 7、8、11 题）。
# 2. **区分**漂移的来历：季节、口径、样本小，还是客群真变了（练习第 5、9 题）。
# 3. **判断**一条预警响得早还是晚：提前期、命中率、误报、赶上几成（练习第 3、4、10 题）。
# 4. **派**工单：人手有限，按预期损失排先后（练习第 1、2 题）。
# 5. **守住**用途：预警为贷后管理而算，不挪作他用，不凭一条就动额度（练习第 6 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`replay_board` 和 `alert_desk` 是这一课的两个控件：实时画像看板和预警台。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask, credit, monitor
from smeprofile.charts import PALETTE, show, theme
from smeprofile.errors import UserError
from smeprofile.tags import TAGS
from smeprofile.widgets import alert_desk, replay_board

theme()
END = pd.Timestamp(AS_OF)

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生；谁会逾期、多快变坏，都是仿真参数。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `flows` | 一笔本行账户的收或付 | 只有一部分客户有逐笔流水 |
# | `flows_monthly` | 一户一月的流水合计 | 月末才完整，月中不能拿来和整月比 |
# | `drawdowns`、`schedules`、`repayments` | 借据、应还、还款 | 余额和逾期天数两列是最后一天的快照，过去的要重算 |
# | `watch_rows` 的结果 | 一户有贷客户在一个月末 | 只用那天已经知道的：`balance_cny` 余额，`dpd` 逾期天数，`inflow_change` 近一季流入同比，`days_to_due` 离一次还本的天数 |
#
# **事件**是首次 M1：上个月末没有逾期、这个月末有贷款逾期一到三十天，是一段逾期的第一个月末；还清以后再逾期，另算一起。月内逾期几天又还上的，不算。先把最近三年每个月末的有贷客户摆出来。

# %%
tables = monitor.class_tables()
months = monitor.months_of(tables, AS_OF)
ends = pd.date_range(end=END, periods=36, freq="ME")
rows = monitor.watch_rows(tables, months, ends)
events = monitor.first_m1(months)
came = monitor.came_true(rows, events, END)  # 六个月内有没有 M1；没看满的记缺失
rows[["customer_id", "as_of", "balance_cny", "dpd", "inflow_change", "days_to_due"]].tail(3)

# %% [markdown]
# ## 1　画像会过期，也能天天更新
#
# 画像不是一张照片。每个标签都写着**有效期**：过了就要重算，不能拿三周前的清单今天去上门。

# %%
valid = pd.Series({tag.title: tag.valid_days for tag in TAGS.values()})
counts = valid.value_counts().sort_index()
short = int((valid <= 7).sum())
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.bar([f"{days} 天" for days in counts.index], counts, color=PALETTE[0])
axes.bar_label(axes.containers[0], padding=2)
axes.set(title=f"{len(valid)} 个标签里，{short} 个七天以内就过期", xlabel="有效期", ylabel="标签数", ylim=(0, counts.max() * 1.15))
show(figure)
print("七天以内过期的：" + "、".join(valid[valid <= 7].index))

# %% [markdown]
# **读图：银行因此改做什么**　清单上印观察点和有效期；过期的系统不让派单。不是标签越新越好：一年一变的（行业、注册地）天天重算是白花钱。
#
# 天天更新，不必天天从头算。**能相加的**（金额、笔数）按户、按月存成“状态”，每天只把新到的流水加进去；名次、占比、同比再由状态算出来。下面拿几十户有逐笔流水的客户，逐日并入最后一个月，再和 `sp.profile` 从头算的比。

# %%
flows = sp.load("flows")
some = flows[flows["customer_id"].isin(flows["customer_id"].drop_duplicates().iloc[::40])]
days = pd.date_range(end=END, periods=31)
live = monitor.Live()
live.add(some[some["date"] < days[0]])
for day in days:
    live.add(some[some["date"] == day])
updated = live.tags(END)
rebuilt = sp.profile({"flows": some[some["date"] <= END]}, AS_OF, use="贷后管理").set_index("customer_id")

# %% [markdown]
# 逐列比：最大的差是多少，有没有一边缺、一边不缺。

# %%
whole = rebuilt[list(updated)].astype(float)
gap = (updated - whole).abs().max()
differs = int((updated.isna() != whole.isna()).to_numpy().sum())
daily = some["date"].between(days[0], END).sum() / len(days)
print(f"{len(updated)} 户、{updated.shape[1]} 个标签：最大的差 {gap.max():.1e}，缺失对不上的 {differs} 处")
print(f"一天平均碰 {daily:.0f} 行；从头算要碰 {len(some):,} 行，是 {len(some) / daily:,.0f} 倍")
both = pd.DataFrame({"逐日更新": updated.iloc[0], "从头算": whole.iloc[0]}).rename(index={name: f"{TAGS[name].title}（{TAGS[name].unit}）".removesuffix("（—）") for name in updated})
both.map(lambda x: "缺失" if pd.isna(x) else f"{x:,.2f}").rename_axis("第一户")

# %% [markdown]
# 月末当月已完整，“本月至今”按定义是缺失，两边一样。
#
# 晚到的行怎么办？状态分不出“漏了的一笔”和“又送一遍的一笔”，所以**不收**，说清楚为什么：

# %%
try:
    live.add(some.tail(1).assign(date=days[5]))
except UserError as refused:
    print(refused)

# %% [markdown]
# **银行因此改做什么**　每天收盘并一次，月底拿全量重算对一次账：差一分都停下来查。补录和冲正走“改历史”的通道，从头算，不混进当天。全行的做法是 `sp.update`：状态存在盘上，结果和 `sp.profile` 相同。
#
# **自测 1**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "averages",
    "为了省事，状态里只存每户的“月均流入”。新的一个月来了，把旧的均值和新月份的流入加起来除以二，就是新的月均流入。这样对吗？",
    verdicts=("对", "错"),
    reasons=["均值不能这样加，要存合计和月数，用时再除", "应当存中位数", "只要每天都更新就会慢慢变准", "均值应当每年才更新一次"],
    key=("错", "均值不能这样加，要存合计和月数，用时再除"),
    why={
        "对": "旧的均值里有十一个月，新的只有一个月，各占一半就偏了。",
        "均值不能这样加，要存合计和月数，用时再除": "合计和月数能相加；均值、占比、名次不能。",
        "应当存中位数": "中位数更不能相加。",
        "只要每天都更新就会慢慢变准": "不会：每更新一次就偏一次，越更新越只认最近的。",
        "均值应当每年才更新一次": "更新得少，只是错得少几次。",
    },
    hints=("旧均值里有几个月？新来的是几个月？", "能相加的是合计和个数。", "相近的例子：两个班的平均分，不能直接加起来除以二，要看各班几个人。"),
)

# %% [markdown]
# ## 2　实时画像看板
#
# 几户有贷、有逐笔流水的客户，最后两个月逐日回放：当天并入哪几笔、画像动了哪几项、响了什么。图和表都只到那一天为止。看板上的门槛是本课程设定：流入骤降（近一季同比降三成以上；第 4 节把降过七成的另叫“流入断崖”，看板不分）、本月落后（十五日以后、月末以前，本月至今不到上月同期的一半）、久无货款（超过三十天）、快进快出（三成以上）。

# %%
board_days = pd.date_range(end=END, periods=61)
watched = monitor.some_customers(events, rows[rows["as_of"] == END], flows, board_days)
replay = monitor.Replay(flows, tables["schedules"], tables["repayments"], customers=watched, days=board_days)
print(f"{len(watched)} 户，{board_days[0]:%Y-%m-%d} 到 {board_days[-1]:%Y-%m-%d}")

# %% [markdown]
# **先猜**：再过七天，这户的预警会变多还是变少？**再动**：点“后一天”“后七天”，或按住日期滑块用方向键，或点“播放”。**再解释**：换一户看看，逾期以前有没有响过？没有响过的，你还能从哪里知道？

# %% tags=["hide-input"]
replay_board(replay)

# %% [markdown]
# **银行因此改做什么**　看板给管户的客户经理，不给全行；响了先核实，不先动额度。逾期以前一声不响的那几户，说明流水里看不见：要靠走访、靠老板的电话、靠同业。
#
# ## 3　漂移：来的人还是原来那些人吗
#
# **PSI** 比两期的分布：先用参照期切成十箱，箱子从此不动，再看每箱的占比变了多少，Σ（现 − 参照）× ln（现 ÷ 参照）。用在评分上叫 PSI，用在单个特征上叫 **CSI**。经验上不到 0.1 算稳，超过 0.25 要停下来查：这两条线是本课程设定，不是规定。先看一个不用慌的：春节。

# %%
sales = tables["flows_monthly"].sort_values(["customer_id", "month"])[["customer_id", "month", "sales_in_cny"]]
for name, back in (("环比", 1), ("同比", 12)):
    sales[name] = sales["sales_in_cny"] / sales.groupby("customer_id")["sales_in_cny"].shift(back).replace(0, np.nan)
shown = pd.date_range(end=END, periods=15, freq="MS")
base = sales[sales["month"].isin(shown[:3])]
drift = pd.DataFrame({name: [credit.psi(base[name].dropna(), sales.loc[sales["month"] == m, name].dropna()) for m in shown[3:]] for name in ("环比", "同比")}, shown[3:])
figure, axes = plt.subplots(figsize=(7.5, 2.8))
axes.plot(drift.index, drift["环比"], "o-", color=PALETTE[0], label="和上个月比")
axes.plot(drift.index, drift["同比"], "s--", color=PALETTE[1], label="和去年同月比")
axes.axhline(0.25, color=PALETTE[2], linewidth=1)
axes.set(title=f"货款流入：环比的 PSI 最高 {drift['环比'].max():.2f}，同比最高 {drift['同比'].max():.2f}", xlabel="月份（横线是 0.25）", ylabel="PSI", xticks=drift.index[::2], xticklabels=[f"{m:%y-%m}" for m in drift.index[::2]])
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　有季节的指标，一律和去年同月比。同比在一二月还会动一下，是因为春节在两年里落在不同的月份，两个月合起来看就好。
#
# 再看进件。参照期取观察点前两年到前三年，和最近一季、一年前的一季、最早的一年各比一比；按“最早的一年”的 CSI 从高到低排。

# %%
applied = sp.load("applications").query("kind == '新增'").merge(sp.load("decisions")[["application_id", "score"]], on="application_id", how="left")
applied = applied.merge(sp.load("customers")[["customer_id", "established_date", "industry_code"]], on="customer_id")
applied["经营年限"] = (applied["applied_at"] - applied["established_date"]).dt.days / 365.25
applied["有触达编号"] = applied["contact_id"].notna().map({True: "有", False: "没有"})
named = {"score": "评分", "amount_cny": "申请金额", "channel_id": "渠道", "product_id": "产品"}
applied = applied.rename(columns=named).assign(门类=applied["industry_code"].str[:1])
looked = [*named.values(), "经营年限", "门类", "有触达编号"]
ago = (END - applied["applied_at"]).dt.days / 365.25
reference = applied[ago.between(2, 3)]
spans = {"最近一季": (0, 0.25), "一年前的一季": (1, 1.25), "最早的一年": (ago.max() - 1, ago.max())}
told = {name: monitor.csi(reference, applied[ago.between(*span)], looked)["csi"] for name, span in spans.items()}
csi = pd.DataFrame(told).sort_values("最早的一年", ascending=False)
csi.round(3)

# %% [markdown]
# 哪一箱变得最多？把最近一季评分的漂移逐箱拆开，同时数一数有多少进件还没有评分。

# %%
recent = applied[ago.between(0, 0.25)]
bins = monitor.drift_table(reference["评分"], recent["评分"])
worst = bins["part"].idxmax()
print(f"评分的 PSI {bins['part'].sum():.3f}，贡献最大的一箱是“{worst}”，占 {bins['part'].max() / bins['part'].sum():.0%}")
print(f"最近一季还没有评分的进件 {recent['评分'].isna().mean():.1%}，参照期 {reference['评分'].isna().mean():.1%}；去掉它们，PSI {credit.psi(reference['评分'].dropna(), recent['评分'].dropna()):.3f}")
marked = applied.groupby(applied["applied_at"].dt.year)["有触达编号"].apply(lambda s: (s == "有").mean())
print("有触达编号的占比，按年：" + "，".join(f"{year} 年 {share:.0%}" for year, share in marked.items()))

# %% [markdown]
# **读表：银行因此改做什么**　数字高，先问三句再下结论。**评分**缺失的一箱变多，是最近的进件还没有审批完，等齐了再算。**触达编号**早年几乎没有，是那时没有登记，不是客户变了。除了触达编号，凡是过了 0.25 的（看表），前三问都解释不了的，就要分组看坏账率，并写下查到的原因。剩下的才问：是不是客群真变了，坏账率跟着动没有？
#
# 样本小的时候，什么也没变，PSI 也不是零。用同一个总体抽两份，每个户数仿真三十遍：

# %%
rng = np.random.default_rng(13)
pool = rng.normal(600, 40, 3_000)
sizes = [60, 120, 300, 600, 1_500]
noise = [np.mean([credit.psi(pd.Series(pool), pd.Series(rng.normal(600, 40, n))) for _ in range(30)]) for n in sizes]
theory = [monitor.expected_noise(len(pool), n) for n in sizes]
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.plot(sizes, noise, "o-", color=PALETTE[0], label="仿真的平均")
axes.plot(sizes, theory, "--", color=PALETTE[3], label="（箱数 − 1）×（1/n + 1/m）")
axes.axhline(0.1, color=PALETTE[2], linewidth=1)
axes.set(title=f"什么也没变，{sizes[0]} 户的 PSI 平均也有 {noise[0]:.2f}", xlabel="当期户数（参照期三千户；横线是 0.1）", ylabel="PSI")
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　支行一级的漂移报表，旁边印上“什么也没变时平均多少”；不到它两倍的，合几个月再看，不点名。
#
# **自测 2**　一张漂移报表。

# %% tags=["hide-input"]
ask.single(
    "drift_first",
    "某支行本月进件八十户，评分 PSI 0.16（十箱，参照期一万户）。全行同月 0.02。最该做什么？",
    ["停用评分卡，等总行重做", "通报支行客群变差", "先合三个月再看：八十户什么也不变，平均也有约 0.11", "把 0.1 的线改成 0.2"],
    key="先合三个月再看：八十户什么也不变，平均也有约 0.11",
    why={
        "停用评分卡，等总行重做": "0.16 里大半是晃动，停用的代价却是真的。",
        "通报支行客群变差": "通报的是运气，下个月多半又回去了。",
        "先合三个月再看：八十户什么也不变，平均也有约 0.11": "（10 − 1）×（1/80 + 1/10000）≈ 0.11。",
        "把 0.1 的线改成 0.2": "全行几千户用 0.2 又太松。线要跟着样本走。",
    },
    hints=("八十户分十箱，每箱才几户？", "用（箱数 − 1）×（1/n + 1/m）算一算什么也没变时的平均。", "相近的例子：掷八次硬币出六次正面，不说明硬币有问题。"),
)

# %% [markdown]
# ## 4　预警：早了几天，白响几次
#
# 八条规则，每个月末、每户有贷客户各看一次（一户一个月末叫一个**户月**），只用那天知道的。门槛是本课程设定：
#
# | 规则 | 什么时候响 | 规则 | 什么时候响 |
# |---|---|---|---|
# | 流入断崖 | 近一季流入同比降过七成 | 负债偏重 | 在贷余额超过近一年流入的三成 |
# | 流入骤降 | 降三成到七成 | 有过逾期 | 近一年有过逾期 |
# | 存款骤降 | 当月日均余额不到前六个月平均的一半 | 额度用满 | 额度用到九成五以上 |
# | 临近还本 | 六十天内要一次还本 | 当前逾期 | 那天已经逾期 |
#
# 三个数一起看：
#
# - **命中率** = 六个月内真的 M1 的 ÷ 看满六个月的；一减它就是**误报占比**。没看满的不知道，不在分母里；
# - **赶上几成** = 首次 M1 里，以前六个月内响过的占比；
# - **提前期** = 首次响到逾期第一天，取中位数。

# %%
report = monitor.rule_report(rows, events, END)
usual = float(came["hit"].dropna().astype(bool).mean())
early = report[report["n"] > 0].sort_values("precision")
best = early["precision"].idxmax()
figure, axes = plt.subplots(figsize=(7.5, 3))
axes.barh(early.index, early["precision"] * 100, color=PALETTE[0])
axes.axvline(usual * 100, color=PALETTE[2], linestyle="--")
axes.bar_label(axes.containers[0], fmt="%.1f%%", padding=3)
axes.set(title=f"“{best}”的命中率 {early['precision'].max():.0%}，不看预警是 {usual:.1%}", xlabel="六个月内首次 M1（%；虚线是全部有贷客户）", ylabel="", xlim=(0, early["precision"].max() * 118))
show(figure)
pd.DataFrame({"响了（户月）": report["n"].map("{:,.0f}".format), "误报占比": report["false_share"].map("{:.0%}".format), "赶上几成": report["caught"].map("{:.0%}".format), "提前期（天，中位数）": report["lead_days"].map("{:.0f}".format), "只在逾期以后才响": report["late"].map("{:.0%}".format)}).mask(lambda t: np.outer(report["n"].eq(0), np.arange(len(t.columns)) < 4), "不算")

# %% [markdown]
# 最后一列说的是**晚了的预警**：这起 M1 发生以前它没有响，发生以后才响。看看哪几条靠这个“好看”。
#
# **读图：银行因此改做什么**　“当前逾期”“有过逾期”有许多是事后才响。“当前逾期”归到催收去，留在预警里只会把命中率做得好看；“有过逾期”救不了这一次，只能用来看下一次，客户现在没有逾期的，不转催收。看“误报占比”那一列：多半是误报。预警本来就是大海捞针，**误报不是错，误报太贵才是错**。命中率低于虚线的规则，在“首次 M1”上还不如不看；它若有用，要在下一张图（变坏）里看得出来，否则只占人手。
#
# 首次 M1 里多数会自己还上。真正要命的是后来走到九十天的。换成“变坏”再看一遍：

# %%
rates = monitor.bad_rates(came)
worse = events["reached_90"].dropna().astype(bool).mean()
figure, axes = plt.subplots(figsize=(7.5, 2.8))
ordered = rates.sort_values()
axes.barh(ordered.index, ordered * 100, color=[PALETTE[3] if name == "没有预警" else PALETTE[0] for name in ordered.index])
axes.bar_label(axes.containers[0], fmt="%.1f%%", padding=3)
axes.set(title=f"响“{ordered.index[-1]}”的，变坏的机会是没有预警的 {ordered.iloc[-1] / rates['没有预警']:.0f} 倍", xlabel="六个月内 M1、后来又走到九十天的（%）", ylabel="", xlim=(0, ordered.max() * 118))
show(figure)
bad_all = came["goes_bad"].dropna().astype(bool)
silent = ~monitor.raised(came.loc[bad_all.index]).any(axis=1)
print(f"首次 M1 里，后来走到九十天的占 {worse:.0%}；变坏的户月里，当月一条预警也没有的占 {silent[bad_all].mean():.0%}")

# %% [markdown]
# **读图：银行因此改做什么**　几条规则轻重差得多，不能一条算一票。最后一行更要紧：**没有响的，不等于没有事**。预警只省得了一部分损失，走访和准入省另一部分。
#
# **自测 3**　提前期从哪天数到哪天。

# %% tags=["hide-input"]
ask.numeric(
    "lead",
    "某户 4 月 30 日第一次响“流入断崖”，5 月 31 日、6 月 30 日又响；7 月 22 日是逾期第一天。提前期是几天？",
    key=83,
    unit="天",
    why="从第一次响（4 月 30 日）到逾期第一天（7 月 22 日）：31 + 30 + 22 = 83 天。",
    near={22: "这是从最后一次响数起的。响得越勤反而越短，说不通。", 92: "数到月末了。逾期第一天是 7 月 22 日。", 52: "这是从第二次响数起的。"},
    hints=("哪一天你第一次可以出门？", "从首次响数到逾期第一天。", "相近的例子：台风红色预警发了三次，提前量从第一次算。"),
)

# %% [markdown]
# ## 5　人手有限：先去谁家
#
# 一张工单值多少 = 变坏的机会 × 余额 × 损失率 × 挽回几成 − 小时 × 每小时的钱。挽回几成（电话半成、上门三成）和小时（一、四）都是**仿真参数**，换成你行里的数再用。
#
# 机会怎么估？两种办法：取最重那条规则的历史比例，或用一个逻辑回归把六个信号放在一起。都只用**早先**的月份，再到后来的一年里检验。

# %%
ripe = came[came["goes_bad"].notna()]
cut = sorted(ripe["as_of"].unique())[-12]
train, test = came[came["as_of"] < cut - pd.DateOffset(months=10)], ripe[ripe["as_of"] >= cut].reset_index(drop=True)
before = monitor.bad_rates(train)
model = monitor.chance_model(train)
by = {
    "预期损失（规则）": monitor.loss_ahead(test, monitor.chance_of(test, before)),
    "预期损失（模型）": monitor.loss_ahead(test, model.predict_proba(monitor.features(test))[:, 1]),
    "余额": test["balance_cny"],
    "预警条数": monitor.raised(test).sum(axis=1),
    "抽签": pd.Series(np.random.default_rng(13).permutation(len(test))),
}
per_month = test.groupby("as_of").size().mean()
shares = np.array([0.005, 0.01, 0.02, 0.05, 0.1])
caught = pd.DataFrame({name: [monitor.caught_at(test, order, max(1, round(s * per_month))) for s in shares] for name, order in by.items()}, shares)

# %% [markdown]
# 训练止于检验那一年开始以前十个月：再近的，那时还不知道结果，用了就是未来数据。同一户三个月内不去第二次。横轴是每月能去的户数占有贷客户的几成，纵轴是那一年变坏的损失里，去过的占几成。

# %%
figure, axes = plt.subplots(figsize=(7.5, 3.2))
styles = {"预期损失（规则）": "o-", "预期损失（模型）": "s-", "余额": "^--", "预警条数": "v--", "抽签": ":"}
for number, (name, style) in enumerate(styles.items()):
    axes.plot(shares * 100, caught[name] * 100, style, color=PALETTE[number], label=name)
axes.set(title=f"同一张图上，每月去 {shares[1]:.0%}：“{caught.loc[shares[1]].idxmax()}”最高；去 {shares[3]:.0%}：“{caught.loc[shares[3]].idxmax()}”最高", xlabel="每月能去的（占有贷客户的 %）", ylabel="碰上的损失（%）", xscale="log", xticks=shares * 100, xticklabels=[f"{s:.1%}" for s in shares])
axes.minorticks_off()
axes.legend(fontsize=9)
show(figure)
gone = monitor.loss_ahead(test, 1.0)[test["goes_bad"].astype(bool)].groupby(test["customer_id"]).last()
print(f"这一年变坏的一共 {len(gone)} 户，最大的三户占全部损失的 {gone.nlargest(3).sum() / gone.sum():.0%}：碰没碰上一两户大的，名次就会变，一年的图不能当定论")

# %% [markdown]
# 去得少的那一头（上门的人手只够百分之一上下）几条线挤在一起、名次乱，连抽签也可能赢：单看这一家一年，排不出名次。要分高下，得多看几家。下面是老师的**六家没见过的银行**，各走一年：同样的人手，只换排序，工单值多少按**真值**算（每户真实的机会，行里永远看不到）。

# %%
CLAIM = pd.DataFrame({{ truth.alert_claim }}).set_index("bank") / 1e4
order = CLAIM.mean().sort_values().index
figure, axes = plt.subplots(figsize=(7.5, 2.8))
axes.barh(order, CLAIM.mean()[order], color=PALETTE[5])
for _, worths in CLAIM.iterrows():
    axes.plot(worths[order], range(len(order)), "o", color=PALETTE[3], markersize=4)
wins = int((CLAIM.idxmax(axis=1) == order[-1]).sum())
axes.set(title=f"按“{order[-1]}”排，平均一年净省下 {CLAIM[order[-1]].mean():.1f} 万元，{len(CLAIM)} 家里 {wins} 家最高", xlabel="一年净省下（万元；条是平均，点是各家）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　先把次序定对，再调门槛：人手定了，排在后面的本来就轮不到。规则和模型差得不多的时候，选说得清的那一个：客户经理要知道为什么去。
#
# 接着把规矩放到预警台上，照一年的月末走一遍。**先猜**：把“排在最前”换成“转催收”，一年净省下的会多还是少？**再动**：一次只动一条。**再解释**：哪一条只花小时、不省钱？哪一条动了误报占比，却没有动钱？这里的“净省下”是事后看：真的变坏的按一定变坏算，换一年运气就会变；练习里按没见过的银行的真值判。

# %% tags=["hide-input"]
desk_rows = rows[rows["as_of"].isin(test["as_of"].unique())].reset_index(drop=True)
desk_hours = max(12, round(24 * len(tables["flows_monthly"]["customer_id"].unique()) / 4_000))
alert_desk(desk_rows, test, before, hours=desk_hours)

# %% [markdown]
# **银行因此改做什么**　先定每月几小时，再倒推门槛和次序；已经逾期的不占这里的小时。每季把“误报占比、赶上几成、提前期、净省下”四个数放在一起报，只报一个的退回。
#
# **自测 4**　四户，只去得了一户。

# %% tags=["hide-input"]
ask.single(
    "who_first",
    "只剩四小时，上门一户。甲：信用 30 万元，流入断崖（机会 10%）。乙：抵押 100 万元，临近还本（机会 1.5%）。丙：信用 5 万元，三条轻的预警（机会 3%）。丁：信用 80 万元，已经逾期 40 天。损失率：信用 72%，抵押 28%。去谁家？",
    ["甲", "乙", "丙", "丁"],
    key="甲",
    why={
        "甲": "10% × 30 × 72% ≈ 2.2 万元，最大。",
        "乙": "余额大，可机会小、有押品：1.5% × 100 × 28% ≈ 0.4 万元。",
        "丙": "条数最多，可余额小：3% × 5 × 72% ≈ 0.1 万元。",
        "丁": "已经逾期，是催收的活。预警的小时花在这里，一天也没有提前。",
    },
    hints=("机会、余额、损失率三个都要乘上。", "先把已经逾期的交给催收，再比其余三户的乘积。", "相近的例子：灭火先去哪里？看火有多大、里面有多少东西、还救不救得了。"),
)

# %% [markdown]
# ## 6　公平与用途
#
# 误报落在谁头上？把最近一年看满了的预警（不含已经逾期的），按行业门类、企业规模和担保方式分开。误报占比高的那一类，客户平白多接几个电话。

# %%
fired = test[monitor.raised(test).any(axis=1)].merge(sp.load("customers")[["customer_id", "industry_code", "size_class"]], on="customer_id")
fired["误报"] = 1 - fired["hit"].astype(float)
groups = {"门类": fired["industry_code"].str[:1], "划型": fired["size_class"], "担保": fired["security"]}
parts = pd.concat({name: fired.groupby(key)["误报"].agg(["size", "mean"]) for name, key in groups.items()})
parts = parts[parts["size"] >= 50]
figure, axes = plt.subplots(figsize=(7.5, 0.8 + 0.28 * len(parts)))
axes.plot(parts["mean"][::-1] * 100, [f"{a} {b}" for a, b in parts.index][::-1], "o", color=PALETTE[0])
low, high = parts["mean"].min(), parts["mean"].max()
axes.axvline(fired["误报"].mean() * 100, color=PALETTE[2], linestyle="--")
axes.set(title=f"误报占比从 {low:.0%} 到 {high:.0%}（不足五十个户月的不列）", xlabel="误报占比（%；虚线是全部；横轴不从零起）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　差得多的，先查规则合不合这个行业（季节不同、回款慢），改规则，不是把行业拉黑。差得少的，不要从几个百分点里读出故事。
#
# 用途上有几条线：
#
# - 本行流水可用于本行贷后管理；查征信做贷后，要有约定为贷后管理的书面授权：{{ cite("report_consent") }}。
# - **征信数据不得用于营销圈选**，从预警里看来的也一样（零容忍）。
# - 一条预警不直接动额度：{{ cite("pipl_explain") }}。先由人核实，留痕，告诉客户。
# - 不把老板个人的事讲给旁人听。预警名单只给管户的人，过期就销。
#
# **自测 5**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "allowed",
    "预警响了，下面哪几件可以做？",
    ["打电话核实经营情况", "把别家贷款快到期的客户转给营销，推介置换", "核实以后，按合同约定压降未用额度，并告诉客户", "系统当晚自动压光额度", "把名单发到支行大群，请大家帮着盯"],
    key=["打电话核实经营情况", "核实以后，按合同约定压降未用额度，并告诉客户"],
    why={
        "打电话核实经营情况": "预警的第一步就是核实。",
        "把别家贷款快到期的客户转给营销，推介置换": "别家的贷款是征信里看来的，不得用于营销圈选。",
        "核实以后，按合同约定压降未用额度，并告诉客户": "有依据、有人看过、客户知道。",
        "系统当晚自动压光额度": "大半是误报，好客户会被压出病来。",
        "把名单发到支行大群，请大家帮着盯": "名单里是客户的信息，只给管户的人。",
    },
    hints=("哪几件有人核实过？哪几件客户知道？", "征信看来的，只能用在约定的用途上。", "相近的例子：体检报告只给本人和医生，不贴在墙上。"),
)

# %% [markdown]
# ## 7　往前看：多维、动态、个性化
#
# 技术上做得到的，和该做的，不是一回事。
#
# | 方向 | 现在就能做 | 要先想清楚 |
# |---|---|---|
# | **多维** | 流水、税票、贷款、走访四类放在一张卡上 | 每添一类，先问用途和授权；用不上的不收（最小范围） |
# | **动态** | 流水类标签天天更新，过期的自动失效 | 更新得勤不等于准；补录、冲正、断数要有办法 |
# | **个性化** | 按这一户的季节和账期定它自己的门槛 | 门槛要说得清；样本太少的用同行的 |
# | **自动处置** | 自动派单、自动提醒 | 动额度、动价格由人决定，客户可以要求说明 |
#
# 逐户的门槛真的更好吗？拿“流入骤降”试：一种是人人降三成就响，一种是看比**这一户自己**过去同比的平均低了几个标准差，从低得最多的响起。响的户月数取一样多。

# %%
own = rows.sort_values(["customer_id", "as_of"]).assign(change=lambda t: t["inflow_change"].clip(-1, 2))
before_x = own.groupby("customer_id")["change"].shift(3)  # 隔一季：同一季的月份会重叠
sums = pd.DataFrame({"n": before_x.notna(), "x": before_x.fillna(0), "xx": before_x.fillna(0) ** 2}).astype(float).groupby(own["customer_id"]).cumsum()
level = (sums["x"] / sums["n"]).where(sums["n"] >= 6)
spread = (sums["xx"] / sums["n"] - level**2).clip(lower=1e-4) ** 0.5
own["own"] = (own["change"] - level) / spread
judged = own.merge(ripe[["customer_id", "as_of", "goes_bad"]], on=["customer_id", "as_of"]).dropna(subset=["own", "change"])
n = int((judged["change"] < -0.3).sum())
bad = judged["goes_bad"].astype(float)
one, each = bad[judged["change"].rank(method="first") <= n].mean(), bad[judged["own"].rank(method="first") <= n].mean()
print(f"各响 {n:,} 个户月：人人一条线，变坏的占 {one:.2%}；各人各的线，{each:.2%}；全部 {bad.mean():.2%}")
print("这一份数据里，" + ("各人各的线更准。" if each > one * 1.1 else "人人一条线更准。" if one > each * 1.1 else "两种差不多。") + "换一家行要重新试，不要因为听上去先进就换。")

# %% [markdown]
# **银行因此改做什么**　新办法先在旧数据上和老办法比一次，响得一样多，看谁准；赢了再试点一个支行，三个月后再比。

# %% [markdown]
# ## 回答行长
#
# 把他的三问和答案列在一起，数都来自上面各节。

# %%
ringing = monitor.raised(rows).drop(columns="当前逾期").any(axis=1)
lately = ringing.astype(float).groupby(rows["customer_id"]).rolling(6, min_periods=1).max().droplevel(0).reindex(rows.index)
fine = rows[["customer_id", "as_of"]].assign(lately=lately).merge(came.loc[came["hit"].eq(False), ["customer_id", "as_of"]])
leads = monitor.lead_times(rows[ringing], events[events["month_end"] > ends[6]])
pd.Series(
    {
        "早了几天": f"中位数早 {leads['lead_days'].median():.0f} 天；出事的 {leads['lead_days'].notna().mean():.0%} 响过，没出事的 {fine['lately'].mean():.0%} 也响过",
        "白跑几趟": f"误报最少的“{best}”也有 {1 - early['precision'].max():.0%}；要紧的是每条花几小时",
        "先去谁家": f"{len(CLAIM)} 家平均，一年净省下：" + "，".join(f"{name} {CLAIM[name].mean():.1f} 万元" for name in order[::-1]),
        "还看不见多少": f"变坏的户月里，{silent[bad_all].mean():.0%} 当月一声没有响",
        "已经逾期的": "归催收，不占预警的小时",
    },
    name="预警",
).to_frame()

# %% [markdown]
# ## 局限
#
# - 全是合成数据。谁变坏、信号灵不灵，都是仿真参数；**你行里的规则要用你行里的历史重算**。
# - 变坏的户数少，一年的排名换一年就会变；不要为了这一年好看去调门槛。
# - 没有用征信、司法、工商的信号：贷后查征信要另有授权。真实预警里它们往往更早。
# - “挽回几成”没有人真的知道：去过的和没去过的本来就不同，要知道就得抽签派一部分（见 09 的试验）。
# - 预警会改变结果：去过以后没有坏的，账上像是误报。长期看误报占比，会把有用的规则越看越没用。
# - 月末看逾期，漏掉月内逾期几天又还上的；提前期因此只到天，不到钟点。

# %% [markdown]
# ## 要点
#
# 1. 能相加的才能增量；增量和全量每月对一次账，差一分就停。晚到的不混进当天。
# 2. PSI 高先问三句：是不是季节、口径动了没有、样本够不够；再问坏账率。两条线是经验值。
# 3. 逾期之后才响的不叫预警；没看满的不叫误报。命中率、赶上几成、提前期一起报。
# 4. 人手有限，按机会 × 余额 × 损失率排；条数和余额各只看了一样，客户号等于抽签（六家银行的平均；一家一年看不出来）。
# 5. 预警为贷后管理而算：征信不进营销，一条不动额度，先核实再动手。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。最后一课把全部方法合成一份营销方案，交给仿真银行评分。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
