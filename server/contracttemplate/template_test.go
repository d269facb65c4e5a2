package contracttemplate_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/templates"
)

var (
	day     = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))
	numbers = contracttemplate.RenderOptions{Number: "HT-2026-0042", Now: day}
)

var load = sync.OnceValues(func() (*contracttemplate.Registry, error) { return contracttemplate.Load(templates.FS) })

func packageTemplate(t testing.TB) *contracttemplate.Template {
	t.Helper()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := r.Get("package", 1)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// values are a complete, right set of blanks.
func values(t testing.TB) map[string]string {
	v := packageTemplate(t).Defaults()
	maps.Copy(v, map[string]string{
		"customer_name": "昆明滇池国际会展文化旅游发展股份有限公司", "customer_uscc": "91350100M000100Y43",
		"customer_address": "云南省昆明市官渡区环湖东路会展中心 A 座", "customer_legal_rep": "段正明",
		"contact_name": "李晓雯", "contact_phone": "13812345678", "contact_email": "lixiaowen@huizhan.example.com",
		"customer_bank_name": "中国建设银行昆明官渡支行", "customer_bank_account": "5300 1875 0360 5100 0123",
		"provider_name": "云岭信闸通信技术有限公司", "provider_uscc": "91350100M000100Y43",
		"provider_address":   "云南省昆明市高新区科医路 166 号 3 栋 12 层",
		"provider_bank_name": "中国工商银行昆明高新支行", "provider_bank_account": "2502 0101 0902 4567 891",
		"start_date": "2026-12-01", "end_date": "2027-11-30", "auto_renew": "yes", "renew_years": "1", "objection_days": "30",
		"allowed_categories": "verification,notice,marketing", "daily_cap": "1000",
		"rent": "107000.53", "included": "1000000", "overage": "0.085", "deposit": "500.00", "first_month": "daily",
		"grace_days": "10", "late_fee_rate": "0.003", "copies": "4", "signing_place": "云南省昆明市五华区",
		"jurisdiction": "court", "jurisdiction_name": "昆明市五华区人民法院",
	})
	return v
}

// with gives right values but for these.
func with(t testing.TB, pairs ...string) map[string]string {
	v := values(t)
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	return v
}

// PAPER_OUT=/some/folder keeps the contracts of the tests for looking at.
func keep(t testing.TB, name string, file []byte) {
	t.Helper()
	if dir := os.Getenv("PAPER_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t testing.TB, v map[string]string, o contracttemplate.RenderOptions) (string, *contracttemplate.Info) {
	t.Helper()
	file, info, err := packageTemplate(t).Render(v, o)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())+".pdf", file)
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("SKIPPED: pdftotext is missing, the text of the PDF was not compared (apt-get install poppler-utils)")
		return squeeze(info.Text), info
	}
	cmd := exec.Command(tool, "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), "\f"); n != info.Pages {
		t.Errorf("%d pages, the info says %d", n, info.Pages)
	}
	return squeeze(string(out)), info
}

var furniture = regexp.MustCompile(`(草稿草稿)?企信通短信服务合同合同编号：.{1,20}?第\d+页/共\d+页`)

func squeeze(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return furniture.ReplaceAllString(s, "")
}

func TestRender_givesEveryWordOfTheContract(t *testing.T) {
	t.Parallel()
	text, info := render(t, values(t), numbers)
	for _, line := range strings.Split(info.Text, "\n") {
		for _, part := range strings.Split(line, "\t") { // cells of a table
			if !strings.Contains(text, squeeze(part)) {
				t.Errorf("the PDF lacks %q", part)
			}
		}
	}
	for _, want := range []string{
		"合同编号HT-2026-0042", "107,000.53元/月人民币壹拾万零柒仟元伍角叁分", "人民币500.00元（大写：人民币伍佰元整）", "0.085元/条", "1,000,000条/月",
		"次月5日至15日", "自付款期届满次日起10日为宽限期", "当日未付本金的0.3%", "未在第7.2款约定的付款期内", "2026年12月1日起至2027年11月30日",
		"自动续展1年", "每月20日（含当日）前", "中国移动、中国联通、中国电信", "验证码短信、行业通知短信、会员营销短信", "08:00至20:00",
		"四舍五入至分，包含条数按同一比例折算", "向昆明市五华区人民法院提起诉讼", "第十九条生效及其他", "一式四份", "签章页",
		"反对宪法", "危害国家安全", "损害国家荣誉", "煽动民族仇恨", "邪教和封建迷信", "散布谣言", "淫秽", "侮辱或者诽谤", "公序良俗",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the contract does not say %q", want)
		}
	}
	if strings.Contains(text, "{{") || strings.Contains(text, "＿") || strings.Contains(text, "仲裁") {
		t.Error("something is left open, or a clause stands that was not chosen")
	}
	if len(info.Replaced) != 0 || info.Pages < 5 || len(info.SHA256) != 64 || len(info.TextSHA256) != 64 || len(info.TemplateSHA256) != 64 {
		t.Errorf("info %+v", info)
	}
}

