package recipient

import (
	"context"

	"gorm.io/gorm/clause"
)

// newestTable is the id of the table that counts, "" where none was published. Ids grow with time.
func (s store) newestTable(ctx context.Context) (string, error) {
	return s.newest(ctx, &SegmentTable{}, "1 = 1")
}

// lastPorting is the id of the last portability list that came in whole, "" where there was none.
func (s store) lastPorting(ctx context.Context) (string, error) {
	return s.newest(ctx, &Import{}, "purpose = 'portings'")
}

func (s store) newest(ctx context.Context, model any, condition string) (string, error) {
	var found []string
	err := s.db.Q(ctx).Model(model).Where(condition).Order("id DESC").Limit(1).Pluck("id", &found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

func (s store) tableByID(ctx context.Context, id string) (*SegmentTable, error) {
	var t SegmentTable
	return &t, s.db.Q(ctx).Where("id = ?", id).Take(&t).Error
}

func (s store) versionTaken(ctx context.Context, version string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&SegmentTable{}).Where("version = ?", version).Count(&n).Error
	return n > 0, err
}

func (s store) insertTable(ctx context.Context, t *SegmentTable) error {
	return s.db.Q(ctx).Create(t).Error
}

func (s store) tables(ctx context.Context) ([]SegmentTable, error) {
	var out []SegmentTable
	return out, s.db.Q(ctx).Omit("body").Order("id DESC").Limit(200).Find(&out).Error
}

func (s store) putPortings(ctx context.Context, rows []porting) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "phone_hash"}}, DoUpdates: clause.AssignmentColumns([]string{"carrier", "import_id", "since"}),
	}).CreateInBatches(rows, 500).Error
}

func (s store) countPorted(ctx context.Context, importID string) (int64, error) {
	var n int64
	return n, s.db.Q(ctx).Model(&porting{}).Where("import_id = ?", importID).Count(&n).Error
}

func (s store) ported(ctx context.Context, hashes []string) (map[string]string, error) {
	out := map[string]string{}
	for len(hashes) > 0 {
		n := min(page, len(hashes))
		var rows []porting
		if err := s.db.Q(ctx).Select("phone_hash, carrier").Where("phone_hash IN ? AND carrier <> ''", hashes[:n]).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.PhoneHash] = r.Carrier
		}
		hashes = hashes[n:]
	}
	return out, nil
}
