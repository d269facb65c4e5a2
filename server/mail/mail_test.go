package mail_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/mail"
	"sealgate/server/notice"
	"sealgate/server/testkit"
)

// server is a real SMTP server in this process: it keeps what it takes.
type server struct {
	mu     sync.Mutex
	got    []taken
	answer func(to string) error // what it says to a recipient; nil takes it
	addr   string
}

type taken struct {
	to   []string
	data []byte
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

func (s *server) mails() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func (s *server) say(f func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

type session struct {
	s  *server
	to []string
}

func (c *session) Reset()                               { c.to = nil }
func (c *session) Logout() error                        { return nil }
func (c *session) Mail(string, *smtp.MailOptions) error { return nil }
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.answer != nil {
		if err := c.s.answer(to); err != nil {
			return err
		}
	}
	c.to = append(c.to, to)
	return nil
}
func (c *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.got = append(c.s.got, taken{slices.Clone(c.to), b})
	return nil
}

func serve(t *testing.T) (*server, mail.Settings) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{addr: l.Addr().String()}
	srv := smtp.NewServer(s)
	srv.Domain = "mail.example.com"
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	c, err := net.Dial("tcp", s.addr) // Close before Serve has the listener would wait for ever
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return s, mail.Settings{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "信闸 <bills@sealgate.example>", TLS: "none"}
}

type office struct {
	*contracttest.House
	mails  *mail.Service
	server *server
	to     notice.To
}

