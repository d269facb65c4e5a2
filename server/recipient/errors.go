package recipient

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrPhone    = errs.Invalid("recipient.phone", "手机号不正确，请填写 11 位大陆手机号", "not a mobile number; enter the 11 digits of a mainland mobile")
	ErrKind     = errs.Invalid("recipient.kind", "名单类型只能是退订（opt_out）或黑名单（blacklist）", "the list is either opt_out or blacklist")
	ErrSegments = errs.Invalid("recipient.segments", "号段表有误，请改正后重新导入", "the table of segments is not right; mend it and import it again")
	ErrVersion  = errs.Conflict("recipient.segments_version", "这个版本名已经用过，请换一个", "a table of that version exists already; name it otherwise")
	ErrLimit    = errs.Invalid("recipient.limit", "频次限制有误，请按提示修改", "the limit is not right; mend what is listed")
	ErrNoLimit  = errs.NotFound("recipient.no_limit", "没有这条频次限制", "there is no such limit")
	ErrCustomer = errs.Invalid("recipient.customer", "请选择客户；客户只能维护自己的名单", "choose the customer; a customer keeps her own lists only")
	ErrGlobal   = errs.Forbidden("recipient.global", "对所有客户生效的名单只能由平台人员维护", "lists for every customer are kept by the provider's people")
	ErrFixed    = errs.Forbidden("recipient.fixed", "收件人本人退订或投诉产生的记录只能由平台合规人员移出", "what the recipient asked for, or complained of, is lifted by the provider's compliance only")
	ErrList     = errs.Invalid("recipient.list", "名单无法读取，请每行一个号码", "the list can't be read; give one number a row")

	ErrConsent      = errs.Invalid("consent.invalid", "同意凭证信息有误，请按提示修改", "the consent is not right; mend what is listed")
	ErrNoConsent    = errs.NotFound("consent.not_found", "同意凭证不存在或您无权查看", "there is no such consent, or it is not yours to see")
	ErrConsentState = errs.Conflict("consent.state", "凭证当前状态不能这样操作，请刷新页面", "the consent's state does not allow this; reload the page")
	ErrNoMembers    = errs.Conflict("consent.no_numbers", "名单里还没有号码，请先导入", "no number is listed yet; import the list first")
	ErrNoEvidence   = errs.Conflict("consent.no_evidence", "请上传证明材料", "upload the evidence")
	ErrOwnConsent   = errs.Forbidden("consent.own", "不能核验自己登记的凭证，请由其他人核验", "you registered this consent; somebody else must check it")

	ErrReason   = errs.Invalid("recipient.reason", "请填写原因", "say why")
	ErrLifted   = errs.Conflict("recipient.lifted", "这条记录已被移出名单", "the entry has been lifted already")
	ErrNotFound = errs.NotFound("recipient.not_found", "名单中没有这条记录", "the list has no such entry")
)
