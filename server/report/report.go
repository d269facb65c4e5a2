// Package report answers the questions that cross domains and change nothing: what needs me, and where is it. It only
// reads, always within the actor's data scope.
package report

import (
	"context"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
)

// Queue is one line of the work bench: how many records wait for this person, and where they are.
type Queue struct {
	Key   string `json:"key" doc:"Stable name; the portal has its title."`
	Count int64  `json:"count"`
	Link  string `json:"link" doc:"Path in the portal that shows exactly these records."`
	Tone  string `json:"tone" enum:"todo,watch" doc:"todo: waits for this person; watch: worth knowing."`
}

// Figure is a number of today or of this month.
type Figure struct {
	Key       string `json:"key"`
	Count     *int64 `json:"count,omitempty"`
	AmountFen *int64 `json:"amount_fen,omitempty"`
	Link      string `json:"link"`
}

// Found is a hit of the search by number or name.
type Found struct {
	Kind  string `json:"kind" enum:"customer,contract,batch,bill,complaint"`
	ID    string `json:"id"`
	Label string `json:"label" doc:"Its readable number."`
	Title string `json:"title"`
	State string `json:"state"`
	Link  string `json:"link"`
}

// Service answers.
type Service struct {
	Company string // whose reports these are: stands on the PDF
	clock   clock.Clock
	store   store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, company string) *Service { return &Service{company, c, store{d}} }

