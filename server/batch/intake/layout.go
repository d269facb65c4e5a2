package intake

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"sealgate/server/recipient"
)

// Want is what the rows must give: a number always, a text of their own or the values of a template's variables.
type Want struct {
	Text      bool
	Variables []string
}

// Layout is which column is used for what. Indexes count from 0; -1: none.
type Layout struct {
	Header    bool
	Names     []string // of the columns; "第 n 列" without a header
	Phone     int
	Text      int
	Variables []int // columns of Want.Variables, in their order
	// Loose means lines of a TXT file with a number and a text after it.
	Loose bool
}

// Use says in a word what column i is for.
func (l Layout) Use(i int) string {
	switch {
	case slices.Contains(l.Variables, i):
		return "variable"
	case i == l.Phone:
		return "phone"
	case i == l.Text:
		return "text"
	}
	return ""
}

var (
	phoneNames = []string{"手机号", "手机号码", "手机", "电话", "电话号码", "联系电话", "联系方式", "号码", "接收号码", "phone", "mobile", "tel", "msisdn", "phone_number", "phonenumber", "mobilephone", "cellphone"}
	textNames  = []string{"短信内容", "内容", "短信", "文本", "正文", "消息", "消息内容", "text", "content", "message", "sms", "body"}
)

func plainName(b []byte) string {
	s := strings.TrimSpace(strings.Trim(width.Fold.String(string(b)), "\ufeff"))
	return strings.ToLower(s)
}

// Choice is a layout that a person has decided on: what each column is for.
type Choice struct {
	Header  bool
	Columns []ColumnUse // by their place; those beyond are for nothing
}

// ColumnUse is what one column is for.
type ColumnUse struct {
	As       string // phone, text, variable or ""
	Variable string // of the template, where As is variable
}

// Lay guesses the layout from the first rows (copied cells; rows with faults left out by the caller or not). It tells what
// is missing by name; the layout then holds what could be found.
func Lay(sample []Row, f Form, w Want) (Layout, error) {
	l, err := outline(sample, f, w, headed)
	if err != nil {
		return l, err
	}
	first, data := sample[0], sample
	if l.Header {
		data = sample[1:]
	}
	missing := l.findVariables(first, w.Variables)
	l.findPhone(first, data)
	if w.Text {
		l.findText(first, data)
	}
	if missing != nil {
		return l, missing
	}
	return l, l.complete(first, w)
}

// LayAs is the layout that a person has chosen.
func LayAs(sample []Row, f Form, w Want, c Choice) (Layout, error) {
	l, err := outline(sample, f, w, func([]Row) bool { return c.Header })
	if err != nil {
		return l, err
	}
	for range w.Variables {
		l.Variables = append(l.Variables, -1)
	}
	for i, use := range c.Columns {
		if i >= len(l.Names) && use.As != "" {
			return l, ErrChoice.Sayf("文件只有 %[1]d 列，没有第 %[2]d 列", "the file has %[1]d columns; there is no column %[2]d", len(l.Names), i+1)
		}
		at := &l.Phone
		switch use.As {
		case "":
			continue
		case "phone":
		case "text":
			at = &l.Text
		case "variable":
			k := slices.Index(w.Variables, use.Variable)
			if k < 0 {
				return l, ErrChoice.Sayf("模板没有变量“%[1]s”（第 %[2]d 列）", "the template has no variable %[1]q (column %[2]d)", use.Variable, i+1)
			}
			at = &l.Variables[k]
		default:
			return l, ErrChoice.Sayf("第 %[1]d 列的用途“%.20[2]s”无效", "column %[1]d: there is no use %.20[2]q", i+1, use.As)
		}
		if *at >= 0 {
			return l, ErrChoice.Sayf("第 %[1]d 列和第 %[2]d 列用途相同，请只选一列", "columns %[1]d and %[2]d are for the same; choose one", *at+1, i+1)
		}
		*at = i
	}
	var missing []string
	for k, at := range l.Variables {
		if at < 0 {
			missing = append(missing, w.Variables[k])
		}
	}
	if len(missing) > 0 {
		return l, ErrNoVariable.Sayf("请为变量选择对应的列：%[1]s", "choose columns for the variables %[1]s", strings.Join(missing, "、")).With("missing", missing)
	}
	return l, l.complete(sample[0], w)
}

