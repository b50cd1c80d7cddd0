# %% [markdown]
# # 14 练习：结业演练与后测
#
# **时长** 90 分钟 · **满分** 100 分 · **前置** 14 课程
#
# - 先做第 1 题后测卷，四十分钟左右；做完歇一歇，再做演练。
# - 标着「全员必做」的 4 题用鼠标选或写字，合计 75 分；标着「分析岗」的 3 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。第 3、4 题由老师按评分表打分，分数会晚一些。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：数据的最后一天

# %%
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.bank import offers_of
from smeprofile.card import card
from smeprofile.cases import capstone, capstone_marking
from smeprofile.charts import theme
from smeprofile.tags import TAGS
from smeprofile.widgets import plan_comparison

theme()

# %% [markdown]
# ## 一、后测（全员必做）
#
# 后测和前测同一张蓝图，题目和数字都换了。
#
# - 不会就空着：猜对的题会盖住你还缺的那一块。
# - 同一题有多套，数字和选项的次序可能不同。计算题可以用计算器。
# - 一题一屏，答了自动保存，关机也在；按「上一题」「下一题」走，交作业以前都可以改。

# %% [markdown] task="post" track="all"
# ### 第 1 题　后测卷（32 分，全员必做）
#
# 答完按「交卷」，再运行下面的检查。看过而没有答的题记「未答」，没翻到的题记「未到达」，都不得分。

# %% answer="post" tags=["hide-input"]
post = ask.paper("post")
# BEGIN SOLUTION
post = {{ items.right("post") }}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：看看还有几题没有答。对错要交卷批改以后才知道。

# %% check="post" points=32
given = post["answers"]
assert given, "后测一题都没有答：没有后测，就说不出你学到了什么，银行也不知道这次培训值不值。"
print(f"已答 {len(given)} 题，翻到第 {post['reached']} 题。")
# BEGIN HIDDEN TESTS
from smeprofile.items import load_paper, mark, tell

