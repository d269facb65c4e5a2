// Package natsq hands references to messages to a JetStream queue, from which a fleet of engines takes them. See README.md.
package natsq

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
)

// Settings reach a queue: one of our own, in the data folder, or a cluster.
type Settings struct {
	Name     string // of the channel
	URL      string // nats://a:4222,nats://b:4222; empty: a server inside this process
	Dir      string // of that server's store
	Listen   string // host:port, so that engines on other machines reach it; empty: nobody does
	Token    string // they and we show it
	Replicas int    // of streams in a cluster; 0: 1
	// AgainAfter is when a reference, or receipts, that somebody took and neither settled nor asked more time for are given out again;
	// 0: a minute. Real time, as the queue counts it.
	AgainAfter time.Duration
}

const (
	// repeatsWithin is how long the queue itself knows a message again. Engines know messages again for as long as receipts are
	// waited for.
	repeatsWithin = 10 * time.Minute
	takenFor      = handoff.ReceiptsFor + 24*time.Hour
	readyWithin   = 10 * time.Second
	againAfter    = time.Minute
	receiptsAt    = 4000 // in one message of the queue
)

// Engine implements handoff.Referrer and handoff.Reporter.
type Engine struct {
	s     Settings
	clock clock.Clock

	mu          sync.Mutex
	embedded    *inside
	queue       *queue
	unconfirmed map[*handoff.Receipt][]jetstream.Msg
}

// New makes the engine. Nothing is opened before it is used, so that other commands can run beside a server.
func New(s Settings, c clock.Clock) (*Engine, error) {
	if s.URL == "" && s.Dir == "" {
		return nil, errors.New("nats channel: it needs a folder for its own server, or the URL of a cluster")
	}
	if s.Listen != "" && len(s.Token) < 16 {
		return nil, errors.New("nats channel: a server that listens needs a token of at least 16 characters")
	}
	if s.Replicas < 0 || s.Replicas > 5 {
		return nil, fmt.Errorf("nats channel: %d replicas: want 1 to 5", s.Replicas)
	}
	if s.AgainAfter < 0 {
		return nil, fmt.Errorf("nats channel: again after %s: want a time", s.AgainAfter)
	}
	s.Replicas, s.AgainAfter = max(1, s.Replicas), cmp.Or(s.AgainAfter, againAfter)
	return &Engine{s: s, clock: c, unconfirmed: map[*handoff.Receipt][]jetstream.Msg{}}, nil
}

// Kind is "nats".
func (e *Engine) Kind() string { return "nats" }

// Idempotent: the queue absorbs a repeated reference, and engines remember every message that they took.
func (e *Engine) Idempotent() bool { return true }

// Slice is a chunk: the queue carries references, not messages.
func (e *Engine) Slice() int { return batch.ChunkSize }

// Send is not called: references go instead.
func (e *Engine) Send(context.Context, []handoff.Outgoing) ([]handoff.Answer, error) {
	return nil, errors.New("nats channel: messages go as references")
}

// queue is the streams of a channel.
type queue struct {
	nc                *nats.Conn
	js                jetstream.JetStream
	out, in           string // subjects
	work, receipts    jetstream.Consumer
	taken, references jetstream.KeyValue
}

// open connects where there is no connection, and starts the server inside where that is configured.
func (e *Engine) open(ctx context.Context) (*queue, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.queue != nil && !e.queue.nc.IsClosed() {
		return e.queue, nil
	}
	e.queue = nil // the process that ran the server has ended
	nc, err := e.connect()
	if err != nil {
		return nil, fmt.Errorf("nats channel: %w", err)
	}
	q, err := e.streams(ctx, nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("nats channel: %w", err)
	}
	e.queue = q
	return q, nil
}

// connect reaches the queue: the cluster, the server inside this process, or that inside another one.
func (e *Engine) connect() (*nats.Conn, error) {
	options := []nats.Option{nats.Name("sealgate " + e.s.Name), nats.Timeout(readyWithin)}
	if e.s.URL != "" {
		if e.s.Token != "" {
			options = append(options, nats.Token(e.s.Token))
		}
		return nats.Connect(e.s.URL, append(options, nats.MaxReconnects(-1))...)
	}
	if e.embedded == nil {
		in, err := embed(e.s)
		if errors.Is(err, errTaken) {
			return join(e.s.Dir, options...)
		}
		if err != nil {
			return nil, err
		}
		e.embedded = in
	}
	return nats.Connect("", append(options, nats.Token(e.embedded.token), nats.InProcessServer(e.embedded), nats.NoReconnect())...)
}

