package bankfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/errs"
)

// Mapping says which column, by its name in the head, holds what. Either Amount (signed, or with Direction beside it) or
// Debit and Credit hold the money; Date is always needed; the rest may be empty. Several columns may make the purpose.
type Mapping struct {
	Date      string   `json:"date"`
	Amount    string   `json:"amount,omitempty"`
	Debit     string   `json:"debit,omitempty"`
	Credit    string   `json:"credit,omitempty"`
	Direction string   `json:"direction,omitempty"`
	Balance   string   `json:"balance,omitempty"`
	Reference string   `json:"reference,omitempty"`
	Name      string   `json:"name,omitempty"`
	Account   string   `json:"account,omitempty"`
	Purpose   []string `json:"purpose,omitempty"`
}

// columns lists the roles that are mapped, with their column.
func (m Mapping) columns() (out []struct{ role, column string }) {
	for _, r := range []struct{ role, column string }{
		{"date", m.Date}, {"amount", m.Amount}, {"debit", m.Debit}, {"credit", m.Credit}, {"direction", m.Direction},
		{"balance", m.Balance}, {"reference", m.Reference}, {"name", m.Name}, {"account", m.Account},
	} {
		if r.column != "" {
			out = append(out, r)
		}
	}
	for i, c := range m.Purpose {
		out = append(out, struct{ role, column string }{"purpose." + strconv.Itoa(i), c})
	}
	return out
}

// Check tells what is wrong with a mapping, with the columns of a file where they are known. Errors: ErrMapping with fields.
func (m Mapping) Check(columns []string) error {
	var f errs.Fields
	if m.Date == "" {
		f.Add("mapping.date", "missing", "请选择日期列", "choose the column of the date")
	}
	switch {
	case m.Amount == "" && m.Debit == "" && m.Credit == "":
		f.Add("mapping.amount", "missing", "请选择金额列，或借方、贷方两列", "choose the column of the amount, or those of debit and credit")
	case m.Amount != "" && (m.Debit != "" || m.Credit != ""):
		f.Add("mapping.amount", "both", "金额列与借方、贷方列只能选一种", "choose either an amount column or debit and credit")
	case m.Direction != "" && m.Amount == "":
		f.Add("mapping.direction", "without_amount", "借贷标志只与金额列一起使用", "the direction goes with an amount column only")
	}
	seen := map[string]string{}
	for _, c := range m.columns() {
		if len(c.column) > 200 {
			f.Add("mapping."+c.role, "too_long", "列名过长", "the column's name is too long")
		}
		if columns != nil && !slices.Contains(columns, c.column) {
			f.Add("mapping."+c.role, "unknown", "文件里没有列“"+c.column+"”", "the file has no column "+c.column)
		}
		if other, taken := seen[c.column]; taken && !strings.HasPrefix(c.role, "purpose") {
			f.Add("mapping."+c.role, "twice", "列“"+c.column+"”已用作 "+other, "column "+c.column+" is used as "+other+" already")
		}
		seen[c.column] = c.role
	}
	if len(m.Purpose) > 8 {
		f.Add("mapping.purpose", "too_many", "用途最多合并 8 列", "at most 8 columns make the purpose")
	}
	return f.Err(ErrMapping)
}

