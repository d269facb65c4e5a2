package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"sealgate/server/actor"
	"sealgate/server/handoff"
)

// violate notes a broken promise.
func (r *run) violate(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.violations = append(r.violations, fmt.Sprintf(format, args...))
}

func (r *run) violated() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.violations) > 0 {
		return errViolated
	}
	return nil
}

// check waits until no server lives and looks at what they left behind: every invariant of `sealgate verify` holds with the
// pieces lying about, nothing was accepted twice by the engine, nothing refused has left, and what people know to have happened
// is on record.
func (r *run) check(ctx context.Context) error {
	r.gate.Lock()
	defer r.gate.Unlock()
	r.mu.Lock()
	r.checks++
	r.mu.Unlock()
	rep, err := r.verify(ctx)
	if err != nil {
		return err
	}
	for _, v := range rep {
		r.violate("%s", v)
	}
	if r.peer != nil {
		for _, k := range r.peer.doubled() {
			r.violate("message %s left twice", k)
		}
	}
	r.memory.mu.Lock()
	refused := map[string]bool{}
	for id, b := range r.memory.batches {
		if b.refused {
			refused[id] = true
		}
	}
	r.memory.mu.Unlock()
	for id := range refused {
		if r.peer != nil && r.peer.of(id) > 0 {
			r.violate("batch %s was refused, and messages of it left", id)
		}
	}
	if err := r.recorded(ctx); err != nil {
		return err
	}
	return r.violated()
}

// verify is `sealgate verify`; a database that is just coming back is asked again.
func (r *run) verify(ctx context.Context) (out []string, err error) {
	for range 20 {
		rep, e := r.eye.Verify(ctx)
		if err = e; err == nil {
			for _, v := range rep.Violations {
				out = append(out, fmt.Sprintf("invariant %d: %s: %s", v.Invariant, v.Object, v.Detail))
			}
			return out, nil
		}
		if e := pause(ctx, 500*time.Millisecond); e != nil {
			return nil, e
		}
	}
	return nil, err
}

// recorded compares money that people know to have recorded with what the books say: there, once, with its amount.
func (r *run) recorded(ctx context.Context) error {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	for table, known := range map[string]map[string]int64{"payments": r.memory.payments, "wallet_moves": r.memory.topUps} {
		there, err := r.booked(ctx, table)
		if err != nil {
			return err
		}
		for ref, s := range there {
			if s.n > 1 {
				r.violate("%s: %s is there %d times", table, ref, s.n)
			}
		}
		for ref, fen := range known {
			if there[ref].fen != fen {
				r.violate("%s: %s over %d fen was acknowledged, the books have %d", table, ref, fen, there[ref].fen)
			}
		}
	}
	return nil
}

// sums is what the books have under one reference: how many records, over how much in all.
type sums struct{ n, fen int64 }

// booked reads a table of money by reference.
func (r *run) booked(ctx context.Context, table string) (map[string]sums, error) {
	rows, err := r.eye.DB.ReadSQL().QueryContext(ctx, "SELECT reference, COUNT(*), SUM(amount_fen) FROM "+table+" WHERE reference <> '' GROUP BY reference")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[string]sums{}
	for rows.Next() {
		var ref string
		var s sums
		if err := rows.Scan(&ref, &s.n, &s.fen); err != nil {
			return nil, err
		}
		there[ref] = s
	}
	return there, rows.Err()
}

// stillFor is how long nothing may change while two servers that nobody kills bring everything to its end. It says nothing about how
// long that takes in all: a loaded machine is slow.
const stillFor = 8 * time.Minute

// finish lets two servers that nobody kills bring everything to its end, and compares the end with what was sent.
func (r *run) finish(ctx context.Context, stopWork context.CancelFunc) error {
	var both []*process
	away := func() {
		for slot, p := range both {
			r.office.shut(slot)
			p.kill()
		}
		both = nil
	}
	defer away()
	for slot := range 2 {
		p, err := r.startServer("")
		if err != nil {
			return r.excuse(p, err)
		}
		both = append(both, p)
		r.office.open(slot, p.url)
	}
	stopWork()
	if err := r.windUp(ctx); err != nil {
		return errors.Join(err, r.violated())
	}
	if err := r.compare(ctx); err != nil {
		return err
	}
	away()
	return r.check(ctx)
}

