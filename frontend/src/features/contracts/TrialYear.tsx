import { useQuery } from "@tanstack/react-query";
import { Button, Form, InputNumber, Segmented } from "antd";
import { useState } from "react";
import { type Payer, type TrialAsk, trialQuery } from "@/api/trial";
import { useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { TrialResult } from "./TrialResult";
import "./trial.css";

/** What is tried: a contract of ours, or a form as far as it is filled in. */
export type TrialOf = Pick<TrialAsk, "contract_id" | "template_id" | "template_version" | "values">;
type Habits = Pick<TrialAsk, "monthly_parts" | "pays" | "late_days" | "months">;

/** The year of a contract of which nobody knows yet how it will go: a few suppositions above, what follows from them below. */
export function TrialYear({ of, parts }: { of: TrialOf; parts: number }) {
  const { t } = useText();
  const [form] = Form.useForm<Habits>();
  const pays = Form.useWatch("pays", form) ?? "on_time";
  const [asked, setAsked] = useState<Habits>({ monthly_parts: parts, pays: "on_time", months: 12 });
  const query = useQuery(trialQuery({ ...of, ...asked }));
  const payers: { value: Payer; label: string }[] = [
    { value: "on_time", label: t("trial.onTime") },
    { value: "late", label: t("trial.late") },
    { value: "never", label: t("trial.never") },
  ];
  return (
    <div className="trial">
      <p className="meta">{t("trial.hint")}</p>
      <Form<Habits>
        form={form}
        layout="vertical"
        className="trial-ask"
        initialValues={{ ...asked, late_days: 15 }}
        onFinish={(v) =>
          setAsked({
            monthly_parts: v.monthly_parts ?? 0,
            pays: v.pays,
            months: v.months ?? 12,
            late_days: v.pays === "late" ? (v.late_days ?? 15) : undefined,
          })
        }
      >
        <Form.Item name="monthly_parts" label={t("trial.parts")}>
          <InputNumber<number> min={0} max={1_000_000_000_000} precision={0} controls={false} />
        </Form.Item>
        <Form.Item name="months" label={t("trial.months")}>
          <InputNumber<number> min={1} max={36} precision={0} />
        </Form.Item>
        <Form.Item name="pays" label={t("trial.pays")}>
          <Segmented<Payer> options={payers} />
        </Form.Item>
        {pays === "late" && (
          <Form.Item name="late_days" label={t("trial.lateDays")}>
            <InputNumber<number> min={1} max={365} precision={0} />
          </Form.Item>
        )}
        <Form.Item>
          <Button type="primary" htmlType="submit" loading={query.isFetching}>
            {t("trial.run")}
          </Button>
        </Form.Item>
      </Form>
      <Loaded query={query}>{(year) => <TrialResult year={year} />}</Loaded>
    </div>
  );
}
