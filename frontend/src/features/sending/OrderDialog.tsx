import { DatePicker, Form, Input, InputNumber, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { giveOrder, type OrderWish } from "@/api/sending";
import { useText } from "@/i18n";
import { carrierNames } from "@/parts/chain/names";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { categoryNames, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { measureNames } from "./names";

type Fields = Omit<OrderWish, "until"> & { until?: Dayjs };

/** Enters a carrier's order to cut volume. */
export function OrderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(giveOrder, { done: t("sending.orderGiven"), onDone: onClose, quiet: true });
  return (
    <FormDialog<Fields>
      open
      title={t("sending.newOrder")}
      sentence={t("sending.orderSentence")}
      confirm={t("ui.confirm")}
      busy={act.isPending}
      error={act.error}
      initial={{ measure: "stop" }}
      onAct={({ until, ...v }) => act.mutate({ ...v, ...(until ? { until: until.toISOString() } : {}) })}
      onClose={onClose}
    >
      <Form.Item name="carrier" label={t("sending.carrier")} rules={must(t("sending.carrier"))}>
        <Select options={optionsOf(carrierNames, t)} />
      </Form.Item>
      <Form.Item name="category" label={`${t("sending.category")} (${t("ui.optional")})`}>
        <Select allowClear options={optionsOf(categoryNames, t)} />
      </Form.Item>
      <Form.Item name="measure" label={t("sending.measure")}>
        <Radio.Group optionType="button" options={optionsOf(measureNames, t)} />
      </Form.Item>
      <Form.Item noStyle dependencies={["measure"]}>
        {({ getFieldValue }) =>
          getFieldValue("measure") !== "stop" && (
            <Form.Item name="volume" label={t("sending.volume")} rules={must(t("sending.volume"))} preserve={false}>
              <InputNumber min={1} max={1_000_000_000} precision={0} style={{ width: "100%" }} />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item name="given_by" label={t("sending.givenBy")} extra={t("sending.givenByHint")} rules={must(t("sending.givenBy"))}>
        <Input maxLength={191} />
      </Form.Item>
      <Form.Item name="reference" label={t("sending.reference")} rules={must(t("sending.reference"))}>
        <Input maxLength={191} />
      </Form.Item>
      <Form.Item name="until" label={`${t("sending.until")} (${t("ui.optional")})`}>
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" minDate={dayjs()} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
