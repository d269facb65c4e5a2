package registration_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/configs"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/registration"
	"sealgate/server/testkit"
)

func TestCheckSignature_dropsTheBracketsAndRefusesWhatANameHasNot(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"【信闸科技】": "信闸科技", " 信闸 ": "信闸", "AT&T中国": "AT&T中国", "𠮷野家": "𠮷野家", strings.Repeat("信", 16): strings.Repeat("信", 16),
	} {
		var f errs.Fields
		if got := registration.CheckSignature(&f, in); got != want || len(f) > 0 {
			t.Errorf("%q: %q %v", in, got, f)
		}
	}
	for in, code := range map[string]string{
		"信": "length", strings.Repeat("信", 17): "length", strings.Repeat("信", 10_000): "too_long", "": "missing", "【】": "missing",
		"信闸】【": "bad_character", "信\u200b闸": "bad_character", "信\n闸": "bad_character", "回T退订!": "bad_character", "a\xff": "encoding",
	} {
		var f errs.Fields
		registration.CheckSignature(&f, in)
		if len(f) != 1 || f[0].Code != code || f[0].Zh == "" || f[0].En == "" {
			t.Errorf("%q: want %s, got %v", in, code, f)
		}
	}
}

// words makes variables of types, named 甲, 乙, …
func words(types ...registration.VariableType) (vs []registration.Variable) {
	for i, x := range types {
		vs = append(vs, registration.Variable{Type: x, Name: string([]rune("甲乙丙丁")[i])})
	}
	return vs
}

func TestTemplate_variablesAreNumberedTypedApartAndNotAll(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	g := h.Signature(t, c, "信闸科技").ID
	submit := func(category, text string, vs ...registration.Variable) error {
		_, err := h.Signatures.Submit(contracttest.Sales(), c, registration.Submission{
			Kind: registration.Template, ParentID: g, Text: text, Detail: registration.Detail{Name: "模板", Category: category, Variables: vs},
		})
		return err
	}
	for _, k := range []struct {
		text, category, want string
		vs                   []registration.Variable
	}{
		{"您的订单{1}已发货，预计{2}送达。", "notice", "", words(registration.Digits, registration.Day)},
		{"您的订单{2}已发货，预计{1}送达。", "notice", "text:numbering", words(registration.Digits, registration.Day)},
		{"您的订单{1}已发货，预计{1}送达。", "notice", "text:numbering", words(registration.Digits, registration.Day)},
		{"您的订单{订单号}已发货，请查收。", "notice", "text:numbering", words(registration.Digits)},
		{"您的订单{1}{2}已发货，请查收。", "notice", "text:adjacent", words(registration.Digits, registration.Day)},
		{"您的订单{1} {2}已发货，请查收。", "notice", "text:adjacent", words(registration.Digits, registration.Day)},
		{"{1}：{2}", "notice", "text:all_variable", words(registration.Words, registration.Words)},
		{"您的订单{1已发货，请查收。", "notice", "text:brace", nil},
		{"您的订单{1}已发货，请查收。", "notice", "variables:count", nil},
		{"您的订单{1}已发货，请查收。", "notice", "variables[0].type:unknown", words("colour")},
		{"您的订单{1}已发货，预计{2}送达。", "notice", "variables[1].name:repeated", []registration.Variable{{Type: registration.Digits, Name: "甲"}, {Type: registration.Day, Name: "甲"}}},
		{"【信闸科技】您的订单已发货，请查收。", "notice", "text:signature", nil},
		{"您的订单已发货，请查收。", "greeting", "category:unknown", nil},
		{"会员日全场五折，欢迎选购。", "marketing", "text:opt_out", nil},
		{"会员日全场五折，欢迎选购，拒收请回复R", "marketing", "", nil},
		{"会员日全场五折，欢迎选购，退订回T", "advertising", "", nil},
		{"您的订单已发货，下单领券更优惠。", "notice", "category:mismatch", nil},
		{"您的动态密码是{1}，请勿告诉他人。", "verification", "", words(registration.Digits)},
		{"您的密码是{1}，请勿告诉他人。", "verification", "text:no_code", words(registration.Digits)},
		{"您的验证码是{1}，请勿告诉他人。", "verification", "variables:no_code", words(registration.Words)},
		{"您的验证码是{1}，详情见{2}查看。", "verification", "variables:no_link", words(registration.Digits, registration.LinkVar)},
		{strings.Repeat("长", 10_000), "notice", "text:too_long", nil},
	} {
		err := submit(k.category, k.text, k.vs...)
		got := ""
		if e := errs.As(err); err != nil && e != nil && len(e.Fields) == 1 {
			got = e.Fields[0].Field + ":" + e.Fields[0].Code
		} else if err != nil {
			got = err.Error()
		}
		if got != k.want {
			t.Errorf("%q: want %q, got %q", k.text[:min(len(k.text), 60)], k.want, got)
		}
	}
}

