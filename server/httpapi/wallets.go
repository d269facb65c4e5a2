package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/wallet"
)

// WalletStanding is what a wallet holds.
type WalletStanding struct {
	ContractID        string       `json:"contract_id"`
	ContractNumber    string       `json:"contract_number,omitempty"`
	CustomerName      string       `json:"customer_name,omitempty"`
	BalanceFen        money.Fen    `json:"balance_fen" doc:"Less what receipts have charged."`
	ReservedFen       money.Fen    `json:"reserved_fen" doc:"Set aside for batches that were approved: their open maximum cost."`
	AvailableFen      money.Fen    `json:"available_fen"`
	Messages          int64        `json:"messages" doc:"Message credits left; they are used before money, the oldest first."`
	ReservedMessages  int64        `json:"reserved_messages"`
	AvailableMessages int64        `json:"available_messages"`
	ThresholdFen      money.Fen    `json:"threshold_fen" doc:"A notice goes out when no more than this is left."`
	ThresholdMessages int64        `json:"threshold_messages"`
	Low               bool         `json:"low"`
	EndedOn           caldate.Date `json:"ended_on" doc:"The term has ended and the rest was settled."`
}

type walletMove struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerName   string          `json:"customer_name"`
	Kind           wallet.Kind     `json:"kind" enum:"top_up,give_back,refund,offset,forfeit,lapse,convert"`
	State          wallet.State    `json:"state" enum:"requested,done,rejected"`
	AmountFen      money.Fen       `json:"amount_fen"`
	Messages       int64           `json:"messages"`
	On             caldate.Date    `json:"on" doc:"Value date."`
	CreditedOn     caldate.Date    `json:"credited_on"`
	CreditsEnd     caldate.Date    `json:"credits_end" doc:"Last day of the credits; null: the term of the contract."`
	Method         wallet.Method   `json:"method" enum:"transfer,cash,cheque"`
	BankAccount    string          `json:"bank_account"`
	Reference      string          `json:"reference"`
	DocumentID     string          `json:"document_id"`
	Reason         string          `json:"reason"`
	RecordedByName string          `json:"recorded_by_name"`
	RecordedAt     caldate.Instant `json:"recorded_at"`
	DecidedByName  string          `json:"decided_by_name"`
	DecidedAt      caldate.Instant `json:"decided_at"`
	DecisionReason string          `json:"decision_reason"`
	Actions        []string        `json:"available_actions"`
}

type walletLot struct {
	ID        string       `json:"id"`
	Messages  int64        `json:"messages"`
	Left      int64        `json:"left"`
	FeeFen    money.Fen    `json:"fee_fen" doc:"What was paid for them."`
	EarnedFen money.Fen    `json:"earned_fen" doc:"Of the fee, by what was used or has lapsed."`
	GrantedOn caldate.Date `json:"granted_on"`
	EndsOn    caldate.Date `json:"ends_on" doc:"Last day; null: the term of the contract."`
}

type walletReservation struct {
	BatchID       string          `json:"batch_id"`
	State         string          `json:"state" enum:"open,closed"`
	Wanted        int64           `json:"wanted" doc:"Message parts that the batch may have at most."`
	Reserved      int64           `json:"reserved" doc:"Parts that something is set aside for."`
	Held          int64           `json:"held" doc:"Parts that wait for a top-up."`
	ReservedFen   money.Fen       `json:"reserved_fen"`
	Credits       int64           `json:"reserved_messages"`
	Sending       int64           `json:"sending" doc:"Parts at the send engine."`
	ChargedParts  int64           `json:"charged_parts"`
	ReleasedParts int64           `json:"released_parts"`
	CreatedAt     caldate.Instant `json:"created_at"`
	ClosedAt      caldate.Instant `json:"closed_at"`
}

type walletMonth struct {
	Month       caldate.Month `json:"month"`
	MoneyParts  int64         `json:"money_parts"`
	CreditParts int64         `json:"credit_parts"`
	OpenParts   int64         `json:"open_parts" doc:"Beyond the wallet: they stand on the month's bill."`
	ChargedFen  money.Fen     `json:"charged_fen"`
	Lines       []billLine    `json:"lines" doc:"Of the newest three months."`
}

