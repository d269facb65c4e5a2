package app

import (
	"context"
	"slices"

	"sealgate/server/appeal"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/handoff"
	"sealgate/server/takedown"
	"sealgate/server/watch"
)

// emergencyStop: a stop of the hand-off that a person set for a customer, a contract or a signature. Stops of everything or of a channel are
// no decision about a customer; those of the watch and of takedowns are kinds of their own.
type emergencyStop struct{ app *App }

// about tells whose a stop is, within the actor's scope, and what it stops; "" for one that is about no customer.
func (s emergencyStop) about(ctx context.Context, p handoff.Stop) (customerID, contractID string, what [2]string, err error) {
	switch handoff.StopScope(p.Scope) {
	case handoff.StopCustomer:
		c, err := s.app.Customers.Get(ctx, p.ObjectID)
		if err != nil {
			return "", "", what, err
		}
		return c.ID, "", [2]string{"全部发送", "everything"}, nil
	case handoff.StopContract:
		c, err := s.app.Contracts.Get(ctx, p.ObjectID)
		if err != nil {
			return "", "", what, err
		}
		return c.CustomerID, c.ID, [2]string{"合同 " + c.Number, "contract " + c.Number}, nil
	case handoff.StopSignature:
		g, err := s.app.Signatures.Get(ctx, p.ObjectID)
		if err != nil {
			return "", "", what, err
		}
		return g.CustomerID, "", [2]string{"签名【" + g.Text + "】", "signature 【" + g.Text + "】"}, nil
	}
	return "", "", what, nil
}

// elsewhere tells whether a stop belongs to a takedown or to an alert, which are appealed against themselves.
func (s emergencyStop) elsewhere(ctx context.Context, customerID, stopID string) (bool, error) {
	c, err := s.app.Takedowns.OpenOf(ctx, customerID)
	if err != nil || c != nil && c.StopID == stopID {
		return c != nil, err
	}
	alerts, _, err := s.app.Watch.List(ctx, watch.Query{CustomerID: customerID, States: []string{string(watch.Stopped)}, Limit: 200})
	return slices.ContainsFunc(alerts, func(a watch.Alert) bool { return a.StopID == stopID }), err
}

// own gives the matter of a stop that holds; ErrNothing for one that is appealed against elsewhere or is about nobody.
func (s emergencyStop) own(ctx context.Context, p handoff.Stop) (*appeal.Matter, error) {
	customerID, contractID, what, err := s.about(ctx, p)
	if err != nil {
		return nil, err
	}
	if customerID == "" {
		return nil, appeal.ErrNothing
	}
	other, err := s.elsewhere(ctx, customerID, p.ID)
	if err != nil {
		return nil, err
	}
	if other {
		return nil, appeal.ErrNothing
	}
	m := &appeal.Matter{
		CustomerID: customerID, ContractID: contractID, Title: "紧急停发：" + what[0], TitleEn: "Emergency stop: " + what[1], Reason: p.Reason, Since: p.SetAt,
		Evidence: "停发前后的发送记录", EvidenceEn: "what was sent before and after the stop",
		Remedy: "说明情况并整改，由合规负责人解除", RemedyEn: "explain and mend it; the compliance lead lifts it",
	}
	s.app.decider(ctx, m, p.SetBy)
	return m, nil
}

func (s emergencyStop) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	ps, err := s.app.Handoff.Stops(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		if p.ID == id {
			return s.own(ctx, p)
		}
	}
	return nil, appeal.ErrNothing
}

func (s emergencyStop) Against(ctx context.Context, customerID string, most int) (out []string, err error) {
	ps, err := s.app.Handoff.StopsOf(ctx, customerID)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		_, err := s.own(ctx, p)
		switch {
		case errs.As(err) != nil: // out of scope, or appealed against elsewhere
		case err != nil:
			return nil, err
		case len(out) < most:
			out = append(out, p.ID)
		}
	}
	return out, nil
}

