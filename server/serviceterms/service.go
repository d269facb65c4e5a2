package serviceterms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Acceptances *acceptance.Service
	Customers   *customer.Service
	Documents   *document.Service
	Notices     *notice.Service
	Templates   *contracttemplate.Registry
	Configured  map[string]string // blanks that the provider's configuration fills
}

// Service leads the versions of the terms.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{deps, d, c, t, store{d}}
}

// templateID is the template that terms are made from.
const templateID = "terms"

// Text is what a draft is made of.
type Text struct {
	Values     map[string]string
	Changes    string
	UseAccepts bool
}

// Form gives the template of the terms: what a draft asks for.
func (s *Service) Form() (*contracttemplate.Template, error) { return s.Templates.Latest(templateID) }

// fill checks what was entered and puts it into a draft.
func (s *Service) fill(v *Version, in Text) error {
	t, err := s.Form()
	if err != nil {
		return err
	}
	var f errs.Fields
	in.Changes = form.Lines(&f, "changes", in.Changes, 2000, v.Number > 1)
	values := t.Defaults()
	for name, value := range in.Values {
		values[name] = value
	}
	for name, value := range s.Configured {
		if t.Blank(name) != nil {
			values[name] = value
		}
	}
	for _, e := range t.Check(values) {
		e.Field = "values." + e.Field
		f = append(f, e)
	}
	v.TemplateID, v.TemplateVersion, v.Title, v.Values, v.Changes, v.UseAccepts = t.ID, t.Version, t.Title.Zh, values, in.Changes, in.UseAccepts
	return f.Err(ErrInvalid)
}

