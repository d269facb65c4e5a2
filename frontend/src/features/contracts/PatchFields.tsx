import { Form, InputNumber } from "antd";
import type { PlanTerms } from "@/api/contract-life";
import { useText } from "@/i18n";
import { MoneyInput } from "@/ui/Money";
import type { PatchField, PatchValues } from "./patch";

/** The fields of a plan, each filled with what holds now. */
export function PatchFields({ fields }: { fields: readonly PatchField[] }) {
  const { t } = useText();
  return (
    <div className="form-grid">
      {fields.map((f) => (
        <Form.Item key={f.name} name={["terms", f.name]} label={t(f.text)}>
          {f.input === "money" ? (
            <MoneyInput style={{ width: "100%" }} />
          ) : (
            <InputNumber<string>
              stringMode
              min="0"
              precision={f.input === "count" ? 0 : undefined}
              controls={false}
              style={{ width: "100%" }}
            />
          )}
        </Form.Item>
      ))}
    </div>
  );
}

/** What the fields begin with: what holds now. */
export const initial = (fields: readonly PatchField[], plan: PlanTerms): PatchValues =>
  Object.fromEntries(
    fields.map((f) => {
      const value = plan[f.name] as number | string | undefined;
      return [f.name, f.input === "money" ? (value ?? 0) : String(value ?? "0")];
    }),
  );
