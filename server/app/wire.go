package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sealgate/configs"
	"sealgate/rules"
	"sealgate/server/authz"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/httpapi"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/jobs"
	"sealgate/server/recipient"
	"sealgate/server/report"
	"sealgate/server/ruleset"
	"sealgate/server/signature"
	"sealgate/server/staff"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/templates"
)

// services are the domains, wired.
type services struct {
	Trail      *trail.Trail
	Notary     *trail.Notary
	Authz      *authz.Authz
	Staff      *staff.Service
	Blobs      *blob.Store
	Keys       *crypt.Keys
	Notices    *notice.Service
	Documents  *document.Service
	Customers  *customer.Service
	Licences   *licence.Service
	Signatures *signature.Service
	Templates  *contracttemplate.Registry
	Ledger     *ledger.Service
	Usage      *usage.Service
	Contracts  *contract.Service
	Rules      *ruleset.Service
	Recipients *recipient.Service
	Report     *report.Service
}

// wire makes every service over the app's database and clock, from the bottom up.
func (a *App) wire(ctx context.Context) (err error) {
	d, c := a.DB, a.Clock
	a.Trail = trail.New(d, c)
	if a.Notary, err = trail.OpenNotary(a.Config.KeyDir, a.Config.CheckpointDir); err != nil {
		return err
	}
	master, err := crypt.OpenMaster(filepath.Join(a.Config.KeyDir, "master.key"))
	if err != nil {
		return err
	}
	a.Keys = crypt.New(d, c, master)
	if a.Blobs, err = blob.Open(a.path("blobs")); err != nil {
		return err
	}
	texts, err := templates.Notices()
	if err != nil {
		return err
	}
	a.Notices = notice.New(d, c, texts)
	a.Documents = document.New(d, c, a.Trail, a.Blobs)
	a.Customers = customer.New(d, c, a.Trail)
	if a.Staff, err = staff.New(d, c, a.Trail, a.Customers); err != nil {
		return err
	}
	if a.Authz, err = authz.New(configs.FS, a.Staff); err != nil {
		return err
	}
	a.Licences = licence.New(d, c, a.Trail, a.Customers, a.Documents, a.Notices)
	a.Signatures = signature.New(d, c, a.Trail, a.Customers, a.Documents, a.Notices)
	if a.Templates, err = contracttemplate.Load(templates.FS); err != nil {
		return err
	}
	a.Ledger = ledger.New(d, c)
	a.Usage = usage.New(d)
	a.Contracts = contract.New(d, c, a.Trail, contract.Deps{
		Customers: a.Customers, Licences: a.Licences, Signatures: a.Signatures, Documents: a.Documents, Notices: a.Notices, Ledger: a.Ledger,
		Templates: a.Templates, Provider: a.provider(),
	})
	a.Rules = ruleset.New(d, c, a.Trail)
	a.Recipients = recipient.New(d, c, a.Trail, a.Keys)
	a.Report = report.New(d, c)

	a.Leases = jobs.NewLeases(d, c)
	a.Days = jobs.NewDays(d, c, a.Leases, a.timetable())
	a.Sandbox = &Sandbox{on: a.Config.Sandbox, db: d, clock: c, days: a.Days, trail: a.Trail, drain: a.Drain, idle: a.nothingWaits}
	a.API, err = httpapi.New(a.deps(), a.options())
	return err
}

func (a *App) deps() httpapi.Deps {
	return httpapi.Deps{
		Authz: a.Authz, Report: a.Report, Sandbox: a.Sandbox,
	}
}

func (a *App) provider() paper.Party {
	p := a.Config.Provider
	return paper.Party{Name: p.Name, USCC: p.USCC, Address: p.Address, Phone: p.Phone, BankName: p.BankName, BankAccount: p.BankAccount}
}

// rulesFS is the rule set to install at the start: the embedded one, or a folder.
func (a *App) rulesFS() (fs.FS, error) {
	if a.Config.RulesDir == "" {
		return rules.FS, nil
	}
	if _, err := os.Stat(a.Config.RulesDir); err != nil {
		return nil, fmt.Errorf("rules_dir: %w", err)
	}
	return os.DirFS(a.Config.RulesDir), nil
}
