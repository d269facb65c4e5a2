package ruleset

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// MaxDoc bounds a document in bytes: a bank of half a million words.
const MaxDoc = 12 << 20

// errMoved: somebody changed the draft between reading and writing; what was found out about it is done again.
var errMoved = errors.New("ruleset: the draft changed meanwhile")

// textsOf gives the documents of a version.
func (s *Service) textsOf(ctx context.Context, version string) ([]Doc, error) {
	s.mu.Lock()
	docs := s.texts[version]
	s.mu.Unlock()
	if docs != nil {
		return docs, nil
	}
	v, err := s.store.byVersion(ctx, version)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, ErrNotFound.With("version", version)
	}
	fsys, err := unpack(v.Files)
	if err != nil {
		return nil, fmt.Errorf("unpack rule set %s: %w", version, err)
	}
	if docs, err = split(fsys); err != nil {
		return nil, fmt.Errorf("read rule set %s: %w", version, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.texts) >= 2*keepCompiled {
		clear(s.texts)
	}
	s.texts[version] = docs
	return docs, nil
}

// working gives the working copy (nil where there is none) and the documents of its base: the published version.
func (s *Service) working(ctx context.Context) (*Draft, []Doc, string, error) {
	d, err := s.store.liveDraft(ctx, false)
	if err != nil {
		return nil, nil, "", err
	}
	base := ""
	if d != nil {
		base = d.BaseVersion
	} else {
		now, err := s.store.current(ctx)
		if err != nil {
			return nil, nil, "", err
		}
		if base = now.Version; base == "" {
			return nil, nil, "", ErrNone
		}
	}
	docs, err := s.textsOf(ctx, base)
	return d, docs, base, err
}

// change runs act on the working copy in one transaction, beginning one where d is nil. The draft must be as it was read.
func (s *Service) change(ctx context.Context, d *Draft, base string, detail map[string]any, act func(ctx context.Context, d *Draft) error) (*Draft, error) {
	var out *Draft
	who := actor.From(ctx)
	err := s.db.Run(ctx, func(ctx context.Context) error {
		now, err := s.store.liveDraft(ctx, true)
		if err != nil {
			return err
		}
		switch {
		case (now == nil) != (d == nil), d != nil && (now.ID != d.ID || now.Version != d.Version):
			return errMoved
		case now != nil && now.State != Open:
			return ErrSubmitted
		}
		at := s.clock.Instant()
		if now == nil {
			live := "live"
			now = &Draft{
				ID: ids.New(), State: Open, LiveKey: &live, BaseVersion: base, Version: 1, CreatedAt: at, CreatedBy: who.UserID, CreatedName: who.Name, UpdatedAt: at,
			}
			if err := s.store.insertDraft(ctx, now); err != nil {
				return err
			}
			if err := s.record(ctx, now, "ruleset.begin", "", Open, "", map[string]any{"base": base}); err != nil {
				return err
			}
		}
		if err := act(ctx, now); err != nil {
			return err
		}
		if err := s.store.addAuthor(ctx, Author{DraftID: now.ID, UserID: who.UserID, UserName: who.Name, Changes: 1, LastAt: at}); err != nil {
			return err
		}
		now.UpdatedAt = at
		ok, err := s.store.changeDraft(ctx, now, Open)
		if err != nil {
			return err
		}
		if !ok {
			return errMoved
		}
		out = now
		return s.record(ctx, now, "ruleset.edit", "", "", "", detail)
	})
	return out, err
}

func (s *Service) record(ctx context.Context, d *Draft, action string, from, to DraftState, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "rule_draft", ObjectID: d.ID, From: string(from), To: string(to), Reason: reason, Detail: detail,
	})
}

// again runs an act anew while others change the draft between its look and its write.
func again(act func() error) error {
	var err error
	for range 5 {
		if err = act(); !errors.Is(err, errMoved) && !db.IsDuplicate(err) {
			return err
		}
	}
	return ErrState.Because(err)
}

// Saved is what became of a text.
type Saved struct {
	Key      string
	Version  int64 // of the draft's copy; 0: the text is the base's again
	Accepted bool  // false: the text is kept, but tests and submission go on with the last sound one
	Problems []Problem
}