// Draft begins the next version; there is one draft at a time. Errors: ErrInvalid with the fields, ErrOpen.
func (s *Service) Draft(ctx context.Context, in Text) (*Version, error) {
	var v *Version
	err := s.db.Run(ctx, func(ctx context.Context) error {
		all, err := s.store.all(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(v Version) bool { return v.State == Draft }) {
			return ErrOpen
		}
		who := actor.From(ctx).UserID
		v = &Version{ID: ids.New(), Number: len(all) + 1, State: Draft, CreatedBy: who, UpdatedBy: who, CreatedAt: s.clock.Instant(), Version: 1}
		if err := s.fill(v, in); err != nil {
			return err
		}
		err = s.store.insert(ctx, v)
		if db.IsDuplicate(err) {
			return ErrOpen
		}
		if err != nil {
			return err
		}
		return s.record(ctx, v, "terms.draft", "", "")
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Revise replaces what a draft says, as of version (0: as it stands). Errors: ErrInvalid, ErrNotFound, ErrState, ErrStale.
func (s *Service) Revise(ctx context.Context, id string, version int64, in Text) (*Version, error) {
	return s.change(ctx, id, func(ctx context.Context, v *Version) error {
		switch {
		case v.State != Draft:
			return ErrState.With("state", v.State)
		case version != 0 && version != v.Version:
			return ErrStale.With("version", v.Version)
		}
		if err := s.fill(v, in); err != nil {
			return err
		}
		v.UpdatedBy = actor.From(ctx).UserID
		if err := s.save(ctx, v, Draft); err != nil {
			return err
		}
		return s.record(ctx, v, "terms.revise", "", "")
	})
}

func (s *Service) change(ctx context.Context, id string, act func(ctx context.Context, v *Version) error) (*Version, error) {
	var v *Version
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		return act(ctx, v)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (s *Service) save(ctx context.Context, v *Version, from State) error {
	if v.State != from && !slices.Contains(moves[from], v.State) {
		return ErrState.With("state", from)
	}
	ok, err := s.store.save(ctx, v, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	return nil
}

func (s *Service) record(ctx context.Context, v *Version, action, reason string, from State) error {
	to := ""
	if from != v.State {
		to = string(v.State)
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "service_terms", ObjectID: v.ID, From: string(from), To: to, Reason: reason,
		Detail: map[string]any{"number": v.Reference(), "sha256": v.SHA256, "effective_on": v.EffectiveOn, "use_accepts": v.UseAccepts},
	})
}

// effective checks the day from which a version is to be in force.
func (s *Service) effective(all []Version, v *Version, on caldate.Date) error {
	today := s.clock.Today()
	earliest := today
	if slices.ContainsFunc(all, func(o Version) bool { return o.State == Announced }) {
		earliest = today.AddDays(NoticeDays)
	}
	switch {
	case on.IsZero():
		return ErrEffective.At("effective_on", "missing", "请填写生效日", "give the day from which it is in force")
	case on.Before(earliest):
		return ErrEffective.At("effective_on", "too_early", fmt.Sprintf("新版须提前 %d 日公告，最早自 %s 起生效", NoticeDays, earliest), fmt.Sprintf("a new version is announced %d days ahead: %s at the earliest", NoticeDays, earliest))
	case v.Values["effective_from"] != on.String():
		return ErrEffective.At("effective_on", "differs", "与条款正文写的生效日 "+v.Values["effective_from"]+" 不一致", "the text says "+v.Values["effective_from"])
	}
	for i := range all {
		if o := &all[i]; o.State == Announced && !on.After(o.EffectiveOn) {
			return ErrEffective.At("effective_on", "order", "须晚于 "+o.Reference()+" 的生效日 "+o.EffectiveOn.String(), "must be after the day of "+o.Reference()+", "+o.EffectiveOn.String())
		}
	}
	return nil
}

// Announce publishes a draft that somebody else wrote: its text is made once, and every customer with a contract in force is told. It is in force
// from its day on. Errors: ErrNotFound, ErrState, ErrStale, ErrOwn, ErrEffective with the field.
func (s *Service) Announce(ctx context.Context, id string, on caldate.Date) (*Version, error) {
	may := func(ctx context.Context, v *Version) error {
		switch {
		case v.State != Draft:
			return ErrState.With("state", v.State)
		case v.Mine(actor.From(ctx).UserID):
			return ErrOwn
		}
		all, err := s.store.all(ctx)
		if err != nil {
			return err
		}
		return s.effective(all, v, on)
	}
	draft, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := may(ctx, draft); err != nil {
		return nil, err
	}
	t, err := s.Templates.Get(draft.TemplateID, draft.TemplateVersion)
	if err != nil {
		return nil, err
	}
	pdf, _, err := t.Render(draft.Values, contracttemplate.RenderOptions{Number: draft.Reference(), Now: s.clock.Now()})
	if err != nil {
		return nil, fmt.Errorf("text of %s: %w", draft.Reference(), err)
	}
	doc, err := s.Documents.Store(ctx, draft.Reference()+".pdf", "service_terms", bytes.NewReader(pdf))
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, v *Version) error {
		if err := may(ctx, v); err != nil {
			return err
		}
		if v.Version != draft.Version {
			return ErrStale.With("version", v.Version)
		}
		if _, err := s.Documents.Link(ctx, doc.ID, "service_terms", v.ID, "", ""); err != nil {
			return err
		}
		now := s.clock.Instant()
		v.State, v.DocumentID, v.SHA256, v.AnnouncedOn, v.EffectiveOn, v.PublishedBy, v.PublishedAt = Announced, doc.ID, doc.SHA256, now.Date(), on, actor.From(ctx).UserID, now
		if err := s.save(ctx, v, Draft); err != nil {
			return err
		}
		if err := s.record(ctx, v, "terms.announce", "", Draft); err != nil {
			return err
		}
		return s.tellAll(ctx, v)
	})
}

// tellAll puts a notice of a new version into the inbox of every customer that is served.
func (s *Service) tellAll(ctx context.Context, v *Version) error {
	who, err := s.store.served(ctx)
	if err != nil {
		return err
	}
	silent, silentEn := "请在客户门户阅读并确认接受", "please read and accept them in the portal"
	if v.UseAccepts {
		silent, silentEn = "请阅读并确认；在生效日前未提出异议并在该日以后继续提交短信的，视为接受", "please read and accept them; who does not object before that day and goes on sending accepts them"
	}
	changes := v.Changes
	if changes == "" {
		changes = "首次发布"
	}
	var letters []notice.Letter
	for _, id := range who {
		letters = append(letters, notice.Letter{
			To:   notice.To{CustomerID: id, About: notice.About{ObjectType: "service_terms", ObjectID: v.ID, CustomerID: id}},
			Vars: map[string]string{"version": fmt.Sprint(v.Number), "effective": v.EffectiveOn.String(), "changes": changes, "silent": silent}, En: map[string]string{"silent": silentEn},
		})
	}
	return s.Notices.SendAll(ctx, "terms_announced", letters)
}

// Withdraw takes an announced version back before its day. Errors: ErrNotFound, ErrState, ErrInvalid without a reason.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Version, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, v *Version) error {
		if v.State != Announced || !s.clock.Today().Before(v.EffectiveOn) {
			return ErrState.With("state", v.State)
		}
		v.State = Withdrawn
		if err := s.save(ctx, v, Announced); err != nil {
			return err
		}
		return s.record(ctx, v, "terms.withdraw", reason, Announced)
	})
}

