package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/licence"
	"sealgate/server/numbers"
	"sealgate/server/registration"
)

// RegistrationFields are what a record of the chain says; which of them count depends on its kind.
type RegistrationFields struct {
	Kind       registration.Kind       `json:"kind" enum:"qualification,signature,template,link,phone"`
	ParentID   string                  `json:"parent_id,omitempty" maxLength:"32" doc:"The qualification of a signature, else the signature."`
	Text       string                  `json:"text" doc:"Name of a qualification; signature with or without 【】; template with {1}, {2}; domain or address; phone number."`
	Licences   []licence.Kind          `json:"licences,omitempty" doc:"qualification: which licences it consists of; the business licence always."`
	Source     registration.Source     `json:"source,omitempty" doc:"signature: company, app, trade_mark, website, mini_program or public."`
	SourceName string                  `json:"source_name,omitempty"`
	Name       string                  `json:"name,omitempty" doc:"template"`
	Category   string                  `json:"category,omitempty" doc:"template: verification, notice, marketing or advertising."`
	Variables  []registration.Variable `json:"variables,omitempty" doc:"template: in the order of {1}, {2} …"`
	Form       registration.LinkForm   `json:"form,omitempty" doc:"link: domain, url or short."`
	Target     string                  `json:"target,omitempty" doc:"short link: where it leads."`
	Owner      string                  `json:"owner,omitempty" doc:"link, phone: whose it is."`
	ProofID    string                  `json:"proof_attachment_id,omitempty" maxLength:"32" doc:"Proof of the right to it; of a qualification the letter of authorisation."`
}

func (f RegistrationFields) submission(h registration.Handler) registration.Submission {
	return registration.Submission{
		Kind: f.Kind, ParentID: f.ParentID, Text: f.Text, DocumentID: f.ProofID, Handler: h,
		Detail: registration.Detail{
			Licences: f.Licences, Source: f.Source, SourceName: f.SourceName, Name: f.Name, Category: f.Category, Variables: f.Variables, Form: f.Form, Target: f.Target, Owner: f.Owner,
		},
	}
}

// HandlerFields are who acts for the customer.
type HandlerFields struct {
	Name           string       `json:"name"`
	IDNumber       string       `json:"id_number"`
	Phone          string       `json:"phone"`
	AuthorisedFrom caldate.Date `json:"authorised_from"`
	AuthorisedTo   caldate.Date `json:"authorised_to" doc:"More than six months must be left when the letter is filed."`
}

func (h *HandlerFields) handler() registration.Handler {
	if h == nil {
		return registration.Handler{}
	}
	return registration.Handler(*h)
}

type registrationRecord struct {
	ID           string `json:"id"`
	CustomerID   string `json:"customer_id"`
	CustomerName string `json:"customer_name,omitempty"`
	RegistrationFields
	State           registration.State `json:"state" enum:"submitted,in_review,approved,refused,lapsed"`
	UsedByOthers    int                `json:"used_by_others,omitempty" doc:"How many other customers have the same signature approved."`
	Reason          string             `json:"reason,omitempty"`
	ValidTo         caldate.Date       `json:"valid_to,omitempty" doc:"Last day of the letter of authorisation."`
	UsedOn          caldate.Date       `json:"used_on,omitempty" doc:"When it was last sent with; unused for five months it lapses with the carriers."`
	SubmittedAt     caldate.Instant    `json:"submitted_at"`
	SubmittedByName string             `json:"submitted_by_name,omitempty"`
	DueAt           caldate.Instant    `json:"due_at" doc:"Until when the review should be done."`
	TakenByName     string             `json:"taken_by_name,omitempty"`
	DecidedAt       caldate.Instant    `json:"decided_at"`
	DecidedByName   string             `json:"decided_by_name,omitempty"`
	Filings         []filingRecord     `json:"filings" doc:"The newest attempt of each carrier first."`
	Actions         []string           `json:"available_actions"`
}

