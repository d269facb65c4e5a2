package batch_test

import (
	"fmt"
	"strings"
	"testing"

	"sealgate/server/batch"
)

func TestPage_ofAGroupThatIsSpreadThinlyComesInParts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const n = 10 * batch.ChunkSize // more chunks than one page reads
	var file strings.Builder
	file.WriteString("手机号,短信内容\n")
	for i := range n {
		text := "您的包裹已到，请及时领取。"
		if i == 0 || i == n-1 {
			text = "明天上午九点停水检修，请提前储水。"
		}
		fmt.Fprintf(&file, "13%09d,【云帆商城】%s\n", i*7919%1_000_000_000, text)
	}
	x := b.run(batch.TextPerRow, "", "a.csv", []byte(file.String()))
	groups, err := b.Groups(submitter, x.ID, 0, 10)
	if err != nil || len(groups) != 2 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	many, few := groups[0], groups[1]
	if many.Total() != n-2 || few.Total() != 2 {
		t.Fatalf("groups of %d and %d", many.Total(), few.Total())
	}
	var seqs []int64
	pages, after := 0, int64(0)
	for {
		page, next, err := b.Page(submitter, x.ID, few.ID, after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page {
			seqs = append(seqs, o.Message.Seq)
		}
		pages++
		if next == 0 {
			break
		}
		if next <= after {
			t.Fatalf("the page after %d begins at %d", after, next)
		}
		after = next
	}
	if pages != 2 || len(seqs) != 2 || seqs[0] != 1 || seqs[1] != n {
		t.Errorf("messages %v in %d pages", seqs, pages)
	}
	page, next, err := b.Page(submitter, x.ID, many.ID, 0, 3)
	if err != nil || len(page) != 3 || page[0].Message.Seq != 2 || next != 4 {
		t.Errorf("%d messages, the next page after %d, %v", len(page), next, err)
	}
	if _, _, err := b.Page(submitter, x.ID, "nothing", 0, 3); err == nil {
		t.Error("a group that is not there has messages")
	}
}
