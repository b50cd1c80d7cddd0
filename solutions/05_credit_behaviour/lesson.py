# %% [markdown]
# # 05 信贷行为分析
#
# **时长** 75 分钟 · **前置** 04 画像标签与客户分群 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 月报上只有一个不良率。{{ cohort.bank.region }}支行的行长合上月报，问了两句：
#
# > **放出去的每一百块，到底会坏几块？接下来 60 天到期的这一批，哪些该续，哪些不该续？**
#
# 月报答不了第一句，因为它只照今天这一张相。学完这一课，请你用一批一批的账、一步一步的滚动，再加上五级分类的规矩，回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **读懂** vintage 热图和迁徙热图：指出没成熟的格子、更差的批次、一次还本的断崖（练习第 1、2 题）。
# 2. **判定**一笔贷款的五级分类，说出由哪一条规定决定，零售和非零售分开（练习第 3、9 题）。
# 3. **处置**到期前 60 天的清单：续贷、减额、退出、重组，认出披着续贷的借新还旧（练习第 4 题）。
# 4. **区分**四种口径：户数与金额、借据与客户，并说出哪一个能和谁比（练习第 5、6 题）。
# 5. **计算** vintage、滚动率，不给没成熟的补零，不把离开的剔掉（练习第 7、8、10 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看贷款，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`vintage_map` 和 `class_judge` 是这一课的两个控件。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import smeprofile as sp
from smeprofile import ask, credit
from smeprofile.charts import show, theme
from smeprofile.facts import fact_number
from smeprofile.rules import risk_classes
from smeprofile.widgets import class_judge, vintage_figure, vintage_map

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。违约、自愈、核销的快慢都是仿真参数。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `drawdowns` | 一笔借据 | 余额、逾期天数、五级分类三列是最后一天的快照，不能当过去的数用 |
# | `schedules` | 一期应还 | 先息后本、随借随还、到期一次还本付息，本金都在最后一期 |
# | `repayments` | 一次还款或处置 | 没还的期次没有行；续贷和核销没有现金 |
#
# `loan_months` 用这三张表，把每笔借据在每个月末的样子重算一遍：余额、逾期天数、逾期阶段（M0 没有逾期，M1 是 1–30 天，往后每 30 天一档，M7 是超过 180 天；分档是本课程设定）。只用那个月末已经知道的事。

# %%
drawdowns = sp.load("drawdowns")
months = credit.loan_months(drawdowns, sp.load("schedules"), sp.load("repayments"), through=AS_OF)
day = months["month_end"].max()  # 最后一个已知的月末
on_books = months[months["status"] == "在账"]
shown = {"loan_id": "借据", "chain_id": "续贷链", "month_end": "月末", "mob": "账龄（月）", "balance_cny": "余额（元）", "dpd": "逾期天数", "bucket": "逾期阶段", "status": "状态"}
months[list(shown)].rename(columns=shown).head(4)

# %% [markdown]
# **账龄**：放款当月是零，下个月末是一。**续贷链**：无还本续贷会另立一笔借据，链把它们串回同一笔钱。
#
# ## 1　不良率是一张相，vintage 是一段录像
#
# 不良率 = 今天的不良余额 ÷ 今天的贷款余额。今天多放一亿，分母马上变大；新放的这一亿要好几个月以后才有机会坏。**vintage**（放款批次）换一种看法：把同一季放出去的钱当一批，跟着它走，看走到第几个月坏了多少。
#
# 本课声明的口径：**坏** = 月末逾期超过 90 天，或者已核销（含转让），坏过就一直算坏；**分母** = 整批首次放款金额；单位 = 续贷链（**续贷链口径**：续贷多少次，都算同一笔钱）。先把两种数放在一起。

