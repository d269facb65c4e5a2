package screening

import "sealgate/server/errs"

// The errors of the engine. Wrong rules are listed field by field; Field.Field is
// "file:line rule field".
var (
	ErrBadRules = errs.Invalid("screening.bad_rules",
		"规则有错误，未能生效；请按所列位置修改", "the rules are wrong and were not compiled; mend the places listed")
	ErrNoRules = errs.Invalid("screening.no_rules",
		"目录里没有规则文件（*.yaml）", "there is no rule file (*.yaml) in this folder")
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
