package httpapi

import (
	"context"
	"net/http"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/announcement"
	"sealgate/server/caldate"
	"sealgate/server/money"
)

type announcementRecord struct {
	ID          string                `json:"id"`
	Number      string                `json:"number"`
	Kind        announcement.Kind     `json:"kind" enum:"planned,unplanned"`
	State       announcement.State    `json:"state" enum:"draft,published,over,called_off"`
	TitleZh     string                `json:"title_zh"`
	TitleEn     string                `json:"title_en"`
	ReasonZh    string                `json:"reason_zh"`
	ReasonEn    string                `json:"reason_en"`
	StartsAt    caldate.Instant       `json:"starts_at"`
	EndsAt      caldate.Instant       `json:"ends_at" doc:"As expected."`
	EndedAt     caldate.Instant       `json:"ended_at" doc:"As it was."`
	Carriers    []string              `json:"carriers" doc:"Empty: all."`
	Kinds       []string              `json:"kinds" doc:"Of agreements; empty: all."`
	Fault       bool                  `json:"fault" doc:"Of ours: credits may be due."`
	Updates     []announcement.Update `json:"updates"`
	ShortNotice bool                  `json:"short_notice" doc:"Planned, and announced less than 72 hours ahead."`
	CreatedBy   string                `json:"created_by_name"`
	PublishedBy string                `json:"published_by_name"`
	PublishedAt caldate.Instant       `json:"published_at"`
	Told        int                   `json:"told" doc:"Customers who were told."`
	Actions     []string              `json:"available_actions"`
}

func listed(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, ",")
}

func fromAnnouncement(ctx context.Context) func(announcement.Announcement) announcementRecord {
	return func(x announcement.Announcement) announcementRecord {
		out := announcementRecord{x.ID, x.Number, x.Kind, x.State, x.TitleZh, x.TitleEn, x.ReasonZh, x.ReasonEn, x.StartsAt, x.EndsAt, x.EndedAt, listed(x.Carriers), listed(x.Kinds), x.Fault, x.Updates, x.ShortNotice,
			x.CreatorName, x.PublishedBy, x.PublishedAt, x.Told, []string{}}
		if out.Updates == nil {
			out.Updates = []announcement.Update{}
		}
		write := Can(ctx, "announcement.write")
		switch x.State {
		case announcement.Draft:
			if write && (x.Kind == announcement.Unplanned || x.CreatedBy != actor.From(ctx).UserID) {
				out.Actions = append(out.Actions, "publish")
			}
			if write {
				out.Actions = append(out.Actions, "call_off")
			}
		case announcement.Published:
			if write {
				out.Actions = append(out.Actions, "add", "end", "call_off")
			}
		case announcement.Over:
			if x.Fault && announcement.Days(x.Lasts()) > 0 && Can(ctx, "announcement.credit") {
				out.Actions = append(out.Actions, "credit")
			}
		}
		return out
	}
}

type outageCredit struct {
	ContractID     string    `json:"contract_id"`
	ContractNumber string    `json:"contract_number"`
	CustomerName   string    `json:"customer_name"`
	Days           int       `json:"days"`
	RentFen        money.Fen `json:"rent_fen"`
	AmountFen      money.Fen `json:"amount_fen"`
	Granted        bool      `json:"granted"`
	GrantedBy      string    `json:"granted_by_name"`
	DocumentID     string    `json:"document_id"`
	ChargeID       string    `json:"charge_id"`
}

func fromCredit(p announcement.Proposal) outageCredit {
	return outageCredit{p.ContractID, p.ContractNumber, p.CustomerName, p.Days, p.RentFen, p.AmountFen, p.Granted, p.GrantedBy, p.DocumentID, p.ChargeID}
}

// News is a piece of news in both languages.
type News struct {
	ByID
	Body struct {
		Zh string `json:"zh" maxLength:"2000"`
		En string `json:"en" maxLength:"2000"`
	}
}

