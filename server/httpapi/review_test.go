package httpapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/handoff/kannel"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/review"
	"sealgate/server/review/reviewtest"
	"sealgate/server/staff"
	"sealgate/server/testkit"
)

// reviewDesk is the API with a desk and a hand-off whose engine is told by the test.
type reviewDesk struct {
	*apitest.Kit
	*reviewtest.World
	kannel   *kannel.Engine
	out      *handoff.Service
	li, wang *apitest.Client // two reviewers; wang is a lead
}

func newReviewDesk(t *testing.T) *reviewDesk {
	t.Helper()
	d := &reviewDesk{}
	d.Kit = apitest.New(t, func(k *apitest.Kit, deps *httpapi.Deps) {
		k.Fake.Advance(time.Hour)
		w := reviewtest.At(t, k.DB, k.Clock, k.Fake, t.TempDir(), t.TempDir())
		e, err := kannel.New(kannel.Settings{URL: "http://127.0.0.1:1/s", ReceiptURL: "http://127.0.0.1:1/r", ReceiptKey: "0123456789abcdef"}, k.Clock)
		if err != nil {
			t.Fatal(err)
		}
		d.World, d.kannel = w, e
		if d.out, err = handoff.New(handoff.Parts{
			DB: k.DB, Clock: k.Clock, Trail: k.Trail, Batches: w.Batches, Contracts: w.Contract, Reviews: w.Reviews, Recipients: w.Recipients,
			Usage: w.Usage, Notices: w.Notices, Channels: []handoff.Channel{{Name: "kannel", Engine: e}},
		}); err != nil {
			t.Fatal(err)
		}
		deps.Rules, deps.Batches, deps.Reviews, deps.Handoff, deps.Notices = w.Rules, w.Batches, w.Reviews, d.out, w.Notices
	})
	d.li, d.wang = d.As(staff.ComplianceReviewer), d.As(staff.ComplianceLead)
	return d
}

func TestReviewAPI_onlyWhoMay(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(2, "您的包裹已到"))
	path := "/review/batches/" + id
	empty := object{}
	decision := object{"scope": "batch", "decision": "approve"}
	sign := object{"decisions_hash": "x"}
	for _, c := range []struct {
		method, path, capability string
		body                     any
	}{
		{"GET", "/review/queue", "review.read", nil}, {"GET", path, "review.read", nil}, {"GET", path + "/groups", "review.read", nil},
		{"GET", path + "/groups/x/messages", "review.decide", nil}, {"POST", path + "/claim", "review.decide", empty}, {"POST", path + "/release", "review.decide", empty},
		{"POST", path + "/hand-over", "review.decide", object{"user_id": "x"}}, {"POST", path + "/decide", "review.decide", decision},
		{"POST", path + "/finish", "review.decide", sign}, {"POST", path + "/confirm", "review.second", sign}, {"POST", path + "/undo", "review.decide", empty},
		{"GET", "/batches/" + id + "/handoff", "handoff.read", nil}, {"GET", "/handoff/channels", "channel.read", nil},
		{"POST", "/batches/" + id + "/settle-unknown", "batch.settle", object{"outcome": "failed", "reason": "x"}},
		{"POST", "/batches/" + id + "/give-up-handing", "batch.settle", object{"reason": "x"}},
		{"GET", "/handoff/stops", "channel.read", nil}, {"POST", "/handoff/stops", "batch.settle", object{"scope": "all", "reason": "x"}},
		{"POST", "/handoff/stops/x/lift", "batch.settle", empty},
		{"POST", "/review/next", "review.decide", empty}, {"GET", "/review/reviewers", "review.read", nil}, {"GET", "/review/statistics", "reviewer.read", nil},
		{"GET", "/review/rechecks", "review.read", nil}, {"GET", "/review/agreement", "reviewer.read", nil}, {"GET", "/review/exemptions", "review.read", nil},
		{"GET", "/escalations", "escalation.read", nil}, {"GET", "/takedowns", "takedown.read", nil}, {"GET", "/watch/alerts", "watch.read", nil},
	} {
		d.Refuses(c.method, c.path, c.capability, c.body)
	}
	// Other people's batches don't exist for a salesperson.
	d.As(staff.Sales).Get("/batches/"+id+"/handoff").Problem(http.StatusNotFound, "batch.not_found")
}

