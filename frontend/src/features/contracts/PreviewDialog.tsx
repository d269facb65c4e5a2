import { useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useEffect, useState } from "react";
import { type Draft, previewContract } from "@/api/contracts";
import { useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";

/** The contract as it would be printed, before anything is saved. */
export function PreviewDialog({ draft, onClose }: { draft: Draft | null; onClose: () => void }) {
  const { t } = useText();
  const query = useQuery({
    queryKey: ["contract-preview", draft],
    queryFn: () => previewContract(draft as Draft),
    enabled: draft !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal
      open={draft !== null}
      onCancel={onClose}
      title={t("contract.previewTitle")}
      footer={null}
      width="min(1000px, 96vw)"
      style={{ top: 24 }}
      destroyOnHidden
    >
      <Loaded query={query}>{(blob) => <Pdf blob={blob} />}</Loaded>
    </Modal>
  );
}

function Pdf({ blob }: { blob: Blob }) {
  const { t } = useText();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([blob], { type: "application/pdf" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (!url) return null;
  return (
    <>
      <iframe className="pdf" src={url} title={t("contract.previewTitle")} />
      <div className="actions">
        <Button type="link" href={url} target="_blank">
          {t("contract.previewOpen")}
        </Button>
      </div>
    </>
  );
}
