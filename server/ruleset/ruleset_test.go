package ruleset_test

import (
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"sealgate/rules"
	"sealgate/server/platform/db"
	"sealgate/server/ruleset"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func files(word string) fstest.MapFS {
	return fstest.MapFS{"fraud.yaml": {Data: []byte(`id: test.word
title: {zh: 测试词, en: test word}
class: fraud
level: 4
action: hold
reason_code: CONTENT.KEYWORD
terms: {w: {words: [` + word + `]}}
state: live
`)}}
}

func service(t *testing.T, d *db.DB) *ruleset.Service {
	t.Helper()
	c, _ := testkit.Clock(t, "2026-11-21 09:00")
	return ruleset.New(d, c, trail.New(d, c))
}

func TestInstall_publishesTheDeliveredSetOnceForAllServers(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	var wg sync.WaitGroup
	got := make([]string, 4)
	for i := range got {
		s := service(t, d)
		wg.Go(func() {
			v, err := s.Install(testkit.System(), files("甲乙丙"))
			if err != nil {
				t.Error(err)
			}
			got[i] = v
		})
	}
	wg.Wait()
	for _, v := range got {
		if v != "2026-11-21.1" {
			t.Fatalf("versions %v", got)
		}
	}
	c, err := service(t, d).Current(testkit.System())
	if err != nil || c.Version != "2026-11-21.1" || c.Level("test.word") != 4 || c.Title("test.word").En != "test word" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestInstall_followsTheProgramUntilAPersonPublishes(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	old, running := service(t, d), service(t, d)
	if _, err := old.Install(testkit.System(), files("甲乙丙")); err != nil {
		t.Fatal(err)
	}
	if _, err := running.Current(testkit.System()); err != nil {
		t.Fatal(err)
	}
	v2, err := old.Install(testkit.System(), files("丁戊己"))
	if err != nil || v2 != "2026-11-21.2" {
		t.Fatal(v2, err)
	}
	if c, err := running.Current(testkit.System()); err != nil || c.Version != v2 {
		t.Errorf("another server still has %v, %v", c, err)
	}
	if err := old.Publish(testkit.As("li", "compliance_lead"), "2026-11-21.1", "too many false hits"); err != nil {
		t.Fatal(err)
	}
	if _, err := old.Install(testkit.System(), files("庚辛壬")); err != nil {
		t.Fatal(err)
	}
	if c, err := running.Current(testkit.System()); err != nil || c.Version != "2026-11-21.1" {
		t.Errorf("a restart overrode a person: %v %v", c, err)
	}
	if c, err := running.Compiled(testkit.System(), v2); err != nil || c.Version != v2 {
		t.Errorf("a batch under way lost its version: %v", err)
	}
	vs, published, err := running.Versions(testkit.System())
	if err != nil || len(vs) != 3 || published != "2026-11-21.1" {
		t.Errorf("%d versions, %s, %v", len(vs), published, err)
	}
}

func TestRegister_refusesASetWithFaults(t *testing.T) {
	t.Parallel()
	s := service(t, testkit.DB(t))
	if _, err := s.Register(testkit.System(), fstest.MapFS{"a.yaml": {Data: []byte("rules: [{id: x}]")}}); !errors.Is(err, ruleset.ErrWrong) {
		t.Error(err)
	}
	if _, err := s.Current(testkit.System()); !errors.Is(err, ruleset.ErrNone) {
		t.Error(err)
	}
	if _, err := s.Compiled(testkit.System(), "2026-01-01.1"); !errors.Is(err, ruleset.ErrNotFound) {
		t.Error(err)
	}
}

func TestInstall_takesTheShippedSet(t *testing.T) {
	t.Parallel()
	s := service(t, testkit.DB(t))
	if _, err := s.Install(testkit.System(), rules.FS); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Current(testkit.System()); err != nil {
		t.Fatal(err)
	}
}
