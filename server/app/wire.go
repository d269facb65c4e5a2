package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"sealgate/configs"
	"sealgate/rules"
	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/appeal"
	"sealgate/server/authz"
	"sealgate/server/batch"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/carrier"
	"sealgate/server/catalogue"
	"sealgate/server/charge"
	"sealgate/server/collection"
	"sealgate/server/complaint"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/corner"
	"sealgate/server/customer"
	"sealgate/server/deposit"
	"sealgate/server/disclosure"
	"sealgate/server/document"
	"sealgate/server/dunning"
	"sealgate/server/esign"
	"sealgate/server/evidence"
	"sealgate/server/formdraft"
	"sealgate/server/handoff"
	"sealgate/server/httpapi"
	"sealgate/server/leak"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/mail"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/numbers"
	"sealgate/server/obligation"
	"sealgate/server/paper"
	"sealgate/server/payable"
	"sealgate/server/payment"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/jobs"
	"sealgate/server/platform/pdf"
	"sealgate/server/recheck"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/report"
	"sealgate/server/retention"
	"sealgate/server/review"
	"sealgate/server/ruleset"
	"sealgate/server/serviceterms"
	"sealgate/server/settlement"
	"sealgate/server/similar"
	"sealgate/server/staff"
	"sealgate/server/statement"
	"sealgate/server/takedown"
	"sealgate/server/taxinvoice"
	"sealgate/server/ticket"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/wallet"
	"sealgate/server/watch"
	"sealgate/server/webhook"
	"sealgate/server/workday"
	"sealgate/templates"
)

// services are the domains, wired.
type services struct {
	Trail        *trail.Trail
	Notary       *trail.Notary
	Authz        *authz.Authz
	Staff        *staff.Service
	APIKeys      *apikey.Service
	Corner       *corner.Service
	Tickets      *ticket.Service
	Webhooks     *webhook.Service
	Blobs        *blob.Store
	Keys         *crypt.Keys
	Notices      *notice.Service
	Documents    *document.Service
	Customers    *customer.Service
	Licences     *licence.Service
	Signatures   *registration.Service
	Numbers      *numbers.Service
	Templates    *contracttemplate.Registry
	Plans        *catalogue.Service
	Ledger       *ledger.Service
	Usage        *usage.Service
	Acceptances  *acceptance.Service
	ESign        *esign.Service
	ServiceTerms *serviceterms.Service
	Obligations  *obligation.Service
	Settlements  *settlement.Service
	FormDrafts   *formdraft.Service
	Contracts    *contract.Service
	Rules        *ruleset.Service
	Recipients   *recipient.Service
	Decided      *similar.Index
	Batches      *batch.Service
	Reviews      *review.Service
	Rechecks     *recheck.Service
	Takedowns    *takedown.Service
	Watch        *watch.Service
	Handoff      *handoff.Service
	Carriers     *carrier.Service
	Wallets      *wallet.Service
	Charges      *charge.Service
	Payables     *payable.Service
	Bills        *bill.Service
	Deposits     *deposit.Service
	Payments     *payment.Service
	Dunning      *dunning.Service
	Collection   *collection.Service
	Complaints   *complaint.Service
	Appeals      *appeal.Service
	Leaks        *leak.Service
	Statements   *statement.Service
	TaxInvoices  *taxinvoice.Service
	Mails        *mail.Service
	Report       *report.Service
	Evidence     *evidence.Service
	Retention    *retention.Service
	Disclosures  *disclosure.Service
	paperwork
}