func TestRender_choosesItsClauses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		values        []string
		says, saysNot []string
	}{
		{
			"arbitration",
			[]string{"jurisdiction", "arbitration", "jurisdiction_name", "昆明仲裁委员会"},
			[]string{"提交昆明仲裁委员会", "裁决是终局的"},
			[]string{"诉讼", "法院"},
		},
		{
			"no renewal", []string{"auto_renew", "no", "renew_years", ""},
			[]string{"不自动续展", "届满前至少30日"},
			[]string{"自动续展1年"},
		},
		{
			"no deposit", []string{"deposit", "0.00"},
			[]string{"本合同不收取押金"},
			[]string{"押金人民币", "押金已经足额", "0.00元"},
		},
		{
			"no grace, no late fee", []string{"grace_days", "0", "late_fee_rate", "0"},
			[]string{"本合同不设宽限期", "不计收滞纳金，但可以"},
			[]string{"按当日未付本金"},
		},
		{
			"advertising", []string{"allowed_categories", "advertising"},
			[]string{"商业广告短信仅在"},
			[]string{"会员营销短信仅可"},
		},
		{
			"whole months", []string{"first_month", "full"},
			[]string{"按整月计收月租费"},
			[]string{"同一比例折算"},
		},
		{
			"no bank account", []string{"customer_bank_name", "", "customer_bank_account", ""},
			nil,
			[]string{"开户银行及账号无", "官渡支行"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, _ := render(t, with(t, c.values...), numbers)
			for _, s := range c.says {
				if !strings.Contains(text, s) {
					t.Errorf("does not say %q", s)
				}
			}
			for _, s := range c.saysNot {
				if strings.Contains(text, s) {
					t.Errorf("says %q", s)
				}
			}
		})
	}
}

func TestRender_takesWhatIsTypedAsTextAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"**粗**{{rent}}", "# 一", "| a | b |", "{#x} {@late-fee} {?rent}", `\*\*`, "<b>&lt;", "%d%s%v"} {
		text, _ := render(t, with(t, "customer_name", name), numbers)
		if strings.Count(text, squeeze(name)) < 2 { // head and signature page
			t.Errorf("%q did not come through as it is", name)
		}
	}
}

func TestRender_reportsWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	text, info := render(t, with(t, "customer_legal_rep", "张𠮷祥"), numbers)
	if !strings.Contains(text, "张〓祥") || len(info.Replaced) != 1 || info.Replaced[0].Code != "U+20BB7" {
		t.Errorf("%+v", info.Replaced)
	}
}

func TestRender_isTheSameBytesAlsoInParallel(t *testing.T) {
	t.Parallel()
	want, _, err := packageTemplate(t).Render(values(t), numbers)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			got, _, err := packageTemplate(t).Render(values(t), numbers)
			if err != nil || !bytes.Equal(got, want) {
				t.Error("the same contract came out differently", err)
			}
		})
	}
	wait.Wait()
}

func TestRender_ofADraftLeavesRoomForWhatIsMissing(t *testing.T) {
	t.Parallel()
	text, info := render(t, map[string]string{"customer_name": "甲公司"}, contracttemplate.RenderOptions{Draft: true, Now: day})
	for _, want := range []string{"甲公司", "＿＿＿＿", "（编号待定）"} {
		if !strings.Contains(text, want) {
			t.Errorf("the draft does not show %q", want)
		}
	}
	if info.Pages < 5 || !strings.Contains(info.Text, "（编号待定）") {
		t.Error(info.Pages)
	}
	marked, _, err := packageTemplate(t).Render(values(t), contracttemplate.RenderOptions{Number: "HT-1", Draft: true, Now: day})
	if err != nil {
		t.Fatal(err)
	}
	if plain, _, err := packageTemplate(t).Render(values(t), contracttemplate.RenderOptions{Number: "HT-1", Now: day}); err != nil || len(plain) >= len(marked) {
		t.Error("a draft carries no watermark", err)
	}
	if _, _, err := packageTemplate(t).Render(map[string]string{"rent": "-1"}, contracttemplate.RenderOptions{Draft: true, Now: day}); !errors.Is(err, contracttemplate.ErrBlanks) {
		t.Error("a draft took a wrong amount", err)
	}
}

