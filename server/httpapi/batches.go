package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/corner"
	"sealgate/server/screening"
)

type batchFile struct {
	Name      string         `json:"name"`
	Size      int64          `json:"size"`
	SHA256    string         `json:"sha256,omitempty"`
	Format    string         `json:"format,omitempty" doc:"csv, txt, xlsx or jsonl, by content."`
	Encoding  string         `json:"encoding,omitempty" doc:"utf-8, utf-8-bom, utf-16le, utf-16be, gb18030 or big5, found by itself."`
	Header    bool           `json:"header"`
	Delimiter string         `json:"delimiter,omitempty"`
	Columns   []batch.Column `json:"columns" doc:"Which column is used for what."`
}

type batchRows struct {
	Total      int64 `json:"total"`
	Good       int64 `json:"good"`
	Bad        int64 `json:"bad"`
	Repeated   int64 `json:"repeated"`
	Parts      int64 `json:"parts" doc:"Message parts of all good rows."`
	Recipients int64 `json:"recipients" doc:"Different numbers."`
	LongestRun int64 `json:"longest_run" doc:"Of consecutive numbers."`
}

type batchProgress struct {
	Stage      string `json:"stage" doc:"uploading, reading, screening or done."`
	Done       int64  `json:"done"`
	All        int64  `json:"all"`
	ChunksDone int64  `json:"chunks_done"`
	Chunks     int64  `json:"chunks"`
}

type batchRecord struct {
	ID             string           `json:"id"`
	Number         string           `json:"number"`
	CustomerID     string           `json:"customer_id"`
	CustomerName   string           `json:"customer_name"`
	ContractID     string           `json:"contract_id"`
	ContractNumber string           `json:"contract_number"`
	SignatureID    string           `json:"signature_id"`
	TemplateID     string           `json:"template_id,omitempty"`
	Signature      string           `json:"signature"`
	ServiceCode    string           `json:"service_code"`
	Category       batch.Category   `json:"category"`
	Mode           batch.Mode       `json:"mode"`
	Text           string           `json:"text,omitempty" doc:"Template or the one text; not in lists."`
	State          batch.State      `json:"state"`
	PausedFrom     batch.State      `json:"paused_from,omitempty"`
	ScheduledAt    caldate.Instant  `json:"scheduled_at"`
	CreatedAt      caldate.Instant  `json:"created_at"`
	ReceivedAt     caldate.Instant  `json:"received_at"`
	ScreenedAt     caldate.Instant  `json:"screened_at"`
	UpdatedAt      caldate.Instant  `json:"updated_at"`
	SubmittedBy    string           `json:"submitted_by"`
	SubmitterName  string           `json:"submitted_by_name"`
	File           *batchFile       `json:"file,omitempty"`
	Rows           batchRows        `json:"rows"`
	Progress       *batchProgress   `json:"progress,omitempty"`
	Upload         *batchUpload     `json:"upload,omitempty" doc:"A file that is coming in pieces."`
	Handoff        map[string]int64 `json:"handoff,omitempty" doc:"Once it is being sent: messages queued, sent, delivered, failed, unknown, skipped."`
	Verdict        string           `json:"verdict,omitempty"`
	Verdicts       map[string]int64 `json:"verdicts" doc:"Messages by verdict: pass, hold, refuse, escalate."`
	SendParts      int64            `json:"send_parts" doc:"Message parts of what is not refused."`
	MaxLevel       int64            `json:"max_level" doc:"Severity of the worst hit, 1 to 5; 0: none."`
	GroupCount     int64            `json:"group_count"`
	Reason         string           `json:"reason,omitempty" doc:"Why a person refused, cancelled or declined it."`
	Release        *batchRelease    `json:"release,omitempty" doc:"The customer's own approval, where it asks for one."`
	Reasons        []batch.Reason   `json:"reasons" doc:"Why it is refused, held as a whole or failed, and what to do."`
	Problem        *batch.Problem   `json:"problem,omitempty" doc:"What is wrong with the file, with its line."`
	RuleSet        string           `json:"rule_set,omitempty"`
	Version        int64            `json:"version"`
	Purged         *batch.Purge     `json:"purged,omitempty" doc:"Set once the content was destroyed; figures stay."`
	Actions        []string         `json:"available_actions"`
}

