"""Every item's key once more, by other means than the item bank's: from what the learner reads.

Numbers are taken out of the printed stem, so that a stem that leaves one out is found as well.
"""

import math
import re
from fractions import Fraction

import numpy as np
from scipy.optimize import brentq, linprog

LIMITS = {  # 国统字〔2017〕213号: lower bounds of small, medium, large
    "size_wholesale": ((5, 20, 200), (1000, 5000, 40000)),
    "size_factory": ((20, 300, 1000), (300, 2000, 40000)),
}
SIZES = ("微型", "小型", "中型", "大型")


def numbers(stem):
    return [float(n) for n in re.findall(r"(?<![\dA-Za-z])\d+(?:\.\d+)?", stem)]


def size(name, stem):
    staff, revenue = numbers(stem)[:2]
    grades = [
        sum(v >= b for b in bounds)
        for v, bounds in zip((staff, revenue), LIMITS[name], strict=True)
    ]
    return SIZES[min(grades)]


def five_class(stem):
    days = numbers(stem)[0]
    return next(
        c for limit, c in ((360, "损失"), (270, "可疑"), (90, "次级"), (0, "关注")) if days > limit
    )


def day_by_day(stem):
    days, a, x, b, y, _ = numbers(stem)
    assert a + b == days
    return np.mean([x] * int(a) + [y] * int(b))


def irr(flows):
    """Return the rate per period at which the flows are worth nothing together."""
    return brentq(lambda r: sum(f / (1 + r) ** t for t, f in enumerate(flows)), 1e-9, 1)


def flat_rate(stem):
    principal, monthly = numbers(stem)[:2]
    pay = principal / 12 + principal * monthly / 100
    return f"{12 * irr([-principal, *[pay] * 12]) * 100:.2f}%"


def working_capital(stem):
    s, margin, *rest = numbers(stem.split("按“")[0])
    growth = rest.pop(0) if "预计增长" in stem else 0
    turns, *held = rest
    need = Fraction(str(s)) * (100 - Fraction(str(margin))) * (100 + Fraction(str(growth))) / 10_000
    return float(need / Fraction(str(turns)) - sum(map(Fraction, map(str, held))))


def best_group(stem, pick):
    pairs = re.findall(r"([甲乙丙丁])：\S*? (\d+)%，\S*? (\d+)%", stem)
    return pick(pairs, key=lambda p: int(p[1]) - int(p[2]))[0]


def ninth_in_ten(stem):
    return np.quantile(numbers(stem.split("：")[1].split("。")[0]), 0.9, method="inverted_cdf")


def program(stem):
    """Return the best a linear program finds: one budget, each group's size, no one who declined."""
    cap, na, va, nb, vb, nc, vc, declined = numbers(stem)
    found = linprog([-va, -vb, -vc], A_ub=[[1, 1, 1]], b_ub=[cap],
                    bounds=[(0, na), (0, nb), (0, nc - declined)])  # fmt: skip
    return -found.fun


def psi(stem):
    before, now = numbers(stem)[:2]
    e, a = np.array([before, 100 - before]) / 100, np.array([now, 100 - now]) / 100
    return float(np.sum((a - e) * np.log(a / e)))


def woe(stem):
    good, bad, good_in, bad_in = numbers(stem)[:4]
    return math.log(good_in / good) - math.log(bad_in / bad)


def odds(stem):
    at, good, _, pdo, score, _ = numbers(stem)
    return good * math.exp((score - at) * math.log(2) / pdo)


def two_differences(stem):
    table = np.array(numbers(stem)[:4]).reshape(2, 2)
    return np.diff(table, axis=1)[0, 0] - np.diff(table, axis=1)[1, 0]


