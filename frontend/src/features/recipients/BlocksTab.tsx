import { Button, Form, Input, Radio, Space, Switch } from "antd";
import { useState } from "react";
import { addBlock, type Block, blocksQuery, type Kind, liftBlock } from "@/api/recipients";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { nameOf, optionsOf } from "@/ui/names";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { ListDialog } from "./ListDialog";
import { kindNames, sourceNames } from "./names";

export function BlocksTab() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [adding, setAdding] = useState<"one" | "list" | null>(null);
  const [lifting, setLifting] = useState<Block | null>(null);
  const lift = useAct(liftBlock, { done: t("recipient.lift.done"), onDone: () => setLifting(null) });
  const lifted = params.lifted === "true";
  const columns: Column<Block>[] = [
    {
      key: "phone",
      title: t("recipient.phone"),
      always: true,
      render: (b) => <span className="num">{b.phone || t("recipient.hidden")}</span>,
    },
    { key: "kind", title: t("recipient.kindName"), render: (b) => nameOf(kindNames, b.kind, t) },
    { key: "customer", title: t("recipient.customer"), render: (b) => b.customer_name || t("recipient.everybody") },
    { key: "source", title: t("recipient.source.title"), render: (b) => nameOf(sourceNames, b.source, t) },
    { key: "note", title: t("ui.reason"), render: (b) => (b.source === "reply" ? "" : b.note) },
    { key: "since", title: t("recipient.since"), render: (b) => <Instant at={b.created_at} /> },
    lifted
      ? {
          key: "lifted",
          title: t("recipient.liftedAt"),
          render: (b) => (
            <>
              <Instant at={b.lifted_at} /> <span className="quiet">{b.lift_reason}</span>
            </>
          ),
        }
      : {
          key: "actions",
          title: t("ui.actions"),
          always: true,
          render: (b) =>
            allows(b, "lift") && (
              <Button size="small" onClick={() => setLifting(b)}>
                {t("recipient.lift.title")}
              </Button>
            ),
        },
  ];
  return (
    <>
      <DataTable
        id="recipient-blocks"
        label={t("recipient.tabs.blocks")}
        columns={columns}
        query={({ q: _, ...p }) => blocksQuery(p)}
        rowKey={(b) => b.id}
        filters={[{ key: "kind", label: t("recipient.kindName"), options: optionsOf(kindNames, t) }]}
        toolbar={
          <Space wrap>
            <Input.Search
              allowClear
              defaultValue={params.phone}
              placeholder={t("recipient.search")}
              aria-label={t("recipient.search")}
              onSearch={(phone) => set({ phone: phone || undefined, cursor: undefined })}
              style={{ width: 180 }}
            />
            <span className="meta">
              <Switch
                size="small"
                checked={lifted}
                aria-label={t("recipient.lifted")}
                onChange={(on) => set({ lifted: on ? "true" : undefined, cursor: undefined })}
              />{" "}
              {t("recipient.lifted")}
            </span>
            {can("recipient.write") && (
              <>
                <Button onClick={() => setAdding("list")}>{t("recipient.list.title")}</Button>
                <Button type="primary" onClick={() => setAdding("one")}>
                  {t("recipient.add.title")}
                </Button>
              </>
            )}
          </Space>
        }
        empty={{ why: t("recipient.empty"), next: t("recipient.emptyNext") }}
      />
      <AddDialog open={adding === "one"} onClose={() => setAdding(null)} />
      <ListDialog open={adding === "list"} path="recipient-imports/blocks" purpose="blocks" onClose={() => setAdding(null)} />
      <AskReason
        open={lifting !== null}
        title={t("recipient.lift.title")}
        confirm={t("recipient.lift.title")}
        hint={t("recipient.lift.hint")}
        busy={lift.isPending}
        onAct={(reason) => lifting && lift.mutate({ id: lifting.id, reason })}
        onClose={() => setLifting(null)}
      />
    </>
  );
}

type Added = { phone: string; kind: Kind; customer_id?: string; reason: string };

function AddDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const own = useSession().session.user.customer_id;
  const act = useAct(addBlock, { done: t("recipient.add.done"), quiet: true, onDone: onClose });
  return (
    <FormDialog<Added>
      open={open}
      title={t("recipient.add.title")}
      confirm={t("recipient.add.title")}
      busy={act.isPending}
      error={act.error}
      initial={{ kind: "blacklist", customer_id: own || undefined }}
      onAct={(v) => act.mutate(v)}
      onClose={onClose}
    >
      <Form.Item name="phone" label={t("recipient.phone")} rules={must(t("recipient.phone"))}>
        <Input autoFocus inputMode="tel" maxLength={40} />
      </Form.Item>
      <Form.Item name="kind" label={t("recipient.kindName")}>
        <Radio.Group options={optionsOf(kindNames, t)} />
      </Form.Item>
      <Form.Item name="customer_id" label={t("recipient.add.for")}>
        <CustomerSelect disabled={Boolean(own)} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