func (a *API) fromRegistrations(ctx context.Context, rs ...registration.Record) ([]registrationRecord, error) {
	var people, ids []string
	for _, r := range rs {
		people = append(people, r.SubmittedBy, r.TakenBy, r.DecidedBy)
		ids = append(ids, r.ID)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	filings, err := a.deps.Signatures.FilingsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return Convert(rs, func(r registration.Record) registrationRecord {
		d := r.Detail
		return registrationRecord{
			ID: r.ID, CustomerID: r.CustomerID, CustomerName: r.CustomerName, State: r.State, UsedByOthers: r.UsedByOthers, Reason: r.Reason, ValidTo: r.ValidTo, UsedOn: r.UsedOn,
			RegistrationFields: RegistrationFields{r.Kind, r.ParentID, r.Text, d.Licences, d.Source, d.SourceName, d.Name, d.Category, d.Variables, d.Form, d.Target, d.Owner, r.DocumentID},
			SubmittedAt:        r.SubmittedAt, SubmittedByName: names[r.SubmittedBy], DueAt: r.Due(), TakenByName: names[r.TakenBy], DecidedAt: r.DecidedAt, DecidedByName: names[r.DecidedBy],
			Filings: Convert(filings[r.ID], a.fromFiling), Actions: registrationActions(ctx, &r, filings[r.ID]),
		}
	}), nil
}

// registrationActions are what the caller may do next with a record.
func registrationActions(ctx context.Context, r *registration.Record, filings []registration.Filing) []string {
	actions := []string{}
	review, submit := registration.Actions(r, actor.From(ctx))
	if Can(ctx, "signature.approve") {
		actions = append(actions, review...)
	}
	if Can(ctx, "signature.write") {
		actions = append(actions, submit...)
	}
	if Can(ctx, "filing.write") && registration.MayRefile(r, filings) {
		actions = append(actions, "refile")
	}
	return actions
}

func (a *API) oneRegistration(ctx context.Context, r *registration.Record, err error) (*struct{ Body registrationRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromRegistrations(ctx, *r)
	if err != nil {
		return nil, err
	}
	return &struct{ Body registrationRecord }{out[0]}, nil
}

// RegistrationPage narrows a list of registrations.
type RegistrationPage struct {
	Page
	Kind string `query:"kind" maxLength:"64" doc:"One kind, or several joined by commas."`
}

func (a *API) listRegistrations(ctx context.Context, p RegistrationPage, customerID string) (*struct{ Body List[registrationRecord] }, error) {
	after, err := p.after()
	if err != nil {
		return nil, err
	}
	in, err := states(p.InStates, registration.States())
	if err != nil {
		return nil, err
	}
	kinds, err := states(InStates{p.Kind}, registration.Kinds())
	if err != nil {
		return nil, err
	}
	rs, total, err := a.deps.Signatures.List(ctx, registration.Query{CustomerID: customerID, Kinds: kinds, States: in, Search: p.Q, Cursor: after, Limit: p.Limit + 1})
	if err != nil {
		return nil, err
	}
	rs, next := CutPage(rs, p.Limit, func(r registration.Record) []string { return []string{r.ID} })
	items, err := a.fromRegistrations(ctx, rs...)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[registrationRecord] }{NewList(items, next, total)}, nil
}

type registrationMentions struct {
	Items []registrationMention `json:"items"`
}

type registrationMention struct {
	Kind           registration.Kind  `json:"kind" enum:"link,phone"`
	Text           string             `json:"text"`
	From           int                `json:"from" doc:"First character, from 1."`
	To             int                `json:"to" doc:"Last character."`
	RegistrationID string             `json:"registration_id,omitempty" doc:"None: it is not registered under the template's signature."`
	Registered     string             `json:"registered,omitempty" doc:"As what it is registered."`
	State          registration.State `json:"state,omitempty" enum:"submitted,in_review,approved"`
}

func fromMention(m registration.Mention) registrationMention {
	out := registrationMention{Kind: m.Kind, Text: m.Text, From: m.From, To: m.To}
	if m.By != nil {
		out.RegistrationID, out.Registered, out.State = m.By.ID, m.By.Text, m.By.State
	}
	return out
}

type registrationHandler struct {
	HandlerFields
	Masked bool `json:"masked"`
}

// review adds an operation on the review of a record that needs nothing but its id.
func (a *API) review(id, path, zh, en string, do func(ctx context.Context, id string) (*registration.Record, error)) {
	Register(a, Op{
		ID: id, Method: http.MethodPost, Path: path, Capability: "signature.approve", Tag: "registration", Summary: zh, SummaryEn: en,
	}, func(ctx context.Context, in *ByID) (*struct{ Body registrationRecord }, error) {
		r, err := do(ctx, in.ID)
		return a.oneRegistration(ctx, r, err)
	})
}

// reviewBecause adds an operation on the review of a record that needs a reason.
func (a *API) reviewBecause(id, path, zh, en string, do func(ctx context.Context, id, reason string) (*registration.Record, error)) {
	Register(a, Op{
		ID: id, Method: http.MethodPost, Path: path, Capability: "signature.approve", Tag: "registration", Summary: zh, SummaryEn: en,
	}, func(ctx context.Context, in *reason) (*struct{ Body registrationRecord }, error) {
		r, err := do(ctx, in.ID, in.text())
		return a.oneRegistration(ctx, r, err)
	})
}

func (a *API) registrations() {
	chain := a.deps.Signatures
	Register(a, Op{
		ID: "list-registrations", Method: http.MethodGet, Path: "/registrations", Capability: "customer.read", Tag: "registration",
		Summary: "报备链登记列表（资质、签名、模板、链接、号码），等待最久的在前", SummaryEn: "Registrations of the chain: qualifications, signatures, templates, links, phone numbers; those that have waited longest first",
	}, func(ctx context.Context, in *struct{ RegistrationPage }) (*struct{ Body List[registrationRecord] }, error) {
		return a.listRegistrations(ctx, in.RegistrationPage, "")
	})
	Register(a, Op{
		ID: "list-customer-registrations", Method: http.MethodGet, Path: "/customers/{id}/registrations", Capability: "customer.read", Tag: "registration",
		Summary: "客户的报备链，含各运营商的报备", SummaryEn: "A customer's chain with its filings",
	}, func(ctx context.Context, in *struct {
		ByID
		RegistrationPage
	},
	) (*struct{ Body List[registrationRecord] }, error) {
		if _, err := a.deps.Customers.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		return a.listRegistrations(ctx, in.RegistrationPage, in.ID)
	})
	Register(a, Op{
		ID: "submit-registration", Method: http.MethodPost, Path: "/customers/{id}/registrations", Capability: "signature.write", Tag: "registration", Status: http.StatusCreated,
		Summary: "登记资质、签名、模板、链接或号码，由他人审核", SummaryEn: "Register a qualification, signature, template, link or phone number, to be reviewed by another person",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			RegistrationFields
			Handler *HandlerFields `json:"handler,omitempty" doc:"qualification"`
		}
	},
	) (*struct{ Body registrationRecord }, error) {
		r, err := chain.Submit(ctx, in.ID, in.Body.submission(in.Body.Handler.handler()))
		return a.oneRegistration(ctx, r, err)
	})
	Register(a, Op{
		ID: "get-registration", Method: http.MethodGet, Path: "/registrations/{id}", Capability: "customer.read", Tag: "registration",
		Summary: "一条登记及其各运营商的报备", SummaryEn: "A registration with its filings",
	}, func(ctx context.Context, in *ByID) (*struct{ Body registrationRecord }, error) {
		r, err := chain.Get(ctx, in.ID)
		return a.oneRegistration(ctx, r, err)
	})
	Register(a, Op{
		ID: "list-registration-mentions", Method: http.MethodGet, Path: "/registrations/{id}/mentions", Capability: "customer.read", Tag: "registration",
		Summary: "模板里的链接和号码（引流信息），各在何处、登记在哪一条之下", SummaryEn: "The links and phone numbers in a template: where each stands, and under which registration",
	}, func(ctx context.Context, in *ByID) (*struct{ Body registrationMentions }, error) {
		ms, err := chain.Mentions(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body registrationMentions }{registrationMentions{Convert(ms, fromMention)}}, nil
	})
	Register(a, Op{
		ID: "get-registration-handler", Method: http.MethodGet, Path: "/registrations/{id}/handler", Capability: "customer.read", Tag: "registration",
		Summary: "资质的经办人（脱敏）和授权书有效期", SummaryEn: "The handler of a qualification, masked, and the validity of the letter",
	}, func(ctx context.Context, in *ByID) (*struct{ Body registrationHandler }, error) {
		if _, err := chain.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		m, from, to, err := chain.MaskedHandler(ctx, in.ID)
		if err != nil || m == nil {
			return &struct{ Body registrationHandler }{registrationHandler{Masked: true}}, err
		}
		return &struct{ Body registrationHandler }{registrationHandler{HandlerFields{m.Name, m.IDNumber, m.Phone, from, to}, true}}, nil
	})
	Register(a, Op{
		ID: "look-at-registration-handler", Method: http.MethodPost, Path: "/registrations/{id}/handler/look", Capability: "signature.approve", Tag: "registration", NoReplay: true,
		Summary: "查看经办人的完整资料；查看会留痕", SummaryEn: "The handler in full; the look is on record",
	}, func(ctx context.Context, in *ByID) (*struct{ Body registrationHandler }, error) {
		h, err := chain.Handler(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body registrationHandler }{registrationHandler{HandlerFields(*h), false}}, nil
	})
	a.review("take-registration", "/registrations/{id}/take", "领取审核", "Take it for review", chain.Take)
	a.review("give-back-registration", "/registrations/{id}/give-back", "放回待审核", "Give it back to the queue", chain.GiveBack)
	a.review("approve-registration", "/registrations/{id}/approve", "审核通过，并排队向各运营商报备", "Approve it, and queue it for every carrier", chain.Approve)
	a.reviewBecause("refuse-registration", "/registrations/{id}/refuse", "退回登记", "Refuse it", chain.Refuse)
	a.reviewBecause("withdraw-registration", "/registrations/{id}/withdraw", "撤回已通过的登记；报备一并失效", "Take an approved one back; its filings lapse with it", chain.Withdraw)
	Register(a, Op{
		ID: "renew-registration", Method: http.MethodPost, Path: "/registrations/{id}/renew", Capability: "signature.write", Tag: "registration",
		Summary: "为失效的资质提交新的授权书", SummaryEn: "Submit a lapsed qualification anew with a new letter of authorisation",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			ProofID string        `json:"proof_attachment_id" maxLength:"32"`
			Handler HandlerFields `json:"handler"`
		}
	},
	) (*struct{ Body registrationRecord }, error) {
		r, err := chain.Renew(ctx, in.ID, registration.Renewal{DocumentID: in.Body.ProofID, Handler: in.Body.Handler.handler()})
		return a.oneRegistration(ctx, r, err)
	})
	Register(a, Op{
		ID: "refile-registration", Method: http.MethodPost, Path: "/registrations/{id}/refile", Capability: "filing.write", Tag: "registration",
		Summary: "向驳回或失效的运营商再次报备，连同随它失效的各环", SummaryEn: "File it again with the carriers that refused it or where it lapsed, and what lapsed with it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Carriers []string `json:"carriers,omitempty" maxItems:"10" doc:"None: all that refused it or where it lapsed."`
			Note     string   `json:"note" maxLength:"500" doc:"What was mended."`
			ProofID  string   `json:"proof_attachment_id,omitempty" maxLength:"32" doc:"A new proof."`
		}
	},
	) (*struct{ Body registrationRecord }, error) {
		r, err := chain.Refile(ctx, in.ID, in.Body.Carriers, in.Body.Note, in.Body.ProofID)
		return a.oneRegistration(ctx, r, err)
	})
	Register(a, Op{
		ID: "list-sender-numbers", Method: http.MethodGet, Path: "/sender-numbers", Capability: "customer.read", Tag: "registration",
		Summary: "码号池：已分配、冷却中和可再分配的码号", SummaryEn: "The pool of sender numbers: allotted, resting and free ones",
	}, a.listNumbers)
}

