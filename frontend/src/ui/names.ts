import type { BatchMode, Category } from "@/api/batches";
import type { ContractKind } from "@/api/contracts";
import type { LicenceKind } from "@/api/licences";
import type { PaymentMethod } from "@/api/payments";
import type { Role } from "@/api/session";
import type { TextKey } from "@/i18n";

type Names<K extends string> = Readonly<Record<K, TextKey>>;

/** Words for the values that are kinds rather than states; complete by type, as the states are. */
export const roleNames: Names<Role> = {
  sales: "state.role.sales",
  sales_lead: "state.role.sales_lead",
  compliance_reviewer: "state.role.compliance_reviewer",
  compliance_lead: "state.role.compliance_lead",
  finance: "state.role.finance",
  finance_lead: "state.role.finance_lead",
  system_admin: "state.role.system_admin",
  security_admin: "state.role.security_admin",
  auditor: "state.role.auditor",
  customer: "state.role.customer",
};

export const contractKindNames: Names<ContractKind> = {
  package: "state.kind.package",
  prepaid: "state.kind.prepaid",
  postpaid: "state.kind.postpaid",
  centre: "state.kind.centre",
  port: "state.kind.port",
  maintenance: "state.kind.maintenance",
};

export const categoryNames: Names<Category> = {
  verification: "state.category.verification",
  notice: "state.category.notice",
  marketing: "state.category.marketing",
  advertising: "state.category.advertising",
};

export const modeNames: Names<BatchMode> = {
  template: "state.mode.template",
  text_per_row: "state.mode.text_per_row",
  list_one_text: "state.mode.list_one_text",
};

export const licenceKindNames: Names<LicenceKind> = {
  business: "state.licenceKind.business",
  telecom: "state.licenceKind.telecom",
  icp: "state.licenceKind.icp",
  credit_standing: "state.licenceKind.credit_standing",
  information_source: "state.licenceKind.information_source",
  bank_account: "state.licenceKind.bank_account",
  number: "state.licenceKind.number",
  signature: "state.licenceKind.signature",
  advertising: "state.licenceKind.advertising",
};

export const methodNames: Names<PaymentMethod> = {
  transfer: "state.method.transfer",
  cheque: "state.method.cheque",
  cash: "state.method.cash",
  set_off: "state.method.set_off",
  wallet: "state.method.wallet",
  write_off: "state.method.write_off",
};

export const optionsOf = <K extends string>(names: Names<K>, t: (key: TextKey) => string) =>
  (Object.keys(names) as K[]).map((value) => ({ value, label: t(names[value]) }));

/** The word for a value that may be newer than this page: then the value itself. */
export const nameOf = (names: Readonly<Record<string, TextKey>>, value: string | undefined, t: (key: TextKey) => string) => {
  const key = value === undefined ? undefined : names[value];
  return key ? t(key) : (value ?? "");
};
