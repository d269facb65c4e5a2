package screening

import (
	"bytes"
	"strings"
)

// topLevel lists the domains that a bare name (without http) may end in. true: also
// believed where the dot is written otherwise (。 点) or the name is spread by spaces.
var topLevel = map[string]bool{
	"com": true, "cn": true, "net": true, "cc": true, "top": true, "xyz": true, "vip": true, "org": true, "tk": true, "club": true,
	"info": true, "wang": true, "shop": true, "site": true, "online": true, "ltd": true, "icu": true,
	"tv": false, "me": false, "co": false, "io": false, "ml": false, "ga": false, "cf": false, "gq": false, "pw": false, "la": false,
	"in": false, "im": false, "so": false, "to": false, "us": false, "uk": false, "ru": false, "jp": false, "kr": false, "hk": false,
	"tw": false, "mo": false, "sg": false, "my": false, "vn": false, "th": false, "ph": false, "ws": false, "ly": false, "gl": false,
	"gd": false, "gs": false, "sh": false, "ac": false, "gg": false, "fm": false, "bz": false, "eu": false, "de": false, "fr": false,
	"app": false, "store": false, "fun": false, "live": false, "link": false, "work": false, "pro": false, "asia": false, "mobi": false,
	"biz": false, "name": false, "edu": false, "gov": false, "art": false, "tech": false, "space": false, "website": false, "press": false,
	"group": false, "ink": false, "red": false, "win": false, "bid": false, "loan": false, "date": false, "trade": false, "men": false,
	"party": false, "click": false, "buzz": false, "cyou": false, "monster": false, "today": false, "life": false, "world": false,
	"city": false, "plus": false, "run": false, "video": false, "chat": false, "games": false, "game": false, "bet": false, "casino": false,
	"poker": false, "cloud": false, "dev": false, "ai": false, "kim": false, "ren": false, "mx": false, "br": false, "ca": false, "au": false,
}

var shorteners = map[string]bool{
	"t.cn": true, "dwz.cn": true, "url.cn": true, "suo.im": true, "suo.nz": true, "bit.ly": true, "tinyurl.com": true, "is.gd": true,
	"goo.gl": true, "ow.ly": true, "t.co": true, "w.url.cn": true, "rrd.me": true, "u6.gg": true, "mrw.so": true, "c7.gg": true,
	"0x3.me": true, "sourl.cn": true, "985.so": true, "dpurl.cn": true, "qq.cn.hn": true, "s.click": true, "a.mrw.so": true, "sohu.gg": true,
}

// shortLink tells whether a link hides where it leads.
func shortLink(host, link string) bool {
	if shorteners[host] {
		return true
	}
	_, path, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(link), "http://"), "https://"), "/")
	return ok && len(host) <= 7 && len(path) >= 3 && len(path) <= 12 && !strings.ContainsAny(path, "./?&=")
}

func hostChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}

func pathChar(c byte) bool {
	return hostChar(c) || c >= 'A' && c <= 'Z' || strings.IndexByte("/?%&=#~:+@!$*,;", c) >= 0
}

// findURLs finds links, with or without http, in wide letters, look-alikes and spread out.
func (sc *Screener) findURLs() {
	sc.urlHosts = sc.urlHosts[:0]
	if sc.nLetters() < 2 && !(sc.nDigits() >= 4 && strings.Count(sc.text, ".") >= 3) {
		return
	}
	sc.readGaps()
	if !sc.dotPlain && !sc.dotSpread {
		return
	}
	if !sc.dotSpread && !sc.dotName && sc.dots < 3 && sc.all&attrShape == 0 && !sc.scheme() {
		return // decimals, dates and versions: no name ends in a digit without http before it
	}
	b := sc.viewText(foldedView)
	if sc.dotPlain {
		sc.hostsIn(b.text, b.from, b.to, false)
	}
	// a host that is spread or disguised has a few letters
	if sc.dotSpread && len(sc.extracts[extractURL]) == 0 && sc.nLetters() >= 4 {
		sc.compactDots(b)
		sc.hostsIn(sc.compact.text, sc.compact.from, sc.compact.to, true)
	}
}

