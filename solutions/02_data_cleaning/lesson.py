# %% [markdown]
# # 02 数据收集、授权与清洗
#
# **时长** 75 分钟 · **前置** 01 政策口径与画像概念 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# {{ cohort.bank.region }}支行要做一次首贷户营销。名单是从五个系统拼出来的，行长只问一句：
#
# > **这份名单，有多少户是真的、能用的、敢用的？**
#
# “真的”是身份查得实，“能用的”是口径统一、没有偷看未来，“敢用的”是每一项数据都有授权。学完这一课，请你回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **判断**一项数据在某个用途下是允许、需授权还是禁止，并说出依据（练习第 1、2、10 题）。
# 2. **读懂**五种常见导出，把编码、单位、日期、时区统一成一个口径（练习第 6、7、11 题）。
# 3. **校验**统一社会信用代码，并据此去重（练习第 8、9 题）。
# 4. **剔除**观察点之后的数据（练习第 5、10、11 题）。
# 5. **选择**缺失的处置方法，并说明它怎样改变名单（练习第 3、11 题）。
# 6. **编码**访谈记录，让走访纪要能够统计（练习第 4 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点
FX_RATES_CNY = {"USD": 7.0, "EUR": 8.1, "HKD": 0.9}  # 仿真参数：一单位外币合多少元人民币

# %% [markdown]
# 导入要用的库。`smeprofile` 是本课程的程序包；`theme()` 让图能显示中文。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from smeprofile import ask, data, uscc
from smeprofile.charts import show, theme
from smeprofile.facts import fact
from smeprofile.tables import table
from smeprofile.widgets import lineage_view, missingness_map

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 五份导出都是**合成数据**，是同一家支行一批客户的记录。企业名称、信用代码、人名都是编的，但毛病是照着真实系统的样子放进去的。
#
# | 文件 | 来自 | 一行是什么 | 常见毛病 |
# |---|---|---|---|
# | `core_customers.csv` | 核心系统 | 一个客户号 | 读进来是乱码（GBK 编码）、金额带单位、日期四种写法、一家两号 |
# | `tax_filings.xlsx` | 税务 | 一户一月的申报 | 表头不在第一行、元与万元混用、合计行、重复行 |
# | `bureau_reports.json` | 征信 | 一份报告 | 没有授权、授权已撤回、用途不符、观察点之后 |
# | `crm.sqlite` | 客户关系系统 | 客户、授权、走访各一张表 | 纪要是一段话，授权有撤回日期 |
# | `app_log.parquet` | 手机银行 | 一次点击 | UTC 时间、事件重复 |
#
# 把五份都原样读进来，只改列名，不改值：先看清，再动手。

# %%
core = data.read_core(data.source_path("core_customers.csv"))
tax = data.read_tax(data.source_path("tax_filings.xlsx"))
reports, loans = data.read_bureau(data.source_path("bureau_reports.json"))
crm = data.read_crm(data.source_path("crm.sqlite"))
app_log = data.read_app_log(data.source_path("app_log.parquet"))

pd.Series(
    {"核心系统": len(core), "税务": len(tax), "征信": len(reports), "走访": len(crm["visits"]), "APP 日志": len(app_log)},
    name="行数",
).to_frame()

# %% [markdown]
# `inspect` 逐列“体检”，把看着可疑的地方写出来；下面是核心系统的原文件，没有可疑的列不列。它对任何表都能用，包括你自己行里的导出。

# %%
raw = pd.read_csv(data.source_path("core_customers.csv"), encoding="gbk", dtype=str, keep_default_na=False)
found = data.inspect(raw)[["n_blank", "n_distinct", "findings"]].set_axis(["空白", "不同的值", "可疑之处"], axis=1)
found[found["可疑之处"].ne("")].rename_axis("列")

# %% [markdown]
# **银行因此改做什么**　先体检、再清洗。“可疑之处”不是结论，是要去问的问题：问源系统管理员，不要自己猜。

# %% [markdown]
# ## 1　先问能不能用：授权矩阵
#
# 同一份数据，换一个用途，结论就可能变。授权跟着**数据项 × 主体 × 用途**走。拿不准的，问合规，不要问同事。

