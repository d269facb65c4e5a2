import {
  AuditOutlined,
  BankOutlined,
  BarChartOutlined,
  BellOutlined,
  BookOutlined,
  DashboardOutlined,
  ExportOutlined,
  FieldTimeOutlined,
  FileProtectOutlined,
  FileTextOutlined,
  FilterOutlined,
  IdcardOutlined,
  MailOutlined,
  MessageOutlined,
  PayCircleOutlined,
  ProfileOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SolutionOutlined,
  TagOutlined,
  TeamOutlined,
  UserOutlined,
  WalletOutlined,
} from "@ant-design/icons";
import { type ComponentType, lazy } from "react";
import type { TextKey } from "@/i18n";
import type { Capability } from "@/session/capability";

export type MenuGroup = "business" | "content" | "money" | "system";
export type PageRoute = {
  path: string;
  title: TextKey;
  page: ComponentType;
  /** Whoever lacks it (or all of several) neither sees the entry nor the page; the server decides anew at every call. */
  capability?: Capability | readonly Capability[];
  /** With an icon it stands in the menu. */
  icon?: ComponentType<{ "aria-hidden"?: boolean }>;
  group?: MenuGroup;
  /** Only where time can be moved. */
  sandbox?: boolean;
};

/** A page in a file of its own, fetched when it is first opened. */
const load = <K extends string>(file: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await file())[name] }));

