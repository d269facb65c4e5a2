package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// memory is what the people of a run know to have happened: an answer came, or the record was looked up. Nothing of it may get
// lost or happen twice.
type memory struct {
	mu       sync.Mutex
	batches  map[string]*sent
	payments map[string]int64 // fen by reference
	topUps   map[string]int64
	acts     map[string]int // how often each act was carried out, for the report
}

// sent is a batch as its sender and its reviewer know it.
type sent struct {
	rows     int64
	uploaded bool
	refused  bool // by the reviewer; nothing of it may ever arrive
}

func newMemory() *memory {
	return &memory{batches: map[string]*sent{}, payments: map[string]int64{}, topUps: map[string]int64{}, acts: map[string]int{}}
}

func (m *memory) count(act string) { m.mu.Lock(); defer m.mu.Unlock(); m.acts[act]++ }

func (m *memory) with(f func()) { m.mu.Lock(); defer m.mu.Unlock(); f() }

// clerk is somebody who does the same thing over and over; did is false where there was nothing to do.
type clerk struct {
	name string
	act  func(ctx context.Context) (did bool, err error)
}

func (r *run) clerks() []clerk {
	return []clerk{
		{"sender", r.send}, {"sender", r.send},
		{"reviewer", r.review},
		{"cashier", r.pay},
		{"treasurer", r.topUp},
		{"calendar", r.turn},
		{"supervisor", r.pauseSome},
	}
}

// work lets everybody work until ctx ends.
func (r *run) work(ctx context.Context) (wait func()) {
	var wg sync.WaitGroup
	for _, c := range r.clerks() {
		wg.Go(func() {
			for ctx.Err() == nil {
				did, err := c.act(ctx)
				if err != nil && ctx.Err() == nil {
					slog.Warn("a clerk is surprised", "clerk", c.name, "error", err)
				}
				if !did || err != nil {
					_ = pause(ctx, 50*time.Millisecond)
				}
			}
		})
	}
	return wg.Wait
}

// onTheWay counts the batches that are on their way.
func (r *run) onTheWay(ctx context.Context) (int64, error) {
	a, err := r.office.as("sales").get(ctx, "/batches?state=draft,receiving,screening,review,approved,sending&limit=1")
	return a.body.num("total"), err
}

const batchesAtOnce = 6

// send makes a batch and uploads its file, again where an upload was cut off.
func (r *run) send(ctx context.Context) (bool, error) {
	if n, err := r.onTheWay(ctx); err != nil || n >= batchesAtOnce {
		return false, err
	}
	sales, d := r.office.as("sales"), r.deals[rand.IntN(len(r.deals))]
	made, err := sales.post(ctx, "/batches", JSON{"contract_id": d.contract, "signature_id": d.signature, "category": "notice", "mode": "template", "text": "{姓名}您好，您的订单{单号}已到货，请到门店自提。"})
	if err != nil {
		return false, err
	}
	if !made.ok() {
		if made.done() {
			return true, nil // it was made, and nobody knows its number: it stays a draft
		}
		return false, fmt.Errorf("a batch is refused: %s", made.raw)
	}
	id := made.body.str("id")
	n := 30 + rand.IntN(90)
	if r.big && rand.IntN(8) == 0 {
		n = 9000 // two chunks
	}
	b := &sent{rows: int64(n)}
	r.memory.with(func() { r.memory.batches[id] = b })
	file := rows(n, id)
	for ctx.Err() == nil {
		a, err := sales.do(ctx, http.MethodPut, "/batches/"+id+"/file?name=a.csv", "application/octet-stream", file)
		if err != nil {
			return false, err
		}
		if !a.ok() { // an earlier try may have been taken, or still be at it with its server dead
			now, err := sales.get(ctx, "/batches/"+id)
			if err != nil {
				return false, err
			}
			if s := now.body.str("state"); s == "draft" || s == "receiving" { // it may become a draft again
				_ = pause(ctx, 100*time.Millisecond)
				continue
			}
		}
		r.memory.with(func() { b.uploaded = true })
		r.memory.count("batches uploaded")
		return true, nil
	}
	return false, ctx.Err()
}

