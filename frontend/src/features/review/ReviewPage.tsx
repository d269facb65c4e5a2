import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { nextReview, queueSearchQuery, reviewQueueQuery } from "@/api/review";
import { useText } from "@/i18n";
import { usePrefs } from "@/session/prefs";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Empty } from "@/ui/Page";
import { msUntil } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { ActionBar } from "./ActionBar";
import { Context } from "./Context";
import { type DeskDialog, Dialogs } from "./Dialogs";
import { Help } from "./Help";
import { JustFinished } from "./JustFinished";
import { commandOf } from "./keys";
import { Queue } from "./Queue";
import { Texts } from "./Texts";
import { hitsIn } from "./target";
import { useDesk } from "./use-desk";
import "./review.css";

/** Left the queue, in the middle the texts with their hits, right what is known about the customer; the whole flow by keyboard. */
export function ReviewPage() {
  const { t } = useText();
  const { session, can } = useSession();
  const { reviewKeys } = usePrefs();
  const [params, set] = useUrlState();
  const [help, setHelp] = useState(false);
  const [dialog, setDialog] = useState<DeskDialog | null>(null);
  const queue = useQuery(reviewQueueQuery);
  const [sought, setSought] = useState("");
  const q = useDeferredValue(sought.trim());
  const found = useQuery({ ...queueSearchQuery(q), enabled: q !== "", placeholderData: keepPreviousData });
  const shown = q === "" ? queue : found;
  const items = shown.data?.items ?? [];
  const batch = params.batch ?? "";
  const desk = useDesk(
    batch,
    session.user.id,
    queue.data?.items?.find((i) => i.batch_id === batch),
  );

  useEffect(() => {
    document.title = `${t("nav.review")} · ${t("app.name")}`;
  }, [t]);

  // The texts take the focus once they are there: Enter then means "finish", not the button in the queue once more.
  const texts = useRef<HTMLElement>(null);
  const onDesk = desk.desk?.batch.id;
  useEffect(() => {
    if (onDesk) texts.current?.focus({ preventScroll: true });
  }, [onDesk]);

  const open = (id: string | undefined) => id && set({ batch: id });
  const move = (by: 1 | -1) => {
    const at = items.findIndex((i) => i.batch_id === batch);
    open(items[at < 0 ? 0 : (at + by + items.length) % items.length]?.batch_id);
  };

  const next = useAct(nextReview, { touches: [reviewQueueQuery.queryKey], onDone: (claim) => open(claim.batch_id) });
  const takeNext = () => void (next.isPending || next.mutate(undefined));

  /** The finished review on the desk, else the one before it, else the last decision. */
  const undo = () => {
    if (desk.may("undo")) return desk.undo();
    if (!desk.finished || msUntil(desk.finished.until, Date.now()) <= 0) return desk.retract();
    desk.undo(desk.finished.batch);
    open(desk.finished.batch);
  };

  // The listener is attached once and always calls the latest closure.
  const act = useRef<(e: KeyboardEvent) => void>(() => undefined);
  act.current = (e) => {
    if (!reviewKeys || help || document.querySelector(".ant-modal-wrap:not([style*='none'])")) return;
    const command = commandOf(e, desk.mode);
    if (!command) return;
    e.preventDefault();
    switch (command.do) {
      case "approve":
        return desk.approve();
      case "refuse":
        return void desk.askReasons();
      case "reason": {
        const code = desk.offered[command.index];
        return code ? desk.toggleReason(code) : undefined;
      }
      case "confirm":
        return void desk.refuse();
      case "cancel":
        return desk.cancelReasons();
      case "finish":
        return void desk.finish();
      case "next":
        return desk.next();
      case "previous":
        return desk.previous();
      case "nextHit":
        return void desk.nextHit(hitsIn(desk.target.group ?? desk.groups[0]));
      case "nextBatch":
        return move(1);
      case "previousBatch":
        return move(-1);
      case "take":
        if (desk.may("claim") && !desk.mine) return desk.claim();
        return can("review.decide") ? takeNext() : undefined;
      case "undo":
        return undo();
      case "release":
        return void desk.release();
      case "samples":
        return void desk.unfold("samples");
      case "falseAlarm":
        return void desk.unfold("alarm");
      case "help":
        return setHelp(true);
      case "escalate":
      case "handOver":
        return desk.may(command.do === "escalate" ? "escalate" : "hand_over") ? setDialog(command.do) : undefined;
      case "takedown":
        return can("takedown.begin") && batch ? setDialog("takedown") : undefined;
      case "addNote":
        return can("review.decide") && batch ? setDialog("addNote") : undefined;
    }
  };
  useEffect(() => {
    // A key that is held down repeats faster than hundreds of texts can be drawn: what comes before they are is left out.
    let drawn = true;
    const onKey = (e: KeyboardEvent) => {
      if (e.repeat && !drawn) return;
      drawn = false;
      requestAnimationFrame(() => setTimeout(() => (drawn = true)));
      act.current(e);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className="desk">
      <h1 className="sr-only">{t("nav.review")}</h1>
      <Queue
        items={items}
        query={shown}
        total={shown.data?.total ?? 0}
        sought={sought}
        onSeek={setSought}
        current={batch}
        onOpen={open}
        onTakeNext={can("review.decide") ? takeNext : undefined}
      >
        {desk.finished && <JustFinished finished={desk.finished} onUndo={undo} />}
      </Queue>
      <section ref={texts} tabIndex={-1} className="desk-main" aria-label={t("review.groups")}>
        {batch ? (
          <Loaded query={desk.query}>{(data) => <Texts data={data} desk={desk} />}</Loaded>
        ) : (
          <Empty why={t("review.pick")} />
        )}
      </section>
      {desk.desk && <Context data={desk.desk} desk={desk} onNote={() => setDialog("addNote")} />}
      {desk.desk && <ActionBar data={desk.desk} desk={desk} onHelp={() => setHelp(true)} onDialog={setDialog} />}
      {desk.desk && dialog && <Dialogs what={dialog} data={desk.desk} desk={desk} onClose={() => setDialog(null)} />}
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
