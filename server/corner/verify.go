package corner

import (
	"context"

	"sealgate/server/verify"
)

// invariants are queries that return nothing.
var invariants = []struct {
	number      int
	object, sql string
	detail      string
}{
	{16, "batch ", "SELECT r.batch_id FROM batch_releases r JOIN batches b ON b.id = r.batch_id WHERE r.state = 'released' AND (r.decided_by = b.submitter_id OR r.decided_by = b.editor_id)",
		"was released by whoever submitted or edited it"},
	{16, "batch ", "SELECT b.id FROM batches b LEFT JOIN batch_releases r ON r.batch_id = b.id AND r.state = 'waiting' WHERE b.state = 'confirming' AND r.batch_id IS NULL",
		"waits for a release that nobody was asked for"},
	{19, "freeze ", "SELECT f.id FROM customer_freezes f WHERE (f.live_key IS NULL) <> (f.lifted_at IS NOT NULL)", "its state and its end do not fit"},
	{19, "customer ", "SELECT f.customer_id FROM customer_freezes f JOIN api_keys k ON k.customer_id = f.customer_id WHERE f.live_key IS NOT NULL AND k.state = 'active'",
		"is frozen and has a key that works"},
	{19, "freeze ", "SELECT f.id FROM customer_freezes f LEFT JOIN support_acts a ON a.check_id = f.check_id AND a.object_id = f.id WHERE f.lifted_at IS NOT NULL AND a.id IS NULL",
		"was lifted without a check on record"},
	{19, "act ", "SELECT a.id FROM support_acts a LEFT JOIN support_checks c ON c.id = a.check_id WHERE c.id IS NULL OR c.customer_id <> a.customer_id OR a.at < c.checked_at OR a.at >= c.until_at",
		"was done without a check that held"},
	{8, "proof ", "SELECT p.id FROM payment_proofs p LEFT JOIN payments y ON y.id = p.payment_id WHERE p.state = 'matched' AND (y.id IS NULL OR y.customer_id <> p.customer_id)",
		"names a payment that is not the customer's"},
}

// Verify checks what must hold in customers' corners.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	for _, i := range invariants {
		ids, err := s.store.strings(ctx, i.sql)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, verify.Violation{Invariant: i.number, Object: i.object + id, Detail: i.detail})
		}
	}
	return out, nil
}