# %%
table = credit.vintage(months, by="quarter")
late = on_books["balance_cny"].where(on_books["dpd"] > 90, 0.0).groupby(on_books["month_end"]).sum()
npl = (late / on_books.groupby("month_end")["balance_cny"].sum()).tail(36)
at_24 = credit.pooled(table, 24)
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.plot(npl.index, npl * 100, color="#0072B2", label="时点：逾期超过 90 天的余额占比")
axes.axhline(at_24 * 100, color="#D55E00", linestyle="--", label="账龄 24 个月的累计坏账率")
axes.set(title=f"今天的时点比率 {npl.iloc[-1]:.1%}，放出去两年累计坏了 {at_24:.1%}", xlabel="月末", ylabel="占比（%）", ylim=(0, None), xticks=npl.index[5::6], xticklabels=[f"{d:%Y-%m}" for d in npl.index[5::6]])
axes.legend(loc="lower left")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　定价和拨备问的是“放出去会坏多少”，看 vintage；时点比率只用来和监管口径对表。规模涨得快的那几年，不要拿时点比率下降当成绩：分母涨了，坏账还没到时候。
#
# 把每一批摊开，就是热图。**同一列才能比**：同样走到第 12 个月，谁坏得多。斜线的格子还没走到。

# %%
known = table.tail(16)
year = known[12].dropna()
title = f"走到第 12 个月：最差 {year.idxmax()} 批 {year.max():.1%}，最好 {year.idxmin()} 批 {year.min():.1%}"
figure = vintage_figure(known, title)
show(figure, f"放款批次与账龄的热图。{title}。最近几批右边的格子画斜线，没有成熟。")

# %% [markdown]
# **读图：银行因此改做什么**　最差的那一批，调出来看：哪个产品、哪个渠道、谁批的，是不是那一季放松了什么。最近几批只能看它已经走到的那几列；拿新批次的末一个数去比老批次的末一个数，新的总是“更好”。
#
# ### 把没成熟的补成零，会怎样
#
# 报表系统常把空格填成零再求平均。同一份数据，补零和不补零，两年累计坏账率差多少？

# %%
filled = (table[24].fillna(0) * table["base"]).sum() / table["base"].sum()
young = table[24].isna().mean()
pd.DataFrame(
    {"账龄 24 个月累计坏账率": [f"{at_24:.2%}", f"{filled:.2%}"], "算进去的批次": [f"走到 24 个月的，占 {1 - young:.0%}", "全部，没走到的当作零"]},
    index=["不补零", "补零（错）"],
)

# %% [markdown]
# **银行因此改做什么**　报表规则写死：没走到的格子留空，注明“未成熟”。补零等于说“还没考试的都考了满分”，照这个数定价，每放一笔都少收了风险的钱。
#
# ### 只看还在账的，会怎样
#
# 另一种省事的办法，是只拿今天还在账上的贷款算。坏了的早核销、转让了，好的也还清走了，剩下的是**幸存者**。看每年放出去的每一批，曾经坏过的，今天账上还看得见几成。

