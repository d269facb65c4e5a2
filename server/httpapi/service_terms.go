package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/serviceterms"
)

type termsVersionRecord struct {
	ID          string             `json:"id"`
	Number      int                `json:"number"`
	Reference   string             `json:"reference"`
	State       serviceterms.State `json:"state" enum:"draft,announced,withdrawn"`
	Title       string             `json:"title"`
	InForce     bool               `json:"in_force" doc:"It is the version of today."`
	Values      map[string]string  `json:"values,omitempty" doc:"What was filled in; for our own people."`
	Changes     string             `json:"changes"`
	SHA256      string             `json:"sha256,omitempty"`
	AnnouncedOn caldate.Date       `json:"announced_on"`
	EffectiveOn caldate.Date       `json:"effective_on"`
	UseAccepts  bool               `json:"use_accepts" doc:"Who goes on sending after its day without having objected accepts it."`
	CreatedBy   string             `json:"created_by_name,omitempty"`
	PublishedBy string             `json:"published_by_name,omitempty"`
	Version     int64              `json:"version"`
	Statement   string             `json:"statement,omitempty" doc:"For a customer's person: the sentence that is agreed to."`
	Mine        *termsStanding     `json:"mine,omitempty" doc:"For a customer's person: where the customer stands with it."`
	Actions     []string           `json:"available_actions"`
}

type termsStanding struct {
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	AcceptanceID string          `json:"acceptance_id,omitempty"`
	How          string          `json:"how,omitempty" enum:"click,use"`
	Person       string          `json:"person,omitempty"`
	AcceptedAt   caldate.Instant `json:"accepted_at"`
	Note         string          `json:"note,omitempty"`
	Objection    string          `json:"objection,omitempty"`
	ObjectedAt   caldate.Instant `json:"objected_at"`
}

func fromTermsStanding(s serviceterms.Standing) termsStanding {
	out := termsStanding{CustomerID: s.CustomerID, CustomerName: s.Name}
	if a := s.Accepted; a != nil {
		out.AcceptanceID, out.How, out.Person, out.AcceptedAt, out.Note = a.ID, string(a.How), a.UserName, a.At, a.Note
	}
	if o := s.Objection; o != nil {
		out.Objection, out.ObjectedAt = o.Reason, o.At
	}
	return out
}

