package screening

import (
	"math"
	"math/bits"

	"cel.dev/cel-go/common/ast"
)

// Some rules look at facts: links, numbers, variables, how a text is written, what is
// missing, what the caller said. Most messages give them nothing to hold on to. A gate is
// a cheap question about the text or the message; while it is shut certain facts are known
// to be empty, or on file, or small. Which rules can't hold while which gates are shut is
// found out when the set is compiled: such a rule is looked at once a gate of its opens,
// as others are once a word of theirs is found.

type gate uint8

const (
	gateLink gate = iota
	gateNumber
	gateVariable
	gateHidden
	gateShape     // characters in other shapes, rare ones and variants
	gateLong      // more than three parts
	gateUnsigned  // no signature, or none on file
	gateRecipient // no valid number
	gateCaller    // from here on one for each of callerFacts
)

// callerFacts are given by the caller, false, 0 or empty for most messages.
var callerFacts = [...]string{
	"opted_out", "blacklisted", "repeated", "consented", "consent_missing", "sent_today", "recipient_count", "similarity", "allowed_carriers", "features_required",
}

const gates = gateCaller + gate(len(callerFacts))

// longest text behind gateLong, in UTF-16 units: three parts.
const shortUnits = 3 * 67

// assumption is what is known of facts while gates are shut.
type assumption struct {
	zero map[string]bool       // empty, 0 or false
	set  map[string]bool       // not empty, true
	span map[string][2]float64 // numbers between two
}

// gateOfFact names the facts a shut gate says something about.
var gateOfFact = map[string]gate{
	"url_count": gateLink, "unfiled_urls": gateLink, "urls": gateLink, "hosts": gateLink,
	"phone_count": gateNumber, "unfiled_phones": gateNumber, "phones": gateNumber,
	"unresolved": gateVariable, "invisible": gateHidden, "private_use": gateHidden,
	"radicals": gateShape, "lookalikes": gateShape, "rare_characters": gateShape, "variant_characters": gateShape,
	"segments": gateLong, "length": gateLong, "body_length": gateLong,
	"signature": gateUnsigned, "signature_filed": gateUnsigned,
	"recipient": gateRecipient, "recipient_valid": gateRecipient,
}

func init() {
	for i, n := range callerFacts {
		gateOfFact[n] = gateCaller + gate(i)
	}
}

// gateOfExtract does so for patterns, which find nothing then.
var gateOfExtract = map[extractor]gate{
	extractURL: gateLink, extractShortURL: gateLink, extractPhone: gateNumber, extractBankCard: gateNumber, extractIDCard: gateNumber,
	extractVariable: gateVariable,
}

// assume is what is known while some gates are shut, one bit for each.
func assume(shut uint32) *assumption {
	a := &assumption{zero: map[string]bool{}, set: map[string]bool{}, span: map[string][2]float64{}}
	for f, g := range gateOfFact {
		if shut>>g&1 == 0 {
			continue
		}
		switch f {
		case "segments":
			a.span[f] = [2]float64{1, 3}
		case "length":
			a.span[f] = [2]float64{0, shortUnits}
		case "body_length": // of broken texts parts may be counted longer than the whole
			a.span[f] = [2]float64{-shortUnits, shortUnits}
		case "signature", "signature_filed", "recipient", "recipient_valid":
			a.set[f] = true
		default:
			a.zero[f] = true
		}
	}
	return a
}

// isShut answers a gate's question about the current text and message.
func (sc *Screener) isShut(g gate) bool {
	switch g {
	case gateLink:
		return len(sc.spans(extractURL)) == 0
	case gateNumber:
		sc.spans(extractPhone)
		return len(sc.digits) == 0
	case gateVariable:
		return len(sc.spans(extractVariable)) == 0
	case gateHidden:
		return sc.hidden == 0
	case gateShape:
		return sc.all&attrShape == 0
	case gateLong:
		return sc.units <= shortUnits
	case gateUnsigned:
		return sc.signatureFiled()
	case gateRecipient:
		return validMobile(sc.msg.Phone)
	}
	if len(sc.msg.Facts) == 0 {
		return true
	}
	f := &sc.set.callers[g-gateCaller]
	switch f.kind {
	case boolFact:
		return !f.b(&sc.ctx)
	case intFact:
		return f.i(&sc.ctx) == 0
	case doubleFact:
		return f.d(&sc.ctx) == 0
	case listFact:
		return len(f.l(&sc.ctx)) == 0
	}
	return false
}

