package contracttemplate_test

import (
	"bytes"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sealgate/server/contracttemplate"
)

// parties fill the head and the end of every template.
var parties = map[string]string{
	"customer_name": "昆明滇池国际会展文化旅游发展股份有限公司", "customer_uscc": "91350100M000100Y43", "customer_address": "云南省昆明市官渡区环湖东路会展中心 A 座", "customer_legal_rep": "段正明",
	"contact_name": "李晓雯", "contact_phone": "13812345678", "contact_email": "lixiaowen@huizhan.example.com",
	"customer_bank_name": "中国建设银行昆明官渡支行", "customer_bank_account": "5300 1875 0360 5100 0123",
	"provider_name": "云岭信闸通信技术有限公司", "provider_uscc": "91350100M000100Y43", "provider_address": "云南省昆明市高新区科医路 166 号 3 栋 12 层",
	"provider_bank_name": "中国工商银行昆明高新支行", "provider_bank_account": "2502 0101 0902 4567 891",
	"start_date": "2026-12-01", "end_date": "2027-11-30", "signing_place": "云南省昆明市五华区", "jurisdiction_name": "昆明市五华区人民法院",
}

// papers are contracts of every template, and what must stand in them and must not.
var papers = []struct {
	name          string
	id            string
	version       int
	values        []string
	says, saysNot []string
}{
	{
		"package v2", "package", 2,
		[]string{"rent", "107000.53", "included", "1000000", "overage", "0.085", "daily_cap", "1000000", "deposit", "500.00", "minimum", "100.00", "access_fee", "300.00", "late_fee_cap", "0.3", "terminate_after_days", "60"},
		[]string{
			"107,000.53元/月人民币壹拾万零柒仟元伍角叁分", "0.085元/条", "按最低消费计收", "接入费人民币300.00元（大写：人民币叁佰元整）为一次性费用，服务日为本合同起始日", "含税价格不变", "累计不超过该期账单金额的30%",
			"同一账单中先抵充滞纳金、违约金，再抵充本金", "暂停服务满60日，甲方仍未付清的，本合同自期满之日终止", "属于价外费用", "滞纳金照常计收", "暂停服务期间，月租费照常计收",
		},
		[]string{"第二档", "合同金额", "先抵充本金", "经其负责人决定"},
	},
	{
		"package v2, other choices", "package", 2,
		[]string{
			"rent", "100.00", "included", "1000", "daily_cap", "3000", "price_model", "graduated", "tier1_up_to", "1000", "tier1_price", "0.08", "tier2_up_to", "5000", "tier2_price", "0.07", "tier3_price", "0.06",
			"due_model", "receipt", "due_days", "20", "late_fee_model", "flat", "amount", "3000.00", "allocation", "principal_first", "suspension", "by_decision", "grace_days", "0", "rent_while_suspended", "no", "suspend_floor", "5.00",
			"jurisdiction", "arbitration", "jurisdiction_name", "昆明仲裁委员会",
		},
		[]string{
			"分别适用该档单价", "每月超出条数超过1,000条、不超过5,000条", "第三档单价0.06元/条每月超出条数超过5,000条", "自收到账单之日起20日内", "合同金额人民币3,000.00元的0.5%", "先抵充本金", "经其负责人决定", "不设宽限期",
			"整日暂停的日数不计收月租费", "不超过人民币5.00元", "提交昆明仲裁委员会",
		},
		[]string{"每逾期一日", "法院", "第四档"},
	},
	{
		"prepaid", "prepaid", 1, []string{"price", "0.05", "first_topup", "5000.00", "credits", "100000", "credits_fee", "4500.00"},
		[]string{
			"甲方（服务方）云岭信闸", "乙方（客户）昆明滇池", "先付费、后使用", "首次充值人民币5,000.00元（大写：人民币伍仟元整）", "固定费用购买100,000条的条数包", "每成功发送一条短信，扣减一条", "账户余额不足以支付的短信，甲方不予发送", "未支付续期款项", "七十二小时",
		},
		[]string{"押金", "月租费"},
	},
	{
		"postpaid", "postpaid", 1, []string{"price", "0.06", "rent", "200.00", "customisation_fee", "5000.00", "customisation_fee_on", "2026-12-20", "amount", "100000.00", "ends_by", "event"},
		[]string{
			"通道月租费200.00元/月人民币贰佰元整", "定制开发费人民币5,000.00元（大写：人民币伍仟元整）为一次性费用，服务日为2026年12月20日", "用后计收", "合同金额人民币100,000.00元的0.5%", "一次性支付违约金", "数据与费用确认书之日，为本合同完成之日",
		},
		[]string{"每逾期一日", "接入费"},
	},
	{
		"centre", "centre", 1, []string{"price", "0.055", "first_topup", "2000.00", "software_fee", "9800.00"},
		[]string{"软件费为人民币9,800.00元（大写：人民币玖仟捌佰元整）", "签订当日首次充值人民币2,000.00元（大写：人民币贰仟元整）", "短信价格随基础电信业务经营者的资费调整", "信息安全保证", "许可用户数为1个", "30日书面通知"},
		[]string{"不另收软件费"},
	},
	{
		"centre without a software fee", "centre", 1, []string{"price", "0.055", "first_topup", "2000.00"},
		[]string{"不另收软件费"}, []string{"软件费为人民币"},
	},
	{
		"port that we let", "port", 1, []string{"rent", "500.00", "ports", "3", "threshold", "10000", "threshold_mode", "instead", "price", "0.05"},
		[]string{
			"甲方为“端口方”", "乙方为“使用方”", "每端口月租费500.00元/月人民币伍佰元整", "端口共3个", "免收该端口当月月租费", "以基础电信业务经营者计费系统的月度统计数据为结算依据", "收款户名：云岭信闸", "开通日起计算",
		},
		[]string{"乙方为“端口方”", "本合同"},
	},
	{
		"port that we rent", "port", 1, []string{"rent", "500.00", "side", "buyer", "port_numbers", "1069123456\n1069123457"},
		[]string{"乙方为“端口方”", "甲方为“使用方”", "收款户名：昆明滇池", "1069123456"},
		[]string{"甲方为“端口方”", "收款户名：云岭", "短信单价0"},
	},
	{
		"maintenance", "maintenance", 1, []string{"servers", "戴尔 R740 一台（序列号 7XK2L13），昆明机房 A-12；\n短信应用服务器两台", "lump_sum", "6000.00", "visits_included", "4", "visit_fee", "300.00"},
		[]string{"维护服务费总价6,000.00元人民币陆仟元整", "3个工作日内答复", "维护服务报告", "调休的上班日", "账单于本合同起始日出具", "含上门服务4次", "自账单出具之日起10日内"},
		[]string{"按次收费：", "短信类别"},
	},
	{
		"maintenance by visits", "maintenance", 1, []string{"servers", "短信应用服务器两台", "charge_model", "per_visit", "visit_fee", "300.00"},
		[]string{"按次收费：", "300.00元/次人民币叁佰元整"}, []string{"一次付清"},
	},
}