// List gives all versions, the newest first; a customer's people see no drafts.
func (s *Service) List(ctx context.Context) ([]Version, error) {
	all, err := s.store.all(ctx)
	slices.Reverse(all)
	if actor.From(ctx).CustomerID != "" {
		all = slices.DeleteFunc(all, func(v Version) bool { return v.State == Draft })
	}
	return all, err
}

// Get gives a version; drafts are not for customers' people. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Version, error) {
	v, err := s.store.byID(ctx, id)
	if err == nil && v.State == Draft && actor.From(ctx).CustomerID != "" {
		return nil, ErrNotFound
	}
	return v, err
}

// InForce gives the version of a day; nil before the first. Errors: none of the house.
func (s *Service) InForce(ctx context.Context, on caldate.Date) (*Version, error) {
	all, err := s.store.all(ctx)
	return inForce(all, on), err
}

// Document gives the text of a version: the announced one as stored, a draft as it would be. Errors: ErrNotFound, ErrInvalid.
func (s *Service) Document(ctx context.Context, id string) (name string, content []byte, err error) {
	v, err := s.Get(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if v.DocumentID != "" { // it is for everybody who may read the terms, and belongs to no customer
		d, content, err := s.Documents.Open(actor.With(ctx, actor.System("terms")), v.DocumentID)
		if err != nil {
			return "", nil, err
		}
		return d.Name, content, nil
	}
	t, err := s.Templates.Get(v.TemplateID, v.TemplateVersion)
	if err != nil {
		return "", nil, err
	}
	pdf, _, err := t.Render(v.Values, contracttemplate.RenderOptions{Number: v.Reference(), Draft: true, Now: v.CreatedAt.Time()})
	return v.Reference() + "-draft.pdf", pdf, err
}

// accepted gives a customer's acceptance of a version, if there is one.
func (s *Service) accepted(ctx context.Context, versionID, customerID string) (*acceptance.Acceptance, error) {
	rows, err := s.Acceptances.Of(ctx, "service_terms", versionID)
	for i := range rows {
		if rows[i].CustomerID == customerID {
			return &rows[i], err
		}
	}
	return nil, err
}

// Accept is a customer's acceptance of an announced version, with its evidence. Errors: ErrCustomer, ErrNotFound, ErrState, ErrAccepted,
// acceptance.ErrAgree and ErrText.
func (s *Service) Accept(ctx context.Context, id string, given acceptance.Given) (a *acceptance.Acceptance, err error) {
	who := actor.From(ctx)
	if who.CustomerID == "" {
		return nil, ErrCustomer
	}
	_, err = s.change(ctx, id, func(ctx context.Context, v *Version) error {
		if v.State != Announced {
			return ErrState.With("state", v.State)
		}
		if err := given.Check(v.SHA256); err != nil {
			return err
		}
		old, err := s.accepted(ctx, id, who.CustomerID)
		if err != nil {
			return err
		}
		if old != nil {
			return ErrAccepted.With("at", old.At)
		}
		a, err = s.keep(ctx, v, who.CustomerID, acceptance.Click, "")
		return err
	})
	return a, err
}

func (s *Service) keep(ctx context.Context, v *Version, customerID string, how acceptance.How, note string) (*acceptance.Acceptance, error) {
	c, err := s.Customers.Get(ctx, customerID)
	if err != nil {
		return nil, err
	}
	return s.Acceptances.Record(ctx, acceptance.Text{
		ObjectType: "service_terms", ObjectID: v.ID, Reference: v.Reference(), Title: v.Title, SHA256: v.SHA256, DocumentID: v.DocumentID, Statement: Statement(v, c.Name), Side: "customer", CustomerID: customerID,
	}, how, note)
}

// Object is a customer's word before a version's day that it does not agree; going on to use the service is then no acceptance. Errors:
// ErrCustomer, ErrNotFound, ErrState, ErrLate, ErrAccepted, ErrObjected, ErrInvalid without a reason.
func (s *Service) Object(ctx context.Context, id, reason string) (*Objection, error) {
	who := actor.From(ctx)
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	switch err := f.Err(ErrInvalid); {
	case who.CustomerID == "":
		return nil, ErrCustomer
	case err != nil:
		return nil, err
	}
	o := &Objection{VersionID: id, CustomerID: who.CustomerID, UserID: who.UserID, Reason: reason, At: s.clock.Instant()}
	_, err := s.change(ctx, id, func(ctx context.Context, v *Version) error {
		switch {
		case v.State != Announced:
			return ErrState.With("state", v.State)
		case !s.clock.Today().Before(v.EffectiveOn):
			return ErrLate.With("effective_on", v.EffectiveOn)
		}
		old, err := s.accepted(ctx, id, who.CustomerID)
		if err != nil {
			return err
		}
		if old != nil {
			return ErrAccepted.With("at", old.At)
		}
		err = s.store.insertObjection(ctx, o)
		if db.IsDuplicate(err) {
			return ErrObjected
		}
		if err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{
			Action: "terms.object", ObjectType: "service_terms", ObjectID: v.ID, CustomerID: who.CustomerID, Reason: reason, Detail: map[string]any{"number": v.Reference()},
		})
		if err != nil {
			return err
		}
		c, err := s.Customers.Get(ctx, who.CustomerID)
		if err != nil {
			return err
		}
		return s.Notices.Send(ctx, notice.To{UserID: c.OwnerID, About: notice.About{ObjectType: "customer", ObjectID: c.ID, CustomerID: c.ID}}, "terms_objected",
			map[string]string{"customer": c.Name, "version": fmt.Sprint(v.Number), "reason": reason}, nil)
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Standing is where one customer stands with a version.
type Standing struct {
	CustomerID string
	Name       string
	Accepted   *acceptance.Acceptance
	Objection  *Objection
}

// Standings says of every customer that is served, within the actor's scope, whether it accepted a version, objected, or has said nothing.
// Errors: ErrNotFound.
func (s *Service) Standings(ctx context.Context, id string) ([]Standing, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	who, err := s.store.served(ctx)
	if err != nil {
		return nil, err
	}
	given, err := s.Acceptances.Of(ctx, "service_terms", id)
	if err != nil {
		return nil, err
	}
	objections, err := s.store.objections(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range given { // those who accepted it and have left since
		if !slices.Contains(who, given[i].CustomerID) {
			who = append(who, given[i].CustomerID)
		}
	}
	var out []Standing
	for _, customerID := range who {
		c, err := s.Customers.Get(ctx, customerID)
		if errors.Is(err, customer.ErrNotFound) { // beyond the actor's scope
			continue
		}
		if err != nil {
			return nil, err
		}
		st := Standing{CustomerID: c.ID, Name: c.Name}
		for i := range given {
			if given[i].CustomerID == c.ID {
				st.Accepted = &given[i]
			}
		}
		for i := range objections {
			if objections[i].CustomerID == c.ID {
				st.Objection = &objections[i]
			}
		}
		out = append(out, st)
	}
	return out, nil
}

// RunDay records the acceptance by use of the version of a day, where it says so: by the first batch that a customer's own person submitted after
// that day began, unless the customer has objected (C11). It may run any number of times.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (n int, err error) {
	v, err := s.InForce(ctx, day)
	if err != nil || v == nil || !v.UseAccepts {
		return 0, err
	}
	rows, err := s.store.uses(ctx, v.ID, caldate.InstantOf(v.EffectiveOn.Start()))
	if err != nil {
		return 0, fmt.Errorf("uses after %s: %w", v.Reference(), err)
	}
	var failed []error
	for _, u := range rows {
		by := actor.From(ctx) // the job writes it down; whose act it was stands in the row
		by.UserID, by.Name, by.Login, by.Scope = u.SubmitterID, u.SubmitterName, "", actor.Scope{All: true}
		err := s.db.Run(actor.With(ctx, by), func(ctx context.Context) error {
			old, err := s.accepted(ctx, v.ID, u.CustomerID)
			if err != nil || old != nil {
				return err
			}
			_, err = s.keep(ctx, v, u.CustomerID, acceptance.Use, "公告后继续使用：批次 "+u.Number)
			return err
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("customer %s: %w", u.CustomerID, err))
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

// Verify: versions are numbered without gaps, announced by another than their author and at least NoticeDays ahead of the one before, and are of
// exactly the stored text; each state has its audit row.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the terms: %w", err)
	}
	var out []verify.Violation
	before := false
	for i := range all {
		v := &all[i]
		add := func(invariant int, format string, args ...any) {
			out = append(out, verify.Violation{Invariant: invariant, Object: "terms " + v.Reference(), Detail: fmt.Sprintf(format, args...)})
		}
		if v.Number != i+1 {
			add(7, "comes after number %d", i)
		}
		if v.State == Draft {
			continue
		}
		if v.Mine(v.PublishedBy) {
			add(16, "was announced by who wrote it")
		}
		if before && v.EffectiveOn.Before(v.AnnouncedOn.AddDays(NoticeDays)) {
			add(19, "was announced on %s for %s", v.AnnouncedOn, v.EffectiveOn)
		}
		before = before || v.State == Announced
		d, _, err := s.Documents.Open(ctx, v.DocumentID)
		if err != nil || d.SHA256 != v.SHA256 {
			add(6, "its text is not the one that was announced: %v", err)
		}
	}
	return out, nil
}
