package app

import (
	"context"

	"sealgate/server/registration"
)

// demoHandlers act for the demo's customers; their numbers are made up, with a right check character.
var demoHandlers = []registration.Handler{
	{Name: "吴小岚", IDNumber: "110101199003070038", Phone: "13880002001"}, {Name: "林知远", IDNumber: "110101198507120030", Phone: "13880002002"},
}

// chain registers what a customer sends with: qualification, signature, and for the first customer a template, a link and a phone number. With
// passed, compliance approves and the carriers accept, but for one that refuses the first customer's link.
func (h *history) chain(ctx context.Context, customerID string, f demoFirm, passed bool) (signatureID string, err error) {
	p, sales := h.past, h.as(ctx, f.owner)
	today := p.Clock.Today()
	handler := demoHandlers[len(f.name)%len(demoHandlers)]
	handler.AuthorisedFrom, handler.AuthorisedTo = today, today.AddYears(2)
	add := func(n registration.Submission, paper string) (string, error) {
		if paper != "" {
			if n.DocumentID, err = h.scan(sales, "registration", paper, f); err != nil {
				return "", err
			}
		}
		r, err := p.Signatures.Submit(sales, customerID, n)
		if err != nil {
			return "", err
		}
		if passed {
			_, err = p.Signatures.Approve(h.as(ctx, "compliance"), r.ID)
		}
		return r.ID, err
	}
	qualification, err := add(registration.Submission{Kind: registration.Qualification, Text: f.signature + "企业资质", Handler: handler}, "授权书")
	if err != nil {
		return "", err
	}
	signatureID, err = add(registration.Submission{
		Kind: registration.Signature, ParentID: qualification, Text: f.signature, Detail: registration.Detail{Source: registration.TradeMark, SourceName: "“" + f.signature + "”商标注册证"},
	}, "商标注册证")
	if err != nil || !passed {
		return signatureID, err
	}
	if f.signature == demoFirms[0].signature {
		if err := h.contacts(signatureID, f, add); err != nil {
			return "", err
		}
	}
	return signatureID, h.file(ctx)
}

// contacts are a template, a link and a phone number under a signature.
func (h *history) contacts(signatureID string, f demoFirm, add func(n registration.Submission, paper string) (string, error)) error {
	for _, n := range []struct {
		what  registration.Submission
		paper string
	}{
		{registration.Submission{Kind: registration.Template, Text: "您的登录验证码是{1}，{2}分钟内有效，请勿告诉他人。", Detail: registration.Detail{
			Name: "登录验证码", Category: "verification", Variables: []registration.Variable{{Type: registration.Digits, Name: "验证码"}, {Type: registration.Digits, Name: "分钟"}},
		}}, ""},
		{registration.Submission{Kind: registration.Template, Text: "{1}您好，您的订单{2}已于{3}发货，实付{4}，感谢您的支持。", Detail: registration.Detail{
			Name: "发货通知", Category: "notice", Variables: []registration.Variable{
				{Type: registration.Words, Name: "姓名"}, {Type: registration.Digits, Name: "订单号"}, {Type: registration.Day, Name: "发货日期"}, {Type: registration.Money, Name: "实付金额"},
			},
		}}, ""},
		{registration.Submission{Kind: registration.Link, Text: "www.yunfan.com", Detail: registration.Detail{Form: registration.Domain, Owner: f.name}}, "域名备案截图"},
		{registration.Submission{Kind: registration.Phone, Text: "400-810-1234", Detail: registration.Detail{Owner: f.name}}, "号码归属证明"},
	} {
		n.what.ParentID = signatureID
		if _, err := add(n.what, n.paper); err != nil {
			return err
		}
	}
	return nil
}

// file sends what is queued to the carriers and has them answer: all accept, but one refuses links.
func (h *history) file(ctx context.Context) error {
	p, compliance := h.past, h.as(ctx, "compliance")
	for _, c := range p.Signatures.Carriers.List {
		sheets, err := p.Signatures.MakeSheets(compliance, c.ID, "")
		if err != nil {
			return err
		}
		for _, s := range sheets {
			answer := registration.Answer{State: registration.Accepted}
			if s.Kind == registration.Link && c.ID == "ctcc" {
				answer = registration.Answer{State: registration.Rejected, Reason: "备案主体与签名主体名称不一致，请补充授权"}
			}
			if _, err := p.Signatures.AnswerSheet(compliance, s.ID, answer); err != nil {
				return err
			}
		}
	}
	return nil
}
