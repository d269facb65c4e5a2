package bankfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/batch/intake"
	"sealgate/server/money"
)

// headWithin is how many rows may stand above the columns' names: bank, account, period.
const headWithin = 60

// limits of a table: a statement is no batch of messages.
func limits(tempDir string) intake.Limits {
	return intake.Limits{MaxLine: 16 << 10, MaxColumns: 80, MaxXLSX: MaxSize, MaxUnpacked: 200 << 20, TempDir: tempDir}
}

type row struct {
	no    int64
	cells []string
	fault intake.Code
}

// readTable reads CSV and XLSX. The head is the first row that names a date and an amount, or all columns of the mapping.
func readTable(content []byte, o Options) (*Statement, error) {
	head := content[:min(len(content), intake.HeadSize)]
	form, err := intake.Detect(head, len(head) == len(content))
	if err != nil {
		return nil, err
	}
	if form.Format == intake.TXT || form.Format == intake.JSONL {
		// Lines about bank, account and period above the table hide its columns from Detect: the separator that cuts out
		// most cells is it.
		form.Format, form.Delimiter = intake.CSV, separator(content, form)
	}
	s := &Statement{Format: CSV}
	if form.Format == intake.XLSX {
		s.Format = XLSX
	}
	rows, encoding, err := readRows(content, form, o.TempDir)
	if err != nil {
		return nil, err
	}
	s.Encoding = string(encoding)
	at := -1
	for i := 0; i < len(rows) && i < headWithin && at < 0; i++ {
		columns := named(rows[i].cells)
		if len(columns) < 2 {
			continue
		}
		if o.Mapping != nil && o.Mapping.Check(columns) == nil {
			at, s.Columns, s.Mapping = i, columns, *o.Mapping
		}
	}
	for i := 0; i < len(rows) && i < headWithin && at < 0; i++ {
		columns := named(rows[i].cells)
		if m := Guess(columns); m.Check(columns) == nil && !movement(rows[i].cells, s.Format == XLSX) {
			at, s.Columns, s.Mapping, s.Guessed = i, columns, m, true
		}
	}
	if at < 0 {
		return nil, ErrNoHead
	}
	s.HeadLine = rows[at].no
	if o.Mapping != nil && s.Guessed { // the saved mapping doesn't fit this file: show why, and what we would take
		if err := o.Mapping.Check(s.Columns); err != nil {
			return nil, err
		}
	}
	formulas := map[string]bool{}
	if s.Format == XLSX {
		if formulas, err = formulaCells(content); err != nil {
			return nil, err
		}
	}
	s.lines(rows[:at], rows[at+1:], formulas)
	return s, nil
}

func separator(content []byte, form intake.Form) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', '\t', ';', '|'} {
		form := form
		form.Format, form.Delimiter = intake.CSV, d
		rows, _, err := readRows(content[:min(len(content), 64<<10)], form, "")
		if err != nil {
			continue
		}
		cut := 0
		for _, r := range rows[:min(len(rows), 200)] {
			cut += len(r.cells) - 1
		}
		if cut > most {
			best, most = d, cut
		}
	}
	return best
}

func readRows(content []byte, form intake.Form, tempDir string) (rows []row, e intake.Encoding, err error) {
	r, err := intake.Open(bytes.NewReader(content), form, limits(tempDir))
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var in intake.Row
	for {
		err := r.Read(&in)
		if errors.Is(err, io.EOF) {
			return rows, r.Encoding(), nil
		}
		if err != nil {
			return nil, "", err
		}
		if len(rows) >= MaxLines+headWithin {
			return nil, "", ErrTooMany
		}
		out := row{no: in.Line, fault: in.Fault, cells: make([]string, len(in.Cells))}
		for i, c := range in.Cells {
			out.cells[i] = string(c)
		}
		rows = append(rows, out)
	}
}

// named are the cells of a head as names: cleaned, a repeated one with its number.
func named(cells []string) []string {
	out := make([]string, len(cells))
	times := map[string]int{}
	for i, c := range cells {
		n := clean(c)
		if n == "" {
			n = "#" + strconv.Itoa(i+1)
		}
		if times[n]++; times[n] > 1 {
			n += " (" + strconv.Itoa(times[n]) + ")"
		}
		out[i] = n
	}
	return out
}

// movement tells a row of values from a row of names.
func movement(cells []string, serial bool) bool {
	for _, c := range cells {
		if _, err := Date(c, false); err == nil {
			return true
		}
	}
	return false
}

