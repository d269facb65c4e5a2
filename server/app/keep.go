package app

import (
	"context"
	"log/slog"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/disclosure"
	"sealgate/server/evidence"
	"sealgate/server/retention"
)

// wireKeeping makes what keeps, finds and ends what was sent.
func (a *App) wireKeeping() {
	a.Evidence = evidence.New(a.DB, a.Clock, a.Trail, evidence.Deps{
		Blobs: a.Blobs, Keys: a.Keys, Batches: a.Batches, Reviews: a.Reviews, Handoff: a.Handoff, Leases: a.Leases,
	})
	a.Handoff.FindBy(a.Evidence)
	a.Watch.Use(a.Evidence)
	a.Disclosures = disclosure.New(a.DB, a.Clock, a.Trail, disclosure.Deps{
		Blobs: a.Blobs, Keys: a.Keys, Customers: a.Customers, Documents: a.Documents, Batches: a.Batches, Handoff: a.Handoff, Evidence: a.Evidence, Notary: a.Notary,
		Leases: a.Leases, Provider: a.provider(),
	})
	a.Retention = retention.New(a.DB, a.Clock, a.Trail, retention.Deps{
		Blobs: a.Blobs, Keys: a.Keys, Customers: a.Customers, Documents: a.Documents, Finder: a.Evidence, Rules: a.Config.Retention.rules(),
		Owners: []retention.Owner{{Prefix: "batches/", Garbage: a.Batches.Garbage}, {Prefix: "runs/", Garbage: a.Evidence.Garbage}, {Prefix: "disclosures/", Garbage: a.Disclosures.Garbage}},
	})
}

// expireDisclosures ends files that were given out long enough.
func (a *App) expireDisclosures(ctx context.Context, d caldate.Date) (string, error) {
	if a.Disclosures == nil {
		return "", nil
	}
	return a.Disclosures.RunDay(ctx, d)
}

// purge ends what was kept long enough. A trial keeps nothing.
func (a *App) purge(ctx context.Context, d caldate.Date) (string, error) {
	if a.Retention == nil {
		return "", nil
	}
	o, err := a.Retention.RunDay(ctx, d)
	return o.String(), err
}

// collectLease is longer than a collection takes.
const collectLease = 10 * time.Minute

// collect deletes what killed work left in storage; one server at a time.
func (a *App) collect(ctx context.Context) error {
	if _, ok, err := a.Leases.Acquire(ctx, "collect-garbage", collectLease); err != nil || !ok {
		return err
	}
	n, err := a.Retention.Collect(ctx, a.Clock.Real())
	if n > 0 {
		slog.InfoContext(ctx, "garbage of killed work deleted", "objects", n)
	}
	return err
}
