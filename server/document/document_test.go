package document_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/platform/blob"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte("<xml/>"))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const pdf = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

func TestType_goesByContentAndNotByName(t *testing.T) {
	t.Parallel()
	xlsx, docx := zipped(t, "[Content_Types].xml", "xl/workbook.xml"), zipped(t, "[Content_Types].xml", "word/document.xml")
	for _, c := range []struct {
		name    string
		content []byte
		want    string // type, or part of the refusal
		ok      bool
	}{
		{"licence.pdf", []byte(pdf), document.PDF, true},
		{"LICENCE.PDF", []byte(pdf), document.PDF, true},
		{"licence", []byte(pdf), document.PDF, true},
		{"scan.png", picture(t), document.PNG, true},
		{"list.xlsx", xlsx, document.XLSX, true},
		{"letter.docx", docx, document.DOCX, true},
		{"contract.pdf", zipped(t, "a.txt"), "application/zip", false},
		{"list.xlsx", zipped(t, "a.txt"), "application/zip", false},
		{"list.xlsx", zipped(t, "xl/workbook.xml"), "application/zip", false},
		{"list.docx", xlsx, document.XLSX, false},
		{"scan.pdf", picture(t), document.PNG, false},
		{"scan.png", picture(t)[:20], "application/octet-stream", false},
		{"page.pdf", []byte("<html><script>alert(1)</script></html>"), "text/html", false},
		{"run.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00"), "application/", false},
		{"words.csv", []byte("a,b\n1,2\n"), "text/csv", false},
	} {
		t.Run(c.name+" "+c.want, func(t *testing.T) {
			t.Parallel()
			got, err := document.Type(c.name, c.content)
			if c.ok {
				if err != nil || got != c.want {
					t.Fatalf("%s %v", got, err)
				}
				return
			}
			e := errs.As(err)
			if !errors.Is(err, document.ErrType) || !strings.Contains(e.Zh, c.want) || !strings.Contains(e.En, c.want) {
				t.Fatalf("the refusal must name %s in both languages: %v", c.want, err)
			}
		})
	}
}

func FuzzType(f *testing.F) {
	f.Add("a.pdf", []byte(pdf))
	f.Add("a.xlsx", zipped(f, "[Content_Types].xml", "xl/workbook.xml"))
	f.Add("a.png", picture(f))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if mime, err := document.Type(name, content); err == nil && mime == "" {
			t.Error("taken without a type")
		}
	})
}

func service(t *testing.T) *document.Service {
	t.Helper()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	b, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return document.New(d, c, trail.New(d, c), b)
}

func TestStore_keepsTheFileAndSaysWhatItIs(t *testing.T) {
	t.Parallel()
	s, sales := service(t), testkit.As("sales", "sales")
	d, err := s.Store(sales, `C:\tmp\执照"副本".pdf`, "licence", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "执照副本.pdf" || d.MIME != document.PDF || d.Size != int64(len(pdf)) || len(d.SHA256) != 64 || strings.Contains(d.BlobKey, "pdf") {
		t.Errorf("%+v", d)
	}
	got, content, err := s.Open(sales, d.ID)
	if err != nil || string(content) != pdf || got.SHA256 != d.SHA256 {
		t.Fatal(err)
	}
	if want := `attachment; filename="____.pdf"; filename*=UTF-8''%E6%89%A7%E7%85%A7%E5%89%AF%E6%9C%AC.pdf`; got.Disposition() != want {
		t.Errorf("got  %s\nwant %s", got.Disposition(), want)
	}
}

func TestStore_refusesWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	s, sales := service(t), testkit.As("sales", "sales")
	for _, c := range []struct {
		name, purpose string
		content       []byte
		want          error
	}{
		{"a.pdf", "licence", nil, document.ErrEmpty},
		{"a.pdf", "licence", append([]byte(pdf), make([]byte, document.MaxSize)...), document.ErrTooLarge},
		{"a.pdf", "licence", zipped(t, "a"), document.ErrType},
		{"a.pdf", "../../etc", []byte(pdf), document.ErrPurpose},
	} {
		if _, err := s.Store(sales, c.name, c.purpose, bytes.NewReader(c.content)); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
	if d, err := s.Store(sales, strings.Repeat("长", 500)+".pdf", "licence", strings.NewReader(pdf)); err != nil || len([]rune(d.Name)) != 120 || !strings.HasSuffix(d.Name, ".pdf") {
		t.Errorf("a long name: %+v %v", d, err)
	}
	if d, err := s.Store(sales, "‮fdp.exe\x00.pdf", "licence", strings.NewReader(pdf)); err != nil || d.Name != "fdp.exe.pdf" {
		t.Errorf("a name with tricks: %+v %v", d, err)
	}
}

func TestVisibility_unlinkedOnesBelongToTheirUploaderAndLinkedOnesToTheCustomersPeople(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	b, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := document.New(d, c, trail.New(d, c), b)
	own, other, all := testkit.As("sales", "sales"), testkit.As("sales2", "sales"), testkit.As("rev", "compliance_reviewer")
	err = d.Run(own, func(ctx context.Context) error {
		return d.Q(ctx).Exec("INSERT INTO customers (id, number, name, uscc, address, legal_rep, industry, bank_name, bank_account, contacts, owner_id, created_by, created_at, updated_at, version) VALUES ('c1','C-000001','甲','91510100000000001X','','','','','','[]','u-sales','u-sales',1,1,1)").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := s.Store(own, "a.pdf", "licence", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	see := func(ctx context.Context) bool { _, _, err := s.Open(ctx, doc.ID); return err == nil }
	if !see(own) || see(other) || see(all) {
		t.Error("an unlinked document is its uploader's alone")
	}
	if _, err := s.Link(other, doc.ID, "licence", "l1", "c1", ""); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("somebody else linked it: %v", err)
	}
	if _, err := s.Link(own, doc.ID, "licence", "l1", "c1", ""); err != nil {
		t.Fatal(err)
	}
	if !see(own) || see(other) || !see(all) {
		t.Error("a linked document is for those who may see the customer")
	}
	if _, err := s.Link(own, doc.ID, "licence", "l2", "c1", ""); !errors.Is(err, document.ErrLinked) {
		t.Errorf("linked twice: %v", err)
	}
	if ds, err := s.Of(all, "licence", "l1"); err != nil || len(ds) != 1 {
		t.Errorf("%v %v", ds, err)
	}
	if ds, err := s.Of(other, "licence", "l1"); err != nil || len(ds) != 0 {
		t.Errorf("%v %v", ds, err)
	}
}
