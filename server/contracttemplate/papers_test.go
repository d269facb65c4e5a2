package contracttemplate_test

import (
	"bytes"
	"maps"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/server/contracttemplate"
)

// rest fills the papers that are no agreements: by template, what the parties do not give.
var rest = map[string]struct {
	values map[string]string
	says   []string
}{
	"terms": {
		map[string]string{"effective_from": "2026-12-01", "prices": contracttemplate.Rows([][]string{{"行业通知短信", "0.05 元/条", "按成功发送条数"}, {"会员营销短信", "0.06 元/条", "须有接收人的同意"}})},
		[]string{"即表示其已阅读、理解并接受", "本协议适用中华人民共和国法律", "行业通知短信0.05元/条", "用户应当保证接收人已经同意", "服务商在本协议项下的累计赔偿责任"},
	},
	"supplement": {
		map[string]string{
			"jia_name": parties["customer_name"], "yi_name": parties["provider_name"], "changes": contracttemplate.Rows([][]string{{"超出单价", "0.085 元/条", "0.07 元/条"}}),
			"end_was": "2027-11-30", "end_is": "2028-11-30", "reason": "双方扩大合作规模，就超出单价和期限重新约定。", "effective_from": "2027-01-01",
		},
		[]string{"第一条背景", "第二条变更内容", "变更为2028年11月30日", "超出单价0.085元/条0.07元/条", "签章页"},
	},
	"plan_change": {
		map[string]string{"effective_from": "2026-12-01", "changes": contracttemplate.Rows([][]string{{"月租费", "100.00 元", "200.00 元"}, {"每月包含条数", "1,000 条", "3,000 条"}}), "reason": "业务量增加", "cutoff": "20", "handler": "陈晨"},
		[]string{"每月20日（含当日）前申请", "月租费100.00元200.00元", "经办人（签字）"},
	},
	"price_notice": {
		map[string]string{"effective_from": "2027-01-01", "changes": contracttemplate.Rows([][]string{{"超出单价", "0.085 元/条", "0.09 元/条"}}), "reason": "基础电信业务经营者自 2027 年 1 月 1 日起上调结算价格。", "silence": "accepts"},
		[]string{"视为同意新的价格", "发出单位"},
	},
	"breach_notice": {
		map[string]string{"end_date": "2027-11-30", "reason": "贵方自 2026 年 10 月起连续两次未按约定更新营业执照。", "cure_days": "30", "cure_until": "2026-12-21", "ends_on": "2026-12-22"},
		[]string{"最迟不超过2026年12月21日", "自2026年12月22日零时起解除"},
	},
	"termination_warning": {
		map[string]string{"end_date": "2027-11-30", "cause": "force_majeure", "reason": "机房所在地发生地震，通道中断。", "starts_on": "2026-11-01", "clock_days": "60", "ends_on": "2026-12-31"},
		[]string{"持续超过六十日的，合同自2026年12月31日零时起解除", "（不可抗力）"},
	},
	"termination_notice": {
		map[string]string{"end_date": "2027-11-30", "cause": "欠费", "reason": "账单 B-202609-000001 逾期未付，暂停服务已满 60 日。", "last_day": "2026-12-31"},
		[]string{"因“欠费”终止，服务至2026年12月31日为止", "末期账单于终止次月一日出具"},
	},
	"outage_credit": {
		map[string]string{"announcement": "AN-2026-000001", "starts_at": "2026-11-10 02:00", "ended_at": "2026-11-11 14:00", "reason": "核心交换机故障", "days": "2", "rent": "100.00", "amount": "6.67"},
		[]string{"按2日计算", "人民币6.67元（人民币陆元陆角柒分）"},
	},
	"authorisation": {
		map[string]string{"handler_name": "李晓雯", "handler_id": "530102199001011234", "handler_phone": "13812345678", "valid_from": "2026-11-22", "valid_to": "2027-11-21"},
		[]string{"受托人无转委托权", "授权期限自2026年11月22日起至2027年11月21日止", "委托人（盖章）"},
	},
	"undertaking": {
		map[string]string{"officer_name": "李晓雯", "officer_phone": "13812345678", "complaint_phone": "0871-65550000"},
		[]string{"反对宪法所确定的基本原则的", "承诺单位（盖章）"},
	},
	"server_sheet": {
		map[string]string{"sheet_version": "2", "reason": "新增短信应用服务器一台", "servers": contracttemplate.Rows([][]string{
			{"SMS-01", "戴尔 R740", "7XK2L13", "Debian 12.7", "10.0.8.11", "昆明机房 A-12", "短信应用", "李晓雯"}, {"SMS-02", "浪潮 NF5280M6", "222A0193", "openEuler 22.03", "10.0.8.12", "昆明机房 A-13", "数据库", "李晓雯"},
		})},
		[]string{"第2版，自2026年11月22日起", "SMS-01", "openEuler"},
	},
	"visit_report": {
		map[string]string{
			"visit_on": "2026-11-20", "arrived": "09:30", "left": "15:10", "engineer": "赵强、孙伟", "purpose": "SMS-01 磁盘告警的上门处理", "origin": "故障 IN-2026-000003",
			"work": contracttemplate.Rows([][]string{{"SMS-01", "更换 2 号硬盘，重建阵列", "阵列恢复，告警消除"}, {"SMS-02", "巡检：磁盘、内存、日志", "正常"}}), "result": "故障排除，系统运行正常。",
			"leftover": "建议在 12 月更换同批次的 3 号硬盘。", "fee": "300.00", "fee_note": "合同约定含上门服务 4 次，已用完，按次计收",
		},
		[]string{"人民币300.00元（人民币叁佰元整）", "视为确认", "更换2号硬盘，重建阵列"},
	},
	"maintenance_report": {
		map[string]string{
			"from": "2026-11-01", "to": "2026-11-30", "summary": "本期运行平稳，处理故障一起，完成变更一项。", "support_hours": "工作日 09:00 至 18:00",
			"incidents": contracttemplate.Rows([][]string{{"IN-2026-000003", "2026-11-19 21:40", "SMS-01 磁盘告警", "11-20 09:20", "已排除"}}),
			"visits":    contracttemplate.Rows([][]string{{"VR-2026-000007", "2026-11-20", "磁盘告警上门处理", "赵强、孙伟", "已确认"}}),
		},
		[]string{"一、故障", "本期没有变更申请。", "三、上门服务"},
	},
}

