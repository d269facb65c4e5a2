package recipient

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) insertImport(ctx context.Context, i *Import) error { return s.db.Q(ctx).Create(i).Error }

func (s store) finishImport(ctx context.Context, i *Import) error {
	return s.db.Q(ctx).Model(&Import{}).Where("id = ?", i.ID).Select("FileSHA256", "Rows", "Added", "Known", "Bad", "Done").Updates(i).Error
}

func (s store) importByID(ctx context.Context, id string) (*Import, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Import](s.db.Q(ctx).Where("id = ?", id).Where(condition, args...), nil)
}

func (s store) imports(ctx context.Context, purpose string, limit int) ([]Import, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	var out []Import
	return out, s.db.Q(ctx).Where("purpose = ?", purpose).Where(condition, args...).Order("id DESC").Limit(limit).Find(&out).Error
}

// addBlocks adds entries; a number that is listed already stays as it is.
func (s store) addBlocks(ctx context.Context, rows []Block) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 300).Error
}

func (s store) countImported(ctx context.Context, importID string) (int64, error) {
	var n int64
	return n, s.db.Q(ctx).Model(&Block{}).Where("import_id = ?", importID).Count(&n).Error
}

func (s store) liftImported(ctx context.Context, importID string, at caldate.Instant, by, reason string) (int64, error) {
	res := s.db.Q(ctx).Model(&Block{}).Where("import_id = ? AND lifted_at IS NULL", importID).
		Updates(map[string]any{"lifted_at": at, "lifted_by": by, "lift_reason": reason, "live_mark": gorm.Expr("id")})
	return res.RowsAffected, res.Error
}

func (s store) blocks(ctx context.Context, q BlockQuery, hash string, limit int) ([]Block, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	query := s.db.Q(ctx).Where(condition, args...)
	if q.Lifted {
		query = query.Where("lifted_at IS NOT NULL")
	} else {
		query = query.Where("lifted_at IS NULL")
	}
	for column, value := range map[string]string{"phone_hash": hash, "customer_id": q.CustomerID, "kind": string(q.Kind), "source": q.Source} {
		if value != "" {
			query = query.Where(column+" = ?", value)
		}
	}
	if q.Cursor != "" {
		query = query.Where("id < ?", q.Cursor)
	}
	var out []Block
	return out, query.Order("id DESC").Limit(limit).Find(&out).Error
}