type batchRelease struct {
	State     corner.ReleaseState `json:"state" enum:"waiting,released,declined"`
	AskedAt   caldate.Instant     `json:"asked_at"`
	DecidedBy string              `json:"decided_by_name,omitempty"`
	DecidedAt caldate.Instant     `json:"decided_at"`
	Note      string              `json:"note,omitempty"`
}

// releaseOf is the customer's own approval of a batch; nil where none was asked for.
func (a *API) releaseOf(ctx context.Context, id string) (*batchRelease, error) {
	if a.deps.Corner == nil { // a server without customers' people
		return nil, nil
	}
	r, err := a.deps.Corner.ReleaseOf(ctx, id)
	if errors.Is(err, corner.ErrNoRelease) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &batchRelease{r.State, r.AskedAt, r.DecidedByName, r.DecidedAt, r.Note}, nil
}

// ownRelease tells whether an act on a batch is its customer's approval and the caller had a hand in it.
func ownRelease(ctx context.Context, b *batch.Batch, act string) bool {
	who := actor.From(ctx).UserID
	return (act == "release" || act == "decline") && (who == b.SubmitterID || who == b.EditorID)
}

// actionCapability is what each act on a batch needs.
var actionCapability = map[string]string{"upload": "batch.submit", "cancel": "batch.submit", "pause": "batch.control", "resume": "batch.control", "release": "batch.release", "decline": "batch.release", "discard": "batch.settle"}

func (a *API) fromBatch(ctx context.Context, b *batch.Batch) batchRecord {
	r := batchRecord{
		ID: b.ID, Number: b.Number, CustomerID: b.CustomerID, CustomerName: b.CustomerName, ContractID: b.ContractID, ContractNumber: b.ContractNumber,
		SignatureID: b.SignatureID, TemplateID: b.TemplateID, Signature: b.Signature, ServiceCode: b.ServiceCode, Category: b.Category, Mode: b.Mode, Text: b.Text,
		State: b.State, ScheduledAt: b.ScheduledAt, CreatedAt: b.CreatedAt, ReceivedAt: b.ReceivedAt, ScreenedAt: b.ScreenedAt, UpdatedAt: b.UpdatedAt,
		SubmittedBy: b.SubmitterID, SubmitterName: b.SubmitterName, Reason: b.Reason,
		Rows:      batchRows{b.Rows, b.Good, b.Bad, b.Duplicates, b.Parts, b.Recipients, b.LongestRun},
		Verdict:   string(b.Verdict),
		Verdicts:  map[string]int64{"pass": b.Pass, "hold": b.Hold, "refuse": b.Refuse, "escalate": b.Escalate},
		SendParts: b.PassParts, MaxLevel: b.MaxLevel, GroupCount: b.GroupCount, RuleSet: b.RuleSetVersion, Version: b.Version, Purged: b.Purged, Actions: []string{},
	}
	if b.State == batch.Paused {
		r.PausedFrom = b.PausedFrom
	}
	if b.FileName != "" {
		r.File = &batchFile{b.FileName, b.FileSize, b.FileSHA256, b.Format, b.Encoding, b.Mapping.Header, b.Mapping.Delimiter, b.Mapping.Columns}
		if r.File.Columns == nil {
			r.File.Columns = []batch.Column{}
		}
	}
	if b.Problem.Code != "" {
		r.Problem = &b.Problem
	}
	r.Reasons = b.Reasons(func(rule string) (zh, en string) {
		set, err := a.deps.Rules.Compiled(ctx, b.RuleSetVersion)
		if err != nil {
			return rule, rule
		}
		return set.Title(rule).Zh, set.Title(rule).En
	})
	for _, act := range batch.Actions(b) {
		if Can(ctx, actionCapability[act]) && !ownRelease(ctx, b, act) {
			r.Actions = append(r.Actions, act)
		}
	}
	return r
}

