package contract

import (
	"context"
	"slices"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/esign"
	"sealgate/server/platform/ids"
)

// SignatureAndSeal and SignatureOrSeal are what a template says makes its contract effective (C04).
const (
	SignatureAndSeal = "signature and seal"
	SignatureOrSeal  = "signature or seal"
)

// Ways are the ways in which a paper may be signed, by what makes it effective: a reliable electronic signature stands for
// signature and seal alike (电子签名法 14), an acceptance in the portal for a signature alone.
func Ways(effectiveOn string) []Way {
	if effectiveOn == SignatureOrSeal {
		return []Way{OnPaper, Online, ByKey}
	}
	return []Way{OnPaper, ByKey}
}

// WaysOf are the ways in which a contract (a is nil) or one of its amendments may be signed. A plan-change form takes a signature
// alone, whatever the contract took.
func (s *Service) WaysOf(c *Contract, a *Amendment) []Way {
	if a != nil && a.Kind == KindPlanChange {
		return Ways(SignatureOrSeal)
	}
	if t, err := s.template(c.TemplateID, c.TemplateVersion); err == nil {
		return Ways(t.EffectiveOn)
	}
	return Ways(SignatureAndSeal) // adopted: nothing is known of its text
}

// InPortal is what somebody who signs in the portal says: which paper (the contract, or one of its amendments), that they agree, and the
// hash of the text that they were shown. With Password they sign by their own key.
type InPortal struct {
	AmendmentID string
	Given       acceptance.Given
	Password    string
}

// Way is how it is signed.
func (in InPortal) Way() Way {
	if in.Password != "" {
		return ByKey
	}
	return Online
}

// statement is the sentence under which a paper is signed in the portal.
func statement(p *signable) string {
	return "本人代表" + p.organisation + "，已阅读并同意《" + p.title + "》（编号 " + p.reference + "，SHA-256 " + p.sha256 + "）的全部内容。"
}

// signable is a paper that waits for signatures, from the view of the side that acts.
type signable struct {
	kind, objectID    string
	title, reference  string
	documentID        string
	sha256            string
	organisation      string
	side              Side
	ways              []Way
	signed            []Signing
	amendment         *Amendment
	amendmentID, live string
}

var paperTitles = map[AmendmentKind]string{KindSupplement: "补充协议", KindPlanChange: "业务变更记录表"}

// sideOf is the side for which the acting person signs: a customer's person for the customer, staff for the provider.
func sideOf(who actor.Actor) Side {
	if who.CustomerID != "" {
		return CustomerSide
	}
	return ProviderSide
}

// toSign gives the paper that the acting person may sign now. Errors: ErrState, ErrNoAmendment, ErrAmendmentState, ErrOwnContract,
// ErrSideConfirmed, ErrOnPaper.
func (s *Service) toSign(ctx context.Context, c *Contract, amendmentID string) (*signable, error) {
	who := actor.From(ctx)
	p := &signable{kind: "contract", objectID: c.ID, reference: c.Number, documentID: c.DocumentID, sha256: c.DocumentSHA256, side: sideOf(who), amendmentID: amendmentID}
	drew := !mayReview(c, who.UserID)
	if amendmentID == "" {
		if c.State != AwaitingSignature {
			return nil, ErrState.With("state", c.State)
		}
		if t, err := s.template(c.TemplateID, c.TemplateVersion); err == nil {
			p.title = t.Title.Zh
		}
	} else {
		a, err := s.store.amendment(ctx, c.ID, amendmentID)
		switch {
		case err != nil:
			return nil, err
		case !a.Signable() || a.State != AmendmentDraft || !c.State.Live() && c.State != AwaitingSignature:
			return nil, ErrAmendmentState.With("state", a.State)
		}
		p.kind, p.objectID, p.reference, p.documentID, p.sha256 = "contract_amendment", a.ID, a.Number, a.FormID, a.FormSHA256
		p.title, p.amendment, drew = paperTitles[a.Kind], a, a.CreatedBy == who.UserID
	}
	if p.ways = s.WaysOf(c, p.amendment); p.documentID == "" {
		return nil, ErrState.With("state", c.State) // adopted: there is no text of ours
	}
	if p.organisation = s.Provider.Name; p.side == CustomerSide {
		p.organisation = c.CustomerName
	} else if drew {
		return nil, ErrOwnContract
	}
	var err error
	if p.signed, err = s.store.signings(ctx, c.ID, amendmentID); err != nil {
		return nil, err
	}
	for i := range p.signed {
		if p.signed[i].Side == p.side {
			if p.signed[i].Confirmed() {
				return nil, ErrSideConfirmed.With("side", p.side)
			}
			return nil, ErrOnPaper.With("side", p.side)
		}
	}
	p.live = p.objectID + ":" + string(p.side)
	return p, nil
}

