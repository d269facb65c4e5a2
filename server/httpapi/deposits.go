package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type depositMove struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	Kind           deposit.Kind    `json:"kind" enum:"received,refunded,deducted,set_off,forfeited"`
	State          deposit.State   `json:"state" enum:"requested,done,rejected"`
	AmountFen      money.Fen       `json:"amount_fen"`
	AmountWords    string          `json:"amount_words"`
	On             caldate.Date    `json:"on" doc:"Value date."`
	Method         payment.Method  `json:"method" doc:"transfer, cash or cheque; empty where no money passed the bank."`
	Reference      string          `json:"reference"`
	Reason         string          `json:"reason"`
	RecordedAt     caldate.Instant `json:"recorded_at"`
	RecordedByName string          `json:"recorded_by_name"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	DocumentID     string          `json:"document_id" doc:"Evidence."`
	DecidedByName  string          `json:"decided_by_name"`
	DecidedAt      caldate.Instant `json:"decided_at"`
	DecisionReason string          `json:"decision_reason"`
	Actions        []string        `json:"available_actions"`
}

type depositRecord struct {
	AgreedFen  money.Fen     `json:"agreed_fen" doc:"By the contract."`
	HeldFen    money.Fen     `json:"held_fen" doc:"By the ledger."`
	MissingFen money.Fen     `json:"missing_fen"`
	Moves      []depositMove `json:"moves"`
	Actions    []string      `json:"available_actions"`
}

type depositInput struct {
	AmountFen   int64          `json:"amount_fen"`
	ReceivedOn  caldate.Date   `json:"received_on,omitempty" doc:"The day on which the money arrived."`
	ValueDate   caldate.Date   `json:"value_date,omitempty" doc:"The same, in the word that payments use; one of the two is needed."`
	Method      payment.Method `json:"method" doc:"transfer, cash or cheque."`
	BankAccount string         `json:"bank_account,omitempty" maxLength:"60"`
	Reference   string         `json:"reference,omitempty" maxLength:"200"`
	Reason      string         `json:"reason,omitempty" maxLength:"1000" doc:"Needed for a refund."`
}

func (in depositInput) input() deposit.Input {
	on := in.ReceivedOn
	if on.IsZero() {
		on = in.ValueDate
	}
	return deposit.Input{Amount: money.Fen(in.AmountFen), On: on, Method: in.Method, BankAccount: in.BankAccount, Reference: in.Reference, Reason: in.Reason}
}

func fromMove(ctx context.Context) func(m deposit.Move) depositMove {
	may, me := Can(ctx, "deposit.receive"), actor.From(ctx).UserID
	return func(m deposit.Move) depositMove {
		out := depositMove{m.ID, m.Number, m.Kind, m.State, m.AmountFen, m.AmountFen.Capital(), m.OnDate, m.Method, m.Reference, m.Reason, m.RecordedAt, m.RecorderName, m.ContractID, m.ContractNumber,
			m.CustomerID, m.CustomerName, m.DocumentID, m.DeciderName, m.DecidedAt, m.DecisionReason, []string{}}
		switch {
		case m.State == deposit.Requested && may && m.RecordedBy != me:
			out.Actions = append(out.Actions, "approve", "reject")
		case m.State == deposit.Done && m.Kind == deposit.Received:
			out.Actions = append(out.Actions, "receipt")
		case m.State == deposit.Done && m.Kind != deposit.Refunded:
			out.Actions = append(out.Actions, "notice")
		}
		return out
	}
}

func (a *API) depositOf(ctx context.Context, contractID string) (*struct{ Body depositRecord }, error) {
	d, err := a.deps.Deposits.Of(ctx, contractID)
	if err != nil {
		return nil, err
	}
	out := depositRecord{AgreedFen: d.Agreed, HeldFen: d.Held, MissingFen: d.Missing(), Moves: Convert(d.Moves, fromMove(ctx)), Actions: []string{}}
	if Can(ctx, "deposit.receive") {
		c, err := a.deps.Contracts.Get(ctx, contractID)
		if err != nil {
			return nil, err
		}
		if d.Missing() > 0 && (c.State.Live() || c.State == contract.AwaitingSignature) {
			out.Actions = append(out.Actions, "receive")
		}
		if d.Held > 0 {
			if c.State == contract.Settled {
				out.Actions = append(out.Actions, "refund")
			}
			if c.State.Live() || c.State.Ended() {
				out.Actions = append(out.Actions, "deduct", "set_off")
			}
			if c.State.Ended() && deposit.RuleOf(c.EndCause) == deposit.MayForfeit {
				out.Actions = append(out.Actions, "forfeit")
			}
		}
	}
	return &struct{ Body depositRecord }{out}, nil
}

func (a *API) deposits() {
	Register(a, Op{
		ID: "get-deposit", Method: http.MethodGet, Path: "/contracts/{id}/deposit", Capability: "contract.read", Tag: "deposit",
		Summary: "合同押金", SummaryEn: "A contract's deposit: agreed, held, missing, moves",
	}, func(ctx context.Context, in *ByID) (*struct{ Body depositRecord }, error) {
		return a.depositOf(ctx, in.ID)
	})
	Register(a, Op{
		ID: "receive-deposit", Method: http.MethodPost, Path: "/contracts/{id}/deposit", Capability: "deposit.receive", Tag: "deposit", Status: http.StatusCreated,
		Summary: "收取押金，出具收据；条件齐备的合同随即生效", SummaryEn: "Receive a deposit with a receipt; a contract that lacked only this comes into force",
	}, func(ctx context.Context, in *struct {
		ByID
		Body depositInput
	},
	) (*struct{ Body depositRecord }, error) {
		if _, err := a.deps.Deposits.Receive(ctx, in.ID, in.Body.input()); err != nil {
			return nil, err
		}
		return a.depositOf(ctx, in.ID)
	})
	Register(a, Op{
		ID: "request-deposit-refund", Method: http.MethodPost, Path: "/contracts/{id}/deposit/refunds", Capability: "deposit.receive", Tag: "deposit", Status: http.StatusCreated,
		Summary: "申请退还押金（须第二人批准）", SummaryEn: "Ask for the deposit of a settled contract to be refunded; a second person decides",
	}, func(ctx context.Context, in *struct {
		ByID
		Body depositInput
	},
	) (*struct{ Body depositMove }, error) {
		m, err := a.deps.Deposits.RequestRefund(ctx, in.ID, in.Body.input())
		if err != nil {
			return nil, err
		}
		return &struct{ Body depositMove }{fromMove(ctx)(*m)}, nil
	})
	Register(a, Op{
		ID: "decide-deposit-refund", Method: http.MethodPost, Path: "/deposits/{id}/decision", Capability: "deposit.receive", Tag: "deposit",
		Summary: "批准或拒绝押金的退还、扣减、抵扣", SummaryEn: "Approve or reject what is to be taken from a deposit; not by who asked for it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Approve bool   `json:"approve"`
			Reason  string `json:"reason,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body depositMove }, error) {
		m, err := a.deps.Deposits.Decide(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body depositMove }{fromMove(ctx)(*m)}, nil
	})
	for _, k := range []struct {
		path, id, zh, en string
		ask              func(ctx context.Context, contractID string, in deposit.Taking) (*deposit.Move, error)
	}{
		{"deductions", "request-deposit-deduction", "申请扣减押金（附依据，须第二人批准）", "Ask to keep a part of a deposit, with evidence; a second person decides", a.deps.Deposits.RequestDeduction},
		{"set-offs", "request-deposit-set-off", "申请以押金抵扣欠款（须第二人批准）", "Ask to pay what the contract owes out of its deposit; a second person decides", a.deps.Deposits.RequestSetOff},
		{"forfeits", "request-deposit-forfeit", "申请不予退还押金（按终止原因，须第二人批准）", "Ask to keep the deposit of an ended contract, where the cause of its end allows it; a second person decides", a.deps.Deposits.RequestForfeit},
	} {
		Register(a, Op{
			ID: k.id, Method: http.MethodPost, Path: "/contracts/{id}/deposit/" + k.path, Capability: "deposit.receive", Tag: "deposit", Status: http.StatusCreated, Summary: k.zh, SummaryEn: k.en,
		}, func(ctx context.Context, in *struct {
			ByID
			Body struct {
				AmountFen  int64  `json:"amount_fen"`
				Reason     string `json:"reason" maxLength:"1000"`
				DocumentID string `json:"document_id,omitempty" maxLength:"32" doc:"Evidence; needed for a deduction."`
			}
		},
		) (*struct{ Body depositMove }, error) {
			m, err := k.ask(ctx, in.ID, deposit.Taking{Amount: money.Fen(in.Body.AmountFen), Reason: in.Body.Reason, DocumentID: in.Body.DocumentID})
			if err != nil {
				return nil, err
			}
			return &struct{ Body depositMove }{fromMove(ctx)(*m)}, nil
		})
	}
	Register(a, Op{
		ID: "list-deposit-requests", Method: http.MethodGet, Path: "/deposit-requests", Capability: "deposit.receive", Tag: "deposit",
		Summary: "待第二人批准的押金申请", SummaryEn: "What waits for a second person, the oldest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[depositMove] }, error) {
		ms, err := a.deps.Deposits.Requests(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[depositMove] }{NewList(Convert(ms, fromMove(ctx)), "", int64(len(ms)))}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-deposit-notice", Method: http.MethodGet, Path: "/deposits/{id}/notice", Capability: "contract.read", Tag: "deposit", Produces: "application/pdf",
		Summary: "押金抵扣、扣减通知书 PDF", SummaryEn: "The notice of what was set off or kept, as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Deposits.Notice(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
	RegisterRaw(a, Op{
		ID: "get-deposit-receipt", Method: http.MethodGet, Path: "/deposits/{id}/receipt", Capability: "contract.read", Tag: "deposit", Produces: "application/pdf",
		Summary: "押金收据 PDF", SummaryEn: "The receipt of a deposit as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Deposits.Receipt(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}