func (a *API) announcements() {
	s := func() *announcement.Service { return a.deps.Announcements }
	Register(a, Op{
		ID: "list-announcements", Method: http.MethodGet, Path: "/announcements", Capability: "announcement.read", Tag: "announcement",
		Summary: "服务中断公告，最新的在前", SummaryEn: "Announcements of interruptions, newest first",
	}, func(ctx context.Context, in *StatePage) (*struct{ Body List[announcementRecord] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := textStates(in.InStates, announcement.States())
		if err != nil {
			return nil, err
		}
		rows, n, err := s().List(ctx, announcement.Query{States: only, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(x announcement.Announcement) []string { return []string{x.ID} })
		return &struct{ Body List[announcementRecord] }{NewList(Convert(page, fromAnnouncement(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "list-current-announcements", Method: http.MethodGet, Path: "/announcements/current", Capability: "announcement.read", Tag: "announcement",
		Summary: "正在进行和即将发生的中断（横幅）", SummaryEn: "Interruptions that go on or are ahead: what the banner shows",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[announcementRecord] }, error) {
		rows, err := s().Current(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[announcementRecord] }{NewList(Convert(rows, fromAnnouncement(ctx)), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "get-announcement", Method: http.MethodGet, Path: "/announcements/{id}", Capability: "announcement.read", Tag: "announcement",
		Summary: "一份公告", SummaryEn: "One announcement",
	}, func(ctx context.Context, in *ByID) (*struct{ Body announcementRecord }, error) {
		x, err := s().Get(ctx, in.ID)
		return converted(x, err, fromAnnouncement(ctx))
	})
	Register(a, Op{
		ID: "draw-up-announcement", Method: http.MethodPost, Path: "/announcements", Capability: "announcement.write", Tag: "announcement", Status: http.StatusCreated,
		Summary: "起草中断公告（中英文）", SummaryEn: "Draw up an announcement, in both languages",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Kind     announcement.Kind `json:"kind" enum:"planned,unplanned"`
			TitleZh  string            `json:"title_zh" maxLength:"500"`
			TitleEn  string            `json:"title_en" maxLength:"500"`
			ReasonZh string            `json:"reason_zh" maxLength:"2000"`
			ReasonEn string            `json:"reason_en" maxLength:"2000"`
			StartsAt caldate.Instant   `json:"starts_at"`
			EndsAt   caldate.Instant   `json:"ends_at"`
			Carriers []string          `json:"carriers,omitempty" maxItems:"10"`
			Kinds    []string          `json:"kinds,omitempty" maxItems:"10"`
			Fault    bool              `json:"fault,omitempty"`
		}
	},
	) (*struct{ Body announcementRecord }, error) {
		b := in.Body
		x, err := s().DrawUp(ctx, announcement.Input{Kind: b.Kind, TitleZh: b.TitleZh, TitleEn: b.TitleEn, ReasonZh: b.ReasonZh, ReasonEn: b.ReasonEn, StartsAt: b.StartsAt, EndsAt: b.EndsAt, Carriers: b.Carriers, Kinds: b.Kinds, Fault: b.Fault})
		return converted(x, err, fromAnnouncement(ctx))
	})
	Register(a, Op{
		ID: "publish-announcement", Method: http.MethodPost, Path: "/announcements/{id}/publish", Capability: "announcement.write", Tag: "announcement",
		Summary: "发布公告并通知受影响的客户；计划内的不得由起草人发布", SummaryEn: "Publish: every customer that is affected is told; a planned one not by who drew it up",
	}, func(ctx context.Context, in *ByID) (*struct{ Body announcementRecord }, error) {
		x, err := s().Publish(ctx, in.ID)
		return converted(x, err, fromAnnouncement(ctx))
	})
	for _, op := range []struct {
		id, path, zh, en string
		act              func(ctx context.Context, id, zh, en string) (*announcement.Announcement, error)
	}{
		{"add-announcement-news", "/announcements/{id}/news", "发布进展", "Publish news of an interruption", func(ctx context.Context, id, zh, en string) (*announcement.Announcement, error) {
			return s().Add(ctx, id, zh, en)
		}},
		{"call-off-announcement", "/announcements/{id}/call-off", "取消公告", "Call an announcement off", func(ctx context.Context, id, zh, en string) (*announcement.Announcement, error) {
			return s().CallOff(ctx, id, zh, en)
		}},
	} {
		Register(a, Op{ID: op.id, Method: http.MethodPost, Path: op.path, Capability: "announcement.write", Tag: "announcement", Summary: op.zh, SummaryEn: op.en},
			func(ctx context.Context, in *News) (*struct{ Body announcementRecord }, error) {
				x, err := op.act(ctx, in.ID, in.Body.Zh, in.Body.En)
				return converted(x, err, fromAnnouncement(ctx))
			})
	}
	Register(a, Op{
		ID: "end-announcement", Method: http.MethodPost, Path: "/announcements/{id}/end", Capability: "announcement.write", Tag: "announcement",
		Summary: "中断结束：实际结束时间与原因", SummaryEn: "An interruption is over: when, and why it was",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			EndedAt caldate.Instant `json:"ended_at"`
			Zh      string          `json:"zh" maxLength:"2000"`
			En      string          `json:"en" maxLength:"2000"`
		}
	},
	) (*struct{ Body announcementRecord }, error) {
		x, err := s().End(ctx, in.ID, in.Body.EndedAt, in.Body.Zh, in.Body.En)
		return converted(x, err, fromAnnouncement(ctx))
	})
	Register(a, Op{
		ID: "list-outage-credits", Method: http.MethodGet, Path: "/announcements/{id}/credits", Capability: "announcement.credit", Tag: "announcement",
		Summary: "中断减免：应得与已给", SummaryEn: "Credits for an interruption: due and given",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[outageCredit] }, error) {
		rows, err := s().Credits(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[outageCredit] }{NewList(Convert(rows, fromCredit), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "grant-outage-credits", Method: http.MethodPost, Path: "/announcements/{id}/credits", Capability: "announcement.credit", Tag: "announcement",
		Summary: "给予中断减免，列入下一张账单；超过限额的须第二人批准", SummaryEn: "Give credits for an interruption, on the next bill; above the limit a second person approves",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			ContractIDs []string `json:"contract_ids" minItems:"1" maxItems:"1000"`
		}
	},
	) (*struct{ Body List[outageCredit] }, error) {
		rows, err := s().Grant(ctx, in.ID, in.Body.ContractIDs)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[outageCredit] }{NewList(Convert(rows, fromCredit), "", int64(len(rows)))}, nil
	})
}
