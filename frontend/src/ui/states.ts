import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  DisconnectOutlined,
  EditOutlined,
  ExclamationCircleOutlined,
  EyeOutlined,
  FieldTimeOutlined,
  FileDoneOutlined,
  InboxOutlined,
  LockOutlined,
  MinusCircleOutlined,
  PauseCircleOutlined,
  QuestionCircleOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  StopOutlined,
  SyncOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";
import type { AnnouncementState } from "@/api/announcements";
import type { BankLineState } from "@/api/bank";
import type { BatchState } from "@/api/batches";
import type { BillState } from "@/api/bills";
import type { CallState, MessageState } from "@/api/calls";
import type { CaseState } from "@/api/collection";
import type { AppealState, ComplaintState } from "@/api/complaints";
import type { EscalationState, ExemptionState, RecheckState, TakedownState } from "@/api/compliance";
import type { ContractState } from "@/api/contracts";
import type { ApiKeyState, DeliveryState, PaperState, SwitchState, TicketState } from "@/api/corner";
import type { Fault } from "@/api/customers";
import type { DisclosureState } from "@/api/disclosures";
import type { ExceptionState } from "@/api/dunning";
import type { Hold, KeyState } from "@/api/evidence";
import type { LeakDutyState, LeakState } from "@/api/leaks";
import type { LicenceState } from "@/api/licences";
import type { MailState } from "@/api/mails";
import type { ChangeRequest, Incident, ServiceRecord, Visit } from "@/api/maintenance";
import type { DisputeState } from "@/api/notes";
import type { PlanVersionState } from "@/api/plans";
import type { ConsentState } from "@/api/recipients";
import type { ChequeState, RefundState } from "@/api/refunds";
import type { FilingState, NumberState, RegistrationState } from "@/api/registrations";
import type { BacktestState, ProposalState, RuleDraftState, RuleState } from "@/api/rules";
import type { UserState } from "@/api/staff";
import type { StatementState } from "@/api/statements";
import type { TaxInvoiceState } from "@/api/tax-invoices";
import type { AlertState } from "@/api/watch";
import type { TextKey } from "@/i18n";

export type Tone = "ok" | "warn" | "bad" | "busy" | "idle";
export type Look = { text?: TextKey; tone: Tone; icon: ComponentType<{ "aria-hidden"?: boolean }> };
type Table<S extends string> = Readonly<Record<S, Look>>;

const look = (text: TextKey, tone: Tone, icon: Look["icon"]): Look => ({ text, tone, icon });

const contract: Table<ContractState> = {
  draft: look("state.contract.draft", "idle", EditOutlined),
  under_review: look("state.contract.under_review", "busy", EyeOutlined),
  awaiting_signature: look("state.contract.awaiting_signature", "busy", FieldTimeOutlined),
  active: look("state.contract.active", "ok", CheckCircleOutlined),
  suspended: look("state.contract.suspended", "bad", PauseCircleOutlined),
  expired: look("state.contract.expired", "idle", MinusCircleOutlined),
  terminated: look("state.contract.terminated", "warn", StopOutlined),
  settled: look("state.contract.settled", "idle", FileDoneOutlined),
  closed: look("state.contract.closed", "idle", LockOutlined),
};

const licence: Table<LicenceState> = {
  submitted: look("state.licence.submitted", "busy", ClockCircleOutlined),
  verified: look("state.licence.verified", "ok", SafetyCertificateOutlined),
  refused: look("state.licence.refused", "bad", CloseCircleOutlined),
  expired: look("state.licence.expired", "warn", ExclamationCircleOutlined),
  revoked: look("state.licence.revoked", "bad", StopOutlined),
};

const registration: Table<RegistrationState> = {
  submitted: look("state.registration.submitted", "busy", ClockCircleOutlined),
  in_review: look("state.registration.in_review", "busy", EyeOutlined),
  approved: look("state.registration.approved", "ok", SafetyCertificateOutlined),
  refused: look("state.registration.refused", "bad", CloseCircleOutlined),
  lapsed: look("state.registration.lapsed", "warn", DisconnectOutlined),
};

