package bankfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/money"
)

func looksCAMT(head []byte) bool {
	head = head[:min(len(head), 4<<10)]
	return bytes.Contains(head, []byte("camt.053.001.")) || bytes.Contains(head, []byte("<BkToCstmrStmt"))
}

type camtAmount struct {
	Text     string `xml:",chardata"`
	Currency string `xml:"Ccy,attr"`
}

type camtDate struct {
	Day    string `xml:"Dt"`
	Moment string `xml:"DtTm"`
}

func (d camtDate) text() string {
	if d.Day != "" {
		return d.Day
	}
	return d.Moment
}

type camtParty struct {
	Name  string `xml:"Nm"`
	Inner string `xml:"Pty>Nm"` // from version 8 on
}

func (p camtParty) name() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Inner
}

type camtAccount struct {
	IBAN  string `xml:"Id>IBAN"`
	Other string `xml:"Id>Othr>Id"`
}

func (a camtAccount) number() string {
	if a.IBAN != "" {
		return a.IBAN
	}
	return a.Other
}

type camtEntry struct {
	Ref      string     `xml:"NtryRef"`
	Amount   camtAmount `xml:"Amt"`
	Mark     string     `xml:"CdtDbtInd"`
	Reversal string     `xml:"RvslInd"`
	Status   struct {
		Text string `xml:",chardata"`
		Code string `xml:"Cd"` // from version 8 on
	} `xml:"Sts"`
	Booked  camtDate `xml:"BookgDt"`
	Value   camtDate `xml:"ValDt"`
	BankRef string   `xml:"AcctSvcrRef"`
	More    string   `xml:"AddtlNtryInf"`
	Details []struct {
		Debtor    camtParty   `xml:"RltdPties>Dbtr"`
		DebtorAc  camtAccount `xml:"RltdPties>DbtrAcct"`
		Creditor  camtParty   `xml:"RltdPties>Cdtr"`
		CreditAc  camtAccount `xml:"RltdPties>CdtrAcct"`
		EndToEnd  string      `xml:"Refs>EndToEndId"`
		BankRef   string      `xml:"Refs>AcctSvcrRef"`
		Purpose   []string    `xml:"RmtInf>Ustrd"`
		Reference []string    `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	} `xml:"NtryDtls>TxDtls"`
}

type camtBalance struct {
	Code   string     `xml:"Tp>CdOrPrtry>Cd"`
	Amount camtAmount `xml:"Amt"`
	Mark   string     `xml:"CdtDbtInd"`
}

// readCAMT reads ISO 20022 bank to customer statements, versions 2 to 10. The entries are decoded one by one, so that a
// file's size, not its depth, is what it costs; entities are not expanded.
func readCAMT(content []byte) (*Statement, error) {
	s := &Statement{Format: CAMT053, Encoding: "utf-8"}
	d := xml.NewDecoder(bytes.NewReader(content))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "gbk", "gb2312", "gb18030":
			s.Encoding = "gb18030"
			return simplifiedchinese.GB18030.NewDecoder().Reader(in), nil
		}
		return nil, fmt.Errorf("encoding %s", charset)
	}
	refs, equal := map[string]int{}, map[string]int{}
	t := &totals{line: map[string]int64{}}
	statements := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, _ := d.InputPos()
			return nil, ErrCAMT.With("line", line).Because(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		at, _ := d.InputPos()
		line := int64(at)
		switch e.Name.Local {
		case "Stmt":
			statements++
		case "Acct":
			var a struct {
				camtAccount
				Currency string `xml:"Ccy"`
			}
			if err := d.DecodeElement(&a, &e); err != nil {
				return nil, ErrCAMT.With("line", line).Because(err)
			}
			number := oneLine(a.number(), 60)
			if s.Account != "" && number != s.Account {
				return nil, ErrSeveral
			}
			s.Account = number
			if a.Currency != "" && a.Currency != "CNY" {
				return nil, ErrCurrency.With("currency", a.Currency)
			}
		case "Bal":
			var b camtBalance
			if err := d.DecodeElement(&b, &e); err != nil {
				return nil, ErrCAMT.With("line", line).Because(err)
			}
			f, err := b.Amount.fen(b.Mark)
			if err != nil {
				s.problem(line, "Bal", "balance", "余额“"+short(b.Amount.Text)+"”无法读取", "the balance "+short(b.Amount.Text)+" can't be read")
				continue
			}
			switch {
			case (b.Code == "OPBD" || b.Code == "PRCD") && t.opening == nil:
				t.opening, t.line["opening"] = &f, line
			case b.Code == "CLBD":
				t.closing, t.line["closing"] = &f, line
			}
		case "Ntry":
			var n camtEntry
			if err := d.DecodeElement(&n, &e); err != nil {
				return nil, ErrCAMT.With("line", line).Because(err)
			}
			if len(s.Lines) >= MaxLines {
				return nil, ErrTooMany
			}
			s.entry(n, line, refs, equal)
		}
	}
	if statements == 0 {
		return nil, ErrCAMT
	}
	if s.problems == 0 {
		s.check(t)
	}
	return s, nil
}

func (a camtAmount) fen(mark string) (money.Fen, error) {
	if a.Currency != "CNY" && a.Currency != "" {
		return 0, ErrCurrency
	}
	f, empty, err := Amount(a.Text)
	if err != nil || empty || f < 0 {
		return 0, errAmount
	}
	if mark == "DBIT" {
		f = -f
	}
	return f, nil
}

func (s *Statement) entry(n camtEntry, line int64, refs, equal map[string]int) {
	if status := strings.TrimSpace(n.Status.Text + n.Status.Code); status != "" && status != "BOOK" {
		s.note(line, "no_movement", fmt.Sprintf("第 %d 行尚未入账（%s），未导入", line, short(status)), fmt.Sprintf("line %d isn't booked (%s) and was passed over", line, short(status)))
		return
	}
	if n.Mark != "CRDT" && n.Mark != "DBIT" {
		s.problem(line, "CdtDbtInd", "direction", "看不出是收入还是支出", "tells neither credit nor debit")
		return
	}
	f, err := n.Amount.fen("")
	if err != nil || f == 0 {
		s.problem(line, "Amt", "amount", "“"+short(n.Amount.Text)+" "+short(n.Amount.Currency)+"”不是人民币金额", short(n.Amount.Text)+" "+short(n.Amount.Currency)+" is no amount in CNY")
		return
	}
	l := Line{No: line, Amount: f, Direction: In, Reversal: n.Reversal == "true" || n.Reversal == "1"}
	if n.Mark == "DBIT" {
		l.Direction = Out
	}
	day := n.Value.text()
	if day == "" {
		day = n.Booked.text()
	}
	if l.On, err = Date(strings.SplitN(day, "+", 2)[0], false); err != nil {
		s.problem(line, "ValDt", "date", "“"+short(day)+"”不是日期", short(day)+" is no date")
		return
	}
	purpose := []string{}
	for _, x := range n.Details {
		p, a := x.Debtor, x.DebtorAc
		if l.Direction == Out != l.Reversal {
			p, a = x.Creditor, x.CreditAc
		}
		if l.Name == "" {
			l.Name, l.Account = oneLine(p.name(), 100), strings.ReplaceAll(oneLine(a.number(), 60), " ", "")
		}
		purpose = append(append(purpose, x.Purpose...), x.Reference...)
		if e := strings.TrimSpace(x.EndToEnd); e != "" && e != "NOTPROVIDED" {
			purpose = append(purpose, e)
		}
		if n.BankRef == "" {
			n.BankRef = x.BankRef
		}
	}
	if len(purpose) == 0 {
		purpose = append(purpose, n.More)
	}
	l.Purpose = oneLine(strings.Join(purpose, " "), 300)
	l.Reference = oneLine(n.BankRef, 80)
	if l.Reference == "" {
		l.Reference = oneLine(n.Ref, 80)
	}
	s.add(l, refs, equal)
}