func open(t *testing.T) *office {
	t.Helper()
	h := contracttest.New(t, "2026-11-01 00:05")
	s, settings := serve(t)
	sender, err := mail.NewSMTP(settings, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{House: h, server: s}
	o.mails = mail.New(h.DB, h.Clock, h.Trail, mail.Deps{
		Customers: h.Customers, Notices: h.Notices, Sender: sender, Kinds: map[string]bool{"bill_issued": true},
		Attach: map[string]mail.Attach{"bill_issued": func(_ context.Context, id string) (string, []byte, error) {
			return "账单 B-202610-000001.pdf", []byte("%PDF-1.4 " + id), nil
		}},
	})
	h.Notices.Follow(o.mails)
	c := h.Customer(t, contracttest.Sales(), 1)
	o.to = notice.To{CustomerID: c.ID, About: notice.About{ObjectType: "bill", ObjectID: "b1", CustomerID: c.ID}}
	return o
}

func (o *office) tell(t *testing.T) {
	t.Helper()
	err := o.Notices.Send(testkit.System(), o.to, "bill_issued", map[string]string{
		"customer": "客户1有限公司", "contract": "HT-2026-000001", "number": "B-202610-000001", "period": "2026-10", "total": "1,234.56", "window_from": "2026-11-05", "due_on": "2026-11-15",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) work(t *testing.T) bool {
	t.Helper()
	did, err := o.mails.Work(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	return did
}

func (o *office) only(t *testing.T) mail.Mail {
	t.Helper()
	ms, total, err := o.mails.List(testkit.As("finance", "finance"), mail.Query{Limit: 10})
	if err != nil || total != 1 || len(ms) != 1 {
		t.Fatalf("%d of %d mails, %v", len(ms), total, err)
	}
	return ms[0]
}

func TestWork_mailsTheNoticeInBothLanguagesWithTheBill(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.tell(t)
	if !o.work(t) {
		t.Fatal("nothing was due")
	}
	got := o.server.mails()
	if len(got) != 1 || !slices.Equal(got[0].to, []string{"li.na@example.com"}) {
		t.Fatalf("%+v", got)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(got[0].data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != "2026-10账单已出具：¥1,234.56" {
		t.Errorf("subject %q %v", subject, err)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(msg.Body, params["boundary"])
	text, err := r.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(text))
	for _, want := range []string{"客户1有限公司", "B-202610-000001", "2026-11-15", "Please pay between 2026-11-05 and 2026-11-15"} {
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("the text lacks %q: %v\n%s", want, err, body)
		}
	}
	file, err := r.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, file))
	if err != nil || string(pdf) != "%PDF-1.4 b1" {
		t.Errorf("attachment %q %v", pdf, err)
	}
	m := o.only(t)
	if m.State != mail.Sent || m.Tries != 1 || m.Attachment == "" || !strings.HasPrefix(m.Response, "2.0.0") && !strings.Contains(m.Response, "OK") || msg.Header.Get("Message-ID") != "<"+m.MessageID+">" {
		t.Errorf("the proof is %+v for %s", m, msg.Header.Get("Message-ID"))
	}
	if o.work(t) || len(o.server.mails()) != 1 {
		t.Error("it went out twice")
	}
}

func TestReturn_provesNothingMoreAndTakesTheNextWay(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.tell(t)
	finance := testkit.As("finance", "finance")
	if _, err := o.mails.Return(finance, o.only(t).ID, "查无此人"); !errors.Is(err, mail.ErrReturn) {
		t.Fatalf("a mail that waits: %v", err)
	}
	o.work(t)
	if _, err := o.mails.Return(finance, o.only(t).ID, " "); !errors.Is(err, mail.ErrInvalid) {
		t.Fatalf("without a reason: %v", err)
	}
	m, err := o.mails.Return(finance, o.only(t).ID, "550 查无此人")
	if err != nil || m.State != mail.Returned || !strings.Contains(m.Response, "550 查无此人") || m.MessageID == "" {
		t.Fatalf("%+v %v", m, err)
	}
	if _, err := o.mails.Return(finance, m.ID, "再来"); !errors.Is(err, mail.ErrReturn) {
		t.Errorf("twice: %v", err)
	}
	var kind, text string
	if err := o.DB.ReadSQL().QueryRow("SELECT kind, body_zh FROM notices ORDER BY id DESC LIMIT 1").Scan(&kind, &text); err != nil || kind != "mail_returned" || !strings.Contains(text, "li.na@example.com") {
		t.Errorf("the customer is told %q %q %v", kind, text, err)
	}
	if m, err = o.mails.Again(finance, m.ID); err != nil || m.State != mail.Queued {
		t.Errorf("after the address was corrected: %+v %v", m, err)
	}
}

func TestWork_triesAgainLaterUnderTheSameMessageID(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.server.say(func(string) error { return &smtp.SMTPError{Code: 451, Message: "try later"} })
	o.tell(t)
	o.work(t)
	first := o.only(t)
	if first.State != mail.Queued || first.Tries != 1 || !strings.Contains(first.Response, "try later") {
		t.Fatalf("%+v", first)
	}
	o.server.say(nil)
	if o.work(t) {
		t.Error("it did not wait")
	}
	o.Fake.Advance(time.Minute)
	if !o.work(t) {
		t.Error("it was not due after a minute")
	}
	if m := o.only(t); m.State != mail.Sent || m.Tries != 2 || m.MessageID != first.MessageID {
		t.Errorf("%+v", m)
	}
}

func TestWork_givesUpAtAPermanentRefusalUntilAPersonQueuesItAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.server.say(func(string) error { return &smtp.SMTPError{Code: 550, Message: "no such mailbox"} })
	o.tell(t)
	o.work(t)
	m := o.only(t)
	if m.State != mail.Failed || !strings.Contains(m.Response, "no such mailbox") {
		t.Fatalf("%+v", m)
	}
	o.server.say(nil)
	finance := testkit.As("finance", "finance")
	if _, err := o.mails.Again(finance, m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.mails.Again(finance, m.ID); !errors.Is(err, mail.ErrState) {
		t.Errorf("queued twice: %v", err)
	}
	o.work(t)
	if m := o.only(t); m.State != mail.Sent {
		t.Errorf("%+v", m)
	}
	if _, err := o.mails.Again(contracttest.OtherSales(), m.ID); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("somebody else's mail: %v", err)
	}
}

func TestWork_saysThatACustomerHasNoAddress(t *testing.T) {
	t.Parallel()
	o := open(t)
	c, err := o.Customers.Get(contracttest.Sales(), o.to.CustomerID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Customers.Change(contracttest.Sales(), c.ID, c.Version, func(d *customer.Details) { d.Contacts[0].Email = "" }); err != nil {
		t.Fatal(err)
	}
	o.tell(t)
	o.work(t)
	if m := o.only(t); m.State != mail.NoAddress || len(o.server.mails()) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestWork_sendsOnceWithTwoServersAtWork(t *testing.T) {
	t.Parallel()
	o := open(t)
	const n = 30
	for range n {
		o.tell(t)
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				did, err := o.mails.Work(testkit.System())
				if err != nil {
					t.Error(err)
				}
				if !did {
					return
				}
			}
		})
	}
	wg.Wait()
	if got := len(o.server.mails()); got != n {
		t.Errorf("%d notices, %d mails", n, got)
	}
}

func TestNoticesSent_isOfTheKindsThatAreMailedAndGoesWithTheFact(t *testing.T) {
	t.Parallel()
	o := open(t)
	vars := map[string]string{"customer": "甲", "contract": "HT-1"}
	if err := o.Notices.Send(testkit.System(), notice.To{Role: "finance"}, "contract_approved", vars, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.Notices.Send(testkit.System(), o.to, "contract_approved", vars, nil); err != nil {
		t.Fatal(err)
	}
	lost := errors.New("the fact is taken back")
	if err := o.DB.Run(testkit.System(), func(ctx context.Context) error {
		if err := o.Notices.Send(ctx, o.to, "bill_issued", map[string]string{
			"customer": "甲", "contract": "HT-1", "number": "B-1", "period": "2026-10", "total": "1.00", "window_from": "2026-11-05", "due_on": "2026-11-15",
		}, nil); err != nil {
			return err
		}
		return lost
	}); !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if o.work(t) || len(o.server.mails()) != 0 {
		t.Error("something was mailed that should not be")
	}
}

func TestNewSMTP_refusesSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-11-01 00:05")
	for name, s := range map[string]mail.Settings{
		"no sender":   {Host: "localhost", From: ""},
		"no domain":   {Host: "localhost", From: "bills"},
		"unknown tls": {Host: "localhost", From: "a@b.example", TLS: "maybe"},
	} {
		if _, err := mail.NewSMTP(s, h.Clock); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
