package paper_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/paper"
)

// PAPER_OUT=/some/folder keeps the papers of the tests for looking at.
func keep(t *testing.T, name string, file []byte) {
	t.Helper()
	if dir := os.Getenv("PAPER_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func textOf(t *testing.T, file []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext is missing, the text of the paper was not checked (apt-get install poppler-utils)")
	}
	cmd := exec.Command(tool, "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return squeeze(string(out))
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// seal draws a round red seal without text.
func seal(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			dx, dy := x-150, y-150
			r := dx*dx + dy*dy
			if r < 145*145 && r > 135*135 || r < 40*40 {
				img.Set(x, y, color.NRGBA{200, 30, 30, 190})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func parties() (provider, customer paper.Party) {
	return paper.Party{
			Name: "云岭信闸通信技术有限公司", USCC: "91530100MA6K2P7Q8X", Address: "云南省昆明市高新区科医路 166 号 3 栋 12 层",
			Phone: "0871-68123456", Email: "billing@xinzha.example", BankName: "中国工商银行昆明高新支行", BankAccount: "2502 0101 0902 4567 891",
		}, paper.Party{
			Name: "昆明滇池国际会展文化旅游发展股份有限公司", USCC: "91530111MA6N8T3R4W", Address: "云南省昆明市官渡区环湖东路会展中心 A 座",
			Contact: "李晓雯", Phone: "138****5678",
		}
}

func bill() paper.BillData {
	provider, customer := parties()
	lines := []paper.BillLine{
		{Name: "企信通月租费", Note: "含 1,000 条／月", Quantity: "1", Unit: "月", UnitPrice: "100.00", TaxRate: "0.09", Amount: money.MustYuan("100.00")},
		{Name: "超出部分短信费", Note: "成功发送 1,234 条，扣除包含的 1,000 条", Quantity: "234", Unit: "条", UnitPrice: "0.085", TaxRate: "0.09", Amount: money.MustYuan("19.89")},
	}
	b := paper.BillData{
		Number: "B-202610-000001", ContractNumber: "HT-2026-0042", ContractTitle: "企信通短信服务合同",
		Provider: provider, Customer: customer,
		From: caldate.MustParse("2026-10-01"), To: caldate.MustParse("2026-10-31"), IssuedOn: caldate.MustParse("2026-11-01"),
		WindowFrom: caldate.MustParse("2026-11-05"), DueOn: caldate.MustParse("2026-11-15"),
		LateFeeNote: "逾期付款的，自 2026年11月16日 起按日加收当日所欠本金 0.3% 的滞纳金；宽限期 10 日，2026年11月25日 届满仍未付清的，自 2026年11月26日 00:00 起暂停服务。",
		Notes:       []string{"价格均含增值税；基础电信服务自 2026年1月1日 起适用 9% 税率。", "对账单有异议的，请在最迟付款日之前书面提出，异议部分在处理期间不计滞纳金。"},
	}
	for _, l := range lines {
		l.Net, l.Tax = l.Amount.NetOfTax(money.MustDecimal(l.TaxRate))
		b.Net, b.Tax, b.Total = b.Net+l.Net, b.Tax+l.Tax, b.Total+l.Amount
		b.Lines = append(b.Lines, l)
	}
	return b
}

func receipt() paper.ReceiptData {
	provider, customer := parties()
	return paper.ReceiptData{
		Number: "R-2026-000017", Purpose: "2026年10月企信通服务费及滞纳金", ContractNumber: "HT-2026-0042",
		Payee: provider, Payer: customer, Amount: money.MustYuan("107000.53"), Method: "银行转账", Reference: "20261116-3390-0001872",
		ReceivedOn: caldate.MustParse("2026-11-16"), IssuedOn: caldate.MustParse("2026-11-17"), Handler: "王会计",
		Items: []paper.ReceiptItem{
			{Text: "账单 B-202610-000001 滞纳金", Amount: money.MustYuan("3.70")},
			{Text: "账单 B-202610-000001 本金", Amount: money.MustYuan("106996.83")},
		},
		Notes: []string{"本收据证明款项已收到，不代替增值税发票。"},
	}
}

func TestBill_saysAllThatTheCustomerMustKnow(t *testing.T) {
	t.Parallel()
	b := bill()
	b.Seal = seal(t)
	file, err := paper.Bill(b)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "bill.pdf", file)
	text := textOf(t, file)
	for _, want := range []string{
		b.Number, b.ContractNumber, b.Provider.Name, b.Customer.Name, b.Customer.USCC, b.Provider.BankAccount, b.Provider.BankName,
		"2026-10-01至2026-10-31", "2026年11月5日至2026年11月15日", "人民币壹佰壹拾玖元捌角玖分", "¥119.89", "234条", "0.085", "9%",
		b.LateFeeNote, b.Notes[0], b.Notes[1], "第1页/共1页", "扣除包含的1,000条",
	} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("the bill does not say %q", want)
		}
	}
}

func TestBill_goesOnOverPagesWithItsHead(t *testing.T) {
	t.Parallel()
	b := bill()
	line := b.Lines[1]
	for range 60 {
		b.Lines = append(b.Lines, line)
		b.Net, b.Tax, b.Total = b.Net+line.Net, b.Tax+line.Tax, b.Total+line.Amount
	}
	b.Watermark = "草稿"
	file, err := paper.Bill(b)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "bill-long.pdf", file)
	text := textOf(t, file)
	if n := strings.Count(text, "不含税金额"); n < 3 {
		t.Errorf("the head of the table stands %d times", n)
	}
	if n := strings.Count(text, "超出部分短信费"); n != 61 {
		t.Errorf("%d of 61 lines are on the bill", n)
	}
}

