package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/review"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
)

type ruleSetRecord struct {
	Version     string          `json:"version"`
	Hash        string          `json:"hash" doc:"SHA-256 of the canonical source."`
	Rules       int64           `json:"rules"`
	CreatedAt   caldate.Instant `json:"created_at"`
	PublishedAt caldate.Instant `json:"published_at" doc:"When it was first published."`
	Published   bool            `json:"published" doc:"Batches that begin screening now are judged by it."`
	Actions     []string        `json:"available_actions"`
}

type draftRecord struct {
	ID               string             `json:"id"`
	State            ruleset.DraftState `json:"state" enum:"open,submitted,published,discarded"`
	Base             string             `json:"base" doc:"The version that it changes."`
	Version          int64              `json:"version"`
	Reason           string             `json:"reason,omitempty"`
	SubmittedBy      string             `json:"submitted_by,omitempty"`
	SubmittedAt      caldate.Instant    `json:"submitted_at"`
	DecidedBy        string             `json:"decided_by,omitempty"`
	DecidedAt        caldate.Instant    `json:"decided_at"`
	SentBackReason   string             `json:"sent_back_reason,omitempty"`
	PublishedVersion string             `json:"published_version,omitempty"`
	CreatedAt        caldate.Instant    `json:"created_at"`
	UpdatedAt        caldate.Instant    `json:"updated_at"`
	Authors          []ruleset.Author   `json:"authors" doc:"Whoever changed anything; none of them can approve it."`
	Changes          []draftChange      `json:"changes"`
}

type draftChange struct {
	Key       string          `json:"key"`
	Kind      string          `json:"kind"`
	ID        string          `json:"id"`
	Change    string          `json:"change" enum:"added,changed,deleted"`
	Waiting   bool            `json:"waiting" doc:"The text written last has faults; mend it before the draft is submitted."`
	ChangedBy string          `json:"changed_by"`
	ChangedAt caldate.Instant `json:"changed_at"`
}

type ruleDeskRecord struct {
	Published string             `json:"published"`
	Draft     *draftRecord       `json:"draft,omitempty"`
	Unsound   int                `json:"unsound" doc:"Documents of the draft whose last text has faults."`
	BaseMoved bool               `json:"base_moved" doc:"Another version was published since the draft began."`
	Shadow    *ruleset.ShadowRun `json:"shadow,omitempty"`
	Proposals int64              `json:"proposals" doc:"Reports of false alarms that wait."`
	Actions   []string           `json:"available_actions"`
}

type savedRecord struct {
	Key      string            `json:"key"`
	Version  int64             `json:"version" doc:"Of the draft's copy; 0: the text is the base's again."`
	Accepted bool              `json:"accepted" doc:"false: the text is kept, but has faults; tests and submission go on with the last sound one."`
	Problems []ruleset.Problem `json:"problems"`
}

type backtestRecord struct {
	ID        string                 `json:"id"`
	State     string                 `json:"state" enum:"running,done,failed,cancelled"`
	Base      string                 `json:"base"`
	From      caldate.Date           `json:"from"`
	To        caldate.Date           `json:"to"`
	Sample    int64                  `json:"sample"`
	Messages  int64                  `json:"messages" doc:"Of the period."`
	Batches   int64                  `json:"batches"`
	Done      int64                  `json:"done" doc:"Messages of the sample judged so far."`
	Fault     string                 `json:"fault,omitempty"`
	CreatedAt caldate.Instant        `json:"created_at"`
	CreatedBy string                 `json:"created_by"`
	EndedAt   caldate.Instant        `json:"ended_at"`
	Result    ruleset.BacktestResult `json:"result"`
	Current   bool                   `json:"current" doc:"The draft is still what was tested."`
	Actions   []string               `json:"available_actions"`
}

type documentKey struct {
	Key string `path:"key" maxLength:"160"`
}

