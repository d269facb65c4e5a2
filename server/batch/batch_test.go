package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/batch/intake"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/screening"
	"sealgate/server/testkit"
)

func TestStates_everyoneCanEndAndNothingLeavesAnEnd(t *testing.T) {
	t.Parallel()
	for _, from := range batch.States() {
		reached := map[batch.State]bool{from: true}
		for grew := true; grew; {
			grew = false
			for a := range reached {
				for _, b := range batch.States() {
					if batch.MayGo(a, b) && !reached[b] {
						reached[b], grew = true, true
					}
				}
			}
		}
		if from.IsFinal() {
			if len(reached) != 1 {
				t.Errorf("%s is an end but leads to %v", from, reached)
			}
			continue
		}
		if !reached[batch.Cancelled] {
			t.Errorf("%s can't be cancelled, now or later", from)
		}
	}
	if batch.MayGo(batch.Screening, batch.Approved) || batch.MayGo(batch.Screening, batch.Sending) || batch.MayGo(batch.InReview, batch.Sending) {
		t.Error("there is a way to sending past the reviewers' approval")
	}
}

func TestCreate_namesEveryFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct {
		name   string
		change func(o *batch.Order)
		field  string
		says   string
	}{
		{"mode", func(o *batch.Order) { o.Mode = "x" }, "mode", ""},
		{"category", func(o *batch.Order) { o.Category = "x" }, "category", ""},
		{"category that the contract lacks", func(o *batch.Order) { o.Category = batch.Advertising }, "category", "通知、验证码"},
		{"no text", func(o *batch.Order) { o.Text = " " }, "text", ""},
		{"text with a control character", func(o *batch.Order) { o.Text = "a\x00{b}" }, "text", "第 2 个字符"},
		{"too long", func(o *batch.Order) { o.Text = strings.Repeat("长", 1001) + "{a}" }, "text", "1000"},
		{"open brace", func(o *batch.Order) { o.Text = "您好{姓名" }, "text", "第 3 个字符"},
		{"close brace", func(o *batch.Order) { o.Text = "您好}姓名" }, "text", "第 3 个字符"},
		{"nested", func(o *batch.Order) { o.Text = "{a{b}}" }, "text", "第 1 个字符"},
		{"nameless", func(o *batch.Order) { o.Text = "{ }" }, "text", "第 1 个字符"},
		{"no variable", func(o *batch.Order) { o.Text = "您好" }, "text", ""},
		{"text where rows have theirs", func(o *batch.Order) { o.Mode = batch.TextPerRow }, "text", ""},
		{"past", func(o *batch.Order) { o.ScheduledAt = caldate.InstantMs(1) }, "scheduled_at", ""},
		{"foreign signature", func(o *batch.Order) { o.SignatureID = "zz" }, "signature_id", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := b.order(batch.Template, "您好{姓名}")
			c.change(&o)
			_, err := b.Create(submitter, o)
			e := errs.As(err)
			if !errors.Is(err, batch.ErrInvalid) || len(e.Fields) != 1 || e.Fields[0].Field != c.field || !strings.Contains(e.Fields[0].Zh, c.says) || e.Fields[0].En == "" {
				t.Errorf("got %v", err)
			}
		})
	}
	o := b.order(batch.Template, "您好{姓名}")
	o.ContractID = "zz"
	if _, err := b.Create(submitter, o); !errors.Is(err, contract.ErrNotFound) {
		t.Errorf("unknown contract: %v", err)
	}
	b.contract.State = contract.AwaitingSignature
	if _, err := b.Create(submitter, b.order(batch.Template, "您好{姓名}")); !errors.Is(err, batch.ErrContract) {
		t.Errorf("unsigned contract: %v", err)
	}
	b.contract.State, b.signature.State = contract.Active, registration.Submitted
	if _, err := b.Create(submitter, b.order(batch.Template, "您好{姓名}")); errs.As(err) == nil || errs.As(err).Fields[0].Code != "not_approved" {
		t.Errorf("unapproved signature: %v", err)
	}
}

const list = "【云帆商城】您的包裹已到，请及时领取。"

