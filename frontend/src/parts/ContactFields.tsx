import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useText } from "@/i18n";

/** A customer's contacts, one line each; the last one can't be removed. */
export function ContactFields() {
  const { t } = useText();
  const must = (name: string) => ({ required: true, whitespace: true, message: t("ui.required", { name }) });
  return (
    <Form.List name="contacts">
      {(fields, { add, remove }) => (
        <>
          {fields.map((f, i) => (
            <div key={f.key} className="form-grid">
              <Form.Item name={[f.name, "name"]} label={t("customer.contactName")} rules={[must(t("customer.contactName"))]}>
                <Input maxLength={80} />
              </Form.Item>
              <Form.Item name={[f.name, "phone"]} label={t("customer.contactPhone")} rules={[must(t("customer.contactPhone"))]}>
                <Input maxLength={30} inputMode="tel" className="num" />
              </Form.Item>
              <Form.Item name={[f.name, "email"]} label={t("customer.contactEmail")} rules={[{ type: "email" }]}>
                <Input maxLength={120} inputMode="email" />
              </Form.Item>
              {fields.length > 1 && (
                <Button
                  className="form-remove"
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={`${t("customer.removeContact")} ${i + 1}`}
                  onClick={() => remove(f.name)}
                />
              )}
            </div>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({})}>
            {t("customer.addContact")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
