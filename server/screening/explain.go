package screening

import "unicode/utf8"

// Explanation is everything about one message that a test bench shows: the verdict, the
// text as each view reads it, what was found in which view, and how far each rule came.
type Explanation struct {
	Result   Result      `json:"result"`
	Views    []ViewText  `json:"views"`    // plain, folded, simplified, stripped, pinyin, joined
	Rules    []RuleTrace `json:"rules"`    // by id; those that fired or of which anything was found
	Extracts []Extract   `json:"extracts"` // by kind, in the order of the text
}

// ViewText is the text as one view reads it, with a map to the original.
type ViewText struct {
	View string `json:"view"`
	Text string `json:"text"`
	// Unit i of Text (UTF-16) comes from units Starts[i]..Ends[i] of the original.
	Starts []int `json:"starts"`
	Ends   []int `json:"ends"`
	// Hits are the words for which this is the mildest view that finds them. What a fused
	// view finds is found in all the fused views after it as well.
	Hits []ViewHit `json:"hits"`
}

// ViewHit is a word of a rule found in a view.
type ViewHit struct {
	Rule     string `json:"rule"`
	Atom     string `json:"atom"` // the name of its terms in the rule
	Term     string `json:"term"`
	Start    int    `json:"start"`
	End      int    `json:"end"` // UTF-16 units of the original
	Text     string `json:"text"`
	Excepted bool   `json:"excepted"` // inside an allowed context: doesn't count
}

// RuleTrace says how far a rule came.
type RuleTrace struct {
	Rule      string      `json:"rule"`
	Title     Title       `json:"title"`
	Action    string      `json:"action"`
	State     string      `json:"state"`
	Condition string      `json:"condition"`
	Applies   bool        `json:"applies"` // to this category, customer, carrier and industry
	Fired     bool        `json:"fired"`
	Lifted    bool        `json:"lifted"` // an exception took it back
	Atoms     []AtomTrace `json:"atoms"`
}

// AtomTrace is what was found of one of a rule's terms or patterns.
type AtomTrace struct {
	Name     string `json:"name"`
	Pattern  bool   `json:"pattern"` // or terms
	Found    bool   `json:"found"`
	Count    int64  `json:"count"`
	Distinct int64  `json:"distinct"`
	Evaded   int64  `json:"evaded"`
}

// Extract is something an extractor found.
type Extract struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Value string `json:"value"` // as it was understood: the host of a link, the digits of a number
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Explain judges a message and shows how. It is made for one message at a time, not for
// speed.
func (s *Set) Explain(m Message) *Explanation {
	sc := s.NewScreener()
	e := &Explanation{Rules: []RuleTrace{}, Extracts: []Extract{}}
	sc.Screen(&m, &e.Result)
	fired := map[string]bool{}
	lifted := map[string]bool{}
	for _, id := range sc.fired {
		r := &s.rules[id]
		fired[r.src.ID] = true
		lifted[r.src.ID] = sc.liftedID(r.src.ID)
	}
	sc.msg = &m
	sc.brief = false
	sc.read(m.Text) // once more: the values of a template were read last
	u := unitCounter{text: m.Text}
	e.Views = s.viewTexts(sc, &u)
	for i := range s.rules {
		r := &s.rules[i]
		sc.ctx.rule = r
		t := RuleTrace{
			Rule: r.src.ID, Title: r.src.Title, Action: r.src.Action, State: r.src.State, Condition: r.src.Condition, Applies: sc.applies(r),
			Fired: fired[r.src.ID], Lifted: lifted[r.src.ID], Atoms: []AtomTrace{},
		}
		any := t.Fired
		for x, ref := range r.atoms {
			count, distinct := sc.ctx.tally(x)
			a := AtomTrace{Name: r.names[x], Pattern: ref.list < 0, Found: sc.ctx.fired(x), Count: count, Distinct: distinct, Evaded: sc.ctx.evaded(x)}
			any = any || a.Found && !(a.Pattern && len(r.atoms) > 1)
			t.Atoms = append(t.Atoms, a)
			if ref.list < 0 {
				continue
			}
			for y := range sc.matches {
				mt := &sc.matches[y]
				if mt.list != ref.list {
					continue
				}
				v := &e.Views[mt.view]
				v.Hits = append(v.Hits, ViewHit{
					Rule: r.src.ID, Atom: r.names[x], Term: s.entries[mt.entry].term, Start: u.units(int(mt.from)), End: u.units(int(mt.to)),
					Text: m.Text[mt.from:mt.to], Excepted: sc.excepted(r, mt.from, mt.to),
				})
			}
		}
		if any {
			e.Rules = append(e.Rules, t)
		}
	}
	for _, name := range sortedKeys(extractors) {
		x := extractors[name]
		for i, sp := range sc.spans(x) {
			ex := Extract{Kind: name, Text: m.Text[sp.from:sp.to], Start: u.units(int(sp.from)), End: u.units(int(sp.to))}
			ex.Value = ex.Text
			switch x {
			case extractURL:
				ex.Value = sc.urlHosts[i]
			case extractPhone:
				ex.Value = sc.phoneTexts()[i]
			case extractSignature:
				ex.Value = sc.signature()
			}
			e.Extracts = append(e.Extracts, ex)
		}
	}
	return e
}

