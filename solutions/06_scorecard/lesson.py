# %% [markdown]
# # 06 信用评分卡
#
# **时长** 75 分钟 · **前置** 05 信贷行为分析 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 明年有一大批贷款要到期。客户经理看不过来，科技部说可以让系统自动续。{{ cohort.bank.region }}支行的行长问：
#
# > **续贷自动通过的分数线划在哪？抬高一格、放低一格，各亏多少？这张卡能不能也拿去批新客户？**
#
# 学完这一课，请你用算出来的数回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **判断**一张分箱表：哪一箱可疑、单不单调、缺失怎么办（练习第 2 题）。
# 2. **计算** WOE、IV、评分刻度，并说出方向（练习第 3、7、8 题）。
# 3. **剔除**贷后才知道的、编号的、不该用的变量（练习第 5 题）。
# 4. **检验**一张卡：KS、AUC、PSI，按时间切分，看违约概率准不准（练习第 4、9、10、11 题）。
# 5. **选择**分数线，说出多抬一格的得失（练习第 1 题）。
# 6. **解释**为什么只看批过的客户会看走眼（练习第 6 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是数据的最后一天。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`bin_mover` 和 `cutoff_slider` 是这一课的两个控件。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import PALETTE, show, theme
from smeprofile.credit import FEATURES, approval_outcomes, borrower_sample, cutoff_table, fit, loan_months, profit_at, psi, report, scaling, woe_table
from smeprofile.widgets import bin_mover, cutoff_slider
from sklearn.metrics import roc_auc_score, roc_curve

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。站在每个季末往回看，一行是**一户在那天有贷款余额的客户**；同一户会在几个季末各出现一次。
#
# 打分之前，先把话说死。这一课从头到尾只用下面的口径：
#
# | 约定 | 这一课怎么定 |
# |---|---|
# | 谁在样本里 | 季末在本行有贷款余额，当时逾期不超过 60 天 |
# | 什么叫坏 | 客户口径：之后 12 个月里，任何一笔贷款月末逾期超过 90 天，或已核销 |
# | 还不知道的 | 12 个月没过完的不算好，也不算坏，先放一边 |
# | WOE 的方向 | ln(好占比 ÷ 坏占比)，正数是更安全 |
# | 评分的方向 | 高是安全；好坏比 60 记 600 分，每翻一番加 20 分 |
# | 坏账率的分母 | 户次，不是金额 |

# %%
sample = borrower_sample(AS_OF)
features = list(FEATURES)
shown = sample.head(4).set_index("customer_id")[["as_of", *features, "is_bad"]].astype(object)
shown["is_bad"] = shown["is_bad"].map({True: "坏", False: "好"})
shown["as_of"] = sample.head(4)["as_of"].dt.strftime("%Y-%m-%d").to_numpy()
shown.where(shown.notna(), "缺失").rename(columns={**FEATURES, "as_of": "季末", "is_bad": "结果"}).rename_axis(index=None, columns="客户")

# %% [markdown]
# 六个特征都只看季末以前：逾期月数、日均存款比贷款余额（近三个月）、贷款余额比年货款流入、流入波动、净利率（已取得的最近一期报表）、经营年限。这张卡没有用到征信数据：续贷审批要用征信，须有约定为授信审批的书面授权；只约定贷后管理的，不能拿来批续贷。

# %% [markdown]
# ## 1　先划时间，再谈模型
#
# 假装今天是一年前：当时能拿来训练的，只有表现期**已经过完**的那些季末。最近一个知道结果的季末留作考卷，叫**时间外样本（OOT）**。

# %%
exam = sample.loc[sample["is_bad"].notna(), "as_of"].max()  # 考卷：最近一个知道结果的季末
train = sample[sample["as_of"] <= exam - pd.offsets.MonthEnd(12)]
oot = sample[sample["as_of"] == exam]
rates = sample.groupby("as_of")["is_bad"].mean().astype(float) * 100
use = pd.Series("不用：建模那天还不知道", index=rates.index)
use[rates.index <= train["as_of"].max()], use[exam], use[rates.isna()] = "训练", "时间外", "表现期没满"
figure, axes = plt.subplots(figsize=(8, 2.8))
for name, colour in zip(use.unique(), PALETTE, strict=False):
    part = rates[use == name].fillna(0)
    axes.bar([f"{day:%y-%m}" for day in part.index], part, color=colour, label=name)
