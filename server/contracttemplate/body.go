package contracttemplate

import (
	"fmt"
	"regexp"
	"strings"
)

// The body is read once, into blocks of inlines, before anything is filled in:
// what a user types can never become a heading, bold or a placeholder.

type blockKind uint8

const (
	paragraph blockKind = iota
	part                // "# name": centred
	article             // "## name": 第N条
	clause              // "- text": N.M
	item                // "  - text": （K）
	pair                // ":: name | value"
	tableRow            // "| a | b |"
	gap                 // "~": some room
	rowTable            // "|* name": the rows of a blank, under the heads of its columns
)

type block struct {
	kind   blockKind
	line   int // of the file
	when   []condition
	anchor string     // "{#name}" at the end
	cells  [][]inline // one, or those of a table row; of a pair: name and value
	align  string     // of a table's head: l, c, r per cell
}

// condition: "{?blank}" is filled and not zero, "{?!blank}" the opposite,
// "{?blank=value}", "{?blank!=value}"; of several choices, one of them.
type condition struct {
	blank, value string
	not          bool
}

// inline is a text, a filled blank or a reference to another clause.
type inline struct {
	text  string
	blank string
	form  string
	ref   string
	bold  bool
}

var (
	placeholder = regexp.MustCompile(`\{\{([a-z0-9_]+)(?:\|([a-z_]+))?\}\}|\{@([a-z0-9-]+)\}|\*\*`)
	whenForm    = regexp.MustCompile(`^\{\?(!?)([a-z0-9_]+)(?:(!?=)([a-z0-9_]+))?\}\s*`)
	anchorForm  = regexp.MustCompile(`\s*\{#([a-z0-9-]+)\}$`)
)

func parseBody(body string, firstLine int) ([]block, error) {
	var blocks []block
	for i, raw := range strings.Split(body, "\n") {
		line := firstLine + i
		raw = strings.TrimRight(raw, " \r")
		if strings.TrimSpace(raw) == "" || strings.HasPrefix(raw, "<!--") && strings.HasSuffix(raw, "-->") {
			continue
		}
		b, err := parseBlock(raw, line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if b == nil { // the rule under a table's head
			if len(blocks) == 0 {
				return nil, fmt.Errorf("line %d: a rule without a table head above it", line)
			}
			head := &blocks[len(blocks)-1]
			if head.kind != tableRow || head.align != "" {
				return nil, fmt.Errorf("line %d: a rule without a table head above it", line)
			}
			head.align = alignments(raw)
			if len(head.align) != len(head.cells) {
				return nil, fmt.Errorf("line %d: the rule has %d columns, the head %d", line, len(head.align), len(head.cells))
			}
			continue
		}
		blocks = append(blocks, *b)
	}
	return blocks, nil
}

func parseBlock(raw string, line int) (*block, error) {
	b := &block{line: line}
	text := raw
	for _, form := range []struct {
		prefix string
		kind   blockKind
	}{{"## ", article}, {"# ", part}, {"  - ", item}, {"- ", clause}, {":: ", pair}, {"|* ", rowTable}, {"|", tableRow}} {
		if strings.HasPrefix(raw, form.prefix) {
			b.kind, text = form.kind, strings.TrimPrefix(raw, form.prefix)
			break
		}
	}
	if strings.HasPrefix(text, " ") && b.kind == paragraph {
		return nil, fmt.Errorf("indented text that is no item: %.40q", raw)
	}
	if b.kind == tableRow {
		cells := strings.Split(strings.TrimSuffix(strings.TrimSpace(text), "|"), "|")
		if strings.Trim(text, "|-: ") == "" {
			return nil, nil //nolint:nilnil // a rule is no block of its own
		}
		// Forms such as {{rent|capital}} hold a bar that parts no cells.
		cells = mend(cells)
		first := strings.TrimSpace(cells[0])
		when, rest := parseWhen(first)
		b.when, cells[0] = when, rest
		for _, c := range cells {
			inlines, err := parseInlines(strings.TrimSpace(c))
			if err != nil {
				return nil, err
			}
			b.cells = append(b.cells, inlines)
		}
		return b, nil
	}
	if raw == "~" {
		b.kind = gap
		return b, nil
	}
	b.when, text = parseWhen(text)
	if b.kind == rowTable {
		b.cells = [][]inline{{{blank: strings.TrimSpace(text), form: "rows"}}}
		return b, nil
	}
	if m := anchorForm.FindStringSubmatch(text); m != nil {
		b.anchor, text = m[1], strings.TrimSuffix(text, m[0])
	}
	parts := []string{text}
	if b.kind == pair {
		name, value, ok := strings.Cut(text, " | ")
		if !ok {
			return nil, fmt.Errorf("a pair needs a name and a value: %.40q", raw)
		}
		parts = []string{strings.TrimSpace(name), strings.TrimSpace(value)}
	}
	for _, p := range parts {
		inlines, err := parseInlines(p)
		if err != nil {
			return nil, err
		}
		b.cells = append(b.cells, inlines)
	}
	return b, nil
}

// mend joins cells that were cut inside a placeholder.
func mend(cells []string) (out []string) {
	for _, c := range cells {
		if n := len(out); n > 0 && strings.Count(out[n-1], "{{") > strings.Count(out[n-1], "}}") {
			out[n-1] += "|" + c
			continue
		}
		out = append(out, c)
	}
	return out
}

func alignments(raw string) string {
	var s strings.Builder
	for _, c := range strings.Split(strings.Trim(strings.TrimSpace(raw), "|"), "|") {
		c = strings.TrimSpace(c)
		switch left, right := strings.HasPrefix(c, ":"), strings.HasSuffix(c, ":"); {
		case left && right:
			s.WriteByte('c')
		case right:
			s.WriteByte('r')
		default:
			s.WriteByte('l')
		}
	}
	return s.String()
}

func parseWhen(text string) (when []condition, rest string) {
	for {
		m := whenForm.FindStringSubmatch(text)
		if m == nil {
			return when, text
		}
		when = append(when, condition{blank: m[2], value: m[4], not: m[1] == "!" || m[3] == "!="})
		text = text[len(m[0]):]
	}
}

func parseInlines(s string) ([]inline, error) {
	var out []inline
	bold, from := false, 0
	add := func(text string) error {
		if strings.Contains(text, "{{") || strings.Contains(text, "}}") || strings.Contains(text, "{@") || strings.Contains(text, "{?") || strings.Contains(text, "{#") {
			return fmt.Errorf("a placeholder, reference, condition or anchor that is not well formed: %.60q", text)
		}
		if text != "" {
			out = append(out, inline{text: text, bold: bold})
		}
		return nil
	}
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if err := add(s[from:m[0]]); err != nil {
			return nil, err
		}
		from = m[1]
		switch {
		case m[2] >= 0:
			i := inline{blank: s[m[2]:m[3]], bold: bold}
			if m[4] >= 0 {
				i.form = s[m[4]:m[5]]
			}
			out = append(out, i)
		case m[6] >= 0:
			out = append(out, inline{ref: s[m[6]:m[7]], bold: bold})
		default:
			bold = !bold
		}
	}
	if err := add(s[from:]); err != nil {
		return nil, err
	}
	if bold {
		return nil, fmt.Errorf("bold text that does not end: %.60q", s)
	}
	return out, nil
}
