import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Space, Table } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { reportAddress, type Server, sheetsQuery } from "@/api/maintenance";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentLink } from "@/ui/Attachment";
import { Loaded } from "@/ui/Loading";
import { Empty, Panel } from "@/ui/Page";

const serverFields = ["name", "model", "system", "place", "serial", "address", "use", "keeper"] as const;

/** Every version of a contract's data sheet, and the report of a period. */
export function SheetsTab({ contract }: { contract: string }) {
  const { t } = useText();
  const query = useQuery(sheetsQuery(contract));
  const today = dayjs(useBusinessDay());
  const [span, setSpan] = useState<[Dayjs, Dayjs] | null>(null);
  const [from, to] = span ?? [today.startOf("month"), today];
  if (!contract)
    return (
      <Panel>
        <Empty why={t("maintenance.choose")} next={t("maintenance.chooseNext")} />
      </Panel>
    );
  return (
    <>
      <Panel title={t("maintenance.period")}>
        <Space wrap>
          <DatePicker.RangePicker value={[from, to]} onChange={(v) => setSpan(v as [Dayjs, Dayjs] | null)} />
          <Button
            icon={<FilePdfOutlined />}
            target="_blank"
            href={reportAddress(contract, from.format("YYYY-MM-DD"), to.format("YYYY-MM-DD"))}
          >
            {t("maintenance.open")}
          </Button>
        </Space>
      </Panel>
      <Loaded query={query}>
        {(list) =>
          (list.items ?? []).length === 0 ? (
            <Panel>
              <Empty why={t("maintenance.empty")} next={t("maintenance.sheetsNext")} />
            </Panel>
          ) : (
            (list.items ?? []).map((s) => (
              <Panel
                key={s.id}
                title={[`${t("maintenance.version")} ${s.version}`, s.made_on, s.reason].filter(Boolean).join(" · ")}
                extra={<AttachmentLink file={{ id: s.document_id, name: `v${s.version}.pdf` }} />}
                flush
              >
                <Table<Server>
                  rowKey="name"
                  size="small"
                  pagination={false}
                  dataSource={s.servers ?? []}
                  scroll={{ x: "max-content" }}
                  columns={serverFields.map((f) => ({ title: t(`maintenance.server.${f}`), dataIndex: f }))}
                />
              </Panel>
            ))
          )
        }
      </Loaded>
    </>
  );
}
