package staff

import (
	"slices"
	"strings"
)

// Part is what one of a customer's people may do in the customer's own house (P12). Roles are given by our security
// administrator and say that somebody is a customer's person; parts are given by that customer's administrator.
type Part string

// The parts. Somebody without any may look.
const (
	Administrator Part = "administrator" // people, keys, webhooks, settings, papers, answers to contracts and bills
	Submitter     Part = "submitter"     // batches
	Approver      Part = "approver"      // lets others' batches go to our desk
)

var partTable = []struct {
	Part   Part
	role   string // under which configs/authz/policy.csv knows it
	Zh, En string
}{
	{Administrator, "customer_admin", "客户管理员", "customer's administrator"},
	{Submitter, "customer_submitter", "客户提交人", "customer's submitter"},
	{Approver, "customer_approver", "客户审批人", "customer's approver"},
}

// Parts lists all parts, in the order in which forms show them.
func Parts() []Part {
	out := make([]Part, len(partTable))
	for i, p := range partTable {
		out[i] = p.Part
	}
	return out
}

// Names gives a part's name in Chinese and English.
func (p Part) Names() (zh, en string) {
	for _, row := range partTable {
		if row.Part == p {
			return row.Zh, row.En
		}
	}
	return string(p), string(p)
}

// Role is the name under which the matrix knows a part.
func (p Part) Role() string {
	for _, row := range partTable {
		if row.Part == p {
			return row.role
		}
	}
	return ""
}

// CheckParts refuses parts that do not exist and drops repeats.
func CheckParts(parts []Part) ([]Part, error) {
	out := []Part{}
	for _, p := range parts {
		if !slices.Contains(Parts(), p) {
			return nil, ErrUnknownPart.At("parts", "unknown", "没有职责 "+cut(string(p), 40), "there is no part "+cut(string(p), 40))
		}
	}
	for _, p := range Parts() {
		if slices.Contains(parts, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

func joinParts(parts []Part) string {
	s := make([]string, len(parts))
	for i, p := range parts {
		s[i] = string(p)
	}
	return strings.Join(s, ",")
}

func splitParts(s string) []Part {
	out := []Part{}
	for p := range strings.SplitSeq(s, ",") {
		if p != "" {
			out = append(out, Part(p))
		}
	}
	return out
}
