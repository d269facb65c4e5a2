package reviewtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing/fstest"
	"time"

	"sealgate/server/batch"
	"sealgate/server/ruleset"
	"sealgate/server/testkit"
)

const ruleFile = `id: %s
title: {zh: 测试规则, en: "test rule"}
class: fraud
level: %d
action: %s
terms: {w: {words: [%s]}, v: {words: [核实]}}
condition: w && v
reason_code: %s
tests: {hit: [%s], miss: [您的包裹已到]}
`

// open makes the batch service with four rules, one for each word above.
func (w *World) open() {
	fsys := fstest.MapFS{"settings.yaml": {Data: []byte("bands: {hold: 6, refuse: 14}\n")}}
	for i, r := range []struct {
		level        int
		action, word string
	}{{5, "hold", Grave}, {3, "hold", Doubtful}, {4, "refuse_message", Forbidden}, {4, "escalate", Authority}} {
		id := fmt.Sprintf("test.r%d", i)
		fsys[id+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, ruleFile, id, r.level, r.action, strings.TrimSuffix(r.word, "核实"), "TEST.KEYWORD", r.word)}
	}
	w.Rules = ruleset.New(w.DB, w.Clock, w.Trail)
	_, err := w.Rules.Install(testkit.System(), fsys)
	w.must(err)
	limits := batch.DefaultLimits()
	limits.Intake.TempDir = w.T.TempDir()
	w.Batches = batch.New(w.DB, w.Clock, w.Trail, batch.Deps{
		Blobs: w.Blobs, Keys: w.Keys, Contracts: w.Contract, Signatures: signatures{}, Customers: customers{}, Recipients: w.Recipients, Rules: w.Rules, Limits: limits,
	})
}

// Submit takes messages in and screens them; u-sales has submitted the batch, u-editor uploaded its file last.
func (w *World) Submit(lines ...[]Line) string {
	w.T.Helper()
	b, err := w.Batches.Create(testkit.As("sales", "sales_lead"), batch.Order{
		ContractID: "contract", SignatureID: "signature", Category: batch.Notice, Mode: batch.TextPerRow,
	})
	w.must(err)
	var file bytes.Buffer
	file.WriteString("手机号,短信内容\n")
	for _, ls := range lines {
		for _, l := range ls {
			fmt.Fprintf(&file, "%s,%s\n", l.Phone, strings.ReplaceAll(l.Text, ",", "，"))
		}
	}
	_, err = w.Batches.Upload(testkit.As("editor", "sales_lead"), b.ID, "短信.csv", int64(file.Len()), &file)
	w.must(err)
	for i := 0; ; i++ {
		did, err := w.Batches.Work(testkit.System())
		w.must(err)
		switch state := w.Batch(b.ID).State; {
		case state == batch.InReview:
			return b.ID
		case !did && i > 20:
			w.T.Fatalf("batch %s came to rest as %s: %+v", b.ID, state, w.Batch(b.ID).Problem)
		case !did:
			w.Fake.Advance(time.Second)
		}
	}
}