func TestFits_takesWhatTheTypeMeans(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		of   registration.VariableType
		yes  []string
		nope []string
	}{
		{registration.Digits, []string{"1", "0123456789"}, []string{"", "1a", "１２", "-1", "123456789012345678901"}},
		{registration.Money, []string{"0", "12.5", "1,234.56", "¥20", "35元", "-3.00"}, []string{"", "1.234", "1e3", "NaN", "12,34", "二十"}},
		{registration.Day, []string{"2026-11-03", "2026年11月3日", "2026/2/28", "2月29日", "2028-02-29"}, []string{"", "2026-02-29", "2026-13-01", "11月31日", "明天"}},
		{registration.PhoneVar, []string{"13812345678", "400-810-0000", "028-85551234"}, []string{"", "123", "加微信"}},
		{registration.LinkVar, []string{"https://a.com/x", "shop.example.com"}, []string{"", "1.2.3.4", "javascript:alert(1)", "点这里"}},
		{registration.Words, []string{"王小明", "𠮷田"}, []string{"", " ", strings.Repeat("长", 36)}},
	} {
		for _, v := range k.yes {
			if !k.of.Fits(v) {
				t.Errorf("%s refuses %q", k.of, v)
			}
		}
		for _, v := range k.nope {
			if k.of.Fits(v) {
				t.Errorf("%s takes %q", k.of, v)
			}
		}
	}
}

func TestContacts_areWhollyOnesOwn(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	g := h.Signature(t, c, "信闸科技").ID
	for _, k := range []struct {
		kind       registration.Kind
		form       registration.LinkForm
		text, want string
	}{
		{registration.Link, registration.Domain, "WWW.Example.com", "www.example.com"},
		{registration.Link, registration.Address, "https://example.com/a/?b=1", "example.com/a/?b=1"},
		{registration.Link, registration.ShortLink, "t.cn/A6xY8z", "t.cn/A6xY8z"},
		{registration.Link, registration.Domain, "t.cn", "form:shortener"},
		{registration.Link, registration.Domain, "example.com/a", "text:not_a_domain"},
		{registration.Link, registration.Address, "example.com", "text:no_path"},
		{registration.Link, registration.Domain, "192.168.0.1", "text:link"},
		{registration.Link, registration.Domain, "https://user@example.com", "text:link"},
		{registration.Link, registration.Domain, "example.com:8080", "text:link"},
		{registration.Link, registration.Domain, "ftp://example.com", "text:link"},
		{registration.Link, registration.Domain, "例子.中国", "text:link"},
		{registration.Link, "page", "example.org", "form:unknown"},
		{registration.Phone, "", "400-810-1234", "400-810-1234"},
		{registration.Phone, "", "110", "text:phone"},
	} {
		target := ""
		if k.form == registration.ShortLink {
			target = "https://example.com/long"
		}
		r, err := h.Signatures.Submit(contracttest.Sales(), c, registration.Submission{
			Kind: k.kind, ParentID: g, Text: k.text, Detail: registration.Detail{Form: k.form, Owner: "客户1有限公司", Target: target}, DocumentID: h.Upload(t, contracttest.Sales(), "proof"),
		})
		got := ""
		if err != nil {
			e := errs.As(err)
			got = e.Fields[0].Field + ":" + e.Fields[0].Code
		} else {
			got = r.Text
		}
		if got != k.want {
			t.Errorf("%s %s %q: want %q, got %q", k.kind, k.form, k.text, k.want, got)
		}
	}
}

