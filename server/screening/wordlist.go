package screening

import (
	"bytes"
	"encoding/binary"
	"iter"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// WordList is a plain list of words as people exchange them: one word a line, perhaps
// with a tag behind a tab. Parsing is a pure function, so that a page can show what an
// import would do before anything is saved.
type WordList struct {
	Encoding string     `json:"encoding"` // utf-8, utf-16le, utf-16be or gb18030, as it was found
	Lines    int        `json:"lines"`    // lines of the file, empty ones included
	Empty    int        `json:"empty"`    // lines without anything on them, and comments (# and a space)
	Words    []ListWord `json:"words"`
	LeftOut  []LeftOut  `json:"left_out"` // lines that would not be imported, with why
}

// ListWord is one word of a list.
type ListWord struct {
	Line int    `json:"line"`
	Word string `json:"word"` // without spaces round it and characters that nobody sees
	Tag  string `json:"tag,omitempty"`
}

// LeftOut is a line that would not be imported. Code is duplicate, symbols, too_long or
// single (one letter or digit).
type LeftOut struct {
	Line int    `json:"line"`
	Text string `json:"text"` // at most 100 characters of it
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

const maxListWords = 500_000

// ParseWordList reads a list. UTF-8, UTF-16 (with a byte order mark) and GB 18030 are
// told apart; of words that are equal once they are folded (case, width, traditional
// characters) the first one stays. It fails only where the bytes are no text at all.
func ParseWordList(data []byte) (*WordList, error) {
	text, encoding, err := decodeList(data)
	if err != nil {
		return nil, err
	}
	l := &WordList{Encoding: encoding, Words: []ListWord{}, LeftOut: []LeftOut{}}
	fold := theFolding()
	seen := map[string]ListWord{}
	text = strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text == "" {
		return nil, ErrEmptyList
	}
	n := 0
	for rest, more := text, true; more; {
		var row string
		row, rest, more = strings.Cut(rest, "\n")
		n++
		word, tag, _ := strings.Cut(strings.TrimRight(row, "\r"), "\t")
		word, tag = tidyWord(word), tidyWord(tag)
		out := func(code, zh, en string) {
			l.LeftOut = append(l.LeftOut, LeftOut{n, clip(word, 100), code, zh, en})
		}
		if word == "" || strings.HasPrefix(word, "# ") {
			l.Empty++
			continue
		}
		if len(word) > maxWord {
			out("too_long", "超过 400 字节；词表一行只放一个词", "longer than 400 bytes; a list has one word a line")
			continue
		}
		key, lead, trail, symbols, ok := readTerm(fold, word)
		if !ok || lead > 255 || trail > 255 {
			out("symbols", "没有字母、数字或汉字，无从查找；符号请在规则里用 patterns", "no letter or digit to search for; use patterns in a rule for symbols")
			continue
		}
		if len(key) == 1 && key[0] < 0x80 {
			out("single", "单个字母或数字会到处命中", "a single letter or digit is found everywhere")
			continue
		}
		k := string(key)
		if symbols {
			k += "\x00" + foldSymbols(word)
		}
		if first, twice := seen[k]; twice {
			was, wasEn := "与第 "+strconv.Itoa(first.Line)+" 行重复", "the same as line "+strconv.Itoa(first.Line)
			if first.Word != word {
				was += "（" + first.Word + "）"
				wasEn += " (" + first.Word + ")"
			}
			if first.Tag != tag {
				was += "，标签不同，取前一个"
				wasEn += " with another tag; the first counts"
			}
			out("duplicate", was, wasEn)
			continue
		}
		if len(l.Words) == maxListWords {
			return nil, ErrListTooLong
		}
		w := ListWord{n, word, tag}
		seen[k] = w
		l.Words = append(l.Words, w)
	}
	l.Lines = n
	if len(l.Words) == 0 {
		return nil, ErrEmptyList
	}
	return l, nil
}

// maxWord bounds a word in bytes.
const maxWord = 400

// tidyWord drops spaces round a word and what nobody sees inside it.
func tidyWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func clip(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

func decodeList(data []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		var order binary.ByteOrder = binary.LittleEndian
		encoding = "utf-16le"
		if data[0] == 0xFE {
			order, encoding = binary.BigEndian, "utf-16be"
		}
		if len(data)%2 != 0 {
			return "", "", ErrNotText
		}
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i < len(data); i += 2 {
			units = append(units, order.Uint16(data[i:]))
		}
		text = string(utf16.Decode(units))
	default:
		data = bytes.TrimPrefix(data, []byte("\ufeff"))
		if text, encoding = string(data), "utf-8"; !utf8.ValidString(text) {
			b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
			if err != nil {
				return "", "", ErrNotText.Because(err)
			}
			text, encoding = string(b), "gb18030"
		}
	}
	if strings.IndexByte(text, 0) >= 0 || encoding != "utf-8" && strings.ContainsRune(text, utf8.RuneError) {
		return "", "", ErrNotText
	}
	return text, encoding, nil
}

// Banks turns the list into one bank for each tag, ready for a Source; the bank's id is
// base, or base and a number where there are several tags. The title is the tag, or name.
func (l *WordList) Banks(base string, name Title, terms Terms) []Bank {
	var tags []string
	byTag := map[string][]string{}
	for _, w := range l.Words {
		if byTag[w.Tag] == nil {
			tags = append(tags, w.Tag)
		}
		byTag[w.Tag] = append(byTag[w.Tag], w.Word)
	}
	sort.Strings(tags)
	out := make([]Bank, 0, len(tags))
	for i, t := range tags {
		b := Bank{ID: base, Title: name, Words: byTag[t], Views: terms.Views, WholeWord: terms.WholeWord, MaxGap: terms.MaxGap}
		if len(tags) > 1 {
			b.ID += "." + strconv.Itoa(i+1)
		}
		if t != "" {
			b.Title = Title{Zh: t, En: t}
		}
		out = append(out, b)
	}
	return out
}

// PreviewOptions say how the words of a list would be searched.
type PreviewOptions struct {
	Views     []string // as in Terms; none: plain to stripped
	WholeWord *bool
	MaxGap    *int
	// MaxShare is the share of the sample above which a word is too common to judge by
	// alone (A25); 0 means 1%.
	MaxShare float64
	Examples int // how many texts to keep of each word; 0 none
}

// ListPreview says what the words of a list would hit in a sample of messages.
type ListPreview struct {
	Messages  int        `json:"messages"`   // of the sample
	Hit       int        `json:"hit"`        // messages that hold any word
	Share     float64    `json:"share"`      // Hit of Messages, 0 to 1
	Words     []WordRate `json:"words"`      // every word; the most frequent first, then by line
	Never     int        `json:"never"`      // words the sample doesn't hold
	TooCommon int        `json:"too_common"` // words above MaxShare: the first TooCommon of Words
	Tags      []TagRate  `json:"tags"`       // by tag, the most frequent first
	MaxShare  float64    `json:"max_share"`
}

// WordRate is how often one word would be found.
type WordRate struct {
	ListWord
	Messages  int            `json:"messages"` // that hold it
	Share     float64        `json:"share"`
	Evaded    int            `json:"evaded"` // of them only in disguise: stripped, by sound or put together
	Views     map[string]int `json:"views,omitempty"`
	TooCommon bool           `json:"too_common"`
	Examples  []string       `json:"examples,omitempty"`
}

// TagRate is how many messages hold any word of a tag.
type TagRate struct {
	Tag      string  `json:"tag"`
	Words    int     `json:"words"`
	Messages int     `json:"messages"`
	Share    float64 `json:"share"`
}

// Preview searches a sample for the words of a list and counts messages by word, by tag
// and in all. It streams: the sample is read once and not kept.
func Preview(list *WordList, opt PreviewOptions, sample iter.Seq[string]) (*ListPreview, error) {
	if opt.MaxShare <= 0 {
		opt.MaxShare = defaultMaxShare
	}
	index := make(map[string]int, len(list.Words))
	words := make([]string, len(list.Words))
	p := &ListPreview{Words: make([]WordRate, len(list.Words)), MaxShare: opt.MaxShare}
	tagOf := map[string]int{}
	for i, w := range list.Words {
		index[w.Word], words[i] = i, w.Word
		p.Words[i].ListWord = w
		t, ok := tagOf[w.Tag]
		if !ok {
			t = len(p.Tags)
			tagOf[w.Tag] = t
			p.Tags = append(p.Tags, TagRate{Tag: w.Tag})
		}
		p.Tags[t].Words++
	}
	src := &Source{Bands: Bands{Hold: 6, Refuse: 14}}
	src.AddRule(Rule{
		ID: "preview", Title: Title{Zh: "词表", En: "list"}, Class: ClassTag, Scope: "message", Level: 1, Action: ActionTag, State: StateLive,
		Terms: map[string]Terms{"words": {Words: words, Views: opt.Views, WholeWord: opt.WholeWord, MaxGap: opt.MaxGap}},
	})
	set, err := Compile(src, "preview")
	if err != nil {
		return nil, err
	}
	f := set.NewFinder()
	last := make([]int, len(words)) // the message a word was counted in
	lastTag := make([]int, len(p.Tags))
	for text := range sample {
		p.Messages++
		found := f.Find(text)
		if len(found) == 0 {
			continue
		}
		p.Hit++
		for _, at := range found {
			i := index[at.Word]
			w := &p.Words[i]
			if t := tagOf[w.Tag]; lastTag[t] != p.Messages {
				lastTag[t] = p.Messages
				p.Tags[t].Messages++
			}
			if last[i] == p.Messages {
				continue
			}
			last[i] = p.Messages
			w.Messages++
			if w.Views == nil {
				w.Views = map[string]int{}
			}
			w.Views[at.View]++
			if at.View == ViewStripped || at.View == ViewPinyin || at.View == ViewJoined {
				w.Evaded++
			}
			if len(w.Examples) < opt.Examples {
				w.Examples = append(w.Examples, strings.Clone(text))
			}
		}
	}
	n := float64(max(p.Messages, 1))
	for i := range p.Words {
		w := &p.Words[i]
		w.Share = float64(w.Messages) / n
		if w.TooCommon = w.Share > opt.MaxShare; w.TooCommon {
			p.TooCommon++
		}
		if w.Messages == 0 {
			p.Never++
		}
	}
	for i := range p.Tags {
		p.Tags[i].Share = float64(p.Tags[i].Messages) / n
	}
	p.Share = float64(p.Hit) / n
	sort.SliceStable(p.Words, func(i, j int) bool { return p.Words[i].Messages > p.Words[j].Messages })
	sort.SliceStable(p.Tags, func(i, j int) bool { return p.Tags[i].Messages > p.Tags[j].Messages })
	return p, nil
}

// defaultMaxShare is the share of ordinary messages that a word may be found in.
const defaultMaxShare = 0.01
