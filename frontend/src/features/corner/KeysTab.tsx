import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, DatePicker, Form, Input, InputNumber } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { type ApiKey, createKey, keysQuery, revokeKey, rotateKey } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { scopeNames } from "./names";
import { SecretDialog } from "./SecretDialog";

type Fields = { name: string; scopes: string[]; allow?: string; expires?: Dayjs; hours?: number };

export function KeysTab() {
  const { t } = useText();
  const { can } = useSession();
  const [secret, setSecret] = useState<{ name: string; value: string } | null>(null);
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const told = (k: ApiKey) => {
    setCreating(false);
    setRotating(null);
    setSecret({ name: `${k.name} · ${k.id}`, value: k.secret ?? "" });
  };
  const create = useAct(createKey, { onDone: told, quiet: true });
  const rotate = useAct(rotateKey, { onDone: told });
  const revoke = useAct(revokeKey, { onDone: () => setRevoking(null) });
  const columns: Column<ApiKey>[] = [
    { key: "name", title: t("corner.name"), always: true, render: (k) => k.name },
    { key: "id", title: t("corner.keyId"), render: (k) => <code className="mono">{k.id}</code> },
    {
      key: "scopes",
      title: t("corner.scopes"),
      render: (k) => (k.scopes ?? []).map((s) => nameOf(scopeNames, s, t)).join("、"),
    },
    { key: "state", title: t("ui.state"), render: (k) => <StateTag kind="apiKey" state={k.state} /> },
    { key: "allow", title: t("corner.allowFrom"), render: (k) => (k.allow_from ?? []).join(", ") || t("corner.never") },
    {
      key: "expires",
      title: t("corner.expires"),
      render: (k) => (k.expires_at ? <Instant at={k.expires_at} /> : t("corner.never")),
    },
    { key: "used", title: t("corner.lastUsed"), render: (k) => <Instant at={k.last_used_at} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (k) => (
        <span className="row-actions">
          {allows(k, "rotate") && (
            <Button size="small" onClick={() => setRotating(k)}>
              {t("corner.rotate")}
            </Button>
          )}
          {allows(k, "revoke") && (
            <Button size="small" danger onClick={() => setRevoking(k)}>
              {t("corner.revoke")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        id="api-keys"
        label={t("corner.keys")}
        columns={columns}
        query={keysQuery}
        rowKey={(k) => k.id}
        embedded
        toolbar={
          can("corner.manage") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
              {t("corner.newKey")}
            </Button>
          )
        }
        empty={{ why: t("corner.noKeys"), next: t("corner.noKeysNext") }}
      />
      <FormDialog<Fields>
        open={creating}
        title={t("corner.newKey")}
        confirm={t("corner.newKey")}
        busy={create.isPending}
        error={create.error}
        initial={{ scopes: ["send", "read"] }}
        onAct={(v) =>
          create.mutate({
            name: v.name,
            scopes: v.scopes,
            allow_from: v.allow?.split(/\s+/).filter(Boolean),
            expires_at: v.expires?.endOf("day").toISOString(),
          })
        }
        onClose={() => setCreating(false)}
      >
        <KeyFields />
      </FormDialog>
      <FormDialog<Fields>
        open={rotating !== null}
        title={`${t("corner.rotate")} · ${rotating?.name ?? ""}`}
        confirm={t("corner.rotate")}
        busy={rotate.isPending}
        initial={{ hours: 24 }}
        onAct={(v) => rotating && rotate.mutate({ id: rotating.id, hours: v.hours ?? 0 })}
        onClose={() => setRotating(null)}
      >
        <Form.Item name="hours" label={t("corner.overlap")}>
          <InputNumber min={0} max={720} precision={0} />
        </Form.Item>
      </FormDialog>
      <AskReason
        open={revoking !== null}
        title={`${t("corner.revoke")} · ${revoking?.name ?? ""}`}
        confirm={t("corner.revoke")}
        hint={t("corner.revokeHint")}
        danger
        optional
        busy={revoke.isPending}
        onAct={(reason) => revoking && revoke.mutate({ id: revoking.id, reason })}
        onClose={() => setRevoking(null)}
      />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function KeyFields() {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <Form.Item name="name" label={t("corner.name")} rules={must(t("corner.name"))}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="scopes" label={t("corner.scopes")} rules={must(t("corner.scopes"))}>
        <Checkbox.Group options={Object.keys(scopeNames).map((s) => ({ value: s, label: nameOf(scopeNames, s, t) }))} />
      </Form.Item>
      <Form.Item name="allow" label={t("corner.allowFrom")} extra={t("corner.allowHint")}>
        <Input.TextArea rows={2} />
      </Form.Item>
      <Form.Item name="expires" label={t("corner.expires")}>
        <DatePicker placeholder={t("corner.never")} />
      </Form.Item>
    </>
  );
}
