import { DatePicker, Form, Input, InputNumber, Select, TimePicker } from "antd";
import dayjs from "dayjs";
import type { ReactElement } from "react";
import type { Blank, Both } from "@/api/contracts";
import { useText } from "@/i18n";
import { formatDecimal } from "@/ui/money";

/** One blank of a template as a field. Values are strings all the way, in the form that the template's type asks for. */
export function BlankField({ blank, required }: { blank: Blank; required: boolean }) {
  const { t, lang } = useText();
  const both = (text: Both | undefined) => (text ? (lang === "en" ? text.en || text.zh : text.zh) : "");
  const label = both(blank.label);
  const unit = both(blank.unit);
  return (
    <Form.Item
      name={["values", blank.name]}
      label={label}
      extra={both(blank.help) || undefined}
      required={required}
      rules={required ? [{ required: true, message: t("ui.required", { name: label }) }] : []}
      className={blank.type === "long_text" ? "wide" : undefined}
    >
      {input(blank, unit, both)}
    </Form.Item>
  );
}

type Given = { value?: string; onChange?: (value: string | undefined) => void; id?: string };

function input(blank: Blank, unit: string, both: (text: Both | undefined) => string): ReactElement {
  switch (blank.type) {
    case "choice":
      return blank.multiple ? (
        <ManyChoices options={(blank.choices ?? []).map((c) => ({ value: c.value, label: both(c.label) }))} />
      ) : (
        <Select
          allowClear={!blank.required}
          options={(blank.choices ?? []).map((c) => ({ value: c.value, label: both(c.label) }))}
        />
      );
    case "date":
      return <DateText min={blank.min} max={blank.max} />;
    case "time":
      return <Input placeholder="08:00" maxLength={5} className="num" />;
    case "time_range":
      return <TimeRange />;
    case "money":
      return <Decimal places={2} unit={unit || "¥"} grouped />;
    case "rate":
      return <Decimal places={6} unit={unit} />;
    case "integer":
    case "day_of_month":
      return <Decimal places={0} unit={unit} grouped={blank.type === "integer"} />;
    case "long_text":
      return <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={blank.max_length || undefined} />;
    case "email":
      return <Input inputMode="email" maxLength={blank.max_length || 254} />;
    case "phone":
      return <Input inputMode="tel" maxLength={30} className="num" />;
    case "uscc":
      return <Input maxLength={18} className="num" />;
    default:
      return <Input maxLength={blank.max_length || undefined} suffix={unit || undefined} />;
  }
}

function ManyChoices({ value, onChange, id, options }: Given & { options: { value: string; label: string }[] }) {
  return (
    <Select
      id={id}
      mode="multiple"
      value={value ? value.split(",") : []}
      onChange={(v: string[]) => onChange?.(v.length ? v.join(",") : undefined)}
      options={options}
    />
  );
}

function DateText({ value, onChange, id, min, max }: Given & { min?: string; max?: string }) {
  return (
    <DatePicker
      id={id}
      style={{ width: "100%" }}
      value={value ? dayjs(value) : null}
      minDate={min ? dayjs(min) : undefined}
      maxDate={max ? dayjs(max) : undefined}
      onChange={(d) => onChange?.(d ? d.format("YYYY-MM-DD") : undefined)}
    />
  );
}

function TimeRange({ value, onChange, id }: Given) {
  const [from, to] = (value ?? "").split("-");
  return (
    <TimePicker.RangePicker
      id={id ? { start: id, end: `${id}-end` } : undefined}
      style={{ width: "100%" }}
      format="HH:mm"
      minuteStep={5}
      value={from && to ? [dayjs(`2000-01-01T${from}`), dayjs(`2000-01-01T${to}`)] : null}
      onChange={(v) => onChange?.(v?.[0] && v[1] ? `${v[0].format("HH:mm")}-${v[1].format("HH:mm")}` : undefined)}
    />
  );
}

/** Typed digits stay as typed while typing; left alone, money shows both places and large numbers their thousands. */
function shown(text: string, places: number, grouped: boolean | undefined): string {
  if (text === "" || !/^-?\d+(\.\d*)?$/.test(text)) return text;
  const [whole = "", fraction = ""] = text.split(".");
  const padded = places === 2 ? `${whole}.${fraction.padEnd(2, "0")}` : text;
  return grouped ? formatDecimal(padded) : padded;
}

/** A number kept as the text that was typed: `stringMode` keeps every digit. */
function Decimal({ value, onChange, id, places, unit, grouped }: Given & { places: number; unit: string; grouped?: boolean }) {
  return (
    <InputNumber<string>
      id={id}
      stringMode
      controls={false}
      style={{ width: "100%" }}
      className="num"
      suffix={unit || undefined}
      value={value ?? null}
      formatter={(v, { userTyping, input }) => (userTyping ? input : shown(String(v ?? ""), places, grouped))}
      parser={(v) => (v ?? "").replace(/[,\s]/g, "")}
      onChange={(v) => onChange?.(v === null || v === "" ? undefined : String(v))}
    />
  );
}
