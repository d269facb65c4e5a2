package form

import "strings"

// PlainCell keeps a spreadsheet from reading text as a formula: what begins like one gets an apostrophe before it. Plain
// negative numbers stay numbers.
func PlainCell(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '@', '\t', '\r', '\n', '|', '%':
		return "'" + s
	case '+', '-':
		if strings.Trim(s[1:], "0123456789.") == "" && len(s) > 1 {
			return s
		}
		return "'" + s
	}
	for _, wide := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, wide) {
			return "'" + s
		}
	}
	return s
}
