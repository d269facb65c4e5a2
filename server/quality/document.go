package quality

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/paper"
)

// Document renders the report as the customer gets it. Errors: ErrNotFound.
func (s *Service) Document(ctx context.Context, id string) (name string, pdf []byte, err error) {
	r, err := s.store.byID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	c, err := r.Body()
	if err != nil {
		return "", nil, err
	}
	client := paper.Party{Name: r.CustomerName}
	if k, err := s.Customers.Get(ctx, r.CustomerID); err == nil {
		client.USCC, client.Address = k.USCC, k.Address
	}
	data := paper.QualityData{
		Number: r.Number, Provider: s.Provider, Customer: client, From: r.Month.First(), To: r.Month.Last(), MadeOn: r.MadeOn, Month: c.Month.printed(),
	}
	if c.Before != nil {
		before := c.Before.printed()
		data.Before = &before
	}
	for _, x := range c.Carriers {
		data.Carriers = append(data.Carriers, paper.QualityCarrier{Name: x.Carrier, QualityFigures: x.printed()})
	}
	for _, d := range c.Delays {
		data.Delays = append(data.Delays, paper.QualityClass{WithinS: d.WithinS, Messages: d.Messages})
	}
	for _, x := range c.Codes {
		data.Codes = append(data.Codes, paper.QualityCode{Code: x.Code, Meaning: x.Meaning, Messages: x.Messages})
	}
	for _, o := range c.Outages {
		data.Outages = append(data.Outages, paper.QualityOutage{
			Number: o.Number, Title: o.TitleZh, Kind: o.kindZh(), From: moment(o.From), Until: o.untilZh(), Minutes: o.Minutes, Promise: o.promiseZh(),
		})
	}
	for _, i := range c.Incidents {
		data.Incidents = append(data.Incidents, paper.QualityIncident{Number: i.Number, Title: i.Title, Reported: moment(i.ReportedAt), Resolved: moment(i.ResolvedAt), InTime: i.InTime})
	}
	if pdf, err = paper.Quality(data); err != nil {
		return "", nil, fmt.Errorf("document of quality report %s: %w", r.Number, err)
	}
	return r.Number + ".pdf", pdf, nil
}

func (f Figures) printed() paper.QualityFigures {
	return paper.QualityFigures{
		Sent: f.Sent, Delivered: f.Delivered, Failed: f.Failed, Unknown: f.Doubtful, Share: f.Share(), P50: f.P50, P90: f.P90, P99: f.P99, Outages: f.Outages, OutageMinutes: f.OutageMinutes,
	}
}

func moment(i caldate.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(caldate.Shanghai).Format("2006-01-02 15:04")
}

func (o Outage) kindZh() string {
	if o.Planned {
		return "计划内"
	}
	return "突发"
}

func (o Outage) untilZh() string {
	if o.Lasting {
		return "出具时尚未恢复"
	}
	return moment(o.Until)
}

// promiseZh compares an interruption with what the agreements promise: 72 hours' notice, and a credit where it lasts long.
func (o Outage) promiseZh() string {
	switch {
	case o.CreditDays > 0:
		return fmt.Sprintf("超过 24 小时，按 %d 日减免", o.CreditDays)
	case o.Planned && o.ShortNotice:
		return "未满 72 小时前公告"
	}
	return "符合约定"
}