// known are names of columns as Chinese and other banks write them, the surest first.
var known = []struct {
	role  string
	names []string
	like  *regexp.Regexp
}{
	{"date", []string{"起息日", "起息日期", "入账日期", "记账日期", "记账日", "交易日期", "交易日", "交易时间", "记账时间", "入账时间", "日期", "发生日期", "业务日期", "valuedate", "bookingdate", "date", "transactiondate", "时间"}, regexp.MustCompile(`(交易|记账|入账).*(日期|时间)|date`)},
	{"direction", []string{"借贷标志", "借贷标记", "借贷方向", "借/贷", "借贷", "收支标志", "收/付", "收付标志", "收支", "收/支", "收支类型", "收支方向", "交易方向", "资金方向", "往来标志", "方向", "debit/credit", "d/c", "dc", "direction"}, regexp.MustCompile(`^(借贷|收支|收付).*(标志|标识|方向|类型|标记)$`)},
	{"debit", []string{"借方发生额", "借方金额", "借方", "支出金额", "支出", "转出金额", "付款金额", "支取金额", "借方发生额(支取)", "借方发生额/元(支取)", "付方金额", "debit", "debitamount", "withdrawals"}, regexp.MustCompile(`^(借方|支出|转出|支取|debit)`)},
	{"credit", []string{"贷方发生额", "贷方金额", "贷方", "收入金额", "收入", "转入金额", "收款金额", "存入金额", "贷方发生额(收入)", "贷方发生额/元(收入)", "收方金额", "credit", "creditamount", "deposits"}, regexp.MustCompile(`^(贷方|收入|转入|存入|credit)`)},
	{"amount", []string{"交易金额", "发生额", "金额", "发生金额", "交易额", "收支金额", "amount", "transactionamount", "金额(元)"}, regexp.MustCompile(`金额|发生额|amount`)},
	{"balance", []string{"账户余额", "余额", "交易后余额", "本次余额", "当前余额", "联机余额", "可用余额", "balance", "balanceafter"}, regexp.MustCompile(`余额|balance`)},
	{"reference", []string{"交易流水号", "银行流水号", "流水号", "账户明细编号-交易流水号", "核心流水号", "交易流水", "交易序号", "业务流水号", "全局流水号", "企业流水号", "交易参考号", "凭证号", "凭证号码", "业务编号", "交易编号", "传票号", "bankreference", "reference", "transactionid", "ref"}, regexp.MustCompile(`流水|参考号|reference|transactionid`)},
	{"name", []string{"对方户名", "对方账户名称", "对方名称", "对方单位名称", "对方单位", "对方账户名", "对手方名称", "对手户名", "交易对方", "交易对手", "付款人名称", "付款人户名", "付款方名称", "付款方户名", "收(付)方名称", "收/付方名称", "户名", "counterparty", "name", "payer", "payername"}, regexp.MustCompile(`(对方|付款[人方]|对手|收.?付.?方).*(名|单位)|counterparty`)},
	{"account", []string{"对方账号", "对方账户", "对方帐号", "对手账号", "付款人账号", "付款方账号", "付款账号", "收(付)方账号", "收/付方账号", "counterpartyaccount", "payeraccount"}, regexp.MustCompile(`(对方|付款[人方]|对手|收.?付.?方).*[账帐][号户]`)},
	{"purpose", []string{"附言", "用途", "摘要", "备注", "交易附言", "交易摘要", "交易用途", "个性化信息", "交易备注", "客户附言", "purpose", "description", "remark", "remittanceinformation", "memo"}, regexp.MustCompile(`附言|用途|摘要|备注|purpose|description|remark`)},
}

func simplified(column string) string {
	s := strings.ToLower(strings.ReplaceAll(clean(column), " ", ""))
	s = strings.NewReplacer("[", "(", "]", ")", "帐", "账").Replace(s)
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "(元)"), "(cny)"), "(人民币)")
}

// Guess proposes a mapping for the columns of a file: the names that banks use, the surest first.
func Guess(columns []string) Mapping {
	var m Mapping
	used := map[string]bool{}
	pick := func(names []string, like *regexp.Regexp) string {
		for _, n := range names {
			for _, c := range columns {
				if !used[c] && simplified(c) == simplified(n) {
					used[c] = true
					return c
				}
			}
		}
		for _, c := range columns {
			if !used[c] && like.MatchString(simplified(c)) {
				used[c] = true
				return c
			}
		}
		return ""
	}
	for _, k := range known {
		switch k.role {
		case "date":
			m.Date = pick(k.names, k.like)
		case "direction":
			m.Direction = pick(k.names, k.like)
		case "debit":
			m.Debit = pick(k.names, k.like)
		case "credit":
			m.Credit = pick(k.names, k.like)
		case "amount":
			if m.Debit != "" && m.Credit != "" { // an amount beside them would say the same twice
				m.Direction = ""
				continue
			}
			for _, c := range []string{m.Debit, m.Credit} { // one of the pair alone is no pair
				delete(used, c)
			}
			m.Debit, m.Credit = "", ""
			if m.Amount = pick(k.names, k.like); m.Amount == "" {
				m.Direction = ""
			}
		case "balance":
			m.Balance = pick(k.names, k.like)
		case "reference":
			m.Reference = pick(k.names, k.like)
		case "name":
			m.Name = pick(k.names, k.like)
		case "account":
			m.Account = pick(k.names, k.like)
		case "purpose":
			for len(m.Purpose) < 4 {
				c := pick(k.names, k.like)
				if c == "" {
					break
				}
				m.Purpose = append(m.Purpose, c)
			}
		}
	}
	return m
}
