package ledger

import "sealgate/server/errs"

// What can be wrong with a posting. All but ErrPosted are broken promises of our own code.
var (
	ErrPosted     = errs.Conflict("ledger.posted", "该单据已经入账，不能重复入账", "this document is posted already and can't be posted twice")
	ErrUnbalanced = errs.Internal("ledger.unbalanced", "分录借贷不平", "debits and credits of an entry differ")
	ErrIncomplete = errs.Internal("ledger.incomplete", "分录缺少编号、日期或户主", "an entry lacks its key, its day or whose account it is")
)
