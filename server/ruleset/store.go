package ruleset

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) byHash(ctx context.Context, hash string) (*Version, error) {
	return db.Take[Version](s.db.Q(ctx).Select("version, hash, created_by, published_at").Where("hash = ?", hash), nil)
}

func (s store) byVersion(ctx context.Context, version string) (*Version, error) {
	return db.Take[Version](s.db.Q(ctx).Where("version = ?", version), nil)
}

func (s store) list(ctx context.Context) ([]Version, error) {
	var out []Version
	return out, s.db.Q(ctx).Select("version, hash, rule_count, created_at, created_by, published_at, published_by").
		Order("created_at DESC, version DESC").Limit(200).Find(&out).Error
}

// countOf is how many versions were registered on a day.
func (s store) countOf(ctx context.Context, day string) (int64, error) {
	var n int64
	return n, s.db.Q(ctx).Model(&Version{}).Where("version LIKE ?", day+".%").Count(&n).Error
}

func (s store) insertUnlessThere(ctx context.Context, v Version) (bool, error) {
	err := s.db.Q(ctx).Create(&v).Error // MySQL counts a row that ON DUPLICATE KEY leaves as it is, so the error has to tell
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

func (s store) current(ctx context.Context) (current, error) {
	var c current
	err := s.db.Q(ctx).Where("id = 1").Take(&c).Error
	if db.IsNotFound(err) {
		return current{}, nil
	}
	return c, err
}

func (s store) setCurrent(ctx context.Context, version string, at caldate.Instant, by string) error {
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&current{ID: 1, Version: version}).Error; err != nil {
		return err
	}
	err := s.db.Q(ctx).Model(&current{}).Where("id = 1").Updates(map[string]any{"version": version, "published_by": by, "changes": gorm.Expr("changes + 1")}).Error
	if err != nil {
		return err
	}
	return s.db.Q(ctx).Model(&Version{}).Where("version = ? AND published_at IS NULL", version).
		Updates(map[string]any{"published_at": at, "published_by": by}).Error
}
