package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/ledger"
)

// ContractRow is a contract in a list.
type ContractRow struct {
	ID              string            `json:"id"`
	Number          string            `json:"number"`
	Kind            contract.Kind     `json:"kind"`
	CustomerID      string            `json:"customer_id"`
	CustomerName    string            `json:"customer_name"`
	OwnerID         string            `json:"owner_id"`
	TemplateID      string            `json:"template_id"`
	TemplateVersion int               `json:"template_version"`
	State           contract.State    `json:"state" enum:"draft,under_review,awaiting_signature,active,suspended,expired,terminated,settled,closed"`
	Reasons         []contract.Reason `json:"suspension_reasons"`
	Start           caldate.Date      `json:"start" doc:"First day of service as agreed."`
	End             caldate.Date      `json:"end" doc:"Last day of service as agreed."`
	ServiceCode     string            `json:"service_code"`
	Totals          contractTotals    `json:"totals"`
	CreatedAt       caldate.Instant   `json:"created_at"`
	Version         int64             `json:"version"`
}

type contractTotals struct {
	BilledFen  int64 `json:"billed_fen"`
	PaidFen    int64 `json:"paid_fen"`
	OpenFen    int64 `json:"open_fen" doc:"Owed now, by the ledger; 0 for those who may not see bills."`
	DepositFen int64 `json:"deposit_fen" doc:"Deposit held, by the ledger."`
	Used       int64 `json:"used" doc:"Message parts delivered this month."`
	Included   int64 `json:"included" doc:"Message parts that the rent covers a month."`
}

type contractRecord struct {
	ContractRow
	Values            map[string]string  `json:"values"`
	Terms             []contractTerm     `json:"terms" doc:"What was filled in, as people read it."`
	SendFrom          string             `json:"send_from"`
	SendTo            string             `json:"send_to"`
	AllowedCategories []string           `json:"allowed_categories"`
	Carriers          []string           `json:"carriers"`
	DocumentSHA256    string             `json:"document_sha256,omitempty" doc:"Of the approved text: exactly this is signed."`
	Ways              []contract.Way     `json:"ways" doc:"The ways in which it may be signed: paper, online, e_signature."`
	EffectiveOn       string             `json:"effective_on" doc:"What makes the contract effective: signature and seal, or one of them."`
	ActivatedOn       caldate.Date       `json:"activated_on"`
	EndsOn            caldate.Date       `json:"ends_on" doc:"Last day of a termination that is agreed."`
	EndedOn           caldate.Date       `json:"ended_on" doc:"Last day of service, once it has ended."`
	EndCause          contract.Cause     `json:"end_cause,omitempty"`
	EndReason         string             `json:"end_reason,omitempty"`
	Signings          []signingRecord    `json:"signings"`
	Suspensions       []suspensionRecord `json:"suspensions"`
	Checklist         []checkItem        `json:"checklist" doc:"What is still needed before it comes into force; empty afterwards."`
	Warnings          []contractWarning  `json:"warnings"`
	Plan              *contractPlan      `json:"plan,omitempty" doc:"The plan that it was signed on; absent where it has terms of its own."`
	Life              contractLife       `json:"life" doc:"What became of it after its signing."`
	Actions           []string           `json:"available_actions"`
}

