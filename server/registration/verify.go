package registration

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// checks are queries that must find nothing, with the number of the house's list.
var checks = []struct {
	invariant int
	detail    string
	sql       string
}{
	{26, "its review was decided by who submitted it", "SELECT id FROM registrations WHERE state = 'approved' AND decided_by = submitted_by AND decided_by <> 'system'"},
	{26, "hangs on nothing, or on a record of another customer or kind",
		"SELECT r.id FROM registrations r LEFT JOIN registrations p ON p.id = r.parent_id AND p.customer_id = r.customer_id AND p.kind = CASE r.kind WHEN 'signature' THEN 'qualification' ELSE 'signature' END WHERE r.kind <> 'qualification' AND p.id IS NULL"},
	{26, "a qualification with two signatures", "SELECT parent_id AS id FROM registrations WHERE kind = 'signature' AND state IN ('submitted', 'in_review', 'approved') GROUP BY parent_id HAVING COUNT(*) > 1"},
	{26, "accepted by a carrier twice at once", "SELECT MIN(id) AS id FROM filings WHERE state = 'accepted' GROUP BY registration_id, carrier HAVING COUNT(*) > 1"},
	{26, "accepted though we do not approve of the registration", "SELECT f.id FROM filings f JOIN registrations r ON r.id = f.registration_id WHERE f.state IN ('queued', 'submitted', 'accepted') AND r.state <> 'approved'"},
	{26, "its keys do not fit its state", "SELECT id FROM filings WHERE (open_key IS NOT NULL) <> (state IN ('queued', 'submitted')) OR (held_key IS NOT NULL) <> (state = 'accepted')"},
	{26, "went out without a sheet", "SELECT f.id FROM filings f LEFT JOIN filing_sheets s ON s.id = f.sheet_id WHERE f.state IN ('submitted', 'accepted', 'refused') AND f.sheet_id <> '' AND s.id IS NULL"},
	{26, "refused without a reason", "SELECT id FROM filings WHERE state = 'refused' AND reason = ''"},
	{26, "lapsed without a cause", "SELECT id FROM filings WHERE state = 'lapsed' AND cause = ''"},
	{26, "another number of filings than the sheet says", "SELECT s.id FROM filing_sheets s WHERE s.filing_count <> (SELECT COUNT(*) FROM filings f WHERE f.sheet_id = s.id)"},
}

// Verify checks invariant 26, the chain of registrations, and 7 for the references of filings and sheets.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	for _, c := range checks {
		ids, err := s.store.broken(ctx, c.sql)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.detail, err)
		}
		for _, id := range ids {
			out = append(out, verify.Violation{Invariant: c.invariant, Object: "registration " + id, Detail: c.detail})
		}
	}
	last, n, err := s.store.references(ctx)
	if err != nil {
		return nil, err
	}
	if last != n {
		out = append(out, verify.Violation{Invariant: 7, Object: "filings", Detail: fmt.Sprintf("references stand at %d, there are %d", last, n)})
	}
	gaps, err := sheetNumbers.Verify(ctx, s.db, "filing_sheets")
	return append(out, gaps...), err
}