/** The one list of pages: it gives the menu, the guard, the breadcrumb and the jump list. */
export const routes: readonly PageRoute[] = [
  {
    path: "/",
    title: "nav.home",
    icon: DashboardOutlined,
    page: load(() => import("@/features/home/HomePage"), "HomePage"),
  },
  {
    path: "/customers",
    title: "nav.customers",
    icon: TeamOutlined,
    group: "business",
    capability: "customer.read",
    page: load(() => import("@/features/customers/CustomersPage"), "CustomersPage"),
  },
  {
    path: "/customers/new",
    title: "nav.newCustomer",
    capability: "customer.write",
    page: load(() => import("@/features/customers/CustomerFormPage"), "NewCustomerPage"),
  },
  {
    path: "/customers/$id/edit",
    title: "nav.editCustomer",
    capability: "customer.write",
    page: load(() => import("@/features/customers/CustomerFormPage"), "EditCustomerPage"),
  },
  {
    path: "/customers/$id",
    title: "nav.customers",
    capability: "customer.read",
    page: load(() => import("@/features/customers/CustomerPage"), "CustomerPage"),
  },
  {
    path: "/contracts",
    title: "nav.contracts",
    icon: FileProtectOutlined,
    group: "business",
    capability: "contract.read",
    page: load(() => import("@/features/contracts/ContractsPage"), "ContractsPage"),
  },
  {
    path: "/contracts/new",
    title: "nav.newContract",
    capability: "contract.write",
    page: load(() => import("@/features/contracts/ContractFormPage"), "NewContractPage"),
  },
  {
    path: "/contracts/$id/edit",
    title: "nav.editContract",
    capability: "contract.write",
    page: load(() => import("@/features/contracts/ContractFormPage"), "EditContractPage"),
  },
  {
    path: "/contracts/$id",
    title: "nav.contracts",
    capability: "contract.read",
    page: load(() => import("@/features/contracts/ContractPage"), "ContractPage"),
  },
  {
    path: "/licences",
    title: "nav.licences",
    icon: IdcardOutlined,
    group: "business",
    capability: "customer.read",
    page: load(() => import("@/features/papers/LicencesPage"), "LicencesPage"),
  },
  {
    path: "/signatures",
    title: "nav.signatures",
    icon: TagOutlined,
    group: "business",
    capability: "customer.read",
    page: load(() => import("@/features/papers/SignaturesPage"), "SignaturesPage"),
  },
  {
    path: "/batches",
    title: "nav.batches",
    icon: MessageOutlined,
    group: "content",
    capability: "batch.read",
    page: load(() => import("@/features/batches/BatchesPage"), "BatchesPage"),
  },
  {
    path: "/batches/new",
    title: "nav.newBatch",
    capability: "batch.submit",
    page: load(() => import("@/features/batches/NewBatchPage"), "NewBatchPage"),
  },
  {
    path: "/batches/$id",
    title: "nav.batches",
    capability: "batch.read",
    page: load(() => import("@/features/batches/BatchPage"), "BatchPage"),
  },
  {
    path: "/review",
    title: "nav.review",
    icon: SafetyOutlined,
    group: "content",
    capability: "review.read",
    page: load(() => import("@/features/review/ReviewPage"), "ReviewPage"),
  },
  {
    path: "/rules",
    title: "nav.rules",
    icon: FilterOutlined,
    group: "content",
    capability: "ruleset.read",
    page: load(() => import("@/features/rules/RulesPage"), "RulesPage"),
  },
  {
    path: "/rules/new",
    title: "nav.newRule",
    capability: "ruleset.edit",
    page: load(() => import("@/features/rules/RulePage"), "NewRulePage"),
  },
  {
    path: "/rules/words",
    title: "nav.importWords",
    capability: "ruleset.edit",
    page: load(() => import("@/features/rules/WordsPage"), "WordsPage"),
  },
  {
    path: "/rules/backtests/$id",
    title: "nav.backtest",
    capability: "ruleset.read",
    page: load(() => import("@/features/rules/BacktestPage"), "BacktestPage"),
  },
  {
    path: "/rules/$key",
    title: "nav.rules",
    capability: "ruleset.read",
    page: load(() => import("@/features/rules/RulePage"), "RulePage"),
  },
  {
    path: "/bills",
    title: "nav.bills",
    icon: FileTextOutlined,
    group: "money",
    capability: "bill.read",
    page: load(() => import("@/features/bills/BillsPage"), "BillsPage"),
  },
  {
    path: "/bills/$id",
    title: "nav.bills",
    capability: "bill.read",
    page: load(() => import("@/features/bills/BillPage"), "BillPage"),
  },
  {
    path: "/bill-run",
    title: "nav.billRun",
    icon: ProfileOutlined,
    group: "money",
    capability: "bill.run",
    page: load(() => import("@/features/bills/BillRunPage"), "BillRunPage"),
  },
  {
    path: "/wallets",
    title: "nav.wallets",
    icon: WalletOutlined,
    group: "money",
    capability: "wallet.read",
    page: load(() => import("@/features/wallet/WalletsPage"), "WalletsPage"),
  },
  {
    path: "/payables",
    title: "nav.payables",
    icon: ExportOutlined,
    group: "money",
    capability: "charge.read",
    page: load(() => import("@/features/charges/PayablesPage"), "PayablesPage"),
  },
  {
    path: "/payments",
    title: "nav.payments",
    icon: PayCircleOutlined,
    group: "money",
    capability: "payment.read",
    page: load(() => import("@/features/payments/PaymentsPage"), "PaymentsPage"),
  },
  {
    path: "/payments/new",
    title: "nav.newPayment",
    capability: "payment.record",
    page: load(() => import("@/features/payments/NewPaymentPage"), "NewPaymentPage"),
  },
  {
    path: "/bank-lines",
    title: "nav.bankLines",
    icon: BankOutlined,
    group: "money",
    capability: "bank.read",
    page: load(() => import("@/features/payments/BankLinesPage"), "BankLinesPage"),
  },
  {
    path: "/bank-lines/import",
    title: "nav.importBank",
    capability: "bank.import",
    page: load(() => import("@/features/payments/ImportPage"), "ImportPage"),
  },
  {
    path: "/refunds",
    title: "nav.refunds",
    icon: RollbackOutlined,
    group: "money",
    capability: "payment.record",
    page: load(() => import("@/features/payments/RefundsPage"), "RefundsPage"),
  },
  {
    path: "/dunning",
    title: "nav.dunning",
    icon: BellOutlined,
    group: "money",
    capability: "dunning.read",
    page: load(() => import("@/features/dunning/DunningPage"), "DunningPage"),
  },
  {
    path: "/collection",
    title: "nav.collection",
    icon: SolutionOutlined,
    group: "money",
    capability: "collection.read",
    page: load(() => import("@/features/collection/CasesPage"), "CasesPage"),
  },
  {
    path: "/collection/$id",
    title: "nav.collection",
    capability: "collection.read",
    page: load(() => import("@/features/collection/CasePage"), "CasePage"),
  },
  {
    path: "/ledger",
    title: "nav.ledger",
    icon: BookOutlined,
    group: "money",
    capability: "ledger.read",
    page: load(() => import("@/features/ledger/LedgerPage"), "LedgerPage"),
  },
  {
    path: "/reports",
    title: "nav.reports",
    icon: BarChartOutlined,
    group: "money",
    capability: "report.read",
    page: load(() => import("@/features/reports/ReportsPage"), "ReportsPage"),
  },
  {
    path: "/mails",
    title: "nav.mails",
    icon: MailOutlined,
    group: "business",
    capability: "mail.read",
    page: load(() => import("@/features/mails/MailsPage"), "MailsPage"),
  },
  {
    path: "/users",
    title: "nav.users",
    icon: UserOutlined,
    group: "system",
    capability: "user.read",
    page: load(() => import("@/features/users/UsersPage"), "UsersPage"),
  },
  {
    path: "/audit",
    title: "nav.audit",
    icon: AuditOutlined,
    group: "system",
    capability: "audit.read",
    page: load(() => import("@/features/audit/AuditPage"), "AuditPage"),
  },
  {
    path: "/clock",
    title: "nav.clock",
    icon: FieldTimeOutlined,
    group: "system",
    capability: "sandbox.read",
    sandbox: true,
    page: load(() => import("@/features/clock/ClockPage"), "ClockPage"),
  },
];
