package screening_test

import (
	"strings"
	"testing"

	"sealgate/server/screening"
)

// TestFacts_countDisguise: obfuscation itself is a finding (A25).
func TestFacts_countDisguise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fact, text string
		want       int
	}{
		{"variant_characters", "免費体验，贏得红包送给您", 2},
		{"variant_characters", "感謝您使用無限卡消費，若有疑問請洽客服專線", 0},
		{"variant_characters", "您的快递已到，请及时领取", 0},
		{"rare_characters", "笧送沅哋，囎餸侢", 6 - 1}, // 沅 is in GB 2312
		{"rare_characters", "王喆您好，您的快递到了", 1},
		{"rare_characters", "𠮷野家欢迎您", 1},
		{"lookalikes", "加Ⓥ❤ⓧⓧ②③", 4},
		{"lookalikes", "①本店 ②分店", 0},
		{"lookalikes", "𝐀𝐁𝐂ｗｗｗ", 3},
		{"lookalikes", "vх88", 1},
		{"lookalikes", "Привет, как дела", 0},
		{"isolated_characters", "代*开*发*票", 2},
		{"isolated_characters", "代 开 发 票 电 话", 4},
		{"isolated_characters", "北京-上海-广州-深圳", 0},
		{"isolated_characters", "您好，您的快递已到。请查收！", 0},
		{"isolated_characters", "我，你，他", 1},
		{"private_use", "您\ue001好\uf8ff", 2},
		{"private_use", "您好", 0},
		{"radicals", "亻言用卡，氵去院，讠川练", 3},
		{"radicals", "您的法院传票已送达", 0},
	} {
		got := 0
		for n := range 10 {
			set := compile(t, "id: t.i\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: tag\ncondition: "+c.fact+" == "+string("0123456789"[n])+"\n")
			if len(screen(set, screening.Message{Text: c.text}).Hits) > 0 {
				got = n
			}
		}
		if got != c.want {
			t.Errorf("%s of %q: want %d, got %d", c.fact, c.text, c.want, got)
		}
	}
}

func TestFacts_countsOfDisguiseAreLinear(t *testing.T) {
	t.Parallel()
	set := compile(t, "id: t.i\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: tag\ncondition: rare_characters + variant_characters + lookalikes + isolated_characters + private_use > 1000000000\n")
	for _, p := range []string{"代*", "囎", "免費体验", "Ⓐ", "\ue001", "\xff", "А"} {
		screen(set, screening.Message{Text: strings.Repeat(p, 300_000)})
	}
}
