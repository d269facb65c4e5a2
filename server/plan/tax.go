package plan

import (
	"fmt"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// TaxKind is the kind of a charge for value-added tax. The rate belongs to the kind and the date of the service, never
// to a constant (B17).
type TaxKind string

// The kinds: SMS and MMS service, software and maintenance, goods, and what carries no tax.
const (
	TaxMessages TaxKind = "messages"
	TaxSoftware TaxKind = "software"
	TaxGoods    TaxKind = "goods"
	TaxNone     TaxKind = "none"
)

type rate struct {
	from caldate.Date // first day of service at this rate
	rate money.Decimal
}

// rates by kind, oldest first. SMS and MMS service became basic telecom on 2026-01-01 (公告 2026 年第 9 号).
var rates = map[TaxKind][]rate{
	TaxMessages: {{caldate.Date{}, money.MustDecimal("0.06")}, {caldate.MustParse("2026-01-01"), money.MustDecimal("0.09")}},
	TaxSoftware: {{caldate.Date{}, money.MustDecimal("0.06")}},
	TaxGoods:    {{caldate.Date{}, money.MustDecimal("0.13")}},
	TaxNone:     {{caldate.Date{}, money.Decimal{}}},
}

// Known tells whether there is such a kind.
func (k TaxKind) Known() bool { return k.known() }

func (k TaxKind) known() bool { _, ok := rates[k]; return ok }

// TaxRate is the rate of a kind of charge for service on a day.
func TaxRate(k TaxKind, service caldate.Date) money.Decimal {
	var r money.Decimal
	for _, x := range rates[k] {
		if x.from.IsZero() || !service.Before(x.from) {
			r = x.rate
		}
	}
	return r
}

// Tax is the kind under which a contract's own charges fall.
func (k Kind) Tax() TaxKind {
	if k == KindMaintenance {
		return TaxSoftware
	}
	return TaxMessages
}

func join(s []string) string           { return strings.Join(s, ", ") }
func sprint(f string, a ...any) string { return fmt.Sprintf(f, a...) }
func either(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
