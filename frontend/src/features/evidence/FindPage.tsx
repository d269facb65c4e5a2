import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Found, findMessages } from "@/api/evidence";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { Instant } from "@/ui/Instant";
import { categoryNames } from "@/ui/names";
import { Empty, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { LookForm } from "./LookForm";
import { keepLook } from "./look";

/** All messages to a number, among all that ever were. */
export function FindPage() {
  const { t } = useText();
  const find = useMutation({
    mutationFn: findMessages,
    onSuccess: (_, v) => keepLook({ purpose: v.purpose, grounds: v.grounds }),
  });
  const items = find.data?.items;
  return (
    <Page title={t("evidence.find")}>
      <Panel>
        <LookForm phone busy={find.isPending} confirm={t("evidence.find")} onLook={(v) => find.mutate(v)} />
        <p className="meta">{t("evidence.logged")}</p>
        <ErrorNote error={find.error} compact />
      </Panel>
      {items && items.length === 0 && <Empty why={t("evidence.none")} />}
      {items && items.length > 0 && (
        <Panel flush title={t("evidence.found", { n: items.length })}>
          <FoundTable items={items} />
        </Panel>
      )}
    </Page>
  );
}

function FoundTable({ items }: { items: readonly Found[] }) {
  const { t } = useText();
  return (
    <table className="table" aria-label={t("evidence.find")}>
      <thead>
        <tr>
          <th scope="col">{t("evidence.at")}</th>
          <th scope="col">{t("evidence.customer")}</th>
          <th scope="col">{t("evidence.signature")}</th>
          <th scope="col">{t("evidence.batch")}</th>
          <th scope="col" data-numeric>
            {t("evidence.seq")}
          </th>
          <th scope="col">{t("evidence.status")}</th>
          <th scope="col">{t("ui.actions")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((f) => (
          <tr key={`${f.batch_id}-${f.seq}`}>
            <td>
              <Instant at={f.sent_at || f.screened_at} precision="second" />
            </td>
            <td>{f.customer_name}</td>
            <td>
              【{f.signature}】 <span className="meta">{t(categoryNames[f.category as keyof typeof categoryNames])}</span>
            </td>
            <td>
              <Link className="num" to={`/batches/${f.batch_id}`}>
                {f.batch_number}
              </Link>
            </td>
            <td data-numeric>{f.seq}</td>
            <td>{f.status ? <StateTag kind="message" state={f.status} /> : <StateTag kind="batch" state={f.batch_state} />}</td>
            <td>
              <Link to={`/evidence/${f.batch_id}/${f.seq}`}>{t("evidence.show")}</Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
