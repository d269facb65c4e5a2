package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/batch/intake"
	"sealgate/server/caldate"
	"sealgate/server/recipient"
)

type recipientBlock struct {
	ID           string          `json:"id"`
	Phone        string          `json:"phone" doc:"Masked; empty where its key is gone."`
	CustomerID   string          `json:"customer_id" doc:"Empty: holds for every customer."`
	CustomerName string          `json:"customer_name"`
	SignatureID  string          `json:"signature_id"`
	Kind         recipient.Kind  `json:"kind" enum:"opt_out,blacklist"`
	Source       string          `json:"source" doc:"reply, complaint, portal, import, …"`
	SourceID     string          `json:"source_id"`
	ImportID     string          `json:"import_id"`
	Note         string          `json:"note"`
	CreatedAt    caldate.Instant `json:"created_at"`
	LiftedAt     caldate.Instant `json:"lifted_at"`
	LiftReason   string          `json:"lift_reason"`
	Actions      []string        `json:"available_actions"`
}

type recipientImport struct {
	ID           string               `json:"id"`
	Purpose      string               `json:"purpose"`
	CustomerID   string               `json:"customer_id"`
	CustomerName string               `json:"customer_name"`
	Kind         recipient.Kind       `json:"kind"`
	FileName     string               `json:"file_name"`
	FileSHA256   string               `json:"file_sha256"`
	Rows         int64                `json:"rows"`
	Added        int64                `json:"added"`
	Known        int64                `json:"known" doc:"Listed already, or twice in the file."`
	Bad          int64                `json:"bad" doc:"Rows without a number."`
	Faults       []recipient.RowFault `json:"faults" doc:"The first 100 of these."`
	Note         string               `json:"note"`
	Done         bool                 `json:"done"`
	CreatedAt    caldate.Instant      `json:"created_at"`
	CreatedName  string               `json:"created_by_name"`
}

type recipientLimit struct {
	ID           string          `json:"id" doc:"Empty: the house's default."`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Category     string          `json:"category"`
	Days         int64           `json:"days"`
	Most         int64           `json:"most" doc:"-1: no limit."`
	Reason       string          `json:"reason"`
	CreatedAt    caldate.Instant `json:"created_at"`
}

type segmentTable struct {
	Version     string          `json:"version"`
	Changes     int64           `json:"changes"`
	Note        string          `json:"note"`
	FileSHA256  string          `json:"file_sha256"`
	CreatedAt   caldate.Instant `json:"created_at"`
	CreatedName string          `json:"created_by_name"`
}

type segmentsNow struct {
	Version string         `json:"version"`
	Text    string         `json:"text" doc:"The table that counts now."`
	Tables  []segmentTable `json:"tables" doc:"Those that were published, the newest first."`
}

type segmentsPreview struct {
	Version string                    `json:"version"`
	Lines   int                       `json:"lines"`
	Changes []recipient.SegmentChange `json:"changes" doc:"Prefixes that go to another carrier."`
}

// customerNames gives customers' names, each asked for once.
func (a *API) customerNames(ctx context.Context) func(id string) string {
	known := map[string]string{"": ""}
	return func(id string) string {
		name, ok := known[id]
		if !ok {
			if c, err := a.deps.Customers.Get(ctx, id); err == nil {
				name = c.Name
			}
			known[id] = name
		}
		return name
	}
}

func fromNumberList(name func(string) string) func(i recipient.Import) recipientImport {
	return func(i recipient.Import) recipientImport {
		if i.Faults == nil {
			i.Faults = []recipient.RowFault{}
		}
		return recipientImport{i.ID, i.Purpose, i.CustomerID, name(i.CustomerID), i.Kind, i.FileName, i.FileSHA256, i.Rows, i.Added, i.Known, i.Bad, i.Faults, i.Note, i.Done, i.CreatedAt, i.CreatedName}
	}
}

// readList reads an uploaded list of numbers and answers with what it brought.
func (a *API) readList(c *gin.Context, use func(ctx context.Context, list *intake.Numbers, f recipient.File) (*recipient.Import, error)) error {
	ctx := c.Request.Context()
	list, err := intake.OpenNumbers(c.Request.Body, a.deps.Batches.Limits.Intake)
	if err != nil {
		return readFailure(err)
	}
	defer list.Close()
	done, err := use(ctx, list, recipient.File{Name: c.Query("name"), Sum: list.Sum})
	if err != nil {
		_, _ = io.Copy(io.Discard, c.Request.Body)
		return err
	}
	c.JSON(http.StatusOK, fromNumberList(a.customerNames(ctx))(*done))
	return nil
}

// maxList is how large a list of numbers may be: some eight million.
const maxList = 128 << 20

func (a *API) recipients() {
	a.blocks()
	a.limits()
	a.directory()
}

