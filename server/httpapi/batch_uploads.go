package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/registration"
)

type batchUpload struct {
	BatchID    string    `json:"batch_id"`
	Name       string    `json:"name"`
	Size       int64     `json:"size"`
	SHA256     string    `json:"sha256"`
	PieceSize  int64     `json:"piece_size" doc:"Bytes of every piece but the last."`
	PieceCount int64     `json:"piece_count"`
	Received   int64     `json:"received" doc:"Bytes that are durable."`
	Missing    []int64   `json:"missing" doc:"Numbers of the pieces that have not arrived, from 1."`
	ExpiresAt  time.Time `json:"expires_at" doc:"When it is given up, unless another piece arrives before."`
}

func fromTransfer(t *batch.Standing, err error) (*struct{ Body batchUpload }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body batchUpload }{batchUpload{
		t.BatchID, t.Name, t.Size, t.SHA256, t.PieceSize, t.PieceCount, t.Received, t.Missing, time.UnixMilli(t.ExpiresAt).In(caldate.Shanghai),
	}}, nil
}

// uploadOf is the upload of a batch that waits for its next piece, nil where none does.
func (a *API) uploadOf(ctx context.Context, id string) (*batchUpload, error) {
	t, err := fromTransfer(a.deps.Batches.Transfer(ctx, id))
	if errors.Is(err, batch.ErrNoTransfer) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &t.Body, nil
}

type columnChoice struct {
	Use      string `json:"use" enum:"phone,text,variable," doc:"What the column is for; empty: nothing."`
	Variable string `json:"variable,omitempty" maxLength:"32" doc:"Which of the template's variables it fills, where use is variable."`
}

// ColumnMapping is embedded where the submitter may choose what the columns of a file are for.
type ColumnMapping struct {
	Mapping *struct {
		Header  bool           `json:"header" doc:"The first row names the columns."`
		Columns []columnChoice `json:"columns" maxItems:"200" doc:"One for each column, in their order."`
	} `json:"mapping,omitempty" doc:"Absent: as guessed."`
}

func (m ColumnMapping) choice() *batch.Mapping {
	if m.Mapping == nil {
		return nil
	}
	out := &batch.Mapping{Header: m.Mapping.Header}
	for _, c := range m.Mapping.Columns {
		out.Columns = append(out.Columns, batch.Column{Use: c.Use, Variable: c.Variable})
	}
	return out
}

type previewRow struct {
	Line     int64    `json:"line"`
	Cells    []string `json:"cells" doc:"As in the file, numbers masked."`
	Phone    string   `json:"phone" doc:"Masked."`
	Text     string   `json:"text" doc:"The message as it will be."`
	Parts    int      `json:"parts"`
	Code     string   `json:"code" doc:"Why the row gives no message; empty: it does."`
	Reason   string   `json:"reason"`
	ReasonEn string   `json:"reason_en"`
}

type batchPreview struct {
	Format    string         `json:"format"`
	Encoding  string         `json:"encoding"`
	Header    bool           `json:"header"`
	Delimiter string         `json:"delimiter"`
	Chosen    bool           `json:"chosen" doc:"The columns are as the caller chose them, not guessed."`
	Columns   []batch.Column `json:"columns"`
	Variables []string       `json:"variables" doc:"Of the template; each needs a column."`
	Unread    []string       `json:"unread_sheets" doc:"Of a spreadsheet: further sheets in which something stands. Nothing of them is sent."`
	Problem   *batch.Problem `json:"problem" doc:"Why the file can't be submitted like this."`
	Rows      []previewRow   `json:"rows"`
	Sampled   int            `json:"sampled" doc:"How many rows were looked at."`
	Good      int            `json:"good" doc:"How many of these give a message."`
	Estimated int64          `json:"estimated_rows" doc:"Rows of the whole file, by the length of the first; 0: unknown."`
}