type senderNumber struct {
	Code           string          `json:"code"`
	Base           string          `json:"base" doc:"The contract's own code, of which this may be a sub-number."`
	State          numbers.State   `json:"state" enum:"allotted,cooling,free"`
	CustomerID     string          `json:"customer_id,omitempty"`
	CustomerName   string          `json:"customer_name,omitempty"`
	ContractID     string          `json:"contract_id,omitempty"`
	ContractNumber string          `json:"contract_number,omitempty"`
	Signature      string          `json:"signature,omitempty"`
	AllottedAt     caldate.Instant `json:"allotted_at"`
	ReturnedOn     caldate.Date    `json:"returned_on,omitempty"`
	FreeOn         caldate.Date    `json:"free_on,omitempty"`
}

func (a *API) listNumbers(ctx context.Context, in *struct{ Page }) (*struct{ Body List[senderNumber] }, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	wanted, err := states(in.InStates, numbers.States())
	if err != nil {
		return nil, err
	}
	ns, total, err := a.deps.Numbers.List(ctx, numbers.Query{States: wanted, Search: in.Q, Cursor: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	ns, next := CutPage(ns, in.Limit, func(n numbers.Number) []string { return []string{n.Code} })
	return &struct{ Body List[senderNumber] }{NewList(Convert(ns, func(n numbers.Number) senderNumber {
		return senderNumber{n.Code, n.Base, n.State, n.CustomerID, n.CustomerName, n.ContractID, n.ContractNumber, n.Signature, n.AllottedAt, n.ReturnedOn, n.FreeOn}
	}), next, total)}, nil
}
