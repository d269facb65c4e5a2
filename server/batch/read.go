package batch

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"sealgate/server/batch/intake"
	"sealgate/server/errs"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
	"sealgate/server/recipient"
)

// readNext reads the rows of a stored file into chunks. A worker that dies leaves chunks under its token; whoever takes
// over begins at the file's first byte under a new one, and what the dead one wrote is cleared away.
func (s *Service) readNext(ctx context.Context, batchID string) (bool, error) {
	now := s.clock.Real()
	b, err := s.store.expired(ctx, batchID, Receiving, Stored, now.UnixMilli())
	if err != nil || b == nil {
		return false, err
	}
	if b.Tries >= maxTries {
		return true, s.failRead(ctx, b, ErrReadFailed)
	}
	if taken, err := s.claimRead(ctx, b, now); err != nil || !taken {
		return err == nil, err // somebody was faster
	}
	if err := s.openText(ctx, b); err != nil {
		return true, s.giveBack(ctx, b, err)
	}
	var read atomic.Int64
	work, stop := s.keep(ctx, func(ctx context.Context, until int64) (ok bool, err error) {
		err = s.db.Run(ctx, func(ctx context.Context) error {
			ok, err = s.store.renew(ctx, b.ID, b.LeaseToken, until, map[string]any{"read_bytes": read.Load()})
			return err
		})
		return ok, err
	})
	if err = s.read(work, b, &read); err == nil {
		err = s.finishRead(work, b)
	}
	if cause := context.Cause(work); err != nil && cause != nil {
		err = cause
	}
	stop()
	fault := errs.As(err)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, errFenced):
		return true, nil // another worker has it
	case fault != nil && (fault.Kind == errs.KindInvalid || fault.Kind == errs.KindTooLarge):
		return true, s.failRead(ctx, b, fault) // the file is to blame: trying again would not help
	case b.Tries >= maxTries && (errors.Is(err, crypt.ErrDamaged) || errors.Is(err, blob.ErrNotFound)):
		return true, s.failRead(ctx, b, ErrSourceLost)
	}
	return true, s.giveBack(ctx, b, err)
}

// claimRead takes the lease of a stored file and clears away what its last reader wrote.
func (s *Service) claimRead(ctx context.Context, b *Batch, now time.Time) (taken bool, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) (err error) {
		if taken, err = s.store.claim(ctx, b, now.UnixMilli(), now.Add(lease).UnixMilli()); err != nil || !taken {
			return err
		}
		return s.store.dropChunks(ctx, b.ID)
	})
	return taken, err
}

// giveBack lets another try follow: at once where this server is only stopping, else a little later.
func (s *Service) giveBack(ctx context.Context, b *Batch, cause error) error {
	stopping := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	until, tries := s.clock.Real().Add(retryAfter(b.Tries)).UnixMilli(), b.Tries
	if stopping {
		until, tries = 0, b.Tries-1
	} else {
		slog.ErrorContext(ctx, "read a batch's file", "batch", b.Number, "try", b.Tries, "error", cause)
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		_, err := s.store.renew(ctx, b.ID, b.LeaseToken, until, map[string]any{"tries": tries})
		return err
	})
}

// failRead stops a batch because of its file; the submitter reads why and uploads another.
func (s *Service) failRead(ctx context.Context, old *Batch, fault *errs.Error) error {
	ctx = context.WithoutCancel(ctx)
	return s.change(ctx, old.ID, func(ctx context.Context, b *Batch) error {
		if b.State != Receiving || b.LeaseToken != old.LeaseToken {
			return nil
		}
		if err := s.store.dropChunks(ctx, b.ID); err != nil {
			return err
		}
		b.Problem, b.LeaseUntil = problemOf(fault), 0
		b.LeaseToken++ // a reader that only slept is fenced off, also when the file is tried again
		b.Rows, b.Good, b.Bad, b.Duplicates, b.ErrorKey, b.Mapping = old.Rows, old.Good, old.Bad, old.Duplicates, old.ErrorKey, old.Mapping
		return s.move(ctx, b, Failed, fault.Code, nil, "Problem", "LeaseUntil", "LeaseToken", "Rows", "Good", "Bad", "Duplicates", "ErrorKey", "Mapping")
	})
}

