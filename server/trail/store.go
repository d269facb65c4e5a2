package trail

import (
	"context"

	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, rows []Row) error { return s.db.Q(ctx).Create(&rows).Error }
