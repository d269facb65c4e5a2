import { PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useState } from "react";
import { type Announcement, type AnnouncementAct, actAnnouncement, announcementsQuery } from "@/api/announcements";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { CreditsDialog } from "./CreditsDialog";
import { DrawUpDialog, NewsDialog } from "./dialogs";

const order = ["publish", "add", "end", "credit", "call_off"] as const;

/** Interruptions, planned and not: whom they touch, what was told, what is due for them. */
export function AnnouncementsPage() {
  const { t, pick } = useText();
  const { can } = useSession();
  const [drawing, setDrawing] = useState(false);
  const [act, setAct] = useState<{ what: AnnouncementAct; of: Announcement } | null>(null);
  const close = () => setAct(null);
  const publish = useAct(actAnnouncement, { done: t("outage.done"), onDone: close });
  const columns: Column<Announcement>[] = [
    { key: "number", title: t("maintenance.number"), render: (a) => <span className="num">{a.number}</span> },
    {
      key: "title",
      title: t("maintenance.what"),
      always: true,
      render: (a) => (
        <>
          <b>{pick(a.title_zh, a.title_en)}</b>
          <div className="meta">{pick(a.reason_zh, a.reason_en)}</div>
          {(a.updates ?? []).slice(-1).map((u) => (
            <div key={u.at} className="meta">
              {t("outage.news", { text: pick(u.zh, u.en) })}
            </div>
          ))}
        </>
      ),
    },
    {
      key: "kind",
      title: t("maintenance.field.kind"),
      render: (a) => (
        <>
          {t(`outage.kind.${a.kind}`)} {a.short_notice && <Tag color="gold">{t("outage.short")}</Tag>}
        </>
      ),
    },
    {
      key: "time",
      title: t("outage.time"),
      render: (a) => (
        <>
          <Instant at={a.starts_at} /> – <Instant at={a.ended_at || a.ends_at} />
        </>
      ),
    },
    { key: "state", title: t("ui.state"), render: (a) => <StateTag kind="announcement" state={a.state} /> },
    { key: "told", title: t("outage.told"), numeric: true, render: (a) => a.told },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (a) => (
        <span className="row-actions">
          {order.map(
            (what) =>
              allows(a, what) && (
                <Button
                  key={what}
                  size="small"
                  type={what === "publish" ? "primary" : "default"}
                  onClick={() => setAct({ what, of: a })}
                >
                  {t(`outage.act.${what}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.announcements")}
      actions={
        can("announcement.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setDrawing(true)}>
            {t("outage.draw")}
          </Button>
        )
      }
    >
      <DataTable
        id="announcements"
        label={t("nav.announcements")}
        columns={columns}
        query={announcementsQuery}
        rowKey={(a) => a.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("announcement", t) }]}
        empty={{ why: t("outage.empty"), next: t("outage.emptyNext") }}
      />
      <DrawUpDialog open={drawing} onClose={() => setDrawing(false)} />
      <ConfirmTotals
        open={act?.what === "publish"}
        title={t("outage.act.publish")}
        sentence={act && pick(act.of.title_zh, act.of.title_en)}
        confirm={t("outage.act.publish")}
        busy={publish.isPending}
        onConfirm={() => act && publish.mutate({ what: "publish", id: act.of.id })}
        onCancel={close}
      />
      <NewsDialog act={act && ["add", "end", "call_off"].includes(act.what) ? act : null} onClose={close} />
      <CreditsDialog of={act?.what === "credit" ? act.of : null} onClose={close} />
    </Page>
  );
}
