import { useQuery } from "@tanstack/react-query";
import { Switch, Table, Tag } from "antd";
import { type NoticeWay, noticeWaysQuery, preferNotice } from "@/api/calls";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";

/** Which notices also go by e-mail and message; only those that the customer may do without can be switched. */
export function NoticeWaysPage() {
  const { t } = useText();
  const { session } = useSession();
  const own = Boolean(session.user.customer_id);
  const [params, set] = useUrlState();
  const customer = params.customer ?? "";
  return (
    <Page title={t("nav.noticeWays")} sub={t("calls.waysHint")}>
      {!own && (
        <Panel title={t("customer.one")}>
          <CustomerSelect label={t("customer.one")} value={customer || undefined} onChange={(id) => set({ customer: id })} />
        </Panel>
      )}
      <Panel flush={own || customer !== ""}>
        {own || customer ? <Ways customer={own ? undefined : customer} /> : <Empty why={t("calls.waysChoose")} />}
      </Panel>
    </Page>
  );
}

function Ways({ customer }: { customer?: string }) {
  const { t, pick } = useText();
  const query = useQuery(noticeWaysQuery(customer));
  const prefer = useAct(preferNotice, { touches: [["notice-ways"]] });
  const set = (w: NoticeWay, mail: boolean, message: boolean) =>
    prefer.mutate({ kind: w.kind, mail, message, ...(customer ? { customer_id: customer } : {}) });
  const nameOf = (w: NoticeWay) => pick(w.title.Zh, w.title.En).replaceAll(/[“”]?\{\{\w+\}\}[“”]?/g, "…");
  return (
    <Loaded query={query}>
      {(ways) => (
        <Table<NoticeWay>
          rowKey="kind"
          size="small"
          pagination={false}
          dataSource={ways.items ?? []}
          columns={[
            {
              title: t("calls.notice"),
              render: (_, w) => (
                <>
                  {nameOf(w)} {!w.optional && <Tag>{t("calls.owed")}</Tag>}
                </>
              ),
            },
            {
              title: t("calls.mail"),
              width: 120,
              render: (_, w) =>
                w.can_mail && (
                  <Switch
                    size="small"
                    aria-label={`${t("calls.mail")} · ${nameOf(w)}`}
                    checked={w.mail}
                    disabled={!w.optional}
                    onChange={(on) => set(w, on, w.message)}
                  />
                ),
            },
            {
              title: t("calls.message"),
              width: 120,
              render: (_, w) =>
                w.can_message && (
                  <Switch
                    size="small"
                    aria-label={`${t("calls.message")} · ${nameOf(w)}`}
                    checked={w.message}
                    disabled={!w.optional}
                    onChange={(on) => set(w, w.mail, on)}
                  />
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
