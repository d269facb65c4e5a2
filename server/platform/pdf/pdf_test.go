package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"sealgate/server/platform/pdf"
)

var day = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

func make1(t testing.TB, o pdf.Options, draw func(d *pdf.Document)) *pdf.Document {
	t.Helper()
	o.Now = day
	doc, err := pdf.Make(o, draw)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// textOf reads the text back with poppler, all white space taken out, pages
// parted by \f. Without the tool the test is skipped and says so.
func textOf(t testing.TB, file []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext is missing, the text of the PDF was not checked (apt-get install poppler-utils)")
	}
	if dir := os.Getenv("PAPER_OUT"); dir != "" {
		name := strings.NewReplacer("/", "_", " ", "_").Replace(t.Name()) + ".pdf"
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool, "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return squeeze(string(out))
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r != '\f' {
			return -1
		}
		return r
	}, s)
}

// withoutFurniture takes page ends and the page numbers at the start of each page away.
func withoutFurniture(text string, pages int) string {
	for i := 1; i <= pages; i++ {
		text = strings.Replace(text, fmt.Sprintf("第%d页/共%d页", i, pages), "", 1)
	}
	return strings.ReplaceAll(text, "\f", "")
}

const clause = "甲方（以下简称“客户”）委托乙方（以下简称“平台”）提供短信群发服务：包括 verification code、行业通知（notice）及会员营销短信；" +
	"套餐为 SMS-PRO-100K，每月 100,000 条，单价 0.045 元/条，超出部分按 0.05 元/条结算，合计￥1,234,567.89（大写：人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分）……" +
	"联系邮箱 very.long.mailbox.name@subdomain.example.com，网址 https://www.example.com/a/very/long/path?with=query&and=more ——详见《企业短信服务规范》第3.1款。"

func TestParagraph_comesBackWholeAtAnyWidth(t *testing.T) {
	t.Parallel()
	for _, margin := range []float64{18, 24, 40, 60, 85, 95} {
		t.Run(fmt.Sprint(margin), func(t *testing.T) {
			t.Parallel()
			doc := make1(t, pdf.Options{Margins: margin}, func(d *pdf.Document) {
				for i := range 5 {
					d.Paragraph(pdf.Plain(clause), pdf.Style{Align: pdf.Justify, Indent: float64(i)})
				}
			})
			want := strings.Repeat(squeeze(clause), 5)
			if got := withoutFurniture(textOf(t, doc.Bytes()), doc.Pages()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestParagraph_losesNoCharacterOfAnyText(t *testing.T) {
	t.Parallel()
	letters := []rune("甲乙丙的一，。、；：？！（）《》“”‘’—…·￥%％1234567890.,-/abcXYZ @#【】〔〕「」")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom(letters), 1, 400, -1).Draw(t, "text")
		margin := rapid.SampledFrom([]float64{20, 70, 100}).Draw(t, "margin")
		lines := pdf.Lines(text, 10.5, 210-2*margin)
		if got := strings.Join(lines, ""); got != text {
			t.Fatalf("lines %q of text %q", lines, text)
		}
	})
}

func TestLines_beginAndEndAsTypographyAsks(t *testing.T) {
	t.Parallel()
	for width := 30.0; width < 170; width += 3.7 {
		lines := pdf.Lines(strings.Repeat(clause, 3), 10.5, width)
		for i, l := range lines {
			first, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(l)
			if strings.ContainsRune("，。、；：？！）》”’…", first) {
				t.Errorf("width %.1f: line %d begins with %c: %s", width, i, first, l)
			}
			if strings.ContainsRune("（《“‘￥", last) {
				t.Errorf("width %.1f: line %d ends with %c: %s", width, i, last, l)
			}
		}
		for _, word := range []string{"1,234,567.89", "0.045", "SMS-PRO-100K", "verification", "100,000"} {
			if !strings.Contains(strings.Join(lines, "\n"), word) {
				t.Errorf("width %.1f: %s was broken", width, word)
			}
		}
	}
}

func TestLines_breakAWordThatIsWiderThanTheLine(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("A1b2", 200)
	lines := pdf.Lines("见"+word+"。", 10.5, 60)
	if len(lines) < 20 || strings.Join(lines, "") != "见"+word+"。" {
		t.Fatal(lines)
	}
}

func TestText_thatCannotBePrintedIsReplacedAndReported(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, shown, code string }{
		{"above U+FFFF", "张𠮷祥", "张〓祥", "U+20BB7"},
		{"emoji", "好😀", "好〓", "U+1F600"},
		{"invalid UTF-8", "甲\xff乙", "甲〓乙", "0xFF"},
		{"cut UTF-8", "甲\xe4\xb8", "甲〓〓", "0xE4"},
		{"no glyph", "甲\u0E01乙", "甲〓乙", "U+0E01"},
		{"control character", "甲\x07乙", "甲〓乙", "U+0007"},
		{"NUL", "甲\x00乙", "甲〓乙", "U+0000"},
		{"zero width", "甲\u200b乙", "甲〓乙", "U+200B"},
		{"direction override", "甲\u202e乙", "甲〓乙", "U+202E"},
		{"filler that looks empty", "甲\u3164乙", "甲〓乙", "U+3164"},
		{"private use", "甲\ue000乙", "甲〓乙", "U+E000"},
		{"replacement character", "甲\ufffd乙", "甲〓乙", "U+FFFD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc := make1(t, pdf.Options{Title: c.in, HeaderLeft: "头"}, func(d *pdf.Document) {
				d.Text(c.in)
				d.Table([]pdf.Column{{Head: c.in, Width: 1}}, []pdf.Row{{Cells: []pdf.Cell{{Runs: pdf.Plain(c.in), Note: c.in}}}})
				d.KeyValues([]pdf.Pair{pdf.KV(c.in, c.in)})
			})
			if r := doc.Replaced(); len(r) == 0 || r[0].Code != c.code || r[0].Count < 6 || !strings.ContainsRune(r[0].Near, pdf.Missing) {
				t.Errorf("reported %+v", r)
			}
			if text := textOf(t, doc.Bytes()); strings.Count(text, c.shown) != 6 {
				t.Errorf("%q is not shown as %q six times: %s", c.in, c.shown, text)
			}
		})
	}
}