func TestRender_refusesWithEveryWrongBlank(t *testing.T) {
	t.Parallel()
	file, info, err := packageTemplate(t).Render(with(t, "rent", "1e3", "start_date", "2026-02-30", "contact_name", ""), numbers)
	if !errors.Is(err, contracttemplate.ErrBlanks) || file != nil || info != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range errs.As(err).Fields {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	if !slices.Equal(fields, []string{"contact_name", "rent", "start_date"}) {
		t.Error(fields)
	}
	if _, _, err := packageTemplate(t).Render(values(t), contracttemplate.RenderOptions{Now: day}); !errors.Is(err, contracttemplate.ErrBlanks) {
		t.Error("a contract without a number was made", err)
	}
}

func TestCheck_takesRightValues(t *testing.T) {
	t.Parallel()
	for _, pairs := range [][]string{
		{},
		{"start_date", "2028-02-29", "end_date", "2029-02-28"},
		{"window_from_day", "31", "window_to_day", "31"},
		{"contact_phone", "0871-68123456"},
		{"overage", "0.000001", "late_fee_rate", "0"},
		{"send_from", "00:00", "send_to", "24:00"},
		{"customer_uscc", " 91350100m000100y43 "},
		{"carriers", "cmcc, cbn"},
		{"customer_name", strings.Repeat("名", 100)},
	} {
		if faults := packageTemplate(t).Check(with(t, pairs...)); len(faults) > 0 {
			t.Errorf("%v: %+v", pairs, faults)
		}
	}
}

func TestCheck_refusesWhatIsNotWellFormed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("名", 10_000)
	for field, bad := range map[string][]string{
		"start_date":         {"2026-13-01", "2026-02-30", "2026-2-3", "2026/12/01", "20261201", "0206-12-01", "9999-01-01", "２０２６-12-01", "昨天", "2026-12-01T00:00:00Z", long},
		"rent":               {"-1", "-0.01", "1e3", "NaN", "Inf", "1,000", "0.001", "9223372036854775808", "99999999999999999999", "١٢٣", "0x10", "１００", "+1", ".5", "1.", "001", "¥100", long},
		"overage":            {"-0.085", "1e-3", "NaN", "0.0000001", "10.000001", "9223372036854775808", long},
		"late_fee_rate":      {"0.3%", "-0.003", "0.06", "3"},
		"included":           {"-1", "1.5", "1e3", "NaN", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1000000001", "01", "1 000", long},
		"daily_cap":          {"0", "-5"},
		"window_from_day":    {"0", "32", "-1", "5.0", "五"},
		"plan_change_cutoff": {"29", "32"},
		"copies":             {"1", "21"},
		"customer_name":      {long, strings.Repeat("名", 101), "甲\x00乙", "甲\u200b乙", "甲\u202e乙", "甲\n乙", "甲\xff乙", "甲\x1b[31m乙"},
		"customer_uscc":      {"91350100M000100Y44", "9135", long, "91350100M000100Y4O"},
		"contact_phone":      {"1381234567", "12812345678", "13812345678;", "１３８12345678"},
		"contact_email":      {"a@b", "a b@c.com", "@c.com", "a@c.com, b@c.com"},
		"first_month":        {"half", "FULL", "full,daily"},
		"carriers":           {"cmcc,cmcc", "cmcc,", "t-mobile"},
		"send_from":          {"8:00", "25:00", "08:60", "08:00:00", "8am"},
		"jurisdiction_name":  {"昆明仲裁委员会", "昆明市五华区人民法院或昆明仲裁委员会", "有管辖权的法院", "五华区人民法院、官渡区人民法院"},
		"jurisdiction":       {"court,arbitration", "both", "neither"},
	} {
		for _, value := range bad {
			faults := packageTemplate(t).Check(with(t, field, value))
			if len(faults) == 0 {
				t.Errorf("%s: %.60q was taken", field, value)
				continue
			}
			for _, f := range faults {
				if f.Field != field || f.Code == "" || f.Zh == "" || f.En == "" || len(f.Zh) > 600 {
					t.Errorf("%s: %.60q: fault %.300v", field, value, f)
				}
			}
		}
	}
}

func TestCheck_refusesArbitrationThatNamesACourt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"昆明市五华区人民法院", "昆明仲裁委员会、人民法院", "昆明仲裁委员会或大理仲裁委员会", "双方另行商定"} {
		faults := packageTemplate(t).Check(with(t, "jurisdiction", "arbitration", "jurisdiction_name", name))
		if len(faults) != 1 || faults[0].Field != "jurisdiction_name" {
			t.Errorf("%s: %+v", name, faults)
		}
	}
}

