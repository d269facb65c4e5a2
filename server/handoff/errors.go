package handoff

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrNotFound        = errs.NotFound("handoff.not_found", "该批次尚未开始发送", "the batch has not begun to be handed off")
	ErrKey             = errs.Invalid("handoff.key", "回执中的消息编号不存在", "the receipt names no message of ours")
	ErrStranger        = errs.NotFound("handoff.stranger", "回执对应的短信不存在或从未发出", "the receipt is about a message that does not exist or never left")
	ErrReplayed        = errs.Conflict("handoff.replayed", "这次调用已处理过，不能重复提交", "this call was heard before; sign it anew")
	ErrNoEngine        = errs.NotFound("handoff.no_engine", "本系统没有启用这种通道", "no channel of that kind is configured here")
	ErrSettle          = errs.Invalid("handoff.settle", "结果只能是 delivered 或 failed", "the outcome is delivered or failed")
	ErrNoneUnknown     = errs.Conflict("handoff.none_unknown", "没有符合条件的未知结果短信，可能已有回执，请刷新", "no such message is unknown (any more); a receipt may have come; reload")
	ErrNoneHanding     = errs.Conflict("handoff.none_handing", "没有等待通道答复的短信，可能正在发送或已有结果，请刷新", "no message waits for a channel's answer (any more); it may be on its way or have been answered; reload")
	ErrChannelLives    = errs.Conflict("handoff.channel_lives", "通道还在使用，请先停发该通道，再放弃等待", "the channel is still in use; stop it first, then give up")
	ErrGrounds         = errs.Invalid("handoff.grounds", "请写明依据（1 至 500 字）", "give the grounds (1 to 500 characters)")
	ErrStop            = errs.Invalid("handoff.stop", "请指明停发范围（all、customer、contract、signature、channel）和对象", "name the scope of the stop (all, customer, contract, signature, channel) and its object")
	ErrNoTarget        = errs.Invalid("handoff.no_target", "要停发的客户、合同、签名或通道不存在，请核对", "there is no such customer, contract, signature or channel to stop; check it")
	ErrStopped         = errs.Conflict("handoff.stopped", "该范围已处于停发状态", "this is stopped already")
	ErrNoStop          = errs.NotFound("handoff.no_stop", "没有这项停发，或已解除", "there is no such stop, or it has been lifted")
	ErrMismatch        = errs.Internal("handoff.mismatch", "待发内容与审批清单不一致，已停止发送", "what would be sent does not fit the manifest; sending has stopped")
	ErrNoReply         = errs.NotFound("handoff.no_reply", "没有这条上行短信", "there is no such reply")
	ErrNoSystemChannel = errs.Conflict("handoff.no_system_channel", "没有可以发送系统短信的通道", "no channel takes single messages")
	errLost            = errs.Conflict("handoff.lost", "任务已由其他服务器接手", "another server has taken over")
)
