package paper

import (
	"fmt"
	"strconv"

	"sealgate/server/caldate"
	"sealgate/server/platform/pdf"
)

// QualityData is a customer's monthly report of quality (服务质量报告, A32). The carriers must add up to the month.
type QualityData struct {
	Number    string
	Provider  Party
	Customer  Party
	From, To  caldate.Date
	MadeOn    caldate.Date
	Month     QualityFigures
	Before    *QualityFigures // the month before; nil: it has no report
	Carriers  []QualityCarrier
	Delays    []QualityClass
	Codes     []QualityCode
	Outages   []QualityOutage
	Incidents []QualityIncident
}

// QualityFigures are a month's, in messages; Share is in hundredths of a per cent (-1: of nothing), times are in seconds (0: none).
type QualityFigures struct {
	Sent, Delivered, Failed, Unknown int64
	Share                            int64
	P50, P90, P99                    int64
	Outages                          int
	OutageMinutes                    int64
}

// QualityCarrier is the month over one carrier, by its key; QualityClass the messages delivered within so many seconds and not
// within the class before; QualityCode a reason of failures; QualityOutage an interruption; QualityIncident a fault reported.
type (
	QualityCarrier struct {
		Name string
		QualityFigures
	}
	QualityClass struct{ WithinS, Messages int64 }
	QualityCode  struct {
		Code, Meaning string
		Messages      int64
	}
	QualityOutage struct {
		Number, Title, Kind, From, Until string
		Minutes                          int64
		Promise                          string
	}
	QualityIncident struct {
		Number, Title, Reported, Resolved string
		InTime                            bool
	}
)

// Percent reads hundredths of a per cent: 9753 as 97.53%; — for -1.
func Percent(hundredths int64) string {
	if hundredths < 0 {
		return "—"
	}
	return fmt.Sprintf("%d.%02d%%", hundredths/100, hundredths%100)
}

// Lasting reads seconds in the largest unit in which they are whole; — for 0.
func Lasting(seconds int64) string {
	switch {
	case seconds == 0:
		return "—"
	case seconds > 259200:
		return "3 日以上"
	case seconds%86400 == 0:
		return strconv.FormatInt(seconds/86400, 10) + " 日"
	case seconds%3600 == 0:
		return strconv.FormatInt(seconds/3600, 10) + " 小时"
	case seconds%60 == 0:
		return strconv.FormatInt(seconds/60, 10) + " 分钟"
	}
	return strconv.FormatInt(seconds, 10) + " 秒"
}

var (
	carrierZh = map[string]string{"": "未知", "cmcc": "中国移动", "cucc": "中国联通", "ctcc": "中国电信", "cbn": "中国广电"}
	meaningZh = map[string]string{
		"absent": "关机或不在服务区", "no_number": "空号或停机", "blacklisted": "黑名单", "content": "内容、签名或模板被拒", "sender": "号码未报备", "volume": "超出流量限制",
		"expired": "超过有效期", "account": "账户或连接异常", "stopped": "未离开本平台", "other": "其他",
	}
)