axes.set(title=f"训练 {len(train):,} 户次，坏 {train['is_bad'].sum():,}；时间外 {len(oot):,} 户，坏 {oot['is_bad'].sum():,}", xlabel="季末", ylabel="坏账率（%）", ylim=(0, rates.max() * 1.6))
axes.legend(ncols=2, fontsize=8)
axes.tick_params(axis="x", labelrotation=45)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　最右边几个季末没有柱子，不是没有坏客户，是还没到时候。把它们当好客户放进去，坏账率会被冲淡，分数线就会划低。中间画斜线的几个季末也不能用：建模那天，它们的结果还没出来。

# %% [markdown]
# **自测 1**　先想好今天是哪一天。

# %% tags=["hide-input"]
ask.single(
    "window",
    "今天是六月末。上一年九月末观察的一批客户，到今天逾期超过 90 天的有三户，其余正常。表现期是 12 个月。这一批怎么用？",
    ["三户算坏，其余算好", "只留三户坏的", "整批先放着，满 12 个月再用", "把表现期改成 9 个月，只改这一批"],
    key="整批先放着，满 12 个月再用",
    why={
        "三户算坏，其余算好": "剩下三个月还会有人变坏。当成好，坏账率被低估，分数线会划低。",
        "只留三户坏的": "只留坏的，这一批坏账率就成了百分之百。",
        "整批先放着，满 12 个月再用": "好坏都要等表现期过完。",
        "把表现期改成 9 个月，只改这一批": "同一张卡里好坏的定义要一样，不然比的不是一件事。",
    },
    hints=("还剩几个月没看到？", "没满表现期的，好和坏都还不知道。", "相近的例子：考试才考到一半，先交卷的不及格，不等于没交卷的都及格。"),
)

# %% [markdown]
# ## 2　分箱：把一个特征切成几段
#
# 评分卡不直接用原数，而是切成几箱，看每箱的坏账率。程序找的切点让坏账率只升或只降；缺失自成一箱。先看“日均存款比贷款余额”：账上常放着钱的，是不是更稳？

# %%
table = woe_table(train["deposit_to_debt"], train["is_bad"].astype(int), max_bins=5)
figure, axes = plt.subplots(figsize=(8, 2.8))
axes.bar(table.index.astype(str), table["bad_rate"] * 100, color=PALETTE[0])
known = table.drop("缺失", errors="ignore")["bad_rate"]
axes.set(title=f"存款最薄的一箱坏账率 {known.iloc[0]:.1%}，最厚的一箱 {known.iloc[-1]:.1%}", xlabel="日均存款 ÷ 贷款余额", ylabel="坏账率（%）")
show(figure)
table.assign(bad_rate=table["bad_rate"].map("{:.2%}".format)).round({"woe": 2, "iv": 3}).rename(columns={"n": "户次", "n_bad": "坏", "bad_rate": "坏账率", "woe": "WOE", "iv": "IV"}).rename_axis(index=None, columns="箱")

# %% [markdown]
# 怎么读这张表：
#
# - **WOE** 是这一箱的好占比和坏占比之比的对数。正数比平均安全，负数比平均差，零是平均。
# - **IV** 是各箱“好占比减坏占比，再乘 WOE”之和，越大越分得开好坏。本课程设定：不到 0.02 没有用，超过 0.5 先查泄漏。这是经验值，没有监管出处。
# - **缺失**那一箱如果户次很少、坏账率很高，先问为什么缺：没有余额记录的，多半是账户已经销了。人太少的箱，WOE 大半是运气。
#
# **读图：银行因此改做什么**　贷后访谈加一问：这几个月账上留多少钱？留得太薄的，到期前提前三个月就去，不等系统报警。

# %% [markdown]
# **先猜**：把第一刀往右挪，坏账率最高那一箱会变高还是变低，IV 呢？**再动**：换几个特征，找一刀让坏账率“有升有降”。**再解释**：什么时候不单调也可以留？什么时候要并箱？

# %% tags=["hide-input"]
bin_mover(train, {name: column for column, name in FEATURES.items() if column != "n_late_12m"})

