import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { hotlineQuery } from "@/api/complaints";
import { useText } from "@/i18n";

/** The phone under which a customer takes complaints of its recipients; one that has told none is told so. */
export function Hotline({ customer }: { customer: string }) {
  const { t } = useText();
  const { data } = useQuery(hotlineQuery(customer));
  if (!data) return null;
  if (!data.phone)
    return (
      <Link className="bad" to="/complaints" search={{ tab: "hotlines" } as never}>
        {t("complaint.hotline.missing")}
      </Link>
    );
  return (
    <>
      <span className="num">{data.phone}</span> <span className="meta">{data.hours}</span>
    </>
  );
}
