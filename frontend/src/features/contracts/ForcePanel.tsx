import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { endForce, type ForceMajeure, forceQuery, recordForce } from "@/api/signing";
import { useText } from "@/i18n";
import { ForceTable } from "@/parts/ForceTable";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

type Recorded = {
  side: "customer" | "provider";
  what: string;
  pauses?: string[];
  starts_on: Dayjs;
  told_on: Dayjs;
  attachment_id?: string;
};
type Ended = { last_day: Dayjs; reason?: string; attachment_id?: string };

const pauses = ["clocks", "payment", "service", "maintenance"] as const;
const day = (d: Dayjs) => d.format("YYYY-MM-DD");

/** Force majeure as this contract feels it: what it pauses, since when, until when. */
export function ForcePanel({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const must = useMust();
  const { can } = useSession();
  const today = useBusinessDay();
  const query = useQuery(forceQuery(c.id));
  const [recording, setRecording] = useState(false);
  const [ending, setEnding] = useState<ForceMajeure | null>(null);
  const record = useAct(recordForce, { quiet: true, onDone: () => setRecording(false) });
  const end = useAct(endForce, { quiet: true, onDone: () => setEnding(null) });
  const live = c.state === "active" || c.state === "suspended";
  const may = can("contract.amend") && live;
  const rows = query.data?.items ?? [];
  if (rows.length === 0 && !may) return null;
  return (
    <Panel
      flush
      title={t("signing.force.title")}
      extra={
        may && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
            {t("signing.force.record")}
          </Button>
        )
      }
    >
      <ForceTable
        rows={rows}
        actions={(m) =>
          can("contract.amend") && !m.ends_on ? (
            <Button size="small" onClick={() => setEnding(m)}>
              {t("signing.force.end")}
            </Button>
          ) : null
        }
      />
      <FormDialog<Recorded>
        open={recording}
        title={t("signing.force.record")}
        confirm={t("signing.force.record")}
        busy={record.isPending}
        error={record.error}
        initial={{ side: "customer", pauses: ["clocks"], starts_on: dayjs(today), told_on: dayjs(today) }}
        onClose={() => setRecording(false)}
        onAct={(v) =>
          record.mutate({
            ...v,
            id: c.id,
            starts_on: day(v.starts_on),
            told_on: day(v.told_on),
            pauses: (v.pauses ?? []) as never,
          })
        }
      >
        <Form.Item name="side" label={t("signing.force.side")}>
          <Select options={(["customer", "provider"] as const).map((value) => ({ value, label: t(`contract.sign.${value}`) }))} />
        </Form.Item>
        <Form.Item name="what" label={t("signing.force.what")} rules={must(t("signing.force.what"))}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="pauses" label={t("signing.force.pauses")}>
          <Checkbox.Group options={pauses.map((value) => ({ value, label: t(`signing.force.${value}`) }))} />
        </Form.Item>
        <Form.Item name="starts_on" label={t("signing.force.startsOn")} rules={must(t("signing.force.startsOn"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
        <Form.Item name="told_on" label={t("signing.force.toldOn")} rules={must(t("signing.force.toldOn"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
        <Form.Item name="attachment_id" label={t("signing.force.proof")}>
          <AttachmentUpload purpose="force_majeure" label={t("signing.force.proof")} />
        </Form.Item>
      </FormDialog>
      <FormDialog<Ended>
        open={ending !== null}
        title={t("signing.force.end")}
        sentence={ending && `${ending.number} ${ending.what}`}
        confirm={t("signing.force.end")}
        busy={end.isPending}
        error={end.error}
        initial={{ last_day: dayjs(today) }}
        onClose={() => setEnding(null)}
        onAct={(v) => ending && end.mutate({ ...v, id: c.id, event: ending.id, last_day: day(v.last_day) })}
      >
        <Form.Item name="last_day" label={t("signing.force.lastDay")} rules={must(t("signing.force.lastDay"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
        <Form.Item name="reason" label={t("ui.reason")}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="attachment_id" label={t("signing.force.proof")}>
          <AttachmentUpload purpose="force_majeure" label={t("signing.force.proof")} />
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}