const filing: Table<FilingState> = {
  queued: look("state.filing.queued", "idle", InboxOutlined),
  submitted: look("state.filing.submitted", "busy", SendOutlined),
  accepted: look("state.filing.accepted", "ok", CheckCircleOutlined),
  refused: look("state.filing.refused", "bad", CloseCircleOutlined),
  lapsed: look("state.filing.lapsed", "warn", DisconnectOutlined),
};

const senderNumber: Table<NumberState> = {
  allotted: look("state.senderNumber.allotted", "ok", CheckCircleOutlined),
  cooling: look("state.senderNumber.cooling", "warn", FieldTimeOutlined),
  free: look("state.senderNumber.free", "idle", MinusCircleOutlined),
};

const batch: Table<BatchState> = {
  draft: look("state.batch.draft", "idle", InboxOutlined),
  receiving: look("state.batch.receiving", "busy", SyncOutlined),
  screening: look("state.batch.screening", "busy", SyncOutlined),
  confirming: look("state.batch.confirming", "warn", ClockCircleOutlined),
  review: look("state.batch.review", "busy", EyeOutlined),
  approved: look("state.batch.approved", "ok", SafetyCertificateOutlined),
  sending: look("state.batch.sending", "busy", SendOutlined),
  done: look("state.batch.done", "ok", CheckCircleOutlined),
  paused: look("state.batch.paused", "warn", PauseCircleOutlined),
  refused: look("state.batch.refused", "bad", CloseCircleOutlined),
  failed: look("state.batch.failed", "bad", DisconnectOutlined),
  cancelled: look("state.batch.cancelled", "idle", MinusCircleOutlined),
};

const bill: Table<BillState> = {
  issued: look("state.bill.issued", "busy", ClockCircleOutlined),
  overdue: look("state.bill.overdue", "bad", ExclamationCircleOutlined),
  paid: look("state.bill.paid", "ok", CheckCircleOutlined),
  void: look("state.bill.void", "idle", MinusCircleOutlined),
};

const planVersion: Table<PlanVersionState> = {
  draft: look("state.planVersion.draft", "idle", EditOutlined),
  submitted: look("state.planVersion.submitted", "busy", EyeOutlined),
  published: look("state.planVersion.published", "ok", CheckCircleOutlined),
  dropped: look("state.planVersion.dropped", "idle", MinusCircleOutlined),
};

const mail: Table<MailState> = {
  queued: look("state.mail.queued", "busy", ClockCircleOutlined),
  sent: look("state.mail.sent", "ok", CheckCircleOutlined),
  failed: look("state.mail.failed", "bad", CloseCircleOutlined),
  no_address: look("state.mail.no_address", "warn", ExclamationCircleOutlined),
  returned: look("state.mail.returned", "bad", CloseCircleOutlined),
};

const user: Table<UserState> = {
  active: look("state.user.active", "ok", CheckCircleOutlined),
  frozen: look("state.user.frozen", "bad", StopOutlined),
  locked: look("state.user.locked", "warn", LockOutlined),
};

const dispute: Table<DisputeState> = {
  open: look("state.dispute.open", "warn", QuestionCircleOutlined),
  upheld: look("state.dispute.upheld", "ok", CheckCircleOutlined),
  withdrawn: look("state.dispute.withdrawn", "idle", MinusCircleOutlined),
};

const statement: Table<StatementState> = {
  sent: look("state.statement.sent", "busy", SendOutlined),
  disputed: look("state.statement.disputed", "warn", QuestionCircleOutlined),
  confirmed: look("state.statement.confirmed", "ok", CheckCircleOutlined),
};