// clear removes what dead attempts have left beside the objects that the rows name; a failure costs only space.
func (s *Service) clear(ctx context.Context, b *Batch, chunks []Chunk) {
	objects, err := s.Blobs.List(ctx, folderOf(b.ID))
	if err != nil {
		return
	}
	named := map[string]bool{b.SourceKey: true, b.ErrorKey: true}
	for i := range chunks {
		named[chunks[i].Key], named[chunks[i].VerdictKey] = true, true
	}
	for _, o := range objects {
		if !named[o.Key] {
			_ = s.Blobs.Delete(ctx, o.Key)
		}
	}
}

// storeTask is a full chunk on its way to storage.
type storeTask struct {
	seq  int64
	cols *messageColumns
}

// openSource gives the file that a batch came in, as it came.
func (s *Service) openSource(ctx context.Context, key *crypt.Key, b *Batch) (io.ReadCloser, error) {
	object, err := s.Blobs.Get(ctx, b.SourceKey)
	if err != nil {
		return nil, err
	}
	return openFile(key, b.SourceKey, sourceContext(b.ID), object)
}

func (s *Service) read(ctx context.Context, b *Batch, progress *atomic.Int64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return err
	}
	plain, err := s.openSource(ctx, key, b)
	if err != nil {
		return err
	}
	defer plain.Close()
	source := &counting{r: plain, n: progress}
	head := make([]byte, intake.HeadSize)
	n, err := io.ReadFull(source, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	form, err := intake.Detect(head[:n], err != nil)
	if err != nil {
		return err
	}
	rows, err := intake.Open(io.MultiReader(bytes.NewReader(head[:n]), source), form, s.Limits.Intake)
	if err != nil {
		return err
	}
	defer rows.Close()
	sample, err := intake.Sample(rows, sampleRows)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	want, _, _, err := wantOf(b.Mode, b.Text)
	if err != nil {
		return err
	}
	layout, err := lay(sample, form, want, &b.Mapping)
	if err != nil {
		return err
	}
	b.Format = string(form.Format)
	b.Mapping = mappingOf(form, layout, want, b.Mapping.Chosen)
	directory, err := s.Recipients.Directory(ctx)
	if err != nil {
		return err
	}
	b.DirectoryVersion = directory.Version
	in, err := newRowReader(b.Mode, b.Text, layout, directory)
	if err != nil {
		return err
	}
	w, err := s.newErrorWriter(ctx, key, b.ID, errorKey(b.ID, b.LeaseToken))
	if err != nil {
		return err
	}
	phones, err := s.readRows(ctx, b, key, rows, sample, form, in, w)
	if err != nil {
		return w.abort(err)
	}
	if err := w.close(); err != nil {
		return err
	}
	failpoint.Hit("batch.read.errors_stored")
	b.ErrorKey = ""
	if w.rows > 0 {
		b.ErrorKey = errorKey(b.ID, b.LeaseToken)
	}
	b.Encoding = string(rows.Encoding())
	if b.Rows == 0 {
		return ErrOnlyHeader
	}
	if b.Good == 0 {
		return ErrNoGoodRows.Sayf("文件的 %d 行都不能发送（格式有误 %d，重复 %d），请查看剔除明细", "none of the file's %d rows can be sent (%d faulty, %d repeated); see the rows left out", b.Rows, b.Bad, b.Duplicates)
	}
	b.Recipients, b.LongestRun, b.InRuns = runs(phones)
	return nil
}

