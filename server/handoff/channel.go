package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sealgate/server/caldate"
)

// Channel is an engine under a name, with what the other side agreed to carry and how fast (A13).
type Channel struct {
	Name        string
	Engine      Engine
	Carriers    []string // it carries their recipients; empty: everybody's, those of unknown carriers too
	Priority    int      // of the channels that can take a message the lowest number does; equals share the load
	PerSecond   int64    // messages; 0: no limit of ours
	PerCustomer int64    // messages a second of any one customer; 0: no limit of ours
	From, To    string   // hours of the day, "08:00" and "21:00"; empty: all day
	Codes       map[string]Meaning
}

// Meaning is what a carrier's status code comes down to, whatever carrier sent it. Codes themselves are kept raw.
type Meaning string

// The meanings.
const (
	MeansDelivered   Meaning = "delivered"
	MeansOnTheWay    Meaning = "on_the_way"     // nothing is decided yet
	MeansAbsent      Meaning = "absent"         // switched off, out of reach, memory full
	MeansNoNumber    Meaning = "no_number"      // does not exist, ported away, barred
	MeansBlacklisted Meaning = "blacklisted"    // on a list of the carrier, or of the recipient
	MeansContent     Meaning = "content"        // refused for its text, signature or template
	MeansSender      Meaning = "sender"         // service code not filed, or not for this
	MeansVolume      Meaning = "volume"         // too many: of this sender, or to this recipient
	MeansExpired     Meaning = "expired"        // tried until its time was over
	MeansAccount     Meaning = "account"        // our account, balance or connection
	MeansStopped     Meaning = "stopped"        // it never left our own queue
	MeansOther       Meaning = "other"          // not in any table
	anyCode                  = "*"              // at the end of a code in a table: all that begin so
	unknownCarrier           = "unknown"        // in a channel's list: recipients whose carrier nobody knows
	channelsAtMost           = 62               // of different names, ever: a set of them fits a number
	nonceFor                 = 10 * time.Minute // how long a call of an engine may be on its way
)

// Meanings lists all, for forms and for checking a configuration.
func Meanings() []Meaning {
	return []Meaning{
		MeansDelivered, MeansOnTheWay, MeansAbsent, MeansNoNumber, MeansBlacklisted, MeansContent, MeansSender, MeansVolume, MeansExpired, MeansAccount,
		MeansStopped, MeansOther,
	}
}

// common codes, as the carriers of the mainland and SMPP's receipts use them; a channel's own table goes first.
var commonCodes = map[string]Meaning{
	"DELIVRD": MeansDelivered, "ACCEPTD": MeansOnTheWay, "ENROUTE": MeansOnTheWay, "BUFFRED": MeansOnTheWay,
	"EXPIRED": MeansExpired, "UNDELIV": MeansAbsent, "REJECTD": MeansBlacklisted, "DELETED": MeansOther, "UNKNOWN": MeansOther,
	"MK:0001": MeansNoNumber, "MK:0000": MeansNoNumber, "MK:0005": MeansNoNumber, "MK:0012": MeansNoNumber, "MK:0011": MeansNoNumber,
	"MI:0013": MeansBlacklisted, "MI:0024": MeansAbsent, "MI:0029": MeansAbsent, "MI:0045": MeansAbsent, "MI:0055": MeansAbsent, "MI:0084": MeansAbsent,
	"MK:0024": MeansAbsent, "MK:0029": MeansAbsent, "MN:0001": MeansNoNumber, "MN:0013": MeansAbsent, "MN:0029": MeansAbsent, "MN:0174": MeansVolume,
	"MA:0006": MeansVolume, "MA:0051": MeansAbsent, "MA:0054": MeansAbsent, "CA:0054": MeansAbsent, "CB:0016": MeansVolume, "CB:0001": MeansSender,
	"GB:*": MeansContent, "GG:0024": MeansContent, "DB:0141": MeansBlacklisted, "DB:0142": MeansVolume, "DB:0144": MeansContent, "DB:0309": MeansContent,
	"ID:0076": MeansContent, "ID:0013": MeansBlacklisted, "ID:0070": MeansVolume, "MBBLACK": MeansBlacklisted, "BLACK*": MeansBlacklisted, "BLOCKED": MeansBlacklisted,
	"SIGN*": MeansContent, "TEMPLATE*": MeansContent, "SEALGATE:*": MeansStopped,
}

// Meaning of a raw code on this channel: its own table, then the common one, else MeansOther. An empty code means nothing.
func (c *Channel) Meaning(code string) Meaning {
	for _, table := range []map[string]Meaning{c.codes(), commonCodes} {
		if m, ok := lookup(table, code); ok {
			return m
		}
	}
	return MeansOther
}

func (c *Channel) codes() map[string]Meaning {
	if c == nil {
		return nil
	}
	return c.Codes
}

// lookup finds a code, or the longest beginning of it that the table has with a star.
func lookup(table map[string]Meaning, code string) (Meaning, bool) {
	if m, ok := table[code]; ok {
		return m, true
	}
	for n := len(code); n > 0 && len(table) > 0; n-- {
		if m, ok := table[code[:n]+anyCode]; ok {
			return m, true
		}
	}
	return "", false
}

