package registration

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Submission is what is entered for a new record.
type Submission struct {
	Kind       Kind
	ParentID   string
	Text       string
	Detail     Detail
	DocumentID string  // proof; the letter of authorisation of a qualification; none for a template
	Handler    Handler // qualification only
}

// check cleans a submission and gives every wrong field at once.
func (n Submission) check(today caldate.Date, customer string) (Submission, error) {
	var f errs.Fields
	d := Detail{}
	n.Detail.Variables = slices.Clone(n.Detail.Variables)
	switch n.Kind {
	case Qualification:
		n.Text = form.Text(&f, "text", n.Text, 100, true)
		d.Licences = checkLicences(&f, n.Detail.Licences)
		n.Handler = checkHandler(&f, n.Handler, today)
	case Signature:
		n.Text = CheckSignature(&f, n.Text)
		d.Source, d.SourceName = n.Detail.Source, n.Detail.SourceName
		checkSource(&f, &d, customer)
	case Template:
		d.Name, d.Category, d.Variables = n.Detail.Name, n.Detail.Category, n.Detail.Variables
		n.Text, n.DocumentID = checkTemplate(&f, n.Text, &d), ""
	case Link:
		d.Form, d.Target, d.Owner = n.Detail.Form, n.Detail.Target, n.Detail.Owner
		n.Text = checkLink(&f, n.Text, &d)
	case Phone:
		d.Owner = n.Detail.Owner
		n.Text = checkPhone(&f, n.Text, &d)
	default:
		f.Add("kind", "unknown", "没有这种登记：请选择 qualification、signature、template、link 或 phone", "no such kind: choose qualification, signature, template, link or phone")
		return n, f.Err(ErrInvalid)
	}
	if n.DocumentID == "" && n.Kind != Template {
		f.Add("attachment_id", "missing", proofWanted[n.Kind][0], proofWanted[n.Kind][1])
	}
	if n.Kind.Parent() == "" {
		n.ParentID = ""
	} else if n.ParentID == "" {
		zh, en := n.Kind.Parent().Label()
		f.Add("parent_id", "missing", "请先登记"+zh+"，再选择它", "register a "+en+" first and choose it")
	}
	n.Detail = d
	return n, f.Err(ErrInvalid)
}

var proofWanted = map[Kind][2]string{
	Qualification: {"请先上传授权书扫描件", "upload the scan of the letter of authorisation first"},
	Signature:     {"请先上传签名使用权证明", "upload the proof of the right to use the signature first"},
	Link:          {"请先上传链接归属证明（备案截图或授权）", "upload the proof of whose link it is first"},
	Phone:         {"请先上传号码归属证明（话费单或授权）", "upload the proof of whose number it is first"},
}

// liveKey is what a customer may have once among the records that are not refused.
func (n Submission) liveKey(customerID string) *string {
	sum := sha256.Sum256([]byte(n.ParentID + "\x00" + n.Text))
	if n.Kind == Signature || n.Kind == Qualification { // a customer has each signature once, whatever it hangs on
		sum = sha256.Sum256([]byte(n.Text))
	}
	key := string(n.Kind) + ":" + customerID + ":" + hex.EncodeToString(sum[:16])
	return &key
}

// oneKey makes a qualification have one signature.
func (n Submission) oneKey() *string {
	if n.Kind != Signature {
		return nil
	}
	key := "signature:" + n.ParentID
	return &key
}
