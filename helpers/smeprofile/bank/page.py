"""``datasets/ACCOUNTS.md``: the accounts line by line, for a banker, from one run of the reference.

``make accounts`` writes it; a test compares.
"""

from smeprofile.bank import assumptions as b
from smeprofile.bank.costs import CAPITAL_RATE, CAPITAL_SHARE, FUNDS_RATE, VAT_SHARE
from smeprofile.bank.evaluate import Result, evaluate
from smeprofile.bank.ledger import ASSETS, LIABILITIES
from smeprofile.bank.market import market
from smeprofile.bank.strategies import reference
from smeprofile.disk import write_file
from smeprofile.paths import home
from smeprofile.simulate import assumptions as a

FILE = "ACCOUNTS.md"
CUSTOMERS, SEED, LUCK = 2_000, 20251231, 1

# account → formula, and a sentence for a banker
LINES = {
    "利息收入": ("计划余额 × 年利率 ÷ 12，逐月逐笔",
             "按还款计划的余额计息。客户违约，当月起停止计息，已计未收的冲回；后来还清，补记。罚息不计（仿真从简）。"),
    "存款与结算收益": ("月均存款 × {deposit_margin:.2%} × {deposit_share:.0%} ÷ 12",
                "借款户留在本行的存款，只把一部分算作授信带来的。"),
    "资金成本": ("欠款余额 × {funds:.2%} ÷ 12",
             "内部资金转移价格：FTP {ftp:.2%}，其中 {cheap:.0%} 用支小再贷款（{cheap_rate:.2%}），加权后乘 1－资本占比。"
             "违约的钱没有回来，资金照样要付息。"),
    "增值税及附加": ("应税利息 × {vat:.2%}",
               "小型、微型企业 100 万元及以下的授信免税（财税公告 2023 年第 13 号）；100 万到 1,000 万元、利率不超过一年期 LPR "
               "的 1.5 倍也免，超过则全额征（第 16 号，方法一）。按放款当月的 LPR，并假定银行达到公告的其他条件。"),
    "账户管理费": ("欠款余额 × {operating:.2%} ÷ 12", "贷后管理和系统的日常开支。"),
    "进件与审批费": ("进件数 × {case:g} 元 ＋ 人工小时 × {hour:g} 元", "批不批都要花。人工带越宽，这一行越大，客户等得越久。"),
    "办理费": ("办成的户数 × 产品单件成本（续贷按 {renewal:.0%}，另加一件进件费），按期限摊到各月",
            "评估、抵押登记、合同。实际利率法：付的时候一次付清，账上摊到整个期限，还没到的月份记作待摊。"),
    "营销费": ("触达次数 × 渠道单价", "没有做成的触达（超容、已退订）不花钱，也没有用。"),
    "投诉费": ("投诉数 × {complaint:g} 元", "联系得越勤、审批越慢，投诉越多。"),
    "核销净损失": ("核销本金 ×（1－预计收回比例）", "年内核销的，已经扣掉预计能收回的部分。"),
    "存续期预期损失": ("Σ 尚存概率 × 当月违约率 × 违约后成为损失的概率 × LGD × 违约时欠款；已违约的按欠款 × 成为损失的概率 × LGD",
                "年末还没到期的贷款，从现在到到期会亏多少。到期一次还本的，把到期那个月还不上的风险也算进来，藏不到明年去。"),
    "由以后期限承担": ("放款时的存续期预期损失 × 剩余期限 ÷ 期限",
                "上一行里属于以后各月的部分：那些月份的利息会来覆盖它。两行相抵，就是存量预期损失的变动：只有变坏了的、"
                "或损失集中在到期日的，才留在今年。"),
    "资本成本": ("欠款余额 × {capital:.2%} ÷ 12",
             "占用资本 = 风险权重 {weight:.0%} × 资本充足率 {ratio:.1%}，股东要求税后 {roe:.0%}，折成税前。V 为 0 就是刚好给够股东。"),
}  # fmt: skip
_HEAD = """# 账怎么记：仿真银行的损益，逐行说明

本页由 `make accounts` 从一次演算生成，请勿手改。市场：{customers:,} 户，种子 {seed}；运气种子 {luck}；策略：参考策略。
数字**全部为仿真**，单价和比例除注明来源的以外都是仿真参数，不是行业统计。

每一笔都有借有贷，以分记账；全部借方等于全部贷方，各户的贷款科目等于它借据的余额（`tests/bank/test_bank_accounts.py`）。
V 算本策略一年里办的业务：新贷，和原有贷款到期后的**续贷**。原有贷款到期以前的损益对每个策略都一样，不进 V。
到期能续的客户（正常经营、正常还款）由策略的 `renewal_margin` 决定续不续：续，本金不还，按新的价格重新计息；嫌贵，
客户去别家，把钱还来；不续，一次要还全部本金，有的客户还不出来，这笔损失算在本策略头上。

## 损益

| 科目 | 金额（元） | 怎么算 | 说明 |
|---|---:|---|---|
"""
_TAIL = """
另一种口径：年末存量的存续期预期损失全部由今年承担，V 是 {full:,.0f} 元。那样算，下半年放的每一笔都亏：损失算了全期，利息只算到年末。

## 年末资产负债（元，借方余额为正）

| 科目 | 余额 |
|---|---:|
{balances}

## 指标（与 V 并列，各带分母）

| 指标 | 值 | 分子 | 分母 | 口径 |
|---|---:|---:|---:|---|
{kpis}

## 放款批次

| 放款月 | 用信户 | 年内已坏 | 已看到的月数 | 12 个月坏账率（真值） |
|---:|---:|---:|---:|---:|
{vintages}

## 得分

| 项目 | 元 |
|---|---:|
| 基准策略的 V | {base:,.0f} |
| 参考策略的 V | {reference:,.0f} |
| 两者之差里的噪声（{errors:g} 个标准误） | {noise:,.0f} |
| 上界（看得见真值和运气的线性规划） | {bound:,.0f} |

## 什么不收，什么要花钱，什么得 0 分

- **不收（整个方案退回，说明第几行）**：不在画像里的客户，没有的产品、渠道、还款方式，不是数或超出范围的额度、利率、月份，同一户同一月两行，
  自己的代码出错或超过 {seconds:g} 秒。
- **不做（不花钱，也没有用）**：超出渠道月容量的，按给出的次序从后面去掉；年内已要求不再联系的。
- **要花钱**：触达（渠道单价）；联系得勤，客户疲劳、退订、投诉；进件和人工审批；审批慢，客户走掉、投诉。
- **得 0 分（合规）**：S1 营销圈选用征信数据；C1 联系免打扰客户；P1 额度超出产品范围；P2、P3 还款方式不是产品的；P4 利率离挂牌价超过
  {band:.1%}；R1 拒绝不说明原因；R2 自动拒绝不给人工复核的途径。每一条都附依据，并另算“若合规”。

渠道月容量（{per:,} 户的银行）：{channels}。人工：每 {people:,.0f} 户 1 人，每个工作日 {day:g} 小时，先到先办。

## 分数怎么来

得分 =（V － 基准）÷（参考 － 基准）。两者之差不超过噪声时没有分数。违规得 0 分，并另算“若合规”。
所有策略用同一串随机数：一户客户当月的运气由市场种子、运气种子、客户和月份决定，不因联系了别人而变。
"""


