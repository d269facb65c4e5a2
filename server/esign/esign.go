// Package esign makes and checks authenticated electronic signatures of papers: each signer has a key and a certificate of
// their own, and anybody can check a signature without this program's database. See README.md.
package esign

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"sealgate/server/caldate"
)

// Format names the form of a statement; another form takes another name.
const Format = "sealgate-esign/1"

// Statement is what is signed: which file, as what, by whom, when. Its bytes (Bytes) are what the signature is over.
type Statement struct {
	Format         string `json:"format"`
	DocumentSHA256 string `json:"document_sha256"` // of the PDF
	Reference      string `json:"reference"`       // number of the paper
	Side           string `json:"side"`            // "customer" or "provider"
	Signer         string `json:"signer"`          // name of the person
	Account        string `json:"account"`
	Organisation   string `json:"organisation"` // in whose name
	SignedAt       string `json:"signed_at"`    // machine's time, RFC 3339
	IP             string `json:"ip"`
}

// Bytes are the statement as it is signed: JSON in the order of the fields.
func (s Statement) Bytes() []byte {
	b, _ := json.Marshal(s) // strings alone: it can't fail
	return b
}

// Signed is what an adapter gives back: the value over the statement's bytes and the certificates that prove whose it is, the
// signer's own first.
type Signed struct {
	Algorithm    string   `json:"algorithm"` // "Ed25519"
	Value        string   `json:"value"`     // base64
	Certificates []string `json:"certificates"`
	Root         string   `json:"root"` // PEM of the certificate at the end of the chain
}

// Signer is who signs, in whose name.
type Signer struct {
	UserID       string
	CustomerID   string // "" for the provider's people
	Name         string
	Account      string
	Organisation string
}

// Adapter makes signatures: the built-in one (Local), or the service of a certification authority. It is called inside the
// transaction that keeps the signature, so one that asks a network prepares what it needs before.
type Adapter interface {
	// Name says who made a signature: "local".
	Name() string
	// Sign signs the statement with the signer's own key.
	Sign(ctx context.Context, who Signer, what Statement) (Signed, error)
}

// Bundle is a signature with everything that is needed to check it offline: the file that people download.
type Bundle struct {
	Statement Statement `json:"statement"`
	Signed    Signed    `json:"signed"`
}

// Check verifies the bundle: the signature is over the statement, by the certificate's key; the certificate names the signer and the
// organisation, was valid at the time of signing and leads back to the root. roots are those to trust; where none are given the
// bundle's own root is taken, which proves that the bundle is whole, not who made it. content, where given, must be the signed file.
func (b *Bundle) Check(content []byte, roots ...string) error {
	if b.Statement.Format != Format {
		return ErrForged.Because(fmt.Errorf("unknown format %q", b.Statement.Format))
	}
	if content != nil {
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != b.Statement.DocumentSHA256 {
			return ErrOtherFile.With("signed_sha256", b.Statement.DocumentSHA256)
		}
	}
	cert, err := b.certificate(roots)
	if err != nil {
		return ErrForged.Because(err)
	}
	key, ok := cert.PublicKey.(ed25519.PublicKey)
	value, err := base64.StdEncoding.DecodeString(b.Signed.Value)
	switch {
	case !ok || b.Signed.Algorithm != "Ed25519":
		return ErrForged.Because(fmt.Errorf("algorithm %q with a key of type %T", b.Signed.Algorithm, cert.PublicKey))
	case err != nil:
		return ErrForged.Because(err)
	case !ed25519.Verify(key, b.Statement.Bytes(), value):
		return ErrForged.Because(errors.New("the signature is not over this statement"))
	}
	return nil
}

// certificate reads the chain and gives the signer's certificate, checked.
func (b *Bundle) certificate(roots []string) (*x509.Certificate, error) {
	if len(b.Signed.Certificates) == 0 {
		return nil, errors.New("no certificate")
	}
	own, err := readCertificate(b.Signed.Certificates[0])
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		roots = []string{b.Signed.Root}
	}
	trusted, between := x509.NewCertPool(), x509.NewCertPool()
	for _, r := range roots {
		if !trusted.AppendCertsFromPEM([]byte(r)) {
			return nil, errors.New("the root certificate can't be read")
		}
	}
	for _, c := range b.Signed.Certificates[1:] {
		between.AppendCertsFromPEM([]byte(c))
	}
	at, err := time.Parse(time.RFC3339, b.Statement.SignedAt)
	if err != nil {
		return nil, fmt.Errorf("time of signing: %w", err)
	}
	if _, err := own.Verify(x509.VerifyOptions{Roots: trusted, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return nil, err
	}
	if len(own.Subject.Organization) != 1 || own.Subject.Organization[0] != b.Statement.Organisation || own.Subject.CommonName != b.Statement.Signer {
		return nil, fmt.Errorf("the certificate is %s's, not that of %s of %s", own.Subject, b.Statement.Signer, b.Statement.Organisation)
	}
	return own, nil
}

func readCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("no PEM certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

// Signature is a signature as kept: one side's, over one stored document. It is never changed.
type Signature struct {
	ID             string `gorm:"primaryKey"`
	ObjectType     string // "contract", "contract_amendment"
	ObjectID       string
	ContractID     string
	CustomerID     string // whose contract it is
	Side           string
	Reference      string
	DocumentID     string
	DocumentSHA256 string `gorm:"column:document_sha256"`
	Adapter        string
	UserID         string
	SignerName     string
	Organisation   string
	Bundle         string          // JSON of Bundle
	At             caldate.Instant // business time
	RealAt         caldate.Instant // the machine's
}

// TableName is e_signatures.
func (Signature) TableName() string { return "e_signatures" }

// Open reads the bundle.
func (s *Signature) Open() (*Bundle, error) {
	var b Bundle
	if err := json.Unmarshal([]byte(s.Bundle), &b); err != nil {
		return nil, ErrForged.Because(err)
	}
	return &b, nil
}
