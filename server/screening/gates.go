package screening

import (
	"cel.dev/cel-go/common/ast"
)

// Some rules are looked at for every message because they ask for facts: links, numbers,
// variables, invisible characters. Most messages have none of these, and then the rule
// can't hold: which of them it can't do without is found out when the set is compiled.

type gate uint8

const (
	gateLink gate = iota
	gateNumber
	gateVariable
	gateHidden
	gates
)

// gateOfFact names the facts that are empty, 0 or false while a gate is shut.
var gateOfFact = map[string]gate{
	"url_count": gateLink, "unfiled_urls": gateLink, "urls": gateLink, "hosts": gateLink,
	"phone_count": gateNumber, "unfiled_phones": gateNumber, "phones": gateNumber,
	"unresolved": gateVariable, "invisible": gateHidden,
}

// gateOfExtract does so for patterns.
var gateOfExtract = map[extractor]gate{
	extractURL: gateLink, extractShortURL: gateLink, extractPhone: gateNumber, extractBankCard: gateNumber, extractIDCard: gateNumber,
	extractVariable: gateVariable,
}

// shut tells whether nothing behind a gate is in the current text.
func (sc *Screener) shut(g gate) bool {
	switch g {
	case gateLink:
		return len(sc.spans(extractURL)) == 0
	case gateNumber:
		sc.spans(extractPhone)
		return len(sc.digits) == 0
	case gateVariable:
		return len(sc.spans(extractVariable)) == 0
	}
	return sc.hidden == 0
}

// closeGates takes the rules off the list that can't hold for the current text.
func (sc *Screener) closeGates() {
	for g := range gates {
		behind := sc.set.behind[g]
		for i, w := range sc.todo {
			if w&behind[i] != 0 {
				if sc.shut(g) {
					for i := range sc.todo {
						sc.todo[i] &^= behind[i]
					}
				}
				break
			}
		}
	}
}

// findGates notes for each gate the rules that can't hold while it is shut.
func (s *Set) findGates() {
	words := (len(s.rules) + 63) / 64
	for g := range gates {
		s.behind[g] = make([]uint64, words)
		for i := range s.rules {
			r := &s.rules[i]
			absent := make([]bool, len(r.atoms))
			for x, a := range r.atoms {
				if a.pattern >= 0 && s.patterns[a.pattern].kind == extractPattern {
					of, ok := gateOfExtract[s.patterns[a.pattern].extract]
					absent[x] = ok && of == g
				}
			}
			if r.cond.root != nil && r.cond.needsGate(g, r.names, absent) {
				s.behind[g][i/64] |= 1 << (i % 64)
			}
		}
	}
}

// needsGate tells whether the condition can't hold while a gate is shut; absent are the
// atoms behind it.
func (c *condition) needsGate(g gate, names []string, absent []bool) bool {
	w := &walker{index: map[string]int{}, gated: absent, shut: map[string]bool{}}
	for i, n := range names {
		w.index[n] = i
	}
	for f, of := range gateOfFact {
		w.shut[f] = of == g
	}
	return w.possible(c.root)&canBeTrue == 0
}

// size is the list that a call of size asks for, or "".
func (w *walker) size(c ast.CallExpr) string {
	switch {
	case c.FunctionName() != "size":
		return ""
	case c.IsMemberFunction():
		return w.name(c.Target())
	case len(c.Args()) == 1:
		return w.name(c.Args()[0])
	}
	return ""
}
