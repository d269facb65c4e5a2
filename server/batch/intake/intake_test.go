package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"sealgate/server/batch/intake"
	"sealgate/server/errs"
)

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16Of(s string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b.WriteByte(byte(u >> 8))
			b.WriteByte(byte(u))
		} else {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		}
	}
	return b.String()
}

type line struct {
	n     int64
	cells string // joined by |
	fault intake.Code
}

func readAll(t testing.TB, file string, limits intake.Limits) (intake.Form, []line, error) {
	t.Helper()
	head := file[:min(len(file), intake.HeadSize)]
	form, err := intake.Detect([]byte(head), len(head) == len(file))
	if err != nil {
		return form, nil, err
	}
	r, err := intake.Open(iotest.HalfReader(strings.NewReader(file)), form, limits)
	if err != nil {
		return form, nil, err
	}
	defer r.Close()
	var out []line
	var row intake.Row
	for {
		err := r.Read(&row)
		if err == io.EOF {
			form.Encoding = r.Encoding()
			return form, out, nil
		}
		if err != nil {
			return form, out, err
		}
		out = append(out, line{row.Line, string(bytes.Join(row.Cells, []byte("|"))), row.Fault})
	}
}

const table = "手机号,姓名\r\n13800138000,张三\r\n13900139000,\"李,四\"\r\n"

func TestRead_findsTheEncodingByItself(t *testing.T) {
	t.Parallel()
	want := []line{{1, "手机号|姓名", ""}, {2, "13800138000|张三", ""}, {3, "13900139000|李,四", ""}}
	for _, c := range []struct {
		name, file string
		encoding   intake.Encoding
	}{
		{"UTF-8", table, intake.UTF8},
		{"UTF-8 with BOM", "\ufeff" + table, intake.UTF8BOM},
		{"GBK", gbk(t, table), intake.GB18030},
		{"UTF-16LE with BOM", "\xff\xfe" + utf16Of(table, false), intake.UTF16LE},
		{"UTF-16BE with BOM", "\xfe\xff" + utf16Of(table, true), intake.UTF16BE},
		{"UTF-16LE without BOM", utf16Of(table, false), intake.UTF16LE},
		{"UTF-16BE without BOM", utf16Of(table, true), intake.UTF16BE},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			form, got, err := readAll(t, c.file, intake.DefaultLimits())
			if err != nil || form.Encoding != c.encoding || form.Format != intake.CSV || form.Delimiter != ',' {
				t.Errorf("%+v %v", form, err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("rows %+v", got)
			}
		})
	}
}

func TestRead_tellsBig5FromGBK(t *testing.T) {
	t.Parallel()
	traditional := "手機號碼,姓名,地址\n13800138000,張偉強,臺北市信義區\n13900139000,李慧玲,香港九龍旺角\n"
	big5, err := traditionalchinese.Big5.NewEncoder().String(traditional)
	if err != nil {
		t.Fatal(err)
	}
	names := "手机号码,姓名\n13800138000,朱镕基\n13900139000,陶喆\n13700137000,欧阳玥\n"
	for _, c := range []struct {
		file, text string
		want       intake.Encoding
	}{{big5, traditional, intake.Big5}, {gbk(t, traditional), traditional, intake.GB18030}, {gbk(t, names), names, intake.GB18030}} {
		form, rows, err := readAll(t, c.file, intake.DefaultLimits())
		if err != nil || form.Encoding != c.want {
			t.Fatalf("%s: %+v %v", c.want, form, err)
		}
		for i, text := range strings.Split(strings.TrimSpace(c.text), "\n") {
			if rows[i].cells != strings.ReplaceAll(text, ",", "|") {
				t.Errorf("%s: row %d is %s", c.want, i, rows[i].cells)
			}
		}
	}
}

func TestDetect_takesNoDoubleByteTextForAPicture(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"号码", "電話", "联系人", "编号", "臺", "客户"} {
		file := gbk(t, first+",手机号\n张三,13800138000\n")
		if form, _, err := readAll(t, file, intake.DefaultLimits()); err != nil || form.Encoding != intake.GB18030 {
			t.Errorf("%s: %v %v", first, form, err)
		}
	}
}