// liveBatch is fromBatch with the progress of what is under way.
func (a *API) liveBatch(ctx context.Context, b *batch.Batch) (batchRecord, error) {
	r := a.fromBatch(ctx, b)
	p, err := a.deps.Batches.Progress(ctx, b)
	if err != nil {
		return r, err
	}
	stage := "done"
	switch {
	case p.Stage == batch.Uploading:
		stage = "uploading"
	case p.Stage == batch.Stored:
		stage = "reading"
	case p.ChunksDone < p.Chunks:
		stage = "screening"
	}
	if r.Release, err = a.releaseOf(ctx, b.ID); err != nil {
		return r, err
	}
	r.Progress = &batchProgress{stage, p.Done, p.Total, p.ChunksDone, p.Chunks}
	r.Verdicts = map[string]int64{"pass": p.Pass, "hold": p.Hold, "refuse": p.Refuse, "escalate": p.Escalate}
	if slices.Contains(r.Actions, "upload") {
		if r.Upload, err = a.uploadOf(ctx, b.ID); err != nil {
			return r, err
		}
	}
	if r.Handoff, err = a.handoffOf(ctx, b); err == nil && r.Handoff["unknown"] > 0 && Can(ctx, "batch.settle") {
		r.Actions = append(r.Actions, "settle-unknown")
	}
	return r, err
}

type batchList struct {
	Items      []batchRecord         `json:"items"`
	NextCursor string                `json:"next_cursor,omitempty" doc:"Give it as cursor to get the next page; absent on the last one."`
	Total      int64                 `json:"total"`
	Counts     map[batch.State]int64 `json:"counts" doc:"How many there are in each state, whatever states are asked for."`
}

type batchGroup struct {
	ID       string              `json:"id"`
	Rest     bool                `json:"rest" doc:"Smaller groups that were put together."`
	Messages int64               `json:"messages"`
	Pass     int64               `json:"pass"`
	Hold     int64               `json:"hold"`
	Refuse   int64               `json:"refuse"`
	Escalate int64               `json:"escalate"`
	Parts    int64               `json:"parts"`
	MaxLevel int64               `json:"max_level"`
	Rules    []string            `json:"rules"`
	Reasons  []string            `json:"reason_codes"`
	Segments []screening.Segment `json:"segments" doc:"The first message's text, cut where hits begin and end."`
	Hits     []screening.Hit     `json:"hits"`
	FirstSeq int64               `json:"first_seq"`
	Position int64               `json:"position"`
}

type batchMessage struct {
	Seq      int64               `json:"seq"`
	Line     int64               `json:"line"`
	Phone    string              `json:"phone" doc:"Masked."`
	Carrier  string              `json:"carrier"`
	Parts    int                 `json:"parts"`
	Verdict  screening.Verdict   `json:"verdict"`
	Segments []screening.Segment `json:"segments"`
	Hits     []screening.Hit     `json:"hits"`
}

