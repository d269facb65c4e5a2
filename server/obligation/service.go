package obligation

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
)

// ErrSpan is a calendar that is asked for too much at once, or for nothing.
var ErrSpan = errs.Invalid("obligation.span", "日期范围不对：终止日须不早于起始日，最多三年", "the span ends on or after its beginning and covers three years at most")

// Service reads the calendar from what the domains have, and reminds.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	store   store
	notices *notice.Service
}

// New makes the service.
func New(d *db.DB, c clock.Clock, n *notice.Service) *Service { return &Service{d, c, store{d}, n} }

func (r *contractRow) entry(k Kind, on caldate.Date, number, zh, en string) Entry {
	return Entry{
		ID: string(k) + "-" + r.ID + "-" + on.String(), Kind: k, On: on, CustomerID: r.CustomerID, CustomerName: r.CustomerName, OwnerID: r.OwnerID, ContractID: r.ID, Number: number, Zh: zh, En: en,
		Link: "/contracts/" + r.ID,
	}
}

// Entries gives what falls due in a span within the actor's scope, in the order of days. Errors: ErrSpan.
func (s *Service) Entries(ctx context.Context, q Query) ([]Entry, error) {
	if q.From.IsZero() || q.To.Before(q.From) || q.To.After(q.From.AddYears(3)) {
		return nil, ErrSpan
	}
	var all []Entry
	for _, read := range []func(context.Context, Query) ([]Entry, error){s.terms, s.papers, s.licences} {
		some, err := read(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range some {
			if q.wants(&some[i]) {
				all = append(all, some[i])
			}
		}
	}
	sorted(all)
	return all, nil
}

// terms are the days of contracts themselves.
func (s *Service) terms(ctx context.Context, q Query) ([]Entry, error) {
	live, err := s.store.live(ctx, q.From, q.To)
	if err != nil {
		return nil, fmt.Errorf("contracts that end: %w", err)
	}
	var out []Entry
	for i := range live {
		r := &live[i]
		if !r.EndsOn.IsZero() {
			continue // its end stands with its termination
		}
		end := r.EndDate.String()
		if r.ObjectUntil.IsZero() || r.ObjectedBy != "" {
			out = append(out, r.entry(Expiry, r.EndDate, r.Number, "最后服务日 "+end, "last day of service "+end),
				r.entry(Negotiation, r.EndDate.AddDays(-30), r.Number, end+" 到期，届时不自动续期，请与客户洽谈续签", "ends on "+end+" and does not renew itself"))
			continue
		}
		until := r.ObjectUntil.String()
		out = append(out, r.entry(Renewal, r.EndDate, r.Number, end+" 期满后自动续期", "renews itself after "+end),
			r.entry(Objection, r.ObjectUntil, r.Number, "续期异议最迟在 "+until+" 提出", "an objection to the renewal is possible until "+until))
	}
	waiting, err := s.store.waiting(ctx, q.From, q.To)
	if err != nil {
		return nil, fmt.Errorf("contracts that begin: %w", err)
	}
	for i := range waiting {
		r := &waiting[i]
		out = append(out, r.entry(Deposit, r.StartDate, r.Number, "起始日 "+r.StartDate.String()+"：签署、押金与证照须在此前齐备", "begins on "+r.StartDate.String()+": signatures, deposit and licences are due"))
	}
	over, err := s.store.over(ctx, q.From.AddYears(-contract.ConfidentialYears), q.To.AddYears(-contract.ConfidentialYears))
	if err != nil {
		return nil, fmt.Errorf("contracts that ended: %w", err)
	}
	for i := range over {
		r := &over[i]
		on := contract.ConfidentialUntil(r.EndedOn)
		out = append(out, r.entry(Confidence, on, r.Number, "保密义务至 "+on.String(), "confidential until "+on.String()))
	}
	return out, nil
}

// papers are the days of what hangs on contracts.
func (s *Service) papers(ctx context.Context, q Query) ([]Entry, error) {
	var out []Entry
	add := func(rows []dated, err error, entry func(r *dated) Entry) error {
		for i := range rows {
			e := entry(&rows[i])
			e.ID = string(e.Kind) + "-" + rows[i].PaperID + "-" + e.On.String()
			out = append(out, e)
		}
		return err
	}
	endings, err := s.store.endings(ctx, q.From, q.To)
	if err := add(endings, err, func(r *dated) Entry {
		cause := contract.Cause(r.Kind)
		zh, en := cause.Words()
		if contract.RuleOf(cause).Curable {
			return r.Of.entry(Cure, r.OnDate, r.Paper, zh+"：未在 "+r.OnDate.String()+" 以前消除的，合同终止", en+": the contract ends unless it is cured by "+r.OnDate.String())
		}
		return r.Of.entry(Ending, r.OnDate, r.Paper, zh+"：最后服务日", en+": last day of service")
	}); err != nil {
		return nil, fmt.Errorf("terminations: %w", err)
	}
	amendments, err := s.store.amendments(ctx, q.From, q.To)
	if err := add(amendments, err, func(r *dated) Entry {
		if r.Kind == string(contract.KindPriceChange) && r.Note == string(contract.AmendmentDraft) {
			return r.Of.entry(Price, r.OnDate, r.Paper, "已通知的新价格，尚待客户答复", "announced price, not answered yet")
		}
		return r.Of.entry(Terms, r.OnDate, r.Paper, "新条款自该日起执行", "new terms hold from this day")
	}); err != nil {
		return nil, fmt.Errorf("amendments: %w", err)
	}
	annexes, err := s.store.annexes(ctx, q.From, q.To)
	if err := add(annexes, err, func(r *dated) Entry {
		zh, en := contract.AnnexKind(r.Kind).Words()
		return r.Of.entry(Answer, r.OnDate, r.Paper, zh+"“"+r.Note+"”确认截止", en+" “"+r.Note+"”: last day of an answer")
	}); err != nil {
		return nil, fmt.Errorf("annexes: %w", err)
	}
	forces, err := s.store.forces(ctx, q.From.AddDays(-contract.ForceMajeureDays), q.To.AddDays(-contract.ForceMajeureDays))
	if err := add(forces, err, func(r *dated) Entry {
		return r.Of.entry(Force, r.OnDate.AddDays(contract.ForceMajeureDays), r.Paper, r.Note, r.Note)
	}); err != nil {
		return nil, fmt.Errorf("force majeure: %w", err)
	}
	return out, nil
}

func (s *Service) licences(ctx context.Context, q Query) ([]Entry, error) {
	rows, err := s.store.licences(ctx, q.From, q.To)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	var out []Entry
	for _, r := range rows {
		zh, en := licence.Kind(r.Kind).Label()
		out = append(out, Entry{
			ID: string(Licence) + "-" + r.ID, Kind: Licence, On: r.ValidTo, CustomerID: r.CustomerID, CustomerName: r.CustomerName, OwnerID: r.OwnerID, Number: r.Number,
			Zh: zh + " 有效期至 " + r.ValidTo.String(), En: en + " valid until " + r.ValidTo.String(), Link: "/customers/" + r.CustomerID,
		})
	}
	return out, nil
}

// remindDays is how long before its day the owner is reminded of an obligation.
const remindDays = 7

// reminded are the kinds of which the daily run reminds the owner; the others have reminders of their own, or need none.
var reminded = []Kind{Cure, Ending, Price, Force, Deposit, Answer}

// RunDay reminds the owners of what falls due within a week, once of each obligation and day.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (n int, err error) {
	all, err := s.Entries(ctx, Query{From: day, To: day.AddDays(remindDays), Kinds: reminded})
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, e := range all {
		err := s.db.Run(ctx, func(ctx context.Context) error {
			first, err := s.store.remind(ctx, reminder{e.ID, e.On, day})
			if err != nil || !first || e.OwnerID == "" {
				return err
			}
			n++
			zh, en := e.Kind.Words()
			to := notice.To{UserID: e.OwnerID, About: notice.About{ObjectType: "contract", ObjectID: e.ContractID, CustomerID: e.CustomerID}}
			return s.notices.Send(ctx, to, "obligation_due", map[string]string{"what": zh, "number": e.Number, "customer": e.CustomerName, "on": e.On.String(), "detail": e.Zh},
				map[string]string{"what": en, "detail": e.En})
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("remind of %s: %w", e.ID, err))
		}
	}
	return n, errors.Join(failed...)
}
