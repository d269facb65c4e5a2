package paper

import (
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/pdf"
)

// TermChange is one term that a paper changes.
type TermChange struct{ Name, Was, Is string }

// ChangeData is a plan-change form (业务变更记录表, C07) or the text of a supplement (补充协议, C06).
type ChangeData struct {
	Number         string
	ContractNumber string
	Provider       Party
	Customer       Party
	AskedOn        caldate.Date // when it was asked for, or drawn up
	From           caldate.Date // first day on which it holds
	EndWas, EndIs  caldate.Date // the last day of service, where it is agreed anew
	Changes        []TermChange
	Reason         string
	Cutoff         int // plan change: the day of the month until which the next month can be changed
	Handler        string
	Seal           []byte // PNG; may be nil
}

// ChangeForm makes a plan-change form: what is changed from when on, for both sides to sign. Errors: ErrLacking.
func ChangeForm(c ChangeData) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	doc, err := pdf.Make(c.options("业务变更记录表"), func(d *pdf.Document) {
		d.Masthead(c.Provider.Name, "业务变更记录表", []pdf.Pair{pdf.KV("编号", c.Number), pdf.KV("合同编号", c.ContractNumber)})
		d.Blocks(
			pdf.Block{Head: "客户", Name: c.Customer.Name, Pairs: c.Customer.pairs(false)},
			pdf.Block{Head: "服务提供方", Name: c.Provider.Name, Pairs: c.Provider.pairs(false)},
		)
		d.Strip([]pdf.Pair{pdf.KV("申请日期", c.AskedOn.Zh()), pdf.KV("变更项数", strconv.Itoa(len(c.Changes))), pdf.KV("生效日期", c.From.Zh())})
		c.table(d)
		if c.Reason != "" {
			d.KeyValues([]pdf.Pair{pdf.KV("变更原因", c.Reason)})
		}
		d.Space(2)
		d.Paragraph(pdf.Plain("当月 "+strconv.Itoa(c.Cutoff)+" 日（含）前申请的变更自次月 1 日起生效，之后申请的自再下月 1 日起生效。生效日之前仍按原套餐计费；同一生效日另有新的变更申请的，以最后一份为准。本表为合同附件。"),
			pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify})
		d.Keep(50)
		d.Space(6)
		d.Blocks(
			pdf.Block{Head: "客户（盖章）", Pairs: []pdf.Pair{pdf.KV("经办人（签字）", "　"), pdf.KV("日期", "　　　　年　　月　　日")}},
			pdf.Block{Head: "服务提供方（盖章）", Pairs: []pdf.Pair{pdf.KV("经办人", either(c.Handler, "　")), pdf.KV("日期", day(c.AskedOn))}},
		)
		d.Seal(c.Seal)
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

// SupplementText makes the text of a supplement with its signature page: exactly that is signed. Errors: ErrLacking.
func SupplementText(c ChangeData) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	doc, err := pdf.Make(c.options("补充协议"), func(d *pdf.Document) {
		d.Title("补　充　协　议")
		d.KeyValues([]pdf.Pair{
			pdf.KV("协议编号", c.Number), pdf.KV("原合同编号", c.ContractNumber),
			pdf.KV("甲方（客户）", c.Customer.Name), pdf.KV("乙方（服务提供方）", c.Provider.Name),
		})
		d.Space(2)
		d.Paragraph(pdf.Plain("甲乙双方经协商，就上述合同（下称“原合同”）达成如下补充约定："), pdf.Style{Indent: 2, Align: pdf.Justify})
		n := 0
		article := func(name string) { n++; d.Article(n, name) }
		if len(c.Changes) > 0 {
			article("变更内容")
			c.table(d)
		}
		if !c.EndIs.IsZero() {
			article("合同期限")
			d.Paragraph([]pdf.Run{{Text: "原合同服务期限的终止日由 " + c.EndWas.Zh() + " 变更为 "}, {Text: c.EndIs.Zh(), Bold: true}, {Text: "。"}}, pdf.Style{Indent: 2, Align: pdf.Justify})
		}
		if c.Reason != "" {
			article("背景与说明")
			d.Paragraph(pdf.Plain(c.Reason), pdf.Style{Indent: 2, Align: pdf.Justify})
		}
		article("生效")
		d.Paragraph([]pdf.Run{{Text: "本协议经双方签字并盖章后成立，自 "}, {Text: c.From.Zh(), Bold: true}, {Text: " 起按本协议执行；该日之前的权利义务仍按原合同及此前的补充约定。"}}, pdf.Style{Indent: 2, Align: pdf.Justify})
		d.Paragraph(pdf.Plain("本协议未涉及的事项仍按原合同执行；本协议与原合同不一致的，以本协议为准。本协议一式两份，双方各执一份，具有同等效力。"), pdf.Style{Indent: 2, Align: pdf.Justify})
		rows := []pdf.Pair{pdf.KV("法定代表人或授权代表（签字）", ""), pdf.KV("签署日期", "")}
		d.SignaturePage("（本页为补充协议 "+c.Number+" 的签章页，无正文）", pdf.Signer{Role: "甲方（盖章）", Name: c.Customer.Name, Rows: rows},
			pdf.Signer{Role: "乙方（盖章）", Name: c.Provider.Name, Rows: rows, Seal: c.Seal}, nil)
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func (c ChangeData) check() error {
	if c.Number == "" || c.ContractNumber == "" || c.Provider.Name == "" || c.Customer.Name == "" || c.From.IsZero() || len(c.Changes) == 0 && c.EndIs.IsZero() {
		return ErrLacking.Say("变更文书缺少编号、双方、生效日期或变更内容", "the paper lacks its number, the parties, the day or what is changed")
	}
	return nil
}

func (c ChangeData) options(title string) pdf.Options {
	return pdf.Options{Title: strings.TrimSpace(title + " " + c.Number), Author: c.Provider.Name, FooterLeft: c.Number, Now: dated(c.AskedOn, c.From), Margins: 18}
}

func (c ChangeData) table(d *pdf.Document) {
	var rows []pdf.Row
	for _, x := range c.Changes {
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(x.Name), pdf.T(x.Was), {Runs: []pdf.Run{{Text: x.Is, Bold: true}}}}})
	}
	d.Table([]pdf.Column{{Head: "变更项目", Width: 62}, {Head: "变更前", Width: 54}, {Head: "变更后", Width: 54}}, rows)
	d.Space(2)
}

