package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// Errors of asking for statistics.
var (
	ErrSpan       = errs.Invalid("report.span", "统计期间应为 1 至 366 天", "statistics cover 1 to 366 days").At("from", "range", "请选择 1 至 366 天的期间", "choose a period of 1 to 366 days")
	ErrOurs       = errs.Invalid("report.ours", "通道与客户两种分组仅供本公司人员使用", "grouping by channel or customer is for our own people").At("by", "enum", "请选择其他分组方式", "choose another grouping")
	ErrBatchSpan  = errs.Invalid("report.batch_span", "按批次查看时，期间最多 31 天，除非指定客户", "by batch, the period has 31 days at most unless a customer is named").At("from", "range", "请缩短期间，或选择一位客户", "choose a shorter period, or a customer")
	ErrPurpose    = errs.Invalid("report.purpose", "请写明导出用途（2 至 200 字），导出会被记录", "say what the export is for, in 2 to 200 characters; it is logged").At("purpose", "required", "请填写用途", "fill in the purpose")
	errSendingKey = errs.Invalid("report.sending_group", "没有这种分组方式", "no such grouping").At("by", "enum", "请选择日、月、客户、运营商、通道、类别、结果码或批次", "choose day, month, customer, carrier, channel, category, code or batch")
)

const (
	maxSpan      = 366
	maxBatchSpan = 31
	maxDays      = 92 // more of them are told by month, unless they are asked for
)

// The groupings of statistics.
const (
	ByDay      = "day"
	ByMonth    = "month"
	ByCustomer = "customer"
	ByCarrier  = "carrier"
	ByChannel  = "channel"
	ByCategory = "category"
	ByCode     = "code"
	ByBatch    = "batch"
)

// SendingAsk says which statistics are wanted. An empty filter takes everything.
type SendingAsk struct {
	From, To   caldate.Date
	By         string // one of the groupings
	CustomerID string
	ContractID string
	Category   string
	Channel    string
	Carrier    string // "unknown": recipients whose carrier nobody knows
	Code       string // of the receipt, as the carrier gave it
}

// SendingRow is one line of the statistics, in messages; Parts are what is charged.
type SendingRow struct {
	Key       string `json:"key" doc:"A day, a month, a code, or what the grouping is about; ids of customers and batches."`
	Name      string `json:"name,omitempty" doc:"Of a customer; the number of a batch; what a code means."`
	Submitted int64  `json:"submitted" doc:"Good rows, on the day of the batch."`
	Refused   int64  `json:"refused" doc:"By screening, on the day of the batch, or by a reviewer, on the day of the hand-off."`
	Approved  int64  `json:"approved" doc:"On the day on which the hand-off began."`
	Sent      int64  `json:"sent" doc:"Accepted by a channel, on that day."`
	Delivered int64  `json:"delivered" doc:"On the day of the receipt."`
	Failed    int64  `json:"failed" doc:"On the day of the receipt or the channel's refusal."`
	Unknown   int64  `json:"unknown" doc:"No receipt within 72 hours, or nobody knows whether it left; on the day on which the hand-off began."`
	Parts     int64  `json:"parts" doc:"Message parts of what was delivered."`
}

// Sending are a customer's statistics, or all that the caller may see (A20).
type Sending struct {
	From   caldate.Date `json:"from"`
	To     caldate.Date `json:"to"`
	By     string       `json:"by"`
	Intake bool         `json:"intake" doc:"Whether submitted, refused and approved are told: a carrier, a channel or a code is known only of what has left."`
	Rows   []SendingRow `json:"rows"`
	Over   []SendingRow `json:"over" doc:"The same filters over time: by day, or by month where it is more than 92 days."`
	Total  SendingRow   `json:"total"`
}

