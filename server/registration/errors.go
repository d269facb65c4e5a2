package registration

import "sealgate/server/errs"

// What can be wrong with a record of the chain or with its filing.
var (
	ErrNotFound = errs.NotFound("registration.not_found", "没有这条登记", "no such registration")
	ErrInvalid  = errs.Invalid("registration.invalid", "登记资料有误，请修改标出的各项", "the registration's data is wrong; correct the fields that are marked")
	ErrTaken    = errs.Conflict("registration.taken", "该客户已经登记过同样的内容", "the customer has registered the same already")
	ErrOneOne   = errs.Conflict("registration.one_one", "一个资质只能对应一个签名：该资质已有签名，请为新签名另行登记资质", "a qualification has one signature: this one has its own already; register another qualification for the new signature")
	ErrParent   = errs.Conflict("registration.parent", "它所依附的登记已被退回或已失效，请先处理上一环", "what it hangs on was refused or has lapsed; see to that link of the chain first")
	ErrContact  = errs.Conflict("registration.contact", "模板里的链接或号码尚未审核通过，请先审核它们", "a link or phone number in the template is not approved; review that first")
	ErrOwn      = errs.Forbidden("registration.own", "不能审核自己提交的登记，请由他人审核", "you can't decide on what you submitted; another person must")
	ErrHeld     = errs.Conflict("registration.held", "这条登记正由他人审核", "somebody else is reviewing this registration")
	ErrState    = errs.Conflict("registration.state", "这条登记已经处理过，请刷新后查看", "this registration has been decided already; reload and look again")
	ErrReason   = errs.Invalid("registration.reason", "请写明原因", "say why")
	ErrLetter   = errs.Conflict("registration.letter", "授权书剩余有效期不足 6 个月，运营商不予受理；请退回并要求换新的授权书", "the letter of authorisation is valid for less than 6 more months and no carrier takes it; refuse it and ask for a new one")

	ErrFilingNotFound = errs.NotFound("filing.not_found", "没有这条报备", "no such filing")
	ErrFilingState    = errs.Conflict("filing.state", "这条报备已经有了结果，请刷新后查看", "this filing has its outcome already; reload and look again")
	ErrCarrier        = errs.Invalid("filing.carrier", "没有这家运营商", "no such carrier")
	ErrDeskClosed     = errs.Conflict("filing.desk_closed", "运营商暂停受理报备", "the carrier's desk is closed")
	ErrNothingToFile  = errs.Conflict("filing.nothing", "没有排队待报备的登记", "nothing waits to be filed")
	ErrNothingLapsed  = errs.Conflict("filing.nothing_lapsed", "没有可以再次报备的运营商：都在受理中或已通过", "there is no carrier to file with again: all are pending or have accepted")
	ErrSheetNotFound  = errs.NotFound("filing.sheet_not_found", "没有这张报备表", "no such filing sheet")
	ErrAnswerFile     = errs.Invalid("filing.answer_file", "回执表读不出来", "the file of answers can't be read")
	ErrAnswerRows     = errs.Invalid("filing.answer_rows", "回执表里有错误，未作任何改动；请改正标出的行后重新导入", "the file of answers has errors and nothing was changed; correct the lines that are marked and import it again")
	ErrClosure        = errs.Invalid("filing.closure", "停办日期有误，请修改标出的各项", "the closure's data is wrong; correct the fields that are marked")
	ErrClosureGone    = errs.NotFound("filing.closure_not_found", "没有这条停办记录", "no such closure")
	ErrOverlap        = errs.Conflict("filing.overlap", "与已登记的停办日期重叠", "overlaps with a closure that is entered already")
	ErrRuleChange     = errs.Invalid("filing.rule_change", "规则变更有误，请修改标出的各项", "the change of rules is wrong; correct the fields that are marked")
)
