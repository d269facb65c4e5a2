import { FilePdfOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type Contract, contractDocument } from "@/api/contracts";
import { useText } from "@/i18n";
import { Panel } from "@/ui/Page";

/** The text that both sides sign: frozen when it was approved, the same bytes ever after; before that a draft with a watermark. */
export function DocumentTab({ contract }: { contract: Contract }) {
  const { t } = useText();
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
      {contract.document_sha256 ? (
        <p className="meta">
          SHA-256 <code className="mono">{contract.document_sha256}</code>
        </p>
      ) : (
        <p className="meta">{t("contract.documentNone")}</p>
      )}
      <iframe className="pdf" src={href} title={t("contract.document")} />
    </Panel>
  );
}
