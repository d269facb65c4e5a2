package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// token is what an xmlReader stands on.
type token uint8

const (
	tokenStart token = iota + 1
	tokenEnd
	tokenText
)

const (
	// xmlWindow is how much of a part is in memory. No tag may be longer.
	xmlWindow = 64 << 10
	// xmlDepth bounds how deep elements nest; spreadsheets have a dozen levels.
	xmlDepth = 128
	// longestEntity is &#x10FFFF; with room for leading zeros.
	longestEntity = 16
)

var errXML = errors.New("not well-formed XML")

// xmlReader reads one part of a spreadsheet, tag by tag, in constant memory. It knows the XML that spreadsheets are written in, and
// nothing else: no document types, hence no entities of one's own; UTF-8 and UTF-16. What does not nest is an error, so that a
// part that was cut or damaged is never read as if it ended there.
type xmlReader struct {
	src      io.Reader
	buf      []byte
	pos, end int
	eof      bool

	open  []byte // names of the open elements, one after the other
	marks []int  // where each of them begins
	ended bool   // the root was closed

	name   []byte // of the tag that was read last, without its prefix
	attrs  []byte // as they stand in it
	single bool   // the tag was <x/>: its end comes next
	text   []byte
	clean  []byte // text and values with their entities resolved
}

func newXMLReader(r io.Reader) (*xmlReader, error) {
	x := &xmlReader{src: r, buf: make([]byte, xmlWindow)}
	for x.end < 3 && !x.eof {
		if err := x.fill(); err != nil {
			return nil, err
		}
	}
	head := x.buf[:x.end]
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		x.pos = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		big := head[0] == 0xfe
		x.src, x.eof, x.end = &utf16Reader{src: io.MultiReader(bytes.NewReader(bytes.Clone(head[2:])), r), big: big}, false, 0
	}
	return x, nil
}

// fill reads on; what was passed already makes room.
func (x *xmlReader) fill() error {
	if x.pos > 0 {
		copy(x.buf, x.buf[x.pos:x.end])
		x.end -= x.pos
		x.pos = 0
	}
	if x.end == len(x.buf) {
		return fmt.Errorf("%w: a tag of more than %d bytes", errXML, len(x.buf))
	}
	for range 100 {
		n, err := x.src.Read(x.buf[x.end:])
		x.end += n
		if err == io.EOF {
			x.eof = true
			return nil
		}
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// next goes on to the next tag or text; io.EOF follows the end of the root. name, attrs and text hold until the next call.
func (x *xmlReader) next() (token, error) {
	if x.single {
		x.single = false
		return tokenEnd, x.pop(x.name)
	}
	for {
		if x.pos == x.end {
			if x.eof {
				return 0, x.atEnd()
			}
			if err := x.fill(); err != nil {
				return 0, err
			}
			continue
		}
		if x.buf[x.pos] != '<' {
			text, err := x.readText()
			if err != nil || text && len(x.marks) > 0 {
				return tokenText, err
			}
			continue
		}
		tag, err := x.readTag()
		if err != nil {
			return 0, err
		}
		switch {
		case len(tag) == 0:
			return 0, fmt.Errorf("%w: <>", errXML)
		case tag[0] == '/':
			x.name = local(bytes.TrimRight(tag[1:], " \t\r\n"))
			return tokenEnd, x.pop(x.name)
		case tag[0] == '?':
			if err := declared(tag); err != nil {
				return 0, err
			}
		case bytes.HasPrefix(tag, []byte("![CDATA[")):
			x.text = tag[len("![CDATA[") : len(tag)-2]
			return tokenText, nil
		case tag[0] == '!':
			if !bytes.HasPrefix(tag, []byte("!--")) {
				return 0, fmt.Errorf("%w: a document type", errXML)
			}
		default:
			return tokenStart, x.push(tag)
		}
	}
}

func (x *xmlReader) atEnd() error {
	if len(x.marks) > 0 || !x.ended {
		return fmt.Errorf("%w: it ends too early", errXML)
	}
	return io.EOF
}

// readText takes the text before the next tag, or as much of it as is in memory; false where there is none between tags.
func (x *xmlReader) readText() (bool, error) {
	data := x.buf[x.pos:x.end]
	n := bytes.IndexByte(data, '<')
	if n < 0 {
		n = len(data)
		if i := bytes.LastIndexByte(data[max(0, n-longestEntity):], '&'); i >= 0 && !x.eof { // it may go on in what comes
			if n = max(0, n-longestEntity) + i; n == 0 {
				return false, x.fill()
			}
		}
	}
	x.pos += n
	var err error
	x.text, err = x.resolve(data[:n])
	return true, err
}

// readTag takes a tag off the stream and gives what stands between its brackets.
func (x *xmlReader) readTag() ([]byte, error) {
	for {
		if n := tagEnd(x.buf[x.pos+1 : x.end]); n >= 0 {
			tag := x.buf[x.pos+1 : x.pos+1+n]
			x.pos += n + 2
			return tag, nil
		}
		if x.eof {
			return nil, fmt.Errorf("%w: it ends within a tag", errXML)
		}
		if err := x.fill(); err != nil {
			return nil, err
		}
	}
}

// tagEnd is where the bracket stands that ends the tag which begins data; -1 where it is not there yet.
func tagEnd(data []byte) int {
	for _, special := range []struct{ begin, end string }{{"!--", "-->"}, {"![CDATA[", "]]>"}, {"?", "?>"}} {
		if n := min(len(data), len(special.begin)); string(data[:n]) == special.begin[:n] {
			if n < len(special.begin) {
				return -1
			}
			i := bytes.Index(data[n:], []byte(special.end))
			if i < 0 {
				return -1
			}
			return n + i + len(special.end) - 1
		}
	}
	quote := byte(0)
	for i, c := range data {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i
		case c == '"' || c == '\'':
			quote = c
		}
	}
	return -1
}

// declared refuses a declaration of characters that we don't read.
func declared(tag []byte) error {
	_, encoding, found := bytes.Cut(tag, []byte("encoding="))
	if !bytes.HasPrefix(tag, []byte("?xml ")) || !found {
		return nil
	}
	for _, known := range []string{"utf-8", "utf-16", "us-ascii", "utf8"} {
		if len(encoding) > len(known)+1 && bytes.EqualFold(encoding[1:1+len(known)], []byte(known)) {
			return nil
		}
	}
	return fmt.Errorf("%w: characters as %.20q", errXML, encoding)
}

func (x *xmlReader) push(tag []byte) error {
	if x.single = tag[len(tag)-1] == '/'; x.single {
		tag = tag[:len(tag)-1]
	}
	n := bytes.IndexAny(tag, " \t\r\n")
	if n < 0 {
		n = len(tag)
	}
	x.name, x.attrs = local(tag[:n]), tag[n:]
	switch {
	case len(x.name) == 0:
		return fmt.Errorf("%w: a tag without a name", errXML)
	case len(x.marks) == xmlDepth:
		return fmt.Errorf("%w: more than %d elements within each other", errXML, xmlDepth)
	case x.ended:
		return fmt.Errorf("%w: it goes on after its end", errXML)
	}
	x.marks = append(x.marks, len(x.open))
	x.open = append(x.open, x.name...)
	return nil
}

func (x *xmlReader) pop(name []byte) error {
	if len(x.marks) == 0 {
		return fmt.Errorf("%w: </%.20s> without a beginning", errXML, name)
	}
	at := x.marks[len(x.marks)-1]
	if !bytes.Equal(x.open[at:], name) {
		return fmt.Errorf("%w: </%.20s> ends <%.20s>", errXML, name, x.open[at:])
	}
	x.marks, x.open = x.marks[:len(x.marks)-1], x.open[:at]
	x.ended = len(x.marks) == 0
	return nil
}

// parent is the name of the element around the one that was begun last.
func (x *xmlReader) parent() string {
	if n := len(x.marks); n > 1 {
		return string(x.open[x.marks[n-2]:x.marks[n-1]])
	}
	return ""
}

// skip passes all of the element that was begun last.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		switch t, err := x.next(); {
		case err != nil:
			return err
		case t == tokenStart:
			depth++
		case t == tokenEnd:
			depth--
		}
	}
	return nil
}

