import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Desk, type DeskGroup, moreGroupsQuery } from "@/api/review";

/** The groups of texts of the batch on the desk: the worst hundred come with it, the others when somebody gets that far. */
export function useGroups(batch: string, desk: Desk | undefined) {
  const from = desk?.groups_next_cursor ?? "";
  const [wanted, setWanted] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another batch starts from its beginning
  useEffect(() => setWanted(false), [batch]);
  const query = useInfiniteQuery({ ...moreGroupsQuery(batch, from), enabled: wanted && from !== "" });
  const pages = from && wanted ? (query.data?.pages ?? []) : [];
  const groups: DeskGroup[] = [...(desk?.groups ?? []), ...pages.flatMap((p) => p.items ?? [])];
  const left = (from ? (desk?.batch.group_count ?? 0) : groups.length) - groups.length;
  const more = () => {
    if (left <= 0 || query.isFetching) return;
    if (wanted) void query.fetchNextPage();
    else setWanted(true);
  };
  return { groups, left, more, loading: query.isFetching, error: query.error };
}
