package screening

import (
	"encoding/binary"
	"unsafe"
)

// Most lists of a set stand beside others in conditions: 领取 or 您的 say nothing unless a
// rarer word of the rule is there. The matcher finds all words in one pass; what it found
// of such lists is weighed (view, gaps, whole word) only once a rule asks for them.

// markLate chooses the lists that no rule waits for. Those of sounds and split characters
// have searches of their own and are always up to date.
func (s *Set) markLate() {
	for i := range s.rules {
		for _, a := range s.rules[i].atoms {
			if a.list < 0 || s.listRules[a.list] != nil {
				continue
			}
			l := &s.lists[a.list]
			l.late = l.views&^fusedViews == 0 && !l.builtin && !l.longest
		}
	}
	for i := range s.rules {
		if e := s.rules[i].except; e >= 0 {
			s.lists[e].late = false
		}
	}
	for i := range s.patterns {
		if g := s.patterns[i].gate; g >= 0 {
			s.lists[g].late = false
		}
	}
	for i := range s.sequences {
		s.lists[s.sequences[i].list].late = false
	}
	s.sortUses()
}

// use is where the entries of a word stand: those to be weighed at once, and those of
// lists that are looked at late.
type use struct {
	early, late, end uint32
	lists            uint64 // of the late ones, by the lowest bits of their numbers
}

// lateUse is an entry of a list that is looked at late.
type lateUse struct{ list, entry int32 }

// sortUses parts the entries of each word into early and late ones, as their lists say.
func (s *Set) sortUses() {
	s.uses = make([]use, len(s.wordFirst)-1)
	s.early, s.lateUses = s.early[:0], s.lateUses[:0]
	for w := range s.uses {
		u := &s.uses[w]
		u.early, u.late = uint32(len(s.early)), uint32(len(s.lateUses))
		for e := s.wordFirst[w]; e < s.wordFirst[w+1]; e++ {
			if l := s.entries[e].list; s.lists[l].late {
				s.lateUses = append(s.lateUses, lateUse{l, e})
				u.lists |= 1 << (l & 63)
			} else {
				s.early = append(s.early, e)
			}
		}
		u.end = uint32(len(s.early))
	}
	s.uses = append(s.uses, use{late: uint32(len(s.lateUses))})
	for i := range s.entries {
		e := &s.entries[i]
		e.flags &^= entryBare
		var head [8]byte
		copy(head[:], e.term)
		e.head = binary.NativeEndian.Uint64(head[:])
		if l := &s.lists[e.list]; e.lead|e.trail == 0 && (l.whole < 0 || l.whole == 0 && e.flags&(entryFirst|entryLast) == 0) {
			e.flags |= entryBare
		}
	}
}

// lateCount is the number of matches of a list, whenever it is looked at.
func (sc *Screener) lateCount(list int32) int32 {
	if sc.set.lists[list].late && sc.late[list] != sc.texts {
		sc.late[list] = sc.texts
		if sc.lateLists>>(list&63)&1 != 0 {
			sc.lookLate(list)
		}
	}
	return sc.count[list]
}

// lookLate weighs what was found of one list.
func (sc *Screener) lookLate(list int32) {
	s := sc.set
	for _, f := range sc.found {
		if s.uses[f.word].lists>>(list&63)&1 == 0 {
			continue
		}
		for _, u := range s.lateUses[s.uses[f.word].late:s.uses[f.word+1].late] {
			if u.list == list {
				sc.weigh(f, u.entry)
			}
		}
	}
}

// weigh adds a word that was found, if its list takes it as it is written.
func (sc *Screener) weigh(f found, e int32) {
	s := sc.set
	en := &s.entries[e]
	from, to := sc.pos[f.from], sc.charEnd(int(f.to-1))
	if en.flags&entryBare != 0 && int(to-from) == len(en.term) && sc.begins(int(from), en) {
		sc.add(from, to, en.list, e, plainView)
		return
	}
	if v, ok := s.fold.accept(sc.text, int(from), int(to), int(f.to-f.from), &s.lists[en.list], en); ok {
		sc.add(from-uint32(en.lead), to+uint32(en.trail), en.list, e, v)
	}
}

// begins tells whether a term stands at a place of the text where there is room for it.
func (sc *Screener) begins(from int, en *entry) bool {
	n := len(en.term)
	if from+8 > len(sc.text) {
		return sc.text[from:from+n] == en.term
	}
	x := *(*uint64)(unsafe.Pointer(at(unsafe.StringData(sc.text), from))) ^ en.head
	if n <= 8 {
		return x<<(64-8*n) == 0
	}
	return x == 0 && sc.text[from+8:from+n] == en.term[8:]
}

// allLate looks at all lists.
func (sc *Screener) allLate() {
	s := sc.set
	if len(s.lateUses) == 0 {
		return
	}
	for _, f := range sc.found {
		for _, u := range s.lateUses[s.uses[f.word].late:s.uses[f.word+1].late] {
			if sc.late[u.list] != sc.texts {
				sc.weigh(f, u.entry)
			}
		}
	}
	for l := range s.lists {
		sc.late[l] = sc.texts
	}
}
