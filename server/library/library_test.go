package library_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/server/contracttemplate"
	"sealgate/server/library"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

const letter = `---
id: t
version: 1
title: {zh: 样本, en: Sample}
form: letter
kind: t
provider_side: 乙
foot: {role: 发出单位, name: provider_name}
blanks:
  - {name: provider_name, label: {zh: 我方, en: We}, type: text, required: true}
---
正文。
`

func registry(t *testing.T, text string) *contracttemplate.Registry {
	t.Helper()
	r, err := contracttemplate.Load(fstest.MapFS{"contracts/t/v1/contract.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestApprove_isOnceAndOfThisText(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-22 09:00")
	who := testkit.As("lead", "compliance_lead")
	s := library.New(d, c, trail.New(d, c), registry(t, letter))
	if _, err := s.Approve(who, library.Template, "t", 1, " "); !errors.Is(err, library.ErrInvalid) {
		t.Error("without a word:", err)
	}
	if _, err := s.Approve(who, library.Template, "t", 2, "可用"); !errors.Is(err, contracttemplate.ErrUnknownTemplate) {
		t.Error(err)
	}
	if _, err := s.Approve(who, library.Clause, "x", 1, "可用"); !errors.Is(err, contracttemplate.ErrUnknownClause) {
		t.Error(err)
	}
	if _, err := s.Approve(who, library.Template, "t", 1, "可用"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Approve(who, library.Template, "t", 1, "再次"); !errors.Is(err, library.ErrApproved) {
		t.Error(err)
	}
	all, err := s.All(who)
	if err != nil || library.Of(all, library.Template, "t", 1) == nil || library.Of(all, library.Template, "t", 2) != nil {
		t.Error(all, err)
	}
	if v, err := s.Verify(who); err != nil || len(v) != 0 {
		t.Error(v, err)
	}
	changed := library.New(d, c, trail.New(d, c), registry(t, strings.Replace(letter, "正文", "别的正文", 1)))
	if v, err := changed.Verify(who); err != nil || len(v) != 1 {
		t.Error("a text changed after its approval, and nothing is said:", v, err)
	}
}