type walletRecord struct {
	WalletStanding
	Moves        []walletMove        `json:"moves" doc:"The newest 50."`
	Lots         []walletLot         `json:"lots"`
	Reservations []walletReservation `json:"reservations"`
	Months       []walletMonth       `json:"months"`
	Actions      []string            `json:"available_actions"`
}

type walletInput struct {
	AmountFen   int64         `json:"amount_fen,omitempty" doc:"Money; with messages: the fee paid for them."`
	Messages    int64         `json:"messages,omitempty" doc:"Message credits."`
	Method      wallet.Method `json:"method,omitempty" doc:"transfer, cash or cheque."`
	BankAccount string        `json:"bank_account,omitempty" maxLength:"60"`
	Reference   string        `json:"reference,omitempty" maxLength:"200" doc:"The bank's: counts once for an account."`
	ValueDate   caldate.Date  `json:"value_date,omitempty" doc:"The day on which the money arrived; not after today."`
	EndsOn      caldate.Date  `json:"ends_on,omitempty" doc:"Last day of the credits; left out: the term of the contract."`
	DocumentID  string        `json:"attachment_id,omitempty" maxLength:"32" doc:"The proof."`
	Note        string        `json:"note,omitempty" maxLength:"1000"`
}

func (in walletInput) input() wallet.Input {
	return wallet.Input{Amount: money.Fen(in.AmountFen), Messages: in.Messages, Method: in.Method, BankAccount: in.BankAccount, Reference: in.Reference, ValueDate: in.ValueDate,
		EndsOn: in.EndsOn, DocumentID: in.DocumentID, Note: in.Note}
}

func fromStanding(s wallet.Standing) WalletStanding {
	return WalletStanding{
		ContractID: s.ContractID, BalanceFen: s.Balance - s.Unposted, ReservedFen: s.Reserved, AvailableFen: s.Available(), Messages: s.Messages, ReservedMessages: s.ReservedMessages,
		AvailableMessages: s.AvailableMessages(), ThresholdFen: s.Threshold, ThresholdMessages: s.ThresholdMessages, Low: s.Low, EndedOn: s.EndedOn,
	}
}

func fromWalletMove(ctx context.Context) func(wallet.Move) walletMove {
	return func(m wallet.Move) walletMove {
		out := walletMove{
			ID: m.ID, Number: m.Number, ContractID: m.ContractID, ContractNumber: m.ContractNumber, CustomerName: m.CustomerName, Kind: m.Kind, State: m.State, AmountFen: m.AmountFen,
			Messages: m.Messages, On: m.OnDate, CreditedOn: m.CreditedOn, CreditsEnd: m.CreditsEnd, Method: m.Method, BankAccount: m.BankAccount, Reference: m.Reference, DocumentID: m.DocumentID,
			Reason: m.Reason, RecordedByName: m.RecorderName, RecordedAt: m.RecordedAt, DecidedByName: m.DeciderName, DecidedAt: m.DecidedAt, DecisionReason: m.DecisionReason, Actions: []string{},
		}
		if m.State == wallet.Requested && Can(ctx, "wallet.confirm") && m.RecordedBy != actor.From(ctx).UserID {
			out.Actions = append(out.Actions, "decide")
		}
		if m.State == wallet.Done && m.Kind == wallet.TopUp && m.AmountFen > 0 {
			out.Actions = append(out.Actions, "receipt")
		}
		return out
	}
}

