package batch

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrNotFound     = errs.NotFound("batch.not_found", "批次不存在或您无权查看", "there is no such batch, or it is not yours to see")
	ErrState        = errs.Conflict("batch.state", "批次当前状态不能这样操作，请刷新页面", "the batch's state does not allow this; reload the page")
	ErrChunkDamaged = errs.Internal("batch.chunk_damaged", "批次数据损坏，已停止处理，请联系管理员", "the batch's data is damaged; work on it has stopped; tell the administrator")
)