func (a *API) blocks() {
	Register(a, Op{
		ID: "list-recipient-blocks", Method: http.MethodGet, Path: "/recipient-blocks", Capability: "recipient.read", Tag: "recipient",
		Summary: "退订和黑名单；可按号码查找", SummaryEn: "Opt-outs and blacklist entries; a number can be looked for",
	}, func(ctx context.Context, in *struct {
		Paging
		Phone      string `query:"phone" maxLength:"40"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		Kind       string `query:"kind" enum:"opt_out,blacklist,"`
		Source     string `query:"source" maxLength:"32"`
		Lifted     bool   `query:"lifted" doc:"Those that were taken off, instead of those that hold."`
	}) (*struct{ Body List[recipientBlock] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		q := recipient.BlockQuery{Phone: in.Phone, CustomerID: in.CustomerID, Kind: recipient.Kind(in.Kind), Source: in.Source, Lifted: in.Lifted, Limit: in.Limit, Cursor: after}
		rows, more, err := a.deps.Recipients.Blocks(ctx, q)
		if err != nil {
			return nil, err
		}
		next, name, write := "", a.customerNames(ctx), Can(ctx, "recipient.write")
		if more {
			next = EncodeCursor(rows[len(rows)-1].ID)
		}
		items := Convert(rows, func(b recipient.ShownBlock) recipientBlock {
			out := recipientBlock{b.ID, b.Masked, b.CustomerID, name(b.CustomerID), b.SignatureID, b.Kind, b.Source, b.SourceID, b.ImportID, b.Note, b.CreatedAt, b.LiftedAt, b.LiftReason, []string{}}
			if write && b.LiftedAt.IsZero() {
				out.Actions = append(out.Actions, "lift")
			}
			return out
		})
		return &struct{ Body List[recipientBlock] }{NewList(items, next, int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "add-recipient-block", Method: http.MethodPost, Path: "/recipient-blocks", Capability: "recipient.write", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "把一个号码加入退订或黑名单，须写原因", SummaryEn: "Put a number on a list; a reason is asked for",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Phone       string         `json:"phone" maxLength:"40"`
			CustomerID  string         `json:"customer_id,omitempty" maxLength:"32" doc:"Absent: for every customer."`
			SignatureID string         `json:"signature_id,omitempty" maxLength:"32"`
			Kind        recipient.Kind `json:"kind" enum:"opt_out,blacklist"`
			Reason      string         `json:"reason" minLength:"1" maxLength:"500"`
		}
	}) (*struct{}, error) {
		b := in.Body
		return nil, a.deps.Recipients.BlockByHand(ctx, recipient.Add{Phone: b.Phone, CustomerID: b.CustomerID, SignatureID: b.SignatureID, Kind: b.Kind, Note: b.Reason})
	})
	Register(a, Op{
		ID: "lift-recipient-block", Method: http.MethodPost, Path: "/recipient-blocks/{id}/lift", Capability: "recipient.write", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "移出名单，须写原因", SummaryEn: "Take an entry off its list; a reason is asked for",
	}, func(ctx context.Context, in *reasoned) (*struct{}, error) {
		return nil, a.deps.Recipients.LiftEntry(ctx, in.ID, in.Body.Reason)
	})
	RegisterRaw(a, Op{
		ID: "import-recipient-blocks", Method: http.MethodPost, Path: "/recipient-imports/blocks", Capability: "recipient.write", Tag: "recipient", NoReplay: true, MaxBody: maxList,
		Consumes: "application/octet-stream", Produces: "application/json", Query: []string{"name", "kind", "customer_id", "signature_id", "note", "preview"},
		Summary: "导入号码名单（CSV、TXT、XLSX、JSON Lines）；preview=true 只看不写", SummaryEn: "Import a list of numbers (CSV, TXT, XLSX, JSON Lines); preview=true keeps nothing",
	}, func(c *gin.Context) error {
		return a.readList(c, func(ctx context.Context, list *intake.Numbers, f recipient.File) (*recipient.Import, error) {
			if c.Query("preview") == "true" {
				return a.deps.Recipients.Preview(ctx, list)
			}
			return a.deps.Recipients.ImportBlocks(ctx, list, f, recipient.Add{
				CustomerID: c.Query("customer_id"), SignatureID: c.Query("signature_id"), Kind: recipient.Kind(c.Query("kind")), Note: c.Query("note"),
			})
		})
	})
	Register(a, Op{
		ID: "list-recipient-imports", Method: http.MethodGet, Path: "/recipient-imports", Capability: "recipient.read", Tag: "recipient",
		Summary: "导入过的名单", SummaryEn: "Lists that were imported",
	}, func(ctx context.Context, in *struct {
		Purpose string `query:"purpose" enum:"blocks,portings" default:"blocks"`
	}) (*struct{ Body List[recipientImport] }, error) {
		rows, err := a.deps.Recipients.Imports(ctx, in.Purpose, 100)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[recipientImport] }{NewList(Convert(rows, fromNumberList(a.customerNames(ctx))), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "lift-recipient-import", Method: http.MethodPost, Path: "/recipient-imports/{id}/lift", Capability: "recipient.write", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "撤销一次导入：该名单的号码全部移出", SummaryEn: "Take off all that an imported list brought",
	}, func(ctx context.Context, in *reasoned) (*struct{}, error) {
		_, err := a.deps.Recipients.LiftImport(ctx, in.ID, in.Body.Reason)
		return nil, err
	})
}

type reasoned struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (a *API) limits() {
	Register(a, Op{
		ID: "list-recipient-limits", Method: http.MethodGet, Path: "/recipient-limits", Capability: "recipient.rules", Tag: "recipient",
		Summary: "频次限制：同一签名对同一号码在若干天内的条数", SummaryEn: "How many messages of one signature a number may get within some days",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[recipientLimit] }, error) {
		rows, err := a.deps.Recipients.Limits(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, recipient.DefaultLimits()...)
		name := a.customerNames(ctx)
		items := Convert(rows, func(l recipient.Limit) recipientLimit {
			return recipientLimit{l.ID, l.CustomerID, name(l.CustomerID), l.Category, l.Days, l.Most, l.Reason, l.CreatedAt}
		})
		return &struct{ Body List[recipientLimit] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "set-recipient-limit", Method: http.MethodPost, Path: "/recipient-limits", Capability: "recipient.data", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "设定频次限制，立即生效", SummaryEn: "Set a limit; it holds at once",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string `json:"customer_id,omitempty" maxLength:"32"`
			Category   string `json:"category" maxLength:"16"`
			Days       int64  `json:"days"`
			Most       int64  `json:"most"`
			Reason     string `json:"reason" maxLength:"500"`
		}
	}) (*struct{}, error) {
		b := in.Body
		_, err := a.deps.Recipients.SetLimit(ctx, recipient.Limit{CustomerID: b.CustomerID, Category: b.Category, Days: b.Days, Most: b.Most, Reason: b.Reason})
		return nil, err
	})
	Register(a, Op{
		ID: "end-recipient-limit", Method: http.MethodPost, Path: "/recipient-limits/{id}/end", Capability: "recipient.data", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "取消频次限制，恢复默认", SummaryEn: "End a limit; the default holds again",
	}, func(ctx context.Context, in *reasoned) (*struct{}, error) {
		return nil, a.deps.Recipients.EndLimit(ctx, in.ID, in.Body.Reason)
	})
}

func (a *API) directory() {
	Register(a, Op{
		ID: "get-segments", Method: http.MethodGet, Path: "/segments", Capability: "recipient.rules", Tag: "recipient",
		Summary: "现行号段表和历次版本", SummaryEn: "The table of number segments that counts, and its versions",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body segmentsNow }, error) {
		version, text, err := a.deps.Recipients.SegmentsNow(ctx)
		if err != nil {
			return nil, err
		}
		tables, err := a.deps.Recipients.SegmentTables(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body segmentsNow }{segmentsNow{version, text, Convert(tables, func(t recipient.SegmentTable) segmentTable {
			return segmentTable{t.Version, t.Changes, t.Note, t.FileSHA256, t.CreatedAt, t.CreatedName}
		})}}, nil
	})
	type table struct {
		Text string `json:"text" maxLength:"200000" doc:"Lines of prefix and carrier; one line \"# version NAME\"."`
		Note string `json:"note,omitempty" maxLength:"500"`
	}
	Register(a, Op{
		ID: "preview-segments", Method: http.MethodPost, Path: "/segments/preview", Capability: "recipient.data", Tag: "recipient", NoReplay: true,
		Summary: "号段表预览：与现行表的差别", SummaryEn: "What a table would change",
	}, func(ctx context.Context, in *struct{ Body table }) (*struct{ Body segmentsPreview }, error) {
		p, err := a.deps.Recipients.PreviewSegments(ctx, in.Body.Text)
		if err != nil {
			return nil, err
		}
		return &struct{ Body segmentsPreview }{segmentsPreview{p.Version, p.Lines, Convert(p.Changes, func(c recipient.SegmentChange) recipient.SegmentChange { return c })}}, nil
	})
	Register(a, Op{
		ID: "publish-segments", Method: http.MethodPost, Path: "/segments", Capability: "recipient.data", Tag: "recipient", Status: http.StatusNoContent,
		Summary: "发布号段表新版本，须写依据", SummaryEn: "Publish a table; a note says on what grounds",
	}, func(ctx context.Context, in *struct{ Body table }) (*struct{}, error) {
		_, err := a.deps.Recipients.PublishSegments(ctx, in.Body.Text, in.Body.Note)
		return nil, err
	})
	RegisterRaw(a, Op{
		ID: "import-portings", Method: http.MethodPost, Path: "/recipient-imports/portings", Capability: "recipient.data", Tag: "recipient", NoReplay: true, MaxBody: maxList,
		Consumes: "application/octet-stream", Produces: "application/json", Query: []string{"name", "note", "preview"},
		Summary: "导入携号转网名单：号码、现运营商；preview=true 只看不写", SummaryEn: "Import a list of ported numbers with their carriers; preview=true keeps nothing",
	}, func(c *gin.Context) error {
		return a.readList(c, func(ctx context.Context, list *intake.Numbers, f recipient.File) (*recipient.Import, error) {
			if c.Query("preview") == "true" {
				return a.deps.Recipients.PreviewPortings(ctx, list)
			}
			return a.deps.Recipients.ImportPortings(ctx, list, f, c.Query("note"))
		})
	})
}
