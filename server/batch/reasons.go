package batch

import (
	"fmt"
	"strings"

	"sealgate/server/batch/intake"
	"sealgate/server/recipient"
	"sealgate/server/screening"
)

// Faults of a row besides those that reading (intake) and the number (recipient) give.
const (
	textEmpty     intake.Code = "TEXT.EMPTY"
	textTooLong   intake.Code = "TEXT.TOO_LONG"
	textControl   intake.Code = "TEXT.CONTROL"
	variableEmpty intake.Code = "VAR.EMPTY"
	cellFormula   intake.Code = "CELL.FORMULA"
	rowDuplicate  intake.Code = "ROW.DUPLICATE"
)

// reasonTexts say what is wrong with a row and how to cure it; %s is the column. Those of numbers are recipient's. The portal
// shows them as they are.
var reasonTexts = map[intake.Code][2]string{
	intake.RowEncoding: {"这一行有无法识别的字符（以 \\x 标出），请按原文改正", "the row has bytes that are no characters (shown as \\x); restore the original text"},
	intake.RowTooLong:  {"这一行太长，无法读取；请检查是否缺少换行", "the row is too long to be read; check whether a line break is missing"},
	intake.RowQuote:    {"双引号不成对，请补上或删除", "a double quote is not closed; close or delete it"},
	intake.RowColumns:  {"列数比表头多；内容里有逗号时请给该格加双引号", "the row has more columns than the header; put a cell that holds commas into double quotes"},
	intake.RowJSON:     {"不是与首行同列的 JSON 对象（嵌套、重复或未知的键都不行）", "not a JSON object with the first line's keys (nested, repeated or unknown keys are not taken)"},
	textEmpty:          {"短信内容为空，请补上", "the text is empty; fill it in"},
	textTooLong:        {fmt.Sprintf("短信超过 %d 个字，请缩短", MaxText), fmt.Sprintf("the message has more than %d characters; shorten it", MaxText)},
	textControl:        {"“%s”列含有不可见的控制字符，请删除", "column %s has invisible control characters; delete them"},
	variableEmpty:      {"变量“%s”没有值，请补上", "the variable %s has no value; fill it in"},
	cellFormula: {"“%s”列是没有结果的公式，或公式的错误值（如 #N/A）；请在 Excel 中重新计算并保存，或粘贴为数值",
		"column %s holds a formula without a result, or an error such as #N/A; let Excel calculate and save, or paste values"},
	rowDuplicate: {"与前面某行的号码和内容相同，只发送一次", "same number and text as an earlier row; sent once"},
}

// ReasonText gives the texts of a row's fault.
func ReasonText(code intake.Code, column string) (zh, en string) {
	if zh, en = recipient.FaultText(recipient.Fault(code)); zh != "" {
		return zh, en
	}
	t, ok := reasonTexts[code]
	if !ok {
		return string(code), string(code)
	}
	if column != "" {
		return fmt.Sprintf(t[0], column), fmt.Sprintf(t[1], column)
	}
	return t[0], t[1]
}

// Reason is why a batch was refused or stopped, with what to do about it (A21).
type Reason struct {
	Code     string `json:"code"`
	Zh       string `json:"detail"`
	En       string `json:"detail_en"`
	RemedyZh string `json:"remedy,omitempty"`
	RemedyEn string `json:"remedy_en,omitempty"`
}