# %%
matrix = data.authorisation_matrix().set_axis(["数据项", "主体", "用途", "结论", "依据"], axis=1)
matrix.pivot(index=["数据项", "主体"], columns="用途", values="结论")

# %% [markdown]
# 每一格都有依据。在“数据项”下面的格子里输入“征信”，看看这几格是怎么定的；写着“本课程设定”的，是{{ cohort.bank.name }}（虚构）的制度，不是法规原文。表可以排序、筛选，也可以导出带走。

# %%
table(matrix, "授权矩阵：数据项、主体、用途与依据", name="授权矩阵")

# %% [markdown]
# 规则落到数据上，就是逐条核对征信报告：有没有授权、是不是本人的、用途对不对、查询是不是早于授权、撤回了没有。`clean_tables` 用这一课要讲的办法把五份导出洗成一组表，观察点之后才查的、连不上客户的报告已经去掉，先借来用；这样数的就是这家支行的客户，不是全行的。

# %%
clean = data.clean_tables()
inquiries, consents = clean["inquiries"], clean["consents"]
checked = data.usable_inquiries(inquiries, consents, as_of=AS_OF)
verdicts = checked["verdict"].value_counts()

figure, axes = plt.subplots(figsize=(7, 3))
colours = ["#009E73" if name == "可用" else "#999999" for name in verdicts.index]
axes.barh(verdicts.index[::-1], verdicts.to_numpy()[::-1], color=colours[::-1])
bad_share = 1 - verdicts.get("可用", 0) / verdicts.sum()
axes.set(title=f"每 100 份征信报告，有 {bad_share * 100:.0f} 份不能用", xlabel="报告份数")
axes.bar_label(axes.containers[0], padding=3)
axes.margins(x=0.12)
show(figure, f"征信报告按核对结论分组的条形图，不可用的占 {bad_share:.0%}。")

# %% [markdown]
# **读图：银行因此改做什么**　灰色的分两种。无授权、用途不符、先查后签和撤回以后才查的，是违规查询，客户可以投诉；授权后来才撤回的，查的时候合规，只是从撤回那天起不能再用（本课程从严设定）。做法有两条：查询前由系统校验授权编号和用途，查不到就不放行；撤回当天同步到所有下游名单，而不是等月底。
#
# **自测 1**　先选结论，再选理由；两样都对才算对。拿不准就点“提示”。

# %% tags=["hide-input"]
ask.judge(
    "bureau_for_marketing",
    "存量客户都签过征信查询授权书。营销岗想用这些征信报告，圈出“他行贷款快到期”的客户打电话。能不能做？",
    verdicts=("能做", "不能做"),
    reasons=[
        "客户签过授权书，就可以用",
        "授权书约定的用途是授信审批，营销是约定以外的用途",
        "征信报告太贵，批量查不划算",
        "只要不把报告给客户看，就没有问题",
    ],
    key=("不能做", "授权书约定的用途是授信审批，营销是约定以外的用途"),
    why={
        "能做": "一次批量圈选就是成百上千次超用途使用：银行会被处罚，经办人会被问责。",
        "客户签过授权书，就可以用": "授权跟着用途走。签的是“授信审批”，就只能用于授信审批。",
        "征信报告太贵，批量查不划算": "不划算是真的，但不是不能做的理由：就算不要钱，也不能做。",
        "只要不把报告给客户看，就没有问题": "给不给客户看无关；问题在于你用了，而客户没有答应你这样用。",
        "授权书约定的用途是授信审批，营销是约定以外的用途": "数据没变，用途变了，授权就不算数了。",
    },
    hints=(
        "先问自己：客户签授权书的时候，写的用途是什么？",
        f"《征信业管理条例》（2013）第二十条：信息使用者须{fact('report_use')}。",
        "一个相近的例子：客户把房门钥匙交给你修水管，你顺便带人参观了他的客厅。钥匙是他给的，参观不是他答应的。",
    ),
)

# %% [markdown]
# ## 2　统一口径：单位、币种、日期
#
# 核心系统的注册资本是一段文字：有的写“万元”，有的写“元”，有的什么都不写（系统约定是万元），还有外币。先看看原样。

# %%
shapes = core["subscribed_capital"].str.replace(r"[\d,.]+", "数", regex=True).replace("", "（没填）")
shapes.value_counts().rename("户数").rename_axis("注册资本的写法").to_frame()

