package bankfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }

func TestAmount_readsWhatBanksWriteAndNothingElse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1234.56": "1234.56", "1,234.56": "1234.56", "１，２３４．５６": "1234.56", "¥1,234.5": "1234.50", "￥ 12": "12.00", "RMB 1 234 567.00": "1234567.00",
		"12.00元": "12.00", "+5": "5.00", "-5.00": "-5.00", "(5.00)": "-5.00", "（5.00）": "-5.00", "5.00-": "-5.00", "−1": "-1.00", "－１．００": "-1.00", ".5": "0.50", "0.00": "0.00",
		"007.10": "7.10", "1.2300": "1.23", " 1.00 ": "1.00", "=" + `"1.00"`: "1.00", "9,999,999,999,999.99": "9999999999999.99", "¥-3.00": "-3.00", "-¥3.00": "-3.00",
	} {
		got, empty, err := bankfile.Amount(text)
		if err != nil || empty || got != fen(want) {
			t.Errorf("%q = %s empty=%v (%v), want %s", text, got, empty, err, want)
		}
	}
	for _, text := range []string{"", "-", "--", " ", "—", "　"} {
		if got, empty, err := bankfile.Amount(text); err != nil || !empty || got != 0 {
			t.Errorf("%q = %s empty=%v (%v), want empty", text, got, empty, err)
		}
	}
	for _, text := range []string{"1e3", "1E+3", "NaN", "Inf", "0x10", "1.234", "1,23", "12,34,56", "1.2.3", "--1", "-(1)", "1-2", "9223372036854775808", "10000000000000.00", "一百", "=1+1", "1 2", "1,234,5"} {
		if got, empty, err := bankfile.Amount(text); err == nil {
			t.Errorf("%q was read as %s (empty %v)", text, got, empty)
		}
	}
}

func TestAmount_readsBackWhatItsOwnWritersWrite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(-int64(money.MaxFen), int64(money.MaxFen)).Draw(t, "fen"))
		for _, text := range []string{f.Yuan(), f.Grouped(), "¥" + f.Grouped()} {
			if got, _, err := bankfile.Amount(text); err != nil || got != f {
				t.Fatalf("%s = %s %v", text, got, err)
			}
		}
	})
}

func TestDate_readsTheUsualChineseForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-11-06", "2026/11/6", "2026.11.06", "20261106", "2026年11月6日", "2026年11月06日 09:30", "2026-11-06 23:59:59", "20261106235959", "20261106 23:59", "２０２６－１１－０６", "2026-11-06T08:00:00"} {
		if got, err := bankfile.Date(text, false); err != nil || got != day("2026-11-06") {
			t.Errorf("%q = %s %v", text, got, err)
		}
	}
	for _, text := range []string{"", "06/11/2026", "2026-13-01", "2026-02-30", "261106", "2026-11", "16.11.26", "46332", "99999999", "2026-11-061"} {
		if got, err := bankfile.Date(text, false); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
	if got, err := bankfile.Date("46332", true); err != nil || got != day("2026-11-06") {
		t.Errorf("a spreadsheet's day number: %s %v", got, err)
	}
}

// icbc is a statement with debit and credit columns, a preamble and totals, the newest line first.
const icbc = `中国某某银行 账户明细,,,,,,,
账号:,6222000000000000001,,,,,,
期初余额:,"1,000.00",期末余额:,"4,303.70",,,,
交易日期,对方户名,对方账号,借方发生额,贷方发生额,余额,交易流水号,摘要
2026-11-18,甲（北京）科技有限公司,6217001,,"1,303.70","4,303.70",F0003,货款 B-202610-000001
2026-11-17,乙公司,6217002,,"2,500.00","3,000.00",F0002,HT-2026-000002
2026-11-16,物业公司,6217003,500.00,,500.00,F0001,房租
合计,,,500.00,"3,803.70",,,
`

