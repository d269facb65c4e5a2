package screening

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// match is a word of a list found in the text, in bytes.
type match struct {
	from, to    uint32
	list, entry int32
	view        view
}

// Screener judges messages one at a time with buffers of its own; each goroutine needs
// its own. It may be used for any number of messages.
type Screener struct {
	set *Set
	scratch
	n    int // codes of the current text, with the sentinel
	msg  *Message
	text string

	matches                 []match
	own                     []match // of the list that is counted
	count                   []int32 // by list: matches in this text
	touched                 []int32
	todo                    []uint64
	counted                 bool // whether the next two are of this text
	digitCount, letterCount int

	obfuscated bool
	gapsRead   bool
	shapes     shapeCounts
	seq        sequenceBuffers
	late       []uint64 // by list: the text it was last looked at for, of lists looked at late
	lateLists  uint64   // lists looked at late of which something was found, by the lowest bits of their numbers
	texts      uint64   // number of the current text
	parts      int      // 0 not counted yet
	dotPlain   bool
	dotName    bool // a letter behind a dot
	dots       int  // plain ones between letters and digits
	dotSpread  bool
	sig        string

	extracted   uint16
	extracts    [extractorCount][]span
	digits      []digitAt
	phoneDigits []byte
	urlHosts    []string
	urls        []string
	phones      []string
	urlsDone    bool
	phonesDone  bool
	interned    map[string]string

	views    [4]viewBuffer
	viewDone uint8
	compact  viewBuffer
	pat      []uint8 // by pattern: 0 not looked for, 1 absent, 2 there
	patSpans [][]span
	patUsed  []int32

	joinCodes []uint16
	joinFrom  []uint32
	joinTo    []uint32
	joinMark  []bool
	joinSc    scratch
	syl       []syllable
	evaded    int      // finds by sound or of split characters in this text
	sounds    []uint32 // codes that may end the first syllables of a word
	nSounds   int
	row       [maxLetters]byte
	cuts      [maxLetters + 1]uint8
	unread    [64]uint64 // rows of letters seen lately that are no syllables: the same come again and again

	placed   []reaching // of the list placesOf-1
	placesOf int32

	brief  bool // no explanation: rules without effect need no answer
	fired  []int32
	groups []int
	ctx    evalContext
}

// evalContext is what conditions are evaluated in.
type evalContext struct {
	sc    *Screener
	rule  *rule
	batch *BatchFacts
}

func (c *evalContext) facts() map[string]any {
	if c.batch != nil {
		return c.batch.Facts
	}
	return c.sc.msg.Facts
}

// NewScreener returns a screener with its own buffers.
func (s *Set) NewScreener() *Screener {
	sc := &Screener{
		set: s, count: make([]int32, len(s.lists)), todo: make([]uint64, len(s.always)), pat: make([]uint8, len(s.patterns)),
		patSpans: make([][]span, len(s.patterns)), groups: make([]int, len(s.groups)), late: make([]uint64, len(s.lists)),
	}
	sc.ctx.sc = sc
	return sc
}

// charEnd is where the character behind code i ends.
func (sc *Screener) charEnd(i int) uint32 {
	p := sc.pos[i]
	switch c := sc.text[p]; {
	case c < 0x80:
		return p + 1
	case c < 0xE0:
		return p + 2
	case c < 0xF0:
		return p + 3
	}
	return p + 4
}

// read finds all words of the set in a text.
func (sc *Screener) read(text string) {
	s := sc.set
	sc.text = text
	for _, l := range sc.touched {
		sc.count[l] = 0
	}
	sc.touched = sc.touched[:0]
	for _, p := range sc.patUsed {
		sc.pat[p] = 0
	}
	sc.patUsed = sc.patUsed[:0]
	sc.matches = sc.matches[:0]
	sc.extracted, sc.viewDone, sc.placesOf, sc.evaded = 0, 0, 0, 0
	sc.obfuscated, sc.gapsRead, sc.parts, sc.shapes.done = false, false, 0, false
	sc.urlsDone, sc.phonesDone = false, false
	sc.found, sc.lateLists = sc.found[:0], 0
	sc.texts++

	n, k := s.matcher.scan(text, &sc.scratch)
	sc.n = n
	sc.counted = false
	all := sc.all
	if s.pinyin != nil {
		sc.findSounds()
	}
	if k > 0 || all&attrOne != 0 {
		s.matcher.verify(&sc.scratch, n, k, all&attrOne != 0)
		late := uint64(0)
		for _, f := range sc.found {
			u := &s.uses[f.word]
			for _, e := range s.early[u.early:u.end] {
				sc.weigh(f, e)
			}
			late |= u.lists
		}
		sc.lateLists = late
	}
	if all&attrLeft != 0 {
		sc.readJoined()
	}
	if s.pinyin != nil {
		sc.readPinyin()
	}
	if s.sequences != nil {
		sc.readSequences()
	}
	if s.longest {
		sc.keepLongest()
	}
}

// findSounds notes the codes whose character, with the one or the two before it, may
// sound like the beginning of a word.
func (sc *Screener) findSounds() {
	n := sc.n
	if len(sc.sounds) < n {
		sc.sounds = make([]uint32, len(sc.attrs))
	}
	f := sc.set.pinyin.spoken
	attrs, out := sc.attrs[:n], sc.sounds[:n]
	k := 0
	before, pair := uint32(0), uint32(0) // the syllable before, the hash of the two before
	for i := 1; i < n; i++ {
		id := uint32(attrs[i]) >> attrSyllable
		h3 := (pair + id*hashB) >> (32 - pinyinBits)
		pair = (before<<16 | id) * hashA
		h2 := pair >> 16
		hit := f.three[h3>>6]>>(h3&63) | f.two[h2>>6]>>(h2&63)
		out[k] = uint32(i)
		k += int(hit & 1)
		before = id
	}
	sc.nSounds = k
}

