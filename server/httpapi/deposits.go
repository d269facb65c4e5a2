package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/deposit"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type depositMove struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	Kind           deposit.Kind    `json:"kind" enum:"received,refunded"`
	State          deposit.State   `json:"state" enum:"requested,done,rejected"`
	AmountFen      money.Fen       `json:"amount_fen"`
	AmountWords    string          `json:"amount_words"`
	On             caldate.Date    `json:"on" doc:"Value date."`
	Method         payment.Method  `json:"method" enum:"transfer,cash,cheque"`
	Reference      string          `json:"reference"`
	Reason         string          `json:"reason"`
	RecordedAt     caldate.Instant `json:"recorded_at"`
	RecordedByName string          `json:"recorded_by_name"`
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

func fromMove(m deposit.Move) depositMove {
	return depositMove{m.ID, m.Number, m.Kind, m.State, m.AmountFen, m.AmountFen.Capital(), m.OnDate, m.Method, m.Reference, m.Reason, m.RecordedAt, m.RecorderName}
}

func (a *API) depositOf(ctx context.Context, contractID string) (*struct{ Body depositRecord }, error) {
	d, err := a.deps.Deposits.Of(ctx, contractID)
	if err != nil {
		return nil, err
	}
	out := depositRecord{AgreedFen: d.Agreed, HeldFen: d.Held, MissingFen: d.Missing(), Moves: Convert(d.Moves, fromMove), Actions: []string{}}
	if d.Missing() > 0 && Can(ctx, "deposit.receive") {
		out.Actions = append(out.Actions, "receive")
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
		return &struct{ Body depositMove }{fromMove(*m)}, nil
	})
	Register(a, Op{
		ID: "decide-deposit-refund", Method: http.MethodPost, Path: "/deposits/{id}/decision", Capability: "deposit.receive", Tag: "deposit",
		Summary: "批准或拒绝退还押金", SummaryEn: "Approve or reject a refund; not by who asked for it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Approve bool `json:"approve"`
		}
	},
	) (*struct{ Body depositMove }, error) {
		m, err := a.deps.Deposits.DecideRefund(ctx, in.ID, in.Body.Approve)
		if err != nil {
			return nil, err
		}
		return &struct{ Body depositMove }{fromMove(*m)}, nil
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