// Every template that is no agreement is filled in and rendered; the text of the PDF is the text that was put in.
func TestRender_givesEveryOtherPaper(t *testing.T) {
	t.Parallel()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tpl := range r.List() {
		if tpl.Agreement() {
			continue
		}
		t.Run(tpl.ID, func(t *testing.T) {
			t.Parallel()
			of, ok := rest[tpl.ID]
			if !ok {
				t.Fatal("no test fills this paper in")
			}
			v := tpl.Defaults()
			for name, value := range parties {
				if tpl.Blank(name) != nil {
					v[name] = value
				}
			}
			for name, value := range map[string]string{"contract_number": "HT-2026-0042", "issued_on": "2026-11-22"} {
				if tpl.Blank(name) != nil {
					v[name] = value
				}
			}
			maps.Copy(v, of.values)
			o := numbers
			o.Number = "BC-2026-000007"
			file, info, err := tpl.Render(v, o)
			if err != nil {
				t.Fatal(err)
			}
			keep(t, tpl.ID+".pdf", file)
			text := bare(nil, extract(t, file, info.Text))
			for _, line := range strings.Split(info.Text, "\n") {
				for _, part := range strings.Split(line, "\t") {
					for _, piece := range strings.Split(part, "　") {
						if !strings.Contains(text, bare(nil, piece)) {
							t.Errorf("the PDF lacks %q", piece)
						}
					}
				}
			}
			for _, want := range of.says {
				if !strings.Contains(bare(nil, info.Text)+"签章页", want) {
					t.Errorf("the paper does not say %q", want)
				}
			}
			if strings.ContainsAny(text, "{}〔〕*[]") || len(info.Replaced) > 0 {
				t.Error("something is left open, or can't be printed")
			}
		})
	}
}

