import { Tabs } from "antd";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ExemptionsTab } from "./ExemptionsTab";
import { PeopleTab } from "./PeopleTab";
import { RechecksTab } from "./RechecksTab";

/** How well people decide: blind second reviews, exemptions with their samples, who did how much. */
export function QualityPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const people = can("reviewer.read") ? [{ key: "people", label: t("quality.people"), children: <PeopleTab /> }] : [];
  return (
    <Page title={t("nav.quality")}>
      <Tabs
        activeKey={params.tab ?? "rechecks"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "rechecks", label: t("quality.rechecks"), children: <RechecksTab /> },
          { key: "exemptions", label: t("quality.exemptions"), children: <ExemptionsTab /> },
          ...people,
        ]}
      />
    </Page>
  );
}
