package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"path"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/batch/intake"
	"sealgate/server/errs"
	"sealgate/server/platform/failpoint"
)

// sampleRows is how many rows the layout of a file is guessed from.
const sampleRows = 200

func folderOf(batchID string) string { return "batches/" + batchID + "/" }

// sourceKey is where the file of a batch lies that came in under a token. A spreadsheet is compressed already.
func sourceKey(b *Batch, token int64) string {
	key := fmt.Sprintf("%ssource-%d", folderOf(b.ID), token)
	if b.Format == string(intake.XLSX) {
		return key
	}
	return key + packedSuffix
}

func sourceContext(batchID string) string { return "sealgate batch source\x00" + batchID }

// incoming is a file on its way in.
type incoming struct {
	name   string
	size   int64  // what the sender announced, -1 if nothing
	sha256 string // likewise, "" if nothing
	choice *Mapping
	body   io.Reader
}

// Upload takes in the file of a batch as it comes. What its beginning already shows to be wrong (no table, a column of the
// template that is missing) is refused before anything changes; then the bytes are stored sealed, once, and workers read
// them from there. size is what the sender announced, -1 if nothing.
func (s *Service) Upload(ctx context.Context, id, name string, size int64, body io.Reader) (*Batch, error) {
	return s.receive(ctx, id, incoming{name: name, size: size, body: body})
}

func (s *Service) receive(ctx context.Context, id string, in incoming) (*Batch, error) {
	b, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := mayUpload(b); err != nil {
		return nil, err
	}
	if in.size > s.Limits.MaxFile {
		return nil, s.tooLarge()
	}
	head, whole, err := readHead(in.body, in.size)
	if err != nil {
		return nil, err
	}
	form, err := s.preflight(b, head, whole, in.choice)
	if err != nil {
		return nil, err
	}
	token, err := s.beginUpload(ctx, b.ID, in, form)
	if err != nil {
		return nil, err
	}
	failpoint.Hit("batch.upload.begun")
	b.Format = string(form.Format)
	meter := &meter{r: io.MultiReader(bytes.NewReader(head), in.body), most: s.Limits.MaxFile, sum: sha256.New()}
	err = s.storeSource(ctx, b, token, meter)
	sum := hex.EncodeToString(meter.sum.Sum(nil))
	switch {
	case err != nil:
	case in.size >= 0 && meter.n.Load() != in.size:
		err = ErrInterrupted
	case in.sha256 != "" && in.sha256 != sum:
		err = ErrHash
	}
	failpoint.Hit("batch.upload.stored")
	// What follows must happen even if the sender has hung up.
	after := context.WithoutCancel(ctx)
	if err != nil {
		told, err := s.breakOff(after, b, token, err)
		if err != nil {
			return nil, err
		}
		return nil, told
	}
	if err := s.endUpload(after, b, token, meter.n.Load(), sum); err != nil {
		if errors.Is(err, ErrState) { // cancelled, or given up for dead, while the last bytes came in
			_ = s.Blobs.Delete(after, sourceKey(b, token))
		}
		return nil, err
	}
	failpoint.Hit("batch.upload.done")
	return s.Get(after, b.ID)
}

// readHead takes the beginning of a file off the stream; whole tells that it is all of it.
func readHead(body io.Reader, size int64) (head []byte, whole bool, err error) {
	head = make([]byte, intake.HeadSize)
	n, err := io.ReadFull(body, head)
	whole = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && (size < 0 || int64(n) == size)
	if err != nil && !whole {
		return nil, false, ErrInterrupted.Because(err)
	}
	return head[:n], whole, nil
}