def beijing_day(stem, options):
    """Return the records that have arrived by midnight in Beijing on the day the stem names."""
    month, day = (int(n) for n in re.search(r"年 (\d+) 月 (\d+) 日", stem).groups())
    kept = []
    for option in options:
        m, d = (int(n) for n in re.match(r"(\d+) 月 (\d+) 日", option).groups())
        hour = int((re.search(r"(\d+):\d\d", option) or [0, 12])[1])
        late = hour + 8 >= 24 if "UTC" in option else False
        if (m, d + late) <= (month, day):
            kept.append(option)
    return kept


NUMERIC = {
    "inflow_net": lambda s: np.array(numbers(s)) @ [1, -1, -1],
    "inflow_refund": lambda s: np.array(numbers(s)) @ [1, -1, -1],
    "balance_days": day_by_day,
    "balance_weekend": lambda s: np.mean([numbers(s)[0]] * 5 + [numbers(s)[2]] * 2),
    "woe_bin": woe,
    "woe_good": woe,
    "pdo_up": odds,
    "pdo_down": odds,
    "working_need": working_capital,
    "working_other": working_capital,
    "need_two": lambda s: np.dot(
        [numbers(s)[0] / 100, 1 - numbers(s)[0] / 100], [numbers(s)[1], 0]
    ),
    "need_group": lambda s: np.prod(numbers(s)) / 100,
    "el_basic": lambda s: np.prod(numbers(s)),
    "el_secured": lambda s: np.prod(numbers(s)),
    "uplift_rate": lambda s: (numbers(s)[1] / numbers(s)[0] - numbers(s)[3] / numbers(s)[2]) * 100,
    "uplift_count": lambda s: (
        numbers(s)[0] * (numbers(s)[1] / numbers(s)[0] - numbers(s)[3] / numbers(s)[2])
    ),
    "p90_hours": ninth_in_ten,
    "p90_renewal": ninth_in_ten,
    "did_two": two_differences,
    "did_service": two_differences,
    "joint_least": lambda s: numbers(s)[0] - numbers(s)[0] * 7 / 10,
    "joint_part": lambda s: numbers(s)[0] - numbers(s)[0] * 7 / 10,
    "psi_two": psi,
    "psi_back": psi,
    "allocate_calls": program,
    "allocate_visits": program,
}
SINGLE = {
    "size_wholesale": lambda s: size("size_wholesale", s),
    "size_factory": lambda s: size("size_factory", s),
    "class_days": five_class,
    "class_days_b": five_class,
    "rate_flat": flat_rate,
    "rate_fee": flat_rate,
    "uplift_sure": lambda s: best_group(s, max),
    "uplift_sleep": lambda s: best_group(s, max),
}
# Those without numbers to compute: a word that only the right option may hold, by a second reader.
READ = {
    "growth_peer": "对照",
    "growth_season": "没用新话术",
    "consent_bureau": "没有营销",
    "consent_recall": "没有同意",
    "missing_tax": "缺失",
    "missing_bureau": "缺失",
    "ratio_low": "先核实",
    "ratio_high": "不等于经营弱",
    "stage_young": "成熟",
    "stage_old": "成长",
    "cluster_scale": "使用率不起作用",
    "cluster_units": "活跃月数不起作用",
    "vintage_young": "留空",
    "vintage_compare": "同一账龄",
    "auc_leak": "审批时看不到",
    "ks_renewal": "决定时看不到",
    "repay_season": "收到货款时还本",
    "repay_machine": "按月归还",
    "simpson_bad": "占比升高",
    "simpson_rate": "占比大",
    "partner_mode": "只管共同出资",
    "partner_risk": "核心风控不能外包",
    "alert_late": "提前期为负",
    "alert_lead": "提前期不够",
}
SEVERAL = {
    "asof_tax": beijing_day,
    "asof_model": beijing_day,
    "fast_report": lambda s, o: [x for x in o if "最快" not in x],
    "fast_claim": lambda s, o: [x for x in o if "最快" not in x],
    "report_fact": lambda s, o: [x for x in o if "单：" in x],
    "report_guess": lambda s, o: [x for x in o if "说：" in x or "估：" in x],
}