func (a *API) walletOf(ctx context.Context, contractID string) (*struct{ Body walletRecord }, error) {
	s, err := a.deps.Wallets.Of(ctx, contractID)
	if err != nil {
		return nil, err
	}
	out := walletRecord{WalletStanding: fromStanding(s), Months: []walletMonth{}, Actions: []string{}}
	moves, _, err := a.deps.Wallets.Moves(ctx, wallet.Query{ContractID: contractID, Limit: 50})
	if err != nil {
		return nil, err
	}
	out.Moves = Convert(moves, fromWalletMove(ctx))
	lots, err := a.deps.Wallets.Lots(ctx, contractID)
	if err != nil {
		return nil, err
	}
	out.Lots = Convert(lots, func(l wallet.Lot) walletLot {
		return walletLot{l.ID, l.Messages, l.Left(), l.FeeFen, l.EarnedFen, l.GrantedOn, l.EndsOn}
	})
	rs, err := a.deps.Wallets.Reservations(ctx, contractID)
	if err != nil {
		return nil, err
	}
	out.Reservations = Convert(rs, func(r wallet.Reservation) walletReservation {
		return walletReservation{r.BatchID, r.State, r.Wanted, r.Open(), r.Missing(), r.ReservedFen, r.Credits, r.OutParts, r.ChargedParts, r.ReleasedParts, r.CreatedAt, r.ClosedAt}
	})
	months, err := a.deps.Wallets.Months(ctx, contractID)
	if err != nil {
		return nil, err
	}
	for i, m := range months {
		x := walletMonth{m.Month, m.MoneyParts, m.CreditParts, m.OpenParts, m.ChargedFen, []billLine{}}
		if i < 3 {
			lines, err := a.deps.Wallets.StatementLines(ctx, contractID, m.Month)
			if err != nil {
				return nil, err
			}
			x.Lines = Convert(lines, fromLine)
		}
		out.Months = append(out.Months, x)
	}
	if Can(ctx, "wallet.record") {
		if s.EndedOn.IsZero() {
			out.Actions = append(out.Actions, "top_up", "give_back")
		} else if s.Available() > 0 {
			out.Actions = append(out.Actions, "refund")
		}
	}
	if Can(ctx, "wallet.threshold") {
		out.Actions = append(out.Actions, "threshold")
	}
	return &struct{ Body walletRecord }{out}, nil
}

func fromLine(l plan.Line) billLine {
	return billLine{Charge: l.Charge, Description: l.Name, DescriptionEn: chargeNames[l.Charge], Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice, AmountFen: l.Amount, NetFen: l.Net,
		TaxRate: l.TaxRate, TaxFen: l.Tax, From: l.From, To: l.To, Basis: l.Note}
}

func (a *API) oneMove(ctx context.Context, m *wallet.Move, err error) (*struct{ Body walletMove }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body walletMove }{fromWalletMove(ctx)(*m)}, nil
}

