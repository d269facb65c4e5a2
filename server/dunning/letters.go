package dunning

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// Step is one of the letters that remind of a bill, each sent once at most.
type Step string

// The steps, from the friendliest on.
const (
	BeforeDue     Step = "before_due" // three days before the due date
	OnDue         Step = "due"
	OverdueDay1   Step = "overdue" // with the notice that the bill is overdue
	HalfGrace     Step = "half_grace"
	LastGraceDay  Step = "last_day"
	AfterSuspend  Step = "suspended" // with the notice of the suspension
	daysBeforeDue      = 3
)

// Steps lists the letters in their order.
func Steps() []Step {
	return []Step{BeforeDue, OnDue, OverdueDay1, HalfGrace, LastGraceDay, AfterSuspend}
}

// notices are the kinds of notice that go with a letter; the others go with a notice that is sent anyway.
var letterNotices = map[Step]string{BeforeDue: "letter_before_due", OnDue: "letter_due", HalfGrace: "letter_half_grace", LastGraceDay: "letter_last_day"}

// StepOn says which letter a bill's days ask for on a day, the latest where several fall together; the letter on the
// suspension is not among them, because it follows the suspension and not a day. Half of the grace is rounded up.
func StepOn(due, suspend, day caldate.Date) (Step, bool) {
	grace := suspend.Sub(due) - 1 // overdue days 1..N
	switch {
	case grace >= 1 && day == suspend.AddDays(-1):
		return LastGraceDay, true
	case grace >= 3 && day == due.AddDays((grace+1)/2):
		return HalfGrace, true
	case day == due.AddDays(1):
		return OverdueDay1, true
	case day == due:
		return OnDue, true
	case day == due.AddDays(-daysBeforeDue):
		return BeforeDue, true
	}
	return "", false
}

// Letter is a reminder that was sent: what was owed on its day.
type Letter struct {
	BillID         string `gorm:"primaryKey"`
	Step           Step   `gorm:"primaryKey"`
	ID             string
	Number         string // DL-YYYYMM-NNNNNN, without gaps, by month of the letter
	BillNumber     string
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	OnDate         caldate.Date
	PrincipalFen   money.Fen
	LateFeeFen     money.Fen
	DueOn          caldate.Date
	SuspendOn      caldate.Date
	MadeAt         caldate.Instant
}

// TableName is dunning_letters.
func (Letter) TableName() string { return "dunning_letters" }

// Amount is what the letter asks for.
func (l *Letter) Amount() money.Fen { return l.PrincipalFen + l.LateFeeFen }

// remind makes the letters of a day: by the bills' days, and of the contracts that are suspended. It may run any number of
// times; a letter that is there stays as it is.
func (s *Service) remind(ctx context.Context, day caldate.Date) (n int, err error) {
	pairs, err := s.store.openDates(ctx)
	if err != nil {
		return 0, err
	}
	each := func(step Step, find func(ctx context.Context, limit int) ([]bill.Bill, error)) error {
		for {
			made, more := 0, false
			err := s.db.Run(ctx, func(ctx context.Context) error {
				bills, err := find(ctx, pageSize)
				if err != nil || len(bills) == 0 {
					made, more = 0, false
					return err
				}
				more = len(bills) == pageSize
				made, err = s.letters(ctx, bills, step, day)
				return err
			})
			if err != nil {
				return err
			}
			n += made
			failpoint.Hit("dunning.letters.page_done")
			if !more {
				return nil
			}
		}
	}
	for _, p := range pairs {
		step, ok := StepOn(p.DueOn, p.SuspendOn, day)
		if !ok {
			continue
		}
		after := ""
		err := each(step, func(ctx context.Context, limit int) ([]bill.Bill, error) {
			bs, err := s.store.toRemind(ctx, p, step, day, after, limit)
			if len(bs) > 0 {
				after = bs[len(bs)-1].ID
			}
			return bs, err
		})
		if err != nil {
			return n, err
		}
	}
	if !slices.ContainsFunc(pairs, func(p dates) bool { return p.State == bill.Overdue && !p.SuspendOn.After(day) }) {
		return n, nil // nothing is beyond its grace
	}
	after := ""
	return n, each(AfterSuspend, func(ctx context.Context, limit int) ([]bill.Bill, error) {
		bs, err := s.store.suspendedBills(ctx, day, after, limit)
		if len(bs) > 0 {
			after = bs[len(bs)-1].ID
		}
		return bs, err
	})
}

