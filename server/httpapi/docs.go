package httpapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

//go:embed docs.html
var docsText string

var docsPage = template.Must(template.New("docs").Parse(docsText))

type docsOp struct {
	ID, Method, Path, Summary, SummaryEn, Capability string
	Roles                                            []string
	Params                                           []docsField
	Body, Answer                                     []docsField
	BodyType, AnswerType                             string
	Status                                           string
}

type docsField struct{ Name, In, Type, Doc, Rules string }

type docsTag struct {
	Name string
	Ops  []docsOp
}

// serveDocs shows the API on one readable page, made from the same description as /api/openapi.json; it needs nothing
// from elsewhere.
func (a *API) serveDocs(c *gin.Context) {
	var tags []docsTag
	for _, op := range a.ops {
		d := a.describeForPeople(op)
		i := slices.IndexFunc(tags, func(t docsTag) bool { return t.Name == op.Tag })
		if i < 0 {
			tags = append(tags, docsTag{Name: op.Tag})
			i = len(tags) - 1
		}
		tags[i].Ops = append(tags[i].Ops, d)
	}
	n := nonce()
	var b bytes.Buffer
	err := docsPage.Execute(&b, map[string]any{"Tags": tags, "Nonce": n, "Version": a.opts.Version, "Count": len(a.ops)})
	if err != nil {
		a.writeError(c, err)
		return
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+n+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}

func (a *API) describeForPeople(op Op) docsOp {
	api := a.huma.OpenAPI()
	d := docsOp{ID: op.ID, Method: op.Method, Path: Prefix + op.Path, Summary: op.Summary, SummaryEn: op.SummaryEn, Capability: op.Capability}
	for _, l := range a.deps.Authz.Matrix() {
		if l.Capability == op.Capability {
			d.Roles = append(d.Roles, l.Role)
		}
	}
	item := api.Paths[d.Path]
	if item == nil {
		return d
	}
	o := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[op.Method]
	if o == nil {
		return d
	}
	for _, p := range o.Parameters {
		f := docsField{Name: p.Name, In: p.In, Doc: p.Description, Type: typeName(p.Schema), Rules: rules(p.Schema)}
		if p.Required {
			f.Rules = strings.TrimPrefix(f.Rules+" · 必填 required", " · ")
		}
		d.Params = append(d.Params, f)
	}
	r := api.Components.Schemas
	if o.RequestBody != nil {
		for ct, m := range o.RequestBody.Content {
			d.BodyType, d.Body = ct, fieldsOf(r, m.Schema, "", 0)
		}
	}
	for status, resp := range o.Responses {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		d.Status = status
		for ct, m := range resp.Content {
			d.AnswerType, d.Answer = ct, fieldsOf(r, m.Schema, "", 0)
		}
	}
	return d
}

// fieldsOf flattens a schema to lines such as items[].amount_fen.
func fieldsOf(r huma.Registry, s *huma.Schema, prefix string, depth int) []docsField {
	if s == nil || depth > 4 {
		return nil
	}
	if s.Ref != "" {
		return fieldsOf(r, r.SchemaFromRef(s.Ref), prefix, depth)
	}
	if s.Type == "array" {
		return fieldsOf(r, s.Items, prefix+"[]", depth+1)
	}
	var names []string
	for n := range s.Properties {
		names = append(names, n)
	}
	slices.Sort(names)
	var out []docsField
	for _, n := range names {
		p := s.Properties[n]
		name := strings.TrimPrefix(prefix+"."+n, ".")
		f := docsField{Name: name, Type: typeName(p), Doc: p.Description, Rules: rules(p)}
		if slices.Contains(s.Required, n) {
			f.Rules = strings.TrimPrefix(f.Rules+" · 必填 required", " · ")
		}
		out = append(out, f)
		out = append(out, fieldsOf(r, p, name, depth+1)...)
	}
	return out
}

func typeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == "array":
		return typeName(s.Items) + "[]"
	case s.Format != "" && s.Type == "string":
		return s.Format
	}
	return s.Type
}

// rules names the limits of a value the way a reader writes them.
func rules(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	var out []string
	if len(s.Enum) > 0 {
		var vs []string
		for _, v := range s.Enum {
			vs = append(vs, fmt.Sprint(v))
		}
		out = append(out, strings.Join(vs, " | "))
	}
	if s.Minimum != nil {
		out = append(out, fmt.Sprintf("≥ %v", *s.Minimum))
	}
	if s.Maximum != nil {
		out = append(out, fmt.Sprintf("≤ %v", *s.Maximum))
	}
	if s.MinLength != nil {
		out = append(out, fmt.Sprintf("≥ %d 字 characters", *s.MinLength))
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprintf("≤ %d 字 characters", *s.MaxLength))
	}
	if s.Default != nil {
		b, _ := json.Marshal(s.Default)
		out = append(out, "默认 default "+string(b))
	}
	return strings.Join(out, " · ")
}
