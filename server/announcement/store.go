package announcement

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, a *Announcement) error { return s.db.Q(ctx).Create(a).Error }

// seen narrows to what the actor may see: customers see what was published.
func (s store) seen(ctx context.Context) *gorm.DB {
	g := s.db.Q(ctx).Model(&Announcement{})
	if actor.From(ctx).CustomerID != "" {
		g = g.Where("published_at IS NOT NULL")
	}
	return g
}

func (s store) byID(ctx context.Context, id string) (*Announcement, error) {
	return db.Take[Announcement](s.seen(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) save(ctx context.Context, a *Announcement, from State, was int64) (bool, error) {
	res := s.db.Q(ctx).Model(a).Where("id = ? AND state = ? AND version = ?", a.ID, from, was).Select("*").Omit("id", "number", "created_at", "created_by", "creator_name").Updates(a)
	return res.RowsAffected == 1, res.Error
}

func (s store) list(ctx context.Context, states []string, cursor string, limit int) ([]Announcement, int64, error) {
	g := s.seen(ctx)
	if len(states) > 0 {
		g = g.Where("state IN ?", states)
	}
	return db.Page[Announcement](g, cursor, limit)
}

// current are the published ones that are not over, or were until a moment ago.
func (s store) current(ctx context.Context, since caldate.Instant) (rows []Announcement, err error) {
	err = s.db.Q(ctx).Where("state = ? OR state = ? AND ended_at >= ?", Published, Over, since).Order("starts_at, id").Find(&rows).Error
	return rows, err
}

// reached is a contract in force as an announcement looks at it.
type reached struct {
	ID           string
	Number       string
	Kind         string
	CustomerID   string
	CustomerName string
	Carriers     []string `gorm:"serializer:json"`
	ActivatedOn  caldate.Date
	EndedOn      caldate.Date
}

// inForce are the contracts that were served on a day, within the actor's scope.
func (s store) inForce(ctx context.Context, on caldate.Date) (rows []reached, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err = s.db.Q(ctx).Table("contracts").Select("id, number, kind, customer_id, customer_name, carriers, activated_on, ended_on").Where(cond, args...).
		Where("activated_on <= ? AND (ended_on IS NULL OR ended_on >= ?)", on, on).Order("number").Find(&rows).Error
	return rows, err
}

func (s store) credits(ctx context.Context, id string) (rows []Credit, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err = s.db.Q(ctx).Where("announcement_id = ?", id).Where(cond, args...).Order("contract_number").Find(&rows).Error
	return rows, err
}

func (s store) insertCredit(ctx context.Context, c *Credit) error { return s.db.Q(ctx).Create(c).Error }

type astray struct{ Object, Detail string }

// astray finds what can't be.
func (s store) astray(ctx context.Context) (rows []astray, err error) {
	err = s.db.Q(ctx).Raw(`SELECT number AS object, 'published, and nobody knows when' AS detail FROM announcements WHERE state IN ('published', 'over') AND published_at IS NULL
		UNION ALL SELECT number, 'over before it began' FROM announcements WHERE state = 'over' AND (ended_at IS NULL OR ended_at < starts_at)
		UNION ALL SELECT c.contract_number, 'a credit that is not its charge' FROM announcement_credits c LEFT JOIN charges x ON x.id = c.charge_id
			WHERE x.id IS NULL OR x.contract_id <> c.contract_id OR x.amount_fen <> c.amount_fen OR x.kind <> 'credit'`).Scan(&rows).Error
	return rows, err
}
