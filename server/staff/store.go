package staff

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/authz"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type roleRow struct {
	UserID, Role, GrantedBy string
	GrantedAt               caldate.Instant
}

func (roleRow) TableName() string { return "user_roles" }

func (s store) version(ctx context.Context) (v int64, err error) {
	return v, s.db.Q(ctx).Raw("SELECT version FROM grants_version WHERE id = 1").Scan(&v).Error
}

// bump makes the grants a new version; every process sees it with the next session that it reads.
func (s store) bump(ctx context.Context) error {
	return s.db.Q(ctx).Exec("UPDATE grants_version SET version = version + 1 WHERE id = 1").Error
}

func (s store) grants(ctx context.Context) ([]authz.Grant, error) {
	var out []authz.Grant
	return out, s.db.Q(ctx).Raw("SELECT user_id, role FROM user_roles ORDER BY user_id, role").Scan(&out).Error
}

func (s store) insertUser(ctx context.Context, u *User) error { return s.db.Q(ctx).Create(u).Error }

func (s store) removeRoles(ctx context.Context, userID string, roles []Role) error {
	if len(roles) == 0 {
		return nil
	}
	return s.db.Q(ctx).Exec("DELETE FROM user_roles WHERE user_id = ? AND role IN ?", userID, roles).Error
}

func (s store) addRoles(ctx context.Context, userID string, roles []Role, by string, at caldate.Instant) error {
	for _, r := range roles { // one by one: the separation trigger reads the rows before
		if err := s.db.Q(ctx).Create(&roleRow{userID, string(r), by, at}).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s store) lockUser(ctx context.Context, id string) error {
	var u User
	return s.db.ForUpdate(s.db.Q(ctx).Select("id")).Where("id = ?", id).Take(&u).Error
}

func (s store) setState(ctx context.Context, id string, from, to State) error {
	res := s.db.Q(ctx).Exec("UPDATE users SET state = ? WHERE id = ? AND state = ?", to, id, from)
	if res.Error == nil && res.RowsAffected != 1 {
		if from == Active {
			return ErrNotActive
		}
		return ErrNotFrozen
	}
	return res.Error
}

func (s store) setPassword(ctx context.Context, id, hash string, mustChange bool) error {
	res := s.db.Q(ctx).Exec("UPDATE users SET password_hash = ?, must_change = ? WHERE id = ?", hash, mustChange, id)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrUserNotFound
	}
	return res.Error
}

func (s store) requestDone(ctx context.Context, id string) error {
	return s.db.Q(ctx).Exec("UPDATE users SET requested_roles = '' WHERE id = ?", id).Error
}

func (s store) touchUser(ctx context.Context, id string, at caldate.Instant) error {
	return s.db.Q(ctx).Exec("UPDATE users SET last_sign_in_at = ? WHERE id = ?", at, id).Error
}

func (s store) byLogin(ctx context.Context, login string) (*User, error) {
	return db.Take[User](s.db.Q(ctx).Where("login = ?", login), nil)
}

func (s store) roles(ctx context.Context, userID string) ([]Role, error) {
	var out []Role
	err := s.db.Q(ctx).Raw("SELECT role FROM user_roles WHERE user_id = ?", userID).Scan(&out).Error
	slices.SortFunc(out, byTable)
	return out, err
}

func byTable(a, b Role) int { return slices.Index(Roles(), a) - slices.Index(Roles(), b) }

func (s store) team(ctx context.Context, team string) ([]string, error) {
	var out []string
	return out, s.db.Q(ctx).Raw("SELECT id FROM users WHERE team = ? ORDER BY id", team).Scan(&out).Error
}

