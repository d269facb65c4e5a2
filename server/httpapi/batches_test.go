package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"

	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/rules"
	"sealgate/server/batch"
	"sealgate/server/contract/contracttest"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/platform/crypt"
	"sealgate/server/recipient"
	"sealgate/server/review"
	"sealgate/server/ruleset"
	"sealgate/server/staff"
	"sealgate/server/testkit"
	"sealgate/server/usage"
)

// counter is the API with batches, one customer with a contract in force, and who submits to it.
type counter struct {
	*apitest.Kit
	batches              *batch.Service
	contract, sign, cust string
	sales, customer      *apitest.Client
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	o := &counter{}
	var house *contracttest.House
	o.Kit = apitest.New(t, func(k *apitest.Kit, d *httpapi.Deps) {
		house = contracttest.Over(t, k.DB, k.Clock, k.Fake)
		master, err := crypt.OpenMaster(filepath.Join(t.TempDir(), "master.key"))
		if err != nil {
			t.Fatal(err)
		}
		keys := crypt.New(k.DB, k.Clock, master)
		d.Rules = ruleset.New(k.DB, k.Clock, k.Trail)
		if _, err := d.Rules.Install(testkit.System(), rules.FS); err != nil {
			t.Fatal(err)
		}
		recipients := recipient.New(k.DB, k.Clock, k.Trail, keys)
		d.Customers, d.Contracts, d.Signatures = house.Customers, house.Contracts, house.Signatures
		d.Batches = batch.New(k.DB, k.Clock, k.Trail, batch.Deps{
			Blobs: house.Blobs, Keys: keys, Contracts: house.Contracts, Signatures: house.Signatures, Customers: house.Customers,
			Recipients: recipients, Rules: d.Rules,
		})
		o.batches = d.Batches
		reviews := review.New(k.DB, k.Clock, k.Trail, d.Batches, house.Contracts, house.Notices, keys, house.Blobs)
		if d.Handoff, err = handoff.New(handoff.Parts{
			DB: k.DB, Clock: k.Clock, Trail: k.Trail, Batches: d.Batches, Contracts: house.Contracts, Reviews: reviews,
			Recipients: recipients, Usage: usage.New(k.DB), Notices: house.Notices,
			Channels: []handoff.Channel{{Name: "loopback", Engine: loopback.New(k.DB, k.Clock, loopback.Defaults())}},
		}); err != nil {
			t.Fatal(err)
		}
	})
	o.sales = o.Person("wang", "", staff.Sales)
	customer := house.Customer(t, contracttest.Sales(), 1)
	c := house.Active(t, customer.ID, "2027-09-30", nil)
	if _, err := o.DB.SQL().Exec("UPDATE customers SET owner_id = ? WHERE id = ?", o.sales.UserID, customer.ID); err != nil {
		t.Fatal(err)
	}
	signs, err := house.Signatures.Approved(testkit.System(), customer.ID)
	if err != nil || len(signs) != 1 {
		t.Fatal(signs, err)
	}
	o.contract, o.sign, o.cust = c.ID, signs[0].ID, customer.ID
	o.customer = o.Person("li.na", customer.ID, staff.CustomerRole)
	return o
}

type batchOut struct {
	ID, Number, State string
	File              struct{ Encoding, Format, SHA256 string }
	Rows              struct{ Total, Good, Bad, Repeated, Parts int64 }
	Progress          struct{ Stage string }
	Verdicts          map[string]int64
	Reasons           []struct{ Code, Detail, Detail_en string }
	Actions           []string `json:"available_actions"`
}

func (o *counter) order(mode, text string) object {
	return object{"contract_id": o.contract, "signature_id": o.sign, "category": "notice", "mode": mode, "text": text}
}

func (o *counter) send(c *apitest.Client, id, name, file string) *apitest.Answer {
	return c.Do(http.MethodPut, "/batches/"+id+"/file?name="+url.QueryEscape(name), []byte(file), "Content-Type", "application/octet-stream")
}

func (o *counter) work() {
	o.T.Helper()
	for {
		did, err := o.batches.Work(context.Background())
		if err != nil {
			o.T.Fatal(err)
		}
		if !did {
			return
		}
	}
}

const parcel = "【信闸科技】{姓名}您好，您的包裹已到，请及时领取。"

