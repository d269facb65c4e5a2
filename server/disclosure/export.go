package disclosure

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/evidence"
	"sealgate/server/form"
	"sealgate/server/handoff"
	"sealgate/server/paper"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
)

// The files in the ZIP. Manifest names the SHA-256 of all others, as sha256sum does; its signature is a signed note.
const (
	fileLetter    = "cover-letter.pdf"
	fileMessages  = "messages.csv"
	fileEvidence  = "evidence.jsonl"
	fileRequest   = "request.json"
	fileManifest  = "MANIFEST.sha256"
	fileSignature = "MANIFEST.sha256.signed"
)

// export makes the ZIP of an approved disclosure, sealed under its own key, and its row.
func (s *Service) export(ctx context.Context, d *Disclosure) error {
	ctx = actor.With(ctx, actor.System("job:disclosure"))
	scope, key, err := s.scopeOf(ctx, d)
	if err != nil {
		return err
	}
	blobKey := fmt.Sprintf("disclosures/%s/%d.zip", d.ID, s.clock.Real().UnixMilli())
	in, out := io.Pipe()
	plain := sha256.New()
	b := &builder{s: s, d: d, scope: scope, hashes: map[string]string{}, at: s.clock.Instant()}
	size := &counter{}
	go func() { _ = out.CloseWithError(b.build(ctx, io.MultiWriter(out, plain, size))) }()
	defer in.Close()
	sealed, err := key.SealReader(in, fileContext(d.ID))
	if err != nil {
		return err
	}
	if _, err := s.Blobs.Put(ctx, blobKey, sealed); err != nil {
		return err
	}
	failpoint.Hit("disclosure.stored")
	_, err = s.change(ctx, d.ID, func(ctx context.Context, now *Disclosure) ([]string, error) {
		if now.State != Approved {
			return nil, errMade
		}
		now.State, now.BlobKey, now.Size, now.SHA256 = Ready, blobKey, size.n, hex.EncodeToString(plain.Sum(nil))
		now.Messages, now.Purged, now.ReadyAt = b.messages, b.purged, b.at
		now.ExpiresOn = b.at.Date().AddDays(int(now.KeepDays))
		return []string{"State", "BlobKey", "Size", "SHA256", "Messages", "Purged", "ReadyAt", "ExpiresOn"},
			s.record(ctx, now, "disclosure.export", Approved, "", map[string]any{"messages": b.messages, "purged_batches": b.purged, "sha256": now.SHA256, "size": now.Size})
	})
	if errors.Is(err, errMade) { // another server was faster: its file is the one on record
		return s.Blobs.Delete(ctx, blobKey)
	}
	return err
}

// errMade says that the file of a disclosure is there already.
var errMade = errors.New("the file was made meanwhile")

func (s *Service) scopeOf(ctx context.Context, d *Disclosure) (*Scope, *crypt.Key, error) {
	key, err := s.Keys.ByID(ctx, d.KeyID)
	if err != nil {
		return nil, nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(d.SealedPhones)
	if err != nil {
		return nil, nil, err
	}
	plain, err := key.Open(sealed, phonesContext(d.ID))
	if err != nil {
		return nil, nil, err
	}
	sc := &Scope{CustomerID: d.CustomerID, Batches: d.Batches, First: d.FirstDay, Last: d.LastDay}
	return sc, key, json.Unmarshal(plain, &sc.Phones)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

// builder writes one ZIP.
type builder struct {
	s        *Service
	d        *Disclosure
	scope    *Scope
	at       caldate.Instant
	hashes   map[string]string // file → SHA-256
	order    []string
	messages int64
	purged   int64
	few      []where // the messages, while they are few enough for the whole chain
}

// where names one message.
type where struct {
	batchID string
	seq     int64
}

func (b *builder) build(ctx context.Context, out io.Writer) error {
	z := zip.NewWriter(out)
	if err := b.file(z, fileMessages, func(w io.Writer) error { return b.table(ctx, w) }); err != nil {
		return err
	}
	if len(b.few) > 0 {
		if err := b.file(z, fileEvidence, func(w io.Writer) error { return b.chains(ctx, w) }); err != nil {
			return err
		}
	}
	if err := b.file(z, fileRequest, b.request); err != nil {
		return err
	}
	if err := b.file(z, fileLetter, b.letter); err != nil {
		return err
	}
	manifest := b.manifest()
	if err := b.file(z, fileManifest, func(w io.Writer) error { _, err := io.WriteString(w, manifest); return err }); err != nil {
		return err
	}
	if b.s.Notary != nil {
		signed, err := b.s.Notary.Sign(manifest)
		if err != nil {
			return err
		}
		if err := b.file(z, fileSignature, func(w io.Writer) error { _, err := w.Write(signed); return err }); err != nil {
			return err
		}
	}
	return z.Close()
}

// file adds one file and keeps its hash.
func (b *builder) file(z *zip.Writer, name string, write func(io.Writer) error) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at.Time()})
	if err != nil {
		return err
	}
	var h hash.Hash = sha256.New()
	if err := write(io.MultiWriter(w, h)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.hashes[name], b.order = hex.EncodeToString(h.Sum(nil)), append(b.order, name)
	return nil
}