# %%
links = months.groupby("chain_id")
chains = pd.DataFrame({"年份": links["month_end"].min().dt.year})
chains["坏过"] = ((months["dpd"] > 90) | (months["status"] == "核销")).groupby(months["chain_id"]).max()
chains["还在账"] = chains.index.isin(on_books.loc[on_books["month_end"] == day, "chain_id"])
old = chains[chains["年份"] < day.year]
gone = 1 - old.loc[old["坏过"], "还在账"].mean()
rates = pd.DataFrame({"整批": old.groupby("年份")["坏过"].mean(), "只看还在账的": old[old["还在账"]].groupby("年份")["坏过"].mean()})
figure, axes = plt.subplots(figsize=(7, 2.8))
(rates * 100).plot.bar(ax=axes, rot=0, color=["#0072B2", "#E69F00"])
axes.set(title=f"曾经坏过的续贷链，{gone:.0%} 今天账上已经看不见", xlabel="放款年份", ylabel="坏过的占比（%，按链数）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　两种柱子对不上，而且说不准往哪边偏：还清的好客户走了，核销的坏客户也走了，剩下谁多全看年头。不同年份的蓝柱也不能互相比：走的时间不一样长。所以取数从**放款表**取，不从**余额表**取；核销、转让、结清的都要在。
#
# **自测 1**　先想分母，再选。

# %% tags=["hide-input"]
ask.single(
    "young_cell",
    "一批贷款放款才 5 个月。报表要填它的“12 个月累计坏账率”，现在一笔也没有坏。怎么填？",
    ["填零，因为一笔也没有坏", "留空，注明未成熟", "用 5 个月的数乘 12 再除以 5", "填上一批的数"],
    key="留空，注明未成熟",
    why={
        "填零，因为一笔也没有坏": "还没走到第 12 个月，不知道不等于零。这样报，新批次永远最好，越放越松。",
        "留空，注明未成熟": "到第 12 个月再填。现在要看它，就拿它的第 5 个月去比别的批次的第 5 个月。",
        "用 5 个月的数乘 12 再除以 5": "坏账不是匀速来的：前几个月几乎没有，到期那几个月成堆。",
        "填上一批的数": "那是上一批的成绩，不是这一批的。",
    },
    hints=("它走到第 12 个月了吗？", "没走到的账龄叫“未成熟”：不是零，是不知道。", "相近的例子：新员工入职三个月，年度考核表上不能填零分，也不能填满分。"),
)

# %% [markdown]
# ## 2　一次还本的断崖
#
# 等额还的贷款，月月还本，还不起马上看得出来。**到期一次还本付息的**在到期以前看不出好坏；先息后本的，付不出息的先露出来，到期以后还要再跳一截。看三种还法的一年期借据从放款起的累计坏账率，只取走满 18 个月的批次，免得批次一换曲线跟着跳。

# %%
terms = drawdowns[(drawdowns["tenor_months"] == 12) & (drawdowns["disbursed_date"] < day - pd.DateOffset(months=19))]
ways = {"到期一次还本付息": ["到期一次还本付息"], "先息后本": ["先息后本"], "等额本息、等额本金": ["等额本息", "等额本金"]}
groups = {name: terms.loc[terms["repayment_method"].isin(methods), "loan_id"] for name, methods in ways.items()}
curves = credit.pooled_curves(months, groups, last=18) * 100
once = curves["到期一次还本付息"]
said = f"跳得最高的是第 {once.diff().idxmax()} 个月" if once.max() > 0 else "这几批没有坏账，看不出断崖"
figure, axes = plt.subplots(figsize=(7, 3))
curves.plot(ax=axes, color=["#D55E00", "#E69F00", "#0072B2"], style=["-", "--", ":"], linewidth=2)
axes.set(title=f"到期一次还本付息：{said}", xlabel="账龄（月）", ylabel="累计坏账率（%，按借据笔数）", xticks=range(0, 19, 3))
show(figure)

# %% [markdown]
# 为什么不是第 12 个月？第 12 个月才第一次要还本，还不上；再过 **90 天**才算坏，那已经是第 15 个月末了。
#
# **读图：银行因此改做什么**　一次还本的，不等到期：到期前 60 天就上门，看生意、看还款来源。评它的好坏，至少等到账龄 15 个月以后；拿它的第 12 个月和等额的第 12 个月比，等于在开卷以前交卷。
#
# ### 借据口径和续贷链口径
#
# 一年期的流贷续一次，就换一笔借据，账龄从零数起。**借据口径看不到续贷以后**：一年期借据到第 24 个月，不是早已还清、续掉，就是早已坏了；续贷以后才坏的，记不到原来那笔上。**续贷链口径**把续贷串起来，同一笔钱走到底。下表的笔数，借据口径数借据，续贷链口径数链。一户可以有几条链，所以它也不是**客户口径**：客户口径按户，一户有一笔坏，这户就坏（练习第 5 题）。

# %%
pairs = [("续贷链口径", "chain"), ("借据口径", "loan")]
rows = [
    (unit_name, weight_name, credit.pooled(credit.vintage(months, by="quarter", unit=unit, weight=weight), 24))
    for unit_name, unit in pairs
    for weight_name, weight in (("金额", "amount"), ("笔数", "count"))
]
four = pd.DataFrame(rows, columns=["口径", "分母", "账龄 24 个月累计坏账率"])
spread = four["账龄 24 个月累计坏账率"].max() / four["账龄 24 个月累计坏账率"].min()
print(f"同一份数据，四个数，最大的是最小的 {spread:.1f} 倍")
four.assign(**{"账龄 24 个月累计坏账率": four["账龄 24 个月累计坏账率"].map("{:.2%}".format)}).set_index("口径")

# %% [markdown]
# **银行因此改做什么**　报告里每个率都写全四样：分子、分母（户数还是金额）、单位（借据、续贷链还是客户）、账龄或时点。去年用哪一种，今年就用哪一种；换了口径，两年都重算。
#
# 监管公布的不良率是哪一种？可以自己推出来：2022 年 4 月末普惠型小微不良余额 {{ fact("inclusive_bad_2022_04") }}，不良率 {{ cite("inclusive_npl_2022_04") }}。两个数相除：

# %%
base = fact_number("inclusive_bad_2022_04") / fact_number("inclusive_npl_2022_04") / 1e4  # 亿元 ÷ 比率，换成万亿元
print(f"反推的分母约 {base:.1f} 万亿元")

# %% [markdown]
# 2021 年末普惠型小微贷款余额是 {{ cite("inclusive_balance_2021") }}，2022 年末是 {{ cite("inclusive_balance_2022") }}；反推的分母落在两者之间（四月末约走了一年的三分之一，也对得上），所以是**贷款余额**，时点、金额口径。能和它放在一起的，只有本行的“不良余额 ÷ 贷款余额”；vintage 的累计数不能。城商行最近的一个是 {{ cite("npl_city_2025q3") }}，是全部贷款的，不只小微。
#
# **先猜**：从续贷链口径换到借据口径，账龄 24 个月的数会变大还是变小？从 90 天换到 30 天呢？**再动**：一次只换一样，看下面的话；合计只算图上这些批次，和上表的全部批次不一样多。**再解释**：哪一种换法，把最差的批次也换掉了？为什么？

# %% tags=["hide-input"]
vintage_map(months)

# %% [markdown]
# **银行因此改做什么**　谁报一个坏账率，先问口径，再问能不能比。用 30 天看得早，但很多会自己好；用 90 天看得准，但晚。早期盯梢用 30 天，定价和拨备用 90 天，两张表都写明。
#
# **自测 2**　算一次断崖。

# %% tags=["hide-input"]
ask.numeric(
    "cliff",
    "一笔 6 个月期、到期一次还本付息的贷款，到期那天没有还，以后一直没有还。放款当月账龄记零，应还日是每月 21 日。它最早在账龄第几个月末“逾期超过 90 天”？",
    key=9,
    unit="月",
    why="第 6 个月 21 日到期；第 8 个月末逾期七十天上下，第 9 个月末一百天上下，已经超过 90 天。",
    near={6: "第 6 个月末才逾期几天，不到 90 天。", 3: "前 6 个月还没到期，没有逾期可言。", 15: "那是一年期的：12 加 3。"},
    hints=("到期那天是第几个月？从哪天起算逾期？", "到期的月数，再加上超过 90 天要的月数。", "相近的例子：一年期的在第 12 个月到期，第 15 个月末超过 90 天。"),
)

# %% [markdown]
# ## 3　滚动率与迁徙：坏账是一步一步走来的
#
# **滚动率**：这个月末在一段（比如 M1）的余额，下个月末有多少进了下一段（M2）。核销也算滚下去；还清的留在分母里。看近一年各段的中位数。

# %%
rolls = credit.roll_rates(months).iloc[-13:-1].median()
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.bar(rolls.index, rolls * 100, color=["#56B4E9" if r < 0.5 else "#D55E00" for r in rolls], edgecolor="black")
axes.bar_label(axes.containers[0], [f"{r:.0%}" for r in rolls], padding=2)
axes.set(title=f"每月滚下去的：{rolls.index[0]} 是 {rolls.iloc[0]:.1%}，{rolls.index[2]} 是 {rolls.iloc[2]:.0%}", xlabel="从哪一段滚到哪一段", ylabel="滚动率（%，按余额）", ylim=(0, 112))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　从左往右找柱子一下子升高的那一段：再往后就很难拉回来了，电话和走访要赶在它前面做完。每月盯同一段的滚动率，比盯不良率早几个月看见变化。
#
# 一步看一个月，**迁徙矩阵**看半年：半年前在哪一段的余额，今天去了哪里。“结清”“核销”也是去处，去掉它们就又只剩幸存者了。续贷在这里算结清：新借据是另一笔。

# %%
since = day - pd.offsets.MonthEnd(6)
moves = credit.migration_matrix(months, since, day).dropna(how="all")
back = moves["M0"] + moves["结清"]
figure, axes = plt.subplots(figsize=(7.4, 3.4))
sns.heatmap(moves * 100, annot=True, fmt=".1f", annot_kws={"size": 8}, cmap="Blues", vmin=0, vmax=100, linewidths=0.5, cbar_kws={"label": "余额占比（%）"}, ax=axes)
worst = back.idxmin()
axes.set(title=f"半年以后回到 M0 或结清的：M0 有 {back['M0']:.0%}，{worst} 只有 {back[worst]:.0%}", xlabel=f"{day:%Y-%m-%d} 在哪里", ylabel=f"{since:%Y-%m-%d} 在哪里")
axes.tick_params(axis="y", rotation=0)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　一行一行看：M0 加结清是回头的，M7 加核销是走到底的。催收的人手放在**还能回头**的那几段，电话打在回头率掉下去以前；回头率已经很低的，换成处置押品、诉讼、谈重组的人。M0 走到 M4 以后的比率小，但余额大，要数钱，不要只看百分数。
#
# **自测 3**　选一项。

# %% tags=["hide-input"]
ask.single(
    "rolled",
    "这个月末 M2 有三笔：甲 100 万元、乙 60 万元、丙 40 万元。下个月末甲进了 M3，乙还清，丙被核销。按余额算，M2→M3 的滚动率是？",
    ["50%：甲 100 ÷ 200", "70%：甲和丙 140 ÷ 200", "100%：还在账的都进了 M3", "71%：甲 100 ÷（100 + 40）"],
    key="70%：甲和丙 140 ÷ 200",
    why={
        "50%：甲 100 ÷ 200": "丙核销了，是坏到头了，不是好了，要算滚下去。漏掉它，核销越多，滚动率越好看。",
        "70%：甲和丙 140 ÷ 200": "核销算滚下去，还清的留在分母里。",
        "100%：还在账的都进了 M3": "只剩幸存者了：乙、丙都要留在分母里，丙核销还要算进分子。",
        "71%：甲 100 ÷（100 + 40）": "两处错：乙还清了也要留在分母里；丙核销算滚下去，要算进分子。",
    },
    hints=("月初 M2 的三笔钱，月末各去了哪里？", "分母是月初全部 M2；核销算滚下去。", "相近的例子：十个人走楼梯，两个上楼、三个下楼、一个摔下去：下去的是四个，分母还是十个。"),
)

# %% [markdown]
# ## 4　五级分类：先问零售还是非零售
#
# 现行《商业银行金融资产风险分类办法》（银保监会、人民银行令 2023 年第 1 号）自 {{ fact("class_since") }}起施行。本课只用核对过的几条：
#
# | 情形 | 至少归为 | 零售 | 非零售 |
# |---|---|---|---|
# | 逾期（操作或技术原因、{{ fact("class_technical_days") }}以内的除外） | 关注 | 是 | 是 |
# | 擅自改变资金用途 | 关注 | 是 | 是 |
# | 借新还旧，或靠别的债来还（符合条件的小微续贷除外） | 关注 | 是 | 是 |
# | 同一债务人在本行或他行有不良 | 关注 | – | 是 |
# | 逾期超过 {{ fact("class_substandard_days") }}，或已发生信用减值 | 次级 | 是 | 是 |
# | 同一债务人在本行的债权，不良超过 {{ fact("class_cross_share") }}（金融管理部门认可的增信方式除外） | 次级（全部） | – | 是 |
# | 逾期超过 {{ fact("class_doubtful_days") }} | 可疑 | 是 | 是 |
# | 逾期超过 {{ fact("class_loss_days") }} | 损失 | 是 | 是 |
#
# 几条都碰上，取最重的。“超过 90 天”从第 91 天起：**第 90 天还是关注**。网上流传“逾期 30 天以内算正常、31–90 天算关注”，**是错的**：除了那几天的操作或技术原因，逾期一天就至少是关注。同业合计逾期、预期信用损失占比、重组观察期等条文本课没有核对原件，不考；遇到时查原文。
#
# 本行的企业贷款按**非零售**管理（仿真设定）。只按天数和百分之十那一条，看全行今天的样子；别的情形账上看不见，要靠人报。

# %%
today = on_books[on_books["month_end"] == day]
classes = risk_classes(today["dpd"], today["balance_cny"], today["customer_id"], is_retail=False)
summary = today.assign(五级分类=classes).groupby("五级分类")["balance_cny"].agg(["size", "sum"]).reindex(["正常", "关注", "次级", "可疑", "损失"], fill_value=0)
wrong = ((today["dpd"] > 0) & (today["dpd"] <= 30)).sum()
print(f"照网上流传的错规则，逾期 1–30 天的 {wrong} 笔都会被当成正常，一笔也不盯。")
pd.DataFrame({"笔数": summary["size"], "余额（万元）": (summary["sum"] / 1e4).map("{:,.0f}".format)})

# %% [markdown]
# **先猜**：非零售、逾期 90 天，是次级吗？再多一天呢？零售的债务人在本行还有三成不良，这一笔没逾期，归哪类？**再动**：天数停在 90、91、270、271、360、361 各看一次；换零售和非零售；把“怎样还旧债”三种都试一遍。**再解释**：哪一条决定了它？什么会改变它？

# %% tags=["hide-input"]
class_judge()

# %% [markdown]
# **银行因此改做什么**　分类不只看天数：客户经理走访带回来的“钱挪去买房了”“他行已经不良”，当天报给风险岗。少分一档，不良率少报，检查出来要重分、问责；多分一档，好客户续不了贷。
#
# ### “90 天”有三种用法
#
# | 用在哪里 | 怎么写 | 谁定 |
# |---|---|---|
# | 五级分类 | 逾期**超过** 90 天，至少次级 | 监管办法 |
# | 违约定义 | 常见写法是 90 天以上，含不含第 90 天看本行制度 | 本行制度，按资本监管 |
# | 评分卡的坏样本 | 90 天、60 天都有人用，看观察期和样本够不够 | 建模的人自己定，写明 |
#
# 三处写着同一个“90 天”，不是同一个数。
#
# **自测 4**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "renewal_class",
    "一户小微企业原贷款正常类，持续经营、信用良好，到期办了无还本续贷。风险岗说：“旧的没还，新的接上，就是借新还旧，一律关注。”",
    verdicts=("对", "错"),
    reasons=["符合条件的小微续贷是例外，不因为续贷单独下调", "旧贷款没还，就是借新还旧", "续贷都算正常，什么情形都不用再看", "小微企业不做五级分类"],
    key=("错", "符合条件的小微续贷是例外，不因为续贷单独下调"),
    why={
        "对": "一律下调，客户经理就不敢做续贷，好客户只好去借过桥，成本和风险都上去了。",
        "符合条件的小微续贷是例外，不因为续贷单独下调": "条件是原贷款正常类、依法合规、持续经营、信用良好。",
        "旧贷款没还，就是借新还旧": "办法把符合条件的小微续贷排除在外。",
        "续贷都算正常，什么情形都不用再看": "只是不因为续贷单独下调；逾期、挪用等照样算。",
        "小微企业不做五级分类": "都要做，只是有的条款只管非零售。",
    },
    hints=("关注类那一条，括号里写了什么例外？", "看条件：原贷款正常类，合规，持续经营，信用良好。", "相近的例子：高速公路上停车要罚，救护车除外；可救护车闯了别的祸照样罚。"),
)

