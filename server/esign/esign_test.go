package esign_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"sealgate/server/actor"
	"sealgate/server/esign"
	"sealgate/server/platform/crypt"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

type people struct{}

var errPassword = errors.New("wrong password")

func (people) Reauthenticate(_ context.Context, password string) error {
	if password != "right" {
		return errPassword
	}
	return nil
}

// desk is a service over a database of its own, with the file that is signed.
func desk(t *testing.T) (*esign.Service, func(time.Duration), []byte, esign.Paper) {
	t.Helper()
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	d := testkit.DB(t)
	master, err := crypt.NewMaster(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := esign.New(d, c, trail.New(d, c), esign.NewLocal(d, c, crypt.New(d, c, master), "信闸演示通信有限公司"))
	s.UsePeople(people{})
	content := []byte("%PDF-1.4 the text")
	sum := sha256.Sum256(content)
	return s, fake.Advance, content, esign.Paper{ObjectType: "contract", ObjectID: "c1", ContractID: "c1", CustomerID: "k1", Side: "customer", Reference: "HT-2026-000001", DocumentID: "d1", DocumentSHA256: hex.EncodeToString(sum[:]), Organisation: "客户一有限公司"}
}

func buyer() context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u1", Login: "li.na", Name: "李娜", CustomerID: "k1", Scope: actor.Scope{CustomerID: "k1"}, IP: "203.0.113.7"})
}

func TestSign_givesWhatAnybodyCanCheckAndNobodyCanChange(t *testing.T) {
	t.Parallel()
	s, _, content, paper := desk(t)
	x, err := s.Sign(buyer(), paper)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(must(t)(x.Open()))
	var b esign.Bundle
	if err := json.Unmarshal(text, &b); err != nil { // as it is downloaded
		t.Fatal(err)
	}
	if err := b.Check(content, b.Signed.Root); err != nil {
		t.Fatal(err)
	}
	other, _, _, paper2 := desk(t)
	y, err := other.Sign(buyer(), paper2)
	if err != nil {
		t.Fatal(err)
	}
	foreign := must(t)(y.Open()).Signed.Root
	for name, broken := range map[string]func(*esign.Bundle) error{
		"another file":         func(b *esign.Bundle) error { return b.Check([]byte("%PDF-1.4 another")) },
		"another house's root": func(b *esign.Bundle) error { return b.Check(content, foreign) },
		"another person":       func(b *esign.Bundle) error { b.Statement.Signer = "张三"; return b.Check(content) },
		"another side":         func(b *esign.Bundle) error { b.Statement.Side = "provider"; return b.Check(content) },
		"another time": func(b *esign.Bundle) error {
			b.Statement.SignedAt = "2026-10-01T09:00:01+08:00"
			return b.Check(content)
		},
		"before the certificate": func(b *esign.Bundle) error {
			b.Statement.SignedAt = "2020-10-01T09:00:00+08:00"
			return b.Check(content)
		},
		"another value": func(b *esign.Bundle) error {
			b.Signed.Value = base64.StdEncoding.EncodeToString(make([]byte, 64))
			return b.Check(content)
		},
		"no value":       func(b *esign.Bundle) error { b.Signed.Value = "?"; return b.Check(content) },
		"no certificate": func(b *esign.Bundle) error { b.Signed.Certificates = nil; return b.Check(content) },
		"a bad one":      func(b *esign.Bundle) error { b.Signed.Certificates = []string{"x"}; return b.Check(content) },
		"another form":   func(b *esign.Bundle) error { b.Statement.Format = "x"; return b.Check(content) },
	} {
		again := must(t)(x.Open())
		if err := broken(again); err == nil {
			t.Errorf("%s: it holds", name)
		}
	}
	if found, err := s.Verify(testkit.System()); err != nil || len(found) > 0 {
		t.Errorf("%v %+v", err, found)
	}
}

func must(t *testing.T) func(*esign.Bundle, error) *esign.Bundle {
	return func(b *esign.Bundle, err error) *esign.Bundle {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

func TestSign_keepsOneKeyOfAPersonUntilItsCertificateIsOver(t *testing.T) {
	t.Parallel()
	s, advance, _, paper := desk(t)
	certificate := func() string {
		x, err := s.Sign(buyer(), paper)
		if err != nil {
			t.Fatal(err)
		}
		return must(t)(x.Open()).Signed.Certificates[0]
	}
	first := certificate()
	if certificate() != first {
		t.Error("the same person has another key a moment later")
	}
	advance(4 * 366 * 24 * time.Hour)
	if certificate() == first {
		t.Error("the key outlives its certificate")
	}
	if found, err := s.Verify(testkit.System()); err != nil || len(found) > 0 { // the old one was valid at its time
		t.Errorf("%v %+v", err, found)
	}
}

func TestAuthenticate_asksThePersonAndNobodyElse(t *testing.T) {
	t.Parallel()
	s, _, _, paper := desk(t)
	if err := s.Authenticate(buyer(), "wrong"); !errors.Is(err, errPassword) {
		t.Error(err)
	}
	if err := s.Authenticate(buyer(), "right"); err != nil {
		t.Error(err)
	}
	for _, nobody := range []context.Context{context.Background(), testkit.System()} {
		if err := s.Authenticate(nobody, "right"); !errors.Is(err, esign.ErrNobody) {
			t.Error(err)
		}
		if _, err := s.Sign(nobody, paper); !errors.Is(err, esign.ErrNobody) {
			t.Error(err)
		}
	}
}
