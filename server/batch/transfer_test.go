package batch_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/testkit"
)

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// bigList is some 9 MB of rows: three pieces.
func bigList() []byte {
	var b bytes.Buffer
	b.WriteString("手机号,姓名,备注\n")
	for i := range 60_000 {
		fmt.Fprintf(&b, "%d,客户%d,%s\n", 13800000000+int64(i)*7919%99_999_999, i, strings.Repeat("注", 40))
	}
	return b.Bytes()
}

func pieceOf(file []byte, size, n int64) []byte {
	return file[(n-1)*size : min(n*size, int64(len(file)))]
}

func (b *bench) begin(id, name string, file []byte) *batch.Standing {
	b.t.Helper()
	s, err := b.BeginTransfer(submitter, id, name, int64(len(file)), sumOf(file))
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) put(id string, s *batch.Standing, file []byte, n int64) {
	b.t.Helper()
	p := pieceOf(file, s.PieceSize, n)
	if err := b.PutPiece(submitter, id, n, sumOf(p), bytes.NewReader(p)); err != nil {
		b.t.Fatal(err)
	}
}

func TestTransfer_goesOnAfterAnyBreak_onAnotherServer_inAnyOrder(t *testing.T) {
	t.Parallel()
	one := newBench(t)
	dir := filepath.Dir(one.blobDir)
	two := openBench(t, one.db, dir, one.clock) // another server over the same database and storage
	file := bigList()
	x := one.create(batch.Template, "【云帆商城】{姓名}您好，您的包裹已到。")
	s := one.begin(x.ID, "../名单.csv", file)
	if s.PieceCount < 3 || s.Name != "名单.csv" || len(s.Missing) != int(s.PieceCount) {
		t.Fatalf("%+v", s)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(int(s.PieceCount))
	for i, k := range order[:len(order)-1] {
		server := []*bench{one, two}[i%2]
		server.put(x.ID, s, file, int64(k+1))
		server.put(x.ID, s, file, int64(k+1)) // again: harmless
	}
	last := int64(order[len(order)-1] + 1)
	if _, err := two.Complete(submitter, x.ID, nil); !errors.Is(err, batch.ErrPieces) {
		t.Fatalf("complete with a piece missing: %v", err)
	}
	again := two.begin(x.ID, "名单.csv", file) // the page was reloaded: the same file goes on
	if again.ID != s.ID || !slices.Equal(again.Missing, []int64{last}) || again.Received != int64(len(file))-int64(len(pieceOf(file, s.PieceSize, last))) {
		t.Fatalf("%+v", again)
	}
	two.put(x.ID, again, file, last)
	if b := two.get(x.ID); b.State != batch.Draft {
		t.Fatalf("before it is submitted it is %s", b.State)
	}
	got, err := one.Complete(submitter, x.ID, nil)
	if err != nil || got.FileSHA256 != sumOf(file) || got.FileSize != int64(len(file)) {
		t.Fatalf("%+v, %v", got, err)
	}
	one.work()
	if b := one.get(x.ID); b.State != batch.InReview || b.Good != 60_000 {
		t.Errorf("%s, %d good: %+v", b.State, b.Good, b.Problem)
	}
	if left, err := one.blobs.List(context.Background(), "batches/"+x.ID+"/pieces-"+s.ID+"/"); err != nil || len(left) != 0 {
		t.Errorf("%d pieces were left behind, %v", len(left), err)
	}
	if _, err := one.Transfer(submitter, x.ID); !errors.Is(err, batch.ErrNoTransfer) {
		t.Errorf("it still goes on: %v", err)
	}
}

func TestTransfer_refusesWhatIsNotWhatWasAnnounced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := []byte("手机号\n13800138000\n")
	x := b.create(batch.ListOne, "【云帆商城】您好。")
	for name, c := range map[string]struct {
		name, sum string
		size      int64
	}{"size": {"a.csv", sumOf(file), 0}, "hash": {"a.csv", "xyz", 10}, "name": {" ", sumOf(file), 10}} {
		if _, err := b.BeginTransfer(submitter, x.ID, c.name, c.size, c.sum); !errors.Is(err, batch.ErrTransfer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.BeginTransfer(submitter, x.ID, "a.csv", 3<<30, sumOf(file)); !errors.Is(err, batch.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if err := b.PutPiece(submitter, x.ID, 1, sumOf(file), bytes.NewReader(file)); !errors.Is(err, batch.ErrNoTransfer) {
		t.Errorf("a piece of nothing: %v", err)
	}
	lie := []byte("手机号\n13800138001\n") // as long, but another
	b.begin(x.ID, "a.csv", file)
	for name, put := range map[string]func() error{
		"damaged":   func() error { return b.PutPiece(submitter, x.ID, 1, sumOf(file), bytes.NewReader(lie)) },
		"too short": func() error { return b.PutPiece(submitter, x.ID, 1, sumOf(file[:5]), bytes.NewReader(file[:5])) },
		"too long": func() error {
			return b.PutPiece(submitter, x.ID, 1, sumOf(append(file, 'x')), bytes.NewReader(append(file, 'x')))
		},
		"no such": func() error { return b.PutPiece(submitter, x.ID, 2, sumOf(file), bytes.NewReader(file)) },
		"zero":    func() error { return b.PutPiece(submitter, x.ID, 0, sumOf(file), bytes.NewReader(file)) },
	} {
		if err := put(); !errors.Is(err, batch.ErrPiece) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.PutPiece(submitter, x.ID, 1, sumOf(lie), bytes.NewReader(lie)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Complete(submitter, x.ID, nil); !errors.Is(err, batch.ErrHash) {
		t.Errorf("another file than announced: %v", err)
	}
	if got := b.get(x.ID); got.State != batch.Draft || got.Problem.Code != batch.ErrHash.Code {
		t.Errorf("%s, %+v", got.State, got.Problem)
	}
	if _, err := b.Complete(testkit.As("stranger"), x.ID, nil); err == nil {
		t.Error("a stranger completed it")
	}
}

func TestTransfer_thatNobodyEndsIsClearedAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := bigList()
	x, y, z := b.create(batch.ListOne, "【云帆商城】您好。"), b.create(batch.ListOne, "【云帆商城】您好。"), b.create(batch.ListOne, "【云帆商城】您好。")
	for _, id := range []string{x.ID, y.ID, z.ID} {
		b.put(id, b.begin(id, "a.csv", file), file, 1)
	}
	b.work()
	pieces := func(id string) int {
		t.Helper()
		left, err := b.blobs.List(context.Background(), "batches/"+id+"/")
		if err != nil {
			t.Fatal(err)
		}
		return len(left)
	}
	if pieces(x.ID) != 1 || pieces(y.ID) != 1 {
		t.Fatal("what goes on was cleared away")
	}
	if err := b.DropTransfer(submitter, y.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Cancel(submitter, z.ID, "changed my mind"); err != nil {
		t.Fatal(err)
	}
	b.work()
	if pieces(y.ID) != 0 || pieces(z.ID) != 0 || pieces(x.ID) != 1 {
		t.Errorf("given up: %d, cancelled: %d, going on: %d", pieces(y.ID), pieces(z.ID), pieces(x.ID))
	}
	b.fake.Advance(25 * time.Hour)
	if err := b.PutPiece(submitter, x.ID, 2, sumOf(file), bytes.NewReader(file)); !errors.Is(err, batch.ErrNoTransfer) {
		t.Errorf("a piece after the end: %v", err)
	}
	b.work()
	if pieces(x.ID) != 0 {
		t.Error("an upload that expired was left behind")
	}
	if s := b.begin(x.ID, "a.csv", file); len(s.Missing) != int(s.PieceCount) {
		t.Errorf("it begins anew: %+v", s)
	}
}

func TestPreview_showsColumnsAndMessages_andTakesAnotherChoice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := []byte("编号,联系方式,称呼,金额\n1,13800138000,王女士,12.50\n2,1.38E+10,李先生,8\n3,13900139000,,9\n")
	x := b.create(batch.Template, "【云帆商城】{姓名}您好，应付{金额}元。")
	if _, err := b.PreviewTransfer(submitter, x.ID, nil); !errors.Is(err, batch.ErrNoTransfer) {
		t.Fatalf("before anything came: %v", err)
	}
	s := b.begin(x.ID, "a.csv", file)
	if _, err := b.PreviewTransfer(submitter, x.ID, nil); !errors.Is(err, batch.ErrPieces) {
		t.Fatalf("before a piece came: %v", err)
	}
	b.put(x.ID, s, file, 1)
	p, err := b.PreviewTransfer(submitter, x.ID, nil)
	if err != nil || p.Problem == nil || p.Problem.Code != "file.missing_column" || len(p.Mapping.Columns) != 4 || p.Mapping.Columns[1].Use != "phone" || p.Mapping.Columns[3].Variable != "金额" {
		t.Fatalf("guessed: %+v, %v", p, err)
	}
	if len(p.Rows) != 3 || p.Rows[0].Cells[1] != "138****8000" || !slices.Equal(p.Variables, []string{"姓名", "金额"}) {
		t.Fatalf("rows as they are: %+v", p.Rows)
	}
	choice := &batch.Mapping{Header: true, Columns: []batch.Column{{}, {Use: "phone"}, {Use: "variable", Variable: "姓名"}, {Use: "variable", Variable: "金额"}}}
	if p, err = b.PreviewTransfer(submitter, x.ID, choice); err != nil || p.Problem != nil || p.Good != 1 || p.Sampled != 3 {
		t.Fatalf("chosen: %+v, %v", p, err)
	}
	if r := p.Rows[0]; r.Phone != "138****8000" || r.Text != "【云帆商城】王女士您好，应付12.50元。" || r.Parts != 1 {
		t.Errorf("%+v", r)
	}
	if r := p.Rows[1]; r.Code != "PHONE.SCIENTIFIC" || r.Zh == "" || r.En == "" {
		t.Errorf("%+v", r)
	}
	if p.Rows[2].Code != "VAR.EMPTY" || p.Estimated != 3 {
		t.Errorf("%+v, about %d rows", p.Rows[2], p.Estimated)
	}
	for name, bad := range map[string]*batch.Mapping{
		"no phone":       {Header: true, Columns: []batch.Column{{}, {}, {Use: "variable", Variable: "姓名"}, {Use: "variable", Variable: "金额"}}},
		"twice":          {Header: true, Columns: []batch.Column{{Use: "phone"}, {Use: "phone"}}},
		"no such name":   {Header: true, Columns: []batch.Column{{Use: "variable", Variable: "地址"}}},
		"no such use":    {Header: true, Columns: []batch.Column{{Use: "magic"}}},
		"beyond":         {Header: true, Columns: []batch.Column{{}, {}, {}, {}, {Use: "phone"}}},
		"a variable off": {Header: true, Columns: []batch.Column{{}, {Use: "phone"}, {Use: "variable", Variable: "姓名"}}},
	} {
		if p, err := b.PreviewTransfer(submitter, x.ID, bad); err != nil || p.Problem == nil || p.Problem.En == "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		if _, err := b.Complete(submitter, x.ID, bad); err == nil {
			t.Errorf("%s was submitted", name)
		}
	}
	if _, err := b.Complete(submitter, x.ID, choice); err != nil {
		t.Fatal(err)
	}
	b.work()
	got := b.get(x.ID)
	if got.Good != 1 || got.Bad != 2 || !got.Mapping.Chosen || got.Mapping.Columns[2].Variable != "姓名" {
		t.Errorf("%d good, %d bad, %+v", got.Good, got.Bad, got.Mapping)
	}
}

func TestPreview_ofASpreadsheetWaitsForAllOfIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := spreadsheet(t, [][]any{{"手机号", "姓名"}, {"13800138000", "王女士"}, {13900139000, "李先生"}})
	x := b.create(batch.Template, "【云帆商城】{姓名}您好。")
	s := b.begin(x.ID, "a.xlsx", file)
	b.put(x.ID, s, file, 1)
	p, err := b.PreviewTransfer(submitter, x.ID, nil)
	if err != nil || p.Problem != nil || p.Format != "xlsx" || p.Good != 2 || p.Rows[1].Text != "【云帆商城】李先生您好。" {
		t.Fatalf("%+v, %v", p, err)
	}
}
