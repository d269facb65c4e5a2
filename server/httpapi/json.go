package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// malformed is JSON that is refused before its values are looked at (400): where, and which rule it breaks.
type malformed struct{ field, code string }

func (m malformed) Error() string { return "malformed|" + m.field + "|" + m.code }

// strictJSON reads request bodies more strictly than encoding/json, which takes the last of two equal keys, turns broken
// UTF-8 into U+FFFD and lets a struct ignore keys: each of these would let two readers of one request see two requests.
// (Unknown keys are found by huma's schema check.)
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		if _, first := v.(*any); first { // huma decodes twice: into any for its schema check, then into the struct
			if err := checkJSON(data); err != nil {
				return err
			}
			return json.Unmarshal(data, v)
		}
		err := json.Unmarshal(data, v)
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			code := "type"
			if strings.HasPrefix(wrong.Value, "number") {
				code = "number_range"
			}
			return malformed{"body." + wrong.Field, code}
		}
		if err != nil {
			return malformed{"body", "value: " + err.Error()}
		}
		return nil
	},
}

const maxDepth = 64

// checkJSON walks the tokens of data: exactly one value, valid UTF-8, no NUL, no key twice in one object, not too deep.
func checkJSON(data []byte) error {
	if i := invalidUTF8(data); i >= 0 {
		return malformed{"body", fmt.Sprintf("utf8 %d", i+1)}
	}
	if i := loneSurrogate(data); i >= 0 {
		return malformed{"body", fmt.Sprintf("utf8 %d", i+1)}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return malformed{"body", "nul"}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := walkJSON(dec, "body", 0); err != nil {
		var m malformed
		if errors.As(err, &m) {
			return err
		}
		return malformed{"body", fmt.Sprintf("syntax %d", dec.InputOffset()+1)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return malformed{"body", fmt.Sprintf("trailing %d", dec.InputOffset())}
	}
	return nil
}

func walkJSON(dec *json.Decoder, path string, depth int) error {
	if depth > maxDepth {
		return malformed{path, "depth"}
	}
	t, err := dec.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case string:
		if strings.ContainsRune(t, 0) {
			return malformed{path, "nul"}
		}
	case json.Delim:
		switch t {
		case '{':
			var keys []string
			for dec.More() {
				k, err := dec.Token()
				if err != nil {
					return err
				}
				key, _ := k.(string)
				if strings.ContainsRune(key, 0) {
					return malformed{path, "nul"}
				}
				// encoding/json matches keys whatever their case, so Amount and amount are the same key twice.
				if slices.ContainsFunc(keys, func(s string) bool { return strings.EqualFold(s, key) }) {
					return malformed{path + "." + key, "duplicate"}
				}
				if len(keys) >= 10_000 {
					return malformed{path, "depth"}
				}
				keys = append(keys, key)
				if err := walkJSON(dec, path+"."+key, depth+1); err != nil {
					return err
				}
			}
		case '[':
			for i := 0; dec.More(); i++ {
				if err := walkJSON(dec, fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
					return err
				}
			}
		}
		_, err = dec.Token() // the closing bracket
		return err
	}
	return nil
}

// loneSurrogate finds half of a UTF-16 pair written as an escape, which encoding/json turns into U+FFFD without a word.
func loneSurrogate(b []byte) int {
	unit := func(i int) (uint64, bool) {
		if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16)
		return n, err == nil
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		n, ok := unit(i)
		switch {
		case !ok || n < 0xD800 || n > 0xDFFF:
			i++ // past what is escaped, which may be a backslash
		case n > 0xDBFF:
			return i
		default:
			if low, ok := unit(i + 6); !ok || low < 0xDC00 || low > 0xDFFF {
				return i
			}
			i += 11
		}
	}
	return -1
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
