package report

import (
	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Kind says how a column's values read.
type Kind string

// The kinds of columns. Amounts are fen; days are a count.
const (
	Text  Kind = "text"
	Fen   Kind = "fen"
	Count Kind = "count"
	Day   Kind = "date"
)

// Column is a column of a report.
type Column struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	En    string `json:"title_en"`
	Kind  Kind   `json:"kind" enum:"text,fen,count,date"`
}

// Cell is a value: a text (or a day), or a number in the unit of its column.
type Cell struct {
	Text   string `json:"text,omitempty"`
	TextEn string `json:"text_en,omitempty" doc:"Where the text reads differently in English."`
	Number *int64 `json:"number,omitempty" doc:"Fen or a count, by the column's kind."`
	Link   string `json:"link,omitempty" doc:"Page of the portal with what is behind the value."`
}

// Row is a line of a report: a cell for each column.
type Row struct {
	Cells []Cell `json:"cells"`
}

// Table is a report as people read it, whatever it is about: the page, the spreadsheet and the PDF are made from it.
type Table struct {
	Key     string          `json:"key"`
	Title   string          `json:"title"`
	En      string          `json:"title_en"`
	Note    string          `json:"note" doc:"What is counted, and how."`
	NoteEn  string          `json:"note_en"`
	AsOf    caldate.Instant `json:"as_of"`
	Columns []Column        `json:"columns"`
	Rows    []Row           `json:"rows"`
	Totals  []Cell          `json:"totals" doc:"Over all rows, also those that are not shown; empty where nothing is to be added up."`
	Count   int64           `json:"count" doc:"How many rows there are in all."`
	Chart   Chart           `json:"chart"`
}

// Chart says which picture goes with a report.
type Chart struct {
	Kind   string   `json:"kind" enum:"none,bar,stacked" doc:"bar: one bar a row; stacked: the series on top of each other."`
	X      string   `json:"x,omitempty" doc:"Key of the column whose values stand under the bars."`
	Series []string `json:"series,omitempty" doc:"Keys of the columns that are drawn."`
}

func text(s string) Cell               { return Cell{Text: s} }
func linked(s, link string) Cell       { return Cell{Text: s, Link: link} }
func both(zh, en string) Cell          { return Cell{Text: zh, TextEn: en} }
func date(d caldate.Date) Cell         { return Cell{Text: d.String()} }
func number[T ~int64 | ~int](n T) Cell { v := int64(n); return Cell{Number: &v} }
func amount(f money.Fen) Cell          { return number(f) }

// addUp sums the columns of numbers over the rows; the first column says what it is.
func (t *Table) addUp() {
	t.Totals = make([]Cell, len(t.Columns))
	for i, c := range t.Columns {
		if c.Kind != Fen && c.Kind != Count {
			continue
		}
		var sum int64
		for _, r := range t.Rows {
			if n := r.Cells[i].Number; n != nil {
				sum += *n
			}
		}
		t.Totals[i] = number(sum)
	}
	t.Totals[0] = both("合计", "Total")
	t.Count = int64(len(t.Rows))
}
