package recipient

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// optOutWords are replies that mean "no more" when nothing else stands in the message (A14): what the texts themselves offer
// (拒收请回复R, 退订回T), and what people send instead.
var optOutWords = map[string]bool{
	"t": true, "td": true, "tt": true, "tuiding": true, "r": true, "n": true, "no": true, "qx": true, "js": true, "stop": true, "unsubscribe": true,
	"退": true, "取消": true, "屏蔽": true, "停止": true,
}

// optOutPhrases mean it wherever they stand in a short message.
var optOutPhrases = []string{
	"退订", "退定", "退訂", "拒收", "拒绝接收", "取消订阅", "停止发送", "不要再发", "别再发", "勿再发", "别发了", "不要发了", "不想收到", "不再接收", "unsubscribe",
}

// notOptOut are wishes to stay, though they hold one of the phrases.
var notOptOut = []string{"不退订", "别退订", "不要退订", "不想退订", "取消退订", "不退定", "不拒收", "不要拒收"}

// optOutRunes is how long a reply may be to count as nothing but a wish; longer ones are letters that a person reads.
const optOutRunes = 20

// IsOptOut tells whether a reply asks for no more messages: T, TD, R, N, 退订, 拒收 and the like, in whatever width and case, with
// spaces, punctuation and quotes around or between. Where in doubt it is the recipient's word that counts (A14).
func IsOptOut(text string) bool {
	if len(text) > 4*1000 || !utf8.ValidString(text) {
		return false
	}
	word := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(width.Fold.String(text)))
	if utf8.RuneCountInString(word) > optOutRunes {
		return false
	}
	for _, lead := range []string{"回复", "回覆", "回", "发送", "发"} { // 回复T, 回T: the instruction typed as it stands
		if rest, ok := strings.CutPrefix(word, lead); ok && rest != "" {
			word = rest
			break
		}
	}
	if optOutWords[word] {
		return true
	}
	for _, stay := range notOptOut {
		if strings.Contains(word, stay) {
			return false
		}
	}
	for _, phrase := range optOutPhrases {
		if strings.Contains(word, phrase) {
			return true
		}
	}
	return false
}