func TestBatchAPI_fromTheUploadToTheGroups(t *testing.T) {
	t.Parallel()
	o := newCounter(t)
	var b batchOut
	o.sales.Post("/batches", o.order("template", parcel)).Want(201).JSON(&b)
	if b.State != "draft" || !slices.Equal(b.Actions, []string{"upload", "cancel"}) || !strings.HasPrefix(b.Number, "B20261001-") {
		t.Fatalf("%+v", b)
	}
	path := "/batches/" + b.ID
	o.send(o.sales, b.ID, "a.csv", "手机号,姓名\n13800138000,张三\n13900139000,李四\n1.38E+10,王五\n13800138000,张三\n").Want(202).JSON(&b)
	if b.State != "receiving" || b.Progress.Stage != "reading" || len(b.File.SHA256) != 64 {
		t.Errorf("%+v", b)
	}
	o.work()
	o.sales.Get(path).Want(200).JSON(&b)
	if b.State != "review" || b.Rows.Total != 4 || b.Rows.Good != 2 || b.Rows.Bad != 1 || b.Rows.Repeated != 1 || b.Verdicts["pass"] != 2 || b.File.Encoding != "utf-8" || b.Progress.Stage != "done" {
		t.Errorf("%+v", b)
	}
	var rows httpapi.List[struct {
		Line                             int64
		Code, Reason, Reason_en, Content string
	}]
	o.sales.Get(path + "/error-rows").Want(200).JSON(&rows)
	if rows.Total != 2 || rows.Items[0].Line != 4 || rows.Items[0].Code != "PHONE.SCIENTIFIC" || rows.Items[1].Content != "138****8000, 张三" || rows.Items[1].Reason_en == "" {
		t.Errorf("%+v", rows)
	}
	file := o.sales.Get(path + "/errors").Want(200)
	if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(string(file.Body), "\ufeff") || !strings.Contains(string(file.Body), "13800138000,张三") {
		t.Errorf("%v %s", file.Header, file.Body)
	}
	var groups httpapi.List[struct {
		ID       string
		Messages int64
		Segments []struct{ Text string }
	}]
	o.sales.Get(path + "/groups").Want(200).JSON(&groups)
	if groups.Total != 1 || groups.Items[0].Messages != 2 || groups.Items[0].Segments[0].Text != "【信闸科技】张三您好，您的包裹已到，请及时领取。" {
		t.Errorf("%+v", groups)
	}
	var messages httpapi.List[struct {
		Phone    string
		Line     int64
		Segments []struct{ Text string }
	}]
	next := path + "/groups/" + groups.Items[0].ID + "/messages?limit=1"
	o.sales.Get(next).Want(200).JSON(&messages)
	if messages.Total != 2 || len(messages.Items) != 1 || messages.Items[0].Phone != "138****8000" || messages.NextCursor == "" {
		t.Errorf("%+v", messages)
	}
	o.sales.Get(next + "&cursor=" + messages.NextCursor).Want(200).JSON(&messages)
	if len(messages.Items) != 1 || messages.Items[0].Phone != "139****9000" || messages.Items[0].Line != 3 {
		t.Errorf("%+v", messages)
	}
	// Each look is in the trail (A22).
	var looks int
	if err := o.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE object_id = ? AND action IN ('batch.look', 'batch.look_groups', 'batch.errors_download')", b.ID).Scan(&looks); err != nil || looks != 4 {
		t.Errorf("%d looks are logged, %v", looks, err)
	}
	var list struct {
		Total  int64
		Counts map[string]int64
		Items  []batchOut
	}
	o.sales.Get("/batches?state=review,failed&q=" + url.QueryEscape(b.Number)).Want(200).JSON(&list)
	if list.Total != 1 || list.Counts["review"] != 1 || len(list.Items) != 1 {
		t.Errorf("%+v", list)
	}
	for _, act := range []struct{ do, state string }{{"pause", "paused"}, {"resume", "review"}, {"cancel", "cancelled"}} {
		o.sales.Post(path+"/"+act.do, object{"reason": "换名单"}).Want(200).JSON(&b)
		if b.State != act.state {
			t.Errorf("%s: %s", act.do, b.State)
		}
	}
	o.sales.Post(path+"/resume", object{}).Problem(409, "batch.state")
	// The customer sees its batch; another salesperson sees nothing of it.
	o.customer.Get(path).Want(200)
	other := o.Person("zhao", "", staff.Sales)
	for _, p := range []string{path, path + "/groups", path + "/error-rows", path + "/errors", path + "/events", path + "/groups/" + groups.Items[0].ID + "/messages"} {
		other.Get(p).Problem(404, "batch.not_found")
	}
	list.Counts = nil
	other.Get("/batches").Want(200).JSON(&list)
	if list.Total != 0 || len(list.Counts) != 0 {
		t.Errorf("a list leaks: %+v", list)
	}
	if p := other.Post("/batches", o.order("template", parcel)).Problem(404, ""); p.Code == "" {
		t.Error(p)
	}
}