# %% [markdown]
# 比较两种读法：把没写单位的当成“元”，和按约定当成“万元”。横轴是对数刻度，每一大格差十倍。

# %%
right = data.to_cny_column(core["subscribed_capital"], fx_rates_cny=FX_RATES_CNY)
wrong = data.to_cny_column(core["subscribed_capital"], bare_unit_cny=1, fx_rates_cny=FX_RATES_CNY)
n_shrunk = int((wrong < right / 100).sum())

both = pd.concat([right.rename("按约定当万元"), wrong.rename("误当成元")], axis=1).melt(var_name="读法", value_name="元")
figure, axes = plt.subplots()
sns.histplot(both.dropna(), x="元", hue="读法", log_scale=True, element="step", fill=False, bins=40, ax=axes)
axes.set(title=f"读错单位，{n_shrunk} 户的注册资本缩小了一万倍", xlabel="注册资本（元，对数刻度）", ylabel="户数")
sns.move_legend(axes, "upper left")
show(figure, f"两种单位读法下注册资本的分布；误当成元时，{n_shrunk} 户聚成左边一座假峰。")

# %% [markdown]
# **读图：银行因此改做什么**　左边那座孤零零的“小山”不是一群特别小的企业，是单位读错了。画分布比看均值更早发现问题。口径没有写明的导出，退回去要求加“单位”列。
#
# 注册资本本身还是**认缴**数：{{ fact("subscribed_since") }}起实行认缴制，新《公司法》要求有限责任公司 {{ cite("paid_in_years") }}内缴足。画像看规模用参保人数和开票额，看投入用实缴资本。

# %% [markdown]
# **自测 2**　自己换算一次，就不会忘。

# %% tags=["hide-input"]
ask.numeric(
    "bare_capital",
    "核心系统的注册资本一栏写着“500”，没有单位。按系统约定，合多少元？",
    key=5_000_000,
    unit="元",
    why="没写单位的，系统约定是万元：500 万元就是 5,000,000 元。",
    near={
        500: "这是把它当成了元。注册资本五百元的公司几乎没有，多半是单位读错；名单会把它当空壳剔掉。",
        500_000: "少乘了一个 10：一万是 10,000，不是 1,000。额度按它测，会少批九成。",
        50_000_000: "多乘了一个 10。额度按它测，会多批九倍。",
    },
    hints=(
        "先问：这个数没有单位，系统约定的是什么单位？上面的直方图里有答案。",
        "系统约定没写单位的是“万元”。一万元等于 10,000 元。",
        "相近的例子：写着“80”，就是 80 万元，也就是 80 × 10,000 = 800,000 元。",
    ),
)

# %% [markdown]
# 日期也有四种写法，`parse_dates` 一次认全；认不出的会报出是第几行，而不是悄悄变成空。

# %%
opened = data.parse_dates(core["opened_date"])
pd.DataFrame({"原样": core["opened_date"], "统一后": opened}).sample(5, random_state=2)

# %% [markdown]
# ## 3　是不是同一家：统一社会信用代码与去重
#
# 统一社会信用代码 18 位，最后一位是校验位（{{ cite("uscc_standard") }}）：前 17 位加权求和再除以 31 取余算出来。抄错任何一位，校验位就对不上。

# %%
normal = core["uscc"].map(uscc.normalize)
status = pd.Series("合规", index=core.index)
status[normal.map(uscc.is_valid) & normal.ne(core["uscc"])] = "规范写法（去空格、全角转半角、转大写）后合规"
status[~normal.map(uscc.is_valid)] = "不合规，须人工核实"
status[normal.eq("")] = "没填"
status.value_counts().rename("客户号数").to_frame()

# %% [markdown]
# 能自动修的只有空格、全角、大小写这类写法问题。校验位不对的，程序**不猜**：猜对了没人谢你，猜错了贷款就放给了别人。接着按合规代码合并一家两号，留更新时间最新的一行。

# %%
firms, merged = data.drop_duplicate_customers(core)
print(f"客户号 {len(core):,} 个 → 企业 {len(firms):,} 家，合并了 {len(merged):,} 个旧客户号")
example = merged.iloc[0]
same = core[core["customer_id"].isin([example["old_id"], example["kept_id"]])]
same[["customer_id", "name", "uscc", "updated_at"]].set_axis(["客户号", "名称", "统一社会信用代码", "更新时间"], axis=1)

