package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/review"
	"sealgate/server/staff"
)

type queueItem struct {
	review.Queued
	Claim   *review.Claim `json:"claim" doc:"Who has it on the desk and until when (machine's clock); null: nobody."`
	Actions []string      `json:"available_actions"`
}

type deskRecord struct {
	Batch     batchRecord        `json:"batch"`
	Queued    queueItem          `json:"queued"`
	Claim     *review.Claim      `json:"claim"`
	Groups    []review.GroupView `json:"groups" doc:"The first hundred, worst and largest first; the rest by …/groups."`
	MoreFrom  string             `json:"groups_next_cursor" doc:"For …/groups, which gives the others; empty: these are all."`
	Progress  *review.Progress   `json:"progress"`
	Decisions []review.Decision  `json:"decisions"`
	Record    review.Record      `json:"record" doc:"The customer's other batches."`
	Past      []review.Past      `json:"past"`
	Checks    []review.Check     `json:"checks"`
	Actions   []string           `json:"available_actions"`

	Similar   []review.SimilarBatch `json:"similar" doc:"Earlier batches with near-identical texts, of whatever customer, and what was decided about those."`
	Notes     []review.Note         `json:"notes" doc:"What reviewers wrote about the customer's batches, the latest first."`
	Questions []escalation          `json:"escalations" doc:"What was asked of the authority about this batch."`
	Withheld  bool                  `json:"withheld" doc:"Texts are left out: claim the batch, or name a purpose and why (A22)."`
}

// LookInput is embedded where texts are shown to others than who holds the claim.
type LookInput struct {
	Purpose review.Purpose `query:"purpose" maxLength:"16" doc:"complaint, appeal, authority or audit; not needed by who holds the claim."`
	Why     string         `query:"why" maxLength:"200" doc:"The reason, for the audit trail."`
}

func (l LookInput) look() review.Look { return review.Look{Purpose: l.Purpose, Why: l.Why} }

type decisionInput struct {
	ID             string `path:"id" maxLength:"32"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200"`
	Body           struct {
		Scope       review.Scope  `json:"scope" doc:"batch, group or message; the narrower decision wins, among equals the later one."`
		GroupID     string        `json:"group_id,omitempty" maxLength:"32"`
		Seq         int64         `json:"seq,omitempty" doc:"Message number, from 1."`
		Decision    review.Choice `json:"decision" doc:"approve, refuse or withdraw."`
		ReasonCodes []string      `json:"reason_codes,omitempty" doc:"Needed to refuse."`
		Note        string        `json:"note,omitempty" maxLength:"500"`
	}
}

