import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";
import { type Registration, type RegistrationFields, type RegistrationKind, submitRegistration } from "@/api/registrations";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { ErrorNote } from "@/ui/ErrorNote";
import { useMust } from "@/ui/FormDialog";
import { placeErrors } from "@/ui/form-errors";
import { categoryNames, licenceKindNames, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { formNames, hintNames, kindNames, shown, sourceNames, textNames, variableNames } from "./names";

type Handler = { name: string; id_number: string; phone: string; from: Dayjs; to: Dayjs };
export type HandlerValues = { handler: Handler };
type Values = Omit<RegistrationFields, "handler" | "kind"> & { handler?: Handler };
type Props = { customer: string; kind: RegistrationKind; records: readonly Registration[]; onClose: () => void };

/** What the API takes of a handler. */
export const handlerFields = (h: Handler) => ({
  name: h.name,
  id_number: h.id_number,
  phone: h.phone,
  authorised_from: h.from.format("YYYY-MM-DD"),
  authorised_to: h.to.format("YYYY-MM-DD"),
});

/** The form of one link of the chain: the fields that its kind has. */
export function RegisterDialog({ customer, kind, records, onClose }: Props) {
  const { t, pick } = useText();
  const must = useMust();
  const [form] = Form.useForm<Values>();
  const act = useAct(submitRegistration, { quiet: true, done: t("chain.submitted"), onDone: onClose });
  const above: RegistrationKind | null = kind === "qualification" ? null : kind === "signature" ? "qualification" : "signature";
  const taken = new Set(records.filter((r) => r.kind === "signature" && r.state !== "refused").map((r) => r.parent_id));
  const parents = records.filter(
    (r) => r.kind === above && r.state !== "refused" && r.state !== "lapsed" && !(kind === "signature" && taken.has(r.id)),
  );
  const send = ({ handler, ...v }: Values) =>
    act.mutate(
      { customer_id: customer, kind, ...v, handler: handler && handlerFields(handler) },
      { onError: (e) => void placeErrors(form, e, pick) },
    );
  const title = t("chain.add", { kind: t(kindNames[kind]) });
  return (
    <Modal
      open
      width={640}
      title={title}
      okText={t("ui.submit")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={send}
        initialValues={{ source: "company", form: "domain", category: "notice" }}
      >
        {above && (
          <Form.Item
            name="parent_id"
            label={t("chain.parent")}
            rules={must(t("chain.parent"))}
            extra={parents.length === 0 ? t("chain.noParent", { kind: t(kindNames[above]) }) : undefined}
          >
            <Select options={parents.map((r) => ({ value: r.id, label: shown(r) }))} />
          </Form.Item>
        )}
        <Form.Item name="text" label={t(textNames[kind])} extra={t(hintNames[kind])} rules={must(t(textNames[kind]))}>
          {kind === "template" ? (
            <Input.TextArea rows={4} maxLength={500} showCount />
          ) : (
            <Input maxLength={kind === "link" ? 500 : 100} />
          )}
        </Form.Item>
        <Own kind={kind} />
        {kind !== "template" && <Proof kind={kind} />}
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}

function Proof({ kind }: { kind: RegistrationKind }) {
  const { t } = useText();
  const must = useMust();
  const name = kind === "qualification" ? t("chain.letter") : t("chain.proof");
  return (
    <Form.Item name="proof_attachment_id" label={name} rules={must(name)}>
      <AttachmentUpload purpose="registration" label={name} />
    </Form.Item>
  );
}

/** The fields that only one kind has. */
function Own({ kind }: { kind: RegistrationKind }) {
  const { t } = useText();
  const must = useMust();
  const form = Form.useWatch("form") as string | undefined;
  switch (kind) {
    case "qualification":
      return (
        <>
          <Form.Item name="licences" label={t("chain.licences")}>
            <Select mode="multiple" options={optionsOf(licenceKindNames, t)} placeholder={t("state.licenceKind.business")} />
          </Form.Item>
          <HandlerFields />
        </>
      );
    case "signature":
      return (
        <div className="form-grid">
          <Form.Item name="source" label={t("chain.sourceLabel")} rules={must(t("chain.sourceLabel"))}>
            <Select options={optionsOf(sourceNames, t)} />
          </Form.Item>
          <Form.Item name="source_name" label={t("chain.sourceName")}>
            <Input maxLength={100} />
          </Form.Item>
        </div>
      );
    case "template":
      return <TemplateFields />;
    case "link":
      return (
        <>
          <div className="form-grid">
            <Form.Item name="form" label={t("chain.formLabel")} rules={must(t("chain.formLabel"))}>
              <Select options={optionsOf(formNames, t)} />
            </Form.Item>
            <Owner />
          </div>
          {form === "short" && (
            <Form.Item name="target" label={t("chain.target")} rules={must(t("chain.target"))}>
              <Input maxLength={500} />
            </Form.Item>
          )}
        </>
      );
    default:
      return <Owner />;
  }
}

function Owner() {
  const { t } = useText();
  const must = useMust();
  return (
    <Form.Item name="owner" label={t("chain.owner")} rules={must(t("chain.owner"))}>
      <Input maxLength={100} />
    </Form.Item>
  );
}

/** Who acts for the customer, with the validity of the letter. */
export function HandlerFields() {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <div className="form-grid">
        <Form.Item name={["handler", "name"]} label={t("chain.handler.name")} rules={must(t("chain.handler.name"))}>
          <Input maxLength={50} autoComplete="off" />
        </Form.Item>
        <Form.Item name={["handler", "phone"]} label={t("chain.handler.phone")} rules={must(t("chain.handler.phone"))}>
          <Input maxLength={20} autoComplete="off" />
        </Form.Item>
      </div>
      <Form.Item name={["handler", "id_number"]} label={t("chain.handler.id_number")} rules={must(t("chain.handler.id_number"))}>
        <Input maxLength={18} autoComplete="off" />
      </Form.Item>
      <div className="form-grid">
        <Form.Item name={["handler", "from"]} label={t("chain.handler.from")} rules={must(t("chain.handler.from"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item
          name={["handler", "to"]}
          label={t("chain.handler.to")}
          extra={t("chain.handler.hint")}
          rules={must(t("chain.handler.to"))}
        >
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </div>
    </>
  );
}

function TemplateFields() {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <div className="form-grid">
        <Form.Item name="name" label={t("chain.name")} rules={must(t("chain.name"))}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="category" label={t("chain.category")} rules={must(t("chain.category"))}>
          <Select options={optionsOf(categoryNames, t)} />
        </Form.Item>
      </div>
      <Form.List name="variables">
        {(fields, { add, remove }) => (
          <>
            {fields.map((f, i) => (
              <div className="form-grid" key={f.key}>
                <Form.Item
                  name={[f.name, "name"]}
                  label={t("chain.variableName", { n: i + 1 })}
                  rules={must(t("chain.variables"))}
                >
                  <Input maxLength={20} />
                </Form.Item>
                <Form.Item
                  name={[f.name, "type"]}
                  label={t("chain.variableType", { n: i + 1 })}
                  rules={must(t("chain.variables"))}
                >
                  <Select
                    options={optionsOf(variableNames, t)}
                    suffixIcon={i === fields.length - 1 ? <DeleteOutlined onClick={() => remove(f.name)} /> : undefined}
                  />
                </Form.Item>
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ type: "text" })}>
              {t("chain.addVariable")}
            </Button>
          </>
        )}
      </Form.List>
    </>
  );
}