// viewTexts writes the current text of the screener as each view reads it.
func (s *Set) viewTexts(sc *Screener, u *unitCounter) []ViewText {
	out := make([]ViewText, len(viewNames))
	for v := range out {
		t := &out[v]
		*t = ViewText{View: viewNames[v], Starts: []int{}, Ends: []int{}, Hits: []ViewHit{}}
		var b viewBuffer
		switch view(v) {
		case plainView:
			for i := 0; i < len(sc.text); {
				r, w := utf8.DecodeRuneInString(sc.text[i:])
				b.addRune(r, uint32(i), uint32(i+w))
				i += w
			}
		case pinyinView:
			s.soundText(sc, &b)
		case joinedView:
			s.joinedText(sc, &b)
		default:
			b = *sc.viewText(view(v))
		}
		t.Text = string(b.text)
		for i := 0; i < len(b.text); {
			r, w := utf8.DecodeRune(b.text[i:])
			from, to := u.units(int(b.from[i])), u.units(int(b.to[i]))
			t.Starts, t.Ends = append(t.Starts, from), append(t.Ends, to)
			if r > 0xFFFF {
				t.Starts, t.Ends = append(t.Starts, from), append(t.Ends, to)
			}
			i += w
		}
	}
	return out
}

// soundText writes each character as it is read, with spaces between syllables.
func (s *Set) soundText(sc *Screener, b *viewBuffer) {
	rd := theReadings()
	in := sc.viewText(strippedView)
	letter := false
	for i := 0; i < len(in.text); {
		r, w := utf8.DecodeRune(in.text[i:])
		from, to := in.from[i], in.to[i]
		i += w
		id, ok := rd.first[r]
		if len(b.text) > 0 && !(letter && !ok) {
			b.add(' ', from, from)
		}
		letter = !ok
		if !ok {
			b.addRune(r, from, to)
			continue
		}
		for _, c := range []byte(rd.names[id]) {
			b.add(c, from, to)
		}
	}
}

// joinedText writes the text with split characters put together, as far as the words of
// the set ask for it.
func (s *Set) joinedText(sc *Screener, b *viewBuffer) {
	if len(s.joined.keys) == 0 {
		*b = *sc.viewText(strippedView)
		return
	}
	whole := map[uint16]rune{}
	for r, c := range s.matcher.codes {
		whole[c] = r
	}
	in := sc.viewText(strippedView)
	for i := 0; i < len(in.text); {
		r, w := utf8.DecodeRune(in.text[i:])
		from, to := in.from[i], in.to[i]
		i += w
		if i < len(in.text) {
			next, nw := utf8.DecodeRune(in.text[i:])
			if c := s.joined.get(s.matcher.codeOf(r), s.matcher.codeOf(next)); c != 0 && onlyInvisible(sc.text[to:in.from[i]]) {
				r, to = whole[c], in.to[i]
				i += nw
			}
		}
		b.addRune(r, from, to)
	}
}

// Evidence names the terms and patterns that speak for each live or shadow rule about
// messages, not against it.
func (s *Set) Evidence() map[string][]string {
	out := make(map[string][]string, len(s.rules))
	for i := range s.rules {
		r := &s.rules[i]
		names := []string{}
		for _, a := range r.cond.atoms {
			names = append(names, r.names[a])
		}
		out[r.src.ID] = names
	}
	return out
}