# %% [markdown]
# **银行因此改做什么**　旧客户号上的授权、免打扰和走访记录要一起并过来。最容易出事的是免打扰：客户在旧号上说过“别再打电话”，合并时丢了，新号又打过去。
#
# **自测 3**　程序不猜，人也不要凭名称猜。

# %% tags=["hide-input"]
ask.single(
    "same_name",
    "两户名称一模一样，信用代码都没有填。要不要合并成一户？",
    ["合并，名称一样就是同一家", "不合并，列入待核实名单", "删掉更新时间早的那一户"],
    key="不合并，列入待核实名单",
    why={
        "合并，名称一样就是同一家": "名称可以重复。合并错了，两家的负债、担保会算到一家头上，好客户会被拒。",
        "不合并，列入待核实名单": "不合并，最多多打一个电话；合并错了，会批错一笔贷款。两种错的代价不一样。",
        "删掉更新时间早的那一户": "删掉的那户可能是真客户，他的授权和免打扰也跟着没了，找都找不回来。",
    },
    hints=(
        "如果合并错了，谁会受损？如果没有合并，又会怎样？",
        "比较两种错的代价：一种是多打一个电话，一种是把别人的负债算到他头上。",
        "相近的例子：医院里两位病人同名同姓、都没带身份证。病历会不会先合成一份？",
    ),
)

# %% [markdown]
# ## 4　数据从哪来、到哪去：血缘图
#
# **先猜**：如果只跳过一步，哪一步对征信报告份数的影响最大？**再动**：选“征信”，逐个去掉勾选。**再解释**：多出来的那些，敢用吗？

# %% tags=["hide-input"]
lineage_view(data.lineages(AS_OF))

# %% [markdown]
# **银行因此改做什么**　每张画像表都附一张血缘图，写明每步去掉多少、为什么。哪天某一步去掉的比例突然变了，多半是源系统改了口径，而不是客户变了。

# %% [markdown]
# ## 5　不偷看未来：观察点与时区
#
# APP 日志记的是 UTC 时间，北京时间要加 8 小时。下面数一数：观察点那天按 UTC 看“还在当天”，其实北京时间已经是第二天的有多少条。

