package app

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/verify"
)

// VerifyReport is what `sealgate verify` found.
type VerifyReport struct {
	Checks     int
	Violations []verify.Violation
}

// checker is a domain that can tell its broken invariants.
type checker struct {
	name  string
	check func(ctx context.Context) ([]verify.Violation, error)
}

// checkers lists the invariants of reliability.md that exist, by the domain that answers for them.
func (a *App) checkers() []checker {
	return []checker{
		{"customers", a.Customers.Verify},
		{"registrations", a.Signatures.Verify},
		{"sender numbers", a.Numbers.Verify},
		{"contracts", a.Contracts.Verify},
		{"acceptances", a.Acceptances.Verify},
		{"e-signatures", a.ESign.Verify},
		{"online terms", a.ServiceTerms.Verify},
		{"ledger", a.Ledger.Verify},
		{"usage", a.Usage.Verify},
		{"wallets", a.Wallets.Verify},
		{"charges", a.Charges.Verify},
		{"payables", a.Payables.Verify},
		{"bills", a.Bills.Verify},
		{"deposits", a.Deposits.Verify},
		{"payments", a.Payments.Verify},
		{"dunning", a.Dunning.Verify},
		{"maintenance", a.Maintenance.Verify},
		{"announcements", a.Announcements.Verify},
		{"quality reports", a.Quality.Verify},
		{"call tasks", a.CallTasks.Verify},
		{"system messages", a.SystemMessages.Verify},
		{"approved texts", a.Library.Verify},
		{"collection", a.Collection.Verify},
		{"complaints", a.Complaints.Verify},
		{"appeals", a.Appeals.Verify},
		{"leaks of data", a.Leaks.Verify},
		{"statements", a.Statements.Verify},
		{"tax invoices", a.TaxInvoices.Verify},
		{"rule sets", a.Rules.Verify},
		{"recipients", a.Recipients.Verify},
		{"batches", a.Batches.Verify},
		{"reviews", a.Reviews.Verify},
		{"rechecks", a.Rechecks.Verify},
		{"takedowns", a.Takedowns.Verify},
		{"watch", a.Watch.Verify},
		{"handoff", a.Handoff.Verify},
		{"evidence", a.Evidence.Verify},
		{"retention", a.Retention.Verify},
		{"disclosures", a.Disclosures.Verify},
		{"people", a.verifyPeople},
		{"api keys", a.APIKeys.Verify},
		{"customers' corners", a.Corner.Verify},
		{"tickets", a.Tickets.Verify},
		{"webhooks", a.Webhooks.Verify},
		{"daily jobs", a.Days.Verify},
		{"audit", a.verifyTrail},
	}
}

// verifyPeople checks that nobody holds two of system, security and audit, nor one of them with a business role (17).
func (a *App) verifyPeople(ctx context.Context) ([]verify.Violation, error) {
	broken, err := a.Staff.Check(ctx)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for _, b := range broken {
		out = append(out, verify.Violation{Invariant: 17, Object: "users", Detail: b})
	}
	return out, nil
}

// verifyTrail chains what waits and checks that the chain is dense, unbroken and continues the signed checkpoints (18).
func (a *App) verifyTrail(ctx context.Context) ([]verify.Violation, error) {
	if err := a.chain(ctx); err != nil {
		return nil, err
	}
	rep, err := a.Trail.Verify(ctx, a.Notary)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for _, p := range rep.Problems {
		out = append(out, verify.Violation{Invariant: 18, Object: "audit chain", Detail: p})
	}
	if !rep.OK && len(out) == 0 {
		out = append(out, verify.Violation{Invariant: 18, Object: "audit chain", Detail: fmt.Sprintf("broken at %d", rep.BrokenAt)})
	}
	return out, nil
}

// Verify runs every check and collects what is broken; it changes nothing but the audit chain, which it first brings up
// to date.
func (a *App) Verify(ctx context.Context) (VerifyReport, error) {
	ctx = actor.With(ctx, actor.System("verify"))
	var rep VerifyReport
	for _, c := range a.checkers() {
		v, err := c.check(ctx)
		if err != nil {
			return rep, fmt.Errorf("verify %s: %w", c.name, err)
		}
		rep.Checks++
		rep.Violations = append(rep.Violations, v...)
	}
	return rep, nil
}