// scheme tells whether http may stand in the text.
func (sc *Screener) scheme() bool {
	const h, t, p = codeLetter + 'h' - 'a', codeLetter + 't' - 'a', codeLetter + 'p' - 'a'
	for i := 1; i+3 < sc.n; i++ {
		if sc.codes[i] == h && sc.codes[i+1] == t && sc.codes[i+2] == t && sc.codes[i+3] == p {
			return true
		}
	}
	return false
}

// compactDots drops spaces and writes every sort of dot as one.
func (sc *Screener) compactDots(b *viewBuffer) {
	c := &sc.compact
	c.reset()
	for i := 0; i < len(b.text); {
		rest := b.text[i:]
		switch {
		case b.text[i] == ' ':
			i++
		case b.text[i] == '[' || b.text[i] == ']' || b.text[i] == '(' || b.text[i] == ')':
			i++
		default:
			n := 0
			for _, d := range dotForms {
				if bytes.HasPrefix(rest, d) {
					n = len(d)
					break
				}
			}
			if n > 0 {
				c.add('.', b.from[i], b.to[i+n-1])
				i += n
				continue
			}
			c.add(b.text[i], b.from[i], b.to[i])
			i++
		}
	}
}

var dotForms = [][]byte{[]byte("。"), []byte("点"), []byte("・"), []byte("｡"), []byte("·"), []byte("丶")}

func (sc *Screener) hostsIn(t []byte, from, to []uint32, obfuscated bool) {
	for i := 0; i < len(t); i++ {
		if t[i] != '.' {
			continue
		}
		a, z := i, i
		for a > 0 && hostChar(t[a-1]) {
			a--
		}
		for z < len(t) && hostChar(t[z]) {
			z++
		}
		host := bytes.Trim(t[a:z], ".-_")
		if len(host) == 0 {
			i = z
			continue
		}
		a += bytes.Index(t[a:z], host)
		end := a + len(host)
		next := end
		scheme := 0
		switch {
		case bytes.HasSuffix(t[:a], []byte("https://")):
			scheme = 8
		case bytes.HasSuffix(t[:a], []byte("http://")):
			scheme = 7
		}
		host, ok := hostOf(host, scheme > 0, obfuscated)
		if !ok || a > 0 && t[a-1] == '@' {
			i = max(next, i)
			continue
		}
		end = a + len(host)
		if end < len(t) && (t[end] == '/' || t[end] == '?' || t[end] == ':' && end+1 < len(t) && t[end+1] >= '0' && t[end+1] <= '9') {
			for end < len(t) && pathChar(t[end]) {
				end++
			}
			for end > a && strings.IndexByte(",;!.:?", t[end-1]) >= 0 {
				end--
			}
		}
		sc.extracts[extractURL] = append(sc.extracts[extractURL], span{from[a-scheme], to[end-1]})
		sc.urlHosts = append(sc.urlHosts, internHost(sc.text, host, from[a], to[a+len(host)-1]))
		i = max(end-1, i)
	}
}

// internHost gives the host as a part of the text where it is written plainly.
func internHost(text string, host []byte, from, to uint32) string {
	if s := text[from:to]; s == string(host) {
		return s
	}
	return string(host)
}

// hostOf checks a name that looks like a host and drops labels after a top-level domain
// (the sentence may go on without a space).
func hostOf(h []byte, scheme, obfuscated bool) ([]byte, bool) {
	if ipAddress(h) {
		return h, !obfuscated
	}
	if bytes.IndexByte(h, '.') < 0 {
		return h, false
	}
	for n := len(h); n > 0; {
		at := bytes.LastIndexByte(h[:n], '.')
		if at <= 0 {
			return nil, false
		}
		strong, known := topLevel[string(h[at+1:n])]
		label := h[:at]
		if i := bytes.LastIndexByte(label, '.'); i >= 0 {
			label = label[i+1:]
		}
		switch {
		case len(label) == 0:
		case obfuscated && !strong:
		case obfuscated && letters(label) < 2 && bytes.Count(h[:n], []byte(".")) < 2:
		case known, scheme && n == len(h):
			return h[:n], true
		}
		n = at
	}
	return nil, false
}