// SignInPortal signs a contract or an amendment for the acting person's side: by acceptance, or with a password by the person's own
// key. What both sides have signed comes into force by its own rules. Errors: acceptance.ErrAgree and ErrText, ErrWay where the template asks
// for more, those of toSign, of the password.
func (s *Service) SignInPortal(ctx context.Context, id string, in InPortal) (*Contract, error) {
	if !in.Given.Agree {
		return nil, in.Given.Check("")
	}
	if in.Way() == ByKey {
		if err := s.ESign.Authenticate(ctx, in.Password); err != nil {
			return nil, err
		}
	}
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		p, err := s.toSign(ctx, c, in.AmendmentID)
		if err != nil {
			return err
		}
		if !slices.Contains(p.ways, in.Way()) {
			return ErrWay.With("ways", p.ways)
		}
		if err := in.Given.Check(p.sha256); err != nil {
			return err
		}
		row, err := s.signFor(ctx, c, p, in.Way())
		if err != nil {
			return err
		}
		if p.amendment == nil {
			return s.TryActivate(ctx, id)
		}
		return s.bothSigned(ctx, c, p.amendment, append(p.signed, *row))
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// signFor writes the evidence and the signing of one side.
func (s *Service) signFor(ctx context.Context, c *Contract, p *signable, way Way) (*Signing, error) {
	evidence := ""
	if way == ByKey {
		x, err := s.ESign.Sign(ctx, esign.Paper{
			ObjectType: p.kind, ObjectID: p.objectID, ContractID: c.ID, CustomerID: c.CustomerID, Side: string(p.side), Reference: p.reference,
			DocumentID: p.documentID, DocumentSHA256: p.sha256, Organisation: p.organisation,
		})
		if err != nil {
			return nil, err
		}
		evidence = x.ID
	} else {
		x, err := s.Acceptances.Record(ctx, acceptance.Text{
			ObjectType: p.kind, ObjectID: p.objectID, Reference: p.reference, Title: p.title, SHA256: p.sha256, DocumentID: p.documentID, Statement: statement(p),
			Side: string(p.side), CustomerID: c.CustomerID, ContractID: c.ID,
		}, acceptance.Click, "")
		if err != nil {
			return nil, err
		}
		evidence = x.ID
	}
	who, now := actor.From(ctx), s.clock.Instant()
	row := &Signing{
		ID: ids.New(), ContractID: c.ID, AmendmentID: p.amendmentID, Side: p.side, Way: way, EvidenceID: evidence, LiveKey: &p.live, Signer: cutTo(who.Name, 50), SignedOn: now.Date(),
		DocumentID: p.documentID, RecordedBy: who.UserID, RecordedAt: now, ConfirmedAt: now,
	}
	if err := s.store.insertSigning(ctx, row); err != nil {
		return nil, err
	}
	action := "contract.sign_online"
	if way == ByKey {
		action = "contract.e_sign"
	}
	return row, s.note(ctx, c, change{action: action, on: row.SignedOn, detail: map[string]any{"side": p.side, "signer": row.Signer, "paper": p.reference, "evidence": evidence, "sha256": p.sha256}})
}

// bothSigned lets an amendment hold once both sides have signed it in the portal.
func (s *Service) bothSigned(ctx context.Context, c *Contract, a *Amendment, rows []Signing) error {
	if len(rows) < 2 {
		return nil
	}
	a.SignedOn = caldate.Date{}
	for i := range rows {
		if a.SignedOn = laterOf(a.SignedOn, rows[i].SignedOn); rows[i].Side == CustomerSide {
			a.CustomerSigner = rows[i].Signer
		} else {
			a.ProviderSigner = rows[i].Signer
		}
	}
	return s.agree(ctx, c, a, AmendmentDraft, "")
}

// SigningsOfAmendments gives who has signed which amendment in the portal, by the amendment's id.
func (s *Service) SigningsOfAmendments(ctx context.Context, id string) (map[string][]Signing, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	rows, err := s.store.signingsOfAmendments(ctx, id)
	out := map[string][]Signing{}
	for i := range rows {
		out[rows[i].AmendmentID] = append(out[rows[i].AmendmentID], rows[i])
	}
	return out, err
}

// PortalActions are the ways in which a person may sign a paper in the portal now, before capabilities: "sign_online", "e_sign". a is nil
// for the contract itself.
func (s *Service) PortalActions(c *Contract, a *Amendment, rows []Signing, who actor.Actor) []string {
	side := sideOf(who)
	switch {
	case a == nil && (c.State != AwaitingSignature || c.DocumentID == "" || side == ProviderSide && !mayReview(c, who.UserID)):
		return nil
	case a != nil && (!a.Signable() || a.State != AmendmentDraft || a.FormID == "" || side == ProviderSide && a.CreatedBy == who.UserID):
		return nil
	case slices.ContainsFunc(rows, func(r Signing) bool { return r.Side == side }):
		return nil
	}
	var out []string
	for _, w := range s.WaysOf(c, a) {
		switch w {
		case Online:
			out = append(out, "sign_online")
		case ByKey:
			out = append(out, "e_sign")
		case OnPaper:
		}
	}
	return out
}

// Statement is the sentence that a person who signs in the portal agrees to, with the hash of the text. Errors: those of
// SignInPortal.
func (s *Service) Statement(ctx context.Context, id, amendmentID string) (text, sha256 string, err error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return "", "", err
	}
	p, err := s.toSign(ctx, c, amendmentID)
	if err != nil {
		return "", "", err
	}
	return statement(p), p.sha256, nil
}

func cutTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
