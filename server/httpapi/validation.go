package httpapi

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/validation"

	"sealgate/server/errs"
)

// huma checks inputs against their schema and reports in English sentences. We give it codes with arguments instead of
// sentences ("min_length|12") and write the sentences ourselves, in both languages.
func init() {
	validation.MsgUnexpectedProperty = "unknown"
	validation.MsgExpectedRFC3339DateTime = "date_time"
	validation.MsgExpectedRFC3339Date = "date"
	validation.MsgExpectedRFC3339Time = "time"
	validation.MsgExpectedRFC5322Email = "email|%v"
	validation.MsgExpectedRFC3986URI = "uri|%v"
	validation.MsgExpectedRFC4122UUID = "uuid|%v"
	validation.MsgExpectedBoolean = "boolean"
	validation.MsgExpectedNumber = "number"
	validation.MsgExpectedInteger = "integer"
	validation.MsgExpectedString = "string"
	validation.MsgExpectedBase64String = "base64"
	validation.MsgExpectedArray = "array"
	validation.MsgExpectedObject = "object"
	validation.MsgExpectedArrayItemsUnique = "unique"
	validation.MsgExpectedOneOf = "one_of|%s"
	validation.MsgExpectedMinimumNumber = "minimum|%v"
	validation.MsgExpectedExclusiveMinimumNumber = "above|%v"
	validation.MsgExpectedMaximumNumber = "maximum|%v"
	validation.MsgExpectedExclusiveMaximumNumber = "below|%v"
	validation.MsgExpectedNumberBeMultipleOf = "multiple|%v"
	validation.MsgExpectedMinLength = "min_length|%d"
	validation.MsgExpectedMaxLength = "max_length|%d"
	validation.MsgExpectedBePattern = "%s" // a pattern with a description of its own: the description is the code
	validation.MsgExpectedMatchPattern = "pattern|%s"
	validation.MsgExpectedMinItems = "min_items|%d"
	validation.MsgExpectedMaxItems = "max_items|%d"
	validation.MsgExpectedRequiredProperty = "required|%s"

	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, causes ...error) huma.StatusError {
		g := humagin.Unwrap(c)
		return newProblem(status, msg, g.GetString(requestIDKey), wantsEnglish(g.Request), causes)
	}
	huma.NewError = func(status int, msg string, causes ...error) huma.StatusError {
		return newProblem(status, msg, "", false, causes)
	}
}

// sentences are the texts for the codes above. %s is the argument.
var sentences = map[string]struct{ zh, en string }{
	"unknown":      {"没有这个字段，请检查拼写或删去", "there is no such field; check the spelling or leave it out"},
	"date_time":    {"应为 RFC 3339 时间，例如 2026-10-01T09:00:00+08:00", "must be an RFC 3339 time such as 2026-10-01T09:00:00+08:00"},
	"date":         {"没有这一天：请写成 2026-10-01 这样的真实日期", "no such day: write a real date such as 2026-10-01"},
	"month":        {"没有这个月份：请写成 2026-10 这样的月份", "no such month: write it as 2026-10"},
	"decimal":      {"应为普通小数，最多六位小数，例如 0.085（不用科学计数法）", "must be a plain number with at most six decimals, such as 0.085, without an exponent"},
	"time":         {"应为时间，例如 09:00:00", "must be a time such as 09:00:00"},
	"email":        {"应为电子邮箱地址", "must be an e-mail address"},
	"uri":          {"应为网址", "must be a web address"},
	"uuid":         {"应为 UUID", "must be a UUID"},
	"boolean":      {"应为 true 或 false", "must be true or false"},
	"number":       {"应为数字", "must be a number"},
	"integer":      {"应为整数", "must be a whole number"},
	"string":       {"应为文字", "must be text"},
	"base64":       {"应为 base64 文字", "must be base64"},
	"array":        {"应为列表", "must be a list"},
	"object":       {"应为对象", "must be an object"},
	"unique":       {"列表中有重复项", "the list has an item twice"},
	"one_of":       {"应为以下之一：%s", "must be one of: %s"},
	"minimum":      {"不能小于 %s", "must be at least %s"},
	"above":        {"必须大于 %s", "must be more than %s"},
	"maximum":      {"不能大于 %s", "must be at most %s"},
	"below":        {"必须小于 %s", "must be less than %s"},
	"multiple":     {"应为 %s 的整数倍", "must be a multiple of %s"},
	"min_length":   {"至少 %s 个字", "must have at least %s characters"},
	"max_length":   {"最多 %s 个字", "must have at most %s characters"},
	"pattern":      {"格式不对，应符合 %s", "has the wrong form; it must match %s"},
	"min_items":    {"至少 %s 项", "must have at least %s items"},
	"max_items":    {"最多 %s 项", "must have at most %s items"},
	"required":     {"必填", "is required"},
	"value":        {"值的格式不对：%s", "the value has the wrong form: %s"},
	"invalid":      {"值不符合要求", "the value is not allowed"},
	"type":         {"值的类型不对", "the value has the wrong type"},
	"number_range": {"数字超出允许范围，或应为整数", "the number is out of range or must be whole"},
	"duplicate":    {"同一字段出现了两次，请只保留一个", "the same field stands twice; keep one"},
	"utf8":         {"第 %s 个字节处不是有效的 UTF-8，请以 UTF-8 编码发送", "invalid UTF-8 at byte %s; send UTF-8"},
	"nul":          {"含有空字符（NUL），请删去", "holds a NUL character; remove it"},
	"syntax":       {"第 %s 个字节处不是有效的 JSON", "invalid JSON at byte %s"},
	"trailing":     {"JSON 之后（第 %s 个字节起）还有多余内容，请删去", "there is more after the JSON value (from byte %s); remove it"},
	"depth":        {"嵌套过深或字段过多", "nested too deeply, or too many fields"},
	"media_type":   {"请以 application/json 发送", "send application/json"},
}

