# %% [markdown]
# # 02 练习：数据收集、授权与清洗
#
# **时长** 90 分钟 · **满分** 100 分 · **前置** 02 课程
#
# - 标着「全员必做」的 5 题用鼠标选，合计 36 分；标着「分析岗」的 6 题写几行代码，对客户经理是选做：不做不影响「全员必做」各题的得分。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存，关机也在。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面两个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看客户，之后的数据都不能用
FX_RATES_CNY = {"USD": 7.0, "EUR": 8.1, "HKD": 0.9}  # 仿真参数：一单位外币合多少元人民币

# %%
import math

import pandas as pd
from smeprofile import ask, uscc
from smeprofile.data import source_path

ALPHABET = uscc.ALPHABET  # 第 8 题的字符集

USES = ["允许", "需授权", "禁止"]  # 第 1、2 题的选项

# %% [markdown]
# ## 一、授权与合规（全员必做）
#
# 判断用下面三个词，意思请看清：
#
# | 选项 | 意思 |
# |---|---|
# | `允许` | 依据已经齐备，现在就可以这样用 |
# | `需授权` | 现在不行；取得本人书面同意、并把这个用途写清楚之后才可以 |
# | `禁止` | 就算客户书面同意了，也不能这样用 |
#
# **制度摘录**
#
# - 采集个人信息须经本人同意，依法公开的信息除外；不作为个人信息的是{{ cite("report_collect_consent") }}。
# - 向征信机构查询个人信息，须{{ cite("report_consent") }}。使用时须{{ cite("report_use") }}。
# - 自动化决策方式的商业营销，须同时提供{{ cite("pipl_marketing") }}。
# - {{ cohort.bank.name }}制度（教学设定）：征信数据一律不得用于营销圈选；外部信用评分只向有征信业务资质的机构采购；贷款结清后，不再以“贷后管理”为由查询；授权撤回等于没有授权。

# %% [markdown] task="redline" track="all"
# ### 第 1 题　四条红线（8 分，全员必做）
#
# 给每种做法选 `允许`、`需授权` 或 `禁止`。四条都对才得分：这些事在银行里没有“对了一半”。

# %% answer="redline" tags=["hide-input"]
redline = ask.choices(
    "redline",
    {
        "r1": "客户经理想给“他行贷款快到期”的客户打营销电话，用存量客户的征信报告圈名单。",
        "r2": "企业主口头答应查个人征信，说授权书“回头补签”。审批岗想今天就查。",
        "r3": "一家没有征信业务资质的数据公司，愿意直接卖给我行企业主“信用分”，接入审批模型。",
        "r4": "贷款上月已结清，没有新申请。贷后岗想以“贷后管理”为由再查一次企业主征信，看看他在别处借了没有。",
    },
    USES,
)
# BEGIN SOLUTION
redline = {"r1": "禁止", "r2": "需授权", "r3": "禁止", "r4": "禁止"}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每条都选了。