type reasonInput struct {
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

type ruleText struct {
	Key  string `json:"key,omitempty" maxLength:"160" doc:"Empty for a new one."`
	Kind string `json:"kind" enum:"rule,bank,settings"`
	Text string `json:"text"`
}

type looked struct {
	Text     string            `json:"text"`
	Form     *ruleset.Form     `json:"form,omitempty" doc:"Missing while the text can't be read as a form."`
	Problems []ruleset.Problem `json:"problems"`
}

// deskCapability is what each act on the desk needs.
var deskCapability = map[string]string{
	"edit": "ruleset.edit", "submit": "ruleset.edit", "withdraw": "ruleset.edit", "discard": "ruleset.edit", "rebase": "ruleset.edit", "shadow": "ruleset.edit",
	"end_shadow": "ruleset.edit", "approve": "ruleset.publish", "send_back": "ruleset.publish", "roll_back": "ruleset.publish",
}

func fromSaved(s *ruleset.Saved) savedRecord {
	return savedRecord{s.Key, s.Version, s.Accepted, s.Problems}
}

func fromDraft(d *ruleset.Draft) *draftRecord {
	if d == nil {
		return nil
	}
	r := &draftRecord{
		ID: d.ID, State: d.State, Base: d.BaseVersion, Version: d.Version, Reason: d.Reason, SubmittedBy: d.SubmittedName, SubmittedAt: d.SubmittedAt, DecidedBy: d.DecidedName,
		DecidedAt: d.DecidedAt, SentBackReason: d.DecidedReason, PublishedVersion: d.PublishedVersion, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, Authors: d.Authors, Changes: []draftChange{},
	}
	if r.Authors == nil {
		r.Authors = []ruleset.Author{}
	}
	for _, c := range d.Docs {
		x := draftChange{c.DocKey, c.Kind, c.Ref, "changed", !c.IsDeleted && c.Body != c.Sound, c.ChangedName, c.ChangedAt}
		if c.IsAdded {
			x.Change = "added"
		}
		if c.IsDeleted {
			x.Change = "deleted"
		}
		r.Changes = append(r.Changes, x)
	}
	return r
}

func (a *API) fromBacktest(ctx context.Context, b *ruleset.Backtest) backtestRecord {
	r := backtestRecord{
		ID: b.ID, State: b.State, Base: b.BaseVersion, From: b.FromDate, To: b.ToDate, Sample: b.Wanted, Messages: b.Population, Batches: b.Batches, Done: b.Done,
		CreatedAt: b.CreatedAt, CreatedBy: b.CreatedName, EndedAt: b.EndedAt, Result: b.Result, Actions: []string{},
	}
	r.Result.Samples = nil // places; opened by …/messages
	if r.Result.Moves == nil {
		r.Result.Moves = []ruleset.Move{}
	}
	if r.Result.Rules == nil {
		r.Result.Rules = []ruleset.RuleMove{}
	}
	if b.State == ruleset.BacktestFailed {
		r.Fault = "看服务日志 / see the server's log"
	}
	if b.State == ruleset.BacktestRunning && Can(ctx, "ruleset.edit") {
		r.Actions = append(r.Actions, "cancel")
	}
	return r
}

// ruleDesk gives the desk after an act.
func (a *API) ruleDesk(ctx context.Context) (*struct{ Body ruleDeskRecord }, error) {
	d, err := a.deps.Rules.Desk(ctx)
	if err != nil {
		return nil, err
	}
	r := ruleDeskRecord{
		Published: d.Published, Draft: fromDraft(d.Draft), Unsound: d.Unsound, BaseMoved: d.BaseMoved, Shadow: d.Shadow, Proposals: d.Proposals,
		Actions: slices.DeleteFunc(d.Actions, func(act string) bool { return !Can(ctx, deskCapability[act]) }),
	}
	return &struct{ Body ruleDeskRecord }{r}, nil
}

func (a *API) ruleSets() {
	a.ruleVersions()
	a.ruleDocuments()
	a.ruleDraft()
	a.ruleTrials()
	a.ruleExceptions()
}

func (a *API) ruleVersions() {
	Register(a, Op{
		ID: "list-rule-sets", Method: http.MethodGet, Path: "/rule-sets", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "规则集版本", SummaryEn: "Versions of the rule set",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[ruleSetRecord] }, error) {
		versions, published, err := a.deps.Rules.Versions(ctx)
		if err != nil {
			return nil, err
		}
		items := Convert(versions, func(v ruleset.Version) ruleSetRecord {
			r := ruleSetRecord{v.Version, v.Hash, v.RuleCount, v.CreatedAt, v.PublishedAt, v.Version == published, []string{}}
			if !r.Published && !v.PublishedAt.IsZero() && Can(ctx, "ruleset.publish") {
				r.Actions = append(r.Actions, "roll_back")
			}
			return r
		})
		return &struct{ Body List[ruleSetRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "rule-set-history", Method: http.MethodGet, Path: "/rule-sets/history", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "发布与回滚记录", SummaryEn: "Publications and roll-backs, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct {
		Body List[ruleset.Publication]
	}, error) {
		rows, err := a.deps.Rules.History(ctx)
		if err != nil {
			return nil, err
		}
		return &struct {
			Body List[ruleset.Publication]
		}{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "diff-rule-sets", Method: http.MethodGet, Path: "/rule-sets/{from}/diff/{to}", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "比较两个版本（draft 表示草稿），按规则、字段、词列出差别", SummaryEn: "Compare two versions (draft: the working copy), rule by rule and field by field",
	}, func(ctx context.Context, in *struct {
		From string `path:"from" maxLength:"64"`
		To   string `path:"to" maxLength:"64"`
	}) (*struct{ Body List[ruleset.DocDiff] }, error) {
		rows, err := a.deps.Rules.Diff(ctx, in.From, in.To)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[ruleset.DocDiff] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "roll-back-rule-set", Method: http.MethodPost, Path: "/rule-sets/{version}/roll-back", Capability: "ruleset.publish", Tag: "ruleset",
		Summary: "回滚到以前发布过的版本（一步完成，要写理由）", SummaryEn: "Publish an earlier version again, in one step, with a reason",
	}, func(ctx context.Context, in *struct {
		Version string `path:"version" maxLength:"64"`
		Body    struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{ Body ruleDeskRecord }, error) {
		if err := a.deps.Rules.RollBack(ctx, in.Version, in.Body.Reason); err != nil {
			return nil, err
		}
		return a.ruleDesk(ctx)
	})
}

func (a *API) ruleDocuments() {
	Register(a, Op{
		ID: "list-rules", Method: http.MethodGet, Path: "/rule-desk/documents", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "规则、词库与设置（草稿优先），含命中次数和最后修改", SummaryEn: "Rules, banks and settings of the working copy, with hits and last changes",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[ruleset.ListedDoc] }, error) {
		rows, err := a.deps.Rules.List(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[ruleset.ListedDoc] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "get-rule", Method: http.MethodGet, Path: "/rule-desk/documents/{key}", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "一条规则：文本、表单、问题、命中、历史", SummaryEn: "One document: text, form, problems, hits, history",
	}, func(ctx context.Context, in *documentKey) (*struct{ Body *ruleset.OpenDoc }, error) {
		o, err := a.deps.Rules.Open(ctx, in.Key)
		return &struct{ Body *ruleset.OpenDoc }{o}, err
	})
	Register(a, Op{
		ID: "rule-vocabulary", Method: http.MethodGet, Path: "/rule-desk/vocabulary", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "规则语言的字段、事实、词库、原因码（编辑器补全用）", SummaryEn: "Keys, facts, banks and reason codes, for completion",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body *ruleset.Vocabulary }, error) {
		v, err := a.deps.Rules.Vocabulary(ctx)
		return &struct{ Body *ruleset.Vocabulary }{v}, err
	})
	Register(a, Op{
		ID: "check-rule", Method: http.MethodPost, Path: "/rule-desk/check", Capability: "ruleset.read", Tag: "ruleset", MaxBody: ruleset.MaxDoc + 1<<20, NoReplay: true,
		Summary: "检查文本而不保存：问题（行、列、改法）和表单", SummaryEn: "Check a text without keeping it: problems with their places, and its form",
	}, func(ctx context.Context, in *struct{ Body ruleText }) (*struct{ Body looked }, error) {
		return a.lookAt(ctx, in.Body)
	})
	Register(a, Op{
		ID: "apply-rule-form", Method: http.MethodPost, Path: "/rule-desk/form", Capability: "ruleset.read", Tag: "ruleset", MaxBody: 2*ruleset.MaxDoc + 1<<20, NoReplay: true,
		Summary: "把表单写进文本（保留注释），并检查", SummaryEn: "Write a form into a text, comments kept, and check it",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Key  string       `json:"key,omitempty" maxLength:"160"`
			Kind string       `json:"kind" enum:"rule,bank,settings"`
			Text string       `json:"text"`
			Form ruleset.Form `json:"form"`
		}
	}) (*struct{ Body looked }, error) {
		text, err := a.deps.Rules.Apply(in.Body.Kind, in.Body.Text, in.Body.Form)
		if err != nil {
			return nil, err
		}
		return a.lookAt(ctx, ruleText{in.Body.Key, in.Body.Kind, text})
	})
	Register(a, Op{
		ID: "save-rule", Method: http.MethodPut, Path: "/rule-desk/documents/{key}", Capability: "ruleset.edit", Tag: "ruleset", MaxBody: ruleset.MaxDoc + 1<<20,
		Summary: "保存到草稿；有错也保留文本并指出位置", SummaryEn: "Save into the draft; a text with faults is kept and says what is wrong",
	}, func(ctx context.Context, in *struct {
		Key  string `path:"key" maxLength:"160"`
		Body struct {
			Text    string `json:"text"`
			Version int64  `json:"version" doc:"As it was opened; someone else's change in between is a conflict that shows both sides."`
		}
	}) (*struct{ Body savedRecord }, error) {
		s, err := a.deps.Rules.Save(ctx, in.Key, in.Body.Text, in.Body.Version)
		if err != nil {
			return nil, err
		}
		return &struct{ Body savedRecord }{fromSaved(s)}, nil
	})
	Register(a, Op{
		ID: "create-rule", Method: http.MethodPost, Path: "/rule-desk/documents", Capability: "ruleset.edit", Tag: "ruleset", Status: http.StatusCreated, MaxBody: ruleset.MaxDoc + 1<<20,
		Summary: "在草稿里新建规则或词库", SummaryEn: "Add a rule or a bank to the draft",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Kind string `json:"kind" enum:"rule,bank"`
			Text string `json:"text"`
		}
	}) (*struct{ Body savedRecord }, error) {
		s, err := a.deps.Rules.Create(ctx, in.Body.Kind, in.Body.Text)
		if err != nil {
			return nil, err
		}
		return &struct{ Body savedRecord }{fromSaved(s)}, nil
	})
	Register(a, Op{
		ID: "delete-rule", Method: http.MethodPost, Path: "/rule-desk/documents/{key}/delete", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "从草稿中删除", SummaryEn: "Take a document out of the draft",
	}, func(ctx context.Context, in *versionedKey) (*struct{ Body ruleDeskRecord }, error) {
		if err := a.deps.Rules.Delete(ctx, in.Key, in.Body.Version); err != nil {
			return nil, err
		}
		return a.ruleDesk(ctx)
	})
	Register(a, Op{
		ID: "restore-rule", Method: http.MethodPost, Path: "/rule-desk/documents/{key}/restore", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "撤销草稿对这份内容的修改", SummaryEn: "Take back what the draft changed about a document",
	}, func(ctx context.Context, in *versionedKey) (*struct{ Body ruleDeskRecord }, error) {
		if err := a.deps.Rules.Restore(ctx, in.Key, in.Body.Version); err != nil {
			return nil, err
		}
		return a.ruleDesk(ctx)
	})
}

