package batch

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// Allowance is what bounds a batch under a contract, told before it hurts.
type Allowance struct {
	MaxFile    int64 // bytes
	MaxXLSX    int64 // likewise, of a spreadsheet
	MaxRows    int64
	MaxText    int // characters of a message
	Categories []string
	Reasons    []string // why nothing would be sent now; none: it would
	SendFrom   string
	SendTo     string
	Inside     bool            // the contract's hours, now
	Opens      caldate.Instant // when they begin next
	DailyCap   int64           // parts; 0: none
	UsedToday  int64           // parts of batches that are approved or were sent today
	Prepaid    bool
	Balance    money.Fen // that nothing is reserved for
	Credits    int64     // message parts, likewise
	Unproven   []string  // categories for which the customer has no proof of consent
}

// Allowance tells it for a contract within the actor's scope. signatureID may be "".
func (s *Service) Allowance(ctx context.Context, contractID, signatureID string) (*Allowance, error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return nil, err
	}
	now := s.clock.Instant()
	may, err := s.Contracts.Sendable(ctx, contractID, now)
	if err != nil {
		return nil, err
	}
	day := now.Date()
	a := &Allowance{
		MaxFile: s.Limits.MaxFile, MaxXLSX: s.Limits.Intake.MaxXLSX, MaxRows: s.Limits.MaxRows, MaxText: MaxText, Categories: c.AllowedCategories, Reasons: may.Reasons,
		SendFrom: c.SendFrom, SendTo: c.SendTo, DailyCap: c.Terms.Cap(), Unproven: []string{},
	}
	inside, opens := caldate.Within(now.Time(), c.SendFrom, c.SendTo)
	a.Inside, a.Opens = inside, caldate.InstantOf(opens)
	if a.UsedToday, err = s.store.partsOfDay(ctx, contractID, "", day.Start().UnixMilli(), day.AddDays(1).Start().UnixMilli()); err != nil {
		return nil, err
	}
	for _, category := range c.AllowedCategories {
		asked, err := s.Recipients.OnFile(ctx, c.CustomerID, signatureID, category, day)
		if err != nil {
			return nil, err
		}
		if !asked {
			a.Unproven = append(a.Unproven, category)
		}
	}
	if s.Wallets == nil {
		return a, nil
	}
	if a.Prepaid, err = s.Wallets.Has(ctx, contractID); err != nil || !a.Prepaid {
		return a, err
	}
	a.Balance, a.Credits, err = s.Wallets.Available(ctx, contractID)
	return a, err
}

// checkSchedule refuses a time outside the contract's hours: nothing would leave then.
func checkSchedule(f *errs.Fields, at caldate.Instant, from, to string) {
	if at.IsZero() {
		return
	}
	if ok, next := caldate.Within(at.Time(), from, to); !ok {
		f.Add("scheduled_at", "hours", "预约时间不在合同的发送时段 "+from+"–"+to+" 内，最近可预约 "+next.Format("2006-01-02 15:04"),
			"the contract sends from "+from+" to "+to+" only; the next time after that is "+next.Format("2006-01-02 15:04"))
	}
}

// Schedule changes when a batch may begin to be sent; the zero time: as soon as it is approved. Once it is approved the time stands.
func (s *Service) Schedule(ctx context.Context, id string, at caldate.Instant) error {
	b, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	c, err := s.Contracts.Get(ctx, b.ContractID)
	if err != nil {
		return err
	}
	var f errs.Fields
	now := s.clock.Instant()
	if !at.IsZero() && at.Before(now) {
		f.Add("scheduled_at", "past", "预约时间已过，请改为以后的时间", "the scheduled time has passed; choose a later one")
	} else {
		checkSchedule(&f, at, c.SendFrom, c.SendTo)
	}
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	return s.change(ctx, id, func(ctx context.Context, b *Batch) error {
		if b.State != Draft && b.State != Failed {
			return ErrState.With("from", string(b.State))
		}
		was := b.ScheduledAt
		b.ScheduledAt, b.EditorID, b.UpdatedAt = at, actor.From(ctx).UserID, now
		ok, err := s.store.update(ctx, b, b.State, "ScheduledAt", "EditorID")
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		return s.record(ctx, b, "batch.schedule", "", "", "", map[string]any{"was": was.String(), "is": at.String()})
	})
}
