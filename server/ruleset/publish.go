package ruleset

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// prepared is a set that was compiled outside any transaction, ready to be registered inside one.
type prepared struct {
	version Version
	files   fs.FS
}

func (s *Service) prepare(ctx context.Context, fsys fs.FS) (*prepared, error) {
	trial, err := compile(fsys, "trial")
	if err != nil {
		return nil, err
	}
	files, err := pack(fsys)
	if err != nil {
		return nil, fmt.Errorf("read the rule files: %w", err)
	}
	return &prepared{
		Version{Hash: trial.Set.Hash(), Files: files, RuleCount: int64(len(trial.rules)), CreatedAt: s.clock.Instant(), CreatedBy: actor.From(ctx).UserID}, fsys,
	}, nil
}

// register stores a prepared set as a version; files that are stored already give the version they have. Only inside a
// transaction.
func (s *Service) register(ctx context.Context, p *prepared) (string, error) {
	v := p.version
	have, err := s.store.byHash(ctx, v.Hash)
	if err != nil {
		return "", err
	}
	if have != nil {
		return have.Version, nil
	}
	day := s.clock.Today().String()
	n, err := s.store.countOf(ctx, day)
	if err != nil {
		return "", err
	}
	v.Version = fmt.Sprintf("%s.%d", day, n+1)
	added, err := s.store.insertUnlessThere(ctx, v)
	if err != nil {
		return "", err
	}
	if !added { // another server registered at the same moment: its row counts
		if have, err = s.store.byHash(ctx, v.Hash); err != nil || have == nil {
			return "", fmt.Errorf("register rule set %s: it was not stored: %w", v.Hash, err)
		}
		return have.Version, nil
	}
	return v.Version, s.trail.Record(ctx, trail.Entry{
		Action: "ruleset.register", ObjectType: "rule_set", ObjectID: v.Version, Detail: map[string]any{"hash": v.Hash, "rules": v.RuleCount},
	})
}

// publish makes a version the one that counts, with its place in the history. Only inside a transaction.
func (s *Service) publish(ctx context.Context, p Publication) error {
	was, err := s.store.current(ctx)
	if err != nil || was.Version == p.Version {
		return err
	}
	who := actor.From(ctx)
	p.ID, p.Previous, p.At, p.ByID, p.ByName = ids.New(), was.Version, s.clock.Instant(), who.UserID, who.Name
	if err := s.store.setCurrent(ctx, p.Version, p.At, who.UserID); err != nil {
		return err
	}
	if err := s.store.addPublication(ctx, p); err != nil {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{Action: "ruleset." + p.Kind, ObjectType: "rule_set", ObjectID: p.Version, From: was.Version, To: p.Version, Reason: p.Reason})
}

// Desk is the state of the rule desk on one screen.
type Desk struct {
	Published string
	Draft     *Draft
	Unsound   int  // documents whose last text has faults
	BaseMoved bool // another version was published since the draft began
	Shadow    *ShadowRun
	Proposals int64
	Actions   []string
}