func TestUpload_refusesAtOnceWhatItsBeginningShows_andChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *batch.Deps) { d.Limits.MaxFile = 1 << 20 })
	for _, c := range []struct {
		name, file string
		mode       batch.Mode
		text       string
		want       error
		says       string
	}{
		{"empty file", "", batch.ListOne, list, intake.ErrEmpty, ""},
		{"zip named .csv", "PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("x", 100), batch.ListOne, list, intake.ErrZip, "压缩包"},
		{"picture", "\x89PNG\r\n\x1a\n", batch.ListOne, list, intake.ErrNotTable, "PNG"},
		{"million columns", strings.Repeat("列,", 100_000) + "\n", batch.ListOne, list, intake.ErrHead, "第 1 行"},
		{"missing column", "手机号,姓名\n13800138000,张三\n", batch.Template, "{姓名}的{订单号}", intake.ErrNoVariable, "订单号"},
		{"no number", "姓名,城市\n张三,成都\n", batch.ListOne, list, intake.ErrNoPhone, ""},
		{"too large", strings.Repeat("13800138000\n", 100_000), batch.ListOne, list, batch.ErrTooLarge, "1 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := b.create(c.mode, c.text)
			_, err := b.Upload(submitter, x.ID, "numbers.csv", int64(len(c.file)), strings.NewReader(c.file))
			if !errors.Is(err, c.want) || !strings.Contains(errs.As(err).Zh, c.says) || errs.As(err).En == "" {
				t.Errorf("got %v", err)
			}
			if got := b.get(x.ID); got.State != batch.Draft || got.Version != 1 || got.FileName != "" {
				t.Errorf("the batch changed: %s, version %d", got.State, got.Version)
			}
		})
	}
}

func TestUpload_thatBreaksOffAsksForTheFileAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *batch.Deps) { d.Limits.MaxFile = 1 << 20 })
	good := []byte(strings.Repeat("13800138000\n13900139000\n", 20_000))
	for _, c := range []struct {
		name string
		size int64
		body io.Reader
		want error
	}{
		{"the line breaks", int64(len(good)), io.MultiReader(bytes.NewReader(good[:300_000]), iotest.ErrReader(errors.New("connection reset"))), batch.ErrInterrupted},
		{"fewer bytes than announced", int64(len(good)), bytes.NewReader(good[:300_000]), batch.ErrInterrupted},
		{"more bytes than allowed, unannounced", -1, io.MultiReader(bytes.NewReader(good), bytes.NewReader(good), bytes.NewReader(good)), batch.ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := b.create(batch.ListOne, list)
			_, err := b.Upload(submitter, x.ID, "numbers.txt", c.size, c.body)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			got := b.get(x.ID)
			if got.State != batch.Draft || got.Problem.Code != errs.As(c.want).Code || !slices.Contains(batch.Actions(got), "upload") {
				t.Fatalf("state %s, problem %+v", got.State, got.Problem)
			}
			objects, err := b.blobs.List(context.Background(), "batches/"+x.ID+"/")
			if err != nil || len(objects) != 0 {
				t.Errorf("left behind: %v %v", objects, err)
			}
			if got := b.upload(x.ID, "numbers.txt", []byte("13800138000\n")); got.State != batch.Receiving || got.Problem.Code != "" {
				t.Errorf("the second upload: %s %+v", got.State, got.Problem)
			}
		})
	}
}