# %% check="redline" points=8
todo = [key for key, choice in redline.items() if choice not in USES]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(redline) == {"r1", "r2", "r3", "r4"}, "应有 r1 到 r4 四条，请不要增删。"
# BEGIN HIDDEN TESTS
assert redline["r1"] == "禁止", (
    "r1：征信数据不得用于营销圈选，这是零容忍红线。征信查询的授权用途是审批或贷后，不是营销；"
    "一次批量圈选就是成百上千次违规使用，银行会被处罚，经办人会被问责。"
)
assert redline["r2"] == "需授权", (
    "r2：查询个人征信须先取得本人书面同意并约定用途（征信业管理条例第十八条）。口头不算，补签也不算；先查后补就是未授权查询。"
)
assert redline["r3"] == "禁止", (
    "r3：卖方没有征信业务资质，直接接入违反本行“外部信用评分只向有征信业务资质的机构采购”的制度（教学设定）。模型一旦停用，已批的贷款就失去了决策依据。"
)
assert redline["r4"] == "禁止", (
    "r4：贷款已结清，“贷后管理”这个用途已不存在。以此为由查询属于超用途查询，客户有权投诉。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="redline"
# r1 最常丢分。学员常说“客户都签过授权书”，但授权书约定的用途是授信审批。r2 与 r1 的区别：r2 补齐授权就可以做，r1 补齐也不行（本行制度）。

# %% sample="redline" mistake="征信数据用于营销圈选" says="营销圈选"
redline = {"r1": "需授权", "r2": "需授权", "r3": "禁止", "r4": "禁止"}

# %% sample="redline" mistake="无授权查询" says="书面同意"
redline = {"r1": "禁止", "r2": "允许", "r3": "禁止", "r4": "禁止"}

# %% sample="redline" mistake="向无资质的机构买评分" says="征信业务资质"
redline = {"r1": "禁止", "r2": "需授权", "r3": "允许", "r4": "禁止"}

# %% sample="redline" mistake="结清后仍查询" says="结清"
redline = {"r1": "禁止", "r2": "需授权", "r3": "禁止", "r4": "允许"}

# %% [markdown] task="purpose" track="all"
# ### 第 2 题　授权矩阵：同一份数据，换个用途（8 分，全员必做）
#
# 给每种做法选 `允许`、`需授权` 或 `禁止`。

# %% answer="purpose" tags=["hide-input"]
purpose = ask.choices(
    "purpose",
    {
        "p1": "企业主申请贷款，已签征信查询授权书，用途写明“授信审批”。审批岗查询他的征信报告，用于这笔审批。",
        "p2": "用国家企业信用信息公示系统公开的企业登记信息，做首贷户名单的初筛。",
        "p3": "客户为申请贷款授权我行取得企业主个人纳税数据，用途“授信审批”。信用卡中心想拿去给企业主推荐信用卡。",
        "p4": "客户上个月撤回了“APP 行为用于营销”的授权。营销岗想按他昨天在 APP 里点过“测额度”来推送产品。",
    },
    USES,
)
# BEGIN SOLUTION
purpose = {"p1": "允许", "p2": "允许", "p3": "需授权", "p4": "需授权"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题。

# %% check="purpose" points=8
todo = [key for key, choice in purpose.items() if choice not in USES]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(purpose) == {"p1", "p2", "p3", "p4"}, "应有 p1 到 p4 四条，请不要增删。"
# BEGIN HIDDEN TESTS
assert purpose["p1"] == "允许", "p1：书面同意有了，用途也对得上，依据齐备。该查不查，会批错贷款。"
assert purpose["p2"] == "允许", (
    "p2：企业登记信息依法公开，采集不须另取本人同意，初筛可以用；里面的个人姓名只在合理的范围里用。把能用的也当成不能用，名单就没人敢做了。"
)
assert purpose["p3"] == "需授权", (
    "p3：数据没变，用途变了。授权约定的是授信审批，推荐信用卡属于约定以外的用途，须另行取得同意。"
)
assert purpose["p4"] == "需授权", (
    "p4：授权撤回等于没有授权。撤回之后的推送，客户一投诉就是银行的责任；除非他重新同意。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="purpose"
# 授权跟着“数据项 × 主体 × 用途”走，不跟着数据走。p3、p4 是两种最常见的漂移：用途漂移与时间漂移。

# %% sample="purpose" mistake="把授信授权当成万能授权" says="约定以外"
purpose = {"p1": "允许", "p2": "允许", "p3": "允许", "p4": "需授权"}

# %% sample="purpose" mistake="忽略授权撤回" says="撤回"
purpose = {"p1": "允许", "p2": "允许", "p3": "需授权", "p4": "允许"}

# %% sample="purpose" mistake="公开信息也不敢用" says="公开"
purpose = {"p1": "允许", "p2": "需授权", "p3": "需授权", "p4": "需授权"}

# %% [markdown]
# ## 二、缺失、访谈与观察点（全员必做）

# %% [markdown] task="missing" track="all"
# ### 第 3 题　缺失怎么处置（8 分，全员必做）
#
# 给每种情形选一种处置：`保留缺失`、`填 0`、`剔除该户`。

# %% answer="missing" tags=["hide-input"]
missing = ask.choices(
    "missing",
    {
        "m1": "税务：申报状态为“未申报”，开票额空白。要算月均开票额。",
        "m2": "税务：申报状态为“零申报”，开票额空白。要算月均开票额。",
        "m3": "征信：客户没有授权，所以没查，逾期天数空白。要给客户排风险次序。",
        "m4": "工商：实缴资本没有公示，空白。要算“实缴/认缴”比。",
        "m5": "APP 日志覆盖全部客户；某客户近 90 天一条记录也没有。要算近 90 天登录次数。",
    },
    ["保留缺失", "填 0", "剔除该户"],
)
# BEGIN SOLUTION
missing = {"m1": "保留缺失", "m2": "填 0", "m3": "保留缺失", "m4": "保留缺失", "m5": "填 0"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题。

# %% check="missing" points=8
todo = [key for key, choice in missing.items() if choice not in ("保留缺失", "填 0", "剔除该户")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(missing) == {"m1", "m2", "m3", "m4", "m5"}, "应有 m1 到 m5 五条，请不要增删。"
# BEGIN HIDDEN TESTS
assert "剔除该户" not in missing.values(), (
    "有一条选了剔除该户：资料不全的多是新办、首贷的小微企业，正是想找的人。剔除他们，名单就只剩别家银行早就服务好的客户。"
)
assert missing["m1"] == "保留缺失", (
    "m1：“未申报”是还不知道，不是没开票。当成 0 会把正常经营的客户算成断票，误拒好客户。"
)
assert missing["m2"] == "填 0", "m2：“零申报”是企业向税务局说了“这个月是 0”，这是已知的 0，不是缺失。"
assert missing["m3"] == "保留缺失", (
    "m3：没查不等于没逾期。把没查的逾期天数当成 0，最不肯授权的客户反而排成最安全的，名单会把风险招进来。"
)
assert missing["m4"] == "保留缺失", (
    "m4：没有公示不等于没有实缴。当成 0，一批正常企业会被当成空壳。"
)
assert missing["m5"] == "填 0", (
    "m5：日志覆盖全部客户，没有记录就真的是 0 次。留成缺失，后面的均值会只算活跃客户，把活跃度算高。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="missing"
# 判断的关键是问一句：**没有这条记录，是因为事情没发生，还是因为我们没看见？** m2、m5 是前者，其余是后者。

# %% sample="missing" mistake="缺失当 0" says="未申报"
missing = {"m1": "填 0", "m2": "填 0", "m3": "保留缺失", "m4": "保留缺失", "m5": "填 0"}

# %% sample="missing" mistake="没查征信当成没有逾期" says="没查不等于没逾期"
missing = {"m1": "保留缺失", "m2": "填 0", "m3": "填 0", "m4": "保留缺失", "m5": "填 0"}

# %% sample="missing" mistake="缺资料就剔除" says="剔除"
missing = {"m1": "剔除该户", "m2": "填 0", "m3": "剔除该户", "m4": "保留缺失", "m5": "填 0"}

# %% sample="missing" mistake="真的 0 留成缺失" says="真的是 0"
missing = {"m1": "保留缺失", "m2": "填 0", "m3": "保留缺失", "m4": "保留缺失", "m5": "保留缺失"}

# %% [markdown] task="coding" track="all"
# ### 第 4 题　访谈记录编码（6 分，全员必做）
#
# 走访纪要是一段话，要先归到一个主要需求，才能统计。给每段纪要选一个代码：
# `时效`（急着用钱）、`价格`（嫌贵）、`担保`（缺抵押物或担保人）、`备货`（季节性周转）、`设备`（添置或更新设备）、`无需求`。
#
# 编码看**事实**，不看客户嘴上的第一句话。

# %% answer="coding" tags=["hide-input"]
coding = ask.choices(
    "coding",
    {
        "v1": "“利息高点低点再说，合同周五就要打定金，你们几天能放款？”",
        "v2": "“现在不缺钱。到九月给学校供校服，面料要先垫两个月，去年就是那时候紧。”",
        "v3": "“隔壁银行给我三个点九，你们报四个点五，手续再快我也不换。”",
        "v4": "“厂房是租的，房子在老人名下，流水倒是都在你们行。上回就卡在这儿。”",
        "v5": "“订单接不完，那台冲床十年了，一坏就停两天。想换一台数控的，分三年还。”",
        "v6": "“账上还有定期没到期，今年也不打算扩，你们常来坐坐就行。”",
    },
    ["时效", "价格", "担保", "备货", "设备", "无需求"],
)
# BEGIN SOLUTION
coding = {"v1": "时效", "v2": "备货", "v3": "价格", "v4": "担保", "v5": "设备", "v6": "无需求"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题。

# %% check="coding" points=6
codes = ("时效", "价格", "担保", "备货", "设备", "无需求")
todo = [key for key, code in coding.items() if code not in codes]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(coding) == {f"v{n}" for n in range(1, 7)}, "应有 v1 到 v6 六段，请不要增删。"
# BEGIN HIDDEN TESTS
assert coding["v1"] == "时效", (
    "v1：他先说了利息，但说的是“再说”；周五打定金才是事实。编成价格，会给一个急用钱的客户推低价慢产品。"
)
assert coding["v2"] == "备货", (
    "v2：“现在不缺钱”是今天的话，九月垫款两个月是每年的事。编成无需求，就错过了备货季前的那次拜访。"
)
assert coding["v3"] == "价格", "v3：“手续再快我也不换”，他比的是利率。"
assert coding["v4"] == "担保", "v4：卡在没有抵押物。流水都在我行，正可以看信用贷或担保公司分险。"
assert coding["v5"] == "设备", "v5：换冲床、分三年还，是设备更新。用一年期流贷去做，到期就要借新还旧。"
assert coding["v6"] == "无需求", "v6：定期没到期、不打算扩，今年没有融资需求；硬推只会坏了关系。"
# END HIDDEN TESTS

# %% [markdown] discussion="coding"
# 真实项目里每段纪要由两个人各编一遍，算一致率；不一致的拿出来讨论编码规则，而不是投票。

# %% sample="coding" mistake="照第一句话编码" says="现在不缺钱"
coding = {"v1": "时效", "v2": "无需求", "v3": "价格", "v4": "担保", "v5": "设备", "v6": "无需求"}

# %% sample="coding" mistake="听见利息就编价格" says="打定金"
coding = {"v1": "价格", "v2": "备货", "v3": "价格", "v4": "担保", "v5": "设备", "v6": "无需求"}

# %% [markdown]
# 第 5 题要用下面这张表。它由观察点推算日期，一行是一条准备放进画像的记录。

# %%
_day = pd.Timestamp(AS_OF)
arrivals = pd.DataFrame(
    [
        ("a1", "上月纳税申报汇总", _day - pd.Timedelta(days=31), f"{_day - pd.Timedelta(days=16):%Y-%m-%d} 09:00（北京）"),
        ("a2", "观察点当月纳税申报汇总", _day, f"{_day + pd.Timedelta(days=15):%Y-%m-%d} 09:00（北京）"),
        ("a3", "对公日终余额", _day, f"{_day:%Y-%m-%d} 23:50（北京）"),
        ("a4", "APP 测额记录", _day, f"{_day:%Y-%m-%d} 17:30（UTC）"),
        ("a5", "APP 登录记录", _day, f"{_day:%Y-%m-%d} 02:30（UTC）"),
        ("a6", "征信查询", _day - pd.Timedelta(days=1), f"{_day - pd.Timedelta(days=1):%Y-%m-%d} 10:12（北京）"),
    ],
    columns=["编号", "内容", "业务日期", "到行时间"],
)
arrivals

# %% [markdown] task="as_of_rows" track="all"
# ### 第 5 题　站在观察点，哪些已经知道（6 分，全员必做）
#
# 上表里，站在观察点那天结束时（北京时间 24 点），哪些记录银行**已经拿到**？

# %% answer="as_of_rows" tags=["hide-input"]
known = ask.choices(
    "as_of_rows",
    (arrivals.set_index("编号")["内容"] + "，到行时间 " + arrivals.set_index("编号")["到行时间"]).to_dict(),
    ["已拿到", "没拿到"],
)
# BEGIN SOLUTION
known = {"a1": "已拿到", "a2": "没拿到", "a3": "已拿到", "a4": "没拿到", "a5": "已拿到", "a6": "已拿到"}
# END SOLUTION

# %% [markdown]
# 检查第 5 题。

# %% check="as_of_rows" points=6
todo = [key for key, seen in known.items() if seen not in ("已拿到", "没拿到")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(known) == set(arrivals["编号"]), "应有 a1 到 a6 六条，请不要增删。"
# BEGIN HIDDEN TESTS
assert known["a2"] == "没拿到", (
    "a2：业务发生在当月，但要到次月申报后才到行。看到行时间，不看业务日期；拿它训练的模型，上线那天就没有这个数。"
)
assert known["a4"] == "没拿到", (
    "a4：UTC 17:30 加 8 小时，已是次日 01:30（北京时间）。时区差一下，未来的行为就漏进了画像。"
)
assert all(known[key] == "已拿到" for key in ("a1", "a3", "a5", "a6")), (
    "观察点当天 24 点以前到行的都可以用：别把当天的余额、或换算成北京时间仍在当天的记录丢掉。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="as_of_rows"
# a2 是“业务日期”陷阱，a4 是时区陷阱。a5 换算成北京时间是上午 10:30，应保留。

# %% sample="as_of_rows" mistake="按业务日期截取（as-of 泄漏）" says="到行时间"
known = {"a1": "已拿到", "a2": "已拿到", "a3": "已拿到", "a4": "没拿到", "a5": "已拿到", "a6": "已拿到"}

# %% sample="as_of_rows" mistake="UTC 当北京时间" says="时区差一下"
known = {"a1": "已拿到", "a2": "没拿到", "a3": "已拿到", "a4": "已拿到", "a5": "已拿到", "a6": "已拿到"}

# %% sample="as_of_rows" mistake="当天的也丢掉" says="当天"
known = {"a1": "已拿到", "a2": "没拿到", "a3": "没拿到", "a4": "没拿到", "a5": "没拿到", "a6": "已拿到"}

# %% [markdown]
# ## 三、读取与统一口径（分析岗）

# %% [markdown] task="core" track="analyst"
# ### 第 6 题　读核心系统导出（8 分，分析岗）
#
# 核心系统导出的 `core_customers.csv` 是 GBK 编码，客户号有前导零。把它读成 `core`：
#
# - 一行是核心系统的一个客户号，列名保持原样（中文）；
# - `客户号`、`统一社会信用代码`、`行业代码` 都是文本，前导零不能丢；
# - 一行也不能少。
#
# 路径用 `source_path("core_customers.csv")`。

# %% answer="core"
# BEGIN SOLUTION
core = pd.read_csv(source_path("core_customers.csv"), encoding="gbk", dtype=str)
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="core" points=8
assert isinstance(core, pd.DataFrame), "core 应是一张表（DataFrame）。"
assert "客户号" in core.columns, f"找不到列“客户号”，现有列：{list(core.columns)[:3]}。多半是编码不对：核心系统导出的是 GBK。"
assert core["客户号"].map(type).eq(str).all(), "客户号应是文本：被读成了数字，前导零就丢了，和别的系统对不上。"
# BEGIN HIDDEN TESTS
_raw = source_path("core_customers.csv").read_bytes().decode("gbk").splitlines()
assert len(core) == len(_raw) - 1, f"行数应为 {len(_raw) - 1}，现为 {len(core)}：少一户，就少一个客户没人管。"
assert core["客户号"].str.len().nunique() == 1, "客户号长短不一：前导零丢了。"
assert core["客户名称"].str.contains("公司").mean() > 0.9, "客户名称有乱码或缺字：编码不对，或忽略了解码错误。"
# END HIDDEN TESTS

# %% [markdown] discussion="core"
# `dtype=str` 一把抓最稳：先原样读进来，再逐列转换，转换失败的行才看得见。

# %% sample="core" mistake="客户号读成数字，前导零丢失" says="前导零"
core = pd.read_csv(source_path("core_customers.csv"), encoding="gbk")

# %% sample="core" mistake="编码用错又忽略错误" says="编码"
core = pd.read_csv(
    source_path("core_customers.csv"), encoding="utf-8", encoding_errors="ignore", dtype=str
)

# %% [markdown] task="amount" track="analyst"
# ### 第 7 题　金额统一成元（10 分，分析岗）
#
# 写函数 `to_cny(text)`：输入核心系统里的注册资本文本，返回以**元**计的数（float）。
#
# | 输入 | 说明 | 返回 |
# |---|---|---|
# | `"500万元"` | | `5000000.0` |
# | `"5,000,000元"` | 千分位逗号 | `5000000.0` |
# | `"500"` | 没写单位的，核心系统约定是**万元** | `5000000.0` |
# | `"100万美元"`、`"20万欧元"`、`"1,200万港元"` | 按 `FX_RATES_CNY` 折算（键是 USD、EUR、HKD） | 折成元 |
# | `""`、`"  "`、`None` | 没填 | `math.nan` |

# %% answer="amount"
def to_cny(text):
    # BEGIN SOLUTION
    if text is None or not str(text).strip():
        return math.nan
    text = str(text).strip().replace(",", "")
    rate = 1.0
    for name, code in (("美元", "USD"), ("欧元", "EUR"), ("港元", "HKD")):
        if name in text:
            rate = FX_RATES_CNY[code]
    bare = text.replace(".", "", 1).isdigit()
    unit = 10_000 if "万" in text or bare else 1
    digits = "".join(c for c in text if c.isdigit() or c == ".")
    return float(digits) * unit * rate
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：先试两个最简单的。

# %% check="amount" points=10
assert to_cny("500万元") == 5_000_000, f"500万元 应为 5000000 元，现为 {to_cny('500万元')}。"
assert to_cny("5,000,000元") == 5_000_000, "千分位逗号要先去掉；写着“元”的不要再乘一万。"
# BEGIN HIDDEN TESTS
assert to_cny("300") == 3_000_000, (
    "没写单位的数，核心系统约定是万元。当成元，客户的注册资本只剩万分之一，正常的公司会被当成空壳剔掉。"
)
for _blank in ("", "  ", None):
    _value = to_cny(_blank)
    assert _value is not None and math.isnan(_value), (
        f"没填（{_blank!r}）应返回缺失 nan：缺失不是 0，当成 0 会把没填的都算成空壳公司。"
    )
for _text, _code, _units in (("100万美元", "USD", 1e6), ("20万欧元", "EUR", 2e5), ("1,200万港元", "HKD", 1.2e7)):
    assert math.isclose(to_cny(_text), _units * FX_RATES_CNY[_code]), (
        f"{_text} 应折成人民币：外币当人民币，外资客户的规模会看错好几倍。"
    )
assert math.isclose(to_cny("88.5万元"), 885_000), "小数也要认：88.5万元 应为 885000 元。"
# END HIDDEN TESTS

# %% [markdown] discussion="amount"
# 也可用 `smeprofile.data.to_cny`。遇到不认识的单位要报错，不要猜：错一个数量级比没有数更坏。

# %% sample="amount" mistake="裸数当元" says="约定是万元"
def to_cny(text):
    if text is None or not str(text).strip():
        return math.nan
    text = str(text).strip().replace(",", "")
    rate = 1.0
    for name, code in (("美元", "USD"), ("欧元", "EUR"), ("港元", "HKD")):
        if name in text:
            rate = FX_RATES_CNY[code]
    unit = 10_000 if "万" in text else 1
    return float("".join(c for c in text if c.isdigit() or c == ".")) * unit * rate

# %% sample="amount" mistake="外币当人民币" says="外币"
def to_cny(text):
    if text is None or not str(text).strip():
        return math.nan
    text = str(text).strip().replace(",", "")
    unit = 1 if text.endswith("元") and "万" not in text else 10_000
    return float("".join(c for c in text if c.isdigit() or c == ".")) * unit

# %% sample="amount" mistake="没填当 0" says="缺失不是 0"
def to_cny(text):
    text = str(text or "0").strip().replace(",", "") or "0"
    rate = 1.0
    for name, code in (("美元", "USD"), ("欧元", "EUR"), ("港元", "HKD")):
        if name in text:
            rate = FX_RATES_CNY[code]
    unit = 1 if text.endswith("元") and "万" not in text else 10_000
    return float("".join(c for c in text if c.isdigit() or c == ".")) * unit * rate

# %% [markdown]
# ## 四、身份与去重（分析岗）

# %% [markdown] task="uscc_check" track="analyst"
# ### 第 8 题　统一社会信用代码的校验位（10 分，分析岗）
#
# 写函数 `uscc_ok(code)`：18 位代码合规返回 `True`，否则返回 `False`（不报错）。按 GB 32100-2015：
#
# 1. 字符集 `ALPHABET` 是 `0123456789ABCDEFGHJKLMNPQRTUWXY`（没有 I、O、S、V、Z），每个字符的值就是它在其中的位置（从 0 起）；
# 2. 前 17 位的值分别乘以权重，再求和；第 i 位（i 从 1 起）的权重是 3 的 (i − 1) 次方除以 31 的余数；
# 3. 校验值 = 31 − 和 mod 31；等于 31 时取 0；第 18 位应是这个值对应的字符。
#
# 输入已经去掉空格、转成大写；可能长度不对、含非法字符、或是 `None`。

# %% answer="uscc_check"
def uscc_ok(code):
    # BEGIN SOLUTION
    if not isinstance(code, str) or len(code) != 18 or set(code) - set(ALPHABET):
        return False
    total = sum(ALPHABET.index(c) * 3**i for i, c in enumerate(code[:17]))
    return code[17] == ALPHABET[(31 - total % 31) % 31]
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：一个合规的、一个短了几位的。

# %% check="uscc_check" points=10
_good = uscc.make(1)
assert uscc_ok(_good) is True, f"{_good} 是合规的，应返回 True。权重是不是从 3 的 0 次方起？"
assert uscc_ok(_good[:10]) is False, "长度不是 18 位，应返回 False。"
# BEGIN HIDDEN TESTS
for _serial in range(2, 200):  # enough serials that some check value is 31 → 0
    _code = uscc.make(_serial)
    assert uscc_ok(_code) is True, (
        f"合规代码 {_code} 被判为不合规：31 − 余数等于 31 时应取 0，否则会把一部分好客户当成假证件。"
    )
_swapped = _good[:8] + ("0" if _good[8] != "0" else "1") + _good[9:]
assert uscc_ok(_swapped) is False, (
    "改了一位仍判为合规：只查长度和字符集不够，要算校验位。抄错一位的代码谁也查不到：不算校验位，错码进了系统，征信、工商、税务都对不上这家企业。"
)
assert uscc_ok(_good[:17] + "O") is False, "字母 O 不在字符集里，应返回 False（常见于手工录入把 0 写成 O）。"
assert uscc_ok(None) is False, "没填的代码应返回 False，而不是报错。"
# END HIDDEN TESTS

# %% [markdown] discussion="uscc_check"
# 校验位能发现任何单个字符的错（31 是素数，权重与 31 互素），但发现不了“抄成另一个合规代码”。所以还要比名称。

# %% sample="uscc_check" mistake="只查长度和字符集" says="校验位"
def uscc_ok(code):
    return isinstance(code, str) and len(code) == 18 and not set(code) - set(ALPHABET)

# %% sample="uscc_check" mistake="余数为 0 时不取 0" says="应取 0"
def uscc_ok(code):
    if not isinstance(code, str) or len(code) != 18 or set(code) - set(ALPHABET):
        return False
    total = sum(ALPHABET.index(c) * 3**i for i, c in enumerate(code[:17]))
    return ALPHABET.index(code[17]) == 31 - total % 31

# %% [markdown] task="dedupe" track="analyst"
# ### 第 9 题　客户去重（12 分，分析岗）
#
# 新旧系统合并后，同一家企业可能有两个客户号。写函数 `dedupe(core)`，返回去重后的表：
#
# - 输入一行是一个客户号，列有 `customer_id`、`name`、`uscc`（文本，可能含空格、小写、错码或没填）、`updated_at`（日期）；
# - 同一家企业 = 规范化后**合规**的信用代码相同（`uscc.normalize` 去空格、全角转半角、转大写，`uscc.is_valid` 判断合规）；
# - 同一家只留 `updated_at` 最新的一行；
# - 代码没填或不合规的行都保留（交人工核实），不能凭名称合并；
# - 列保持原样，不改动输入的表。

# %% answer="dedupe"
def dedupe(core):
    # BEGIN SOLUTION
    code = core["uscc"].map(lambda c: uscc.normalize(c) if isinstance(c, str) else "")
    valid = code.map(uscc.is_valid)
    newest_first = core.assign(_code=code).sort_values("updated_at", ascending=False)
    kept = newest_first[valid.reindex(newest_first.index)].drop_duplicates("_code").index
    return core[core.index.isin(kept) | ~valid]
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：两个客户号、同一个信用代码。

# %% check="dedupe" points=12
def _rows(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "name", "uscc", "updated_at"])
    return frame.assign(updated_at=pd.to_datetime(frame["updated_at"]))


_u = [uscc.make(n) for n in range(1, 6)]
_pair = _rows(("C1", "甲公司", _u[0], "2025-06-01"), ("C2", "甲公司", _u[0], "2025-01-01"))
assert dedupe(_pair)["customer_id"].tolist() == ["C1"], "同一个信用代码应只留一行（最新的 C1）：只按客户号去重，等于没去。"
# BEGIN HIDDEN TESTS
_later = _rows(("C1", "甲公司", _u[0], "2025-01-01"), ("C2", "甲公司", _u[0], "2025-06-01"))
assert dedupe(_later)["customer_id"].tolist() == ["C2"], (
    "应留更新时间最新的一行：留了旧的，电话和地址都是两年前的，客户经理白跑一趟。"
)
_same_name = _rows(("C1", "青屿甲辰五金店", _u[1], "2025-01-01"), ("C2", "青屿甲辰五金店", _u[2], "2025-02-01"))
assert len(dedupe(_same_name)) == 2, (
    "信用代码不同就是两家：凭名称合并，会把两家的负债算到一家头上，误拒一家、多贷一家。"
)
_messy = _rows(("C1", "乙公司", _u[3], "2025-03-01"), ("C2", "乙公司", f" {_u[3].lower()} ", "2025-02-01"))
assert dedupe(_messy)["customer_id"].tolist() == ["C1"], "先规范化再比：多一个空格、写成小写，还是同一家。"
_bad = _rows(("C1", "丙", None, "2025-01-01"), ("C2", "丁", None, "2025-02-01"), ("C3", "戊", _u[4][:17] + "O", "2025-03-01"), ("C4", "己", _u[4][:17] + "O", "2025-04-01"))
assert len(dedupe(_bad)) == 4, (
    "没填或不合规的代码不能当成同一家：把空白都并成一户，一批客户就从名单上消失了。"
)
_before = _pair.copy()
dedupe(_pair)
assert _pair.equals(_before), "不要改动传进来的表：别处还要用。"
# END HIDDEN TESTS

# %% [markdown] discussion="dedupe"
# 真实项目里，名称相近而代码不合规的，进“待核实”清单，由支行对证照；不要让程序替人决定。

# %% sample="dedupe" mistake="按客户号去重" says="等于没去"
def dedupe(core):
    return core.drop_duplicates("customer_id")

# %% sample="dedupe" mistake="按名称合并" says="凭名称合并"
def dedupe(core):
    return core.sort_values("updated_at", ascending=False).drop_duplicates("name")

# %% sample="dedupe" mistake="留了旧的一行" says="留了旧的"
def dedupe(core):
    code = core["uscc"].map(lambda c: uscc.normalize(c) if isinstance(c, str) else "")
    valid = code.map(uscc.is_valid)
    return core[~core.assign(_code=code).duplicated("_code") | ~valid]

# %% sample="dedupe" mistake="空白代码并成一户" says="空白"
def dedupe(core):
    code = core["uscc"].map(lambda c: uscc.normalize(c) if isinstance(c, str) else "")
    newest = core.assign(_code=code).sort_values("updated_at", ascending=False)
    return core[core.index.isin(newest.drop_duplicates("_code").index)]

# %% [markdown]
# ## 五、授权与合并（分析岗）

# %% [markdown] task="usable" track="analyst"
# ### 第 10 题　哪些征信查询能用（12 分，分析岗）
#
# 写函数 `usable(inquiries, consents, as_of)`，返回可以用于**授信审批**的查询编号的集合。一条查询要同时满足：
#
# 1. `reason` 是 `"贷款审批"`；
# 2. `consent_id` 在 `consents` 里找得到，且 `customer_id` 相同；
# 3. 那份授权的 `data_item` 是 `"征信报告"`、`purpose` 是 `"授信审批"`；
# 4. 查询日不早于 `granted_date`；并且站在观察点看，授权仍然有效：没有撤回，或 `withdrawn_date` 晚于 `as_of`（那时还不知道）；
# 5. 查询时间在 `as_of` 当天结束以前。
#
# `inquiries` 的列：`inquiry_id, customer_id, inquired_at, reason, consent_id`；`consents` 的列：`consent_id, customer_id, data_item, purpose, granted_date, withdrawn_date`。时间都是北京时间。

# %% answer="usable"
def usable(inquiries, consents, as_of):
    # BEGIN SOLUTION
    both = inquiries.merge(consents, on=["consent_id", "customer_id"])
    day = both["inquired_at"].dt.normalize()
    good = (
        both["reason"].eq("贷款审批")
        & both["data_item"].eq("征信报告")
        & both["purpose"].eq("授信审批")
        & (day >= both["granted_date"])
        & ~(both["withdrawn_date"] <= pd.Timestamp(as_of))
        & (day <= pd.Timestamp(as_of))
    )
    return set(both.loc[good, "inquiry_id"])
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：一条合规的查询，一条没有授权的。

# %% check="usable" points=12
_consents = pd.DataFrame(
    [
        ("K1", "C1", "征信报告", "授信审批", "2025-03-01", None),
        ("K2", "C2", "征信报告", "授信审批", "2025-03-01", "2025-05-01"),
        ("K3", "C3", "征信报告", "营销", "2025-03-01", None),
        ("K4", "C4", "纳税数据", "授信审批", "2025-03-01", None),
        ("K5", "C5", "征信报告", "授信审批", "2025-03-01", "2026-02-01"),
    ],
    columns=["consent_id", "customer_id", "data_item", "purpose", "granted_date", "withdrawn_date"],
).assign(
    granted_date=lambda t: pd.to_datetime(t["granted_date"]),
    withdrawn_date=lambda t: pd.to_datetime(t["withdrawn_date"]),
)


def _ask(*rows):
    columns = ["inquiry_id", "customer_id", "inquired_at", "reason", "consent_id"]
    frame = pd.DataFrame(rows, columns=columns)
    asked = frame.assign(inquired_at=pd.to_datetime(frame["inquired_at"]))
    return usable(asked, _consents, "2025-12-31")


assert _ask(("Q1", "C1", "2025-06-01 10:00", "贷款审批", "K1")) == {"Q1"}, "Q1 样样合规，应返回 {'Q1'}。"
assert _ask(("Q2", "C1", "2025-06-01 10:00", "贷款审批", None)) == set(), (
    "Q2 没有授权编号：无授权查询来的报告不能用，用了就要对客户和监管两头解释。"
)
# BEGIN HIDDEN TESTS
assert _ask(("Q3", "C2", "2025-05-01 09:00", "贷款审批", "K2")) == set(), (
    "授权撤回当天起就不能再查：撤回后的查询是未授权查询，客户打一个投诉电话就能查到。"
)
assert _ask(("Q4", "C2", "2025-04-30 23:00", "贷款审批", "K2")) == set(), (
    "查的时候授权还在，但到观察点已经撤回：撤回之后，以前查到的报告也不能再用于新的审批。"
)
assert _ask(("Q12", "C5", "2025-06-01 10:00", "贷款审批", "K5")) == {"Q12"}, (
    "K5 到观察点之后才撤回，站在观察点还不知道：拿以后的撤回来判断现在，也是偷看未来。"
)
assert _ask(("Q5", "C3", "2025-06-01 10:00", "贷款审批", "K3")) == set(), (
    "K3 的用途是营销：授权要用途对得上才算数，拿营销授权去查征信是超用途查询。"
)
assert _ask(("Q6", "C4", "2025-06-01 10:00", "贷款审批", "K4")) == set(), "K4 授权的是纳税数据，不是征信报告。"
assert _ask(("Q7", "C1", "2026-01-01 00:10", "贷款审批", "K1")) == set(), (
    "观察点之后的查询不能用：把未来的数据放进画像，模型在测试时很准，上线就不准。"
)
assert _ask(("Q8", "C1", "2025-12-31 23:10", "贷款审批", "K1")) == {"Q8"}, "观察点当天晚上的查询可以用：比较日期，不要拿 23:10 去和 0 点比。"
assert _ask(("Q9", "C1", "2025-02-28 10:00", "贷款审批", "K1")) == set(), "先查后授权不行：查询日早于授权日。"
assert _ask(("Q10", "C2", "2025-04-01 10:00", "贷款审批", "K1")) == set(), "K1 是 C1 签的，不能拿来查 C2：授权跟人走。"
assert _ask(("Q11", "C1", "2025-06-01 10:00", "贷后管理", "K1")) == set(), (
    "贷后管理查询不是审批查询：混进来会把“常被老东家查”误当成“到处申请贷款”。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="usable"
# 五条规则里，撤回和用途最容易漏。先把授权表连上来，再逐条写条件，比嵌套循环更不容易漏。

# %% sample="usable" mistake="忽略授权撤回" says="撤回"
def usable(inquiries, consents, as_of):
    both = inquiries.merge(consents, on=["consent_id", "customer_id"])
    day = both["inquired_at"].dt.normalize()
    good = both["reason"].eq("贷款审批") & both["data_item"].eq("征信报告") & both["purpose"].eq("授信审批")
    return set(both.loc[good & (day >= both["granted_date"]) & (day <= pd.Timestamp(as_of)), "inquiry_id"])

# %% sample="usable" mistake="不看用途" says="用途"
def usable(inquiries, consents, as_of):
    both = inquiries.merge(consents, on=["consent_id", "customer_id"])
    day = both["inquired_at"].dt.normalize()
    good = both["reason"].eq("贷款审批") & both["data_item"].eq("征信报告") & (day >= both["granted_date"])
    good &= ~(both["withdrawn_date"] <= pd.Timestamp(as_of))
    return set(both.loc[good & (day <= pd.Timestamp(as_of)), "inquiry_id"])

# %% sample="usable" mistake="as-of 泄漏" says="观察点"
def usable(inquiries, consents, as_of):
    both = inquiries.merge(consents, on=["consent_id", "customer_id"])
    day = both["inquired_at"].dt.normalize()
    good = both["reason"].eq("贷款审批") & both["data_item"].eq("征信报告") & both["purpose"].eq("授信审批")
    good &= ~(both["withdrawn_date"] <= pd.Timestamp(as_of))
    return set(both.loc[good & (day >= both["granted_date"]), "inquiry_id"])

# %% sample="usable" mistake="无授权查询" says="无授权"
def usable(inquiries, consents, as_of):
    good = inquiries["reason"].eq("贷款审批") & (inquiries["inquired_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1))
    return set(inquiries.loc[good, "inquiry_id"])

# %% [markdown] task="merge" track="analyst"
# ### 第 11 题　合并成一户一行（12 分，分析岗）
#
# 写函数 `build_profile(customers, tax, events, as_of)`，返回一户一行的表，列为
# `customer_id, avg_net_invoiced_cny, n_events_90d`，行与 `customers` 一一对应：
#
# - `avg_net_invoiced_cny`　已知月份（`status` 为“已申报”或“零申报”）的净开票额的平均，净 = `invoiced_cny − red_cny`；所属月份的申报期满日（次月 15 日）晚于观察点的，还没有到行，不算；一个已知月份也没有则为缺失；
# - `n_events_90d`　观察点当天结束往前 90 天内（含观察点当天）的 APP 事件数；日志覆盖全部客户，没有事件就是 0；同一 `event_id` 只算一次。
#
# `tax` 的列：`customer_id, month, status, invoiced_cny, red_cny`（完全重复的行只算一次）；`events` 的列：`event_id, customer_id, ts_utc`（UTC 时间，要换成北京时间再看日期）。

# %% answer="merge"
def build_profile(customers, tax, events, as_of):
    # BEGIN SOLUTION
    end = pd.Timestamp(as_of)
    due = pd.to_datetime(tax["month"]) + pd.DateOffset(months=1, days=14)
    known = tax[tax["status"].isin(["已申报", "零申报"]) & (due <= end)].drop_duplicates()
    net = known["invoiced_cny"] - known["red_cny"]
    avg_net = net.groupby(known["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    day = once["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    recent = once[(day <= end) & (day > end - pd.Timedelta(days=90))]
    n_events = recent.groupby("customer_id").size()
    ids = customers["customer_id"]
    return pd.DataFrame(
        {
            "customer_id": ids,
            "avg_net_invoiced_cny": ids.map(avg_net),
            "n_events_90d": ids.map(n_events).fillna(0).astype(int),
        }
    )
    # END SOLUTION


# %% [markdown]
# 检查第 11 题：三户，各有一种情形。

# %% check="merge" points=12
_customers = pd.DataFrame({"customer_id": ["C1", "C2", "C3"]})
_tax = pd.DataFrame(
    [
        ("C1", "2025-09", "已申报", 300_000.0, 20_000.0),
        ("C1", "2025-10", "未申报", math.nan, 0.0),
        ("C1", "2025-11", "已申报", 100_000.0, 0.0),
        ("C1", "2025-11", "已申报", 100_000.0, 0.0),
        ("C1", "2025-12", "已申报", 900_000.0, 0.0),
        ("C2", "2025-11", "零申报", 0.0, 0.0),
    ],
    columns=["customer_id", "month", "status", "invoiced_cny", "red_cny"],
)
_events = pd.DataFrame(
    [
        ("E1", "C1", "2025-12-31T02:00:00Z"),
        ("E1", "C1", "2025-12-31T02:00:00Z"),
        ("E2", "C1", "2025-12-31T17:00:00Z"),
        ("E3", "C1", "2025-10-03T03:00:00Z"),
        ("E4", "C1", "2025-10-02T03:00:00Z"),
    ],
    columns=["event_id", "customer_id", "ts_utc"],
).assign(ts_utc=lambda t: pd.to_datetime(t["ts_utc"], utc=True))
_out = build_profile(_customers, _tax, _events, "2025-12-31").set_index("customer_id")
assert len(_out) == 3, f"应为 3 行，现为 {len(_out)}：少了的往往是没有税票的客户，合并要以客户表为准（左连接）。"
# BEGIN HIDDEN TESTS
_c1 = _out.loc["C1", "avg_net_invoiced_cny"]
assert not _c1 > 250_000, (
    "C1 的 12 月不能算：申报期满是次月 15 日，站在观察点还没有到行。算进去，就是偷看了未来，额度也给高了。"
)
assert not math.isclose(_c1, 380_000 / 3), (
    "C1 的未申报月被当成了 0：未申报是还不知道，当成 0 会把月均开票算低，额度也就给低了。"
)
assert not math.isclose(_c1, 200_000), "C1 的红冲没有减掉：红冲是开错退回的票，不减会把销售额算高。"
assert not math.isclose(_c1, 480_000 / 3), "C1 有一行完全重复，算了两次：重复报送会把均值带偏。"
assert math.isclose(_c1, 190_000), f"C1 的月均净开票应为 190000 元，现为 {_c1}。"
assert _out.loc["C2", "avg_net_invoiced_cny"] == 0, "C2 是零申报：已知的 0，不是缺失。"
assert math.isnan(_out.loc["C3", "avg_net_invoiced_cny"]), (
    "C3 一个已知月份也没有，应为缺失：缺失当 0，会把新客户和断票客户混为一谈。"
)
_n = _out.loc["C1", "n_events_90d"]
assert _n <= 2, (
    "C1 的事件数多了：UTC 没换成北京时间（E2 已是次日）、E1 重复没有去掉、窗口多出一天（E4），至少有一样。"
)
assert _n == 2, f"C1 近 90 天应有 2 次（E1、E3），现为 {_n}：看看北京时间、重复的 event_id 和 90 天窗口。"
assert _out.loc["C3", "n_events_90d"] == 0, "C3 没有事件：日志覆盖全部客户，没有记录就是 0。"
# END HIDDEN TESTS

# %% [markdown] discussion="merge"
# 一户一行的关键是**先各自汇总到客户，再以客户表为准左连接**。先连接再汇总，多对多会把行数乘起来。

# %% sample="merge" mistake="缺失当 0" says="未申报"
def build_profile(customers, tax, events, as_of):
    due = pd.to_datetime(tax["month"]) + pd.DateOffset(months=1, days=14)
    filled = tax[due <= pd.Timestamp(as_of)].drop_duplicates().fillna({"invoiced_cny": 0.0})
    avg = (filled["invoiced_cny"] - filled["red_cny"]).groupby(filled["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    day = once["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    end = pd.Timestamp(as_of)
    n = once[(day <= end) & (day > end - pd.Timedelta(days=90))].groupby("customer_id").size()
    ids = customers["customer_id"]
    return pd.DataFrame({"customer_id": ids, "avg_net_invoiced_cny": ids.map(avg).fillna(0), "n_events_90d": ids.map(n).fillna(0).astype(int)})

# %% sample="merge" mistake="没到行的月份也算（as-of 泄漏）" says="申报期满"
def build_profile(customers, tax, events, as_of):
    known = tax[tax["status"].isin(["已申报", "零申报"])].drop_duplicates()
    avg = (known["invoiced_cny"] - known["red_cny"]).groupby(known["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    day = once["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    end = pd.Timestamp(as_of)
    n = once[(day <= end) & (day > end - pd.Timedelta(days=90))].groupby("customer_id").size()
    ids = customers["customer_id"]
    return pd.DataFrame({"customer_id": ids, "avg_net_invoiced_cny": ids.map(avg), "n_events_90d": ids.map(n).fillna(0).astype(int)})

# %% sample="merge" mistake="UTC 当北京时间（as-of 泄漏）" says="北京时间"
def build_profile(customers, tax, events, as_of):
    due = pd.to_datetime(tax["month"]) + pd.DateOffset(months=1, days=14)
    known = tax[tax["status"].isin(["已申报", "零申报"]) & (due <= pd.Timestamp(as_of))].drop_duplicates()
    avg = (known["invoiced_cny"] - known["red_cny"]).groupby(known["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    day = once["ts_utc"].dt.tz_localize(None).dt.normalize()
    end = pd.Timestamp(as_of)
    n = once[(day <= end) & (day > end - pd.Timedelta(days=90))].groupby("customer_id").size()
    ids = customers["customer_id"]
    return pd.DataFrame({"customer_id": ids, "avg_net_invoiced_cny": ids.map(avg), "n_events_90d": ids.map(n).fillna(0).astype(int)})

# %% sample="merge" mistake="内连接丢客户" says="左连接"
def build_profile(customers, tax, events, as_of):
    due = pd.to_datetime(tax["month"]) + pd.DateOffset(months=1, days=14)
    known = tax[tax["status"].isin(["已申报", "零申报"]) & (due <= pd.Timestamp(as_of))].drop_duplicates()
    avg = (known["invoiced_cny"] - known["red_cny"]).groupby(known["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    n = once.groupby("customer_id").size()
    out = pd.DataFrame({"avg_net_invoiced_cny": avg}).join(n.rename("n_events_90d"), how="inner")
    return out.reset_index()

# %% sample="merge" mistake="红冲未净" says="红冲"
def build_profile(customers, tax, events, as_of):
    due = pd.to_datetime(tax["month"]) + pd.DateOffset(months=1, days=14)
    known = tax[tax["status"].isin(["已申报", "零申报"]) & (due <= pd.Timestamp(as_of))].drop_duplicates()
    avg = known["invoiced_cny"].groupby(known["customer_id"]).mean()
    once = events.drop_duplicates("event_id")
    day = once["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    end = pd.Timestamp(as_of)
    n = once[(day <= end) & (day > end - pd.Timedelta(days=90))].groupby("customer_id").size()
    ids = customers["customer_id"]
    return pd.DataFrame({"customer_id": ids, "avg_net_invoiced_cny": ids.map(avg), "n_events_90d": ids.map(n).fillna(0).astype(int)})

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
