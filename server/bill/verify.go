package bill

import (
	"context"
	"fmt"

	"sealgate/server/money"
	"sealgate/server/verify"
)

// Verify checks invariants 4 (one live bill per contract and month that owes one), 5 (bill = its lines = its posting), 6
// (issued bills unchanged) and 7 (numbers unique and without gaps).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	twice, err := s.store.billedTwice(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range twice {
		out = append(out, verify.Violation{Invariant: 4, Object: fmt.Sprintf("contract %s in %s", x.ContractID, x.Month), Detail: fmt.Sprintf("%d live bills", x.N)})
	}
	missed, err := s.store.leftOut(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range missed {
		out = append(out, verify.Violation{Invariant: 4, Object: fmt.Sprintf("contract %s in %s", x.ContractID, x.Month), Detail: "in force, but the finished run over that month has not looked at it"})
	}
	err = s.store.each(ctx, func(b *Bill, receivable, income money.Fen) {
		at := "bill " + b.Number
		lines, err := b.Lines()
		if err != nil {
			out = append(out, verify.Violation{Invariant: 5, Object: at, Detail: err.Error()})
			return
		}
		var net, tax, total money.Fen
		for _, l := range lines {
			net, tax, total = net+l.Net, tax+l.Tax, total+l.Amount
		}
		if net != b.NetFen || tax != b.TaxFen || total != b.TotalFen || net+tax != total {
			out = append(out, verify.Violation{Invariant: 5, Object: at, Detail: fmt.Sprintf("lines sum to %s net, %s tax, %s; the bill says %s, %s, %s", net, tax, total, b.NetFen, b.TaxFen, b.TotalFen)})
		}
		if receivable != b.TotalFen || income != -b.TotalFen {
			out = append(out, verify.Violation{Invariant: 5, Object: at, Detail: fmt.Sprintf("posted %s to be received and %s earned; the bill says %s", receivable, -income, b.TotalFen)})
		}
		if b.Seal() != b.Hash {
			out = append(out, verify.Violation{Invariant: 6, Object: at, Detail: "its content does not match the hash of its issue"})
		}
	})
	if err != nil {
		return nil, err
	}
	if out, err = s.verifyNotes(ctx, out); err != nil {
		return nil, err
	}
	gaps, err := Numbers.Verify(ctx, s.db, "bills")
	return append(out, gaps...), err
}

// verifyNotes checks the same of notes, and that every dispute that was upheld has its note over its amount.
func (s *Service) verifyNotes(ctx context.Context, out []verify.Violation) ([]verify.Violation, error) {
	bad := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	err := s.store.eachNote(ctx, func(n *Note, receivable, income money.Fen) {
		at := "note " + n.Number
		lines, err := n.Lines()
		if err != nil {
			bad(5, at, "%v", err)
			return
		}
		net, tax, total := sum(lines)
		if net != n.NetFen || tax != n.TaxFen || total != n.TotalFen || net+tax != total || total <= 0 {
			bad(5, at, "lines sum to %s net, %s tax, %s; the note says %s, %s, %s", net, tax, total, n.NetFen, n.TaxFen, n.TotalFen)
		}
		if want := n.Noted().Amount; receivable != want || income != -want {
			bad(5, at, "posted %s to be received and %s earned; the note says %s", receivable, -income, want)
		}
		if n.Seal() != n.Hash {
			bad(6, at, "its content does not match the hash of its issue")
		}
		if n.TotalFen > s.noteLimit && n.RequestedBy == n.ApprovedBy && n.ApprovedBy != "" {
			bad(5, at, "approved by the person who asked for it")
		}
	})
	if err != nil {
		return out, err
	}
	for _, k := range []NoteKind{Credit, Debit} {
		gaps, err := noteNumbers[k].Verify(ctx, s.db, "bill_notes")
		if err != nil {
			return out, err
		}
		out = append(out, gaps...)
	}
	odd, err := s.store.oddDisputes(ctx)
	if err != nil {
		return out, err
	}
	for _, id := range odd {
		bad(5, "dispute "+id, "upheld without a credit note over its amount")
	}
	return out, nil
}
