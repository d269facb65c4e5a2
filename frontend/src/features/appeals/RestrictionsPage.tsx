import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Restriction, restrictionsQuery } from "@/api/complaints";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { RestrictionFacts } from "@/parts/RestrictionFacts";
import { useSession } from "@/session/session";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useUrlState } from "@/ui/url-state";
import { homeOf } from "./homes";

/** What stands against a customer: each refusal, suspension and restriction with reason, evidence, remedy and the way to appeal. */
export function RestrictionsPage() {
  const { t } = useText();
  const { session } = useSession();
  const [params, set] = useUrlState();
  const own = session.user.customer_id;
  const customer = own || params.customer || "";
  const query = useQuery({ ...restrictionsQuery({ customer_id: customer }), enabled: customer !== "" });
  return (
    <Page title={t("nav.restrictions")} crumbs={[{ label: t("nav.appeals"), to: "/appeals" }]} sub={t("restriction.hint")}>
      {!own && (
        <Panel title={t("customer.one")}>
          <CustomerSelect value={params.customer} onChange={(id) => set({ customer: id })} />
        </Panel>
      )}
      {customer === "" ? (
        <Empty why={t("restriction.choose")} />
      ) : (
        <Loaded query={query}>
          {({ items }) =>
            items?.length ? (
              items.map((r) => <One key={`${r.kind}.${r.object_id}`} restriction={r} />)
            ) : (
              <Empty why={t("restriction.none")} next={t("restriction.noneNext")} />
            )
          }
        </Loaded>
      )}
    </Page>
  );
}

function One({ restriction: r }: { restriction: Restriction }) {
  const { t, pick } = useText();
  const home = homeOf(r);
  return (
    <Panel
      title={pick(r.title, r.title_en)}
      extra={
        <span className="row-actions">
          {r.appeal_id && r.appeal_state && (
            <Link to={`/appeals/${r.appeal_id}`}>
              {t("appeal.one")} <StateTag kind="appeal" state={r.appeal_state} />
            </Link>
          )}
          {home && <LinkTo href={home}>{t("restriction.look")}</LinkTo>}
          {allows(r, "appeal") && <AppealButton kind={r.kind} objectId={r.object_id} title={pick(r.title, r.title_en)} />}
        </span>
      }
    >
      <RestrictionFacts restriction={r} />
    </Panel>
  );
}
