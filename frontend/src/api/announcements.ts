import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Announcement = Schemas["AnnouncementRecord"];
export type AnnouncementState = Announcement["state"];
export type OutageCredit = Schemas["OutageCredit"];

export const announcementsQuery = (params: Params) =>
  list<Announcement>({
    queryKey: ["announcements", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/announcements", { params: filters(params), signal })),
  });
export const currentAnnouncements = {
  queryKey: ["announcements", "current"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/announcements/current", { signal })),
  refetchInterval: 60_000,
};
export const creditsQuery = (id: string) => ({
  queryKey: ["announcements", id, "credits"],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/announcements/{id}/credits", { params: { path: { id } }, signal })),
  enabled: id !== "",
});

const paths = {
  publish: "/api/v1/announcements/{id}/publish",
  add: "/api/v1/announcements/{id}/news",
  end: "/api/v1/announcements/{id}/end",
  call_off: "/api/v1/announcements/{id}/call-off",
  credit: "/api/v1/announcements/{id}/credits",
} as const;
export type AnnouncementAct = keyof typeof paths;

export const drawUp = (body: object, key: string) =>
  ask(api.POST("/api/v1/announcements", { body: body as never, headers: once(key) }));
export const actAnnouncement = ({ what, id, body }: { what: AnnouncementAct; id: string; body?: object }, key: string) =>
  ask(api.POST(paths[what], { params: { path: { id } }, ...(body ? { body: body as never } : {}), headers: once(key) } as never));
