package screening

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
	for i := range s.entries {
		if s.lists[s.entries[i].list].late {
			s.entries[i].flags |= entryLate
			s.hasLate = true
		}
	}
}

// lateCount is the number of matches of a list, whenever it is looked at.
func (sc *Screener) lateCount(list int32) int32 {
	if sc.set.lists[list].late && sc.late[list] != sc.texts {
		sc.late[list] = sc.texts
		if sc.there[list] == sc.texts {
			sc.lookLate(list)
		}
	}
	return sc.count[list]
}

// lookLate weighs what was found of one list.
func (sc *Screener) lookLate(list int32) {
	s := sc.set
	for _, f := range sc.found {
		for e := s.wordFirst[f.word]; e < s.wordFirst[f.word+1]; e++ {
			if s.entries[e].list == list {
				sc.weigh(f, e)
			}
		}
	}
}

func (sc *Screener) weigh(f found, e int32) {
	en := &sc.set.entries[e]
	from, to := sc.pos[f.from], sc.charEnd(int(f.to-1))
	if v, ok := sc.set.fold.accept(sc.text, int(from), int(to), int(f.to-f.from), &sc.set.lists[en.list], en); ok {
		sc.add(from-uint32(en.lead), to+uint32(en.trail), en.list, e, v)
	}
}

// allLate looks at all lists.
func (sc *Screener) allLate() {
	s := sc.set
	if !s.hasLate {
		return
	}
	for _, f := range sc.found {
		for e := s.wordFirst[f.word]; e < s.wordFirst[f.word+1]; e++ {
			if en := &s.entries[e]; en.flags&entryLate != 0 && sc.late[en.list] != sc.texts {
				sc.weigh(f, e)
			}
		}
	}
	for l := range s.lists {
		sc.late[l] = sc.texts
	}
}
