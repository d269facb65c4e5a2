package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedStrings are the texts that cells point to by number. There may be as many as cells: they go to disk, one after the other, and so does the
// table of where each one ends. What has just been looked up is in memory; spreadsheets number texts in the order of their cells.
type sharedStrings struct {
	texts, ends *scratch
	n           int64
	at          int64 // where the last text ends
}

func readSharedStrings(w *workbook, l Limits) (_ *sharedStrings, err error) {
	s := &sharedStrings{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.texts, err = newScratch(l.TempDir, l.MaxUnpacked, ErrXLSXBomb); err != nil {
		return nil, err
	}
	if s.ends, err = newScratch(l.TempDir, l.MaxUnpacked, ErrXLSXBomb); err != nil {
		return nil, err
	}
	if w.has(w.strings) {
		var text []byte
		err = w.eachElement(w.strings, func(x *xmlReader) (err error) {
			if string(x.name) != "si" {
				return nil
			}
			if text, err = readRichText(x, text[:0], l.MaxLine+1); err == nil {
				err = s.add(text)
			}
			return err
		})
	}
	return s, errors.Join(err, s.texts.flush(), s.ends.flush())
}

func (s *sharedStrings) add(text []byte) error {
	if _, err := s.texts.Write(text); err != nil {
		return err
	}
	s.n++
	s.at += int64(len(text))
	var end [8]byte
	binary.LittleEndian.PutUint64(end[:], uint64(s.at))
	_, err := s.ends.Write(end[:])
	return err
}

// appendTo appends the text with a number as a cell has it.
func (s *sharedStrings) appendTo(out, number []byte) ([]byte, error) {
	i, err := strconv.ParseInt(string(bytes.TrimSpace(number)), 10, 64)
	if err != nil || i < 0 || i >= s.n {
		return nil, fmt.Errorf("a text with the number %.20q, of %d", number, s.n)
	}
	var around [16]byte // the end of the text before it, and its own
	if i == 0 {
		_, err = s.ends.ReadAt(around[8:], 0)
	} else {
		_, err = s.ends.ReadAt(around[:], (i-1)*8)
	}
	if err != nil {
		return nil, err
	}
	from, to := binary.LittleEndian.Uint64(around[:8]), binary.LittleEndian.Uint64(around[8:])
	have := len(out)
	out = append(out, make([]byte, to-from)...)
	_, err = s.texts.ReadAt(out[have:], int64(from))
	return out, err
}

// Close drops the files.
func (s *sharedStrings) Close() error {
	var err error
	for _, f := range []*scratch{s.texts, s.ends} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// readRichText appends the text of the element that was begun last (si or is): its runs, without how they are to be read aloud. At most
// most bytes are kept.
func readRichText(x *xmlReader, out []byte, most int) ([]byte, error) {
	from, inText := len(out), false
	for depth := 1; depth > 0; {
		t, err := x.next()
		if err != nil {
			return nil, err
		}
		switch t {
		case tokenStart:
			depth++
			if string(x.name) == "rPh" {
				depth--
				if err := x.skip(); err != nil {
					return nil, err
				}
				continue
			}
			inText = string(x.name) == "t"
		case tokenEnd:
			depth--
			inText = false
		case tokenText:
			if inText {
				out = append(out, x.text[:min(len(x.text), most-(len(out)-from))]...)
			}
		}
	}
	return unescape(out, from), nil
}

// unescape puts the characters in their place that XML can't hold and spreadsheets write as _x000D_, from a place on.
func unescape(out []byte, from int) []byte {
	text := out[from:]
	if !bytes.Contains(text, []byte("_x")) {
		return out
	}
	clean := make([]byte, 0, len(text))
	for len(text) > 0 {
		unit, ok := escaped(text)
		if !ok {
			clean = append(clean, text[0])
			text = text[1:]
			continue
		}
		text = text[escapeSize:]
		if utf16.IsSurrogate(unit) {
			low, ok := escaped(text)
			if unit = utf16.DecodeRune(unit, low); ok && unit != utf8.RuneError {
				text = text[escapeSize:]
			}
		}
		clean = utf8.AppendRune(clean, unit)
	}
	return append(out[:from], clean...)
}

const escapeSize = len("_x0000_")

func escaped(text []byte) (rune, bool) {
	if len(text) < escapeSize || text[0] != '_' || text[1] != 'x' || text[escapeSize-1] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:escapeSize-1]), 16, 16)
	return rune(n), err == nil
}

// appendText appends the text up to the end of the element that was begun last; at most most bytes are kept.
func appendText(x *xmlReader, out []byte, most int) ([]byte, error) {
	from := len(out)
	for {
		t, err := x.next()
		if err != nil {
			return nil, err
		}
		switch t {
		case tokenStart:
			if err := x.skip(); err != nil {
				return nil, err
			}
		case tokenEnd:
			return out, nil
		case tokenText:
			out = append(out, x.text[:min(len(x.text), most-(len(out)-from))]...)
		}
	}
}