func TestStateTables_haveNoWayOutOfAnEndAndNoStrangeState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		state, filing := registration.Submitted, registration.Queued
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			to := rapid.SampledFrom(registration.States()).Draw(t, "to")
			if registration.CanMove(state, to) {
				if state == registration.Refused || to == registration.Approved && state != registration.InReview {
					t.Fatalf("%s → %s", state, to)
				}
				state = to
			}
			next := rapid.SampledFrom(registration.FilingStates()).Draw(t, "filing")
			if registration.CanFile(filing, next) {
				if filing == registration.Rejected || filing == registration.FilingEnd || next == registration.Accepted && filing != registration.Sent || next == registration.Queued {
					t.Fatalf("%s → %s", filing, next)
				}
				filing = next
			}
		}
	})
}

// TestChain_walk does whatever may come in whatever order; the invariants hold after it.
func TestChain_walk(t *testing.T) {
	t.Parallel()
	if os.Getenv(testkit.MySQLEnv) != "" {
		t.Skip("each of the hundred walks has a database of its own; on SQLite")
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := house(t, "2026-03-02 09:00")
		c := whole(t, h)
		records := []string{c.qualification.ID, c.signature.ID, c.template.ID, c.link.ID, c.tel.ID}
		known := func(err error) {
			if err != nil && errs.As(err) == nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			id, carrier := rapid.SampledFrom(records).Draw(rt, "record"), rapid.SampledFrom([]string{"cmcc", "cucc"}).Draw(rt, "carrier")
			switch rapid.IntRange(0, 5).Draw(rt, "act") {
			case 0:
				_, err := h.Signatures.MakeSheets(contracttest.Reviewer(), carrier, "")
				known(err)
			case 1, 2:
				a := registration.Answer{State: rapid.SampledFrom([]registration.FilingState{registration.Accepted, registration.Accepted, registration.Rejected, registration.FilingEnd}).Draw(rt, "answer"), Reason: "因为"}
				_, err := h.Signatures.TakeAnswer(contracttest.Reviewer(), at(t, h, id, carrier).ID, a)
				known(err)
			case 3:
				_, err := h.Signatures.Refile(contracttest.Reviewer(), id, nil, "补正", "")
				known(err)
			case 4:
				_, err := h.Signatures.ChangeRules(contracttest.Reviewer(), carrier, registration.Signature, h.Clock.Today().AddDays(3), "新规则")
				known(err)
			case 5:
				to(t, h, h.Clock.Today().AddDays(rapid.SampledFrom([]int{1, 4, 160}).Draw(rt, "days")).String())
			}
			// Whatever is in order before a carrier, so is what it hangs on.
			for _, carrier := range []string{"cmcc", "cucc"} {
				f := c.facts(t, h, carrier)
				if len(f.Domains)+len(f.Phones) > 0 && at(t, h, c.link.ID, carrier).State != registration.Accepted && at(t, h, c.tel.ID, carrier).State != registration.Accepted {
					rt.Fatalf("%+v", f)
				}
			}
		}
		if found, err := h.Signatures.Verify(contracttest.Reviewer()); err != nil || len(found) > 0 {
			rt.Fatal(found, err)
		}
	})
}

func TestLoadCarriers_readsWhatIsShipped(t *testing.T) {
	t.Parallel()
	c, err := registration.LoadCarriers(configs.FS)
	if err != nil || len(c.List) != 4 {
		t.Fatal(err)
	}
	if _, err := c.Of("xx"); !errors.Is(err, registration.ErrCarrier) {
		t.Errorf("%v", err)
	}
	cmcc, _ := c.Of("cmcc")
	if cmcc.Required(day("2024-12-31")) || !cmcc.Required(day("2025-01-01")) {
		t.Error("from the first day on")
	}
}
