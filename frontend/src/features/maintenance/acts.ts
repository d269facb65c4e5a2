import type { Dayjs } from "dayjs";
import type { MaintenanceAct } from "@/api/maintenance";

export type Fields = {
  contract?: string;
  title?: string;
  text?: string;
  channel?: string;
  attachment_id?: string;
  object?: string;
  purpose?: string;
  engineer?: string;
  day?: Dayjs;
  arrived?: string;
  left?: string;
  work?: string;
  result?: string;
  leftover?: string;
  kind?: string;
  who?: string;
  feasible?: boolean;
  work_days?: number;
  fee_fen?: number;
  until?: Dayjs;
  reason?: string;
  yes?: boolean;
  note?: string;
  cause?: string;
  prevention?: string;
  servers?: string;
};

/** Which fields each act asks for. */
export const needs: Readonly<Record<MaintenanceAct, readonly string[]>> = {
  ask: ["title", "text", "channel"],
  raise: ["title", "text", "object"],
  plan: ["day", "purpose", "engineer"],
  record: ["kind", "day", "title", "text", "who"],
  sheet: ["servers", "reason"],
  answer: ["feasible", "text", "work_days", "fee_fen"],
  ask_longer: ["until", "reason"],
  agree_longer: ["yes", "note"],
  decide: ["yes", "note"],
  finish: ["note"],
  withdraw: ["note"],
  accept: ["note"],
  resolve: ["cause", "prevention"],
  close: ["note"],
  reopen: ["note"],
  report: ["day", "arrived", "left", "engineer", "object", "work", "result", "leftover"],
  confirm: ["yes", "note"],
  cancel: ["note"],
  accept_record: ["yes", "note"],
};

const date = (d?: Dayjs) => d?.format("YYYY-MM-DD");

/** Servers as people type them: a line each, parted by commas of either kind. */
export const serversOf = (text: string) =>
  text
    .split("\n")
    .map((l) => l.split(/[,，]/).map((c) => c.trim()))
    .filter((c) => c.some(Boolean))
    .map(([name = "", model = "", system = "", place = "", serial = "", address = "", use = "", keeper = ""]) => ({
      name,
      model,
      system,
      place,
      serial,
      address,
      use,
      keeper,
    }));

/** What is sent for an act. */
export function toBody(what: MaintenanceAct, v: Fields, ours: boolean): object {
  switch (what) {
    case "ask":
      return { title: v.title, text: v.text, ...(ours ? { channel: v.channel, attachment_id: v.attachment_id } : {}) };
    case "raise":
      return { title: v.title, text: v.text, object: v.object };
    case "plan":
      return { planned_on: date(v.day), purpose: v.purpose, engineer: v.engineer };
    case "record":
      return { kind: v.kind, on: date(v.day), title: v.title, text: v.text, who: v.who };
    case "sheet":
      return { servers: serversOf(v.servers ?? ""), reason: v.reason };
    case "answer":
      return { feasible: v.feasible, text: v.text, fee_fen: v.fee_fen, work_days: v.work_days };
    case "ask_longer":
      return { until: date(v.until), reason: v.reason };
    case "resolve":
      return { cause: v.cause, prevention: v.prevention };
    case "report":
      return {
        on: date(v.day),
        arrived: v.arrived,
        left: v.left,
        engineer: v.engineer,
        work: [{ object: v.object, work: v.work, result: v.result }],
        result: v.result,
        leftover: v.leftover,
      };
    default:
      return needs[what].includes("yes") ? { yes: v.yes, note: v.note } : { note: v.note };
  }
}