// lookAt checks a text and gives its form.
func (a *API) lookAt(ctx context.Context, t ruleText) (*struct{ Body looked }, error) {
	ps, form, ok, err := a.deps.Rules.CheckText(ctx, t.Key, t.Kind, t.Text)
	if err != nil {
		return nil, err
	}
	out := looked{Text: t.Text, Problems: ps}
	if ok {
		out.Form = &form
	}
	if out.Problems == nil {
		out.Problems = []ruleset.Problem{}
	}
	return &struct{ Body looked }{out}, nil
}

func (a *API) ruleDraft() {
	Register(a, Op{
		ID: "rule-desk", Method: http.MethodGet, Path: "/rule-desk", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "规则台：已发布的版本、草稿、试运行、待处理误报", SummaryEn: "The rule desk: published version, draft, shadow run, reports that wait",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body ruleDeskRecord }, error) {
		return a.ruleDesk(ctx)
	})
	act := func(id, path, capability, zh, en string, do func(ctx context.Context, reason string) error) {
		Register(a, Op{ID: id, Method: http.MethodPost, Path: "/rule-desk/" + path, Capability: capability, Tag: "ruleset", Summary: zh, SummaryEn: en},
			func(ctx context.Context, in *reasonInput) (*struct{ Body ruleDeskRecord }, error) {
				if err := do(ctx, in.Body.Reason); err != nil {
					return nil, err
				}
				return a.ruleDesk(ctx)
			})
	}
	plain := func(id, path, capability, zh, en string, do func(ctx context.Context) error) {
		Register(a, Op{ID: id, Method: http.MethodPost, Path: "/rule-desk/" + path, Capability: capability, Tag: "ruleset", Summary: zh, SummaryEn: en},
			func(ctx context.Context, _ *struct{}) (*struct{ Body ruleDeskRecord }, error) {
				if err := do(ctx); err != nil {
					return nil, err
				}
				return a.ruleDesk(ctx)
			})
	}
	r := a.deps.Rules
	act("submit-rules", "submit", "ruleset.edit", "提交草稿审批（写明理由）", "Submit the draft to a second person, with a reason", func(ctx context.Context, reason string) error {
		_, err := r.Submit(ctx, reason)
		return err
	})
	plain("withdraw-rules", "withdraw", "ruleset.edit", "撤回提交", "Take a submitted draft back to editing", func(ctx context.Context) error {
		_, err := r.Withdraw(ctx)
		return err
	})
	plain("approve-rules", "approve", "ruleset.publish", "批准并发布（不能是任何一处修改的作者）", "Approve and publish; not by any of its authors", func(ctx context.Context) error {
		_, err := r.Approve(ctx)
		return err
	})
	act("send-back-rules", "send-back", "ruleset.publish", "退回草稿（写明理由）", "Send a submitted draft back, with a reason", func(ctx context.Context, reason string) error {
		_, err := r.SendBack(ctx, reason)
		return err
	})
	act("discard-rules", "discard", "ruleset.edit", "放弃草稿（写明理由）", "Give the draft up, with a reason", func(ctx context.Context, reason string) error {
		_, err := r.Discard(ctx, reason)
		return err
	})
	Register(a, Op{
		ID: "rebase-rules", Method: http.MethodPost, Path: "/rule-desk/rebase", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "把草稿移到当前发布的版本上；列出两边都改过的内容", SummaryEn: "Move the draft onto the published version; names what both sides changed",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body rebased }, error) {
		both, err := r.Rebase(ctx)
		return &struct{ Body rebased }{rebased{both}}, err
	})
	act("start-rule-shadow", "shadow", "ruleset.edit", "让草稿整套试运行：只计数，不影响结论", "Let the draft run beside the published set: it counts and acts on nothing", func(ctx context.Context, reason string) error {
		_, err := r.StartShadow(ctx, reason)
		return err
	})
	plain("end-rule-shadow", "end-shadow", "ruleset.edit", "结束试运行", "End the shadow run", r.EndShadow)
	Register(a, Op{
		ID: "list-rule-shadows", Method: http.MethodGet, Path: "/rule-shadows", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "试运行列表", SummaryEn: "Shadow runs, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[ruleset.ShadowRun] }, error) {
		rows, err := r.Shadows(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[ruleset.ShadowRun] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "rule-shadow-report", Method: http.MethodGet, Path: "/rule-shadows/{id}", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "试运行的结果：本会怎样判", SummaryEn: "What a shadow run would have done",
	}, func(ctx context.Context, in *shadowID) (*struct{ Body *ruleset.ShadowReport }, error) {
		rep, err := r.ShadowReport(ctx, in.ID)
		return &struct{ Body *ruleset.ShadowReport }{rep}, err
	})
}