// outline is what is known of a layout before anything is looked for: header and names. Lines of TXT are split in the sample.
func outline(sample []Row, f Form, w Want, headed func([]Row) bool) (Layout, error) {
	l := Layout{Phone: -1, Text: -1}
	if len(sample) == 0 {
		return l, ErrEmpty
	}
	if sample[0].Fault != RowOK {
		return l, headFault(sample[0])
	}
	l.Loose = f.Format == TXT && (w.Text || len(w.Variables) == 0)
	if l.Loose {
		for i := range sample {
			if sample[i].Fault == RowOK {
				sample[i].Cells = SplitLoose(sample[i].Cells[0], w.Text)
			}
		}
	}
	l.Header = f.Format == JSONL || headed(sample)
	for i, c := range sample[0].Cells {
		name := fmt.Sprintf("第 %d 列", i+1)
		if l.Header {
			if name = strings.TrimSpace(strings.Trim(string(c), "\ufeff")); len([]rune(name)) > 40 {
				name = string([]rune(name)[:40]) + "…"
			}
		}
		l.Names = append(l.Names, name)
	}
	return l, nil
}

// complete tells what no column was found or chosen for.
func (l *Layout) complete(first Row, w Want) error {
	if l.Phone < 0 {
		return ErrNoPhone.Sayf("找不到手机号列（文件首行：%[1]s），请把该列的列名写成“手机号”", "no column of phone numbers found (first row of the file: %[1]s); name that column 手机号 or phone", firstCells(first))
	}
	if w.Text && l.Text < 0 {
		return ErrNoText.Sayf("找不到短信内容列（文件首行：%[1]s），请把该列的列名写成“短信内容”", "no column with message texts found (first row of the file: %[1]s); name that column 短信内容 or text", firstCells(first))
	}
	return nil
}

func headFault(first Row) error {
	line := first.Line
	switch first.Fault {
	case RowTooLong:
		return ErrHead.Sayf("第 %d 行太长，无法作为一行读取；请检查文件是否缺少换行", "line %d is too long to be a row; check whether the file lacks line breaks", line).With("line", line)
	case RowColumns:
		return ErrHead.Sayf("第 %d 行的列数超过限制；请删除多余的列，只保留手机号和变量列", "line %d has more columns than allowed; delete all but the phone and the variables", line).With("line", line)
	case RowQuote:
		return ErrHead.Sayf("第 %d 行的双引号不成对，请改正后重新上传", "line %d has a double quote that nothing closes; mend it and upload again", line).With("line", line)
	case RowEncoding:
		return ErrHead.Sayf("第 %d 行含有无法识别的字符，请用 UTF-8 或 GBK 编码重新保存", "line %d has bytes that are no characters; save the file as UTF-8 or GBK", line).With("line", line)
	}
	return ErrHead.Sayf("第 %d 行无法读取", "line %d can't be read", line).With("line", line)
}

// firstCells shows the first row to the person who uploaded it.
func firstCells(first Row) string {
	var out []string
	for i, c := range first.Cells {
		if i == 8 {
			out = append(out, "…")
			break
		}
		r := []rune(strings.TrimSpace(string(c)))
		if len(r) > 20 {
			r = append(r[:20], '…')
		}
		out = append(out, string(r))
	}
	return strings.Join(out, "、")
}

// headed tells whether the first row names the columns: a known name stands in it, or it has no digits where the rows
// below have numbers.
func headed(sample []Row) bool {
	first := sample[0]
	for _, c := range first.Cells {
		if _, fault := recipient.ParseNumber(c); fault == recipient.OK {
			return false
		}
	}
	for _, c := range first.Cells {
		if n := plainName(c); slices.Contains(phoneNames, n) || slices.Contains(textNames, n) {
			return true
		}
	}
	for _, r := range sample[1:] {
		for i, c := range r.Cells {
			if _, fault := recipient.ParseNumber(c); fault == recipient.OK && i < len(first.Cells) {
				head := first.Cells[i]
				return len(bytes.TrimSpace(head)) > 0 && !bytes.ContainsAny(head, "0123456789０１２３４５６７８９")
			}
		}
	}
	return false
}

