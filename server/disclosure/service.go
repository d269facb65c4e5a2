package disclosure

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/evidence"
	"sealgate/server/form"
	"sealgate/server/handoff"
	"sealgate/server/paper"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/jobs"
	"sealgate/server/platform/series"
	"sealgate/server/recipient"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Blobs     *blob.Store
	Keys      *crypt.Keys
	Customers *customer.Service
	Documents *document.Service
	Batches   *batch.Service
	Handoff   *handoff.Service
	Evidence  *evidence.Service
	Notary    *trail.Notary
	Leases    *jobs.Leases
	Provider  paper.Party
}

// Service keeps the register.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// Order is what a disclosure is to be.
type Order struct {
	Ground     Ground
	Requester  string
	Officers   string
	Contact    string
	Reference  string
	ReceivedOn caldate.Date
	Reason     string
	DocumentID string
	Scope      Scope
	KeepDays   int64 // 0: DefaultDays
}

// check brings an order into form and says everything that is wrong with it.
func (s *Service) check(ctx context.Context, o *Order) (*Disclosure, error) {
	var f errs.Fields
	today := s.clock.Today()
	d := &Disclosure{
		State: Requested, Ground: o.Ground, Requester: form.Text(&f, "requester", o.Requester, 100, true),
		Officers:  form.Text(&f, "officers", o.Officers, 200, o.Ground == LawfulRequest),
		Contact:   form.Text(&f, "contact", o.Contact, 100, false),
		Reference: form.Text(&f, "reference", o.Reference, 100, o.Ground == LawfulRequest || o.Ground == Rights),
		Reason:    form.Lines(&f, "reason", o.Reason, 500, true), ReceivedOn: o.ReceivedOn, KeepDays: o.KeepDays,
	}
	if !slices.Contains(Grounds(), o.Ground) {
		f.Add("ground", "unknown", "请选择依据", "choose the ground")
	}
	if o.DocumentID == "" && o.Ground != Emergency {
		f.Add("attachment_id", "missing", "请上传文书（调取证据通知书、同意书等）", "attach the paper (request, order, consent)")
	}
	if o.ReceivedOn.IsZero() || o.ReceivedOn.After(today) {
		f.Add("received_on", "date", "请填写收到请求的日期，不能晚于今天", "give the day on which the request came, not after today")
	}
	if d.KeepDays == 0 {
		d.KeepDays = DefaultDays
	}
	if d.KeepDays < 1 || d.KeepDays > MaxDays {
		f.Add("keep_days", "range", "导出文件的有效期为 1 至 90 天", "the file is kept for 1 to 90 days")
	}
	if err := s.checkScope(ctx, &f, o, d); err != nil {
		return nil, err
	}
	return d, f.Err(ErrInvalid)
}

func (s *Service) checkScope(ctx context.Context, f *errs.Fields, o *Order, d *Disclosure) error {
	sc := &o.Scope
	if sc.First.IsZero() || sc.Last.IsZero() || sc.Last.Before(sc.First) || sc.Last.Sub(sc.First) > 3660 {
		f.Add("scope.first_day", "period", "请填写起止日期", "give the first and the last day")
	}
	phones := make([]string, 0, len(sc.Phones))
	for i, p := range sc.Phones {
		n, fault := recipient.Normalise([]byte(p))
		if fault != recipient.OK {
			f.Add(fmt.Sprintf("scope.phones.%d", i), "phone", "手机号不正确："+recipient.Mask(p), "not a mobile number: "+recipient.Mask(p))
			continue
		}
		if n := recipient.Format(n); !slices.Contains(phones, n) {
			phones = append(phones, n)
		}
	}
	if sc.Phones = phones; len(phones) > MaxPhones {
		f.Add("scope.phones", "many", "一次最多 200 个号码", "at most 200 numbers at once")
	}
	if len(sc.Phones) == 0 && sc.CustomerID == "" && len(sc.Batches) == 0 {
		f.Add("scope", "missing", "范围须限定号码、客户或批次", "limit the scope to numbers, a customer or batches")
	}
	if o.Ground == Consent && sc.CustomerID == "" {
		f.Add("scope.customer_id", "missing", "客户同意的披露只能涉及该客户的短信，请选择客户", "a customer can agree only to giving out its own messages; choose the customer")
	}
	known, err := s.store.batchNumbers(ctx, sc.Batches)
	if err != nil {
		return err
	}
	for i, n := range sc.Batches {
		if !known[n] {
			f.Add(fmt.Sprintf("scope.batches.%d", i), "unknown", "没有批次 "+n, "there is no batch "+n)
		}
	}
	d.FirstDay, d.LastDay, d.Batches, d.MaskedPhones = sc.First, sc.Last, sc.Batches, sc.Masked()
	if d.Batches == nil {
		d.Batches = []string{}
	}
	if sc.CustomerID == "" {
		return nil
	}
	c, err := s.Customers.Get(ctx, sc.CustomerID)
	if errors.Is(err, customer.ErrNotFound) {
		f.Add("scope.customer_id", "unknown", "没有这个客户", "there is no such customer")
		return nil
	}
	if err == nil {
		d.CustomerID, d.CustomerName = c.ID, c.Name
	}
	return err
}

