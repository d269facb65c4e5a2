package screening

import "strings"

// Facts of conditions. Those of the text are found out when a condition asks for them;
// those of the caller come with the message. What the caller does not say is empty, 0 or
// false: nothing on file, so that a forgotten register holds messages rather than lets
// them pass.

// messageFacts are the facts of rules about messages.
var messageFacts map[string]fact

// batchFacts are the facts of rules about batches.
var batchFacts map[string]fact

func init() {
	str := func(f func(c *evalContext) string) fact { return fact{kind: stringFact, s: f} }
	num := func(f func(c *evalContext) int64) fact { return fact{kind: intFact, i: f} }
	flag := func(f func(c *evalContext) bool) fact { return fact{kind: boolFact, b: f} }
	real := func(f func(c *evalContext) float64) fact { return fact{kind: doubleFact, d: f} }
	texts := func(f func(c *evalContext) []string) fact { return fact{kind: listFact, l: f} }
	given := func(name string) fact { return str(func(c *evalContext) string { return factString(c.facts(), name) }) }
	count := func(name string) fact { return num(func(c *evalContext) int64 { return factInt(c.facts(), name) }) }
	known := func(name string) fact { return flag(func(c *evalContext) bool { return factBool(c.facts(), name) }) }

	messageFacts = map[string]fact{
		// from the text
		"segments":    num(func(c *evalContext) int64 { return int64(c.sc.segments()) }),
		"length":      num(func(c *evalContext) int64 { return int64(c.sc.length()) }),
		"body_length": num(func(c *evalContext) int64 { return int64(c.sc.bodyLength()) }),
		"urls":        texts(func(c *evalContext) []string { return c.sc.urlTexts() }),
		"hosts":       texts(func(c *evalContext) []string { return c.sc.hosts() }),
		"phones":      texts(func(c *evalContext) []string { return c.sc.phoneTexts() }),
		"url_count":   num(func(c *evalContext) int64 { return int64(len(c.sc.spans(extractURL))) }),
		"phone_count": num(func(c *evalContext) int64 { return int64(len(c.sc.spans(extractPhone))) }),
		"signature":   str(func(c *evalContext) string { return c.sc.signature() }),
		"opt_out":     flag(func(c *evalContext) bool { return len(c.sc.spans(extractOptOut)) > 0 }),
		"unresolved":  flag(func(c *evalContext) bool { return len(c.sc.spans(extractVariable)) > 0 }),
		"obfuscated":  flag(func(c *evalContext) bool { c.sc.allLate(); return c.sc.obfuscated }),
		"invisible":   num(func(c *evalContext) int64 { return int64(c.sc.hidden) }),
		"private_use": num(func(c *evalContext) int64 { return c.sc.privateUse() }),
		"radicals":    num(func(c *evalContext) int64 { return c.sc.shapesOf().radicals }),
		"lookalikes":  num(func(c *evalContext) int64 { return c.sc.lookalikes() }),
		"rare_characters": num(func(c *evalContext) int64 {
			return c.sc.rareCharacters()
		}),
		"variant_characters": num(func(c *evalContext) int64 {
			return c.sc.variantCharacters()
		}),
		"isolated_characters": num(func(c *evalContext) int64 {
			return c.sc.isolatedCharacters()
		}),
		"unfiled_urls": num(func(c *evalContext) int64 { return int64(c.sc.unfiledURLs()) }),
		"unfiled_phones": num(func(c *evalContext) int64 {
			return int64(c.sc.unfiledPhones())
		}),
		"signature_filed": flag(func(c *evalContext) bool { return c.sc.signatureFiled() }),
		"recipient_valid": flag(func(c *evalContext) bool { return validMobile(c.sc.msg.Phone) }),
		// from the caller
		"category":  str(func(c *evalContext) string { return c.sc.msg.Category }),
		"recipient": str(func(c *evalContext) string { return c.sc.msg.Phone }),
		"customer":  given("customer"),
		"contract":  given("contract"),
		"carrier":   given("carrier"),
		"industry":  given("industry"),
		"template":  given("template"),
		// the chain of registrations before the recipient's carrier: "" is in order, else not_filed, carrier_pending, carrier_refused, lapsed …
		"qualification_standing": given("qualification_standing"),
		"signature_standing":     given("signature_standing"),
		"template_standing":      given("template_standing"),
		"number_standing":        given("number_standing"),
		"variable_misfit":        known("variable_misfit"), // a value does not fit its template's variable
		"hour":                   count("hour"),
		"minute":                 count("minute"),
		"recipient_count":        count("recipient_count"),
		"similarity":             real(func(c *evalContext) float64 { return factFloat(c.facts(), "similarity") }),
		"opted_out":              known("opted_out"),
		"blacklisted":            known("blacklisted"),
		"repeated":               known("repeated"),
		"consented":              known("consented"),
		"consent_missing":        known("consent_missing"),
		"sent_today":             count("sent_today"),
		"allowed_carriers": texts(func(c *evalContext) []string {
			return factTexts(c.facts(), "allowed_carriers")
		}),
		"features_required": known("features_required"),
		"company_named":     flag(func(c *evalContext) bool { return c.sc.companyNamed() }),
		"facts":             {kind: mapFact, m: func(c *evalContext) map[string]any { return c.facts() }},
	}
	batchFacts = map[string]fact{
		"phones":                num(func(c *evalContext) int64 { return int64(c.batch.Phones) }),
		"longest_run":           num(func(c *evalContext) int64 { return int64(c.batch.LongestRun) }),
		"run_share":             real(func(c *evalContext) float64 { return c.batch.RunShare }),
		"parts":                 num(func(c *evalContext) int64 { return c.batch.Parts }),
		"daily_cap":             num(func(c *evalContext) int64 { return c.batch.DailyCap }),
		"used_today":            num(func(c *evalContext) int64 { return c.batch.UsedToday }),
		"hour":                  num(func(c *evalContext) int64 { return int64(c.batch.Hour) }),
		"minute":                num(func(c *evalContext) int64 { return int64(c.batch.Minute) }),
		"inside_hours":          flag(func(c *evalContext) bool { return insideHours(c.batch) }),
		"category":              str(func(c *evalContext) string { return c.batch.Category }),
		"allowed_categories":    texts(func(c *evalContext) []string { return c.batch.AllowedCategories }),
		"contract_active":       flag(func(c *evalContext) bool { return c.batch.ContractActive }),
		"licences_valid":        flag(func(c *evalContext) bool { return c.batch.LicencesValid }),
		"signature_approved":    flag(func(c *evalContext) bool { return c.batch.SignatureApproved }),
		"sender_unfiled":        known("sender_unfiled"),
		"funds_short":           known("funds_short"),
		"consent_unproven":      known("consent_unproven"),
		"flow_limit":            count("flow_limit"),
		"repeat_share":          real(func(c *evalContext) float64 { return factFloat(c.facts(), "repeat_share") }),
		"similarity_to_refused": real(func(c *evalContext) float64 { return c.batch.MeanSimilarityToRefused }),
		"customer":              given("customer"),
		"contract":              given("contract"),
		"carrier":               given("carrier"),
		"industry":              given("industry"),
		"facts":                 {kind: mapFact, m: func(c *evalContext) map[string]any { return c.facts() }},
	}
}

