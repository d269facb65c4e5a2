package registration

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// VariableType says what may be put in the place of a variable.
type VariableType string

// The types of variables.
const (
	Digits   VariableType = "digits"
	Words    VariableType = "text"
	Money    VariableType = "money"
	Day      VariableType = "date"
	PhoneVar VariableType = "phone"
	LinkVar  VariableType = "link"
)

// VariableTypes lists all types.
func VariableTypes() []VariableType {
	return []VariableType{Digits, Words, Money, Day, PhoneVar, LinkVar}
}

var variableLabels = map[VariableType]string{Digits: "数字", Words: "文字", Money: "金额", Day: "日期", PhoneVar: "电话", LinkVar: "链接"}

// Variable is one of a template's, in the text as {1}, {2} … in this order.
type Variable struct {
	Type VariableType `json:"type"`
	Name string       `json:"name"` // the heading of its column in a batch's file
}

// Categories are those of messages (A02); a template has one.
func Categories() []string { return []string{"verification", "notice", "marketing", "advertising"} }

var categoryLabels = map[string]string{"verification": "验证码", "notice": "通知", "marketing": "会员营销", "advertising": "广告"}

const (
	maxTemplate     = 500 // characters
	maxVariables    = 16
	minFixed        = 4  // letters that are no variable
	maxVariable     = 35 // characters that a text variable may be replaced by
	maxVarName      = 20
	maxTemplateName = 50
)

var (
	placeholder  = regexp.MustCompile(`\{([^{}]*)\}`)
	optOutAtEnd  = regexp.MustCompile(`(拒收|退订)(请)?(回复?|发送?)?\s*[A-Za-z0-9]{1,4}[。.！!]?\s*$`)
	codeWords    = regexp.MustCompile(`验证码|校验码|动态码|动态密码|code`)
	salesPattern = regexp.MustCompile(`优惠|特价|促销|打折|折起|满减|领券|红包|抽奖|秒杀|大促|清仓|抢购|限时|新品`)
)

// checkTemplate checks a template's text and variables (L06): numbered from 1 in their order, each once, typed, not side by side,
// not all there is; the wording fits the category. Every fault names its place.
func checkTemplate(f *errs.Fields, text string, d *Detail) string {
	d.Name = form.Text(f, "name", d.Name, maxTemplateName, true)
	text = form.Lines(f, "text", text, maxTemplate, true)
	checkVariables(f, d.Variables)
	if text == "" {
		return ""
	}
	if i := strings.IndexAny(text, "【】"); i >= 0 {
		f.Add("text", "signature", fmt.Sprintf("第 %d 个字符：正文里不写【】，签名会自动加在开头", place(text, i)), fmt.Sprintf("character %d: no 【】 in the text; the signature is put before it", place(text, i)))
	}
	spots := placeholder.FindAllStringSubmatchIndex(text, -1)
	rest := placeholder.ReplaceAllString(text, "\x00")
	if i := strings.IndexAny(rest, "{}"); i >= 0 {
		f.Add("text", "brace", "花括号不成对；变量写作 {1}、{2}", "a brace is not closed; write variables as {1}, {2}")
		return ""
	}
	for i, at := range spots {
		if got := strings.TrimSpace(text[at[2]:at[3]]); got != strconv.Itoa(i+1) {
			f.Add("text", "numbering", fmt.Sprintf("第 %d 个字符：第 %d 个变量应写作 {%d}，现为 {%s}", place(text, at[0]), i+1, i+1, got),
				fmt.Sprintf("character %d: variable %d must be written {%d}, not {%s}", place(text, at[0]), i+1, i+1, got))
			break
		}
	}
	for i := 1; i < len(spots); i++ {
		if strings.TrimSpace(text[spots[i-1][1]:spots[i][0]]) == "" {
			f.Add("text", "adjacent", fmt.Sprintf("第 %d 个字符：变量 {%d} 和 {%d} 相邻，中间要有固定文字或标点", place(text, spots[i][0]), i, i+1),
				fmt.Sprintf("character %d: the variables {%d} and {%d} stand side by side; put words or a sign between them", place(text, spots[i][0]), i, i+1))
			break
		}
	}
	if len(spots) != len(d.Variables) {
		f.Add("variables", "count", fmt.Sprintf("正文里有 %d 个变量，说明了 %d 个", len(spots), len(d.Variables)), fmt.Sprintf("the text has %d variables, %d are described", len(spots), len(d.Variables)))
	}
	fixed := 0
	for _, r := range optOutAtEnd.ReplaceAllString(rest, "") {
		if isWord(r) {
			fixed++
		}
	}
	if fixed < minFixed {
		f.Add("text", "all_variable", fmt.Sprintf("固定文字只有 %d 个，至少 %d 个：模板不能全是变量", fixed, minFixed), fmt.Sprintf("only %d fixed letters, at least %d: a template can't be all variables", fixed, minFixed))
	}
	checkCategory(f, text, d)
	return text
}