// wire makes every service over the app's database and clock, from the bottom up.
func (a *App) wire(ctx context.Context) (err error) {
	d, c := a.DB, a.Clock
	if a.Notary, err = trail.OpenNotary(a.Config.KeyDir, a.Config.CheckpointDir); err != nil {
		return err
	}
	if err := a.wireStorage(ctx); err != nil {
		return err
	}
	if err := a.wireBusiness(); err != nil {
		return err
	}
	if err := a.wireTaxInvoices(); err != nil {
		return err
	}
	if err := a.wireMail(); err != nil {
		return err
	}
	a.wirePapers()
	if a.Staff, err = staff.New(d, c, a.Trail, a.Customers); err != nil {
		return err
	}
	a.ESign.UsePeople(a.Staff)
	if a.Authz, err = authz.New(configs.FS, a.Staff); err != nil {
		return err
	}
	a.APIKeys = apikey.New(d, c, a.Trail, a.Keys)
	a.Rules = ruleset.New(d, c, a.Trail)
	a.Recipients = recipient.New(d, c, a.Trail, a.Keys)
	set, err := a.rulesFS()
	if err != nil {
		return err
	}
	if _, err := a.Rules.Install(actor.With(ctx, actor.System("start")), set); err != nil {
		return fmt.Errorf("install the rule set: %w", err)
	}
	if err := a.Plans.Install(actor.With(ctx, actor.System("start"))); err != nil {
		return fmt.Errorf("install the preset plans: %w", err)
	}
	a.Decided = similar.NewIndex(d)
	a.Batches = batch.New(d, c, a.Trail, batch.Deps{
		Blobs: a.Blobs, Keys: a.Keys, Contracts: a.Contracts, Signatures: a.Signatures, Chain: a.Signatures, Numbers: a.Numbers, Customers: a.Customers, Recipients: a.Recipients, Rules: a.Rules, Wallets: a.Wallets,
		Decided: a.Decided,
	})
	a.Reviews = review.New(d, c, a.Trail, a.Batches, a.Contracts, a.Notices, a.Keys, a.Blobs)
	a.Reviews.PayFrom(a.Wallets)
	a.Rechecks = recheck.New(d, c, a.Trail, a.Reviews, a.Batches, a.Notices)
	a.Rules.Look(a.Reviews.Past())
	a.Carriers = carrier.New(d, c, a.Trail, categoryNames())
	channels, err := a.channels()
	if err != nil {
		return err
	}
	if a.Handoff, err = handoff.New(handoff.Parts{
		DB: d, Clock: c, Trail: a.Trail, Batches: a.Batches, Contracts: a.Contracts, Reviews: a.Reviews, Recipients: a.Recipients, Usage: a.Usage,
		Notices: a.Notices, Wallets: a.Wallets, Keys: a.Keys, Orders: a.Carriers, Channels: channels,
		Targets: stopTargets{a},
	}); err != nil {
		return err
	}
	a.wireWatchers()
	a.Leases = jobs.NewLeases(d, c)
	a.wireKeeping()
	a.wireRecipients()
	a.wireVoices()
	a.wirePhones()
	a.Report = report.New(d, c, a.Config.Provider.Name)
	a.wireCorner()
	a.workers = []*worker{
		newWorker("batch", a.Batches.Work),
		newWorker("review", a.Reviews.Work),
		newWorker("handoff", a.Handoff.Work),
		newWorker("evidence", a.Evidence.Work),
		newWorker("disclosure", a.Disclosures.Work),
		newWorker("ruleset", a.Rules.Work),
		newWorker("mail", a.Mails.Work),
		newWorker("system-messages", a.SystemMessages.Work),
		newWorker("webhook", a.Webhooks.Work),
		newWorker("bills", a.Bills.Work),
	}
	a.Days = jobs.NewDays(d, c, a.Leases, a.timetable())
	a.Sandbox = &Sandbox{on: a.Config.Sandbox, db: d, clock: c, days: a.Days, trail: a.Trail, drain: a.Drain, idle: a.nothingWaits}
	a.API, err = httpapi.New(a.deps(), a.options())
	return err
}

// wireWatchers makes what stands above the hand-off and tells the desk of it: second reviews, takedowns, the watch.
func (a *App) wireWatchers() {
	d, c := a.DB, a.Clock
	a.Takedowns = takedown.New(d, c, a.Trail, takedown.Deps{
		Contracts: a.Contracts, Customers: a.Customers, Batches: a.Batches, Reviews: a.Reviews, Stops: a.Handoff, Documents: a.Documents, Notices: a.Notices,
		Provider: a.provider(),
	})
	a.Watch = watch.New(d, c, a.Trail, a.Notices, a.Handoff)
	a.Reviews.Use(review.Extras{Documents: a.Documents, Decided: a.Decided, Barred: a.Takedowns, Alarmed: a.Watch, Filed: a.Rechecks})
	a.Batches.Senders = a.Takedowns
}

