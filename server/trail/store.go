package trail

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/verify"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, rows []Row) error { return s.db.Q(ctx).Create(&rows).Error }

// head is the last link; place 0 with the genesis hash where there is none.
func (s store) head(ctx context.Context) (Link, error) {
	var l Link
	err := s.db.Q(ctx).Order("seq DESC").Limit(1).Take(&l).Error
	if db.IsNotFound(err) {
		return Link{Hash: genesis}, nil
	}
	return l, err
}

func (s store) unchained(ctx context.Context, from string, limit int) ([]Row, error) {
	var rows []Row
	err := s.db.Q(ctx).Raw("SELECT r.* FROM audit_rows r LEFT JOIN audit_chain c ON c.row_id = r.id WHERE r.id >= ? AND c.row_id IS NULL ORDER BY r.id LIMIT ?", from, limit).Scan(&rows).Error
	return rows, err
}

func (s store) append(ctx context.Context, links []Link) error {
	return s.db.Q(ctx).CreateInBatches(links, 200).Error
}

type chained struct {
	Link `gorm:"embedded"`
	Row  Row `gorm:"embedded;embeddedPrefix:r_"`
}

const rowColumns = `r.id AS r_id, r.at AS r_at, r.real_at AS r_real_at, r.on_date AS r_on_date, r.actor_id AS r_actor_id, r.actor_name AS r_actor_name, r.ip AS r_ip,
	r.request_id AS r_request_id, r.action AS r_action, r.object_type AS r_object_type, r.object_id AS r_object_id, r.customer_id AS r_customer_id,
	r.contract_id AS r_contract_id, r.from_state AS r_from_state, r.to_state AS r_to_state, r.reason AS r_reason, r.detail AS r_detail`

// links gives the chain behind a place, each link with its row (empty where that is gone).
func (s store) links(ctx context.Context, after int64, limit int) ([]chained, error) {
	var out []chained
	err := s.db.Q(ctx).Raw("SELECT c.seq, c.row_id, c.row_hash, c.hash, c.chained_at, "+rowColumns+
		" FROM audit_chain c LEFT JOIN audit_rows r ON r.id = c.row_id WHERE c.seq > ? ORDER BY c.seq LIMIT ?", after, limit).Scan(&out).Error
	return out, err
}

// waiting counts all rows outside the chain, however old, and says since when the oldest waits.
func (s store) waiting(ctx context.Context) (n int64, oldest caldate.Instant, err error) {
	var row struct {
		N      int64
		Oldest caldate.Instant
	}
	err = s.db.Q(ctx).Raw("SELECT COUNT(*) AS n, MIN(r.real_at) AS oldest FROM audit_rows r LEFT JOIN audit_chain c ON c.row_id = r.id WHERE c.row_id IS NULL").Scan(&row).Error
	return row.N, row.Oldest, err
}

// matching narrows audit rows (as r) by a query.
func (s store) matching(ctx context.Context, q Query) *gorm.DB {
	d := s.db.Q(ctx).Table("audit_rows r")
	for column, v := range map[string]string{"r.object_type": q.ObjectType, "r.object_id": q.ObjectID, "r.customer_id": q.CustomerID, "r.contract_id": q.ContractID} {
		if v != "" {
			d = d.Where(column+" = ?", v)
		}
	}
	switch {
	case q.Action == "":
	case strings.Contains(q.Action, "."):
		d = d.Where("r.action = ?", q.Action)
	default:
		d = d.Where("r.action LIKE ? ESCAPE '!'", db.LikeText(q.Action)+".%")
	}
	if q.Actor != "" {
		d = d.Where("(r.actor_id = ? OR r.actor_name LIKE ? ESCAPE '!')", q.Actor, db.Like(q.Actor))
	}
	if !q.From.IsZero() {
		d = d.Where("r.at >= ?", caldate.InstantOf(q.From.Start()))
	}
	if !q.To.IsZero() {
		d = d.Where("r.at < ?", caldate.InstantOf(q.To.AddDays(1).Start()))
	}
	if q.Text != "" {
		like := db.Like(q.Text)
		d = d.Where("(r.reason LIKE ? ESCAPE '!' OR r.detail LIKE ? ESCAPE '!' OR r.object_id = ?)", like, like, q.Text)
	}
	return d
}

func (s store) search(ctx context.Context, q Query) ([]Found, int64, error) {
	var total int64
	if err := s.db.Q(ctx).Table("(?) AS matching", s.matching(ctx, q).Select("1 AS one").Limit(countLimit)).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	out, err := s.page(ctx, q)
	return out, total, err
}

func (s store) page(ctx context.Context, q Query) ([]Found, error) {
	d := s.matching(ctx, q)
	if q.After != "" {
		d = d.Where("r.id < ?", q.After)
	}
	var out []Found
	return out, d.Joins("LEFT JOIN audit_chain c ON c.row_id = r.id").Select(rowColumns + ", COALESCE(c.seq, 0) AS seq, COALESCE(c.hash, '') AS hash").
		Order("r.id DESC").Limit(q.Limit).Scan(&out).Error
}

// historyLimit bounds one record's history on a page; the audit log shows the rest.
const historyLimit = 2000

func (s store) ofObject(ctx context.Context, objectType, objectID string) ([]Row, error) {
	var out []Row
	return out, s.db.Q(ctx).Where("object_type = ? AND object_id = ?", objectType, objectID).Order("id").Limit(historyLimit).Find(&out).Error
}

func (s store) ofContract(ctx context.Context, contractID string) ([]Row, error) {
	if contractID == "" {
		return nil, nil
	}
	var out []Row
	return out, s.db.Q(ctx).Where("contract_id = ? OR (object_type = 'contract' AND object_id = ?)", contractID, contractID).Order("id").Limit(historyLimit).Find(&out).Error
}

func (s store) steps(ctx context.Context, objectType string) (map[string][]verify.Step, error) {
	var rows []struct{ ObjectID, FromState, ToState string }
	err := s.db.Q(ctx).Model(&Row{}).Select("object_id, from_state, to_state").Where("object_type = ? AND to_state <> '' AND to_state <> from_state", objectType).Find(&rows).Error
	out := map[string][]verify.Step{}
	for _, r := range rows {
		out[r.ObjectID] = append(out[r.ObjectID], verify.Step{From: r.FromState, To: r.ToState})
	}
	return out, err
}
