import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input } from "antd";
import { useState } from "react";
import {
  actOnWebhook,
  createWebhook,
  eventKinds,
  rotateWebhook,
  type Webhook,
  type WebhookAct,
  webhooksQuery,
} from "@/api/corner";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { kindNames } from "./names";
import { SecretDialog } from "./SecretDialog";

const acts: readonly { act: WebhookAct; text: TextKey }[] = [
  { act: "test", text: "corner.test" },
  { act: "on", text: "corner.turnOn" },
  { act: "off", text: "corner.turnOff" },
  { act: "remove", text: "corner.remove" },
];

export function WebhooksTab() {
  const { t } = useText();
  const { can } = useSession();
  const must = useMust();
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<{ name: string; value: string } | null>(null);
  const told = (w: Webhook) => {
    setCreating(false);
    setSecret({ name: w.name, value: w.secret ?? "" });
  };
  const create = useAct(createWebhook, { onDone: told, quiet: true });
  const rotate = useAct(rotateWebhook, { onDone: told });
  const act = useAct(actOnWebhook);
  const columns: Column<Webhook>[] = [
    { key: "name", title: t("corner.name"), always: true, render: (w) => w.name },
    { key: "url", title: t("corner.url"), render: (w) => <code className="mono">{w.url}</code> },
    { key: "kinds", title: t("corner.kinds"), render: (w) => (w.kinds ?? []).map((k) => nameOf(kindNames, k, t)).join("、") },
    { key: "state", title: t("ui.state"), render: (w) => <StateTag kind="webhook" state={w.state} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (w) => (
        <span className="row-actions">
          {acts
            .filter((a) => allows(w, a.act))
            .map((a) => (
              <Button key={a.act} size="small" danger={a.act === "remove"} onClick={() => act.mutate({ id: w.id, act: a.act })}>
                {t(a.text)}
              </Button>
            ))}
          {allows(w, "rotate") && (
            <Button size="small" onClick={() => rotate.mutate({ id: w.id, hours: 24 })}>
              {t("corner.rotate")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        id="webhooks"
        label={t("corner.webhooks")}
        columns={columns}
        query={webhooksQuery}
        rowKey={(w) => w.id}
        embedded
        toolbar={
          can("corner.manage") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
              {t("corner.newWebhook")}
            </Button>
          )
        }
        empty={{ why: t("corner.noWebhooks") }}
      />
      <FormDialog<{ name: string; url: string; kinds: string[] }>
        open={creating}
        title={t("corner.newWebhook")}
        confirm={t("corner.newWebhook")}
        busy={create.isPending}
        error={create.error}
        initial={{ kinds: [...eventKinds] }}
        onAct={(v) => create.mutate(v)}
        onClose={() => setCreating(false)}
      >
        <Form.Item name="name" label={t("corner.name")} rules={must(t("corner.name"))}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="url" label={t("corner.url")} rules={must(t("corner.url"))}>
          <Input placeholder="https://" maxLength={500} />
        </Form.Item>
        <Form.Item name="kinds" label={t("corner.kinds")} rules={must(t("corner.kinds"))}>
          <Checkbox.Group options={eventKinds.map((k) => ({ value: k, label: nameOf(kindNames, k, t) }))} />
        </Form.Item>
      </FormDialog>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}