func phonesContext(id string) string { return "sealgate disclosure phones\x00" + id }
func fileContext(id string) string   { return "sealgate disclosure file\x00" + id }

// Request records a disclosure; another person decides it. Errors: ErrInvalid.
func (s *Service) Request(ctx context.Context, o Order) (*Disclosure, error) {
	d, err := s.check(ctx, &o)
	if err != nil {
		return nil, err
	}
	d.ID = ids.New()
	key, err := s.Keys.ForOne(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	phones, err := json.Marshal(o.Scope.Phones)
	if err != nil {
		return nil, err
	}
	d.KeyID, d.SealedPhones = key.ID, base64.StdEncoding.EncodeToString(key.Seal(phones, phonesContext(d.ID)))
	err = s.db.Run(ctx, func(ctx context.Context) error {
		who, now := actor.From(ctx), s.clock.Instant()
		number, err := series.Kind{Name: "disclosure", Mark: "DS", Digits: 4}.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		d.Number = number
		d.RequestedBy, d.RequestedName, d.RequestedAt = who.UserID, who.Name, now
		if o.DocumentID == "" {
			d.PapersDueOn = now.Date().AddDays(papersWithin)
		} else if err := s.link(ctx, d, o.DocumentID); err != nil {
			return err
		}
		if err := s.store.insert(ctx, d); err != nil {
			return err
		}
		return s.record(ctx, d, "disclosure.request", "", d.Reason, map[string]any{
			"number": d.Number, "ground": d.Ground, "requester": d.Requester, "reference": d.Reference, "from": d.FirstDay.String(), "to": d.LastDay.String(),
			"phones": d.MaskedPhones, "batches": d.Batches,
		})
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *Service) link(ctx context.Context, d *Disclosure, documentID string) error {
	doc, err := s.Documents.Link(ctx, documentID, "disclosure", d.ID, d.CustomerID, "")
	if err != nil {
		return err
	}
	d.DocumentID, d.PapersDueOn = doc.ID, caldate.Date{}
	return nil
}

func (s *Service) record(ctx context.Context, d *Disclosure, action string, from State, reason string, detail map[string]any) error {
	e := trail.Entry{Action: action, ObjectType: "disclosure", ObjectID: d.ID, CustomerID: d.CustomerID, Reason: reason, Detail: detail}
	if from != d.State {
		e.From, e.To = string(from), string(d.State)
	}
	return s.trail.Record(ctx, e)
}

// change reads a disclosure under lock, has act change it and writes the named fields.
func (s *Service) change(ctx context.Context, id string, act func(ctx context.Context, d *Disclosure) (fields []string, err error)) (d *Disclosure, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if d, err = s.store.locked(ctx, id); err != nil {
			return err
		}
		if d == nil {
			return ErrNotFound
		}
		from := d.State
		fields, err := act(ctx, d)
		if err != nil {
			return err
		}
		if d.State != from && !MayGo(from, d.State) {
			return ErrState.With("state", string(from))
		}
		ok, err := s.store.update(ctx, d, from, fields...)
		if err == nil && !ok {
			err = ErrState
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Decide approves or refuses a disclosure; never the person who recorded it. Errors: ErrNotFound, ErrState, ErrOwn, ErrInvalid.
func (s *Service) Decide(ctx context.Context, id string, approve bool, reason string) (*Disclosure, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, d *Disclosure) ([]string, error) {
		who := actor.From(ctx)
		switch {
		case d.State != Requested:
			return nil, ErrState.With("state", string(d.State))
		case d.RequestedBy == who.UserID:
			return nil, ErrOwn
		}
		d.State = Refused
		action := "disclosure.refuse"
		if approve {
			d.State, action = Approved, "disclosure.approve"
		}
		d.DecidedBy, d.DecidedName, d.DecidedAt, d.DecideReason = who.UserID, who.Name, s.clock.Instant(), reason
		return []string{"State", "DecidedBy", "DecidedName", "DecidedAt", "DecideReason"}, s.record(ctx, d, action, Requested, reason, nil)
	})
}

// Withdraw takes a disclosure back before it is decided; only who recorded it may.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Disclosure, error) {
	return s.change(ctx, id, func(ctx context.Context, d *Disclosure) ([]string, error) {
		switch {
		case d.State != Requested:
			return nil, ErrState.With("state", string(d.State))
		case d.RequestedBy != actor.From(ctx).UserID:
			return nil, ErrOthers
		}
		d.State = Withdrawn
		return []string{"State"}, s.record(ctx, d, "disclosure.withdraw", Requested, reason, nil)
	})
}

// AddPapers gives the paper that an emergency did not wait for.
func (s *Service) AddPapers(ctx context.Context, id, documentID string) (*Disclosure, error) {
	return s.change(ctx, id, func(ctx context.Context, d *Disclosure) ([]string, error) {
		if d.DocumentID != "" {
			return nil, ErrPapers
		}
		if err := s.link(ctx, d, documentID); err != nil {
			return nil, err
		}
		return []string{"DocumentID", "PapersDueOn"}, s.record(ctx, d, "disclosure.papers", d.State, "", map[string]any{"document": documentID})
	})
}

// Get gives one disclosure with its downloads. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Disclosure, []Download, error) {
	d, err := s.store.get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if d == nil {
		return nil, nil, ErrNotFound
	}
	downloads, err := s.store.downloads(ctx, id)
	return d, downloads, err
}

// List gives the register, the newest first, after an id, and how many entries there are; only those of a state where one is given.
func (s *Service) List(ctx context.Context, state State, after string, limit int) ([]Disclosure, int64, error) {
	total, err := s.store.count(ctx, state)
	if err != nil {
		return nil, 0, err
	}
	ds, err := s.store.list(ctx, state, after, limit)
	return ds, total, err
}

// File opens the ZIP for a person, and logs whom it goes to. Errors: ErrPurpose, ErrNotFound, ErrState, ErrExpired.
func (s *Service) File(ctx context.Context, id, purpose string) (*Disclosure, io.ReadCloser, error) {
	purpose = strings.TrimSpace(purpose)
	if n := utf8.RuneCountInString(purpose); n < 2 || n > 200 {
		return nil, nil, ErrPurpose
	}
	d, err := s.store.get(ctx, id)
	switch {
	case err != nil:
		return nil, nil, err
	case d == nil:
		return nil, nil, ErrNotFound
	case d.State == Expired || d.State == Ready && s.clock.Today().After(d.ExpiresOn):
		return nil, nil, ErrExpired
	case d.State != Ready:
		return nil, nil, ErrState.With("state", string(d.State))
	}
	file, err := s.open(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	who := actor.From(ctx)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addDownload(ctx, &Download{ID: ids.New(), DisclosureID: d.ID, UserID: who.UserID, UserName: who.Name, IP: who.IP, Purpose: purpose, At: s.clock.Instant()}); err != nil {
			return err
		}
		return s.record(ctx, d, "disclosure.download", d.State, purpose, map[string]any{"sha256": d.SHA256, "messages": d.Messages})
	})
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return d, file, nil
}

