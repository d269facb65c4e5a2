package ruleset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sealgate/server/screening"
	"sealgate/server/trail"
)

// CommonShare is the share of past messages from which on a word says too little to act by itself (A25).
const CommonShare = 0.02

// leastSample is how many past messages it takes to call a word common.
const leastSample = 100

// sampled is a handful of texts of past messages in memory, for a while.
type sampled struct {
	texts []string
	until time.Time
}

const (
	sampleBatches = 40
	sampleSize    = 4000
	sampleDays    = 30
	sampleFor     = 10 * time.Minute // machine's clock
)

// sample gives some thousand texts of messages of the last days, no batch having more than its share. Opening them is logged (A22).
func (s *Service) sample(ctx context.Context) ([]string, error) {
	if s.past == nil {
		return nil, nil
	}
	s.mu.Lock()
	have := s.sampled
	s.mu.Unlock()
	if s.clock.Real().Before(have.until) {
		return have.texts, nil
	}
	today := s.clock.Today()
	chunks, err := s.past.Latest(ctx, today.AddDays(-sampleDays), today, sampleBatches)
	if err != nil {
		return nil, err
	}
	texts := []string{}
	for _, c := range chunks {
		each := min(int64(sampleSize/len(chunks)), c.Count) // as many of one batch as of another, spread over its first chunk
		ms, err := s.past.Read(ctx, c, func(i int64) bool { return chosen(i, each, c.Count) })
		if err != nil {
			return nil, err
		}
		for i := range ms {
			texts = append(texts, ms[i].Text)
		}
	}
	if len(texts) > 0 {
		if err := s.db.Run(ctx, func(ctx context.Context) error {
			return s.trail.Record(ctx, trail.Entry{
				Action: "ruleset.sample", ObjectType: "rule_set", ObjectID: "sample", Detail: map[string]any{"batches": len(chunks), "messages": len(texts), "days": sampleDays},
			})
		}); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sampled = sampled{texts, s.clock.Real().Add(sampleFor)}
	return texts, nil
}

// common finds words that a text adds and that stand in too many past messages. Where such words alone make a rule act, that is
// a fault; elsewhere the author is told.
func (s *Service) common(ctx context.Context, src *screening.Source, orig *Doc, doc Doc) ([]Problem, error) {
	if doc.Kind == KindSettings {
		return nil, nil
	}
	was, _ := FormOf(doc.Kind, textOf(orig))
	is, ok := FormOf(doc.Kind, doc.Text)
	if !ok {
		return nil, nil
	}
	type list struct {
		field string
		words []string
		views []string
		alone bool
	}
	var lists []list
	if is.Bank != nil {
		l := list{field: "words", words: is.Bank.Words, views: is.Bank.Views}
		for i := range src.Rules {
			for _, t := range src.Rules[i].Terms {
				l.alone = l.alone || slices.Contains(t.Banks, is.Bank.ID) && alone(&src.Rules[i])
			}
		}
		if was.Bank != nil {
			l.words = added(was.Bank.Words, l.words)
		}
		lists = append(lists, l)
	}
	if is.Rule != nil && is.Rule.State != screening.StateRetired {
		for _, name := range sortedKeys(is.Rule.Terms) {
			t := is.Rule.Terms[name]
			l := list{"terms." + name, t.Words, t.Views, alone(is.Rule)}
			if was.Rule != nil && alone(was.Rule) == l.alone {
				l.words = added(was.Rule.Terms[name].Words, l.words)
			}
			lists = append(lists, l)
		}
	}
	var out []Problem
	for _, l := range lists {
		if len(l.words) == 0 {
			continue
		}
		texts, err := s.sample(ctx)
		if err != nil {
			return nil, err
		}
		if len(texts) < leastSample {
			return nil, nil
		}
		wl := &screening.WordList{}
		seen := map[string]bool{}
		for _, w := range l.words {
			if !seen[w] {
				seen[w] = true
				wl.Words = append(wl.Words, screening.ListWord{Word: w})
			}
		}
		p, err := screening.Preview(wl, screening.PreviewOptions{Views: l.views, MaxShare: CommonShare}, slices.Values(texts))
		if err != nil {
			return nil, err
		}
		for _, w := range p.Words[:min(p.TooCommon, 20)] {
			pr := Problem{Doc: doc.Key, Field: l.field, Code: "too_common", Failure: l.alone}
			pr.Line, pr.Column = wordAt(doc.Text, l.field, w.Word)
			share := fmt.Sprintf("%.1f%%", 100*w.Share)
			if l.alone {
				pr.Zh = fmt.Sprintf("“%s”在最近 %d 条短信里出现于 %s，单凭它就会命中；请换更具体的词，或在条件里加上别的证据", w.Word, p.Messages, share)
				pr.En = fmt.Sprintf("%q stands in %s of the last %d messages and would act by itself; use more exact words, or ask for other evidence in the condition", w.Word, share, p.Messages)
			} else {
				pr.Zh = fmt.Sprintf("“%s”很常见：最近 %d 条短信里有 %s 含有它；请确认条件里的其他证据够强", w.Word, p.Messages, share)
				pr.En = fmt.Sprintf("%q is common: %s of the last %d messages have it; make sure that the other evidence is strong", w.Word, share, p.Messages)
			}
			out = append(out, pr)
		}
	}
	return out, nil
}

// alone tells whether words by themselves make a rule act.
func alone(r *screening.Rule) bool {
	return strings.TrimSpace(r.Condition) == "" && len(r.Terms) > 0 && r.Action != screening.ActionTag && r.Action != screening.ActionPass && r.Scope != "batch"
}

func textOf(d *Doc) string {
	if d == nil {
		return ""
	}
	return d.Text
}

// added are the members of is that was has not.
func added(was, is []string) []string {
	have := make(map[string]bool, len(was))
	for _, w := range was {
		have[w] = true
	}
	return slices.DeleteFunc(slices.Clone(is), func(w string) bool { return have[w] })
}

// wordAt is where a word stands in a field of a text.
func wordAt(text, field, word string) (line, column int) {
	at := Problem{Field: field}
	if root, err := parseRoot(text); err == nil && root != nil {
		locate(root, &at)
	}
	for i, l := range strings.Split(text, "\n") {
		if at := max(at.Line-1, 0); i < at {
			continue
		}
		if at := strings.Index(l, word); at >= 0 && !strings.HasPrefix(strings.TrimSpace(l), "#") {
			return i + 1, utf8.RuneCountInString(l[:at]) + 1
		}
	}
	return at.Line, at.Column
}

// ListPreview is what an import would do, before anything is changed.
type ListPreview struct {
	List    *screening.WordList
	Rates   *screening.ListPreview
	Known   []string // words that the bank has already
	Sampled int
}

// PreviewWords reads a plain list and looks up how often past messages hold its words. bank, where set, is the bank they would
// go to.
func (s *Service) PreviewWords(ctx context.Context, data []byte, bank string) (*ListPreview, error) {
	list, err := screening.ParseWordList(data)
	if err != nil {
		return nil, err
	}
	texts, err := s.sample(ctx)
	if err != nil {
		return nil, err
	}
	out := &ListPreview{List: list, Known: []string{}, Sampled: len(texts)}
	opt := screening.PreviewOptions{MaxShare: CommonShare}
	if bank != "" {
		d, base, _, err := s.working(ctx)
		if err != nil {
			return nil, err
		}
		src, err := sourceOf(d.over(base))
		if err != nil {
			return nil, err
		}
		for i := range src.Banks {
			if b := &src.Banks[i]; b.ID == bank {
				opt.Views, opt.WholeWord, opt.MaxGap = b.Views, b.WholeWord, b.MaxGap
				have := map[string]bool{}
				for _, w := range b.Words {
					have[w] = true
				}
				for _, w := range list.Words {
					if have[w.Word] {
						out.Known = append(out.Known, w.Word)
					}
				}
			}
		}
	}
	out.Rates, err = screening.Preview(list, opt, slices.Values(texts))
	return out, err
}

// ImportList puts the words of a plain list into a bank of the draft, but those that are left out.
func (s *Service) ImportList(ctx context.Context, bank string, title screening.Title, data []byte, leaveOut []string) (*Saved, int, error) {
	list, err := screening.ParseWordList(data)
	if err != nil {
		return nil, 0, err
	}
	words := make([]string, len(list.Words))
	for i, w := range list.Words {
		words[i] = w.Word
	}
	return s.ImportWords(ctx, bank, title, added(leaveOut, words))
}

// ImportWords puts words into a bank of the draft, which is made where there is none of that id; what the bank has already stays
// once. The preview told which words to leave out.
func (s *Service) ImportWords(ctx context.Context, bank string, title screening.Title, words []string) (*Saved, int, error) {
	if !refPattern.MatchString(bank) || len(bank) > 110 {
		return nil, 0, ErrInput.At("bank", "id", "词库编号用小写字母、数字、下划线和点，例如 gambling.names", "a bank's id has lower case letters, digits, underscores and dots, such as gambling.names")
	}
	if len(words) == 0 {
		return nil, 0, ErrInput.At("words", "required", "没有选中任何词", "no words are chosen")
	}
	key := docKey(KindBank, bank)
	o, err := s.Open(ctx, key)
	switch {
	case errors.Is(err, ErrNoDoc) || err == nil && o.Change == "deleted":
		b := screening.Bank{ID: bank, Title: title, Words: words}
		if b.Title.Zh == "" {
			b.Title = screening.Title{Zh: bank, En: bank}
		}
		text, err := Form{Bank: &b}.Text(KindBank, "bank: "+bank+"\nwords: |\n  "+strings.Join(blockLines(words), "\n  ")+"\n")
		if err != nil {
			return nil, 0, err
		}
		saved, err := s.Create(ctx, KindBank, text)
		return saved, len(words), err
	case err != nil:
		return nil, 0, err
	case o.Form == nil || o.Form.Bank == nil:
		return nil, 0, ErrUnsound.At("bank", "unsound", "词库的文本有错误，请先改好再导入", "the bank's text has faults; mend it first")
	}
	b := *o.Form.Bank
	have := map[string]bool{}
	for _, w := range b.Words {
		have[w] = true
	}
	n := 0
	for _, w := range words {
		if !have[w] {
			have[w] = true
			b.Words = append(b.Words, w)
			n++
		}
	}
	text, err := Form{Bank: &b}.Text(KindBank, o.Text)
	if err != nil {
		return nil, 0, err
	}
	saved, err := s.Save(ctx, key, text, o.Version)
	return saved, n, err
}

// blockLines lays words out eight a line; one with a space in it makes the form choose a list instead.
func blockLines(words []string) []string {
	var out []string
	for c := range slices.Chunk(words, 8) {
		out = append(out, strings.Join(c, " "))
	}
	return out
}
