package templates_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/templates"
)

func TestNotices_areCompleteInBothLanguages(t *testing.T) {
	t.Parallel()
	notices, err := templates.Notices()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"batch_approved", "batch_ready", "batch_refused", "bill_issued", "contract_active", "contract_approved", "contract_ended", "contract_ends", "contract_rejected",
		"deposit_received", "licence_expired", "licence_expiring", "licence_refused", "licence_revoked", "licence_verified", "overdue", "resumed",
		"signature_approved", "signature_refused", "suspended",
	}
	for _, kind := range want {
		if _, ok := notices[kind]; !ok {
			t.Errorf("no notice %s", kind)
		}
	}
	for kind, n := range notices {
		values := map[string]string{}
		for _, v := range n.Vars {
			values[v] = "«" + v + "»"
		}
		title, body, err := n.Fill(values, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range n.Vars {
			if !strings.Contains(title.Zh+body.Zh, "«"+v+"»") || !strings.Contains(title.En+body.En, "«"+v+"»") {
				t.Errorf("%s: %s is not filled in", kind, v)
			}
		}
		if strings.Contains(title.Zh+body.Zh+title.En+body.En, "{{") {
			t.Errorf("%s: something is left open", kind)
		}
	}
}

func TestFill_refusesMissingAndUnknownValuesAndTakesValuesAsTheyAre(t *testing.T) {
	t.Parallel()
	n := templates.Notice{Kind: "x", Vars: []string{"a", "b"}, Title: templates.Languages{Zh: "{{a}}", En: "{{a}}"}, Body: templates.Languages{Zh: "{{b}}", En: "{{b}}"}}
	if _, _, err := n.Fill(map[string]string{"a": "1"}, nil); err == nil {
		t.Error("a missing value was taken")
	}
	if _, _, err := n.Fill(map[string]string{"a": "1", "b": "2", "c": "3"}, nil); err == nil {
		t.Error("an unknown value was taken")
	}
	if title, _, err := n.Fill(map[string]string{"a": "{{b}}", "b": "2"}, map[string]string{"a": "x"}); err != nil || title.Zh != "{{b}}" || title.En != "x" {
		t.Error("a value was read as a template", title, err)
	}
}

func TestLoadNotices_refusesTextsThatDiffer(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unlisted variable":   "kind: x\nvars: [a]\ntitle: {zh: '{{a}}{{b}}', en: '{{a}}'}\nbody: {zh: t, en: t}",
		"missing in English":  "kind: x\nvars: [a]\ntitle: {zh: '{{a}}', en: t}\nbody: {zh: t, en: t}",
		"broken braces":       "kind: x\nvars: []\ntitle: {zh: '{{A}}', en: t}\nbody: {zh: t, en: t}",
		"no English":          "kind: x\nvars: []\ntitle: {zh: t}\nbody: {zh: t, en: t}",
		"another kind":        "kind: y\nvars: []\ntitle: {zh: t, en: t}\nbody: {zh: t, en: t}",
		"unknown key":         "kind: x\nvars: []\nfoo: 1\ntitle: {zh: t, en: t}\nbody: {zh: t, en: t}",
		"not a notice at all": "- 1",
	} {
		if _, err := templates.LoadNotices(fstest.MapFS{"notices/x.yaml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	if _, err := templates.LoadNotices(fstest.MapFS{}); err == nil {
		t.Error("no notices at all were taken")
	}
}