// each calls use with the name and value of every attribute of the tag that was read last, prefixes left out.
func (x *xmlReader) each(use func(name, value []byte)) error {
	rest := bytes.TrimLeft(x.attrs, " \t\r\n")
	for len(rest) > 0 {
		name, after, ok := bytes.Cut(rest, []byte("="))
		after = bytes.TrimLeft(after, " \t\r\n")
		if !ok || len(after) < 2 || after[0] != '"' && after[0] != '\'' {
			return fmt.Errorf("%w: in the tag %.20s", errXML, x.name)
		}
		n := bytes.IndexByte(after[1:], after[0])
		if n < 0 {
			return fmt.Errorf("%w: in the tag %.20s", errXML, x.name)
		}
		value, err := x.resolve(after[1 : 1+n])
		if err != nil {
			return err
		}
		use(local(bytes.TrimRight(name, " \t\r\n")), value)
		rest = bytes.TrimLeft(after[n+2:], " \t\r\n")
	}
	return nil
}

func local(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

var entities = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// resolve puts characters in the place of entities. What it gives holds until it is called again.
func (x *xmlReader) resolve(text []byte) ([]byte, error) {
	i := bytes.IndexByte(text, '&')
	if i < 0 {
		return text, nil
	}
	out := x.clean[:0]
	for ; i >= 0; i = bytes.IndexByte(text, '&') {
		out = append(out, text[:i]...)
		text = text[i+1:]
		n := bytes.IndexByte(text[:min(len(text), longestEntity)], ';')
		if n < 1 {
			return nil, fmt.Errorf("%w: & without ;", errXML)
		}
		if c, ok := entities[string(text[:n])]; ok {
			out = append(out, c)
		} else {
			r, ok := numbered(text[:n])
			if !ok {
				return nil, fmt.Errorf("%w: &%s;", errXML, text[:n])
			}
			out = utf8.AppendRune(out, r)
		}
		text = text[n+1:]
	}
	x.clean = append(out, text...)
	return x.clean, nil
}

// numbered is the character of an entity such as #20013 or #x4e2d.
func numbered(entity []byte) (rune, bool) {
	if entity[0] != '#' || len(entity) < 2 {
		return 0, false
	}
	digits, base := string(entity[1:]), 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && n <= utf8.MaxRune && utf8.ValidRune(rune(n)) && !slices.Contains([]uint64{0, 0xfffe, 0xffff}, n)
}
