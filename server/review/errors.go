package review

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrNotInReview = errs.Conflict("review.not_in_review", "该批次不在审核中，请刷新队列", "the batch is not in review; reload the queue")
	ErrOwnBatch    = errs.Forbidden("review.own_batch", "不能审核自己提交或修改过的批次，请交给其他审核员", "you can't review a batch that you submitted or edited; leave it to another reviewer")
	ErrClaimed     = errs.Conflict("review.claimed", "该批次正由他人审核", "someone else is reviewing this batch")
	ErrNotClaimed  = errs.Conflict("review.not_claimed", "请先领取该批次，或领取已因空闲到期，请重新领取", "claim the batch first; a claim that was idle for 4 minutes has been given back")
	ErrFinished    = errs.Conflict("review.finished", "该批次的审核已经提交，撤销后才能再改", "the review is finished; undo it before you decide anew")
	ErrInput       = errs.Invalid("review.input", "审核决定填写有误", "the decision is not filled in rightly")
	ErrNoGroup     = errs.NotFound("review.no_group", "批次中没有这个文本分组", "the batch has no such group of texts")
	ErrNoHit       = errs.NotFound("review.no_hit", "这组短信里没有这条规则的这处命中，请刷新后再报", "this group has no such hit of this rule; reload")
	ErrNoMessage   = errs.NotFound("review.no_message", "批次中没有这条短信", "the batch has no such message")
	ErrRuledOut    = errs.Conflict("review.ruled_out", "规则已拒绝的短信不能放行；如有异议请走申诉", "what the rules refused can't be approved; an objection goes through an appeal")
	ErrEscalated   = errs.Conflict("review.escalated",
		"须请示主管部门的内容在登记答复之前不能放行，只能拒绝或保留待定",
		"content that must go to the authority can't be approved before its answer is registered; refuse it or leave it undecided")
	ErrQuestion        = errs.Invalid("review.question", "请示填写有误", "the question to the authority is not filled in rightly")
	ErrAskedAlready    = errs.Conflict("review.asked_already", "这部分内容已有未答复的请示", "the authority has already been asked about this and has not answered")
	ErrNoEscalation    = errs.NotFound("review.no_escalation", "没有这条请示", "there is no such question to an authority")
	ErrEscalationState = errs.Conflict("review.escalation_state", "该请示已答复或已撤回", "the question has been answered or withdrawn")
	ErrReply           = errs.Invalid("review.reply", "答复填写有误", "the answer is not filled in rightly")
	ErrBarred          = errs.Conflict("review.barred", "该客户因违法内容已被停发，处置解除之前不能放行", "the customer's sending is stopped for illegal content; nothing can be approved before that is lifted")
	ErrNote            = errs.Invalid("review.note", "备注填写有误", "the note is not filled in rightly")
	ErrPurpose         = errs.Invalid("review.purpose", "查看短信内容须选择用途并写明事由", "looking at content needs a purpose and a reason")
	ErrProfile         = errs.Invalid("review.profile", "审核员分工填写有误", "the reviewer's share of the work is not filled in rightly")
	ErrNotFit          = errs.Forbidden("review.not_fit", "该批次的风险或类别超出您的分工，请交给其他审核员；过时限后可以领取", "the batch's risk or category is beyond your share of the work; leave it to another reviewer, or take it once it is overdue")
	ErrNothing         = errs.NotFound("review.nothing", "现在没有适合您的待审批次", "nothing in the queue is for you now")
	ErrExemption       = errs.Invalid("review.exemption", "免审申请填写有误", "the exemption is not filled in rightly")
	ErrNoExemption     = errs.NotFound("review.no_exemption", "没有这条免审", "there is no such exemption")
	ErrExemptionState  = errs.Conflict("review.exemption_state", "该免审已处理，请刷新", "the exemption has been dealt with; reload")
	ErrOwnExemption    = errs.Forbidden("review.own_exemption", "不能批准自己申请的免审，请由另一位合规主管决定", "you can't decide an exemption that you asked for; another compliance lead does")
	ErrRefusal         = errs.NotFound("review.no_refusal", "没有这条拒绝记录", "there is no such refusal")
	ErrUndecided       = errs.Conflict("review.undecided", "还有未决定的短信，全部决定后才能提交", "some messages are undecided; decide all of them before you finish")
	ErrChanged         = errs.Conflict("review.changed", "您查看之后审核决定有变化，请重新查看后再提交", "the decisions changed after you looked; look again before you finish")
	ErrSecond          = errs.Conflict("review.second_person", "高风险批次须由另一位有复核权限的审核员复核，不能由同一人完成", "a high-risk batch needs the confirmation of a second, other reviewer")
	ErrNoFirst         = errs.Conflict("review.no_first", "还没有第一位审核员提交当前决定，无法复核", "no first reviewer has finished with the present decisions; there is nothing to confirm")
	ErrUndoLate        = errs.Conflict("review.undo_late", "已超过 10 秒或已开始发送，不能撤销；如需停止请暂停或取消批次", "more than 10 seconds have passed or sending has begun; pause or cancel the batch instead")
	ErrNotFrozen       = errs.Conflict("review.not_finished", "该批次没有可撤销的审核提交", "there is no finished review to undo")
	ErrManifest        = errs.Internal("review.manifest", "审批清单与存储内容不一致，已停止，请联系管理员", "the manifest does not fit what is stored; stopped; tell the administrator")
)
