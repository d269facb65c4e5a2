import { FilePdfOutlined } from "@ant-design/icons";
import { Checkbox, DatePicker, Form } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type TermsVersion, termsDocument } from "@/api/service-terms";
import { useText } from "@/i18n";
import { FormDialog, useMust } from "@/ui/FormDialog";

type Props<A> = { v: TermsVersion; open: boolean; busy: boolean; error: unknown; onAct: (a: A) => void; onClose: () => void };

/** The second person's word on a draft: from when on it is in force. */
export function AnnounceTerms({ v, onAct, ...rest }: Props<string>) {
  const { t } = useText();
  const must = useMust();
  const from = v.values?.effective_from;
  return (
    <FormDialog<{ effective_on: Dayjs }>
      {...rest}
      title={t("terms.announce")}
      sentence={t("terms.announceSentence")}
      confirm={t("terms.announce")}
      initial={{ effective_on: from ? dayjs(from) : undefined }}
      onAct={({ effective_on }) => onAct(effective_on.format("YYYY-MM-DD"))}
    >
      <Form.Item name="effective_on" label={t("terms.effectiveOn")} rules={must(t("terms.effectiveOn"))}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
    </FormDialog>
  );
}

/** A customer's acceptance, with the sentence and the text. */
export function AcceptTerms({ v, onAct, ...rest }: Props<void>) {
  const { t } = useText();
  return (
    <FormDialog<{ agree: boolean }>
      {...rest}
      title={t("terms.accept")}
      sentence={v.statement}
      confirm={t("terms.accept")}
      onAct={() => onAct()}
    >
      <p>
        <a href={termsDocument(v.id)} target="_blank" rel="noreferrer">
          <FilePdfOutlined aria-hidden /> {t("signing.read")}
        </a>
      </p>
      <Form.Item
        name="agree"
        valuePropName="checked"
        rules={[{ validator: (_, x) => (x ? Promise.resolve() : Promise.reject(new Error(t("signing.mustAgree")))) }]}
      >
        <Checkbox>{t("signing.agree")}</Checkbox>
      </Form.Item>
      <p className="meta">{t("signing.evidenceHint")}</p>
    </FormDialog>
  );
}
