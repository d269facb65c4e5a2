package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/licence"
	"sealgate/server/plan"
)

// contractLife is what becomes of a contract after its signing, as its page shows it.
type contractLife struct {
	Adopted          bool           `json:"adopted" doc:"Concluded outside this system and taken as signed."`
	TermFrom         caldate.Date   `json:"term_from" doc:"First day of the present term, once it was renewed."`
	Renewals         int            `json:"renewals"`
	ObjectedBy       contract.Side  `json:"objected_by,omitempty" enum:"customer,provider"`
	ObjectedOn       caldate.Date   `json:"objected_on"`
	ObjectUntil      caldate.Date   `json:"object_until" doc:"Last day of an objection to the renewal; none where it does not renew itself."`
	RenewsUntil      caldate.Date   `json:"renews_until" doc:"End of the term that follows if nobody objects."`
	PlanChangeFrom   caldate.Date   `json:"plan_change_from" doc:"From when on a plan change that is asked for today holds."`
	PlanChangeCutoff int            `json:"plan_change_cutoff" doc:"Asked for until this day of a month it holds from the next 1st, later from the 1st after."`
	SupplementFrom   caldate.Date   `json:"supplement_from" doc:"First day from which a supplement may hold: everything before is billed."`
	Licences         []string       `json:"required_licences"`
	Amendments       []amendment    `json:"amendments"`
	Endings          []endingRecord `json:"terminations"`
}

type amendment struct {
	ID             string                  `json:"id"`
	Number         string                  `json:"number"`
	Kind           contract.AmendmentKind  `json:"kind" enum:"plan_change,supplement,renewal,price_change"`
	State          contract.AmendmentState `json:"state" enum:"draft,signed,agreed,replaced,cancelled"`
	AskedOn        caldate.Date            `json:"asked_on"`
	EffectiveFrom  caldate.Date            `json:"effective_from"`
	EndBefore      caldate.Date            `json:"end_before"`
	EndAfter       caldate.Date            `json:"end_after"`
	Changes        []termChange            `json:"changes"`
	Reason         string                  `json:"reason"`
	SilenceAccepts bool                    `json:"silence_accepts" doc:"Of an announced price: it holds unless the customer objects before its day."`
	FormID         string                  `json:"form_attachment_id,omitempty" doc:"The form, or the text that is signed, as a PDF."`
	FormSHA256     string                  `json:"form_sha256,omitempty"`
	AttachmentID   string                  `json:"attachment_id,omitempty" doc:"The customer's request, or the scan of the sealed original."`
	SignedOn       caldate.Date            `json:"signed_on"`
	CustomerSigner string                  `json:"customer_signer,omitempty"`
	ProviderSigner string                  `json:"provider_signer,omitempty"`
	CreatedByName  string                  `json:"created_by_name,omitempty"`
	RecordedByName string                  `json:"recorded_by_name,omitempty"`
	ConfirmedBy    string                  `json:"confirmed_by_name,omitempty"`
	EndedByName    string                  `json:"ended_by_name,omitempty"`
	EndedReason    string                  `json:"ended_reason,omitempty"`
	Ways           []contract.Way          `json:"ways,omitempty" doc:"The ways in which it may be signed."`
	Signings       []signingRecord         `json:"signings,omitempty" doc:"Of a paper that is signed in the portal: who has signed it."`
	Proof          contract.Proof          `json:"proof,omitempty" enum:"paper,read,mail" doc:"Of an announced price: what shows that the customer was told; without it silence is no consent."`
	Actions        []string                `json:"available_actions"`
}

type termChange struct {
	Name    string `json:"name" doc:"The term's name in the API."`
	Label   string `json:"label"`
	LabelEn string `json:"label_en"`
	Was     string `json:"was"`
	WasEn   string `json:"was_en"`
	Is      string `json:"is"`
	IsEn    string `json:"is_en"`
}

