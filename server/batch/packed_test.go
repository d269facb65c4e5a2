package batch_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"sealgate/server/batch"
	"sealgate/server/platform/crypt"
)

// plainSource is the file of a batch as its object gives it back.
func (b *bench) plainSource(x *batch.Batch) []byte {
	b.t.Helper()
	object, err := b.blobs.Get(context.Background(), x.SourceKey)
	if err != nil {
		b.t.Fatal(err)
	}
	defer object.Close()
	r, err := b.OpenSourceObject(context.Background(), x, x.SourceKey, object)
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Close()
	plain, err := io.ReadAll(r)
	if err != nil {
		b.t.Fatal(err)
	}
	return plain
}

func TestSource_ofRowsIsKeptPacked_andComesBackAsItCame(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := bigList()
	at := map[string]*batch.Batch{"at once": b.create(batch.ListOne, "【云帆商城】您好。"), "in pieces": b.create(batch.ListOne, "【云帆商城】您好。")}
	b.upload(at["at once"].ID, "a.csv", file)
	s := b.begin(at["in pieces"].ID, "a.csv", file)
	for n := s.PieceCount; n > 0; n-- {
		b.put(at["in pieces"].ID, s, file, n)
	}
	if _, err := b.Complete(submitter, at["in pieces"].ID, nil); err != nil {
		t.Fatal(err)
	}
	for how, x := range at {
		x = b.get(x.ID)
		if size := len(b.object(x.SourceKey)); size > len(file)/4 {
			t.Errorf("%s: %d bytes of %d bytes of rows that are nearly alike", how, size, len(file))
		}
		if !bytes.Equal(b.plainSource(x), file) || x.FileSHA256 != sumOf(file) || x.FileSize != int64(len(file)) {
			t.Errorf("%s: another file came back, or another hash was recorded", how)
		}
	}
}

func TestSource_ofASpreadsheetIsNotPackedTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := spreadsheet(t, [][]any{{"手机号"}, {"13800138000"}, {"13900139000"}})
	x := b.run(batch.ListOne, "【云帆商城】您好。", "a.xlsx", file)
	if x.State != batch.InReview || x.Good != 2 || x.SourceKey != batch.PlainName(x.SourceKey) {
		t.Fatalf("%s, %d good, kept as %s", x.State, x.Good, x.SourceKey)
	}
	if size := len(b.object(x.SourceKey)); size > len(file)+100 {
		t.Errorf("%d bytes for %d", size, len(file))
	}
}

func TestSource_ofAnEarlierVersionIsStillRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := []byte("手机号\n13800138000\n13900139000\n")
	x := b.upload(b.create(batch.ListOne, "【云帆商城】您好。").ID, "a.csv", file)
	old, err := b.SourceObject(context.Background(), x, batch.PlainName(x.SourceKey), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.blobs.Put(context.Background(), batch.PlainName(x.SourceKey), old); err != nil {
		t.Fatal(err)
	}
	b.exec("UPDATE batches SET source_key = ? WHERE id = ?", batch.PlainName(x.SourceKey), x.ID)
	b.work()
	if got := b.get(x.ID); got.State != batch.InReview || got.Good != 2 {
		t.Errorf("%s, %d good, %+v", got.State, got.Good, got.Problem)
	}
}

