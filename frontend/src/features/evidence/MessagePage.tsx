import { useMutation } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useEffect } from "react";
import { type Chain, showEvidence } from "@/api/evidence";
import { useText } from "@/i18n";
import { carrierNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { HighlightedText } from "@/ui/Highlighted";
import { nameOf } from "@/ui/names";
import { Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { ChainSteps } from "./ChainSteps";
import { LookForm } from "./LookForm";
import { keepLook, keptLook } from "./look";

/** One message with everything that is on record about it, from the file to the last receipt. */
export function MessagePage() {
  const { t } = useText();
  const { can } = useSession();
  const { id = "", seq = "" } = useParams({ strict: false });
  const show = useMutation({
    mutationFn: showEvidence,
    onSuccess: (_, v) => keepLook({ purpose: v.purpose, grounds: v.grounds }),
  });
  const { mutate } = show;
  useEffect(() => {
    const look = keptLook();
    if (look) mutate({ id, seq: Number(seq), ...look });
  }, [id, seq, mutate]);
  const m = show.data;
  const look = keptLook();
  return (
    <Page
      title={t("evidence.message")}
      crumbs={[{ label: t("evidence.find"), to: "/evidence" }]}
      aside={m?.handoff && <StateTag kind="message" state={m.handoff.status} />}
      sub={
        m && (
          <>
            <Link to={`/customers/${m.batch.customer_id}`}>{m.batch.customer_name}</Link>
            <Link className="num" to={`/batches/${m.batch.id}`}>
              {m.batch.number}
            </Link>
            <span className="num">
              {t("evidence.seq")} {m.seq}
            </span>
          </>
        )
      }
      actions={
        m &&
        look &&
        can("evidence.unmask") &&
        !m.unmasked &&
        !m.purged && (
          <Button loading={show.isPending} onClick={() => mutate({ id, seq: Number(seq), ...look, unmask: true })}>
            {t("evidence.unmask")}
          </Button>
        )
      }
    >
      {!m && (
        <Panel title={t("evidence.askFirst")}>
          <LookForm
            busy={show.isPending}
            confirm={t("evidence.show")}
            onLook={(v) => mutate({ id, seq: Number(seq), purpose: v.purpose, grounds: v.grounds })}
          />
          <p className="meta">{t("evidence.logged")}</p>
        </Panel>
      )}
      <ErrorNote error={show.error} compact />
      {m && <Record of={m} />}
    </Page>
  );
}

function Record({ of: m }: { of: Chain }) {
  const { t, pick } = useText();
  return (
    <>
      <Panel>
        {m.purged ? (
          <p role="status">
            <strong>{t("evidence.purged")}</strong> {pick(m.purged.detail, m.purged.detail_en)}
          </p>
        ) : (
          <HighlightedText segments={m.segments} hits={m.verdict?.hits} />
        )}
        <Facts
          items={[
            m.phone ? { label: t("evidence.phone"), value: <span className="num">{m.phone}</span> } : undefined,
            m.carrier ? { label: t("evidence.carrier"), value: nameOf(carrierNames, m.carrier, t) } : undefined,
            m.parts ? { label: t("evidence.parts"), value: <span className="num">{m.parts}</span> } : undefined,
            { label: t("evidence.signature"), value: `【${m.batch.signature}】` },
          ]}
        />
      </Panel>
      <Panel title={t("evidence.chain")}>
        <ChainSteps of={m} />
      </Panel>
    </>
  );
}