type endingRecord struct {
	ID           string               `json:"id"`
	Number       string               `json:"number"`
	Cause        contract.Cause       `json:"cause" enum:"mutual,notice,breach,insolvency,force_majeure,policy,illegal_content,non_payment,complaints,completed"`
	State        contract.EndingState `json:"state" enum:"requested,running,done,cured,withdrawn,rejected,replaced,lapsed"`
	By           contract.Side        `json:"by,omitempty" enum:"customer,provider"`
	Reason       string               `json:"reason"`
	StartsOn     caldate.Date         `json:"starts_on" doc:"The day on which the clock starts."`
	ClockDays    int                  `json:"clock_days" doc:"0: it has no clock."`
	PausedDays   int                  `json:"paused_days" doc:"Days of force majeure, which do not count."`
	EndsOn       caldate.Date         `json:"ends_on" doc:"The clock is over, and the contract ends, at 00:00 of this day."`
	LastDay      caldate.Date         `json:"last_day" doc:"Last day of service that comes of it."`
	Curable      bool                 `json:"curable"`
	AttachmentID string               `json:"attachment_id,omitempty"`
	NoticeID     string               `json:"notice_attachment_id,omitempty" doc:"The written notice as a PDF."`
	RequestedAt  caldate.Instant      `json:"requested_at"`
	RequestedBy  string               `json:"requested_by_name,omitempty"`
	DecidedAt    caldate.Instant      `json:"decided_at"`
	DecidedBy    string               `json:"decided_by_name,omitempty"`
	ClosedOn     caldate.Date         `json:"closed_on"`
	ClosedReason string               `json:"closed_reason,omitempty"`
}

type termsRecord struct {
	On       caldate.Date   `json:"on"`
	From     caldate.Date   `json:"from" doc:"Since when these terms hold."`
	Source   string         `json:"source" doc:"contract, or the kind of the amendment behind them."`
	End      caldate.Date   `json:"end" doc:"Last day of service as it was agreed by then."`
	Served   bool           `json:"served" doc:"The contract was in force on that day."`
	Terms    []termValue    `json:"terms"`
	Plan     plan.Terms     `json:"plan"`
	Versions []termsVersion `json:"versions" doc:"Every day on which terms changed."`
}

type termValue struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	LabelEn string `json:"label_en"`
	Value   string `json:"value"`
	ValueEn string `json:"value_en"`
}

type termsVersion struct {
	From    caldate.Date `json:"from"`
	Source  string       `json:"source"`
	Changes []termChange `json:"changes"`
}

// lifeCapabilities says which capability each act on a contract in force needs.
var lifeCapabilities = map[string]string{
	"change_plan": "contract.amend", "supplement": "contract.amend", "object_renewal": "contract.amend", "terminate": "contract.terminate", "decide_termination": "contract.terminate",
	"cure": "contract.terminate", "withdraw_termination": "contract.terminate", "suspend": "contract.suspend", "lift": "contract.suspend", "require_licence": "contract.suspend", "announce_price": "contract.amend",
}

var amendmentCapabilities = map[string]string{
	"sign": "contract.sign", "confirm": "contract.confirm", "cancel": "contract.amend", "accept": "contract.answer", "object": "contract.answer", "leave": "contract.answer",
	"sign_online": "contract.accept", "e_sign": "contract.accept", "prove": "contract.amend",
}

func fromChange(d contract.Difference) termChange {
	return termChange{d.Name, d.Label.Zh, d.Label.En, d.Was.Zh, d.Was.En, d.Is.Zh, d.Is.En}
}

// amended is what stands beside an amendment in other rows.
type amended struct {
	contract *contract.Contract
	signings []contract.Signing
	proof    contract.Proof
	names    map[string]string
}