// nDigits and nLetters count digits and Latin letters, once a text.
func (sc *Screener) nDigits() int  { sc.countAlnum(); return sc.digitCount }
func (sc *Screener) nLetters() int { sc.countAlnum(); return sc.letterCount }

func (sc *Screener) countAlnum() {
	if sc.counted {
		return
	}
	sc.counted = true
	sc.digitCount, sc.letterCount = 0, 0
	if sc.all&(attrDigit|attrLetter) != 0 {
		sc.digitCount, sc.letterCount = countBoth(sc.attrs[1:sc.n])
	}
}

func (sc *Screener) add(from, to uint32, list, entry int32, v view) {
	if sc.count[list] == 0 {
		sc.touched = append(sc.touched, list)
	}
	sc.count[list]++
	m := next(&sc.matches)
	m.from, m.to, m.list, m.entry, m.view = from, to, list, entry, v
	if (v == strippedView || v == joinedView) && !sc.set.lists[list].hidden {
		sc.obfuscated = true
	}
}

// known tells whether a word is already found at a place overlapping [from, to).
func (sc *Screener) known(entry int32, from, to uint32) bool {
	if sc.evaded++; sc.evaded > crowd {
		return true // enough of them to explain; comparing more would take its time
	}
	for _, m := range sc.matches {
		if m.entry == entry && m.from < to && from < m.to {
			return true
		}
	}
	return false
}

// readJoined puts split characters together and searches again for words with them.
func (sc *Screener) readJoined() {
	s := sc.set
	some := false
	p := unsafe.SliceData(sc.attrs) // reaches beyond n
	for i := 1; i+1 < sc.n && !some; i += 4 {
		for x := *(*uint64)(unsafe.Pointer(at(p, i))) & (attrLeft * lanes); x != 0; x &= x - 1 {
			if j := i + bits.TrailingZeros64(x)/16; j+1 < sc.n && s.joined.get(sc.codes[j], sc.codes[j+1]) != 0 {
				some = true
			}
		}
	}
	if !some {
		return
	}
	sc.joinCodes = append(sc.joinCodes[:0], codeOther)
	sc.joinFrom = append(sc.joinFrom[:0], 0)
	sc.joinTo = append(sc.joinTo[:0], 0)
	sc.joinMark = append(sc.joinMark[:0], false)
	any := false
	for i := 1; i < sc.n; i++ {
		c := sc.codes[i]
		from, to := sc.pos[i], sc.charEnd(i)
		mark := false
		if s.attr[c]&attrLeft != 0 && i+1 < sc.n {
			if whole := s.joined.get(c, sc.codes[i+1]); whole != 0 && onlyInvisible(sc.text[to:sc.pos[i+1]]) {
				i++
				c, to, mark = whole, sc.charEnd(i), true
				any = true
			}
		}
		sc.joinCodes = append(sc.joinCodes, c)
		sc.joinFrom = append(sc.joinFrom, from)
		sc.joinTo = append(sc.joinTo, to)
		sc.joinMark = append(sc.joinMark, mark)
	}
	if !any {
		return
	}
	n := len(sc.joinCodes)
	sc.joinCodes = append(sc.joinCodes, codeSkip, codeSkip, codeSkip)
	j := &sc.joinSc
	j.codes, j.found = sc.joinCodes, j.found[:0]
	if len(j.cand) < len(j.codes) {
		j.cand = make([]uint32, len(sc.cand))
	}
	for _, i := range j.cand[:s.matcher.thin(j, s.matcher.pairs(j, n))] {
		s.matcher.walk(j, int(i), n)
	}
	for _, f := range j.found {
		marked := false
		for i := f.from; i < f.to; i++ {
			marked = marked || sc.joinMark[i]
		}
		if !marked {
			continue
		}
		from, to := sc.joinFrom[f.from], sc.joinTo[f.to-1]
		for e := s.wordFirst[f.word]; e < s.wordFirst[f.word+1]; e++ {
			en := &s.entries[e]
			l := &s.lists[en.list]
			if l.views&(1<<joinedView) == 0 || en.flags&entrySymbols != 0 {
				continue
			}
			var g gaps
			ok := true
			for i := f.from + 1; i < f.to && ok; i++ {
				ok = g.add(sc.text[sc.joinTo[i-1]:sc.joinFrom[i]], l.gap)
			}
			if ok && g.inserted(int(f.to-f.from), false) && s.fold.whole(sc.text, int(from), int(to), l, en) && !sc.known(e, from, to) {
				sc.add(from, to, en.list, e, joinedView)
			}
		}
	}
}

func onlyInvisible(s string) bool {
	for _, r := range s {
		if !invisible(r) {
			return false
		}
	}
	return true
}

// syllable is a character, or several Latin letters, as it is read.
type syllable struct {
	id       uint16
	code     uint16 // of the character; 0 for letters
	from, to uint32
}

