package httpapi

import (
	"context"

	"sealgate/server/acceptance"
	"sealgate/server/apikey"
	"sealgate/server/appeal"
	"sealgate/server/authz"
	"sealgate/server/batch"
	"sealgate/server/bill"
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
	"sealgate/server/leak"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/mail"
	"sealgate/server/notice"
	"sealgate/server/numbers"
	"sealgate/server/obligation"
	"sealgate/server/payable"
	"sealgate/server/payment"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/recheck"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/report"
	"sealgate/server/retention"
	"sealgate/server/review"
	"sealgate/server/ruleset"
	"sealgate/server/serviceterms"
	"sealgate/server/settlement"
	"sealgate/server/simulate"
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
)

// Deps are the services that the operations call: one line each.
type Deps struct {
	Paperwork
	DB           *db.DB // for Idempotency-Keys alone
	Clock        clock.Clock
	Authz        *authz.Authz
	Staff        *staff.Service
	APIKeys      *apikey.Service
	Corner       *corner.Service
	Tickets      *ticket.Service
	Webhooks     *webhook.Service
	Trail        *trail.Trail
	Notary       *trail.Notary
	Documents    *document.Service
	Notices      *notice.Service
	Mails        *mail.Service
	Customers    *customer.Service
	Licences     *licence.Service
	Signatures   *registration.Service
	Numbers      *numbers.Service
	Templates    *contracttemplate.Registry
	Plans        *catalogue.Service
	Contracts    *contract.Service
	Acceptances  *acceptance.Service
	ESign        *esign.Service
	ServiceTerms *serviceterms.Service
	Obligations  *obligation.Service
	Settlements  *settlement.Service
	FormDrafts   *formdraft.Service
	Ledger       *ledger.Service
	Usage        *usage.Service
	Bills        *bill.Service
	Rules        *ruleset.Service
	Recipients   *recipient.Service
	Batches      *batch.Service
	Reviews      *review.Service
	Rechecks     *recheck.Service
	Takedowns    *takedown.Service
	Watch        *watch.Service
	Carriers     *carrier.Service
	Handoff      *handoff.Service
	Wallets      *wallet.Service
	Charges      *charge.Service
	Payables     *payable.Service
	Deposits     *deposit.Service
	Payments     *payment.Service
	Dunning      *dunning.Service
	Collection   *collection.Service
	Complaints   *complaint.Service
	Leaks        *leak.Service
	Appeals      *appeal.Service
	Statements   *statement.Service
	TaxInvoices  *taxinvoice.Service
	Report       *report.Service
	Evidence     *evidence.Service
	Retention    *retention.Service
	Disclosures  *disclosure.Service
	Sandbox      Sandbox
	Trial        func(ctx context.Context, s *simulate.Scenario) (*simulate.Result, error) // plays a scenario apart from everything here
}
