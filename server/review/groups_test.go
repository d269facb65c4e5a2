package review_test

import (
	"fmt"
	"testing"

	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
)

func TestGroups_nearIdenticalTextsStandTogetherAndNoMessageIsLost(t *testing.T) {
	t.Parallel()
	w := New(t)
	var named []Line
	for i := range 300 {
		name := string([]rune{rune(0x4e00 + i*13%900), rune(0x5200 + i*7%800)})
		named = append(named, w.Lines(1, fmt.Sprintf("尊敬的%s家长您好，孩子本周的作业已经批改完毕，请登录学习平台查看老师评语并签字确认。", name))...)
	}
	id := w.Submit(named, w.Lines(20, "您的包裹已到驿站，请于今日二十点前凭取件码领取，逾期将退回。"), w.Lines(10, Doubtful+"，尊敬的家长您好，孩子本周的作业已经批改完毕，请登录学习平台查看老师评语并签字确认。"))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	groups := must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 2000))
	if len(groups) > 8 || groups[0].Hold != 10 {
		t.Fatalf("%d groups, the first %+v", len(groups), groups[0])
	}
	var wordings, total int64
	for _, g := range groups {
		wordings += g.Wordings
		total += g.Messages
		shown, next, err := w.Reviews.Messages(li, id, g.ID, 0, 1000)
		if err != nil || next != 0 || int64(len(shown)) != g.Messages {
			t.Errorf("group %s has %d messages, %d are shown", g.ID, g.Messages, len(shown))
		}
	}
	if total != 330 || wordings != 302 {
		t.Errorf("%d messages of %d wordings, want 330 of 302", total, wordings)
	}
	// A decision on a group is about all of its wordings.
	p := must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Group, GroupID: groups[0].ID, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}}))
	p = must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve}))
	if p.Tally.Refused != 10 || p.Tally.Approved != 320 {
		t.Errorf("tally %+v", p.Tally)
	}
	must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	w.Sound(w.Batches.Verify)
}
