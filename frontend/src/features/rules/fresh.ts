/** What a new document begins as: sound as it stands, so that each change shows what it does. */
export const freshRule = `# 写清楚：什么人、要对方做什么、怎么联系
id: fraud.my_rule
title: {zh: 新规则, en: new rule}
class: fraud
level: 3
action: hold
terms:
  lure: [示例引诱语]
patterns:
  phone: {extract: phone}
condition: lure && phone
reason_code: CONTENT.KEYWORD
state: shadow
tests:
  hit:
    - 示例引诱语，电话13800138000
  miss:
    - 您的订单已发货。
`;

export const freshBank = `bank: my.words
title: {zh: 新词库, en: new bank}
words: |
  示例词一 示例词二
`;