func TestRender_givesEveryWordOfEveryKindOfContract(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("SKIPPED: pdftotext is missing, the text of the PDFs was not compared (apt-get install poppler-utils)")
	}
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Clone(papers)
	for _, p := range papers { // what an older version says of the same blanks, the newest says, too
		newest, err := r.Latest(p.id)
		if err != nil {
			t.Fatal(err)
		}
		p.name, p.version = p.name+" as of today", newest.Version
		all = append(all, p)
	}
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			tpl, err := r.Get(p.id, p.version)
			if err != nil {
				t.Fatal(err)
			}
			v := tpl.Defaults()
			maps.Copy(v, parties)
			for i := 0; i < len(p.values); i += 2 {
				v[p.values[i]] = p.values[i+1]
			}
			file, info, err := tpl.Render(v, numbers)
			if err != nil {
				t.Fatal(err)
			}
			keep(t, strings.NewReplacer(" ", "_", ",", "").Replace(p.name)+".pdf", file)
			text := bare(tpl, info.Text)
			if tool != "" {
				cmd := exec.Command(tool, "-raw", "-", "-")
				cmd.Stdin = bytes.NewReader(file)
				out, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				for n := range info.Pages {
					if want := fmt.Sprintf("第%d页/共%d页", n+1, info.Pages); !strings.Contains(bare(nil, string(out)), want) {
						t.Errorf("no page says %s", want)
					}
				}
				text = bare(tpl, string(out))
				for _, line := range strings.Split(info.Text, "\n") {
					for _, part := range strings.Split(line, "\t") { // cells of a table
						if !strings.Contains(text, bare(nil, part)) {
							t.Errorf("the PDF lacks %q", part)
						}
					}
				}
			}
			for _, want := range p.says {
				if !strings.Contains(text, want) {
					t.Errorf("the contract does not say %q", want)
				}
			}
			for _, not := range p.saysNot {
				if strings.Contains(text, not) {
					t.Errorf("the contract says %q", not)
				}
			}
			if strings.ContainsAny(text, "{}＿〔〕*") || len(info.Replaced) > 0 {
				t.Error("something is left open, or can't be printed")
			}
		})
	}
}

func TestSaid_isWhatStandsInTheTextAndTheChoicesThatMadeIt(t *testing.T) {
	t.Parallel()
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := r.Get("package", 2)
	if err != nil {
		t.Fatal(err)
	}
	v := tpl.Defaults()
	maps.Copy(v, parties)
	maps.Copy(v, map[string]string{"rent": "100.00", "included": "1000", "overage": "0.085", "daily_cap": "1000", "amount": "5.00", "late_fee_share": "0.005"})
	said := tpl.Said(v)
	for name, want := range map[string]bool{
		"rent": true, "overage": true, "late_fee_rate": true, "late_fee_model": true, "late_fee_share": false, "late_fee_cap": false, "renew_years": false, "auto_renew": true,
		"stop_at_suspension": true, "signing_place": true, "copies": true, "customer_name": true, "jurisdiction": true, "deposit": false, "due_days": false,
	} {
		if said[name] != want {
			t.Errorf("%s is said: %v", name, said[name])
		}
	}
	v["late_fee_model"], v["auto_renew"], v["deposit"] = "flat", "yes", "500.00"
	said = tpl.Said(v)
	for name, want := range map[string]bool{"late_fee_rate": false, "late_fee_share": true, "renew_years": true, "deposit": true, "stop_at_suspension": false} {
		if said[name] != want {
			t.Errorf("with a flat late fee, %s is said: %v", name, said[name])
		}
	}
}

// bare is a text without white space, and without the head and foot of pages.
func bare(tpl *contracttemplate.Template, s string) string {
	s = strings.Join(strings.Fields(s), "")
	if tpl == nil {
		return s
	}
	return regexp.MustCompile(regexp.QuoteMeta(tpl.Title.Zh)+`合同编号：.{1,20}?第\d+页/共\d+页`).ReplaceAllString(s, "")
}
