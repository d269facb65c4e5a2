package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/library"
)

// approval is who let a version be used.
type approval struct {
	ByName string          `json:"by_name"`
	At     caldate.Instant `json:"at"`
	Note   string          `json:"note"`
}

type libraryTemplate struct {
	ID        string                 `json:"id"`
	Version   int                    `json:"version"`
	Title     contracttemplate.Text  `json:"title"`
	Form      contracttemplate.Form  `json:"form" enum:"agreement,annex,terms,letter,sheet,statement"`
	Kind      string                 `json:"kind"`
	BasedOn   int                    `json:"based_on"`
	Reason    contracttemplate.Text  `json:"reason" doc:"Why this version was made."`
	DraftedOn string                 `json:"drafted_on"`
	Clauses   []contracttemplate.Use `json:"clauses"`
	Blanks    int                    `json:"blanks"`
	SHA256    string                 `json:"sha256"`
	Newest    bool                   `json:"newest"`
	Approval  *approval              `json:"approval,omitempty"`
	Actions   []string               `json:"available_actions"`
}

type libraryClause struct {
	*contracttemplate.Clause
	Approval *approval `json:"approval,omitempty"`
	Newest   bool      `json:"newest"`
	Actions  []string  `json:"available_actions"`
}

type comparison struct {
	Was     int                       `json:"was"`
	Is      int                       `json:"is"`
	Reason  contracttemplate.Text     `json:"reason"`
	Changes []contracttemplate.Change `json:"changes"`
}

func (a *API) approvals(ctx context.Context) (func(kind library.Kind, id string, version int) (*approval, []string), error) {
	all, err := a.deps.Library.All(ctx)
	if err != nil {
		return nil, err
	}
	may := Can(ctx, "template.approve")
	return func(kind library.Kind, id string, version int) (*approval, []string) {
		if x := library.Of(all, kind, id, version); x != nil {
			return &approval{x.ApproverName, x.ApprovedAt, x.Note}, []string{}
		}
		if may {
			return nil, []string{"approve"}
		}
		return nil, []string{}
	}, nil
}

// OfVersion names a version of a template or clause in a path.
type OfVersion struct {
	ID      string `path:"id" maxLength:"64"`
	Version int    `path:"version" minimum:"1" maximum:"10000"`
}

func (a *API) libraries() {
	Register(a, Op{
		ID: "list-library-templates", Method: http.MethodGet, Path: "/library/templates", Capability: "template.read", Tag: "library",
		Summary: "全部文书模板的全部版本", SummaryEn: "Every version of every template of papers",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[libraryTemplate] }, error) {
		approved, err := a.approvals(ctx)
		if err != nil {
			return nil, err
		}
		last := ""
		rows := Convert(a.deps.Templates.List(), func(t *contracttemplate.Template) libraryTemplate {
			out := libraryTemplate{ID: t.ID, Version: t.Version, Title: t.Title, Form: t.Form, Kind: t.Kind, BasedOn: t.BasedOn, Reason: t.Reason, DraftedOn: t.DraftedOn, Clauses: t.Clauses, Blanks: len(t.Blanks),
				SHA256: t.SHA256, Newest: t.ID != last}
			if out.Clauses == nil {
				out.Clauses = []contracttemplate.Use{}
			}
			out.Approval, out.Actions = approved(library.Template, t.ID, t.Version)
			last = t.ID
			return out
		})
		return &struct{ Body List[libraryTemplate] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "list-library-clauses", Method: http.MethodGet, Path: "/library/clauses", Capability: "template.read", Tag: "library",
		Summary: "条款库：各条款的全部版本、修改理由和使用它的模板", SummaryEn: "The clause library: every version, why it was made, and which templates use it",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[libraryClause] }, error) {
		approved, err := a.approvals(ctx)
		if err != nil {
			return nil, err
		}
		last := ""
		rows := Convert(a.deps.Templates.Clauses(), func(c *contracttemplate.Clause) libraryClause {
			out := libraryClause{Clause: c, Newest: c.ID != last}
			out.Approval, out.Actions = approved(library.Clause, c.ID, c.Version)
			last = c.ID
			return out
		})
		return &struct{ Body List[libraryClause] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "compare-versions", Method: http.MethodGet, Path: "/library/{kind}/{id}/{version}/changes", Capability: "template.read", Tag: "library",
		Summary: "与较早版本的逐行比较", SummaryEn: "A version line by line against an earlier one",
	}, func(_ context.Context, in *struct {
		Kind    string `path:"kind" enum:"templates,clauses"`
		ID      string `path:"id" maxLength:"64"`
		Version int    `path:"version" minimum:"1" maximum:"10000"`
		Against int    `query:"against" minimum:"1" maximum:"10000" doc:"The earlier version."`
	},
	) (*struct{ Body comparison }, error) {
		if in.Kind == "clauses" {
			is, err := a.deps.Templates.Clause(in.ID, in.Version)
			if err != nil {
				return nil, err
			}
			was, err := a.deps.Templates.Clause(in.ID, in.Against)
			if err != nil {
				return nil, err
			}
			return &struct{ Body comparison }{comparison{in.Against, in.Version, is.Reason, contracttemplate.Diff(was.Text, is.Text)}}, nil
		}
		is, err := a.deps.Templates.Get(in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		was, err := a.deps.Templates.Get(in.ID, in.Against)
		if err != nil {
			return nil, err
		}
		return &struct{ Body comparison }{comparison{in.Against, in.Version, is.Reason, contracttemplate.Diff(was.Source(), is.Source())}}, nil
	})
	RegisterRaw(a, Op{
		ID: "preview-template", Method: http.MethodGet, Path: "/library/templates/{id}/{version}/preview", Capability: "template.read", Tag: "library", Produces: "application/pdf",
		Summary: "模板样张 PDF（空白未填）", SummaryEn: "A sample of a template as PDF, its blanks open",
	}, func(c *gin.Context) error {
		version, err := strconv.Atoi(c.Param("version"))
		if err != nil {
			return contracttemplate.ErrUnknownTemplate
		}
		t, err := a.deps.Templates.Get(c.Param("id"), version)
		if err != nil {
			return err
		}
		pdf, _, err := t.Render(t.Defaults(), contracttemplate.RenderOptions{Draft: true, Now: a.deps.Clock.Instant().Time()})
		if err != nil {
			return err
		}
		return writePDF(c, t.ID+"-v"+strconv.Itoa(version)+".pdf", pdf)
	})
	Register(a, Op{
		ID: "approve-version", Method: http.MethodPost, Path: "/library/{kind}/{id}/{version}/approval", Capability: "template.approve", Tag: "library", Status: http.StatusNoContent,
		Summary: "批准一个模板或者条款版本", SummaryEn: "Approve a version of a template or clause, by the hash of its text",
	}, func(ctx context.Context, in *struct {
		Kind string `path:"kind" enum:"templates,clauses"`
		OfVersion
		Body struct {
			Note string `json:"note" maxLength:"1000"`
		}
	},
	) (*struct{}, error) {
		_, err := a.deps.Library.Approve(ctx, map[string]library.Kind{"templates": library.Template, "clauses": library.Clause}[in.Kind], in.ID, in.Version, in.Body.Note)
		return nil, err
	})
}