def accounts_page() -> str:
    """Return the page as Markdown."""
    result = evaluate(reference(), market(CUSTOMERS, SEED), LUCK)
    head = _HEAD.format(customers=CUSTOMERS, seed=SEED, luck=LUCK)
    return head + _statement(result) + _rest(result)


def _statement(result: Result) -> str:
    t = a.BANK_TERMS
    numbers = {
        "deposit_margin": t["deposit_margin_rate"], "deposit_share": t["deposit_share"],
        "funds": FUNDS_RATE, "ftp": t["ftp_rate"], "cheap": t["cheap_funding_share"],
        "cheap_rate": t["cheap_funding_rate"], "vat": VAT_SHARE,
        "operating": t["operating_cost_rate"], "case": b.CASE_COST_CNY,
        "hour": b.REVIEW_HOUR_COST_CNY, "complaint": b.COMPLAINT_COST_CNY,
        "capital": CAPITAL_RATE, "weight": t["risk_weight"], "ratio": t["capital_ratio"],
        "roe": t["target_roe"], "renewal": b.RENEWAL_COST_SHARE,
    }  # fmt: skip
    rows = [
        f"| {name} | {value + 0.0:,.2f} | {LINES[name][0].format(**numbers)} | {LINES[name][1].format(**numbers)} |"
        for name, value in result.statement.items()
    ]
    total = f"| **V** | **{result.value_cny:,.2f}** | 以上合计 | 经风险和资本成本调整以后的利润；平均占用资本为欠款余额的 {CAPITAL_SHARE:.2%} |"
    return "\n".join([*rows, total]) + "\n"


def _rest(result: Result) -> str:
    table = result.played.ledger.trial_balance()
    net = (table["debit_fen"] - table["credit_fen"]) / 100
    balances = "\n".join(f"| {name} | {net[name] + 0.0:,.2f} |" for name in (*ASSETS, *LIABILITIES))
    kpis = "\n".join(
        f"| {row.title} | {_shown(row.value)} | {_shown(row.numerator)} | {_shown(row.denominator)} | {row.meaning} |"
        for row in result.kpis.itertuples()
    )
    vintages = "\n".join(
        f"| {month} | {int(row.n_lines)} | {int(row.n_bad)} | {int(row.months_seen)} | {row.expected_bad_share:.2%} |"
        for month, row in zip(result.vintages.index, result.vintages.itertuples(), strict=True)
    )
    return _TAIL.format(
        full=result.full_provision_cny, balances=balances, kpis=kpis, vintages=vintages,
        base=result.baseline_cny, reference=result.reference_cny, noise=result.noise_cny,
        bound=result.bound_cny, errors=b.NOISE_ERRORS, seconds=b.SECONDS, band=b.PRICE_BAND,
        per=b.CHANNEL_CUSTOMERS, people=1 / b.REVIEWERS_PER_CUSTOMER, day=b.WORK_HOURS_PER_DAY,
        channels="、".join(
            f"{c.name} {'不限' if c.monthly_capacity is None else format(c.monthly_capacity, ',')}"
            for c in a.CHANNELS.values() if c.is_contact
        ),
    )  # fmt: skip


def _shown(value: float) -> str:
    if value != value:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


if __name__ == "__main__":
    write_file(home() / "datasets" / FILE, accounts_page().encode())
