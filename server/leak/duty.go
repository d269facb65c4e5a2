package leak

import (
	"slices"
	"time"

	"sealgate/server/caldate"
)

// DutyKind is to whom a leak must be told.
type DutyKind string

// The duties.
const (
	Authority DutyKind = "authority" // 履行个人信息保护职责的部门、电信主管部门、网信部门
	Customer  DutyKind = "customer"  // one for each customer whose data it is: they hold the relation to the persons
	Persons   DutyKind = "persons"
	Summary   DutyKind = "summary" // the report after it is over, to the authority
)

// DutyKinds lists them.
func DutyKinds() []DutyKind { return []DutyKind{Authority, Customer, Persons, Summary} }

// DutyState is where a duty stands.
type DutyState string

// The states of a duty.
const (
	Due    DutyState = "due"
	Done   DutyState = "done"
	Waived DutyState = "waived" // persons need not be told where harm is effectively averted (个人信息保护法 57), or by a later finding
)

// Duty is somebody that a leak must be told to, until when, and that it was.
type Duty struct {
	ID           string `gorm:"primaryKey"`
	LeakID       string
	Kind         DutyKind
	CustomerID   string // of Customer
	CustomerName string
	People       int64 // of that customer's recipients; 0: not known
	State        DutyState
	DueAt        caldate.Instant
	Basis        string
	DoneAt       caldate.Instant // when it was told, as its proof says
	DoneBy       string
	DoerName     string
	Told         string // name of the authority, or of who took it
	Way          string // by letter, phone, the authority's system…
	Reference    string // under which they have it
	Reason       string // of a waiver
	DocumentID   string
	RemindedOn   caldate.Date
	Proof        Proof `gorm:"-"`
}

// TableName is leak_duties.
func (Duty) TableName() string { return "leak_duties" }

// Late tells whether a duty was not met in time, or is not yet although its time is over.
func (d *Duty) Late(now caldate.Instant) bool {
	switch d.State {
	case Due:
		return now.After(d.DueAt)
	case Done:
		return d.DoneAt.After(d.DueAt)
	}
	return false
}

// Proof is what shows that a customer was reached: a notice in the inbox alone shows nothing but that it was written.
type Proof struct {
	NoticedAt   caldate.Instant `json:"noticed_at" doc:"When the notice was put into the inbox."`
	ReadAt      caldate.Instant `json:"read_at" doc:"When somebody of the customer first read it."`
	MailState   string          `json:"mail_state" doc:"Empty: no mail goes out."`
	DeliveredAt caldate.Instant `json:"delivered_at" doc:"When a message to a contact's phone was reported delivered."`
	Returned    bool            `json:"returned" doc:"The mail came back: it proves nothing."`
}

// Reached tells whether anything shows that the notice arrived.
func (p Proof) Reached() bool {
	return !p.ReadAt.IsZero() || !p.DeliveredAt.IsZero() || p.MailState == "sent" && !p.Returned
}

// Deadline is within how many hours of noticing (Summary: of containing) a duty is to be met: data, not code, because laws change.
type Deadline struct {
	ID       string       `gorm:"primaryKey" json:"id"`
	Duty     DutyKind     `json:"duty" enum:"authority,customer,persons,summary"`
	Severity Severity     `json:"severity" enum:"general,large"`
	Hours    int64        `json:"hours"`
	Basis    string       `json:"basis"`
	From     caldate.Date `json:"from" gorm:"column:from_day"`
	EndedOn  caldate.Date `json:"ended_on"`
	SetBy    string       `json:"set_by_name" gorm:"column:setter_name"`
	Reason   string       `json:"reason"`
}

// TableName is leak_deadlines.
func (Deadline) TableName() string { return "leak_deadlines" }

// Holds tells whether the deadline counts on a day.
func (d *Deadline) Holds(on caldate.Date) bool {
	return !on.Before(d.From) && (d.EndedOn.IsZero() || on.Before(d.EndedOn))
}

// DefaultDeadlines stand until somebody enters others. Where the law says "at once" (个人信息保护法 57, 网络数据安全管理条例 11) without a
// number, the number is the house's own.
func DefaultDeadlines() []Deadline {
	const law57, rule11 = "个人信息保护法第五十七条：立即", "网络数据安全管理条例第十一条：及时通知利害关系人"
	return []Deadline{
		{ID: "default-authority-general", Duty: Authority, Severity: General, Hours: 24, Basis: law57 + "（内部时限 24 小时）"},
		{ID: "default-authority-large", Duty: Authority, Severity: Large, Hours: 4, Basis: "国家网络安全事件报告管理办法：较大以上事件 4 小时内"},
		{ID: "default-customer-general", Duty: Customer, Severity: General, Hours: 24, Basis: rule11 + "（内部时限 24 小时）"},
		{ID: "default-customer-large", Duty: Customer, Severity: Large, Hours: 12, Basis: rule11 + "（内部时限 12 小时）"},
		{ID: "default-persons-general", Duty: Persons, Severity: General, Hours: 72, Basis: law57 + "（内部时限 72 小时）"},
		{ID: "default-persons-large", Duty: Persons, Severity: Large, Hours: 48, Basis: law57 + "（内部时限 48 小时）"},
		{ID: "default-summary-general", Duty: Summary, Severity: General, Hours: 30 * 24, Basis: "处置结束后 30 日内总结报告（参照国家网络安全事件报告管理办法）"},
		{ID: "default-summary-large", Duty: Summary, Severity: Large, Hours: 30 * 24, Basis: "国家网络安全事件报告管理办法：处置结束后 30 日内总结报告"},
	}
}

// Within gives the deadline of a duty that holds on a day; the newest, where several do.
func Within(all []Deadline, kind DutyKind, s Severity, on caldate.Date) (Deadline, bool) {
	for _, d := range slices.Backward(all) {
		if d.Duty == kind && d.Severity == s && d.Holds(on) {
			return d, true
		}
	}
	return Deadline{}, false
}

// dueFrom is the end of a deadline that begins at a moment.
func (d Deadline) dueFrom(at caldate.Instant) caldate.Instant {
	return at.Add(time.Duration(d.Hours) * time.Hour)
}