// Quality makes a report of quality. Errors: ErrSum, ErrLacking.
func Quality(q QualityData) ([]byte, error) {
	if q.Number == "" || q.Provider.Name == "" || q.Customer.Name == "" || q.From.IsZero() || q.To.IsZero() {
		return nil, ErrLacking.Say("质量报告缺少编号、出具方、客户或期间", "the quality report lacks its number, provider, customer or period")
	}
	var delivered, failed int64
	for _, c := range q.Carriers {
		delivered, failed = delivered+c.Delivered, failed+c.Failed
	}
	if delivered != q.Month.Delivered || failed != q.Month.Failed {
		return nil, ErrSum.With("number", q.Number)
	}
	doc, err := pdf.Make(pdf.Options{
		Title: "服务质量报告 " + q.Number, Author: q.Provider.Name, HeaderLeft: q.Provider.Name, HeaderRight: q.Number, FooterLeft: q.Customer.Name,
		Now: dated(q.MadeOn, q.To), Margins: 18, Masthead: true,
	}, func(d *pdf.Document) {
		d.Masthead(q.Provider.Name, "服务质量报告", []pdf.Pair{pdf.KV("编号", q.Number)})
		d.Blocks(
			pdf.Block{Head: "客户", Name: q.Customer.Name, Pairs: q.Customer.pairs(false)},
			pdf.Block{Head: "服务提供方", Name: q.Provider.Name, Pairs: q.Provider.pairs(false)},
		)
		d.Strip([]pdf.Pair{
			pdf.KV("期间", q.From.String()+" 至 "+q.To.String()), pdf.KV("90% 送达用时", within(q.Month.P90)),
			pdf.KV("服务中断", fmt.Sprintf("%d 次，%d 分钟", q.Month.Outages, q.Month.OutageMinutes)), pdf.KV("送达率", Percent(q.Month.Share)),
		})
		qualityMonth(d, q)
		qualityCarriers(d, q)
		qualityDelays(d, q)
		qualityCodes(d, q)
		qualityOutages(d, q)
		d.Paragraph(pdf.Plain("送达率 = 送达 ÷（送达 + 失败 + 未知）。送达与失败按回执日计；未知为 72 小时内没有回执或无法确认是否发出的短信，按批次开始发送之日计。"+
			"发出是通道已受理的短信，失败含通道当场拒收的短信，两者之差由此而来。用时自交付运营商通道起，至回执载明的时间止，按区间上限列示。中断的起止以公告的最后记载为准，跨月的只计本月部分。"), pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify})
		d.StampLine([]pdf.Pair{pdf.KV("出具单位", q.Provider.Name), pdf.KV("出具日期", day(q.MadeOn))}, nil)
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func within(seconds int64) string {
	if seconds == 0 || seconds > 259200 {
		return Lasting(seconds)
	}
	return "≤ " + Lasting(seconds)
}

func count(n int64) string { return group(decimal(n)) }

// qualityMonth sets the month beside the one before.
func qualityMonth(d *pdf.Document, q QualityData) {
	d.Heading("本月与上月")
	row := func(name string, of func(QualityFigures) string) pdf.Row {
		before := "—"
		if q.Before != nil {
			before = of(*q.Before)
		}
		return pdf.Row{Cells: []pdf.Cell{pdf.T(name), pdf.T(of(q.Month)), pdf.T(before)}}
	}
	d.Table([]pdf.Column{{Head: "指标", Width: 74}, {Head: "本月", Width: 50, Align: pdf.Right}, {Head: "上月", Width: 50, Align: pdf.Right}}, []pdf.Row{
		row("发出（条短信）", func(f QualityFigures) string { return count(f.Sent) }),
		row("送达", func(f QualityFigures) string { return count(f.Delivered) }),
		row("失败", func(f QualityFigures) string { return count(f.Failed) }),
		row("未知", func(f QualityFigures) string { return count(f.Unknown) }),
		row("送达率", func(f QualityFigures) string { return Percent(f.Share) }),
		row("50% 送达用时", func(f QualityFigures) string { return within(f.P50) }),
		row("90% 送达用时", func(f QualityFigures) string { return within(f.P90) }),
		row("99% 送达用时", func(f QualityFigures) string { return within(f.P99) }),
		row("中断（次 / 分钟）", func(f QualityFigures) string { return fmt.Sprintf("%d / %d", f.Outages, f.OutageMinutes) }),
	})
	d.Space(3)
}

func qualityCarriers(d *pdf.Document, q QualityData) {
	d.Heading("分运营商")
	var rows []pdf.Row
	for _, c := range q.Carriers {
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{
			pdf.T(named(carrierZh, c.Name)), pdf.T(count(c.Delivered)), pdf.T(count(c.Failed)), pdf.T(count(c.Unknown)), pdf.T(Percent(c.Share)), pdf.T(within(c.P50)), pdf.T(within(c.P99)),
		}})
	}
	d.Table([]pdf.Column{
		{Head: "运营商", Width: 30}, {Head: "送达", Width: 26, Align: pdf.Right}, {Head: "失败", Width: 24, Align: pdf.Right}, {Head: "未知", Width: 22, Align: pdf.Right},
		{Head: "送达率", Width: 24, Align: pdf.Right}, {Head: "50% 用时", Width: 24, Align: pdf.Right}, {Head: "99% 用时", Width: 24, Align: pdf.Right},
	}, rows)
	d.Space(3)
}