type batchErrorRow struct {
	Line     int64  `json:"line"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
	ReasonEn string `json:"reason_en"`
	Content  string `json:"content" doc:"The row as it was, numbers masked."`
}

type newBatch struct {
	Body struct {
		ContractID  string         `json:"contract_id" maxLength:"32"`
		SignatureID string         `json:"signature_id" maxLength:"32"`
		TemplateID  string         `json:"template_id,omitempty" maxLength:"32" doc:"A registered template, in the place of mode and text."`
		Category    batch.Category `json:"category" doc:"verification, notice, marketing or advertising."`
		Mode        batch.Mode     `json:"mode,omitempty" doc:"template, text_per_row or list_one_text."`
		Text        string         `json:"text,omitempty" maxLength:"4000" doc:"The template with {变量}, or the one text; none for text_per_row."`
		ScheduledAt *time.Time     `json:"scheduled_at,omitempty" doc:"Not before that; must lie inside the contract's sending hours."`
	}
}

type batchID struct {
	ID string `path:"id" maxLength:"32"`
}

type batchAct struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type BatchPage struct {
	ID     string `path:"id" maxLength:"32"`
	Cursor string `query:"cursor" maxLength:"500"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) batches() {
	Register(a, Op{
		ID: "create-batch", Method: http.MethodPost, Path: "/batches", Capability: "batch.submit", Tag: "batch", Status: http.StatusCreated,
		Summary: "新建批次（随后上传文件）", SummaryEn: "Make a batch; its file is uploaded next",
	}, func(ctx context.Context, in *newBatch) (*struct{ Body batchRecord }, error) {
		o := batch.Order{ContractID: in.Body.ContractID, SignatureID: in.Body.SignatureID, TemplateID: in.Body.TemplateID, Category: in.Body.Category, Mode: in.Body.Mode, Text: in.Body.Text}
		if in.Body.ScheduledAt != nil {
			o.ScheduledAt = caldate.InstantOf(*in.Body.ScheduledAt)
		}
		b, err := a.deps.Batches.Create(ctx, o)
		if err != nil {
			return nil, err
		}
		return &struct{ Body batchRecord }{a.fromBatch(ctx, b)}, nil
	})
	RegisterRaw(a, Op{
		ID: "upload-batch-file", Method: http.MethodPut, Path: "/batches/{id}/file", Capability: "batch.submit", Tag: "batch", Status: http.StatusAccepted,
		MaxBody: -1, Consumes: "application/octet-stream", Produces: "application/json", Query: []string{"name"},
		Summary:   "上传批次文件：CSV、TXT、XLSX、JSON Lines，编码和分隔符自动识别；正文即文件内容",
		SummaryEn: "Upload the batch's file (CSV, TXT, XLSX, JSON Lines; form and encoding are found by content) as the raw body",
	}, a.uploadBatchFile)
	Register(a, Op{
		ID: "list-batches", Method: http.MethodGet, Path: "/batches", Capability: "batch.read", Tag: "batch",
		Summary: "批次列表", SummaryEn: "List batches",
	}, func(ctx context.Context, in *struct {
		Page
		ContractID string `query:"contract_id" maxLength:"32"`
	}) (*struct{ Body batchList }, error) {
		keys, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := batch.Query{ContractID: in.ContractID, Search: in.Q, Limit: in.Limit}
		if keys != nil {
			q.Cursor = keys[0]
		}
		for s := range strings.SplitSeq(in.State, ",") {
			if s != "" {
				q.States = append(q.States, batch.State(s))
			}
		}
		items, counts, next, err := a.deps.Batches.List(ctx, q)
		if err != nil {
			return nil, err
		}
		out := batchList{Items: Convert(items, func(b batch.Batch) batchRecord { return a.fromBatch(ctx, &b) }), Counts: counts}
		if next != "" {
			out.NextCursor = EncodeCursor(next)
		}
		for state, n := range counts {
			if len(q.States) == 0 || slices.Contains(q.States, state) {
				out.Total += n
			}
		}
		return &struct{ Body batchList }{out}, nil
	})
	Register(a, Op{
		ID: "get-batch", Method: http.MethodGet, Path: "/batches/{id}", Capability: "batch.read", Tag: "batch",
		Summary: "批次详情与进度", SummaryEn: "A batch with its progress",
	}, func(ctx context.Context, in *batchID) (*struct{ Body batchRecord }, error) {
		return a.showBatch(ctx, in.ID)
	})
	for _, act := range []struct {
		name, zh, en string
		do           func(ctx context.Context, id, reason string) error
	}{
		{"cancel", "撤回批次；已发出的不受影响", "Take a batch back; what was sent stays sent", func(ctx context.Context, id, reason string) error { return a.deps.Batches.Cancel(ctx, id, reason) }},
		{"pause", "暂停批次", "Stop a batch where it is", func(ctx context.Context, id, reason string) error { return a.deps.Batches.Pause(ctx, id, reason) }},
		{"resume", "继续暂停的批次，或重试因系统原因失败的批次", "Go on with a paused batch, or try again what failed for a reason of ours", func(ctx context.Context, id, _ string) error { return a.deps.Batches.Resume(ctx, id) }},
	} {
		Register(a, Op{
			ID: act.name + "-batch", Method: http.MethodPost, Path: "/batches/{id}/" + act.name, Capability: actionCapability[act.name], Tag: "batch",
			Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *batchAct) (*struct{ Body batchRecord }, error) {
			if err := act.do(ctx, in.ID, in.Body.Reason); err != nil {
				return nil, err
			}
			return a.showBatch(ctx, in.ID)
		})
	}
	RegisterRaw(a, Op{
		ID: "download-batch-errors", Method: http.MethodGet, Path: "/batches/{id}/errors", Capability: "batch.submit", Tag: "batch", Produces: "text/csv",
		Summary: "下载被剔除的行（含完整号码，下载留痕）", SummaryEn: "Download the rows that were left out, with whole numbers; the download is logged",
	}, a.downloadBatchErrors)
	Register(a, Op{
		ID: "list-batch-error-rows", Method: http.MethodGet, Path: "/batches/{id}/error-rows", Capability: "batch.read", Tag: "batch",
		Summary: "被剔除的前 100 行（号码已脱敏）", SummaryEn: "The first 100 rows that were left out, numbers masked",
	}, func(ctx context.Context, in *batchID) (*struct{ Body List[batchErrorRow] }, error) {
		b, err := a.deps.Batches.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		rows, err := a.deps.Batches.ErrorRows(ctx, in.ID, 100)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(r batch.ErrorRow) batchErrorRow {
			return batchErrorRow{r.Line, r.Code, r.Zh, r.En, strings.Join(r.Masked, ", ")}
		})
		return &struct{ Body List[batchErrorRow] }{NewList(items, "", b.Bad+b.Duplicates)}, nil
	})
	Register(a, Op{
		ID: "list-batch-groups", Method: http.MethodGet, Path: "/batches/{id}/groups", Capability: "batch.read", Tag: "batch",
		Summary: "批次内容分组（查看留痕）", SummaryEn: "Groups of near-identical texts; the look is logged",
	}, func(ctx context.Context, in *BatchPage) (*struct{ Body List[batchGroup] }, error) {
		after, err := afterOf(in.Cursor)
		if err != nil {
			return nil, err
		}
		b, err := a.deps.Batches.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		groups, err := a.deps.Batches.ShowGroups(ctx, in.ID, after, in.Limit)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(groups) == in.Limit && groups[len(groups)-1].Position < b.GroupCount {
			next = EncodeCursor(fmt.Sprint(groups[len(groups)-1].Position))
		}
		return &struct{ Body List[batchGroup] }{NewList(Convert(groups, fromGroup), next, b.GroupCount)}, nil
	})
	Register(a, Op{
		ID: "list-batch-messages", Method: http.MethodGet, Path: "/batches/{id}/groups/{group}/messages", Capability: "batch.read", Tag: "batch",
		Summary: "一组内的短信（号码脱敏，查看留痕）", SummaryEn: "Messages of a group, numbers masked; the look is logged",
	}, func(ctx context.Context, in *struct {
		BatchPage
		Group string `path:"group" maxLength:"16"`
	}) (*struct{ Body List[batchMessage] }, error) {
		after, err := afterOf(in.Cursor)
		if err != nil {
			return nil, err
		}
		messages, next, err := a.deps.Batches.ShowMessages(ctx, in.ID, in.Group, after, in.Limit)
		if err != nil {
			return nil, err
		}
		total, err := a.deps.Batches.GroupTotal(ctx, in.ID, in.Group)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[batchMessage] }{NewList(Convert(messages, func(m batch.ShownMessage) batchMessage {
			return batchMessage{m.Seq, m.Line, m.Phone, m.Carrier, m.Parts, m.Verdict, m.Segments, nonNilHits(m.Hits)}
		}), afterMessage(next), total)}, nil
	})
	RegisterRaw(a, Op{
		ID: "watch-batch", Method: http.MethodGet, Path: "/batches/{id}/events", Capability: "batch.read", Tag: "batch", Produces: "text/event-stream",
		Summary: "批次进度事件流（SSE）：先给快照，之后推送变化", SummaryEn: "Events of a batch (SSE): a snapshot first, then changes",
	}, a.watchBatch)
}