func (r *SendingRow) add(o SendingRow) {
	r.Submitted, r.Refused, r.Approved, r.Sent = r.Submitted+o.Submitted, r.Refused+o.Refused, r.Approved+o.Approved, r.Sent+o.Sent
	r.Delivered, r.Failed, r.Unknown, r.Parts = r.Delivered+o.Delivered, r.Failed+o.Failed, r.Unknown+o.Unknown, r.Parts+o.Parts
}

// total is what the row's line is sorted by.
func (r *SendingRow) total() int64 { return max(r.Submitted, r.Sent, r.Delivered+r.Failed) }

// check completes an ask and refuses what can't be told.
func (s *Service) check(ctx context.Context, ask *SendingAsk) error {
	if ask.To.IsZero() {
		ask.To = s.clock.Today()
	}
	if ask.From.IsZero() {
		ask.From = ask.To.AddDays(-29)
	}
	days := ask.To.Sub(ask.From) + 1
	if days < 1 || days > maxSpan {
		return ErrSpan
	}
	if _, known := groupings[ask.By]; !known {
		return errSendingKey
	}
	scope := actor.From(ctx).Scope
	if scope.CustomerID != "" && (ask.By == ByCustomer || ask.By == ByChannel || ask.Channel != "") {
		return ErrOurs
	}
	if ask.By == ByBatch && days > maxBatchSpan && ask.CustomerID == "" && scope.CustomerID == "" {
		return ErrBatchSpan
	}
	return nil
}

// intake tells whether what was submitted, refused and approved can be told under the ask's filters.
func (a SendingAsk) intake() bool { return a.Carrier == "" && a.Channel == "" && a.Code == "" }

// Sending counts messages within the actor's scope. Errors: ErrSpan, ErrOurs, ErrBatchSpan.
func (s *Service) Sending(ctx context.Context, ask SendingAsk) (*Sending, error) {
	if err := s.check(ctx, &ask); err != nil {
		return nil, err
	}
	over, err := s.overTime(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := &Sending{From: ask.From, To: ask.To, By: ask.By, Intake: ask.intake() && groupings[ask.By].intake, Over: over, Total: SendingRow{Key: "total"}}
	for _, d := range over {
		out.Total.add(d)
	}
	if ask.By == ByDay || ask.By == ByMonth {
		out.Rows = over
	} else {
		if out.Rows, err = s.sendingRows(ctx, ask); err != nil {
			return nil, err
		}
		slices.SortStableFunc(out.Rows, func(a, b SendingRow) int { return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.Key, b.Key)) })
	}
	return out, s.store.nameRows(ctx, ask.By, out.Rows)
}

// overTime is the course of things: by day, or by month where that is asked for or where there would be too many days to look at.
func (s *Service) overTime(ctx context.Context, ask SendingAsk) ([]SendingRow, error) {
	if ask.By != ByDay && (ask.By == ByMonth || ask.To.Sub(ask.From) >= maxDays) {
		ask.By = ByMonth
	} else {
		ask.By = ByDay
	}
	rows, err := s.sendingRows(ctx, ask)
	known := map[string]SendingRow{}
	for _, r := range rows {
		known[r.Key] = r
	}
	var out []SendingRow
	for d := ask.From; !d.After(ask.To); d = d.AddDays(1) {
		key := d.String()
		if ask.By == ByMonth {
			key = d.MonthOf().String()
		}
		if len(out) == 0 || out[len(out)-1].Key != key { // also the days on which nothing happened
			r := known[key]
			r.Key = key
			out = append(out, r)
		}
	}
	return out, err
}

// sendingRows sums each source up in the groups asked for and puts them together.
func (s *Service) sendingRows(ctx context.Context, ask SendingAsk) ([]SendingRow, error) {
	rows := map[string]*SendingRow{}
	sources := []func(context.Context, SendingAsk) ([]SendingRow, error){s.store.fates}
	if ask.intake() && groupings[ask.By].intake {
		sources = append(sources, s.store.submitted, s.store.approved)
	}
	for _, source := range sources {
		some, err := source(ctx, ask)
		if err != nil {
			return nil, err
		}
		for _, r := range some {
			if rows[r.Key] == nil {
				rows[r.Key] = &SendingRow{Key: r.Key, Name: r.Name}
			}
			rows[r.Key].add(r)
		}
	}
	out := make([]SendingRow, 0, len(rows))
	for _, r := range rows {
		r.Unknown = max(0, r.Unknown) // what became doubtful before there were statistics was never counted
		out = append(out, *r)
	}
	return out, nil
}

