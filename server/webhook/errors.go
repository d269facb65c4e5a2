package webhook

import "sealgate/server/errs"

// What can be wrong with a webhook.
var (
	ErrNotFound   = errs.NotFound("webhook.not_found", "没有这个回调地址", "no such webhook")
	ErrNoDelivery = errs.NotFound("webhook.no_delivery", "没有这条投递记录", "no such delivery")
	ErrInvalid    = errs.Invalid("webhook.invalid", "回调设置有误，请修改标出的各项", "the webhook is not right; correct what is marked")
	ErrTooMany    = errs.Conflict("webhook.too_many", "回调地址已达 10 个，请先删除不用的", "there are 10 webhooks already; remove those that are not used any more")
	ErrState      = errs.Conflict("webhook.state", "当前状态不允许此操作", "its state does not allow this")
	ErrStale      = errs.Conflict("webhook.stale", "刚被修改过，请刷新后再改", "it has just been changed; reload and change again")
)
