// Package licence keeps the licences and proofs that a customer must have, with their validity. See README.md.
package licence

import (
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Kind of licence or proof (L01).
type Kind string

// The kinds. Which of them a contract needs is the contract's rule (L02).
const (
	Business      Kind = "business"           // 营业执照
	Telecom       Kind = "telecom"            // 增值电信业务经营许可证
	ICP           Kind = "icp"                // ICP licence or filing
	Credit        Kind = "credit_standing"    // credit standing
	InfoSource    Kind = "information_source" // source of the information
	BankAccount   Kind = "bank_account"       // 开户许可
	NumberCert    Kind = "number"             // 码号证书
	SignatureAuth Kind = "signature"          // right to use a signature
	AdConsent     Kind = "advertising"        // carrier's written consent to advertising
)

// Kinds lists all kinds in the order of forms.
func Kinds() []Kind {
	return []Kind{Business, Telecom, ICP, Credit, InfoSource, BankAccount, NumberCert, SignatureAuth, AdConsent}
}

var labels = map[Kind][2]string{
	Business: {"营业执照", "business licence"}, Telecom: {"增值电信业务经营许可证", "value-added telecom licence"}, ICP: {"ICP 许可或备案", "ICP licence or filing"},
	Credit: {"资信证明", "proof of credit standing"}, InfoSource: {"信息来源证明", "proof of the information's source"}, BankAccount: {"开户证明", "proof of the bank account"},
	NumberCert: {"码号证书", "number certificate"}, SignatureAuth: {"签名使用授权", "authorisation of the signature"}, AdConsent: {"运营商同意发送商业广告的书面文件", "carrier's written consent to advertising"},
}

// Label is the kind in the words of people, Chinese and English.
func (k Kind) Label() (zh, en string) { return labels[k][0], labels[k][1] }

// State is where a licence stands.
type State string

// The states. Only a verified one counts, and only until its last day.
const (
	Submitted State = "submitted"
	Verified  State = "verified"
	Refused   State = "refused"
	Expired   State = "expired" // set on the day after the last one
	Revoked   State = "revoked" // withdrawn by its issuer, or found to be false
)

var moves = map[State][]State{
	Submitted: {Verified, Refused},
	Verified:  {Expired, Revoked},
	Refused:   {},
	Expired:   {},
	Revoked:   {},
}

// CanMove tells whether from → to is allowed.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Licence is one licence of a customer. ValidTo is its last day; no day means that it has no end (长期).
type Licence struct {
	ID          string `gorm:"primaryKey"`
	CustomerID  string
	Kind        Kind
	Number      string
	Issuer      string
	ValidFrom   caldate.Date
	ValidTo     caldate.Date
	DocumentID  string // the scan
	State       State
	SubmittedBy string
	SubmittedAt caldate.Instant
	DecidedBy   string // who verified, refused or revoked it last
	DecidedAt   caldate.Instant
	Reason      string // of a refusal or revocation

	CustomerName string `gorm:"->;-:migration"` // only in the list for compliance
}

// ValidOn tells whether the licence counts on a day, whatever the daily job has done so far.
func (l *Licence) ValidOn(d caldate.Date) bool {
	return l.State == Verified && !d.Before(l.ValidFrom) && (l.ValidTo.IsZero() || !d.After(l.ValidTo))
}

// Actions are what may be done next with a licence by a person, before capabilities: verify and refuse by another
// person than the submitter, revoke while it is verified.
func Actions(l *Licence, who actor.Actor) []string {
	switch {
	case l.State == Submitted && who.UserID != l.SubmittedBy:
		return []string{"verify", "refuse"}
	case l.State == Verified:
		return []string{"revoke"}
	}
	return nil
}

// Submission is what is entered.
type Submission struct {
	Kind       Kind
	Number     string
	Issuer     string
	ValidFrom  caldate.Date
	ValidTo    caldate.Date // zero: no end
	DocumentID string
}

// earliest is the first day of the People's Republic: no licence is older, a year before it is a slip of the pen.
var earliest = caldate.New(1949, 10, 1)

// check cleans a submission and gives every wrong field at once; one that has ended already is refused with its date.
func (n Submission) check(today caldate.Date) (Submission, error) {
	var f errs.Fields
	if !slices.Contains(Kinds(), n.Kind) {
		var names []string
		for _, k := range Kinds() {
			names = append(names, string(k))
		}
		list := strings.Join(names, ", ")
		f.Add("kind", "unknown", "没有这种证照，请选择："+list, "no such kind of licence; choose one of: "+list)
	}
	n.Number = form.Text(&f, "number", n.Number, 64, true)
	n.Issuer = form.Text(&f, "issuer", n.Issuer, 100, true)
	if n.DocumentID == "" {
		f.Add("attachment_id", "missing", "请先上传扫描件", "upload the scan first")
	}
	switch {
	case n.ValidFrom.IsZero():
		f.Add("valid_from", "missing", "请填写有效期开始日期", "give the first day of validity")
	case n.ValidFrom.Before(earliest):
		f.Add("valid_from", "too_early", "开始日期过早，请检查年份", "the first day is too long ago; check the year")
	case n.ValidFrom.After(today):
		f.Add("valid_from", "future", "有效期从 "+n.ValidFrom.String()+" 才开始，届时再登记", "valid only from "+n.ValidFrom.String()+"; register it then")
	}
	if !n.ValidTo.IsZero() && !n.ValidFrom.IsZero() {
		switch {
		case n.ValidTo.Before(n.ValidFrom):
			f.Add("valid_to", "order", "有效期结束日期早于开始日期", "the last day of validity is before the first")
		case n.ValidTo.Before(today):
			f.Add("valid_to", "expired", "证照已于 "+n.ValidTo.String()+" 到期，请上传换发后的证照", "the licence ended on "+n.ValidTo.String()+"; upload the renewed one")
		}
	}
	return n, f.Err(ErrInvalid)
}
