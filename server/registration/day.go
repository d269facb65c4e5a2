package registration

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"sealgate/server/caldate"
)

// unusedMonths is how long a signature may go unused before it lapses with the carriers (L09).
const unusedMonths = 5

// remindBefore is how many days before its end the holder of a letter of authorisation is reminded.
var remindBefore = []int{60, 30, 7}

// RunDay does what a day brings: letters of authorisation that ended yesterday take their chain with them, signatures unused for five
// months lapse with the carriers, changes of carriers' rules come into force, and reminders go out. It may run any number of times.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) error {
	ended, err := s.store.ended(ctx, day)
	if err != nil {
		return fmt.Errorf("letters that ended before %s: %w", day, err)
	}
	var failed []error
	for _, id := range ended {
		if _, err := s.lapse(ctx, id, "授权书已到期 · the letter of authorisation ended", ByLetter); err != nil && !errors.Is(err, ErrState) {
			failed = append(failed, fmt.Errorf("lapse registration %s: %w", id, err))
		}
	}
	return errors.Join(append(failed, s.lapseUnused(ctx, day), s.applyRules(ctx, day), s.remind(ctx, day))...)
}

// lapseUnused ends the filings of signatures that were last used five months ago or before: they are filed again before the next use.
func (s *Service) lapseUnused(ctx context.Context, day caldate.Date) error {
	rs, err := s.store.unused(ctx, monthsLater(day, -unusedMonths))
	if err != nil {
		return fmt.Errorf("signatures unused by %s: %w", day, err)
	}
	var failed []error
	for i := range rs {
		r := &rs[i]
		err := s.db.Run(ctx, func(ctx context.Context) error {
			reason := fmt.Sprintf("%s 起未使用满 %d 个月 · not used for %d months since %s", r.UsedOn, unusedMonths, unusedMonths, r.UsedOn)
			if err := s.lapseTree(ctx, r, "", ByUnused, reason); err != nil {
				return err
			}
			vars, en := s.words(r)
			vars["since"] = r.UsedOn.String()
			return s.tellBoth(ctx, r, "signature_unused", vars, en)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("lapse signature %s: %w", r.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) remind(ctx context.Context, day caldate.Date) error {
	var failed []error
	for _, n := range remindBefore {
		rs, err := s.store.endingOn(ctx, day.AddDays(n))
		if err != nil {
			return err
		}
		for i := range rs {
			r := &rs[i]
			failed = append(failed, s.db.Run(ctx, func(ctx context.Context) error {
				first, err := s.store.reminded(ctx, reminderRow{r.ID, r.ValidTo, n, s.clock.Instant()})
				if err != nil || !first {
					return err
				}
				vars, en := s.words(r)
				vars["valid_to"], vars["days"] = r.ValidTo.String(), strconv.Itoa(n)
				return s.tellBoth(ctx, r, "authorisation_expiring", vars, en)
			}))
		}
	}
	return errors.Join(failed...)
}
