package app

import (
	"context"
	"fmt"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/jobs"
	"sealgate/server/quality"
)

// timetable is every job of a day, in the order in which they run (billing.md "Jobs"): bills before anything that chases
// them, what starts or ends before what is owed, suspensions last.
func (a *App) timetable() []jobs.Job {
	return []jobs.Job{
		{Name: "bills", Why: "on the 1st: the bills of the month before", Due: func(d caldate.Date) bool { return d.Day() == 1 }, Do: a.billMonth},
		{Name: "statements", Why: "on the 1st: the statements of the month before, after its bills", Due: func(d caldate.Date) bool { return d.Day() == 1 }, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			o, err := a.Statements.MakeMonth(ctx, d.MonthOf().Add(-1), d)
			return o.String(), err
		}},
		{Name: "quality", Why: "on the 4th, when no receipt of the month before is awaited any more: its reports of quality", Due: func(d caldate.Date) bool { return d.Day() == quality.MadeOn }, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.Quality == nil {
				return "", nil // a trial sends nothing
			}
			n, err := a.Quality.RunDay(ctx, d)
			return fmt.Sprintf("%d quality reports made", n), err
		}},
		{Name: "licences", Why: "licences that ended yesterday stop what depends on them, those that begin let it go on; reminders", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			return "", a.Licences.RunDay(ctx, d)
		}},
		{Name: "customer-data", Why: "registration data that was not corrected in time suspends", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			n, err := a.Customers.RunDay(ctx, d)
			return fmt.Sprintf("%d suspend", n), err
		}},
		{Name: "registrations", Why: "letters of authorisation that ended, signatures unused for five months, changed rules of carriers; sender numbers come back", GoesOn: true, Do: a.chainDay},
		{Name: "contracts", Why: "new terms, ends, renewals, and starts when everything is there; reminders", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			return "", a.Contracts.RunDay(ctx, d)
		}},
		{Name: "service-terms", Why: "who goes on sending after new terms are in force accepts them, where they say so", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.TaxInvoices == nil {
				return "", nil // a trial has none
			}
			n, err := a.ServiceTerms.RunDay(ctx, d)
			return fmt.Sprintf("%d acceptances by use", n), err
		}},
		{Name: "obligations", Why: "owners are reminded of what falls due within a week", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.TaxInvoices == nil {
				return "", nil // nobody works in a trial
			}
			n, err := a.Obligations.RunDay(ctx, d)
			return fmt.Sprintf("%d reminders", n), err
		}},
		{Name: "starts", Why: "lump sums of the agreements that start", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			n, err := a.Bills.IssueStarts(ctx, d)
			return fmt.Sprintf("%d bills over lump sums issued", n), err
		}},
		{Name: "wallets", Why: "prepaid credits that ended, wallets of contracts that ended", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			return a.Wallets.RunDay(ctx, d)
		}},
		{Name: "dunning", Why: "late fees of the day, then suspensions and resumptions", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			o, err := a.Dunning.RunDay(ctx, d)
			return o.String(), err
		}},
		{Name: "escalations", Why: "reminders of questions to authorities whose answer is due", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.Reviews == nil {
				return "", nil // a trial reviews nothing
			}
			n, err := a.Reviews.RemindEscalations(ctx, d)
			return fmt.Sprintf("%d reminders", n), err
		}},
		{Name: "watch", Why: "the day before is looked at once more for what is unusual", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.Watch == nil {
				return "", nil // a trial sends nothing
			}
			n, err := a.Watch.RunDay(ctx, d.AddDays(-1))
			return fmt.Sprintf("%d alerts", n), err
		}},
		{Name: "maintenance", Why: "visit reports are confirmed by silence; change requests that are due are told", GoesOn: true, Do: a.maintenanceDay},
		{Name: "tax-invoices", Why: "paid months of before are put on the list of the tax invoices", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.TaxInvoices == nil {
				return "", nil // a trial asks nobody for invoices
			}
			return "", a.TaxInvoices.Enlist(ctx)
		}},
		{Name: "recipients", Why: "counters beyond every limit, and consents half a year after the relation, are forgotten", GoesOn: true, Do: func(ctx context.Context, d caldate.Date) (string, error) {
			if a.Recipients == nil {
				return "", nil // a trial sends nothing
			}
			return a.Recipients.RunDay(ctx, d)
		}},
		{Name: "voices", Why: "complaints, appeals and duties of leaks whose time is over, or nearly", GoesOn: true, Do: a.voicesDay},
		{Name: "money-tasks", Why: "finance is told of money that came for debts that were written off", GoesOn: true, Do: a.moneyTasks},
		{Name: "disclosures", Why: "files of disclosures whose last day is over are destroyed", GoesOn: true, Do: a.expireDisclosures},
		{Name: "purge", Why: "what was kept long enough is ended: keys of months and of customers who have left are destroyed, unless a legal hold keeps them", GoesOn: true, Do: a.purge},
		{Name: "backup", Why: "the database as the day's jobs left it, sealed, into the folder of the configuration", GoesOn: true, Do: a.backupDay},
	}
}