// Save keeps a text in the draft and checks it at once as part of the whole set. A text with faults is kept too and says what is
// wrong; the draft can't be submitted before it is mended. version is that of the draft's copy as the author opened it, 0 where
// the draft had none.
func (s *Service) Save(ctx context.Context, key, text string, version int64) (*Saved, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	text = endLine(text)
	var out *Saved
	err := again(func() error {
		d, base, baseVersion, err := s.working(ctx)
		if err != nil {
			return err
		}
		if d != nil && d.State != Open {
			return ErrSubmitted
		}
		have, orig := d.doc(key), pick(base, key)
		if have == nil && orig == nil || have != nil && have.IsDeleted {
			return ErrNoDoc.With("document", key)
		}
		doc := DraftDoc{DocKey: key}
		if have != nil {
			doc = *have
		} else {
			doc.Kind, doc.Ref, doc.FileName = orig.Kind, orig.Ref, orig.File
		}
		if doc.Version != version {
			return changedMeanwhile(have, orig)
		}
		ps, err := s.look(ctx, d, base, doc.asDoc(text))
		if err != nil {
			return err
		}
		out, err = s.put(ctx, d, baseVersion, orig, doc, text, ps)
		return err
	})
	return out, err
}

func checkText(text string) error {
	switch {
	case len(text) > MaxDoc:
		return ErrInput.At("text", "too_long", "内容超过 12 MB", "the text is longer than 12 MB")
	case !utf8.ValidString(text):
		return ErrInput.At("text", "utf8", "内容不是 UTF-8 文字", "the text is not UTF-8")
	case strings.TrimSpace(text) == "":
		return ErrInput.At("text", "required", "内容是空的；要去掉这份内容请用“删除”", "the text is empty; use delete to take it out")
	}
	return nil
}

func (d DraftDoc) asDoc(text string) Doc {
	return Doc{d.DocKey, d.Kind, d.Ref, d.FileName, text}
}

func changedMeanwhile(have *DraftDoc, orig *Doc) error {
	if have == nil {
		return ErrDocChanged.With("text", orig.Text).With("version", 0)
	}
	return ErrDocChanged.With("text", have.Body).With("version", have.Version).With("changed_by", have.ChangedName).With("changed_at", have.ChangedAt)
}

// put writes a checked text into the draft.
func (s *Service) put(ctx context.Context, d *Draft, base string, orig *Doc, doc DraftDoc, text string, ps []Problem) (*Saved, error) {
	out := &Saved{Key: doc.DocKey, Accepted: !failures(ps), Problems: ps}
	_, err := s.change(ctx, d, base, map[string]any{"document": doc.DocKey, "accepted": out.Accepted, "problems": len(ps)}, func(ctx context.Context, d *Draft) error {
		if orig != nil && text == orig.Text {
			return s.store.dropDoc(ctx, d.ID, doc.DocKey)
		}
		who := actor.From(ctx)
		next := doc
		next.DraftID, next.Body, next.Problems, next.Version = d.ID, text, ps, doc.Version+1
		next.ChangedBy, next.ChangedName, next.ChangedAt = who.UserID, who.Name, s.clock.Instant()
		if out.Accepted {
			next.Sound = text
		}
		out.Version = next.Version
		return s.store.putDoc(ctx, &next)
	})
	return out, err
}

// look checks a text as part of the whole set: what is wrong with it, what it breaks elsewhere, and words that are too common.
func (s *Service) look(ctx context.Context, d *Draft, base []Doc, doc Doc) ([]Problem, error) {
	if p := identity(doc); p != nil {
		return []Problem{*p}, nil
	}
	found, err := inspect(with(d.over(base), doc), "draft")
	if err != nil {
		return nil, err
	}
	ps := slices.DeleteFunc(found.problems, func(p Problem) bool { return p.Doc != doc.Key && !p.Failure })
	if found.set != nil {
		common, err := s.common(ctx, found.src, pick(base, doc.Key), doc)
		if err != nil {
			return nil, err
		}
		ps = append(ps, common...)
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Failure != b.Failure {
			if a.Failure {
				return -1
			}
			return 1
		}
		return a.Line - b.Line
	})
	return ps, nil
}