// accounts reads users with roles and locks, in the order of ids; unknown ids are left out.
func (s store) accounts(ctx context.Context, ids []string) ([]Account, error) {
	var users []User
	if err := s.db.Q(ctx).Where("id IN ?", ids).Find(&users).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(users, func(a, b User) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.complete(ctx, users)
}

func (s store) complete(ctx context.Context, users []User) ([]Account, error) {
	if len(users) == 0 {
		return nil, nil
	}
	var userIDs, logins []string
	for _, u := range users {
		userIDs, logins = append(userIDs, u.ID), append(logins, hashOf(u.Login))
	}
	var roles []roleRow
	if err := s.db.Q(ctx).Where("user_id IN ?", userIDs).Find(&roles).Error; err != nil {
		return nil, err
	}
	var guards []Guard
	if err := s.db.Q(ctx).Where("login_hash IN ?", logins).Find(&guards).Error; err != nil {
		return nil, err
	}
	out := make([]Account, len(users))
	for i, u := range users {
		out[i].User = u
		for _, r := range roles {
			if r.UserID == u.ID {
				out[i].Roles = append(out[i].Roles, Role(r.Role))
			}
		}
		slices.SortFunc(out[i].Roles, byTable)
		for _, g := range guards {
			if g.LoginHash == logins[i] {
				out[i].LockedUntil = g.LockedUntil
			}
		}
	}
	return out, nil
}

func (s store) list(ctx context.Context, q Query, now caldate.Instant) ([]Account, int64, error) {
	var locked []string
	if q.State == "locked" {
		var err error
		if locked, err = s.lockedUsers(ctx, now); err != nil {
			return nil, 0, err
		}
	}
	where := func(d *gorm.DB) *gorm.DB {
		if q.Search != "" {
			like := db.Like(q.Search)
			d = d.Where("(login LIKE ? ESCAPE '!' OR name LIKE ? ESCAPE '!')", strings.ToLower(like), like)
		}
		switch q.State {
		case "":
		case "locked":
			d = d.Where("id IN ?", append(locked, ""))
		default:
			d = d.Where("state = ?", q.State)
		}
		if q.Role != "" {
			d = d.Where("id IN (SELECT user_id FROM user_roles WHERE role = ?)", q.Role)
		}
		return d
	}
	var total int64
	if err := where(s.db.Q(ctx).Model(&User{})).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var users []User
	if err := where(s.db.Q(ctx)).Where("login > ?", q.After).Order("login").Limit(q.Limit).Find(&users).Error; err != nil {
		return nil, 0, err
	}
	out, err := s.complete(ctx, users)
	return out, total, err
}

// lockedUsers finds the users behind the locks of the last quarter of an hour; guards know logins by hash alone.
func (s store) lockedUsers(ctx context.Context, now caldate.Instant) ([]string, error) {
	var hashes []string
	if err := s.db.Q(ctx).Raw("SELECT login_hash FROM sign_in_guards WHERE locked_until > ?", now).Scan(&hashes).Error; err != nil || len(hashes) == 0 {
		return nil, err
	}
	var users []User
	if err := s.db.Q(ctx).Select("id", "login").Find(&users).Error; err != nil {
		return nil, err
	}
	var out []string
	for _, u := range users {
		if slices.Contains(hashes, hashOf(u.Login)) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}

func (s store) names(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var users []User
	if err := s.db.Q(ctx).Select("id", "name").Where("id IN ?", ids).Find(&users).Error; err != nil {
		return nil, err
	}
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out, nil
}

func (s store) holders(ctx context.Context, roles []Role) ([]Account, error) {
	var users []User
	err := s.db.Q(ctx).Where("state = ? AND id IN (SELECT user_id FROM user_roles WHERE role IN ?)", Active, roles).Order("login").Limit(1000).Find(&users).Error
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, users)
}

// sessionRow is a session with its user and the version of the grants: one query for each request.
type sessionRow struct {
	Session Session `gorm:"embedded;embeddedPrefix:s_"`
	User    User    `gorm:"embedded;embeddedPrefix:u_"`
	Version int64
}

func (s store) session(ctx context.Context, tokenHash string) (*sessionRow, error) {
	var rows []sessionRow
	err := s.db.Q(ctx).Raw(`SELECT s.id AS s_id, s.user_id AS s_user_id, s.created_at AS s_created_at, s.last_seen_at AS s_last_seen_at, s.expires_at AS s_expires_at,
		s.ended_at AS s_ended_at, u.id AS u_id, u.login AS u_login, u.name AS u_name, u.must_change AS u_must_change, u.state AS u_state, u.team AS u_team,
		u.customer_id AS u_customer_id, u.last_sign_in_at AS u_last_sign_in_at, v.version AS version
		FROM sessions s JOIN users u ON u.id = s.user_id JOIN grants_version v ON v.id = 1 WHERE s.token_hash = ?`, tokenHash).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func (s store) insertSession(ctx context.Context, row *Session) error {
	return s.db.Q(ctx).Create(row).Error
}

func (s store) touchSession(ctx context.Context, id string, at caldate.Instant) error {
	return s.db.Q(ctx).Exec("UPDATE sessions SET last_seen_at = ? WHERE id = ? AND ended_at IS NULL AND last_seen_at < ?", at, id, at).Error
}

func (s store) sessionsOf(ctx context.Context, userID string, now caldate.Instant) ([]Session, error) {
	var out []Session
	err := s.db.Q(ctx).Where("user_id = ? AND ended_at IS NULL AND expires_at > ? AND last_seen_at > ?", userID, now, now.Add(-IdleLimit)).Order("created_at DESC, id DESC").Find(&out).Error
	return out, err
}

func (s store) endSession(ctx context.Context, userID, id, why string, at caldate.Instant) (int64, error) {
	res := s.db.Q(ctx).Exec("UPDATE sessions SET ended_at = ?, ended_why = ? WHERE id = ? AND user_id = ? AND ended_at IS NULL", at, why, id, userID)
	return res.RowsAffected, res.Error
}

func (s store) endByToken(ctx context.Context, tokenHash, why string, at caldate.Instant) error {
	return s.db.Q(ctx).Exec("UPDATE sessions SET ended_at = ?, ended_why = ? WHERE token_hash = ? AND ended_at IS NULL", at, why, tokenHash).Error
}

// endSessions ends all of a user's sessions but one.
func (s store) endSessions(ctx context.Context, userID, except, why string, at caldate.Instant) error {
	return s.db.Q(ctx).Exec("UPDATE sessions SET ended_at = ?, ended_why = ? WHERE user_id = ? AND id <> ? AND ended_at IS NULL", at, why, userID, except).Error
}

// endOldest keeps the newest sessions of a user and ends the rest.
func (s store) endOldest(ctx context.Context, userID string, keep int, at caldate.Instant) error {
	var open []string
	if err := s.db.Q(ctx).Raw("SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL ORDER BY created_at DESC, id DESC", userID).Scan(&open).Error; err != nil || len(open) <= keep {
		return err
	}
	return s.db.Q(ctx).Exec("UPDATE sessions SET ended_at = ?, ended_why = ? WHERE id IN ?", at, "too_many", open[keep:]).Error
}

func (s store) guard(ctx context.Context, key string) (Guard, error) {
	g := Guard{LoginHash: key}
	err := s.db.Q(ctx).Where("login_hash = ?", key).Take(&g).Error
	if db.IsNotFound(err) {
		return Guard{LoginHash: key}, nil
	}
	return g, err
}

// guardForUpdate makes sure that the row is there and locks it, so that failures on several servers all count.
func (s store) guardForUpdate(ctx context.Context, key string, now caldate.Instant) (Guard, error) {
	g := Guard{LoginHash: key}
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&Guard{LoginHash: key, LastAt: now}).Error; err != nil {
		return g, err
	}
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("login_hash = ?", key).Take(&g).Error
	return g, err
}

func (s store) saveGuard(ctx context.Context, g Guard) error {
	return s.db.Q(ctx).Exec("UPDATE sign_in_guards SET failures = ?, last_at = ?, locked_until = ? WHERE login_hash = ?", g.Failures, g.LastAt, g.LockedUntil, g.LoginHash).Error
}

func (s store) clearGuard(ctx context.Context, key string) error {
	return s.db.Q(ctx).Exec("DELETE FROM sign_in_guards WHERE login_hash = ?", key).Error
}

func (s store) purge(ctx context.Context, before caldate.Instant) error {
	if err := s.db.Q(ctx).Exec("DELETE FROM sessions WHERE expires_at < ?", before).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Exec("DELETE FROM sign_in_guards WHERE last_at < ?", before).Error
}
