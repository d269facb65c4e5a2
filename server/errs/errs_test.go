package errs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/errs"
)

var errOwn = errs.Forbidden("review.own_batch", "不能审核自己提交的批次", "you can't review your own batch")

func TestError_isItsListedErrorWhateverWasAdded(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("decide batch %s: %w", "b1", errOwn.With("batch", "b1").Because(errors.New("disk")))
	if !errors.Is(err, errOwn) {
		t.Fatal("wrapped and enriched error is no longer the listed one")
	}
	if errors.Is(err, errs.Forbidden("review.other", "", "")) {
		t.Fatal("an error with another code must not match")
	}
	if e := errs.As(err); e.Meta["batch"] != "b1" || e.Kind != errs.KindForbidden {
		t.Fatalf("facts lost: %+v", e)
	}
	if len(errOwn.Meta) != 0 {
		t.Fatal("With changed the listed error itself")
	}
}

func TestFields_giveEveryWrongFieldAtOnce(t *testing.T) {
	t.Parallel()
	var f errs.Fields
	if f.Err(errOwn) != nil {
		t.Fatal("no wrong field must be no error")
	}
	f.Add("uscc", "check_digit", "校验位不对", "check digit is wrong")
	f.Add("name", "missing", "必填", "required")
	err := f.Err(errOwn)
	if !strings.Contains(err.Error(), "uscc") || !strings.Contains(err.Error(), "name") {
		t.Fatalf("got %v", err)
	}
}