# %% [markdown]
# **自测 5**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "non_retail_only",
    "下面哪几条<b>只管非零售</b>债务人？",
    ["逾期超过 90 天，至少次级", "本行债权不良超过 10%，全部归为不良", "擅自改变资金用途，至少关注", "同一债务人在他行有不良，至少关注", "逾期超过 360 天，归为损失"],
    key=["本行债权不良超过 10%，全部归为不良", "同一债务人在他行有不良，至少关注"],
    why={
        "逾期超过 90 天，至少次级": "天数对谁都一样。",
        "本行债权不良超过 10%，全部归为不良": "只管非零售：一户企业在本行几笔贷款，一笔坏得多，其余的也要跟着。",
        "擅自改变资金用途，至少关注": "用途对谁都一样。",
        "同一债务人在他行有不良，至少关注": "条文写的是“同一非零售债务人”。",
        "逾期超过 360 天，归为损失": "天数对谁都一样。",
    },
    hints=("哪几条看的是这个债务人<b>别的</b>债，而不是这一笔？", "看“这一笔”的对谁都一样；看“这个人别的债”的，只管非零售。", "相近的例子：公司一个部门欠债，整个公司的信用受牵连；你和同事各办信用卡，互不牵连。"),
)

# %% [markdown]
# ## 5　到期前 60 天：续、减、退、还是重组
#
# 先看看接下来 60 天有多少本金到期、怎么还。到期日在放款时就写进合同，今天已经知道。

