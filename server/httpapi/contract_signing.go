package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/plan"
)

type portalStatement struct {
	Statement string `json:"statement" doc:"The sentence that is agreed to."`
	SHA256    string `json:"sha256" doc:"Of the text; it is given back with the agreement."`
}

type evidenceRecord struct {
	ID         string          `json:"id"`
	Way        contract.Way    `json:"way" enum:"online,e_signature"`
	Of         string          `json:"of" doc:"Type of what was signed: contract, contract_amendment, contract_annex."`
	OfID       string          `json:"of_id"`
	Reference  string          `json:"reference"`
	Side       string          `json:"side" enum:"customer,provider"`
	Person     string          `json:"person"`
	Login      string          `json:"login,omitempty"`
	At         caldate.Instant `json:"at"`
	IP         string          `json:"ip,omitempty"`
	UserAgent  string          `json:"user_agent,omitempty"`
	TextSHA256 string          `json:"text_sha256"`
	Statement  string          `json:"statement,omitempty"`
}

// agreed is what somebody says who agrees to a text in the portal.
type agreed struct {
	Agree  bool   `json:"agree" doc:"The box is ticked."`
	SHA256 string `json:"sha256" minLength:"64" maxLength:"64" doc:"Of the text that the person was shown."`
}

func (b agreed) given() acceptance.Given { return acceptance.Given{Agree: b.Agree, SHA256: b.SHA256} }

type agreedByKey struct {
	Agree    bool   `json:"agree" doc:"The box is ticked."`
	SHA256   string `json:"sha256" minLength:"64" maxLength:"64" doc:"Of the text that the person was shown."`
	Password string `json:"password" minLength:"1" maxLength:"1024" doc:"The person's own, entered again."`
}

func (b agreedByKey) given() acceptance.Given {
	return acceptance.Given{Agree: b.Agree, SHA256: b.SHA256}
}