const taxInvoice: Table<TaxInvoiceState> = {
  requested: look("state.taxInvoice.requested", "busy", ClockCircleOutlined),
  rejected: look("state.taxInvoice.rejected", "bad", CloseCircleOutlined),
  cancelled: look("state.taxInvoice.cancelled", "idle", MinusCircleOutlined),
  issued: look("state.taxInvoice.issued", "ok", CheckCircleOutlined),
  red_requested: look("state.taxInvoice.red_requested", "warn", FieldTimeOutlined),
  red_flushed: look("state.taxInvoice.red_flushed", "idle", StopOutlined),
  lapsed: look("state.taxInvoice.lapsed", "idle", DisconnectOutlined),
};

export type Verdict = "pass" | "hold" | "refuse_message" | "refuse_batch" | "escalate";
const verdict: Table<Verdict> = {
  pass: look("state.verdict.pass", "ok", CheckCircleOutlined),
  hold: look("state.verdict.hold", "warn", ExclamationCircleOutlined),
  refuse_message: look("state.verdict.refuse_message", "bad", CloseCircleOutlined),
  refuse_batch: look("state.verdict.refuse_batch", "bad", StopOutlined),
  escalate: look("state.verdict.escalate", "bad", QuestionCircleOutlined),
};

const rule: Table<RuleState> = {
  draft: look("state.rule.draft", "idle", EditOutlined),
  shadow: look("state.rule.shadow", "busy", EyeOutlined),
  live: look("state.rule.live", "ok", CheckCircleOutlined),
  retired: look("state.rule.retired", "idle", MinusCircleOutlined),
};

const ruleDraft: Table<RuleDraftState> = {
  open: look("state.ruleDraft.open", "busy", EditOutlined),
  submitted: look("state.ruleDraft.submitted", "warn", ClockCircleOutlined),
  published: look("state.ruleDraft.published", "ok", CheckCircleOutlined),
  discarded: look("state.ruleDraft.discarded", "idle", MinusCircleOutlined),
};

const backtest: Table<BacktestState> = {
  running: look("state.backtest.running", "busy", SyncOutlined),
  done: look("state.backtest.done", "ok", CheckCircleOutlined),
  failed: look("state.backtest.failed", "bad", CloseCircleOutlined),
  cancelled: look("state.backtest.cancelled", "idle", StopOutlined),
};

const falseAlarm: Table<ProposalState> = {
  proposed: look("state.falseAlarm.proposed", "busy", ClockCircleOutlined),
  accepted: look("state.falseAlarm.accepted", "ok", CheckCircleOutlined),
  declined: look("state.falseAlarm.declined", "idle", CloseCircleOutlined),
};

export type Ruling = "approve" | "refuse";
const decision: Table<Ruling> = {
  approve: look("state.decision.approve", "ok", CheckCircleOutlined),
  refuse: look("state.decision.refuse", "bad", CloseCircleOutlined),
};

const bankLine: Table<BankLineState> = {
  open: look("state.bankLine.open", "busy", InboxOutlined),
  matched: look("state.bankLine.matched", "ok", CheckCircleOutlined),
  parked: look("state.bankLine.parked", "warn", PauseCircleOutlined),
  ignored: look("state.bankLine.ignored", "idle", MinusCircleOutlined),
};

const refund: Table<RefundState> = {
  requested: look("state.refund.requested", "busy", ClockCircleOutlined),
  approved: look("state.refund.approved", "warn", SendOutlined),
  rejected: look("state.refund.rejected", "bad", CloseCircleOutlined),
  cancelled: look("state.refund.cancelled", "idle", MinusCircleOutlined),
  paid: look("state.refund.paid", "ok", CheckCircleOutlined),
  returned: look("state.refund.returned", "warn", ExclamationCircleOutlined),
};

const cheque: Table<ChequeState> = {
  received: look("state.cheque.received", "busy", ClockCircleOutlined),
  cleared: look("state.cheque.cleared", "ok", CheckCircleOutlined),
  dishonoured: look("state.cheque.dishonoured", "bad", CloseCircleOutlined),
};

const escalation: Table<EscalationState> = {
  asked: look("state.escalation.asked", "warn", ClockCircleOutlined),
  answered: look("state.escalation.answered", "ok", CheckCircleOutlined),
  withdrawn: look("state.escalation.withdrawn", "idle", MinusCircleOutlined),
};