// readPinyin searches for words by how they sound. The first pass only asks whether two
// syllables in a row begin any word.
func (sc *Screener) readPinyin() {
	p := sc.set.pinyin
	// Characters only: each code is a syllable. Three in a row must begin a word, or two of
	// which one is an unusual character. Most places fall through here, without branches.
	f, syl := p.spoken, p.syl
	kept := 0
	for _, at := range sc.sounds[:sc.nSounds] {
		i := int(at) // the last of them
		c, d, e := syl[sc.codes[i]], syl[sc.codes[i-1]], syl[sc.codes[max(i, 2)-2]]
		id, b, a := c&^usualSyllable, d&^usualSyllable, e&^usualSyllable
		h2, h3 := hash2(b, id), hash3(a, b, id)
		two := f.two[h2>>6] >> (h2 & 63) &^ uint64(c&d>>15)
		sc.sounds[kept] = at
		kept += int((two | f.three[h3>>6]>>(h3&63)) & 1)
	}
	for _, at := range sc.sounds[:kept] {
		i := int(at)
		c, d := syl[sc.codes[i]], syl[sc.codes[i-1]]
		id, b := c&^usualSyllable, d&^usualSyllable
		if c&d&usualSyllable == 0 && f.has2(b, id) {
			for _, h := range p.headsAt(b, id) {
				if h.third == 0 {
					sc.matchSounding(i-1, &p.spelled[h.spelled])
				}
			}
		}
		if i < 3 {
			continue
		}
		if a := syl[sc.codes[i-2]] &^ usualSyllable; a != 0 && f.has3(a, b, id) {
			for _, h := range p.headsAt(a, b) {
				if h.third == id {
					sc.matchSounding(i-2, &p.spelled[h.spelled])
				}
			}
		}
	}
	// Then with letters among them.
	if sc.nLetters() < 2 || !sc.anySpelled() {
		return
	}
	sc.syl = sc.syl[:0]
	for i := 1; i < sc.n; i++ {
		c := sc.codes[i]
		if c >= codeLetter && c < codeFree {
			j := sc.letterRow(i)
			sc.spellLetters(i, j)
			i = j - 1
			continue
		}
		sc.syl = append(sc.syl, syllable{p.syl[c] &^ usualSyllable, c, sc.pos[i], sc.charEnd(i)})
	}
	// Only words with letters among them are left: those that begin no further before
	// letters than the longest word reaches.
	next := 0
	for y := range sc.syl {
		if sc.syl[y].id == 0 || sc.syl[y].code != 0 {
			continue
		}
		for i := max(next, y-p.longest+1); i <= y; i++ {
			sc.matchFrom(i)
		}
		next = y + 1
	}
}

// matchFrom compares spellings with the syllables from i on.
func (sc *Screener) matchFrom(i int) {
	if i+1 >= len(sc.syl) {
		return
	}
	p := sc.set.pinyin
	a, b := &sc.syl[i], &sc.syl[i+1]
	if a.id == 0 || b.id == 0 {
		return
	}
	three := i+2 < len(sc.syl) && sc.syl[i+2].id != 0 && p.filter.has3(a.id, b.id, sc.syl[i+2].id)
	two := !(a.code != 0 && b.code != 0 && p.syl[a.code]&p.syl[b.code]&usualSyllable != 0) && p.filter.has2(a.id, b.id)
	if !three && !two {
		return
	}
	for _, id := range p.at(a.id, b.id) {
		sc.matchSpelled(i, &p.spelled[id])
	}
}

// matchSounding compares a spelling in its usual reading with the characters from code i on.
func (sc *Screener) matchSounding(i int, sp *spelled) {
	n := len(sp.row)
	if i+n > sc.n {
		return
	}
	s := sc.set
	same, usual := 0, 0
	for x, id := range sp.row {
		c := sc.codes[i+x]
		if sp.codes != nil && sp.codes[x] == c {
			same++
			continue
		}
		y := s.pinyin.syl[c]
		if y&^usualSyllable != id {
			return
		}
		usual += int(y >> 15)
	}
	if same == n || !unlikely(n, same, usual) {
		return
	}
	en := &s.entries[sp.entry]
	l := &s.lists[en.list]
	var g gaps
	for x := 1; x < n; x++ {
		if !g.add(sc.text[sc.charEnd(i+x-1):sc.pos[i+x]], l.gap) {
			return
		}
	}
	from, to := sc.pos[i], sc.charEnd(i+n-1)
	if g.apart == 0 && g.inserted(n, false) && !sc.known(sp.entry, from, to) {
		sc.add(from, to, en.list, sp.entry, pinyinView)
	}
}

// unlikely tells whether n characters of which some are the word's own and some everyday
// ones sound like the word on purpose: two everyday characters sound like many things, and
// so do three of which none is the word's.
func unlikely(n, same, usual int) bool {
	return same+usual < n || n > 3 || n == 3 && same > 0
}

// anySpelled tells whether some row of letters can be read as syllables, and any row so
// read may be part of a word.
func (sc *Screener) anySpelled() bool {
	p := unsafe.SliceData(sc.attrs) // reaches beyond n
	done := 0
	some := false
	for i := 1; i+1 < sc.n; i += 4 {
		// letters with a letter behind them
		a := *(*uint64)(unsafe.Pointer(at(p, i)))
		b := *(*uint64)(unsafe.Pointer(at(p, i+1)))
		for x := a & b & (attrLetter * lanes); x != 0; x &= x - 1 {
			from := i + bits.TrailingZeros64(x)/16
			if from < done || from >= sc.n {
				continue
			}
			done = sc.letterRow(from)
			if done-from >= 2 && sc.cutLetters(from, done) {
				some = true
				if sc.mayJoin(from, done) {
					return true
				}
			}
		}
	}
	if !some {
		return false
	}
	// single letters are syllables only where others are
	for i := 1; i < sc.n; i++ {
		if sc.attrs[i]&attrLetter == 0 {
			continue
		}
		to := sc.letterRow(i)
		if to == i+1 && sc.cutLetters(i, to) && sc.mayJoin(i, to) {
			return true
		}
		i = to - 1
	}
	return false
}

// mayJoin tells whether any two neighbours among the syllables of a row of letters that was
// cut, and what stands beside it, are neighbours in any word.
func (sc *Screener) mayJoin(from, to int) bool {
	p := sc.set.pinyin
	if to-from == maxLetters {
		return true
	}
	beside := func(i int) (syl uint16, letter bool) {
		c := sc.codes[i]
		return p.syl[c] &^ usualSyllable, c >= codeLetter && c < codeFree
	}
	before, letter := beside(from - 1)
	if letter && from > 1 {
		return true
	}
	for i := from; i < to; {
		l := int(sc.cuts[i-from])
		id := p.rd.syllable(sc.row[i-from : i-from+l])
		if before != 0 && p.neighbours.has2(before, id) {
			return true
		}
		before = id
		i += l
	}
	if to >= sc.n {
		return false
	}
	after, letter := beside(to)
	return letter || after != 0 && p.neighbours.has2(before, after)
}

