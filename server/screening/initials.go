package screening

import (
	"strings"
	"unicode"
)

// read so in names of places and companies, whatever the usual reading of the character.
var readInNames = strings.NewReplacer("重庆", "cq", "重慶", "cq", "银行", "yh", "銀行", "yh", "厦门", "xm", "廈門", "xm", "长", "c", "長", "c", "乐山", "ls", "六安", "la", "行业", "hy", "会计", "kj")

// Initials gives the first letters by which people look a name up: of the usual reading of each character (成都云帆 → cdyf),
// letters and digits as they are, in lower case; anything else is left out.
func Initials(name string) string {
	rd := theReadings()
	var b strings.Builder
	for _, r := range readInNames.Replace(name) {
		if id, ok := rd.first[r]; ok {
			b.WriteByte(rd.names[id][0])
			continue
		}
		if r = unicode.ToLower(r); r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
