package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/batch/intake"
	"sealgate/server/caldate"
	"sealgate/server/recipient"
)

type consent struct {
	ID           string                 `json:"id"`
	Number       string                 `json:"number"`
	CustomerID   string                 `json:"customer_id"`
	CustomerName string                 `json:"customer_name"`
	SignatureID  string                 `json:"signature_id" doc:"Empty: for all of the customer's signatures."`
	Category     string                 `json:"category" doc:"marketing, advertising; empty: both."`
	Title        string                 `json:"title" doc:"What the people agreed to."`
	Obtained     string                 `json:"obtained" enum:"web,app,paper,counter,reply,contract,other"`
	Most         int64                  `json:"most" doc:"At most so many messages …"`
	Days         int64                  `json:"days" doc:"… within so many days; 0: nothing was promised."`
	From         caldate.Date           `json:"from"`
	Until        caldate.Date           `json:"until" doc:"Last day; empty: until withdrawn."`
	DocumentID   string                 `json:"document_id" doc:"The evidence."`
	State        recipient.ConsentState `json:"state" enum:"draft,checking,live,refused,withdrawn"`
	Reason       string                 `json:"reason"`
	Members      int64                  `json:"numbers"`
	Bad          int64                  `json:"bad_rows"`
	FileName     string                 `json:"file_name"`
	CreatedAt    caldate.Instant        `json:"created_at"`
	CreatedName  string                 `json:"created_by_name"`
	VerifiedAt   caldate.Instant        `json:"verified_at"`
	VerifiedName string                 `json:"verified_by_name"`
	PurgedAt     caldate.Instant        `json:"purged_at"`
	Actions      []string               `json:"available_actions"`
}

// consentCapability is what each act on a proof of consent needs.
var consentCapability = map[string]string{"upload": "consent.write", "submit": "consent.write", "withdraw": "consent.withdraw", "approve": "consent.verify", "refuse": "consent.verify"}

func (a *API) fromConsent(ctx context.Context) func(c recipient.Consent) consent {
	name, me := a.customerNames(ctx), actor.From(ctx).UserID
	return func(c recipient.Consent) consent {
		out := consent{
			c.ID, c.Number, c.CustomerID, name(c.CustomerID), c.SignatureID, c.Category, c.Title, c.Obtained, c.Most, c.Days, c.FromDate, c.UntilDate, c.DocumentID, c.State, c.Reason,
			c.MemberCount, c.BadCount, c.FileName, c.CreatedAt, c.CreatedName, c.VerifiedAt, c.VerifiedName, c.PurgedAt, []string{},
		}
		for _, act := range recipient.ConsentActions(&c) {
			own := (act == "approve" || act == "refuse") && c.CreatedBy == me
			if !own && Can(ctx, consentCapability[act]) {
				out.Actions = append(out.Actions, act)
			}
		}
		return out
	}
}

func (a *API) oneConsent(ctx context.Context, c *recipient.Consent, err error) (*struct{ Body consent }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body consent }{a.fromConsent(ctx)(*c)}, nil
}

type consentID struct {
	ID string `path:"id" maxLength:"32"`
}