func fromPreview(p *batch.Preview) batchPreview {
	return batchPreview{
		p.Format, p.Encoding, p.Mapping.Header, p.Mapping.Delimiter, p.Mapping.Chosen, p.Mapping.Columns, p.Variables, p.Unread, p.Problem,
		Convert(p.Rows, func(r batch.PreviewRow) previewRow {
			return previewRow{r.Line, r.Cells, r.Phone, r.Text, r.Parts, string(r.Code), r.Zh, r.En}
		}), p.Sampled, p.Good, p.Estimated,
	}
}

type batchAllowance struct {
	MaxFile    int64           `json:"max_file" doc:"Bytes."`
	MaxXLSX    int64           `json:"max_xlsx" doc:"Bytes of a spreadsheet."`
	MaxRows    int64           `json:"max_rows"`
	MaxText    int             `json:"max_text" doc:"Characters of a message."`
	Categories []string        `json:"allowed_categories"`
	Reasons    []string        `json:"reasons" doc:"Why the contract would send nothing now; none: it would."`
	SendFrom   string          `json:"send_from"`
	SendTo     string          `json:"send_to"`
	Inside     bool            `json:"inside_hours"`
	Opens      caldate.Instant `json:"opens_at" doc:"When the hours begin next."`
	DailyCap   int64           `json:"daily_cap" doc:"Message parts a day; 0: none."`
	UsedToday  int64           `json:"used_today"`
	Prepaid    bool            `json:"prepaid"`
	BalanceFen money.Fen       `json:"balance_fen" doc:"That nothing is reserved for."`
	Credits    int64           `json:"credits" doc:"Message parts that are paid for, likewise."`
	Unproven   []string        `json:"without_consent" doc:"Categories for which no proof of consent is on file: such a batch is refused."`
}

type batchTemplate struct {
	ID        string                  `json:"id"`
	Name      string                  `json:"name"`
	Text      string                  `json:"text" doc:"As approved, with {1}, {2} …"`
	Category  batch.Category          `json:"category"`
	Variables []registration.Variable `json:"variables" doc:"In the order of {1}, {2} …; each is filled from the column of its name."`
	Carriers  []templateStanding      `json:"carriers"`
}

type templateStanding struct {
	Carrier  string                `json:"carrier"`
	Standing registration.Standing `json:"standing" enum:",not_filed,carrier_pending,carrier_refused,lapsed,licence" doc:"Empty: in order; else messages to this carrier's numbers don't pass."`
}

func (a *API) fromUsable(u registration.Usable) batchTemplate {
	t := batchTemplate{
		ID: u.ID, Name: u.Detail.Name, Text: u.Text, Category: batch.Category(u.Detail.Category), Variables: append([]registration.Variable{}, u.Detail.Variables...),
		Carriers: []templateStanding{},
	}
	for _, c := range a.deps.Signatures.Carriers.List {
		t.Carriers = append(t.Carriers, templateStanding{c.ID, u.Standing[c.ID]})
	}
	return t
}

type chunkAside struct {
	Seq      int64  `json:"seq"`
	FirstSeq int64  `json:"first_message"`
	Messages int64  `json:"messages"`
	Tries    int64  `json:"tries"`
	Error    string `json:"last_error" doc:"Technical."`
}

type BatchPreviewInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body ColumnMapping
}

