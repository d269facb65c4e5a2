package acceptance

import (
	"context"
	"fmt"

	"sealgate/server/platform/pdf"
)

var sides = map[string]string{"customer": "客户", "provider": "服务方"}

var ways = map[How]string{Click: "在线阅读后点击同意", Password: "在线阅读后再次验证密码并同意", Use: "公告后继续使用服务，按条款约定视为接受"}

// Sheet makes the evidence as a paper (存证单): everything that is kept of an acceptance, with its hash. Errors: ErrNotFound.
func (s *Service) Sheet(ctx context.Context, id string) (name string, content []byte, err error) {
	a, err := s.Get(ctx, id)
	if err != nil {
		return "", nil, err
	}
	o := pdf.Options{Title: "在线接受存证单 " + a.Reference, FooterLeft: a.ID, Now: a.At.Time(), Margins: 20}
	doc, err := pdf.Make(o, func(d *pdf.Document) {
		d.Masthead("", "在线接受存证单", []pdf.Pair{pdf.KV("存证编号", a.ID), pdf.KV("文件编号", a.Reference)})
		d.KeyValues([]pdf.Pair{
			pdf.KV("文件名称", a.Title), pdf.KV("文本 SHA-256", a.TextSHA256), pdf.KV("确认内容", a.Statement), pdf.KV("方式", ways[a.How]), pdf.KV("签署方", sides[a.Side]),
		})
		d.Space(3)
		d.KeyValues([]pdf.Pair{
			pdf.KV("账号", a.Login), pdf.KV("姓名", a.UserName), pdf.KV("用户编号", a.UserID), pdf.KV("业务时间", a.At.String()), pdf.KV("系统时间", a.RealAt.String()),
			pdf.KV("网络地址", a.IP), pdf.KV("终端信息", a.UserAgent), pdf.KV("请求编号", a.RequestID), pdf.KV("备注", a.Note),
		})
		d.Space(3)
		d.KeyValues([]pdf.Pair{pdf.KV("记录 SHA-256", a.Hash)})
		d.Space(3)
		d.Paragraph(pdf.Plain("本存证单由系统根据签署当时写入、不可修改的记录生成。文本 SHA-256 可由任何人对所接受的文本文件重新计算并比对；记录 SHA-256 覆盖上列全部内容，并写入审计链。"),
			pdf.Style{Size: 9.5, Color: &pdf.Grey, Align: pdf.Justify})
	})
	if err != nil {
		return "", nil, fmt.Errorf("evidence sheet of %s: %w", id, err)
	}
	return a.Reference + "-" + a.Side + "-evidence.pdf", doc.Bytes(), nil
}
