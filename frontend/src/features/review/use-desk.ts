import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { actOnReview, type Choice, type Decision, decide, deskQuery, reviewQueueQuery } from "@/api/review";
import { useAct } from "@/ui/use-act";
import { nextUndecided, offeredReasons, targetAt } from "./target";

/** Everything that can be done with the batch on the desk, for keys and buttons alike. */
export function useDesk(batch: string, me: string) {
  const client = useQueryClient();
  const query = useQuery({ ...deskQuery(batch), enabled: batch !== "" });
  const desk = query.data;
  const [position, setPosition] = useState(0);
  const [hit, setHit] = useState(0);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const [note, setNote] = useState("");

  const groups = desk?.groups ?? [];
  const target = targetAt(groups, position);
  const offered = offeredReasons(groups, target);
  const may = (action: string) => desk?.available_actions?.includes(action) ?? false;
  const touches = [deskQuery(batch).queryKey, reviewQueueQuery.queryKey];
  const step = useAct(actOnReview, { touches });
  const ruling = useAct(decide, { touches });
  const busy = step.isPending || ruling.isPending;

  const goTo = (next: number) => {
    setPosition(targetAt(groups, next).position);
    setHit(0);
    setChosen(null);
  };
  // A batch that is looked at by someone who may review it is taken at once, so that two people don't read the same.
  const claimed = useRef("");
  const claimable = may("claim") && !desk?.claim;
  const { mutate } = step;
  useEffect(() => {
    if (!claimable || claimed.current === batch) return;
    claimed.current = batch;
    mutate({ batch, action: "claim" });
  }, [claimable, batch, mutate]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another batch starts from its beginning
  useEffect(() => {
    setPosition(0);
    setHit(0);
    setChosen(null);
    setNote("");
  }, [batch]);

  /** Finishing names the decisions that were on the screen, so that nobody signs what they have not seen. */
  const finish = async () => {
    const fresh = await client.fetchQuery({ ...deskQuery(batch), staleTime: 0 });
    const actions = fresh.available_actions ?? [];
    const action = actions.includes("confirm") ? "confirm" : "finish";
    if (actions.includes(action)) step.mutate({ batch, action, decisions_hash: fresh.progress.decisions_hash });
  };
  const rule = (decision: Choice, reason_codes?: string[]) => {
    if (busy || !may("decide")) return;
    const about: Pick<Decision, "scope" | "group_id"> = target.group
      ? { scope: "group", group_id: target.group.id }
      : { scope: "batch" };
    ruling.mutate(
      { batch, ...about, decision, reason_codes, note: note.trim() || undefined },
      {
        onSuccess: () => {
          setChosen(null);
          setNote("");
          // A refusal of everything is complete with its reason; three keys are enough for a bad batch.
          if (decision === "refuse" && !target.group) void finish();
          else if (target.group) setPosition(nextUndecided(groups, target.position));
        },
      },
    );
  };

  return {
    query,
    desk,
    groups,
    target,
    offered,
    hit,
    chosen,
    note,
    setNote,
    busy,
    may,
    goTo,
    mine: desk?.claim?.user_id === me,
    mode: chosen === null ? ("look" as const) : ("reasons" as const),
    next: () => goTo(target.position + 1),
    previous: () => goTo(target.position - 1),
    nextHit: (all: number) => all > 0 && setHit((h) => (h % all) + 1),
    ruleMessage: (seq: number, decision: Choice, reason_codes?: string[]) =>
      may("decide") && ruling.mutate({ batch, scope: "message", seq, decision, reason_codes }),
    approve: () => rule("approve"),
    withdraw: () => rule("withdraw"),
    askReasons: () => may("decide") && setChosen([]),
    cancelReasons: () => setChosen(null),
    toggleReason: (code: string) =>
      setChosen((c) => (c === null ? c : c.includes(code) ? c.filter((x) => x !== code) : [...c, code])),
    refuse: () => chosen && chosen.length > 0 && rule("refuse", chosen),
    finish: () => !busy && void finish(),
    claim: () => step.mutate({ batch, action: "claim" }),
    release: () => step.mutate({ batch, action: "release" }),
    undo: () => may("undo") && step.mutate({ batch, action: "undo" }),
  };
}

export type DeskControl = ReturnType<typeof useDesk>;

/** The machine's time, ticking each second: leases and undo are measured by it, not by the business clock. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