type rebased struct {
	Both []string `json:"both" doc:"Documents that both sides changed: the draft's text stands; look at them again."`
}

type shadowID struct {
	ID string `path:"id" maxLength:"32"`
}

type versionedKey struct {
	Key  string `path:"key" maxLength:"160"`
	Body struct {
		Version int64 `json:"version" doc:"Of the draft's copy as it was opened; 0: the draft had none."`
	}
}

func (a *API) ruleTrials() {
	r := a.deps.Rules
	Register(a, Op{
		ID: "try-rules", Method: http.MethodPost, Path: "/rule-desk/bench", Capability: "ruleset.read", Tag: "ruleset", MaxBody: ruleset.MaxDoc + 1<<20, NoReplay: true,
		Summary: "试一条短信：结论、各视图的命中、事实、评分、用时", SummaryEn: "Try a message: verdict, hits by view, facts, score, time",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Text      string         `json:"text" maxLength:"10000"`
			Category  string         `json:"category,omitempty" maxLength:"32"`
			Signature string         `json:"signature,omitempty" maxLength:"100"`
			Vars      []string       `json:"vars,omitempty" maxItems:"50"`
			Facts     map[string]any `json:"facts,omitempty"`
			Against   string         `json:"against" enum:"published,draft,both"`
			Key       string         `json:"key,omitempty" maxLength:"160"`
			Body      string         `json:"body,omitempty" doc:"The document as it stands in the editor, tried in place of the draft's."`
		}
	}) (*struct{ Body triedList }, error) {
		b := in.Body
		rows, err := r.Bench(ctx, ruleset.Trial{
			Text: b.Text, Category: b.Category, Signature: b.Signature, Vars: b.Vars, Facts: b.Facts, Against: b.Against, Key: b.Key, Body: b.Body,
		})
		return &struct{ Body triedList }{triedList{rows}}, err
	})
	Register(a, Op{
		ID: "preview-words", Method: http.MethodPost, Path: "/rule-desk/words/preview", Capability: "ruleset.edit", Tag: "ruleset", MaxBody: 24 << 20, NoReplay: true,
		Summary: "预览词表：编码、去掉的行、每个词在以往短信中的命中率", SummaryEn: "Preview a word list: encoding, lines left out, hit rates over past messages",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Data string `json:"data" doc:"The file's bytes in base64, whatever their encoding."`
			Bank string `json:"bank,omitempty" maxLength:"110"`
		}
	}) (*struct{ Body wordsPreview }, error) {
		data, err := base64.StdEncoding.DecodeString(in.Body.Data)
		if err != nil {
			return nil, errBase64
		}
		p, err := r.PreviewWords(ctx, data, in.Body.Bank)
		if err != nil {
			return nil, err
		}
		out := wordsPreview{
			Encoding: p.List.Encoding, Lines: p.List.Lines, Words: len(p.List.Words), LeftOutCount: len(p.List.LeftOut), Messages: p.Rates.Messages, Hit: p.Rates.Hit,
			Never: p.Rates.Never, TooCommon: p.Rates.TooCommon, MaxShare: p.Rates.MaxShare, Known: len(p.Known), Rows: []wordRow{}, LeftOut: p.List.LeftOut[:min(len(p.List.LeftOut), 500)],
			Tags: p.Rates.Tags,
		}
		known := map[string]bool{}
		for _, w := range p.Known {
			known[w] = true
		}
		for _, w := range p.Rates.Words[:min(len(p.Rates.Words), wordRows)] {
			out.Rows = append(out.Rows, wordRow{w.Line, w.Word, w.Tag, w.Messages, w.Share, w.TooCommon, known[w.Word]})
		}
		return &struct{ Body wordsPreview }{out}, nil
	})
	Register(a, Op{
		ID: "import-words", Method: http.MethodPost, Path: "/rule-desk/words/import", Capability: "ruleset.edit", Tag: "ruleset", MaxBody: 24 << 20,
		Summary: "把选中的词放进草稿的词库（没有就新建）", SummaryEn: "Put chosen words into a bank of the draft, made where there is none",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Bank     string          `json:"bank" maxLength:"110"`
			Title    screening.Title `json:"title,omitempty"`
			Words    []string        `json:"words,omitempty" maxItems:"500000" doc:"The words themselves; or data and leave_out."`
			Data     string          `json:"data,omitempty" doc:"The previewed list, in base64."`
			LeaveOut []string        `json:"leave_out,omitempty" maxItems:"500000" doc:"Words of data that are not wanted."`
		}
	}) (*struct{ Body importedWords }, error) {
		words := func() (*ruleset.Saved, int, error) {
			if in.Body.Data == "" {
				return r.ImportWords(ctx, in.Body.Bank, in.Body.Title, in.Body.Words)
			}
			data, err := base64.StdEncoding.DecodeString(in.Body.Data)
			if err != nil {
				return nil, 0, errBase64
			}
			return r.ImportList(ctx, in.Body.Bank, in.Body.Title, data, in.Body.LeaveOut)
		}
		s, n, err := words()
		if err != nil {
			return nil, err
		}
		return &struct{ Body importedWords }{importedWords{fromSaved(s), n}}, nil
	})
	a.ruleBacktests()
}

