package screening

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A word may leave room for anything: 加<4>群 is 加, at most four characters, 群; 加<1-4>群
// asks for one at least. Its parts are searched for as words of a hidden list and put
// together afterwards, so that they are seen through the same views as other words.

// maxRoom bounds the room between two parts of a word, in characters.
const maxRoom = 20

var roomPattern = regexp.MustCompile(`<(\d{1,2})(?:-(\d{1,2}))?>`)

type room struct{ least, most int }

// sequence is a word with room inside.
type sequence struct {
	entry int32 // of the whole word
	parts []string
	rooms []room // behind each part but the last
}

// sequenceList are the words with room of one list.
type sequenceList struct {
	list, parts int32 // the list, and the hidden one of the parts
	words       []sequence
}

// splitRooms cuts a word where it leaves room; ok is false for other words.
func splitRooms(word string) (parts []string, rooms []room, ok bool) {
	at := roomPattern.FindAllStringSubmatchIndex(word, -1)
	if at == nil {
		return nil, nil, false
	}
	from := 0
	for _, m := range at {
		r := room{}
		a, _ := strconv.Atoi(word[m[2]:m[3]])
		r.most = a
		if m[4] >= 0 {
			r.least = a
			r.most, _ = strconv.Atoi(word[m[4]:m[5]])
		}
		parts, rooms = append(parts, word[from:m[0]]), append(rooms, r)
		from = m[1]
	}
	return append(parts, word[from:]), rooms, true
}

// sequence notes a word with room of a list; its parts get a hidden list.
func (c *compiler) sequence(id int32, word string, parts []string, rooms []room, at place) {
	for i, p := range parts {
		if !Searchable(p) {
			c.probs.add(at, "", "room", "词里的 <n> 两边都要有字："+strconv.Quote(word), "there must be something on both sides of <n> in a word: "+strconv.Quote(word))
			return
		}
		if i < len(rooms) && (rooms[i].most > maxRoom || rooms[i].least > rooms[i].most) {
			c.probs.add(at, "", "room", "词里的 <n> 最多 20，<m-n> 要 m 不大于 n："+strconv.Quote(word), "<n> in a word is 20 at most, and in <m-n> m is not above n: "+strconv.Quote(word))
			return
		}
	}
	key := "parts of " + strconv.Itoa(int(id))
	hidden := c.set.lists[id]
	hidden.name, hidden.hidden, hidden.builtin, hidden.longest = "parts", true, true, false
	var s *sequenceList
	for i := range c.set.sequences {
		if c.set.sequences[i].list == id {
			s = &c.set.sequences[i]
		}
	}
	if s == nil {
		c.set.sequences = append(c.set.sequences, sequenceList{list: id})
		s = &c.set.sequences[len(c.set.sequences)-1]
		s.parts = c.list(key, hidden, nil, at)
		s = &c.set.sequences[len(c.set.sequences)-1]
	}
	c.wordsOf(s.parts, parts, at)
	s.words = append(s.words, sequence{parts: parts, rooms: rooms})
	s.words[len(s.words)-1].entry = int32(len(c.whole))
	c.whole = append(c.whole, entry{term: word, list: id})
}

// addWholes appends the entries of words with room behind those the matcher knows.
func (c *compiler) addWholes() {
	n := int32(len(c.set.entries))
	for i := range c.set.sequences {
		for j := range c.set.sequences[i].words {
			c.set.sequences[i].words[j].entry += n
		}
	}
	c.set.entries = append(c.set.entries, c.whole...)
}

// readSequences puts the parts that were found together.
func (sc *Screener) readSequences() {
	for i := range sc.set.sequences {
		s := &sc.set.sequences[i]
		if sc.count[s.parts] < 2 {
			continue
		}
		found := sc.seq.found[:0]
		for _, m := range sc.matches {
			if m.list == s.parts {
				found = append(found, m)
			}
		}
		sc.seq.found = found
		slices.SortFunc(found, func(a, b match) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		for w := range s.words {
			sc.joinParts(found, &s.words[w], s.list)
		}
	}
}

// sequenceBuffers are reused from text to text.
type sequenceBuffers struct {
	found      []match
	next, here []tail
}

// tail is where a part stands and where the word ends that goes on from there.
type tail struct {
	from, to, end uint32
	view          view
}

// joinParts finds a word with room from its last part to its first: each part goes on with
// the nearest next one from which the rest of the word follows.
func (sc *Screener) joinParts(found []match, w *sequence, list int32) {
	next, here := sc.seq.next[:0], sc.seq.here[:0]
	defer func() { sc.seq.next, sc.seq.here = next, here }()
	for n := len(w.parts) - 1; n >= 0; n-- {
		here = here[:0]
		at := 0
		for _, m := range found {
			if sc.set.entries[m.entry].term != w.parts[n] {
				continue
			}
			if n == len(w.parts)-1 {
				here = append(here, tail{m.from, m.to, m.to, m.view})
				continue
			}
			for at < len(next) && next[at].from < m.from {
				at++
			}
			if t, ok := sc.onward(m, next[at:], w.rooms[n]); ok {
				here = append(here, tail{m.from, m.to, t.end, max(m.view, t.view)})
			}
		}
		if next, here = here, next; len(next) == 0 {
			return
		}
	}
	for _, t := range next {
		sc.add(t.from, t.end, list, w.entry, t.view)
	}
}

// onward is the nearest of the tails that begins behind a part with the room asked for.
func (sc *Screener) onward(m match, tails []tail, r room) (tail, bool) {
	at, seen := m.to, 0
	for _, t := range tails {
		if t.from < m.to {
			continue
		}
		// spaces and what nobody sees take no room, but there is an end to them
		if t.from-m.to > uint32(8*r.most+64) {
			break
		}
		for at < t.from {
			c, n := utf8.DecodeRuneInString(sc.text[at:])
			if strings.ContainsRune("。！？!?\n", c) {
				return tail{}, false
			}
			if c != ' ' && c != '\u3000' && !invisible(c) && (c != utf8.RuneError || n > 1) {
				seen++
			}
			at += uint32(n)
		}
		if seen > r.most {
			break
		}
		if seen >= r.least {
			return t, true
		}
	}
	return tail{}, false
}

// keepLongest leaves, in lists that ask for it, only the matches that begin leftmost and
// of these the longest, none of them overlapping.
func (sc *Screener) keepLongest() {
	for l := range sc.set.lists {
		if !sc.set.lists[l].longest || sc.count[l] < 2 {
			continue
		}
		var idx []int
		for i := range sc.matches {
			if sc.matches[i].list == int32(l) {
				idx = append(idx, i)
			}
		}
		slices.SortStableFunc(idx, func(a, b int) int {
			x, y := sc.matches[a], sc.matches[b]
			return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(y.to, x.to), cmp.Compare(x.view, y.view))
		})
		drop := map[int]bool{}
		end := uint32(0)
		for _, i := range idx {
			if m := sc.matches[i]; m.from >= end {
				end = m.to
			} else {
				drop[i] = true
			}
		}
		kept := sc.matches[:0]
		for i, m := range sc.matches {
			if !drop[i] {
				kept = append(kept, m)
			}
		}
		sc.matches = kept
		sc.count[l] -= int32(len(drop))
	}
}
