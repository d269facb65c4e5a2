package paper_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/paper"
)

func authorityReport() paper.AuthorityReportData {
	return paper.AuthorityReportData{
		Number: "CZ-2026-0001", Authority: "公安机关网络安全保卫部门", On: caldate.MustParse("2026-11-02"), FoundAt: "2026-11-02 10:12", Finder: "李静", Class: "涉嫌电信网络诈骗",
		Description: "冒充平台客服，以退款为名索要验证码。", From: paper.Party{Name: "成都信闸通信有限公司", Phone: "028-85550000"},
		Customer: paper.Party{Name: "成都云帆电子商务有限公司", USCC: "91510107MA6CDEMK88", Address: "成都市锦江区红星路 8 号", Contact: "吴岚"}, Contacts: []string{"吴岚 13880001001"},
		Contracts: []paper.ReportedContract{{Number: "HT-2026-000001", ServiceCode: "10690001"}, {Number: "HT-2026-000002"}}, Signature: "云帆商城", Batch: "B20261102-0001", Submitter: "张晓雯",
		Submitted: "2026-11-02 09:58", FileHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Found: 800, Sent: 120, Stopped: 680, StoppedBatches: []string{"B20261102-0001", "B20261101-0003"},
		Texts: []paper.ReportedText{{Text: "【云帆商城】您的订单退款失败，请点击 hxxp.cc/a9k 填写银行卡号和收到的验证码，客服将在十分钟内为您办理。", Messages: 800, Rules: []string{"CONTENT.FRAUD", "LINK.NOT_FILED"}}},
	}
}

func TestAuthorityReport_isTheSamePaperForTheSameFacts(t *testing.T) {
	t.Parallel()
	one, err := paper.AuthorityReport(authorityReport())
	if err != nil || !bytes.HasPrefix(one, []byte("%PDF")) {
		t.Fatal(err)
	}
	two, _ := paper.AuthorityReport(authorityReport())
	draft := authorityReport()
	draft.Draft = true
	three, _ := paper.AuthorityReport(draft)
	if !bytes.Equal(one, two) || bytes.Equal(one, three) {
		t.Error("the paper depends on its facts alone, and a draft says so")
	}
	if file := os.Getenv("SEALGATE_SHOW_REPORT"); file != "" {
		if err := os.WriteFile(file, three, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, lack := range map[string]func(*paper.AuthorityReportData){
		"number": func(r *paper.AuthorityReportData) { r.Number = "" }, "texts": func(r *paper.AuthorityReportData) { r.Texts = nil },
		"customer": func(r *paper.AuthorityReportData) { r.Customer.Name = "" }, "day": func(r *paper.AuthorityReportData) { r.On = caldate.Date{} },
	} {
		r := authorityReport()
		lack(&r)
		if _, err := paper.AuthorityReport(r); !errors.Is(err, paper.ErrLacking) {
			t.Errorf("without its %s: %v", name, err)
		}
	}
}
