"""The planted defects of the five source exports, each with its own switch."""

DEFECTS = {
    "mixed_dates": "核心系统的日期混用 2019-03-05、2019/3/5、20190305、2019年3月5日 四种写法",
    "mixed_capital_units": "注册资本、实缴资本混写“500万元”“5,000,000元”和裸数字“500”"
    "（裸数字按核心系统口径是万元）",
    "foreign_capital": "部分客户的注册资本、实缴资本写成美元、欧元或港元",
    "messy_uscc": "部分统一社会信用代码有空格、小写或全角字符，规范写法后可用",
    "bad_uscc": "部分统一社会信用代码校验位错、把 0 写成 O 或空白，无法还原，也就连不上税务和征信",
    "duplicate_customers": "部分企业另有一个旧客户号，名称写法不同、更新时间较早；"
    "授权、走访、APP 记录有的挂在旧号上，免打扰也只记在旧号上",
    "mixed_tax_units": "税务表逐行混用元和万元，看“单位”列",
    "mixed_tax_months": "税务表的所属月份有的是文本 2025-01，有的是 Excel 日期",
    "duplicate_tax_rows": "税务表有完全重复的行",
    "tax_total_row": "税务表最后一行是合计，不是一户企业",
    "no_consent": "部分贷款审批查询没有登记授权编号",
    "withdrawn_consent": "部分查询发生在授权撤回当天或之后",
    "wrong_purpose": "部分贷款审批查询登记的是贷后管理的授权",
    "inquiry_before_grant": "部分查询早于授权日期",
    "duplicate_app_events": "APP 日志有事件编号相同的重复记录",
    "post_as_of_records": "各源都混有观察点以后的记录：新开户、查询、撤回、走访、"
    "未到申报期的所属月份、UTC 仍是观察点当天而北京时间已是次日的 APP 事件",
}
ALL_DEFECTS = frozenset(DEFECTS)