// billMonth issues the bills of the month before d. A contract that failed does not stop the day; it is in the report,
// and the next run of the job or of a person bills it.
func (a *App) billMonth(ctx context.Context, d caldate.Date) (string, error) {
	r, err := a.Bills.IssueMonth(ctx, d.MonthOf().Add(-1), d, false)
	return fmt.Sprintf("%d bills of %s issued, %d issued before, %d failed", r.Created, r.Month, r.Skipped, r.FailedN), err
}

// invoice asks for tax invoices and takes answers; one server at a time, so that the platform is asked once.
func (a *App) invoice(ctx context.Context) error {
	if _, ok, err := a.Leases.Acquire(ctx, "tax-invoices", 5*time.Minute); err != nil || !ok {
		return err
	}
	return a.TaxInvoices.Work(ctx)
}

// moneyTasks tells finance what waits for a person on a day.
func (a *App) moneyTasks(ctx context.Context, d caldate.Date) (string, error) {
	recoveries, err := a.Collection.RunDay(ctx, d)
	return fmt.Sprintf("%d recoveries to book", recoveries), err
}

// periodic is what runs all the time, whatever the day. Each may run in every server at once: leases and unique keys
// keep them apart.
func (a *App) periodic() []periodicWork {
	return []periodicWork{
		{"daily", 20 * time.Second, a.daily},             // looks whether a day's jobs are due
		{"wallets", 20 * time.Second, a.postWallets},     // what receipts charged to wallets goes to the ledger
		{"tax-invoices", 30 * time.Second, a.invoice},    // requests go to the tax platform, answers come back, red requests lapse
		{"chain", 3 * time.Second, a.chain},              // audit rows get their place in the hash chain
		{"collect", 6 * time.Hour, a.collect},            // what killed work left in storage is deleted
		{"checkpoint", time.Hour, a.checkpoint},          // and the chain's head is signed, outside the database
		{"watch", time.Minute, a.watch},                  // what is unusual today
		{"leaks", time.Minute, a.Leaks.Watch},            // whom a leak must be told to within hours
		{"incidents", time.Minute, a.Maintenance.Watch},  // incidents that nobody took up in time
		{"forget-sessions", time.Hour, a.Staff.Purge},    // sessions that are over
		{"forget-keys", time.Hour, a.API.PurgeKeys},      // Idempotency-Keys older than a day
		{"forget-drafts", time.Hour, a.FormDrafts.Purge}, // forms that nobody touches any more
		{"forget-nonces", time.Hour, a.APIKeys.Purge},    // of signed calls that would be too old anyway
		{"forget-events", time.Hour, a.Webhooks.Purge},   // deliveries to webhooks older than 30 days
	}
}

// daily runs the jobs of every day up to today that have not run.
func (a *App) daily(ctx context.Context) error {
	if err := a.Sandbox.Load(ctx); err != nil {
		return err
	}
	_, err := a.Days.RunDue(ctx, a.Clock.Today())
	return err
}

// postWallets brings what receipts have charged into the ledger.
func (a *App) postWallets(ctx context.Context) error {
	_, err := a.Wallets.Work(actor.With(ctx, actor.System("job:wallets")))
	return err
}

// watch looks for what is unusual today; one server at a time.
func (a *App) watch(ctx context.Context) error {
	if _, ok, err := a.Leases.Acquire(ctx, "watch", 50*time.Second); err != nil || !ok {
		return err
	}
	_, err := a.Watch.RunDay(ctx, a.Clock.Today())
	return err
}

// chain links the audit rows that have no place yet; one server at a time.
func (a *App) chain(ctx context.Context) error {
	if _, ok, err := a.Leases.Acquire(ctx, "audit-chain", 15*time.Second); err != nil || !ok {
		return err
	}
	for {
		n, err := a.Trail.Chain(ctx, chainAtOnce)
		if err != nil || n < chainAtOnce {
			return err
		}
	}
}

// chainAtOnce keeps the sequencer's transactions short.
const chainAtOnce = 500

// checkpoint signs the head of the chain; one server at a time, because they may share the file.
func (a *App) checkpoint(ctx context.Context) error {
	if _, ok, err := a.Leases.Acquire(ctx, "audit-checkpoint", time.Minute); err != nil || !ok {
		return err
	}
	_, err := a.Trail.Checkpoint(ctx, a.Notary)
	return err
}

type periodicWork struct {
	name  string
	every time.Duration
	do    func(ctx context.Context) error
}
