package screening

// ScreenBatch judges a batch as a whole by the rules whose scope is batch (A05, A06).
func (s *Set) ScreenBatch(f BatchFacts) BatchResult {
	out := BatchResult{Verdict: Pass, RuleSet: s.version, Hits: []Hit{}}
	c := &evalContext{batch: &f}
	for i := range s.batch {
		r := &s.batch[i]
		c.rule = r
		a := &r.src.AppliesTo
		if !allows(a.Categories, f.Category) || !allows(a.Customers, factString(f.Facts, "customer")) ||
			!allows(a.Carriers, factString(f.Facts, "carrier")) || !allows(a.Industries, factString(f.Facts, "industry")) {
			continue
		}
		if !r.cond.eval(c) {
			continue
		}
		out.Hits = append(out.Hits, r.hit())
		if !r.shadow {
			out.Verdict = Worse(out.Verdict, r.verdict)
		}
	}
	return out
}

func allows(list []string, s string) bool { return len(list) == 0 || contains(list, s) }

// hit is a finding without a place.
func (r *rule) hit() Hit {
	return Hit{Rule: r.src.ID, Class: r.src.Class, Action: r.src.Action, ReasonCode: r.src.ReasonCode, Shadow: r.shadow, Title: r.title}
}
