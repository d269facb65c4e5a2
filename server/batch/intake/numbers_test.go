package intake_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/batch/intake"
	"sealgate/server/recipient"
)

func numbersOf(t testing.TB, file string) (string, error) {
	t.Helper()
	n, err := intake.OpenNumbers(strings.NewReader(file), intake.DefaultLimits())
	if err != nil {
		return "", err
	}
	defer n.Close()
	var out strings.Builder
	for {
		r, err := n.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		if r.Fault != recipient.OK {
			fmt.Fprintf(&out, "%d:%s ", r.Line, r.Fault)
			continue
		}
		fmt.Fprintf(&out, "%d:%d/%s ", r.Line, r.Phone, r.Rest)
	}
	sum, err := n.Sum()
	if want := sha256.Sum256([]byte(file)); err != nil || sum != hex.EncodeToString(want[:]) {
		t.Errorf("sum %s, %v", sum, err)
	}
	return strings.TrimSpace(out.String()), nil
}

func TestOpenNumbers_readsListsOfEveryForm(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("手机号,运营商\n13800138000,移动\n")
	if err != nil {
		t.Fatal(err)
	}
	sheet := workbook(t, func(f *excelize.File) {
		for cell, v := range map[string]any{"A1": "手机号", "B1": "运营商", "A2": 13800138000, "B2": "联通", "A3": "1.38E+10"} {
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	})
	for file, want := range map[string]string{
		"13800138000\n138 0013 8001\r\n\n1.38E+10\n":   "1:13800138000/ 2:13800138001/ 4:PHONE.SCIENTIFIC",
		"\ufeff姓名,手机号,运营商\n王,13800138000,电信\n李,x,移动\n": "2:13800138000/电信 3:PHONE.INVALID",
		gbk: "2:13800138000/移动",
		"{\"phone\":\"13800138000\",\"carrier\":\"home\"}\n{\"phone\":1380}\n": "1:13800138000/home 2:PHONE.SHORT",
		"15400138000\n": "1:15400138000/", // a segment that no table knows yet
		sheet:           "2:13800138000/联通 3:PHONE.SCIENTIFIC",
	} {
		if got, err := numbersOf(t, file); err != nil || got != want {
			t.Errorf("%.30q: %s, %v, want %s", file, got, err, want)
		}
	}
	for _, bad := range []string{"", "\x89PNG\r\n", "姓名,地址\n王,成都\n", "PK\x03\x04rubbish"} {
		if got, err := numbersOf(t, bad); err == nil {
			t.Errorf("%.20q gave %s", bad, got)
		}
	}
}

func FuzzOpenNumbers(f *testing.F) {
	for _, s := range []string{"13800138000\n", "手机号,运营商\n13800138000,移动\n", "{\"phone\":\"13800138000\"}\n", "\xff\xfe1\x00", "\"13800138000\n", "PK\x03\x04", "a\x00b\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if len(file) > 1<<16 {
			return
		}
		// Whatever comes in: rows or an error, an end, and the hash of all of it.
		if _, err := numbersOf(t, file); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
