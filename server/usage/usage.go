// Package usage counts delivered message parts by day, contract, carrier and service code, and says how many of them
// each month has been billed for (B11). See README.md.
package usage

import (
	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// Row is an increment: parts that were delivered on a day.
type Row struct {
	Day         caldate.Date `json:"day"`
	ContractID  string       `json:"contract_id"`
	Carrier     string       `json:"carrier"` // cmcc, cucc, ctcc, or "" where the number tells nothing
	ServiceCode string       `json:"service_code"`
	Parts       int64        `json:"parts"`
}

// Month is what a contract used in a month and what of it has been billed. After the month was locked, Parts − Billed came
// too late for its bill and goes into the next one.
type Month struct {
	ContractID string
	Month      caldate.Month
	Parts      int64
	Billed     int64
	LockedOn   caldate.Date // no date while the month is not billed
}

// Late is how many parts came after the month was billed and are in no bill yet.
func (m Month) Late() int64 {
	if m.LockedOn.IsZero() {
		return 0
	}
	return m.Parts - m.Billed
}

// Totals is what a contract used in a month, and how.
type Totals struct {
	Parts  int64 `json:"parts"`
	Billed int64 `json:"billed_parts"`
	Locked bool  `json:"locked"`
	Days   []Row `json:"days"`
}

// ErrRow is a broken promise of whoever counts: usage only grows.
var ErrRow = errs.Internal("usage.row", "用量记录缺少合同、日期，或条数不是正数", "a usage row lacks its contract or day, or its parts are not positive")