type contractPlan struct {
	PlanID    string   `json:"plan_id"`
	VersionID string   `json:"version_id"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	NameEn    string   `json:"name_en"`
	Version   int      `json:"version"`
	Newest    int      `json:"newest" doc:"Number of the newest published version."`
	Deviates  []string `json:"deviates" doc:"Terms in which the contract differs from its plan."`
}

type contractTerm struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	LabelEn string `json:"label_en"`
	Value   string `json:"value"`
	ValueEn string `json:"value_en"`
	Group   string `json:"group"`
	GroupEn string `json:"group_en"`
}

type checkItem struct {
	Key     string `json:"key"`
	Done    bool   `json:"done"`
	Label   string `json:"label"`
	LabelEn string `json:"label_en"`
}

type contractWarning struct {
	Code     string `json:"code"`
	Field    string `json:"field"`
	Detail   string `json:"detail"`
	DetailEn string `json:"detail_en"`
}

type signingRecord struct {
	Side            contract.Side   `json:"side" enum:"customer,provider"`
	Way             contract.Way    `json:"way" enum:"paper,online,e_signature"`
	EvidenceID      string          `json:"evidence_id,omitempty" doc:"The acceptance or the electronic signature behind it."`
	Signer          string          `json:"signer"`
	SignedOn        caldate.Date    `json:"signed_on"`
	AttachmentID    string          `json:"attachment_id" doc:"The scan; the signed text itself where it was signed in the portal."`
	RecordedAt      caldate.Instant `json:"recorded_at"`
	RecordedByName  string          `json:"recorded_by_name,omitempty"`
	ConfirmedAt     caldate.Instant `json:"confirmed_at"`
	ConfirmedByName string          `json:"confirmed_by_name,omitempty"`
}

type suspensionRecord struct {
	Reason        contract.Reason `json:"reason" enum:"non_payment,licence,data,behaviour,content"`
	SuspendedFrom caldate.Date    `json:"suspended_from"`
	Evidence      string          `json:"evidence"`
	LiftedOn      caldate.Date    `json:"lifted_on"`
	LiftEvidence  string          `json:"lift_evidence,omitempty"`
	AttachmentID  string          `json:"attachment_id,omitempty"`
	SuspendedBy   string          `json:"suspended_by_name,omitempty"`
	LiftedBy      string          `json:"lifted_by_name,omitempty"`
}

type contractEvent struct {
	ID        string          `json:"id"`
	At        caldate.Instant `json:"at"`
	On        caldate.Date    `json:"on"`
	Kind      string          `json:"kind"`
	Text      string          `json:"text"`
	TextEn    string          `json:"text_en"`
	ActorName string          `json:"actor_name"`
	Reason    string          `json:"reason,omitempty"`
	Link      string          `json:"link,omitempty"`
}

// ContractDraft is what a contract is made of.
type ContractDraft struct {
	CustomerID      string            `json:"customer_id" maxLength:"32"`
	TemplateID      string            `json:"template_id" maxLength:"64"`
	TemplateVersion int               `json:"template_version,omitempty" minimum:"0" doc:"Left out: the newest."`
	PlanVersionID   string            `json:"plan_version_id,omitempty" maxLength:"32" doc:"A version of a plan on offer: its terms stand wherever no blank says otherwise."`
	Values          map[string]string `json:"values" doc:"Blank to value; blanks left out take the customer's record or the template's default."`
}

func (r ContractDraft) contract() contract.Registration {
	return contract.Registration{CustomerID: r.CustomerID, TemplateID: r.TemplateID, TemplateVersion: r.TemplateVersion, PlanVersionID: r.PlanVersionID, Values: r.Values}
}

// capabilities says which capability each act on a contract needs.
var capabilities = map[string]string{
	"edit": "contract.write", "submit": "contract.write", "withdraw": "contract.write", "approve": "contract.review", "reject": "contract.review",
	"sign": "contract.sign", "confirm_signing": "contract.confirm", "deposit": "deposit.receive", "sign_online": "contract.accept", "e_sign": "contract.accept",
}

func (a *API) fromContractRow(ctx context.Context, c contract.Contract) (ContractRow, error) {
	row := ContractRow{
		ID: c.ID, Number: c.Number, Kind: c.Kind, CustomerID: c.CustomerID, CustomerName: c.CustomerName, OwnerID: c.OwnerID,
		TemplateID: c.TemplateID, TemplateVersion: c.TemplateVersion, State: c.State, Reasons: c.OpenReasons, Start: c.StartDate, End: c.EndDate,
		ServiceCode: c.ServiceCode, CreatedAt: c.CreatedAt, Version: c.Version,
	}
	if row.Reasons == nil {
		row.Reasons = []contract.Reason{}
	}
	row.Totals.Included = c.Terms.Included
	if !Can(ctx, "bill.read") {
		return row, nil
	}
	open, err := a.deps.Ledger.Balance(ctx, ledger.Receivable, c.CustomerID, c.ID)
	row.Totals.OpenFen = int64(open)
	return row, err
}

func (a *API) fromContract(ctx context.Context, c *contract.Contract) (*contractRecord, error) {
	row, err := a.fromContractRow(ctx, *c)
	if err != nil {
		return nil, err
	}
	out := &contractRecord{
		ContractRow: row, Values: c.Values, SendFrom: c.SendFrom, SendTo: c.SendTo, AllowedCategories: c.AllowedCategories, Carriers: c.Carriers,
		DocumentSHA256: c.DocumentSHA256, ActivatedOn: c.ActivatedOn, EndsOn: c.EndsOn, EndedOn: c.EndedOn, EndCause: c.EndCause, EndReason: c.EndReason,
		Signings: []signingRecord{}, Suspensions: []suspensionRecord{}, Checklist: []checkItem{}, Warnings: []contractWarning{}, Actions: []string{},
	}
	if t, err := a.deps.Templates.Get(c.TemplateID, c.TemplateVersion); err == nil {
		out.EffectiveOn = t.EffectiveOn
	}
	if err := a.addTotals(ctx, c, out); err != nil {
		return nil, err
	}
	signings, err := a.deps.Contracts.Signings(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if err := a.addSignings(ctx, out, signings); err != nil {
		return nil, err
	}
	suspensions, err := a.deps.Contracts.Suspensions(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var people []string
	for i := range suspensions {
		people = append(people, suspensions[i].SuspendedBy, suspensions[i].LiftedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	out.Suspensions = Convert(suspensions, func(s contract.Suspension) suspensionRecord {
		return suspensionRecord{s.Reason, s.SuspendedFrom, s.Evidence, s.LiftedOn, s.LiftEvidence, s.DocumentID, names[s.SuspendedBy], names[s.LiftedBy]}
	})
	items, err := a.deps.Contracts.Checklist(ctx, c)
	if err != nil {
		return nil, err
	}
	out.Checklist = Convert(items, func(i contract.Item) checkItem { return checkItem{i.Code, i.Done, i.Zh, i.En} })
	out.Warnings = Convert(a.deps.Contracts.Warnings(c), func(w errs.Field) contractWarning { return contractWarning{w.Code, w.Field, w.Zh, w.En} })
	terms, err := a.deps.Contracts.Particulars(c)
	if err != nil {
		return nil, err
	}
	out.Terms = Convert(terms, func(p contract.Particular) contractTerm {
		return contractTerm{p.Name, p.LabelZh, p.LabelEn, p.ValueZh, p.ValueEn, p.GroupZh, p.GroupEn}
	})
	on, err := a.deps.Contracts.Plan(ctx, c)
	if err != nil {
		return nil, err
	}
	if on != nil {
		out.Plan = &contractPlan{on.Plan.ID, on.Version.ID, on.Plan.Code, on.Plan.Name, on.Plan.NameEn, on.Version.Number, on.Plan.Published, on.Deviates}
	}
	out.Ways = a.deps.Contracts.WaysOf(c, nil)
	acts := contract.Actions(c, signings, out.Totals.DepositFen > 0, actor.From(ctx))
	for _, act := range append(acts, a.deps.Contracts.PortalActions(c, nil, signings, actor.From(ctx))...) {
		if Can(ctx, capabilities[act]) {
			out.Actions = append(out.Actions, act)
		}
	}
	return out, a.addLife(ctx, c, suspensions, out)
}

func (a *API) addSignings(ctx context.Context, out *contractRecord, rows []contract.Signing) error {
	var people []string
	for i := range rows {
		people = append(people, rows[i].RecordedBy, rows[i].ConfirmedBy)
	}
	names, err := a.names(ctx, people...)
	out.Signings = Convert(rows, func(s contract.Signing) signingRecord { return fromSigning(s, names) })
	return err
}

func fromSigning(s contract.Signing, names map[string]string) signingRecord {
	return signingRecord{s.Side, s.Way, s.EvidenceID, s.Signer, s.SignedOn, s.DocumentID, s.RecordedAt, names[s.RecordedBy], s.ConfirmedAt, names[s.ConfirmedBy]}
}

func (a *API) oneContract(ctx context.Context, c *contract.Contract, err error) (*struct{ Body contractRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromContract(ctx, c)
	if err != nil {
		return nil, err
	}
	return &struct{ Body contractRecord }{*out}, nil
}

type templateHead struct {
	ID      string                `json:"id"`
	Version int                   `json:"version"`
	Title   contracttemplate.Text `json:"title"`
	Kind    string                `json:"kind"`
}

func (a *API) contracts() {
	a.contractTemplates()
	Register(a, Op{
		ID: "list-contracts", Method: http.MethodGet, Path: "/contracts", Capability: "contract.read", Tag: "contract",
		Summary: "合同列表，最新的在前", SummaryEn: "Contracts, newest first; q looks in number, customer's name and service code",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[ContractRow] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		narrowed, err := states(in.InStates, contract.States())
		if err != nil {
			return nil, err
		}
		cs, total, err := a.deps.Contracts.List(ctx, contract.Query{Search: in.Q, States: narrowed, CustomerID: in.CustomerID, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		cs, next := CutPage(cs, in.Limit, func(c contract.Contract) []string { return []string{c.ID} })
		rows := make([]ContractRow, len(cs))
		for i := range cs {
			if rows[i], err = a.fromContractRow(ctx, cs[i]); err != nil {
				return nil, err
			}
		}
		return &struct{ Body List[ContractRow] }{NewList(rows, next, total)}, nil
	})
	Register(a, Op{
		ID: "draft-contract", Method: http.MethodPost, Path: "/contracts", Capability: "contract.write", Tag: "contract", Status: http.StatusCreated,
		Summary: "按模板登记合同草稿", SummaryEn: "Register a draft from a template",
	}, func(ctx context.Context, in *struct{ Body ContractDraft }) (*struct{ Body contractRecord }, error) {
		c, err := a.deps.Contracts.Draft(ctx, in.Body.contract())
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "get-contract", Method: http.MethodGet, Path: "/contracts/{id}", Capability: "contract.read", Tag: "contract",
		Summary: "合同", SummaryEn: "A contract with its checklist, signings, suspensions and warnings",
	}, func(ctx context.Context, in *ByID) (*struct{ Body contractRecord }, error) {
		c, err := a.deps.Contracts.Get(ctx, in.ID)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "revise-contract", Method: http.MethodPatch, Path: "/contracts/{id}", Capability: "contract.write", Tag: "contract",
		Summary: "修改草稿", SummaryEn: "Replace what was filled into a draft",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Version int64             `json:"version,omitempty" minimum:"0" doc:"The version that you have read; a newer one is a conflict. Left out: whatever it is now."`
			Values  map[string]string `json:"values"`
		}
	},
	) (*struct{ Body contractRecord }, error) {
		c, err := a.deps.Contracts.Revise(ctx, in.ID, in.Body.Version, in.Body.Values)
		return a.oneContract(ctx, c, err)
	})
	RegisterRaw(a, Op{
		ID: "get-contract-document", Method: http.MethodGet, Path: "/contracts/{id}/document", Capability: "contract.read", Tag: "contract", Produces: "application/pdf",
		Summary: "合同文本 PDF：定稿后为存档原件，之前为带水印的草稿", SummaryEn: "The text as PDF: the stored original once approved, a watermarked draft before",
	}, func(c *gin.Context) error {
		p, err := a.deps.Contracts.Document(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, p.Name, p.Content)
	})
	Register(a, Op{
		ID: "get-contract-timeline", Method: http.MethodGet, Path: "/contracts/{id}/timeline", Capability: "contract.read", Tag: "contract",
		Summary: "合同历程，最新的在前", SummaryEn: "What happened to the contract and what hangs on it, newest first",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[contractEvent] }, error) {
		events, err := a.deps.Contracts.Timeline(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		items := Convert(events, func(e contract.Event) contractEvent {
			return contractEvent{e.ID, e.At, e.On, e.Kind, e.Zh, e.En, e.ActorName, e.Reason, e.Link}
		})
		return &struct{ Body List[contractEvent] }{NewList(items, "", int64(len(items)))}, nil
	})
	a.contractActs()
}

func (a *API) contractTemplates() {
	Register(a, Op{
		ID: "list-contract-templates", Method: http.MethodGet, Path: "/contract-templates", Capability: "contract.read", Tag: "contract",
		Summary: "合同模板", SummaryEn: "Contract templates, the newest version of each first",
	}, func(context.Context, *struct{}) (*struct{ Body List[templateHead] }, error) {
		items := Convert(a.deps.Templates.Agreements(), func(t *contracttemplate.Template) templateHead {
			return templateHead{t.ID, t.Version, t.Title, t.Kind}
		})
		return &struct{ Body List[templateHead] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "get-contract-template", Method: http.MethodGet, Path: "/contract-templates/{id}/{version}", Capability: "contract.read", Tag: "contract",
		Summary: "合同模板的填空项；给出客户时以其登记资料为默认值", SummaryEn: "A template's blanks; with customer_id their defaults are the customer's record",
	}, func(ctx context.Context, in *struct {
		ID         string `path:"id" maxLength:"64"`
		Version    string `path:"version" maxLength:"10"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		PlanID     string `query:"plan_version_id" maxLength:"32" doc:"With it the plan's terms are the defaults of the blanks that say them."`
	},
	) (*struct{ Body contracttemplate.Template }, error) {
		version, err := strconv.Atoi(in.Version)
		if err != nil {
			return nil, contracttemplate.ErrUnknownTemplate.With("id", in.ID)
		}
		t, err := a.deps.Contracts.Form(ctx, in.ID, version, in.CustomerID, in.PlanID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body contracttemplate.Template }{*t}, nil
	})
	Register(a, Op{
		ID: "preview-contract", Method: http.MethodPost, Path: "/contracts/preview", Capability: "contract.write", Tag: "contract", NoReplay: true, Produces: "application/pdf",
		Summary: "预览合同 PDF，什么也不保存", SummaryEn: "The contract as it would be printed, as a PDF with a watermark; nothing is saved",
	}, func(ctx context.Context, in *struct{ Body ContractDraft }) (*pdfAnswer, error) {
		pdf, err := a.deps.Contracts.Preview(ctx, in.Body.contract())
		if err != nil {
			return nil, err
		}
		return &pdfAnswer{"application/pdf", pdf}, nil
	})
}

