package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/handoff"
)

// maxMessages is how many messages a direct list takes; more go as a file.
const maxMessages = 1000

type oneMessage struct {
	Phone string            `json:"phone" maxLength:"32"`
	Text  string            `json:"text,omitempty" maxLength:"2000" doc:"The message's own text; where each has one, the list has none."`
	Vars  map[string]string `json:"vars,omitempty" doc:"What fills the variables of the text."`
}

type messageList struct {
	ContractID  string         `json:"contract_id" maxLength:"32"`
	SignatureID string         `json:"signature_id" maxLength:"32"`
	Category    batch.Category `json:"category" doc:"verification, notice, marketing or advertising."`
	Text        string         `json:"text,omitempty" maxLength:"4000" doc:"The one text, or a template with {变量}."`
	Messages    []oneMessage   `json:"messages" minItems:"1" maxItems:"1000"`
	ScheduledAt *time.Time     `json:"scheduled_at,omitempty"`
}

var (
	errMessages  = errs.Invalid("messages.invalid", "短信列表有误，请修改标出的各项", "the list of messages is not right; correct what is marked")
	errKeyNeeded = errs.Invalid("messages.key_needed", "请带 Idempotency-Key 请求头：重复的请求据此只提交一次", "give an Idempotency-Key header: a repeated call is then submitted once")
)

// mode finds out how the list's messages get their texts; a mixture is refused with its place.
func (l messageList) mode() (batch.Mode, error) {
	var f errs.Fields
	own, vars := l.Messages[0].Text != "", len(l.Messages[0].Vars) > 0
	for i, m := range l.Messages {
		switch at := fmt.Sprintf("body.messages[%d]", i); {
		case (m.Text != "") != own || (len(m.Vars) > 0) != vars:
			f.Add(at, "mixed", "所有短信应采用同一种方式：各自带内容、填模板变量，或只有号码", "all messages must be alike: with a text each, with variables, or with a number alone")
		case own && (vars || l.Text != ""):
			f.Add(at+".text", "both", "短信自带内容时，不能再有统一内容或变量", "a message with a text of its own takes neither the list's text nor variables")
		}
		if len(f) == 20 {
			break
		}
	}
	if err := f.Err(errMessages); err != nil {
		return "", err
	}
	switch {
	case own:
		return batch.TextPerRow, nil
	case vars:
		return batch.Template, nil
	}
	return batch.ListOne, nil
}