# %% [markdown]
# **银行因此改做什么**　切点要对得上业务说法，例如“存款不到贷款余额的四分之一”。切点多、箱子薄，训练时好看，换一年就散。

# %% [markdown]
# **自测 2**　自己算一个 WOE。按这一课的方向：ln(好占比 ÷ 坏占比)。

# %% tags=["hide-input"]
ask.numeric(
    "woe",
    "某一箱装着全部好客户的 20%，全部坏客户的 40%。这一箱的 WOE 是多少？（ln 2 约 0.693，保留两位小数）",
    key=-0.69,
    tolerance=0.01,
    why="ln(0.2 ÷ 0.4) = −ln 2 ≈ −0.69。负数：这一箱比平均差。",
    near={0.69: "方向反了：按这一课的约定是好占比除以坏占比。反过来算，最差的一箱会加分。", 0.5: "还要取对数。", -0.2: "相减是 IV 里的一半，WOE 是比值的对数。"},
    hints=("这一箱里，好客户多还是坏客户多？那么该是正还是负？", "先算好占比除以坏占比，再取自然对数。", "相近的例子：好占比 30%、坏占比 10%，WOE = ln 3 ≈ 1.10，比平均安全。"),
)

# %% [markdown]
# ## 3　从 WOE 到分数
#
# 把每个特征换成 WOE，做一次逻辑回归（给每项定一个权重，加起来换成违约概率），再换算成分：**评分 = A − B·ln(坏好比)**。PDO 是好坏比每翻一番加的分，这里是 20；B = PDO ÷ ln 2，A = 600 − B·ln 60；算出来 B 是 {{ fact("scorecard_b") }}，A 是 {{ fact("scorecard_a") }}。网上常见的几组 A、B 是算错的，照抄会让同一个分数代表不同的风险。

# %%
card = fit(train[features], train["is_bad"].astype(int), max_bins=5)
a, b = scaling(pdo=20, score_at=600, odds_at=60)
said = "；".join(card.findings) or "六个特征都入了模，方向都对。"
for column, name in FEATURES.items():
    said = said.replace(column, name)
print(f"A = {a:.3f}，B = {b:.4f}；{said}")
points = card.points()
points.index = points["feature"].map(FEATURES) + "：" + points["bin"]
points[["woe", "points"]].round({"woe": 2, "points": 0}).astype({"points": int}).set_axis(["WOE", "得分"], axis=1).rename_axis(index=None, columns="特征：箱")

# %% [markdown]
# 一户的总分就是各特征得分之和：哪一项少了几分，看得见、说得出。这样做有两个由头。一是征信机构对外的评分，规章要求{{ cite("credit_info_scope") }}；本行自建的卡不算征信产品，照着做是本课程的主张。二是自动化决策对个人权益有重大影响时，{{ cite("pipl_explain") }}，这一条管到银行自己。小微企业主是个人，扣了哪几分要说得出来，还要有人工复核的路。
#
# 逐行看一遍：有没有业务上说不通的箱？看缺失那几行：缺数据的得分不该比最好的一箱还高，遇到就封在平均分。客户少的银行，箱里坏户只有几个，WOE 更要当心。本表有没有这样的箱？

# %%
is_missing = points["bin"] == "缺失"
rounded = points["points"].round()
highest = rounded[~is_missing].groupby(points["feature"]).max()
over = [f"“{FEATURES[name]}：缺失”" for name, got in zip(points.loc[is_missing, "feature"], rounded[is_missing], strict=True) if got > highest[name]]
print(f"{'、'.join(over)}正是这样：上线前要封在平均分。下面的数都没有封。" if over else "没有：缺失的得分都不比最好的一箱高。")

# %% [markdown]
# 分数和坏账率要对着走：分越高，坏账率越低。画出来查一查。