func mappingOf(f intake.Form, l intake.Layout, w intake.Want, chosen bool) Mapping {
	m := Mapping{Header: l.Header, Columns: []Column{}, Chosen: chosen}
	if f.Delimiter != 0 {
		m.Delimiter = string(rune(f.Delimiter))
	}
	for i, name := range l.Names {
		c := Column{Name: name, Use: l.Use(i)}
		if k := slices.Index(l.Variables, i); k >= 0 {
			c.Variable = w.Variables[k]
		}
		if !l.Header {
			c.Name = fmt.Sprintf("第 %d 列", i+1)
		}
		m.Columns = append(m.Columns, c)
	}
	return m
}

// readRows goes through the file once. Full chunks are sealed and stored by a second goroutine while the next one fills.
func (s *Service) readRows(ctx context.Context, b *Batch, key *crypt.Key, rows intake.Reader, sample []intake.Row, form intake.Form, in *rowReader, w *errorWriter) (phones []uint64, err error) {
	tasks := make(chan storeTask, 1)
	stored := make(chan error, 1)
	storing, stopStoring := context.WithCancel(ctx)
	defer stopStoring()
	go func() {
		var err error
		for t := range tasks {
			if err == nil {
				if err = s.storeChunk(storing, b, key, in.directory, t); err != nil {
					stopStoring()
				}
			}
		}
		stored <- err
	}()
	b.Rows, b.Good, b.Bad, b.Duplicates, b.Parts, b.ChunkCount = 0, 0, 0, 0, 0, 0
	repeats := newSeen()
	cols := newMessageColumns(1, in.pieces)
	flush := func() error {
		b.ChunkCount++
		b.Parts += cols.sumParts
		select {
		case tasks <- storeTask{b.ChunkCount, cols}:
		case <-storing.Done():
			return storing.Err()
		}
		cols = cols.next(b.Good + 1)
		return nil
	}
	var row intake.Row
	take := func(row *intake.Row, split bool) error {
		if b.Rows++; b.Rows > s.Limits.MaxRows {
			return ErrTooManyRows.Sayf("文件超过 %d 行，请拆分后分批上传", "the file has more than %d rows; split it into several batches", s.Limits.MaxRows).With("line", row.Line)
		}
		if b.Rows%1024 == 0 {
			if err := storing.Err(); err != nil {
				return err
			}
		}
		if row.Fault != intake.RowOK {
			b.Bad++
			return w.add(row.Line, row.Fault, "", row.Cells)
		}
		cells := row.Cells
		if split {
			cells = intake.SplitLoose(cells[0], in.mode == TextPerRow)
		}
		m, fault, column := in.read(cells)
		if fault != intake.RowOK {
			b.Bad++
			return w.add(row.Line, fault, column, cells)
		}
		if repeats.add(m.phone, in.pieces, m.vars) {
			b.Duplicates++
			return w.add(row.Line, rowDuplicate, "", cells)
		}
		b.Good++
		phones = append(phones, m.phone)
		cols.add(row.Line, m.phone, carrierCode(in.directory.CarrierOf(m.phone)), m.parts, m.vars)
		if cols.n == ChunkSize {
			return flush()
		}
		return nil
	}
	err = func() error {
		for i := range sample {
			if i == 0 && in.layout.Header {
				continue
			}
			if err := take(&sample[i], false); err != nil { // Lay has split these
				return err
			}
		}
		for {
			err := rows.Read(&row)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			if err := take(&row, in.layout.Loose); err != nil {
				return err
			}
		}
		if cols.n > 0 {
			return flush()
		}
		return nil
	}()
	close(tasks)
	return phones, errors.Join(<-stored, err)
}

