package batch_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"testing"

	"sealgate/server/batch"
	"sealgate/server/testkit"
)

// differentTexts are rows whose texts have nothing in common, two of each; then as many that differ in a name.
func differentTexts(different, alike int) []byte {
	var file strings.Builder
	file.WriteString("手机号,短信内容\n")
	row := 0
	add := func(text string) {
		fmt.Fprintf(&file, "138%08d,【云帆商城】%s\n", (row*7919+13)%100_000_000, text)
		row++
	}
	for i := range different {
		var text strings.Builder
		for j := range 12 {
			text.WriteRune(rune(0x4e00 + (i*977+j*j*131+i*j)%6000))
		}
		add(text.String())
		add(text.String() + "。")
	}
	for i := range alike {
		add(fmt.Sprintf("尊敬的%c%c家长您好，孩子本周的作业已经批改完毕，请登录学习平台查看老师评语并签字确认。", 0x4e00+i*13%900, 0x5200+i*7%800))
	}
	return []byte(file.String())
}

// groupsHold says that the messages of each group of the desk are as many as the group says, and that pages of them are full.
func (b *bench) groupsHold(x *batch.Batch) {
	b.t.Helper()
	groups, err := b.GroupCounts(submitter, x.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	found := map[string]int64{}
	for _, m := range b.messages(x.ID) {
		found[m.Group]++
	}
	for _, g := range groups {
		if found[g.ID] != g.Total() {
			b.t.Errorf("group %s (rest: %v) has %d messages, its verdicts say %d", g.ID, g.Rest, g.Total(), found[g.ID])
		}
		delete(found, g.ID)
	}
	if len(found) > 0 {
		b.t.Errorf("verdicts name groups that the desk does not have: %v", found)
	}
	last := groups[len(groups)-1]
	if shown, _, err := b.ShowMessages(submitter, x.ID, last.ID, 0, 5); err != nil || len(shown) != int(min(5, last.Total())) {
		b.t.Errorf("of the last group's %d messages %d are shown, %v", last.Total(), len(shown), err)
	}
}

func TestSettled_verdictsNameTheDesksGroups_andCarryNoTallies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ different, alike int }{
		"more groups than the desk has": {2300, 0},
		"one wording with many names":   {0, 4000},
		"both, in two chunks":           {2100, 5000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.run(batch.TextPerRow, "", "a.csv", differentTexts(c.different, c.alike))
			if x.State != batch.InReview || x.Good != int64(2*c.different+c.alike) {
				t.Fatalf("%s, %d good, %+v", x.State, x.Good, x.Problem)
			}
			b.groupsHold(x)
			chunks, err := b.Chunks(submitter, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			for i := range chunks {
				if plain := b.plainVerdicts(x, &chunks[i]); len(plain) > 0 {
					t.Errorf("chunk %d still has %d tallies", chunks[i].Seq, len(plain))
				}
			}
			b.nothingStray(x, chunks)
		})
	}
}

// plainVerdicts gives the tallies of a chunk.
func (b *bench) plainVerdicts(x *batch.Batch, c *batch.Chunk) []batch.TallyOf {
	b.t.Helper()
	plain, err := b.OpenPlainVerdicts(submitter, c)
	if err != nil {
		b.t.Fatal(err)
	}
	tallies, err := batch.UnpackTallies(plain)
	if err != nil {
		b.t.Fatal(err)
	}
	return tallies
}

// nothingStray says that what lies in storage is what the rows name.
func (b *bench) nothingStray(x *batch.Batch, chunks []batch.Chunk) {
	b.t.Helper()
	objects, err := b.blobs.List(context.Background(), batch.Folder(x.ID))
	if err != nil {
		b.t.Fatal(err)
	}
	if want := 1 + 2*len(chunks); len(objects) != want {
		b.t.Errorf("%d objects, want %d: %+v", len(objects), want, objects)
	}
}

func TestSettled_templateKeepsItsVerdictsAsTheyAre(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.Template, noticeTemplate, "a.csv", noticeFile(300))
	chunks, err := b.Chunks(submitter, x.ID)
	if err != nil || len(chunks) != 1 {
		t.Fatal(chunks, err)
	}
	if tallies := b.plainVerdicts(x, &chunks[0]); len(tallies) == 0 || !strings.Contains(path.Base(chunks[0].VerdictKey), ".v") {
		t.Errorf("%s was written anew for nothing", chunks[0].VerdictKey)
	}
	b.groupsHold(x)
}

// What a settler stored before it was killed is garbage, once nobody works on the batch.
func TestGarbage_isWhatASettlerLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.TextPerRow, "", "a.csv", differentTexts(0, 100))
	chunks, err := b.Chunks(submitter, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	stray := strings.TrimSuffix(chunks[0].Key, ".msg") + ".s99"
	got, err := b.Garbage(testkit.System(), []string{stray, chunks[0].Key, chunks[0].VerdictKey})
	if err != nil || len(got) != 1 || got[0] != stray {
		t.Errorf("garbage %v, %v", got, err)
	}
}

// A batch that a version before summed up has a row that says which groups were put into which.
func TestSettled_batchesOfAVersionBefore_areShownInTheirGroups(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.TextPerRow, "", "a.csv", []byte("手机号,短信内容\n13800138000,【云帆商城】您的商品已到货，请来领取。\n13800138001,【云帆商城】本周六门店照常营业至晚上九点。\n"))
	groups, err := b.GroupCounts(submitter, x.ID)
	if err != nil || len(groups) != 2 {
		t.Fatal(groups, err)
	}
	from, to := groups[1].ID, groups[0].ID
	pair, err := hex.DecodeString(from + to)
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		fmt.Sprintf("INSERT INTO batch_group_aliases (batch_id, chunk_seq, aliases) VALUES ('%s', 1, '%s')", x.ID, base64.StdEncoding.EncodeToString(pair)),
		fmt.Sprintf("DELETE FROM batch_groups WHERE batch_id = '%s' AND id = '%s'", x.ID, from),
		fmt.Sprintf("UPDATE batch_groups SET pass = pass + %d, hold = hold + %d WHERE batch_id = '%s' AND id = '%s'", groups[1].Pass, groups[1].Hold, x.ID, to),
	} {
		if err := b.db.Run(testkit.System(), func(ctx context.Context) error { return b.db.Q(ctx).Exec(sql).Error }); err != nil {
			t.Fatal(err)
		}
	}
	b.groupsHold(x)
}