var faults = map[intake.Code][3]string{
	intake.RowEncoding: {"encoding", "有无法识别的字符，文件可能用错编码保存，请从银行重新导出", "has characters that can't be read: the file may be saved in a wrong encoding; export it again"},
	intake.RowTooLong:  {"too_long", "内容过长", "is too long"},
	intake.RowQuote:    {"quotes", "双引号不成对", "has unbalanced double quotes"},
	intake.RowColumns:  {"columns", "列数过多", "has too many columns"},
	intake.RowJSON:     {"json", "无法读取", "can't be read"},
}

// stray rows end a table or interrupt it: totals, page feet, remarks.
var stray = regexp.MustCompile(`合计|总计|小计|总额|总笔数|笔数|余额|打印|页|以下空白|备注|声明|温馨提示|total|balance|page|end of`)

// lines reads the rows below the head, and what is said above and below about balances and totals.
func (s *Statement) lines(above, below []row, formulas map[string]bool) {
	t := &totals{line: map[string]int64{}}
	for _, r := range above {
		s.said(r, t)
	}
	index := map[string]int{}
	for i, c := range s.Columns {
		index[c] = i
	}
	m := s.Mapping
	refs, equal := map[string]int{}, map[string]int{}
	for _, r := range below {
		if len(s.Sample) < 8 {
			s.Sample = append(s.Sample, r.cells)
		}
		cell := func(column string) string {
			if i, ok := index[column]; ok && column != "" && i < len(r.cells) {
				return r.cells[i]
			}
			return ""
		}
		if f, bad := faults[r.fault]; bad {
			s.problem(r.no, "", f[0], "第 "+strconv.FormatInt(r.no, 10)+" 行"+f[1], "line "+strconv.FormatInt(r.no, 10)+" "+f[2])
			continue
		}
		if s.aside(r, cell, t) {
			continue
		}
		l := Line{No: r.no}
		ok := true
		bad := func(column, code, zh, en string) {
			ok = false
			s.problem(r.no, column, code, zh, en)
		}
		for _, c := range m.columns() {
			if i, known := index[c.column]; known && formulas[cellName(i, r.no)] {
				bad(c.column, "formula", "单元格是公式，银行导出的文件不会有公式：请重新导出，或粘贴为数值后再上传", "the cell is a formula, which no bank exports: export the file again, or paste it as values")
			}
		}
		var err error
		if l.On, err = Date(cell(m.Date), s.Format == XLSX); err != nil {
			bad(m.Date, "date", fmt.Sprintf("“%s”不是日期：请写成 2026-11-16", short(cell(m.Date))), fmt.Sprintf("%q is no date: write it as 2026-11-16", short(cell(m.Date))))
		}
		if !s.amount(&l, cell, bad) {
			ok = false
		}
		if text := cell(m.Balance); m.Balance != "" {
			if b, empty, err := Amount(text); err != nil {
				bad(m.Balance, "balance", fmt.Sprintf("余额“%s”不是金额", short(text)), fmt.Sprintf("the balance %q is no amount", short(text)))
			} else if !empty {
				l.Balance, l.HasBalance = b, true
			}
		}
		l.Reference, l.Name, l.Account = oneLine(cell(m.Reference), 80), oneLine(cell(m.Name), 100), strings.ReplaceAll(oneLine(cell(m.Account), 60), " ", "")
		var purpose []string
		for _, c := range m.Purpose {
			if p := oneLine(cell(c), 200); p != "" && !slices.Contains(purpose, p) {
				purpose = append(purpose, p)
			}
		}
		l.Purpose = oneLine(strings.Join(purpose, " "), 300)
		if !l.Reversal && reversalWord.MatchString(l.Purpose) {
			l.Reversal = true
		}
		if ok && l.Amount != 0 {
			s.add(l, refs, equal)
		}
	}
	if s.problems == 0 { // sums of lines that were left out prove nothing
		s.check(t)
	}
}

var reversalWord = regexp.MustCompile(`冲正|冲账|抹账|退汇|退票|退回`)

// aside takes rows that are no movements: page feet, totals, remarks.
func (s *Statement) aside(r row, cell func(string) string, t *totals) bool {
	m := s.Mapping
	text := strings.ToLower(strings.Join(r.cells, " "))
	if clean(cell(m.Date)) == clean(m.Date) && len(clean(cell(m.Date))) > 0 { // the head again, on each page
		return true
	}
	if _, err := Date(cell(m.Date), s.Format == XLSX); err == nil {
		return false
	}
	filled := 0
	for _, c := range r.cells {
		if clean(c) != "" {
			filled++
		}
	}
	summary := stray.MatchString(text) && (clean(cell(m.Date)) == "" || stray.MatchString(strings.ToLower(clean(cell(m.Date)))))
	switch {
	case summary:
		s.said(r, t)
		if strings.Contains(text, "合计") || strings.Contains(text, "总计") || strings.Contains(text, "total") {
			if !strings.Contains(text, "小计") {
				for _, c := range []struct {
					column, what string
					to           **money.Fen
				}{{m.Debit, "total_out", &t.out}, {m.Credit, "total_in", &t.in}} {
					if f, empty, err := Amount(cell(c.column)); err == nil && !empty && *c.to == nil && c.column != "" {
						*c.to, t.line[c.what] = &f, r.no
					}
				}
			}
		}
	case filled <= 1:
	default:
		return false
	}
	s.note(r.no, "no_movement", fmt.Sprintf("第 %d 行不是收支明细，未导入", r.no), fmt.Sprintf("line %d is no movement and was passed over", r.no))
	return true
}

