import { useText } from "@/i18n";
import { FaultTable } from "@/parts/faults/FaultTable";
import { Page } from "@/ui/Page";

/** Faults of registration data of all customers. */
export function FaultsPage() {
  const { t } = useText();
  return (
    <Page title={t("nav.faults")}>
      <FaultTable />
    </Page>
  );
}