// windUp does what people do until every batch that was uploaded has ended.
func (r *run) windUp(whole context.Context) error {
	ctx, cancel := context.WithCancel(whole)
	defer cancel()
	left := ""
	still := time.AfterFunc(stillFor, cancel)
	defer still.Stop()
	for {
		now, err := r.windUpOnce(ctx)
		switch {
		case whole.Err() != nil:
			return whole.Err() // somebody interrupts the harness
		case ctx.Err() != nil:
			r.violate("not everything came to its end, and nothing has changed for %s: %s", stillFor, left)
			return errViolated
		case err != nil || now == "":
			return err
		}
		if now != left {
			left = now
			still.Reset(stillFor)
		}
	}
}

// standing describes what is left, so that one can see whether anything moves.
func standing(waiting []JSON) string {
	states := map[string]int{}
	for _, b := range waiting {
		states[b.str("state")]++
	}
	return fmt.Sprintf("%d batches (%s), the first is %s", len(waiting), list(states), waiting[0].str("id"))
}

// windUpOnce describes what has not ended yet; nothing: "".
func (r *run) windUpOnce(ctx context.Context) (left string, err error) {
	if _, err := r.review(ctx); err != nil {
		return "", err
	}
	if err := r.resumeAll(ctx); err != nil {
		return "", err
	}
	if err := r.moneyForAll(ctx); err != nil {
		return "", err
	}
	a, err := r.office.as("sales").get(ctx, "/batches?state=receiving,screening,review,approved,sending,paused,failed&limit=50")
	if err != nil {
		return "", err
	}
	astray, err := r.astray(ctx)
	if err != nil {
		return "", err
	}
	waiting := a.body.list("items")
	switch {
	case len(astray) > 0: // in a queue: the calendar waits for it
		left = fmt.Sprintf("%d messages that were handed over have not arrived, the first is %s", len(astray), astray[0])
	case len(waiting) > 0:
		left = standing(waiting)
		r.clock.pass(leasesEnd)
		if err := r.afterReceipts(ctx, waiting); err != nil {
			return "", err
		}
	default:
		return "", nil
	}
	return left, pause(ctx, 500*time.Millisecond)
}

// astray lists messages that left as far as the records know, and have not arrived at the engine.
func (r *run) astray(ctx context.Context) (orders []string, err error) {
	if r.peer == nil {
		return nil, nil
	}
	r.memory.mu.Lock()
	ids := slices.Sorted(maps.Keys(r.memory.batches))
	r.memory.mu.Unlock()
	for _, id := range ids {
		row := 0
		for chunk := int64(1); ; chunk++ {
			fates, err := r.eye.Handoff.ChunkFates(system(ctx), id, chunk)
			if err != nil {
				return nil, err
			}
			if len(fates) == 0 {
				break
			}
			for _, f := range fates {
				if name := orderOf(id, row); haveLeft[f.Status] && !r.peer.has(name) {
					orders = append(orders, name)
				}
				row++
			}
		}
	}
	return orders, nil
}

// haveLeft says that an engine has taken the message, or a queue that will bring it to one.
var haveLeft = map[handoff.Status]bool{handoff.Handed: true, handoff.Delivered: true, handoff.Expired: true}

func (r *run) resumeAll(ctx context.Context) error {
	sales := r.office.as("sales")
	list, err := sales.get(ctx, "/batches?state=paused,failed&limit=50")
	if err != nil {
		return err
	}
	for _, b := range list.body.list("items") {
		if _, err := sales.post(ctx, "/batches/"+b.str("id")+"/resume", JSON{}); err != nil {
			return err
		}
	}
	return nil
}

