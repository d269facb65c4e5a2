package httpapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/disclosure"
)

type disclosureRecord struct {
	ID            string             `json:"id"`
	Number        string             `json:"number"`
	State         disclosure.State   `json:"state" enum:"requested,approved,ready,expired,refused,withdrawn"`
	Ground        disclosure.Ground  `json:"ground" enum:"lawful_request,emergency,rights,consent"`
	Requester     string             `json:"requester"`
	Officers      string             `json:"officers"`
	Contact       string             `json:"contact"`
	Reference     string             `json:"reference"`
	ReceivedOn    caldate.Date       `json:"received_on"`
	Reason        string             `json:"reason"`
	AttachmentID  string             `json:"attachment_id"`
	PapersDueOn   caldate.Date       `json:"papers_due_on" doc:"An emergency's papers may follow until then; empty once they are there."`
	CustomerID    string             `json:"customer_id"`
	CustomerName  string             `json:"customer_name"`
	FirstDay      caldate.Date       `json:"first_day"`
	LastDay       caldate.Date       `json:"last_day"`
	Batches       []string           `json:"batches"`
	Phones        []string           `json:"phones" doc:"Masked."`
	KeepDays      int64              `json:"keep_days"`
	RequestedName string             `json:"requested_by"`
	RequestedAt   caldate.Instant    `json:"requested_at"`
	DecidedName   string             `json:"decided_by"`
	DecidedAt     caldate.Instant    `json:"decided_at"`
	DecideReason  string             `json:"decide_reason"`
	Size          int64              `json:"size"`
	SHA256        string             `json:"sha256" doc:"Of the ZIP."`
	Messages      int64              `json:"messages"`
	Purged        int64              `json:"purged_batches" doc:"Batches in the scope whose content is gone."`
	ReadyAt       caldate.Instant    `json:"ready_at"`
	ExpiresOn     caldate.Date       `json:"expires_on"`
	ExpiredAt     caldate.Instant    `json:"expired_at"`
	Downloads     []disclosureAccess `json:"downloads"`
	Actions       []string           `json:"available_actions"`
}

type disclosureAccess struct {
	UserName string          `json:"by"`
	IP       string          `json:"ip"`
	Purpose  string          `json:"purpose"`
	At       caldate.Instant `json:"at"`
}

// capabilityOf is which capability each action on a disclosure needs.
var capabilityOf = map[string]string{"approve": "disclosure.approve", "refuse": "disclosure.approve", "withdraw": "disclosure.request", "download": "disclosure.export"}

func fromDisclosure(ctx context.Context, d *disclosure.Disclosure, downloads []disclosure.Download) disclosureRecord {
	r := disclosureRecord{
		ID: d.ID, Number: d.Number, State: d.State, Ground: d.Ground, Requester: d.Requester, Officers: d.Officers, Contact: d.Contact, Reference: d.Reference, ReceivedOn: d.ReceivedOn,
		Reason: d.Reason, AttachmentID: d.DocumentID, PapersDueOn: d.PapersDueOn, CustomerID: d.CustomerID, CustomerName: d.CustomerName, FirstDay: d.FirstDay, LastDay: d.LastDay,
		Batches: append([]string{}, d.Batches...), Phones: append([]string{}, d.MaskedPhones...), KeepDays: d.KeepDays, RequestedName: d.RequestedName, RequestedAt: d.RequestedAt,
		DecidedName: d.DecidedName, DecidedAt: d.DecidedAt, DecideReason: d.DecideReason, Size: d.Size, SHA256: d.SHA256, Messages: d.Messages, Purged: d.Purged, ReadyAt: d.ReadyAt,
		ExpiresOn: d.ExpiresOn, ExpiredAt: d.ExpiredAt, Downloads: []disclosureAccess{},
	}
	for _, x := range downloads {
		r.Downloads = append(r.Downloads, disclosureAccess{x.UserName, x.IP, x.Purpose, x.At})
	}
	r.Actions = slices.DeleteFunc(d.Actions(actor.From(ctx).UserID), func(act string) bool { return !Can(ctx, capabilityOf[act]) })
	if d.DocumentID == "" && Can(ctx, "disclosure.request") {
		r.Actions = append(r.Actions, "papers")
	}
	return r
}

type disclosureInput struct {
	Body struct {
		Ground       disclosure.Ground `json:"ground" enum:"lawful_request,emergency,rights,consent"`
		Requester    string            `json:"requester" maxLength:"100"`
		Officers     string            `json:"officers,omitempty" maxLength:"200"`
		Contact      string            `json:"contact,omitempty" maxLength:"100"`
		Reference    string            `json:"reference,omitempty" maxLength:"100"`
		ReceivedOn   caldate.Date      `json:"received_on"`
		Reason       string            `json:"reason" maxLength:"500"`
		AttachmentID string            `json:"attachment_id,omitempty" maxLength:"32"`
		KeepDays     int64             `json:"keep_days,omitempty" doc:"How long the file can be downloaded; 30 where left out."`
		Scope        struct {
			Phones     []string     `json:"phones,omitempty" maxItems:"200"`
			CustomerID string       `json:"customer_id,omitempty" maxLength:"32"`
			Batches    []string     `json:"batches,omitempty" maxItems:"200" doc:"Numbers of batches."`
			FirstDay   caldate.Date `json:"first_day"`
			LastDay    caldate.Date `json:"last_day"`
		} `json:"scope"`
	}
}

type disclosuresInput struct{ StatePage }

type papersInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		AttachmentID string `json:"attachment_id" maxLength:"32"`
	}
}

type disclosureOut struct{ Body disclosureRecord }

