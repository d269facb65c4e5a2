package screening

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Extractors find links, numbers and accounts however they are written. Each runs at most
// once a message, when a rule or the result asks, and only where the text can hold one.

type extractor uint8

const (
	extractURL extractor = iota
	extractShortURL
	extractPhone
	extractQQ
	extractWeChat
	extractBankCard
	extractIDCard
	extractSignature
	extractOptOut
	extractVariable
	extractorCount
)

var extractors = map[string]extractor{
	"url": extractURL, "short_url": extractShortURL, "phone": extractPhone, "qq": extractQQ, "wechat": extractWeChat,
	"bank_card": extractBankCard, "id_card": extractIDCard, "signature": extractSignature, "opt_out": extractOptOut, "variable": extractVariable,
}

// Lists of words that extractors look for beside numbers.
const (
	builtinQQ = iota
	builtinWeChat
	builtinOptOut
	builtinPhone
	builtins
)

// extractorGate names the list without which an extractor finds nothing.
var extractorGate = map[extractor]int{extractQQ: builtinQQ, extractWeChat: builtinWeChat, extractOptOut: builtinOptOut}

var builtinWords = [builtins][]string{
	builtinQQ:     {"qq", "扣扣", "叩叩", "抠抠", "企鹅号", "企鹅群", "企鹅", "扣号", "群号", "q号", "加扣", "扣我", "球球号", "秋秋号", "q群", "加q", "口口号", "ＱQ群", "扣群", "q裙", "扣裙", loneQ},
	builtinWeChat: {"微信", "威信", "薇信", "徽信", "微芯", "微心", "薇芯", "维信号", "v信", "vx", "wx", "weixin", "wechat", "加v", "v芯", "v心", "v欣", "薇心", "薇x", "微x", "wei信", "微xin", "薇xin", "威xin", "加微", "加薇", "加徽", "微号", "薇号", "卫星号", "+薇", "薇:", "薇：", "v:", "v：", "+v"},
	builtinOptOut: {
		"退订", "退定", "拒收请回复", "拒收请回", "拒收回复", "拒收回", "回复td", "回td", "回复t退", "回复n退", "回t退", "回n退", "取消订阅", "拒绝接收请回", "不再接收请回", "unsubscribe",
	},
	builtinPhone: {"电话", "致电", "来电", "热线", "咨询", "详询", "联系", "客服", "拨打", "手机", "tel", "phone", "call", "订购", "预约", "询"},
}

// loneQ stands for QQ only before a whole number: "Q 3344551122", not "Q1 2026".
const (
	loneQ       = "q"
	loneQDigits = 7
)

// A span is a place in the text, in bytes.
type span struct{ from, to uint32 }

const (
	softDigit   = 0x10 // a numeral in disguise: 一 壹 幺
	letterDigit = 0x20 // a letter that looks like a digit: o l i
)

const numerals = "零一二三四五六七八九零壹贰叁肆伍陆柒捌玖零幺"

func (c *compiler) addBuiltins() {
	for i, words := range builtinWords {
		whole := int8(0)
		if i == builtinOptOut {
			whole = -1
		}
		views := uint8(fusedViews)
		if i == builtinWeChat {
			views |= 1 << joinedView // 力口微亻言
		}
		c.set.builtin[i] = c.list("builtin "+string(rune('a'+i)),
			list{name: "builtin", builtin: true, views: views, fused: strippedView, gap: defaultGap, hidden: true, whole: whole}, words, place{})
	}
}

// spans runs an extractor on the current text, once.
func (sc *Screener) spans(x extractor) []span {
	if sc.extracted&(1<<x) != 0 {
		return sc.extracts[x]
	}
	sc.extracted |= 1 << x
	sc.extracts[x] = sc.extracts[x][:0]
	if sc.text == "" {
		return nil
	}
	switch x {
	case extractURL:
		sc.findURLs()
	case extractShortURL:
		for i, u := range sc.spans(extractURL) {
			if shortLink(sc.urlHosts[i], sc.text[u.from:u.to]) {
				sc.extracts[x] = append(sc.extracts[x], u)
			}
		}
	case extractPhone, extractBankCard, extractIDCard:
		sc.findNumbers()
	case extractQQ:
		sc.findQQ()
	case extractWeChat:
		sc.findWeChat()
	case extractSignature:
		sc.sig = ""
		if from, to, ok := signatureSpan(sc.text); ok {
			sc.sig = bareSignature(sc.text[from:to])
			sc.extracts[x] = append(sc.extracts[x], span{uint32(from), uint32(to)})
		}
	case extractOptOut:
		for _, m := range sc.places(sc.set.builtin[builtinOptOut]) {
			sc.addSpan(x, span{m.from, m.to})
		}
	case extractVariable:
		sc.findVariables()
	}
	return sc.extracts[x]
}