func (a *API) consents() {
	Register(a, Op{
		ID: "list-consents", Method: http.MethodGet, Path: "/consents", Capability: "recipient.read", Tag: "recipient",
		Summary: "营销同意凭证；可按号码查找", SummaryEn: "Proofs of consent to marketing; a number can be looked for",
	}, func(ctx context.Context, in *struct {
		Paging
		State      string `query:"state" maxLength:"16"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		Phone      string `query:"phone" maxLength:"40"`
	}) (*struct{ Body List[consent] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		q := recipient.ConsentQuery{CustomerID: in.CustomerID, State: recipient.ConsentState(in.State), Phone: in.Phone, Limit: in.Limit, Cursor: after}
		rows, more, err := a.deps.Recipients.Consents(ctx, q)
		if err != nil {
			return nil, err
		}
		next := ""
		if more {
			next = EncodeCursor(rows[len(rows)-1].ID)
		}
		return &struct{ Body List[consent] }{NewList(Convert(rows, a.fromConsent(ctx)), next, int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "get-consent", Method: http.MethodGet, Path: "/consents/{id}", Capability: "recipient.read", Tag: "recipient",
		Summary: "一份同意凭证", SummaryEn: "A proof of consent",
	}, func(ctx context.Context, in *consentID) (*struct{ Body consent }, error) {
		c, err := a.deps.Recipients.Consent(ctx, in.ID)
		return a.oneConsent(ctx, c, err)
	})
	Register(a, Op{
		ID: "register-consent", Method: http.MethodPost, Path: "/consents", Capability: "consent.write", Tag: "recipient", Status: http.StatusCreated,
		Summary: "登记同意凭证：谁、同意什么、频次、有效期、证明材料；随后导入号码名单", SummaryEn: "Register a proof of consent: what kind, how often, until when, with its evidence; the numbers come next",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID  string       `json:"customer_id" maxLength:"32"`
			SignatureID string       `json:"signature_id,omitempty" maxLength:"32"`
			Category    string       `json:"category,omitempty" maxLength:"16"`
			Title       string       `json:"title" maxLength:"400"`
			Obtained    string       `json:"obtained" maxLength:"16"`
			Most        int64        `json:"most,omitempty"`
			Days        int64        `json:"days,omitempty"`
			From        caldate.Date `json:"from"`
			Until       caldate.Date `json:"until,omitempty"`
			DocumentID  string       `json:"document_id,omitempty" maxLength:"32"`
		}
	}) (*struct{ Body consent }, error) {
		b := in.Body
		if _, err := a.deps.Customers.Get(ctx, b.CustomerID); err != nil {
			return nil, err
		}
		c, err := a.deps.Recipients.Register(ctx, recipient.Consent{
			CustomerID: b.CustomerID, SignatureID: b.SignatureID, Category: b.Category, Title: b.Title, Obtained: b.Obtained, Most: b.Most, Days: b.Days, FromDate: b.From, UntilDate: b.Until, DocumentID: b.DocumentID,
		})
		return a.oneConsent(ctx, c, err)
	})
	RegisterRaw(a, Op{
		ID: "import-consent-numbers", Method: http.MethodPost, Path: "/consents/{id}/numbers", Capability: "consent.write", Tag: "recipient", NoReplay: true, MaxBody: maxList,
		Consumes: "application/octet-stream", Produces: "application/json", Query: []string{"name", "preview"},
		Summary: "导入同意者的号码名单；preview=true 只看不写", SummaryEn: "Import the numbers of those who agreed; preview=true keeps nothing",
	}, func(c *gin.Context) error {
		return a.readList(c, func(ctx context.Context, list *intake.Numbers, f recipient.File) (*recipient.Import, error) {
			if c.Query("preview") == "true" {
				return a.deps.Recipients.Preview(ctx, list)
			}
			return a.deps.Recipients.Enlist(ctx, c.Param("id"), list, f)
		})
	})
	Register(a, Op{
		ID: "submit-consent", Method: http.MethodPost, Path: "/consents/{id}/submit", Capability: "consent.write", Tag: "recipient",
		Summary: "提交核验", SummaryEn: "Lay it before the provider",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			DocumentID string `json:"document_id,omitempty" maxLength:"32" doc:"Evidence in the place of what is there."`
		}
	}) (*struct{ Body consent }, error) {
		c, err := a.deps.Recipients.SubmitConsent(ctx, in.ID, in.Body.DocumentID)
		return a.oneConsent(ctx, c, err)
	})
	for _, act := range []struct {
		name, capability, zh, en string
		do                       func(ctx context.Context, id, reason string) (*recipient.Consent, error)
	}{
		{"approve", "consent.verify", "核验通过，立即生效；不能核验自己登记的", "Take it as proven; not one's own", func(ctx context.Context, id, reason string) (*recipient.Consent, error) {
			return a.deps.Recipients.DecideConsent(ctx, id, true, reason)
		}},
		{"refuse", "consent.verify", "不予认可，须写原因", "Refuse it; a reason is asked for", func(ctx context.Context, id, reason string) (*recipient.Consent, error) {
			return a.deps.Recipients.DecideConsent(ctx, id, false, reason)
		}},
		{"withdraw", "consent.withdraw", "撤销凭证，立即失效", "Withdraw it; it counts no more at once", a.deps.Recipients.WithdrawConsent},
	} {
		Register(a, Op{
			ID: act.name + "-consent", Method: http.MethodPost, Path: "/consents/{id}/" + act.name, Capability: act.capability, Tag: "recipient",
			Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"32"`
			Body struct {
				Reason string `json:"reason,omitempty" maxLength:"500"`
			}
		}) (*struct{ Body consent }, error) {
			c, err := act.do(ctx, in.ID, in.Body.Reason)
			return a.oneConsent(ctx, c, err)
		})
	}
}