func read(t *testing.T, content string, o ...bankfile.Options) *bankfile.Statement {
	t.Helper()
	s, err := bankfile.Read([]byte(content), append(o, bankfile.Options{})[0])
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRead_takesATableInAnyEncoding(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(icbc)
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(icbc)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, content := range map[string]string{
		"utf-8": icbc, "utf-8 with BOM": "\xef\xbb\xbf" + icbc, "GBK": gbk, "UTF-16": string(wide),
		"Windows line ends": strings.ReplaceAll(icbc, "\n", "\r\n"), "tabs": strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(icbc, ",", "\t"), `"`, ""), "1\t303", "1,303"),
	} {
		if name == "tabs" { // thousands separators that became tabs again
			for _, s := range []string{"1\t000.00", "4\t303.70", "2\t500.00", "3\t000.00", "3\t803.70"} {
				content = strings.ReplaceAll(content, s, strings.ReplaceAll(s, "\t", ","))
			}
		}
		s := read(t, content)
		if len(s.Problems) > 0 || len(s.Lines) != 3 {
			t.Errorf("%s: %d lines, %+v", name, len(s.Lines), s.Problems)
			continue
		}
		l := s.Lines[0]
		if l.On != day("2026-11-18") || l.Direction != bankfile.In || l.Amount != fen("1303.70") || l.Name != "甲(北京)科技有限公司" || l.Account != "6217001" || l.Reference != "F0003" || l.Purpose != "货款 B-202610-000001" || l.No != 5 {
			t.Errorf("%s: %+v", name, l)
		}
		if s.Lines[2].Direction != bankfile.Out || s.In != fen("3803.70") || s.Out != fen("500.00") || s.Account != "6222000000000000001" || s.Opening != fen("1000.00") || s.Closing != fen("4303.70") || !s.Guessed {
			t.Errorf("%s: %+v", name, s)
		}
		for _, c := range []string{"balances", "opening", "closing", "total_in", "total_out"} {
			if !slices.Contains(s.Checked, c) {
				t.Errorf("%s: %s was not checked (%v)", name, c, s.Checked)
			}
		}
	}
}

func problems(s *bankfile.Statement) string {
	var out []string
	for _, p := range s.Problems {
		out = append(out, fmt.Sprintf("%d/%s/%s", p.Line, p.Field, p.Code))
	}
	return strings.Join(out, " ")
}

