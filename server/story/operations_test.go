package story_test

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWhatIsKept_holdsNoNumberNoTextAndNoPasswordInPlain(t *testing.T) {
	t.Parallel()
	w, c := atDesk(t)
	today := w.App.Clock.Today()
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks(today.String(), today.AddDays(364).String(), JSON{"deposit": "0.00"}))
	c.Log.Level = "debug"
	p := serve(t, c)
	w.sits(p)
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "text_per_row"}, "a.csv",
		[]byte("手机号,短信内容\n13805551234,【云帆商城】猕猴桃已到货，请自提\n13905557689,【云帆商城】猕猴桃已到货，请自提\n1390xyz,【云帆商城】猕猴桃坏行\n"))
	w.until("the batch waits for review", func() bool { return sales.get("/batches/"+id).str("state") == "review" })
	w.approve("compliance_reviewer", id)
	sales.send("GET", "/search?q=13805551234", nil)
	sales.send("GET", "/batches?q=%E7%8C%95%E7%8C%B4%E6%A1%83", nil)
	w.nobody().send("POST", "/session", JSON{"login": "sales", "password": "Wrong-Guess-98765"})
	time.Sleep(11 * time.Second) // of undo, on the machine's clock; then it is sent at noon of tomorrow
	sales.post(200, "/sandbox/clock", JSON{"to": today.AddDays(1).At(12, 0).Format(time.RFC3339)})
	w.delivered(sales, id)

	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "sealgate_http_request_seconds", "/": "Sealgate"} {
		res, err := http.Get(p.url + path)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(b), want) {
			t.Errorf("%s: %d %.200s", path, res.StatusCode, b)
		}
	}
	p.stop()

	secrets := [][]byte{[]byte("13805551234"), []byte("13905557689"), []byte("猕猴桃"), []byte(`\u7315`), []byte("Wrong-Guess-98765"), []byte(password)}
	look := func(where string, content []byte) {
		for _, s := range secrets {
			if bytes.Contains(content, s) {
				t.Errorf("%s holds %s", where, s)
			}
		}
	}
	if p.log.Len() < 1000 {
		t.Errorf("the log is empty: %s", p.log)
	}
	look("the log", p.log.Bytes())
	folders := []string{c.DataDir}
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		folders = append(folders, filepath.Dir(path))
	}
	files := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			files++
			look(filepath.Base(path), b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 5 {
		t.Errorf("only %d files were looked at", files)
	}
	command(t, c, 0, "verify")
}
