package httpapi

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"sealgate/server/apikey"
	"sealgate/server/caldate"
	"sealgate/server/money"
)

func humaConfig(version string) huma.Config {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	r.RegisterTypeAlias(reflect.TypeFor[caldate.Date](), reflect.TypeFor[dateSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[caldate.Month](), reflect.TypeFor[monthSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[caldate.Instant](), reflect.TypeFor[instantSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[money.Decimal](), reflect.TypeFor[decimalSchema]())
	if version == "" {
		version = "dev"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Sealgate 信闸 API", Version: version,
				Description: "金额为整数分（*_fen），日期 YYYY-MM-DD，时间 RFC 3339 +08:00；列表以 cursor 翻页；每个 POST 可带 Idempotency-Key；错误为 RFC 9457。\n\n" +
					"Money is whole fen (*_fen), dates are YYYY-MM-DD, times RFC 3339 +08:00; lists page by cursor; every POST takes an Idempotency-Key; errors are RFC 9457 documents."},
			Components: &huma.Components{Schemas: r, SecuritySchemes: map[string]*huma.SecurityScheme{
				"session": {Type: "apiKey", In: "cookie", Name: plainCookie, Description: "POST /api/v1/session 登录后得到的会话；经 TLS 时名为 " + hostCookie + "。Over TLS its name is " + hostCookie + "."},
				"key":     {Type: "apiKey", In: "header", Name: apikey.HeaderSignature, Description: "客户程序的签名请求（HMAC-SHA256），方法见 docs/api.md。Signed call of a customer's program (HMAC-SHA256); docs/api.md has the scheme."},
			}},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat: "application/json",
	}
}

// The names of the session cookie: the prefix makes browsers insist on Secure, path / and no domain.
const (
	plainCookie = "sealgate"
	hostCookie  = "__Host-sealgate"
)

// The value types of the house as JSON knows them.
type (
	dateSchema    struct{}
	monthSchema   struct{}
	instantSchema struct{}
	decimalSchema struct{}
)

// Schema implements huma.SchemaProvider.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date", Nullable: true, Examples: []any{"2026-10-01"}}
}

// Schema implements huma.SchemaProvider.
func (monthSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Pattern: `^\d{4}-(0[1-9]|1[0-2])$`, PatternDescription: "month", Nullable: true, Examples: []any{"2026-10"}}
}

// Schema implements huma.SchemaProvider.
func (instantSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Nullable: true, Examples: []any{"2026-10-01T09:00:00.000+08:00"}}
}

// Schema implements huma.SchemaProvider.
func (decimalSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Pattern: `^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$`, PatternDescription: "decimal", Examples: []any{"0.085"}}
}

func (a *API) serveOpenAPI(c *gin.Context) {
	body, err := a.OpenAPI()
	if err != nil {
		a.writeError(c, err)
		return
	}
	c.Data(http.StatusOK, "application/json", body)
}