// storeSource stores the bytes of a file sealed, as they come, and keeps the lease of the upload meanwhile.
func (s *Service) storeSource(ctx context.Context, b *Batch, token int64, meter *meter) error {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return err
	}
	sealed, err := sealFile(key, sourceKey(b, token), sourceContext(b.ID), meter, packersOf(b.Mode))
	if err != nil {
		return err
	}
	defer sealed.Close()
	work, stop := s.keep(ctx, func(ctx context.Context, until int64) (ok bool, err error) {
		err = s.db.Run(ctx, func(ctx context.Context) error {
			ok, err = s.store.renew(ctx, b.ID, token, until, map[string]any{"received_bytes": meter.n.Load()})
			return err
		})
		return ok, err
	})
	defer stop()
	_, err = s.Blobs.Put(work, sourceKey(b, token), sealed)
	return err
}

// endUpload hands a stored file to the workers.
func (s *Service) endUpload(ctx context.Context, received *Batch, token, size int64, sum string) error {
	return s.change(ctx, received.ID, func(ctx context.Context, b *Batch) error {
		if b.LeaseToken != token || b.State != Receiving {
			return ErrState
		}
		b.Stage, b.SourceKey, b.FileSize, b.ReceivedBytes, b.FileSHA256 = Stored, sourceKey(received, token), size, size, sum
		b.ReceivedAt, b.UpdatedAt, b.LeaseUntil, b.Tries = s.clock.Instant(), s.clock.Instant(), 0, 0
		ok, err := s.store.update(ctx, b, Receiving, "Stage", "SourceKey", "FileSize", "ReceivedBytes", "FileSHA256", "ReceivedAt", "LeaseUntil", "Tries")
		if err == nil && !ok {
			err = ErrState
		}
		s.wakeWorkers(ctx)
		return errors.Join(err, s.record(ctx, b, "batch.received", "", "", "", map[string]any{"sha256": b.FileSHA256, "bytes": b.FileSize}))
	})
}

func mayUpload(b *Batch) error {
	switch {
	case b.State == Receiving && b.Stage == Uploading:
		return ErrBusy
	case b.State == Draft, b.State == Failed && !retryable(b):
		return nil
	}
	return ErrState.With("from", string(b.State))
}

func (s *Service) tooLarge() *errs.Error {
	return ErrTooLarge.Sayf("文件超过 %d MB，请拆分后分批上传", "the file is larger than %d MB; split it into several batches", s.Limits.MaxFile>>20).With("limit_bytes", s.Limits.MaxFile)
}

// preflight looks at the beginning of a file the way the worker will, so that the submitter hears at once what is wrong.
// A spreadsheet can only be opened whole: its columns are looked at by the worker.
func (s *Service) preflight(b *Batch, head []byte, whole bool, choice *Mapping) (intake.Form, error) {
	form, err := intake.Detect(head, whole)
	if err != nil || form.Format == intake.XLSX {
		return form, err
	}
	rows, err := s.headRows(head, form, whole)
	if err != nil {
		return form, err
	}
	want, _, _, err := wantOf(b.Mode, b.Text)
	if err != nil {
		return form, err
	}
	layout, err := lay(rows, form, want, choice)
	if err == nil && whole {
		err = onlyHeader(rows, layout)
	}
	return form, err
}

// headRows are the first rows of a file of which only the beginning is there.
func (s *Service) headRows(head []byte, form intake.Form, whole bool) ([]intake.Row, error) {
	r, err := intake.Open(bytes.NewReader(head), form, s.Limits.Intake)
	if err != nil {
		return nil, err
	}
	rows, err := intake.Sample(r, sampleRows)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !whole && len(rows) > 1 && len(rows) < sampleRows {
		rows = rows[:len(rows)-1] // cut in the middle
	}
	return rows, nil
}

// lay is the layout that the submitter chose, else the one that the rows suggest.
func lay(rows []intake.Row, form intake.Form, want intake.Want, choice *Mapping) (intake.Layout, error) {
	if choice == nil || !choice.Chosen {
		return intake.Lay(rows, form, want)
	}
	c := intake.Choice{Header: choice.Header}
	for _, column := range choice.Columns {
		c.Columns = append(c.Columns, intake.ColumnUse{As: column.Use, Variable: column.Variable})
	}
	return intake.LayAs(rows, form, want, c)
}

