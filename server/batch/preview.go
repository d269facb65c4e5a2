package batch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"sealgate/server/batch/intake"
	"sealgate/server/errs"
	"sealgate/server/recipient"
)

// Preview is what a file would become: which column is used for what, and the first messages as people will get them.
type Preview struct {
	Format    string
	Encoding  string
	Mapping   Mapping
	Unread    []string // sheets of a spreadsheet beside the first: nothing of them is sent
	Variables []string // of the template; each needs a column
	Problem   *Problem // why the file can't be submitted like this; the mapping then is what could be found
	Rows      []PreviewRow
	Sampled   int // rows that were looked at
	Good      int // of these, those that give a message
	// Estimated is how many rows the file has, by the length of the first; 0 where that says nothing (XLSX).
	Estimated int64
}

// PreviewRow is one row of the beginning of a file: the message, or why there is none. Numbers are masked.
type PreviewRow struct {
	Line  int64
	Cells []string
	Phone string
	Text  string
	Parts int
	Code  intake.Code
	Zh    string
	En    string
}

// previewRows is how many rows a preview shows.
const previewRows = 10

// PreviewTransfer shows what the file that is coming in will become: with the columns as guessed, or as the submitter chooses them.
// A spreadsheet must have come in whole; of other files the first piece is enough.
func (s *Service) PreviewTransfer(ctx context.Context, batchID string, choice *Mapping) (*Preview, error) {
	t, b, err := s.transferOf(ctx, batchID)
	if err != nil {
		return nil, err
	}
	body, err := s.openTransfer(ctx, t, b, false)
	if err != nil {
		return nil, err
	}
	all := int64(len(body.pieces)) == t.PieceCount
	if len(body.pieces) == 0 {
		return nil, ErrPieces.Say("请先上传第一个分片", "send the first piece first")
	}
	head, whole, err := readHead(body, t.Size)
	if err != nil && !errors.Is(err, ErrInterrupted) {
		return nil, err
	}
	p, err := s.preview(b, head, whole, all, t.Size, body, choice)
	if fault := errs.As(err); fault != nil && fault.Kind == errs.KindInvalid && !errors.Is(err, ErrPieces) {
		problem := problemOf(fault)
		p.Problem = &problem
		return p, nil
	}
	return p, err
}

// preview gives as much of a preview as there is together with an error about the file.
func (s *Service) preview(b *Batch, head []byte, whole, all bool, size int64, rest io.Reader, choice *Mapping) (*Preview, error) {
	p := &Preview{Rows: []PreviewRow{}, Variables: []string{}, Unread: []string{}, Mapping: Mapping{Columns: []Column{}}}
	form, err := intake.Detect(head, whole)
	if err != nil {
		return p, err
	}
	p.Format, p.Encoding = string(form.Format), string(form.Encoding)
	rows, err := s.firstRows(p, head, form, whole, all, rest)
	if err != nil {
		return p, err
	}
	want, _, _, err := wantOf(b.Mode, b.Text)
	if err != nil {
		return p, err
	}
	if want.Variables != nil {
		p.Variables = want.Variables
	}
	if choice != nil {
		choice.Chosen = true
	}
	if form.Format != intake.XLSX && len(rows) > 1 {
		last := rows[len(rows)-1].Line
		if n := lengthOfLines(head, last); n > 0 {
			p.Estimated = max(size*last/int64(n), last)
		}
	}
	layout, problem := lay(rows, form, want, choice)
	if problem == nil && (whole || form.Format == intake.XLSX) {
		problem = onlyHeader(rows, layout)
	}
	p.Mapping = mappingOf(form, layout, want, choice != nil)
	if layout.Header && p.Estimated > 0 {
		p.Estimated--
	}
	if problem != nil {
		p.showCells(rows, layout)
		return p, problem
	}
	in, err := newRowReader(b.Mode, b.Text, layout, recipient.BuiltIn())
	if err != nil {
		return p, err
	}
	p.show(rows, layout, in)
	return p, nil
}

// firstRows reads the beginning of a file; a spreadsheet is opened whole.
func (s *Service) firstRows(p *Preview, head []byte, form intake.Form, whole, all bool, rest io.Reader) ([]intake.Row, error) {
	if form.Format != intake.XLSX {
		return s.headRows(head, form, whole)
	}
	if !all {
		return nil, ErrPieces.Say("表格文件要等全部分片上传后才能预览", "a spreadsheet can be shown once all of its pieces have arrived")
	}
	r, err := intake.Open(io.MultiReader(bytes.NewReader(head), rest), form, s.Limits.Intake)
	if err != nil {
		return nil, err
	}
	rows, err := intake.Sample(r, sampleRows)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err == nil {
		p.Unread, err = intake.Unread(r)
	}
	return rows, errors.Join(err, r.Close())
}

// show fills in the messages of the first rows.
func (p *Preview) show(rows []intake.Row, layout intake.Layout, in *rowReader) {
	for i := range rows {
		if i == 0 && layout.Header {
			continue
		}
		p.Sampled++
		row := PreviewRow{Line: rows[i].Line, Code: rows[i].Fault, Cells: maskedCells(rows[i].Cells)}
		column := ""
		if row.Code == intake.RowOK {
			var m message
			if m, row.Code, column = in.read(rows[i].Cells); row.Code == intake.RowOK {
				p.Good++
				row.Phone, row.Text, row.Parts = maskPhone(recipient.Format(m.phone)), assembled(in.pieces, m.vars), m.parts
			}
		}
		if row.Code != intake.RowOK {
			row.Zh, row.En = ReasonText(row.Code, column)
		}
		if len(p.Rows) < previewRows {
			p.Rows = append(p.Rows, row)
		}
	}
}

// showCells fills in the first rows as they are, where no message can be made of them yet.
func (p *Preview) showCells(rows []intake.Row, layout intake.Layout) {
	for i := range rows {
		if i == 0 && layout.Header {
			continue
		}
		if p.Sampled++; len(p.Rows) < previewRows {
			p.Rows = append(p.Rows, PreviewRow{Line: rows[i].Line, Cells: maskedCells(rows[i].Cells)})
		}
	}
}

func maskedCells(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = maskText(string(c))
	}
	return out
}

// assembled is the message's text: pieces and variables in turn.
func assembled(pieces []string, vars [][]byte) string {
	var out strings.Builder
	for i, p := range pieces {
		out.WriteString(p)
		if i < len(vars) {
			out.Write(vars[i])
		}
	}
	return out.String()
}

// lengthOfLines is how many bytes the first n lines have.
func lengthOfLines(head []byte, n int64) int {
	at := 0
	for range n {
		i := bytes.IndexByte(head[at:], '\n')
		if i < 0 {
			return len(head)
		}
		at += i + 1
	}
	return at
}