marked = mark(post, load_paper("post"), {{ items.keys("post") }})
tell(marked)
round(32 * marked.points / len(marked.responses), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="post"
# 先看全班前后的变化，再看个人。个人多对或少对两三题，多半在误差之内。培训效果的报告用卷子自己的答对率，不用这个模块的总分。

# %% sample="post" mistake="每题都按常见误解作答" says="答对 0 / 32 题" earns=0
post = {{ items.mistaken("post") }}

# %% sample="post" mistake="只做到一半" says="未知" earns=16
post = {{ items.half("post") }}

# %% [markdown]
# ## 二、结业演练：一套完整的营销方案（全员必做）
#
# 下面是一个练习用的市场（合成数据）。方案一是照旧：挑成立久的客户，客户经理上门，推抵押贷，一年一次。**先猜，再动，再解释**：改哪一条，V 涨得最多？满意度跟着涨吗？
#
# **V** 是十二个月的利润，扣了资金、税、办理、营销、风险和资本成本，再减期末存量预期损失的变动，以后各月的利息会来覆盖的那一部分不算在今年（怎么记账见 `datasets/ACCOUNTS.md`）。方案对比台不打分，可以随便试。

# %% tags=["hide-input"]
plan_comparison(sp.bank.market(customers=2_000, seed=14))

# %% [markdown] task="strategy" track="all"
# ### 第 2 题　你的方案（20 分，全员必做）
#
# 十四条都要选：联系谁、推什么、走哪条渠道、多久一次、报什么价、怎么还、三条审批规则、续贷、用哪些数据、免打扰、人工复核。
#
# **按没见过的市场给分**：得分 =（你的 V − 照旧的 V）÷（参考答案的 V − 照旧的 V），四年运气取平均，达到九成五就满分。满意度、坏账率、触达在反馈里并列，不计分。
#
# **合规是硬门槛**：违规整题 0 分，反馈会说哪一条、依据是什么、若合规能得多少。本题的规矩：
#
# - 同一客户三个月里至多联系一次（两次的月份至少差 3，如第 1、4 个月）；登记为免打扰的一律不联系；
# - 征信数据不得用于营销圈选；圈名单那一天还不知道的事，不得用；
# - 报价只能在挂牌价上下浮动半个百分点；被自动拒绝的客户可以要求人工复核。
#
# 渠道有容量：每月走访的名额是客户数的百分之六，电话是两成，APP 推送不限（仿真参数）。超出的做不成，不违规，但白费。

# %% answer="strategy" tags=["hide-input"]
strategy = ask.choices("strategy", capstone.TITLES, capstone.OPTIONS)
# BEGIN SOLUTION
strategy = {{ truth.capstone_reference }}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是十四条都选了。

# %% check="strategy" points=20
todo = [row for row, choice in strategy.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(strategy) == set(capstone.FIELDS), "应有 e1 到 e14 十四条，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark

_unseen = sp.bank.market(customers=3_000, seed={{ truth.capstone_market_seed }})
_marked = capstone_marking.marked_plan(dict(strategy), _unseen, {{ truth.capstone_luck_seeds }}, {{ truth.capstone_yardsticks }})
for _line in _marked.lines:
    remark(_line)
round(20 * _marked.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="strategy"
# 值钱的几条（仿真里）：报价、产品和渠道、分期还；抵押类的线、人工带、续贷宽限动得不多，换个市场次序会变。报价能加，是因为这家仿真银行的客户不太在意半个百分点（仿真参数），真实的客户未必；讲评时请学员说：哪一条换到你们支行会反过来？再把满意度列出来：V 高的方案，满意度常常不是最高的。

# %% sample="strategy" mistake="照旧" says="照旧 V 和你一样" earns=0
strategy = {{ truth.capstone_old }}

# %% sample="strategy" mistake="超容：走访所有人，压价推抵押贷" says="没有做成，名单成了空话" earns=0
strategy = {{ truth.capstone_over }}

# %% sample="strategy" mistake="重复触达" says="重复触达：每月一次" earns=0
strategy = {{ truth.capstone_too_often }}

# %% sample="strategy" mistake="忽略免打扰" says="登记为免打扰的客户" earns=0
strategy = {{ truth.capstone_disturbing }}

# %% sample="strategy" mistake="征信数据用于营销圈选" says="营销圈选用了征信报告" earns=0
strategy = {{ truth.capstone_bureau }}

# %% sample="strategy" mistake="用真值：圈名单用了以后才知道的事" says="观察点以后才知道" earns=0
strategy = {{ truth.capstone_ahead }}

# %% sample="strategy" mistake="不受理人工复核" says="不给人工复核的途径" earns=0
strategy = {{ truth.capstone_deaf }}

# %% [markdown]
# ## 三、半页调查报告（全员必做）
#
# 下面是班级数据里的一户（合成数据，程序按数据挑的：税务、征信的授信授权都有效，卡上有话可说）。卡上的值已经算好。

# %% tags=["hide-input"]
_row = {{ truth.report_row }}
_months = pd.DataFrame({{ truth.report_months }}, columns=["month", "sales_in_cny"])
_profile = pd.DataFrame([_row]).convert_dtypes().assign(as_of=pd.Timestamp(AS_OF))
_months = _months.assign(month=pd.to_datetime(_months["month"]), customer_id=_row["customer_id"])
card(_profile, _row["customer_id"], flows_monthly=_months, names=[sp.load("branches"), sp.load("channels")])

# %% [markdown] task="report" track="all"
# ### 第 3 题　半页调查报告（14 分，全员必做）
#
# 这户来申请贷款，用途说是备货。对着上面的卡写半页（三百到九百字）。五块，各写小标题（在答题格里换行，编号会自己往下接，不用再打）：
#
# 1. **事实**　至少四条，每条写数、来源、截至哪一天；
# 2. **推断**　从事实推出来的，标明“推断”，写依据；
# 3. **未核实**　卡上看不到的，写怎么核实；
# 4. **意见**　产品、额度、期限、还款、条件，额度写明怎么来的；
# 5. **证据链**　哪些材料能证明你尽了职，谁、哪一天、存在哪里。
#
# 尽职免责管的是过程：它涵盖{{ cite("diligence_stages") }}，能免去{{ fact("diligence_relief") }}。没有留下证据的尽职，说不清。
#
# 不写客户的手机、身份证号；没有授权的数据不写。老师按下面的表打分。

# %% [markdown] rubric="report"
# | 看什么 | 做到 | 一部分 | 没有 |
# |---|---|---|---|
# | 事实 | 4 分：至少四条，每条有数、来源和日期，和卡对得上 | 2 分：有数，来源或日期不全 | 0 分：没有数，或和卡对不上 |
# | 推断与未核实 | 4 分：推断标明并写依据，未核实的各写怎么核实 | 2 分：分开写了，没有写依据或怎么核实 | 0 分：推断、没问过的都当成事实写 |
# | 意见 | 3 分：产品、额度、期限、还款、条件齐，能从前文推出 | 1 分：有额度，推不出来或缺条件 | 0 分：没有意见，推给别人 |
# | 证据链与合规 | 3 分：材料写明谁、哪一天、在哪里，没有越权的数据和隐私 | 1 分：只列材料名 | 0 分：没有，或用了没有授权的数据 |

# %% [markdown] written="report"
# **客户** {{ truth.report_customer | text }}，观察点 {{ truth.report_day | text }}（合成数据）。
#
# **一、事实**（每条：数 · 来源 · 截至）
#
# 1. 近 12 个月有效流入 {{ truth.report_inflow | text }} 万元 · 本行流水 · 截至 {{ truth.report_day | text }}。
# 2. 近 12 个月开票（不含税）{{ truth.report_invoiced | text }} 万元，票流比（有效流入 ÷ 含税开票）{{ truth.report_ratio | text }} · 税务发票（授权有效）· 截至 {{ truth.report_day | text }}。
# 3. {{ truth.report_bureau | text }}。
# 4. 参保 {{ truth.report_insured | text }} 人，成立 {{ truth.report_age | text }} 年，登记状态{{ truth.report_status | text }} · 登记与社保 · 截至 {{ truth.report_day | text }}。
# 5. 纳税信用等级 {{ truth.report_grade | text }}，已取得的申报里，近 12 个月未申报 {{ truth.report_unfiled | text }} · 税务 · 截至 {{ truth.report_day | text }}。
#
# **二、推断**（可能不对）
#
# - 推断：本行流水{{ truth.report_less | text }}。依据是第 1、2 条。
# - 推断：生意{{ truth.report_trend | text }}。一年的数，说明不了以后。
# - 推断：{{ truth.report_burden | text }}。依据是第 1、3 条。
#
# **三、未核实**（怎么核实）
#
# - 主要买家的账期：看近三张大额发票的合同和对账单，打电话核对。
# - 他行贷款怎么还：看借款合同和还款计划；再问有没有民间借款。
# - 征信报告是 {{ truth.report_age_days | text }} 天以前的：放款前取得授权，重查一次。
# - 家庭的负债和担保：面谈时问，需要查的另取书面授权。
#
# **四、意见**
#
# 拟同意快速贷 {{ truth.report_line | text }} 万元，12 个月，等额本息。{{ truth.report_asks | text }}；额度在知道的数里取最小的：客户想要的、月均有效流入的 {{ truth.report_turns | text }} 倍、产品上限 {{ truth.report_most | text }} 万元{{ truth.report_lowered | text }}。客户想要的期限和还款方式与回款的月份没有核实以前，先按等额本息，买家账期核实了再改约还款日。条件：第三部分前三条核实后放款；只有买家账期核实不了的，额度减半；他行贷款说不清、征信没有重查的，不放款；发现隐瞒负债，不批。贷后每月看流入，连续两个月不到月均（{{ truth.report_monthly | text }} 万元）七成就走访。
#
# **五、证据链**
#
# 流水导出、开票查询截图（经办×××，{{ truth.report_day | text }}，信贷系统影像）；税务、征信授权书（客户签，签署日，合同柜）；征信报告（查询员×××，{{ truth.report_fetched | text }}，征信系统）；走访记录与照片（双人×××、×××，走访日，影像）；核实电话录音（×××，通话日，录音系统）；审批意见（审批人×××，审批日，信贷系统）。

# %% [markdown] discussion="report"
# 先让学员互换报告，用三种颜色标事实、推断、未核实，标不出来的就是写混了。再问：这户以后真的坏了，检查组来，你拿得出什么？

# %% [markdown] sample="report" mistake="推断当事实写" says="都当成事实写" marks=[2, 0, 1, 0]
# 近 12 个月有效流入 {{ truth.report_inflow | text }} 万元，票流比 {{ truth.report_ratio | text }}，说明企业经营正常，其余货款都在他行收。老板为人可靠，家庭没有负债。建议给快速贷 50 万元。

# %% [markdown] sample="report" mistake="抄卡，没有意见" says="没有意见，推给别人" marks=[4, 0, 0, 1]
# - 近 12 个月有效流入 {{ truth.report_inflow | text }} 万元（本行流水，截至 {{ truth.report_day | text }}）
# - 近 12 个月开票 {{ truth.report_invoiced | text }} 万元（税务，截至 {{ truth.report_day | text }}）
# - 参保 {{ truth.report_insured | text }} 人（社保，截至 {{ truth.report_day | text }}）
# - 成立 {{ truth.report_age | text }} 年（登记，截至 {{ truth.report_day | text }}）
#
# 以上情况属实，请审批部门定夺。

# %% [markdown] task="defence" track="all"
# ### 第 4 题　书面答辩（9 分，全员必做）
#
# 用第 2 题的方案答辩（没有做第 2 题的，用照旧的方案）。二百到四百字，答三个问题：
#
# 1. 你改了哪两条，各靠对比台上的哪个数？别人会怎么反驳？
# 2. 什么情况下这个方案会亏？盯哪个指标，到多少就停？
# 3. 看到什么你会改主意？在自己支行先怎么试，怎样才算有对照？

# %% [markdown] rubric="defence"
# | 看什么 | 做到 | 一部分 | 没有 |
# |---|---|---|---|
# | 理由 | 3 分：两条改动各有数，并回应一个反驳 | 1 分：有改动，数不全或没有反驳 | 0 分：只说好，没有数 |
# | 风险 | 3 分：说出会亏的情形、指标和停下的线 | 1 分：有情形，没有线 | 0 分：说没有风险 |
# | 改主意与试点 | 3 分：说出会改主意的证据，试点有对照、先定结果 | 1 分：有试点，没有对照 | 0 分：直接全行推广 |

# %% [markdown] written="defence"
# **理由**　我改了渠道和还款。走访改成 APP 推送：对比台上营销费从 ＿＿ 万元降到 ＿＿ 万元，超容从 ＿＿ 次降到零。还本金改成分期：风险损失从 ＿＿ 万元变成 ＿＿ 万元，额度用得更满，利息反而多（空格抄各人对比台上的数）。会有人说，APP 没有人情味，老客户会走。我的回应：到期的老客户照样由客户经理去谈续贷，走访的名额留给他们。
#
# **风险**　推送多了会烦人：退订率到百分之二，或者投诉比上季多一半，就停推送。报价加了半个百分点，如果批了不要的人变多，接受率连续两个月比现在低一成以上，就退回挂牌价。
#
# **改主意与试点**　仿真里的客户不太在意价格，我们支行的客户未必。先算要多少家支行才看得清；人手只够六家，就抽签分批、错峰多试几季，还没轮到的作对照。先写下看什么：满一季看接受率、退订率和首期逾期，满一年看 V 的增量和十二个月坏账率，写了不改。满一年，区间在零以上才推广；区间含零，写“看不清”，不推广也不下“没有用”的结论，接着攒。

# %% [markdown] discussion="defence"
# 答辩最常见的毛病是只说好处。逼问一句：什么证据能让你收回这个方案？答不出来的，不是方案，是口号。

# %% [markdown] sample="defence" mistake="只说好，没有数" says="只说好，没有数" marks=[0, 0, 0]
# 我的方案以客户为中心，科技赋能，渠道高效，价格合理，没有什么风险，建议全行马上推广。

# %% [markdown] sample="defence" mistake="没有对照的试点" says="有试点，没有对照" marks=[1, 1, 1]
# 改了两条：走访改 APP 推送，对比台上营销费少了，超容没有了；还款改分期，风险损失变小。有人会说 APP 不如上门，可上门的名额本来就不够用。
#
# 经济不好时可能会亏，要注意。
#
# 先在我们支行试一个季度，比上个季度好就推广。

# %% [markdown]
# ## 四、策略三件套（分析岗）
#
# 把方案写成代码：名单（targeting）、政策（policy）、数据来源（sources）。名单在**你自己的进程**里跑，只拿得到下面这样的画像；市场和它的真值在老师那边。先看一眼练习市场的画像。

# %%
practice_market = sp.bank.market(customers=2_000, seed=14)
capstone.first_day(practice_market).head(3)

# %% [markdown] task="targeting" track="analyst"
# ### 第 5 题　名单 targeting（9 分，分析岗）
#
# 写函数 `targeting(profiles)`，`profiles` 是一户一行的画像，列和上面一样：`do_not_contact` 免打扰，`registration_status` 登记状态，`age_years` 成立年数，`sector` 行业大类，`owns_premises` 有没有房产，`loan_balance_cny` 本行贷款余额（元）。返回报价方案的表，一行一次联系，七列：
#
# | 列 | 是什么 |
# |---|---|
# | `customer_id` | 客户编号 |
# | `product_id` | `"F1"` 快速贷、`"F3"` 抵押贷、`"F4"` 担保贷 |
# | `channel_id` | `"H1"` 走访、`"H2"` 电话、`"H3"` 短信、`"H4"` APP 推送 |
# | `month` | 第几个月联系，1–12 |
# | `credit_line_cny`、`annual_rate`、`repayment_method` | 额度、年利率、还款方式 |
#
# `offers_of(chosen, 产品, 渠道, 月)` 已导入：给 `profiles` 的几行，返回这几户在那个月的报价，七列都有。几个月的用 `pd.concat` 接起来。
#
# **给分**：在没见过的市场上，净收益 = 期望多来的进件 × 8,000 元（仿真参数）− 联系的费用，和参考名单比，达到九成五满分。按期望算，不靠运气。规矩同第 2 题：违规 0 分；**同一个渠道一个月里超出容量的，按行的次序，后面的做不成**。容量（每月）：走访是客户数的百分之六，电话两成，短信、APP 不限。

# %% answer="targeting"
def targeting(profiles):
    # BEGIN SOLUTION
    free = profiles[~profiles["do_not_contact"] & (profiles["registration_status"] == "存续") & (profiles["loan_balance_cny"] == 0)]
    return pd.concat([offers_of(free, "F1", "H4", month) for month in (1, 4, 7, 10)], ignore_index=True)
    # END SOLUTION


# %% [markdown]
# 检查第 5 题：在练习市场上跑一遍，看表对不对。

# %% check="targeting" points=9
_seen = capstone.first_day(practice_market)
_error, _table = capstone_marking.tried(targeting, _seen, practice_market.ids)
assert not _error, f"{_error}"
assert len(_table), "名单是空的：一户也没有联系，名额白放着。"
_quiet = set(_seen.loc[_seen["do_not_contact"], "customer_id"])
assert not _quiet & set(_table["customer_id"]), "名单里有登记为免打扰的客户：《个人信息保护法》（2021）第二十四条，客户有权拒绝；行内规则一律不联系。这份名单 0 分。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark

_fresh = sp.bank.market(customers=3_000, seed={{ truth.capstone_market_seed }})
_error, _list = capstone_marking.tried(targeting, capstone.first_day(_fresh), _fresh.ids)
assert not _error, f"换了一个市场就出错：{_error}"
_scored = capstone_marking.marked_list(_list, _fresh, {{ truth.capstone_yardsticks }}["list"])
for _line in _scored.lines:
    remark(_line)
round(9 * _scored.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="targeting"
# 画像里看不出谁是可说服的，挑来挑去不如便宜的渠道轮着来；电话错开三个月轮着打，不超容，能再多一点。为什么不用 V 打分？一个市场上几笔大额违约的运气，就盖过了触达多来的那一点：课程第 2 节有图。

# %% sample="targeting" mistake="重复触达" says="三个月里被联系两次以上" earns=0
def targeting(profiles):
    free = profiles[~profiles["do_not_contact"] & (profiles["registration_status"] == "存续") & (profiles["loan_balance_cny"] == 0)]
    return pd.concat([offers_of(free, "F1", "H4", month) for month in range(1, 13)], ignore_index=True)

# %% sample="targeting" mistake="超容" says="超出渠道当月的容量" earns=0
def targeting(profiles):
    free = profiles[~profiles["do_not_contact"] & (profiles["registration_status"] == "存续") & (profiles["loan_balance_cny"] == 0)]
    return pd.concat([offers_of(free, "F1", "H1", month) for month in (1, 4, 7, 10)], ignore_index=True)

# %% sample="targeting" mistake="忽略免打扰" says="名单里有登记为免打扰的客户" earns=0
def targeting(profiles):
    return pd.concat([offers_of(profiles, "F1", "H4", month) for month in (1, 4, 7, 10)], ignore_index=True)

# %% sample="targeting" mistake="用真值" says="是真值，只有仿真器知道" earns=0
def targeting(profiles):
    sure = profiles[profiles["uplift"] == 0]
    return offers_of(sure, "F1", "H2", 1)

# %% sample="targeting" mistake="利率写成百分数" says="百分数先除以 100" earns=0
def targeting(profiles):
    free = profiles[~profiles["do_not_contact"]]
    return offers_of(free, "F1", "H4", 1).assign(annual_rate=6.1)

# %% [markdown] task="policy" track="analyst"
# ### 第 6 题　政策 policy（8 分，分析岗）
#
# 给变量 `policy` 赋一个字典，只写要改的，其余按现行政策。可以写：
#
# | 键 | 意思 | 现行 |
# |---|---|---|
# | `"cutoffs"` | 分数线，键是 `"抵押"`、`"保证"`、`"信用"` | `sp.bank.Policy().cutoffs` |
# | `"manual_below"`、`"manual_above"` | 线下、线上多少分以内转人工 | 5、5 |
# | `"line_share"` | 批申请金额的几成，0.05–1 | 0.86 |
# | `"rate_addon"` | 比行里的风险定价加多少，−0.005–0.005 | 0 |
# | `"repayment"` | 产品 → 还款方式，如 `{"F1": "等额本息"}` | 客户常用的 |
# | `"renewal_margin"` | 到期的老客户，线下多少分以内可以续 | 20 |
# | `"appeal"` | 自动拒绝的能不能要求人工复核 | `True` |
#
# **给分**：没见过的市场，一户也不联系，只看政策；得分 =（你的 V − 现行政策的 V）÷（参考政策的 V − 现行政策的 V），九成五满分，违规 0 分。在练习市场上搜参数：`capstone.years(sp.bank.from_answers(policy), practice_market, [1, 2, 3, 4])["value_cny"].mean()`。多换几个市场，别信一个市场上的冠军（10 课第 7 节）。

# %% answer="policy"
# BEGIN SOLUTION
_now = sp.bank.Policy().cutoffs
policy = {
    "cutoffs": {"抵押": _now["抵押"] + 40, "信用": _now["信用"]},
    "manual_below": 10.0, "manual_above": 10.0, "line_share": 1.0, "rate_addon": 0.005,
    "repayment": {"F1": "等额本息"}, "renewal_margin": 40.0,
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 6 题：字典能不能读成一套政策。

# %% check="policy" points=8
assert isinstance(policy, dict), "policy 应是一个字典：是不是还没有作答？"
_error = capstone_marking.policy_error(policy)
assert not _error, f"{_error}"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark

_there = sp.bank.market(customers=3_000, seed={{ truth.capstone_market_seed }})
_judged = capstone_marking.marked_policy(policy, _there, {{ truth.capstone_luck_seeds }}, {{ truth.capstone_yardsticks }})
for _line in _judged.lines:
    remark(_line)
round(8 * _judged.share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="policy"
# 抵押类的线提高，是因为一笔抵押贷的办理要几千元、人工十个小时，边缘的客户挣回来的，盖不过这笔成本；边缘的人少，这一条动得不多。讲评时问：把 `renewal_margin` 放到六十，V 变多少，不良在哪一年露出来？

# %% sample="policy" mistake="线太高，价太低" says="还不如现行政策" earns=0
_now = sp.bank.Policy().cutoffs
policy = {"cutoffs": {name: cut + 60 for name, cut in _now.items()}, "rate_addon": -0.005, "line_share": 0.5}

# %% sample="policy" mistake="不受理人工复核" says="不给人工复核的途径" earns=0
policy = {"rate_addon": 0.005, "appeal": False}

# %% sample="policy" mistake="加点写成百分数" says="rate_addon 填得不对" earns=0
policy = {"rate_addon": 0.5}

# %% sample="policy" mistake="名单混进政策" says="policy 只管审批和价格" earns=0
policy = {"rate_addon": 0.005, "sources_marketing": ["征信报告"]}

# %% [markdown]
# 第 7 题要用标签目录：一行一个标签，`items` 是它由哪些需要授权的数据算出来，`uses` 是它能用在哪里（都用顿号隔开，空的是不需要）。

# %%
CATALOGUE = pd.DataFrame(
    {"name": [t.name for t in TAGS.values()], "items": ["、".join(t.items) for t in TAGS.values()], "uses": ["、".join(t.uses) for t in TAGS.values()]}
)
CATALOGUE[CATALOGUE["name"].isin(["age_years", "effective_inflow_cny", "settlement_ratio", "external_balance_cny"])]

# %% [markdown] task="sources" track="analyst"
# ### 第 7 题　数据来源 sources（8 分，分析岗）
#
# 策略用了哪些列，就要申报哪些数据。写函数 `sources(columns, use, catalogue)`，返回字典：
#
# - `"barred"`　不能用的列，照 `columns` 里的次序：标签目录里没有的列，或 `uses` 里没有 `use` 的列；
# - `"items"`　**能用的列**一共要申报哪些数据项，去重，按文字排序（`sorted`）。
#
# `columns` 是列名的列表；`use` 是 `"营销"` 或 `"授信审批"`；`catalogue` 的样子见上面。列名以 `_peer_rank` 结尾的是同业分位，按去掉这个结尾的标签算。

# %% answer="sources"
def sources(columns, use, catalogue):
    # BEGIN SOLUTION
    known = catalogue.set_index("name")
    barred, items = [], set()
    for column in columns:
        name = column.removesuffix("_peer_rank")
        if name not in known.index or use not in known.loc[name, "uses"].split("、"):
            barred.append(column)
        else:
            items |= set(known.loc[name, "items"].split("、")) - {""}
    return {"items": sorted(items), "barred": barred}
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：营销用三列，其中一列来自征信。

# %% check="sources" points=8
_got = sources(["age_years", "effective_inflow_cny", "external_balance_cny"], "营销", CATALOGUE)
assert isinstance(_got, dict) and set(_got) == {"items", "barred"}, "应返回有 items、barred 两项的字典：是不是还没有作答，或忘了写 return？"
assert "external_balance_cny" in _got["barred"], "他行余额来自征信报告，不得用于营销圈选（零容忍）：把它放进名单，整套策略 0 分。"
assert _got["items"] == ["流水数据"], f"能用的列里只有流水需要申报，现为 {_got['items']}：成立年数不需要授权，不能用的列也不用申报。"
# BEGIN HIDDEN TESTS
_mixed = ["settlement_ratio", "n_insured", "who_will_apply", "score", "utilization_peer_rank", "invoiced_12m_cny_peer_rank", "external_balance_cny"]
_want = capstone_marking.declared(_mixed, "营销", CATALOGUE)
_told = sources(list(_mixed), "营销", CATALOGUE.copy())
assert "who_will_apply" in _told["barred"], "who_will_apply 标签目录里没有：那是真值，或者是以后才知道的事。申报不了的列用进去，验收时整套退回。"
assert _told["barred"] != [c for c in _want["barred"]] + ["utilization_peer_rank", "invoiced_12m_cny_peer_rank"] and not {"utilization_peer_rank", "invoiced_12m_cny_peer_rank"} & set(_told["barred"]), "同业分位按去掉 _peer_rank 的标签算：能用的列被你挡掉了，白丢信息。"
assert "score" in _told["barred"], "score 的 uses 里没有营销：授信用的评分拿去营销，超出了客户同意的用途。"
assert _told["barred"] == _want["barred"], f"barred 应照 columns 的次序，为 {_want['barred']}，现为 {_told['barred']}：次序乱了，对不上名单上的列。"
assert "征信报告" not in _told["items"], "不能用的列也被你申报了：营销申报征信报告就是违规，哪怕没有真用，整套 0 分。"
assert _told["items"] == _want["items"], f"items 应为 {_want['items']}，现为 {_told['items']}：一个标签可能由两种数据算成，去重、排序。少申报一种，就是越权使用。"
assert sources(list(_mixed), "授信审批", CATALOGUE.copy()) == capstone_marking.declared(_mixed, "授信审批", CATALOGUE), "用途换成授信审批，结果要跟着变：能不能用看 uses，不要写死营销。写死了，授信时能用的数据用不上。"
_other = pd.DataFrame({"name": ["a", "b"], "items": ["乙、甲", ""], "uses": ["营销", "授信审批、营销"]})
assert sources(["b", "a", "a"], "营销", _other) == {"items": sorted(["甲", "乙"]), "barred": []}, "换了一份标签目录，结果不对：不要写死列名和数据项。"
assert sources([], "营销", CATALOGUE) == {"items": [], "barred": []}, "一列也没有用，两项都应是空的列表。"
# END HIDDEN TESTS

# %% [markdown] discussion="sources"
# 申报要刚刚好：多申报是越权，少申报是偷用。行里的做法：策略上线前由程序读出用到的列，自动生成申报单，人来签字。

# %% sample="sources" mistake="合规红线：征信也申报了" says="不得用于营销圈选" earns=0
def sources(columns, use, catalogue):
    known = catalogue.set_index("name")
    items = {item for c in columns if c in known.index for item in known.loc[c, "items"].split("、") if item}
    return {"items": sorted(items), "barred": []}

# %% sample="sources" mistake="不能用的列也申报" says="能用的列里只有流水" earns=0
def sources(columns, use, catalogue):
    known = catalogue.set_index("name")
    names = [c.removesuffix("_peer_rank") for c in columns]
    items = {item for n in names if n in known.index for item in known.loc[n, "items"].split("、") if item}
    return {"items": sorted(items), "barred": [c for c, n in zip(columns, names, strict=True) if n not in known.index or use not in known.loc[n, "uses"]]}

# %% sample="sources" mistake="用真值：目录里没有的列放过去了" says="who_will_apply 标签目录里没有" earns=0
def sources(columns, use, catalogue):
    known = catalogue.set_index("name")
    barred, items = [], set()
    for column in columns:
        name = column.removesuffix("_peer_rank")
        if name not in known.index:
            continue
        if use not in known.loc[name, "uses"].split("、"):
            barred.append(column)
        else:
            items |= set(known.loc[name, "items"].split("、")) - {""}
    return {"items": sorted(items), "barred": barred}

# %% sample="sources" mistake="同业分位没有去掉结尾" says="同业分位按去掉" earns=0
def sources(columns, use, catalogue):
    known = catalogue.set_index("name")
    barred = [c for c in columns if c not in known.index or use not in known.loc[c, "uses"]]
    items = {item for c in columns if c not in barred for item in known.loc[c, "items"].split("、") if item}
    return {"items": sorted(items), "barred": barred}

# %% sample="sources" mistake="写死营销" says="不要写死营销" earns=0
def sources(columns, use, catalogue):
    known = catalogue.set_index("name")
    barred, items = [], set()
    for column in columns:
        name = column.removesuffix("_peer_rank")
        if name not in known.index or "营销" not in known.loc[name, "uses"]:
            barred.append(column)
        else:
            items |= set(known.loc[name, "items"].split("、")) - {""}
    return {"items": sorted(items), "barred": barred}

# %% [markdown]
# ## 这门课怎么样
#
# 不计分。回答随作业一起交给老师，用来改课。

# %% tags=["hide-input"]
ask.course_feedback()

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；课程第 7 节的个人学习报告会跟着更新。