// streams makes what the channel needs, or finds it.
func (e *Engine) streams(ctx context.Context, nc *nats.Conn) (q *queue, err error) {
	q = &queue{nc: nc, out: "sealgate." + e.s.Name + ".out", in: "sealgate." + e.s.Name + ".in"}
	if q.js, err = jetstream.New(nc); err != nil {
		return nil, err
	}
	name := "SEALGATE_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(e.s.Name))
	for stream, subject := range map[string]string{name + "_OUT": q.out, name + "_IN": q.in} {
		if _, err := q.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
			Name: stream, Subjects: []string{subject}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage, Duplicates: repeatsWithin, Replicas: e.s.Replicas,
		}); err != nil {
			return nil, err
		}
	}
	consumer := jetstream.ConsumerConfig{Durable: "sealgate", AckPolicy: jetstream.AckExplicitPolicy, AckWait: e.s.AgainAfter, MaxAckPending: 1000}
	if q.work, err = q.js.CreateOrUpdateConsumer(ctx, name+"_OUT", consumer); err != nil {
		return nil, err
	}
	if q.receipts, err = q.js.CreateOrUpdateConsumer(ctx, name+"_IN", consumer); err != nil {
		return nil, err
	}
	for bucket, kv := range map[string]*jetstream.KeyValue{name + "_TAKEN": &q.taken, name + "_REFS": &q.references} {
		if *kv, err = q.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucket, TTL: takenFor, Storage: jetstream.FileStorage, Replicas: e.s.Replicas}); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// Close gives the connection back and stops the server inside.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.queue != nil {
		e.queue.nc.Close()
		e.queue = nil
	}
	if e.embedded != nil {
		e.embedded.close()
		e.embedded = nil
	}
	return nil
}

// Refer puts a reference into the queue, durably. The same one again is absorbed.
func (e *Engine) Refer(ctx context.Context, r handoff.Reference) error {
	q, err := e.open(ctx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	failpoint.Hit("natsq.refer.before")
	_, err = q.js.Publish(ctx, q.out, body, jetstream.WithMsgID(msgID(body)))
	failpoint.Hit("natsq.refer.after")
	return err
}

func msgID(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// report is receipts of one batch, as engines put them into the queue.
type report struct {
	Batch string   `json:"batch"`
	Codes []string `json:"codes"`
	At    int64    `json:"at"`   // unix ms, business clock of the engine
	Rows  []row    `json:"rows"` // one each
}

// row is number of the message, part, result, index of the code.
type row [4]int64

// Reports takes receipts off the queue. They stay there until they are confirmed, and come again after
// AgainAfter.
func (e *Engine) Reports(ctx context.Context) (out []handoff.Receipt, more bool, err error) {
	q, err := e.open(ctx)
	if err != nil {
		return nil, false, err
	}
	const atOnce = 8
	msgs, err := q.receipts.FetchNoWait(atOnce)
	if err != nil {
		return nil, false, err
	}
	var taken []jetstream.Msg
	for m := range msgs.Messages() {
		taken = append(taken, m)
		rs, err := receiptsOf(m.Data())
		if err != nil {
			return nil, false, err
		}
		out = append(out, rs...)
	}
	if err := msgs.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) {
		return nil, false, err
	}
	if len(out) > 0 {
		e.mu.Lock()
		e.unconfirmed[&out[0]] = taken
		e.mu.Unlock()
	}
	return out, len(taken) == atOnce, nil
}

func receiptsOf(body []byte) ([]handoff.Receipt, error) {
	var r report
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("nats channel: receipts: %w", err)
	}
	at := instant(r.At)
	out := make([]handoff.Receipt, 0, len(r.Rows))
	for _, x := range r.Rows {
		if x[3] < 0 || x[3] >= int64(len(r.Codes)) {
			return nil, errors.New("nats channel: receipts: a code is missing")
		}
		out = append(out, handoff.Receipt{Key: handoff.Key(r.Batch, x[0]), Part: int(x[1]), Result: handoff.Result(x[2]), Code: r.Codes[x[3]], At: at})
	}
	return out, nil
}

// Confirm takes receipts out of the queue for good.
func (e *Engine) Confirm(ctx context.Context, receipts []handoff.Receipt) error {
	if len(receipts) == 0 {
		return nil
	}
	e.mu.Lock()
	taken := e.unconfirmed[&receipts[0]]
	delete(e.unconfirmed, &receipts[0])
	if len(e.unconfirmed) > 100 {
		clear(e.unconfirmed) // of bookings that failed: they come again
	}
	e.mu.Unlock()
	var err error
	for _, m := range taken {
		err = errors.Join(err, m.DoubleAck(ctx))
	}
	return err
}

// publish puts receipts of one batch into the queue. id makes a repeat be absorbed; empty: none.
func (q *queue) publish(ctx context.Context, receipts []handoff.Receipt, at int64, id string) error {
	byBatch := map[string]*report{}
	codes := map[string]map[string]int64{}
	var order []string
	for _, r := range receipts {
		name, seq, err := handoff.ParseKey(r.Key)
		if err != nil {
			return err
		}
		p := byBatch[name]
		if p == nil || len(p.Rows) >= receiptsAt {
			if p != nil {
				if err := q.put(ctx, p, id); err != nil {
					return err
				}
			} else {
				order = append(order, name)
			}
			p = &report{Batch: name, At: at}
			byBatch[name], codes[name] = p, map[string]int64{}
		}
		k, ok := codes[name][r.Code]
		if !ok {
			k = int64(len(p.Codes))
			codes[name][r.Code] = k
			p.Codes = append(p.Codes, r.Code)
		}
		p.Rows = append(p.Rows, row{seq, int64(r.Part), int64(r.Result), k})
	}
	for _, name := range order {
		if err := q.put(ctx, byBatch[name], id); err != nil {
			return err
		}
	}
	return nil
}

func (q *queue) put(ctx context.Context, p *report, id string) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	var options []jetstream.PublishOpt
	if id != "" {
		options = append(options, jetstream.WithMsgID(id+msgID(body)))
	}
	_, err = q.js.Publish(ctx, q.in, body, options...)
	return err
}