func TestReviewAPI_fromTheQueueToTheManifestAndBack(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(5, "您的包裹已到"), d.Lines(2, reviewtest.Doubtful), d.Lines(1, reviewtest.Forbidden))
	var queue struct {
		Items []struct {
			BatchID string        `json:"batch_id"`
			Claim   *review.Claim `json:"claim"`
			Actions []string      `json:"available_actions"`
		} `json:"items"`
		Total int64 `json:"total"`
	}
	d.li.Get("/review/queue").Want(200).JSON(&queue)
	if queue.Total != 1 || queue.Items[0].BatchID != id || queue.Items[0].Claim != nil || strings.Join(queue.Items[0].Actions, "") != "claim" {
		t.Fatalf("queue %+v", queue)
	}
	path := "/review/batches/" + id
	d.li.Post(path+"/decide", object{"scope": "batch", "decision": "approve"}).Problem(409, "review.not_claimed")
	d.li.Post(path+"/claim", object{}).Want(200)
	d.wang.Post(path+"/claim", object{}).Problem(409, "review.claimed")
	d.wang.Get("/review/queue").Want(200).JSON(&queue)
	if queue.Items[0].Claim == nil || queue.Items[0].Claim.UserID != d.li.UserID || len(queue.Items[0].Actions) != 0 {
		t.Errorf("others see by whom: %+v", queue.Items[0])
	}
	var desk struct {
		Groups []struct {
			ID       string `json:"id"`
			Hold     int64  `json:"hold"`
			Segments []struct {
				Text string `json:"text"`
				Hits []int  `json:"hits"`
			} `json:"segments"`
		} `json:"groups"`
		Progress struct {
			DecisionsHash string       `json:"decisions_hash"`
			Tally         review.Tally `json:"tally"`
			Manifest      *struct {
				Approved int64 `json:"approved"`
			} `json:"manifest"`
		} `json:"progress"`
		Actions []string `json:"available_actions"`
		Checks  []review.Check
	}
	d.li.Get(path).Want(200).JSON(&desk)
	if len(desk.Groups) != 3 || len(desk.Checks) < 4 || !strings.Contains(strings.Join(desk.Actions, " "), "decide") {
		t.Fatalf("desk %+v", desk)
	}
	doubtful := ""
	for _, g := range desk.Groups {
		marked := false
		for _, s := range g.Segments {
			marked = marked || len(s.Hits) > 0
		}
		if g.Hold > 0 {
			doubtful = g.ID
			if !marked {
				t.Error("the hit is not marked in the text")
			}
		}
	}
	d.li.Post(path+"/decide", object{"scope": "batch", "decision": "refuse"}).Problem(422, "review.input")
	d.li.Post(path+"/decide", object{"scope": "batch", "decision": "approve", "nonsense": 1}).Want(400)
	d.li.Do("POST", path+"/decide", object{"scope": "batch", "decision": "approve"}, "Idempotency-Key", "k-1").Want(200)
	d.li.Do("POST", path+"/decide", object{"scope": "batch", "decision": "approve"}, "Idempotency-Key", "k-1").Want(200)
	d.li.Post(path+"/decide", object{"scope": "group", "group_id": doubtful, "decision": "refuse", "reason_codes": []string{"CONTENT.KEYWORD"}, "note": "可疑"}).Want(200)
	d.li.Get(path + "/groups/" + doubtful + "/messages?limit=1").Want(200)
	d.li.Get(path).Want(200).JSON(&desk)
	if desk.Progress.Tally.Approved != 5 || desk.Progress.Tally.Refused != 3 || !strings.Contains(strings.Join(desk.Actions, " "), "finish") {
		t.Fatalf("progress %+v, actions %v", desk.Progress, desk.Actions)
	}
	d.li.Post(path+"/finish", object{"decisions_hash": "old"}).Problem(409, "review.changed")
	d.li.Post(path+"/finish", object{"decisions_hash": desk.Progress.DecisionsHash}).Want(200).JSON(&desk.Progress)
	if desk.Progress.Manifest == nil || desk.Progress.Manifest.Approved != 5 {
		t.Errorf("after finishing %+v", desk.Progress)
	}
	d.li.Post(path+"/undo", object{}).Want(200)
	d.Kit.Fake.Advance(time.Second)
	d.li.Get(path).Want(200).JSON(&desk)
	d.li.Post(path+"/finish", object{"decisions_hash": desk.Progress.DecisionsHash}).Want(200)
	d.Kit.Fake.Advance(11 * time.Second)
	d.li.Post(path+"/undo", object{}).Problem(409, "review.undo_late")
}