// letterRow is the end of the unbroken row of letters that begins at code i.
func (sc *Screener) letterRow(i int) int {
	j := i + 1
	for j < sc.n && j-i < maxLetters && sc.codes[j] >= codeLetter && sc.codes[j] < codeFree && sc.pos[j] == sc.charEnd(j-1) {
		j++
	}
	return j
}

func (sc *Screener) cutLetters(i, j int) bool {
	if !sc.set.pinyin.rd.maySpell(byte('a'+sc.codes[i]-codeLetter), byte('a'+sc.codes[j-1]-codeLetter)) {
		return false
	}
	key := uint64(0)
	for x := i; x < j; x++ {
		c := sc.codes[x] - codeLetter
		sc.row[x-i] = byte('a' + c)
		key = key<<5 | uint64(c+1)
	}
	short := j-i <= 12 // what the key holds
	slot := &sc.unread[key*0x9E3779B97F4A7C15>>58]
	if short && *slot == key {
		return false
	}
	sc.set.pinyin.rd.cut(sc.row[:j-i], &sc.cuts)
	if sc.cuts[0] != 0 {
		return true
	}
	if short {
		*slot = key
	}
	return false
}

// spellLetters reads a row of letters as syllables, or as nothing.
func (sc *Screener) spellLetters(i, j int) {
	if !sc.cutLetters(i, j) {
		sc.syl = append(sc.syl, syllable{from: sc.pos[i], to: sc.charEnd(j - 1)})
		return
	}
	for at := i; at < j; {
		l := int(sc.cuts[at-i])
		id := sc.set.pinyin.rd.syllable(sc.row[at-i : at-i+l])
		sc.syl = append(sc.syl, syllable{id: id, from: sc.pos[at], to: sc.charEnd(at + l - 1)})
		at += l
	}
}

func (sc *Screener) matchSpelled(i int, sp *spelled) {
	if i+len(sp.row) > len(sc.syl) {
		return
	}
	s := sc.set
	en := &s.entries[sp.entry]
	l := &s.lists[en.list]
	var g gaps
	same, letters, usual := 0, 0, 0
	for x, id := range sp.row {
		y := &sc.syl[i+x]
		if y.id != id {
			return
		}
		switch {
		case y.code == 0:
			letters++
		case sp.codes != nil && sp.codes[x] == y.code:
			same++
		case s.pinyin.syl[y.code]&usualSyllable != 0:
			usual++
		}
		if x > 0 && !g.add(sc.text[sc.syl[i+x-1].to:y.from], l.gap) {
			return
		}
	}
	n := len(sp.row)
	switch {
	case letters == 0:
		return // readPinyin has looked at characters already
	case letters == n && n < 3, letters > 0 && letters < n && same == 0:
		return // "an", "he" and the like are syllables by chance
	case g.apart > 0:
		return
	}
	from, to := sc.syl[i].from, sc.syl[i+n-1].to
	if same == n || sc.known(sp.entry, from, to) {
		return
	}
	sc.add(from, to, en.list, sp.entry, pinyinView)
}

// Screen judges one message; out is reset and reused. What out holds afterwards may point
// into m.Text and into out's own former slices.
func (sc *Screener) Screen(m *Message, out *Result) { sc.judge(m, out, true) }

// Judge is Screen without hits and facts: the same verdicts and score, sooner.
func (sc *Screener) Judge(m *Message, out *Result) { sc.judge(m, out, false) }

func (sc *Screener) judge(m *Message, out *Result, explain bool) {
	s := sc.set
	sc.msg = m
	sc.brief = !explain
	out.ID, out.RuleSet = m.ID, s.version
	out.Verdict, out.ContentVerdict, out.Score = Pass, Pass, 0
	out.Hits = out.Hits[:0]
	if out.Hits == nil {
		out.Hits = []Hit{} // lists are never null in JSON
	}
	if out.Facts.URLs == nil || out.Facts.Phones == nil {
		out.Facts.URLs, out.Facts.Phones = []string{}, []string{}
	}
	out.Facts = Facts{URLs: out.Facts.URLs[:0], Phones: out.Facts.Phones[:0]}
	sc.fired = sc.fired[:0]
	for i := range sc.groups {
		sc.groups[i] = 0
	}

	sc.read(m.Text)
	sc.evaluate(false)
	if explain {
		out.Facts.URLs = append(out.Facts.URLs, sc.urlTexts()...)
		out.Facts.Phones = append(out.Facts.Phones, sc.phoneTexts()...)
		out.Facts.Signature = sc.signature()
		out.Facts.OptOut = sc.count[s.builtin[builtinOptOut]] > 0
		out.Facts.Segments = sc.segments()
		sc.explainFrom(out, 0, 0, m.Text)
	}

	// Each value of a template alone: a word may only begin where the value does.
	at := 0
	for _, v := range m.Vars {
		if len(v) < 2 {
			continue
		}
		base := strings.Index(m.Text[at:], v)
		if base >= 0 {
			base += at
			at = base + len(v)
		} else {
			base = strings.Index(m.Text, v)
		}
		sc.read(v)
		before := len(sc.fired)
		sc.evaluate(true)
		if explain {
			sc.explainFrom(out, before, base, m.Text)
		}
	}
	for i := range out.Hits {
		if v := out.Hits[i].View; v == ViewStripped || v == ViewJoined {
			out.Facts.Obfuscated = true
		}
	}
	sc.decide(out)
}

