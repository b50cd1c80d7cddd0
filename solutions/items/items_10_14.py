"""Items on modules 10 to 14. One A and one B for each objective, of the same kind and level."""

import math

from smeprofile.items import Item


def _psi(given):
    expected, actual = given["e"] / 100, given["a"] / 100
    return round((actual - expected) * math.log(actual / expected)
                 + (expected - actual) * math.log((1 - actual) / (1 - expected)), 3)  # fmt: skip


def _increment(given):
    return (given["t1"] - given["t0"]) - (given["c1"] - given["c0"])


def _increment_mistakes(given):
    return {given["t1"] - given["t0"]: "毛增长当增量", given["t1"] - given["c1"]: "只比事后"}


def _allocated(given, declined=None):
    """Return the profit of filling the places from the dearest group (C), then A, then B."""
    willing = given["nc"] - (given["dnc"] if declined is None else declined)
    left = given["cap"] - willing
    return (willing * given["vc"] + min(given["na"], left) * given["va"]
            + max(0, left - given["na"]) * given["vb"])  # fmt: skip


def _allocation_mistakes(given):
    over = ((given["nc"] - given["dnc"]) * given["vc"] + given["na"] * given["va"]
            + given["nb"] * given["vb"])  # fmt: skip
    return {_allocated(given, declined=0): "忽略免打扰", over: "超过容量"}


def _ninth_in_ten(name, form, rows, what, usual, ninth, last):
    """Return an item of ten durations; the ranges are those of the first eight and the last two."""
    return Item(
        name, "10a", form, "应用", "numeric",
        f"{rows}的小时数（没有排序）：{{hours}}。要承诺“九成的{what}在 X 小时以内有结果”，X 最小写几？",
        lambda r: {"list": (h := sorted([r.randint(*usual) for _ in range(8)] + [r.randint(*ninth), r.randint(*last)])),
                   "hours": "、".join(map(str, r.sample(h, 10)))},
        lambda g: g["list"][8],
        lambda g: {round(sum(g["list"]) / 10, 1): "用均值代替 P90", g["list"][9]: "最大值当 P90",
                   (g["list"][4] + g["list"][5]) / 2: "用中位数代替 P90"},
        unit="小时",
    )  # fmt: skip


def _beside_speed(name, form, stem, hours, passed, bad):
    """Return an item on what else must be told where only speed is."""
    right = [passed, bad, "转人工的比例"]
    return Item(
        name, "10b", form, "理解", "multiple",
        f"{stem}只报时效会掩盖问题，下面哪些还必须同时报？（可多选）",
        lambda r: {"h": r.randint(*hours)},
        lambda g: right,
        lambda g: {(passed,): "只看通过率", (bad,): "只看坏账率"},
        [*right, "最快一笔的小时数"],
    )  # fmt: skip


