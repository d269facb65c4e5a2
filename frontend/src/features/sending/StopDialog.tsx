import { useQuery } from "@tanstack/react-query";
import { Form, Input, Radio, Select } from "antd";
import { customerSignaturesQuery } from "@/api/registrations";
import { channelsQuery, type StopScope, stopSending } from "@/api/sending";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";
import { scopeNames } from "./names";

export type StopWish = { scope: StopScope; object_id?: string };
type Fields = StopWish & { reason: string; owner?: string };
const scopes: readonly StopScope[] = ["all", "customer", "signature", "channel"];

/** Stops sending at once: everything, a customer, a signature or a channel. */
export function StopDialog({ wish, onClose }: { wish: StopWish; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(stopSending, { done: t("sending.stopped"), onDone: onClose, quiet: true });
  return (
    <FormDialog<Fields>
      open
      danger
      title={t("sending.stopTitle")}
      sentence={t("sending.stopSentence")}
      confirm={t("sending.stopNow")}
      busy={act.isPending}
      error={act.error}
      initial={wish}
      onAct={({ owner: _, ...v }) => act.mutate(v)}
      onClose={onClose}
    >
      <Form.Item name="scope" label={t("sending.scope")}>
        <Radio.Group optionType="button" options={scopes.map((value) => ({ value, label: t(scopeNames[value]) }))} />
      </Form.Item>
      <Form.Item noStyle dependencies={["scope", "owner"]}>
        {({ getFieldValue }) => (
          <ObjectFields scope={getFieldValue("scope") as StopScope} owner={getFieldValue("owner") as string} />
        )}
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormDialog>
  );
}

/** What exactly is stopped; a signature is found by its customer. */
function ObjectFields({ scope, owner = "" }: { scope: StopScope; owner?: string }) {
  const { t } = useText();
  const must = useMust();
  const channels = useQuery({ ...channelsQuery, enabled: scope === "channel" });
  const signatures = useQuery({ ...customerSignaturesQuery(owner, {}), enabled: scope === "signature" && owner !== "" });
  if (scope === "all") return null;
  const options =
    scope === "channel"
      ? (channels.data?.items ?? []).map((c) => ({ value: c.name, label: c.name }))
      : (signatures.data?.items ?? []).map((s) => ({ value: s.id, label: `【${s.text}】` }));
  return (
    <>
      {scope === "signature" && (
        <Form.Item name="owner" label={t("sending.signatureOf")} rules={must(t("sending.signatureOf"))}>
          <CustomerSelect />
        </Form.Item>
      )}
      <Form.Item key={scope} name="object_id" label={t("sending.object")} rules={must(t("sending.object"))} preserve={false}>
        {scope === "customer" ? <CustomerSelect /> : <Select options={options} />}
      </Form.Item>
    </>
  );
}
