package staff

import (
	"context"
	"crypto/rand"
	_ "embed"
	"math/big"
	"runtime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// cost is OWASP's second recommendation for argon2id: 19 MiB, two passes.
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher hashes passwords, only so many at once: each takes 19 MiB and tens of milliseconds, and anybody can ask.
type hasher struct {
	slots chan struct{}
	dummy string // of no password; compared for unknown logins, so that they take as long as known ones
}

func newHasher() (*hasher, error) {
	d, err := argon2id.CreateHash(MakePassword(), cost)
	if err != nil {
		return nil, err
	}
	return &hasher{slots: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))), dummy: d}, nil
}

// patience is how long a sign-in waits for its turn to hash.
const patience = 5 * time.Second

func (h *hasher) turn(ctx context.Context) (release func(), err error) {
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-t.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return argon2id.CreateHash(password, cost)
}

// matches compares password with a stored hash; an empty hash (unknown login) takes as long and is false.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && known, err
}

const (
	minPassword = 12  // characters
	maxPassword = 256 // bytes; more would only cost time
)

//go:embed common.txt
var commonText string

// common are passwords and words that attackers try first. Whole lines of at least 12 characters are refused as they
// are; a shorter one is refused as the core of a password whose rest is digits and signs.
var common = func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			m[line] = true
		}
	}
	return m
}()

// CheckPassword says what is wrong with a new password (P06): at least 12 characters, not built on the login, not one
// that everybody tries.
func CheckPassword(password, login string) error {
	e := ErrWeakPassword
	lower := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return e.At("next", "form", "密码含有无效字符", "the password holds invalid characters")
	case utf8.RuneCountInString(password) < minPassword:
		return e.At("next", "too_short", "至少 12 个字符，例如几个不相关的词", "at least 12 characters, for instance a few unrelated words")
	case len(password) > maxPassword:
		return e.At("next", "too_long", "密码过长，最多 256 字节", "too long; at most 256 bytes")
	case login != "" && strings.Contains(lower, strings.ToLower(login)):
		return e.At("next", "has_login", "不能包含登录名", "must not contain the login")
	case isCommon(lower):
		return e.At("next", "common", "这个密码太常见，容易被猜中，请换一个", "this password is among those that attackers try first; choose another")
	}
	return nil
}

var leet = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func isCommon(lower string) bool {
	if common[lower] || common[leet.Replace(lower)] || monotone(lower) {
		return true
	}
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	if common[core] || common[leet.Replace(core)] {
		return true
	}
	for n := 1; n <= len(lower)/2; n++ { // the same short thing again and again
		whole := len(lower) / n * n
		if strings.Repeat(lower[:n], len(lower)/n) == lower[:whole] && strings.HasPrefix(lower[:n], lower[whole:]) {
			return true
		}
	}
	return false
}

// monotone tells a run of neighbours: 123456789012, abcdefghijkl.
func monotone(s string) bool {
	up, down := true, true
	for i := 1; i < len(s); i++ {
		step := int(s[i]) - int(s[i-1])
		up = up && (step == 1 || s[i-1] == '9' && s[i] == '0')
		down = down && (step == -1 || s[i-1] == '0' && s[i] == '9')
	}
	return up || down
}

// MakePassword makes up a first password: four groups of five, without characters that look alike; about 98 bits.
func MakePassword() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for i := range 20 {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err) // the machine has no randomness: nothing here can be safe
		}
		b.WriteByte(alphabet[n.Int64()])
	}
	return b.String()
}