// openGates puts the rules on the list that wait for a gate to open, and takes those off
// that can't hold since one is shut.
func (sc *Screener) openGates() {
	s := sc.set
	shut := uint32(0)
	ask := s.opening
	if len(sc.msg.Facts) == 0 {
		ask &= 1<<gateCaller - 1
		shut = ^uint32(1<<gateCaller - 1)
	}
	for w := ask; w != 0; w &= w - 1 {
		g := bits.TrailingZeros32(w)
		if sc.isShut(gate(g)) {
			shut |= 1 << g
			continue
		}
		for i, m := range s.opens[g] {
			sc.todo[i] |= m
		}
	}
	for w := s.closing; w != 0; w &= w - 1 {
		g := bits.TrailingZeros32(w)
		any := uint64(0)
		for i, m := range s.closes[g] {
			any |= m & sc.todo[i]
		}
		if any != 0 && (shut>>g&1 != 0 || ask>>g&1 == 0 && sc.isShut(gate(g))) {
			for i, m := range s.closes[g] {
				sc.todo[i] &^= m
			}
		}
	}
}

// findGates notes for each gate the rules that can't hold while it is shut.
func (s *Set) findGates() {
	words := (len(s.rules) + 63) / 64
	for g := range gates {
		s.behind[g], s.closes[g] = make([]uint64, words), make([]uint64, words)
		for i := range s.rules {
			if r := &s.rules[i]; !r.cond.holdsWithout(r, s, 1<<g, false) {
				s.behind[g][i/64] |= 1 << (i % 64)
			}
		}
	}
	for i, n := range callerFacts {
		s.callers[i] = messageFacts[n]
	}
}

// holdsWithout tells whether the condition can hold while some gates are shut; bare: and
// while no word of the rule is found.
func (c *condition) holdsWithout(r *rule, s *Set, shut uint32, bare bool) bool {
	return c.root == nil || c.walk(r, s, shut, bare).possible(c.root)&canBeTrue != 0
}

func (c *condition) walk(r *rule, s *Set, shut uint32, bare bool) *walker {
	w := &walker{index: map[string]int{}, gated: make([]bool, len(r.atoms)), known: assume(shut)}
	for i, n := range r.names {
		w.index[n] = i
		a := r.atoms[i]
		w.gated[i] = bare && a.list >= 0 || a.pattern >= 0 && s.absent(a.pattern, shut, bare)
	}
	return w
}

// absent tells whether a pattern can't be there while gates are shut and, if bare, none
// of the words is found that it can't do without.
func (s *Set) absent(p int32, shut uint32, bare bool) bool {
	pt := &s.patterns[p]
	switch {
	case pt.kind == anyPattern:
		for _, q := range pt.any {
			if !s.absent(q, shut, bare) {
				return false
			}
		}
		return true
	case bare && pt.gate >= 0:
		return true
	case pt.kind == extractPattern:
		g, ok := gateOfExtract[pt.extract]
		return ok && shut>>g&1 != 0
	}
	return false
}

// waits lists what a pattern waits for: lists of words and gates.
func (s *Set) waits(p int32, lists map[int32]bool, open *uint32) {
	pt := &s.patterns[p]
	for _, q := range pt.any {
		s.waits(q, lists, open)
	}
	if pt.gate >= 0 {
		lists[pt.gate] = true
	} else if g, ok := gateOfExtract[pt.extract]; ok && pt.kind == extractPattern {
		*open |= 1 << g
	}
}

const allGates = 1<<gates - 1

// bounds are the least and the most a number can be where no gated atom was found.
func (w *walker) bounds(e ast.Expr) (least, most float64, ok bool) {
	if n := w.name(e); n != "" {
		if i, part, ok := w.atom(n); ok {
			return 0, 0, part != "" && w.gated[i]
		}
		if w.known == nil {
			return 0, 0, false
		}
		if w.known.zero[n] {
			return 0, 0, true
		}
		b, ok := w.known.span[n]
		return b[0], b[1], ok
	}
	switch e.Kind() {
	case ast.LiteralKind:
		switch v := e.AsLiteral().Value().(type) {
		case int64:
			return float64(v), float64(v), v < 1<<53 && v > -1<<53
		case float64:
			return v, v, !math.IsNaN(v)
		}
	case ast.CallKind:
		c := e.AsCall()
		if w.known != nil && w.known.zero[w.size(c)] {
			return 0, 0, true
		}
		if args := c.Args(); len(args) == 2 && c.FunctionName() == "_+_" {
			a, b, okA := w.bounds(args[0])
			x, y, okB := w.bounds(args[1])
			return a + x, b + y, okA && okB
		}
	}
	return 0, 0, false
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
