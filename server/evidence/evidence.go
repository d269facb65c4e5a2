// Package evidence finds the messages to a number again, among all that ever were, and shows for each of them everything
// that is on record: the file it came in, what was found about it, who decided, and what became of it. See README.md.
package evidence

import (
	"sealgate/server/batch"
	"sealgate/server/caldate"
)

// Found is a message to a number. It holds neither number nor text.
type Found struct {
	BatchID        string
	BatchNumber    string
	BatchState     batch.State
	CustomerID     string
	CustomerName   string
	ContractID     string
	ContractNumber string
	Signature      string
	Category       batch.Category
	Seq            int64           // in the batch, from 1
	ScreenedAt     caldate.Instant // business clock, like SentAt
	SentAt         caldate.Instant // when it was handed over; zero where it never left
	Status         string          // of handoff; "" where the batch was never approved
}

// At is when the message went out, or when it was judged where it never did.
func (f Found) At() caldate.Instant {
	if f.SentAt.IsZero() {
		return f.ScreenedAt
	}
	return f.SentAt
}

// Run is an object with the numbers of some batches (run.go).
type Run struct {
	ID       string       `gorm:"primaryKey"`
	FirstDay caldate.Date // on which its batches were screened
	LastDay  caldate.Date
	BlobKey  string
	SHA256   string `gorm:"column:sha256"`
	Size     int64
	Entries  int64
	Blocks   int64 `gorm:"column:block_count"`
	Chunks   int64 `gorm:"column:chunk_count"`
	TableAt  int64
	IndexAt  int64
	MadeAt   caldate.Instant // machine's clock
}

// TableName is find_runs.
func (Run) TableName() string { return "find_runs" }

const (
	// entriesRun bounds what is sorted in memory at once: a larger batch becomes several runs.
	entriesRun = 1 << 20
	// entriesMerged bounds a run that is merged of others: beyond, merging again costs more than it saves in looking up.
	entriesMerged = 200 << 20
	// fewRuns is how many runs of one day may stand beside each other while the day lasts.
	fewRuns = 12
)

// Plan tells which runs are to be merged next, nil where none: those of a day that is over, then those of a month that is
// over, and those of today where they have become many. Runs are given in the order of their days.
func Plan(runs []Run, today caldate.Date) []Run {
	byDay, byMonth := map[caldate.Date][]Run{}, map[caldate.Month][]Run{}
	var days []caldate.Date
	var months []caldate.Month
	for _, r := range runs {
		if r.FirstDay == r.LastDay {
			if byDay[r.FirstDay] == nil {
				days = append(days, r.FirstDay)
			}
			byDay[r.FirstDay] = append(byDay[r.FirstDay], r)
		}
		m := r.FirstDay.MonthOf()
		if byMonth[m] == nil {
			months = append(months, m)
		}
		byMonth[m] = append(byMonth[m], r)
	}
	for _, d := range days {
		if some := together(byDay[d]); len(some) > 1 && (d.Before(today) || len(some) > fewRuns) {
			return some
		}
	}
	for _, m := range months {
		if some := together(byMonth[m]); len(some) > 1 && m.Before(today.MonthOf()) {
			return some
		}
	}
	return nil
}

// together gives as many of the smallest runs as make one of bearable size.
func together(runs []Run) (out []Run) {
	sorted := append([]Run(nil), runs...)
	for i := range sorted { // insertion by size: there are few
		for j := i; j > 0 && sorted[j].Entries < sorted[j-1].Entries; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	sum := int64(0)
	for _, r := range sorted {
		if sum += r.Entries; sum > entriesMerged {
			break
		}
		out = append(out, r)
	}
	return out
}
