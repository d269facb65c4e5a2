import { DatePicker, Form, Input } from "antd";
import dayjs from "dayjs";
import { useText } from "@/i18n";
import { useMust } from "@/ui/FormDialog";

/** Those of a list of rules that hold on a day or will later; the others have ended. */
export const notEnded = <T extends { ended_on?: string | null }>(rules: readonly T[] | null | undefined, today: string): T[] =>
  (rules ?? []).filter((r) => !r.ended_on || r.ended_on > today);

/** The last fields of a form that sets rules anew: from which day on they hold, today or later, and why. */
export function HoldsFrom({ label, today }: { label: string; today: string }) {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <Form.Item name="from" label={label} rules={must(label)}>
        <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </>
  );
}
