package batch

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/batch/intake"
	"sealgate/server/platform/crypt"
	"sealgate/server/recipient"
	"sealgate/server/trail"
)

// The error file is a CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, line number, reason in both
// languages, the row as it was. It is sealed like the source, because it holds the same numbers.

func errorContext(batchID string) string { return "sealgate batch error file\x00" + batchID }

func errorKey(batchID string, token int64) string {
	return fmt.Sprintf("%s%d/errors%s", folderOf(batchID), token, packedSuffix)
}

// errorWriter writes the file as rows come. The object is stored by another goroutine that reads from the pipe.
type errorWriter struct {
	csv    *csv.Writer
	pipe   *io.PipeWriter
	stored chan error
	rows   int64
	record []string
}

func (s *Service) newErrorWriter(ctx context.Context, key *crypt.Key, batchID, blobKey string) (*errorWriter, error) {
	pr, pw := io.Pipe()
	sealed, err := sealFile(key, blobKey, errorContext(batchID), pr, packTexts)
	if err != nil {
		return nil, err
	}
	w := &errorWriter{csv: csv.NewWriter(pw), pipe: pw, stored: make(chan error, 1)}
	w.csv.UseCRLF = true
	go func() {
		defer sealed.Close()
		_, err := s.Blobs.Put(ctx, blobKey, sealed)
		pr.CloseWithError(err) // a writer that still writes hears of it
		w.stored <- err
	}()
	if _, err := io.WriteString(pw, "\ufeff"); err != nil {
		return nil, err
	}
	return w, w.csv.Write([]string{"行号 Line", "原因代码 Code", "原因", "Reason", "原始内容 Original row"})
}

func (w *errorWriter) add(line int64, code intake.Code, column string, cells [][]byte) error {
	zh, en := ReasonText(code, column)
	w.record = append(w.record[:0], strconv.FormatInt(line, 10), string(code), zh, en)
	for _, c := range cells {
		w.record = append(w.record, neutral(string(c)))
	}
	w.rows++
	return w.csv.Write(w.record)
}

// neutral keeps a spreadsheet from taking a cell for a formula; Chinese ones take full width signs for theirs, too.
func neutral(cell string) string {
	switch first, _ := utf8.DecodeRuneInString(cell); first {
	case '=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠':
		return "'" + cell
	}
	return cell
}

// close ends the file and waits until it is durable.
func (w *errorWriter) close() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return w.abort(err)
	}
	if err := w.pipe.Close(); err != nil {
		return err
	}
	return <-w.stored
}

// abort ends the writing without a file.
func (w *errorWriter) abort(cause error) error {
	w.pipe.CloseWithError(cause)
	<-w.stored
	return cause
}

// ErrorFile gives the error file for download and logs the look: it holds whole numbers and texts (A22). The caller closes
// it.
func (s *Service) ErrorFile(ctx context.Context, id string) (*Batch, io.ReadCloser, error) {
	b, r, err := s.openErrors(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		return s.record(ctx, b, "batch.errors_download", "", "", "", map[string]any{"rows": b.Bad + b.Duplicates})
	})
	if err != nil {
		_ = r.Close()
		return nil, nil, err
	}
	return b, r, nil
}

func (s *Service) openErrors(ctx context.Context, id string) (*Batch, io.ReadCloser, error) {
	b, err := s.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if b.ErrorKey == "" {
		return nil, nil, ErrNoErrors
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, nil, err
	}
	object, err := s.Blobs.Get(ctx, b.ErrorKey)
	if err != nil {
		return nil, nil, err
	}
	plain, err := openFile(key, b.ErrorKey, errorContext(b.ID), object)
	return b, plain, err
}

// ErrorRow is a row that was left out, for the screen: numbers masked, texts cut.
type ErrorRow struct {
	Line   int64    `json:"line"`
	Code   string   `json:"code"`
	Zh     string   `json:"reason"`
	En     string   `json:"reason_en"`
	Masked []string `json:"row"`
}

// ErrorRows gives the first rows that were left out, masked.
func (s *Service) ErrorRows(ctx context.Context, id string, limit int) ([]ErrorRow, error) {
	_, r, err := s.openErrors(ctx, id)
	if err != nil {
		if errors.Is(err, ErrNoErrors) {
			return nil, nil
		}
		return nil, err
	}
	defer r.Close()
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	if _, err := lines.Read(); err != nil {
		return nil, ErrChunkDamaged.Because(err)
	}
	var out []ErrorRow
	for len(out) < limit {
		rec, err := lines.Read()
		if err == io.EOF {
			break
		}
		if err != nil || len(rec) < 4 {
			return nil, ErrChunkDamaged.Because(fmt.Errorf("error file: %w", err))
		}
		row := ErrorRow{Code: rec[1], Zh: rec[2], En: rec[3], Masked: []string{}}
		if row.Line, err = strconv.ParseInt(rec[0], 10, 64); err != nil {
			return nil, ErrChunkDamaged.Because(err)
		}
		for _, c := range rec[4:] {
			row.Masked = append(row.Masked, maskText(c))
		}
		out = append(out, row)
	}
	return out, nil
}

// maskText hides the middle of every run of seven or more digits, full-width ones too: phone numbers and most other
// numbers of persons. Cells are cut to what a table shows.
func maskText(s string) string {
	r := []rune(s)
	if len(r) > 80 {
		r = append(r[:80], '…')
	}
	digit := func(c rune) bool { return c >= '0' && c <= '9' || c >= '０' && c <= '９' }
	inner := func(c rune) bool { return c == ' ' || c == '-' } // 138 0013 8000 is one number
	for i := 0; i < len(r); i++ {
		if !digit(r[i]) {
			continue
		}
		j, n := i, 0
		for k := i; k < len(r) && (digit(r[k]) || inner(r[k])); k++ {
			if digit(r[k]) {
				n++
				j = k + 1
			}
		}
		if n >= 7 {
			at := 0
			for k := i; k < j; k++ {
				if digit(r[k]) {
					if at >= 3 && at < n-4 || n < 8 && at >= 3 {
						r[k] = '*'
					}
					at++
				}
			}
		}
		i = j
	}
	return string(r)
}

// look logs that a person has seen messages of a batch (A22).
func (s *Service) look(ctx context.Context, b *Batch, what string, detail map[string]any) error {
	if actor.From(ctx).IsSystem() {
		return nil
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.trail.Record(ctx, trail.Entry{Action: what, ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Detail: detail})
	})
}

// maskPhone is how lists show numbers (P02).
func maskPhone(phone string) string { return recipient.Mask(phone) }
