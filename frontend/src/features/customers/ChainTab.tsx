import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { customerRegistrationsQuery, type RegistrationKind } from "@/api/registrations";
import { useText } from "@/i18n";
import { ChainPicture } from "@/parts/chain/ChainPicture";
import { kindNames, kinds } from "@/parts/chain/names";
import { RegisterDialog } from "@/parts/chain/RegisterDialog";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Empty, Panel } from "@/ui/Page";

/** A customer's chain as a picture, and what begins a new link of it. */
export function ChainTab({ customer }: { customer: string }) {
  const { t } = useText();
  const { can } = useSession();
  const [adding, setAdding] = useState<RegistrationKind | null>(null);
  const query = useQuery(customerRegistrationsQuery(customer, { limit: "200" }));
  const records = query.data?.items ?? [];
  return (
    <Panel
      title={t("chain.picture")}
      extra={
        can("signature.write") && (
          <span className="row-actions">
            {kinds.map((k) => (
              <Button key={k} size="small" icon={<PlusOutlined />} onClick={() => setAdding(k)}>
                {t("chain.add", { kind: t(kindNames[k]) })}
              </Button>
            ))}
          </span>
        )
      }
    >
      <Loaded query={query}>
        {() =>
          records.length > 0 ? <ChainPicture records={records} /> : <Empty why={t("chain.empty")} next={t("chain.emptyNext")} />
        }
      </Loaded>
      {adding && <RegisterDialog customer={customer} kind={adding} records={records} onClose={() => setAdding(null)} />}
    </Panel>
  );
}