// addSpan notes a place; several words for the same thing are one place.
func (sc *Screener) addSpan(x extractor, s span) {
	if n := len(sc.extracts[x]); n > 0 { // places come in order
		if o := &sc.extracts[x][n-1]; o.from < s.to && s.from < o.to {
			o.from, o.to = min(o.from, s.from), max(o.to, s.to)
			return
		}
	}
	sc.extracts[x] = append(sc.extracts[x], s)
}

// digitAt is a digit of a number with its place.
type digitAt struct {
	from, to uint32
	digit    byte
	kind     uint8 // softDigit, letterDigit or 0
	joint    uint8 // what stands before it: see joint*
}

const (
	jointNone  = iota // nothing, or nothing visible
	jointPlain        // spaces, dashes, dots and the like: may belong to one number
	jointParen        // parentheses: as in (028)8555
	jointStop         // anything else: another number
)

// collectDigits lists the digits of the text, with numerals and look-alikes where they
// stand among digits.
func (sc *Screener) collectDigits() {
	sc.digits = sc.digits[:0]
	if sc.nDigits() < 5 {
		if sc.all&attrNumeral == 0 {
			return
		}
		n := sc.nDigits() + sc.countAttr(sc.n, attrNumeral)
		if n < 5 {
			return
		}
	}
	end := uint32(0)
	last := -2
	for i := 1; i < sc.n; i++ {
		d := sc.set.digit[sc.codes[i]]
		if d == noDigit {
			continue
		}
		from := sc.pos[i]
		joint := uint8(jointStop)
		if i == last+1 {
			joint = jointNone
			if from > end {
				joint = jointOf(sc.text[end:from])
			}
		}
		end = sc.charEnd(i)
		sc.digits = append(sc.digits, digitAt{from, end, '0' + d&0xF, d & (softDigit | letterDigit), joint})
		last = i
	}
}

func jointOf(gap string) uint8 {
	j := uint8(jointNone)
	seen := 0
	for _, r := range gap {
		if invisible(r) {
			continue
		}
		seen++
		switch {
		case r == '(' || r == ')' || r == '（' || r == '）':
			j = max(j, jointParen)
		case separates(r) && r != '—':
			return jointStop
		default:
			j = max(j, jointPlain)
		}
	}
	if seen > 3 {
		return jointStop
	}
	return j
}

// findNumbers finds phone numbers, bank cards and identity cards in one go.
func (sc *Screener) findNumbers() {
	done := extractor(1<<extractPhone | 1<<extractBankCard | 1<<extractIDCard)
	sc.extracted |= uint16(done)
	for _, x := range []extractor{extractPhone, extractBankCard, extractIDCard} {
		sc.extracts[x] = sc.extracts[x][:0]
	}
	sc.phoneDigits = sc.phoneDigits[:0]
	sc.collectDigits()
	ds := sc.digits
	for i := 0; i < len(ds); {
		// a group: digits that may belong together
		j := i + 1
		for j < len(ds) && ds[j].joint != jointStop {
			j++
		}
		sc.numbersIn(ds[i:j])
		i = j
	}
}

func (sc *Screener) numbersIn(g []digitAt) {
	for len(g) >= 5 {
		if g[0].kind == letterDigit { // a word's last letter is no digit
			g = g[1:]
			continue
		}
		// as it stands: digits without anything between them
		t := 1
		for t < len(g) && g[t].joint == jointNone {
			t++
		}
		if sc.number(g[:t], false) {
			g = g[t:]
			continue
		}
		d := t
		for d > 0 && g[d-1].kind == letterDigit { // nor is a word's first letter
			d--
		}
		if d < t && sc.number(g[:d], false) {
			g = g[t:]
			continue
		}
		// or taken together with what follows
		found := false
		for end := t; end < len(g) && end < 25; {
			end++
			for end < len(g) && g[end].joint == jointNone {
				end++
			}
			if sc.number(g[:end], true) {
				g = g[end:]
				found = true
				break
			}
		}
		if !found {
			g = g[t:]
		}
	}
}