// pdfAnswer is a PDF as the answer of a typed operation.
type pdfAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// writePDF answers with a PDF that the portal shows in a frame of its own.
func writePDF(c *gin.Context, name string, content []byte) error {
	c.Header("Content-Disposition", `inline; filename="`+name+`"`)
	c.Data(http.StatusOK, "application/pdf", content)
	return nil
}

// contractActs are the steps of a contract's life, one POST each.
func (a *API) contractActs() {
	type acted = struct{ Body contractRecord }
	Register(a, Op{
		ID: "submit-contract", Method: http.MethodPost, Path: "/contracts/{id}/submit", Capability: "contract.write", Tag: "contract",
		Summary: "提交审核", SummaryEn: "Hand a draft to the reviewers",
	}, func(ctx context.Context, in *ByID) (*acted, error) {
		c, err := a.deps.Contracts.Submit(ctx, in.ID)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "approve-contract", Method: http.MethodPost, Path: "/contracts/{id}/approve", Capability: "contract.review", Tag: "contract",
		Summary: "审核通过：文本定稿存档，分配码号", SummaryEn: "Approve: the text is frozen and stored, the service code allotted; not by who had a hand in it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Version int64 `json:"version,omitempty" minimum:"0" doc:"The version that you have read; a newer one is a conflict. Left out: whatever it is now."`
		}
	},
	) (*acted, error) {
		c, err := a.deps.Contracts.Approve(ctx, in.ID, in.Body.Version)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "reject-contract", Method: http.MethodPost, Path: "/contracts/{id}/reject", Capability: "contract.review", Tag: "contract",
		Summary: "退回修改", SummaryEn: "Send a contract back to its author",
	}, func(ctx context.Context, in *reason) (*acted, error) {
		c, err := a.deps.Contracts.Reject(ctx, in.ID, in.Body.Reason)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "withdraw-contract", Method: http.MethodPost, Path: "/contracts/{id}/withdraw", Capability: "contract.write", Tag: "contract",
		Summary: "撤回为草稿（无人签署时）", SummaryEn: "Take a contract that nobody has signed back to a draft",
	}, func(ctx context.Context, in *reason) (*acted, error) {
		c, err := a.deps.Contracts.Withdraw(ctx, in.ID, in.Body.Reason)
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "sign-contract", Method: http.MethodPost, Path: "/contracts/{id}/sign", Capability: "contract.sign", Tag: "contract",
		Summary: "登记签署：扫描件、日期、一方或双方签署人", SummaryEn: "Record a signing: scan, day, and who signed for one side or both",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			AttachmentID   string        `json:"attachment_id,omitempty" doc:"Scan of the sealed original."`
			SignedOn       caldate.Date  `json:"signed_on,omitempty"`
			CustomerSigner string        `json:"customer_signer,omitempty"`
			ProviderSigner string        `json:"provider_signer,omitempty"`
			Side           contract.Side `json:"side,omitempty" enum:"customer,provider" doc:"With signer: another way to give one side."`
			Signer         string        `json:"signer,omitempty"`
		}
	},
	) (*acted, error) {
		b := in.Body
		signers := map[contract.Side]string{}
		for side, name := range map[contract.Side]string{contract.CustomerSide: b.CustomerSigner, contract.ProviderSide: b.ProviderSigner} {
			if name != "" {
				signers[side] = name
			}
		}
		if b.Side != "" {
			signers[b.Side] = b.Signer
		}
		c, err := a.deps.Contracts.RecordSigning(ctx, in.ID, contract.Signed{DocumentID: b.AttachmentID, SignedOn: b.SignedOn, Signers: signers})
		return a.oneContract(ctx, c, err)
	})
	Register(a, Op{
		ID: "confirm-contract-signing", Method: http.MethodPost, Path: "/contracts/{id}/confirm-signing", Capability: "contract.confirm", Tag: "contract",
		Summary: "第二人确认签署；不填 side 即确认全部待确认的", SummaryEn: "Confirm signings as the second person; without a side, all that wait",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Side contract.Side `json:"side,omitempty" enum:"customer,provider"`
		}
	},
	) (*acted, error) {
		c, err := a.deps.Contracts.ConfirmSigning(ctx, in.ID, in.Body.Side)
		return a.oneContract(ctx, c, err)
	})
	a.contractLifeActs()
	a.contractSignings()
	a.contractAnnexes()
	a.forceMajeures()
}

// addTotals adds the figures of a contract's page: what was billed and paid for those who may see bills.
func (a *API) addTotals(ctx context.Context, c *contract.Contract, out *contractRecord) error {
	held, err := a.deps.Ledger.Balance(ctx, ledger.Deposit, c.CustomerID, c.ID)
	if err != nil {
		return err
	}
	used, err := a.deps.Usage.MonthTotals(ctx, c.ID, a.deps.Clock.Today().MonthOf())
	if err != nil {
		return err
	}
	out.Totals.DepositFen, out.Totals.Used = int64(held), used.Parts
	if !Can(ctx, "bill.read") {
		return nil
	}
	_, sums, err := a.deps.Bills.List(ctx, bill.Query{ContractID: c.ID, Limit: 1})
	out.Totals.BilledFen, out.Totals.PaidFen = int64(sums.Total), int64(sums.Paid)
	return err
}
