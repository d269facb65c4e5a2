package wallet

import "sealgate/server/errs"

// What can be wrong with a wallet.
var (
	ErrNotFound = errs.NotFound("wallet.not_found", "没有这笔预存款记录", "no such move of a wallet")
)
