package paper_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/paper"
)

func change() paper.ChangeData {
	return paper.ChangeData{
		Number: "HT-2026-000001-B01", ContractNumber: "HT-2026-000001",
		Provider: paper.Party{Name: "信闸演示通信有限公司", USCC: "91510100MA6CDEMK88", Address: "成都市高新区示范路1号"},
		Customer: paper.Party{Name: "成都云帆电子商务有限公司", USCC: "91510107MA6CDEMK88", Address: "成都市锦江区红星路 8 号"},
		AskedOn:  caldate.MustParse("2026-11-20"), From: caldate.MustParse("2026-12-01"), Cutoff: 20, Reason: "业务量增长，改用更大的套餐。", Handler: "王芳",
		Changes: []paper.TermChange{{Name: "月租费（元）", Was: "100.00", Is: "200.00"}, {Name: "每月包含条数", Was: "1000", Is: "3000"}, {Name: "超量单价（元）", Was: "0.085", Is: "0.08"}},
	}
}

// look writes a paper for people to look at where SEALGATE_PAPERS names a folder.
func look(t *testing.T, name string, pdf []byte) {
	t.Helper()
	if dir := os.Getenv("SEALGATE_PAPERS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangeForm_isTheSameBytesWheneverItIsMade(t *testing.T) {
	t.Parallel()
	a, err := paper.ChangeForm(change())
	if err != nil || !bytes.HasPrefix(a, []byte("%PDF-")) {
		t.Fatal(err)
	}
	b, _ := paper.ChangeForm(change())
	if !bytes.Equal(a, b) {
		t.Error("two forms of the same facts differ")
	}
	look(t, "change", a)
	for name, c := range map[string]func(*paper.ChangeData){
		"number": func(c *paper.ChangeData) { c.Number = "" }, "changes": func(c *paper.ChangeData) { c.Changes = nil }, "day": func(c *paper.ChangeData) { c.From = caldate.Date{} },
	} {
		bad := change()
		c(&bad)
		if _, err := paper.ChangeForm(bad); !errors.Is(err, paper.ErrLacking) {
			t.Errorf("without its %s: %v", name, err)
		}
	}
}

func TestSupplementText_takesTermsOrANewEnd(t *testing.T) {
	t.Parallel()
	c := change()
	c.Number, c.EndWas, c.EndIs = "HT-2026-000001-S01", caldate.MustParse("2027-09-30"), caldate.MustParse("2028-09-30")
	pdf, err := paper.SupplementText(c)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "supplement", pdf)
	c.Changes = nil
	if _, err := paper.SupplementText(c); err != nil {
		t.Error(err)
	}
	c.EndIs = caldate.Date{}
	if _, err := paper.SupplementText(c); !errors.Is(err, paper.ErrLacking) {
		t.Error("a supplement that changes nothing was made")
	}
}

func TestFormalNotice_saysWhoToWhomAndWhen(t *testing.T) {
	t.Parallel()
	c := change()
	n := paper.FormalNoticeData{
		Number: "HT-2026-000001-T01", Title: "违约通知书", From: c.Provider, To: c.Customer, On: c.AskedOn,
		Paragraphs: []string{"贵我双方签订的合同 HT-2026-000001（服务期限至 2027年9月30日）存在下列违约情形。请贵方在收到本通知之日起 30 日内纠正；期满未纠正的，合同即行终止，不再另行通知。", "情形：未按约定报备短信签名。"},
		Facts:      []string{"合同编号", "HT-2026-000001", "终止事由", "违约", "起算日", "2026年11月20日", "期限", "30 日", "期满", "2026年12月20日 0 时"},
	}
	pdf, err := paper.FormalNotice(n)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "notice", pdf)
	n.Paragraphs = nil
	if _, err := paper.FormalNotice(n); !errors.Is(err, paper.ErrLacking) {
		t.Error("an empty notice was made")
	}
}
