package registration

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/licence"
)

// line is what the cells of a sheet's row are made from.
type line struct {
	filing    *Filing
	record    *Record
	signature *Record // itself, or what it hangs on; nil for a qualification
	customer  *customer.Customer
	licence   *licence.Licence // the business licence that counts today, or nil
	handler   *Handler         // or nil where the qualification was taken over without one
}

// cells are the fields that a carrier's sheet may name (configs/carriers.yaml).
var cells = map[string]func(l *line) string{
	"reference": func(l *line) string { return l.filing.Number },
	"kind":      func(l *line) string { zh, _ := l.record.Kind.Label(); return zh },
	"customer":  func(l *line) string { return l.customer.Name },
	"uscc":      func(l *line) string { return l.customer.USCC },
	"legal_rep": func(l *line) string { return l.customer.LegalRep },
	"licence_number": func(l *line) string {
		if l.licence == nil {
			return ""
		}
		return l.licence.Number
	},
	"licence_until": func(l *line) string {
		if l.licence == nil {
			return ""
		}
		return orForever(l.licence.ValidTo)
	},
	"handler":       func(l *line) string { return l.of(func(h *Handler) string { return h.Name }) },
	"handler_id":    func(l *line) string { return l.of(func(h *Handler) string { return h.IDNumber }) },
	"handler_phone": func(l *line) string { return l.of(func(h *Handler) string { return h.Phone }) },
	"authorised_until": func(l *line) string {
		return l.of(func(h *Handler) string { return orForever(h.AuthorisedTo) })
	},
	"signature": func(l *line) string {
		if l.signature == nil {
			return ""
		}
		return "【" + l.signature.Text + "】"
	},
	"source": func(l *line) string {
		if l.signature == nil {
			return ""
		}
		return sourceLabels[l.signature.Detail.Source]
	},
	"source_name": func(l *line) string {
		if l.signature == nil {
			return ""
		}
		return l.signature.Detail.SourceName
	},
	"category":    func(l *line) string { return categoryLabels[l.record.Detail.Category] },
	"template":    func(l *line) string { return l.text(Template) },
	"variables":   func(l *line) string { return describe(l.record.Detail.Variables) },
	"link":        func(l *line) string { return l.text(Link) },
	"link_form":   func(l *line) string { return linkFormLabels[l.record.Detail.Form] },
	"link_target": func(l *line) string { return l.record.Detail.Target },
	"phone":       func(l *line) string { return l.text(Phone) },
	"owner":       func(l *line) string { return l.record.Detail.Owner },
	"remark":      func(l *line) string { return l.filing.Note },
}

func orForever(d caldate.Date) string {
	if d.IsZero() {
		return "长期"
	}
	return d.String()
}

func (l *line) of(get func(h *Handler) string) string {
	if l.handler == nil {
		return ""
	}
	return get(l.handler)
}

func (l *line) text(k Kind) string {
	if l.record.Kind != k {
		return ""
	}
	return l.record.Text
}

// describe tells a template's variables in one cell: {1} 数字（验证码）；{2} …
func describe(vs []Variable) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = "{" + strconv.Itoa(i+1) + "} " + variableLabels[v.Type] + "（" + v.Name + "）"
	}
	return strings.Join(out, "；")
}

// SheetFile makes the XLSX of a sheet as its carrier wants it. It holds the handlers' personal data, because the carriers ask for it: the
// look is on record. Errors: ErrSheetNotFound.
func (s *Service) SheetFile(ctx context.Context, id string) (name string, content []byte, err error) {
	sh, err := s.store.sheet(ctx, id)
	if err != nil {
		return "", nil, err
	}
	c, err := s.Carriers.Of(sh.Carrier)
	if err != nil {
		return "", nil, err
	}
	gs, err := s.store.filingsOfSheet(ctx, id)
	if err != nil {
		return "", nil, err
	}
	rows := make([][]string, 0, len(gs)+1)
	columns := c.Columns[sh.Kind]
	rows = append(rows, make([]string, len(columns)))
	for i, x := range columns {
		rows[0][i] = x.Heading
	}
	for i := range gs {
		l, err := s.line(ctx, &gs[i])
		if err != nil {
			return "", nil, fmt.Errorf("line %d of sheet %s: %w", i+1, sh.Number, err)
		}
		row := make([]string, len(columns))
		for j, x := range columns {
			row[j] = cells[x.Field](l)
		}
		rows = append(rows, row)
	}
	if content, err = workbook(rows); err != nil {
		return "", nil, fmt.Errorf("sheet %s: %w", sh.Number, err)
	}
	zh, _ := sh.Kind.Label()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		return s.recordDesk(ctx, "filing.sheet_look", sh.ID, map[string]any{"number": sh.Number})
	})
	return sh.Number + "-" + c.Name.Zh + "-" + zh + ".xlsx", content, err
}

func (s *Service) line(ctx context.Context, g *Filing) (*line, error) {
	l := &line{filing: g}
	var err error
	if l.record, err = s.store.byID(ctx, g.RegistrationID); err != nil {
		return nil, err
	}
	if l.customer, err = s.Customers.Get(ctx, g.CustomerID); err != nil {
		return nil, err
	}
	root := l.record
	for root.ParentID != "" {
		if root.Kind == Signature {
			l.signature = root
		}
		if root, err = s.store.byID(ctx, root.ParentID); err != nil {
			return nil, err
		}
	}
	if l.handler, err = s.openHandler(ctx, root.ID); err != nil {
		return nil, err
	}
	valid, err := s.Licences.Valid(ctx, g.CustomerID, s.clock.Today())
	for i := range valid {
		if valid[i].Kind == licence.Business {
			l.licence = &valid[i]
		}
	}
	return l, err
}

// workbook writes rows as the one sheet of an XLSX. Cells are texts: nothing is a formula, no long number loses digits.
func workbook(rows [][]string) (content []byte, err error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		if err := w.SetColWidth(1, len(rows[0]), 24); err != nil {
			return nil, err
		}
	}
	for i, row := range rows {
		out := make([]any, len(row))
		for j, cell := range row {
			out[j] = cell
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), out); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
