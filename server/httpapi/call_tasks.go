package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/calltask"
	"sealgate/server/notice"
	"sealgate/server/sysmessage"
	"sealgate/templates"
)

type callTask struct {
	ID           string             `json:"id"`
	CustomerID   string             `json:"customer_id"`
	CustomerName string             `json:"customer_name"`
	ObjectType   string             `json:"object_type"`
	ObjectID     string             `json:"object_id"`
	Kind         string             `json:"kind"`
	Title        string             `json:"title"`
	TitleEn      string             `json:"title_en"`
	Text         string             `json:"text"`
	TextEn       string             `json:"text_en"`
	AssigneeID   string             `json:"assignee_id"`
	AssigneeName string             `json:"assignee_name"`
	DueOn        caldate.Date       `json:"due_on"`
	Overdue      bool               `json:"overdue"`
	State        calltask.State     `json:"state" enum:"open,done,cancelled"`
	Outcome      calltask.Outcome   `json:"outcome"`
	Attempts     []calltask.Attempt `json:"attempts"`
	CreatedAt    caldate.Instant    `json:"created_at"`
	DoneAt       caldate.Instant    `json:"done_at"`
	Actions      []string           `json:"available_actions"`
}

func (a *API) fromCallTasks(ctx context.Context, ts []calltask.Task) ([]callTask, error) {
	var people []string
	for _, t := range ts {
		people = append(people, t.AssigneeID)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	today := a.deps.Clock.Today()
	return Convert(ts, func(t calltask.Task) callTask {
		out := callTask{t.ID, t.CustomerID, t.CustomerName, t.ObjectType, t.ObjectID, t.Kind, t.TitleZh, t.TitleEn, t.TextZh, t.TextEn, t.AssigneeID, names[t.AssigneeID], t.DueOn,
			t.State == calltask.Open && t.DueOn.Before(today), t.State, t.Outcome, t.Attempts, t.CreatedAt, t.DoneAt, []string{}}
		if out.Attempts == nil {
			out.Attempts = []calltask.Attempt{}
		}
		if t.State == calltask.Open && Can(ctx, "calltask.write") {
			out.Actions = append(out.Actions, "report", "cancel")
		}
		return out
	}), nil
}

func (a *API) oneCallTask(ctx context.Context, t *calltask.Task, err error) (*struct{ Body callTask }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromCallTasks(ctx, []calltask.Task{*t})
	if err != nil {
		return nil, err
	}
	return &struct{ Body callTask }{out[0]}, nil
}

func (a *API) callTasks() {
	Register(a, Op{
		ID: "list-call-tasks", Method: http.MethodGet, Path: "/call-tasks", Capability: "calltask.read", Tag: "notice",
		Summary: "呼叫任务，最新的在前", SummaryEn: "Calls that sales have to make, newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
		Mine       bool   `query:"mine" doc:"Only those of the caller."`
	},
	) (*struct{ Body List[callTask] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := textStates(in.InStates, calltask.States())
		if err != nil {
			return nil, err
		}
		rows, n, err := a.deps.CallTasks.List(ctx, calltask.Query{States: only, CustomerID: in.CustomerID, Mine: in.Mine, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(t calltask.Task) []string { return []string{t.ID} })
		out, err := a.fromCallTasks(ctx, page)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[callTask] }{NewList(out, next, n)}, nil
	})
	Register(a, Op{
		ID: "make-call-task", Method: http.MethodPost, Path: "/call-tasks", Capability: "calltask.write", Tag: "notice", Status: http.StatusCreated,
		Summary: "新建呼叫任务", SummaryEn: "Make a call task for the customer's sales person",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string       `json:"customer_id" maxLength:"32"`
			Title      string       `json:"title" maxLength:"500"`
			Text       string       `json:"text,omitempty" maxLength:"2000"`
			DueOn      caldate.Date `json:"due_on"`
		}
	},
	) (*struct{ Body callTask }, error) {
		t, err := a.deps.CallTasks.Make(ctx, calltask.Input{CustomerID: in.Body.CustomerID, Title: in.Body.Title, Text: in.Body.Text, DueOn: in.Body.DueOn})
		return a.oneCallTask(ctx, t, err)
	})
	Register(a, Op{
		ID: "report-call", Method: http.MethodPost, Path: "/call-tasks/{id}/calls", Capability: "calltask.write", Tag: "notice",
		Summary: "登记一次通话的结果", SummaryEn: "Note what came of a call",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Outcome calltask.Outcome `json:"outcome" doc:"reached, refused, no_answer, call_again or wrong_data."`
			Contact string           `json:"contact,omitempty" maxLength:"200"`
			Note    string           `json:"note" maxLength:"2000"`
			AgainOn caldate.Date     `json:"again_on,omitempty" doc:"The next try, where there was no answer or it is to be called again."`
		}
	},
	) (*struct{ Body callTask }, error) {
		b := in.Body
		t, err := a.deps.CallTasks.Report(ctx, in.ID, calltask.Call{Outcome: b.Outcome, Contact: b.Contact, Note: b.Note, Again: b.AgainOn})
		return a.oneCallTask(ctx, t, err)
	})
	Register(a, Op{
		ID: "cancel-call-task", Method: http.MethodPost, Path: "/call-tasks/{id}/cancel", Capability: "calltask.write", Tag: "notice",
		Summary: "取消不再需要的呼叫任务", SummaryEn: "Cancel a call that is needed no more",
	}, func(ctx context.Context, in *WithNote) (*struct{ Body callTask }, error) {
		t, err := a.deps.CallTasks.Cancel(ctx, in.ID, in.Body.Note)
		return a.oneCallTask(ctx, t, err)
	})
	a.systemMessages()
	a.noticeWays()
}

