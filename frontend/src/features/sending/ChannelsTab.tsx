import { CheckCircleOutlined, ClockCircleOutlined, StopOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type Channel, channelsQuery } from "@/api/sending";
import type { Params } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { carriesText, flowText } from "./names";
import type { StopWish } from "./StopDialog";

const query = (params: Params) => ({ ...channelsQuery, queryKey: [...channelsQuery.queryKey, params] });

/** How each channel does: whom it carries, how fast, whether it takes messages, what it did today. */
export function ChannelsTab({ onPause }: { onPause: (wish: StopWish) => void }) {
  const { t } = useText();
  const { can } = useSession();
  const columns: Column<Channel>[] = [
    {
      key: "name",
      title: t("sending.channel"),
      always: true,
      render: (c) => (
        <>
          {c.name} <span className="meta">{c.engine.toUpperCase()}</span>
        </>
      ),
    },
    { key: "health", title: t("sending.health"), always: true, render: (c) => <Health channel={c} /> },
    { key: "carriers", title: t("sending.carriers"), render: (c) => carriesText(c, t) },
    { key: "priority", title: t("sending.priority"), numeric: true, render: (c) => c.priority },
    { key: "flow", title: t("sending.flow"), render: (c) => flowText(c, t) },
    { key: "hours", title: t("sending.hours"), render: (c) => (c.from && c.to ? `${c.from}–${c.to}` : t("sending.allDay")) },
    {
      key: "today",
      title: t("sending.today"),
      numeric: true,
      render: (c) => `${formatCount(c.today.sent)} / ${formatCount(c.today.delivered)} / ${formatCount(c.today.failed)}`,
    },
    { key: "flying", title: t("sending.inFlight"), numeric: true, render: (c) => formatCount(c.in_flight) },
    { key: "unknown", title: t("sending.unknown"), numeric: true, render: (c) => formatCount(c.unknown) },
    { key: "good", title: t("sending.lastGood"), render: (c) => <Instant at={c.good_at} /> },
    {
      key: "bad",
      title: t("sending.lastBad"),
      render: (c) =>
        c.bad_at ? (
          <>
            <Instant at={c.bad_at} /> <code className="mono">{c.bad_code}</code>
          </>
        ) : (
          <span className="meta">—</span>
        ),
    },
    {
      key: "pause",
      title: "",
      always: true,
      render: (c) =>
        can("batch.settle") &&
        !c.stopped && (
          <Button size="small" onClick={() => onPause({ scope: "channel", object_id: c.name })}>
            {t("sending.pause")}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      embedded
      id="channels"
      label={t("sending.channels")}
      columns={columns}
      query={query}
      rowKey={(c) => c.name}
      empty={{ why: t("sending.noChannels") }}
    />
  );
}

function Health({ channel }: { channel: Channel }) {
  const { t } = useText();
  if (channel.stopped)
    return (
      <span className="state" data-tone="bad">
        <StopOutlined aria-hidden /> {t("sending.isStopped")}
      </span>
    );
  if (!channel.open)
    return (
      <span className="state" data-tone="warn">
        <ClockCircleOutlined aria-hidden /> {t("sending.shut")}{" "}
        {channel.problem && <code className="mono">{channel.problem}</code>}
      </span>
    );
  return (
    <span className="state" data-tone="ok">
      <CheckCircleOutlined aria-hidden /> {t("sending.open")}
    </span>
  );
}