func TestReviewAPI_highRiskNeedsTheLead(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(3, reviewtest.Grave))
	path := "/review/batches/" + id
	d.li.Post(path+"/claim", object{}).Want(200)
	var p struct {
		DecisionsHash string `json:"decisions_hash"`
		State         string `json:"state"`
		Manifest      any    `json:"manifest"`
	}
	d.li.Post(path+"/decide", object{"scope": "batch", "decision": "approve"}).Want(200).JSON(&p)
	d.li.Post(path+"/finish", object{"decisions_hash": p.DecisionsHash}).Want(200).JSON(&p)
	if p.State != "second" || p.Manifest != nil {
		t.Fatalf("%+v", p)
	}
	d.li.Post(path+"/confirm", object{"decisions_hash": p.DecisionsHash}).Problem(403, "auth.forbidden")
	d.wang.Post(path+"/confirm", object{"decisions_hash": p.DecisionsHash}).Want(200).JSON(&p)
	if p.Manifest == nil {
		t.Error("two people were not enough")
	}
}

func TestReviewAPI_handOverOnlyToReviewers(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(3, "您的包裹已到"))
	path := "/review/batches/" + id
	d.li.Post(path+"/claim", object{}).Want(200)
	d.li.Post(path+"/hand-over", object{"user_id": d.As(staff.Finance).UserID}).Problem(422, "review.no_reviewer")
	d.li.Post(path+"/hand-over", object{"user_id": "nobody"}).Want(404)
	d.li.Post(path+"/hand-over", object{"user_id": d.wang.UserID}).Want(200)
	d.wang.Post(path+"/decide", object{"scope": "batch", "decision": "approve"}).Want(200)
}

