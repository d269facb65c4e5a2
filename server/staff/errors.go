package staff

import "sealgate/server/errs"

// Errors of people, roles and signing in.
var (
	ErrBadCredentials = errs.Unauthorized("staff.bad_credentials", "登录名或密码不正确", "the login or the password is not right")
	ErrLocked         = errs.RateLimited("staff.locked", "连续失败次数过多，请在 15 分钟后再试，或联系系统管理员", "too many failed attempts; try again in 15 minutes or ask the system administrator")
	ErrTooManyFrom    = errs.RateLimited("staff.too_many_attempts", "登录尝试过于频繁，请稍后再试", "too many sign-in attempts from here; try again a little later")
	ErrBusy           = errs.Unavailable("staff.busy", "当前登录人数过多，请稍后再试", "too many people sign in just now; try again shortly")
	ErrFrozen         = errs.Forbidden("staff.frozen", "账号已被冻结，请联系系统管理员", "this account is frozen; ask the system administrator")
	ErrNoSession      = errs.Unauthorized("staff.no_session", "尚未登录或会话已结束，请登录", "not signed in, or the session has ended; sign in")
	ErrMustChange     = errs.Forbidden("staff.change_password_first", "密码由他人设置，请先修改密码再继续", "your password was set by somebody else; change it before going on")

	ErrWrongPassword = errs.Invalid("staff.wrong_password", "当前密码不正确", "the present password is not right").
				At("current", "wrong", "当前密码不正确", "the present password is not right")
	ErrWeakPassword = errs.Invalid("staff.weak_password", "新密码不符合要求", "the new password does not meet the rules")

	ErrUserInvalid   = errs.Invalid("staff.invalid", "账号信息有误", "the account's data is not right")
	ErrLoginTaken    = errs.Conflict("staff.login_taken", "该登录名已被使用，请换一个", "that login is taken; choose another").At("login", "taken", "该登录名已被使用，请换一个", "that login is taken; choose another")
	ErrUserNotFound  = errs.NotFound("staff.not_found", "没有这个账号", "there is no such account")
	ErrUnknownRole   = errs.Invalid("staff.bad_roles", "角色有误", "the roles are not right")
	ErrSeparation    = errs.Conflict("staff.separation", "系统管理员、安全管理员、审计员三权分立：不得由同一人兼任，也不得兼任业务角色", "system, security and audit are separate duties: nobody may hold two of them, nor one of them with a business role").At("roles", "separation", "请只保留同一类角色", "keep roles of one duty only")
	ErrCustomerRole  = errs.Conflict("staff.customer_role", "客户角色只能且必须授予客户账号，且不能与其他角色兼任", "the customer role is for customers' accounts alone, and is their only role").At("roles", "customer", "客户账号只能有客户角色，员工账号不能有客户角色", "a customer's account has only the customer role; a staff account never has it")
	ErrOwnRoles      = errs.Forbidden("staff.own_roles", "不能修改自己的角色", "you can't change your own roles")
	ErrOwnAccount    = errs.Forbidden("staff.own_account", "不能对自己的账号执行此操作；修改密码请到个人设置", "you can't do this to your own account; your password you change in your own settings")
	ErrProtected     = errs.Forbidden("staff.protected", "安全管理员和审计员的密码不能由系统管理员重置；请在服务器上执行 sealgate user reset-password", "passwords of security administrators and auditors are not reset here; run sealgate user reset-password on the server")
	ErrNotActive     = errs.Conflict("staff.not_active", "账号不是正常状态，不能冻结", "the account is not active, so it can't be frozen")
	ErrNotFrozen     = errs.Conflict("staff.not_frozen", "账号没有被冻结或锁定", "the account is neither frozen nor locked")
	ErrNoCustomer    = errs.Invalid("staff.no_customer", "没有这个客户", "there is no such customer").At("customer_id", "unknown", "没有这个客户，请从列表中选择", "there is no such customer; choose one from the list")
	ErrUnknownPart   = errs.Invalid("staff.bad_parts", "职责有误", "the parts are not right")
	ErrOwnParts      = errs.Forbidden("staff.own_parts", "不能修改自己的职责，请由另一位管理员操作", "you can't change your own parts; another administrator can")
	ErrNoSuchSession = errs.NotFound("staff.session_not_found", "没有这个会话，可能已经结束", "there is no such session; it may have ended")
)
