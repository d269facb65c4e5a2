// Package bankfile reads statements as banks export them: CSV and XLSX with any columns, MT940 and camt.053. It is pure:
// bytes in, lines out, with every doubt told by line and field. See README.md.
package bankfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Format is the form of a statement.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	MT940   Format = "mt940"
	CAMT053 Format = "camt053"
)

// Direction is where the money went, seen from our account.
type Direction string

// In is credited to us (贷方、收入), Out is debited (借方、支出).
const (
	In  Direction = "in"
	Out Direction = "out"
)

// MaxSize is the largest statement that is taken, in bytes; MaxLines the most lines.
const (
	MaxSize  = 20 << 20
	MaxLines = 100_000
)

// Line is one movement on the account.
type Line struct {
	No        int64        // line of the file, from 1; in a spreadsheet its row
	Reference string       // the bank's; where it gives none: what the line says, as a hash, and its place among equal ones of the day
	Derived   bool         // the reference is such a hash
	On        caldate.Date // value date
	Direction Direction
	Reversal  bool      // a negative amount in a debit or credit column, or marked so: it takes an earlier movement back (冲正)
	Amount    money.Fen // above 0
	Balance   money.Fen // of the account after the line, where HasBalance
	Name      string    // of the other side
	Account   string    // of the other side
	Purpose   string

	HasBalance bool
}

// Signed is the amount as it changes the balance.
func (l Line) Signed() money.Fen {
	if l.Direction == Out {
		return -l.Amount
	}
	return l.Amount
}

// same tells whether two lines say the same.
func (l Line) same(o Line) bool {
	return l.On == o.On && l.Direction == o.Direction && l.Amount == o.Amount && l.Name == o.Name && l.Account == o.Account && l.Purpose == o.Purpose && l.Balance == o.Balance
}

// Problem is what is wrong with a line or, with line 0, with the file; nothing is imported from a file that has one.
type Problem struct {
	Line  int64
	Field string // the column's name
	Code  string
	Zh    string
	En    string
}

// Note is something that was found and passed over: a repeated line, a line that is no movement.
type Note struct {
	Line   int64
	Code   string // repeated, no_movement
	Zh, En string
}

// Statement is what a file says.
type Statement struct {
	Format   Format
	Encoding string
	Account  string // whose statement it is, where the file says so
	Lines    []Line // in the order of the file, each once

	Columns    []string   // of a table, as its head names them
	HeadLine   int64      // where the head stands
	Mapping    Mapping    // of columns, as used
	Guessed    bool       // the mapping is ours: a person must look at it
	Sample     [][]string // the first rows below the head
	Notes      []Note
	Problems   []Problem
	HasOpening bool
	HasClosing bool
	Opening    money.Fen // balance before the first line and after the last, where the file gives or implies them
	Closing    money.Fen
	In, Out    money.Fen // sums of the lines
	InN, OutN  int
	From, To   caldate.Date
	Checked    []string // which checks the file allowed: balances, opening, closing, total_in, total_out, count

	problems int
}

// maxProblems is how many are listed; a file of another kind has one in every line.
const maxProblems = 100

func (s *Statement) problem(line int64, field, code, zh, en string) {
	s.problems++
	if len(s.Problems) < maxProblems {
		s.Problems = append(s.Problems, Problem{line, field, code, zh, en})
	}
}

// ProblemCount is how many problems there are, listed or not.
func (s *Statement) ProblemCount() int { return s.problems }

func (s *Statement) note(line int64, code, zh, en string) {
	if len(s.Notes) < maxProblems {
		s.Notes = append(s.Notes, Note{line, code, zh, en})
	}
}

// Options say how a file is to be read. Without a mapping a table's columns are guessed.
type Options struct {
	Mapping *Mapping
	TempDir string // for what an XLSX unpacks to beyond memory
}

// Read reads a statement. An error means that nothing can be made of the file; what is wrong with single lines stands in
// Problems.
func Read(content []byte, o Options) (*Statement, error) {
	if len(content) > MaxSize {
		return nil, ErrTooLarge
	}
	var s *Statement
	var err error
	switch head := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case looksCAMT(head):
		s, err = readCAMT(content)
	case looksMT940(head):
		s, err = readMT940(content)
	default:
		s, err = readTable(content, o)
	}
	if err != nil {
		return nil, err
	}
	if len(s.Lines) == 0 && s.problems == 0 {
		return nil, ErrNoLines
	}
	return s, nil
}