type triedList struct {
	Results []ruleset.Tried `json:"results"`
}

type importedWords struct {
	Saved savedRecord `json:"saved"`
	Added int         `json:"added"`
}

type wordsPreview struct {
	Encoding     string              `json:"encoding"`
	Lines        int                 `json:"lines"`
	Words        int                 `json:"words"`
	Known        int                 `json:"known" doc:"Words that the bank has already."`
	LeftOutCount int                 `json:"left_out_count"`
	LeftOut      []screening.LeftOut `json:"left_out" doc:"The first 500 lines that would not be imported, with why."`
	Messages     int                 `json:"messages" doc:"Past messages looked at."`
	Hit          int                 `json:"hit" doc:"Of them: with any of the words."`
	Never        int                 `json:"never"`
	TooCommon    int                 `json:"too_common"`
	MaxShare     float64             `json:"max_share"`
	Rows         []wordRow           `json:"rows" doc:"The most frequent first, at most 5,000."`
	Tags         []screening.TagRate `json:"tags"`
}

// wordRows is how many words a preview shows.
const wordRows = 5000

type wordRow struct {
	Line      int     `json:"line"`
	Word      string  `json:"word"`
	Tag       string  `json:"tag,omitempty"`
	Messages  int     `json:"messages"`
	Share     float64 `json:"share"`
	TooCommon bool    `json:"too_common"`
	Known     bool    `json:"known"`
}

