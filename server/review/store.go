package review

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/screening"
)

type store struct{ db *db.DB }

// item is a batch as the desk keeps it: how urgent, how many decisions, in which round.
type item struct {
	BatchID    string `gorm:"primaryKey"`
	CustomerID string
	ContractID string
	Risk       int64
	MaxLevel   int64
	HighRisk   bool
	CameAt     caldate.Instant
	DueAt      caldate.Instant
	Decisions  int64
	Round      int64 // how often a finished review was taken back
	State      string
	Version    int64

	ExemptionID string // of an exemption as whose sample it came to the desk
}

// undecided tells whether people may still decide: no manifest stands.
func (i *item) undecided() bool { return i.State == open || i.State == second || i.State == waiting }

func (item) TableName() string { return "reviews" }

// The states of an item.
const (
	open   = "open"
	second = "second" // one person has signed; a second must confirm
	frozen = "frozen" // a manifest stands
	closed = "closed" // refused for good, or taken by hand-off

	waiting = "waiting" // all that is undecided waits for an answer of the authority
)

type claimRow struct {
	BatchID   string `gorm:"primaryKey"`
	UserID    string
	UserName  string
	TakenAt   caldate.Instant // machine's clock, like ExpiresAt
	ExpiresAt caldate.Instant
	HandNote  string // from whom it was handed over, and what was said
}

func (claimRow) TableName() string { return "review_claims" }

type decisionRow struct {
	BatchID     string `gorm:"primaryKey"`
	N           int64  `gorm:"primaryKey;autoIncrement:false"`
	Scope       string
	GroupID     string
	Seq         int64
	Choice      string
	ReasonCodes []string `gorm:"serializer:json"`
	Note        string
	Verdict     string
	UserID      string
	UserName    string
	ReplayKey   *string
	At          caldate.Instant
	RealAt      caldate.Instant
}

func (decisionRow) TableName() string { return "review_decisions" }

func (r decisionRow) decision() Decision {
	return Decision{
		BatchID: r.BatchID, N: r.N, Scope: Scope(r.Scope), GroupID: r.GroupID, Seq: r.Seq, Choice: Choice(r.Choice), ReasonCodes: r.ReasonCodes,
		Note: r.Note, UserID: r.UserID, UserName: r.UserName, At: r.At, verdict: screening.Verdict(r.Verdict),
	}
}

type signatureRow struct {
	BatchID       string `gorm:"primaryKey"`
	DecisionsHash string `gorm:"primaryKey"`
	UserID        string `gorm:"primaryKey"`
	UserName      string
	At            caldate.Instant
	RealAt        caldate.Instant
}

func (signatureRow) TableName() string { return "review_signatures" }