# %%
utc_day = app_log["ts_utc"].dt.tz_localize(None).dt.normalize()
beijing_day = app_log["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
end = pd.Timestamp(AS_OF)
leaked = int(((utc_day <= end) & (beijing_day > end)).sum())
future = int((beijing_day > end).sum())
print(f"观察点以后的事件共 {future:,} 条；其中 {leaked:,} 条，不换时区就会漏进画像")

# %% [markdown]
# 时间有三个，别混：**业务日期**（票是哪天开的）、**到行时间**（银行哪天拿到）、**观察点**（站在哪天看）。能不能用，看到行时间有没有超过观察点那一天（北京时间）。
#
# **银行因此改做什么**　每张表都留“到行时间”一列。没有这一列，谁也说不清当时知不知道。
#
# **自测 4**　用“上移”“下移”排好先后。

# %% tags=["hide-input"]
ask.ordering(
    "invoice_times",
    "月中开出一张发票，银行靠企业的纳税申报得知。把下面几件事按发生的先后排好。",
    ["税务数据到行", "企业向税务局申报", "开出发票（业务日期）", "画像里可以用上这张发票"],
    key=["开出发票（业务日期）", "企业向税务局申报", "税务数据到行", "画像里可以用上这张发票"],
    why="能不能用，看到行时间。这里的票是随申报到行的：站在当月最后一天，票已经开了，银行却还没有拿到；拿它训练的模型，上线那天就没有这个数。若企业授权直连发票数据，开票后就能拿到，另记它的到行时间。",
    hints=(
        "银行最早什么时候能“看见”这张发票？",
        "银行看到的是申报之后由税务传来的数据；没到行，就用不上。",
        "相近的例子：你今天寄出一封信，对方三天后收到。他今天知道信里写了什么吗？",
    ),
)

# %% [markdown]
# ## 6　缺失不是 0
#
# 先把几个标签汇总到一户一行。`tax` 里“未申报”的开票额是缺失，“零申报”是 0；没有可用征信报告的客户，逾期天数是缺失。

# %%
sector = {"C": "制造", "E": "建筑", "F": "批发零售", "G": "交通运输", "H": "住宿餐饮", "I": "信息软件", "L": "租赁商务", "M": "科技服务", "O": "居民服务"}
customers, filings = clean["customers"], clean["tax"]
usable_ids = checked.loc[checked["verdict"].eq("可用"), "inquiry_id"]
seen = inquiries[inquiries["inquiry_id"].isin(usable_ids)]
dpd = clean["external_loans"].groupby("inquiry_id")["dpd"].max()
worst = seen["inquiry_id"].map(dpd).fillna(0).groupby(seen["customer_id"]).max()
net = (filings["invoiced_cny"] - filings["red_cny"]).groupby(filings["customer_id"]).mean()
profile = customers[["customer_id"]].assign(
    industry=customers["industry_code"].str[0].map(sector),
    avg_net_invoiced_cny=customers["customer_id"].map(net),
    paid_in_share=customers["paid_in_capital_cny"] / customers["subscribed_capital_cny"],
    max_dpd_days=customers["customer_id"].map(worst),
)
titles = {"avg_net_invoiced_cny": "月均净开票额（元）", "paid_in_share": "实缴/认缴比", "max_dpd_days": "他行最长逾期天数"}
profile[list(titles)].rename(columns=titles).agg(["count", "median"]).set_axis(["看得见的户数", "中位数"]).round(2)

# %% [markdown]
# **先猜**：把“他行最长逾期天数”的缺失填成 0，名单会变安全还是变危险？**再动**：选这个标签，换几种处置。**再解释**：入选的人里，有多少户的数是填出来的？

# %% tags=["hide-input"]
missingness_map(
    profile,
    titles,
    low_is_good=["max_dpd_days"],
)

# %% [markdown]
# **读图：银行因此改做什么**　颜色深的格子，是我们看不见的客户，不是差的客户。看不见有三种原因：没授权、没申报、没公示；税票弱也不等于经营弱。做法是把缺失的单列一张“待补资料”名单，派人去问，而不是填一个数当作看见了。
#
# **自测 5**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "true_zero",
    "下面哪些空白，填 0 是对的？",
    ["手机银行日志覆盖全部客户，某户近 90 天没有登录记录", "没有授权、没有查过征信的客户，逾期天数空白", "税务申报状态是“零申报”，开票额空白", "税务申报状态是“未申报”，开票额空白", "实缴资本没有公示，空白"],
    key=["手机银行日志覆盖全部客户，某户近 90 天没有登录记录", "税务申报状态是“零申报”，开票额空白"],
    why={
        "手机银行日志覆盖全部客户，某户近 90 天没有登录记录": "日志覆盖全部客户，没有记录就是登录 0 次。",
        "没有授权、没有查过征信的客户，逾期天数空白": "没查不等于没逾期。填 0，最不肯授权的客户反而排成最安全的。",
        "税务申报状态是“零申报”，开票额空白": "零申报是企业说了“这个月是 0”，这是看见了的 0。",
        "税务申报状态是“未申报”，开票额空白": "未申报是还不知道。填 0，正常经营的客户会被算成断票，误拒好客户。",
        "实缴资本没有公示，空白": "没有公示不等于没有实缴。填 0，正常企业会被当成空壳。",
    },
    hints=(
        "逐条问：没有这条记录，是因为事情没发生，还是因为我们没看见？",
        "看数据覆盖了谁：覆盖全部客户的，没有记录才是 0；只覆盖一部分的，没有记录是不知道。",
        "相近的例子：考勤机坏了一天，能不能记全员旷工？考勤机好好的、没有你的打卡呢？",
    ),
)

# %% [markdown]
# ## 7　访谈记录：把一段话变成能数的代码
#
# 市场调研和走访得到的是文字。先定一套代码（时效、价格、担保、备货、设备、无需求），再逐条归类。编码看事实，不看客户嘴上的第一句话。

# %%
visits = clean["visits"]
with pd.option_context("display.max_colwidth", 80):
    display(visits[["visit_date", "note"]].sample(5, random_state=7).set_axis(["走访日期", "纪要"], axis=1))