// Desk tells where the desk stands and what the caller as a person may do next; capabilities narrow that.
func (s *Service) Desk(ctx context.Context) (*Desk, error) {
	now, err := s.store.current(ctx)
	if err != nil {
		return nil, err
	}
	out := &Desk{Published: now.Version, Actions: []string{"edit"}}
	if out.Draft, err = s.store.liveDraft(ctx, false); err != nil {
		return nil, err
	}
	if out.Shadow, err = s.store.liveShadow(ctx); err != nil {
		return nil, err
	}
	_, counts, err := s.store.proposals(ctx, []string{"none"}, 1)
	if err != nil {
		return nil, err
	}
	out.Proposals = counts[Proposed]
	if out.Shadow != nil {
		out.Actions = append(out.Actions, "end_shadow")
	}
	d := out.Draft
	if d == nil {
		return out, nil
	}
	for i := range d.Docs {
		if d.Docs[i].waiting() {
			out.Unsound++
		}
	}
	out.BaseMoved = d.BaseVersion != now.Version
	me := actor.From(ctx).UserID
	switch d.State {
	case Open:
		out.Actions = append(out.Actions, "discard")
		if out.BaseMoved {
			out.Actions = append(out.Actions, "rebase")
		}
		if len(d.Docs) > 0 && out.Unsound == 0 {
			if !out.BaseMoved {
				out.Actions = append(out.Actions, "submit")
			}
			if out.Shadow == nil {
				out.Actions = append(out.Actions, "shadow")
			}
		}
	case Submitted:
		out.Actions = []string{}
		if out.Shadow == nil {
			out.Actions = append(out.Actions, "shadow")
		} else {
			out.Actions = append(out.Actions, "end_shadow")
		}
		if d.Wrote(me) {
			out.Actions = append(out.Actions, "withdraw")
		} else {
			out.Actions = append(out.Actions, "send_back")
			if !out.BaseMoved {
				out.Actions = append(out.Actions, "approve")
			}
		}
	}
	return out, nil
}

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return "", ErrReason.At("reason", "required", "请写明理由", "give a reason")
	}
	if utf8.RuneCountInString(reason) > 500 {
		return "", ErrReason.At("reason", "too_long", "理由最多 500 字", "a reason has at most 500 characters")
	}
	return reason, nil
}

// whole compiles the draft as a whole; its faults are an error.
func (s *Service) whole(ctx context.Context, d *Draft, base []Doc) (*prepared, *inspected, []Doc, error) {
	docs := d.over(base)
	found, err := inspect(docs, "draft")
	if err != nil {
		return nil, nil, nil, err
	}
	ps := found.problems
	for i := range d.Docs {
		if d.Docs[i].waiting() {
			ps = append(ps, d.Docs[i].Problems...)
		}
	}
	if failures(ps) {
		return nil, nil, nil, errorOf(ps)
	}
	fsys, err := fileset(join(docs))
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := s.prepare(ctx, fsys)
	return p, found, docs, err
}

// Submit lays the draft before a second person, with the reason for it. Nobody edits it meanwhile.
func (s *Service) Submit(ctx context.Context, reason string) (*Draft, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, ErrNoDraft
	}
	p, _, _, err := s.whole(ctx, d, base)
	if err != nil {
		return nil, err
	}
	return s.step(ctx, d, Submitted, "ruleset.submit", reason, func(ctx context.Context, d *Draft) error {
		now, err := s.store.current(ctx)
		if err != nil {
			return err
		}
		if now.Version != d.BaseVersion {
			return ErrBaseMoved.With("published", now.Version)
		}
		v, err := s.store.byVersion(ctx, now.Version)
		if err != nil {
			return err
		}
		if len(d.Docs) == 0 || v != nil && v.Hash == p.version.Hash && v.Files == p.version.Files {
			return ErrNoChange
		}
		who, at := actor.From(ctx), s.clock.Instant()
		d.Reason, d.Hash, d.SubmittedBy, d.SubmittedName, d.SubmittedAt = reason, p.version.Hash, who.UserID, who.Name, at
		d.DecidedBy, d.DecidedName, d.DecidedReason, d.DecidedAt = "", "", "", caldate.Instant{}
		// The next submission writes over who made this one, and that person stays one of those who can't decide.
		return s.store.addAuthor(ctx, Author{DraftID: d.ID, UserID: who.UserID, UserName: who.Name, LastAt: at})
	}, "Reason", "Hash", "SubmittedBy", "SubmittedName", "SubmittedAt", "DecidedBy", "DecidedName", "DecidedReason", "DecidedAt")
}

// step moves a draft from one state to another: the table must have it, the draft must be as it was read.
func (s *Service) step(ctx context.Context, d *Draft, to DraftState, action, reason string, act func(ctx context.Context, d *Draft) error, fields ...string) (*Draft, error) {
	var out *Draft
	err := s.db.Run(ctx, func(ctx context.Context) error {
		now, err := s.store.liveDraft(ctx, true)
		if err != nil {
			return err
		}
		if now == nil || now.ID != d.ID || now.Version != d.Version || !MayGo(now.State, to) {
			return ErrState.With("to", string(to))
		}
		from := now.State
		if err := act(ctx, now); err != nil {
			return err
		}
		now.State, now.UpdatedAt = to, s.clock.Instant()
		if to != Open && to != Submitted {
			now.LiveKey = nil
			fields = append(fields, "LiveKey")
		}
		ok, err := s.store.changeDraft(ctx, now, from, append(fields, "State")...)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState.With("to", string(to))
		}
		out = now
		return s.record(ctx, now, action, from, to, reason, map[string]any{"base": now.BaseVersion, "documents": len(now.Docs)})
	})
	return out, err
}

