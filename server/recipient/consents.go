package recipient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// Documents is what a consent asks of attachments: its evidence becomes part of it.
type Documents interface {
	LinkTo(ctx context.Context, id, objectType, objectID, customerID, contractID string) error
}

// Relations tells how long there has been something between a customer and the provider.
type Relations interface {
	// RelationEnd is the last day of the customer's last contract; false while one goes on or is being made.
	RelationEnd(ctx context.Context, customerID string) (last caldate.Date, over bool, err error)
}

// Use gives the service what it asks others for.
func (s *Service) Use(d Documents, r Relations) { s.documents, s.relations = d, r }

// Register makes a proof of consent. Its numbers and its evidence come next.
func (s *Service) Register(ctx context.Context, c Consent) (*Consent, error) {
	if err := c.check(s.clock.Today()); err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	if who.CustomerID != "" && c.CustomerID != who.CustomerID || c.CustomerID == "" {
		return nil, ErrCustomer
	}
	c.ID, c.State, c.CreatedAt, c.CreatedBy, c.CreatedName, c.Version = ids.New(), ConsentDraft, s.clock.Instant(), who.UserID, who.Name, 1
	evidence := c.DocumentID
	c.Reason, c.MemberCount, c.VerifiedBy, c.VerifiedName = "", 0, "", ""
	err := s.db.Run(ctx, func(ctx context.Context) error {
		day := s.clock.Today()
		n, err := series.Next(ctx, s.db, "consent-"+day.String())
		if err != nil {
			return err
		}
		c.Number = fmt.Sprintf("C%s-%04d", strings.ReplaceAll(day.String(), "-", ""), n)
		if err := s.store.insertConsent(ctx, &c); err != nil {
			return err
		}
		if err := s.prove(ctx, &c, evidence); err != nil {
			return err
		}
		return s.recordConsent(ctx, &c, "consent.register", "", "", nil)
	})
	if err != nil {
		return nil, err
	}
	return &c, nil
}

func (s *Service) prove(ctx context.Context, c *Consent, document string) error {
	if document == "" {
		return nil
	}
	return s.documents.LinkTo(ctx, document, "consent", c.ID, c.CustomerID, "")
}

func (s *Service) recordConsent(ctx context.Context, c *Consent, action string, from ConsentState, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "consent", ObjectID: c.ID, CustomerID: c.CustomerID, From: string(from), To: string(c.State), Reason: reason, Detail: detail,
	})
}

// Consent gives one within the actor's scope.
func (s *Service) Consent(ctx context.Context, id string) (*Consent, error) {
	c, err := s.store.consent(ctx, id, false)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, ErrNoConsent
	}
	return c, nil
}

// ConsentQuery narrows Consents.
type ConsentQuery struct {
	CustomerID string
	State      ConsentState
	Phone      string // those that have the number
	Cursor     string
	Limit      int
}

// Consents lists proofs within the actor's scope, the newest first, and tells whether there are more.
func (s *Service) Consents(ctx context.Context, q ConsentQuery) (items []Consent, more bool, err error) {
	hash, err := s.hashOf(ctx, q.Phone)
	if err != nil {
		return nil, false, err
	}
	if items, err = s.store.consents(ctx, q, hash, q.Limit+1); err != nil {
		return nil, false, err
	}
	if len(items) > q.Limit {
		return items[:q.Limit], true, nil
	}
	return items, false, nil
}

// hashOf is the hash of a number that a person looks for; "" for none.
func (s *Service) hashOf(ctx context.Context, phone string) (string, error) {
	if strings.TrimSpace(phone) == "" {
		return "", nil
	}
	n, fault := ParseNumber([]byte(phone))
	if fault != OK {
		return "", ErrPhone.With("fault", string(fault))
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return "", err
	}
	return h.Hash(Format(n)), nil
}

