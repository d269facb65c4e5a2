package screening_test

import (
	"testing"

	"sealgate/server/screening"
)

func TestInitials_areWhatPeopleType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"成都云帆电子商务有限公司": "cdyfdzswyxgs", "重庆长安": "cqca", "廈門航空": "xmhk", "A3 物流（中国）": "a3wlzg", "": "", "𠮷野家": "yj",
	} {
		if got := screening.Initials(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