// FormalNoticeData is a notice on paper (通知书): of a breach, or of a termination (C09).
type FormalNoticeData struct {
	Number     string
	Title      string // "违约通知书", "合同终止通知书"
	From, To   Party
	Facts      []string // name, value, name, value …
	Paragraphs []string
	On         caldate.Date
	Seal       []byte
}

// FormalNotice makes a notice. Errors: ErrLacking.
func FormalNotice(l FormalNoticeData) ([]byte, error) {
	if l.Number == "" || l.Title == "" || l.From.Name == "" || l.To.Name == "" || l.On.IsZero() || len(l.Paragraphs) == 0 {
		return nil, ErrLacking.Say("通知书缺少编号、标题、双方、日期或正文", "the notice lacks its number, title, parties, date or text")
	}
	doc, err := pdf.Make(pdf.Options{Title: l.Title + " " + l.Number, Author: l.From.Name, FooterLeft: l.Number, Now: dated(l.On, l.On), Margins: 22}, func(d *pdf.Document) {
		d.Masthead(l.From.Name, l.Title, []pdf.Pair{pdf.KV("编号", l.Number), pdf.KV("日期", day(l.On))})
		d.Paragraph([]pdf.Run{{Text: l.To.Name, Bold: true}, {Text: "："}}, pdf.Style{Size: 11.5, After: 3})
		for _, p := range l.Paragraphs {
			d.Paragraph(pdf.Plain(p), pdf.Style{Size: 11, Indent: 2, Align: pdf.Justify, After: 2.2})
		}
		d.Space(2)
		var pairs []pdf.Pair
		for i := 0; i+1 < len(l.Facts); i += 2 {
			pairs = append(pairs, pdf.KV(l.Facts[i], l.Facts[i+1]))
		}
		d.KeyValues(pairs)
		d.Space(6)
		d.StampLine([]pdf.Pair{pdf.KV("发出单位", l.From.Name), pdf.KV("日期", day(l.On))}, sealOf(l.Seal, l.From))
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}
