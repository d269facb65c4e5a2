import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { actOnReview, type Claim, type Desk, deskQuery, type QueueItem, reviewQueueQuery } from "@/api/review";
import { useAct } from "@/ui/use-act";

/** How often at most a lease of four minutes is prolonged while its holder works. */
const renewEvery = 45_000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

type Shown = { desk: Desk | undefined; inQueue: QueueItem | undefined };

/**
 * The claim on the batch on the desk: taken when the batch is opened, so that two people don't read the same; kept while its holder
 * works, though she only reads or writes; given back when she goes on to another batch without having decided anything.
 */
export function useClaim(batch: string, me: string, { desk, inQueue }: Shown) {
  const client = useQueryClient();
  const mine = desk?.claim?.user_id === me;
  const take = useAct(actOnReview, { touches: [deskQuery(batch).queryKey, reviewQueueQuery.queryKey] });
  const giveBack = useAct(actOnReview, { quiet: true, touches: [reviewQueueQuery.queryKey] });
  const prolong = useAct(actOnReview, {
    quiet: true,
    touches: [],
    onDone: (claim) => client.setQueryData(deskQuery(batch).queryKey, (old) => old && { ...old, claim: claim as Claim }),
  });
  const again = useCallback(() => {
    void client.invalidateQueries({ queryKey: deskQuery(batch).queryKey });
    void client.invalidateQueries({ queryKey: reviewQueueQuery.queryKey });
  }, [client, batch]);

  useTaking(batch, desk, me, take.mutate);
  useKeeping(batch, mine, prolong.mutate, again);
  const decides = useGivingBack(batch, mine, giveBack.mutate);

  // The queue is asked every few seconds; the texts are not, because each look is logged: they follow when somebody did something.
  const holder = inQueue?.claim?.user_id;
  const state = inQueue?.state;
  useEffect(() => {
    const key = deskQuery(batch).queryKey;
    const seen = client.getQueryData(key);
    const older = client.getQueryState(reviewQueueQuery.queryKey)?.dataUpdatedAt ?? 0;
    if (!state || !seen || older <= (client.getQueryState(key)?.dataUpdatedAt ?? 0)) return;
    if (holder !== seen.claim?.user_id || state !== seen.progress.state) again();
  }, [holder, state, batch, client, again]);

  return { mine, again, decides };
}

type Act = (v: Parameters<typeof actOnReview>[0], more?: { onError: () => void }) => void;

function useTaking(batch: string, desk: Desk | undefined, me: string, take: Act) {
  const opened = useRef("");
  const there = desk !== undefined;
  // Who has signed waits for the other person: taking the batch again would be in that one's way.
  const signed = desk?.progress.signed?.some((s) => s.user_id === me);
  const free = desk?.available_actions?.includes("claim") && !desk.claim && !signed && desk.progress.state !== "waiting";
  useEffect(() => {
    if (!there || opened.current === batch) return;
    opened.current = batch;
    if (free) take({ batch, action: "claim" });
  }, [there, free, batch, take]);
}

function useKeeping(batch: string, mine: boolean, prolong: Act, lost: () => void) {
  const renewed = useRef(0);
  useEffect(() => {
    if (!mine) return;
    renewed.current = Date.now();
    const onSign = () => {
      if (Date.now() - renewed.current < renewEvery) return;
      renewed.current = Date.now();
      prolong({ batch, action: "claim" }, { onError: lost });
    };
    for (const sign of signs) window.addEventListener(sign, onSign, { passive: true });
    return () => {
      for (const sign of signs) window.removeEventListener(sign, onSign);
    };
  }, [mine, batch, prolong, lost]);
}

/** Gives what it returns: to be called with each decision, after which the batch stays with who began to decide. */
function useGivingBack(batch: string, mine: boolean, giveBack: Act) {
  const onDesk = useRef(batch);
  onDesk.current = batch;
  const decided = useRef(false);
  useEffect(() => {
    if (!mine) return;
    decided.current = false;
    return () => {
      // Another batch is on the desk by now; who leaves the page as a whole may come back in a moment.
      if (onDesk.current !== batch && !decided.current) giveBack({ batch, action: "release" });
    };
  }, [mine, batch, giveBack]);
  return useCallback(() => {
    decided.current = true;
  }, []);
}