func TestText_thatCanBePrintedIsNotReported(t *testing.T) {
	t.Parallel()
	doc := make1(t, pdf.Options{}, func(d *pdf.Document) { d.Text("犇喆龘镕堃 é№①√㎡\t甲\r\n乙") })
	if r := doc.Replaced(); len(r) != 0 {
		t.Errorf("reported %+v", r)
	}
}

func TestMarked_makesRunsBold(t *testing.T) {
	t.Parallel()
	runs := pdf.Marked(`a**b\*c**d`)
	want := []pdf.Run{{Text: "a"}, {Text: "b*c", Bold: true}, {Text: "d"}}
	if fmt.Sprint(runs) != fmt.Sprint(want) {
		t.Fatalf("got %v", runs)
	}
}

func TestPages_areNumberedXOfY(t *testing.T) {
	t.Parallel()
	doc := make1(t, pdf.Options{HeaderLeft: "企信通短信服务合同", HeaderRight: "HT-2026-0042", Watermark: "草稿"}, func(d *pdf.Document) {
		d.Title("企信通短信服务合同")
		for i := 1; i <= 40; i++ {
			d.Article(i, "条款")
			d.Clause(fmt.Sprintf("%d.1", i), 1, pdf.Marked("**加粗的**"+clause))
			d.Clause("（1）", 2, pdf.Plain(clause))
		}
	})
	pages := strings.Split(strings.TrimSuffix(textOf(t, doc.Bytes()), "\f"), "\f")
	if len(pages) != doc.Pages() || len(pages) < 10 {
		t.Fatalf("%d pages, the document says %d", len(pages), doc.Pages())
	}
	for i, p := range pages {
		for _, want := range []string{fmt.Sprintf("第%d页/共%d页", i+1, len(pages)), "HT-2026-0042", "草稿"} {
			if !strings.Contains(p, want) {
				t.Errorf("page %d lacks %s", i+1, want)
			}
		}
	}
	if !strings.Contains(strings.Join(pages, ""), "第三十九条条款") {
		t.Error("the articles are not numbered")
	}
}

func TestTable_repeatsItsHeadAndSplitsATallRow(t *testing.T) {
	t.Parallel()
	doc := make1(t, pdf.Options{}, func(d *pdf.Document) {
		rows := []pdf.Row{{Cells: []pdf.Cell{pdf.T(strings.Repeat(clause, 30)), pdf.T("1,234.56")}}}
		for range 50 {
			rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T("短"), pdf.T("0.01")}})
		}
		d.Table([]pdf.Column{{Head: "事项", Width: 60}, {Head: "金额", Width: 20, Align: pdf.Right}}, rows)
	})
	text := textOf(t, doc.Bytes())
	if n := strings.Count(text, "事项金额"); n != doc.Pages() || n < 3 {
		t.Errorf("%d heads on %d pages", n, doc.Pages())
	}
	if n := strings.Count(text, "人民币壹佰贰拾叁万"); n < 25 {
		t.Errorf("the tall row lost text: %d of 30", n)
	}
	if n := strings.Count(text, "0.01"); n != 50 {
		t.Errorf("%d of 50 rows", n)
	}
}