// missing gives batches in review that have no item yet.
func (s store) missing(ctx context.Context, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.id FROM batches b WHERE b.state = 'review'
		AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.batch_id = b.id) ORDER BY b.id LIMIT ?`, limit).Scan(&ids).Error
	return ids, err
}

func (s store) addItem(ctx context.Context, i item) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&i).Error
}

func (s store) item(ctx context.Context, batchID string) (*item, error) {
	return db.Take[item](s.db.Q(ctx).Where("batch_id = ?", batchID), ErrNotInReview)
}

// lockItem is item, held until the transaction ends: acts on one batch queue up.
func (s store) lockItem(ctx context.Context, batchID string) (*item, error) {
	return db.Take[item](s.db.ForUpdate(s.db.Q(ctx)).Where("batch_id = ?", batchID), ErrNotInReview)
}

// changeItem writes state, decisions and round if nobody changed the item since it was read.
func (s store) changeItem(ctx context.Context, i *item) error {
	r := s.db.Q(ctx).Model(&item{}).Where("batch_id = ? AND version = ?", i.BatchID, i.Version).
		Updates(map[string]any{"state": i.State, "decisions": i.Decisions, "round": i.Round, "version": i.Version + 1})
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected != 1 {
		return ErrChanged
	}
	i.Version++
	return nil
}

func (s store) claim(ctx context.Context, batchID string, now caldate.Instant) (*claimRow, error) {
	return db.Take[claimRow](s.db.Q(ctx).Where("batch_id = ? AND expires_at > ?", batchID, now), nil)
}

// takeClaim gives the batch to a person if it is free, hers already, or its lease has run out.
func (s store) takeClaim(ctx context.Context, c claimRow, now caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&claimRow{}).Where("batch_id = ? AND (user_id = ? OR expires_at <= ?)", c.BatchID, c.UserID, now).
		Updates(map[string]any{"user_id": c.UserID, "user_name": c.UserName, "taken_at": c.TakenAt, "expires_at": c.ExpiresAt, "hand_note": c.HandNote})
	if r.Error != nil || r.RowsAffected == 1 {
		return r.Error == nil, r.Error
	}
	// Not "do nothing where it is there": MySQL counts such a row as one that was written.
	err := s.db.Q(ctx).Create(&c).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

// giveClaim moves a claim from its holder to another person.
func (s store) giveClaim(ctx context.Context, from string, c claimRow) (bool, error) {
	r := s.db.Q(ctx).Model(&claimRow{}).Where("batch_id = ? AND user_id = ? AND expires_at > ?", c.BatchID, from, c.TakenAt).
		Updates(map[string]any{"user_id": c.UserID, "user_name": c.UserName, "taken_at": c.TakenAt, "expires_at": c.ExpiresAt, "hand_note": c.HandNote})
	return r.RowsAffected == 1, r.Error
}

// renewClaim prolongs a claim that is still held.
func (s store) renewClaim(ctx context.Context, batchID, userID string, now, until caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&claimRow{}).Where("batch_id = ? AND user_id = ? AND expires_at > ?", batchID, userID, now).Update("expires_at", until)
	return r.RowsAffected == 1, r.Error
}

func (s store) dropClaim(ctx context.Context, batchID, userID string) (bool, error) {
	r := s.db.Q(ctx).Where("batch_id = ? AND user_id = ?", batchID, userID).Delete(&claimRow{})
	return r.RowsAffected > 0, r.Error
}

// dropExpired gives back what idle reviewers hold.
func (s store) dropExpired(ctx context.Context, now caldate.Instant) (int64, error) {
	r := s.db.Q(ctx).Where("expires_at <= ?", now).Delete(&claimRow{})
	return r.RowsAffected, r.Error
}

func (s store) anyExpired(ctx context.Context, now caldate.Instant) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&claimRow{}).Where("expires_at <= ?", now).Limit(1).Count(&n).Error
	return n > 0, err
}

func (s store) decisions(ctx context.Context, batchID string) ([]Decision, error) {
	var rows []decisionRow
	if err := s.db.Q(ctx).Where("batch_id = ?", batchID).Order("n").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Decision, len(rows))
	for i, r := range rows {
		out[i] = r.decision()
	}
	return out, nil
}

func (s store) replayed(ctx context.Context, batchID, userID, key string) (*decisionRow, error) {
	return db.Take[decisionRow](s.db.Q(ctx).Where("batch_id = ? AND user_id = ? AND replay_key = ?", batchID, userID, key), nil)
}

func (s store) addDecision(ctx context.Context, r decisionRow) error {
	return s.db.Q(ctx).Create(&r).Error
}

func (s store) signatures(ctx context.Context, batchID, hash string) (rows []signatureRow, err error) {
	err = s.db.Q(ctx).Where("batch_id = ? AND decisions_hash = ?", batchID, hash).Order("real_at, user_id").Find(&rows).Error
	return rows, err
}

// signedLast gives those of the batches whose latest signature is the person's.
func (s store) signedLast(ctx context.Context, userID string, batchIDs []string) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT DISTINCT s.batch_id FROM review_signatures s WHERE s.user_id = ? AND s.batch_id IN ?
		AND NOT EXISTS (SELECT 1 FROM review_signatures l WHERE l.batch_id = s.batch_id AND l.real_at > s.real_at)`, userID, batchIDs).Scan(&ids).Error
	return ids, err
}

func (s store) sign(ctx context.Context, r signatureRow) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error
}

func (s store) addManifest(ctx context.Context, m *Manifest) error {
	return s.db.Q(ctx).Create(m).Error
}

// live gives the manifest of a batch that is not void.
func (s store) live(ctx context.Context, batchID string) (*Manifest, error) {
	return db.Take[Manifest](s.db.Q(ctx).Where("live_batch_id = ?", batchID), nil)
}

// void takes a manifest back if nobody took it and its time has not come (batch.pml: compare and set against take).
func (s store) void(ctx context.Context, id, userID string, now caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&Manifest{}).Where("id = ? AND voided_at IS NULL AND taken_at IS NULL AND not_before > ?", id, now).
		Updates(map[string]any{"voided_at": now, "voided_by": userID, "live_batch_id": nil})
	return r.RowsAffected == 1, r.Error
}

// take hands a manifest to the one who acts on it if it is not void and its time has come.
func (s store) take(ctx context.Context, id string, now caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&Manifest{}).Where("id = ? AND voided_at IS NULL AND taken_at IS NULL AND not_before <= ?", id, now).Update("taken_at", now)
	return r.RowsAffected == 1, r.Error
}

