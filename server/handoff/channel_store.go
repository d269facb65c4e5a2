package handoff

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// channelRow is what servers share about a channel: its number, given out once, and how it did last.
type channelRow struct {
	Name     string `gorm:"primaryKey"`
	Number   int64
	Tokens   int64           // of versions before handoff_flows
	FilledAt caldate.Instant // likewise
	GoodAt   caldate.Instant // machine's clock
	BadAt    caldate.Instant
	BadCode  string
}

func (channelRow) TableName() string { return "handoff_channels" }

func (s store) channelRows(ctx context.Context) (map[string]channelRow, error) {
	var rows []channelRow
	if err := s.db.Q(ctx).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]channelRow, len(rows))
	for _, r := range rows {
		out[r.Name] = r
	}
	return out, nil
}

// channelDay sums up what channels did on a day.
func (s store) channelDay(ctx context.Context, on caldate.Date) (map[string]ChannelToday, error) {
	var rows []Tally
	if err := s.db.Q(ctx).Model(&Tally{}).Select("channel, outcome, SUM(messages) AS messages").Where("on_date = ?", on).Group("channel, outcome").Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]ChannelToday{}
	for _, r := range rows {
		t := out[r.Channel]
		switch r.Outcome {
		case outcomeSent:
			t.Sent = r.Messages
		case outcomeDelivered:
			t.Delivered = r.Messages
		case outcomeFailed:
			t.Failed = r.Messages
		}
		out[r.Channel] = t
	}
	return out, nil
}

func (s store) channelNumbers(ctx context.Context) (rows []channelRow, err error) {
	err = s.db.ForUpdate(s.db.Q(ctx)).Order("number, name").Find(&rows).Error
	return rows, err
}

// numberChannel gives a channel its number; its row may be there from a version that knew no numbers.
func (s store) numberChannel(ctx context.Context, name string, number int64, now caldate.Instant) error {
	if err := s.db.Q(ctx).Clauses(doNothing).Create(&channelRow{Name: name, FilledAt: now}).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Model(&channelRow{}).Where("name = ? AND number = 0", name).Update("number", number).Error
}

func (s store) channelGood(ctx context.Context, name string, at caldate.Instant) error {
	return s.db.Q(ctx).Model(&channelRow{}).Where("name = ?", name).Update("good_at", at).Error
}

func (s store) channelBad(ctx context.Context, name, code string, at caldate.Instant) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Model(&channelRow{}).Where("name = ?", name).Updates(map[string]any{"bad_at": at, "bad_code": code}).Error
	})
}

// lockFlow locks an account, making it full where there is none.
func (s store) lockFlow(ctx context.Context, name string, full int64, now caldate.Instant, today caldate.Date) (*flow, error) {
	var f flow
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("name = ?", name).Take(&f).Error
	if !db.IsNotFound(err) {
		return &f, err
	}
	if err := s.db.Q(ctx).Clauses(doNothing).Create(&flow{Name: name, Tokens: full, FilledAt: now, OnDate: today}).Error; err != nil {
		return nil, err
	}
	err = s.db.ForUpdate(s.db.Q(ctx)).Where("name = ?", name).Take(&f).Error
	return &f, err
}

func (s store) setFlow(ctx context.Context, f *flow) error {
	return s.db.Q(ctx).Model(&flow{}).Where("name = ?", f.Name).
		Updates(map[string]any{"tokens": f.Tokens, "filled_at": f.FilledAt, "on_date": f.OnDate, "used": f.Used}).Error
}

// usedToday gives how much the fullest of some accounts has had today.
func (s store) usedToday(ctx context.Context, names []string, today caldate.Date) (used int64, err error) {
	err = s.db.Q(ctx).Model(&flow{}).Select("COALESCE(MAX(used), 0)").Where("name IN ? AND on_date = ?", names, today).Scan(&used).Error
	return used, err
}
