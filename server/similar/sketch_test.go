package similar_test

import (
	"fmt"
	"testing"

	"sealgate/server/similar"
)

func TestLike_tellsNearFromFar(t *testing.T) {
	t.Parallel()
	const base = "【云帆商城】尊敬的张三先生，您的订单20261103已由菜鸟驿站签收，请凭取件码8842于今日20点前领取。"
	for _, c := range []struct {
		name, text string
		near       bool
	}{
		{"the same", base, true},
		{"other numbers", "【云帆商城】尊敬的张三先生，您的订单99已由菜鸟驿站签收，请凭取件码1于今日9点前领取。", true},
		{"other punctuation", "【云帆商城】尊敬的张三先生 您的订单20261103已由菜鸟驿站签收！请凭取件码8842于今日20点前领取", true},
		{"another name", "【云帆商城】尊敬的欧阳明月女士，您的订单20261103已由菜鸟驿站签收，请凭取件码8842于今日20点前领取。", true},
		{"another matter", "【云帆商城】尊敬的张三先生，您的会员积分将于本月底到期，请登录小程序兑换礼品，逾期作废。", false},
		{"a sentence more", base + "另外本店新到一批进口红酒，加微信好友即可享受内部员工价，名额有限先到先得，转发好友再减五十元。", false},
		{"nothing", "", false},
	} {
		like := similar.Of(base).Like(similar.Of(c.text))
		if (like >= similar.Near) != c.near {
			t.Errorf("%s: %d percent alike, near %v", c.name, like, !c.near)
		}
	}
	if n := similar.Of("……").Like(similar.Of("！！")); n != 0 {
		t.Errorf("texts without words are %d percent alike", n)
	}
}

func TestSketch_isStoredAndReadAsItIs(t *testing.T) {
	t.Parallel()
	s := similar.Of("您的包裹已到")
	// Stored sketches are compared with new ones: this value must stay.
	const want = "4bd07925cee81cccdbe4aacfbc3b01fbc0a9ad83b98d1a8da518127f3c7f6766d77e0f9fe19d1782a50f8a9cf3333aa7c37f82eb5927fe93239638f5138180cd"
	back, err := similar.Parse(want)
	if err != nil || back != s || s.String() != want {
		t.Errorf("read back %v, %v", back, err)
	}
	for _, bad := range []string{"", "00", s.String() + "00", "zz" + s.String()[2:]} {
		if _, err := similar.Parse(bad); err == nil {
			t.Errorf("%q was taken for a sketch", bad)
		}
	}
}

func TestGroup_putsNamesTogetherAndKeepsMattersAndClassesApart(t *testing.T) {
	t.Parallel()
	var items []similar.Item
	matter := func(i int) int { return i % 3 }
	for i := range 3000 {
		name := string([]rune{rune(0x4e00 + i%997), rune(0x5000 + i*7%991)})
		text := [...]string{
			"【星河课堂】%s家长您好，孩子本周的作业已经批改完毕，请登录学习平台查看老师评语并签字确认。",
			"【星河课堂】%s家长您好，下月春游报名今天截止，费用含门票和午餐，参加的同学请在班级群内接龙。",
			"【星河课堂】%s同学的期末成绩已公布，各科成绩单将于周五随书包带回家，如有疑问请联系班主任。",
		}[matter(i)]
		items = append(items, similar.Item{Class: int32(i % 2), Sketch: similar.Of(fmt.Sprintf(text, name))})
	}
	leads := map[int32]int{}
	for i, l := range similar.Group(items) {
		if matter(i) != matter(int(l)) || items[i].Class != items[l].Class {
			t.Fatalf("item %d went to %d", i, l)
		}
		leads[l]++
	}
	if len(leads) > 12 {
		t.Errorf("%d groups of 6", len(leads))
	}
}

func TestGroup_isTheSameForTheSameOrder(t *testing.T) {
	t.Parallel()
	var items []similar.Item
	for i := range 500 {
		items = append(items, similar.Item{Sketch: similar.Of(fmt.Sprintf("您好%c%c，您的包裹已到驿站请尽快领取谢谢", 0x4e00+i%50, 0x5000+i%70))})
	}
	a, b := similar.Group(items), similar.Group(items)
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("item %d: %d, then %d", i, a[i], b[i])
		}
	}
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		similar.Of("【云帆商城】尊敬的张三先生，您的订单20261103已由菜鸟驿站签收，请凭取件码8842于今日20点前领取。")
	}
}