var sendingNames = map[string][2]string{
	ByDay: {"日期", "Day"}, ByMonth: {"月份", "Month"}, ByCustomer: {"客户", "Customer"}, ByCarrier: {"运营商", "Carrier"}, ByChannel: {"通道", "Channel"},
	ByCategory: {"类别", "Category"}, ByCode: {"结果码", "Result code"}, ByBatch: {"批次", "Batch"},
}

// words of the values that a file shows and that have no names of their own.
var words = map[string]map[string][2]string{
	ByCarrier: {
		"": {"未知", "Unknown"}, "cmcc": {"中国移动", "China Mobile"}, "cucc": {"中国联通", "China Unicom"}, "ctcc": {"中国电信", "China Telecom"}, "cbn": {"中国广电", "China Broadnet"},
	},
	ByCategory: {"verification": {"验证码", "Verification"}, "notice": {"通知", "Notice"}, "marketing": {"营销", "Marketing"}, "advertising": {"广告", "Advertising"}},
}

// SendingTable is the same as a table for files.
func (s *Service) SendingTable(ctx context.Context, ask SendingAsk) (*Table, error) {
	got, err := s.Sending(ctx, ask)
	if err != nil {
		return nil, err
	}
	first := sendingNames[got.By]
	t := &Table{
		Key: "sending", Title: "发送统计（按" + first[0] + "）", En: "Sending statistics by " + strings.ToLower(first[1]), AsOf: s.clock.Instant(),
		Note:   fmt.Sprintf("%s 至 %s，单位：条短信。送达与失败按回执日计，未知为 72 小时内无回执或无法确认是否发出。", got.From, got.To),
		NoteEn: fmt.Sprintf("%s to %s, in messages. Delivered and failed count on the day of the receipt; unknown is what had none within 72 hours, or may not have left.", got.From, got.To),
		Columns: []Column{
			{Key: "key", Title: first[0], En: first[1], Kind: Text}, {Key: "name", Title: "名称", En: "Name", Kind: Text},
			{Key: "submitted", Title: "提交", En: "Submitted", Kind: Count}, {Key: "refused", Title: "拒绝", En: "Refused", Kind: Count}, {Key: "approved", Title: "通过", En: "Approved", Kind: Count},
			{Key: "sent", Title: "发出", En: "Sent", Kind: Count}, {Key: "delivered", Title: "送达", En: "Delivered", Kind: Count}, {Key: "failed", Title: "失败", En: "Failed", Kind: Count},
			{Key: "unknown", Title: "未知", En: "Unknown", Kind: Count}, {Key: "parts", Title: "计费条数", En: "Parts charged", Kind: Count},
		},
	}
	for _, r := range got.Rows {
		name := text(r.Name)
		if w, ok := words[got.By][r.Key]; ok {
			name = both(w[0], w[1])
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			text(r.Key), name, number(r.Submitted), number(r.Refused), number(r.Approved), number(r.Sent), number(r.Delivered), number(r.Failed), number(r.Unknown), number(r.Parts),
		}})
	}
	t.addUp()
	return t, nil
}

// CSV is the report's cells as people read them, head first and totals last.
func (t *Table) CSV() [][]string {
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Title
	}
	out := [][]string{head}
	line := func(cells []Cell) {
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = t.say(i, c)
		}
		out = append(out, row)
	}
	for _, r := range t.Rows {
		line(r.Cells)
	}
	if len(t.Totals) > 0 {
		line(t.Totals)
	}
	return out
}
