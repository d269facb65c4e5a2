package batch_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"sealgate/server/batch"
	"sealgate/server/screening"
)

const noticeTemplate = "【云帆商城】{姓名}您好，订单{订单号}已到货，应付{金额}元，请于{到货日期}前自提，咨询028-85551234。"

func TestStory_noticeTemplateInGBK_badRowsComeBackTheRestIsJudged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.Template, noticeTemplate, "notice_template_gbk.csv", sampleFile(t, "notice_template_gbk.csv"))
	if x.State != batch.InReview || x.Encoding != "gb18030" || x.Format != "csv" {
		t.Fatalf("state %s (%+v), %s, %s", x.State, x.Problem, x.Encoding, x.Format)
	}
	t.Logf("rows %d, good %d, bad %d, repeated %d, parts %d, pass %d, hold %d, refused %d, groups %d", x.Rows, x.Good, x.Bad, x.Duplicates, x.Parts, x.Pass, x.Hold, x.Refuse, x.GroupCount)
	if x.Rows != 20_000 || x.Good+x.Bad+x.Duplicates != x.Rows || x.Bad != 102 || x.Duplicates < 140 || x.Duplicates > 150 {
		t.Errorf("rows %d = good %d + bad %d + repeated %d", x.Rows, x.Good, x.Bad, x.Duplicates)
	}
	if x.Pass < 19_000 || x.Pass+x.Hold+x.Refuse+x.Escalate != x.Good {
		t.Errorf("pass %d, hold %d, refuse %d of %d", x.Pass, x.Hold, x.Refuse, x.Good)
	}
	ms := b.messages(x.ID)
	if int64(len(ms)) != x.Good {
		t.Fatalf("%d messages, %d good rows", len(ms), x.Good)
	}
	if m := ms[0]; m.Phone != "15324591510" || m.Line != 2 || m.Text != "【云帆商城】宋华您好，订单DD202657042776已到货，应付224.73元，请于2026-11-06前自提，咨询028-85551234。" || m.Carrier != "ctcc" || m.Parts != screening.SMSParts(m.Text) {
		t.Errorf("first message %+v", m)
	}
	errors := lines(b.errorFile(x.ID))
	if int64(len(errors)) != 1+x.Bad+x.Duplicates {
		t.Errorf("%d lines in the error file for %d bad and %d repeated", len(errors), x.Bad, x.Duplicates)
	}
	file := strings.Join(errors, "\n")
	for _, code := range []string{"PHONE.SCIENTIFIC", "PHONE.LANDLINE", "PHONE.SHORT", "PHONE.EMPTY", "ROW.DUPLICATE"} {
		if !strings.Contains(file, code) {
			t.Errorf("no %s in the error file", code)
		}
	}
	if len(x.Mapping.Columns) != 5 || x.Mapping.Columns[0] != (batch.Column{Name: "手机号", Use: "phone"}) || x.Mapping.Columns[4].Use != "variable" {
		t.Errorf("mapping %+v", x.Mapping)
	}
}

func TestStory_mixedTexts_theBadOnesAreRefusedOrHeldInGroups(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.TextPerRow, "", "mixed_texts_utf8bom.csv", sampleFile(t, "mixed_texts_utf8bom.csv"))
	if x.State != batch.InReview || x.Encoding != "utf-8-bom" {
		t.Fatalf("state %s (%+v), %s", x.State, x.Problem, x.Encoding)
	}
	t.Logf("rows %d, good %d, pass %d, hold %d, refused %d, escalated %d, groups %d, level %d", x.Rows, x.Good, x.Pass, x.Hold, x.Refuse, x.Escalate, x.GroupCount, x.MaxLevel)
	if x.Rows != 20_000 || x.Good != 20_000 {
		t.Errorf("rows %d, good %d", x.Rows, x.Good)
	}
	if x.Refuse == 0 || x.Hold == 0 {
		t.Errorf("hold %d, refuse %d", x.Hold, x.Refuse)
	}
	groups, err := b.ShowGroups(submitter, x.ID, 0, 5000)
	if err != nil || int64(len(groups)) != x.GroupCount || len(groups) > batch.MaxGroups {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	var sum batch.Group
	byID := map[string]int64{}
	for i, g := range groups {
		sum.Pass, sum.Hold, sum.Refuse, sum.Escalate = sum.Pass+g.Pass, sum.Hold+g.Hold, sum.Refuse+g.Refuse, sum.Escalate+g.Escalate
		byID[g.ID] = g.Total()
		if g.Position != int64(i+1) || g.Sample == "" {
			t.Errorf("group %d: position %d, sample %q", i, g.Position, g.Sample)
		}
	}
	if sum.Pass != x.Pass || sum.Hold != x.Hold || sum.Refuse != x.Refuse {
		t.Errorf("groups sum to %+v", sum)
	}
	for _, m := range b.messages(x.ID) {
		byID[m.Group]--
		if m.Verdict != screening.Pass && len(m.Hits) == 0 {
			t.Fatalf("message %d is %s without a reason", m.Message.Seq, m.Verdict)
		}
	}
	for id, left := range byID {
		if left != 0 {
			t.Errorf("group %s is off by %d messages", id, left)
		}
	}
	shown, _, err := b.ShowMessages(submitter, x.ID, groups[0].ID, 0, 20)
	if err != nil || len(shown) == 0 {
		t.Fatal(err)
	}
	for _, m := range shown {
		if !strings.Contains(m.Phone, "****") {
			t.Errorf("a number is shown whole: %s", m.Phone)
		}
		text := ""
		for _, seg := range m.Segments {
			text += seg.Text
		}
		if text == "" {
			t.Error("no text")
		}
	}
}

