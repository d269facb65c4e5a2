package httpapi_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
)

// sendFile uploads a statement as the portal does.
func sendFile(c *apitest.Client, path, content string, fields map[string]string) *apitest.Answer {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		_ = m.WriteField(k, v)
	}
	w, _ := m.CreateFormFile("file", "statement.csv")
	_, _ = w.Write([]byte(content))
	_ = m.Close()
	return c.Do(http.MethodPost, path, b.Bytes(), "Content-Type", m.FormDataContentType())
}

func TestBankFiles_fromThePreviewToTheReceipt(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.money.To(t, "2026-11-10")
	c.finance, c.zhang = c.Person("fang", "", staff.Finance), c.Person("zhao", "", staff.Sales) // the sessions of October are over
	lead, boss := c.Person("liu", "", staff.FinanceLead), c.Person("qian", "", staff.SalesLead)
	const file = "日期,借方,贷方,流水号,对方户名,摘要\n2026-11-05,,1234.56,F1,路人,B-202610-000001\n2026-11-06,12.00,,F2,本行,手续费\n"
	var look struct {
		Fresh    int
		Guessed  bool
		Mapping  json.RawMessage
		Problems []object
		Lines    []object
	}
	sendFile(c.finance, "/bank-files/preview", file, map[string]string{"bank_account": "6222000000000000001"}).Want(200).JSON(&look)
	if look.Fresh != 2 || !look.Guessed || len(look.Problems) != 0 || len(look.Lines) != 2 {
		t.Fatalf("%+v", look)
	}
	sendFile(c.finance, "/bank-files", file, nil).Problem(409, "bank.mapping_unconfirmed")
	sendFile(c.finance, "/bank-files", strings.Replace(file, "1234.56", "1e3", 1), map[string]string{"mapping": string(look.Mapping)}).Problem(422, "bank.statement")
	sendFile(c.finance, "/bank-files", file, map[string]string{"mapping": `{"datum":"x"}`}).Problem(422, "bank.mapping_json")
	sendFile(c.zhang, "/bank-files", file, nil).Problem(403, "auth.forbidden")
	sendFile(c.finance, "/bank-files", file, map[string]string{"mapping": string(look.Mapping), "bank_account": "6222000000000000001"}).Want(201)
	var lines struct {
		Items []struct {
			ID          string
			Actions     []string `json:"available_actions"`
			Suggestions []struct {
				Customer string `json:"customer_id"`
				Sure     bool
				Reasons  []object
			}
		}
		InFen int64 `json:"in_fen"`
	}
	c.finance.Get("/bank-lines?state=open").Want(200).JSON(&lines)
	if len(lines.Items) != 2 || lines.InFen != 123456 || len(lines.Items[0].Suggestions) != 1 || lines.Items[0].Suggestions[0].Customer != c.customer || lines.Items[0].Suggestions[0].Sure {
		t.Fatalf("%+v", lines) // the bill is named, but another pays: a person decides
	}
	match := object{"matches": []object{{"line_id": lines.Items[0].ID, "kind": "payment", "customer_id": c.customer}}, "count": 1, "in_fen": 123456, "out_fen": 0}
	c.finance.Post("/bank-lines/matches", object{"matches": match["matches"], "count": 1, "in_fen": 1, "out_fen": 0}).Problem(409, "bank.totals")
	c.finance.Post("/bank-lines/matches", match).Want(201)
	c.finance.Post("/bank-lines/aside", object{"line_ids": []string{lines.Items[1].ID}, "state": "ignored", "note": "手续费"}).Want(204)
	var paid struct {
		Items []struct {
			ID      string
			Number  string
			Actions []string `json:"available_actions"`
		}
	}
	c.finance.Get("/payments").Want(200).JSON(&paid)
	if len(paid.Items) != 1 || strings.Join(paid.Items[0].Actions, " ") != "receipt bounce undo" {
		t.Fatalf("%+v", paid)
	}
	c.finance.Get("/payments/" + paid.Items[0].ID + "/receipt").Want(200)
	c.finance.Post("/payments/"+paid.Items[0].ID+"/bounce", object{"on": "2026-11-10", "reason": "退汇"}).Want(200)
	c.finance.Get("/bank-lines?state=nowhere").Problem(422, "input.invalid")

	asked := created(c.finance.Post("/exceptions", object{"customer_id": c.customer, "kind": "both", "until": "2026-12-31", "reason": "延期"}))
	c.finance.Post("/exceptions/"+asked+"/decision", object{"approve": true}).Problem(403, "auth.forbidden")
	lead.Post("/exceptions/"+asked+"/decision", object{"approve": true}).Want(200)
	var active struct{ Total int }
	boss.Get("/exceptions?active=true&customer_id=" + c.customer).Want(200).JSON(&active)
	if active.Total != 1 {
		t.Fatal(active)
	}
	c.zhang.Get("/exceptions?customer_id=" + c.customer).Want(200).JSON(&active)
	if active.Total != 0 {
		t.Fatal("another's customer's exception is shown")
	}
}

func TestCollection_fromTheDebtToTheCase(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.money.To(t, "2026-11-20")
	c.finance = c.Person("fang", "", staff.Finance)
	id := created(c.finance.Post("/collection-cases", object{"contract_id": c.contract, "agency": "某所", "handed_on": "2026-11-20", "reason": "未付"}))
	c.finance.Post("/collection-cases/"+id+"/events", object{"kind": "cost", "on": "2026-11-20", "amount_fen": 30000, "note": "诉讼费"}).Want(201)
	c.finance.Post("/collection-cases/"+id+"/write-off", object{"reason": "x"}).Problem(409, "collection.in_force")
	var shown struct {
		Owed    int64 `json:"owed_fen"`
		Costs   int64 `json:"costs_fen"`
		Events  []object
		Actions []string `json:"available_actions"`
	}
	c.finance.Get("/collection-cases/" + id).Want(200).JSON(&shown)
	if shown.Owed != 125308 || shown.Costs != 30000 || len(shown.Events) != 1 || strings.Join(shown.Actions, " ") != "note cost outcome write_off close" {
		t.Fatalf("%+v", shown)
	}
	var letters struct{ Items []struct{ ID, Step string } }
	c.finance.Get("/letters").Want(200).JSON(&letters)
	if len(letters.Items) != 4 || letters.Items[0].Step != "half_grace" {
		t.Fatalf("%+v", letters)
	}
	c.finance.Get("/letters/" + letters.Items[0].ID + "/document").Want(200)
}
