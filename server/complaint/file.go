package complaint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"sealgate/server/batch/intake"
	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// Line is a line of a carrier's file, and what became of it.
type Line struct {
	Line        int64  `json:"line"`
	Ref         string `json:"carrier_ref"`
	ComplaintID string `json:"complaint_id,omitempty"`
	Number      string `json:"number,omitempty"`
	Known       bool   `json:"known"` // it was on record already
	Problem     string `json:"problem,omitempty"`
	ProblemEn   string `json:"problem_en,omitempty"`
}

// Sheet is a carrier's file of complaints after it was read.
type Sheet struct {
	Lines []Line `json:"lines"`
	Taken int    `json:"taken"`
	Known int    `json:"known"`
	Bad   int    `json:"bad"`
}

// maxLines bounds a carrier's file of complaints.
const maxLines = 5000

// columns are the names under which carriers send what we need.
var columns = map[string][]string{
	"phone":       {"手机号", "手机号码", "投诉号码", "用户号码", "被叫号码", "phone"},
	"received_on": {"投诉日期", "投诉时间", "受理时间", "受理日期", "received_on"},
	"message_on":  {"短信时间", "短信日期", "接收时间", "收到时间", "message_on"},
	"text":        {"投诉内容", "内容", "短信内容", "text"},
	"ref":         {"投诉编号", "工单号", "工单编号", "流水号", "carrier_ref"},
	"signature":   {"签名", "短信签名", "signature"},
	"kind":        {"投诉类型", "类型", "kind"},
}

// kindsByWord are the words by which carriers tell what is complained of.
var kindsByWord = []struct {
	word string
	kind Kind
}{{"诈骗", "fraud"}, {"退订", "no_way_out"}, {"违法", "content"}, {"违规", "content"}, {"频繁", "frequency"}, {"资费", "fees"}, {"扣费", "fees"}, {"未经同意", "unwanted"}, {"骚扰", "unwanted"}, {"垃圾", "unwanted"}}

// KindOf tells what a carrier's words complain of; "unwanted" where they tell nothing else.
func KindOf(words string) Kind {
	for _, k := range kindsByWord {
		if strings.Contains(words, k.word) {
			return k.kind
		}
	}
	for _, k := range Kinds() {
		if strings.EqualFold(strings.TrimSpace(words), string(k)) {
			return k
		}
	}
	return "unwanted"
}

// Import registers the complaints of a carrier's file, CSV or XLSX in any order of columns. Each line stands for itself: what is
// wrong with one is told and stops no other; one that came before is known by its number. Errors: ErrFile.
func (s *Service) Import(ctx context.Context, carrier string, content []byte) (*Sheet, error) {
	at, rows, err := read(content)
	if err != nil {
		return nil, err
	}
	sheet := &Sheet{Lines: []Line{}}
	for _, r := range rows {
		l := s.importLine(ctx, carrier, at, r)
		switch {
		case l.Problem != "":
			sheet.Bad++
		case l.Known:
			sheet.Known++
		default:
			sheet.Taken++
		}
		sheet.Lines = append(sheet.Lines, l)
	}
	return sheet, nil
}

func (s *Service) importLine(ctx context.Context, carrier string, at map[string]int, r fileRow) Line {
	cell := func(name string) string {
		if i, ok := at[name]; ok && i < len(r.cells) {
			return strings.TrimSpace(r.cells[i])
		}
		return ""
	}
	l := Line{Line: r.line, Ref: cell("ref")}
	in := Input{Source: "carrier", Carrier: carrier, CarrierRef: l.Ref, Phone: cell("phone"), Text: cell("text"), Signature: cell("signature"), Kind: KindOf(cell("kind") + cell("text"))}
	if in.Text == "" {
		in.Text = "（运营商未提供内容）"
	}
	for name, to := range map[string]*caldate.Date{"received_on": &in.ReceivedOn, "message_on": &in.MessageOn} {
		if v := cell(name); v != "" {
			d, err := day(v)
			if err != nil {
				l.Problem, l.ProblemEn = fmt.Sprintf("%s：%q 不是日期，请写成 2026-11-22", name, v), fmt.Sprintf("%s: %q is no date; write 2026-11-22", name, v)
				return l
			}
			*to = d
		}
	}
	c, err := s.Register(ctx, in)
	var e *errs.Error
	switch {
	case errors.Is(err, ErrKnown):
		l.Known = true
	case errors.As(err, &e):
		l.Problem, l.ProblemEn = told(e)
	case err != nil:
		l.Problem, l.ProblemEn = "登记失败，请稍后重试这一行", "could not be registered; try this line again"
	default:
		l.ComplaintID, l.Number = c.ID, c.Number
	}
	return l
}

// told puts the fields of an error into one line.
func told(e *errs.Error) (zh, en string) {
	var zhs, ens []string
	for _, f := range e.Fields {
		zhs, ens = append(zhs, f.Zh), append(ens, f.En)
	}
	if len(zhs) == 0 {
		return e.Zh, e.En
	}
	return strings.Join(zhs, "；"), strings.Join(ens, "; ")
}

// day reads the date of a cell that may carry a time, too.
func day(v string) (caldate.Date, error) {
	v = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(v)
	v, _, _ = strings.Cut(strings.TrimSpace(v), " ")
	v, _, _ = strings.Cut(v, "T")
	if parts := strings.Split(v, "-"); len(parts) == 3 {
		for i := 1; i < 3; i++ {
			if len(parts[i]) == 1 {
				parts[i] = "0" + parts[i]
			}
		}
		v = strings.Join(parts, "-")
	}
	return caldate.Parse(v)
}

type fileRow struct {
	line  int64
	cells []string
}

// read gives where the columns stand and the rows below them.
func read(content []byte) (at map[string]int, rows []fileRow, err error) {
	head := content[:min(len(content), intake.HeadSize)]
	f, err := intake.Detect(head, len(head) == len(content))
	if err != nil {
		return nil, nil, err
	}
	r, err := intake.Open(bytes.NewReader(content), f, intake.DefaultLimits())
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		var row intake.Row
		err := r.Read(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = string(c)
		}
		if at == nil {
			if at = heads(cells); at == nil {
				return nil, nil, ErrFile.Say("第一行没有“手机号”一栏；请保留运营商文件的表头", "the first line names no column 手机号 (phone); keep the head of the carrier's file")
			}
			continue
		}
		if len(rows) == maxLines {
			return nil, nil, ErrFile.Sayf("文件超过 %d 行，请分几次导入", "the file has more than %d lines; import it in parts", maxLines)
		}
		rows = append(rows, fileRow{row.Line, cells})
	}
	if len(rows) == 0 {
		return nil, nil, ErrFile.Say("文件里没有投诉", "there are no complaints in the file")
	}
	return at, rows, nil
}

func heads(cells []string) map[string]int {
	at := map[string]int{}
	for name, words := range columns {
		for _, w := range words {
			for i, c := range cells {
				if _, taken := at[name]; !taken && strings.EqualFold(strings.TrimSpace(c), w) {
					at[name] = i
				}
			}
		}
	}
	if _, ok := at["phone"]; !ok {
		return nil
	}
	return at
}
