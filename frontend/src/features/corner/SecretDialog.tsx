import { Modal, Typography } from "antd";
import { useText } from "@/i18n";
import { Facts } from "@/ui/Page";

/** A secret that the server tells once: it is shown until somebody says that it is kept. */
export function SecretDialog({ secret, onClose }: { secret: { name: string; value: string } | null; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      open={secret !== null}
      title={t("corner.secretTitle")}
      closable={false}
      mask={{ closable: false }}
      okText={t("corner.saved")}
      onOk={onClose}
      cancelButtonProps={{ hidden: true }}
    >
      <p className="meta">{t("corner.secretHint")}</p>
      {secret && (
        <Facts
          columns={1}
          items={[
            {
              label: secret.name,
              value: (
                <Typography.Text code copyable>
                  {secret.value}
                </Typography.Text>
              ),
            },
          ]}
        />
      )}
    </Modal>
  );
}