type ReviewPage struct {
	ID     string `path:"id" maxLength:"32"`
	Cursor string `query:"cursor" maxLength:"500"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type signInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		DecisionsHash string `json:"decisions_hash" maxLength:"64" doc:"As the desk showed it: nobody signs what she has not seen."`
	}
}

type handOverInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		UserID string `json:"user_id" maxLength:"32"`
		Note   string `json:"note,omitempty" maxLength:"300" doc:"For the colleague."`
	}
}

var errNoReviewer = errs.Invalid("review.no_reviewer", "对方不是有审核权限的在用账号，不能移交", "that account is not one that may review; hand over to a reviewer")

// reviewCapability is what each act on the desk needs.
var reviewCapability = map[string]string{
	"claim": "review.decide", "release": "review.decide", "decide": "review.decide", "finish": "review.decide", "undo": "review.decide",
	"hand_over": "review.decide", "confirm": "review.second", "escalate": "review.decide",
}

func allowed(ctx context.Context, actions []string) []string {
	return slices.DeleteFunc(actions, func(act string) bool { return !Can(ctx, reviewCapability[act]) })
}

func fromQueued(ctx context.Context, q review.Queued) queueItem {
	i := queueItem{Queued: q, Actions: []string{}}
	if q.ClaimUserID != "" {
		i.Claim = &review.Claim{BatchID: q.BatchID, UserID: q.ClaimUserID, UserName: q.ClaimUserName, ExpiresAt: q.ClaimExpires}
	}
	if !q.Own && q.Fit != review.FitNot && (q.ClaimUserID == "" || q.ClaimUserID == actor.From(ctx).UserID) && q.State != "frozen" && Can(ctx, "review.decide") {
		i.Actions = append(i.Actions, "claim")
	}
	return i
}

func (a *API) reviews() {
	a.reviewWork()
	a.escalations()
	a.exemptions()
	a.rechecks()
	Register(a, Op{
		ID: "review-queue", Method: http.MethodGet, Path: "/review/queue", Capability: "review.read", Tag: "review",
		Summary: "待审核队列（按风险和等待时间）", SummaryEn: "Batches that wait for review, by risk and age",
	}, func(ctx context.Context, in *Page) (*struct{ Body List[queueItem] }, error) {
		keys, err := DecodeCursor(in.Cursor, 2)
		if err != nil {
			return nil, err
		}
		q := review.Query{Search: in.Q, Limit: in.Limit + 1}
		for s := range strings.SplitSeq(in.State, ",") {
			if s != "" {
				q.States = append(q.States, s)
			}
		}
		if keys != nil {
			var ms int64
			if _, err := fmt.Sscan(keys[0], &ms); err != nil {
				return nil, errCursor
			}
			q.AfterDue, q.AfterID = caldate.InstantMs(ms), keys[1]
		}
		rows, total, err := a.deps.Reviews.Queue(ctx, q)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			last := rows[in.Limit-1]
			next = EncodeCursor(fmt.Sprint(last.DueAt.Ms()), last.BatchID)
		}
		return &struct{ Body List[queueItem] }{NewList(Convert(rows, func(q review.Queued) queueItem { return fromQueued(ctx, q) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "review-desk", Method: http.MethodGet, Path: "/review/batches/{id}", Capability: "review.read", Tag: "review",
		Summary:   "审核台：批次、分组、命中、客户记录、检查项（未领取的须写明用途，查看留痕）",
		SummaryEn: "The desk view of a batch; texts for who holds the claim or names a purpose; the look is logged",
	}, func(ctx context.Context, in *struct {
		LookInput
		ID string `path:"id" maxLength:"32"`
	},
	) (*struct{ Body deskRecord }, error) {
		return a.showDesk(ctx, in.ID, in.look())
	})
	Register(a, Op{
		ID: "review-groups", Method: http.MethodGet, Path: "/review/batches/{id}/groups", Capability: "review.read", Tag: "review",
		Summary: "审核台的其余文本分组（查看留痕）", SummaryEn: "More groups of texts with what is decided about them; the look is logged",
	}, func(ctx context.Context, in *struct {
		BatchPage
		LookInput
	},
	) (*struct{ Body List[review.GroupView] }, error) {
		after, err := afterOf(in.Cursor)
		if err != nil {
			return nil, err
		}
		groups, total, err := a.deps.Reviews.MoreGroups(ctx, in.ID, after, in.Limit, in.look())
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[review.GroupView] }{NewList(groups, afterGroups(groups, total), total)}, nil
	})
	Register(a, Op{
		ID: "review-messages", Method: http.MethodGet, Path: "/review/batches/{id}/groups/{group}/messages", Capability: "review.decide", Tag: "review",
		Summary: "一组内的短信及其决定（号码脱敏，查看留痕；须先领取）", SummaryEn: "Messages of a group with what is decided, numbers masked; logged; only for who has claimed the batch",
	}, func(ctx context.Context, in *struct {
		BatchPage
		Group string `path:"group" maxLength:"32"`
	}) (*struct{ Body List[review.MessageView] }, error) {
		after, err := afterOf(in.Cursor)
		if err != nil {
			return nil, err
		}
		total, err := a.deps.Batches.GroupTotal(ctx, in.ID, in.Group)
		if err != nil {
			return nil, err
		}
		items, next, err := a.deps.Reviews.Messages(ctx, in.ID, in.Group, after, in.Limit)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[review.MessageView] }{NewList(items, afterMessage(next), total)}, nil
	})
	Register(a, Op{
		ID: "claim-review", Method: http.MethodPost, Path: "/review/batches/{id}/claim", Capability: "review.decide", Tag: "review",
		Summary: "领取批次（4 分钟无操作自动退回）", SummaryEn: "Claim a batch; idle for four minutes, it is given back",
	}, func(ctx context.Context, in *batchID) (*struct{ Body *review.Claim }, error) {
		c, err := a.deps.Reviews.Claim(ctx, in.ID)
		return &struct{ Body *review.Claim }{c}, err
	})
	Register(a, Op{
		ID: "release-review", Method: http.MethodPost, Path: "/review/batches/{id}/release", Capability: "review.decide", Tag: "review",
		Summary: "退回已领取的批次", SummaryEn: "Give a claimed batch back",
	}, func(ctx context.Context, in *batchID) (*struct{}, error) {
		return nil, a.deps.Reviews.Release(ctx, in.ID)
	})
	Register(a, Op{
		ID: "hand-over-review", Method: http.MethodPost, Path: "/review/batches/{id}/hand-over", Capability: "review.decide", Tag: "review",
		Summary: "移交给另一位审核员（可留言）", SummaryEn: "Hand a claimed batch over to another reviewer, with a note",
	}, func(ctx context.Context, in *handOverInput) (*struct{ Body *review.Claim }, error) {
		u, err := a.reviewer(ctx, in.Body.UserID)
		if err != nil {
			return nil, err
		}
		c, err := a.deps.Reviews.HandOver(ctx, in.ID, u.ID, u.Name, in.Body.Note)
		return &struct{ Body *review.Claim }{c}, err
	})
	Register(a, Op{
		ID: "decide-review", Method: http.MethodPost, Path: "/review/batches/{id}/decide", Capability: "review.decide", Tag: "review",
		Summary: "放行或拒绝整批、一组或一条", SummaryEn: "Approve or refuse all, a group or a message",
	}, func(ctx context.Context, in *decisionInput) (*struct{ Body *review.Progress }, error) {
		p, err := a.deps.Reviews.Decide(ctx, review.Act{
			BatchID: in.ID, Scope: in.Body.Scope, GroupID: in.Body.GroupID, Seq: in.Body.Seq, Choice: in.Body.Decision, ReasonCodes: in.Body.ReasonCodes,
			Note: in.Body.Note, ReplayKey: in.IdempotencyKey,
		})
		return &struct{ Body *review.Progress }{p}, err
	})
	Register(a, Op{
		ID: "finish-review", Method: http.MethodPost, Path: "/review/batches/{id}/finish", Capability: "review.decide", Tag: "review",
		Summary:   "提交审核：全部决定后冻结审批清单，10 秒内可撤销；高风险批次等待第二人复核",
		SummaryEn: "Finish: freeze the manifest once everything is decided; can be undone for ten seconds; a high-risk batch waits for a second person",
	}, func(ctx context.Context, in *signInput) (*struct{ Body *review.Progress }, error) {
		p, err := a.deps.Reviews.Finish(ctx, in.ID, in.Body.DecisionsHash)
		return &struct{ Body *review.Progress }{p}, err
	})
	Register(a, Op{
		ID: "confirm-review", Method: http.MethodPost, Path: "/review/batches/{id}/confirm", Capability: "review.second", Tag: "review",
		Summary: "高风险批次的第二人复核", SummaryEn: "Confirm a high-risk batch as the second person",
	}, func(ctx context.Context, in *signInput) (*struct{ Body *review.Progress }, error) {
		p, err := a.deps.Reviews.Confirm(ctx, in.ID, in.Body.DecisionsHash)
		return &struct{ Body *review.Progress }{p}, err
	})
	Register(a, Op{
		ID: "undo-review", Method: http.MethodPost, Path: "/review/batches/{id}/undo", Capability: "review.decide", Tag: "review",
		Summary: "10 秒内撤销已提交的审核", SummaryEn: "Take a finished review back within ten seconds",
	}, func(ctx context.Context, in *batchID) (*struct{ Body *review.Progress }, error) {
		p, err := a.deps.Reviews.Undo(ctx, in.ID)
		return &struct{ Body *review.Progress }{p}, err
	})
}

// afterGroups is the cursor for the groups after these; empty where there are none.
func afterGroups(groups []review.GroupView, total int64) string {
	if len(groups) == 0 || groups[len(groups)-1].Position >= total {
		return ""
	}
	return EncodeCursor(fmt.Sprint(groups[len(groups)-1].Position))
}

func isReviewer(r staff.Role) bool {
	return r == staff.ComplianceReviewer || r == staff.ComplianceLead
}

// reviewer gives an account that may review now.
func (a *API) reviewer(ctx context.Context, id string) (*staff.Account, error) {
	u, err := a.deps.Staff.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.State != staff.Active || !slices.ContainsFunc(u.Roles, isReviewer) {
		return nil, errNoReviewer
	}
	return u, nil
}

func (a *API) showDesk(ctx context.Context, id string, look review.Look) (*struct{ Body deskRecord }, error) {
	d, err := a.deps.Reviews.Open(ctx, id, look)
	if err != nil {
		return nil, err
	}
	r := deskRecord{
		Batch: a.fromBatch(ctx, d.Batch), Queued: fromQueued(ctx, d.Queued), Claim: d.Claim, Groups: d.Groups, MoreFrom: afterGroups(d.Groups, d.Batch.GroupCount), Progress: d.Progress,
		Decisions: d.Decisions, Record: d.Record, Past: d.Past, Checks: d.Checks,
		Actions: allowed(ctx, d.Actions(actor.From(ctx).UserID, a.deps.Clock.RealInstant())), Similar: d.Similar, Notes: d.Notes, Withheld: d.Withheld,
		Questions: Convert(d.Questions, a.fromEscalation(ctx)),
	}
	if r.Notes == nil {
		r.Notes = []review.Note{}
	}
	if r.Past == nil {
		r.Past = []review.Past{}
	}
	if r.Decisions == nil {
		r.Decisions = []review.Decision{}
	}
	return &struct{ Body deskRecord }{r}, nil
}
