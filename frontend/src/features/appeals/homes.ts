import type { Appeal } from "@/api/complaints";

type Matter = { kind: Appeal["kind"]; object_id: string; customer_id: string; contract_id: string };

/** The page of what was refused, suspended or restricted; none where people of the customer have none. */
export function homeOf(m: Matter): string | undefined {
  switch (m.kind) {
    case "batch":
      return `/batches/${m.object_id}`;
    case "suspension":
      return `/contracts/${m.contract_id}`;
    case "registration":
      return `/registrations/${m.object_id}`;
    case "licence":
      return `/customers/${m.customer_id}?tab=licences`;
    case "consent":
      return "/consents";
    case "complaint":
      return `/complaints/${m.object_id}`;
    default:
      return undefined;
  }
}
