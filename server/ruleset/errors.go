package ruleset

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrWrong    = errs.Invalid("ruleset.wrong", "规则集有错误，请用 sealgate rules check 查看位置和改法", "the rule set has faults; sealgate rules check tells where they are and how to mend them")
	ErrNotFound = errs.NotFound("ruleset.not_found", "没有这个规则集版本", "there is no such version of the rule set")
	ErrNone     = errs.Unavailable("ruleset.none", "还没有发布规则集，暂时不能审查批次", "no rule set is published yet; batches can't be screened")

	ErrUnsound    = errs.Invalid("ruleset.unsound", "规则有错误，请按标出的位置修改；已写的内容都还在", "the rules have faults; mend the places listed; nothing you wrote is lost")
	ErrNoDoc      = errs.NotFound("ruleset.no_document", "草稿和已发布的规则集里都没有这条规则或词库", "neither the draft nor the published set has this rule or bank")
	ErrDocThere   = errs.Conflict("ruleset.document_exists", "这个编号已有规则或词库，请换一个编号或直接修改它", "there is a rule or bank of this id; choose another or edit that one")
	ErrKind       = errs.Invalid("ruleset.kind", "内容应是一条规则、一个词库或设置", "the text is to be one rule, one bank or settings")
	ErrDocChanged = errs.Conflict("ruleset.document_changed", "您打开之后别人改过这份内容；请对照两边后再保存", "someone changed this after you opened it; compare both sides, then save again")
	ErrNoDraft    = errs.Conflict("ruleset.no_draft", "现在没有草稿；修改任意一条规则即开始新草稿", "there is no draft now; change any rule to begin one")
	ErrState      = errs.Conflict("ruleset.state", "草稿的状态不允许这一步，请刷新后再看", "the draft's state does not allow this; reload")
	ErrSubmitted  = errs.Conflict("ruleset.submitted", "草稿已提交审批，不能修改；提交人可先撤回", "the draft is submitted; it can't be changed before it is withdrawn or sent back")
	ErrNoChange   = errs.Invalid("ruleset.no_change", "草稿与已发布的版本没有差别，不必提交", "the draft does not differ from the published version; there is nothing to submit")
	ErrOwnDraft   = errs.Forbidden("ruleset.own_draft", "您改过或提交了这份草稿，须由另一位合规主管审批", "you changed or submitted this draft; another compliance lead has to approve it")
	ErrBaseMoved  = errs.Conflict("ruleset.base_moved", "草稿依据的版本已不是当前发布的版本；请先把修改移到当前版本上，检查后再提交", "the draft is based on a version that is no longer the published one; move its changes onto that one, look again, then submit")
	ErrReason     = errs.Invalid("ruleset.reason", "请写明理由，供以后查证", "give a reason; it is kept for those who ask later")
	ErrNever      = errs.Conflict("ruleset.never_published", "这个版本从未经审批发布，不能回滚到它；请改走提交审批", "this version was never approved and published, so one can't roll back to it; submit it for approval")
	ErrIsCurrent  = errs.Conflict("ruleset.is_current", "这个版本就是当前发布的版本", "this version is the published one")
	ErrShadowOn   = errs.Conflict("ruleset.shadow_on", "已有一个试运行在进行，请先结束它", "a shadow run is under way; end it first")
	ErrNoShadow   = errs.Conflict("ruleset.no_shadow", "现在没有试运行", "no shadow run is under way")
	ErrInput      = errs.Invalid("ruleset.input", "填写有误，请更正标出的内容", "something is not filled in rightly; correct what is marked")
	ErrNoBacktest = errs.NotFound("ruleset.no_backtest", "没有这次回测", "there is no such backtest")
	ErrNoPast     = errs.Invalid("ruleset.no_past", "这段时间没有审查过的短信，无法回测；请换一段时间", "no messages were screened in this period; choose another")
	ErrNoProposal = errs.NotFound("ruleset.no_proposal", "没有这条误报", "there is no such report of a false alarm")
	ErrDecided    = errs.Conflict("ruleset.proposal_decided", "这条误报已经处理过", "this report is decided already")
	ErrContext    = errs.Invalid("ruleset.context", "语境填写有误", "the context is not filled in rightly")
)