// wireBusiness makes the services of contracts and money, which need nothing but a database, a clock and a place for
// papers: all that the timetable stands on, and all that a trial (simulate.go) runs on.
func (a *App) wireBusiness() (err error) {
	d, c := a.DB, a.Clock
	if name := a.Config.Provider.SealImage; name != "" {
		if a.seal, err = pdf.ReadSeal(name); err != nil {
			return fmt.Errorf("provider.seal_image: %w", err)
		}
	}
	a.Trail = trail.New(d, c)
	a.Workdays = workday.New(d, c, a.Trail)
	if a.texts, err = templates.Notices(); err != nil {
		return err
	}
	a.Notices = notice.New(d, c, a.texts)
	a.Documents = document.New(d, c, a.Trail, a.Blobs)
	a.Customers = customer.New(d, c, a.Trail, a.Notices)
	a.Licences = licence.New(d, c, a.Trail, a.Customers, a.Documents, a.Notices)
	if err := a.wireChain(); err != nil {
		return err
	}
	if a.Templates, err = contracttemplate.Load(templates.FS); err != nil {
		return err
	}
	a.Ledger = ledger.New(d, c)
	a.Usage = usage.New(d)
	a.Plans = catalogue.New(d, c, a.Trail)
	a.Acceptances = acceptance.New(d, c, a.Trail)
	a.ESign = esign.New(d, c, a.Trail, esign.NewLocal(d, c, a.Keys, a.Config.Provider.Name))
	a.Contracts = contract.New(d, c, a.Trail, contract.Deps{
		Customers: a.Customers, Licences: a.Licences, Signatures: a.Signatures, Numbers: a.Numbers, Documents: a.Documents, Notices: a.Notices, Ledger: a.Ledger,
		Templates: a.Templates, Plans: a.Plans, Acceptances: a.Acceptances, ESign: a.ESign, Provider: a.provider(),
	})
	p := a.provider()
	a.ServiceTerms = serviceterms.New(d, c, a.Trail, serviceterms.Deps{
		Acceptances: a.Acceptances, Customers: a.Customers, Documents: a.Documents, Notices: a.Notices, Templates: a.Templates,
		Configured: map[string]string{"provider_name": p.Name, "provider_uscc": p.USCC, "provider_address": p.Address},
	})
	a.Obligations, a.FormDrafts = obligation.New(d, c, a.Notices), formdraft.New(d, c)
	a.Wallets = wallet.New(d, c, a.Trail, wallet.Deps{
		Contracts: a.Contracts, Customers: a.Customers, Documents: a.Documents, Ledger: a.Ledger, Notices: a.Notices, Provider: a.provider(),
	})
	a.Charges = charge.New(d, c, a.Trail, charge.Deps{Contracts: a.Contracts, Documents: a.Documents, Notices: a.Notices})
	a.Payables = payable.New(d, c, a.Trail, payable.Deps{
		Contracts: a.Contracts, Documents: a.Documents, Ledger: a.Ledger, Notices: a.Notices, Provider: a.provider(),
	})
	limit, err := a.Config.Bills.limit()
	if err != nil {
		return err
	}
	a.Bills = bill.New(d, c, a.Trail, bill.Deps{
		Contracts: a.Contracts, Customers: a.Customers, Usage: a.Usage, Ledger: a.Ledger, Notices: a.Notices, Provider: a.provider(),
		Wallets: a.Wallets, Charges: a.Charges, Payables: a.Payables, Documents: a.Documents, NoteLimit: limit,
	})
	a.Payments = payment.New(d, c, a.Trail, payment.Deps{
		Customers: a.Customers, Contracts: a.Contracts, Bills: a.Bills, Ledger: a.Ledger, Documents: a.Documents, Notices: a.Notices, Provider: a.provider(),
	})
	a.Deposits = deposit.New(d, c, a.Trail, deposit.Deps{
		Contracts: a.Contracts, Customers: a.Customers, Ledger: a.Ledger, Notices: a.Notices, Documents: a.Documents, Payments: a.Payments, Provider: a.provider(),
	})
	a.Deposits.Watch(a.Contracts)
	a.Wallets.PayThrough(fromWallet{a.Payments})
	a.Dunning = dunning.New(d, c, dunning.Deps{
		Bills: a.Bills, Payments: a.Payments, Contracts: a.Contracts, Ledger: a.Ledger, Notices: a.Notices, Customers: a.Customers, Documents: a.Documents,
		Trail: a.Trail, Provider: a.provider(),
	})
	a.Collection = collection.New(d, c, a.Trail, collection.Deps{
		Contracts: a.Contracts, Bills: a.Bills, Payments: a.Payments, Ledger: a.Ledger, Documents: a.Documents, Notices: a.Notices,
	})
	a.Settlements = &settlement.Service{Contracts: a.Contracts, Bills: a.Bills, Deposits: a.Deposits, Wallets: a.Wallets, Ledger: a.Ledger, Trail: a.Trail, KeepDays: a.Config.Retention.DaysAfterEnd}
	a.Statements = statement.New(d, c, a.Trail, statement.Deps{Bills: a.Bills, Customers: a.Customers, Usage: a.Usage, Notices: a.Notices, Provider: a.provider()})
	return nil
}