const takedown: Table<TakedownState> = {
  stopped: look("state.takedown.stopped", "bad", StopOutlined),
  lift_asked: look("state.takedown.lift_asked", "warn", ClockCircleOutlined),
  lifted: look("state.takedown.lifted", "idle", CheckCircleOutlined),
};

const exemption: Table<ExemptionState> = {
  asked: look("state.exemption.asked", "busy", ClockCircleOutlined),
  live: look("state.exemption.live", "ok", SafetyCertificateOutlined),
  rejected: look("state.exemption.rejected", "bad", CloseCircleOutlined),
  ended: look("state.exemption.ended", "idle", MinusCircleOutlined),
};

const recheck: Table<RecheckState> = {
  open: look("state.recheck.open", "busy", EyeOutlined),
  differs: look("state.recheck.differs", "warn", ExclamationCircleOutlined),
  settled: look("state.recheck.settled", "ok", CheckCircleOutlined),
};

const alert: Table<AlertState> = {
  open: look("state.alert.open", "warn", ExclamationCircleOutlined),
  stopped: look("state.alert.stopped", "bad", StopOutlined),
  closed: look("state.alert.closed", "idle", CheckCircleOutlined),
};

const consent: Table<ConsentState> = {
  draft: look("state.consent.draft", "idle", EditOutlined),
  checking: look("state.consent.checking", "busy", EyeOutlined),
  live: look("state.consent.live", "ok", SafetyCertificateOutlined),
  refused: look("state.consent.refused", "bad", CloseCircleOutlined),
  withdrawn: look("state.consent.withdrawn", "idle", MinusCircleOutlined),
};

const exception: Table<ExceptionState> = {
  requested: look("state.exception.requested", "busy", ClockCircleOutlined),
  approved: look("state.exception.approved", "ok", CheckCircleOutlined),
  rejected: look("state.exception.rejected", "bad", CloseCircleOutlined),
  ended: look("state.exception.ended", "idle", MinusCircleOutlined),
};

const complaint: Table<ComplaintState> = {
  open: look("state.complaint.open", "warn", QuestionCircleOutlined),
  forwarded: look("state.complaint.forwarded", "busy", SendOutlined),
  answered: look("state.complaint.answered", "busy", EyeOutlined),
  closed: look("state.complaint.closed", "idle", CheckCircleOutlined),
};

const leak: Table<LeakState> = {
  open: look("state.leak.open", "bad", ExclamationCircleOutlined),
  contained: look("state.leak.contained", "warn", SafetyCertificateOutlined),
  closing: look("state.leak.closing", "busy", EyeOutlined),
  closed: look("state.leak.closed", "idle", LockOutlined),
};

const leakDuty: Table<LeakDutyState> = {
  due: look("state.leakDuty.due", "warn", ClockCircleOutlined),
  done: look("state.leakDuty.done", "ok", CheckCircleOutlined),
  waived: look("state.leakDuty.waived", "idle", MinusCircleOutlined),
};

const appeal: Table<AppealState> = {
  filed: look("state.appeal.filed", "warn", QuestionCircleOutlined),
  granted: look("state.appeal.granted", "ok", CheckCircleOutlined),
  denied: look("state.appeal.denied", "idle", MinusCircleOutlined),
  withdrawn: look("state.appeal.withdrawn", "idle", MinusCircleOutlined),
};

const caseStates: Table<CaseState> = {
  open: look("state.case.open", "busy", FieldTimeOutlined),
  collected: look("state.case.collected", "ok", CheckCircleOutlined),
  written_off: look("state.case.written_off", "bad", CloseCircleOutlined),
  withdrawn: look("state.case.withdrawn", "idle", MinusCircleOutlined),
};

