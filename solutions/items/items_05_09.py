"""Items on modules 05 to 09. One A and one B for each objective, of the same kind and level."""

import math

from smeprofile.items import Item
from smeprofile.rules.risk import RISK_CLASSES, classify_risk

CLASSES = list(RISK_CLASSES)


def _worse(given):
    """Return the classes that a wrong limit leads to."""
    key = classify_risk(given["d"])
    at = CLASSES.index(key)
    found = {CLASSES[at - 1]: "分类定轻了一档"}
    if at + 1 < len(CLASSES):
        found[CLASSES[at + 1]] = "分类定重了一档"
    return found




def _tenth(percents):
    """Return hundredths to one decimal, halves up as at school; floats would round 7.05 down."""
    return (percents + 5) // 10 / 10


def _woe(given):
    return round(math.log(given["gi"] / given["g"] / (given["bi"] / given["b"])), 2)


def _woe_mistakes(given):
    odds = round(math.log(given["gi"] / given["bi"]), 2)
    return {-_woe(given): "WOE 方向反了", odds: "用箱内好坏比代替占比之比"}


def _expected_loss(given):
    return given["e"] * 10_000 * given["p"] * given["l"] / 10_000


def _loss_mistakes(given):
    without_lgd = given["e"] * 10_000 * given["p"] / 100
    return {without_lgd: "漏乘违约损失率", _expected_loss(given) / 10_000: "单位没有换成元"}


