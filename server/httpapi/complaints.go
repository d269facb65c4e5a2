package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/appeal"
	"sealgate/server/caldate"
	"sealgate/server/complaint"
	"sealgate/server/document"
	"sealgate/server/evidence"
	"sealgate/server/money"
)

// fileRef names a file that can be opened.
type fileRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func toFile(d document.Document) fileRef { return fileRef{d.ID, d.Name} }

type complaintRecord struct {
	ID           string            `json:"id"`
	Number       string            `json:"number"`
	State        complaint.State   `json:"state" enum:"open,forwarded,answered,closed"`
	Source       complaint.Source  `json:"source" enum:"phone,portal,carrier,authority"`
	Kind         complaint.Kind    `json:"kind" enum:"unwanted,no_way_out,content,fraud,frequency,fees,other"`
	Carrier      string            `json:"carrier"`
	Phone        string            `json:"phone" doc:"Masked; empty once it was purged."`
	Text         string            `json:"text"`
	ReceivedOn   caldate.Date      `json:"received_on"`
	MessageOn    caldate.Date      `json:"message_on"`
	CustomerID   string            `json:"customer_id" doc:"Empty until the sender is known."`
	CustomerName string            `json:"customer_name"`
	ContractID   string            `json:"contract_id"`
	BatchID      string            `json:"batch_id"`
	Seq          int64             `json:"seq"`
	Signature    string            `json:"signature"`
	DueOn        caldate.Date      `json:"due_on" doc:"15 working days after it was received."`
	Overdue      bool              `json:"overdue"`
	AnswerBy     caldate.Date      `json:"answer_by" doc:"By the customer: 3 working days."`
	Late         bool              `json:"late"`
	Answer       string            `json:"answer"`
	AnsweredAt   caldate.Instant   `json:"answered_at"`
	AnswererName string            `json:"answered_by_name"`
	RepeatOf     string            `json:"repeat_of"`
	ByDelay      bool              `json:"by_delay"`
	Blocked      string            `json:"blocked" enum:"customer,all"`
	Outcome      complaint.Outcome `json:"outcome" enum:",upheld,dismissed"`
	Result       string            `json:"result"`
	ClosedOn     caldate.Date      `json:"closed_on"`
	CloserName   string            `json:"closed_by_name"`
	DocumentID   string            `json:"document_id"`
	RecorderName string            `json:"recorded_by_name"`
	RecordedAt   caldate.Instant   `json:"recorded_at"`
	Files        []fileRef         `json:"files" doc:"Of the recipient and of the customer; only on one complaint's own page."`
	Appeal       *appealRecord     `json:"appeal,omitempty"`
	Actions      []string          `json:"available_actions"`
}

func (a *API) fromComplaint(ctx context.Context, c *complaint.Complaint) complaintRecord {
	today := a.deps.Clock.Today()
	out := complaintRecord{
		c.ID, c.Number, c.State, c.Source, c.Kind, c.Carrier, c.PhoneMasked, c.Text, c.ReceivedOn, c.MessageOn, c.CustomerID, c.CustomerName, c.ContractID, c.BatchID, c.Seq, c.Signature,
		c.DueOn, c.Overdue(today), c.AnswerBy, c.Late(today), c.Answer, c.AnsweredAt, c.AnswererName, c.RepeatOf, c.ByDelay, c.Blocked, c.Outcome, c.Result, c.ClosedOn, c.CloserName, c.DocumentID,
		c.RecorderName, c.RecordedAt, []fileRef{}, nil, []string{},
	}
	ours, theirs := c.Actions()
	if Can(ctx, "complaint.write") {
		out.Actions = append(out.Actions, ours...)
	}
	if Can(ctx, "complaint.answer") {
		out.Actions = append(out.Actions, theirs...)
	}
	if c.Outcome == complaint.Upheld && Can(ctx, "appeal.file") {
		out.Actions = append(out.Actions, "appeal")
	}
	return out
}

func (a *API) oneComplaint(ctx context.Context, c *complaint.Complaint, err error) (*struct{ Body complaintRecord }, error) {
	if err != nil {
		return nil, err
	}
	out := a.fromComplaint(ctx, c)
	files, err := a.deps.Documents.Of(ctx, "complaint", c.ID)
	if err != nil {
		return nil, err
	}
	out.Files = Convert(files, toFile)
	if Can(ctx, "appeal.read") {
		x, err := a.deps.Appeals.Against(ctx, appeal.Complaint, c.ID)
		if err != nil {
			return nil, err
		}
		if x != nil {
			r := fromAppeal(ctx, x)
			out.Appeal = &r
		}
	}
	return &struct{ Body complaintRecord }{out}, nil
}

type newThreshold struct {
	Measure    complaint.Measure `json:"measure" doc:"watch, suspend or end."`
	PerMillion money.Decimal     `json:"per_million" doc:"Complaints for each million of delivered messages."`
	AtLeast    int64             `json:"at_least"`
}

