//go:build !amd64 || purego

package screening

// Where there are no vectors, or the build tag purego asks for none, scan does everything.
const wideCPU = false

type wideArgs struct{}

func (m *matcher) decodeWide(s string, sc *scratch) int {
	_, n := m.decode(s, sc, 0, len(s), 1)
	return n
}

func (m *matcher) pairsWide(sc *scratch, n int) int { return m.pairs(sc, n) }
