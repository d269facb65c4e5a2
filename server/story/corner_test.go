package story_test

import (
	"testing"
	"time"
)

// stranger is the administrator of another customer.
func (s shop) stranger() *Person {
	s.t.Helper()
	other, _ := s.World.customer("四川星河教育科技有限公司", "91510100MA6DEM1015", "星河课堂")
	return s.hireFor("stranger", other, "customer")
}

// signsIn changes the first password of somebody whose account was just made or reset.
func (w *World) signsIn(login, first string) *Person {
	w.t.Helper()
	p := w.nobody()
	p.Login = login
	p.post(200, "/session", JSON{"login": login, "password": first})
	p.post(204, "/session/password", JSON{"current": first, "next": password})
	w.people[login] = p
	return p
}

func TestStory_customersOwnRolesAndRelease(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")

	// 2 November: the administrator divides the work.
	hire := func(login string, parts ...string) *Person {
		m := s.boss.post(201, "/corner/people", JSON{"login": login, "name": "名" + login, "parts": parts})
		return s.signsIn(login, m.str("password"))
	}
	submitter, approver, both := hire("client.submit", "submitter"), hire("client.approve", "approver"), hire("client.both", "submitter", "approver")
	looker := hire("client.look")
	s.boss.call(200, "PUT", "/corner/settings", JSON{"needs_release": true, "needs_check": false, "version": 0})
	s.boss.call(409, "PUT", "/corner/settings", JSON{"needs_release": false, "needs_check": false, "version": 0})
	for _, p := range []*Person{looker, approver} {
		p.refused(403, "/messages", s.order("13800138000"), "auth.forbidden")
	}
	for _, p := range []*Person{submitter, approver, both, looker} {
		p.refused(403, "/api-keys", JSON{"name": "a", "scopes": []string{"read"}}, "auth.forbidden")
		p.get("/batches")
	}
	me := s.boss.get("/session").str("user.id")
	if out := s.boss.call(403, "PUT", "/corner/people/"+me+"/parts", JSON{"parts": []string{}}); out.str("code") != "staff.own_parts" {
		t.Errorf("the only administrator gave up: %v", out)
	}

	// The same day a batch waits for the own approver before anybody of ours sees it on the desk.
	send := func(p *Person) string {
		id := s.submit(p.Login, JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}, "a.csv", []byte("13800138000\n13900139001\n"))
		s.work()
		return id
	}
	first, second, third := send(submitter), send(both), send(submitter)
	for _, id := range []string{first, second, third} {
		if st := s.boss.get("/batches/" + id).str("state"); st != "confirming" {
			t.Fatalf("the batch is %s", st)
		}
	}
	if n := s.as("compliance_reviewer").get("/review/queue").num("total"); n != 0 {
		t.Errorf("our desk has %d batches that nobody released", n)
	}
	submitter.refused(403, "/batches/"+first+"/release", JSON{}, "auth.forbidden")
	both.refused(403, "/batches/"+second+"/release", JSON{}, "corner.own_batch")
	s.as("sales").refused(403, "/batches/"+first+"/release", JSON{}, "auth.forbidden")
	approver.post(200, "/batches/"+first+"/release", JSON{"reason": "已核对"})
	approver.refused(404, "/batches/"+first+"/release", JSON{}, "corner.no_release")
	approver.refused(422, "/batches/"+third+"/decline", JSON{}, "corner.reason")
	approver.post(200, "/batches/"+third+"/decline", JSON{"reason": "名单不对"})
	for id, want := range map[string]string{first: "review", second: "confirming", third: "cancelled"} {
		if st := s.boss.get("/batches/" + id).str("state"); st != want {
			t.Errorf("the batch is %s, want %s", st, want)
		}
	}

	// What an approver's own key has submitted, the approver can't release either: the key is its maker's.
	api := s.boss.program("send")
	id := api.want(202, "POST", "/messages", s.order("13800138000"), header("Idempotency-Key", "o-1")).str("id")
	s.work()
	s.boss.refused(403, "/batches/"+id+"/release", JSON{}, "corner.own_batch")
	approver.post(200, "/batches/"+id+"/release", JSON{})

	// 3 November: somebody leaves.
	s.to("2026-11-03 09:00")
	leaver := submitter.get("/session").str("user.id")
	s.boss.post(200, "/corner/people/"+leaver+"/freeze", JSON{"reason": "离职"})
	submitter.call(401, "GET", "/batches", nil)
	s.verify()
}

