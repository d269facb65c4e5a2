package contract

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// scoped is where every read for a person begins: contracts of the customers that the actor may see.
func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("contracts.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// byID reads a contract within the actor's scope, with its terms of a day and its open reasons.
func (s store) byID(ctx context.Context, id string, on caldate.Date) (*Contract, error) {
	var c Contract
	if err := s.scoped(ctx).Where("id = ?", id).Take(&c).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrNotFound
		}
		return nil, err
	}
	cs := []Contract{c}
	if err := s.complete(ctx, cs, on); err != nil {
		return nil, err
	}
	return &cs[0], nil
}

// complete adds what stands in other tables: the terms of a day, and the open reasons of those that are suspended.
func (s store) complete(ctx context.Context, cs []Contract, on caldate.Date) error {
	if len(cs) == 0 {
		return nil
	}
	ids := make([]string, len(cs))
	for i := range cs {
		ids[i] = cs[i].ID
	}
	var terms []DatedTerms
	if err := s.db.Q(ctx).Where("contract_id IN ?", ids).Order("effective_from").Find(&terms).Error; err != nil {
		return err
	}
	var open []Suspension
	if err := s.db.Q(ctx).Where("contract_id IN ? AND lifted_at IS NULL", ids).Find(&open).Error; err != nil {
		return err
	}
	needs, err := s.required(ctx, ids)
	if err != nil {
		return err
	}
	for i := range cs {
		c := &cs[i]
		c.Needs = neededLicences(c, needs)
		first := true
		for _, t := range terms {
			if t.ContractID == c.ID && (first || !t.EffectiveFrom.After(on)) {
				c.Terms, first = t.Terms, false
			}
		}
		for _, r := range Reasons() {
			for _, o := range open {
				if o.ContractID == c.ID && o.Reason == r {
					c.OpenReasons = append(c.OpenReasons, r)
				}
			}
		}
	}
	return nil
}

// termsOf gives all terms of a contract, oldest first.
func (s store) termsOf(ctx context.Context, id string) (rows []DatedTerms, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", id).Order("effective_from").Find(&rows).Error
	return rows, err
}

// overlapping finds contracts in force at any time of [from, to]; kind and customer narrow it where given.
func (s store) overlapping(ctx context.Context, from, to caldate.Date) (cs []Contract, err error) {
	err = s.scoped(ctx).Where("activated_on IS NOT NULL AND activated_on <= ? AND COALESCE(ended_on, ends_on, end_date) >= ?", to, from).
		Order("number").Find(&cs).Error
	return cs, err
}

// endedSince gives the contracts that ended on a day or later, the first one first.
func (s store) endedSince(ctx context.Context, day caldate.Date, limit int) (cs []Contract, err error) {
	err = s.scoped(ctx).Where("ended_on >= ?", day).Order("ended_on, number").Limit(limit).Find(&cs).Error
	return cs, err
}

func (s store) suspensions(ctx context.Context, id string) (rows []Suspension, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", id).Order("suspended_from, id").Find(&rows).Error
	return rows, err
}

func (s store) openSuspension(ctx context.Context, id string, r Reason) (*Suspension, error) {
	return db.Take[Suspension](s.db.Q(ctx).Where("contract_id = ? AND reason = ? AND lifted_at IS NULL", id, r), nil)
}

func (s store) insertSuspension(ctx context.Context, row *Suspension) error {
	return s.db.Q(ctx).Create(row).Error
}

// lift closes an open suspension; false: somebody else has.
func (s store) lift(ctx context.Context, row *Suspension) (bool, error) {
	res := s.db.Q(ctx).Model(&Suspension{}).Where("id = ? AND lifted_at IS NULL", row.ID).
		Updates(map[string]any{"open_key": nil, "lifted_on": row.LiftedOn, "lifted_at": row.LiftedAt, "lift_evidence": row.LiftEvidence, "lifted_by": row.LiftedBy})
	return res.RowsAffected == 1, res.Error
}

// proveSuspension adds the proof of an open suspension.
func (s store) proveSuspension(ctx context.Context, id string, r Reason, documentID string) error {
	return s.db.Q(ctx).Model(&Suspension{}).Where("contract_id = ? AND reason = ? AND lifted_at IS NULL", id, r).Updates(map[string]any{"document_id": documentID}).Error
}

// update changes a contract that is still in the state and version that were read; false: it is not.
func (s store) update(ctx context.Context, c *Contract, from State, set map[string]any) (bool, error) {
	set["version"] = c.Version + 1
	res := s.db.Q(ctx).Model(&Contract{}).Where("id = ? AND state = ? AND version = ?", c.ID, from, c.Version).Updates(set)
	return res.RowsAffected == 1, res.Error
}

// lock holds the contract's row until the transaction ends.
func (s store) lock(ctx context.Context, id string) error {
	var found []string
	return s.db.ForUpdate(s.scoped(ctx).Model(&Contract{}).Where("id = ?", id)).Pluck("id", &found).Error
}

func (s store) insert(ctx context.Context, c *Contract) error { return s.db.Q(ctx).Create(c).Error }

func (s store) putTerms(ctx context.Context, t *DatedTerms) error { return s.db.Q(ctx).Create(t).Error }

// replaceTerms is for drafts alone: what nobody has agreed to yet has no history.
func (s store) replaceTerms(ctx context.Context, t *DatedTerms) error {
	if err := s.db.Q(ctx).Where("contract_id = ?", t.ContractID).Delete(&DatedTerms{}).Error; err != nil {
		return err
	}
	return s.putTerms(ctx, t)
}

