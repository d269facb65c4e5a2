package crypt

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Key is an opened data key. It is safe for many goroutines.
type Key struct {
	ID     string
	secret []byte
	aead   cipher.AEAD
}

func newKey(id string, secret []byte) (*Key, error) {
	aead, err := newGCM(secret)
	if err != nil {
		return nil, err
	}
	return &Key{ID: id, secret: secret, aead: aead}, nil
}

// Seal encrypts plain; context says what it is and where it belongs, and Open needs the same ("batch/b1/chunk/3").
func (k *Key) Seal(plain []byte, context string) []byte {
	nonce := random(k.aead.NonceSize())
	out := make([]byte, len(nonce), len(nonce)+len(plain)+k.aead.Overhead())
	copy(out, nonce)
	return k.aead.Seal(out, nonce, plain, []byte(context))
}

// Open decrypts what Seal gave for the same context.
func (k *Key) Open(sealed []byte, context string) ([]byte, error) {
	n := k.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrDamaged.Because(fmt.Errorf("%d bytes for %s", len(sealed), context))
	}
	plain, err := k.aead.Open(nil, sealed[:n], sealed[n:], []byte(context))
	if err != nil {
		return nil, ErrDamaged.Because(fmt.Errorf("%s: %w", context, err))
	}
	return plain, nil
}

// A sealed stream is a random salt of 16 bytes, then segments of 64 KiB of plain text, each sealed under a key derived
// from the salt; the nonce is the segment's number and whether it is the last.
const (
	saltSize    = 16
	segmentSize = 64 << 10
)

func (k *Key) streamAEAD(salt []byte, context string) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, k.secret, salt, "sealgate stream\x00"+context, keySize)
	if err != nil {
		return nil, err
	}
	return newGCM(derived)
}

func segmentNonce(n uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], n)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// SealReader gives r's bytes sealed, as a stream.
func (k *Key) SealReader(r io.Reader, context string) (io.Reader, error) {
	salt := random(saltSize)
	aead, err := k.streamAEAD(salt, context)
	if err != nil {
		return nil, err
	}
	return &sealReader{src: r, aead: aead, out: salt, plain: make([]byte, 0, segmentSize+1)}, nil
}

type sealReader struct {
	src   io.Reader
	aead  cipher.AEAD
	n     uint64
	plain []byte // up to one byte more than a segment: that byte tells that the segment is not the last
	out   []byte // sealed, not yet read
	buf   []byte
	done  bool
}

func (s *sealReader) Read(p []byte) (int, error) {
	for len(s.out) == 0 {
		if s.done {
			return 0, io.EOF
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

func (s *sealReader) fill() error {
	have := len(s.plain)
	n, err := io.ReadFull(s.src, s.plain[have:segmentSize+1])
	s.plain = s.plain[:have+n]
	switch {
	case err == nil:
		s.buf = s.aead.Seal(s.buf[:0], segmentNonce(s.n, false), s.plain[:segmentSize], nil)
		s.plain[0] = s.plain[segmentSize]
		s.plain = s.plain[:1]
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.buf = s.aead.Seal(s.buf[:0], segmentNonce(s.n, true), s.plain, nil)
		s.done = true
	default:
		return err
	}
	s.n++
	s.out = s.buf
	return nil
}

// OpenReader gives the plain bytes of a sealed stream. A stream that was cut, changed, or sealed for another context
// ends with ErrDamaged.
func (k *Key) OpenReader(r io.Reader, context string) (io.Reader, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(r, salt); err != nil {
		return nil, ErrDamaged.Because(fmt.Errorf("%s: %w", context, err))
	}
	aead, err := k.streamAEAD(salt, context)
	if err != nil {
		return nil, err
	}
	return &openReader{src: r, aead: aead, context: context, sealed: make([]byte, 0, segmentSize+aead.Overhead()+1)}, nil
}

type openReader struct {
	src     io.Reader
	aead    cipher.AEAD
	context string
	n       uint64
	sealed  []byte
	out     []byte
	buf     []byte
	done    bool
}

func (o *openReader) Read(p []byte) (int, error) {
	for len(o.out) == 0 {
		if o.done {
			return 0, io.EOF
		}
		if err := o.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.out)
	o.out = o.out[n:]
	return n, nil
}

func (o *openReader) fill() error {
	full := segmentSize + o.aead.Overhead()
	have := len(o.sealed)
	n, err := io.ReadFull(o.src, o.sealed[have:full+1])
	o.sealed = o.sealed[:have+n]
	last := false
	switch {
	case err == nil:
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		last = true
	default:
		return err
	}
	take := min(full, len(o.sealed))
	out, err := o.aead.Open(o.buf[:0], segmentNonce(o.n, last), o.sealed[:take], nil)
	if err != nil {
		return ErrDamaged.Because(fmt.Errorf("%s, segment %d: %w", o.context, o.n, err))
	}
	if last {
		o.done = true
	} else {
		o.sealed[0] = o.sealed[full]
		o.sealed = o.sealed[:1]
	}
	o.n++
	o.buf, o.out = out, out
	return nil
}

// PhoneHasher turns phone numbers into the form in which rows may hold them. It is not safe for several goroutines:
// each takes its own.
type PhoneHasher struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

// Hash gives the HMAC-SHA-256 of a normalised number as 64 hex digits.
func (h *PhoneHasher) Hash(phone string) string {
	h.mac.Reset()
	_, _ = io.WriteString(h.mac, phone)
	return hex.EncodeToString(h.mac.Sum(h.sum[:0]))
}

// Find gives 48 bits of the HMAC of a normalised number, told apart from what rows hold: sorted runs are looked up by it.
func (h *PhoneHasher) Find(phone string) uint64 {
	h.mac.Reset()
	_, _ = io.WriteString(h.mac, "find\x00")
	_, _ = io.WriteString(h.mac, phone)
	return binary.BigEndian.Uint64(h.mac.Sum(h.sum[:0])) >> 16
}

func newPhoneHasher(secret []byte) *PhoneHasher {
	return &PhoneHasher{mac: hmac.New(sha256.New, secret)}
}
