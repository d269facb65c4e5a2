package paper_test

import (
	"errors"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/paper"
)

func TestQuality_isMadeOnlyWhereItsCarriersAddUp(t *testing.T) {
	t.Parallel()
	good := paper.QualityData{
		Number: "Q-202610-000001", Provider: paper.Party{Name: "甲"}, Customer: paper.Party{Name: "乙"}, From: caldate.MustParse("2026-10-01"), To: caldate.MustParse("2026-10-31"),
		Month: paper.QualityFigures{Delivered: 3, Failed: 1, Share: 7500}, Carriers: []paper.QualityCarrier{{Name: "cmcc", QualityFigures: paper.QualityFigures{Delivered: 3, Failed: 1}}},
	}
	if _, err := paper.Quality(good); err != nil {
		t.Fatal(err)
	}
	wrong := good
	wrong.Month.Delivered = 4
	if _, err := paper.Quality(wrong); !errors.Is(err, paper.ErrSum) {
		t.Errorf("carriers that do not add up: %v", err)
	}
	nameless := good
	nameless.Customer.Name = ""
	if _, err := paper.Quality(nameless); !errors.Is(err, paper.ErrLacking) {
		t.Errorf("nobody's report: %v", err)
	}
}

func TestLasting_readsInTheLargestWholeUnit(t *testing.T) {
	t.Parallel()
	for s, want := range map[int64]string{0: "—", 1: "1 秒", 45: "45 秒", 90: "90 秒", 60: "1 分钟", 1200: "20 分钟", 3600: "1 小时", 86400: "1 日", 259200: "3 日", 31536000: "3 日以上"} {
		if got := paper.Lasting(s); got != want {
			t.Errorf("%d: %q, want %q", s, got, want)
		}
	}
}
