package screening

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed tables/ordinary.txt
var ordinaryTable string

var theOrdinary = sync.OnceValue(func() []string {
	var out []string
	for _, line := range strings.Split(ordinaryTable, "\n") {
		if line != "" && !strings.HasPrefix(line, "# ") {
			out = append(out, line)
		}
	}
	return out
})

// Ordinary is a sample of messages as banks, couriers, schools, offices and people write
// them, made up by us: what no rule of content may hit. The compiler takes it to learn
// which words are rare; checks take it where the caller has no messages of his own.
func Ordinary() []string { return theOrdinary() }