func (s emergencyStop) Redress(ctx context.Context, id, reason string) (string, error) {
	return "已解除停发", s.app.Handoff.LiftStop(ctx, id, inOneLine(reason))
}

// stoppedByWatch: a rule of the watch stopped a customer by itself.
type stoppedByWatch struct{ app *App }

func (s stoppedByWatch) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	a, err := s.app.Watch.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.State != watch.Stopped {
		return nil, appeal.ErrNothing
	}
	zh, en := a.Code.Words()
	figures, figuresEn := a.Because()
	return &appeal.Matter{
		CustomerID: a.CustomerID, Title: "异常监测自动停发：" + zh, TitleEn: "Stopped by the watch: " + en, Reason: zh + "，按规则自动停止发送", ReasonEn: en + ": the rule stopped sending by itself",
		Since: a.RaisedAt, Evidence: figures, EvidenceEn: figuresEn,
		Remedy: "说明异常原因，由合规负责人核实后恢复", RemedyEn: "explain what was unusual; the compliance lead lets sending go on",
	}, nil
}

func (s stoppedByWatch) Against(ctx context.Context, customerID string, most int) ([]string, error) {
	as, _, err := s.app.Watch.List(ctx, watch.Query{CustomerID: customerID, States: []string{string(watch.Stopped)}, Limit: most})
	return idsOf(as, func(a *watch.Alert) string { return a.ID }), err
}

func (s stoppedByWatch) Redress(ctx context.Context, id, reason string) (string, error) {
	a, err := s.app.Watch.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if err := s.app.notTakenDown(ctx, a.CustomerID); err != nil {
		return "", err
	}
	_, err = s.app.Watch.Lift(ctx, id, inOneLine(reason))
	return "已解除停发", err
}

// notTakenDown refuses to lift by an appeal against something else what a takedown rests on.
func (a *App) notTakenDown(ctx context.Context, customerID string) error {
	taken, err := a.Takedowns.Barred(ctx, customerID)
	if err != nil || !taken {
		return err
	}
	return contract.ErrSuspension.Say("该客户在违法内容处置中，停发和暂停只能随处置一并解除；请决定对处置的申诉", "the customer is under a takedown; stops and suspensions are lifted with it: decide the appeal against the takedown")
}

// takenDown: everything of a customer stopped for illegal content. A granted appeal asks to lift it: that takes a second person still (A10).
type takenDown struct{ app *App }

func (s takenDown) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, err := s.app.Takedowns.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.State == takedown.Lifted {
		return nil, appeal.ErrNothing
	}
	return &appeal.Matter{
		CustomerID: c.CustomerID, Title: "违法内容处置 " + c.Number, TitleEn: "Takedown " + c.Number, Reason: c.ContentClass.Zh(), ReasonEn: c.ContentClass.En(), Since: c.FoundAt, DeciderID: c.FoundBy, DeciderName: c.FoundName,
		Evidence: "批次 " + c.BatchNumber + " 的短信内容", EvidenceEn: "the messages of batch " + c.BatchNumber, Remedy: "删除违法内容并提交整改说明，经两人同意后解除", RemedyEn: "delete the content and say how it is mended; two people must agree to lift it",
	}, nil
}

func (s takenDown) Against(ctx context.Context, customerID string, _ int) ([]string, error) {
	c, err := s.app.Takedowns.OpenOf(ctx, customerID)
	if err != nil || c == nil {
		return nil, err
	}
	return []string{c.ID}, nil
}

func (s takenDown) Redress(ctx context.Context, id, reason string) (string, error) {
	c, err := s.app.Takedowns.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if c.State == takedown.Asked {
		return "解除处置已有人提出，待另一人决定", nil
	}
	_, err = s.app.Takedowns.AskLift(ctx, id, inOneLine(reason), "")
	return "已提出解除处置，待另一人决定", err
}
