package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/webhook"
)

type webhookRecord struct {
	ID         string          `json:"id"`
	CustomerID string          `json:"customer_id"`
	Name       string          `json:"name"`
	URL        string          `json:"url"`
	Kinds      []webhook.Kind  `json:"kinds"`
	State      string          `json:"state" enum:"on,off"`
	CreatedAt  caldate.Instant `json:"created_at"`
	OldUntil   caldate.Instant `json:"old_until" doc:"Calls are signed with the secret before, too, until then."`
	Actions    []string        `json:"available_actions"`
	Secret     string          `json:"secret,omitempty" doc:"Told this once."`
}

func (a *API) fromWebhook(ctx context.Context, e webhook.Endpoint) webhookRecord {
	r := webhookRecord{ID: e.ID, CustomerID: e.CustomerID, Name: e.Name, URL: e.URL, Kinds: e.Kinds, State: string(e.State), CreatedAt: e.CreatedAt, Actions: []string{}}
	if e.BeforeUntil.After(a.deps.Clock.RealInstant()) {
		r.OldUntil = e.BeforeUntil
	}
	if Can(ctx, "corner.manage") {
		other := map[webhook.EndpointState]string{webhook.On: "off", webhook.Off: "on"}[e.State]
		r.Actions = append(r.Actions, "change", "test", "rotate", other, "remove")
	}
	return r
}

type webhookDelivery struct {
	ID         string                `json:"id"`
	EndpointID string                `json:"endpoint_id"`
	EventID    string                `json:"event_id"`
	Kind       webhook.Kind          `json:"kind"`
	State      webhook.DeliveryState `json:"state" doc:"queued, delivered or aside."`
	Tries      int64                 `json:"tries"`
	Status     int64                 `json:"status" doc:"HTTP status of the last answer; 0: none came."`
	Response   string                `json:"response,omitempty" doc:"What the receiver said, or what went wrong."`
	CreatedAt  caldate.Instant       `json:"created_at"`
	NextTryAt  caldate.Instant       `json:"next_try_at"`
	DoneAt     caldate.Instant       `json:"done_at"`
	Body       any                   `json:"body,omitempty" doc:"What is sent; not in lists."`
	Actions    []string              `json:"available_actions"`
}

func (a *API) fromDelivery(ctx context.Context, d webhook.Delivery) webhookDelivery {
	r := webhookDelivery{ID: d.ID, EndpointID: d.EndpointID, EventID: d.EventID, Kind: d.Kind, State: d.State, Tries: d.Tries, Status: d.Status, Response: d.Response, CreatedAt: d.CreatedAt, DoneAt: d.DoneAt, Actions: []string{}}
	if d.State == webhook.Queued {
		r.NextTryAt = d.NextTryAt
	}
	if webhook.MayGo(d.State, webhook.Queued) && Can(ctx, "corner.manage") {
		r.Actions = append(r.Actions, "again")
	}
	return r
}

func (a *API) answerWebhook(ctx context.Context, e *webhook.Endpoint, secret string, err error) (*struct{ Body webhookRecord }, error) {
	if err != nil {
		return nil, err
	}
	r := a.fromWebhook(ctx, *e)
	r.Secret = secret
	return &struct{ Body webhookRecord }{r}, nil
}

type webhookWish struct {
	Name  string         `json:"name" maxLength:"200"`
	URL   string         `json:"url" maxLength:"2000"`
	Kinds []webhook.Kind `json:"kinds" maxItems:"20"`
}

func (w webhookWish) wish() webhook.Wish {
	return webhook.Wish{Name: w.Name, URL: w.URL, Kinds: w.Kinds}
}