// identity: the text is one document, and the one it claims to be.
func identity(doc Doc) *Problem {
	if parts := cutDocs(doc.Text); len(parts) > 1 {
		line := strings.Count(parts[0], "\n") + 1
		return &Problem{Doc: doc.Key, Line: line, Column: 1, Code: "several", Failure: true, Zh: "这里只放一份内容；另一条规则请用“新建”", En: "only one document stands here; make another with “new”"}
	}
	root, err := parseRoot(doc.Text)
	if err != nil || root == nil {
		return nil // the loader tells what is wrong
	}
	kind, ref := kindOf(root)
	if kind == doc.Kind && (ref == doc.Ref || kind == KindSettings) {
		return nil
	}
	field := map[string]string{KindRule: "id", KindBank: "bank"}[doc.Kind]
	p := &Problem{Doc: doc.Key, Field: field, Line: root.Line, Column: root.Column, Code: "id", Failure: true}
	locate(root, p)
	p.Zh, p.En = "编号不能改："+doc.Ref+" 是审查记录里的名字；要换编号请新建一条，再停用这条", "the id can't change: verdicts name "+doc.Ref+"; make a new one and retire this"
	return p
}

// CheckText says what is wrong with a text without keeping it, and what its form is: the editor asks while one types.
func (s *Service) CheckText(ctx context.Context, key, kind, text string) ([]Problem, Form, bool, error) {
	if err := checkText(text); err != nil {
		return nil, Form{}, false, err
	}
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, Form{}, false, err
	}
	doc := Doc{Key: key, Kind: kind, Text: endLine(text)}
	if have := d.doc(key); have != nil {
		doc = have.asDoc(doc.Text)
	} else if orig := pick(base, key); orig != nil {
		doc.Kind, doc.Ref, doc.File = orig.Kind, orig.Ref, orig.File
	} else if root, err := parseRoot(text); err == nil && root != nil {
		doc.Kind, doc.Ref = kindOf(root)
		doc.Key = docKey(doc.Kind, doc.Ref)
		if pick(base, doc.Key) != nil || d.doc(doc.Key) != nil {
			p := Problem{Doc: doc.Key, Field: "id", Code: "repeated_id", Failure: true, Zh: ErrDocThere.Zh, En: ErrDocThere.En}
			locate(root, &p)
			f, ok := FormOf(doc.Kind, doc.Text)
			return []Problem{p}, f, ok, nil
		}
	}
	ps, err := s.look(ctx, d, base, doc)
	if err != nil {
		return nil, Form{}, false, err
	}
	f, ok := FormOf(doc.Kind, doc.Text)
	return ps, f, ok, nil
}

var refPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

// Create adds a document to the draft. A text with faults is kept like any other; its id must be there and new.
func (s *Service) Create(ctx context.Context, kind, text string) (*Saved, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	text = endLine(text)
	if kind != KindRule && kind != KindBank {
		return nil, ErrKind
	}
	root, err := parseRoot(text)
	if err != nil {
		return nil, ErrUnsound.At("text", "yaml", "YAML 写法有误（检查缩进、冒号和引号）："+err.Error(), "this is not YAML (check indentation, colons and quotes): "+err.Error())
	}
	got, ref := "", ""
	if root != nil {
		got, ref = kindOf(root)
	}
	if got != kind {
		return nil, ErrKind
	}
	if !refPattern.MatchString(ref) || len(ref) > 110 {
		return nil, ErrInput.At("id", "id", "编号用小写字母、数字、下划线和点，例如 fraud.loan.contact", "an id has lower case letters, digits, underscores and dots, such as fraud.loan.contact")
	}
	var out *Saved
	err = again(func() error {
		d, base, baseVersion, err := s.working(ctx)
		if err != nil {
			return err
		}
		if d != nil && d.State != Open {
			return ErrSubmitted
		}
		key := docKey(kind, ref)
		have, orig := d.doc(key), pick(base, key)
		if orig != nil && (have == nil || !have.IsDeleted) || have != nil && !have.IsDeleted {
			return ErrDocThere.With("document", key)
		}
		doc := DraftDoc{DocKey: key, Kind: kind, Ref: ref, FileName: "desk/" + ref + ".yaml", IsAdded: orig == nil}
		if kind == KindBank {
			doc.FileName = "banks/" + ref + ".yaml"
		}
		if have != nil {
			doc.Version = have.Version
		}
		ps, err := s.look(ctx, d, base, doc.asDoc(text))
		if err != nil {
			return err
		}
		out, err = s.put(ctx, d, baseVersion, orig, doc, text, ps)
		return err
	})
	return out, err
}

// Delete takes a document out of the draft. It is refused where the rest would not be sound without it. What was added in this
// draft simply goes.
func (s *Service) Delete(ctx context.Context, key string, version int64) error {
	return s.remove(ctx, key, version, false)
}

// Restore takes back what the draft changed about a document, a deletion included.
func (s *Service) Restore(ctx context.Context, key string, version int64) error {
	return s.remove(ctx, key, version, true)
}

