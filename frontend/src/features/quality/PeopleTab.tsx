import "./quality.css";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Form, InputNumber, Switch } from "antd";
import { useState } from "react";
import { type ReviewerShare, reviewersQuery, setReviewer, workersQuery } from "@/api/compliance";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { CustomersField } from "./CustomersField";

const categories = ["verification", "notice", "marketing", "advertising"] as const;

/** Who takes which batches, and what each reviewer did. */
export function PeopleTab() {
  const { t } = useText();
  const { can } = useSession();
  const work = useQuery(workersQuery);
  const [edit, setEdit] = useState<ReviewerShare | null>(null);
  const columns: Column<ReviewerShare>[] = [
    { key: "name", title: t("quality.reviewer"), always: true, render: (r) => r.user_name },
    {
      key: "categories",
      title: t("quality.categories"),
      render: (r) =>
        (r.categories ?? []).length === 0
          ? t("quality.allCategories")
          : (r.categories ?? []).map((c) => nameOf(categoryNames, c, t)).join("、"),
    },
    { key: "risk", title: t("quality.maxRisk"), render: (r) => <span className="num">{r.max_risk}</span> },
    { key: "after", title: t("quality.looksAfter"), render: (r) => <span className="num">{(r.customers ?? []).length}</span> },
    { key: "duty", title: t("ui.state"), render: (r) => t(r.on_duty ? "quality.onDuty" : "quality.offDuty") },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (r) =>
        can("review.assign") && (
          <Button size="small" onClick={() => setEdit(r)}>
            {t("quality.editShare")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="reviewers"
        label={t("quality.people")}
        columns={columns}
        query={reviewersQuery}
        rowKey={(r) => r.user_id}
        empty={{ why: t("quality.noWork") }}
      />
      <div className="quality-work">
        <Panel title={t("quality.last30")}>
          <Loaded query={work}>
            {(w) =>
              (w.workers ?? []).length === 0 ? (
                <p className="meta">{t("quality.noWork")}</p>
              ) : (
                <table className="table plain" aria-label={t("quality.last30")}>
                  <thead>
                    <tr>
                      <th>{t("quality.reviewer")}</th>
                      {(["batches", "messages", "minutes", "inTime", "agreement", "overturned"] as const).map((k) => (
                        <th key={k} scope="col" data-numeric>
                          {t(`quality.${k}`)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {(w.workers ?? []).map((p) => (
                      <tr key={p.user_id}>
                        <td>{p.user_name}</td>
                        <td className="num" data-numeric>
                          {formatCount(p.batches)}
                        </td>
                        <td className="num" data-numeric>
                          {formatCount(p.messages)}
                        </td>
                        <td className="num" data-numeric>
                          {p.minutes_per_batch}
                        </td>
                        <td className="num" data-numeric>
                          {formatCount(p.in_time)} / {formatCount(p.batches)}
                        </td>
                        <td className="num" data-numeric>
                          {p.rechecked > 0 ? `${p.agreement}% (${p.rechecked})` : "–"}
                        </td>
                        <td className="num" data-numeric>
                          {formatCount(p.overturned)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )
            }
          </Loaded>
        </Panel>
      </div>
      <ShareDialog of={edit} onClose={() => setEdit(null)} />
    </>
  );
}

type Fields = { categories: string[]; max_risk: number; customers?: string[]; on_duty: boolean };

function ShareDialog({ of, onClose }: { of: ReviewerShare | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(setReviewer, { quiet: true, done: t("quality.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={of !== null}
      title={of?.user_name ?? ""}
      confirm={t("ui.save")}
      busy={run.isPending}
      error={run.error}
      initial={{ categories: of?.categories ?? [], max_risk: of?.max_risk, customers: of?.customers ?? [], on_duty: of?.on_duty }}
      onAct={(v) => of && run.mutate({ id: of.user_id, ...v, customers: v.customers ?? [], categories: v.categories ?? [] })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="categories" label={t("quality.categories")} extra={t("quality.allCategories")}>
        <Checkbox.Group options={categories.map((c) => ({ value: c, label: nameOf(categoryNames, c, t) }))} />
      </Form.Item>
      <Form.Item name="max_risk" label={t("quality.maxRisk")} rules={must(t("quality.maxRisk"))}>
        <InputNumber min={0} max={100} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="customers" label={t("quality.looksAfter")} extra={t("quality.looksAfterHint")}>
        <CustomersField />
      </Form.Item>
      <Form.Item name="on_duty" label={t("quality.onDuty")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDialog>
  );
}