// wireTaxInvoices makes the way to the tax platform that the configuration names; a trial has none.
func (a *App) wireTaxInvoices() (err error) {
	t := a.Config.TaxInvoice
	deps := taxinvoice.Deps{Bills: a.Bills, Customers: a.Customers, Documents: a.Documents, Notices: a.Notices, Provider: a.provider(), Manual: t.Manual, Codes: t.codes()}
	switch t.Platform {
	case "http":
		deps.Platform, err = taxinvoice.NewRemote(t.URL, t.Key, t.Secret, nil, a.Clock)
	default:
		folder := t.Folder
		if folder == "" {
			folder = a.path("tax-invoices")
		}
		deps.Platform, err = taxinvoice.NewFolder(folder)
	}
	if err != nil {
		return err
	}
	a.TaxInvoices = taxinvoice.New(a.DB, a.Clock, a.Trail, deps)
	return nil
}

// fromWallet pays what is owed with what is left of a wallet.
type fromWallet struct{ payments *payment.Service }

func (f fromWallet) Offset(ctx context.Context, customerID, contractID string, amount money.Fen, on caldate.Date, number, note string) error {
	_, err := f.payments.FromWallet(ctx, payment.Other{Number: number, CustomerID: customerID, ContractID: contractID, Amount: amount, On: on, Note: note})
	return err
}

// wireMail has notices to customers go by e-mail too, where the configuration names a server.
func (a *App) wireMail() error {
	m := a.Config.Mail
	deps := mail.Deps{
		Notices:   a.Notices,
		Customers: a.Customers, Kinds: map[string]bool{}, Wants: a.Notices.Wants,
		Attach: map[string]mail.Attach{
			"bill_issued":        a.Bills.Document,
			"bill_reissued":      a.Bills.Document,
			"statement_ready":    a.Statements.Document,
			"quality_ready":      a.Quality.Document,
			"maintenance_report": a.visitReport,
			"letter_before_due":  a.Dunning.LetterOf(dunning.BeforeDue), "letter_due": a.Dunning.LetterOf(dunning.OnDue),
			"letter_half_grace": a.Dunning.LetterOf(dunning.HalfGrace), "letter_last_day": a.Dunning.LetterOf(dunning.LastGraceDay),
		},
	}
	for kind, text := range a.texts {
		deps.Kinds[kind] = text.Mail
	}
	if m.Host != "" {
		sender, err := mail.NewSMTP(mail.Settings{Host: m.Host, Port: m.Port, From: m.From, Username: m.Username, Password: m.Password, TLS: m.TLS}, a.Clock)
		if err != nil {
			return err
		}
		deps.Sender = sender
	}
	a.Mails = mail.New(a.DB, a.Clock, a.Trail, deps)
	a.Notices.Follow(a.Mails)
	return nil
}

func (a *App) deps() httpapi.Deps {
	return httpapi.Deps{
		Paperwork: a.paperworkDeps(),
		Evidence:  a.Evidence, Retention: a.Retention, Disclosures: a.Disclosures,
		DB: a.DB, Clock: a.Clock, Authz: a.Authz, Staff: a.Staff, APIKeys: a.APIKeys, Corner: a.Corner, Tickets: a.Tickets, Webhooks: a.Webhooks, Trail: a.Trail, Notary: a.Notary, Report: a.Report, Sandbox: a.Sandbox, Trial: a.trial,
		Documents: a.Documents, Notices: a.Notices, Customers: a.Customers, Licences: a.Licences, Signatures: a.Signatures, Numbers: a.Numbers, Templates: a.Templates,
		Contracts: a.Contracts, Acceptances: a.Acceptances, ESign: a.ESign, ServiceTerms: a.ServiceTerms, Obligations: a.Obligations, Settlements: a.Settlements, FormDrafts: a.FormDrafts, Ledger: a.Ledger, Usage: a.Usage, Bills: a.Bills, Wallets: a.Wallets, Charges: a.Charges, Payables: a.Payables, Deposits: a.Deposits, Payments: a.Payments, Dunning: a.Dunning, Collection: a.Collection, Complaints: a.Complaints, Appeals: a.Appeals, Leaks: a.Leaks, Statements: a.Statements, TaxInvoices: a.TaxInvoices,
		Rules: a.Rules, Recipients: a.Recipients, Batches: a.Batches, Reviews: a.Reviews, Rechecks: a.Rechecks, Takedowns: a.Takedowns, Watch: a.Watch, Handoff: a.Handoff, Carriers: a.Carriers, Mails: a.Mails, Plans: a.Plans,
	}
}

func (a *App) provider() paper.Party {
	p := a.Config.Provider
	return paper.Party{Name: p.Name, USCC: p.USCC, Address: p.Address, Phone: p.Phone, BankName: p.BankName, BankAccount: p.BankAccount, Seal: a.seal}
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
