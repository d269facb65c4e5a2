package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"sealgate/server/caldate"
)

// How long a session lives, on the machine's own clock: a sandbox that jumps a month must not sign everybody out.
const (
	IdleLimit     = 30 * time.Minute
	AbsoluteLimit = 12 * time.Hour
	touchEvery    = time.Minute // last_seen_at is written at most so often
	maxSessions   = 10          // of one person at once; the oldest ends
)

// Lock-out: so many failures in a row lock a login for so long; failures older than that are forgotten.
const (
	MaxFailures = 5
	LockTime    = 15 * time.Minute
)

// Session is somebody signed in at one browser. The token is known to that browser alone; we keep its hash.
type Session struct {
	ID         string `gorm:"primaryKey"`
	UserID     string
	TokenHash  string
	CreatedAt  caldate.Instant // all times: machine's clock
	LastSeenAt caldate.Instant
	ExpiresAt  caldate.Instant // the absolute limit
	EndedAt    caldate.Instant
	EndedWhy   string
	IP         string
	UserAgent  string
}

// TableName is sessions.
func (Session) TableName() string { return "sessions" }

func (s Session) over(now caldate.Instant) bool {
	return !s.EndedAt.IsZero() || !now.Before(s.ExpiresAt) || now.Sub(s.LastSeenAt) >= IdleLimit
}

// Guard counts the failed attempts on one login, known or not: both lock alike, so that a lock tells nobody that a login
// exists.
type Guard struct {
	LoginHash   string `gorm:"primaryKey"`
	Failures    int
	LastAt      caldate.Instant // machine's clock, as is the next
	LockedUntil caldate.Instant
}

// TableName is sign_in_guards.
func (Guard) TableName() string { return "sign_in_guards" }

func (g Guard) locked(now caldate.Instant) bool { return now.Before(g.LockedUntil) }

// failed is the guard after one more failure.
func (g Guard) failed(now caldate.Instant) Guard {
	if now.Sub(g.LastAt) > LockTime || !g.LockedUntil.IsZero() {
		g.Failures, g.LockedUntil = 0, caldate.Instant{}
	}
	g.Failures++
	g.LastAt = now
	if g.Failures >= MaxFailures {
		g.LockedUntil = now.Add(LockTime)
	}
	return g
}

// newToken makes a session token of 32 random bytes.
func newToken() string {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashOf(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}
