package app

import (
	"context"

	"sealgate/server/appeal"
	"sealgate/server/caldate"
	"sealgate/server/complaint"
	"sealgate/server/leak"
)

// wireVoices makes what recipients and customers object with: complaints and appeals.
func (a *App) wireVoices() {
	a.Complaints = complaint.New(a.DB, a.Clock, a.Trail, complaint.Deps{
		Customers: a.Customers, Contracts: a.Contracts, Recipients: a.Recipients, Evidence: a.Evidence, Documents: a.Documents, Notices: a.Notices, Workdays: a.Workdays, Keys: a.Keys, Provider: a.provider(),
	})
	a.Leaks = leak.New(a.DB, a.Clock, a.Trail, leak.Deps{Customers: a.Customers, Documents: a.Documents, Notices: a.Notices})
	a.Appeals = appeal.New(a.DB, a.Clock, a.Trail, appeal.Deps{
		Customers: a.Customers, Documents: a.Documents, Notices: a.Notices, Workdays: a.Workdays,
		Subjects: a.appealable(),
	})
}

// voicesDay reminds of complaints, appeals and leaks of data. A trial has none of them.
func (a *App) voicesDay(ctx context.Context, d caldate.Date) (string, error) {
	if a.Complaints == nil {
		return "", nil
	}
	complaints, err := a.Complaints.RunDay(ctx, d)
	if err != nil {
		return complaints, err
	}
	appeals, err := a.Appeals.RunDay(ctx, d)
	if err != nil {
		return appeals, err
	}
	leaks, err := a.Leaks.RunDay(ctx, d)
	return complaints + "; " + appeals + "; " + leaks, err
}
