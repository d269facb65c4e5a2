import type { FaultField } from "@/api/customers";
import type { TextKey } from "@/i18n";

export const faultFieldNames: Readonly<Record<FaultField, TextKey>> = {
  name: "customer.name",
  uscc: "customer.creditCode",
  address: "customer.address",
  legal_rep: "customer.legal",
  industry: "customer.industry",
  bank_name: "customer.bank",
  bank_account: "customer.account",
  contacts: "customer.contacts",
};