func (b *builder) manifest() string {
	var m strings.Builder
	for _, name := range b.order {
		fmt.Fprintf(&m, "%s  %s\n", b.hashes[name], name)
	}
	return m.String()
}

var columns = []string{
	"批次编号 batch", "序号 seq", "号码 phone", "内容 text", "签名 signature", "发送号码 sender", "客户 customer", "合同 contract", "提交人 submitter", "提交时间 submitted_at",
	"源文件SHA-256 source_sha256", "行号 line", "判定 verdict", "规则集 rule_set", "审批人数 approvers", "发出时间 sent_at", "状态 status",
}

func (b *builder) table(ctx context.Context, out io.Writer) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(columns); err != nil {
		return err
	}
	write := func(r row) error {
		if b.messages++; b.messages > MaxMessages {
			return ErrTooMany
		}
		if b.messages <= fullChain {
			b.few = append(b.few, where{r.batch.ID, r.message.Seq})
		} else {
			b.few = nil
		}
		return w.Write(r.cells())
	}
	collect := b.byBatches
	if len(b.scope.Phones) > 0 {
		collect = b.byPhones
	}
	if err := collect(ctx, write); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// row is one message in the scope.
type row struct {
	batch     *batch.Batch
	message   *batch.Message
	verdict   string
	approvers int
	fate      handoff.Fate
	left      bool
}

func (r row) cells() []string {
	sent, status := "", ""
	if !r.fate.SentAt.IsZero() {
		sent = r.fate.SentAt.String()
	}
	if r.left {
		status = r.fate.Status.String()
	}
	b, m := r.batch, r.message
	return []string{
		b.Number, strconv.FormatInt(m.Seq, 10), m.Phone, form.PlainCell(m.Text), b.Signature, b.ServiceCode, form.PlainCell(b.CustomerName), b.ContractNumber,
		form.PlainCell(b.SubmitterName), b.CreatedAt.String(), b.FileSHA256, strconv.FormatInt(m.Line, 10), r.verdict, b.RuleSetVersion, strconv.Itoa(r.approvers), sent, status,
	}
}

// byPhones gives the messages to the numbers of the scope, and no other.
func (b *builder) byPhones(ctx context.Context, write func(row) error) error {
	for _, phone := range b.scope.Phones {
		found, err := b.s.Evidence.Find(ctx, phone)
		if err != nil {
			return err
		}
		slices.Reverse(found) // the oldest first
		for _, f := range found {
			if !b.scope.takes(f.At().Date(), f.CustomerID, f.BatchNumber) {
				continue
			}
			m, err := b.s.Evidence.Record(ctx, f.BatchID, f.Seq)
			if err != nil {
				return err
			}
			if m.Batch.Purged != nil {
				b.purged++
				continue
			}
			if m.Phone != phone { // 48 bits of a hash may meet by chance
				continue
			}
			if err := write(rowOf(m)); err != nil {
				return err
			}
		}
	}
	return nil
}

func rowOf(m *evidence.Message) row {
	r := row{batch: m.Batch, message: &batch.Message{Seq: m.Seq, Line: m.Line, Phone: m.Phone, Text: m.Text()}}
	if m.Verdict != nil {
		r.verdict = string(m.Verdict.Verdict)
	}
	if m.Record.Manifest != nil {
		r.approvers = len(m.Record.Manifest.Approvers)
	}
	if t := m.Trace; t != nil {
		r.left, r.fate.Status = true, t.Status
		if n := len(t.Slices); n > 0 {
			r.fate.SentAt = t.Slices[n-1].At
		}
	}
	return r
}

