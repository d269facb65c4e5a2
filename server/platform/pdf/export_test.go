package pdf

// Lines breaks a text as a paragraph would, for the tests of line breaking.
func Lines(text string, size, width float64) []string {
	fonts, err := embedded()
	if err != nil {
		panic(err)
	}
	d := &Document{fonts: fonts}
	var out []string
	for _, l := range d.setLines(Plain(text), size, width, 0) {
		s := ""
		for _, p := range l.pieces {
			s += p.text
		}
		out = append(out, s)
	}
	return out
}

// Forget is what happens a while after the last paper.
var Forget = forget