// evaluate fires the rules whose conditions hold for the current text. Values of variables
// are judged by content only.
func (sc *Screener) evaluate(contentOnly bool) {
	s := sc.set
	copy(sc.todo, s.always)
	for _, l := range sc.touched {
		for i, w := range s.listRules[l] {
			sc.todo[i] |= w
		}
	}
	sc.openGates()
	for i, w := range sc.todo {
		for w != 0 {
			id := i*64 + bits.TrailingZeros64(w)
			w &= w - 1
			r := &s.rules[id]
			if contentOnly && (!r.content || sc.hasFired(int32(id))) || sc.brief && (r.verdict == Pass && !r.pass && r.score == 0 || r.shadow) {
				continue
			}
			if !sc.applies(r) {
				continue
			}
			sc.ctx.rule = r
			if r.cond.eval(&sc.ctx) {
				sc.fired = append(sc.fired, int32(id))
			}
		}
	}
}

func (sc *Screener) hasFired(id int32) bool {
	for _, f := range sc.fired {
		if f == id {
			return true
		}
	}
	return false
}

func (sc *Screener) applies(r *rule) bool {
	if !r.some {
		return true
	}
	a := &r.src.AppliesTo
	return (len(a.Categories) == 0 || contains(a.Categories, sc.msg.Category)) &&
		(len(a.Customers) == 0 || contains(a.Customers, factString(sc.msg.Facts, "customer"))) &&
		(len(a.Carriers) == 0 || contains(a.Carriers, factString(sc.msg.Facts, "carrier"))) &&
		(len(a.Industries) == 0 || contains(a.Industries, factString(sc.msg.Facts, "industry")))
}

// maxHits bounds the places that one rule reports; lists of tags report all.
const maxHits = 32

// explainFrom turns the rules in sc.fired[first:] into hits with places in the whole text; they were found in a text that begins at byte base of
// whole; base < 0: it doesn't occur there, so the hits have no place.
func (sc *Screener) explainFrom(out *Result, first, base int, whole string) {
	if first == len(sc.fired) {
		return
	}
	u := unitCounter{text: whole, sound: base == 0 && len(whole) == len(sc.text) && !sc.broken}
	for _, id := range sc.fired[first:] {
		r := &sc.set.rules[id]
		sc.ctx.rule = r
		proto := r.hit()
		n, tag := len(out.Hits), r.tag
		emit := func(from, to uint32, term, view string) {
			if len(out.Hits)-n >= maxHits && !tag {
				return
			}
			h := next(&out.Hits)
			*h = proto
			h.Term, h.View, h.Text = term, view, sc.text[from:to]
			if base >= 0 {
				h.Start, h.End = u.units(base+int(from)), u.units(base+int(to))
			}
		}
		for _, a := range r.cond.atoms {
			ref := r.atoms[a]
			if ref.list >= 0 {
				if sc.lateCount(ref.list) == 0 {
					continue
				}
				for x := range sc.matches {
					m := &sc.matches[x]
					if m.list != ref.list {
						continue
					}
					if len(out.Hits)-n >= maxHits && !tag {
						break
					}
					if !sc.excepted(r, m.from, m.to) && (tag || !sc.same(x)) {
						emit(m.from, m.to, sc.set.entries[m.entry].term, m.view.String())
					}
				}
				continue
			}
			if sc.pattern(ref.pattern) {
				v := ViewPlain
				if p := &sc.set.patterns[ref.pattern]; p.kind == regexPattern {
					v = p.view.String()
				}
				for _, sp := range sc.patternSpans(ref.pattern) {
					if !sc.excepted(r, sp.from, sp.to) {
						emit(sp.from, sp.to, r.names[a], v)
					}
				}
			}
		}
		if len(out.Hits) == n {
			out.Hits = append(out.Hits, sc.factHit(r, proto, base, &u))
		}
	}
}

// same tells whether the match before says the same: another spelling of the word in the
// same list and place. Spellings of a word are found one after the other.
func (sc *Screener) same(x int) bool {
	m := &sc.matches[x]
	for y := x - 1; y >= 0; y-- {
		o := &sc.matches[y]
		if o.from != m.from || o.to != m.to {
			return false
		}
		if o.list == m.list {
			return true
		}
	}
	return false
}

// factHit is the hit of a rule that looks at facts only; where a fact is about a part of
// the text, the hit shows it.
func (sc *Screener) factHit(r *rule, h Hit, base int, u *unitCounter) Hit {
	for _, f := range [...]struct {
		fact string
		x    extractor
	}{
		{"unfiled_urls", extractURL}, {"url_count", extractURL}, {"urls", extractURL}, {"hosts", extractURL}, {"unfiled_phones", extractPhone},
		{"phone_count", extractPhone}, {"unresolved", extractVariable}, {"signature_filed", extractSignature}, {"signature", extractSignature},
	} {
		if !r.cond.uses[f.fact] || base < 0 {
			continue
		}
		if sp := sc.spans(f.x); len(sp) > 0 {
			h.Text, h.View = sc.text[sp[0].from:sp[0].to], ViewPlain
			h.Start, h.End = u.units(base+int(sp[0].from)), u.units(base+int(sp[0].to))
			return h
		}
	}
	return h
}

// decide sums up verdict and score of what has fired.
func (sc *Screener) decide(out *Result) {
	if len(sc.fired) == 0 {
		return
	}
	s := sc.set
	lifted := sc.lift(out)
	score, contentScore := 0, 0
	for _, id := range sc.fired {
		r := &s.rules[id]
		if r.shadow || r.pass || lifted && sc.isLifted(r) {
			continue
		}
		out.Verdict = Worse(out.Verdict, r.verdict)
		if r.content {
			out.ContentVerdict = Worse(out.ContentVerdict, r.verdict)
		}
		if r.score != 0 {
			add := r.score
			if r.group >= 0 {
				if left := s.groups[r.group].cap - sc.groups[r.group]; add > left {
					add = left
				}
				sc.groups[r.group] += add
			}
			score += add
			if r.content {
				contentScore += add
			}
		}
	}
	out.Score = score
	out.Verdict = Worse(out.Verdict, s.band(score))
	out.ContentVerdict = Worse(out.ContentVerdict, s.band(contentScore))
}

