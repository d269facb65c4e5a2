package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"sealgate/server/platform/blob"
	"sealgate/server/platform/failpoint"
)

// keySize is that of AES-256.
const keySize = 32

// Master is the key that wraps all data keys, with those before it that some data keys are still wrapped by. Ids name them,
// so that a wrong key file is told apart from damaged data.
type Master struct {
	path  string // "" for a key in memory
	vault *blob.Store

	mu      sync.RWMutex
	current *wrapping
	ring    map[string]*wrapping
}

// wrapping is one master key.
type wrapping struct {
	id   string
	aead cipher.AEAD
}

// The files beside the master key, and the folder of the data keys that it wraps.
const (
	oldPrefix, oldSuffix = "master-", ".old"
	vaultFolder          = "data"
)

// OpenMaster reads the master key file, or makes one with a fresh random key where there is none. The file holds 64 hex
// digits and must be readable by its owner alone. Data keys are kept beside it, in the folder data.
func OpenMaster(path string) (*Master, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createMaster(path); err != nil {
			return nil, err
		}
	}
	m := &Master{path: path}
	if err := m.reload(); err != nil {
		return nil, err
	}
	vault, err := blob.Open(filepath.Join(filepath.Dir(path), vaultFolder))
	if err != nil {
		return nil, fmt.Errorf("folder of the data keys: %w", err)
	}
	m.vault = vault
	return m, nil
}

// KeepIn has data keys kept elsewhere than beside the master key: in a bucket that many servers share.
func (m *Master) KeepIn(vault *blob.Store) { m.vault = vault }

// reload reads the key files anew: another process may have rotated the key.
func (m *Master) reload() error {
	if m.path == "" {
		return nil
	}
	current, err := readMaster(m.path)
	if err != nil {
		return err
	}
	ring := map[string]*wrapping{current.id: current}
	old, err := m.oldFiles()
	if err != nil {
		return err
	}
	for _, path := range old {
		w, err := readMaster(path)
		if err != nil {
			return err
		}
		ring[w.id] = w
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current, m.ring = current, ring
	return nil
}

func (m *Master) oldFiles() ([]string, error) {
	return filepath.Glob(filepath.Join(filepath.Dir(m.path), oldPrefix+"*"+oldSuffix))
}

func (m *Master) oldFile(id string) string {
	return filepath.Join(filepath.Dir(m.path), oldPrefix+id+oldSuffix)
}

func readMaster(path string) (*wrapping, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if i, err := os.Stat(path); err == nil && i.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("master key %s may be read by others (mode %o): chmod 600 it", path, i.Mode().Perm())
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("master key %s: want %d hex digits", path, keySize*2)
	}
	return newWrapping(key)
}

// createMaster writes a new key and links it into place: of two servers that start at once, both end up with the key of
// the first.
func createMaster(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("folder of the master key: %w", err)
	}
	fresh, err := writeFresh(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer os.Remove(fresh)
	if err := os.Link(fresh, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("master key: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// writeFresh writes a random key into a private file of dir.
func writeFresh(dir string) (name string, err error) {
	f, err := os.CreateTemp(dir, ".master-*") // CreateTemp gives mode 0600
	if err != nil {
		return "", fmt.Errorf("master key: %w", err)
	}
	_, err = fmt.Fprintln(f, hex.EncodeToString(random(keySize)))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("master key: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncDir makes names durable: a master key whose name a power cut loses takes with it what it wrapped.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// replace puts a fresh key in the place of the current one, which stays beside it under its id until nothing needs it.
// A kill at any place leaves both, or the old one alone.
func (m *Master) replace() error {
	dir := filepath.Dir(m.path)
	fresh, err := writeFresh(dir)
	if err != nil {
		return err
	}
	defer os.Remove(fresh)
	if err := os.Link(m.path, m.oldFile(m.ID())); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep the old master key: %w", err)
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	failpoint.Hit("crypt.rotate.kept")
	if err := os.Rename(fresh, m.path); err != nil {
		return fmt.Errorf("put the new master key into place: %w", err)
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	failpoint.Hit("crypt.rotate.replaced")
	return m.reload()
}

// retireAfter is how long an old master key stays although nothing is wrapped by it any more: a server that read the key
// files before the rotation may still wrap a new data key by it, which the next look re-wraps.
const retireAfter = 24 * time.Hour

// NewMaster makes a master key of 32 bytes that is in no file; what it wraps is kept in rows.
func NewMaster(key []byte) (*Master, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("master key of %d bytes, want %d", len(key), keySize)
	}
	w, err := newWrapping(key)
	if err != nil {
		return nil, err
	}
	return &Master{current: w, ring: map[string]*wrapping{w.id: w}}, nil
}

func newWrapping(key []byte) (*wrapping, error) {
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("sealgate master key id\x00"), key...))
	return &wrapping{id: hex.EncodeToString(sum[:8]), aead: aead}, nil
}

// ID names the current key without telling it.
func (m *Master) ID() string { return m.now().id }

func (m *Master) now() *wrapping {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.current
}

// by gives the master key of an id, looking at the files once more where it is not known.
func (m *Master) by(id string) (*wrapping, error) {
	look := func() *wrapping {
		m.mu.RLock()
		defer m.mu.RUnlock()
		return m.ring[id]
	}
	if w := look(); w != nil {
		return w, nil
	}
	if err := m.reload(); err != nil {
		return nil, err
	}
	if w := look(); w != nil {
		return w, nil
	}
	return nil, ErrWrongMaster.With("wrapped_by", id).With("at_hand", m.ID())
}

func (w *wrapping) wrap(secret []byte, context string) string {
	nonce := random(w.aead.NonceSize())
	return encode(w.aead.Seal(nonce, nonce, secret, []byte(context)))
}

func (w *wrapping) unwrap(wrapped, context string) ([]byte, error) {
	b, err := decode(wrapped)
	n := w.aead.NonceSize()
	if err != nil || len(b) < n {
		return nil, fmt.Errorf("wrapped key of %d bytes: %w", len(b), errors.Join(err, io.ErrUnexpectedEOF))
	}
	return w.aead.Open(nil, b[:n], b[n:], []byte(context))
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// random never fails: crypto/rand ends the program when the system has no randomness.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