func (s *Service) remove(ctx context.Context, key string, version int64, restore bool) error {
	return again(func() error {
		d, base, baseVersion, err := s.working(ctx)
		if err != nil {
			return err
		}
		if d != nil && d.State != Open {
			return ErrSubmitted
		}
		have, orig := d.doc(key), pick(base, key)
		switch {
		case have == nil && (orig == nil || restore):
			return ErrNoDoc.With("document", key)
		case have == nil && version != 0, have != nil && have.Version != version:
			return changedMeanwhile(have, orig)
		case orig != nil && orig.Kind == KindSettings && !restore:
			return ErrInput.At("key", "settings", "设置不能删除，只能修改", "settings can't be deleted, only changed")
		}
		rest := without(d.over(base), key)
		if restore && orig != nil {
			rest = with(d.over(base), *orig)
		}
		found, err := inspect(rest, "draft")
		if err != nil {
			return err
		}
		if failures(found.problems) {
			return errorOf(found.problems)
		}
		verb := map[bool]string{true: "restored", false: "deleted"}[restore]
		_, err = s.change(ctx, d, baseVersion, map[string]any{"document": key, verb: true}, func(ctx context.Context, d *Draft) error {
			if restore || orig == nil {
				return s.store.dropDoc(ctx, d.ID, key)
			}
			doc := DraftDoc{DraftID: d.ID, DocKey: key, Kind: orig.Kind, Ref: orig.Ref, FileName: orig.File, IsDeleted: true, Problems: []Problem{}, Version: version + 1}
			who := actor.From(ctx)
			doc.ChangedBy, doc.ChangedName, doc.ChangedAt = who.UserID, who.Name, s.clock.Instant()
			return s.store.putDoc(ctx, &doc)
		})
		return err
	})
}

// Apply writes a form into a text; the editor asks when a field was changed.
func (s *Service) Apply(kind, text string, f Form) (string, error) {
	out, err := f.Text(kind, text)
	if err != nil {
		return "", ErrInput.Because(err)
	}
	return out, nil
}

// ListedDoc is a document in the list of the desk.
type ListedDoc struct {
	Key         string          `json:"key"`
	Kind        string          `json:"kind" enum:"rule,bank,settings"`
	ID          string          `json:"id"`
	Title       screening.Title `json:"title"`
	Class       string          `json:"class,omitempty"`
	Scope       string          `json:"scope,omitempty"`
	Level       int             `json:"level,omitempty"`
	Action      string          `json:"action,omitempty"`
	ReasonCode  string          `json:"reason_code,omitempty"`
	State       string          `json:"state,omitempty"`
	Words       int             `json:"words"`
	UsedBy      []string        `json:"used_by,omitempty" doc:"Rules that use a bank."`
	Hits        Hits            `json:"hits"`
	Change      string          `json:"change" enum:",added,changed,deleted" doc:"What the draft does to it."`
	Waiting     bool            `json:"waiting" doc:"The text written last has faults."`
	Problems    int             `json:"problems"`
	ChangedBy   string          `json:"changed_by,omitempty"`
	ChangedAt   caldate.Instant `json:"changed_at"`
	Version     int64           `json:"version" doc:"Of the draft's copy; 0: the draft has none."`
	Description string          `json:"description,omitempty"`
}