# %%
due = today.merge(drawdowns[["loan_id", "maturity_date", "repayment_method"]], on="loan_id")
due["left"] = (due["maturity_date"] - day).dt.days
due = due[due["left"].between(1, 60)]
due["现在"] = (due["dpd"] > 0).map({True: "已经逾期", False: "没有逾期"})
ways = due.pivot_table(index="repayment_method", columns="现在", values="balance_cny", aggfunc="sum", fill_value=0) / 1e4
ways = ways.loc[ways.sum(axis=1).sort_values().index]
bullet = due.loc[due["repayment_method"].isin(["先息后本", "随借随还", "到期一次还本付息"]), "balance_cny"].sum() / due["balance_cny"].sum()
figure, axes = plt.subplots(figsize=(7, 2.8))
ways.plot.barh(stacked=True, ax=axes, color=["#D55E00" if name == "已经逾期" else "#56B4E9" for name in ways])
axes.set(title=f"60 天内 {len(due)} 笔到期，{bullet:.0%} 的余额是一次还本", xlabel="到期余额（万元）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　一次还本的，本金全压在到期那一天，提前 60 天排人上门。已经逾期的不进续贷名单，先谈还款或重组。没有逾期的也不是都能续，四条路这样分（本课程设定，各行细则不同）：
#
# | 看到什么 | 走哪条路 | 分类 |
# |---|---|---|
# | 生意在、还息准时、流水撑得起原额度 | **续贷** | 符合条件的，不因续贷下调 |
# | 生意在，但流水缩了，原额度用不满或撑不起 | **减额**：收回一部分，其余续 | 同上 |
# | 还得起，但主业没了、钱挪作他用、人要走 | **退出**：到期收回，不再续 | 按实际情形 |
# | 生意有救，到期还不出本金 | **重组**：改期限、改还款计划，补增信 | 按实际风险，不能当续贷报正常；重组另有规定，查原文 |
#
# 到期的先跑哪一户？先用流水分一分：近半年的货款流入，比去年同期。流水只决定**先查谁、查什么**，不决定续不续。分界（缩两成、缩一半）是本课程设定。

# %%
flows = sp.load("flows_monthly")
ago = (day.year - flows["month"].dt.year) * 12 + day.month - flows["month"].dt.month
recent, before = (flows[ago.between(*span)].groupby("customer_id")["sales_in_cny"].sum() for span in ((0, 5), (12, 17)))
change = due["customer_id"].map((recent / before - 1).to_dict())
names = ["缩了一半以上：先查停没停工", "缩了两成到一半：先按减额查", "流水撑得住：先按续贷查"]
sorted_by = pd.cut(change, [-1.01, -0.5, -0.2, float("inf")], labels=names).astype(object)
due["先看成"] = sorted_by.where(due["dpd"] == 0, "已经逾期：不进续贷名单").fillna("没有去年同期的流水：先要他行流水")
groups = due.groupby("先看成")["balance_cny"].agg(["size", "sum"]).sort_values("sum", ascending=False)
pd.DataFrame({"笔数": groups["size"], "余额（万元）": (groups["sum"] / 1e4).map("{:,.0f}".format)})

# %% [markdown]
# **银行因此改做什么**　客户经理先跑“缩了一半以上”和“已经逾期”的：拖一天，少一天的余地。撑得住的也要问三句话，只是可以排在后面。
#
# 续贷不下调分类，条件是{{ fact("renewal_class") }}（2024-09-24，金规〔2024〕13 号）；范围{{ fact("renewal_scope") }}。**披着续贷的借新还旧**，条件一条也不占：生意停了、利息靠借来还、新钱一到就去堵别处的窟窿。看穿它只要问三句：**开工了吗？利息是哪来的钱还的？这次续了，下次拿什么还？**
#
# 人人都怕签字，所以还有一条：尽职免责适用于{{ fact("diligence_rule") }}，免去的是{{ fact("diligence_relief") }}（2024，金规〔2024〕11 号）。前提是尽了职、留了凭证；明知停工还报续贷，免不了。
#
# **自测 6**　一户到期前 20 天的客户。

# %% tags=["hide-input"]
ask.single(
    "disguised",
    "家具厂，贷款 200 万元，先息后本，还没有逾期。走访：厂门上锁两个月，电费归零；近三个月的利息都由老板弟弟的网贷转进来。老板要求“无还本续贷一年”。最合适的是？",
    ["照办续贷：没有逾期，分类正常", "减额一半再续", "不按续贷办：核实后谈重组或退出，分类至少关注", "马上起诉"],
    key="不按续贷办：核实后谈重组或退出，分类至少关注",
    why={
        "照办续贷：没有逾期，分类正常": "停工、靠别的债付息，续贷的条件不占。今天报正常，一年后一次坏掉两百万。",
        "减额一半再续": "停了工，一半也还不出。",
        "不按续贷办：核实后谈重组或退出，分类至少关注": "靠别的债来还，又不是符合条件的续贷：至少关注。先核实还能不能开工、有什么押品。",
        "马上起诉": "还没到期，也没核实；有救的一起诉就没救了。",
    },
    hints=("续贷的几个条件，它占了几条？", "利息靠网贷来还，这叫什么？", "相近的例子：学生每次考试都请人代写，成绩册上全是满分，升了班也跟不上。"),
)

# %% [markdown]
# ## 回答行长
#
# 两句话，都用上面算出来的数答。累计坏账率是续贷链口径、首次放款金额；12 个月和 24 个月用的批次不一样多，不要拿来相减。

# %%
due_cny = due["balance_cny"].sum()
pd.Series(
    {
        "今天的不良率（五级分类，余额口径）": f"{summary.loc[['次级', '可疑', '损失'], 'sum'].sum() / summary['sum'].sum():.2%}",
        "放出去一百块，走到 12 个月累计坏几块（只算走到的批次）": f"{credit.pooled(table, 12) * 100:.2f}",
        "走到 24 个月累计坏几块（只算走到的批次）": f"{at_24 * 100:.2f}",
        "曾经坏过、今天账上已看不见的": f"{gone:.0%}",
        "60 天内到期": f"{len(due)} 笔，{due_cny / 1e4:,.0f} 万元",
        **{name: f"{row['size']:.0f} 笔，占余额 {row['sum'] / due_cny:.1%}" for name, row in groups.iterrows()},
    },
    name="答案",
).to_frame()

# %% [markdown]
# 哪些该续：流水撑得住、三句话答得上、条件都占的续；哪些不该续：已经逾期的、停了工的、靠别的债付息的，一笔也不报续贷。
#
# 坏账率不等于损失率：坏了的还能收回一部分。定价时还要乘违约损失率，见模块 08。
#
# ## 局限
#
# - **数据是合成的**：违约快慢、自愈、核销的时点都是仿真参数，逾期过了 90 天就很少再回头；真实银行的曲线更不整齐，回头的也多些，不能拿这里的数当行业水平。
# - **还在成熟的批次**看不出结局：最近几批只能和老批次的同一列比。
# - **到期一次还本付息的**在到期以前看不出好坏；先息后本的，付不出息的先露出来，到期以后还要再跳一截；额度越滚越大的客户可能一次都没还过本。
# - **续贷换了借据**，借据口径的账龄从零数起；没有续贷链的银行，先把链补出来。
# - **核销、转让**离开账面；只给你余额表的，先要放款表。
# - 逾期只在**月末**看：月中逾期、月末补上的，这里看不见。
# - 五级分类里，用途、他行不良、信用减值，账上看不见，要靠人去问、去查；查征信要有授权。

# %% [markdown]
# ## 要点
#
# 1. 同一账龄才能比；没成熟的留空，不补零；分母是整批，离开的也在里面。到期一次还本付息的，到期后 90 天才见分晓。
# 2. 分类先问零售还是非零售，再看天数和别的情形，取最重的；90、270、360 天都是“超过”才算。
# 3. 到期前 60 天分四条路；符合条件的续贷不下调，停工、靠借债付息的不是续贷。
# 4. 一个率写全四样：分子、分母、单位（借据、续贷链还是客户）、账龄或时点；只和同口径的比。
# 5. 滚动率里核销算滚下去，还清的留在分母。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块用这里定好的“坏”，做信用评分卡。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