// order finds the number of its order in a message's text.
var order = regexp.MustCompile(`[0-9a-v]{20}-\d+`)

// rows makes a CSV of n numbers that are no run. The number of its order tells a message from every other, whatever engine it leaves by.
func rows(n int, batch string) []byte {
	var b strings.Builder
	b.WriteString("手机号,姓名,单号\n")
	at := draw(batch, "rows") * 99991
	for i := range n {
		fmt.Fprintf(&b, "13%d%08d,客户%d,%s\n", 1+i%9, (at+i*7919+13)%100000000, i, orderOf(batch, i))
	}
	return []byte(b.String())
}

// orderOf is the number of the order in a row of a batch's file.
func orderOf(batch string, row int) string { return fmt.Sprintf("%s-%d", batch, row) }

// refuses tells whether the reviewer refuses a batch, whoever asks and however often.
func refuses(id string) bool { return draw(id, "refuse") < 60 }

// review decides a batch that waits: most are approved, some refused, some approvals taken back at once.
func (r *run) review(ctx context.Context) (bool, error) {
	reviewer := r.office.as("compliance_reviewer")
	queue, err := reviewer.get(ctx, "/review/queue?limit=20")
	if err != nil {
		return false, err
	}
	did := false
	for _, item := range queue.body.list("items") {
		if item.str("state") == "frozen" {
			continue
		}
		id := item.str("batch_id")
		desk := "/review/batches/" + id
		if a, err := reviewer.post(ctx, desk+"/claim", nil); err != nil || !a.done() {
			return did, err
		}
		decision := JSON{"scope": "batch", "decision": "approve"}
		if refuses(id) {
			decision = JSON{"scope": "batch", "decision": "refuse", "reason_codes": []string{"CONTENT.OTHER"}, "note": "抽查不合格"}
		}
		a, err := reviewer.post(ctx, desk+"/decide", decision)
		if err != nil {
			return did, err
		}
		hash := a.body.str("decisions_hash")
		if hash == "" { // decided before, its answer lost: the desk shows what stands
			if a, err = reviewer.get(ctx, desk); err != nil {
				return did, err
			}
			progress, _ := a.body["progress"].(map[string]any)
			hash = JSON(progress).str("decisions_hash")
		}
		if a, err = reviewer.post(ctx, desk+"/finish", JSON{"decisions_hash": hash}); err != nil {
			return did, err
		}
		if !a.done() {
			continue // the next look shows why
		}
		did = true
		r.memory.count("reviews finished")
		if refuses(id) {
			r.memory.with(func() {
				if b := r.memory.batches[id]; b != nil {
					b.refused = true
				}
			})
		} else if rand.IntN(12) == 0 {
			if a, err = reviewer.post(ctx, desk+"/undo", nil); err == nil && a.ok() {
				r.memory.count("approvals taken back")
			}
		}
	}
	return did, nil
}

// pay pays what is owed: in full, in two parts, or a little too much.
func (r *run) pay(ctx context.Context) (bool, error) {
	finance := r.office.as("finance")
	bills, err := finance.get(ctx, "/bills?limit=50")
	if err != nil {
		return false, err
	}
	for _, b := range bills.body.list("items") {
		open := b.num("open_fen")
		if open <= 0 || rand.IntN(4) == 0 { // some wait until they are overdue
			continue
		}
		amount := open
		switch rand.IntN(3) {
		case 0:
			amount = max(1, open/2)
		case 1:
			amount = open + 123
		}
		ref := fmt.Sprintf("PAY-%s-%d", r.name, r.next())
		today, err := r.today(ctx)
		if err != nil {
			return false, err
		}
		a, err := finance.post(ctx, "/payments", JSON{"customer_id": b.str("customer_id"), "amount_fen": amount, "value_date": today, "method": "transfer", "reference": ref})
		if err != nil {
			return false, err
		}
		if !a.done() {
			return false, a.surprise("payment")
		}
		r.memory.with(func() { r.memory.payments[ref] = amount })
		r.memory.count("payments")
		return true, nil
	}
	return false, nil
}

