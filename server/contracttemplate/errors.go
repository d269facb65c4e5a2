package contracttemplate

import "sealgate/server/errs"

// What this package refuses. A template that is wrong itself stops the program
// at start with file and line; these are what users meet.
var (
	ErrUnknownTemplate = errs.NotFound("contract_template.unknown", "没有这个合同模板或版本", "there is no such contract template or version")
	ErrUnknownClause   = errs.NotFound("contract_template.unknown_clause", "没有这个条款或版本", "there is no such clause or version")
	ErrBlanks          = errs.Invalid("contract_template.blanks", "合同内容填写不完整或有误，请按各栏提示更正", "some blanks of the contract are missing or wrong; correct them as shown")
	ErrRender          = errs.Internal("contract_template.render", "合同生成失败", "the contract could not be rendered")
)