func TestStory_numberRangeInUTF16_isRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.ListOne, "【云帆商城】您的包裹已到，请及时领取。", "number_range_utf16.txt", sampleFile(t, "number_range_utf16.txt"))
	if x.State != batch.Refused || !strings.Contains(x.Reason, "RCPT.NUMBER_RANGE") {
		t.Fatalf("state %s, reason %s, problem %+v", x.State, x.Reason, x.Problem)
	}
	if x.Encoding != "utf-16le" || x.Format != "txt" || x.Good != 5000 || x.LongestRun != 5000 || x.InRuns != 5000 {
		t.Errorf("%s %s, good %d, run %d", x.Encoding, x.Format, x.Good, x.LongestRun)
	}
}

// The same on the small samples under testdata, which are always there.
func TestSamples_ofEveryKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, encoding        string
		mode                  batch.Mode
		text                  string
		state                 batch.State
		good, bad, duplicates int64
	}{
		{"notice_gbk.csv", "gb18030", batch.Template, noticeTemplate, batch.InReview, 13, 3, 1},
		{"texts_utf8bom.csv", "utf-8-bom", batch.TextPerRow, "", batch.InReview, 12, 0, 0},
		{"range_utf16.txt", "utf-16le", batch.ListOne, list, batch.Refused, 200, 0, 0},
		{"texts.jsonl", "utf-8", batch.TextPerRow, "", batch.InReview, 5, 1, 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(filepath.Join("testdata", c.file))
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t)
			x := b.run(c.mode, c.text, c.file, content)
			if x.State != c.state || x.Encoding != c.encoding || x.Good != c.good || x.Bad != c.bad || x.Duplicates != c.duplicates {
				t.Errorf("%s (%s %+v), %s, good %d, bad %d, repeated %d", x.State, x.Reason, x.Problem, x.Encoding, x.Good, x.Bad, x.Duplicates)
			}
			if c.file == "texts_utf8bom.csv" && (x.Refuse+x.Hold != 6 || x.Pass != 6 || x.GroupCount != 4) {
				t.Errorf("pass %d, hold %d, refuse %d, groups %d", x.Pass, x.Hold, x.Refuse, x.GroupCount)
			}
		})
	}
}

// Several servers work on several batches at once; each message is judged once and every batch comes to its end.
func TestWorkers_ofSeveralServersShareTheWork(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.contract.Terms.DailyCap = 1_000_000
	var ids []string
	for range 3 {
		x := b.create(batch.Template, crashText)
		b.upload(x.ID, "list.csv", crashFile())
		ids = append(ids, x.ID)
	}
	dir := filepath.Dir(b.blobDir)
	var wg sync.WaitGroup
	for range 3 {
		server := openBench(t, b.db, dir, b.clock)
		server.desk.contract = b.contract
		wg.Go(func() {
			for idle := 0; idle < 50; {
				did, err := server.Work(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if did {
					idle = 0
					continue
				}
				idle++
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	b.work()
	for _, id := range ids {
		if got := b.get(id); got.State != batch.InReview {
			t.Fatalf("%s %+v", got.State, got.Problem)
		}
		checkWhole(t, b, id)
	}
}
