package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/licence"
)

// LicenceFields are what the caller fills in.
type LicenceFields struct {
	Kind         licence.Kind `json:"kind" doc:"business, telecom, icp, credit_standing, information_source, bank_account, number, signature or advertising."`
	Number       string       `json:"number"`
	Issuer       string       `json:"issuer"`
	ValidFrom    caldate.Date `json:"valid_from"`
	ValidTo      caldate.Date `json:"valid_to,omitempty" doc:"Last day; left out: no end."`
	AttachmentID string       `json:"attachment_id" doc:"The scan, uploaded before by the same person."`
}

type licenceRecord struct {
	ID           string `json:"id"`
	CustomerID   string `json:"customer_id"`
	CustomerName string `json:"customer_name,omitempty"`
	LicenceFields
	State           licence.State   `json:"state" enum:"submitted,verified,refused,expired,revoked"`
	Reason          string          `json:"reason,omitempty"`
	SubmittedAt     caldate.Instant `json:"submitted_at"`
	SubmittedByName string          `json:"submitted_by_name,omitempty"`
	DecidedAt       caldate.Instant `json:"decided_at"`
	DecidedByName   string          `json:"decided_by_name,omitempty"`
	Actions         []string        `json:"available_actions"`
}

func (a *API) fromLicences(ctx context.Context, ls ...licence.Licence) ([]licenceRecord, error) {
	var people []string
	for _, l := range ls {
		people = append(people, l.SubmittedBy, l.DecidedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	return Convert(ls, func(l licence.Licence) licenceRecord {
		actions := []string{}
		if Can(ctx, "licence.verify") {
			actions = append(actions, licence.Actions(&l, actor.From(ctx))...)
		}
		return licenceRecord{
			ID: l.ID, CustomerID: l.CustomerID, CustomerName: l.CustomerName, State: l.State, Reason: l.Reason,
			LicenceFields: LicenceFields{l.Kind, l.Number, l.Issuer, l.ValidFrom, l.ValidTo, l.DocumentID},
			SubmittedAt:   l.SubmittedAt, SubmittedByName: names[l.SubmittedBy], DecidedAt: l.DecidedAt, DecidedByName: names[l.DecidedBy], Actions: actions,
		}
	}), nil
}

func (a *API) oneLicence(ctx context.Context, l *licence.Licence, err error) (*struct{ Body licenceRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromLicences(ctx, *l)
	if err != nil {
		return nil, err
	}
	return &struct{ Body licenceRecord }{out[0]}, nil
}

func (a *API) listLicences(ctx context.Context, p StatePage, customerID string) (*struct{ Body List[licenceRecord] }, error) {
	after, err := p.after()
	if err != nil {
		return nil, err
	}
	in, err := states(p.InStates, []licence.State{licence.Submitted, licence.Verified, licence.Refused, licence.Expired, licence.Revoked})
	if err != nil {
		return nil, err
	}
	ls, total, err := a.deps.Licences.List(ctx, licence.Query{CustomerID: customerID, States: in, Cursor: after, Limit: p.Limit + 1})
	if err != nil {
		return nil, err
	}
	ls, next := CutPage(ls, p.Limit, func(l licence.Licence) []string { return []string{l.ID} })
	items, err := a.fromLicences(ctx, ls...)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[licenceRecord] }{NewList(items, next, total)}, nil
}

type pageOf struct {
	ByID
	StatePage
}

func (a *API) licences() {
	Register(a, Op{
		ID: "list-licences", Method: http.MethodGet, Path: "/licences", Capability: "customer.read", Tag: "licence",
		Summary: "证照列表，等待最久的在前", SummaryEn: "Licences, those that have waited longest first",
	}, func(ctx context.Context, in *struct{ StatePage }) (*struct{ Body List[licenceRecord] }, error) {
		return a.listLicences(ctx, in.StatePage, "")
	})
	Register(a, Op{
		ID: "list-customer-licences", Method: http.MethodGet, Path: "/customers/{id}/licences", Capability: "customer.read", Tag: "licence",
		Summary: "客户的证照", SummaryEn: "Licences of a customer",
	}, func(ctx context.Context, in *pageOf) (*struct{ Body List[licenceRecord] }, error) {
		if _, err := a.deps.Customers.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		return a.listLicences(ctx, in.StatePage, in.ID)
	})
	Register(a, Op{
		ID: "submit-licence", Method: http.MethodPost, Path: "/customers/{id}/licences", Capability: "licence.write", Tag: "licence", Status: http.StatusCreated,
		Summary: "提交证照，由他人核验", SummaryEn: "Submit a licence, to be verified by another person",
	}, func(ctx context.Context, in *struct {
		ByID
		Body LicenceFields
	},
	) (*struct{ Body licenceRecord }, error) {
		b := in.Body
		l, err := a.deps.Licences.Submit(ctx, in.ID, licence.Submission{
			Kind: b.Kind, Number: b.Number, Issuer: b.Issuer, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, DocumentID: b.AttachmentID,
		})
		return a.oneLicence(ctx, l, err)
	})
	Register(a, Op{
		ID: "verify-licence", Method: http.MethodPost, Path: "/licences/{id}/verify", Capability: "licence.verify", Tag: "licence",
		Summary: "核验通过；等待它的合同随即生效或恢复", SummaryEn: "Verify; contracts that waited for it come into force or resume at once",
	}, func(ctx context.Context, in *ByID) (*struct{ Body licenceRecord }, error) {
		l, err := a.deps.Licences.Verify(ctx, in.ID)
		return a.oneLicence(ctx, l, err)
	})
	Register(a, Op{
		ID: "refuse-licence", Method: http.MethodPost, Path: "/licences/{id}/refuse", Capability: "licence.verify", Tag: "licence",
		Summary: "退回证照", SummaryEn: "Refuse a submitted licence",
	}, func(ctx context.Context, in *reason) (*struct{ Body licenceRecord }, error) {
		l, err := a.deps.Licences.Refuse(ctx, in.ID, in.Body.Reason)
		return a.oneLicence(ctx, l, err)
	})
	Register(a, Op{
		ID: "revoke-licence", Method: http.MethodPost, Path: "/licences/{id}/revoke", Capability: "licence.verify", Tag: "licence",
		Summary: "宣布已核验的证照失效（吊销、虚假）", SummaryEn: "Revoke a verified licence: withdrawn by its issuer, or false",
	}, func(ctx context.Context, in *reason) (*struct{ Body licenceRecord }, error) {
		l, err := a.deps.Licences.Revoke(ctx, in.ID, in.Body.Reason)
		return a.oneLicence(ctx, l, err)
	})
}
