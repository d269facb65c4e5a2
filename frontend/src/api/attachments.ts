import { type Progress, upload } from "./upload";

export type Attachment = { id: string; name: string; size: number; sha256: string; mime: string };

export function uploadAttachment(file: File, purpose: string, progress: Progress): Promise<Attachment> {
  const form = new FormData();
  form.append("purpose", purpose);
  form.append("file", file, file.name);
  return upload<Attachment>("POST", "/api/v1/attachments", form, progress);
}

export const attachmentHref = (id: string) => `/api/v1/attachments/${encodeURIComponent(id)}`;
