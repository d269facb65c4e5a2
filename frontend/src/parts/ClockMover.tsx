import { useQuery } from "@tanstack/react-query";
import { App, Button, DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { clockQuery, moveClock } from "@/api/sandbox";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { Facts } from "@/ui/Page";
import { formatInstant } from "@/ui/time";
import { useAct } from "@/ui/use-act";

const day = 86_400_000;

/** The 1st of the month after a Shanghai instant, just past midnight: what the monthly jobs wait for. */
function firstOfNext(now: string): string {
  const [y = 0, m = 1] = formatInstant(now, "date").split("-").map(Number);
  const [year, month] = m === 12 ? [y + 1, 1] : [y, m + 1];
  return `${year}-${String(month).padStart(2, "0")}-01`;
}

/** Moves business time forward; everything due on the way happens in order before the answer comes. */
export function ClockMover() {
  const { t } = useText();
  const { message } = App.useApp();
  const { can } = useSession();
  const query = useQuery(clockQuery);
  const [to, setTo] = useState<Dayjs | null>(null);
  const act = useAct(moveClock, {
    quiet: true,
    onDone: (c) => {
      setTo(null);
      void message.success(t("app.clock.moved", { now: formatInstant(c.now) }));
    },
  });
  const clock = query.data;
  if (!clock) return <ErrorNote error={query.error} compact />;
  const today = dayjs(formatInstant(clock.now, "date"));
  const days = Math.floor(clock.offset_ms / day);
  const ran = act.data?.ran ?? [];
  return (
    <div className="clock">
      <Facts
        columns={2}
        items={[
          { label: t("app.clock.now"), value: <b className="num">{formatInstant(clock.now)}</b> },
          { label: t("app.clock.real"), value: <span className="num">{formatInstant(clock.real_now)}</span> },
        ]}
      />
      <p className="meta">
        {days > 0 ? t("app.clock.ahead", { days }) : t("app.clock.level")} · {t("app.clock.hint")}
      </p>
      <div className="clock-steps" hidden={!can("sandbox.move")}>
        <Button size="small" disabled={act.isPending} onClick={() => act.mutate({ advance_days: 1 })}>
          {t("app.clock.day")}
        </Button>
        <Button size="small" disabled={act.isPending} onClick={() => act.mutate({ advance_days: 7 })}>
          {t("app.clock.week")}
        </Button>
        <Button size="small" disabled={act.isPending} onClick={() => act.mutate({ date: firstOfNext(clock.now ?? "") })}>
          {t("app.clock.month")}
        </Button>
      </div>
      <div className="clock-steps" hidden={!can("sandbox.move")}>
        <DatePicker
          size="small"
          aria-label={t("app.clock.to")}
          value={to}
          minDate={today.add(1, "day")}
          onChange={setTo}
          placeholder={t("app.clock.to")}
        />
        <Button
          size="small"
          type="primary"
          disabled={!to || act.isPending}
          onClick={() => to && act.mutate({ date: to.format("YYYY-MM-DD") })}
        >
          {t("app.clock.go")}
        </Button>
      </div>
      <ErrorNote error={act.error} compact />
      {act.data && (
        <div className="clock-ran">
          <p className="meta">{ran.length ? t("app.clock.ran") : t("app.clock.nothing")}</p>
          <ol>
            {ran.slice(-40).map((r) => (
              <li key={`${r.job}.${r.day}`}>
                <span className="num">{r.day}</span> <code className="mono">{r.job}</code> {r.outcome}
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}
