"""The values that fields may take: the one place where the generator and the rules find them."""

# Divisions of GB/T 4754-2017 that the class data use.
INDUSTRIES = {
    "C13": "农副食品加工业",
    "C33": "金属制品业",
    "C34": "通用设备制造业",
    "E49": "建筑安装业",
    "E50": "建筑装饰、装修和其他建筑业",
    "F51": "批发业",
    "F52": "零售业",
    "G54": "道路运输业",
    "H61": "住宿业",
    "H62": "餐饮业",
    "I65": "软件和信息技术服务业",
    "L71": "租赁业",
    "L72": "商务服务业",
    "M74": "专业技术服务业",
    "M75": "科技推广和应用服务业",
    "O80": "居民服务业",
    "O81": "机动车、电子产品和日用产品修理业",
}

# Firms
REGISTRATION_STATUSES = ("存续", "注销")
SIZE_CLASSES = ("微型", "小型", "中型", "大型")
OWNER_KINDS = ("自然人", "法人")
OWNER_RELATIONS = ("本人", "配偶", "其他股东")
GENDERS = ("男", "女")
LEGAL_KINDS = ("诉讼被告", "被执行", "行政处罚", "经营异常")

# Money in and out
FLOW_SUMMARIES = {
    "in": ("货款", "退款", "同名划转", "贷款发放", "往来款"),
    "out": ("货款", "工资", "税费", "房租", "水电费", "还款", "同名划转", "往来款"),
}
FLOW_DIRECTIONS = tuple(FLOW_SUMMARIES)
INVOICE_DIRECTIONS = ("销项", "进项")
TAX_STATUSES = ("已申报", "零申报", "未申报")
TAX_GRADES = ("A", "B", "M", "C", "D")

# Lending
REASONS = ("贷款审批", "贷后管理", "本人查询")
APPLICATION_KINDS = ("新增", "续贷")
LOAN_PURPOSES = ("进货备货", "设备", "装修", "发薪", "其他周转")
REPAYMENT_METHODS = ("随借随还", "先息后本", "等额本息", "等额本金", "到期一次还本付息")
SECURITIES = ("抵押", "保证", "信用")
REFUSAL_REASONS = ("综合评分不足", "征信查询过多", "经营年限不足", "当前有逾期", "流水不足")
RISK_CLASSES = ("正常", "关注", "次级", "可疑", "损失")
REPAYMENT_KINDS = ("正常", "逾期", "提前", "续贷", "核销", "转让", "回收")

# Marketing and consent
CONCERNS = ("时效", "价格", "额度", "手续", "担保")
DATA_ITEMS = ("征信报告", "纳税数据", "流水数据", "联系方式", "APP行为")
PURPOSES = ("授信审批", "贷后管理", "营销")
APP_EVENTS = ("登录", "测额", "申请", "还款查询")

# Truth, never observed
STAGES = ("初创", "成长", "成熟", "衰退", "转型")
OPERATING = ("正常经营", "停业", "空壳")
UPLIFT_TYPES = ("可说服", "自然响应", "无动于衷", "反作用")