// extract is the text of a PDF, or the given one where the tool is missing.
func extract(t *testing.T, file []byte, otherwise string) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("SKIPPED: pdftotext is missing, the text of the PDFs was not compared (apt-get install poppler-utils)")
		return otherwise
	}
	cmd := exec.Command(tool, "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestRender_ofEveryTemplateWithoutValuesIsASample(t *testing.T) {
	t.Parallel()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tpl := range r.List() {
		if _, info, err := tpl.Render(tpl.Defaults(), contracttemplate.RenderOptions{Draft: true, Now: day}); err != nil || info.Pages == 0 {
			t.Errorf("%s v%d: %v", tpl.ID, tpl.Version, err)
		}
	}
}

func TestClauses_areUsedByTheTemplatesThatNameThem(t *testing.T) {
	t.Parallel()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Clause("liability", 2)
	if err != nil || !c.Risk || len(c.UsedBy) < 6 {
		t.Fatalf("%+v %v", c, err)
	}
	if _, err := r.Clause("liability", 99); err == nil {
		t.Error("a version that is not there")
	}
	was, _ := r.Clause("liability", 1)
	added, removed := 0, 0
	for _, x := range contracttemplate.Diff(was.Text, c.Text) {
		switch x.Op {
		case contracttemplate.Added:
			added++
		case contracttemplate.Removed:
			removed++
		}
	}
	if added != 1 || removed != 1 {
		t.Errorf("%d lines added, %d removed", added, removed)
	}
	for _, tpl := range r.Agreements() {
		if tpl.Kind == "" || !tpl.Agreement() {
			t.Errorf("%s is no agreement", tpl.ID)
		}
	}
}

func TestDiff_isTheFewestLines(t *testing.T) {
	t.Parallel()
	got := contracttemplate.Diff([]string{"a", "b", "c", "d"}, []string{"a", "c", "x", "d"})
	want := []contracttemplate.Change{{Op: "same", Text: "a"}, {Op: "removed", Text: "b"}, {Op: "same", Text: "c"}, {Op: "added", Text: "x"}, {Op: "same", Text: "d"}}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: %v, want %v", i, got[i], want[i])
		}
	}
}

const library = `---
id: rent
version: 1
title: {zh: 租金, en: Rent}
reason: {zh: 新编, en: New}
on: "2026-11-22"
---
- [客户]付月租 {{rent}} 元（{{rent|capital}}）。
- {?deposit} 押金 {{deposit}} 元。
- {?!deposit} 不收押金。
`

const based = `---
id: t
version: 1
title: {zh: 样本, en: Sample}
form: letter
kind: t
provider_side: 乙
reason: {zh: 新编, en: New}
foot: {role: 发出单位, name: provider_name}
blanks:
  - {name: provider_name, label: {zh: 我方, en: We}, type: text, required: true}
  - {name: rent, label: {zh: 月租, en: Rent}, type: money, required: true}
---
@clause rent v1
`

func TestLoad_putsClausesInTheirPlace(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"contracts/clauses/rent/v1.md": {Data: []byte(library)}, "contracts/t/v1/contract.md": {Data: []byte(based)}}
	r, err := contracttemplate.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	tpl, _ := r.Get("t", 1)
	_, info, err := tpl.Render(map[string]string{"provider_name": "信闸", "rent": "100.00"}, numbers)
	if err != nil || !strings.Contains(info.Text, "甲方付月租 100.00 元（人民币壹佰元整）。") || !strings.Contains(info.Text, "不收押金") || strings.Contains(info.Text, "押金 ") {
		t.Fatalf("%v %v", info, err)
	}
	sum := tpl.SHA256
	files["contracts/clauses/rent/v1.md"] = &fstest.MapFile{Data: []byte(strings.Replace(library, "付月租", "支付月租", 1))}
	if r, err = contracttemplate.Load(files); err != nil {
		t.Fatal(err)
	}
	if tpl, _ = r.Get("t", 1); tpl.SHA256 == sum {
		t.Error("another text of a clause, and the template's hash is the same")
	}
}

