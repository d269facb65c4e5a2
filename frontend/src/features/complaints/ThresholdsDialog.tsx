import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, InputNumber, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { setThresholds, thresholdsQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { HoldsFrom, notEnded } from "@/parts/HoldsFrom";
import { useBusinessDay } from "@/parts/use-business-day";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

type Line = { measure: string; per_million: string; at_least: number };
type Fields = { from: Dayjs; reason: string; thresholds: Line[] };
const measures = ["watch", "suspend", "end"] as const;

/** The lines that complaints of a month may cross: data that the lead sets, from a day on. */
export function ThresholdsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const query = useQuery(thresholdsQuery);
  const run = useAct(setThresholds, { quiet: true, done: t("complaint.done"), onDone: onClose });
  if (!query.data) return null;
  const now = notEnded(query.data.items, today);
  return (
    <FormDialog<Fields>
      open
      title={t("complaint.thresholds")}
      sentence={t("complaint.thresholdsHint")}
      confirm={t("ui.save")}
      busy={run.isPending}
      error={run.error}
      initial={{
        from: dayjs(today),
        thresholds: now.map(({ measure, per_million, at_least }) => ({ measure, per_million, at_least })),
      }}
      onAct={(v) => run.mutate({ from: v.from.format("YYYY-MM-DD"), reason: v.reason, thresholds: v.thresholds })}
      onClose={onClose}
    >
      <Form.List name="thresholds">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row) => (
              <div key={row.key} className="row-actions">
                <Form.Item name={[row.name, "measure"]} label={t("complaint.measureOne")} rules={must(t("complaint.measureOne"))}>
                  <Select
                    style={{ width: 130 }}
                    options={measures.map((m) => ({ value: m, label: t(`complaint.measure.${m}`) }))}
                  />
                </Form.Item>
                <Form.Item name={[row.name, "per_million"]} label={t("complaint.rate")} rules={must(t("complaint.rate"))}>
                  <InputNumber stringMode min="0" style={{ width: 110 }} />
                </Form.Item>
                <Form.Item name={[row.name, "at_least"]} label={t("complaint.atLeast")} rules={must(t("complaint.atLeast"))}>
                  <InputNumber min={1} precision={0} style={{ width: 100 }} />
                </Form.Item>
                <Button type="text" icon={<DeleteOutlined />} aria-label={t("ui.remove")} onClick={() => remove(row.name)} />
              </div>
            ))}
            <Button
              type="dashed"
              block
              icon={<PlusOutlined />}
              onClick={() => add({ measure: "watch", per_million: "0", at_least: 2 })}
            >
              {t("complaint.addThreshold")}
            </Button>
          </>
        )}
      </Form.List>
      <HoldsFrom label={t("complaint.from")} today={today} />
    </FormDialog>
  );
}