func TestRows_areReadRightOrComeBackWithLineAndReason(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *batch.Deps) { d.Limits.Intake.MaxLine = 4096 })
	file := "手机号,姓名\n" +
		"13800138000,张三\n" + // 2
		"１３９００１３９０００,李四\n" + // 3: full width
		"+86 137-0013-7000,\"王,五\"\n" + // 4: spelling, quoted comma
		"1.38E+10,赵六\n" + // 5
		"02885551234,钱七\n" + // 6
		"1380013800,孙八\n" + // 7
		",周九\n" + // 8
		"13600136000,\n" + // 9: empty variable
		"13500135000,吴\xe5\x8d\n" + // 10: broken encoding
		"13500135001,郑\x07十\n" + // 11: control character
		"13400134000,a,b\n" + // 12: too many columns
		"13800138000,张三\n" + // 13: repeats line 2
		"13800138000,张三丰\n" + // 14: same number, other text
		"15800158000," + strings.Repeat("长", 2000) + "\n" + // 15: line too long
		"15800158001," + strings.Repeat("长", 1100) + "\n" + // 16: message too long
		"15900159000,\"冯\n" + // 17: open quote
		"=cmd|' /C calc'!A0,陈\n" + // 18: formula
		"15700157000,楚\n" // 19
	x := b.run(batch.Template, "【云帆商城】{姓名}您好，您的包裹已到。", "a.csv", []byte(file))
	if x.State != batch.InReview {
		t.Fatalf("%s %+v", x.State, x.Problem)
	}
	var got []string
	for _, m := range b.messages(x.ID) {
		got = append(got, fmt.Sprintf("%d %s %s", m.Line, m.Phone, m.Vars[0]))
	}
	want := []string{"2 13800138000 张三", "3 13900139000 李四", "4 13700137000 王,五", "14 13800138000 张三丰", "19 15700157000 楚"}
	if !slices.Equal(got, want) {
		t.Errorf("messages %q", got)
	}
	if x.Rows != 18 || x.Good != 5 || x.Bad != 12 || x.Duplicates != 1 {
		t.Errorf("rows %d, good %d, bad %d, repeated %d", x.Rows, x.Good, x.Bad, x.Duplicates)
	}
	errorLines := lines(b.errorFile(x.ID))
	if !strings.HasPrefix(errorLines[0], "\ufeff") {
		t.Error("no byte order mark")
	}
	for i, want := range []string{
		"5,PHONE.SCIENTIFIC,", "6,PHONE.LANDLINE,", "7,PHONE.SHORT,", "8,PHONE.EMPTY,", "9,VAR.EMPTY,变量“姓名”没有值，请补上,", "10,ROW.ENCODING,", "11,TEXT.CONTROL,", "12,ROW.COLUMNS,",
		"13,ROW.DUPLICATE,", "15,ROW.TOO_LONG,", "16,TEXT.TOO_LONG,", "17,ROW.QUOTE,", "18,CELL.FORMULA,",
	} {
		if i+1 >= len(errorLines) || !strings.HasPrefix(errorLines[i+1], want) {
			t.Errorf("error line %d: want %s in\n%s", i+1, want, strings.Join(errorLines, "\n"))
			break
		}
	}
	all := strings.Join(errorLines, "\n")
	for _, want := range []string{"'=cmd|' /C calc'!A0", `13500135000,吴\xE5\x8D`, "13400134000,a,b", "1.38E+10,赵六"} {
		if !strings.Contains(all, want) {
			t.Errorf("the error file lacks %q", want)
		}
	}
	shown, err := b.ErrorRows(submitter, x.ID, 100)
	if err != nil || len(shown) != 13 || shown[8].Masked[0] != "138****8000" || shown[8].Line != 13 {
		t.Errorf("shown %+v %v", shown, err)
	}
}