// number notes what kind of number the digits are, if any.
func (sc *Screener) number(g []digitAt, spread bool) bool {
	if len(g) < 5 || len(g) > 25 {
		return false
	}
	var buf [26]byte
	soft, letters, paren := 0, 0, false
	for i, d := range g {
		buf[i] = d.digit
		switch d.kind {
		case softDigit:
			soft++
		case letterDigit:
			letters++
		}
		if i > 0 && d.joint == jointParen {
			paren = true
		}
	}
	n := buf[:len(g)]
	if letters > 5 || letters > 0 && len(g)-letters < 5 {
		return false
	}
	place := span{g[0].from, g[len(g)-1].to}
	if k := prefixLen(n); validMobile(string(n[k:])) {
		sc.addPhone(place, n[k:])
		return true
	}
	if (soft > 0 || letters > 0) && len(n) < 15 {
		return false // of short numbers only mobile ones are worth disguising
	}
	switch {
	case len(n) == 17 && sc.xAfter(place.to) && validID(append(buf[:17:17], 'X')):
		place.to += uint32(sc.xWidth(place.to))
		sc.extracts[extractIDCard] = append(sc.extracts[extractIDCard], place)
		return true
	case len(n) == 18 && validID(n):
		sc.extracts[extractIDCard] = append(sc.extracts[extractIDCard], place)
		return true
	case len(n) >= 16 && len(n) <= 19 && cardPrefix(n) && luhn(n):
		sc.extracts[extractBankCard] = append(sc.extracts[extractBankCard], place)
		return true
	case len(n) == 10 && (string(n[:3]) == "400" || string(n[:3]) == "800") && !paren:
		sc.addPhone(place, n)
		return true
	case landline(n) && (spread || sc.nearPhoneWord(place.from) || len(n) >= 11):
		sc.addPhone(place, n)
		return true
	case (len(n) == 7 || len(n) == 8) && !spread && n[0] >= '2' && sc.nearPhoneWord(place.from):
		sc.addPhone(place, n)
		return true
	}
	return false
}

func (sc *Screener) addPhone(at span, digits []byte) {
	sc.extracts[extractPhone] = append(sc.extracts[extractPhone], at)
	sc.phoneDigits = append(sc.phoneDigits, digits...)
	sc.phoneDigits = append(sc.phoneDigits, 0)
}

// prefixLen is the length of a country prefix before a mobile number.
func prefixLen(n []byte) int {
	switch {
	case len(n) == 13 && string(n[:2]) == "86":
		return 2
	case len(n) == 15 && string(n[:4]) == "0086":
		return 4
	}
	return 0
}

