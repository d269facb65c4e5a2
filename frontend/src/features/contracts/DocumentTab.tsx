import { FilePdfOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type Contract, contractDocument } from "@/api/contracts";
import { useText } from "@/i18n";
import { Empty, Panel } from "@/ui/Page";

/** The text that both sides sign: frozen when the contract was submitted, the same bytes ever after. */
export function DocumentTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  if (contract.state === "draft")
    return (
      <Panel>
        <Empty why={t("contract.documentNone")} />
      </Panel>
    );
  const href = contractDocument(contract.id);
  return (
    <Panel
      title={t("contract.document")}
      extra={
        <Button size="small" icon={<FilePdfOutlined />} href={href} target="_blank">
          {t("contract.documentOpen")}
        </Button>
      }
    >
      <iframe className="pdf" src={href} title={t("contract.document")} />
    </Panel>
  );
}
