import { DeleteOutlined, FilePdfOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { attachmentHref } from "@/api/attachments";
import type { Contract } from "@/api/contracts";
import { type Annex, type AnnexKind, takeAnnexStep } from "@/api/signing";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";
import "./signing.css";

const kinds: readonly AnnexKind[] = ["offer", "order", "fee_confirmation", "completion"];
const day = (d?: Dayjs | null) => d?.format("YYYY-MM-DD");

type Made = {
  kind: AnnexKind;
  title: string;
  body?: string;
  items?: { text: string; quantity: string; price: string }[];
  valid_until?: Dayjs | null;
  last_day?: Dayjs | null;
};

/** An offer, an order, a confirmation of fees or of completed work, for the customer to confirm. */
export function MakeAnnex({ contract: c, open, onClose }: { contract: Contract; open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const act = useAct(takeAnnexStep, { quiet: true, onDone: onClose });
  return (
    <FormDialog<Made>
      open={open}
      title={t("signing.annex.make")}
      sentence={t("signing.annex.emptyNext")}
      confirm={t("signing.annex.make")}
      busy={act.isPending}
      error={act.error}
      initial={{ kind: "offer", items: [{ text: "", quantity: "1", price: "" }] }}
      onClose={onClose}
      onAct={({ valid_until, last_day, items, ...rest }) =>
        act.mutate({
          id: c.id,
          step: {
            do: "make",
            body: {
              ...rest,
              items: rest.kind === "completion" ? [] : (items ?? []),
              ...(valid_until && { valid_until: day(valid_until) }),
              ...(last_day && { last_day: day(last_day) }),
            },
          },
        })
      }
    >
      <Form.Item name="kind" label={t("signing.annex.kind")}>
        <Select options={kinds.map((value) => ({ value, label: t(`signing.annex.${value}`) }))} />
      </Form.Item>
      <Form.Item name="title" label={t("signing.annex.title")} rules={must(t("signing.annex.title"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="body" label={t("signing.annex.body")}>
        <Input.TextArea rows={3} maxLength={5000} />
      </Form.Item>
      <Form.Item noStyle dependencies={["kind"]}>
        {({ getFieldValue }) =>
          getFieldValue("kind") === "completion" ? (
            <Form.Item name="last_day" label={t("signing.annex.lastDay")} rules={must(t("signing.annex.lastDay"))}>
              <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} maxDate={dayjs(c.end)} />
            </Form.Item>
          ) : (
            <Items />
          )
        }
      </Form.Item>
      <Form.Item name="valid_until" label={t("signing.annex.validUntil")}>
        <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
      </Form.Item>
    </FormDialog>
  );
}

function Items() {
  const { t } = useText();
  const must = useMust();
  return (
    <Form.List name="items">
      {(fields, { add, remove }) => (
        <div className="annex-items">
          {fields.map((f, n) => (
            <div className="annex-item" key={f.key}>
              <Form.Item name={[f.name, "text"]} rules={must(t("signing.annex.item"))}>
                <Input aria-label={`${t("signing.annex.item")} ${n + 1}`} placeholder={t("signing.annex.item")} maxLength={200} />
              </Form.Item>
              <Form.Item name={[f.name, "quantity"]} rules={must(t("signing.annex.quantity"))}>
                <Input
                  aria-label={`${t("signing.annex.quantity")} ${n + 1}`}
                  placeholder={t("signing.annex.quantity")}
                  inputMode="decimal"
                />
              </Form.Item>
              <Form.Item name={[f.name, "price"]} rules={must(t("signing.annex.price"))}>
                <Input
                  aria-label={`${t("signing.annex.price")} ${n + 1}`}
                  placeholder={t("signing.annex.price")}
                  inputMode="decimal"
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("signing.annex.removeItem", { n: n + 1 })}
                onClick={() => remove(f.name)}
              />
            </div>
          ))}
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ quantity: "1" })}>
            {t("signing.annex.addItem")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

type One = { id: string; annex: Annex | null; onClose: () => void };

/** The customer's own confirmation, with the sentence and the hash of the paper. */
export function AcceptAnnex({ id, annex, onClose }: One) {
  const { t } = useText();
  const act = useAct(takeAnnexStep, { quiet: true, done: t("signing.done"), onDone: onClose });
  return (
    <FormDialog<{ agree: boolean }>
      open={annex !== null}
      title={t("signing.annex.accept_annex")}
      sentence={annex?.statement}
      lines={
        annex && annex.total_fen > 0 ? [{ label: t("signing.annex.amount"), value: formatYuan(annex.total_fen) }] : undefined
      }
      confirm={t("signing.annex.accept_annex")}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onAct={() =>
        annex && act.mutate({ id, step: { do: "accept_annex", of: annex.id, body: { agree: true, sha256: annex.form_sha256 } } })
      }
    >
      {annex && (
        <p>
          <a href={attachmentHref(annex.form_attachment_id)} target="_blank" rel="noreferrer">
            <FilePdfOutlined aria-hidden /> {t("signing.read")}
          </a>
        </p>
      )}
      <Form.Item
        name="agree"
        valuePropName="checked"
        rules={[{ validator: (_, v) => (v ? Promise.resolve() : Promise.reject(new Error(t("signing.mustAgree")))) }]}
      >
        <Checkbox>{t("signing.agree")}</Checkbox>
      </Form.Item>
      <p className="meta">{t("signing.evidenceHint")}</p>
    </FormDialog>
  );
}

/** What the customer confirmed on paper: the scan, which a second person compares. */
export function RecordAnnex({ id, annex, onClose }: One) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(takeAnnexStep, { quiet: true, onDone: onClose });
  return (
    <FormDialog<{ signer: string; attachment_id: string }>
      open={annex !== null}
      title={t("signing.annex.record_annex")}
      sentence={annex && `${annex.number} ${annex.title}`}
      confirm={t("signing.annex.record_annex")}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onAct={(body) => annex && act.mutate({ id, step: { do: "record_annex", of: annex.id, body } })}
    >
      <Form.Item name="signer" label={t("signing.annex.signer")} rules={must(t("signing.annex.signer"))}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="attachment_id" label={t("signing.annex.scan")} rules={must(t("signing.annex.scan"))}>
        <AttachmentUpload purpose="annex_scan" label={t("signing.annex.scan")} />
      </Form.Item>
    </FormDialog>
  );
}
