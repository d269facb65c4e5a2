import { useText } from "@/i18n";
import { ClockMover } from "@/parts/ClockMover";
import { Page, Panel } from "@/ui/Page";

export function ClockPage() {
  const { t } = useText();
  return (
    <Page title={t("app.clock.page")}>
      <Panel>
        <ClockMover />
      </Panel>
    </Page>
  );
}
