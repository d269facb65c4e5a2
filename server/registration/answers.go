package registration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/batch/intake"
	"sealgate/server/errs"
)

// MaxAnswers is the largest file of answers that is taken.
const MaxAnswers = 5 << 20

// Answered is one line of a file of answers as it was understood.
type Answered struct {
	Line      int64       `json:"line"` // of the file, from 1
	Reference string      `json:"reference"`
	Text      string      `json:"text"` // of the registration
	Before    FilingState `json:"before"`
	After     FilingState `json:"after"`
	Reason    string      `json:"reason,omitempty"`
	Number    string      `json:"carrier_number,omitempty"`
	Same      bool        `json:"same" doc:"Was entered before; nothing changes."`
	filing    Filing
}

// Preview is what a file of answers would do.
type Preview struct {
	Carrier string        `json:"carrier"`
	Rows    []Answered    `json:"rows"`
	Faults  []AnswerFault `json:"faults"`
	New     int           `json:"new" doc:"How many would be entered."`
}

// AnswerFault is a line that can't be taken, with place and cure.
type AnswerFault struct {
	Line   int64  `json:"line"`
	Column string `json:"column"`
	Code   string `json:"code"`
	Zh     string `json:"detail"`
	En     string `json:"detail_en"`
}

// PreviewAnswers reads a carrier's answers (XLSX or CSV in any of the usual encodings) and says line by line what they would change.
// Nothing changes. Errors: ErrCarrier, ErrAnswerFile.
func (s *Service) PreviewAnswers(ctx context.Context, carrier string, content []byte) (*Preview, error) {
	c, err := s.Carriers.Of(carrier)
	if err != nil {
		return nil, err
	}
	rows, err := readTable(content)
	if err != nil {
		return nil, err
	}
	p := &Preview{Carrier: carrier, Rows: []Answered{}, Faults: []AnswerFault{}}
	columns, body, err := headed(rows, &c.Answers)
	if err != nil {
		return nil, err
	}
	numbers := make([]string, len(body))
	for i, row := range body {
		numbers[i] = columns.of(row, columns.reference)
	}
	found, err := s.store.byNumbers(ctx, numbers)
	if err != nil {
		return nil, err
	}
	byNumber := map[string]Filing{}
	ids := []string{}
	for _, g := range found {
		byNumber[g.Number] = g
		ids = append(ids, g.RegistrationID)
	}
	texts, err := s.store.texts(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen := map[string]int64{}
	for i, row := range body {
		g, known := byNumber[numbers[i]]
		a, fault := columns.understand(row, c, g, known, seen[numbers[i]])
		if fault != nil {
			p.Faults = append(p.Faults, *fault)
			continue
		}
		seen[numbers[i]] = row.line
		a.Text = texts[g.RegistrationID]
		if !a.Same {
			p.New++
		}
		p.Rows = append(p.Rows, *a)
	}
	return p, nil
}

// ImportAnswers enters a carrier's answers, all of the file or (where a line has a fault) none. The same file a second time changes
// nothing. Errors: ErrCarrier, ErrAnswerFile, ErrAnswerRows with the lines.
func (s *Service) ImportAnswers(ctx context.Context, carrier string, content []byte) (*Preview, error) {
	var p *Preview
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.PreviewAnswers(ctx, carrier, content); err != nil {
			return err
		}
		if len(p.Faults) > 0 {
			var f errs.Fields
			for _, x := range p.Faults[:min(len(p.Faults), 50)] {
				f.Add(fmt.Sprintf("rows[%d].%s", x.Line, x.Column), x.Code, fmt.Sprintf("第 %d 行：%s", x.Line, x.Zh), fmt.Sprintf("line %d: %s", x.Line, x.En))
			}
			return f.Err(ErrAnswerRows)
		}
		for i := range p.Rows {
			a := &p.Rows[i]
			if a.Same {
				continue
			}
			if err := s.answer(ctx, &a.filing, Answer{a.After, a.Reason, a.Number}); err != nil {
				return err
			}
		}
		return s.recordDesk(ctx, "filing.answers", carrier, map[string]any{"carrier": carrier, "rows": len(p.Rows), "new": p.New})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

type tableRow struct {
	line  int64
	cells []string
	fault intake.Code
}

// readTable reads the rows of an XLSX or CSV.
func readTable(content []byte) (rows []tableRow, err error) {
	if len(content) == 0 {
		return nil, ErrAnswerFile.Say("文件是空的，请选择运营商的回执表", "the file is empty; choose the carrier's file of answers")
	}
	head := content[:min(len(content), intake.HeadSize)]
	shape, err := intake.Detect(head, len(head) == len(content))
	if err != nil {
		return nil, err
	}
	if shape.Format == intake.TXT || shape.Format == intake.JSONL {
		return nil, ErrAnswerFile.Say("不是表格：请上传运营商的 XLSX 或 CSV 回执表", "no table: upload the carrier's answers as XLSX or CSV")
	}
	r, err := intake.Open(bytes.NewReader(content), shape, intake.Limits{MaxLine: 16 << 10, MaxColumns: 80, MaxXLSX: MaxAnswers, MaxUnpacked: 100 << 20})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var in intake.Row
	for {
		switch err := r.Read(&in); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, err
		case len(rows) >= 20_000:
			return nil, ErrAnswerFile.Say("回执表超过 20000 行，请拆开导入", "the file of answers has more than 20,000 lines; split it")
		}
		row := tableRow{line: in.Line, fault: in.Fault, cells: make([]string, len(in.Cells))}
		for i, c := range in.Cells {
			row.cells[i] = strings.TrimSpace(string(c))
		}
		rows = append(rows, row)
	}
}

// answerColumns are the places of what is looked for; -1: not there.
type answerColumns struct{ reference, result, reason, number int }

func (answerColumns) of(r tableRow, at int) string {
	if at < 0 || at >= len(r.cells) {
		return ""
	}
	return r.cells[at]
}

// headed finds the row of headings among the first ten, and what stands below it.
func headed(rows []tableRow, words *Answers) (c answerColumns, body []tableRow, err error) {
	find := func(cells, names []string) int {
		return slices.IndexFunc(cells, func(cell string) bool { return slices.Contains(names, cell) })
	}
	for i := 0; i < min(len(rows), 10); i++ {
		cells := rows[i].cells
		c = answerColumns{find(cells, words.Reference), find(cells, words.Result), find(cells, words.Reason), find(cells, words.Number)}
		if c.reference < 0 || c.result < 0 {
			continue
		}
		for _, r := range rows[i+1:] {
			if strings.Join(r.cells, "") != "" {
				body = append(body, r)
			}
		}
		if len(body) == 0 {
			break
		}
		return c, body, nil
	}
	return c, nil, ErrAnswerFile.Sayf("没有找到回执：表里要有“%s”和“%s”两列，下面至少一行", "no answers found: the columns %s and %s are needed, with a line below them at least", words.Reference[0], words.Result[0])
}

// understand reads one line.
func (c answerColumns) understand(row tableRow, carrier *Carrier, g Filing, known bool, before int64) (*Answered, *AnswerFault) {
	fault := func(column, code, zh, en string) (*Answered, *AnswerFault) {
		return nil, &AnswerFault{row.line, column, code, zh, en}
	}
	reference, result, reason, number := c.of(row, c.reference), c.of(row, c.result), c.of(row, c.reason), c.of(row, c.number)
	switch {
	case row.fault != "":
		return fault("row", "unreadable", "这一行读不出来，请检查编码和引号", "the line can't be read; check encoding and quotes")
	case reference == "":
		return fault("reference", "missing", "没有流水号，请对照报出的表补上", "no reference; fill it in from the sheet that was sent")
	case !known || g.Carrier != carrier.ID:
		return fault("reference", "unknown", "没有向该运营商报过“"+shorten(reference)+"”", "nothing was filed with this carrier under “"+shorten(reference)+"”")
	case before > 0:
		return fault("reference", "repeated", fmt.Sprintf("与第 %d 行重复", before), fmt.Sprintf("the same as line %d", before))
	case utf8.RuneCountInString(reason) > 500 || utf8.RuneCountInString(number) > 64:
		return fault("reason", "too_long", "原因最多 500 个字符，编号最多 64 个", "a reason has at most 500 characters, a number 64")
	}
	a := &Answered{Line: row.line, Reference: reference, Before: g.State, Reason: reason, Number: number, filing: g}
	switch {
	case slices.Contains(carrier.Answers.Accepted, result):
		a.After, a.Reason = Accepted, ""
	case slices.Contains(carrier.Answers.Refused, result):
		a.After = Rejected
	case slices.Contains(carrier.Answers.Lapsed, result):
		a.After = FilingEnd
	default:
		return fault("result", "unknown", "看不懂的结果“"+shorten(result)+"”，应为："+strings.Join(carrier.Answers.Accepted[:1], "")+"、"+carrier.Answers.Refused[0],
			"the result “"+shorten(result)+"” is not understood; it should be "+carrier.Answers.Accepted[0]+" or "+carrier.Answers.Refused[0])
	}
	if a.After != Accepted && a.Reason == "" {
		return fault("reason", "missing", "驳回要写明原因", "a refusal needs its reason")
	}
	a.Same = g.State == a.After
	if !a.Same && !CanFile(g.State, a.After) {
		return fault("result", "state", "这条报备已是“"+string(g.State)+"”，不能改为“"+result+"”", "the filing is "+string(g.State)+" and can't become “"+result+"”")
	}
	return a, nil
}