// storeChunk makes a chunk durable: first the object, then its row, which only the holder of the lease can add.
func (s *Service) storeChunk(ctx context.Context, b *Batch, key *crypt.Key, directory *recipient.Directory, t storeTask) error {
	if directory.Ported {
		if err := s.port(ctx, t.cols); err != nil {
			return err
		}
	}
	object, err := sealObject(key, b.ID, t.seq, kindMessages, t.cols.encode())
	if err != nil {
		return err
	}
	c := &Chunk{
		BatchID: b.ID, Seq: t.seq, FirstSeq: t.cols.firstSeq, Count: int64(t.cols.n), Key: fmt.Sprintf("%s%d/%06d.msg", folderOf(b.ID), b.LeaseToken, t.seq),
		Parts: t.cols.sumParts, State: ChunkPending,
	}
	info, err := s.Blobs.Put(ctx, c.Key, bytes.NewReader(object))
	if err != nil {
		return err
	}
	c.SHA256 = info.SHA256
	failpoint.Hit("batch.read.chunk_stored")
	return s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.held(ctx, b.ID, b.LeaseToken, Receiving)
		if err != nil {
			return err
		}
		if !ok {
			return errFenced
		}
		return s.store.insertChunk(ctx, c)
	})
}

// port gives numbers that were carried to another carrier the carrier that they have now.
func (s *Service) port(ctx context.Context, cols *messageColumns) error {
	h, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return err
	}
	hashes := make([]string, len(cols.phones))
	for i, p := range cols.phones {
		hashes[i] = h.Hash(recipient.Format(p))
	}
	ported, err := s.Recipients.Ported(ctx, hashes)
	if err != nil || len(ported) == 0 {
		return err
	}
	for i, hash := range hashes {
		if carrier, ok := ported[hash]; ok {
			cols.carriers[i] = carrierCode(carrier)
		}
	}
	return nil
}

// finishRead hands the batch to the screeners, pinned to the rule set that is published now.
func (s *Service) finishRead(ctx context.Context, read *Batch) error {
	rules, err := s.Rules.Current(ctx)
	if err != nil {
		return err
	}
	failpoint.Hit("batch.read.before_finish")
	err = s.change(ctx, read.ID, func(ctx context.Context, b *Batch) error {
		if b.LeaseToken != read.LeaseToken || b.State != Receiving {
			return errFenced
		}
		b.Format, b.Encoding, b.Mapping, b.ErrorKey, b.RuleSetVersion = read.Format, read.Encoding, read.Mapping, read.ErrorKey, rules.Version
		b.DirectoryVersion = read.DirectoryVersion
		b.Rows, b.Good, b.Bad, b.Duplicates, b.Parts, b.ChunkCount = read.Rows, read.Good, read.Bad, read.Duplicates, read.Parts, read.ChunkCount
		b.Recipients, b.LongestRun, b.InRuns = read.Recipients, read.LongestRun, read.InRuns
		b.ReadBytes, b.LeaseUntil, b.Tries = b.FileSize, 0, 0
		return s.move(ctx, b, Screening, "", map[string]any{
			"rows": b.Rows, "good": b.Good, "bad": b.Bad, "repeated": b.Duplicates, "rule_set": b.RuleSetVersion, "carriers": b.DirectoryVersion,
		}, "DirectoryVersion", "Format", "Encoding", "Mapping", "ErrorKey", "RuleSetVersion", "Rows", "Good", "Bad", "Duplicates", "Parts", "ChunkCount",
			"Recipients", "LongestRun", "InRuns", "ReadBytes", "LeaseUntil", "Tries")
	})
	failpoint.Hit("batch.read.finished")
	return err
}

// counting tells how far the reading is.
type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// readObject gives a stored object whose hash must be the one that its row names: what was approved is what is read.
func (s *Service) readObject(ctx context.Context, blobKey, sha string) ([]byte, error) {
	object, err := s.Blobs.Read(ctx, blobKey)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, ErrChunkDamaged.Because(err)
	}
	if err != nil {
		return nil, err
	}
	if sum := sha256Of(object); hex.EncodeToString(sum[:]) != sha {
		return nil, ErrChunkDamaged.Because(fmt.Errorf("object %s has another hash than its row", blobKey))
	}
	return object, nil
}
