import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { handlerQuery, lookAtHandler, type Registration } from "@/api/registrations";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Facts } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** Who acts for the customer: masked until somebody who may asks for all of it, which is put on record. */
export function HandlerFacts({ record }: { record: Registration }) {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(handlerQuery(record.id));
  const [full, setFull] = useState<typeof query.data>();
  const look = useAct(lookAtHandler, { touches: [], onDone: setFull });
  const h = full ?? query.data;
  if (!h?.name) return null;
  return (
    <>
      <Facts
        columns={2}
        items={[
          { label: t("chain.handler.name"), value: h.name },
          { label: t("chain.handler.phone"), value: <span className="num">{h.phone}</span> },
          { label: t("chain.handler.id_number"), value: <span className="num">{h.id_number}</span> },
          { label: t("chain.validTo"), value: <span className="num">{`${h.authorised_from} – ${h.authorised_to}`}</span> },
        ]}
      />
      {can("signature.approve") && !full && (
        <Button
          size="small"
          loading={look.isPending}
          onClick={() => look.mutate({ id: record.id })}
          title={t("chain.handler.logged")}
        >
          {t("chain.handler.show")}
        </Button>
      )}
    </>
  );
}
