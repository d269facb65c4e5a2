package screening

import (
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the result as encoding/json would write it (without HTML escapes),
// without its cost: a run of the command line writes millions.
func (r *Result) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, r.ID)
	b = append(b, `,"verdict":`...)
	b = appendString(b, string(r.Verdict))
	b = append(b, `,"content_verdict":`...)
	b = appendString(b, string(r.ContentVerdict))
	b = append(b, `,"score":`...)
	b = strconv.AppendInt(b, int64(r.Score), 10)
	b = append(b, `,"rule_set":`...)
	b = appendString(b, r.RuleSet)
	b = append(b, `,"hits":[`...)
	for i := range r.Hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.Hits[i].appendJSON(b)
	}
	b = append(b, `],"facts":{"segments":`...)
	f := &r.Facts
	b = strconv.AppendInt(b, int64(f.Segments), 10)
	b = appendList(b, `,"urls":[`, f.URLs)
	b = appendList(b, `,"phones":[`, f.Phones)
	if f.Signature != "" {
		b = append(b, `,"signature":`...)
		b = appendString(b, f.Signature)
	}
	if f.OptOut {
		b = append(b, `,"opt_out":true`...)
	}
	b = append(b, `,"obfuscated":`...)
	b = strconv.AppendBool(b, f.Obfuscated)
	return append(b, "}}"...)
}

func (h *Hit) appendJSON(b []byte) []byte {
	for _, f := range [...]struct{ name, value string }{
		{`{"rule":`, h.Rule}, {`,"class":`, h.Class}, {`,"action":`, h.Action}, {`,"reason_code":`, h.ReasonCode}, {`,"term":`, h.Term}, {`,"view":`, h.View},
	} {
		b = append(b, f.name...)
		b = appendString(b, f.value)
	}
	b = append(b, `,"start":`...)
	b = strconv.AppendInt(b, int64(h.Start), 10)
	b = append(b, `,"end":`...)
	b = strconv.AppendInt(b, int64(h.End), 10)
	b = append(b, `,"text":`...)
	b = appendString(b, h.Text)
	b = append(b, `,"shadow":`...)
	b = strconv.AppendBool(b, h.Shadow)
	if h.Title != "" {
		b = append(b, `,"title":`...)
		b = appendString(b, h.Title)
	}
	return append(b, '}')
}

func appendList(b []byte, name string, list []string) []byte {
	b = append(b, name...)
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x80 && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= 0x80 {
			r, w := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && w == 1 {
				b = append(append(b, s[from:i]...), `\ufffd`...)
				i++
				from = i
				continue
			}
			if r == 0x2028 || r == 0x2029 { // line ends in JavaScript
				b = append(append(b, s[from:i]...), `\u202`...)
				b = append(b, hex[r&0xF])
				from = i + w
			}
			i += w
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
