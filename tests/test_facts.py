"""Only what is verified may be cited, and never after it has expired."""

import math
from datetime import date
from decimal import Decimal

import pytest
from scipy.optimize import brentq

from smeprofile import facts
from smeprofile.errors import UserError
from smeprofile.notebooks.facts_page import cited, facts_page
from smeprofile.rules.lpr import lpr

ONE = """
- {key: rate_2025, says: 某率, value: 0.0184, unit: '%', period: '2025', source: 某局,
   status: verified, checked_on: '2026-11-25', expires_on: '2027-06-30'}
- {key: later, says: 某数, value: 37.0, unit: 万亿元, period: '2025', source: 某局, status: unverified}
- {key: ours, says: 某参数, value: 3, unit: 天, period: '—', source: 本课程, status: parameter}
"""


@pytest.fixture
def register(tmp_path, monkeypatch):
    path = tmp_path / "facts.yml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        facts.register.cache_clear()
        read = facts.register(path)
        monkeypatch.setattr(facts, "register", lambda: read)
        return read

    yield write
    monkeypatch.undo()
    facts.register.cache_clear()


def test_a_fact_is_told_with_period_and_source(register):
    register(ONE)
    assert "1.84%" == facts.fact("rate_2025")
    assert "1.84%（2025，某局）" == facts.cite("rate_2025")
    assert "3 天（仿真参数）" == facts.cite("ours")
    with pytest.raises(UserError, match="没有 none"):
        facts.fact("none")


def test_unverified_and_expired_facts_stop_the_build(register):
    register(ONE)
    facts.refuse_unfit(["rate_2025", "ours"], date(2027, 6, 30))
    with pytest.raises(UserError, match="rate_2025：2027-06-30 已过期"):
        facts.refuse_unfit(["rate_2025"], date(2027, 7, 1))
    with pytest.raises(UserError, match="later：还没有核实"):
        facts.refuse_unfit(["later"], date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: later", "key: rate_2025", "这个键写了两次"),
        ("key: later", "key: Later", r"第 2 条 Later.*key（现为 'Later'）：须符合格式"),
        ("unit: 万亿元, ", "", r"第 2 条 later.*unit：缺少这一项"),
        ("status: unverified", "status: sure", r"status（现为 'sure'）：只能是 'verified'"),
        ("status: unverified", "status: verified", "已核实和推算的要写 checked_on"),
        ("status: unverified", "status: parameter, derived: 1 + 1", "推算的要写 derived，别的不写"),
        ("- {key: ours", "- {key: ours: x", "第 5 行不是合法的 YAML"),
    ],
)
def test_a_wrong_entry_is_named(register, old, new, says):
    with pytest.raises(UserError, match=says):
        register(ONE.replace(old, new))


@pytest.mark.parametrize(
    ("period", "source", "told"),
    [
        ("2025-05-21", "某局等八部门，2025-05-21；转引自 abc、def-g，2025-06-25", "某局等八部门，2025-05-21；转引"),
        ("2024", "转引自 43u", "2024，转引"),
        ("2025", "转引自新华财经，2025-04-03", "转引自新华财经，2025-04-03"),
        ("2024", "某局，转引自 36 氪", "2024，某局，转引自 36 氪"),
        ("2023", "优惠政策（如 64365.com 41159884）", "2023，优惠政策"),
        ("2005", "领域事实表 3，转引，原文未见", "2005，转引，原文未见"),
    ],
)  # fmt: skip
def test_a_citation_says_year_and_who_and_no_names_of_sites(register, period, source, told):
    known = register(ONE)["rate_2025"]
    assert facts._origin(known.model_copy(update={"period": period, "source": source})) == told


def test_the_page_lists_all_and_who_cites_them(register):
    register(ONE)
    text = '# %% [markdown]\n# 率为 {{ cite("rate_2025") }}。\n'
    assert {"rate_2025"} == cited(text)
    page = facts_page({"03_x/lesson": text})
    assert (
        "| `rate_2025` | 某率 | 1.84% | 2025 | 某局 | 2026-11-25 | 2027-06-30 | 03_x/lesson |"
        in page
    )
    assert page.index("## 已核实") < page.index("## 未核实") and "**3 条**" in page


def test_a_fact_that_is_a_text_is_no_number(register):
    assert 1000 == facts.fact_number("inclusive_line")
    with pytest.raises(UserError, match="paid_in_stock_until 不是数"):
        facts.fact_number("paid_in_stock_until")


def test_the_register_is_whole():
    facts.register.cache_clear()
    known = facts.register()
    assert {"verified", "derived", "unverified", "parameter"} == {f.status for f in known.values()}
    sourced = [f.key for f in known.values() if f.status == "verified" and len(f.source) < 4]
    assert [] == sourced


def test_derived_figures_are_what_their_arithmetic_gives():
    facts.register.cache_clear()
    known = facts.register().values()
    names = {f.key: f.value for f in known} | {"ln": math.log, "ceil": math.ceil}
    names["flat_apr"] = flat_apr
    derived = [f for f in known if f.derived]
    wrong = {f.key: got for f in derived if not _rounds(got := eval(f.derived, {}, names), f.value)}
    assert {} == wrong and len(derived) > 20


def test_facts_that_the_code_also_holds_are_the_same():
    known = facts.register()
    published = lpr().set_index("date")
    for key in ("2019_08", "2024_10", "2025_05"):
        for term in ("1y", "5y"):
            fact = known[f"lpr_{term}_{key}"]
            told = published.loc[fact.period, f"lpr_{term}"]
            assert told == pytest.approx(fact.value), fact.key


def flat_apr(monthly_fee, n):
    """The nominal yearly rate of n equal shares of the principal, each with a fee on all of it."""
    pay = 1 / n + monthly_fee
    return 12 * brentq(lambda r: sum(pay / (1 + r) ** k for k in range(1, n + 1)) - 1, 1e-9, 0.1)


def _rounds(got, told):
    decimals = -Decimal(str(told)).as_tuple().exponent
    return abs(got - told) <= 0.5001 * 10**-decimals
