package recipient_test

import (
	"strings"
	"testing"

	"sealgate/server/recipient"
)

func TestIsOptOut_readsWhatPeopleReply(t *testing.T) {
	t.Parallel()
	for _, yes := range []string{
		"T", "t", "TD", "td", "Td", "R", "r", "N", "Ｔ", "ｔｄ", "ＴＤ", " T ", "T。", "“T”", "T D", "t.d", "【T】", "\u200bT", "TT", "退订", "退 订", "退订！！", "我要退订", "请帮我退订，谢谢",
		"退訂", "退定", "拒收", "拒绝接收", "回复T", "回T", "回复TD", "退订回T", "拒收请回复R", "退", "取消", "STOP", "Unsubscribe", "别再发了", "不要再发短信给我", "QX", "退订\n",
	} {
		if !recipient.IsOptOut(yes) {
			t.Errorf("%q is no opt-out", yes)
		}
	}
	for _, no := range []string{
		"", " ", "好的", "收到", "谢谢", "1", "Y", "TOP", "OK", "T恤多少钱", "RMB", "NBA", "不退订", "请不要退订我的会员", "取消退订", "订单", "退货", "取消订单", "停止营业了吗", "回复", "\xff",
		"退订" + strings.Repeat("我想问一下", 10), strings.Repeat("T", 5000),
	} {
		if recipient.IsOptOut(no) {
			t.Errorf("%q is an opt-out", no)
		}
	}
}

func FuzzIsOptOut(f *testing.F) {
	for _, s := range []string{"T", "退订", "ＴＤ", "回复R", "\xff\xfe", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if recipient.IsOptOut(text) != recipient.IsOptOut(" "+text+"。") {
			t.Errorf("%q: blanks and points change the answer", text)
		}
	})
}
