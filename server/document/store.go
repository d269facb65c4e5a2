package document

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, d *Document) error { return s.db.Q(ctx).Create(d).Error }

// visible narrows to what the actor may see: unlinked ones of their own, linked ones by the customer's scope.
func (s store) visible(ctx context.Context) *gorm.DB {
	a := actor.From(ctx)
	cond, args := a.Scope.SQL("customer_id")
	return s.db.Q(ctx).Where("(linked_at IS NULL AND uploaded_by = ?) OR (linked_at IS NOT NULL AND "+cond+")", append([]any{a.UserID}, args...)...)
}

func (s store) byID(ctx context.Context, id string) (*Document, error) {
	return db.Take[Document](s.visible(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) link(ctx context.Context, id string, d Document) (bool, error) {
	res := s.db.Q(ctx).Model(&Document{}).Where("id = ? AND linked_at IS NULL AND uploaded_by = ?", id, d.UploadedBy).
		Updates(map[string]any{"linked_at": d.LinkedAt, "customer_id": d.CustomerID, "object_type": d.ObjectType, "object_id": d.ObjectID})
	return res.RowsAffected == 1, res.Error
}

func (s store) of(ctx context.Context, objectType, objectID string) ([]Document, error) {
	var ds []Document
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err := s.db.Q(ctx).Where("object_type = ? AND object_id = ?", objectType, objectID).Where(cond, args...).Order("id").Find(&ds).Error
	return ds, err
}
