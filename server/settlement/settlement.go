// Package settlement shows what the end of a contract brings with it, point by point: what is done, what is waited for, and whom it waits for. See
// README.md.
package settlement

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/trail"
	"sealgate/server/wallet"
)

// ErrNotEnded is a contract that still runs.
var ErrNotEnded = errs.Conflict("settlement.not_ended", "合同还没有终止，没有需要了结的事项", "the contract has not ended; there is nothing to settle yet")

// Step is one point of the end of a contract (C10).
type Step struct {
	Key       string
	Done      bool
	Zh, En    string       // what the point is
	Detail    string       // figures, dates, numbers: the same in both languages
	Due       caldate.Date // by when it is to be done, where there is such a day
	Link      string       // page of the portal where it is done
	Discarded []Discarded  // of the point about messages that were not sent
}

// Discarded are the messages of one batch that were not sent because the contract ended.
type Discarded struct {
	BatchID  string
	Messages int64
	At       caldate.Instant
}

// Settlement is the whole list.
type Settlement struct {
	EndedOn           caldate.Date
	Cause             contract.Cause
	Reason            string
	PurgeFrom         caldate.Date // data are destroyed from this day on, unless another contract or a legal hold keeps them
	ConfidentialUntil caldate.Date
	Steps             []Step
}

// Service reads what the domains know of an ended contract.
type Service struct {
	Contracts *contract.Service
	Bills     *bill.Service
	Deposits  *deposit.Service
	Wallets   *wallet.Service
	Ledger    *ledger.Service
	Trail     *trail.Trail
	KeepDays  int // for how many days after the end the data are kept (retention.days_after_end)
}

// Of gives the list of an ended contract. Errors: contract.ErrNotFound, ErrNotEnded.
func (s *Service) Of(ctx context.Context, contractID string) (*Settlement, error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return nil, err
	}
	if !c.State.Ended() {
		return nil, ErrNotEnded.With("state", c.State)
	}
	rows, err := s.Trail.OfContract(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &Settlement{
		EndedOn: c.EndedOn, Cause: c.EndCause, Reason: c.EndReason, PurgeFrom: c.EndedOn.AddDays(s.KeepDays + 1), ConfidentialUntil: contract.ConfidentialUntil(c.EndedOn),
	}
	out.Steps = append(out.Steps, stopped(c, rows), discarded(c, rows))
	for _, step := range []func(context.Context, *contract.Contract) (*Step, error){s.finalBill, s.owed, s.wallet, s.deposit} {
		p, err := step(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("settlement of contract %s: %w", c.Number, err)
		}
		if p != nil {
			out.Steps = append(out.Steps, *p)
		}
	}
	out.Steps = append(out.Steps,
		Step{Key: "closed", Done: c.State == contract.Closed, Zh: "结案归档", En: "the file is closed", Detail: string(c.State)},
		Step{Key: "purge", Zh: "客户数据销毁（客户的最后一份合同终止后）", En: "the customer's data are destroyed, after the last of its contracts", Detail: out.PurgeFrom.String(), Due: out.PurgeFrom},
		Step{Key: "confidential", Zh: "保密义务存续", En: "both sides are bound to silence", Detail: out.ConfidentialUntil.String(), Due: out.ConfidentialUntil},
	)
	return out, nil
}

// stopped: the service stops within 24 hours of the end.
func stopped(c *contract.Contract, rows []trail.Row) Step {
	end := c.EndedOn.AddDays(1).Start()
	step := Step{Key: "stopped", Zh: "终止后 24 小时内停止服务", En: "the service stopped within 24 hours of the end", Due: c.EndedOn.AddDays(1)}
	for _, r := range rows {
		if r.Action == "contract.terminate" || r.Action == "contract.expire" {
			step.Done, step.Detail = r.At.Time().Sub(end) <= 24*time.Hour, r.At.String()
		}
	}
	return step
}

// discarded: what was not sent by then never is, and is listed.
func discarded(c *contract.Contract, rows []trail.Row) Step {
	step := Step{Key: "discarded", Done: true, Zh: "尚未发送的短信作废并列明", En: "messages not yet sent are discarded and listed", Link: "/contracts/" + c.ID + "?tab=batches"}
	var sum int64
	for _, r := range rows {
		var d struct {
			Messages int64 `json:"messages"`
		}
		if r.Action != "handoff.discard" || json.Unmarshal([]byte(r.Detail), &d) != nil || d.Messages == 0 {
			continue
		}
		sum += d.Messages
		if n := len(step.Discarded); n > 0 && step.Discarded[n-1].BatchID == r.ObjectID {
			step.Discarded[n-1].Messages += d.Messages
			continue
		}
		step.Discarded = append(step.Discarded, Discarded{r.ObjectID, d.Messages, r.At})
	}
	step.Detail = fmt.Sprint(sum)
	return step
}

// finalBill: the last month is billed on the next 1st.
func (s *Service) finalBill(ctx context.Context, c *contract.Contract) (*Step, error) {
	m := c.EndedOn.MonthOf()
	step := &Step{Key: "final_bill", Zh: "出具末期账单", En: "the final bill is made", Detail: m.String(), Due: m.Next().First()}
	bills, _, err := s.Bills.List(ctx, bill.Query{ContractID: c.ID, Month: m, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(bills) > 0 {
		step.Done, step.Detail, step.Link = true, bills[0].Number, "/bills/"+bills[0].ID
	} else if c.State == contract.Settled || c.State == contract.Closed {
		step.Done = true // there was nothing to bill
	}
	return step, nil
}

func (s *Service) owed(ctx context.Context, c *contract.Contract) (*Step, error) {
	open, err := s.Ledger.Balance(ctx, ledger.Receivable, c.CustomerID, c.ID)
	if err != nil {
		return nil, err
	}
	done := c.State == contract.Settled || c.State == contract.Closed
	return &Step{Key: "owed", Done: done, Zh: "欠款结清", En: "nothing is owed any more", Detail: yuan(open), Link: "/contracts/" + c.ID + "?tab=bills"}, nil
}

func (s *Service) wallet(ctx context.Context, c *contract.Contract) (*Step, error) {
	if !wallet.Has(c.Kind) {
		return nil, nil
	}
	left, err := s.Ledger.Balance(ctx, ledger.Wallet, c.CustomerID, c.ID)
	if err != nil {
		return nil, err
	}
	return &Step{Key: "wallet", Done: left == 0, Zh: "预存款余额退还", En: "what was left in the wallet is refunded", Detail: yuan(left), Link: "/contracts/" + c.ID + "?tab=wallet"}, nil
}

func (s *Service) deposit(ctx context.Context, c *contract.Contract) (*Step, error) {
	d, err := s.Deposits.Of(ctx, c.ID)
	if err != nil || d.Agreed == 0 && d.Held == 0 && len(d.Moves) == 0 {
		return nil, err
	}
	return &Step{Key: "deposit", Done: d.Held == 0, Zh: "押金退还或处理", En: "the deposit is returned or settled", Detail: yuan(d.Held), Link: "/contracts/" + c.ID + "?tab=deposit"}, nil
}

func yuan(f money.Fen) string { return f.Grouped() }
