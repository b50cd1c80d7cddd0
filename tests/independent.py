"""Right answers to two exercises of module 02, each written on its own, and two copies of one."""

ANSWERS = {
    "amount": {
        "a": """\
def to_cny(text):
    if text is None or str(text).strip() == "":
        return float("nan")
    s = str(text).strip()
    factor = 1
    if "美元" in s:
        factor = FX_RATES_CNY["USD"]
    elif "欧元" in s:
        factor = FX_RATES_CNY["EUR"]
    elif "港元" in s:
        factor = FX_RATES_CNY["HKD"]
    for junk in ("美元", "欧元", "港元", "元", ","):
        s = s.replace(junk, "")
    if s.endswith("万"):
        return float(s[:-1]) * 10000 * factor
    has_unit = "元" in str(text)
    return float(s) * factor * (1 if has_unit else 10000)
""",
        "b": """\
import re


def to_cny(text):
    found = re.match(r"\\s*([\\d.,]+)\\s*(万)?\\s*(元|美元|欧元|港元)?", str(text or ""))
    if not found:
        return math.nan
    number, wan, unit = found.groups()
    value = float(number.replace(",", ""))
    if wan or unit is None:
        value *= 1e4
    rates = {"美元": "USD", "欧元": "EUR", "港元": "HKD"}
    return value * FX_RATES_CNY[rates[unit]] if unit in rates else value
""",
        "c": """\
def to_cny(text):
    text = "" if text is None else str(text).strip()
    if not text:
        return math.nan
    currencies = {"美元": FX_RATES_CNY["USD"], "欧元": FX_RATES_CNY["EUR"], "港元": FX_RATES_CNY["HKD"]}
    rate = next((r for name, r in currencies.items() if text.endswith(name)), 1.0)
    number = text.rstrip("元美欧港").rstrip("万").replace(",", "")
    in_wan = "万" in text or text[-1] not in "元"
    return float(number) * rate * (10_000 if in_wan else 1)
""",
        "d": """\
def to_cny(text):
    # 先把空的挑出来
    if not isinstance(text, str) or text.strip() == "":
        return math.nan
    money = 0.0
    t = text.replace(",", "").replace(" ", "")
    usd, eur, hkd = "美元" in t, "欧元" in t, "港元" in t
    only = ""
    for ch in t:
        if ch in "0123456789.":
            only = only + ch
    money = float(only)
    if "万" in t:
        money = money * 10000
    if t == only:
        money = money * 10000
    if usd:
        money = money * FX_RATES_CNY["USD"]
    if eur:
        money = money * FX_RATES_CNY["EUR"]
    if hkd:
        money = money * FX_RATES_CNY["HKD"]
    return money
""",
        "e": """\
def parse_number(t):
    keep = [c for c in t if c.isdigit() or c == "."]
    return float("".join(keep))


def to_cny(text):
    if text is None:
        return math.nan
    t = str(text).strip()
    if len(t) == 0:
        return math.nan
    amount = parse_number(t)
    if "万" in t or not t.endswith("元"):
        amount = amount * 10000
    for word, code in [("美元", "USD"), ("欧元", "EUR"), ("港元", "HKD")]:
        if word in t:
            return amount * FX_RATES_CNY[code]
    return amount
""",
    },
    "usable": {
        "a": """\
def usable(inquiries, consents, as_of):
    as_of = pd.Timestamp(as_of)
    df = pd.merge(inquiries, consents, on=["customer_id", "consent_id"], how="inner")
    df = df[df["inquired_at"] < as_of + pd.Timedelta(days=1)]
    df = df[df["reason"] == "贷款审批"]
    df = df[df["data_item"] == "征信报告"]
    df = df[df["purpose"] == "授信审批"]
    df = df[df["inquired_at"] >= df["granted_date"]]
    df = df[df["withdrawn_date"].isna() | (df["withdrawn_date"] > as_of)]
    return set(df["inquiry_id"])
""",
        "b": """\
def usable(inquiries, consents, as_of):
    result = set()
    by_id = consents.set_index("consent_id")
    for row in inquiries.itertuples():
        if pd.isna(row.consent_id) or row.consent_id not in by_id.index:
            continue
        c = by_id.loc[row.consent_id]
        if c.customer_id != row.customer_id:
            continue
        if row.reason != "贷款审批" or c.data_item != "征信报告" or c.purpose != "授信审批":
            continue
        if row.inquired_at < c.granted_date or row.inquired_at.normalize() > pd.Timestamp(as_of):
            continue
        if pd.notna(c.withdrawn_date) and c.withdrawn_date <= pd.Timestamp(as_of):
            continue
        result.add(row.inquiry_id)
    return result
""",
        "c": """\
def usable(inquiries, consents, as_of):
    right_consents = consents.query("data_item == '征信报告' and purpose == '授信审批'")
    cut = pd.to_datetime(as_of)
    still = right_consents[~right_consents.withdrawn_date.le(cut)]
    asked = inquiries.query("reason == '贷款审批'")
    joined = asked.merge(still, on="consent_id", suffixes=("", "_c"))
    joined = joined[joined.customer_id == joined.customer_id_c]
    when = joined.inquired_at.dt.floor("D")
    ok = when.between(joined.granted_date, cut)
    return set(joined.loc[ok, "inquiry_id"].tolist())
""",
        "d": """\
def usable(inquiries, consents, as_of):
    end = pd.Timestamp(as_of)
    good_consents = {}
    for i, c in consents.iterrows():
        if c["data_item"] == "征信报告" and c["purpose"] == "授信审批":
            if not (c["withdrawn_date"] <= end):
                good_consents[c["consent_id"], c["customer_id"]] = c["granted_date"]
    ids = []
    for i, q in inquiries.iterrows():
        key = q["consent_id"], q["customer_id"]
        day = q["inquired_at"].normalize()
        if key in good_consents and q["reason"] == "贷款审批":
            if good_consents[key] <= day <= end:
                ids.append(q["inquiry_id"])
    return set(ids)
""",
        "e": """\
def usable(inquiries, consents, as_of):
    m = inquiries.merge(consents, on=["consent_id", "customer_id"])
    m["day"] = m["inquired_at"].dt.normalize()
    cond1 = m["reason"] == "贷款审批"
    cond2 = (m["data_item"] == "征信报告") & (m["purpose"] == "授信审批")
    cond3 = m["day"] >= m["granted_date"]
    cond4 = m["withdrawn_date"].isna() | (m["withdrawn_date"] > pd.Timestamp(as_of))
    cond5 = m["day"] <= pd.Timestamp(as_of)
    return set(m[cond1 & cond2 & cond3 & cond4 & cond5]["inquiry_id"])
""",
    },
}
# Of "d" and of "b": other names, lines in another order, another comment.
COPIES = {
    "amount": """\
def to_cny(text):
    # 处理空值
    if not isinstance(text, str) or text.strip() == "":
        return math.nan
    s = text.replace(",", "").replace(" ", "")
    result = 0.0
    digits = ""
    is_usd, is_eur, is_hkd = "美元" in s, "欧元" in s, "港元" in s
    for x in s:
        if x in "0123456789.":
            digits = digits + x
    result = float(digits)
    if s == digits:
        result = result * 10000
    if "万" in s:
        result = result * 10000
    if is_hkd:
        result = result * FX_RATES_CNY["HKD"]
    if is_eur:
        result = result * FX_RATES_CNY["EUR"]
    if is_usd:
        result = result * FX_RATES_CNY["USD"]
    return result
""",
    "usable": """\
def usable(inquiries, consents, as_of):
    lookup = consents.set_index("consent_id")
    ok_ids = set()
    for item in inquiries.itertuples():
        if pd.isna(item.consent_id) or item.consent_id not in lookup.index:
            continue
        found = lookup.loc[item.consent_id]
        if found.customer_id != item.customer_id:
            continue
        if pd.notna(found.withdrawn_date) and found.withdrawn_date <= pd.Timestamp(as_of):
            continue
        if item.inquired_at < found.granted_date or item.inquired_at.normalize() > pd.Timestamp(as_of):
            continue
        if item.reason != "贷款审批" or found.data_item != "征信报告" or found.purpose != "授信审批":
            continue
        ok_ids.add(item.inquiry_id)
    return ok_ids
""",
}