# %% [markdown]
# 用关键词可以先粗分一遍，看看能认出多少。

# %%
words = {"时效": "急|几天|快", "价格": "利率|利息|贵", "担保": "抵押|担保", "备货": "备货|旺季|铺货", "设备": "设备|机器", "无需求": "不缺|暂不|不需要"}
hits = pd.DataFrame({theme_: visits["note"].str.contains(pattern) for theme_, pattern in words.items()})
n_hits = hits.sum(axis=1)
pd.Series(
    {"一个关键词也没有，由人来编": (n_hits == 0).mean(), "恰好一个主题，由人核对": (n_hits == 1).mean(), "两个以上，由人来判断": (n_hits > 1).mean()},
    name="占比",
).map("{:.0%}".format).to_frame()

# %% [markdown]
# 没命中的不等于没有需求：客户会说“对面两天就放下来了”，一个“急”字也没有。命中的也不一定对：“客户只有设备和存货，问能不能做信用贷款”，命中的是“设备”，说的却是担保。
#
# **银行因此改做什么**　关键词只能先挑出好认的；没命中的，一律由人来编。两名客户经理各编一遍，不一致的拿出来讨论**规则**，再把规则写下来。

# %% [markdown]
# ## 回答行长
#
# 把前面几步合起来，名单从客户号一路收窄。每收窄一步，都说得出为什么。

# %%
real = customers["uscc"].map(uscc.is_valid)
free = real & ~customers["do_not_contact"]
agreed = consents.query("data_item == '联系方式' and purpose == '营销' and granted_date <= @end and not (withdrawn_date <= @end)")
approving = seen[seen["reason"] == "贷款审批"]
fresh = approving[approving["inquired_at"] > end - pd.Timedelta(days=30)]
steps = {
    "客户号": len(core),
    "真的：企业（并掉旧号、观察点前已开户）": len(customers),
    "真的：其中信用代码合规": int(real.sum()),
    "敢打电话的：没有要求免打扰（企业公开电话可打）": int(free.sum()),
    "敢打电话的：其中联系方式有营销授权（可打企业主个人）": int((free & customers["customer_id"].isin(agreed["customer_id"])).sum()),
    "授信另算：信用代码合规、有可用的审批类征信报告": int((real & customers["customer_id"].isin(approving["customer_id"])).sum()),
    "授信另算：其中报告在三十天以内": int((real & customers["customer_id"].isin(fresh["customer_id"])).sum()),
}
pd.Series(steps, name="户数").to_frame()

# %% [markdown]
# 打企业公开的电话，剔除免打扰就可以；打企业主个人的，还要有他对营销的授权。这里还没有筛首贷户：在任何机构有过授信的都要剔除，本行的查得到，他行的要等客户来申请、签了授权再核。
#
# 最后两行不是营销名单的人数：营销圈选**不用**征信数据；免打扰管的是营销，不管授信，所以不从这里剔。它说的是：手里有合规取得的审批类报告（多数是旧的）。再来申请：授权仍有效的重新查，没有或已撤回的先签。

# %% [markdown]
# ## 局限
#
# - 数据是合成的：毛病的种类照着真实系统，比例是仿真参数，不能当作行业统计。
# - 这里的授权矩阵只覆盖本课用到的数据项。真实业务以本行合规部门的清单为准。
# - 关键词编码只为说明难处，不能直接用于考核客户经理。
# - 校验位只能发现抄错，发现不了借用别人的真代码；身份还要靠证照与实地。

# %% [markdown]
# ## 要点
#
# 1. 授权跟着数据项 × 主体 × 用途走；撤回等于没有；征信不用于营销圈选。
# 2. 先原样读，再逐列转；单位、币种、日期、时区都要写明口径。
# 3. 合规代码相同才是同一家；程序不猜，名称不作数。
# 4. 看到行时间，不看业务日期；先换成北京时间，再和观察点比。
# 5. 缺失先问“没发生，还是没看见”；填出来的数要标记。
# 6. 访谈编码看事实，规则写下来。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)，把这一课的每一步自己做一遍。下一模块用清洗好的流水与税票，判断销售额是真是假。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
