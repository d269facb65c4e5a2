import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { type TermsOfDay, termsQuery } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { type TextKey, useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { nameOf } from "@/ui/names";
import { Facts, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { says } from "./patch";
import "./life.css";

export const sourceNames: Readonly<Record<string, TextKey>> = {
  contract: "life.source.contract",
  plan_change: "life.source.plan_change",
  supplement: "life.source.supplement",
  renewal: "life.source.renewal",
  price_change: "life.source.price_change",
};

/** The terms as of any day, and what has changed when: today's, unless another day is chosen. The day stands in the address. */
export function TermsTab({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const [params, set] = useUrlState();
  const on = params.on ?? "";
  const query = useQuery(termsQuery(c.id, on));
  const look = (day: string) => set({ on: day }, { replace: true });
  return (
    <div className="stack" style={{ gap: 16 }}>
      {query.data && <Versions versions={query.data.versions ?? []} on={query.data.from ?? ""} onLook={look} />}
      <Panel
        title={t("life.asOf")}
        extra={
          <span className="row-actions">
            <DatePicker
              size="small"
              aria-label={t("life.asOf")}
              placeholder={t("life.today")}
              value={on ? dayjs(on) : null}
              onChange={(d) => look(d ? d.format("YYYY-MM-DD") : "")}
            />
            {on && (
              <Button size="small" onClick={() => look("")}>
                {t("life.today")}
              </Button>
            )}
          </span>
        }
      >
        <Loaded query={query}>{(d) => <OfDay day={d} kind={c.kind} />}</Loaded>
      </Panel>
      <Signed contract={c} />
    </div>
  );
}

function OfDay({ day: d, kind }: { day: TermsOfDay; kind: string }) {
  const { t, pick } = useText();
  return (
    <>
      <p className="meta life-hint">
        {t("life.since", { from: d.from ?? "", source: nameOf(sourceNames, d.source, t) })}
        {" · "}
        {t("life.endThen", { end: d.end ?? "" })}
        {!d.served && ` · ${t("life.notServed")}`}
      </p>
      <Facts
        items={(d.terms ?? [])
          .filter((x) => says(kind, x.name) && x.value !== "—")
          .map((x) => ({ label: pick(x.label, x.label_en), value: <span className="num">{pick(x.value, x.value_en)}</span> }))}
      />
    </>
  );
}

type VersionsProps = { versions: NonNullable<TermsOfDay["versions"]>; on: string; onLook: (day: string) => void };

/** Every day on which terms changed; the one whose terms stand below is marked. */
function Versions({ versions, on, onLook }: VersionsProps) {
  const { t, pick } = useText();
  if (versions.length < 2) return null;
  return (
    <Panel flush title={t("life.versions")}>
      <table className="table life-table" aria-label={t("life.versions")}>
        <thead>
          <tr>
            <th scope="col">{t("life.effective")}</th>
            <th scope="col">{t("contract.kind")}</th>
            <th scope="col">{t("life.what")}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((v) => (
            <tr key={v.from} data-shown={v.from === on || undefined}>
              <td>
                <Button type="link" size="small" className="num" onClick={() => onLook(v.from ?? "")}>
                  {v.from}
                </Button>
              </td>
              <td>{nameOf(sourceNames, v.source, t)}</td>
              <td>
                {v.changes?.length
                  ? v.changes.map((x) => (
                      <div key={x.name}>
                        {pick(x.label, x.label_en)} <span className="num">{pick(x.was, x.was_en)}</span> →{" "}
                        <strong className="num">{pick(x.is, x.is_en)}</strong>
                      </div>
                    ))
                  : t("life.asSigned")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** What stands in the blanks of the text that was signed; amendments leave it as it is. */
function Signed({ contract }: { contract: Contract }) {
  const { t, pick } = useText();
  const terms = contract.terms ?? [];
  if (terms.length === 0) return null;
  const groups = [...new Set(terms.map((term) => term.group ?? ""))];
  return (
    <Panel title={t("life.signedValues")}>
      {groups.map((group) => {
        const mine = terms.filter((term) => (term.group ?? "") === group);
        return (
          <section key={group} className="term-group">
            {mine[0]?.group && <h2>{pick(mine[0].group, mine[0].group_en)}</h2>}
            <Facts
              items={mine.map((term) => ({ label: pick(term.label, term.label_en), value: pick(term.value, term.value_en) }))}
            />
          </section>
        );
      })}
    </Panel>
  );
}
