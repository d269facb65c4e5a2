import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import type { Filing, Registration } from "@/api/registrations";
import { useText } from "@/i18n";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { carrierNames, carriers, causeNames, kindNames, shown } from "./names";
import "./chain.css";

/** A record under what it hangs on, as deep as it stands in the chain. */
type Row = { record: Registration; depth: number };

/** The chain in reading order: each qualification, its signature, and what hangs on that. What lost its parent stands at the end. */
export function inOrder(all: readonly Registration[]): Row[] {
  const out: Row[] = [];
  const put = (r: Registration, depth: number) => {
    out.push({ record: r, depth });
    for (const child of all) if (child.parent_id === r.id) put(child, depth + 1);
  };
  for (const r of all) if (!all.some((p) => p.id === r.parent_id)) put(r, 0);
  return out;
}

/** The newest filing of a record with a carrier, or an accepted one that still holds beside a second. */
export function standing(r: Registration, carrier: string): Filing | undefined {
  const of = (r.filings ?? []).filter((f) => f.carrier === carrier);
  return of.find((f) => f.state === "accepted") ?? of[0];
}

export function ChainPicture({ records }: { records: readonly Registration[] }) {
  const { t } = useText();
  return (
    <div className="chain-scroll">
      <table className="chain" aria-label={t("chain.picture")}>
        <thead>
          <tr>
            <th scope="col">{t("chain.what")}</th>
            <th scope="col">{t("chain.ours")}</th>
            {carriers.map((c) => (
              <th scope="col" key={c}>
                {t(carrierNames[c])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(records).map(({ record: r, depth }) => (
            <tr key={r.id} data-depth={depth}>
              <th scope="row" style={{ paddingLeft: 12 + depth * 24 }}>
                {depth > 0 && <i className="chain-knee" aria-hidden />}
                <span className="meta">{t(kindNames[r.kind])}</span> <Link to={`/registrations/${r.id}`}>{shown(r)}</Link>
              </th>
              <td>
                <StateTag kind="registration" state={r.state} />
              </td>
              {carriers.map((c) => (
                <Cell key={c} filing={standing(r, c)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ filing: f }: { filing?: Filing }) {
  const { t } = useText();
  if (!f) return <td className="meta">{t("chain.none")}</td>;
  const notes = [
    f.attempt > 1 && t("chain.attempt", { n: f.attempt }),
    f.state === "submitted" && (f.overdue ? t("chain.overdue") : t("chain.expected", { day: f.due_on ?? "" })),
    f.cause && nameOf(causeNames, f.cause, t),
  ].filter(Boolean);
  return (
    <td>
      <Tooltip title={f.reason}>
        <span className="chain-cell">
          <StateTag kind="filing" state={f.state} />
          {notes.length > 0 && <span className="meta">{notes.join(" · ")}</span>}
        </span>
      </Tooltip>
    </td>
  );
}
