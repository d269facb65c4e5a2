package registration_test

import (
	"errors"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/registration"
	"sealgate/server/testkit"
)

// notice submits a template of a notice under a signature.
func notice(h *contracttest.House, customer, signature, text string, vs ...registration.Variable) (*registration.Record, error) {
	return h.Signatures.Submit(contracttest.Sales(), customer, registration.Submission{
		Kind: registration.Template, ParentID: signature, Text: text, Detail: registration.Detail{Name: "通知", Category: "notice", Variables: vs},
	})
}

func TestTemplate_hasOnlyLinksAndNumbersThatAreRegisteredUnderItsSignature(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h) // shop.example.com and 028-85551234
	other := h.Signature(t, c.customer, "信闸会员")
	short := registration.Submission{
		Kind: registration.Link, ParentID: c.signature.ID, Text: "t.cn/A6xY8z", Detail: registration.Detail{Form: registration.ShortLink, Owner: "客户1有限公司", Target: "https://shop.example.com/x"},
		DocumentID: h.Upload(t, contracttest.Sales(), "proof"),
	}
	if _, err := h.Signatures.Submit(contracttest.Sales(), c.customer, short); err != nil {
		t.Fatal(err)
	}
	digits := words(registration.Digits)
	for _, k := range []struct {
		text, signature string
		vs              []registration.Variable
		want            []string // the beginning of each complaint
	}{
		{text: "您的订单已发货，请查收。"},
		{text: "您的订单已发货，详情见https://shop.example.com/orders查看。"},
		{text: "您的订单已发货，详情见 m.shop.example.com 查看。"},
		{text: "您的订单已发货，详情见 t.cn/A6xY8z 查看。"}, // submitted, not approved yet
		{text: "您的订单{1}已发货，客服02885551234。", vs: digits},
		{text: "您的订单已发货，客服电话028-85551234。"},
		{text: "您的订单已发货，详情见 t.cn/B7zzzz 查看。", want: []string{"第 13–23 个字符“t.cn/B7zzzz”"}},
		{text: "您的订单{1}已发货，请致电400-810-9999。", vs: digits, want: []string{"第 15–26 个字符“400-810-9999”"}},
		{text: "详情见 a.example.org ，客服电话028-85550000。", want: []string{"第 5–17 个字符“a.example.org”", "第 24–35 个字符“028-85550000”"}},
		{text: "您的订单已发货，请看shop.example.com查看。", signature: other.ID, want: []string{"第 11–26 个字符“shop.example.com”"}},
	} {
		signature := c.signature.ID
		if k.signature != "" {
			signature = k.signature
		}
		_, err := notice(h, c.customer, signature, k.text, k.vs...)
		var got []string
		if e := errs.As(err); e != nil {
			for _, f := range e.Fields {
				if f.Field != "text" || f.Code != "contact" || f.En == "" {
					t.Errorf("%q: %+v", k.text, f)
				}
				got = append(got, f.Zh)
			}
		}
		if len(got) != len(k.want) || err != nil && len(got) == 0 {
			t.Errorf("%q: %v", k.text, err)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], k.want[i]) || !strings.Contains(got[i], "请先登记这个") {
				t.Errorf("%q: %s, want %s", k.text, got[i], k.want[i])
			}
		}
	}
}

func TestTemplate_isApprovedAfterWhatStandsInIt(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	link := h.Register(t, contracttest.Sales(), c.customer, registration.Submission{
		Kind: registration.Link, ParentID: c.signature.ID, Text: "example.org", Detail: registration.Detail{Form: registration.Domain, Owner: "客户1有限公司"},
		DocumentID: h.Upload(t, contracttest.Sales(), "proof"),
	})
	r, err := notice(h, c.customer, c.signature.ID, "您的订单已发货，详情见example.org，客服电话028-85551234。")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Signatures.Approve(contracttest.Reviewer(), r.ID); !errors.Is(err, registration.ErrContact) || !strings.Contains(errs.As(err).Zh, "第 12–22 个字符“example.org”所属的链接") {
		t.Fatalf("before its link: %v", err)
	}
	ms, err := h.Signatures.Mentions(testkit.System(), r.ID)
	if err != nil || len(ms) != 2 || ms[0].By.ID != link.ID || ms[0].By.State != registration.Submitted || ms[1].By.ID != c.tel.ID || ms[1].From != 28 || ms[1].To != 39 {
		t.Fatalf("%+v %v", ms, err)
	}
	h.Passed(t, link.ID)
	h.Passed(t, r.ID)
}

func TestUsable_isWhatACarrierTakesOfTheContractsCategories(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	names := func(search string, categories ...string) string {
		us, err := h.Signatures.Usable(contracttest.Sales(), c.signature.ID, categories, search, h.Clock.Today())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, u := range us {
			out = append(out, u.Detail.Name+":"+string(u.Standing["cmcc"])+":"+string(u.Standing["cucc"]))
		}
		return strings.Join(out, " ")
	}
	if got := names("", "verification"); got != "" {
		t.Errorf("queued everywhere: %q", got)
	}
	for _, s := range send(t, h, "cmcc") {
		if _, err := h.Signatures.AnswerSheet(contracttest.Reviewer(), s.ID, registration.Answer{State: registration.Accepted}); err != nil {
			t.Fatal(err)
		}
	}
	for search, want := range map[string]string{"": "登录验证码::carrier_pending", "登录": "登录验证码::carrier_pending", " 有效 ": "登录验证码::carrier_pending", "发货": ""} {
		if got := names(search, "notice", "verification"); got != want {
			t.Errorf("search %q: %q, want %q", search, got, want)
		}
	}
	if got := names("", "notice"); got != "" {
		t.Errorf("a category that the contract has not: %q", got)
	}
	if _, err := h.Signatures.Usable(contracttest.Sales(), c.template.ID, []string{"notice"}, "", h.Clock.Today()); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("no signature: %v", err)
	}
	if _, err := h.Signatures.Withdraw(contracttest.Reviewer(), c.template.ID, "内容变更"); err != nil {
		t.Fatal(err)
	}
	if got := names("", "verification"); got != "" {
		t.Errorf("withdrawn: %q", got)
	}
}