func letters(b []byte) int {
	n := 0
	for _, c := range b {
		if c >= 'a' && c <= 'z' {
			n++
		}
	}
	return n
}

func ipAddress(h []byte) bool {
	dots, num, digits := 0, 0, 0
	for _, c := range h {
		switch {
		case c == '.':
			if digits == 0 {
				return false
			}
			dots++
			num, digits = 0, 0
		case c >= '0' && c <= '9':
			num = num*10 + int(c-'0')
			digits++
			if num > 255 || digits > 3 {
				return false
			}
		default:
			return false
		}
	}
	return dots == 3 && digits > 0
}

func (sc *Screener) hosts() []string {
	sc.spans(extractURL)
	return sc.urlHosts
}

func (sc *Screener) urlTexts() []string {
	if !sc.urlsDone {
		sc.urlsDone = true
		sc.urls = sc.urls[:0]
		for _, u := range sc.spans(extractURL) {
			sc.urls = append(sc.urls, sc.text[u.from:u.to])
		}
	}
	return sc.urls
}

func (sc *Screener) unfiledURLs() int {
	n := 0
	texts := sc.urlTexts()
	for i, h := range sc.hosts() {
		filed := listed(sc.msg.Facts, "registered_domains", func(d string) bool { return underDomain(h, d) })
		if !filed && !(i < len(texts) && sc.addressFiled(texts[i])) {
			n++
		}
	}
	return n
}

// underDomain tells whether a host is a domain on file, or lies below it.
func underDomain(host, filed string) bool {
	d := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(filed)), "*.")
	return d != "" && (host == d || strings.HasSuffix(host, "."+d))
}

// addressFiled tells whether exactly this address is on file: of a shortener's host only some belong to the customer.
func (sc *Screener) addressFiled(text string) bool {
	return listed(sc.msg.Facts, "registered_urls", func(s string) bool { return sameAddress(text, s) })
}

// sameAddress compares a link of a text with an address on file: the scheme, the host's case and a slash at the end don't count.
func sameAddress(text, filed string) bool {
	_, address, found := strings.Cut(text, "://")
	if !found {
		address = text
	}
	host, rest, _ := strings.Cut(strings.TrimRight(address, "/"), "/")
	filedHost, filedRest, _ := strings.Cut(filed, "/")
	return filedRest == rest && strings.EqualFold(filedHost, host)
}

// phoneTexts are the phone numbers as digits.
func (sc *Screener) phoneTexts() []string {
	if !sc.phonesDone {
		sc.phonesDone = true
		sc.phones = sc.phones[:0]
		spans := sc.spans(extractPhone)
		rest := sc.phoneDigits
		for _, p := range spans {
			n := bytes.IndexByte(rest, 0)
			if s := sc.text[p.from:p.to]; s == string(rest[:n]) {
				sc.phones = append(sc.phones, s)
			} else {
				sc.phones = append(sc.phones, sc.intern(rest[:n]))
			}
			rest = rest[n+1:]
		}
	}
	return sc.phones
}

// intern gives the text of a number; numbers in signatures and templates come again and
// again, so the last ones are kept.
func (sc *Screener) intern(b []byte) string {
	if s, ok := sc.interned[string(b)]; ok {
		return s
	}
	if sc.interned == nil || len(sc.interned) >= 256 {
		sc.interned = make(map[string]string, 256)
	}
	s := string(b)
	sc.interned[s] = s
	return s
}

func (sc *Screener) unfiledPhones() int {
	n := 0
	for _, p := range sc.phoneTexts() {
		if !listed(sc.msg.Facts, "registered_phones", func(s string) bool { return samePhone(s, p) }) {
			n++
		}
	}
	return n
}

// samePhone compares digits only.
func samePhone(filed, digits string) bool {
	j := 0
	for i := 0; i < len(filed); i++ {
		if c := filed[i]; c >= '0' && c <= '9' {
			if j >= len(digits) || digits[j] != c {
				return false
			}
			j++
		}
	}
	return j == len(digits) && j > 0
}
