package story_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sheet is a spreadsheet as a program saves it.
func sheet(t *testing.T, fill func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := fill(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a spreadsheet whose sheet unpacks to size blanks and whose directory declares another size.
func bomb(t *testing.T, size int64, declared uint64) []byte {
	t.Helper()
	plain := sheet(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A1", "手机号") })
	from, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, io.LimitReader(spaces{}, size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			if err := to.Copy(part); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w, err := to.CreateRaw(&zip.FileHeader{Name: part.Name, Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: declared})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Not parallel: it looks at what the process holds.
func TestBadSpreadsheets_sayWhatIsWrong_takeNoMemory_andAnotherFileThen(t *testing.T) {
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	good := sheet(t, func(f *excelize.File) error {
		return f.SetSheetCol("Sheet1", "A1", &[]string{"手机号", "13800138000", "13900139001"})
	})
	runtime.GC()
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	for _, c := range []struct {
		name string
		file []byte
		code string
	}{
		{"declares three gigabytes", bomb(t, 1<<20, 3<<30), "file.xlsx_too_large"},
		{"unpacks to 300 times what it declares", bomb(t, 300<<20, 1<<20), "file.xlsx_broken"},
		{"declares nothing", bomb(t, 300<<20, 0), "file.xlsx_broken"},
		{"only the name of a column", sheet(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A1", "手机号") }), "batch.only_header"},
		{"cut in the middle", good[:len(good)/2], "file.xlsx_broken"},
		{"zeros in the middle", slices.Concat(good[:len(good)/3], make([]byte, len(good)/3), good[2*len(good)/3:]), "file.xlsx_broken"},
	} {
		order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}
		id := w.submit("sales", order, "名单.xlsx", c.file)
		w.work()
		b := sales.get("/batches/" + id)
		if b.str("state") != "failed" || b.str("problem.code") != c.code || b.str("problem.detail") == "" || b.str("problem.detail_en") == "" {
			t.Errorf("%s: %s, %v", c.name, b.str("state"), b["problem"])
			continue
		}
		if s, _, out := sales.do("PUT", "/batches/"+id+"/file?name=a.xlsx", "application/octet-stream", bytes.NewReader(good)); s != 202 {
			t.Errorf("%s: another file: %d %s", c.name, s, out)
			continue
		}
		w.work()
		if b := sales.get("/batches/" + id); b.str("state") != "review" || b.num("rows.good") != 2 {
			t.Errorf("%s: after another file %s, %v", c.name, b.str("state"), b["problem"])
		}
	}
	runtime.ReadMemStats(&end)
	if grown := int64(end.Sys) - int64(start.Sys); grown > 120<<20 {
		t.Errorf("the process took %d MB more", grown>>20)
	}
	w.verify()
}

func TestSpreadsheets_giveWhatPeopleSee_andNameTheRowsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	file := sheet(t, func(f *excelize.File) error {
		for cell, v := range map[string]any{
			"A1": "手机号", "B1": "姓名", "A2": 13800138000, "B2": "张三", "A3": "1.38E+10", "B3": "李四", "A4": 13900139001, "B4": "=1+1", "B5": "王五", "A6": 13700137001, "B6": "赵六", "A7": 13600136001,
		} {
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				return err
			}
		}
		scientific, err := f.NewStyle(&excelize.Style{NumFmt: 11}) // shows 1.38E+10, is 13800138000
		if err != nil {
			return err
		}
		if err := f.SetCellStyle("Sheet1", "A2", "A2", scientific); err != nil {
			return err
		}
		if err := f.SetCellFormula("Sheet1", "A5", "13500135000+1"); err != nil { // never computed: no value was saved with it
			return err
		}
		return f.SetCellFormula("Sheet1", "B6", `"赵"&"六"`) // computed by the program that saved it
	})
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}, "名单.xlsx", file)
	w.work()
	b := sales.get("/batches/" + id)
	var got []string
	for _, e := range sales.get("/batches/" + id + "/error-rows").list("items") {
		got = append(got, fmt.Sprintf("%d %s", e.num("line"), e.str("code")))
		if e.str("reason") == "" || e.str("reason_en") == "" || e.str("reason") == e.str("reason_en") {
			t.Errorf("%v", e)
		}
	}
	if b.str("state") != "review" || b.num("rows.good") != 2 || !slices.Equal(got, []string{"3 PHONE.SCIENTIFIC", "4 CELL.FORMULA", "5 CELL.FORMULA", "7 VAR.EMPTY"}) {
		t.Errorf("%s, %v, %v", b.str("state"), b["rows"], got)
	}
}