// judge lets the channel's own table overrule what the engine makes of a receipt: some carriers call a failure by a code
// that others use for success.
func (c *Channel) judge(r Receipt) Result {
	m, ok := lookup(c.codes(), r.Code)
	switch {
	case !ok || r.Result == Lost:
		return r.Result
	case m == MeansDelivered:
		return Success
	case m == MeansOnTheWay:
		return Interim
	}
	return Failure
}

// serves tells whether the channel carries recipients of a carrier ("" where nobody knows it).
func (c *Channel) serves(carrier string) bool {
	if carrier == "" {
		carrier = unknownCarrier
	}
	return len(c.Carriers) == 0 || slices.Contains(c.Carriers, carrier)
}

// check refuses a channel that can't work.
func (c *Channel) check() error {
	switch {
	case c.Name == "" || len(c.Name) > 32 || strings.ContainsAny(c.Name, " /:") || c.Engine == nil:
		return fmt.Errorf("handoff: channel %q needs an engine and a name of 1 to 32 characters without blanks, slashes and colons", c.Name)
	case c.PerSecond < 0 || c.PerCustomer < 0:
		return fmt.Errorf("handoff: channel %s: a flow is 0 (no limit) or more messages a second", c.Name)
	}
	for _, carrier := range c.Carriers {
		if carrier != unknownCarrier && !slices.Contains(carriers[1:], carrier) {
			return fmt.Errorf("handoff: channel %s: carrier %q is none of %s, %s", c.Name, carrier, strings.Join(carriers[1:], ", "), unknownCarrier)
		}
	}
	for _, at := range []string{c.From, c.To} {
		if _, ok := caldate.TimeOfDay(at); at != "" && !ok {
			return fmt.Errorf("handoff: channel %s: %q is no time of day such as 08:00", c.Name, at)
		}
	}
	for code, m := range c.Codes {
		if !slices.Contains(Meanings(), m) {
			return fmt.Errorf("handoff: channel %s: code %s: %q is no meaning", c.Name, code, m)
		}
	}
	return nil
}

// checkChannels refuses a set of channels that can't work together.
func checkChannels(cs []Channel) error {
	if len(cs) == 0 {
		return errors.New("handoff: no channel")
	}
	if len(cs) > channelsAtMost {
		return fmt.Errorf("handoff: %d channels, at most %d", len(cs), channelsAtMost)
	}
	seen := map[string]bool{}
	for i := range cs {
		if err := cs[i].check(); err != nil {
			return err
		}
		if seen[cs[i].Name] {
			return fmt.Errorf("handoff: two channels are called %s", cs[i].Name)
		}
		seen[cs[i].Name] = true
	}
	return nil
}

// carrierBit is a carrier's place in a set; of an unknown one, too.
func carrierBit(carrier string) int64 {
	for i, c := range carriers {
		if c == carrier {
			return 1 << i
		}
	}
	return 1
}

// lane is a channel and what keeps it from taking messages now; nothing where it can.
type lane struct {
	*Channel
	number int64
	hold   Hold
}

func (l *lane) open() bool { return l.hold.Reason == "" }

// lanesNow looks at all channels, best first: stopped by a person, not reachable, outside their hours.
func (s *Service) lanesNow(ctx context.Context, stops []Stop) ([]lane, error) {
	numbers, err := s.numbers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]lane, len(s.Channels))
	for i := range s.Channels {
		ch := &s.Channels[i]
		out[i] = lane{Channel: ch, number: int64(numbers[ch.Name])}
		for _, p := range stops {
			if StopScope(p.Scope) == StopChannel && p.ObjectID == ch.Name {
				out[i].hold = Hold{Reason: HoldStopped, Detail: ch.Name + ": " + p.Reason}
			}
		}
		if !out[i].open() {
			continue
		}
		if o, down := s.outage(ch.Name); down {
			out[i].hold = Hold{Reason: HoldEngine, Detail: o.code}
		} else if ok, next := caldate.Within(s.Clock.Instant().Time(), ch.From, ch.To); !ok {
			out[i].hold = Hold{Reason: HoldChannelHours, Detail: ch.Name + " " + ch.From + "–" + ch.To, Until: caldate.InstantOf(next)}
		}
	}
	slices.SortStableFunc(out, func(a, b lane) int { return a.Priority - b.Priority })
	return out, nil
}

// takers are the lanes that take a carrier's messages now: the open ones of the best priority. Where none is open, why.
func takers(lanes []lane, carrier string) (open []*Channel, hold Hold) {
	hold = Hold{Reason: HoldChannel, Detail: carrier}
	found := false
	for i := range lanes {
		l := &lanes[i]
		if !l.serves(carrier) || len(open) > 0 && l.Priority != open[0].Priority {
			continue
		}
		if l.open() {
			open = append(open, l.Channel)
		} else if !found {
			hold, found = l.hold, true
		}
	}
	return open, hold
}
