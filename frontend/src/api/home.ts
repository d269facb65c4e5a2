import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";

export type Queue = { key: string; count: number; link: string; tone: "todo" | "watch" };
export type Figure = { key: string; count?: number; amount_fen?: number; link: string };
export type Home = { today: string; queues: Queue[] | null; figures: Figure[] | null };
export type Found = {
  kind: "customer" | "contract" | "batch" | "bill";
  id: string;
  label: string;
  title: string;
  state: string;
  link: string;
};

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: ({ signal }) => http.get<Home>("/home", undefined, signal),
  refetchInterval: 30_000,
});

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["search", q],
    queryFn: ({ signal }) => http.get<{ items: Found[] | null }>("/search", { q }, signal),
    enabled: q.length > 0,
    staleTime: 10_000,
  });