func TestBatchAPI_saysWhatIsWrongWithAFileAndChangesNothing(t *testing.T) {
	t.Parallel()
	o := newCounter(t)
	var b batchOut
	o.sales.Post("/batches", o.order("template", parcel)).Want(201).JSON(&b)
	for _, c := range []struct{ name, file, code, says string }{
		{"empty", "", "file.empty", ""},
		{"zip named .csv", "PK\x03\x04\x14\x00" + strings.Repeat("a", 60), "file.zip", ""},
		{"missing column", "手机号,名字\n13800138000,张三\n", "file.missing_column", "姓名"},
		{"million columns", strings.Repeat("a,", 500_000), "file.first_row", "1"},
	} {
		p := o.send(o.sales, b.ID, "a.csv", c.file).Problem(422, c.code)
		if !strings.Contains(p.Detail, c.says) {
			t.Errorf("%s: %s", c.name, p.Detail)
		}
	}
	o.sales.Get("/batches/" + b.ID).Want(200).JSON(&b)
	if b.State != "draft" || b.File.SHA256 != "" {
		t.Errorf("%+v", b)
	}
	bad := o.order("template", "{姓名")
	bad["category"] = "spam"
	bad["scheduled_at"] = "2020-01-01T00:00:00+08:00"
	p := o.sales.Post("/batches", bad).Problem(422, "batch.invalid")
	if got := fieldCodes(p); len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func TestBatchAPI_isClosedToWhoMayNot(t *testing.T) {
	t.Parallel()
	o := newCounter(t)
	o.Refuses(http.MethodPost, "/batches", "batch.submit", o.order("template", parcel))
	o.Refuses(http.MethodGet, "/batches", "batch.read", nil)
	for _, p := range []string{"", "/groups", "/error-rows", "/events", "/groups/0/messages"} {
		o.Refuses(http.MethodGet, "/batches/x"+p, "batch.read", nil)
	}
	o.Refuses(http.MethodGet, "/batches/x/errors", "batch.submit", nil)
	o.Refuses(http.MethodPut, "/batches/x/file", "batch.submit", "x")
	o.Refuses(http.MethodPost, "/batches/x/cancel", "batch.submit", object{})
	o.Refuses(http.MethodPost, "/batches/x/pause", "batch.control", object{})
	o.Refuses(http.MethodPost, "/batches/x/resume", "batch.control", object{})
}

func TestBatchAPI_eventsGiveASnapshotAndThenEachChange(t *testing.T) {
	t.Parallel()
	o := newCounter(t)
	var b batchOut
	o.sales.Post("/batches", o.order("template", parcel)).Want(201).JSON(&b)
	server := httptest.NewServer(o.API.Handler())
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+httpapi.Prefix+"/batches/"+b.ID+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sealgate", "__Host-sealgate"} {
		if v := o.sales.Cookie(name); v != "" {
			req.AddCookie(&http.Cookie{Name: name, Value: v})
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	stream := bufio.NewScanner(res.Body)
	stream.Buffer(nil, 1<<20)
	event := func() (name string, out batchOut) {
		for stream.Scan() {
			line := stream.Text()
			if v, ok := strings.CutPrefix(line, "event: "); ok {
				name = v
			}
			if v, ok := strings.CutPrefix(line, "data: "); ok {
				if err := json.Unmarshal([]byte(v), &out); err != nil {
					t.Fatal(err)
				}
				return name, out
			}
		}
		t.Fatalf("the stream ended: %v", errors.Join(stream.Err(), ctx.Err()))
		return "", out
	}
	if name, got := event(); name != "snapshot" || got.State != "draft" {
		t.Fatalf("%s %+v", name, got)
	}
	o.send(o.sales, b.ID, "a.csv", "手机号,姓名\n13800138000,张三\n").Want(202)
	o.work()
	go func() { // the stream looks again each half second of the machine's clock
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				o.Fake.Advance(500 * time.Millisecond)
			}
		}
	}()
	for range 10 {
		if name, got := event(); name != "batch" {
			t.Fatal(name)
		} else if got.State == "review" {
			return
		}
	}
	t.Error("the last change was not told")
}

func TestRuleSetAPI_tellsWhichVersionCounts(t *testing.T) {
	t.Parallel()
	o := newCounter(t)
	o.Refuses(http.MethodGet, "/rule-sets", "ruleset.read", nil)
	var out httpapi.List[struct {
		Version   string
		Rules     int64
		Published bool
	}]
	o.As(staff.ComplianceLead).Get("/rule-sets").Want(200).JSON(&out)
	if out.Total != 1 || out.Items[0].Version != "2026-10-01.1" || !out.Items[0].Published || out.Items[0].Rules < 20 {
		t.Errorf("%+v", out)
	}
}
