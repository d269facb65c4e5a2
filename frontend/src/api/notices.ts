import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { Rows } from "./types";

export type Notice = {
  id: string;
  at: string;
  title: string;
  title_en?: string;
  text?: string;
  text_en?: string;
  link?: string;
  read_at?: string;
};

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => http.get<Rows<Notice>>("/notices", { limit: "20" }, signal),
  refetchInterval: 60_000,
});
export const readNotice = (v: { id: string }, key: string) => http.post<void>(`/notices/${v.id}/read`, {}, key);
