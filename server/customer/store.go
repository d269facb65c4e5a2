package customer

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// scoped is where every read begins: the customers that the actor may see.
func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customers.id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Customer, error) {
	return db.Take[Customer](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

// taken tells whether another customer has a credit code. The unique key is the last word; asking first keeps an ordinary
// mistake out of the error log.
func (s store) taken(ctx context.Context, uscc, except string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Customer{}).Where("uscc = ? AND id <> ?", uscc, except).Count(&n).Error
	return n > 0, err
}

var errTaken = ErrUSCCTaken.At("uscc", "taken", ErrUSCCTaken.Zh, ErrUSCCTaken.En)

func (s store) insert(ctx context.Context, c *Customer) error {
	if taken, err := s.taken(ctx, c.USCC, c.ID); err != nil || taken {
		return firstOf(err, errTaken)
	}
	err := s.db.Q(ctx).Create(c).Error
	if db.IsDuplicate(err) {
		return errTaken
	}
	return err
}

// unspelled gives customers of before names had initials.
func (s store) unspelled(ctx context.Context, after string, limit int) (out []Customer, err error) {
	return out, s.db.Q(ctx).Select("id", "name").Where("initials = '' AND id > ?", after).Order("id").Limit(limit).Find(&out).Error
}

func (s store) spell(ctx context.Context, id, initials string) error {
	return s.db.Q(ctx).Model(&Customer{}).Where("id = ?", id).UpdateColumn("initials", initials).Error
}

// update writes the details if nobody was faster than version.
func (s store) update(ctx context.Context, c *Customer, version int64) error {
	if taken, err := s.taken(ctx, c.USCC, c.ID); err != nil || taken {
		return firstOf(err, errTaken)
	}
	res := s.db.Q(ctx).Model(c).Where("version = ?", version).
		Select("name", "initials", "uscc", "address", "legal_rep", "industry", "bank_name", "bank_account", "contacts", "updated_at", "version").Updates(c)
	switch {
	case db.IsDuplicate(res.Error):
		return errTaken
	case res.Error != nil:
		return res.Error
	case res.RowsAffected == 0:
		return ErrStale
	}
	return nil
}

// Query narrows and pages a list; the newest customer comes first. Cursor is the id of the last one seen.
type Query struct {
	Search string // part of name, number or credit code
	Cursor string
	Limit  int
}

func (s store) list(ctx context.Context, q Query) ([]Customer, int64, error) {
	g := s.scoped(ctx).Model(&Customer{})
	if q.Search != "" {
		like := db.Like(q.Search)
		g = g.Where("(name LIKE ? ESCAPE '!' OR number LIKE ? ESCAPE '!' OR uscc LIKE ? ESCAPE '!')", like, strings.ToUpper(like), strings.ToUpper(like))
	}
	return db.Page[Customer](g, q.Cursor, q.Limit)
}

func (s store) name(ctx context.Context, id string) (string, error) {
	var names []string
	if err := s.db.Q(ctx).Model(&Customer{}).Where("id = ?", id).Pluck("name", &names).Error; err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", ErrNotFound
	}
	return names[0], nil
}

func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// numbers gives all numbers in the order in which they were given.
func (s store) numbers(ctx context.Context) (out []string, err error) {
	err = s.db.Q(ctx).Model(&Customer{}).Order("LENGTH(number), number").Pluck("number", &out).Error
	return out, err
}
