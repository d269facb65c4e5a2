import { CheckCircleOutlined, WarningOutlined } from "@ant-design/icons";
import type { BankLook } from "@/api/bank";
import { type TextKey, useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { Figures, Panel } from "@/ui/Page";

/** What was read of a statement: totals, what was checked, what is wrong and where, and the first lines. */
export function LookResult({ look: l }: { look: BankLook }) {
  const { t, pick } = useText();
  const bad = l.problems.length > 0;
  return (
    <>
      <Figures
        items={[
          { label: t("bank.fresh"), value: l.fresh, note: l.known > 0 ? `${t("bank.known")} ${l.known}` : undefined },
          { label: `${t("bank.in")} · ${l.in_count}`, value: <Money fen={l.in_fen} sign /> },
          { label: `${t("bank.out")} · ${l.out_count}`, value: <Money fen={l.out_fen} sign /> },
          ...(l.opening_fen !== null ? [{ label: t("bank.opening"), value: <Money fen={l.opening_fen} sign /> }] : []),
          ...(l.closing_fen !== null ? [{ label: t("bank.closing"), value: <Money fen={l.closing_fen} sign /> }] : []),
        ]}
      />
      {bad && (
        <Panel
          flush
          title={
            <span className="state" data-tone="bad">
              <WarningOutlined aria-hidden /> {t("bank.problems", { count: l.problem_count })}
            </span>
          }
        >
          <table className="table" aria-label={t("bank.problem")}>
            <thead>
              <tr>
                <th scope="col">{t("bank.problemLine")}</th>
                <th scope="col">{t("bank.problemField")}</th>
                <th scope="col">{t("bank.problem")}</th>
              </tr>
            </thead>
            <tbody>
              {l.problems.slice(0, 50).map((p) => (
                <tr key={`${p.line}.${p.field}.${p.code}`}>
                  <td className="num">{p.line || "—"}</td>
                  <td>{p.field || "—"}</td>
                  <td>{pick(p.detail, p.detail_en)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      <Panel flush title={t("bank.read")} extra={<span className="meta">{t("bank.first", { count: l.lines.length })}</span>}>
        {!bad && l.checked.length > 0 && (
          <p className="state" data-tone="ok" style={{ margin: "8px 12px" }}>
            <CheckCircleOutlined aria-hidden />{" "}
            {t("bank.checked", { what: l.checked.map((c) => t(`bank.check.${c}` as TextKey)).join("、") })}
          </p>
        )}
        {l.notes.length > 0 && (
          <p className="meta" style={{ margin: "8px 12px" }} title={l.notes.map((n) => pick(n.detail, n.detail_en)).join("\n")}>
            {t("bank.notes", { count: l.notes.length })}：{pick(l.notes[0]?.detail, l.notes[0]?.detail_en)}
          </p>
        )}
        {l.fresh === 0 && !bad && <p style={{ margin: "8px 12px" }}>{t("bank.nothingFresh")}</p>}
        <div className="table-wrap">
          <table className="table" aria-label={t("bank.read")}>
            <thead>
              <tr>
                <th scope="col">{t("bank.problemLine")}</th>
                <th scope="col">{t("bank.line.on")}</th>
                <th scope="col">{t("bank.line.name")}</th>
                <th scope="col">{t("bank.line.purpose")}</th>
                <th scope="col">{t("bank.line.reference")}</th>
                <th scope="col" data-numeric>
                  {`${t("bank.line.amount")} (${t("ui.money.unit")})`}
                </th>
              </tr>
            </thead>
            <tbody>
              {l.lines.map((x) => (
                <tr key={x.line}>
                  <td className="num">{x.line}</td>
                  <td className="num">{x.on}</td>
                  <td>
                    {x.name} <span className="meta mono">{x.account}</span>
                  </td>
                  <td>{x.purpose}</td>
                  <td className="mono">{x.derived ? <span className="meta">—</span> : x.reference}</td>
                  <td data-numeric>
                    <Money fen={x.direction === "out" ? -x.amount_fen : x.amount_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  );
}