type systemMessage struct {
	ID         string           `json:"id"`
	At         caldate.Instant  `json:"at"`
	Kind       string           `json:"kind"`
	CustomerID string           `json:"customer_id"`
	ObjectType string           `json:"object_type"`
	ObjectID   string           `json:"object_id"`
	Contact    string           `json:"contact"`
	Phone      string           `json:"phone" doc:"Masked."`
	Text       string           `json:"text"`
	State      sysmessage.State `json:"state" enum:"queued,sent,delivered,failed,unclear"`
	Tries      int              `json:"tries"`
	Channel    string           `json:"channel"`
	Code       string           `json:"code" doc:"What the engine or the receipt said last."`
	SentAt     caldate.Instant  `json:"sent_at"`
	DoneAt     caldate.Instant  `json:"done_at"`
	Actions    []string         `json:"available_actions"`
}

func fromSystemMessage(ctx context.Context) func(sysmessage.Message) systemMessage {
	return func(m sysmessage.Message) systemMessage {
		out := systemMessage{m.ID, m.CreatedAt, m.Kind, m.CustomerID, m.ObjectType, m.ObjectID, m.ContactName, m.Masked(), m.Text, m.State, m.Tries, m.Channel, m.Code, m.SentAt, m.DoneAt, []string{}}
		if m.State == sysmessage.Failed && Can(ctx, "mail.send") {
			out.Actions = append(out.Actions, "again")
		}
		return out
	}
}

func (a *API) systemMessages() {
	Register(a, Op{
		ID: "list-system-messages", Method: http.MethodGet, Path: "/system-messages", Capability: "mail.read", Tag: "notice",
		Summary: "发给客户联系人的系统短信及送达凭据，最新的在前", SummaryEn: "Notices to phones of customers' contacts with the proof of their delivery, newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[systemMessage] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := textStates(in.InStates, sysmessage.States())
		if err != nil {
			return nil, err
		}
		rows, n, err := a.deps.SystemMessages.List(ctx, sysmessage.Query{States: only, CustomerID: in.CustomerID, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(m sysmessage.Message) []string { return []string{m.ID} })
		return &struct{ Body List[systemMessage] }{NewList(Convert(page, fromSystemMessage(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "send-system-message-again", Method: http.MethodPost, Path: "/system-messages/{id}/again", Capability: "mail.send", Tag: "notice",
		Summary: "重发失败的系统短信", SummaryEn: "Queue a system message again that failed",
	}, func(ctx context.Context, in *ByID) (*struct{ Body systemMessage }, error) {
		m, err := a.deps.SystemMessages.Again(ctx, in.ID)
		return converted(m, err, fromSystemMessage(ctx))
	})
}

type noticeWay struct {
	Kind       string              `json:"kind"`
	Title      templates.Languages `json:"title"`
	Optional   bool                `json:"optional" doc:"Others are asked for by the contract or the law."`
	Mail       bool                `json:"mail"`
	Message    bool                `json:"message"`
	CanMail    bool                `json:"can_mail"`
	CanMessage bool                `json:"can_message"`
}

func (a *API) noticeWays() {
	Register(a, Op{
		ID: "list-notice-ways", Method: http.MethodGet, Path: "/notice-ways", Capability: "notice.prefer", Tag: "notice",
		Summary: "客户的通知方式：哪些通知发邮件、短信", SummaryEn: "Which notices go to a customer by e-mail and message",
	}, func(ctx context.Context, in *struct {
		CustomerID string `query:"customer_id" maxLength:"32" doc:"A customer's own people leave it out."`
	},
	) (*struct{ Body List[noticeWay] }, error) {
		id, err := customerOf(ctx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		if _, err := a.deps.Customers.Get(ctx, id); err != nil {
			return nil, err
		}
		rows, err := a.deps.Notices.WaysOf(ctx, id)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[noticeWay] }{NewList(Convert(rows, func(w notice.Ways) noticeWay {
			return noticeWay{w.Kind, w.Title, w.Optional, w.Mail, w.Message, w.CanMail, w.CanMessage}
		}), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "prefer-notice", Method: http.MethodPut, Path: "/notice-ways/{kind}", Capability: "notice.prefer", Tag: "notice", Status: http.StatusNoContent,
		Summary: "设置一类可选通知的方式", SummaryEn: "Choose the ways of an optional kind of notice",
	}, func(ctx context.Context, in *struct {
		Kind string `path:"kind" maxLength:"64"`
		Body struct {
			CustomerID string `json:"customer_id,omitempty" maxLength:"32"`
			Mail       bool   `json:"mail"`
			Message    bool   `json:"message"`
		}
	},
	) (*struct{}, error) {
		id, err := customerOf(ctx, in.Body.CustomerID)
		if err != nil {
			return nil, err
		}
		if _, err := a.deps.Customers.Get(ctx, id); err != nil {
			return nil, err
		}
		return nil, a.deps.Notices.Prefer(ctx, id, in.Kind, in.Body.Mail, in.Body.Message)
	})
}