// FactNames lists the facts that conditions of a scope (message or batch) may use.
func FactNames(scope string) []string {
	if scope == "batch" {
		return sortedKeys(batchFacts)
	}
	return sortedKeys(messageFacts)
}

func factString(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

func factInt(m map[string]any, name string) int64 {
	switch v := m[name].(type) {
	case int:
		return int64(v)
	case int64:
		return v
	case int32:
		return int64(v)
	case uint64:
		return int64(v)
	case float64:
		return int64(v)
	}
	return 0
}

func factFloat(m map[string]any, name string) float64 {
	if f, ok := m[name].(float64); ok {
		return f
	}
	return float64(factInt(m, name))
}

func factBool(m map[string]any, name string) bool {
	b, _ := m[name].(bool)
	return b
}

// factTexts is a fact that is a list of texts.
func factTexts(m map[string]any, name string) []string {
	if v, ok := m[name].([]string); ok {
		return v
	}
	var out []string
	listed(m, name, func(s string) bool { out = append(out, s); return false })
	return out
}

// companyNamed tells whether the text names one of the caller's company_names; without
// any, whether its signature is on file, which names the company as well.
func (sc *Screener) companyNamed() bool {
	any := false
	named := listed(sc.msg.Facts, "company_names", func(s string) bool {
		any = any || s != ""
		return s != "" && strings.Contains(sc.text, s)
	})
	return named || !any && sc.signatureFiled()
}

// listed reports whether a fact that is a list of texts has one for which ok holds.
func listed(m map[string]any, name string, ok func(string) bool) bool {
	switch v := m[name].(type) {
	case []string:
		for _, s := range v {
			if ok(s) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if s, is := x.(string); is && ok(s) {
				return true
			}
		}
	case map[string]bool:
		for s, is := range v {
			if is && ok(s) {
				return true
			}
		}
	case string:
		return ok(v)
	}
	return false
}

// insideHours tells whether a batch would begin within the contract's sending hours. A
// window over midnight (22:00 to 06:00) is allowed; no window means any hour.
func insideHours(b *BatchFacts) bool {
	from, okFrom := clockMinutes(b.SendFrom)
	to, okTo := clockMinutes(b.SendTo)
	if !okFrom || !okTo {
		return b.SendFrom == "" && b.SendTo == ""
	}
	now := b.Hour*60 + b.Minute
	if from <= to {
		return now >= from && now < to
	}
	return now >= from || now < to
}

func clockMinutes(s string) (int, bool) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) == 0 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	n := [2]int{}
	for i, p := range [2]string{h, m} {
		for _, c := range []byte(p) {
			if c < '0' || c > '9' {
				return 0, false
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	return n[0]*60 + n[1], n[0] <= 24 && n[1] < 60
}