func (a *API) webhooks() {
	Register(a, Op{
		ID: "list-webhooks", Method: http.MethodGet, Path: "/webhooks", Capability: "webhook.read", Tag: "access",
		Summary: "回调地址", SummaryEn: "Webhooks",
	}, func(ctx context.Context, in *struct {
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[webhookRecord] }, error) {
		rows, err := a.deps.Webhooks.Endpoints(ctx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(e webhook.Endpoint) webhookRecord { return a.fromWebhook(ctx, e) })
		return &struct{ Body List[webhookRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "create-webhook", Method: http.MethodPost, Path: "/webhooks", Capability: "corner.manage", Tag: "access", Status: http.StatusCreated, Secret: true,
		Summary: "新建回调地址；签名密钥只显示一次", SummaryEn: "Make a webhook; its secret is told once",
	}, func(ctx context.Context, in *struct{ Body webhookWish }) (*struct{ Body webhookRecord }, error) {
		e, secret, err := a.deps.Webhooks.Create(ctx, in.Body.wish())
		return a.answerWebhook(ctx, e, secret, err)
	})
	Register(a, Op{
		ID: "change-webhook", Method: http.MethodPut, Path: "/webhooks/{id}", Capability: "corner.manage", Tag: "access",
		Summary: "修改回调地址", SummaryEn: "Change a webhook",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body webhookWish
	}) (*struct{ Body webhookRecord }, error) {
		e, err := a.deps.Webhooks.Change(ctx, in.ID, in.Body.wish())
		return a.answerWebhook(ctx, e, "", err)
	})
	for _, x := range []struct {
		name   string
		to     webhook.EndpointState
		zh, en string
	}{{"on", webhook.On, "启用回调地址", "Turn a webhook on"}, {"off", webhook.Off, "停用回调地址", "Turn a webhook off"}, {"remove", webhook.Removed, "删除回调地址", "Remove a webhook"}} {
		Register(a, Op{
			ID: x.name + "-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/" + x.name, Capability: "corner.manage", Tag: "access", Summary: x.zh, SummaryEn: x.en,
		}, func(ctx context.Context, in *reason) (*struct{ Body webhookRecord }, error) {
			e, err := a.deps.Webhooks.Switch(ctx, in.ID, x.to)
			return a.answerWebhook(ctx, e, "", err)
		})
	}
	Register(a, Op{
		ID: "rotate-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/rotate", Capability: "corner.manage", Tag: "access", Secret: true,
		Summary: "更换回调签名密钥；重叠期内同时用新旧密钥签名", SummaryEn: "Give a webhook a new secret; for the overlap both sign",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			OverlapHours int64 `json:"overlap_hours" minimum:"0" maximum:"168"`
		}
	}) (*struct{ Body webhookRecord }, error) {
		e, secret, err := a.deps.Webhooks.Rotate(ctx, in.ID, time.Duration(in.Body.OverlapHours)*time.Hour)
		return a.answerWebhook(ctx, e, secret, err)
	})
	Register(a, Op{
		ID: "test-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/test", Capability: "corner.manage", Tag: "access",
		Summary: "向回调地址发送测试事件", SummaryEn: "Send a ping to a webhook",
	}, func(ctx context.Context, in *reason) (*struct{}, error) {
		return nil, a.deps.Webhooks.Test(ctx, in.ID)
	})
	Register(a, Op{
		ID: "list-webhook-deliveries", Method: http.MethodGet, Path: "/webhook-deliveries", Capability: "webhook.read", Tag: "access",
		Summary: "回调投递记录", SummaryEn: "Deliveries to webhooks",
	}, func(ctx context.Context, in *struct {
		StatePage
		EndpointID string `query:"endpoint_id" maxLength:"32"`
		Kind       string `query:"kind" maxLength:"64"`
	}) (*struct{ Body List[webhookDelivery] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := webhook.Query{EndpointID: in.EndpointID, State: in.State, Kind: in.Kind, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, total, err := a.deps.Webhooks.Deliveries(ctx, q)
		if err != nil {
			return nil, err
		}
		rows, next := CutPage(rows, in.Limit, func(d webhook.Delivery) []string { return []string{d.ID} })
		return &struct{ Body List[webhookDelivery] }{NewList(Convert(rows, func(d webhook.Delivery) webhookDelivery { return a.fromDelivery(ctx, d) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "get-webhook-delivery", Method: http.MethodGet, Path: "/webhook-deliveries/{id}", Capability: "webhook.read", Tag: "access",
		Summary: "一次投递及其内容", SummaryEn: "A delivery with what is sent",
	}, func(ctx context.Context, in *userID) (*struct{ Body webhookDelivery }, error) {
		d, body, err := a.deps.Webhooks.Show(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		r := a.fromDelivery(ctx, *d)
		if Can(ctx, "corner.read") { // what it says is between us and the customer's own people
			r.Body = json.RawMessage(body)
		}
		return &struct{ Body webhookDelivery }{r}, nil
	})
	Register(a, Op{
		ID: "redeliver-webhook", Method: http.MethodPost, Path: "/webhook-deliveries/{id}/again", Capability: "corner.manage", Tag: "access",
		Summary: "重新投递", SummaryEn: "Deliver once more",
	}, func(ctx context.Context, in *reason) (*struct{ Body webhookDelivery }, error) {
		d, err := a.deps.Webhooks.Again(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body webhookDelivery }{a.fromDelivery(ctx, *d)}, nil
	})
}
