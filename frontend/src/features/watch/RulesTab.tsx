import "./watch.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, InputNumber, Switch } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { allows } from "@/api/types";
import { type AlertCode, type OwnThreshold, setThreshold, setWatchRule, type WatchRule, watchRulesQuery } from "@/api/watch";
import { type TextKey, useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { type Field, fieldsOf, kept, type Params, spoken, thresholdText, units } from "./threshold";

const labels = {
  least: "watch.leastField",
  tenths: "watch.tenths",
  share: "watch.shareField",
  from: "watch.from",
  to: "watch.to",
} as const satisfies Record<Field, TextKey>;
type Edit = { rule: WatchRule; own: boolean };

/** The thresholds, for everybody and for single customers. They are data: a change counts from the next look on. */
export function RulesTab() {
  const { t } = useText();
  const query = useQuery(watchRulesQuery);
  const [edit, setEdit] = useState<Edit | null>(null);
  const nameOfRule = (code: string) => t(`watch.code.${code}` as TextKey);
  const shown = (p: Params, code: string) => thresholdText(code as AlertCode, p, t);
  return (
    <Loaded query={query}>
      {(data) => (
        <>
          <Panel title={t("watch.rules")}>
            <table className="table plain">
              <thead>
                <tr>
                  <th>{t("watch.what")}</th>
                  <th>{t("watch.threshold")}</th>
                  <th>{t("watch.level")}</th>
                  <th>{t("ui.state")}</th>
                  <th>{t("ui.actions")}</th>
                </tr>
              </thead>
              <tbody>
                {(data.rules ?? []).map((r) => (
                  <tr key={r.code}>
                    <td>{nameOfRule(r.code)}</td>
                    <td className="num">{shown(r.params, r.code)}</td>
                    <td className="num">{r.level}</td>
                    <td>
                      <RuleState of={r} />
                    </td>
                    <td>
                      <span className="row-actions">
                        {allows(data, "set") && (
                          <>
                            <Button size="small" onClick={() => setEdit({ rule: r as WatchRule, own: false })}>
                              {t("watch.edit")}
                            </Button>
                            {r.code !== "place" && (
                              <Button size="small" onClick={() => setEdit({ rule: r as WatchRule, own: true })}>
                                {t("watch.own")}
                              </Button>
                            )}
                          </>
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
          <div className="watch-own">
            <Panel title={t("watch.ownTitle")}>
              <OwnTable rows={data.thresholds ?? []} nameOfRule={nameOfRule} shown={shown} />
            </Panel>
          </div>
          <EditDialog edit={edit} onClose={() => setEdit(null)} />
        </>
      )}
    </Loaded>
  );
}

type OwnProps = {
  rows: readonly OwnThreshold[];
  nameOfRule: (code: string) => string;
  shown: (p: Params, code: string) => string;
};

/** The thresholds of single customers, with who set them, why and until when. */
function OwnTable({ rows, nameOfRule, shown }: OwnProps) {
  const { t } = useText();
  if (rows.length === 0) return <p className="meta">{t("watch.noOwn")}</p>;
  return (
    <table className="table plain">
      <thead>
        <tr>
          <th>{t("customer.one")}</th>
          <th>{t("watch.what")}</th>
          <th>{t("watch.threshold")}</th>
          <th>{t("ui.state")}</th>
          <th>{t("watch.until")}</th>
          <th>{t("ui.reason")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((h) => (
          <tr key={h.customer_id + h.code}>
            <td>
              <Link to={`/customers/${h.customer_id}`}>{h.customer_name}</Link>
            </td>
            <td>{nameOfRule(h.code)}</td>
            <td className="num">{shown(h.params, h.code)}</td>
            <td>
              <RuleState of={h} />
            </td>
            <td className="num">{h.until || t("watch.forGood")}</td>
            <td>
              {h.reason}
              <div className="meta">{h.updated_by_name}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RuleState({ of }: { of: { enabled: boolean; auto_stop: boolean } }) {
  const { t } = useText();
  return (
    <>
      {t(of.enabled ? "watch.enabled" : "watch.off")}
      {of.auto_stop && <div className="meta">{t("watch.autoStop")}</div>}
    </>
  );
}

type Values = Params & { enabled: boolean; auto_stop: boolean; customer?: string; until?: Dayjs; reason?: string };

function send({ edit, v }: { edit: Edit; v: Values }, key: string): Promise<unknown> {
  const { enabled, auto_stop, customer = "", until, reason = "", ...rest } = v;
  const params = { ...edit.rule.params, ...kept(rest) };
  const { code, level } = edit.rule;
  if (!edit.own) return setWatchRule({ code, level, enabled, auto_stop, params }, key);
  return setThreshold({ customer, code, enabled, auto_stop, params, until: until?.format("YYYY-MM-DD"), reason }, key);
}

function EditDialog({ edit, onClose }: { edit: Edit | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(send, { quiet: true, done: t("watch.done"), onDone: onClose });
  const rule = edit?.rule;
  return (
    <FormDialog<Values>
      open={edit !== null}
      title={rule ? t(`watch.code.${rule.code}`) : ""}
      sentence={rule && !edit.own ? t("watch.forAll") : undefined}
      confirm={t("ui.save")}
      busy={run.isPending}
      error={run.error}
      initial={{ ...(rule && spoken(rule.params)), enabled: rule?.enabled, auto_stop: rule?.auto_stop }}
      onAct={(v) => edit && run.mutate({ edit, v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {edit?.own && (
        <Form.Item name="customer" label={t("customer.one")} rules={must(t("customer.one"))}>
          <CustomerSelect />
        </Form.Item>
      )}
      {rule &&
        fieldsOf[rule.code].map((f) => (
          <Form.Item key={f} name={f} label={t(labels[f])} rules={must(t(labels[f]))}>
            <InputNumber min={0} precision={units[f] === 1 ? 0 : 1} style={{ width: "100%" }} />
          </Form.Item>
        ))}
      <Form.Item name="enabled" label={t("watch.enabled")} valuePropName="checked">
        <Switch />
      </Form.Item>
      {rule?.code !== "place" && (
        <Form.Item name="auto_stop" label={t("watch.autoStop")} valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
      {edit?.own && (
        <>
          <Form.Item name="until" label={t("watch.until")}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </>
      )}
    </FormDialog>
  );
}