// amount reads the money of a line, in one column or in two.
func (s *Statement) amount(l *Line, cell func(string) string, bad func(column, code, zh, en string)) bool {
	m := s.Mapping
	read := func(column string) (money.Fen, bool, bool) {
		text := cell(column)
		f, empty, err := Amount(text)
		if err == nil {
			return f, empty, true
		}
		switch {
		case errors.Is(err, errPrecision):
			bad(column, "precision", fmt.Sprintf("金额“%s”小数超过两位", short(text)), fmt.Sprintf("the amount %q has more than two decimals", short(text)))
		case errors.Is(err, errHuge):
			bad(column, "too_large", fmt.Sprintf("金额“%s”过大：最多 9,999,999,999,999.99 元", short(text)), fmt.Sprintf("the amount %q is too large: at most 9,999,999,999,999.99 yuan", short(text)))
		default:
			bad(column, "amount", fmt.Sprintf("“%s”不是金额：请写成 1234.56（不接受科学计数法）", short(text)), fmt.Sprintf("%q is no amount: write it as 1234.56 (powers of ten are not taken)", short(text)))
		}
		return 0, false, false
	}
	if m.Amount != "" {
		f, empty, ok := read(m.Amount)
		if !ok {
			return false
		}
		if empty {
			bad(m.Amount, "missing", "没有金额", "there is no amount")
			return false
		}
		l.Direction = In
		if f < 0 {
			l.Direction = Out
		}
		if m.Direction != "" {
			d, known := direction(cell(m.Direction))
			if !known {
				bad(m.Direction, "direction", fmt.Sprintf("“%s”看不出是收入还是支出：应为 借/贷 或 收/付", short(cell(m.Direction))), fmt.Sprintf("%q tells neither credit nor debit", short(cell(m.Direction))))
				return false
			}
			if l.Direction = d; f < 0 {
				l.Direction, l.Reversal = other(d), true
			}
		}
		return s.set(l, f, m.Amount)
	}
	debit, noDebit, ok1 := read(m.Debit)
	credit, noCredit, ok2 := read(m.Credit)
	if !ok1 || !ok2 {
		return false
	}
	switch {
	case debit != 0 && credit != 0:
		bad(m.Debit, "both", fmt.Sprintf("“%s”和“%s”都有金额，一行只能有一个", m.Debit, m.Credit), fmt.Sprintf("both %s and %s have an amount; a line has one", m.Debit, m.Credit))
		return false
	case noDebit && noCredit:
		column := m.Debit
		if column == "" {
			column = m.Credit
		}
		bad(column, "missing", "没有金额", "there is no amount")
		return false
	case debit != 0:
		if l.Direction = Out; debit < 0 {
			l.Direction, l.Reversal = In, true
		}
		return s.set(l, debit, m.Debit)
	}
	if l.Direction = In; credit < 0 {
		l.Direction, l.Reversal = Out, true
	}
	return s.set(l, credit, m.Credit)
}

// set takes the amount without its sign; a line of nothing is passed over.
func (s *Statement) set(l *Line, f money.Fen, column string) bool {
	if f == 0 {
		s.note(l.No, "no_movement", fmt.Sprintf("第 %d 行金额为 0，未导入", l.No), fmt.Sprintf("line %d has the amount 0 and was passed over", l.No))
	}
	l.Amount = max(f, -f)
	return true
}

func other(d Direction) Direction {
	if d == In {
		return Out
	}
	return In
}

func short(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return strings.TrimSpace(s)
}