const changeRequest: Table<ChangeRequest["state"]> = {
  received: look("state.changeRequest.received", "warn", ClockCircleOutlined),
  answered: look("state.changeRequest.answered", "busy", QuestionCircleOutlined),
  refused: look("state.changeRequest.refused", "idle", MinusCircleOutlined),
  agreed: look("state.changeRequest.agreed", "busy", SyncOutlined),
  declined: look("state.changeRequest.declined", "idle", CloseCircleOutlined),
  done: look("state.changeRequest.done", "ok", CheckCircleOutlined),
  withdrawn: look("state.changeRequest.withdrawn", "idle", StopOutlined),
};

const visit: Table<Visit["state"]> = {
  planned: look("state.visit.planned", "busy", FieldTimeOutlined),
  reported: look("state.visit.reported", "busy", EyeOutlined),
  confirmed: look("state.visit.confirmed", "ok", CheckCircleOutlined),
  objected: look("state.visit.objected", "bad", ExclamationCircleOutlined),
  cancelled: look("state.visit.cancelled", "idle", StopOutlined),
};

const incident: Table<Incident["state"]> = {
  open: look("state.incident.open", "bad", ExclamationCircleOutlined),
  accepted: look("state.incident.accepted", "busy", SyncOutlined),
  resolved: look("state.incident.resolved", "ok", CheckCircleOutlined),
  closed: look("state.incident.closed", "idle", LockOutlined),
};

const serviceRecord: Table<ServiceRecord["state"]> = {
  recorded: look("state.serviceRecord.recorded", "busy", EyeOutlined),
  accepted: look("state.serviceRecord.accepted", "ok", CheckCircleOutlined),
  objected: look("state.serviceRecord.objected", "bad", ExclamationCircleOutlined),
};

const announcement: Table<AnnouncementState> = {
  draft: look("state.announcement.draft", "idle", EditOutlined),
  published: look("state.announcement.published", "warn", SendOutlined),
  over: look("state.announcement.over", "ok", CheckCircleOutlined),
  called_off: look("state.announcement.called_off", "idle", StopOutlined),
};

const callTask: Table<CallState> = {
  open: look("state.callTask.open", "warn", ClockCircleOutlined),
  done: look("state.callTask.done", "ok", CheckCircleOutlined),
  cancelled: look("state.callTask.cancelled", "idle", StopOutlined),
};

const systemMessage: Table<MessageState> = {
  queued: look("state.systemMessage.queued", "busy", ClockCircleOutlined),
  sent: look("state.systemMessage.sent", "busy", SendOutlined),
  delivered: look("state.systemMessage.delivered", "ok", CheckCircleOutlined),
  failed: look("state.systemMessage.failed", "bad", CloseCircleOutlined),
  unclear: look("state.systemMessage.unclear", "warn", QuestionCircleOutlined),
};

const apiKey: Table<ApiKeyState> = {
  active: look("state.apiKey.active", "ok", CheckCircleOutlined),
  frozen: look("state.apiKey.frozen", "bad", LockOutlined),
  revoked: look("state.apiKey.revoked", "idle", MinusCircleOutlined),
  expired: look("state.apiKey.expired", "warn", ClockCircleOutlined),
};

const webhook: Table<SwitchState> = {
  on: look("state.webhook.on", "ok", CheckCircleOutlined),
  off: look("state.webhook.off", "idle", PauseCircleOutlined),
};

const delivery: Table<DeliveryState> = {
  queued: look("state.delivery.queued", "busy", ClockCircleOutlined),
  delivered: look("state.delivery.delivered", "ok", CheckCircleOutlined),
  aside: look("state.delivery.aside", "bad", CloseCircleOutlined),
};

const ticket: Table<TicketState> = {
  open: look("state.ticket.open", "warn", ClockCircleOutlined),
  answered: look("state.ticket.answered", "busy", EyeOutlined),
  closed: look("state.ticket.closed", "idle", CheckCircleOutlined),
};

const fault: Table<Fault["state"]> = {
  open: look("state.fault.open", "warn", ExclamationCircleOutlined),
  corrected: look("state.fault.corrected", "busy", EyeOutlined),
  settled: look("state.fault.settled", "ok", CheckCircleOutlined),
};

