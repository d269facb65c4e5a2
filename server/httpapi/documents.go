package httpapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/document"
	"sealgate/server/errs"
)

type attachment struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Purpose    string          `json:"purpose"`
	MIME       string          `json:"mime"`
	Size       int64           `json:"size"`
	SHA256     string          `json:"sha256"`
	UploadedAt caldate.Instant `json:"uploaded_at"`
}

func fromDocument(d *document.Document) attachment {
	return attachment{d.ID, d.Name, d.Purpose, d.MIME, d.Size, d.SHA256, d.UploadedAt}
}

var (
	errMultipart = errs.Invalid("document.multipart", "请以 multipart/form-data 上传，含 file（文件）和 purpose（用途）两项", "upload as multipart/form-data with the parts file and purpose")
	errNoFile    = errs.Invalid("document.no_file", "没有收到文件，请选择文件后重新上传", "no file arrived; choose one and upload again")
)

func (a *API) documents() {
	RegisterRaw(a, Op{
		ID: "upload-attachment", Method: http.MethodPost, Path: "/attachments", Capability: "document.write", Tag: "document", Status: http.StatusCreated,
		MaxBody: document.MaxSize + 1<<20, Consumes: "multipart/form-data", Produces: "application/json",
		Summary:   "上传附件（PDF、PNG、JPEG、XLSX、DOCX，最大 20 MiB）；按内容识别类型",
		SummaryEn: "Upload an attachment (PDF, PNG, JPEG, XLSX, DOCX, at most 20 MiB) as parts purpose and file; its type is found by content",
	}, a.uploadAttachment)
	RegisterRaw(a, Op{
		ID: "get-attachment", Method: http.MethodGet, Path: "/attachments/{id}", Capability: "document.read", Tag: "document", Produces: "application/octet-stream",
		Summary: "下载附件", SummaryEn: "Download an attachment; never shown inline",
	}, func(c *gin.Context) error {
		d, content, err := a.deps.Documents.Open(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		c.Header("Content-Disposition", d.Disposition())
		c.Header("Content-Length", strconv.Itoa(len(content)))
		c.Header("X-Content-SHA256", d.SHA256)
		c.Data(http.StatusOK, d.MIME, content)
		return nil
	})
}

// uploadAttachment reads the parts as they come, so that nothing is spilled to disk; a purpose may stand before or after
// the file.
func (a *API) uploadAttachment(c *gin.Context) error {
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return errMultipart.Because(err)
	}
	purpose, name := c.Query("purpose"), ""
	var content []byte
	found := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return readFailure(err)
		}
		switch part.FormName() {
		case "purpose":
			b, err := io.ReadAll(io.LimitReader(part, 100))
			if err != nil {
				return readFailure(err)
			}
			purpose = string(b)
		case "file":
			if found {
				return errMultipart
			}
			found, name = true, part.FileName()
			if content, err = io.ReadAll(io.LimitReader(part, document.MaxSize+1)); err != nil {
				return readFailure(err)
			}
		default:
			return errMultipart.With("part", part.FormName())
		}
	}
	if !found {
		return errNoFile
	}
	d, err := a.deps.Documents.Store(c.Request.Context(), name, purpose, bytes.NewReader(content))
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, fromDocument(d))
	return nil
}

// readFailure tells a body that is too large from one that broke off.
func readFailure(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return document.ErrTooLarge.With("limit_bytes", document.MaxSize)
	}
	return errMultipart.Because(err)
}