func (s *Service) live(ctx context.Context) (*Draft, error) {
	d, err := s.store.liveDraft(ctx, false)
	if err == nil && d == nil {
		err = ErrNoDraft
	}
	return d, err
}

// Withdraw takes a submitted draft back to editing without a verdict on it; every lead may.
func (s *Service) Withdraw(ctx context.Context) (*Draft, error) {
	d, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	if d.State != Submitted {
		return nil, ErrState.With("from", string(d.State))
	}
	return s.step(ctx, d, Open, "ruleset.withdraw", "", func(context.Context, *Draft) error { return nil })
}

// SendBack returns a submitted draft with the reason why it is not approved. Only a person who had no hand in it decides.
func (s *Service) SendBack(ctx context.Context, reason string) (*Draft, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	d, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	if d.State != Submitted {
		return nil, ErrState.With("from", string(d.State))
	}
	return s.step(ctx, d, Open, "ruleset.send_back", reason, func(ctx context.Context, d *Draft) error {
		who := actor.From(ctx)
		if who.IsSystem() || who.UserID == "" || d.Wrote(who.UserID) {
			return ErrOwnDraft
		}
		d.DecidedBy, d.DecidedName, d.DecidedReason, d.DecidedAt = who.UserID, who.Name, reason, s.clock.Instant()
		return nil
	}, "DecidedBy", "DecidedName", "DecidedReason", "DecidedAt")
}

// Approve publishes a submitted draft exactly as it was submitted. Whoever changed anything in it, or submitted it, can't (A11).
// Batches whose rows are read from now on are judged by the new version, on every server; those under way keep theirs.
func (s *Service) Approve(ctx context.Context) (*Draft, error) {
	d, base, baseVersion, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, ErrNoDraft
	}
	if d.State != Submitted {
		return nil, ErrState.With("from", string(d.State))
	}
	who := actor.From(ctx)
	if who.IsSystem() || who.UserID == "" || d.Wrote(who.UserID) {
		return nil, ErrOwnDraft
	}
	p, _, docs, err := s.whole(ctx, d, base)
	if err != nil {
		return nil, err
	}
	if p.version.Hash != d.Hash {
		return nil, fmt.Errorf("draft %s has hash %s, submitted as %s", d.ID, p.version.Hash, d.Hash)
	}
	out, err := s.step(ctx, d, Published, "ruleset.approve", d.Reason, func(ctx context.Context, d *Draft) error {
		if d.Wrote(who.UserID) {
			return ErrOwnDraft
		}
		now, err := s.store.current(ctx)
		if err != nil {
			return err
		}
		if now.Version != baseVersion {
			return ErrBaseMoved.With("published", now.Version)
		}
		version, err := s.register(ctx, p)
		if err != nil {
			return err
		}
		if err := s.store.addDocChanges(ctx, changesOf(d, base, docs, version, s.clock.Instant())); err != nil {
			return err
		}
		d.PublishedVersion, d.DecidedBy, d.DecidedName, d.DecidedReason, d.DecidedAt = version, who.UserID, who.Name, "", s.clock.Instant()
		return s.publish(ctx, Publication{
			Version: version, Kind: ByApproval, Reason: d.Reason, DraftID: d.ID, SubmittedBy: d.SubmittedBy, SubmittedName: d.SubmittedName,
		})
	}, "PublishedVersion", "DecidedBy", "DecidedName", "DecidedReason", "DecidedAt")
	return out, err
}

