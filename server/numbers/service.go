package numbers

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Service gives numbers out and takes them back.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	pool  Pool
	store store
}

// New makes the service over a pool.
func New(d *db.DB, c clock.Clock, t *trail.Trail, p Pool) *Service {
	return &Service{d, c, t, p, store{d}}
}

func signatureKey(contractID, signatureID string) string { return contractID + ":" + signatureID }

func (s *Service) record(ctx context.Context, n *Number, action string, from State) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "sender_number", ObjectID: n.Code, CustomerID: n.CustomerID, ContractID: n.ContractID, From: string(from), To: string(n.State),
		Detail: map[string]any{"signature": n.SignatureID, "free_on": n.FreeOn},
	})
}

// Allot gives a contract its base code, in the caller's transaction: the one that it has, else one that nobody ever had, else the one that has
// rested longest. Errors: ErrEmpty.
func (s *Service) Allot(ctx context.Context, customerID, contractID string) (string, error) {
	code := ""
	err := s.db.Run(ctx, func(ctx context.Context) error {
		has, err := s.store.baseOf(ctx, contractID)
		if err != nil {
			return err
		}
		if has != nil {
			code = has.Code
			return nil
		}
		n := &Number{State: Allotted, ContractID: contractID, CustomerID: customerID, BaseKey: &contractID, AllottedAt: s.clock.Instant()}
		next, err := series.Next(ctx, s.db, "service_code")
		if err != nil {
			return err
		}
		code, err = s.pool.Code(next)
		if err == nil {
			n.Code, n.Base = code, code
			return s.give(ctx, n)
		}
		free, found := s.store.freeBase(ctx)
		if found != nil || free == nil {
			return errors.Join(found, err)
		}
		n.Code, n.Base = free.Code, free.Code
		code = free.Code
		return s.take(ctx, n, Free, free.SignatureID, "sender_number.allot")
	})
	if err != nil {
		return "", fmt.Errorf("allot a sender number to contract %s: %w", contractID, err)
	}
	return code, nil
}

// give writes a number that nobody ever had.
func (s *Service) give(ctx context.Context, n *Number) error {
	if err := s.store.insert(ctx, n); err != nil {
		return err
	}
	return s.record(ctx, n, "sender_number.allot", "")
}

// take changes a number that is still in a state and tied to a signature ("" for none).
func (s *Service) take(ctx context.Context, n *Number, from State, signatureID, action string) error {
	ok, err := s.store.update(ctx, n, from, signatureID)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("sender number %s changed meanwhile", n.Code)
	}
	return s.record(ctx, n, action, from)
}

// For gives the number under which a contract sends with a signature: one number serves one signature at a time. The first signature gets the
// base code, the others sub-numbers of it. Errors: ErrNoBase, ErrSubEmpty.
func (s *Service) For(ctx context.Context, contractID, signatureID string) (code string, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		has, err := s.store.bySignature(ctx, contractID, signatureID)
		if err != nil {
			return err
		}
		if has != nil {
			code = has.Code
			return nil
		}
		base, err := s.store.baseOf(ctx, contractID)
		if err != nil {
			return err
		}
		if base == nil {
			return ErrNoBase
		}
		key := signatureKey(contractID, signatureID)
		if base.MayServe(s.clock.Today()) {
			code, base.SignatureID, base.SignatureKey, base.FreeOn = base.Code, signatureID, &key, caldate.Date{}
			return s.take(ctx, base, Allotted, "", "sender_number.tie")
		}
		sub := &Number{Base: base.Code, State: Allotted, ContractID: contractID, CustomerID: base.CustomerID, SignatureID: signatureID, SignatureKey: &key, AllottedAt: s.clock.Instant()}
		n, err := s.store.subs(ctx, base.Code)
		if err != nil {
			return err
		}
		code, err = s.pool.Sub(base.Code, int(n)+1)
		if err == nil {
			sub.Code = code
			return s.give(ctx, sub)
		}
		free, found := s.store.freeSub(ctx, base.Code)
		if found != nil || free == nil {
			return errors.Join(found, err)
		}
		sub.Code, code = free.Code, free.Code
		return s.take(ctx, sub, Free, free.SignatureID, "sender_number.allot")
	})
	if err != nil {
		return "", fmt.Errorf("sender number of contract %s for signature %s: %w", contractID, signatureID, err)
	}
	return code, nil
}