// byBatches gives all messages of the scope's batches, chunk by chunk.
func (b *builder) byBatches(ctx context.Context, write func(row) error) error {
	batches, err := b.s.store.batchesOf(ctx, b.d)
	if err != nil {
		return err
	}
	for i := range batches {
		full, err := b.s.Batches.Get(ctx, batches[i].ID)
		if err != nil {
			return err
		}
		if full.Purged != nil {
			b.purged++
			continue
		}
		if err := b.wholeBatch(ctx, full, write); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) wholeBatch(ctx context.Context, x *batch.Batch, write func(row) error) error {
	chunks, err := b.s.Batches.Chunks(ctx, x.ID)
	if err != nil {
		return err
	}
	approvers, err := b.s.Evidence.Approvers(ctx, x.ID)
	if err != nil {
		return err
	}
	for i := range chunks {
		messages, err := b.s.Batches.OpenChunk(ctx, &chunks[i])
		if err != nil {
			return err
		}
		verdicts, err := b.s.Batches.OpenVerdicts(ctx, &chunks[i])
		if err != nil {
			return err
		}
		fates, err := b.s.Handoff.ChunkFates(ctx, x.ID, chunks[i].Seq)
		if err != nil {
			return err
		}
		for j := range messages {
			r := row{batch: x, message: &messages[j], verdict: string(verdicts[j].Verdict), approvers: approvers}
			if j < len(fates) {
				r.fate, r.left = fates[j], true
			}
			on := x.ScreenedAt.Date()
			if !r.fate.SentAt.IsZero() {
				on = r.fate.SentAt.Date()
			}
			if !b.scope.takes(on, x.CustomerID, x.Number) {
				continue
			}
			if err := write(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// chains writes the whole chain of evidence of each message, one JSON object a line.
func (b *builder) chains(ctx context.Context, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, at := range b.few {
		m, err := b.s.Evidence.Record(ctx, at.batchID, at.seq)
		if err != nil {
			return err
		}
		if err := enc.Encode(evidence.NewChain(m)); err != nil {
			return err
		}
	}
	return nil
}

// request writes what was asked for, on which ground, and who decided.
func (b *builder) request(w io.Writer) error {
	d := b.d
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{
		"number": d.Number, "ground": d.Ground, "requester": d.Requester, "officers": d.Officers, "reference": d.Reference, "received_on": d.ReceivedOn.String(),
		"reason": d.Reason, "scope": map[string]any{"phones": b.scope.Phones, "customer": d.CustomerName, "batches": d.Batches, "first_day": d.FirstDay.String(), "last_day": d.LastDay.String()},
		"requested_by": d.RequestedName, "requested_at": d.RequestedAt, "approved_by": d.DecidedName, "approved_at": d.DecidedAt, "approval_reason": d.DecideReason,
		"made_at": b.at, "messages": b.messages, "batches_already_purged": b.purged, "provider": b.s.Provider.Name,
	})
}

// letter writes the cover letter.
func (b *builder) letter(w io.Writer) error {
	d := b.d
	var files []paper.ListedFile
	for _, name := range b.order {
		files = append(files, paper.ListedFile{Name: name, SHA256: b.hashes[name]})
	}
	doc, err := paper.DisclosureLetter(paper.DisclosureData{
		Number: d.Number, From: b.s.Provider, To: d.Requester, Date: b.at.Date(), Ground: groundNames[d.Ground], Reference: d.Reference, Officers: d.Officers, ReceivedOn: d.ReceivedOn,
		Phones: len(b.scope.Phones), Customer: d.CustomerName, Batches: d.Batches, First: d.FirstDay, Last: d.LastDay, Messages: b.messages, Purged: b.purged,
		RequestedBy: d.RequestedName, ApprovedBy: d.DecidedName, ApprovedOn: d.DecidedAt.Date(), Files: files, Signed: b.s.Notary != nil,
	})
	if err != nil {
		return err
	}
	_, err = w.Write(doc)
	return err
}

var groundNames = map[Ground]string{
	LawfulRequest: "有权机关依法调取", Emergency: "涉及人身、财产安全的紧急情况", Rights: "维护合法权益", Consent: "客户同意",
}