func TestRead_showsTheBeginningOfALongRowInWholeCharacters(t *testing.T) {
	t.Parallel()
	for cut := range 3 {
		_, rows, err := readAll(t, "手机号,姓名\n"+strings.Repeat("x", cut)+strings.Repeat("长", 30_000)+"\n", intake.DefaultLimits())
		if err != nil || len(rows) != 2 || rows[1].fault != intake.RowTooLong || strings.Contains(rows[1].cells, `\x`) {
			t.Errorf("%d: %v %+v", cut, err, rows)
		}
	}
}

func TestRead_takesReturnsAndNewlinesInOneFile(t *testing.T) {
	t.Parallel()
	file := "手机号,姓名\r\n13800138000,张三\n13900139000,李四\r13700137000,王五\r\r\n13600136000,\"赵\r六\"\r"
	_, rows, err := readAll(t, file, intake.DefaultLimits())
	want := []line{{1, "手机号|姓名", ""}, {2, "13800138000|张三", ""}, {3, "13900139000|李四", ""}, {4, "13700137000|王五", ""}, {6, "13600136000|赵\n六", ""}}
	if err != nil || !slices.Equal(rows, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, rows, want)
	}
}

func TestFormula_isToldFromText(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{
		"=SUM(A1)": true, "=1+1": true, "=\"a\"&\"b\"": true, "=$A$1": true, "=-A1": true, "#N/A": true, "#DIV/0!": true,
		"": false, "=": false, "==": false, "=> 优惠": false, "＝1": false, "=到货": false, "#1": false, "#N/A 到货": false, "1=1": false,
	} {
		if got := intake.Formula([]byte(cell)); got != want {
			t.Errorf("%q: %v", cell, got)
		}
	}
}

func TestRead_showsWhatSpreadsheetsShowOfTextsKeptFromBeingNumbers(t *testing.T) {
	t.Parallel()
	_, rows, err := readAll(t, "手机号,编号,备注\n=\"13800138000\",=\"00123\",=\"a\"&\"b\"\n\"=\"\"13900139000\"\"\",=\"\",x\n", intake.DefaultLimits())
	if err != nil || len(rows) != 3 || rows[1].cells != `13800138000|00123|="a"&"b"` || rows[2].cells != `13900139000||x` {
		t.Errorf("%v %+v", err, rows)
	}
}

func TestRead_decidesTheEncodingAtTheFirstForeignByteWhenTheHeadIsPlain(t *testing.T) {
	t.Parallel()
	plain := "phone,name\n" + strings.Repeat("13800138000,abc\n", intake.HeadSize/16+10)
	for _, c := range []struct {
		tail string
		want intake.Encoding
	}{{gbk(t, "13900139000,张三\n"), intake.GB18030}, {"13900139000,张三\n", intake.UTF8}} {
		form, rows, err := readAll(t, plain+c.tail, intake.DefaultLimits())
		if err != nil || form.Encoding != c.want || rows[len(rows)-1].cells != "13900139000|张三" {
			t.Errorf("%s: %v %v %v", c.want, form, rows[len(rows)-1], err)
		}
	}
}

func TestRead_brokenCharactersSpoilTheirOwnRowOnly(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("13800138000,张三李四王五赵六\n", 50)
	for _, c := range []struct{ name, file, shown string }{
		{"UTF-8", "手机号,姓名\n" + good + "13900139000,张\xe4\xb8三\n" + good, `13900139000,张\xE4\xB8三`},
		{"GBK", gbk(t, "手机号,姓名\n"+good) + "13900139000,\x80\xff" + gbk(t, "三\n"+good), `13900139000,\x80\xFF三`},
		{"UTF-16", "\xff\xfe" + utf16Of("手机号,姓名\n"+good+"13900139000,张", false) + "\x00\xd8" + utf16Of("三\n"+good, false), `13900139000,张\xED\xA0\x80三`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, rows, err := readAll(t, c.file, intake.DefaultLimits())
			if err != nil || len(rows) != 102 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			for i, r := range rows {
				bad := i == 51
				if bad != (r.fault == intake.RowEncoding) || bad && (r.cells != c.shown || r.n != 52) || !bad && r.fault != "" {
					t.Errorf("row %d: %+v", i, r)
				}
			}
		})
	}
}