func (a *API) disclosures() {
	Register(a, Op{
		ID: "list-disclosures", Method: http.MethodGet, Path: "/disclosures", Capability: "disclosure.read", Tag: "disclosure",
		Summary: "披露登记簿", SummaryEn: "The register of disclosures",
	}, func(ctx context.Context, in *disclosuresInput) (*struct{ Body List[disclosureRecord] }, error) {
		after, err := afterID(in.Cursor)
		if err != nil {
			return nil, err
		}
		ds, total, err := a.deps.Disclosures.List(ctx, disclosure.State(in.State), after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		ds, next := CutPage(ds, in.Limit, func(d disclosure.Disclosure) []string { return []string{d.ID} })
		items := Convert(ds, func(d disclosure.Disclosure) disclosureRecord { return fromDisclosure(ctx, &d, nil) })
		return &struct{ Body List[disclosureRecord] }{NewList(items, next, total)}, nil
	})
	Register(a, Op{
		ID: "get-disclosure", Method: http.MethodGet, Path: "/disclosures/{id}", Capability: "disclosure.read", Tag: "disclosure",
		Summary: "一项披露及其下载记录", SummaryEn: "One disclosure with its downloads",
	}, func(ctx context.Context, in *ByID) (*disclosureOut, error) {
		d, downloads, err := a.deps.Disclosures.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &disclosureOut{fromDisclosure(ctx, d, downloads)}, nil
	})
	Register(a, Op{
		ID: "request-disclosure", Method: http.MethodPost, Path: "/disclosures", Capability: "disclosure.request", Tag: "disclosure", Status: http.StatusCreated,
		Summary: "登记披露：依据、文书、范围；由另一人审批", SummaryEn: "Record a disclosure: ground, paper, scope; another person decides it",
	}, func(ctx context.Context, in *disclosureInput) (*disclosureOut, error) {
		x := in.Body
		d, err := a.deps.Disclosures.Request(ctx, disclosure.Order{
			Ground: x.Ground, Requester: x.Requester, Officers: x.Officers, Contact: x.Contact, Reference: x.Reference, ReceivedOn: x.ReceivedOn, Reason: x.Reason,
			DocumentID: x.AttachmentID, KeepDays: x.KeepDays,
			Scope: disclosure.Scope{Phones: x.Scope.Phones, CustomerID: x.Scope.CustomerID, Batches: x.Scope.Batches, First: x.Scope.FirstDay, Last: x.Scope.LastDay},
		})
		return a.showDisclosure(ctx, d, err)
	})
	for _, v := range []struct {
		verb, zh, en string
		approve      bool
	}{{"approve", "批准披露（不能由登记人批准）", "Approve a disclosure; never who recorded it", true}, {"refuse", "拒绝披露", "Refuse a disclosure", false}} {
		Register(a, Op{
			ID: v.verb + "-disclosure", Method: http.MethodPost, Path: "/disclosures/{id}/" + v.verb, Capability: "disclosure.approve", Tag: "disclosure", Summary: v.zh, SummaryEn: v.en,
		}, func(ctx context.Context, in *batchAct) (*disclosureOut, error) {
			d, err := a.deps.Disclosures.Decide(ctx, in.ID, v.approve, in.Body.Reason)
			return a.showDisclosure(ctx, d, err)
		})
	}
	Register(a, Op{
		ID: "withdraw-disclosure", Method: http.MethodPost, Path: "/disclosures/{id}/withdraw", Capability: "disclosure.request", Tag: "disclosure",
		Summary: "撤回自己登记的披露", SummaryEn: "Withdraw a disclosure that one recorded",
	}, func(ctx context.Context, in *batchAct) (*disclosureOut, error) {
		d, err := a.deps.Disclosures.Withdraw(ctx, in.ID, in.Body.Reason)
		return a.showDisclosure(ctx, d, err)
	})
	Register(a, Op{
		ID: "add-disclosure-papers", Method: http.MethodPost, Path: "/disclosures/{id}/papers", Capability: "disclosure.request", Tag: "disclosure",
		Summary: "补交紧急情况的文书", SummaryEn: "Give the papers that an emergency did not wait for",
	}, func(ctx context.Context, in *papersInput) (*disclosureOut, error) {
		d, err := a.deps.Disclosures.AddPapers(ctx, in.ID, in.Body.AttachmentID)
		return a.showDisclosure(ctx, d, err)
	})
	RegisterRaw(a, Op{
		ID: "download-disclosure", Method: http.MethodGet, Path: "/disclosures/{id}/file", Capability: "disclosure.export", Tag: "disclosure", Produces: "application/zip", Query: []string{"purpose"},
		Summary: "下载数据包（须写明交给谁、用于什么，下载会被记录）", SummaryEn: "Download the file; say whom it goes to and what for, which is logged",
	}, a.downloadDisclosure)
}

func (a *API) showDisclosure(ctx context.Context, d *disclosure.Disclosure, err error) (*disclosureOut, error) {
	if err != nil {
		return nil, err
	}
	return &disclosureOut{fromDisclosure(ctx, d, nil)}, nil
}

func (a *API) downloadDisclosure(c *gin.Context) error {
	d, r, err := a.deps.Disclosures.File(c.Request.Context(), c.Param("id"), c.Query("purpose"))
	if err != nil {
		return err
	}
	defer r.Close()
	Attachment(c, d.Number+".zip", "application/zip")
	c.Header("Content-Length", strconv.FormatInt(d.Size, 10))
	c.Header("X-Content-SHA256", d.SHA256)
	c.Status(http.StatusOK)
	if _, err := io.Copy(c.Writer, r); err != nil {
		return fmt.Errorf("file of disclosure %s: %w", d.Number, err)
	}
	return nil
}
