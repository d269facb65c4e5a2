package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keySize is that of AES-256.
const keySize = 32

// Master is the key that wraps all data keys. Its id names it in rows, so that a wrong key file is told apart from
// damaged data.
type Master struct {
	id   string
	aead cipher.AEAD
}

// OpenMaster reads the master key file, or makes one with a fresh random key where there is none. The file holds 64 hex
// digits and must be readable by its owner alone.
func OpenMaster(path string) (*Master, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createMaster(path)
	}
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
	return NewMaster(key)
}

// createMaster writes a new key and links it into place: of two servers that start at once, both end up with the key of
// the first.
func createMaster(path string) (*Master, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the master key: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*") // CreateTemp gives mode 0600
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := fmt.Fprintln(f, hex.EncodeToString(random(keySize))); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // the key's name must survive a power cut, or what it wrapped is lost
		_ = d.Close()
	}
	return OpenMaster(path)
}

// NewMaster makes a master key of 32 bytes.
func NewMaster(key []byte) (*Master, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("master key of %d bytes, want %d", len(key), keySize)
	}
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("sealgate master key id\x00"), key...))
	return &Master{id: hex.EncodeToString(sum[:8]), aead: aead}, nil
}

// ID names the key without telling it.
func (m *Master) ID() string { return m.id }

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