func TestFiles_ofEveryFormGiveTheSameMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	gbk := func(s string) string {
		out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	csv := "手机号,短信内容\n13800138000,【云帆商城】您的包裹已到\n13900139000,【云帆商城】您的订单已发货\n"
	var xlsx bytes.Buffer
	f := excelize.NewFile()
	for i, row := range [][]any{{"手机号", "短信内容"}, {13800138000, "【云帆商城】您的包裹已到"}, {"13900139000", "【云帆商城】您的订单已发货"}} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"csv": csv, "tabs": strings.ReplaceAll(csv, ",", "\t"), "semicolons": strings.ReplaceAll(csv, ",", ";"), "gbk": gbk(csv), "bom": "\ufeff" + csv,
		"no header": strings.SplitAfterN(csv, "\n", 2)[1], "xlsx": xlsx.String(),
		"txt":   "13800138000 【云帆商城】您的包裹已到\n13900139000 【云帆商城】您的订单已发货\n",
		"jsonl": `{"phone":"13800138000","text":"【云帆商城】您的包裹已到"}` + "\n" + `{"text":"【云帆商城】您的订单已发货","phone":"13900139000"}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			x := b.run(batch.TextPerRow, "", "file.bin", []byte(file))
			if x.State != batch.InReview {
				t.Fatalf("%s %+v", x.State, x.Problem)
			}
			ms := b.messages(x.ID)
			if len(ms) != 2 || ms[0].Phone != "13800138000" || ms[0].Text != "【云帆商城】您的包裹已到" || ms[1].Phone != "13900139000" || ms[1].Text != "【云帆商城】您的订单已发货" {
				t.Errorf("messages %+v", ms)
			}
			if ms[0].Verdict != screening.Pass {
				t.Errorf("verdict %s %+v", ms[0].Verdict, ms[0].Hits)
			}
		})
	}
}

func TestRead_findsWhatOnlyTheWholeFileShows_andTakesAnotherFileThen(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *batch.Deps) { d.Limits.MaxRows = 1000 })
	for _, c := range []struct{ name, file, code string }{
		{"no good row", "手机号\n1.38E+10\n02885551234\n", "batch.no_good_rows"},
		{"too many rows", strings.Repeat("13800138000\n", 1001), "batch.too_many_rows"},
		{"cut spreadsheet", "PK\x03\x04" + strings.Repeat("\x00", 22) + "\x13\x00\x00\x00[Content_Types].xml", "file.xlsx_broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := b.run(batch.ListOne, list, "numbers.txt", []byte(c.file))
			if x.State != batch.Failed || x.Problem.Code != c.code || x.Problem.Zh == "" || x.Problem.En == "" {
				t.Fatalf("%s %+v", x.State, x.Problem)
			}
			if chunks, err := b.Chunks(submitter, x.ID); err != nil || len(chunks) != 0 {
				t.Errorf("%d chunks are left, %v", len(chunks), err)
			}
			if !slices.Equal(batch.Actions(x), []string{"upload", "cancel"}) {
				t.Errorf("actions %v", batch.Actions(x))
			}
			b.upload(x.ID, "better.txt", []byte("13800138000\n13900139000\n"))
			b.work()
			if got := b.get(x.ID); got.State != batch.InReview || got.Good != 2 || got.Problem.Code != "" {
				t.Errorf("the second file: %s, good %d, %+v", got.State, got.Good, got.Problem)
			}
		})
	}
}

func TestScreening_leavesOutWhoOptedOutAndRefusesWhatTheBatchRulesForbid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := []byte("13800138000\n13900139000\n13700137000\n")
	for phone, kind := range map[string]recipient.Kind{"13800138000": recipient.OptOut, "13900139000": recipient.Blacklist} {
		if err := b.recipients.Block(testkit.System(), recipient.Add{Phone: phone, CustomerID: "c1", Kind: kind, Source: "reply"}); err != nil {
			t.Fatal(err)
		}
	}
	x := b.run(batch.ListOne, list, "a.txt", file)
	ms := b.messages(x.ID)
	if x.State != batch.InReview || x.Refuse != 2 || x.Pass != 1 || x.PassParts != 1 {
		t.Fatalf("%s, refused %d, pass %d, parts %d", x.State, x.Refuse, x.Pass, x.PassParts)
	}
	if ms[0].Verdict != screening.RefuseMessage || ms[0].Hits[0].ReasonCode != "RCPT.OPTED_OUT" || ms[1].Hits[0].ReasonCode != "RCPT.BLACKLISTED" || ms[2].Verdict != screening.Pass {
		t.Errorf("verdicts %+v", ms)
	}
	for _, c := range []struct {
		name   string
		change func(b *bench)
		state  batch.State
		code   string
	}{
		{"daily cap", func(b *bench) { b.contract.Terms.DailyCap = 2 }, batch.Refused, "BATCH.DAILY_CAP"},
		{"licence", func(b *bench) { b.hindrances = []string{"licence"} }, batch.Refused, "BATCH.LICENCE"},
		{"signature lapsed", func(b *bench) { b.signature.State = registration.Refused }, batch.Refused, "BATCH.SIGNATURE"},
		{"category taken away", func(b *bench) { b.contract.AllowedCategories = []string{"verification"} }, batch.Refused, "BATCH.CATEGORY"},
		{"suspended", func(b *bench) { b.hindrances = []string{"suspended:non_payment"} }, batch.InReview, "BATCH.CONTRACT"},
		{"outside hours", func(b *bench) { b.contract.SendFrom = "11:00" }, batch.InReview, "BATCH.HOURS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.create(batch.ListOne, list)
			c.change(b)
			b.upload(x.ID, "a.txt", file)
			b.work()
			got := b.get(x.ID)
			if got.State != c.state || len(got.Hits) == 0 || got.Hits[0].ReasonCode != c.code {
				t.Fatalf("%s, reason %q, hits %+v", got.State, got.Reason, got.Hits)
			}
			reasons := got.Reasons(func(string) (string, string) { return "", "" })
			if len(reasons) != 1 || reasons[0].Code != c.code || reasons[0].Zh == "" || reasons[0].RemedyEn == "" {
				t.Errorf("reasons %+v", reasons)
			}
		})
	}
}

func TestDailyCap_countsWhatWasApprovedBeforeThatDay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.contract.Terms.DailyCap = 5
	file := []byte("13800138000\n13900139000\n13700137000\n")
	first := b.run(batch.ListOne, list, "a.txt", file)
	second := b.run(batch.ListOne, list, "a.txt", file)
	if second.State != batch.InReview {
		t.Fatalf("nothing is approved yet: %s %s", second.State, second.Reason)
	}
	if err := b.SetState(testkit.System(), first.ID, batch.InReview, batch.Approved, ""); err != nil {
		t.Fatal(err)
	}
	if third := b.run(batch.ListOne, list, "a.txt", file); third.State != batch.Refused || third.Reason != "BATCH.DAILY_CAP" {
		t.Errorf("%s %s", third.State, third.Reason)
	}
}

func TestSetState_isConditionalAndKeepsToTheTable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.ListOne, list, "a.txt", []byte("13800138000\n"))
	ctx := testkit.System()
	if err := b.SetState(ctx, x.ID, batch.Screening, batch.InReview, ""); !errors.Is(err, batch.ErrState) {
		t.Errorf("from another state: %v", err)
	}
	if err := b.SetState(ctx, x.ID, batch.InReview, batch.Sending, ""); !errors.Is(err, batch.ErrState) {
		t.Errorf("past the approval: %v", err)
	}
	if err := b.Pause(submitter, x.ID, "stop"); err != nil {
		t.Fatal(err)
	}
	if err := b.SetState(ctx, x.ID, batch.Paused, batch.Sending, ""); !errors.Is(err, batch.ErrState) {
		t.Errorf("resumed to another place: %v", err)
	}
	if err := b.Resume(submitter, x.ID); err != nil || b.get(x.ID).State != batch.InReview {
		t.Error(err)
	}
	if err := b.Cancel(submitter, x.ID, "wrong list"); err != nil {
		t.Fatal(err)
	}
	if err := b.Resume(submitter, x.ID); !errors.Is(err, batch.ErrState) {
		t.Errorf("a cancelled batch was resumed: %v", err)
	}
	if err := b.Cancel(submitter, "nothing", ""); !errors.Is(err, batch.ErrNotFound) {
		t.Error(err)
	}
}

func TestScope_hidesOtherCustomersBatchesInListsCountsAndReads(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.run(batch.ListOne, list, "a.txt", []byte("13800138000\n1\n"))
	stranger := actor.With(context.Background(), actor.Actor{UserID: "u2", Roles: []string{"customer"}, CustomerID: "c2", Scope: actor.Scope{CustomerID: "c2"}})
	own := actor.With(context.Background(), actor.Actor{UserID: "u1", Roles: []string{"customer"}, CustomerID: "c1", Scope: actor.Scope{CustomerID: "c1"}})
	for name, try := range map[string]func(ctx context.Context) error{
		"get":    func(ctx context.Context) error { _, err := b.Service.Get(ctx, x.ID); return err },
		"cancel": func(ctx context.Context) error { return b.Cancel(ctx, x.ID, "") },
		"pause":  func(ctx context.Context) error { return b.Pause(ctx, x.ID, "") },
		"upload": func(ctx context.Context) error {
			_, err := b.Upload(ctx, x.ID, "a", 1, strings.NewReader("1"))
			return err
		},
		"errors":   func(ctx context.Context) error { _, _, err := b.ErrorFile(ctx, x.ID); return err },
		"rows":     func(ctx context.Context) error { _, err := b.ErrorRows(ctx, x.ID, 1); return err },
		"groups":   func(ctx context.Context) error { _, err := b.ShowGroups(ctx, x.ID, 0, 1); return err },
		"messages": func(ctx context.Context) error { _, _, err := b.ShowMessages(ctx, x.ID, "0", 0, 1); return err },
	} {
		if err := try(stranger); !errors.Is(err, batch.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for ctx, want := range map[context.Context]int64{stranger: 0, own: 1} {
		items, counts, _, err := b.List(ctx, batch.Query{Limit: 10, Search: "云帆"})
		if err != nil || int64(len(items)) != want || counts[batch.InReview] != want {
			t.Errorf("%d items, counts %v, %v", len(items), counts, err)
		}
	}
	if items, _, _, err := b.List(own, batch.Query{Limit: 10, Search: "%"}); err != nil || len(items) != 0 {
		t.Errorf("a percent sign is a wildcard: %d %v", len(items), err)
	}
}

func TestRows_holdNoNumberAndNoText(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run(batch.Template, "【云帆商城】{姓名}您好，您的包裹已到。", "a.csv", []byte("手机号,姓名\n13800138000,张三丰\n13900139000x,李四光\n"))
	var dump strings.Builder
	for _, table := range []string{"batches", "batch_chunks", "batch_groups", "audit_rows", "data_keys", "recipient_blocks"} {
		rows, err := b.db.ReadSQL().Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(err)
			}
			for _, c := range cells {
				fmt.Fprintf(&dump, "%s ", *c.(*any))
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := b.blobs.List(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		content, err := b.blobs.Read(context.Background(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		dump.Write(content)
	}
	for _, secret := range []string{"13800138000", "13900139000", "张三丰", "李四光", "您的包裹"} {
		if strings.Contains(dump.String(), secret) {
			t.Errorf("%q stands in the clear", secret)
		}
	}
}

// Not parallel: it measures the process.
func TestIntake_memoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	peak := func(rows int) uint64 {
		b := newBench(t)
		x := b.create(batch.TextPerRow, "")
		if _, err := b.Upload(submitter, x.ID, "a.csv", -1, &generated{rows: rows}); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		done := make(chan error)
		go func() {
			_, err := b.Work(context.Background()) // reads the whole file
			done <- err
		}()
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}} // after each collection
		look := time.NewTicker(2 * time.Millisecond)
		defer look.Stop()
		var most uint64
		for {
			select {
			case <-look.C:
				metrics.Read(live)
				most = max(most, live[0].Value.Uint64())
			case err := <-done:
				if got := b.get(x.ID); err != nil || got.State != batch.Screening || got.Good != int64(rows) {
					t.Fatalf("%s, good %d, %+v, %v", got.State, got.Good, got.Problem, err)
				}
				return most
			}
		}
	}
	small, large := peak(20_000), peak(400_000)
	t.Logf("heap at most %d MB for a file of 9 MB, %d MB for one of 180 MB", small>>20, large>>20)
	// 16 bytes a row stay, twice that while they grow (numbers for the search for runs, hashes for that for repeats), and a few
	// chunks are under way; the rest is what the collector has not yet got to.
	if large > small+64<<20 {
		t.Errorf("heap grew from %d MB to %d MB", small>>20, large>>20)
	}
}

var filler = strings.Repeat("您的包裹已到，请及时领取。", 10)

// generated gives a CSV of any length, 450 bytes a row.
type generated struct {
	rows, at int
	rest     []byte
}

func (g *generated) Read(p []byte) (int, error) {
	if g.at == 0 {
		g.rest = []byte("手机号,短信内容\n")
	}
	for len(g.rest) < len(p) && g.at < g.rows {
		g.rest = fmt.Appendf(g.rest, "%d,【云帆商城】第%d单%s\n", 13800000000+int64(g.at)*7919%99_999_999, g.at, filler)
		g.at++
	}
	if len(g.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

func TestRuns_countsConsecutiveNumbersOnce(t *testing.T) {
	t.Parallel()
	var phones []uint64
	for i := range uint64(25) {
		phones = append(phones, 13900000000+i, 13900000000+i)
	}
	for i := range uint64(19) {
		phones = append(phones, 13800000000+i)
	}
	phones = append(phones, 13700000000)
	if distinct, longest, in := batch.Runs(phones); distinct != 45 || longest != 25 || in != 25 {
		t.Errorf("%d different, longest %d, %d in runs", distinct, longest, in)
	}
	if distinct, longest, in := batch.Runs(nil); distinct != 0 || longest != 0 || in != 0 {
		t.Error(distinct, longest, in)
	}
}

func TestTemplate_cutsAtVariables(t *testing.T) {
	t.Parallel()
	pieces, names, err := batch.ParseTemplate("{甲}，{ 乙 }和{甲}")
	if err != nil || !slices.Equal(pieces, []string{"", "，", "和", ""}) || !slices.Equal(names, []string{"甲", "乙", "甲"}) {
		t.Errorf("%q %q %v", pieces, names, err)
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13800138000": "138****8000", "+8613800138000": "+861******8000", "138 0013 8000": "138 **** 8000", "１３８００１３８０００": "１３８****８０００",
		"028-85551234": "028-****1234", "订单12345，金额99.50": "订单12345，金额99.50", "a1234567b": "a123****b",
	} {
		if got := batch.MaskText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"=1+1": "'=1+1", "+86": "'+86", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "x=1": "x=1", "": ""} {
		if got := batch.Neutral(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for in, want := range map[string]string{"../../etc/passwd": "passwd", `C:\a\名单.csv`: "名单.csv", "": "file", "a\x00\nb": "ab"} {
		if got := batch.CleanName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestLikeness_putsTextsTogetherThatDifferInNumbersAndSigns(t *testing.T) {
	t.Parallel()
	same := []string{"您的验证码123456，请勿泄露。", "您的验证码 99，请勿泄露", "您的验证码AB12c，请勿泄露！"}
	for _, s := range same {
		if batch.Likeness(s) != batch.Likeness(same[0]) {
			t.Errorf("%q stands alone", s)
		}
	}
	if batch.Likeness("您的订单123") == batch.Likeness(same[0]) {
		t.Error("different texts are one group")
	}
}

func TestChunk_givesBackWhatWasPutIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.String(), 1, 5).Draw(t, "pieces")
		first := rapid.Int64Range(1, 1<<40).Draw(t, "first")
		n := rapid.IntRange(0, 50).Draw(t, "n")
		var in []batch.Message
		line := int64(0)
		for i := range n {
			line += rapid.Int64Range(1, 9).Draw(t, "line")
			m := batch.Message{
				Seq: first + int64(i), Line: line, Phone: fmt.Sprint(rapid.Int64Range(13_000_000_000, 19_999_999_999).Draw(t, "phone")),
				Carrier: rapid.SampledFrom([]string{"", "cmcc", "cucc", "ctcc", "cbn"}).Draw(t, "carrier"), Parts: rapid.IntRange(1, 15).Draw(t, "parts"), Text: pieces[0],
			}
			for j := range len(pieces) - 1 {
				v := rapid.String().Draw(t, "var")
				m.Vars = append(m.Vars, v)
				m.Text += v + pieces[j+1]
			}
			in = append(in, m)
		}
		out, err := batch.UnpackMessages(batch.PackMessages(first, pieces, in))
		if err != nil || len(out) != len(in) {
			t.Fatalf("%d of %d, %v", len(out), len(in), err)
		}
		for i := range in {
			if a, b := fmt.Sprintf("%+v", in[i]), fmt.Sprintf("%+v", out[i]); a != b {
				t.Fatalf("in  %s\nout %s", a, b)
			}
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(batch.PackMessages(1, []string{"a", "b"}, []batch.Message{{Phone: "13800138000", Vars: []string{"x"}, Parts: 1, Line: 2}}))
	f.Add([]byte{1, 1, 2, '[', ']', 2, '[', ']', 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		// Damaged bytes are an error, never a panic or a huge allocation.
		_, _ = batch.UnpackMessages(b)
		_, _ = batch.UnpackVerdicts(b)
		_, _ = batch.UnpackTallies(b)
	})
}

// noticeFile has rows like the sample of notices, with as little to compress as real lists have.
func noticeFile(rows int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	heads := []int64{138, 139, 150, 186, 189, 177, 198, 130}
	var file bytes.Buffer
	file.WriteString("手机号,姓名,订单号,金额,到货日期\n")
	for range rows {
		fmt.Fprintf(&file, "%d,%c%c,DD2026%08d,%d.%02d,2026-11-%02d\n", heads[random.IntN(8)]*100_000_000+random.Int64N(100_000_000), '一'+random.Int32N(5000), '一'+random.Int32N(5000),
			random.IntN(100_000_000), random.IntN(900), random.IntN(100), random.IntN(28)+1)
	}
	return file.Bytes()
}
