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

func (s *Service) paper(ctx context.Context, b *Bill) (paper.BillData, error) {
	lines, err := b.Lines()
	if err != nil {
		return paper.BillData{}, err
	}
	terms, err := b.Terms()
	if err != nil {
		return paper.BillData{}, err
	}
	payer := paper.Party{Name: b.CustomerName}
	if c, err := s.customers.Get(ctx, b.CustomerID); err == nil {
		payer.USCC, payer.Address = c.USCC, c.Address
		if len(c.Contacts) > 0 {
			payer.Contact, payer.Phone, payer.Email = c.Contacts[0].Name, c.Contacts[0].Phone, c.Contacts[0].Email
		}
	}
	data := paper.BillData{
		Number: b.Number, ContractNumber: b.ContractNumber, Provider: s.provider, Customer: payer,
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