// moneyForAll pays every bill and fills the wallet, so that nothing waits for money.
func (r *run) moneyForAll(ctx context.Context) error {
	if _, err := r.pay(ctx); err != nil {
		return err
	}
	_, err := r.topUpBy(ctx, plenty)
	return err
}

// afterReceipts moves the calendar over the three days after which a message without a receipt counts as expired, and has a
// person settle what nobody knows about.
func (r *run) afterReceipts(ctx context.Context, waiting []JSON) error {
	now, err := r.now(ctx)
	if err != nil {
		return err
	}
	if _, err := r.office.as("sales").post(ctx, "/sandbox/clock", JSON{"to": now.Add(10 * time.Hour).Format(time.RFC3339)}); err != nil {
		return err
	}
	lead := r.office.as("compliance_lead")
	for _, b := range waiting {
		h, err := lead.get(ctx, "/batches/"+b.str("id")+"/handoff")
		if err != nil {
			return err
		}
		counts, _ := h.body["counts"].(map[string]any)
		if JSON(counts).num("unknown") > 0 && JSON(counts).num("waiting") == 0 {
			if _, err := lead.post(ctx, "/batches/"+b.str("id")+"/settle-unknown", JSON{"outcome": "failed", "reason": "通道侧无回执"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare holds the end of every batch against what was sent and decided.
func (r *run) compare(ctx context.Context) error {
	r.memory.mu.Lock()
	batches := map[string]sent{}
	for id, b := range r.memory.batches {
		batches[id] = *b
	}
	r.memory.mu.Unlock()
	sales := r.office.as("sales")
	for id, b := range batches {
		if !b.uploaded {
			continue
		}
		a, err := sales.get(ctx, "/batches/"+id)
		if err != nil {
			return err
		}
		rows, _ := a.body["rows"].(map[string]any)
		if n := JSON(rows).num("good") + JSON(rows).num("bad") + JSON(rows).num("repeated"); n != b.rows {
			r.violate("batch %s: of %d rows %d are on record (%s)", id, b.rows, n, a.body.str("state"))
		}
		switch state := a.body.str("state"); {
		case b.refused && state != "refused":
			r.violate("batch %s was refused and is %s", id, state)
		case !refuses(id) && state == "refused":
			r.violate("batch %s is refused and nobody refused it", id)
		case state == "done":
			if err := r.compareSent(ctx, id, JSON(rows).num("good")); err != nil {
				return err
			}
		}
	}
	slog.Debug("compared", "batches", len(batches))
	return nil
}

// compareSent: each approved message has one end, and what is delivered had arrived at the engine. Unknown is an end, too, three
// days after the last message left: a person may still settle it.
func (r *run) compareSent(ctx context.Context, id string, good int64) error {
	h, err := r.office.as("sales").get(ctx, "/batches/"+id+"/handoff")
	if err != nil {
		return err
	}
	m, _ := h.body["counts"].(map[string]any)
	counts := JSON(m)
	var ended int64
	for name := range counts {
		switch name {
		case "not_approved":
		case "waiting", "handing", "handed":
			if n := counts.num(name); n > 0 {
				r.violate("batch %s is done and %d of its messages are %s", id, n, name)
			}
		default:
			ended += counts.num(name)
		}
	}
	if ended != h.body.num("approved") || ended != good {
		r.violate("batch %s: %d good, %d approved, %d came to an end: %v", id, good, h.body.num("approved"), ended, counts)
	}
	if r.peer == nil && counts.num("expired") > 0 {
		r.violate("batch %s: %d receipts are lost, though this engine gives each", id, counts.num("expired"))
	}
	if r.peer != nil {
		if arrived := r.peer.of(id); counts.num("delivered") > arrived || arrived > good {
			r.violate("batch %s: %d delivered, %d arrived, %d good", id, counts.num("delivered"), arrived, good)
		}
	}
	return nil
}

// system is who verifies.
func system(ctx context.Context) context.Context { return actor.With(ctx, actor.System("crash")) }