func (a *API) fromAmendment(ctx context.Context, x *contract.Amendment, by amended) amendment {
	names := by.names
	out := amendment{
		ID: x.ID, Number: x.Number, Kind: x.Kind, State: x.State, AskedOn: x.AskedOn, EffectiveFrom: x.EffectiveFrom, EndBefore: x.EndBefore, EndAfter: x.EndAfter,
		Changes: Convert(contract.Compared(x.Before, x.After), fromChange), Reason: x.Reason, SilenceAccepts: x.SilenceAccepts, Proof: by.proof, FormID: x.FormID, FormSHA256: x.FormSHA256, AttachmentID: x.DocumentID, SignedOn: x.SignedOn,
		CustomerSigner: x.CustomerSigner, ProviderSigner: x.ProviderSigner, CreatedByName: names[x.CreatedBy], RecordedByName: names[x.RecordedBy],
		ConfirmedBy: names[x.ConfirmedBy], EndedByName: names[x.EndedBy], EndedReason: x.EndedReason, Actions: []string{},
	}
	acts := contract.AmendmentActions(x, a.deps.Clock.Today(), actor.From(ctx).UserID)
	if x.Signable() {
		out.Ways = a.deps.Contracts.WaysOf(by.contract, x)
		out.Signings = Convert(by.signings, func(s contract.Signing) signingRecord { return fromSigning(s, names) })
		acts = append(acts, a.deps.Contracts.PortalActions(by.contract, x, by.signings, actor.From(ctx))...)
	}
	for _, act := range acts {
		if Can(ctx, amendmentCapabilities[act]) {
			out.Actions = append(out.Actions, act)
		}
	}
	return out
}

func (a *API) amendmentRecord(ctx context.Context, x *contract.Amendment, err error) (*struct{ Body amendment }, error) {
	if err != nil {
		return nil, err
	}
	c, err := a.deps.Contracts.Get(ctx, x.ContractID)
	if err != nil {
		return nil, err
	}
	beside, err := a.besideAmendments(ctx, c, []contract.Amendment{*x})
	if err != nil {
		return nil, err
	}
	return &struct{ Body amendment }{a.fromAmendment(ctx, x, beside(x))}, nil
}

