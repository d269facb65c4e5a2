import { EyeOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { type ReactNode, useState } from "react";
import { useText } from "@/i18n";
import { AttachmentLink } from "./Attachment";
import { ScanViewer } from "./ScanViewer";

/** Shows a scan beside what was entered from it, without leaving the list; acts on it stand below the entries. */
export function ScanButton({ id, label, entered, acts }: { id: string; label: string; entered: ReactNode; acts?: ReactNode }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" icon={<EyeOutlined />} onClick={() => setOpen(true)} aria-label={`${t("chain.scan.view")} ${label}`}>
        {t("chain.scan.view")}
      </Button>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        title={label}
        size={1080}
        destroyOnHidden
        extra={<AttachmentLink file={{ id, name: t("chain.desk.download") }} />}
      >
        <div className="scan-pair">
          <div>
            {entered}
            <div className="row-actions">{acts}</div>
          </div>
          <ScanViewer id={id} label={label} />
        </div>
      </Drawer>
    </>
  );
}
