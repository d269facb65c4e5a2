package batch

import (
	"errors"

	"sealgate/server/errs"
)

// The errors of this domain.
var (
	ErrNotFound     = errs.NotFound("batch.not_found", "批次不存在或您无权查看", "there is no such batch, or it is not yours to see")
	ErrNoGroup      = errs.NotFound("batch.no_group", "批次中没有这一组", "the batch has no such group")
	ErrNoErrors     = errs.NotFound("batch.no_errors", "这个批次没有被剔除的行", "no row of this batch was left out")
	ErrInvalid      = errs.Invalid("batch.invalid", "批次信息有误，请按提示修改", "the batch is not right; mend what is listed")
	ErrState        = errs.Conflict("batch.state", "批次当前状态不能这样操作，请刷新页面", "the batch's state does not allow this; reload the page")
	ErrBusy         = errs.Conflict("batch.uploading", "该批次正在上传文件，请等待完成", "a file is being uploaded to this batch; wait for it to finish")
	ErrContract     = errs.Conflict("batch.contract_not_live", "合同不在服务期内，不能提交批次", "the contract is not in force; no batch can be submitted under it")
	ErrInterrupted  = errs.Invalid("batch.upload_interrupted", "上传中断，文件没有收完整，请重新上传", "the upload broke off and the file is not whole; upload it again")
	ErrHash         = errs.Invalid("batch.hash", "收到的文件与登记的 SHA-256 不符，请重新上传", "what arrived does not have the SHA-256 that was announced; upload the file again")
	ErrTransfer     = errs.Invalid("batch.transfer", "请给出文件名、大小（字节）和 SHA-256（64 位十六进制）", "give the file's name, its size in bytes and its SHA-256 (64 hex digits)")
	ErrNoTransfer   = errs.NotFound("batch.no_transfer", "没有进行中的上传（可能已过期），请重新开始", "no upload is under way (it may have expired); begin again")
	ErrPiece        = errs.Invalid("batch.piece", "分片有误", "the piece is not right")
	ErrPieces       = errs.Conflict("batch.pieces_missing", "还有分片没有上传", "some pieces are missing")
	ErrTooLarge     = errs.TooLarge("batch.file_too_large", "文件超过大小限制，请拆分后分批上传", "the file is larger than allowed; split it into several batches")
	ErrTooManyRows  = errs.TooLarge("batch.too_many_rows", "文件行数超过限制，请拆分后分批上传", "the file has more rows than allowed; split it into several batches")
	ErrNoGoodRows   = errs.Invalid("batch.no_good_rows", "文件里没有一行可以发送，请下载剔除明细查看原因", "no row of the file can be sent; download the rows left out to see why")
	ErrOnlyHeader   = errs.Invalid("batch.only_header", "文件只有列名，没有数据；请补上收件人后重新上传", "the file has the names of its columns and nothing below them; add the recipients and upload it again")
	ErrChunkAside   = errs.Internal("batch.chunk_aside", "有数据块多次处理失败，已搁置；请联系管理员后重试", "a chunk failed again and again and was set aside; tell the administrator, then try again")
	ErrNotAside     = errs.Conflict("batch.not_aside", "这个数据块没有被搁置，请刷新页面", "that chunk is not set aside; reload the page")
	ErrChunkLost    = errs.Conflict("batch.chunk_lost", "数据块已损坏、无法读取，不能剔除；请撤回批次后重新上传", "the chunk is damaged and can't be read, so nothing can be left out of it; cancel the batch and upload the file again")
	ErrReason       = errs.Invalid("batch.reason", "请填写原因", "say why")
	ErrReadFailed   = errs.Internal("batch.read_failed", "读取文件多次失败，已停止；请联系管理员后重试", "reading the file failed again and again; tell the administrator, then try again")
	ErrSourceLost   = errs.Internal("batch.source_lost", "已存储的原始文件损坏或丢失，无法读取；请重新上传，并通知管理员检查存储", "the stored file is damaged or gone and can't be read; upload it again and have the administrator look at the storage")
	ErrChunkDamaged = errs.Internal("batch.chunk_damaged", "批次数据损坏，已停止处理，请联系管理员", "the batch's data is damaged; work on it has stopped; tell the administrator")
)

// errFenced: another worker has the lease now; whoever sees it stops without a trace.
var errFenced = errors.New("batch: the lease went to another worker")

// problemOf is a fault for the submitter, with the line of the file where the fault names one.
func problemOf(e *errs.Error) Problem {
	p := Problem{Code: e.Code, Zh: e.Zh, En: e.En}
	if line, ok := e.Meta["line"].(int64); ok {
		p.Line = line
	}
	return p
}
