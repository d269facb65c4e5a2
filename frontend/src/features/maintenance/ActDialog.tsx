import { Checkbox, DatePicker, Form, Input, InputNumber, Radio, Select } from "antd";
import dayjs from "dayjs";
import { actMaintenance, type MaintenanceAct } from "@/api/maintenance";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { MoneyInput } from "@/ui/Money";
import { useAct } from "@/ui/use-act";
import { type Fields, needs, toBody } from "./acts";
import { ContractSelect } from "./ContractSelect";

/** Without an id the dialog asks for the contract. */
export type Act = { what: MaintenanceAct; id: string; title?: string };

const kinds = ["delivery", "installation", "training", "upgrade", "support"] as const;

/** One dialog for all that can be done in maintenance; each act asks for its own few fields. */
export function ActDialog({ act, onClose }: { act: Act | null; onClose: () => void }) {
  const { t } = useText();
  const { session } = useSession();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(actMaintenance, { quiet: true, done: t("maintenance.done"), onDone: onClose });
  const what = act?.what ?? "ask";
  const ours = !session.user.customer_id;
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={t(`maintenance.act.${what}`)}
      sentence={act?.title ?? null}
      confirm={t(`maintenance.act.${what}`)}
      busy={run.isPending}
      error={run.error}
      initial={{
        yes: true,
        feasible: true,
        day: dayjs(today),
        channel: "email",
        kind: "training",
        arrived: "09:00",
        left: "10:00",
      }}
      onAct={(v) => act && run.mutate({ what, id: act.id || (v.contract ?? ""), body: toBody(what, v, ours) })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {act?.id === "" && (
        <Form.Item name="contract" label={t("maintenance.contract")} rules={must(t("maintenance.contract"))}>
          <ContractSelect />
        </Form.Item>
      )}
      <Inputs what={what} ours={ours} />
    </FormDialog>
  );
}

function Inputs({ what, ours }: { what: MaintenanceAct; ours: boolean }) {
  const { t } = useText();
  const must = useMust();
  const has = (field: string) => needs[what].includes(field);
  const line = (name: keyof Fields, label: string, optional = false) =>
    has(name) && (
      <Form.Item name={name} label={label} rules={optional ? [] : must(label)}>
        <Input maxLength={200} />
      </Form.Item>
    );
  const lines = (name: keyof Fields, label: string, optional = false, example = "") =>
    has(name) && (
      <Form.Item name={name} label={label} rules={optional ? [] : must(label)}>
        <Input.TextArea rows={example ? 6 : 3} maxLength={2000} placeholder={example} />
      </Form.Item>
    );
  return (
    <>
      {has("yes") && (
        <Form.Item name="yes">
          <Radio.Group
            options={[
              { value: true, label: t("maintenance.field.yes") },
              { value: false, label: t("maintenance.field.no") },
            ]}
          />
        </Form.Item>
      )}
      {has("kind") && (
        <Form.Item name="kind" label={t("maintenance.field.kind")}>
          <Select options={kinds.map((k) => ({ value: k, label: t(`maintenance.kind.${k}`) }))} />
        </Form.Item>
      )}
      {ours && has("channel") && (
        <>
          <Form.Item name="channel" label={t("maintenance.field.channel")}>
            <Radio.Group
              options={[
                { value: "email", label: t("maintenance.field.mail") },
                { value: "letter", label: t("maintenance.field.letter") },
              ]}
            />
          </Form.Item>
          <Form.Item name="attachment_id" label={t("maintenance.field.original")} rules={must(t("maintenance.field.original"))}>
            <AttachmentUpload purpose="request" />
          </Form.Item>
        </>
      )}
      {line("title", t("maintenance.field.title"))}
      {line("purpose", t("maintenance.field.purpose"))}
      {has("day") && (
        <Form.Item name="day" label={t("maintenance.visitOn")} rules={must(t("maintenance.visitOn"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      )}
      {line("arrived", t("maintenance.field.arrived"))}
      {line("left", t("maintenance.field.left"))}
      {line("engineer", t("maintenance.engineer"))}
      {line("object", t("maintenance.field.object"), what === "raise")}
      {lines("work", t("maintenance.field.work"))}
      {line("result", t("maintenance.field.result"))}
      {lines("leftover", t("maintenance.field.leftover"), true)}
      {line("who", t("maintenance.field.who"))}
      {has("feasible") && (
        <Form.Item name="feasible" valuePropName="checked">
          <Checkbox>{t("maintenance.field.feasible")}</Checkbox>
        </Form.Item>
      )}
      {lines("text", t("maintenance.field.text"), what === "record")}
      {has("work_days") && (
        <Form.Item name="work_days" label={t("maintenance.field.workDays")}>
          <InputNumber min={0} max={365} style={{ width: "100%" }} />
        </Form.Item>
      )}
      {has("fee_fen") && (
        <Form.Item name="fee_fen" label={t("maintenance.fee")}>
          <MoneyInput />
        </Form.Item>
      )}
      {has("until") && (
        <Form.Item name="until" label={t("maintenance.field.until")} rules={must(t("maintenance.field.until"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      )}
      {lines("servers", t("maintenance.field.serverLines"), false, t("maintenance.field.serverExample"))}
      {line("reason", t("maintenance.field.reason"), what === "sheet")}
      {line("cause", t("maintenance.field.cause"))}
      {line("prevention", t("maintenance.field.prevention"))}
      {lines("note", t("maintenance.field.note"), !ours && needs[what].includes("yes"))}
    </>
  );
}