// List gives all documents of the working copy, or of the published version where there is none: rules first, then banks, then
// settings; with what the draft does to each and how often rules hit.
func (s *Service) List(ctx context.Context) ([]ListedDoc, error) {
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	src, err := sourceOf(d.over(base))
	if err != nil {
		return nil, err
	}
	old, err := sourceOf(base)
	if err != nil {
		return nil, err
	}
	hits, err := s.hits(ctx)
	if err != nil {
		return nil, err
	}
	last, err := s.store.lastChanges(ctx)
	if err != nil {
		return nil, err
	}
	var out []ListedDoc
	add := func(l ListedDoc) {
		if c := d.doc(l.Key); c != nil {
			l.Version, l.Waiting, l.Problems, l.ChangedBy, l.ChangedAt = c.Version, c.waiting(), len(c.Problems), c.ChangedName, c.ChangedAt
			switch {
			case c.IsDeleted:
				l.Change = "deleted"
			case pick(base, l.Key) == nil:
				l.Change = "added"
			default:
				l.Change = "changed"
			}
		} else if c, ok := last[l.Key]; ok {
			l.ChangedBy, l.ChangedAt = c.ByName, c.At
		}
		l.Hits = hits[l.ID]
		out = append(out, l)
	}
	for i := range src.Rules {
		add(listedRule(&src.Rules[i]))
	}
	for i := range old.Rules {
		if c := d.doc(docKey(KindRule, old.Rules[i].ID)); c != nil && c.IsDeleted {
			add(listedRule(&old.Rules[i]))
		}
	}
	if d != nil {
		for i := range d.Docs { // added, and never sound yet
			if c := &d.Docs[i]; c.IsAdded && c.Sound == "" {
				add(ListedDoc{Key: c.DocKey, Kind: c.Kind, ID: c.Ref, Title: screening.Title{Zh: c.Ref, En: c.Ref}, State: screening.StateDraft})
			}
		}
	}
	for i := range src.Banks {
		add(listedBank(&src.Banks[i], src))
	}
	for i := range old.Banks {
		if c := d.doc(docKey(KindBank, old.Banks[i].ID)); c != nil && c.IsDeleted {
			add(listedBank(&old.Banks[i], src))
		}
	}
	for _, b := range base {
		if b.Kind == KindSettings {
			add(ListedDoc{Key: b.Key, Kind: b.Kind, ID: "settings", Title: screening.Title{Zh: "评分与公共模式", En: "scores and shared patterns"}})
		}
	}
	return out, nil
}

func listedRule(r *screening.Rule) ListedDoc {
	n := 0
	for _, t := range r.Terms {
		n += len(t.Words)
	}
	return ListedDoc{
		Key: docKey(KindRule, r.ID), Kind: KindRule, ID: r.ID, Title: r.Title, Class: r.Class, Scope: r.Scope, Level: r.Level, Action: r.Action,
		ReasonCode: r.ReasonCode, State: r.State, Words: n, Description: r.Description,
	}
}

func listedBank(b *screening.Bank, src *screening.Source) ListedDoc {
	l := ListedDoc{Key: docKey(KindBank, b.ID), Kind: KindBank, ID: b.ID, Title: b.Title, Words: len(b.Words)}
	for i := range src.Rules {
		for _, t := range src.Rules[i].Terms {
			if slices.Contains(t.Banks, b.ID) && !slices.Contains(l.UsedBy, src.Rules[i].ID) {
				l.UsedBy = append(l.UsedBy, src.Rules[i].ID)
			}
		}
	}
	return l
}

// OpenDoc is a document as its page shows it.
type OpenDoc struct {
	Key        string          `json:"key"`
	Kind       string          `json:"kind" enum:"rule,bank,settings"`
	ID         string          `json:"id"`
	Text       string          `json:"text" doc:"As written last in the draft, else as published."`
	BaseText   string          `json:"base_text" doc:"As it is in the draft's base; empty for what the draft adds."`
	Form       *Form           `json:"form,omitempty" doc:"Missing while the text can't be read as a form."`
	Problems   []Problem       `json:"problems"`
	Version    int64           `json:"version" doc:"Of the draft's copy; 0: the draft has none."`
	Change     string          `json:"change" enum:",added,changed,deleted"`
	Waiting    bool            `json:"waiting"`
	ChangedBy  string          `json:"changed_by,omitempty"`
	ChangedAt  caldate.Instant `json:"changed_at"`
	Hits       Hits            `json:"hits"`
	Days       []DayHits       `json:"days" doc:"The last 30 days with hits."`
	Batches    []BatchHits     `json:"batches" doc:"The latest batches that it hit."`
	History    []DocChange     `json:"history" doc:"The versions that changed it, the newest first."`
	Proposals  int64           `json:"proposals" doc:"Reports of false alarms that wait."`
	UsedBy     []string        `json:"used_by,omitempty"`
	DraftState DraftState      `json:"draft_state"`
}

// DocChange is one version that changed a document.
type DocChange struct {
	Version string          `json:"version"`
	Change  string          `json:"change" enum:"added,changed,removed"`
	By      string          `json:"by"`
	At      caldate.Instant `json:"at"`
}

