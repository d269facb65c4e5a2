package httpapi

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/complaint"
)

//go:embed hotlines.html
var hotlinesText string

var hotlinesPage = template.Must(template.New("hotlines").Parse(hotlinesText))

type hotlineRecord struct {
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Phone        string          `json:"phone" doc:"Empty: the customer has told none."`
	Hours        string          `json:"hours" doc:"When somebody answers."`
	SetterName   string          `json:"set_by_name"`
	SetAt        caldate.Instant `json:"set_at"`
	Version      int64           `json:"version"`
	Actions      []string        `json:"available_actions"`
}

func fromHotline(ctx context.Context, h *complaint.Hotline) hotlineRecord {
	out := hotlineRecord{h.CustomerID, h.CustomerName, h.Phone, h.Hours, h.SetterName, h.SetAt, h.Version, []string{}}
	if Can(ctx, "complaint.hotline") {
		out.Actions = append(out.Actions, "edit")
	}
	return out
}

func oneHotline(ctx context.Context, h *complaint.Hotline, err error) (*struct{ Body hotlineRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body hotlineRecord }{fromHotline(ctx, h)}, nil
}

func (a *API) hotlines() {
	Register(a, Op{
		ID: "list-hotlines", Method: http.MethodGet, Path: "/complaint-hotlines", Capability: "complaint.read", Tag: "complaint", Summary: "客户的投诉电话，含尚未提供的", SummaryEn: "Customers' complaint lines, those that have told none among them",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		Missing bool `query:"missing" doc:"Only customers that have told none."`
	},
	) (*struct{ Body List[hotlineRecord] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := complaint.HotlineQuery{Search: in.Q, Missing: in.Missing, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		hs, n, err := a.deps.Complaints.Hotlines(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(hs, in.Limit, func(h complaint.Hotline) []string { return []string{h.CustomerID} })
		return &struct{ Body List[hotlineRecord] }{NewList(Convert(page, func(h complaint.Hotline) hotlineRecord { return fromHotline(ctx, &h) }), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-hotline", Method: http.MethodGet, Path: "/customers/{id}/hotline", Capability: "complaint.read", Tag: "complaint", Summary: "客户的投诉电话", SummaryEn: "A customer's complaint line",
	}, func(ctx context.Context, in *ByID) (*struct{ Body hotlineRecord }, error) {
		h, err := a.deps.Complaints.Hotline(ctx, in.ID)
		return oneHotline(ctx, h, err)
	})
	Register(a, Op{
		ID: "set-hotline", Method: http.MethodPut, Path: "/customers/{id}/hotline", Capability: "complaint.hotline", Tag: "complaint", Summary: "登记客户的投诉电话（即时公布）", SummaryEn: "Record a customer's complaint line; it is published at once",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Phone   string `json:"phone" maxLength:"30"`
			Hours   string `json:"hours" maxLength:"100"`
			Version int64  `json:"version" doc:"Of the record that is changed; 0 where there is none."`
		}
	},
	) (*struct{ Body hotlineRecord }, error) {
		h, err := a.deps.Complaints.SetHotline(ctx, in.ID, in.Body.Phone, in.Body.Hours, in.Body.Version)
		return oneHotline(ctx, h, err)
	})
	a.engine.GET("/hotlines", a.serveHotlines)
}

// serveHotlines is the page on which anybody finds how a sender takes complaints (A30). It needs neither a session nor a script.
func (a *API) serveHotlines(c *gin.Context) {
	sender := c.Query("sender")
	found, err := a.deps.Complaints.Lookup(c.Request.Context(), sender)
	if err != nil {
		a.writeError(c, err)
		return
	}
	n := nonce()
	var b bytes.Buffer
	if err := hotlinesPage.Execute(&b, map[string]any{"Nonce": n, "Sender": sender, "Found": found, "Provider": a.deps.Complaints.Provider}); err != nil {
		a.writeError(c, err)
		return
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+n+"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}
