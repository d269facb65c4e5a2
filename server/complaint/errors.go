package complaint

import "sealgate/server/errs"

// What can be wrong.
var (
	ErrNotFound  = errs.NotFound("complaint.not_found", "没有这个投诉", "no such complaint")
	ErrInvalid   = errs.Invalid("complaint.invalid", "投诉登记有误，请修改标出的各项", "the complaint is not filled in right; correct the fields that are marked")
	ErrState     = errs.Conflict("complaint.state", "投诉当前的状态不允许这样做，请刷新后查看", "the complaint's state does not allow that; reload and look")
	ErrStale     = errs.Conflict("complaint.stale", "投诉刚有新的变化，请刷新后再操作", "the complaint has just changed; reload and try again")
	ErrSender    = errs.Conflict("complaint.no_sender", "还没有确定是哪个客户发送的，请先查找短信", "it is not known yet who sent the message; find it first")
	ErrMessage   = errs.NotFound("complaint.no_message", "该号码没有收到过这条短信", "that number did not get this message")
	ErrKnown     = errs.Conflict("complaint.known", "该运营商的这个投诉编号已经登记", "this number of the carrier's is on record already")
	ErrFile      = errs.Invalid("complaint.file", "投诉文件有误", "the file of complaints can't be read")
	ErrHotline   = errs.Invalid("complaint.hotline", "投诉电话有误，请修改标出的各项", "the complaint line is not filled in right; correct the fields that are marked")
	ErrThreshold = errs.Invalid("complaint.threshold", "阈值有误，请修改标出的各项", "the threshold is not filled in right; correct the fields that are marked")
)
