package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sealgate/server/batch"
)

// spreadsheet makes an XLSX of rows.
func spreadsheet(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// numberList has n different numbers, none next to another.
func numberList(n int) []byte {
	var b bytes.Buffer
	b.WriteString("手机号\n")
	for i := range n {
		fmt.Fprintln(&b, 13800000000+int64(i)*7919%99_999_999)
	}
	return b.Bytes()
}

func (b *bench) step() bool {
	b.t.Helper()
	did, err := b.Work(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return did
}

func TestWork_aCustomerWithManyLargeBatchesDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	large := numberList(2*batch.ChunkSize + 100)
	var big []string
	for range 4 {
		x := b.create(batch.ListOne, "【云帆商城】您的包裹已到。")
		b.upload(x.ID, "large.csv", large)
		big = append(big, x.ID)
	}
	for range 5 { // it is well under way when the other comes
		b.step()
	}
	o := b.order(batch.ListOne, "【云帆商城】您的订单已发货。")
	o.ContractID, o.SignatureID = "k2", "s2"
	small, err := b.Create(submitter, o)
	if err != nil {
		t.Fatal(err)
	}
	b.upload(small.ID, "small.csv", numberList(100))
	pieces := 0
	for b.get(small.ID).State != batch.InReview {
		if !b.step() {
			t.Fatalf("nothing is done, and the small batch is %s", b.get(small.ID).State)
		}
		if pieces++; pieces > 6 { // its own three, and one of the other's before each
			t.Fatalf("after %d pieces of work the small batch is still %s", pieces, b.get(small.ID).State)
		}
	}
	waiting := 0
	for _, id := range big {
		if b.get(id).State != batch.InReview {
			waiting++
		}
	}
	if waiting == 0 {
		t.Fatal("the large ones were done before: the test shows nothing")
	}
	b.work()
	for _, id := range big {
		if got := b.get(id); got.State != batch.InReview {
			t.Errorf("a large one is %s", got.State)
		}
	}
}

func TestWork_readsOneFileOfACustomerAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 2 {
		b.upload(b.create(batch.ListOne, "【云帆商城】您的包裹已到。").ID, "a.csv", numberList(10))
	}
	// Another server has taken the first file.
	if _, err := b.db.SQL().Exec("UPDATE batches SET lease_until = ? WHERE id = (SELECT MIN(id) FROM (SELECT id FROM batches) x)", b.clock.Real().Add(20*time.Second).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	if b.step() {
		t.Error("the second file of the customer is read beside the first")
	}
	b.work()
}

func TestDiscard_leavesTheMessagesOfAPoisonedChunkOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.ListOne, "【云帆商城】您的包裹已到。")
	b.upload(x.ID, "a.csv", numberList(batch.ChunkSize+50))
	b.step() // reads
	b.step() // screens one of the two
	b.fault = errors.New("the directory of customers is gone")
	b.work()
	got := b.get(x.ID)
	if got.State != batch.Failed || got.Problem.Code != batch.ErrChunkAside.Code || !slices.Contains(batch.Actions(got), "discard") {
		t.Fatalf("%s, %+v, %v", got.State, got.Problem, batch.Actions(got))
	}
	aside, err := b.Aside(submitter, got)
	if err != nil || len(aside) != 1 || aside[0].Tries != 3 || !strings.Contains(aside[0].LastError, "directory of customers") {
		t.Fatalf("%+v, %v", aside, err)
	}
	b.fault = nil
	if err := b.Discard(submitter, x.ID, aside[0].Seq, " "); !errors.Is(err, batch.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.Discard(submitter, x.ID, 3-aside[0].Seq, "x"); !errors.Is(err, batch.ErrNotAside) {
		t.Errorf("a chunk that is well: %v", err)
	}
	if err := b.Discard(submitter, x.ID, aside[0].Seq, "not worth waiting for"); err != nil {
		t.Fatal(err)
	}
	b.work()
	got = b.get(x.ID)
	if got.State != batch.InReview || got.Refuse != aside[0].Count || got.Pass != batch.ChunkSize+50-aside[0].Count {
		t.Errorf("%s: %d pass, %d refused", got.State, got.Pass, got.Refuse)
	}
	for _, m := range b.messages(x.ID) {
		refused := m.Verdict != "pass"
		if inside := m.Message.Seq >= aside[0].FirstSeq && m.Message.Seq < aside[0].FirstSeq+aside[0].Count; refused != inside || refused && m.Hits[0].ReasonCode != "BATCH.SET_ASIDE" {
			t.Fatalf("message %d: %s %+v", m.Message.Seq, m.Verdict, m.Hits)
		}
	}
}

func TestDiscard_isNoCureForAChunkThatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.ListOne, "【云帆商城】您的包裹已到。")
	b.upload(x.ID, "a.csv", numberList(50))
	b.step()
	chunks, err := b.Chunks(submitter, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.blobs.Put(context.Background(), chunks[0].Key, strings.NewReader("rubbish")); err != nil {
		t.Fatal(err)
	}
	b.work()
	if err := b.Discard(submitter, x.ID, 1, "away with it"); !errors.Is(err, batch.ErrChunkLost) {
		t.Errorf("%v", err)
	}
	if err := b.Cancel(submitter, x.ID, "uploaded again"); err != nil {
		t.Error(err)
	}
}

func TestResume_triesAPoisonedChunkAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.ListOne, "【云帆商城】您的包裹已到。")
	b.fault = errors.New("gone for a while")
	b.upload(x.ID, "a.csv", numberList(50))
	b.work()
	b.fault = nil
	if err := b.Resume(submitter, x.ID); err != nil {
		t.Fatal(err)
	}
	b.work()
	if got := b.get(x.ID); got.State != batch.InReview {
		t.Errorf("%s %+v", got.State, got.Problem)
	}
}
