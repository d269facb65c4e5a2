package contract

import (
	"context"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/plan"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// amendable: what is signed can be amended until it has ended, overdue and suspended or not; before that the draft changes.
func (s *Service) amendable(ctx context.Context, c *Contract) error {
	if c.State.Live() {
		return nil
	}
	if c.State == AwaitingSignature {
		rows, err := s.store.signings(ctx, c.ID, "")
		if err != nil {
			return err
		}
		if c.Adopted || len(rows) == 2 && rows[0].Confirmed() && rows[1].Confirmed() {
			return nil // signed by both sides; it only waits for its day, its deposit or a licence
		}
	}
	return ErrState.With("state", c.State)
}

// standing is what is known of a contract's terms: as signed, and how they were amended.
type standing struct {
	rows       []DatedTerms
	amendments []Amendment
}

func (s *Service) standing(ctx context.Context, id string) (st standing, err error) {
	if st.rows, err = s.store.termsOf(ctx, id); err != nil {
		return st, err
	}
	st.amendments, err = s.store.amendments(ctx, id)
	return st, err
}

// base is the first row with the terms as signed.
func (st standing) base() DatedTerms {
	b := st.rows[0]
	if b.Base != nil {
		b.Terms, b.Base, b.Source, b.AgreedOn = *b.Base, nil, "contract", caldate.Date{}
	}
	return b
}

// numbered gives the number of the next amendment of a kind.
func (st standing) numbered(c *Contract, k AmendmentKind) string {
	n := 1
	for _, a := range st.amendments {
		if a.Kind == k {
			n++
		}
	}
	return fmt.Sprintf("%s-%s%02d", c.Number, k.mark(), n)
}

// termsField is how a wrong term is named in an error: the path of the API.
const termsField = "terms."

// checkPatch says what of a patch can't stand from a day on, given the rows as they would be.
func checkPatch(p plan.Patch, from caldate.Date, rows []DatedTerms) errs.Fields {
	var f errs.Fields
	for i, o := range p.OneOff {
		if !o.On.IsZero() && o.On.Before(from) {
			f.Add(fmt.Sprintf("%sone_off[%d].on", termsField, i), "before_effective", "收费日期须在生效日 "+from.String()+" 或以后，否则不会出现在任何账单上",
				"give a day on or after "+from.String()+", or the fee would be on no bill")
		}
	}
	for _, r := range rows {
		if r.EffectiveFrom.Before(from) {
			continue
		}
		for _, e := range r.Terms.Check() {
			e.Field = termsField + e.Field
			f = append(f, e)
		}
		if len(f) > 0 {
			break
		}
	}
	return f
}

// weigh works out what an amendment would change, and refuses what can't be.
func (s *Service) weigh(ctx context.Context, c *Contract, a *Amendment, st standing) ([]DatedTerms, error) {
	billed, err := s.store.lastBilled(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var f errs.Fields
	first, last := c.Life()
	if first.After(c.StartDate) {
		first = c.StartDate
	}
	goesOn := c.EndsOn.IsZero() && c.Terms.Renewal.Auto && c.ObjectedBy == ""
	switch from := a.EffectiveFrom; {
	case from.IsZero():
		f.Add("effective_from", "missing", "请填写生效日期", "give the day from which it holds")
	case !billed.IsZero() && !from.After(billed):
		next := billed.AddDays(1)
		f.Add("effective_from", "billed", fmt.Sprintf("截至 %s 的费用已经出账，最早可自 %s 起生效", billed, next), fmt.Sprintf("everything up to %s is billed; the first possible day is %s", billed, next))
	case from.Before(first):
		f.Add("effective_from", "before_start", "生效日早于合同起始日 "+first.String(), "before the contract starts, on "+first.String())
	case !a.EndAfter.IsZero() && from.After(a.EndAfter), a.EndAfter.IsZero() && from.After(last) && !goesOn:
		f.Add("effective_from", "after_end", "合同服务至 "+last.String()+" 为止，届时已经终止", "the service ends on "+last.String()+" already")
	}
	if !a.EndAfter.IsZero() {
		switch {
		case !c.EndsOn.IsZero():
			f.Add("until", "ending", "合同正在终止（至 "+c.EndsOn.String()+"），请先撤回终止", "the contract is being terminated (until "+c.EndsOn.String()+"); withdraw that first")
		case !a.EndAfter.After(c.EndDate):
			f.Add("until", "order", "新的终止日须晚于现在的 "+c.EndDate.String()+"；提前结束请办理协议终止", "must be later than the present end, "+c.EndDate.String()+"; to end earlier, terminate by mutual agreement")
		case a.EndAfter.After(c.EndDate.AddYears(50)):
			f.Add("until", "too_late", "新的终止日最多推后 50 年", "at most 50 years later")
		}
	}
	if a.Patch.Empty() && a.EndAfter.IsZero() {
		f.Add("terms", "missing", "请至少填写一项变更", "nothing is changed; give at least one term")
	}
	if err := f.Err(ErrAmendment); err != nil {
		return nil, err
	}
	now := s.clock.Instant()
	a.AgreedAt = now
	if a.AgreedOn.IsZero() {
		a.AgreedOn = now.Date()
	}
	next, others := *a, []Amendment{}
	next.State = AmendmentAgreed
	for _, o := range st.amendments {
		if o.ID != a.ID {
			others = append(others, o)
		}
	}
	rows := project(st.base(), append(others, next))
	a.Before, a.After = termsAt(project(st.base(), st.amendments), a.EffectiveFrom), termsAt(rows, a.EffectiveFrom)
	if err := checkPatch(a.Patch, a.EffectiveFrom, rows).Err(ErrAmendment); err != nil {
		return nil, err
	}
	if a.EndAfter.IsZero() && plan.Same(a.Before, a.After) {
		return nil, ErrNoChange.With("effective_from", a.EffectiveFrom)
	}
	return rows, nil
}

// apply writes the dated terms as they are with an agreed amendment, and moves the end where it does.
func (s *Service) apply(ctx context.Context, c *Contract, a *Amendment, was, is []DatedTerms) error {
	for i := range is {
		if is[i].ID == "" {
			is[i].ID = ids.New()
		}
	}
	if err := s.store.putRows(ctx, was, is); err != nil {
		return fmt.Errorf("terms of contract %s: %w", c.ID, err)
	}
	set := map[string]any{}
	if !a.EndAfter.IsZero() {
		if err := s.noClash(ctx, c, c.EndDate.AddDays(1), a.EndAfter, false); err != nil {
			return err
		}
		c.TermFrom, c.EndDate, c.Renewals, c.ObjectedBy, c.ObjectedOn = a.EndBefore.AddDays(1), a.EndAfter, c.Renewals+1, "", caldate.Date{}
		set = map[string]any{"end_date": c.EndDate, "term_from": c.TermFrom, "renewals": c.Renewals, "objected_by": "", "objected_on": nil}
	}
	c.ObjectUntil = objectUntil(c.EndDate, termsAt(is, c.EndDate))
	set["object_until"] = c.ObjectUntil
	ok, err := s.store.update(ctx, c, c.State, set)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	c.Version++
	c.Terms = termsAt(is, s.clock.Today())
	return nil
}

// recordAmendment writes the audit row of an amendment.
func (s *Service) recordAmendment(ctx context.Context, c *Contract, a *Amendment, action, reason string, from, to AmendmentState) error {
	detail := map[string]any{"number": a.Number, "kind": a.Kind, "effective_from": a.EffectiveFrom, "terms": a.Patch}
	if !a.EndAfter.IsZero() {
		detail["until"] = a.EndAfter
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "contract_amendment", ObjectID: a.ID, CustomerID: c.CustomerID, ContractID: c.ID,
		From: string(from), To: string(to), Reason: reason, Detail: detail,
	})
}

// tellAmended puts into the inboxes that new terms were agreed, from when on and which.
func (s *Service) tellAmended(ctx context.Context, c *Contract, a *Amendment) error {
	zh, en := Differences(a.Before, a.After)
	if !a.EndAfter.IsZero() {
		zh, en = append(zh, "终止日："+a.EndBefore.String()+" → "+a.EndAfter.String()), append(en, "end: "+a.EndBefore.String()+" → "+a.EndAfter.String())
	}
	return s.tell(ctx, c, "contract_amended", map[string]string{"number": a.Number, "effective": a.EffectiveFrom.String(), "changes": strings.Join(zh, "；")},
		map[string]string{"changes": strings.Join(en, "; ")})
}

// newAmendment is one that is about to be weighed.
func (s *Service) newAmendment(ctx context.Context, c *Contract, k AmendmentKind, st standing, reason, document string) *Amendment {
	now := s.clock.Instant()
	return &Amendment{
		ID: ids.New(), Number: st.numbered(c, k), ContractID: c.ID, Kind: k, AskedOn: now.Date(), Reason: reason, DocumentID: document,
		CreatedBy: actor.From(ctx).UserID, CreatedAt: now,
	}
}

// RequestPlanChange records a plan change (C07): asked for on or before day N of a month it takes effect on the 1st of the
// next, later than that on the 1st of the month after. It may be asked for while bills are overdue or the contract is
// suspended; a later one for the same day takes the place of the earlier. Errors: ErrNotFound, ErrState, ErrAmendment with
// the fields, ErrNoChange, ErrStale, those of document.Link.
func (s *Service) RequestPlanChange(ctx context.Context, id string, in PlanChange) (*Amendment, error) {
	var f errs.Fields
	if in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false); actor.From(ctx).CustomerID != "" {
		in.ToSign = true // a customer's request alone is half of it
	}
	for _, name := range in.Patch.Beyond() {
		f.Add(termsField+name, "not_plan", "这一项不属于套餐，变更须签补充协议", "this is no term of the plan; it takes a supplement")
	}
	if err := f.Err(ErrAmendment); err != nil {
		return nil, err
	}
	make := func(ctx context.Context, c *Contract) (a *Amendment, was, is []DatedTerms, err error) {
		if err := s.amendable(ctx, c); err != nil {
			return nil, nil, nil, err
		}
		st, err := s.standing(ctx, c.ID)
		if err != nil {
			return nil, nil, nil, err
		}
		a = s.newAmendment(ctx, c, KindPlanChange, st, in.Reason, in.DocumentID)
		a.State, a.Patch = AmendmentAgreed, in.Patch
		a.EffectiveFrom = laterOf(c.Terms.ChangeEffective(a.AskedOn), c.StartDate)
		replacedBy(a, st.amendments)
		is, err = s.weigh(ctx, c, a, st)
		return a, st.rows, is, err
	}
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, _, _, err := make(ctx, c)
	if err != nil {
		return nil, err
	}
	sheet, err := s.form(ctx, c, draft)
	if err != nil {
		return nil, err
	}
	var a *Amendment
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		a2, was, is, err := make(ctx, c)
		if err != nil {
			return err
		}
		a = a2
		if a.Number != draft.Number || a.EffectiveFrom != draft.EffectiveFrom || !plan.Same(a.Before, draft.Before) {
			return ErrStale // somebody amended it meanwhile: the form would not say what holds
		}
		a.ID = draft.ID
		if in.ToSign {
			a.State = AmendmentDraft
			a.agreedNot()
			return s.keepDraft(ctx, c, a, sheet)
		}
		st, err := s.standing(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := s.replaceChanges(ctx, c, a, &st); err != nil {
			return err
		}
		if err := s.annex(ctx, c, a, sheet); err != nil {
			return err
		}
		if err := s.store.insertAmendment(ctx, a); err != nil {
			return err
		}
		if err := s.apply(ctx, c, a, was, is); err != nil {
			return err
		}
		if err := s.recordAmendment(ctx, c, a, "amendment.plan_change", a.Reason, "", AmendmentAgreed); err != nil {
			return err
		}
		return s.tellAmended(ctx, c, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// replacedBy marks, among a contract's amendments, the plan changes whose place another one for the same day takes, and gives them.
func replacedBy(a *Amendment, all []Amendment) (replaced []*Amendment) {
	for i := range all {
		o := &all[i]
		if o.ID != a.ID && o.Kind == KindPlanChange && o.State == AmendmentAgreed && o.EffectiveFrom == a.EffectiveFrom && a.AskedOn.Before(o.EffectiveFrom) {
			o.State = AmendmentReplaced
			replaced = append(replaced, o)
		}
	}
	return replaced
}

// replaceChanges writes that a plan change takes the place of others for its day; st knows it afterwards.
func (s *Service) replaceChanges(ctx context.Context, c *Contract, a *Amendment, st *standing) error {
	now := s.clock.Instant()
	for _, o := range replacedBy(a, st.amendments) {
		o.EndedBy, o.EndedAt, o.EndedReason, o.ReplacedByID = actor.From(ctx).UserID, now, a.Number, a.ID
		if err := s.endAmendment(ctx, c, o, AmendmentAgreed, "amendment.replace"); err != nil {
			return err
		}
	}
	return nil
}

// keepDraft keeps an amendment that waits for signatures, with its text.
func (s *Service) keepDraft(ctx context.Context, c *Contract, a *Amendment, text *sheet) error {
	if err := s.annex(ctx, c, a, text); err != nil {
		return err
	}
	if err := s.store.insertAmendment(ctx, a); err != nil {
		return err
	}
	return s.recordAmendment(ctx, c, a, "amendment.draft", a.Reason, "", AmendmentDraft)
}

// annex links the papers of an amendment to it: the form that was made, and what the customer gave.
func (s *Service) annex(ctx context.Context, c *Contract, a *Amendment, sheet *sheet) error {
	if a.DocumentID != "" {
		if _, err := s.Documents.Link(ctx, a.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
	}
	if sheet == nil {
		return nil
	}
	a.FormID, a.FormSHA256 = sheet.id, sheet.sha256
	_, err := s.Documents.Link(ctx, sheet.id, "contract", c.ID, c.CustomerID, c.ID)
	return err
}

// endAmendment writes that an amendment was replaced or cancelled.
func (s *Service) endAmendment(ctx context.Context, c *Contract, a *Amendment, from AmendmentState, action string) error {
	ok, err := s.store.moveAmendment(ctx, a, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	return s.recordAmendment(ctx, c, a, action, a.EndedReason, from, a.State)
}

// CancelAmendment takes back what had no effect yet: a supplement that is not confirmed, a plan change before its day, a
// price that was announced and not agreed to. Errors: ErrReason, ErrNotFound, ErrNoAmendment, ErrAmendmentState.
func (s *Service) CancelAmendment(ctx context.Context, id, amendmentID, reason string) (*Amendment, error) {
	reason, err := why(reason)
	if err != nil {
		return nil, err
	}
	var a *Amendment
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, err = s.store.amendment(ctx, id, amendmentID); err != nil {
			return err
		}
		now := s.clock.Instant()
		from := a.State
		switch {
		case from == AmendmentDraft || from == AmendmentSigned:
		case from == AmendmentAgreed && a.Kind == KindPlanChange && now.Date().Before(a.EffectiveFrom):
		default:
			return ErrAmendmentState.With("state", from).With("effective_from", a.EffectiveFrom)
		}
		a.State, a.EndedBy, a.EndedAt, a.EndedReason = AmendmentCancelled, actor.From(ctx).UserID, now, reason
		if err := s.endAmendment(ctx, c, a, from, "amendment.cancel"); err != nil {
			return err
		}
		if from != AmendmentAgreed {
			return nil
		}
		st, err := s.standing(ctx, id)
		if err != nil {
			return err
		}
		is := project(st.base(), st.amendments)
		// What was agreed later may have counted on it.
		if err := checkPatch(plan.Patch{}, a.EffectiveFrom, is).Err(ErrAmendment); err != nil {
			return err
		}
		if err := s.apply(ctx, c, &Amendment{}, st.rows, is); err != nil {
			return err
		}
		return s.tell(ctx, c, "amendment_cancelled", map[string]string{"number": a.Number, "effective": a.EffectiveFrom.String(), "reason": reason}, nil)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Amendments gives all amendments of a contract, the first one first.
func (s *Service) Amendments(ctx context.Context, id string) ([]Amendment, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.amendments(ctx, id)
}

// Day is what a contract says on a day.
type Day struct {
	On     caldate.Date
	Terms  plan.Terms
	From   caldate.Date // since when these terms hold
	Source string       // "contract", or the kind of the amendment behind them
	End    caldate.Date // the last day of service as agreed by then
	Served bool         // it was in force on that day
}

// On gives what applied, or will apply, on a day: terms and agreed end (C06). Errors: ErrNotFound.
func (s *Service) On(ctx context.Context, id string, day caldate.Date) (*Day, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	st, err := s.standing(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &Day{On: day, Terms: termsAt(st.rows, day), From: st.rows[0].EffectiveFrom, Source: st.rows[0].Source, End: c.EndDate}
	for _, r := range st.rows[1:] {
		if !r.EffectiveFrom.After(day) {
			out.From, out.Source = r.EffectiveFrom, r.Source
		}
	}
	for i := len(st.amendments) - 1; i >= 0; i-- { // what moved the end after that day had not been agreed yet
		if a := &st.amendments[i]; !a.EndAfter.IsZero() && a.State == AmendmentAgreed && a.AgreedOn.After(day) {
			out.End = a.EndBefore
		}
	}
	first, last := c.Life()
	out.Served = !c.ActivatedOn.IsZero() && day.In(first, last)
	return out, nil
}

// Horizon says from when on a contract can be changed, as of today.
func (s *Service) Horizon(ctx context.Context, c *Contract) (h Horizon, err error) {
	if !c.State.Live() && c.State != AwaitingSignature {
		return h, nil
	}
	h.PlanChangeFrom = laterOf(c.Terms.ChangeEffective(s.clock.Today()), c.StartDate)
	billed, err := s.store.lastBilled(ctx, c.ID)
	if err != nil {
		return h, err
	}
	first, _ := c.Life()
	h.SupplementFrom = first
	if !billed.IsZero() {
		h.SupplementFrom = laterOf(first, billed.AddDays(1))
	}
	t, err := s.termsOn(ctx, c.ID, c.EndDate)
	if err == nil && t.Renewal.Auto && c.EndsOn.IsZero() {
		h.ObjectUntil = lastObjection(c.EndDate, t.Renewal)
		if c.ObjectedBy == "" {
			h.RenewsUntil = nextEnd(c.EndDate, t.Renewal.Years)
		}
	}
	return h, err
}