func TestRead_keepsQuotesLinesAndDelimitersApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		want       []line
	}{
		{"line break and quote in a field", "a,b\n\"x\ny\",\"say \"\"hi\"\"\"\nz,w\n", []line{{1, "a|b", ""}, {2, "x\ny|say \"hi\"", ""}, {4, "z|w", ""}}},
		{"tabs", "a\tb\n1\t2\n", []line{{1, "a|b", ""}, {2, "1|2", ""}}},
		{"semicolons", "a;b\n1,5;2\n", []line{{1, "a|b", ""}, {2, "1,5|2", ""}}},
		{"old Mac", "a,b\r1,2\r", []line{{1, "a|b", ""}, {2, "1|2", ""}}},
		{"no end of line at the end", "a,b\n1,2", []line{{1, "a|b", ""}, {2, "1|2", ""}}},
		{"blank lines are passed over", "a,b\n\n , \n1,2\n\n", []line{{1, "a|b", ""}, {4, "1|2", ""}}},
		{"quote within a field is a quote", "a,b\n5\" pipe,x\"y\n", []line{{1, "a|b", ""}, {2, "5\" pipe|x\"y", ""}}},
		{"stray quote inside a quoted field", "a,b\n\"x\"y\",1\n2,3\n", []line{{1, "a|b", ""}, {2, "x\"y|1", ""}, {4 - 1, "2|3", ""}}},
		{"open quote costs its line", "a,b\n\"x,1\n2,3\n4,5\n", []line{{1, "a|b", ""}, {2, "\"x,1", intake.RowQuote}, {3, "2|3", ""}, {4, "4|5", ""}}},
		{"list", "13800138000\n13900139000\n", []line{{1, "13800138000", ""}, {2, "13900139000", ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, got, err := readAll(t, c.file, intake.DefaultLimits())
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDetect_refusesWhatIsNoTableAndSaysWhatItIs(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	f, _ := w.Create("numbers.csv")
	fmt.Fprint(f, table)
	w.Close()
	for _, c := range []struct {
		name, file string
		want       error
	}{
		{"empty", "", intake.ErrEmpty},
		{"blank", "\r\n  \n", intake.ErrEmpty},
		{"BOM only", "\ufeff", intake.ErrEmpty},
		{"zip named .csv", z.String(), intake.ErrZip},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), intake.ErrOldExcel},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", intake.ErrNotTable},
		{"PDF", "%PDF-1.7 ...", intake.ErrNotTable},
		{"web page", "<!doctype html><p>13800138000", intake.ErrNotTable},
		{"random bytes", strings.Repeat("\x01\x92\x03\xc4\x05\xf6\x07", 100), intake.ErrNotTable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := intake.Detect([]byte(c.file), true)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			if e := errs.As(err); strings.Contains(e.Zh+e.En, "%!") {
				t.Errorf("told as %s, %s", e.Zh, e.En)
			}
		})
	}
}

func TestDetect_tellsADamagedFileFromOneInAnotherEncoding(t *testing.T) {
	t.Parallel()
	damaged := "手机号,姓名\n13800138000,张三\n13900139000,李\xe5\x8d\n13700137001,王五\n"
	other := gbk(t, "手机号,姓名\n13800138000,张三\n13900139000,李四\n13700137001,王五\n")
	for name, c := range map[string]struct {
		file string
		want intake.Encoding
	}{
		"UTF-8 with half a character": {damaged, intake.UTF8},
		"GBK":                         {other, intake.GB18030},
		"GBK with a broken byte":      {strings.Replace(other, "13700137001,", "13700137001,\xff", 1), intake.GB18030},
	} {
		if f, err := intake.Detect([]byte(c.file), true); err != nil || f.Encoding != c.want {
			t.Errorf("%s: %s %v", name, f.Encoding, err)
		}
	}
}

// Not parallel: it measures what the process allocates.
func TestRead_longAndWideLinesAreFaultsAndMemoryStaysFlat(t *testing.T) {
	const huge = 256 << 20
	file := io.MultiReader(
		strings.NewReader("手机号,姓名\n13800138000,张三\n"),
		io.LimitReader(endless{}, huge), strings.NewReader("\n"),
		strings.NewReader("13900139000,"+strings.Repeat("x,", 300)+"\n"),
		strings.NewReader("13700137000,李四\n"),
		io.LimitReader(endless{}, huge),
	)
	form := intake.Form{Format: intake.CSV, Encoding: intake.UTF8, Delimiter: ',', Newline: '\n'}
	r, err := intake.Open(file, form, intake.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var got []line
	var row intake.Row
	for {
		if err := r.Read(&row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, line{row.Line, string(bytes.Join(row.Cells, []byte("|"))), row.Fault})
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("reading 512 MB in two lines took %d MB of memory", grown>>20)
	}
	if len(got) != 6 || got[2].n != 3 || got[2].fault != intake.RowTooLong || !strings.HasSuffix(got[2].cells, fmt.Sprintf("…（%d B）", huge)) ||
		got[3].fault != intake.RowColumns || got[4] != (line{5, "13700137000|李四", ""}) || got[5].n != 6 || got[5].fault != intake.RowTooLong {
		t.Errorf("rows %+v", got)
	}
}

// endless gives 1,1,1,1…
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "1,"[i&1]
	}
	return len(p) &^ 1, nil
}

