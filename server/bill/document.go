package bill

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/paper"
	"sealgate/server/plan"
)

// Document renders the bill as the customer gets it. It is made from what was issued, so that it is the same at any time;
// address and contact are the customer's present ones. Errors: ErrNotFound.
func (s *Service) Document(ctx context.Context, id string) (name string, pdf []byte, err error) {
	b, err := s.store.byID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	data, err := s.paper(ctx, b)
	if err != nil {
		return "", nil, err
	}
	if pdf, err = paper.Bill(data); err != nil {
		return "", nil, fmt.Errorf("document of bill %s: %w", b.Number, err)
	}
	return b.Number + ".pdf", pdf, nil
}

// NoteDocument renders a credit or debit note: a paper of its own that refers to its bill. Errors: ErrNoteNotFound.
func (s *Service) NoteDocument(ctx context.Context, id string) (name string, pdf []byte, err error) {
	n, err := s.store.noteByID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	b, err := s.store.byID(ctx, n.BillID)
	if err != nil {
		return "", nil, err
	}
	lines, err := n.Lines()
	if err != nil {
		return "", nil, err
	}
	sign := money.Fen(1)
	if n.Kind == Credit {
		sign = -1
	}
	data := paper.BillData{
		Number: n.Number, Title: noteZh[n.Kind], ContractNumber: n.ContractNumber, Provider: s.provider, Customer: s.payer(ctx, n.CustomerID, n.CustomerName),
		From: b.ServiceFrom, To: b.ServiceTo, IssuedOn: n.IssuedOn, Net: sign * n.NetFen, Tax: sign * n.TaxFen, Total: sign * n.TotalFen,
		Notes: []string{fmt.Sprintf("本通知单对应账单 %s（%s，价税合计 ¥%s），自 %s 起计算。原账单不作改动。", b.Number, b.Month.Zh(), b.TotalFen.Grouped(), n.OnDate.Zh()), "原因：" + n.Reason + "。"},
	}
	if n.Kind == Debit {
		data.DueOn = n.DueOn
		terms, err := b.Terms()
		if err != nil {
			return "", nil, err
		}
		data.LateFeeNote = lateFeeNote(terms, n.SuspendOn)
	} else {
		data.Notes = append(data.Notes, "冲减金额先抵减原账单的欠款；已经付清的，转入贵方余额，自动抵付以后的账单。")
	}
	for _, l := range lines {
		unit := ""
		if l.UnitPrice != "" {
			unit = l.UnitPrice
		}
		data.Lines = append(data.Lines, paper.BillLine{Name: l.Name, Note: l.Note, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: unit,
			Net: sign * l.Net, TaxRate: l.TaxRate.String(), Tax: sign * l.Tax, Amount: sign * l.Amount})
	}
	if pdf, err = paper.Bill(data); err != nil {
		return "", nil, fmt.Errorf("document of note %s: %w", n.Number, err)
	}
	return n.Number + ".pdf", pdf, nil
}

// payer is the customer as papers name it: the name of then, the address of now.
func (s *Service) payer(ctx context.Context, id, name string) paper.Party {
	p := paper.Party{Name: name}
	if c, err := s.customers.Get(ctx, id); err == nil {
		p.USCC, p.Address = c.USCC, c.Address
		if len(c.Contacts) > 0 {
			p.Contact, p.Phone, p.Email = c.Contacts[0].Name, c.Contacts[0].Phone, c.Contacts[0].Email
		}
	}
	return p
}

func (s *Service) paper(ctx context.Context, b *Bill) (paper.BillData, error) {
	lines, err := b.Lines()
	if err != nil {
		return paper.BillData{}, err
	}
	terms, err := b.Terms()
	if err != nil {
		return paper.BillData{}, err
	}
	data := paper.BillData{
		Number: b.Number, ContractNumber: b.ContractNumber, Provider: s.provider, Customer: s.payer(ctx, b.CustomerID, b.CustomerName),
		From: b.ServiceFrom, To: b.ServiceTo, IssuedOn: b.IssuedOn, WindowFrom: b.WindowFrom, DueOn: b.DueOn,
		Net: b.NetFen, Tax: b.TaxFen, Total: b.TotalFen, LateFeeNote: lateFeeNote(terms, b.SuspendOn),
	}
	if b.State == Void {
		data.Watermark = "作废"
	}
	for _, l := range lines {
		data.Lines = append(data.Lines, paper.BillLine{Name: l.Name, Note: l.Note, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice,
			Net: l.Net, TaxRate: l.TaxRate.String(), Tax: l.Tax, Amount: l.Amount})
	}
	return data, nil
}

// lateFeeNote says what happens after the due date, in the words of the contract's terms.
func lateFeeNote(c Conditions, suspendOn caldate.Date) string {
	note := ""
	switch c.LateFee.Model {
	case plan.LateFeeDaily:
		note = fmt.Sprintf("逾期未付的，自逾期之日起每日按未付金额的 %s%% 计收滞纳金", c.LateFee.Rate.Mul(money.NewDecimal(100)))
	case plan.LateFeeFlat:
		note = fmt.Sprintf("逾期未付的，按合同金额的 %s%% 一次性计收违约金", c.LateFee.Rate.Mul(money.NewDecimal(100)))
	}
	if c.Suspension == plan.Automatic {
		if note != "" {
			note += "；"
		}
		note += fmt.Sprintf("至 %s 零时仍未付清的，服务将暂停", suspendOn.Zh())
	}
	if note != "" {
		note += "。"
	}
	return note
}
