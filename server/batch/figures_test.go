package batch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/batch"
	"sealgate/server/testkit"
)

// The figures of rules are those of the verdicts, over several chunks: each message counts once for each rule that hit it, however
// often. A set in the shadow is counted beside and changes no verdict.
func TestFigures_areThoseOfTheVerdicts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lead := testkit.As("lead", "compliance_lead")
	rule := "id: fraud.test_shadow\ntitle: {zh: 题, en: title}\nclass: fraud\nlevel: 3\naction: hold\nterms: {w: [到货]}\nreason_code: CONTENT.KEYWORD\ntests: {hit: [到货], miss: [再见]}\n"
	if s, err := b.Rules.Create(lead, "rule", rule); err != nil || !s.Accepted {
		t.Fatal(s, err)
	}
	run, err := b.Rules.StartShadow(lead, "先看看")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"【云帆商城】您的商品已到货。", "【云帆商城】代开发票代开发票，电话13800138000。", "您好，贷款请加微信abc12345", "【云帆商城】再见。"}
	var file strings.Builder
	file.WriteString("手机号,短信内容\n")
	const n = batch.ChunkSize + 2000
	for i := range n {
		fmt.Fprintf(&file, "138%08d,%s\n", (i*7919+13)%100000000, texts[i%len(texts)])
	}
	x := b.run(batch.TextPerRow, "", "a.csv", []byte(file.String()))
	if x.State != batch.InReview || x.ChunkCount < 2 {
		t.Fatalf("%s, %d chunks", x.State, x.ChunkCount)
	}
	want := map[string]int64{}
	for _, m := range b.messages(x.ID) {
		seen := map[string]bool{}
		for _, h := range m.Hits {
			if h.Shadow || h.Rule == "fraud.test_shadow" {
				t.Fatalf("a rule in the shadow acts: %+v", h)
			}
			if !seen[h.Rule] {
				seen[h.Rule] = true
				want[h.Rule]++
			}
		}
	}
	for _, h := range x.Hits {
		want[h.Rule]++
	}
	rows, err := b.db.ReadSQL().Query("SELECT rule_id, messages, rule_set FROM rule_hits WHERE batch_id = ?", x.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]int64{}
	for rows.Next() {
		var id, set string
		var m int64
		if err := rows.Scan(&id, &m, &set); err != nil {
			t.Fatal(err)
		}
		if got[id] = m; set != x.RuleSetVersion {
			t.Errorf("%s is counted for %s, judged by %s", id, set, x.RuleSetVersion)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(want) < 3 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %v\nverdicts %v", got, want)
	}
	rep, err := b.Rules.ShadowReport(context.Background(), run.ID)
	if err != nil || rep.Messages != n || len(rep.Rules) != 1 || rep.Rules[0].Rule != "fraud.test_shadow" || rep.Rules[0].Newly != (n+3)/4 || rep.Changed != (n+3)/4 {
		t.Errorf("shadow: %+v %v", rep, err)
	}
	if vs, err := b.Rules.Verify(testkit.System()); err != nil || len(vs) > 0 {
		t.Errorf("%v %v", vs, err)
	}
}