// afterMessage is the cursor for the messages after a number; empty where there are none.
func afterMessage(seq int64) string {
	if seq == 0 {
		return ""
	}
	return EncodeCursor(fmt.Sprint(seq))
}

func nonNilHits(hits []screening.Hit) []screening.Hit {
	if hits == nil {
		return []screening.Hit{}
	}
	return hits
}

func fromGroup(g batch.Group) batchGroup {
	segments := screening.Segments(g.Sample, g.SampleHits)
	if segments == nil {
		segments = []screening.Segment{}
	}
	return batchGroup{
		g.ID, g.Rest, g.Total(), g.Pass, g.Hold, g.Refuse, g.Escalate, g.Parts, g.MaxLevel, g.Rules, g.Reasons, segments, nonNilHits(g.SampleHits), g.FirstSeq, g.Position,
	}
}

func afterOf(cursor string) (int64, error) {
	keys, err := DecodeCursor(cursor, 1)
	if err != nil || keys == nil {
		return 0, err
	}
	var after int64
	if _, err := fmt.Sscan(keys[0], &after); err != nil || after < 0 {
		return 0, errCursor
	}
	return after, nil
}

func (a *API) showBatch(ctx context.Context, id string) (*struct{ Body batchRecord }, error) {
	b, err := a.deps.Batches.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	r, err := a.liveBatch(ctx, b)
	return &struct{ Body batchRecord }{r}, err
}