// open gives the ZIP, as it was made.
func (s *Service) open(ctx context.Context, d *Disclosure) (io.ReadCloser, error) {
	key, err := s.Keys.ByID(ctx, d.KeyID)
	if err != nil {
		return nil, err
	}
	object, err := s.Blobs.Get(ctx, d.BlobKey)
	if err != nil {
		return nil, err
	}
	plain, err := key.OpenReader(object, fileContext(d.ID))
	if err != nil {
		return nil, errors.Join(err, object.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, object}, nil
}

const (
	workLease    = "disclosures"
	workLeaseTTL = 5 * time.Minute
)

// Work makes the file of one approved disclosure; one server at a time. It tells whether there was one.
func (s *Service) Work(ctx context.Context) (bool, error) {
	d, err := s.store.next(ctx, Approved)
	if err != nil || d == nil {
		return false, err
	}
	if _, ok, err := s.Leases.Acquire(ctx, workLease, workLeaseTTL); err != nil || !ok {
		return false, err
	}
	if err := s.export(ctx, d); err != nil {
		return false, fmt.Errorf("export of disclosure %s: %w", d.Number, err)
	}
	return true, nil
}

// RunDay ends the files whose last day is over: their keys are destroyed, and with them the numbers that were asked for.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (string, error) {
	over, err := s.store.over(ctx, day)
	if err != nil {
		return "", err
	}
	for i := range over {
		d, err := s.change(ctx, over[i].ID, func(ctx context.Context, d *Disclosure) ([]string, error) {
			if _, err := s.Keys.Destroy(ctx, d.KeyID, crypt.RuleExpired); err != nil {
				return nil, err
			}
			from := d.State
			fields := []string{}
			if d.State == Ready {
				d.State, d.ExpiredAt = Expired, s.clock.Instant()
				fields = []string{"State", "ExpiredAt"}
			}
			return fields, s.record(ctx, d, "disclosure.expire", from, "", nil)
		})
		if err != nil {
			return "", err
		}
		failpoint.Hit("disclosure.expired")
		if d.BlobKey != "" {
			if err := s.Blobs.Delete(ctx, d.BlobKey); err != nil {
				return "", err
			}
		}
	}
	if _, err := s.Keys.Erase(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d files of disclosures expired", len(over)), nil
}

// Garbage gives those keys of exports that no row names and whose disclosure is not being made.
func (s *Service) Garbage(ctx context.Context, keys []string) ([]string, error) {
	return s.store.unnamed(ctx, keys)
}