func (s *Set) band(score int) Verdict {
	switch {
	case score >= s.bands.Refuse:
		return RefuseMessage
	case score >= s.bands.Hold:
		return Hold
	}
	return Pass
}

// lift removes the hits of rules that an exception takes back.
func (sc *Screener) lift(out *Result) bool {
	any := false
	for _, id := range sc.fired {
		if r := &sc.set.rules[id]; r.pass && !r.shadow {
			any = true
		}
	}
	if !any {
		return false
	}
	kept := out.Hits[:0]
	for _, h := range out.Hits {
		if !sc.liftedID(h.Rule) {
			kept = append(kept, h)
		}
	}
	out.Hits = kept
	return true
}

func (sc *Screener) isLifted(r *rule) bool { return sc.liftedID(r.src.ID) }

func (sc *Screener) liftedID(rule string) bool {
	for _, id := range sc.fired {
		r := &sc.set.rules[id]
		if !r.pass || r.shadow || r.src.ID == rule {
			continue
		}
		for _, l := range r.lifts {
			if l == rule || strings.HasSuffix(l, ".*") && strings.HasPrefix(rule, l[:len(l)-1]) {
				return true
			}
		}
	}
	return false
}

// fired tells whether an atom of the current rule was found.
func (c *evalContext) fired(i int) bool {
	ref := c.rule.atoms[i]
	sc := c.sc
	if ref.list >= 0 {
		if sc.lateCount(ref.list) == 0 {
			return false
		}
		if c.rule.except < 0 || sc.count[c.rule.except] == 0 {
			return true
		}
		for _, m := range sc.matches {
			if m.list == ref.list && !sc.excepted(c.rule, m.from, m.to) {
				return true
			}
		}
		return false
	}
	if !sc.pattern(ref.pattern) {
		return false
	}
	if c.rule.except < 0 || sc.count[c.rule.except] == 0 {
		return true
	}
	for _, sp := range sc.patternSpans(ref.pattern) {
		if !sc.excepted(c.rule, sp.from, sp.to) {
			return true
		}
	}
	return false
}

// excepted tells whether a place lies inside an allowed context of the rule.
func (sc *Screener) excepted(r *rule, from, to uint32) bool {
	if r.except < 0 || sc.count[r.except] == 0 {
		return false
	}
	spans := sc.places(r.except)
	// the last context that begins no later; reach is how far it and all before it go
	i := sort.Search(len(spans), func(i int) bool { return spans[i].from > from })
	return i > 0 && spans[i-1].reach >= to
}

// reaching is the place of a match; reach is the furthest end of it and all before it.
type reaching struct{ from, to, reach uint32 }