func TestRead_tellsLineAndFieldOfWhatIsWrong(t *testing.T) {
	t.Parallel()
	const head = "日期,金额,流水号,余额,对方户名\n"
	for name, c := range map[string]struct{ content, want string }{
		"powers of ten":            {head + "2026-11-01,1e3,A1,,甲\n", "2/金额/amount"},
		"not a number":             {head + "2026-11-01,NaN,A1,,甲\n", "2/金额/amount"},
		"2^63":                     {head + "2026-11-01,9223372036854775808,A1,,甲\n", "2/金额/too_large"},
		"three decimals":           {head + "2026-11-01,1.005,A1,,甲\n", "2/金额/precision"},
		"a formula":                {head + "2026-11-01,=A1*2,A1,,甲\n", "2/金额/amount"},
		"no amount":                {head + "2026-11-01,,A1,,甲\n", "2/金额/missing"},
		"month 13":                 {head + "2026-13-01,5,A1,,甲\n", "2/日期/date"},
		"two at once":              {head + "x,y,A1,,甲\n", "2/日期/date 2/金额/amount"},
		"a balance that is none":   {head + "2026-11-01,5,A1,many,甲\n", "2/余额/balance"},
		"a gap in the balances":    {head + "2026-11-01,5,A1,105,甲\n2026-11-02,5,A2,115,乙\n", "3/余额/wrong_balance"},
		"one reference, two facts": {head + "2026-11-01,5,A1,,甲\n2026-11-01,6,A1,,甲\n", "3/流水号/reference_conflict"},
		"a wrong opening balance":  {"期初余额：90.00\n" + head + "2026-11-01,5,A1,105,甲\n2026-11-02,5,A2,110,乙\n", "1/期初余额/wrong_total"},
		"a wrong closing balance":  {"期初余额：90.00,期末余额：99.00\n" + head + "2026-11-01,5,A1,,甲\n2026-11-02,5,A2,,乙\n", "1/期末余额/wrong_total"},
		"a wrong count":            {"总笔数：3\n" + head + "2026-11-01,5,A1,,甲\n2026-11-02,5,A2,,乙\n", "1/笔数/wrong_count"},
		"both debit and credit":    {"日期,借方,贷方\n2026-11-01,5,6\n2026-11-01,5,\n", "2/借方/both"},
		"no direction":             {"日期,金额,借贷标志\n2026-11-01,5,?\n2026-11-01,5,贷\n", "2/借贷标志/direction"},
		"broken characters":        {head + "2026-11-01,5,A1,,\xe4\xb8\n2026-11-02,5,A2,,上海甲乙丙丁戊己庚辛壬癸有限公司分公司\n", "2//encoding"},
		"totals of credits":        {"日期,借方,贷方\n2026-11-01,,5\n2026-11-01,,6\n合计,,12\n", "4/收入合计/wrong_total"},
	} {
		if got := problems(read(t, c.content)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestRead_countsARepeatedLineOnce(t *testing.T) {
	t.Parallel()
	s := read(t, "日期,金额,流水号,对方户名\n2026-11-01,5,A1,甲\n2026-11-01,5,A1,甲\n2026-11-02,7,A2,乙\n")
	if len(s.Lines) != 2 || len(s.Notes) != 1 || s.Notes[0].Line != 3 || s.Notes[0].Code != "repeated" || s.In != fen("12.00") {
		t.Fatalf("%+v", s)
	}
	// Without references equal lines are different ones, and an overlapping file names them alike.
	a := read(t, "日期,金额,对方户名\n2026-11-01,5,甲\n2026-11-01,5,甲\n2026-11-02,5,甲\n")
	b := read(t, "日期,对方户名,金额\n2026-11-01,甲,5\n2026-11-01,甲,5.00\n")
	if len(a.Lines) != 3 || a.Lines[0].Reference == a.Lines[1].Reference || a.Lines[0].Reference != b.Lines[0].Reference || a.Lines[1].Reference != b.Lines[1].Reference || !a.Lines[0].Derived {
		t.Fatalf("%+v %+v", a.Lines, b.Lines)
	}
}

func TestRead_marksReversals(t *testing.T) {
	t.Parallel()
	s := read(t, "日期,借方金额,贷方金额,摘要\n2026-11-01,,-5.00,冲正\n2026-11-01,-6.00,,\n2026-11-02,7.00,,退汇\n2026-11-02,,8.00,货款\n")
	var got []string
	for _, l := range s.Lines {
		got = append(got, fmt.Sprintf("%s %s %v", l.Direction, l.Amount, l.Reversal))
	}
	if want := []string{"out 5.00 true", "in 6.00 true", "out 7.00 true", "in 8.00 false"}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func TestRead_keepsToAMappingInWhateverOrderTheColumnsStand(t *testing.T) {
	t.Parallel()
	m := bankfile.Mapping{Date: "日子", Amount: "钱", Name: "谁", Reference: "号", Purpose: []string{"话", "记"}}
	for _, content := range []string{"谁,钱,日子,号,话,记\n甲,-5,2026-11-01,A1,房租,十一月\n", "号,记,话,日子,钱,谁\nA1,十一月,房租,2026-11-01,-5,甲\n"} {
		s := read(t, content, bankfile.Options{Mapping: &m})
		if l := s.Lines[0]; s.Guessed || l.Direction != bankfile.Out || l.Amount != fen("5.00") || l.Name != "甲" || l.Purpose != "房租 十一月" || l.Reference != "A1" {
			t.Errorf("%+v", l)
		}
	}
	if _, err := bankfile.Read([]byte("a,b\n1,2\n"), bankfile.Options{Mapping: &m}); !errors.Is(err, bankfile.ErrNoHead) {
		t.Errorf("a file without the columns: %v", err)
	}
	// The saved mapping doesn't fit a file that we could read: its error names the columns.
	if _, err := bankfile.Read([]byte("日期,金额\n2026-11-01,5\n"), bankfile.Options{Mapping: &m}); !errors.Is(err, bankfile.ErrMapping) || !strings.Contains(err.Error(), "日子") {
		t.Errorf("another file: %v", err)
	}
	for field, m := range map[string]bankfile.Mapping{"mapping.date": {Amount: "a"}, "mapping.amount": {Date: "d"}, "mapping.credit": {Date: "d", Debit: "x", Credit: "x"}, "mapping.direction": {Date: "d", Debit: "x", Direction: "y"}} {
		err := m.Check(nil)
		if e := errs.As(err); e == nil || e.Fields[0].Field != field {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func sheet(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // in memory
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead_takesASpreadsheetAndRefusesFormulas(t *testing.T) {
	t.Parallel()
	content := sheet(t, func(f *excelize.File) {
		rows := [][]any{
			{"户名", "某公司"}, {"期初余额", 100.0},
			{"记账日期", "对方名称", "收/付", "交易金额", "账户余额", "流水号"},
			{day("2026-11-16").At(10, 0), "甲公司", "收", 1234.56, 1334.56, "8000000000000000001"},
			{"2026/11/17", "乙公司", "付", 34.56, 1300.0, "A2"},
		}
		for i, r := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
				t.Fatal(err)
			}
		}
	})
	s := read(t, string(content))
	if len(s.Problems) > 0 || len(s.Lines) != 2 || s.Format != bankfile.XLSX || s.Lines[0].On != day("2026-11-16") || s.Lines[0].Amount != fen("1234.56") || s.Lines[0].Reference != "8000000000000000001" ||
		s.Lines[1].Direction != bankfile.Out || s.Opening != fen("100.00") || s.Lines[1].No != 5 {
		t.Fatalf("%+v", s)
	}
	formula := sheet(t, func(f *excelize.File) {
		for i, r := range [][]any{{"日期", "金额", "对方户名"}, {"2026-11-16", 5, "甲"}, {"2026-11-16", 5, "乙"}} {
			_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r)
		}
		_ = f.SetCellFormula("Sheet1", "B3", "=B2*1000")
	})
	if got := problems(read(t, string(formula))); !strings.HasPrefix(got, "3/金额/formula") {
		t.Errorf("formula: %s", got)
	}
	odd := sheet(t, func(f *excelize.File) { // sums of floats as spreadsheets keep them
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"日期", "金额"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"2026-11-16", 0.1 + 0.2})
		_ = f.SetSheetRow("Sheet1", "A3", &[]any{"2026-11-16", 123456789012.34})
	})
	if s := read(t, string(odd)); len(s.Problems) > 0 || s.Lines[0].Amount != fen("0.30") || s.Lines[1].Amount != fen("123456789012.34") {
		t.Errorf("floats: %+v", s)
	}
}

func TestRead_refusesWhatIsNoStatement(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, n := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		w, _ := z.Create(n)
		_, _ = w.Write([]byte("<x/>"))
	}
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	zeros := make([]byte, 1<<20)
	for range 300 {
		_, _ = w.Write(zeros)
	}
	_ = z.Close()
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"nothing":            {"", "file.empty"},
		"a picture":          {"\x89PNG\r\n\x1a\n....", "file.not_table"},
		"no head":            {"a,b\n1,2\n3,4\n", "bankfile.no_head"},
		"head alone":         {"日期,金额\n", "bankfile.no_lines"},
		"a bomb":             {bomb.String(), "file.xlsx"},
		"a broken archive":   {"PK\x03\x04 [Content_Types].xml", "file."},
		"an entity bomb":     {`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>&a;</IBAN></Id></Acct></Stmt></BkToCstmrStmt></Document>`, "bankfile.camt"},
		"another currency":   {`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>1</IBAN></Id><Ccy>USD</Ccy></Acct></Stmt></BkToCstmrStmt></Document>`, "bankfile.currency"},
		"too large":          {strings.Repeat("x", bankfile.MaxSize+1), "bankfile.too_large"},
		"MT940 in dollars":   {":20:A\n:25:1\n:60F:C261101USD1,00\n", "bankfile.currency"},
		"an old spreadsheet": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.xls"},
	} {
		_, err := bankfile.Read([]byte(c.content), bankfile.Options{})
		if e := errs.As(err); e == nil || !strings.HasPrefix(e.Code, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

const mt940 = `{1:F01BANKCNBJXXXX0000000000}{2:O940}{4:
:20:STMT261116
:25:CNBJ/6222000000000000001
:28C:320/1
:60F:C261115CNY1000,00
:61:2611161116C1303,70NTRFNONREF//F0003
:86:?00TRANSFER?20B-202610-000001?21 October?32甲（北京）科技?33有限公司?316217001
:61:2611161116D500,00NTRFRENT//F0001
:86:/BENM//NAME/物业公司/REMI/房租
:61:2611171117RC3,70NTRFNONREF//F0004
:86:reversal
:62F:C261117CNY1800,00
-}`

func TestRead_takesMT940(t *testing.T) {
	t.Parallel()
	s := read(t, mt940)
	if len(s.Problems) > 0 || len(s.Lines) != 3 || s.Account != "6222000000000000001" || s.Closing != fen("1800.00") {
		t.Fatalf("%+v", s)
	}
	if l := s.Lines[0]; l.Amount != fen("1303.70") || l.Direction != bankfile.In || l.Reference != "F0003" || l.Name != "甲(北京)科技有限公司" || l.Account != "6217001" || !strings.Contains(l.Purpose, "B-202610-000001") || l.On != day("2026-11-16") {
		t.Errorf("%+v", l)
	}
	if l := s.Lines[1]; l.Direction != bankfile.Out || l.Name != "物业公司" || !strings.Contains(l.Purpose, "房租") {
		t.Errorf("%+v", l)
	}
	if l := s.Lines[2]; l.Direction != bankfile.Out || !l.Reversal || l.Amount != fen("3.70") {
		t.Errorf("%+v", l)
	}
	if got := problems(read(t, strings.Replace(mt940, "CNY1800,00", "CNY1800,01", 1))); !strings.Contains(got, "wrong_total") {
		t.Errorf("wrong closing balance: %s", got)
	}
	if got := problems(read(t, strings.Replace(mt940, "C1303,70NTRF", "C1e3,70NTRF", 1))); !strings.Contains(got, "/61/entry") {
		t.Errorf("bad amount: %s", got)
	}
}

const camt = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>6222000000000000001</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">2298.70</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="CNY">1303.70</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-17</Dt></BookgDt><ValDt><Dt>2026-11-16</Dt></ValDt><AcctSvcrRef>F0003</AcctSvcrRef>
<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>甲公司</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>6217001</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>B-202610-000001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-18T09:00:00+08:00</DtTm></BookgDt><AcctSvcrRef>F0004</AcctSvcrRef></Ntry>
<Ntry><Amt Ccy="CNY">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-18</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>`

func TestRead_takesCAMT(t *testing.T) {
	t.Parallel()
	s := read(t, camt)
	if len(s.Problems) > 0 || len(s.Lines) != 2 || len(s.Notes) != 1 || s.Account != "6222000000000000001" {
		t.Fatalf("%+v", s)
	}
	if l := s.Lines[0]; l.On != day("2026-11-16") || l.Amount != fen("1303.70") || l.Name != "甲公司" || l.Account != "6217001" || l.Purpose != "B-202610-000001" || l.Reference != "F0003" || l.No != 6 {
		t.Errorf("%+v", l)
	}
	if l := s.Lines[1]; l.Direction != bankfile.Out || !l.Reversal || l.On != day("2026-11-18") {
		t.Errorf("%+v", l)
	}
	if got := problems(read(t, strings.Replace(camt, "2298.70", "2298.71", 1))); !strings.Contains(got, "wrong_total") {
		t.Errorf("wrong closing balance: %s", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{icbc, mt940, camt, "日期,金额\n2026-11-01,5\n", "a;b\n", ":20:\n:25:\n:61:\n", "<Document camt.053.001."} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := bankfile.Read(content, bankfile.Options{})
		if err != nil {
			if errs.As(err) == nil {
				t.Fatalf("an error without words for people: %v", err)
			}
			return
		}
		var in, out money.Fen
		refs := map[string]bool{}
		for _, l := range s.Lines {
			if l.Amount <= 0 || l.Amount > money.MaxFen || l.On.IsZero() || l.Reference == "" || refs[l.Reference] || (l.Direction != bankfile.In && l.Direction != bankfile.Out) {
				t.Fatalf("%+v", l)
			}
			refs[l.Reference] = true
			if l.Direction == bankfile.In {
				in += l.Amount
			} else {
				out += l.Amount
			}
		}
		if in != s.In || out != s.Out {
			t.Fatalf("sums %s %s, lines %s %s", s.In, s.Out, in, out)
		}
	})
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1,234.56", "(5)", "1e3", "￥１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, empty, err := bankfile.Amount(s)
		if err != nil || empty {
			if got != 0 {
				t.Fatalf("%q: %s with %v", s, got, err)
			}
			return
		}
		if again, _, err := bankfile.Amount(got.Grouped()); err != nil || again != got {
			t.Fatalf("%q = %s, which reads %s %v", s, got, again, err)
		}
	})
}