func TestCheck_refusesTheWrongOrder(t *testing.T) {
	t.Parallel()
	for field, pairs := range map[string][]string{
		"end_date":      {"start_date", "2027-12-01", "end_date", "2027-12-01"},
		"send_to":       {"send_from", "20:00", "send_to", "08:00"},
		"window_to_day": {"window_from_day", "20", "window_to_day", "5"},
	} {
		faults := packageTemplate(t).Check(with(t, pairs...))
		if len(faults) != 1 || faults[0].Field != field || faults[0].Code != "order" {
			t.Errorf("%v: %+v", pairs, faults)
		}
	}
}

func TestCheck_asksForEveryRequiredBlankAndNoOther(t *testing.T) {
	t.Parallel()
	for _, b := range packageTemplate(t).Blanks {
		for _, nothing := range []string{"", "  ", "\u3000"} {
			faults := packageTemplate(t).Check(with(t, b.Name, nothing))
			needed := b.Required || b.RequiredWhen != nil
			if needed != (len(faults) == 1) || needed && (faults[0].Field != b.Name || faults[0].Code != "missing") {
				t.Errorf("%s = %q: %+v", b.Name, nothing, faults)
			}
		}
	}
	if faults := packageTemplate(t).Check(with(t, "auto_renew", "no", "renew_years", "")); len(faults) != 0 {
		t.Errorf("years of renewal are asked for without renewal: %+v", faults)
	}
}

func TestCheck_refusesUnknownBlanksWithoutFlooding(t *testing.T) {
	t.Parallel()
	v := with(t, "rnet", "100.00")
	if faults := packageTemplate(t).Check(v); len(faults) != 1 || faults[0].Field != "rnet" || faults[0].Code != "unknown" {
		t.Errorf("%+v", faults)
	}
	for i := range 10_000 {
		v[fmt.Sprintf("x%d", i)] = "1"
	}
	v[strings.Repeat("长", 10_000)] = "1"
	if faults := packageTemplate(t).Check(v); len(faults) > 25 {
		t.Errorf("%d faults", len(faults))
	}
}

