package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"sealgate/server/recipient"
)

// Numbers reads a list of phone numbers out of a file of any form that batches may have, too: a column of numbers, and whatever
// stands in the column behind it.
type Numbers struct {
	source io.Reader
	sum    hash.Hash
	rows   Reader
	sample []Row
	layout Layout
	row    Row
}

// numberSample is how many rows the layout of a list is guessed from.
const numberSample = 200

// OpenNumbers begins to read a list. The caller closes it.
func OpenNumbers(r io.Reader, l Limits) (*Numbers, error) {
	n := &Numbers{sum: sha256.New()}
	n.source = io.TeeReader(r, n.sum)
	head := make([]byte, HeadSize)
	k, err := io.ReadFull(n.source, head)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return nil, err
	}
	form, err := Detect(head[:k], whole)
	if err != nil {
		return nil, err
	}
	if n.rows, err = Open(io.MultiReader(bytes.NewReader(head[:k]), n.source), form, l); err != nil {
		return nil, err
	}
	if n.sample, err = Sample(n.rows, numberSample); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, n.rows.Close())
	}
	if n.layout, err = Lay(n.sample, form, Want{}); err != nil {
		return nil, errors.Join(err, n.rows.Close())
	}
	if n.layout.Header {
		n.sample = n.sample[1:]
	}
	return n, nil
}

// Close lets go of the file.
func (n *Numbers) Close() error { return n.rows.Close() }

// Sum is the SHA-256 of the whole file in hex; what has not been read yet is.
func (n *Numbers) Sum() (string, error) {
	_, err := io.Copy(io.Discard, n.source)
	return hex.EncodeToString(n.sum.Sum(nil)), err
}

// Next gives the next row; io.EOF ends them.
func (n *Numbers) Next() (recipient.NumberRow, error) {
	row := &n.row
	if len(n.sample) > 0 {
		row, n.sample = &n.sample[0], n.sample[1:]
	} else if err := n.rows.Read(row); err != nil {
		return recipient.NumberRow{}, err
	} else if n.layout.Loose && row.Fault == RowOK {
		row.Cells = SplitLoose(row.Cells[0], false)
	}
	out := recipient.NumberRow{Line: row.Line}
	if row.Fault != RowOK {
		out.Fault = recipient.Unreadable
		return out, nil
	}
	cell := func(i int) []byte {
		if i < len(row.Cells) {
			return bytes.TrimSpace(row.Cells[i])
		}
		return nil
	}
	out.Phone, out.Fault = recipient.ParseNumber(cell(n.layout.Phone))
	out.Rest = string(cell(n.layout.Phone + 1))
	return out, nil
}
