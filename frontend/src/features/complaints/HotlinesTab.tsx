import { ExportOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { type Hotline, hotlinesQuery, setHotline } from "@/api/complaints";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { useAct } from "@/ui/use-act";

/** The phones under which customers take complaints: who has told none, and what anybody can look up. */
export function HotlinesTab() {
  const { t } = useText();
  const { session } = useSession();
  const own = Boolean(session.user.customer_id);
  const [editing, setEditing] = useState<Hotline | null>(null);
  const columns: Column<Hotline>[] = [
    { key: "customer", title: t("customer.one"), always: true, render: (h) => h.customer_name },
    {
      key: "phone",
      title: t("complaint.hotline.one"),
      always: true,
      render: (h) =>
        h.phone ? <span className="num">{h.phone}</span> : <span className="bad">{t("complaint.hotline.missing")}</span>,
    },
    { key: "hours", title: t("complaint.hotline.hours"), render: (h) => h.hours },
    {
      key: "set",
      title: t("complaint.hotline.set"),
      render: (h) =>
        h.set_at && (
          <span className="meta">
            {h.set_by_name} <Instant at={h.set_at} />
          </span>
        ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (h) =>
        allows(h, "edit") && (
          <Button size="small" type={h.phone ? "default" : "primary"} onClick={() => setEditing(h)}>
            {t("complaint.hotline.edit")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <p className="meta">{t("complaint.hotline.hint")}</p>
      <DataTable
        embedded
        id="hotlines"
        label={t("complaint.hotline.title")}
        columns={columns}
        query={hotlinesQuery}
        rowKey={(h) => h.customer_id}
        toolbar={
          <Button href="/hotlines" target="_blank" icon={<ExportOutlined />}>
            {t("complaint.hotline.page")}
          </Button>
        }
        search={own ? undefined : t("customer.one")}
        filters={
          own
            ? []
            : [
                {
                  key: "missing",
                  label: t("complaint.hotline.missing"),
                  options: [{ value: "true", label: t("complaint.hotline.onlyMissing") }],
                  width: 160,
                },
              ]
        }
        empty={{ why: t("complaint.hotline.empty") }}
      />
      {editing && <HotlineDialog of={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function HotlineDialog({ of: h, onClose }: { of: Hotline; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(setHotline, { quiet: true, done: t("complaint.done"), onDone: onClose });
  return (
    <FormDialog<{ phone: string; hours: string }>
      open
      title={`${t("complaint.hotline.edit")} · ${h.customer_name}`}
      sentence={t("complaint.hotline.hint")}
      confirm={t("ui.save")}
      busy={run.isPending}
      error={run.error}
      initial={{ phone: h.phone, hours: h.hours || t("complaint.hotline.usual") }}
      onAct={(v) => run.mutate({ id: h.customer_id, version: h.version, ...v })}
      onClose={onClose}
    >
      <Form.Item name="phone" label={t("complaint.hotline.one")} rules={must(t("complaint.hotline.one"))}>
        <Input className="num" maxLength={20} inputMode="tel" />
      </Form.Item>
      <Form.Item name="hours" label={t("complaint.hotline.hours")} rules={must(t("complaint.hotline.hours"))}>
        <Input maxLength={50} />
      </Form.Item>
    </FormDialog>
  );
}