// Enlist adds the numbers of a list to a draft; those that are there stay. What gives no number is told row by row. A list that
// broke off may simply come again.
func (s *Service) Enlist(ctx context.Context, id string, list Numbers, f File) (*Import, error) {
	c, err := s.Consent(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.State != ConsentDraft {
		return nil, ErrConsentState
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return nil, err
	}
	out := &Import{Purpose: "consent", CustomerID: c.CustomerID, FileName: f.Name}
	err = s.eachPart(list, out, func(part []NumberRow) error {
		members := make([]member, len(part))
		for i, r := range part {
			members[i] = member{ConsentID: id, PhoneHash: h.Hash(Format(r.Phone)), AddedAt: s.clock.Instant(), Source: SourceImport}
		}
		return s.db.Run(ctx, func(ctx context.Context) error {
			c, err := s.store.consent(ctx, id, true)
			if err != nil {
				return err
			}
			if c == nil || c.State != ConsentDraft {
				return ErrConsentState
			}
			return s.store.addMembers(ctx, members)
		})
	})
	if err != nil {
		return nil, err
	}
	failpoint.Hit("recipient.consent.listed")
	if out.FileSHA256, err = f.Sum(); err != nil {
		return nil, err
	}
	err = s.changeConsent(ctx, id, ConsentDraft, func(ctx context.Context, c *Consent) error {
		before := c.MemberCount
		if c.MemberCount, err = s.store.countMembers(ctx, id); err != nil {
			return err
		}
		out.Added, out.Known = c.MemberCount-before, out.Rows-out.Bad-(c.MemberCount-before)
		c.BadCount, c.FileName, c.FileSHA256 = out.Bad, f.Name, out.FileSHA256
		return s.recordConsent(ctx, c, "consent.list", c.State, "", map[string]any{"file": f.Name, "sha256": c.FileSHA256, "rows": out.Rows, "added": out.Added, "bad": out.Bad})
	})
	return out, err
}

// changeConsent changes a proof that is in the state, within the actor's scope.
func (s *Service) changeConsent(ctx context.Context, id string, in ConsentState, act func(ctx context.Context, c *Consent) error) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.store.consent(ctx, id, true)
		if err != nil {
			return err
		}
		if c == nil {
			return ErrNoConsent
		}
		if in != "" && c.State != in {
			return ErrConsentState
		}
		was := *c
		if err := act(ctx, c); err != nil {
			return err
		}
		ok, err := s.store.updateConsent(ctx, c, was.State, was.Version)
		if err == nil && !ok {
			err = ErrConsentState
		}
		return err
	})
}

func (s *Service) moveConsent(ctx context.Context, c *Consent, to ConsentState, reason string) error {
	from := c.State
	if !canMoveConsent(from, to) {
		return ErrConsentState
	}
	c.State, c.Reason = to, reason
	return s.recordConsent(ctx, c, "consent."+string(to), from, reason, map[string]any{"numbers": c.MemberCount})
}

// SubmitConsent lays a proof on the provider's desk; evidence replaces the document that it had, if any is given.
func (s *Service) SubmitConsent(ctx context.Context, id, evidence string) (*Consent, error) {
	return s.consentAfter(ctx, id, ConsentDraft, func(ctx context.Context, c *Consent) error {
		if evidence != "" {
			if err := s.prove(ctx, c, evidence); err != nil {
				return err
			}
			c.DocumentID = evidence
		}
		switch {
		case c.MemberCount == 0:
			return ErrNoMembers
		case c.DocumentID == "":
			return ErrNoEvidence
		}
		return s.moveConsent(ctx, c, ConsentChecking, "")
	})
}

// DecideConsent is the provider's word on a proof, by somebody else than who made it.
func (s *Service) DecideConsent(ctx context.Context, id string, approve bool, reason string) (*Consent, error) {
	if !approve && strings.TrimSpace(reason) == "" {
		return nil, ErrReason
	}
	return s.consentAfter(ctx, id, ConsentChecking, func(ctx context.Context, c *Consent) error {
		who := actor.From(ctx)
		if who.UserID == c.CreatedBy {
			return ErrOwnConsent
		}
		c.VerifiedAt, c.VerifiedBy, c.VerifiedName = s.clock.Instant(), who.UserID, who.Name
		if approve {
			return s.moveConsent(ctx, c, ConsentLive, reason)
		}
		return s.moveConsent(ctx, c, ConsentRefused, reason)
	})
}

// WithdrawConsent ends a proof at once: what has not left yet does not leave.
func (s *Service) WithdrawConsent(ctx context.Context, id, reason string) (*Consent, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, ErrReason
	}
	return s.consentAfter(ctx, id, "", func(ctx context.Context, c *Consent) error {
		c.EndedAt = s.clock.Instant()
		return s.moveConsent(ctx, c, ConsentWithdrawn, reason)
	})
}

func (s *Service) consentAfter(ctx context.Context, id string, in ConsentState, act func(ctx context.Context, c *Consent) error) (*Consent, error) {
	if err := s.changeConsent(ctx, id, in, act); err != nil {
		return nil, err
	}
	return s.Consent(ctx, id)
}

// OnFile tells whether the customer has any live proof of consent for messages of a signature and category on a day (A23): without
// one a batch of marketing is refused as a whole.
func (s *Service) OnFile(ctx context.Context, customerID, signatureID, category string, day caldate.Date) (bool, error) {
	if !NeedsConsent(category) {
		return true, nil
	}
	live, err := s.covering(ctx, customerID, signatureID, category, day)
	return len(live) > 0, err
}

func (s *Service) covering(ctx context.Context, customerID, signatureID, category string, day caldate.Date) ([]Consent, error) {
	all, err := s.store.liveConsents(ctx, customerID)
	if err != nil {
		return nil, err
	}
	var out []Consent
	for _, c := range all {
		if c.Covers(signatureID, category, day) {
			out = append(out, c)
		}
	}
	return out, nil
}

