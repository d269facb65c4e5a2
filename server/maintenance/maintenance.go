// Package maintenance keeps what is done under maintenance agreements: server data sheets, change requests with their clock
// of working days, visits with their reports, incidents with a clock of their own, deliveries and trainings. See README.md.
package maintenance

import (
	"slices"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Base is what every record of this package begins with.
type Base struct {
	ID             string `gorm:"primaryKey"`
	Number         string // MC-2026-000001 and the like, gap-free per year
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	CreatedBy      string
	CreatorName    string
	CreatedAt      caldate.Instant
	Version        int64 // counts changes; a conditional update names the one that it was made on
}

// Server is one machine of a data sheet.
type Server struct {
	Name    string `json:"name"`
	Model   string `json:"model"`
	Serial  string `json:"serial"`
	System  string `json:"system"`
	Address string `json:"address"`
	Place   string `json:"place"`
	Use     string `json:"use"`
	Keeper  string `json:"keeper"`
}

func (s Server) cells() []string {
	return []string{s.Name, s.Model, s.Serial, s.System, s.Address, s.Place, s.Use, s.Keeper}
}

// Sheet is one version of the server data sheet (服务器资料表), annexed to the contract. It is never changed: what differs
// makes the next version.
type Sheet struct {
	ID           string `gorm:"primaryKey"`
	ContractID   string
	CustomerID   string
	SheetVersion int
	Servers      []Server `gorm:"serializer:json"`
	Reason       string   // what differs from the version before
	MadeOn       caldate.Date
	MadeBy       string
	MakerName    string
	DocumentID   string // the sheet as PDF
}

// TableName is maintenance_sheets.
func (Sheet) TableName() string { return "maintenance_sheets" }

// RequestState is where a change request stands.
type RequestState string

// The states of a change request (变更申请).
const (
	Received  RequestState = "received" // its clock runs
	Answered  RequestState = "answered" // feasible, with days and fee: the customer agrees or not
	Refused   RequestState = "refused"
	Agreed    RequestState = "agreed" // to be carried out
	Declined  RequestState = "declined"
	Done      RequestState = "done"
	Withdrawn RequestState = "withdrawn"
)

// RequestStates lists them in the order of a request's life.
func RequestStates() []RequestState {
	return []RequestState{Received, Answered, Refused, Agreed, Declined, Done, Withdrawn}
}

var requestMoves = map[RequestState][]RequestState{
	Received:  {Answered, Refused, Withdrawn},
	Answered:  {Agreed, Declined, Withdrawn},
	Agreed:    {Done, Withdrawn},
	Refused:   {},
	Declined:  {},
	Done:      {},
	Withdrawn: {},
}

// CanMoveRequest tells whether the life cycle allows from → to.
func CanMoveRequest(from, to RequestState) bool { return slices.Contains(requestMoves[from], to) }

// Channel is how a request came.
type Channel string

// The ways in which a request can come (C15: written or by e-mail; the portal is both).
const (
	Letter Channel = "letter"
	Email  Channel = "email"
	Portal Channel = "portal"
)

// Request is a change request. DueOn is the last day on which an answer is in time: the n-th working day after ReceivedOn,
// or the day that the customer agreed to (ExtendTo).
type Request struct {
	Base         `gorm:"embedded"`
	State        RequestState
	Title        string
	Text         string
	Channel      Channel
	ReceivedOn   caldate.Date
	WantedBy     caldate.Date // when the customer would like it done
	DocumentID   string       // the letter or mail
	AnswerDays   int          // working days of the contract
	DueOn        caldate.Date
	ExtendTo     caldate.Date // asked for; empty once decided
	ExtendReason string
	ExtendedBy   string // who agreed to the longer time
	Answer       string
	FeeFen       money.Fen
	WorkDays     int // that the work takes
	AnsweredOn   caldate.Date
	AnsweredBy   string
	DecidedOn    caldate.Date // agreed or declined
	DecidedNote  string
	DoneOn       caldate.Date
	DoneNote     string
	RemindedOn   caldate.Date // when sales were told that it is due
	ChargeID     string
}

// TableName is maintenance_requests.
func (Request) TableName() string { return "maintenance_requests" }

// Late tells whether the answer missed its day: given after it, or still owed after it.
func (r *Request) Late(today caldate.Date) bool {
	if !r.AnsweredOn.IsZero() {
		return r.AnsweredOn.After(r.DueOn)
	}
	return r.State == Received && today.After(r.DueOn)
}

// VisitState is where a visit stands.
type VisitState string

// The states of a visit (上门服务).
const (
	Planned   VisitState = "planned"
	Reported  VisitState = "reported" // the report waits for the customer
	Confirmed VisitState = "confirmed"
	Objected  VisitState = "objected" // the customer says that the report is wrong: it is made again
	Cancelled VisitState = "cancelled"
)

// VisitStates lists them in the order of a visit's life.
func VisitStates() []VisitState {
	return []VisitState{Planned, Reported, Confirmed, Objected, Cancelled}
}

var visitMoves = map[VisitState][]VisitState{
	Planned:   {Reported, Cancelled},
	Reported:  {Confirmed, Objected},
	Objected:  {Reported},
	Confirmed: {},
	Cancelled: {},
}

// CanMoveVisit tells whether the life cycle allows from → to.
func CanMoveVisit(from, to VisitState) bool { return slices.Contains(visitMoves[from], to) }

// Work is one line of a visit's report.
type Work struct {
	Object string `json:"object"`
	Work   string `json:"work"`
	Result string `json:"result"`
}

// Visit is a visit with its report. Silence of three working days confirms a report.
type Visit struct {
	Base         `gorm:"embedded"`
	State        VisitState
	Purpose      string
	OriginID     string // the request or incident that it belongs to
	OriginNumber string
	PlannedOn    caldate.Date
	VisitOn      caldate.Date
	Arrived      string // 09:30
	LeftAt       string
	Engineer     string
	Work         []Work `gorm:"serializer:json"`
	Result       string
	Leftover     string
	FeeFen       money.Fen // what the report says that it costs; 0 where it is included
	FeeNote      string
	ReportedOn   caldate.Date
	ConfirmBy    caldate.Date // last day of the customer's silence
	ConfirmedOn  caldate.Date
	Silent       bool // confirmed by silence
	Note         string
	DocumentID   string // the report as PDF
	ChargeID     string
}

// TableName is maintenance_visits.
func (Visit) TableName() string { return "maintenance_visits" }

// IncidentState is where an incident stands.
type IncidentState string

// The states of an incident (故障).
const (
	Open     IncidentState = "open" // its clock runs
	Accepted IncidentState = "accepted"
	Resolved IncidentState = "resolved"
	Closed   IncidentState = "closed"
)

// IncidentStates lists them in the order of an incident's life.
func IncidentStates() []IncidentState { return []IncidentState{Open, Accepted, Resolved, Closed} }

var incidentMoves = map[IncidentState][]IncidentState{
	Open:     {Accepted},
	Accepted: {Resolved},
	Resolved: {Closed, Accepted}, // not solved after all
	Closed:   {},
}

// CanMoveIncident tells whether the life cycle allows from → to.
func CanMoveIncident(from, to IncidentState) bool { return slices.Contains(incidentMoves[from], to) }

// Incident is a fault that the customer reported (C22): taken up at once, answered by RespondBy.
type Incident struct {
	Base        `gorm:"embedded"`
	State       IncidentState
	Title       string
	Text        string
	Object      string // the server
	ReportedAt  caldate.Instant
	RespondBy   caldate.Instant // within the support hours
	RespondedAt caldate.Instant
	Responder   string
	ResolvedAt  caldate.Instant
	Cause       string
	Prevention  string
	ClosedAt    caldate.Instant
	Reopened    int
	RemindedAt  caldate.Instant
}

// TableName is maintenance_incidents.
func (Incident) TableName() string { return "maintenance_incidents" }

// Late tells whether the response missed its moment.
func (i *Incident) Late(now caldate.Instant) bool {
	if !i.RespondedAt.IsZero() {
		return i.RespondedAt.After(i.RespondBy)
	}
	return i.State == Open && now.After(i.RespondBy)
}

// RecordKind is what a service record is about (C21).
type RecordKind string

// The kinds of service records.
const (
	Delivery     RecordKind = "delivery"
	Installation RecordKind = "installation"
	Training     RecordKind = "training"
	Upgrade      RecordKind = "upgrade"
	Support      RecordKind = "support"
)

// RecordKinds lists them.
func RecordKinds() []RecordKind {
	return []RecordKind{Delivery, Installation, Training, Upgrade, Support}
}

// RecordState is where a service record stands.
type RecordState string

// The states of a service record.
const (
	Recorded         RecordState = "recorded" // waits for the customer
	AcceptedRecord   RecordState = "accepted"
	ObjectedToRecord RecordState = "objected"
)

// Record is something that was delivered, installed, taught, upgraded or supported, for a contract of any kind.
type Record struct {
	Base        `gorm:"embedded"`
	Kind        RecordKind
	State       RecordState
	OnDate      caldate.Date
	Title       string
	Text        string
	Who         string // who did it
	DocumentID  string // a signed acceptance sheet
	DecidedOn   caldate.Date
	DecidedNote string
}

// TableName is maintenance_records.
func (Record) TableName() string { return "maintenance_records" }

// Hours are the support hours of working days.
type Hours struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Usual are the support hours where a contract says none.
var Usual = Hours{"09:00", "18:00"}

func (h Hours) minutes() (from, to int) { return minute(h.From), minute(h.To) }

func minute(s string) int {
	if len(s) != 5 {
		return 0
	}
	return (int(s[0]-'0')*10+int(s[1]-'0'))*60 + int(s[3]-'0')*10 + int(s[4]-'0')
}

// RespondBy gives the moment by which an incident must be answered: so many support hours after it was reported. What is
// reported outside of them counts from the next ones.
func RespondBy(at caldate.Instant, hours int, h Hours, w caldate.Workdays) caldate.Instant {
	from, to := h.minutes()
	if to <= from {
		return at.Add(time.Duration(hours) * time.Hour) // round the clock
	}
	left := time.Duration(hours) * time.Hour
	for day := at.Date(); ; day = day.AddDays(1) {
		if !w.Has(day) {
			continue
		}
		begins, ends := caldate.InstantOf(day.Start()).Add(time.Duration(from)*time.Minute), caldate.InstantOf(day.Start()).Add(time.Duration(to)*time.Minute)
		if at.After(begins) {
			begins = at
		}
		if !begins.Before(ends) {
			continue
		}
		if room := ends.Sub(begins); left > room {
			left -= room
			at = ends
			continue
		}
		return begins.Add(left)
	}
}

// Charged tells what a visit costs: nothing while the included visits of the term last.
func Charged(perVisit bool, fee money.Fen, included, made int64) (money.Fen, string) {
	switch {
	case perVisit:
		return fee, "合同约定按次收费"
	case made < included:
		return 0, "包含在维护服务费总价内"
	case fee > 0 && included > 0:
		return fee, "总价所含上门次数已用完，按次收费"
	}
	return 0, "合同未约定上门服务费"
}
