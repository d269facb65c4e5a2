import { Form } from "antd";
import { type ReactNode, useEffect } from "react";
import { useText } from "@/i18n";
import { ConfirmTotals } from "./ConfirmTotals";
import { ErrorNote } from "./ErrorNote";
import { placeErrors } from "./form-errors";

type Props<F extends object> = {
  open: boolean;
  title: string;
  sentence?: ReactNode;
  lines?: readonly { label: string; value: ReactNode }[];
  confirm: string;
  danger?: boolean;
  busy: boolean;
  width?: number;
  /** What the server had against it: shown under its fields, or above the buttons. */
  error?: unknown;
  initial?: { [K in keyof F]?: unknown };
  onAct: (values: F) => void;
  onClose: () => void;
  children: ReactNode;
};

/** A confirmation with its totals in words and the few fields that the act asks for. */
export function FormDialog<F extends object>({ error, initial, onAct, onClose, children, sentence, ...rest }: Props<F>) {
  const { pick } = useText();
  const [form] = Form.useForm<F>();
  useEffect(() => {
    if (error) placeErrors(form, error, pick);
  }, [error, form, pick]);
  return (
    <ConfirmTotals {...rest} sentence={sentence ?? null} onConfirm={() => form.submit()} onCancel={onClose}>
      <Form<F>
        form={form}
        layout="vertical"
        clearOnDestroy
        requiredMark={false}
        initialValues={initial}
        onFinish={(values) => onAct(values as F)}
      >
        {children}
      </Form>
      <ErrorNote error={error} compact />
    </ConfirmTotals>
  );
}

/** A field that must be filled in. */
export function useMust(): (name: string) => { required: true; message: string }[] {
  const { t } = useText();
  return (name) => [{ required: true, message: t("ui.required", { name }) }];
}
