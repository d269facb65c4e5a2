package app

import (
	"context"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/appeal"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/complaint"
	"sealgate/server/contract"
	"sealgate/server/leak"
	"sealgate/server/licence"
	"sealgate/server/registration"
)

// wireVoices makes what recipients and customers object with: complaints and appeals.
func (a *App) wireVoices() {
	a.Complaints = complaint.New(a.DB, a.Clock, a.Trail, complaint.Deps{
		Customers: a.Customers, Contracts: a.Contracts, Recipients: a.Recipients, Evidence: a.Evidence, Documents: a.Documents, Notices: a.Notices, Workdays: a.Workdays, Keys: a.Keys, Provider: a.provider(),
	})
	a.Leaks = leak.New(a.DB, a.Clock, a.Trail, leak.Deps{Customers: a.Customers, Documents: a.Documents, Notices: a.Notices})
	a.Appeals = appeal.New(a.DB, a.Clock, a.Trail, appeal.Deps{
		Customers: a.Customers, Documents: a.Documents, Notices: a.Notices, Workdays: a.Workdays,
		Subjects: map[appeal.Kind]appeal.Subject{
			appeal.Batch: refusedBatch{a}, appeal.Suspension: suspended{a}, appeal.Registration: refusedRegistration{a}, appeal.Licence: refusedLicence{a}, appeal.Complaint: upheldComplaint{a},
		},
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

// again is what follows for what stays refused on record.
const again = "可以重新提交，由原决定人以外的人审核"

// who gives a person's name; the system has none.
func (a *App) who(ctx context.Context, id string) string {
	u, err := a.Staff.Get(ctx, id)
	if err != nil {
		return ""
	}
	return u.Name
}

// refusedBatch: a batch that rules or reviewers refused.
type refusedBatch struct{ app *App }

func (s refusedBatch) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	b, err := s.app.Batches.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.State != batch.Refused {
		return nil, appeal.ErrNothing
	}
	m := &appeal.Matter{CustomerID: b.CustomerID, ContractID: b.ContractID, Title: "批次 " + b.Number + " 被拒绝", Reason: b.Reason}
	r, err := s.app.Reviews.Live(ctx, id)
	if err != nil {
		return nil, err
	}
	if r != nil && len(r.Approvers) > 0 {
		m.DeciderID = r.Approvers[len(r.Approvers)-1]
		m.DeciderName = s.app.who(ctx, m.DeciderID)
	}
	return m, nil
}

func (refusedBatch) Redress(context.Context, string, string) (string, error) { return again, nil }

// suspended: a contract that is suspended for a reason; the object is CONTRACT:REASON.
type suspended struct{ app *App }

func (s suspended) open(ctx context.Context, id string) (*contract.Contract, *contract.Suspension, error) {
	contractID, reason, _ := strings.Cut(id, ":")
	c, err := s.app.Contracts.Get(ctx, contractID)
	if err != nil {
		return nil, nil, err
	}
	all, err := s.app.Contracts.Suspensions(ctx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		if all[i].Open() && string(all[i].Reason) == reason {
			return c, &all[i], nil
		}
	}
	return nil, nil, appeal.ErrNothing
}

func (s suspended) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, x, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	m := &appeal.Matter{CustomerID: c.CustomerID, ContractID: c.ID, Title: "合同 " + c.Number + " 被暂停", Reason: x.Evidence}
	if name := s.app.who(ctx, x.SuspendedBy); name != "" {
		m.DeciderID, m.DeciderName = x.SuspendedBy, name
	}
	return m, nil
}

func (s suspended) Redress(ctx context.Context, id, reason string) (string, error) {
	c, x, err := s.open(ctx, id)
	if err != nil {
		return "", err
	}
	if !x.Reason.ByHand() {
		return "", contract.ErrSuspension.Say("欠费和证照原因由系统判断，付清或更新证照后自行解除；不能凭申诉解除", "the system lifts non-payment and licences itself once they are mended; no appeal can")
	}
	return "已解除暂停", s.app.Contracts.Lift(ctx, c.ID, x.Reason, s.app.Clock.Today(), reason)
}

// refusedRegistration: a link of the chain that was refused.
type refusedRegistration struct{ app *App }

func (s refusedRegistration) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	r, err := s.app.Signatures.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.State != registration.Refused {
		return nil, appeal.ErrNothing
	}
	zh, _ := r.Kind.Label()
	return &appeal.Matter{CustomerID: r.CustomerID, Title: fmt.Sprintf("%s“%s”报备被拒绝", zh, r.Text), Reason: r.Reason, DeciderID: r.DecidedBy, DeciderName: s.app.who(ctx, r.DecidedBy)}, nil
}

func (refusedRegistration) Redress(context.Context, string, string) (string, error) {
	return again, nil
}

// refusedLicence: a licence that was not accepted.
type refusedLicence struct{ app *App }

func (s refusedLicence) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	l, err := s.app.Licences.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if l.State != licence.Refused {
		return nil, appeal.ErrNothing
	}
	return &appeal.Matter{CustomerID: l.CustomerID, Title: "证照 " + l.Number + " 未通过核验", Reason: l.Reason, DeciderID: l.DecidedBy, DeciderName: s.app.who(ctx, l.DecidedBy)}, nil
}

func (refusedLicence) Redress(context.Context, string, string) (string, error) { return again, nil }

// upheldComplaint: a complaint that counts against the customer.
type upheldComplaint struct{ app *App }

func (s upheldComplaint) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, err := s.app.Complaints.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.State != complaint.Closed || c.Outcome != complaint.Upheld {
		return nil, appeal.ErrNothing
	}
	return &appeal.Matter{CustomerID: c.CustomerID, ContractID: c.ContractID, Title: "投诉 " + c.Number + " 认定属实", Reason: c.Result, DeciderID: c.CloserID, DeciderName: c.CloserName}, nil
}

func (s upheldComplaint) Redress(ctx context.Context, id, reason string) (string, error) {
	_, err := s.app.Complaints.Overturn(actor.With(ctx, actor.System("appeal")), id, reason)
	return "改判为不属实，不再计入投诉", err
}
