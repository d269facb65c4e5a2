package screening

// Wide tells whether this machine scans in vectors.
var Wide = wideCPU

// Narrow is the same set scanning without vectors.
func Narrow(s *Set) *Set {
	t, m := *s, *s.matcher
	m.wide = false
	t.matcher = &m
	return &t
}