func (a *API) uploadBatchFile(c *gin.Context) error {
	// A large file over a slow line takes longer than any other request may.
	control := http.NewResponseController(c.Writer)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	ctx := c.Request.Context()
	b, err := a.deps.Batches.Upload(ctx, c.Param("id"), c.Query("name"), c.Request.ContentLength, c.Request.Body)
	if err != nil {
		a.refuseUpload(c, err)
		return nil
	}
	r, err := a.liveBatch(ctx, b)
	if err != nil {
		return err
	}
	c.JSON(http.StatusAccepted, r)
	return nil
}

func (a *API) downloadBatchErrors(c *gin.Context) error {
	b, content, err := a.deps.Batches.ErrorFile(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	defer content.Close()
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-errors.csv"`, b.Number))
	c.Status(http.StatusOK)
	_, err = io.Copy(c.Writer, content)
	return err
}

const (
	// watchEvery is how often a live page hears of changes at the most.
	watchEvery = 500 * time.Millisecond
	// watchFor ends a stream; the browser comes back, and its session and scope are looked at again.
	watchFor = 5 * time.Minute
)

// watchBatch tells what a batch is like, and again whenever that changes. It asks the database, because the work may be
// done by any server.
func (a *API) watchBatch(c *gin.Context) error {
	ctx, id := c.Request.Context(), c.Param("id")
	if _, err := a.deps.Batches.Get(ctx, id); err != nil {
		return err
	}
	control := http.NewResponseController(c.Writer)
	_ = control.SetWriteDeadline(time.Time{})
	c.Header("Content-Type", "text/event-stream; charset=utf-8")
	c.Header("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	ticker := a.deps.Clock.Machine().NewTicker(watchEvery)
	defer ticker.Stop()
	end := a.deps.Clock.Real().Add(watchFor)
	name, last, quiet := "snapshot", "", 0
	for {
		b, err := a.deps.Batches.Get(ctx, id)
		if err != nil {
			return err
		}
		r, err := a.liveBatch(ctx, b)
		if err != nil {
			return err
		}
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		quiet++
		switch {
		case string(data) != last:
			if _, err := fmt.Fprintf(c.Writer, "id: %d\nevent: %s\ndata: %s\n\n", b.Version, name, data); err != nil {
				return err
			}
			name, last, quiet = "batch", string(data), 0
			c.Writer.Flush()
		case quiet%30 == 0: // a sign of life keeps proxies from closing the line
			if _, err := io.WriteString(c.Writer, ": \n\n"); err != nil {
				return err
			}
			c.Writer.Flush()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.serving.Done():
			return nil
		case <-ticker.Chan():
		}
		if a.deps.Clock.Real().After(end) {
			return nil
		}
	}
}