func (a *API) wallets() {
	Register(a, Op{
		ID: "list-wallets", Method: http.MethodGet, Path: "/wallets", Capability: "wallet.read", Tag: "wallet",
		Summary: "预存款账户", SummaryEn: "Wallets of prepaid contracts",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		Low bool `query:"low" doc:"Only those with little left."`
	},
	) (*struct{ Body List[WalletStanding] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := wallet.Query{Q: in.Q, Low: in.Low, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, n, err := a.deps.Wallets.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(l wallet.Listed) []string { return []string{l.ContractID} })
		return &struct{ Body List[WalletStanding] }{NewList(Convert(page, func(l wallet.Listed) WalletStanding {
			s := fromStanding(l.Standing)
			s.ContractNumber, s.CustomerName = l.ContractNumber, l.CustomerName
			return s
		}), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-wallet", Method: http.MethodGet, Path: "/contracts/{id}/wallet", Capability: "wallet.read", Tag: "wallet",
		Summary: "合同的预存款：余额、条数、充值、预留、每月扣减", SummaryEn: "A contract's wallet: balance, credits, moves, reservations, charges by month",
	}, func(ctx context.Context, in *ByID) (*struct{ Body walletRecord }, error) {
		return a.walletOf(ctx, in.ID)
	})
	Register(a, Op{
		ID: "list-wallet-moves", Method: http.MethodGet, Path: "/wallet-moves", Capability: "wallet.read", Tag: "wallet",
		Summary: "预存款流水，待确认的可单独筛选", SummaryEn: "Top-ups, refunds and other moves of wallets, the newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		ContractID string `query:"contract_id" maxLength:"32"`
	},
	) (*struct{ Body List[walletMove] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, []wallet.State{wallet.Requested, wallet.Done, wallet.Rejected})
		if err != nil {
			return nil, err
		}
		q := wallet.Query{ContractID: in.ContractID, Limit: in.Limit + 1}
		if len(only) == 1 {
			q.State = only[0]
		}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, n, err := a.deps.Wallets.Moves(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(m wallet.Move) []string { return []string{m.ID} })
		return &struct{ Body List[walletMove] }{NewList(Convert(page, fromWalletMove(ctx)), next, n)}, nil
	})
	for _, op := range []struct {
		id, path, zh, en string
		do               func(ctx context.Context, contractID string, in wallet.Input) (*wallet.Move, error)
	}{
		{"top-up-wallet", "top-ups", "登记充值：凭证由一人登记，财务第二人确认到账后当日入账", "Record a top-up; credited when a second person of finance has seen the money", a.topUp},
		{"give-back-to-wallet", "give-backs", "因我方故障返还余额或条数（须第二人批准）", "Give money or credits back for a fault of ours; a second person decides", a.giveBack},
		{"request-wallet-refund", "refunds", "申请退还终止合同的余额（须第二人批准）", "Ask for the rest of an ended contract's wallet to be paid back; a second person decides", a.walletRefund},
	} {
		Register(a, Op{
			ID: op.id, Method: http.MethodPost, Path: "/contracts/{id}/wallet/" + op.path, Capability: "wallet.record", Tag: "wallet", Status: http.StatusCreated, Summary: op.zh, SummaryEn: op.en,
		}, func(ctx context.Context, in *struct {
			ByID
			Body walletInput
		},
		) (*struct{ Body walletMove }, error) {
			m, err := op.do(ctx, in.ID, in.Body.input())
			return a.oneMove(ctx, m, err)
		})
	}
	Register(a, Op{
		ID: "decide-wallet-move", Method: http.MethodPost, Path: "/wallet-moves/{id}/decision", Capability: "wallet.confirm", Tag: "wallet",
		Summary: "确认或驳回充值、返还、退款；不得由登记人确认", SummaryEn: "Confirm or reject a top-up, a refund or what is given back; not by who recorded it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Confirm     bool          `json:"confirm"`
			Reason      string        `json:"reason,omitempty" maxLength:"1000" doc:"Needed for a rejection."`
			Method      wallet.Method `json:"method,omitempty" doc:"How a refund leaves, where the system asked for it."`
			BankAccount string        `json:"bank_account,omitempty" maxLength:"60"`
			Reference   string        `json:"reference,omitempty" maxLength:"200"`
		}
	},
	) (*struct{ Body walletMove }, error) {
		b := in.Body
		m, err := a.deps.Wallets.Decide(ctx, in.ID, wallet.Decision{Confirm: b.Confirm, Reason: b.Reason, Method: b.Method, BankAccount: b.BankAccount, Reference: b.Reference})
		return a.oneMove(ctx, m, err)
	})
	Register(a, Op{
		ID: "set-wallet-threshold", Method: http.MethodPut, Path: "/contracts/{id}/wallet/threshold", Capability: "wallet.threshold", Tag: "wallet",
		Summary: "设置余额提醒值", SummaryEn: "Say below which rest a notice goes out",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			ThresholdFen      int64 `json:"threshold_fen"`
			ThresholdMessages int64 `json:"threshold_messages,omitempty"`
		}
	},
	) (*struct{ Body walletRecord }, error) {
		if err := a.deps.Wallets.SetThreshold(ctx, in.ID, money.Fen(in.Body.ThresholdFen), in.Body.ThresholdMessages); err != nil {
			return nil, err
		}
		return a.walletOf(ctx, in.ID)
	})
	RegisterRaw(a, Op{
		ID: "get-top-up-receipt", Method: http.MethodGet, Path: "/wallet-moves/{id}/receipt", Capability: "wallet.read", Tag: "wallet", Produces: "application/pdf",
		Summary: "充值收据 PDF", SummaryEn: "The receipt of a top-up as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Wallets.Receipt(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}

func (a *API) topUp(ctx context.Context, id string, in wallet.Input) (*wallet.Move, error) {
	return a.deps.Wallets.TopUp(ctx, id, in)
}

func (a *API) giveBack(ctx context.Context, id string, in wallet.Input) (*wallet.Move, error) {
	return a.deps.Wallets.GiveBack(ctx, id, in)
}

func (a *API) walletRefund(ctx context.Context, id string, in wallet.Input) (*wallet.Move, error) {
	return a.deps.Wallets.RequestRefund(ctx, id, in)
}
