import { useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { attachComplaint, type Complaint, candidatesQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Empty } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** The messages that a complaint may be about. */
export function Candidates({ of: c, onClose }: { of: Complaint; onClose: () => void }) {
  const { t } = useText();
  const query = useQuery(candidatesQuery(c.id));
  const run = useAct(attachComplaint, { done: t("complaint.done"), onDone: onClose });
  return (
    <Modal open title={t("complaint.candidates")} footer={null} onCancel={onClose} width={760}>
      <p className="meta">{t("complaint.candidatesHint")}</p>
      <Loaded query={query}>
        {(found) =>
          found.items?.length ? (
            <table className="table" aria-label={t("complaint.candidates")}>
              <thead>
                <tr>
                  <th scope="col">{t("complaint.sentAt")}</th>
                  <th scope="col">{t("complaint.sender")}</th>
                  <th scope="col">{t("complaint.signature")}</th>
                  <th scope="col">{t("complaint.message")}</th>
                  <th scope="col">{t("ui.actions")}</th>
                </tr>
              </thead>
              <tbody>
                {found.items.map((m) => (
                  <tr key={`${m.batch_id}-${m.seq}`}>
                    <td>
                      <Instant at={m.sent_at} />
                    </td>
                    <td>{m.customer_name}</td>
                    <td>{m.signature}</td>
                    <td className="num">{`${m.batch_number} #${m.seq}`}</td>
                    <td>
                      <Button
                        size="small"
                        loading={run.isPending}
                        onClick={() => run.mutate({ id: c.id, batch_id: m.batch_id, seq: m.seq })}
                      >
                        {t("complaint.choose")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <Empty why={t("complaint.noCandidates")} />
          )
        }
      </Loaded>
    </Modal>
  );
}
