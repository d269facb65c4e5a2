import { FilePdfOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { attachmentHref } from "@/api/attachments";
import type { Contract } from "@/api/contracts";
import { type Annex, type AnnexState, annexesQuery, takeAnnexStep } from "@/api/signing";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { AttachmentLink } from "@/ui/Attachment";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { Empty, Panel } from "@/ui/Page";
import type { Tone } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { AcceptAnnex, MakeAnnex, RecordAnnex } from "./annex-dialogs";
import { ReasonDialog } from "./dialogs";
import "./life.css";
import "./signing.css";

const tones: Readonly<Record<AnnexState, Tone>> = {
  open: "busy",
  recorded: "busy",
  confirmed: "ok",
  refused: "bad",
  withdrawn: "idle",
  lapsed: "warn",
};
type Act = "accept_annex" | "record_annex" | "confirm_annex" | "return_annex" | "refuse_annex" | "withdraw_annex";
const asksWhy: readonly Act[] = ["return_annex", "refuse_annex", "withdraw_annex"];

/** Offers, orders, fee confirmations and completions: what the customer confirms and is then annexed to the contract. */
export function AnnexTab({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(annexesQuery(c.id));
  const [making, setMaking] = useState(false);
  const may = can("contract.amend") && ["awaiting_signature", "active", "suspended"].includes(c.state);
  return (
    <Panel
      flush
      title={t("signing.annex.tab")}
      extra={
        may && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t("signing.annex.make")}
          </Button>
        )
      }
    >
      <Loaded query={query} rows={3}>
        {(data) =>
          data.items?.length ? (
            <Annexes id={c.id} rows={data.items} />
          ) : (
            <Empty why={t("signing.annex.empty")} next={t("signing.annex.emptyNext")} />
          )
        }
      </Loaded>
      <MakeAnnex contract={c} open={making} onClose={() => setMaking(false)} />
    </Panel>
  );
}

function Annexes({ id, rows }: { id: string; rows: readonly Annex[] }) {
  const { t } = useText();
  const [open, setOpen] = useState<{ act: Act; of: Annex } | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeAnnexStep, { onDone: close });
  const press = (what: Act, of: Annex) => {
    if (what === "confirm_annex") act.mutate({ id, step: { do: what, of: of.id } });
    else setOpen({ act: what, of });
  };
  return (
    <>
      <table className="table life-table" aria-label={t("signing.annex.tab")}>
        <thead>
          <tr>
            <th scope="col">{t("life.number")}</th>
            <th scope="col">{t("signing.annex.title")}</th>
            <th scope="col" className="numeric">
              {t("signing.annex.amount")}
            </th>
            <th scope="col">{t("ui.state")}</th>
            <th scope="col">{t("life.paper")}</th>
            <th scope="col">{t("ui.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((a) => (
            <tr key={a.id}>
              <td>
                <span className="num">{a.number.slice(-3)}</span>
                <div className="meta">{t(`signing.annex.${a.kind}`)}</div>
              </td>
              <td className="break">
                {a.title}
                <div className="meta">
                  {[
                    a.valid_until && `${t("signing.annex.validUntil")} ${a.valid_until}`,
                    a.last_day && `${t("signing.annex.lastDay")} ${a.last_day}`,
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </div>
              </td>
              <td className="numeric num">{a.total_fen > 0 ? <Money fen={a.total_fen} /> : "—"}</td>
              <td>
                <span className="state" data-tone={tones[a.state]}>
                  {t(`signing.annex.state.${a.state}`)}
                </span>
                <div className="meta">{[a.signer, a.answered_on, a.reason].filter(Boolean).join(" · ")}</div>
              </td>
              <td>
                <span className="life-papers">
                  <a href={attachmentHref(a.form_attachment_id)} target="_blank" rel="noreferrer" aria-label={`PDF ${a.number}`}>
                    <FilePdfOutlined aria-hidden /> PDF
                  </a>
                  {a.attachment_id && <AttachmentLink file={{ id: a.attachment_id, name: t("life.scan") }} />}
                </span>
              </td>
              <td>
                <span className="row-actions">
                  {((a.available_actions ?? []) as Act[]).map((what) => (
                    <Button
                      key={what}
                      size="small"
                      type={what === "accept_annex" || what === "confirm_annex" ? "primary" : "default"}
                      danger={what === "refuse_annex"}
                      onClick={() => press(what, a)}
                    >
                      {t(`signing.annex.${what}`)}
                    </Button>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AcceptAnnex id={id} annex={open?.act === "accept_annex" ? open.of : null} onClose={close} />
      <RecordAnnex id={id} annex={open?.act === "record_annex" ? open.of : null} onClose={close} />
      {open && asksWhy.includes(open.act) && (
        <ReasonDialog
          open
          busy={act.isPending}
          onClose={close}
          text={`signing.annex.${open.act}`}
          danger={open.act === "refuse_annex"}
          onAct={(body) =>
            act.mutate({ id, step: { do: open.act as "return_annex" | "refuse_annex" | "withdraw_annex", of: open.of.id, body } })
          }
        />
      )}
    </>
  );
}
