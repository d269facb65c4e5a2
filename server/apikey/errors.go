package apikey

import "sealgate/server/errs"

// What can be wrong with a key or with a signed call. Until the signature is known to be right nothing is told but that
// it is not: an unknown key and a wrong signature answer alike.
var (
	ErrNotFound = errs.NotFound("apikey.not_found", "没有这个密钥", "no such key")
	ErrInvalid  = errs.Invalid("apikey.invalid", "密钥信息有误，请修改标出的各项", "the key's data is wrong; correct what is marked")
	ErrTooMany  = errs.Conflict("apikey.too_many", "密钥已达 20 个，请先吊销不再使用的", "there are 20 keys already; revoke those that are not used any more")
	ErrState    = errs.Conflict("apikey.state", "密钥的当前状态不允许此操作", "the key's state does not allow this")
	ErrStale    = errs.Conflict("apikey.stale", "密钥刚被修改过，请刷新后再改", "the key has just been changed; reload and change again")
	ErrLocked   = errs.Conflict("apikey.customer_frozen", "账号已冻结，不能新建或更换密钥；请联系客服解冻", "the account is frozen: no key can be made or rotated; ask support to lift the freeze")

	ErrCall      = errs.Unauthorized("apikey.call", "签名请求的格式有误，请更正标出的请求头；签名方法见 docs/api.md", "the signed call is malformed; correct the header that is marked; docs/api.md has the scheme")
	ErrSkew      = errs.Unauthorized("apikey.skew", "时间戳与服务器时间相差超过 5 分钟，请校准时钟", "the timestamp lies more than 5 minutes from the server's time; set your clock")
	ErrSignature = errs.Unauthorized("apikey.signature", "密钥或签名不正确；签名方法见 docs/api.md", "the key or the signature is not right; docs/api.md has the scheme")
	ErrBody      = errs.Unauthorized("apikey.body", "请求体与签名中的哈希不符", "the body is not the one whose hash was signed")
	ErrReplay    = errs.Unauthorized("apikey.replay", "这个随机串已经用过：每次请求都要用新的随机串并重新签名", "this nonce was used before: take a new one for every call and sign anew")
	ErrRevoked   = errs.Unauthorized("apikey.revoked", "密钥已吊销，请使用新的密钥", "this key was revoked; use another")
	ErrFrozen    = errs.Forbidden("apikey.frozen", "账号已冻结，接口暂停使用；请联系客服解冻", "the account is frozen and the API with it; ask support to lift the freeze")
	ErrExpired   = errs.Unauthorized("apikey.expired", "密钥已到期，请在门户中新建密钥", "this key has expired; make a new one in the portal")
	ErrAddress   = errs.Forbidden("apikey.address", "来源地址不在密钥的允许范围内，请在门户中核对", "calls with this key are not allowed from that address; check the key in the portal")
	ErrScope     = errs.Forbidden("apikey.scope", "密钥没有此项权限，或该操作不对接口开放", "the key's scopes do not allow this, or the operation is not part of the customer API")
	ErrRate      = errs.RateLimited("apikey.rate", "调用过于频繁，请在 Retry-After 所示秒数后再试", "too many calls; try again after the seconds in Retry-After")
	ErrReference = errs.Invalid("apikey.reference", "这个 Idempotency-Key 已用于内容不同的提交，请换一个", "this Idempotency-Key was used for another submission; take a new one")
)