// besideAmendments reads what stands beside amendments of a contract: who signed them, proofs, names of people.
func (a *API) besideAmendments(ctx context.Context, c *contract.Contract, all []contract.Amendment) (func(x *contract.Amendment) amended, error) {
	signings, err := a.deps.Contracts.SigningsOfAmendments(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	proofs, err := a.deps.Contracts.Proofs(ctx, c, all)
	if err != nil {
		return nil, err
	}
	var people []string
	for i := range all {
		people = append(people, all[i].CreatedBy, all[i].RecordedBy, all[i].ConfirmedBy, all[i].EndedBy)
		for _, s := range signings[all[i].ID] {
			people = append(people, s.RecordedBy)
		}
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	return func(x *contract.Amendment) amended { return amended{c, signings[x.ID], proofs[x.ID], names} }, nil
}

func fromEnding(e *contract.Ending, names map[string]string) endingRecord {
	out := endingRecord{
		ID: e.ID, Number: e.Number, Cause: e.Cause, State: e.State, By: e.BySide, Reason: e.Reason, StartsOn: e.StartsOn, ClockDays: e.ClockDays, PausedDays: e.PausedDays, LastDay: e.LastDay,
		Curable: contract.RuleOf(e.Cause).Curable, AttachmentID: e.DocumentID, NoticeID: e.NoticeID, RequestedAt: e.RequestedAt, RequestedBy: names[e.RequestedBy],
		DecidedAt: e.DecidedAt, DecidedBy: names[e.DecidedBy], ClosedOn: e.ClosedOn, ClosedReason: e.ClosedReason,
	}
	if !e.LastDay.IsZero() {
		out.EndsOn = e.LastDay.AddDays(1)
	}
	return out
}

// addLife adds to a contract's record what became of it after its signing, and what may be done about it.
func (a *API) addLife(ctx context.Context, c *contract.Contract, suspensions []contract.Suspension, out *contractRecord) error {
	endings, err := a.deps.Contracts.Endings(ctx, c.ID)
	if err != nil {
		return err
	}
	amendments, err := a.deps.Contracts.Amendments(ctx, c.ID)
	if err != nil {
		return err
	}
	h, err := a.deps.Contracts.Horizon(ctx, c)
	if err != nil {
		return err
	}
	beside, err := a.besideAmendments(ctx, c, amendments)
	if err != nil {
		return err
	}
	var people []string
	for i := range endings {
		people = append(people, endings[i].RequestedBy, endings[i].DecidedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return err
	}
	out.Life = contractLife{
		Adopted: c.Adopted, TermFrom: c.TermFrom, Renewals: c.Renewals, ObjectedBy: c.ObjectedBy, ObjectedOn: c.ObjectedOn, ObjectUntil: h.ObjectUntil, RenewsUntil: h.RenewsUntil,
		PlanChangeFrom: h.PlanChangeFrom, PlanChangeCutoff: c.Terms.ChangeUntil, SupplementFrom: h.SupplementFrom,
		Licences: Convert(c.Needs, func(k licence.Kind) string { return string(k) }), Amendments: []amendment{}, Endings: []endingRecord{},
	}
	for i := len(amendments) - 1; i >= 0; i-- {
		out.Life.Amendments = append(out.Life.Amendments, a.fromAmendment(ctx, &amendments[i], beside(&amendments[i])))
	}
	for i := len(endings) - 1; i >= 0; i-- {
		out.Life.Endings = append(out.Life.Endings, fromEnding(&endings[i], names))
	}
	for _, act := range contract.LifeActions(c, endings, suspensions, a.deps.Clock.Today(), actor.From(ctx).UserID) {
		if Can(ctx, lifeCapabilities[act]) {
			out.Actions = append(out.Actions, act)
		}
	}
	return nil
}

// byAmendment and byEnding name one of a contract's amendments or terminations.
type (
	ByAmendment struct {
		ByID
		Amendment string `path:"amendment" maxLength:"32"`
	}
	ByEnding struct {
		ByID
		Termination string `path:"termination" maxLength:"32"`
	}
)

// called off: what a cure or a withdrawal needs.
type calledOff struct {
	ByID
	Body struct {
		Reason       string `json:"reason" maxLength:"2000"`
		AttachmentID string `json:"attachment_id,omitempty" maxLength:"32" doc:"Proof, where there is one."`
	}
}

// contractLifeActs are the acts on a contract in force.
func (a *API) contractLifeActs() {
	a.contractTerms()
	a.contractPrices()
	a.contractEnd()
	a.contractHold()
}

func (a *API) contractTerms() {
	type answer = struct{ Body amendment }
	Register(a, Op{
		ID: "get-contract-terms", Method: http.MethodGet, Path: "/contracts/{id}/terms", Capability: "contract.read", Tag: "contract",
		Summary: "某一天适用的条款，以及各次变更", SummaryEn: "The terms that applied, or will apply, on a day, and every version of them",
	}, func(ctx context.Context, in *struct {
		ByID
		On string `query:"on" maxLength:"10" doc:"Left out: today."`
	},
	) (*struct{ Body termsRecord }, error) {
		day := a.deps.Clock.Today()
		if in.On != "" {
			parsed, err := caldate.Parse(in.On)
			if err != nil {
				return nil, err
			}
			day = parsed
		}
		d, err := a.deps.Contracts.On(ctx, in.ID, day)
		if err != nil {
			return nil, err
		}
		rows, err := a.deps.Contracts.TermsOf(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out := termsRecord{On: d.On, From: d.From, Source: d.Source, End: d.End, Served: d.Served, Plan: d.Terms, Versions: []termsVersion{}}
		for _, l := range contract.TermValues(d.Terms) {
			out.Terms = append(out.Terms, termValue{l.Name, l.Label.Zh, l.Label.En, l.Is.Zh, l.Is.En})
		}
		for i, r := range rows {
			v := termsVersion{r.EffectiveFrom, r.Source, []termChange{}}
			if i > 0 {
				v.Changes = Convert(contract.Compared(rows[i-1].Terms, r.Terms), fromChange)
			} else if r.Base != nil {
				v.Changes = Convert(contract.Compared(*r.Base, r.Terms), fromChange)
			}
			out.Versions = append(out.Versions, v)
		}
		return &struct{ Body termsRecord }{out}, nil
	})
	Register(a, Op{
		ID: "request-plan-change", Method: http.MethodPost, Path: "/contracts/{id}/plan-changes", Capability: "contract.amend", Tag: "contract", Status: http.StatusCreated,
		Summary:   "套餐变更（业务变更记录表）：截止日前申请自次月 1 日、之后自再下月 1 日起生效",
		SummaryEn: "Record a plan change: from the next 1st, or after the cut-off from the 1st of the month after; one for the same day is replaced",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Terms        plan.Patch `json:"terms" doc:"The terms of the plan that change; the others stay."`
			Reason       string     `json:"reason,omitempty" maxLength:"2000"`
			AttachmentID string     `json:"attachment_id,omitempty" maxLength:"32" doc:"The customer's request."`
			ToSign       bool       `json:"to_sign,omitempty" doc:"The form waits for both sides' signatures; otherwise the request counts as it is."`
		}
	},
	) (*answer, error) {
		b := in.Body
		x, err := a.deps.Contracts.RequestPlanChange(ctx, in.ID, contract.PlanChange{Patch: b.Terms, Reason: b.Reason, DocumentID: b.AttachmentID, ToSign: b.ToSign})
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "draft-supplement", Method: http.MethodPost, Path: "/contracts/{id}/supplements", Capability: "contract.amend", Tag: "contract", Status: http.StatusCreated,
		Summary:   "起草补充协议：条款自某日起变更，或改签终止日（续期）",
		SummaryEn: "Draw up a supplement: other terms from a day on, or a new end (renewal by agreement); its text is stored and signed",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Terms         plan.Patch   `json:"terms,omitempty" doc:"The terms that change; the others stay."`
			EffectiveFrom caldate.Date `json:"effective_from,omitempty" doc:"With until alone: the day after the present end."`
			Until         caldate.Date `json:"until,omitempty" doc:"The new last day of service."`
			Reason        string       `json:"reason,omitempty" maxLength:"2000"`
		}
	},
	) (*answer, error) {
		b := in.Body
		x, err := a.deps.Contracts.DraftSupplement(ctx, in.ID, contract.Supplement{Patch: b.Terms, Effective: b.EffectiveFrom, Until: b.Until, Reason: b.Reason})
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "sign-supplement", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/sign", Capability: "contract.sign", Tag: "contract",
		Summary: "登记补充协议的签署（双方）", SummaryEn: "Record that both sides have signed a supplement, with the scan",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body struct {
			AttachmentID   string       `json:"attachment_id,omitempty" maxLength:"32"`
			SignedOn       caldate.Date `json:"signed_on,omitempty"`
			CustomerSigner string       `json:"customer_signer,omitempty"`
			ProviderSigner string       `json:"provider_signer,omitempty"`
		}
	},
	) (*answer, error) {
		b := in.Body
		x, err := a.deps.Contracts.SignSupplement(ctx, in.ID, in.Amendment, contract.Signed{
			DocumentID: b.AttachmentID, SignedOn: b.SignedOn, Signers: map[contract.Side]string{contract.CustomerSide: b.CustomerSigner, contract.ProviderSide: b.ProviderSigner},
		})
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "confirm-supplement", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/confirm", Capability: "contract.confirm", Tag: "contract",
		Summary: "第二人确认补充协议的签署，协议成立", SummaryEn: "Confirm the signing of a supplement as the second person; its terms hold from its day",
	}, func(ctx context.Context, in *ByAmendment) (*answer, error) {
		x, err := a.deps.Contracts.ConfirmSupplement(ctx, in.ID, in.Amendment)
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "cancel-amendment", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/cancel", Capability: "contract.amend", Tag: "contract",
		Summary: "取消未生效的套餐变更，或未成立的补充协议", SummaryEn: "Cancel a plan change before its day, or a supplement that is not confirmed",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	},
	) (*answer, error) {
		x, err := a.deps.Contracts.CancelAmendment(ctx, in.ID, in.Amendment, in.Body.Reason)
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "object-renewal", Method: http.MethodPost, Path: "/contracts/{id}/object-renewal", Capability: "contract.amend", Tag: "contract",
		Summary: "登记续期异议：最迟在到期前约定天数提出", SummaryEn: "Record that a side does not want the contract to renew itself, in time before the end",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			By           contract.Side `json:"by" enum:"customer,provider"`
			Reason       string        `json:"reason,omitempty" maxLength:"2000"`
			AttachmentID string        `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body contractRecord }, error) {
		c, err := a.deps.Contracts.ObjectRenewal(ctx, in.ID, contract.Objection{By: in.Body.By, Reason: in.Body.Reason, DocumentID: in.Body.AttachmentID})
		return a.oneContract(ctx, c, err)
	})
}

func (a *API) contractPrices() {
	type answer = struct{ Body amendment }
	Register(a, Op{
		ID: "announce-price", Method: http.MethodPost, Path: "/contracts/{id}/price-changes", Capability: "contract.amend", Tag: "contract", Status: http.StatusCreated,
		Summary:   "调价通知：提前 30 日通知客户，经确认（或约定的默示同意）后自该日执行",
		SummaryEn: "Announce a price change at least 30 days ahead; it holds once the customer confirms it, or by silence where the contract says so",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Terms          plan.Patch   `json:"terms" doc:"The prices that change."`
			EffectiveFrom  caldate.Date `json:"effective_from"`
			Reason         string       `json:"reason" maxLength:"2000"`
			SilenceAccepts bool         `json:"silence_accepts,omitempty" doc:"The contract says that who goes on using the service agrees."`
			AttachmentID   string       `json:"attachment_id,omitempty" maxLength:"32" doc:"Proof of a notice on paper."`
		}
	},
	) (*answer, error) {
		b := in.Body
		x, err := a.deps.Contracts.AnnouncePrice(ctx, in.ID, contract.Announcement{
			Patch: b.Terms, Effective: b.EffectiveFrom, Reason: b.Reason, SilenceAccepts: b.SilenceAccepts, DocumentID: b.AttachmentID,
		})
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "accept-price", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/accept", Capability: "contract.answer", Tag: "contract",
		Summary: "客户同意调价", SummaryEn: "The customer agrees to an announced price",
	}, func(ctx context.Context, in *ByAmendment) (*answer, error) {
		x, err := a.deps.Contracts.AnswerPrice(ctx, in.ID, in.Amendment, true, "")
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "object-price", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/object", Capability: "contract.answer", Tag: "contract",
		Summary: "客户对调价提出异议：价格不变", SummaryEn: "The customer objects to an announced price: the prices stay",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
			Leave  bool   `json:"leave,omitempty" doc:"End the contract by notice with the old price: its last day is the one before the new price would hold."`
		}
	},
	) (*answer, error) {
		if in.Body.Leave {
			x, err := a.deps.Contracts.Leave(ctx, in.ID, in.Amendment, in.Body.Reason)
			return a.amendmentRecord(ctx, x, err)
		}
		x, err := a.deps.Contracts.AnswerPrice(ctx, in.ID, in.Amendment, false, in.Body.Reason)
		return a.amendmentRecord(ctx, x, err)
	})
}

func (a *API) contractEnd() {
	type acted = struct{ Body contractRecord }
	Register(a, Op{
		ID: "terminate-contract", Method: http.MethodPost, Path: "/contracts/{id}/terminate", Capability: "contract.terminate", Tag: "contract",
		Summary:   "终止合同：协商与客户通知即办；违约等事由须第二人批准后发出通知、起算期限",
		SummaryEn: "Terminate: by agreement or the customer's notice at once or on a later day; other causes wait for a second person, whose approval starts their clock",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Cause        contract.Cause `json:"cause" enum:"mutual,notice,breach,insolvency,force_majeure,policy,illegal_content,non_payment,complaints"`
			Reason       string         `json:"reason"`
			On           caldate.Date   `json:"on,omitempty" doc:"Last day of service; left out: as soon as the cause allows."`
			Since        caldate.Date   `json:"since,omitempty" doc:"Insolvency and force majeure: since when."`
			By           contract.Side  `json:"by,omitempty" enum:"customer,provider"`
			AttachmentID string         `json:"attachment_id,omitempty" doc:"The agreement, the notice or the proof."`
		}
	},
	) (*acted, error) {
		b := in.Body
		c, err := a.deps.Contracts.RequestTermination(ctx, in.ID, contract.Termination{Cause: b.Cause, By: b.By, Reason: b.Reason, LastDay: b.On, Since: b.Since, DocumentID: b.AttachmentID})
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "approve-termination", Method: http.MethodPost, Path: "/contracts/{id}/terminations/{termination}/approve", Capability: "contract.terminate", Tag: "contract",
		Summary: "第二人批准终止：发出通知，期限起算", SummaryEn: "Approve a termination as the second person: the notice goes out and the clock starts",
	}, func(ctx context.Context, in *ByEnding) (*acted, error) {
		c, err := a.deps.Contracts.DecideTermination(ctx, in.ID, in.Termination, true, "")
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "reject-termination", Method: http.MethodPost, Path: "/contracts/{id}/terminations/{termination}/reject", Capability: "contract.terminate", Tag: "contract",
		Summary: "驳回终止申请", SummaryEn: "Reject a termination that somebody else asked for",
	}, func(ctx context.Context, in *struct {
		ByEnding
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	},
	) (*acted, error) {
		c, err := a.deps.Contracts.DecideTermination(ctx, in.ID, in.Termination, false, in.Body.Reason)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "cure-contract", Method: http.MethodPost, Path: "/contracts/{id}/cure", Capability: "contract.terminate", Tag: "contract",
		Summary: "终止事由已消除：停止期限，合同继续", SummaryEn: "The cause of a running termination is gone in time: its clock stops and the contract goes on",
	}, func(ctx context.Context, in *calledOff) (*acted, error) {
		c, err := a.deps.Contracts.Cure(ctx, in.ID, contract.Cured{Reason: in.Body.Reason, DocumentID: in.Body.AttachmentID})
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "withdraw-termination", Method: http.MethodPost, Path: "/contracts/{id}/withdraw-termination", Capability: "contract.terminate", Tag: "contract",
		Summary: "撤回终止或终止申请", SummaryEn: "Take back a termination before its last day, or a request for one",
	}, func(ctx context.Context, in *calledOff) (*acted, error) {
		c, err := a.deps.Contracts.WithdrawTermination(ctx, in.ID, contract.Cured{Reason: in.Body.Reason, DocumentID: in.Body.AttachmentID})
		return a.oneContract(ctx, c, err)
	})
}

func (a *API) contractHold() {
	type acted = struct{ Body contractRecord }
	type byHand struct {
		ByID
		Body struct {
			Reason       contract.Reason `json:"reason" enum:"data,behaviour,content"`
			Evidence     string          `json:"evidence" maxLength:"2000"`
			AttachmentID string          `json:"attachment_id,omitempty" maxLength:"32"`
		}
	}
	Register(a, Op{
		ID: "suspend-contract", Method: http.MethodPost, Path: "/contracts/{id}/suspend", Capability: "contract.suspend", Tag: "contract",
		Summary: "暂停服务：登记资料、发送行为或内容问题，附证据", SummaryEn: "Suspend by hand, with evidence: wrong data, unusual sending or content",
	}, func(ctx context.Context, in *byHand) (*acted, error) {
		c, err := a.deps.Contracts.SuspendByHand(ctx, in.ID, in.Body.Reason, in.Body.Evidence, in.Body.AttachmentID)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "lift-contract", Method: http.MethodPost, Path: "/contracts/{id}/lift", Capability: "contract.suspend", Tag: "contract",
		Summary: "解除人工暂停（须由作出暂停以外的人）", SummaryEn: "Lift a reason that a person set; not by that person",
	}, func(ctx context.Context, in *byHand) (*acted, error) {
		c, err := a.deps.Contracts.LiftByHand(ctx, in.ID, in.Body.Reason, in.Body.Evidence)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "require-contract-licence", Method: http.MethodPost, Path: "/contracts/{id}/required-licences", Capability: "contract.suspend", Tag: "contract",
		Summary: "要求该合同另备一种证照；没有有效证照即暂停", SummaryEn: "Make a kind of licence necessary for this contract; without a valid one it is suspended",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Kind   licence.Kind `json:"kind" enum:"business,telecom,icp,credit_standing,information_source,bank_account,number,signature,advertising"`
			Reason string       `json:"reason,omitempty" maxLength:"2000"`
		}
	},
	) (*acted, error) {
		if err := a.deps.Contracts.RequireLicence(ctx, in.ID, in.Body.Kind, in.Body.Reason); err != nil {
			return nil, err
		}
		c, err := a.deps.Contracts.Get(ctx, in.ID)
		return a.oneContract(ctx, c, err)
	})
}