// revise writes what a draft is made of if it is still as it was read.
func (s store) revise(ctx context.Context, c *Contract) error {
	next := *c
	next.Version++
	res := s.db.Q(ctx).Model(&Contract{}).Where("id = ? AND state = ? AND version = ?", c.ID, Draft, c.Version).
		Select("kind", "customer_name", "owner_id", "template_version", "filled", "start_date", "end_date", "send_from", "send_to", "allowed_categories", "carriers",
			"updated_by", "updated_at", "version").Updates(&next)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrStale
	}
	return res.Error
}

// clash finds a contract of the same customer and kind that overlaps [from, to], whoever may see it.
// An adopted contract is a fact that nobody can refuse any more, beside whichever others.
func (s store) clash(ctx context.Context, c *Contract, from, to caldate.Date, inForce bool) (*Contract, error) {
	if c.Adopted {
		return nil, nil
	}
	q := s.db.Q(ctx).Where("customer_id = ? AND kind = ? AND id <> ?", c.CustomerID, c.Kind, c.ID).
		Where("COALESCE(activated_on, start_date) <= ? AND COALESCE(ended_on, ends_on, end_date) >= ?", to, from)
	if inForce {
		q = q.Where("activated_on IS NOT NULL")
	} else {
		q = q.Where("state <> ?", Draft)
	}
	var found []Contract
	if err := q.Order("number").Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// lockCustomer holds all contracts of a customer until the transaction ends.
func (s store) lockCustomer(ctx context.Context, customerID string) error {
	var found []string
	return s.db.ForUpdate(s.db.Q(ctx).Model(&Contract{}).Where("customer_id = ?", customerID).Order("id")).Pluck("id", &found).Error
}

func (s store) ofCustomer(ctx context.Context, customerID string, states ...State) (cs []Contract, err error) {
	err = s.scoped(ctx).Where("customer_id = ? AND state IN ?", customerID, states).Order("number").Find(&cs).Error
	return cs, err
}

// ended gives the ids of contracts in force whose last day is before a day: the agreed one, or that of a termination, which
// may lie behind it where its clock runs beyond the term.
func (s store) ended(ctx context.Context, day caldate.Date) (ids []string, err error) {
	err = s.scoped(ctx).Model(&Contract{}).Where("state IN ? AND (end_date < ? OR ends_on < ?)", []State{Active, Suspended}, day, day).Order("number").Pluck("id", &ids).Error
	return ids, err
}

// starting gives the ids of contracts that await signature and whose start date has come.
func (s store) starting(ctx context.Context, day caldate.Date) (ids []string, err error) {
	err = s.scoped(ctx).Model(&Contract{}).Where("state = ? AND start_date <= ? AND end_date >= ?", AwaitingSignature, day, day).Order("number").Pluck("id", &ids).Error
	return ids, err
}

// signings gives the signings of a contract ("") or of one of its amendments that count, the customer's first.
func (s store) signings(ctx context.Context, contractID, amendmentID string) (rows []Signing, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND amendment_id = ? AND live_key IS NOT NULL", contractID, amendmentID).Order("side").Find(&rows).Error
	return rows, err
}

// signingsOfAmendments gives the signings of all amendments of a contract that count.
func (s store) signingsOfAmendments(ctx context.Context, contractID string) (rows []Signing, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND amendment_id <> '' AND live_key IS NOT NULL", contractID).Order("amendment_id, side").Find(&rows).Error
	return rows, err
}

func (s store) insertSigning(ctx context.Context, row *Signing) error {
	return s.db.Q(ctx).Create(row).Error
}

func (s store) replaceSigning(ctx context.Context, id string) error {
	return s.db.Q(ctx).Model(&Signing{}).Where("id = ? AND confirmed_at IS NULL", id).Updates(map[string]any{"live_key": nil}).Error
}

func (s store) confirmSigning(ctx context.Context, id, by string, at caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Model(&Signing{}).Where("id = ? AND confirmed_at IS NULL AND live_key IS NOT NULL AND recorded_by <> ?", id, by).
		Updates(map[string]any{"confirmed_by": by, "confirmed_at": at})
	return res.RowsAffected == 1, res.Error
}

// Query narrows and pages a list; the newest contract comes first. Cursor is the id of the last one seen.
type Query struct {
	Search     string // part of number or customer's name
	States     []State
	CustomerID string
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) ([]Contract, int64, error) {
	g := s.scoped(ctx).Model(&Contract{})
	if q.Search != "" {
		like := db.Like(q.Search)
		g = g.Where("(number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!' OR service_code LIKE ? ESCAPE '!')", strings.ToUpper(like), like, like)
	}
	if len(q.States) > 0 {
		g = g.Where("state IN ?", q.States)
	}
	if q.CustomerID != "" {
		g = g.Where("customer_id = ?", q.CustomerID)
	}
	return db.Page[Contract](g, q.Cursor, q.Limit)
}

// all gives every contract by number, with its open reasons.
func (s store) all(ctx context.Context) (cs []Contract, err error) {
	if err := s.db.Q(ctx).Order("LENGTH(number), number").Find(&cs).Error; err != nil {
		return nil, err
	}
	var open []Suspension
	if err := s.db.Q(ctx).Where("lifted_at IS NULL").Find(&open).Error; err != nil {
		return nil, err
	}
	at := map[string]*Contract{}
	for i := range cs {
		at[cs[i].ID] = &cs[i]
	}
	for _, o := range open {
		if c := at[o.ContractID]; c != nil {
			c.OpenReasons = append(c.OpenReasons, o.Reason)
		}
	}
	return cs, nil
}

// ownSignings gives the contracts with a signing that was confirmed by who recorded it.
func (s store) ownSignings(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Signing{}).Where("confirmed_at IS NOT NULL AND confirmed_by = recorded_by").Pluck("contract_id", &ids).Error
	return ids, err
}
