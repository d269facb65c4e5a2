package maintenance

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// maxServers is how many machines a sheet lists.
const maxServers = 200

func checkServers(servers []Server, reason string, first bool) ([]Server, string, error) {
	var f errs.Fields
	if len(servers) == 0 || len(servers) > maxServers {
		f.Add("servers", "count", fmt.Sprintf("请列出 1 至 %d 台服务器", maxServers), fmt.Sprintf("list 1 to %d servers", maxServers))
	}
	out := make([]Server, len(servers))
	seen := map[string]bool{}
	for i, x := range servers {
		at := "servers[" + strconv.Itoa(i) + "]."
		text := func(field, value string, most int, required bool) string {
			return form.Text(&f, at+field, value, most, required)
		}
		out[i] = Server{
			text("name", x.Name, 50, true), text("model", x.Model, 100, true), text("serial", x.Serial, 60, false), text("system", x.System, 100, true),
			text("address", x.Address, 100, false), text("place", x.Place, 100, true), text("use", x.Use, 100, false), text("keeper", x.Keeper, 50, false),
		}
		if name := out[i].Name; name != "" && seen[name] {
			f.Add(at+"name", "twice", "名称重复，请用不同的名称", "this name stands twice; use another")
		} else {
			seen[name] = true
		}
	}
	reason = form.Text(&f, "reason", reason, 300, !first)
	return out, reason, f.Err(ErrInvalid)
}

// SaveSheet makes the next version of the server data sheet with its paper. Errors: ErrInvalid, ErrKind, ErrNotYet,
// ErrNoChange, ErrState where somebody else made a version meanwhile.
func (s *Service) SaveSheet(ctx context.Context, contractID string, servers []Server, reason string) (*Sheet, error) {
	c, err := s.inForce(ctx, contractID, false)
	if err != nil {
		return nil, err
	}
	before, err := s.store.sheets(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if servers, reason, err = checkServers(servers, reason, len(before) == 0); err != nil {
		return nil, err
	}
	if len(before) > 0 && slices.Equal(before[0].Servers, servers) {
		return nil, ErrNoChange
	}
	who, today := actor.From(ctx), s.clock.Today()
	x := &Sheet{ID: ids.New(), ContractID: c.ID, CustomerID: c.CustomerID, SheetVersion: len(before) + 1, Servers: servers, Reason: reason, MadeOn: today, MadeBy: who.UserID, MakerName: who.Name}
	rows := make([][]string, len(servers))
	for i, m := range servers {
		rows[i] = m.cells()
	}
	number := fmt.Sprintf("%s-S%d", c.Number, x.SheetVersion)
	pdf, err := s.render("server_sheet", number, map[string]string{
		"customer_name": c.CustomerName, "contract_number": c.Number, "sheet_version": strconv.Itoa(x.SheetVersion), "reason": reason, "servers": contracttemplate.Rows(rows),
	})
	if err != nil {
		return nil, err
	}
	if x.DocumentID, err = s.keep(ctx, number+".pdf", "server_sheet", pdf); err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insert(ctx, x); err != nil {
			if db.IsDuplicate(err) {
				return ErrState
			}
			return err
		}
		if err := s.link(ctx, x.DocumentID, &Base{ContractID: c.ID, CustomerID: c.CustomerID}); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "maintenance_sheet.save", ObjectType: "maintenance_sheet", ObjectID: x.ID, CustomerID: c.CustomerID, ContractID: c.ID, Reason: reason,
			Detail: map[string]any{"version": x.SheetVersion, "servers": len(servers)}})
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Sheets gives all versions of a contract's data sheet, the newest first.
func (s *Service) Sheets(ctx context.Context, contractID string) ([]Sheet, error) {
	if _, err := s.Contracts.Get(ctx, contractID); err != nil {
		return nil, err
	}
	return s.store.sheets(ctx, contractID)
}