# %%
score = card.score(oot)
group = pd.qcut(score, 5, duplicates="drop")
by_score = oot["is_bad"].astype(int).groupby(group, observed=True).agg(["size", "mean"])
ends = by_score["mean"].iloc[[0, -1]].tolist()
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.bar([f"{i.left:.0f}–{i.right:.0f}" for i in by_score.index], by_score["mean"] * 100, color=PALETTE[0])
turned = (by_score["mean"].diff() > 0).sum()
word = "一档比一档低" if not turned else f"大体往下，有 {turned} 档反了" if ends[0] > ends[1] else "没有往下走，先停下来查"
axes.set(title=f"时间外：从低分到高分，坏账率{word}", xlabel="评分（五等分）", ylabel="坏账率（%）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　每季拿新到期的结果重画这张图。要是反过来（分高的更坏），先查 WOE 的方向，再查数据；查清以前，自动通过停下来。只有一档反了的，先数坏户：差几户可能是运气，连着两季都反才动卡。

# %% [markdown]
# **自测 3**　按这一课的刻度算。

# %% tags=["hide-input"]
ask.numeric(
    "pdo",
    "好坏比 60 记 600 分，每翻一番加 20 分。好坏比 240 的客户是多少分？",
    key=640,
    unit="分",
    why="60 → 120 → 240，翻了两番，加 40 分。",
    near={620: "240 是 60 的四倍，翻了两番，不是一番。", 680: "四倍不是加四个 20：每翻一番才加 20。", 560: "方向反了：好坏比越高，越安全，分越高。"},
    hints=("从 60 到 240，翻了几番？", "每翻一番加 20 分。", "相近的例子：好坏比 30 是 60 的一半，就是 580 分。"),
)

# %% [markdown]
# ## 4　考一考：分得开、算得准、站得住
#
# 三件事要分开问，都在时间外看，训练上的成绩不算数：
#
# - **分得开**：AUC 是任取一好一坏、坏的那户分更低的机会，0.5 等于抛硬币，1 是全对；KS 是同一条线上，抓到的坏客户占比减误伤的好客户占比，取最大的一处。
# - **算得准**：总水平看平均违约概率和实际坏账率；校准斜率近 1 说明拉开得合适。截距要和斜率一起看，斜率不是 1 时单看截距会看反。
# - **站得住**：PSI，看打分的人群变了没有，0 是一点没变。

# %%
told = report(card, train, oot, "is_bad")
names = {"n": "户次", "auc": "AUC", "ks": "KS", "mean_pd": "平均违约概率", "bad_rate": "实际坏账率", "slope": "校准斜率", "intercept": "校准截距", "psi": "PSI"}
shown = told[list(names)].map("{:.3f}".format).assign(n=told["n"].map("{:,}".format))
shown.rename(columns=names).rename_axis("样本").T

# %% [markdown]
# 再画两张图。左边是 ROC：曲线越鼓，越分得开。右边是校准：按预测分五组，预测和实际该贴着走。为了看清两者不是一回事，再造一张“乙卡”：名次一样，每户的坏好比都乘 2.5，报的概率高出一倍多。

# %%
y, p = oot["is_bad"].astype(int), card.pd_12m(oot)
high = 2.5 * p / (1 + 1.5 * p)  # 坏好比乘 2.5，仍在 0 到 1 之间
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
left.plot(*roc_curve(y, p)[:2], color=PALETTE[0], label=f"本卡和乙卡，AUC {roc_auc_score(y, p):.3f}")
left.plot([0, 1], [0, 1], color="#999999", label="抛硬币，0.5")
left.set(title="名次：两张卡一样", xlabel="误伤的好客户占比", ylabel="抓到的坏客户占比")
groups = pd.qcut(p.rank(method="first"), 5, labels=["最低", "较低", "中", "较高", "最高"])
shown = pd.DataFrame({"实际": y, "本卡预测": p, "乙卡预测": high}).groupby(groups, observed=True).mean() * 100
for (name, values), marker in zip(shown.items(), "os^", strict=True):
    right.plot(shown.index, values, marker=marker, label=name)
right.set(title=f"概率：实际 {y.mean():.1%}，本卡报 {p.mean():.1%}，乙卡报 {high.mean():.1%}", xlabel="预测的风险", ylabel="12 个月坏账率（%）")
for axes in (left, right):
    axes.legend(fontsize=8)
figure.tight_layout()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　排队用 AUC，定价和拨备用概率。乙卡拿来排拜访名单没有问题，拿来定价就会把好客户全部报贵。概率不准、名次还好的，**重新校准**（平移截距），不必重做一张卡。

# %% [markdown]
# **自测 4**　AUC 和概率，各管什么？

# %% tags=["hide-input"]
ask.judge(
    "calibration",
    "一张卡的时间外 AUC 是 0.78，平均违约概率 2%，实际坏账率 4%。AUC 高，可以直接拿它的概率定价。",
    verdicts=("对", "错"),
    reasons=["名次好不等于概率准，先校准再定价", "AUC 不到 0.8 的卡都不能用", "实际坏账率高，说明好坏分不开", "概率差一倍不影响价格"],
    key=("错", "名次好不等于概率准，先校准再定价"),
    why={
        "对": "照 2% 定价，风险成本少算一半，放得越多亏得越多。",
        "名次好不等于概率准，先校准再定价": "AUC 只看谁在前谁在后。",
        "AUC 不到 0.8 的卡都不能用": "没有这条线。能不能用，看它比现在的做法多赚多少。",
        "实际坏账率高，说明好坏分不开": "分不分得开看 AUC、KS；坏账率高低是另一回事。",
        "概率差一倍不影响价格": "价格里有违约概率乘损失率，差一倍就少收一半。",
    },
    hints=("把所有人的概率都乘二，谁在前谁在后变了吗？", "AUC 只看名次，校准才看概率。", "相近的例子：一只表每天快一小时，先后没错，时刻全错。"),
)

# %% [markdown]
# ### 人群变了没有：PSI
#
# PSI 用**训练样本**的十等分做箱，看每个季末的人落在各箱的比例和它差多少；训练用过的季末也画出来作对照，要看的是后面的。本课程设定：不到 0.1 算稳，超过 0.25 要停下来查。

# %%
base = card.score(train)
drift = pd.Series({f"{day:%y-%m}": psi(base, card.score(rows)) for day, rows in sample.groupby("as_of")})
worst = drift.idxmax()
word = "都不到 0.1，人群没有大变" if drift.max() < 0.1 else f"{worst} 最高，到了 {drift.max():.2f}，要查是人变了还是数据变了"
figure, axes = plt.subplots(figsize=(8, 2.4))
axes.bar(drift.index, drift, color=PALETTE[5])
axes.axhline(0.1, color=PALETTE[2], linestyle="--")
axes.tick_params(axis="x", labelrotation=45)
axes.set(title=f"评分的 PSI：{word}", xlabel="季末", ylabel="PSI（虚线 0.1）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　PSI 高不等于卡坏了，是来的人不一样了，或者某个字段的来源变了。先逐个特征算 PSI，找到是哪一个，再决定修数据、校准还是重做。PSI 低也不等于卡还准：人没变，经济变了，坏账率照样会变，所以校准要另看。

# %% [markdown]
# ## 5　泄漏：贷后才知道的，不能进模型
#
# 有人加了一个特征：“逾期月数（一年后的报表）”，训练时效果惊人。看看它是怎么骗人的：训练、考试都用得上它；可上线那天，没有人有一年后的数。

# %%
later = sample[["customer_id", "as_of", "n_late_12m"]].assign(as_of=sample["as_of"] - pd.offsets.MonthEnd(12))
later = later.rename(columns={"n_late_12m": "late_next_year"})
leaky_train, leaky_oot = (rows.merge(later, how="left") for rows in (train, oot))
leaky = fit(leaky_train[[*features, "late_next_year"]], leaky_train["is_bad"].astype(int), max_bins=5)
live = leaky_oot.assign(late_next_year=float("nan"))  # 上线那天：人人缺失
aucs = {
    "本卡": roc_auc_score(y, card.pd_12m(oot)),
    "偷看一年后，考试": roc_auc_score(y, leaky.pd_12m(leaky_oot)),
    "偷看一年后，上线": roc_auc_score(y, leaky.pd_12m(live)),
}
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.barh(list(aucs), list(aucs.values()), color=[PALETTE[0], PALETTE[2], PALETTE[1]])
axes.set(title=f"偷看的卡考试 {aucs['偷看一年后，考试']:.2f}，上线变成 {aucs['偷看一年后，上线']:.2f}", xlabel="时间外 AUC", ylabel="", xlim=(0.4, 1))
show(figure)

# %% [markdown]
# 程序也会提醒：IV 高得离谱的，先查泄漏。把它的提醒打印出来，再看上线那天算出的平均违约概率。

# %%
said = "\n".join(leaky.findings) or "没有提醒：IV 没有超过 0.5，更要自己查。"
for column, name in {**FEATURES, "late_next_year": "逾期月数（一年后的报表）"}.items():
    said = said.replace(column, name)
print(said)
print(f"实际坏账率 {y.mean():.1%}；偷看的卡上线那天平均报 {leaky.pd_12m(live).mean():.1%}，本卡报 {p.mean():.1%}")

# %% [markdown]
# **读图：银行因此改做什么**　每个特征都写上“哪一天知道的”，晚于决策日的一律不收。太好的成绩先当成坏消息查。

# %% [markdown]
# **自测 5**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "leak",
    "要给“续贷审批当天”做评分卡。下面哪些不能当特征？",
    ["审批前 12 个月的逾期月数", "续贷以后第一期有没有逾期", "客户编号的最后三位", "今天贷款的五级分类（审批是去年的事）", "审批前三个月的日均存款"],
    key=["续贷以后第一期有没有逾期", "客户编号的最后三位", "今天贷款的五级分类（审批是去年的事）"],
    why={
        "审批前 12 个月的逾期月数": "审批那天就知道，可以用。",
        "续贷以后第一期有没有逾期": "审批以后才发生，是泄漏。上线那天没有这个数。",
        "客户编号的最后三位": "编号没有含义，碰巧分得开也是运气。",
        "今天贷款的五级分类（审批是去年的事）": "快照是今天的，审批那天还不知道。",
        "审批前三个月的日均存款": "审批那天就知道，可以用。",
    },
    hints=("逐个问：审批那天，柜台上的人看得到它吗？", "只有决策以前知道、又有业务含义的才能用。", "相近的例子：用比赛结束后的掌声预测谁赢，很准，也没有用。"),
)

# %% [markdown]
# ## 6　分数线：一格值多少钱
#
# 分数线不是统计问题，是算账。仿真参数：一户好客户一年净赚八千元，一户坏客户亏三十五万元（都按户，已扣资金成本）。本行要换成自己的数。这两个数定得偏严，只用来练选线；按担保方式的 LGD 和价格怎么算，见模块 08，两课的盈亏不能互相比。

# %%
GAIN_CNY, LOSS_CNY = 8_000, 350_000  # 仿真参数：好客户一年赚多少，坏客户亏多少
print(f"一户坏客户要 {LOSS_CNY / GAIN_CNY:.0f} 户好客户来补：违约概率高过 {GAIN_CNY / (GAIN_CNY + LOSS_CNY):.1%} 的，放出去就是亏")

# %% [markdown]
# **先猜**：把线抬高一格，少放的人里有几户坏客户？**再动**：找到利润最高的那一带；再把坏客户的亏损拖到一半，线该往哪边走？**再解释**：为什么坏账率最低的线，不是赚钱最多的线？

# %% tags=["hide-input"]
cutoff_slider(score, oot["is_bad"].astype(int), gain_cny=GAIN_CNY, loss_cny=LOSS_CNY)

# %% [markdown]
# **银行因此改做什么**　利润曲线在顶上常常是平的：差不多的一带里，挑通过率高、说得清的整数。最高的那一点是事后才知道的，换一季就会挪。线以下不是拒绝，是转人工：给客户经理留着现场核实的余地。

# %% [markdown]
# ## 7　模型看不见的
#
# ### 被拒的人后来怎样
#
# 批新客户时，历史策略拒掉的人没有后来。幸好这家行留了一手：策略要拒的人里，抽签放行一小部分，看他们的真实表现。比一比，坏的定义不变：首次用款当月之后的 12 个月。

# %%
loans = [sp.load(name) for name in ("drawdowns", "schedules", "repayments")]
new = approval_outcomes(loan_months(*loans, through=AS_OF), sp.load("applications"), sp.load("decisions"), sp.load("facilities"), loans[0])
policy, lot = new[~new["by_lot"]], new[new["by_lot"]]
bands = pd.qcut(policy["policy_score"], 4, labels=["低分", "较低", "较高", "高分"])
shown = pd.concat([policy["is_bad"].groupby(bands, observed=True).agg(["size", "sum"]).add_prefix("n_"), pd.DataFrame({"n_size": [len(lot)], "n_sum": [lot["is_bad"].sum()]}, index=["抽签放行"])])
rate = shown["n_sum"] / shown["n_size"]
wide = 1.96 * (rate * (1 - rate) / shown["n_size"]) ** 0.5
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(shown.index, rate * 100, yerr=wide * 100, capsize=4, color=[PALETTE[0]] * 4 + [PALETTE[1]])
axes.set(title=f"策略批的坏账率 {policy['is_bad'].mean():.1%}，策略要拒、抽签放行的 {lot['is_bad'].mean():.1%}", xlabel="策略批过的按历史策略评分四等分；最右是抽签放行的", ylabel="12 个月坏账率（%）")
show(figure)

# %% [markdown]
# 竖线是大约九成五的把握范围。把这些数换成行长听得懂的话：

# %%
chance = lot["is_bad"].mean() / policy["is_bad"].mean() - 1
apart = rate["抽签放行"] - wide["抽签放行"] > policy["is_bad"].mean()
print(f"抽签放行 {len(lot):,} 笔、坏 {lot['is_bad'].sum():,} 笔，坏账率比策略批的{'高' if chance > 0 else '低'} {abs(chance):.0%}。")
print("差别大过偶然：" if apart else "样本小，差别还说不死：", "只拿批过的客户训练，被拒的人是没见过的，给他们打的分不能直接信。", sep="")

# %% [markdown]
# **读图：银行因此改做什么**　这张卡只见过**已经批了、还在还**的客户，拿去批新客户，就是拿见过的人去猜没见过的人。要做新客户的卡，先把随机放行的小试点留下来，别为了好看的坏账率把它关掉：关掉了，就再也不知道拒错了谁。
#
# ### 再好的模型也有天花板
#
# 仿真里有一个谁也看不见的数：每户每月真实的违约概率。拿它来排名，就是天花板。只看季末以前 12 个月没有逾期过的客户（已经逾期的，谁都看得出来），并且只算了编号靠前的一部分客户：真值的 AUC 是 **{{ truth.scorecard_ceiling }}**。同一批客户，本卡是多少？

# %%
same = sample[sample["is_bad"].notna() & (sample["n_late_12m"] == 0) & (sample["customer_id"] <= {{ truth.scorecard_last }})]
two_kinds = same["is_bad"].nunique() == 2
print(f"本卡 AUC {roc_auc_score(same['is_bad'].astype(int), card.pd_12m(same)):.3f}（{len(same):,} 户次，坏 {same['is_bad'].sum():,}）" if two_kinds else "这一批里没有坏客户，比不了")

# %% [markdown]
# 知道真实概率的人也到不了 1：违约一部分看底子，一部分看运气。底子里还有经营能力、诚信这些表里没有的，要靠走访去补。**银行因此改做什么**　有人说他的模型 AUC 到了 0.95，不要先祝贺，先查第 5 节。

# %% [markdown]
# **自测 6**　行长问能不能拿去批新客户。

# %% tags=["hide-input"]
ask.single(
    "reject",
    "历史上批过的客户坏账率是 2%。行长说：把线放低，多批一倍的人，坏账率也就 2%。怎么回答？",
    ["可以，历史数据支持", "批过的是挑过的人；先看随机放行那一批，再小步试", "不行，新客户一概不能用模型", "把被拒的人都当成坏客户，重新训练"],
    key="批过的是挑过的人；先看随机放行那一批，再小步试",
    why={
        "可以，历史数据支持": "历史数据里只有挑过的人。放低线进来的，正是以前不要的人。",
        "批过的是挑过的人；先看随机放行那一批，再小步试": "只有随机放行的，才看得到被拒的人后来怎样。",
        "不行，新客户一概不能用模型": "不是不能用，是要先有见过这些人的样本。",
        "把被拒的人都当成坏客户，重新训练": "被拒的大多数也会还钱。都当坏的，等于把旧策略的偏见刻进新卡。",
    },
    hints=("线放低以后多进来的人，历史数据里有没有？", "批过的样本是挑过的，不能代表没批的。", "相近的例子：只问坐在教室里的人爱不爱上课，问不到逃课的。"),
)

# %% [markdown]
# ## 回答行长
#
# 线要在**建模那天**就定得出来。两种定法：把第 6 节打平的违约概率换成分数，或者照训练里最后一季利润最高的一点。都拿时间外那一批算账。

# %%
paid = {"gain_cny": GAIN_CNY, "loss_cny": LOSS_CNY}
line = round((a + b * np.log(LOSS_CNY / GAIN_CNY)) / 5) * 5  # 好坏比正好打平的那一分，取到 5 分一格
last = train[train["as_of"] == train["as_of"].max()]
peak = int(cutoff_table(card.score(last), last["is_bad"].astype(int), **paid)["profit_cny"].idxmax())
earned = {cut: profit_at(cut, score, y, **paid) / 1e4 for cut in (0, peak, line - 5, line, line + 5)}
best = cutoff_table(score, y, **paid)["profit_cny"].max() / 1e4
passed = y[score >= line]
print(f"按违约概率打平：{line} 分；照最后一季的最高点：{peak} 分（那一季坏 {last['is_bad'].sum()} 户）")
near = "总水平接近" if abs(p.mean() / y.mean() - 1) < 0.2 else "总水平差得不少，定线以前先校准"
print(f"概率可不可信，第 4 节检验过：平均报 {p.mean():.1%}，实际 {y.mean():.1%}，{near}；斜率 {told['slope'].iloc[-1]:.2f}，没有再调。")

# %% [markdown]
# 坏户少的时候信违约概率，不信一季的最高点：那一点落在哪，常常一两户坏客户就能挪动。下表的线按违约概率划，用的就是第 4 节检验过的概率。

# %%
pd.Series(
    {
        "分数线划在哪（分）": f"{line}",
        "时间外：自动通过": f"{len(passed) / len(y):.0%}",
        "时间外：通过的坏账率": f"{passed.mean():.2%}（全部通过是 {y.mean():.2%}）" if len(passed) else "没有人通过",
        "利润（万元）": f"{earned[line]:,.0f}（照一季的最高点 {earned[peak]:,.0f}，全部通过 {earned[0]:,.0f}，事后看最好 {best:,.0f}）",
        "抬高一格、放低一格，利润变化（万元）": f"{earned[line + 5] - earned[line]:+,.0f}；{earned[line - 5] - earned[line]:+,.0f}",
        "预期坏户与实际坏户": f"{p.sum():.0f} 对 {y.sum()}",
        "能不能拿去批新客户": f"不能直接用：没见过被拒的人，抽签放行的坏账率是 {lot['is_bad'].mean():.1%}，策略批的是 {policy['is_bad'].mean():.1%}" + ("" if apart else "，样本小，差别还说不死；不能用是因为没见过这些人，不是因为这个差"),
    },
    name="回答",
).to_frame().rename_axis(columns="行长问的")

# %% [markdown]
# 一格的得失常常只是一两户坏客户的事：坏户不多，变化会忽多忽少，所以线要挑“一带”，不要挑“一点”。线以下的转人工，不是拒绝。

# %% [markdown]
# ## 局限
#
# - 数据是合成的，损失和利润是仿真参数；每户的损失其实和余额有关，这里按户平均。
# - 坏户不多，同一户还会在几个季末重复出现，单个数会晃。看区间，不看小数点后三位。
# - 表现期 12 个月看不全：一次还本的贷款，有的到期以后才露出来（见 05）。
# - 经营年限、行业这类特征会让新企业和某些行业整体吃亏。上线前比一比各组的通过率，线以下留人工。
# - 性别、婚姻、民族、宗教不进模型；征信数据须有相应用途的授权，且不得用于营销圈选。

# %% [markdown]
# ## 要点
#
# 1. 分箱看四样：单调、厚薄、缺失、业务上说不说得通。
# 2. WOE 正是安全，评分高是安全；方向先写明，再打分。B = PDO ÷ ln 2。
# 3. 决策那天不知道的，不进模型；成绩太好先查泄漏。
# 4. 按时间切分；AUC 管名次，校准管概率，PSI 管人群，三件事分开看。
# 5. 分数线按利润划，不按坏账率划：从打平的违约概率换算，不追一季的最高点；差不多的一带都可以。
# 6. 只见过批过的人，就不能直接批没见过的人；留着随机放行。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块预测谁需要钱、需要多少。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