func (a *API) batchUploads() {
	Register(a, Op{
		ID: "get-batch-allowance", Method: http.MethodGet, Path: "/batch-allowance", Capability: "batch.submit", Tag: "batch",
		Summary: "提交前可知的限制：文件大小、行数、当日上限、余额、发送时段、营销同意", SummaryEn: "What bounds a batch under a contract, before it is submitted: size, rows, cap of the day, balance, hours, consent",
	}, func(ctx context.Context, in *struct {
		ContractID  string `query:"contract_id" required:"true" maxLength:"32"`
		SignatureID string `query:"signature_id" maxLength:"32"`
	}) (*struct{ Body batchAllowance }, error) {
		l, err := a.deps.Batches.Allowance(ctx, in.ContractID, in.SignatureID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body batchAllowance }{batchAllowance{
			l.MaxFile, l.MaxXLSX, l.MaxRows, l.MaxText, l.Categories, l.Reasons, l.SendFrom, l.SendTo, l.Inside, l.Opens, l.DailyCap, l.UsedToday, l.Prepaid, l.Balance, l.Credits, l.Unproven,
		}}, nil
	})
	Register(a, Op{
		ID: "list-batch-templates", Method: http.MethodGet, Path: "/batch-templates", Capability: "batch.submit", Tag: "batch",
		Summary:   "批次可用的登记模板：签名下生效、合同允许的类别",
		SummaryEn: "The registered templates that a batch may take: in force under the signature, of the contract's categories",
	}, func(ctx context.Context, in *struct {
		ContractID  string `query:"contract_id" required:"true" maxLength:"32"`
		SignatureID string `query:"signature_id" required:"true" maxLength:"32"`
		Q           string `query:"q" maxLength:"100" doc:"Part of the name or of the text."`
		Limit       int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (*struct{ Body List[batchTemplate] }, error) {
		ts, err := a.deps.Batches.Templates(ctx, in.ContractID, in.SignatureID, in.Q)
		if err != nil {
			return nil, err
		}
		shown := Convert(ts[:min(len(ts), in.Limit)], a.fromUsable)
		return &struct{ Body List[batchTemplate] }{NewList(shown, "", int64(len(ts)))}, nil
	})
	Register(a, Op{
		ID: "begin-batch-upload", Method: http.MethodPost, Path: "/batches/{id}/upload", Capability: "batch.submit", Tag: "batch", NoReplay: true,
		Summary:   "登记要分片上传的文件（大小和 SHA-256）；同一文件再登记即续传，返回还缺的分片",
		SummaryEn: "Announce a file that comes in pieces, by size and SHA-256; the same file again goes on where it was left",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Name   string `json:"name" minLength:"1" maxLength:"255"`
			Size   int64  `json:"size" minimum:"1"`
			SHA256 string `json:"sha256" minLength:"64" maxLength:"64"`
		}
	}) (*struct{ Body batchUpload }, error) {
		return fromTransfer(a.deps.Batches.BeginTransfer(ctx, in.ID, in.Body.Name, in.Body.Size, in.Body.SHA256))
	})
	Register(a, Op{
		ID: "get-batch-upload", Method: http.MethodGet, Path: "/batches/{id}/upload", Capability: "batch.submit", Tag: "batch",
		Summary: "分片上传的进度：还缺哪些分片", SummaryEn: "How far an upload in pieces is, and which are missing",
	}, func(ctx context.Context, in *batchID) (*struct{ Body batchUpload }, error) {
		return fromTransfer(a.deps.Batches.Transfer(ctx, in.ID))
	})
	Register(a, Op{
		ID: "drop-batch-upload", Method: http.MethodDelete, Path: "/batches/{id}/upload", Capability: "batch.submit", Tag: "batch",
		Summary: "放弃分片上传，清除已收到的分片", SummaryEn: "Give an upload up; what has arrived is cleared away",
	}, func(ctx context.Context, in *batchID) (*struct{}, error) {
		return nil, a.deps.Batches.DropTransfer(ctx, in.ID)
	})
	RegisterRaw(a, Op{
		ID: "put-batch-piece", Method: http.MethodPut, Path: "/batches/{id}/upload/pieces/{number}", Capability: "batch.submit", Tag: "batch", Status: http.StatusNoContent,
		MaxBody: -1, Consumes: "application/octet-stream", Query: []string{"sha256"},
		Summary: "上传一个分片，附其 SHA-256；重复上传无害", SummaryEn: "Send one piece with its SHA-256; sending it again is harmless",
	}, a.putBatchPiece)
	Register(a, Op{
		ID: "preview-batch", Method: http.MethodPost, Path: "/batches/{id}/preview", Capability: "batch.submit", Tag: "batch", NoReplay: true,
		Summary:   "提交前预览：列的对应、前几行拼成的短信和条数；可换列的对应再看",
		SummaryEn: "Before submission: which column is for what, and the first messages with their parts; with other columns if asked",
	}, func(ctx context.Context, in *BatchPreviewInput) (*struct{ Body batchPreview }, error) {
		p, err := a.deps.Batches.PreviewTransfer(ctx, in.ID, in.Body.choice())
		if err != nil {
			return nil, err
		}
		return &struct{ Body batchPreview }{fromPreview(p)}, nil
	})
	Register(a, Op{
		ID: "complete-batch-upload", Method: http.MethodPost, Path: "/batches/{id}/upload/complete", Capability: "batch.submit", Tag: "batch", NoReplay: true,
		Summary:   "分片齐全后提交批次；整个文件的 SHA-256 与登记的比对",
		SummaryEn: "Submit the batch once all pieces are there; the whole file's SHA-256 is compared with what was announced",
	}, func(ctx context.Context, in *BatchPreviewInput) (*struct{ Body batchRecord }, error) {
		if _, err := a.deps.Batches.Complete(ctx, in.ID, in.Body.choice()); err != nil {
			return nil, err
		}
		return a.showBatch(ctx, in.ID)
	})
	Register(a, Op{
		ID: "schedule-batch", Method: http.MethodPost, Path: "/batches/{id}/schedule", Capability: "batch.submit", Tag: "batch",
		Summary: "提交前改预约时间；须在合同的发送时段内", SummaryEn: "Change the scheduled time before submission; it must lie within the contract's hours",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			ScheduledAt *time.Time `json:"scheduled_at,omitempty" doc:"Absent: as soon as it is approved."`
		}
	}) (*struct{ Body batchRecord }, error) {
		var at caldate.Instant
		if in.Body.ScheduledAt != nil {
			at = caldate.InstantOf(*in.Body.ScheduledAt)
		}
		if err := a.deps.Batches.Schedule(ctx, in.ID, at); err != nil {
			return nil, err
		}
		return a.showBatch(ctx, in.ID)
	})
	Register(a, Op{
		ID: "list-batch-aside", Method: http.MethodGet, Path: "/batches/{id}/aside", Capability: "batch.read", Tag: "batch",
		Summary: "被搁置的数据块及原因", SummaryEn: "Chunks that were set aside, and why",
	}, func(ctx context.Context, in *batchID) (*struct{ Body List[chunkAside] }, error) {
		b, err := a.deps.Batches.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		chunks, err := a.deps.Batches.Aside(ctx, b)
		if err != nil {
			return nil, err
		}
		items := Convert(chunks, func(c batch.Chunk) chunkAside {
			return chunkAside{c.Seq, c.FirstSeq, c.Count, c.Tries, c.LastError}
		})
		return &struct{ Body List[chunkAside] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "discard-batch-chunk", Method: http.MethodPost, Path: "/batches/{id}/discard", Capability: "batch.settle", Tag: "batch",
		Summary: "剔除一个被搁置的数据块，其余继续", SummaryEn: "Leave out a chunk that was set aside, so that the rest goes on",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Chunk  int64  `json:"chunk" minimum:"1"`
			Reason string `json:"reason" minLength:"1" maxLength:"500"`
		}
	}) (*struct{ Body batchRecord }, error) {
		if err := a.deps.Batches.Discard(ctx, in.ID, in.Body.Chunk, in.Body.Reason); err != nil {
			return nil, err
		}
		return a.showBatch(ctx, in.ID)
	})
}

func (a *API) putBatchPiece(c *gin.Context) error {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		err = batch.ErrPiece.Because(err)
	} else {
		control := http.NewResponseController(c.Writer) // a slow line takes longer than any other request may
		_ = control.SetReadDeadline(time.Time{})
		err = a.deps.Batches.PutPiece(c.Request.Context(), c.Param("id"), number, c.Query("sha256"), c.Request.Body)
	}
	if err != nil {
		a.refuseUpload(c, err)
		return nil
	}
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