func (a *API) contractSignings() {
	type acted = struct{ Body contractRecord }
	type answer = struct{ Body amendment }
	sign := func(ctx context.Context, id string, in contract.InPortal) (*acted, error) {
		c, err := a.deps.Contracts.SignInPortal(ctx, id, in)
		return a.oneContract(ctx, c, err)
	}
	signAmendment := func(ctx context.Context, id string, in contract.InPortal) (*answer, error) {
		if _, err := a.deps.Contracts.SignInPortal(ctx, id, in); err != nil {
			return nil, err
		}
		x, err := a.deps.Contracts.Amendment(ctx, id, in.AmendmentID)
		return a.amendmentRecord(ctx, x, err)
	}
	Register(a, Op{
		ID: "get-signing-statement", Method: http.MethodGet, Path: "/contracts/{id}/statement", Capability: "contract.accept", Tag: "contract",
		Summary: "在线签署前确认的语句与文本校验值", SummaryEn: "The sentence that is agreed to when signing in the portal, and the hash of the text",
	}, func(ctx context.Context, in *struct {
		ByID
		Amendment string `query:"amendment" maxLength:"32" doc:"Left out: the contract itself."`
	},
	) (*struct{ Body portalStatement }, error) {
		text, sha, err := a.deps.Contracts.Statement(ctx, in.ID, in.Amendment)
		if err != nil {
			return nil, err
		}
		return &struct{ Body portalStatement }{portalStatement{text, sha}}, nil
	})
	Register(a, Op{
		ID: "sign-contract-online", Method: http.MethodPost, Path: "/contracts/{id}/sign-online", Capability: "contract.accept", Tag: "contract",
		Summary:   "在线接受合同：客户的人代表客户，我方的人代表我方；账号、时间、地址与文本校验值留存为证据",
		SummaryEn: "Accept the contract in the portal for the own side; account, time, address and the text's hash are kept as evidence",
	}, func(ctx context.Context, in *struct {
		ByID
		Body agreed
	},
	) (*acted, error) {
		return sign(ctx, in.ID, contract.InPortal{Given: in.Body.given()})
	})
	Register(a, Op{
		ID: "e-sign-contract", Method: http.MethodPost, Path: "/contracts/{id}/e-sign", Capability: "contract.accept", Tag: "contract", NoReplay: true,
		Summary: "电子签名：再次输入密码后，以本人的密钥签署合同文本", SummaryEn: "Sign the contract with the person's own key, after the password was entered again",
	}, func(ctx context.Context, in *struct {
		ByID
		Body agreedByKey
	},
	) (*acted, error) {
		return sign(ctx, in.ID, contract.InPortal{Given: in.Body.given(), Password: in.Body.Password})
	})
	Register(a, Op{
		ID: "sign-amendment-online", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/sign-online", Capability: "contract.accept", Tag: "contract",
		Summary: "在线接受补充协议或业务变更记录表", SummaryEn: "Accept a supplement or a plan-change form in the portal for the own side",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body agreed
	},
	) (*answer, error) {
		return signAmendment(ctx, in.ID, contract.InPortal{AmendmentID: in.Amendment, Given: in.Body.given()})
	})
	Register(a, Op{
		ID: "e-sign-amendment", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/e-sign", Capability: "contract.accept", Tag: "contract", NoReplay: true,
		Summary: "电子签名签署补充协议或业务变更记录表", SummaryEn: "Sign a supplement or a plan-change form with the person's own key",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body agreedByKey
	},
	) (*answer, error) {
		return signAmendment(ctx, in.ID, contract.InPortal{AmendmentID: in.Amendment, Given: in.Body.given(), Password: in.Body.Password})
	})
	Register(a, Op{
		ID: "ask-plan-change", Method: http.MethodPost, Path: "/contracts/{id}/plan-change-requests", Capability: "contract.accept", Tag: "contract", Status: http.StatusCreated,
		Summary: "客户申请套餐变更：生成业务变更记录表，双方签署后生效", SummaryEn: "Ask for a plan change: its form is made and holds once both sides have signed it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Terms  plan.Patch `json:"terms" doc:"The terms of the plan that change; the others stay."`
			Reason string     `json:"reason,omitempty" maxLength:"2000"`
		}
	},
	) (*answer, error) {
		x, err := a.deps.Contracts.RequestPlanChange(ctx, in.ID, contract.PlanChange{Patch: in.Body.Terms, Reason: in.Body.Reason, ToSign: true})
		return a.amendmentRecord(ctx, x, err)
	})
	Register(a, Op{
		ID: "prove-price", Method: http.MethodPost, Path: "/contracts/{id}/amendments/{amendment}/proof", Capability: "contract.amend", Tag: "contract",
		Summary: "补充调价通知的送达凭证", SummaryEn: "Add the paper that shows that the customer was told of an announced price",
	}, func(ctx context.Context, in *struct {
		ByAmendment
		Body struct {
			AttachmentID string `json:"attachment_id" maxLength:"32"`
		}
	},
	) (*answer, error) {
		x, err := a.deps.Contracts.AddPriceProof(ctx, in.ID, in.Amendment, in.Body.AttachmentID)
		return a.amendmentRecord(ctx, x, err)
	})
	a.contractEvidence()
	a.contractAttachments()
}

