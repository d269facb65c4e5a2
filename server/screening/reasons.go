package screening

// Reason is a stable code that the customer sees, in two languages. docs/reason-codes.md
// is the same list with remedies and the codes of other providers; a test keeps them equal.
type Reason struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Reasons lists all codes of the shipped rules and of the stations after screening.
func Reasons() []Reason { return append([]Reason(nil), reasons...) }

// ReasonOf finds a code; a set of rules may use codes of its own that are not listed.
func ReasonOf(code string) (Reason, bool) {
	for _, r := range reasons {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}

var reasons = []Reason{
	{"AD.FINANCE", "金融推销缺少资质或风险提示", "selling funds without licence or warning"},
	{"AD.HEALTH", "医药保健广告违规", "medicine and health products"},
	{"AD.PROMISE", "教育、房产、招商广告作保证", "promises of schools, property or franchises"},
	{"AD.WORD", "广告用语违规", "words that advertising law forbids"},
	{"BATCH.CATEGORY", "合同不允许这个类别", "the contract does not allow this category"},
	{"BATCH.CONTRACT", "合同未生效或已暂停", "the contract is not active"},
	{"BATCH.DAILY_CAP", "超过每日上限", "above the daily cap"},
	{"BATCH.FLOW", "超过通道流量", "above the flow of the channel"},
	{"BATCH.FUNDS", "余额或条数不足", "not enough money or messages left"},
	{"BATCH.HOURS", "不在发送时段", "outside sending hours"},
	{"BATCH.LICENCE", "证照无效或过期", "a licence is not valid"},
	{"BATCH.REPEATS", "名单里重复号码过多", "too many numbers are repeated"},
	{"BATCH.SENDER", "服务代码未分配给这份合同", "the sender number is not this contract's"},
	{"BATCH.SIGNATURE", "签名未批准", "the signature is not approved"},
	{"BATCH.SET_ASIDE", "无法处理，已由人工剔除", "could not be worked on; left out by a person"},
	{"BATCH.SIMILAR", "与曾被拒绝的内容相似", "resembles content that was refused"},
	{"CATEGORY.MISMATCH", "内容与类别不符", "content and category do not agree"},
	{"CONTACT.ACCOUNT", "正文里有个人账号", "a personal account in the text"},
	{"CONTACT.NOT_FILED", "联系号码未报备", "a phone number is not on file"},
	{"CONTENT.CERTIFICATE", "办假证、刻假章", "false certificates and seals"},
	{"CONTENT.CHAIN", "连锁信", "chain letter"},
	{"CONTENT.CONSTITUTION", "反对宪法基本原则", "against the principles of the constitution"},
	{"CONTENT.CULT", "邪教", "cult"},
	{"CONTENT.DATA_TRADE", "买卖个人信息或账户", "trade in personal data or accounts"},
	{"CONTENT.DRUGS", "毒品", "drugs"},
	{"CONTENT.ETHNIC", "民族仇恨、歧视", "ethnic hatred"},
	{"CONTENT.EXAM", "考试作弊", "cheating in examinations"},
	{"CONTENT.GAMBLING", "赌博", "gambling"},
	{"CONTENT.INSULT", "侮辱、诽谤、威胁", "insult, defamation, threat"},
	{"CONTENT.INVOICE", "代开发票", "false invoices"},
	{"CONTENT.KEYWORD", "含有违禁词", "forbidden words"},
	{"CONTENT.NATION_HONOUR", "损害国家荣誉和利益", "honour and interests of the nation"},
	{"CONTENT.OBFUSCATED", "用变形手法躲避审核", "written to evade screening"},
	{"CONTENT.OBSCENE", "色情", "obscenity"},
	{"CONTENT.PUBLIC_ORDER", "扰乱社会秩序", "disturbing public order"},
	{"CONTENT.RUMOUR", "谣言", "rumour"},
	{"CONTENT.STATE_SECURITY", "危害国家安全", "state security"},
	{"CONTENT.SUPERSTITION", "封建迷信牟利", "superstition for money"},
	{"CONTENT.TAG", "词表标记", "word of an imported list"},
	{"CONTENT.UNLAWFUL", "其他违法内容", "other unlawful content"},
	{"CONTENT.VIOLENCE", "暴力、教唆犯罪", "violence, incitement to crime"},
	{"CONTENT.WEAPONS", "枪支弹药", "weapons"},
	{"FRAUD.AUTHORITY", "冒充公检法、政务部门", "posing as police, court or an office"},
	{"FRAUD.FAKE_SERVICE", "冒充客服", "false customer service"},
	{"FRAUD.IMPERSONATION", "冒充熟人", "posing as an acquaintance"},
	{"FRAUD.INVESTMENT", "虚假投资、虚拟币", "false investments and coins"},
	{"FRAUD.JOB", "刷单兼职诈骗", "paid clicking"},
	{"FRAUD.LOAN", "非法放贷、套现", "unlicensed loans"},
	{"FRAUD.MONEY", "索要汇款", "asking for a transfer"},
	{"FRAUD.PHISHING", "钓鱼链接", "phishing"},
	{"FRAUD.PRIZE", "虚假中奖", "false prize"},
	{"FRAUD.STOCK", "非法荐股", "stock tips"},
	{"FRAUD.TROJAN", "木马链接", "a link to malware"},
	{"LINK.NOT_FILED", "链接未报备", "a link is not on file"},
	{"LINK.SHORT", "短链接看不出去向", "a short link hides where it leads"},
	{"MKT.NO_CONSENT", "没有营销同意的凭证", "no proof of consent to marketing"},
	{"MKT.NO_OPTOUT", "营销短信没有退订方式", "marketing without opt-out"},
	{"NUMBER.NOT_ALLOTTED", "发送号码没有分配给这份合同", "the sender number is not this contract's"},
	{"NUMBER.SIGNATURE", "发送号码已用于另一个签名", "another signature is sent under the number"},
	{"OTHER.REVIEW", "审核认定违规", "refused on review"},
	{"QUALIFICATION.CARRIER_PENDING", "资质在运营商处待审", "the qualification is pending with the carrier"},
	{"QUALIFICATION.CARRIER_REFUSED", "资质被运营商驳回", "the carrier refused the qualification"},
	{"QUALIFICATION.LAPSED", "资质已失效", "the qualification has lapsed"},
	{"QUALIFICATION.LICENCE", "资质缺少有效证照", "a licence of the qualification is missing or has ended"},
	{"QUALIFICATION.NOT_FILED", "资质未报备", "the qualification is not on file"},
	{"RCPT.BLACKLISTED", "收件人在黑名单", "recipient blacklisted"},
	{"RCPT.CARRIER", "收件人不属于本端口的运营商", "recipient of another carrier than the port"},
	{"RCPT.FREQUENCY", "同一收件人当天条数过多", "too many messages to this recipient today"},
	{"RCPT.INVALID", "号码无效", "invalid number"},
	{"RCPT.NO_CONSENT", "收件人没有登记或同意", "recipient neither registered nor consented"},
	{"RCPT.NUMBER_RANGE", "按号段连号群发", "number-range sending"},
	{"RCPT.OPTED_OUT", "收件人已退订", "recipient opted out"},
	{"RCPT.REPEATED", "同一批里重复的收件人", "recipient repeated in the batch"},
	{"SIGN.CARRIER_PENDING", "签名在运营商处待审", "the signature is pending with the carrier"},
	{"SIGN.CARRIER_REFUSED", "签名被运营商驳回", "the carrier refused the signature"},
	{"SIGN.LAPSED", "签名报备已失效", "the filing of the signature has lapsed"},
	{"SIGN.MISSING", "缺少签名", "no signature"},
	{"SIGN.NOT_FILED", "签名未报备", "the signature is not on file"},
	{"STRUCT.FEATURES", "会员营销缺少公司名称、联系电话或会员特征", "member marketing without company name, phone or member feature"},
	{"STRUCT.TOO_LONG", "短信过长", "message too long"},
	{"TEMPLATE.CARRIER_PENDING", "模板在运营商处待审", "the template is pending with the carrier"},
	{"TEMPLATE.CARRIER_REFUSED", "模板被运营商驳回", "the carrier refused the template"},
	{"TEMPLATE.LAPSED", "模板报备已失效", "the filing of the template has lapsed"},
	{"TEMPLATE.NOT_FILED", "模板未报备", "the template is not on file"},
	{"TEMPLATE.UNRESOLVED", "变量没有替换", "a variable was not filled in"},
	{"TEMPLATE.VARIABLE", "变量内容与登记的类型不符", "a value does not fit the registered type of its variable"},
}
