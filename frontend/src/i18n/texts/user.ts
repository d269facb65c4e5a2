import type { Tree } from "../pair";

export const user = {
  login: ["账号", "Account"],
  loginHint: ["小写字母、数字、点和连字符", "Small letters, digits, dots and hyphens"],
  name: ["姓名", "Name"],
  roles: ["角色", "Roles"],
  requested: ["（申请 {{roles}}，待安全管理员授予）", "(asked for {{roles}}; waits for the security administrator)"],
  rolesHint: [
    "系统、安全、审计由三人分别担任，且不兼业务角色。",
    "System, security and audit are three different people, and none of them holds a business role.",
  ],
  customer: ["所属客户", "Customer"],
  lastSignIn: ["最近登录", "Last sign-in"],
  createdAt: ["创建时间", "Created"],
  search: ["账号、姓名", "Account or name"],
  create: ["新建用户", "New user"],
  created: ["用户已创建", "User created"],
  empty: ["没有用户。", "There are no users."],
  setRoles: ["调整角色", "Change roles"],
  rolesSaved: ["角色已更新", "Roles changed"],
  freeze: ["冻结", "Freeze"],
  unfreeze: ["解冻", "Unfreeze"],
  reset: ["重置密码", "Reset password"],
  done: ["已处理", "Done"],
  freezeSentence: ["冻结 {{name}} 的账号：所有登录立即失效。", "Freeze {{name}}'s account: every session ends at once."],
  resetSentence: [
    "为 {{name}} 生成新密码：旧密码和所有登录立即失效。",
    "Make a new password for {{name}}: the old one and every session end at once.",
  ],
  password: ["初始密码", "First password"],
  passwordOnce: [
    "只显示这一次，请当面或经安全渠道交给本人。首次登录须修改。",
    "Shown only once; hand it over in person or by a safe way. It must be changed at first sign-in.",
  ],
} as const satisfies Tree;