func TestStory_freezeAndSupport(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")
	admin, sales := s.as("system_admin"), s.as("sales")
	api := s.boss.program("send", "read")
	id := api.want(202, "POST", "/messages", s.order("13800138000", "13900139001"), header("Idempotency-Key", "o-1")).str("id")
	s.work()

	// 2 November: the laptop is gone. Everything stops with one call.
	s.boss.refused(422, "/corner/freeze", JSON{"reason": " "}, "corner.reason")
	s.boss.post(200, "/corner/freeze", JSON{"reason": "笔记本电脑被盗"})
	s.boss.call(401, "GET", "/session", nil)
	s.nobody().refused(403, "/session", JSON{"login": "boss", "password": password}, "staff.frozen")
	if out := api.want(403, "GET", "/batches", nil); out.str("code") != "apikey.frozen" {
		t.Errorf("a key of a frozen customer: %v", out)
	}
	sales.refused(403, "/batches", JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货。"}, "corner.frozen")
	s.approve("compliance_reviewer", id)
	s.work()
	s.to("2026-11-02 15:00")
	s.work()
	if n := s.left(id); n != 0 {
		t.Errorf("%d messages left while the customer was frozen", n)
	}

	// 3 November: support lifts it, after a check on record and not before.
	s.to("2026-11-03 09:00")
	freeze := admin.get("/freezes").str("items.0.id")
	admin.refused(403, "/freezes/"+freeze+"/lift", JSON{"reason": "客户来电"}, "corner.unchecked")
	boss := admin.get("/users?q=boss").str("items.0.id")
	admin.refused(403, "/users/"+boss+"/reset-password", JSON{"reason": "忘记"}, "corner.unchecked")
	admin.refused(422, "/support-checks", JSON{"customer_id": s.customer, "kind": "authority", "person": "吴岚", "how": "sealed_doc", "grounds": "函件", "purpose": "解冻", "hours": 100}, "corner.invalid")
	admin.post(201, "/support-checks", JSON{"customer_id": s.customer, "kind": "identity", "person": "吴岚", "how": "callback", "grounds": "回拨登记电话 13880001234，核对合同编号", "purpose": "解冻账号并重置密码", "hours": 2})
	admin.post(200, "/freezes/"+freeze+"/lift", JSON{"reason": "已核验身份"})
	first := admin.post(200, "/users/"+boss+"/reset-password", JSON{"reason": "已核验身份"}).str("password")
	s.signsIn("boss", first)
	api.want(200, "GET", "/batches", nil)
	owner := s.as("boss")
	if st := owner.get("/batches/" + id).str("state"); st != "paused" {
		t.Errorf("the batch is %s: nothing may go on by itself", st)
	}
	check := owner.get("/support-checks").list("items")
	if len(check) != 1 || check[0].str("checked_by") == "" || len(check[0].list("acts")) != 2 {
		t.Errorf("the customer sees %v", check)
	}

	// Two hours later the check is over.
	s.Fake.Advance(2*time.Hour + time.Minute)
	s.again("system_admin").refused(403, "/users/"+boss+"/reset-password", JSON{"reason": "再次"}, "corner.unchecked")

	// The customer may also ask that nobody makes batches for it without one.
	owner = s.again("boss")
	owner.call(200, "PUT", "/corner/settings", JSON{"needs_release": false, "needs_check": true, "version": 0})
	order := JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货。"}
	sales = s.again("sales")
	sales.refused(403, "/batches", order, "corner.unchecked")
	held := sales.post(201, "/support-checks", JSON{"customer_id": s.customer, "kind": "authority", "person": "吴岚", "how": "callback", "grounds": "来电授权", "purpose": "代为提交", "hours": 1}).str("id")
	sales.post(201, "/batches", order)
	sales.post(200, "/support-checks/"+held+"/end", nil)
	sales.refused(403, "/batches", order, "corner.unchecked")
	sales.refused(409, "/support-checks/"+held+"/end", nil, "corner.check_over")

	// One person alone: own account, own sessions, at once.
	owner.post(204, "/session/freeze", JSON{"reason": "怀疑密码泄露"})
	owner.call(401, "GET", "/session", nil)
	s.verify()
}

func TestStory_papersAndTicketsOfTheCorner(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")
	sales, finance := s.as("sales"), s.as("finance")

	// 2 November: new bank account, proposed by the customer, looked at by sales.
	wish := JSON{"changes": JSON{"bank_name": "示范银行成都分行", "bank_account": "5101000000009999"}, "note": "换开户行"}
	s.boss.refused(422, "/proposals", JSON{"changes": JSON{"bank_account": "x"}}, "customer.invalid")
	s.boss.refused(422, "/proposals", JSON{"changes": JSON{}}, "corner.no_change")
	p := s.boss.post(201, "/proposals", wish).str("id")
	s.boss.refused(409, "/proposals", wish, "corner.proposal_open")
	sales.refused(422, "/proposals/"+p+"/refuse", JSON{}, "corner.reason")
	sales.post(200, "/proposals/"+p+"/accept", nil)
	if a := sales.get("/customers/" + s.customer).str("bank_account"); a != "5101000000009999" {
		t.Errorf("the account is %s", a)
	}
	sales.refused(409, "/proposals/"+p+"/accept", nil, "corner.decided")

	// 5 December: the customer has paid and shows it; finance finds the money.
	s.to("2026-12-05 10:00")
	s.boss = s.again("boss")
	finance, sales = s.again("finance"), s.again("sales")
	proof := JSON{"amount_fen": 10000, "paid_on": "2026-12-04", "payer": "成都云帆电子商务有限公司", "contract_id": s.contract, "document_id": s.boss.upload("回单.pdf", "payment_proof", pdf("paid"))}
	bad := JSON{"amount_fen": 0, "paid_on": "2026-12-06", "payer": "", "document_id": ""}
	if out := s.boss.refused(422, "/payment-proofs", bad, "corner.invalid"); len(out.list("errors")) != 4 {
		t.Errorf("what is wrong: %v", out["errors"])
	}
	sent := s.boss.post(201, "/payment-proofs", proof).str("id")
	payment := finance.post(201, "/payments", JSON{"customer_id": s.customer, "amount_fen": 10000, "value_date": "2026-12-04", "method": "transfer", "reference": "P-1"}).str("id")
	if payment == "" {
		payment = finance.get("/payments").str("items.0.id")
	}
	finance.refused(422, "/payment-proofs/"+sent+"/match", JSON{"payment_id": "nothing"}, "corner.no_payment")
	finance.post(200, "/payment-proofs/"+sent+"/match", JSON{"payment_id": payment})
	if st := s.boss.get("/payment-proofs").str("items.0.state"); st != "matched" {
		t.Errorf("the proof is %s", st)
	}

	// 6 December: a question, its answer after a day, and a second question.
	s.to("2026-12-06 09:00")
	s.boss, sales = s.again("boss"), s.again("sales")
	tk := s.boss.post(201, "/tickets", JSON{"kind": "plan_change", "subject": "希望增加每月条数", "text": "双十二前希望从 10 万条增加到 20 万条。", "contract_id": s.contract, "urgent": true}).str("id")
	s.to("2026-12-06 14:00")
	sales = s.again("sales")
	if q := sales.get("/tickets?overdue=true"); q.num("total") != 1 || !q.list("items")[0]["overdue"].(bool) {
		t.Errorf("after five hours of four: %v", q)
	}
	sales.post(200, "/tickets/"+tk+"/take", nil)
	sales.post(200, "/tickets/"+tk+"/reply", JSON{"text": "已拟补充协议，请在合同页确认。"})
	s.boss = s.again("boss")
	if x := s.boss.get("/tickets/" + tk); x.str("state") != "answered" || len(x.list("posts")) != 2 || x.str("posts.1.side") != "provider" {
		t.Errorf("the ticket is %v", x)
	}
	s.boss.post(200, "/tickets/"+tk+"/reply", JSON{"text": "谢谢，已确认。"})
	s.boss.post(200, "/tickets/"+tk+"/close", nil)
	s.boss.refused(409, "/tickets/"+tk+"/close", nil, "ticket.closed")
	s.boss.post(200, "/tickets/"+tk+"/reply", JSON{"text": "还有一个问题。"})
	s.boss.post(200, "/tickets/"+tk+"/close", nil)
	s.to("2026-12-21 09:00")
	s.boss = s.again("boss")
	s.boss.refused(409, "/tickets/"+tk+"/reply", JSON{"text": "半个月后"}, "ticket.closed")
	s.verify()
}

// Another customer's ids give 404 in every operation of the corner, and lists and counts tell nothing.
func TestCorner_isClosedToOtherCustomers(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")
	x := s.stranger()
	person := s.boss.post(201, "/corner/people", JSON{"login": "client.one", "name": "甲", "parts": []string{"submitter"}}).str("id")
	key := s.boss.program("send", "read").id
	hook := s.boss.post(201, "/webhooks", JSON{"name": "a", "url": "https://api.example.com/hook", "kinds": []string{"batch.state"}}).str("id")
	s.boss.post(204, "/webhooks/"+hook+"/test", nil)
	delivery := s.boss.get("/webhook-deliveries").str("items.0.id")
	proposal := s.boss.post(201, "/proposals", JSON{"changes": JSON{"industry": "零售"}}).str("id")
	scan := s.boss.upload("回单.pdf", "payment_proof", pdf("paid"))
	proof := s.boss.post(201, "/payment-proofs", JSON{"amount_fen": 100, "paid_on": "2026-11-01", "payer": "甲", "document_id": scan}).str("id")
	ticket := s.boss.post(201, "/tickets", JSON{"kind": "question", "subject": "问", "text": "问"}).str("id")
	s.as("sales").post(201, "/support-checks", JSON{"customer_id": s.customer, "kind": "identity", "person": "吴岚", "how": "callback", "grounds": "回拨", "purpose": "代办", "hours": 1})
	s.boss.call(200, "PUT", "/corner/settings", JSON{"needs_release": true, "needs_check": false, "version": 0})
	batch := s.submit("boss", JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货。"}, "a.csv", []byte("13800138000\n"))
	s.work()
	because, wish := JSON{"reason": "因为"}, JSON{"name": "a", "scopes": []string{"read"}}
	for _, c := range []struct {
		method, path string
		in           any
	}{
		{"PUT", "/corner/people/" + person + "/parts", JSON{"parts": []string{}}}, {"POST", "/corner/people/" + person + "/freeze", because},
		{"POST", "/corner/people/" + person + "/unfreeze", because}, {"POST", "/corner/people/" + person + "/reset-password", because},
		{"PUT", "/api-keys/" + key, wish}, {"POST", "/api-keys/" + key + "/rotate", JSON{"overlap_hours": 1}}, {"POST", "/api-keys/" + key + "/revoke", because},
		{"PUT", "/webhooks/" + hook, JSON{"name": "a", "url": "https://api.example.com/", "kinds": []string{"batch.state"}}}, {"POST", "/webhooks/" + hook + "/on", nil}, {"POST", "/webhooks/" + hook + "/off", nil},
		{"POST", "/webhooks/" + hook + "/remove", nil}, {"POST", "/webhooks/" + hook + "/rotate", JSON{"overlap_hours": 1}}, {"POST", "/webhooks/" + hook + "/test", nil},
		{"GET", "/webhook-deliveries/" + delivery, nil}, {"POST", "/webhook-deliveries/" + delivery + "/again", nil},
		{"POST", "/proposals/" + proposal + "/withdraw", nil}, {"POST", "/payment-proofs/" + proof + "/withdraw", nil},
		{"GET", "/tickets/" + ticket, nil}, {"POST", "/tickets/" + ticket + "/reply", JSON{"text": "a"}}, {"POST", "/tickets/" + ticket + "/take", nil}, {"POST", "/tickets/" + ticket + "/close", nil},
		{"POST", "/batches/" + batch + "/release", JSON{}}, {"POST", "/batches/" + batch + "/decline", because}, {"GET", "/batches/" + batch + "/results", nil},
		{"POST", "/messages", s.order("13800138000")}, {"POST", "/tickets", JSON{"kind": "question", "subject": "问", "text": "问", "contract_id": s.contract}},
		{"POST", "/payment-proofs", JSON{"amount_fen": 100, "paid_on": "2026-11-01", "payer": "甲", "contract_id": s.contract, "document_id": x.upload("回单.pdf", "payment_proof", pdf("b"))}},
		{"POST", "/payment-proofs", JSON{"amount_fen": 100, "paid_on": "2026-11-01", "payer": "甲", "document_id": scan}},
	} {
		if st, out, _ := x.send(c.method, c.path, c.in, "Idempotency-Key", "attack-"+c.method+c.path); st != 404 {
			t.Errorf("%s %s of another gave %d %s", c.method, c.path, st, out.str("code"))
		}
	}
	for _, path := range []string{"/api-keys", "/webhooks", "/webhook-deliveries", "/proposals", "/payment-proofs", "/tickets", "/support-checks", "/freezes"} {
		for _, q := range []string{"", "?customer_id=" + s.customer} {
			if out := x.get(path + q); out.num("total") != 0 || len(out.list("items")) != 0 {
				t.Errorf("%s%s tells %v", path, q, out)
			}
		}
	}
	if rows := x.get("/statistics?customer_id=" + s.customer); rows.num("total.submitted") != 0 {
		t.Errorf("statistics tell %v", rows["total"])
	}
	if n := len(x.get("/corner/people").list("items")); n != 1 {
		t.Errorf("another sees %d people", n)
	}
	if st := s.boss.get("/batches/" + batch).str("state"); st != "confirming" {
		t.Errorf("the batch is %s", st)
	}
	s.verify()
}
