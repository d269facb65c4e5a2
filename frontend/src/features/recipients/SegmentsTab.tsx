import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { importsQuery, previewSegments, publishSegments, segmentsQuery } from "@/api/recipients";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Empty, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { listColumns } from "./ImportsTab";
import { ListDialog } from "./ListDialog";

/** Which carrier a number belongs to: the table of segments in versions, and the numbers that were carried away. */
export function SegmentsTab() {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(segmentsQuery());
  const [doing, setDoing] = useState<"table" | "ported" | null>(null);
  const write = can("recipient.data");
  return (
    <div className="stack" style={{ gap: 16 }}>
      <Panel
        flush
        title={query.data ? t("recipient.segments.now", { version: query.data.version }) : t("recipient.segments.table")}
        extra={write && <Button onClick={() => setDoing("table")}>{t("recipient.segments.publish")}</Button>}
      >
        <Loaded query={query}>
          {(now) =>
            now.tables?.length ? (
              <table className="table plain" aria-label={t("recipient.segments.history")}>
                <tbody>
                  {now.tables.map((v) => (
                    <tr key={v.version}>
                      <td className="mono">{v.version}</td>
                      <td>{t("recipient.segments.changes", { n: v.changes })}</td>
                      <td>{v.note}</td>
                      <td>
                        <Instant at={v.created_at} /> {v.created_by_name}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <Empty why={t("recipient.segments.none")} />
            )
          }
        </Loaded>
      </Panel>
      <DataTable
        id="portings"
        embedded
        label={t("recipient.segments.ported")}
        columns={listColumns(t)}
        query={() => importsQuery("portings")}
        rowKey={(l) => l.id}
        toolbar={
          write && (
            <Button onClick={() => setDoing("ported")}>
              {t("recipient.segments.ported")} · {t("recipient.list.title")}
            </Button>
          )
        }
        empty={{ why: t("recipient.list.none"), next: t("recipient.segments.portedHint") }}
      />
      {query.data && (
        <TableDialog key={query.data.version} open={doing === "table"} text={query.data.text} onClose={() => setDoing(null)} />
      )}
      <ListDialog open={doing === "ported"} path="recipient-imports/portings" purpose="portings" onClose={() => setDoing(null)} />
    </div>
  );
}

type Fields = { text: string; note: string };

function TableDialog({ open, text, onClose }: { open: boolean; text: string; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const look = useAct(previewSegments, { quiet: true, touches: [] });
  const act = useAct(publishSegments, { done: t("recipient.segments.done"), quiet: true, onDone: onClose });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("recipient.segments.publish")}
      sentence={t("recipient.segments.hint")}
      confirm={t(look.data ? "recipient.segments.publish" : "recipient.segments.preview")}
      busy={look.isPending || act.isPending}
      error={look.error ?? act.error}
      initial={{ text }}
      onAct={(v) => (look.data ? act.mutate(v) : look.mutate({ text: v.text }))}
      onClose={onClose}
    >
      <Form.Item name="text" label={t("recipient.segments.table")} rules={must(t("recipient.segments.table"))}>
        <Input.TextArea className="mono" rows={12} onChange={() => look.reset()} />
      </Form.Item>
      {look.data && (
        <p className="meta" role="status">
          {look.data.version}: {t("recipient.segments.changes", { n: look.data.changes?.length ?? 0 })}{" "}
          {(look.data.changes ?? [])
            .slice(0, 12)
            .map((c) => `${c.prefix} ${c.was || t("recipient.segments.nobody")}→${c.is || t("recipient.segments.nobody")}`)
            .join(", ")}
        </p>
      )}
      <Form.Item name="note" label={t("recipient.segments.note")} rules={must(t("recipient.segments.note"))}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
