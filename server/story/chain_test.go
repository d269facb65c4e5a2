package story_test

import (
	"strings"
)

// carriers are those of mainland China.
var carriers = []string{"cmcc", "cucc", "ctcc", "cbn"}

// handler is a person who acts for a customer, with a letter of authorisation of two years from today.
func (w *World) handler() JSON {
	today := w.App.Clock.Today()
	return JSON{"name": "王小明", "id_number": "110101199003070038", "phone": "13900139000", "authorised_from": today.String(), "authorised_to": today.AddYears(2).String()}
}

// register enters a record of the chain and has compliance approve it.
func (w *World) register(sales *Person, customerID string, fields JSON) (id string) {
	w.t.Helper()
	if fields["kind"] == "qualification" {
		fields["handler"] = w.handler()
	}
	if fields["kind"] != "template" {
		fields["proof_attachment_id"] = sales.upload("证明.pdf", "registration", pdf("proof"))
	}
	id = sales.post(201, "/customers/"+customerID+"/registrations", fields).str("id")
	w.as("compliance_reviewer").post(200, "/registrations/"+id+"/approve", nil)
	return id
}

// signature registers and approves a signature with its qualification.
func (w *World) signature(sales *Person, customerID, text string) (signatureID string) {
	w.t.Helper()
	qualification := w.register(sales, customerID, JSON{"kind": "qualification", "text": text + "资质"})
	return w.register(sales, customerID, JSON{"kind": "signature", "parent_id": qualification, "text": "【" + text + "】", "source": "trade_mark", "source_name": text + "商标"})
}

// file has the carriers (all where none is named) accept what is queued with them.
func (w *World) file(which ...string) {
	w.t.Helper()
	compliance := w.as("compliance_reviewer")
	if len(which) == 0 {
		which = carriers
	}
	for _, c := range which {
		for _, s := range compliance.post(201, "/carriers/"+c+"/sheets", JSON{}).list("items") {
			compliance.post(200, "/filing-sheets/"+s.str("id")+"/answer", JSON{"state": "accepted"})
		}
	}
}

// reasons lists the reason codes of a batch, each once.
func (w *World) reasons(login, batchID string) string {
	w.t.Helper()
	seen := []string{}
	for _, g := range w.as(login).get("/batches/" + batchID + "/groups").list("items") {
		raw, _ := g.at("reason_codes").([]any)
		for _, r := range raw {
			if s, _ := r.(string); !strings.Contains(strings.Join(seen, " "), s) {
				seen = append(seen, s)
			}
		}
	}
	return strings.Join(seen, " ")
}
