package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/customer"
)

// CustomerFields are what the caller fills in. Embedded types are exported, because huma does not see those that are not.
type CustomerFields struct {
	Name        string             `json:"name" doc:"As on the business licence; at most 100 characters."`
	USCC        string             `json:"uscc" doc:"Unified social credit code, 18 characters with check digit (GB 32100-2015)."`
	Address     string             `json:"address"`
	LegalRep    string             `json:"legal_rep"`
	Industry    string             `json:"industry,omitempty"`
	BankName    string             `json:"bank_name,omitempty"`
	BankAccount string             `json:"bank_account,omitempty"`
	Contacts    []customer.Contact `json:"contacts" doc:"The first one goes into contracts."`
}

type customerRecord struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	CustomerFields
	OwnerID   string          `json:"owner_id"`
	OwnerName string          `json:"owner_name"`
	CreatedAt caldate.Instant `json:"created_at"`
	UpdatedAt caldate.Instant `json:"updated_at"`
	Version   int64           `json:"version" doc:"Give it back when you change the record."`
	Actions   []string        `json:"available_actions"`
}

func (f CustomerFields) details() customer.Details {
	return customer.Details{
		Name: f.Name, USCC: f.USCC, Address: f.Address, LegalRep: f.LegalRep, Industry: f.Industry,
		BankName: f.BankName, BankAccount: f.BankAccount, Contacts: f.Contacts,
	}
}

// fromCustomers translates records, with the names of their owners.
func (a *API) fromCustomers(ctx context.Context, cs ...customer.Customer) ([]customerRecord, error) {
	owners := make([]string, len(cs))
	for i := range cs {
		owners[i] = cs[i].OwnerID
	}
	names, err := a.names(ctx, owners...)
	if err != nil {
		return nil, err
	}
	return Convert(cs, func(c customer.Customer) customerRecord {
		actions := []string{}
		if Can(ctx, "customer.write") {
			actions = append(actions, "edit")
		}
		return customerRecord{
			ID: c.ID, Number: c.Number, OwnerID: c.OwnerID, OwnerName: names[c.OwnerID], CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version, Actions: actions,
			CustomerFields: CustomerFields{c.Name, c.USCC, c.Address, c.LegalRep, c.Industry, c.BankName, c.BankAccount, c.Contacts},
		}
	}), nil
}

// oneCustomer wraps a record as the body of an answer.
func (a *API) oneCustomer(ctx context.Context, c *customer.Customer, err error) (*struct{ Body customerRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromCustomers(ctx, *c)
	if err != nil {
		return nil, err
	}
	return &struct{ Body customerRecord }{out[0]}, nil
}

// ByID is the input of an operation on one record.
type ByID struct {
	ID string `path:"id" maxLength:"32"`
}

func (a *API) customers() {
	Register(a, Op{
		ID: "list-customers", Method: http.MethodGet, Path: "/customers", Capability: "customer.read", Tag: "customer",
		Summary: "客户列表，最新的在前", SummaryEn: "Customers, newest first; q looks in name, number and credit code",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
	},
	) (*struct{ Body List[customerRecord] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		cs, total, err := a.deps.Customers.List(ctx, customer.Query{Search: in.Q, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		cs, next := CutPage(cs, in.Limit, func(c customer.Customer) []string { return []string{c.ID} })
		items, err := a.fromCustomers(ctx, cs...)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[customerRecord] }{NewList(items, next, total)}, nil
	})
	Register(a, Op{
		ID: "register-customer", Method: http.MethodPost, Path: "/customers", Capability: "customer.write", Tag: "customer", Status: http.StatusCreated,
		Summary: "登记客户", SummaryEn: "Register a customer; the caller becomes its owner",
	}, func(ctx context.Context, in *struct{ Body CustomerFields }) (*struct{ Body customerRecord }, error) {
		c, err := a.deps.Customers.Register(ctx, in.Body.details())
		return a.oneCustomer(ctx, c, err)
	})
	Register(a, Op{
		ID: "get-customer", Method: http.MethodGet, Path: "/customers/{id}", Capability: "customer.read", Tag: "customer",
		Summary: "客户资料", SummaryEn: "A customer",
	}, func(ctx context.Context, in *ByID) (*struct{ Body customerRecord }, error) {
		c, err := a.deps.Customers.Get(ctx, in.ID)
		return a.oneCustomer(ctx, c, err)
	})
	Register(a, Op{
		ID: "change-customer", Method: http.MethodPatch, Path: "/customers/{id}", Capability: "customer.write", Tag: "customer",
		Summary: "修改客户资料；未给出的各项不变", SummaryEn: "Change a customer; what is left out stays as it is",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Version     int64               `json:"version" minimum:"1" doc:"The version that you have read; a newer one is a conflict."`
			Name        *string             `json:"name,omitempty"`
			USCC        *string             `json:"uscc,omitempty"`
			Address     *string             `json:"address,omitempty"`
			LegalRep    *string             `json:"legal_rep,omitempty"`
			Industry    *string             `json:"industry,omitempty"`
			BankName    *string             `json:"bank_name,omitempty"`
			BankAccount *string             `json:"bank_account,omitempty"`
			Contacts    *[]customer.Contact `json:"contacts,omitempty"`
		}
	},
	) (*struct{ Body customerRecord }, error) {
		b := in.Body
		c, err := a.deps.Customers.Change(ctx, in.ID, b.Version, func(d *customer.Details) {
			for to, from := range map[*string]*string{
				&d.Name: b.Name, &d.USCC: b.USCC, &d.Address: b.Address, &d.LegalRep: b.LegalRep, &d.Industry: b.Industry,
				&d.BankName: b.BankName, &d.BankAccount: b.BankAccount,
			} {
				if from != nil {
					*to = *from
				}
			}
			if b.Contacts != nil {
				d.Contacts = *b.Contacts
			}
		})
		return a.oneCustomer(ctx, c, err)
	})
}

// names gives people's names by user id; ids that belong to nobody are left out.
func (a *API) names(ctx context.Context, ids ...string) (map[string]string, error) {
	if len(ids) == 0 {
		return map[string]string{}, nil
	}
	return a.deps.Staff.Names(ctx, ids...)
}

// after gives the id with which the page before ended, "" for the first page.
func (p Paging) after() (string, error) {
	keys, err := DecodeCursor(p.Cursor, 1)
	if err != nil || keys == nil {
		return "", err
	}
	return keys[0], nil
}

// states splits the state parameter of a list; a state that does not exist is refused with those that do.
func states[S ~string](p InStates, known []S) ([]S, error) {
	var out []S
	for name := range strings.SplitSeq(p.State, ",") {
		s := S(strings.TrimSpace(name))
		if s == "" {
			continue
		}
		if !slices.Contains(known, s) {
			var names []string
			for _, k := range known {
				names = append(names, string(k))
			}
			list := strings.Join(names, ", ")
			return nil, errInput.At("state", "one_of", "没有这个状态，可选："+list, "no such state; choose from: "+list)
		}
		out = append(out, s)
	}
	return out, nil
}
