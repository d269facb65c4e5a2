import { ClockCircleOutlined, LockOutlined, TeamOutlined, WarningOutlined } from "@ant-design/icons";
import type { UseQueryResult } from "@tanstack/react-query";
import { Input } from "antd";
import type { ReactNode } from "react";
import type { QueueItem } from "@/api/review";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Empty } from "@/ui/Page";
import { formatCountdown, formatInstant } from "@/ui/time";
import { leaseLeft, useNow } from "./use-now";

type Props = {
  items: readonly QueueItem[];
  query: UseQueryResult<unknown>;
  /** How many there are on the server; the most urgent hundred are listed. */
  total: number;
  sought: string;
  onSeek: (text: string) => void;
  current: string;
  onOpen: (batch: string) => void;
  onTakeNext: (() => void) | undefined;
  children?: ReactNode;
};

/** Most urgent first: the riskier, the sooner it is due. A taken item says by whom. */
export function Queue({ items, query, total, sought, onSeek, current, onOpen, onTakeNext, children }: Props) {
  const { t } = useText();
  return (
    <section className="desk-queue" aria-label={t("review.queue")}>
      <h2>
        {t("review.queue")} <span className="num meta">{formatCount(total)}</span>
        {onTakeNext && items.length > 0 && (
          <button type="button" className="link meta" onClick={onTakeNext}>
            {t("review.takeNext")} <kbd>T</kbd>
          </button>
        )}
      </h2>
      <Input
        className="queue-search"
        size="small"
        allowClear
        value={sought}
        aria-label={t("review.seek")}
        placeholder={t("review.seek")}
        onChange={(e) => onSeek(e.target.value)}
      />
      {children}
      <Loaded query={query}>
        {() =>
          items.length === 0 && sought ? (
            <Empty why={t("review.notFound")} />
          ) : items.length === 0 ? (
            <Empty why={t("review.queueEmpty")} next={t("review.queueEmptyNext")} />
          ) : (
            <ol>
              {items.map((item) => (
                <li key={item.batch_id}>
                  <Item item={item} current={item.batch_id === current} onOpen={() => onOpen(item.batch_id)} />
                </li>
              ))}
              {total > items.length && (
                <li className="queue-rest meta">{t("review.queueRest", { count: formatCount(items.length) })}</li>
              )}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}

function Item({ item, current, onOpen }: { item: QueueItem; current: boolean; onOpen: () => void }) {
  const { t } = useText();
  const { session } = useSession();
  const now = useNow();
  const left = leaseLeft(item.claim?.expires_at, now);
  const claimed = item.claim && left > 0 ? item.claim : null;
  const tone = item.risk >= 60 ? "bad" : item.risk >= 25 ? "warn" : "ok";
  return (
    <button type="button" className="queue-item" aria-current={current || undefined} onClick={onOpen}>
      <span className="queue-top">
        <span className="risk" data-tone={tone}>
          {item.high_risk && <WarningOutlined aria-hidden />}
          {t("review.risk", { risk: item.risk })}
        </span>
        <span className="num meta">{item.number}</span>
      </span>
      <b>{item.customer_name}</b>
      <span className="meta num">
        {nameOf(categoryNames, item.category, t)} · {t("review.messages", { count: formatCount(item.messages) })} ·{" "}
        {t("review.held", { count: formatCount(item.hold) })}
      </span>
      <span className={item.overdue ? "bad-text meta num" : "meta num"}>
        {t("review.due", { at: formatInstant(item.due_at).slice(5) })} {item.overdue && t("review.overdue")}
      </span>
      {item.own && (
        <span className="meta">
          <LockOutlined aria-hidden /> {t("review.own")}
        </span>
      )}
      {item.state === "waiting" && (
        <span className="meta">
          <ClockCircleOutlined aria-hidden /> {t("review.waiting")}
        </span>
      )}
      {item.fit !== "fit" && (
        <span className="meta">
          {item.fit === "mine"
            ? t("review.mineFirst")
            : item.fit === "not"
              ? t("review.notFit")
              : t("review.reserved", { name: (item.for ?? []).join("、") })}
        </span>
      )}
      {item.state === "second" && (
        <span className="meta">
          <TeamOutlined aria-hidden /> {t(item.signed ? "review.signed" : "review.second")}
        </span>
      )}
      {claimed && (
        <span className="meta num" data-mine={claimed.user_id === session.user.id || undefined}>
          <LockOutlined aria-hidden />{" "}
          {claimed.user_id === session.user.id
            ? t("review.mine", { left: formatCountdown(left) })
            : t("review.takenBy", { name: claimed.user_name })}
        </span>
      )}
    </button>
  );
}
