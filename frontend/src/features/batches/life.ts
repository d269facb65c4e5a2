import type { Batch, BatchState } from "@/api/batches";
import type { Say } from "@/i18n";
import { type Stop, straight } from "@/ui/Lane";

type Station = "upload" | "screen" | "review" | "approve" | "send" | "done";

const at: Readonly<Record<BatchState, Station>> = {
  draft: "upload",
  receiving: "upload",
  screening: "screen",
  confirming: "review",
  review: "review",
  approved: "approve",
  sending: "send",
  done: "done",
  paused: "send",
  refused: "review",
  failed: "screen",
  cancelled: "review",
};

/** A batch's way from file to receipts; `broken` where it was stopped. */
export function lifeOf(batch: Pick<Batch, "state" | "received_at">, t: Say): Stop[] {
  const stations: readonly Station[] = ["upload", "screen", "review", "approve", "send", "done"];
  const station = batch.state === "failed" && !batch.received_at ? "upload" : (at[batch.state as BatchState] ?? "upload");
  return straight<Station>(
    stations.map((key) => ({ key, label: t(`batch.life.${key}`) })),
    station,
    {
      broken: ["refused", "failed", "cancelled", "paused"].includes(batch.state),
      finished: batch.state === "done",
    },
  );
}
