package carrier

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrCarrier  = errs.Invalid("carrier.name", "运营商只能是 cmcc、cucc、ctcc、cbn", "the carrier is cmcc, cucc, ctcc or cbn")
	ErrMeasure  = errs.Invalid("carrier.measure", "限制方式为 stop（不填数量）、per_second 或 per_day（数量为 1 至 10 亿）", "the measure is stop (without a volume), per_second or per_day (with 1 to 1,000,000,000 messages)")
	ErrCategory = errs.Invalid("carrier.category", "没有这种短信类别；不限类别请留空", "there is no such category of messages; leave it empty for all")
	ErrUntil    = errs.Invalid("carrier.until", "截止时间必须晚于现在", "the order must end later than now")
	ErrWords    = errs.Invalid("carrier.words", "请写明下达人（191 字以内）、文号或方式（191 字以内）和原因（500 字以内）", "say who gave it (up to 191 characters), its number or how it came (191) and why (500)")
	ErrReason   = errs.Invalid("carrier.reason", "请写明解除的依据（1 至 500 字）", "give the grounds for lifting it (1 to 500 characters)")
	ErrNoOrder  = errs.NotFound("carrier.no_order", "没有这项限流令，或已解除、已到期", "there is no such order, or it has been lifted or is over")
	ErrRule     = errs.Invalid("carrier.rule", "请填写标题（191 字以内）、正文（5 万字以内）、来源（191 字以内）和生效日期", "give a title (up to 191 characters), a text (50,000), its source (191) and the day from which it holds")
	ErrNoRule   = errs.NotFound("carrier.no_rule", "没有这一版运营商规范", "there is no such version of a carrier's rules")
	ErrOldRule  = errs.Conflict("carrier.old_rule", "该版规范已被新版取代，请阅读并确认最新版", "a newer version has replaced this one; read and acknowledge that")
)