// places are the matches of a list in order, collected once a text and list.
func (sc *Screener) places(l int32) []reaching {
	if sc.placesOf == l+1 {
		return sc.placed
	}
	sc.placesOf = l + 1
	sc.placed = sc.placed[:0]
	if sc.count[l] == 0 {
		return nil
	}
	for i := range sc.matches {
		if m := &sc.matches[i]; m.list == l {
			sc.placed = append(sc.placed, reaching{m.from, m.to, m.to})
		}
	}
	p := sc.placed
	slices.SortFunc(p, func(a, b reaching) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(p); i++ {
		p[i].reach = max(p[i].reach, p[i-1].reach)
	}
	return p
}

// count is how often an atom was found, without finds inside longer ones of the same list.
func (c *evalContext) count(i int) int64 { n, _ := c.tally(i); return n }

// distinct is how many different words of an atom were found.
func (c *evalContext) distinct(i int) int64 { _, n := c.tally(i); return n }

// evaded is how often a word was found only by taking out what was inserted, by putting
// split characters together or by its sound.
func (c *evalContext) evaded(i int) int64 {
	ref := c.rule.atoms[i]
	if ref.list < 0 || c.sc.lateCount(ref.list) == 0 {
		return 0
	}
	n := int64(0)
	for _, m := range c.sc.matches {
		if m.list == ref.list && m.view >= strippedView && !c.sc.excepted(c.rule, m.from, m.to) {
			n++
		}
	}
	return n
}

func (c *evalContext) tally(i int) (count, distinct int64) {
	ref := c.rule.atoms[i]
	sc := c.sc
	if ref.list < 0 {
		if !sc.pattern(ref.pattern) {
			return 0, 0
		}
		spans := sc.patternSpans(ref.pattern)
		for x, sp := range spans {
			if sc.excepted(c.rule, sp.from, sp.to) {
				continue
			}
			count++
			seen := false
			for _, q := range spans[:x] {
				seen = seen || sc.text[q.from:q.to] == sc.text[sp.from:sp.to]
			}
			if !seen {
				distinct++
			}
		}
		return count, distinct
	}
	if sc.lateCount(ref.list) == 0 {
		return 0, 0
	}
	if len(sc.matches) > crowd {
		return sc.tallyCrowd(c.rule, ref.list)
	}
	own := sc.own[:0]
	for x := range sc.matches {
		if m := &sc.matches[x]; m.list == ref.list {
			own = append(own, *m)
		}
	}
	sc.own = own
	if len(own) == 1 {
		if sc.excepted(c.rule, own[0].from, own[0].to) {
			return 0, 0
		}
		return 1, 1
	}
	for x := range own {
		m := &own[x]
		if sc.excepted(c.rule, m.from, m.to) {
			continue
		}
		inside, seen := false, false
		for y := range own {
			o := &own[y]
			if y == x {
				continue
			}
			if o.from <= m.from && o.to >= m.to && (o.to-o.from > m.to-m.from || y < x) {
				inside = true
				break
			}
			if y < x && o.entry == m.entry {
				seen = true
			}
		}
		if inside {
			continue
		}
		count++
		if !seen {
			distinct++
		}
	}
	return count, distinct
}

// crowd is the number of matches from which they are no longer compared with one another:
// the time stays in proportion to the text.
const crowd = 512

// tallyCrowd counts without leaving out finds inside longer ones.
func (sc *Screener) tallyCrowd(r *rule, l int32) (count, distinct int64) {
	seen := map[int32]bool{}
	for i := range sc.matches {
		if m := &sc.matches[i]; m.list == l && !sc.excepted(r, m.from, m.to) {
			count++
			seen[m.entry] = true
		}
	}
	return count, int64(len(seen))
}

// pattern looks for a pattern, once a text.
func (sc *Screener) pattern(id int32) bool {
	if st := sc.pat[id]; st != 0 {
		return st == 2
	}
	p := &sc.set.patterns[id]
	if p.gate >= 0 && sc.count[p.gate] == 0 {
		return false
	}
	sc.patUsed = append(sc.patUsed, id)
	sc.pat[id] = 1
	sc.patSpans[id] = sc.patSpans[id][:0]
	switch p.kind {
	case extractPattern:
		sc.patSpans[id] = append(sc.patSpans[id], sc.spans(p.extract)...)
	case anyPattern:
		// One is enough; where the others are is found out when somebody asks.
		for _, q := range p.any {
			if sc.pattern(q) {
				sc.pat[id] = 2
				return true
			}
		}
		return false
	default:
		sc.regex(id, p)
	}
	if len(sc.patSpans[id]) == 0 {
		return false
	}
	sc.pat[id] = 2
	return true
}

// patternSpans are the places of a pattern that was found.
func (sc *Screener) patternSpans(id int32) []span {
	p := &sc.set.patterns[id]
	if p.kind == anyPattern && len(sc.patSpans[id]) == 0 {
		for _, q := range p.any {
			if sc.pattern(q) {
				sc.patSpans[id] = append(sc.patSpans[id], sc.patternSpans(q)...)
			}
		}
	}
	return sc.patSpans[id]
}

func (sc *Screener) regex(id int32, p *pattern) {
	if p.literal != "" {
		for at := 0; len(sc.patSpans[id]) < maxHits; {
			i := strings.Index(sc.text[at:], p.literal)
			if i < 0 {
				return
			}
			sc.patSpans[id] = append(sc.patSpans[id], span{uint32(at + i), uint32(at + i + len(p.literal))})
			at += i + len(p.literal)
		}
		return
	}
	n := 0
	if p.view == plainView {
		p.find(sc.text, func(from, to int) bool {
			sc.patSpans[id] = append(sc.patSpans[id], span{uint32(from), uint32(to)})
			n++
			return n < maxHits
		})
		return
	}
	b := sc.viewText(p.view)
	p.find(asText(b.text), func(from, to int) bool {
		if to > from {
			sc.patSpans[id] = append(sc.patSpans[id], span{b.from[from], b.to[to-1]})
		}
		n++
		return n < maxHits
	})
}

// viewBuffer is the text as a view shows it; each byte knows its character's place.
type viewBuffer struct {
	text     []byte
	from, to []uint32
}

func (b *viewBuffer) reset() { b.text, b.from, b.to = b.text[:0], b.from[:0], b.to[:0] }

func (b *viewBuffer) add(c byte, from, to uint32) {
	b.text = append(b.text, c)
	b.from = append(b.from, from)
	b.to = append(b.to, to)
}

func (b *viewBuffer) addRune(r rune, from, to uint32) {
	if r >= 0x800 && r < 0xD800 { // as most are
		b.text = append(b.text, byte(0xE0|r>>12), byte(0x80|r>>6&0x3F), byte(0x80|r&0x3F))
		b.from = append(b.from, from, from, from)
		b.to = append(b.to, to, to, to)
		return
	}
	n := len(b.text)
	b.text = utf8.AppendRune(b.text, r)
	for ; n < len(b.text); n++ {
		b.from = append(b.from, from)
		b.to = append(b.to, to)
	}
}

// viewText is the text in the view folded, simplified or stripped. What can't be seen is
// left out of all three, punctuation of the last.
func (sc *Screener) viewText(v view) *viewBuffer {
	b := &sc.views[v]
	if sc.viewDone&(1<<v) != 0 {
		return b
	}
	sc.viewDone |= 1 << v
	b.reset()
	f := sc.set.fold
	for i := 0; i < len(sc.text); {
		if c := sc.text[i]; c < 0x80 {
			// a letter or digit in lower case, or a symbol that views but the last keep
			if one := f.folded[c]; one > 0 {
				b.add(byte(one), uint32(i), uint32(i+1))
			} else if v != strippedView && (c >= 0x20 && c != 0x7F || c == '\t' || c == '\n' || c == '\r') {
				b.add(c, uint32(i), uint32(i+1))
			}
			i++
			continue
		}
		r, w := runeAt(sc.text, i)
		from, to := uint32(i), uint32(i+w)
		i += w
		if r == utf8.RuneError && w == 1 {
			continue
		}
		var one rune
		if v == foldedView {
			one = f.foldOnly(r)
		} else {
			one, _ = f.read(r)
		}
		switch one {
		case 0:
			if v != strippedView && !invisible(r) {
				b.addRune(foldSymbol(r), from, to)
			}
		case multiple:
			_, several := f.read(r)
			if v != strippedView && r >= 0x2488 && r <= 0x249B { // ⒈ is a digit with its dot
				several = append(several[:len(several):len(several)], '.')
			}
			for _, x := range several {
				b.addRune(x, from, to)
			}
		default:
			b.addRune(one, from, to)
		}
	}
	return b
}

// foldSymbol makes wide punctuation narrow.
func foldSymbol(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000 || r == 0xA0 || r >= 0x2000 && r <= 0x200A || r == 0x202F:
		return ' '
	case r == '｡':
		return '。'
	case r == '‐' || r == '‑' || r == '–' || r == '−' || r == '﹣':
		return '-'
	}
	return r
}

