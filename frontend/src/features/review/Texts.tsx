import {
  CheckCircleOutlined,
  CloseCircleOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { memo, useEffect, useMemo, useRef } from "react";
import type { Desk, DeskGroup } from "@/api/review";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { HighlightedText } from "@/ui/Highlighted";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { verdictOf } from "@/ui/verdict";
import { FalseAlarm } from "./FalseAlarm";
import { Findings } from "./Findings";
import { Samples } from "./Samples";
import { type Ruling, rulingOf } from "./target";
import type { DeskControl } from "./use-desk";
import { Withheld } from "./Withheld";

const rulingIcons = {
  undecided: MinusCircleOutlined,
  approved: CheckCircleOutlined,
  refused: CloseCircleOutlined,
  mixed: ExclamationCircleOutlined,
};

function RulingTag({ ruling }: { ruling: Ruling }) {
  const { t } = useText();
  const Icon = rulingIcons[ruling];
  const tone = { undecided: "idle", approved: "ok", refused: "bad", mixed: "warn" }[ruling];
  return (
    <span className="state" data-tone={tone}>
      <Icon aria-hidden /> {t(`review.${ruling}`)}
    </span>
  );
}

/** The distinct texts of the batch, worst first; the one that the next decision is about stands out. */
export function Texts({ data, desk }: { data: Desk; desk: DeskControl }) {
  const { t } = useText();
  const { batch, progress, queued } = data;
  const whole = desk.target.position === 0;
  // Hundreds of texts: each is drawn anew only when something about itself has changed.
  const latest = useRef(desk);
  latest.current = desk;
  const acts = useMemo<Acts>(
    () => ({ choose: (n) => latest.current.goTo(n), unfold: (what, id) => latest.current.unfold(what, id) }),
    [],
  );
  const unfolded = (id: string) => (desk.unfolded?.group === id ? desk : undefined);
  return (
    <>
      <header className="desk-head">
        <Link className="num" to={`/batches/${batch.id}`}>
          {batch.number}
        </Link>
        <b>{batch.customer_name}</b>
        <span className="quiet">
          {nameOf(categoryNames, batch.category, t)} {batch.signature && `【${batch.signature}】`}
        </span>
        <span className="grow" />
        <span className="num quiet" role="status">
          {t("review.tally", {
            approved: formatCount(progress.tally.approved),
            refused: formatCount(progress.tally.refused),
            undecided: formatCount(progress.tally.undecided),
          })}
        </span>
      </header>
      {progress.high_risk && (
        <p className="warn-note">
          <TeamOutlined aria-hidden /> {t(progress.state === "second" ? "review.second" : "review.highRisk")}
        </p>
      )}
      {queued.own && <p className="warn-note">{t("review.own")}</p>}
      {data.claim?.hand_note && <p className="warn-note">{t("review.handNote", { note: data.claim.hand_note })}</p>}
      {data.withheld && <Withheld data={data} />}
      <ol className="texts">
        <li>
          <button type="button" className="whole" aria-current={whole || undefined} onClick={() => desk.goTo(0)}>
            {t("review.wholeOf", {
              count: formatCount(progress.tally.approved + progress.tally.refused + progress.tally.undecided),
            })}
            <RulingTag ruling={rulingOf(progress.tally)} />
          </button>
        </li>
        {desk.groups.map((g, i) => (
          <GroupItem
            key={g.id}
            n={i + 1}
            group={g}
            batch={batch.id}
            current={desk.target.position === i + 1}
            hit={desk.target.position === i + 1 || (whole && i === 0) ? desk.hit : 0}
            samples={desk.mine}
            alarms={desk.may("decide")}
            desk={unfolded(g.id)}
            acts={acts}
          />
        ))}
      </ol>
      {desk.others.left > 0 && (
        <Button className="more-texts" loading={desk.others.loading} onClick={desk.others.more}>
          {t("review.moreTexts", { count: formatCount(desk.others.left) })}
        </Button>
      )}
      <ErrorNote error={desk.others.error} compact />
    </>
  );
}

type Acts = { choose: (n: number) => void; unfold: (what: "samples" | "alarm", group: string) => void };
type ItemProps = {
  n: number;
  group: DeskGroup;
  batch: string;
  current: boolean;
  hit: number;
  samples: boolean;
  alarms: boolean;
  /** Only where something is unfolded under it. */
  desk: DeskControl | undefined;
  acts: Acts;
};

const GroupItem = memo(function GroupItem({ n, group: g, batch, current, hit, samples, alarms, desk, acts }: ItemProps) {
  const { t } = useText();
  const open = desk?.unfolded?.what;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) item.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  useEffect(() => {
    if (hit > 0) item.current?.querySelector(`[data-hit="${hit}"]`)?.scrollIntoView({ block: "nearest" });
  }, [hit]);
  return (
    <li ref={item} className="text-item" aria-current={current || undefined}>
      <button type="button" className="text-pick" onClick={() => acts.choose(n)}>
        <span className="num meta">{t("review.aboutGroup", { n })}</span>
        <StateTag kind="verdict" state={verdictOf(g)} />
        <span className="num">{t("review.messages", { count: formatCount(g.messages) })}</span>
        {g.max_level > 0 && <span className="meta">{t("review.level", { level: g.max_level })}</span>}
        {g.wordings > 1 && <span className="meta num">{t("review.wordings", { count: formatCount(g.wordings) })}</span>}
        {g.rest && <span className="meta">{t("review.rest")}</span>}
        <span className="grow" />
        <RulingTag ruling={rulingOf(g.tally)} />
      </button>
      <HighlightedText segments={g.segments} hits={g.hits} current={hit} />
      <Findings group={g} current={hit} />
      {samples && (
        <button
          type="button"
          className="link meta"
          aria-expanded={open === "samples"}
          onClick={() => acts.unfold("samples", g.id)}
        >
          {t("review.samples")} {current && <kbd>S</kbd>}
        </button>
      )}
      {alarms && (g.hits ?? []).some((h) => h.text) && (
        <button type="button" className="link meta text-alarm" onClick={() => acts.unfold("alarm", g.id)}>
          {t("rules.alarm.report")} {current && <kbd>F</kbd>}
        </button>
      )}
      {desk && open === "alarm" && alarms && <FalseAlarm batch={batch} group={g} onClose={desk.fold} />}
      {desk && open === "samples" && samples && <Samples batch={batch} group={g} desk={desk} />}
    </li>
  );
});