// A source that is damaged, gone, or was put in another's place is told as that after three tries, and the file may come again.
func TestSource_thatCannotBeReadAsksForTheFileAgain(t *testing.T) {
	t.Parallel()
	file := []byte("手机号\n13800138000\n13900139000\n")
	for name, spoil := range map[string]func(b *bench, x *batch.Batch) io.Reader{
		"gone":    func(b *bench, x *batch.Batch) io.Reader { return nil },
		"cut off": func(b *bench, x *batch.Batch) io.Reader { return bytes.NewReader(b.object(x.SourceKey)[:40]) },
		"a bit":   func(b *bench, x *batch.Batch) io.Reader { return bytes.NewReader(flipped(b.object(x.SourceKey))) },
		"no frame": func(b *bench, x *batch.Batch) io.Reader {
			r, err := b.RawSourceObject(context.Background(), x, strings.NewReader("no frame of zstd at all"))
			if err != nil {
				b.t.Fatal(err)
			}
			return r
		},
		"renamed": func(b *bench, x *batch.Batch) io.Reader {
			r, err := b.SourceObject(context.Background(), x, batch.PlainName(x.SourceKey), bytes.NewReader(file))
			if err != nil {
				b.t.Fatal(err)
			}
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.upload(b.create(batch.ListOne, "【云帆商城】您好。").ID, "a.csv", file)
			spoilt := spoil(b, x)
			if err := b.blobs.Delete(context.Background(), x.SourceKey); err != nil {
				t.Fatal(err)
			}
			if spoilt != nil {
				if _, err := b.blobs.Put(context.Background(), x.SourceKey, spoilt); err != nil {
					t.Fatal(err)
				}
			}
			b.work()
			got := b.get(x.ID)
			if got.State != batch.Failed || got.Problem.Code != batch.ErrSourceLost.Code || got.Problem.Zh == "" || got.Problem.En == "" {
				t.Fatalf("%s, %+v", got.State, got.Problem)
			}
			b.upload(x.ID, "a.csv", file)
			b.work()
			if got := b.get(x.ID); got.State != batch.InReview || got.Good != 2 {
				t.Errorf("uploaded again: %s, %d good, %+v", got.State, got.Good, got.Problem)
			}
		})
	}
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if err := b.db.Run(context.Background(), func(ctx context.Context) error { return b.db.Q(ctx).Exec(sql, args...).Error }); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) object(key string) []byte {
	b.t.Helper()
	object, err := b.blobs.Read(context.Background(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	return object
}

func flipped(object []byte) []byte {
	out := bytes.Clone(object)
	out[len(out)/2] ^= 1
	return out
}

func TestErrorFile_isKeptPacked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := "手机号\n13800138000\n" + strings.Repeat("1380013800x\n", 5000)
	x := b.run(batch.ListOne, "【云帆商城】您好。", "a.csv", []byte(file))
	shown := b.errorFile(x.ID)
	if size := len(b.object(x.ErrorKey)); size > len(shown)/10 {
		t.Errorf("%d bytes of %d", size, len(shown))
	}
	if n := strings.Count(shown, "1380013800x"); n != 5000 {
		t.Errorf("%d rows of 5,000 in the error file", n)
	}
	if err := b.blobs.Delete(context.Background(), x.ErrorKey); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ErrorRows(submitter, x.ID, 10); err == nil {
		t.Error("an error file that is gone has rows")
	}
}

// Whatever is packed comes back, however it arrives and is read; and a reader's own failure stays what it was.
func TestFile_packedAndOpenedIsTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.ListOne, "【云帆商城】您好。")
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "part")
		plain := bytes.Repeat(part, rapid.IntRange(0, 200).Draw(t, "times"))
		name := rapid.SampledFrom([]string{"source-1", "source-1.zst"}).Draw(t, "name")
		sealed, err := b.SourceObject(ctx, x, name, iotest.HalfReader(bytes.NewReader(plain)))
		if err != nil {
			t.Fatal(err)
		}
		object, err := io.ReadAll(iotest.OneByteReader(sealed))
		if err := errors.Join(err, sealed.Close()); err != nil {
			t.Fatal(err)
		}
		open := func(r io.Reader) ([]byte, error) {
			plain, err := b.OpenSourceObject(ctx, x, name, r)
			if err != nil {
				return nil, err
			}
			defer plain.Close()
			return io.ReadAll(plain)
		}
		if got, err := open(bytes.NewReader(object)); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes came back of %d: %v", len(got), len(plain), err)
		}
		if _, err := open(bytes.NewReader(object[:rapid.IntRange(0, len(object)-1).Draw(t, "cut")])); !errors.Is(err, crypt.ErrDamaged) {
			t.Fatalf("cut off: %v", err)
		}
		if _, err := open(bytes.NewReader(flipped(object))); !errors.Is(err, crypt.ErrDamaged) {
			t.Fatalf("changed: %v", err)
		}
		gone := errors.New("the storage went away")
		half := io.MultiReader(bytes.NewReader(object[:len(object)/2]), iotest.ErrReader(gone))
		if _, err := open(half); len(object) > 100 && !errors.Is(err, gone) {
			t.Fatalf("a storage that goes away: %v", err)
		}
	})
}