// changesOf is who changed which document last, for the lists to come.
func changesOf(d *Draft, base, docs []Doc, version string, at caldate.Instant) []docChange {
	var out []docChange
	for i := range d.Docs {
		c := &d.Docs[i]
		row := docChange{Version: version, DocKey: c.DocKey, ByID: c.ChangedBy, ByName: c.ChangedName, At: at}
		was, is := pick(base, c.DocKey), pick(docs, c.DocKey)
		switch {
		case was == nil && is == nil:
			continue
		case was == nil:
			row.KindOfChange = "added"
		case is == nil:
			row.KindOfChange = "removed"
		default:
			row.KindOfChange = "changed"
		}
		out = append(out, row)
	}
	return out
}

// Discard ends an open draft without effect. Its texts stay on record.
func (s *Service) Discard(ctx context.Context, reason string) (*Draft, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	d, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	if d.State != Open {
		return nil, ErrSubmitted
	}
	return s.step(ctx, d, Discarded, "ruleset.discard", reason, func(context.Context, *Draft) error { return nil })
}

// Rebase moves an open draft onto the version that is published now. Documents that changed on both sides keep the draft's text;
// they are told, so that their author looks at them again.
func (s *Service) Rebase(ctx context.Context) (both []string, err error) {
	d, old, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, ErrNoDraft
	}
	now, err := s.store.current(ctx)
	if err != nil {
		return nil, err
	}
	fresh, err := s.textsOf(ctx, now.Version)
	if err != nil {
		return nil, err
	}
	both = []string{}
	for i := range d.Docs {
		was, is := pick(old, d.Docs[i].DocKey), pick(fresh, d.Docs[i].DocKey)
		if (was == nil) != (is == nil) || was != nil && was.Text != is.Text {
			both = append(both, d.Docs[i].DocKey)
		}
	}
	found, err := inspect(d.over(fresh), "draft")
	if err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		cur, err := s.store.liveDraft(ctx, true)
		if err != nil {
			return err
		}
		if cur == nil || cur.ID != d.ID || cur.Version != d.Version || cur.State != Open {
			return ErrState
		}
		cur.BaseVersion, cur.UpdatedAt = now.Version, s.clock.Instant()
		for i := range cur.Docs {
			c := &cur.Docs[i]
			is := pick(fresh, c.DocKey)
			switch {
			case is != nil && !c.IsDeleted && c.Sound == is.Text && !c.waiting(), is == nil && c.IsDeleted:
				if err := s.store.dropDoc(ctx, c.DraftID, c.DocKey); err != nil { // the new base has it already
					return err
				}
				continue
			case is == nil && c.Sound == "" && !c.IsAdded:
				c.IsAdded = true
			}
			c.IsAdded = is == nil
			c.Problems = c.Problems[:0]
			for _, p := range found.problems {
				if p.Doc == c.DocKey {
					c.Problems = append(c.Problems, p)
				}
			}
			if err := s.store.putDoc(ctx, c); err != nil {
				return err
			}
		}
		ok, err := s.store.changeDraft(ctx, cur, Open, "BaseVersion")
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		return s.record(ctx, cur, "ruleset.rebase", "", "", "", map[string]any{"from": d.BaseVersion, "to": now.Version, "both": both})
	})
	return both, err
}

// RollBack publishes an earlier version again, in one step: it was approved once, so no second person is asked, but a reason is
// (A11). A version that was never published can't come back this way.
func (s *Service) RollBack(ctx context.Context, version, reason string) error {
	reason, err := checkReason(reason)
	if err != nil {
		return err
	}
	if _, err := s.Compiled(ctx, version); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		v, err := s.store.byVersion(ctx, version)
		if err != nil {
			return err
		}
		if v == nil {
			return ErrNotFound.With("version", version)
		}
		if v.PublishedAt.IsZero() {
			return ErrNever.With("version", version)
		}
		now, err := s.store.current(ctx)
		if err != nil {
			return err
		}
		if now.Version == version {
			return ErrIsCurrent
		}
		return s.publish(ctx, Publication{Version: version, Kind: ByRollback, Reason: reason})
	})
}

// History gives the publications, the newest first.
func (s *Service) History(ctx context.Context) ([]Publication, error) {
	return s.store.publications(ctx, 200)
}
