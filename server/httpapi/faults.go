package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
)

type customerFault struct {
	ID           string              `json:"id"`
	CustomerID   string              `json:"customer_id"`
	CustomerName string              `json:"customer_name,omitempty" doc:"In lists of several customers."`
	Field        string              `json:"field" enum:"name,uscc,address,legal_rep,industry,bank_name,bank_account,contacts"`
	Note         string              `json:"note"`
	State        customer.FaultState `json:"state" enum:"open,corrected,settled"`
	DueOn        caldate.Date        `json:"due_on,omitempty" doc:"Last day to correct it without being suspended; none: suspended at once."`
	Suspends     bool                `json:"suspends" doc:"Contracts are suspended for it now."`
	SuspendedAt  caldate.Instant     `json:"suspended_at"`
	RaisedBy     string              `json:"raised_by_name,omitempty"`
	RaisedAt     caldate.Instant     `json:"raised_at"`
	CorrectedBy  string              `json:"corrected_by_name,omitempty"`
	CorrectedAt  caldate.Instant     `json:"corrected_at"`
	SettledBy    string              `json:"settled_by_name,omitempty"`
	SettledAt    caldate.Instant     `json:"settled_at"`
	Settlement   string              `json:"settlement,omitempty"`
	Actions      []string            `json:"available_actions"`
}

func (a *API) fromFaults(ctx context.Context, xs ...customer.Fault) ([]customerFault, error) {
	var people []string
	for _, x := range xs {
		people = append(people, x.RaisedBy, x.CorrectedBy, x.SettledBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	return Convert(xs, func(x customer.Fault) customerFault {
		actions := []string{}
		if Can(ctx, "licence.verify") {
			actions = customer.FaultActions(&x, actor.From(ctx).UserID)
		}
		return customerFault{
			x.ID, x.CustomerID, x.CustomerName, x.Field, x.Note, x.State, x.DueOn, x.Suspends(), x.SuspendedAt, names[x.RaisedBy], x.RaisedAt, names[x.CorrectedBy], x.CorrectedAt,
			names[x.SettledBy], x.SettledAt, x.Settlement, actions,
		}
	}), nil
}

func (a *API) oneFault(ctx context.Context, x *customer.Fault, err error) (*struct{ Body customerFault }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromFaults(ctx, *x)
	if err != nil {
		return nil, err
	}
	return &struct{ Body customerFault }{out[0]}, nil
}

func (a *API) faults() {
	Register(a, Op{
		ID: "list-all-customer-faults", Method: http.MethodGet, Path: "/customer-faults", Capability: "customer.read", Tag: "customer",
		Summary: "各客户登记资料的问题，最新的在前", SummaryEn: "Faults of customers' registration data, newest first",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[customerFault] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, customer.FaultStates())
		if err != nil {
			return nil, err
		}
		xs, n, err := a.deps.Customers.AllFaults(ctx, customer.FaultQuery{CustomerID: in.CustomerID, States: only, Search: in.Q, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		xs, next := CutPage(xs, in.Limit, func(x customer.Fault) []string { return []string{x.ID} })
		items, err := a.fromFaults(ctx, xs...)
		return &struct{ Body List[customerFault] }{NewList(items, next, n)}, err
	})
	Register(a, Op{
		ID: "list-customer-faults", Method: http.MethodGet, Path: "/customers/{id}/faults", Capability: "customer.read", Tag: "customer",
		Summary: "客户登记资料的问题，最新的在前", SummaryEn: "Faults of a customer's registration data, newest first",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[customerFault] }, error) {
		xs, err := a.deps.Customers.Faults(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		items, err := a.fromFaults(ctx, xs...)
		return &struct{ Body List[customerFault] }{NewList(items, "", int64(len(items)))}, err
	})
	Register(a, Op{
		ID: "raise-customer-fault", Method: http.MethodPost, Path: "/customers/{id}/faults", Capability: "licence.verify", Tag: "customer", Status: http.StatusCreated,
		Summary:   "登记资料不全或有误：给出更正期限，或立即暂停合同；更正并核对后恢复",
		SummaryEn: "Note that registration data is incomplete or wrong: contracts are suspended at once, or after the last day to correct it, until it is corrected and checked",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Field string       `json:"field" doc:"name, uscc, address, legal_rep, industry, bank_name, bank_account or contacts."`
			Note  string       `json:"note" doc:"What is wrong, and what would be right."`
			DueOn caldate.Date `json:"due_on,omitempty" doc:"Last day to correct it; none: contracts are suspended at once."`
		}
	},
	) (*struct{ Body customerFault }, error) {
		x, err := a.deps.Customers.RaiseFault(ctx, in.ID, customer.Finding{Field: in.Body.Field, Note: in.Body.Note, DueOn: in.Body.DueOn})
		return a.oneFault(ctx, x, err)
	})
	Register(a, Op{
		ID: "settle-customer-fault", Method: http.MethodPost, Path: "/customer-faults/{id}/settle", Capability: "licence.verify", Tag: "customer",
		Summary: "核对更正后的资料；全部解决后合同恢复", SummaryEn: "Note that it is right now; with the last fault settled contracts go on",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Settlement string `json:"settlement" doc:"What was compared."`
		}
	},
	) (*struct{ Body customerFault }, error) {
		x, err := a.deps.Customers.SettleFault(ctx, in.ID, in.Body.Settlement)
		return a.oneFault(ctx, x, err)
	})
	Register(a, Op{
		ID: "return-customer-fault", Method: http.MethodPost, Path: "/customer-faults/{id}/return", Capability: "licence.verify", Tag: "customer",
		Summary: "更正仍不对，退回客户；说明还差什么", SummaryEn: "Note that the correction is not right yet, and what is wrong still",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Note string `json:"note" doc:"What is wrong still."`
		}
	},
	) (*struct{ Body customerFault }, error) {
		x, err := a.deps.Customers.ReturnFault(ctx, in.ID, in.Body.Note)
		return a.oneFault(ctx, x, err)
	})
	Register(a, Op{
		ID: "suspend-for-customer-fault", Method: http.MethodPost, Path: "/customer-faults/{id}/suspend", Capability: "licence.verify", Tag: "customer",
		Summary: "不等期限，立即暂停合同", SummaryEn: "Suspend contracts now, without waiting for the last day",
	}, func(ctx context.Context, in *ByID) (*struct{ Body customerFault }, error) {
		x, err := a.deps.Customers.SuspendForFault(ctx, in.ID)
		return a.oneFault(ctx, x, err)
	})
	RegisterRaw(a, Op{
		ID: "view-attachment", Method: http.MethodGet, Path: "/attachments/{id}/view", Capability: "document.read", Tag: "document", Produces: "application/octet-stream",
		Summary: "在门户里查看扫描件（仅 PDF、PNG、JPEG，按内容识别；不执行其中任何内容）", SummaryEn: "A scan for the viewer of the portal: PDF, PNG and JPEG alone, typed by content; nothing in it is run",
	}, a.viewScan)
}

// viewScan shows a scan inside the portal. Its type was found by content when it was stored; another kind is only given out as an attachment.
func (a *API) viewScan(c *gin.Context) error {
	d, content, err := a.deps.Documents.Open(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	switch d.MIME {
	case document.PDF, document.PNG, document.JPEG:
	default:
		return document.ErrType.Say("这种附件不能在页面里查看，请下载", "this kind of attachment can't be shown here; download it")
	}
	Inline(c, d.Name, d.MIME)
	c.Data(http.StatusOK, d.MIME, content)
	return nil
}
