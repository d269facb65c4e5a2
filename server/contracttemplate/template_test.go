package contracttemplate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"sealgate/server/contracttemplate"
	"sealgate/templates"
)

var day = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

func packageTemplate(t testing.TB) *contracttemplate.Template {
	t.Helper()
	r, err := contracttemplate.Load(templates.FS)
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
	for name, value := range map[string]string{
		"customer_name": "昆明滇池国际会展文化旅游发展股份有限公司", "customer_uscc": "91350100M000100Y43",
		"customer_address": "云南省昆明市官渡区环湖东路会展中心 A 座", "customer_legal_rep": "段正明",
		"contact_name": "李晓雯", "contact_phone": "13812345678", "contact_email": "lixiaowen@huizhan.example.com",
		"customer_bank_name": "中国建设银行昆明官渡支行", "customer_bank_account": "5300 1875 0360 5100 0123",
		"provider_name": "云岭信闸通信技术有限公司", "provider_uscc": "91350100M000100Y43",
		"provider_address":   "云南省昆明市高新区科医路 166 号 3 栋 12 层",
		"provider_bank_name": "中国工商银行昆明高新支行", "provider_bank_account": "2502 0101 0902 4567 891",
		"start_date": "2026-12-01", "end_date": "2027-11-30", "auto_renew": "yes", "renew_years": "1", "objection_days": "30",
		"allowed_categories": "verification,notice,marketing", "daily_cap": "1000",
		"rent": "100.00", "included": "1000", "overage": "0.085", "deposit": "500.00", "first_month": "daily",
		"grace_days": "10", "late_fee_rate": "0.003", "copies": "4", "signing_place": "云南省昆明市五华区",
		"jurisdiction": "court", "jurisdiction_name": "昆明市五华区人民法院",
	} {
		v[name] = value
	}
	return v
}

func keep(t testing.TB, name string, file []byte) {
	t.Helper()
	if dir := os.Getenv("PAPER_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRender_makesTheContract(t *testing.T) {
	t.Parallel()
	file, info, err := packageTemplate(t).Render(values(t), contracttemplate.RenderOptions{Number: "HT-2026-0042", Now: day})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "contract.pdf", file)
	t.Log(info.Pages, len(file))
}
