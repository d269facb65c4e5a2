package intake

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonReader reads one JSON object a line. The keys of the first one are the columns: Read gives them as a header row
// first, then each object's values in their order. Other keys of later objects are faults, so that nothing is left out
// in silence.
type jsonReader struct {
	framer  *framer
	columns [][]byte
	index   map[string]int
	pending *Row // first data row, after the header was given
	cells   [][]byte
}

func newJSONReader(f *framer) *jsonReader { return &jsonReader{framer: f} }

func (j *jsonReader) Encoding() Encoding { return j.framer.Encoding() }
func (j *jsonReader) Close() error       { return nil }

func (j *jsonReader) Read(row *Row) error {
	if j.pending != nil {
		*row = *j.pending
		j.pending = nil
		return nil
	}
	if err := j.framer.Read(row); err != nil || row.Fault != RowOK {
		return err
	}
	line := row.Cells[0]
	if j.index == nil {
		keys, values, ok := object(line)
		if !ok {
			return ErrHead.Sayf("第 %d 行不是 JSON 对象，请每行写一个对象，例如 {\"phone\":\"13800138000\",\"text\":\"…\"}",
				"line %d is no JSON object; write one object a line, such as {\"phone\":\"13800138000\",\"text\":\"…\"}", row.Line).With("line", row.Line)
		}
		j.index = map[string]int{}
		for i, k := range keys {
			j.columns = append(j.columns, []byte(k))
			j.index[k] = i
		}
		j.pending = &Row{Line: row.Line, Cells: values}
		row.Cells = j.columns
		return nil
	}
	keys, values, ok := object(line)
	if !ok {
		row.Fault = RowJSON
		row.Cells = [][]byte{line}
		return nil
	}
	if cap(j.cells) < len(j.columns) {
		j.cells = make([][]byte, len(j.columns))
	}
	j.cells = j.cells[:len(j.columns)]
	clear(j.cells)
	for i, k := range keys {
		at, known := j.index[k]
		if !known {
			row.Fault = RowJSON
			row.Cells = [][]byte{line}
			return nil
		}
		j.cells[at] = values[i]
	}
	row.Cells = j.cells
	return nil
}

// object reads a flat JSON object: strings, numbers as they are written, true, false, null (empty). Anything nested, a key
// that stands twice, or something after the object make it none.
func object(line []byte) (keys []string, values [][]byte, ok bool) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, false
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, nil, false
		}
		key, isString := k.(string)
		if !isString || len(keys) >= 200 {
			return nil, nil, false
		}
		for _, have := range keys {
			if have == key {
				return nil, nil, false
			}
		}
		v, err := d.Token()
		if err != nil {
			return nil, nil, false
		}
		var cell []byte
		switch v := v.(type) {
		case string:
			cell = []byte(v)
		case json.Number:
			cell = []byte(v.String())
		case bool:
			cell = []byte("false")
			if v {
				cell = []byte("true")
			}
		case nil:
		default:
			return nil, nil, false
		}
		keys = append(keys, key)
		values = append(values, cell)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, nil, false
	}
	return keys, values, len(keys) > 0
}