// length is the text's UTF-16 units.
func (sc *Screener) length() int { return sc.units }

func (sc *Screener) segments() int {
	if sc.parts == 0 {
		sc.parts = 1
		if n := sc.length(); n > 70 {
			sc.parts = (n + 66) / 67
		}
	}
	return sc.parts
}

// readGaps looks at what stands between letters and digits: dots as in the name of a host.
func (sc *Screener) readGaps() {
	if sc.gapsRead {
		return
	}
	sc.gapsRead, sc.dotPlain, sc.dotSpread, sc.dotName, sc.dots = true, false, false, false, 0
	for _, c := range sc.cand[:sc.gapsBetween()] {
		j := int(c)
		if from, end := sc.pos[j], sc.charEnd(j-1); from > end {
			sc.readGap(sc.text[end:from], sc.attrs[j]&attrLetter != 0)
		}
	}
	if sc.all&attrDot == 0 {
		return
	}
	for i := 2; i+1 < sc.n; i++ {
		if sc.attrs[i]&attrDot != 0 && isHostCode(sc.codes[i-1]) && isHostCode(sc.codes[i+1]) && sc.pos[i] == sc.charEnd(i-1) {
			sc.dotSpread = true
		}
	}
}

// gapsBetween notes the places where a letter or digit doesn't follow at once on another;
// the candidates of the search are no longer needed.
func (sc *Screener) gapsBetween() int {
	n := sc.n
	attrs, pos, out := sc.attrs[:n], sc.pos[:n], sc.cand[:n]
	k := 0
	before, end := uint32(0), uint32(0)
	for j := 1; j < n; j++ {
		a := uint32(attrs[j])
		a |= a >> 1
		from := pos[j]
		apart := ((from - end) | (end - from)) >> 31 // 0 where they are equal
		out[k] = uint32(j)
		k += int(a & before & apart & 1)
		before, end = a, from+1
	}
	return k
}

func isHostCode(c uint16) bool { return c >= codeDigit && c < codeFree }

func (sc *Screener) readGap(gap string, letter bool) {
	dots, other, apart, last := 0, 0, false, false
	for _, r := range gap {
		switch {
		case r == '.' || r == '．':
			dots++
			last = true
			continue
		case r == ' ' || r == '[' || r == ']' || r == '(' || r == ')':
			other++
		case r == '。' || r == '・' || r == '｡' || r == '·':
			dots++
			other++
		case invisible(r):
			continue
		default:
			apart = true
		}
		last = false
	}
	sc.dotName = sc.dotName || last && letter
	if apart || dots != 1 {
		return
	}
	if other == 0 {
		sc.dotPlain = true
		sc.dots++
	} else {
		sc.dotSpread = true
	}
}

// unitCounter turns byte offsets into UTF-16 units. It keeps marks, so that going back in
// a long text costs no more than the way from the mark before.
type unitCounter struct {
	text        string
	sound       bool // no broken bytes: counting needs no reading
	byte, count int
	marks       []unitMark
}

type unitMark struct{ byte, count int }

const markEvery = 4096

func (u *unitCounter) units(at int) int {
	if u.sound {
		if at >= u.byte {
			u.count += soundUnits(u.text, u.byte, at)
		} else {
			u.count -= soundUnits(u.text, at, u.byte)
		}
		u.byte = at
		return u.count
	}
	if at < u.byte {
		i := sort.Search(len(u.marks), func(i int) bool { return u.marks[i].byte > at })
		u.byte, u.count = 0, 0
		if i > 0 {
			u.byte, u.count = u.marks[i-1].byte, u.marks[i-1].count
		}
	}
	for u.byte < at {
		if u.byte >= (len(u.marks)+1)*markEvery {
			u.marks = append(u.marks, unitMark{u.byte, u.count})
		}
		c := u.text[u.byte]
		if c < 0x80 {
			u.byte++
			u.count++
			continue
		}
		r, w := runeAt(u.text, u.byte)
		u.byte += w
		u.count++
		if r > 0xFFFF {
			u.count++
		}
	}
	return u.count
}

// soundUnits counts the UTF-16 units of whole characters: one for each byte that begins
// one, another where it begins four bytes.
func soundUnits(s string, from, to int) int {
	n := to - from
	p := unsafe.StringData(s)
	for ; from+8 <= to; from += 8 {
		n += unitsBeside(*(*uint64)(unsafe.Pointer(at(p, from))))
	}
	if rest := to - from; rest > 0 && to >= 8 { // with what is before shifted out
		n += unitsBeside(*(*uint64)(unsafe.Pointer(at(p, to-8))) >> (64 - 8*rest))
		return n
	}
	for ; from < to; from++ {
		n += unitsBeside(uint64(s[from]))
	}
	return n
}

// unitsBeside is by how many the units of eight bytes differ from eight.
func unitsBeside(x uint64) int {
	const ones = 0x0101010101010101
	return bits.OnesCount64(x>>7&(x>>6)&(x>>5)&(x>>4)&ones) - bits.OnesCount64(x>>7&^(x>>6)&ones)
}

// Place is a word found in a text, in bytes.
type Place struct {
	From, To int
	Word     string
	View     string
}

// Finder finds words only: no rules, no extractors, no verdict.
type Finder struct {
	sc  *Screener
	out []Place
}

// NewFinder returns a finder with its own buffers.
func (s *Set) NewFinder() *Finder { return &Finder{sc: s.NewScreener()} }

// Find returns all words of all lists in a text, overlapping ones included; the result is
// valid until the next call.
func (f *Finder) Find(text string) []Place {
	f.sc.read(text)
	f.sc.allLate()
	f.out = f.out[:0]
	for _, m := range f.sc.matches {
		if e := &f.sc.set.entries[m.entry]; !f.sc.set.lists[m.list].builtin {
			f.out = append(f.out, Place{int(m.from), int(m.to), e.term, m.view.String()})
		}
	}
	return f.out
}