func TestRegistry_keepsEveryVersion(t *testing.T) {
	t.Parallel()
	v1, err := fs.ReadFile(templates.FS, "contracts/package/v1/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	v2 := bytes.Replace(v1, []byte("version: 1"), []byte("version: 2"), 1)
	r, err := contracttemplate.Load(fstest.MapFS{
		"contracts/package/v1/contract.md": {Data: v1}, "contracts/package/v2/contract.md": {Data: v2},
	})
	if err != nil {
		t.Fatal(err)
	}
	if list := r.List(); len(list) != 2 || list[0].Version != 2 {
		t.Error(list)
	}
	if latest, err := r.Latest("package"); err != nil || latest.Version != 2 {
		t.Error(latest, err)
	}
	if old, err := r.Get("package", 1); err != nil || old.Version != 1 {
		t.Error(old, err)
	}
	if _, err := r.Get("package", 3); !errors.Is(err, contracttemplate.ErrUnknownTemplate) {
		t.Error(err)
	}
	if _, err := r.Latest("nothing"); !errors.Is(err, contracttemplate.ErrUnknownTemplate) {
		t.Error(err)
	}
}

func TestLoad_refusesATemplateThatIsWrong(t *testing.T) {
	t.Parallel()
	data, err := fs.ReadFile(templates.FS, "contracts/package/v1/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	for _, c := range []struct{ name, old, replacement, says string }{
		{"unknown blank in the body", "{{start_date}}", "{{begin_date}}", "unknown blank {{begin_date}}"},
		{"unused blank", "{{overage}} 元/条", "0.1 元/条", "blank overage is asked for but stands nowhere"},
		{"form that does not fit", "{{start_date}}", "{{start_date|capital}}", "has no such form"},
		{"placeholder cut off", "{{start_date}}", "{{start_date}", "not well formed"},
		{"reference into nothing", "{@window}", "{@windows}", "unknown anchor windows"},
		{"unknown condition", "{?jurisdiction=court}", "{?jurisdiction=duel}", "can't be duel"},
		{"both forums", "由该院管辖", "也可以申请仲裁", "names both"},
		{"neither forum", "- {?jurisdiction=court} **协商不成的，任何一方均有权向{{jurisdiction_name}}提起诉讼，由该院管辖。**\n", "", "names neither"},
		{"forums exchanged", "{?jurisdiction=court}", "{?jurisdiction=arbitration}", "names both"},
		{"no article of disputes", "## 争议解决 {#disputes}", "## 争议解决", "{#disputes}"},
		{"bold without end", "**本合同期限届满前", "本合同期限届满前", "bold text that does not end"},
		{"duplicate blank", "- name: contact_name", "- name: contact_phone", "stands twice"},
		{"wrong default", `default: "0.001"`, `default: "1e-3"`, "default"},
		{"unknown key", "kind: package", "kind: package\nsort: 1", "sort"},
		{"unknown type", "type: day_of_month", "type: weekday", "unknown type"},
		{"unknown group", "group: closing", "group: end", "unknown group"},
		{"wrong side", "provider_side: 乙", "provider_side: 丙", "provider_side"},
		{"wrong folder", "id: package", "id: prepaid", "lies in package"},
		{"no English", "{zh: 甲方名称, en: Customer name}", "{zh: 甲方名称}", "label in zh and en"},
		{"no front matter", "---\n", "", "front matter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(good, c.old) {
				t.Fatalf("the template has no %q any more", c.old)
			}
			bad := strings.Replace(good, c.old, c.replacement, 1)
			_, err := contracttemplate.Load(fstest.MapFS{"contracts/package/v1/contract.md": {Data: []byte(bad)}})
			if err == nil || !strings.Contains(err.Error(), "contracts/package/v1/contract.md") {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want %q", err, c.says)
			}
		})
	}
	if _, err := contracttemplate.Load(fstest.MapFS{}); err == nil {
		t.Error("no templates at all were taken")
	}
}

// Whatever is typed, Check answers, and what Check takes can be rendered.
func FuzzCheck(f *testing.F) {
	tpl := packageTemplate(f)
	for _, s := range []string{"", "1", "-1", "1e3", "NaN", "2026-02-30", "9223372036854775808", "甲\x00", "court", "24:00", "\xff", "𠮷"} {
		f.Add(s)
	}
	good := values(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, b := range tpl.Blanks {
			v := maps.Clone(good)
			v[b.Name] = s
			faults := tpl.Check(v)
			if len(faults) > 0 {
				continue
			}
			if b.Name == "customer_name" || b.Name == "rent" { // rendering all would be slow
				if _, _, err := tpl.Render(v, numbers); err != nil {
					t.Fatalf("%s = %q: %v", b.Name, s, err)
				}
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	tpl, v := packageTemplate(b), values(b)
	for b.Loop() {
		if _, _, err := tpl.Render(v, numbers); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "PDF/s")
}

func TestRender_putsTheSealOnTheProvidersSide(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			if r := (x-150)*(x-150) + (y-150)*(y-150); r < 145*145 && r > 135*135 {
				img.Set(x, y, color.NRGBA{200, 30, 30, 190})
			}
		}
	}
	var seal bytes.Buffer
	if err := png.Encode(&seal, img); err != nil {
		t.Fatal(err)
	}
	o := numbers
	o.Seal = seal.Bytes()
	if text, _ := render(t, values(t), o); !strings.Contains(text, "签章页") {
		t.Error("no signature page")
	}
	o.Seal = []byte("GIF89a")
	if _, _, err := packageTemplate(t).Render(values(t), o); !errors.Is(err, contracttemplate.ErrRender) {
		t.Error("a seal that is no PNG was taken", err)
	}
}
