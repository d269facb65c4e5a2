import { useQuery } from "@tanstack/react-query";
import { vocabularyQuery } from "@/api/rules";
import { useText } from "@/i18n";

/** What a reason code means, from the catalogue that the rules are written with; a code of a rule set's own is shown as it is. */
export function useReasonName(): (code: string) => string {
  const { pick } = useText();
  const { data } = useQuery({ ...vocabularyQuery, staleTime: Number.POSITIVE_INFINITY });
  return (code) => {
    const known = data?.reasons?.find((r) => r.code === code);
    return known ? pick(known.zh, known.en) : code;
  };
}
