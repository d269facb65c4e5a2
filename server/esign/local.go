package esign

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// Key is a signer's key pair with its certificate; the private half is sealed. A new one is made when the certificate is over or
// the person signs in another name.
type Key struct {
	ID           string `gorm:"primaryKey"`
	UserID       string // rootUser for the house's root
	Organisation string
	Name         string
	Certificate  string          // PEM
	Issuer       string          // PEM of the root that issued it; its own for a root
	Sealed       string          // base64 of the private key under the provider's signer key
	CreatedAt    caldate.Instant // machine's time, as the certificate's
	EndsAt       caldate.Instant
}

// TableName is signer_keys.
func (Key) TableName() string { return "signer_keys" }

const (
	rootUser  = "root"
	rootYears = 30
	keyYears  = 3
)

// Local is the built-in adapter: a root of the house issues each signer a certificate for an Ed25519 key of their own. The
// private keys are sealed under a key that the master key wraps.
type Local struct {
	db       *db.DB
	clock    clock.Clock
	keys     *crypt.Keys
	provider string
	store    store
}

// NewLocal makes the adapter; provider names the house in the root's certificate.
func NewLocal(d *db.DB, c clock.Clock, keys *crypt.Keys, provider string) *Local {
	return &Local{d, c, keys, provider, store{d}}
}

// Name is local.
func (l *Local) Name() string { return "local" }

// Sign implements Adapter.
func (l *Local) Sign(ctx context.Context, who Signer, what Statement) (Signed, error) {
	root, rootKey, err := l.root(ctx)
	if err != nil {
		return Signed{}, err
	}
	own, key, err := l.ensure(ctx, who, root, rootKey)
	if err != nil {
		return Signed{}, err
	}
	return Signed{Algorithm: "Ed25519", Value: base64.StdEncoding.EncodeToString(ed25519.Sign(key, what.Bytes())), Certificates: []string{own.Certificate}, Root: own.Issuer}, nil
}

func (l *Local) root(ctx context.Context) (*Key, ed25519.PrivateKey, error) {
	return l.ensure(ctx, Signer{UserID: rootUser, Name: l.provider + " root", Organisation: l.provider}, nil, nil)
}

// ensure gives the key of a signer that is valid now, a new one where there is none.
func (l *Local) ensure(ctx context.Context, who Signer, root *Key, rootKey ed25519.PrivateKey) (*Key, ed25519.PrivateKey, error) {
	now := l.clock.RealInstant()
	k, err := l.store.key(ctx, who, now)
	if err != nil {
		return nil, nil, fmt.Errorf("key of signer %s: %w", who.UserID, err)
	}
	if k != nil {
		private, err := l.open(ctx, k)
		return k, private, err
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	k = &Key{ID: ids.New(), UserID: who.UserID, Organisation: who.Organisation, Name: who.Name, CreatedAt: now}
	if err := l.certify(k, public, private, root, rootKey); err != nil {
		return nil, nil, err
	}
	seal, err := l.keys.Signers(ctx)
	if err != nil {
		return nil, nil, err
	}
	k.Sealed = base64.StdEncoding.EncodeToString(seal.Seal(private.Seed(), sealContext(k)))
	if err := l.db.Run(ctx, func(ctx context.Context) error { return l.store.insertKey(ctx, k) }); err != nil {
		return nil, nil, fmt.Errorf("keep the key of signer %s: %w", who.UserID, err)
	}
	return k, private, nil
}

// certify writes the certificate of a key: the root's own, or one that the root issues.
func (l *Local) certify(k *Key, public ed25519.PublicKey, private ed25519.PrivateKey, root *Key, rootKey ed25519.PrivateKey) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	from := k.CreatedAt.Time().Add(-time.Minute).UTC()
	c := &x509.Certificate{
		SerialNumber: serial, NotBefore: from, NotAfter: from.AddDate(keyYears, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		Subject: pkix.Name{CommonName: k.Name, Organization: []string{k.Organisation}, SerialNumber: k.UserID},
	}
	parent, by := c, private
	if root == nil {
		c.NotAfter, c.IsCA, c.BasicConstraintsValid, c.KeyUsage = from.AddDate(rootYears, 0, 0), true, true, x509.KeyUsageCertSign
	} else {
		if parent, err = readCertificate(root.Certificate); err != nil {
			return err
		}
		by = rootKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, public, by)
	if err != nil {
		return fmt.Errorf("certificate of %s: %w", k.UserID, err)
	}
	k.EndsAt = caldate.InstantOf(c.NotAfter)
	k.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	if k.Issuer = k.Certificate; root != nil {
		k.Issuer = root.Certificate
	}
	return nil
}

func (l *Local) open(ctx context.Context, k *Key) (ed25519.PrivateKey, error) {
	seal, err := l.keys.Signers(ctx)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(k.Sealed)
	if err != nil {
		return nil, fmt.Errorf("key of signer %s: %w", k.UserID, err)
	}
	seed, err := seal.Open(b, sealContext(k))
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, errors.New("the key of signer " + k.UserID + " is not whole")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// sealContext binds a sealed key to its row.
func sealContext(k *Key) string { return "signer key\x00" + k.ID + "\x00" + k.UserID }