// bench lists the queues in the order of the work bench. A queue is shown to those who hold its capability; sql counts
// it. {scope:COL} is the actor's data scope on a column, :today and :soon are dates, :now is the machine's time.
var bench = []struct {
	key, capability, link, tone, sql string
}{
	{"licences_submitted", "licence.verify", "/licences?state=submitted", "todo",
		"SELECT COUNT(*) FROM licences WHERE state = 'submitted' AND {scope:customer_id}"},
	{"registrations_submitted", "signature.approve", "/registrations?state=submitted,in_review", "todo",
		"SELECT COUNT(*) FROM registrations WHERE state IN ('submitted', 'in_review') AND {scope:customer_id}"},
	{"filings_queued", "filing.write", "/filings?state=queued", "todo",
		"SELECT COUNT(*) FROM filings WHERE state = 'queued' AND {scope:customer_id}"},
	{"filings_overdue", "filing.write", "/filings?state=submitted&overdue=true", "watch",
		"SELECT COUNT(*) FROM filings WHERE state = 'submitted' AND due_on < :today AND {scope:customer_id}"},
	{"filings_refused", "signature.write", "/filings?state=refused", "watch",
		"SELECT COUNT(*) FROM filings f WHERE f.state = 'refused' AND NOT EXISTS (SELECT 1 FROM filings n WHERE n.registration_id = f.registration_id AND n.carrier = f.carrier AND n.attempt > f.attempt) AND {scope:f.customer_id}"},
	{"contracts_to_review", "contract.review", "/contracts?state=under_review", "todo",
		"SELECT COUNT(*) FROM contracts WHERE state = 'under_review' AND {scope:customer_id}"},
	{"batches_to_review", "review.decide", "/review", "todo",
		"SELECT COUNT(*) FROM batches WHERE state = 'review' AND {scope:customer_id}"},
	{"contracts_draft", "contract.write", "/contracts?state=draft", "todo",
		"SELECT COUNT(*) FROM contracts WHERE state = 'draft' AND {scope:customer_id}"},
	{"contracts_to_sign", "contract.sign", "/contracts?state=awaiting_signature", "todo",
		"SELECT COUNT(*) FROM contracts WHERE state = 'awaiting_signature' AND {scope:customer_id}"},
	{"licences_expiring", "licence.write", "/licences?state=verified", "watch",
		"SELECT COUNT(*) FROM licences WHERE state = 'verified' AND valid_to BETWEEN :today AND :soon AND {scope:customer_id}"},
	{"bills_overdue", "bill.read", "/bills?state=overdue", "watch",
		"SELECT COUNT(*) FROM bills WHERE state = 'overdue' AND {scope:customer_id}"},
	{"bills_open", "payment.record", "/bills?state=issued", "watch",
		"SELECT COUNT(*) FROM bills WHERE state = 'issued' AND {scope:customer_id}"},
	{"contracts_suspended", "contract.read", "/contracts?state=suspended", "watch",
		"SELECT COUNT(*) FROM contracts WHERE state = 'suspended' AND {scope:customer_id}"},
	{"batches_moving", "batch.read", "/batches?state=receiving,screening,approved,sending", "watch",
		"SELECT COUNT(*) FROM batches WHERE state IN ('receiving','screening','approved','sending') AND {scope:customer_id}"},
	{"batches_stuck", "batch.submit", "/batches?state=failed,paused,draft", "todo",
		"SELECT COUNT(*) FROM batches WHERE state IN ('failed','paused','draft') AND {scope:customer_id}"},
	{"batches_confirming", "batch.release", "/batches?state=confirming", "todo",
		"SELECT COUNT(*) FROM batches WHERE state = 'confirming' AND {scope:customer_id}"},
	{"proposals_open", "customer.write", "/proposals?state=open", "todo",
		"SELECT COUNT(*) FROM profile_proposals WHERE state = 'open' AND {scope:customer_id}"},
	{"faults_to_check", "licence.verify", "/faults?state=corrected", "todo",
		"SELECT COUNT(*) FROM customer_faults WHERE state = 'corrected' AND {scope:customer_id}"},
	{"faults_open", "corner.manage", "/proposals", "todo",
		"SELECT COUNT(*) FROM customer_faults WHERE state = 'open' AND {scope:customer_id}"},
	{"proofs_open", "proof.settle", "/payment-proofs?state=open", "todo",
		"SELECT COUNT(*) FROM payment_proofs WHERE state = 'open' AND {scope:customer_id}"},
	{"tickets_open", "ticket.write", "/tickets?state=open", "watch",
		"SELECT COUNT(*) FROM tickets WHERE state = 'open' AND {scope:customer_id}"},
	{"tickets_answered", "corner.read", "/tickets?state=answered", "todo",
		"SELECT COUNT(*) FROM tickets WHERE state = 'answered' AND {scope:customer_id}"},
	{"deliveries_aside", "corner.manage", "/access?tab=deliveries", "todo",
		"SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'aside' AND {scope:customer_id}"},
	{"freezes_held", "freeze.lift", "/support", "todo",
		"SELECT COUNT(*) FROM customer_freezes WHERE live_key IS NOT NULL AND {scope:customer_id}"},
	{"incidents_open", "maintenance.work", "/maintenance?tab=incidents&state=open", "todo",
		"SELECT COUNT(*) FROM maintenance_incidents WHERE state = 'open' AND {scope:customer_id}"},
	{"requests_to_answer", "maintenance.work", "/maintenance?tab=requests&state=received", "todo",
		"SELECT COUNT(*) FROM maintenance_requests WHERE state = 'received' AND {scope:customer_id}"},
	{"complaints_to_work", "complaint.write", "/complaints?state=open,answered", "todo",
		"SELECT COUNT(*) FROM complaints WHERE state IN ('open','answered') AND {scope:customer_id}"},
	{"complaints_overdue", "complaint.write", "/complaints?overdue=true", "watch",
		"SELECT COUNT(*) FROM complaints WHERE state <> 'closed' AND due_on < :today AND {scope:customer_id}"},
	{"complaints_to_answer", "complaint.answer", "/complaints?state=forwarded", "todo",
		"SELECT COUNT(*) FROM complaints WHERE state = 'forwarded' AND {scope:customer_id}"},
	{"appeals_filed", "appeal.decide", "/appeals?state=filed", "todo",
		"SELECT COUNT(*) FROM appeals WHERE state = 'filed' AND {scope:customer_id}"},
	{"leaks_open", "leak.write", "/leaks?state=open,contained,closing", "watch",
		"SELECT COUNT(*) FROM leaks WHERE state <> 'closed'"},
	{"calls_due", "calltask.write", "/calls?state=open", "todo",
		"SELECT COUNT(*) FROM call_tasks WHERE state = 'open' AND due_on <= :today AND {scope:customer_id}"},
	{"announcements_to_publish", "announcement.write", "/announcements?state=draft", "watch",
		"SELECT COUNT(*) FROM announcements WHERE state = 'draft'"},
	{"charges_to_approve", "charge.approve", "/contracts", "todo",
		"SELECT COUNT(*) FROM charges WHERE state = 'requested' AND {scope:customer_id}"},
	{"users_locked", "user.write", "/users?state=locked", "watch",
		"SELECT COUNT(*) FROM sign_in_guards WHERE locked_until > :now"},
}

