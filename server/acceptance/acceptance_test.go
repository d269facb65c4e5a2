package acceptance_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

var text = strings.Repeat("ab", 32)

func TestCheck_takesTheHashThatWasShownAndATick(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		given acceptance.Given
		want  error
	}{
		"agreed":            {acceptance.Given{Agree: true, SHA256: text}, nil},
		"written otherwise": {acceptance.Given{Agree: true, SHA256: " " + strings.ToUpper(text)}, nil},
		"no tick":           {acceptance.Given{SHA256: text}, acceptance.ErrAgree},
		"another text":      {acceptance.Given{Agree: true, SHA256: strings.Repeat("cd", 32)}, acceptance.ErrText},
		"no text":           {acceptance.Given{Agree: true}, acceptance.ErrText},
	} {
		if err := x.given.Check(text); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecord_isSealedAndSeenByItsCustomerAlone(t *testing.T) {
	t.Parallel()
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	d := testkit.DB(t)
	s := acceptance.New(d, c, trail.New(d, c))
	of := func(customer string) context.Context {
		return actor.With(context.Background(), actor.Actor{UserID: "u", Login: "li", Name: "李娜", CustomerID: customer, Scope: actor.Scope{CustomerID: customer}, IP: "203.0.113.7", UserAgent: "test"})
	}
	a, err := s.Record(of("k1"), acceptance.Text{ObjectType: "contract", ObjectID: "c1", Reference: "HT-1", Title: "合同", SHA256: text, Statement: "同意", Side: "customer", CustomerID: "k1", ContractID: "c1"}, acceptance.Click, "")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.Get(of("k1"), a.ID)
	if err != nil || !kept.Whole() || kept.IP != "203.0.113.7" || kept.RealAt.IsZero() {
		t.Errorf("%+v %v", kept, err)
	}
	if _, err := s.Get(of("k2"), a.ID); !errors.Is(err, acceptance.ErrNotFound) {
		t.Errorf("another customer sees it: %v", err)
	}
	kept.UserName = "别人"
	if kept.Whole() {
		t.Error("a changed row is taken for whole")
	}
	if found, err := s.Verify(testkit.System()); err != nil || len(found) > 0 {
		t.Errorf("%v %+v", err, found)
	}
}