const paper: Table<PaperState> = {
  open: look("state.paper.open", "warn", ClockCircleOutlined),
  accepted: look("state.paper.accepted", "ok", CheckCircleOutlined),
  matched: look("state.paper.matched", "ok", CheckCircleOutlined),
  refused: look("state.paper.refused", "bad", CloseCircleOutlined),
  withdrawn: look("state.paper.withdrawn", "idle", MinusCircleOutlined),
};

/** Every state of every object, with its word and its icon. A state that the API gains and this table lacks stops the build. */
const disclosure: Table<DisclosureState> = {
  requested: look("state.disclosure.requested", "warn", ClockCircleOutlined),
  approved: look("state.disclosure.approved", "busy", SyncOutlined),
  ready: look("state.disclosure.ready", "ok", CheckCircleOutlined),
  expired: look("state.disclosure.expired", "idle", LockOutlined),
  refused: look("state.disclosure.refused", "bad", CloseCircleOutlined),
  withdrawn: look("state.disclosure.withdrawn", "idle", MinusCircleOutlined),
};

const hold: Table<Hold["state"]> = {
  live: look("state.hold.live", "warn", LockOutlined),
  lifted: look("state.hold.lifted", "idle", MinusCircleOutlined),
};

const purge: Table<KeyState["state"]> = {
  waiting: look("state.purge.waiting", "idle", ClockCircleOutlined),
  due: look("state.purge.due", "busy", FieldTimeOutlined),
  held: look("state.purge.held", "warn", LockOutlined),
  busy: look("state.purge.busy", "warn", SyncOutlined),
};

/** What became of one message, as the hand-off's statuses name it. */
const message = {
  not_approved: look("state.message.not_approved", "idle", MinusCircleOutlined),
  waiting: look("state.message.waiting", "busy", ClockCircleOutlined),
  handing: look("state.message.handing", "busy", SyncOutlined),
  handed: look("state.message.handed", "busy", SendOutlined),
  delivered: look("state.message.delivered", "ok", CheckCircleOutlined),
  failed: look("state.message.failed", "bad", CloseCircleOutlined),
  unknown: look("state.message.unknown", "warn", QuestionCircleOutlined),
  expired: look("state.message.expired", "warn", FieldTimeOutlined),
  skipped_opt_out: look("state.message.skipped_opt_out", "idle", StopOutlined),
  skipped_blacklist: look("state.message.skipped_blacklist", "idle", StopOutlined),
  skipped_ended: look("state.message.skipped_ended", "idle", StopOutlined),
  skipped_number: look("state.message.skipped_number", "idle", StopOutlined),
};

export const states = {
  changeRequest,
  visit,
  incident,
  serviceRecord,
  announcement,
  callTask,
  systemMessage,
  contract,
  licence,
  registration,
  filing,
  senderNumber,
  batch,
  bill,
  dispute,
  statement,
  taxInvoice,
  mail,
  planVersion,
  user,
  verdict,
  decision,
  disclosure,
  hold,
  purge,
  message,
  bankLine,
  refund,
  cheque,
  consent,
  exception,
  escalation,
  takedown,
  exemption,
  recheck,
  alert,
  case: caseStates,
  complaint,
  appeal,
  leak,
  leakDuty,
  rule,
  ruleDraft,
  backtest,
  falseAlarm,
  apiKey,
  webhook,
  delivery,
  ticket,
  paper,
  fault,
} as const;

export type StateKind = keyof typeof states;
export type StateOf<K extends StateKind> = keyof (typeof states)[K];

/** A newer server than this page: the state is shown by its own name rather than hidden. */
export const unknownState: Look = { tone: "idle", icon: QuestionCircleOutlined };

export const stateOptions = (kind: StateKind, t: (key: TextKey) => string) =>
  Object.entries(states[kind]).map(([value, l]: [string, Look]) => ({ value, label: l.text ? t(l.text) : value }));