var errBase64 = errs.Invalid("ruleset.base64", "词表没有传完整，请重新选择文件", "the list did not arrive whole; choose the file again")

func (a *API) ruleBacktests() {
	r := a.deps.Rules
	Register(a, Op{
		ID: "list-rule-backtests", Method: http.MethodGet, Path: "/rule-backtests", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "回测列表", SummaryEn: "Backtests, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[backtestRecord] }, error) {
		rows, err := r.Backtests(ctx)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(b ruleset.Backtest) backtestRecord { return a.fromBacktest(ctx, &b) })
		return &struct{ Body List[backtestRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "start-rule-backtest", Method: http.MethodPost, Path: "/rule-backtests", Capability: "ruleset.edit", Tag: "ruleset", Status: http.StatusCreated,
		Summary: "用以往短信回测草稿（打开密封内容，留痕）", SummaryEn: "Compare the draft with its base over past messages; opening them is logged",
	}, func(ctx context.Context, in *struct {
		Body struct {
			From   caldate.Date `json:"from"`
			To     caldate.Date `json:"to"`
			Sample int64        `json:"sample" minimum:"1" maximum:"1000000"`
		}
	}) (*struct{ Body backtestRecord }, error) {
		b, err := r.StartBacktest(ctx, in.Body.From, in.Body.To, in.Body.Sample)
		if err != nil {
			return nil, err
		}
		return &struct{ Body backtestRecord }{a.fromBacktest(ctx, b)}, nil
	})
	Register(a, Op{
		ID: "get-rule-backtest", Method: http.MethodGet, Path: "/rule-backtests/{id}", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "一次回测：进度、结论矩阵、规则变化", SummaryEn: "One backtest: progress, matrix of verdicts, what changes about rules",
	}, func(ctx context.Context, in *shadowID) (*struct{ Body backtestRecord }, error) {
		b, err := r.OneBacktest(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out := a.fromBacktest(ctx, b)
		if out.Current, err = r.StillTested(ctx, b); err != nil {
			return nil, err
		}
		return &struct{ Body backtestRecord }{out}, nil
	})
	Register(a, Op{
		ID: "cancel-rule-backtest", Method: http.MethodPost, Path: "/rule-backtests/{id}/cancel", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "停止回测", SummaryEn: "Stop a backtest; what it has found stays",
	}, func(ctx context.Context, in *shadowID) (*struct{}, error) {
		return nil, r.CancelBacktest(ctx, in.ID)
	})
	Register(a, Op{
		ID: "rule-backtest-messages", Method: http.MethodGet, Path: "/rule-backtests/{id}/messages", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "矩阵一格或一条规则背后的短信（号码脱敏，查看留痕）", SummaryEn: "Messages behind a cell of the matrix or a rule, numbers masked; logged",
	}, func(ctx context.Context, in *struct {
		ID      string            `path:"id" maxLength:"32"`
		Before  screening.Verdict `query:"before" maxLength:"20"`
		After   screening.Verdict `query:"after" maxLength:"20"`
		Decided string            `query:"decided" maxLength:"20"`
		Rule    string            `query:"rule" maxLength:"120"`
		Limit   int               `query:"limit" minimum:"1" maximum:"50" default:"20"`
	}) (*struct {
		Body List[ruleset.BacktestMessage]
	}, error) {
		rows, err := r.BacktestMessages(ctx, in.ID, ruleset.SampleQuery{Before: in.Before, After: in.After, Decided: in.Decided, Rule: in.Rule, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return &struct {
			Body List[ruleset.BacktestMessage]
		}{NewList(rows, "", int64(len(rows)))}, nil
	})
}

type proposalRecord struct {
	ruleset.Proposal
	Actions []string `json:"available_actions"`
}

func fromProposal(ctx context.Context, p ruleset.Proposal) proposalRecord {
	r := proposalRecord{p, []string{}}
	if p.State == ruleset.Proposed && Can(ctx, "ruleset.edit") {
		r.Actions = append(r.Actions, "accept", "decline")
	}
	return r
}

func inStates(state string) (out []string) {
	for s := range strings.SplitSeq(state, ",") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (a *API) ruleExceptions() {
	r := a.deps.Rules
	Register(a, Op{
		ID: "list-rule-exceptions", Method: http.MethodGet, Path: "/rule-exceptions", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "审核员上报的误报", SummaryEn: "False alarms that reviewers reported",
	}, func(ctx context.Context, in *struct {
		InStates
	}) (*struct{ Body List[proposalRecord] }, error) {
		rows, counts, err := r.Proposals(ctx, inStates(in.State))
		if err != nil {
			return nil, err
		}
		total := int64(0)
		for _, n := range counts {
			total += n
		}
		return &struct{ Body List[proposalRecord] }{NewList(Convert(rows, func(p ruleset.Proposal) proposalRecord { return fromProposal(ctx, p) }), "", total)}, nil
	})
	Register(a, Op{
		ID: "accept-rule-exception", Method: http.MethodPost, Path: "/rule-exceptions/{id}/accept", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "采纳误报：把语境写进草稿规则的 except", SummaryEn: "Accept a false alarm: its context goes into the exceptions of the draft's rule",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Context string `json:"context,omitempty" maxLength:"200" doc:"Empty: as proposed."`
		}
	}) (*struct{ Body savedRecord }, error) {
		s, err := r.AcceptException(ctx, in.ID, in.Body.Context)
		if err != nil {
			return nil, err
		}
		return &struct{ Body savedRecord }{fromSaved(s)}, nil
	})
	Register(a, Op{
		ID: "decline-rule-exception", Method: http.MethodPost, Path: "/rule-exceptions/{id}/decline", Capability: "ruleset.edit", Tag: "ruleset",
		Summary: "不采纳误报（写明理由）", SummaryEn: "Decline a false alarm, with a reason",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{}, error) {
		return nil, r.DeclineException(ctx, in.ID, in.Body.Reason)
	})
	Register(a, Op{
		ID: "report-false-alarm", Method: http.MethodPost, Path: "/review/batches/{id}/false-alarms", Capability: "review.decide", Tag: "review", Status: http.StatusCreated,
		Summary: "上报误报：这处命中在这样的语境里不该算", SummaryEn: "Report a false alarm: in this context the hit should not count",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			GroupID string `json:"group_id" maxLength:"32"`
			Rule    string `json:"rule" maxLength:"120"`
			Word    string `json:"word" maxLength:"200" doc:"What was hit, as it stands in the text."`
			Context string `json:"context" maxLength:"200" doc:"The longer words of the text in which it is harmless."`
			Note    string `json:"note,omitempty" maxLength:"500"`
		}
	}) (*struct{ Body proposalRecord }, error) {
		p, err := a.deps.Reviews.FalseAlarm(ctx, review.Alarm{
			BatchID: in.ID, GroupID: in.Body.GroupID, Rule: in.Body.Rule, Word: in.Body.Word, Context: in.Body.Context, Note: in.Body.Note,
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body proposalRecord }{fromProposal(ctx, *p)}, nil
	})
}
