package batch

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sealgate/server/errs"
)

const (
	// MaxText is the longest message in UTF-16 units: 15 parts. Longer ones are never meant as a message.
	MaxText = 1000
	// MaxVariable is the longest name of a variable.
	MaxVariable = 32
)

// templateFault is what is wrong with a template and where: the n-th character, from 1.
type templateFault struct {
	at     int
	zh, en string
}

func (f *templateFault) Error() string { return fmt.Sprintf("template, character %d: %s", f.at, f.en) }

// parseTemplate cuts a text at its {变量}: len(pieces) is len(variables)+1; a name may stand several times.
func parseTemplate(text string) (pieces, variables []string, err error) {
	at := 0
	for {
		open := strings.IndexAny(text[at:], "{}")
		if open < 0 {
			return append(pieces, text[at:]), variables, nil
		}
		open += at
		fault := func(zh, en string) ([]string, []string, error) {
			return nil, nil, &templateFault{utf8.RuneCountInString(text[:open]) + 1, zh, en}
		}
		if text[open] == '}' {
			return fault("“}”前面没有“{”", "} without {")
		}
		end := strings.IndexAny(text[open+1:], "{}")
		if end < 0 || text[open+1+end] == '{' {
			return fault("“{”后面没有“}”", "{ without }")
		}
		name := strings.TrimSpace(text[open+1 : open+1+end])
		if name == "" || utf8.RuneCountInString(name) > MaxVariable {
			return fault(fmt.Sprintf("变量名应为 1 至 %d 个字符", MaxVariable), fmt.Sprintf("a variable needs a name of 1 to %d characters", MaxVariable))
		}
		pieces, variables = append(pieces, text[at:open]), append(variables, name)
		at = open + 1 + end + 1
	}
}

// checkText checks the text that a batch is made with.
func checkText(f *errs.Fields, mode Mode, text string) {
	if mode == TextPerRow {
		if text != "" {
			f.Add("text", "not_here", "“每行自带内容”的批次不填统一内容", "a batch whose rows have their own texts takes no text")
		}
		return
	}
	switch {
	case strings.TrimSpace(text) == "":
		f.Add("text", "missing", "请填写短信内容", "enter the text")
		return
	case !utf8.ValidString(text):
		f.Add("text", "encoding", "内容含有无法识别的字符", "the text has bytes that are no characters")
		return
	case units(text) > MaxText:
		f.Add("text", "too_long", fmt.Sprintf("内容太长：最多 %d 个字", MaxText), fmt.Sprintf("the text is too long: at most %d characters", MaxText))
		return
	}
	at := 0
	for _, r := range text {
		at++
		if badControl(r) {
			f.Add("text", "bad_character", fmt.Sprintf("第 %d 个字符（U+%04X）不能使用，请删除", at, r), fmt.Sprintf("character %d (U+%04X) can't be used; delete it", at, r))
			return
		}
	}
	if mode == Template {
		_, variables, err := parseTemplate(text)
		var fault *templateFault
		if errors.As(err, &fault) {
			f.Add("text", "template", fmt.Sprintf("模板第 %d 个字符：%s；变量写作 {姓名}", fault.at, fault.zh), fmt.Sprintf("character %d of the template: %s; write variables as {name}", fault.at, fault.en))
		} else if len(variables) == 0 {
			f.Add("text", "no_variable", "模板里没有变量；同一内容请用“号码名单”方式", "the template has no variable; for one text to all choose the list mode")
		}
	}
}

// badControl tells characters that no message holds: they hide text or break other programs.
func badControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}

// units is the length of a text as phones count it.
func units(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