// letters makes the letters of one step for a page of bills, their notices, and one audit row for all.
func (s *Service) letters(ctx context.Context, bills []bill.Bill, step Step, day caldate.Date) (int, error) {
	var rows []Letter
	for i := range bills {
		b := &bills[i]
		fee := max(b.LateFeeFen-b.LateFeePaidFen, 0)
		principal := b.Owed() - b.DisputedFen - fee
		if principal+fee <= 0 || principal < 0 {
			continue // all that is open is disputed
		}
		rows = append(rows, Letter{BillID: b.ID, Step: step, ID: ids.New(), BillNumber: b.Number, ContractID: b.ContractID, ContractNumber: b.ContractNumber, CustomerID: b.CustomerID,
			CustomerName: b.CustomerName, OnDate: day, PrincipalFen: principal, LateFeeFen: fee, DueOn: b.DueOn, SuspendOn: b.SuspendOn, MadeAt: s.clock.Instant()})
	}
	if len(rows) == 0 {
		return 0, nil
	}
	numbers, err := letterNumbers.Month(day.MonthOf()).Take(ctx, s.db, len(rows))
	if err != nil {
		return 0, err
	}
	for i := range rows {
		rows[i].Number = numbers[i]
	}
	if err := s.store.insertLetters(ctx, rows); err != nil {
		return 0, err
	}
	if kind := letterNotices[step]; kind != "" {
		letters := make([]notice.Letter, len(rows))
		for i := range rows {
			l := &rows[i]
			letters[i] = notice.Letter{To: notice.To{CustomerID: l.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: l.BillID, CustomerID: l.CustomerID}},
				Vars: map[string]string{"customer": l.CustomerName, "number": l.BillNumber, "contract": l.ContractNumber, "open": l.Amount().Grouped(), "due_on": l.DueOn.String(), "letter": l.Number}}
			if step == HalfGrace || step == LastGraceDay {
				letters[i].Vars["suspend_on"] = l.SuspendOn.String()
			}
		}
		if err := s.Notices.SendAll(ctx, kind, letters); err != nil {
			return 0, err
		}
	}
	return len(rows), s.Trail.Record(ctx, trail.Entry{Action: "dunning.letters", ObjectType: "letter", ObjectID: rows[0].ID, On: day,
		Detail: map[string]any{"step": step, "first": rows[0].Number, "last": rows[len(rows)-1].Number, "count": len(rows)}})
}

var letterNumbers = series.Kind{Name: "letter", Mark: "DL", Digits: 6}

// LetterQuery narrows the list of letters; the newest comes first.
type LetterQuery struct {
	BillID     string
	CustomerID string
	Steps      []string
	From, To   caldate.Date
	Cursor     string
	Limit      int
}

// Letters gives a page of letters within the actor's scope and how many fit.
func (s *Service) Letters(ctx context.Context, q LetterQuery) ([]Letter, int64, error) {
	return s.store.listLetters(ctx, q)
}

var letterTitles = map[Step]string{BeforeDue: "缴费提醒函", OnDue: "缴费提醒函", OverdueDay1: "催款函", HalfGrace: "催款函", LastGraceDay: "催款函（最后通知）", AfterSuspend: "催款函"}