func named(names map[string]string, key string) string {
	if n, ok := names[key]; ok {
		return n
	}
	return key
}

// keepList begins a new page for a short list rather than to tear it apart.
func keepList(d *pdf.Document, rows int) {
	const head, row, most = 24, 7, 12 // mm, mm, rows
	d.Keep(float64(head + row*min(rows, most)))
}

// qualityDelays lists the classes with what came within each, added up.
func qualityDelays(d *pdf.Document, q QualityData) {
	keepList(d, len(q.Delays))
	d.Heading("送达用时")
	if len(q.Delays) == 0 {
		d.Paragraph(pdf.Plain("本月没有送达的短信。"), pdf.Style{Size: 10, After: 3})
		return
	}
	var all, sum int64
	for _, c := range q.Delays {
		all += c.Messages
	}
	var rows []pdf.Row
	for _, c := range q.Delays {
		sum += c.Messages
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(within(c.WithinS)), pdf.T(count(c.Messages)), pdf.T(Percent(sum * 10_000 / all))}})
	}
	d.Table([]pdf.Column{{Head: "用时", Width: 74}, {Head: "送达", Width: 50, Align: pdf.Right}, {Head: "累计", Width: 50, Align: pdf.Right}}, rows)
	d.Space(3)
}

func qualityCodes(d *pdf.Document, q QualityData) {
	keepList(d, len(q.Codes))
	d.Heading("失败原因")
	if len(q.Codes) == 0 {
		d.Paragraph(pdf.Plain("本月没有失败的短信。"), pdf.Style{Size: 10, After: 3})
		return
	}
	var rows []pdf.Row
	for _, c := range q.Codes {
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(c.Code), pdf.T(named(meaningZh, c.Meaning)), pdf.T(count(c.Messages))}})
	}
	d.Table([]pdf.Column{{Head: "状态码", Width: 50}, {Head: "含义", Width: 84}, {Head: "条数", Width: 40, Align: pdf.Right}}, rows)
	d.Space(3)
}

func qualityOutages(d *pdf.Document, q QualityData) {
	d.Heading("服务中断")
	if len(q.Outages) == 0 {
		d.Paragraph(pdf.Plain("本月没有影响贵方的服务中断。"), pdf.Style{Size: 10, After: 3})
	} else {
		var rows []pdf.Row
		for _, o := range q.Outages {
			rows = append(rows, pdf.Row{Cells: []pdf.Cell{
				{Runs: pdf.Plain(o.Title), Note: o.Number + "，" + o.Kind}, pdf.T(o.From), pdf.T(o.Until), pdf.T(count(o.Minutes)), pdf.T(o.Promise),
			}})
		}
		d.Table([]pdf.Column{{Head: "事项", Width: 54}, {Head: "开始", Width: 32}, {Head: "结束", Width: 32}, {Head: "分钟", Width: 18, Align: pdf.Right}, {Head: "对照约定", Width: 38}}, rows)
		d.Space(3)
	}
	if len(q.Incidents) == 0 {
		return
	}
	d.Heading("报修")
	var rows []pdf.Row
	for _, i := range q.Incidents {
		answer := "按时响应"
		if !i.InTime {
			answer = "未按时响应"
		}
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{{Runs: pdf.Plain(i.Title), Note: i.Number}, pdf.T(i.Reported), pdf.T(i.Resolved), pdf.T(answer)}})
	}
	d.Table([]pdf.Column{{Head: "事项", Width: 70}, {Head: "报告", Width: 36}, {Head: "解决", Width: 36}, {Head: "响应", Width: 32}}, rows)
	d.Space(3)
}