type candidate struct {
	BatchID      string          `json:"batch_id"`
	BatchNumber  string          `json:"batch_number"`
	Seq          int64           `json:"seq"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Signature    string          `json:"signature"`
	Category     string          `json:"category"`
	SentAt       caldate.Instant `json:"sent_at"`
	Status       string          `json:"status"`
}

// complaintAct is a POST on one complaint.
func complaintAct[B any](a *API, name, capability, zh, en string, act func(ctx context.Context, id string, b B) (*complaint.Complaint, error)) {
	Register(a, Op{ID: name + "-complaint", Method: http.MethodPost, Path: "/complaints/{id}/" + name, Capability: capability, Tag: "complaint", Summary: zh, SummaryEn: en}, func(ctx context.Context, in *struct {
		ByID
		Body B
	},
	) (*struct{ Body complaintRecord }, error) {
		c, err := act(ctx, in.ID, in.Body)
		return a.oneComplaint(ctx, c, err)
	})
}

func (a *API) complaints() {
	Register(a, Op{
		ID: "list-complaints", Method: http.MethodGet, Path: "/complaints", Capability: "complaint.read", Tag: "complaint", Summary: "投诉，最新的在前", SummaryEn: "Complaints, the newest first",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
		Overdue    bool   `query:"overdue" doc:"Only those whose recipients wait too long."`
	},
	) (*struct{ Body List[complaintRecord] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, complaint.States())
		if err != nil {
			return nil, err
		}
		q := complaint.Query{CustomerID: in.CustomerID, States: only, Search: in.Q, Limit: in.Limit + 1}
		if in.Overdue {
			q.Overdue = a.deps.Clock.Today()
		}
		if after != nil {
			q.Cursor = after[0]
		}
		cs, n, err := a.deps.Complaints.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(cs, in.Limit, func(c complaint.Complaint) []string { return []string{c.ID} })
		return &struct{ Body List[complaintRecord] }{NewList(Convert(page, func(c complaint.Complaint) complaintRecord { return a.fromComplaint(ctx, &c) }), next, n)}, nil
	})
	Register(a, Op{
		ID: "register-complaint", Method: http.MethodPost, Path: "/complaints", Capability: "complaint.register", Tag: "complaint", Status: http.StatusCreated,
		Summary: "登记投诉：收信人即刻列入拒收名单，并查找对应的短信", SummaryEn: "Register a complaint: its recipient gets no more messages from now on, and the message is looked for",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Source     complaint.Source `json:"source,omitempty" doc:"phone, portal, carrier or authority."`
			Kind       complaint.Kind   `json:"kind"`
			Phone      string           `json:"phone" maxLength:"30"`
			Carrier    string           `json:"carrier,omitempty" maxLength:"8"`
			CarrierRef string           `json:"carrier_ref,omitempty" maxLength:"60"`
			ReceivedOn caldate.Date     `json:"received_on,omitempty" doc:"Today where it is left out."`
			MessageOn  caldate.Date     `json:"message_on,omitempty"`
			Text       string           `json:"text" maxLength:"2000"`
			CustomerID string           `json:"customer_id,omitempty" maxLength:"32"`
			Signature  string           `json:"signature,omitempty" maxLength:"60"`
			DocumentID string           `json:"document_id,omitempty" maxLength:"32"`
			Everybody  bool             `json:"everybody,omitempty" doc:"The recipient wants messages from none of our customers."`
		}
	},
	) (*struct{ Body complaintRecord }, error) {
		b := in.Body
		c, err := a.deps.Complaints.Register(ctx, complaint.Input{Source: b.Source, Kind: b.Kind, Phone: b.Phone, Carrier: b.Carrier, CarrierRef: b.CarrierRef, ReceivedOn: b.ReceivedOn, MessageOn: b.MessageOn,
			Text: b.Text, CustomerID: b.CustomerID, Signature: b.Signature, DocumentID: b.DocumentID, Everybody: b.Everybody})
		return a.oneComplaint(ctx, c, err)
	})
	RegisterRaw(a, Op{
		ID: "import-complaints", Method: http.MethodPost, Path: "/complaints/import", Capability: "complaint.write", Tag: "complaint", MaxBody: 16 << 20, NoReplay: true, Query: []string{"carrier"}, Consumes: "application/octet-stream",
		Summary: "导入运营商投诉文件（CSV 或 XLSX）：逐行登记，已登记的跳过", SummaryEn: "Import a carrier's file of complaints, CSV or XLSX: line by line; known ones are left out",
	}, func(c *gin.Context) error {
		content, err := io.ReadAll(c.Request.Body)
		if err != nil {
			return err
		}
		sheet, err := a.deps.Complaints.Import(c.Request.Context(), c.Query("carrier"), content)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, sheet)
		return nil
	})
	Register(a, Op{
		ID: "get-complaint", Method: http.MethodGet, Path: "/complaints/{id}", Capability: "complaint.read", Tag: "complaint", Summary: "投诉", SummaryEn: "A complaint",
	}, func(ctx context.Context, in *ByID) (*struct{ Body complaintRecord }, error) {
		c, err := a.deps.Complaints.Get(ctx, in.ID)
		return a.oneComplaint(ctx, c, err)
	})
	Register(a, Op{
		ID: "find-complaint-messages", Method: http.MethodGet, Path: "/complaints/{id}/candidates", Capability: "complaint.write", Tag: "complaint", Summary: "可能被投诉的短信（查看留痕）", SummaryEn: "Messages that it may be about; the look is logged",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[candidate] }, error) {
		found, err := a.deps.Complaints.Candidates(ctx, in.ID)
		return &struct{ Body List[candidate] }{NewList(Convert(found, func(m evidence.Found) candidate {
			return candidate{m.BatchID, m.BatchNumber, m.Seq, m.CustomerID, m.CustomerName, m.Signature, string(m.Category), m.SentAt, m.Status}
		}), "", int64(len(found)))}, err
	})
	complaintAct(a, "attach", "complaint.write", "确定被投诉的短信", "Name the message that it is about", func(ctx context.Context, id string, b struct {
		BatchID string `json:"batch_id" maxLength:"32"`
		Seq     int64  `json:"seq" minimum:"1"`
	},
	) (*complaint.Complaint, error) {
		return a.deps.Complaints.Attach(ctx, id, b.BatchID, b.Seq)
	})
	complaintAct(a, "forward", "complaint.write", "转客户答复（3 个工作日）", "Ask the customer, who has 3 working days", func(ctx context.Context, id string, b struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	},
	) (*complaint.Complaint, error) {
		return a.deps.Complaints.Forward(ctx, id, b.Note)
	})
	complaintAct(a, "answer", "complaint.answer", "客户答复", "The customer's answer", func(ctx context.Context, id string, b struct {
		Text       string `json:"text" maxLength:"2000"`
		DocumentID string `json:"document_id,omitempty" maxLength:"32"`
	},
	) (*complaint.Complaint, error) {
		return a.deps.Complaints.Reply(ctx, id, b.Text, b.DocumentID)
	})
	complaintAct(a, "close", "complaint.write", "办结：认定是否属实，记录对收信人的答复", "Close: upheld or dismissed, with what the recipient was told", func(ctx context.Context, id string, b struct {
		Outcome complaint.Outcome `json:"outcome" doc:"upheld or dismissed."`
		Result  string            `json:"result" maxLength:"2000"`
	},
	) (*complaint.Complaint, error) {
		return a.deps.Complaints.Close(ctx, id, b.Outcome, b.Result)
	})
	Register(a, Op{
		ID: "list-complaint-standings", Method: http.MethodGet, Path: "/complaint-standings", Capability: "complaint.read", Tag: "complaint", Summary: "某月各客户的投诉件数、百万投诉比和已采取的措施", SummaryEn: "Complaints of a month by customer, for each million delivered, and what was done",
	}, func(ctx context.Context, in *struct {
		Month      string `query:"month" maxLength:"7" doc:"YYYY-MM; this month where it is left out."`
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[complaint.Standing] }, error) {
		m, err := monthAt("month", in.Month)
		if err != nil {
			return nil, err
		}
		if in.Month == "" {
			m = a.deps.Clock.Today().MonthOf()
		}
		all, err := a.deps.Complaints.Standings(ctx, m, in.CustomerID)
		return &struct {
			Body List[complaint.Standing]
		}{NewList(all, "", int64(len(all)))}, err
	})
	Register(a, Op{
		ID: "list-complaint-thresholds", Method: http.MethodGet, Path: "/complaint-thresholds", Capability: "complaint.write", Tag: "complaint", Summary: "投诉阈值", SummaryEn: "Thresholds of complaints",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[complaint.Threshold] }, error) {
		all, err := a.deps.Complaints.Thresholds(ctx)
		return &struct {
			Body List[complaint.Threshold]
		}{NewList(all, "", int64(len(all)))}, err
	})
	Register(a, Op{
		ID: "set-complaint-thresholds", Method: http.MethodPut, Path: "/complaint-thresholds", Capability: "complaint.threshold", Tag: "complaint", Summary: "设定投诉阈值（自某日起）", SummaryEn: "Set the thresholds from a day on",
	}, func(ctx context.Context, in *struct {
		Body struct {
			From       caldate.Date   `json:"from"`
			Reason     string         `json:"reason" maxLength:"400"`
			Thresholds []newThreshold `json:"thresholds" maxItems:"20"`
		}
	},
	) (*struct{ Body List[complaint.Threshold] }, error) {
		lines := make([]complaint.Threshold, len(in.Body.Thresholds))
		for i, t := range in.Body.Thresholds {
			lines[i] = complaint.Threshold{Measure: t.Measure, PerMillion: t.PerMillion, AtLeast: t.AtLeast}
		}
		all, err := a.deps.Complaints.SetThresholds(ctx, in.Body.From, lines, in.Body.Reason)
		return &struct {
			Body List[complaint.Threshold]
		}{NewList(all, "", int64(len(all)))}, err
	})
}