func TestHandoffAPI_receiptsNeedTheMessagesOwnToken(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(3, "您的包裹已到"))
	d.Approve(id)
	d.Kit.Fake.Advance(review.UndoFor)
	// Nobody listens at the gateway: the messages are held, and none has left.
	for range 5 {
		if _, err := d.out.Work(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	var h struct {
		Counts map[string]int64 `json:"counts"`
		Holds  []handoff.Hold   `json:"holds"`
	}
	d.wang.Get("/batches/" + id + "/handoff").Want(200).JSON(&h)
	if h.Counts["waiting"] != 3 || len(h.Holds) != 1 || h.Holds[0].Reason != "engine" {
		t.Fatalf("%+v", h)
	}
	nobody := d.Nobody()
	call := func(key, token string) *apitest.Answer {
		return nobody.Get("/receipts/kannel?" + url.Values{"key": {key}, "token": {token}, "type": {"1"}}.Encode())
	}
	key := handoff.Key(id, 1)
	call(key, "").Problem(403, "handoff.receipt_token")
	call(key, d.kannel.Token(handoff.Key(id, 2))).Problem(403, "handoff.receipt_token")
	call(key, d.kannel.Token(key)).Problem(404, "handoff.stranger") // it never left
	call("x-1", d.kannel.Token("x-1")).Problem(404, "handoff.stranger")
	if _, err := d.Kit.DB.SQL().Exec("UPDATE handoff_chunks SET statuses = X'020202', facts = X'212121'"); err != nil {
		t.Fatal(err)
	}
	call(key, d.kannel.Token(key)).Want(204)
	call(key, d.kannel.Token(key)).Want(204) // repeated: taken, and counted once
	d.wang.Get("/batches/" + id + "/handoff").Want(200).JSON(&h)
	if h.Counts["delivered"] != 1 {
		t.Errorf("%+v", h)
	}
}

func TestHandoffAPI_unknownIsShownAndSettledWithGrounds(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(2, "您的包裹已到"))
	d.Approve(id)
	d.Kit.Fake.Advance(review.UndoFor)
	for range 3 {
		if _, err := d.out.Work(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Kit.DB.SQL().Exec(`UPDATE handoff_chunks SET statuses = X'0606', facts = X'2121', unknown_count = 2, open_count = 0, tally = '{"unknown":2}', state = 'done'`); err != nil {
		t.Fatal(err)
	}
	var b struct {
		Handoff map[string]int64 `json:"handoff"`
		Actions []string         `json:"available_actions"`
	}
	d.wang.Get("/batches/" + id).Want(200).JSON(&b)
	if b.Handoff["unknown"] != 2 || !strings.Contains(strings.Join(b.Actions, " "), "settle-unknown") {
		t.Errorf("batch %+v", b)
	}
	path := "/batches/" + id + "/settle-unknown"
	d.wang.Post(path, object{"outcome": "delivered", "reason": ""}).Problem(422, "handoff.grounds")
	d.wang.Post(path, object{"outcome": "sent", "reason": "x"}).Problem(422, "handoff.settle")
	var s struct {
		Settled int `json:"settled"`
	}
	d.wang.Post(path, object{"outcome": "delivered", "reason": "通道王工确认", "seqs": []int{2}}).Want(200).JSON(&s)
	if s.Settled != 1 {
		t.Errorf("settled %d", s.Settled)
	}
	d.wang.Post(path, object{"outcome": "failed", "reason": "通道侧无记录"}).Want(200)
	d.wang.Post(path, object{"outcome": "failed", "reason": "again"}).Problem(409, "handoff.none_unknown")
}

func TestHandoffAPI_aDeadChannelIsGivenUpWithGroundsOnceItIsStopped(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	id := d.Submit(d.Lines(2, "您的包裹已到"))
	d.Approve(id)
	d.Kit.Fake.Advance(review.UndoFor)
	for range 3 {
		if _, err := d.out.Work(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	for _, sql := range []string{
		`UPDATE handoff_chunks SET statuses = X'0202', facts = X'2121', handing_on = 1, open_count = 2, unknown_count = 0, tally = '{"handing":2}', state = 'open', lease_until = 0`,
		`UPDATE handoffs SET holds = '[{"reason":"engine"}]'`,
	} {
		if _, err := d.Kit.DB.SQL().Exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	path := "/batches/" + id + "/give-up-handing"
	var h struct {
		Actions []string `json:"available_actions"`
	}
	d.wang.Get("/batches/" + id + "/handoff").Want(200).JSON(&h)
	if !slices.Contains(h.Actions, "give-up-handing") {
		t.Errorf("actions %v", h.Actions)
	}
	d.wang.Post(path, object{"reason": " "}).Problem(422, "handoff.grounds")
	d.wang.Post(path, object{"reason": "通道关停"}).Problem(409, "handoff.channel_lives")
	d.wang.Post("/handoff/stops", object{"scope": "all", "reason": "通道关停"}).Want(201)
	var got struct {
		GivenUp int `json:"given_up"`
		Handoff struct {
			Counts  map[string]int64 `json:"counts"`
			Actions []string         `json:"available_actions"`
		} `json:"handoff"`
	}
	d.wang.Post(path, object{"reason": "运营商书面通知永久关停"}).Want(200).JSON(&got)
	if got.GivenUp != 2 || got.Handoff.Counts["unknown"] != 2 || !slices.Equal(got.Handoff.Actions, []string{"settle-unknown"}) {
		t.Errorf("%+v", got)
	}
	d.wang.Post(path, object{"reason": "again"}).Problem(409, "handoff.none_handing")
}

func TestHandoffAPI_emergencyStop(t *testing.T) {
	t.Parallel()
	d := newReviewDesk(t)
	d.wang.Post("/handoff/stops", object{"scope": "all", "reason": " "}).Problem(422, "handoff.grounds")
	var stop handoff.Stop
	d.wang.Post("/handoff/stops", object{"scope": "all", "reason": "通道异常"}).Want(201).JSON(&stop)
	d.wang.Post("/handoff/stops", object{"scope": "all", "reason": "通道异常"}).Problem(409, "handoff.stopped")
	var channels struct {
		Items []handoff.ChannelView `json:"items"`
	}
	d.wang.Get("/handoff/channels").Want(200).JSON(&channels)
	if len(channels.Items) != 1 || !channels.Items[0].Stopped || channels.Items[0].Idempotent {
		t.Errorf("%+v", channels)
	}
	d.wang.Post("/handoff/stops/"+stop.ID+"/lift", object{"reason": "已恢复"}).Want(204)
	d.wang.Post("/handoff/stops/"+stop.ID+"/lift", object{"reason": "已恢复"}).Problem(404, "handoff.no_stop")
}