// lines is the list as the file that a batch is made of: it goes the way of every other file.
func (l messageList) lines(mode batch.Mode) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, m := range l.Messages {
		row := map[string]string{"手机号": m.Phone}
		switch mode {
		case batch.TextPerRow:
			row["短信内容"] = m.Text
		case batch.Template:
			for name, value := range m.Vars {
				row[name] = value
			}
		}
		if err := enc.Encode(row); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func (a *API) messages() {
	Register(a, Op{
		ID: "send-messages", Method: http.MethodPost, Path: "/messages", Capability: "batch.submit", Tag: "batch", Status: http.StatusAccepted, NoReplay: true, MaxBody: 4 << 20,
		Summary:   "直接提交至多 1000 条短信，作为一个批次走同样的检测和审核；须带 Idempotency-Key",
		SummaryEn: "Submit up to 1,000 messages as a list; they become a batch and go its way. Needs an Idempotency-Key",
	}, func(ctx context.Context, in *struct {
		Key  string `header:"Idempotency-Key" maxLength:"200"`
		Body messageList
	}) (*struct{ Body batchRecord }, error) {
		if !goodKey.MatchString(in.Key) {
			return nil, errKeyNeeded
		}
		id, err := a.sendMessages(ctx, in.Key, in.Body)
		if err != nil {
			return nil, err
		}
		return a.showBatch(ctx, id)
	})
	Register(a, Op{
		ID: "list-batch-results", Method: http.MethodGet, Path: "/batches/{id}/results", Capability: "handoff.read", Tag: "batch",
		Summary: "逐条发送结果（号码脱敏，查看留痕）；尚未交付发送的批次为空", SummaryEn: "What became of each message, numbers masked; empty before the hand-off",
	}, func(ctx context.Context, in *BatchPage) (*struct{ Body List[messageResult] }, error) {
		after, err := afterOf(in.Cursor)
		if err != nil {
			return nil, err
		}
		rows, total, err := a.deps.Handoff.MessageResults(ctx, in.ID, after, in.Limit)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(rows) == in.Limit {
			next = EncodeCursor(fmt.Sprint(rows[len(rows)-1].Seq))
		}
		items := Convert(rows, func(r handoff.MessageResult) messageResult {
			return messageResult{r.Seq, r.Line, r.Phone, r.Status.String(), r.Code}
		})
		return &struct{ Body List[messageResult] }{NewList(items, next, total)}, nil
	})
	a.engine.GET("/api/customer/openapi.json", a.serveCustomerAPI)
}

type messageResult struct {
	Seq    int64  `json:"seq" doc:"Of the message in its batch, from 1."`
	Line   int64  `json:"line" doc:"Of the file or the list, from 1."`
	Phone  string `json:"phone" doc:"Masked."`
	Status string `json:"status" doc:"waiting, handed, delivered, failed, unknown, expired, skipped_…, not_approved."`
	Code   string `json:"code,omitempty" doc:"Of the carrier's last receipt, as it came."`
}

// sendMessages makes a batch of a list, once for each Idempotency-Key: after a kill in the middle the same call finds its batch
// and goes on where it stopped.
func (a *API) sendMessages(ctx context.Context, reference string, l messageList) (string, error) {
	mode, err := l.mode()
	if err != nil {
		return "", err
	}
	file, err := l.lines(mode)
	if err != nil {
		return "", err
	}
	order := batch.Order{ContractID: l.ContractID, SignatureID: l.SignatureID, Category: l.Category, Mode: mode, Text: l.Text}
	if l.ScheduledAt != nil {
		order.ScheduledAt = caldate.InstantOf(*l.ScheduledAt)
	}
	asked, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(asked)
	id, err := a.deps.APIKeys.SubmitOnce(ctx, visitOf(ctx).gin.GetString(userIDKey), reference, hex.EncodeToString(sum[:]), func(ctx context.Context) (string, error) {
		b, err := a.deps.Batches.Create(ctx, order)
		if err != nil {
			return "", err
		}
		return b.ID, nil
	})
	if err != nil {
		return "", err
	}
	b, err := a.deps.Batches.Get(ctx, id)
	if err != nil || b.State != batch.Draft {
		return id, err
	}
	_, err = a.deps.Batches.Upload(ctx, id, "messages.jsonl", int64(len(file)), bytes.NewReader(file))
	return id, err
}

// serveCustomerAPI is the description of what a customer's program may call, and of nothing else.
func (a *API) serveCustomerAPI(c *gin.Context) {
	body, err := a.CustomerAPI()
	if err != nil {
		a.writeError(c, err)
		return
	}
	c.Data(http.StatusOK, "application/json", body)
}

// CustomerAPI is the OpenAPI description narrowed to what keys may call, with the schemas that it needs.
func (a *API) CustomerAPI() ([]byte, error) {
	whole, err := a.OpenAPI()
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(whole, &doc); err != nil {
		return nil, err
	}
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, op := range methods {
			o, _ := op.(map[string]any)
			if _, open := o["x-key-scope"]; !open {
				delete(methods, method)
				continue
			}
			o["security"] = []any{map[string]any{"key": []any{}}}
		}
		if len(methods) == 0 {
			delete(paths, path)
		}
	}
	if components, ok := doc["components"].(map[string]any); ok {
		components["schemas"] = reached(paths, components["schemas"])
		delete(components["securitySchemes"].(map[string]any), "session")
	}
	return json.MarshalIndent(doc, "", "  ")
}

// reached are the schemas that something refers to, also by way of others.
func reached(from, schemas any) map[string]any {
	all, _ := schemas.(map[string]any)
	out := map[string]any{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				name := ref[len("#/components/schemas/"):]
				if _, seen := out[name]; !seen && all[name] != nil {
					out[name] = all[name]
					walk(all[name])
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(from)
	return out
}