// Standing tells whether a contract may send with a signature under a number.
func (s *Service) Standing(ctx context.Context, code, contractID, signatureID string) (Standing, error) {
	n, err := s.store.byCode(ctx, code)
	switch {
	case err != nil:
		return "", err
	case n == nil || n.State != Allotted || n.ContractID != contractID:
		return NotAllotted, nil
	case n.SignatureID != "" && n.SignatureID != signatureID:
		return OtherSign, nil
	}
	return InOrder, nil
}

// In tells what of a number's owners still stands; app answers for contract and registration.
type In interface {
	// ContractEnded tells whether a contract is over, so that it sends nothing any more.
	ContractEnded(ctx context.Context, contractID string) (bool, error)
	// SignatureStands tells whether a signature may still be sent with.
	SignatureStands(ctx context.Context, signatureID string) (bool, error)
}

// RunDay takes back the numbers of contracts that ended and of signatures that stand no more, and frees those that have rested. It may run any
// number of times.
func (s *Service) RunDay(ctx context.Context, day caldate.Date, in In) error {
	used, err := s.store.allotted(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for i := range used {
		failed = append(failed, s.db.Run(ctx, func(ctx context.Context) error { return s.look(ctx, &used[i], day, in) }))
	}
	rested, err := s.store.rested(ctx, day)
	failed = append(failed, err)
	for i := range rested {
		n := &rested[i]
		n.State = Free
		failed = append(failed, s.db.Run(ctx, func(ctx context.Context) error {
			return s.take(ctx, n, Cooling, n.SignatureID, "sender_number.free")
		}))
	}
	return errors.Join(failed...)
}

// look takes a number back where what it was given for is over. The base code of a contract that goes on is only untied, and rests before
// another signature gets it.
func (s *Service) look(ctx context.Context, n *Number, day caldate.Date, in In) error {
	over, err := in.ContractEnded(ctx, n.ContractID)
	if err != nil {
		return err
	}
	tied := n.SignatureID
	if !over && tied != "" {
		stands, err := in.SignatureStands(ctx, tied)
		if err != nil || stands {
			return err
		}
		if n.IsBase() {
			n.SignatureID, n.SignatureKey, n.FreeOn = "", nil, day.AddDays(s.pool.CoolDownDays)
			return s.take(ctx, n, Allotted, tied, "sender_number.untie")
		}
		over = true
	}
	if !over {
		return nil
	}
	n.State, n.BaseKey, n.SignatureKey, n.ReturnedOn, n.FreeOn = Cooling, nil, nil, day, day.AddDays(s.pool.CoolDownDays)
	return s.take(ctx, n, Allotted, tied, "sender_number.return")
}

// List gives a page of the numbers in the actor's scope, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Number, int64, error) {
	return s.store.list(ctx, q)
}

// Verify checks invariant 27: a number has one contract and one signature at a time, and rests before another gets it.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	for _, c := range []struct{ detail, sql string }{
		{"two base codes of one contract", "SELECT MIN(code) FROM sender_numbers WHERE state = 'allotted' AND code = base GROUP BY contract_id HAVING COUNT(*) > 1"},
		{"two numbers of one signature under a contract", "SELECT MIN(code) FROM sender_numbers WHERE state = 'allotted' AND signature_id <> '' GROUP BY contract_id, signature_id HAVING COUNT(*) > 1"},
		{"its keys do not fit its state", "SELECT code FROM sender_numbers WHERE (base_key IS NOT NULL) <> (state = 'allotted' AND code = base) OR (signature_key IS NOT NULL) <> (state = 'allotted' AND signature_id <> '')"},
		{"a sub-number of another contract than its base code's", "SELECT n.code FROM sender_numbers n JOIN sender_numbers b ON b.code = n.base WHERE n.state = 'allotted' AND n.code <> n.base AND (b.state <> 'allotted' OR b.contract_id <> n.contract_id)"},
		{"rests without a day of freedom", "SELECT code FROM sender_numbers WHERE state = 'cooling' AND (free_on IS NULL OR returned_on IS NULL OR free_on < returned_on)"},
	} {
		codes, err := s.store.broken(ctx, c.sql)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.detail, err)
		}
		for _, code := range codes {
			out = append(out, verify.Violation{Invariant: 27, Object: "sender number " + code, Detail: c.detail})
		}
	}
	return out, nil
}