// add takes a line in unless it stands in the file already.
func (s *Statement) add(l Line, refs map[string]int, equal map[string]int) {
	if l.Reference == "" {
		l.Derived = true
		text := fmt.Sprintf("%s|%s|%d|%t|%d|%s|%s|%s", l.On, l.Direction, l.Amount, l.HasBalance, l.Balance, l.Name, l.Account, l.Purpose)
		sum := sha256.Sum256([]byte(text))
		h := hex.EncodeToString(sum[:12])
		equal[h]++
		l.Reference = fmt.Sprintf("line-%s-%d", h, equal[h])
	}
	if i, known := refs[l.Reference]; known {
		if first := s.Lines[i]; first.same(l) {
			s.note(l.No, "repeated", fmt.Sprintf("第 %d 行与第 %d 行重复（流水号 %s），只计一次", l.No, first.No, l.Reference),
				fmt.Sprintf("line %d repeats line %d (reference %s): it counts once", l.No, first.No, l.Reference))
		} else {
			s.problem(l.No, s.Mapping.Reference, "reference_conflict", fmt.Sprintf("流水号 %s 与第 %d 行相同但内容不同：请核对文件；若该列不是唯一流水号，请改选其他列或不选", l.Reference, first.No),
				fmt.Sprintf("reference %s is that of line %d, which says something else: check the file; if the column is no unique reference, choose another or none", l.Reference, first.No))
		}
		return
	}
	refs[l.Reference] = len(s.Lines)
	s.Lines = append(s.Lines, l)
	if l.Direction == In {
		s.In, s.InN = s.In+l.Amount, s.InN+1
	} else {
		s.Out, s.OutN = s.Out+l.Amount, s.OutN+1
	}
	if s.From.IsZero() || l.On.Before(s.From) {
		s.From = l.On
	}
	if l.On.After(s.To) {
		s.To = l.On
	}
}

// totals are what a file states about itself.
type totals struct {
	opening, closing, in, out *money.Fen
	count, inN, outN          *int
	line                      map[string]int64 // where each was found
}

func (t *totals) at(what string) int64 { return t.line[what] }

// check compares the lines with what the file states.
func (s *Statement) check(t *totals) {
	s.balances()
	sum := func(what string, stated *money.Fen, is money.Fen, zh, en string) {
		if stated == nil {
			return
		}
		s.Checked = append(s.Checked, what)
		if *stated != is {
			s.problem(t.at(what), zh, "wrong_total", fmt.Sprintf("%s写的是 %s，各行相加是 %s：文件可能不完整或被改动，请重新导出", zh, stated.Grouped(), is.Grouped()),
				fmt.Sprintf("the file states %s as %s, its lines make %s: it may be incomplete or changed; export it again", en, stated.Grouped(), is.Grouped()))
		}
	}
	if t.opening != nil && !s.HasOpening {
		s.Opening, s.HasOpening = *t.opening, true
	} else {
		sum("opening", t.opening, s.Opening, "期初余额", "the opening balance")
	}
	if t.closing != nil && !s.HasClosing {
		if s.HasOpening {
			sum("closing", t.closing, s.Opening+s.In-s.Out, "期末余额", "the closing balance")
		}
		s.Closing, s.HasClosing = *t.closing, true
	} else {
		sum("closing", t.closing, s.Closing, "期末余额", "the closing balance")
	}
	sum("total_in", t.in, s.In, "收入合计", "the total of credits")
	sum("total_out", t.out, s.Out, "支出合计", "the total of debits")
	for _, c := range []struct {
		what   string
		stated *int
		is     int
	}{{"count", t.count, len(s.Lines)}, {"count_in", t.inN, s.InN}, {"count_out", t.outN, s.OutN}} {
		if c.stated == nil {
			continue
		}
		s.Checked = append(s.Checked, c.what)
		if *c.stated != c.is {
			s.problem(t.at(c.what), "笔数", "wrong_count", fmt.Sprintf("文件写明 %d 笔，实际读到 %d 笔：请重新导出", *c.stated, c.is),
				fmt.Sprintf("the file states %d lines, %d were read: export it again", *c.stated, c.is))
		}
	}
}

// balances checks that each line's balance follows from the one before, whichever way the file is sorted, and takes the
// opening and closing balance from them.
func (s *Statement) balances() {
	if len(s.Lines) == 0 {
		return
	}
	for _, l := range s.Lines {
		if !l.HasBalance {
			return
		}
	}
	type gap struct {
		line      int64
		want, got money.Fen
	}
	broken := func(newestFirst bool) (gaps []gap) {
		for i := 1; i < len(s.Lines); i++ {
			before, after := s.Lines[i-1], s.Lines[i]
			if newestFirst {
				before, after = after, before
			}
			if want := before.Balance + after.Signed(); want != after.Balance {
				gaps = append(gaps, gap{after.No, want, after.Balance})
			}
		}
		return gaps
	}
	first, last := s.Lines[0], s.Lines[len(s.Lines)-1]
	gaps := broken(false)
	if other := broken(true); len(other) < len(gaps) || len(other) == len(gaps) && last.On.Before(first.On) {
		gaps, first, last = other, last, first
	}
	s.Checked = append(s.Checked, "balances")
	for _, g := range gaps {
		s.problem(g.line, s.Mapping.Balance, "wrong_balance", fmt.Sprintf("余额应为 %s，文件为 %s：可能漏行或金额被改动；如文件是筛选后导出的，请不要对应“余额”列", g.want.Grouped(), g.got.Grouped()),
			fmt.Sprintf("the balance should be %s, the file has %s: a line may be missing or an amount changed; if the file was filtered, don't map the balance column", g.want.Grouped(), g.got.Grouped()))
	}
	s.Opening, s.HasOpening = first.Balance-first.Signed(), true
	s.Closing, s.HasClosing = last.Balance, true
}