// onlyHeader refuses a file whose rows are all there and say nothing but the names of columns.
func onlyHeader(rows []intake.Row, layout intake.Layout) error {
	if layout.Header && len(rows) == 1 {
		return ErrOnlyHeader
	}
	return nil
}

// cleanName keeps the file's name for people: no folders, no control characters, bounded.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if badControl(r) || r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, name)
	for utf8.RuneCountInString(name) > 120 {
		_, w := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-w]
	}
	if name == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

func (s *Service) beginUpload(ctx context.Context, id string, in incoming, form intake.Form) (token int64, err error) {
	name, mapping := cleanName(in.name), Mapping{}
	if in.choice != nil {
		mapping = *in.choice
	}
	err = s.change(ctx, id, func(ctx context.Context, b *Batch) error {
		if err := mayUpload(b); err != nil {
			return err
		}
		b.Stage, b.Problem = Uploading, Problem{}
		b.EditorID, b.FileName, b.FileSize = actor.From(ctx).UserID, name, max(in.size, 0)
		b.Format, b.Encoding, b.Mapping = string(form.Format), string(form.Encoding), mapping
		b.ReceivedBytes, b.ReadBytes, b.Rows, b.Good, b.Bad, b.Duplicates, b.ErrorKey = 0, 0, 0, 0, 0, 0, ""
		b.LeaseToken++
		b.LeaseUntil = s.clock.Real().Add(lease).UnixMilli()
		token = b.LeaseToken
		return s.move(ctx, b, Receiving, "", map[string]any{"file": name}, "Stage", "Problem", "EditorID", "FileName", "FileSize", "Format", "Encoding", "Mapping",
			"ReceivedBytes", "ReadBytes", "Rows", "Good", "Bad", "Duplicates", "ErrorKey", "LeaseToken", "LeaseUntil")
	})
	return token, err
}

// breakOff puts a batch whose upload failed back to where a file can be uploaded again, and gives what the submitter is
// told. What was stored of the file is deleted once that is decided: whoever took the upload for dead may have looked just before
// it came to its end.
func (s *Service) breakOff(ctx context.Context, broken *Batch, token int64, cause error) (told *errs.Error, err error) {
	told = errs.As(cause)
	switch {
	case errors.Is(cause, errOverLimit):
		told = s.tooLarge()
	case told == nil:
		told = ErrInterrupted.Because(cause)
	}
	key, stored := sourceKey(broken, token), false
	err = s.change(ctx, broken.ID, func(ctx context.Context, b *Batch) error {
		stored = b.SourceKey == key
		if stored || b.State != Receiving || b.LeaseToken != token {
			return nil // it came to its end, was cancelled meanwhile, or somebody else's upload is on now
		}
		b.Stage, b.LeaseUntil = "", 0
		b.Problem = problemOf(told)
		return s.move(ctx, b, Draft, told.Code, nil, "Stage", "LeaseUntil", "Problem")
	})
	if err != nil || stored {
		return told, err
	}
	failpoint.Hit("batch.upload.broken_off")
	if err := s.Blobs.Delete(ctx, key); err != nil {
		slog.WarnContext(ctx, "what is left of a broken upload waits for the collection of garbage", "batch", broken.Number, "error", err)
	}
	return told, nil
}

// clearNext puts a batch back whose upload died with its server.
func (s *Service) clearNext(ctx context.Context, batchID string) (bool, error) {
	b, err := s.store.expired(ctx, batchID, Receiving, Uploading, s.clock.Real().UnixMilli())
	if err != nil || b == nil {
		return false, err
	}
	_, err = s.breakOff(ctx, b, b.LeaseToken, ErrInterrupted)
	return err == nil, err
}

var errOverLimit = errors.New("over the limit")

// meter counts and hashes what passes and stops at the limit.
type meter struct {
	r    io.Reader
	most int64
	n    atomic.Int64
	sum  hash.Hash
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if total := m.n.Add(int64(n)); total > m.most {
		return 0, errOverLimit
	}
	_, _ = m.sum.Write(p[:n])
	return n, err
}