func TestLoad_refusesWhatIsWrongWithClauses(t *testing.T) {
	t.Parallel()
	for says, edit := range map[string]func(clause, tpl string) (string, string){
		"there is no clause rent v2": func(c, x string) (string, string) { return c, strings.Replace(x, "rent v1", "rent v2", 1) },
		"does not say what [暂停后果]":   func(c, x string) (string, string) { return strings.Replace(c, "付月租", "[暂停后果]", 1), x },
		"unknown blank {{fee}}":      func(c, x string) (string, string) { return c + "- {{fee}}\n", x },
		"capital numerals":           func(c, x string) (string, string) { return strings.Replace(c, "{{rent|capital}}", "含税", 1), x },
		"nothing in it is bold":      func(c, x string) (string, string) { return strings.Replace(c, "on: \"", "risk: true\non: \"", 1), x },
		"it says id":                 func(c, x string) (string, string) { return strings.Replace(c, "id: rent", "id: fees", 1), x },
		"reason (zh, en) is missing": func(c, x string) (string, string) { return strings.Replace(c, "en: New", "en: \"\"", 1), x },
		"is no date":                 func(c, x string) (string, string) { return strings.Replace(c, "2026-11-22", "2026-02-30", 1), x },
	} {
		clause, tpl := edit(library, based)
		_, err := contracttemplate.Load(fstest.MapFS{"contracts/clauses/rent/v1.md": {Data: []byte(clause)}, "contracts/t/v1/contract.md": {Data: []byte(tpl)}})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}

func TestLoad_asksLinesThatShiftARiskToBeBold(t *testing.T) {
	t.Parallel()
	const line = "- 责任以已付费用为限。 {#liability}\n"
	for _, bold := range []bool{false, true} {
		x := line
		if bold {
			x = "- **责任以已付费用为限。** {#liability}\n"
		}
		_, err := contracttemplate.Load(fstest.MapFS{"contracts/clauses/rent/v1.md": {Data: []byte(library)}, "contracts/t/v1/contract.md": {Data: []byte(based + x)}})
		if bold != (err == nil) {
			t.Errorf("bold %v: %v", bold, err)
		}
	}
}

func TestCheck_refusesRowsThatDoNotFit(t *testing.T) {
	t.Parallel()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := r.Latest("plan_change")
	if err != nil {
		t.Fatal(err)
	}
	for value, code := range map[string]string{
		`{"a":1}`: "rows", `[["月租","1"]]`: "columns", `[["a","b","c"]] x`: "rows", `[["a","b","` + strings.Repeat("长", 1001) + `"]]`: "too_long", `[["a","b","c\u0007"]]`: "bad_character", ``: "missing",
	} {
		found := ""
		for _, f := range tpl.Check(map[string]string{"changes": value}) {
			if f.Field == "changes" {
				found = f.Code
			}
		}
		if found != code {
			t.Errorf("%.40s: %q, want %q", value, found, code)
		}
	}
}

// Whatever stands in a file, Parse answers, and what it takes can be rendered as a draft.
func FuzzParse(f *testing.F) {
	f.Add([]byte(based))
	f.Add([]byte(strings.Replace(based, "@clause rent v1", "- {{rent}}{{rent|capital}} **x** {@a} {#a}\n| a | b |\n|---|--:|\n| {{rent}} | c |\n:: a | b\n|* rent\n~\n# x\n## y", 1)))
	f.Add([]byte("---\nid: x\n---\n{?a} {?!b=c}"))
	f.Add([]byte("---\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tpl, err := contracttemplate.Parse(data)
		if err != nil {
			return
		}
		if _, _, err := tpl.Render(tpl.Defaults(), contracttemplate.RenderOptions{Draft: true, Now: day}); err != nil && len(data) < 2000 {
			t.Fatalf("%v in %s", err, data)
		}
	})
}
