import type { Tree } from "../pair";
import { app } from "./app";
import { audit } from "./audit";
import { bank } from "./bank";
import { batch } from "./batch";
import { bill } from "./bill";
import { chain } from "./chain";
import { charge } from "./charge";
import { collection } from "./collection";
import { appeal, complaint, restriction } from "./complaint";
import { contract } from "./contract";
import { corner, proof, proposal, ticket } from "./corner";
import { customer, fault } from "./customer";
import { desk } from "./desk";
import { dunning } from "./dunning";
import { disclosure, evidence, keeping } from "./evidence";
import { home } from "./home";
import { invoice } from "./invoice";
import { leak } from "./leak";
import { ledger } from "./ledger";
import { life } from "./life";
import { mail } from "./mail";
import { nav } from "./nav";
import { note } from "./note";
import { calendar, calls, library, maintenance, outage } from "./papers";
import { payment } from "./payment";
import { plan } from "./plan";
import { quality, watch } from "./quality";
import { consent, recipient } from "./recipient";
import { refund } from "./refund";
import { report } from "./report";
import { review } from "./review";
import { rules } from "./rules";
import { sending } from "./sending";
import { service } from "./service";
import { obligation, signing, terms } from "./signing";
import { state } from "./state";
import { statement } from "./statement";
import { statistics } from "./statistics";
import { trial } from "./trial";
import { ui } from "./ui";
import { user } from "./user";
import { wallet } from "./wallet";

/** Every text of the portal, one file per domain, both languages beside each other (P08). */
export const texts = {
  maintenance,
  outage,
  calls,
  library,
  calendar,
  app,
  nav,
  ui,
  state,
  home,
  customer,
  fault,
  contract,
  life,
  signing,
  obligation,
  terms,
  trial,
  desk,
  batch,
  sending,
  recipient,
  consent,
  review,
  evidence,
  keeping,
  disclosure,
  quality,
  watch,
  plan,
  rules,
  bill,
  note,
  statement,
  invoice,
  payment,
  bank,
  refund,
  dunning,
  collection,
  complaint,
  appeal,
  leak,
  restriction,
  wallet,
  charge,
  chain,
  ledger,
  report,
  mail,
  audit,
  user,
  corner,
  ticket,
  proof,
  proposal,
  statistics,
  service,
} as const satisfies Tree;
