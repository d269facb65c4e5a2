package httpapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"sealgate/server/httpapi"
)

func TestPlainCell_neutralisesFormulasAndLeavesNumbers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "普通": "普通", "-12.50": "-12.50", "+8613800000000": "+8613800000000", "=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "-2+3": "'-2+3", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
		"\tx": "'\tx", "\rx": "'\rx", "＝1+1": "'＝1+1", "-": "'-", "a=1": "a=1",
	} {
		if got := httpapi.PlainCell(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestCursor_givesBackItsKeysAndNothingElse(t *testing.T) {
	t.Parallel()
	keys, err := httpapi.DecodeCursor(httpapi.EncodeCursor("2026-10", "甲'; DROP TABLE"), 2)
	if err != nil || keys[0] != "2026-10" || keys[1] != "甲'; DROP TABLE" {
		t.Errorf("%v %v", keys, err)
	}
	for _, bad := range []string{"x", "e30", httpapi.EncodeCursor("a"), httpapi.EncodeCursor("a", "b", "c"), "WzEsMl0"} {
		if keys, err := httpapi.DecodeCursor(bad, 2); err == nil {
			t.Errorf("%q gave %v", bad, keys)
		}
	}
}

// What the strict reader lets through means one thing only: encoding/json accepts it, it is UTF-8, holds no NUL, and
// reading it with the first or with the last of equal keys makes no difference.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, `1`, `"a"`, `{"a":1,"a":2}`, `{"a":1,"A":2}`, `{"a":[{"b":null}]}`, `{"a":1}x`, "{\"a\":\"\\u0000\"}", "\"\xff\"", `{"a":{"b":1},"c":{"b":1}}`, `[1,]`, `"\ud83d\ude00 \\ud800"`, `"\ud800"`, `{"a"}`, ``, strings.Repeat("[", 80)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if httpapi.CheckJSON(data) != nil {
			return
		}
		if !json.Valid(data) || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
			t.Fatalf("let through %q", data)
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(again, []byte(`\u0000`)) && !bytes.Contains(again, []byte(`\\u0000`)) {
			t.Fatalf("a NUL came through in %q", data)
		}
		if s, ok := v.(string); ok && strings.ContainsRune(s, utf8.RuneError) && !bytes.ContainsRune(data, utf8.RuneError) && !bytes.Contains(bytes.ToLower(data), []byte(`\ufffd`)) {
			t.Fatalf("a character was replaced in %q", data)
		}
		if a, b := bytes.Count(data, []byte(`:`)), bytes.Count(again, []byte(`:`)); a < b {
			t.Fatalf("%q became %q", data, again)
		}
	})
}
