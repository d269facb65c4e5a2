package document

import "sealgate/server/errs"

// What can be wrong with an attachment.
var (
	ErrNotFound = errs.NotFound("document.not_found", "没有这个附件", "no such attachment")
	ErrEmpty    = errs.Invalid("document.empty", "文件是空的，请选择有内容的文件", "the file is empty; choose one with content")
	ErrTooLarge = errs.TooLarge("document.too_large", "文件超过 20 MiB，请压缩或降低扫描分辨率后再上传", "the file is larger than 20 MiB; compress it or scan with a lower resolution")
	ErrType     = errs.Invalid("document.type", "不接受这种文件；请上传 PDF、PNG、JPEG、XLSX 或 DOCX", "this kind of file is not taken; upload PDF, PNG, JPEG, XLSX or DOCX")
	ErrPurpose  = errs.Invalid("document.purpose", "用途不对：请写小写字母和下划线，例如 licence", "bad purpose: lower-case letters and underscores, such as licence")
	ErrLinked   = errs.Conflict("document.linked", "这个附件已经用在别处，请重新上传一份", "this attachment is used elsewhere already; upload the file again")
	ErrDamaged  = errs.Internal("document.damaged", "附件内容与登记的哈希不符", "the attachment's content does not fit its recorded hash")
)