func (a *API) fromTerms(ctx context.Context, all []serviceterms.Version) ([]termsVersionRecord, error) {
	var people []string
	for i := range all {
		people = append(people, all[i].CreatedBy, all[i].PublishedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	now, err := a.deps.ServiceTerms.InForce(ctx, a.deps.Clock.Today())
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	out := make([]termsVersionRecord, len(all))
	for i := range all {
		v := &all[i]
		r := termsVersionRecord{
			ID: v.ID, Number: v.Number, Reference: v.Reference(), State: v.State, Title: v.Title, InForce: now != nil && now.ID == v.ID, Changes: v.Changes, SHA256: v.SHA256, AnnouncedOn: v.AnnouncedOn,
			EffectiveOn: v.EffectiveOn, UseAccepts: v.UseAccepts, Version: v.Version, Actions: []string{},
		}
		if who.CustomerID == "" {
			r.Values, r.CreatedBy, r.PublishedBy = v.Values, names[v.CreatedBy], names[v.PublishedBy]
		} else if err := a.addMine(ctx, v, &r); err != nil {
			return nil, err
		}
		for act, capability := range map[string]string{"edit": "terms.write", "announce": "terms.publish", "withdraw": "terms.publish"} {
			if Can(ctx, capability) && serviceterms.Can(v, act, who.UserID, a.deps.Clock.Today()) {
				r.Actions = append(r.Actions, act)
			}
		}
		out[i] = r
	}
	return out, nil
}

// addMine says where the customer of the person who asks stands with a version, and what that person may do about it.
func (a *API) addMine(ctx context.Context, v *serviceterms.Version, r *termsVersionRecord) error {
	standings, err := a.deps.ServiceTerms.Standings(ctx, v.ID)
	if err != nil || v.State != serviceterms.Announced {
		return err
	}
	customer, err := a.deps.Customers.Get(ctx, actor.From(ctx).CustomerID)
	if err != nil {
		return err
	}
	mine := termsStanding{CustomerID: customer.ID, CustomerName: customer.Name}
	for _, s := range standings {
		mine = fromTermsStanding(s)
	}
	r.Statement, r.Mine = serviceterms.Statement(v, customer.Name), &mine
	if mine.AcceptanceID == "" && Can(ctx, "contract.accept") {
		r.Actions = append(r.Actions, "accept")
		if mine.Objection == "" && a.deps.Clock.Today().Before(v.EffectiveOn) {
			r.Actions = append(r.Actions, "object")
		}
	}
	return nil
}

func (a *API) oneTerms(ctx context.Context, v *serviceterms.Version, err error) (*struct{ Body termsVersionRecord }, error) {
	if err != nil {
		return nil, err
	}
	rows, err := a.fromTerms(ctx, []serviceterms.Version{*v})
	if err != nil {
		return nil, err
	}
	return &struct{ Body termsVersionRecord }{rows[0]}, nil
}

type termsText struct {
	Values     map[string]string `json:"values"`
	Changes    string            `json:"changes,omitempty" maxLength:"20000" doc:"What is new against the version before, as customers are told."`
	UseAccepts bool              `json:"use_accepts,omitempty"`
}

func (t termsText) text() serviceterms.Text {
	return serviceterms.Text{Values: t.Values, Changes: t.Changes, UseAccepts: t.UseAccepts}
}

// serviceTerms are the online terms in numbered versions (C04, C11).
func (a *API) serviceTerms() {
	type one = struct{ Body termsVersionRecord }
	Register(a, Op{
		ID: "list-service-terms", Method: http.MethodGet, Path: "/service-terms", Capability: "contract.read", Tag: "terms",
		Summary: "服务条款各版本，最新的在前", SummaryEn: "Versions of the online terms, newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[termsVersionRecord] }, error) {
		all, err := a.deps.ServiceTerms.List(ctx)
		if err != nil {
			return nil, err
		}
		rows, err := a.fromTerms(ctx, all)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[termsVersionRecord] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "get-service-terms-form", Method: http.MethodGet, Path: "/service-terms/form", Capability: "terms.write", Tag: "terms",
		Summary: "服务条款模板的填空项", SummaryEn: "What a draft of the terms asks for",
	}, func(context.Context, *struct{}) (*struct{ Body contracttemplate.Template }, error) {
		t, err := a.deps.ServiceTerms.Form()
		if err != nil {
			return nil, err
		}
		return &struct{ Body contracttemplate.Template }{*t}, nil
	})
	Register(a, Op{
		ID: "draft-service-terms", Method: http.MethodPost, Path: "/service-terms", Capability: "terms.write", Tag: "terms", Status: http.StatusCreated,
		Summary: "起草下一版服务条款", SummaryEn: "Begin the next version of the terms",
	}, func(ctx context.Context, in *struct{ Body termsText }) (*one, error) {
		v, err := a.deps.ServiceTerms.Draft(ctx, in.Body.text())
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "revise-service-terms", Method: http.MethodPut, Path: "/service-terms/{id}", Capability: "terms.write", Tag: "terms",
		Summary: "修改草稿", SummaryEn: "Replace what a draft says",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Values     map[string]string `json:"values"`
			Changes    string            `json:"changes,omitempty" maxLength:"20000"`
			UseAccepts bool              `json:"use_accepts,omitempty"`
			Version    int64             `json:"version,omitempty" minimum:"0" doc:"The version that you have read; a newer one is a conflict."`
		}
	},
	) (*one, error) {
		b := in.Body
		v, err := a.deps.ServiceTerms.Revise(ctx, in.ID, b.Version, serviceterms.Text{Values: b.Values, Changes: b.Changes, UseAccepts: b.UseAccepts})
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "announce-service-terms", Method: http.MethodPost, Path: "/service-terms/{id}/announce", Capability: "terms.publish", Tag: "terms",
		Summary: "公告（须由起草人以外的人）：全文定稿，通知全部在用客户", SummaryEn: "Announce a version that somebody else wrote: its text is final and every customer is told",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			EffectiveOn caldate.Date `json:"effective_on" doc:"30 days ahead at least, but for the first version."`
		}
	},
	) (*one, error) {
		v, err := a.deps.ServiceTerms.Announce(ctx, in.ID, in.Body.EffectiveOn)
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "withdraw-service-terms", Method: http.MethodPost, Path: "/service-terms/{id}/withdraw", Capability: "terms.publish", Tag: "terms",
		Summary: "撤回尚未生效的版本", SummaryEn: "Take an announced version back before its day",
	}, func(ctx context.Context, in *reason) (*one, error) {
		v, err := a.deps.ServiceTerms.Withdraw(ctx, in.ID, in.Body.Reason)
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "accept-service-terms", Method: http.MethodPost, Path: "/service-terms/{id}/accept", Capability: "contract.accept", Tag: "terms",
		Summary: "客户接受服务条款的某一版", SummaryEn: "A customer's person accepts a version of the terms",
	}, func(ctx context.Context, in *struct {
		ByID
		Body agreed
	},
	) (*one, error) {
		if _, err := a.deps.ServiceTerms.Accept(ctx, in.ID, in.Body.given()); err != nil {
			return nil, err
		}
		v, err := a.deps.ServiceTerms.Get(ctx, in.ID)
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "object-service-terms", Method: http.MethodPost, Path: "/service-terms/{id}/object", Capability: "contract.accept", Tag: "terms",
		Summary: "客户在生效日前对新版提出异议", SummaryEn: "A customer's person objects to a version before its day",
	}, func(ctx context.Context, in *reason) (*one, error) {
		if _, err := a.deps.ServiceTerms.Object(ctx, in.ID, in.Body.Reason); err != nil {
			return nil, err
		}
		v, err := a.deps.ServiceTerms.Get(ctx, in.ID)
		return a.oneTerms(ctx, v, err)
	})
	Register(a, Op{
		ID: "list-service-terms-standings", Method: http.MethodGet, Path: "/service-terms/{id}/standings", Capability: "terms.read", Tag: "terms",
		Summary: "谁在何时接受了这一版，谁有异议，谁还没有答复", SummaryEn: "Who accepted a version when, who objected, who has said nothing",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[termsStanding] }, error) {
		all, err := a.deps.ServiceTerms.Standings(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		rows := Convert(all, fromTermsStanding)
		return &struct{ Body List[termsStanding] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-service-terms-document", Method: http.MethodGet, Path: "/service-terms/{id}/document", Capability: "contract.read", Tag: "terms", Produces: "application/pdf",
		Summary: "服务条款全文 PDF", SummaryEn: "The text of a version as a PDF",
	}, func(c *gin.Context) error {
		name, content, err := a.deps.ServiceTerms.Document(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, content)
	})
}