// remedies are what the submitter can do, by the code of the batch rule (rules/batch.yaml); the codes' own texts are
// screening's.
var remedies = map[string][2]string{
	"RCPT.NUMBER_RANGE":             {"请只发给登记或同意过的收件人，按名单重新提交", "send only to recipients who registered or agreed; submit such a list"},
	"BATCH.CONTRACT":                {"合同恢复后批次继续；请查看合同的暂停原因", "the batch goes on once the contract does; see why it is suspended"},
	"BATCH.LICENCE":                 {"请提交新的证照，核验后重新提交批次", "submit the new licence; after it is verified submit the batch again"},
	"BATCH.SIGNATURE":               {"请先登记签名并等待审核通过", "register the signature and wait for its approval"},
	"BATCH.CATEGORY":                {"请改用合同允许的类别，或办理业务变更", "choose a category that the contract allows, or have the contract changed"},
	"BATCH.DAILY_CAP":               {"请拆分批次分日发送，或办理业务变更提高上限", "split the batch over several days, or have the cap raised"},
	"BATCH.HOURS":                   {"批准后将等到时段内发送；也可以预约时间", "once approved it waits for the hours; a time can be scheduled too"},
	"BATCH.SIMILAR":                 {"请修改内容后重新提交", "change the texts and submit again"},
	"NUMBER.NOT_ALLOTTED":           {"请使用合同自己的码号；如需更换，请先办理分配", "use the contract's own number; have another allotted first"},
	"NUMBER.SIGNATURE":              {"请使用该签名的扩展码", "use the sub-number of this signature"},
	"QUALIFICATION.NOT_FILED":       {"请登记资质、经办人和授权书，审核后由我方报备", "register the qualification with its handler and letter; after review we file it"},
	"QUALIFICATION.CARRIER_PENDING": {"运营商一般 5 至 10 个工作日答复；发往其他运营商的短信可以先发", "carriers answer within 5 to 10 working days; messages to other carriers' numbers can go first"},
	"QUALIFICATION.CARRIER_REFUSED": {"请按运营商的驳回原因补正材料，我方再次报备", "mend the papers as the carrier says; we file them again"},
	"QUALIFICATION.LAPSED":          {"请换新的授权书，审核后再次报备", "renew the letter of authorisation; after review it is filed again"},
	"QUALIFICATION.LICENCE":         {"请提交新的证照并通过核验", "submit the new licence and have it verified"},
	"SIGN.NOT_FILED":                {"请先登记签名并等待审核和报备通过", "register the signature and wait until it is approved and filed"},
	"SIGN.CARRIER_PENDING":          {"运营商一般 5 至 10 个工作日答复；发往其他运营商的短信可以先发", "carriers answer within 5 to 10 working days; messages to other carriers' numbers can go first"},
	"SIGN.CARRIER_REFUSED":          {"请按运营商的驳回原因补正证明，我方再次报备", "mend the proof as the carrier says; we file it again"},
	"SIGN.LAPSED":                   {"签名需要再次报备后使用，请联系您的客户经理", "the signature must be filed again before use; ask your account manager"},
	"TEMPLATE.NOT_FILED":            {"请登记模板，审核并报备通过后使用", "register the template and use it once it is approved and filed"},
	"TEMPLATE.CARRIER_PENDING":      {"运营商一般 5 至 10 个工作日答复；发往其他运营商的短信可以先发", "carriers answer within 5 to 10 working days; messages to other carriers' numbers can go first"},
	"TEMPLATE.CARRIER_REFUSED":      {"请按运营商的驳回原因修改模板，重新登记", "change the template as the carrier says and register it anew"},
	"TEMPLATE.LAPSED":               {"模板需要再次报备后使用，请联系您的客户经理", "the template must be filed again before use; ask your account manager"},
	"TEMPLATE.VARIABLE":             {"请按登记的类型填写变量：数字、金额、日期、电话或链接", "fill the variables as registered: digits, money, dates, phone numbers or links"},
	"LINK.NOT_FILED":                {"请先登记链接并报备，或从正文去掉", "register and file the link first, or take it out of the text"},
	"CONTACT.NOT_FILED":             {"请先登记号码并报备，或从正文去掉", "register and file the phone number first, or take it out of the text"},
	"OTHER.REVIEW":                  {"请按审核意见修改后重新提交；认为误判可以申诉", "change the texts as the review says and submit again, or appeal"},
	allRefused:                      {"请按分组查看原因，修改后重新提交", "see the reasons group by group, mend the texts and submit again"},
}

// Reasons tell why a batch is refused, held as a whole, or failed; title names a rule that has no text here.
func (b *Batch) Reasons(title func(rule string) (zh, en string)) []Reason {
	out := []Reason{}
	if b.State == Failed || b.State == Draft && b.Problem.Code != "" {
		return append(out, Reason{Code: b.Problem.Code, Zh: b.Problem.Zh, En: b.Problem.En})
	}
	seen := map[string]bool{}
	add := func(r Reason) {
		if !seen[r.Code] {
			seen[r.Code] = true
			r.RemedyZh, r.RemedyEn = remedies[r.Code][0], remedies[r.Code][1]
			out = append(out, r)
		}
	}
	if b.State == Refused || b.State == Paused || b.State == Cancelled {
		for _, r := range spoken(b.Reason) {
			add(r)
		}
	}
	for _, h := range b.Hits {
		if h.Shadow {
			continue
		}
		r := Reason{Code: h.ReasonCode}
		if known, ok := screening.ReasonOf(h.ReasonCode); ok {
			r.Zh, r.En = known.Zh, known.En
		} else {
			r.Zh, r.En = title(h.Rule)
		}
		add(r)
	}
	return out
}

// spoken tells a reason as it was stored: codes of the list, or a person's own words.
func spoken(reason string) []Reason {
	var out []Reason
	for code := range strings.FieldsFuncSeq(reason, func(r rune) bool { return r == ' ' || r == ',' }) {
		switch known, ok := screening.ReasonOf(code); {
		case ok:
			out = append(out, Reason{Code: code, Zh: known.Zh, En: known.En})
		case code == allRefused:
			out = append(out, Reason{Code: code, Zh: "每一条短信都被规则拒绝", En: "the rules refused every message"})
		default:
			return []Reason{{Code: "note", Zh: reason, En: reason}}
		}
	}
	return out
}
