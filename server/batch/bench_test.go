package batch_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"sealgate/server/batch"
)

// From the upload's first byte to the reviewers' desk, all of it durable, sealed and screened, with two workers. read-s and
// judge-s tell what limits: taking the rows in, or the rules.

func BenchmarkIntake(b *testing.B) {
	benchIntake(b, 1, batch.Template, "a.csv", noticeFile(benchRows()))
}

func BenchmarkIntakeXLSX(b *testing.B) {
	benchIntake(b, 1, batch.Template, "a.xlsx", noticeSheet(b, benchRows()))
}

func BenchmarkIntakeTenAtOnce(b *testing.B) {
	benchIntake(b, 10, batch.Template, "a.csv", noticeFile(benchRows()))
}

// Each row with a text of its own, which differs from the others in name, number, amount and day.
func BenchmarkIntakeTexts(b *testing.B) {
	var file bytes.Buffer
	for i, line := range bytes.Split(bytes.TrimSpace(noticeFile(benchRows())), []byte("\n")) {
		if i == 0 {
			file.WriteString("手机号,短信内容\n")
			continue
		}
		c := bytes.Split(line, []byte(","))
		fmt.Fprintf(&file, "%s,【云帆商城】%s您好，订单%s已到货，应付%s元，请于%s前自提，咨询028-85551234。\n", c[0], c[1], c[2], c[3], c[4])
	}
	benchIntake(b, 1, batch.TextPerRow, "a.csv", file.Bytes())
}

func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("SEALGATE_BENCH_ROWS")); err == nil {
		return n
	}
	return 200_000
}

func benchIntake(b *testing.B, batches int, mode batch.Mode, name string, file []byte) {
	rows := benchRows()
	var took, read time.Duration
	var stored int64
	for b.Loop() {
		w := newBench(b)
		w.contract.Terms.DailyCap = 100_000_000
		var all []*batch.Batch
		text := noticeTemplate
		if mode == batch.TextPerRow {
			text = ""
		}
		for range batches {
			all = append(all, w.create(mode, text))
		}
		start := time.Now()
		for _, x := range all {
			w.upload(x.ID, name, file)
		}
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() { w.workUntilReviewed(all) })
		}
		for w.get(all[len(all)-1].ID).State == batch.Receiving {
			time.Sleep(20 * time.Millisecond)
		}
		read += time.Since(start)
		workers.Wait()
		took += time.Since(start)
		stored = 0
		for _, x := range all {
			x = w.get(x.ID)
			if x.State != batch.InReview || x.Good+x.Duplicates != int64(rows) {
				b.Fatal(x.State, x.Good, x.Reason, x.Problem)
			}
			stored += w.storedBytes(x)
		}
	}
	n := float64(rows * batches)
	b.ReportMetric(n*float64(b.N)/took.Seconds(), "rows/s")
	b.ReportMetric(read.Seconds()/float64(b.N), "read-s")
	b.ReportMetric((took-read).Seconds()/float64(b.N), "judge-s")
	b.ReportMetric(float64(stored)/n, "B/message")
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err == nil {
		b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB")
	}
}

func (b *bench) workUntilReviewed(all []*batch.Batch) {
	for _, x := range all {
		for b.get(x.ID).State != batch.InReview {
			if did, err := b.Work(context.Background()); err != nil {
				b.t.Error(err)
				return
			} else if !did {
				runtime.Gosched()
			}
		}
	}
}

// storedBytes is what a batch takes in storage besides its source file.
func (b *bench) storedBytes(x *batch.Batch) (n int64) {
	b.t.Helper()
	objects, err := b.blobs.List(context.Background(), batch.Folder(x.ID))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, o := range objects {
		if o.Key != x.SourceKey {
			n += o.Size
		}
	}
	return n
}

// noticeSheet is noticeFile as Excel saves it: texts apart from the cells that show them.
func noticeSheet(tb testing.TB, rows int) []byte {
	tb.Helper()
	cells := bytes.Split(bytes.TrimSpace(noticeFile(rows)), []byte("\n"))
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	part := func(name string, write func(w *bufio.Writer)) {
		f, err := z.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		w := bufio.NewWriter(f)
		write(w)
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
	}
	text := func(s string) func(w *bufio.Writer) {
		return func(w *bufio.Writer) { _, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+s) }
	}
	const pack, doc = "http://schemas.openxmlformats.org/package/2006/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const sheet, kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "application/vnd.openxmlformats-officedocument.spreadsheetml."
	part("[Content_Types].xml", text(`<Types xmlns="`+pack+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+kind+`sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="`+kind+`worksheet+xml"/>`+
		`<Override PartName="/xl/sharedStrings.xml" ContentType="`+kind+`sharedStrings+xml"/></Types>`))
	part("_rels/.rels", text(`<Relationships xmlns="`+pack+`relationships"><Relationship Id="rId1" Type="`+doc+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
	part("xl/workbook.xml", text(`<workbook xmlns="`+sheet+`" xmlns:r="`+doc+`"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`))
	part("xl/_rels/workbook.xml.rels", text(`<Relationships xmlns="`+pack+`relationships"><Relationship Id="rId1" Type="`+doc+`/worksheet" Target="worksheets/sheet1.xml"/>`+
		`<Relationship Id="rId2" Type="`+doc+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`))
	strings := 0
	part("xl/worksheets/sheet1.xml", func(w *bufio.Writer) {
		text(`<worksheet xmlns="` + sheet + `"><sheetData>`)(w)
		for i, line := range cells {
			fmt.Fprintf(w, `<row r="%d">`, i+1)
			for j := range bytes.Split(line, []byte(",")) {
				fmt.Fprintf(w, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+j, i+1, strings)
				strings++
			}
			fmt.Fprint(w, `</row>`)
		}
		fmt.Fprint(w, `</sheetData></worksheet>`)
	})
	part("xl/sharedStrings.xml", func(w *bufio.Writer) {
		text(fmt.Sprintf(`<sst xmlns="%s" count="%d" uniqueCount="%d">`, sheet, strings, strings))(w)
		for _, line := range cells {
			for _, cell := range bytes.Split(line, []byte(",")) {
				fmt.Fprintf(w, `<si><t>%s</t></si>`, bytes.TrimPrefix(bytes.TrimSpace(cell), []byte("\ufeff")))
			}
		}
		fmt.Fprint(w, `</sst>`)
	})
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}
