import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { type BatchTemplate, batchTemplatesQuery } from "@/api/batch-uploads";
import { useText } from "@/i18n";
import { categoryNames, nameOf } from "@/ui/names";

type Props = {
  contract?: string;
  customer?: string;
  signature?: string;
  chosen: BatchTemplate | null;
  onChoose: (template: BatchTemplate) => void;
  value?: string;
  onChange?: (id: string) => void;
  id?: string;
};

/** Finds a registered template by name or text, among those in force for the contract and the signature. */
export function TemplateSelect({ contract, customer, signature, chosen, onChoose, value, onChange, id }: Props) {
  const { t } = useText();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const ready = Boolean(contract && signature);
  const found = useQuery({
    ...batchTemplatesQuery(contract ?? "", signature ?? "", q),
    enabled: ready,
    placeholderData: keepPreviousData,
  });
  const items = found.data?.items ?? [];
  const all = chosen && !items.some((i) => i.id === chosen.id) ? [chosen, ...items] : items;
  if (ready && found.isSuccess && !found.isPlaceholderData && q === "" && all.length === 0)
    return (
      <p id={id} className="warn-note">
        {t("batch.template.none")} <Link to={`/customers/${customer}?tab=chain`}>{t("batch.template.register")}</Link>
      </p>
    );
  return (
    <Select
      id={id}
      disabled={!ready}
      value={value}
      onChange={(picked) => {
        const template = all.find((i) => i.id === picked);
        if (!template) return;
        onChange?.(picked);
        onChoose(template);
      }}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      placeholder={t(ready ? "batch.template.choose" : "batch.template.needSignature")}
      options={all.map((i) => ({ value: i.id, label: i.name, template: i }))}
      optionRender={({ data }) => <Choice template={data.template} />}
      notFoundContent={t(found.isFetching ? "ui.loading" : "batch.template.notFound")}
    />
  );
}

function Choice({ template }: { template: BatchTemplate }) {
  const { t } = useText();
  return (
    <div className="template-choice">
      <b>{template.name}</b> <span className="meta">{nameOf(categoryNames, template.category, t)}</span>
      <p className="quiet">{template.text}</p>
    </div>
  );
}
