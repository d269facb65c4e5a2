package paper

import "sealgate/server/errs"

// A paper that does not add up, or that lacks what makes it one, is never made.
var (
	ErrSum     = errs.Internal("paper.sum", "单据金额不平：明细之和与合计不一致", "the paper does not add up: its lines differ from its total")
	ErrLacking = errs.Internal("paper.lacking", "单据缺少必要内容", "the paper lacks something that it must say")
)
