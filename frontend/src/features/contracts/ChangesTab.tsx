import { Button } from "antd";
import { useState } from "react";
import { type Amendment, takeLifeStep } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { type TextKey, useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { nameOf } from "@/ui/names";
import { Empty, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { ReasonDialog, SignDialog } from "./dialogs";
import { Endings, Paper } from "./Endings";
import { ForcePanel } from "./ForcePanel";
import { LifeState } from "./LifeState";
import { ConfirmSupplement, ProofDialog } from "./price-dialogs";
import { SignInPortal } from "./SignDialogs";
import { sourceNames } from "./TermsTab";
import "./life.css";

/** Everything that changed the contract after its signing, and every termination, with their papers. */
export function ChangesTab({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const amendments = c.life.amendments ?? [];
  const endings = c.life.terminations ?? [];
  return (
    <div className="stack" style={{ gap: 16 }}>
      <Panel flush title={t("life.amendments")}>
        {amendments.length ? (
          <Amendments contract={c} rows={amendments} />
        ) : (
          <Empty why={t("life.noAmendments")} next={t("life.noAmendmentsNext")} />
        )}
      </Panel>
      <ForcePanel contract={c} />
      {endings.length > 0 && (
        <Panel flush title={t("life.endings")}>
          <Endings rows={endings} />
        </Panel>
      )}
    </div>
  );
}

type Act = "sign" | "confirm" | "cancel" | "accept" | "object" | "leave" | "prove" | "sign_online" | "e_sign";
const label: Readonly<Record<Act, TextKey>> = {
  sign: "life.act.sign",
  confirm: "life.act.confirm",
  cancel: "life.act.cancel",
  accept: "life.act.accept",
  object: "life.act.object",
  leave: "signing.leave",
  prove: "signing.prove",
  sign_online: "signing.sign_online",
  e_sign: "signing.e_sign",
};
const primary = new Set(["confirm", "accept", "sign_online"]);

function Amendments({ contract, rows }: { contract: Contract; rows: readonly Amendment[] }) {
  const { t, pick } = useText();
  const [open, setOpen] = useState<{ what: string; of: Amendment } | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeLifeStep, { onDone: close });
  const dialog = (what: string) => ({ open: open?.what === what, busy: act.isPending, onClose: close });
  const of = open?.of.id ?? "";
  return (
    <>
      <table className="table life-table" aria-label={t("life.amendments")}>
        <thead>
          <tr>
            <th scope="col">{t("life.number")}</th>
            <th scope="col">{t("life.what")}</th>
            <th scope="col">{t("life.effective")}</th>
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
                <div className="meta">{nameOf(sourceNames, a.kind, t)}</div>
              </td>
              <td>
                {(a.changes ?? []).map((x) => (
                  <div key={x.name}>
                    {pick(x.label, x.label_en)} <span className="num">{pick(x.was, x.was_en)}</span> →{" "}
                    <strong className="num">{pick(x.is, x.is_en)}</strong>
                  </div>
                ))}
                {a.end_after && <div>{t("life.endMoved", { before: a.end_before ?? "", after: a.end_after })}</div>}
                {a.reason && <div className="meta">{a.reason}</div>}
                {a.silence_accepts && <div className="meta">{t("life.price.isSilent")}</div>}
                {a.kind === "price_change" && <div className="meta">{t(`signing.proofs.${a.proof ?? "none"}`)}</div>}
                {(a.signings ?? []).map((s) => (
                  <div className="meta" key={s.side}>
                    {s.signer} · {t(`contract.sign.${s.side}`)} · {t(`signing.way.${s.way}`)}{" "}
                    <span className="num">{s.signed_on}</span>
                  </div>
                ))}
              </td>
              <td>
                <span className="num">{a.effective_from}</span>
                <div className="meta">
                  {t("life.asked")} <span className="num">{a.asked_on}</span>
                </div>
              </td>
              <td>
                <LifeState amendment={a.state} />
                <div className="meta">
                  {a.ended_reason
                    ? t("life.endedBy", { name: a.ended_by_name ?? "", reason: a.ended_reason })
                    : a.confirmed_by_name
                      ? t("life.confirmedBy", { name: a.confirmed_by_name })
                      : a.recorded_by_name || a.created_by_name
                        ? t("life.by", { name: a.recorded_by_name ?? a.created_by_name ?? "" })
                        : null}
                </div>
              </td>
              <td>
                <span className="life-papers">
                  {a.form_attachment_id && <Paper id={a.form_attachment_id} name={a.number} />}
                  {a.attachment_id && <AttachmentLink file={{ id: a.attachment_id, name: t("life.scan") }} />}
                </span>
              </td>
              <td>
                <span className="row-actions">
                  {(a.available_actions ?? []).map((what) => (
                    <Button
                      key={what}
                      size="small"
                      type={primary.has(what) ? "primary" : "default"}
                      danger={what === "cancel" || what === "object" || what === "leave"}
                      onClick={() =>
                        what === "accept"
                          ? act.mutate({ id: contract.id, step: { do: "accept_price", of: a.id } })
                          : setOpen({ what, of: a })
                      }
                    >
                      {t(label[what as Act])}
                    </Button>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <SignDialog
        {...dialog("sign")}
        both
        onAct={(body) => act.mutate({ id: contract.id, step: { do: "sign_supplement", of, body } })}
      />
      <ConfirmSupplement
        {...dialog("confirm")}
        amendment={open?.of}
        onAct={() => act.mutate({ id: contract.id, step: { do: "confirm_supplement", of } })}
      />
      <SignInPortal
        contract={contract}
        amendment={open?.of}
        way={open?.what === "sign_online" || open?.what === "e_sign" ? open.what : null}
        onClose={close}
      />
      <ProofDialog
        {...dialog("prove")}
        onAct={(body) => act.mutate({ id: contract.id, step: { do: "prove_price", of, body } })}
      />
      <ReasonDialog
        {...dialog("leave")}
        text="signing.leave"
        hint={t("signing.leaveHint")}
        danger
        onAct={(body) => act.mutate({ id: contract.id, step: { do: "object_price", of, body: { ...body, leave: true } } })}
      />
      <ReasonDialog
        {...dialog("object")}
        text="life.act.object"
        danger
        onAct={(body) => act.mutate({ id: contract.id, step: { do: "object_price", of, body } })}
      />
      <ReasonDialog
        {...dialog("cancel")}
        text="life.act.cancel"
        danger
        onAct={(body) => act.mutate({ id: contract.id, step: { do: "cancel_amendment", of, body } })}
      />
    </>
  );
}
