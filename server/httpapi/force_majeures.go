package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/contract"
)

type forceRecord struct {
	ID           string           `json:"id"`
	Number       string           `json:"number"`
	ContractID   string           `json:"contract_id"`
	Side         contract.Side    `json:"side" enum:"customer,provider" doc:"Who can't perform."`
	What         string           `json:"what"`
	Pauses       []contract.Pause `json:"pauses" doc:"Obligations that are excused: clocks, payment, service, maintenance."`
	StartsOn     caldate.Date     `json:"starts_on"`
	EndsOn       caldate.Date     `json:"ends_on" doc:"Last day; empty while it lasts."`
	ToldOn       caldate.Date     `json:"told_on"`
	Days         int              `json:"days" doc:"How long it has lasted."`
	OverOn       caldate.Date     `json:"over_on" doc:"From this day on either side may end the contract for it."`
	AttachmentID string           `json:"attachment_id,omitempty"`
	EndProofID   string           `json:"end_attachment_id,omitempty"`
	EndReason    string           `json:"end_reason,omitempty"`
	RecordedBy   string           `json:"recorded_by_name,omitempty"`
	EndedBy      string           `json:"ended_by_name,omitempty"`
}

func (a *API) fromForce(ctx context.Context, all []contract.ForceEvent) (*struct{ Body List[forceRecord] }, error) {
	var people []string
	for i := range all {
		people = append(people, all[i].RecordedBy, all[i].EndedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	today := a.deps.Clock.Today()
	rows := Convert(all, func(m contract.ForceEvent) forceRecord {
		return forceRecord{
			ID: m.ID, Number: m.Number, ContractID: m.ContractID, Side: m.Side, What: m.What, Pauses: m.Pauses, StartsOn: m.StartsOn, EndsOn: m.EndsOn, ToldOn: m.ToldOn, Days: m.Lasts(today),
			OverOn: m.OverOn(), AttachmentID: m.DocumentID, EndProofID: m.EndedDocumentID, EndReason: m.EndedReason, RecordedBy: names[m.RecordedBy], EndedBy: names[m.EndedBy],
		}
	})
	return &struct{ Body List[forceRecord] }{NewList(rows, "", int64(len(rows)))}, nil
}

func (a *API) oneForce(ctx context.Context, m *contract.ForceEvent, err error) (*struct{ Body forceRecord }, error) {
	if err != nil {
		return nil, err
	}
	list, err := a.fromForce(ctx, []contract.ForceEvent{*m})
	if err != nil {
		return nil, err
	}
	return &struct{ Body forceRecord }{list.Body.Items[0]}, nil
}

// forceMajeures is the register of force majeure (C20).
func (a *API) forceMajeures() {
	type one = struct{ Body forceRecord }
	Register(a, Op{
		ID: "list-force-majeures", Method: http.MethodGet, Path: "/force-majeures", Capability: "contract.read", Tag: "contract",
		Summary: "不可抗力登记簿", SummaryEn: "The register of force majeure, the newest event first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[forceRecord] }, error) {
		all, err := a.deps.Contracts.AllForceMajeures(ctx)
		if err != nil {
			return nil, err
		}
		return a.fromForce(ctx, all)
	})
	Register(a, Op{
		ID: "list-contract-force-majeures", Method: http.MethodGet, Path: "/contracts/{id}/force-majeures", Capability: "contract.read", Tag: "contract",
		Summary: "合同的不可抗力登记", SummaryEn: "Force majeure of a contract",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[forceRecord] }, error) {
		all, err := a.deps.Contracts.ForceMajeures(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return a.fromForce(ctx, all)
	})
	Register(a, Op{
		ID: "record-force-majeure", Method: http.MethodPost, Path: "/contracts/{id}/force-majeures", Capability: "contract.amend", Tag: "contract", Status: http.StatusCreated,
		Summary: "登记不可抗力：受影响方、起始日、证明、中止的义务", SummaryEn: "Record force majeure: whom it affects, since when, its proof, and the obligations that it pauses",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Side         contract.Side    `json:"side" enum:"customer,provider"`
			What         string           `json:"what" maxLength:"20000"`
			Pauses       []contract.Pause `json:"pauses,omitempty" maxItems:"10"`
			StartsOn     caldate.Date     `json:"starts_on"`
			ToldOn       caldate.Date     `json:"told_on,omitempty" doc:"When the other side was told; left out: today."`
			AttachmentID string           `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*one, error) {
		b := in.Body
		m, err := a.deps.Contracts.RecordForceMajeure(ctx, in.ID, contract.ForceMajeureDraft{Side: b.Side, What: b.What, Pauses: b.Pauses, StartsOn: b.StartsOn, ToldOn: b.ToldOn, DocumentID: b.AttachmentID})
		return a.oneForce(ctx, m, err)
	})
	Register(a, Op{
		ID: "end-force-majeure", Method: http.MethodPost, Path: "/contracts/{id}/force-majeures/{event}/end", Capability: "contract.amend", Tag: "contract",
		Summary: "登记不可抗力结束", SummaryEn: "Record that force majeure is over",
	}, func(ctx context.Context, in *struct {
		ByID
		Event string `path:"event" maxLength:"32"`
		Body  struct {
			LastDay      caldate.Date `json:"last_day,omitempty" doc:"Left out: today."`
			Reason       string       `json:"reason,omitempty" maxLength:"2000"`
			AttachmentID string       `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*one, error) {
		m, err := a.deps.Contracts.EndForceMajeure(ctx, in.ID, in.Event, contract.ForceMajeureEnd{LastDay: in.Body.LastDay, Reason: in.Body.Reason, DocumentID: in.Body.AttachmentID})
		return a.oneForce(ctx, m, err)
	})
}
