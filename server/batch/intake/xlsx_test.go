package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"sealgate/server/batch/intake"
)

func workbook(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRead_XLSX_givesWhatThePersonSeesButWholeNumbers(t *testing.T) {
	t.Parallel()
	file := workbook(t, func(f *excelize.File) {
		for cell, v := range map[string]any{"A1": "手机号", "B1": "金额", "A2": 13800138000, "B2": 435.5, "A4": "13900139000", "B4": "x", "A5": 13700137000.0} {
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
		scientific, _ := f.NewStyle(&excelize.Style{NumFmt: 11})
		cents, _ := f.NewStyle(&excelize.Style{NumFmt: 2})
		_ = f.SetCellStyle("Sheet1", "A2", "A2", scientific)
		_ = f.SetCellStyle("Sheet1", "A5", "A5", scientific)
		_ = f.SetCellStyle("Sheet1", "B2", "B2", cents)
	})
	form, got, err := readAll(t, file, intake.DefaultLimits())
	if err != nil || form.Format != intake.XLSX {
		t.Fatal(form, err)
	}
	want := []line{{1, "手机号|金额", ""}, {2, "13800138000|435.50", ""}, {4, "13900139000|x", ""}, {5, "13700137000", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestRead_XLSX_thatIsABombOrBrokenOrTooLarge(t *testing.T) {
	t.Parallel()
	bomb := workbook(t, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3000 {
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := w.SetRow(cell, []any{strings.Repeat("0", 1000)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	})
	l := intake.DefaultLimits()
	l.MaxUnpacked = 1 << 20
	if _, _, err := readAll(t, bomb, l); !errors.Is(err, intake.ErrXLSXBomb) {
		t.Errorf("bomb: %v", err)
	}
	l = intake.DefaultLimits()
	l.MaxXLSX = 1000
	if _, _, err := readAll(t, bomb, l); !errors.Is(err, intake.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, _, err := readAll(t, bomb[:len(bomb)/2], intake.DefaultLimits()); !errors.Is(err, intake.ErrXLSX) {
		t.Errorf("cut: %v", err)
	}
}

// formatCodes are formats as people give them to cells.
var formatCodes = []string{"General", "@", "0.00", "#,##0", "yyyy/m/d;@", `"¥"#,##0.00`, "0%", "yyyy-mm-dd hh:mm", "0.00E+00", "000000", "[Red]-0.0;0.0"}

// fillAtRandom puts things into a sheet that people put there, with gaps between them.
func fillAtRandom(t *rapid.T, f *excelize.File) error {
	text := rapid.OneOf(rapid.SampledFrom([]string{"张三", " 两端 ", "a<b>&\"c'", "x\ny", "😀", "_x000D_", "_x4E2D_", "13800138000", "#N/A", ""}), rapid.String())
	faults := []error{f.MergeCell("Sheet1", "A1", "B2"), f.SetRowVisible("Sheet1", 2, false)}
	row := 0
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		row += rapid.IntRange(1, 3).Draw(t, "gap")
		column := 0
		for range rapid.IntRange(0, 5).Draw(t, "cells") {
			column += rapid.IntRange(1, 3).Draw(t, "space")
			cell, err := excelize.CoordinatesToCellName(column, row)
			faults = append(faults, err)
			var value any
			switch rapid.IntRange(0, 6).Draw(t, "kind") {
			case 0:
				value = rapid.Int64Range(-1<<50, 1<<50).Draw(t, "whole")
			case 1:
				value = rapid.Float64Range(-1e9, 1e9).Draw(t, "fraction")
			case 2:
				value = rapid.Bool().Draw(t, "truth")
			case 3:
				value = time.Date(2000, 1, 1, 0, 0, rapid.IntRange(0, math.MaxInt32).Draw(t, "second"), 0, time.UTC)
			case 4:
				faults = append(faults, f.SetCellRichText("Sheet1", cell, []excelize.RichTextRun{{Text: "富"}, {Text: text.Draw(t, "run"), Font: &excelize.Font{Bold: true}}}))
				continue
			default:
				value = strings.ToValidUTF8(text.Draw(t, "text"), "")
			}
			faults = append(faults, f.SetCellValue("Sheet1", cell, value))
			if code := rapid.SampledFrom(formatCodes).Draw(t, "format"); code != "General" {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
				faults = append(faults, err, f.SetCellStyle("Sheet1", cell, cell, style))
			}
		}
	}
	return errors.Join(faults...)
}

// libraryRows are a workbook's rows as the library reads them, without what is blank; whole numbers stand in full.
func libraryRows(t *rapid.T, file string) []line {
	f, err := excelize.OpenReader(strings.NewReader(file), excelize.Options{ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm:ss"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	shown, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []line
	for i, cells := range shown {
		for j, c := range cells {
			if strings.TrimSpace(c) == "" {
				cells[j] = ""
			}
			if k := strings.IndexAny(c, "eE"); k > 0 && k+2 < len(c) && strings.ContainsAny(c[k+1:k+2], "+-") && c[k-1] >= '0' && c[k-1] <= '9' {
				if cells[j] = raw[i][j]; strings.Contains(raw[i][j], ".") {
					return nil // how many digits a fraction has is each reader's own affair
				}
			}
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > 0 {
			out = append(out, line{int64(i + 1), strings.Join(cells, "|"), ""})
		}
	}
	return out
}

func TestRead_XLSX_readsWhatTheLibraryReads(t *testing.T) {
	t.Parallel()
	compared := 0
	rapid.Check(t, func(rt *rapid.T) {
		file := workbook(t, func(f *excelize.File) {
			if err := fillAtRandom(rt, f); err != nil {
				rt.Fatal(err)
			}
		})
		want := libraryRows(rt, file)
		if want == nil {
			return
		}
		compared++
		if _, got, err := readAll(t, file, intake.DefaultLimits()); err != nil || !slices.Equal(got, want) {
			rt.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
		}
	})
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

const (
	sheetName = "xl/worksheets/sheet1.xml"
	main      = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
)

// partsOf is a spreadsheet as other programs may write it: the parts as given, the others as they must be.
func partsOf(changed map[string]string) map[string]string {
	const doc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	parts := map[string]string{
		"[Content_Types].xml": `<Types/>`,
		"_rels/.rels":         `<Relationships><Relationship Id="a" Type="` + doc + `/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":     `<workbook ` + main + ` xmlns:r="` + doc + `"><sheets><sheet name="一" sheetId="1" r:id="s1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s1" Type="` + doc + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="s2" Type="` + doc + `/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="s3" Type="` + doc + `/chartsheet" Target="chartsheets/sheet1.xml"/>` +
			`<Relationship Id="t" Type="` + doc + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="f" Type="` + doc + `/styles" Target="styles.xml"/></Relationships>`,
		sheetName: `<worksheet ` + main + `><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`,
		"xl/sharedStrings.xml": `<sst ` + main + `><si><t>手机号</t></si><si><r><t>富</t></r><r><rPr/><t xml:space="preserve"> 文本</t></r><rPh sb="0" eb="1"><t>フ</t></rPh></si>` +
			`<si><t>a_x000D_b_x005F_x0041__xD83D__xDE00__xD83D_</t></si></sst>`,
	}
	for name, content := range changed {
		parts[name] = content
	}
	return parts
}

func zipped(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := []string{"[Content_Types].xml"} // first, as in every spreadsheet
	for name := range parts {
		if name != names[0] {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	for _, name := range names {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func rowsIn(rows string) map[string]string {
	return map[string]string{sheetName: `<worksheet ` + main + `><sheetData>` + rows + `</sheetData></worksheet>`}
}

func TestRead_XLSX_asManyProgramsWriteIt(t *testing.T) {
	t.Parallel()
	plain := rowsIn(`<row r="1"><c r="A1" t="inlineStr"><is><t>中文</t></is></c></row>`)[sheetName]
	for _, c := range []struct {
		name    string
		changed map[string]string
		want    []line
	}{
		{"texts with runs, sounds and escapes", rowsIn(`<row r="2"><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v> 2 </v></c></row>`), []line{{2, "|富 文本|a\rb_x0041_😀\uFFFD", ""}}},
		{"no places given", rowsIn(`<row><c t="s"><v>0</v></c><c><v>5</v></c></row><row/><row><c/><c><v>6</v></c></row>`), []line{{1, "手机号|5", ""}, {3, "|6", ""}}},
		{"prefixes, comments, CDATA and numbered characters", rowsIn(`<x:row xmlns:x="y" x:r="1"><!-- <c> --><x:c r='A1' t="inlineStr"><x:is><x:t><![CDATA[<甲>]]>&#20057;&#x4e19;&lt;</x:t></x:is></x:c></x:row>`),
			[]line{{1, "<甲>乙丙<", ""}}},
		{"formulas with and without a result", rowsIn(`<row r="1"><c r="A1" t="str"><f>A2&amp;"x"</f><v>甲x</v></c><c r="B1"><f>SUM(1)</f></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1" t="str"><f>T(1)</f><v/></c><c r="E1" t="b"><v>1</v></c></row>`),
			[]line{{1, "甲x|=SUM(1)|#DIV/0!||TRUE", ""}}},
		{"whole numbers in full, fractions as they are shown", rowsIn(`<row r="1"><c r="A1"><v>1.3800138E+10</v></c><c r="B1"><v>0.30000000000000004</v></c><c r="C1"><v>123456789012345678</v></c><c r="D1"><v>1E+30</v></c><c r="E1"><v>5.50</v></c><c r="F1"><v>x</v></c><c r="G1"><v>1.38E+10</v></c><c r="H1"><v>5e-1</v></c></row>`),
			[]line{{1, "13800138000|0.3|123456789012345680|1E+30|5.5|x|1.38E+10|0.5", ""}}},
		{"formats that would show nothing of a number", map[string]string{
			"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="@&quot;元&quot;"/><numFmt numFmtId="171" formatCode=";;;"/></numFmts><cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>`,
			sheetName:       rowsIn(`<row r="1"><c r="A1" s="1"><v>5</v></c><c r="B1" s="2"><v>6</v></c><c r="C1" s="1" t="str"><v>7</v></c><c r="D1" s="1" t="inlineStr"><is><t>8</t></is></c></row>`)[sheetName],
		}, []line{{1, "5|6|7|8元", ""}}},
		{"dates as text", rowsIn(`<row r="1"><c r="A1" t="d"><v>2026-11-06T00:00:00</v></c><c r="B1" t="d"><v>2026-11-06T08:30:00Z</v></c></row>`), []line{{1, "2026-11-06|2026-11-06 08:30:00", ""}}},
		{"dates from 1904 on", map[string]string{
			"xl/workbook.xml": strings.Replace(partsOf(nil)["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1),
			"xl/styles.xml":   `<styleSheet ` + main + `><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`,
			sheetName:         rowsIn(`<row r="1"><c r="A1" s="1"><v>45000</v></c><c r="B1" s="7"><v>1</v></c></row>`)[sheetName],
		}, []line{{1, "2027-03-16|1", ""}}},
		{"UTF-16", map[string]string{sheetName: "\xff\xfe" + utf16Of(plain, false)}, []line{{1, "中文", ""}}},
		{"UTF-16 of the other order", map[string]string{sheetName: "\xfe\xff" + utf16Of(plain, true)}, []line{{1, "中文", ""}}},
		{"UTF-8 with BOM", map[string]string{sheetName: "\ufeff" + `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + plain}, []line{{1, "中文", ""}}},
		{"a chart, a hidden sheet, then the one that people see", map[string]string{
			"xl/workbook.xml":          strings.Replace(partsOf(nil)["xl/workbook.xml"], "<sheets>", `<sheets><sheet name="图" sheetId="3" r:id="s3"/><sheet name="隐" sheetId="2" state="hidden" r:id="s2"/>`, 1),
			"xl/worksheets/sheet2.xml": `<worksheet/>`,
		}, []line{{1, "手机号", ""}}},
		{"broken characters", rowsIn("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>张\xe4三</t></is></c></row>"), []line{{1, "张\uFFFD三", intake.RowEncoding}}},
		{"too wide", rowsIn(`<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c><c r="ZZ2"/></row>`), []line{{1, "1", intake.RowColumns}, {2, "3", ""}}},
		{"too long", rowsIn(`<row r="1"><c r="A1" t="inlineStr"><is><t>` + strings.Repeat("x", 70_000) + `</t></is></c></row><row r="2"><c><v>3</v></c></row>`),
			[]line{{1, strings.Repeat("x", 200), intake.RowTooLong}, {2, "3", ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, got, err := readAll(t, zipped(t, partsOf(c.changed)), intake.DefaultLimits()); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%v\n got %+v\nwant %+v", err, got, c.want)
			}
		})
	}
}

func TestUnread_namesTheOtherSheetsInWhichSomethingStands(t *testing.T) {
	t.Parallel()
	file := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"更多", "空白", "隐藏"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"Sheet1", "更多", "隐藏"} {
			if err := f.SetCellValue(name, "A1", "13800138000"); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetSheetVisible("隐藏", false); err != nil {
			t.Fatal(err)
		}
	})
	for content, want := range map[string][]string{file: {"更多"}, table: {}} {
		form, err := intake.Detect([]byte(content), true)
		if err != nil {
			t.Fatal(err)
		}
		r, err := intake.Open(strings.NewReader(content), form, intake.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := intake.Unread(r); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v", form.Format, got, err)
		}
		if rows, err := intake.Sample(r, 10); err != io.EOF || len(rows) == 0 {
			t.Errorf("%s: %v %v", form.Format, rows, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRead_XLSX_thatIsDamagedIsNeverReadAsIfItEndedThere(t *testing.T) {
	t.Parallel()
	good := `<row r="1"><c r="A1"><v>1</v></c></row>`
	sheet := rowsIn(good)[sheetName]
	many := partsOf(nil)
	for i := range 30_000 {
		many[fmt.Sprintf("xl/media/image%d.png", i)] = ""
	}
	for _, c := range []struct {
		name  string
		parts map[string]string
		want  error
	}{
		{"cut", partsOf(map[string]string{sheetName: sheet[:len(sheet)-30]}), intake.ErrXLSX},
		{"cut within a tag", partsOf(map[string]string{sheetName: sheet[:len(sheet)-3]}), intake.ErrXLSX},
		{"empty", partsOf(map[string]string{sheetName: ""}), intake.ErrXLSX},
		{"something behind its end", partsOf(map[string]string{sheetName: sheet + "<x/>"}), intake.ErrXLSX},
		{"not nested", partsOf(rowsIn(good + `<row r="2"><c></row></c>`)), intake.ErrXLSX},
		{"rows that go back", partsOf(rowsIn(good + good)), intake.ErrXLSX},
		{"row without number", partsOf(rowsIn(`<row r="x"><c><v>1</v></c></row>`)), intake.ErrXLSX},
		{"row beyond the last", partsOf(rowsIn(`<row r="1048577"><c><v>1</v></c></row>`)), intake.ErrXLSX},
		{"cells that go back", partsOf(rowsIn(`<row r="1"><c r="B1"/><c r="A1"/></row>`)), intake.ErrXLSX},
		{"cell nowhere", partsOf(rowsIn(`<row r="1"><c r="AAAA1"/></row>`)), intake.ErrXLSX},
		{"text that is not there", partsOf(rowsIn(`<row r="1"><c t="s"><v>3</v></c></row>`)), intake.ErrXLSX},
		{"no such text", partsOf(rowsIn(`<row r="1"><c t="s"><v>-1</v></c></row>`)), intake.ErrXLSX},
		{"unknown entity", partsOf(rowsIn(`<row r="1"><c t="str"><v>&boo;</v></c></row>`)), intake.ErrXLSX},
		{"no character", partsOf(rowsIn(`<row r="1"><c t="str"><v>&#xD800;</v></c></row>`)), intake.ErrXLSX},
		{"attribute without quotes", partsOf(rowsIn(`<row r=1/>`)), intake.ErrXLSX},
		{"document type", partsOf(map[string]string{sheetName: `<!DOCTYPE x [<!ENTITY a "aaaa">]>` + sheet}), intake.ErrXLSX},
		{"other characters", partsOf(map[string]string{sheetName: `<?xml version="1.0" encoding="GBK"?>` + sheet}), intake.ErrXLSX},
		{"endless tag", partsOf(rowsIn(`<row r="1" x="` + strings.Repeat("x", 100_000) + `"/>`)), intake.ErrXLSX},
		{"too deep", partsOf(rowsIn(strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000))), intake.ErrXLSX},
		{"no sheet", partsOf(map[string]string{"xl/workbook.xml": `<workbook><sheets/></workbook>`}), intake.ErrXLSX},
		{"sheet that points nowhere", partsOf(map[string]string{"xl/workbook.xml": strings.Replace(partsOf(nil)["xl/workbook.xml"], "s1", "s2", 1)}), intake.ErrXLSX},
		{"no workbook", partsOf(map[string]string{"_rels/.rels": `<Relationships/>`}), intake.ErrXLSX},
		{"binary workbook", partsOf(map[string]string{"_rels/.rels": strings.Replace(partsOf(nil)["_rels/.rels"], "workbook.xml", "workbook.bin", 1)}), intake.ErrXLSB},
		{"parts without end", many, intake.ErrXLSXBomb},
		{"styles without end", partsOf(map[string]string{"xl/styles.xml": `<styleSheet><cellXfs>` + strings.Repeat("<xf/>", 70_000) + `</cellXfs></styleSheet>`}), intake.ErrXLSXBomb},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, rows, err := readAll(t, zipped(t, c.parts), intake.DefaultLimits()); !errors.Is(err, c.want) {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		})
	}
	t.Run("a part that stands twice", func(t *testing.T) {
		t.Parallel()
		parts := partsOf(map[string]string{"xl/Worksheets/sheet1.xml": sheet})
		if _, _, err := readAll(t, zipped(t, parts), intake.DefaultLimits()); !errors.Is(err, intake.ErrXLSX) {
			t.Error(err)
		}
	})
	t.Run("changed bytes", func(t *testing.T) {
		t.Parallel()
		file := zipped(t, partsOf(nil))
		for i := range len(file) {
			b := []byte(file)
			b[i] ^= 0x20
			_, rows, err := readAll(t, string(b), intake.DefaultLimits())
			if err == nil && (len(rows) != 1 || rows[0].cells != "手机号") {
				t.Fatalf("with byte %d changed: %+v", i, rows)
			}
		}
	})
}

// writeShared writes a workbook of rows whose texts are all different and shared, as Excel saves it.
func writeShared(t testing.TB, w io.Writer, rows int) {
	t.Helper()
	z := zip.NewWriter(w)
	parts := partsOf(nil)
	delete(parts, sheetName)
	delete(parts, "xl/sharedStrings.xml")
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		part, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(part, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	part, err := z.Create(sheetName)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(part, `<worksheet %s><sheetData>`, main)
	for i := range rows {
		fmt.Fprintf(part, `<row r="%[1]d"><c r="A%[1]d"><v>%[2]d</v></c><c r="B%[1]d" t="s"><v>%[3]d</v></c><c r="C%[1]d" t="s"><v>%[4]d</v></c></row>`, i+1, 13800000000+i, 2*i, 2*i+1)
	}
	_, _ = io.WriteString(part, `</sheetData></worksheet>`)
	if part, err = z.Create("xl/sharedStrings.xml"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, `<sst>`)
	for i := range 2 * rows {
		fmt.Fprintf(part, `<si><t>收件人%d</t></si>`, i)
	}
	_, _ = io.WriteString(part, `</sst>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

func sharedFile(t testing.TB, rows int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.xlsx")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	writeShared(t, f, rows)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// Not parallel: it measures what the process allocates.
func TestRead_XLSX_memoryDoesNotGrowWithTheFile(t *testing.T) {
	const rows = 100_000
	name := sharedFile(t, rows)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := countXLSX(t, name)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; n != rows || grown > 8<<20 {
		t.Errorf("%d rows took %d MB of memory", n, grown>>20)
	}
}

func countXLSX(t testing.TB, name string) (n int) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := intake.DefaultLimits()
	l.TempDir = t.TempDir()
	r, err := intake.Open(f, intake.Form{Format: intake.XLSX}, l)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var row intake.Row
	for {
		switch err := r.Read(&row); {
		case err == io.EOF:
			return n
		case err != nil || row.Fault != "" || len(row.Cells) != 3:
			t.Fatal(row, err)
		}
		n++
	}
}

func TestRead_XLSX_leavesNothingReadableOnDisk(t *testing.T) {
	t.Parallel()
	dir, secret := t.TempDir(), strings.Repeat("张三丰住在武当山", 4000)
	file := zipped(t, partsOf(map[string]string{"xl/sharedStrings.xml": `<sst><si><t>` + secret + `</t></si></sst>`}))
	l := intake.DefaultLimits()
	l.TempDir, l.MaxLine = dir, 1<<20
	r, err := intake.Open(strings.NewReader(file), intake.Form{Format: intake.XLSX}, l)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("files with names: %v %v", names, err)
	}
	var row intake.Row
	if err := r.Read(&row); err != nil || string(row.Cells[0]) != secret {
		t.Fatalf("%d cells, %v", len(row.Cells), err)
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, fd := range open {
		if target, _ := os.Readlink(fd); !strings.HasPrefix(target, dir) {
			continue
		}
		content, err := os.ReadFile(fd)
		if err != nil {
			t.Fatal(err)
		}
		looked++
		if bytes.Contains(content, []byte("张三丰")) || bytes.Contains(content, []byte("PK\x03\x04")) {
			t.Error("a temporary file can be read")
		}
	}
	if looked == 0 && runtime.GOOS == "linux" {
		t.Error("no temporary file was found: does the test look in the right place?")
	}
}

func FuzzRead_XLSX(f *testing.F) {
	f.Add([]byte(partsOf(nil)[sheetName]), []byte(partsOf(nil)["xl/sharedStrings.xml"]), []byte(`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy;@&quot;x&quot;"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`))
	f.Add([]byte("\xff\xfe<\x00a\x00/\x00>\x00"), []byte(`<sst><si/></sst>`), []byte(`<!-- -->`))
	f.Fuzz(func(t *testing.T, sheet, texts, styles []byte) {
		file := zipped(t, partsOf(map[string]string{sheetName: string(sheet), "xl/sharedStrings.xml": string(texts), "xl/styles.xml": string(styles)}))
		l := intake.Limits{MaxLine: 200, MaxColumns: 8, MaxXLSX: 1 << 20, MaxUnpacked: 1 << 20}
		_, rows, err := readAll(t, file, l)
		if err != nil && !errors.Is(err, intake.ErrXLSX) && !errors.Is(err, intake.ErrXLSXBomb) {
			t.Fatalf("an error that says nothing to people: %v", err)
		}
		last := int64(0)
		for _, r := range rows {
			if r.n <= last || len(r.cells) > l.MaxLine+shownAtMost {
				t.Fatalf("row %d after %d, of %d bytes", r.n, last, len(r.cells))
			}
			last = r.n
		}
	})
}

// shownAtMost is what is kept of a cell that makes a row too long.
const shownAtMost = 220

func BenchmarkRead_XLSX(b *testing.B) {
	const rows = 200_000
	name := sharedFile(b, rows)
	for b.Loop() {
		if n := countXLSX(b, name); n != rows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
