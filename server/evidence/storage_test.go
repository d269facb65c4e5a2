package evidence_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// What one message takes when its batch is done, its receipts have come and it stands in a run: the objects by kind, and what the
// tables grew by (SQLite's pages, without those of the engine that stands in for a carrier). The aim is 60 bytes.
//
//	go test ./server/evidence -run xxx -bench Storage -benchtime 1x

func BenchmarkStorage_template(b *testing.B) {
	const text = "【信闸】{姓名}您好，您的订单{订单号}（{金额}元）已到货，请于{日期}前到门店领取，详询门店客服。"
	benchStorage(b, batch.Order{Mode: batch.Template, Text: text}, func(file *bytes.Buffer, n int) { orders(file, n, "%d,%s,%s,%s,%s\n") })
}

func BenchmarkStorage_texts(b *testing.B) {
	benchStorage(b, batch.Order{Mode: batch.TextPerRow}, func(file *bytes.Buffer, n int) {
		orders(file, n, "%d,【信闸】%s您好，您的订单%s（%s元）已到货，请于%s前到门店领取，详询门店客服。\n")
	})
}

// Texts that have nothing in common, as people write them: the file that SEALGATE_BENCH_TEXTS names, a text a line.
func BenchmarkStorage_different(b *testing.B) {
	file := os.Getenv("SEALGATE_BENCH_TEXTS")
	if file == "" {
		b.Skip("SEALGATE_BENCH_TEXTS names no file of texts")
	}
	content, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	texts := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(content)), `"`, ""), "\n")
	benchStorage(b, batch.Order{Mode: batch.TextPerRow}, func(out *bytes.Buffer, n int) {
		phones := numbers(n)
		out.WriteString("手机号,短信内容\n")
		for i := range n {
			fmt.Fprintf(out, "%d,\"【信闸】%s\"\n", phones[i], texts[i%len(texts)])
		}
	})
}

// numbers gives n different ones, in no order.
func numbers(n int) []int64 {
	r := rand.New(rand.NewPCG(7, 11))
	seen := make(map[int64]bool, n)
	out := make([]int64, 0, n)
	for len(out) < n {
		phone := []int64{13, 18}[r.IntN(2)]*1_000_000_000 + r.Int64N(1_000_000_000)
		if !seen[phone] {
			seen[phone] = true
			out = append(out, phone)
		}
	}
	return out
}

// orders writes n rows of a customer's own data: different numbers, names, orders, amounts and days.
func orders(file *bytes.Buffer, n int, format string) {
	r := rand.New(rand.NewPCG(3, 5))
	if strings.Count(format, ",") > 3 {
		file.WriteString("手机号,姓名,订单号,金额,日期\n")
	} else {
		file.WriteString("手机号,短信内容\n")
	}
	for _, phone := range numbers(n) {
		name := string([]rune{'一' + r.Int32N(5000), '一' + r.Int32N(5000)})
		fmt.Fprintf(file, format, phone, name, fmt.Sprintf("DD2026%08d", r.IntN(100_000_000)),
			fmt.Sprintf("%d.%02d", r.IntN(900), r.IntN(100)), fmt.Sprintf("2026-11-%02d", r.IntN(28)+1))
	}
}

func benchStorage(b *testing.B, o batch.Order, rows func(file *bytes.Buffer, n int)) {
	const n = 200_000
	for b.Loop() {
		h := over(b, New(b))
		empty := h.tables()
		h.sent(o, rows, n)
		h.work()
		parts := h.objects()
		for table, size := range h.tables() {
			if !strings.HasPrefix(table, "loopback") {
				parts["rows"] += size - empty[table]
				if grown := float64(size-empty[table]) / n; grown >= 0.05 {
					b.Logf("table %-24s %6.2f bytes a message", table, grown)
				}
			}
		}
		var all int64
		for part, size := range parts {
			b.ReportMetric(float64(size)/n, part+"-B")
			all += size
		}
		b.ReportMetric(float64(all)/n, "B/message")
		b.ReportMetric(0, "ns/op") // it tells nothing here
	}
}

// sent takes a batch through screening, desk, hand-off and receipts.
func (h *house) sent(o batch.Order, rows func(file *bytes.Buffer, n int), n int) {
	h.T.Helper()
	must := func(err error) {
		h.T.Helper()
		if err != nil {
			h.T.Fatal(err)
		}
	}
	sales := testkit.As("sales", "sales_lead")
	o.ContractID, o.SignatureID, o.Category = "contract", "signature", batch.Notice
	x, err := h.Batches.Create(sales, o)
	must(err)
	var file bytes.Buffer
	rows(&file, n)
	_, err = h.Batches.Upload(sales, x.ID, "a.csv", int64(file.Len()), &file)
	must(err)
	for h.Batch(x.ID).State != batch.InReview {
		_, err := h.Batches.Work(testkit.System())
		must(err)
	}
	h.Approve(x.ID)
	for range 4 { // sent, then the receipts that come at once, then those that come late
		h.Fake.Advance(2 * time.Hour)
		for did := true; did; {
			did, err = h.Out.Work(testkit.System())
			must(err)
		}
	}
	v, err := h.Out.Of(testkit.System(), x.ID)
	must(err)
	if got := h.Batch(x.ID); got.State != batch.Done || v.Counts[handoff.Delivered] < int64(n)*9/10 {
		h.T.Fatalf("%s, %v", got.State, v.Counts)
	}
}

var kinds = map[string]*regexp.Regexp{
	"source": regexp.MustCompile(`/source-`), "chunks": regexp.MustCompile(`\.msg$`), "verdicts": regexp.MustCompile(`\.[vs]\d+$`), "runs": regexp.MustCompile(`^runs/`),
}

// objects gives the bytes in storage by kind.
func (h *house) objects() map[string]int64 {
	h.T.Helper()
	objects, err := h.Blobs.List(testkit.System(), "")
	if err != nil {
		h.T.Fatal(err)
	}
	out := map[string]int64{}
	for _, o := range objects {
		kind := "others"
		for name, pattern := range kinds {
			if pattern.MatchString(o.Key) {
				kind = name
			}
		}
		out[kind] += o.Size
	}
	return out
}

// tables gives the bytes of the pages that each table and its indexes take.
func (h *house) tables() map[string]int64 {
	h.T.Helper()
	rows, err := h.DB.ReadSQL().Query("SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name")
	if err != nil {
		h.T.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var table string
		var size int64
		if err := rows.Scan(&table, &size); err != nil {
			h.T.Fatal(err)
		}
		out[table] = size
	}
	if err := rows.Err(); err != nil {
		h.T.Fatal(err)
	}
	return out
}
