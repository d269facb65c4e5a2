package screening_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/screening"
)

func TestAppendJSON_writesWhatEncodingJSONWrites(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "\u2028\u2029<>&", "\x00\x1f\"\\\n\r\t\b\f\x7f", "汉字😀\xff"}))
	rapid.Check(t, func(t *rapid.T) {
		r := screening.Result{
			ID: text.Draw(t, "id"), Verdict: screening.Hold, ContentVerdict: screening.Pass, Score: rapid.Int().Draw(t, "score"), RuleSet: "v", Hits: []screening.Hit{},
			Facts: screening.Facts{
				Segments: 2, URLs: rapid.SliceOfN(text, 0, 3).Draw(t, "urls"), Phones: rapid.SliceOfN(text, 0, 2).Draw(t, "phones"), Signature: text.Draw(t, "signature"),
				OptOut: rapid.Bool().Draw(t, "optout"), Obfuscated: rapid.Bool().Draw(t, "obfuscated"),
			},
		}
		for range rapid.IntRange(0, 3).Draw(t, "hits") {
			r.Hits = append(r.Hits, screening.Hit{
				Rule: "r", Class: "c", Action: "a", ReasonCode: "X.Y", Term: text.Draw(t, "term"), View: "plain", Start: 1, End: -2, Text: text.Draw(t, "text"),
				Shadow: rapid.Bool().Draw(t, "shadow"), Title: text.Draw(t, "title"),
			})
		}
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(&r); err != nil {
			t.Fatal(err)
		}
		if got := string(r.AppendJSON(nil)) + "\n"; got != want.String() {
			t.Fatalf("got  %s\nwant %s", got, want.String())
		}
	})
}