func checkVariables(f *errs.Fields, vs []Variable) {
	if len(vs) > maxVariables {
		f.Add("variables", "too_many", fmt.Sprintf("有 %d 个变量，最多 %d 个", len(vs), maxVariables), fmt.Sprintf("%d variables, at most %d", len(vs), maxVariables))
		return
	}
	seen := map[string]bool{}
	for i := range vs {
		at := fmt.Sprintf("variables[%d].", i)
		if !slices.Contains(VariableTypes(), vs[i].Type) {
			f.Add(at+"type", "unknown", "请选择变量类型：数字、文字、金额、日期、电话或链接", "choose the variable's type: digits, text, money, date, phone or link")
		}
		vs[i].Name = form.Text(f, at+"name", vs[i].Name, maxVarName, true)
		switch {
		case strings.ContainsAny(vs[i].Name, "{}"):
			f.Add(at+"name", "bad_character", "变量名称里不能有花括号", "a variable's name has no braces")
		case vs[i].Name != "" && seen[vs[i].Name]:
			f.Add(at+"name", "repeated", "变量名称重复："+vs[i].Name, "the name is used twice: "+vs[i].Name)
		}
		seen[vs[i].Name] = true
	}
}

// checkCategory compares the wording with the category: a code says so and has digits for it, marketing ends with the way out and
// stands under no other category.
func checkCategory(f *errs.Fields, text string, d *Detail) {
	if !slices.Contains(Categories(), d.Category) {
		f.Add("category", "unknown", "请选择短信类别：验证码、通知、会员营销或广告", "choose the category: verification, notice, marketing or advertising")
		return
	}
	sells := d.Category == "marketing" || d.Category == "advertising"
	has := func(t VariableType) bool {
		return slices.ContainsFunc(d.Variables, func(v Variable) bool { return v.Type == t })
	}
	switch {
	case sells && !optOutAtEnd.MatchString(text):
		f.Add("text", "opt_out", "营销短信的末尾要有退订方式，例如“拒收请回复R”", "marketing ends with the way out, such as 拒收请回复R")
	case !sells && salesPattern.MatchString(text):
		at := salesPattern.FindStringIndex(text)
		f.Add("category", "mismatch", fmt.Sprintf("第 %d 个字符“%s”是营销内容，请改选会员营销或广告", place(text, at[0]), text[at[0]:at[1]]),
			fmt.Sprintf("character %d, “%s”, is marketing; choose marketing or advertising", place(text, at[0]), text[at[0]:at[1]]))
	case d.Category == "verification" && !codeWords.MatchString(text):
		f.Add("text", "no_code", "验证码短信要写明“验证码”", "a verification message says that it holds a code (验证码)")
	case d.Category == "verification" && !has(Digits):
		f.Add("variables", "no_code", "验证码短信要有一个数字变量", "a verification message has a variable of digits")
	case d.Category == "verification" && (has(LinkVar) || has(PhoneVar)):
		f.Add("variables", "no_link", "验证码短信不能带链接或电话变量", "a verification message has no variables of links or phone numbers")
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// place is the number of the character that begins at a byte, from 1.
func place(text string, at int) int { return utf8.RuneCountInString(text[:at]) + 1 }

// BatchText is the frozen text as a batch takes it: the signature before it, each variable by the name of its column.
func (r *Record) BatchText(signature string) string {
	n := 0
	body := placeholder.ReplaceAllStringFunc(r.Text, func(string) string {
		n++
		return "{" + r.Detail.Variables[n-1].Name + "}"
	})
	return "【" + signature + "】" + body
}

var (
	digitsForm = regexp.MustCompile(`^[0-9]{1,20}$`)
	moneyForm  = regexp.MustCompile(`^(¥|￥)?-?[0-9]{1,3}(,?[0-9]{3})*(\.[0-9]{1,2})?元?$`)
	dateForm   = regexp.MustCompile(`^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?$`)
	shortDate  = regexp.MustCompile(`^([0-9]{1,2})月([0-9]{1,2})日$`)
)

// Fits tells whether a value may stand in the place of a variable of the type (TEMPLATE.VARIABLE).
func (t VariableType) Fits(value string) bool {
	v := strings.TrimSpace(value)
	switch t {
	case Digits:
		return digitsForm.MatchString(v)
	case Money:
		return moneyForm.MatchString(v)
	case Day:
		return isDay(v)
	case PhoneVar:
		var f errs.Fields
		form.Phone(&f, "", v, true)
		return len(f) == 0
	case LinkVar:
		_, ok := parseLink(v)
		return ok
	}
	return v != "" && utf8.RuneCountInString(v) <= maxVariable
}

// isDay takes 2026-11-03, 2026/11/3, 2026年11月3日 and 11月3日, of days that exist.
func isDay(v string) bool {
	y, m, d := "2024", "", "" // 29 February without a year may be meant
	if p := dateForm.FindStringSubmatch(v); p != nil {
		y, m, d = p[1], p[2], p[3]
	} else if p := shortDate.FindStringSubmatch(v); p != nil {
		m, d = p[1], p[2]
	} else {
		return false
	}
	two := func(s string) string { return fmt.Sprintf("%02s", s) }
	_, err := caldate.Parse(y + "-" + two(m) + "-" + two(d))
	return err == nil
}
