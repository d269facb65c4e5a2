package paper

import (
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/pdf"
)

// ReportedContract is a contract of the reported customer.
type ReportedContract struct{ Number, ServiceCode string }

// ReportedText is content that is reported, with how many messages had it and for which reasons the rules met it.
type ReportedText struct {
	Text     string
	Messages int64
	Rules    []string
}

// AuthorityReportData is a report of illegal content to an authority (A10). It quotes the content; numbers of recipients are
// not in it.
type AuthorityReportData struct {
	Number         string
	Authority      string // may be empty in a draft
	From           Party
	On             caldate.Date
	Draft          bool
	FoundAt        string
	Finder         string
	Class          string
	Description    string
	Customer       Party
	Contacts       []string
	Contracts      []ReportedContract
	Signature      string
	Batch          string
	Submitter      string
	Submitted      string
	FileHash       string
	Found          int64 // messages with the content
	Sent           int64 // of the batch, handed over before it was stopped
	Stopped        int64 // of all batches under way, not sent
	StoppedBatches []string
	Texts          []ReportedText
	Seal           []byte
}

// AuthorityReport makes the report. Errors: ErrLacking.
func AuthorityReport(r AuthorityReportData) ([]byte, error) {
	if r.Number == "" || r.From.Name == "" || r.Customer.Name == "" || r.On.IsZero() || len(r.Texts) == 0 {
		return nil, ErrLacking.Say("报告缺少编号、双方、日期或内容", "the report lacks its number, the parties, the day or the content")
	}
	o := pdf.Options{Title: "违法信息报告 " + r.Number, Author: r.From.Name, FooterLeft: r.Number, Now: dated(r.On, r.On), Margins: 20}
	if r.Draft {
		o.Watermark = "草稿"
	}
	doc, err := pdf.Make(o, func(d *pdf.Document) {
		d.Masthead(r.From.Name, "违法信息报告", []pdf.Pair{pdf.KV("编号", r.Number), pdf.KV("日期", day(r.On))})
		d.Paragraph([]pdf.Run{{Text: either(r.Authority, "（主管部门）"), Bold: true}, {Text: "："}}, pdf.Style{Size: 11.5, After: 3})
		d.Paragraph(pdf.Plain("我单位在短信内容审核中发现下述客户提交的信息涉嫌违法，已立即停止传输、保存有关记录，现依法报告如下。"), pdf.Style{Indent: 2, Align: pdf.Justify, After: 2})
		d.Heading("一、发现情况")
		d.KeyValues([]pdf.Pair{
			pdf.KV("发现时间", r.FoundAt), pdf.KV("发现人员", r.Finder), pdf.KV("内容类别", r.Class), pdf.KV("情况说明", r.Description),
			pdf.KV("批次", r.Batch), pdf.KV("提交人与时间", strings.TrimSpace(r.Submitter+"　"+r.Submitted)), pdf.KV("短信签名", "【"+r.Signature+"】"),
		})
		d.Heading("二、信息提供者")
		d.KeyValues([]pdf.Pair{
			pdf.KV("名称", r.Customer.Name), pdf.KV("统一社会信用代码", r.Customer.USCC), pdf.KV("住所", r.Customer.Address), pdf.KV("法定代表人", r.Customer.Contact),
			pdf.KV("联系人", strings.Join(r.Contacts, "、")), pdf.KV("合同与码号", contractsOf(r.Contracts)),
		})
		d.Heading("三、信息内容")
		var rows []pdf.Row
		for i, t := range r.Texts {
			rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(strconv.Itoa(i + 1)), pdf.T(t.Text), pdf.T(strconv.FormatInt(t.Messages, 10)), pdf.T(strings.Join(t.Rules, "\n"))}})
		}
		d.Table([]pdf.Column{{Head: "序号", Width: 12}, {Head: "内容（变量以其中一条为例）", Width: 104}, {Head: "条数", Width: 16, Align: pdf.Right}, {Head: "机审原因", Width: 38}}, rows)
		d.Space(2)
		d.Heading("四、已采取的措施")
		for i, m := range r.measures() {
			d.Paragraph(pdf.Plain(strconv.Itoa(i+1)+". "+m), pdf.Style{Indent: 2, Align: pdf.Justify, After: 1})
		}
		d.Heading("五、留存的证据")
		d.KeyValues([]pdf.Pair{
			pdf.KV("提交文件 SHA-256", r.FileHash), pdf.KV("留存内容", "提交文件、逐条审核结论、审核决定、操作日志（哈希链）已加密留存，可依法调取"),
		})
		d.Keep(40)
		d.Space(4)
		d.StampLine([]pdf.Pair{pdf.KV("报告单位", r.From.Name), pdf.KV("联系电话", r.From.Phone), pdf.KV("日期", day(r.On))}, sealOf(r.Seal, r.From))
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func contractsOf(cs []ReportedContract) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Number+"（"+either(c.ServiceCode, "未分配码号")+"）")
	}
	return either(strings.Join(out, "、"), "—")
}

// measures are what was done, in sentences.
func (r AuthorityReportData) measures() []string {
	out := []string{
		"即时停止该客户的全部发送，含已交付发送的批次；未发出的 " + strconv.FormatInt(r.Stopped, 10) + " 条不再发出（涉及批次 " + either(strings.Join(r.StoppedBatches, "、"), "无") + "）。",
		"涉嫌违法的内容共 " + strconv.FormatInt(r.Found, 10) + " 条；该批次在停止之前已发出 " + strconv.FormatInt(r.Sent, 10) + " 条。",
		"该客户在履行的 " + strconv.Itoa(len(r.Contracts)) + " 份合同已暂停；客户、统一社会信用代码、短信签名和码号已列入黑名单。",
		"有关记录已保全，解除处置须经两人批准。",
	}
	return out
}