// opening says what a letter is about.
func (l *Letter) opening() []string {
	about := fmt.Sprintf("贵司与我司签订的合同 %s 项下账单 %s", l.ContractNumber, l.BillNumber)
	switch l.Step {
	case BeforeDue:
		return []string{about + fmt.Sprintf("将于 **%s** 到期。请贵司安排在到期日前付清下列款项。", l.DueOn.Zh())}
	case OnDue:
		return []string{about + "于**今日到期**，下列款项尚未到账。请贵司于今日付清。"}
	case OverdueDay1:
		return []string{about + fmt.Sprintf("应于 %s 前付清，下列款项**现已逾期**。", l.DueOn.Zh()), "滞纳金依合同约定计收。为避免影响贵司使用，请尽快付清。"}
	case HalfGrace:
		return []string{about + fmt.Sprintf("自 %s 起逾期，经我司提醒仍未付清，**宽限期已过半**。", l.DueOn.AddDays(1).Zh()),
			fmt.Sprintf("如至 **%s** 零时仍有欠款，我司将依合同约定暂停服务。", l.SuspendOn.Zh())}
	case LastGraceDay:
		return []string{about + fmt.Sprintf("自 %s 起逾期，**今日为宽限期最后一日**。", l.DueOn.AddDays(1).Zh()),
			fmt.Sprintf("如至 **%s** 零时仍有欠款，我司将依合同约定暂停服务，由此产生的后果由贵司承担。", l.SuspendOn.Zh())}
	}
	return []string{about + "逾期未付且宽限期已满，我司已依合同约定**暂停服务**。", "款项付清后，服务即自动恢复。"}
}

// LetterPDF renders a letter as it was sent: amounts in figures and capitals. Errors: ErrLetterNotFound.
func (s *Service) LetterPDF(ctx context.Context, id string) (name string, pdf []byte, err error) {
	l, err := s.store.letter(ctx, id)
	if err != nil {
		return "", nil, err
	}
	return s.letterPDF(ctx, l)
}

// LetterOf renders the letter of a step for a bill: what goes with the notice's mail. Errors: ErrLetterNotFound.
func (s *Service) LetterOf(step Step) func(ctx context.Context, billID string) (string, []byte, error) {
	return func(ctx context.Context, billID string) (string, []byte, error) {
		l, err := s.store.letterOf(ctx, billID, step)
		if err != nil {
			return "", nil, err
		}
		return s.letterPDF(ctx, l)
	}
}

func (s *Service) letterPDF(ctx context.Context, l *Letter) (name string, pdf []byte, err error) {
	to := paper.Party{Name: l.CustomerName}
	if c, err := s.Customers.Get(ctx, l.CustomerID); err == nil {
		to.USCC, to.Address = c.USCC, c.Address
	}
	total := "应付合计"
	closing := []string{"如贵司已经付款，请忽略本函；对账单有异议的，请在付款日前书面提出。"}
	if slices.Contains([]Step{OverdueDay1, HalfGrace, LastGraceDay, AfterSuspend}, l.Step) {
		total = "截至本函日期应付合计"
		closing = []string{"合同约定按日计收滞纳金的，自本函日期次日起继续计收；我司未及时主张不视为放弃。", "如贵司已经付款，请将付款凭证发给我司核对；对账单有异议的，请书面提出。"}
	}
	pdf, err = paper.MoneyLetter(paper.MoneyLetterData{Number: l.Number, Title: letterTitles[l.Step], From: s.Provider, To: to, Date: l.OnDate, Contract: l.ContractNumber,
		Opening: l.opening(), Lines: []paper.DebtLine{{Name: "账单 " + l.BillNumber, DueOn: l.DueOn, Principal: l.PrincipalFen, LateFee: l.LateFeeFen, Amount: l.Amount()}},
		Total: l.Amount(), TotalAs: total, Closing: closing, PayTo: true})
	if err != nil {
		return "", nil, fmt.Errorf("letter %s: %w", l.Number, err)
	}
	return l.Number + ".pdf", pdf, nil
}
