import { InfoCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { activeExceptionsQuery, type ExceptionKind } from "@/api/dunning";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { nameOf } from "@/ui/names";

export const kindNames: Readonly<Record<ExceptionKind, TextKey>> = {
  no_late_fee: "dunning.kinds.no_late_fee",
  no_suspension: "dunning.kinds.no_suspension",
  both: "dunning.kinds.both",
};

/** Wherever a customer, a contract or a bill is shown: what it is spared today, until when and why. */
export function ExceptionNote({ customer, contract }: { customer?: string; contract?: string }) {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery({
    ...activeExceptionsQuery(contract ? { contract_id: contract } : { customer_id: customer ?? "" }),
    enabled: can("dunning.read") && !!(contract || customer),
  });
  return (
    <>
      {(query.data?.items ?? []).map((e) => (
        <p key={e.id} className="state" data-tone="warn" style={{ width: "fit-content" }}>
          <InfoCircleOutlined aria-hidden />{" "}
          {t("dunning.note", { kind: nameOf(kindNames, e.kind, t), until: e.until ?? "", reason: e.reason })}
        </p>
      ))}
    </>
  );
}
