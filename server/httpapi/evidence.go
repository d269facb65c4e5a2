package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/evidence"
)

type foundMessage struct {
	BatchID        string          `json:"batch_id"`
	BatchNumber    string          `json:"batch_number"`
	BatchState     string          `json:"batch_state"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	Signature      string          `json:"signature"`
	Category       string          `json:"category"`
	Seq            int64           `json:"seq"`
	ScreenedAt     caldate.Instant `json:"screened_at"`
	SentAt         caldate.Instant `json:"sent_at"`
	Status         string          `json:"status" doc:"Status of the hand-off; empty where the batch was never approved."`
}

func fromFound(f evidence.Found) foundMessage {
	return foundMessage{
		f.BatchID, f.BatchNumber, string(f.BatchState), f.CustomerID, f.CustomerName, f.ContractID, f.ContractNumber, f.Signature, string(f.Category), f.Seq, f.ScreenedAt, f.SentAt, f.Status,
	}
}

// LookBody says why somebody looks at messages.
type LookBody struct {
	Purpose evidence.Purpose `json:"purpose" enum:"complaint,review,customer,disclosure,fault,audit" doc:"Why; the look is logged with it."`
	Grounds string           `json:"grounds" maxLength:"200" doc:"Number of the complaint or request, what the customer said."`
}

type findInput struct {
	Body struct {
		LookBody
		Phone string `json:"phone" maxLength:"40"`
	}
}

type messageInput struct {
	ID   string `path:"id" maxLength:"32"`
	Seq  int64  `path:"seq" minimum:"1"`
	Body struct {
		LookBody
		Unmask bool `json:"unmask,omitempty" doc:"Shows the whole number; needs a capability of its own and is logged apart."`
	}
}

var errUnmask = errs.Forbidden("evidence.unmask", "您的角色不能查看完整号码，请由合规负责人查看", "your roles do not allow to see the whole number; ask the compliance lead")

func (a *API) evidences() {
	Register(a, Op{
		ID: "find-messages", Method: http.MethodPost, Path: "/evidence/find", Capability: "evidence.read", Tag: "evidence", NoReplay: true,
		Summary: "按号码查找全部短信（须选择用途，查看会被记录）", SummaryEn: "Find all messages to a number; needs a purpose, and is logged",
	}, func(ctx context.Context, in *findInput) (*struct{ Body List[foundMessage] }, error) {
		found, err := a.deps.Evidence.Search(ctx, in.Body.Phone, evidence.Look{Purpose: in.Body.Purpose, Grounds: in.Body.Grounds})
		if err != nil {
			return nil, err
		}
		items := make([]foundMessage, len(found))
		for i, f := range found {
			items[i] = fromFound(f)
		}
		return &struct{ Body List[foundMessage] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "show-evidence", Method: http.MethodPost, Path: "/evidence/batches/{id}/messages/{seq}", Capability: "evidence.read", Tag: "evidence", NoReplay: true,
		Summary: "一条短信的全部存证：源文件、判定、审核、清单、发送、回执", SummaryEn: "All that is on record about one message: source, verdict, decisions, manifest, hand-off, receipts",
	}, func(ctx context.Context, in *messageInput) (*struct{ Body evidence.Chain }, error) {
		if in.Body.Unmask && !Can(ctx, "evidence.unmask") {
			return nil, errUnmask
		}
		m, err := a.deps.Evidence.Show(ctx, in.ID, in.Seq, evidence.Look{Purpose: in.Body.Purpose, Grounds: in.Body.Grounds, Unmask: in.Body.Unmask})
		if err != nil {
			return nil, err
		}
		return &struct{ Body evidence.Chain }{evidence.NewChain(m)}, nil
	})
}
