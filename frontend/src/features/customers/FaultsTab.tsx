import { PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type FaultField, raiseFault } from "@/api/customers";
import { useText } from "@/i18n";
import { FaultTable } from "@/parts/faults/FaultTable";
import { faultFieldNames } from "@/parts/faults/names";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";

/** What is wrong with a customer's registration data, and where it is noted. */
export function FaultsTab({ customer }: { customer: string }) {
  const { t } = useText();
  const { can } = useSession();
  const [raising, setRaising] = useState(false);
  return (
    <>
      <FaultTable
        customer={customer}
        toolbar={
          can("licence.verify") && (
            <Button icon={<PlusOutlined />} onClick={() => setRaising(true)}>
              {t("fault.raise")}
            </Button>
          )
        }
      />
      {raising && <RaiseDialog customer={customer} onClose={() => setRaising(false)} />}
    </>
  );
}

type Fields = { field: FaultField; note: string; when: "later" | "now"; due_on?: Dayjs };

function RaiseDialog({ customer, onClose }: { customer: string; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const act = useAct(raiseFault, { quiet: true, done: t("fault.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open
      title={t("fault.raise")}
      sentence={t("fault.raiseHint")}
      confirm={t("fault.raise")}
      busy={act.isPending}
      error={act.error}
      initial={{ when: "later", due_on: dayjs(today).add(7, "day") }}
      onAct={({ when, due_on, ...v }) =>
        act.mutate({ ...v, customer_id: customer, due_on: when === "later" ? due_on?.format("YYYY-MM-DD") : undefined })
      }
      onClose={onClose}
    >
      <Form.Item name="field" label={t("fault.field")} rules={must(t("fault.field"))}>
        <Select options={optionsOf(faultFieldNames, t)} />
      </Form.Item>
      <Form.Item name="note" label={t("fault.note")} rules={must(t("fault.note"))}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
      <Form.Item name="when" label={t("fault.when")}>
        <Radio.Group
          options={[
            { value: "later", label: t("fault.later") },
            { value: "now", label: t("fault.now") },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={["when"]}>
        {({ getFieldValue }) =>
          getFieldValue("when") === "later" && (
            <Form.Item name="due_on" label={t("fault.dueOn")} rules={must(t("fault.dueOn"))}>
              <DatePicker minDate={dayjs(today)} maxDate={dayjs(today).add(90, "day")} />
            </Form.Item>
          )
        }
      </Form.Item>
    </FormDialog>
  );
}