func TestBill_isTheSameBytesWheneverItIsMade(t *testing.T) {
	t.Parallel()
	first, err := paper.Bill(bill())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again, err := paper.Bill(bill())
		if err != nil || !bytes.Equal(first, again) {
			t.Fatal("the same bill came out differently", err)
		}
	}
}

func TestBill_refusesWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*paper.BillData){
		"total":    func(b *paper.BillData) { b.Total++ },
		"net":      func(b *paper.BillData) { b.Net--; b.Tax++ },
		"one line": func(b *paper.BillData) { b.Lines[0].Tax++ },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bill()
			spoil(&b)
			if _, err := paper.Bill(b); !errors.Is(err, paper.ErrSum) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestBill_refusesToBeEmpty(t *testing.T) {
	t.Parallel()
	if _, err := paper.Bill(paper.BillData{}); !errors.Is(err, paper.ErrLacking) {
		t.Fatalf("got %v", err)
	}
}

func TestBill_takesTheLargestSumAndTheLongestName(t *testing.T) {
	t.Parallel()
	b := bill()
	b.Customer.Name = strings.Repeat("昆明滇池国际会展文化旅游发展股份有限公司", 12)
	b.Lines = b.Lines[:1]
	b.Lines[0].Amount, b.Lines[0].Net, b.Lines[0].Tax = money.MaxFen, money.MaxFen, 0
	b.Lines[0].UnitPrice = "9999999999999.99"
	b.Net, b.Tax, b.Total = money.MaxFen, 0, money.MaxFen
	file, err := paper.Bill(b)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "bill-huge.pdf", file)
	text := textOf(t, file)
	for _, want := range []string{"9,999,999,999,999.99", b.Customer.Name} {
		if !strings.Contains(text, want) {
			t.Errorf("the bill lost %.40q", want)
		}
	}
}

func TestReceipt_saysWhoPaidWhatFor(t *testing.T) {
	t.Parallel()
	r := receipt()
	r.Seal = seal(t)
	file, err := paper.Receipt(r)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "receipt.pdf", file)
	text := textOf(t, file)
	for _, want := range []string{
		r.Number, r.Payer.Name, r.Payee.Name, r.Reference, r.Purpose, "¥107,000.53", "人民币壹拾万零柒仟元伍角叁分",
		"2026年11月16日", r.Items[0].Text, "106,996.83", r.Handler,
	} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("the receipt does not say %q", want)
		}
	}
}

func TestReceipt_forADepositNeedsNoItems(t *testing.T) {
	t.Parallel()
	r := receipt()
	r.Title, r.Items, r.Purpose, r.Amount = "押金收据", nil, "合同 HT-2026-0042 押金", money.MustYuan("500")
	r.Notes = []string{"押金在合同终止且全部款项结清后无息退还；本收据请妥善保管。"}
	file, err := paper.Receipt(r)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "receipt-deposit.pdf", file)
	if text := textOf(t, file); !strings.Contains(text, "人民币伍佰元整") || !strings.Contains(text, "押金收据") {
		t.Error(text)
	}
}

func TestReceipt_refusesItemsThatDifferFromTheAmount(t *testing.T) {
	t.Parallel()
	r := receipt()
	r.Amount++
	if _, err := paper.Receipt(r); !errors.Is(err, paper.ErrSum) {
		t.Fatalf("got %v", err)
	}
}

func BenchmarkBill(b *testing.B) {
	data := bill()
	if _, err := paper.Bill(data); err != nil { // unpack the fonts
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := paper.Bill(data); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "PDF/s")
}

func TestBill_neverSealsAPageThatSaysNothingElse(t *testing.T) {
	t.Parallel()
	rate := money.MustDecimal("0.09")
	for n := 1; n <= 40; n++ {
		b := paper.BillData{
			Number: "B-202610-000001", Provider: paper.Party{Name: "示例通信有限公司", BankName: "示范银行", BankAccount: "6222000000000000001"}, Customer: paper.Party{Name: "示例客户"},
			From: caldate.MustParse("2026-10-01"), To: caldate.MustParse("2026-10-31"), IssuedOn: caldate.MustParse("2026-11-01"), DueOn: caldate.MustParse("2026-11-15"),
			LateFeeNote: "逾期未付的，自逾期之日起每日按未付金额的 0.3% 计收滞纳金。",
		}
		for range n {
			net, tax := money.Fen(1000).NetOfTax(rate)
			b.Lines = append(b.Lines, paper.BillLine{Name: "超量短信费", Quantity: "1", Unit: "条", UnitPrice: "10.00", Net: net, TaxRate: "0.09", Tax: tax, Amount: 1000})
			b.Net, b.Tax, b.Total = b.Net+net, b.Tax+tax, b.Total+1000
		}
		file, err := paper.Bill(b)
		if err != nil {
			t.Fatal(err)
		}
		pages := strings.Split(strings.TrimRight(layoutOf(t, file), "\f"), "\f")
		if last := squeeze(pages[len(pages)-1]); !strings.Contains(last, "出具单位") || !strings.Contains(last, "付款期限") {
			t.Errorf("%d lines: the seal stands alone on page %d: %s", n, len(pages), last)
		}
	}
}

// layoutOf is the text with a form feed after each page.
func layoutOf(t *testing.T, file []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext is missing, the text of the paper was not checked (apt-get install poppler-utils)")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
