package bankfile

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sealgate/server/batch/intake"
	"sealgate/server/money"
)

func looksMT940(head []byte) bool {
	head = head[:min(len(head), 4<<10)]
	return (bytes.HasPrefix(head, []byte("{1:")) || bytes.HasPrefix(head, []byte(":20:"))) && bytes.Contains(head, []byte(":25:"))
}

var (
	tagForm     = regexp.MustCompile(`^:([0-9]{2}[A-Z]?):(.*)$`)
	balanceForm = regexp.MustCompile(`^([CD])([0-9]{6})([A-Z]{3})([0-9]*,[0-9]*)$`)
	entryForm   = regexp.MustCompile(`^([0-9]{6})([0-9]{4})?(RC|RD|EC|ED|C|D)([A-Z])?([0-9]*,[0-9]*)([NFS][A-Z0-9]{3})([^/]{0,16})(?://(.*))?$`)
	subfield    = regexp.MustCompile(`\?([0-9]{2})`)
	slashed     = regexp.MustCompile(`/([A-Z]{3,8})/`)
)

// readMT940 reads SWIFT customer statements: the tags 25, 60F, 61, 86, 62F of every message of the file.
func readMT940(content []byte) (*Statement, error) {
	text, encoding, err := plain(content)
	if err != nil {
		return nil, err
	}
	s := &Statement{Format: MT940, Encoding: encoding}
	refs, equal := map[string]int{}, map[string]int{}
	var open *Line
	var opening, closing *money.Fen
	t := &totals{line: map[string]int64{}}
	flush := func() {
		if open != nil {
			s.add(*open, refs, equal)
			open = nil
		}
	}
	tag := ""
	for i, raw := range strings.Split(text, "\n") {
		no := int64(i + 1)
		if i > 10*MaxLines {
			return nil, ErrTooMany
		}
		line := strings.TrimRight(raw, "\r ")
		value := line
		if m := tagForm.FindStringSubmatch(line); m != nil {
			tag, value = m[1], m[2]
			switch tag {
			case "25":
				flush()
				account := strings.TrimSpace(value[strings.LastIndex(value, "/")+1:])
				if s.Account != "" && s.Account != account {
					return nil, ErrSeveral
				}
				s.Account = account
			case "60F", "60M", "62F", "62M":
				flush()
				b := balanceForm.FindStringSubmatch(strings.TrimSpace(value))
				if b == nil {
					s.problem(no, tag, "balance", "余额“"+short(value)+"”无法读取", "the balance "+strconv.Quote(short(value))+" can't be read")
					continue
				}
				if b[3] != "CNY" {
					return nil, ErrCurrency.With("currency", b[3])
				}
				f, _, err := Amount(strings.ReplaceAll(b[4], ",", "."))
				if err != nil {
					s.problem(no, tag, "balance", "余额“"+short(value)+"”无法读取", "the balance "+strconv.Quote(short(value))+" can't be read")
					continue
				}
				if b[1] == "D" {
					f = -f
				}
				if tag[0] == '6' && tag[1] == '0' {
					if opening == nil {
						opening, t.line["opening"] = &f, no
					} else if closing != nil && *closing != f {
						s.problem(no, tag, "wrong_balance", fmt.Sprintf("承前余额 %s 与上一段的期末余额 %s 不符", f.Grouped(), closing.Grouped()), fmt.Sprintf("the balance brought forward is %s, the one before closed with %s", f.Grouped(), closing.Grouped()))
					}
				} else {
					closing, t.line["closing"] = &f, no
				}
			case "61":
				flush()
				if len(s.Lines) >= MaxLines {
					return nil, ErrTooMany
				}
				l, problem := entry(strings.TrimSpace(value))
				if problem != "" {
					s.problem(no, "61", "entry", "“"+short(value)+"”："+problem, "this :61: line can't be read: "+strconv.Quote(short(value)))
					continue
				}
				l.No = no
				open = &l
			case "86":
				if open != nil {
					details(open, value)
				}
			default:
				if strings.HasPrefix(tag, "2") {
					flush()
				}
			}
			continue
		}
		if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "{") || open == nil {
			continue
		}
		switch tag { // a line that goes on
		case "61":
			open.Purpose = oneLine(open.Purpose+" "+value, 300)
		case "86":
			details(open, value)
		}
	}
	flush()
	if s.problems == 0 {
		for i := range s.Lines {
			if s.Lines[i].Name == "" {
				s.Lines[i].Name, s.Lines[i].Account, s.Lines[i].Purpose = party(s.Lines[i])
			}
		}
		t.opening, t.closing = opening, closing
		s.check(t)
	}
	return s, nil
}

