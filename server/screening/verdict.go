// Package screening decides what may be sent: it compiles a set of rules once and
// then judges texts against it. It is pure: no SQL, no HTTP, no clock.
package screening

// Verdict is what the rules decide about a message or a batch (requirement A07).
type Verdict string

// The verdicts, mildest first; the severest one that any live rule asks for wins.
const (
	Pass          Verdict = "pass"
	Hold          Verdict = "hold"           // a reviewer looks at it
	Escalate      Verdict = "escalate"       // it cannot be judged here: the competent authority is asked (A09)
	RefuseMessage Verdict = "refuse_message" // this message is not sent
	RefuseBatch   Verdict = "refuse_batch"   // nothing of the batch is sent
)

// Severity orders verdicts: pass < hold < escalate < refuse_message < refuse_batch.
// An unknown verdict is as severe as pass.
func (v Verdict) Severity() int {
	switch v {
	case Hold:
		return 1
	case Escalate:
		return 2
	case RefuseMessage:
		return 3
	case RefuseBatch:
		return 4
	}
	return 0
}

// Worse returns the severer of two verdicts.
func Worse(a, b Verdict) Verdict {
	if b.Severity() > a.Severity() {
		return b
	}
	return a
}

// Message is one text to judge. Only Text is required.
type Message struct {
	ID        string
	Text      string
	Phone     string
	Category  string // verification, notice, marketing or advertising (A02)
	Signature string // the registered signature the sender claims, with or without 【】
	// Vars are the values put into a template; each is also screened alone, because a
	// word may begin in the template and end in the value.
	Vars []string
	// Facts are what the caller knows besides the text, by the names docs/rules.md lists:
	// customer, contract, carrier, industry, template, hour, similarity, recipient_count,
	// registered_domains, registered_phones, registered_signatures, ...
	Facts map[string]any
}

// Hit is one reason for a verdict, with its place in the original text.
type Hit struct {
	Rule       string `json:"rule"`
	Class      string `json:"class"`
	Action     string `json:"action"`
	ReasonCode string `json:"reason_code"`
	Term       string `json:"term"` // the word or the pattern's name; empty where a rule looks at facts only
	View       string `json:"view"` // the mildest view in which the word is found
	Start      int    `json:"start"`
	End        int    `json:"end"` // UTF-16 code units of the original text; Start == End: no place in the text
	Text       string `json:"text"`
	Shadow     bool   `json:"shadow"` // a rule on trial: counted, without effect
	Title      string `json:"title,omitempty"`
}

// Facts is what the engine found out about the text itself.
type Facts struct {
	Segments   int      `json:"segments"`
	URLs       []string `json:"urls"`
	Phones     []string `json:"phones"`
	Signature  string   `json:"signature,omitempty"`
	OptOut     bool     `json:"opt_out,omitempty"`
	Obfuscated bool     `json:"obfuscated"`
}

// Result is the verdict on one message with everything that led to it.
type Result struct {
	ID             string  `json:"id"`
	Verdict        Verdict `json:"verdict"`
	ContentVerdict Verdict `json:"content_verdict"` // by the rules of content alone
	Score          int     `json:"score"`
	RuleSet        string  `json:"rule_set"`
	Hits           []Hit   `json:"hits"`
	Facts          Facts   `json:"facts"`
}

// BatchFacts is what is known about a batch as a whole (A05, A06).
type BatchFacts struct {
	Phones     int     // recipients that are left after removing bad and repeated ones
	LongestRun int     // longest run of consecutive numbers
	RunShare   float64 // share of recipients in runs of 20 or more
	Parts      int64   // message parts this batch would send
	// DailyCap is the contract's cap of parts per day, 0 if there is none; UsedToday counts against it.
	DailyCap, UsedToday int64
	Hour, Minute        int    // when sending would begin, local time
	SendFrom, SendTo    string // sending hours of the contract, "08:00" and "21:00"
	Category            string
	AllowedCategories   []string
	ContractActive      bool
	LicencesValid       bool
	SignatureApproved   bool
	// MeanSimilarityToRefused is 0..1: how much the texts resemble what was refused before.
	MeanSimilarityToRefused float64
	// Facts adds what later stations know (customer, carrier, balance, ...).
	Facts map[string]any
}

// BatchResult is the verdict of the batch rules; their hits have no place in a text.
type BatchResult struct {
	Verdict Verdict `json:"verdict"`
	RuleSet string  `json:"rule_set"`
	Hits    []Hit   `json:"hits"`
}

// Segment is a piece of a text covered by the same hits (indexes into the list given).
type Segment struct {
	Text string `json:"text"`
	Hits []int  `json:"hits"`
}
