import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import {
  actOnReview,
  type Choice,
  type Decision,
  decide,
  deskQuery,
  type Progress,
  type QueueItem,
  reviewQueueQuery,
} from "@/api/review";
import { useAct } from "@/ui/use-act";
import { nextUndecided, offeredReasons, targetAt } from "./target";
import { useClaim } from "./use-claim";
import { useFinished } from "./use-finished";
import { useGroups } from "./use-groups";

/** Acts; where the lease ran out meanwhile and nobody else has the batch, it is taken again first. */
const retaking =
  <V extends { batch: string }, R>(act: (v: V, key: string) => Promise<R>) =>
  async (v: V, key: string): Promise<R> => {
    try {
      return await act(v, key);
    } catch (error) {
      if (asProblem(error).code !== "review.not_claimed") throw error;
      await actOnReview({ batch: v.batch, action: "claim" }, crypto.randomUUID());
      return act(v, key);
    }
  };
type Unfolded = { what: "samples" | "alarm"; group: string };

const sign = retaking(actOnReview);
const ruleOn = retaking(decide);

/** Everything that can be done with the batch on the desk, for keys and buttons alike. */
export function useDesk(batch: string, me: string, inQueue: QueueItem | undefined) {
  const client = useQueryClient();
  const query = useQuery({ ...deskQuery(batch), enabled: batch !== "" });
  const desk = query.data;
  const [position, setPosition] = useState(0);
  const [hit, setHit] = useState(0);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const [note, setNote] = useState("");
  const [unfolded, setUnfolded] = useState<Unfolded | null>(null);

  const { groups, ...others } = useGroups(batch, desk);
  const target = targetAt(groups, position);
  const offered = offeredReasons(groups, target);
  const may = (action: string) => desk?.available_actions?.includes(action) ?? false;
  const touches = [deskQuery(batch).queryKey, reviewQueueQuery.queryKey];
  const { mine, again, decides } = useClaim(batch, me, { desk, inQueue });
  const { finished, remember } = useFinished();
  const step = useAct(sign, { touches });
  const ruling = useAct(ruleOn, { touches });
  const busy = step.isPending || ruling.isPending;

  // Whoever is quick presses Enter before the decision is on the server; it then counts as soon as it is.
  const wanted = useRef(false);

  const goTo = (next: number) => {
    if (next > groups.length - 5) others.more();
    setPosition(targetAt(groups, next).position);
    setHit(0);
    setChosen(null);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another batch starts from its beginning
  useEffect(() => {
    setPosition(0);
    setHit(0);
    setChosen(null);
    setNote("");
    setUnfolded(null);
    wanted.current = false;
  }, [batch]);

  /** Finishing names the decisions that are on the screen, so that nobody signs what they have not seen. */
  const finish = () => {
    wanted.current = false;
    const shown = client.getQueryData(deskQuery(batch).queryKey);
    const actions = shown?.available_actions ?? [];
    const action = actions.includes("confirm") ? "confirm" : "finish";
    if (shown && actions.includes(action))
      step.mutate(
        { batch, action, decisions_hash: shown.progress.decisions_hash },
        {
          onSuccess: (done) => {
            const until = (done as Progress).manifest?.not_before;
            remember(until ? { batch, number: shown.batch.number, until } : null);
          },
          onError: again,
        },
      );
  };
  // What was being written may still be sent when the lease ran out over it.
  const mayRule = may("decide") || (chosen !== null && may("claim"));
  const rule = (decision: Choice, reason_codes?: string[]) => {
    if (busy || !mayRule) return;
    decides();
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
          if (wanted.current || (decision === "refuse" && !target.group)) finish();
          else if (target.group) goTo(nextUndecided(groups, target.position));
        },
        onError: again,
      },
    );
  };

  /** The caller's latest decision that still holds: what Z takes back before the review is finished. */
  const latest = desk?.decisions?.findLast((d) => d.user_id === me);
  const retractable = may("decide") && latest && latest.choice !== "withdraw" ? latest : undefined;
  const retract = () => {
    if (busy || !retractable) return;
    const { scope, group_id, seq } = retractable;
    const about = scope === "message" ? { seq } : scope === "group" ? { group_id } : {};
    ruling.mutate({ batch, scope: scope as Decision["scope"], ...about, decision: "withdraw" }, { onError: again });
  };
  const undo = (of: string) =>
    step.mutate({ batch: of, action: "undo" }, { onSuccess: () => remember(null), onError: () => remember(null) });

  return {
    query,
    desk,
    groups,
    others,
    target,
    offered,
    hit,
    chosen,
    note,
    setNote,
    busy,
    may,
    goTo,
    mine,
    mode: chosen === null ? ("look" as const) : ("reasons" as const),
    next: () => goTo(target.position + 1),
    previous: () => goTo(target.position - 1),
    nextHit: (all: number) => all > 0 && setHit((h) => (h % all) + 1),
    ruleMessage: (seq: number, decision: Choice, reason_codes?: string[]) => {
      if (!may("decide")) return;
      decides();
      ruling.mutate({ batch, scope: "message", seq, decision, reason_codes }, { onError: again });
    },
    approve: () => rule("approve"),
    askReasons: () => may("decide") && setChosen([]),
    cancelReasons: () => setChosen(null),
    toggleReason: (code: string) =>
      setChosen((c) => (c === null ? c : c.includes(code) ? c.filter((x) => x !== code) : [...c, code])),
    refuse: () => chosen && chosen.length > 0 && rule("refuse", chosen),
    finish: () => {
      if (ruling.isPending) wanted.current = true;
      else if (!busy) finish();
    },
    claim: () => step.mutate({ batch, action: "claim" }),
    release: () => may("release") && step.mutate({ batch, action: "release" }),
    /** What is unfolded under a group: its single messages, or the form for a false alarm. */
    unfolded,
    unfold: (what: Unfolded["what"], group = target.group?.id ?? groups[0]?.id) =>
      group && setUnfolded((old) => (old?.what === what && old.group === group ? null : { what, group })),
    fold: () => setUnfolded(null),
    finished: finished && finished.batch !== batch ? finished : null,
    retractable,
    retract,
    undo: (of = batch) => undo(of),
  };
}

export type DeskControl = ReturnType<typeof useDesk>;
