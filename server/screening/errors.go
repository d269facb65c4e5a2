package screening

import "sealgate/server/errs"

// The errors of the engine. Wrong rules are listed field by field; Field.Field is
// "file:line rule field".
var (
	ErrBadRules = errs.Invalid("screening.bad_rules",
		"规则有错误，未能生效；请按所列位置修改", "the rules are wrong and were not compiled; mend the places listed")
	ErrNoRules = errs.Invalid("screening.no_rules",
		"目录里没有规则文件（*.yaml）", "there is no rule file (*.yaml) in this folder")
	ErrNotText = errs.Invalid("screening.list_not_text",
		"词表不是文本文件，或编码认不出；请另存为 UTF-8，一行一个词", "the list is no text or its encoding is unknown; save it as UTF-8, one word a line")
	ErrEmptyList = errs.Invalid("screening.list_empty",
		"词表里没有可用的词；一行一个词，可在制表符后写标签", "the list has no word to search for; write one word a line, perhaps a tab and a tag")
	ErrListTooLong = errs.Invalid("screening.list_too_long",
		"词表超过 50 万个词；请分成几份", "the list has more than 500,000 words; split it")
)

// problems collects what is wrong with a source, so that an author sees all at once.
type problems struct{ list []errs.Field }

func (p *problems) add(at place, field, code, zh, en string) {
	p.list = append(p.list, errs.Field{Field: at.say(field), Code: code, Zh: zh, En: en})
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return ErrBadRules.AtAll(p.list...)
}
