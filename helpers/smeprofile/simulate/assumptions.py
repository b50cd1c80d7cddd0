"""The numbers the bank is made of. [P] simulation parameter; others name their source.

One place to argue with: what a banker doubts is here, and what comes out of it is on
``datasets/CALIBRATION.md``.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trade:
    """One industry division. All [P] but for the class: shares are this bank's own customers.

    ``turnover_cny``: median yearly sales. ``per_head_cny``: sales per person. ``assets_share``:
    total assets over yearly sales. ``invoiced_share``: of sales. ``stock_days`` and
    ``receivable_days`` less ``payable_days`` give the cash cycle. ``power_share``: electricity
    over sales. ``months``: twelve monthly weights, before quarters are set to the published ones.
    """

    share: float
    turnover_cny: float
    per_head_cny: float
    assets_share: float
    invoiced_share: float
    stock_days: float
    receivable_days: float
    payable_days: float
    power_share: float
    deals: float
    words: tuple[str, ...]
    months: tuple[float, ...] = (1.0,) * 12


_HARVEST = (1.0, 1.0, 0.9, 0.85, 0.85, 0.9, 0.9, 1.0, 1.25, 1.25, 1.1, 1.0)
_STOCKING = (1.1, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 1.0, 1.0, 1.05, 1.05, 1.15)
_OUTDOOR = (0.8, 0.8, 1.0, 1.05, 1.1, 1.05, 0.95, 0.95, 1.05, 1.1, 1.1, 1.05)
_TABLE = (1.1, 1.05, 0.9, 0.95, 1.05, 0.95, 1.05, 1.1, 0.95, 1.1, 0.9, 0.95)
_YEAR_END = (0.9, 0.85, 0.95, 0.95, 0.95, 1.05, 0.95, 0.95, 1.0, 1.0, 1.1, 1.35)
TRADES = {
    "C13": Trade(0.03, 6.0e6, 5.0e5, 0.75, 0.80, 45, 35, 25, 0.025, 7,
                 ("食品", "粮油加工", "水产加工"), _HARVEST),
    "C33": Trade(0.05, 8.0e6, 4.2e5, 0.80, 0.95, 60, 75, 45, 0.045, 6,
                 ("五金制品", "金属制品", "模具"), _STOCKING),
    "C34": Trade(0.04, 9.0e6, 4.5e5, 0.85, 0.96, 75, 90, 55, 0.035, 5,
                 ("机械设备", "泵阀制造", "轴承"), _STOCKING),
    "E49": Trade(0.04, 5.0e6, 5.0e5, 0.70, 0.90, 20, 110, 60, 0.008, 3,
                 ("机电安装", "消防工程", "管道安装"), _OUTDOOR),
    "E50": Trade(0.05, 4.0e6, 4.5e5, 0.55, 0.75, 15, 90, 50, 0.008, 4,
                 ("装饰工程", "建筑装修", "门窗工程"), _OUTDOOR),
    "F51": Trade(0.17, 6.0e6, 1.85e6, 0.64, 0.92, 40, 45, 30, 0.004, 9,
                 ("建材批发", "日用品批发", "农资贸易", "粮油贸易", "五金贸易"), _STOCKING),
    "F52": Trade(0.13, 2.2e6, 1.0e6, 0.64, 0.50, 45, 8, 20, 0.015, 16,
                 ("便利店", "服装商行", "电器商行", "水果超市", "母婴用品"), _STOCKING),
    "G54": Trade(0.06, 3.5e6, 5.5e5, 0.65, 0.85, 5, 60, 25, 0.010, 8,
                 ("货运", "物流", "运输服务"), _STOCKING),
    "H61": Trade(0.02, 1.8e6, 2.8e5, 0.90, 0.45, 8, 8, 20, 0.050, 12,
                 ("宾馆", "民宿"), _TABLE),
    "H62": Trade(0.07, 1.2e6, 2.8e5, 0.45, 0.30, 10, 4, 15, 0.040, 18,
                 ("餐饮", "小吃", "酒楼", "茶饮"), _TABLE),
    "I65": Trade(0.07, 2.5e6, 4.0e5, 0.80, 0.70, 5, 80, 15, 0.008, 4,
                 ("软件", "信息技术", "网络科技"), _YEAR_END),
    "L71": Trade(0.04, 2.0e6, 6.0e5, 1.30, 0.65, 5, 60, 20, 0.006, 5,
                 ("机械租赁", "设备租赁"), _OUTDOOR),
    "L72": Trade(0.10, 1.5e6, 3.5e5, 0.60, 0.50, 3, 60, 15, 0.006, 5,
                 ("商务咨询", "广告传媒", "人力资源", "会展服务"), _YEAR_END),
    "M74": Trade(0.04, 2.2e6, 3.8e5, 0.70, 0.65, 5, 75, 15, 0.010, 4,
                 ("检测技术", "工程设计"), _YEAR_END),
    "M75": Trade(0.03, 2.0e6, 4.0e5, 0.80, 0.70, 10, 70, 20, 0.012, 4,
                 ("科技服务", "环保科技"), _YEAR_END),
    "O80": Trade(0.03, 0.9e6, 2.2e5, 0.40, 0.30, 5, 5, 10, 0.020, 16,
                 ("家政服务", "美容美发", "洗染服务"), _TABLE),
    "O81": Trade(0.03, 1.5e6, 3.0e5, 0.55, 0.45, 20, 15, 15, 0.012, 11,
                 ("汽车维修", "家电维修")),
}  # fmt: skip
CODES = tuple(TRADES)
SERVICES = np.array([code[0] in "HILMO" for code in CODES])
# Districts of the bank's city, which is fictitious, and their shares of its customers [P].
REGIONS = {
    "湾东区": 0.26,
    "湾西区": 0.24,
    "临港区": 0.18,
    "潮声区": 0.14,
    "云渡县": 0.10,
    "石礁县": 0.08,
}
BRANCHES_PER_REGION = 2
# Quarter index of micro-business turnover in 2024 (OSOME). The dip of the Spring Festival
# month, within its quarter, is ours [P]; its date is the calendar's.
QUARTER_INDEX = (0.95, 0.88, 1.05, 1.12)
FESTIVAL_DIP = 0.65
SPRING_FESTIVAL = {
    2003: "02-01", 2004: "01-22", 2005: "02-09", 2006: "01-29", 2007: "02-18", 2008: "02-07",
    2009: "01-26", 2010: "02-14", 2011: "02-03", 2012: "01-23", 2013: "02-10", 2014: "01-31",
    2015: "02-19", 2016: "02-08", 2017: "01-28", 2018: "02-16",
    2019: "02-05", 2020: "01-25", 2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10",
    2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-03",
    2031: "01-23", 2032: "02-11", 2033: "01-31", 2034: "02-19", 2035: "02-08", 2036: "01-28",
    2037: "02-15",
}  # fmt: skip

# Yearly chance to leave the register, by completed years (registry study of 2013 for years
# 1-3 and "above 8 %" for 4-7; the later, falling ones are [P]).
EXIT_BY_YEAR = (0.016, 0.063, 0.095, *(0.085,) * 4, 0.078, 0.072, 0.066, 0.06, 0.055, 0.05)
# Ages of firms in business (same study): under 5 years, 5-10, over 10.
AGE_SHARES = ((0, 5, 0.494), (5, 10, 0.329), (10, 25, 0.177))

# Life cycle [P]: monthly moves 初创 成长 成熟 衰退 转型; growth a month; chance by age at first.
STAGE_MOVES = np.array([
    [0.960, 0.024, 0.006, 0.010, 0.000],
    [0.000, 0.966, 0.028, 0.006, 0.000],
    [0.000, 0.003, 0.986, 0.007, 0.004],
    [0.000, 0.000, 0.012, 0.974, 0.014],
    [0.000, 0.045, 0.020, 0.020, 0.915],
])  # fmt: skip
STAGE_FIRST = np.array(
    [
        [0.75, 0.14, 0.06, 0.05, 0.00],
        [0.12, 0.40, 0.33, 0.11, 0.04],
        [0.00, 0.13, 0.62, 0.20, 0.05],
    ]
)
STAGE_AGES_YEARS = (3, 7)
STAGE_GROWTH = np.array([0.010, 0.014, 0.001, -0.016, 0.004])
LATE_STARTER_MOVE = 0.12  # a month, once older than STAGE_AGES_YEARS[0]
# Operating state [P]: 正常经营 → 停业 a month, by stage; back; on to 空壳.
STOP_BY_STAGE = np.array([0.0035, 0.0015, 0.0020, 0.0090, 0.0040])
RESTART, HOLLOW_OUT = 0.07, 0.06
EXIT_IF_STOPPED = 5.0  # times as likely to leave the register
AR, AR_SIGMA = 0.6, 0.18

SPECIAL_PARTIES = ("代发工资", "待报解预算收入", "园区物业管理处（虚构）", "供电公司（虚构）")
# Fictitious; the most each lends to one small firm [P].
OTHER_BANKS = ("湾口农商银行", "石礁村镇银行", "东岬城商银行", "听潮民营银行", "北湾小额贷款公司")
OTHER_BANKS_MOST_CNY = (5_000_000, 2_000_000, 10_000_000, 1_000_000, 500_000)


@dataclass(frozen=True)
class Product:
    """What the bank sells [P]. ``spread`` is over the one-year LPR."""

    name: str
    security: str
    min_line_cny: int
    max_line_cny: int
    tenors: tuple[int, ...]
    methods: tuple[str, ...]
    spread: float
    hours: float  # median from application to decision, when done by hand
    auto_share: float
    unit_cost_cny: float


PRODUCTS = {
    "F1": Product("快速贷", "信用", 50_000, 500_000, (12,), ("随借随还", "等额本息"), 0.031, 20, 0.8, 300),
    "F2": Product("税银贷", "信用", 100_000, 2_000_000, (12,), ("随借随还", "先息后本"), 0.027, 36, 0.5, 800),
    "F3": Product("抵押贷", "抵押", 200_000, 10_000_000, (12, 24, 36), ("先息后本", "到期一次还本付息", "等额本息"), 0.0165, 160, 0.0, 6000),
    "F4": Product("担保贷", "保证", 100_000, 3_000_000, (12,), ("先息后本", "等额本金"), 0.0205, 120, 0.0, 3000),
    "F5": Product("设备贷", "抵押", 100_000, 5_000_000, (24, 36), ("等额本金",), 0.0185, 140, 0.0, 4000),
}  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """How the bank reaches a customer, or the customer the bank [P]."""

    name: str
    unit_cost_cny: float
    monthly_capacity: int | None
    lift: float  # times the customer's own uplift
    is_contact: bool = True


CHANNELS = {
    "H1": Channel("客户经理走访", 120.0, 1800, 1.6),
    "H2": Channel("电话", 12.0, 6000, 1.0),
    "H3": Channel("短信", 0.1, None, 0.35),
    "H4": Channel("APP 推送", 0.05, None, 0.6),
    "H5": Channel("园区商会活动", 60.0, 900, 1.2),
    "H6": Channel("网点上门", 0.0, None, 0.0, False),
    "H7": Channel("线上自助", 0.0, None, 0.0, False),
}
# Who answers to being contacted [P]: 可说服 自然响应 无动于衷 反作用.
UPLIFT_SHARES = (0.17, 0.12, 0.62, 0.09)
UPLIFT_OWN = np.array([0.7, 3.2, 0.55, 1.2])  # times the chance to apply unasked
UPLIFT_TAU = np.array([0.055, 0.004, 0.001, -0.02])

# The bank's own terms [P]: a fictitious city commercial bank.
BANK_TERMS = {
    "ftp_rate": 0.019,  # mean funds transfer price charged on loans
    "cheap_funding_share": 0.25,  # of small-firm loans, funded by relending
    "cheap_funding_rate": 0.0175,
    "deposit_margin_rate": 0.012,  # earned on settlement deposits
    "deposit_share": 0.35,  # of a borrower's deposits that the credit is thanked for
    "operating_cost_rate": 0.005,  # of balance, beside each product's cost of one application
    "vat_rate": 0.06,
    "vat_surcharge_rate": 0.12,
    "risk_weight": 0.75,
    "capital_ratio": 0.105,
    "target_roe": 0.12,
    "income_tax_rate": 0.25,
    "penalty_multiple": 1.5,  # of the contract rate, on what is overdue
}
LGD = {"抵押": 0.28, "保证": 0.38, "信用": 0.72}  # mean loss given default
RECOVERY_MONTHS = {"抵押": 18, "保证": 9, "信用": 6}  # mean from write-off to last cash
WRITE_OFF_AFTER = {"抵押": 15, "保证": 11, "信用": 8}  # unpaid instalments, at the earliest
RANDOM_APPROVAL = 0.03  # of the applications, at random among those refused
OVERRIDES = 0.05  # of the decisions, turned round by hand
CUTOFFS = (592.0, 597.0, 604.0)  # the historical policy's least score: 抵押 保证 信用
DUE_DAY = 21
TAX_DUE_DAY = 15  # a month's return is due on this day of the next; before, it isn't known
VOID_ENDS = 2024 * 12 + 11  # 全面数字化的电子发票: only red letters, no voids, from 2024-12 on