ITEMS = [
    Item(
        "vintage_young", "05a", "A", "分析", "single",
        "报表只看账龄 12 个月的累计坏账率。{y} 年 {m} 月放款的批次，到当年 12 月账龄只有 {mob} 个月。这一批的“12 个月累计坏账率”应当怎样报？",
        lambda r: {"y": r.choice([2023, 2024, 2025]), "m": 12 - (k := r.randint(4, 9)), "mob": k},
        lambda g: "留空：还没到 12 个月，注明未成熟",
        lambda g: {
            "填 0：到今天为止还没有发生坏账": "未成熟补 0",
            "填现在的累计值：数据最新最准": "短账龄当成熟",
            "按月数等比例放大到 12 个月": "线性外推坏账",
        },
        ["留空：还没到 12 个月，注明未成熟", "填 0：到今天为止还没有发生坏账",
         "填现在的累计值：数据最新最准", "按月数等比例放大到 12 个月"],
    ),
    Item(
        "vintage_compare", "05a", "B", "分析", "single",
        "甲批次账龄 {a} 个月，累计坏账率 {x}%；乙批次账龄 {b} 个月，累计坏账率 {y}%。要比较两批放款的质量，应当怎样做？",
        lambda r: {"a": r.randint(18, 24), "x": r.choice(["3.1", "2.8", "3.4"]),
                   "b": r.randint(6, 9), "y": r.choice(["0.9", "1.1", "0.8"])},
        lambda g: "取同一账龄，再比累计坏账率",
        lambda g: {
            "直接比：乙的坏账率低，质量更好": "不同账龄直接比",
            "各自除以账龄，再比每月坏账率": "线性摊到每月",
            "把两批合起来，看总的坏账率": "合并掩盖批次",
        },
        ["取同一账龄，再比累计坏账率", "直接比：乙的坏账率低，质量更好",
         "各自除以账龄，再比每月坏账率", "把两批合起来，看总的坏账率"],
    ),
    Item(
        "class_days", "05b", "A", "应用", "single",
        "一笔非零售的小企业贷款逾期 {d} 天，没有其他情形。按《商业银行金融资产风险分类办法》（2023），至少应归为哪一类？",
        lambda r: {"d": r.choice([r.randint(31, 89), r.randint(91, 120), r.randint(271, 350)])},
        lambda g: classify_risk(g["d"]),
        _worse,
        CLASSES,
    ),
    Item(
        "class_days_b", "05b", "B", "应用", "single",
        "一户小企业（非零售）的流动资金贷款本金逾期 {d} 天，没有其他情形。按《商业银行金融资产风险分类办法》（2023），至少应归为哪一类？",
        lambda r: {"d": r.choice([r.randint(35, 88), r.randint(92, 130), r.randint(275, 355)])},
        lambda g: classify_risk(g["d"]),
        _worse,
        CLASSES,
    ),
    Item(
        "woe_bin", "06a", "A", "应用", "numeric",
        "样本共有好客户 {g} 户、坏客户 {b} 户。某一箱里有好客户 {gi} 户、坏客户 {bi} 户。按 WOE = ln(好占比 ÷ 坏占比)，这一箱的 WOE 是多少？（保留两位小数）",
        lambda r: {"g": 10 * (g := r.randint(80, 120)), "b": 10 * (b := r.randint(5, 9)),
                   "gi": g * r.randint(1, 2), "bi": b * r.randint(3, 5)},
        _woe,
        _woe_mistakes,
    ),
    Item(
        "woe_good", "06a", "B", "应用", "numeric",
        "样本共有好客户 {g} 户、坏客户 {b} 户。纳税信用等级是 A 级的一箱有好客户 {gi} 户、坏客户 {bi} 户。按 WOE = ln(好占比 ÷ 坏占比)，这一箱的 WOE 是多少？（保留两位小数）",
        lambda r: {"g": 10 * (g := r.randint(80, 120)), "b": 10 * (b := r.randint(5, 9)),
                   "gi": g * r.randint(4, 6), "bi": b * r.randint(1, 2)},
        _woe,
        _woe_mistakes,
    ),
    Item(
        "pdo_up", "06b", "A", "应用", "numeric",
        "评分卡定在 {s0} 分对应好坏比 {o}:1，PDO 为 {pdo}（每高这么多分，好坏比翻一倍）。{s} 分对应的好坏比是几比 1？",
        lambda r: (lambda s0, pdo, k, o: {"s0": s0, "pdo": pdo, "o": o, "k": k, "s": s0 + k * pdo})(
            r.choice([580, 600, 620]), r.choice([20, 25, 30]), r.randint(2, 3), r.choice([10, 15, 20, 30])),
        lambda g: g["o"] * 2 ** g["k"],
        lambda g: {g["o"] * (1 + g["k"]): "按直线加而不是翻倍", g["o"] / 2 ** g["k"]: "方向反了"},
    ),
    Item(
        "pdo_down", "06b", "B", "应用", "numeric",
        "评分卡定在 {s0} 分对应好坏比 {o}:1，PDO 为 {pdo}（每高这么多分，好坏比翻一倍）。低到 {s} 分时，好坏比是几比 1？",
        lambda r: (lambda s0, pdo, k, o: {"s0": s0, "pdo": pdo, "o": o, "k": k, "s": s0 - k * pdo})(
            r.choice([640, 660, 680]), r.choice([20, 25, 30]), r.randint(2, 3), r.choice([40, 80, 120])),
        lambda g: g["o"] / 2 ** g["k"],
        lambda g: {g["o"] / (1 + g["k"]): "除以段数加一，没有逐段减半", g["o"] * 2 ** g["k"]: "方向反了"},
    ),
    Item(
        "auc_leak", "06c", "A", "分析", "judge",
        "申请评分模型加入“首期还款后的账户余额”以后，AUC 由 {a} 升到 {b}。分析岗说：{claim}这个说法成立吗？",
        lambda r: {"a": f"0.{r.randint(68, 73)}", "b": f"0.{r.randint(88, 94)}"},
        lambda g: "这个变量放款后才有，审批时看不到",
        lambda g: {
            "AUC 提高这么多，说明新变量有区分能力": "贷后变量泄漏",
            "AUC 太高说明样本量还不够大": "把泄漏当样本问题",
            "余额是本行数据，质量比外部的好": "数据真就能用",
        },
        ["这个变量放款后才有，审批时看不到", "AUC 提高这么多，说明新变量有区分能力",
         "AUC 太高说明样本量还不够大", "余额是本行数据，质量比外部的好"],
        claims=("“这个提高是假象，不能这样上线用于审批。”",
                "“效果提高很多，可以这样上线用于审批。”"),
    ),
    Item(
        "ks_renewal", "06c", "B", "分析", "judge",
        "续贷评分模型加入“续贷后第一个月的额度使用率”以后，KS 由 {a} 升到 {b}。分析岗说：{claim}这个说法成立吗？",
        lambda r: {"a": f"0.{r.randint(31, 36)}", "b": f"0.{r.randint(52, 61)}"},
        lambda g: "这个变量续贷后才有，决定时看不到",
        lambda g: {
            "KS 提高这么多，说明新变量有区分能力": "贷后变量泄漏",
            "KS 太高说明检验用的样本太少了": "把泄漏当样本问题",
            "使用率是本行数据，比外部的可靠": "数据真就能用",
        },
        ["这个变量续贷后才有，决定时看不到", "KS 提高这么多，说明新变量有区分能力",
         "KS 太高说明检验用的样本太少了", "使用率是本行数据，比外部的可靠"],
        claims=("“这个提高是假象，不能这样上线用于续贷。”",
                "“效果提高很多，可以这样上线用于续贷。”"),
    ),
    Item(
        "working_need", "07a", "A", "应用", "numeric",
        "企业上年销售收入 {s} 万元，销售利润率 {m}%，预计增长 {g}%，营运资金周转次数 {t} 次。自有资金 {own} 万元，现有流动资金贷款 {loan} 万元，没有其他渠道资金。按“收入 ×（1－利润率）×（1＋增长率）÷ 周转次数”测算营运资金量，新增贷款额度是多少？（保留一位小数）",
        lambda r: {"s": r.randint(15, 40) * 100, "m": r.choice([5, 8, 10]), "g": r.choice([10, 20]),
                   "t": r.choice([2.5, 4, 5]), "own": r.randint(5, 12) * 10, "loan": r.randint(4, 10) * 10},
        lambda g: round(g["s"] * (1 - g["m"] / 100) * (1 + g["g"] / 100) / g["t"] - g["own"] - g["loan"], 1),
        lambda g: {
            round(g["s"] * (1 - g["m"] / 100) * (1 + g["g"] / 100) / g["t"], 1): "没有减自有资金和现有贷款",
            round(g["s"] * (1 - g["m"] / 100) * (1 + g["g"] / 100) / g["t"] - g["own"], 1): "没有减现有贷款",
        },
        unit="万元",
    ),
    Item(
        "working_other", "07a", "B", "应用", "numeric",
        "企业上年销售收入 {s} 万元，销售利润率 {m}%，预计没有增长，营运资金周转次数 {t} 次。自有资金 {own} 万元，现有流动资金贷款 {loan} 万元，其他渠道资金 {other} 万元。按“收入 ×（1－利润率）×（1＋增长率）÷ 周转次数”测算营运资金量，新增贷款额度是多少？（保留一位小数）",
        lambda r: {"s": r.randint(18, 40) * 100, "m": r.choice([5, 8, 10]), "t": r.choice([2.5, 4, 5]),
                   "own": r.randint(5, 10) * 10, "loan": r.randint(4, 8) * 10, "other": r.randint(2, 5) * 10},
        lambda g: round(g["s"] * (1 - g["m"] / 100) / g["t"] - g["own"] - g["loan"] - g["other"], 1),
        lambda g: {
            round(g["s"] * (1 - g["m"] / 100) / g["t"], 1): "没有减已有的资金",
            round(g["s"] * (1 - g["m"] / 100) / g["t"] - g["own"] - g["loan"], 1): "没有减其他渠道资金",
        },
        unit="万元",
    ),
    Item(
        "need_two", "07b", "A", "应用", "numeric",
        "模型给出：某客户半年内有借款需求的概率是 {p}%；有需求时，平均要借 {x} 万元。他的期望需求金额是多少？（保留一位小数）",
        lambda r: {"p": r.randint(25, 45), "x": r.randint(40, 120)},
        lambda g: _tenth(g["p"] * g["x"]),
        lambda g: {g["x"]: "没有乘需求概率", _tenth((100 - g["p"]) * g["x"]): "乘成了没有需求的概率"},
        unit="万元",
    ),
    Item(
        "need_group", "07b", "B", "应用", "numeric",
        "一个客群有 {n} 户，模型给出半年内有借款需求的概率平均 {p}%；有需求的户平均要借 {x} 万元。这个客群半年的期望需求总额是多少？（保留整数）",
        lambda r: {"n": r.choice([40, 60, 80, 120]), "p": r.choice([15, 20, 25, 35]), "x": r.randint(40, 90)},
        lambda g: round(g["n"] * g["p"] * g["x"] / 100),
        lambda g: {g["n"] * g["x"]: "没有乘需求概率", round(g["n"] * (100 - g["p"]) * g["x"] / 100): "乘成了没有需求的概率"},
        unit="万元",
    ),
    Item(
        "el_basic", "08a", "A", "应用", "numeric",
        "一笔 {e} 万元的信用贷款，一年违约概率 {p}%，违约损失率 {l}%，全额用信。一年的预期损失是多少？（单位：元）",
        lambda r: {"e": r.randint(20, 60), "p": r.choice([2, 3, 4]), "l": r.choice([60, 65, 70])},
        _expected_loss,
        _loss_mistakes,
        unit="元",
    ),
    Item(
        "el_secured", "08a", "B", "应用", "numeric",
        "一笔 {e} 万元的抵押贷款，一年违约概率 {p}%，违约损失率 {l}%，全额用信。一年的预期损失是多少？（单位：元）",
        lambda r: {"e": r.randint(100, 300), "p": r.choice([1, 2, 3]), "l": r.choice([30, 35, 40])},
        _expected_loss,
        _loss_mistakes,
        unit="元",
    ),
    Item(
        "rate_flat", "08b", "A", "理解", "single",
        "等本等息：借 {p} 万元，每月还本金的十二分之一，另按最初本金收 {m}% 的息，一年还清。名义年利率 {y}%。实际年化利率（APR）大约是多少？",
        lambda r: {"p": r.choice([12, 24, 36, 60]), **r.choice([
            {"m": "0.4", "y": "4.8", "apr": "8.75%", "half": "2.60%", "same": "4.80%", "more": "13.10%"},
            {"m": "0.5", "y": "6.0", "apr": "10.90%", "half": "3.25%", "same": "6.00%", "more": "16.35%"}])},
        lambda g: g["apr"],
        lambda g: {g["same"]: "名义利率当 APR", g["half"]: "以为本金少了利率更低"},
        ["{half}", "{same}", "{apr}", "{more}"],
    ),
    Item(
        "rate_fee", "08b", "B", "理解", "single",
        "手续费分期：分 {p} 万元，每月还本金的十二分之一，另按最初本金收 {m}% 的手续费，一年还清，一年合计收 {y}%。折成实际年化利率（APR）大约是多少？",
        lambda r: {"p": r.choice([18, 30, 42, 48]), **r.choice([
            {"m": "0.35", "y": "4.2", "apr": "7.66%", "half": "2.27%", "same": "4.20%", "more": "11.55%"},
            {"m": "0.45", "y": "5.4", "apr": "9.82%", "half": "2.92%", "same": "5.40%", "more": "14.70%"}])},
        lambda g: g["apr"],
        lambda g: {g["same"]: "手续费率当 APR", g["half"]: "以为本金少了利率更低"},
        ["{half}", "{same}", "{apr}", "{more}"],
    ),
    Item(
        "repay_season", "08c", "A", "应用", "single",
        "一家校服厂每年 {a}–{b} 月垫款买面料，{c} 月一次收到全部货款，其余月份现金刚够开支。要借 {n} 万元周转，下面哪种还款方式最配它的现金流？",
        lambda r: {"a": 5, "b": 7, "c": r.choice([9, 10]), "n": r.randint(3, 8) * 10},
        lambda g: "按月付息，收到货款时还本",
        lambda g: {
            "等额本息，每月还款额相同": "还款与现金流错配",
            "等额本金，每月还款前多后少": "还款与现金流错配",
        },
        ["按月付息，收到货款时还本", "等额本息，每月还款额相同",
         "等额本金，每月还款前多后少", "按月付息，每半年还一半本金"],
    ),
    Item(
        "repay_machine", "08c", "B", "应用", "single",
        "一家工厂借 {n} 万元买一台机床，预计能用 {y} 年，加工费每月都有、大小差不多。下面哪种安排最配它的现金流？",
        lambda r: {"n": r.randint(6, 15) * 10, "y": r.choice([6, 8, 10])},
        lambda g: "三年期，等额本息按月归还",
        lambda g: {
            "一年期，到期一次还清本金": "短贷长用",
            "半年期，到期再借新的还旧": "借新还旧",
        },
        ["三年期，等额本息按月归还", "一年期，到期一次还清本金",
         "半年期，到期再借新的还旧", "三年期，第三年末一次还清"],
    ),
    Item(
        "uplift_rate", "09a", "A", "应用", "numeric",
        "随机抽 {n} 户打电话，{a} 户申请；同时随机留 {m} 户不打，{b} 户申请。电话的增益是几个百分点？（保留两位小数）",
        lambda r: {"n": 2000, "m": 1000, "a": r.randint(70, 110), "b": r.randint(15, 30)},
        lambda g: round((g["a"] / g["n"] - g["b"] / g["m"]) * 100, 2),
        lambda g: {round(g["a"] / g["n"] * 100, 2): "响应率当增益",
                   round((g["a"] - g["b"]) / g["n"] * 100, 2): "两组人数不同直接相减"},
        unit="个百分点",
    ),
    Item(
        "uplift_count", "09a", "B", "应用", "numeric",
        "随机抽 {n} 户发短信，{a} 户申请；同时随机留 {m} 户不发，{b} 户申请。这次短信多带来了多少户申请？（保留整数）",
        lambda r: {"n": 4000, "m": 2000, "a": r.randint(140, 200), "b": r.randint(30, 55)},
        lambda g: g["a"] - g["b"] * g["n"] // g["m"],
        lambda g: {g["a"]: "响应数当增量", g["a"] - g["b"]: "两组人数不同直接相减"},
        unit="户",
    ),
    Item(
        "uplift_sure", "09b", "A", "分析", "single",
        "四个客群打电话后与不打电话时的申请率如下。名额只够打一个客群，先打哪个增加的申请最多？（四个客群户数相同）<br>甲：打 {a1}%，不打 {a0}%；乙：打 {b1}%，不打 {b0}%；丙：打 {c1}%，不打 {c0}%；丁：打 {d1}%，不打 {d0}%。",
        lambda r: r.choice([
            {"a1": 20, "a0": 19, "b1": 9, "b0": 3, "c1": 2, "c0": 1, "d1": 4, "d0": 6, "best": "乙", "high": "甲"},
            {"a1": 3, "a0": 2, "b1": 18, "b0": 17, "c1": 11, "c0": 4, "d1": 5, "d0": 8, "best": "丙", "high": "乙"},
            {"a1": 8, "a0": 3, "b1": 2, "b0": 2, "c1": 4, "c0": 7, "d1": 16, "d0": 15, "best": "甲", "high": "丁"},
            {"a1": 3, "a0": 5, "b1": 2, "b0": 1, "c1": 19, "c0": 17, "d1": 10, "d0": 4, "best": "丁", "high": "丙"}]),
        lambda g: g["best"],
        lambda g: {g["high"]: "高响应当高增益"},
        ["甲", "乙", "丙", "丁"],
    ),
    Item(
        "uplift_sleep", "09b", "B", "分析", "single",
        "四个客群收到短信后与没收到时的续贷率如下。名额只够发一个客群，发给哪个增加的续贷最多？（四个客群户数相同）<br>甲：发 {a1}%，不发 {a0}%；乙：发 {b1}%，不发 {b0}%；丙：发 {c1}%，不发 {c0}%；丁：发 {d1}%，不发 {d0}%。",
        lambda r: r.choice([
            {"a1": 82, "a0": 80, "b1": 35, "b0": 30, "c1": 70, "c0": 78, "d1": 55, "d0": 48, "best": "丁", "high": "甲"},
            {"a1": 33, "a0": 29, "b1": 74, "b0": 81, "c1": 58, "c0": 50, "d1": 80, "d0": 79, "best": "丙", "high": "丁"},
            {"a1": 66, "a0": 73, "b1": 50, "b0": 44, "c1": 34, "c0": 31, "d1": 84, "d0": 82, "best": "乙", "high": "丁"},
            {"a1": 60, "a0": 51, "b1": 83, "b0": 81, "c1": 36, "c0": 33, "d1": 68, "d0": 75, "best": "甲", "high": "乙"}]),
        lambda g: g["best"],
        lambda g: {g["high"]: "高响应当高增益"},
        ["甲", "乙", "丙", "丁"],
    ),
]