func TestRead_stopsAFileFullOfOpenQuotes(t *testing.T) {
	t.Parallel()
	_, rows, err := readAll(t, "手机号,姓名\n"+strings.Repeat("\"13800138000,x\n", 30_000), intake.DefaultLimits())
	if !errors.Is(err, intake.ErrQuotes) || len(rows) > 200 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestRead_JSONLines(t *testing.T) {
	t.Parallel()
	file := `{"phone":"13800138000","text":"您好,\"张三\""}` + "\n" +
		`{"text":"b","phone":13900139000}` + "\n" +
		`{"phone":"1","phone":"2"}` + "\n" +
		`{"phone":"1","extra":"2"}` + "\n" +
		`{"phone":"1","text":{"a":1}}` + "\n" +
		`{"phone":"1"} x` + "\n" +
		`not json` + "\n" +
		`{"phone":1.38e10}` + "\n"
	form, got, err := readAll(t, file, intake.DefaultLimits())
	if err != nil || form.Format != intake.JSONL {
		t.Fatal(form, err)
	}
	want := []line{
		{1, "phone|text", ""}, {1, `13800138000|您好,"张三"`, ""}, {2, "13900139000|b", ""},
		{3, `{"phone":"1","phone":"2"}`, intake.RowJSON}, {4, `{"phone":"1","extra":"2"}`, intake.RowJSON}, {5, `{"phone":"1","text":{"a":1}}`, intake.RowJSON},
		{6, `{"phone":"1"} x`, intake.RowJSON}, {7, "not json", intake.RowJSON}, {8, "1.38e10|", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func lay(t *testing.T, file string, w intake.Want) (intake.Layout, error) {
	t.Helper()
	form, err := intake.Detect([]byte(file), true)
	if err != nil {
		t.Fatal(err)
	}
	r, err := intake.Open(strings.NewReader(file), form, intake.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := intake.Sample(r, 100)
	if err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return intake.Lay(rows, form, w)
}

func TestLay_matchesColumnsByNameOrContent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file  string
		want        intake.Want
		header      bool
		phone, text int
		variables   []int
	}{
		{"variables by name", "姓名,手机号,订单号\n张三,13800138000,D1\n", intake.Want{Variables: []string{"订单号", "姓名"}}, true, 1, -1, []int{2, 0}},
		{"width and case do not matter", "Ｎａｍｅ, Phone \nx,13800138000\n", intake.Want{Variables: []string{"name"}}, true, 1, -1, []int{0}},
		{"phone by content", "客户,编号\n张三,13800138000\n李四,13900139000\n", intake.Want{}, true, 1, -1, nil},
		{"no header", "13800138000,您好世界\n13900139000,您好\n", intake.Want{Text: true}, false, 0, 1, nil},
		{"text by name", "短信内容,手机\n您好,13800138000\n", intake.Want{Text: true}, true, 1, 0, nil},
		{"text by length", "名,号,话\n张,13800138000,您好世界您好世界\n", intake.Want{Text: true}, true, 1, 2, nil},
		{"list", "13800138000\n13900139000\n", intake.Want{}, false, 0, -1, nil},
		{"list with a header", "手机号\n13900139000\n", intake.Want{}, true, 0, -1, nil},
		{"number and text in a line", "13800138000 您好，a,b\n13900139000 再见\n", intake.Want{Text: true}, false, 0, 1, nil},
		{"number and text under a header", "手机号 短信内容\n138 0013 8000 您好，a,b\n13900139000 再见\n", intake.Want{Text: true}, true, 0, 1, nil},
		{"first number bad", "1.38E+10\n13900139000\n13900139001\n", intake.Want{}, false, 0, -1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, err := lay(t, c.file, c.want)
			if err != nil || l.Header != c.header || l.Phone != c.phone || l.Text != c.text || !slices.Equal(l.Variables, c.variables) {
				t.Errorf("%+v %v", l, err)
			}
		})
	}
}

func TestLay_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		want       intake.Want
		err        error
		says       string
	}{
		{"column", "手机号,姓名\n13800138000,张三\n", intake.Want{Variables: []string{"姓名", "到货日期"}}, intake.ErrNoVariable, "到货日期"},
		{"header", "13800138000,张三\n", intake.Want{Variables: []string{"姓名"}}, intake.ErrNoHeader, "姓名"},
		{"same name twice", "手机号,姓名,姓名\n13800138000,a,b\n", intake.Want{Variables: []string{"姓名"}}, intake.ErrHeaderTwice, "第 2 列"},
		{"phone", "姓名,城市\n张三,成都\n", intake.Want{}, intake.ErrNoPhone, "姓名、城市"},
		{"text", "手机号\n13800138000\n", intake.Want{Text: true}, intake.ErrNoText, "手机号"},
		{"million columns", strings.Repeat("a,", 20_000) + "\n", intake.Want{}, intake.ErrHead, "第 1 行"},
		{"endless first line", strings.Repeat("1", 100_000), intake.Want{}, intake.ErrHead, "第 1 行"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := lay(t, c.file, c.want)
			if !errors.Is(err, c.err) {
				t.Fatalf("got %v", err)
			}
			if zh := errs.As(err).Zh; !strings.Contains(zh, c.says) {
				t.Errorf("%q does not name %q", zh, c.says)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte(gbk(f, table)))
	f.Add([]byte("\xff\xfe" + utf16Of(table, false)))
	f.Add([]byte("a,\"b\nc,d\n\"\"\",\n"))
	f.Add([]byte(`{"phone":"1"}` + "\n{}"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte("PK")) {
			return // the zip reader is not ours
		}
		form, err := intake.Detect(file, true)
		if err != nil {
			return
		}
		l := intake.Limits{MaxLine: 200, MaxColumns: 8, MaxXLSX: 1 << 20, MaxUnpacked: 1 << 20}
		read := func(src io.Reader) (rows []line, failed bool) {
			r, err := intake.Open(src, form, l)
			if err != nil {
				return nil, true
			}
			var row intake.Row
			var last int64
			for {
				err := r.Read(&row)
				if err == io.EOF {
					return rows, false
				}
				if err != nil {
					return rows, true
				}
				if row.Line < last || row.Line < 1 || form.Format != intake.JSONL && row.Line == last {
					t.Fatalf("line %d after %d", row.Line, last)
				}
				last = row.Line
				for _, c := range row.Cells {
					if !utf8.Valid(c) {
						t.Fatalf("cell %q is not UTF-8", c)
					}
				}
				rows = append(rows, line{row.Line, string(bytes.Join(row.Cells, []byte("|"))), row.Fault})
			}
		}
		// However the bytes come in, the rows are the same.
		a, failedA := read(bytes.NewReader(file))
		b, failedB := read(iotest.OneByteReader(bytes.NewReader(file)))
		if failedA != failedB || !slices.Equal(a, b) {
			t.Fatalf("whole: %+v\nbyte by byte: %+v", a, b)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	row := "13800138000,张三,DD202657042776,224.73,2026-11-06\n"
	for name, file := range map[string]string{"utf8": strings.Repeat(row, 100_000), "gbk": strings.Repeat(gbk(b, row), 100_000)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				_, rows, err := countRows(file)
				if err != nil || rows != 100_000 {
					b.Fatal(rows, err)
				}
			}
			b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func countRows(file string) (intake.Form, int, error) {
	form, err := intake.Detect([]byte(file[:intake.HeadSize]), false)
	if err != nil {
		return form, 0, err
	}
	r, err := intake.Open(strings.NewReader(file), form, intake.DefaultLimits())
	if err != nil {
		return form, 0, err
	}
	var row intake.Row
	n := 0
	for {
		if err := r.Read(&row); err == io.EOF {
			return form, n, nil
		} else if err != nil {
			return form, n, err
		}
		n++
	}
}
