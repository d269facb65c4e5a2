package corner

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
)

// Record writes down a check of identity or authority (P11).
func (s *Service) Record(ctx context.Context, n NewCheck) (*Check, error) {
	n, err := n.check()
	if err != nil {
		return nil, err
	}
	by, now := actor.From(ctx), s.clock.RealInstant()
	c := &Check{
		ID: ids.New(), CustomerID: n.CustomerID, Kind: n.Kind, Person: n.Person, How: n.How, Grounds: n.Grounds, DocumentID: n.DocumentID, Purpose: n.Purpose,
		CheckedBy: by.UserID, CheckedByName: cut(by.Name, 100), CheckedAt: now, UntilAt: caldate.InstantMs(now.Ms() + n.Hours*3_600_000), Acts: []Act{},
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.Customers.CustomerName(ctx, n.CustomerID); err != nil {
			return err
		}
		if n.DocumentID != "" {
			if _, err := s.Documents.Link(ctx, n.DocumentID, "support_check", c.ID, c.CustomerID, ""); err != nil {
				return err
			}
		}
		if err := s.store.insert(ctx, c); err != nil {
			return err
		}
		return s.record(ctx, "support.check", "support_check", c.ID, c.CustomerID, c.Purpose, map[string]any{"kind": string(c.Kind), "how": c.How, "until": c.UntilAt.String()})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// End closes a check before its time.
func (s *Service) End(ctx context.Context, id string) (*Check, error) {
	var c *Check
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if c, err = one[Check](s.store, ctx, ErrNoCheck, "id = ?", id); err != nil {
			return err
		}
		now := s.clock.RealInstant()
		if !c.Open(now) {
			return ErrCheckOver
		}
		c.EndedAt, c.EndedBy = now, actor.From(ctx).UserID
		if err := s.store.endCheck(ctx, c); err != nil {
			return err
		}
		return s.record(ctx, "support.end_check", "support_check", c.ID, c.CustomerID, "", nil)
	})
	return c, err
}

// Checks gives a page of checks within the actor's scope, each with what was done under it.
func (s *Service) Checks(ctx context.Context, q Query) ([]Check, int64, error) {
	q.State = ""
	items, total, err := page[Check](s.store, ctx, q)
	if err != nil {
		return nil, 0, err
	}
	var checkIDs []string
	for _, c := range items {
		checkIDs = append(checkIDs, c.ID)
	}
	acts, err := s.store.acts(ctx, checkIDs)
	if err != nil {
		return nil, 0, err
	}
	for i := range items {
		items[i].Acts = []Act{}
		for _, a := range acts {
			if a.CheckID == items[i].ID {
				items[i].Acts = append(items[i].Acts, a)
			}
		}
	}
	return items, total, nil
}

// Require implements staff.Checks: it lets our people act for a customer only under a check that holds, and notes the act.
func (s *Service) Require(ctx context.Context, customerID, action, objectType, objectID string) error {
	_, err := s.require(ctx, customerID, action, objectType, objectID)
	return err
}

func (s *Service) require(ctx context.Context, customerID, action, objectType, objectID string) (check *Check, err error) {
	by, now := actor.From(ctx), s.clock.RealInstant()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if check, err = s.store.openCheck(ctx, customerID, now); err != nil {
			return err
		}
		if check == nil {
			return ErrUnchecked.With("customer", customerID)
		}
		act := &Act{ID: ids.New(), CheckID: check.ID, CustomerID: customerID, Action: action, ObjectType: objectType, ObjectID: objectID, ActedBy: by.UserID, ActedByName: cut(by.Name, 100), At: now}
		if err := s.store.insert(ctx, act); err != nil {
			return err
		}
		return s.record(ctx, "support.act", "support_check", check.ID, customerID, "", map[string]any{"action": action, "object": objectID})
	})
	return check, err
}