// plain is a text file in UTF-8, whatever it was written in.
func plain(content []byte) (text, encoding string, err error) {
	head := content[:min(len(content), intake.HeadSize)]
	form, err := intake.Detect(head, len(head) == len(content))
	if err != nil {
		return "", "", err
	}
	form.Format, form.Delimiter = intake.CSV, 0x1f // a separator that no text has: each record is one line
	rows, e, err := readRows(content, form, "")
	if err != nil {
		return "", "", err
	}
	var b strings.Builder
	at := int64(1)
	for _, r := range rows {
		for ; at < r.no; at++ {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Join(r.cells, " "))
	}
	return b.String(), string(e), nil
}

func entry(value string) (l Line, problem string) {
	m := entryForm.FindStringSubmatch(value)
	if m == nil {
		return l, "格式不对"
	}
	d, err := Date("20"+m[1], false)
	if err != nil {
		return l, "日期不对"
	}
	f, empty, err := Amount(strings.ReplaceAll(m[5], ",", "."))
	if err != nil || empty || f == 0 {
		return l, "金额不对"
	}
	l = Line{On: d, Amount: f, Direction: In}
	switch m[3] {
	case "D", "ED":
		l.Direction = Out
	case "RC":
		l.Direction, l.Reversal = Out, true
	case "RD":
		l.Reversal = true
	}
	l.Reference = oneLine(m[8], 80)
	if own := oneLine(m[7], 80); own != "" && own != "NONREF" {
		l.Purpose = own
		if l.Reference == "" {
			l.Reference = own
		}
	}
	return l, ""
}

// details adds a :86: line to the purpose; who paid is cut out of it by party when it is whole.
func details(l *Line, value string) {
	l.Purpose = strings.TrimSpace(l.Purpose + " " + strings.TrimSpace(value))
}

// party finds name and account in what :86: says, in the two ways that are in use: ?32 and /NAME/.
func party(l Line) (name, account, purpose string) {
	text := l.Purpose
	var rest []string
	take := func(marks [][]int, key func(i int) string, from func(i int) int, to func(i int) int) {
		for i := range marks {
			v := oneLine(text[from(i):to(i)], 200)
			switch key(i) {
			case "32", "NAME":
				if name == "" {
					name = v
				} else {
					name += v
				}
			case "33":
				name += v
			case "31", "ACCT", "IBAN":
				account = strings.ReplaceAll(v, " ", "")
			case "00", "10", "30", "34", "BENM", "ORDP", "BIC":
			default:
				rest = append(rest, v)
			}
		}
	}
	if marks := subfield.FindAllStringSubmatchIndex(text, -1); len(marks) > 0 {
		take(marks, func(i int) string { return text[marks[i][2]:marks[i][3]] }, func(i int) int { return marks[i][1] }, func(i int) int {
			if i+1 < len(marks) {
				return marks[i+1][0]
			}
			return len(text)
		})
	} else if marks := slashed.FindAllStringSubmatchIndex(text, -1); len(marks) > 0 {
		take(marks, func(i int) string { return text[marks[i][2]:marks[i][3]] }, func(i int) int { return marks[i][1] }, func(i int) int {
			if i+1 < len(marks) {
				return marks[i+1][0]
			}
			return len(text)
		})
	} else {
		return "", "", oneLine(text, 300)
	}
	return oneLine(name, 100), oneLine(account, 60), oneLine(strings.Join(rest, " "), 300)
}