// newProblem turns what huma found into our form. Form errors of the request itself are 400, wrong values 422.
func newProblem(status int, msg, requestID string, english bool, causes []error) *Problem {
	p := &Problem{Type: "about:blank", Status: status, RequestID: requestID}
	for _, c := range causes {
		if f, bad, ok := fieldOf(c); ok {
			p.Errors = append(p.Errors, f)
			if bad && status != http.StatusUnsupportedMediaType {
				p.Status = http.StatusBadRequest
			}
		}
	}
	row := statuses[errs.KindInvalid]
	switch {
	case status == http.StatusUnsupportedMediaType:
		p.Code, p.Detail, p.DetailEn = "http.media_type", "不支持这种内容类型，请以 application/json 发送", "this content type is not supported; send application/json"
	case status == http.StatusRequestEntityTooLarge:
		row = statuses[errs.KindTooLarge]
		p.Code, p.Detail, p.DetailEn = errBodyTooLarge.Code, errBodyTooLarge.Zh, errBodyTooLarge.En
	case status == http.StatusRequestTimeout:
		p.Code, p.Detail, p.DetailEn = "http.slow_body", "请求内容发送过慢，请重试", "the request body came too slowly; try again"
	case status >= 500:
		row = statuses[errs.KindInternal]
		p.Code, p.Detail, p.DetailEn = errPanic.Code, errPanic.Zh, errPanic.En
	case p.Status == http.StatusBadRequest && len(p.Errors) == 0:
		p.Code, p.Detail, p.DetailEn = "http.malformed", "请求缺少内容（JSON）", "the request needs a JSON body"
	case p.Status == http.StatusBadRequest:
		p.Code, p.Detail, p.DetailEn = "http.malformed", "请求格式有误："+first(p.Errors, false), "the request is malformed: "+first(p.Errors, true)
	default:
		p.Code, p.Detail, p.DetailEn = "input.invalid", "输入有误："+first(p.Errors, false), "invalid input: "+first(p.Errors, true)
	}
	if len(p.Errors) == 0 && p.Code == "input.invalid" {
		p.Detail, p.DetailEn = "输入有误："+msg, "invalid input: "+msg
	}
	p.Title = row.zh
	if english {
		p.Title = row.en
	}
	return p
}

func first(fs []errs.Field, english bool) string {
	if len(fs) == 0 {
		return ""
	}
	f := fs[0]
	name, text, more := f.Field, f.Zh, fmt.Sprintf("（另有 %d 处）", len(fs)-1)
	if english {
		text, more = f.En, fmt.Sprintf(" (and %d more)", len(fs)-1)
	}
	if len(fs) == 1 {
		more = ""
	}
	if name == "" {
		return text + more
	}
	return name + " " + text + more
}

// fieldOf translates one finding; bad tells that the request itself is malformed.
func fieldOf(err error) (f errs.Field, bad, ok bool) {
	d, isDetail := err.(huma.ErrorDetailer)
	if !isDetail || d == nil {
		if err == nil {
			return f, false, false
		}
		return errs.Field{Code: "value", Zh: sentence("value", err.Error(), false), En: sentence("value", err.Error(), true)}, false, true
	}
	detail := d.ErrorDetail()
	place, msg := detail.Location, detail.Message
	if rest, is := strings.CutPrefix(msg, "malformed|"); is {
		bad = true
		place, msg, _ = strings.Cut(rest, "|")
		if code, arg, has := strings.Cut(msg, " "); has {
			msg = strings.TrimSuffix(code, ":") + "|" + arg
		}
	}
	code, arg, _ := strings.Cut(msg, "|")
	switch {
	case code == "unknown":
		bad = true
	case code == "required":
		place += "." + arg
	case strings.HasPrefix(msg, "required "): // a missing parameter
		code = "required"
	case msg == "invalid integer":
		code = "integer"
	case msg == "invalid boolean":
		code = "boolean"
	case msg == "unknown query parameter":
		code, bad = "unknown", true
	case strings.HasPrefix(msg, "unknown content type"):
		code, bad = "media_type", true
	}
	if _, known := sentences[code]; !known {
		code, arg = "invalid", ""
	}
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		place = strings.TrimPrefix(place, prefix)
	}
	return errs.Field{Field: place, Code: code, Zh: sentence(code, arg, false), En: sentence(code, arg, true)}, bad, true
}

func sentence(code, arg string, english bool) string {
	s := sentences[code].zh
	if english {
		s = sentences[code].en
	}
	if strings.Contains(s, "%s") {
		return fmt.Sprintf(s, arg)
	}
	return s
}

// schemaName names types in the OpenAPI document: our own by their name, a domain's with its package in front, so that
// two domains may both have a Row.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	if pkg := t.PkgPath(); pkg != "" && !strings.Contains(name, "[") {
		name = pkg + "." + name
	}
	var b strings.Builder
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(name, "[]", "List["), func(r rune) bool { return strings.ContainsRune("[]*, ", r) }) {
		part = part[strings.LastIndex(part, "/")+1:]
		pkg, local, qualified := strings.Cut(part, ".")
		if !qualified {
			pkg, local = "", part
		}
		if pkg == "httpapi" || pkg == "errs" || pkg == "main" {
			pkg = ""
		}
		b.WriteString(title(pkg) + title(local))
	}
	return b.String()
}

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