ITEMS = [
    _ninth_in_ten("p90_hours", "A", "十笔快速贷申请从提交到答复", "申请", (2, 9), (25, 40), (50, 90)),
    _ninth_in_ten("p90_renewal", "B", "十笔续贷从提交到放款", "续贷", (3, 12), (30, 45), (60, 95)),
    _beside_speed("fast_report", "A", "支行要汇报“快速贷 P90 时效 {h} 小时”。", (10, 23), "申请的通过率", "12 个月坏账率"),
    _beside_speed("fast_claim", "B", "支行要宣传“九成续贷 {h} 小时以内放款”。", (3, 23), "续贷申请的通过率", "续贷后的坏账率"),
    Item(
        "did_two", "11a", "A", "应用", "numeric",
        "试点支行方案前月均放款 {t0} 万元，方案后 {t1} 万元；同期没上方案的对照支行由 {c0} 万元到 {c1} 万元。假定没有方案，两边每月会多放同样多的钱（金额相同，不是涨幅相同）。按双重差分，方案带来的增量是每月多少万元？",
        lambda r: {"t0": (a := r.randint(62, 80) * 10), "c0": (b := r.randint(40, 48) * 10),
                   "c1": b + (d := r.randint(4, 12) * 10), "t1": a + d + r.randint(3, 15) * 10},
        _increment,
        _increment_mistakes,
        unit="万元",
    ),
    Item(
        "did_service", "11a", "B", "应用", "numeric",
        "服务业方案上线前后，先上线支行的月均用信户由 {t0} 户到 {t1} 户，晚上线支行同期由 {c0} 户到 {c1} 户。假定没有方案，两边会多出同样多的户（户数相同，不是涨幅相同）。按双重差分，方案带来的增量是每月多少户？",
        lambda r: {"t0": (a := r.randint(150, 180)), "c0": (b := r.randint(100, 120)),
                   "c1": b + (d := r.randint(8, 25)), "t1": a + d + r.randint(6, 40)},
        _increment,
        _increment_mistakes,
        unit="户",
    ),
    Item(
        "simpson_bad", "11b", "A", "分析", "judge",
        "某行给制造业和服务业各上了一套方案。制造业坏账率由 {m0}% 降到 {m1}%，服务业由 {s0}% 降到 {s1}%，两业合计却由 {t0}% 升到 {t1}%。有人说：{claim}这个说法成立吗？",
        lambda r: r.choice([
            {"m0": "1.5", "m1": "1.3", "s0": "3.5", "s1": "3.3", "t0": "2.1", "t1": "2.5"},
            {"m0": "1.8", "m1": "1.6", "s0": "4.0", "s1": "3.8", "t0": "2.4", "t1": "2.9"},
            {"m0": "1.2", "m1": "1.1", "s0": "3.0", "s1": "2.8", "t0": "1.7", "t1": "2.1"}]),
        lambda g: "各行业都在改善，是坏账率高的行业占比升高了",
        lambda g: {
            "两业合计包含所有客户，比分行业的数更可信": "只看合计",
            "分行业下降而合计上升不可能，一定是算错了": "以为合计不可能反向",
            "合计坏账率上升，就说明新放的贷款都变差了": "结构变化当质量变化",
        },
        ["各行业都在改善，是坏账率高的行业占比升高了", "两业合计包含所有客户，比分行业的数更可信",
         "分行业下降而合计上升不可能，一定是算错了", "合计坏账率上升，就说明新放的贷款都变差了"],
        claims=("“合计虽然上升，也不能说两套方案失败了。”",
                "“合计既然上升，说明两套方案都失败了。”"),
    ),
    Item(
        "simpson_rate", "11b", "B", "分析", "judge",
        "甲、乙两支行只受理制造业和服务业的申请。甲支行制造业通过率 {a1}%、服务业 {a2}%，乙支行分别是 {b1}%、{b2}%；可甲支行合计只有 {a}%，乙支行合计 {b}%。有人说：{claim}这个说法成立吗？",
        lambda r: r.choice([
            {"a1": 72, "a2": 42, "b1": 68, "b2": 38, "a": 48, "b": 62},
            {"a1": 75, "a2": 45, "b1": 70, "b2": 41, "a": 51, "b": 64},
            {"a1": 80, "a2": 50, "b1": 76, "b2": 45, "a": 56, "b": 70}]),
        lambda g: "分行业看甲都更高，只是甲的服务业申请占比大",
        lambda g: {
            "合计通过率反映全部申请，甲低就说明甲审得严": "只看合计",
            "各行业甲都高而合计低不可能，一定是算错了": "以为合计不可能反向",
            "乙的合计高，就说明同样的客户在乙更容易通过": "结构差别当松紧差别",
        },
        ["分行业看甲都更高，只是甲的服务业申请占比大", "合计通过率反映全部申请，甲低就说明甲审得严",
         "各行业甲都高而合计低不可能，一定是算错了", "乙的合计高，就说明同样的客户在乙更容易通过"],
        claims=("“凭合计更低，还不能说甲支行审得比乙更严。”",
                "“合计既然更低，甲支行审得就比乙更严。”"),
    ),
    Item(
        "partner_mode", "12a", "A", "应用", "single",
        "一家有征信业务资质的科技公司只按合同向我行提供{what}评分，不出资，也不推荐客户，我行自主审批并独自放款。这种合作里，“合作方单笔出资不低于 30%”的规定（银保监办发〔2021〕24 号）应当怎么看？",
        lambda r: {"what": r.choice(["经营活跃度", "发票稳定性", "用电波动"])},
        lambda g: "不适用：这条规定只管共同出资",
        lambda g: {
            "适用：只要有合作方就要出三成": "30% 套到数据采购",
            "适用：改为评分权重不低于三成": "曲解 30%",
            "不适用：因为贷款的金额比较小": "以金额判断适用",
        },
        ["不适用：这条规定只管共同出资", "适用：只要有合作方就要出三成",
         "适用：改为评分权重不低于三成", "不适用：因为贷款的金额比较小"],
    ),
    Item(
        "partner_risk", "12a", "B", "应用", "single",
        "一家科技公司与我行合作发放互联网贷款，由它推荐客户，并由它的模型直接决定是否放款，我行只按它的结果出{what}。按银保监办发〔2021〕24 号，这样的分工应当怎么看？",
        lambda r: {"what": r.choice(["资金", "全部资金", "七成资金"])},
        lambda g: "不行：核心风控不能外包",
        lambda g: {
            "可以：有技术的一方来定更准": "核心风控外包",
            "可以：只要它也承担一些损失": "以分担损失换外包",
            "不行：因为推荐客户要收费用": "看错了问题所在",
        },
        ["不行：核心风控不能外包", "可以：有技术的一方来定更准",
         "可以：只要它也承担一些损失", "不行：因为推荐客户要收费用"],
    ),
    Item(
        "joint_least", "12b", "A", "应用", "numeric",
        "我行与一家机构共同出资，发放一笔 {n} 万元的互联网贷款。按银保监办发〔2021〕24 号对单笔出资比例的规定，合作方至少要出多少？",
        lambda r: {"n": r.randint(2, 20) * 10},
        lambda g: g["n"] * 0.3,
        lambda g: {g["n"] * 0.7: "把 30% 当成银行的下限", g["n"] * 0.25: "和 25% 的集中度混了"},
        unit="万元",
    ),
    Item(
        "joint_part", "12b", "B", "应用", "numeric",
        "一家机构要和我行联合发放互联网贷款，其中一笔是 {n} 万元。按银保监办发〔2021〕24 号对单笔出资比例的规定，这家机构最少出多少才合规？",
        lambda r: {"n": r.randint(3, 24) * 10},
        lambda g: g["n"] * 0.3,
        lambda g: {g["n"] * 0.7: "把 30% 当成银行的下限", g["n"] * 0.5: "和 50% 的总量限制混了"},
        unit="万元",
    ),
    Item(
        "psi_two", "13a", "A", "应用", "numeric",
        "建模时 {e}% 的客户落在低分段，现在是 {a}%，其余在高分段。按 PSI = Σ(现在占比 − 建模占比) × ln(现在占比 ÷ 建模占比)，两段合计的 PSI 是多少？（保留三位小数）",
        lambda r: {"e": r.randint(15, 25), "a": r.randint(36, 48)},
        _psi,
        lambda g: {round((g["a"] - g["e"]) / 100 * math.log(g["a"] / g["e"]), 3): "只算了一段",
                   (g["a"] - g["e"]) / 100: "占比之差当 PSI"},
    ),
    Item(
        "psi_back", "13a", "B", "应用", "numeric",
        "建模时 {e}% 的客户纳税信用等级是 A 级，现在是 {a}%，其余没有。按 PSI = Σ(现在占比 − 建模占比) × ln(现在占比 ÷ 建模占比)，两组合计的 PSI 是多少？（保留三位小数）",
        lambda r: {"e": r.randint(38, 50), "a": r.randint(18, 27)},
        _psi,
        lambda g: {round((g["a"] - g["e"]) / 100 * math.log(g["a"] / g["e"]), 3): "只算了一组",
                   (g["e"] - g["a"]) / 100: "占比之差当 PSI"},
    ),
    Item(
        "alert_late", "13b", "A", "分析", "single",
        "一条预警规则响了 {n} 户，其中 {k} 户有过逾期。核对日期发现，这 {k} 户都是先逾期，后响预警。应当怎么评价这条规则？",
        lambda r: {"n": r.randint(40, 60), "k": r.randint(30, 38)},
        lambda g: "没有用：提前期为负，响了也来不及",
        lambda g: {
            "很好：响的大多数都有过逾期": "不看提前期只看命中",
            "太松：门槛调高，少响几户就有用": "把时机问题当松紧问题",
            "太严：门槛调低，多响几户就有用": "把时机问题当松紧问题",
        },
        ["没有用：提前期为负，响了也来不及", "很好：响的大多数都有过逾期",
         "太松：门槛调高，少响几户就有用", "太严：门槛调低，多响几户就有用"],
    ),
    Item(
        "alert_lead", "13b", "B", "分析", "single",
        "一条预警规则响了 {n} 户，其中 {k} 户后来逾期，预警平均早 {d} 天。可是补担保、压额度，最快也要 {e} 天才办得完。应当怎么评价这条规则？",
        lambda r: {"n": r.randint(40, 60), "k": r.randint(30, 38), "d": r.randint(3, 6), "e": r.randint(20, 30)},
        lambda g: "来得太晚：提前期不够，事办不完",
        lambda g: {
            "很好：响的大多数后来都逾期了": "不看提前期只看命中",
            "太松：门槛调高，少响几户就有用": "把时机问题当松紧问题",
            "太少：多派几个人去核查就有用": "把时机问题当人手问题",
        },
        ["来得太晚：提前期不够，事办不完", "很好：响的大多数后来都逾期了",
         "太松：门槛调高，少响几户就有用", "太少：多派几个人去核查就有用"],
    ),
    Item(
        "report_fact", "14a", "A", "理解", "multiple",
        "走访一家{trade}后写调查报告。下面哪些可以写进“已核实的事实”？（可多选）",
        lambda r: {"trade": r.choice(["五金厂", "食品厂", "服装厂"]), "kwh": r.randint(3, 9),
                   "rise": r.randint(10, 30), "n": r.randint(15, 45)},
        lambda g: [f"电费单：上月用电 {g['kwh']} 万千瓦时", f"社保单：参保 {g['n']} 人"],
        lambda g: {
            (f"电费单：上月用电 {g['kwh']} 万千瓦时", f"社保单：参保 {g['n']} 人",
             f"老板说：明年订单要涨 {g['rise']}%"): "口头说法当事实",
            (f"电费单：上月用电 {g['kwh']} 万千瓦时", f"社保单：参保 {g['n']} 人",
             "按用电估：产能接近用满"): "推断当事实",
        },
        ["电费单：上月用电 {kwh} 万千瓦时", "社保单：参保 {n} 人",
         "老板说：明年订单要涨 {rise}%", "按用电估：产能接近用满"],
    ),
    Item(
        "report_guess", "14a", "B", "理解", "multiple",
        "走访一家{trade}后写调查报告。下面哪些只能写成“推断”或“未核实”？（可多选）",
        lambda r: {"trade": r.choice(["超市", "饭店", "宾馆"]), "rent": r.randint(3, 9),
                   "share": r.randint(30, 60), "n": r.randint(5, 15)},
        lambda g: [f"老板说：股东还有存款 {g['share']} 万元", "按客流估：月收入比去年高"],
        lambda g: {
            (f"老板说：股东还有存款 {g['share']} 万元",): "推断当事实",
            ("按客流估：月收入比去年高",): "口头说法当事实",
        },
        ["租约原件：月租 {rent} 万元", "社保单：参保 {n} 人",
         "老板说：股东还有存款 {share} 万元", "按客流估：月收入比去年高"],
    ),
    Item(
        "allocate_calls", "14b", "A", "分析", "numeric",
        "本周只能打 {cap} 通电话，每户至多打一通。甲类有 {na} 户，每通期望增加利润 {va} 元；乙类有 {nb} 户，每通 {vb} 元；丙类有 {nc} 户，每通 {vc} 元，且其中 {dnc} 户登记了免打扰。合规地分配名额，期望增加的利润最多是多少元？",
        lambda r: {"cap": 100, "na": r.randint(30, 45), "va": r.randint(60, 80), "nb": 90,
                   "vb": r.randint(20, 35), "nc": 50, "vc": r.randint(90, 120), "dnc": r.randint(10, 20)},
        _allocated,
        _allocation_mistakes,
        unit="元",
    ),
    Item(
        "allocate_visits", "14b", "B", "分析", "numeric",
        "本月只能走访 {cap} 户。甲类有 {na} 户，每户期望增加利润 {va} 元；乙类有 {nb} 户，每户 {vb} 元；丙类有 {nc} 户，每户 {vc} 元，且其中 {dnc} 户登记了免打扰。合规地分配名额，期望增加的利润最多是多少元？",
        lambda r: {"cap": 40, "na": r.randint(8, 14), "va": r.randint(500, 700), "nb": 50,
                   "vb": r.randint(150, 300), "nc": 20, "vc": r.randint(800, 1200), "dnc": r.randint(4, 8)},
        _allocated,
        _allocation_mistakes,
        unit="元",
    ),
]