// contractEvidence shows what proves the signings in the portal.
func (a *API) contractEvidence() {
	Register(a, Op{
		ID: "list-contract-evidence", Method: http.MethodGet, Path: "/contracts/{id}/evidence", Capability: "contract.read", Tag: "contract",
		Summary: "签署证据：在线接受记录与电子签名", SummaryEn: "What proves the signings in the portal: acceptances and electronic signatures",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[evidenceRecord] }, error) {
		if _, err := a.deps.Contracts.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		accepted, err := a.deps.Acceptances.OfContract(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		signed, err := a.deps.ESign.OfContract(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		rows := []evidenceRecord{}
		for _, x := range accepted {
			rows = append(rows, evidenceRecord{x.ID, contract.Online, x.ObjectType, x.ObjectID, x.Reference, x.Side, x.UserName, x.Login, x.At, x.IP, x.UserAgent, x.TextSHA256, x.Statement})
		}
		for _, x := range signed {
			rows = append(rows, evidenceRecord{
				ID: x.ID, Way: contract.ByKey, Of: x.ObjectType, OfID: x.ObjectID, Reference: x.Reference, Side: x.Side, Person: x.SignerName, At: x.At, TextSHA256: x.DocumentSHA256,
			})
		}
		return &struct{ Body List[evidenceRecord] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-acceptance-sheet", Method: http.MethodGet, Path: "/acceptances/{id}/sheet", Capability: "contract.read", Tag: "contract", Produces: "application/pdf",
		Summary: "在线接受存证单 PDF", SummaryEn: "The evidence of an acceptance as a PDF",
	}, func(c *gin.Context) error {
		name, content, err := a.deps.Acceptances.Sheet(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, content)
	})
	RegisterRaw(a, Op{
		ID: "get-e-signature", Method: http.MethodGet, Path: "/e-signatures/{id}", Capability: "contract.read", Tag: "contract", Produces: "application/json",
		Summary:   "电子签名文件，可用 sealgate contract verify-signature 离线验证",
		SummaryEn: "An electronic signature as a file that anybody can check offline with sealgate contract verify-signature",
	}, func(c *gin.Context) error {
		x, err := a.deps.ESign.Get(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		b, err := x.Open()
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(b, "", "  ")
		if err != nil {
			return err
		}
		c.Header("Content-Disposition", `attachment; filename="`+x.Reference+`-`+x.Side+`-signature.json"`)
		c.Data(http.StatusOK, "application/json", text)
		return nil
	})
}

type contractAttachment struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	Purpose        string          `json:"purpose"`
	MIME           string          `json:"mime"`
	Size           int64           `json:"size"`
	SHA256         string          `json:"sha256"`
	UploadedAt     caldate.Instant `json:"uploaded_at"`
	UploadedByName string          `json:"uploaded_by_name,omitempty"`
}

func fromContractFile(d *document.Document, by string) contractAttachment {
	return contractAttachment{d.ID, d.Name, d.Purpose, d.MIME, d.Size, d.SHA256, d.UploadedAt, by}
}

// contractAttachments are the scans, proofs and papers of a contract (C13).
func (a *API) contractAttachments() {
	Register(a, Op{
		ID: "list-contract-attachments", Method: http.MethodGet, Path: "/contracts/{id}/attachments", Capability: "contract.read", Tag: "contract",
		Summary: "合同的附件：名称、类型、大小、SHA-256、上传人", SummaryEn: "A contract's attachments: name, type, size, SHA-256, uploader",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[contractAttachment] }, error) {
		docs, err := a.deps.Contracts.Attachments(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		var people []string
		for i := range docs {
			people = append(people, docs[i].UploadedBy)
		}
		names, err := a.names(ctx, people...)
		if err != nil {
			return nil, err
		}
		rows := Convert(docs, func(d document.Document) contractAttachment {
			return fromContractFile(&d, names[d.UploadedBy])
		})
		return &struct{ Body List[contractAttachment] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "add-contract-attachment", Method: http.MethodPost, Path: "/contracts/{id}/attachments", Capability: "contract.sign", Tag: "contract", Status: http.StatusCreated,
		Summary: "把已上传的附件归入合同；归入后不可更改、不可删除", SummaryEn: "Give an uploaded attachment to the contract, once and for all",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			AttachmentID string `json:"attachment_id" minLength:"1" maxLength:"32"`
		}
	},
	) (*struct{ Body contractAttachment }, error) {
		d, err := a.deps.Contracts.Attach(ctx, in.ID, in.Body.AttachmentID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body contractAttachment }{fromContractFile(d, actor.From(ctx).Name)}, nil
	})
}
