import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { billRunEvents, billRunQuery } from "@/api/bills";

export type RunStep = {
  seq: number;
  state: string;
  looked: number;
  expected: number;
  count: number;
  skipped: number;
  nothing_owed: number;
  failed: number;
  total_fen: number;
};

/** What a step says, if it is newer than what is shown: after a reconnect old ones may come again. */
export function newer(shown: RunStep | null, data: string): RunStep | null {
  try {
    const step = JSON.parse(data) as RunStep;
    return typeof step.seq === "number" && step.seq > (shown?.seq ?? 0) ? step : shown;
  } catch {
    return shown;
  }
}

/**
 * Follows a run step by step. The browser reconnects by itself from the last step that it has heard of; where streams don't get
 * through, the page asks again every second.
 */
export function useLiveRun(id: string | undefined, running: boolean): { step: RunStep | null; polling: boolean } {
  const client = useQueryClient();
  const [step, setStep] = useState<RunStep | null>(null);
  const [polling, setPolling] = useState(false);
  useEffect(() => {
    setStep(null);
    if (!id || !running) return;
    const stream = new EventSource(billRunEvents(id));
    const report = () => void client.invalidateQueries({ queryKey: billRunQuery(id).queryKey });
    stream.addEventListener("step", (e) => {
      setPolling(false);
      setStep((shown) => newer(shown, (e as MessageEvent<string>).data));
    });
    stream.addEventListener("snapshot", () => setPolling(false));
    stream.addEventListener("done", () => {
      stream.close();
      report();
    });
    stream.onerror = () => setPolling(true);
    return () => stream.close();
  }, [id, running, client]);
  return { step, polling };
}
