import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type Batch, batchErrorsHref, errorRowsQuery } from "@/api/batches";
import { useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";

/** The first bad rows with line and reason; all of them are in the file. */
export function ErrorRows({ batch }: { batch: Batch }) {
  const { t, pick } = useText();
  const query = useQuery(errorRowsQuery(batch.id));
  return (
    <Loaded query={query}>
      {(data) =>
        data.items?.length ? (
          <Panel
            flush
            title={t("batch.errors")}
            extra={
              <Button size="small" icon={<DownloadOutlined />} href={batchErrorsHref(batch.id)} download>
                {t("batch.errorsDownload")}
              </Button>
            }
          >
            <table className="table plain" aria-label={t("batch.errors")}>
              <thead>
                <tr>
                  <th scope="col" data-numeric style={{ width: 80 }}>
                    {t("batch.line")}
                  </th>
                  <th scope="col">{t("batch.problem")}</th>
                  <th scope="col">{t("batch.content")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((row) => (
                  <tr key={`${row.line}.${row.code}`}>
                    <td data-numeric>{formatCount(row.line)}</td>
                    <td>{pick(row.reason, row.reason_en)}</td>
                    <td className="quiet">{row.content}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="table-foot">{t("batch.errorsHint")}</p>
          </Panel>
        ) : (
          <Panel>
            <Empty why={t("batch.errorsNone")} />
          </Panel>
        )
      }
    </Loaded>
  );
}
