import { CheckCircleOutlined, ClockCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import type { Contract } from "@/api/contracts";
import { settlementQuery } from "@/api/signing";
import { useText } from "@/i18n";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";

/** What the end of the contract brings with it, point by point, each with the page where it is done. */
export function SettlementTab({ contract: c }: { contract: Contract }) {
  const { t, pick } = useText();
  const query = useQuery(settlementQuery(c.id));
  return (
    <Panel title={t("signing.settlement.tab")}>
      <Loaded query={query} rows={6}>
        {(s) => (
          <>
            <p className="meta">{t("signing.settlement.hint", { on: s.ended_on ?? "" })}</p>
            <ul className="checks">
              {(s.steps ?? []).map((p) => (
                <li key={p.key} data-done={p.done}>
                  {p.done ? (
                    <CheckCircleOutlined aria-label={t("signing.settlement.done")} />
                  ) : (
                    <ClockCircleOutlined aria-label={t("signing.settlement.waits")} />
                  )}
                  <div>
                    {pick(p.label, p.label_en)} <span className="num meta">{p.detail}</span>
                    <div className="meta">
                      {p.due && <span className="num">{t("signing.settlement.due", { day: p.due })}</span>}{" "}
                      {p.link && !p.done && <LinkTo href={p.link}>{t("signing.settlement.open")}</LinkTo>}
                    </div>
                    {(p.discarded ?? []).map((d) => (
                      <div className="meta" key={d.batch_id}>
                        <LinkTo href={`/batches/${d.batch_id}`}>
                          {t("signing.settlement.discarded", { batch: d.batch_id, n: formatCount(d.messages) })}
                        </LinkTo>
                      </div>
                    ))}
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