// Home counts what waits for the actor. can tells whether the actor holds a capability.
func (s *Service) Home(ctx context.Context, can func(capability string) bool) ([]Queue, error) {
	out := []Queue{}
	today := s.clock.Today()
	for _, b := range bench {
		if !can(b.capability) {
			continue
		}
		n, err := s.store.count(ctx, b.sql, map[string]any{"today": today, "soon": today.AddDays(60), "now": s.clock.RealInstant()})
		if err != nil {
			return nil, err
		}
		out = append(out, Queue{b.key, n, b.link, b.tone})
	}
	return out, nil
}

// Figures gives the month's figures that the actor may see.
func (s *Service) Figures(ctx context.Context, can func(capability string) bool) ([]Figure, error) {
	out := []Figure{}
	month := s.clock.Today().MonthOf()
	add := func(capability, key, link, sql string, money bool) error {
		if !can(capability) {
			return nil
		}
		n, err := s.store.count(ctx, sql, map[string]any{"first": month.First(), "last": month.Last()})
		if err != nil {
			return err
		}
		f := Figure{Key: key, Link: link}
		if money {
			f.AmountFen = &n
		} else {
			f.Count = &n
		}
		out = append(out, f)
		return nil
	}
	for _, f := range []struct {
		capability, key, link, sql string
		money                      bool
	}{
		{"contract.read", "contracts_active", "/contracts?state=active", "SELECT COUNT(*) FROM contracts WHERE state = 'active' AND {scope:customer_id}", false},
		{"usage.read", "parts_this_month", "/batches", "SELECT COALESCE(SUM(u.parts), 0) FROM usage_days u JOIN contracts c ON c.id = u.contract_id WHERE u.day BETWEEN :first AND :last AND {scope:c.customer_id}", false},
	} {
		if err := add(f.capability, f.key, f.link, f.sql, f.money); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// searchLimit is how many hits of each kind are offered.
const searchLimit = 6

// Search finds customers, contracts, batches, bills and complaints whose number or name holds the text; customers and their
// contracts also by the initials of their names in pinyin.
func (s *Service) Search(ctx context.Context, text string, can func(capability string) bool) ([]Found, error) {
	text = strings.TrimSpace(text)
	out := []Found{}
	if text == "" {
		return out, nil
	}
	for _, k := range []struct{ capability, kind, link, sql string }{
		{"customer.read", "customer", "/customers/", "SELECT id, number AS label, name AS title, '' AS state FROM customers WHERE (number LIKE :like OR name LIKE :like OR uscc LIKE :like OR initials LIKE :initials) AND {scope:id} ORDER BY id DESC"},
		{"contract.read", "contract", "/contracts/", "SELECT id, number AS label, customer_name AS title, state FROM contracts WHERE (number LIKE :like OR customer_name LIKE :like OR customer_id IN (SELECT id FROM customers WHERE initials LIKE :initials)) AND {scope:customer_id} ORDER BY id DESC"},
		{"batch.read", "batch", "/batches/", "SELECT id, number AS label, customer_name AS title, state FROM batches WHERE (number LIKE :like OR file_name LIKE :like) AND {scope:customer_id} ORDER BY id DESC"},
		{"bill.read", "bill", "/bills/", "SELECT b.id, b.number AS label, c.name AS title, b.state FROM bills b JOIN customers c ON c.id = b.customer_id WHERE (b.number LIKE :like OR c.name LIKE :like) AND {scope:b.customer_id} ORDER BY b.id DESC"},
		{"complaint.read", "complaint", "/complaints/", "SELECT id, number AS label, customer_name AS title, state FROM complaints WHERE (number LIKE :like OR customer_name LIKE :like) AND {scope:customer_id} ORDER BY id DESC"},
	} {
		if !can(k.capability) {
			continue
		}
		rows, err := s.store.find(ctx, k.sql, map[string]any{"like": db.Like(text), "initials": initialsLike(text)}, searchLimit)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].Kind, rows[i].Link = k.kind, k.link+rows[i].ID
		}
		out = append(out, rows...)
	}
	return out, nil
}

// initialsLike finds names by the first letters of their characters (cdyf: 成都云帆…): they begin with them, or with those of a
// word in them. A text that is no row of letters finds nothing by them.
func initialsLike(text string) string {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return "-"
		}
	}
	return "%" + strings.ToLower(text) + "%"
}

// Today is the business day, for the work bench's headline.
func (s *Service) Today() caldate.Date { return s.clock.Today() }