// validMobile reports whether s is a mainland mobile number.
func validMobile(s string) bool {
	if len(s) != 11 || s[0] != '1' || s[1] < '3' || s[1] > '9' {
		return false
	}
	for i := 2; i < 11; i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// landline: area code of three (010, 02x) or four digits and a number of seven or eight.
func landline(n []byte) bool {
	if n[0] != '0' || len(n) < 10 || len(n) > 12 {
		return false
	}
	if n[1] == '1' || n[1] == '2' {
		return len(n) == 11 && n[3] >= '2'
	}
	return n[1] >= '3' && (len(n) == 11 || len(n) == 12) && n[4] >= '2'
}

func cardPrefix(n []byte) bool { return n[0] >= '3' && n[0] <= '6' }

func luhn(n []byte) bool {
	sum := 0
	for i := range n {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// validID checks birth date and check digit of an 18-digit identity card (GB 11643).
func validID(n []byte) bool {
	year, month, day := int(n[6]-'0')*10+int(n[7]-'0'), int(n[10]-'0')*10+int(n[11]-'0'), int(n[12]-'0')*10+int(n[13]-'0')
	if year != 19 && year != 20 && year != 18 || month < 1 || month > 12 || day < 1 || day > 31 || n[0] == '0' {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(n[i]-'0')
	}
	return "10X98765432"[sum%11] == n[17]
}

func (sc *Screener) xAfter(at uint32) bool { return sc.xWidth(at) > 0 }

func (sc *Screener) xWidth(at uint32) int {
	r, w := utf8.DecodeRuneInString(sc.text[at:])
	if one, _ := sc.set.fold.read(r); w > 0 && one == 'x' {
		return w
	}
	return 0
}

// nearPhoneWord tells whether a word such as 电话 stands shortly before a place.
func (sc *Screener) nearPhoneWord(at uint32) bool {
	words := sc.places(sc.set.builtin[builtinPhone])
	i := sort.Search(len(words), func(i int) bool { return words[i].from >= at })
	for i--; i >= 0 && words[i].from+48 > at; i-- {
		if to := words[i].to; to <= at && at-to <= 12 {
			return true
		}
	}
	return false
}

// findQQ finds numbers of 5 to 11 digits shortly after a word for QQ, of 7 at least after a lone Q.
func (sc *Screener) findQQ() {
	sc.spans(extractPhone) // collects the digits
	for _, w := range sc.places(sc.set.builtin[builtinQQ]) {
		for i := sort.Search(len(sc.digits), func(i int) bool { return sc.digits[i].from >= w.to }); i < len(sc.digits); i++ {
			d := sc.digits[i]
			if d.kind == letterDigit {
				continue
			}
			if d.from-w.to > 24 {
				break
			}
			j := i + 1
			for j < len(sc.digits) && sc.digits[j].joint < jointParen && sc.digits[j].kind != letterDigit {
				j++
			}
			least := 5
			if int(w.to-w.from) == len(loneQ) {
				least = loneQDigits
			}
			if j-i >= least && j-i <= 11 {
				sc.addSpan(extractQQ, span{w.from, sc.digits[j-1].to})
			}
			break
		}
	}
}

// findWeChat finds an account name or a number shortly after a word for WeChat.
func (sc *Screener) findWeChat() {
	for _, w := range sc.places(sc.set.builtin[builtinWeChat]) {
		i := int(w.to)
		for skipped := 0; i < len(sc.text) && skipped < 8; skipped++ {
			r, n := utf8.DecodeRuneInString(sc.text[i:])
			if c := sc.set.fold.class(r); c == 1 || c == 2 || strings.ContainsRune(numerals, r) {
				break
			}
			i += n
		}
		from, chars := i, 0
		for i < len(sc.text) && chars < 20 {
			r, n := utf8.DecodeRuneInString(sc.text[i:])
			if c := sc.set.fold.class(r); c != 1 && c != 2 && r != '-' && r != '_' && !invisible(r) && !strings.ContainsRune(numerals, r) {
				break
			}
			chars++
			i += n
		}
		if chars >= 6 && i > from {
			sc.addSpan(extractWeChat, span{w.from, uint32(i)})
		} else if at := strings.Index(sc.text[w.to:min(len(sc.text), int(w.to)+24)], "同号"); at >= 0 && at <= 12 {
			sc.addSpan(extractWeChat, span{w.from, w.to + uint32(at+len("同号"))})
		}
	}
}

// signatureSpan finds 【…】 at the start or the end of a text (A04).
func signatureSpan(text string) (from, to int, ok bool) {
	for from < len(text) && (text[from] == ' ' || text[from] == '\t') {
		from++
	}
	for strings.HasPrefix(text[from:], "\u200b") || strings.HasPrefix(text[from:], "\ufeff") {
		from += 3
	}
	if p := bracketsAt(text[from:], true); p != nil {
		if at := strings.Index(text[from:], p.close); at > len(p.open) && at < 120 {
			return from, from + at + len(p.close), true
		}
	}
	t := text
	for len(t) > 0 && (t[len(t)-1] <= ' ' || t[len(t)-1] == '.') {
		t = t[:len(t)-1]
	}
	for strings.HasSuffix(t, "。") || strings.HasSuffix(t, "\u200b") {
		t = t[:len(t)-3]
	}
	if p := bracketsAt(t, false); p != nil {
		if at := strings.LastIndex(t, p.open); at >= 0 && len(t)-at < 120 && len(t)-at > len(p.open)+len(p.close) {
			return at, len(t), true
		}
	}
	return 0, 0, false
}

type brackets struct{ open, close string }

var signatureBrackets = [...]brackets{{"【", "】"}, {"[", "]"}, {"［", "］"}, {"〔", "〕"}}

func bracketsAt(t string, start bool) *brackets {
	for i := range signatureBrackets {
		p := &signatureBrackets[i]
		if start && strings.HasPrefix(t, p.open) || !start && strings.HasSuffix(t, p.close) {
			return p
		}
	}
	return nil
}

// signature is the text between the brackets, or "".
func (sc *Screener) signature() string {
	if len(sc.spans(extractSignature)) == 0 {
		return ""
	}
	return sc.sig
}

// bodyLength is the length without the signature.
func (sc *Screener) bodyLength() int {
	n := sc.length()
	if s := sc.spans(extractSignature); len(s) > 0 {
		n -= UTF16Len(sc.text[s[0].from:s[0].to])
	}
	return n
}

func bareSignature(s string) string {
	s = trimBlanks(s)
	for i := range signatureBrackets {
		p := &signatureBrackets[i]
		if strings.HasPrefix(s, p.open) && strings.HasSuffix(s, p.close) && len(s) >= len(p.open)+len(p.close) {
			return trimBlanks(s[len(p.open) : len(s)-len(p.close)])
		}
	}
	return s
}

// trimBlanks takes spaces and tabs off both ends.
func trimBlanks(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

func (sc *Screener) signatureFiled() bool {
	s := sc.signature()
	if s == "" {
		return false
	}
	same := func(x string) bool { return bareSignature(x) == s }
	if sc.msg.Signature != "" && same(sc.msg.Signature) {
		return true
	}
	return listed(sc.msg.Facts, "registered_signatures", same)
}

// identifier tells whether a text is a name of Latin letters, digits and underscores that
// begins with a letter.
func identifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && (c < '0' || c > '9' || i == 0) && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

// findVariables finds what a template should have replaced: ${name}, {name}, #name#, %s.
func (sc *Screener) findVariables() {
	t := sc.text
	if strings.IndexByte(t, '{') < 0 && strings.IndexByte(t, '#') < 0 && strings.IndexByte(t, '%') < 0 && !strings.Contains(t, "[[") {
		return
	}
	add := func(from, to int) {
		sc.extracts[extractVariable] = append(sc.extracts[extractVariable], span{uint32(from), uint32(to)})
	}
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '{':
			end := strings.IndexByte(t[i:min(len(t), i+61)], '}')
			if end < 2 || strings.ContainsAny(t[i+1:i+end], "\n ") {
				continue
			}
			to := i + end + 1
			if to < len(t) && t[to] == '}' {
				to++
			}
			from := i
			if i > 0 && (t[i-1] == '$' || t[i-1] == '#') {
				from--
			}
			add(from, to)
			i = to - 1
		case '#':
			// Latin names only: #双十一# is a topic, not a variable
			j := i + 1
			for j < len(t) && (t[j] == '_' || t[j] >= '0' && t[j] <= '9' || t[j]|0x20 >= 'a' && t[j]|0x20 <= 'z') {
				j++
			}
			if j < len(t) && t[j] == '#' && j > i+1 && t[i+1] > '9' {
				add(i, j+1)
				i = j
			}
		case '[':
			// [[name]]: Latin names only, as above
			if end := strings.Index(t[i:min(len(t), i+40)], "]]"); end > 2 && strings.HasPrefix(t[i:], "[[") && identifier(t[i+2:i+end]) {
				add(i, i+end+2)
				i += end + 1
			}
		case '%':
			if end := strings.IndexByte(t[i+1:min(len(t), i+40)], '%'); end > 1 && identifier(t[i+1:i+1+end]) {
				add(i, i+end+2)
				i += end + 1
				continue
			}
			if i+1 < len(t) && (t[i+1] == 's' || t[i+1] == 'd') && (i == 0 || t[i-1] < '0' || t[i-1] > '9') {
				add(i, i+2)
			}
		}
	}
}
