package review

import "sealgate/server/screening"

// OnMessage makes a decision on a message as Decide stores it, with the verdict that it found.
func OnMessage(seq int64, group string, v screening.Verdict, c Choice) Decision {
	return Decision{Scope: Message, Seq: seq, GroupID: group, Choice: c, verdict: v}
}

// Waits tells whether messages need an answer of the authority.
func Waits(r Ruling, v screening.Verdict, group string) bool { return r.waits(v, group) }
