package registration_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/registration"
)

func sheet(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		for j, c := range r {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := f.SetCellStr("Sheet1", cell, c); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSheetFile_hasTheCarriersColumnsAndTheHandlerInFull(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	ss := send(t, h, "cmcc")
	read := func(id string) [][]string {
		_, content, err := h.Signatures.SheetFile(contracttest.Reviewer(), id)
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	q := read(ss[0].ID)
	if q[0][0] != "报备流水号" || q[1][0] != at(t, h, c.qualification.ID, "cmcc").Number || q[1][1] != "客户1有限公司" || q[1][6] != "王小明" || q[1][7] != "110101199003070038" || q[1][5] != "长期" || q[1][9] != "2028-03-02" {
		t.Errorf("%q", q)
	}
	if g := read(ss[1].ID); g[1][3] != "【信闸科技】" || g[1][4] != "企业名称" {
		t.Errorf("%q", g)
	}
	if m := read(ss[2].ID); m[1][3] != "您的验证码是{1}，{2}分钟内有效。" || m[1][4] != "{1} 数字（验证码）；{2} 数字（分钟）" {
		t.Errorf("%q", m)
	}
	if l := read(ss[3].ID); l[1][2] != "域名" || l[1][3] != "shop.example.com" {
		t.Errorf("%q", l)
	}
	var looks int
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action = 'filing.sheet_look'").Scan(&looks); err != nil || looks != 4 {
		t.Errorf("%d looks on record %v", looks, err)
	}
}

func TestImportAnswers_allOrNothingAndTwiceIsOnce(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	send(t, h, "cmcc")
	send(t, h, "cucc")
	number := func(id, carrier string) string { return at(t, h, id, carrier).Number }
	head := []string{"序号", "报备流水号", "审核结果", "驳回原因", "备案号"}
	good := sheet(t, []string{"中国移动回执"}, head,
		[]string{"1", number(c.qualification.ID, "cmcc"), "通过", "", "YD-1"}, []string{"2", number(c.signature.ID, "cmcc"), "驳回", "证明不清晰", ""})
	p, err := h.Signatures.PreviewAnswers(contracttest.Reviewer(), "cmcc", good)
	if err != nil || p.New != 2 || len(p.Faults) != 0 || p.Rows[1].After != registration.Rejected || p.Rows[1].Text != "信闸科技" || p.Rows[1].Line != 4 {
		t.Fatalf("%+v %v", p, err)
	}
	if at(t, h, c.signature.ID, "cmcc").State != registration.Sent {
		t.Error("a preview changed something")
	}
	bad := sheet(t, head,
		[]string{"1", number(c.qualification.ID, "cmcc"), "通过"}, []string{"2", "BB99999999", "通过"}, []string{"3", number(c.signature.ID, "cucc"), "通过"}, []string{"4", "", "通过"},
		[]string{"5", number(c.template.ID, "cmcc"), "或许"}, []string{"6", number(c.link.ID, "cmcc"), "驳回", ""}, []string{"7", number(c.qualification.ID, "cmcc"), "通过"})
	_, err = h.Signatures.ImportAnswers(contracttest.Reviewer(), "cmcc", bad)
	e := errs.As(err)
	if !errors.Is(err, registration.ErrAnswerRows) || len(e.Fields) != 6 {
		t.Fatalf("%v", err)
	}
	want := []string{"rows[3].reference:unknown", "rows[4].reference:unknown", "rows[5].reference:missing", "rows[6].result:unknown", "rows[7].reason:missing", "rows[8].reference:repeated"}
	for i, f := range e.Fields {
		if f.Field+":"+f.Code != want[i] || f.Zh == "" || f.En == "" {
			t.Errorf("want %s, got %+v", want[i], f)
		}
	}
	if at(t, h, c.qualification.ID, "cmcc").State != registration.Sent {
		t.Error("the good line of a bad file was entered")
	}
	for i, fresh := range []int{2, 0} {
		p, err := h.Signatures.ImportAnswers(contracttest.Reviewer(), "cmcc", good)
		if err != nil || p.New != fresh {
			t.Fatalf("time %d: %+v %v", i+1, p, err)
		}
	}
	if g := at(t, h, c.qualification.ID, "cmcc"); g.State != registration.Accepted || g.CarrierNumber != "YD-1" || g.AnsweredBy != "u-reviewer" {
		t.Errorf("%+v", g)
	}
	if g := at(t, h, c.signature.ID, "cmcc"); g.State != registration.Rejected || g.Reason != "证明不清晰" {
		t.Errorf("%+v", g)
	}
	gone := fmt.Sprintf("流水号,结果,原因\n%s,注销,客户申请注销\n", number(c.qualification.ID, "cmcc"))
	if _, err := h.Signatures.ImportAnswers(contracttest.Reviewer(), "cmcc", []byte(gone)); err != nil {
		t.Fatal(err)
	}
	if g := at(t, h, c.qualification.ID, "cmcc"); g.State != registration.FilingEnd || g.Cause != registration.ByCarrier {
		t.Errorf("%+v", g)
	}
}

func TestPreviewAnswers_refusesWhatIsNoTableOfAnswers(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	for name, content := range map[string][]byte{
		"empty": {}, "text": []byte("你好"), "pdf": contracttest.PDF(), "no head": []byte("a,b\n1,2\n"), "only a head": []byte("流水号,结果\n"), "damaged": sheet(t, []string{"流水号"})[:300],
	} {
		_, err := h.Signatures.PreviewAnswers(contracttest.Reviewer(), "cmcc", content)
		if e := errs.As(err); e == nil || e.Kind != errs.KindInvalid || e.Zh == "" || e.En == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Signatures.PreviewAnswers(contracttest.Reviewer(), "xx", nil); !errors.Is(err, registration.ErrCarrier) {
		t.Errorf("%v", err)
	}
}

func FuzzPreviewAnswers(f *testing.F) {
	f.Add([]byte("流水号,结果,原因\nBB00000001,通过,\n"))
	f.Add([]byte("\xff\xfe流"))
	f.Add([]byte("流水号\t结果\n\"x\t通过\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 || strings.Count(string(content), "\n") > 100 {
			t.Skip()
		}
		registration.ReadForFuzz(content)
	})
}
