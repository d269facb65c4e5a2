import { InputNumber, type InputNumberProps, Popover } from "antd";
import type { ReactNode } from "react";
import { useText } from "@/i18n";
import { formatFen, formatYuan, parseYuan } from "./money";

type Props = {
  fen: number | null | undefined;
  /** With ¥ in running text and figures; without it in columns, where the header names the unit. */
  sign?: boolean;
  size?: "figure";
  /** Where the amount comes from; makes it a button that says so. */
  explain?: ReactNode;
};

/** The only way an amount reaches the screen: whole fen in, thousands separators and tabular digits out. */
export function Money({ fen, sign, size, explain }: Props) {
  const { t } = useText();
  if (fen === null || fen === undefined) return <span className="meta">—</span>;
  const text = sign ? formatYuan(fen) : formatFen(fen);
  const amount = (
    <span className="money" data-negative={fen < 0 || undefined} data-size={size}>
      {text}
    </span>
  );
  if (!explain) return amount;
  return (
    <Popover trigger="click" content={<div className="money-why">{explain}</div>} placement={sign ? "bottomLeft" : "bottomRight"}>
      <button type="button" className="money-button" aria-label={t("ui.money.explain", { amount: text })}>
        {amount}
      </button>
    </Popover>
  );
}

type InputProps = { value?: number | null; onChange?: (fen: number | null) => void } & Omit<
  InputNumberProps<string>,
  "value" | "onChange" | "stringMode" | "precision"
>;

/** Yuan typed by a person, whole fen for the program; text all the way, so that no float is ever between the two. */
export function MoneyInput({ value, onChange, ...rest }: InputProps) {
  return (
    <InputNumber<string>
      {...rest}
      stringMode
      precision={2}
      controls={false}
      className="money-input"
      prefix="¥"
      value={value === null || value === undefined ? null : formatFen(value).replaceAll(",", "")}
      formatter={(v) => (v === undefined || v === "" ? "" : String(v).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ","))}
      parser={(v) => (v ?? "").replace(/[,\s¥￥]/g, "")}
      onChange={(v) => onChange?.(v === null || v === "" ? null : parseYuan(v))}
    />
  );
}