// Open gives one document.
func (s *Service) Open(ctx context.Context, key string) (*OpenDoc, error) {
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	have, orig := d.doc(key), pick(base, key)
	if have == nil && orig == nil {
		return nil, ErrNoDoc.With("document", key)
	}
	out := &OpenDoc{Key: key, Problems: []Problem{}, Days: []DayHits{}, Batches: []BatchHits{}, History: []DocChange{}}
	if orig != nil {
		out.Kind, out.ID, out.BaseText, out.Text = orig.Kind, orig.Ref, orig.Text, orig.Text
	}
	if d != nil {
		out.DraftState = d.State
	}
	if have != nil {
		out.Kind, out.ID, out.Version, out.Waiting, out.ChangedBy, out.ChangedAt = have.Kind, have.Ref, have.Version, have.waiting(), have.ChangedName, have.ChangedAt
		switch {
		case have.IsDeleted:
			out.Change = "deleted"
		case orig == nil:
			out.Change = "added"
		default:
			out.Change = "changed"
		}
		if !have.IsDeleted {
			out.Text = have.Body
		}
	}
	if f, ok := FormOf(out.Kind, out.Text); ok {
		out.Form = &f
	}
	if out.Change != "deleted" {
		if out.Problems, err = s.look(ctx, d, base, Doc{Key: key, Kind: out.Kind, Ref: out.ID, Text: out.Text}); err != nil {
			return nil, err
		}
	}
	if out.Kind == KindBank {
		if src, err := sourceOf(d.over(base)); err == nil {
			out.UsedBy = listedBank(&screening.Bank{ID: out.ID}, src).UsedBy
		}
	}
	changes, err := s.store.docChanges(ctx, key)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		out.History = append(out.History, DocChange{c.Version, c.KindOfChange, c.ByName, c.At})
	}
	if have == nil && len(changes) > 0 {
		out.ChangedBy, out.ChangedAt = changes[0].ByName, changes[0].At
	}
	if out.Kind == KindRule {
		if err := s.showHits(ctx, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Vocabulary is what the editor completes and the form offers.
type Vocabulary struct {
	Classes      []string           `json:"classes"`
	Actions      []string           `json:"actions"`
	States       []string           `json:"states"`
	Views        []string           `json:"views"`
	Extractors   []string           `json:"extractors"`
	MessageFacts []string           `json:"message_facts"`
	BatchFacts   []string           `json:"batch_facts"`
	Banks        []string           `json:"banks"`
	Patterns     []string           `json:"patterns"`
	Groups       []string           `json:"groups"`
	Rules        []string           `json:"rules"`
	Reasons      []screening.Reason `json:"reasons"`
	RuleKeys     []string           `json:"rule_keys"`
	BankKeys     []string           `json:"bank_keys"`
}

// Words of the language, and the names that the working copy has.
func (s *Service) Vocabulary(ctx context.Context) (*Vocabulary, error) {
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	src, err := sourceOf(d.over(base))
	if err != nil {
		return nil, err
	}
	v := &Vocabulary{
		Classes: []string{
			screening.ClassConstitution, screening.ClassStateSecurity, screening.ClassNationHonour, screening.ClassEthnic, screening.ClassReligion, screening.ClassPublicOrder,
			screening.ClassVice, screening.ClassDefamation, screening.ClassOtherUnlawful, screening.ClassFraud, screening.ClassAdvertising, screening.ClassStructure,
			screening.ClassRecipient, screening.ClassBatch, screening.ClassTag,
		},
		Actions: []string{
			screening.ActionHold, screening.ActionRefuse, screening.ActionRefuseB, screening.ActionEscalate, screening.ActionScore, screening.ActionTag, screening.ActionPass,
		},
		States:       []string{screening.StateDraft, screening.StateShadow, screening.StateLive, screening.StateRetired},
		Views:        []string{screening.ViewPlain, screening.ViewFolded, screening.ViewSimplified, screening.ViewStripped, screening.ViewPinyin, screening.ViewJoined},
		Extractors:   []string{"url", "short_url", "phone", "qq", "wechat", "bank_card", "id_card", "signature", "opt_out", "variable"},
		MessageFacts: screening.FactNames("message"), BatchFacts: screening.FactNames("batch"), Reasons: screening.Reasons(),
		Banks: []string{}, Rules: []string{}, Patterns: sortedKeys(src.Patterns), Groups: sortedKeys(src.Groups),
	}
	for _, b := range src.Banks {
		v.Banks = append(v.Banks, b.ID)
	}
	for _, r := range src.Rules {
		v.Rules = append(v.Rules, r.ID)
	}
	for _, f := range ruleFields(&screening.Rule{}) {
		v.RuleKeys = append(v.RuleKeys, f.name)
	}
	for _, f := range bankFields(&screening.Bank{}) {
		v.BankKeys = append(v.BankKeys, f.name)
	}
	return v, nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