// Unasked tells which of the messages, by their place, go to people of whom no live proof of consent tells on the day. Messages
// of other categories than marketing and advertising need none.
func (s *Service) Unasked(ctx context.Context, m Sends, day caldate.Date) (map[int]bool, error) {
	if !NeedsConsent(m.Category) {
		return nil, nil
	}
	promises, err := s.promises(ctx, m, day)
	if err != nil {
		return nil, err
	}
	out := map[int]bool{}
	for i, h := range m.Hashes {
		if _, ok := promises[h]; !ok {
			out[i] = true
		}
	}
	return out, nil
}

// promise is how often a person has agreed to get messages; no days: nothing was said.
type promise struct{ most, days int64 }

// promises gives the numbers that have agreed, with what the most generous of their proofs says.
func (s *Service) promises(ctx context.Context, m Sends, day caldate.Date) (map[string]promise, error) {
	if !NeedsConsent(m.Category) {
		return nil, nil
	}
	live, err := s.covering(ctx, m.CustomerID, m.SignatureID, m.Category, day)
	if err != nil || len(live) == 0 {
		return nil, err
	}
	byID := make(map[string]promise, len(live))
	consentIDs := make([]string, len(live))
	for i, c := range live {
		byID[c.ID], consentIDs[i] = promise{c.Most, c.Days}, c.ID
	}
	out := make(map[string]promise, len(m.Hashes))
	return out, s.store.eachMember(ctx, consentIDs, m.Hashes, func(consentID, hash string) {
		p := byID[consentID]
		if had, ok := out[hash]; !ok || had.days != 0 && (p.days == 0 || p.most*had.days > had.most*p.days) {
			out[hash] = p
		}
	})
}

// RunDay forgets what has no more use: counters beyond the longest limit, and the numbers of consents six months after the
// relation with their customer has ended (A23). The proofs themselves stay, without anybody's number.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (string, error) {
	var sends int64
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		sends, err = s.store.forgetSends(ctx, day.AddDays(-MaxLimitDays))
		return err
	})
	if err != nil {
		return "", err
	}
	customers, err := s.store.consentCustomers(ctx)
	if err != nil {
		return "", err
	}
	purged := 0
	for _, customer := range customers {
		last, over, err := s.relations.RelationEnd(ctx, customer)
		if err != nil {
			return "", err
		}
		if !over || !day.After(consentKept(last)) {
			continue
		}
		n, err := s.purge(ctx, customer, last)
		if err != nil {
			return "", err
		}
		purged += n
	}
	return fmt.Sprintf("%d slices of counters and %d consents forgotten", sends, purged), nil
}

func (s *Service) purge(ctx context.Context, customerID string, last caldate.Date) (int, error) {
	kept, err := s.store.unpurged(ctx, customerID)
	if err != nil {
		return 0, err
	}
	for _, id := range kept {
		err := s.changeConsent(ctx, id, "", func(ctx context.Context, c *Consent) error {
			c.PurgedAt = s.clock.Instant()
			if err := s.store.dropMembers(ctx, id); err != nil {
				return err
			}
			return s.recordConsent(ctx, c, "consent.purge", c.State, "", map[string]any{"relation_ended": last.String()})
		})
		if err != nil {
			return 0, err
		}
	}
	return len(kept), nil
}

// Numbers is a list of phone numbers, whatever file it comes from. Next gives io.EOF after the last row.
type Numbers interface {
	Next() (NumberRow, error)
}

// NumberRow is one row of a list.
type NumberRow struct {
	Line  int64 // of the file, from 1
	Phone uint64
	Fault Fault  // why there is no number
	Rest  string // what stands after the number: the carrier of a portability list, a note of others
}

// File is where a list came from. Sum gives its SHA-256 once it has been read to the end.
type File struct {
	Name string
	Sum  func() (string, error)
}

// partRows is how many numbers of a list one transaction takes.
const partRows = 2000

// maxFaults is how many faulty rows of a list are told one by one.
const maxFaults = 100

// eachPart reads a list to its end, part by part, and counts.
func (s *Service) eachPart(list Numbers, out *Import, use func([]NumberRow) error) error {
	out.Faults = []RowFault{}
	part := make([]NumberRow, 0, partRows)
	for {
		r, err := list.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		out.Rows++
		if r.Fault != OK {
			out.Bad++
			if len(out.Faults) < maxFaults {
				zh, en := FaultText(r.Fault)
				out.Faults = append(out.Faults, RowFault{r.Line, string(r.Fault), zh, en})
			}
			continue
		}
		if part = append(part, r); len(part) == partRows {
			if err := use(part); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	if len(part) > 0 {
		return use(part)
	}
	return nil
}