// due gives manifests that may be acted on: of batches in the state, approving something or nothing.
func (s store) due(ctx context.Context, now caldate.Instant, batchState string, approving bool, limit int) (ms []Manifest, err error) {
	q := s.db.Q(ctx).Table("manifests m").Select("m.*").Joins("JOIN batches b ON b.id = m.batch_id AND b.state = ?", batchState).
		Where("m.taken_at IS NULL AND m.voided_at IS NULL AND m.not_before <= ?", now)
	if approving {
		q = q.Where("m.approved > 0")
	} else {
		q = q.Where("m.approved = 0")
	}
	err = q.Order("m.not_before, m.id").Limit(limit).Find(&ms).Error
	return ms, err
}

func (s store) manifests(ctx context.Context, after string, limit int) (ms []Manifest, err error) {
	err = s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(limit).Find(&ms).Error
	return ms, err
}

// undecided gives batches that came to the desk and have no manifest that stands.
func (s store) undecided(ctx context.Context, after string, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT r.batch_id FROM reviews r LEFT JOIN manifests m ON m.live_batch_id = r.batch_id
		WHERE m.id IS NULL AND r.batch_id > ? ORDER BY r.batch_id LIMIT ?`, after, limit).Scan(&ids).Error
	return ids, err
}

// overheld gives claims that end later than any lease can.
func (s store) overheld(ctx context.Context, limit caldate.Instant) (rows []claimRow, err error) {
	err = s.db.Q(ctx).Where("expires_at > ?", limit).Find(&rows).Error
	return rows, err
}

// Queued is a batch in the queue.
type Queued struct {
	BatchID       string          `json:"batch_id"`
	Number        string          `json:"number"`
	CustomerID    string          `json:"customer_id"`
	CustomerName  string          `json:"customer_name"`
	ContractID    string          `json:"contract_id"`
	Category      string          `json:"category"`
	FileName      string          `json:"file_name"`
	SubmitterID   string          `json:"submitter_id"`
	SubmitterName string          `json:"submitter_name"`
	EditorID      string          `json:"-"`
	Good          int64           `json:"messages"`
	Parts         int64           `json:"parts"`
	Pass          int64           `json:"pass"`
	Hold          int64           `json:"hold"`
	Refuse        int64           `json:"refuse"`
	Escalate      int64           `json:"escalate"`
	GroupCount    int64           `json:"groups"`
	Risk          int64           `json:"risk"`
	MaxLevel      int64           `json:"max_level"`
	HighRisk      bool            `json:"high_risk"`
	State         string          `json:"state" enum:"open,second,waiting,frozen" doc:"second: one person has signed, another must confirm; waiting: for the authority; frozen: refused, can be undone for 10 s"`
	CameAt        caldate.Instant `json:"came_at"`
	DueAt         caldate.Instant `json:"due_at" doc:"时限 target time by which it should be decided"`
	ScheduledAt   caldate.Instant `json:"scheduled_at"`
	ClaimUserID   string          `json:"-"`
	ClaimUserName string          `json:"-"`
	ClaimExpires  caldate.Instant `json:"-"`
	Fit           Fit             `json:"fit" gorm:"-" enum:"mine,fit,reserved,not" doc:"how the batch fits the caller's share of the work"`
	For           []string        `json:"for" gorm:"-" doc:"names of the reviewers who look after the customer"`
	Overdue       bool            `json:"overdue" gorm:"-" doc:"the target time has passed and people could decide"`
	Own           bool            `json:"own" gorm:"-" doc:"the caller submitted or edited it and can't review it"`
	Signed        bool            `json:"signed" gorm:"-" doc:"the caller has signed it first; another person must confirm"`
}

const queueFrom = ` FROM reviews r JOIN batches b ON b.id = r.batch_id
	LEFT JOIN review_claims c ON c.batch_id = r.batch_id AND c.expires_at > ?
	WHERE r.state <> 'closed' AND b.state = 'review' AND `

// Query narrows and pages the queue. AfterDue and AfterID are those of the last row of the page before.
type Query struct {
	Search   string   // part of the batch's number, or of the customer's or the file's name
	States   []string // open, second, waiting, frozen; none: all
	AfterDue caldate.Instant
	AfterID  string
	Limit    int
}

// queue lists what waits for a decision, in the order of the targets.
func (s store) queue(ctx context.Context, scope actor.Scope, now caldate.Instant, f Query) (rows []Queued, total int64, err error) {
	where, args := scope.SQL("b.customer_id")
	args = append([]any{now}, args...)
	if f.Search != "" {
		like := db.Like(f.Search)
		where += " AND (b.number LIKE ? ESCAPE '!' OR b.customer_name LIKE ? ESCAPE '!' OR b.file_name LIKE ? ESCAPE '!')"
		args = append(args, like, like, like)
	}
	if len(f.States) > 0 {
		where += " AND r.state IN ?"
		args = append(args, f.States)
	}
	if err = s.db.Q(ctx).Raw("SELECT COUNT(*)"+queueFrom+where, args...).Scan(&total).Error; err != nil {
		return nil, 0, err
	}
	err = s.db.Q(ctx).Raw(`SELECT r.batch_id, b.number, b.customer_id, b.customer_name, b.contract_id, b.category, b.file_name, b.submitter_id, b.submitter_name,
		b.editor_id, b.good_count AS good, b.parts, b.pass_count AS pass, b.hold_count AS hold, b.refuse_count AS refuse, b.escalate_count AS escalate, b.group_count, r.risk, r.max_level, r.high_risk, r.state, r.came_at, r.due_at,
		b.scheduled_at, COALESCE(c.user_id, '') AS claim_user_id, COALESCE(c.user_name, '') AS claim_user_name, c.expires_at AS claim_expires`+
		queueFrom+where+" AND (r.due_at > ? OR (r.due_at = ? AND r.batch_id > ?)) ORDER BY r.due_at, r.batch_id LIMIT ?",
		append(args, f.AfterDue.Ms(), f.AfterDue.Ms(), f.AfterID, f.Limit)...).Scan(&rows).Error
	return rows, total, err
}

// Record is what became of a customer's past batches.
type Record struct {
	Batches        int64 `json:"batches"`
	BatchesRefused int64 `json:"batches_refused"`
	Messages       int64 `json:"messages"`
	RulesRefused   int64 `json:"messages_refused_by_rules"`
	Escalated      int64 `json:"messages_escalated"`
	Approved       int64 `json:"messages_approved"`
	ReviewRefused  int64 `json:"messages_refused"` // by rules and people together, in finished reviews
}

func (s store) record(ctx context.Context, customerID, except string) (r Record, err error) {
	if err = s.db.Q(ctx).Raw(`SELECT COUNT(*) AS batches, COALESCE(SUM(CASE WHEN state = 'refused' THEN 1 ELSE 0 END), 0) AS batches_refused,
		COALESCE(SUM(good_count), 0) AS messages, COALESCE(SUM(refuse_count), 0) AS rules_refused, COALESCE(SUM(escalate_count), 0) AS escalated
		FROM batches WHERE customer_id = ? AND id <> ? AND screened_at IS NOT NULL`, customerID, except).Scan(&r).Error; err != nil {
		return r, err
	}
	var sums struct{ Approved, ReviewRefused int64 }
	err = s.db.Q(ctx).Raw(`SELECT COALESCE(SUM(approved), 0) AS approved, COALESCE(SUM(refused), 0) AS review_refused
		FROM manifests WHERE customer_id = ? AND batch_id <> ? AND live_batch_id IS NOT NULL`, customerID, except).Scan(&sums).Error
	r.Approved, r.ReviewRefused = sums.Approved, sums.ReviewRefused
	return r, err
}

// Past is an earlier batch of the same customer and how it ended.
type Past struct {
	ID          string          `json:"id"`
	Number      string          `json:"number"`
	State       string          `json:"state"`
	Category    string          `json:"category"`
	Good        int64           `json:"messages"`
	Hold        int64           `json:"hold"`
	Refuse      int64           `json:"refuse"`
	Escalate    int64           `json:"escalate"`
	ScreenedAt  caldate.Instant `json:"screened_at"`
	Approved    *int64          `json:"approved"`
	Refused     *int64          `json:"refused"`
	ReasonCodes []string        `json:"reason_codes" gorm:"serializer:json"`
}

func (s store) past(ctx context.Context, customerID, except string, limit int) (rows []Past, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.id, b.number, b.state, b.category, b.good_count AS good, b.hold_count AS hold, b.refuse_count AS refuse, b.escalate_count AS escalate, b.screened_at, m.approved, m.refused,
		COALESCE(m.reason_codes, '[]') AS reason_codes FROM batches b LEFT JOIN manifests m ON m.live_batch_id = b.id
		WHERE b.customer_id = ? AND b.id <> ? AND b.screened_at IS NOT NULL ORDER BY b.screened_at DESC, b.id DESC LIMIT ?`, customerID, except, limit).Scan(&rows).Error
	return rows, err
}
