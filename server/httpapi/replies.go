package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/recipient"
)

type replyRecord struct {
	ID          string          `json:"id"`
	At          caldate.Instant `json:"at"`
	Phone       string          `json:"phone" doc:"masked"`
	Text        string          `json:"text"`
	ServiceCode string          `json:"service_code" doc:"The number that was answered, with what carrier or recipient appended."`
	CustomerID  string          `json:"customer_id"`
	ContractID  string          `json:"contract_id"`
	BatchID     string          `json:"batch_id" doc:"The last batch from that code before the reply."`
	OptOut      bool            `json:"opt_out" doc:"It asks for no more messages, and was heeded."`
}

func (a *API) replies() {
	Register(a, Op{
		ID: "list-replies", Method: http.MethodGet, Path: "/replies", Capability: "reply.read", Tag: "handoff",
		Summary: "上行短信（收件人的回复），不计费", SummaryEn: "Replies of recipients; they are not charged",
	}, func(ctx context.Context, in *struct {
		Paging
		BatchID    string `query:"batch_id" maxLength:"32"`
		ContractID string `query:"contract_id" maxLength:"32"`
		Phone      string `query:"phone" maxLength:"20" doc:"The whole number."`
	}) (*struct{ Body List[replyRecord] }, error) {
		rs, next, err := a.deps.Handoff.Replies(ctx, handoff.ReplyQuery{BatchID: in.BatchID, ContractID: in.ContractID, Phone: in.Phone, Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := make([]replyRecord, len(rs))
		for i, r := range rs {
			out[i] = replyRecord{r.ID, r.At, recipient.Mask(r.Phone), r.Text, r.ServiceCode, r.CustomerID, r.ContractID, r.BatchID, recipient.IsOptOut(r.Text)}
		}
		return &struct{ Body List[replyRecord] }{NewList(out, next, int64(len(out)))}, nil
	})
	Register(a, Op{
		ID: "list-unknowns", Method: http.MethodGet, Path: "/handoff/unknowns", Capability: "channel.read", Tag: "handoff",
		Summary: "结果未知、等待核实的短信，按批次和通道", SummaryEn: "Messages of unknown outcome that wait to be settled, by batch and channel",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[handoff.Unsettled] }, error) {
		us, err := a.deps.Handoff.Unsettled(ctx)
		return &struct{ Body List[handoff.Unsettled] }{NewList(us, "", int64(len(us)))}, err
	})
}