// findVariables gives every variable its column, -1 where there is none.
func (l *Layout) findVariables(first Row, variables []string) error {
	if len(variables) == 0 {
		return nil
	}
	for range variables {
		l.Variables = append(l.Variables, -1)
	}
	if !l.Header {
		return ErrNoHeader.Sayf("文件首行必须是列名，其中要有：%[1]s", "the first row must name the columns; among them must be: %[1]s", strings.Join(variables, "、"))
	}
	var missing []string
	for k, v := range variables {
		at := -1
		for i, c := range first.Cells {
			if plainName(c) != plainName([]byte(v)) {
				continue
			}
			if at >= 0 {
				return ErrHeaderTwice.Sayf("文件第 %[1]d 列和第 %[2]d 列都叫“%[3]s”，请改名后重新上传", "columns %[1]d and %[2]d are both called %[3]q; rename one and upload again", at+1, i+1, v)
			}
			at = i
		}
		if at < 0 {
			missing = append(missing, v)
		}
		l.Variables[k] = at
	}
	if len(missing) > 0 {
		return ErrNoVariable.Sayf("文件缺少列：%[1]s（文件现有的列：%[2]s）；请补上该列或修改模板", "the file lacks the column %[1]s (it has: %[2]s); add it or change the template",
			strings.Join(missing, "、"), strings.Join(l.Names, "、")).With("missing", missing)
	}
	return nil
}

func (l *Layout) findPhone(first Row, data []Row) {
	if l.Header {
		for _, name := range phoneNames { // the better names first
			for i, c := range first.Cells {
				if plainName(c) == name {
					l.Phone = i
					return
				}
			}
		}
	}
	hits, rows := map[int]int{}, 0
	for _, r := range data {
		if r.Fault != RowOK {
			continue
		}
		rows++
		for i, c := range r.Cells {
			if _, fault := recipient.ParseNumber(c); fault == recipient.OK {
				hits[i]++
			}
		}
	}
	best := 0
	for i := range l.Names {
		if hits[i] > best && hits[i]*2 >= rows {
			l.Phone, best = i, hits[i]
		}
	}
}

func (l *Layout) findText(first Row, data []Row) {
	if l.Header {
		for _, name := range textNames {
			for i, c := range first.Cells {
				if i != l.Phone && plainName(c) == name {
					l.Text = i
					return
				}
			}
		}
	}
	length := map[int]int{}
	for _, r := range data {
		for i, c := range r.Cells {
			length[i] += len(c)
		}
	}
	best := 0
	for i := range l.Names {
		if i != l.Phone && length[i] > best {
			l.Text, best = i, length[i]
		}
	}
}

// SplitLoose takes a line of a TXT file apart: the number up to the first separator, and where a text is wanted all that
// follows, commas and quotes included. A space separates only after a whole number (138 0013 8000 is one) or after a word
// of a header.
func SplitLoose(line []byte, text bool) [][]byte {
	line = bytes.TrimSpace(line)
	if !text {
		return [][]byte{line}
	}
	i := 0
	for i < len(line) {
		c := line[i]
		if c == ',' || c == ';' || c == '\t' || c == '|' || c == ' ' && (i >= 11 || i > 0 && !bytes.ContainsAny(line[:i], "0123456789")) {
			return [][]byte{bytes.TrimSpace(line[:i]), bytes.TrimSpace(line[i+1:])}
		}
		for _, s := range []string{"，", "；", "\u3000"} {
			if bytes.HasPrefix(line[i:], []byte(s)) {
				return [][]byte{bytes.TrimSpace(line[:i]), bytes.TrimSpace(line[i+len(s):])}
			}
		}
		i++
	}
	return [][]byte{line}
}

// Sample reads up to n rows with their cells copied, for Lay. An error other than the end is given with the rows so far.
func Sample(r Reader, n int) ([]Row, error) {
	var out []Row
	var row Row
	for len(out) < n {
		err := r.Read(&row)
		if err != nil {
			return out, err
		}
		c := Row{Line: row.Line, Fault: row.Fault}
		for _, cell := range row.Cells {
			c.Cells = append(c.Cells, bytes.Clone(cell))
		}
		out = append(out, c)
	}
	return out, nil
}
