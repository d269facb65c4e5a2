package story_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sealgate/server/app"
)

// recipients are people as nobody else in the stories is called.
var recipientNames = []string{"欧阳锋云", "慕容复雪", "令狐冲霄", "东方白羽"}

// where looks through every column of every table and gives those in which one of the words stands, as text or in bytes.
func (w *World) where(words ...string) map[string]string {
	w.t.Helper()
	tables, err := w.App.DB.Q(context.Background()).Migrator().GetTables()
	if err != nil {
		w.t.Fatal(err)
	}
	found := map[string]string{}
	for _, table := range tables {
		w.eachValue(table, func(column string, value []byte) {
			for _, word := range words {
				if bytes.Contains(value, []byte(word)) {
					found[table+"."+column] = word
				}
			}
		})
	}
	return found
}

func (w *World) eachValue(table string, look func(column string, value []byte)) {
	w.t.Helper()
	w.eachRow(table, func(columns []string, cells []any) {
		for i, v := range cells {
			if b, ok := v.([]byte); ok {
				look(columns[i], b)
			} else {
				look(columns[i], fmt.Append(nil, v))
			}
		}
	})
}

// filesWith are the files under a folder in which one of the words can be read.
func filesWith(t *testing.T, dir string, words ...string) (found []string, looked int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		looked++
		for _, word := range words {
			if bytes.Contains(b, []byte(word)) {
				found = append(found, path+": "+word)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, looked
}

// P02 and the batch's way: numbers, names and texts of messages stand in sealed objects alone, whatever happened to the batch.
func TestPersonalData_standsInNoRowAndNoReadableFile(t *testing.T) {
	t.Parallel()
	var dir string
	w := start(t, "2026-11-02 09:00", func(c *app.Config) { dir = c.DataDir })
	w.hire(everyone...)
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-11-02", "2027-11-01", JSON{"deposit": "0.00", "included": "100000", "daily_cap": "60000"}))
	order := func(mode, text string) JSON {
		return JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": mode, "text": text}
	}
	sales := w.as("sales")
	n := recipientNames
	phones := []string{"13800138461", "13912345872", "18612349753", "17712348624"}

	// A name for each row, two rows that are left out, one that stands twice.
	template := w.submit("sales", order("template", "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"), "名单.csv",
		fmt.Appendf(nil, "手机号,姓名\n%s,%s\n%s,%s\n%s0,%s\n%s,\n%s,%s\n", phones[0], n[0], phones[1], n[1], phones[2], n[2], phones[3], phones[0], n[0]))
	// A text for each row, one of which rules find something in.
	own := w.submit("sales", order("text_per_row", ""), "短信.txt",
		fmt.Appendf(nil, "%s 【云帆商城】%s您好，您的快递放在门卫处。\n%s 【云帆商城】%s，加微信 wx881 办理贷款，点击 t.cn/abc 领取。\n", phones[2], n[2], phones[3], n[3]))
	w.work()
	for _, id := range []string{template, own} {
		if b := sales.get("/batches/" + id); b.str("state") != "review" && b.str("state") != "refused" {
			t.Fatalf("a batch is %s: %v", b.str("state"), b["problem"])
		}
	}
	if e := sales.get("/batches/" + template + "/error-rows").list("items"); len(e) != 3 {
		t.Errorf("%d rows were left out: %v", len(e), e)
	}
	w.approve("compliance_reviewer", template)
	w.work()
	if left := w.left(template); left != 2 {
		t.Fatalf("%d messages have left", left)
	}
	// Somebody looks: the search by number leaves its trace, not the number.
	w.as("compliance_reviewer").post(200, "/evidence/find", JSON{"phone": phones[0], "purpose": "complaint", "grounds": "用户来电投诉"})

	if found := w.where(append(phones, n...)...); len(found) > 0 {
		t.Errorf("rows with personal data of recipients: %v", found)
	}
	if found, looked := filesWith(t, dir, append(phones, n...)...); len(found) > 0 || looked == 0 {
		t.Errorf("files with personal data of recipients, of %d: %v", looked, found)
	}
	// The test looks where things are: the customer's name stands in rows.
	if found := w.where("成都云帆电子商务有限公司"); len(found) == 0 {
		t.Error("the customer's name is nowhere: does the search work?")
	}
	w.verify()
}
