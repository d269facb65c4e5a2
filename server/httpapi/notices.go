package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/notice"
)

type noticeRecord struct {
	ID      string          `json:"id"`
	At      caldate.Instant `json:"at"`
	Kind    string          `json:"kind"`
	Title   string          `json:"title"`
	TitleEn string          `json:"title_en"`
	Text    string          `json:"text"`
	TextEn  string          `json:"text_en"`
	Link    string          `json:"link,omitempty" doc:"Page of the portal with what it is about."`
	ReadAt  caldate.Instant `json:"read_at"`
}

type noticeList struct {
	List[noticeRecord]
	Unread int64 `json:"unread"`
}

// noticePages are the portal's pages by type of object.
var noticePages = map[string]string{
	"contract": "/contracts/", "bill": "/bills/", "batch": "/batches/", "customer": "/customers/", "complaint": "/complaints/", "appeal": "/appeals/", "leak": "/leaks/",
	"statement": "/statements/", "quality_report": "/quality-reports/",
}

func fromNotice(n notice.Notice) noticeRecord {
	link := ""
	switch page, ok := noticePages[n.ObjectType]; {
	case ok && n.ObjectID != "":
		link = page + n.ObjectID
	case n.CustomerID != "": // licences and signatures stand on their customer's page
		link = "/customers/" + n.CustomerID
	}
	return noticeRecord{n.ID, n.At, n.Kind, n.TitleZh, n.TitleEn, n.BodyZh, n.BodyEn, link, n.ReadAt}
}

func (a *API) notices() {
	Register(a, Op{
		ID: "list-notices", Method: http.MethodGet, Path: "/notices", Capability: "notice.read", Tag: "notice",
		Summary: "我的通知，最新的在前；state=unread 只看未读", SummaryEn: "My inbox, newest first; state=unread for those not read yet",
	}, func(ctx context.Context, in *struct{ StatePage }) (*struct{ Body noticeList }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		state, err := states(in.InStates, []string{"unread"})
		if err != nil {
			return nil, err
		}
		ns, total, unread, err := a.deps.Notices.List(ctx, notice.Query{Unread: len(state) > 0, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		ns, next := CutPage(ns, in.Limit, func(n notice.Notice) []string { return []string{n.ID} })
		return &struct{ Body noticeList }{noticeList{NewList(Convert(ns, fromNotice), next, total), unread}}, nil
	})
	Register(a, Op{
		ID: "read-notice", Method: http.MethodPost, Path: "/notices/{id}/read", Capability: "notice.read", Tag: "notice",
		Summary: "标为已读", SummaryEn: "Mark a notice of the own inbox as read",
	}, func(ctx context.Context, in *ByID) (*struct{ Body noticeRecord }, error) {
		n, err := a.deps.Notices.MarkRead(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body noticeRecord }{fromNotice(*n)}, nil
	})
}