// oneLine is text as it is kept: cleaned, at most n characters.
func oneLine(s string, n int) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// saying are the labels under which files state their totals.
var saying = []struct {
	what string
	form *regexp.Regexp
}{
	{"opening", regexp.MustCompile(`^(期初|上期|上日|起始|承前|开始|昨日)余额|^opening\s?balance`)},
	{"closing", regexp.MustCompile(`^(期末|本期|结束|截止|日终)余额|^closing\s?balance`)},
	{"count_out", regexp.MustCompile(`^(借方|支出|转出|付款)(发生)?(总|合计)?笔数|^(借方|支出)(合计|总计)笔数`)},
	{"count_in", regexp.MustCompile(`^(贷方|收入|转入|收款)(发生)?(总|合计)?笔数|^(贷方|收入)(合计|总计)笔数`)},
	{"count", regexp.MustCompile(`^(总笔数|合计笔数|笔数合计|交易笔数|记录数|总记录数)`)},
	{"total_out", regexp.MustCompile(`^(借方|支出|转出|付款)(累计)?(发生)?(合计|总计|总额|总金额|金额合计|发生额合计|合计金额|合计发生额)|^总支出(金额)?|^total\s?debits?`)},
	{"total_in", regexp.MustCompile(`^(贷方|收入|转入|收款)(累计)?(发生)?(合计|总计|总额|总金额|金额合计|发生额合计|合计金额|合计发生额)|^总收入(金额)?|^total\s?credits?`)},
	{"account", regexp.MustCompile(`^(账号|账户|本方账号|查询账号|账户号码|卡号|account(\s?number)?)$`)},
}

var statements = regexp.MustCompile(`[;|]`)

// said takes in what a row outside the table states: "label: value" in one cell, or the value in the next.
func (s *Statement) said(r row, t *totals) {
	for i := 0; i < len(r.cells); i++ {
		for _, part := range statements.Split(clean(r.cells[i]), -1) {
			label, value, _ := strings.Cut(part, ":")
			if strings.TrimSpace(value) == "" {
				value = ""
				for j := i + 1; j < len(r.cells) && value == ""; j++ {
					value = clean(r.cells[j])
				}
			}
			label = strings.ToLower(strings.NewReplacer("(元)", "", "(人民币)", "", "帐", "账", " ", "").Replace(strings.TrimSpace(label)))
			s.state(label, strings.TrimSpace(value), r.no, t)
		}
	}
}

func (s *Statement) state(label, value string, line int64, t *totals) {
	for _, k := range saying {
		if !k.form.MatchString(label) {
			continue
		}
		switch k.what {
		case "account":
			if digits := strings.ReplaceAll(strings.Fields(value + " -")[0], "-", ""); len(digits) >= 6 && s.Account == "" {
				s.Account = digits
			}
		case "count", "count_in", "count_out":
			n, err := strconv.Atoi(strings.TrimSuffix(strings.ReplaceAll(value, ",", ""), "笔"))
			to := map[string]**int{"count": &t.count, "count_in": &t.inN, "count_out": &t.outN}[k.what]
			if err == nil && *to == nil {
				*to, t.line[k.what] = &n, line
			}
		default:
			f, empty, err := Amount(value)
			to := map[string]**money.Fen{"opening": &t.opening, "closing": &t.closing, "total_in": &t.in, "total_out": &t.out}[k.what]
			if err == nil && !empty && *to == nil {
				*to, t.line[k.what] = &f, line
			}
		}
		return
	}
}

// cellName is the name of a cell: column 0, row 5 is A5.
func cellName(column int, row int64) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.FormatInt(row, 10)
}

// formulaCells lists the cells of the first sheet that are formulas: what a reader of values doesn't show.
func formulaCells(content []byte) (map[string]bool, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, intake.ErrXLSX.Because(err)
	}
	open := func(name string) (io.ReadCloser, error) {
		for _, f := range z.File {
			if strings.EqualFold(f.Name, name) {
				return f.Open()
			}
		}
		return nil, fmt.Errorf("no %s", name)
	}
	decode := func(name string, each func(d *xml.Decoder, e xml.StartElement) error) error {
		r, err := open(name)
		if err != nil {
			return err
		}
		defer r.Close() //nolint:errcheck // read only
		d := xml.NewDecoder(io.LimitReader(r, 200<<20))
		for {
			tok, err := d.RawToken()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if e, ok := tok.(xml.StartElement); ok {
				if err := each(d, e); err != nil {
					return err
				}
			}
		}
	}
	attr := func(e xml.StartElement, name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	relation, target := "", ""
	err = decode("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "sheet" && relation == "" {
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					relation = a.Value
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, intake.ErrXLSX.Because(err)
	}
	err = decode("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attr(e, "Id") == relation {
			target = attr(e, "Target")
		}
		return nil
	})
	if err != nil {
		return nil, intake.ErrXLSX.Because(err)
	}
	name := path.Join("xl", target)
	if strings.HasPrefix(target, "/") {
		name = strings.TrimPrefix(target, "/")
	}
	out := map[string]bool{}
	cell := ""
	err = decode(name, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "c":
			cell = attr(e, "r")
		case "f":
			if len(out) < 10*MaxLines {
				out[cell] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, intake.ErrXLSX.Because(err)
	}
	return out, nil
}
