package screening

import (
	"regexp/syntax"
	"unicode"
)

// A regular expression is tried only where the matcher has seen one of the texts that any
// match must contain. requiredLiterals finds such a set, folded as the matcher folds; nil
// means the expression has none worth the name and is tried on every text.

const (
	maxExact    = 48 // different texts an expression may stand for to be written out
	maxLiterals = 64
)

// maxProgram bounds the steps a regular expression compiles to; matching takes time in
// proportion to them.
const maxProgram = 2000

func programSize(expr string) int {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return 0
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return 0
	}
	return len(prog.Inst)
}

type literal struct {
	exact []string // all texts it can match, or nil
	need  []string // each match contains one of these, or nil
}

func requiredLiterals(expr string, f *folding) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	l := literals(re.Simplify())
	best := better(l.exact, l.need, f)
	if weight(best, f) == 0 {
		return nil
	}
	return best
}

// weight is the length of the shortest text after folding; 0 for none.
func weight(lits []string, f *folding) int {
	if len(lits) == 0 || len(lits) > maxLiterals {
		return 0
	}
	least := 1 << 30
	for _, s := range lits {
		key, _, _, _, ok := readTerm(f, s)
		if !ok {
			return 0
		}
		if len(key) == 1 && key[0] < 0x2E80 {
			return 0 // a single letter is in most texts, a single Chinese character in few
		}
		least = min(least, len(key))
	}
	return least
}

func better(a, b []string, f *folding) []string {
	wa, wb := weight(a, f), weight(b, f)
	if wa > wb || wa == wb && len(a) < len(b) {
		return a
	}
	return b
}

func literals(re *syntax.Regexp) literal {
	f := theFolding()
	switch re.Op {
	case syntax.OpLiteral:
		return literal{exact: []string{string(re.Rune)}}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literal{exact: []string{""}}
	case syntax.OpCharClass:
		var out []string
		seen := map[rune]bool{}
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if int(re.Rune[i+1]-re.Rune[i]) > maxExact {
				return literal{}
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if c := unicode.ToLower(r); !seen[c] { // the matcher folds case anyway
					seen[c] = true
					out = append(out, string(c))
				}
			}
		}
		if len(out) == 0 || len(out) > maxExact {
			return literal{}
		}
		return literal{exact: out}
	case syntax.OpCapture:
		return literals(re.Sub[0])
	case syntax.OpPlus:
		l := literals(re.Sub[0])
		return literal{need: better(l.exact, l.need, f)}
	case syntax.OpRepeat:
		if re.Min == 0 {
			return literal{}
		}
		l := literals(re.Sub[0])
		return literal{need: better(l.exact, l.need, f)}
	case syntax.OpQuest:
		if l := literals(re.Sub[0]); l.exact != nil && len(l.exact) < maxExact {
			return literal{exact: append([]string{""}, l.exact...)}
		}
	case syntax.OpAlternate:
		var exact, need []string
		allExact, allNeed := true, true
		for _, sub := range re.Sub {
			l := literals(sub)
			allExact = allExact && l.exact != nil
			exact = append(exact, l.exact...)
			b := better(l.exact, l.need, f)
			allNeed = allNeed && weight(b, f) > 0
			need = append(need, b...)
		}
		if allExact && len(exact) <= maxExact {
			return literal{exact: exact}
		}
		if allNeed {
			return literal{need: need}
		}
		return literal{}
	case syntax.OpConcat:
		run := []string{""}
		var need []string
		exact := true
		for _, s := range re.Sub {
			l := literals(s)
			if l.exact != nil && len(run)*len(l.exact) <= maxExact {
				next := make([]string, 0, len(run)*len(l.exact))
				for _, a := range run {
					for _, b := range l.exact {
						next = append(next, a+b)
					}
				}
				run = next
				continue
			}
			exact = false
			need = better(need, run, f)
			need = better(need, better(l.exact, l.need, f), f)
			run = []string{""}
			if l.exact != nil {
				run = l.exact
			}
		}
		if exact {
			return literal{exact: run}
		}
		return literal{need: better(need, run, f)}
	}
	return literal{}
}