// little keeps the wallet of the prepaid contract short, so that batches wait for money; plenty ends that. In fen.
const (
	little = 2_000
	plenty = 500_000
)

// topUp keeps the wallet from running dry; two people do it.
func (r *run) topUp(ctx context.Context) (bool, error) { return r.topUpBy(ctx, little) }

func (r *run) topUpBy(ctx context.Context, fen int64) (bool, error) {
	if err := pause(ctx, time.Second); err != nil {
		return false, err
	}
	sales, finance := r.office.as("sales"), r.office.as("finance")
	waiting, err := finance.get(ctx, "/wallet-moves?state=requested&limit=20")
	if err != nil {
		return false, err
	}
	for _, m := range waiting.body.list("items") {
		if a, err := finance.post(ctx, "/wallet-moves/"+m.str("id")+"/decision", JSON{"confirm": true}); err != nil {
			return false, err
		} else if a.done() {
			r.memory.count("top-ups confirmed")
		}
	}
	for _, d := range r.deals {
		if !d.prepaid {
			continue
		}
		today, err := r.today(ctx)
		if err != nil {
			return false, err
		}
		ref := fmt.Sprintf("TOP-%s-%d", r.name, r.next())
		a, err := sales.post(ctx, "/contracts/"+d.contract+"/wallet/top-ups", JSON{"amount_fen": fen, "reference": ref, "value_date": today})
		if err != nil {
			return false, err
		}
		if !a.done() {
			return false, a.surprise("top-up")
		}
		r.memory.with(func() { r.memory.topUps[ref] = fen })
	}
	return true, nil
}

// longestTurn keeps a turn, and several while something is in a queue, below the three days after which it would expire there.
const longestTurn = 60 * time.Hour

// turn moves the business clock by some hours or days: months end, bills are made, late fees run. While something is in a queue it
// moves by hours only, and not for days: a message that expires there is rightly not sent any more, and could not be told from
// one that was lost.
func (r *run) turn(ctx context.Context) (bool, error) {
	if err := pause(ctx, 1500*time.Millisecond); err != nil {
		return false, err
	}
	now, err := r.now(ctx)
	if err != nil {
		return false, err
	}
	queued, err := r.astray(ctx)
	if err != nil {
		return false, err
	}
	by := time.Duration(2+rand.IntN(8)) * time.Hour
	if len(queued) == 0 {
		by = time.Duration(2+rand.IntN(58)) * time.Hour
	}
	if len(queued) == 0 || r.emptyAt.IsZero() {
		r.emptyAt = now
	}
	to := now.Add(by)
	if to.Sub(r.emptyAt) > longestTurn {
		return false, nil
	}
	a, err := r.office.as("sales").post(ctx, "/sandbox/clock", JSON{"to": to.Format(time.RFC3339)})
	if err == nil && a.ok() {
		r.memory.count("turns of the calendar")
	}
	return true, err // refused where another server moved it meanwhile
}

// pauseSome pauses a batch that is being sent, lets paused ones go on and has those tried again that were set aside.
func (r *run) pauseSome(ctx context.Context) (bool, error) {
	if err := pause(ctx, 700*time.Millisecond); err != nil {
		return false, err
	}
	sales := r.office.as("sales")
	for _, state := range []string{"paused", "failed", "sending"} { // failed: three servers died over it, and it was set aside for a person
		list, err := sales.get(ctx, "/batches?state="+state+"&limit=5")
		if err != nil {
			return false, err
		}
		for _, b := range list.body.list("items") {
			act := "resume"
			if state == "sending" {
				act = "pause"
			}
			if a, err := sales.post(ctx, "/batches/"+b.str("id")+"/"+act, JSON{"reason": "试验"}); err != nil {
				return false, err
			} else if a.done() {
				r.memory.count(act + "d batches")
			}
			if act == "pause" {
				break
			}
		}
	}
	return true, nil
}

func (r *run) now(ctx context.Context) (time.Time, error) {
	a, err := r.office.as("sales").get(ctx, "/sandbox/clock")
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, a.body.str("now"))
}

func (r *run) today(ctx context.Context) (string, error) {
	now, err := r.now(ctx)
	return now.Format(time.DateOnly), err
}
