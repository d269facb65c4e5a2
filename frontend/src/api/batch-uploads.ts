import { queryOptions } from "@tanstack/react-query";
import type { Batch } from "./batches";
import { api, ask, once, type Schemas } from "./client";
import { type Progress, upload } from "./upload";

export type Allowance = Schemas["BatchAllowance"];
export type Preview = Schemas["BatchPreview"];
export type Choice = NonNullable<Schemas["ColumnMapping"]["mapping"]>;

const at = (id: string) => ({ path: { id } });

export const allowanceQuery = (contract: string, signature: string) =>
  queryOptions({
    queryKey: ["batches", "allowance", contract, signature],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/batch-allowance", { params: { query: { contract_id: contract, signature_id: signature } }, signal })),
  });
export const previewQuery = (id: string, choice: Choice | null) =>
  queryOptions({
    queryKey: ["batch-preview", id, choice],
    queryFn: ({ signal }) =>
      ask(api.POST("/api/v1/batches/{id}/preview", { params: at(id), body: choice ? { mapping: choice } : {}, signal })),
    retry: false,
  });

export type BatchTemplate = Schemas["BatchTemplate"];
/** The registered templates that a batch may take. */
export const batchTemplatesQuery = (contract: string, signature: string, q: string) =>
  queryOptions({
    queryKey: ["batches", "templates", contract, signature, q],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/batch-templates", {
          params: { query: { contract_id: contract, signature_id: signature, ...(q ? { q } : {}) } },
          signal,
        }),
      ),
  });

export const beginUpload = (id: string, file: { name: string; size: number; sha256: string }) =>
  ask(api.POST("/api/v1/batches/{id}/upload", { params: at(id), body: file }));
export const putPiece = (id: string, number: number, sha256: string, content: Blob, progress: Progress) =>
  upload<null>(
    "PUT",
    `/api/v1/batches/${id}/upload/pieces/${number}?sha256=${sha256}`,
    content,
    progress,
    "application/octet-stream",
  );
export const dropUpload = (id: string) => ask(api.DELETE("/api/v1/batches/{id}/upload", { params: at(id) }));
export const completeUpload = ({ id, choice }: { id: string; choice: Choice | null }): Promise<Batch> =>
  ask(api.POST("/api/v1/batches/{id}/upload/complete", { params: at(id), body: choice ? { mapping: choice } : {} }));
export const previewOnce = (id: string): Promise<Preview> =>
  ask(api.POST("/api/v1/batches/{id}/preview", { params: at(id), body: {} }));

export const asideQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", id, "aside"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/batches/{id}/aside", { params: at(id), signal })),
  });
export const discardChunk = ({ id, ...body }: { id: string; chunk: number; reason: string }, key: string) =>
  ask(api.POST("/api/v1/batches/{id}/discard", { params: at(id), body, headers: once(key) }));