func TestTable_setsAHugeSumSmallerInsteadOfBreakingIt(t *testing.T) {
	t.Parallel()
	doc := make1(t, pdf.Options{}, func(d *pdf.Document) {
		d.Table([]pdf.Column{{Head: "a", Width: 9}, {Head: "b", Width: 1, Align: pdf.Right}},
			[]pdf.Row{{Cells: []pdf.Cell{pdf.T("x"), pdf.T("9,999,999,999,999.99")}}})
	})
	if cmd := textOf(t, doc.Bytes()); !strings.Contains(cmd, "9,999,999,999,999.99") {
		t.Error(cmd)
	}
}

func TestSignaturePage_standsOnAPageOfItsOwn(t *testing.T) {
	t.Parallel()
	var seal bytes.Buffer
	if err := png.Encode(&seal, image.NewGray16(image.Rect(0, 0, 40, 40))); err != nil { // 16 bits: gofpdf alone would refuse it
		t.Fatal(err)
	}
	doc := make1(t, pdf.Options{}, func(d *pdf.Document) {
		d.Text("正文")
		d.SignaturePage("本页无正文。", pdf.Signer{Role: "甲方（盖章）", Name: "甲公司", Rows: []pdf.Pair{pdf.KV("授权代表（签字）", "")}},
			pdf.Signer{Role: "乙方（盖章）", Name: "乙公司", Seal: seal.Bytes()}, []pdf.Pair{pdf.KV("签订地点", "昆明")})
	})
	pages := strings.Split(textOf(t, doc.Bytes()), "\f")
	if doc.Pages() != 2 || !strings.Contains(pages[1], "签章页") || !strings.Contains(pages[1], "甲方（盖章）") || !strings.Contains(pages[1], "昆明") {
		t.Error(pages)
	}
}

func TestMake_refusesAPictureThatIsNone(t *testing.T) {
	t.Parallel()
	doc, err := pdf.Make(pdf.Options{Now: day}, func(d *pdf.Document) { d.Text("a"); d.Seal([]byte("<svg/>")) })
	if err == nil || doc != nil {
		t.Fatal("a document with a broken picture was made")
	}
}

func TestMake_turnsAPanicIntoAnError(t *testing.T) {
	t.Parallel()
	doc, err := pdf.Make(pdf.Options{Now: day, Title: "合同"}, func(d *pdf.Document) { panic("in the middle") })
	if doc != nil || err == nil || !strings.Contains(err.Error(), "in the middle") {
		t.Fatal(doc, err)
	}
}

func TestMake_refusesToRunWithoutADate(t *testing.T) {
	t.Parallel()
	if _, err := pdf.Make(pdf.Options{}, func(d *pdf.Document) {}); err == nil {
		t.Fatal("a document without a date would differ each time")
	}
}

func TestMake_doesNotDependOnTheZoneOfItsDate(t *testing.T) {
	t.Parallel()
	draw := func(d *pdf.Document) { d.Text("账单") }
	here, err := pdf.Make(pdf.Options{Now: day}, draw)
	if err != nil {
		t.Fatal(err)
	}
	there, err := pdf.Make(pdf.Options{Now: day.UTC()}, draw)
	if err != nil || !bytes.Equal(here.Bytes(), there.Bytes()) {
		t.Fatal("the same moment gave other bytes", err)
	}
}

func TestMake_stopsAtTooManyPages(t *testing.T) {
	t.Parallel()
	_, err := pdf.Make(pdf.Options{Now: day}, func(d *pdf.Document) {
		for range pdf.MaxPages + 10 {
			d.Text("页")
			d.PageBreak()
		}
	})
	if err == nil {
		t.Fatal("an endless document was made")
	}
}

// Renders at the same time must neither share nor disturb each other; run with -race.
func TestMake_inParallelGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	draw := func(n int) []byte {
		doc, err := pdf.Make(pdf.Options{Now: day, Title: "合同", Watermark: "草稿"}, func(d *pdf.Document) {
			d.Title("合同")
			d.Text(fmt.Sprintf("**第%d份**：%s", n, clause))
		})
		if err != nil {
			t.Error(err)
			return nil
		}
		return doc.Bytes()
	}
	var want [4][]byte
	for i := range want {
		want[i] = draw(i)
	}
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for i := range 8 {
				n := (worker + i) % len(want)
				if !bytes.Equal(draw(n), want[n]) {
					t.Errorf("document %d came out differently", n)
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkMake_twoPages(b *testing.B) {
	draw := func() {
		make1(b, pdf.Options{Title: "合同", HeaderLeft: "合同"}, func(d *pdf.Document) {
			d.Title("合同")
			for i := 1; i <= 6; i++ {
				d.Article(i, "服务内容")
				d.Clause("1.1", 1, pdf.Marked("**加粗**"+clause))
			}
		})
	}
	draw() // unpack the fonts
	b.ResetTimer()
	for b.Loop() {
		draw()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "PDF/s")
}
