package paper

import (
	"fmt"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/pdf"
)

// ListedFile is a file that goes with a letter.
type ListedFile struct {
	Name   string
	SHA256 string
}

// DisclosureData is the cover letter of data given out (A17): on which ground, what was asked for and what is enclosed.
type DisclosureData struct {
	Number      string
	From        Party
	To          string
	Date        caldate.Date
	Ground      string
	Reference   string
	Officers    string
	ReceivedOn  caldate.Date
	Phones      int // how many numbers were asked for; the letter names none
	Customer    string
	Batches     []string
	First, Last caldate.Date
	Messages    int64
	Purged      int64 // batches whose content was destroyed at the end of its retention
	RequestedBy string
	ApprovedBy  string
	ApprovedOn  caldate.Date
	Files       []ListedFile
	Signed      bool
}

// scope says in words what was asked for.
func (x DisclosureData) scope() string {
	parts := []string{fmt.Sprintf("%s 至 %s", day(x.First), day(x.Last))}
	if x.Phones > 0 {
		parts = append(parts, fmt.Sprintf("%d 个手机号码", x.Phones))
	}
	if x.Customer != "" {
		parts = append(parts, "客户“"+x.Customer+"”")
	}
	if len(x.Batches) > 0 {
		parts = append(parts, "批次 "+strings.Join(x.Batches, "、"))
	}
	return strings.Join(parts, "；")
}

// DisclosureLetter makes the cover letter. Errors: ErrLacking.
func DisclosureLetter(x DisclosureData) ([]byte, error) {
	if x.Number == "" || x.From.Name == "" || x.To == "" || x.Date.IsZero() || x.Ground == "" || x.ApprovedBy == "" || len(x.Files) == 0 {
		return nil, ErrLacking.Say("数据提供函缺少编号、双方、日期、依据、审批人或附件", "the letter lacks its number, parties, date, ground, approver or enclosures")
	}
	doc, err := pdf.Make(pdf.Options{
		Title: "数据提供函 " + x.Number, Author: x.From.Name, FooterLeft: x.Number, Now: dated(x.Date, x.Date), Margins: 20,
	}, func(d *pdf.Document) {
		d.Masthead(x.From.Name, spread("数据提供函"), []pdf.Pair{pdf.KV("编号", x.Number), pdf.KV("日期", day(x.Date))})
		d.Paragraph([]pdf.Run{{Text: x.To, Bold: true}, {Text: "："}}, pdf.Style{Size: 11, After: 2})
		opening := fmt.Sprintf("贵方于 %s 提出的调取要求收悉。依据**%s**，经本公司登记并由第二人审批，现在限定范围内提供短信记录 **%d** 条，随函附电子数据包一份。", day(x.ReceivedOn), x.Ground, x.Messages)
		d.Paragraph(pdf.Marked(opening), pdf.Style{Size: 11, Align: pdf.Justify, Indent: 2, After: 2})
		facts := []pdf.Pair{pdf.KV("依据", x.Ground), pdf.KV("来文编号", either(x.Reference, "—")), pdf.KV("经办人员", either(x.Officers, "—")), pdf.KV("调取范围", x.scope()),
			pdf.KV("短信条数", fmt.Sprint(x.Messages))}
		if x.Purged > 0 {
			facts = append(facts, pdf.KV("已清除", fmt.Sprintf("范围内有 %d 个批次的内容已按保存期限销毁，无法提供", x.Purged)))
		}
		facts = append(facts, pdf.KV("登记人", x.RequestedBy), pdf.KV("审批人", fmt.Sprintf("%s（%s）", x.ApprovedBy, day(x.ApprovedOn))))
		d.KeyValues(facts)
		d.Space(2)
		d.Heading("数据包内的文件")
		rows := make([]pdf.Row, len(x.Files))
		for i, f := range x.Files {
			rows[i] = pdf.Row{Cells: []pdf.Cell{pdf.T(f.Name), pdf.T(f.SHA256[:32] + " " + f.SHA256[32:])}}
		}
		d.Table([]pdf.Column{{Head: "文件", Width: 46}, {Head: "SHA-256", Width: 124}}, rows)
		d.Space(2)
		check := "包内 MANIFEST.sha256 列有全部文件（含本函）的 SHA-256，可用 sha256sum -c 核对。"
		if x.Signed {
			check += "MANIFEST.sha256.signed 为本公司 Ed25519 签名，可用随审计检查点公布的公钥验证。"
		}
		for _, p := range []string{check, "以上信息仅供上述用途使用，含有公民个人信息，请依法保管，不得另作他用。"} {
			d.Paragraph(pdf.Marked(p), pdf.Style{Size: 11, Align: pdf.Justify, Indent: 2, After: 2})
		}
		d.Space(4)
		d.StampLine([]pdf.Pair{pdf.KV("提供单位", x.From.Name), pdf.KV("日期", day(x.Date))}, sealOf(nil, x.From))
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}
